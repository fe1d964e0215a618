//! What a test measures, on one scenario.

use crate::index::{AssetIdx, ClassIdx, NodeIdx, TerritoryIdx};
use crate::model::{FlowQuery, Loaded, Model, Passes, RouteQuery};
use crate::network::Control;
use crate::outcome::trade::{Change, RegionTrade, ScenarioTrade};
use crate::outcome::{Itinerary, LegKind};
use crate::route::k_best::Distinct;
use crate::scenario;
use crate::study::claim_tables::TestRow;
use crate::study::settlement_tables::Stage;
use crate::study::tables::{Metric, Mode, Status};
use crate::units::geodesic_km;

/// The value of a test's metric. A way that does not exist costs and takes infinitely much.
///
/// `avoid` are the territories that ways keep out of; `against` is needed by metrics that count changes.
pub fn measure(model: &Model, against: Option<&Model>, test: &TestRow, avoid: &[String]) -> f64 {
    if test.metric.is_of_route() {
        return of_route(model, test, avoid);
    }
    let network = &model.network;
    let assets = named(model, test);
    let actor = test.actor.as_deref().and_then(|id| network.actor(id));
    let share = |holds: &dyn Fn(&Control) -> bool| {
        let n = assets.iter().filter(|&&asset| holds(model.control(asset))).count();
        n as f64 / assets.len() as f64
    };
    let is_open = |asset: &&AssetIdx| model.status(**asset) == Status::Open;
    match test.metric {
        Metric::CheaperPairs => against.map_or(f64::NAN, |before| before.cheaper_key_pairs(model) as f64),
        Metric::LengthKm => assets.iter().map(|&asset| network.assets[asset].length_km).sum(),
        Metric::OpenLinks => assets.iter().filter(is_open).count() as f64,
        Metric::OpenShare => assets.iter().filter(is_open).count() as f64 / assets.len() as f64,
        Metric::HeldShare => {
            let held = |t: &TerritoryIdx| network.territories[*t].controller == actor;
            let n =
                assets.iter().filter(|&&asset| network.assets[asset].territories.iter().all(held)).count();
            n as f64 / assets.len() as f64
        }
        Metric::ClosableShare => share(&|control| actor.is_some_and(|actor| control.is_closable_by(actor))),
        Metric::ClosableByOthersShare => {
            share(&|control| control.can_close.iter().any(|set| !actor.is_some_and(|a| set.contains(&a))))
        }
        Metric::ConsentShare => share(&|control| actor.is_some_and(|a| control.vetoes().contains(&a))),
        Metric::LinksRunNear => run_near(model, test) as f64,
        Metric::StageReached => f64::from(u8::from(stage_reached(model, test))),
        _ => f64::NAN,
    }
}

/// The value of a test that is measured on flows; `actor` is that of the side that is measured.
pub fn measure_flows(loaded: &Loaded<'_>, test: &TestRow, actor: Option<&str>) -> f64 {
    let model = loaded.model();
    let network = &model.network;
    let territories =
        |ids: &[String]| -> Vec<TerritoryIdx> { ids.iter().filter_map(|id| network.territory(id)).collect() };
    let (pairs, through, asked) =
        (test.region_pairs(), territories(&test.through), territories(&test.territory));
    let links = named(model, test);
    let query = FlowQuery { kind: test.kind, pairs: &pairs, through: &through };
    let share = |(part, all): (f64, f64)| part / all;
    let on_links = || if links.is_empty() { Passes::Territories(&asked) } else { Passes::Links(&links) };
    match test.metric {
        Metric::Flow => loaded.passing(&query, on_links()).0,
        Metric::FlowShare => share(loaded.passing(&query, on_links())),
        Metric::LinkShare => {
            let all = FlowQuery { pairs: &[], ..query.clone() };
            loaded.passing(&query, on_links()).0 / loaded.passing(&all, on_links()).0
        }
        Metric::ClosableFlowShare => {
            let actor = actor.and_then(|id| network.actor(id));
            actor.map_or(f64::NAN, |actor| share(loaded.passing(&query, Passes::ClosableBy(actor))))
        }
        Metric::Transit => loaded.transit(test.kind, &asked),
        Metric::MeanCost => loaded.mean_cost(test.kind, &pairs),
        _ => f64::NAN,
    }
}

/// Changes of real expenditure, percent, and of transit, percent, that a region feels.
const FELT_WELFARE: f64 = 0.05;
const FELT_TRANSIT: f64 = 2.0;

/// The value of a test that is measured on trade in equilibrium.
pub fn measure_trade(trade: &ScenarioTrade, test: &TestRow) -> f64 {
    let pairs = test.region_pairs();
    let Some(region) = test.region.first().and_then(|region| trade.region(region)) else {
        return if test.metric == Metric::Trade { trade.value_between(&pairs).after } else { f64::NAN };
    };
    match test.metric {
        Metric::Trade => trade.value_between(&pairs).after,
        Metric::TradeShare => {
            trade.value_between(&pairs).after / (region.exports_usd.after + region.imports_usd.after)
        }
        Metric::Welfare => {
            let names: Vec<&str> = test.region.iter().map(String::as_str).collect();
            trade.welfare_of(&names)
        }
        Metric::WelfareRank => trade.rank(&region.region).map_or(f64::NAN, |rank| rank as f64),
        Metric::RegionsMoved => {
            let named = test.region.iter().filter_map(|name| trade.region(name));
            let feels = |row: &&RegionTrade| {
                let transit = row.transit_t.and_then(Change::percent).unwrap_or(0.0);
                row.welfare_pct.abs() > FELT_WELFARE || transit.abs() > FELT_TRANSIT
            };
            named.filter(feels).count() as f64
        }
        Metric::MarketAccess => region.market_access,
        Metric::Openness => region.openness.after,
        Metric::ConcentrationPartner => region.by_partner.after,
        Metric::ConcentrationCommodity => region.by_commodity.after,
        Metric::ConcentrationCrossing => region.by_crossing.after,
        Metric::HubIndex => region.hub.map_or(f64::NAN, |hub| hub.after),
        _ => f64::NAN,
    }
}

