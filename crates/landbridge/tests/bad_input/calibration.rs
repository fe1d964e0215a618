//! Slips in what may be fitted, what was fitted, and natural experiments.

use super::{Case, case, put};

const PARAMETER: &str = "calibration/parameter.csv";
const FITTED: &str = "calibration/fitted.csv";
const EXPERIMENT: &str = "calibration/experiment.csv";

fn parameter(row: &str) -> String {
    let header = "parameter_id,kind,modes,crossings,prior,spread,low,high,source,quality";
    format!("{header}\n{row},toy,assumed\n")
}

fn fitted(row: &str) -> String {
    format!("parameter_id,value\n{row}\n")
}

fn experiment(days: &str, counted: &str) -> String {
    let header = "experiment_id,name,day_before,day_after,observed_id,published,source,quality";
    format!("{header}\nx1,A gate,{days},{counted},nothing,toy,assumed\n")
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "a factor that may be nothing",
            [put(PARAMETER, parameter("kappa,dispersion,,,1,0.5,0,4"))],
            &["LB0280 error calibration/parameter.csv:2:26 [0] give a least value above 0"],
        ),
        case(
            "a parameter without room",
            [put(PARAMETER, parameter("kappa,dispersion,,,1,0.5,1,1"))],
            &["LB0280 error calibration/parameter.csv:2:28 [1] give a `high` above `low`"],
        ),
        case(
            "a parameter that starts outside of its bounds",
            [put(PARAMETER, parameter("kappa,dispersion,,,9,0.5,0.5,4"))],
            &["LB0280 error calibration/parameter.csv:2:20 [9] give a `prior` from `low` to `high`"],
        ),
        case(
            "a spread of nothing",
            [put(PARAMETER, parameter("kappa,dispersion,,,1,0,0.5,4"))],
            &["LB0113 error calibration/parameter.csv:2:22 [0]"],
        ),
        case(
            "a mode without modes, a border without crossings",
            [put(PARAMETER, parameter("rail,mode,,,0,5,-9,9,toy,assumed\ngate,border,,,0,5,-9,9"))],
            &[
                "LB0280 error calibration/parameter.csv:2:11 [] name mode-states",
                "LB0280 error calibration/parameter.csv:3:14 [] name crossings",
            ],
        ),
        case(
            "a mode that there is not",
            [put(PARAMETER, parameter("rail,mode,mule,,0,5,-9,9"))],
            &["LB0121 error calibration/parameter.csv:2:11 [mule]"],
        ),
        case(
            "a value outside of its bounds",
            [put(PARAMETER, parameter("kappa,dispersion,,,1,0.5,0.5,4")), put(FITTED, fitted("kappa,40"))],
            &["LB0281 error calibration/fitted.csv:2:7 [40] run `landbridge calibrate` again"],
        ),
        case(
            "a value of a parameter that there is not",
            [put(PARAMETER, parameter("kappa,dispersion,,,1,0.5,0.5,4")), put(FITTED, fitted("kapa,2"))],
            &["LB0121 error calibration/fitted.csv:2:1 [kapa] did you mean `kappa`"],
        ),
        case(
            "an experiment that ends before it begins",
            [put(EXPERIMENT, experiment("2025-05-02,2025-05-01", "o1"))],
            &["LB0280 error calibration/experiment.csv:2:22 [2025-05-01] give a later day"],
        ),
        case(
            "an experiment on a count that there is not",
            [put(EXPERIMENT, experiment("2025-05-01,2025-05-02", "o9"))],
            &["LB0121 error calibration/experiment.csv:2:33 [o9]"],
        ),
    ]
}
