//! A results folder: tidy CSV tables, `summary.json`, and a manifest from which the run can be repeated.

use landbridge::model::Model;
use landbridge::outcome::{Itinerary, Outcome};
use landbridge::study::StudyText;
use landbridge::study::tables::Side;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::control::ControlJson;
use crate::flows::FlowsJson;
use crate::json::{self, ItineraryJson};
use crate::tidy::{Csv, number};
use crate::trade::TradeJson;

/// The SHA-256 of a text, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Name and hash of a file.
#[derive(Clone, Debug, Serialize)]
pub struct FileHash {
    /// Path within its folder.
    pub file: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub bytes: usize,
}

/// Hashes of the input files, in order of path.
pub fn hash_inputs(text: &StudyText) -> Vec<FileHash> {
    text.iter()
        .map(|(file, text)| FileHash {
            file: file.clone(),
            sha256: sha256(text.as_bytes()),
            bytes: text.len(),
        })
        .collect()
}

#[derive(Serialize)]
struct Manifest<'a> {
    generator: &'static str,
    version: &'a str,
    command: &'a str,
    study: &'a str,
    as_of: String,
    scenario: &'a str,
    neutral: bool,
    currency: &'a str,
    price_year: i32,
    inputs: Vec<FileHash>,
    outputs: Vec<FileHash>,
}

/// Adds the manifest to the files of a results folder.
pub fn with_manifest(
    model: &Model,
    text: &StudyText,
    version: &str,
    command: &str,
    mut files: Vec<(String, Vec<u8>)>,
) -> Vec<(String, Vec<u8>)> {
    let outputs = files
        .iter()
        .map(|(file, bytes)| FileHash { file: file.clone(), sha256: sha256(bytes), bytes: bytes.len() })
        .collect();
    let study = &model.study.study;
    let manifest = Manifest {
        generator: "landbridge",
        version,
        command,
        study: &study.id,
        as_of: model.overlay.as_of.to_string(),
        scenario: &model.overlay.scenario,
        neutral: model.overlay.is_neutral,
        currency: &model.study.units.currency,
        price_year: model.study.units.price_year,
        inputs: hash_inputs(text),
        outputs,
    };
    files.insert(0, (crate::atomic::MANIFEST.to_owned(), pretty(&manifest)));
    files
}

/// A value as indented JSON with a final line end.
///
/// # Panics
/// Never: results hold no maps with other keys than text.
pub fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("results hold no maps with other keys than text");
    bytes.push(b'\n');
    bytes
}

/// The main results of a run.
#[derive(Serialize)]
pub struct Summary<'c> {
    study: String,
    name: String,
    as_of: String,
    base_year: i32,
    currency: String,
    price_year: i32,
    size: SizeJson,
    key_pairs: Vec<KeyPairJson>,
    validation: Vec<FitJson>,
    provenance: Vec<ProvenanceJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flows: Option<FlowsJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trade: Option<TradeJson>,
    /// Control of the compared scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<&'c ControlJson>,
}

#[derive(Serialize)]
struct SizeJson {
    nodes: usize,
    zones: usize,
    physical_links: usize,
    states: usize,
    directed_links: usize,
    crossings: usize,
    terminals: usize,
    classes: usize,
}

#[derive(Serialize)]
struct KeyPairJson {
    from: String,
    to: String,
    class: String,
    mode: String,
    connected: bool,
    itineraries: Vec<ItineraryJson>,
}

#[derive(Serialize)]
struct FitJson {
    kind: String,
    used_to_build: bool,
    n: usize,
    median_error: f64,
    worst_error: f64,
}

#[derive(Serialize)]
struct ProvenanceJson {
    table: &'static str,
    published: usize,
    derived: usize,
    assumed: usize,
}

