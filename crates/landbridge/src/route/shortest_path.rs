//! Shortest paths by label setting (Dijkstra 1959) with a binary heap, forward from an origin or backward from a
//! destination. Centroids are ends only: they are never passed through.
//!
//! Ties are settled by the order of states and links, so that results do not depend on anything else.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Costed, Path};
use crate::index::{Idx, LinkIdx, StateIdx};
use crate::network::{LinkKind, Network};

/// Which links a search may use, beyond what is permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Only line-haul and egress: nothing is loaded, no border is passed and no mode changed.
    Leg,
}

impl Scope {
    fn admits(self, kind: LinkKind) -> bool {
        self == Self::All || matches!(kind, LinkKind::LineHaul | LinkKind::Egress(_))
    }
}

/// Direction of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    Forward,
    Backward,
}

/// Scratch space for searches on one network: one per thread.
#[derive(Clone, Debug)]
pub struct Search<'n> {
    network: &'n Network,
    label: Vec<f64>,
    parent: Vec<Option<LinkIdx>>,
    /// States whose label is set, in the order in which they were settled.
    settled: Vec<StateIdx>,
    touched: Vec<StateIdx>,
    is_target: Vec<bool>,
    // Labels are non-negative, so their bit patterns order as the numbers do.
    heap: BinaryHeap<Reverse<(u64, StateIdx)>>,
}

impl<'n> Search<'n> {
    /// Prepares the arrays for a network.
    pub fn new(network: &'n Network) -> Self {
        let n = network.states.len();
        Self {
            network,
            label: vec![f64::INFINITY; n],
            parent: vec![None; n],
            settled: Vec::new(),
            touched: Vec::new(),
            is_target: vec![false; n],
            heap: BinaryHeap::new(),
        }
    }

    /// Least costs from a state to all others, or until all of `targets` (each named once) are settled, if there are
    /// any.
    pub fn forward(&mut self, costed: Costed<'_>, scope: Scope, from: StateIdx, targets: &[StateIdx]) {
        self.run(Sense::Forward, costed, scope, from, targets);
    }

    /// Least costs from all states to one.
    pub fn backward(&mut self, costed: Costed<'_>, scope: Scope, to: StateIdx) {
        self.run(Sense::Backward, costed, scope, to, &[]);
    }

    /// The cost of a state in the last search; infinite if it was not reached.
    pub fn cost(&self, state: StateIdx) -> f64 {
        self.label[state.position()]
    }

    /// States in the order in which the last search settled them: each after the one it was reached from.
    pub fn settled(&self) -> &[StateIdx] {
        &self.settled
    }

    /// The link by which the last search reached a state.
    pub fn parent(&self, state: StateIdx) -> Option<LinkIdx> {
        self.parent[state.position()]
    }

    /// The path found by the last forward search to a state; `None` if it was not reached.
    pub fn path_to(&self, to: StateIdx, costed: Costed<'_>) -> Option<Path> {
        if self.cost(to).is_infinite() {
            return None;
        }
        let mut links = Vec::new();
        let mut at = to;
        while let Some(link) = self.parent(at) {
            links.push(link);
            at = self.network.links[link].tail;
        }
        links.reverse();
        let cost = links.iter().map(|&link| costed.cost[link]).sum();
        Some(Path { links, cost })
    }

    fn run(&mut self, sense: Sense, costed: Costed<'_>, scope: Scope, root: StateIdx, targets: &[StateIdx]) {
        for state in self.touched.drain(..) {
            self.label[state.position()] = f64::INFINITY;
            self.parent[state.position()] = None;
        }
        self.settled.clear();
        self.heap.clear();
        for target in targets {
            self.is_target[target.position()] = true;
        }
        let mut targets_left = targets.len();
        self.relax(root, 0.0, None);
        while let Some(Reverse((bits, state))) = self.heap.pop() {
            let label = f64::from_bits(bits);
            if label > self.label[state.position()] {
                continue; // An entry that a cheaper one overtook.
            }
            self.settled.push(state);
            if self.is_target[state.position()] {
                targets_left -= 1;
                if targets_left == 0 {
                    break;
                }
            }
            if state != root && self.network.states[state].mode_state.is_none() {
                continue; // A centroid ends a path.
            }
            match sense {
                Sense::Forward => {
                    for link in self.network.out_links(state) {
                        self.follow(costed, scope, link, self.network.links[link].head, label);
                    }
                }
                Sense::Backward => {
                    let network = self.network;
                    for link in network.in_links(state) {
                        self.follow(costed, scope, link, network.links[link].tail, label);
                    }
                }
            }
        }
        for target in targets {
            self.is_target[target.position()] = false;
        }
    }

    fn follow(&mut self, costed: Costed<'_>, scope: Scope, link: LinkIdx, next: StateIdx, label: f64) {
        if costed.permits.contains(link) && scope.admits(self.network.links[link].kind) {
            self.relax(next, label + costed.cost[link], Some(link));
        }
    }

    fn relax(&mut self, state: StateIdx, label: f64, by: Option<LinkIdx>) {
        let at = state.position();
        if label < self.label[at] {
            if self.label[at].is_infinite() {
                self.touched.push(state);
            }
            self.label[at] = label;
            self.parent[at] = by;
            self.heap.push(Reverse((label.to_bits(), state)));
        }
    }
}
