//! Checks the ledger of claims: what its rows refer to, that a test has what its metric needs, and that each claim can
//! come to a verdict or says why not.

use std::collections::HashSet;

use super::claim_tables::TestRow;
use super::read::Table;
use super::resolve::Checker;
use super::schema::Row;
use super::tables::Mode;
use super::value::nearest;
use super::words::{Change, ClaimKind, Comparator, Metric};
use super::{Date, Study};
use crate::diagnostic::{Code, Diagnostic, clip};

/// The scenario that stands for the tables as they are.
const TABLES: &str = "base";

/// Checks all claims and their tests.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    references(study, out);
    scenarios(study, out);
    for (at, row) in study.tests.iter().enumerate() {
        complete(&study.tests, at, row, out);
        flows(study, at, row, out);
        days(study, &study.tests, at, ("as_of", row.as_of), out);
    }
    verdicts(study, out);
}

fn references(study: &Study, out: &mut Vec<Diagnostic>) {
    let (claims, tests) = (&study.claims, &study.tests);
    let mut check = Checker::new(out);
    check.many(claims, "subjects", &study.actors, |r| r.subjects.iter());
    check.one(tests, "claim", claims, |r| Some(&r.claim));
    check.one(tests, "from", &study.nodes, |r| r.from.as_ref());
    check.one(tests, "to", &study.nodes, |r| r.to.as_ref());
    check.many(tests, "via", &study.nodes, |r| r.via.iter());
    check.one(tests, "class", &study.classes, |r| r.class.as_ref());
    check.many(tests, "within", &study.territories, |r| r.within.iter());
    check.many(tests, "avoid", &study.territories, |r| r.avoid.iter());
    check.many(tests, "against_avoid", &study.territories, |r| r.against_avoid.iter());
    check.many(tests, "territory", &study.territories, |r| r.territory.iter());
    check.many(tests, "closable_only_by", &study.actors, |r| r.closable_only_by.iter());
    check.one(tests, "actor", &study.actors, |r| r.actor.as_ref());
    check.many(tests, "through", &study.territories, |r| r.through.iter());
    check.many(tests, "groups", &study.groups, |r| r.groups.iter());
    check.many(tests, "on", &study.actors, |r| r.on.iter());
    check.one(tests, "against_actor", &study.actors, |r| r.against_actor.as_ref());
    check.many(tests, "against_on", &study.actors, |r| r.against_on.iter());
    check.many(tests, "region", &study.countries, |r| r.region.iter());
    check.one(tests, "horizon", &study.elasticities, |r| r.horizon.as_ref());
    check.many(tests, "links", &study.links, |r| r.links.iter());
    check.one(tests, "item", &study.agreement, |r| r.item.as_ref());
    let modes: HashSet<&str> = Mode::WORDS.iter().copied().collect();
    check.words(tests, "mode", &modes, "mode", |r| &r.mode);
    check.sources(claims, study, |r| &r.source);
}

/// Scenarios are files, not rows of a table.
fn scenarios(study: &Study, out: &mut Vec<Diagnostic>) {
    let stands_alone = |name: &str| {
        // A study without a scenario of this name has its tables for it.
        if name == TABLES {
            return true;
        }
        let row = study.scenarios.get(name).map(super::ScenarioFile::row);
        row.is_some_and(|row| row.is_none_or(|row| !row.is_module))
    };
    let mut check = |table_place, column: &str, name: &str| {
        if stands_alone(name) {
            return;
        }
        let known = study.scenarios.keys().map(String::as_str).filter(|id| stands_alone(id));
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a file of scenarios/ that is not a module".to_owned(),
        };
        let message = format!("`{column}`: there is no scenario `{}`", clip(name));
        out.push(Diagnostic::new(Code::LB0121, message, help, table_place));
    };
    for (at, row) in study.claims.iter().enumerate() {
        for name in &row.scenarios {
            check(study.claims.place(at, "scenarios"), "scenarios", name);
        }
    }
    for (at, row) in study.tests.iter().enumerate() {
        check(study.tests.place(at, "scenario"), "scenario", &row.scenario);
        if let Some(against) = &row.against {
            check(study.tests.place(at, "against"), "against", against);
        }
        for name in &row.among {
            check(study.tests.place(at, "among"), "among", name);
        }
    }
}

/// A day before all that the timeline knows.
pub(super) fn days<R: Row>(
    study: &Study,
    table: &Table<R>,
    at: usize,
    (column, day): (&str, Option<Date>),
    out: &mut Vec<Diagnostic>,
) {
    let first = study.timeline.iter().map(|event| event.date).min();
    if let (Some(day), Some(first)) = (day, first)
        && day < first
        && study.timeline.is_complete()
    {
        out.push(Diagnostic::new(
            Code::LB0235,
            format!("{day} lies before the first event of the timeline, {first}"),
            "give that day or a later one, or add earlier events to politics/timeline.csv",
            table.place(at, column),
        ));
    }
}

