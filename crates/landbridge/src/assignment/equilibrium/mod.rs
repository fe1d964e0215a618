//! Stochastic user equilibrium: flows that bring about the waits that they are chosen under.
//!
//! In: choices among routes (fixed costs, place in the tree of choices, which congested *facilities* each route uses)
//! and what the flow on a facility does to the hours there. Out: flows and hours of the facilities, with a certificate.
//! The solver knows no rule and no network; what a scenario closes or charges is in the fixed costs.
//!
//! The unknowns are the flows `v` of the facilities, some hundred. With `V(w)` the flows that users choose under hours
//! `w`, and `W(v)` the hours that flows bring about, the equilibrium is `v = V(W(v))`. These are the stationarity
//! conditions of the convex dual of Baillon & Cominetti (2008) over the congested links wherever classes price an hour
//! in the same proportion at all facilities; otherwise of a variational inequality (`docs/model/equilibrium.md`). They
//! are solved by Newton steps with the exact derivatives of the nested logit, halved until the error falls.

mod choices;
mod curvature;
mod respond;
mod sensitivity;
#[cfg(test)]
mod tests;

use crate::cost::delay::Delay;
use crate::linear::Lu;
use curvature::curvature;
use respond::{Response, respond};

pub use choices::Choices;
pub use respond::ChosenShares;
pub use sensitivity::{Gradient, Sensitivity};

/// Halvings of a step before it is taken anyhow.
const MAX_HALVINGS: u32 = 12;

/// A step that leaves a smaller part of the error than this is good enough to keep the derivatives.
const GOOD_FALL: f64 = 0.2;

/// What flows do to the hours at congested facilities, and what these hours cost whom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Congestion {
    /// Hours by flow, of each facility. The solver uses flows in the unit of these functions.
    pub delay: Vec<Delay>,
    /// Hours of the function that the fixed costs of routes hold already.
    pub reference_h: Vec<f64>,
    /// `load[user][facility]`: flow there, in the unit of the delay, of one tonne or person a year of the user.
    pub load: Vec<Vec<f64>>,
    /// `price[user][facility]`: what an hour there costs a tonne or person of the user.
    pub price: Vec<Vec<f64>>,
}

impl Congestion {
    /// Number of facilities.
    pub fn len(&self) -> usize {
        self.delay.len()
    }

    /// Whether nothing is congested.
    pub fn is_empty(&self) -> bool {
        self.delay.is_empty()
    }

    /// Hours beyond those in the fixed costs, at flows of the facilities.
    pub fn extra_h(&self, flow: &[f64]) -> Vec<f64> {
        let functions = self.delay.iter().zip(&self.reference_h);
        functions.zip(flow).map(|((delay, reference), &flow)| delay.hours(flow) - reference).collect()
    }

    /// What extra hours cost a user at each facility, money per tonne or person.
    pub fn cost(&self, user: usize, extra_h: &[f64]) -> Vec<f64> {
        self.price[user].iter().zip(extra_h).map(|(price, hours)| price * hours).collect()
    }
}

/// When the solver stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquilibriumConfig {
    /// The relative gap to be reached: `|v - V(W(v))|_1 / |v|_1`, flows in tonnes or persons.
    pub gap: f64,
    /// Most iterations.
    pub max_iterations: u32,
}

impl Default for EquilibriumConfig {
    fn default() -> Self {
        Self { gap: 1e-9, max_iterations: 60 }
    }
}

/// Flows and hours of the facilities, and how near they are to an equilibrium.
#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    /// Flow of each facility, in the unit of its delay: those chosen under `extra_h`.
    pub flow: Vec<f64>,
    /// Hours beyond those in the fixed costs.
    pub extra_h: Vec<f64>,
    /// Tonnes and persons a year by user and facility.
    pub per_year: Vec<Vec<f64>>,
    /// How flows answer to hours, by rows: derivative of the flow of each facility by the hours of each other, in this
    /// equilibrium or one near it. For solving others from here; exact derivatives are in [`Sensitivity`].
    pub flow_by_hours: Vec<f64>,
    /// `|v - V(W(v))|_1 / |v|_1`, flows in tonnes or persons; the certificate.
    pub gap: f64,
    /// Newton steps.
    pub iterations: u32,
    /// Loadings of the choices.
    pub loadings: u32,
    /// Whether the gap asked for was reached.
    pub is_converged: bool,
}

