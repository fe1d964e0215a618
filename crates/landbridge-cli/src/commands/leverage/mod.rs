//! `landbridge leverage`: who can do what to whom, and what could be built against it.

mod options;
mod tables;

use std::process::ExitCode;

use landbridge::control::Coalition;
use landbridge::model::{Assignment, Board, LeverageQuery, Model, TradeModel};
use landbridge::scenario::BASE;
use landbridge_io::leverage::{LEVERAGE_NOTE, View, leverage_csv, leverage_json};

use super::flows::{NO_DEMAND, size_line};
use crate::args::{Format, Leverage};
use crate::certificate::{Certificate, NOT_CONVERGED};
use crate::input::{self, Failure};
use crate::output::{self, Progress, round};

/// Rows of the tables that rank; the others are counted.
const SHOWN: usize = 20;

/// What less than half a hundredth of a million looks like.
const NOTHING: &str = "0.00";

/// Columns that words take at most.
const WIDTH: usize = 100;

/// Runs the command.
///
/// # Errors
/// The study has errors or no demand, there is no such scenario or party, or trade has no equilibrium under a closure.
pub fn run(args: &Leverage) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    input::under(&model, args.scenario.as_deref(), args.neutral)?;
    for id in [&args.of, &args.on].into_iter().flatten() {
        actor(&model, id)?;
    }
    for id in args.jointly.iter().flat_map(|set| set.split('+')) {
        actor(&model, id)?;
    }
    if args.trade && model.study.elasticities.is_empty() {
        return Err(no_trade());
    }
    let progress = Progress::start("building route sets");
    let assignment = model.assignment(model.study.study.base_year);
    let mut assignment = assignment.ok_or_else(|| Failure::Usage(NO_DEMAND.trim_end().to_owned()))?;
    let position = assignment.position(args.scenario.as_deref().unwrap_or(BASE)).unwrap_or(0);
    if args.neutral {
        progress.next("making regimes equal");
        assignment = assignment.neutral();
    }
    let trade = if args.trade { Some(TradeModel::new(&assignment).ok_or_else(no_trade)?) } else { None };
    progress.next(if args.trade { "closing links, trade answers" } else { "closing links" });
    let board = Board::new(&assignment, position);
    let place = |id: &Option<String>| id.as_ref().map(|id| party(&model, &board, id)).transpose();
    let (of, on) = (place(&args.of)?, place(&args.on)?);
    let jointly = args.jointly.iter().map(|set| together(&model, &board, set)).collect::<Result<_, _>>()?;
    let query = LeverageQuery { selective: args.selective, jointly };
    let failed = |error: String| Failure::Failed(error.into());
    let leverage = board.leverage(&query, trade.as_ref()).map_err(failed)?;
    progress.next("closing links with all built that could be");
    let options = board.options(&query, args.trade, args.discount_rate).map_err(failed)?;
    drop(progress);
    let view = View::new(&leverage, options.as_ref(), of, on);
    match args.format {
        Format::Table => output::data(&text(&assignment, position, &view)),
        Format::Json => {
            let json = leverage_json(&assignment, position, &view);
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        Format::Csv => output::bytes(&leverage_csv(&view)),
    }
    let code = Certificate::of(&assignment, [position]).finish();
    if is_converged(&view) {
        return Ok(code);
    }
    output::warning("not all closures have come to their equilibrium; results are marked");
    Ok(ExitCode::from(NOT_CONVERGED))
}

fn is_converged(view: &View<'_>) -> bool {
    view.leverage.is_converged && view.options.is_none_or(|options| options.is_converged)
}

fn no_trade() -> Failure {
    let text = "the study holds no totals of trade or no elasticities (economy/trade_total.csv, economy/elasticity.csv): \
                trade cannot answer; leave out --trade";
    Failure::Usage(text.to_owned())
}

