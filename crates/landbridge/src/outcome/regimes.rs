//! Regimes of one corridor side by side: what each party has under each, which it prefers, and which part of the regimes
//! makes the difference (`docs/model/regimes.md`).
//!
//! Money is in the study's currency of its price year, a year. What a party prefers here is what leaves it more money;
//! leverage stands beside it and is not part of it.

use super::leverage::Party;
use crate::control::decompose::{Decomposition, Switch};

/// Regimes side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Regimes {
    /// The parties; all vectors are by them.
    pub parties: Vec<Party>,
    /// The horizon after which trade has answered in payoffs; `None`: costs only. All else is costs only.
    pub horizon: Option<String>,
    /// Differences of payoffs below this count as none, money a year.
    pub material_usd: f64,
    /// Whether break-even gains know all ways to break an agreement, or a few.
    pub is_whole_menu: bool,
    /// As specified, the reference first.
    pub specified: Vec<Regime>,
    /// The same with equal checks and tolls, in the same order.
    pub neutral: Vec<Regime>,
    /// The differences between any two regimes over the same links in parts, as specified.
    pub differences: Vec<Difference>,
    /// Rules of passage that belong to no regime and are in force in some only of the scenarios over the same links: what
    /// they do counts with control.
    pub uneven_rules: Vec<UnevenRule>,
}

/// A rule of passage that is in force beside some regimes and not beside others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnevenRule {
    /// Name.
    pub rule: String,
    /// Positions of the regimes beside which it is in force.
    pub in_force: Vec<usize>,
    /// Positions of those over the same links beside which it is not.
    pub lifted: Vec<usize>,
}

/// What the parties have under one regime.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// The scenario in which it is in force.
    pub scenario: String,
    /// Links that are open and shut in the reference.
    pub n_opened: usize,
    /// What each has more than in the reference: goods, travel and the change of revenue.
    pub payoff_usd: Vec<f64>,
    /// What of it is on goods: cost of carriage saved, or with trade real income gained.
    pub goods_usd: Vec<f64>,
    /// What of it is cost of travel saved.
    pub travel_usd: Vec<f64>,
    /// Of the tonnes of goods of all others, the part that passes a link which the party can close alone.
    pub control_share: Vec<f64>,
    /// What it collects.
    pub revenue_usd: Vec<f64>,
    /// What closing, bargaining and breaking the agreement are worth; `None` if it was not asked for.
    pub standing: Option<Standing>,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}

/// What parties can do under a regime, and what it is worth. All vectors are by party.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// What it would take from all others together by closing all it can close alone; who gains by it counts as 0.
    pub denial_usd: Vec<f64>,
    /// The most that any other can take from it by closing.
    pub exposure_usd: Vec<f64>,
    /// Who can take that; `None` if nobody can take anything.
    pub exposed_to: Vec<Option<usize>>,
    /// Shapley value of the game of the corridor; `None` if the scenario opens nothing.
    pub shapley_usd: Option<Vec<f64>>,
    /// What breaking the agreement would have to bring beside money in each year to pay; `None` for who can do nothing,
    /// or if the scenario opens nothing.
    pub break_even_usd: Vec<Option<f64>>,
}

/// What makes the difference between two regimes over the same links.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Position of the regime that is left.
    pub from: usize,
    /// Position of the one that takes its place.
    pub to: usize,
    /// The difference of the payoff of each party in parts, costs only.
    pub payoff: Vec<Decomposition>,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}

impl Regimes {
    /// The regimes as specified, or with equal checks and tolls.
    pub fn all(&self, is_neutral: bool) -> &[Regime] {
        if is_neutral { &self.neutral } else { &self.specified }
    }

    /// Positions of the regimes from the one that leaves a party most. Those in one group are less than the material
    /// difference below its first.
    pub fn ranking(&self, party: usize, is_neutral: bool) -> Vec<Vec<usize>> {
        let regimes = self.all(is_neutral);
        let payoff = |at: usize| regimes[at].payoff_usd[party];
        let mut order: Vec<usize> = (0..regimes.len()).collect();
        order.sort_by(|&a, &b| payoff(b).total_cmp(&payoff(a)));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for at in order {
            match groups.last_mut().filter(|group| payoff(group[0]) - payoff(at) < self.material_usd) {
                Some(group) => group.push(at),
                None => groups.push(vec![at]),
            }
        }
        groups
    }

