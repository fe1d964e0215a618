//! Cheapest routes of a route set: from one origin, under one field, to all destinations.
//!
//! In: a graph and a field. Out: the cheapest routes, and the cheapest routes that avoid a set of links. Both are label
//! setting; ties are settled by the order of states and links.

use super::graph::{Arc, Graph, NONE, mix};
use super::queue::Queue;
use crate::index::{Idx, NodeIdx};

/// Scratch space of one thread.
pub struct Trees<'g> {
    graph: &'g Graph,
    heap: Queue,
    /// The tree of cheapest routes.
    tree: Tree,
    /// Its states, each after the one it is reached from.
    settled: Vec<u32>,
    first_child: Vec<u32>,
    next_child: Vec<u32>,
    /// The part of the tree that grows anew when links are closed.
    regrown: Tree,
    is_cut: Vec<bool>,
    /// What has to be reached before the search may end.
    is_awaited: Vec<bool>,
    cut: Vec<u32>,
    /// Words of closures that cut each state off.
    cut_by: Vec<u64>,
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

/// A route that was found, to be told apart from others before its links are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// Cost.
    pub cost: f64,
    /// Hash of its links.
    pub hash: u64,
    /// The link it arrives by, and from where: a state of the tree, or a label.
    pub last: u32,
    /// See `last`.
    pub from: u32,
}

impl<'g> Trees<'g> {
    /// Makes the arrays.
    pub fn new(graph: &'g Graph) -> Self {
        let n = graph.n_states();
        Self {
            graph,
            heap: Queue::default(),
            tree: Tree::new(n),
            settled: Vec::new(),
            first_child: vec![NONE; n],
            next_child: vec![NONE; n],
            regrown: Tree::new(n),
            is_cut: vec![false; n],
            is_awaited: vec![false; n],
            cut: Vec::new(),
            cut_by: vec![0; n],
        }
    }

    /// Grows the tree of cheapest routes from a node.
    pub fn grow(&mut self, cost: &[f64], origin: NodeIdx) {
        self.tree.cost.fill(f64::INFINITY);
        self.heap.clear();
        let root = self.graph.centroid[origin.position()];
        for arc in &self.graph.access[origin] {
            relax(&mut self.tree, &mut self.heap, cost[arc.link as usize], *arc, root);
        }
        self.settle(cost);
        self.put_in_order(root);
    }

    /// Grows the tree of the same origin under another field: only what hangs on links that became dearer, and what
    /// is reached cheaper, is searched anew.
    pub fn change(&mut self, before: &[f64], cost: &[f64], origin: NodeIdx) {
        let root = self.graph.centroid[origin.position()];
        self.heap.clear();
        for &state in &self.cut {
            self.is_cut[state as usize] = false;
        }
        // A dearer link of the tree cuts off what hangs on it; parents come first in the order.
        self.cut.clear();
        for at in 0..self.settled.len() {
            let state = self.settled[at] as usize;
            let by = self.tree.by[state];
            let hangs = by.state != root && self.is_cut[by.state as usize];
            if hangs || cost[by.link as usize] > before[by.link as usize] {
                self.is_cut[state] = true;
                self.cut.push(state as u32);
            }
        }
        for &state in &self.cut {
            self.tree.cost[state as usize] = f64::INFINITY;
            self.is_cut[state as usize] = false;
        }
        for &state in &self.cut {
            for arc in self.graph.into(state) {
                let so_far = self.tree.cost[arc.state as usize] + cost[arc.link as usize];
                relax(&mut self.tree, &mut self.heap, so_far, Arc { state, link: arc.link }, arc.state);
            }
        }
        for (link, (now, before)) in cost.iter().zip(before).enumerate() {
            if now < before {
                let (tail, head) = self.graph.ends[link];
                let so_far = self.tree.cost[tail as usize] + now;
                let to = Arc { state: head, link: link as u32 };
                if self.graph.is_within[link] {
                    relax(&mut self.tree, &mut self.heap, so_far, to, tail);
                }
            }
        }
        for arc in &self.graph.access[origin] {
            relax(&mut self.tree, &mut self.heap, cost[arc.link as usize], *arc, root);
        }
        if self.heap.is_empty() && self.cut.is_empty() {
            return;
        }
        self.settle(cost);
        self.cut.clear();
        self.put_in_order(root);
    }

