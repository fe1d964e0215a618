//! Calibration: what was put into counts is found again, inputs stay, and places held out are not seen.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use landbridge::calibration::{Calibration, calibrate};
use landbridge::model::{Model, Trials};
use landbridge::study::StudyText;
use landbridge::study::tables::BoundHit;
use support::{close, folder, toy};

const PARAMETERS: &str = "\
parameter_id,kind,applies_to,modes,crossings,exporter,importer,commodity,prior,spread,low,high,source,quality
kappa,dispersion,,,,,,,1,1,0.1,10,made up,assumed
machines,demand,freight,,,ALD,CST,machines,1,1,0.1,10,made up,assumed
rail,mode,freight,rail,,,,,0,20,-50,50,made up,assumed
";

/// Values that the counts are made with.
const TRUTH: [f64; 3] = [1.4, 0.7, 6.0];

const COUNTS: &str = "\
observed_id,name,crossings,nodes,mode,direction,from_region,to_region,per_year,unit,year,published,is_comparable,\
location,source,quality
c1,Trucks at Northgate,x_ald_brv_road,,road,from_to,,,1,t,2025,made up,1,,made up,assumed
c2,Northgate by rail,x_ald_brv_rail,,rail,from_to,,,1,t,2025,made up,1,,made up,assumed
c3,Eastgate by road,x_brv_cst_road,,road,from_to,,,1,t,2025,made up,1,,made up,assumed
c5,Port of Arvenport,,arvenport,ferry,both,,,1,t,2025,made up,1,,made up,assumed
c6,The same in trucks,x_ald_brv_road,,road,from_to,,,1,truck,2025,made up,1,,made up,assumed
";

fn study(counts: &str) -> StudyText {
    let mut text = toy();
    text.insert("calibration/parameter.csv".to_owned(), PARAMETERS.to_owned());
    text.insert("observed.csv".to_owned(), counts.to_owned());
    // Counts to two percent, and hardly a pull.
    let toml = text.get_mut("study.toml").unwrap();
    toml.push_str("\n[calibration]\ncount_sd = 0.02\ncount_sd_per_year = 0\n");
    text
}

/// The study with the counts that the model gives under some values.
fn counted_under(values: &[f64]) -> StudyText {
    let model = support::model(&study(COUNTS));
    let assignment = model.assignment(2025).unwrap();
    let counted = Trials::new(&assignment).solve(values, None).counted;

    let mut lines: Vec<String> = COUNTS.lines().map(str::to_owned).collect();
    for count in counted {
        let line = &mut lines[count.row + 1];
        let unit = if line.contains(",truck,") { "truck" } else { "t" };
        *line = line.replace(&format!(",1,{unit},2025"), &format!(",{},{unit},2025", count.model));
    }
    study(&(lines.join("\n") + "\n"))
}

fn fitted(text: &StudyText, holds_out: bool) -> (Model, Calibration) {
    let model = support::model(text);
    let assignment = model.assignment(2025).unwrap();
    let found = calibrate(&assignment, holds_out, &|_| ()).unwrap();
    (model, found)
}

#[test]
fn values_that_made_the_counts_are_found_again() {
    let (_, found) = fitted(&counted_under(&TRUTH), false);
    assert!(found.is_converged, "{found:?}");
    for (parameter, truth) in found.parameters.iter().zip(TRUTH) {
        // Steps rest at a hundredth of a spread, well within the error that two percent of doubt in counts leaves.
        let off = if parameter.row == 2 { parameter.value - truth } else { (parameter.value / truth).ln() };
        assert!(off.abs() < parameter.standard_error, "{parameter:?} is not {truth}");
        assert!(parameter.bound == BoundHit::Inside && parameter.learned > 0.98, "{parameter:?}");
    }
    for count in &found.counts {
        close(count.after, count.observed, 0.01, "count");
    }
    assert!(found.effective_parameters > 2.9 && found.effective_parameters <= 3.0);
}

#[test]
fn counts_that_the_model_meets_change_nothing() {
    let (_, found) = fitted(&counted_under(&[1.0, 1.0, 0.0]), false);
    for (parameter, before) in found.parameters.iter().zip([1.0, 1.0, 0.0]) {
        assert!((parameter.value - before).abs() < 1e-6, "{parameter:?}");
    }
}

#[test]
fn a_study_with_its_fitted_values_is_the_fitted_model() {
    let mut text = counted_under(&TRUTH);
    let (model, found) = fitted(&text, false);
    let rows: Vec<_> = model.study.parameters.iter().collect();
    let values = found.rows(&rows).into_iter().map(|row| format!("{},{}\n", row.parameter_id, row.value));
    let table: String = std::iter::once("parameter_id,value\n".to_owned()).chain(values).collect();
    text.insert("calibration/fitted.csv".to_owned(), table);
    let again = support::model(&text);
    let counted = again.assignment(2025).unwrap().counted();
    for (count, fit) in counted.iter().zip(&found.counts) {
        close(count.model, fit.after, 1e-6, "count");
    }
    // And to calibrate again starts from the values before fitting, not from those fitted.
    let (_, twice) = fitted(&text, false);
    for (a, b) in twice.parameters.iter().zip(&found.parameters) {
        assert!((a.value - b.value).abs() < 1e-3 * b.value.abs(), "{a:?} {b:?}");
    }
}

#[test]
fn what_is_held_out_is_predicted_by_the_others() {
    let text = counted_under(&TRUTH);
    let (_, found) = fitted(&text, true);
    let held_out = found.held_out.unwrap();
    assert_eq!(held_out.places, 4, "two counts at Northgate by road are one place");
    let errors = held_out.errors();
    assert!(errors.predicted < errors.uncalibrated, "{errors:?}");
    // A count of a place says nothing about its own prediction: spoiling it leaves that as it was.
    let mut spoiled = text.clone();
    let counts = spoiled.get_mut("observed.csv").unwrap();
    let line = counts.lines().find(|line| line.starts_with("c5")).unwrap().to_owned();
    let amount = line.split(',').nth(8).unwrap();
    *counts = counts.replace(&line, &line.replace(amount, "123456"));
    let (_, other) = fitted(&spoiled, true);
    let of = |rows: &landbridge::calibration::HeldOut| {
        rows.rows.iter().find(|row| row.location == "arvenport").unwrap().predicted
    };
    // Both fits start elsewhere and keep the derivatives of there.
    let (spoiled, clean) = (of(&other.held_out.unwrap()), of(&held_out));
    close(spoiled, clean, 0.05, "arvenport");
}

#[test]
fn the_shipped_study_is_calibrated_within_its_bounds() {
    let model = Model::load(&folder("south-caucasus")).0.unwrap();
    assert_eq!(model.study.fitted.len(), model.study.parameters.len());
    let assignment = model.assignment(model.study.study.base_year).unwrap();
    let mut errors: Vec<f64> = Vec::new();
    for count in assignment.counted() {
        let row = &model.study.observed[count.row];
        if row.fit_weight > 0.0 {
            errors.push(count.ratio(&model.study).unwrap().ln().abs());
        }
    }
    errors.sort_by(f64::total_cmp);
    // The median over the counts that it was fitted to, as docs/model/calibration.md says.
    assert!(errors[errors.len() / 2] < 0.36, "{}", errors[errors.len() / 2]);
}

#[test]
fn nothing_to_fit_is_said() {
    let model = support::model(&toy());
    let assignment = model.assignment(2025).unwrap();
    let error = calibrate(&assignment, false, &|_| ()).unwrap_err().to_string();
    assert!(error.contains("calibration/parameter.csv"), "{error}");
}
