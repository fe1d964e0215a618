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
        for words in ["Parties", "Control shares", "Denial values, general closure", "Pairs by denial value"]
        {
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
    assert_eq!((code, rows[0][..4].join(",").as_str()), (0, "scenario,is_neutral,closer,against"));
    let all = json(&[])["denials"][0]["pairs"].as_array().unwrap().len();
    assert_eq!(rows.len() - 1, all);
    // Upper and lower case are alike.
    let (_, stdout, _) = run(&["--of", "ald", "--on", "BRV", "--format", "csv"]);
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{stdout}");
    let full = rows.iter().find(|row| row[2] == "ALD" && row[3] == "BRV").unwrap();
    assert_eq!(lines[1], full.join(","));
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
