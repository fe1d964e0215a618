//! The searches of a route set: from one origin, under one field, to all destinations.
//!
//! In: a graph and a field. Out: the cheapest routes, the cheapest routes of different corridors, and the cheapest
//! routes that avoid a set of links. All three are label setting; ties are settled by the order of states and links.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::graph::{Arc, Graph, NONE, Signature, mix};
use crate::index::{Idx, NodeIdx};

/// Scratch space of one thread.
pub struct Search<'g> {
    graph: &'g Graph,
    heap: BinaryHeap<Reverse<(u64, u32)>>,
    /// The tree of cheapest routes.
    tree: Tree,
    settled: Vec<u32>,
    /// The part of the tree that grows anew when links are closed.
    regrown: Tree,
    is_cut: Vec<bool>,
    is_goal: Vec<bool>,
    cut: Vec<u32>,
    /// Words of closures that cut each state off.
    cut_by: Vec<u64>,
    via: Vec<f64>,
    labels: Vec<Label>,
    /// Per state, its `k` cheapest labels so far of different keys, in no order: how many, and of each its number, key
    /// and cost.
    n_slots: Vec<u32>,
    slots: Vec<Slot>,
    k: usize,
    /// Settled labels of each goal.
    n_settled: Vec<u32>,
}

/// Cheapest routes: cost, link by which each state is reached, and a hash of the links of its route.
struct Tree {
    cost: Vec<f64>,
    by: Vec<Arc>,
    hash: Vec<u64>,
}

const NOWHERE: Arc = Arc { state: NONE, link: NONE };

impl Tree {
    fn new(n: usize) -> Self {
        Self { cost: vec![f64::INFINITY; n], by: vec![NOWHERE; n], hash: vec![0; n] }
    }
}

/// What a spread keeps to.
struct Bounds<'c> {
    cost: &'c [f64],
    rest: &'c [f64],
    limit: f64,
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

/// A route that was found, to be told apart from others before its links are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// Cost.
    pub cost: f64,
    /// Hash of its links.
    pub hash: u64,
    /// The link it arrives by, and from where: a state of the tree, or a label.
    last: u32,
    from: u32,
}

impl<'g> Search<'g> {
    /// Makes the arrays.
    pub fn new(graph: &'g Graph) -> Self {
        let n = graph.n_states();
        Self {
            graph,
            heap: BinaryHeap::new(),
            tree: Tree::new(n),
            settled: Vec::new(),
            regrown: Tree::new(n),
            is_cut: vec![false; n],
            is_goal: vec![false; n],
            cut: Vec::new(),
            cut_by: vec![0; n],
            via: vec![f64::INFINITY; n],
            labels: Vec::new(),
            n_slots: vec![0; n],
            slots: Vec::new(),
            k: 0,
            n_settled: vec![0; n],
        }
    }

    /// Grows the tree of cheapest routes from a node.
    pub fn grow(&mut self, cost: &[f64], origin: NodeIdx) {
        self.tree.cost.fill(f64::INFINITY);
        self.settled.clear();
        self.heap.clear();
        let root = self.graph.centroid[origin.position()];
        for arc in &self.graph.access[origin] {
            relax(&mut self.tree, &mut self.heap, cost[arc.link as usize], *arc, root);
        }
        while let Some(Reverse((bits, state))) = self.heap.pop() {
            let so_far = f64::from_bits(bits);
            if so_far > self.tree.cost[state as usize] {
                continue;
            }
            self.settled.push(state);
            let by = self.tree.by[state as usize];
            let before = if by.state == root { 0 } else { self.tree.hash[by.state as usize] };
            self.tree.hash[state as usize] = mix(before, u64::from(by.link));
            for arc in self.graph.out(state) {
                relax(&mut self.tree, &mut self.heap, so_far + cost[arc.link as usize], *arc, state);
            }
        }
    }

    /// The cheapest route of the tree to a node.
    pub fn cheapest(&self, cost: &[f64], destination: NodeIdx) -> Option<Hit> {
        arrive(self.graph, cost, destination, |state| (self.tree.cost[state], self.tree.hash[state]))
    }

