//! Does it pay to keep an agreement?
//!
//! In: what an actor has in a year in which the agreement is kept, in one in which it breaks it and the others have not
//! yet answered, and in each year after. Out: how patient the actor must be to keep it, and what else breaking it would
//! have to bring: (11) to (18) of `docs/model/control.md`. Thresholds, no probabilities.

use super::ControlError;
use super::error::{finite, not_negative, positive, share};

/// What an actor has a year. In one unit, whatever it is; leverage is none.
///
/// ```
/// use landbridge::control::stability::Payoffs;
///
/// let payoffs = Payoffs::new(10.0, 16.0, 4.0)?;
/// assert_eq!(payoffs.critical_discount_factor(), Some(0.5));
/// // Who fears to lose 4 by breaking the agreement needs less patience.
/// assert_eq!(payoffs.guaranteed(4.0)?.critical_discount_factor(), Some(0.25));
/// # Ok::<(), landbridge::control::ControlError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payoffs {
    cooperate: f64,
    deviate: f64,
    breakdown: f64,
}

impl Payoffs {
    /// What the actor has while all keep the agreement, while it breaks it, and in each year after.
    ///
    /// # Errors
    /// A value that is not finite.
    pub fn new(cooperate: f64, deviate: f64, breakdown: f64) -> Result<Self, ControlError> {
        finite("what an actor has by cooperating", cooperate)?;
        finite("what an actor has by deviating", deviate)?;
        finite("what an actor has after breakdown", breakdown)?;
        Ok(Self { cooperate, deviate, breakdown })
    }

    /// What the actor has in a year in which all keep the agreement.
    pub fn cooperate(self) -> f64 {
        self.cooperate
    }

    /// What it has in the year in which it breaks it.
    pub fn deviate(self) -> f64 {
        self.deviate
    }

    /// What it has in each year after.
    pub fn breakdown(self) -> f64 {
        self.breakdown
    }

    /// The same with a penalty that the actor pays once, when it breaks the agreement: a bond that is lost, a sanction.
    ///
    /// # Errors
    /// A penalty below 0 or not finite.
    pub fn guaranteed(self, penalty: f64) -> Result<Self, ControlError> {
        not_negative("the penalty", penalty)?;
        Ok(Self { deviate: self.deviate - penalty, ..self })
    }

    /// The same under joint operation, which takes from the actor the means to break the agreement alone.
    #[must_use]
    pub fn operated_jointly(self) -> Self {
        Self { deviate: self.cooperate, ..self }
    }

    /// The same with a gain each year from having broken the agreement.
    #[must_use]
    fn with_gain(self, gain: f64) -> Self {
        Self { deviate: self.deviate + gain, breakdown: self.breakdown + gain, ..self }
    }

    /// The smallest discount factor with which the actor keeps the agreement, if breaking it ends it for ever: (11).
    /// 0 if breaking it brings nothing; `None` if no patience keeps it, as life without it is as good, or if it is better:
    /// then the actor would not agree in the first place.
    pub fn critical_discount_factor(self) -> Option<f64> {
        let Self { cooperate, deviate, breakdown } = self;
        if breakdown > cooperate {
            None
        } else if deviate <= cooperate {
            Some(0.0)
        } else if breakdown >= cooperate {
            None
        } else {
            Some((deviate - cooperate) / (deviate - breakdown))
        }
    }

    /// The same if the agreement is taken up again after so many years of breakdown: (12). `None` if they are too few
    /// for any patience; 1 if only an actor who does not discount at all keeps it.
    pub fn critical_discount_factor_of_penalty(self, years: u32) -> Option<f64> {
        let Self { cooperate, deviate, breakdown } = self;
        let (gain, loss) = (deviate - cooperate, cooperate - breakdown);
        if loss < 0.0 {
            return None;
        }
        if gain <= 0.0 {
            return Some(0.0);
        }
        // d + d^2 + ... by Horner; rises with d.
        let deters = |factor: f64| gain <= loss * (0..years).fold(0.0, |sum, _| factor * (1.0 + sum));
        if !deters(1.0) {
            return None;
        }
        let (mut below, mut above) = (0.0, 1.0);
        // Halved until there is no number between.
        loop {
            let middle = f64::midpoint(below, above);
            if middle <= below || middle >= above {
                return Some(above);
            }
            *(if deters(middle) { &mut above } else { &mut below }) = middle;
        }
    }

    /// What breaking the agreement would have to bring once, beside what is counted, to pay: (14). Below 0 it pays
    /// already, and a penalty of that size would just deter.
    ///
    /// # Errors
    /// A discount factor that is not at least 0 and below 1.
    pub fn break_even_once(self, discount_factor: f64) -> Result<f64, ControlError> {
        Ok(self.break_even_per_year(discount_factor)? / (1.0 - discount_factor))
    }

    /// What breaking the agreement would have to bring in each year from then on to pay: (15).
    ///
    /// # Errors
    /// As [`Self::break_even_once`].
    pub fn break_even_per_year(self, discount_factor: f64) -> Result<f64, ControlError> {
        check_factor(discount_factor)?;
        let Self { cooperate, deviate, breakdown } = self;
        // Differences, so that a common level of payoffs takes no digits away.
        Ok((cooperate - deviate) + discount_factor * (deviate - breakdown))
    }

    /// How far the actor is from breaking the agreement.
    ///
    /// # Errors
    /// As [`Self::break_even_once`].
    pub fn standing(self, discount_factor: f64) -> Result<Standing, ControlError> {
        let critical_discount_factor = self.critical_discount_factor();
        Ok(Standing {
            critical_discount_factor,
            slack: critical_discount_factor.map_or(f64::NEG_INFINITY, |critical| discount_factor - critical),
            break_even_per_year: self.break_even_per_year(discount_factor)?,
            break_even_once: self.break_even_once(discount_factor)?,
        })
    }

