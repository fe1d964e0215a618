//! Takes out of a covariate what exporter and importer effects explain: weighted least squares on both kinds of effects,
//! by one system of the size of the regions.

use crate::trade::Matrix;
use crate::trade::balance::schur;
use crate::trade::linear::Cholesky;

/// Weights of pairs, ready for many covariates; pairs of weight 0 do not count.
pub(super) struct Demean<'w> {
    weight: &'w Matrix,
    rows: Vec<f64>,
    factor: Cholesky,
}

impl<'w> Demean<'w> {
    pub fn new(weight: &'w Matrix) -> Self {
        let (rows, columns) = (weight.row_sums(), weight.column_sums());
        let factor = Cholesky::new(&schur(weight, &rows, &columns));
        Self { weight, rows, factor }
    }

    /// Effects that explain a covariate best. Where the pairs that count fall into parts, one number of each part is
    /// free, and some is taken.
    pub fn effects(&self, z: &Matrix) -> (Vec<f64>, Vec<f64>) {
        let n = z.n();
        let weighted = |i: usize, j: usize| {
            let weight = self.weight[(i, j)];
            if weight > 0.0 { weight * z[(i, j)] } else { 0.0 }
        };
        let row: Vec<f64> = (0..n).map(|i| (0..n).map(|j| weighted(i, j)).sum()).collect();
        let mean = |i: usize| if self.rows[i] > 0.0 { row[i] / self.rows[i] } else { 0.0 };
        let right: Vec<f64> =
            (0..n).map(|j| (0..n).map(|i| weighted(i, j) - self.weight[(i, j)] * mean(i)).sum()).collect();
        let importer = self.factor.solve(&right);
        let exporter = |i: usize| {
            let explained: f64 = self.weight.row(i).iter().zip(&importer).map(|(weight, m)| weight * m).sum();
            if self.rows[i] > 0.0 { (row[i] - explained) / self.rows[i] } else { 0.0 }
        };
        ((0..n).map(exporter).collect(), importer)
    }

    /// What the effects leave of a covariate; 0 on pairs that do not count.
    pub fn without_effects(&self, z: &Matrix) -> Matrix {
        let (exporter, importer) = self.effects(z);
        let left = |i, j| z[(i, j)] - exporter[i] - importer[j];
        Matrix::from_fn(z.n(), |i, j| if self.weight[(i, j)] > 0.0 { left(i, j) } else { 0.0 })
    }
}
