//! `landbridge regimes`: the regimes of a corridor side by side.

use std::process::ExitCode;

use landbridge::control::decompose::Switch;
use landbridge::model::{Assignment, Menu, Model, Patience, RegimesQuery};
use landbridge::outcome::regimes::{Regime, Regimes, Standing};
use landbridge_io::regimes::{REGIMES_NOTE, id, regimes_csv, regimes_json};

use super::flows::NO_DEMAND;
use super::leverage::wrapped;
use super::stability::million;
use crate::args::{self, Format};
use crate::certificate::NOT_CONVERGED;
use crate::input::{self, Failure};
use crate::output::{self, Progress};

/// Runs the command.
///
/// # Errors
/// The study has errors or no demand, a scenario or horizon does not exist, nothing is to be compared, or trade has no
/// equilibrium.
pub fn run(args: &args::Regimes) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    for id in &args.scenarios {
        input::under(&model, Some(id), false)?;
    }
    if !(args.material >= 0.0 && args.material.is_finite()) {
        return Err(Failure::Usage("--material is an amount of money, at least 0".to_owned()));
    }
    let horizon = args.trade.as_deref().map(|id| horizon(&model, id)).transpose()?;
    let progress = Progress::start("building route sets");
    let Some(assignment) = model.assignment(model.study.study.base_year) else {
        drop(progress);
        return Err(Failure::Usage(NO_DEMAND.trim_end().to_owned()));
    };
    let positions: Vec<usize> = if args.scenarios.is_empty() {
        assignment.compared_regimes()
    } else {
        args.scenarios.iter().filter_map(|id| assignment.position(id)).collect()
    };
    if positions.iter().all(|&at| at == 0) {
        let message = "the study names no regimes to compare (`compare_regimes` of study.toml), and no scenario with one regime \
                       opens links; give `--scenario`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let query = RegimesQuery {
        horizon,
        material_usd: args.material,
        patience: Patience::default(),
        neutral: args.neutral,
        menu: if args.full { Menu::Whole } else { Menu::Short },
    };
    let regimes = assignment.regimes(&positions, &query, &|what| progress.next(what));
    let regimes = regimes.map_err(|error| Failure::Failed(error.into()))?;
    drop(progress);
    match args.format {
        Format::Table => output::data(&text(&assignment, &regimes, args.neutral)),
        Format::Json => {
            output::bytes(&landbridge_io::results::pretty(&regimes_json(&assignment, &regimes)));
        }
        Format::Csv => output::bytes(&regimes_csv(&regimes)),
    }
    if regimes.is_converged() {
        return Ok(ExitCode::SUCCESS);
    }
    output::warning("not all equilibria were reached; results are marked");
    Ok(ExitCode::from(NOT_CONVERGED))
}

fn horizon(model: &Model, id: &str) -> Result<String, Failure> {
    let known: Vec<&str> = model.study.elasticities.iter().map(|row| row.horizon.as_str()).collect();
    if known.is_empty() || model.study.trade_totals.is_empty() {
        return Err(Failure::Usage("the study holds no trade totals (docs/guide/welfare.md)".to_owned()));
    }
    if known.contains(&id) {
        return Ok(id.to_owned());
    }
    Err(Failure::Usage(format!("there is no horizon `{id}`; known: {}", known.join(", "))))
}

