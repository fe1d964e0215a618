//! How much of what moves sets of actors could stop.
//!
//! In: who can close each link, and then flow by flow whom it meets on its way. Out: shares of the flow, (35) to (38) of
//! `docs/model/control.md`. A share says what would be touched, not what it would cost: that is
//! [`denial`](super::denial).

use std::collections::BTreeMap;

use super::sum::{Sum, sum};
use super::{Coalition, ControlError};

/// Distinct sets of closers that links can have: bits of a word.
const MAX_SETS: usize = 128;

/// Whom something meets: which of the distinct sets of closers.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Met(u128);

impl Met {
    /// Nobody who could close anything.
    pub const NOBODY: Self = Self(0);

    /// What meets either of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether both have a set in common.
    pub fn shares_a_set_with(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Who can close which link.
#[derive(Clone, Debug)]
pub struct Closers {
    /// The distinct sets, each of which closes together what it closes.
    sets: Vec<Coalition>,
    of_link: Vec<Met>,
}

impl Closers {
    /// Takes in who can close each link: sets of actors each of which can do so together. An empty set closes nothing.
    ///
    /// # Errors
    /// No actors or too many, an actor beyond, more than 128 distinct sets.
    pub fn new(n_actors: usize, of_link: &[Vec<Coalition>]) -> Result<Self, ControlError> {
        if n_actors == 0 {
            return Err(ControlError::NoActors);
        }
        let all = Coalition::all(n_actors)?;
        let mut sets: Vec<Coalition> =
            of_link.iter().flatten().copied().filter(|set| !set.is_empty()).collect();
        sets.sort_unstable();
        sets.dedup();
        if let Some(actor) = sets.iter().find_map(|set| set.minus(all).members().next()) {
            return Err(ControlError::Actor { actor, n_actors });
        }
        if sets.len() > MAX_SETS {
            return Err(ControlError::TooManySets { n_sets: sets.len(), most: MAX_SETS });
        }
        let bit = |set: &Coalition| sets.binary_search(set).map_or(0, |at| 1 << at);
        let of_link =
            of_link.iter().map(|sets| Met(sets.iter().fold(0, |bits, set| bits | bit(set)))).collect();
        Ok(Self { sets, of_link })
    }

    /// Whom a way over some links meets.
    ///
    /// # Panics
    /// A link beyond.
    pub fn on(&self, links: impl IntoIterator<Item = usize>) -> Met {
        links.into_iter().fold(Met::NOBODY, |met, link| met.or(self.of_link[link]))
    }

    /// What actors can stop together: all that shares a set with this.
    pub fn power(&self, who: Coalition) -> Met {
        let within = self.sets.iter().enumerate().filter(|(_, set)| set.is_subset_of(who));
        Met(within.fold(0, |bits, (at, _)| bits | 1 << at))
    }

    /// Whether actors can close a link together.
    ///
    /// # Panics
    /// A link beyond.
    pub fn can_close(&self, who: Coalition, link: usize) -> bool {
        self.of_link[link].shares_a_set_with(self.power(who))
    }
}

/// What a set of actors could stop, as parts of all flow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ControlShare {
    /// Flow that meets any link which they can close together: (35). Shares of sets may add up to more than 1, as they
    /// can stand in series.
    pub any_link: f64,
    /// Flow on the one such link with the most of it, at most [`Self::any_link`]: (36).
    pub single_chokepoint: f64,
    /// Flow that cannot avoid them: (37).
    pub exclusive: f64,
    /// Flow that they could stop and no smaller set of them could, what the last who joins adds: (38). Of one actor the
    /// same as [`Self::any_link`].
    pub joint: f64,
}

/// Flow as it is counted: tonnes, value or trips, all alike.
#[derive(Clone, Debug)]
pub struct Tally<'c> {
    closers: &'c Closers,
    asked: &'c [Coalition],
    by_met: BTreeMap<Met, Sum>,
    /// By set asked for.
    exclusive: Vec<Sum>,
    on_link: Vec<f64>,
}

impl<'c> Tally<'c> {
    /// Nothing yet; `asked` are the sets of actors whose shares will be asked for.
    pub fn new(closers: &'c Closers, asked: &'c [Coalition]) -> Self {
        let nothing = vec![Sum::default(); asked.len()];
        let on_link = vec![0.0; closers.of_link.len()];
        Self { closers, asked, by_met: BTreeMap::new(), exclusive: nothing, on_link }
    }

    /// Counts a flow of at least 0: whom it meets, and for each set asked for whether it has no way around it.
    pub fn add(&mut self, flow: f64, met: Met, has_no_way_around: &[bool]) {
        self.by_met.entry(met).or_default().add(flow);
        for (sum, _) in self.exclusive.iter_mut().zip(has_no_way_around).filter(|(_, is)| **is) {
            sum.add(flow);
        }
    }

    /// Counts flow, added before, on a link that it passes.
    ///
    /// # Panics
    /// A link beyond.
    pub fn pass(&mut self, link: usize, flow: f64) {
        self.on_link[link] += flow;
    }

    /// All flow.
    pub fn total(&self) -> f64 {
        sum(self.by_met.values().map(|sum| sum.value()))
    }

    /// The part of the flow that actors could stop together.
    pub fn share(&self, who: Coalition) -> f64 {
        let power = self.closers.power(who);
        self.part(|met| met.shares_a_set_with(power))
    }

    /// The part of the flow that nobody could stop, not even all actors together.
    pub fn uncontrolled_share(&self) -> f64 {
        self.part(|met| met == Met::NOBODY)
    }

    /// What each set asked for could stop; nothing of no flow.
    pub fn shares(&self) -> Vec<ControlShare> {
        let of_set = |(at, &who): (usize, &Coalition)| {
            let power = self.closers.power(who);
            let links = self.closers.of_link.iter().zip(&self.on_link);
            let most = links.filter(|(met, _)| met.shares_a_set_with(power)).map(|(_, flow)| *flow);
            let without: Vec<Met> =
                who.members().map(|actor| self.closers.power(who.without(actor))).collect();
            let needs_all = |met: Met| {
                met.shares_a_set_with(power) && !without.iter().any(|&part| met.shares_a_set_with(part))
            };
            ControlShare {
                any_link: self.share(who),
                single_chokepoint: self.of_total(most.fold(0.0, f64::max)),
                exclusive: self.of_total(self.exclusive[at].value()),
                joint: self.part(needs_all),
            }
        };
        self.asked.iter().enumerate().map(of_set).collect()
    }

    fn part(&self, takes: impl Fn(Met) -> bool) -> f64 {
        let taken = self.by_met.iter().filter(|(met, _)| takes(**met));
        self.of_total(sum(taken.map(|(_, sum)| sum.value())))
    }

    fn of_total(&self, flow: f64) -> f64 {
        let total = self.total();
        if total > 0.0 { flow / total } else { 0.0 }
    }
}

/// The sum of squared shares of some amounts (Herfindahl 1950): 1 if one has all, 1 over their number if all have the
/// same, 0 of nothing.
pub fn concentration(amounts: impl IntoIterator<Item = f64>) -> f64 {
    let amounts: Vec<f64> = amounts.into_iter().collect();
    let all = sum(amounts.iter().copied());
    if all > 0.0 { sum(amounts.iter().map(|amount| (amount / all).powi(2))) } else { 0.0 }
}