    /// Links of a route of the tree.
    pub fn links_of_cheapest(&self, hit: Hit, into: &mut Vec<u32>) {
        into.clear();
        into.push(hit.last);
        let mut at = hit.from;
        while self.graph.place.len() > at as usize && self.tree.cost[at as usize].is_finite() {
            let by = self.tree.by[at as usize];
            into.push(by.link);
            at = by.state;
        }
        into.reverse();
    }

    /// Notes which of up to 64 closures cut each state off from the tree: bit `i` of `closed[link]` says that closure
    /// `i` closes a link. Returns the closures that cut the cheapest route to one of the destinations.
    pub fn cuts(&mut self, cost: &[f64], closed: &[u64], wanted: u64, destinations: &[NodeIdx]) -> u64 {
        let root_word = |state: u32, words: &[u64], reached: &[f64]| {
            if reached[state as usize].is_finite() { words[state as usize] } else { 0 }
        };
        for &state in &self.settled {
            let by = self.tree.by[state as usize];
            let before = root_word(by.state, &self.cut_by, &self.tree.cost);
            self.cut_by[state as usize] = (before | closed[by.link as usize]) & wanted;
        }
        let mut any = 0;
        for &destination in destinations {
            any |= self.cut_word(cost, destination);
        }
        any
    }

    /// The closures that cut the cheapest route to a destination.
    pub fn cut_word(&self, cost: &[f64], destination: NodeIdx) -> u64 {
        self.cheapest(cost, destination).map_or(0, |hit| self.cut_by[hit.from as usize])
    }

    /// Grows the cut part of the tree anew without the links of closure `bit`: the rest of the tree stands, for what is
    /// not cut has lost nothing.
    pub fn regrow(&mut self, cost: &[f64], origin: NodeIdx, closed: &[u64], bit: u32) {
        let closes = |link: u32| closed[link as usize] >> bit & 1 == 1;
        for &state in &self.cut {
            self.is_cut[state as usize] = false;
        }
        self.cut.clear();
        self.heap.clear();
        for &state in &self.settled {
            if self.cut_by[state as usize] >> bit & 1 == 1 {
                self.cut.push(state);
                self.is_cut[state as usize] = true;
                self.regrown.cost[state as usize] = f64::INFINITY;
            }
        }
        let root = self.graph.centroid[origin.position()];
        for &state in &self.cut {
            for arc in self.graph.into(state) {
                if self.is_cut[arc.state as usize] || closes(arc.link) {
                    continue;
                }
                let so_far = self.tree.cost[arc.state as usize] + cost[arc.link as usize];
                let to = Arc { state, link: arc.link };
                relax(&mut self.regrown, &mut self.heap, so_far, to, arc.state);
            }
        }
        for arc in &self.graph.access[origin] {
            if self.is_cut[arc.state as usize] && !closes(arc.link) {
                relax(&mut self.regrown, &mut self.heap, cost[arc.link as usize], *arc, root);
            }
        }
        while let Some(Reverse((bits, state))) = self.heap.pop() {
            let so_far = f64::from_bits(bits);
            if so_far > self.regrown.cost[state as usize] {
                continue;
            }
            let by = self.regrown.by[state as usize];
            let before = match by.state {
                from if from == root => 0,
                from if self.is_cut[from as usize] => self.regrown.hash[from as usize],
                from => self.tree.hash[from as usize],
            };
            self.regrown.hash[state as usize] = mix(before, u64::from(by.link));
            for arc in self.graph.out(state) {
                if self.is_cut[arc.state as usize] && !closes(arc.link) {
                    let so_far = so_far + cost[arc.link as usize];
                    relax(&mut self.regrown, &mut self.heap, so_far, *arc, state);
                }
            }
        }
    }

    /// The cheapest route to a node after [`Self::regrow`].
    pub fn cheapest_regrown(&self, cost: &[f64], destination: NodeIdx) -> Option<Hit> {
        arrive(self.graph, cost, destination, |state| {
            let tree = if self.is_cut[state] { &self.regrown } else { &self.tree };
            (tree.cost[state], tree.hash[state])
        })
    }

