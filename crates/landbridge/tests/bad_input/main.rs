//! What a study says when something is wrong with it: every kind of slip, with the exact problems that it must raise and
//! no others. The toy study is the study that is spoiled.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod bypass;
mod calibration;
mod capacity;
mod claims;
mod demand;
mod form;
mod game;
mod politics;
mod sense;
mod trade;
mod values;

use std::collections::BTreeSet;

use landbridge::diagnostic::{Code, Diagnostic, MAX_PER_FILE, MAX_TEXT, Severity};
use landbridge::model::Model;
use landbridge::study::StudyText;
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use support::{model, toy};

const TOML: &str = "study.toml";
const NODE: &str = "network/node.csv";
const LINK: &str = "network/link.csv";
const CROSSING: &str = "network/crossing.csv";
const TERMINAL: &str = "network/terminal.csv";
const ACTIVITY: &str = "network/activity.csv";
const TERRITORY: &str = "network/territory.csv";
const ACTOR: &str = "politics/actor.csv";
const ACCESS: &str = "politics/access.csv";
const JOINT: &str = "regimes/joint.toml";
const BOARD: &str = "scenarios/joint_board.toml";
const RAILWAY: &str = "scenarios/railway.toml";
const QUARREL: &str = "scenarios/quarrel.toml";
const RATE: &str = "economy/rate.csv";
const FEE: &str = "economy/fee.csv";
const PRICE: &str = "economy/price_index.csv";
const CLAIMS: &str = "claims.toml";

