//! What moves otherwise from one scenario to another.
//!
//! Amounts are those of [`flows`](super::flows); each has its value before and after.

use std::collections::{BTreeMap, BTreeSet};

use super::flows::{CrossingFlow, Flows, Levy, PortFlow, Total, WayFlow};
use super::queues::{Convergence, FacilityState};
use crate::index::{ActorIdx, CountryIdx, NodeIdx, TerritoryIdx};
use crate::network::Network;
use crate::study::Study;
use crate::study::tables::{ClassKind, Mode};

/// Pairs of regions that are told beside those of the key pairs.
const MOST_CHANGED: usize = 6;

/// The flows of one scenario against those of another.
#[derive(Clone, Debug)]
pub struct FlowChange {
    /// Goods, then travellers: demand, unserved and cost, before and after.
    pub totals: [(ClassKind, [Total; 2]); 2],
    /// Crossings in each direction, the greatest change of goods first.
    pub crossings: Vec<[CrossingFlow; 2]>,
    /// Ports, the greatest change of goods first.
    pub ports: Vec<[PortFlow; 2]>,
    /// Transit by country and kind, t or persons/year.
    pub transit: Vec<(CountryIdx, ClassKind, [f64; 2])>,
    /// What is taken for passage by collector and charge, money/year.
    pub revenue: Vec<(ActorIdx, Levy, [f64; 2])>,
    /// Goods between regions: the pairs of the study's key pairs, then those where most changes its way.
    pub pairs: Vec<PairWays>,
    /// Gates, terminals and lines with a capacity, the greatest change of hours first.
    pub facilities: Vec<[FacilityState; 2]>,
    /// How near each scenario is to its equilibrium.
    pub convergence: [Convergence; 2],
}

/// The ways of all that moves between two regions.
#[derive(Clone, Debug, PartialEq)]
pub struct PairWays {
    /// Region of origin.
    pub origin: String,
    /// Region of destination.
    pub destination: String,
    /// Goods or people.
    pub kind: ClassKind,
    /// What travels, before and after, t or persons/year.
    pub served: [f64; 2],
    /// Ways, the greatest first.
    pub ways: Vec<WayChange>,
}

/// A way before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct WayChange {
    /// Territories passed, in order.
    pub territories: Vec<TerritoryIdx>,
    /// Modes used, in order.
    pub modes: Vec<Mode>,
    /// Amount before and after, t or persons/year.
    pub per_year: [f64; 2],
}

impl WayChange {
    /// The way in words: `AZE > GEO > TUR by rail + ferry`.
    pub fn words(&self, network: &Network) -> String {
        way_words(network, &self.territories, &self.modes)
    }
}

/// A way in words: territories and modes in order.
pub fn way_words(network: &Network, territories: &[TerritoryIdx], modes: &[Mode]) -> String {
    let passed: Vec<_> = territories.iter().map(|&at| network.territories[at].id.as_str()).collect();
    let modes: Vec<_> = modes.iter().map(|mode| mode.word()).collect();
    format!("{} by {}", passed.join(" > "), modes.join(" + "))
}

impl PairWays {
    /// What goes another way after than before, t or persons/year: half the sum of all changes.
    pub fn moved(&self) -> f64 {
        self.ways.iter().map(|way| (way.per_year[1] - way.per_year[0]).abs()).sum::<f64>() / 2.0
    }

    /// Share of a way in what travels between the regions, before and after; `None` where nothing travels.
    pub fn shares(&self, way: &WayChange) -> [Option<f64>; 2] {
        [0, 1].map(|side| (self.served[side] > 0.0).then(|| way.per_year[side] / self.served[side]))
    }

    /// Ways with at least this share before or after, and the amounts of all others together.
    pub fn main_ways(&self, least_share: f64) -> (Vec<&WayChange>, [f64; 2]) {
        let is_main = |way: &&WayChange| self.shares(way).iter().flatten().any(|&share| share >= least_share);
        let (main, rest): (Vec<_>, Vec<_>) = self.ways.iter().partition(is_main);
        (main, [0, 1].map(|side| rest.iter().map(|way| way.per_year[side]).sum()))
    }
}

/// The ways between all regions, by origin, destination and kind.
pub fn pair_ways(before: &Flows, after: &Flows) -> Vec<PairWays> {
    type Ways<'f> = BTreeMap<(&'f [TerritoryIdx], &'f [Mode]), [f64; 2]>;
    let mut pairs: BTreeMap<(&str, &str, ClassKind), Ways<'_>> = BTreeMap::new();
    for (side, flows) in [before, after].into_iter().enumerate() {
        for way in &flows.ways {
            let WayFlow { origin, destination, kind, territories, modes, per_year } = way;
            let ways = pairs.entry((origin, destination, *kind)).or_default();
            ways.entry((territories, modes)).or_default()[side] += per_year;
        }
    }
    let pair = |((origin, destination, kind), ways): ((&str, &str, ClassKind), Ways<'_>)| {
        let served = [0, 1].map(|side| ways.values().map(|amount| amount[side]).sum());
        let way = |((territories, modes), per_year): ((&[TerritoryIdx], &[Mode]), [f64; 2])| WayChange {
            territories: territories.to_vec(),
            modes: modes.to_vec(),
            per_year,
        };
        let mut ways: Vec<WayChange> = ways.into_iter().map(way).collect();
        // The sort is stable: ways of one size stay in the order of territories and modes.
        ways.sort_by(|a, b| (b.per_year[0] + b.per_year[1]).total_cmp(&(a.per_year[0] + a.per_year[1])));
        PairWays { origin: origin.to_owned(), destination: destination.to_owned(), kind, served, ways }
    };
    pairs.into_iter().map(pair).collect()
}

