//! What the tables of demand must make sense as: references, shares, doubled rows, and zones for all that moves.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Study;
use super::demand_tables::ZoneRow;
use super::read::Table;
use super::resolve::{Checker, countries};
use super::schema::Row;
use super::tables::{ClassKind, Corrects, Mode};
use super::verify::push;
use crate::diagnostic::{Code, Diagnostic, clip};

/// How far shares may be off 1: they are written with six digits or so.
const SHARE_TOLERANCE: f64 = 1e-5;

/// Checks all rows.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    references(study, out);
    repeats(study, out);
    zones(study, out);
    ends(study, out);
    classes(study, out);
    scales(study, out);
    carriers(study, out);
    observed(study, out);
}

fn references(study: &Study, out: &mut Vec<Diagnostic>) {
    let mut check = Checker::new(out);
    let (regions, goods) = (&study.countries, &study.commodities);
    check.one(goods, "class", &study.classes, |r| Some(&r.class));
    check.one(&study.trade, "exporter", regions, |r| Some(&r.exporter));
    check.one(&study.trade, "importer", regions, |r| Some(&r.importer));
    check.one(&study.trade, "commodity", goods, |r| Some(&r.commodity));
    check.many(&study.scales, "exporter", regions, |r| r.exporter.iter());
    check.many(&study.scales, "importer", regions, |r| r.importer.iter());
    check.many(&study.scales, "commodity", goods, |r| r.commodity.iter());
    check.one(&study.growth, "region", regions, |r| Some(&r.region));
    check.one(&study.zones, "region", regions, |r| Some(&r.region));
    check.one(&study.zones, "node_id", &study.nodes, |r| Some(&r.node_id));
    check.one(&study.passengers, "origin", regions, |r| Some(&r.origin));
    check.one(&study.passengers, "destination", regions, |r| Some(&r.destination));
    check.one(&study.passengers, "class", &study.classes, |r| Some(&r.class));
    check.many(&study.carriers, "exporter", regions, |r| r.exporter.iter());
    check.many(&study.carriers, "importer", regions, |r| r.importer.iter());
    check.many(&study.observed, "crossings", &study.crossings, |r| r.crossings.iter());
    check.many(&study.observed, "links", &study.links, |r| r.links.iter());
    check.many(&study.observed, "nodes", &study.nodes, |r| r.nodes.iter());
    check.many(&study.observed, "territory", &study.territories, |r| r.territory.iter());
    check.one(&study.observed, "from_region", regions, |r| r.from_region.as_ref());
    check.one(&study.observed, "to_region", regions, |r| r.to_region.as_ref());
    let modes: HashSet<&str> = Mode::WORDS.iter().copied().collect();
    check.words(&study.observed, "mode", &modes, "mode", |r| &r.mode);
    if study.nodes.is_complete() && study.territories.is_complete() {
        check.words(&study.carriers, "flag", &countries(study), "country", |r| std::slice::from_ref(&r.flag));
    }
    check.sources(regions, study, |r| &r.source);
    check.sources(goods, study, |r| &r.source);
    check.sources(&study.trade, study, |r| &r.source);
    check.sources(&study.scales, study, |r| &r.source);
    check.sources(&study.growth, study, |r| &r.source);
    check.sources(&study.zones, study, |r| &r.source);
    check.sources(&study.passengers, study, |r| &r.source);
    check.sources(&study.carriers, study, |r| &r.source);
    check.sources(&study.observed, study, |r| &r.source);
}

