//! What trade costs, estimated from who trades how much: Poisson pseudo maximum likelihood (Santos Silva and Tenreyro
//! 2006) with an effect for each exporter and each importer.
//!
//! In: flows, which pairs count, what may explain them. Out: a [`Gravity`]: coefficients with robust standard errors, the
//! effects, what was left out and why; and what closed pairs would trade. Equations (15) to (18) of
//! `docs/model/trade.md`.
//!
//! Given the coefficients, the effects balance a matrix, so no system ever has more unknowns than coefficients or
//! regions.

mod demean;
mod separation;

use thiserror::Error;

use super::Matrix;
use super::balance::{Margins, balance};
use super::linear::Cholesky;
use demean::Demean;

/// Something that may explain trade: a value for each pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariate {
    /// Name, for reports.
    pub name: String,
    /// Value by exporter and importer.
    pub value: Matrix,
    /// Coefficient, if it is given and not to be estimated: where few pairs trade, other estimates may know better.
    pub given: Option<f64>,
}

/// How exactly to estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GravityConfig {
    /// Largest change of a coefficient in the last step, in units of its covariate's spread.
    pub tolerance: f64,
    /// Most Newton steps.
    pub max_iterations: usize,
}

impl Default for GravityConfig {
    fn default() -> Self {
        Self { tolerance: 1e-11, max_iterations: 100 }
    }
}

/// Why nothing can be estimated.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum GravityError {
    /// Matrices of different sizes.
    #[error("`{name}` has {found} regions instead of {expected}")]
    Size {
        /// Covariate, or `used pairs`.
        name: String,
        /// Regions of the flows.
        expected: usize,
        /// Regions of this one.
        found: usize,
    },
    /// A flow below 0 or no number on a pair that counts.
    #[error("the flow {value} from region {exporter} to {importer} is negative or not finite")]
    Flow {
        /// Exporter.
        exporter: usize,
        /// Importer.
        importer: usize,
        /// Flow.
        value: f64,
    },
    /// A covariate is no number on a pair that counts.
    #[error("`{name}` is not finite from region {exporter} to {importer}")]
    Covariate {
        /// Covariate.
        name: String,
        /// Exporter.
        exporter: usize,
        /// Importer.
        importer: usize,
    },
    /// No pair that counts trades anything.
    #[error("no pair trades anything")]
    NoTrade,
}

/// A coefficient with its standard errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Coefficient: change of log trade with the covariate.
    pub coefficient: f64,
    /// Standard error, 0 of a coefficient that was given; robust to unequal variances (HC0, the sandwich of White 1980).
    pub robust_se: f64,
    /// The same with the two directions of a pair allowed to move together.
    pub pair_clustered_se: f64,
}

/// An estimated gravity equation.
#[derive(Clone, Debug, PartialEq)]
pub struct Gravity {
    /// By covariate; `None` where the effects and the covariates before it already determine it on the pairs that count.
    pub estimates: Vec<Option<Estimate>>,
    /// Logarithm of the effect of each exporter; minus infinite if it sells nothing on the pairs that count.
    pub exporter_effect: Vec<f64>,
    /// Logarithm of the effect of each importer. One number is free between both kinds of effects: the importer effects
    /// of the pairs that count have mean 0.
    pub importer_effect: Vec<f64>,
    /// Expected trade of the pairs that count; 0 elsewhere.
    pub fitted: Matrix,
    /// Pairs without trade that are predicted perfectly and tell nothing: they do not count (Correia, Guimaraes and
    /// Zylkin 2021). Those of exporters that sell nothing and importers that buy nothing are among them.
    pub separated: Vec<(usize, usize)>,
    /// Poisson deviance.
    pub deviance: f64,
    /// Pairs that count.
    pub n_pairs: usize,
    /// Newton steps.
    pub iterations: usize,
    /// Whether the tolerance was reached.
    pub is_converged: bool,
}

impl Gravity {
    /// Expected trade of all pairs under given covariates: the estimated effects, so prices are those of the data.
    /// Covariates without a coefficient count nothing.
    ///
    /// # Shape
    /// By covariate, in the order of the estimation.
    ///
    /// # Panics
    /// There are not as many covariates as were estimated.
    pub fn expected(&self, covariates: &[Matrix]) -> Matrix {
        assert_eq!(covariates.len(), self.estimates.len(), "a matrix for each covariate");
        Matrix::from_fn(self.fitted.n(), |i, j| {
            let known = self.estimates.iter().zip(covariates).filter_map(|(e, z)| Some((e.as_ref()?, z)));
            let explained: f64 = known.map(|(estimate, z)| estimate.coefficient * z[(i, j)]).sum();
            (self.exporter_effect[i] + self.importer_effect[j] + explained).exp()
        })
    }

