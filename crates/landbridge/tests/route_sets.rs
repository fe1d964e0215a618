//! What frozen route sets and their loading must show: nothing connected is lost, closing never helps, flows are
//! conserved, and neither names nor threads nor the splitting of classes change a result.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use landbridge::assignment::equilibrium::Congestion;
use landbridge::assignment::{Loader, Loading, RouteCosts, RouteUses, Waits};
use landbridge::cost::delay::Delay;
use landbridge::cost::{Fields, User};
use landbridge::index::{ActorIdx, AssetIdx, BitSet, ClassIdx, Idx, IdxVec, LinkIdx, NodeIdx, RouteIdx};
use landbridge::model::Model;
use landbridge::network::Network;
use landbridge::route::Costed;
use landbridge::route::k_best::{CorridorSearch, Distinct};
use landbridge::route::route_set::{Closures, Nest, OdGroup, RouteSetConfig, RouteSets};
use landbridge::route::shortest_path::{Scope, Search};
use landbridge::study::StudyText;
use landbridge::study::choice_tables::ChoiceRow;
use support::{close, csv, folder, listed, model, study, toy};

/// Sums of some dozen costs in another order.
const ROUNDING: f64 = 1e-12;

/// All scenarios of a study with route sets for some demand.
struct Case {
    scenarios: Vec<Model>,
    demand: Vec<OdGroup>,
    fields: Fields,
    closures: Vec<BTreeMap<ActorIdx, BitSet<AssetIdx>>>,
    sets: RouteSets,
    reference: usize,
}

/// Pairs of zones in different countries, from every `step`th zone to all.
fn pairs(network: &Network, step: usize) -> Vec<(NodeIdx, NodeIdx)> {
    let zones = network.zone_nodes();
    let country = |node: NodeIdx| network.nodes[node].country;
    let from = zones.iter().step_by(step);
    let all = from.flat_map(|&from| zones.iter().map(move |&to| (from, to)));
    all.filter(|&(from, to)| country(from) != country(to)).collect()
}

/// Demand that differs from cell to cell.
fn demand(network: &Network, classes: &[usize], step: usize) -> Vec<OdGroup> {
    let pairs = pairs(network, step);
    let per_year = (0..pairs.len()).map(|at| 1.0 + (at * 7 % 13) as f64).collect();
    let group = OdGroup { class: ClassIdx(0), flag: None, pairs, per_year };
    classes.iter().map(|&class| OdGroup { class: ClassIdx::new(class), ..group.clone() }).collect()
}

impl Case {
    fn new(model: &Model, demand: Vec<OdGroup>, config: &RouteSetConfig) -> Self {
        let ids: Vec<&str> = model.stand_alone().collect();
        let reference = ids.iter().position(|&id| id == "base").unwrap_or(0);
        let mut scenarios: Vec<Model> = ids.iter().map(|id| model.under(id, false).unwrap()).collect();
        if scenarios.is_empty() {
            scenarios.push(model.clone());
        }
        let users: Vec<User> = demand.iter().map(|g| User { class: g.class, flag: g.flag }).collect();
        let fields = Model::fields(&scenarios, &users);
        let closures: Vec<_> = scenarios.iter().map(Model::closures).collect();
        let of_scenario = closures.iter().map(|of| of.values().cloned().collect()).collect();
        let network = &model.network;
        let sets = RouteSets::build(network, &fields, &demand, &Closures { of_scenario }, reference, config);
        Self { scenarios, demand, fields, closures, sets, reference }
    }
    fn south_caucasus(classes: &[usize], step: usize) -> Self {
        let model = model(&folder("south-caucasus"));
        let demand = demand(&model.network, classes, step);
        Self::new(&model, demand, &RouteSetConfig::default())
    }
    fn toy() -> Self {
        let model = model(&toy());
        let n = model.size().classes;
        let demand = demand(&model.network, &(0..n).collect::<Vec<_>>(), 1);
        Self::new(&model, demand, &RouteSetConfig::default())
    }
    fn network(&self) -> &Network {
        &self.scenarios[0].network
    }
    fn loader(&self) -> Loader<'_> {
        let model = &self.scenarios[0];
        let choice = ChoiceRow::default();
        Loader::new(&model.study, &model.network, &self.sets, &self.fields, &self.demand, &choice)
    }
    fn costs(&self, loader: &Loader<'_>, scenario: usize, closed: Option<&BitSet<AssetIdx>>) -> RouteCosts {
        let mut costs = loader.route_costs(&self.fields, scenario);
        if let Some(closed) = closed {
            loader.close(&mut costs, closed, |_| true);
        }
        costs
    }
    /// Each scenario with nothing closed, then with the links of each actor closed.
    fn masks(&self, scenario: usize) -> impl Iterator<Item = Option<&BitSet<AssetIdx>>> {
        std::iter::once(None).chain(self.closures[scenario].values().map(Some))
    }
}