/// Rows whose key is made of several columns come once.
fn repeats(study: &Study, out: &mut Vec<Diagnostic>) {
    fn once<'t, R: Row, K: Eq + std::hash::Hash>(
        table: &'t Table<R>,
        (column, help): (&str, &str),
        key: impl Fn(&'t R) -> (K, String),
        out: &mut Vec<Diagnostic>,
    ) {
        let mut seen = HashSet::new();
        for (at, row) in table.iter().enumerate() {
            let (key, words) = key(row);
            if !seen.insert(key) {
                let message = format!("{words} occurs twice in `{}`", R::TABLE.name());
                push(out, (table, at, column), Code::LB0120, message, help);
            }
        }
    }
    let amounts = "add the rows up, or delete one of them";
    let pair = |a: &str, b: &str| format!("`{}` to `{}`", clip(a), clip(b));
    once(
        &study.trade,
        ("commodity", amounts),
        |r| {
            let words = format!("`{}` from {}", clip(&r.commodity), pair(&r.exporter, &r.importer));
            ((&r.exporter, &r.importer, &r.commodity), words)
        },
        out,
    );
    once(
        &study.passengers,
        ("class", amounts),
        |r| {
            let words = format!(
                "`{}` as `{}` from {}",
                clip(&r.purpose),
                clip(&r.class),
                pair(&r.origin, &r.destination)
            );
            ((&r.origin, &r.destination, &r.purpose, &r.class), words)
        },
        out,
    );
    once(
        &study.zones,
        ("node_id", amounts),
        |r| ((&r.region, &r.node_id), format!("`{}` of region `{}`", clip(&r.node_id), clip(&r.region))),
        out,
    );
    once(
        &study.growth,
        ("year", "delete one of the rows: a region grows at one rate in a year"),
        |r| ((&r.region, r.year), format!("{} of region `{}`", r.year, clip(&r.region))),
        out,
    );
}

/// One of the shares of a place.
type Share = fn(&ZoneRow) -> f64;

/// The share columns of the zone table.
const SHARES: [(&str, Share); 3] = [
    ("export_share", |r| r.export_share),
    ("import_share", |r| r.import_share),
    ("population_share", |r| r.population_share),
];

fn zones(study: &Study, out: &mut Vec<Diagnostic>) {
    let has_zone: HashMap<&str, bool> =
        study.nodes.iter().map(|n| (n.node_id.as_str(), n.zone_id.is_some())).collect();
    for (at, row) in study.zones.iter().enumerate() {
        if has_zone.get(row.node_id.as_str()) == Some(&false) {
            push(
                out,
                (&study.zones, at, "node_id"),
                Code::LB0241,
                format!("node `{}` is no zone", clip(&row.node_id)),
                "give the node a `zone_id` in network/node.csv, or name a node that has one",
            );
        }
    }
    if !study.zones.is_complete() {
        return;
    }
    for (column, share) in SHARES {
        // Sum, and the last row that adds to it: what is wrong is the whole, and this is where it ends.
        let mut sums: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
        for (at, row) in study.zones.iter().enumerate().filter(|(_, row)| share(row) > 0.0) {
            let sum = sums.entry(&row.region).or_default();
            *sum = (sum.0 + share(row), at);
        }
        for (region, (sum, at)) in sums {
            if (sum - 1.0).abs() > SHARE_TOLERANCE {
                push(
                    out,
                    (&study.zones, at, column),
                    Code::LB0240,
                    format!("`{column}` of region `{}` sums to {:.6}", clip(region), sum),
                    "correct the shares so that they sum to 1, or leave them all blank",
                );
            }
        }
    }
}

/// Whatever moves needs zones at both ends, in two regions. A region that lacks them is named once.
fn ends(study: &Study, out: &mut Vec<Diagnostic>) {
    let with = |share: Share| -> HashSet<&str> {
        study.zones.iter().filter(|r| share(r) > 0.0).map(|r| r.region.as_str()).collect()
    };
    let [exports, imports, people] = SHARES.map(|(_, share)| with(share));
    let known = |region: &str| study.countries.has_key(region) && study.zones.is_complete();
    let mut named = HashSet::new();
    let mut lacks = |zones: &HashSet<&str>, column: &'static str, region: &str| {
        known(region) && !zones.contains(region) && named.insert((column, region.to_owned()))
    };
    let help = |column: &str| format!("give `{column}` of the region in demand/zone.csv");
    for (at, row) in study.trade.iter().enumerate() {
        let (table, from, to) = (&study.trade, &row.exporter, &row.importer);
        if from == to {
            push(
                out,
                (table, at, "importer"),
                Code::LB0243,
                format!("region `{}` trades with itself", clip(to)),
                "delete the row: what stays in a region is not demand; or make two regions of it",
            );
        }
        if lacks(&exports, "export_share", from) {
            let message = format!("exports of region `{}` start nowhere", clip(from));
            push(out, (table, at, "exporter"), Code::LB0242, message, help("export_share"));
        }
        if lacks(&imports, "import_share", to) {
            let message = format!("imports of region `{}` end nowhere", clip(to));
            push(out, (table, at, "importer"), Code::LB0242, message, help("import_share"));
        }
    }
    for (at, row) in study.passengers.iter().enumerate() {
        let table = &study.passengers;
        if row.origin == row.destination {
            push(
                out,
                (table, at, "destination"),
                Code::LB0243,
                format!("travellers from region `{}` stay in it", clip(&row.origin)),
                "delete the row: what stays in a region is not demand; or make two regions of it",
            );
        }
        for (column, region) in [("origin", &row.origin), ("destination", &row.destination)] {
            if lacks(&people, "population_share", region) {
                let message = format!("travellers of region `{}` have no place", clip(region));
                push(out, (table, at, column), Code::LB0242, message, help("population_share"));
            }
        }
    }
}

