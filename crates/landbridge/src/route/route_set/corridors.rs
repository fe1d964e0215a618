//! Cheapest routes of different corridors: from one origin, under one field, to some destinations.
//!
//! In: a graph, a field with its tree of cheapest routes, and for each destination the cost up to which corridors are
//! asked for. Out: the `k` cheapest corridors to each. Label setting, directed by exact remaining costs; ties are settled
//! by the order of states and links.

use super::graph::{Arc, Graph, NONE, Signature, mix};
use super::queue::Queue;
use super::tree::Hit;
use crate::index::{Idx, NodeIdx};

/// Relative margin for costs that are summed in another order.
const MARGIN: f64 = 1e-9;

/// A destination, and up to which cost corridors are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The node.
    pub node: NodeIdx,
    /// Cost.
    pub limit: f64,
}

/// One origin under one field.
#[derive(Clone, Copy)]
pub struct Field<'c> {
    /// Cost of each link, infinite where barred.
    pub cost: &'c [f64],
    /// Centroid of the origin.
    pub root: u32,
    /// Least costs of all other states from there.
    pub from_root: &'c [f64],
}

impl Field<'_> {
    fn reach(&self, state: u32) -> f64 {
        if state == self.root { 0.0 } else { self.from_root[state as usize] }
    }
}

/// Scratch space of one thread.
pub struct Corridors<'g> {
    graph: &'g Graph,
    heap: Queue,
    /// What a route costs at least from each state to a destination, plus what the limit of that destination is below
    /// the highest: the least of all destinations. Infinite where nothing within the limits passes.
    rest: Vec<f64>,
    /// The highest limit.
    limit: f64,
    /// Links from which routes are followed, and what routes through them cost.
    starts: Vec<u32>,
    via: Vec<f64>,
    is_goal: Vec<bool>,
    labels: Vec<Label>,
    /// Per state, its `k` cheapest labels so far of different keys, in no order: how many, and of each its number, key
    /// and cost.
    n_slots: Vec<u32>,
    slots: Vec<Slot>,
    k: usize,
    /// Settled labels of each goal.
    n_settled: Vec<u32>,
}

/// One way to a state.
#[derive(Clone, Copy)]
struct Label {
    cost: f64,
    hash: u64,
    signature: Signature,
    state: u32,
    by: u32,
    parent: u32,
    /// The label with which it came into the territory it is in.
    entry: u32,
    /// Whether it changed mode in that territory.
    changed: bool,
    is_settled: bool,
}

/// A place for a label at a state.
#[derive(Clone, Copy)]
struct Slot {
    key: u64,
    cost: f64,
    label: u32,
}

impl<'g> Corridors<'g> {
    /// Makes the arrays.
    pub fn new(graph: &'g Graph) -> Self {
        let n = graph.n_states();
        Self {
            graph,
            heap: Queue::default(),
            rest: vec![f64::INFINITY; n],
            limit: 0.0,
            starts: Vec::new(),
            via: vec![f64::INFINITY; n],
            is_goal: vec![false; n],
            labels: Vec::new(),
            n_slots: vec![0; n],
            slots: Vec::new(),
            k: 0,
            n_settled: vec![0; n],
        }
    }

    /// Directs what follows to some destinations: what costs remain, as far as anything within the limits can pass.
    pub fn aim(&mut self, field: Field<'_>, targets: &[Target]) {
        let Field { cost, .. } = field;
        let highest = targets.iter().map(|target| target.limit).fold(0.0, f64::max);
        let limit = highest * (1.0 + MARGIN);
        self.limit = limit;
        self.rest.fill(f64::INFINITY);
        self.heap.clear();
        let rest = &mut self.rest;
        let mut relax = |heap: &mut Queue, state: u32, left: f64| {
            if left < rest[state as usize] && field.from_root[state as usize] + left <= limit {
                rest[state as usize] = left;
                heap.push(left, state);
            }
            rest[state as usize]
        };
        for target in targets {
            for arc in &self.graph.egress[target.node] {
                relax(&mut self.heap, arc.state, highest - target.limit + cost[arc.link as usize]);
            }
        }
        while let Some((so_far, state)) = self.heap.pop() {
            if so_far > relax(&mut self.heap, state, f64::INFINITY) {
                continue;
            }
            for arc in self.graph.into(state) {
                relax(&mut self.heap, arc.state, so_far + cost[arc.link as usize]);
            }
        }
        for target in targets {
            let centroid = self.graph.centroid[target.node.position()];
            self.rest[centroid as usize] = highest - target.limit;
        }
    }

