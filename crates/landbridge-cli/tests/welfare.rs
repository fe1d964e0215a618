//! `landbridge welfare`, and trade in `run` and `compare`, as scripts meet them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use support::{copy_of, golden, run, south_caucasus, toy_study};

#[test]
fn welfare_is_printed_by_region_and_by_pair() {
    let study = toy_study();
    for (by, name) in [("region", "welfare"), ("pair", "welfare-pair")] {
        for (format, ending) in [("table", "txt"), ("json", "json"), ("csv", "csv")] {
            let ask = ["welfare", &study, "--scenario", "quarrel", "--by", by, "--format", format];
            let (code, stdout, stderr) = run(&ask);
            assert_eq!(code, 0, "{stderr}");
            golden(&format!("toy-{name}.{ending}"), &stdout);
        }
    }
}

#[test]
fn tables_of_welfare_fit_a_terminal_of_100_columns() {
    for by in ["region", "pair"] {
        let (_, stdout, _) = run(&["welfare", &south_caucasus(), "--horizon", "long", "--by", by]);
        for line in stdout.lines().filter(|line| line.starts_with(' ')) {
            assert!(line.chars().count() <= 100, "{line}");
        }
        assert!(stdout.contains("gravity equation") && stdout.contains("off by a factor"), "{stdout}");
        assert!(!stdout.contains("NaN") && !stdout.contains("-0.0 "), "{stdout}");
    }
}

#[test]
fn welfare_adds_up_and_dunland_is_worked_out_by_hand() {
    let (code, stdout, _) =
        run(&["welfare", &toy_study(), "--scenario", "base", "--scenario", "quarrel", "--format", "json"]);
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let scenarios = json["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), 4, "two scenarios, two horizons");
    for scenario in scenarios {
        assert_eq!(scenario["is_converged"], true);
        for region in scenario["regions"].as_array().unwrap() {
            let number = |key: &str| region[key].as_f64().unwrap();
            let parts: f64 =
                region["parts_pct"].as_object().unwrap().values().map(|part| part.as_f64().unwrap()).sum();
            assert!((parts - number("welfare_pct")).abs() < 1e-9, "{region}");
            let usd = number("expenditure_usd") * number("welfare_pct") / 100.0;
            assert!((number("welfare_usd") - usd).abs() < 1e-3, "{region}");
            // Of a scenario that changes nothing rounding is left.
            assert!(scenario["scenario"] != "base" || number("welfare_pct").abs() < 1e-6, "{region}");
            // No border is closed, so nothing rests on an estimate.
            assert!((number("without_estimated_pct") - number("welfare_pct")).abs() < 1e-6, "{region}");
        }
    }
    let dunland = |scenario: &serde_json::Value| {
        let regions = scenario["regions"].as_array().unwrap();
        regions.iter().find(|row| row["region"] == "DUN").unwrap().clone()
    };
    for scenario in scenarios {
        // Dunland makes goods for 200 million, buys nothing abroad and spends 1 million less than it earns, whatever
        // happens; so it sells for 1 million abroad whatever happens, and at a price p it buys (200 p - 1) / 199 p of
        // what it bought, and what it takes more for passage besides.
        let row = dunland(scenario);
        let price = row["price_hat"].as_f64().unwrap();
        let taken = |side: &str| row["revenue_usd"][side].as_f64().unwrap() / 1e6;
        let more = taken("after") - taken("before");
        let welfare = 100.0 * ((200.0 * price - 1.0 + more) / (199.0 * price) - 1.0);
        assert!((row["welfare_pct"].as_f64().unwrap() - welfare).abs() < 1e-6, "{row}");
        assert!((row["exports_usd"]["after"].as_f64().unwrap() - 1e6).abs() < 1.0, "{row}");
    }
    // The border is shut, so what Aldermark sells fetches less, and it pays less for what comes from Dunland.
    assert!(dunland(&scenarios[2])["welfare_pct"].as_f64().unwrap() < 0.0);
}

#[test]
fn welfare_refuses_what_it_does_not_know() {
    let study = toy_study();
    let (code, stdout, stderr) = run(&["welfare", &study, "--scenario", "quarel"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("there is no scenario `quarel`"), "{stderr}");
    assert_eq!(run(&["welfare", &study, "--scenario", "railway"]).0, 2, "a module does not stand alone");
    let (code, _, stderr) = run(&["welfare", &study, "--horizon", "medium"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("`medium`") && stderr.contains("known: short, long"), "{stderr}");

    let (_dir, study) = copy_of("toy");
    let manifest = study.join("study.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let text: String =
        text.lines().filter(|line| !line.starts_with("compare_with")).map(|l| l.to_owned() + "\n").collect();
    fs::write(&manifest, text).unwrap();
    let (code, _, stderr) = run(&["welfare", study.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(stderr.contains("give `--scenario`"), "{stderr}");

    for file in ["trade_total", "elasticity"] {
        fs::remove_file(study.join(format!("economy/{file}.csv"))).unwrap();
    }
    let (code, stdout, stderr) = run(&["welfare", study.to_str().unwrap(), "--scenario", "quarrel"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("economy/trade_total.csv and economy/elasticity.csv"), "{stderr}");
    // Everything else works without.
    let (code, stdout, stderr) = run(&["compare", study.to_str().unwrap(), "base", "quarrel"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(!stdout.contains("Trade and welfare"), "{stdout}");
}

#[test]
fn a_run_solves_trade_of_the_compared_scenario_and_of_all_in_full() {
    let dir = tempfile::tempdir().unwrap();
    let scenarios = |more: &[&str]| {
        let out = dir.path().join(format!("results{}", more.len()));
        let (code, _, stderr) = run(&[&["run", &toy_study(), "--out", out.to_str().unwrap()], more].concat());
        assert_eq!(code, 0, "{stderr}");
        let table = fs::read_to_string(out.join("tables/trade_region.csv")).unwrap();
        assert!(fs::read_to_string(out.join("tables/trade_pair.csv")).unwrap().contains("tau_hat"));
        assert!(fs::read_to_string(out.join("summary.json")).unwrap().contains("welfare_of_all_pct"));
        assert!(fs::read_to_string(out.join("report.html")).unwrap().contains("Who gains and who loses"));
        let first = |line: &str| line.split(',').next().unwrap().to_owned();
        table.lines().skip(1).map(first).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(scenarios(&[]).into_iter().collect::<Vec<_>>(), ["joint_board"]);
    assert_eq!(scenarios(&["--full"]).len(), 3);
    assert_eq!(scenarios(&["--scenario", "quarrel"]).into_iter().collect::<Vec<_>>(), ["quarrel"]);
}

#[test]
fn compare_holds_two_scenarios_against_the_base() {
    let study = toy_study();
    let section = |a: &str, b: &str| {
        let (code, stdout, stderr) = run(&["compare", &study, a, b]);
        assert_eq!(code, 0, "{stderr}");
        stdout[stdout.find("Trade and welfare").unwrap()..].to_owned()
    };
    assert!(!section("base", "quarrel").contains("difference of the two changes"));
    assert!(section("joint_board", "quarrel").contains("joint_board and quarrel are each held against base"));
    // What is lost one way is gained the other way.
    let back = section("quarrel", "base");
    let row = back.lines().find(|line| line.trim_start().starts_with("Castora")).unwrap();
    assert!(row.contains("+0.124"), "{row}");
}