    /// What pairs that are closed would trade at base prices if they were open: the `latent` trade of a
    /// [`Group`](super::Group). Covariates are those of open borders; 0 for pairs that are not closed.
    ///
    /// # Panics
    /// There are not as many covariates as were estimated.
    pub fn latent(&self, covariates: &[Matrix], is_closed: impl Fn(usize, usize) -> bool) -> Matrix {
        let expected = self.expected(covariates);
        Matrix::from_fn(expected.n(), |i, j| if is_closed(i, j) { expected[(i, j)] } else { 0.0 })
    }
}

/// Estimates a gravity equation from the pairs that count.
///
/// # Shape
/// `flow[(exporter, importer)]`, zeros included; `is_used` row by row like the values of a matrix. Leave pairs of closed
/// borders out and give them to [`Gravity::latent`] afterwards.
///
/// # Errors
/// Matrices do not fit, numbers are none, or nothing is traded.
pub fn estimate(
    flow: &Matrix,
    is_used: &[bool],
    covariates: &[Covariate],
    config: &GravityConfig,
) -> Result<Gravity, GravityError> {
    check(flow, is_used, covariates)?;
    let n = flow.n();
    let free: Vec<usize> = (0..covariates.len()).filter(|&at| covariates[at].given.is_none()).collect();
    let values: Vec<&Matrix> = free.iter().map(|&at| &covariates[at].value).collect();
    let given = |i: usize, j: usize| -> f64 {
        covariates.iter().map(|c| c.given.map_or(0.0, |coefficient| coefficient * c.value[(i, j)])).sum()
    };
    let (is_used, separated) = separation::without_separated(flow, is_used, &values);
    let used = |i: usize, j: usize| is_used[i * n + j];
    let n_pairs = is_used.iter().filter(|used| **used).count();
    let total: f64 = (0..n * n).filter(|&at| is_used[at]).map(|at| flow.values()[at]).sum();
    // Scaled to mean 1, so that nothing depends on the unit of money.
    let unit = total / n_pairs as f64;
    let data = Matrix::from_fn(n, |i, j| if used(i, j) { flow[(i, j)] / unit } else { 0.0 });
    let offset = Matrix::from_fn(n, |i, j| if used(i, j) { given(i, j) } else { 0.0 });
    let kept = independent(&data, &is_used, &values);
    let z: Vec<&Matrix> = kept.iter().map(|&at| values[at]).collect();

    let known = Known { data: &data, is_used: &is_used, z: &z, offset: &offset };
    let mut fit = Fit::new(&known, vec![0.0; z.len()], None);
    let (mut iterations, mut is_converged) = (0, false);
    let mut slope = fit.slope(&data, &z);
    while iterations < config.max_iterations && !is_converged {
        iterations += 1;
        let step = slope.step();
        let size = |(at, step): (usize, &f64)| (step * slope.spread(at)).abs();
        is_converged = step.iter().enumerate().map(size).fold(0.0, f64::max) <= config.tolerance;
        // Far from the solution a step may promise a hundredfold change of trade, where the slope says nothing any more.
        let mut part = f64::min(1.0, LARGEST_STEP / slope.reach(&step).max(f64::MIN_POSITIVE));
        loop {
            let b = fit.b.iter().zip(&step).map(|(b, step)| b + part * step).collect();
            let next = Fit::new(&known, b, Some(&fit.column));
            // The likelihood is concave: Newton steps that are short enough always climb. The room is for rounding.
            if next.deviance <= fit.deviance + 1e-12 * n_pairs as f64 {
                fit = next;
                break;
            }
            part /= 2.0;
            if part < SMALLEST_STEP {
                break;
            }
        }
        slope = fit.slope(&data, &z);
    }

    let (robust, clustered) = slope.errors(&data, &fit);
    let mut estimates = vec![None; covariates.len()];
    for (at, covariate) in covariates.iter().enumerate() {
        let exactly = |coefficient| Estimate { coefficient, robust_se: 0.0, pair_clustered_se: 0.0 };
        estimates[at] = covariate.given.map(exactly);
    }
    for (at, &covariate) in kept.iter().enumerate() {
        estimates[free[covariate]] = Some(Estimate {
            coefficient: fit.b[at],
            robust_se: robust[at],
            pair_clustered_se: clustered[at],
        });
    }
    let (exporter_effect, importer_effect) = fit.effects(unit);
    let fitted = Matrix::new(n, fit.mean.values().iter().map(|value| value * unit).collect());
    Ok(Gravity {
        estimates,
        exporter_effect,
        importer_effect,
        fitted,
        separated,
        deviance: fit.deviance * unit,
        n_pairs,
        iterations,
        is_converged,
    })
}

