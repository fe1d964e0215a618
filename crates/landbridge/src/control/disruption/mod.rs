//! What interruptions cost.
//!
//! In: hazards, repair, values while open and closed. Out: availability, value, the time to the first closure: (23) to
//! (28) of `docs/model/control.md`. [`hazard`] holds rates of events and what is known of them, [`simulate`] plays out
//! several causes at once. A hazard is what somebody assumes or counts elsewhere; nothing here estimates that of peace.

pub mod hazard;
pub mod simulate;

use super::ControlError;
use super::error::{finite, not_negative, positive};

/// A corridor that is open or closed, without memory: closed at one rate, opened at another.
///
/// ```
/// use landbridge::control::disruption::TwoState;
///
/// let corridor = TwoState::new(0.2, 2.0)?;
/// assert!((corridor.availability() - 10.0 / 11.0).abs() < 1e-15);
/// let value = corridor.present_value(100.0, 0.0, 0.05)?;
/// assert!((value.from_open - 16_400.0 / 9.0).abs() < 1e-9);
/// # Ok::<(), landbridge::control::ControlError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoState {
    hazard_per_year: f64,
    repair_per_year: f64,
}

/// What a corridor is worth from today on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PresentValue {
    /// If it is open today.
    pub from_open: f64,
    /// If it is closed today.
    pub from_closed: f64,
}

impl TwoState {
    /// A corridor that is closed and opened at these rates.
    ///
    /// # Errors
    /// A hazard below 0, a rate of repair that is not above 0.
    pub fn new(hazard_per_year: f64, repair_per_year: f64) -> Result<Self, ControlError> {
        not_negative("the hazard", hazard_per_year)?;
        positive("the rate of repair", repair_per_year)?;
        Ok(Self { hazard_per_year, repair_per_year })
    }

    /// The part of the time that it is open, in the long run: (23).
    pub fn availability(self) -> f64 {
        self.repair_per_year / (self.hazard_per_year + self.repair_per_year)
    }

    /// The probability that it is open all the time for some years from now, if it is open now: (25).
    ///
    /// # Errors
    /// A time below 0.
    pub fn survival(self, years: f64) -> Result<f64, ControlError> {
        not_negative("the time", years)?;
        Ok((-self.hazard_per_year * years).exp())
    }

    /// What it is worth: (24).
    ///
    /// # Units
    /// Values a year while open and while closed; `discount_rate` a year, continuous.
    ///
    /// # Errors
    /// Values that are not finite, a rate that is not above 0.
    pub fn present_value(
        self,
        open_per_year: f64,
        closed_per_year: f64,
        discount_rate: f64,
    ) -> Result<PresentValue, ControlError> {
        finite("the value while open", open_per_year)?;
        finite("the value while closed", closed_per_year)?;
        positive("the discount rate", discount_rate)?;
        let (hazard, repair, rate) = (self.hazard_per_year, self.repair_per_year, discount_rate);
        let all = rate * (rate + hazard + repair);
        Ok(PresentValue {
            from_open: ((rate + repair) * open_per_year + hazard * closed_per_year) / all,
            from_closed: (repair * open_per_year + (rate + hazard) * closed_per_year) / all,
        })
    }
}
