//! The markets of a counterfactual: weights, what prices of the regions make of them, and how far from clearing they are.
//!
//! Equations (3) to (6) of `docs/model/trade.md`. Prices are logarithms, so they are above 0 by construction.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined into the fast solver is compiled for the oldest machine"
)]

use crate::trade::economy::{Economy, Goods, Spending};
use crate::trade::{CostChange, Matrix, NoEquilibrium, TradeError};
use crate::vector::exp;

/// Largest and smallest weight of a column that are kept as they are; others are scaled into the middle.
const WITHIN: std::ops::Range<f64> = 1e-100..1e100;

/// One group of goods after a change of cost.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    pub epsilon: f64,
    /// Part of its expenditure that each region spends on the group.
    pub budget: Vec<f64>,
    /// `share * tau_hat^-epsilon`, each column scaled by `exp(-shift)`.
    pub weight: Matrix,
    /// The same with a row for each importer: both passes of a look at the markets then run along rows.
    turned: Matrix,
    pub shift: Vec<f64>,
}

/// What solvers work on; borrowed, so that nothing is copied for a solve.
#[derive(Clone, Copy)]
pub(super) struct Market<'m> {
    pub output: &'m [f64],
    pub spending: &'m Spending,
    pub groups: &'m [Weights],
}

/// Scratch space of the passes.
pub(super) struct Scratch {
    /// Income `w_i Y_i`.
    pub income: Vec<f64>,
    /// Expenditure.
    pub expenditure: Vec<f64>,
    /// What is sold over income, less 1.
    pub excess: Vec<f64>,
    /// `w_i^-epsilon` of the last group.
    power: Vec<f64>,
    /// `sum_i weight_ij w_i^-epsilon` of each group.
    pub sum: Vec<Vec<f64>>,
    per_unit: Vec<f64>,
    part: Vec<f64>,
}

impl Weights {
    /// Weights of a group; the powers are taken here, once, so that solving needs none of them.
    pub fn new(goods: &Goods, change: &CostChange) -> Self {
        let n = goods.share.n();
        let epsilon = goods.elasticity.epsilon();
        let mut weight = goods.share.clone();
        let mut largest = vec![0.0_f64; n];
        for (row, changes) in weight.rows_mut().zip(change.tau_hat().rows()) {
            for ((value, &tau_hat), largest) in row.iter_mut().zip(changes).zip(&mut largest) {
                // Most pairs are untouched, and a power costs more than all that is done with it.
                if (tau_hat - 1.0).abs() > 0.0 && *value > 0.0 {
                    *value *= tau_hat.powf(-epsilon);
                }
                *largest = largest.max(*value);
            }
        }
        let mut shift = vec![0.0; n];
        for j in (0..n).filter(|&j| goods.budget[j] > 0.0 && !WITHIN.contains(&largest[j])) {
            let log = |i| goods.share[(i, j)].ln() - epsilon * change.tau_hat()[(i, j)].ln();
            let top = (0..n).map(log).fold(f64::NEG_INFINITY, f64::max);
            if top.is_finite() {
                shift[j] = top;
                (0..n).for_each(|i| weight[(i, j)] = (log(i) - top).exp());
            }
        }
        Self { epsilon, budget: goods.budget.clone(), turned: weight.transposed(), weight, shift }
    }

    /// The weights among some of the regions.
    fn among(&self, members: &[usize]) -> Self {
        let pick = |values: &[f64]| members.iter().map(|&at| values[at]).collect();
        let weight = Matrix::from_fn(members.len(), |i, j| self.weight[(members[i], members[j])]);
        Self {
            epsilon: self.epsilon,
            budget: pick(&self.budget),
            turned: weight.transposed(),
            weight,
            shift: pick(&self.shift),
        }
    }

    /// Whether anything is sold from one region to another.
    fn is_traded(&self, exporter: usize, importer: usize) -> bool {
        self.budget[importer] > 0.0 && self.weight[(exporter, importer)] > 0.0
    }
}