fn check(flow: &Matrix, is_used: &[bool], covariates: &[Covariate]) -> Result<(), GravityError> {
    let n = flow.n();
    if is_used.len() != n * n {
        let found = is_used.len().isqrt();
        return Err(GravityError::Size { name: "used pairs".to_owned(), expected: n, found });
    }
    for covariate in covariates {
        let (name, found) = (covariate.name.clone(), covariate.value.n());
        if found != n {
            return Err(GravityError::Size { name, expected: n, found });
        }
    }
    let mut is_traded = false;
    for at in (0..n * n).filter(|&at| is_used[at]) {
        let (exporter, importer, value) = (at / n, at % n, flow.values()[at]);
        if !value.is_finite() || value < 0.0 {
            return Err(GravityError::Flow { exporter, importer, value });
        }
        is_traded |= value > 0.0;
        if let Some(wrong) = covariates.iter().find(|covariate| !covariate.value.values()[at].is_finite()) {
            return Err(GravityError::Covariate { name: wrong.name.clone(), exporter, importer });
        }
    }
    if is_traded { Ok(()) } else { Err(GravityError::NoTrade) }
}

/// Part of the spread of a covariate that has to be left beside the effects and the covariates before it.
const LEFT: f64 = 1e-9;

/// Covariates that the effects and the covariates before them do not determine.
fn independent(data: &Matrix, is_used: &[bool], z: &[&Matrix]) -> Vec<usize> {
    let n = data.n();
    let weight = Matrix::from_fn(n, |i, j| f64::from(u8::from(is_used[i * n + j])));
    let demean = Demean::new(&weight);
    let mut kept: Vec<(usize, Matrix)> = Vec::new();
    for (at, &z) in z.iter().enumerate() {
        let left = demean.without_effects(z);
        let size = inner(&weight, z, z);
        let own = inner(&weight, &left, &left);
        if own.is_nan() || own <= LEFT * size {
            continue;
        }
        let mut others: Vec<&Matrix> = kept.iter().map(|(_, other)| other).collect();
        others.push(&left);
        if Cholesky::new(&gram(&weight, &others)).passed_over.is_empty() {
            kept.push((at, left));
        }
    }
    kept.into_iter().map(|(at, _)| at).collect()
}

fn inner(weight: &Matrix, a: &Matrix, b: &Matrix) -> f64 {
    let pairs = weight.values().iter().zip(a.values()).zip(b.values());
    // Unused pairs may hold what is no number.
    pairs.filter(|((weight, _), _)| **weight > 0.0).map(|((weight, a), b)| weight * a * b).sum()
}

fn gram(weight: &Matrix, z: &[&Matrix]) -> Matrix {
    Matrix::from_fn(z.len(), |a, b| inner(weight, z[a], z[b]))
}

/// What the likelihood is taken of.
struct Known<'k> {
    data: &'k Matrix,
    is_used: &'k [bool],
    z: &'k [&'k Matrix],
    /// What given coefficients explain.
    offset: &'k Matrix,
}

/// The expected trade under some coefficients, its effects solved for.
struct Fit {
    b: Vec<f64>,
    row: Vec<f64>,
    column: Vec<f64>,
    /// What was taken out of the exponent of each row.
    top: Vec<f64>,
    mean: Matrix,
    deviance: f64,
}

/// Largest change of the logarithm of trade in one step, and smallest part of a step that is tried.
const LARGEST_STEP: f64 = 3.0;
const SMALLEST_STEP: f64 = 1e-9;
/// How exactly the effects are solved for within a step.
const BALANCED: f64 = 1e-14;

impl Fit {
    fn new(known: &Known<'_>, b: Vec<f64>, start: Option<&[f64]>) -> Self {
        let Known { data, is_used, z, offset } = *known;
        let n = data.n();
        let used = |i: usize, j: usize| is_used[i * n + j];
        let exponent =
            |i: usize, j: usize| offset[(i, j)] + b.iter().zip(z).map(|(b, z)| b * z[(i, j)]).sum::<f64>();
        let top =
            |i| (0..n).filter(|&j| used(i, j)).map(|j| exponent(i, j)).fold(f64::NEG_INFINITY, f64::max);
        let top: Vec<f64> = (0..n).map(top).collect();
        let kernel =
            Matrix::from_fn(n, |i, j| if used(i, j) { (exponent(i, j) - top[i]).exp() } else { 0.0 });
        let (rows, columns) = (data.row_sums(), data.column_sums());
        let balanced = balance(&kernel, &Margins { rows: &rows, columns: &columns }, start, BALANCED);
        let mean = Matrix::from_fn(n, |i, j| balanced.row[i] * kernel[(i, j)] * balanced.column[j]);
        let pairs = data.values().iter().zip(mean.values());
        let deviance =
            |(&y, &mean): (&f64, &f64)| if y > 0.0 { y * (y / mean).ln() - (y - mean) } else { mean };
        let deviance = 2.0 * pairs.map(deviance).sum::<f64>();
        Self { b, row: balanced.row, column: balanced.column, top, mean, deviance }
    }