/// The links that a test names.
fn named(model: &Model, test: &TestRow) -> Vec<AssetIdx> {
    scenario::named(&model.study, &model.network, &test.groups, &test.links).unwrap_or_default()
}

fn stage_reached(model: &Model, test: &TestRow) -> bool {
    let item = model.study.agreement.iter().find(|row| Some(&row.item_id) == test.item.as_ref());
    item.zip(test.stage).is_some_and(|(item, wanted)| {
        let (stage, _) = item.stage(model.overlay.as_of);
        stage != Stage::Void && stage >= wanted
    })
}

/// Links that an actor, or a company at home there, runs, with an end near a place in one of the territories.
fn run_near(model: &Model, test: &TestRow) -> usize {
    let network = &model.network;
    let theirs = |operator: &str| {
        let actor = test.actor.as_deref().unwrap_or("");
        let rows = model.study.actors.iter();
        operator == actor
            || rows.clone().any(|row| row.actor_id == operator && row.home_state.iter().any(|s| s == actor))
    };
    let asked: Vec<_> = test.territory.iter().filter_map(|id| network.territory(id)).collect();
    let places: Vec<_> = network.nodes.iter().filter(|node| asked.contains(&node.territory)).collect();
    let near = |node: NodeIdx| {
        let here = network.nodes[node].lon_lat;
        places.iter().any(|place| geodesic_km(here, place.lon_lat) <= test.within_km.unwrap_or(0.0))
    };
    let of_test = named(model, test);
    let is_counted = |&asset: &AssetIdx| {
        let ends = network.assets[asset].ends;
        let operators = &model.control(asset).operator;
        (of_test.is_empty() || of_test.contains(&asset))
            && operators.iter().any(|&operator| theirs(&network.actors[operator].id))
            && (near(ends.0) || near(ends.1))
    };
    network.assets.indices().filter(is_counted).count()
}

/// The links that the filters of a test take away from its ways.
fn removed(model: &Model, test: &TestRow, avoid: &[String]) -> Vec<AssetIdx> {
    let network = &model.network;
    let territories =
        |ids: &[String]| -> Vec<TerritoryIdx> { ids.iter().filter_map(|id| network.territory(id)).collect() };
    let (within, avoid) = (territories(&test.within), territories(avoid));
    let friends: Vec<_> = test.closable_only_by.iter().filter_map(|id| network.actor(id)).collect();
    let is_removed = |&asset: &AssetIdx| {
        let on = &network.assets[asset].territories;
        let can_close = &model.control(asset).can_close;
        (!within.is_empty() && on.iter().any(|t| !within.contains(t)))
            || on.iter().any(|t| avoid.contains(t))
            || (!friends.is_empty()
                && can_close.iter().any(|set| set.len() == 1 && !friends.contains(&set[0])))
    };
    network.assets.indices().filter(is_removed).collect()
}

/// The cheapest way of a test, if there is one.
fn way(model: &Model, test: &TestRow, avoid: &[String]) -> Option<Itinerary> {
    let network = &model.network;
    let node = |id: &Option<String>| id.as_deref().and_then(|id| network.node(id));
    let class: ClassIdx = model.class(test.class.as_deref())?;
    let query = RouteQuery {
        from: node(&test.from)?,
        to: node(&test.to)?,
        via: test.via.iter().filter_map(|id| network.node(id)).collect(),
        class,
        modes: test.mode.iter().filter_map(|word| Mode::from_word(word)).collect(),
        k: 1,
        distinct: Distinct::Corridor,
        flag: None,
    };
    model.closing(&removed(model, test, avoid)).routes(&query).ok()?.into_iter().next()
}

fn of_route(model: &Model, test: &TestRow, avoid: &[String]) -> f64 {
    let way = way(model, test, avoid);
    let flag = |is: bool| f64::from(u8::from(is));
    let Some(way) = way else {
        return match test.metric {
            Metric::RouteExists | Metric::RoutePasses => 0.0,
            _ => f64::INFINITY,
        };
    };
    match test.metric {
        Metric::RouteExists => 1.0,
        Metric::RouteKm => way.total_km(),
        Metric::RouteH => way.total_h(),
        Metric::RouteBorderH => way.border_h(),
        Metric::RouteStopH => way.border_h() + way.terminal_h(),
        Metric::RouteUsd => way.total_usd(),
        Metric::RouteCost => way.cost,
        Metric::RouteBorders => way.crossings().count() as f64,
        Metric::RouteTransfers => {
            way.legs.iter().filter(|leg| matches!(leg.kind, LegKind::Transfer(_))).count() as f64
        }
        Metric::RoutePasses => {
            let asked = named(model, test);
            flag(way.legs.iter().flat_map(|leg| &leg.assets).any(|asset| asked.contains(asset)))
        }
        Metric::RouteForeign => {
            let known: Vec<_> = test.territory.iter().filter_map(|id| model.network.territory(id)).collect();
            model.territories(&way).iter().filter(|t| !known.contains(t)).count() as f64
        }
        Metric::RouteClosers => model.closers(&way).len() as f64,
        _ => f64::NAN,
    }
}
