//! Rates of events: their form, when the first comes, and what no events say about them.

use std::f64::consts::TAU;

use super::super::ControlError;
use super::super::error::{check, not_negative, positive, share};

/// How many events are to be expected a year, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hazard {
    /// At all times alike.
    Constant {
        /// Events a year.
        per_year: f64,
    },
    /// By the time since the last repair (Weibull 1951): with a shape below 1 the first years are the most dangerous.
    Weibull {
        /// One over the years after which 63 % have had an event.
        per_year: f64,
        /// Shape, above 0; with 1 it is constant.
        shape: f64,
    },
    /// By the time of the year: `per_year (1 + amplitude cos(2 pi (t - peak)))`.
    Seasonal {
        /// Events a year, on average over the year.
        per_year: f64,
        /// How much more at the peak, and less half a year from it, as a part of the average: 0 to 1.
        amplitude: f64,
        /// When in the year the peak is, as a part of the year.
        peak_share: f64,
    },
}

impl Hazard {
    /// Refuses numbers that make no hazard.
    ///
    /// # Errors
    /// A rate below 0, a shape that is not above 0, an amplitude outside of 0 to 1, a peak outside of the year.
    pub fn check(&self) -> Result<(), ControlError> {
        match *self {
            Self::Constant { per_year } => not_negative("the hazard", per_year),
            Self::Weibull { per_year, shape } => {
                not_negative("the hazard", per_year)?;
                positive("the shape of the hazard", shape)
            }
            Self::Seasonal { per_year, amplitude, peak_share } => {
                not_negative("the hazard", per_year)?;
                share("the amplitude of the hazard", amplitude)?;
                share("the peak of the hazard", peak_share)
            }
        }
    }

    /// Events expected from the beginning of a year until so many years later.
    fn cumulative(&self, years: f64) -> f64 {
        match *self {
            Self::Constant { per_year } => per_year * years,
            Self::Weibull { per_year, shape } => (per_year * years).powf(shape),
            Self::Seasonal { per_year, amplitude, peak_share } => {
                let wave = |at: f64| (TAU * (at - peak_share)).sin() / TAU;
                per_year * (years + amplitude * (wave(years) - wave(0.0)))
            }
        }
    }

    /// The probability of no event for some years, from the beginning of a year: (25), (26).
    ///
    /// # Errors
    /// As [`Self::check`]; a time below 0.
    pub fn survival(&self, years: f64) -> Result<f64, ControlError> {
        self.check()?;
        not_negative("the time", years)?;
        Ok((-self.cumulative(years)).exp())
    }

    /// A candidate for the next event: how long after `years`, from a number between 0 and 1. Events of a season are
    /// those candidates of the peak's rate that [`Self::is_event`] (Lewis and Shedler 1979); others are all events.
    /// A Weibull hazard counts from the last repair, `since`.
    pub(super) fn next(&self, since: f64, unit: f64) -> f64 {
        let expected = -unit.ln();
        since
            + match *self {
                Self::Constant { per_year } => expected / per_year,
                Self::Weibull { per_year, shape } => expected.powf(1.0 / shape) / per_year,
                Self::Seasonal { per_year, amplitude, .. } => expected / (per_year * (1.0 + amplitude)),
            }
    }

    /// Whether a candidate at some time is an event.
    pub(super) fn is_event(&self, years: f64, unit: f64) -> bool {
        match *self {
            Self::Constant { .. } | Self::Weibull { .. } => true,
            Self::Seasonal { amplitude, peak_share, .. } => {
                unit * (1.0 + amplitude) <= 1.0 + amplitude * (TAU * (years - peak_share)).cos()
            }
        }
    }
}

/// What no event in some years leaves possible: the hazard a year under which that would have had the probability
/// `1 - confidence`: (27). A young agreement says almost nothing about its own hazard.
///
/// ```
/// use landbridge::control::disruption::hazard::upper_bound_without_events;
///
/// assert!((upper_bound_without_events(1.0, 0.95)? - 2.9957).abs() < 1e-4);
/// # Ok::<(), landbridge::control::ControlError>(())
/// ```
///
/// # Errors
/// A time that is not above 0, a confidence that is not between 0 and 1.
pub fn upper_bound_without_events(years: f64, confidence: f64) -> Result<f64, ControlError> {
    positive("the time without events", years)?;
    check(confidence > 0.0 && confidence < 1.0, "the confidence", confidence, "between 0 and 1")?;
    Ok(-(-confidence).ln_1p() / years)
}

/// What is assumed about a constant hazard before looking: as if `events` had been seen in `years`, a gamma distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// Events that the assumption counts as; half an event in no time is that of Jeffreys (1946).
    pub events: f64,
    /// Years that it counts as.
    pub years: f64,
}

/// What is thought about a hazard after looking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    /// Mean, a year.
    pub mean_per_year: f64,
    /// Standard deviation, a year.
    pub deviation_per_year: f64,
    /// The part of the mean that is the assumption's, as it must be said with it: years of the assumption over all
    /// years.
    pub prior_weight_share: f64,
}

impl Prior {
    /// What is thought after some events in some years: (28).
    ///
    /// # Errors
    /// Numbers below 0; no years or no events at all, assumed or seen.
    pub fn after(&self, events: u32, years: f64) -> Result<Posterior, ControlError> {
        not_negative("the events of the prior", self.events)?;
        not_negative("the years of the prior", self.years)?;
        not_negative("the years observed", years)?;
        let all_events = self.events + f64::from(events);
        let all_years = self.years + years;
        positive("the number of years assumed or observed", all_years)?;
        positive("the number of events assumed or observed", all_events)?;
        Ok(Posterior {
            mean_per_year: all_events / all_years,
            deviation_per_year: all_events.sqrt() / all_years,
            prior_weight_share: self.years / all_years,
        })
    }
}
