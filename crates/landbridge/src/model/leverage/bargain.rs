//! The game of a corridor: what coalitions of parties can open, and what that is worth to them.
//!
//! In: a scenario and its parties, what outsiders do, trade if it is to answer. Out: worth, values and divisions: (S2) of
//! `docs/model/settlement.md`. Up to 16 parties all coalitions are looked at, with more orders of joining are drawn.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Board, Payoff};
use crate::control::core::{core_intervals, least_core};
use crate::control::game::{MAX_ENUMERATED, Signatures};
use crate::control::nucleolus::nucleolus;
use crate::control::shapley::sampled::{SamplingConfig, sampled_shapley};
use crate::control::shapley::{banzhaf, owen, shapley};
use crate::control::{Coalition, ControlError, Game};
use crate::index::{ActorIdx, AssetIdx};
use crate::model::joint::TradeModel;
use crate::outcome::settlement::{Bargain, Convention, Cover, Veto};
use crate::parallel;
use crate::study::tables::Status;
use crate::study::trade_tables::ElasticityRow;

/// Most parties whose nucleolus is worked out.
const MAX_NUCLEOLUS: usize = 10;

/// Part of the largest worth up to which joining may lose without a word: equilibria are solved to less.
const NOTICED: f64 = 1e-4;

/// Most pairs of orders that are drawn: with 24 parties, as many answers as can be had in seconds.
const SAMPLING: SamplingConfig =
    SamplingConfig { seed: 1, min_pairs: 2000, max_pairs: 20_000, precision_share: 0.01 };

/// Trade that answers after a horizon, or costs only.
type Trade<'t> = Option<(&'t TradeModel<'t>, &'t ElasticityRow)>;

/// What coalitions gain: worth, and what it rests on.
struct Worth {
    game: Game,
    /// What each gains when all agree.
    gain_usd: Vec<f64>,
    n_solved: usize,
    is_converged: bool,
}

/// Divisions that only enumeration gives.
struct Division {
    nucleolus: Option<Vec<f64>>,
    core: Option<Vec<(f64, f64)>>,
    least_core: f64,
}

