//! Who chooses among which routes.
//!
//! In: cells of users with their routes, cell by cell. Out: the tree of choices of all cells in dense arrays, level by
//! level, as [`super::respond`] and [`super::curvature`] pass over it.

use std::ops::Range;
use std::sync::Arc;

use super::{Congestion, respond};
use crate::assignment::{Scales, UseLists};
use crate::route::route_set::Nest;

/// Cells that are one piece of work; a fixed number, so that threads do not show in sums.
const BLOCK: usize = 2048;

/// Those who choose among routes: cells of one user each, with the routes open to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices {
    pub(super) lists: Arc<UseLists>,
    pub(super) cells: Vec<Cell>,
    pub(super) chains: Runs,
    pub(super) corridors: Runs,
    pub(super) routes: Runs,
    /// Fixed cost of each route.
    pub(super) cost: Vec<f64>,
    /// The list of facilities that each route uses.
    pub(super) list: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub user: u32,
    pub per_year: f64,
    pub scales: Scales,
    pub choke: f64,
}

/// Runs of neighbors, one behind the other: the routes of each corridor, say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Runs(Vec<u32>);

impl Runs {
    fn begin(&mut self) {
        self.0.push(self.0[self.0.len() - 1]);
    }

    fn grow(&mut self) {
        if let Some(end) = self.0.last_mut() {
            *end += 1;
        }
    }

    /// Adds some runs of others.
    fn extend(&mut self, others: &Self, runs: Range<usize>) {
        let (end, start) = (self.0[self.0.len() - 1], others.0[runs.start]);
        self.0.extend(others.0[runs.start + 1..=runs.end].iter().map(|other| other - start + end));
    }

    #[inline]
    pub fn of(&self, run: usize) -> Range<usize> {
        self.0[run] as usize..self.0[run + 1] as usize
    }

    /// All that are in some runs.
    #[inline]
    pub fn of_all(&self, runs: Range<usize>) -> Range<usize> {
        self.0[runs.start] as usize..self.0[runs.end] as usize
    }
}

impl Choices {
    /// None yet. Routes will name what they use by the number of one of these lists.
    pub fn new(lists: Arc<UseLists>) -> Self {
        let runs = || Runs(vec![0]);
        Self {
            lists,
            cells: Vec::new(),
            chains: runs(),
            corridors: runs(),
            routes: runs(),
            cost: Vec::new(),
            list: Vec::new(),
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
        self.chains.begin();
        let mut highest = Nest::Mode;
        let mut corridor = self.cost.len();
        for (cost, nest, list) in routes {
            // The first open route of a chain or corridor takes the place of closed ones before it.
            highest = higher(highest, nest);
            if cost.is_infinite() {
                continue;
            }
            if highest == Nest::Variant {
                if let Some(same) = (corridor..self.cost.len()).find(|&route| self.list[route] == list) {
                    let (low, away) = (self.cost[same].min(cost), (self.cost[same] - cost).abs());
                    self.cost[same] = low - (-scales.route * away).exp().ln_1p() / scales.route;
                    continue;
                }
            } else {
                if highest == Nest::Mode {
                    self.chains.grow();
                    self.corridors.begin();
                }
                self.corridors.grow();
                self.routes.begin();
                corridor = self.cost.len();
            }
            self.routes.grow();
            self.cost.push(cost);
            self.list.push(list);
            highest = Nest::Variant;
        }
    }

    /// Adds some cells of others with the same lists.
    ///
    /// # Panics
    /// The lists are others.
    pub fn extend(&mut self, others: &Self, cells: Range<usize>) {
        assert!(Arc::ptr_eq(&self.lists, &others.lists), "numbers of lists mean the same");
        let chains = others.chains.of_all(cells.clone());
        let corridors = others.corridors.of_all(chains.clone());
        let routes = others.routes.of_all(corridors.clone());
        self.cells.extend_from_slice(&others.cells[cells.clone()]);
        self.chains.extend(&others.chains, cells);
        self.corridors.extend(&others.corridors, chains);
        self.routes.extend(&others.routes, corridors);
        self.cost.extend_from_slice(&others.cost[routes.clone()]);
        self.list.extend_from_slice(&others.list[routes]);
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
        !self.chains.of(cell).is_empty()
    }

    /// Expected cost of each cell under hours beyond those of the fixed costs, that of not shipping included: money per
    /// tonne or person.
    pub fn expected_costs(&self, congestion: &Congestion, extra_h: &[f64]) -> Vec<f64> {
        respond(self, congestion, extra_h).expected
    }

    /// The corridors of some cells.
    pub(super) fn corridors_of(&self, cells: Range<usize>) -> Range<usize> {
        self.corridors.of_all(self.chains.of_all(cells))
    }

    /// The routes of some cells.
    pub(super) fn routes_of(&self, cells: Range<usize>) -> Range<usize> {
        self.routes.of_all(self.corridors_of(cells))
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

fn higher(a: Nest, b: Nest) -> Nest {
    match (a, b) {
        (Nest::Mode, _) | (_, Nest::Mode) => Nest::Mode,
        (Nest::Corridor, _) | (_, Nest::Corridor) => Nest::Corridor,
        _ => Nest::Variant,
    }
}

impl Choices {
    /// TEMP
    pub fn counts(&self) -> String {
        let n = self.cells.len();
        let none = (0..n).filter(|&c| self.routes_of(c..c + 1).all(|r| self.list[r] == 0)).count();
        let routes_none: usize = (0..n).map(|c| self.routes_of(c..c + 1)).filter(|rs| rs.clone().all(|r| self.list[r] == 0)).map(|r| r.len()).sum();
        let same = (0..n).filter(|&c| { let mut r = self.routes_of(c..c + 1).map(|r| self.list[r]); let f = r.next(); r.all(|x| Some(x) == f) }).count();
        let uses: usize = self.list.iter().map(|&l| self.lists.of(l).len()).sum();
        let multi = (0..self.routes.0.len() - 1).filter(|&c| self.routes.of(c).len() > 1).count();
        let multi_routes: usize = (0..self.routes.0.len() - 1).map(|c| self.routes.of(c).len()).filter(|&l| l > 1).sum();
        let zero = self.cells.iter().filter(|c| c.per_year == 0.0).count();
        format!("cells {n} chains {} corridors {} routes {} lists {} uses {} none {none} ({routes_none} routes) same {same} multi {multi} ({multi_routes} routes) zero {zero}",
            self.corridors.0.len() - 1, self.routes.0.len() - 1, self.cost.len(), self.lists.count(), uses)
    }
}
