//! What each party can do to break the agreement that opens a corridor, and what it brings in the year before anybody
//! answers: (S3) of `docs/model/settlement.md`.
//!
//! In: a scenario and its parties; trade, if it is to answer. Out: ways to break the agreement, by party. Closures are
//! solved anew for costs and queues, or until trade belongs to them too. The toll that earns most is looked for in costs
//! only: a search with trade would take minutes, and the toll found is then solved with trade once.

use std::collections::BTreeMap;

use super::{Board, Menu, Payoff};
use crate::control::toll::{TollSearch, best_toll};
use crate::index::{AssetIdx, BitSet};
use crate::model::joint::TradeModel;
use crate::model::sums::Taken;
use crate::outcome::settlement::{Deviation, Way};
use crate::parallel;
use crate::study::trade_tables::ElasticityRow;

/// Highest toll that is tried, money per tonne, and how finely: the best toll is found to about a dollar, which is what
/// tables of tolls know; near the best, what it brings changes little.
const HIGHEST_TOLL: f64 = 60.0;
const SEARCH: TollSearch =
    TollSearch { min: 0.0, max: HIGHEST_TOLL, n_grid: 7, n_peaks: 1, tolerance_share: 0.02 };

/// How payoffs are counted.
#[derive(Clone, Copy)]
pub(super) enum Count<'c> {
    /// In what carriage and travel cost.
    Costs,
    /// In real income, with what it is with nothing closed, and the toll of each party that is best in costs.
    Trade(&'c TradeModel<'c>, &'c ElasticityRow, &'c Payoff, &'c [Option<f64>]),
}

/// What a party can do, before it is solved.
struct Task<'t> {
    party: usize,
    deviation: Deviation,
    means: &'t Means,
}

/// What a party has in hand of the links that the scenario opens.
struct Means {
    /// Links that it can close.
    own: BitSet<AssetIdx>,
    /// Links that it or its companies run.
    run: BitSet<AssetIdx>,
    /// Links on its land that it can close: who can stop passage can also take what is paid for it.
    hosted: BitSet<AssetIdx>,
}

