//! Gates, terminals and lines with a capacity in serialized form: their state in a scenario, what easing them is worth, and
//! how near a scenario is to its equilibrium.
//!
//! Flows and capacities are units a day, times hours, money the study's currency of its price year.

use landbridge::model::Assignment;
use landbridge::outcome::flows::Flows;
use landbridge::outcome::queues::{Bottleneck, Convergence, FacilityState};
use serde::Serialize;

use crate::flows::{NOTE, SizeJson, size_json};
use crate::tidy::{Csv, number};

/// What has to be said wherever the worth of easing a facility is shown.
pub const WORTH_NOTE: &str = "Worths are derivatives, by the year: what the first hour, unit or money unit is worth once queues \
                              have answered. They hold for small changes.";

/// How near a scenario is to its equilibrium.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct EquilibriumJson {
    /// `|v - V(W(v))|_1 / |v|_1` over the facilities, in tonnes and persons.
    pub gap: f64,
    /// Steps of the solver.
    pub iterations: u32,
    /// Whether the gap asked for was reached; if not, flows and hours do not belong together.
    pub is_converged: bool,
}

impl From<Convergence> for EquilibriumJson {
    fn from(found: Convergence) -> Self {
        Self { gap: found.gap, iterations: found.iterations, is_converged: found.is_converged }
    }
}

/// A facility in a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct FacilityJson {
    /// Identifier of the crossing, terminal or link.
    pub id: String,
    /// Name; at a crossing with the direction.
    pub name: String,
    /// Unit of flow and capacity.
    pub unit: String,
    /// Flow a day.
    pub flow_per_day: f64,
    /// Capacity a day in the scenario.
    pub capacity_per_day: f64,
    /// Whether the capacity was raised to fit the observed hours.
    pub capacity_is_raised: bool,
    /// Flow over capacity.
    pub utilisation: f64,
    /// Mean hours.
    pub mean_h: f64,
    /// Standard deviation of the hours.
    pub sd_h: f64,
    /// Hours that 95 of 100 do not exceed.
    pub p95_h: f64,
    /// Part of the mean that is a queue.
    pub queue_h: f64,
    /// Flow a day that was observed.
    pub observed_per_day: Option<f64>,
    /// Hours of the tables.
    pub observed_h: f64,
    /// How sure the capacity is.
    pub quality: &'static str,
}

/// A facility for programs.
pub fn facility_json(state: &FacilityState) -> FacilityJson {
    FacilityJson {
        id: state.id.clone(),
        name: state.name.clone(),
        unit: state.unit.clone(),
        flow_per_day: state.flow_per_day,
        capacity_per_day: state.capacity_per_day,
        capacity_is_raised: state.is_raised,
        utilisation: state.utilisation(),
        mean_h: state.wait.mean_h,
        sd_h: state.wait.sd_h,
        p95_h: state.wait.p95_h,
        queue_h: state.queue_h,
        observed_per_day: state.observed_per_day,
        observed_h: state.observed_h,
        quality: state.quality.word(),
    }
}

/// The columns of a facility.
const FACILITY: [&str; 14] = [
    "facility_id",
    "name",
    "unit",
    "flow_per_day",
    "capacity_per_day",
    "capacity_is_raised",
    "utilisation",
    "mean_h",
    "sd_h",
    "p95_h",
    "queue_h",
    "observed_per_day",
    "observed_h",
    "quality",
];

fn facility_fields(state: &FacilityState) -> [String; 14] {
    [
        state.id.clone(),
        state.name.clone(),
        state.unit.clone(),
        number(state.flow_per_day, 3),
        number(state.capacity_per_day, 3),
        u8::from(state.is_raised).to_string(),
        number(state.utilisation(), 4),
        number(state.wait.mean_h, 4),
        number(state.wait.sd_h, 4),
        number(state.wait.p95_h, 4),
        number(state.queue_h, 4),
        state.observed_per_day.map_or(String::new(), |flow| number(flow, 3)),
        number(state.observed_h, 4),
        state.quality.word().to_owned(),
    ]
}

