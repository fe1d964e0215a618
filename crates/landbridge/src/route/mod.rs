//! Stage 5: who can go how.
//!
//! In: the graph, generalized costs of its links and the set of links permitted. Out: shortest paths, the best
//! itineraries that differ in their corridor, many-to-many skims, and the frozen route sets. Nothing here knows what a cost is made of.

pub mod k_best;
pub mod route_set;
pub mod shortest_path;
pub mod skim;

use crate::index::{BitSet, IdxVec, LinkIdx};

/// A route: links in order and the sum of their costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Links in the order of travel.
    pub links: Vec<LinkIdx>,
    /// Sum of the costs of the links.
    pub cost: f64,
}

/// What a search runs on: non-negative costs of links, and which links are permitted.
#[derive(Clone, Copy, Debug)]
pub struct Costed<'c> {
    /// Cost of each link.
    pub cost: &'c IdxVec<LinkIdx, f64>,
    /// Links that may be used.
    pub permits: &'c BitSet<LinkIdx>,
}
