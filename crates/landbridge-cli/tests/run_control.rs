//! What a run holds of control: the cheap of it always, all of it with `--full`, each the same as its own command gives.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use support::{run, toy_study};

const SCENARIO: [&str; 2] = ["--scenario", "dunmere_by_rail"];

#[test]
fn a_full_run_holds_what_the_commands_of_control_give() {
    let (toy, dir) = (toy_study(), tempfile::tempdir().unwrap());
    let out = dir.path().join("full");
    let (code, _, stderr) =
        run(&[&["run", &toy, "--full", "--out", out.to_str().unwrap()][..], &SCENARIO].concat());
    assert_eq!(code, 0, "{stderr}");
    for (table, command) in [
        ("leverage", "leverage"),
        ("revenue_of_corridor", "revenue"),
        ("bargain", "bargain"),
        ("stability", "stability"),
    ] {
        let written = fs::read_to_string(out.join(format!("tables/{table}.csv"))).unwrap();
        let (code, printed, _) = run(&[&[command, &toy, "--format", "csv"][..], &SCENARIO].concat());
        assert_eq!((code, &printed), (0, &written), "{command}");
        assert!(written.lines().count() > 1, "{command}");
    }
    let summary = fs::read_to_string(out.join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    for part in ["leverage", "revenue", "bargain", "stability", "interruptions"] {
        assert!(summary["control"][part].is_object(), "{part}");
    }
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    for part in [
        "What closing takes from whom",
        "Present value of 99 years",
        "Shapley value",
        "Interruptions over 10 years",
    ] {
        assert!(report.contains(part), "{part}");
    }
}

#[test]
fn a_run_holds_leverage_and_says_where_the_rest_is() {
    let (toy, dir) = (toy_study(), tempfile::tempdir().unwrap());
    let out = dir.path().join("quick");
    let (code, _, stderr) = run(&["run", &toy, "--out", out.to_str().unwrap()]);
    assert_eq!(code, 0, "{stderr}");
    let summary = fs::read_to_string(out.join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert!(summary["control"]["leverage"].is_object() && summary["control"]["bargain"].is_null());
    assert!(out.join("tables/leverage.csv").exists() && !out.join("tables/stability.csv").exists());
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(report.contains("landbridge stability") && report.contains("landbridge run --full"));
}
