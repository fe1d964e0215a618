//! How much of what moves an actor could stop.
//!
//! In: flows on routes, the links that routes use, who can close each link, and whom a flow cannot avoid. Out: shares
//! of the flow, (35) to (38) of `docs/model/control.md`. A share says what would be touched, not what it would cost:
//! that is [`denial`](super::denial).

use super::error::{length, not_negative};
use super::sum::sum;
use super::{Coalition, ControlError};

/// A flow on one route.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteFlow {
    /// How much: tonnes, value or trips, all routes alike.
    pub flow: f64,
    /// Positions of the links that it uses.
    pub links: Vec<usize>,
    /// Actors without whose links there is no permitted way at any cost.
    pub unavoidable: Coalition,
}

/// Flows, and who can close what.
#[derive(Clone, Debug)]
pub struct Control<'a> {
    n_actors: usize,
    routes: &'a [RouteFlow],
    /// By link: sets of actors each of which can close it together.
    closers: &'a [Vec<Coalition>],
    total: f64,
}

/// What an actor could stop, as parts of all flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlShare {
    /// Flow that meets any link that it can close alone. Shares of actors may add up to more than 1, as they can stand
    /// in series.
    pub any_link: f64,
    /// Flow on the one such link with the most of it: at most [`Self::any_link`].
    pub single_chokepoint: f64,
    /// Flow that cannot avoid it.
    pub exclusive: f64,
}

impl<'a> Control<'a> {
    /// Takes flows and closers in.
    ///
    /// # Shape
    /// `closers[link]`; an empty set closes nothing.
    ///
    /// # Errors
    /// No actors or too many, actors beyond, a flow below 0 or no flow at all, a link beyond.
    pub fn new(
        n_actors: usize,
        routes: &'a [RouteFlow],
        closers: &'a [Vec<Coalition>],
    ) -> Result<Self, ControlError> {
        if n_actors == 0 {
            return Err(ControlError::NoActors);
        }
        let all = Coalition::all(n_actors)?;
        let named = closers.iter().flatten().chain(routes.iter().map(|route| &route.unavoidable));
        for set in named {
            if let Some(actor) = set.minus(all).members().next() {
                return Err(ControlError::Actor { actor, n_actors });
            }
        }
        for route in routes {
            not_negative("a flow", route.flow)?;
            if let Some(&link) = route.links.iter().find(|&&link| link >= closers.len()) {
                return Err(ControlError::Length {
                    what: "links with closers",
                    found: closers.len(),
                    expected: link + 1,
                });
            }
        }
        let total = sum(routes.iter().map(|route| route.flow));
        super::error::positive("the flow on all routes", total)?;
        Ok(Self { n_actors, routes, closers, total })
    }

    /// The part of the flow that a coalition could stop: that meets a link which some of its members can close together.
    pub fn share(&self, coalition: Coalition) -> f64 {
        self.part(|route| route.links.iter().any(|&link| self.can_close(coalition, link)))
    }

    /// The part of the flow that nobody could stop, not even all actors together.
    pub fn uncontrolled_share(&self) -> f64 {
        self.part(|route| route.links.iter().all(|&link| self.closers[link].iter().all(|set| set.is_empty())))
    }

    /// What each actor could stop.
    pub fn shares(&self) -> Vec<ControlShare> {
        let of_actor = |actor: usize| {
            let alone = Coalition::EMPTY.with(actor);
            let links = (0..self.closers.len()).filter(|&link| self.can_close(alone, link));
            let crossing = links.map(|link| self.part(|route| route.links.contains(&link)));
            ControlShare {
                any_link: self.share(alone),
                single_chokepoint: crossing.fold(0.0, f64::max),
                exclusive: self.part(|route| route.unavoidable.contains(actor)),
            }
        };
        (0..self.n_actors).map(of_actor).collect()
    }

    /// The part of the flow that a coalition could stop and no smaller one of its members could: what joining adds.
    pub fn joint_share(&self, coalition: Coalition) -> f64 {
        let closes =
            |set: Coalition, route: &RouteFlow| route.links.iter().any(|&link| self.can_close(set, link));
        self.part(|route| {
            closes(coalition, route)
                && coalition.members().all(|actor| !closes(coalition.without(actor), route))
        })
    }

    /// All flow by whom it meets, with the sets in order: the actors that could each stop it alone.
    pub fn by_actors_met(&self) -> Vec<(Coalition, f64)> {
        let met = |route: &RouteFlow| {
            (0..self.n_actors).fold(Coalition::EMPTY, |met, actor| {
                let alone = Coalition::EMPTY.with(actor);
                let is_met = route.links.iter().any(|&link| self.can_close(alone, link));
                if is_met { met.with(actor) } else { met }
            })
        };
        let mut sets: Vec<Coalition> = self.routes.iter().map(met).collect();
        sets.sort_unstable();
        sets.dedup();
        sets.into_iter().map(|set| (set, self.part(|route| met(route) == set))).collect()
    }

    fn can_close(&self, coalition: Coalition, link: usize) -> bool {
        self.closers[link].iter().any(|set| !set.is_empty() && set.is_subset_of(coalition))
    }

    fn part(&self, takes: impl Fn(&RouteFlow) -> bool) -> f64 {
        sum(self.routes.iter().filter(|route| takes(route)).map(|route| route.flow)) / self.total
    }
}

/// The part of the flow with neither end in an actor's territory that passes through it, by actor.
///
/// # Errors
/// Flows below 0; nothing that could pass where something does.
pub fn hub_indices(through: &[f64], third_party: &[f64]) -> Result<Vec<f64>, ControlError> {
    length("flows of third parties", third_party.len(), through.len())?;
    let index = |(&through, &all): (&f64, &f64)| {
        not_negative("the flow through an actor", through)?;
        not_negative("the flow of third parties", all)?;
        let is_part = through <= all * (1.0 + 1e-9);
        super::error::check(is_part, "the flow through an actor", through, "part of that of third parties")?;
        Ok(if all == 0.0 { 0.0 } else { through / all })
    };
    through.iter().zip(third_party).map(index).collect()
}

/// The sum of squares of shares (Herfindahl 1950): 1 if one has all, 1 over their number if all have the same.
///
/// # Errors
/// Shares below 0, or that do not add up to 1.
pub fn concentration(shares: &[f64]) -> Result<f64, ControlError> {
    super::split::check_shares(shares)?;
    Ok(sum(shares.iter().map(|share| share * share)))
}