/// Whether a test has what its metric and its comparison need.
fn complete(table: &Table<TestRow>, at: usize, row: &TestRow, out: &mut Vec<Diagnostic>) {
    let metric = row.metric;
    let lacks = [
        ("from", metric.is_of_route() && row.from.is_none()),
        ("to", metric.is_of_route() && row.to.is_none()),
        ("groups", metric.needs_links() && row.groups.is_empty() && row.links.is_empty()),
        ("actor", metric.needs_actor() && row.actor.is_none()),
        ("territory", metric == Metric::LinksRunNear && row.territory.is_empty()),
        ("territory", metric == Metric::RouteForeign && row.territory.is_empty()),
        ("territory", metric == Metric::Transit && row.territory.is_empty()),
        (
            "groups",
            metric == Metric::FlowShare
                && [&row.groups, &row.links, &row.territory].iter().all(|l| l.is_empty()),
        ),
        ("within_km", metric == Metric::LinksRunNear && row.within_km.is_none()),
        ("region", metric.needs_region() && row.region.is_empty()),
        (
            "pairs",
            matches!(metric, Metric::Trade | Metric::TradeShare | Metric::LinkShare) && row.pairs.is_empty(),
        ),
        ("on", metric == Metric::BargainingShare && row.on.is_empty()),
        ("among", metric == Metric::WorstOff && row.among.is_empty()),
        ("item", metric == Metric::StageReached && row.item.is_none()),
        ("stage", metric == Metric::StageReached && row.stage.is_none()),
        ("against", metric == Metric::CheaperPairs && row.against.is_none()),
        ("against", row.change != Change::Value && row.other_scenario().is_none()),
        ("against", row.change == Change::OfGain && row.against.is_none()),
        ("actor", row.change == Change::OfGain && row.actor.is_none()),
        ("tolerance", row.comparator == Comparator::Within && row.tolerance.is_none()),
    ];
    for (column, _) in lacks.iter().filter(|(_, lacks)| *lacks) {
        let message = format!("a test of claim `{}` by `{metric}` has no `{column}`", clip(&row.claim));
        let help = "give what the metric and the comparison need (docs/model/claims.md)";
        out.push(Diagnostic::new(Code::LB0250, message, help, table.place(at, "metric")));
    }
    if row.from.is_some() && row.from == row.to {
        let message = format!("a test of claim `{}` asks for a way from a place to itself", clip(&row.claim));
        out.push(Diagnostic::new(Code::LB0250, message, "give two places", table.place(at, "to")));
    }
}

/// What a test of flows names, and that there is demand: flows are of the scenario's own day, as specified.
fn flows(study: &Study, at: usize, row: &TestRow, out: &mut Vec<Diagnostic>) {
    let place = |column| study.tests.place(at, column);
    if row.metric.is_of_trade() && (study.trade_totals.is_empty() || study.elasticities.is_empty()) {
        let message =
            format!("a test of claim `{}` asks for trade: the study holds no totals of it", clip(&row.claim));
        let help = "add economy/trade_total.csv and economy/elasticity.csv";
        out.push(Diagnostic::new(Code::LB0250, message, help, place("metric")));
    }
    if row.metric.is_of_flows() || row.metric.is_of_trade() || row.metric.is_of_parties() {
        let has_demand = !(study.trade.is_empty() && study.passengers.is_empty());
        let wrong = [
            (!has_demand && study.trade.is_complete(), "metric", "the study holds no demand"),
            (row.as_of.is_some(), "as_of", "flows are computed on the day of the scenario"),
        ];
        for (_, column, why) in wrong.into_iter().filter(|(is_wrong, ..)| *is_wrong) {
            let message = format!("a test of claim `{}` asks for flows: {why}", clip(&row.claim));
            out.push(Diagnostic::new(Code::LB0250, message, "ask for something else", place(column)));
        }
    }
    for pair in &row.pairs {
        let known = |region: &str| study.countries.has_key(region);
        let is_pair = pair.split_once('/').is_some_and(|(a, b)| known(a) && known(b));
        if !is_pair {
            let message = format!("`pairs`: `{}` is not a pair of regions", clip(pair));
            let help = "write two regions of economy/country.csv as `ARM/IRN`";
            out.push(Diagnostic::new(Code::LB0121, message, help, place("pairs")));
        }
    }
}

/// A claim is judged by tests, or waits for a capability, or cannot be judged: exactly one of these.
fn verdicts(study: &Study, out: &mut Vec<Diagnostic>) {
    if !study.tests.is_complete() || !study.claims.is_complete() {
        return;
    }
    let tested: HashSet<&str> = study.tests.iter().map(|test| test.claim.as_str()).collect();
    for (at, row) in study.claims.iter().enumerate() {
        let ways =
            [tested.contains(row.id.as_str()), row.waits_for.is_some(), row.kind == ClaimKind::NotTestable];
        let n = ways.iter().filter(|way| **way).count();
        if n != 1 {
            let message = match n {
                0 => format!("claim `{}` has no test and waits for nothing", clip(&row.id)),
                _ => format!(
                    "claim `{}` has tests, waits or is not testable: more than one of these",
                    clip(&row.id)
                ),
            };
            let help = "give it a `[[test]]`, or say what it `waits_for`, or make its kind `not_testable`";
            out.push(Diagnostic::new(Code::LB0251, message, help, study.claims.place(at, "id")));
        }
    }
}
