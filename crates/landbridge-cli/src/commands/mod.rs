//! One file a command.

pub mod agreement;
pub mod bargain;
pub mod bottlenecks;
pub mod calibrate;
pub mod check;
pub mod claims;
pub mod compare;
pub mod control;
pub mod demand;
pub mod flows;
pub mod interruptions;
pub mod leverage;
pub mod new;
mod promises;
pub mod regimes;
pub mod revenue;
pub mod route;
pub mod run;
mod run_control;
pub mod show;
pub mod stability;
pub mod trade;
pub mod users;
pub mod validate;
pub mod welfare;

use landbridge::model::Model;
use landbridge::network::ModeState;
use landbridge::outcome::{Itinerary, LegKind};
use landbridge::study::tables::TerminalKind;

use crate::output::round;

/// Territories that an itinerary passes, joined by arrows.
pub fn territories(model: &Model, itinerary: &Itinerary) -> String {
    let ids: Vec<_> =
        model.territories(itinerary).iter().map(|&t| model.network.territories[t].id.as_str()).collect();
    ids.join(" > ")
}

/// A name without its explanation in brackets.
pub fn short(name: &str) -> &str {
    name.split(" (").next().unwrap_or(name)
}

/// The corridor in words: crossings and ports in order, and the chain of modes if it is more than one.
pub fn corridor(model: &Model, itinerary: &Itinerary) -> String {
    let network = &model.network;
    let mut steps: Vec<String> = Vec::new();
    for leg in &itinerary.legs {
        match leg.kind {
            LegKind::Border(at) => steps.push(short(&network.crossings[at].name).to_owned()),
            LegKind::Transfer(at) if network.terminals[at].kind == TerminalKind::Port => {
                let place = short(&network.nodes[network.terminals[at].node].name);
                if steps.last().is_none_or(|last| last != place) {
                    steps.push(place.to_owned());
                }
            }
            _ => {}
        }
    }
    if steps.is_empty() { "no border".to_owned() } else { steps.join(", ") }
}

/// Study, scenario and day in one line.
pub fn title(model: &Model) -> String {
    let overlay = &model.overlay;
    let scenario = match (overlay.scenario.as_str(), overlay.is_neutral) {
        ("" | landbridge::scenario::BASE, _) => String::new(),
        (scenario, false) => format!(", scenario {scenario}"),
        (scenario, true) => format!(", scenario {scenario}, neutral"),
    };
    format!("{}{scenario}, as of {}", model.study.study.name, overlay.as_of)
}

/// The way in two lines: territories and modes; borders and ports.
pub fn way(model: &Model, itinerary: &Itinerary) -> String {
    format!("{} by {}\n{}", territories(model, itinerary), modes(itinerary), corridor(model, itinerary))
}

/// Kilometres; hours in motion, at borders, at terminals, in all, and at the 95th percentile.
pub fn numbers(itinerary: &Itinerary) -> [String; 6] {
    [
        round(itinerary.total_km()),
        round(itinerary.moving_h()),
        round(itinerary.border_h()),
        round(itinerary.terminal_h()),
        round(itinerary.total_h()),
        round(itinerary.p95_h()),
    ]
}

/// The modes of an itinerary in order: `road`, `rail + sea + road`.
pub fn modes(itinerary: &Itinerary) -> String {
    let mut words: Vec<&str> = itinerary.mode_chain().into_iter().map(mode_word).collect();
    words.dedup();
    words.join(" + ")
}

fn mode_word(state: ModeState) -> &'static str {
    state.mode().word()
}
