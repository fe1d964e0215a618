//! Dense linear systems of the size of a table of regions: LU with row exchanges, and a Cholesky factorization that
//! passes over what is not determined.
//!
//! A few hundred unknowns at most, so the textbook order (Golub and Van Loan 2013, chapters 3 and 4) is enough.

use super::matrix::{Matrix, dot};

/// A matrix cut into a lower and an upper triangle.
pub(crate) struct Lu {
    factors: Matrix,
    /// The row of the matrix that each row of the factors was.
    order: Vec<usize>,
}

impl Lu {
    /// Factors a matrix; `None` if it is singular to working precision or holds what is no number.
    pub fn new(mut matrix: Matrix) -> Option<Self> {
        let n = matrix.n();
        let mut order: Vec<usize> = (0..n).collect();
        let mut pivot_row = vec![0.0; n];
        for k in 0..n {
            let size = |i: usize| matrix[(i, k)].abs();
            let pivot = (k..n).max_by(|&a, &b| size(a).total_cmp(&size(b)).then(b.cmp(&a)))?;
            let value = matrix[(pivot, k)];
            if !value.is_finite() || value == 0.0 {
                return None;
            }
            if pivot != k {
                order.swap(k, pivot);
                for j in 0..n {
                    let kept = matrix[(k, j)];
                    matrix[(k, j)] = matrix[(pivot, j)];
                    matrix[(pivot, j)] = kept;
                }
            }
            pivot_row.copy_from_slice(matrix.row(k));
            for i in k + 1..n {
                let row = matrix.row_mut(i);
                let factor = row[k] / value;
                row[k] = factor;
                if factor != 0.0 {
                    subtract(&mut row[k + 1..], factor, &pivot_row[k + 1..]);
                }
            }
        }
        Some(Self { factors: matrix, order })
    }

    /// Solves for one right-hand side.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.factors.n();
        let mut x: Vec<f64> = self.order.iter().map(|&row| right[row]).collect();
        for i in 0..n {
            x[i] -= dot(&self.factors.row(i)[..i], &x[..i]);
        }
        for i in (0..n).rev() {
            let row = self.factors.row(i);
            x[i] = (x[i] - dot(&row[i + 1..], &x[i + 1..])) / row[i];
        }
        x
    }

    /// The inverse.
    pub fn inverse(&self) -> Matrix {
        let n = self.factors.n();
        let mut inverse = Matrix::filled(n, 0.0);
        for (i, &row) in self.order.iter().enumerate() {
            inverse[(i, row)] = 1.0;
        }
        let mut other = vec![0.0; n];
        for k in 0..n {
            other.copy_from_slice(inverse.row(k));
            for i in k + 1..n {
                subtract(inverse.row_mut(i), self.factors[(i, k)], &other);
            }
        }
        for k in (0..n).rev() {
            let pivot = self.factors[(k, k)];
            inverse.row_mut(k).iter_mut().for_each(|value| *value /= pivot);
            other.copy_from_slice(inverse.row(k));
            for i in 0..k {
                subtract(inverse.row_mut(i), self.factors[(i, k)], &other);
            }
        }
        inverse
    }
}

fn subtract(row: &mut [f64], factor: f64, other: &[f64]) {
    row.iter_mut().zip(other).for_each(|(value, other)| *value -= factor * other);
}

/// Share of its diagonal entry below which a pivot counts as nothing.
const NOTHING: f64 = 1e-9;

/// A symmetric matrix without negative directions as `L L'`; unknowns that the others already determine are passed over.
pub(crate) struct Cholesky {
    factor: Matrix,
    /// Unknowns that are set to 0.
    pub passed_over: Vec<usize>,
}

impl Cholesky {
    /// Factors the lower triangle of a matrix.
    pub fn new(matrix: &Matrix) -> Self {
        let n = matrix.n();
        let mut factor = Matrix::filled(n, 0.0);
        let mut passed_over = Vec::new();
        for j in 0..n {
            let of_j = factor.row(j)[..j].to_vec();
            let pivot = matrix[(j, j)] - dot(&of_j, &of_j);
            if pivot.is_nan() || pivot <= NOTHING * matrix[(j, j)] {
                passed_over.push(j);
                continue;
            }
            let root = pivot.sqrt();
            factor[(j, j)] = root;
            for i in j + 1..n {
                factor[(i, j)] = (matrix[(i, j)] - dot(&factor.row(i)[..j], &of_j)) / root;
            }
        }
        Self { factor, passed_over }
    }

    /// Solves for one right-hand side; what was passed over is 0.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.factor.n();
        let mut x = right.to_vec();
        for i in 0..n {
            let pivot = self.factor[(i, i)];
            x[i] = if pivot > 0.0 { (x[i] - dot(&self.factor.row(i)[..i], &x[..i])) / pivot } else { 0.0 };
        }
        for i in (0..n).rev() {
            let pivot = self.factor[(i, i)];
            if pivot > 0.0 {
                let below: f64 = (i + 1..n).map(|k| self.factor[(k, i)] * x[k]).sum();
                x[i] = (x[i] - below) / pivot;
            }
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(n: usize) -> Matrix {
        // Rows that no order of elimination finds easy: a zero in the corner, then numbers without a pattern.
        Matrix::from_fn(n, |i, j| if i + j == 0 { 0.0 } else { ((i * 31 + j * j * 17 + i * j) as f64).sin() })
    }

    #[test]
    fn lu_solves_and_inverts() {
        for n in [1_usize, 2, 5, 12] {
            let mut matrix = sample(n);
            if n == 1 {
                matrix[(0, 0)] = 4.0;
            }
            let wanted: Vec<f64> = (0..n).map(|i| i as f64 - 2.0).collect();
            let right: Vec<f64> = matrix.rows().map(|row| dot(row, &wanted)).collect();
            let lu = Lu::new(matrix.clone()).unwrap();
            let inverse = lu.inverse();
            for (i, x) in lu.solve(&right).iter().enumerate() {
                // Well conditioned: a few thousand times the rounding error.
                assert!((x - wanted[i]).abs() < 1e-11, "{n}: {x}");
                assert!((dot(inverse.row(i), &right) - wanted[i]).abs() < 1e-11);
            }
        }
        assert!(Lu::new(Matrix::filled(3, 1.0)).is_none());
    }

    #[test]
    fn cholesky_passes_over_what_is_determined() {
        // The third unknown is the sum of the first two.
        let matrix = Matrix::new(3, vec![2.0, 1.0, 3.0, 1.0, 3.0, 4.0, 3.0, 4.0, 7.0]);
        let cholesky = Cholesky::new(&matrix);
        assert_eq!(cholesky.passed_over, [2]);
        let x = cholesky.solve(&[3.0, 4.0, 7.0]);
        assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] - 1.0).abs() < 1e-12 && x[2] == 0.0);
    }
}
