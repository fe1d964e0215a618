//! Who chooses among which routes, and what they choose under given hours: flows of facilities, expected costs, and how
//! flows answer to hours, by the exact second derivatives of the nested logit.

use std::ops::Range;

use super::Congestion;
use crate::assignment::{NestedLogit, Scales};
use crate::parallel;
use crate::route::route_set::Nest;

/// Cells that are one piece of work; a fixed number, so that threads do not show in sums.
const BLOCK: usize = 2048;

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

    /// Sets the amounts of all cells, in the order in which they were added.
    ///
    /// # Panics
    /// There are not as many amounts as cells.
    pub fn set_amounts(&mut self, per_year: &[f64]) {
        assert_eq!(per_year.len(), self.cells.len(), "an amount for each cell");
        self.cells.iter_mut().zip(per_year).for_each(|(cell, &amount)| cell.per_year = amount);
    }

    /// Whether any route is open to a cell.
    pub fn is_connected(&self, cell: usize) -> bool {
        !self.routes(cell).is_empty()
    }

    /// Expected cost of each cell under hours beyond those of the fixed costs, that of not shipping included: money per
    /// tonne or person.
    pub fn expected_costs(&self, congestion: &Congestion, extra_h: &[f64]) -> Vec<f64> {
        respond(self, congestion, extra_h).expected
    }

    fn routes(&self, cell: usize) -> Range<usize> {
        self.first_route[cell] as usize..self.first_route[cell + 1] as usize
    }

    fn uses(&self, route: usize) -> &[u16] {
        &self.uses[self.first_use[route] as usize..self.first_use[route + 1] as usize]
    }

    /// What each of some routes uses.
    fn all_uses(&self, routes: Range<usize>) -> impl Iterator<Item = &[u16]> {
        let ends = self.first_use[routes.start..=routes.end].windows(2);
        ends.map(|ends| &self.uses[ends[0] as usize..ends[1] as usize])
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

/// Flows chosen under given hours.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub flow: Vec<f64>,
    pub per_year: Vec<Vec<f64>>,
    /// Expected cost of all, that of not shipping included: money a year.
    pub total_cost: f64,
    /// Expected cost of each cell.
    expected: Vec<f64>,
    /// Shares of the routes, block by block.
    shares: Vec<Vec<f64>>,
}

/// Loads the choices under hours beyond those of the fixed costs.
pub(super) fn respond(choices: &Choices, congestion: &Congestion, extra_h: &[f64]) -> Response {
    let n = congestion.len();
    let n_users = congestion.load.len();
    let costs: Vec<Vec<f64>> = (0..n_users).map(|user| congestion.cost(user, extra_h)).collect();
    let blocks = choices.blocks();
    let scratch = || (NestedLogit::default(), Vec::new());
    let parts = parallel::map_with(&blocks, scratch, |scratch, (user, cells)| {
        load_block(scratch, choices, cells.clone(), &costs[*user])
    });
    let mut response = Response {
        flow: vec![0.0; n],
        per_year: vec![vec![0.0; n]; n_users],
        total_cost: 0.0,
        expected: Vec::with_capacity(choices.cells.len()),
        shares: Vec::with_capacity(parts.len()),
    };
    for ((user, _), part) in blocks.iter().zip(parts) {
        add(&mut response.per_year[*user], &part.per_year);
        response.total_cost += part.total_cost;
        response.expected.extend(part.expected);
        response.shares.push(part.shares);
    }
    for (load, per_year) in congestion.load.iter().zip(&response.per_year) {
        for ((flow, load), per_year) in response.flow.iter_mut().zip(load).zip(per_year) {
            *flow += load * per_year;
        }
    }
    response
}

/// Per user, the negative derivative of the uses of facilities by their costs, by rows: symmetric, positive
/// semidefinite.
pub(super) fn curvature(choices: &Choices, congestion: &Congestion, at: &Response) -> Vec<Vec<f64>> {
    let n = congestion.len();
    let blocks: Vec<_> = choices.blocks().into_iter().zip(&at.shares).collect();
    let parts = parallel::map_with(
        &blocks,
        || Nests::new(n),
        |nests, ((_, cells), shares)| {
            let mut matrix = vec![0.0; n * n];
            let mut shares = shares.as_slice();
            for cell in cells.clone() {
                let (of_cell, others) = shares.split_at(choices.routes(cell).len());
                nests.add_curvature(choices, cell, of_cell, &mut matrix);
                shares = others;
            }
            matrix
        },
    );
    let mut of_users = vec![vec![0.0; n * n]; congestion.load.len()];
    for (((user, _), _), part) in blocks.iter().zip(parts) {
        add(&mut of_users[*user], &part);
    }
    for matrix in &mut of_users {
        mirror(matrix, n);
    }
    of_users
}

