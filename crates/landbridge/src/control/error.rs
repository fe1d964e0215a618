//! Why a question about control has no answer.

use thiserror::Error;

use super::coalition::Coalition;

/// Why a question about control has no answer. Actors are positions, from 0.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ControlError {
    /// More actors than a set of them can hold, or than a method can enumerate.
    #[error("{n_actors} actors are more than the {most} of {method}")]
    TooManyActors {
        /// Actors.
        n_actors: usize,
        /// What has the limit.
        method: &'static str,
        /// The most that it takes.
        most: usize,
    },
    /// More distinct sets of closers than can be told apart.
    #[error("links have {n_sets} distinct sets of closers, more than {most}")]
    TooManySets {
        /// Distinct sets.
        n_sets: usize,
        /// The most that there can be.
        most: usize,
    },
    /// There is nobody.
    #[error("there are no actors")]
    NoActors,
    /// An actor that is none.
    #[error("actor {actor} is not one of the {n_actors} actors")]
    Actor {
        /// Position asked for.
        actor: usize,
        /// Actors.
        n_actors: usize,
    },
    /// A list that should have one entry for each of something else.
    #[error("there are {found} {what} instead of {expected}")]
    Length {
        /// What is listed.
        what: &'static str,
        /// Entries.
        found: usize,
        /// Entries needed.
        expected: usize,
    },
    /// A coalition without a worth that can be computed with.
    #[error("the worth {worth} of coalition {coalition} is not finite")]
    Worth {
        /// Coalition.
        coalition: Coalition,
        /// Its worth.
        worth: f64,
    },
    /// Nobody can do something alone by not being there.
    #[error("the worth of nobody is {worth} instead of 0")]
    WorthOfNobody {
        /// Worth of the empty coalition.
        worth: f64,
    },
    /// Blocs that leave an actor out, or have it twice.
    #[error("actor {actor} is not in exactly one bloc")]
    Blocs {
        /// Actor.
        actor: usize,
    },
    /// Actors that can have more alone than all of them together: nothing to divide gives each what it has.
    #[error("the actors have {alone} alone, which is more than the {together} of all of them together")]
    NoImputation {
        /// Sum of what each has alone.
        alone: f64,
        /// Worth of all.
        together: f64,
    },
    /// A linear program that rounding keeps from an answer.
    #[error("no vertex of the linear program could be told apart within rounding")]
    Rounding,
    /// Shares that do not share out the whole.
    #[error("the shares add up to {sum} instead of 1")]
    ShareSum {
        /// Their sum.
        sum: f64,
    },
    /// Phases of a concession that are not in order, or leave its first year out.
    #[error(
        "phase {phase} begins in year {from_year}, which contradicts the phases before it or the concession"
    )]
    Phase {
        /// Position of the phase.
        phase: usize,
        /// Its first year.
        from_year: u32,
    },
    /// A number outside of what it can mean.
    #[error("{what} is {value}, which is not {expected}")]
    Value {
        /// What the number is.
        what: &'static str,
        /// The number.
        value: f64,
        /// What it should be.
        expected: &'static str,
    },
}

/// Refuses what is not finite.
pub(super) fn finite(what: &'static str, value: f64) -> Result<(), ControlError> {
    check(value.is_finite(), what, value, "a finite number")
}

/// Refuses what is below 0 or not finite.
pub(super) fn not_negative(what: &'static str, value: f64) -> Result<(), ControlError> {
    check(value.is_finite() && value >= 0.0, what, value, "a number of at least 0")
}

/// Refuses what is not above 0 or not finite.
pub(super) fn positive(what: &'static str, value: f64) -> Result<(), ControlError> {
    check(value.is_finite() && value > 0.0, what, value, "a number above 0")
}

/// Refuses what is not between 0 and 1, ends included.
pub(super) fn share(what: &'static str, value: f64) -> Result<(), ControlError> {
    check((0.0..=1.0).contains(&value), what, value, "between 0 and 1")
}

/// Refuses a value unless it is good.
pub(super) fn check(
    is_good: bool,
    what: &'static str,
    value: f64,
    expected: &'static str,
) -> Result<(), ControlError> {
    if is_good { Ok(()) } else { Err(ControlError::Value { what, value, expected }) }
}

/// Refuses a list of the wrong length.
pub(super) fn length(what: &'static str, found: usize, expected: usize) -> Result<(), ControlError> {
    if found == expected { Ok(()) } else { Err(ControlError::Length { what, found, expected }) }
}
