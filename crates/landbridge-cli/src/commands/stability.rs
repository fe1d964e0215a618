//! `landbridge stability`: whom it pays to break the agreement that opens a corridor, and how far each is from it.

use std::path::Path;
use std::process::ExitCode;

use landbridge::model::{Assignment, Board, Model, Patience};
use landbridge::outcome::settlement::{Settlement, Stand};
use landbridge_io::settlement::{NOTE, in_words, settlement_json};

use super::flows::NO_DEMAND;
use crate::args::{Format, Stability};
use crate::certificate::NOT_CONVERGED;
use crate::input::{self, Failure};
use crate::output::{self, Progress};

/// Runs the command.
///
/// # Errors
/// The study has errors or no demand, or the scenario does not exist.
pub fn run(args: &Stability) -> Result<ExitCode, Failure> {
    let (model, assignment, scenario) = board(&args.study, args.scenario.as_deref(), args.neutral)?;
    let progress = Progress::start("solving for what each could do");
    let board = Board::new(&assignment, scenario);
    let patience = Patience { discount_rate: args.discount_rate, end_per_year: args.end_per_year };
    let settlement = board.settlement(patience).map_err(|error| Failure::Failed(error.into()))?;
    drop(progress);
    match args.format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&settlement_json(&settlement))),
        Format::Csv => output::bytes(&csv(&settlement)),
        Format::Table => {
            output::data(&text(&model.study.study.name, &model.study.units.currency, &settlement));
        }
    }
    Ok(if settlement.is_converged { ExitCode::SUCCESS } else { ExitCode::from(NOT_CONVERGED) })
}

/// The study, its demand in all scenarios, and the position of the one asked for: by default the one that the study holds
/// against the base.
///
/// # Errors
/// As [`run`].
pub fn board(
    study: &Path,
    scenario: Option<&str>,
    is_neutral: bool,
) -> Result<(Model, Assignment, usize), Failure> {
    let (_, model) = input::require(study)?;
    let id = scenario.map(str::to_owned).or_else(|| model.study.study.compare_with.clone());
    let Some(id) = id else {
        let message = "the study names no scenario to hold against the base (`compare_with` of study.toml); give `--scenario`";
        return Err(Failure::Usage(message.to_owned()));
    };
    input::under(&model, Some(&id), false)?;
    let progress = Progress::start("building route sets");
    let Some(assignment) = model.assignment(model.study.study.base_year) else {
        drop(progress);
        return Err(Failure::Usage(NO_DEMAND.trim_end().to_owned()));
    };
    let assignment = if is_neutral { assignment.neutral() } else { assignment };
    drop(progress);
    let position = assignment.position(&id).unwrap_or(0);
    Ok((model, assignment, position))
}

/// Millions with two digits; what rounds to nothing is a zero without a sign.
pub fn million(usd: f64) -> String {
    let shown = format!("{:.2}", usd / 1e6);
    if shown == "-0.00" { "0.00".to_owned() } else { shown }
}

fn csv(settlement: &Settlement) -> Vec<u8> {
    let header = [
        "scenario",
        "party",
        "worth_usd",
        "deviation",
        "gain_usd",
        "critical_discount_factor",
        "break_even_usd",
    ];
    let rows: Vec<Vec<String>> = settlement
        .parties
        .iter()
        .zip(&settlement.stands)
        .flat_map(|(party, stand)| {
            let first = |deviation: String, gain: String| {
                vec![
                    settlement.scenario.clone(),
                    party.id.clone(),
                    format!("{:.0}", stand.worth_usd),
                    deviation,
                    gain,
                    stand.critical_discount_factor.map_or(String::new(), |factor| format!("{factor:.4}")),
                    format!("{:.0}", stand.break_even_usd),
                ]
            };
            if stand.options.is_empty() {
                return vec![first(String::new(), String::new())];
            }
            let ways = stand.options.iter();
            let row = |way: &landbridge::outcome::settlement::Way| {
                first(in_words(&way.deviation, &settlement.parties), format!("{:.0}", way.gain_usd))
            };
            ways.map(row).collect()
        })
        .collect();
    output::csv(&header, &rows)
}

fn text(study: &str, currency: &str, settlement: &Settlement) -> String {
    let neutral = if settlement.is_neutral { ", neutral" } else { "" };
    let mut text =
        output::heading(&format!("{study}: who would break {}{neutral}, costs only", settlement.scenario));
    if !settlement.is_converged {
        text += "NOT CONVERGED: an equilibrium was not reached to its tolerance\n";
    }
    if settlement.opened.is_empty() {
        return text
            + "the scenario opens no link that is not open in the reference: there is no agreement to break\n";
    }
    let line = format!(
        "{} links open; discount rate {:.1}% a year, hazard {:.1}% a year: discount factor {:.3}\n",
        settlement.opened.len(),
        100.0 * settlement.discount_rate,
        100.0 * settlement.end_per_year,
        settlement.discount_factor
    );
    text += &line;
    let row = |(party, stand): (&landbridge::outcome::leverage::Party, &Stand)| {
        let best = stand.options.first();
        vec![
            party.id.clone(),
            million(stand.worth_usd),
            best.map_or("nothing".to_owned(), |way| in_words(&way.deviation, &settlement.parties)),
            best.map_or(String::new(), |way| million(way.gain_usd)),
            stand.critical_discount_factor.map_or("none".to_owned(), |factor| format!("{factor:.3}")),
            if stand.slack.is_finite() { format!("{:+.3}", stand.slack) } else { "-".to_owned() },
            million(stand.break_even_usd),
            stand.break_even_gdp_pct.map_or(String::new(), |percent| format!("{percent:.4}")),
        ]
    };
    let header = [
        "party",
        "worth",
        "best it could do",
        "brings\nin a year",
        "critical\nfactor",
        "slack",
        "break-even\na year",
        "% of\nGDP",
    ];
    let rows = settlement.parties.iter().zip(&settlement.stands).map(row).collect();
    text += &output::table(&header, 1..8, rows);
    let line = format!(
        "\nMillion {currency} a year. Worth: what a party would lose if the corridor went away (below 0 it would gain). \
         Brings: what the best way to break the agreement brings in the year before others answer; after it the corridor is \
         gone. Critical factor: the patience that keeping it takes (`none`: no patience does, as life without it is as good). \
         Break-even: what breaking it would have to bring beside money, in each year, to pay; below 0 it pays already.\n"
    );
    text += &line;
    if let Some(at) = settlement.most_tempted {
        let party = &settlement.parties[at];
        let line = format!("Most tempted of those who can do something: {} ({}).\n", party.name, party.id);
        text += &line;
    }
    text + NOTE + "\n"
}