    /// Links of a route of the tree after [`Self::regrow`].
    pub fn links_of_regrown(&self, hit: Hit, into: &mut Vec<u32>) {
        into.clear();
        into.push(hit.last);
        let mut at = hit.from as usize;
        loop {
            let tree = if self.is_cut[at] { &self.regrown } else { &self.tree };
            if tree.cost[at].is_infinite() {
                break;
            }
            into.push(tree.by[at].link);
            at = tree.by[at].state as usize;
        }
        into.reverse();
    }

    /// Least costs from all states to the nearest of some nodes, into `rest`: what directs [`Self::spread`].
    pub fn remaining(&mut self, cost: &[f64], destinations: &[NodeIdx], rest: &mut Vec<f64>) {
        rest.clear();
        rest.resize(self.graph.n_states(), f64::INFINITY);
        self.heap.clear();
        let mut relax = |heap: &mut BinaryHeap<_>, state: u32, cost: f64| {
            if cost < rest[state as usize] {
                rest[state as usize] = cost;
                heap.push(Reverse((cost.to_bits(), state)));
            }
            rest[state as usize]
        };
        for &destination in destinations {
            for arc in &self.graph.egress[destination] {
                relax(&mut self.heap, arc.state, cost[arc.link as usize]);
            }
        }
        while let Some(Reverse((bits, state))) = self.heap.pop() {
            let so_far = f64::from_bits(bits);
            if so_far > relax(&mut self.heap, state, f64::INFINITY) {
                continue;
            }
            for arc in self.graph.into(state) {
                relax(&mut self.heap, arc.state, so_far + cost[arc.link as usize]);
            }
        }
        for &destination in destinations {
            rest[self.graph.centroid[destination.position()] as usize] = 0.0;
        }
    }

    /// Least costs of routes that use one of some links, into `via`, as far as they cost at most `limit`. Needs the tree.
    pub fn through(&mut self, cost: &[f64], links: &[u32], limit: f64) {
        self.via.fill(f64::INFINITY);
        self.heap.clear();
        let via = &mut self.via;
        let mut relax = |heap: &mut BinaryHeap<_>, state: u32, total: f64| {
            if total < via[state as usize] && total <= limit {
                via[state as usize] = total;
                heap.push(Reverse((total.to_bits(), state)));
            }
            via[state as usize]
        };
        for &link in links {
            let (tail, head) = self.graph.ends[link as usize];
            relax(&mut self.heap, head, self.tree.cost[tail as usize] + cost[link as usize]);
        }
        while let Some(Reverse((bits, state))) = self.heap.pop() {
            let so_far = f64::from_bits(bits);
            if so_far > relax(&mut self.heap, state, f64::INFINITY) {
                continue;
            }
            for arc in self.graph.out(state) {
                relax(&mut self.heap, arc.state, so_far + cost[arc.link as usize]);
            }
        }
    }

    /// What the cheapest route to a node costs that uses one of the links of [`Self::through`]; infinite beyond its limit.
    pub fn cost_through(&self, cost: &[f64], destination: NodeIdx) -> f64 {
        let arrivals = self.graph.egress[destination].iter();
        arrivals
            .map(|arc| self.via[arc.state as usize] + cost[arc.link as usize])
            .fold(f64::INFINITY, f64::min)
    }

    /// Follows at each state the `k` cheapest beginnings of different corridors until each destination has `k`
    /// corridors or there are no more. Dropped are those that come back to a node or a territory, and those that must
    /// cost more than a limit, `stretch` times the dearest of the cheapest routes to the destinations; the limit is
    /// returned. Needs the tree; `rest` is [`Self::remaining`] to the destinations.
    pub fn spread(
        &mut self,
        cost: &[f64],
        origin: NodeIdx,
        destinations: &[NodeIdx],
        rest: &[f64],
        k: usize,
        stretch: f64,
    ) -> f64 {
        let graph = self.graph;
        self.labels.clear();
        self.heap.clear();
        self.n_slots.fill(0);
        self.slots.resize(graph.n_states() * k, Slot { key: 0, cost: 0.0, label: NONE });
        self.k = k;
        let root = graph.centroid[origin.position()];
        let mut dearest: f64 = 0.0;
        let mut n_left = 0;
        for &destination in destinations {
            if let Some(hit) = self.cheapest(cost, destination) {
                dearest = dearest.max(hit.cost);
                n_left += 1;
                let centroid = graph.centroid[destination.position()];
                self.is_goal[centroid as usize] = true;
                self.n_settled[centroid as usize] = 0;
            }
        }
        self.labels.push(Label {
            cost: 0.0,
            hash: 0,
            signature: Signature::default(),
            state: root,
            by: NONE,
            parent: NONE,
            entry: 0,
            changed: false,
            is_settled: true,
        });
        let bounds = Bounds { cost, rest, limit: stretch * dearest };
        for &arc in &graph.access[origin] {
            self.extend(&bounds, 0, arc);
        }
        while n_left > 0
            && let Some(Reverse((_, at))) = self.heap.pop()
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
            for &arc in graph.out(state) {
                self.extend(&bounds, at, arc);
            }
            for &arc in &graph.arrivals[state as usize] {
                if self.is_goal[arc.state as usize] {
                    self.extend(&bounds, at, arc);
                }
            }
        }
        for &destination in destinations {
            let centroid = graph.centroid[destination.position()];
            self.is_goal[centroid as usize] = false;
        }
        bounds.limit
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