/// All facilities in all scenarios, a row each.
pub(crate) fn facility_table(all: &[Flows]) -> Vec<u8> {
    let mut csv = Csv::new(&[&["scenario"], &FACILITY[..]].concat());
    for flows in all {
        for state in &flows.facilities {
            csv.row(std::iter::once(flows.scenario.clone()).chain(facility_fields(state)));
        }
    }
    csv.finish()
}

/// How near each scenario is to its equilibrium.
pub(crate) fn equilibrium_table(all: &[Flows]) -> Vec<u8> {
    let mut csv = Csv::new(&["scenario", "gap", "iterations", "is_converged"]);
    for flows in all {
        let found = flows.convergence;
        csv.row([
            flows.scenario.clone(),
            format!("{:e}", found.gap),
            found.iterations.to_string(),
            u8::from(found.is_converged).to_string(),
        ]);
    }
    csv.finish()
}

/// What easing the facilities of a scenario is worth.
#[derive(Clone, Debug, Serialize)]
pub struct BottlenecksJson {
    scenario: String,
    year: i32,
    note: &'static str,
    worth_note: &'static str,
    size: SizeJson,
    equilibrium: EquilibriumJson,
    bottlenecks: Vec<BottleneckJson>,
}

#[derive(Clone, Debug, Serialize)]
struct BottleneckJson {
    #[serde(flatten)]
    facility: FacilityJson,
    hour_saved_usd_per_year: f64,
    hour_saved_if_queues_stay_usd_per_year: f64,
    unit_a_day_usd_per_year: f64,
    fee_cut_usd_per_year: f64,
    drawn_by_hour_per_year: f64,
}

/// What easing facilities is worth in a scenario, by its position, for programs.
pub fn bottlenecks_json(assignment: &Assignment, scenario: usize, all: &[Bottleneck]) -> BottlenecksJson {
    let one = |bottleneck: &Bottleneck| BottleneckJson {
        facility: facility_json(&bottleneck.facility),
        hour_saved_usd_per_year: bottleneck.hour_saved_usd,
        hour_saved_if_queues_stay_usd_per_year: bottleneck.hour_saved_at_first_usd,
        unit_a_day_usd_per_year: bottleneck.unit_a_day_usd,
        fee_cut_usd_per_year: bottleneck.fee_cut_usd,
        drawn_by_hour_per_year: bottleneck.drawn_by_hour,
    };
    BottlenecksJson {
        scenario: assignment.scenarios[scenario].overlay.scenario.clone(),
        year: assignment.demand.year,
        note: NOTE,
        worth_note: WORTH_NOTE,
        size: size_json(assignment),
        equilibrium: assignment.convergence(scenario).into(),
        bottlenecks: all.iter().map(one).collect(),
    }
}

/// What easing facilities is worth in a scenario, for spreadsheets.
pub fn bottlenecks_csv(scenario: &str, all: &[Bottleneck]) -> Vec<u8> {
    let worth = [
        "hour_saved_usd_per_year",
        "hour_saved_if_queues_stay_usd_per_year",
        "unit_a_day_usd_per_year",
        "fee_cut_usd_per_year",
        "drawn_by_hour_per_year",
    ];
    let mut csv = Csv::new(&[&["scenario"], &FACILITY[..], &worth].concat());
    for bottleneck in all {
        let worth = [
            number(bottleneck.hour_saved_usd, 1),
            number(bottleneck.hour_saved_at_first_usd, 1),
            number(bottleneck.unit_a_day_usd, 1),
            number(bottleneck.fee_cut_usd, 1),
            number(bottleneck.drawn_by_hour, 1),
        ];
        let fields = facility_fields(&bottleneck.facility).into_iter().chain(worth);
        csv.row(std::iter::once(scenario.to_owned()).chain(fields));
    }
    csv.finish()
}
