//! How what users choose answers to hours: the exact second derivatives of the nested logit.

use std::iter::Peekable;
use std::ops::Range;
use std::slice;

use super::Congestion;
use super::choices::{Cell, Choices, Fork};
use super::respond::Response;
use crate::parallel;

/// Per user, the negative derivative of the uses of facilities by their costs, by rows: symmetric, positive
/// semidefinite.
pub(super) fn curvature(choices: &Choices, congestion: &Congestion, at: &Response) -> Vec<Vec<f64>> {
    let n = congestion.len();
    let n_users = congestion.load.len();
    let blocks = choices.blocks();
    let parts = parallel::map_with(
        &blocks,
        || Sums::new(n),
        |sums, (_, cells)| {
            let mut part = Part { matrix: vec![0.0; n * n], on_lists: vec![0.0; choices.lists.count()] };
            let mut forks = choices.forks_of(choices.corridors.of(cells.clone())).iter().peekable();
            for (cell, corridors) in cells.clone().zip(choices.corridors.each(cells.clone())) {
                sums.add_cell(choices, at, (cell, corridors), &mut forks, &mut part);
            }
            part
        },
    );
    let mut of_users = vec![vec![0.0; n * n]; n_users];
    let mut on_lists = vec![vec![0.0; choices.lists.count()]; n_users];
    for ((user, _), part) in blocks.iter().zip(parts) {
        add(&mut of_users[*user], &part.matrix);
        add(&mut on_lists[*user], &part.on_lists);
    }
    for (matrix, on_lists) in of_users.iter_mut().zip(&on_lists) {
        for (list, &weight) in choices.lists.iter().zip(on_lists) {
            if weight > 0.0 {
                add_list(matrix, n, list, weight);
            }
        }
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
    /// Upper triangle.
    matrix: Vec<f64>,
    /// Weights of lists of facilities: `weight * a a^T` belongs to the matrix, with `a` the uses of the list.
    on_lists: Vec<f64>,
}

/// Adds `weight * a a^T` to the upper triangle of a matrix, with `a` the uses of a sorted list.
fn add_list(matrix: &mut [f64], n: usize, list: &[u16], weight: f64) {
    for (i, &a) in list.iter().enumerate() {
        for (j, &b) in list.iter().enumerate().skip(i) {
            // A facility used twice: both orders fall on the diagonal.
            let times = if j > i && a == b { 2.0 } else { 1.0 };
            matrix[usize::from(a) * n + usize::from(b)] += times * weight;
        }
    }
}

/// Scratch space of one thread: sums of shares by facility over the routes of a nest.
struct Sums {
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

    /// Adds the uses of a list as often as a share says.
    fn add_share(&mut self, list: &[u16], share: f64) {
        if share > 0.0 {
            self.share += share;
            for &facility in list {
                self.add(facility, share);
            }
        }
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

impl Sums {
    fn new(n: usize) -> Self {
        Self { corridor: Sparse::new(n), chain: Sparse::new(n), cell: Sparse::new(n) }
    }

    /// The nested logit has as second derivatives the covariances of its levels: with `a` the uses of a route, and means
    /// of them over corridors, chains and all,
    /// `theta_r E[cov within corridors] + theta_c E[cov of corridors within chains] + theta_m cov of chains`.
    ///
    /// A route that is all of its corridor is an alternative of the chain, and one that is all of its chain an
    /// alternative of the cell, as most are: it has the scale of that level, and no covariance below.
    fn add_cell(
        &mut self,
        choices: &Choices,
        at: &Response,
        (cell, corridors): (usize, Range<usize>),
        forks: &mut Peekable<slice::Iter<'_, Fork>>,
        part: &mut Part,
    ) {
        let Cell { per_year: q, ref scales, .. } = choices.cells[cell];
        let mut start = corridors.start;
        let uses = |list: u32| choices.lists.of(list);
        for of_chain in choices.chain[corridors].chunk_by(|a, b| a == b) {
            let corridors = start..start + of_chain.len();
            start = corridors.end;
            let is_only = of_chain.len() == 1;
            let (sums, theta) =
                if is_only { (&mut self.cell, scales.mode) } else { (&mut self.chain, scales.corridor) };
            for corridor in corridors {
                let share = at.chosen.of_corridors[corridor];
                if let Some(fork) = forks.next_if(|fork| fork.corridor == corridor) {
                    let variants = choices.variants[fork.routes.clone()].iter();
                    for (variant, of_variant) in variants.zip(&at.chosen.of_variants[fork.routes.clone()]) {
                        let share = share * of_variant;
                        part.on_lists[variant.list as usize] += q * scales.route * share;
                        self.corridor.add_share(uses(variant.list), share);
                    }
                    self.corridor.close(Some(&mut *sums), -q * (scales.route - theta), &mut part.matrix);
                } else {
                    part.on_lists[choices.list[corridor] as usize] += q * theta * share;
                    sums.add_share(uses(choices.list[corridor]), share);
                }
            }
            if !is_only {
                let factor = -q * (scales.corridor - scales.mode);
                self.chain.close(Some(&mut self.cell), factor, &mut part.matrix);
            }
        }
        self.cell.share = 1.0;
        self.cell.close(None, -q * scales.mode, &mut part.matrix);
    }
}
