//! A further charge on goods that pass some links, and the one that earns most: (R7) to (R9) of `docs/model/revenue.md`.

use std::collections::BTreeMap;

use super::revenue::{Collection, in_order};
use super::{Board, Payoff};
use crate::assignment::RouteCosts;
use crate::control::toll::{TollSearch, best_toll};
use crate::index::{AssetIdx, BitSet, Idx, RouteIdx};
use crate::model::joint::TradeModel;
use crate::outcome::revenue::BestToll;
use crate::study::tables::ClassKind;
use crate::study::trade_tables::ElasticityRow;

/// Tolls of the grid, and the part of the range to which the best is found: a hundred dollars of range give a step of some
/// eight and half a dollar, which is more than tables of tolls know.
const N_GRID: usize = 13;
const TOLERANCE_SHARE: f64 = 0.005;
/// Peaks that are looked at closely.
const N_PEAKS: usize = 2;

/// A scenario with a further charge per tonne.
pub(super) struct Charged {
    /// What the parties have, the further charge paid but given to nobody yet.
    payoff: Payoff,
    /// Goods that pass the links, t/year.
    tonnes: f64,
    /// Border fees and tolls on the corridor, by link.
    fees_usd: BTreeMap<AssetIdx, f64>,
    /// The further charge, by link.
    further_usd: BTreeMap<AssetIdx, f64>,
}

impl Charged {
    fn usd(&self) -> f64 {
        self.fees_usd.values().chain(self.further_usd.values()).sum()
    }
}

