//! The fast solver: quasi-Newton steps from the base, whose Jacobian is inverted once.
//!
//! Broyden's method (1965) in the form that keeps nothing but the steps (Kelley 1995, section 7.3). Each step costs one
//! look at the markets and one product with the inverse: three passes over a matrix. It converges superlinearly near the
//! solution and may fail far from it; the robust solver then takes over.

#![allow(clippy::inline_always, reason = "what is not inlined is compiled for the oldest machine")]

use super::market::{Market, Scratch};
use crate::trade::matrix::{dot, rough_columns};
use crate::vector::Vectorize;

/// Where a solver came to.
pub(super) struct Reached {
    /// Largest relative excess of what is sold over income.
    pub residual: f64,
    /// Looks at the markets.
    pub iterations: usize,
}

/// How the first guess of a step follows from excess: equation (8).
pub(super) enum Slope<'p> {
    /// The inverse of the negative Jacobian of the base, column by column. It only guides, so seven digits are enough, and half
    /// the bytes take half the time.
    Inverse(&'p [f32]),
    /// The same part of every excess.
    Part(f64),
}

/// Residual beyond which a solution is not worth following.
const FAR: f64 = 1e3;

/// What to search, and how far.
pub(super) struct Search<'p> {
    pub market: &'p Market<'p>,
    pub slope: Slope<'p>,
    pub tolerance: f64,
    pub max_iterations: usize,
}

/// Moves log prices `x` until no excess is larger than the tolerance, or no further.
pub(super) struct Run<'p> {
    pub search: Search<'p>,
    pub x: &'p mut [f64],
    pub scratch: &'p mut Scratch,
}

impl Vectorize for Run<'_> {
    type Output = Reached;
    #[inline(always)]
    fn call(self) -> Reached {
        solve(&self.search, self.x, self.scratch)
    }
}

#[inline(always)]
fn solve(search: &Search<'_>, x: &mut [f64], s: &mut Scratch) -> Reached {
    let Search { market, ref slope, tolerance, max_iterations } = *search;
    let n = market.n();
    // Steps so far with the squares of their lengths.
    let mut steps: Vec<(Vec<f64>, f64)> = Vec::with_capacity(max_iterations);
    let mut best = f64::INFINITY;
    let mut iterations = 0;
    let mut rough = vec![0.0_f32; n];
    loop {
        let residual = market.evaluate(x, s);
        iterations += 1;
        if residual <= tolerance || iterations >= max_iterations || residual > FAR.min(10.0 * best) {
            return Reached { residual, iterations };
        }
        best = best.min(residual);
        let mut step = vec![0.0; n];
        match slope {
            Slope::Inverse(inverse) => rough_columns(inverse, &s.excess, &mut rough, &mut step),
            Slope::Part(part) => {
                step.iter_mut().zip(&s.excess).for_each(|(step, excess)| *step = part * excess);
            }
        }
        for at in 1..steps.len() {
            let along = dot(&steps[at - 1].0, &step) / steps[at - 1].1;
            step.iter_mut().zip(&steps[at].0).for_each(|(step, later)| *step += along * later);
        }
        if let Some((last, square)) = steps.last() {
            let scale = 1.0 / (1.0 - dot(last, &step) / square);
            if !scale.is_finite() {
                return Reached { residual, iterations };
            }
            for step in &mut step {
                *step *= scale;
            }
        }
        let square = dot(&step, &step);
        x.iter_mut().zip(&step).for_each(|(x, step)| *x += step);
        steps.push((step, square));
    }
}
