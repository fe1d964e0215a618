//! The command as scripts meet it: exit codes, streams, files.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use support::{copy_of, golden, landbridge, run, south_caucasus, studies, toy_study};

/// Every file below a folder with its bytes.
fn contents(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn run_prints_the_key_pairs_and_writes_whole_results() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("results");
    let (code, stdout, stderr) = run(&["run", &south_caucasus(), "--out", out.to_str().unwrap()]);
    assert_eq!(code, 0, "{stderr}");
    golden("south-caucasus-run.txt", &stdout);
    let files = contents(&out);
    for name in ["manifest.json", "report.html", "summary.json", "tables/itinerary.csv", "tables/skim.csv"] {
        assert!(files.get(Path::new(name)).is_some_and(|bytes| !bytes.is_empty()), "{name}");
    }
    let manifest: serde_json::Value = serde_json::from_slice(&files[Path::new("manifest.json")]).unwrap();
    let outputs = manifest["outputs"].as_array().unwrap();
    assert_eq!(outputs.len() + 1, files.len(), "the manifest lists every file but itself");
    for output in outputs {
        let bytes = &files[Path::new(output["file"].as_str().unwrap())];
        assert_eq!(output["sha256"].as_str().unwrap(), landbridge_io::results::sha256(bytes));
    }
    assert!(manifest["inputs"].as_array().unwrap().len() > 10);
}

#[test]
fn the_same_input_gives_the_same_bytes_on_one_and_four_threads() {
    let dir = tempfile::tempdir().unwrap();
    let results = ["1", "4"].map(|threads| {
        let out = dir.path().join(threads);
        let output = landbridge(&["run", &south_caucasus(), "--out", out.to_str().unwrap()])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(output.status.success());
        (contents(&out), output.stdout)
    });
    assert_eq!(results[0].1, results[1].1);
    assert_eq!(results[0].0.keys().collect::<Vec<_>>(), results[1].0.keys().collect::<Vec<_>>());
    for (name, bytes) in &results[0].0 {
        assert!(*bytes == results[1].0[name], "{} differs", name.display());
    }
}

#[test]
fn route_answers_in_json_csv_and_a_chart() {
    let dir = tempfile::tempdir().unwrap();
    let chart = dir.path().join("chart.svg");
    let study = south_caucasus();
    let ask = ["route", &study, "--from", "baku", "--to", "Naxçıvan", "--mode", "road"];
    let (code, stdout, _) =
        run(&[&ask[..], &["--format", "json", "--chart", chart.to_str().unwrap()]].concat());
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let number = |key: &str| json[key].as_f64().unwrap();
    let legs = json["legs"].as_array().unwrap();
    let sum = |key: &str| legs.iter().map(|leg| leg[key].as_f64().unwrap()).sum::<f64>();
    // Sums of the same numbers: equal to rounding.
    for (total, part) in [("total_km", "km"), ("moving_h", "moving_h"), ("total_usd", "usd")] {
        assert!((number(total) - sum(part)).abs() < 1e-9, "{total}");
    }
    assert!((number("total_h") - sum("moving_h") - sum("stop_h")).abs() < 1e-9);
    assert_eq!(json["borders"].as_array().unwrap().len(), 2);
    assert_eq!(json["borders"][0]["can_close"], serde_json::json!([["AZE"], ["IRN"]]));
    assert_eq!(json["alternatives"].as_array().unwrap().len(), 2);
    let svg = fs::read_to_string(&chart).unwrap();
    assert!(svg.contains("<svg") && svg.contains("</svg>"));

    let (code, stdout, _) = run(&[&ask[..], &["--format", "csv", "-k", "2"]].concat());
    assert_eq!((code, stdout.lines().count()), (0, 3));
    let (_, stdout, _) = run(&ask);
    golden("baku-nakhchivan-route.txt", &stdout);
}

