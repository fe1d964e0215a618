//! `landbridge calibrate`: parameters fitted to counted flows.

use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use landbridge::calibration::{self, Calibration, CalibrationError, Errors};
use landbridge::model::Model;
use landbridge::study::tables::BoundHit;

use super::flows::NO_DEMAND;
use crate::args::{Calibrate, Format};
use crate::certificate::NOT_CONVERGED;
use crate::input::{self, Failure};
use crate::output::{self, Progress, round};

/// Runs the command.
///
/// # Errors
/// The study has errors or nothing to fit, or the files cannot be written.
pub fn run(args: &Calibrate) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    let progress = Progress::start("building route sets");
    let Some(assignment) = model.assignment(model.study.study.base_year) else {
        drop(progress);
        output::data(NO_DEMAND);
        return Ok(ExitCode::SUCCESS);
    };
    let say = |at: calibration::Progress| match at {
        calibration::Progress::Step(step) => progress.next(&format!("fitting, step {step}")),
        calibration::Progress::Place(at, of) => progress.next(&format!("holding out place {at} of {of}")),
    };
    let found = match calibration::calibrate(&assignment, args.hold_out, &say) {
        Ok(found) => found,
        Err(error @ CalibrationError::NotConverged) => {
            drop(progress);
            output::problem(&format!("{error}; nothing was written"));
            return Ok(ExitCode::from(NOT_CONVERGED));
        }
        Err(error) => return Err(Failure::Usage(error.to_string())),
    };
    drop(progress);
    match args.format {
        Format::Table => output::data(&text(&model, &found)),
        Format::Json => {
            let json = landbridge_io::calibration::json(&model.study, &found);
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        Format::Csv => output::bytes(&landbridge_io::calibration::fit(&model.study, &found)),
    }
    if !args.dry_run {
        for (path, bytes) in landbridge_io::calibration::files(&model.study, &found) {
            let path = args.study.join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| Failure::Failed(error.into()))?;
            }
            landbridge_io::atomic::write_file(&path, &bytes)
                .map_err(|error| Failure::Failed(error.into()))?;
            output::note(&format!("wrote {}", path.display()));
        }
    }
    if !found.is_converged {
        output::problem("the fit did not come to rest: values are those of the last step");
        return Ok(ExitCode::from(NOT_CONVERGED));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(model: &Model, found: &Calibration) -> String {
    let study = &model.study;
    let mut text = output::heading("Parameters");
    let parameters = found.parameters.iter().map(|fitted| {
        let row = &study.parameters[fitted.row];
        let bound = match fitted.bound {
            BoundHit::Inside => "",
            BoundHit::Low => "at the least",
            BoundHit::High => "at the greatest",
        };
        vec![
            row.parameter_id.clone(),
            row.kind.word().to_owned(),
            round(row.prior),
            format!("{:.3}", fitted.value),
            format!("{:.2}", fitted.standard_error),
            format!("{:.0}%", 100.0 * fitted.learned),
            bound.to_owned(),
        ]
    });
    let header = ["parameter", "kind", "before", "fitted", "error", "learned", "bound"];
    text += &output::table(&header, 2..6, parameters.collect());
    text += "Errors are standard errors: of the logarithm for factors, money per tonne or person for modes and borders.\n\
             Learned: how much of the doubt before fitting the counts took away; near 0, the value before fitting stands.\n\n";
    text += &output::heading("Counts");
    let counts = found.counts.iter().map(|count| {
        let row = &study.observed[count.row];
        vec![
            row.name.clone(),
            row.year.to_string(),
            row.unit.word().to_owned(),
            round(count.observed),
            format!("{:.2}", count.before / count.observed),
            format!("{:.2}", count.after / count.observed),
            format!("{:.2}", count.weight),
        ]
    });
    let header = ["count", "year", "unit", "a year", "before", "fitted", "weight"];
    text += &output::table(&header, 3..7, counts.collect());
    let (before, after) = found.median_log_error();
    let _ = writeln!(
        text,
        "Model over count, before and after fitting. Median error of a factor {:.2} before, {:.2} after.\n\
         {} counts, {} parameters of which the counts determine {:.1} in effect; {:.1} degrees of freedom are left.",
        before.exp(),
        after.exp(),
        found.counts.len(),
        found.parameters.len(),
        found.effective_parameters,
        found.counts.len() as f64 - found.effective_parameters,
    );
    if found.condition < 1e4 {
        let _ = writeln!(text, "Condition number {:.0}.", found.condition);
    } else {
        text +=
            "Counts alone cannot tell all parameters apart; the values before fitting decide between them.\n";
    }
    if let Some(held_out) = &found.held_out {
        text.push('\n');
        text += &output::heading(&format!("Held out: {} places, one after the other", held_out.places));
        let rows = held_out.rows.iter().map(|held| {
            let row = &study.observed[held.row];
            vec![
                row.name.clone(),
                row.year.to_string(),
                row.unit.word().to_owned(),
                format!("{:.2}", held.predicted / held.observed),
                format!("{:.2}", held.uncalibrated / held.observed),
                held.as_before.map_or_else(String::new, |amount| format!("{:.2}", amount / held.observed)),
            ]
        });
        let header = ["count", "year", "unit", "predicted", "not fitted", "as before"];
        text += &output::table(&header, 3..6, rows.collect());
        let line = |what: &str, errors: Errors| {
            let as_before = if errors.as_before.is_finite() {
                format!(", as before {:.2}", errors.as_before.exp())
            } else {
                String::new()
            };
            format!(
                "{what} ({}): median error of a factor {:.2} predicted, {:.2} not fitted{as_before}.\n",
                errors.counts,
                errors.predicted.exp(),
                errors.uncalibrated.exp()
            )
        };
        text += "As before: an earlier count of the same, its share of all demand unchanged.\n";
        text += &line("All counts", held_out.errors());
        text += &line("Counts with an earlier one", held_out.errors_where_counted_before());
    }
    text
}
