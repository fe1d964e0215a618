//! How strongly trade answers to cost.

use super::TradeError;

/// Greatest elasticity of substitution that is accepted. Estimates lie between 1.5 and 13.
pub const MAX_SIGMA: f64 = 100.0;

/// The elasticity of substitution `sigma` between goods of different origin, equal to the trade elasticity `epsilon`
/// plus 1.
///
/// Central values: `epsilon` about 4 in the long run (Simonovska and Waugh 2014; Head and Mayer 2014 give 5 as the mean
/// of many estimates); about 0.8 in the first year and 2 after ten (Boehm, Levchenko and Pandalai-Nayar 2023). See
/// `docs/model/trade.md`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elasticity {
    epsilon: f64,
}

impl Elasticity {
    /// From the elasticity of substitution.
    ///
    /// # Errors
    /// `sigma` is not above 1 and at most [`MAX_SIGMA`].
    pub fn from_sigma(sigma: f64) -> Result<Self, TradeError> {
        if sigma > 1.0 && sigma <= MAX_SIGMA {
            Ok(Self { epsilon: sigma - 1.0 })
        } else {
            Err(TradeError::Elasticity { sigma })
        }
    }

    /// From the trade elasticity, a positive number: trade falls by `epsilon` percent if its cost rises by one.
    ///
    /// # Errors
    /// `epsilon` is not above 0 and at most [`MAX_SIGMA`] less 1.
    pub fn from_epsilon(epsilon: f64) -> Result<Self, TradeError> {
        if epsilon > 0.0 && epsilon <= MAX_SIGMA - 1.0 {
            Ok(Self { epsilon })
        } else {
            Err(TradeError::Elasticity { sigma: epsilon + 1.0 })
        }
    }

    /// Elasticity of substitution.
    pub fn sigma(self) -> f64 {
        self.epsilon + 1.0
    }

    /// Trade elasticity.
    pub fn epsilon(self) -> f64 {
        self.epsilon
    }
}