fn text(assignment: &Assignment, regimes: &Regimes, is_neutral: bool) -> String {
    let study = &assignment.reference().study;
    let as_are = if is_neutral { "equal checks and tolls" } else { "as specified" };
    let mut text = output::heading(&format!("{}: regimes side by side, {as_are}", study.study.name));
    if !regimes.is_converged() {
        text += "NOT CONVERGED: an equilibrium was not reached to its tolerance; do not use these figures\n";
    }
    let currency = &study.units.currency;
    let all = regimes.all(is_neutral);
    let reference = id(&all[0]);
    let after = match &regimes.horizon {
        None => "Costs of carriage and travel saved, and revenue; trade does not answer.".to_owned(),
        Some(horizon) => format!(
            "Real income on goods after `{horizon}`, costs of travel saved, and revenue. All other tables but revenue are for \
             costs only."
        ),
    };
    let measures: [(&str, String, Cell); 7] = [
        (
            "Payoff",
            format!("Million {currency} a year that a party has more than under {reference}; below 0: less. {after}"),
            &|regime, at| million(regime.payoff_usd[at]),
        ),
        (
            "Control share",
            "Of the tonnes of goods of all other parties, those that pass a link which the party can close alone.".to_owned(),
            &|regime, at| format!("{:.1}%", 100.0 * regime.control_share[at]),
        ),
        (
            "Denial",
            "Million a year that all others would lose together if the party closed all it can close alone; who would gain \
             counts as 0. Nobody has this money."
                .to_owned(),
            &|regime, at| standing(regime, |of| Some(million(of.denial_usd[at]))),
        ),
        (
            "Exposure",
            "Million a year: the most that any other can take from the party by closing, and who. Where regimes differ in \
             control, it shows here and in denial: who can close earns nothing by it."
                .to_owned(),
            &|regime, at| {
                standing(regime, |of| {
                    let by = of.exposed_to[at].map_or("", |by| regimes.parties[by].id.as_str());
                    Some(format!("{} {by}", million(of.exposure_usd[at])).trim_end().to_owned())
                })
            },
        ),
        (
            "Revenue",
            "Million a year that the party and companies at home there collect in tolls, fees and charges.".to_owned(),
            &|regime, at| million(regime.revenue_usd[at]),
        ),
        (
            "Shapley value",
            "Million a year: the mean contribution of the party to the worth of opening the corridor, over all orders of \
             joining. Blank where nothing opens."
                .to_owned(),
            &|regime, at| standing(regime, |of| Some(million(of.shapley_usd.as_ref()?[at]))),
        ),
        (
            "Break-even",
            format!(
                "Million a year that breaking the agreement would have to bring beside money to pay; below 0 it pays already. \
                 Blank: the party can do nothing, or nothing opens. Discount rate 8%, hazard 5% a year. {}",
                if regimes.is_whole_menu {
                    "All ways to break it are tried, as by `stability`."
                } else {
                    "Closing to one party alone and raising tolls are not among the ways tried, so it is an upper bound; \
                     `--full` tries them."
                }
            ),
            &|regime, at| standing(regime, |of| of.break_even_usd[at].map(million)),
        ),
    ];
    for (title, words, cell) in measures {
        text.push('\n');
        text += &output::heading(title);
        text += &table(regimes, all, cell);
        text += &wrapped(&words);
    }
    text += &preferences(regimes, currency);
    text += &differences(regimes, currency);
    text + "\n" + &wrapped(REGIMES_NOTE)
}

type Cell<'c> = &'c dyn Fn(&Regime, usize) -> String;

/// What a party can do, in a cell; blank where it was not worked out, or is nothing.
fn standing(regime: &Regime, cell: impl Fn(&Standing) -> Option<String>) -> String {
    regime.standing.as_ref().and_then(cell).unwrap_or_default()
}

/// Parties by regimes.
fn table(regimes: &Regimes, all: &[Regime], cell: Cell<'_>) -> String {
    let ids: Vec<String> = all.iter().map(|regime| output::visible(id(regime))).collect();
    let header: Vec<&str> = std::iter::once("party").chain(ids.iter().map(String::as_str)).collect();
    let row = |(at, party): (usize, &landbridge::outcome::leverage::Party)| {
        let cells = all.iter().map(|regime| cell(regime, at));
        std::iter::once(party.id.clone()).chain(cells).collect()
    };
    output::table(&header, 1..header.len(), regimes.parties.iter().enumerate().map(row).collect())
}

