//! One scenario with its demand on routes: flows, and questions about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Model;
use super::flows::Assignment;
use crate::assignment::{Loader, Loading};
use crate::demand::{OdCell, OdPart};
use crate::index::{ActorIdx, AssetIdx, BitSet, Idx, IdxVec, LinkIdx, NodeIdx, TerritoryIdx};
use crate::outcome::flows::{Flows, LinkUser, Total};
use crate::study::tables::ClassKind;

/// One scenario with its demand put on routes.
pub struct Loaded<'a> {
    pub(super) assignment: &'a Assignment,
    pub(super) loader: Arc<Loader<'a>>,
    pub(super) loading: Loading,
    pub(super) scenario: usize,
}

/// Which flows are asked about.
#[derive(Clone, Debug)]
pub struct FlowQuery<'q> {
    /// Goods or people.
    pub kind: ClassKind,
    /// Pairs of regions, either way; empty: all.
    pub pairs: &'q [(&'q str, &'q str)],
    /// Only flows that touch one of these territories on their way; empty: all.
    pub through: &'q [TerritoryIdx],
}

/// What flows are held to.
#[derive(Clone, Copy, Debug)]
pub enum Passes<'q> {
    /// They use one of these physical links.
    Links(&'q [AssetIdx]),
    /// They touch one of these territories.
    Territories(&'q [TerritoryIdx]),
    /// They use a link that the actor can close alone in the scenario.
    ClosableBy(ActorIdx),
}

impl Loaded<'_> {
    /// The scenario.
    pub fn model(&self) -> &Model {
        &self.assignment.scenarios[self.scenario]
    }

    /// The flows, and the sums that people ask for.
    pub fn flows(&self) -> Flows {
        let (loader, loading, model) = (&self.loader, &self.loading, self.model());
        let network = &model.network;
        let none: IdxVec<LinkIdx, f64> = network.links.iter().map(|_| 0.0).collect();
        let n_classes = model.study.classes.len();
        let mut flows = Flows {
            scenario: model.overlay.scenario.clone(),
            year: self.assignment.demand.year,
            on_links: IdxVec::new(vec![none; n_classes]),
            totals: IdxVec::new(vec![Total::default(); n_classes]),
            ways: Vec::new(),
            transit: BTreeMap::new(),
            revenue: BTreeMap::new(),
            facilities: self.assignment.facility_states(self.scenario),
            convergence: self.assignment.convergence(self.scenario),
        };
        for (segment, loaded) in loader.segments().iter().zip(&loading.segments) {
            let on_links = &mut flows.on_links[segment.class];
            for (link, amount) in loaded.flow_per_year.enumerate() {
                on_links[link] += amount;
            }
            let total = &mut flows.totals[segment.class];
            total.demand += segment.per_year.iter().sum::<f64>();
            total.unserved += loaded.unserved_per_year.iter().sum::<f64>();
            total.expected_cost += loaded.total_expected_cost(segment);
        }
        self.add_ways(&mut flows);
        flows.revenue = self.revenue();
        flows
    }

    /// Who uses any of some physical links, the greatest first; each trip counts once.
    pub fn users(&self, assets: &[AssetIdx]) -> Vec<LinkUser> {
        let (of, network) = (self.assignment, &self.model().network);
        let mut of_links = BitSet::empty(network.assets.len());
        for &asset in assets {
            of_links.insert(asset);
        }
        let is_used = of.routes_that(|link| network.links[link].asset.is_some_and(|a| of_links.contains(a)));
        let mut users = Vec::new();
        for (at, segment) in of.demand.segments.iter().enumerate() {
            let mut by_cell: BTreeMap<usize, f64> = BTreeMap::new();
            for flow in
                self.loader.route_flows(&self.loading, at).filter(|flow| is_used[flow.route.position()])
            {
                *by_cell.entry(flow.cell).or_default() += flow.per_year;
            }
            for (cell, amount) in by_cell {
                let cell = &segment.cells[cell];
                let share = amount / cell.per_year;
                users.extend(cell.parts.iter().map(|part| {
                    let flow = of.demand.flow(part);
                    LinkUser {
                        origin: cell.origin,
                        destination: cell.destination,
                        origin_region: flow.origin.clone(),
                        destination_region: flow.destination.clone(),
                        flag: segment.flag,
                        class: segment.class,
                        what: flow.what.clone(),
                        per_year: share * part.per_year,
                        usd_per_year: share * part.usd_per_year,
                        quality: flow.quality,
                    }
                }));
            }
        }
        users.sort_by(|a, b| {
            let key =
                |user: &LinkUser| (user.origin, user.destination, user.class, user.flag, user.what.clone());
            b.per_year.total_cmp(&a.per_year).then_with(|| key(a).cmp(&key(b)))
        });
        users
    }

    /// The part of the flows asked about that passes something, and all of them: t or persons a year.
    pub fn passing(&self, query: &FlowQuery<'_>, passes: Passes<'_>) -> (f64, f64) {
        let (of, model) = (self.assignment, self.model());
        let network = &model.network;
        let touches = |at: LinkIdx, territories: &[TerritoryIdx]| {
            let link = &network.links[at];
            let on = link.asset.map_or(&[][..], |asset| &network.assets[asset].territories);
            on.iter().any(|t| territories.contains(t))
        };
        let is_used = of.routes_that(|at| match passes {
            Passes::Links(assets) => network.links[at].asset.is_some_and(|asset| assets.contains(&asset)),
            Passes::Territories(territories) => touches(at, territories),
            Passes::ClosableBy(actor) => {
                network.links[at].asset.is_some_and(|asset| model.control(asset).is_closable_by(actor))
            }
        });
        let is_asked = of.routes_that(|at| query.through.is_empty() || touches(at, query.through));
        let (mut passing, mut all) = (0.0, 0.0);
        for (at, segment) in of.demand.segments.iter().enumerate() {
            if model.class_row(segment.class).kind != query.kind {
                continue;
            }
            let share: Vec<f64> =
                segment.cells.iter().map(|cell| self.share_between(cell, query.pairs)).collect();
            for flow in self.loader.route_flows(&self.loading, at).filter(|f| is_asked[f.route.position()]) {
                let amount = flow.per_year * share[flow.cell];
                all += amount;
                passing += if is_used[flow.route.position()] { amount } else { 0.0 };
            }
        }
        (passing, all)
    }

    /// What passes the countries of some territories and neither starts nor ends in them, t or persons a year.
    pub fn transit(&self, kind: ClassKind, territories: &[TerritoryIdx]) -> f64 {
        let (of, model) = (self.assignment, self.model());
        let network = &model.network;
        let asked: Vec<_> = territories.iter().filter_map(|&t| network.territories[t].country).collect();
        let passes: Vec<bool> =
            of.ways.iter().map(|way| way.countries(network).iter().any(|c| asked.contains(c))).collect();
        let ends_there = |node: NodeIdx| asked.contains(&network.nodes[node].country);
        let segments = of.demand.segments.iter().enumerate();
        let of_kind = segments.filter(|(_, segment)| model.class_row(segment.class).kind == kind);
        let flows = of_kind.flat_map(|(at, _)| self.loader.route_flows(&self.loading, at));
        let transit = flows.filter(|flow| {
            passes[of.way_of[flow.route.position()] as usize]
                && !ends_there(flow.pair.0)
                && !ends_there(flow.pair.1)
        });
        transit.map(|flow| flow.per_year).sum()
    }

    /// Mean expected cost (the logsum) of the demand between regions, money per tonne or person. Infinite if a pair of
    /// places with demand is connected in no scenario.
    pub fn mean_cost(&self, kind: ClassKind, pairs: &[(&str, &str)]) -> f64 {
        let (of, model) = (self.assignment, self.model());
        let (mut cost, mut amount) = (0.0, 0.0);
        for (segment, loaded) in of.demand.segments.iter().zip(&self.loading.segments) {
            if model.class_row(segment.class).kind != kind {
                continue;
            }
            for (cell, expected) in segment.cells.iter().zip(&loaded.expected_cost) {
                let part = cell.per_year * self.share_between(cell, pairs);
                if part > 0.0 {
                    cost += part * expected;
                    amount += part;
                }
            }
        }
        cost / amount
    }

    /// The share of a cell that goes between one of some pairs of regions, either way; all of it without pairs.
    fn share_between(&self, cell: &OdCell, pairs: &[(&str, &str)]) -> f64 {
        if pairs.is_empty() {
            return 1.0;
        }
        if cell.per_year == 0.0 {
            return 0.0;
        }
        let asked = |part: &&OdPart| {
            let flow = self.assignment.demand.flow(part);
            let ends = (flow.origin.as_str(), flow.destination.as_str());
            pairs.iter().any(|&(a, b)| ends == (a, b) || ends == (b, a))
        };
        cell.parts.iter().filter(asked).map(|part| part.per_year).sum::<f64>() / cell.per_year
    }
}