#[test]
fn validate_compares_and_says_what_it_leaves_out() {
    let (code, stdout, _) = run(&["validate", &south_caucasus()]);
    assert_eq!(code, 0);
    golden("south-caucasus-validate.txt", &stdout);
    let (code, stdout, _) = run(&["validate", &south_caucasus(), "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(code, 0);
    assert!(json["facts"].as_array().unwrap().len() > 80);
    assert!(json["counts"].as_array().unwrap().len() > 50);
    assert!(!json["experiments"].as_array().unwrap().is_empty());
}

#[test]
fn wrong_usage_is_2_and_no_way_is_1() {
    let study = south_caucasus();
    let route = |from: &str, to: &str| run(&["route", &study, "--from", from, "--to", to]);
    let (code, stdout, stderr) = route("Baku", "Nakchivan");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("did you mean Nakhchivan"), "{stderr}");
    assert_eq!(route("Yerevan", "Baku").0, 1, "no way is open");
    assert_eq!(route("Baku", "baku").0, 1, "the same place");
    assert_eq!(run(&["route", &study, "--from", "Baku", "--to", "Kars", "--mode", "mule"]).0, 2);
    assert_eq!(run(&["route", &study, "--from", "Baku", "--to", "Kars", "--class", "gold"]).0, 2);
    assert_eq!(run(&["fly"]).0, 2);
    assert_eq!(run(&["--help"]).0, 0);
}

#[test]
fn check_lists_all_problems_with_their_places_and_exits_with_3() {
    let (_dir, study) = copy_of("south-caucasus");
    let nodes = study.join("network/node.csv");
    let text = fs::read_to_string(&nodes).unwrap();
    let broken: String = text
        .lines()
        .map(|line| if line.starts_with("az_baku,") { line.replace("40.3777", "950") } else { line.to_owned() } + "\n")
        .collect();
    assert_ne!(broken, text);
    fs::write(&nodes, broken).unwrap();
    let manifest = study.join("study.toml");
    let toml = fs::read_to_string(&manifest).unwrap().replace("base_year", "base_yaer");
    fs::write(&manifest, toml).unwrap();

    let (code, stdout, _) = run(&["check", study.to_str().unwrap(), "--format", "json"]);
    assert_eq!(code, 3);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let found = |code: &str| {
        json.as_array()
            .unwrap()
            .iter()
            .find(|d| d["code"] == code)
            .unwrap_or_else(|| panic!("{code}: {json}"))
    };
    assert_eq!(found("LB0113")["file"], "network/node.csv");
    assert_eq!(found("LB0113")["text"], "950");
    assert!(found("LB0113")["line"].as_u64().unwrap() > 1);
    assert!(found("LB0102")["help"].as_str().unwrap().contains("did you mean `base_year`"));

    let out = study.join("results");
    let (code, stdout, stderr) = run(&["run", study.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!((code, stdout.as_str()), (3, ""));
    assert!(stderr.contains("network/node.csv:") && stderr.contains("LB0113"), "{stderr}");
    assert!(!out.exists(), "no half-written results");
}

#[test]
fn an_empty_folder_and_a_line_of_200_mb_end_in_3() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _, stderr) = run(&["check", dir.path().to_str().unwrap()]);
    assert_eq!(code, 3);
    assert!(stderr.contains("landbridge new"), "{stderr}");

    let (_dir, study) = copy_of("south-caucasus");
    let mut file = fs::OpenOptions::new().append(true).open(study.join("network/link.csv")).unwrap();
    let block = vec![b'x'; 1024 * 1024];
    (0..200).for_each(|_| file.write_all(&block).unwrap());
    drop(file);
    let (code, _, stderr) = run(&["check", study.to_str().unwrap()]);
    assert_eq!(code, 3);
    assert!(stderr.contains("LB0004") && stderr.len() < 100_000);
    assert!(!stderr.contains("LB0001"), "a file that is too long is not also missing");
    assert_eq!(run(&["check", "no/such/study"]).0, 3);
}

#[test]
fn a_chart_goes_to_a_file_with_a_name() {
    let study = studies().join("toy").display().to_string();
    let (code, _, stderr) = run(&["route", &study, "--from", "adelmar", "--to", "castelmor", "--chart", "-"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("the chart goes to a file"), "{stderr}");
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("thesis.txt"), "mine").unwrap();
    let (code, _, stderr) = run(&["run", &south_caucasus(), "--out", dir.path().to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(stderr.contains("not a results folder"), "{stderr}");
    assert_eq!(contents(dir.path()).len(), 1);
}

#[test]
fn new_makes_studies_that_run() {
    let dir = tempfile::tempdir().unwrap();
    for template in ["toy", "south-caucasus"] {
        let study = dir.path().join(template);
        assert_eq!(run(&["new", study.to_str().unwrap(), "--template", template]).0, 0);
        assert_eq!(contents(&study), contents(&studies().join(template)), "{template}");
        let out = dir.path().join(format!("{template}-results"));
        let (code, _, stderr) = run(&["run", study.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert_eq!(code, 0, "{stderr}");
        let (code, _, stderr) = run(&["new", study.to_str().unwrap()]);
        assert_eq!(code, 1);
        assert!(stderr.contains("not empty"), "{stderr}");
    }
}

#[test]
fn a_reader_that_goes_away_is_a_quiet_success() {
    let mut child = landbridge(&["route", &south_caucasus(), "--from", "Baku", "--to", "Kars", "-k", "20"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(!stderr.contains("panicked") && !stderr.contains("error"), "{stderr}");
}

#[test]
fn output_to_a_file_has_no_colours() {
    let (_, stdout, stderr) = run(&["run", &south_caucasus(), "--out", "/dev/null/nowhere"]);
    assert!(!stdout.contains('\u{1b}') && !stderr.contains('\u{1b}'), "{stderr}");
}

#[test]
fn show_and_compare_print_tables_csv_and_json() {
    let toy = toy_study();
    let asks: [(&str, &[&str]); 8] = [
        ("show-list", &["show", &toy]),
        ("show", &["show", &toy, "joint_board"]),
        ("show-neutral", &["show", &toy, "joint_board", "--neutral"]),
        ("compare", &["compare", &toy, "base", "joint_board"]),
        ("claims", &["claims", &toy]),
        ("control", &["control", &toy, "--from", "Adelmar", "--to", "Castelmor"]),
        ("demand", &["demand", &toy, "--year", "2027"]),
        ("users", &["users", &toy, "--link", "x_ald_brv_road", "--by", "commodity"]),
    ];
    for (name, ask) in asks {
        for (format, ending) in [("table", "txt"), ("csv", "csv"), ("json", "json")] {
            let (code, stdout, stderr) = run(&[ask, &["--format", format]].concat());
            assert_eq!(code, 0, "{name}: {stderr}");
            if format == "json" {
                serde_json::from_str::<serde_json::Value>(&stdout).unwrap();
            }
            golden(&format!("toy-{name}.{ending}"), &stdout);
        }
    }
}

#[test]
fn demand_is_printed_by_region_commodity_class_and_quality() {
    let study = south_caucasus();
    for by in ["region", "commodity", "class", "quality"] {
        let (code, stdout, stderr) = run(&["demand", &study, "--by", by]);
        assert_eq!(code, 0, "{stderr}");
        if by != "region" {
            continue;
        }
        golden("south-caucasus-demand.txt", &stdout);
    }
    let (code, stdout, _) = run(&["demand", &study, "--from", "AZE", "--to", "AZE-NX", "--format", "json"]);
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let sum = |list: &serde_json::Value, key: &str| -> f64 {
        list.as_array().unwrap().iter().map(|item| item[key].as_f64().unwrap()).sum()
    };
    let cells: f64 = json["segments"].as_array().unwrap().iter().map(|s| sum(&s["cells"], "per_year")).sum();
    let flows = sum(&json["flows"], "moving_per_year");
    assert!(flows > 700e3 && (cells / flows - 1.0).abs() < 1e-9, "{cells} of {flows}");
    let (code, stdout, stderr) = run(&["demand", &study, "--from", "AZN"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("there is no region `AZN`; known: ARM, AZE, AZE-NX"), "{stderr}");
}

#[test]
fn a_slip_in_the_demand_is_shown_with_its_place() {
    let (_dir, study) = copy_of("toy");
    let table = study.join("economy/trade.csv");
    fs::write(&table, fs::read_to_string(&table).unwrap().replace("12000", "-12000")).unwrap();
    let (code, stdout, stderr) = run(&["demand", &study.display().to_string()]);
    assert_eq!((code, stdout.as_str()), (3, ""));
    assert!(stderr.contains("trade.csv:2:32") && stderr.contains("-12000"), "{stderr}");
}

#[test]
fn the_agreement_is_printed_as_of_a_day() {
    let study = south_caucasus();
    let ask = ["agreement", &study, "--as-of", "2025-08-08"];
    for (format, ending) in [("table", "txt"), ("csv", "csv")] {
        let (code, stdout, stderr) = run(&[&ask[..], &["--format", format]].concat());
        assert_eq!(code, 0, "{stderr}");
        golden(&format!("south-caucasus-agreement.{ending}"), &stdout);
    }
    let (code, stdout, _) = run(&[&ask[..], &["--format", "json"]].concat());
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 47);
    let (code, _, stderr) = run(&["agreement", &study, "--as-of", "1999-01-01"]);
    assert_eq!(code, 3);
    assert!(stderr.contains("before the first event of the timeline, 2020-03-24"), "{stderr}");
    assert!(stderr.contains("politics/timeline.csv:2:6"), "{stderr}");
    let (code, _, stderr) = run(&["agreement", &study, "--as-of", "8 August 2025"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("YYYY-MM-DD"), "{stderr}");
    // A study without commitments says so.
    let (code, stdout, _) = run(&["agreement", &toy_study()]);
    assert_eq!(code, 0);
    assert!(stdout.contains("holds no commitments"), "{stdout}");
}

#[test]
fn claims_are_shown_with_their_tests_or_refused() {
    let study = south_caucasus();
    let (code, stdout, stderr) = run(&["claims", &study, "c31", "C63"]);
    assert_eq!(code, 0, "{stderr}");
    golden("south-caucasus-claims-c31-c63.txt", &stdout);
    let (code, stdout, _) = run(&["claims", &study, "--format", "json"]);
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(json["claims"].as_array().unwrap().len(), 63);
    assert_eq!(json["commitments"].as_array().unwrap().len(), 47);
    let (code, _, stderr) = run(&["claims", &study, "C64"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("there is no claim `C64`"), "{stderr}");
}

#[test]
fn control_refuses_what_it_does_not_know() {
    let toy = toy_study();
    let ask = |from: &str, scenario: &str| {
        run(&["control", &toy, "--from", from, "--to", "Castelmor", "--scenario", scenario])
    };
    assert_eq!(ask("Adelmar", "joint_board").0, 0);
    for (from, scenario, says) in [
        ("Castelmor", "base", "the same place"),
        ("Adelmar", "joint_bord", "did you mean `joint_board`"),
        ("Adelmar", "railway", "is a module"),
    ] {
        let (code, _, stderr) = ask(from, scenario);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(says), "{stderr}");
    }
}

#[test]
fn users_of_links_are_found_by_crossing_name_ends_and_group_or_refused() {
    let toy = toy_study();
    let ask = |args: &[&str]| run(&[&["users", &toy], args].concat());
    let (code, by_crossing, stderr) = ask(&["--link", "x_ald_brv_road"]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(by_crossing, ask(&["--link", "northgate"]).1);
    assert_eq!(by_crossing, ask(&["--link", "rd_adelmar_bruvala"]).1);
    let both = ask(&["--link", "Adelmar-Bruvala"]).1;
    assert!(both.starts_with("2 links: users in base, 2025"), "{both}");
    assert!(both.contains("links: rd_adelmar_bruvala, rl_adelmar_bruvala\n"), "{both}");
    for by in ["origin", "destination", "pair", "place", "flag", "commodity", "class"] {
        let ask = ask(&["--group", "eastern_road", "--scenario", "joint_board", "--by", by]);
        assert_eq!(ask.0, 0, "{}", ask.2);
        assert!(
            ask.1.contains("joint_board, 2025") && ask.1.contains("Flows are means of a year"),
            "{}",
            ask.1
        );
    }
    // The railway to Dunmere is planned.
    let (code, stdout, _) = ask(&["--link", "rl_bruvala_dunmere"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("nothing uses it"), "{stdout}");
    for (args, says) in [
        (&["--link", "northgat"][..], "did you mean `Northgate`?"),
        (&["--group", "eastern"], "did you mean `eastern_road`?"),
        (&["--link", "qwertyuiop"], "there is no link `qwertyuiop`; network/link.csv lists them"),
        (&["--link", "northgate", "--scenario", "joint_bord"], "did you mean `joint_board`?"),
        (&["--link", "northgate", "--scenario", "railway"], "is a module"),
        (&[], "<--link <LINK>|--group <GROUP>>"),
    ] {
        let (code, stdout, stderr) = ask(args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(says), "{stderr}");
    }
}

#[test]
fn bottlenecks_are_ranked_or_refused() {
    let toy = toy_study();
    let ask = |args: &[&str]| run(&[&["bottlenecks", &toy], args].concat());
    let (code, table, stderr) = ask(&["--scenario", "joint_board"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(
        table.contains("Northgate") && table.contains("scenario joint_board: bottlenecks, 2025"),
        "{table}"
    );
    assert!(
        table.contains("1 scenario in equilibrium, gap below 1e-") && table.contains("4 zones"),
        "{table}"
    );
    assert!(table.contains("They hold for small changes"), "{table}");
    let (_, csv, _) = ask(&["--format", "csv", "--year", "2030", "--by", "capacity"]);
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let json: serde_json::Value = serde_json::from_str(&ask(&["--format", "json"]).1).unwrap();
    assert_eq!(json["equilibrium"]["is_converged"], true);
    let gate = &json["bottlenecks"][0];
    // An hour of all trucks at the gate: by hand, half a dollar a tonne and hour and more for its spread, with the truck.
    let t_per_year = 365.0 * 20.0 * gate["flow_per_day"].as_f64().unwrap();
    let usd_per_t = gate["hour_saved_usd_per_year"].as_f64().unwrap() / t_per_year;
    assert!((0.5..5.0).contains(&usd_per_t), "{usd_per_t}");
    for (args, says) in
        [(["--scenario", "joint_bord"], "did you mean `joint_board`?"), (["--limit", "0"], "limit")]
    {
        let (code, stdout, stderr) = ask(&args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(says), "{stderr}");
    }
}

#[test]
fn a_study_without_demand_has_no_flows_and_says_so() {
    let (_dir, study) = copy_of("toy");
    for file in ["economy/trade.csv", "demand/passenger.csv"] {
        let text = fs::read_to_string(study.join(file)).unwrap();
        fs::write(study.join(file), text.lines().next().unwrap().to_owned() + "\n").unwrap();
    }
    let study = study.display().to_string();
    let (code, stdout, stderr) = run(&["users", &study, "--link", "northgate"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("holds no demand"), "{stdout}");
    let (_, stdout, _) = run(&["compare", &study, "base", "joint_board"]);
    assert!(stdout.contains("holds no demand"), "{stdout}");
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("results");
    let (code, stdout, stderr) = run(&["run", &study, "--out", out.to_str().unwrap()]);
    assert_eq!(code, 0, "{stderr}");
    assert!(!stdout.contains("Flows") && !out.join("tables/flow.csv").exists(), "{stdout}");
    assert!(fs::read_to_string(out.join("report.html")).unwrap().contains("The study holds no demand"));
}

#[test]
fn a_run_writes_the_flows_of_all_scenarios() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("results");
    let (code, stdout, stderr) = run(&["run", &toy_study(), "--out", out.to_str().unwrap()]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("quarrel") && stdout.contains("4 scenarios in equilibrium"), "{stdout}");
    for (name, text) in ["flow", "crossing_flow", "port_flow", "transit", "revenue", "way", "observed"]
        .map(|name| (name, fs::read_to_string(out.join(format!("tables/{name}.csv"))).unwrap()))
    {
        assert!(text.lines().count() > 1, "{name}");
        golden(&format!("toy-table-{name}.csv"), &text);
    }
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    let scenarios = summary["flows"]["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), 4);
    assert!(scenarios.iter().all(|scenario| scenario["equilibrium"]["is_converged"] == true));
    let rows =
        |name: &str| fs::read_to_string(out.join(format!("tables/{name}.csv"))).unwrap().lines().count();
    // A head, and for each scenario a gap and the one gate with a capacity.
    assert_eq!((rows("equilibrium"), rows("facility")), (5, 5));
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(report.contains("change from base to joint_board") && !report.contains("<script"));
    // The scenario of a run is what its report holds against the base.
    let ask = ["run", &toy_study(), "--scenario", "quarrel", "--out", out.to_str().unwrap()];
    assert_eq!(run(&ask).0, 0);
    assert!(fs::read_to_string(out.join("report.html")).unwrap().contains("change from base to quarrel"));
}

#[test]
fn compare_gives_no_flows_under_equal_checks_and_tolls() {
    let ask = ["compare", &toy_study(), "base", "joint_board", "--neutral"];
    let (code, stdout, stderr) = run(&ask);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("as specified only") && !stdout.contains("Taken for passage"), "{stdout}");
    let (_, stdout, _) = run(&[&ask[..], &["--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert!(json["flows"].is_null() && json["flows_absent_because"].is_string());
}

#[test]
fn compare_says_which_pairs_are_cut() {
    let (code, stdout, stderr) = run(&["compare", &toy_study(), "base", "quarrel"]);
    assert_eq!(code, 0, "{stderr}");
    golden("toy-compare-quarrel.txt", &stdout);
    assert!(stdout.contains("no way is open"), "{stdout}");
}

#[test]
fn route_and_run_take_a_scenario() {
    let toy = toy_study();
    let ask = ["route", &toy, "--from", "Adelmar", "--to", "Castelmor", "--mode", "road"];
    let under = [&ask[..], &["--scenario", "joint_board"]].concat();
    let (code, stdout, stderr) = run(&under);
    assert_eq!(code, 0, "{stderr}");
    golden("toy-route-joint-board.txt", &stdout);
    assert_ne!(stdout, run(&ask).1, "the scenario changes the answer");
    // The board bars carriers of Dunland, and there is no other road.
    let (code, _, stderr) = run(&[&under[..], &["--flag", "DUN"]].concat());
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("no way"), "{stderr}");
    assert_eq!(run(&[&ask[..], &["--flag", "DUN"]].concat()).0, 0, "without the board they may pass");

    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("results");
    let ask = ["run", &toy, "--scenario", "joint_board", "--out", out.to_str().unwrap()];
    let (code, stdout, stderr) = run(&ask);
    assert_eq!(code, 0, "{stderr}");
    golden("toy-run-joint-board.txt", &stdout);
    // Results of a scenario lie beside those of the tables.
    let output =
        landbridge(&["run", &fs::canonicalize(&toy).unwrap().display().to_string(), "--scenario", "quarrel"])
            .current_dir(dir.path())
            .output()
            .unwrap();
    assert!(output.status.success());
    let names: Vec<_> =
        fs::read_dir(dir.path().join("results")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.iter().any(|name| name.to_string_lossy().ends_with("quarrel")), "{names:?}");
}

#[test]
fn a_misspelt_scenario_is_wrong_usage_and_a_misspelt_regime_wrong_input() {
    let toy = toy_study();
    let asks: [&[&str]; 4] = [
        &["show", &toy, "joint_bord"],
        &["compare", &toy, "base", "joint_bord"],
        &["run", &toy, "--scenario", "joint_bord"],
        &["route", &toy, "--from", "Adelmar", "--to", "Castelmor", "--scenario", "joint_bord"],
    ];
    for ask in asks {
        let (code, stdout, stderr) = run(ask);
        assert_eq!((code, stdout.as_str()), (2, ""), "{ask:?}: {stderr}");
        assert!(stderr.contains("did you mean `joint_board`?"), "{ask:?}: {stderr}");
    }
    let (code, _, stderr) = run(&["show", &toy, "railway"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("is a module"), "{stderr}");
    assert_eq!(run(&["run", &toy, "--neutral"]).0, 2, "neutral needs a scenario");
    assert_eq!(run(&["show", &toy, "--neutral"]).0, 2, "neutral needs a scenario");

    let (_dir, study) = copy_of("toy");
    let file = study.join("scenarios/joint_board.toml");
    let text = fs::read_to_string(&file).unwrap().replace("[\"joint\"]", "[\"jont\"]");
    fs::write(&file, text).unwrap();
    let (code, _, stderr) = run(&["show", study.to_str().unwrap(), "joint_board"]);
    assert_eq!(code, 3);
    assert!(stderr.contains("did you mean `joint`?"), "{stderr}");
}
