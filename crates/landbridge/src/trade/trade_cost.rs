//! Changes of the cost of trade: what the equilibrium takes in, and how the costs of a network become it.
//!
//! Equations (10) and (11) of `docs/model/trade.md`.

use super::{Elasticity, Matrix, TradeError};

/// New cost of trade over old by exporter and importer, of one group of goods; a pair may be closed.
#[derive(Clone, Debug, PartialEq)]
pub struct CostChange {
    tau_hat: Matrix,
}

impl CostChange {
    /// Nothing changes for anybody, and closed pairs with latent trade are open at their reference cost.
    pub fn none(n: usize) -> Self {
        Self { tau_hat: Matrix::filled(n, 1.0) }
    }

    /// From a matrix; an infinite entry closes its pair.
    ///
    /// # Shape
    /// `tau_hat[(exporter, importer)]`.
    ///
    /// # Errors
    /// An entry is not above 0.
    pub fn new(tau_hat: Matrix) -> Result<Self, TradeError> {
        let wrong = tau_hat.values().iter().position(|&value| value.is_nan() || value <= 0.0);
        match wrong {
            None => Ok(Self { tau_hat }),
            Some(at) => {
                let (exporter, importer) = (at / tau_hat.n(), at % tau_hat.n());
                Err(TradeError::CostChange { exporter, importer, value: tau_hat.values()[at] })
            }
        }
    }

    /// Sets the change of one pair.
    ///
    /// # Errors
    /// The change is not above 0.
    pub fn set(&mut self, exporter: usize, importer: usize, tau_hat: f64) -> Result<(), TradeError> {
        if tau_hat > 0.0 {
            self.tau_hat[(exporter, importer)] = tau_hat;
            Ok(())
        } else {
            Err(TradeError::CostChange { exporter, importer, value: tau_hat })
        }
    }

    /// Closes one pair.
    pub fn close(&mut self, exporter: usize, importer: usize) {
        self.tau_hat[(exporter, importer)] = f64::INFINITY;
    }

    /// The changes; infinite where closed.
    pub fn tau_hat(&self) -> &Matrix {
        &self.tau_hat
    }
}

/// What carrying a good costs in money and time, and what the good is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Carriage {
    /// Money per tonne.
    pub cost_usd_per_t: f64,
    /// Hours door to door.
    pub time_h: f64,
    /// Value of the good, money per tonne, above 0.
    pub value_usd_per_t: f64,
    /// Part of its value that a day on the way costs; 0 if the cost holds the value of time already.
    pub time_share_per_day: f64,
    /// All other cost of trade as a part of the value (tariffs, language, ...); it cancels out of hats.
    pub other_share: f64,
}

/// Cost of trade as a factor on the value, equation (10): 1 is free.
pub fn tau(carriage: &Carriage) -> f64 {
    let Carriage { cost_usd_per_t, time_h, value_usd_per_t, time_share_per_day, other_share } = *carriage;
    (1.0 + other_share) * (1.0 + cost_usd_per_t / value_usd_per_t + time_share_per_day * time_h / 24.0)
}

/// One change for a pair out of those of its parts (goods, zones), equation (11).
///
/// # Shape
/// `parts` are pairs of share in the value of trade and change; infinite changes are closed parts. Shares add up to 1.
pub fn aggregate_tau_hat(elasticity: Elasticity, parts: impl IntoIterator<Item = (f64, f64)>) -> f64 {
    let power = -elasticity.epsilon();
    let sum: f64 = parts.into_iter().map(|(share, tau_hat)| share * tau_hat.powf(power)).sum();
    sum.powf(power.recip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_and_time_count_once_each() {
        let carriage = Carriage {
            cost_usd_per_t: 50.0,
            time_h: 48.0,
            value_usd_per_t: 1000.0,
            time_share_per_day: 0.01,
            other_share: 0.5,
        };
        // 1.5 * (1 + 0.05 + 0.02)
        assert!((tau(&carriage) - 1.605).abs() < 1e-15);
    }

    #[test]
    fn parts_that_close_leave_the_others() {
        let elasticity = Elasticity::from_sigma(5.0).unwrap();
        let same = aggregate_tau_hat(elasticity, [(0.25, 0.9), (0.75, 0.9)]);
        assert!((same - 0.9).abs() < 1e-15);
        // (1/2)^(-1/4)
        let half = aggregate_tau_hat(elasticity, [(0.5, 1.0), (0.5, f64::INFINITY)]);
        assert!((half - 2f64.powf(0.25)).abs() < 1e-15);
        assert!(aggregate_tau_hat(elasticity, [(1.0, f64::INFINITY)]).is_infinite());
    }

    #[test]
    fn a_change_is_above_0() {
        for value in [0.0, -1.0, f64::NAN] {
            assert!(CostChange::none(2).set(0, 1, value).is_err());
            assert!(CostChange::new(Matrix::filled(2, value)).is_err());
        }
        assert!(CostChange::new(Matrix::filled(2, f64::INFINITY)).is_ok());
    }
}
