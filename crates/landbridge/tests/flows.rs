//! Demand on the network: the toy by hand, and what must hold of the built-in study in every scenario.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use landbridge::index::{IdxVec, LinkIdx, StateIdx};
use landbridge::model::{Assignment, Model};
use landbridge::outcome::flows::{Flows, Levy};
use landbridge::study::tables::ClassKind;
use support::{close, folder, toy};

struct Built {
    model: Model,
    assignment: Assignment,
    flows: Vec<Flows>,
}

impl Built {
    fn new(model: Model) -> Self {
        let assignment = model.assignment(model.study.study.base_year).unwrap();
        let flows = assignment.all_flows();
        Self { model, assignment, flows }
    }

    fn of(&self, scenario: &str) -> &Flows {
        &self.flows[self.assignment.position(scenario).unwrap()]
    }
}

static CAUCASUS: LazyLock<Built> =
    LazyLock::new(|| Built::new(Model::load(&folder("south-caucasus")).0.unwrap()));
static TOY: LazyLock<Built> = LazyLock::new(|| Built::new(support::model(&toy())));

/// Sums of many amounts: rounding only.
const ROUNDING: f64 = 1e-9;

#[test]
fn what_is_served_and_what_is_not_add_up_to_the_demand() {
    for built in [&*CAUCASUS, &*TOY] {
        for kind in [ClassKind::Freight, ClassKind::Passenger] {
            let of_kind = built
                .assignment
                .demand
                .segments
                .iter()
                .filter(|segment| built.model.class_row(segment.class).kind == kind);
            let demand: f64 = of_kind.map(landbridge::demand::Segment::per_year).sum();
            for flows in &built.flows {
                let total = flows.total(&built.model.study, kind);
                close(total.demand, demand, ROUNDING, &flows.scenario);
                let served: f64 =
                    flows.ways.iter().filter(|way| way.kind == kind).map(|way| way.per_year).sum();
                close(served + total.unserved, demand, ROUNDING, &flows.scenario);
            }
        }
    }
}

/// What flows into a state less what flows out of it.
fn net(built: &Built, on_links: &IdxVec<LinkIdx, f64>) -> BTreeMap<StateIdx, f64> {
    let mut net = BTreeMap::new();
    for (at, link) in built.model.network.links.enumerate() {
        *net.entry(link.head).or_default() += on_links[at];
        *net.entry(link.tail).or_default() -= on_links[at];
    }
    net
}

#[test]
fn flows_are_conserved_at_every_state_but_where_they_start_and_end() {
    for built in [&*CAUCASUS, &*TOY] {
        for flows in &built.flows {
            for (class, on_links) in flows.on_links.enumerate() {
                let total = flows.totals[class].demand.max(1.0);
                for (state, net) in net(built, on_links) {
                    let is_end = built.model.network.states[state].mode_state.is_none();
                    assert!(
                        is_end || net.abs() < ROUNDING * total,
                        "{} {class:?} {state:?}: {net}",
                        flows.scenario
                    );
                }
            }
        }
    }
}

#[test]
fn a_closed_link_carries_nothing() {
    for built in [&*CAUCASUS, &*TOY] {
        for (scenario, flows) in built.assignment.scenarios.iter().zip(&built.flows) {
            for kind in [ClassKind::Freight, ClassKind::Passenger] {
                let on_assets = flows.on_assets(&built.model.study, &built.model.network, kind);
                for (asset, &amount) in on_assets.enumerate() {
                    let usable = scenario.overlay.is_usable(asset);
                    assert!(usable || amount == 0.0, "{} {:?}", flows.scenario, asset);
                }
            }
        }
    }
}

#[test]
fn who_uses_a_link_adds_up_to_what_passes_it() {
    let built = &*CAUCASUS;
    let at = built.assignment.position("open_tripp").unwrap();
    let gate = built.model.network.asset("rd_am_nrnadzor_bdr__az_aghband_bdr").unwrap();
    let users = built.assignment.users(at, &[gate]);
    for kind in [ClassKind::Freight, ClassKind::Passenger] {
        let of_kind =
            |user: &&landbridge::outcome::flows::LinkUser| built.model.class_row(user.class).kind == kind;
        let sum: f64 = users.iter().filter(of_kind).map(|user| user.per_year).sum();
        let on = built.flows[at].on_assets(&built.model.study, &built.model.network, kind)[gate];
        close(sum, on, ROUNDING, "users of the eastern gate");
    }
    assert!(users.iter().any(|user| user.origin_region == "AZE" && user.destination_region == "AZE-NX"));
    assert!(users.iter().filter(|user| user.usd_per_year > 0.0).count() > 10);
    assert!(built.assignment.users(built.assignment.position("base").unwrap(), &[gate]).is_empty());
}

