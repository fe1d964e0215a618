//! Why each region gains or loses.
//!
//! In: an economy, what changed, and what came out. Out: the change of real expenditure of each region as a sum of parts,
//! exact for changes of any size. Equations (12) to (14) of `docs/model/trade.md`.

use super::equilibrium::Equilibrium;
use super::{CostChange, Economy, Matrix};

/// The change of welfare of a region in parts, all of them logarithms of new over old: they add up to [`Self::total`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WelfareParts {
    /// What the region buys costs less or more to bring, routes opened and closed included.
    pub own_route_cost: f64,
    /// Others ask less or more for what the region buys from them.
    pub partners_prices: f64,
    /// The region's own goods fetch more or less abroad, as its access to all markets (its outward multilateral
    /// resistance) changes; what it sells to itself cancels out.
    pub multilateral_resistance: f64,
    /// Its deficit finances more or less of what it buys.
    pub deficit: f64,
    /// What it earns from the passage of others.
    pub transit_revenue: f64,
}

impl WelfareParts {
    /// Logarithm of the change of welfare.
    pub fn total(&self) -> f64 {
        let Self { own_route_cost, partners_prices, multilateral_resistance, deficit, transit_revenue } =
            self;
        own_route_cost + partners_prices + multilateral_resistance + deficit + transit_revenue
    }

    /// The same in percent: the parts add up to the change of welfare in percent.
    #[must_use]
    pub fn percent(&self) -> Self {
        let total = self.total();
        // `exp(t) - 1` shared out in proportion.
        let scale = 100.0 * if total == 0.0 { 1.0 } else { total.exp_m1() / total };
        Self {
            own_route_cost: scale * self.own_route_cost,
            partners_prices: scale * self.partners_prices,
            multilateral_resistance: scale * self.multilateral_resistance,
            deficit: scale * self.deficit,
            transit_revenue: scale * self.transit_revenue,
        }
    }
}

/// Takes the change of welfare of each region apart.
///
/// # Shape
/// `changes` and `trade` by group of goods; `trade` is that after the change, of
/// [`Prepared::trade`](super::equilibrium::Prepared::trade). `revenue` is what each region earns more from the passage of
/// others, if it is known: it adds to what the region spends, and is not traded in the equilibrium.
///
/// # Units
/// `revenue` is money a year, in units of world output as all results.
///
/// # Panics
/// The arguments are not those of the groups and regions of the economy.
pub fn decompose(
    economy: &Economy,
    changes: &[CostChange],
    after: &Equilibrium,
    trade: &[Matrix],
    revenue: Option<&[f64]>,
) -> Vec<WelfareParts> {
    let n = economy.n_regions();
    let log_price: Vec<f64> = after.price_hat.iter().map(|w| w.ln()).collect();
    let mut parts = vec![WelfareParts::default(); n];
    for (group, (change, trade)) in changes.iter().zip(trade).enumerate() {
        let (before, epsilon) = (economy.flow(group), economy.elasticity(group).epsilon());
        let (spent_before, spent_after) = (before.column_sums(), trade.column_sums());
        for importer in (0..n).filter(|&importer| spent_before[importer] > 0.0) {
            let shares = (0..n).map(|exporter| {
                let share = |flow: &Matrix, spent: &[f64]| flow[(exporter, importer)] / spent[importer];
                (share(before, &spent_before), share(trade, &spent_after))
            });
            let bought =
                split(shares, |exporter| change.tau_hat()[(exporter, importer)], &log_price, importer);
            let budget = spent_before[importer] / economy.expenditure()[importer];
            let part = &mut parts[importer];
            part.own_route_cost -= budget * (bought.cost + bought.variety / epsilon);
            part.partners_prices -= budget * bought.partners;
            part.multilateral_resistance -= budget * bought.own;
        }
    }
    for (at, part) in parts.iter_mut().enumerate() {
        part.multilateral_resistance += log_price[at];
        part.deficit = after.expenditure_hat[at].ln() - log_price[at];
        if let Some(revenue) = revenue {
            let spent = economy.expenditure()[at] * after.expenditure_hat[at];
            part.transit_revenue = (revenue[at] / spent).ln_1p();
        }
    }
    parts
}

/// Gain of the world to first order, money a year: what all trade of the base saves, equation (14). Closed pairs are
/// beyond first order and are left out.
///
/// # Panics
/// The changes are not those of the groups and regions of the economy.
pub fn first_order_gain(economy: &Economy, changes: &[CostChange]) -> f64 {
    let of_group = |(group, change): (usize, &CostChange)| -> f64 {
        let pairs = economy.flow(group).values().iter().zip(change.tau_hat().values());
        pairs.filter(|(_, tau_hat)| tau_hat.is_finite()).map(|(flow, tau_hat)| -flow * tau_hat.ln()).sum()
    };
    changes.iter().enumerate().map(of_group).sum()
}

/// Parts of the logarithm of a price index.
#[derive(Default)]
struct Bought {
    cost: f64,
    partners: f64,
    own: f64,
    /// Logarithm of the share of what is bought before and after, after over before; over epsilon it is the part of
    /// routes opened and closed (Feenstra 1994).
    variety: f64,
}

/// The index of Sato (1976) and Vartia (1976) over what is bought before and after is that of the equilibrium exactly.
fn split(
    shares: impl Iterator<Item = (f64, f64)>,
    tau_hat: impl Fn(usize) -> f64,
    log_price: &[f64],
    importer: usize,
) -> Bought {
    let common: Vec<(usize, f64, f64)> = shares
        .enumerate()
        .filter(|(_, (before, after))| *before > 0.0 && *after > 0.0)
        .map(|(exporter, (before, after))| (exporter, before, after))
        .collect();
    let mut bought = Bought::default();
    let (before, after) = common.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.1, sum.1 + c.2));
    let weight = |c: &(usize, f64, f64)| logarithmic_mean(c.1 / before, c.2 / after);
    let all: f64 = common.iter().map(weight).sum();
    for c in &common {
        let share = weight(c) / all;
        bought.cost += share * tau_hat(c.0).ln();
        let price = share * log_price[c.0];
        if c.0 == importer { bought.own += price } else { bought.partners += price }
    }
    bought.variety = (after / before).ln();
    bought
}

fn logarithmic_mean(a: f64, b: f64) -> f64 {
    let log = (a / b).ln();
    if log == 0.0 { b } else { b * log.exp_m1() / log }
}
