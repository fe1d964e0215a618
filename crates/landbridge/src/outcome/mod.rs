//! Stage 9: what comes out. Types of results only, with the sums and indicators that follow from them; [`crate::model`]
//! fills them.

pub mod agreement;
pub mod compare;
pub mod control;
pub mod flow_change;
pub mod flows;
pub mod indicators;
pub mod interruption;
mod itinerary;
pub mod leverage;
pub mod promise;
pub mod queues;
pub mod regimes;
pub mod revenue;
pub mod settlement;
pub mod tcd;
pub mod trade;

use std::collections::BTreeMap;

use crate::index::{ClassIdx, CrossingIdx, NodeIdx};
use crate::study::tables::{Quality, Side, ValidationRow};

pub use itinerary::{Itinerary, Leg, LegKind, LegStop};

/// All results of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The key pairs with their itineraries.
    pub key_pairs: Vec<KeyPair>,
    /// Every crossing in each direction.
    pub passages: Vec<Passage>,
    /// Skims of all zones, one a class.
    pub skims: Vec<Skim>,
    /// Published facts against the model.
    pub validation: Vec<Comparison>,
    /// Rows by table and quality: how much rests on what.
    pub provenance: Vec<Provenance>,
    /// Size of what was solved.
    pub size: Size,
}

/// Number of things in a study; printed with every timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Places.
    pub nodes: usize,
    /// Places where demand starts and ends.
    pub zones: usize,
    /// Physical links.
    pub assets: usize,
    /// States of the graph.
    pub states: usize,
    /// Directed links of the graph.
    pub links: usize,
    /// Border crossing points.
    pub crossings: usize,
    /// Terminals.
    pub terminals: usize,
    /// User classes.
    pub classes: usize,
}

/// A pair of places that is reported in full.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// Origin.
    pub from: NodeIdx,
    /// Destination.
    pub to: NodeIdx,
    /// Class.
    pub class: ClassIdx,
    /// `any`, `road` or `rail`.
    pub mode: String,
    /// The best itineraries of different corridors, cheapest first; empty if the pair is not connected.
    pub itineraries: Vec<Itinerary>,
}

/// Passing a crossing in one direction, for freight or travellers.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// The crossing.
    pub crossing: CrossingIdx,
    /// From which side.
    pub from: NodeIdx,
    /// To which side.
    pub to: NodeIdx,
    /// Class whose charges are shown.
    pub class: ClassIdx,
    /// Hours by side; `both` where the study gives only the sum of the posts. TFI1 is defined for a single post.
    pub hours: BTreeMap<Side, f64>,
    /// Payments by side, for the reference cargo of 20 t, or for one traveller.
    pub fees_usd: BTreeMap<Side, f64>,
    /// Whether every hour of it is assumed.
    pub assumed: bool,
    /// Hours that are assumed.
    pub assumed_h: f64,
}

impl Passage {
    /// Hours at all posts together.
    pub fn total_h(&self) -> f64 {
        sum(self.hours.values().copied())
    }
    /// Payments at all posts together.
    pub fn total_usd(&self) -> f64 {
        sum(self.fees_usd.values().copied())
    }
}

/// What the cheapest route of each pair of zones costs a class.
#[derive(Clone, Debug)]
pub struct Skim {
    /// The class.
    pub class: ClassIdx,
    /// Zones, in the order of rows and columns.
    pub zones: Vec<NodeIdx>,
    /// `cells[origin * n + destination]`; `None` where there is no route and on the diagonal.
    pub cells: Vec<Option<SkimCell>>,
}

/// One pair of a skim. Money is per unit of the class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkimCell {
    /// Generalized cost.
    pub cost: f64,
    /// Length, km.
    pub km: f64,
    /// Hours in motion.
    pub moving_h: f64,
    /// Hours at stops.
    pub stop_h: f64,
    /// Money.
    pub usd: f64,
}

/// A published fact and what the model says.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Row of the validation table.
    pub row: usize,
    /// What the model says, if a route can answer.
    pub model: Option<f64>,
    /// Why there is no answer.
    pub reason: Option<String>,
}

impl Comparison {
    /// Relative error against a fact: model / fact - 1. A fact with a range is met inside it; outside, the nearer end
    /// counts.
    pub fn error(&self, fact: &ValidationRow) -> Option<f64> {
        let (model, value) = (self.model?, fact.value?);
        let low = fact.value_low.unwrap_or(value).min(value);
        let high = fact.value_high.unwrap_or(value).max(value);
        let nearest = model.clamp(low, high);
        Some(if (model - nearest).abs() > 0.0 { model / nearest - 1.0 } else { 0.0 })
    }
}

/// Rows of a table by quality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Table.
    pub table: &'static str,
    /// Rows of each quality.
    pub rows: BTreeMap<Quality, usize>,
}

/// Summary of comparisons: how many, and how far off in the middle and at worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Facts compared.
    pub n: usize,
    /// Median of |model / fact - 1|.
    pub median: f64,
    /// Greatest of them.
    pub worst: f64,
}

/// A sum that is 0 for no items: that of the standard library is -0, which is printed with a minus.
fn sum(items: impl Iterator<Item = f64>) -> f64 {
    items.fold(0.0, |sum, item| sum + item)
}

/// The fit of relative errors; `None` if there are none.
pub fn fit(errors: impl Iterator<Item = f64>) -> Option<Fit> {
    let mut errors: Vec<f64> = errors.map(f64::abs).collect();
    errors.sort_by(f64::total_cmp);
    let n = errors.len();
    let worst = *errors.last()?;
    let median = if n % 2 == 1 { errors[n / 2] } else { f64::midpoint(errors[n / 2 - 1], errors[n / 2]) };
    Some(Fit { n, median, worst })
}