    /// Notes which of some links can be reached within a limit, for [`Self::through`].
    pub fn start(&mut self, field: Field<'_>, links: impl Iterator<Item = u32>, limit: f64) {
        let ends = &self.graph.ends;
        let reached = |&link: &u32| {
            field.reach(ends[link as usize].0) + field.cost[link as usize] <= limit * (1.0 + MARGIN)
        };
        self.starts.clear();
        self.starts.extend(links.filter(reached));
    }

    /// Whether any can.
    pub fn has_started(&self) -> bool {
        !self.starts.is_empty()
    }

    /// Least costs of routes within the limits that use one of the links of [`Self::start`]; false if there are none.
    /// Needs the aim.
    pub fn through(&mut self, field: Field<'_>) -> bool {
        let Field { cost, .. } = field;
        self.heap.clear();
        for &link in &self.starts {
            let (tail, head) = self.graph.ends[link as usize];
            let total = field.reach(tail) + cost[link as usize];
            if total + self.rest[head as usize] <= self.limit {
                if self.heap.is_empty() {
                    self.via.fill(f64::INFINITY);
                }
                self.heap.push(total, head);
                self.via[head as usize] = total.min(self.via[head as usize]);
            }
        }
        if self.heap.is_empty() {
            return false;
        }
        while let Some((so_far, state)) = self.heap.pop() {
            if so_far > self.via[state as usize] {
                continue;
            }
            for arc in self.graph.out(state) {
                let total = so_far + cost[arc.link as usize];
                if total < self.via[arc.state as usize] && total + self.rest[arc.state as usize] <= self.limit
                {
                    self.via[arc.state as usize] = total;
                    self.heap.push(total, arc.state);
                }
            }
        }
        true
    }

    /// What the cheapest route to a node costs that uses one of the links of [`Self::through`]; infinite beyond the
    /// limits.
    pub fn cost_through(&self, cost: &[f64], destination: NodeIdx) -> f64 {
        let arrivals = self.graph.egress[destination].iter();
        let arrived = self.via[self.graph.centroid[destination.position()] as usize];
        arrivals.map(|arc| self.via[arc.state as usize] + cost[arc.link as usize]).fold(arrived, f64::min)
    }

    /// Follows at each state the `k` cheapest beginnings of different corridors until each destination has `k`
    /// corridors or there are no more within its limit. Dropped are those that come back to a node or a territory.
    /// Needs the aim at these targets.
    pub fn spread(&mut self, field: Field<'_>, origin: NodeIdx, targets: &[Target], k: usize) {
        let graph = self.graph;
        self.labels.clear();
        self.heap.clear();
        self.n_slots.fill(0);
        self.slots.resize(graph.n_states() * k, Slot { key: 0, cost: 0.0, label: NONE });
        self.k = k;
        let mut n_left = targets.len();
        for target in targets {
            let centroid = graph.centroid[target.node.position()];
            self.is_goal[centroid as usize] = true;
            self.n_settled[centroid as usize] = 0;
        }
        self.labels.push(Label {
            cost: 0.0,
            hash: 0,
            signature: Signature::default(),
            state: field.root,
            by: NONE,
            parent: NONE,
            entry: 0,
            changed: false,
            is_settled: true,
        });
        let label = self.labels[0];
        for &arc in &graph.access[origin] {
            self.extend(field.cost, 0, &label, arc);
        }
        while n_left > 0
            && let Some((_, at)) = self.heap.pop()
        {
            let state = self.labels[at as usize].state;
            if !self.slots_of(state).iter().any(|slot| slot.label == at) {
                continue; // A cheaper one took its place.
            }
            self.labels[at as usize].is_settled = true;
            if self.is_goal[state as usize] {
                self.n_settled[state as usize] += 1;
                n_left -= usize::from(self.n_settled[state as usize] as usize == k);
                continue;
            }
            let label = self.labels[at as usize];
            for &arc in graph.out(state) {
                self.extend(field.cost, at, &label, arc);
            }
            for &arc in &graph.arrivals[state as usize] {
                if self.is_goal[arc.state as usize] {
                    self.extend(field.cost, at, &label, arc);
                }
            }
        }
        for target in targets {
            self.is_goal[graph.centroid[target.node.position()] as usize] = false;
        }
    }