fn add(sum: &mut [f64], part: &[f64]) {
    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
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
    expected: Vec<f64>,
    shares: Vec<f64>,
}

fn load_block(
    (logit, cost): &mut (NestedLogit, Vec<f64>),
    choices: &Choices,
    cells: Range<usize>,
    costs: &[f64],
) -> Part {
    let of_block = choices.first_route[cells.start] as usize..choices.first_route[cells.end] as usize;
    let mut part = Part {
        per_year: vec![0.0; costs.len()],
        total_cost: 0.0,
        expected: Vec::with_capacity(cells.len()),
        shares: vec![0.0; of_block.len()],
    };
    for at in cells {
        let (cell, routes) = (&choices.cells[at], choices.routes(at));
        cost.clear();
        let fixed = choices.cost[routes.clone()].iter().zip(choices.all_uses(routes.clone()));
        cost.extend(
            fixed.map(|(cost, uses)| cost + uses.iter().map(|&f| costs[usize::from(f)]).sum::<f64>()),
        );
        let shares = &mut part.shares[routes.start - of_block.start..routes.end - of_block.start];
        let nest = &choices.nest[routes.clone()];
        let chosen = logit.choose(cost, nest, &cell.scales, cell.choke, shares);
        part.expected.push(chosen.expected_cost);
        if chosen.expected_cost.is_finite() {
            part.total_cost += cell.per_year * chosen.expected_cost;
        }
        for (uses, share) in choices.all_uses(routes).zip(shares) {
            let amount = cell.per_year * *share;
            for &facility in uses {
                part.per_year[usize::from(facility)] += amount;
            }
        }
    }
    part
}

/// Scratch space of one thread: sums of shares by facility over the routes of a nest.
struct Nests {
    corridor: Sparse,
    chain: Sparse,
    cell: Sparse,
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

impl Nests {
    fn new(n: usize) -> Self {
        Self { corridor: Sparse::new(n), chain: Sparse::new(n), cell: Sparse::new(n) }
    }

    /// The nested logit has as second derivatives the covariances of its levels: with `a` the uses of a route, and means
    /// of them over corridors, chains and all,
    /// `theta_r E[cov within corridors] + theta_c E[cov of corridors within chains] + theta_m cov of chains`.
    fn add_curvature(&mut self, choices: &Choices, at: usize, shares: &[f64], matrix: &mut [f64]) {
        let Cell { per_year: q, ref scales, .. } = choices.cells[at];
        let n = self.cell.value.len();
        let of_corridors = -q * (scales.route - scales.corridor);
        let of_chains = -q * (scales.corridor - scales.mode);
        let routes = choices.routes(at);
        let nest = &choices.nest[routes.clone()];
        for (at, (uses, &share)) in choices.all_uses(routes).zip(shares).enumerate() {
            if nest[at] == Nest::Mode {
                self.chain.close(Some(&mut self.cell), of_chains, matrix);
            }
            // A route that is all of its corridor is an alternative of the chain, as most are.
            let is_last = nest.get(at + 1) != Some(&Nest::Variant);
            let (sums, theta) = if is_last && nest[at] != Nest::Variant {
                (&mut self.chain, scales.corridor)
            } else {
                (&mut self.corridor, scales.route)
            };
            if share > 0.0 {
                sums.share += share;
                for (i, &a) in uses.iter().enumerate() {
                    sums.add(a, share);
                    for (j, &b) in uses.iter().enumerate().skip(i) {
                        let (low, high) = if a <= b { (a, b) } else { (b, a) };
                        // A facility used twice: both orders fall on the diagonal.
                        let times = if j > i && a == b { 2.0 } else { 1.0 };
                        matrix[usize::from(low) * n + usize::from(high)] += times * q * theta * share;
                    }
                }
            }
            if is_last {
                self.corridor.close(Some(&mut self.chain), of_corridors, matrix);
            }
        }
        self.chain.close(Some(&mut self.cell), of_chains, matrix);
        self.cell.share = 1.0;
        self.cell.close(None, -q * scales.mode, matrix);
    }
}