/// The cheapest route of every pair under every mask, against the search that skims use.
fn holds_the_best(case: &Case) -> usize {
    let network = case.network();
    let loader = case.loader();
    let mut search = Search::new(network);
    let mut n_connected = 0;
    for scenario in 0..case.scenarios.len() {
        for closed in case.masks(scenario) {
            let costs = case.costs(&loader, scenario, closed);
            for (user, group) in case.demand.iter().enumerate() {
                for of_origin in group.pairs.chunk_by(|a, b| a.0 == b.0) {
                    let origin = of_origin[0].0;
                    let mut by_field: BTreeMap<_, Vec<NodeIdx>> = BTreeMap::new();
                    for &(_, to) in of_origin {
                        by_field.entry(case.fields.field(scenario, user, origin, to)).or_default().push(to);
                    }
                    for (field, ends) in by_field {
                        let cost: IdxVec<LinkIdx, f64> = case.fields.cost(field).iter().copied().collect();
                        let mut permits = BitSet::empty(network.links.len());
                        for (at, link) in network.links.enumerate() {
                            let shut = link.asset.zip(closed).is_some_and(|(asset, set)| set.contains(asset));
                            if cost[at].is_finite() && !shut {
                                permits.insert(at);
                            }
                        }
                        let costed = Costed { cost: &cost, permits: &permits };
                        search.forward(costed, Scope::All, network.nodes[origin].centroid, &[]);
                        for to in ends {
                            let want = search.cost(network.nodes[to].centroid);
                            let entry = case.sets.entry(user, origin, to).unwrap();
                            let routes = &costs.0[case.sets.routes(entry)];
                            let got = routes.iter().copied().fold(f64::INFINITY, f64::min);
                            n_connected += usize::from(want.is_finite());
                            assert!(
                                got.total_cmp(&want).is_eq() || (got - want).abs() <= ROUNDING * want,
                                "{scenario} {closed:?} {origin:?} {to:?}: {got} is not {want}"
                            );
                        }
                    }
                }
            }
        }
    }
    n_connected
}

#[test]
fn no_connected_pair_is_lost_under_any_closure() {
    assert!(holds_the_best(&Case::toy()) > 100);
    // General cargo, travellers and cars from every 23rd zone to all others, in 16 scenarios, with 26 or 27 closures in
    // each.
    assert!(holds_the_best(&Case::south_caucasus(&[0, 4, 5], 23)) > 100_000);
}

/// All pairs of all classes under all closures: the long test, about two minutes.
#[test]
fn no_connected_pair_of_any_class_is_lost_under_any_closure() {
    let n = holds_the_best(&Case::south_caucasus(&[0, 1, 2, 3, 4, 5], 1));
    assert!(n > 10_000_000, "{n}");
}

