//! Serialized forms of what a run holds of control: each part as its command gives it; parts that were not computed are
//! left out.

use landbridge::control::ControlError;
use landbridge::control::disruption::simulate::SimulationConfig;
use landbridge::model::Assignment;
use landbridge::outcome::interruption::Interruptions;
use landbridge::outcome::leverage::{Leverage, Options};
use landbridge::outcome::promise::Promises;
use landbridge::outcome::regimes::Regimes;
use landbridge::outcome::revenue::Revenue;
use landbridge::outcome::settlement::{Bargain, Settlement};
use serde::Serialize;

use crate::interruption::{InterruptionsJson, interruptions_json};
use crate::leverage::{LeverageJson, View, leverage_json};
use crate::regimes::{RegimesJson, regimes_json};
use crate::revenue::{RevenueJson, revenue_json};
use crate::settlement::{BargainJson, StabilityJson, bargain_json, stability_json};

/// What was computed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts<'p> {
    /// Control shares and denial values.
    pub leverage: Option<&'p Leverage>,
    /// The same with all built that could be.
    pub options: Option<&'p Options>,
    /// Who earns what.
    pub revenue: Option<&'p Revenue>,
    /// Regimes side by side.
    pub regimes: Option<&'p Regimes>,
    /// The game of the corridor.
    pub bargain: Option<&'p Bargain>,
    /// Whom it pays to break the agreement, and what would hold parties to it.
    pub settlement: Option<(&'p Settlement, &'p Promises)>,
    /// What interruptions cost, played out with the seed of [`SimulationConfig::default`].
    pub interruptions: &'p [Interruptions],
}

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
pub fn json(
    assignment: &Assignment,
    scenario: usize,
    parts: &Parts<'_>,
) -> Result<ControlJson, ControlError> {
    let view = parts.leverage.map(|leverage| View::new(leverage, parts.options, None, None));
    let has_played = !parts.interruptions.is_empty();
    let played =
        has_played.then(|| interruptions_json(parts.interruptions, SimulationConfig::default().seed));
    Ok(ControlJson {
        leverage: view.map(|view| leverage_json(assignment, scenario, &view)),
        revenue: parts.revenue.map(revenue_json),
        regimes: parts.regimes.map(|regimes| regimes_json(assignment, regimes)),
        bargain: parts.bargain.map(bargain_json),
        stability: parts.settlement.map(|found| stability_json(found, None, None)),
        interruptions: played.transpose()?,
    })
}
