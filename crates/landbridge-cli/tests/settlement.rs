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
    // Both conventions, one after the other; strict closes the links of outsiders, too.
    let both = ["--scenario", "dunmere_by_rail", "--convention", "both", "--format", "json"];
    let (code, json, _) = ask(&both);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(
        code == 0 && json[0]["convention"] == "status quo" && json[1]["convention"] == "strict",
        "{json}"
    );
    assert!(json[1]["solved"].as_u64() > json[0]["solved"].as_u64());
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
    assert!(code == 0 && csv.starts_with("scenario,counted_in,party,worth_usd,"), "{csv}");
    let (code, _, stderr) = ask(&["--scenario", "dunmere_by_rail", "--discount-rate", "-0.5"]);
    assert!(code != 0 && !stderr.is_empty(), "{stderr}");
}

#[test]
fn what_would_hold_parties_to_an_agreement_is_printed_or_refused() {
    let toy = toy_study();
    let ask = |args: &[&str]| run(&[&["stability", &toy, "--scenario", "dunmere_by_rail"], args].concat());
    let (code, table, _) = ask(&["--trade", "--guarantor", "CST", "--penalty", "100", "--leaves", "20"]);
    assert!(code == 0 && table.contains("in real income, trade after `long`"), "{table}");
    assert!(table.contains("no revenue to split") && table.contains("What the veto of CST moves"), "{table}");
    assert!(table.contains("a guarantor who leaves after 20 years"), "{table}");
    let args = ["--trade", "short", "--penalty", "5", "--penalty", "1", "--gain", "10", "--format", "json"];
    let (code, json, _) = ask(&args);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(code == 0 && json["trade"]["horizon"] == "short" && json["guarantor"].is_null(), "{json}");
    let penalties = json["promises"]["penalties"].as_array().unwrap();
    // Three parties can close the line, under two penalties from the smaller.
    assert_eq!(penalties.len(), 6);
    assert!(penalties[0]["penalty_usd"] == 1.0 && penalties[5]["penalty_usd"] == 5.0);
    let (code, csv, _) = ask(&["--trade", "--format", "csv"]);
    assert!(code == 0 && csv.contains(",costs,DUN,") && csv.contains(",long,DUN,"), "{csv}");
    for wrong in [&["--trade", "never"][..], &["--guarantor", "XYZ"], &["--penalty", "-1"], &["--fades", "x"]]
    {
        let (code, _, stderr) = ask(wrong);
        assert!(code == 2 && !stderr.is_empty(), "{wrong:?} {code} {stderr}");
    }
}

#[test]
fn interruptions_are_printed_or_refused() {
    let toy = toy_study();
    let ask = |args: &[&str]| run(&[&["interruptions", &toy, "--draws", "500"], args].concat());
    let two = ["--scenario", "dunmere_by_rail", "--scenario", "joint_board"];
    let (code, table, _) = ask(&two);
    assert!(code == 0 && table.contains("interruptions of joint_board"), "{table}");
    assert!(table.contains("3.00 after 1, 0.60 after 5, 0.30 after 10"), "{table}");
    assert!(table.contains("assumptions of the study") && table.contains("no probability that peace holds"));
    let (code, json, _) = ask(&[&two[..], &["--format", "json"]].concat());
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    let scenarios = parsed["scenarios"].as_array().unwrap();
    assert!(code == 0 && scenarios.len() == 2 && scenarios[0]["cost_above_first_usd"].is_null());
    // Snow on the eastern road is the same snow under both.
    let snow = |at: usize| scenarios[at]["causes"][1]["closed_days_per_year"]["mean"].as_f64().unwrap();
    assert!(snow(0) > 0.0 && (snow(0) - snow(1)).abs() < 1e-12);
    assert!(scenarios[1]["availability"].is_null(), "the joint board opens nothing");
    assert_eq!(
        ask(&[&two[..], &["--format", "json"]].concat()).1,
        json,
        "the same seed gives the same bytes"
    );
    let (code, csv, _) = ask(&["--scenario", "dunmere_by_rail", "--format", "csv"]);
    assert!(code == 0 && csv.lines().count() == 5 && csv.contains("dunmere_by_rail,all,"), "{csv}");
    let (code, _, stderr) = ask(&["--scenario", "railwai"]);
    assert!(code == 2 && stderr.contains("there is no scenario"), "{stderr}");
    let (code, _, stderr) = ask(&["--scenario", "dunmere_by_rail", "--years", "0"]);
    assert!(code == 1 && stderr.contains("time to play out"), "{stderr}");
}
