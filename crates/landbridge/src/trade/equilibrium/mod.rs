//! Trade in general equilibrium by exact hat algebra (Dekle, Eaton and Kortum 2008).
//!
//! In: an [`Economy`], a change of the cost of trade for each group of goods. Out: an [`Equilibrium`]: prices, price
//! indices and real expenditure of each region, new over old, and on request the new trade. Equations (1) to (9) of
//! `docs/model/trade.md`.
//!
//! For one question use [`solve`]. For many about one economy make [`Prepared`] once; it inverts the Jacobian of the base.
//! [`Prepared::counterfactual`] takes the powers of a change of cost, [`Prepared::solve`] then needs few passes over the
//! matrix.

mod fast;
mod market;
mod one_pass;
mod robust;

use super::economy::Economy;
use super::linear::Lu;
use super::{CostChange, Matrix, NoEquilibrium, TradeError};
use crate::vector::{exp, vectorized};
use fast::Slope;
use market::{Market, Scratch, Weights};

pub use one_pass::{OnePass, one_pass};

/// How exactly to solve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquilibriumConfig {
    /// Largest excess of what a region sells over what it earns, as a part of it.
    pub tolerance: f64,
    /// Steps of the fast solver before the robust one takes over; it needs fewer than 20 for all but large changes.
    pub max_fast_iterations: usize,
    /// Looks at the markets, of both solvers together, before they give up.
    pub max_iterations: usize,
}

impl Default for EquilibriumConfig {
    fn default() -> Self {
        Self { tolerance: 1e-13, max_fast_iterations: 40, max_iterations: 50_000 }
    }
}

/// Largest number of regions for which the Jacobian of the base is inverted: the work grows with its cube.
const LARGEST_INVERTED: usize = 600;

/// An economy ready for many counterfactuals.
#[derive(Clone, Debug)]
pub struct Prepared {
    economy: Economy,
    /// Inverse of the negative Jacobian of the base, column by column.
    inverse: Option<Vec<f32>>,
}

/// A changed world before prices answer.
#[derive(Clone, Debug)]
pub struct Counterfactual {
    groups: Vec<Weights>,
    /// Sets of regions that trade with each other; one in all but strange cases.
    components: Vec<Vec<usize>>,
    /// A region that can only sell to the others or only buy from them.
    one_way: Option<usize>,
}

/// The world after prices have answered. All vectors are by region and hold new over old.
#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    /// Price of what each region makes (its wage, its factory-gate price), `w_hat`, in units of world output; of the
    /// output of each part where the world falls into parts that do not trade.
    pub price_hat: Vec<f64>,
    /// Price index of what each region buys, `P_hat`.
    pub price_index_hat: Vec<f64>,
    /// The same of each group of goods: `[group][region]`; 1 where a region buys nothing of it.
    pub group_price_index_hat: Vec<Vec<f64>>,
    /// Expenditure, nominal.
    pub expenditure_hat: Vec<f64>,
    /// Real expenditure: welfare.
    pub welfare_hat: Vec<f64>,
    /// Largest excess of what a region sells over what it earns, as a part of it.
    pub residual: f64,
    /// Looks at the markets that it took.
    pub iterations: usize,
    /// Whether the tolerance was reached.
    pub is_converged: bool,
}

/// Solves for the effect of a change of cost.
///
/// # Shape
/// One change for each group of the economy.
///
/// # Errors
/// A region can buy or sell nothing after the change, or no equilibrium supports the deficits. Not reaching the tolerance
/// is no error: see [`Equilibrium::is_converged`].
///
/// # Panics
/// The changes are not those of the groups and regions of the economy.
///
/// # Example
/// ```
/// use landbridge::trade::{Closure, CostChange, Economy, Elasticity, Group, Matrix, equilibrium};
/// let flow = Matrix::new(2, vec![75.0, 25.0, 25.0, 75.0]);
/// let group = Group { flow, latent: None, elasticity: Elasticity::from_sigma(5.0)? };
/// let economy = Economy::new(vec![group], Closure::FixedNominal)?;
/// let mut change = CostChange::none(2);
/// change.set(0, 1, 0.8)?;
/// change.set(1, 0, 0.8)?;
/// let after = equilibrium::solve(&economy, &[change], &Default::default())?;
/// // (0.75 + 0.25 * 0.8^-4)^(1/4)
/// assert!((after.welfare_hat[0] - 1.079_972_731_325_932_6).abs() < 1e-14);
/// # Ok::<(), landbridge::trade::TradeError>(())
/// ```
pub fn solve(
    economy: &Economy,
    changes: &[CostChange],
    config: &EquilibriumConfig,
) -> Result<Equilibrium, TradeError> {
    let prepared = Prepared::new(economy.clone());
    prepared.solve(&prepared.counterfactual(changes)?, None, config)
}

