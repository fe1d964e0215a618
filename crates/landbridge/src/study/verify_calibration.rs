//! What the tables of calibration must make sense as: references, bounds, and something to change for each parameter.

use std::collections::HashSet;

use super::Study;
use super::calibration_tables::ParameterRow;
use super::resolve::Checker;
use super::tables::ParameterKind;
use super::verify::push;
use crate::diagnostic::{Code, Diagnostic, clip};

/// Words of mode-states.
const MODE_STATES: [&str; 6] = ["road", "rail", "wagon_deck", "vehicle_deck", "sea", "air"];

/// Checks all rows.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    let mut check = Checker::new(out);
    let parameters = &study.parameters;
    let words: HashSet<&str> = MODE_STATES.into_iter().collect();
    check.words(parameters, "modes", &words, "mode-state", |row| &row.modes);
    check.many(parameters, "crossings", &study.crossings, |row| row.crossings.iter());
    check.many(parameters, "exporter", &study.countries, |row| row.exporter.iter());
    check.many(parameters, "importer", &study.countries, |row| row.importer.iter());
    check.sources(parameters, study, |row| &row.source);
    check.one(&study.fitted, "parameter_id", parameters, |row| Some(&row.parameter_id));
    check.one(&study.experiments, "observed_id", &study.observed, |row| Some(&row.observed_id));
    check.sources(&study.experiments, study, |row| &row.source);
    let first = study.timeline.iter().map(|event| event.date).min();
    for (at, row) in study.experiments.iter().enumerate() {
        if first.is_some_and(|first| row.day_before < first) {
            let message = format!("experiment `{}` begins before the timeline", clip(&row.experiment_id));
            let help = "take a day from the first event on: before it the states of links are not known";
            push(out, (&study.experiments, at, "day_before"), Code::LB0235, message, help);
        }
        if row.day_after <= row.day_before {
            let message = format!("experiment `{}` ends before it begins", clip(&row.experiment_id));
            push(out, (&study.experiments, at, "day_after"), Code::LB0280, message, "give a later day");
        }
    }
    for (at, row) in parameters.iter().enumerate() {
        if let Some((column, message, help)) = flaw(row) {
            let message = format!("parameter `{}` {message}", clip(&row.parameter_id));
            push(out, (parameters, at, column), Code::LB0280, message, help);
        }
    }
    for (at, fitted) in study.fitted.iter().enumerate() {
        let Some(row) = parameters.iter().find(|row| row.parameter_id == fitted.parameter_id) else {
            continue;
        };
        let room = 1e-6 * (row.high - row.low).abs();
        if fitted.value < row.low - room || fitted.value > row.high + room {
            let message = format!(
                "`{}` was fitted to {}, outside of its bounds {} to {}",
                clip(&row.parameter_id),
                fitted.value,
                row.low,
                row.high
            );
            let help = "run `landbridge calibrate` again, or mend the bounds in calibration/parameter.csv";
            push(out, (&study.fitted, at, "value"), Code::LB0281, message, help);
        }
    }
}

/// What is wrong with a parameter: the column, what it does wrong, and what to do.
fn flaw(row: &ParameterRow) -> Option<(&'static str, &'static str, &'static str)> {
    if row.is_factor() && row.low <= 0.0 {
        return Some(("low", "is a factor that may fall to 0 or below", "give a least value above 0"));
    }
    if row.low >= row.high {
        return Some(("high", "has no room between its bounds", "give a `high` above `low`"));
    }
    if row.prior < row.low || row.prior > row.high {
        return Some(("prior", "starts outside of its bounds", "give a `prior` from `low` to `high`"));
    }
    match row.kind {
        ParameterKind::Mode if row.modes.is_empty() => Some((
            "modes",
            "is of kind `mode` but names none",
            "name mode-states: `rail`, `vehicle_deck`, ...",
        )),
        ParameterKind::Border if row.crossings.is_empty() => Some((
            "crossings",
            "is of kind `border` but names no crossing",
            "name crossings of network/crossing.csv",
        )),
        _ => None,
    }
}
