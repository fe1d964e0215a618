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

use std::ops::Range;

use super::{NestedLogit, Scales};
use crate::cost::delay::Delay;
use crate::linear::Lu;
use crate::parallel;
use crate::route::route_set::Nest;

/// Cells that are one piece of work; a fixed number, so that threads do not show in sums.
const BLOCK: usize = 2048;
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

/// Those who choose among routes: cells of one user each, with the routes open to them.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    cells: Vec<Cell>,
    first_route: Vec<u32>,
    cost: Vec<f64>,
    nest: Vec<Nest>,
    first_use: Vec<u32>,
    uses: Vec<u16>,
}

#[derive(Clone, Debug)]
struct Cell {
    user: u32,
    per_year: f64,
    scales: Scales,
    choke: f64,
}

impl Choices {
    /// None yet.
    pub fn new() -> Self {
        Self { first_route: vec![0], first_use: vec![0], ..Self::default() }
    }

    /// Adds users of one pair: amount a year, scales, cost of not shipping, and their routes in the order of the tree of
    /// choices: fixed cost (infinite if closed), place in the tree, and the facilities that it uses, each as often as
    /// it does.
    ///
    /// Variants of a corridor that use the same facilities answer to hours as one: their expected cost stands for them.
    pub fn push<'r>(
        &mut self,
        user: usize,
        per_year: f64,
        scales: Scales,
        choke: f64,
        routes: impl IntoIterator<Item = (f64, Nest, &'r [u16])>,
    ) {
        self.cells.push(Cell { user: user as u32, per_year, scales, choke });
        let mut highest = Nest::Variant;
        let mut corridor = self.cost.len();
        for (cost, nest, uses) in routes {
            // The first open route of a chain or corridor takes the place of closed ones before it.
            highest = higher(highest, nest);
            if cost.is_infinite() {
                continue;
            }
            if highest != Nest::Variant {
                corridor = self.cost.len();
            } else if let Some(same) = (corridor..self.cost.len()).find(|&route| self.uses(route) == uses) {
                let (low, away) = (self.cost[same].min(cost), (self.cost[same] - cost).abs());
                self.cost[same] = low - (-scales.route * away).exp().ln_1p() / scales.route;
                continue;
            }
            self.cost.push(cost);
            self.nest.push(highest);
            self.uses.extend_from_slice(uses);
            self.first_use.push(self.uses.len() as u32);
            highest = Nest::Variant;
        }
        self.first_route.push(self.cost.len() as u32);
    }

    fn routes(&self, cell: usize) -> Range<usize> {
        self.first_route[cell] as usize..self.first_route[cell + 1] as usize
    }

    fn uses(&self, route: usize) -> &[u16] {
        &self.uses[self.first_use[route] as usize..self.first_use[route + 1] as usize]
    }

    /// Runs of cells of one user, none longer than a block.
    fn blocks(&self) -> Vec<(usize, Range<usize>)> {
        let mut blocks: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, cell) in self.cells.iter().enumerate() {
            match blocks.last_mut() {
                Some((user, cells)) if *user == cell.user as usize && cells.len() < BLOCK => cells.end += 1,
                _ => blocks.push((cell.user as usize, at..at + 1)),
            }
        }
        blocks
    }
}