impl Prepared {
    /// Inverts the Jacobian of the base: about as much work as a hundred solutions.
    pub fn new(economy: Economy) -> Self {
        let n = economy.n_regions();
        let inverse = (n <= LARGEST_INVERTED).then(|| {
            let base = base_change(&economy);
            let groups = weights(&economy, &base);
            let mut negative = robust::jacobian(Market::new(&economy, &groups), &vec![0.0; n]);
            negative.rows_mut().flatten().for_each(|value| *value = -*value);
            Lu::new(negative)
                .map(|lu| lu.inverse().transposed().values().iter().map(|&value| value as f32).collect())
        });
        Self { economy, inverse: inverse.flatten() }
    }

    /// The economy.
    pub fn economy(&self) -> &Economy {
        &self.economy
    }

    /// Takes the powers of a change of cost.
    ///
    /// # Errors
    /// A region can buy or sell nothing after the change.
    ///
    /// # Panics
    /// The changes are not those of the groups and regions of the economy.
    pub fn counterfactual(&self, changes: &[CostChange]) -> Result<Counterfactual, TradeError> {
        let groups = weights(&self.economy, changes);
        let market = Market::new(&self.economy, &groups);
        let (components, one_way) = (market.components()?, market.one_way());
        Ok(Counterfactual { groups, components, one_way })
    }

    /// Finds the prices at which all that is made is sold. `start` are prices to begin with, those of a similar
    /// counterfactual; the result depends on them by less than the tolerance.
    ///
    /// # Errors
    /// No equilibrium supports the deficits.
    pub fn solve(
        &self,
        counterfactual: &Counterfactual,
        start: Option<&[f64]>,
        config: &EquilibriumConfig,
    ) -> Result<Equilibrium, TradeError> {
        let market = Market::new(&self.economy, &counterfactual.groups);
        let n = market.n();
        let start: Vec<f64> = start.map_or(vec![0.0; n], |prices| prices.iter().map(|w| w.ln()).collect());
        if counterfactual.components.len() > 1 {
            return self.solve_in_parts(counterfactual, &start, config);
        }
        if let Some(region) = counterfactual.one_way.filter(|_| market.spending.is_balanced()) {
            return Err(TradeError::NoEquilibrium { region, reason: NoEquilibrium::OneWay });
        }
        let mut x = start.clone();
        let mut scratch = market.scratch();
        let part = 1.0 / counterfactual.groups.iter().fold(1.0, |most: f64, g| most.max(1.0 + g.epsilon));
        let slope = self.inverse.as_deref().map_or(Slope::Part(part), Slope::Inverse);
        let search = fast::Search {
            market: &market,
            slope,
            tolerance: config.tolerance,
            max_iterations: config.max_fast_iterations.min(config.max_iterations),
        };
        let reached = vectorized(fast::Run { search, x: &mut x, scratch: &mut scratch });
        let mut after = Reached {
            residual: reached.residual,
            iterations: reached.iterations,
            is_converged: reached.residual <= config.tolerance,
        };
        let left = config.max_iterations.saturating_sub(after.iterations);
        if !after.is_converged && left > 0 {
            let found = robust::solve(market, &start, config.tolerance, left)
                .map_err(|(region, reason)| TradeError::NoEquilibrium { region, reason })?;
            x = found.x;
            after.residual = found.residual;
            after.iterations += found.iterations;
            after.is_converged = found.is_converged;
            market.evaluate(&x, &mut scratch);
        }
        let shift = market.normalize(&mut x);
        Ok(self.equilibrium(&counterfactual.groups, &x, shift, &scratch, &after))
    }

    /// Each set of regions that trade with each other has prices of its own.
    fn solve_in_parts(
        &self,
        counterfactual: &Counterfactual,
        start: &[f64],
        config: &EquilibriumConfig,
    ) -> Result<Equilibrium, TradeError> {
        let market = Market::new(&self.economy, &counterfactual.groups);
        let mut x = vec![0.0; market.n()];
        let mut expenditure = vec![0.0; market.n()];
        let mut after = Reached { residual: 0.0, iterations: 0, is_converged: true };
        for members in &counterfactual.components {
            let part = market.part(members)?;
            let start: Vec<f64> = members.iter().map(|&at| start[at]).collect();
            let found = robust::solve(part.market(), &start, config.tolerance, config.max_iterations)
                .map_err(|(at, reason)| TradeError::NoEquilibrium { region: members[at], reason })?;
            let mut prices = found.x;
            part.market().normalize(&mut prices);
            let income: Vec<f64> = part.output.iter().zip(&prices).map(|(y, x)| y * exp(*x)).collect();
            let mut spent = vec![0.0; members.len()];
            part.spending.of(&income, &mut spent);
            for ((&at, price), spent) in members.iter().zip(prices).zip(spent) {
                x[at] = price;
                expenditure[at] = spent;
            }
            after.residual = after.residual.max(found.residual);
            after.iterations += found.iterations;
            after.is_converged &= found.is_converged;
        }
        let mut scratch = market.scratch();
        market.evaluate(&x, &mut scratch);
        // Each part closes on its own.
        scratch.expenditure = expenditure;
        Ok(self.equilibrium(&counterfactual.groups, &x, 0.0, &scratch, &after))
    }

