//! Flows in serialized form: the tables of a results folder, and what the summary and a comparison hold of them.
//!
//! Amounts are tonnes or persons a year, money is in the study's currency of its price year.

use std::collections::BTreeMap;

use landbridge::index::{AssetIdx, ClassIdx};
use landbridge::model::Assignment;
use landbridge::network::Network;
use landbridge::outcome::flow_change::{FlowChange, pair_ways};
use landbridge::outcome::flows::{Counted, Flows, Total};
use landbridge::study::tables::ClassKind;
use serde::Serialize;

use crate::queues::{EquilibriumJson, FacilityJson, equilibrium_table, facility_json, facility_table};
use crate::tidy::{Csv, number};

/// What has to be said wherever flows are shown.
pub const NOTE: &str = "Hours rise with flow at gates, terminals and lines with a known capacity; other links are as \
                        fast at any flow. Flows are means of a year without empty vehicles and local traffic. Choice \
                        and demand are fitted to counts where calibration/fitted.csv says so; economy/scale.csv scales \
                        demand to some.";

/// Ways below this share of their pair are one row.
const LEAST_SHARE: f64 = 0.005;

/// Amounts below this would be written as 0, and have no row.
const LEAST: f64 = 0.05;

/// The word for what moves: `goods` or `travellers`.
pub fn kind_word(kind: ClassKind) -> &'static str {
    match kind {
        ClassKind::Freight => "goods",
        ClassKind::Passenger => "travellers",
    }
}

/// Flows of all scenarios in the summary.
#[derive(Clone, Debug, Serialize)]
pub struct FlowsJson {
    note: &'static str,
    year: i32,
    size: SizeJson,
    scenarios: Vec<ScenarioJson>,
}

/// How large the problem is.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SizeJson {
    zones: usize,
    segments: usize,
    pairs: usize,
    scenarios: usize,
    facilities: usize,
    routes: usize,
    masks: usize,
    bytes: usize,
}

#[derive(Clone, Debug, Serialize)]
struct ScenarioJson {
    scenario: String,
    equilibrium: EquilibriumJson,
    goods: TotalJson,
    travellers: TotalJson,
    transit: Vec<TransitJson>,
    revenue: Vec<RevenueJson>,
}

#[expect(clippy::struct_field_names, reason = "units are suffixes")]
#[derive(Clone, Copy, Debug, Serialize)]
struct TotalJson {
    demand_per_year: f64,
    unserved_per_year: f64,
    expected_cost_usd_per_year: f64,
}

#[derive(Clone, Debug, Serialize)]
struct TransitJson {
    country: String,
    kind: &'static str,
    per_year: f64,
}

#[derive(Clone, Debug, Serialize)]
struct RevenueJson {
    actor: String,
    levy: &'static str,
    usd_per_year: f64,
}

fn total(total: Total) -> TotalJson {
    TotalJson {
        demand_per_year: total.demand,
        unserved_per_year: total.unserved,
        expected_cost_usd_per_year: total.expected_cost,
    }
}

/// The flows of all scenarios, as the summary holds them.
pub fn json(assignment: &Assignment, all: &[Flows]) -> FlowsJson {
    let model = assignment.reference();
    let (study, network) = (&model.study, &model.network);
    let scenario = |flows: &Flows| ScenarioJson {
        scenario: flows.scenario.clone(),
        equilibrium: flows.convergence.into(),
        goods: total(flows.total(study, ClassKind::Freight)),
        travellers: total(flows.total(study, ClassKind::Passenger)),
        transit: flows
            .transit
            .iter()
            .map(|(&(country, kind), &per_year)| TransitJson {
                country: network.countries[country].clone(),
                kind: kind_word(kind),
                per_year,
            })
            .collect(),
        revenue: flows
            .revenue
            .iter()
            .map(|(&(actor, levy), &usd_per_year)| RevenueJson {
                actor: network.actors[actor].id.clone(),
                levy: levy.word(),
                usd_per_year,
            })
            .collect(),
    };
    FlowsJson {
        note: NOTE,
        year: assignment.demand.year,
        size: size_json(assignment),
        scenarios: all.iter().map(scenario).collect(),
    }
}

