//! What the tests of the command share: the built-in studies, copies of them, and a run with what it prints.

#![allow(dead_code, reason = "every test file uses its own part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn studies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studies")
}

pub fn south_caucasus() -> String {
    studies().join("south-caucasus").display().to_string()
}

pub fn landbridge(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_landbridge"));
    command.args(args).env_remove("NO_COLOR").env_remove("RAYON_NUM_THREADS");
    command
}

pub fn run(args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = landbridge(args).output().unwrap();
    (
        status.code().unwrap_or(-1),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8_lossy(&stderr).into_owned(),
    )
}

/// A copy of a built-in study in a temporary folder.
pub fn copy_of(study: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("study");
    copy(&studies().join(study), &target);
    (dir, target)
}

pub fn copy(from: &Path, to: &Path) {
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

pub fn toy_study() -> String {
    studies().join("toy").display().to_string()
}

/// Holds a text against a golden file; `cargo xtask golden` renews it.
pub fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("LANDBRIDGE_GOLDEN").is_some_and(|v| v == "write") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{} differs; renew it with `cargo xtask golden`:\n{text}", path.display());
}
