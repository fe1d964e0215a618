//! Trade, flows and queues that belong together.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use landbridge::model::TradeModel;

#[test]
fn look() {
    let model = support::model(&support::folder("south-caucasus"));
    let world = model.world().unwrap();
    eprintln!("{:?}", world.gravity);
    let assignment = model.assignment(2025).unwrap();
    eprintln!("{:?}", assignment.size());
    let trade = TradeModel::new(&assignment).unwrap();
    let t = std::time::Instant::now();
    let ids = ["base", "open_tripp", "unblock_full", "severed_irn_arm"];
    let at: Vec<usize> = ids.iter().map(|id| assignment.position(id).unwrap()).collect();
    let outcome = trade.outcome(&at).unwrap();
    eprintln!("{:?}", t.elapsed());
    for s in &outcome.scenarios {
        eprintln!("== {} {} it {} res {:e} {}", s.scenario, s.horizon, s.iterations, s.residual, s.is_converged);
        for r in &s.regions {
            eprintln!("{:7} {:+.4}% [{:?}] no-est {:+.4} {:.1}MUSD own {:+.4} part {:+.4} mr {:+.4} def {:+.4} rev {:+.4} open {:.4} {:.4} ma {:.3} hhi {:.4} {:.4} com {:.4} {:.4} x {:.4} {:.4} hub {:?} cre {:.1} div {:.1}",
             r.region, r.welfare_pct, r.range_pct, r.without_estimated_pct, r.welfare_usd/1e6, r.parts.own_route_cost, r.parts.partners_prices, r.parts.multilateral_resistance, r.parts.deficit, r.parts.transit_revenue,
             r.openness.before, r.openness.after, r.market_access, r.by_partner.before, r.by_partner.after, r.by_commodity.before, r.by_commodity.after, r.by_crossing.before, r.by_crossing.after, r.hub.map(|h| (h.before, h.after)), r.created_usd/1e6, r.diverted_usd/1e6);
        }
        for p in s.pairs.iter().filter(|p| p.is_estimated) { eprintln!("{p:?}"); }
    }
}