/// Who prefers which regime, as specified and with equal checks and tolls.
fn preferences(regimes: &Regimes, currency: &str) -> String {
    let ranks = |party: usize, is_neutral: bool| {
        let mut ranks = vec![String::new(); regimes.specified.len()];
        let mut rank = 1;
        for group in regimes.ranking(party, is_neutral) {
            let tie = if group.len() > 1 { "=" } else { "" };
            for &at in &group {
                ranks[at] = format!("{rank}{tie}");
            }
            rank += group.len();
        }
        ranks
    };
    let by_party: Vec<[Vec<String>; 2]> =
        (0..regimes.parties.len()).map(|party| [ranks(party, false), ranks(party, true)]).collect();
    let position = |regime: &Regime| {
        regimes.specified.iter().position(|known| known.scenario == regime.scenario).unwrap_or(0)
    };
    let cell = |regime: &Regime, party: usize| {
        let [specified, neutral] = &by_party[party];
        format!("{} / {}", specified[position(regime)], neutral[position(regime)])
    };
    let words = format!(
        "Place of the regime by payoff, as specified / with equal checks and tolls; 1 leaves the party most. Equal places (=) \
         differ from the first of them by less than {} {currency} a year.",
        regimes.material_usd
    );
    format!(
        "\n{}{}{}",
        output::heading("Who prefers which"),
        table(regimes, &regimes.specified, &cell),
        wrapped(&words)
    )
}

/// What makes the difference between the regime that leaves a party most, of those over the same links, and each other.
fn differences(regimes: &Regimes, currency: &str) -> String {
    let mut text = format!("\n{}", output::heading("What decides it, as specified, costs only"));
    let name = |at: usize| id(&regimes.specified[at]);
    let alone: Vec<&str> = (1..regimes.specified.len())
        .filter(|&at| regimes.differences.iter().all(|of| of.from != at && of.to != at))
        .map(name)
        .collect();
    let mut rows = Vec::new();
    for (party, row) in regimes.parties.iter().enumerate() {
        for at in 0..regimes.specified.len() {
            let Some(of) = regimes.best_over(party, at) else { continue };
            let Some(decisive) = of.decisive(party, regimes.material_usd) else { continue };
            let parts = &of.payoff[party];
            let mut cells = vec![
                row.id.clone(),
                name(of.to).to_owned(),
                name(at).to_owned(),
                million(parts.difference()),
            ];
            cells.extend(Switch::ALL.map(|switch| million(parts.part(switch))));
            cells.push(decisive.word().to_owned());
            rows.push(cells);
        }
    }
    if rows.is_empty() {
        text += "No two regimes over the same links leave any party with a material difference.\n";
    } else {
        let header =
            ["party", "best", "rather than", "brings", "control", "checks", "tolls", "shares", "decided by"];
        text += &output::table(&header, 3..8, rows);
        text += &wrapped(&format!(
            "Million {currency} a year that the regime that leaves the party most, of those over the same links, brings more \
             than another, and what of it comes from each part: who may pass as those in control say (control), the time of \
             checks, the money of tolls, and who collects it (shares). Decided by: the largest part in the direction of the \
             difference. Control by itself moves no money: what it is worth to others shows in denial and exposure. Ties are \
             left out; JSON and CSV hold all pairs."
        ));
    }
    if !alone.is_empty() {
        let s = if alone.len() == 1 { "opens other links: it is" } else { "open other links: they are" };
        text += &wrapped(&format!("{} {s} compared, not taken apart.", alone.join(", ")));
    }
    text + &uneven_rules(regimes)
}

/// Rules beside the regimes that only some of the scenarios have in force: what they do would pass for control.
fn uneven_rules(regimes: &Regimes) -> String {
    let names = |positions: &[usize]| {
        positions.iter().map(|&at| id(&regimes.specified[at])).collect::<Vec<_>>().join(", ")
    };
    let mut by_scenarios: Vec<(String, Vec<&str>)> = Vec::new();
    for of in &regimes.uneven_rules {
        let lifted = names(&of.lifted);
        match by_scenarios.iter_mut().find(|(known, _)| *known == lifted) {
            Some((_, rules)) => rules.push(&of.rule),
            None => by_scenarios.push((lifted, vec![&of.rule])),
        }
    }
    let line = |(lifted, rules): (String, Vec<&str>)| {
        wrapped(&format!(
            "Beside the regimes, {lifted} {} {}, which the others have: what that does counts with control.",
            if lifted.contains(", ") { "lack" } else { "lacks" },
            rules.join(", ")
        ))
    };
    by_scenarios.into_iter().map(line).collect()
}
