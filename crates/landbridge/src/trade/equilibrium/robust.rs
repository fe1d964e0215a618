//! The robust solver: Newton steps that must come nearer, and where they do not, a way that cannot fail.
//!
//! Everything is in logarithms, so no price and no power can overflow. Without deficits, or with deficits in fixed
//! proportion, the damped adjustment of prices is a map that keeps order and scale; it draws together from everywhere to
//! the only equilibrium (the theorem of Perron and Frobenius for such maps: Nussbaum 1988; Lemmens and Nussbaum 2012).
//! With fixed nominal deficits the balanced equilibrium is found that way, and deficits are then brought in step by step:
//! where no step is small enough, there is no equilibrium to follow.

use super::market::Market;
use crate::trade::economy::Spending;
use crate::trade::linear::Lu;
use crate::trade::matrix::dot;
use crate::trade::{Matrix, NoEquilibrium};

/// The markets at some prices, all in shares.
pub(super) struct Look {
    /// Share of each exporter in what an importer spends on a group.
    pub share: Vec<Matrix>,
    /// What is sold, by exporter and importer.
    pub trade: Vec<Matrix>,
    /// Logarithm of sales over income.
    excess: Vec<f64>,
    income: Vec<f64>,
    expenditure: Vec<f64>,
    sold: Vec<f64>,
}

/// Logarithms of weights.
struct Logs<'m> {
    market: Market<'m>,
    weight: Vec<Matrix>,
    /// Largest size of anything in the logarithms, for what rounding may leave.
    size: f64,
    /// Looks at the markets before the solver gives up.
    max_iterations: usize,
}

/// Newton steps tried in a row.
const NEWTON: usize = 40;
/// Adjustments between tries of Newton, and how often.
const ADJUSTMENTS: usize = 100;
const ROUNDS: usize = 100;
/// Smallest part of the deficits that is brought in at once.
const SMALLEST_STEP: f64 = 1e-6;
/// Log excess that is taken seriously: beyond it a region sells all but nothing.
const LARGEST_EXCESS: f64 = 50.0;

/// Where the robust solver came to, at log prices `x`.
pub(super) struct Found {
    pub x: Vec<f64>,
    pub residual: f64,
    pub iterations: usize,
    pub is_converged: bool,
}

/// Finds the equilibrium.
pub(super) fn solve(
    market: Market<'_>,
    start: &[f64],
    tolerance: f64,
    max_iterations: usize,
) -> Result<Found, (usize, NoEquilibrium)> {
    let n = market.n();
    let logs = Logs { max_iterations, ..Logs::new(market) };
    let mut found = Found { x: start.to_vec(), residual: 0.0, iterations: 0, is_converged: false };
    if !logs.look(&found.x, market.spending).is_possible() {
        found.x.fill(0.0);
    }
    let one_way = market.one_way();
    if let Some(region) = one_way.filter(|_| market.spending.is_balanced()) {
        return Err((region, NoEquilibrium::OneWay));
    }
    if logs.newton(market.spending, &mut found, tolerance) {
        return Ok(found);
    }
    // Without a way back prices may run away for ever.
    if let Some(region) = one_way {
        return Err((region, NoEquilibrium::OneWay));
    }
    match market.spending {
        Spending::Factor(_) => {
            found.x.fill(0.0);
            logs.adjust(market.spending, &mut found, tolerance);
            Ok(found)
        }
        Spending::Offset(offset) => {
            found.x.fill(0.0);
            if !logs.adjust(&Spending::Factor(vec![1.0; n]), &mut found, tolerance) {
                return Ok(found);
            }
            let (mut share, mut step) = (0.0, 0.25);
            while share < 1.0 {
                let next = f64::min(1.0, share + step);
                let part = Spending::Offset(offset.iter().map(|offset| next * offset).collect());
                let mut ahead = Found { x: found.x.clone(), ..found };
                let is_found = logs.newton(&part, &mut ahead, tolerance);
                found.iterations = ahead.iterations;
                if !is_found && found.iterations >= max_iterations {
                    return Ok(ahead);
                }
                if is_found {
                    found = ahead;
                    share = next;
                    step *= 2.0;
                } else {
                    step /= 4.0;
                }
                if step < SMALLEST_STEP {
                    return Err((logs.poorest(&part, &found.x), NoEquilibrium::Lost { share }));
                }
            }
            Ok(found)
        }
    }
}

