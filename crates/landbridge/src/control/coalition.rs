//! Sets of actors.
//!
//! In: positions of actors. Out: a set that fits one machine word, and the sets within it.

use std::fmt;

use super::ControlError;

/// The most actors that there can be: the worth of all coalitions of 24 actors fills 128 MiB.
pub const MAX_ACTORS: usize = 24;

/// A set of actors.
///
/// ```
/// use landbridge::control::Coalition;
///
/// let both = Coalition::of([0, 2])?;
/// assert_eq!(both.members().collect::<Vec<_>>(), [0, 2]);
/// assert_eq!(both.subsets().count(), 4);
/// assert_eq!(both.to_string(), "{0, 2}");
/// # Ok::<(), landbridge::control::ControlError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Coalition(u32);

impl Coalition {
    /// Nobody.
    pub const EMPTY: Self = Self(0);

    /// The first `n_actors` actors.
    ///
    /// # Errors
    /// More than [`MAX_ACTORS`].
    pub fn all(n_actors: usize) -> Result<Self, ControlError> {
        if n_actors > MAX_ACTORS {
            return Err(ControlError::TooManyActors { n_actors, method: "a coalition", most: MAX_ACTORS });
        }
        Ok(Self((1 << n_actors) - 1))
    }

    /// These actors.
    ///
    /// # Errors
    /// A position that is not below [`MAX_ACTORS`].
    pub fn of(actors: impl IntoIterator<Item = usize>) -> Result<Self, ControlError> {
        actors.into_iter().try_fold(Self::EMPTY, |set, actor| {
            if actor < MAX_ACTORS {
                Ok(set.with(actor))
            } else {
                Err(ControlError::Actor { actor, n_actors: MAX_ACTORS })
            }
        })
    }

    /// The set whose members are the ones of a binary number, actor 0 the last digit.
    ///
    /// # Panics
    /// A digit beyond [`MAX_ACTORS`].
    pub fn from_bits(bits: u32) -> Self {
        assert!(bits >> MAX_ACTORS == 0, "actors are below {MAX_ACTORS}");
        Self(bits)
    }

    /// The members as the ones of a binary number: the position of the set in a list of all sets.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Whether the actor is a member.
    pub fn contains(self, actor: usize) -> bool {
        actor < MAX_ACTORS && self.0 >> actor & 1 == 1
    }

    /// The set and one more actor.
    ///
    /// # Panics
    /// The actor is not below [`MAX_ACTORS`].
    #[must_use]
    pub fn with(self, actor: usize) -> Self {
        assert!(actor < MAX_ACTORS, "actors are below {MAX_ACTORS}");
        Self(self.0 | 1 << actor)
    }

    /// The set without an actor.
    #[must_use]
    pub fn without(self, actor: usize) -> Self {
        if self.contains(actor) { Self(self.0 & !(1 << actor)) } else { self }
    }

    /// Who is in one of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Who is in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Who is in this and not in the other.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all members are in the other.
    pub fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// How many members.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether nobody is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, in order.
    pub fn members(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let actor = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(actor)
        })
    }

    /// All sets within this one, from nobody to all of it, in the order of [`Self::bits`].
    pub fn subsets(self) -> impl Iterator<Item = Self> {
        let mut next = Some(0_u32);
        std::iter::from_fn(move || {
            let now = next?;
            // Counting on in the digits of the set alone.
            next = (now != self.0).then(|| now.wrapping_sub(self.0) & self.0);
            Some(Self(now))
        })
    }
}

impl fmt::Display for Coalition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (at, actor) in self.members().enumerate() {
            write!(f, "{}{actor}", if at == 0 { "" } else { ", " })?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_within_a_set() {
        let set = Coalition::of([1, 3, 4]).unwrap();
        let within: Vec<u32> = set.subsets().map(Coalition::bits).collect();
        assert_eq!(within, [0, 2, 8, 10, 16, 18, 24, 26]);
        assert_eq!(Coalition::EMPTY.subsets().collect::<Vec<_>>(), [Coalition::EMPTY]);
        assert_eq!(set.minus(Coalition::of([3]).unwrap()).to_string(), "{1, 4}");
        assert_eq!(set.without(40), set);
    }

    #[test]
    fn the_limit_is_24() {
        assert_eq!(Coalition::all(24).unwrap().len(), 24);
        let too_many = Coalition::all(25).unwrap_err();
        assert_eq!(too_many.to_string(), "25 actors are more than the 24 of a coalition");
        assert_eq!(
            Coalition::of([3, 24]).unwrap_err(),
            ControlError::Actor { actor: 24, n_actors: MAX_ACTORS }
        );
    }
}