#[test]
fn the_nests_are_chains_of_modes_and_corridors() {
    let case = Case::south_caucasus(&[0], 23);
    let network = case.network();
    for entry in case.sets.entries() {
        let (mut chains, mut corridors, mut routes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut last = (Vec::new(), Vec::new());
        for route in case.sets.routes(entry) {
            let links: Vec<LinkIdx> = case.sets.links(RouteIdx::new(route)).collect();
            let moves = links.iter().filter(|&&link| network.links[link].asset.is_some());
            let mut chain: Vec<_> = moves.map(|&link| network.mode_state(link).unwrap().mode()).collect();
            chain.dedup();
            let corridor = Distinct::Corridor.steps(network, &links);
            // A new nest has not been before; what is none is that of the route before.
            match case.sets.nests()[route] {
                Nest::Mode => assert!(chains.insert(chain.clone()) && corridors.insert(corridor.clone())),
                Nest::Corridor => assert!(chain == last.0 && corridors.insert(corridor.clone())),
                Nest::Variant => assert!(chain == last.0 && corridor == last.1),
            }
            let joined = links.windows(2).all(|two| network.links[two[0]].head == network.links[two[1]].tail);
            assert!(joined && routes.insert(links.clone()));
            let (from, to) = case.sets.pair(entry);
            assert_eq!(network.links[links[0]].tail, network.nodes[from].centroid);
            assert_eq!(network.links[links[links.len() - 1]].head, network.nodes[to].centroid);
            last = (chain, corridor);
        }
    }
}

/// The corridors of each scenario against the search for single pairs, which joins shortest legs only: each that it
/// finds is there, as cheap, or six cheaper ones are. Some are not: a beginning that must come back to a node or territory
/// may be the cheapest of its corridor and shut out the others (25 of 6517 when this was written).
#[test]
fn the_corridors_are_those_of_the_search_for_single_pairs() {
    let case = Case::south_caucasus(&[0], 23);
    let network = case.network();
    let loader = case.loader();
    let (mut n, mut missing) = (0, 0);
    for scenario in [case.reference, 8, case.scenarios.len() - 1] {
        let costs = loader.route_costs(&case.fields, scenario);
        for &(from, to) in &case.demand[0].pairs {
            let field = case.fields.cost(case.fields.field(scenario, 0, from, to));
            let cost: IdxVec<LinkIdx, f64> = field.iter().copied().collect();
            let mut permits = BitSet::empty(cost.len());
            cost.indices().filter(|&at| cost[at].is_finite()).for_each(|at| permits.insert(at));
            let mut search = CorridorSearch::new(network, Costed { cost: &cost, permits: &permits });
            let nodes = &network.nodes;
            let paths = search.k_best(nodes[from].centroid, nodes[to].centroid, 6, Distinct::Corridor);
            let entry = case.sets.entry(0, from, to).unwrap();
            let mut own: BTreeMap<_, f64> = BTreeMap::new();
            for route in case.sets.routes(entry) {
                let links: Vec<LinkIdx> = case.sets.links(RouteIdx::new(route)).collect();
                let best = own.entry(Distinct::Corridor.steps(network, &links)).or_insert(f64::INFINITY);
                *best = best.min(costs.0[route]);
            }
            for path in &paths {
                // The set is not asked for what costs more than twice the best.
                if path.cost > RouteSetConfig::default().stretch * paths[0].cost {
                    continue;
                }
                n += 1;
                let as_cheap = |cost: &f64| *cost <= path.cost * (1.0 + ROUNDING);
                let own_cost = own.get(&Distinct::Corridor.steps(network, &path.links));
                let is_there = own_cost.is_some_and(as_cheap);
                missing += usize::from(!is_there && own.values().filter(|cost| as_cheap(cost)).count() < 6);
            }
        }
    }
    assert!(n > 500, "{n}");
    assert!(missing * 100 <= n, "{missing} of {n} corridors are missing");
}

#[test]
fn closing_never_lowers_the_expected_cost() {
    let case = Case::south_caucasus(&[0, 5], 23);
    let loader = case.loader();
    for scenario in [0, case.scenarios.len() - 1] {
        let open = loader.load(&case.costs(&loader, scenario, None));
        for closed in case.closures[scenario].values() {
            let shut = loader.load(&case.costs(&loader, scenario, Some(closed)));
            for (open, shut) in open.segments.iter().zip(&shut.segments) {
                for (before, after) in open.expected_cost.iter().zip(&shut.expected_cost) {
                    assert!(*after >= before * (1.0 - ROUNDING), "{after} is below {before}");
                }
            }
        }
    }
}

/// Net flow out of each state is the demand served from or to its centroid.
fn is_conserved(case: &Case, loader: &Loader<'_>, loading: &Loading) {
    let network = case.network();
    for (at, (segment, of)) in loader.segments().iter().zip(&loading.segments).enumerate() {
        let total: f64 = segment.per_year.iter().sum();
        let mut net = vec![0.0; network.states.len()];
        for (link, flow) in of.flow_per_year.enumerate() {
            net[network.links[link].tail.position()] += flow;
            net[network.links[link].head.position()] -= flow;
        }
        for (cell, &(from, to)) in case.demand[at].pairs.iter().enumerate() {
            let served = segment.per_year[cell] - of.unserved_per_year[cell];
            net[network.nodes[from].centroid.position()] -= served;
            net[network.nodes[to].centroid.position()] += served;
        }
        let worst = net.iter().fold(0.0_f64, |worst, net| worst.max(net.abs()));
        assert!(worst <= 1e-9 * total, "{worst} of {total} is lost");
        let mut by_cell = vec![0.0; segment.per_year.len()];
        let mut by_link: IdxVec<LinkIdx, f64> = of.flow_per_year.iter().map(|_| 0.0).collect();
        for flow in loader.route_flows(loading, at) {
            assert_eq!(flow.pair, case.demand[at].pairs[flow.cell]);
            by_cell[flow.cell] += flow.per_year;
            case.sets.links(flow.route).for_each(|link| by_link[link] += flow.per_year);
        }
        for (cell, served) in by_cell.into_iter().enumerate() {
            close(
                served + of.unserved_per_year[cell],
                segment.per_year[cell],
                ROUNDING,
                "served and unserved",
            );
        }
        for (link, flow) in by_link.enumerate() {
            assert!((flow - of.flow_per_year[link]).abs() <= 1e-9 * total);
        }
    }
}

#[test]
fn flows_are_conserved_and_all_demand_is_accounted_for() {
    for case in [Case::toy(), Case::south_caucasus(&[0, 4], 23)] {
        let loader = case.loader();
        for scenario in 0..case.scenarios.len() {
            is_conserved(&case, &loader, &loader.load(&case.costs(&loader, scenario, None)));
        }
        let any = case.closures[0].values().nth(1);
        is_conserved(&case, &loader, &loader.load(&case.costs(&loader, 0, any)));
    }
}

/// What is chosen after a closure, made from the choices before it, is what is chosen when all is made anew; and the flows
/// that follow from it are those of the tree of one pair after the other.
#[test]
fn closing_in_the_choices_before_is_choosing_anew() {
    for case in [Case::toy(), Case::south_caucasus(&[0, 4], 23)] {
        let loader = case.loader();
        // Hours on every third link, which cost each user more or less.
        let links: Vec<LinkIdx> = case.network().links.indices().step_by(3).collect();
        let links_of: Vec<&[LinkIdx]> = links.chunks(1).collect();
        let uses = RouteUses::new(&case.sets, case.network().links.len(), &links_of);
        let n_users = case.demand.len();
        let extra_h: Vec<f64> = (0..links.len()).map(|at| (at * 7 % 11) as f64 / 4.0 - 1.0).collect();
        let congestion = Congestion {
            delay: vec![Delay::Constant { hours: 0.0 }; links.len()],
            reference_h: vec![0.0; links.len()],
            load: vec![vec![1.0; links.len()]; n_users],
            price: (0..n_users).map(|user| vec![0.5 + user as f64; links.len()]).collect(),
        };
        let open = case.costs(&loader, 0, None);
        let before = loader.choices(&open, &uses);
        let mut n_losers = 0;
        for closed in case.closures[0].values() {
            let mut costs = open.clone();
            let losers = loader.close(&mut costs, closed, |_| true);
            let choices = loader.choices_after(&before, &losers, &costs, &uses);
            assert!(choices == loader.choices(&costs, &uses));
            n_losers += losers.count();
            let found = loader.load_chosen(&costs, &uses, &choices, &choices.chosen(&congestion, &extra_h));
            let cost = (0..n_users).map(|user| congestion.cost(user, &extra_h)).collect();
            let wanted = loader.load_with(&costs, Some(&Waits { uses: &uses, cost }));
            for (found, wanted) in found.segments.iter().zip(&wanted.segments) {
                let all: f64 = wanted.route_flow_per_year.iter().sum();
                for (a, b) in found.route_flow_per_year.iter().zip(&wanted.route_flow_per_year) {
                    assert!((a - b).abs() <= ROUNDING * all, "{a} is not {b}");
                }
                let flows = found.flow_per_year.iter().zip(wanted.flow_per_year.iter());
                flows.for_each(|(a, b)| assert!((a - b).abs() <= ROUNDING * all, "{a} is not {b}"));
                for (a, b) in found.unserved_per_year.iter().zip(&wanted.unserved_per_year) {
                    assert!((a - b).abs() <= ROUNDING * all, "{a} is not {b}");
                }
                for (a, b) in found.expected_cost.iter().zip(&wanted.expected_cost) {
                    assert!(a.total_cmp(b).is_eq() || (a - b).abs() <= ROUNDING * b, "{a} is not {b}");
                }
            }
        }
        assert!(n_losers > 10, "closures take routes away");
    }
}

#[test]
fn expected_costs_fall_by_the_flow_on_what_gets_cheaper() {
    // The envelope: the derivative of demand times expected cost with respect to the cost of a link is its flow.
    let case = Case::south_caucasus(&[0], 23);
    let loader = case.loader();
    let costs = case.costs(&loader, 0, None);
    let loading = loader.load(&costs);
    let busiest = loading.segments[0].flow_per_year.enumerate();
    let busiest = busiest.filter(|(at, _)| case.network().links[*at].asset.is_some());
    let (link, flow) = busiest.max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    // Central differences: the error is of second order in the step, relative to the least cost about 1e-7.
    let step = 1e-3;
    let total = |by: f64| {
        let mut moved = costs.clone();
        for (route, cost) in moved.0.iter_mut().enumerate() {
            let uses = case.sets.links(RouteIdx::new(route)).filter(|&at| at == link).count();
            *cost += by * uses as f64;
        }
        loader.load(&moved).segments[0].total_expected_cost(&loader.segments()[0])
    };
    close((total(step) - total(-step)) / (2.0 * step), *flow, 1e-5, "derivative");
}

#[test]
fn classes_that_are_equal_share_routes_and_flows() {
    let model = model(&toy());
    let whole = demand(&model.network, &[0], 1);
    // No rule of this study looks at flags: carriers of two countries are one kind of user.
    let flags = [None, model.network.countries.indices().next()];
    let part = |flag, share: f64| OdGroup {
        flag,
        per_year: whole[0].per_year.iter().map(|per_year| share * per_year).collect(),
        ..whole[0].clone()
    };
    let split = vec![part(flags[0], 0.25), part(flags[1], 0.75)];
    let config = RouteSetConfig::default();
    let (one, two) = (Case::new(&model, whole, &config), Case::new(&model, split, &config));
    assert_eq!(two.sets.n_profiles(), 1);
    assert_eq!(one.sets.size().routes, two.sets.size().routes);
    let (of_one, of_two) = (one.loader(), two.loader());
    for scenario in 0..one.scenarios.len() {
        let whole = of_one.load(&of_one.route_costs(&one.fields, scenario));
        let parts = of_two.load(&of_two.route_costs(&two.fields, scenario));
        for (link, flow) in whole.segments[0].flow_per_year.enumerate() {
            let sum = parts.segments[0].flow_per_year[link] + parts.segments[1].flow_per_year[link];
            close(sum, *flow, ROUNDING, "flow of the parts");
        }
    }
}

#[test]
fn the_number_of_threads_does_not_show() {
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| {
            let case = Case::south_caucasus(&[0], 40);
            let loader = case.loader();
            let loading = loader.load(&case.costs(&loader, 3, None));
            (case.sets.clone(), format!("{loading:?}"))
        })
    };
    let one = on(1);
    for n_threads in [2, 4] {
        assert!(one == on(n_threads), "{n_threads} threads");
    }
}