    fn settle(&mut self, cost: &[f64]) {
        while let Some((so_far, state)) = self.heap.pop() {
            if so_far > self.tree.cost[state as usize] {
                continue;
            }
            for arc in self.graph.out(state) {
                relax(&mut self.tree, &mut self.heap, so_far + cost[arc.link as usize], *arc, state);
            }
        }
    }

    /// Lists the states of the tree, each after the one it is reached from, and hashes their routes.
    fn put_in_order(&mut self, root: u32) {
        let n = self.tree.cost.len();
        self.first_child.fill(NONE);
        let mut n_reached = 0;
        for state in 0..n {
            if self.tree.cost[state].is_finite() {
                let parent = self.tree.by[state].state as usize;
                self.next_child[state] = self.first_child[parent];
                self.first_child[parent] = state as u32;
                n_reached += 1;
            }
        }
        self.settled.clear();
        let (mut at, mut parent) = (0, root);
        while self.settled.len() < n_reached {
            let before = if parent == root { 0 } else { self.tree.hash[parent as usize] };
            let mut child = self.first_child[parent as usize];
            while child != NONE {
                self.tree.hash[child as usize] = mix(before, u64::from(self.tree.by[child as usize].link));
                self.settled.push(child);
                child = self.next_child[child as usize];
            }
            parent = self.settled[at];
            at += 1;
        }
    }

    /// Least costs of all states but the origin, infinite where no route leads.
    pub fn costs(&self) -> &[f64] {
        &self.tree.cost
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
    /// `i` closes a link.
    pub fn cut(&mut self, closed: &[u64], wanted: u64) {
        for &state in &self.settled {
            let by = self.tree.by[state as usize];
            let is_reached = self.tree.cost[by.state as usize].is_finite();
            let before = if is_reached { self.cut_by[by.state as usize] } else { 0 };
            self.cut_by[state as usize] = (before | closed[by.link as usize]) & wanted;
        }
    }

    /// The closures that cut a route of the tree before its last link.
    pub fn cuts(&self, hit: Hit) -> u64 {
        self.cut_by[hit.from as usize]
    }

    /// Grows the cut part of the tree anew without the links of closure `bit`, as far as to some destinations: the rest
    /// of the tree stands, for what is not cut has lost nothing.
    pub fn regrow(
        &mut self,
        cost: &[f64],
        origin: NodeIdx,
        destinations: &[NodeIdx],
        closed: &[u64],
        bit: u32,
    ) {
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
        let mut n_left = 0;
        for arc in destinations.iter().flat_map(|&to| &self.graph.egress[to]) {
            let state = arc.state as usize;
            if self.is_cut[state] && !self.is_awaited[state] {
                self.is_awaited[state] = true;
                n_left += 1;
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
        while let Some((so_far, state)) = self.heap.pop() {
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
            if std::mem::take(&mut self.is_awaited[state as usize]) {
                n_left -= 1;
                if n_left == 0 {
                    break;
                }
            }
            for arc in self.graph.out(state) {
                if self.is_cut[arc.state as usize] && !closes(arc.link) {
                    let so_far = so_far + cost[arc.link as usize];
                    relax(&mut self.regrown, &mut self.heap, so_far, *arc, state);
                }
            }
        }
        for arc in destinations.iter().flat_map(|&to| &self.graph.egress[to]) {
            self.is_awaited[arc.state as usize] = false;
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
}

fn relax(tree: &mut Tree, heap: &mut Queue, cost: f64, to: Arc, from: u32) {
    let known = &mut tree.cost[to.state as usize];
    if cost < *known {
        *known = cost;
        tree.by[to.state as usize] = Arc { state: from, link: to.link };
        heap.push(cost, to.state);
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