/// A market of its own, for regions that trade with nobody else.
pub(super) struct Part {
    pub output: Vec<f64>,
    pub spending: Spending,
    pub groups: Vec<Weights>,
}

impl Part {
    pub fn market(&self) -> Market<'_> {
        Market { output: &self.output, spending: &self.spending, groups: &self.groups }
    }
}

/// Deficit of regions that are cut off, over their output, that counts as rounding.
const NO_DEFICIT: f64 = 1e-9;

impl<'m> Market<'m> {
    pub fn new(economy: &'m Economy, groups: &'m [Weights]) -> Self {
        Self { output: economy.output(), spending: economy.spending(), groups }
    }

    pub fn n(&self) -> usize {
        self.output.len()
    }

    pub fn scratch(&self) -> Scratch {
        let zeros = || vec![0.0; self.n()];
        Scratch {
            income: zeros(),
            expenditure: zeros(),
            excess: zeros(),
            power: zeros(),
            sum: self.groups.iter().map(|_| zeros()).collect(),
            per_unit: zeros(),
            part: zeros(),
        }
    }

    /// What is sold at log prices `x` over income, less 1, into `excess`; gives its largest absolute value, infinite if
    /// a region could spend nothing or numbers overflow.
    #[inline(always)]
    pub fn evaluate(&self, x: &[f64], s: &mut Scratch) -> f64 {
        for ((income, output), x) in s.income.iter_mut().zip(self.output).zip(x) {
            *income = output * exp(*x);
        }
        self.spending.of(&s.income, &mut s.expenditure);
        if !s.expenditure.iter().all(|&value| value > 0.0) {
            return f64::INFINITY;
        }
        s.excess.fill(0.0);
        for (group, sum) in self.groups.iter().zip(&mut s.sum) {
            for (power, x) in s.power.iter_mut().zip(x) {
                *power = exp(-group.epsilon * x);
            }
            group.weight.weighted_columns(&s.power, sum);
            for (at, per_unit) in s.per_unit.iter_mut().enumerate() {
                let spent = group.budget[at] * s.expenditure[at];
                *per_unit = if spent > 0.0 { spent / sum[at] } else { 0.0 };
            }
            group.turned.weighted_columns(&s.per_unit, &mut s.part);
            for (sold, (power, part)) in s.excess.iter_mut().zip(s.power.iter().zip(&s.part)) {
                *sold += power * part;
            }
        }
        let mut largest = 0.0_f64;
        for (excess, income) in s.excess.iter_mut().zip(&s.income) {
            *excess = *excess / income - 1.0;
            // `max` would pass over what is no number.
            largest = if excess.abs() <= largest { largest } else { excess.abs() };
        }
        if largest.is_nan() { f64::INFINITY } else { largest }
    }

    /// Sets of regions that trade with each other, directly or over others, each in order. Fails if a region can buy
    /// nothing of a group, or sell to nobody.
    pub fn components(&self) -> Result<Vec<Vec<usize>>, TradeError> {
        let n = self.n();
        for (at, group) in self.groups.iter().enumerate() {
            let mut has_supplier = vec![false; n];
            for row in group.weight.rows() {
                has_supplier.iter_mut().zip(row).for_each(|(has, &weight)| *has |= weight > 0.0);
            }
            if let Some(importer) = (0..n).find(|&j| group.budget[j] > 0.0 && !has_supplier[j]) {
                return Err(TradeError::NoSupplier { group: at, importer });
            }
        }
        let sells = |i: usize| self.groups.iter().any(|group| (0..n).any(|j| group.is_traded(i, j)));
        if let Some(exporter) = (0..n).find(|&i| !sells(i)) {
            return Err(TradeError::NoBuyer { exporter });
        }
        let mut left: Vec<usize> = (0..n).collect();
        let mut components = Vec::new();
        while let Some(&first) = left.first() {
            let joined = |i, j| self.groups.iter().any(|g| g.is_traded(i, j) || g.is_traded(j, i));
            let mut members = reach(first, &left, joined);
            members.sort_unstable();
            left.retain(|at| members.binary_search(at).is_err());
            components.push(members);
        }
        Ok(components)
    }