/// Countries of the random networks.
const COUNTRIES: [&str; 3] = ["AAA", "BBB", "CCC"];

/// A network of three countries with roads and railways, its lengths from a linear congruential sequence so that no two
/// routes cost the same. `name` gives the nodes their identifiers.
fn random(seed: u64, name: &dyn Fn(usize) -> usize) -> StudyText {
    let mut state = seed;
    let mut draw = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (side, n) = (5, 25);
    let country: Vec<usize> = (0..n).map(|at| (at % side) * 3 / side).collect();
    let node = |at: usize| format!("n{:03}", name(at));
    let nodes = (0..n).map(|at| {
        let code = COUNTRIES[country[at]];
        format!("{},N{at},{code},{code},city,0.{:04},0.{:04},z{at}", node(at), at % side, at / side)
    });
    let (mut links, mut crossings, mut visits) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..n {
        for to in [at + 1, at + side] {
            if to >= n || (to == at + 1 && to % side == 0) {
                continue;
            }
            for mode in ["road,", "rail,1520"] {
                if draw(4) == 0 {
                    continue;
                }
                let id = format!("l{:03}", links.len());
                let (from, ends) = (COUNTRIES[country[at]], COUNTRIES[country[to]]);
                let hours = 1.0 + draw(1_000_003) as f64 / 1_000_003.0;
                let territory = if from == ends { from.to_owned() } else { format!("{from}/{ends}") };
                links.push(format!("{id},{},{},0,{mode},1,{hours},1,t,{territory},open", node(at), node(to)));
                if from != ends {
                    crossings.push(format!("x{id},X,{id},{},{},yes", node(at), node(to)));
                    let hours = draw(1_000_003) as f64 / 1_000_003.0;
                    visits.push(format!("v{id},x{id},clearance,*,{hours},,"));
                }
            }
        }
    }
    let terminals: Vec<String> = (0..n)
        .filter(|at| at % 3 == 0)
        .map(|at| format!("t{at:03},T,{},gauge_change,road-rail1520", node(at)))
        .collect();
    let at_terminals = (0..n).filter(|at| at % 3 == 0).map(|at| {
        let hours = 0.5 + draw(1_000_003) as f64 / 1_000_003.0;
        format!("vt{at:03},t{at:03},handling,*,{hours},,")
    });
    visits.extend(at_terminals);
    let manifest = "[study]\nid = \"random\"\nname = \"Random\"\nbase_year = 2025\nas_of = 2025-01-01\n\
        main_class = \"goods\"\n[units]\nlength = \"km\"\nspeed = \"kmh\"\ncurrency = \"USD\"\nprice_year = 2025\n\
        crs = \"EPSG:4326\"\n[[class]]\nid = \"goods\"\nname = \"Goods\"\nkind = \"freight\"\nunit = \"t\"\n\
        value_of_time_usd_per_h = 1.0\nt_per_truck = 1.0\nmodes = [\"road\", \"rail\"]\nsource = [\"a test\"]\n\
        quality = \"assumed\"\n";
    let link_columns = "link_id,from_node_id,to_node_id,directed,mode,gauge_mm,length,duration_h,fare,fare_per,\
                        territory,status";
    study([
        ("study.toml", manifest.to_owned()),
        ("network/node.csv", csv("node_id,name,country,territory,node_type,x_coord,y_coord,zone_id", nodes)),
        ("network/link.csv", csv(link_columns, links)),
        (
            "network/crossing.csv",
            csv("crossing_id,name,link_id,from_node_id,to_node_id,passengers", crossings),
        ),
        ("network/terminal.csv", csv("terminal_id,name,node_id,kind,transfers", terminals)),
        ("network/activity.csv", csv("activity_id,at_id,activity,applies_to,time_h,fee,fee_per", visits)),
        (
            "network/territory.csv",
            csv("territory_id,name,country,controller", COUNTRIES.map(|c| format!("{c},{c},{c},{c}"))),
        ),
        ("politics/actor.csv", csv("actor_id,name,kind", COUNTRIES.map(|c| format!("{c},{c},state")))),
        ("economy/rate.csv", csv("rate_id,mode,applies_to,rate,per", ["r,road,*,0,t-km"])),
        ("sources.csv", "key,title\nrandom,Random\n".to_owned()),
    ])
}