impl Board<'_> {
    /// What it brings to close links, in whatever is counted.
    ///
    /// # Errors
    /// Trade has no equilibrium.
    pub(super) fn closing(
        &self,
        closed: &BitSet<AssetIdx>,
        aim: Option<usize>,
        count: Count<'_>,
    ) -> Result<Payoff, String> {
        match count {
            Count::Costs => Ok(self.close(closed, aim)),
            Count::Trade(trade, horizon, open, _) => {
                self.close_with_trade(closed, aim, (trade, horizon), open)
            }
        }
    }

    /// By party: the ways in which it can break the agreement, and whether all of them converged.
    ///
    /// # Errors
    /// Trade has no equilibrium.
    pub(super) fn deviations(
        &self,
        opened: &[AssetIdx],
        count: Count<'_>,
        tried: Menu,
    ) -> Result<(Vec<Vec<Way>>, bool), String> {
        let n = self.parties().len();
        let means: Vec<Means> = (0..n).map(|party| self.means(party, opened)).collect();
        let taken = self.taken_open(count)?;
        let mut ways: Vec<Vec<Way>> = vec![Vec::new(); n];
        let mut tasks = Vec::new();
        for (party, means) in means.iter().enumerate() {
            let mut add = |deviation| tasks.push(Task { party, deviation, means });
            if means.own.count() > 0 {
                add(Deviation::CloseToAll);
                let others = (0..n).filter(|&other| tried == Menu::Whole && other != party);
                for other in others.filter(|&other| !self.parties()[other].regions.is_empty()) {
                    add(Deviation::CloseTo(other));
                }
            }
            if means.run.count() > 0 && means.run != means.own {
                add(Deviation::Withdraw);
            }
            if means.hosted.count() > 0 {
                ways[party].extend(self.take_collection(party, &means.hosted, &taken));
                if tried == Menu::Whole {
                    tasks.push(Task { party, deviation: Deviation::RaiseToll(0.0), means });
                }
            }
        }
        // The longest first, so that no thread is left with a search at the end.
        tasks.sort_by_key(|task| !matches!(task.deviation, Deviation::RaiseToll(_)));
        let solved = parallel::map_with(&tasks, || (), |(), task| self.deviate(task, count));
        let mut is_converged = true;
        for (task, solved) in tasks.iter().zip(solved) {
            let Some((deviation, payoff)) = solved? else { continue };
            is_converged &= payoff.is_converged;
            ways[task.party].push(Way {
                deviation,
                gain_usd: payoff.gain_usd[task.party],
                shared_usd: payoff.corridor_usd.iter().sum(),
                own_usd: payoff.corridor_usd[task.party],
            });
        }
        // Equal gains stay in the order of the menu.
        for ways in &mut ways {
            ways.sort_by_key(|way| rank(&way.deviation));
            ways.sort_by(|a, b| b.gain_usd.total_cmp(&a.gain_usd));
        }
        Ok((ways, is_converged))
    }

    fn deviate(&self, task: &Task<'_>, count: Count<'_>) -> Result<Option<(Deviation, Payoff)>, String> {
        let Task { party, means, .. } = *task;
        let payoff = match task.deviation {
            Deviation::CloseToAll => self.closing(&means.own, None, count)?,
            Deviation::CloseTo(other) if !self.meets(&means.own, other) => self.unchanged(count),
            Deviation::CloseTo(other) => self.closing(&means.own, Some(other), count)?,
            Deviation::Withdraw => self.closing(&means.run, None, count)?,
            Deviation::TakeCollection => return Ok(None),
            Deviation::RaiseToll(_) => return self.raise_toll(party, &means.hosted, count),
        };
        Ok(Some((task.deviation.clone(), payoff)))
    }

    /// Whether any trip of a party has a route over some links.
    fn meets(&self, links: &BitSet<AssetIdx>, party: usize) -> bool {
        self.closed_costs(links, Some(party)).1.count() > 0
    }

    /// The state with nothing done.
    fn unchanged(&self, count: Count<'_>) -> Payoff {
        let open = match count {
            Count::Costs => self.open(),
            Count::Trade(_, _, open, _) => open,
        };
        Payoff { gain_usd: vec![0.0; self.parties().len()], ..open.clone() }
    }

    fn raise_toll(
        &self,
        party: usize,
        hosted: &BitSet<AssetIdx>,
        count: Count<'_>,
    ) -> Result<Option<(Deviation, Payoff)>, String> {
        let toll = match count {
            Count::Trade(_, _, _, tolls) => tolls[party],
            Count::Costs => {
                // Without a toll nothing changes: one state less to solve.
                let gain = |toll: f64| {
                    if toll == 0.0 { 0.0 } else { self.with_toll(hosted, toll, party).gain_usd[party] }
                };
                let curve = best_toll(gain, &SEARCH).map_err(|error| error.to_string())?;
                Some(curve.best.toll).filter(|toll| *toll > 0.0)
            }
        };
        let Some(toll) = toll else { return Ok(None) };
        let payoff = match count {
            Count::Costs => self.with_toll(hosted, toll, party),
            Count::Trade(trade, horizon, open, _) => {
                self.with_toll_and_trade((hosted, toll), party, (trade, horizon), open)?
            }
        };
        Ok(Some((Deviation::RaiseToll(toll), payoff)))
    }

    /// All that is collected on one's own land of the corridor, taken from those who have a share in it.
    fn take_collection(
        &self,
        party: usize,
        hosted: &BitSet<AssetIdx>,
        taken: &BTreeMap<AssetIdx, f64>,
    ) -> Option<Way> {
        let (mut gain_usd, mut shared_usd, mut own_usd) = (0.0, 0.0, 0.0);
        for (&asset, &usd) in taken {
            for &(actor, share) in &self.model().control(asset).collectors {
                let of = self.party_of(actor);
                if hosted.contains(asset) {
                    gain_usd += if of == Some(party) { 0.0 } else { share * usd };
                } else if of.is_some() {
                    shared_usd += share * usd;
                    own_usd += if of == Some(party) { share * usd } else { 0.0 };
                }
            }
        }
        let way = Way { deviation: Deviation::TakeCollection, gain_usd, shared_usd, own_usd };
        (gain_usd > 0.0).then_some(way)
    }

    /// Border fees and tolls on each of the links that the scenario opens, with nothing closed.
    fn taken_open(&self, count: Count<'_>) -> Result<BTreeMap<AssetIdx, f64>, String> {
        let loaded = match count {
            Count::Costs => self.loaded_open(),
            Count::Trade(trade, horizon, ..) => {
                let (settled, _) = self.settled(&self.choices, (trade, horizon))?;
                self.loaded((&self.costs, &self.choices), Some(&settled.amounts), &settled.chosen)
            }
        };
        Ok(self.on_opened(&loaded.taken()))
    }

    /// What is taken on each link that the scenario opens.
    pub(super) fn on_opened(&self, taken: &Taken) -> BTreeMap<AssetIdx, f64> {
        let mut on_opened = BTreeMap::new();
        for (&(asset, _), &usd) in taken.of_links.iter().filter(|((asset, _), _)| self.opens(*asset)) {
            *on_opened.entry(asset).or_default() += usd;
        }
        on_opened
    }

    fn means(&self, party: usize, opened: &[AssetIdx]) -> Means {
        let closable = self.closable(&[party]);
        let of = |is_meant: &dyn Fn(AssetIdx) -> bool| {
            self.set(opened.iter().copied().filter(|&asset| is_meant(asset)))
        };
        let is_theirs = |asset: AssetIdx| {
            let operators = &self.model().control(asset).operator;
            operators.iter().any(|&operator| self.party_of(operator) == Some(party))
        };
        Means {
            own: of(&|asset| closable.contains(asset)),
            run: of(&is_theirs),
            hosted: of(&|asset| closable.contains(asset) && self.hosts(party, asset)),
        }
    }

    /// Whether a link lies on land that a party controls.
    fn hosts(&self, party: usize, asset: AssetIdx) -> bool {
        let network = &self.model().network;
        let mut controllers =
            network.assets[asset].territories.iter().map(|&t| network.territories[t].controller);
        controllers.all(|controller| controller.and_then(|actor| self.party_of(actor)) == Some(party))
    }

    pub(super) fn set(&self, assets: impl IntoIterator<Item = AssetIdx>) -> BitSet<AssetIdx> {
        let mut set = BitSet::empty(self.model().network.assets.len());
        assets.into_iter().for_each(|asset| set.insert(asset));
        set
    }
}

/// The order of the menu.
fn rank(deviation: &Deviation) -> (usize, usize) {
    match deviation {
        Deviation::CloseToAll => (0, 0),
        Deviation::CloseTo(other) => (1, *other),
        Deviation::Withdraw => (2, 0),
        Deviation::TakeCollection => (3, 0),
        Deviation::RaiseToll(_) => (4, 0),
    }
}
