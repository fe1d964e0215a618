//! How the cost of the engine grows: a generated road grid of n links, beside what bounds or rivals each step.
//!
//! `cargo bench -p landbridge` prints, in one run: reading a study against parsing its largest table with the `csv`
//! crate and doing nothing with it; a one-to-all search against `petgraph`'s Dijkstra on the same links and costs; the
//! best corridors of one pair. Then, for the built-in study with its demand and all its scenarios: the route universe,
//! the loading of one scenario, its equilibrium from nothing (cold) and from one near by (warm), the equilibria of all
//! scenarios, and the flows of all; their sizes are printed first.
//!
//! Targets: 200 warm equilibria a second and core, 50 at least; all scenarios cold in half a second, two at most. From
//! nothing the reference takes fifteen loadings of the choices, from there another scenario six to ten. What bounds a
//! loading is arithmetic: an exponential for each open route (`bound_exponentials` is as many calls of that of the
//! system), and the sums over chains, lists of places and cells. Memory does not: a loading reads some 10 MB in order.

mod studies;

use std::time::Instant;

use divan::{Bencher, black_box};
use landbridge::assignment::equilibrium::{Congestion, EquilibriumConfig, solve};
use landbridge::index::{BitSet, Idx, IdxVec, LinkIdx};
use landbridge::model::{Assignment, Model, RouteQuery, TradeModel};
use landbridge::route::Costed;
use landbridge::route::k_best::Distinct;
use landbridge::route::shortest_path::{Scope, Search};
use landbridge::study::StudyText;
use studies::{assignment, model, south_caucasus};

/// Physical links of the generated grids.
const SIZES: [usize; 3] = [2_000, 20_000, 200_000];

fn main() {
    print_size();
    divan::main();
}

/// A square road grid over two countries with a border in the middle: about `n` physical links.
fn grid(n: usize) -> StudyText {
    use std::fmt::Write;
    let side = ((n / 2) as f64).sqrt() as usize;
    let (mut nodes, mut links) = (String::new(), String::new());
    let (mut crossings, mut activities) = (String::new(), String::new());
    nodes += "node_id,name,country,territory,node_type,x_coord,y_coord,zone_id,source,quality\n";
    links += "link_id,from_node_id,to_node_id,directed,mode,facility_type,length,free_speed,territory,status,source,\
              quality\n";
    crossings += "crossing_id,name,link_id,from_node_id,to_node_id,source,quality\n";
    activities += "activity_id,at_id,activity,time_h,source,quality\n";
    let country = |x: usize| if x < side / 2 { "AAA" } else { "BBB" };
    for y in 0..side {
        for x in 0..side {
            let zone = if (x + y * side).is_multiple_of(1009) { format!("z{x}_{y}") } else { String::new() };
            let c = country(x);
            let (lon, lat) = (x as f64 * 0.01, y as f64 * 0.01);
            let _ = writeln!(
                nodes,
                "n{x}_{y},Place {x} {y},{c},{c},city,{lon:.2},{lat:.2},{zone},made up,assumed"
            );
            for (dx, dy) in [(1, 0), (0, 1)] {
                let (u, v) = (x + dx, y + dy);
                if u >= side || v >= side {
                    continue;
                }
                let id = format!("l{x}_{y}_{u}_{v}");
                let border = country(u) != c;
                // Every 16th row has a border crossing; the others stop at the border.
                if border && !y.is_multiple_of(16) {
                    continue;
                }
                let territory = if border { format!("{c}/{}", country(u)) } else { c.to_owned() };
                let km = 1.0 + ((x * 7 + y * 13) % 10) as f64 / 10.0;
                let _ = writeln!(
                    links,
                    "{id},n{x}_{y},n{u}_{v},0,road,trunk,{km},60,{territory},open,made up,assumed"
                );
                if border {
                    let _ = writeln!(crossings, "c{y},Gate {y},{id},n{x}_{y},n{u}_{v},made up,assumed");
                    let _ = writeln!(activities, "a{y},c{y},clearance,{},made up,assumed", 1 + y % 5);
                }
            }
        }
    }
    let toml = "[study]\nid = \"grid\"\nname = \"Grid\"\nbase_year = 2024\nas_of = \"2024-01-01\"\n\
                main_class = \"goods\"\n[units]\nlength = \"km\"\nspeed = \"kmh\"\ncurrency = \"USD\"\n\
                price_year = 2024\ncrs = \"EPSG:4326\"\n[[class]]\nid = \"goods\"\nname = \"Goods\"\n\
                kind = \"freight\"\nunit = \"t\"\nvalue_of_time_usd_per_h = 0.5\nt_per_truck = 20\n\
                modes = [\"road\"]\nsource = \"made up\"\nquality = \"assumed\"\n";
    let row = "made up,assumed\n";
    StudyText::from([
        ("study.toml".to_owned(), toml.to_owned()),
        ("network/node.csv".to_owned(), nodes),
        ("network/link.csv".to_owned(), links),
        ("network/crossing.csv".to_owned(), crossings),
        ("network/activity.csv".to_owned(), activities),
        (
            "network/territory.csv".to_owned(),
            format!(
                "territory_id,name,country,controller,source,quality\nAAA,A,AAA,AAA,{row}BBB,B,BBB,BBB,{row}"
            ),
        ),
        (
            "politics/actor.csv".to_owned(),
            format!("actor_id,name,kind,source,quality\nAAA,A,state,{row}BBB,B,state,{row}"),
        ),
        (
            "economy/rate.csv".to_owned(),
            format!("rate_id,mode,rate,per,source,quality\nr,road,1.2,truck-km,{row}"),
        ),
        ("sources.csv".to_owned(), "key,title\nmade_up,Made up\n".to_owned()),
    ])
}

