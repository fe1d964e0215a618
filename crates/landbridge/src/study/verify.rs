//! What each row must make sense as, beyond the form of its cells: checks that need other rows of the tables.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Study;
use super::schema::Row;
use super::tables::{
    ClassKind, Effect, FeePer, LinkRow, Mode, NodeRow, PassengerAccess, RatePer, Status, TerminalKind,
    TerritoryRow,
};
use super::{read::Table, value::nearest};
use crate::diagnostic::{Code, Diagnostic, clip};
use crate::units::geodesic_km;

/// A length is doubted when it is less than half the distance of its ends (GMNS reading rule 9), or more than three
/// times it: mountain roads wind.
const SHORTEST: f64 = 0.5;
const LONGEST: f64 = 3.0;
/// ... unless both are short: the ends of a border may be drawn at the same point.
const LENGTH_SLACK_KM: f64 = 8.0;

/// Checks all rows.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    let nodes: HashMap<&str, &NodeRow> = study.nodes.iter().map(|n| (n.node_id.as_str(), n)).collect();
    zones(study, out);
    links(study, &nodes, out);
    crossings(study, out);
    terminals(study, out);
    activities(study, out);
    classes(study, out);
    prices(study, out);
    access(study, &nodes, out);
    sections(study, out);
    choice(study, out);
}

/// Reports a problem of a cell.
pub(super) fn push<R: Row>(
    out: &mut Vec<Diagnostic>,
    (table, row, column): (&Table<R>, usize, &str),
    code: Code,
    message: String,
    help: impl Into<String>,
) {
    out.push(Diagnostic::new(code, message, help, table.place(row, column)));
}

/// A zone has one node.
fn zones(study: &Study, out: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, &str> = HashMap::new();
    for (at, row) in study.nodes.iter().enumerate() {
        let Some(zone) = row.zone_id.as_deref() else { continue };
        if let Some(other) = first.insert(zone, &row.node_id) {
            push(
                out,
                (&study.nodes, at, "zone_id"),
                Code::LB0120,
                format!(
                    "nodes `{}` and `{}` are both zone `{}`",
                    clip(other),
                    clip(&row.node_id),
                    clip(zone)
                ),
                "give each zone one node",
            );
        }
    }
}

