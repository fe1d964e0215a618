//! Regimes of one corridor side by side (`docs/model/regimes.md`).
//!
//! In: an assignment, which of its scenarios are compared. Out: what each party has under each, as specified and with
//! equal checks and tolls: (R1) to (R4). Differences in parts are in [`super::mixtures`].

use std::collections::BTreeSet;

use super::{Board, Menu, Patience, Payoff};
use crate::index::{AssetIdx, BitSet};
use crate::model::joint::TradeModel;
use crate::model::{Assignment, Model};
use crate::outcome::regimes::{Regime, Regimes, Standing, UnevenRule};
use crate::outcome::settlement::{Convention, Stand};
use crate::parallel;
use crate::scenario::{Part, Rule};
use crate::study::tables::Action;
use crate::study::trade_tables::ElasticityRow;

/// What is asked of [`Assignment::regimes`].
#[derive(Clone, Debug)]
pub struct RegimesQuery {
    /// The horizon after which trade answers in payoffs; `None`: costs only.
    pub horizon: Option<String>,
    /// Differences of payoffs below this count as none, money a year.
    pub material_usd: f64,
    /// How the future counts in break-even gains.
    pub patience: Patience,
    /// What is tried for them.
    pub menu: Menu,
    /// Whether what parties can do is worked out with equal checks and tolls too; payoffs always are.
    pub neutral: bool,
}

impl Assignment {
    /// Positions of the scenarios that are compared unless others are named: `compare_regimes` of the study, or else all
    /// in which one regime is in force and that open what the reference keeps shut.
    pub fn compared_regimes(&self) -> Vec<usize> {
        let named = &self.reference().study.study.compare_regimes;
        if !named.is_empty() {
            return named.iter().filter_map(|id| self.position(id)).collect();
        }
        let is_regime = |at: &usize| {
            self.scenarios[*at].overlay.regimes.len() == 1 && !Board::new(self, *at).opened().is_empty()
        };
        (1..self.scenarios.len()).filter(is_regime).collect()
    }

    /// Scenarios side by side, by their positions; the reference is added as the first. `progress` hears what is being
    /// done.
    ///
    /// # Errors
    /// A patience that makes no sense, no trade after the horizon, trade without an equilibrium.
    pub fn regimes(
        &self,
        positions: &[usize],
        query: &RegimesQuery,
        progress: &dyn Fn(&str),
    ) -> Result<Regimes, String> {
        let mut all = vec![0];
        for &at in positions {
            if !all.contains(&at) {
                all.push(at);
            }
        }
        let specified = self.side_by_side(&all, query, true, progress)?;
        let reference = self.reference();
        let models: Vec<&Model> = all.iter().map(|&at| &self.scenarios[at]).collect();
        let equal: Vec<Model> = models
            .iter()
            .map(|&model| {
                if model.overlay.regimes.is_empty() {
                    return model.clone();
                }
                reference.under(&model.overlay.scenario, true).unwrap_or_else(|_| model.clone())
            })
            .collect();
        // Where checks and tolls are equal as specified, nothing is to be solved again.
        let others: Vec<usize> =
            (1..all.len()).filter(|&at| !does_the_same(&equal[at], models[at])).collect();
        let scenarios = std::iter::once(reference).chain(others.iter().map(|&at| &equal[at]));
        let made_equal = self.of_scenarios(scenarios.cloned().collect());
        let places: Vec<usize> = (1..=others.len()).collect();
        let progress_of = |what: &str| progress(&format!("{what}, equal checks and tolls"));
        let solved = made_equal.side_by_side(&places, query, query.neutral, &progress_of)?;
        let mut neutral = specified.clone();
        if !query.neutral {
            for regime in &mut neutral {
                regime.standing = None;
            }
        }
        for (at, regime) in others.into_iter().zip(solved) {
            neutral[at] = regime;
        }
        progress("mixing regimes");
        Ok(Regimes {
            parties: self.parties(),
            horizon: query.horizon.clone(),
            material_usd: query.material_usd,
            is_whole_menu: query.menu == Menu::Whole,
            specified,
            neutral,
            differences: self.differences(&models)?,
            uneven_rules: uneven_rules(&models),
        })
    }

    /// What the parties have in each of some scenarios.
    fn side_by_side(
        &self,
        positions: &[usize],
        query: &RegimesQuery,
        with_standing: bool,
        progress: &dyn Fn(&str),
    ) -> Result<Vec<Regime>, String> {
        let trade =
            query.horizon.as_ref().map(|_| TradeModel::new(self).ok_or("the study holds no trade totals"));
        let trade = trade.transpose()?;
        let horizon = trade.as_ref().and_then(|trade| {
            let mut rows = trade.horizons().iter();
            rows.find(|row| Some(&row.horizon) == query.horizon.as_ref()).map(|row| (trade, row))
        });
        if query.horizon.is_some() && horizon.is_none() {
            return Err(format!("there is no horizon `{}`", query.horizon.as_deref().unwrap_or_default()));
        }
        let board = Board::new(self, 0);
        let reference = board.worth(horizon)?;
        let of = |&at: &usize| {
            let board = Board::new(self, at);
            progress(&format!("solving {}", board.model().overlay.scenario));
            let mut regime = board.regime(horizon, &reference)?;
            if with_standing {
                let (standing, is_converged) = board.can_do(query)?;
                regime.standing = Some(standing);
                regime.is_converged &= is_converged;
            }
            Ok(regime)
        };
        positions.iter().map(of).collect()
    }
}

/// Whether two scenarios do the same: who controls, who may pass, hours, money and who collects it.
fn does_the_same(a: &Model, b: &Model) -> bool {
    let (one, other) = (&a.overlay, &b.overlay);
    one.has_links_of(other)
        && one.control == other.control
        && [Part::Passage, Part::Checks, Part::Tolls].iter().all(|&part| one.has_rules_of(other, part))
}

