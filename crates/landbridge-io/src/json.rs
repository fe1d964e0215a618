//! Itineraries as JSON. Field names are part of the interface; hours, kilometres, and money per unit of the class in
//! the currency and price year of the study.

use landbridge::index::NodeIdx;
use landbridge::model::Model;
use landbridge::outcome::{Itinerary, Leg, LegKind};
use serde::Serialize;

/// One itinerary.
#[derive(Clone, Debug, Serialize)]
pub struct ItineraryJson {
    /// 1 for the cheapest.
    pub rank: usize,
    /// Origin.
    pub from: PlaceJson,
    /// Destination.
    pub to: PlaceJson,
    /// Class.
    pub class: String,
    /// `t` or `person`.
    pub unit: &'static str,
    /// Length.
    pub total_km: f64,
    /// All hours.
    pub total_h: f64,
    /// Hours in motion.
    pub moving_h: f64,
    /// Hours at borders.
    pub border_h: f64,
    /// Hours at terminals.
    pub terminal_h: f64,
    /// Standard deviation of the hours if all delays come together.
    pub sd_h: f64,
    /// Time that 95 of 100 trips keep.
    pub p95_h: f64,
    /// Money per unit.
    pub total_usd: f64,
    /// Generalized cost per unit.
    pub generalized_cost_usd: f64,
    /// Mode-states in order.
    pub mode_chain: Vec<String>,
    /// Territories passed, in order.
    pub territories: Vec<String>,
    /// Borders passed, in order.
    pub borders: Vec<BorderJson>,
    /// Share of the hours at stops that rests on assumed figures.
    pub assumed_stop_share: f64,
    /// Share of the length that rests on assumed figures.
    pub assumed_length_share: f64,
    /// Legs in order.
    pub legs: Vec<LegJson>,
}

/// A place.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceJson {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A border that is passed.
#[derive(Clone, Debug, Serialize)]
pub struct BorderJson {
    /// Crossing.
    pub crossing_id: String,
    /// Its name.
    pub name: String,
    /// Hours at all posts together.
    pub hours: f64,
    /// Fees, standing and charges per unit.
    pub usd: f64,
    /// Minimal sets of actors able to close it.
    pub can_close: Vec<Vec<String>>,
    /// Sets of actors whose consent opening needs.
    pub must_consent: Vec<Vec<String>>,
}

/// A leg.
#[derive(Clone, Debug, Serialize)]
pub struct LegJson {
    /// `move`, `border`, `transfer`, `access` or `egress`.
    pub kind: &'static str,
    /// In what the load moves, or changes into.
    pub mode: String,
    /// Where it starts.
    pub from: PlaceJson,
    /// Where it ends.
    pub to: PlaceJson,
    /// Crossing or terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Physical links.
    pub link_ids: Vec<String>,
    /// Length.
    pub km: f64,
    /// Hours in motion.
    pub moving_h: f64,
    /// Hours at stops.
    pub stop_h: f64,
    /// Money per unit.
    pub usd: f64,
    /// Money by kind.
    pub usd_parts: UsdJson,
}

/// Money of a leg by kind, per unit.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct UsdJson {
    /// Haulage or fare.
    pub haulage: f64,
    /// Fees at stops.
    pub fees: f64,
    /// Standing cost of a waiting vehicle.
    pub standing: f64,
    /// What countries charge for passing through.
    pub charges: f64,
}

/// The JSON form of itineraries, best first.
pub fn itineraries(model: &Model, itineraries: &[Itinerary]) -> Vec<ItineraryJson> {
    itineraries.iter().enumerate().map(|(at, it)| itinerary(model, it, at + 1)).collect()
}

/// The answer to a route query: the best itinerary, and the others behind it.
#[derive(Clone, Debug, Serialize)]
pub struct RoutesJson {
    /// The best itinerary.
    #[serde(flatten)]
    pub best: ItineraryJson,
    /// The others, in order.
    pub alternatives: Vec<ItineraryJson>,
}

/// The JSON form of the answer to a route query; `None` if there is no itinerary.
pub fn routes(model: &Model, found: &[Itinerary]) -> Option<RoutesJson> {
    let mut all = itineraries(model, found).into_iter();
    Some(RoutesJson { best: all.next()?, alternatives: all.collect() })
}

fn place(model: &Model, node: NodeIdx) -> PlaceJson {
    let node = &model.network.nodes[node];
    PlaceJson { id: node.id.clone(), name: node.name.clone() }
}

fn itinerary(model: &Model, it: &Itinerary, rank: usize) -> ItineraryJson {
    let network = &model.network;
    let class = model.class_row(it.class);
    let sets = |sets: &[Vec<landbridge::index::ActorIdx>]| {
        sets.iter().map(|set| set.iter().map(|&a| network.actors[a].id.clone()).collect()).collect()
    };
    let borders = it.crossings().map(|(at, leg)| {
        let crossing = &network.crossings[at];
        let control = model.control(crossing.asset);
        BorderJson {
            crossing_id: crossing.id.clone(),
            name: crossing.name.clone(),
            hours: leg.stop_h(),
            usd: leg.total_usd() - leg.haulage_usd,
            can_close: sets(&control.can_close),
            must_consent: sets(&control.must_consent),
        }
    });
    ItineraryJson {
        rank,
        from: place(model, it.from),
        to: place(model, it.to),
        class: class.id.clone(),
        unit: class.unit.word(),
        total_km: it.total_km(),
        total_h: it.total_h(),
        moving_h: it.moving_h(),
        border_h: it.border_h(),
        terminal_h: it.terminal_h(),
        sd_h: it.sd_h(),
        p95_h: it.p95_h(),
        total_usd: it.total_usd(),
        generalized_cost_usd: it.cost,
        mode_chain: it.mode_chain().iter().map(ToString::to_string).collect(),
        territories: model.territories(it).iter().map(|&t| network.territories[t].id.clone()).collect(),
        borders: borders.collect(),
        assumed_stop_share: it.assumed_stop_share(),
        assumed_length_share: it.assumed_length_share(),
        legs: it.legs.iter().map(|leg| self::leg(model, leg)).collect(),
    }
}

/// The word for a kind of leg.
pub fn leg_kind(kind: LegKind) -> &'static str {
    match kind {
        LegKind::Move => "move",
        LegKind::Border(_) => "border",
        LegKind::Transfer(_) => "transfer",
        LegKind::Access(_) => "access",
        LegKind::Egress(_) => "egress",
    }
}

fn leg(model: &Model, leg: &Leg) -> LegJson {
    let network = &model.network;
    let at = match leg.kind {
        LegKind::Border(at) => Some(network.crossings[at].id.clone()),
        LegKind::Transfer(at) | LegKind::Access(Some(at)) | LegKind::Egress(Some(at)) => {
            Some(network.terminals[at].id.clone())
        }
        _ => None,
    };
    LegJson {
        kind: leg_kind(leg.kind),
        mode: leg.mode_state.to_string(),
        from: place(model, leg.from),
        to: place(model, leg.to),
        at,
        link_ids: leg.assets.iter().map(|&a| network.assets[a].id.clone()).collect(),
        km: leg.length_km,
        moving_h: leg.moving_h,
        stop_h: leg.stop_h(),
        usd: leg.total_usd(),
        usd_parts: UsdJson {
            haulage: leg.haulage_usd,
            fees: leg.fee_usd,
            standing: leg.standing_usd,
            charges: leg.charge_usd,
        },
    }
}