fn links(study: &Study, nodes: &HashMap<&str, &NodeRow>, out: &mut Vec<Diagnostic>) {
    let table = &study.links;
    let bordered: HashSet<&str> = study.crossings.iter().map(|c| c.link_id.as_str()).collect();
    // Customs area of each territory, or else its sovereign; none at sea.
    let area = |t: &'_ TerritoryRow| t.country.as_ref().map(|c| t.customs_area.as_ref().unwrap_or(c).clone());
    let areas: Vec<Option<String>> = study.territories.iter().map(area).collect();
    let territory: HashMap<&str, Option<&str>> =
        study.territories.iter().zip(&areas).map(|(t, a)| (t.territory_id.as_str(), a.as_deref())).collect();
    let mut touched: HashSet<&str> = HashSet::new();
    for (at, link) in table.iter().enumerate() {
        touched.extend([link.from_node_id.as_str(), link.to_node_id.as_str()]);
        if link.from_node_id == link.to_node_id {
            push(
                out,
                (table, at, "to_node_id"),
                Code::LB0201,
                format!("link `{}` starts and ends at `{}`", clip(&link.link_id), clip(&link.to_node_id)),
                "give two different nodes, or delete the link",
            );
        }
        if link.duration_h.is_none() && link.free_speed_kmh.is_none() {
            push(
                out,
                (table, at, "free_speed"),
                Code::LB0202,
                format!("link `{}` has no duration and no speed", clip(&link.link_id)),
                "give `free_speed`, or `duration_h` for a scheduled service",
            );
        }
        if link.mode == Mode::Rail && link.gauge_mm.is_none() {
            push(
                out,
                (table, at, "gauge_mm"),
                Code::LB0204,
                format!("rail link `{}` has no gauge", clip(&link.link_id)),
                "give `gauge_mm`, for example 1520 or 1435",
            );
        }
        if link.fare.is_some() != link.fare_per.is_some() {
            push(
                out,
                (table, at, "fare_per"),
                Code::LB0132,
                format!("link `{}` has only one of `fare` and `fare_per`", clip(&link.link_id)),
                "give both: the amount and what it is charged on",
            );
        }
        if link.fare_per == Some(FeePer::TruckKm) {
            push(
                out,
                (table, at, "fare_per"),
                Code::LB0132,
                format!("the fare of link `{}` is by the kilometre", clip(&link.link_id)),
                "a fare is the price of the whole link; put prices by the kilometre into economy/rate.csv",
            );
        }
        if let (Some(from), Some(to)) =
            (nodes.get(link.from_node_id.as_str()), nodes.get(link.to_node_id.as_str()))
        {
            check_length(study, at, link, from, to, out);
            check_territories(study, at, link, from, to, out);
        }
        // Between countries of one customs area goods pass unchecked.
        let areas: BTreeSet<_> =
            link.territory.iter().filter_map(|t| territory.get(t.as_str()).copied().flatten()).collect();
        let is_land = matches!(link.mode, Mode::Road | Mode::Rail);
        let usable = matches!(link.status, Status::Open | Status::Restricted);
        let has_crossing = bordered.contains(link.link_id.as_str()) || !study.crossings.is_complete();
        if areas.len() > 1 && usable && is_land && !has_crossing {
            push(
                out,
                (table, at, "link_id"),
                Code::LB0206,
                format!(
                    "link `{}` joins two customs areas but has no row in crossing.csv",
                    clip(&link.link_id)
                ),
                "add its crossing with the time and fees of the border",
            );
        }
    }
    let sovereign: HashMap<&str, Option<&str>> =
        study.territories.iter().map(|t| (t.territory_id.as_str(), t.country.as_deref())).collect();
    for (at, node) in study.nodes.iter().enumerate() {
        if let Some(country) = sovereign.get(node.territory.as_str()).filter(|c| **c != Some(&node.country)) {
            push(
                out,
                (&study.nodes, at, "country"),
                Code::LB0222,
                format!(
                    "node `{}` lies in {}, its territory `{}` in {}",
                    clip(&node.node_id),
                    clip(&node.country),
                    clip(&node.territory),
                    clip(country.unwrap_or("no country"))
                ),
                "correct the country of the node, or its territory",
            );
        }
    }
    for (at, node) in study.nodes.iter().enumerate().filter(|_| table.is_complete()) {
        if !touched.contains(node.node_id.as_str()) {
            push(
                out,
                (&study.nodes, at, "node_id"),
                Code::LB0214,
                format!("node `{}` has no links: nothing can reach it", clip(&node.node_id)),
                "add a link, or delete the node",
            );
        }
    }
}

/// The territories of a link on land begin and end with those of its nodes; otherwise rules and charges miss it.
fn check_territories(
    study: &Study,
    at: usize,
    link: &LinkRow,
    from: &NodeRow,
    to: &NodeRow,
    out: &mut Vec<Diagnostic>,
) {
    let known = link.territory.iter().all(|t| study.territories.has_key(t));
    if !matches!(link.mode, Mode::Road | Mode::Rail) || !known || from.node_id == to.node_id {
        return;
    }
    if link.territory.first() != Some(&from.territory) || link.territory.last() != Some(&to.territory) {
        push(
            out,
            (&study.links, at, "territory"),
            Code::LB0219,
            format!(
                "link `{}` runs from `{}` to `{}`, its territories are `{}`",
                clip(&link.link_id),
                clip(&from.territory),
                clip(&to.territory),
                clip(&link.territory.join("/"))
            ),
            "list the territories in the order of travel from one end to the other, joined by `/`",
        );
    }
}

