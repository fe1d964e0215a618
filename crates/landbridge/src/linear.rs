//! Dense systems of linear equations: Gaussian elimination with partial pivoting (Golub & Van Loan 2013, section 3.4).
//!
//! The systems of an equilibrium have one unknown for each congested facility, some hundred: a library would bring more
//! code than it saves.

/// A square matrix in factors, ready for right-hand sides.
#[derive(Clone, Debug)]
pub struct Lu {
    n: usize,
    /// By rows: the upper factor on and above the diagonal, the lower one below it, its diagonal of ones left out.
    factors: Vec<f64>,
    /// The row of the matrix that each row of the factors comes from.
    row: Vec<usize>,
}

impl Lu {
    /// Factors a matrix of `n` rows, given by rows; `None` if it is singular or not finite.
    ///
    /// # Panics
    /// `matrix` has not `n * n` entries.
    pub fn new(n: usize, mut matrix: Vec<f64>) -> Option<Self> {
        assert_eq!(matrix.len(), n * n, "a square matrix");
        let mut row: Vec<usize> = (0..n).collect();
        for k in 0..n {
            let pivot =
                (k..n).max_by(|&i, &j| matrix[i * n + k].abs().total_cmp(&matrix[j * n + k].abs()))?;
            let size = matrix[pivot * n + k].abs();
            if size == 0.0 || !size.is_finite() {
                return None;
            }
            if pivot != k {
                row.swap(pivot, k);
                for j in 0..n {
                    matrix.swap(pivot * n + j, k * n + j);
                }
            }
            let (above, below) = matrix.split_at_mut((k + 1) * n);
            let of_pivot = &above[k * n + k..];
            for of_row in below.chunks_exact_mut(n) {
                if of_row[k] == 0.0 {
                    continue;
                }
                let factor = of_row[k] / of_pivot[0];
                of_row[k] = factor;
                of_row[k + 1..].iter_mut().zip(&of_pivot[1..]).for_each(|(x, p)| *x -= factor * p);
            }
        }
        Some(Self { n, factors: matrix, row })
    }

    /// The solution of `A x = b`.
    ///
    /// # Panics
    /// `b` is shorter than the matrix.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = self.row.iter().map(|&row| b[row]).collect();
        for i in 0..self.n {
            let of_row = &self.factors[i * self.n..i * self.n + i];
            x[i] -= of_row.iter().zip(&x).map(|(l, x)| l * x).sum::<f64>();
        }
        for i in (0..self.n).rev() {
            let of_row = &self.factors[i * self.n..(i + 1) * self.n];
            let rest: f64 = of_row[i + 1..].iter().zip(&x[i + 1..]).map(|(u, x)| u * x).sum();
            x[i] = (x[i] - rest) / of_row[i];
        }
        x
    }

    /// The solution of `A^T x = b`.
    ///
    /// # Panics
    /// `b` is shorter than the matrix.
    pub fn solve_transposed(&self, b: &[f64]) -> Vec<f64> {
        let n = self.n;
        let mut y = b[..n].to_vec();
        for i in 0..n {
            y[i] /= self.factors[i * n + i];
            let solved = y[i];
            let of_row = &self.factors[i * n + i + 1..(i + 1) * n];
            y[i + 1..].iter_mut().zip(of_row).for_each(|(y, u)| *y -= u * solved);
        }
        for i in (0..n).rev() {
            let solved = y[i];
            let of_row = &self.factors[i * n..i * n + i];
            y[..i].iter_mut().zip(of_row).for_each(|(y, l)| *y -= l * solved);
        }
        let mut x = vec![0.0; n];
        self.row.iter().zip(y).for_each(|(&row, y)| x[row] = y);
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_needs_its_rows_exchanged() {
        // Worked by hand: x = (1, -2, 3); the first pivot is 0.
        let a = vec![0.0, 2.0, 1.0, 4.0, 1.0, -1.0, 2.0, -3.0, 5.0];
        let lu = Lu::new(3, a).unwrap_or_else(|| panic!("the matrix has an inverse"));
        let near = |got: &[f64], want: &[f64]| {
            got.iter().zip(want).for_each(|(got, want)| assert!((got - want).abs() < 1e-14, "{got} {want}"));
        };
        near(&lu.solve(&[-1.0, -1.0, 23.0]), &[1.0, -2.0, 3.0]);
        near(&lu.solve_transposed(&[-2.0, -9.0, 18.0]), &[1.0, -2.0, 3.0]);
    }

    #[test]
    fn a_singular_matrix_has_no_factors() {
        assert!(Lu::new(2, vec![1.0, 2.0, 2.0, 4.0]).is_none());
        assert!(Lu::new(1, vec![f64::NAN]).is_none());
    }
}
