//! What actors could take from others by closing what they can close, and what that would cost themselves.
//!
//! In: for each closer, an actor or a set of them, what closing does to each, or costs with and without. Out: leverage,
//! credibility, rankings, premiums: (39) to (43) of `docs/model/control.md`. The sign stays: who gains from another's
//! closure has a negative denial value, and with congestion even the one it aims at can gain (Braess 1968).

use super::error::{check, finite, length, not_negative, positive};
use super::{Coalition, ControlError};

/// Denial values: what each actor would lose if one of some sets of actors closed what it can close together.
#[derive(Clone, Debug, PartialEq)]
pub struct DenialMatrix {
    n_actors: usize,
    closers: Vec<Coalition>,
    /// By closer, then by actor.
    value: Vec<f64>,
    own_cost: Vec<f64>,
}

impl DenialMatrix {
    /// A matrix of actors that each close alone: `value[closer][against]`, on the diagonal what closing costs the closer
    /// itself.
    ///
    /// # Units
    /// Money a year, or welfare a year, all alike.
    ///
    /// # Errors
    /// No actors or too many, rows of other length, values that are not finite.
    pub fn new(value: &[Vec<f64>]) -> Result<Self, ControlError> {
        let closers = (0..value.len()).map(|actor| Coalition::of([actor])).collect::<Result<Vec<_>, _>>()?;
        let own_cost: Vec<Vec<f64>> = value
            .iter()
            .enumerate()
            .map(|(at, row)| vec![row.get(at).copied().unwrap_or(0.0); row.len()])
            .collect();
        Self::of_sets(value.len(), closers, value, &own_cost)
    }

    /// A matrix of closers that are sets of actors, with what it costs each to close to each.
    ///
    /// # Shape
    /// `value[closer][against]`, `own_cost[closer][against]`.
    ///
    /// # Errors
    /// No actors, tables of other shape, values that are not finite.
    pub fn of_sets(
        n_actors: usize,
        closers: Vec<Coalition>,
        value: &[Vec<f64>],
        own_cost: &[Vec<f64>],
    ) -> Result<Self, ControlError> {
        if n_actors == 0 {
            return Err(ControlError::NoActors);
        }
        for table in [value, own_cost] {
            length("rows of denial values", table.len(), closers.len())?;
            for row in table {
                length("denial values of a closer", row.len(), n_actors)?;
                row.iter().try_for_each(|&value| finite("a denial value", value))?;
            }
        }
        Ok(Self { n_actors, closers, value: value.concat(), own_cost: own_cost.concat() })
    }

