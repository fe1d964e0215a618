//! Serialized forms of what a run holds of control: each part as its command gives it; parts that were not computed are
//! left out.

use landbridge::control::ControlError;
use landbridge::control::disruption::simulate::SimulationConfig;
use landbridge::model::Assignment;
use landbridge::outcome::control::Control;
use serde::Serialize;

use crate::interruption::{InterruptionsJson, interruptions_json};
use crate::leverage::{LeverageJson, View, leverage_json};
use crate::regimes::{RegimesJson, regimes_json};
use crate::revenue::{RevenueJson, revenue_json};
use crate::settlement::{BargainJson, StabilityJson, bargain_json, stability_json};

/// Control as JSON.
#[derive(Debug, Serialize)]
pub struct ControlJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    leverage: Option<LeverageJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revenue: Option<RevenueJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regimes: Option<RegimesJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bargain: Option<BargainJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stability: Option<StabilityJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interruptions: Option<InterruptionsJson>,
}

/// The parts of the scenario at a position.
///
/// # Errors
/// Draws of interruptions without a quantile.
pub fn json(assignment: &Assignment, scenario: usize, of: &Control<'_>) -> Result<ControlJson, ControlError> {
    let view = of.leverage.map(|leverage| View::new(leverage, of.options, None, None));
    let has_played = !of.interruptions.is_empty();
    let played = has_played.then(|| interruptions_json(of.interruptions, SimulationConfig::default().seed));
    Ok(ControlJson {
        leverage: view.map(|view| leverage_json(assignment, scenario, &view)),
        revenue: of.revenue.map(revenue_json),
        regimes: of.regimes.map(|regimes| regimes_json(assignment, regimes)),
        bargain: of.bargain.map(bargain_json),
        stability: of.settlement.map(|found| stability_json(found, None, None)),
        interruptions: played.transpose()?,
    })
}
