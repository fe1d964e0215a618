//! Whom it pays to break the agreement that opens a corridor.

use super::Board;
use crate::control::stability::{Payoffs, Standing, effective_discount_factor, most_tempted};
use crate::control::toll::{TollSearch, best_toll};
use crate::index::{AssetIdx, BitSet};
use crate::outcome::settlement::{Deviation, Settlement, Stand, Way};
use crate::parallel;

/// Highest toll that is tried, money per tonne, and how finely: the best toll is found to some cents, which is more than
/// tables of tolls know.
const HIGHEST_TOLL: f64 = 60.0;
const SEARCH: TollSearch =
    TollSearch { min: 0.0, max: HIGHEST_TOLL, n_grid: 7, n_peaks: 1, tolerance_share: 0.01 };

/// How the future counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// Discount rate, a year.
    pub discount_rate: f64,
    /// Hazard that the agreement ends by itself, a year.
    pub end_per_year: f64,
}

impl Board<'_> {
    /// Where each party stands towards the agreement that opens the scenario's corridor. Payoffs are carriage, travel
    /// and revenue; trade does not answer. Breakdown takes the corridor away.
    ///
    /// # Errors
    /// A patience that makes no sense.
    pub fn settlement(&self, patience: Patience) -> Result<Settlement, String> {
        let Patience { discount_rate, end_per_year } = patience;
        let factor =
            effective_discount_factor(end_per_year, discount_rate).map_err(|error| error.to_string())?;
        let opened = self.opened();
        let all = self.set(opened.iter().copied());
        let breakdown = self.close(&all, None);
        let parties: Vec<usize> = (0..self.parties().len()).collect();
        let menus = parallel::map_with(&parties, || (), |(), &party| self.menu(party, &opened));
        let mut is_converged = breakdown.is_converged;
        let mut standings: Vec<Option<Standing>> = Vec::new();
        let mut stands = Vec::new();
        for (party, menu) in menus.into_iter().enumerate() {
            let (mut options, converged) = menu?;
            is_converged &= converged;
            options.sort_by(|a: &Way, b: &Way| b.gain_usd.total_cmp(&a.gain_usd));
            let best = options.first().map_or(0.0, |way| way.gain_usd);
            let payoffs =
                Payoffs::new(0.0, best, breakdown.gain_usd[party]).map_err(|error| error.to_string())?;
            let standing = payoffs.standing(factor).map_err(|error| error.to_string())?;
            standings.push((!options.is_empty()).then_some(standing));
            stands.push(Stand {
                options,
                worth_usd: -breakdown.gain_usd[party],
                critical_discount_factor: standing.critical_discount_factor,
                slack: standing.slack,
                break_even_usd: standing.break_even_per_year,
                break_even_gdp_pct: self.gdp_usd(party).map(|gdp| 100.0 * standing.break_even_per_year / gdp),
            });
        }
        let able: Vec<usize> = parties.into_iter().filter(|&party| standings[party].is_some()).collect();
        let of_able: Vec<Standing> = able.iter().filter_map(|&party| standings[party]).collect();
        Ok(Settlement {
            scenario: self.model().overlay.scenario.clone(),
            is_neutral: self.model().overlay.is_neutral,
            parties: self.parties().to_vec(),
            opened: opened.iter().map(|&asset| self.model().network.assets[asset].id.clone()).collect(),
            discount_rate,
            end_per_year,
            discount_factor: factor,
            stands,
            most_tempted: most_tempted(&of_able).map(|at| able[at]),
            is_converged,
        })
    }

    fn set(&self, assets: impl IntoIterator<Item = AssetIdx>) -> BitSet<AssetIdx> {
        let mut set = BitSet::empty(self.model().network.assets.len());
        assets.into_iter().for_each(|asset| set.insert(asset));
        set
    }

    /// What a party can do to the corridor, and what it brings; and whether all of it converged.
    fn menu(&self, party: usize, opened: &[AssetIdx]) -> Result<(Vec<Way>, bool), String> {
        let (mut ways, mut is_converged) = (Vec::new(), true);
        let mut add = |deviation, payoff: &super::Payoff| {
            is_converged &= payoff.is_converged;
            ways.push(Way { deviation, gain_usd: payoff.gain_usd[party] });
        };
        let closable = self.closable(&[party]);
        let own = self.set(opened.iter().copied().filter(|&asset| closable.contains(asset)));
        if own.count() > 0 {
            add(Deviation::CloseToAll, &self.close(&own, None));
            let others = (0..self.parties().len()).filter(|&other| other != party);
            for other in others.filter(|&other| !self.parties()[other].regions.is_empty()) {
                add(Deviation::CloseTo(other), &self.close(&own, Some(other)));
            }
        }
        let runs = |asset: &&AssetIdx| {
            let operators = &self.model().control(**asset).operator;
            operators.iter().any(|&operator| self.party_of(operator) == Some(party))
        };
        let run = self.set(opened.iter().filter(runs).copied());
        if run.count() > 0 && run != own {
            add(Deviation::Withdraw, &self.close(&run, None));
        }
        // Who has land and the means to stop passage can also take what is paid for it.
        let is_held = |&asset: &AssetIdx| closable.contains(asset) && self.hosts(party, asset);
        let hosted: Vec<AssetIdx> = opened.iter().copied().filter(is_held).collect();
        if !hosted.is_empty() {
            let taken = self.taken_by_others(party, &hosted);
            if taken > 0.0 {
                ways.push(Way { deviation: Deviation::TakeCollection, gain_usd: taken });
            }
            let hosted = self.set(hosted);
            let gain = |toll: f64| self.with_toll(&hosted, toll, party).gain_usd[party];
            let curve = best_toll(gain, &SEARCH).map_err(|error| error.to_string())?;
            if curve.best.toll > 0.0 {
                let cents = (100.0 * curve.best.toll).round() as i64;
                ways.push(Way { deviation: Deviation::RaiseToll(cents), gain_usd: curve.best.revenue });
            }
        }
        Ok((ways, is_converged))
    }

    /// Whether a link lies on land that a party controls.
    fn hosts(&self, party: usize, asset: AssetIdx) -> bool {
        let network = &self.model().network;
        let mut controllers =
            network.assets[asset].territories.iter().map(|&t| network.territories[t].controller);
        controllers.all(|controller| controller.and_then(|actor| self.party_of(actor)) == Some(party))
    }

    /// The gross domestic product of a party, money a year; `None` if it is not known.
    pub fn gdp_usd(&self, party: usize) -> Option<f64> {
        let rows = &self.model().study.countries;
        // A party's own row holds its parts.
        let own = rows.iter().find(|row| row.region == self.parties()[party].id)?;
        own.gdp_usd(&self.model().study)
    }
}