pub(crate) fn size_json(assignment: &Assignment) -> SizeJson {
    let size = assignment.size();
    SizeJson {
        zones: size.zones,
        segments: size.segments,
        pairs: size.pairs,
        scenarios: size.scenarios,
        facilities: size.facilities,
        routes: size.routes.routes,
        masks: size.routes.masks,
        bytes: size.routes.bytes,
    }
}

/// The tidy tables of flows: file name and content. Amounts are to a tenth; what is smaller has no row.
pub fn tables(assignment: &Assignment, all: &[Flows], counted: &[Counted]) -> Vec<(String, Vec<u8>)> {
    vec![
        ("tables/flow.csv".to_owned(), flow_table(assignment, all)),
        ("tables/crossing_flow.csv".to_owned(), crossing_table(assignment, all)),
        ("tables/facility.csv".to_owned(), facility_table(all)),
        ("tables/equilibrium.csv".to_owned(), equilibrium_table(all)),
        ("tables/port_flow.csv".to_owned(), port_table(assignment, all)),
        ("tables/transit.csv".to_owned(), transit_table(assignment, all)),
        ("tables/revenue.csv".to_owned(), revenue_table(assignment, all)),
        ("tables/way.csv".to_owned(), way_table(assignment, all)),
        ("tables/observed.csv".to_owned(), observed_table(assignment, counted)),
    ]
}

fn flow_table(assignment: &Assignment, all: &[Flows]) -> Vec<u8> {
    let mut csv = Csv::new(&["scenario", "link_id", "from_node_id", "to_node_id", "class", "per_year"]);
    let model = assignment.reference();
    let network = &model.network;
    for flows in all {
        // A physical link may be several in the graph: trucks and wagons on one ferry.
        let mut sums: BTreeMap<(AssetIdx, bool, ClassIdx), f64> = BTreeMap::new();
        for (class, on_links) in flows.on_links.enumerate() {
            for (at, &amount) in on_links.enumerate().filter(|(_, amount)| **amount > 0.0) {
                let link = &network.links[at];
                if let Some(asset) = link.asset {
                    *sums.entry((asset, !link.forward, class)).or_default() += amount;
                }
            }
        }
        for ((asset, is_back, class), amount) in sums.into_iter().filter(|(_, amount)| *amount >= LEAST) {
            let asset = &network.assets[asset];
            let (from, to) = if is_back { (asset.ends.1, asset.ends.0) } else { asset.ends };
            csv.row([
                flows.scenario.clone(),
                asset.id.clone(),
                network.nodes[from].id.clone(),
                network.nodes[to].id.clone(),
                model.class_row(class).id.clone(),
                number(amount, 1),
            ]);
        }
    }
    csv.finish()
}

fn crossing_table(assignment: &Assignment, all: &[Flows]) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "scenario",
        "crossing_id",
        "name",
        "from_node_id",
        "to_node_id",
        "t_per_year",
        "persons_per_year",
        "trucks_per_day",
        "trains_per_day",
    ]);
    let model = assignment.reference();
    let network = &model.network;
    for flows in all {
        for flow in flows.crossings(&model.study, network) {
            csv.row([
                flows.scenario.clone(),
                network.crossings[flow.crossing].id.clone(),
                network.crossings[flow.crossing].name.clone(),
                network.nodes[flow.from].id.clone(),
                network.nodes[flow.to].id.clone(),
                number(flow.t_per_year, 1),
                number(flow.persons_per_year, 1),
                number(flow.trucks_per_day, 3),
                number(flow.trains_per_day, 3),
            ]);
        }
    }
    csv.finish()
}

fn port_table(assignment: &Assignment, all: &[Flows]) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "scenario",
        "node_id",
        "name",
        "t_per_year",
        "teu_per_year_if_all_in_containers",
        "persons_per_year",
    ]);
    let model = assignment.reference();
    for flows in all {
        for port in flows.ports(&model.study, &model.network) {
            let node = &model.network.nodes[port.node];
            csv.row([
                flows.scenario.clone(),
                node.id.clone(),
                node.name.clone(),
                number(port.t_per_year, 1),
                number(port.teu_per_year, 1),
                number(port.persons_per_year, 1),
            ]);
        }
    }
    csv.finish()
}