/// The main results as one JSON document; flows are those of all scenarios, if the study holds demand, and so is trade, if
/// it holds trade totals; control is that of the compared scenario.
pub fn summary<'c>(
    model: &Model,
    outcome: &Outcome,
    flows: Option<FlowsJson>,
    trade: Option<TradeJson>,
    control: Option<&'c ControlJson>,
) -> Summary<'c> {
    use landbridge::study::tables::Quality;
    let (study, size, nodes) = (&model.study.study, outcome.size, &model.network.nodes);
    Summary {
        study: study.id.clone(),
        name: study.name.clone(),
        as_of: study.as_of.to_string(),
        base_year: study.base_year,
        currency: model.study.units.currency.clone(),
        price_year: model.study.units.price_year,
        size: SizeJson {
            nodes: size.nodes,
            zones: size.zones,
            physical_links: size.assets,
            states: size.states,
            directed_links: size.links,
            crossings: size.crossings,
            terminals: size.terminals,
            classes: size.classes,
        },
        key_pairs: outcome
            .key_pairs
            .iter()
            .map(|pair| KeyPairJson {
                from: nodes[pair.from].id.clone(),
                to: nodes[pair.to].id.clone(),
                class: model.class_row(pair.class).id.clone(),
                mode: pair.mode.clone(),
                connected: !pair.itineraries.is_empty(),
                itineraries: json::itineraries(model, &pair.itineraries),
            })
            .collect(),
        validation: model
            .fits(&outcome.validation)
            .into_iter()
            .map(|((kind, used), fit)| FitJson {
                kind: kind.word().to_owned(),
                used_to_build: used,
                n: fit.n,
                median_error: fit.median,
                worst_error: fit.worst,
            })
            .collect(),
        provenance: outcome
            .provenance
            .iter()
            .map(|p| {
                let rows = |quality| p.rows.get(&quality).copied().unwrap_or(0);
                ProvenanceJson {
                    table: p.table,
                    published: rows(Quality::Published),
                    derived: rows(Quality::Derived),
                    assumed: rows(Quality::Assumed),
                }
            })
            .collect(),
        flows,
        trade,
        control,
    }
}

/// The tidy tables of an outcome: file name and content.
pub fn tables(model: &Model, outcome: &Outcome) -> Vec<(String, Vec<u8>)> {
    vec![
        ("tables/itinerary.csv".to_owned(), itinerary_table(model, outcome)),
        ("tables/leg.csv".to_owned(), leg_table(model, outcome)),
        ("tables/crossing.csv".to_owned(), crossing_table(model, outcome)),
        ("tables/skim.csv".to_owned(), skim_table(model, outcome)),
        ("tables/validation.csv".to_owned(), validation_table(model, outcome)),
    ]
}

fn itineraries(outcome: &Outcome) -> impl Iterator<Item = (&str, usize, &Itinerary)> {
    outcome
        .key_pairs
        .iter()
        .flat_map(|pair| pair.itineraries.iter().enumerate().map(|(at, it)| (pair.mode.as_str(), at + 1, it)))
}

fn itinerary_table(model: &Model, outcome: &Outcome) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "from_node_id",
        "to_node_id",
        "class",
        "mode",
        "rank",
        "total_km",
        "moving_h",
        "border_h",
        "terminal_h",
        "total_h",
        "sd_h",
        "p95_h",
        "total_usd",
        "generalized_cost_usd",
        "territories",
        "crossings",
        "assumed_stop_share",
        "assumed_length_share",
    ]);
    for (mode, rank, it) in itineraries(outcome) {
        let network = &model.network;
        let territories: Vec<_> =
            model.territories(it).iter().map(|&t| network.territories[t].id.clone()).collect();
        let crossings: Vec<_> = it.crossings().map(|(c, _)| network.crossings[c].id.clone()).collect();
        csv.row([
            network.nodes[it.from].id.clone(),
            network.nodes[it.to].id.clone(),
            model.class_row(it.class).id.clone(),
            mode.to_owned(),
            rank.to_string(),
            number(it.total_km(), 3),
            number(it.moving_h(), 4),
            number(it.border_h(), 4),
            number(it.terminal_h(), 4),
            number(it.total_h(), 4),
            number(it.sd_h(), 4),
            number(it.p95_h(), 4),
            number(it.total_usd(), 4),
            number(it.cost, 4),
            territories.join(";"),
            crossings.join(";"),
            number(it.assumed_stop_share(), 4),
            number(it.assumed_length_share(), 4),
        ]);
    }
    csv.finish()
}