#[test]
fn the_corridor_is_used_when_it_is_open_and_pays_its_collectors() {
    let built = &*CAUCASUS;
    let gate = built.model.network.asset("rl_am_nrnadzor_bdr__az_aghband_bdr").unwrap();
    let on = |scenario: &str| {
        built.of(scenario).on_assets(&built.model.study, &built.model.network, ClassKind::Freight)[gate]
    };
    assert!(on("base") == 0.0 && on("open_tripp_road") == 0.0);
    for id in ["open_arm", "open_tripp", "open_rus", "open_aze", "joint_board", "unblock_full"] {
        assert!(on(id) > 1e5, "{id}: {}", on(id));
    }
    let taken = |scenario: &str, actor: &str| {
        let actor = built.model.network.actor(actor).unwrap();
        built.of(scenario).revenue.get(&(actor, Levy::Toll)).copied().unwrap_or(0.0)
    };
    // 74 and 26 percent of the tolls, as the framework shares them.
    let (usa, arm) = (taken("open_tripp", "USA"), taken("open_tripp", "ARM"));
    assert!(usa > 0.0);
    close(usa / (usa + arm), 0.74, ROUNDING, "share of the United States");
    assert!(taken("base", "USA") == 0.0);
}

/// Transit of a country is what passes it and neither starts nor ends in it: summed again from the ways.
#[test]
fn transit_is_what_the_ways_say() {
    let built = &*CAUCASUS;
    let network = &built.model.network;
    let armenia = network.country("ARM").unwrap();
    for flows in &built.flows {
        // Every place of a region lies in one country, so regions tell who starts and ends where.
        let passes = |way: &&landbridge::outcome::flows::WayFlow| {
            way.kind == ClassKind::Freight
                && way.origin != "ARM"
                && way.destination != "ARM"
                && way.territories.iter().any(|&t| network.territories[t].country == Some(armenia))
        };
        let sum: f64 = flows.ways.iter().filter(passes).map(|way| way.per_year).sum();
        let transit = flows.transit.get(&(armenia, ClassKind::Freight)).copied().unwrap_or(0.0);
        close(transit, sum, ROUNDING, &flows.scenario);
    }
}

#[test]
fn counted_flows_are_of_the_right_order_or_say_why_not() {
    let built = &*CAUCASUS;
    let counted = built.assignment.counted();
    assert!(counted.len() > 50);
    let unexplained: Vec<String> = counted
        .iter()
        .filter_map(|counted| {
            let row = &built.model.study.observed[counted.row];
            let ratio = counted.ratio(&built.model.study)?;
            let is_off = !(1.0 / 3.0..=3.0).contains(&ratio);
            (is_off && row.cause.is_none()).then(|| format!("{} {}: {ratio:.2}", row.observed_id, row.name))
        })
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

#[test]
fn the_order_of_zones_and_trade_changes_nothing() {
    let plain = &*TOY;
    let mut text = toy();
    for file in ["economy/trade.csv", "demand/zone.csv", "network/node.csv", "network/link.csv"] {
        let table = text.get_mut(file).unwrap();
        let mut lines: Vec<&str> = table.lines().collect();
        lines[1..].reverse();
        *table = lines.join("\n") + "\n";
    }
    let turned = Built::new(support::model(&text));
    for (a, b) in plain.flows.iter().zip(&turned.flows) {
        assert_eq!(a.scenario, b.scenario);
        for (class, on_links) in a.on_links.enumerate() {
            for (link, &amount) in on_links.enumerate() {
                close(b.on_links[class][link], amount, ROUNDING, &a.scenario);
            }
        }
    }
}

#[test]
fn a_study_without_scenarios_has_the_flows_of_its_tables() {
    let mut text = toy();
    text.retain(|file, _| !file.starts_with("scenarios/") && file != "claims.toml");
    let manifest = text.get_mut("study.toml").unwrap();
    *manifest =
        manifest.lines().filter(|line| !line.starts_with("compare_with")).collect::<Vec<_>>().join("\n");
    let bare = Built::new(support::model(&text));
    assert_eq!(bare.flows.len(), 1);
    let base = TOY.of("base");
    for kind in [ClassKind::Freight, ClassKind::Passenger] {
        let on =
            |built: &Built, flows: &Flows| flows.on_assets(&built.model.study, &built.model.network, kind);
        let (a, b) = (on(&bare, &bare.flows[0]), on(&TOY, base));
        // The route sets differ: other scenarios bring routes that only they make best.
        let sum = |on: &IdxVec<landbridge::index::AssetIdx, f64>| on.iter().sum::<f64>();
        assert!((sum(&a) / sum(&b) - 1.0).abs() < 0.2, "{} {}", sum(&a), sum(&b));
    }
    let is_demand = |file: &str| {
        ["demand/", "economy/trade", "economy/elasticity", "economy/scale"]
            .iter()
            .any(|at| file.starts_with(at))
    };
    text.retain(|file, _| !is_demand(file));
    assert!(support::model(&text).assignment(2025).is_none());
}

/// Benchmarks are stated at this size; who changes the study says so here.
#[test]
fn the_size_of_the_built_in_study_is_the_one_that_benchmarks_state() {
    let size = CAUCASUS.assignment.size();
    assert_eq!((size.zones, size.segments, size.pairs, size.scenarios), (110, 10, 44_042, 17));
    assert_eq!(size.routes.unconnected, 0, "every pair has a way in some scenario");
}
