//! Flows as the commands print them: a line a scenario, and what changes from one to another.

use landbridge::model::{Assignment, Model};
use landbridge::network::Network;
use landbridge::outcome::flow_change::{FlowChange, PairWays};
use landbridge::outcome::flows::Flows;
use landbridge::outcome::queues::FacilityState;
use landbridge::study::tables::ClassKind;
use landbridge_io::flows::{NOTE, kind_word};

use crate::certificate::Certificate;
use crate::output::{self, round};

/// Crossings and ports that a comparison prints.
const SHOWN: usize = 12;
/// Ways with this share of their pair before or after are printed one by one.
const LEAST_SHARE: f64 = 0.05;

/// What would be printed as 0 thousand has no row.
const LEAST: f64 = 50.0;
/// Nor have hours that would be printed as the same, and places that next to nothing passes.
const LEAST_H: f64 = 0.05;
const LEAST_PER_DAY: f64 = 0.05;

/// What is said of a study without demand.
pub const NO_DEMAND: &str = "the study holds no demand (economy/trade.csv, demand/passenger.csv)\n";

/// A heading after an empty line.
fn section(title: &str) -> String {
    format!("\n{}", output::heading(title))
}

/// Thousands.
pub fn thousand(value: f64) -> String {
    round(value / 1e3)
}

/// A part of a whole in percent; nothing if there is no whole.
pub fn percent(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{:.1}%", 100.0 * part / whole) } else { String::new() }
}

/// Goods and travellers of every scenario, and how large the problem is.
pub fn scenario_table(assignment: &Assignment, all: &[Flows]) -> String {
    let study = &assignment.reference().study;
    let mut text = section(&format!("Flows of {}", assignment.demand.year));
    let row = |flows: &Flows| {
        let [goods, people] = [ClassKind::Freight, ClassKind::Passenger].map(|kind| flows.total(study, kind));
        let id = if flows.scenario.is_empty() { "tables as they stand" } else { &flows.scenario };
        let mark = if flows.convergence.is_converged { "" } else { ", NOT in equilibrium" };
        vec![
            format!("{id}{mark}"),
            thousand(goods.demand),
            thousand(goods.unserved),
            percent(goods.unserved, goods.demand),
            thousand(people.demand),
            thousand(people.unserved),
            percent(people.unserved, people.demand),
        ]
    };
    let header = [
        "scenario",
        "goods\nkt",
        "unserved\nkt",
        "share",
        "travellers\nthousand",
        "unserved\nthousand",
        "share",
    ];
    text += &output::table(&header, 1..7, all.iter().map(row).collect());
    text + &size_line(assignment) + &Certificate::of_all(assignment).line() + NOTE + "\n"
}

/// How large the problem is, in a line.
pub fn size_line(assignment: &Assignment) -> String {
    let size = assignment.size();
    format!(
        "\n{} zones, {} segments, {} pairs, {} places with a capacity; {} routes for {} scenarios and {} sets of closures, \
         {:.1} MB\n",
        size.zones,
        size.segments,
        size.pairs,
        size.facilities,
        size.routes.routes,
        size.scenarios,
        size.routes.masks,
        size.routes.bytes as f64 / 1e6
    )
}

/// Before, after and the difference.
fn sides(sides: [f64; 2], number: fn(f64) -> String) -> [String; 3] {
    let change = sides[1] - sides[0];
    let shown = number(change);
    // What rounds to nothing has no sign.
    let is_nothing = shown.chars().all(|c| !c.is_ascii_digit() || c == '0');
    let shown = match change {
        _ if is_nothing => number(0.0),
        up if up > 0.0 => format!("+{shown}"),
        _ => shown,
    };
    [number(sides[0]), number(sides[1]), shown]
}

/// A row: names, then before, after and the difference.
fn row(names: &[String], values: [String; 3]) -> Vec<String> {
    names.iter().cloned().chain(values).collect()
}

