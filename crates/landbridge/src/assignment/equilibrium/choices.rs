//! Who chooses among which routes.
//!
//! In: cells of users with their routes, cell by cell. Out: the tree of choices of all cells in dense arrays, as
//! [`super::respond`] and [`super::curvature`] pass over it.

use std::ops::Range;
use std::sync::Arc;

use super::Congestion;
use super::respond::{ChosenShares, respond};
use crate::assignment::{Scales, UseLists};
use crate::route::route_set::Nest;
use crate::vector::decay;

/// Cells that are one piece of work; a fixed number, so that threads do not show in sums.
const BLOCK: usize = 2048;

/// Those who choose among routes: cells of one user each, with the routes open to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices {
    pub(super) lists: Arc<UseLists>,
    pub(super) cells: Vec<Cell>,
    /// Chains of modes of each cell.
    pub(super) chains: Runs,
    /// Corridors of each cell, chain by chain.
    pub(super) corridors: Runs,
    /// By corridor: its chain.
    pub(super) chain: Vec<u32>,
    /// By corridor: fixed cost of its route, and the list of facilities that it uses. Where the road forks into several
    /// routes that use different ones, nothing.
    pub(super) cost: Vec<f64>,
    pub(super) list: Vec<u32>,
    pub(super) forks: Vec<Fork>,
    pub(super) variants: Vec<Variant>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub user: u32,
    pub per_year: f64,
    pub scales: Scales,
    pub choke: f64,
}

/// A corridor with several routes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fork {
    pub cell: usize,
    pub corridor: usize,
    /// Scale of the choice between its routes.
    pub scale: f64,
    /// Its routes among the variants.
    pub routes: Range<usize>,
}

/// One of several routes of a corridor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Variant {
    pub cost: f64,
    pub list: u32,
}

/// Runs of neighbors, one behind the other: the chains of each cell, say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Runs(Vec<u32>);

impl Runs {
    /// Adds a run up to what is there now.
    fn close(&mut self, end: usize) {
        self.0.push(end as u32);
    }

    /// All that are in some runs.
    pub fn of(&self, runs: Range<usize>) -> Range<usize> {
        self.0[runs.start] as usize..self.0[runs.end] as usize
    }

    /// Each of some runs.
    pub fn each(&self, runs: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        self.0[runs.start..=runs.end].windows(2).map(|ends| ends[0] as usize..ends[1] as usize)
    }
}

impl Choices {
    /// None yet. Routes will name what they use by the number of one of these lists.
    pub fn new(lists: Arc<UseLists>) -> Self {
        Self {
            lists,
            cells: Vec::new(),
            chains: Runs(vec![0]),
            corridors: Runs(vec![0]),
            chain: Vec::new(),
            cost: Vec::new(),
            list: Vec::new(),
            forks: Vec::new(),
            variants: Vec::new(),
        }
    }

    /// Adds users of one pair: amount a year, scales, cost of not shipping, and their routes in the order of the tree of
    /// choices: fixed cost (infinite if closed), place in the tree, and the list of facilities that it uses.
    ///
    /// Variants of a corridor that use the same facilities answer to hours as one: their expected cost stands for them.
    pub fn push(
        &mut self,
        user: usize,
        per_year: f64,
        scales: Scales,
        choke: f64,
        routes: impl IntoIterator<Item = (f64, Nest, u32)>,
    ) {
        self.cells.push(Cell { user: user as u32, per_year, scales, choke });
        let mut n_chains = self.chains.0.last().map_or(0, |&end| end as usize);
        let mut highest = Nest::Mode;
        for (cost, nest, list) in routes {
            // The first open route of a chain or corridor takes the place of closed ones before it.
            highest = higher(highest, nest);
            if cost.is_infinite() {
                continue;
            }
            if highest == Nest::Variant {
                self.push_variant(cost, list, scales.route);
            } else {
                n_chains += usize::from(highest == Nest::Mode);
                self.chain.push(n_chains as u32 - 1);
                self.cost.push(cost);
                self.list.push(list);
            }
            highest = Nest::Variant;
        }
        self.chains.close(n_chains);
        self.corridors.close(self.cost.len());
    }

    /// Adds a route to the last corridor.
    fn push_variant(&mut self, cost: f64, list: u32, scale: f64) {
        let corridor = self.cost.len() - 1;
        let fork = self.forks.last_mut().filter(|fork| fork.corridor == corridor);
        let Some(fork) = fork else {
            if self.list[corridor] == list {
                self.cost[corridor] = together(self.cost[corridor], cost, scale);
            } else {
                let first = Variant { cost: self.cost[corridor], list: self.list[corridor] };
                let start = self.variants.len();
                self.variants.extend([first, Variant { cost, list }]);
                let cell = self.cells.len() - 1;
                self.forks.push(Fork { cell, corridor, scale, routes: start..start + 2 });
                (self.cost[corridor], self.list[corridor]) = (0.0, 0);
            }
            return;
        };
        let known = self.variants[fork.routes.clone()].iter_mut().find(|known| known.list == list);
        if let Some(known) = known {
            known.cost = together(known.cost, cost, scale);
        } else {
            self.variants.push(Variant { cost, list });
            fork.routes.end += 1;
        }
    }

