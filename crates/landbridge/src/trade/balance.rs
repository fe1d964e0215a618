//! Scales the rows and columns of a matrix until they add up to given sums.
//!
//! Iterative proportional fitting (Deming and Stephan 1940), and where that is slow, Newton steps on the convex function
//! whose gradient are the sums. With a kernel of trade costs the factors are the multilateral resistances of Anderson
//! and van Wincoop (2003); with a Poisson likelihood they are its exporter and importer effects (Fally 2015).

use super::Matrix;
use super::linear::Cholesky;

/// Sums that rows and columns are to have; a sum of 0 empties its row or column.
pub(super) struct Margins<'m> {
    pub rows: &'m [f64],
    pub columns: &'m [f64],
}

/// Factors such that `row[i] * kernel[i, j] * column[j]` has the sums.
#[derive(Clone, Debug)]
pub(super) struct Balanced {
    pub row: Vec<f64>,
    pub column: Vec<f64>,
    /// Largest difference of a sum, as a part of it.
    pub residual: f64,
    pub iterations: usize,
}

/// Rounds of fitting before Newton is tried, and most Newton steps.
const ROUNDS: usize = 40;
const NEWTON: usize = 60;
/// Most rounds of fitting after Newton has failed.
const MOST_ROUNDS: usize = 20_000;

/// Balances a kernel, from given column factors or from 1. If the sums cannot be had, the result is as near as it came.
pub(super) fn balance(
    kernel: &Matrix,
    margins: &Margins<'_>,
    start: Option<&[f64]>,
    tolerance: f64,
) -> Balanced {
    let n = kernel.n();
    let mut work = Work {
        kernel,
        margins,
        row: vec![0.0; n],
        column: start.map_or_else(|| vec![1.0; n], <[f64]>::to_vec),
        sums: vec![0.0; n],
    };
    let mut iterations = 0;
    let mut residual = work.fit(ROUNDS, tolerance, &mut iterations);
    if residual > tolerance {
        work.newton(tolerance, &mut iterations);
        // A last round, so that rows are exact and the residual is that of the columns; more where Newton failed.
        residual = work.fit(2, tolerance, &mut iterations);
        if residual > tolerance {
            residual = work.fit(MOST_ROUNDS, tolerance, &mut iterations);
        }
    }
    Balanced { row: work.row, column: work.column, residual, iterations }
}

struct Work<'m> {
    kernel: &'m Matrix,
    margins: &'m Margins<'m>,
    row: Vec<f64>,
    column: Vec<f64>,
    sums: Vec<f64>,
}

fn quotient(wanted: f64, sum: f64) -> f64 {
    if wanted > 0.0 && sum > 0.0 { wanted / sum } else { 0.0 }
}

impl Work<'_> {
    /// Rounds of fitting; gives the largest difference of the columns that the last one found.
    fn fit(&mut self, rounds: usize, tolerance: f64, iterations: &mut usize) -> f64 {
        let mut residual = f64::INFINITY;
        for _ in 0..rounds {
            *iterations += 1;
            self.kernel.weighted_rows(&self.column, &mut self.sums);
            for ((row, &wanted), &sum) in self.row.iter_mut().zip(self.margins.rows).zip(&self.sums) {
                *row = quotient(wanted, sum);
            }
            self.kernel.weighted_columns(&self.row, &mut self.sums);
            residual = 0.0;
            for ((column, &wanted), &sum) in self.column.iter_mut().zip(self.margins.columns).zip(&self.sums)
            {
                if wanted > 0.0 {
                    residual = f64::max(residual, (*column * sum / wanted - 1.0).abs());
                }
                *column = quotient(wanted, sum);
            }
            if residual <= tolerance {
                break;
            }
        }
        residual
    }

    /// Newton on the logarithms of the column factors, those of the rows solved for.
    fn newton(&mut self, tolerance: f64, iterations: &mut usize) {
        let n = self.kernel.n();
        for _ in 0..NEWTON {
            *iterations += 1;
            let trade = self.trade();
            let sums = trade.column_sums();
            let gap: Vec<f64> =
                self.margins.columns.iter().zip(&sums).map(|(wanted, sum)| wanted - sum).collect();
            let worst = gap.iter().zip(self.margins.columns).filter(|(_, wanted)| **wanted > 0.0);
            if worst.fold(0.0, |most, (gap, wanted)| f64::max(most, (gap / wanted).abs())) <= tolerance {
                return;
            }
            let step = Cholesky::new(&schur(&trade, self.margins.rows, &sums)).solve(&gap);
            let longest = step.iter().fold(0.0, |most, step| f64::max(most, step.abs()));
            if !longest.is_finite() {
                return;
            }
            let scale = f64::min(1.0, 3.0 / longest);
            let before = self.column.clone();
            let distance = norm(&gap);
            let mut part = scale;
            loop {
                for at in 0..n {
                    self.column[at] = before[at] * (part * step[at]).exp();
                }
                let sums = self.trade().column_sums();
                let gap: Vec<f64> =
                    self.margins.columns.iter().zip(&sums).map(|(wanted, sum)| wanted - sum).collect();
                if norm(&gap) < distance {
                    break;
                }
                part /= 4.0;
                if part < 1e-4 * scale {
                    self.column = before;
                    return;
                }
            }
        }
    }

    /// The scaled kernel, its rows adding up.
    fn trade(&mut self) -> Matrix {
        self.kernel.weighted_rows(&self.column, &mut self.sums);
        for ((row, &wanted), &sum) in self.row.iter_mut().zip(self.margins.rows).zip(&self.sums) {
            *row = quotient(wanted, sum);
        }
        Matrix::from_fn(self.kernel.n(), |i, j| self.row[i] * self.kernel[(i, j)] * self.column[j])
    }
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

/// `diag(columns) - trade' diag(1 / rows) trade`: how sums of columns answer to the logarithms of their factors. Where
/// nothing holds the columns apart it is singular.
pub(super) fn schur(trade: &Matrix, rows: &[f64], columns: &[f64]) -> Matrix {
    let n = trade.n();
    let mut schur = Matrix::filled(n, 0.0);
    for (row, &sum) in trade.rows().zip(rows) {
        if sum > 0.0 {
            for (j, value) in row.iter().enumerate().filter(|(_, value)| **value > 0.0) {
                let factor = value / sum;
                schur.row_mut(j).iter_mut().zip(row).for_each(|(out, other)| *out -= factor * other);
            }
        }
    }
    for (at, column) in columns.iter().enumerate() {
        schur[(at, at)] += column;
    }
    schur
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_met_fast_and_slow() {
        // Nearly two blocks that hardly touch: fitting alone would take thousands of rounds.
        for link in [1.0, 1e-3, 1e-6] {
            let kernel = Matrix::new(
                4,
                vec![2.0, 1.0, link, 0.0, 1.0, 3.0, 0.0, link, link, 0.0, 1.0, 1.0, 0.0, link, 2.0, 5.0],
            );
            let margins = Margins { rows: &[3.0, 4.0, 2.0, 1.0], columns: &[2.0, 4.0, 3.0, 1.0] };
            let balanced = balance(&kernel, &margins, None, 1e-13);
            assert!(balanced.residual <= 1e-13, "{link}: {balanced:?}");
            assert!(balanced.iterations < 150, "{link}: {}", balanced.iterations);
            let scaled = Matrix::from_fn(4, |i, j| balanced.row[i] * kernel[(i, j)] * balanced.column[j]);
            for (sum, wanted) in scaled.row_sums().iter().zip(margins.rows) {
                assert!((sum / wanted - 1.0).abs() < 1e-11, "{link}: {sum}");
            }
        }
    }
}
