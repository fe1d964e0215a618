//! The command as scripts meet it: exit codes, streams, files.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn studies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studies")
}

fn south_caucasus() -> String {
    studies().join("south-caucasus").display().to_string()
}

fn landbridge(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_landbridge"));
    command.args(args).env_remove("NO_COLOR").env_remove("RAYON_NUM_THREADS");
    command
}

fn run(args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = landbridge(args).output().unwrap();
    (
        status.code().unwrap_or(-1),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8_lossy(&stderr).into_owned(),
    )
}

/// A copy of a built-in study in a temporary folder.
fn copy_of(study: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("study");
    copy(&studies().join(study), &target);
    (dir, target)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

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

/// Holds a text against a golden file; `cargo xtask golden` renews it.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("LANDBRIDGE_GOLDEN").is_some_and(|v| v == "write") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{} differs; renew it with `cargo xtask golden`:\n{text}", path.display());
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

fn toy_study() -> String {
    studies().join("toy").display().to_string()
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
