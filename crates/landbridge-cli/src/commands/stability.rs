//! `landbridge stability`: whom it pays to break the agreement that opens a corridor, how far each is from it, and what
//! would hold them to it.

use std::path::Path;
use std::process::ExitCode;

use landbridge::model::{Assignment, Board, Model, Patience, TradeModel};
use landbridge::outcome::leverage::Party;
use landbridge::outcome::promise::{PromiseQuery, Promises};
use landbridge::outcome::settlement::{Settlement, Stand, Veto, Way};
use landbridge::study::trade_tables::ElasticityRow;
use landbridge_io::settlement::{NOTE, stability_json};

use super::flows::NO_DEMAND;
use super::promises;
use crate::args::{Format, Stability};
use crate::certificate::NOT_CONVERGED;
use crate::input::{self, Failure};
use crate::output::{self, Progress};

/// A settlement in one way of counting, with what would hold parties to it.
pub type Counted = (Settlement, Promises);

/// Runs the command.
///
/// # Errors
/// The study has errors or no demand, a scenario, horizon or actor does not exist, or trade has no equilibrium.
pub fn run(args: &Stability) -> Result<ExitCode, Failure> {
    let (model, assignment, scenario) = board(&args.study, args.scenario.as_deref(), args.neutral)?;
    let progress = Progress::start("solving for what each could do");
    let board = Board::new(&assignment, scenario);
    let guarantor = match &args.guarantor {
        Some(id) => Some(party(id, &board)?),
        None => board.guarantor(),
    };
    let trade = args.trade.as_ref().and_then(|_| TradeModel::new(&assignment));
    let horizon = args
        .trade
        .as_ref()
        .map(|id| horizon(Some(id.as_str()).filter(|id| !id.is_empty()), trade.as_ref()))
        .transpose()?;
    let patience = Patience { discount_rate: args.discount_rate, end_per_year: args.end_per_year };
    let failed = |error: String| Failure::Failed(error.into());
    let with_promises = |settlement: Settlement| -> Result<Counted, Failure> {
        let promises = settlement.promises(&asked(args)).map_err(|error| failed(error.to_string()))?;
        Ok((settlement, promises))
    };
    let costs = with_promises(board.settlement(patience).map_err(failed)?)?;
    let traded = match horizon {
        None => None,
        Some(with) => {
            progress.next("solving the same after trade has answered");
            let settlement = board.settlement_with_trade(patience, with, &costs.0).map_err(failed)?;
            Some(with_promises(settlement)?)
        }
    };
    let veto = match guarantor {
        Some(guarantor) if !costs.0.opened.is_empty() && board.parties().len() <= 16 => {
            progress.next("solving for what coalitions can use");
            Some(board.veto(guarantor).map_err(failed)?)
        }
        _ => None,
    };
    drop(progress);
    let of_trade = traded.as_ref().map(|(settlement, promises)| (settlement, promises));
    match args.format {
        Format::Json => {
            let json = stability_json((&costs.0, &costs.1), of_trade, veto.as_ref());
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        Format::Csv => output::bytes(&csv(std::iter::once(&costs).chain(&traded))),
        Format::Table => {
            let currency = &model.study.units.currency;
            output::data(&text(&model.study.study.name, currency, &costs, traded.as_ref(), veto.as_ref()));
        }
    }
    let is_converged = std::iter::once(&costs).chain(&traded).all(|(found, _)| found.is_converged);
    Ok(if is_converged { ExitCode::SUCCESS } else { ExitCode::from(NOT_CONVERGED) })
}

fn asked(args: &Stability) -> PromiseQuery {
    PromiseQuery {
        penalties_usd: args.penalties.clone(),
        fades_per_year: args.fades,
        leaves_after_years: args.leaves.unwrap_or(f64::INFINITY),
        gains_usd: args.gains.clone(),
    }
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

/// A party by the identifier of its actor.
///
/// # Errors
/// There is none.
pub fn party(id: &str, board: &Board<'_>) -> Result<usize, Failure> {
    board.parties().iter().position(|party| party.id == id).ok_or_else(|| {
        let known: Vec<_> = board.parties().iter().map(|party| party.id.as_str()).collect();
        Failure::Usage(format!("there is no party `{id}`; known: {}", known.join(", ")))
    })
}

/// A horizon by its name, by default the longest; with trade that answers.
///
/// # Errors
/// The study holds no trade totals, or no such horizon.
pub fn horizon<'t>(
    id: Option<&str>,
    trade: Option<&'t TradeModel<'t>>,
) -> Result<(&'t TradeModel<'t>, &'t ElasticityRow), Failure> {
    let Some(trade) = trade else {
        return Err(Failure::Usage("the study holds no trade totals (docs/guide/welfare.md)".into()));
    };
    let rows = trade.horizons();
    let found = match id {
        Some(id) => rows.iter().find(|row| row.horizon == id),
        None => rows.iter().max_by_key(|row| row.years),
    };
    found.map(|row| (trade, row)).ok_or_else(|| {
        let known: Vec<_> = rows.iter().map(|row| row.horizon.as_str()).collect();
        Failure::Usage(format!("there is no horizon `{}`; known: {}", id.unwrap_or(""), known.join(", ")))
    })
}

/// Millions with two digits; what rounds to nothing is a zero without a sign.
pub fn million(usd: f64) -> String {
    let shown = format!("{:.2}", usd / 1e6);
    if shown == "-0.00" { "0.00".to_owned() } else { shown }
}

/// A critical discount factor.
pub fn factor(critical: Option<f64>) -> String {
    critical.map_or("none".to_owned(), |factor| format!("{factor:.3}"))
}

pub fn csv<'c>(counted: impl Iterator<Item = &'c Counted>) -> Vec<u8> {
    let header = [
        "scenario",
        "counted_in",
        "party",
        "worth_usd",
        "deviation",
        "gain_usd",
        "critical_discount_factor",
        "break_even_usd",
        "penalty_needed_usd",
        "own_share",
        "min_share",
        "share_from",
        "share_to",
    ];
    let rows: Vec<Vec<String>> = counted.flat_map(csv_rows).collect();
    output::csv(&header, &rows)
}

