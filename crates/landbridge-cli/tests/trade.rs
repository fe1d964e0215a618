//! `landbridge trade` as scripts meet it: exit codes, figures, and what it says of wrong tables.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::unreadable_literal, reason = "reference figures stand as their source prints them")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn example(name: &str) -> String {
    let root: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "examples", "trade", name].iter().collect();
    root.display().to_string()
}

fn reference(name: &str) -> String {
    let root: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "landbridge", "tests", "trade", "data", name].iter().collect();
    root.display().to_string()
}

/// Exit code, standard output, standard error.
fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_landbridge"))
        .arg("trade")
        .args(args)
        .current_dir(dir)
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn here() -> &'static Path {
    Path::new(".")
}

/// Runs on tables of these texts.
fn with(flows: &str, shock: &str, more: &[&str]) -> (i32, String, String) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("trade.csv"), flows).unwrap();
    fs::write(dir.path().join("tau_hat.csv"), shock).unwrap();
    let args = [&["--flows", "trade.csv", "--shock", "tau_hat.csv"], more].concat();
    run(dir.path(), &args)
}

const FLOWS: &str = "exporter,importer,value\nA,A,60\nA,B,20\nB,A,20\nB,B,150\n";
const SHOCK: &str = "exporter,importer,tau_hat\nA,B,0.9\n";

#[test]
fn json_has_the_figures_of_the_reference() {
    let (flows, shock) = (reference("n10_flows.csv"), reference("n10_shock.csv"));
    let ask = ["--flows", &flows, "--shock", &shock, "--sigma", "5", "--format", "json"];
    let (code, stdout, stderr) = run(here(), &ask);
    assert_eq!(code, 0, "{stderr}");
    let json: Value = serde_json::from_str(&stdout).unwrap();
    let wanted = fs::read_to_string(reference("n10_exact_countries.csv")).unwrap();
    let countries = json["countries"].as_array().unwrap();
    assert_eq!(countries.len(), 10);
    for (country, line) in countries.iter().zip(wanted.lines().skip(1)) {
        let wanted: Vec<&str> = line.split(',').collect();
        assert_eq!(country["country"], wanted[0]);
        for (key, text) in ["price_hat", "price_index_hat", "welfare_pct"].iter().zip(&wanted[1..]) {
            // The reference is exact to about 1e-13.
            let (found, wanted) = (country[key].as_f64().unwrap(), text.parse::<f64>().unwrap());
            assert!((found - wanted).abs() < 1e-10, "{key}: {found} {wanted}");
        }
        let parts = country["welfare_parts_pct"].as_object().unwrap();
        let sum: f64 = parts.values().map(|value| value.as_f64().unwrap()).sum();
        assert!((sum - country["welfare_pct"].as_f64().unwrap()).abs() < 1e-10);
    }
    assert!(json.get("trade").is_none() && json["converged"] == true && json["closure"] == "fixed_nominal");
    let (_, stdout, _) = run(here(), &[&ask[..], &["--trade"]].concat());
    let json: Value = serde_json::from_str(&stdout).unwrap();
    let trade = json["trade"].as_array().unwrap();
    assert_eq!(trade.len(), 100);
    assert!((trade[1]["value_new"].as_f64().unwrap() - 10.4348243651869).abs() < 1e-9);
    let (code, stdout, _) = run(here(), &[&ask[..], &["--mode", "one-pass"]].concat());
    let json: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, json["mode"].as_str().unwrap()), (0, "one_pass"));
    // gegravity's change of GDP of the first country.
    assert!((json["countries"][0]["welfare_pct"].as_f64().unwrap() - 1.59745848151656).abs() < 1e-8);
}