/// The route sets of a random study in words: for each pair, the physical links and the cost of each route.
fn routes_in_words(case: &Case) -> BTreeSet<String> {
    let network = case.network();
    let loader = case.loader();
    let costs = loader.route_costs(&case.fields, 0);
    let routes = case.sets.entries().flat_map(|entry| case.sets.routes(entry).map(move |r| (entry, r)));
    routes
        .map(|(entry, route)| {
            let (from, to) = case.sets.pair(entry);
            let assets = case.sets.links(RouteIdx::new(route)).filter_map(|at| network.links[at].asset);
            let ids: Vec<&str> = assets.map(|asset| network.assets[asset].id.as_str()).collect();
            let name = |node: NodeIdx| network.nodes[node].name.as_str();
            format!("{} {} {ids:?} {:.9}", name(from), name(to), costs.0[route])
        })
        .collect()
}

#[test]
fn the_names_of_places_change_no_route() {
    for seed in 1..6 {
        let case = |name: &dyn Fn(usize) -> usize| {
            let (model, diagnostics) = Model::load(&random(seed, name));
            let model = model.unwrap_or_else(|| panic!("{:#?}", listed(&diagnostics)));
            let demand = demand(&model.network, &[0], 1);
            Case::new(&model, demand, &RouteSetConfig::default())
        };
        let (plain, renamed) = (case(&|at| at), case(&|at| at * 7 % 25));
        assert!(holds_the_best(&plain) > 300);
        let (plain, renamed) = (routes_in_words(&plain), routes_in_words(&renamed));
        let only =
            |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).take(3).cloned().collect::<Vec<_>>();
        assert_eq!(only(&plain, &renamed), only(&renamed, &plain));
        assert!(plain.len() > 2000);
    }
}
