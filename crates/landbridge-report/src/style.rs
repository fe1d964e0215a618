//! Colors and type of all drawings. Hues are from palettes that color-blind readers can tell apart (Okabe and Ito);
//! where color carries meaning, a dash, a mark or a label says it again.

use landbridge::outcome::tcd::StopKind;
use landbridge::study::tables::{ActivityKind, Mode, NodeType};

/// Fonts that a reader's machine has.
pub(crate) const FONT: &str = "Arial, 'Liberation Sans', Helvetica, 'Helvetica Neue', sans-serif";
/// Text.
pub(crate) const INK: &str = "#1d2733";
/// Text of second rank.
pub(crate) const MUTED: &str = "#51606f";
/// Grid lines and frames.
pub(crate) const RULE: &str = "#d5dbe1";

/// Colors of itineraries in their order.
pub(crate) const ITINERARIES: [&str; 7] =
    ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#8c6d1f", "#4a5a6a"];

/// The color of the n-th itinerary.
pub(crate) fn itinerary_color(at: usize) -> &'static str {
    ITINERARIES[at % ITINERARIES.len()]
}

/// The color of a step: the kind of place is the hue, the activity its depth.
pub(crate) fn step_color(kind: StopKind, activity: ActivityKind) -> &'static str {
    use ActivityKind::{Clearance, Dwell, Handling, Inspection, Toll, Waiting};
    match (kind, activity) {
        (StopKind::Border, Clearance | Handling | Dwell) => "#c62828",
        (StopKind::Border, Waiting) => "#ef8a80",
        (StopKind::Border, Inspection) => "#e0574f",
        (StopKind::Border, Toll) => "#6d0f12",
        (StopKind::Transfer, Handling | Clearance) => "#3f3d9e",
        (StopKind::Transfer, Dwell | Inspection) => "#7f7dcb",
        (StopKind::Transfer, Waiting) => "#b3b1e2",
        (StopKind::Transfer, Toll) => "#1d1b5e",
        (StopKind::Terminal, Handling | Clearance) => "#4b4f54",
        (StopKind::Terminal, Dwell | Inspection) => "#868b91",
        (StopKind::Terminal, Waiting) => "#b9bdc2",
        (StopKind::Terminal, Toll) => "#17191b",
    }
}

/// The color of a mode on maps.
pub(crate) fn mode_color(mode: Mode) -> &'static str {
    match mode {
        Mode::Road => "#b4531a",
        Mode::Rail => "#23272b",
        Mode::Ferry => "#1668a8",
        Mode::Sea => "#4fa3d1",
        Mode::Air => "#a48cc0",
    }
}

/// Dashes of a moving leg on charts, so that modes can be told apart in gray print.
pub(crate) fn mode_dash(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode::Road => None,
        Mode::Rail => Some("9 3"),
        Mode::Ferry | Mode::Sea => Some("2 4"),
        Mode::Air => Some("12 4 2 4"),
    }
}

/// Radius of a place on maps.
pub(crate) fn node_radius(kind: NodeType, population: f64) -> f64 {
    match kind {
        NodeType::City if population >= 1e6 => 4.6,
        NodeType::City if population >= 2e5 => 3.8,
        NodeType::City => 2.8,
        NodeType::Port | NodeType::Gateway => 3.2,
        NodeType::Terminal => 1.8,
        NodeType::BorderCrossing | NodeType::RailBorder => 1.2,
    }
}