fn check_length(
    study: &Study,
    at: usize,
    link: &LinkRow,
    from: &NodeRow,
    to: &NodeRow,
    out: &mut Vec<Diagnostic>,
) {
    // Ships sail round capes and air distances are not charged by the kilometre: only land ways are compared.
    if !matches!(link.mode, Mode::Road | Mode::Rail) {
        return;
    }
    let straight = geodesic_km((from.x_coord, from.y_coord), (to.x_coord, to.y_coord));
    let shorter = link.length_km < SHORTEST * (straight - LENGTH_SLACK_KM);
    let longer = link.length_km > LONGEST * straight + LENGTH_SLACK_KM;
    if shorter || longer {
        push(
            out,
            (&study.links, at, "length"),
            Code::LB0203,
            format!(
                "link `{}` is {:.1} km long, its ends are {straight:.1} km apart",
                clip(&link.link_id),
                link.length_km
            ),
            "check the unit of `length` and the coordinates of both nodes",
        );
    }
}

fn crossings(study: &Study, out: &mut Vec<Diagnostic>) {
    let table = &study.crossings;
    let links: HashMap<&str, &LinkRow> = study.links.iter().map(|l| (l.link_id.as_str(), l)).collect();
    let mut taken: HashMap<&str, &str> = HashMap::new();
    for (at, crossing) in table.iter().enumerate() {
        let Some(link) = links.get(crossing.link_id.as_str()) else { continue };
        let ends = BTreeSet::from([&link.from_node_id, &link.to_node_id]);
        if ends != BTreeSet::from([&crossing.from_node_id, &crossing.to_node_id]) {
            push(
                out,
                (table, at, "from_node_id"),
                Code::LB0205,
                format!(
                    "crossing `{}` joins `{}` and `{}`, its link joins `{}` and `{}`",
                    clip(&crossing.crossing_id),
                    clip(&crossing.from_node_id),
                    clip(&crossing.to_node_id),
                    clip(&link.from_node_id),
                    clip(&link.to_node_id)
                ),
                "give the two ends of the link, in the direction that `from_to` shall mean",
            );
        }
        if let Some(first) = taken.insert(&crossing.link_id, &crossing.crossing_id) {
            push(
                out,
                (table, at, "link_id"),
                Code::LB0120,
                format!("link `{}` already has the crossing `{}`", clip(&crossing.link_id), clip(first)),
                "a link is one border; cut it in two if there are two borders on it",
            );
        }
    }
}