    /// Adds some cells of others with the same lists.
    ///
    /// # Panics
    /// The lists are others.
    pub fn extend(&mut self, others: &Self, cells: Range<usize>) {
        assert!(Arc::ptr_eq(&self.lists, &others.lists), "numbers of lists mean the same");
        let (chains, corridors) = (others.chains.of(cells.clone()), others.corridors.of(cells.clone()));
        let (n_cells, n_corridors) = (self.cells.len(), self.cost.len());
        let n_chains = self.chains.0[n_cells] as usize;
        let moved = |end: u32, start: usize, to: usize| end - start as u32 + to as u32;
        let of = |runs: &Runs, start: usize, to: usize| -> Vec<u32> {
            let ends = &runs.0[cells.start + 1..=cells.end];
            ends.iter().map(|&end| moved(end, start, to)).collect()
        };
        self.chains.0.extend(of(&others.chains, chains.start, n_chains));
        self.corridors.0.extend(of(&others.corridors, corridors.start, n_corridors));
        self.cells.extend_from_slice(&others.cells[cells.clone()]);
        let of_chains = others.chain[corridors.clone()].iter();
        self.chain.extend(of_chains.map(|&chain| moved(chain, chains.start, n_chains)));
        self.cost.extend_from_slice(&others.cost[corridors.clone()]);
        self.list.extend_from_slice(&others.list[corridors.clone()]);
        for fork in others.forks_of(corridors.clone()) {
            let start = self.variants.len();
            self.variants.extend_from_slice(&others.variants[fork.routes.clone()]);
            self.forks.push(Fork {
                cell: fork.cell - cells.start + n_cells,
                corridor: fork.corridor - corridors.start + n_corridors,
                scale: fork.scale,
                routes: start..self.variants.len(),
            });
        }
    }

    /// Sets the amounts of all cells, in the order in which they were added.
    ///
    /// # Panics
    /// There are not as many amounts as cells.
    pub fn set_amounts(&mut self, per_year: &[f64]) {
        assert_eq!(per_year.len(), self.cells.len(), "an amount for each cell");
        self.cells.iter_mut().zip(per_year).for_each(|(cell, &amount)| cell.per_year = amount);
    }

    /// Whether any route is open to a cell.
    pub fn is_connected(&self, cell: usize) -> bool {
        !self.corridors.of(cell..cell + 1).is_empty()
    }

    /// What is chosen under hours beyond those of the fixed costs.
    pub fn chosen(&self, congestion: &Congestion, extra_h: &[f64]) -> ChosenShares {
        respond(self, congestion, extra_h).chosen
    }

    /// Shares of the routes of a cell, of which it was told as in [`push`](Self::push).
    pub fn share_out(
        &self,
        chosen: &ChosenShares,
        cell: usize,
        routes: impl IntoIterator<Item = (f64, Nest, u32)>,
        shares: &mut [f64],
    ) {
        let corridors = self.corridors.of(cell..cell + 1);
        let forks = if self.forks.is_empty() { &[] } else { self.forks_of(corridors.clone()) };
        let scale = self.cells[cell].scales.route;
        let (mut next, mut highest) = (corridors.start, Nest::Mode);
        for ((cost, nest, list), share) in routes.into_iter().zip(shares) {
            highest = higher(highest, nest);
            if cost.is_infinite() {
                *share = 0.0;
                continue;
            }
            next += usize::from(highest != Nest::Variant);
            highest = Nest::Variant;
            let corridor = next - 1;
            let of_corridor = chosen.of_corridors[corridor];
            let fork = forks.iter().find(|fork| fork.corridor == corridor);
            let variant = fork
                .and_then(|fork| fork.routes.clone().find(|&variant| self.variants[variant].list == list));
            // Those that use the same places share out what goes to them together, whatever the hours are.
            let (of_together, cost_together) = match variant {
                Some(at) => (of_corridor * chosen.of_variants[at], self.variants[at].cost),
                None => (of_corridor, self.cost[corridor]),
            };
            let away = cost_together - cost;
            *share = if away < 0.0 { of_together * decay(scale * away) } else { of_together };
        }
    }

    /// The forks among some corridors.
    pub(super) fn forks_of(&self, corridors: Range<usize>) -> &[Fork] {
        let before = |end: usize| self.forks.partition_point(|fork| fork.corridor < end);
        &self.forks[before(corridors.start)..before(corridors.end)]
    }

    /// Runs of cells of one user, none longer than a block.
    pub(super) fn blocks(&self) -> Vec<(usize, Range<usize>)> {
        let mut blocks: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, cell) in self.cells.iter().enumerate() {
            match blocks.last_mut() {
                Some((user, cells)) if *user == cell.user as usize && cells.len() < BLOCK => cells.end += 1,
                _ => blocks.push((cell.user as usize, at..at + 1)),
            }
        }
        blocks
    }
}

/// Expected cost of two routes.
fn together(a: f64, b: f64, scale: f64) -> f64 {
    a.min(b) - (-scale * (a - b).abs()).exp().ln_1p() / scale
}

fn higher(a: Nest, b: Nest) -> Nest {
    match (a, b) {
        (Nest::Mode, _) | (_, Nest::Mode) => Nest::Mode,
        (Nest::Corridor, _) | (_, Nest::Corridor) => Nest::Corridor,
        _ => Nest::Variant,
    }
}