/// From texts to a model: tables, references, sense, network, costs.
#[divan::bench(args = SIZES, sample_count = 5)]
fn load_study(bencher: Bencher, n: usize) {
    let text = grid(n);
    bencher.bench_local(|| model(black_box(&text)));
}

/// Bound for reading: the largest table cut into fields, nothing checked.
#[divan::bench(args = SIZES, sample_count = 5)]
fn bound_parse_link_csv(bencher: Bencher, n: usize) {
    let text = grid(n);
    let links = &text["network/link.csv"];
    bencher.bench_local(|| {
        let mut reader = csv::Reader::from_reader(black_box(links).as_bytes());
        let mut record = csv::StringRecord::new();
        let mut bytes = 0;
        while reader.read_record(&mut record).is_ok_and(|more| more) {
            bytes += record.as_slice().len();
        }
        bytes
    });
}

/// Costs of the links of a model as a search takes them: hours of a loaded truck.
fn hours(model: &Model) -> IdxVec<LinkIdx, f64> {
    let network = &model.network;
    let hours = |link: LinkIdx| network.links[link].asset.map_or(0.0, |a| network.assets[a].length_km / 60.0);
    network.links.indices().map(hours).collect()
}

/// One origin to all states.
#[divan::bench(args = SIZES, sample_count = 20)]
fn search_one_to_all(bencher: Bencher, n: usize) {
    let model = model(&grid(n));
    let cost = hours(&model);
    let mut permits = BitSet::empty(cost.len());
    cost.indices().for_each(|link| permits.insert(link));
    let mut search = Search::new(&model.network);
    let from = model.network.nodes.iter().next().map(|node| node.centroid).expect("a grid has nodes");
    bencher.bench_local(|| {
        search.forward(Costed { cost: &cost, permits: &permits }, Scope::All, black_box(from), &[]);
        search.settled().len()
    });
}

/// The same search by `petgraph`.
#[divan::bench(args = SIZES, sample_count = 20)]
fn peer_petgraph_one_to_all(bencher: Bencher, n: usize) {
    let model = model(&grid(n));
    let cost = hours(&model);
    let mut graph = petgraph::graph::DiGraph::<(), f64, u32>::with_capacity(0, cost.len());
    let nodes: Vec<_> = model.network.states.iter().map(|_| graph.add_node(())).collect();
    for (at, link) in model.network.links.enumerate() {
        // Centroids are ends only: the peer gets no links into them, which spares it a little.
        if model.network.states[link.head].mode_state.is_some() {
            graph.add_edge(nodes[link.tail.position()], nodes[link.head.position()], cost[at]);
        }
    }
    let from = model.network.nodes.iter().next().map(|node| node.centroid).expect("a grid has nodes");
    bencher.bench_local(|| {
        petgraph::algo::dijkstra(&graph, black_box(nodes[from.position()]), None, |edge| *edge.weight()).len()
    });
}

/// Three corridors from one corner to the other, costs and permits included.
#[divan::bench(args = SIZES, sample_count = 10)]
fn three_corridors(bencher: Bencher, n: usize) {
    let model = model(&grid(n));
    let side = ((n / 2) as f64).sqrt() as usize;
    let corner = |at: usize| model.network.node(&format!("n{at}_{at}")).expect("a corner of the grid");
    let query = RouteQuery {
        from: corner(0),
        to: corner(side - 1),
        via: Vec::new(),
        class: Idx::new(0),
        modes: Vec::new(),
        k: 3,
        distinct: Distinct::Corridor,
        flag: None,
    };
    bencher.bench_local(|| model.routes(black_box(&query)).map(|routes| routes.len()));
}

/// What the last benchmarks work on, and how long it takes once.
#[expect(clippy::print_stdout, reason = "a size belongs to every figure")]
fn print_size() {
    let model = south_caucasus();
    let start = Instant::now();
    let assignment = assignment(&model);
    let built = start.elapsed();
    let start = Instant::now();
    let flows = black_box(assignment.all_flows());
    let summed = start.elapsed();
    let size = assignment.size();
    println!(
        "built-in study: {} zones, {} segments, {} pairs, {} places with a capacity, {} routes, {} scenarios, {} masks, \
         {} bytes; \
         assignment {:.2} s, flows of {} scenarios {:.2} s\n",
        size.zones,
        size.segments,
        size.pairs,
        size.facilities,
        size.routes.routes,
        size.scenarios,
        size.routes.masks,
        size.routes.bytes,
        built.as_secs_f64(),
        flows.len(),
        summed.as_secs_f64(),
    );
    print_equilibria(&assignment);
}

