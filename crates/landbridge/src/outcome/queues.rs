//! What happens at gates, terminals and lines with a capacity: flow, hours, and what a little more room is worth.

use crate::cost::{Place, Wait};
use crate::study::tables::Quality;

/// How near a scenario is to its equilibrium.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convergence {
    /// `|v - V(W(v))|_1 / |v|_1` over the facilities, in tonnes and persons.
    pub gap: f64,
    /// Steps of the solver.
    pub iterations: u32,
    /// Whether the gap asked for was reached. If not, flows and hours do not belong together.
    pub is_converged: bool,
}

/// A facility in a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct FacilityState {
    /// Where.
    pub place: Place,
    /// Identifier of the crossing, terminal or link.
    pub id: String,
    /// Name; at a crossing with the direction.
    pub name: String,
    /// Unit of its flow: `truck`, `t`, `teu`, `train` or `person`.
    pub unit: String,
    /// Capacity in the scenario, units a day, less what closed days take.
    pub capacity_per_day: f64,
    /// Whether the capacity of the tables was raised to fit the observed hours.
    pub is_raised: bool,
    /// Units a day.
    pub flow_per_day: f64,
    /// Units a day that were observed.
    pub observed_per_day: Option<f64>,
    /// Hours of the tables.
    pub observed_h: f64,
    /// Hours in the scenario: mean, spread, and what 95 of 100 do not exceed.
    pub wait: Wait,
    /// Hours of the queue that are part of the mean.
    pub queue_h: f64,
    /// How sure the capacity is.
    pub quality: Quality,
}

impl FacilityState {
    /// Flow over capacity.
    pub fn utilisation(&self) -> f64 {
        self.flow_per_day / self.capacity_per_day
    }
}

/// What easing a facility is worth to all users together, near the equilibrium: derivatives, money a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Bottleneck {
    /// The facility.
    pub facility: FacilityState,
    /// An hour less for all who pass, once queues have answered.
    pub hour_saved_usd: f64,
    /// The same if queues did not answer.
    pub hour_saved_at_first_usd: f64,
    /// Capacity for a unit a day more.
    pub unit_a_day_usd: f64,
    /// A charge of one on each unit less.
    pub fee_cut_usd: f64,
    /// Units a year more that would pass for an hour less.
    pub drawn_by_hour: f64,
}
