//! What an actor could take from others by closing what it can close, and what that would cost itself.
//!
//! In: for each actor what closing does to each, or costs with and without. Out: leverage, credibility, rankings,
//! premiums: (39) to (43) of `docs/model/control.md`. The sign stays: who gains from another's closure has a negative
//! denial value, and with congestion even the one it aims at can gain (Braess 1968).

use super::ControlError;
use super::error::{check, finite, length, not_negative, positive};

/// Denial values: what each actor would lose if another closed what it can close.
#[derive(Clone, Debug, PartialEq)]
pub struct DenialMatrix {
    n_actors: usize,
    value: Vec<f64>,
}

impl DenialMatrix {
    /// A matrix from its rows: `value[closer][against]`, on the diagonal what closing costs the closer itself.
    ///
    /// # Units
    /// Money a year, or welfare a year, all alike.
    ///
    /// # Errors
    /// No actors, rows of other length, values that are not finite.
    pub fn new(value: &[Vec<f64>]) -> Result<Self, ControlError> {
        if value.is_empty() {
            return Err(ControlError::NoActors);
        }
        for row in value {
            length("denial values of an actor", row.len(), value.len())?;
            row.iter().try_for_each(|&value| finite("a denial value", value))?;
        }
        Ok(Self { n_actors: value.len(), value: value.concat() })
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
            length("denial values of an actor", row.len(), open.len())?;
            Ok(open.iter().zip(row).map(|(open, closed)| open - closed).collect())
        };
        Self::new(&closed.iter().map(lost).collect::<Result<Vec<_>, ControlError>>()?)
    }

    /// Number of actors.
    pub fn n_actors(&self) -> usize {
        self.n_actors
    }

    /// What `against` would lose if `closer` closed what it can close: (39).
    ///
    /// # Panics
    /// An actor beyond.
    pub fn value(&self, closer: usize, against: usize) -> f64 {
        assert!(closer < self.n_actors && against < self.n_actors, "actors of the matrix");
        self.value[closer * self.n_actors + against]
    }

    /// What closing would cost the closer itself.
    ///
    /// # Panics
    /// An actor beyond.
    pub fn own_cost(&self, closer: usize) -> f64 {
        self.value(closer, closer)
    }

    /// What the other would lose for each unit that the closer loses: (40). `floor` stands for an own cost that is
    /// smaller, so that a closer without cost is not infinitely credible.
    ///
    /// # Panics
    /// An actor beyond.
    ///
    /// # Errors
    /// A floor that is not above 0.
    pub fn credibility(&self, closer: usize, against: usize, floor: f64) -> Result<f64, ControlError> {
        positive("the floor of the own cost", floor)?;
        Ok(self.value(closer, against) / self.own_cost(closer).max(floor))
    }

    /// What one could take from the other less what the other could take from it: (41). The other way round it is the
    /// same with the other sign.
    ///
    /// # Panics
    /// An actor beyond.
    pub fn net_leverage(&self, actor: usize, over: usize) -> f64 {
        self.value(actor, over) - self.value(over, actor)
    }

    /// All others by what they could take from an actor, the most first; of equals the first.
    ///
    /// # Panics
    /// An actor beyond.
    pub fn ranking(&self, against: usize) -> Vec<usize> {
        let mut others: Vec<usize> = (0..self.n_actors).filter(|&actor| actor != against).collect();
        others.sort_by(|&a, &b| self.value(b, against).total_cmp(&self.value(a, against)));
        others
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
