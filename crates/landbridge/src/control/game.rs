//! What each coalition is worth.
//!
//! In: the worth of coalitions, or what coalitions can use and what that gains each actor. Out: a cooperative game in
//! characteristic form, (1) to (3) of `docs/model/control.md`.

use std::collections::BTreeMap;

use super::error::{finite, length};
use super::{Coalition, ControlError};
use crate::parallel;

/// The most actors for methods that look at all coalitions, or at all coalitions within coalitions.
pub const MAX_ENUMERATED: usize = 16;

/// Parts of the largest worth below which two values are taken as one: rounding of sums of up to 16 terms, no judgement.
const SAME: f64 = 1e-12;

/// A cooperative game: what each coalition is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Game {
    n_actors: usize,
    worth: Vec<f64>,
}

impl Game {
    /// A game from a list.
    ///
    /// # Shape
    /// `worth[coalition.bits()]`, so `2^n_actors` values, the first of them 0.
    ///
    /// # Errors
    /// No actors or too many, a list of another length, nobody with a worth other than 0, values that are not finite.
    pub fn new(n_actors: usize, worth: Vec<f64>) -> Result<Self, ControlError> {
        if n_actors == 0 {
            return Err(ControlError::NoActors);
        }
        let all = Coalition::all(n_actors)?;
        length("values of coalitions", worth.len(), all.bits() as usize + 1)?;
        if let Some(at) = worth.iter().position(|worth| !worth.is_finite()) {
            let coalition = Coalition::from_bits(at as u32);
            return Err(ControlError::Worth { coalition, worth: worth[at] });
        }
        if worth[0] != 0.0 {
            return Err(ControlError::WorthOfNobody { worth: worth[0] });
        }
        Ok(Self { n_actors, worth })
    }

    /// A game from a function, which is asked for each coalition but the empty one.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn from_fn(n_actors: usize, worth: impl Fn(Coalition) -> f64) -> Result<Self, ControlError> {
        let of = |set: Coalition| if set.is_empty() { 0.0 } else { worth(set) };
        Self::new(n_actors, Coalition::all(n_actors)?.subsets().map(of).collect())
    }

    /// A game from what coalitions can use: `usable` says what that is, `gains` what it gains each actor over the status
    /// quo. `gains` is asked once for each different answer of `usable`, in parallel.
    ///
    /// # Errors
    /// As [`Self::new`] and [`Signatures::game`].
    pub fn from_usable<S: Ord + Sync>(
        n_actors: usize,
        usable: impl Fn(Coalition) -> S,
        gains: impl Fn(&S) -> Vec<f64> + Sync,
    ) -> Result<Self, ControlError> {
        let signatures = Signatures::new(n_actors, usable)?;
        let gains = parallel::map_with(signatures.distinct(), || (), |(), signature| gains(signature));
        signatures.game(&gains)
    }

    /// Number of actors.
    pub fn n_actors(&self) -> usize {
        self.n_actors
    }

    /// All actors.
    pub fn all(&self) -> Coalition {
        Coalition::from_bits(self.worth.len() as u32 - 1)
    }

    /// What a coalition is worth.
    ///
    /// # Panics
    /// A member is no actor of the game.
    pub fn worth(&self, coalition: Coalition) -> f64 {
        self.worth[coalition.bits() as usize]
    }

    /// What all coalitions are worth, by [`Coalition::bits`].
    pub fn worths(&self) -> &[f64] {
        &self.worth
    }

    /// The largest worth, whatever its sign; 1 if all are 0. Results are exact in parts of it.
    pub fn scale(&self) -> f64 {
        let largest = self.worth.iter().fold(0.0, |most: f64, worth| most.max(worth.abs()));
        if largest == 0.0 { 1.0 } else { largest }
    }

    /// What all lose if one actor leaves: the most that it can claim.
    pub fn contributions(&self) -> Vec<f64> {
        let all = self.all();
        (0..self.n_actors).map(|actor| self.worth(all) - self.worth(all.without(actor))).collect()
    }

    /// The first pair of coalitions that is worth less together than apart, if there is one.
    ///
    /// # Errors
    /// More than [`MAX_ENUMERATED`] actors: it looks at `3^n` pairs.
    pub fn superadditivity(&self) -> Result<Option<Conflict>, ControlError> {
        self.enumerable("the check of superadditivity")?;
        let margin = SAME * self.scale();
        let conflict = |whole: Coalition| {
            halves(whole).find_map(|(left, right)| {
                let loss = self.worth(left) + self.worth(right) - self.worth(whole);
                (loss > margin).then_some(Conflict { left, right, loss })
            })
        };
        Ok(self.all().subsets().find_map(conflict))
    }

    /// The smallest game that is nowhere below this one and in which joining never loses: each coalition is worth what
    /// its best division into parts is.
    ///
    /// # Errors
    /// More than [`MAX_ENUMERATED`] actors: it looks at `3^n` pairs.
    pub fn superadditive_cover(&self) -> Result<Cover, ControlError> {
        self.enumerable("the superadditive cover")?;
        let margin = SAME * self.scale();
        let mut worth = self.worth.clone();
        let mut raised = Vec::new();
        // Sets within a set have smaller numbers, so they are done before it.
        for whole in self.all().subsets() {
            let apart = |(left, right): (Coalition, Coalition)| {
                worth[left.bits() as usize] + worth[right.bits() as usize]
            };
            let best = halves(whole).map(apart).fold(f64::NEG_INFINITY, f64::max);
            let own = &mut worth[whole.bits() as usize];
            if best > *own + margin {
                *own = best;
                raised.push(whole);
            }
        }
        Ok(Cover { game: Self { n_actors: self.n_actors, worth }, raised })
    }

    /// Refuses a game with too many actors for a method that looks at all coalitions.
    pub(super) fn enumerable(&self, method: &'static str) -> Result<(), ControlError> {
        self.at_most(MAX_ENUMERATED, method)
    }

    /// Refuses a game with too many actors for a method.
    pub(super) fn at_most(&self, most: usize, method: &'static str) -> Result<(), ControlError> {
        if self.n_actors > most {
            return Err(ControlError::TooManyActors { n_actors: self.n_actors, method, most });
        }
        Ok(())
    }
}