/// Where to begin.
#[derive(Clone, Copy, Debug)]
pub struct Start<'e> {
    /// Flows, in the unit of the delays.
    pub flow: &'e [f64],
    /// How flows answered to hours there, see [`Equilibrium::flow_by_hours`]; empty if it is not known.
    pub flow_by_hours: &'e [f64],
}

impl Equilibrium {
    /// To begin another scenario with.
    pub fn as_start(&self) -> Start<'_> {
        Start { flow: &self.flow, flow_by_hours: &self.flow_by_hours }
    }
}

/// Solves for the equilibrium. Without a start the solver begins with the flows that empty facilities would attract.
///
/// How flows answer to hours is worked out only when steps with what is known of it bring less than they should; how
/// hours answer to flows is always that of the flows at hand.
pub fn solve(
    choices: &Choices,
    congestion: &Congestion,
    start: Option<Start<'_>>,
    config: &EquilibriumConfig,
) -> Equilibrium {
    solve_chosen(choices, congestion, start, config).0
}

/// The same with what is chosen in the equilibrium.
pub fn solve_chosen(
    choices: &Choices,
    congestion: &Congestion,
    start: Option<Start<'_>>,
    config: &EquilibriumConfig,
) -> (Equilibrium, ChosenShares) {
    let n = congestion.len();
    let size = sizes(congestion);
    let error = |flow: &[f64], chosen: &[f64]| -> f64 {
        flow.iter().zip(chosen).zip(&size).map(|((a, b), size)| (a - b).abs() * size).sum()
    };
    let sum = |flow: &[f64]| -> f64 { flow.iter().zip(&size).map(|(flow, size)| flow * size).sum() };
    let mut loadings = 0;
    let mut respond = |flow: &[f64]| {
        loadings += 1;
        respond(choices, congestion, &congestion.extra_h(flow))
    };
    let answer_at = |response: &Response| -> Vec<f64> {
        flow_by_hours(congestion, &curvature(choices, congestion, response))
    };
    let mut flow = start.map_or_else(|| respond(&vec![0.0; n]).flow, |start| start.flow.to_vec());
    let known = start.map_or(&[][..], |start| start.flow_by_hours);
    let mut response = respond(&flow);
    let mut is_of_here = known.is_empty();
    let mut answer = if is_of_here { answer_at(&response) } else { known.to_vec() };
    let mut iterations = 0;
    let gap = loop {
        let off = error(&flow, &response.flow);
        let total = sum(&flow).max(sum(&response.flow));
        let gap = if off == 0.0 { 0.0 } else { off / total };
        if gap <= config.gap || iterations == config.max_iterations || !gap.is_finite() {
            break gap;
        }
        iterations += 1;
        // `(I - A D) d = V - v`, with `A` the answer of flows to hours, `D` that of hours to flows.
        let lu = Lu::new(n, system(congestion, &flow, &answer));
        let correct = |flow: &[f64], chosen: &[f64]| -> Vec<f64> {
            let off: Vec<f64> = chosen.iter().zip(flow).map(|(chosen, flow)| chosen - flow).collect();
            let step = lu.as_ref().map(|lu| lu.solve(&off));
            step.filter(|step| step.iter().all(|step| step.is_finite())).unwrap_or(off)
        };
        let norm =
            |step: &[f64]| -> f64 { step.iter().zip(&size).map(|(step, size)| step.abs() * size).sum() };
        let step = correct(&flow, &response.flow);
        let full = norm(&step);
        let (mut length, mut halvings) = (1.0, 0);
        let fall = loop {
            let functions = congestion.delay.iter().zip(&flow).zip(&step);
            let next: Vec<f64> =
                functions.map(|((delay, &flow), step)| advance(delay, flow, length * step)).collect();
            let of_next = respond(&next);
            // The next step with the same derivatives must be shorter: near capacity a hair of flow moves hours far, and
            // errors of flows themselves would forbid every step (the natural monotonicity test of Deuflhard 2004).
            let fall = norm(&correct(&next, &of_next.flow)) / full;
            if fall < 1.0 - 0.25 * length || (is_of_here && halvings == MAX_HALVINGS) {
                (flow, response) = (next, of_next);
                break fall;
            }
            if !is_of_here {
                break f64::INFINITY;
            }
            halvings += 1;
            length *= 0.5;
        };
        is_of_here = fall > GOOD_FALL && fall * gap > config.gap;
        if is_of_here {
            answer = answer_at(&response);
        }
    };
    let extra_h = congestion.extra_h(&flow);
    let found = Equilibrium {
        flow: response.flow,
        extra_h,
        per_year: response.per_year,
        flow_by_hours: answer,
        gap,
        iterations,
        loadings,
        is_converged: gap <= config.gap,
    };
    (found, response.chosen)
}