/// Values of both sides by key; what one side lacks is 0.
fn both<K: Ord + Copy>(before: &BTreeMap<K, f64>, after: &BTreeMap<K, f64>) -> Vec<(K, [f64; 2])> {
    let keys: BTreeSet<K> = before.keys().chain(after.keys()).copied().collect();
    let sides = |key: K| [before, after].map(|side| side.get(&key).copied().unwrap_or(0.0));
    keys.into_iter().map(|key| (key, sides(key))).collect()
}

impl FlowChange {
    /// Holds the flows of two scenarios of one study against each other.
    pub fn new(study: &Study, network: &Network, before: &Flows, after: &Flows) -> Self {
        let sides = [before, after];
        let [a, b] = sides.map(|flows| flows.crossings(study, network));
        let mut crossings: Vec<[CrossingFlow; 2]> = a.into_iter().zip(b).map(|(a, b)| [a, b]).collect();
        let change = |sides: &[CrossingFlow; 2]| (sides[1].t_per_year - sides[0].t_per_year).abs();
        crossings.sort_by(|a, b| {
            change(b).total_cmp(&change(a)).then((a[0].crossing, a[0].from).cmp(&(b[0].crossing, b[0].from)))
        });
        // Ports of both sides are the same places in orders of their own.
        let [a, b] = sides.map(|flows| {
            let by_node = flows.ports(study, network).into_iter().map(|port| (port.node, port));
            by_node.collect::<BTreeMap<NodeIdx, PortFlow>>()
        });
        let mut ports: Vec<[PortFlow; 2]> =
            a.into_iter().zip(b).map(|((_, before), (_, after))| [before, after]).collect();
        let change = |sides: &[PortFlow; 2]| (sides[1].t_per_year - sides[0].t_per_year).abs();
        ports.sort_by(|a, b| change(b).total_cmp(&change(a)).then(a[0].node.cmp(&b[0].node)));
        // The facilities are those of the study in one order, whatever the scenario.
        let states = before.facilities.iter().zip(&after.facilities);
        let mut facilities: Vec<[FacilityState; 2]> = states.map(|(a, b)| [a.clone(), b.clone()]).collect();
        let change = |sides: &[FacilityState; 2]| (sides[1].wait.mean_h - sides[0].wait.mean_h).abs();
        facilities.sort_by(|a, b| change(b).total_cmp(&change(a)).then(a[0].place.cmp(&b[0].place)));
        let transit = both(&before.transit, &after.transit);
        let revenue = both(&before.revenue, &after.revenue);
        Self {
            totals: [ClassKind::Freight, ClassKind::Passenger]
                .map(|kind| (kind, sides.map(|flows| flows.total(study, kind)))),
            crossings,
            ports,
            transit: transit.into_iter().map(|((country, kind), amount)| (country, kind, amount)).collect(),
            revenue: revenue.into_iter().map(|((actor, levy), amount)| (actor, levy, amount)).collect(),
            pairs: main_pairs(study, pair_ways(before, after)),
            facilities,
            convergence: sides.map(|flows| flows.convergence),
        }
    }
}

/// Goods between the regions of the key pairs, in their order, and the pairs where most changes its way.
fn main_pairs(study: &Study, all: Vec<PairWays>) -> Vec<PairWays> {
    let freight: Vec<PairWays> = all.into_iter().filter(|pair| pair.kind == ClassKind::Freight).collect();
    let regions = |node: &str| -> Vec<&str> {
        study.zones.iter().filter(|zone| zone.node_id == node).map(|zone| zone.region.as_str()).collect()
    };
    let mut order: Vec<usize> = Vec::new();
    for key in study.key_pairs.iter() {
        for from in regions(&key.from) {
            for to in regions(&key.to) {
                let of_pair = freight.iter().position(|p| p.origin == from && p.destination == to);
                order.extend(of_pair.filter(|at| !order.contains(at)));
            }
        }
    }
    let mut moved: Vec<usize> = (0..freight.len()).filter(|&at| freight[at].moved() > 0.0).collect();
    moved.sort_by(|&a, &b| freight[b].moved().total_cmp(&freight[a].moved()).then(a.cmp(&b)));
    moved.retain(|at| !order.contains(at));
    order.extend(moved.into_iter().take(MOST_CHANGED));
    order.into_iter().map(|at| freight[at].clone()).collect()
}
