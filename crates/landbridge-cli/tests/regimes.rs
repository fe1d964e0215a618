//! `landbridge regimes` as scripts meet it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{copy_of, run, toy_study};

#[test]
fn regimes_side_by_side_are_printed_in_three_formats() {
    let toy = toy_study();
    let ask = |args: &[&str]| run(&[&["regimes", &toy, "--scenario", "joint_board"], args].concat());
    let (code, table, _) = ask(&[]);
    assert_eq!(code, 0);
    for title in [
        "regimes side by side, as specified",
        "Payoff",
        "Control share",
        "Denial",
        "Exposure",
        "Revenue",
        "Shapley value",
        "Break-even",
        "Who prefers which",
        "What decides it",
    ] {
        assert!(table.contains(title), "{title}\n{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    let (code, neutral, _) = ask(&["--neutral"]);
    assert!(code == 0 && neutral.contains("equal checks and tolls"), "{neutral}");

    let (code, json, _) = ask(&["--neutral", "--full", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(code == 0 && json["is_converged"] == true && json["break_even_knows_all_ways"] == true, "{json}");
    let regimes = json["regimes"].as_array().unwrap();
    let ids: Vec<&str> = regimes.iter().map(|regime| regime["scenario"].as_str().unwrap()).collect();
    assert_eq!(ids, ["base", "joint_board"]);
    assert!(regimes[1]["neutral"][0]["standing"]["denial_usd_per_year"].is_number(), "{json}");
    let of = &json["differences"][0];
    assert_eq!((of["from"].as_str(), of["to"].as_str()), (Some("base"), Some("joint_board")));
    for (at, parts) in of["parties"].as_array().unwrap().iter().enumerate() {
        let usd = |key: &str| parts[key].as_f64().unwrap();
        let sum = ["control", "checks", "tolls", "shares"].map(|part| usd(&format!("{part}_usd_per_year")));
        let difference = usd("difference_usd_per_year");
        assert!((sum.iter().sum::<f64>() - difference).abs() <= 1e-9 * difference.abs());
        let payoff = regimes[1]["specified"][at]["payoff_usd_per_year"].as_f64().unwrap();
        assert!((payoff - difference).abs() < 1e-2, "{payoff} {difference}");
    }
    assert_eq!(json["preferences"][0]["specified"][0][0], "base");

    let (code, csv, _) = ask(&["--format", "csv"]);
    assert!(code == 0 && csv.starts_with("scenario,against,is_neutral,party,measure,value\n"), "{csv}");
    assert!(csv.contains("joint_board,base,0,ALD,control_usd_per_year,"), "{csv}");
    assert!(csv.contains("joint_board,,1,ALD,payoff_usd_per_year,"), "{csv}");
}

#[test]
fn trade_answers_in_payoffs() {
    let toy = toy_study();
    let args = ["--scenario", "joint_board", "--trade", "long"];
    let (code, table, _) = run(&[&["regimes", &toy], &args[..]].concat());
    let words = table.replace('\n', " ");
    assert!(code == 0 && words.contains("Real income on goods after `long`"), "{table}");
}

#[test]
fn wrong_questions_are_refused_and_nothing_to_compare_is_said() {
    let toy = toy_study();
    for (wrong, why) in [
        (&["--scenario", "joint_bord"][..], "there is no scenario `joint_bord`"),
        (&["--scenario", "railway"], "is a module"),
        (&["--scenario", "joint_board", "--trade", "never"], "there is no horizon `never`"),
        (&["--scenario", "joint_board", "--material=-1"], "--material"),
        (&["--scenario", "base"], "give `--scenario`"),
        (&[], "give `--scenario`"),
    ] {
        let (code, _, stderr) = run(&[&["regimes", &toy], wrong].concat());
        assert!(code == 2 && stderr.contains(why), "{wrong:?} {code} {stderr}");
    }
}

#[test]
fn the_study_names_the_regimes() {
    let (_dir, study) = copy_of("toy");
    let file = study.join("study.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let named =
        text.replace("compare_with =", "compare_regimes = [\"joint_board\", \"quarrel\"]\ncompare_with =");
    std::fs::write(&file, named).unwrap();
    let (code, table, stderr) = run(&["regimes", &study.display().to_string()]);
    assert!(code == 0 && stderr.contains("1 warning"), "{stderr}");
    assert!(table.contains("quarrel opens other links"), "{table}");
}