/// The Jacobian of log excess by log prices where the markets clear, with the numeraire in it: equation (8).
pub(super) fn jacobian(market: Market<'_>, x: &[f64]) -> Matrix {
    let logs = Logs::new(market);
    logs.jacobian(&logs.look(x, market.spending), market.spending)
}

impl<'m> Logs<'m> {
    fn new(market: Market<'m>) -> Self {
        let n = market.n();
        let log = |matrix: &Matrix| Matrix::new(n, matrix.values().iter().map(|value| value.ln()).collect());
        let weight: Vec<Matrix> = market.groups.iter().map(|group| log(&group.weight)).collect();
        let finite = weight.iter().flat_map(Matrix::values).filter(|value| value.is_finite());
        let size = finite.fold(1.0, |size: f64, value| size.max(value.abs()));
        Self { market, weight, size, max_iterations: usize::MAX }
    }

    /// Looks at the markets at log prices.
    fn look(&self, x: &[f64], spending: &Spending) -> Look {
        let n = self.market.n();
        // Only relative prices matter; those of the dearest are 1.
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let output = self.market.output.iter();
        let income: Vec<f64> = x.iter().zip(output).map(|(x, output)| output * (x - top).exp()).collect();
        let mut expenditure = vec![0.0; n];
        spending.of(&income, &mut expenditure);
        let mut sold = vec![0.0; n];
        let (mut shares, mut trades) = (Vec::new(), Vec::new());
        for (group, weight) in self.market.groups.iter().zip(&self.weight) {
            let mut share = weight.clone();
            let mut largest = vec![f64::NEG_INFINITY; n];
            for (row, x) in share.rows_mut().zip(x) {
                for (value, largest) in row.iter_mut().zip(&mut largest) {
                    *value -= group.epsilon * x;
                    *largest = largest.max(*value);
                }
            }
            let mut sum = vec![0.0; n];
            for row in share.rows_mut() {
                for ((value, largest), sum) in row.iter_mut().zip(&largest).zip(&mut sum) {
                    // What cannot be had has no largest, and no share.
                    *value = if largest.is_finite() { (*value - largest).exp() } else { 0.0 };
                    *sum += *value;
                }
            }
            let mut trade = Matrix::filled(n, 0.0);
            for (at, row) in share.rows_mut().enumerate() {
                for (j, value) in row.iter_mut().enumerate() {
                    if *value > 0.0 {
                        *value /= sum[j];
                        trade[(at, j)] = *value * group.budget[j] * expenditure[j];
                    }
                }
                sold[at] += trade.row(at).iter().sum::<f64>();
            }
            shares.push(share);
            trades.push(trade);
        }
        let excess = |(sold, income): (&f64, &f64)| {
            let log: f64 = (sold / income).ln();
            if log.is_nan() { f64::INFINITY } else { log.clamp(-LARGEST_EXCESS, LARGEST_EXCESS) }
        };
        let excess = sold.iter().zip(&income).map(excess).collect();
        Look { share: shares, trade: trades, excess, income, expenditure, sold }
    }

    /// The tolerance, or what rounding permits if that is more.
    fn tolerance(&self, x: &[f64], tolerance: f64) -> f64 {
        let epsilon = self.market.groups.iter().fold(0.0, |most: f64, group| most.max(group.epsilon));
        let price = x.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        tolerance.max(16.0 * f64::EPSILON * (self.size + epsilon * price))
    }

    /// Newton steps, halved until they come nearer.
    fn newton(&self, spending: &Spending, found: &mut Found, tolerance: f64) -> bool {
        let mut look = self.look(&found.x, spending);
        for _ in 0..NEWTON {
            found.residual = look.residual();
            found.is_converged = found.residual <= self.tolerance(&found.x, tolerance);
            if found.is_converged || !look.is_possible() || found.iterations >= self.max_iterations {
                break;
            }
            found.iterations += 1;
            let Some(lu) = Lu::new(self.jacobian(&look, spending)) else { break };
            let mut step = lu.solve(&look.excess);
            let longest = step.iter().fold(0.0, |most: f64, step| most.max(step.abs()));
            if !longest.is_finite() {
                break;
            }
            let mut part = f64::min(1.0, 2.0 / longest);
            for step in &mut step {
                *step = -*step;
            }
            let before = look.distance();
            let next = loop {
                let x: Vec<f64> = found.x.iter().zip(&step).map(|(x, step)| x + part * step).collect();
                let next = self.look(&x, spending);
                if next.is_possible() && next.distance() < before * (1.0 - 1e-4 * part) {
                    break Some((x, next));
                }
                part /= 2.0;
                if part < 1e-4 {
                    break None;
                }
            };
            let Some((x, next)) = next else { break };
            found.x = x;
            look = next;
        }
        found.is_converged
    }