/// What moves otherwise from one scenario to another.
pub fn change_text(model: &Model, year: i32, change: &FlowChange) -> String {
    let network = &model.network;
    let currency = &model.study.units.currency;
    let mut text = section(&format!("Flows of {year}"));
    let head = |first: &[&'static str]| [first, &["before", "after", "difference"]].concat();
    let totals = change.totals.iter().flat_map(|&(kind, totals)| {
        let unit =
            if kind == landbridge::study::tables::ClassKind::Freight { "kt" } else { "thousand persons" };
        let name = |what: &str| vec![format!("{}, {what}", kind_word(kind)), unit.to_owned()];
        [
            row(&name("demand"), sides(totals.map(|total| total.demand), thousand)),
            row(&name("unserved"), sides(totals.map(|total| total.unserved), thousand)),
        ]
    });
    text += &output::table(&head(&["all", "unit"]), 2..5, totals.collect());
    text += &section("Ways of goods between regions, kt");
    text += &output::table(
        &["pair", "territories and modes", "before", "share", "after", "share"],
        2..6,
        change.pairs.iter().flat_map(|pair| ways(network, pair)).collect(),
    );
    text += "Pairs: those of the study's key pairs, then those where most goods change their way. Shares are those of what \
             travels.\n";
    text += &section("Crossings with the largest changes, kt");
    let changes = |before: f64, after: f64| (after - before).abs() >= LEAST;
    let crossings = change.crossings.iter().filter(|sides| changes(sides[0].t_per_year, sides[1].t_per_year));
    let crossings = crossings.take(SHOWN).map(|flows| {
        let territory = |at| network.territories[network.nodes[at].territory].id.as_str();
        let ends = format!("{} > {}", territory(flows[0].from), territory(flows[0].to));
        let name = super::short(&network.crossings[flows[0].crossing].name).to_owned();
        let mode = network.assets[network.crossings[flows[0].crossing].asset].mode.word().to_owned();
        row(&[name, mode, ends], sides(flows.map(|flow| flow.t_per_year), thousand))
    });
    text += &table_or_none(&head(&["crossing", "mode", "direction"]), 3, crossings.collect());
    text += &section("Places with a capacity where hours change most");
    text += &facilities(change);
    text += &section("Ports, kt by ship or ferry");
    let ports =
        change.ports.iter().filter(|sides| changes(sides[0].t_per_year, sides[1].t_per_year)).take(SHOWN);
    let ports = ports.map(|flows| {
        let name = network.nodes[flows[0].node].name.clone();
        row(&[name], sides(flows.map(|flow| flow.t_per_year), thousand))
    });
    text += &table_or_none(&head(&["port"]), 1, ports.collect());
    text += &section("Transit, thousand t or persons");
    let is_some = |sides: [f64; 2]| sides.iter().any(|&amount| amount >= LEAST);
    let transit =
        change.transit.iter().filter(|(_, _, amount)| is_some(*amount)).map(|&(country, kind, amount)| {
            row(&[network.countries[country].clone(), kind_word(kind).to_owned()], sides(amount, thousand))
        });
    text += &table_or_none(&head(&["country", "what"]), 2, transit.collect());
    text += &section(&format!("Taken for passage, thousand {currency}"));
    let revenue = change.revenue.iter().filter(|(_, _, usd)| is_some(*usd)).map(|&(actor, levy, usd)| {
        row(&[network.actors[actor].id.clone(), levy.word().to_owned()], sides(usd, thousand))
    });
    text += &table_or_none(&head(&["collector", "charge"]), 2, revenue.collect());
    text + "\n" + NOTE + "\n"
}

/// Hours before and after where both scenarios have traffic.
fn facilities(change: &FlowChange) -> String {
    let changes = |sides: &&[FacilityState; 2]| {
        let hours = sides.each_ref().map(|side| side.wait.mean_h);
        (hours[1] - hours[0]).abs() >= LEAST_H && sides.iter().all(|side| side.flow_per_day >= LEAST_PER_DAY)
    };
    let rows = change.facilities.iter().filter(changes).take(SHOWN).map(|sides| {
        let used = sides.each_ref().map(|side| percent(side.flow_per_day, side.capacity_per_day));
        let names = [sides[0].name.clone(), format!("{} > {}", used[0], used[1])];
        row(&names, self::sides(sides.each_ref().map(|side| side.wait.mean_h), round))
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return "none\n".to_owned();
    }
    output::table(&["place", "used", "hours\nbefore", "\nafter", "\ndifference"], 1..5, rows)
}

fn table_or_none(header: &[&str], first_number: usize, rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return "none\n".to_owned();
    }
    output::table(header, first_number..first_number + 3, rows)
}

/// The main ways of a pair, and all others in one row.
fn ways(network: &Network, pair: &PairWays) -> Vec<Vec<String>> {
    let (main, other) = pair.main_ways(LEAST_SHARE);
    let shown = |name: String, amount: [f64; 2]| {
        let [before, after] =
            [0, 1].map(|side| [thousand(amount[side]), percent(amount[side], pair.served[side])]);
        [vec![String::new(), name], before.to_vec(), after.to_vec()].concat()
    };
    let mut rows: Vec<Vec<String>> =
        main.into_iter().map(|way| shown(way.words(network), way.per_year)).collect();
    if other.iter().any(|&amount| amount > 0.0) {
        rows.push(shown("other ways".to_owned(), other));
    }
    if let Some(first) = rows.first_mut() {
        first[0] = format!("{} > {}", pair.origin, pair.destination);
    }
    rows
}