    /// A matrix from what each actor has with all open and with the links of each closed.
    ///
    /// # Shape
    /// `open[actor]`, `closed[closer][actor]`.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn from_welfare(open: &[f64], closed: &[Vec<f64>]) -> Result<Self, ControlError> {
        length("closures", closed.len(), open.len())?;
        let lost = |row: &Vec<f64>| {
            length("denial values of a closer", row.len(), open.len())?;
            Ok(open.iter().zip(row).map(|(open, closed)| open - closed).collect())
        };
        Self::new(&closed.iter().map(lost).collect::<Result<Vec<_>, ControlError>>()?)
    }

    /// Number of actors.
    pub fn n_actors(&self) -> usize {
        self.n_actors
    }

    /// The closers, by position.
    pub fn closers(&self) -> &[Coalition] {
        &self.closers
    }

    /// What `against` would lose if a closer, by its position, closed what it can close: (39).
    ///
    /// # Panics
    /// A closer or an actor beyond.
    pub fn value(&self, closer: usize, against: usize) -> f64 {
        self.value[self.cell(closer, against)]
    }

    /// What it would cost the closer itself to close to an actor.
    ///
    /// # Panics
    /// A closer or an actor beyond.
    pub fn own_cost(&self, closer: usize, against: usize) -> f64 {
        self.own_cost[self.cell(closer, against)]
    }

    /// What the other would lose for each unit that the closer loses: (40). `floor` stands for an own cost that is
    /// smaller, so that a closer without cost is not infinitely credible.
    ///
    /// # Panics
    /// A closer or an actor beyond.
    ///
    /// # Errors
    /// A floor that is not above 0.
    pub fn credibility(&self, closer: usize, against: usize, floor: f64) -> Result<f64, ControlError> {
        positive("the floor of the own cost", floor)?;
        Ok(self.value(closer, against) / self.own_cost(closer, against).max(floor))
    }

    /// What one actor could take from another alone, less what the other could take from it: (41). The other way round it
    /// is the same with the other sign.
    ///
    /// # Panics
    /// An actor beyond.
    pub fn net_leverage(&self, actor: usize, over: usize) -> f64 {
        self.alone(actor, over) - self.alone(over, actor)
    }

    /// All others by what they could take from an actor alone, the most first; of equals the first.
    ///
    /// # Panics
    /// An actor beyond.
    pub fn ranking(&self, against: usize) -> Vec<usize> {
        let mut others: Vec<usize> = (0..self.n_actors).filter(|&actor| actor != against).collect();
        others.sort_by(|&a, &b| self.alone(b, against).total_cmp(&self.alone(a, against)));
        others
    }

    /// What an actor could take alone; nothing if it is no closer.
    fn alone(&self, actor: usize, against: usize) -> f64 {
        let is_actor = |who: &Coalition| who.len() == 1 && who.contains(actor);
        self.closers.iter().position(is_actor).map_or(0.0, |closer| self.value(closer, against))
    }

    fn cell(&self, closer: usize, against: usize) -> usize {
        assert!(
            closer < self.closers.len() && against < self.n_actors,
            "a closer and an actor of the matrix"
        );
        closer * self.n_actors + against
    }
}

/// How much dearer the best way without an actor is, as a part of the cost of the best way: (42). Infinite if there is
/// none, which the cost without may be.
///
/// # Errors
/// A cost that is not above 0 or, with more choice, above that with less.
pub fn second_best_premium(cost: f64, cost_without: f64) -> Result<f64, ControlError> {
    positive("the cost of the best way", cost)?;
    check(cost_without >= cost, "the cost without an actor", cost_without, "at least that with it")?;
    Ok(cost_without / cost - 1.0)
}

/// How well others can stand in, from the premium: 1 if at no cost, 0 if not at all.
///
/// # Errors
/// A premium below 0.
pub fn substitutability(premium: f64) -> Result<f64, ControlError> {
    check(premium >= 0.0, "the premium", premium, "at least 0")?;
    Ok(1.0 / (1.0 + premium))
}

/// What an actor's closure would cost, as a part of the bill for transport: (43).
///
/// # Errors
/// A cost that is not finite, a bill that is not above 0.
pub fn dependence(denial_cost: f64, transport_bill: f64) -> Result<f64, ControlError> {
    finite("the cost of denial", denial_cost)?;
    positive("the bill for transport", transport_bill)?;
    Ok(denial_cost / transport_bill)
}

/// What it costs that some flow takes a dearer way and some none: flow that is served at a higher cost, and flow that is
/// not served and loses what it was worth beyond its cost.
///
/// # Errors
/// A flow or a cost below 0.
pub fn denial_cost(
    cost: f64,
    rerouted: &[(f64, f64)],
    unserved: f64,
    choke_cost: f64,
) -> Result<f64, ControlError> {
    not_negative("the cost of the best way", cost)?;
    not_negative("the flow that is not served", unserved)?;
    not_negative("the cost at which nothing is sent", choke_cost)?;
    let mut total = unserved * (choke_cost - cost);
    for &(flow, new_cost) in rerouted {
        not_negative("a flow", flow)?;
        not_negative("a cost", new_cost)?;
        total += flow * (new_cost - cost);
    }
    Ok(total)
}