/// Rules of passage beside the regimes that are in force in some only of the scenarios over the same links as another.
fn uneven_rules(models: &[&Model]) -> Vec<UnevenRule> {
    let has_twin = |&at: &usize| {
        let overlay = &models[at].overlay;
        (1..models.len()).any(|other| other != at && overlay.has_links_of(&models[other].overlay))
    };
    let compared: Vec<usize> = (1..models.len()).filter(has_twin).collect();
    // A rule of a regime bears the name of its file.
    let is_beside = |at: usize, rule: &Rule| {
        let of_regime = |id: &String| rule.name.strip_prefix(id).is_some_and(|rest| rest.starts_with('/'));
        matches!(rule.action, Action::Allow | Action::Deny)
            && !models[at].overlay.regimes.iter().any(of_regime)
    };
    let beside = |at: usize| -> BTreeSet<&str> {
        let rules = models[at].overlay.rules.iter().filter(|rule| is_beside(at, rule));
        rules.map(|rule| rule.name.as_str()).collect()
    };
    let rules: Vec<(usize, BTreeSet<&str>)> = compared.into_iter().map(|at| (at, beside(at))).collect();
    let names: BTreeSet<&str> = rules.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let uneven = |name: &str| {
        let (in_force, lifted): (Vec<_>, Vec<_>) = rules.iter().partition(|(_, names)| names.contains(name));
        let positions = |of: Vec<&(usize, BTreeSet<&str>)>| of.into_iter().map(|(at, _)| *at).collect();
        let rule =
            UnevenRule { rule: name.to_owned(), in_force: positions(in_force), lifted: positions(lifted) };
        (!rule.lifted.is_empty()).then_some(rule)
    };
    names.into_iter().filter_map(uneven).collect()
}

/// What the parties have, in levels: less what they pay on goods or real income on them, less what travel costs.
struct Worth {
    goods_usd: Vec<f64>,
    travel_usd: Vec<f64>,
    revenue_usd: Vec<f64>,
    is_converged: bool,
}

impl Board<'_> {
    fn worth(&self, trade: Option<(&TradeModel<'_>, &ElasticityRow)>) -> Result<Worth, String> {
        let answered = trade.map(|trade| self.open_with_trade(trade)).transpose()?;
        let open = answered.as_ref().unwrap_or(self.open());
        let goods = |party: usize| match &answered {
            // Income, which gains hold together with revenue and travel.
            Some(open) => open.gain_usd[party] - open.revenue_usd[party] + open.travel_usd[party],
            None => -open.carriage_usd[party],
        };
        Ok(Worth {
            goods_usd: (0..self.parties().len()).map(goods).collect(),
            travel_usd: open.travel_usd.iter().map(|usd| -usd).collect(),
            revenue_usd: open.revenue_usd.clone(),
            is_converged: open.is_converged,
        })
    }

    /// What the parties have more than in the reference; what they can do is left out.
    fn regime(
        &self,
        trade: Option<(&TradeModel<'_>, &ElasticityRow)>,
        reference: &Worth,
    ) -> Result<Regime, String> {
        let worth = self.worth(trade)?;
        let less = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
        let goods_usd = less(&worth.goods_usd, &reference.goods_usd);
        let travel_usd = less(&worth.travel_usd, &reference.travel_usd);
        let earned_usd = less(&worth.revenue_usd, &reference.revenue_usd);
        let parties = 0..self.parties().len();
        Ok(Regime {
            scenario: self.model().overlay.scenario.clone(),
            n_opened: self.opened().len(),
            payoff_usd: parties.map(|at| goods_usd[at] + travel_usd[at] + earned_usd[at]).collect(),
            goods_usd,
            travel_usd,
            control_share: self.shares_of_others().map_err(|error| error.to_string())?,
            revenue_usd: worth.revenue_usd,
            standing: None,
            is_converged: worth.is_converged && self.open().is_converged,
        })
    }

    /// What parties can do, costs only; and whether all equilibria converged.
    fn can_do(&self, query: &RegimesQuery) -> Result<(Standing, bool), String> {
        let n = self.parties().len();
        let closed: Vec<BitSet<AssetIdx>> = (0..n).map(|party| self.closable(&[party])).collect();
        let closers: Vec<usize> = (0..n).filter(|&party| closed[party].count() > 0).collect();
        let solved: Vec<Payoff> =
            parallel::map_with(&closers, || (), |(), &closer| self.close(&closed[closer], None));
        let mut is_converged = solved.iter().all(|payoff| payoff.is_converged);
        let mut standing = Standing {
            denial_usd: vec![0.0; n],
            exposure_usd: vec![0.0; n],
            exposed_to: vec![None; n],
            shapley_usd: None,
            break_even_usd: vec![None; n],
        };
        for (&closer, payoff) in closers.iter().zip(&solved) {
            for party in (0..n).filter(|&party| party != closer) {
                let loss = -payoff.gain_usd[party];
                standing.denial_usd[closer] += loss.max(0.0);
                if loss > standing.exposure_usd[party] {
                    standing.exposure_usd[party] = loss;
                    standing.exposed_to[party] = Some(closer);
                }
            }
        }
        if !self.opened().is_empty() {
            let game = self.bargain(Convention::StatusQuo, None, &[])?;
            let settlement = self.settlement_within(query.patience, query.menu)?;
            is_converged &= game.is_converged && settlement.is_converged;
            standing.shapley_usd = Some(game.shapley_usd);
            let able = |stand: &Stand| (!stand.options.is_empty()).then_some(stand.break_even_usd);
            standing.break_even_usd = settlement.stands.iter().map(able).collect();
        }
        Ok((standing, is_converged))
    }
}