fn terminals(study: &Study, out: &mut Vec<Diagnostic>) {
    // Mode-states that links bring to each node, by the words of the transfer grammar.
    let mut present: HashMap<&str, BTreeSet<String>> =
        study.terminals.iter().map(|terminal| (terminal.node_id.as_str(), BTreeSet::new())).collect();
    let mut gauges: HashMap<&str, BTreeSet<i32>> = HashMap::new();
    for link in study.links.iter() {
        for node in [link.from_node_id.as_str(), link.to_node_id.as_str()] {
            let gauge = link.gauge_mm.filter(|_| link.mode == Mode::Rail);
            if let Some(gauge) = gauge {
                gauges.entry(node).or_default().insert(gauge);
            }
            if let Some(words) = present.get_mut(node) {
                words.insert(link.mode.word().to_owned());
                words.extend(gauge.map(|gauge| format!("rail{gauge}")));
            }
        }
    }
    let mut changes: HashSet<&str> = HashSet::new();
    let crossings: HashSet<&str> = study.crossings.iter().map(|c| c.crossing_id.as_str()).collect();
    for (at, terminal) in study.terminals.iter().enumerate() {
        if crossings.contains(terminal.terminal_id.as_str()) {
            push(
                out,
                (&study.terminals, at, "terminal_id"),
                Code::LB0120,
                format!("`{}` is also the name of a crossing", clip(&terminal.terminal_id)),
                "give them two names, so that activities can say which is meant",
            );
        }
        if terminal.kind == TerminalKind::GaugeChange {
            changes.insert(&terminal.node_id);
        }
        for transfer in &terminal.transfers {
            let Some((a, b)) = transfer.split_once('-') else {
                push(
                    out,
                    (&study.terminals, at, "transfers"),
                    Code::LB0116,
                    format!("`{}` is not a transfer", clip(transfer)),
                    "write two mode-states joined by `-`, for example `road-rail` or `rail1520-rail1435`",
                );
                continue;
            };
            for word in [a.trim(), b.trim()] {
                let is_gauge = word.strip_prefix("rail").is_some_and(|g| g.parse::<u16>().is_ok());
                if !is_gauge && word != "zone" && Mode::from_word(word).is_none() {
                    let known = Mode::WORDS.iter().copied().chain(["zone", "rail1520", "rail1435"]);
                    let near =
                        nearest(word, known).map_or(String::new(), |n| format!("did you mean `{n}`? "));
                    push(
                        out,
                        (&study.terminals, at, "transfers"),
                        Code::LB0116,
                        format!("`{}` is not a mode-state", clip(word)),
                        format!("{near}permitted: road, rail, rail1520 (any gauge), ferry, sea, air, zone"),
                    );
                } else if word != "zone"
                    && study.links.is_complete()
                    && study.nodes.has_key(&terminal.node_id)
                    && !present.get(terminal.node_id.as_str()).is_some_and(|p| p.contains(word))
                {
                    push(
                        out,
                        (&study.terminals, at, "transfers"),
                        Code::LB0208,
                        format!(
                            "terminal `{}` serves `{}`, but no such link ends at `{}`",
                            clip(&terminal.terminal_id),
                            clip(word),
                            clip(&terminal.node_id)
                        ),
                        "add the link, move the terminal, or drop the transfer",
                    );
                }
            }
        }
    }
    for (at, node) in study.nodes.iter().enumerate().filter(|_| study.terminals.is_complete()) {
        let met = gauges.get(node.node_id.as_str()).map_or(0, BTreeSet::len);
        if met > 1 && !changes.contains(node.node_id.as_str()) {
            push(
                out,
                (&study.nodes, at, "node_id"),
                Code::LB0207,
                format!("two gauges meet at `{}` and there is no gauge change", clip(&node.node_id)),
                "add a terminal of kind `gauge_change`, or goods cannot pass from one to the other",
            );
        }
    }
}

fn activities(study: &Study, out: &mut Vec<Diagnostic>) {
    let table = &study.activities;
    let mut busy: HashSet<&str> = HashSet::new();
    for (at, row) in table.iter().enumerate() {
        busy.insert(&row.at_id);
        if row.fee.is_some() != row.fee_per.is_some() {
            push(
                out,
                (table, at, "fee_per"),
                Code::LB0132,
                format!("activity `{}` has only one of `fee` and `fee_per`", clip(&row.activity_id)),
                "give both: the amount and what it is charged on",
            );
        }
        if row.fee_per == Some(FeePer::TruckKm) {
            push(
                out,
                (table, at, "fee_per"),
                Code::LB0132,
                format!("activity `{}` charges by the kilometre", clip(&row.activity_id)),
                "a crossing or terminal has no length; put charges by the kilometre into economy/fee.csv",
            );
        }
    }
    let idle = |id: &str| !busy.contains(id) && table.is_complete();
    let help = "add its activities to network/activity.csv";
    for (at, row) in study.crossings.iter().enumerate().filter(|(_, r)| idle(&r.crossing_id)) {
        let message = format!("crossing `{}` has no activity: it costs no time", clip(&row.crossing_id));
        push(out, (&study.crossings, at, "crossing_id"), Code::LB0216, message, help);
    }
    for (at, row) in study.terminals.iter().enumerate().filter(|(_, r)| idle(&r.terminal_id)) {
        let message = format!("terminal `{}` has no activity: it costs no time", clip(&row.terminal_id));
        push(out, (&study.terminals, at, "terminal_id"), Code::LB0216, message, help);
    }
}

