//! Fixed points by Anderson acceleration (Anderson 1965; Walker and Ni 2011, type II).
//!
//! For maps whose derivatives are not at hand and whose unknowns are many: each step combines the last few so that what
//! they miss cancels as far as it can.

use crate::linear::Lu;

/// Steps that are combined. More brings little and the small system becomes nearly singular.
const DEPTH: usize = 4;

/// What the steps so far say about a map.
#[derive(Clone, Debug, Default)]
pub struct Anderson {
    last: Option<(Vec<f64>, Vec<f64>)>,
    /// Changes of the argument and of what it misses, the latest last.
    changes: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Anderson {
    /// Where to look next, after the map has taken `x` to `mapped`.
    ///
    /// # Panics
    /// The vectors are not of one length.
    pub fn next(&mut self, x: &[f64], mapped: &[f64]) -> Vec<f64> {
        assert_eq!(x.len(), mapped.len(), "a map of a space into itself");
        let missed: Vec<f64> = mapped.iter().zip(x).map(|(mapped, x)| mapped - x).collect();
        if let Some((last_x, last_missed)) = &self.last {
            let change = |new: &[f64], old: &[f64]| new.iter().zip(old).map(|(new, old)| new - old).collect();
            self.changes.push((change(x, last_x), change(&missed, last_missed)));
            if self.changes.len() > DEPTH {
                self.changes.remove(0);
            }
        }
        let mut next = mapped.to_vec();
        if let Some(weights) = self.weights(&missed) {
            for (weight, (of_x, of_missed)) in weights.iter().zip(&self.changes) {
                for ((next, x), missed) in next.iter_mut().zip(of_x).zip(of_missed) {
                    *next -= weight * (x + missed);
                }
            }
        }
        self.last = Some((x.to_vec(), missed));
        next
    }

    /// The combination of changes nearest to what is missed: least squares by the normal equations, which are few.
    fn weights(&self, missed: &[f64]) -> Option<Vec<f64>> {
        let inner = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let n = self.changes.len();
        let mut matrix = vec![0.0; n * n];
        for (i, (_, a)) in self.changes.iter().enumerate() {
            for (j, (_, b)) in self.changes.iter().enumerate() {
                matrix[i * n + j] = inner(a, b);
            }
            // Room for rounding: changes that point the same way must not make the weights explode.
            matrix[i * n + i] *= 1.0 + 1e-12;
        }
        let right: Vec<f64> = self.changes.iter().map(|(_, change)| inner(change, missed)).collect();
        let weights = (n > 0).then(|| Lu::new(n, matrix)).flatten()?.solve(&right);
        weights.iter().all(|weight| weight.is_finite()).then_some(weights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_map_that_iteration_alone_would_not_settle() {
        // x -> A x + b with an eigenvalue of -2: (3, 1) solves it. Two unknowns take three looks.
        let map = |x: &[f64]| vec![0.5 * x[0] + 0.25 * x[1] + 1.25, -2.0 * x[1] + 3.0];
        let (mut steps, mut x) = (Anderson::default(), vec![0.0, 0.0]);
        for _ in 0..3 {
            x = steps.next(&x, &map(&x));
        }
        assert!((x[0] - 3.0).abs() < 1e-9 && (x[1] - 1.0).abs() < 1e-9, "{x:?}");
    }

    #[test]
    fn the_cosine_meets_itself() {
        // The Dottie number.
        let (mut steps, mut x) = (Anderson::default(), vec![1.0]);
        for _ in 0..10 {
            x = steps.next(&x, &[x[0].cos()]);
        }
        assert!((x[0] - 0.739_085_133_215_160_6).abs() < 1e-14, "{x:?}");
    }
}
