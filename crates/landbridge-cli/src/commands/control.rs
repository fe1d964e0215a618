//! `landbridge control`: who can close the best way between two places, in every scenario.

use std::process::ExitCode;

use landbridge::index::ActorIdx;
use landbridge::model::{Model, RouteQuery};
use landbridge::outcome::compare::PairSide;
use landbridge::route::k_best::Distinct;
use landbridge::study::tables::Mode;
use serde::Serialize;

use super::{modes, territories};
use crate::args::{Control, Format};
use crate::input::{self, Failure};
use crate::output::{self, round};

/// Who holds the best way in one scenario.
#[derive(Serialize)]
struct HeldJson {
    scenario: String,
    neutral: bool,
    mode: String,
    way: Option<String>,
    total_h: Option<f64>,
    total_usd: Option<f64>,
    closers: Vec<String>,
    vetoes: Vec<String>,
    second_best_premium: Option<f64>,
}

/// Runs the command.
///
/// # Errors
/// The study has errors, or a place, mode, class or scenario is not known.
pub fn run(args: &Control) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    let class = input::class(&model, args.class.as_deref())?;
    let (from, to) = (input::place(&model, &args.from)?, input::place(&model, &args.to)?);
    if from == to {
        return Err(Failure::Usage("origin and destination are the same place".to_owned()));
    }
    let modes = match args.mode.as_slice() {
        [] => vec![vec![Mode::Road], vec![Mode::Rail]],
        words => vec![words.iter().map(|word| input::mode(word)).collect::<Result<_, _>>()?],
    };
    let permitted = |modes: &Vec<Mode>| modes.iter().any(|mode| model.class_row(class).may_use(*mode));
    let modes: Vec<_> = modes.into_iter().filter(permitted).collect();
    let mut held = Vec::new();
    for (id, is_neutral) in states(&model, &args.scenarios) {
        let under = input::under(&model, Some(&id), is_neutral)?;
        for modes in &modes {
            let query = RouteQuery {
                from,
                to,
                via: Vec::new(),
                class,
                modes: modes.clone(),
                k: 2,
                distinct: Distinct::Territories,
                flag: None,
            };
            held.push(json(&under, &id, is_neutral, modes, under.held(&query)));
        }
    }
    match args.format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&held)),
        Format::Csv => output::bytes(&csv(&held)),
        Format::Table => {
            let name = |at| super::short(&model.network.nodes[at].name).to_owned();
            let class = &model.class_row(class).name;
            let title = format!("{} to {}, {class}: who holds the best way", name(from), name(to));
            output::data(&(output::heading(&title) + &table(&held)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The scenarios asked for, or all that stand alone, each with regimes as specified and, if it has any, neutral.
fn states(model: &Model, asked: &[String]) -> Vec<(String, bool)> {
    let stands_alone = |id: &&String| model.study.scenarios[*id].row().is_some_and(|row| !row.is_module);
    let ids: Vec<String> = match asked {
        [] => model.study.scenarios.keys().filter(stands_alone).cloned().collect(),
        ids => ids.to_vec(),
    };
    let mut states = Vec::new();
    for id in ids {
        let governed = model.under(&id, false).is_ok_and(|model| !model.overlay.regimes.is_empty());
        states.push((id.clone(), false));
        if governed {
            states.push((id, true));
        }
    }
    states
}

fn json(model: &Model, id: &str, neutral: bool, asked: &[Mode], side: PairSide) -> HeldJson {
    let actors = |list: Vec<ActorIdx>| list.into_iter().map(|a| model.network.actors[a].id.clone()).collect();
    let best = side.best.as_ref();
    HeldJson {
        scenario: id.to_owned(),
        neutral,
        mode: asked.iter().map(|mode| mode.word()).collect::<Vec<_>>().join("+"),
        way: best.map(|way| format!("{} by {}", territories(model, way), modes(way))),
        total_h: best.map(landbridge::outcome::Itinerary::total_h),
        total_usd: best.map(landbridge::outcome::Itinerary::total_usd),
        closers: actors(side.closers),
        vetoes: actors(side.vetoes),
        second_best_premium: side.premium,
    }
}

fn csv(held: &[HeldJson]) -> Vec<u8> {
    let header = [
        "scenario",
        "neutral",
        "mode",
        "way",
        "total_h",
        "total_usd",
        "closers",
        "n_closers",
        "consent",
        "second_best_premium",
    ];
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let row = |held: &HeldJson| {
        vec![
            held.scenario.clone(),
            held.neutral.to_string(),
            held.mode.clone(),
            held.way.clone().unwrap_or_default(),
            number(held.total_h),
            number(held.total_usd),
            held.closers.join(";"),
            held.closers.len().to_string(),
            held.vetoes.join(";"),
            number(held.second_best_premium),
        ]
    };
    output::csv(&header, &held.iter().map(row).collect::<Vec<_>>())
}

/// One row a scenario and mode; figures with equal checks and tolls in brackets where only they differ.
fn table(held: &[HeldJson]) -> String {
    let number = |value: Option<f64>| value.map_or(String::new(), round);
    let same = |a: &HeldJson, b: &HeldJson| {
        (&a.scenario, &a.mode, &a.way, &a.closers, &a.vetoes)
            == (&b.scenario, &b.mode, &b.way, &b.closers, &b.vetoes)
    };
    let mut rows = Vec::new();
    for (at, side) in held.iter().enumerate() {
        let twin = held.iter().find(|other| other.neutral != side.neutral && same(side, other));
        if side.neutral && twin.is_some() {
            continue;
        }
        let both = |value: fn(&HeldJson) -> Option<f64>| {
            let neutral = twin.map(|twin| number(value(twin))).filter(|text| *text != number(value(side)));
            number(value(side)) + &neutral.map_or(String::new(), |neutral| format!(" ({neutral})"))
        };
        let repeats =
            at > 0 && held[at - 1].scenario == side.scenario && held[at - 1].neutral == side.neutral;
        let name = match (repeats, side.neutral) {
            (true, _) => String::new(),
            (false, true) => format!("{}, neutral", side.scenario),
            (false, false) => side.scenario.clone(),
        };
        rows.push(vec![
            name,
            side.way.clone().unwrap_or_else(|| format!("no way by {}", side.mode)),
            both(|side| side.total_h),
            both(|side| side.total_usd),
            side.closers.len().to_string(),
            side.closers.join(", "),
            side.vetoes.join(", "),
            side.second_best_premium.map_or(String::new(), |p| format!("{:+.0}%", 100.0 * p)),
        ]);
    }
    let header =
        ["scenario", "best way", "h", "USD", "n", "can close it alone", "must consent", "second best"];
    output::table(&header, 2..5, rows)
        + "Can close alone, must consent: on at least one link of the way. In brackets: with equal checks and tolls.\n\
           Second best: the best way through other territories, in generalized cost.\n"
}