fn classes(study: &Study, out: &mut Vec<Diagnostic>) {
    for (at, class) in study.classes.iter().enumerate() {
        if matches!(class.id.as_str(), "freight" | "passenger" | "*") {
            push(
                out,
                (&study.classes, at, "id"),
                Code::LB0223,
                format!("class `{}` has the name of a group of classes", clip(&class.id)),
                "choose another name: `freight`, `passenger` and `*` stand for all classes of a kind",
            );
        }
        if class.modes.is_empty() {
            push(
                out,
                (&study.classes, at, "modes"),
                Code::LB0210,
                format!("class `{}` may use no mode", clip(&class.id)),
                "give `modes`, for example [\"road\", \"rail\"]",
            );
        }
        let fits = match class.kind {
            ClassKind::Freight => class.unit == super::tables::DemandUnit::Tonne,
            ClassKind::Passenger => class.unit == super::tables::DemandUnit::Person,
        };
        if !fits {
            push(
                out,
                (&study.classes, at, "unit"),
                Code::LB0114,
                format!("class `{}` is {} but counted in `{}`", clip(&class.id), class.kind, class.unit),
                "freight is counted in `t`, passengers in `person`",
            );
        }
    }
}

fn prices(study: &Study, out: &mut Vec<Diagnostic>) {
    for (at, row) in study.rates.iter().enumerate() {
        let everywhere = row.territory == "*" && row.facility_type.is_none();
        if row.per == RatePer::TruckHour && (row.mode != Mode::Road || !everywhere) {
            push(
                out,
                (&study.rates, at, "per"),
                Code::LB0132,
                format!("rate `{}` is per truck-hour but not for the road everywhere", clip(&row.rate_id)),
                "the standing cost of a truck has mode `road`, territory `*` and no facility type",
            );
        }
    }
    let mut seen: HashSet<(&str, i32)> = HashSet::new();
    for (at, row) in study.price_index.iter().enumerate() {
        if !seen.insert((&row.currency, row.year)) {
            push(
                out,
                (&study.price_index, at, "year"),
                Code::LB0120,
                format!("{} of {} occurs twice in the price index", clip(&row.currency), row.year),
                "keep one of the rows",
            );
        }
    }
}

/// Choice among routes is consistent with the maximizing of utility only if scales grow from chains of modes to
/// variants, and not shipping costs something.
fn choice(study: &Study, out: &mut Vec<Diagnostic>) {
    let table = &study.choice;
    for (at, row) in table.iter().enumerate() {
        if row.ratio_corridor < row.ratio_mode {
            push(
                out,
                (table, at, "ratio_corridor"),
                Code::LB0260,
                format!("`ratio_corridor` {} is below `ratio_mode` {}", row.ratio_corridor, row.ratio_mode),
                "corridors are closer substitutes than chains of modes: give a `ratio_corridor` from `ratio_mode` to 1",
            );
        }
        let kinds = [
            (ClassKind::Freight, "choke_usd_per_t", row.choke_usd_per_t),
            (ClassKind::Passenger, "choke_usd_per_person", row.choke_usd_per_person),
        ];
        for (kind, column, usd) in kinds {
            let class = study.classes.iter().find(|class| class.kind == kind);
            if let Some(class) = class.filter(|_| row.choke_factor + usd == 0.0) {
                push(
                    out,
                    (table, at, "choke_factor"),
                    Code::LB0260,
                    format!("not to travel or ship costs class `{}` nothing", clip(&class.id)),
                    format!("give a `choke_factor` above 1, or `{column}`: what the outside option costs"),
                );
            }
        }
    }
}

