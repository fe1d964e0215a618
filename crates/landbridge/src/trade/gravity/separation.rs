//! Pairs without trade that some combination of covariates and effects predicts perfectly: the likelihood drives that
//! combination to infinity, so no estimate exists until they are left out (Correia, Guimaraes and Zylkin 2021).
//!
//! A combination separates if it is 0 on every pair that trades and nowhere below 0. Those that are 0 on trading pairs
//! are few: shifts between parts of the graph of trade, and covariates that trading pairs alone cannot tell. Among them
//! the iterated rectifier of the paper finds the largest separated set.

use super::demean::Demean;
use super::inner;
use crate::trade::Matrix;
use crate::trade::linear::Cholesky;

/// What counts as 0 in a combination whose size is about 1.
const ZERO: f64 = 1e-6;
/// Most rounds of the rectifier.
const ROUNDS: usize = 10_000;

/// The pairs that tell something, and those without trade that do not.
pub(super) fn without_separated(
    flow: &Matrix,
    is_used: &[bool],
    z: &[&Matrix],
) -> (Vec<bool>, Vec<(usize, usize)>) {
    let n = flow.n();
    let mut is_used = is_used.to_vec();
    let mut separated = Vec::new();
    let trades = |is_used: &[bool], i: usize, j: usize| is_used[i * n + j] && flow[(i, j)] > 0.0;
    let sells: Vec<bool> = (0..n).map(|i| (0..n).any(|j| trades(&is_used, i, j))).collect();
    let buys: Vec<bool> = (0..n).map(|j| (0..n).any(|i| trades(&is_used, i, j))).collect();
    let mut leave_out = |is_used: &mut Vec<bool>, at: usize| {
        is_used[at] = false;
        separated.push((at / n, at % n));
    };
    for at in 0..n * n {
        if is_used[at] && !(sells[at / n] && buys[at % n]) {
            leave_out(&mut is_used, at);
        }
    }
    let zeros: Vec<usize> = (0..n * n).filter(|&at| is_used[at] && flow.values()[at] == 0.0).collect();
    let basis = vanishing(flow, &is_used, z, &zeros);
    if !basis.is_empty() {
        for at in rectified(&basis, zeros.len()).into_iter().map(|at| zeros[at]) {
            leave_out(&mut is_used, at);
        }
    }
    separated.sort_unstable();
    (is_used, separated)
}

/// Combinations that are 0 on all pairs that trade, as their values on those that do not.
fn vanishing(flow: &Matrix, is_used: &[bool], z: &[&Matrix], zeros: &[usize]) -> Vec<Vec<f64>> {
    let n = flow.n();
    let trades = |i: usize, j: usize| is_used[i * n + j] && flow[(i, j)] > 0.0;
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let (exporter_part, importer_part) = parts(n, trades);
    let n_parts = exporter_part.iter().chain(&importer_part).copied().max().map_or(0, |last| last + 1);
    // The shifts add up to nothing, so one of them is left out.
    for part in 1..n_parts {
        let inside = |is: bool| f64::from(u8::from(is));
        let shift =
            |&at: &usize| inside(exporter_part[at / n] == part) - inside(importer_part[at % n] == part);
        basis.push(zeros.iter().map(shift).collect());
    }
    let weight = Matrix::from_fn(n, |i, j| f64::from(u8::from(trades(i, j))));
    let demean = Demean::new(&weight);
    // Covariates that trading pairs tell apart, without effects; and as they are, less their effects everywhere.
    let mut told: Vec<(Matrix, Matrix)> = Vec::new();
    for z in z {
        let (exporter, importer) = demean.effects(z);
        let mut everywhere = Matrix::from_fn(n, |i, j| z[(i, j)] - exporter[i] - importer[j]);
        let size = inner(&weight, z, z).max(1.0);
        // The others are taken out one after the other, twice, which makes up for rounding.
        for _ in 0..2 {
            for (other, of_all) in &told {
                let along = inner(&weight, &everywhere, other) / inner(&weight, other, other);
                everywhere = Matrix::from_fn(n, |i, j| everywhere[(i, j)] - along * of_all[(i, j)]);
            }
        }
        let left = inner(&weight, &everywhere, &everywhere);
        if left > super::LEFT * size {
            let on_trading = Matrix::from_fn(n, |i, j| if trades(i, j) { everywhere[(i, j)] } else { 0.0 });
            told.push((on_trading, everywhere));
        } else {
            let values: Vec<f64> = zeros.iter().map(|&at| everywhere.values()[at]).collect();
            let largest = values.iter().fold(0.0, |most, value| f64::max(most, value.abs()));
            if largest > ZERO {
                basis.push(values.into_iter().map(|value| value / largest).collect());
            }
        }
    }
    basis
}

/// Parts of the graph of exporters and importers that trade.
fn parts(n: usize, trades: impl Fn(usize, usize) -> bool) -> (Vec<usize>, Vec<usize>) {
    const NONE: usize = usize::MAX;
    let (mut exporter, mut importer) = (vec![NONE; n], vec![NONE; n]);
    let mut next = 0;
    for first in 0..n {
        if exporter[first] != NONE || !(0..n).any(|j| trades(first, j)) {
            continue;
        }
        exporter[first] = next;
        let mut open = vec![first];
        while let Some(i) = open.pop() {
            for j in (0..n).filter(|&j| trades(i, j)) {
                if importer[j] == NONE {
                    importer[j] = next;
                    for other in (0..n).filter(|&other| trades(other, j)) {
                        if exporter[other] == NONE {
                            exporter[other] = next;
                            open.push(other);
                        }
                    }
                }
            }
        }
        next += 1;
    }
    // Who does not trade belongs to no part; its pairs are left out already.
    exporter.iter_mut().chain(&mut importer).filter(|part| **part == NONE).for_each(|part| *part = 0);
    (exporter, importer)
}

/// The zeros that a combination of the basis is above 0 on, while it is nowhere below.
fn rectified(basis: &[Vec<f64>], n_zeros: usize) -> Vec<usize> {
    let k = basis.len();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let factor = Cholesky::new(&Matrix::from_fn(k, |a, b| product(&basis[a], &basis[b])));
    let mut wanted = vec![1.0; n_zeros];
    for _ in 0..ROUNDS {
        let right: Vec<f64> = basis.iter().map(|direction| product(direction, &wanted)).collect();
        let factors = factor.solve(&right);
        let fitted =
            |at: usize| factors.iter().zip(basis).map(|(f, direction)| f * direction[at]).sum::<f64>();
        let fitted: Vec<f64> = (0..n_zeros).map(fitted).collect();
        if fitted.iter().all(|&value| value > -ZERO) {
            return (0..n_zeros).filter(|&at| fitted[at] > ZERO).collect();
        }
        wanted = fitted.into_iter().map(|value| value.max(0.0)).collect();
    }
    Vec::new()
}
