//! What users choose under given hours: flows of facilities and expected costs.
//!
//! The nested logit of [`crate::assignment::NestedLogit`], for many cells at once: level by level of the tree of choices
//! over dense arrays, so that exponentials and logarithms become vector instructions.

#![allow(clippy::inline_always, reason = "what is not inlined is compiled for the oldest machine")]

use std::ops::Range;

use super::Congestion;
use super::choices::Choices;
use crate::parallel;
use crate::vector::{Vectorize, decay, ln, vectorized};

/// Cells that pass through the levels together: what is worked on stays in the nearest memory.
const TOGETHER: usize = 64;

/// Flows chosen under given hours.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub flow: Vec<f64>,
    pub per_year: Vec<Vec<f64>>,
    /// Expected cost of all, that of not shipping included: money a year.
    pub total_cost: f64,
    /// Expected cost of each cell.
    pub expected: Vec<f64>,
    /// Shares of the routes, block by block.
    pub shares: Vec<Vec<f64>>,
}

/// Loads the choices under hours beyond those of the fixed costs.
pub(super) fn respond(choices: &Choices, congestion: &Congestion, extra_h: &[f64]) -> Response {
    let n = congestion.len();
    let n_users = congestion.load.len();
    let of_lists: Vec<Vec<f64>> =
        (0..n_users).map(|user| choices.lists.sums(&congestion.cost(user, extra_h))).collect();
    let blocks = choices.blocks();
    let parts = parallel::map_with(&blocks, Scratch::default, |scratch, (user, cells)| {
        vectorized(Block { scratch, choices, cells: cells.clone(), of_list: &of_lists[*user] })
    });
    let mut on_lists = vec![vec![0.0; choices.lists.count()]; n_users];
    let mut response = Response {
        flow: vec![0.0; n],
        per_year: vec![vec![0.0; n]; n_users],
        total_cost: 0.0,
        expected: Vec::with_capacity(choices.cells.len()),
        shares: Vec::with_capacity(parts.len()),
    };
    for ((user, _), part) in blocks.iter().zip(parts) {
        on_lists[*user].iter_mut().zip(&part.on_lists).for_each(|(sum, part)| *sum += part);
        response.total_cost += part.total_cost;
        response.expected.extend(part.expected);
        response.shares.push(part.shares);
    }
    for ((per_year, on_lists), load) in response.per_year.iter_mut().zip(&on_lists).zip(&congestion.load) {
        for (list, &amount) in choices.lists.iter().zip(on_lists).filter(|(_, amount)| **amount > 0.0) {
            list.iter().for_each(|&facility| per_year[usize::from(facility)] += amount);
        }
        for ((flow, load), per_year) in response.flow.iter_mut().zip(load).zip(per_year) {
            *flow += load * *per_year;
        }
    }
    response
}

/// What a block of cells gives.
struct Part {
    /// Tonnes or persons a year by list of facilities.
    on_lists: Vec<f64>,
    total_cost: f64,
    expected: Vec<f64>,
    shares: Vec<f64>,
}

/// Scratch space of one thread: costs of the alternatives at each level, then their shares in their nest.
#[derive(Default)]
struct Scratch {
    corridors: Vec<f64>,
    /// The chains of each cell, and behind them not shipping.
    chains: Vec<f64>,
    cells: Vec<f64>,
    nests: Nests,
}

/// A block of cells of one user.
struct Block<'b> {
    scratch: &'b mut Scratch,
    choices: &'b Choices,
    cells: Range<usize>,
    /// What each list of facilities costs beyond the fixed costs.
    of_list: &'b [f64],
}

impl Vectorize for Block<'_> {
    type Output = Part;

    #[inline(always)]
    fn call(self) -> Part {
        let Self { scratch, choices, cells, of_list } = self;
        let all = choices.routes_of(cells.clone());
        let mut part = Part {
            on_lists: vec![0.0; of_list.len()],
            total_cost: 0.0,
            expected: Vec::with_capacity(cells.len()),
            shares: Vec::with_capacity(all.len()),
        };
        let costs = choices.cost[all.clone()].iter().zip(&choices.list[all.clone()]);
        part.shares.extend(costs.map(|(cost, list)| cost + of_list[*list as usize]));
        for start in cells.clone().step_by(TOGETHER) {
            let cells = start..cells.end.min(start + TOGETHER);
            let routes = choices.routes_of(cells.clone());
            let shares = &mut part.shares[routes.start - all.start..routes.end - all.start];
            choose(scratch, choices, cells.clone(), shares);
            split(scratch, choices, cells.clone(), shares, &mut part.on_lists);
            for (cell, &expected) in choices.cells[cells].iter().zip(&scratch.cells) {
                part.total_cost += if expected.is_finite() { cell.per_year * expected } else { 0.0 };
            }
            part.expected.extend_from_slice(&scratch.cells);
        }
        part
    }
}

