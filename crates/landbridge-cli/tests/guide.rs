//! Runs what the README and the guide show, so that they cannot rot.
//!
//! In a ```` ```console ```` block every line `$ landbridge ...` is run, in order, in one folder that holds the built-in
//! studies and the examples. It must succeed; output that the page shows must be what it prints, to standard output or error. A line
//! of `...` stands for any number of lines. `cargo xtask golden` renews shown output that has no such line. Blocks of
//! ```` ```sh ```` are not run: they build and install, which the tests have behind them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::copy;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A folder like a fresh clone: the studies and examples, and nothing else.
fn fresh_folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for study in ["toy", "south-caucasus"] {
        copy(&root().join("studies").join(study), &dir.path().join("studies").join(study));
    }
    copy(&root().join("examples"), &dir.path().join("examples"));
    dir
}

/// What a command prints: standard output, then standard error.
fn printed(command: &str, dir: &Path) -> String {
    let args: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(args[0], "landbridge", "{command}");
    let output =
        Command::new(env!("CARGO_BIN_EXE_landbridge")).args(&args[1..]).current_dir(dir).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "`{command}` fails:\n{text}");
    text
}

/// Whether a text is what a page shows, where a line `...` stands for any lines.
fn shows(shown: &[&str], text: &[&str]) -> bool {
    match shown.split_first() {
        None => text.is_empty(),
        Some((&"...", rest)) => (0..=text.len()).any(|skip| shows(rest, &text[skip..])),
        Some((line, rest)) => text.first() == Some(line) && shows(rest, &text[1..]),
    }
}

/// Runs a page; gives it back with the output as it is now.
fn run(page: &str) -> String {
    let dir = fresh_folder();
    let mut renewed = String::new();
    let mut lines = page.lines().peekable();
    let mut in_console = false;
    while let Some(line) = lines.next() {
        renewed += line;
        renewed.push('\n');
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| in_console) else { continue };
        let text = printed(command, dir.path());
        let mut shown = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ") && !line.starts_with("```")) {
            shown.push(line);
        }
        let text: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
        let is_current = shown.is_empty() || shows(&shown, &text);
        for line in if is_current || shown.contains(&"...") { &shown } else { &text } {
            renewed += line;
            renewed.push('\n');
        }
        assert!(is_current || !shown.contains(&"..."), "`{command}` prints:\n{}", text.join("\n"));
    }
    renewed
}

fn check(page: &str) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let renewed = run(&text);
    if std::env::var_os("LANDBRIDGE_GOLDEN").is_some_and(|v| v == "write") {
        fs::write(&path, &renewed).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == renewed, "{page} is not current: run `cargo xtask golden`");
}

#[test]
fn the_readme_shows_what_happens() {
    check("README.md");
}

#[test]
fn the_commands_of_the_ledger_run() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let dir = fresh_folder();
    let in_rows = text.lines().filter(|line| line.starts_with("| C"));
    // Several rows rest on one command.
    let commands: std::collections::BTreeSet<&str> =
        in_rows.filter_map(|line| line.split('`').find(|t| t.starts_with("landbridge "))).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        assert!(!printed(command, dir.path()).is_empty(), "{command}");
    }
}

#[test]
fn the_guide_shows_what_happens() {
    for entry in fs::read_dir(root().join("docs/guide")).unwrap() {
        let name = entry.unwrap().file_name();
        check(&format!("docs/guide/{}", name.to_string_lossy()));
    }
}

#[test]
fn the_guide_shows_a_problem_as_it_is_printed() {
    let dir = fresh_folder();
    let links = dir.path().join("studies/toy/network/link.csv");
    let text = fs::read_to_string(&links).unwrap();
    fs::write(&links, text.replacen(",adelmar,bruvala,", ",adelmar,bruvalla,", 1)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_landbridge"))
        .args(["check", "studies/toy"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    let printed = printed.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let guide = fs::read_to_string(root().join("docs/guide/make-a-study.md")).unwrap();
    let is_shown = |problem: &str| guide.contains(&format!("```text\n{problem}\n```"));
    assert!(printed.split("\n\n").any(is_shown), "{printed}");
}

#[test]
fn a_line_of_dots_stands_for_any_lines() {
    assert!(shows(&["a", "...", "d"], &["a", "b", "c", "d"]) && shows(&["..."], &[]));
    assert!(!shows(&["a", "..."], &["b"]) && !shows(&["a"], &["a", "b"]));
}