/// `I - A D`, by rows.
fn system(congestion: &Congestion, flow: &[f64], answer: &[f64]) -> Vec<f64> {
    let n = congestion.len();
    let slope = slopes(congestion, flow);
    let mut system = answer.to_vec();
    for (row, of_row) in system.chunks_exact_mut(n.max(1)).enumerate() {
        of_row.iter_mut().zip(&slope).for_each(|(a, slope)| *a *= -slope);
        of_row[row] += 1.0;
    }
    system
}

/// `D`: what a unit of flow more adds to the hours. Infinite slopes (a root function at 0) are cut.
fn slopes(congestion: &Congestion, flow: &[f64]) -> Vec<f64> {
    congestion.delay.iter().zip(flow).map(|(delay, &flow)| delay.slope(flow).min(1e12)).collect()
}

/// Tonnes or persons of a unit of flow: what makes facilities of different units comparable.
fn sizes(congestion: &Congestion) -> Vec<f64> {
    let of = |facility: usize| {
        let loads = congestion.load.iter().map(|load| load[facility]).filter(|&load| load > 0.0);
        let largest = loads.fold(0.0, f64::max);
        if largest > 0.0 { 1.0 / largest } else { 0.0 }
    };
    (0..congestion.len()).map(of).collect()
}

/// A flow after a step. Up to nine tenths of the capacity the step is taken as it is; beyond, hours rise as steeply as
/// they do there and the flow follows them, for a step of the flow would land far up the curve.
fn advance(delay: &Delay, flow: f64, step: f64) -> f64 {
    let to = (flow + step).max(0.0);
    let Some(capacity) = delay.capacity() else { return to };
    let from = flow.max(0.9 * capacity);
    if to <= from {
        return to;
    }
    let hours = delay.hours(from) + delay.slope(from) * (to - from);
    // Newton from above on a rising convex function falls to the root without overshooting.
    let mut at = to;
    for _ in 0..60 {
        let next = at - (delay.hours(at) - hours) / delay.slope(at);
        if !(next < at && next > from) {
            break;
        }
        at = next;
    }
    at
}

/// `A`, by rows: derivative of the flow of each facility by the hours of each other.
fn flow_by_hours(congestion: &Congestion, curvature: &[Vec<f64>]) -> Vec<f64> {
    let n = congestion.len();
    let mut a = vec![0.0; n * n];
    for ((curvature, load), price) in curvature.iter().zip(&congestion.load).zip(&congestion.price) {
        for (row, (of_row, &load)) in a.chunks_exact_mut(n.max(1)).zip(load).enumerate() {
            if load > 0.0 {
                let of_curvature = &curvature[row * n..(row + 1) * n];
                for ((a, curvature), price) in of_row.iter_mut().zip(of_curvature).zip(price) {
                    *a -= load * curvature * price;
                }
            }
        }
    }
    a
}