    fn slope(&self, data: &Matrix, z: &[&Matrix]) -> Slope {
        let demean = Demean::new(&self.mean);
        let left: Vec<Matrix> = z.iter().map(|z| demean.without_effects(z)).collect();
        let refs: Vec<&Matrix> = left.iter().collect();
        let information = gram(&self.mean, &refs);
        let n = data.n();
        let missed = |left: &Matrix| -> f64 {
            (0..n * n).map(|at| (data.values()[at] - self.mean.values()[at]) * left.values()[at]).sum()
        };
        let gradient = left.iter().map(missed).collect();
        Slope { factor: Cholesky::new(&information), information, gradient, left }
    }

    /// Logarithms of both kinds of effects, in units of the data.
    fn effects(&self, unit: f64) -> (Vec<f64>, Vec<f64>) {
        let known = self.column.iter().filter(|column| **column > 0.0);
        let mean = known.clone().map(|column| column.ln()).sum::<f64>() / known.count().max(1) as f64;
        let exporter =
            self.row.iter().zip(&self.top).map(|(row, top)| {
                if *row > 0.0 { row.ln() - top + unit.ln() + mean } else { f64::NEG_INFINITY }
            });
        let importer = self.column.iter().map(|column| column.ln() - mean);
        (exporter.collect(), importer.collect())
    }
}

/// What the likelihood says about the next step.
struct Slope {
    information: Matrix,
    factor: Cholesky,
    gradient: Vec<f64>,
    /// Covariates without what the effects explain.
    left: Vec<Matrix>,
}

impl Slope {
    fn step(&self) -> Vec<f64> {
        self.factor.solve(&self.gradient)
    }

    /// Largest change of the logarithm of trade that a step makes beside the effects.
    fn reach(&self, step: &[f64]) -> f64 {
        let pairs = self.left.first().map_or(0, |left| left.values().len());
        let change = |at: usize| -> f64 {
            self.left.iter().zip(step).map(|(left, step)| step * left.values()[at]).sum::<f64>().abs()
        };
        (0..pairs).map(change).fold(0.0, f64::max)
    }

    fn spread(&self, at: usize) -> f64 {
        self.information[(at, at)].sqrt()
    }

    /// Standard errors: robust, and clustered by pair.
    fn errors(&self, data: &Matrix, fit: &Fit) -> (Vec<f64>, Vec<f64>) {
        let (n, k) = (data.n(), self.left.len());
        let score = |i: usize, j: usize| -> Vec<f64> {
            let missed = data[(i, j)] - fit.mean[(i, j)];
            self.left.iter().map(|left| missed * left[(i, j)]).collect()
        };
        let (mut robust, mut clustered) = (Matrix::filled(k, 0.0), Matrix::filled(k, 0.0));
        let add = |into: &mut Matrix, score: &[f64]| {
            for a in 0..k {
                for b in 0..k {
                    into[(a, b)] += score[a] * score[b];
                }
            }
        };
        for i in 0..n {
            for j in 0..=i {
                let there = score(i, j);
                add(&mut robust, &there);
                if i == j {
                    add(&mut clustered, &there);
                } else {
                    let back = score(j, i);
                    add(&mut robust, &back);
                    let both: Vec<f64> = there.iter().zip(&back).map(|(a, b)| a + b).collect();
                    add(&mut clustered, &both);
                }
            }
        }
        let sandwich = |meat: &Matrix| -> Vec<f64> {
            // Column `a` of the inverse of the information, on both sides.
            let variance = |a: usize| {
                let unit: Vec<f64> = (0..k).map(|b| f64::from(u8::from(a == b))).collect();
                let bread = self.factor.solve(&unit);
                (0..k).map(|b| bread[b] * (0..k).map(|c| meat[(b, c)] * bread[c]).sum::<f64>()).sum::<f64>()
            };
            (0..k).map(|a| variance(a).sqrt()).collect()
        };
        (sandwich(&robust), sandwich(&clustered))
    }
}