    /// Value of trade after the change, by group: money a year, in units of world output.
    pub fn trade(&self, counterfactual: &Counterfactual, after: &Equilibrium) -> Vec<Matrix> {
        let n = self.economy.n_regions();
        let trade = |(group, goods): (&Weights, &super::economy::Goods)| {
            let power: Vec<f64> = after.price_hat.iter().map(|w| w.powf(-group.epsilon)).collect();
            let mut sum = vec![0.0; n];
            group.weight.weighted_columns(&power, &mut sum);
            let spent = |j: usize| goods.expenditure[j] * after.expenditure_hat[j] / sum[j];
            Matrix::from_fn(n, |i, j| {
                let weight = group.weight[(i, j)];
                if weight > 0.0 && goods.expenditure[j] > 0.0 { weight * power[i] * spent(j) } else { 0.0 }
            })
        };
        counterfactual.groups.iter().zip(self.economy.groups()).map(trade).collect()
    }

    /// The results at log prices `x`, from a look at the markets when they were higher by `shift`.
    fn equilibrium(
        &self,
        groups: &[Weights],
        x: &[f64],
        shift: f64,
        look: &Scratch,
        reached: &Reached,
    ) -> Equilibrium {
        let mut log_index = vec![0.0; x.len()];
        let mut group_price_index_hat = Vec::with_capacity(groups.len());
        for (group, sum) in groups.iter().zip(&look.sum) {
            let log = |at: usize| -(sum[at].ln() + group.shift[at]) / group.epsilon - shift;
            let bought = |at: usize| group.budget[at] > 0.0;
            let logs: Vec<f64> = (0..x.len()).map(|at| if bought(at) { log(at) } else { 0.0 }).collect();
            for (at, log) in logs.iter().enumerate() {
                log_index[at] += group.budget[at] * log;
            }
            group_price_index_hat.push(logs.into_iter().map(exp).collect());
        }
        let price_index_hat: Vec<f64> = log_index.into_iter().map(exp).collect();
        let level = exp(-shift);
        let spent = look.expenditure.iter().zip(self.economy.expenditure());
        let expenditure_hat: Vec<f64> = spent.map(|(after, before)| level * after / before).collect();
        let real = expenditure_hat.iter().zip(&price_index_hat);
        Equilibrium {
            welfare_hat: real.map(|(nominal, price)| nominal / price).collect(),
            price_hat: x.iter().map(|&x| exp(x)).collect(),
            price_index_hat,
            group_price_index_hat,
            expenditure_hat,
            residual: reached.residual,
            iterations: reached.iterations,
            is_converged: reached.is_converged,
        }
    }
}

/// What the solvers say of themselves.
struct Reached {
    residual: f64,
    iterations: usize,
    is_converged: bool,
}

impl Counterfactual {
    /// Sets of regions that trade with each other but with nobody else: one, unless borders cut the world in parts.
    pub fn parts(&self) -> &[Vec<usize>] {
        &self.components
    }
}

/// The change that leaves the base as it is: pairs without trade in the base are closed, also those with latent trade.
pub fn base_change(economy: &Economy) -> Vec<CostChange> {
    let n = economy.n_regions();
    let closed = |goods: &super::economy::Goods| {
        let mut change = CostChange::none(n);
        for exporter in 0..n {
            for importer in 0..n {
                if goods.flow[(exporter, importer)] == 0.0 {
                    change.close(exporter, importer);
                }
            }
        }
        change
    };
    economy.groups().iter().map(closed).collect()
}

/// The flows of an economy at whose prices nobody has a deficit, and what closed pairs would trade at them.
pub(super) fn rebalanced(balanced: &Economy) -> Result<Vec<(Matrix, Matrix)>, TradeError> {
    let prepared = Prepared { economy: balanced.clone(), inverse: None };
    let base = prepared.counterfactual(&base_change(balanced))?;
    let after = prepared.solve(&base, None, &EquilibriumConfig::default())?;
    let flows = prepared.trade(&base, &after);
    // At the prices without deficits, with closed pairs open but too small to move them.
    let latent = balanced.groups().iter().zip(&base.groups).map(|(goods, group)| {
        let power: Vec<f64> = after.price_hat.iter().map(|w| w.powf(-group.epsilon)).collect();
        let mut sum = vec![0.0; power.len()];
        group.weight.weighted_columns(&power, &mut sum);
        Matrix::from_fn(power.len(), |i, j| {
            let spent = goods.expenditure[j] * after.expenditure_hat[j];
            let scale = group.shift[j].exp() * sum[j];
            if spent > 0.0 { goods.share[(i, j)] * power[i] * spent / scale } else { 0.0 }
        })
    });
    Ok(flows.into_iter().zip(latent).collect())
}

fn weights(economy: &Economy, changes: &[CostChange]) -> Vec<Weights> {
    assert_eq!(changes.len(), economy.n_groups(), "one change for each group of goods");
    let is_of_size = |change: &CostChange| change.tau_hat().n() == economy.n_regions();
    assert!(changes.iter().all(is_of_size), "changes are by the regions of the economy");
    economy.groups().iter().zip(changes).map(|(goods, change)| Weights::new(goods, change)).collect()
}
