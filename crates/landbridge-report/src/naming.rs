//! Words for what the engine numbers: corridors, modes, classes, who can close what.

use landbridge::index::{ActorIdx, ClassIdx, CrossingIdx};
use landbridge::model::Model;
use landbridge::network::ModeState;
use landbridge::outcome::tcd::StopKind;
use landbridge::outcome::{Itinerary, Leg, LegKind};
use landbridge::study::tables::{ActivityKind, DemandUnit, Mode, Status};

/// A name without its remark in brackets: `Red Bridge (Tsiteli Khidi)` is `Red Bridge`.
pub(crate) fn short(name: &str) -> String {
    let plain = name.split(" (").next().unwrap_or(name).trim();
    if plain.is_empty() { name.to_owned() } else { plain.replace(" - ", "–") }
}

/// Name of a crossing for charts and maps.
pub(crate) fn crossing(model: &Model, at: CrossingIdx) -> String {
    short(&model.network.crossings[at].name)
}

/// Origin and destination.
pub(crate) fn pair(model: &Model, itinerary: &Itinerary) -> String {
    let name = |at| short(&model.network.nodes[at].name);
    format!("{} – {}", name(itinerary.from), name(itinerary.to))
}

/// What a leg says of the corridor: a crossing, ferry, ship or flight.
pub(crate) fn corridor_part(model: &Model, leg: &Leg) -> Option<String> {
    let name = |at| short(&model.network.nodes[at].name);
    let service = |word: &str| Some(format!("{word} {}–{}", name(leg.from), name(leg.to)));
    match (leg.kind, leg.mode_state.mode()) {
        (LegKind::Border(at), _) => Some(crossing(model, at)),
        (LegKind::Move, Mode::Ferry) => service("ferry"),
        (LegKind::Move, Mode::Sea) => service("ship"),
        (LegKind::Move, Mode::Air) => service("flight"),
        _ => None,
    }
}

/// What tells a corridor from others: the crossings, ferries, ships and flights in order.
pub(crate) fn corridor(model: &Model, itinerary: &Itinerary) -> Vec<String> {
    itinerary.legs.iter().filter_map(|leg| corridor_part(model, leg)).collect()
}

/// The corridor in one line.
pub(crate) fn corridor_line(model: &Model, itinerary: &Itinerary) -> String {
    let parts = corridor(model, itinerary);
    if parts.is_empty() { "no border passed".to_owned() } else { parts.join(", ") }
}

/// Modes used, each once: `rail + ferry`.
pub(crate) fn modes(itinerary: &Itinerary) -> String {
    let mut modes: Vec<Mode> = Vec::new();
    for mode in itinerary.mode_chain().into_iter().map(ModeState::mode) {
        if !modes.contains(&mode) {
            modes.push(mode);
        }
    }
    // What carries the most comes first in the name of a service: a train that takes a ferry is a rail service.
    modes.sort_by_key(|mode| matches!(mode, Mode::Ferry));
    modes.iter().map(|mode| mode_word(*mode)).collect::<Vec<_>>().join(" + ")
}

/// Modes and gauges one after the other.
pub(crate) fn mode_chain(itinerary: &Itinerary) -> String {
    itinerary.mode_chain().iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ")
}

/// A mode.
pub(crate) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Road => "road",
        Mode::Rail => "rail",
        Mode::Ferry => "ferry",
        Mode::Sea => "sea",
        Mode::Air => "air",
    }
}

/// A text with its first letter in upper case.
pub(crate) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What a step of a time-cost-distance line is.
pub(crate) fn step(kind: StopKind, activity: ActivityKind) -> String {
    let place = match kind {
        StopKind::Border => "border",
        StopKind::Transfer => "transfer",
        StopKind::Terminal => "origin or destination",
    };
    let activity = match activity {
        ActivityKind::Clearance => "clearance",
        ActivityKind::Waiting => "waiting",
        ActivityKind::Inspection => "inspection",
        ActivityKind::Handling => "handling",
        ActivityKind::Dwell => "dwell",
        ActivityKind::Toll => "charge",
    };
    format!("{place}: {activity}")
}

/// The place of a stop.
pub(crate) fn stop_place(model: &Model, leg: &Leg) -> String {
    let network = &model.network;
    match leg.kind {
        LegKind::Border(at) => crossing(model, at),
        LegKind::Transfer(at) | LegKind::Access(Some(at)) | LegKind::Egress(Some(at)) => {
            short(&network.terminals[at].name)
        }
        LegKind::Access(None) => format!("Loading in {}", short(&network.nodes[leg.from].name)),
        LegKind::Egress(None) => format!("Unloading in {}", short(&network.nodes[leg.to].name)),
        LegKind::Move => short(&network.nodes[leg.to].name),
    }
}

/// Name of a class.
pub(crate) fn class(model: &Model, at: ClassIdx) -> &str {
    &model.class_row(at).name
}

/// What money of a class is per: `t` or `person`.
pub(crate) fn per_unit(model: &Model, at: ClassIdx) -> &'static str {
    match model.class_row(at).unit {
        DemandUnit::Tonne => "t",
        DemandUnit::Person => "person",
    }
}

/// The currency of the study and the year of its prices: `USD of 2024`.
pub(crate) fn money(model: &Model) -> String {
    format!("{} of {}", model.study.units.currency, model.study.units.price_year)
}

/// The sign of the study's currency.
pub(crate) fn currency(model: &Model) -> &str {
    match model.study.units.currency.as_str() {
        "USD" => "$",
        other => other,
    }
}

/// An amount of money with its currency: `$52.60`, `EUR 52.60`.
pub(crate) fn amount(model: &Model, value: f64) -> String {
    let sign = currency(model);
    let gap = if sign == "$" { "" } else { " " };
    format!("{sign}{gap}{}", crate::numbers::usd(value))
}

/// Sets of actors in words, each set able to act: `Armenia or Azerbaijan`.
pub(crate) fn actor_sets(model: &Model, sets: &[Vec<ActorIdx>]) -> String {
    let name = |at: &ActorIdx| model.network.actors[*at].name.as_str();
    let together = |set: &Vec<ActorIdx>| set.iter().map(name).collect::<Vec<_>>().join(" with ");
    sets.iter().map(together).collect::<Vec<_>>().join(" or ")
}

/// A status.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Restricted => "restricted",
        Status::Closed => "closed",
        Status::UnderConstruction => "under construction",
        Status::Planned => "planned",
        Status::Dismantled => "dismantled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_lose_their_remarks() {
        assert_eq!(short("Red Bridge (Tsiteli Khidi - Krasny Most)"), "Red Bridge");
        assert_eq!(short("Astara - Astara (road)"), "Astara–Astara");
        assert_eq!(short(" (odd)"), " (odd)");
        assert_eq!(capitalized("élan"), "Élan");
    }
}
