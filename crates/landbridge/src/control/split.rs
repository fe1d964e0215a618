//! Which splits of a revenue keep themselves.
//!
//! In: what parties have beside the revenue, by breaking the agreement and without it, and how patient they are. Out:
//! the least share with which each keeps the agreement, the range of its share, and how much patience can be lost: (19)
//! to (22) of `docs/model/control.md`.

use super::ControlError;
use super::core::Interval;
use super::error::{finite, length, positive};
use super::stability::check_factor;
use super::sum::sum;

/// Shares are taken to add up to 1 within this: they come from tables with some decimals.
const WHOLE: f64 = 1e-9;

/// A party to a split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Party {
    /// What it has a year from the agreement beside its share of the revenue.
    pub base: f64,
    /// What it has in the year in which it breaks the agreement.
    pub deviate: f64,
    /// What it has in each year after.
    pub breakdown: f64,
    /// Its discount factor, at least 0 and below 1.
    pub discount_factor: f64,
}

impl Party {
    /// What it must have a year to keep the agreement, if it loses some patience: no less than what breaking it is worth
    /// a year, and no less than what it has without.
    fn needs(&self, drop: f64) -> f64 {
        let factor = (self.discount_factor - drop).max(0.0);
        let breaking = self.deviate + factor * (self.breakdown - self.deviate);
        breaking.max(self.breakdown)
    }
}

/// Which splits of a revenue keep themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Splits {
    /// The least share with which each party keeps the agreement; may be above 1.
    pub min_share: Vec<f64>,
    /// Sum of these. Above 1 no split keeps itself.
    pub min_share_sum: f64,
    /// What the share of each party can be, `None` if no split keeps itself.
    pub share: Option<Vec<Interval>>,
    /// The most that the discount factors of all can fall at once so that some split still keeps itself; a factor falls
    /// no lower than 0. Infinite if none of them matters; `None` if no split keeps itself.
    pub max_patience_drop: Option<f64>,
    /// What is left a year of all that the parties have when each has what it needs, if they may pay each other beside
    /// the split. At least 0 if payments can keep the agreement.
    pub surplus_with_side_payments: f64,
}

/// The splits of a yearly revenue that keep themselves.
///
/// # Errors
/// No parties, values that are not finite, a revenue that is not above 0, a discount factor that is not at least 0 and
/// below 1.
pub fn self_enforcing_splits(revenue: f64, parties: &[Party]) -> Result<Splits, ControlError> {
    if parties.is_empty() {
        return Err(ControlError::NoActors);
    }
    positive("the revenue to split", revenue)?;
    for party in parties {
        finite("what a party has beside the revenue", party.base)?;
        finite("what a party has by deviating", party.deviate)?;
        finite("what a party has after breakdown", party.breakdown)?;
        check_factor(party.discount_factor)?;
    }
    let min_share = |party: &Party, drop: f64| ((party.needs(drop) - party.base) / revenue).max(0.0);
    let total = |drop: f64| sum(parties.iter().map(|party| min_share(party, drop)));
    let shares: Vec<f64> = parties.iter().map(|party| min_share(party, 0.0)).collect();
    let min_share_sum = total(0.0);
    let is_feasible = min_share_sum <= 1.0 + WHOLE;
    let left = (1.0 - min_share_sum).max(0.0);
    let share =
        is_feasible.then(|| shares.iter().map(|&min| Interval { min, max: min + left }).collect::<Vec<_>>());
    let needs = parties.iter().map(|party| party.base - party.needs(0.0));
    Ok(Splits {
        min_share: shares,
        min_share_sum,
        share,
        max_patience_drop: is_feasible.then(|| largest_drop(parties, total)),
        surplus_with_side_payments: sum(needs.chain([revenue])),
    })
}

/// Whether a split keeps itself: the parties that would break the agreement, by position.
///
/// # Errors
/// As [`self_enforcing_splits`]; shares that are not one for each party, below 0, or do not add up to 1.
pub fn who_breaks(revenue: f64, parties: &[Party], shares: &[f64]) -> Result<Vec<usize>, ControlError> {
    length("shares", shares.len(), parties.len())?;
    check_shares(shares)?;
    let least = self_enforcing_splits(revenue, parties)?.min_share;
    Ok((0..parties.len()).filter(|&at| shares[at] < least[at] - WHOLE).collect())
}

/// Refuses shares that are below 0 or do not add up to 1.
pub(super) fn check_shares(shares: &[f64]) -> Result<(), ControlError> {
    shares.iter().try_for_each(|&share| super::error::share("a share", share))?;
    let sum = sum(shares.iter().copied());
    if (sum - 1.0).abs() > WHOLE { Err(ControlError::ShareSum { sum }) } else { Ok(()) }
}

/// Where the sum of least shares first passes 1 as patience falls. It is straight between the places at which a factor
/// reaches 0, a party begins to need a share, or to prefer breaking the agreement to being without it.
fn largest_drop(parties: &[Party], total: impl Fn(f64) -> f64) -> f64 {
    let mut bends = vec![0.0];
    for party in parties {
        bends.push(party.discount_factor);
        // needs = base, and breaking = breakdown, which is at a factor of 1 and so never in between.
        let slope = party.deviate - party.breakdown;
        if slope != 0.0 {
            bends.push(party.discount_factor - (party.deviate - party.base) / slope);
        }
    }
    bends.retain(|bend| *bend >= 0.0);
    bends.sort_by(f64::total_cmp);
    for ends in bends.windows(2) {
        let (low, high) = (total(ends[0]), total(ends[1]));
        if high > 1.0 {
            // At most a rounding above 1 at the start.
            let part = if high > low { ((1.0 - low) / (high - low)).max(0.0) } else { 0.0 };
            return ends[0] + part * (ends[1] - ends[0]);
        }
    }
    f64::INFINITY
}
