//! Calibration: parameters fitted to counted flows (`docs/model/calibration.md`).
//!
//! In: a model with its assignment, the table of parameters, counts. Out: values, their errors, the fit of every count,
//! and how well places are predicted whose counts were held out. Weighted least squares of logarithms, with a pull to the
//! values before fitting, within bounds; Levenberg (1944) and Marquardt (1963), derivatives by differences between
//! equilibria.

mod fit;
mod held_out;

use crate::model::{Assignment, Trials};
use crate::study::calibration_tables::{FittedRow, ParameterRow};
use crate::study::demand_tables::ObservedRow;
use crate::study::tables::BoundHit;

pub use held_out::{Errors, HeldOut, HeldOutRow};

/// A count, and what the model says of it before and after fitting: amounts a year in the unit of the count.
#[derive(Clone, Debug, PartialEq)]
pub struct FitRow {
    /// Row of the table of observed flows.
    pub row: usize,
    /// Place that it is held out by.
    pub location: String,
    /// Counted.
    pub observed: f64,
    /// Model with all parameters as before fitting.
    pub before: f64,
    /// Model as fitted.
    pub after: f64,
    /// Standard deviation of the logarithm of the count that was assumed.
    pub sd: f64,
    /// Weight: those of one thing counted in several years sum to 1, or to their weights in the table if these are less.
    pub weight: f64,
}

/// A parameter after fitting.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedParameter {
    /// Row of the table of parameters.
    pub row: usize,
    /// Value.
    pub value: f64,
    /// Standard error: of the logarithm for factors, money otherwise.
    pub standard_error: f64,
    /// Whether it stopped at a bound.
    pub bound: BoundHit,
    /// How much of the doubt before fitting the counts took away: 0 says nothing of it, 1 settles it.
    pub learned: f64,
}

/// What calibration found.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// In the order of their table.
    pub parameters: Vec<FittedParameter>,
    /// In the order of their table.
    pub counts: Vec<FitRow>,
    /// Weighted squares before and after, with the pull to the values before fitting.
    pub objective: (f64, f64),
    /// Parameters that the counts determine, in effect: the trace of the influence of the counts.
    pub effective_parameters: f64,
    /// Largest over least singular value of the scaled problem, the pull left out; infinite if counts cannot tell some
    /// parameters apart.
    pub condition: f64,
    /// Steps.
    pub iterations: u32,
    /// Whether the steps came to rest.
    pub is_converged: bool,
    /// Places held out one after the other, if that was asked for.
    pub held_out: Option<HeldOut>,
}

/// Why nothing can be fitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationError {
    /// There is no table of parameters.
    #[error("the study has no calibration/parameter.csv: nothing may be fitted")]
    NoParameters,
    /// There are no counts.
    #[error("observed.csv has no count that may be fitted to")]
    NoCounts,
    /// The reference scenario has no equilibrium.
    #[error("the reference scenario did not converge under some values of the parameters")]
    NotConverged,
}

/// What is going on, for those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A step of the fit.
    Step(u32),
    /// A place is held out: which, of how many.
    Place(usize, usize),
}

/// Fits the parameters of a study to its counts.
///
/// # Errors
/// There is nothing to fit, or an equilibrium was not found.
pub fn calibrate(
    assignment: &Assignment,
    holds_out: bool,
    progress: &dyn Fn(Progress),
) -> Result<Calibration, CalibrationError> {
    let study = &assignment.reference().study;
    if study.parameters.is_empty() {
        return Err(CalibrationError::NoParameters);
    }
    let trials = Trials::new(assignment);
    let fit = fit::Fit::new(&trials)?;
    let solution = fit.run(progress)?;
    let held_out = holds_out.then(|| held_out::hold_out(&fit, &solution, progress)).transpose()?;
    Ok(fit.report(&solution, held_out))
}

impl Calibration {
    /// The rows of `calibration/fitted.csv`.
    pub fn rows(&self, parameters: &[&ParameterRow]) -> Vec<FittedRow> {
        let row = |fitted: &FittedParameter| FittedRow {
            parameter_id: parameters[fitted.row].parameter_id.clone(),
            value: fitted.value,
            standard_error: Some(fitted.standard_error).filter(|error| error.is_finite()),
            bound: fitted.bound,
            counts: i32::try_from(self.counts.len()).unwrap_or(i32::MAX),
        };
        self.parameters.iter().map(row).collect()
    }

    /// Median of the absolute logarithms of model over count, before and after fitting.
    pub fn median_log_error(&self) -> (f64, f64) {
        let of = |model: fn(&FitRow) -> f64| {
            median(self.counts.iter().map(|row| log_ratio(model(row), row.observed).abs()).collect())
        };
        (of(|row| row.before), of(|row| row.after))
    }
}

/// Logarithm of model over count, each plus one, so that nothing has one too.
pub(crate) fn log_ratio(model: f64, observed: f64) -> f64 {
    (model + 1.0).ln() - (observed + 1.0).ln()
}

/// The middle value; the mean of the two in the middle. NaN without values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 {
        return f64::NAN;
    }
    f64::midpoint(values[(n - 1) / 2], values[n / 2])
}

/// Whether a count is fitted to.
fn is_fitted(row: &ObservedRow) -> bool {
    row.is_comparable && row.fit_weight > 0.0 && row.per_year.is_some_and(|amount| amount > 0.0)
}
