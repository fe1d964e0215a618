//! Checks that every dependency may be used under terms that fit ours.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Licenses that need nothing of us but a notice.
const PERMITTED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unlicense",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "CC0-1.0",
    "BSL-1.0",
];

/// Fails if a package has another license.
pub fn check(root: &Path) -> Result<()> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists packages")?;
    for package in packages {
        let name = package["name"].as_str().unwrap_or("?");
        let license = package["license"].as_str().unwrap_or("");
        if !permitted(license) {
            bail!(
                "package {name} has the license `{license}`, which is not on the list in xtask/src/licenses.rs"
            );
        }
    }
    eprintln!("licenses of {} packages fit", packages.len());
    Ok(())
}

/// Whether a license expression leaves us a permitted choice: of alternatives one, of a conjunction all.
fn permitted(expression: &str) -> bool {
    let flat = expression.replace(['(', ')'], "").replace('/', " OR ");
    flat.split(" AND ").all(|part| part.split(" OR ").any(|license| PERMITTED.contains(&license.trim())))
}

#[cfg(test)]
mod tests {
    use super::permitted;

    #[test]
    fn expressions_are_read() {
        assert!(permitted("MIT OR Apache-2.0") && permitted("MIT/Apache-2.0"));
        assert!(permitted("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!permitted("GPL-3.0") && !permitted("MIT AND GPL-3.0") && !permitted(""));
    }
}