    /// Damped adjustment of prices, with Newton tried now and then.
    fn adjust(&self, spending: &Spending, found: &mut Found, tolerance: f64) -> bool {
        let epsilon = self.market.groups.iter().fold(0.0, |most: f64, group| most.max(group.epsilon));
        // The largest step at which a dearer region never sells more by it: the map keeps order.
        let part = 1.0 / (1.0 + epsilon);
        for _ in 0..ROUNDS {
            for _ in 0..ADJUSTMENTS {
                let look = self.look(&found.x, spending);
                found.iterations += 1;
                found.x.iter_mut().zip(&look.excess).for_each(|(x, excess)| *x += part * excess);
            }
            self.market.normalize(&mut found.x);
            if self.newton(spending, found, tolerance) {
                return true;
            }
            if found.iterations >= self.max_iterations {
                break;
            }
        }
        false
    }

    fn jacobian(&self, look: &Look, spending: &Spending) -> Matrix {
        let n = self.market.n();
        let world: f64 = look.income.iter().sum();
        let mut jacobian = Matrix::filled(n, 0.0);
        for ((group, share), trade) in self.market.groups.iter().zip(&look.share).zip(&look.trade) {
            for i in 0..n {
                let sold = look.sold[i];
                let to_all: f64 = trade.row(i).iter().sum();
                let row = jacobian.row_mut(i);
                for (l, value) in row.iter_mut().enumerate() {
                    *value += (group.epsilon * dot(trade.row(i), share.row(l))
                        + match spending {
                            Spending::Offset(_) => trade[(i, l)] * look.income[l] / look.expenditure[l],
                            Spending::Factor(_) => trade[(i, l)],
                        })
                        / sold;
                }
                row[i] -= group.epsilon * to_all / sold;
                let common = match spending {
                    Spending::Offset(offset) => {
                        let per_unit = |j: usize| trade[(i, j)] * offset[j] / look.expenditure[j];
                        (0..n).map(per_unit).sum::<f64>() / sold
                    }
                    Spending::Factor(_) => 0.0,
                };
                row.iter_mut().zip(&look.income).for_each(|(value, income)| *value += common * income);
            }
        }
        let scaled: Option<Vec<f64>> = match spending {
            Spending::Offset(_) => None,
            Spending::Factor(factor) => {
                let spent: Vec<f64> = factor.iter().zip(&look.income).map(|(f, income)| f * income).collect();
                let all: f64 = spent.iter().sum();
                let income = look.income.iter();
                Some(spent.iter().zip(income).map(|(spent, income)| income / world - spent / all).collect())
            }
        };
        for i in 0..n {
            let row = jacobian.row_mut(i);
            row[i] -= 1.0;
            // The numeraire: prices that all rise alike are no step.
            row.iter_mut().zip(&look.income).for_each(|(value, income)| *value -= income / world);
            if let Some(scaled) = &scaled {
                row.iter_mut().zip(scaled).for_each(|(value, scaled)| *value += scaled);
            }
        }
        jacobian
    }

    /// The region that is left with the least of its expenditure.
    fn poorest(&self, spending: &Spending, x: &[f64]) -> usize {
        let look = self.look(x, spending);
        let left = |at: usize| look.expenditure[at] / look.income[at];
        (0..self.market.n()).min_by(|&a, &b| left(a).total_cmp(&left(b))).unwrap_or(0)
    }
}

impl Look {
    fn residual(&self) -> f64 {
        self.excess.iter().fold(0.0, |most, excess| f64::max(most, excess.abs()))
    }

    fn distance(&self) -> f64 {
        dot(&self.excess, &self.excess).sqrt()
    }

    /// Whether every region has something to spend, and sells something.
    fn is_possible(&self) -> bool {
        self.expenditure.iter().all(|&value| value > 0.0)
            && self.excess.iter().all(|excess| excess.is_finite())
            && self.sold.iter().all(|&sold| sold > 0.0)
    }
}
