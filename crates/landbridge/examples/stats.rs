//! x
use landbridge::assignment::*;
use landbridge::cost::User;
use landbridge::index::*;
use landbridge::model::Model;
use landbridge::route::route_set::*;
use landbridge::study::choice_tables::ChoiceRow;
use std::time::Instant;
#[path = "../tests/support/mod.rs"]
mod support;
fn main() {
    let text = support::folder("south-caucasus");
    let (m, _) = Model::load(&text);
    let m = m.unwrap();
    let zones = m.network.zone_nodes();
    let nodes = &m.network.nodes;
    let pairs: Vec<_> = zones
        .iter()
        .flat_map(|&o| zones.iter().map(move |&d| (o, d)))
        .filter(|(o, d)| nodes[*o].country != nodes[*d].country)
        .collect();
    let demand: Vec<_> = (0..6)
        .map(|c| OdGroup {
            class: ClassIdx(c),
            flag: None,
            pairs: pairs.clone(),
            per_year: vec![1.; pairs.len()],
        })
        .collect();
    for _ in 0..1 {
        let t0 = Instant::now();
        let scenarios: Vec<_> = m.stand_alone().map(|id| m.under(id, false).unwrap()).collect();
        let users: Vec<_> = demand.iter().map(|d| User { class: d.class, flag: d.flag }).collect();
        let fields = Model::fields(&scenarios, &users);
        println!("fields {:?} n={} {} MB", t0.elapsed(), fields.len(), fields.n_bytes() / 1000000);
        let closures = Closures {
            of_scenario: scenarios.iter().map(|s| s.closures().into_values().collect()).collect(),
        };
        let t = Instant::now();
        let cfg = RouteSetConfig {
            stretch: std::env::args().nth(1).map_or(2.0, |a| a.parse().unwrap()),
            ..Default::default()
        };
        let sets = RouteSets::build(&m.network, &fields, &demand, &closures, 0, &cfg);
        println!("pairs {} build {:?} {:?}", pairs.len(), t.elapsed(), sets.size());
        let t = Instant::now();
        let loader = Loader::new(&m.study, &m.network, &sets, &fields, &demand, &ChoiceRow::default());
        println!("loader {:?}", t.elapsed());
        let t = Instant::now();
        for s in 0..scenarios.len() {
            let c = loader.route_costs(&fields, s);
            let t1 = t.elapsed();
            let l = loader.load(&c);
            if s < 2 {
                let un: f64 = l.segments.iter().map(|s| s.unserved_per_year.iter().sum::<f64>()).sum();
                println!("{s} costs {:?} both {:?} unserved {un}", t1, t.elapsed());
            }
        }
        println!("16 loadings {:?}; all {:?}", t.elapsed(), t0.elapsed());
    }
}