fn transit_table(assignment: &Assignment, all: &[Flows]) -> Vec<u8> {
    let mut csv = Csv::new(&["scenario", "country", "kind", "per_year"]);
    let network = &assignment.reference().network;
    for flows in all {
        for (&(country, kind), &amount) in &flows.transit {
            csv.row([
                flows.scenario.clone(),
                network.countries[country].clone(),
                kind_word(kind).to_owned(),
                number(amount, 1),
            ]);
        }
    }
    csv.finish()
}

fn revenue_table(assignment: &Assignment, all: &[Flows]) -> Vec<u8> {
    let mut csv = Csv::new(&["scenario", "actor", "levy", "usd_per_year"]);
    let network = &assignment.reference().network;
    for flows in all {
        for (&(actor, levy), &usd) in &flows.revenue {
            csv.row([
                flows.scenario.clone(),
                network.actors[actor].id.clone(),
                levy.word().to_owned(),
                number(usd, 0),
            ]);
        }
    }
    csv.finish()
}

fn way_table(assignment: &Assignment, all: &[Flows]) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "scenario",
        "origin",
        "destination",
        "kind",
        "territories",
        "modes",
        "per_year",
        "share_of_pair",
    ]);
    let network = &assignment.reference().network;
    for flows in all {
        for pair in pair_ways(flows, flows) {
            let mut row = |territories: String, modes: String, amount: f64| {
                csv.row([
                    flows.scenario.clone(),
                    pair.origin.clone(),
                    pair.destination.clone(),
                    kind_word(pair.kind).to_owned(),
                    territories,
                    modes,
                    number(amount, 1),
                    number(amount / pair.served[0], 4),
                ]);
            };
            let (main, [other, _]) = pair.main_ways(LEAST_SHARE);
            for way in main {
                let passed: Vec<_> =
                    way.territories.iter().map(|&t| network.territories[t].id.as_str()).collect();
                let modes: Vec<_> = way.modes.iter().map(|mode| mode.word()).collect();
                row(passed.join(";"), modes.join(";"), way.per_year[0]);
            }
            if other > 0.0 {
                row("other".to_owned(), String::new(), other);
            }
        }
    }
    csv.finish()
}

fn observed_table(assignment: &Assignment, counted: &[Counted]) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "observed_id",
        "name",
        "unit",
        "model",
        "observed",
        "ratio",
        "year",
        "used_to_build",
        "cause",
        "quality",
    ]);
    let study = &assignment.reference().study;
    for count in counted {
        let row = &study.observed[count.row];
        csv.row([
            row.observed_id.clone(),
            row.name.clone(),
            row.unit.word().to_owned(),
            number(count.model, 1),
            row.per_year.map_or(String::new(), |amount| number(amount, 1)),
            count.ratio(study).map_or(String::new(), |ratio| number(ratio, 4)),
            row.year.to_string(),
            u8::from(row.used_to_build).to_string(),
            row.cause.clone().unwrap_or_default(),
            row.quality.word().to_owned(),
        ]);
    }
    csv.finish()
}

/// Flows of one scenario against those of another.
#[derive(Clone, Debug, Serialize)]
pub struct FlowChangeJson {
    note: &'static str,
    year: i32,
    equilibrium: SidesJson<EquilibriumJson>,
    goods: SidesJson<TotalJson>,
    travellers: SidesJson<TotalJson>,
    facilities: Vec<SidesJson<FacilityJson>>,
    crossings: Vec<CrossingJson>,
    ports: Vec<PortJson>,
    transit: Vec<TransitChangeJson>,
    revenue: Vec<RevenueChangeJson>,
    pairs: Vec<PairJson>,
}

/// A value before and after.
#[derive(Clone, Copy, Debug, Serialize)]
struct SidesJson<T> {
    before: T,
    after: T,
}

