//! What would hold parties to an agreement: penalties that fade with a guarantor who leaves, and gains beside money:
//! (S7), (S8) of `docs/model/settlement.md`. No penalty is published, so all of them are swept.

use crate::control::ControlError;
use crate::control::stability::{Guarantee, Payoffs};
use crate::outcome::promise::{PromiseQuery, Promises, Under};
use crate::outcome::settlement::{Settlement, Stand};

/// Parts of the largest amount that matters at which penalties and gains are tried if none are asked for.
const STEPS: [f64; 4] = [0.25, 0.5, 1.0, 2.0];

impl Stand {
    /// What the party has by keeping the agreement, by breaking it and after breakdown, against keeping it.
    ///
    /// # Errors
    /// Payoffs that are not finite.
    pub fn payoffs(&self) -> Result<Payoffs, ControlError> {
        Payoffs::new(0.0, self.options.first().map_or(0.0, |way| way.gain_usd), -self.worth_usd)
    }
}

impl Settlement {
    /// What penalties and gains beside money do to the thresholds.
    ///
    /// # Errors
    /// Penalties, rates and times below 0; numbers that are not finite.
    pub fn promises(&self, asked: &PromiseQuery) -> Result<Promises, ControlError> {
        let factor = self.discount_factor;
        let payoffs = self.stands.iter().map(Stand::payoffs).collect::<Result<Vec<_>, _>>()?;
        let is_able = |party: usize| !self.stands[party].options.is_empty();
        let mut needed_usd = Vec::new();
        for (party, payoffs) in payoffs.iter().enumerate() {
            let needed = (-payoffs.break_even_once(factor)?).max(0.0);
            needed_usd.push(is_able(party).then_some(needed));
        }
        let most = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
        let largest_needed = most(&mut needed_usd.iter().copied().flatten());
        let largest_gain = most(&mut payoffs.iter().map(|payoffs| payoffs.deviate()));
        let scale = if largest_needed > 0.0 { largest_needed } else { largest_gain };
        let penalties_usd = amounts(&asked.penalties_usd, scale);
        let able = (0..payoffs.len()).filter(|&party| is_able(party));
        let break_even = able.map(|party| self.stands[party].break_even_usd).filter(|usd| *usd > 0.0);
        let smallest = break_even.fold(f64::INFINITY, f64::min);
        let gains_usd = amounts(&asked.gains_usd, if smallest.is_finite() { smallest } else { 0.0 });
        let under = |penalty: f64, party: usize| {
            let Some(needed) = needed_usd[party] else { return Ok(None) };
            let critical = payoffs[party].guaranteed(penalty)?.critical_discount_factor();
            let guarantee = Guarantee {
                penalty,
                decay_per_year: asked.fades_per_year,
                leaves_after_years: asked.leaves_after_years,
                penalty_after: 0.0,
            };
            Ok(Some(Under {
                critical_discount_factor: critical,
                slack: critical.map_or(f64::NEG_INFINITY, |critical| factor - critical),
                enough_years: guarantee.years_enough(needed)?,
            }))
        };
        let of_penalty =
            |&penalty: &f64| (0..payoffs.len()).map(|party| under(penalty, party)).collect::<Result<_, _>>();
        let factors =
            payoffs.iter().map(|payoffs| payoffs.sweep(&gains_usd)).collect::<Result<Vec<_>, _>>()?;
        Ok(Promises {
            under: penalties_usd.iter().map(of_penalty).collect::<Result<_, ControlError>>()?,
            fades_per_year: asked.fades_per_year,
            leaves_after_years: asked.leaves_after_years,
            factors: (0..gains_usd.len()).map(|gain| factors.iter().map(|of| of[gain]).collect()).collect(),
            needed_usd,
            penalties_usd,
            gains_usd,
        })
    }
}

/// The amounts asked for from the smallest, or steps around one that matters; none if it is 0.
fn amounts(asked: &[f64], scale: f64) -> Vec<f64> {
    let mut amounts = match asked {
        [] if scale > 0.0 => STEPS.iter().map(|step| step * scale).collect(),
        asked => asked.to_vec(),
    };
    amounts.sort_by(f64::total_cmp);
    amounts
}