/// All ways to cut a coalition in two, each once.
fn halves(whole: Coalition) -> impl Iterator<Item = (Coalition, Coalition)> {
    // The first member stays on the left.
    let others = whole.members().next().map_or(Coalition::EMPTY, |first| whole.without(first));
    others.subsets().filter(|right| !right.is_empty()).map(move |right| (whole.minus(right), right))
}

/// Two coalitions that are worth less together than apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conflict {
    /// One of them.
    pub left: Coalition,
    /// The other.
    pub right: Coalition,
    /// How much less.
    pub loss: f64,
}

/// A game in which joining never loses.
#[derive(Clone, Debug, PartialEq)]
pub struct Cover {
    /// The game.
    pub game: Game,
    /// Coalitions that are worth more in it than in the game it covers. Statements about bargaining have to say so if
    /// there are any.
    pub raised: Vec<Coalition>,
}

/// What coalitions can use, each different answer once: often tens instead of thousands, and only these have to be
/// solved.
#[derive(Clone, Debug)]
pub struct Signatures<S> {
    n_actors: usize,
    distinct: Vec<S>,
    /// Position in `distinct`, by coalition.
    of: Vec<usize>,
}

impl<S: Ord> Signatures<S> {
    /// Asks what each coalition can use. The answer for nobody is the status quo.
    ///
    /// # Errors
    /// No actors, or too many.
    pub fn new(n_actors: usize, usable: impl Fn(Coalition) -> S) -> Result<Self, ControlError> {
        if n_actors == 0 {
            return Err(ControlError::NoActors);
        }
        let answers: Vec<S> = Coalition::all(n_actors)?.subsets().map(usable).collect();
        let mut of = vec![0; answers.len()];
        let mut by_answer: BTreeMap<S, Vec<usize>> = BTreeMap::new();
        for (at, answer) in answers.into_iter().enumerate() {
            by_answer.entry(answer).or_default().push(at);
        }
        let mut distinct = Vec::with_capacity(by_answer.len());
        for (answer, coalitions) in by_answer {
            for at in coalitions {
                of[at] = distinct.len();
            }
            distinct.push(answer);
        }
        Ok(Self { n_actors, distinct, of })
    }

