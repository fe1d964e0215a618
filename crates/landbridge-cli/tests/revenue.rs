//! `landbridge revenue` as scripts meet it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{run, toy_study};

#[test]
fn who_earns_what_is_printed_or_refused() {
    let toy = toy_study();
    let ask = |args: &[&str]| run(&[&["revenue", &toy], args].concat());
    let (code, table, _) = ask(&["--scenario", "dunmere_by_rail"]);
    assert!(code == 0 && table.contains("who earns what by dunmere_by_rail"), "{table}");
    assert!(table.contains("BRV 0.3333, CST 0.3333, DUN 0.3333") && table.contains("BRV 0.5 "), "{table}");
    // Tables; sentences below them are as long as they are.
    let wide = |line: &&str| line.starts_with(' ') && line.chars().count() > 100;
    assert_eq!(table.lines().find(wide), None);
    let (code, json, _) = ask(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(code == 0 && json["concession"].is_null() && json["best_toll"].is_null());
    let collectors = json["collectors"].as_array().unwrap();
    let sum: f64 = collectors.iter().map(|row| row["total_usd_per_year"].as_f64().unwrap()).sum();
    let total = json["total_usd_per_year"].as_f64().unwrap();
    assert!(total > 0.0 && (sum - total).abs() < 1e-9 * total, "{sum} {total}");
    let (code, csv, _) = ask(&["--scenario", "dunmere_by_rail", "--format", "csv", "--years", "49"]);
    assert!(code == 0 && csv.starts_with("scenario,is_neutral,collector,party,"), "{csv}");
    assert_eq!(csv.lines().count(), 6, "a row for each collector");
    for (wrong, says) in [
        (&["--scenario", "railwai"][..], "there is no scenario"),
        (&["--discount-rate=-0.1"], "discount rate"),
        (&["--highest-toll", "0"], "highest toll"),
        (&["--years", "0"], "1..=999"),
        (&["--chart", "-"], "the chart goes to a file"),
    ] {
        let (code, _, stderr) = ask(wrong);
        assert!(code == 2 && stderr.contains(says), "{code} {stderr}");
    }
}

#[test]
fn what_tolls_earn_is_drawn() {
    let (toy, dir) = (toy_study(), tempfile::tempdir().unwrap());
    let file = dir.path().join("toll.svg");
    let args = ["--scenario", "dunmere_by_rail", "--highest-toll", "40", "--chart", file.to_str().unwrap()];
    let (code, _, stderr) = run(&[&["revenue", &toy][..], &args].concat());
    assert!(code == 0 && stderr.contains("chart written to"), "{stderr}");
    let svg = std::fs::read_to_string(&file).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("further toll, USD a tonne"));
    // Nothing opens, so there is nothing to draw, and no file.
    let other = dir.path().join("none.svg");
    let (code, _, stderr) = run(&["revenue", &toy, "--chart", other.to_str().unwrap()]);
    assert!(code == 2 && stderr.contains("no toll to draw") && !other.exists(), "{stderr}");
}