    fn extend(&mut self, bounds: &Bounds<'_>, from: u32, arc: Arc) {
        let before = self.labels[from as usize];
        let total = before.cost + bounds.cost[arc.link as usize];
        let at_least = total + bounds.rest[arc.state as usize];
        // A barred link costs the infinite.
        if at_least.is_infinite() || at_least > bounds.limit {
            return;
        }
        let there = self.slots_of(arc.state);
        if there.len() == self.k && there.iter().all(|slot| slot.cost <= total) {
            return;
        }
        let signature = before.signature.pass(self.graph, arc.link);
        // A destination is the end: a port passed last makes no corridor.
        let key = if self.is_goal[arc.state as usize] { signature.corridor } else { signature.key() };
        let Some(slot) = self.slot(arc.state, key, total) else { return };
        let at = self.labels.len() as u32;
        let (here, there) = (self.graph.place[before.state as usize], self.graph.place[arc.state as usize]);
        let (mut entry, mut changed) = (before.entry, before.changed);
        if here.1 != there.1 {
            if self.has_left(from, there.1) {
                return;
            }
            (entry, changed) = (at, false);
        } else if here.0 == there.0 {
            changed |= before.parent != NONE;
        } else if changed && self.was_at(from, there.0) {
            return;
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
        self.heap.push(Reverse((at_least.to_bits(), at)));
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
            if self.graph.place[self.labels[at as usize].state as usize].0 == node {
                return true;
            }
            if at == entry {
                return false;
            }
            at = self.labels[at as usize].parent;
        }
    }

    /// The routes of different corridors that [`Self::spread`] found to a destination.
    pub fn corridors(&self, destination: NodeIdx) -> impl Iterator<Item = Hit> + '_ {
        self.slots_of(self.graph.centroid[destination.position()]).iter().map(|slot| {
            let label = &self.labels[slot.label as usize];
            Hit { cost: label.cost, hash: label.hash, last: label.by, from: label.parent }
        })
    }

    /// Links of a route of labels.
    pub fn links_of_label(&self, hit: Hit, into: &mut Vec<u32>) {
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

fn relax(tree: &mut Tree, heap: &mut BinaryHeap<Reverse<(u64, u32)>>, cost: f64, to: Arc, from: u32) {
    let known = &mut tree.cost[to.state as usize];
    if cost < *known {
        *known = cost;
        tree.by[to.state as usize] = Arc { state: from, link: to.link };
        heap.push(Reverse((cost.to_bits(), to.state)));
    }
}

/// The cheapest way from the states around a node to its centroid.
fn arrive(
    graph: &Graph,
    cost: &[f64],
    destination: NodeIdx,
    reached: impl Fn(usize) -> (f64, u64),
) -> Option<Hit> {
    let mut best: Option<Hit> = None;
    for arc in &graph.egress[destination] {
        let (so_far, hash) = reached(arc.state as usize);
        let total = so_far + cost[arc.link as usize];
        if total.is_finite() && best.is_none_or(|known| total < known.cost) {
            let hash = mix(hash, u64::from(arc.link));
            best = Some(Hit { cost: total, hash, last: arc.link, from: arc.state });
        }
    }
    best
}
