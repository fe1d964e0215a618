//! What parties can do to each other: a scenario is solved again with links closed, on the routes that are frozen for it
//! (`docs/model/leverage.md`).

mod bargain;
mod board;
mod charge;
mod closers;
mod closures;
mod concession;
mod deviations;
mod interruptions;
mod mixtures;
mod options;
mod promise;
mod regimes;
mod revenue;
mod settlement;
mod shares;
mod splits;

use std::collections::BTreeSet;

use super::Assignment;
use super::joint::TradeModel;
use crate::control::Coalition;
use crate::outcome::leverage::{Leverage, Party};
use crate::parallel;

pub use board::{Board, Payoff};
pub use interruptions::InterruptionQuery;
pub use regimes::RegimesQuery;
pub use revenue::RevenueQuery;
pub use settlement::{Menu, Patience};

/// What is asked of [`Board::leverage`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeverageQuery {
    /// Whether links are also closed to each party alone, not to all only.
    pub selective: bool,
    /// Sets of parties, by position, that close together beside those that the scenario names.
    pub jointly: Vec<Coalition>,
}

impl Board<'_> {
    /// Shares and denial values of all parties. Denial values are also given after trade has answered, if it may.
    ///
    /// # Errors
    /// More parties than sets can hold; trade has no equilibrium under a closure: the message says which.
    pub fn leverage(
        &self,
        query: &LeverageQuery,
        trade: Option<&TradeModel<'_>>,
    ) -> Result<Leverage, String> {
        let closers = self.closers(&query.jointly).map_err(|error| error.to_string())?;
        let (shares, denials) =
            parallel::both(|| self.shares(&closers), || self.denials(&closers, query.selective, trade));
        let (shares, third_parties) = shares.map_err(|error| error.to_string())?;
        let (denials, is_converged) = denials?;
        let open = self.open();
        Ok(Leverage {
            scenario: self.model().overlay.scenario.clone(),
            is_neutral: self.model().overlay.is_neutral,
            parties: self.parties().to_vec(),
            closers,
            shares,
            third_parties,
            denials,
            transport_usd: open.carriage_usd.iter().zip(&open.travel_usd).map(|(a, b)| a + b).collect(),
            is_converged,
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