    /// Critical discount factors for gains each year that stand outside of the payoffs, of territory or prestige: the
    /// sweep without which an assumption about them would be hidden.
    ///
    /// # Errors
    /// A gain that is not finite.
    pub fn sweep(self, gains_per_year: &[f64]) -> Result<Vec<Option<f64>>, ControlError> {
        gains_per_year
            .iter()
            .map(|&gain| {
                finite("the gain each year", gain)?;
                Ok(self.with_gain(gain).critical_discount_factor())
            })
            .collect()
    }
}

/// How far an actor is from breaking an agreement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The patience that it takes; `None` if none is enough.
    pub critical_discount_factor: Option<f64>,
    /// Its patience less that: minus infinity if none is enough.
    pub slack: f64,
    /// What breaking the agreement would have to bring in each year from then on to pay.
    pub break_even_per_year: f64,
    /// What it would have to bring once.
    pub break_even_once: f64,
}

/// The position of the actor with the least slack, and among equals with the smallest gain each year that would make
/// breaking the agreement pay. `None` if there are no actors.
pub fn most_tempted(standings: &[Standing]) -> Option<usize> {
    let order = |a: &Standing, b: &Standing| {
        a.slack.total_cmp(&b.slack).then(a.break_even_per_year.total_cmp(&b.break_even_per_year))
    };
    (0..standings.len()).min_by(|&a, &b| order(&standings[a], &standings[b]))
}

/// The position of the actor for which the smallest gain each year makes breaking the agreement pay, gains as parts of
/// what each actor has in all, of its gross domestic product say.
///
/// # Errors
/// Sizes that are not one for each actor, or not above 0.
pub fn cheapest_to_tempt(standings: &[Standing], size: &[f64]) -> Result<Option<usize>, ControlError> {
    super::error::length("sizes of actors", size.len(), standings.len())?;
    size.iter().try_for_each(|&size| positive("the size of an actor", size))?;
    let part = |at: usize| standings[at].break_even_per_year / size[at];
    Ok((0..standings.len()).min_by(|&a, &b| part(a).total_cmp(&part(b))))
}

/// The discount factor of an actor who discounts at a yearly rate and thinks that the agreement ends by itself with some
/// probability a year: (13).
///
/// # Errors
/// A probability outside of 0 to 1, a rate below 0.
pub fn effective_discount_factor(end_per_year: f64, discount_rate: f64) -> Result<f64, ControlError> {
    share("the probability that the agreement ends within a year", end_per_year)?;
    not_negative("the discount rate", discount_rate)?;
    Ok((1.0 - end_per_year) / (1.0 + discount_rate))
}

/// The largest discount rate a year with which an actor of this critical discount factor keeps the agreement: infinite
/// if any does, below 0 if the hazard alone makes it break.
///
/// # Errors
/// A probability or factor outside of 0 to 1.
pub fn critical_discount_rate(critical: f64, end_per_year: f64) -> Result<f64, ControlError> {
    share("the critical discount factor", critical)?;
    share("the probability that the agreement ends within a year", end_per_year)?;
    if critical == 0.0 {
        return Ok(f64::INFINITY);
    }
    Ok((1.0 - end_per_year) / critical - 1.0)
}

/// A penalty with which a third party stands behind an agreement, and which may fade and end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guarantee {
    /// What breaking the agreement costs at the beginning.
    pub penalty: f64,
    /// Part of it that fades a year, continuously: a rate.
    pub decay_per_year: f64,
    /// When the third party leaves; infinite if never.
    pub leaves_after_years: f64,
    /// What breaking it costs from then on.
    pub penalty_after: f64,
}

impl Guarantee {
    /// The penalty after some years: (17).
    ///
    /// # Errors
    /// Numbers below 0, or a time that is not finite.
    pub fn at(&self, years: f64) -> Result<f64, ControlError> {
        self.check()?;
        not_negative("the time since the agreement", years)?;
        Ok(if years < self.leaves_after_years {
            self.penalty * (-self.decay_per_year * years).exp()
        } else {
            self.penalty_after
        })
    }

    /// For how many years the penalty is at least `needed`: 0 if not even at first, infinite if always. What it is after
    /// the third party left counts only if it is enough without a gap.
    ///
    /// # Errors
    /// Numbers below 0, or a penalty needed that is not finite.
    pub fn years_enough(&self, needed: f64) -> Result<f64, ControlError> {
        self.check()?;
        finite("the penalty needed", needed)?;
        let enough_for = if needed <= 0.0 || (self.penalty >= needed && self.decay_per_year == 0.0) {
            f64::INFINITY
        } else if self.penalty < needed {
            0.0
        } else {
            (self.penalty / needed).ln() / self.decay_per_year
        };
        let until_end = enough_for >= self.leaves_after_years;
        Ok(match (until_end, self.penalty_after >= needed) {
            (true, true) => f64::INFINITY,
            (true, false) => self.leaves_after_years,
            (false, _) => enough_for,
        })
    }

    fn check(&self) -> Result<(), ControlError> {
        not_negative("the penalty", self.penalty)?;
        not_negative("the decay of the penalty", self.decay_per_year)?;
        not_negative("the penalty after the guarantor left", self.penalty_after)?;
        super::error::check(
            self.leaves_after_years >= 0.0,
            "the time after which the guarantor leaves",
            self.leaves_after_years,
            "at least 0",
        )
    }
}

/// Refuses a discount factor with which the future never ends.
pub(super) fn check_factor(discount_factor: f64) -> Result<(), ControlError> {
    let is_good = (0.0..1.0).contains(&discount_factor);
    super::error::check(is_good, "the discount factor", discount_factor, "at least 0 and below 1")
}
