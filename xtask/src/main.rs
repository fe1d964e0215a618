//! Automation: `cargo xtask ci` is what has to pass; `docs` and `golden` renew what is generated.

#![expect(clippy::print_stderr, reason = "a task tells its user what it does")]

mod docs;
mod licenses;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
cargo xtask ci       format, lints, tests, documentation, generated pages, licenses
cargo xtask docs     renew docs/reference from the schema, the diagnostic codes and the command's help
cargo xtask golden   renew golden files and the captures in README.md and docs/guide";

fn main() -> Result<()> {
    let task = std::env::args().nth(1);
    match task.as_deref() {
        Some("ci") => ci(),
        Some("docs") => docs::renew(&root()),
        Some("golden") => golden(),
        _ => bail!("unknown task\n{USAGE}"),
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository").to_owned()
}

/// Runs cargo and fails with its failure.
fn cargo(args: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    eprintln!("\n$ cargo {}", args.join(" "));
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(args)
        .envs(environment.iter().copied())
        .current_dir(root())
        .status()
        .context("cargo does not start")?;
    if !status.success() {
        bail!("`cargo {}` failed", args.join(" "));
    }
    Ok(())
}

fn ci() -> Result<()> {
    cargo(&["fmt", "--all", "--check"], &[])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], &[])?;
    cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"], &[("RUSTDOCFLAGS", "-D warnings")])?;
    docs::check(&root())?;
    licenses::check(&root())?;
    cargo(&["test", "--workspace", "--locked"], &[])
}

fn golden() -> Result<()> {
    cargo(&["test", "--workspace"], &[("LANDBRIDGE_GOLDEN", "write"), ("TRYCMD", "overwrite")])
}