#[test]
fn closures_differ_and_forms_agree() {
    let (flows, shock) = (example("flows.csv"), example("cheaper.csv"));
    let ask = |more: &[&str]| {
        let args = [&["--flows", &flows, "--shock", &shock, "--sigma", "5"], more].concat();
        let (code, stdout, stderr) = run(here(), &args);
        assert_eq!((code, stderr.as_str()), (0, ""));
        stdout
    };
    let welfare = |closure: &str| {
        let json: Value = serde_json::from_str(&ask(&["--format", "json", "--closure", closure])).unwrap();
        json["countries"][0]["welfare_pct"].as_f64().unwrap()
    };
    assert!((welfare("fixed-nominal") - 3.31299885382401).abs() < 1e-9);
    assert!((welfare("fixed-ratio") - 3.24813124896937).abs() < 1e-9);
    assert!((welfare("purged") - welfare("fixed-nominal")).abs() > 1e-3);
    let csv = ask(&["--format", "csv"]);
    assert!(csv.starts_with("country,price_hat,price_index_hat,welfare_pct,"), "{csv}");
    assert!(csv.lines().count() == 5 && csv.lines().all(|line| line.split(',').count() == 14));
    assert_eq!(ask(&["--format", "csv", "--trade"]).lines().count(), 17);
    // The same elasticity by its other name.
    assert_eq!(ask(&[]), {
        let (_, stdout, _) = run(here(), &["--flows", &flows, "--shock", &shock, "--epsilon", "4"]);
        stdout
    });
}

