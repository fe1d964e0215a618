//! Whom it pays to break the agreement that opens a corridor: payoffs of keeping it, of the best way to break it and of
//! breakdown, counted in costs or in real income, and the thresholds that follow: (S3), (S4) of
//! `docs/model/settlement.md`.

use super::deviations::Count;
use super::{Board, Payoff};
use crate::control::stability::{Payoffs, Standing, effective_discount_factor, most_tempted};
use crate::model::joint::TradeModel;
use crate::outcome::settlement::{Deviation, Settlement, Stand, Way};
use crate::study::trade_tables::ElasticityRow;

/// How the future counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// Discount rate, a year.
    pub discount_rate: f64,
    /// Hazard that the agreement ends by itself, a year.
    pub end_per_year: f64,
}

impl Default for Patience {
    /// 8 % a year, and a hazard of 5 %.
    fn default() -> Self {
        Self { discount_rate: 0.08, end_per_year: 0.05 }
    }
}

/// How much of what parties could do is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// All of it.
    Whole,
    /// Closing to all, not running it, and taking all that is collected: closing to one party, and the toll that brings
    /// most, take most of the time.
    Short,
}

impl Board<'_> {
    /// Where each party stands towards the agreement that opens the scenario's corridor. Payoffs are carriage, travel
    /// and revenue; trade does not answer. Breakdown takes the corridor away.
    ///
    /// # Errors
    /// A patience that makes no sense.
    pub fn settlement(&self, patience: Patience) -> Result<Settlement, String> {
        self.settlement_within(patience, Menu::Whole)
    }

    /// The same with less to choose from: what breaking the agreement brings is then a lower bound.
    ///
    /// # Errors
    /// As [`Self::settlement`].
    pub fn settlement_within(&self, patience: Patience, tried: Menu) -> Result<Settlement, String> {
        self.standing(patience, Count::Costs, None, tried)
    }

    /// The same in real income, revenue and travel, after trade has answered. `costs` is what [`Self::settlement`] says:
    /// the best toll of each party is taken from it.
    ///
    /// # Errors
    /// A patience that makes no sense; trade has no equilibrium.
    pub fn settlement_with_trade(
        &self,
        patience: Patience,
        (trade, horizon): (&TradeModel<'_>, &ElasticityRow),
        costs: &Settlement,
    ) -> Result<Settlement, String> {
        let open = self.open_with_trade((trade, horizon))?;
        let toll = |stand: &Stand| {
            stand.options.iter().find_map(|way| match way.deviation {
                Deviation::RaiseToll(toll) => Some(toll),
                _ => None,
            })
        };
        let tolls: Vec<Option<f64>> = costs.stands.iter().map(toll).collect();
        let count = Count::Trade(trade, horizon, &open, &tolls);
        self.standing(patience, count, Some(horizon.horizon.clone()), Menu::Whole)
    }

    fn standing(
        &self,
        patience: Patience,
        count: Count<'_>,
        horizon: Option<String>,
        tried: Menu,
    ) -> Result<Settlement, String> {
        let Patience { discount_rate, end_per_year } = patience;
        let factor =
            effective_discount_factor(end_per_year, discount_rate).map_err(|error| error.to_string())?;
        let opened = self.opened();
        let breakdown = self.closing(&self.set(opened.iter().copied()), None, count)?;
        let (menus, is_converged) = self.deviations(&opened, count, tried)?;
        let open: &Payoff = match count {
            Count::Costs => self.open(),
            Count::Trade(_, _, open, _) => open,
        };
        let mut standings: Vec<Standing> = Vec::new();
        let mut stands = Vec::new();
        for (party, options) in menus.into_iter().enumerate() {
            let best = options.first().map_or(0.0, |way: &Way| way.gain_usd);
            let payoffs =
                Payoffs::new(0.0, best, breakdown.gain_usd[party]).map_err(|error| error.to_string())?;
            let standing = payoffs.standing(factor).map_err(|error| error.to_string())?;
            standings.push(standing);
            stands.push(Stand {
                options,
                worth_usd: -breakdown.gain_usd[party],
                critical_discount_factor: standing.critical_discount_factor,
                slack: standing.slack,
                break_even_usd: standing.break_even_per_year,
                break_even_gdp_pct: self.gdp_usd(party).map(|gdp| 100.0 * standing.break_even_per_year / gdp),
            });
        }
        let able: Vec<usize> = (0..stands.len()).filter(|&party| !stands[party].options.is_empty()).collect();
        let of_able: Vec<Standing> = able.iter().map(|&party| standings[party]).collect();
        let split = super::splits::split(&stands, &open.corridor_usd, factor)?;
        Ok(Settlement {
            scenario: self.model().overlay.scenario.clone(),
            is_neutral: self.model().overlay.is_neutral,
            horizon,
            parties: self.parties().to_vec(),
            opened: opened.iter().map(|&asset| self.model().network.assets[asset].id.clone()).collect(),
            discount_rate,
            end_per_year,
            discount_factor: factor,
            stands,
            most_tempted: most_tempted(&of_able).map(|at| able[at]),
            split,
            is_converged: is_converged && breakdown.is_converged && open.is_converged,
        })
    }

    /// The gross domestic product of a party, money a year; `None` if it is not known.
    pub fn gdp_usd(&self, party: usize) -> Option<f64> {
        let rows = &self.model().study.countries;
        // A party's own row holds its parts.
        let own = rows.iter().find(|row| row.region == self.parties()[party].id)?;
        own.gdp_usd(&self.model().study)
    }
}