    /// A region that shows that not all of these can both sell to and buy from all others, if there is one.
    pub fn one_way(&self) -> Option<usize> {
        let all: Vec<usize> = (0..self.n()).collect();
        let sells = |i, j| self.groups.iter().any(|group| group.is_traded(i, j));
        let missing = |reached: Vec<usize>| all.iter().copied().find(|at| !reached.contains(at));
        missing(reach(0, &all, sells)).or_else(|| missing(reach(0, &all, |i, j| sells(j, i))))
    }

    /// The market among regions that trade with nobody else.
    pub fn part(&self, members: &[usize]) -> Result<Part, TradeError> {
        let output: Vec<f64> = members.iter().map(|&at| self.output[at]).collect();
        let (world, inside): (f64, f64) = (self.output.iter().sum(), output.iter().sum());
        let spending = match self.spending {
            Spending::Factor(factor) => Spending::Factor(members.iter().map(|&at| factor[at]).collect()),
            Spending::Offset(offset) => {
                let deficit: f64 = members.iter().map(|&at| offset[at] * world).sum();
                if deficit.abs() > NO_DEFICIT * inside {
                    let reason = NoEquilibrium::CutOff { deficit };
                    return Err(TradeError::NoEquilibrium { region: members[0], reason });
                }
                // What rounding left is shared out, so that the part closes as the whole does.
                let share = |at: usize| (offset[at] * world - deficit * self.output[at] / inside) / inside;
                Spending::Offset(members.iter().map(|&at| share(at)).collect())
            }
        };
        let groups = self.groups.iter().map(|group| group.among(members)).collect();
        Ok(Part { output, spending, groups })
    }

    /// Moves log prices so that world output is worth what it was: the numeraire. Gives how much lower they are now.
    pub fn normalize(&self, x: &mut [f64]) -> f64 {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let now: f64 = x.iter().zip(self.output).map(|(x, output)| output * (x - top).exp()).sum();
        let before: f64 = self.output.iter().sum();
        let shift = top + (now / before).ln();
        for x in x {
            *x -= shift;
        }
        shift
    }
}

/// What is reached from a region over steps that are permitted, among some regions, in the order in which it is found.
fn reach(first: usize, among: &[usize], is_step: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut found = vec![first];
    let mut left: Vec<usize> = among.iter().copied().filter(|&at| at != first).collect();
    let mut next = 0;
    while next < found.len() && !left.is_empty() {
        let from = found[next];
        let (new, rest) = left.into_iter().partition(|&to| is_step(from, to));
        found.extend::<Vec<usize>>(new);
        left = rest;
        next += 1;
    }
    found
}

impl Spending {
    /// Whether every region spends what it earns.
    pub fn is_balanced(&self) -> bool {
        match self {
            Self::Offset(offset) => offset.iter().all(|&offset| offset == 0.0),
            Self::Factor(factor) => factor.windows(2).all(|pair| pair[0].to_bits() == pair[1].to_bits()),
        }
    }

    /// Expenditure of incomes.
    #[inline(always)]
    pub fn of(&self, income: &[f64], expenditure: &mut [f64]) {
        let world: f64 = income.iter().sum();
        match self {
            Self::Offset(offset) => {
                for ((out, income), offset) in expenditure.iter_mut().zip(income).zip(offset) {
                    *out = income + offset * world;
                }
            }
            Self::Factor(factor) => {
                let all: f64 = income.iter().zip(factor).map(|(income, factor)| income * factor).sum();
                let scale = world / all;
                for ((out, income), factor) in expenditure.iter_mut().zip(income).zip(factor) {
                    *out = scale * factor * income;
                }
            }
        }
    }
}
