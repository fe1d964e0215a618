//! `landbridge bargain`: what the corridor that a scenario opens is worth to whom, and who can expect what of it.

use std::process::ExitCode;

use landbridge::model::{Board, TradeModel};
use landbridge::outcome::settlement::{Bargain, Convention};
use landbridge_io::settlement::{NOTE, bargain_json};

use super::stability::{board, million};
use crate::args::{self, Format};
use crate::certificate::NOT_CONVERGED;
use crate::input::Failure;
use crate::output::{self, Progress};

/// Runs the command.
///
/// # Errors
/// The study has errors or no demand, a scenario, horizon or actor does not exist, or no equilibrium does.
pub fn run(args: &args::Bargain) -> Result<ExitCode, Failure> {
    let (model, assignment, scenario) = board(&args.study, args.scenario.as_deref(), args.neutral)?;
    let progress = Progress::start("solving for what coalitions can use");
    let board = Board::new(&assignment, scenario);
    let trade = args.horizon.as_ref().and_then(|_| TradeModel::new(&assignment));
    let horizon = match (&args.horizon, &trade) {
        (None, _) => None,
        (Some(_), None) => {
            return Err(Failure::Usage("the study holds no trade totals (docs/guide/welfare.md)".into()));
        }
        (Some(id), Some(trade)) => {
            let rows = trade.horizons();
            let found = rows.iter().find(|row| row.horizon == *id).ok_or_else(|| {
                let known: Vec<_> = rows.iter().map(|row| row.horizon.as_str()).collect();
                Failure::Usage(format!("there is no horizon `{id}`; known: {}", known.join(", ")))
            })?;
            Some((trade, found))
        }
    };
    let blocs = args.blocs.iter().map(|bloc| members(bloc, &board)).collect::<Result<Vec<_>, _>>()?;
    let convention = if args.strict { Convention::Strict } else { Convention::StatusQuo };
    let game = board.bargain(convention, horizon, &blocs).map_err(|error| Failure::Failed(error.into()))?;
    drop(progress);
    match args.format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&bargain_json(&game))),
        Format::Csv => output::bytes(&csv(&game)),
        Format::Table => output::data(&text(&model.study.study.name, &model.study.units.currency, &game)),
    }
    Ok(if game.is_converged { ExitCode::SUCCESS } else { ExitCode::from(NOT_CONVERGED) })
}

fn members(bloc: &str, board: &Board<'_>) -> Result<Vec<usize>, Failure> {
    let place = |id: &str| {
        board.parties().iter().position(|party| party.id == id).ok_or_else(|| {
            let known: Vec<_> = board.parties().iter().map(|party| party.id.as_str()).collect();
            Failure::Usage(format!("there is no party `{id}`; known: {}", known.join(", ")))
        })
    };
    bloc.split('+').map(place).collect()
}

fn csv(game: &Bargain) -> Vec<u8> {
    let header = [
        "scenario",
        "party",
        "veto",
        "gain_usd",
        "shapley_usd",
        "owen_usd",
        "nucleolus_usd",
        "core_min_usd",
        "core_max_usd",
    ];
    let number = |value: f64| format!("{value:.0}");
    let rows: Vec<Vec<String>> = game
        .parties
        .iter()
        .enumerate()
        .map(|(at, party)| {
            let core = game.core_usd.as_ref().map(|core| core[at]);
            vec![
                game.scenario.clone(),
                party.id.clone(),
                u8::from(game.has_veto[at]).to_string(),
                number(game.gain_usd[at]),
                number(game.shapley_usd[at]),
                game.owen_usd.as_ref().map_or(String::new(), |owen| number(owen[at])),
                number(game.nucleolus_usd[at]),
                core.map_or(String::new(), |core| number(core.0)),
                core.map_or(String::new(), |core| number(core.1)),
            ]
        })
        .collect();
    output::csv(&header, &rows)
}

fn text(study: &str, currency: &str, game: &Bargain) -> String {
    let neutral = if game.is_neutral { ", neutral" } else { "" };
    let after =
        game.horizon.as_ref().map_or("costs only".to_owned(), |horizon| format!("trade after `{horizon}`"));
    let mut text = output::heading(&format!("{study}: the game of {}{neutral}, {after}", game.scenario));
    if !game.is_converged {
        text += "NOT CONVERGED: an equilibrium was not reached to its tolerance\n";
    }
    if game.opened.is_empty() {
        return text
            + "the scenario opens no link that is not open in the reference: there is nothing to agree on\n";
    }
    let line = format!(
        "{} links open, {} different sets of links that coalitions can use; together all gain {} million {currency} a year\n",
        game.opened.len(),
        game.n_solved,
        million(game.worth_usd)
    );
    text += &line;
    let row = |(at, party): (usize, &landbridge::outcome::leverage::Party)| {
        let mut row = vec![
            party.id.clone(),
            if game.has_veto[at] { "yes" } else { "" }.to_owned(),
            million(game.gain_usd[at]),
            million(game.shapley_usd[at]),
        ];
        row.extend(game.owen_usd.as_ref().map(|owen| million(owen[at])));
        row.push(million(game.nucleolus_usd[at]));
        if let Some(core) = &game.core_usd {
            row.extend([million(core[at].0), million(core[at].1)]);
        }
        row
    };
    let mut header = vec!["party", "veto", "gain", "Shapley"];
    header.extend(game.owen_usd.as_ref().map(|_| "Owen"));
    header.push("nucleolus");
    if game.core_usd.is_some() {
        header.extend(["core\nleast", "\nmost"]);
    }
    text += &output::table(&header, 2..header.len(), game.parties.iter().enumerate().map(row).collect());
    text += "\nMillion a year. Gain: what a party has by itself when all agree and nobody pays anybody. Shapley: its mean \
             contribution over all orders of joining. Nucleolus: the division that makes the unhappiest coalition least \
             unhappy. Veto: nothing is worth anything without it.\n";
    let line = match (&game.core_usd, game.least_core_usd) {
        (None, excess) => format!(
            "The core is empty: whatever the division, some coalition gets at least {} million less than it could have.\n",
            million(excess)
        ),
        _ => "No coalition could do better by itself within the core, between least and most of each.\n"
            .to_owned(),
    };
    text += &line;
    if let Some(loss) = game.conflict_usd {
        let line = format!(
            "Some coalitions are worth up to {} million less together than apart: what one opens, another loses by. Values \
             then say what joining brings on average, not what would be agreed.\n",
            million(loss)
        );
        text += &line;
    }
    let outsiders = match game.convention {
        Convention::StatusQuo => "Links of those outside of a coalition stay as they are.",
        Convention::Strict => "Links of those outside of a coalition are closed.",
    };
    text + outsiders + " Actors who are no party are taken to consent.\n" + NOTE + "\n"
}
