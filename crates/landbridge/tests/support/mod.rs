//! The one place where the tests know the API: a study as text, a question as words, an answer as words.

#![allow(dead_code, reason = "every test file uses its own part of it")]

use std::path::{Path, PathBuf};

use landbridge::diagnostic::Diagnostic;
use landbridge::index::{Idx, NodeIdx};
use landbridge::model::{Model, RouteError, RouteQuery};
use landbridge::network::Network;
use landbridge::outcome::{Itinerary, LegKind};
use landbridge::study::StudyText;
use landbridge::study::tables::{Mode, TerminalKind};

/// Reads a study folder of the repository.
pub fn folder(name: &str) -> StudyText {
    fn walk(root: &Path, folder: &Path, into: &mut StudyText) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, into);
            } else {
                let parts = path.strip_prefix(root).unwrap().components();
                let name = parts.map(|p| p.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/");
                into.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "studies", name].iter().collect();
    let mut text = StudyText::new();
    walk(&root, &root, &mut text);
    text
}

/// The study `studies/toy`.
pub fn toy() -> StudyText {
    folder("toy")
}

/// A study from file names and texts.
pub fn study<T: Into<String>>(files: impl IntoIterator<Item = (&'static str, T)>) -> StudyText {
    files.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect()
}

/// A CSV table from its header and rows, each completed by the columns that say what it rests on.
pub fn csv<R: AsRef<str>>(header: &str, rows: impl IntoIterator<Item = R>) -> String {
    let rows = rows.into_iter().map(|row| format!("{},a test,assumed\n", row.as_ref()));
    std::iter::once(format!("{header},source,quality\n")).chain(rows).collect()
}

/// What reading a study says, one line a problem: `LB0110 error network/node.csv:2:3 [text] message`.
pub fn listed(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics
        .iter()
        .map(|d| {
            let place = d.place.as_ref().map_or("-".to_owned(), |p| format!("{p} [{}]", p.text));
            format!("{} {} {place} {}", d.code.name(), d.severity.name(), d.message)
        })
        .collect()
}

/// The model of a study that must be without any problem.
pub fn model(text: &StudyText) -> Model {
    let (model, diagnostics) = Model::load(text);
    assert_eq!(listed(&diagnostics), Vec::<String>::new());
    model.expect("a study without problems gives a model")
}

/// A node by its identifier.
pub fn node(model: &Model, id: &str) -> NodeIdx {
    model.network.node(id).unwrap_or_else(|| panic!("there is no node `{id}`"))
}

/// Asks for `k` routes: `places` are origin, places to pass and destination, `modes` the modes to keep to (blank: all
/// modes of the class), both separated by blanks.
pub fn ask(
    model: &Model,
    places: &str,
    class: &str,
    modes: &str,
    k: usize,
) -> Result<Vec<Itinerary>, RouteError> {
    let places: Vec<NodeIdx> = places.split_whitespace().map(|id| node(model, id)).collect();
    let [from, via @ .., to] = &places[..] else { panic!("a route needs two places") };
    let class = model.class(Some(class)).unwrap_or_else(|| panic!("there is no class `{class}`"));
    let modes = modes.split_whitespace().map(|word| Mode::from_word(word).unwrap()).collect();
    model.routes(&RouteQuery {
        from: *from,
        to: *to,
        via: via.to_vec(),
        class,
        modes,
        k,
        distinct: landbridge::route::k_best::Distinct::Corridor,
        flag: None,
    })
}

/// The corridor of an itinerary in words: what it starts in, then crossings, ports and changes.
pub fn corridor_in_words(network: &Network, itinerary: &Itinerary) -> String {
    let mut words = vec![itinerary.legs[0].mode_state.to_string()];
    for leg in &itinerary.legs {
        match leg.kind {
            LegKind::Border(crossing) => words.push(network.crossings[crossing].id.clone()),
            LegKind::Transfer(at) if network.terminals[at].kind == TerminalKind::Port => {
                words.push(format!("{}: {}", network.terminals[at].id, leg.mode_state));
            }
            LegKind::Transfer(_) => words.push(leg.mode_state.to_string()),
            LegKind::Move | LegKind::Access(_) | LegKind::Egress(_) => {}
        }
    }
    words.join(" > ")
}

/// The physical links of an itinerary, in order.
pub fn links_in_words(network: &Network, itinerary: &Itinerary) -> String {
    let assets = itinerary.legs.iter().flat_map(|leg| &leg.assets);
    assets.map(|&asset| network.assets[asset].id.as_str()).collect::<Vec<_>>().join(" ")
}

/// Asserts that two numbers agree to a relative tolerance (absolute, where the expected value is 0).
#[track_caller]
pub fn close(got: f64, want: f64, tolerance: f64, what: &str) {
    let scale = if want == 0.0 { 1.0 } else { want.abs() };
    assert!((got - want).abs() <= tolerance * scale, "{what}: {got} is not {want}");
}

/// All class positions of a model.
pub fn classes(model: &Model) -> impl Iterator<Item = landbridge::index::ClassIdx> + use<> {
    (0..model.size().classes).map(Idx::new)
}
