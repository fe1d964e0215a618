//! Which part of a regime makes the difference to another over the same links (`docs/model/regimes.md`).
//!
//! In: scenarios. Out: for each pair over the same links the difference of what the parties have, in parts: control, checks,
//! tolls, shares. Each different mixture of two regimes is solved once, on the routes that are frozen: (R6) and (R7).

use std::collections::{BTreeMap, BTreeSet};

use super::Board;
use crate::control::decompose::{Switch, Switches, decompose};
use crate::model::{Assignment, Model};
use crate::outcome::regimes::Difference;
use crate::parallel;
use crate::scenario::Part;

/// What a mixture of regimes is made of: the position of the first regime that does the same as the one each part is
/// from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mixture {
    passage: usize,
    checks: usize,
    tolls: usize,
}

/// What the parties have under a mixture, by whose shares are collected.
struct Mixed {
    payoff_usd: BTreeMap<usize, Vec<f64>>,
    is_converged: bool,
}

impl Assignment {
    /// The differences of all pairs of scenarios over the same links, in parts.
    pub(super) fn differences(&self, models: &[&Model]) -> Result<Vec<Difference>, String> {
        let network = &self.reference().network;
        let first = |is_same: &dyn Fn(&Model, &Model) -> bool| -> Vec<usize> {
            let of = |at: usize| (0..=at).find(|&known| is_same(models[known], models[at])).unwrap_or(at);
            (0..models.len()).map(of).collect()
        };
        let links = first(&|a, b| a.overlay.has_links_of(&b.overlay));
        let passage = first(&|a, b| {
            a.overlay.has_links_of(&b.overlay) && a.overlay.has_rules_of(&b.overlay, Part::Passage)
        });
        let checks = first(&|a, b| a.overlay.has_rules_of(&b.overlay, Part::Checks));
        let tolls = first(&|a, b| a.overlay.has_rules_of(&b.overlay, Part::Tolls));
        let shares = first(&|a, b| a.overlay.has_collectors_of(&b.overlay, network));
        let pairs: Vec<(usize, usize)> = (0..models.len())
            .flat_map(|from| (from + 1..models.len()).map(move |to| (from, to)))
            .filter(|&(from, to)| links[from] == links[to])
            .collect();
        let mixture = |(from, to): (usize, usize), on: Switches| {
            let of = |switch| if on.is_on(switch) { to } else { from };
            let mixture = Mixture {
                passage: passage[of(Switch::Control)],
                checks: checks[of(Switch::Checks)],
                tolls: tolls[of(Switch::Tolls)],
            };
            (mixture, shares[of(Switch::Shares)])
        };
        // Each different mixture is solved once, for all whose shares are asked for with it.
        let mut asked: BTreeMap<Mixture, BTreeSet<usize>> = BTreeMap::new();
        for &pair in &pairs {
            for on in Switches::all() {
                let (mixture, shares) = mixture(pair, on);
                asked.entry(mixture).or_default().insert(shares);
            }
        }
        let mixed = self.mixed(models, &asked);
        pairs
            .into_iter()
            .map(|pair| {
                let mut is_converged = true;
                let payoff = decompose(|on| {
                    let (mixture, shares) = mixture(pair, on);
                    let mixed = &mixed[&mixture];
                    is_converged &= mixed.is_converged;
                    mixed.payoff_usd[&shares].clone()
                });
                let payoff = payoff.map_err(|error| error.to_string())?;
                Ok(Difference { from: pair.0, to: pair.1, payoff, is_converged })
            })
            .collect()
    }

    /// Solves mixtures.
    fn mixed(
        &self,
        models: &[&Model],
        asked: &BTreeMap<Mixture, BTreeSet<usize>>,
    ) -> BTreeMap<Mixture, Mixed> {
        let network = &self.reference().network;
        let model = |mixture: &Mixture| {
            let of = models[mixture.passage];
            let (checks, tolls) = (&models[mixture.checks].overlay, &models[mixture.tolls].overlay);
            Model { overlay: of.overlay.with(network, checks, tolls, &of.overlay), ..of.clone() }
        };
        let scenarios = std::iter::once(self.reference().clone()).chain(asked.keys().map(model));
        let assignment = self.of_scenarios(scenarios.collect());
        let tasks: Vec<(usize, &BTreeSet<usize>)> = (1..).zip(asked.values()).collect();
        let solved = parallel::map_with(
            &tasks,
            || (),
            |(), &(at, shares)| {
                let board = Board::new(&assignment, at);
                let open = board.open();
                let collectors: Vec<&Model> = shares.iter().map(|&at| models[at]).collect();
                let payoff = |revenue: Vec<f64>| {
                    let costs = open.carriage_usd.iter().zip(&open.travel_usd);
                    revenue.iter().zip(costs).map(|(usd, (goods, travel))| usd - goods - travel).collect()
                };
                let payoffs = board.revenue_under(&collectors).into_iter().map(payoff);
                Mixed {
                    payoff_usd: shares.iter().copied().zip(payoffs).collect(),
                    is_converged: open.is_converged,
                }
            },
        );
        asked.keys().copied().zip(solved).collect()
    }
}
