//! Serialized forms of what a run holds of control: parts that were not computed are left out.

use landbridge::model::Assignment;
use landbridge::outcome::leverage::{Leverage, Options};
use landbridge::outcome::regimes::Regimes;
use serde::Serialize;

use crate::leverage::{LeverageJson, View, leverage_csv, leverage_json};
use crate::regimes::{RegimesJson, regimes_csv, regimes_json};

/// What was computed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts<'p> {
    /// Control shares and denial values.
    pub leverage: Option<&'p Leverage>,
    /// The same with all built that could be.
    pub options: Option<&'p Options>,
    /// Regimes side by side.
    pub regimes: Option<&'p Regimes>,
}

impl Parts<'_> {
    fn view(&self) -> Option<View<'_>> {
        Some(View::new(self.leverage?, self.options, None, None))
    }
}

/// Control as JSON.
#[derive(Debug, Serialize)]
pub struct ControlJson {
    /// As `landbridge leverage` gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leverage: Option<LeverageJson>,
    /// As `landbridge regimes` gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regimes: Option<RegimesJson>,
}

/// The parts of the scenario at a position.
pub fn json(assignment: &Assignment, scenario: usize, parts: &Parts<'_>) -> ControlJson {
    ControlJson {
        leverage: parts.view().map(|view| leverage_json(assignment, scenario, &view)),
        regimes: parts.regimes.map(|regimes| regimes_json(assignment, regimes)),
    }
}

/// Tables of a results folder: path and bytes.
pub fn tables(parts: &Parts<'_>) -> Vec<(String, Vec<u8>)> {
    let named = |name: &str, bytes: Option<Vec<u8>>| Some((format!("tables/{name}.csv"), bytes?));
    let tables = [
        named("leverage", parts.view().map(|view| leverage_csv(&view))),
        named("regimes", parts.regimes.map(regimes_csv)),
    ];
    tables.into_iter().flatten().collect()
}
