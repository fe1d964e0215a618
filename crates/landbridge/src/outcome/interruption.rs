//! What interruptions of a scenario cost, as its causes of closure imply (`docs/model/settlement.md`).
//!
//! Hazards are assumptions of the study; what follows from them says nothing of whether they are right.

use super::leverage::Party;
use crate::control::disruption::simulate::{Disruption, Mean};

/// A cause of closure, and what it does in a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseEffect {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Who closes; `None`: nobody.
    pub actor: Option<String>,
    /// Physical links that it closes in the scenario; none: it does not act there.
    pub links: Vec<String>,
    /// Whether any of them is one that the scenario opens.
    pub is_of_corridor: bool,
    /// Events a year that the study assumes; of a Weibull hazard its rate.
    pub per_year: f64,
    /// Quiet years after which a hazard as high as assumed could be ruled out with 95 %; infinite without a hazard.
    pub quiet_years: f64,
    /// Days closed a year by this cause.
    pub closed_days_per_year: Mean,
    /// What a closed day costs each party; below 0 it gains.
    pub cost_per_day_usd: Vec<f64>,
    /// The same of all parties together.
    pub total_per_day_usd: f64,
    /// Tonnes and persons of the parties that do not move on a closed day, beyond those that do not move anyway.
    pub unserved_per_day: f64,
}

/// Interruptions of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Interruptions {
    /// The scenario.
    pub scenario: String,
    /// Whether regimes have equal checks and tolls.
    pub is_neutral: bool,
    /// The parties.
    pub parties: Vec<Party>,
    /// Physical links that the scenario opens.
    pub opened: Vec<String>,
    /// Rate at which later costs count less, a year.
    pub discount_rate: f64,
    /// All causes of the study, in its order.
    pub causes: Vec<CauseEffect>,
    /// By draw: when any of the links that the scenario opens closed first, for how many days in all, and what all
    /// closures cost the parties together, as of the beginning.
    pub draws: Disruption,
    /// What closures cost each party on average over the draws, as of the beginning.
    pub cost_usd: Vec<f64>,
    /// What closures of causes that touch the corridor would cost all parties if there were no others, on average.
    pub corridor_cost_usd: f64,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}
