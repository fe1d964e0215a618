//! What moves in a scenario in a year: flows on links, and the sums that people ask for.
//!
//! Amounts are tonnes a year for goods and persons a year for travellers. Money is in the study's currency of its price
//! year.

use std::collections::BTreeMap;

use super::queues::{Convergence, FacilityState};
use crate::index::{
    ActorIdx, AssetIdx, ClassIdx, CountryIdx, CrossingIdx, Idx, IdxVec, LinkIdx, NodeIdx, TerritoryIdx,
};
use crate::network::{LinkKind, Network};
use crate::study::Study;
use crate::study::tables::{ClassKind, ClassRow, Mode, Quality};

/// Days of a year, for flows by the day.
pub const DAYS: f64 = 365.0;

/// Flows of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Flows {
    /// The scenario.
    pub scenario: String,
    /// Year of the demand.
    pub year: i32,
    /// Amount on each directed link, by class.
    pub on_links: IdxVec<ClassIdx, IdxVec<LinkIdx, f64>>,
    /// What becomes of the demand, by class.
    pub totals: IdxVec<ClassIdx, Total>,
    /// Ways between regions, by origin, destination and kind, the greatest first.
    pub ways: Vec<WayFlow>,
    /// Transit by country and kind.
    pub transit: BTreeMap<(CountryIdx, ClassKind), f64>,
    /// What is taken for passage, by collector and charge, money a year.
    pub revenue: BTreeMap<(ActorIdx, Levy), f64>,
    /// Gates, terminals and lines with a capacity, in order.
    pub facilities: Vec<FacilityState>,
    /// How near flows and queues are to their equilibrium.
    pub convergence: Convergence,
}

/// What becomes of the demand of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    /// Demand.
    pub demand: f64,
    /// Part that does not travel: no way is open, or none is worth its cost.
    pub unserved: f64,
    /// Expected minimum cost of all demand (the logsum), money a year. Pairs that no scenario connects are left out.
    pub expected_cost: f64,
}

/// What goes one way between two regions.
#[derive(Clone, Debug, PartialEq)]
pub struct WayFlow {
    /// Region of origin.
    pub origin: String,
    /// Region of destination.
    pub destination: String,
    /// Goods or people.
    pub kind: ClassKind,
    /// Territories passed, in order.
    pub territories: Vec<TerritoryIdx>,
    /// Modes used, in order.
    pub modes: Vec<Mode>,
    /// Amount.
    pub per_year: f64,
}

/// For what money is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Levy {
    /// Fees at borders.
    Border,
    /// Charges of a country on traffic that passes it.
    Transit,
    /// Tolls of a regime or scenario.
    Toll,
}

impl Levy {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Border, Self::Transit, Self::Toll];

    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Border => "border fees",
            Self::Transit => "transit charges",
            Self::Toll => "tolls",
        }
    }
}

/// What passes a crossing in one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrossingFlow {
    /// The crossing.
    pub crossing: CrossingIdx,
    /// From which side.
    pub from: NodeIdx,
    /// To which side.
    pub to: NodeIdx,
    /// Goods, t/year.
    pub t_per_year: f64,
    /// Travellers, persons/year.
    pub persons_per_year: f64,
    /// Loaded trucks a day, at the loads of the classes; 0 on rails.
    pub trucks_per_day: f64,
    /// Freight trains a day, at the load of a train; 0 on roads.
    pub trains_per_day: f64,
}

/// What passes a port.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PortFlow {
    /// The place.
    pub node: NodeIdx,
    /// Goods that come or leave by ship or ferry, t/year.
    pub t_per_year: f64,
    /// The same in containers, if all of it were in containers, TEU/year.
    pub teu_per_year: f64,
    /// Travellers by ferry, persons/year.
    pub persons_per_year: f64,
}

/// Who uses a link, and for what.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkUser {
    /// Origin.
    pub origin: NodeIdx,
    /// Destination.
    pub destination: NodeIdx,
    /// Region of origin.
    pub origin_region: String,
    /// Region of destination.
    pub destination_region: String,
    /// Country of the carrier, where a rule looks at it.
    pub flag: Option<CountryIdx>,
    /// Class.
    pub class: ClassIdx,
    /// Commodity, or purpose of travel.
    pub what: String,
    /// Tonnes or persons a year.
    pub per_year: f64,
    /// Value, money a year; 0 for travellers.
    pub usd_per_year: f64,
    /// How sure the amount is.
    pub quality: Quality,
}

/// A counted flow and what the model says, in the unit of the count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// Row of the table of observed flows.
    pub row: usize,
    /// The model's amount a year.
    pub model: f64,
}

/// What the model says of a natural experiment, amounts a year in the unit of the count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExperimentResult {
    /// Row of the table of experiments.
    pub row: usize,
    /// Row of the count that says what is counted.
    pub observed: usize,
    /// On the day before.
    pub before: f64,
    /// On the day after.
    pub after: f64,
    /// Whether both are equilibria.
    pub is_converged: bool,
}

