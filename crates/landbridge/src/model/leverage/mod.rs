//! What parties can do to each other: a scenario is solved again with links closed, on the routes that are frozen for it
//! (`docs/model/leverage.md`).

mod bargain;
mod board;
mod deviations;
mod interruptions;
mod promise;
mod settlement;
mod shares;
mod splits;

use std::collections::BTreeSet;

use super::Assignment;
use super::joint::TradeModel;
use crate::index::{AssetIdx, BitSet};
use crate::outcome::leverage::{Aim, Denial, Leverage, Party};
use crate::parallel;

pub use board::{Board, Payoff};
pub use interruptions::InterruptionQuery;
pub use settlement::{Menu, Patience};

/// What is asked of [`Board::leverage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeverageQuery {
    /// Whether links are also closed to each party alone, not to all only.
    pub selective: bool,
    /// Whether trade answers too.
    pub trade: bool,
}

/// One closure: what closes, and to whom alone.
struct Task {
    closer: usize,
    aim: Option<usize>,
    /// Position of the horizon; `None`: costs only.
    horizon: Option<usize>,
}

impl Board<'_> {
    /// Shares and denial values of all parties.
    ///
    /// # Errors
    /// Trade has no equilibrium under a closure: the message says which.
    pub fn leverage(&self, query: LeverageQuery, trade: Option<&TradeModel<'_>>) -> Result<Leverage, String> {
        let n = self.parties().len();
        let closed: Vec<BitSet<AssetIdx>> = (0..n).map(|party| self.closable(&[party])).collect();
        let trade = trade.filter(|_| query.trade);
        let horizons = trade.map_or(0, |trade| trade.horizons().len());
        let aims = std::iter::once(None).chain((0..n).filter(|_| query.selective).map(Some));
        let aims: Vec<Option<usize>> = aims.collect();
        let mut tasks = Vec::new();
        for horizon in std::iter::once(None).chain((0..horizons).map(Some)) {
            for closer in (0..n).filter(|&closer| closed[closer].count() > 0) {
                let aims = aims.iter().filter(|aim| **aim != Some(closer));
                tasks.extend(aims.map(|&aim| Task { closer, aim, horizon }));
            }
        }
        let open: Vec<Payoff> = match trade {
            None => Vec::new(),
            Some(trade) => parallel::map_with(
                trade.horizons(),
                || (),
                |(), horizon| {
                    let failed = |error| format!("nothing closed, after `{}`: {error}", horizon.horizon);
                    self.open_with_trade((trade, horizon)).map_err(failed)
                },
            )
            .into_iter()
            .collect::<Result<_, String>>()?,
        };
        let solved = parallel::map_with(
            &tasks,
            || (),
            |(), task| {
                let Task { closer, aim, horizon } = *task;
                let payoff = match (trade, horizon) {
                    (Some(trade), Some(at)) => {
                        let horizon = &trade.horizons()[at];
                        let with = (trade, horizon);
                        self.close_with_trade(&closed[closer], aim, with, &open[at]).map_err(|error| {
                            format!(
                                "{} closing after `{}`: {error}",
                                self.parties()[closer].id,
                                horizon.horizon
                            )
                        })?
                    }
                    _ => self.close(&closed[closer], aim),
                };
                Ok(payoff)
            },
        );
        let solved: Vec<Payoff> = solved.into_iter().collect::<Result<_, String>>()?;
        let mut denials = Vec::new();
        for horizon in std::iter::once(None).chain((0..horizons).map(Some)) {
            for aim in [Aim::General, Aim::Selective] {
                if aim == Aim::Selective && !query.selective {
                    continue;
                }
                let none = || vec![vec![0.0; n]; n];
                let (mut loss_usd, mut own_usd, mut unserved) = (none(), none(), none());
                for (task, payoff) in tasks.iter().zip(&solved).filter(|(task, _)| task.horizon == horizon) {
                    let own = -payoff.gain_usd[task.closer];
                    let open = task.horizon.map_or(self.open(), |at| &open[at]);
                    let unserved_more = |party: usize| payoff.unserved[party] - open.unserved[party];
                    match (aim, task.aim) {
                        (Aim::General, None) => {
                            for against in 0..n {
                                loss_usd[task.closer][against] = -payoff.gain_usd[against];
                                own_usd[task.closer][against] = own;
                                unserved[task.closer][against] = unserved_more(against);
                            }
                        }
                        (Aim::Selective, Some(against)) => {
                            loss_usd[task.closer][against] = -payoff.gain_usd[against];
                            own_usd[task.closer][against] = own;
                            unserved[task.closer][against] = unserved_more(against);
                        }
                        _ => {}
                    }
                }
                let horizon = horizon.and_then(|at| Some(trade?.horizons()[at].horizon.clone()));
                denials.push(Denial { aim, horizon, loss_usd, own_usd, unserved });
            }
        }
        Ok(Leverage {
            scenario: self.model().overlay.scenario.clone(),
            is_neutral: self.model().overlay.is_neutral,
            parties: self.parties().to_vec(),
            shares: self.shares(),
            denials,
            transport_usd: self
                .open()
                .carriage_usd
                .iter()
                .zip(&self.open().travel_usd)
                .map(|(a, b)| a + b)
                .collect(),
            is_converged: self.open().is_converged && solved.iter().all(|payoff| payoff.is_converged),
        })
    }
}

impl Assignment {
    /// The parties: actors in the corridor game, or if none is marked all that have a market; with their regions.
    pub fn parties(&self) -> Vec<Party> {
        let study = &self.reference().study;
        let marked = study.actors.iter().any(|row| row.in_corridor_game == Some(true));
        let regions: BTreeSet<&str> = study.countries.iter().map(|row| row.region.as_str()).collect();
        let party = |row: &crate::study::tables::ActorRow| {
            let own = std::iter::once(&row.actor_id).chain(&row.territories);
            let own: BTreeSet<&String> = own.filter(|name| regions.contains(name.as_str())).collect();
            let is_in = if marked {
                row.in_corridor_game == Some(true)
            } else {
                row.has_market == Some(true) || !own.is_empty()
            };
            is_in.then(|| Party {
                id: row.actor_id.clone(),
                name: row.name.clone(),
                regions: own.into_iter().cloned().collect(),
            })
        };
        let mut parties: Vec<Party> = study.actors.iter().filter_map(party).collect();
        parties.sort_by(|a, b| a.id.cmp(&b.id));
        parties
    }
}