    fn slots_of(&self, state: u32) -> &[Slot] {
        let first = state as usize * self.k;
        &self.slots[first..first + self.n_slots[state as usize] as usize]
    }

    /// The slot that a new label may take: that of its key, a free one, or that of the dearest; none if no label there
    /// is dearer or the dearer is settled.
    fn slot(&self, state: u32, key: u64, cost: f64) -> Option<usize> {
        let slots = self.slots_of(state);
        let at = match slots.iter().position(|slot| slot.key == key) {
            Some(same) => same,
            None if slots.len() < self.k => return Some(slots.len()),
            None => (1..slots.len())
                .fold(0, |dearest, at| if slots[at].cost > slots[dearest].cost { at } else { dearest }),
        };
        let is_dearer = slots[at].cost > cost && !self.labels[slots[at].label as usize].is_settled;
        is_dearer.then_some(at)
    }

    fn extend(&mut self, cost: &[f64], from: u32, before: &Label, arc: Arc) {
        let graph = self.graph;
        let total = before.cost + cost[arc.link as usize];
        let at_least = total + self.rest[arc.state as usize];
        // A barred link costs the infinite.
        if at_least.is_infinite() || at_least > self.limit {
            return;
        }
        let there = self.slots_of(arc.state);
        if there.len() == self.k && there.iter().all(|slot| slot.cost <= total) {
            return;
        }
        let signature = before.signature.pass(graph, arc.link);
        // A destination is the end: a port passed last makes no corridor.
        let key = if self.is_goal[arc.state as usize] { signature.corridor } else { signature.key() };
        let Some(slot) = self.slot(arc.state, key, total) else { return };
        let at = self.labels.len() as u32;
        let (here, there) = (graph.place[before.state as usize], graph.place[arc.state as usize]);
        let (mut entry, mut changed) = (before.entry, before.changed);
        if here.1 != there.1 {
            if self.has_left(from, there.1) {
                return;
            }
            (entry, changed) = (at, false);
        } else if here.0 == there.0 {
            changed |= before.parent != NONE;
        } else if changed {
            let mut nodes = graph.within(arc.link).iter().chain([&there.0]);
            if nodes.any(|&node| self.was_at(from, node)) {
                return;
            }
        }
        let hash = mix(before.hash, u64::from(arc.link));
        self.labels.push(Label {
            cost: total,
            hash,
            signature,
            state: arc.state,
            by: arc.link,
            parent: from,
            entry,
            changed,
            is_settled: false,
        });
        let first = arc.state as usize * self.k;
        self.slots[first + slot] = Slot { key, cost: total, label: at };
        let n = &mut self.n_slots[arc.state as usize];
        *n = (*n).max(slot as u32 + 1);
        self.heap.push(at_least, at);
    }

    /// Whether a label was in a territory before the one it is in.
    fn has_left(&self, label: u32, territory: u32) -> bool {
        let mut entry = self.labels[label as usize].entry;
        loop {
            let parent = self.labels[entry as usize].parent;
            if parent == NONE {
                return false;
            }
            if self.graph.place[self.labels[parent as usize].state as usize].1 == territory {
                return true;
            }
            entry = self.labels[parent as usize].entry;
        }
    }

    /// Whether a label was at a node since it came into its territory.
    fn was_at(&self, label: u32, node: u32) -> bool {
        let entry = self.labels[label as usize].entry;
        let mut at = label;
        loop {
            let label = &self.labels[at as usize];
            if self.graph.place[label.state as usize].0 == node {
                return true;
            }
            if label.parent != NONE && self.graph.within(label.by).contains(&node) {
                return true;
            }
            if at == entry {
                return false;
            }
            at = label.parent;
        }
    }

    /// The routes of different corridors that [`Self::spread`] found to a destination.
    pub fn found(&self, destination: NodeIdx) -> impl Iterator<Item = Hit> + '_ {
        self.slots_of(self.graph.centroid[destination.position()]).iter().map(|slot| {
            let label = &self.labels[slot.label as usize];
            Hit { cost: label.cost, hash: label.hash, last: label.by, from: label.parent }
        })
    }

    /// Links of a route of labels.
    pub fn links_of(&self, hit: Hit, into: &mut Vec<u32>) {
        into.clear();
        into.push(hit.last);
        let mut at = hit.from;
        while self.labels[at as usize].parent != NONE {
            into.push(self.labels[at as usize].by);
            at = self.labels[at as usize].parent;
        }
        into.reverse();
    }
}