fn csv_rows((settlement, promises): &Counted) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (at, (party, stand)) in settlement.parties.iter().zip(&settlement.stands).enumerate() {
        let member = settlement
            .split
            .as_ref()
            .and_then(|split| split.members.iter().find(|member| member.party == at));
        let share = |of: Option<f64>| of.map_or(String::new(), |share| format!("{share:.6}"));
        let range = member.and_then(|member| member.share);
        let mut row = |deviation: String, gain: String| {
            rows.push(vec![
                settlement.scenario.clone(),
                settlement.horizon.clone().unwrap_or_else(|| "costs".to_owned()),
                party.id.clone(),
                format!("{:.0}", stand.worth_usd),
                deviation,
                gain,
                stand.critical_discount_factor.map_or(String::new(), |factor| format!("{factor:.4}")),
                format!("{:.0}", stand.break_even_usd),
                promises.needed_usd[at].map_or(String::new(), |usd| format!("{usd:.0}")),
                share(member.map(|member| member.own_share)),
                share(member.map(|member| member.min_share)),
                share(range.map(|range| range.0)),
                share(range.map(|range| range.1)),
            ]);
        };
        if stand.options.is_empty() {
            row(String::new(), String::new());
        }
        for way in &stand.options {
            row(way.deviation.in_words(&settlement.parties), format!("{:.0}", way.gain_usd));
        }
    }
    rows
}

fn text(
    study: &str,
    currency: &str,
    costs: &Counted,
    trade: Option<&Counted>,
    veto: Option<&Veto>,
) -> String {
    let first = &costs.0;
    let neutral = if first.is_neutral { ", neutral" } else { "" };
    let mut text = String::new();
    for (at, counted) in std::iter::once(costs).chain(trade).enumerate() {
        let settlement = &counted.0;
        let after = settlement
            .horizon
            .as_ref()
            .map_or("costs only".to_owned(), |horizon| format!("in real income, trade after `{horizon}`"));
        text += if at > 0 { "\n" } else { "" };
        text += &output::heading(&format!("{study}: who would break {}{neutral}, {after}", first.scenario));
        if !settlement.is_converged {
            text += "NOT CONVERGED: an equilibrium was not reached to its tolerance\n";
        }
        if settlement.opened.is_empty() {
            return text
                + "the scenario opens no link that is not open in the reference: there is no agreement to break\n";
        }
        text += &stands(currency, settlement, at == 0);
        text += &promises::split(currency, settlement);
        text += &promises::penalties(currency, settlement, &counted.1);
        text += &promises::gains(currency, settlement, &counted.1);
    }
    if let Some(veto) = veto {
        text += &promises::veto(currency, &first.parties, veto);
    }
    text + "\n" + NOTE + "\n"
}

fn stands(currency: &str, settlement: &Settlement, is_first: bool) -> String {
    let mut text = format!(
        "{} links open; discount rate {:.1}% a year, hazard {:.1}% a year: discount factor {:.3}\n",
        settlement.opened.len(),
        100.0 * settlement.discount_rate,
        100.0 * settlement.end_per_year,
        settlement.discount_factor
    );
    let row = |(party, stand): (&Party, &Stand)| {
        let best: Option<&Way> = stand.options.first();
        vec![
            party.id.clone(),
            million(stand.worth_usd),
            best.map_or("nothing".to_owned(), |way| way.deviation.in_words(&settlement.parties)),
            best.map_or(String::new(), |way| million(way.gain_usd)),
            factor(stand.critical_discount_factor),
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
    text += &output::table(&header, 3..8, rows);
    text += "\n";
    if is_first {
        let line = format!(
            "Million {currency} a year. Worth: what a party would lose if the corridor went away (below 0 it would gain). \
             Brings: what the best way to break the agreement brings in the year before others answer; after it the corridor \
             is gone. Critical factor: the patience that keeping it takes (`none`: no patience does, as life without it is as \
             good). Break-even: what breaking it would have to bring beside money, in each year, to pay; below 0 it pays \
             already.\n"
        );
        text += &line;
    } else {
        text += "The same with real income in the place of what the carriage of goods costs. Tolls are those that are best \
                 in costs only: a search for them with trade would take too long.\n";
    }
    if let Some(at) = settlement.most_tempted {
        let party = &settlement.parties[at];
        let line = format!("Most tempted of those who can do something: {} ({}).\n", party.name, party.id);
        text += &line;
    }
    text
}
