//! What changes from one scenario to another.

use super::Itinerary;
use crate::index::{ActorIdx, ClassIdx, NodeIdx};

/// A key pair before and after.
#[derive(Clone, Debug)]
pub struct PairChange {
    /// Origin.
    pub from: NodeIdx,
    /// Destination.
    pub to: NodeIdx,
    /// Class.
    pub class: ClassIdx,
    /// `any`, `road` or `rail`.
    pub mode: String,
    /// Before and after.
    pub sides: [PairSide; 2],
}

/// A pair under one scenario.
#[derive(Clone, Debug)]
pub struct PairSide {
    /// The best itinerary, if the pair is connected.
    pub best: Option<Itinerary>,
    /// Actors who can close the best itinerary alone, somewhere on it.
    pub closers: Vec<ActorIdx>,
    /// Actors without whose consent the best itinerary cannot be opened, somewhere on it.
    pub vetoes: Vec<ActorIdx>,
    /// How much dearer the best way through other territories is, in generalized cost; `None` if there is none.
    pub premium: Option<f64>,
}

/// All pairs of zones of one class before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkimChange {
    /// Class.
    pub class: ClassIdx,
    /// Ordered pairs of zones.
    pub pairs: usize,
    /// Connected before.
    pub connected_before: usize,
    /// Connected only after.
    pub joined: usize,
    /// Connected only before.
    pub cut: usize,
    /// Cheaper after by more than [`MATERIAL`].
    pub cheaper: usize,
    /// Dearer after by more than [`MATERIAL`].
    pub dearer: usize,
    /// Greatest relative fall of cost of a pair, 0 to 1, and the pair.
    pub greatest_fall: Option<(f64, NodeIdx, NodeIdx)>,
}

/// A change of generalized cost below this share is not counted.
pub const MATERIAL: f64 = 0.01;

/// One scenario against another.
#[derive(Clone, Debug)]
pub struct ScenarioChange {
    /// Key pairs.
    pub pairs: Vec<PairChange>,
    /// All pairs, by class.
    pub skims: Vec<SkimChange>,
}
