//! Flows as the commands print them: a line a scenario, and what changes from one to another.

use landbridge::model::Assignment;
use landbridge::outcome::flows::Flows;
use landbridge::study::tables::ClassKind;
use landbridge_io::flows::NOTE;

use crate::output::{self, round};

/// What is said of a study without demand.
pub const NO_DEMAND: &str = "the study holds no demand (economy/trade.csv, demand/passenger.csv)\n";

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
    let mut text = format!("\n{}", output::heading(&format!("Flows of {}", assignment.demand.year)));
    let row = |flows: &Flows| {
        let [goods, people] = [ClassKind::Freight, ClassKind::Passenger].map(|kind| flows.total(study, kind));
        let id = if flows.scenario.is_empty() { "tables as they stand" } else { &flows.scenario };
        vec![
            id.to_owned(),
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
    text + &size_line(assignment) + NOTE + "\n"
}

/// How large the problem is, in a line.
pub fn size_line(assignment: &Assignment) -> String {
    let size = assignment.size();
    format!(
        "\n{} zones, {} segments, {} pairs; {} routes for {} scenarios and {} sets of closures, {:.1} MB\n",
        size.zones,
        size.segments,
        size.pairs,
        size.routes.routes,
        size.scenarios,
        size.routes.masks,
        size.routes.bytes as f64 / 1e6
    )
}
