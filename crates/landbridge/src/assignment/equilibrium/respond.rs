//! What users choose under given hours: flows of facilities and expected costs.
//!
//! The nested logit of [`crate::assignment::NestedLogit`] for many cells at once, over dense arrays and without a branch,
//! so that exponentials and logarithms become vector instructions. Weights are relative to the cheapest of the cell:
//! what is `1e-304` of it counts as nothing.

#![allow(clippy::inline_always, reason = "what is not inlined is compiled for the oldest machine")]

use std::ops::Range;

use super::Congestion;
use super::choices::Choices;
use crate::parallel;
use crate::vector::{Vectorize, decay, exp, ln, vectorized};

/// Cells that are worked on together: few enough to stay in the nearest memory.
const TOGETHER: usize = 64;

/// Flows chosen under given hours.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub flow: Vec<f64>,
    pub per_year: Vec<Vec<f64>>,
    /// Expected cost of all, that of not shipping included: money a year.
    pub total_cost: f64,
    pub chosen: ChosenShares,
}

/// What is chosen under given hours, and what it costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChosenShares {
    /// Expected cost of each cell, that of not shipping included: money per tonne or person.
    pub expected_cost: Vec<f64>,
    /// Share of each cell that does not ship.
    pub unserved_share: Vec<f64>,
    /// Shares of the corridors in their cells.
    pub(super) of_corridors: Vec<f64>,
    /// Shares of the variants in their corridors.
    pub(super) of_variants: Vec<f64>,
}

impl ChosenShares {
    fn extend(&mut self, other: Self) {
        self.expected_cost.extend(other.expected_cost);
        self.unserved_share.extend(other.unserved_share);
        self.of_corridors.extend(other.of_corridors);
        self.of_variants.extend(other.of_variants);
    }
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
        chosen: ChosenShares {
            expected_cost: Vec::with_capacity(choices.cells.len()),
            unserved_share: Vec::with_capacity(choices.cells.len()),
            of_corridors: Vec::with_capacity(choices.cost.len()),
            of_variants: Vec::with_capacity(choices.variants.len()),
        },
    };
    for ((user, _), part) in blocks.iter().zip(parts) {
        on_lists[*user].iter_mut().zip(&part.on_lists).for_each(|(sum, part)| *sum += part);
        response.total_cost += part.total_cost;
        response.chosen.extend(part.chosen);
    }
    for ((per_year, on_lists), load) in response.per_year.iter_mut().zip(&on_lists).zip(&congestion.load) {
        for (list, &amount) in choices.lists.iter().zip(on_lists).filter(|(_, amount)| **amount > 0.0) {
            for &facility in list {
                per_year[usize::from(facility)] += amount;
            }
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
    chosen: ChosenShares,
}

/// Scratch space of one thread.
#[derive(Default)]
struct Scratch {
    /// By chain: the sum of the weights of its corridors, then what turns them into shares.
    chains: Vec<f64>,
    /// By chain: its weight; the exponent on its sum comes before.
    weights: Vec<f64>,
    /// By cell: the weight of not shipping, then its share.
    not_shipping: Vec<f64>,
    /// By cell: the sum of all weights, then its logarithm.
    sums: Vec<f64>,
    /// By cell: the cost of the cheapest alternative, then the expected cost.
    least: Vec<f64>,
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
        let all = choices.corridors.of(cells.clone());
        let costs = choices.cost[all.clone()].iter().zip(&choices.list[all.clone()]);
        let mut chosen = ChosenShares {
            expected_cost: Vec::with_capacity(cells.len()),
            unserved_share: Vec::with_capacity(cells.len()),
            of_corridors: costs.map(|(cost, list)| cost + of_list[*list as usize]).collect(),
            of_variants: Vec::new(),
        };
        for fork in choices.forks_of(all.clone()) {
            let variants = choices.variants[fork.routes.clone()].iter();
            let costs = variants.map(|variant| variant.cost + of_list[variant.list as usize]);
            chosen.of_corridors[fork.corridor - all.start] =
                among(costs, fork.scale, &mut chosen.of_variants);
        }
        for start in cells.clone().step_by(TOGETHER) {
            let cells = start..cells.end.min(start + TOGETHER);
            let corridors = choices.corridors.of(cells.clone());
            let shares = &mut chosen.of_corridors[corridors.start - all.start..corridors.end - all.start];
            choose(scratch, choices, cells.clone(), shares);
            chosen.expected_cost.extend_from_slice(&scratch.least);
            chosen.unserved_share.extend_from_slice(&scratch.not_shipping);
        }
        let mut part = Part { on_lists: vec![0.0; of_list.len()], total_cost: 0.0, chosen };
        let ChosenShares { expected_cost, of_corridors, of_variants, .. } = &part.chosen;
        let expected = choices.cells[cells.clone()].iter().zip(expected_cost);
        for (cell, expected) in expected.filter(|(_, expected)| expected.is_finite()) {
            part.total_cost += cell.per_year * expected;
        }
        for (cell, of_cell) in choices.cells[cells.clone()].iter().zip(choices.corridors.each(cells)) {
            let shares = &of_corridors[of_cell.start - all.start..of_cell.end - all.start];
            for (share, list) in shares.iter().zip(&choices.list[of_cell]) {
                part.on_lists[*list as usize] += cell.per_year * share;
            }
        }
        let mut of_variants = of_variants.iter();
        for fork in choices.forks_of(all.clone()) {
            let amount = choices.cells[fork.cell].per_year * of_corridors[fork.corridor - all.start];
            for (variant, share) in choices.variants[fork.routes.clone()].iter().zip(&mut of_variants) {
                part.on_lists[variant.list as usize] += amount * share;
            }
        }
        part
    }
}

