//! A square table of numbers by exporter and importer, and the three passes over it that every solver is made of.
//!
//! The passes add in an order that depends on the size alone, several sums side by side, so that the same numbers give
//! the same bytes everywhere. They are always inlined: where they run inside [`crate::vector::vectorized`] they become
//! the vector instructions of the machine.

#![allow(clippy::inline_always, reason = "a function that is not inlined is compiled for the oldest machine")]

/// Numbers by region and region, row by row.
///
/// # Shape
/// `matrix[(exporter, importer)]`; rows are exporters.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    n: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// All entries the same.
    pub fn filled(n: usize, value: f64) -> Self {
        Self { n, values: vec![value; n * n] }
    }

    /// From rows, one after the other.
    ///
    /// # Panics
    /// There are not `n * n` values.
    pub fn new(n: usize, values: Vec<f64>) -> Self {
        assert_eq!(values.len(), n * n, "a square matrix has n * n values");
        Self { n, values }
    }

    /// Each entry by its exporter and importer.
    pub fn from_fn(n: usize, mut value: impl FnMut(usize, usize) -> f64) -> Self {
        let values = (0..n * n).map(|at| value(at / n, at % n)).collect();
        Self { n, values }
    }

    /// Number of regions.
    pub fn n(&self) -> usize {
        self.n
    }

    /// All values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The values of an exporter, by importer.
    pub fn row(&self, exporter: usize) -> &[f64] {
        &self.values[exporter * self.n..(exporter + 1) * self.n]
    }

    /// The values of an exporter, by importer.
    pub fn row_mut(&mut self, exporter: usize) -> &mut [f64] {
        &mut self.values[exporter * self.n..(exporter + 1) * self.n]
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        // A matrix of no regions has no rows; chunks of 0 do not exist.
        self.values.chunks_exact(self.n.max(1))
    }

    /// All rows in order.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f64]> {
        self.values.chunks_exact_mut(self.n.max(1))
    }

    /// Sum of each row: what each exporter sells.
    pub fn row_sums(&self) -> Vec<f64> {
        self.rows().map(|row| row.iter().sum()).collect()
    }

    /// Sum of each column: what each importer buys.
    pub fn column_sums(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.n];
        for row in self.rows() {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        sums
    }

    /// `sum_i factor[i] self[i, j]` by column `j`.
    #[inline(always)]
    pub(crate) fn weighted_columns(&self, factor: &[f64], out: &mut [f64]) {
        let n = self.n;
        let out = &mut out[..n];
        out.fill(0.0);
        let mut rows = self.values.chunks_exact(4 * n.max(1));
        let mut factors = factor.chunks_exact(4);
        // Four rows at once: the sums are loaded and stored a quarter as often.
        for (four, f) in rows.by_ref().zip(factors.by_ref()) {
            let (a, rest) = four.split_at(n);
            let (b, rest) = rest.split_at(n);
            let (c, d) = rest.split_at(n);
            let d = &d[..n];
            for j in 0..n {
                out[j] += (f[0] * a[j] + f[1] * b[j]) + (f[2] * c[j] + f[3] * d[j]);
            }
        }
        for (row, f) in rows.remainder().chunks_exact(n.max(1)).zip(factors.remainder()) {
            out.iter_mut().zip(row).for_each(|(sum, value)| *sum += f * value);
        }
    }

    /// `sum_j self[i, j] factor[j]` by row `i`. Twice as slow as [`Self::weighted_columns`] of the transposed.
    pub(crate) fn weighted_rows(&self, factor: &[f64], out: &mut [f64]) {
        for (sum, row) in out.iter_mut().zip(self.rows()) {
            *sum = dot(row, factor);
        }
    }

    /// Rows as columns.
    pub(crate) fn transposed(&self) -> Self {
        /// Rows that are read together, so that what is written lies close together too.
        const BLOCK: usize = 8;
        let n = self.n;
        let mut out = Self::filled(n, 0.0);
        for first in (0..n).step_by(BLOCK) {
            let last = n.min(first + BLOCK);
            for j in 0..n {
                for i in first..last {
                    out.values[j * n + i] = self.values[i * n + j];
                }
            }
        }
        out
    }
}

impl std::ops::Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (exporter, importer): (usize, usize)) -> &f64 {
        &self.row(exporter)[importer]
    }
}

impl std::ops::IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (exporter, importer): (usize, usize)) -> &mut f64 {
        &mut self.row_mut(exporter)[importer]
    }
}

/// Sum of products, eight partial sums side by side: the compiler makes vector instructions of them, which it may not
/// do with a single sum.
#[inline(always)]
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 8;
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut s = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            s[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7])) + rest
}

/// `sum_i factor[i] matrix[i, j]` by column `j`, in single precision.
#[inline(always)]
pub(super) fn rough_columns(matrix: &[f32], factor: &[f64], rough: &mut [f32], out: &mut [f64]) {
    let n = rough.len();
    rough.fill(0.0);
    let mut rows = matrix.chunks_exact(4 * n.max(1));
    let mut factors = factor.chunks_exact(4);
    for (four, f) in rows.by_ref().zip(factors.by_ref()) {
        let f = [f[0] as f32, f[1] as f32, f[2] as f32, f[3] as f32];
        let (a, rest) = four.split_at(n);
        let (b, rest) = rest.split_at(n);
        let (c, d) = rest.split_at(n);
        let d = &d[..n];
        for j in 0..n {
            rough[j] += (f[0] * a[j] + f[1] * b[j]) + (f[2] * c[j] + f[3] * d[j]);
        }
    }
    for (row, f) in rows.remainder().chunks_exact(n.max(1)).zip(factors.remainder()) {
        let f = *f as f32;
        for j in 0..n {
            rough[j] += f * row[j];
        }
    }
    for j in 0..n {
        out[j] = f64::from(rough[j]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_are_sums_of_products() {
        for n in [0_usize, 1, 3, 4, 5, 8, 13] {
            let matrix = Matrix::from_fn(n, |i, j| (i * 7 + j * 3 % 5) as f64);
            let factor: Vec<f64> = (0..n).map(|i| (i % 4) as f64 - 1.0).collect();
            let (mut columns, mut rows, mut turned) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
            matrix.weighted_columns(&factor, &mut columns);
            matrix.weighted_rows(&factor, &mut rows);
            matrix.transposed().weighted_columns(&factor, &mut turned);
            // Whole numbers: exact in any order.
            for at in 0..n {
                let column: f64 = (0..n).map(|i| factor[i] * matrix[(i, at)]).sum();
                let row: f64 = (0..n).map(|j| factor[j] * matrix[(at, j)]).sum();
                assert!((columns[at] - column).abs() < 1e-9 && (rows[at] - row).abs() < 1e-9, "{n} {at}");
                assert!((turned[at] - row).abs() < 1e-9, "{n} {at}");
            }
        }
    }
}