/// One way to spoil a file.
enum Edit {
    /// The first occurrence of a text becomes another, after the first occurrence of a mark.
    After(&'static str, &'static str, &'static str, String),
    /// A line is added at the end.
    Append(&'static str, String),
    /// The file holds something else.
    Put(&'static str, String),
    /// The file is not there.
    Remove(&'static str),
}
use Edit::{Append, Put, Remove};

/// The first occurrence of a text becomes another.
fn swap(file: &'static str, from: &'static str, to: impl Into<String>) -> Edit {
    Edit::After(file, "", from, to.into())
}

/// As [`swap`], in the row (or section) that begins at a mark.
fn swap_at(file: &'static str, mark: &'static str, from: &'static str, to: impl Into<String>) -> Edit {
    Edit::After(file, mark, from, to.into())
}

fn append(file: &'static str, line: impl Into<String>) -> Edit {
    Append(file, line.into())
}

fn put(file: &'static str, text: impl Into<String>) -> Edit {
    Put(file, text.into())
}

/// A slip, and the problems that it raises: code, severity, place, offending text in brackets, and after those
/// optionally a part of the message or the help.
struct Case {
    slip: &'static str,
    edits: Vec<Edit>,
    expect: &'static [&'static str],
}

fn case<const N: usize>(slip: &'static str, edits: [Edit; N], expect: &'static [&'static str]) -> Case {
    Case { slip, edits: edits.into(), expect }
}

fn spoiled(edits: &[Edit]) -> StudyText {
    let mut text = toy();
    for edit in edits {
        match edit {
            Edit::After(file, mark, from, to) => {
                let old = text.get_mut(*file).unwrap();
                let start = old.find(mark).unwrap_or_else(|| panic!("`{mark}` is not in {file}"));
                let at = old[start..].find(from).unwrap_or_else(|| panic!("`{from}` is not in {file}"));
                old.replace_range(start + at..start + at + from.len(), to);
            }
            Append(file, line) => text.get_mut(*file).unwrap().extend([line.as_str(), "\n"]),
            Put(file, new) => drop(text.insert((*file).to_owned(), new.clone())),
            Remove(file) => drop(text.remove(*file).unwrap()),
        }
    }
    text
}

/// All slips, by the room of the study that they are about.
fn cases() -> Vec<Case> {
    let rooms = [
        bypass::cases(),
        calibration::cases(),
        trade::cases(),
        form::cases(),
        values::cases(),
        sense::cases(),
        politics::cases(),
        claims::cases(),
        demand::cases(),
        capacity::cases(),
        game::cases(),
    ];
    rooms.into_iter().flatten().collect()
}

/// Everything that a study says.
fn problems(text: &StudyText) -> Vec<Diagnostic> {
    let (model, diagnostics) = Model::load(text);
    let has_errors = diagnostics.iter().any(|d| d.severity == Severity::Error);
    assert_eq!(model.is_none(), has_errors, "a study with errors, and no other, gives no model");
    diagnostics
}

/// Code, severity, place and offending text; then message and help.
fn in_words(d: &Diagnostic) -> (String, String) {
    let place = d.place.as_ref().map_or(" []".to_owned(), |place| format!("{place} [{}]", place.text));
    (format!("{} {} {place}", d.code.name(), d.severity.name()), format!("{}; {}", d.message, d.help))
}

/// Whether a problem is the one expected.
fn matches(found: &Diagnostic, expect: &str) -> bool {
    let end = expect.find("] ").map_or(expect.len(), |at| at + 1);
    let (place, words) = in_words(found);
    place == expect[..end] && words.contains(expect[end..].trim())
}

/// Whether the offending text stands at the place in the file: an opening quotation mark may come before it.
fn stands_there(text: &StudyText, d: &Diagnostic) -> bool {
    let Some(place) = d.place.as_ref().filter(|place| place.column > 0) else { return true };
    let Some(file) = text.get(&place.file) else { return false };
    let Some(line) = file.strip_prefix('\u{feff}').unwrap_or(file).split('\n').nth(place.line as usize - 1)
    else {
        return false;
    };
    let from: String = line.chars().skip(place.column as usize - 1).collect();
    let begins = |text: &str| {
        let text = text.trim_end_matches('…');
        let pairs = text.chars().zip(from.trim_start_matches(['"', '[']).chars());
        // Of a text over several lines only the first is compared.
        text.is_empty() || pairs.clone().count() > 0 && pairs.clone().all(|(a, b)| a == b || a == '\u{fffd}')
    };
    // An array of the manifest is shown with its items joined, as a list in a table is written.
    from.starts_with('[') || begins(place.text.trim_start_matches('"'))
}

#[test]
fn every_slip_raises_its_problems_and_no_others() {
    let mut wrong: Vec<String> = Vec::new();
    for case in cases() {
        let text = spoiled(&case.edits);
        let mut found = problems(&text);
        for d in found.iter().filter(|d| !stands_there(&text, d)) {
            wrong.push(format!("{}: not there {:?}", case.slip, d.place));
        }
        let mut missing = Vec::new();
        for expect in case.expect {
            match found.iter().position(|d| matches(d, expect)) {
                Some(at) => drop(found.remove(at)),
                None => missing.push(expect),
            }
        }
        for expect in missing {
            wrong.push(format!("{}: expected {expect}", case.slip));
        }
        for d in found {
            let (place, words) = in_words(&d);
            wrong.push(format!("{}: found    {place} {words}", case.slip));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_empty_folder_says_what_a_study_needs() {
    let found = problems(&StudyText::new());
    assert_eq!(
        found.iter().map(in_words).map(|(place, _)| place).collect::<Vec<_>>(),
        ["LB0001 error study.toml []"]
    );
    assert!(found[0].help.contains("the folder is empty"), "{}", found[0].help);
}

/// The same files as they come from another system or a spreadsheet.
fn foreign(text: &StudyText) -> StudyText {
    text.iter()
        .map(|(file, text)| (file.clone(), format!("\u{feff}{}", text.replace('\n', "\r\n"))))
        .collect()
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let (plain, foreign_model) = (model(&toy()), model(&foreign(&toy())));
    assert_eq!(format!("{:?}", plain.run()), format!("{:?}", foreign_model.run()));
    for case in cases() {
        let text = spoiled(&case.edits);
        let words = |text: &StudyText| -> Vec<(String, String)> {
            // A carriage return within a text is shown as the character for what cannot be shown.
            problems(text)
                .iter()
                .map(in_words)
                .map(|(p, w)| (p.replace("\u{fffd}\u{fffd}", "\u{fffd}"), w))
                .collect()
        };
        let (here, there) = (words(&text), words(&foreign(&text)));
        assert_eq!(here.len(), there.len(), "{}", case.slip);
        for ((place, message), (foreign_place, foreign_message)) in here.iter().zip(&there) {
            // Texts over several lines are cut after a number of characters, of which a carriage return is one.
            let same = |place: &str| place.chars().take(110).collect::<String>();
            assert_eq!(same(place), same(foreign_place), "{}", case.slip);
            assert_eq!(message, foreign_message, "{}", case.slip);
        }
    }
}

#[test]
fn messages_are_short_and_hold_nothing_that_a_terminal_obeys() {
    let long = "\u{1b}]0;x\u{7}".repeat(200);
    let everywhere: Vec<StudyText> =
        ["adelmar", "ALD", "general_cargo", "road", "toy", "x_brv_dun_road", "2025", "km"]
            .iter()
            .map(|word| {
                let replace = |(file, text): (String, String)| {
                    let long = if file == TOML { "x".repeat(2_000) } else { long.clone() };
                    (file, text.replacen(word, &long, 3))
                };
                toy().into_iter().map(replace).collect()
            })
            .collect();
    let spoiled = cases().into_iter().map(|case| spoiled(&case.edits));
    for text in spoiled.chain(everywhere) {
        for d in problems(&text) {
            let shown = [&d.message, &d.help, &d.place.as_ref().map_or(String::new(), |p| p.text.clone())];
            for words in shown {
                assert!(!words.chars().any(char::is_control), "{words:?}");
                // A message names at most five texts of the study, the rest is its own words.
                assert!(words.chars().count() < 5 * MAX_TEXT + 400, "{} is too long: {words}", d.code.name());
            }
            assert!(!d.message.is_empty() && !d.help.is_empty(), "{} says nothing", d.code.name());
            assert!(d.place.as_ref().is_none_or(|p| p.text.chars().count() <= MAX_TEXT + 1));
        }
    }
}

/// Most problems that a study can raise: those of each file, and that there are more.
const MOST: usize = (MAX_PER_FILE + 1) * 20;

#[test]
fn thousands_of_problems_are_counted_and_not_listed() {
    let rows = |n: usize, row: &dyn Fn(usize) -> String| (0..n).map(row).collect::<String>();
    // Rows that are wrong by themselves.
    let bad = rows(2000, &|at| format!("n{at},N,,ALD,ald,city,west,2,,,toy,assumed\n"));
    let mut found = problems(&spoiled(&[append(NODE, bad)]));
    assert_eq!(in_words(&found[0]).0, "LB0109 error network/node.csv []");
    found.retain(|d| d.code != Code::LB0111);
    assert_eq!(found.len(), 1, "nothing follows from a table that was given up");
    // Rows that are wrong by what they refer to.
    let bad = rows(2000, &|at| format!("a{at},nowhere{at},toll,both,both,*,,,,,,,,,,,toy,assumed\n"));
    let found = problems(&spoiled(&[append(ACTIVITY, bad)]));
    assert_eq!(found.len(), MAX_PER_FILE + 1);
    assert_eq!(in_words(&found[0]).0, "LB0109 error network/activity.csv []");
    // Warnings remain warnings, and do not push errors out of the list.
    let idle = rows(2000, &|at| format!("n{at},N,,ALD,ald,city,-30,2,,,toy,assumed\n"));
    let (loaded, found) = Model::load(&spoiled(&[append(NODE, idle.clone())]));
    assert!(loaded.is_some());
    assert_eq!(found.len(), MAX_PER_FILE + 1);
    assert_eq!(in_words(&found[0]).0, "LB0109 warning network/node.csv []");
    let wrong = "wrong,N,,ALD,nowhere,city,-30,2,,,toy,assumed\n";
    let found = problems(&spoiled(&[append(NODE, idle + wrong)]));
    assert_eq!(found.len(), MAX_PER_FILE + 1);
    assert!(found.iter().any(|d| d.code == Code::LB0121));
    assert_eq!(in_words(&found[0]).0, "LB0109 error network/node.csv []");
}

#[test]
fn a_large_table_with_every_reference_wrong_is_read_in_time() {
    // Links between nodes that there are not, and as many nodes to compare them with: comparing each with each would
    // take minutes.
    let rows = |row: &dyn Fn(usize) -> String| (0..10_000).map(row).collect::<String>();
    let nodes = rows(&|at| format!("node_number_{at},N,,ALD,ald,city,-30,2,,,toy,assumed\n"));
    let links = rows(&|at| {
        format!("l{at},,from_number_{at},to_number_{at},0,road,,,,,1,60,,,,,,,ald,,,,,open,,,,toy,assumed\n")
    });
    let found = problems(&spoiled(&[append(NODE, nodes), append(LINK, links)]));
    assert!(found.len() <= MOST);
}

/// Codes that the reading of files makes, before the engine sees a text.
const MADE_ELSEWHERE: [Code; 4] = [Code::LB0002, Code::LB0003, Code::LB0004, Code::LB0005];

/// Codes of tables that are no part of a study; `tests/trade/table.rs` raises them.
const OF_TRADE: [Code; 6] =
    [Code::LB0290, Code::LB0291, Code::LB0292, Code::LB0293, Code::LB0294, Code::LB0295];

#[test]
fn every_code_is_raised_by_something() {
    let mut raised: BTreeSet<Code> = MADE_ELSEWHERE.into_iter().chain(OF_TRADE).collect();
    for case in cases() {
        let found = problems(&spoiled(&case.edits));
        for code in found.iter().map(|d| d.code) {
            assert!(!MADE_ELSEWHERE.contains(&code), "the engine makes {} itself", code.name());
        }
        raised.extend(found.iter().map(|d| d.code));
    }
    // By `thousands_of_problems_are_counted_and_not_listed`.
    raised.insert(Code::LB0109);
    let never: Vec<_> = Code::ALL.iter().filter(|code| !raised.contains(code)).map(|c| c.name()).collect();
    assert_eq!(never, Vec::<&str>::new());
}

/// Reads a study that may be anything at all.
fn survives(text: &StudyText) {
    let (model, diagnostics) = Model::load(text);
    assert!(diagnostics.len() <= MOST);
    if let Some(model) = model {
        // What is read without errors can be run.
        model.run();
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        // The same texts in every run; a failure is kept beside this file and tried first from then on.
        rng_seed: RngSeed::Fixed(20_250_630),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/regressions/bad_input.txt"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_as_a_file_are_no_reason_to_panic(at in 0..64usize, bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut text = toy();
        let file = text.keys().nth(at % text.len()).unwrap().clone();
        text.insert(file, String::from_utf8_lossy(&bytes).into_owned());
        survives(&text);
    }

    #[test]
    fn any_characters_of_the_grammars_are_no_reason_to_panic(
        at in 0..64usize,
        lines in prop::collection::vec(r#"[\[\]=",;|+\-\n\r#.{}a-e0-9 \u{feff}é]{0,30}"#, 0..20),
    ) {
        let mut text = toy();
        let file = text.keys().nth(at % text.len()).unwrap().clone();
        text.insert(file, lines.join("\n"));
        survives(&text);
    }

    #[test]
    fn any_cell_of_the_toy_study_may_hold_anything(
        at in 0..64usize,
        cell in 0..400usize,
        new in prop_oneof![
            "\\PC{0,12}",
            "-?[0-9]{1,3}(\\.[0-9]{1,3})?(e[0-9]{1,3})?",
            prop::sample::select(vec![
                "", "*", "zone-rail", "rail-rail", "zone-zone", "road-road", "adelmar", "ald", "ALD", "freight", "1e308",
                "planned", "restricted", "rail", "ferry", "sea", "t-km", "both", "BRV|CST", "NaN", "\"", "\n", "0",
            ]).prop_map(str::to_owned),
        ],
    ) {
        let mut text = toy();
        let file = text.keys().nth(at % text.len()).unwrap().clone();
        let old = &text[&file];
        let ends: Vec<usize> = old.match_indices([',', '\n', '=']).map(|(at, _)| at).collect();
        let at = cell % (ends.len() - 1);
        let spoiled = format!("{}{new}{}", &old[..=ends[at]], &old[ends[at + 1]..]);
        text.insert(file, spoiled);
        survives(&text);
    }
}

#[test]
fn deep_nesting_is_no_reason_to_panic() {
    for open in ["[", "{", "x=[", "[[", "a.", "\"\"\""] {
        let mut text = toy();
        text.insert(TOML.to_owned(), open.repeat(100_000));
        survives(&text);
    }
}