impl Counted {
    /// Model over observed; `None` if nothing was observed.
    pub fn ratio(&self, study: &Study) -> Option<f64> {
        let observed = study.observed[self.row].per_year.filter(|&amount| amount > 0.0)?;
        Some(self.model / observed)
    }
}

/// Units of a class that a truck, container or wagon carries; 1 if the class does not say.
fn load(per: Option<f64>) -> f64 {
    per.filter(|&load| load > 0.0).unwrap_or(1.0)
}

impl Flows {
    fn of_kind(study: &Study, kind: ClassKind) -> impl Iterator<Item = (ClassIdx, &ClassRow)> {
        let rows = study.classes.iter().enumerate().map(|(at, row)| (ClassIdx::new(at), row));
        rows.filter(move |(_, row)| row.kind == kind)
    }

    /// Amount on a directed link, all classes of a kind together.
    pub fn on_link(&self, study: &Study, kind: ClassKind, link: LinkIdx) -> f64 {
        Self::of_kind(study, kind).map(|(class, _)| self.on_links[class][link]).sum()
    }

    /// Amount on each physical link, both directions and all classes of a kind together.
    pub fn on_assets(&self, study: &Study, network: &Network, kind: ClassKind) -> IdxVec<AssetIdx, f64> {
        let mut on_assets: IdxVec<AssetIdx, f64> = network.assets.iter().map(|_| 0.0).collect();
        for (at, link) in network.links.enumerate() {
            if let Some(asset) = link.asset {
                on_assets[asset] += self.on_link(study, kind, at);
            }
        }
        on_assets
    }

    /// Loaded trucks a year on a directed link.
    fn trucks(&self, study: &Study, link: LinkIdx) -> f64 {
        let classes = Self::of_kind(study, ClassKind::Freight);
        classes.map(|(class, row)| self.on_links[class][link] / load(row.t_per_truck)).sum()
    }

    /// What passes each crossing in each direction, in order; crossings that nothing passes included.
    pub fn crossings(&self, study: &Study, network: &Network) -> Vec<CrossingFlow> {
        let mut flows: BTreeMap<(CrossingIdx, NodeIdx), CrossingFlow> = BTreeMap::new();
        for (at, link) in network.links.enumerate() {
            let LinkKind::Border(crossing) = link.kind else { continue };
            let (from, to) = (network.states[link.tail].node, network.states[link.head].node);
            let entry = flows.entry((crossing, from)).or_insert(CrossingFlow {
                crossing,
                from,
                to,
                t_per_year: 0.0,
                persons_per_year: 0.0,
                trucks_per_day: 0.0,
                trains_per_day: 0.0,
            });
            let t = self.on_link(study, ClassKind::Freight, at);
            entry.t_per_year += t;
            entry.persons_per_year += self.on_link(study, ClassKind::Passenger, at);
            match network.mode_state(at).map(crate::network::ModeState::mode) {
                Some(Mode::Road) => entry.trucks_per_day += self.trucks(study, at) / DAYS,
                Some(Mode::Rail) => entry.trains_per_day += t / study.defaults.t_per_train / DAYS,
                _ => {}
            }
        }
        flows.into_values().collect()
    }

    /// What comes to or leaves each place by ship or ferry, the greatest first.
    pub fn ports(&self, study: &Study, network: &Network) -> Vec<PortFlow> {
        let mut flows: BTreeMap<NodeIdx, PortFlow> = BTreeMap::new();
        for (at, link) in network.links.enumerate() {
            let Some(asset) = link.asset else { continue };
            if !matches!(network.assets[asset].mode, Mode::Sea | Mode::Ferry) {
                continue;
            }
            for state in [link.tail, link.head] {
                let node = network.states[state].node;
                let nothing = PortFlow { node, t_per_year: 0.0, teu_per_year: 0.0, persons_per_year: 0.0 };
                let entry = flows.entry(node).or_insert(nothing);
                entry.t_per_year += self.on_link(study, ClassKind::Freight, at);
                entry.persons_per_year += self.on_link(study, ClassKind::Passenger, at);
                let classes = Self::of_kind(study, ClassKind::Freight);
                entry.teu_per_year +=
                    classes.map(|(class, row)| self.on_links[class][at] / load(row.t_per_teu)).sum::<f64>();
            }
        }
        let mut ports: Vec<PortFlow> = flows.into_values().collect();
        ports.sort_by(|a, b| b.t_per_year.total_cmp(&a.t_per_year).then(a.node.cmp(&b.node)));
        ports
    }

    /// Demand, unserved demand and expected cost of all classes of a kind.
    pub fn total(&self, study: &Study, kind: ClassKind) -> Total {
        Self::of_kind(study, kind).fold(Total::default(), |sum, (class, _)| {
            let total = self.totals[class];
            Total {
                demand: sum.demand + total.demand,
                unserved: sum.unserved + total.unserved,
                expected_cost: sum.expected_cost + total.expected_cost,
            }
        })
    }
}