impl Board<'_> {
    /// Whether a link is open in the scenario and not in the reference.
    pub(super) fn opens(&self, asset: AssetIdx) -> bool {
        let reference = self.assignment.reference();
        self.model().status(asset) == Status::Open && reference.status(asset) != Status::Open
    }

    /// The physical links that the scenario opens: open in it, and not in the reference.
    pub fn opened(&self) -> Vec<AssetIdx> {
        self.model().network.assets.indices().filter(|&asset| self.opens(asset)).collect()
    }

    /// Whether a coalition has the consent that opening a link needs: of all in one of the sets that suffice, or, where
    /// the tables name none, of all who could close it alone. Actors who are no party are taken to consent.
    fn consents(&self, asset: AssetIdx, coalition: Coalition) -> bool {
        let agrees = |actor: &ActorIdx| self.party_of(*actor).is_none_or(|party| coalition.contains(party));
        let control = self.model().control(asset);
        if control.must_consent.is_empty() {
            control.can_close.iter().filter(|set| set.len() == 1).flatten().all(agrees)
        } else {
            control.must_consent.iter().any(|set| set.iter().all(agrees))
        }
    }

    /// The links that are closed to a coalition.
    fn closed_to(&self, coalition: Coalition, opened: &[AssetIdx], convention: Convention) -> Vec<AssetIdx> {
        let mut closed: BTreeSet<AssetIdx> =
            opened.iter().copied().filter(|&asset| !self.consents(asset, coalition)).collect();
        if convention == Convention::Strict {
            let model = self.model();
            let is_outsiders = |asset: &AssetIdx| {
                let alone = model.control(*asset).can_close.iter().filter(|set| set.len() == 1).flatten();
                alone.filter_map(|&actor| self.party_of(actor)).any(|party| !coalition.contains(party))
            };
            closed.extend(model.network.assets.indices().filter(is_outsiders));
        }
        closed.into_iter().collect()
    }

    /// The game of the corridor that the scenario opens. `blocs` are sets of parties that bargain as one.
    ///
    /// # Errors
    /// More parties than coalitions can have; more than 16 with blocs or the strict convention; blocs that overlap;
    /// trade without an equilibrium.
    pub fn bargain(
        &self,
        convention: Convention,
        trade: Option<(&TradeModel<'_>, &ElasticityRow)>,
        blocs: &[Vec<usize>],
    ) -> Result<Bargain, String> {
        let n = self.parties().len();
        let opened = self.opened();
        let mut bargain = Bargain {
            scenario: self.model().overlay.scenario.clone(),
            is_neutral: self.model().overlay.is_neutral,
            convention,
            horizon: trade.map(|(_, horizon)| horizon.horizon.clone()),
            parties: self.parties().to_vec(),
            opened: opened.iter().map(|&asset| self.model().network.assets[asset].id.clone()).collect(),
            n_solved: 0,
            worth_usd: 0.0,
            gain_usd: Vec::new(),
            has_veto: vec![false; n],
            shapley_usd: Vec::new(),
            shapley_error_usd: None,
            banzhaf_usd: None,
            owen_usd: None,
            nucleolus_usd: None,
            core_usd: None,
            least_core_usd: None,
            cover: None,
            is_converged: self.open().is_converged,
        };
        if n > MAX_ENUMERATED {
            if convention == Convention::Strict || !blocs.is_empty() {
                return Err(format!(
                    "the strict convention and blocs look at all coalitions, of at most {MAX_ENUMERATED} parties; there are {n}"
                ));
            }
            self.sample(&mut bargain, &opened, trade)?;
            return Ok(bargain);
        }
        let worth =
            self.coalition_worth(convention, trade, &opened, Coalition::EMPTY, &mut BTreeMap::new())?;
        divide(&mut bargain, worth, blocs).map_err(|error| error.to_string())?;
        Ok(bargain)
    }

    /// The party that stands behind the agreement from outside: an external guarantor whose consent an opened link needs.
    pub fn guarantor(&self) -> Option<usize> {
        let is_external = |actor: &ActorIdx| {
            let id = &self.model().network.actors[*actor].id;
            let row = self.model().study.actors.iter().find(|row| row.actor_id == *id);
            row.is_some_and(|row| row.kind == "external_guarantor")
        };
        let opened = self.opened();
        let mut asked =
            opened.iter().flat_map(|&asset| self.model().control(asset).must_consent.iter().flatten());
        asked.find_map(|actor| self.party_of(*actor).filter(|_| is_external(actor)))
    }

    /// Shapley values with a guarantor's veto, and with its consent taken as given: what a guarantee moves besides what it
    /// deters. Costs only; links of outsiders stay as they are.
    ///
    /// # Errors
    /// More than 16 parties.
    pub fn veto(&self, guarantor: usize) -> Result<Veto, String> {
        let n = self.parties().len();
        if n > MAX_ENUMERATED {
            return Err(format!(
                "a veto is told from none by all coalitions, of at most {MAX_ENUMERATED}; there are {n}"
            ));
        }
        let opened = self.opened();
        let mut known = BTreeMap::new();
        let mut value = |given| {
            let worth = self.coalition_worth(Convention::StatusQuo, None, &opened, given, &mut known)?;
            shapley(&worth.game).map_err(|error| error.to_string())
        };
        let with_usd = value(Coalition::EMPTY)?;
        Ok(Veto { guarantor, with_usd, without_usd: value(Coalition::EMPTY.with(guarantor))? })
    }

    /// What all coalitions are worth. The consent of `given` is taken as given; `known` holds what is solved already, by
    /// closed links.
    fn coalition_worth(
        &self,
        convention: Convention,
        trade: Trade<'_>,
        opened: &[AssetIdx],
        given: Coalition,
        known: &mut BTreeMap<Vec<AssetIdx>, Payoff>,
    ) -> Result<Worth, String> {
        let named = |error: ControlError| error.to_string();
        let usable = |set: Coalition| self.closed_to(set.union(given), opened, convention);
        let signatures = Signatures::new(self.parties().len(), usable).map_err(named)?;
        let open = trade.map(|trade| self.open_with_trade(trade)).transpose()?;
        let new: Vec<&Vec<AssetIdx>> =
            signatures.distinct().iter().filter(|closed| !known.contains_key(*closed)).collect();
        let solve = |closed: &&Vec<AssetIdx>| self.solve_closed(closed, trade, open.as_ref());
        let solved = parallel::map_with(&new, || (), |(), closed| solve(closed));
        for (closed, payoff) in new.into_iter().zip(solved) {
            known.insert(closed.clone(), payoff?);
        }
        let solved: Vec<&Payoff> = signatures.distinct().iter().map(|closed| &known[closed]).collect();
        let nobody = &solved[signatures.position(Coalition::EMPTY)].gain_usd;
        let gains: Vec<Vec<f64>> = solved.iter().map(|payoff| less(&payoff.gain_usd, nobody)).collect();
        let game = signatures.game(&gains).map_err(named)?;
        Ok(Worth {
            gain_usd: gains[signatures.position(game.all())].clone(),
            game,
            n_solved: solved.len(),
            is_converged: solved.iter().all(|payoff| payoff.is_converged),
        })
    }

    fn solve_closed(
        &self,
        closed: &[AssetIdx],
        trade: Trade<'_>,
        open: Option<&Payoff>,
    ) -> Result<Payoff, String> {
        let set = self.set(closed.iter().copied());
        match (trade, open) {
            (Some(trade), Some(open)) => self.close_with_trade(&set, None, trade, open),
            _ => Ok(self.close(&set, None)),
        }
    }

    /// Values from orders of joining that are drawn: coalitions are too many to look at all.
    fn sample(&self, to: &mut Bargain, opened: &[AssetIdx], trade: Trade<'_>) -> Result<(), String> {
        let n = to.parties.len();
        let everybody = Coalition::all(n).map_err(|error| error.to_string())?;
        let open = trade.map(|trade| self.open_with_trade(trade)).transpose()?;
        // Each different set of closed links is solved once; an error stays until the end of the draws.
        let known: RefCell<BTreeMap<Vec<AssetIdx>, Payoff>> = RefCell::default();
        let failed: RefCell<Option<String>> = RefCell::default();
        let gains = |coalition: Coalition| -> Option<Vec<f64>> {
            let closed = self.closed_to(coalition, opened, to.convention);
            if let Some(payoff) = known.borrow().get(&closed) {
                return Some(payoff.gain_usd.clone());
            }
            match self.solve_closed(&closed, trade, open.as_ref()) {
                Ok(payoff) => {
                    let gain = payoff.gain_usd.clone();
                    known.borrow_mut().insert(closed, payoff);
                    Some(gain)
                }
                Err(error) => {
                    failed.borrow_mut().get_or_insert(error);
                    None
                }
            }
        };
        let nobody = gains(Coalition::EMPTY);
        let over_nobody = |coalition| Some(less(&gains(coalition)?, nobody.as_ref()?));
        let worth = |coalition: Coalition| {
            over_nobody(coalition)
                .map_or(f64::NAN, |gain| coalition.members().map(|party| gain[party]).sum::<f64>())
        };
        let sampled = sampled_shapley(n, worth, &SAMPLING);
        if let Some(error) = failed.borrow_mut().take() {
            return Err(error);
        }
        let sampled = sampled.map_err(|error| error.to_string())?;
        let all = worth(everybody);
        let veto = |party: usize| is_nothing(worth(everybody.without(party)), all.abs());
        to.has_veto = (0..n).map(veto).collect();
        to.gain_usd = over_nobody(everybody).unwrap_or_default();
        to.worth_usd = all;
        to.shapley_usd = sampled.value;
        to.shapley_error_usd = Some(sampled.standard_error);
        let known = known.borrow();
        to.n_solved = known.len();
        to.is_converged &= known.values().all(|payoff| payoff.is_converged);
        Ok(())
    }
}

