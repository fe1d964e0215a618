//! How well places are predicted whose counts the fit has not seen, beside what one would say without a model.
//!
//! All counts of a place are held out together. The fit to the others starts from the fit to all and keeps its
//! derivatives; amounts are those of full equilibria.

use std::collections::BTreeSet;

use super::fit::{Count, Fit, Solution};
use super::{CalibrationError, Progress, log_ratio, median};
use crate::model::Assignment;
use crate::study::demand_tables::ObservedRow;
use crate::study::tables::{ClassKind, ObservedUnit};

/// Most steps for one place.
const MAX_STEPS: usize = 6;
/// Steps shorter than this part of the spreads are rest.
const REST: f64 = 0.02;

/// A count that was held out: amounts a year in its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOutRow {
    /// Row of the table of observed flows.
    pub row: usize,
    /// The place.
    pub location: String,
    /// Counted.
    pub observed: f64,
    /// Fitted to the counts of all other places.
    pub predicted: f64,
    /// All parameters as before fitting.
    pub uncalibrated: f64,
    /// Its share of all demand stays as an earlier count of the same had it; if there is one.
    pub as_before: Option<f64>,
}

/// All places, each held out.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut {
    /// In the order of the table of counts.
    pub rows: Vec<HeldOutRow>,
    /// Places.
    pub places: usize,
}

/// Medians of absolute logarithms of model over count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors {
    /// Counts.
    pub counts: usize,
    /// Fitted to other places.
    pub predicted: f64,
    /// Before fitting.
    pub uncalibrated: f64,
    /// As before; NaN where that cannot be said of these counts.
    pub as_before: f64,
}

impl HeldOut {
    /// Errors over all counts.
    pub fn errors(&self) -> Errors {
        errors(&self.rows.iter().collect::<Vec<_>>())
    }

    /// Errors over the counts that an earlier count of the same can be held against.
    pub fn errors_where_counted_before(&self) -> Errors {
        errors(&self.rows.iter().filter(|row| row.as_before.is_some()).collect::<Vec<_>>())
    }
}

fn errors(rows: &[&HeldOutRow]) -> Errors {
    let of = |model: &dyn Fn(&HeldOutRow) -> Option<f64>| {
        let with = rows.iter().filter_map(|row| Some(log_ratio(model(row)?, row.observed).abs()));
        median(with.collect())
    };
    Errors {
        counts: rows.len(),
        predicted: of(&|row| Some(row.predicted)),
        uncalibrated: of(&|row| Some(row.uncalibrated)),
        as_before: of(&|row| row.as_before),
    }
}

pub(super) fn hold_out(
    fit: &Fit<'_, '_>,
    solution: &Solution,
    progress: &dyn Fn(Progress),
) -> Result<HeldOut, CalibrationError> {
    let places: BTreeSet<&str> = fit.counts.iter().map(|count| count.location.as_str()).collect();
    let mut predicted = vec![f64::NAN; fit.counts.len()];
    for (number, place) in places.iter().enumerate() {
        progress(Progress::Place(number + 1, places.len()));
        let uses: Vec<bool> = fit.counts.iter().map(|count| count.location != **place).collect();
        let mut point = solution.point.clone();
        let mut damping = 0.0;
        for _ in 0..MAX_STEPS {
            let Some(step) = fit.step(&point, &solution.slopes, &uses, damping) else { break };
            if step.iter().all(|step| step.abs() < REST) {
                break;
            }
            let x = point.x.iter().zip(&step).map(|(x, step)| x + step).collect();
            match fit.at(x, Some(&point.trial)) {
                Ok(next) if Fit::objective(&next, &uses) < Fit::objective(&point, &uses) => point = next,
                Ok(_) | Err(CalibrationError::NotConverged) => damping = (damping * 10.0_f64).max(0.3),
                Err(error) => return Err(error),
            }
        }
        for (at, count) in fit.counts.iter().enumerate().filter(|(at, _)| !uses[*at]) {
            predicted[at] = Fit::model(&point.trial, count);
        }
    }
    let assignment = fit.trials.assignment();
    let row = |(count, predicted): (&Count, f64)| HeldOutRow {
        row: count.row,
        location: count.location.clone(),
        observed: count.observed,
        predicted,
        uncalibrated: Fit::before(solution, count),
        as_before: as_before(assignment, count.row),
    };
    Ok(HeldOut { rows: fit.counts.iter().zip(predicted).map(row).collect(), places: places.len() })
}

/// The last earlier count of the same, grown as all demand of its kind grows.
fn as_before(assignment: &Assignment, row: usize) -> Option<f64> {
    let model = assignment.reference();
    let of = &model.study.observed[row];
    let is_same = |other: &&ObservedRow| other.is_comparable && other.year < of.year && other.counts_same(of);
    let earlier = model.study.observed.iter().filter(is_same).max_by_key(|other| other.year)?;
    let kind = if of.unit == ObservedUnit::Person { ClassKind::Passenger } else { ClassKind::Freight };
    let total = |year: i32| -> f64 {
        let demand = model.demand(year);
        demand.flows.iter().filter(|flow| flow.kind == kind).map(|flow| flow.total).sum()
    };
    Some(earlier.per_year? * total(of.year) / total(earlier.year))
}