/// The sections of `study.toml` that are rows: loading defaults and key pairs.
fn sections(study: &Study, out: &mut Vec<Diagnostic>) {
    let table = &study.access_defaults;
    for (at, row) in table.iter().enumerate() {
        if row.fee.is_some() != row.fee_per.is_some() || row.fee_per == Some(FeePer::TruckKm) {
            push(
                out,
                (table, at, "fee_per"),
                Code::LB0132,
                format!("the charge for loading by {} has no amount or no unit to charge on", row.mode),
                "give `fee` and `fee_per`: the amount and whether it is per truck, teu, wagon, t, vehicle or person",
            );
        }
        if row.mode == Mode::Ferry {
            push(
                out,
                (table, at, "mode"),
                Code::LB0220,
                "nothing is loaded on to a ferry from a zone".to_owned(),
                "ferries are boarded by road or rail, at a port; give the time in its activities",
            );
        }
    }
    let table = &study.key_pairs;
    for (at, row) in table.iter().enumerate() {
        if row.from == row.to {
            push(
                out,
                (table, at, "to"),
                Code::LB0221,
                format!("the key pair starts and ends at `{}`", clip(&row.to)),
                "give two different nodes",
            );
        }
        let class = row.class.as_ref().unwrap_or(&study.study.main_class);
        let modes = study.classes.iter().find(|c| c.id == *class).map(|c| &c.modes);
        if row.mode != "any" && modes.is_some_and(|modes| !modes.contains(&row.mode)) {
            push(
                out,
                (table, at, "mode"),
                Code::LB0221,
                format!("class `{}` does not move by {}", clip(class), clip(&row.mode)),
                "ask for a mode of the class, or for another class",
            );
        }
    }
}

fn access(study: &Study, nodes: &HashMap<&str, &NodeRow>, out: &mut Vec<Diagnostic>) {
    let mut admitted: HashSet<&str> = HashSet::new();
    for (at, rule) in study.access.iter().enumerate() {
        let selects = |link: &LinkRow| {
            let ends = [&link.from_node_id, &link.to_node_id];
            let at_end =
                |t: &str| ends.iter().any(|id| nodes.get(id.as_str()).is_some_and(|n| n.territory == t));
            let touches = |t: &str| link.territory.iter().any(|own| own == t) || at_end(t);
            rule.selects(&link.link_id, link.mode, touches)
        };
        let mut selected = study.links.iter().filter(|link| selects(link)).peekable();
        if selected.peek().is_none() && study.links.is_complete() {
            push(
                out,
                (&study.access, at, "rule_id"),
                Code::LB0215,
                format!("access rule `{}` selects no link", clip(&rule.rule_id)),
                "a rule with links, territories and modes needs all of them on one link",
            );
        }
        if rule.effect == Effect::Allow && rule.is_in_force(study.study.as_of) {
            admitted.extend(selected.map(|link| link.link_id.as_str()));
        }
    }
    if !study.access.is_complete() {
        return;
    }
    for (at, link) in study.links.iter().enumerate() {
        if link.status == Status::Restricted && !admitted.contains(link.link_id.as_str()) {
            push(
                out,
                (&study.links, at, "status"),
                Code::LB0213,
                format!("link `{}` is restricted and nobody is admitted to it", clip(&link.link_id)),
                "add an `allow` rule to politics/access.csv, or call it `closed`",
            );
        }
    }
    for (at, crossing) in study.crossings.iter().enumerate() {
        if crossing.passengers == PassengerAccess::Special && !admitted.contains(crossing.link_id.as_str()) {
            push(
                out,
                (&study.crossings, at, "passengers"),
                Code::LB0213,
                format!("no travellers are admitted at `{}`", clip(&crossing.crossing_id)),
                "add an `allow` rule for its link to politics/access.csv, or write `no`",
            );
        }
    }
}