fn higher(a: Nest, b: Nest) -> Nest {
    match (a, b) {
        (Nest::Mode, _) | (_, Nest::Mode) => Nest::Mode,
        (Nest::Corridor, _) | (_, Nest::Corridor) => Nest::Corridor,
        _ => Nest::Variant,
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

/// Flows chosen under given hours, and how they answer to hours.
#[derive(Clone, Debug)]
struct Response {
    flow: Vec<f64>,
    per_year: Vec<Vec<f64>>,
    /// Expected cost of all, that of not shipping included: money a year.
    total_cost: f64,
    /// Per user, the negative derivative of the uses of facilities by their costs, by rows: symmetric, positive
    /// semidefinite. Empty if it was not asked for.
    curvature: Vec<Vec<f64>>,
}

/// What total cost or a flow gains from a little more of something at each facility.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// By an hour more.
    pub by_hour: Vec<f64>,
    /// By a charge of one on each unit of flow (a vehicle, say), as often as it passes.
    pub by_fee: Vec<f64>,
    /// By a unit more of capacity, in the unit of the delay.
    pub by_capacity: Vec<f64>,
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
    let n = congestion.len();
    let size = sizes(congestion);
    let error = |flow: &[f64], chosen: &[f64]| -> f64 {
        flow.iter().zip(chosen).zip(&size).map(|((a, b), size)| (a - b).abs() * size).sum()
    };
    let sum = |flow: &[f64]| -> f64 { flow.iter().zip(&size).map(|(flow, size)| flow * size).sum() };
    let mut loadings = 0;
    let mut respond = |flow: &[f64], wants_curvature: bool| {
        loadings += 1;
        respond(choices, congestion, &congestion.extra_h(flow), wants_curvature)
    };
    let mut flow = start.map_or_else(|| respond(&vec![0.0; n], false).flow, |start| start.flow.to_vec());
    let known = start.map_or(&[][..], |start| start.flow_by_hours);
    let mut response = respond(&flow, known.is_empty());
    let (mut answer, mut is_of_here) = (known.to_vec(), false);
    if known.is_empty() {
        (answer, is_of_here) = (flow_by_hours(congestion, &response), true);
    }
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
            let of_next = respond(&next, false);
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
            response = respond(&flow, true);
            answer = flow_by_hours(congestion, &response);
        }
    };
    let extra_h = congestion.extra_h(&flow);
    Equilibrium {
        flow: response.flow,
        extra_h,
        per_year: response.per_year,
        flow_by_hours: answer,
        gap,
        iterations,
        loadings,
        is_converged: gap <= config.gap,
    }
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

/// Derivatives in an equilibrium, by the adjoint of its equations (`docs/model/equilibrium.md`).
#[derive(Clone, Debug)]
pub struct Sensitivity<'c> {
    congestion: &'c Congestion,
    flow: Vec<f64>,
    response: Response,
    /// `A`.
    answer: Vec<f64>,
    lu: Lu,
}

impl<'c> Sensitivity<'c> {
    /// Prepares the derivatives; `None` if the equations have none here.
    pub fn new(choices: &Choices, congestion: &'c Congestion, at: &Equilibrium) -> Option<Self> {
        let response = respond(choices, congestion, &at.extra_h, true);
        let answer = flow_by_hours(congestion, &response);
        let lu = Lu::new(congestion.len(), system(congestion, &response.flow, &answer))?;
        Some(Self { congestion, flow: response.flow.clone(), response, answer, lu })
    }

    /// Expected cost of all users, that of not shipping included: money a year.
    pub fn total_cost(&self) -> f64 {
        self.response.total_cost
    }

    /// Derivatives of the expected cost of all users: money a year.
    pub fn of_total_cost(&self) -> Gradient {
        let n = self.flow.len();
        let (mut by_own_hours, mut by_own_fee) = (vec![0.0; n], vec![0.0; n]);
        let users = self.response.per_year.iter().zip(&self.congestion.load).zip(&self.congestion.price);
        for ((per_year, load), price) in users {
            for at in 0..n {
                by_own_hours[at] += price[at] * per_year[at];
                by_own_fee[at] += load[at] * per_year[at];
            }
        }
        self.pull_back(&by_own_hours, &by_own_fee)
    }

    /// Derivatives of the flow of a facility, in the unit of its delay.
    pub fn of_flow(&self, facility: usize) -> Gradient {
        let n = self.flow.len();
        let by_fee = self.flow_by_fees(&unit(n, facility));
        self.pull_back(&self.answer[facility * n..(facility + 1) * n], &by_fee)
    }

