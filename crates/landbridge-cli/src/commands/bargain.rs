//! `landbridge bargain`: what the corridor that a scenario opens is worth to whom, and who can expect what of it.

use std::process::ExitCode;

use landbridge::model::{Board, TradeModel};
use landbridge::outcome::leverage::Party;
use landbridge::outcome::settlement::{Bargain, Convention, Cover};
use landbridge_io::settlement::{NOTE, bargain_json};

use super::stability::{board, horizon, million, party};
use crate::args::{self, Format, GameConvention};
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
    let horizon = args.horizon.as_ref().map(|id| horizon(Some(id), trade.as_ref())).transpose()?;
    let blocs = args.blocs.iter().map(|bloc| members(bloc, &board)).collect::<Result<Vec<_>, _>>()?;
    let conventions: &[Convention] = match args.convention {
        GameConvention::StatusQuo => &[Convention::StatusQuo],
        GameConvention::Strict => &[Convention::Strict],
        GameConvention::Both => &[Convention::StatusQuo, Convention::Strict],
    };
    let game = |&convention: &Convention| board.bargain(convention, horizon, &blocs);
    let games: Result<Vec<Bargain>, String> = conventions.iter().map(game).collect();
    let games = games.map_err(|error| Failure::Failed(error.into()))?;
    drop(progress);
    match (args.format, &games[..]) {
        (Format::Json, [game]) => output::bytes(&landbridge_io::results::pretty(&bargain_json(game))),
        (Format::Json, games) => {
            let json: Vec<_> = games.iter().map(bargain_json).collect();
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        (Format::Csv, games) => output::bytes(&csv(games)),
        (Format::Table, games) => {
            let (study, currency) = (&model.study.study.name, &model.study.units.currency);
            let texts: Vec<String> = games.iter().map(|game| text(study, currency, game)).collect();
            output::data(&texts.join("\n"));
        }
    }
    let is_converged = games.iter().all(|game| game.is_converged);
    Ok(if is_converged { ExitCode::SUCCESS } else { ExitCode::from(NOT_CONVERGED) })
}

fn members(bloc: &str, board: &Board<'_>) -> Result<Vec<usize>, Failure> {
    bloc.split('+').map(|id| party(id, board)).collect()
}

pub fn csv(games: &[Bargain]) -> Vec<u8> {
    let header = [
        "scenario",
        "convention",
        "party",
        "veto",
        "gain_usd",
        "shapley_usd",
        "shapley_error_usd",
        "owen_usd",
        "nucleolus_usd",
        "core_min_usd",
        "core_max_usd",
        "cover_shapley_usd",
    ];
    let number = |value: f64| format!("{value:.0}");
    let of = |values: Option<&Vec<f64>>, at: usize| values.map_or(String::new(), |values| number(values[at]));
    let mut rows = Vec::new();
    for game in games {
        for (at, party) in game.parties.iter().enumerate() {
            let core = game.core_usd.as_ref().map(|core| core[at]);
            rows.push(vec![
                game.scenario.clone(),
                game.convention.word().to_owned(),
                party.id.clone(),
                u8::from(game.has_veto[at]).to_string(),
                number(game.gain_usd[at]),
                number(game.shapley_usd[at]),
                of(game.shapley_error_usd.as_ref(), at),
                of(game.owen_usd.as_ref(), at),
                of(game.nucleolus_usd.as_ref(), at),
                core.map_or(String::new(), |core| number(core.0)),
                core.map_or(String::new(), |core| number(core.1)),
                of(game.cover.as_ref().map(|cover| &cover.shapley_usd), at),
            ]);
        }
    }
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
    text += &values(game);
    text += &words(game);
    if let Some(cover) = &game.cover {
        text += &bargaining(game, cover);
    }
    let outsiders = match game.convention {
        Convention::StatusQuo => "Links of those outside of a coalition stay as they are.",
        Convention::Strict => "Links of those outside of a coalition are closed.",
    };
    text + outsiders + " Actors who are no party are taken to consent.\n" + NOTE + "\n"
}

fn values(game: &Bargain) -> String {
    let row = |(at, party): (usize, &Party)| {
        let mut row = vec![
            party.id.clone(),
            if game.has_veto[at] { "yes" } else { "" }.to_owned(),
            million(game.gain_usd[at]),
            million(game.shapley_usd[at]),
        ];
        let optional = [&game.shapley_error_usd, &game.owen_usd, &game.nucleolus_usd];
        row.extend(optional.into_iter().flatten().map(|values| million(values[at])));
        if let Some(core) = &game.core_usd {
            row.extend([million(core[at].0), million(core[at].1)]);
        }
        row
    };
    let mut header = vec!["party", "veto", "gain", "Shapley"];
    header.extend(game.shapley_error_usd.as_ref().map(|_| "error"));
    header.extend(game.owen_usd.as_ref().map(|_| "Owen"));
    header.extend(game.nucleolus_usd.as_ref().map(|_| "nucleolus"));
    if game.core_usd.is_some() {
        header.extend(["core\nleast", "\nmost"]);
    }
    output::table(&header, 2..header.len(), game.parties.iter().enumerate().map(row).collect())
}

fn words(game: &Bargain) -> String {
    let mut text =
        "\nMillion a year. Gain: what a party has by itself when all agree and nobody pays anybody. Shapley: its mean \
         contribution over all orders of joining. Veto: nothing is worth anything without it.\n"
            .to_owned();
    if game.shapley_error_usd.is_some() {
        text += "Parties are more than 16: orders of joining are drawn. Error: the standard error of that; values are within \
                 two of it 19 times out of 20. The core and the nucleolus are not worked out.\n";
        return text;
    }
    text += if game.nucleolus_usd.is_some() {
        "Nucleolus: the division that makes the unhappiest coalition least unhappy.\n"
    } else {
        "The nucleolus is worked out for at most 10 parties.\n"
    };
    let line = match (&game.core_usd, game.least_core_usd) {
        (None, Some(excess)) => format!(
            "The core is empty: whatever the division, some coalition gets at least {} million less than it could have.\n",
            million(excess)
        ),
        _ => "No coalition could do better by itself within the core, between least and most of each.\n"
            .to_owned(),
    };
    text += &line;
    text
}

/// Where some coalitions are worth less together than apart.
fn bargaining(game: &Bargain, cover: &Cover) -> String {
    let mut text = format!(
        "\n{} coalitions are worth more in parts than together, by up to {} million: what one opens, another loses by. What \
         would be agreed is then about the game in which each acts in its best parts (the superadditive cover), worth {} \
         million a year:\n",
        cover.n_raised,
        million(cover.raised_usd),
        million(cover.worth_usd)
    );
    let row = |(at, party): (usize, &Party)| {
        let mut row = vec![party.id.clone(), million(cover.shapley_usd[at])];
        row.extend(cover.nucleolus_usd.as_ref().map(|values| million(values[at])));
        if let Some(core) = &cover.core_usd {
            row.extend([million(core[at].0), million(core[at].1)]);
        }
        row
    };
    let mut header = vec!["party", "Shapley\nof the cover"];
    header.extend(cover.nucleolus_usd.as_ref().map(|_| "nucleolus\nof the cover"));
    if cover.core_usd.is_some() {
        header.extend(["core\nleast", "\nmost"]);
    }
    text += &output::table(&header, 1..header.len(), game.parties.iter().enumerate().map(row).collect());
    if cover.core_usd.is_none() {
        let line = format!(
            "Its core is empty, too: some coalition gets at least {} million less than it could have.\n",
            million(cover.least_core_usd)
        );
        text += &line;
    }
    text + "\n"
}
