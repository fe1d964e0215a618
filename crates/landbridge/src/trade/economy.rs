//! The world before anything changes: who buys what from whom, and what becomes of deficits.
//!
//! In: flows by group of goods, elasticities, a closure. Out: an [`Economy`] that every solver may rely on: all flows are
//! numbers from 0, every region sells and buys, and deficits add up to 0.

use super::equilibrium;
use super::{Elasticity, Matrix, TradeError};

/// Goods that are substitutes for each other: one group, or all goods as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Value of trade in the base, domestic sales on the diagonal included: money a year.
    pub flow: Matrix,
    /// What pairs that are closed in the base would trade at base prices if they were open at their reference cost
    /// (from [`super::gravity`]); counts only where `flow` is 0. Without it, what is 0 stays 0.
    pub latent: Option<Matrix>,
    /// Elasticity.
    pub elasticity: Elasticity,
}

/// What becomes of deficits (expenditure less output, negative for a surplus) in a counterfactual: docs/model/trade.md,
/// equations (5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closure {
    /// Every deficit keeps its value in units of world output.
    #[default]
    FixedNominal,
    /// Expenditure keeps its ratio to output; all ratios are scaled alike so that deficits add up to 0.
    FixedRatio,
    /// Deficits are taken out first, and the world without them is the base: best for ranking who gains.
    Purged,
}

/// The base of all counterfactuals.
#[derive(Clone, Debug)]
pub struct Economy {
    groups: Vec<Goods>,
    output: Vec<f64>,
    expenditure: Vec<f64>,
    spending: Spending,
    closure: Closure,
}

/// A group in the form of the solvers.
#[derive(Clone, Debug)]
pub(super) struct Goods {
    pub flow: Matrix,
    /// Share in what the importer spends on the group, or would be at base prices where the base is closed.
    pub share: Matrix,
    /// What each region spends on the group.
    pub expenditure: Vec<f64>,
    /// The same as a share of all that it spends: constant (Cobb and Douglas).
    pub budget: Vec<f64>,
    pub elasticity: Elasticity,
}

/// How expenditure follows from income.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Spending {
    /// Income plus this part of world income; the parts add up to 0.
    Offset(Vec<f64>),
    /// Income times this, scaled so that the world spends what it earns.
    Factor(Vec<f64>),
}

impl Economy {
    /// Checks flows and closes deficits.
    ///
    /// # Shape
    /// All matrices have the same size, `flow[(exporter, importer)]`.
    ///
    /// # Units
    /// Money a year, the same in all groups.
    ///
    /// # Errors
    /// A matrix does not fit, a flow is negative or no number, a region sells or buys nothing; or, when deficits are to be
    /// purged, a region only sells to others or only buys from them.
    pub fn new(groups: Vec<Group>, closure: Closure) -> Result<Self, TradeError> {
        let n = groups.first().map_or(0, |group| group.flow.n());
        if n == 0 {
            return Err(TradeError::Empty);
        }
        for (at, group) in groups.iter().enumerate() {
            let latent = group.latent.as_ref();
            let wrong = [Some(&group.flow), latent].into_iter().flatten().find(|matrix| matrix.n() != n);
            if let Some(matrix) = wrong {
                return Err(TradeError::Size { group: at, expected: n, found: matrix.n() });
            }
            for matrix in [Some(&group.flow), latent].into_iter().flatten() {
                check_flows(at, matrix)?;
            }
        }
        let economy = Self::of(groups, closure)?;
        match closure {
            Closure::FixedNominal | Closure::FixedRatio => Ok(economy),
            Closure::Purged => {
                let ones = Spending::Factor(vec![1.0; n]);
                let flows = equilibrium::rebalanced(&Self { spending: ones.clone(), ..economy.clone() })?;
                let group = |(goods, (flow, latent)): (&Goods, (Matrix, Matrix))| Group {
                    flow,
                    latent: Some(latent),
                    elasticity: goods.elasticity,
                };
                let groups = economy.groups.iter().zip(flows).map(group).collect();
                Ok(Self { spending: ones, ..Self::of(groups, closure)? })
            }
        }
    }

    fn of(groups: Vec<Group>, closure: Closure) -> Result<Self, TradeError> {
        let n = groups[0].flow.n();
        let (mut output, mut expenditure) = (vec![0.0; n], vec![0.0; n]);
        for group in &groups {
            output.iter_mut().zip(group.flow.row_sums()).for_each(|(sum, part)| *sum += part);
            expenditure.iter_mut().zip(group.flow.column_sums()).for_each(|(sum, part)| *sum += part);
        }
        if let Some(region) = output.iter().position(|&value| value == 0.0) {
            return Err(TradeError::NoOutput { region });
        }
        if let Some(region) = expenditure.iter().position(|&value| value == 0.0) {
            return Err(TradeError::NoExpenditure { region });
        }
        let world: f64 = output.iter().sum();
        let spending = match closure {
            Closure::FixedNominal => {
                Spending::Offset(expenditure.iter().zip(&output).map(|(e, y)| (e - y) / world).collect())
            }
            Closure::FixedRatio | Closure::Purged => {
                Spending::Factor(expenditure.iter().zip(&output).map(|(e, y)| e / y).collect())
            }
        };
        let groups = groups.into_iter().map(|group| Goods::new(group, &expenditure)).collect();
        Ok(Self { groups, output, expenditure, spending, closure })
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.output.len()
    }

    /// Number of groups of goods.
    pub fn n_groups(&self) -> usize {
        self.groups.len()
    }

    /// Value of trade in the base, without deficits if they were purged: money a year.
    pub fn flow(&self, group: usize) -> &Matrix {
        &self.groups[group].flow
    }

    /// Elasticity of a group.
    pub fn elasticity(&self, group: usize) -> Elasticity {
        self.groups[group].elasticity
    }

    /// What each region earns: money a year.
    pub fn output(&self) -> &[f64] {
        &self.output
    }

    /// What each region spends: money a year.
    pub fn expenditure(&self) -> &[f64] {
        &self.expenditure
    }

    /// What becomes of deficits.
    pub fn closure(&self) -> Closure {
        self.closure
    }

    pub(super) fn groups(&self) -> &[Goods] {
        &self.groups
    }

    pub(super) fn spending(&self) -> &Spending {
        &self.spending
    }
}

impl Goods {
    fn new(group: Group, all: &[f64]) -> Self {
        let Group { flow, latent, elasticity } = group;
        let expenditure = flow.column_sums();
        let potential = |i, j| {
            let value: f64 = flow[(i, j)];
            if value > 0.0 { value } else { latent.as_ref().map_or(0.0, |latent| latent[(i, j)]) }
        };
        let share = Matrix::from_fn(flow.n(), |i, j| {
            if expenditure[j] > 0.0 { potential(i, j) / expenditure[j] } else { 0.0 }
        });
        let budget = expenditure.iter().zip(all).map(|(part, all)| part / all).collect();
        Self { flow, share, expenditure, budget, elasticity }
    }
}

pub(super) fn check_flows(group: usize, matrix: &Matrix) -> Result<(), TradeError> {
    let n = matrix.n();
    // A sum that overflows shows a flow that is too large even if it is finite itself.
    let largest = f64::MAX / (n * n) as f64;
    let wrong = matrix.values().iter().position(|&value| !(0.0..=largest).contains(&value));
    wrong.map_or(Ok(()), |at| {
        Err(TradeError::Flow { group, exporter: at / n, importer: at % n, value: matrix.values()[at] })
    })
}