    /// What the hours that flows bring about add to derivatives at given hours.
    fn pull_back(&self, by_own_hours: &[f64], by_own_fee: &[f64]) -> Gradient {
        // dw = D dv + dp and dv = A dw, so dw = (I - D A)^-1 dp; the transpose of that is (I - A^T D)^-1, and
        // (I - A D)^-1 = I + A (I - D A)^-1 D brings it back to the matrix that has been factored.
        let n = self.flow.len();
        let functions = || self.congestion.delay.iter().zip(&self.flow);
        let slope = slopes(self.congestion, &self.flow);
        let weighted: Vec<f64> = slope.iter().zip(by_own_hours).map(|(slope, own)| slope * own).collect();
        let y = self.lu.solve_transposed(&weighted);
        let mut by_hour = by_own_hours.to_vec();
        for (y, of_row) in y.iter().zip(self.answer.chunks_exact(n.max(1))) {
            by_hour.iter_mut().zip(of_row).for_each(|(sum, a)| *sum += y * a);
        }
        let moved: Vec<f64> = slope.iter().zip(&by_hour).map(|(slope, by_hour)| slope * by_hour).collect();
        let by_fee = self.flow_by_fees(&moved).iter().zip(by_own_fee).map(|(a, b)| a + b).collect();
        let by_capacity = functions()
            .zip(&by_hour)
            .map(|((delay, &flow), hour)| hour * delay.capacity_slope(flow))
            .collect();
        Gradient { by_hour, by_fee, by_capacity }
    }

    /// Derivatives by the fees of a weighted sum of flows, hours held.
    fn flow_by_fees(&self, weight: &[f64]) -> Vec<f64> {
        let n = weight.len();
        let mut sum = vec![0.0; n];
        for (curvature, load) in self.response.curvature.iter().zip(&self.congestion.load) {
            for (at, of_row) in curvature.chunks_exact(n.max(1)).enumerate() {
                let factor = weight[at] * load[at];
                if factor != 0.0 {
                    let terms = sum.iter_mut().zip(of_row).zip(load);
                    terms.for_each(|((sum, curvature), load)| *sum -= factor * curvature * load);
                }
            }
        }
        sum
    }
}

