//! Which part of a regime makes the difference.
//!
//! In: a function that says what comes out when some parts of one regime are replaced by those of another. Out: what each
//! part adds on average over the orders in which they can be replaced: the Shapley value of the game of the four parts
//! (Shorrocks 2013), (34) of `docs/model/control.md`. The parts add up to the whole difference, interactions shared
//! alike among those who interact.

use super::error::{finite, length};
use super::shapley::shapley;
use super::sum::close;
use super::{Coalition, ControlError, Game};

/// What regimes differ in.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Switch {
    /// Who can close what.
    Control,
    /// Checks and the time they take.
    Checks,
    /// Tolls and fees.
    Tolls,
    /// Who collects which share.
    Shares,
}

impl Switch {
    /// All of them, in the order of results.
    pub const ALL: [Self; 4] = [Self::Control, Self::Checks, Self::Tolls, Self::Shares];

    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Checks => "checks",
            Self::Tolls => "tolls",
            Self::Shares => "shares",
        }
    }
}

/// Which parts are already those of the other regime.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Switches(Coalition);

impl Switches {
    /// All sets of parts, from none to all, in the order in which they are asked for.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..1 << Switch::ALL.len()).map(|bits| Self(Coalition::from_bits(bits)))
    }

    /// Whether a part is that of the other regime.
    pub fn is_on(self, switch: Switch) -> bool {
        self.0.contains(switch as usize)
    }
}

/// A difference in parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decomposition {
    /// With no part replaced.
    pub from: f64,
    /// With all replaced.
    pub to: f64,
    /// What each part adds, in the order of [`Switch::ALL`]; they add up to [`Self::difference`] but for
    /// the last digit of the largest.
    pub parts: [f64; 4],
}

impl Decomposition {
    /// The whole difference.
    pub fn difference(&self) -> f64 {
        self.to - self.from
    }

    /// What a part adds.
    pub fn part(&self, switch: Switch) -> f64 {
        self.parts[switch as usize]
    }
}

/// Takes the difference of two regimes apart, for each of some values (payoffs of actors, say). `values` is asked 16
/// times, once for each set of parts.
///
/// # Errors
/// Values that are not finite, or not as many each time.
pub fn decompose(mut values: impl FnMut(Switches) -> Vec<f64>) -> Result<Vec<Decomposition>, ControlError> {
    let all = Coalition::all(Switch::ALL.len())?;
    let answers: Vec<Vec<f64>> = all.subsets().map(|on| values(Switches(on))).collect();
    let from = &answers[0];
    for answer in &answers {
        length("values of a regime", answer.len(), from.len())?;
        answer.iter().try_for_each(|&value| finite("the value of a regime", value))?;
    }
    let take_apart = |at: usize| {
        let (from, to) = (from[at], answers[all.bits() as usize][at]);
        let game = Game::from_fn(4, |on| answers[on.bits() as usize][at] - from)?;
        let mut parts = [0.0; 4];
        parts.copy_from_slice(&shapley(&game)?);
        close(&mut parts, to - from);
        Ok(Decomposition { from, to, parts })
    };
    (0..from.len()).map(take_apart).collect()
}
