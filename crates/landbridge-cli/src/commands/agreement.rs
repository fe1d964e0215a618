//! `landbridge agreement`: what was promised, what holds on a day, and what stands in the way.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use landbridge::model::Model;
use landbridge::outcome::agreement::{CommitmentState, PromisedLink};
use landbridge::study::settlement_tables::{CommitmentRow, Stage};
use landbridge::study::tables::Status;
use serde::Serialize;

use crate::args::{Agreement, Format};
use crate::input::{self, Failure};
use crate::output;

/// A commitment for programs.
#[derive(Serialize)]
struct CommitmentJson<'m> {
    item_id: &'m str,
    instrument: &'m str,
    party: &'m [String],
    commitment: &'m str,
    stage: &'static str,
    since: Option<String>,
    guarantor_mediator: &'m [String],
    condition: Option<&'m str>,
    regime: Option<&'m str>,
    links: Vec<LinkJson<'m>>,
}

#[derive(Serialize)]
struct LinkJson<'m> {
    link_id: &'m str,
    status: &'static str,
    barred_by: &'m [String],
}

/// Runs the command.
///
/// # Errors
/// The study has errors, or the day lies before the timeline.
pub fn run(args: &Agreement) -> Result<ExitCode, Failure> {
    let (text_of_study, model) = input::require(&args.study)?;
    let model = input::under_as_of(&text_of_study, &model, None, args.as_of, false)?;
    let states = model.agreement();
    let json: Vec<_> = states.iter().map(|state| json(&model, state)).collect();
    match args.format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&json)),
        Format::Csv => {
            let header = [
                "item_id",
                "instrument",
                "party",
                "commitment",
                "stage",
                "since",
                "guarantor_mediator",
                "condition",
                "regime",
                "link_id",
                "status",
                "barred_by",
            ];
            let rows: Vec<_> = json.iter().flat_map(csv_rows).collect();
            output::bytes(&output::csv(&header, &rows));
        }
        Format::Table => output::data(&text(&model, &states)),
    }
    Ok(ExitCode::SUCCESS)
}

fn json<'m>(model: &'m Model, state: &'m CommitmentState) -> CommitmentJson<'m> {
    let row = &model.study.agreement[state.row];
    let link = |link: &'m PromisedLink| LinkJson {
        link_id: &model.network.assets[link.asset].id,
        status: link.status.word(),
        barred_by: &link.barred_by,
    };
    CommitmentJson {
        item_id: &row.item_id,
        instrument: &row.instrument,
        party: &row.party,
        commitment: &row.commitment,
        stage: state.stage.word(),
        since: state.since.map(|day| day.to_string()),
        guarantor_mediator: &row.guarantor_mediator,
        condition: row.condition.as_deref(),
        regime: row.regime.as_deref(),
        links: state.links.iter().map(link).collect(),
    }
}

/// One row for each link that a commitment opens, or one row without a link.
fn csv_rows(item: &CommitmentJson<'_>) -> Vec<Vec<String>> {
    let head = || {
        vec![
            item.item_id.to_owned(),
            item.instrument.to_owned(),
            item.party.join(";"),
            item.commitment.to_owned(),
            item.stage.to_owned(),
            item.since.clone().unwrap_or_default(),
            item.guarantor_mediator.join(";"),
            item.condition.unwrap_or("").to_owned(),
            item.regime.unwrap_or("").to_owned(),
        ]
    };
    if item.links.is_empty() {
        return vec![[head(), vec![String::new(); 3]].concat()];
    }
    let links = item.links.iter();
    let cells =
        |link: &LinkJson<'_>| vec![link.link_id.to_owned(), link.status.to_owned(), link.barred_by.join(";")];
    links.map(|link| [head(), cells(link)].concat()).collect()
}

fn text(model: &Model, states: &[CommitmentState]) -> String {
    let name = &model.study.study.name;
    let mut text = output::heading(&format!("{name}: what was promised, as of {}", model.overlay.as_of));
    if states.is_empty() {
        return text + "the study holds no commitments (politics/agreement.csv)\n";
    }
    let mut by_instrument: BTreeMap<usize, (&str, Vec<Vec<String>>)> = BTreeMap::new();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let made = || states.iter().filter(|state| state.stage != Stage::Pending);
    for state in made() {
        let row = &model.study.agreement[state.row];
        let at = *first.entry(&row.instrument).or_insert(state.row);
        let rows = &mut by_instrument.entry(at).or_insert((&row.instrument, Vec::new())).1;
        rows.push(table_row(row, state));
    }
    for (instrument, rows) in by_instrument.into_values() {
        text.push('\n');
        text += &output::heading(instrument);
        text += &output::table(&["item", "by", "promises", "stage", "since", "in the way"], 0..0, rows);
    }
    let opening: Vec<_> = made().filter(|state| !state.links.is_empty()).collect();
    let free = opening.iter().filter(|state| state.free_links() == state.links.len()).count();
    text + &format!(
        "\n{} commitments, {} of later days left out; {} would open links, of these {free} with nothing in the way\n",
        made().count(),
        states.len() - made().count(),
        opening.len()
    )
}

fn table_row(row: &CommitmentRow, state: &CommitmentState) -> Vec<String> {
    vec![
        row.item_id.clone(),
        row.party.join(", "),
        row.commitment.clone(),
        state.stage.word().replace('_', " "),
        state.since.map_or(String::new(), |day| day.to_string()),
        in_the_way(row, state),
    ]
}

/// States of links that are not open, rules that bar, and the condition, in words.
fn in_the_way(row: &CommitmentRow, state: &CommitmentState) -> String {
    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_rule: BTreeSet<&str> = BTreeSet::new();
    for link in &state.links {
        if link.status != Status::Open {
            *by_status.entry(link.status.word()).or_default() += 1;
        }
        for rule in &link.barred_by {
            by_rule.insert(rule);
        }
    }
    let of = state.links.len();
    let states = by_status.into_iter().map(|(word, n)| format!("{n} of {of} {}", word.replace('_', " ")));
    let mut parts: Vec<String> = states.collect();
    match by_rule.len() {
        0 => {}
        1..=2 => parts.extend(
            by_rule.into_iter().map(|rule| format!("rule {} bars some", rule.trim_start_matches("access/"))),
        ),
        n => parts.push(format!("{n} access rules bar some")),
    }
    if parts.is_empty() && of > 0 {
        parts.push(format!("nothing: {of} of {of} open"));
    }
    parts.extend(row.condition.iter().map(|condition| format!("condition: {condition}")));
    parts.join("; ")
}