fn unit(n: usize, at: usize) -> Vec<f64> {
    let mut unit = vec![0.0; n];
    unit[at] = 1.0;
    unit
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
fn flow_by_hours(congestion: &Congestion, response: &Response) -> Vec<f64> {
    let n = congestion.len();
    let mut a = vec![0.0; n * n];
    for ((curvature, load), price) in response.curvature.iter().zip(&congestion.load).zip(&congestion.price) {
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

/// Loads the choices under hours beyond those of the fixed costs.
fn respond(choices: &Choices, congestion: &Congestion, extra_h: &[f64], wants_curvature: bool) -> Response {
    let n = congestion.len();
    let n_users = congestion.load.len();
    let costs: Vec<Vec<f64>> = (0..n_users).map(|user| congestion.cost(user, extra_h)).collect();
    let blocks = choices.blocks();
    let parts = parallel::map_with(
        &blocks,
        || Scratch::new(n),
        |scratch, (user, cells)| {
            let mut part = Part::new(n, wants_curvature);
            for cell in cells.clone() {
                scratch.load_cell(choices, cell, &costs[*user], &mut part);
            }
            part
        },
    );
    let curvature = if wants_curvature { vec![vec![0.0; n * n]; n_users] } else { Vec::new() };
    let mut response =
        Response { flow: vec![0.0; n], per_year: vec![vec![0.0; n]; n_users], total_cost: 0.0, curvature };
    let add = |sum: &mut [f64], part: &[f64]| sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    for ((user, _), part) in blocks.iter().zip(parts) {
        add(&mut response.per_year[*user], &part.per_year);
        response.total_cost += part.total_cost;
        if let Some(curvature) = response.curvature.get_mut(*user) {
            add(curvature, &part.curvature);
        }
    }
    for (load, per_year) in congestion.load.iter().zip(&response.per_year) {
        for ((flow, load), per_year) in response.flow.iter_mut().zip(load).zip(per_year) {
            *flow += load * per_year;
        }
    }
    for curvature in &mut response.curvature {
        mirror(curvature, n);
    }
    response
}

/// Fills the lower triangle from the upper one.
fn mirror(matrix: &mut [f64], n: usize) {
    for row in 0..n {
        for column in 0..row {
            matrix[row * n + column] = matrix[column * n + row];
        }
    }
}

/// What a block of cells gives.
struct Part {
    per_year: Vec<f64>,
    total_cost: f64,
    /// Upper triangle; empty if not asked for.
    curvature: Vec<f64>,
}

impl Part {
    fn new(n: usize, wants_curvature: bool) -> Self {
        let curvature = if wants_curvature { vec![0.0; n * n] } else { Vec::new() };
        Self { per_year: vec![0.0; n], total_cost: 0.0, curvature }
    }
}

/// Scratch space of one thread.
struct Scratch {
    logit: NestedLogit,
    cost: Vec<f64>,
    share: Vec<f64>,
    /// Sums of shares by facility over the routes of a nest, and which facilities they hold.
    of_corridor: Sparse,
    of_chain: Sparse,
    of_cell: Sparse,
}

/// A vector by facility, most of it 0.
struct Sparse {
    value: Vec<f64>,
    held: Vec<u16>,
    share: f64,
}

impl Sparse {
    fn new(n: usize) -> Self {
        Self { value: vec![0.0; n], held: Vec::new(), share: 0.0 }
    }

    fn add(&mut self, at: u16, value: f64) {
        let known = &mut self.value[usize::from(at)];
        if *known == 0.0 {
            self.held.push(at);
        }
        *known += value;
    }

    /// Adds it to the nest above, adds `factor` times its square over its share to a matrix, and clears it.
    fn close(&mut self, above: Option<&mut Self>, factor: f64, matrix: &mut [f64]) {
        if self.share > 0.0 && factor != 0.0 {
            add_square(matrix, self.value.len(), &self.held, &self.value, factor / self.share);
        }
        if let Some(above) = above {
            above.share += self.share;
            for &at in &self.held {
                above.add(at, self.value[usize::from(at)]);
            }
        }
        for &at in &self.held {
            self.value[usize::from(at)] = 0.0;
        }
        self.held.clear();
        self.share = 0.0;
    }
}

/// Adds `factor * x x^T` to the upper triangle of a matrix.
fn add_square(matrix: &mut [f64], n: usize, held: &[u16], x: &[f64], factor: f64) {
    for (i, &a) in held.iter().enumerate() {
        let of_a = factor * x[usize::from(a)];
        for &b in &held[i..] {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            matrix[usize::from(low) * n + usize::from(high)] += of_a * x[usize::from(b)];
        }
    }
}

impl Scratch {
    fn new(n: usize) -> Self {
        Self {
            logit: NestedLogit::default(),
            cost: Vec::new(),
            share: Vec::new(),
            of_corridor: Sparse::new(n),
            of_chain: Sparse::new(n),
            of_cell: Sparse::new(n),
        }
    }

    fn load_cell(&mut self, choices: &Choices, at: usize, costs: &[f64], part: &mut Part) {
        let (cell, routes) = (&choices.cells[at], choices.routes(at));
        let extra =
            |route: usize| -> f64 { choices.uses(route).iter().map(|&f| costs[usize::from(f)]).sum() };
        self.cost.clear();
        self.cost.extend(routes.clone().map(|route| choices.cost[route] + extra(route)));
        self.share.clear();
        self.share.resize(routes.len(), 0.0);
        let nest = &choices.nest[routes.clone()];
        let chosen = self.logit.choose(&self.cost, nest, &cell.scales, cell.choke, &mut self.share);
        if chosen.expected_cost.is_finite() {
            part.total_cost += cell.per_year * chosen.expected_cost;
        }
        for (route, &share) in routes.clone().zip(&self.share) {
            let amount = cell.per_year * share;
            choices.uses(route).iter().for_each(|&f| part.per_year[usize::from(f)] += amount);
        }
        if !part.curvature.is_empty() {
            self.add_curvature(choices, cell, routes, part);
        }
    }

    /// The nested logit has as second derivatives the covariances of its levels: with `a` the uses of a route, and means
    /// of them over corridors, chains and all,
    /// `theta_r E[cov within corridors] + theta_c E[cov of corridors within chains] + theta_m cov of chains`.
    fn add_curvature(&mut self, choices: &Choices, cell: &Cell, routes: Range<usize>, part: &mut Part) {
        let (q, scales) = (cell.per_year, &cell.scales);
        let n = part.per_year.len();
        let of_corridors = -q * (scales.route - scales.corridor);
        let of_chains = -q * (scales.corridor - scales.mode);
        for (at, route) in routes.enumerate() {
            let level = choices.nest[route];
            if level != Nest::Variant {
                self.of_corridor.close(Some(&mut self.of_chain), of_corridors, &mut part.curvature);
            }
            if level == Nest::Mode {
                self.of_chain.close(Some(&mut self.of_cell), of_chains, &mut part.curvature);
            }
            let share = self.share[at];
            if share == 0.0 {
                continue;
            }
            self.of_corridor.share += share;
            let uses = choices.uses(route);
            for (i, &a) in uses.iter().enumerate() {
                self.of_corridor.add(a, share);
                for (j, &b) in uses.iter().enumerate().skip(i) {
                    let (low, high) = if a <= b { (a, b) } else { (b, a) };
                    // A facility used twice: both orders fall on the diagonal.
                    let times = if j > i && a == b { 2.0 } else { 1.0 };
                    part.curvature[usize::from(low) * n + usize::from(high)] +=
                        times * q * scales.route * share;
                }
            }
        }
        self.of_corridor.close(Some(&mut self.of_chain), of_corridors, &mut part.curvature);
        self.of_chain.close(Some(&mut self.of_cell), of_chains, &mut part.curvature);
        self.of_cell.share = 1.0;
        self.of_cell.close(None, -q * scales.mode, &mut part.curvature);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{got} is not {want}");
    }

    /// Links of a network with a two-cycle: free cost and slope.
    const LINKS: [(f64, f64); 6] =
        [(2.0, 0.02), (3.0, 0.01), (1.0, 0.005), (1.0, 0.005), (4.0, 0.01), (2.0, 0.03)];

    /// All walks from node 1 to node 4: first to node 2 or 3, then to and fro between them, then on.
    fn walks(choices: &mut Choices) {
        let mut walks: Vec<Vec<u16>> = Vec::new();
        for start in [0_u16, 1] {
            let mut walk = vec![start];
            for step in 0..60 {
                let at_node_2 = (step % 2 == 0) == (start == 0);
                let mut whole = walk.clone();
                whole.push(if at_node_2 { 4 } else { 5 });
                walks.push(whole);
                walk.push(if at_node_2 { 2 } else { 3 });
            }
        }
        let routes = walks.iter().enumerate().map(|(at, walk)| {
            let nest = if at == 0 { Nest::Mode } else { Nest::Variant };
            (0.0, nest, walk.as_slice())
        });
        choices.push(0, 100.0, Scales::plain(1.0), f64::INFINITY, routes);
    }

    fn linear(free: f64, slope: f64) -> Delay {
        Delay::Bpr { free_h: free, b: slope / free, power: 1.0, capacity: 1.0 }
    }

    fn two_cycle() -> (Choices, Congestion) {
        let mut choices = Choices::new();
        walks(&mut choices);
        let congestion = Congestion {
            delay: LINKS.iter().map(|&(free, slope)| linear(free, slope)).collect(),
            reference_h: vec![0.0; 6],
            load: vec![vec![1.0; 6]],
            price: vec![vec![1.0; 6]],
        };
        (choices, congestion)
    }

    /// Logit over all walks, solved apart by Newton on the fixed point and by minimising the dual; the derivatives by
    /// the adjoint agree with differences to 1e-8.
    #[test]
    fn equilibrium_and_derivatives_of_a_network_with_a_cycle() {
        let (choices, congestion) = two_cycle();
        let found = solve(&choices, &congestion, None, &EquilibriumConfig { gap: 1e-13, max_iterations: 30 });
        assert!(found.is_converged && found.iterations < 20, "{found:?}");
        let flows = [
            52.523_443_900_943_97,
            47.476_556_099_056_02,
            31.127_046_367_991_017,
            19.029_613_444_178_76,
            40.426_010_977_131_71,
            59.573_989_022_868_275,
        ];
        found.flow.iter().zip(flows).for_each(|(got, want)| near(*got, want, 1e-8));
        let hours = [
            3.050_468_878_018_879,
            3.474_765_560_990_560_3,
            1.155_635_231_839_955_2,
            1.095_148_067_220_893_8,
            4.404_260_109_771_317,
            3.787_219_670_686_048_4,
        ];
        found.extra_h.iter().zip(hours).for_each(|(got, want)| near(*got, want, 1e-8));
        let sensitivity =
            Sensitivity::new(&choices, &congestion, &found).unwrap_or_else(|| panic!("regular"));
        near(sensitivity.total_cost(), 623.985_260_080_110_7, 1e-8);
        let by_hour = [
            49.707_262_726_483_61,
            50.292_737_281_299_96,
            16.559_987_378_776_6,
            21.351_772_520_007_998,
            54.499_048_0,
            45.500_952_1,
        ];
        let gradient = sensitivity.of_total_cost();
        gradient.by_hour.iter().zip(by_hour).for_each(|(got, want)| near(*got, want, 2e-8));
        // With a price of 1 a fee is an hour.
        gradient.by_fee.iter().zip(&gradient.by_hour).for_each(|(fee, hour)| near(*fee, *hour, 1e-10));
    }

    /// Two classes that price an hour differently, chains of modes, a route that is closed, two gates with queues and one
    /// that is only watched.
    fn gates(shift: &[f64; 3], fee: &[f64; 3], capacity: &[f64; 3]) -> (Choices, Congestion) {
        let queue = |at: usize| Delay::Queue {
            period_h: 720.0,
            capacity_per_h: capacity[at],
            variability: 1.25,
            servers: 3,
        };
        let load = [1.0 / 20.0 / 8760.0, 1.0 / 12.0 / 8760.0];
        let price = [[0.9, 0.9, 0.7], [4.0, 4.0, 3.9]];
        let mut choices = Choices::new();
        let scales = Scales { route: 0.12, corridor: 0.09, mode: 0.06 };
        let routes: [(f64, Nest, &[u16]); 5] = [
            (40.0, Nest::Mode, &[0]),
            (f64::INFINITY, Nest::Corridor, &[0, 1]),
            (42.0, Nest::Variant, &[0, 2]),
            (43.0, Nest::Corridor, &[1]),
            (47.0, Nest::Mode, &[2]),
        ];
        for user in 0..2 {
            for (q, more) in [(2e6, 0.0), (7e5, 3.0)] {
                let own = |uses: &[u16]| -> f64 {
                    let of = |&f: &u16| {
                        let f = usize::from(f);
                        price[user][f] * shift[f] + fee[f] * load[user] * 8760.0
                    };
                    uses.iter().map(of).sum()
                };
                let routes = routes.map(|(cost, nest, uses)| (cost + more + own(uses), nest, uses));
                choices.push(user, q, scales, 120.0, routes);
            }
        }
        let congestion = Congestion {
            delay: vec![queue(0), queue(1), Delay::Constant { hours: 2.0 }],
            reference_h: vec![1.0, 0.0, 2.0],
            load: load.map(|load| vec![load; 3]).to_vec(),
            price: price.map(|price| price.to_vec()).to_vec(),
        };
        (choices, congestion)
    }

    const EXACT: EquilibriumConfig = EquilibriumConfig { gap: 1e-13, max_iterations: 60 };

    #[test]
    fn derivatives_are_those_of_solving_again() {
        let capacity = [9.0, 4.0, 1.0];
        let (choices, congestion) = gates(&[0.0; 3], &[0.0; 3], &capacity);
        let found = solve(&choices, &congestion, None, &EXACT);
        assert!(found.is_converged, "{found:?}");
        // Over capacity at one gate, near it at the other: the hours move what is chosen.
        assert!(found.extra_h[0] > 3.0 && found.extra_h[1] > 1.0 && found.extra_h[2] == 0.0, "{found:?}");
        let at = |shift: &[f64; 3], fee: &[f64; 3], capacity: &[f64; 3]| {
            let (choices, congestion) = gates(shift, fee, capacity);
            let found = solve(&choices, &congestion, Some(found.as_start()), &EXACT);
            assert!(found.is_converged, "{found:?}");
            let of = Sensitivity::new(&choices, &congestion, &found).unwrap_or_else(|| panic!("regular"));
            (of.total_cost(), found.flow)
        };
        let of = Sensitivity::new(&choices, &congestion, &found).unwrap_or_else(|| panic!("regular"));
        let of_cost = of.of_total_cost();
        let of_flows = [0, 1, 2].map(|facility| of.of_flow(facility));
        let moved = |by: f64, which: usize| {
            let mut moved = [0.0; 3];
            moved[which] = by;
            moved
        };
        for which in 0..3 {
            let step = 1e-3;
            let pairs = [
                (
                    at(&moved(step, which), &[0.0; 3], &capacity),
                    at(&moved(-step, which), &[0.0; 3], &capacity),
                    of_cost.by_hour[which],
                    of_flows.each_ref().map(|of| of.by_hour[which]),
                ),
                (
                    at(&[0.0; 3], &moved(step, which), &capacity),
                    at(&[0.0; 3], &moved(-step, which), &capacity),
                    8760.0 * of_cost.by_fee[which],
                    of_flows.each_ref().map(|of| 8760.0 * of.by_fee[which]),
                ),
                {
                    let changed = |by: f64| std::array::from_fn(|at| capacity[at] + moved(by, which)[at]);
                    (
                        at(&[0.0; 3], &[0.0; 3], &changed(step)),
                        at(&[0.0; 3], &[0.0; 3], &changed(-step)),
                        of_cost.by_capacity[which],
                        of_flows.each_ref().map(|of| of.by_capacity[which]),
                    )
                },
            ];
            for (up, down, of_cost, of_flows) in pairs {
                let scale = of_cost.abs().max(1.0);
                near((up.0 - down.0) / (2.0 * step) / scale, of_cost / scale, 1e-6);
                for (facility, of_flow) in of_flows.into_iter().enumerate() {
                    near((up.1[facility] - down.1[facility]) / (2.0 * step), of_flow, 1e-6);
                }
            }
        }
    }

    #[test]
    fn the_start_and_the_order_of_users_change_nothing() {
        let capacity = [9.0, 4.0, 1.0];
        let (choices, congestion) = gates(&[0.0; 3], &[0.0; 3], &capacity);
        let cold = solve(&choices, &congestion, None, &EXACT);
        for start in [[0.0; 3], [30.0, 0.1, 5.0], [0.0, 30.0, 30.0]] {
            let start = Start { flow: &start, flow_by_hours: &[] };
            let warm = solve(&choices, &congestion, Some(start), &EXACT);
            assert!(warm.is_converged);
            warm.flow.iter().zip(&cold.flow).for_each(|(a, b)| near(*a, *b, 1e-10));
        }
    }

    #[test]
    fn without_congestion_the_first_loading_is_the_equilibrium() {
        let (choices, mut congestion) = gates(&[0.0; 3], &[0.0; 3], &[9.0, 4.0, 1.0]);
        congestion.delay = vec![Delay::Constant { hours: 1.0 }; 3];
        congestion.reference_h = vec![1.0; 3];
        let found = solve(&choices, &congestion, None, &EXACT);
        assert!(found.is_converged && found.iterations == 0, "{found:?}");
    }

    /// A study without a capacity has equilibria too: what is chosen.
    #[test]
    fn without_any_place_with_a_queue_there_is_nothing_to_solve() {
        let (mut choices, congestion) = (
            Choices::new(),
            Congestion { load: vec![Vec::new()], price: vec![Vec::new()], ..Congestion::default() },
        );
        choices.push(0, 100.0, Scales::plain(1.0), f64::INFINITY, [(3.0, Nest::Mode, &[][..])]);
        let found = solve(&choices, &congestion, None, &EXACT);
        assert!(found.is_converged && found.iterations == 0 && found.flow.is_empty(), "{found:?}");
        let of = Sensitivity::new(&choices, &congestion, &found).unwrap_or_else(|| panic!("regular"));
        assert!((of.total_cost() - 300.0).abs() < 1e-9 && of.of_total_cost().by_hour.is_empty());
    }

    /// More flow, and with it more hours, where capacity is less; and a queue that no other way relieves grows until
    /// goods are not shipped.
    #[test]
    fn less_capacity_means_more_hours_there() {
        let mut last = (0.0, f64::INFINITY);
        for capacity in [12.0, 9.0, 6.0, 3.0, 1.0] {
            let (choices, congestion) = gates(&[0.0; 3], &[0.0; 3], &[capacity, 4.0, 1.0]);
            let found = solve(&choices, &congestion, None, &EXACT);
            assert!(found.is_converged && found.extra_h[0] > last.0 && found.flow[0] < last.1, "{found:?}");
            last = (found.extra_h[0], found.flow[0]);
        }
    }
}
