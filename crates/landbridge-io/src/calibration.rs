//! What calibration found, in serialized form: the files of a study's `calibration/`, and one object for programs.

use landbridge::calibration::{Calibration, Errors, FitRow, HeldOut};
use landbridge::study::Study;
use serde::Serialize;

use crate::tidy::{Csv, number};

/// The table of values that everything else reads.
pub const FITTED: &str = "calibration/fitted.csv";
/// The fit of every count; for people, not read again.
pub const FIT: &str = "calibration/fit.csv";
/// Places held out one after the other; for people, not read again.
pub const HELD_OUT: &str = "calibration/held_out.csv";

/// The files of a calibration, by their paths in the study.
pub fn files(study: &Study, calibration: &Calibration) -> Vec<(&'static str, Vec<u8>)> {
    let mut files = vec![(FITTED, fitted(study, calibration)), (FIT, fit(study, calibration))];
    if let Some(held_out) = &calibration.held_out {
        files.push((HELD_OUT, held_out_rows(study, held_out)));
    }
    files
}

fn fitted(study: &Study, calibration: &Calibration) -> Vec<u8> {
    let rows: Vec<_> = study.parameters.iter().collect();
    let mut csv = Csv::new(&["parameter_id", "value", "standard_error", "bound", "counts"]);
    for row in calibration.rows(&rows) {
        csv.row([
            row.parameter_id,
            number(row.value, 6),
            row.standard_error.map_or_else(String::new, |error| number(error, 6)),
            row.bound.word().to_owned(),
            row.counts.to_string(),
        ]);
    }
    csv.finish()
}

/// What was counted where, for both reports.
const COUNT_COLUMNS: [&str; 6] = ["observed_id", "name", "location", "year", "unit", "observed_per_year"];

fn count_cells(study: &Study, row: usize, location: &str, observed: f64) -> [String; 6] {
    let row = &study.observed[row];
    [
        row.observed_id.clone(),
        row.name.clone(),
        location.to_owned(),
        row.year.to_string(),
        row.unit.word().to_owned(),
        number(observed, 0),
    ]
}

fn ratio(model: f64, observed: f64) -> String {
    format!("{:.4}", model / observed)
}

/// The fit of every count, as a table.
pub fn fit(study: &Study, calibration: &Calibration) -> Vec<u8> {
    let own = ["before_per_year", "after_per_year", "before_ratio", "after_ratio", "sd_log", "weight"];
    let mut csv = Csv::new(&[&COUNT_COLUMNS[..], &own].concat());
    for count in &calibration.counts {
        let counted = count_cells(study, count.row, &count.location, count.observed);
        let own = [
            number(count.before, 0),
            number(count.after, 0),
            ratio(count.before, count.observed),
            ratio(count.after, count.observed),
            format!("{:.4}", count.sd),
            format!("{:.4}", count.weight),
        ];
        csv.row(counted.into_iter().chain(own));
    }
    csv.finish()
}

fn held_out_rows(study: &Study, held_out: &HeldOut) -> Vec<u8> {
    let own = ["predicted_ratio", "uncalibrated_ratio", "as_before_ratio"];
    let mut csv = Csv::new(&[&COUNT_COLUMNS[..], &own].concat());
    for held in &held_out.rows {
        let counted = count_cells(study, held.row, &held.location, held.observed);
        let own = [
            ratio(held.predicted, held.observed),
            ratio(held.uncalibrated, held.observed),
            held.as_before.map_or_else(String::new, |amount| ratio(amount, held.observed)),
        ];
        csv.row(counted.into_iter().chain(own));
    }
    csv.finish()
}

/// A calibration for programs.
#[derive(Serialize)]
pub struct CalibrationJson {
    is_converged: bool,
    iterations: u32,
    objective_before: f64,
    objective_after: f64,
    counts: usize,
    parameters: usize,
    effective_parameters: f64,
    degrees_of_freedom: f64,
    /// Null if the counts cannot tell some parameters apart.
    condition: Option<f64>,
    median_log_error_before: f64,
    median_log_error_after: f64,
    values: Vec<ValueJson>,
    fit: Vec<CountJson>,
    held_out: Option<HeldOutJson>,
}

#[derive(Serialize)]
struct ValueJson {
    parameter_id: String,
    kind: &'static str,
    value: f64,
    prior: f64,
    standard_error: Option<f64>,
    bound: &'static str,
    learned: f64,
}

#[derive(Serialize)]
struct CountJson {
    observed_id: String,
    location: String,
    unit: &'static str,
    year: i32,
    observed: f64,
    before: f64,
    after: f64,
    weight: f64,
}

#[derive(Serialize)]
struct HeldOutJson {
    places: usize,
    all: ErrorsJson,
    where_counted_before: ErrorsJson,
    counts: Vec<HeldOutCountJson>,
}

#[derive(Serialize)]
struct ErrorsJson {
    counts: usize,
    predicted: f64,
    uncalibrated: f64,
    as_before: Option<f64>,
}

#[derive(Serialize)]
struct HeldOutCountJson {
    observed_id: String,
    location: String,
    observed: f64,
    predicted: f64,
    uncalibrated: f64,
    as_before: Option<f64>,
}

/// One object for programs.
pub fn json(study: &Study, calibration: &Calibration) -> CalibrationJson {
    let (before, after) = calibration.median_log_error();
    let values = calibration.parameters.iter().map(|fitted| {
        let row = &study.parameters[fitted.row];
        ValueJson {
            parameter_id: row.parameter_id.clone(),
            kind: row.kind.word(),
            value: fitted.value,
            prior: row.prior,
            standard_error: Some(fitted.standard_error).filter(|error| error.is_finite()),
            bound: fitted.bound.word(),
            learned: fitted.learned,
        }
    });
    let count = |count: &FitRow| CountJson {
        observed_id: study.observed[count.row].observed_id.clone(),
        location: count.location.clone(),
        unit: study.observed[count.row].unit.word(),
        year: study.observed[count.row].year,
        observed: count.observed,
        before: count.before,
        after: count.after,
        weight: count.weight,
    };
    CalibrationJson {
        is_converged: calibration.is_converged,
        iterations: calibration.iterations,
        objective_before: calibration.objective.0,
        objective_after: calibration.objective.1,
        counts: calibration.counts.len(),
        parameters: calibration.parameters.len(),
        effective_parameters: calibration.effective_parameters,
        degrees_of_freedom: calibration.counts.len() as f64 - calibration.effective_parameters,
        condition: Some(calibration.condition).filter(|condition| condition.is_finite()),
        median_log_error_before: before,
        median_log_error_after: after,
        values: values.collect(),
        fit: calibration.counts.iter().map(count).collect(),
        held_out: calibration.held_out.as_ref().map(|held_out| held_out_json(study, held_out)),
    }
}

fn held_out_json(study: &Study, held_out: &HeldOut) -> HeldOutJson {
    let errors = |errors: Errors| ErrorsJson {
        counts: errors.counts,
        predicted: errors.predicted,
        uncalibrated: errors.uncalibrated,
        as_before: Some(errors.as_before).filter(|error| error.is_finite()),
    };
    let counts = held_out.rows.iter().map(|row| HeldOutCountJson {
        observed_id: study.observed[row.row].observed_id.clone(),
        location: row.location.clone(),
        observed: row.observed,
        predicted: row.predicted,
        uncalibrated: row.uncalibrated,
        as_before: row.as_before,
    });
    HeldOutJson {
        places: held_out.places,
        all: errors(held_out.errors()),
        where_counted_before: errors(held_out.errors_where_counted_before()),
        counts: counts.collect(),
    }
}
