//! The game of a corridor: what coalitions of parties can open, and what that is worth to them.

use std::collections::BTreeSet;

use super::{Board, Payoff};
use crate::control::core::{core_intervals, least_core};
use crate::control::game::Signatures;
use crate::control::nucleolus::nucleolus;
use crate::control::shapley::{banzhaf, owen, shapley};
use crate::control::{Coalition, ControlError};
use crate::index::{ActorIdx, AssetIdx, BitSet};
use crate::model::joint::TradeModel;
use crate::outcome::settlement::{Bargain, Convention};
use crate::parallel;
use crate::study::tables::Status;
use crate::study::trade_tables::ElasticityRow;

impl Board<'_> {
    /// The physical links that the scenario opens: open in it, and not in the reference.
    pub fn opened(&self) -> Vec<AssetIdx> {
        let (model, reference) = (self.model(), self.assignment.reference());
        let opens = |asset: &AssetIdx| {
            model.status(*asset) == Status::Open && reference.status(*asset) != Status::Open
        };
        model.network.assets.indices().filter(opens).collect()
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
    /// More parties than can be enumerated; blocs that overlap; trade without an equilibrium.
    pub fn bargain(
        &self,
        convention: Convention,
        trade: Option<(&TradeModel<'_>, &ElasticityRow)>,
        blocs: &[Vec<usize>],
    ) -> Result<Bargain, String> {
        let n = self.parties().len();
        let named = |error: ControlError| error.to_string();
        let opened = self.opened();
        let signatures = Signatures::new(n, |set| self.closed_to(set, &opened, convention)).map_err(named)?;
        let open = trade.map(|trade| self.open_with_trade(trade)).transpose()?;
        let solved: Vec<Payoff> = parallel::map_with(
            signatures.distinct(),
            || (),
            |(), closed| {
                let mut set = BitSet::empty(self.model().network.assets.len());
                for &asset in closed {
                    set.insert(asset);
                }
                match (trade, &open) {
                    (Some(trade), Some(open)) => self.close_with_trade(&set, None, trade, open),
                    _ => Ok(self.close(&set, None)),
                }
            },
        )
        .into_iter()
        .collect::<Result<_, _>>()?;
        let nobody = solved[signatures.position(Coalition::EMPTY)].gain_usd.clone();
        let gains: Vec<Vec<f64>> = solved
            .iter()
            .map(|payoff| payoff.gain_usd.iter().zip(&nobody).map(|(gain, nobody)| gain - nobody).collect())
            .collect();
        let game = signatures.game(&gains).map_err(named)?;
        let everybody = game.all();
        let worth = |party: usize| game.worth(everybody.without(party));
        let largest = game.scale();
        let conflict =
            game.superadditivity().map_err(named)?.filter(|conflict| conflict.loss > 1e-4 * largest);
        let owen_usd = if blocs.is_empty() {
            None
        } else {
            let mut partition = Vec::new();
            let mut rest = everybody;
            for bloc in blocs {
                let set = Coalition::of(bloc.iter().copied()).map_err(named)?;
                rest = rest.minus(set);
                partition.push(set);
            }
            partition.extend(rest.members().map(|party| Coalition::EMPTY.with(party)));
            Some(owen(&game, &partition).map_err(named)?)
        };
        let intervals = core_intervals(&game).map_err(named)?;
        Ok(Bargain {
            scenario: self.model().overlay.scenario.clone(),
            is_neutral: self.model().overlay.is_neutral,
            convention,
            horizon: trade.map(|(_, horizon)| horizon.horizon.clone()),
            parties: self.parties().to_vec(),
            opened: opened.iter().map(|&asset| self.model().network.assets[asset].id.clone()).collect(),
            n_solved: signatures.distinct().len(),
            worth_usd: game.worth(everybody),
            gain_usd: gains[signatures.position(everybody)].clone(),
            has_veto: (0..n).map(|party| worth(party).abs() <= 1e-9 * largest && largest > 0.0).collect(),
            shapley_usd: shapley(&game).map_err(named)?,
            banzhaf_usd: banzhaf(&game).map_err(named)?,
            owen_usd,
            nucleolus_usd: nucleolus(&game).map_err(named)?,
            core_usd: intervals.map(|all| all.iter().map(|interval| (interval.min, interval.max)).collect()),
            least_core_usd: least_core(&game).map_err(named)?.epsilon,
            conflict_usd: conflict.map(|conflict| conflict.loss),
            is_converged: self.open().is_converged && solved.iter().all(|payoff| payoff.is_converged),
        })
    }
}