/// Demand, fields and the route universe over all scenarios, each with each closure by one actor.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn corridor_assignment(bencher: Bencher) {
    let model = south_caucasus();
    bencher.bench_local(|| assignment(black_box(&model)));
}

/// All demand on the routes of one scenario.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn corridor_load(bencher: Bencher) {
    let assignment = assignment(&south_caucasus());
    bencher.bench_local(|| drop(black_box(assignment.load(black_box(0)))));
}

/// The equilibrium of one scenario from nothing.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn equilibrium_cold(bencher: Bencher) {
    let assignment = assignment(&south_caucasus());
    let (choices, congestion) = (assignment.choices(1), assignment.congestion(1));
    bencher.bench_local(|| {
        black_box(solve(black_box(&choices), &congestion, None, &EquilibriumConfig::default()))
    });
}

/// The same scenario after a little change, an hour more at the fullest place, from the equilibrium before.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn equilibrium_warm(bencher: Bencher) {
    let assignment = assignment(&south_caucasus());
    let (choices, congestion) =
        (assignment.choices(1), changed(assignment.congestion(1), &assignment.equilibrium(1).flow));
    let start = assignment.equilibrium(1).as_start();
    bencher.bench_local(|| {
        black_box(solve(black_box(&choices), &congestion, Some(start), &EquilibriumConfig::default()))
    });
}

/// Bound for a loading: an exponential for each route.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn bound_exponentials(bencher: Bencher) {
    let n = assignment(&south_caucasus()).size().routes.routes;
    let cost: Vec<f64> = (0..n).map(|at| at as f64 / n as f64).collect();
    bencher.bench_local(|| black_box(&cost).iter().map(|cost| (-cost).exp()).sum::<f64>());
}

/// The equilibria of all scenarios: the first from nothing, the others from it.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn all_equilibria(bencher: Bencher) {
    let assignment = assignment(&south_caucasus());
    bencher.bench_local(|| black_box(black_box(&assignment).solve_all()));
}

/// Trade, flows and queues of one scenario until they belong together, for the last horizon of the study (target: under
/// a second, sums and welfare included; both horizons are solved, so half of the time shown is that of one).
#[divan::bench(sample_count = 5, sample_size = 1)]
fn joint_of_one_scenario_two_horizons(bencher: Bencher) {
    let assignment = assignment(&south_caucasus());
    let trade = TradeModel::new(&assignment).expect("the study holds trade totals");
    let at = assignment.position("open_tripp").expect("the study has this scenario");
    bencher.bench_local(|| black_box(black_box(&trade).outcome(&[at])));
}

/// An hour more at the fullest place.
fn changed(mut congestion: Congestion, flow: &[f64]) -> Congestion {
    let used = |at: usize| congestion.delay[at].capacity().map_or(0.0, |capacity| flow[at] / capacity);
    let fullest = (0..flow.len()).max_by(|&a, &b| used(a).total_cmp(&used(b))).unwrap_or(0);
    congestion.reference_h[fullest] -= 1.0;
    congestion
}

/// Equilibria a second on one core, cold and warm, with the loadings that each takes; and all scenarios on all cores.
#[expect(clippy::print_stdout, reason = "a rate is read beside its size")]
fn print_equilibria(assignment: &Assignment) {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread");
    let (choices, congestion) = (assignment.choices(1), assignment.congestion(1));
    let near = changed(congestion.clone(), &assignment.equilibrium(1).flow);
    let config = EquilibriumConfig::default();
    one.install(|| {
        for (name, congestion, start) in
            [("cold", &congestion, None), ("warm", &near, Some(assignment.equilibrium(1).as_start()))]
        {
            let (mut n, mut loadings, begin) = (0, 0, Instant::now());
            while begin.elapsed().as_secs_f64() < 2.0 {
                let found = solve(black_box(&choices), congestion, start, &config);
                assert!(found.is_converged, "the built-in study has equilibria");
                (n, loadings) = (n + 1, found.loadings);
            }
            let rate = f64::from(n) / begin.elapsed().as_secs_f64();
            println!("{name}: {rate:.1} equilibria a second on one core, {loadings} loadings each");
        }
    });
    let begin = Instant::now();
    let all = black_box(assignment.solve_all());
    let (took, gap) = (begin.elapsed().as_secs_f64(), all.iter().map(|e| e.gap).fold(0.0, f64::max));
    println!("equilibria of all {} scenarios: {took:.2} s, largest gap {gap:.0e}\n", all.len());
}

/// The flows of all scenarios, and their sums.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn corridor_all_flows(bencher: Bencher) {
    let assignment = assignment(&south_caucasus());
    bencher.bench_local(|| black_box(&assignment).all_flows());
}
