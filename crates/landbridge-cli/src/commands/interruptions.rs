//! `landbridge interruptions`: what closes a scenario's corridor for a while, and what that costs whom, as the hazards
//! imply that the study assumes.

use std::process::ExitCode;

use landbridge::control::ControlError;
use landbridge::control::disruption::hazard::upper_bound_without_events;
use landbridge::control::disruption::simulate::{Mean, SimulationConfig};
use landbridge::model::{Board, InterruptionQuery};
use landbridge::outcome::interruption::{CauseEffect, Interruptions};
use landbridge::outcome::leverage::Party;
use landbridge_io::interruption::{NOTE, interruptions_json};

use super::stability::{board, million};
use crate::args::{self, Format};
use crate::certificate::NOT_CONVERGED;
use crate::input::{self, Failure};
use crate::output::{self, Progress};

/// Quiet years for which the bound on a hazard is printed.
const QUIET_YEARS: [f64; 3] = [1.0, 5.0, 10.0];

/// Runs the command.
///
/// # Errors
/// The study has errors, no demand or no causes of closure, or a scenario does not exist; years, draws or rates that make
/// no sense.
pub fn run(args: &args::Interruptions) -> Result<ExitCode, Failure> {
    let first = args.scenarios.first().map(String::as_str);
    let (model, assignment, position) = board(&args.study, first, args.neutral)?;
    if model.study.hazards.is_empty() {
        let message = "the study holds no causes of closure; docs/guide/settlement.md says what stands in politics/hazard.csv";
        return Err(Failure::Usage(message.to_owned()));
    }
    let mut positions = vec![position];
    for id in args.scenarios.iter().skip(1) {
        input::under(&model, Some(id), false)?;
        positions.push(assignment.position(id).unwrap_or(0));
    }
    let asked = InterruptionQuery {
        config: SimulationConfig { years: args.years, n_draws: args.draws, seed: args.seed },
        discount_rate: args.discount_rate,
    };
    let progress = Progress::start("solving closures and playing years out");
    let play = |&position: &usize| Board::new(&assignment, position).interruptions(&asked);
    let all: Result<Vec<Interruptions>, String> = positions.iter().map(play).collect();
    let all = all.map_err(|error| Failure::Failed(error.into()))?;
    drop(progress);
    let failed = |error: ControlError| Failure::Failed(error.into());
    match args.format {
        Format::Json => {
            let json = interruptions_json(&all, args.seed).map_err(failed)?;
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        Format::Csv => output::bytes(&csv(&all)),
        Format::Table => {
            let text = text(&model.study.study.name, &model.study.units.currency, &all).map_err(failed)?;
            output::data(&text);
        }
    }
    let is_converged = all.iter().all(|found| found.is_converged);
    Ok(if is_converged { ExitCode::SUCCESS } else { ExitCode::from(NOT_CONVERGED) })
}

/// One row for each cause in each scenario, and one for all causes together.
pub fn csv(all: &[Interruptions]) -> Vec<u8> {
    let header = [
        "scenario",
        "cause",
        "actor",
        "links",
        "of_corridor",
        "per_year",
        "closed_days_per_year",
        "cost_per_day_usd",
        "unserved_per_day",
        "cost_usd",
        "cost_standard_error_usd",
        "cost_above_first_usd",
    ];
    let mut rows = Vec::new();
    for found in all {
        for cause in &found.causes {
            rows.push(vec![
                found.scenario.clone(),
                cause.id.clone(),
                cause.actor.clone().unwrap_or_default(),
                cause.links.len().to_string(),
                u8::from(cause.is_of_corridor).to_string(),
                cause.per_year.to_string(),
                format!("{:.4}", cause.closed_days_per_year.mean),
                format!("{:.0}", cause.total_per_day_usd),
                format!("{:.1}", cause.unserved_per_day),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
        let (cost, above) = (found.draws.cost(), found.draws.cost_above(&all[0].draws));
        let mut row = vec![found.scenario.clone(), "all".to_owned()];
        row.extend([String::new(), found.opened.len().to_string(), String::new(), String::new()]);
        row.push(format!("{:.4}", found.draws.closed_days_per_year().mean));
        row.extend([String::new(), String::new()]);
        row.extend([cost.mean, cost.standard_error, above.mean].map(|usd| format!("{usd:.0}")));
        rows.push(row);
    }
    output::csv(&header, &rows)
}

fn text(study: &str, currency: &str, all: &[Interruptions]) -> Result<String, ControlError> {
    let mut text = String::new();
    for found in all {
        let neutral = if found.is_neutral { ", neutral" } else { "" };
        text +=
            &output::heading(&format!("{study}: interruptions of {}{neutral}, costs only", found.scenario));
        if !found.is_converged {
            text += "NOT CONVERGED: an equilibrium was not reached to its tolerance\n";
        }
        text += &causes(found);
        text += "\n";
    }
    let draws = &all[0].draws;
    text += &output::heading(&format!(
        "{} years played out {} times, costs as of the beginning at {:.1}% a year",
        draws.years,
        draws.draws.len(),
        100.0 * all[0].discount_rate
    ));
    text += &outcomes(all)?;
    text += &by_party(all);
    text += &words(currency)?;
    Ok(text)
}

fn causes(found: &Interruptions) -> String {
    let row = |cause: &CauseEffect| {
        let acts = !cause.links.is_empty();
        let only = |text: String| if acts { text } else { "-".to_owned() };
        vec![
            cause.id.clone(),
            cause.actor.clone().unwrap_or_else(|| "nobody".to_owned()),
            match (acts, cause.is_of_corridor) {
                (false, _) => "none".to_owned(),
                (true, true) => format!("{}, corridor", cause.links.len()),
                (true, false) => cause.links.len().to_string(),
            },
            format!("{:.2}", cause.per_year),
            if cause.quiet_years.is_finite() { output::round(cause.quiet_years) } else { "-".to_owned() },
            only(format!("{:.2}", cause.closed_days_per_year.mean)),
            only(format!("{:.3}", cause.total_per_day_usd / 1e6)),
            only(output::round(cause.unserved_per_day)),
        ]
    };
    let header = [
        "cause",
        "who closes",
        "links",
        "assumed\na year",
        "quiet years\nto rule out",
        "days\na year",
        "a closed day\ncosts",
        "unserved\na day",
    ];
    output::table(&header, 3..8, found.causes.iter().map(row).collect())
}

fn outcomes(all: &[Interruptions]) -> Result<String, ControlError> {
    let mut rows = Vec::new();
    for (at, found) in all.iter().enumerate() {
        let draws = &found.draws;
        let opens = !found.opened.is_empty();
        let of_corridor = |text: String| if opens { text } else { "-".to_owned() };
        let years = |level: f64| {
            let value = draws.first_closure_years(level)?.value;
            Ok(of_corridor(if value.is_finite() { format!("{value:.1}") } else { "later".to_owned() }))
        };
        let above = draws.cost_above(&all[0].draws);
        rows.push(vec![
            found.scenario.clone(),
            of_corridor(format!("{:.3}", 100.0 * draws.availability().mean)),
            of_corridor(format!("{:.1}", draws.closed_days(0.95)?.value)),
            years(0.1)?,
            years(0.5)?,
            of_corridor(million(found.corridor_cost_usd)),
            million(draws.cost().mean),
            million(draws.cost_quantile(0.95)?.value),
            if at == 0 { String::new() } else { with_error(above) },
        ]);
    }
    let header = [
        "scenario",
        "corridor\nopen, %",
        "closed days\nin all, P95",
        "first closure,\none in ten",
        "\nhalf",
        "cost of\ncorridor",
        "cost\nof all",
        "cost,\nP95",
        "above the\nfirst",
    ];
    Ok(output::table(&header, 1..9, rows))
}

fn with_error(Mean { mean, standard_error }: Mean) -> String {
    format!("{} +- {}", million(mean), million(standard_error))
}

fn by_party(all: &[Interruptions]) -> String {
    let mut header = vec!["cost of"];
    header.extend(all.iter().map(|found| found.scenario.as_str()));
    let row = |(at, party): (usize, &Party)| {
        let mut row = vec![party.id.clone()];
        row.extend(all.iter().map(|found| million(found.cost_usd[at])));
        row
    };
    let n = header.len();
    "\n".to_owned() + &output::table(&header, 1..n, all[0].parties.iter().enumerate().map(row).collect())
}

fn words(currency: &str) -> Result<String, ControlError> {
    let bound = |years: f64| Ok(format!("{:.2} after {years}", upper_bound_without_events(years, 0.95)?));
    let bounds: Vec<String> =
        QUIET_YEARS.iter().map(|&years| bound(years)).collect::<Result<_, ControlError>>()?;
    Ok(format!(
        "\nMillion {currency}. A closed day costs what the parties together have less on it, carriage, travel and revenue: the \
         difference of the year open and the year closed over 365; below 0 they gain. Causes that share links: the dearest \
         counts while several are on; those that share none add up. Links of a cause are those that it can close in the \
         scenario; an actor that needs another to close has none. Cost of corridor: of the causes that touch links which the \
         scenario opens, as if there were no others. Errors are those of drawing.\n\
         What has not happened says little: closures a year that quiet years leave possible with 95 %: {}. Quiet years to rule \
         out: how many it would take to exclude a rate as high as assumed.\n{NOTE}\n",
        bounds.join(", ")
    ))
}