/// From below: expected costs of the nests, and shares within them.
#[inline(always)]
fn choose(scratch: &mut Scratch, choices: &Choices, cells: Range<usize>, routes: &mut [f64]) {
    let Scratch { corridors, chains, cells: expected, nests } = scratch;
    let (mut start, first) = (0, choices.routes_of(cells.clone()).start);
    for at in cells.clone() {
        let scale = choices.cells[at].scales.route;
        for corridor in choices.corridors_of(at..at + 1) {
            let end = choices.routes.of(corridor).end - first;
            nests.add(routes, start..end, scale);
            start = end;
        }
    }
    nests.close(routes, corridors);
    let (mut start, first) = (0, choices.corridors_of(cells.clone()).start);
    for at in cells.clone() {
        let scale = choices.cells[at].scales.corridor;
        for chain in choices.chains.of(at) {
            let end = choices.corridors.of(chain).end - first;
            nests.add(corridors, start..end, scale);
            start = end;
        }
    }
    nests.close(corridors, expected);
    chains.clear();
    let mut start = 0;
    for at in cells {
        let end = start + choices.chains.of(at).len();
        let first = chains.len();
        chains.extend_from_slice(&expected[start..end]);
        chains.push(choices.cells[at].choke);
        nests.add(chains, first..chains.len(), choices.cells[at].scales.mode);
        start = end;
    }
    nests.close(chains, expected);
}

/// From above: shares of the routes, and what flows with them.
#[inline(always)]
fn split(
    scratch: &Scratch,
    choices: &Choices,
    cells: Range<usize>,
    routes: &mut [f64],
    on_lists: &mut [f64],
) {
    let first = choices.routes_of(cells.clone()).start;
    let lists = &choices.list[first..first + routes.len()];
    let (mut route, mut corridor, mut of_chains) = (0, 0, scratch.chains.iter());
    for at in cells {
        let per_year = choices.cells[at].per_year;
        for chain in choices.chains.of(at) {
            let of_chain = of_chains.next().copied().unwrap_or(0.0);
            for of_corridor in choices.corridors.of(chain) {
                let of_nests = of_chain * scratch.corridors[corridor];
                corridor += 1;
                let end = choices.routes.of(of_corridor).end - first;
                for (share, list) in routes[route..end].iter_mut().zip(&lists[route..end]) {
                    *share *= of_nests;
                    on_lists[*list as usize] += per_year * *share;
                }
                route = end;
            }
        }
        // Not shipping.
        of_chains.next();
    }
}

/// The nests of one level, while their expected costs and shares are worked out.
#[derive(Default)]
struct Nests {
    nests: Vec<Chosen>,
    /// Exponents, then weights of the alternatives of all nests that have several.
    weights: Vec<f64>,
    /// Sums of weights, then their logarithms.
    sums: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Chosen {
    start: u32,
    len: u32,
    least: f64,
    scale: f64,
}

impl Nests {
    /// Adds alternatives of these costs as a nest.
    #[inline(always)]
    fn add(&mut self, costs: &[f64], range: Range<usize>, scale: f64) {
        let (start, len) = (range.start as u32, range.len() as u32);
        let costs = &costs[range];
        // Most nests have one alternative.
        if let [only] = costs {
            self.nests.push(Chosen { start, len, least: *only, scale });
            return;
        }
        let mut least = f64::INFINITY;
        for &cost in costs {
            least = if cost < least { cost } else { least };
        }
        self.weights.extend(costs.iter().map(|cost| scale * (least - cost)));
        self.nests.push(Chosen { start, len, least, scale });
    }

    /// Turns the costs of all alternatives into their shares in their nest, and gives the expected costs of the nests.
    /// Without an alternative of finite cost the expected cost is infinite and shares are 0.
    #[inline(always)]
    fn close(&mut self, alternatives: &mut [f64], expected: &mut Vec<f64>) {
        let Self { nests, weights, sums } = self;
        for weight in weights.iter_mut() {
            *weight = decay(*weight);
        }
        let mut at = 0;
        for nest in nests.iter().filter(|nest| nest.len > 1) {
            let own = &weights[at..at + nest.len as usize];
            at += own.len();
            let mut sum = 0.0;
            for weight in own {
                sum += weight;
            }
            let part = 1.0 / sum;
            let shares = &mut alternatives[nest.start as usize..][..own.len()];
            for (share, weight) in shares.iter_mut().zip(own) {
                *share = if nest.least.is_finite() { weight * part } else { 0.0 };
            }
            sums.push(sum);
        }
        for sum in sums.iter_mut() {
            *sum = ln(*sum);
        }
        expected.clear();
        let mut sums_of = sums.iter();
        for nest in nests.iter() {
            if nest.len == 1 {
                alternatives[nest.start as usize] = if nest.least.is_finite() { 1.0 } else { 0.0 };
                expected.push(nest.least);
            } else {
                let sum = sums_of.next().copied().unwrap_or(0.0);
                expected.push(if nest.least.is_finite() { nest.least - sum / nest.scale } else { nest.least });
            }
        }
        nests.clear();
        weights.clear();
        sums.clear();
    }
}
