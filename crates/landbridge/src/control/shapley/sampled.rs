//! Shapley values of many actors by sampling orders (Castro, Gomez and Tejada 2009), in antithetic pairs: an order and
//! its reverse, so that who comes early in one comes late in the other.
//!
//! In: a function that says what a coalition is worth. Out: values with standard errors, the same for the same seed on
//! any machine: (7) of `docs/model/control.md`.

use super::super::error::{check, not_negative};
use super::super::random::units;
use super::super::{Coalition, ControlError};
use super::marginals;

/// Two-sided 95 % of a normal distribution.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// How many orders to look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplingConfig {
    /// Seed; the same seed gives the same values.
    pub seed: u64,
    /// At least so many pairs of orders.
    pub min_pairs: usize,
    /// And at most so many.
    pub max_pairs: usize,
    /// Enough when the 95 % interval of each value is no wider to each side than this part of the worth of all.
    pub precision_share: f64,
}

impl Default for SamplingConfig {
    fn default() -> Self {
        Self { seed: 1, min_pairs: 2000, max_pairs: 200_000, precision_share: 0.01 }
    }
}

/// Values from a sample of orders.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Mean over pairs of orders, by actor. They add up to the worth of all but for rounding.
    pub value: Vec<f64>,
    /// Standard error of that mean, from the spread of the means of pairs.
    pub standard_error: Vec<f64>,
    /// Pairs of orders.
    pub n_pairs: usize,
    /// Whether the precision asked for was met.
    pub is_precise: bool,
}

/// Shapley values from pairs of orders. `worth` is asked `2 n` times for each pair; it may remember its answers.
///
/// # Errors
/// No actors or too many, fewer than two pairs, a worth that is not finite.
pub fn sampled_shapley(
    n_actors: usize,
    worth: impl Fn(Coalition) -> f64,
    config: &SamplingConfig,
) -> Result<Sampled, ControlError> {
    if n_actors == 0 {
        return Err(ControlError::NoActors);
    }
    let all = Coalition::all(n_actors)?;
    not_negative("the precision of samples", config.precision_share)?;
    let fewest = config.min_pairs.min(config.max_pairs);
    check(fewest >= 2, "the number of pairs", fewest as f64, "at least 2")?;
    let wanted = config.precision_share * worth(all).abs();
    // Means and sums of squares around them as pairs come in (Welford 1962).
    let mut value = vec![0.0; n_actors];
    let mut squares = vec![0.0; n_actors];
    let mut n_pairs = 0;
    let error = |squares: f64, n: usize| (squares / (n as f64 * (n as f64 - 1.0))).sqrt();
    let is_precise = loop {
        let mut order = order(n_actors, config.seed, n_pairs as u64);
        let forth = marginals(&worth, &order);
        order.reverse();
        let back = marginals(&worth, &order);
        n_pairs += 1;
        for actor in 0..n_actors {
            let mean = f64::midpoint(forth[actor], back[actor]);
            if !mean.is_finite() {
                return Err(bad_worth(&worth, &order));
            }
            let off = mean - value[actor];
            value[actor] += off / n_pairs as f64;
            squares[actor] += off * (mean - value[actor]);
        }
        if n_pairs >= config.min_pairs.max(2) || n_pairs == config.max_pairs {
            let is_precise = squares.iter().all(|&squares| NORMAL_95 * error(squares, n_pairs) <= wanted);
            if is_precise || n_pairs == config.max_pairs {
                break is_precise;
            }
        }
    };
    let standard_error = squares.iter().map(|&squares| error(squares, n_pairs)).collect();
    Ok(Sampled { value, standard_error, n_pairs, is_precise })
}

/// The order of a pair: actors shuffled (Fisher and Yates) by the random numbers of its place.
fn order(n_actors: usize, seed: u64, pair: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n_actors).collect();
    let mut numbers = [0.0; 4];
    for (at, left) in (2..=n_actors).rev().enumerate() {
        if at % 4 == 0 {
            numbers = units([seed, 0], [pair, at as u64 / 4, 0, 0]);
        }
        // Of 2^52 numbers at most 24 places: none is preferred by more than one in 10^14.
        order.swap(left - 1, (numbers[at % 4] * left as f64) as usize);
    }
    order
}

/// The coalition on the way through an order, forth or back, that has no finite worth.
fn bad_worth(worth: impl Fn(Coalition) -> f64, back: &[usize]) -> ControlError {
    let forth: Vec<usize> = back.iter().rev().copied().collect();
    for order in [&forth[..], back] {
        let mut coalition = Coalition::EMPTY;
        for &actor in order {
            coalition = coalition.with(actor);
            let worth = worth(coalition);
            if !worth.is_finite() {
                return ControlError::Worth { coalition, worth };
            }
        }
    }
    // Finite values whose differences are not.
    ControlError::Worth { coalition: Coalition::EMPTY, worth: f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_orders_are_as_frequent() {
        // 6 orders, 60 000 draws: a standard deviation is 91, and the worst of 6 stays within 4 of them.
        let mut count = std::collections::BTreeMap::new();
        (0..60_000).for_each(|pair| *count.entry(order(3, 7, pair)).or_insert(0_i32) += 1);
        assert_eq!(count.len(), 6);
        assert!(count.values().all(|count| (count - 10_000).abs() < 365), "{count:?}");
    }

    #[test]
    fn a_worth_that_is_no_number_is_named() {
        let worth = |set: Coalition| if set.len() == 2 { f64::NAN } else { 1.0 };
        let refused = sampled_shapley(4, worth, &SamplingConfig::default()).unwrap_err();
        assert!(
            matches!(refused, ControlError::Worth { coalition, .. } if coalition.len() == 2),
            "{refused}"
        );
    }
}
