//! x
use std::time::Instant;
use landbridge::model::Model; use landbridge::index::*; use landbridge::cost::User; use landbridge::route::route_set::*;
#[path="../tests/support/mod.rs"] mod support;
fn main(){
 let text=support::folder("south-caucasus"); let (m,_)=Model::load(&text); let m=m.unwrap();
 let zones=m.network.zone_nodes();
 let nodes=&m.network.nodes;
 let pairs:Vec<_>=zones.iter().flat_map(|&o|zones.iter().map(move|&d|(o,d))).filter(|(o,d)|nodes[*o].country!=nodes[*d].country).collect();
 let demand:Vec<_>=(0..6).map(|c|OdGroup{class:ClassIdx(c),flag:None,pairs:pairs.clone(),per_year:vec![1.;pairs.len()]}).collect();
 for _ in 0..2 {
 let t=Instant::now();
 let scenarios:Vec<_>=m.stand_alone().map(|id|m.under(id,false).unwrap()).collect();
 let users:Vec<_>=demand.iter().map(|d|User{class:d.class,flag:d.flag}).collect();
 println!("scen {:?}",t.elapsed());
 let fields=Model::fields(&scenarios,&users);
 println!("fields {:?} n={} {} MB",t.elapsed(),fields.len(),fields.n_bytes()/1000000);
 let closures=Closures{of_scenario:scenarios.iter().map(|s|s.closures().into_values().collect()).collect()};
 let cfg=RouteSetConfig::default();
 let t=Instant::now();
 let sets=RouteSets::build(&m.network,&fields,&demand,&closures,0,&cfg);
 println!("pairs {} build {:?} {:?}",pairs.len(),t.elapsed(),sets.size());
 }
}