fn divide(to: &mut Bargain, worth: Worth, blocs: &[Vec<usize>]) -> Result<(), ControlError> {
    let Worth { game, gain_usd, n_solved, is_converged } = worth;
    let (everybody, largest) = (game.all(), game.scale());
    let without = |party: usize| game.worth(everybody.without(party));
    to.n_solved = n_solved;
    to.worth_usd = game.worth(everybody);
    to.gain_usd = gain_usd;
    to.has_veto = (0..game.n_actors()).map(|party| is_nothing(without(party), largest)).collect();
    to.shapley_usd = shapley(&game)?;
    to.banzhaf_usd = Some(banzhaf(&game)?);
    if !blocs.is_empty() {
        let mut partition = Vec::new();
        let mut rest = everybody;
        for bloc in blocs {
            let set = Coalition::of(bloc.iter().copied())?;
            rest = rest.minus(set);
            partition.push(set);
        }
        partition.extend(rest.members().map(|party| Coalition::EMPTY.with(party)));
        to.owen_usd = Some(owen(&game, &partition)?);
    }
    let division = division(&game)?;
    (to.nucleolus_usd, to.core_usd) = (division.nucleolus, division.core);
    to.least_core_usd = Some(division.least_core);
    to.cover = cover(&game)?;
    to.is_converged &= is_converged;
    Ok(())
}

/// Whether what is left without a party is nothing beside what there is with all.
fn is_nothing(worth: f64, largest: f64) -> bool {
    worth.abs() <= 1e-9 * largest && largest > 0.0
}

fn less(gain: &[f64], nobody: &[f64]) -> Vec<f64> {
    gain.iter().zip(nobody).map(|(gain, nobody)| gain - nobody).collect()
}

fn division(game: &Game) -> Result<Division, ControlError> {
    let intervals = core_intervals(game)?;
    let is_small = game.n_actors() <= MAX_NUCLEOLUS;
    Ok(Division {
        nucleolus: if is_small { Some(nucleolus(game)?) } else { None },
        core: intervals.map(|all| all.iter().map(|interval| (interval.min, interval.max)).collect()),
        least_core: least_core(game)?.epsilon,
    })
}

/// The superadditive cover, where joining loses by more than can be told from nothing.
fn cover(game: &Game) -> Result<Option<Cover>, ControlError> {
    let found = game.superadditive_cover()?;
    let raise = |set: &Coalition| found.game.worth(*set) - game.worth(*set);
    let raised_usd = found.raised.iter().map(raise).fold(0.0, f64::max);
    if raised_usd <= NOTICED * game.scale() {
        return Ok(None);
    }
    let division = division(&found.game)?;
    Ok(Some(Cover {
        worth_usd: found.game.worth(found.game.all()),
        n_raised: found.raised.len(),
        raised_usd,
        shapley_usd: shapley(&found.game)?,
        nucleolus_usd: division.nucleolus,
        core_usd: division.core,
        least_core_usd: division.least_core,
    }))
}