impl Board<'_> {
    /// What it is worth to take a further toll per tonne from all goods that pass some links, once a trip.
    pub fn with_toll(&self, tolled: &BitSet<AssetIdx>, usd_per_t: f64, collector: usize) -> Payoff {
        let Charged { mut payoff, tonnes, .. } = self.charged(tolled, &[], usd_per_t);
        payoff.revenue_usd[collector] += usd_per_t * tonnes;
        self.against_open(payoff)
    }

    /// The same after trade has answered; see [`Self::close_with_trade`].
    ///
    /// # Errors
    /// Trade has no equilibrium.
    pub fn with_toll_and_trade(
        &self,
        (tolled, usd_per_t): (&BitSet<AssetIdx>, f64),
        collector: usize,
        trade: (&TradeModel<'_>, &ElasticityRow),
        open: &Payoff,
    ) -> Result<Payoff, String> {
        let (costs, is_tolled) = self.tolled(tolled, usd_per_t);
        let choices = self.loader.choices(&costs, &self.assignment.uses);
        let (settled, economy) = self.settled(&choices, trade)?;
        let loaded = self.loaded((&costs, &choices), Some(&settled.amounts), &settled.chosen);
        let mut payoff = self.of_settled(&loaded, &settled, &economy, trade.0);
        let flows = self.goods().flat_map(|segment| loaded.loader.route_flows(&loaded.loading, segment));
        let passing = flows.filter(|flow| is_tolled[flow.route.position()]);
        let toll = usd_per_t * passing.map(|flow| flow.per_year).sum::<f64>();
        payoff.revenue_usd[collector] += toll;
        payoff.gain_usd[collector] += toll;
        for (gain, open) in payoff.gain_usd.iter_mut().zip(&open.gain_usd) {
            *gain -= open;
        }
        Ok(payoff)
    }

    /// Segments of goods.
    fn goods(&self) -> impl Iterator<Item = usize> {
        let is_goods = |segment: &usize| {
            self.model().class_row(self.loader.segments()[*segment].class).kind == ClassKind::Freight
        };
        (0..self.loader.segments().len()).filter(is_goods)
    }

    /// What routes cost with a further charge per tonne of goods on some links, once a trip; and which routes pay it.
    fn tolled(&self, tolled: &BitSet<AssetIdx>, usd_per_t: f64) -> (RouteCosts, Vec<bool>) {
        let network = &self.model().network;
        let is_tolled = self
            .assignment
            .routes_that(|link| network.links[link].asset.is_some_and(|asset| tolled.contains(asset)));
        let mut costs = self.costs.clone();
        let mut seen = vec![false; costs.0.len()];
        for segment in self.goods() {
            for cell in 0..self.loader.segments()[segment].per_year.len() {
                for (route, _) in self.loader.cell_routes(segment, cell) {
                    if is_tolled[route] && !seen[route] {
                        seen[route] = true;
                        costs.0[route] += usd_per_t;
                    }
                }
            }
        }
        (costs, is_tolled)
    }

    /// Takes a further charge per tonne from all goods that pass some links, once a trip; and counts what fees and tolls bring
    /// on a corridor.
    fn charged(&self, tolled: &BitSet<AssetIdx>, corridor: &[AssetIdx], usd_per_t: f64) -> Charged {
        let (costs, is_tolled) = self.tolled(tolled, usd_per_t);
        let choices = self.loader.choices(&costs, &self.assignment.uses);
        let (found, chosen) = self.solved(&choices);
        let loaded = self.loaded((&costs, &choices), None, &chosen);
        let (mut fees_usd, mut further_usd) = (BTreeMap::new(), BTreeMap::new());
        for ((asset, _), usd) in
            loaded.taken().of_links.into_iter().filter(|((asset, _), _)| corridor.contains(asset))
        {
            *fees_usd.entry(asset).or_default() += usd;
        }
        let mut tonnes = 0.0;
        for segment in self.goods() {
            let flows = loaded.loader.route_flows(&loaded.loading, segment);
            for flow in flows.filter(|flow| is_tolled[flow.route.position()] && flow.per_year > 0.0) {
                tonnes += flow.per_year;
                for (asset, share) in self.along(tolled, flow.route) {
                    *further_usd.entry(asset).or_default() += share * usd_per_t * flow.per_year;
                }
            }
        }
        Charged { payoff: self.of_loaded(&loaded, &found), tonnes, fees_usd, further_usd }
    }

    /// The links of a set on a route, with their shares in its length there.
    fn along(&self, tolled: &BitSet<AssetIdx>, route: RouteIdx) -> Vec<(AssetIdx, f64)> {
        let (network, sets) = (&self.model().network, &self.assignment.sets);
        let links = sets.pieces(route).iter().flat_map(|&piece| sets.piece_links(piece));
        let mut assets: Vec<AssetIdx> = links.filter_map(|&link| network.links[link].asset).collect();
        assets.retain(|&asset| tolled.contains(asset));
        assets.sort_unstable();
        assets.dedup();
        let length = |asset: AssetIdx| network.assets[asset].length_km;
        let all: f64 = assets.iter().map(|&asset| length(asset)).sum();
        let n = assets.len() as f64;
        // A crossing alone may have no length.
        let share = |asset| if all > 0.0 { length(asset) / all } else { 1.0 / n };
        assets.into_iter().map(|asset| (asset, share(asset))).collect()
    }

    /// The further toll up to a highest one at which the corridor earns most, and whether all of it converged.
    pub(super) fn best_toll(
        &self,
        opened: &[AssetIdx],
        corridor: &[AssetIdx],
        highest_usd_per_t: f64,
    ) -> Result<(BestToll, bool), String> {
        let model = self.model();
        let governs = |asset: &&AssetIdx| model.overlay.control.contains_key(*asset);
        let governed: Vec<AssetIdx> = opened.iter().filter(governs).copied().collect();
        let is_governed = !governed.is_empty();
        let links = if is_governed { governed } else { opened.to_vec() };
        let mut tolled = BitSet::empty(model.network.assets.len());
        for &asset in &links {
            tolled.insert(asset);
        }
        let search = TollSearch {
            min: 0.0,
            max: highest_usd_per_t,
            n_grid: N_GRID,
            n_peaks: N_PEAKS,
            tolerance_share: TOLERANCE_SHARE,
        };
        let mut is_converged = true;
        let solved = |toll: f64| {
            let charged = self.charged(&tolled, corridor, toll);
            let usd = charged.usd();
            is_converged &= charged.payoff.is_converged;
            usd
        };
        let curve = best_toll(solved, &search).map_err(|error| error.to_string())?;
        let (today, best) =
            (self.charged(&tolled, corridor, 0.0), self.charged(&tolled, corridor, curve.best.toll));
        let collected = |usd_of_links: &mut dyn Iterator<Item = (&AssetIdx, &f64)>| {
            let mut collection = Collection::default();
            usd_of_links.for_each(|(&asset, &usd)| collection.add(model.control(asset), usd));
            collection
        };
        let of_today = collected(&mut today.fees_usd.iter());
        let further = collected(&mut best.further_usd.iter());
        let of_best = collected(&mut best.fees_usd.iter().chain(&best.further_usd));
        let mut payoff = best.payoff;
        for (actor, usd) in further.iter() {
            if let Some(party) = actor.and_then(|actor| self.party_of(actor)) {
                payoff.revenue_usd[party] += usd;
            }
        }
        let actors = in_order(of_today.iter().chain(of_best.iter()));
        let row = |actor| (self.collector(actor), of_today.usd(actor), of_best.usd(actor));
        let collectors = actors.into_iter().map(row).collect();
        let id = |&asset: &AssetIdx| model.network.assets[asset].id.clone();
        let toll = BestToll {
            links: links.iter().map(id).collect(),
            is_governed,
            range_usd_per_t: (search.min, search.max),
            step_usd_per_t: (search.max - search.min) / (N_GRID - 1) as f64,
            found_to_usd_per_t: TOLERANCE_SHARE * (search.max - search.min),
            tonnes: (today.tonnes, best.tonnes),
            collectors,
            gain_usd: self.against_open(payoff).gain_usd,
            curve,
        };
        Ok((toll, is_converged))
    }
}
