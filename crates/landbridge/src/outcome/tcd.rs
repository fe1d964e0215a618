//! The time-cost-distance profile of an itinerary (UNESCAP methodology; `docs/model/indicators.md`).
//!
//! A moving leg is a sloped line, a stop a vertical step; several steps at one place stack. The last point equals the
//! totals of the itinerary.

use super::{Itinerary, Leg, LegKind};
use crate::index::NodeIdx;
use crate::network::ModeState;
use crate::study::tables::ActivityKind;

/// What leads to a point of the profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Movement in a mode-state.
    Move(ModeState),
    /// A stop of this kind.
    Stop(StopKind, ActivityKind),
}

/// Where a stop happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopKind {
    /// At a border.
    Border,
    /// At a change of mode or gauge.
    Transfer,
    /// At the origin or destination.
    Terminal,
}

/// A point of the profile: cumulated distance, time and money, and the step that led to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Distance from the origin, km.
    pub km: f64,
    /// Time since departure, h.
    pub h: f64,
    /// Money so far, per unit of the class.
    pub usd: f64,
    /// Step that ends here; `None` at the origin.
    pub step: Option<Step>,
    /// Leg of the itinerary that the step belongs to.
    pub leg: usize,
    /// Node at or before which the step happens.
    pub node: NodeIdx,
}

/// The profile of an itinerary, from its origin at zero.
pub fn profile(itinerary: &Itinerary) -> Vec<Point> {
    let mut points = vec![Point { km: 0.0, h: 0.0, usd: 0.0, step: None, leg: 0, node: itinerary.from }];
    for (at, leg) in itinerary.legs.iter().enumerate() {
        // The border lies somewhere on its link: in the middle, since tables do not say where.
        let (before, after) = match leg.kind {
            LegKind::Border(_) => (0.5, 0.5),
            LegKind::Access(_) | LegKind::Transfer(_) => (0.0, 1.0),
            LegKind::Move | LegKind::Egress(_) => (1.0, 0.0),
        };
        push_move(&mut points, at, leg, before);
        push_stops(&mut points, at, leg);
        push_move(&mut points, at, leg, after);
    }
    points
}

fn push_move(points: &mut Vec<Point>, at: usize, leg: &Leg, share: f64) {
    let Some(&last) = points.last() else { return };
    if share <= 0.0 || (leg.length_km <= 0.0 && leg.moving_h <= 0.0 && leg.moving_usd() <= 0.0) {
        return;
    }
    points.push(Point {
        km: last.km + share * leg.length_km,
        h: last.h + share * leg.moving_h,
        usd: last.usd + share * leg.moving_usd(),
        step: Some(Step::Move(leg.mode_state)),
        leg: at,
        node: leg.to,
    });
}

fn push_stops(points: &mut Vec<Point>, at: usize, leg: &Leg) {
    let kind = match leg.kind {
        LegKind::Border(_) => StopKind::Border,
        LegKind::Transfer(_) => StopKind::Transfer,
        LegKind::Move | LegKind::Access(_) | LegKind::Egress(_) => StopKind::Terminal,
    };
    let charge = leg.total_usd() - leg.moving_usd() - leg.stops.iter().map(|stop| stop.usd).sum::<f64>();
    let steps = leg.stops.iter().map(|stop| (stop.activity, stop.time_h, stop.usd));
    // What a country takes at its border or port is a step of its own.
    let toll = (charge > 1e-12 * leg.total_usd()).then_some((ActivityKind::Toll, 0.0, charge));
    for (activity, h, usd) in steps.chain(toll) {
        let Some(&last) = points.last() else { return };
        points.push(Point {
            km: last.km,
            h: last.h + h,
            usd: last.usd + usd,
            step: Some(Step::Stop(kind, activity)),
            leg: at,
            node: leg.from,
        });
    }
}