#[test]
fn what_does_not_converge_is_marked() {
    let (flows, shock) = (example("flows.csv"), example("cheaper.csv"));
    let ask = ["--flows", &flows, "--shock", &shock, "--sigma", "5", "--max-iterations", "2"];
    let (code, stdout, stderr) = run(here(), &[&ask[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, json["converged"].as_bool()), (4, Some(false)));
    assert!(stderr.contains("not converged"), "{stderr}");
    let (code, stdout, _) = run(here(), &ask);
    assert!(code == 4 && stdout.contains("NOT CONVERGED"), "{stdout}");
}

#[test]
fn arguments_that_make_no_sense_are_usage() {
    for more in [
        &["--sigma", "1"][..],
        &["--sigma", "0.5"],
        &["--sigma", "-3"],
        &["--sigma", "nan"],
        &["--sigma", "inf"],
        &["--epsilon", "0"],
        &["--sigma", "5", "--epsilon", "4"],
        &[],
        &["--sigma", "5", "--mode", "one-pass", "--closure", "purged"],
        &["--sigma", "5", "--reference", "A"],
        &["--sigma", "5", "--mode", "one-pass", "--reference", "Z"],
    ] {
        let (code, stdout, stderr) = with(FLOWS, SHOCK, more);
        assert_eq!((code, stdout.as_str()), (2, ""), "{more:?}: {stderr}");
        assert!(!stderr.is_empty());
    }
}

/// Holds a wrong table against what is said of it: code, place, words.
fn wrong(flows: &str, shock: &str, more: &[&str], said: &[&str]) {
    let (code, stdout, stderr) = with(flows, shock, &[&["--sigma", "5"], more].concat());
    assert_eq!((code, stdout.as_str()), (3, ""), "{stderr}");
    for words in said {
        assert!(stderr.contains(words), "`{words}` is not in:\n{stderr}");
    }
}

#[test]
fn wrong_tables_of_trade_are_named() {
    let trade = |rows: &str| format!("exporter,importer,value\n{rows}");
    wrong("", SHOCK, &[], &["LB0103", "no header", "`exporter`"]);
    wrong("exporter,importer,value\n", SHOCK, &[], &["LB0103", "no rows"]);
    wrong("exporter,importer\nA,A\n", SHOCK, &[], &["LB0104", "`value`"]);
    wrong(&FLOWS.replace("20\nB,B", "-20\nB,B"), SHOCK, &[], &["LB0113", "trade.csv:4:5", "-20"]);
    wrong(&FLOWS.replace("20\nB,B", "nan\nB,B"), SHOCK, &[], &["LB0112", "trade.csv:4:5"]);
    wrong(&FLOWS.replace("20\nB,B", "inf\nB,B"), SHOCK, &[], &["LB0112", "trade.csv:4:5"]);
    wrong(&FLOWS.replace("20\nB,B", "much\nB,B"), SHOCK, &[], &["LB0111", "trade.csv:4:5"]);
    wrong(&FLOWS.replace("20\nB,B", "\nB,B"), SHOCK, &[], &["LB0110", "trade.csv:4:5"]);
    // Not square: pairs, domestic sales, a country that only buys.
    wrong(
        &trade("A,A,6\nA,B,2\nB,B,9\n"),
        SHOCK,
        &[],
        &["LB0290", "`B` sells to any other country: `A`", "--missing zero"],
    );
    wrong(&trade("A,A,6\nA,B,2\nB,A,9\n"), SHOCK, &["--missing", "zero"], &["LB0290", "`B` sells to itself"]);
    wrong(&trade("A,A,6\nA,B,2\n"), SHOCK, &[], &["LB0290", "LB0292", "`B` sells nothing"]);
    wrong(
        &trade("A,A,0\nA,B,0\nB,A,9\nB,B,9\n"),
        SHOCK,
        &[],
        &["LB0292", "`A` sells nothing", "trade.csv:2:1"],
    );
    wrong(&trade("A,A,0\nA,B,9\nB,A,0\nB,B,9\n"), SHOCK, &[], &["LB0292", "`A` buys nothing"]);
    wrong(&(FLOWS.to_owned() + "A,B,21\n"), SHOCK, &[], &["LB0291", "trade.csv:6:1", "`A` to `B`"]);
    wrong(&FLOWS.replace(',', ";"), SHOCK, &[], &["LB0104", "separated by semicolons"]);
    let (code, _, stderr) = run(here(), &["--flows", "no.csv", "--shock", "no.csv", "--sigma", "5"]);
    assert!(code == 3 && stderr.contains("`no.csv` does not exist"), "{stderr}");
    // More countries than a matrix has room for, and no pairs among them.
    let many: Vec<String> = (0..5000).map(|at| format!("c{at},c{},1\n", at + 1)).collect();
    wrong(&trade(&many.concat()), SHOCK, &["--missing", "zero"], &["LB0113", "5001 countries"]);
}

#[test]
fn wrong_changes_are_named() {
    let shock = |tau_hat: &str| format!("exporter,importer,tau_hat\nA,B,{tau_hat}\n");
    for (tau_hat, code) in [
        ("0", "LB0113"),
        ("-1", "LB0113"),
        ("1e-9", "LB0113"),
        ("1e9", "LB0113"),
        ("inf", "LB0112"),
        ("NaN", "LB0112"),
        ("free", "LB0111"),
        ("", "LB0110"),
    ] {
        wrong(FLOWS, &shock(tau_hat), &[], &[code, "tau_hat.csv:2:5"]);
    }
    wrong(FLOWS, &shock("inf"), &[], &["write `closed`"]);
    wrong(FLOWS, "exporter,importer,tau_hat\nA,Bb,0.9\n", &[], &["LB0121", "tau_hat.csv:2:3", "`Bb`"]);
    wrong(FLOWS, &(SHOCK.to_owned() + "A,B,0.8\n"), &[], &["LB0291", "tau_hat.csv:3:1"]);
    wrong(FLOWS, "", &[], &["LB0103", "tau_hat.csv"]);
    // Nothing changes: no error.
    let (code, _, stderr) = with(FLOWS, "exporter,importer,tau_hat\n", &["--sigma", "5"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    // A zero stays a zero: said, not refused.
    let flows = FLOWS.replace("A,B,20", "A,B,0").replace("B,A,20", "B,A,0");
    let (code, _, stderr) = with(&flows, SHOCK, &["--sigma", "5"]);
    assert!(code == 0 && stderr.contains("LB0295") && stderr.contains("tau_hat.csv:2:5"), "{stderr}");
}

#[test]
fn what_no_equilibrium_supports_is_named() {
    let closed = "exporter,importer,tau_hat\nA,B,closed\nB,A,closed\n";
    let flows = FLOWS.replace("A,B,20", "A,B,30");
    wrong(&flows, closed, &[], &["LB0293", "cut off", "--closure"]);
    let (code, _, stderr) = with(&flows, closed, &["--sigma", "5", "--closure", "purged"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let dear = "exporter,importer,tau_hat\nA,B,20\nB,A,20\n";
    let flows = "exporter,importer,value\nA,A,5\nA,B,95\nB,A,0.001\nB,B,200\n";
    wrong(flows, dear, &[], &["LB0293", "can be kept", "`A` has nothing left"]);
    let flows = "exporter,importer,value\nA,A,0\nA,B,9\nB,A,9\nB,B,9\n";
    wrong(flows, closed, &[], &["LB0294", "`A`"]);
}
