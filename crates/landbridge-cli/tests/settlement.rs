//! `landbridge bargain` and `landbridge stability` as scripts meet them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{run, toy_study};

#[test]
fn the_game_of_a_corridor_is_printed_or_refused() {
    let toy = toy_study();
    let ask = |args: &[&str]| run(&[&["bargain", &toy], args].concat());
    let (code, table, _) = ask(&["--scenario", "dunmere_by_rail"]);
    assert!(code == 0 && table.contains("the game of dunmere_by_rail, costs only"), "{table}");
    assert!(table.contains("1 links open") && table.contains("no probability"), "{table}");
    let (code, json, _) = ask(&["--scenario", "dunmere_by_rail", "--bloc", "BRV+DUN", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let players = json["players"].as_array().unwrap();
    let sum = |key: &str| players.iter().map(|player| player[key].as_f64().unwrap()).sum::<f64>();
    let worth = json["worth_usd_per_year"].as_f64().unwrap();
    assert!(code == 0 && worth > 0.0);
    for key in ["gain_usd_per_year", "shapley_usd_per_year", "owen_usd_per_year", "nucleolus_usd_per_year"] {
        assert!((sum(key) - worth).abs() < 1e-6 * worth, "{key} {} {worth}", sum(key));
    }
    let (code, table, _) = ask(&["--scenario", "base"]);
    assert!(code == 0 && table.contains("nothing to agree on"), "{table}");
    for wrong in [["--scenario", "railwai"], ["--bloc", "BRV+XYZ"], ["--horizon", "never"]] {
        let scenario = if wrong[0] == "--scenario" { &[][..] } else { &["--scenario", "dunmere_by_rail"] };
        let (code, _, stderr) = ask(&[&wrong, scenario].concat());
        assert!(code == 2 && stderr.contains("there is no"), "{code} {stderr}");
    }
}

#[test]
fn who_would_break_an_agreement_is_printed_or_refused() {
    let toy = toy_study();
    let ask = |args: &[&str]| run(&[&["stability", &toy], args].concat());
    let (code, table, _) = ask(&["--scenario", "dunmere_by_rail"]);
    assert!(code == 0 && table.contains("who would break dunmere_by_rail"), "{table}");
    assert!(table.contains("discount factor 0.880") && table.contains("Most tempted"), "{table}");
    let args = ["--scenario", "dunmere_by_rail", "--discount-rate", "0", "--end-per-year", "0.5"];
    let (code, json, _) = ask(&[&args[..], &["--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(code == 0 && json["discount_factor"].as_f64() == Some(0.5), "{json}");
    let (code, csv, _) = ask(&[&args[..], &["--format", "csv"]].concat());
    assert!(code == 0 && csv.starts_with("scenario,party,worth_usd,"), "{csv}");
    let (code, _, stderr) = ask(&["--scenario", "dunmere_by_rail", "--discount-rate", "-0.5"]);
    assert!(code != 0 && !stderr.is_empty(), "{stderr}");
}