fn classes(study: &Study, out: &mut Vec<Diagnostic>) {
    let kinds: HashMap<&str, ClassKind> = study.classes.iter().map(|c| (c.id.as_str(), c.kind)).collect();
    for (at, row) in study.commodities.iter().enumerate() {
        if kinds.get(row.class.as_str()) == Some(&ClassKind::Passenger) {
            push(
                out,
                (&study.commodities, at, "class"),
                Code::LB0244,
                format!("`{}` moves as `{}`, a class of travellers", clip(&row.commodity), clip(&row.class)),
                "name a class of freight",
            );
        }
    }
    for (at, row) in study.passengers.iter().enumerate() {
        if kinds.get(row.class.as_str()) == Some(&ClassKind::Freight) {
            push(
                out,
                (&study.passengers, at, "class"),
                Code::LB0244,
                format!("travellers move as `{}`, a class of freight", clip(&row.class)),
                "name a class of travellers",
            );
        }
    }
}

/// Factors are shares where they have to be, and concern some trade.
fn scales(study: &Study, out: &mut Vec<Diagnostic>) {
    for (at, row) in study.scales.iter().enumerate() {
        if study.trade.is_complete()
            && !study.trade.iter().any(|r| row.concerns(&r.exporter, &r.importer, &r.commodity))
        {
            push(
                out,
                (&study.scales, at, "scale_id"),
                Code::LB0220,
                format!("`{}` fits no row of economy/trade.csv", clip(&row.scale_id)),
                "correct `exporter`, `importer` or `commodity`, or delete the row",
            );
        }
        if row.corrects == Corrects::Carried && row.factor > 1.0 {
            push(
                out,
                (&study.scales, at, "factor"),
                Code::LB0113,
                format!("`factor`: {} is more than all that is carried", row.factor),
                "give a share from 0 to 1, or correct `tonnes`",
            );
        }
    }
}

/// The flags of one pair of regions share its freight.
fn carriers(study: &Study, out: &mut Vec<Diagnostic>) {
    let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
    pairs.extend(study.trade.iter().map(|r| (r.exporter.as_str(), r.importer.as_str())));
    let mut reported = BTreeSet::new();
    for (from, to) in pairs {
        let rows = study.carriers.iter().enumerate().filter(|(_, r)| r.concerns(from, to));
        let (sum, last) = rows.fold((0.0, 0), |(sum, _), (at, row)| (sum + row.share, at));
        if sum > 1.0 + SHARE_TOLERANCE && reported.insert(last) {
            push(
                out,
                (&study.carriers, last, "share"),
                Code::LB0240,
                format!("carriers from `{}` to `{}` share {sum:.6} of the freight", clip(from), clip(to)),
                "correct the shares so that they sum to 1 at most; what is left moves without a flag",
            );
        }
    }
}

fn observed(study: &Study, out: &mut Vec<Diagnostic>) {
    for (at, row) in study.observed.iter().enumerate().filter(|(_, row)| row.is_comparable) {
        let has_place = !(row.crossings.is_empty()
            && row.links.is_empty()
            && row.nodes.is_empty()
            && row.territory.is_empty());
        if row.per_year.is_none() || !has_place {
            let lacks = if has_place { "amount of a year" } else { "place in the network" };
            push(
                out,
                (&study.observed, at, if has_place { "per_year" } else { "crossings" }),
                Code::LB0245,
                format!("`{}` is called comparable but has no {lacks}", clip(&row.observed_id)),
                "give it, or write `0` in `is_comparable`",
            );
        }
    }
}