fn leg_table(model: &Model, outcome: &Outcome) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "from_node_id",
        "to_node_id",
        "class",
        "mode",
        "rank",
        "leg",
        "kind",
        "leg_mode",
        "leg_from_node_id",
        "leg_to_node_id",
        "at_id",
        "link_ids",
        "km",
        "moving_h",
        "stop_h",
        "haulage_usd",
        "fee_usd",
        "standing_usd",
        "charge_usd",
    ]);
    for (mode, rank, it) in itineraries(outcome) {
        let json = json::itineraries(model, std::slice::from_ref(it));
        for (at, leg) in json.iter().flat_map(|it| it.legs.iter().enumerate()) {
            csv.row([
                model.network.nodes[it.from].id.clone(),
                model.network.nodes[it.to].id.clone(),
                model.class_row(it.class).id.clone(),
                mode.to_owned(),
                rank.to_string(),
                (at + 1).to_string(),
                leg.kind.to_owned(),
                leg.mode.clone(),
                leg.from.id.clone(),
                leg.to.id.clone(),
                leg.at.clone().unwrap_or_default(),
                leg.link_ids.join(";"),
                number(leg.km, 3),
                number(leg.moving_h, 4),
                number(leg.stop_h, 4),
                number(leg.usd_parts.haulage, 4),
                number(leg.usd_parts.fees, 4),
                number(leg.usd_parts.standing, 4),
                number(leg.usd_parts.charges, 4),
            ]);
        }
    }
    csv.finish()
}

fn crossing_table(model: &Model, outcome: &Outcome) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "crossing_id",
        "name",
        "mode",
        "from_node_id",
        "to_node_id",
        "class",
        "both_sides_h",
        "exit_h",
        "entry_h",
        "total_h",
        "fees_usd_per_20_t_or_person",
        "can_close",
        "must_consent",
        "assumed",
    ]);
    for passage in &outcome.passages {
        let network = &model.network;
        let crossing = &network.crossings[passage.crossing];
        let asset = &network.assets[crossing.asset];
        let control = model.control(crossing.asset);
        let hours = |side| passage.hours.get(&side).map_or(String::new(), |&h| number(h, 4));
        csv.row([
            crossing.id.clone(),
            crossing.name.clone(),
            asset.mode.word().to_owned(),
            network.nodes[passage.from].id.clone(),
            network.nodes[passage.to].id.clone(),
            model.class_row(passage.class).id.clone(),
            hours(Side::Both),
            hours(Side::Exit),
            hours(Side::Entry),
            number(passage.total_h(), 4),
            number(passage.total_usd(), 2),
            network.actor_sets_in_words(&control.can_close),
            network.actor_sets_in_words(&control.must_consent),
            u8::from(passage.assumed).to_string(),
        ]);
    }
    csv.finish()
}

fn skim_table(model: &Model, outcome: &Outcome) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "class",
        "from_node_id",
        "to_node_id",
        "generalized_cost_usd",
        "km",
        "moving_h",
        "stop_h",
        "usd",
    ]);
    for skim in &outcome.skims {
        let class = &model.class_row(skim.class).id;
        let id = |at: usize| model.network.nodes[skim.zones[at]].id.clone();
        for (at, cell) in skim.cells.iter().enumerate() {
            let Some(cell) = cell else { continue };
            csv.row([
                class.clone(),
                id(at / skim.zones.len()),
                id(at % skim.zones.len()),
                number(cell.cost, 4),
                number(cell.km, 3),
                number(cell.moving_h, 4),
                number(cell.stop_h, 4),
                number(cell.usd, 4),
            ]);
        }
    }
    csv.finish()
}

fn validation_table(model: &Model, outcome: &Outcome) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "validation_id",
        "kind",
        "route",
        "class",
        "measure",
        "published",
        "published_low",
        "published_high",
        "model",
        "relative_error",
        "used_to_build",
        "cause",
        "not_compared_because",
    ]);
    for comparison in &outcome.validation {
        let fact = &model.study.validation[comparison.row];
        let error = comparison.error(fact).map_or(String::new(), |e| number(e, 4));
        csv.row([
            fact.validation_id.clone(),
            fact.kind.word().to_owned(),
            fact.route.clone().unwrap_or_default(),
            fact.class.clone().unwrap_or_default(),
            fact.measure.map_or(String::new(), |m| m.word().to_owned()),
            fact.value.map_or(String::new(), |v| number(v, 4)),
            fact.value_low.map_or(String::new(), |v| number(v, 4)),
            fact.value_high.map_or(String::new(), |v| number(v, 4)),
            comparison.model.map_or(String::new(), |v| number(v, 4)),
            error,
            u8::from(fact.used_to_build).to_string(),
            fact.cause.clone().unwrap_or_default(),
            comparison.reason.clone().unwrap_or_default(),
        ]);
    }
    csv.finish()
}