    /// The difference from one regime to another in parts; `None` if their links differ.
    pub fn difference(&self, from: usize, to: usize) -> Option<Difference> {
        let found = |from, to| self.differences.iter().find(move |d| (d.from, d.to) == (from, to));
        found(from, to).cloned().or_else(|| found(to, from).map(Difference::reversed))
    }

    /// The difference from one regime to the one over the same links that leaves a party most; `None` if that is itself.
    pub fn best_over(&self, party: usize, from: usize) -> Option<Difference> {
        let all = (0..self.specified.len()).filter_map(|to| self.difference(from, to));
        let brings = |of: &Difference| of.payoff[party].difference();
        all.filter(|of| brings(of) > 0.0).max_by(|a, b| brings(a).total_cmp(&brings(b)))
    }

    /// Whether all equilibria converged.
    pub fn is_converged(&self) -> bool {
        let regimes = self.specified.iter().chain(&self.neutral).all(|regime| regime.is_converged);
        regimes && self.differences.iter().all(|difference| difference.is_converged)
    }
}

impl Difference {
    /// The same from the other end.
    fn reversed(&self) -> Self {
        let reversed = |of: &Decomposition| Decomposition {
            from: of.to,
            to: of.from,
            // No part becomes a zero below 0.
            parts: of.parts.map(|part| 0.0 - part),
        };
        Self {
            from: self.to,
            to: self.from,
            payoff: self.payoff.iter().map(reversed).collect(),
            is_converged: self.is_converged,
        }
    }

    /// The part that decides for a party: the one that does most in the direction of the difference. `None` if the
    /// difference is less than `material_usd`.
    pub fn decisive(&self, party: usize, material_usd: f64) -> Option<Switch> {
        let of = &self.payoff[party];
        let sign = of.difference().signum();
        let most = |a: &Switch, b: &Switch| (sign * of.part(*a)).total_cmp(&(sign * of.part(*b)));
        let is_material = of.difference().abs() >= material_usd && of.difference() != 0.0;
        // Of equals the first in the order of results.
        let decisive = Switch::ALL.into_iter().rev().max_by(most);
        decisive.filter(|_| is_material)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regime(payoff_usd: &[f64]) -> Regime {
        Regime {
            scenario: String::new(),
            n_opened: 0,
            payoff_usd: payoff_usd.to_vec(),
            goods_usd: vec![],
            travel_usd: vec![],
            control_share: vec![],
            revenue_usd: vec![],
            standing: None,
            is_converged: true,
        }
    }

    fn regimes(payoffs: &[&[f64]], differences: Vec<Difference>) -> Regimes {
        Regimes {
            parties: vec![],
            horizon: None,
            material_usd: 10.0,
            is_whole_menu: false,
            specified: payoffs.iter().map(|payoffs| regime(payoffs)).collect(),
            neutral: vec![],
            differences,
            uneven_rules: vec![],
        }
    }

    #[test]
    fn small_differences_are_ties_with_the_best_of_their_group() {
        // 100, 95 and 91 are less than 10 apart from 100; 90 is not, though it is near to 91.
        let regimes = regimes(&[&[0.0], &[95.0], &[100.0], &[90.0], &[91.0]], vec![]);
        assert_eq!(regimes.ranking(0, false), [vec![2, 1, 4], vec![3], vec![0]]);
    }

    #[test]
    fn a_part_decides_in_the_direction_of_the_difference() {
        let of = Decomposition { from: 100.0, to: 80.0, parts: [25.0, -15.0, -30.0, 0.0] };
        let difference = Difference { from: 0, to: 1, payoff: vec![of], is_converged: true };
        assert_eq!(difference.decisive(0, 10.0), Some(Switch::Tolls));
        assert_eq!(difference.decisive(0, 30.0), None);
        let regimes = regimes(&[], vec![difference]);
        let back = regimes.difference(1, 0).unwrap();
        assert_eq!((back.from, back.to, back.payoff[0].difference()), (1, 0, 20.0));
        assert_eq!(back.payoff[0].parts.map(f64::to_bits), [-25.0, 15.0, 30.0, 0.0_f64].map(f64::to_bits));
        assert_eq!(back.decisive(0, 10.0), Some(Switch::Tolls));
        assert_eq!(regimes.difference(0, 2), None);
    }
}