    /// The different answers, in order.
    pub fn distinct(&self) -> &[S] {
        &self.distinct
    }

    /// Position in [`Self::distinct`] of what a coalition can use.
    ///
    /// # Panics
    /// A member is no actor.
    pub fn position(&self, coalition: Coalition) -> usize {
        self.of[coalition.bits() as usize]
    }

    /// The game in which a coalition is worth the gains of its members.
    ///
    /// # Shape
    /// `gains[signature][actor]`, signatures as in [`Self::distinct`].
    ///
    /// # Errors
    /// Gains of other shape, or not finite.
    pub fn game(&self, gains: &[Vec<f64>]) -> Result<Game, ControlError> {
        length("signatures with gains", gains.len(), self.distinct.len())?;
        for of_signature in gains {
            length("gains of actors", of_signature.len(), self.n_actors)?;
            of_signature.iter().try_for_each(|&gain| finite("the gain of an actor", gain))?;
        }
        Game::from_fn(self.n_actors, |coalition| {
            let gains = &gains[self.position(coalition)];
            coalition.members().map(|actor| gains[actor]).sum()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn check(worth: &[f64], expect: &str) {
        let n_actors = worth.len().ilog2() as usize;
        assert_eq!(Game::new(n_actors, worth.to_vec()).unwrap_err().to_string(), expect);
    }

    #[test]
    fn what_is_no_game_is_refused() {
        check(&[0.0], "there are no actors");
        check(&[0.0, 1.0, 1.0], "there are 3 values of coalitions instead of 2");
        check(&[1.0, 1.0], "the worth of nobody is 1 instead of 0");
        check(&[0.0, 1.0, f64::NAN, 2.0], "the worth NaN of coalition {1} is not finite");
        assert!(Game::from_fn(25, |_| 0.0).is_err());
    }

    #[test]
    fn a_cover_says_where_it_was_needed() {
        // Two who earn 5 each alone and 6 together; a third who adds nothing.
        let game = Game::from_fn(3, |set| match (set.contains(0), set.contains(1)) {
            (true, true) => 6.0,
            (false, false) => 0.0,
            _ => 5.0,
        })
        .unwrap();
        let conflict = game.superadditivity().unwrap().unwrap();
        assert_eq!((conflict.left.bits(), conflict.right.bits()), (1, 2));
        assert!((conflict.loss - 4.0).abs() < 1e-12);
        let cover = game.superadditive_cover().unwrap();
        assert_eq!(cover.raised.iter().map(|set| set.bits()).collect::<Vec<_>>(), [3, 7]);
        assert!((cover.game.worth(game.all()) - 10.0).abs() < 1e-12);
        assert!(cover.game.superadditivity().unwrap().is_none());
        assert!(cover.game.superadditive_cover().unwrap().raised.is_empty());
    }

    #[test]
    fn each_signature_is_solved_once() {
        // A road that needs 0 and 1, another that needs 2; three answers for eight coalitions and one more.
        let solved = AtomicUsize::new(0);
        let usable = |set: Coalition| (set.contains(0) && set.contains(1), set.contains(2));
        let gains = |&(road, other): &(bool, bool)| {
            solved.fetch_add(1, Ordering::Relaxed);
            let (road, other) = (f64::from(u8::from(road)), f64::from(u8::from(other)));
            vec![3.0 * road, 4.0 * road, 5.0 * other - road]
        };
        let game = Game::from_usable(3, usable, gains).unwrap();
        assert_eq!(solved.into_inner(), 4);
        let expect = [0.0, 0.0, 0.0, 7.0, 5.0, 5.0, 5.0, 11.0];
        assert!(game.worths().iter().zip(expect).all(|(found, expect)| (found - expect).abs() < 1e-12));
        let contributions = game.contributions();
        assert!((contributions[2] - 4.0).abs() < 1e-12, "what it costs the others is not its own gain");
    }
}