impl<T> From<[T; 2]> for SidesJson<T> {
    fn from([before, after]: [T; 2]) -> Self {
        Self { before, after }
    }
}

#[derive(Clone, Debug, Serialize)]
struct CrossingJson {
    crossing_id: String,
    from: String,
    to: String,
    t_per_year: SidesJson<f64>,
    persons_per_year: SidesJson<f64>,
    trucks_per_day: SidesJson<f64>,
    trains_per_day: SidesJson<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct PortJson {
    node: String,
    t_per_year: SidesJson<f64>,
    persons_per_year: SidesJson<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct TransitChangeJson {
    country: String,
    kind: &'static str,
    per_year: SidesJson<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct RevenueChangeJson {
    actor: String,
    levy: &'static str,
    usd_per_year: SidesJson<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct PairJson {
    origin: String,
    destination: String,
    served_t_per_year: SidesJson<f64>,
    other_ways_t_per_year: SidesJson<f64>,
    ways: Vec<WayJson>,
}

#[derive(Clone, Debug, Serialize)]
struct WayJson {
    territories: Vec<String>,
    modes: Vec<&'static str>,
    t_per_year: SidesJson<f64>,
    share: SidesJson<Option<f64>>,
}

/// Flows of one scenario against those of another, for programs.
pub fn change_json(network: &Network, year: i32, change: &FlowChange) -> FlowChangeJson {
    let [goods, travellers] = change.totals.map(|(_, sides)| SidesJson::from(sides.map(total)));
    let node = |at| network.nodes[at].id.clone();
    FlowChangeJson {
        note: NOTE,
        year,
        equilibrium: change.convergence.map(EquilibriumJson::from).into(),
        goods,
        travellers,
        facilities: change
            .facilities
            .iter()
            .map(|sides| sides.each_ref().map(facility_json).into())
            .collect(),
        crossings: change
            .crossings
            .iter()
            .map(|sides| CrossingJson {
                crossing_id: network.crossings[sides[0].crossing].id.clone(),
                from: node(sides[0].from),
                to: node(sides[0].to),
                t_per_year: sides.map(|side| side.t_per_year).into(),
                persons_per_year: sides.map(|side| side.persons_per_year).into(),
                trucks_per_day: sides.map(|side| side.trucks_per_day).into(),
                trains_per_day: sides.map(|side| side.trains_per_day).into(),
            })
            .collect(),
        ports: change
            .ports
            .iter()
            .map(|sides| PortJson {
                node: node(sides[0].node),
                t_per_year: sides.map(|side| side.t_per_year).into(),
                persons_per_year: sides.map(|side| side.persons_per_year).into(),
            })
            .collect(),
        transit: change
            .transit
            .iter()
            .map(|&(country, kind, sides)| TransitChangeJson {
                country: network.countries[country].clone(),
                kind: kind_word(kind),
                per_year: sides.into(),
            })
            .collect(),
        revenue: change
            .revenue
            .iter()
            .map(|&(actor, levy, sides)| RevenueChangeJson {
                actor: network.actors[actor].id.clone(),
                levy: levy.word(),
                usd_per_year: sides.into(),
            })
            .collect(),
        pairs: change
            .pairs
            .iter()
            .map(|pair| {
                let (main, other) = pair.main_ways(LEAST_SHARE);
                let way = |way: &landbridge::outcome::flow_change::WayChange| WayJson {
                    territories: way
                        .territories
                        .iter()
                        .map(|&at| network.territories[at].id.clone())
                        .collect(),
                    modes: way.modes.iter().map(|mode| mode.word()).collect(),
                    t_per_year: way.per_year.into(),
                    share: pair.shares(way).into(),
                };
                PairJson {
                    origin: pair.origin.clone(),
                    destination: pair.destination.clone(),
                    served_t_per_year: pair.served.into(),
                    other_ways_t_per_year: other.into(),
                    ways: main.into_iter().map(way).collect(),
                }
            })
            .collect(),
    }
}