/// Identifier of an actor as the study spells it.
fn actor(model: &Model, id: &str) -> Result<String, Failure> {
    let actors = || model.study.actors.iter().map(|row| row.actor_id.as_str());
    let found = actors().find(|known| known.eq_ignore_ascii_case(id)).map(str::to_owned);
    found.ok_or_else(|| {
        let known: Vec<&str> = actors().collect();
        Failure::Usage(format!("there is no actor `{id}`; known: {}", known.join(", ")))
    })
}

/// Position of a party by the name of its actor.
fn party(model: &Model, board: &Board<'_>, id: &str) -> Result<usize, Failure> {
    let id = actor(model, id)?;
    let parties = board.parties();
    if let Some(at) = parties.iter().position(|party| party.id == id) {
        return Ok(at);
    }
    let home = model.network.actor(&id).and_then(|actor| board.party_of(actor));
    let why = home.map_or_else(
        || "is not in the corridor game (in_corridor_game of politics/actor.csv)".to_owned(),
        |at| format!("counts with its home state: ask for `{}`", parties[at].id),
    );
    let known: Vec<&str> = parties.iter().map(|party| party.id.as_str()).collect();
    Err(Failure::Usage(format!("`{id}` {why}; parties: {}", known.join(", "))))
}

/// Parties that close together: `ARM+USA`.
fn together(model: &Model, board: &Board<'_>, set: &str) -> Result<Coalition, Failure> {
    let members = set.split('+').map(|id| party(model, board, id)).collect::<Result<Vec<_>, _>>()?;
    Coalition::of(members).map_err(|error| Failure::Usage(error.to_string()))
}

/// Millions a year, small ones to hundredths. What rounds to nothing is a zero without a sign.
fn million(usd: f64) -> String {
    let million = usd / 1e6;
    let shown = if million.abs() < 9.995 { format!("{million:.2}") } else { round(million) };
    if shown == "-0.00" { NOTHING.to_owned() } else { shown }
}

fn share(value: f64) -> String {
    format!("{:.0}%", 100.0 * value + 0.0)
}

/// Words in lines that fit a narrow terminal, each with its end.
pub fn wrapped(words: &str) -> String {
    in_lines(words, WIDTH) + "\n"
}

/// Words in lines of at most so many columns, if no word is longer.
pub fn in_lines(words: &str, most: usize) -> String {
    let (mut text, mut width) = (String::new(), 0);
    for word in words.split_whitespace() {
        let n = word.chars().count();
        if width > 0 {
            let is_full = width + 1 + n > most;
            text.push(if is_full { '\n' } else { ' ' });
            width = if is_full { 0 } else { width + 1 };
        }
        text += word;
        width += n;
    }
    text
}

fn section(title: &str) -> String {
    format!("\n{}", output::heading(title))
}

fn text(assignment: &Assignment, position: usize, view: &View<'_>) -> String {
    let (model, leverage) = (assignment.reference(), view.leverage);
    let currency = &model.study.units.currency;
    let of_scenario = match (leverage.scenario.as_str(), leverage.is_neutral) {
        ("", _) => String::new(),
        (id, false) => format!(", scenario {id}"),
        (id, true) => format!(", scenario {id}, neutral"),
    };
    let year = assignment.demand.year;
    let title = format!("{}{of_scenario}: who can do what to whom, {year}", model.study.study.name);
    let mut text = output::heading(&title) + &Certificate::of(assignment, [position]).line();
    text += &wrapped(&size_line(assignment));
    if !is_converged(view) {
        text += "NOT all closures are in equilibrium: do not use these figures\n";
    }
    text += &tables::parties(view, currency);
    if view.closers.is_empty() {
        return text + "\nNobody can close any link.\n";
    }
    text += &tables::shares(view);
    for table in 0..leverage.denials.len() {
        text += &tables::matrix(view, table, currency);
    }
    text += &tables::ranking(view, currency);
    text += &options::together(view, currency);
    text += &options::answers(view, &model.study, currency);
    text + "\n" + &wrapped(LEVERAGE_NOTE)
}
