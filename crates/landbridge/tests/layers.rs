//! The shape of the engine: modules use only those above them in `lib.rs`, and nothing touches the world outside.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use landbridge::model::Model;
use support::{model, toy};

/// What the engine does not do: files, clock, network, environment, threads of its own, output. Processes and unsafe
/// code are out as well.
const FORBIDDEN: [&str; 14] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::thread",
    "std::time",
    "std::env",
    "std::process",
    "println!",
    "eprintln!",
    "print!",
    "dbg!",
    "unsafe {",
    "unsafe fn",
    "static mut",
];

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The modules in the order of `lib.rs`.
fn layers() -> Vec<String> {
    let lib = fs::read_to_string(sources().join("lib.rs")).unwrap();
    let names = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// All source files, each with the module of `lib.rs` that it belongs to.
fn files() -> Vec<(String, PathBuf)> {
    fn walk(folder: &Path, module: Option<&str>, into: &mut Vec<(String, PathBuf)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let module = module.unwrap_or(&stem);
            if path.is_dir() {
                walk(&path, Some(module), into);
            } else if path.extension().is_some_and(|e| e == "rs") && module != "lib" {
                into.push((module.to_owned(), path));
            }
        }
    }
    let mut found = Vec::new();
    walk(&sources(), None, &mut found);
    found.sort();
    found
}

/// The lines of a text that are code: without comments, and without the tests at the end of a file.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate();
    lines.map(|(at, line)| (at + 1, line.split("//").next().unwrap_or("")))
}

/// The modules that a text names as `crate::module`, also within braces, with their lines.
fn uses(text: &str) -> Vec<(usize, String)> {
    let joined: Vec<(usize, &str)> = code(text).collect();
    let mut found = Vec::new();
    for (line, text) in &joined {
        for (at, _) in text.match_indices("crate::") {
            let rest = &text[at + "crate::".len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                // `use crate::{a::B, c}`: the first word of each item.
                Some(list) => list.trim_end_matches(['}', ';', ' ']).split(',').collect(),
                None => vec![rest],
            };
            let word = |name: &str| -> String {
                name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
            };
            found.extend(
                names.into_iter().map(word).filter(|name| !name.is_empty()).map(|name| (*line, name)),
            );
        }
    }
    found
}

#[test]
fn uses_are_found_in_all_forms() {
    let text = "use crate::study::Study;\n// crate::model\nlet a = f(crate::index::Idx); // crate::model\n\
                use crate::{cost::Costs, route};\npub(crate) use choice;\n$crate::outcome::x()\n\
                #[cfg(test)]\nuse crate::model;\n";
    let expect = [(1, "study"), (3, "index"), (4, "cost"), (4, "route"), (6, "outcome")];
    assert_eq!(uses(text), expect.map(|(line, name)| (line, name.to_owned())));
}

#[test]
fn modules_use_only_those_above_them() {
    let layers = layers();
    assert!(layers.len() > 10, "`lib.rs` names its modules line by line: {layers:?}");
    let rank = |module: &str| layers.iter().position(|name| name == module);
    let mut wrong = Vec::new();
    let mut n_uses = 0;
    for (module, path) in files() {
        let own = rank(&module).unwrap_or_else(|| panic!("{} is not in lib.rs", path.display()));
        for (line, used) in uses(&fs::read_to_string(&path).unwrap()) {
            n_uses += 1;
            match rank(&used) {
                Some(other) if other <= own => {}
                _ => wrong.push(format!("{}:{line}: `{module}` uses `{used}`", path.display())),
            }
        }
    }
    assert!(n_uses > 50, "only {n_uses} uses were looked at");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_kernel_uses_nothing_but_itself() {
    let kernel = ["diagnostic", "index", "linear", "nonlinear", "parallel", "units", "vector"];
    assert_eq!(layers()[..kernel.len()], kernel.map(str::to_owned));
    for (module, path) in files().into_iter().filter(|(module, _)| kernel.contains(&module.as_str())) {
        for (line, used) in uses(&fs::read_to_string(&path).unwrap()) {
            assert!(kernel.contains(&used.as_str()), "{}:{line}: `{module}` uses `{used}`", path.display());
        }
    }
}

#[test]
fn the_engine_touches_nothing_outside() {
    let mut wrong = Vec::new();
    for (_, path) in files().into_iter().chain([(String::new(), sources().join("lib.rs"))]) {
        let text = fs::read_to_string(&path).unwrap();
        for (line, code) in code(&text) {
            wrong.extend(
                FORBIDDEN
                    .iter()
                    .filter(|word| code.contains(**word))
                    .map(|word| format!("{}:{line}: {word}", path.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Everything that a run gives, in words.
fn outcome(model: &Model) -> String {
    format!("{:#?}", model.run())
}

#[test]
fn the_number_of_threads_does_not_show() {
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| {
            assert_eq!(rayon::current_num_threads(), n_threads);
            outcome(&model(&toy()))
        })
    };
    let one = on(1);
    assert!(one.len() > 10_000, "the outcome is too short to say anything");
    for n_threads in [2, 4] {
        assert_eq!(one, on(n_threads), "{n_threads} threads");
    }
}

#[test]
fn reading_twice_gives_the_same() {
    assert_eq!(outcome(&model(&toy())), outcome(&model(&toy())));
}
