//! `landbridge leverage` as scripts meet it: exit codes, forms that agree, and what it says of wrong questions.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::copy;

use serde_json::Value;

fn toy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studies/toy")
}

/// Exit code, standard output, standard error.
fn run_on(study: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_landbridge"))
        .arg("leverage")
        .arg(study)
        .args(args)
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn run(args: &[&str]) -> (i32, String, String) {
    run_on(&toy(), args)
}

fn json(args: &[&str]) -> Value {
    let (code, stdout, stderr) = run(&[args, &["--format", "json"]].concat());
    assert_eq!(code, 0, "{stderr}");
    serde_json::from_str(&stdout).unwrap()
}

#[test]
fn tables_fit_and_say_what_they_are_not() {
    for more in [&[][..], &["--selective"], &["--selective", "--trade"]] {
        let (code, stdout, stderr) = run(more);
        assert_eq!((code, stderr.as_str()), (0, ""));
        for words in [
            "Parties",
            "Control shares",
            "third parties",
            "Denial values, general closure, costs only, existing links only",
            "Denial values, general closure, costs only, with all options built",
            "Pairs by denial value",
            "Closing together",
            "What could be built against closures",
        ] {
            assert!(stdout.contains(words), "`{words}` is not in:\n{stdout}");
        }
        assert!(stdout.contains("not money that anybody has") && stdout.contains("Nobody answers"));
        assert_eq!(stdout.contains("Denial values, selective closure"), !more.is_empty());
        assert_eq!(stdout.contains("after trade has answered"), more.len() == 2);
        for line in stdout.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}

#[test]
fn numbers_of_pairs_belong_together() {
    let json = json(&["--selective"]);
    let parties = json["parties"].as_array().unwrap();
    let ids: Vec<&str> = parties.iter().map(|party| party["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["ALD", "BRV", "CST", "DUN", "ORC"]);
    let bill =
        |id: &Value| parties.iter().find(|p| p["id"] == *id).unwrap()["transport_usd_per_year"].as_f64();
    let floor = json["floor_usd_per_year"].as_f64().unwrap();
    assert!(floor > 0.0 && json["is_converged"] == true);
    let denials = json["denials"].as_array().unwrap();
    assert_eq!(denials.len(), 2);
    for denial in denials {
        assert!(denial["horizon"].is_null());
        let pairs = denial["pairs"].as_array().unwrap();
        assert!(!pairs.is_empty());
        let number = |pair: &Value, key: &str| pair[key].as_f64().unwrap();
        for pair in pairs {
            let (loss, own) = (number(pair, "loss_usd_per_year"), number(pair, "own_cost_usd_per_year"));
            assert!((number(pair, "credibility") - loss / own.max(floor)).abs() <= 1e-9 * loss.abs());
            if let Some(share) = pair["dependence_share"].as_f64() {
                assert!((share - loss / bill(&pair["against"]).unwrap()).abs() < 1e-9);
            }
            if pair["closer"] == pair["against"] {
                assert!(denial["aim"] == "general" && (loss - own).abs() <= 1e-9 * loss.abs());
            }
            if pair["closer"] == "CST+ORC" {
                // Net leverage is between two.
                assert!(pair["net_usd_per_year"].is_null());
                continue;
            }
            let back =
                pairs.iter().find(|b| b["closer"] == pair["against"] && b["against"] == pair["closer"]);
            let back = back.map_or(0.0, |back| number(back, "loss_usd_per_year"));
            assert!((number(pair, "net_usd_per_year") - (loss - back)).abs() <= 1e-6 * (1.0 + loss.abs()));
        }
    }
    for share in json["shares"].as_array().unwrap() {
        let of = |key: &str| share[key].as_f64().unwrap();
        assert!(of("any_link_t_share") <= 1.0 + 1e-12 && of("exclusive_t_share") >= 0.0);
        assert!(of("single_chokepoint_t_share") <= of("any_link_t_share") + 1e-9);
    }
}

#[test]
fn csv_has_the_rows_of_json_and_one_party_can_be_asked_for() {
    let (code, stdout, _) = run(&["--format", "csv"]);
    let rows: Vec<Vec<&str>> = stdout.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((code, rows[0][..5].join(",").as_str()), (0, "scenario,is_neutral,row,closer,against"));
    let json = json(&[]);
    let n = |list: &Value| list.as_array().unwrap().len();
    let of_kind = |kind: &str| rows.iter().filter(|row| row[2] == kind).count();
    assert_eq!(of_kind("pair"), n(&json["denials"][0]["pairs"]));
    assert_eq!(of_kind("third_parties"), n(&json["third_parties"]));
    assert_eq!(of_kind("answer"), n(&json["options"]["answers"]));
    // Upper and lower case are alike.
    let (_, stdout, _) = run(&["--of", "ald", "--on", "BRV", "--format", "csv"]);
    let lines: Vec<&str> = stdout.lines().filter(|line| line.contains(",pair,")).collect();
    assert_eq!(lines.len(), 1, "{stdout}");
    let full = rows.iter().find(|row| row[3] == "ALD" && row[4] == "BRV").unwrap();
    assert_eq!(lines[0], full.join(","));
}

/// The set that the scenario names is there unasked, and one that is asked for comes after it, whatever its case.
#[test]
fn sets_that_close_together() {
    let json = json(&["--jointly", "ald+DUN"]);
    let closers: Vec<&str> =
        json["closers"].as_array().unwrap().iter().map(|closer| closer["id"].as_str().unwrap()).collect();
    assert_eq!(closers, ["ALD", "BRV", "CST", "DUN", "CST+ORC", "ALD+DUN"]);
    assert_eq!(json["closers"][5]["parties"].as_array().unwrap().len(), 2);
    let (_, stdout, _) = run(&["--of", "ORC"]);
    assert!(stdout.contains("CST+ORC") && stdout.contains("CST 0.98, ORC 0.00"), "{stdout}");
}

/// What the cost of projects a year is made of; the sums are those of docs/model/leverage.md.
#[test]
fn projects_have_a_cost_a_year() {
    let of = |rate: &str| json(&["--discount-rate", rate])["options"].clone();
    let project = |options: &Value| {
        let all = options["projects"].as_array().unwrap();
        all.iter().find(|project| project["id"] == "w_railway").unwrap().clone()
    };
    // 6 million left: 0.0888274 of it at 8 percent over 30 years, a thirtieth at none; 100,000 to run it.
    let at = |rate: &str| project(&of(rate))["usd_per_year"].as_f64().unwrap();
    assert!((at("0.08") - 632_964.6).abs() < 0.1 && (at("0") - 300_000.0).abs() < 1e-6);
    let railway = project(&of("0.08"));
    assert_eq!(
        (railway["capex_left_usd"].as_f64(), railway["quality"].as_str()),
        (Some(6e6), Some("assumed"))
    );
    assert_eq!(railway["payers"][1]["actor"], "DUN");
    let (_, stdout, _) = run(&["--scenario", "dunmere_by_rail"]);
    // The railway is in use there; the second lane is left.
    assert!(stdout.contains("by the one project;"), "{stdout}");
    let dir = tempfile::tempdir().unwrap();
    copy(&toy(), dir.path());
    fs::remove_file(dir.path().join("network/bypass.csv")).unwrap();
    let (code, stdout, stderr) = run_on(dir.path(), &[]);
    assert!(code == 0 && stdout.contains("The study names no works (network/bypass.csv)"), "{stderr}");
    assert!(!stdout.contains("with all options built") && stdout.contains("existing links only"));
}

#[test]
fn scenarios_and_equal_regimes() {
    let plain = json(&["--scenario", "joint_board"]);
    let neutral = json(&["--scenario", "joint_board", "--neutral"]);
    assert_eq!(
        (plain["scenario"].as_str(), plain["is_neutral"].as_bool()),
        (Some("joint_board"), Some(false))
    );
    assert_eq!(neutral["is_neutral"], true);
}

#[test]
fn threads_do_not_show() {
    let of = |threads: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_landbridge"))
            .args(["leverage", &toy().display().to_string(), "--selective", "--format", "json"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };
    assert!(of("1") == of("4"));
}

#[test]
fn wrong_questions_are_answered_with_what_would_be_right() {
    for (args, said) in [
        (&["--scenario", "quarel"][..], &["no scenario `quarel`", "quarrel"][..]),
        (&["--of", "XYZ"], &["no actor `XYZ`", "ALD"]),
        (&["--neutral"], &["--scenario"]),
        (&["--jointly", "ALD+XYZ"], &["no actor `XYZ`", "ALD"]),
        (&["--discount-rate", "8"], &["as 0.08"]),
    ] {
        let (code, stdout, stderr) = run(args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        for words in said {
            assert!(stderr.contains(words), "`{words}` is not in:\n{stderr}");
        }
    }
}

#[test]
fn trade_answers_where_the_study_holds_totals() {
    let with = json(&["--trade"]);
    let horizons: Vec<Option<&str>> =
        with["denials"].as_array().unwrap().iter().map(|denial| denial["horizon"].as_str()).collect();
    assert_eq!(horizons, [None, Some("short"), Some("long")]);
    assert_eq!(with["is_converged"], true);
    assert_eq!(with["denials"][0], json(&[])["denials"][0]);
    // Both worlds have values in every horizon.
    let pairs = with["denials"][2]["pairs"].as_array().unwrap();
    assert!(pairs.iter().all(|pair| pair["with_options"]["loss_usd_per_year"].is_number()));
    let dir = tempfile::tempdir().unwrap();
    copy(&toy(), dir.path());
    fs::remove_file(dir.path().join("economy/elasticity.csv")).unwrap();
    let (code, stdout, stderr) = run_on(dir.path(), &["--trade"]);
    assert!(matches!(code, 2 | 3) && stdout.is_empty() && stderr.contains("elasticity.csv"), "{stderr}");
}

/// An actor outside the game counts with its home state, if it has one there.
#[test]
fn actors_that_are_no_parties_are_explained() {
    let dir = tempfile::tempdir().unwrap();
    copy(&toy(), dir.path());
    let actors = dir.path().join("politics/actor.csv");
    let text = fs::read_to_string(&actors).unwrap();
    assert!(text.contains("0,BRV,1,") && text.contains("dun,1,,1,"));
    fs::write(&actors, text.replace("0,BRV,1,", "0,BRV,0,").replace("dun,1,,1,", "dun,1,,0,")).unwrap();
    let (code, _, stderr) = run_on(dir.path(), &["--on", "ORC"]);
    assert!(code == 2 && stderr.contains("`ORC` counts with its home state: ask for `BRV`"), "{stderr}");
    let (code, _, stderr) = run_on(dir.path(), &["--of", "DUN"]);
    assert!(code == 2 && stderr.contains("`DUN` is not in the corridor game"), "{stderr}");
}

#[test]
fn a_study_without_demand_has_no_leverage() {
    let dir = tempfile::tempdir().unwrap();
    copy(&toy(), dir.path());
    fs::remove_file(dir.path().join("economy/trade.csv")).unwrap();
    fs::remove_file(dir.path().join("demand/passenger.csv")).unwrap();
    for file in ["demand/carrier.csv", "claims.toml", "observed.csv"] {
        fs::remove_file(dir.path().join(file)).unwrap();
    }
    let (code, stdout, stderr) = run_on(dir.path(), &[]);
    assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
    assert!(stderr.contains("no demand (economy/trade.csv"), "{stderr}");
}

/// Names are shown as they are, but for what would command the terminal.
#[test]
fn names_are_never_markup() {
    let dir = tempfile::tempdir().unwrap();
    copy(&toy(), dir.path());
    let actors = dir.path().join("politics/actor.csv");
    let text = fs::read_to_string(&actors).unwrap();
    fs::write(&actors, text.replacen("Aldermark", "<b>Ald\u{1b}[31m</b>", 1)).unwrap();
    let (code, stdout, stderr) = run_on(dir.path(), &[]);
    if code == 0 {
        assert!(stdout.contains("<b>Ald") && !stdout.contains("\u{1b}[31m"), "{stdout}");
    } else {
        // Tables may refuse the character altogether.
        assert!(code == 3 && !stderr.contains("\u{1b}[31m</b>"), "{stderr}");
    }
}