/// Shares of the routes of one corridor, added to others, and their expected cost.
#[inline(always)]
fn among(costs: impl Iterator<Item = f64> + Clone, scale: f64, shares: &mut Vec<f64>) -> f64 {
    let least = costs.clone().fold(f64::INFINITY, f64::min);
    let start = shares.len();
    shares.extend(costs.map(|cost| decay(scale * (least - cost))));
    let sum: f64 = shares[start..].iter().sum();
    shares[start..].iter_mut().for_each(|share| *share /= sum);
    least - ln(sum) / scale
}

/// Turns the costs of the corridors of some cells into their shares; expected costs and shares of not shipping are left
/// in the scratch space.
#[inline(always)]
fn choose(scratch: &mut Scratch, choices: &Choices, cells: Range<usize>, shares: &mut [f64]) {
    let Scratch { chains, weights, not_shipping, sums, least: all_least } = scratch;
    let (first_chain, n_chains) = {
        let chains = choices.chains.of(cells.clone());
        (chains.start as u32, chains.len())
    };
    let chain_of = &choices.chain[choices.corridors.of(cells.clone())];
    let each = || choices.cells[cells.clone()].iter().zip(choices.chains.each(cells.clone()));
    all_least.clear();
    not_shipping.clear();
    weights.clear();
    let mut rest = &mut *shares;
    for ((cell, chains), corridors) in each().zip(choices.corridors.each(cells.clone())) {
        let (own, others) = rest.split_at_mut(corridors.len());
        rest = others;
        let mut least = cell.choke;
        for &cost in &*own {
            least = if cost < least { cost } else { least };
        }
        for cost in own {
            *cost = cell.scales.corridor * (least - *cost);
        }
        // Infinite where nothing is left, and then it is no number; that is no weight either.
        not_shipping.push(cell.scales.mode * (least - cell.choke));
        let power = cell.scales.mode / cell.scales.corridor;
        chains.for_each(|_| weights.push(power));
        all_least.push(least);
    }
    for weight in &mut *shares {
        *weight = decay(*weight);
    }
    for weight in &mut *not_shipping {
        *weight = decay(*weight);
    }
    chains.clear();
    chains.resize(n_chains, 0.0);
    for (weight, chain) in shares.iter().zip(chain_of) {
        chains[(chain - first_chain) as usize] += weight;
    }
    for (weight, sum) in weights.iter_mut().zip(&*chains) {
        *weight = if *sum > 0.0 { exp(*weight * ln(*sum)) } else { 0.0 };
    }
    sums.clear();
    let mut rest = (&mut **chains, &**weights);
    for (((_, of_cell), not_shipping), least) in each().zip(&mut *not_shipping).zip(&*all_least) {
        let ((own, others), (of_own, of_others)) =
            (rest.0.split_at_mut(of_cell.len()), rest.1.split_at(of_cell.len()));
        rest = (others, of_others);
        let mut sum = *not_shipping;
        for weight in of_own {
            sum += weight;
        }
        for (chain, weight) in own.iter_mut().zip(of_own) {
            *chain = if *chain > 0.0 { weight / (sum * *chain) } else { 0.0 };
        }
        *not_shipping = if least.is_finite() { *not_shipping / sum } else { 1.0 };
        sums.push(sum);
    }
    for sum in &mut *sums {
        *sum = ln(*sum);
    }
    for ((least, sum), cell) in all_least.iter_mut().zip(&*sums).zip(&choices.cells[cells]) {
        *least -= if least.is_finite() { sum / cell.scales.mode } else { 0.0 };
    }
    for (share, chain) in shares.iter_mut().zip(chain_of) {
        *share *= chains[(chain - first_chain) as usize];
    }
}
