//! `landbridge leverage`: who can do what to whom.

use std::process::ExitCode;

use landbridge::model::{Assignment, Board, LeverageQuery, Model, TradeModel};
use landbridge::outcome::leverage::{Aim, Denial};
use landbridge::scenario::BASE;
use landbridge_io::leverage::{LEVERAGE_NOTE, Pair, View, leverage_csv, leverage_json};

use super::flows::{NO_DEMAND, percent, size_line};
use crate::args::{Format, Leverage};
use crate::certificate::{Certificate, NOT_CONVERGED};
use crate::input::{self, Failure};
use crate::output::{self, Progress, round};

/// Pairs of the tables that rank; the others are counted.
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
    let party = |id: &Option<String>| id.as_ref().map(|id| party(&model, &board, id)).transpose();
    let (of, on) = (party(&args.of)?, party(&args.on)?);
    let query = LeverageQuery { selective: args.selective, trade: args.trade };
    let leverage = board.leverage(query, trade.as_ref()).map_err(|error| Failure::Failed(error.into()))?;
    drop(progress);
    let view = View::new(&board, &leverage, of, on);
    match args.format {
        Format::Table => output::data(&text(&assignment, position, &view)),
        Format::Json => {
            let json = leverage_json(&assignment, position, &view);
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        Format::Csv => output::bytes(&leverage_csv(&view)),
    }
    let code = Certificate::of(&assignment, [position]).finish();
    if leverage.is_converged {
        return Ok(code);
    }
    output::warning("not all closures have come to their equilibrium; results are marked");
    Ok(ExitCode::from(NOT_CONVERGED))
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
    let (mut text, mut width) = (String::new(), 0);
    for word in words.split_whitespace() {
        let n = word.chars().count();
        if width > 0 && width + 1 + n > WIDTH {
            text.push('\n');
            width = 0;
        }
        if width > 0 {
            text.push(' ');
            width += 1;
        }
        text += word;
        width += n;
    }
    text.push('\n');
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
    if !leverage.is_converged {
        text += "NOT all closures are in equilibrium: do not use these figures\n";
    }
    text += &parties(view, currency);
    if view.closers.is_empty() {
        return text + "\nNobody can close any link alone.\n";
    }
    text += &shares(view);
    for denial in &leverage.denials {
        text += &matrix(view, denial, currency);
    }
    text += &ranking(view, currency);
    text + "\n" + &wrapped(LEVERAGE_NOTE)
}

/// Who takes part, what it can close, and its bill.
fn parties(view: &View<'_>, currency: &str) -> String {
    let leverage = view.leverage;
    let row = |(at, party): (usize, &landbridge::outcome::leverage::Party)| {
        vec![
            party.id.clone(),
            party.name.clone(),
            view.closable[at].to_string(),
            million(leverage.transport_usd[at]),
        ]
    };
    let rows = leverage.parties.iter().enumerate().map(row).collect();
    let header = ["party", "name", "links it can\nclose alone", "transport\nbill"];
    section("Parties")
        + &output::table(&header, 2..4, rows)
        + &wrapped(&format!(
            "Links count with those of companies at home there. The bill is million {currency} a year, time and waits \
             included: half of what carriage of goods and travel cost at each end."
        ))
}

/// What of a party's goods others could touch.
fn shares(view: &View<'_>) -> String {
    let leverage = view.leverage;
    let has_goods = |&&party: &&usize| leverage.transport_usd[party] > 0.0;
    let against: Vec<usize> = view.against.iter().filter(has_goods).copied().collect();
    let ids: Vec<String> = leverage.parties.iter().map(|party| output::visible(&party.id)).collect();
    let id = |at: &usize| ids[*at].as_str();
    let header: Vec<&str> = std::iter::once("closer").chain(against.iter().map(id)).collect();
    let row = |closer: &usize| {
        let cells = against.iter().map(|&party| share(leverage.shares[*closer][party].any_link));
        std::iter::once(id(closer).to_owned()).chain(cells).collect::<Vec<_>>()
    };
    let mut text = section("Control shares")
        + &output::table(&header, 1..header.len(), view.closers.iter().map(row).collect())
        + "Of the tonnes of the party above, those that pass a link which the closer on the left can close.\n\n";
    let mut pairs: Vec<(usize, usize)> = view
        .closers
        .iter()
        .flat_map(|&closer| against.iter().map(move |&party| (closer, party)))
        .filter(|&(closer, party)| closer != party && leverage.shares[closer][party].any_link > 0.0)
        .collect();
    let any_link = |&(closer, party): &(usize, usize)| leverage.shares[closer][party].any_link;
    pairs.sort_by(|a, b| any_link(b).total_cmp(&any_link(a)));
    let more = pairs.len().saturating_sub(SHOWN / 2);
    pairs.truncate(SHOWN / 2);
    if pairs.is_empty() {
        return text + "Nobody carries goods over links of others.\n";
    }
    let row = |&(closer, party): &(usize, usize)| {
        let of = leverage.shares[closer][party];
        let shares = [of.any_link, of.any_link_usd, of.single_chokepoint, of.exclusive];
        let ids = [id(&closer).to_owned(), id(&party).to_owned()];
        ids.into_iter().chain(shares.map(share)).collect::<Vec<_>>()
    };
    let header = ["closer", "of", "any link,\ntonnes", "any link,\nvalue", "one\nlink", "no way\naround"];
    text += &output::table(&header, 2..6, pairs.iter().map(row).collect());
    text += &more_line(more);
    text + "One link: those on the single link that has the most.\n\
           No way around: those whose open ways all pass links of the closer.\n"
}

fn more_line(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => "1 more pair; --format csv lists all\n".to_owned(),
        more => format!("{more} more pairs; --format csv lists all\n"),
    }
}

/// What closing takes from whom.
fn matrix(view: &View<'_>, denial: &Denial, currency: &str) -> String {
    let leverage = view.leverage;
    let ids: Vec<String> = leverage.parties.iter().map(|party| output::visible(&party.id)).collect();
    let id = |at: &usize| ids[*at].as_str();
    let header: Vec<&str> = std::iter::once("closer").chain(view.against.iter().map(id)).collect();
    let row = |closer: &usize| {
        let cell = |&party: &usize| match denial.aim {
            Aim::Selective if party == *closer => String::new(),
            _ => million(denial.loss_usd[*closer][party]),
        };
        std::iter::once(id(closer).to_owned()).chain(view.against.iter().map(cell)).collect::<Vec<_>>()
    };
    let (counts, what) = match &denial.horizon {
        None => ("costs only".to_owned(), "cost of carriage and travel, less revenue"),
        Some(horizon) => {
            (format!("after trade has answered ({horizon})"), "real income, revenue and cost of travel")
        }
    };
    let whom = match denial.aim {
        Aim::General => "closed to all; where both are the same, what it costs the closer itself",
        Aim::Selective => "closed to the trips of that party alone",
    };
    section(&format!("Denial values, {} closure, {counts}", denial.aim.word()))
        + &output::table(&header, 1..header.len(), view.closers.iter().map(row).collect())
        + &wrapped(&format!(
            "Million {currency} a year that the party above has less if the closer on the left closes: {what}. Links are \
             {whom}. Below 0: it gains."
        ))
}

/// Pairs by what closing takes.
fn ranking(view: &View<'_>, currency: &str) -> String {
    let leverage = view.leverage;
    let costs = |aim: Aim| leverage.denials.iter().find(|d| d.aim == aim && d.horizon.is_none());
    let Some(general) = costs(Aim::General) else { return String::new() };
    let pairs = view.closers.iter().flat_map(|&a| view.against.iter().map(move |&b| (a, b)));
    let mut pairs: Vec<Pair> = pairs.filter(|(a, b)| a != b).map(|(a, b)| view.pair(general, a, b)).collect();
    pairs.retain(|pair| million(pair.loss_usd) != NOTHING);
    pairs.sort_by(|a, b| b.loss_usd.total_cmp(&a.loss_usd));
    let more = pairs.len().saturating_sub(SHOWN);
    pairs.truncate(SHOWN);
    let mut text = section("Pairs by denial value, general closure, costs only");
    if pairs.is_empty() {
        return text + "Closing takes nothing from anybody else.\n";
    }
    // What each pair loses after trade has answered, a column for each horizon.
    let answered: Vec<(&Denial, String)> = leverage
        .denials
        .iter()
        .filter(|denial| denial.aim == Aim::General)
        .filter_map(|denial| Some((denial, format!("trade,\n{}", output::visible(denial.horizon.as_ref()?)))))
        .collect();
    let row = |pair: &Pair| {
        let ratio = if pair.loss_usd > 0.0 { round(pair.credibility) } else { String::new() };
        let mut row = vec![
            leverage.parties[pair.closer].id.clone(),
            leverage.parties[pair.against].id.clone(),
            million(pair.loss_usd),
            million(pair.own_usd),
            ratio,
            million(pair.net_usd),
            percent(pair.loss_usd, leverage.transport_usd[pair.against]),
            round(pair.unserved / 1e3),
        ];
        row.extend(answered.iter().map(|(denial, _)| million(denial.loss_usd[pair.closer][pair.against])));
        row
    };
    let mut header = vec![
        "closer",
        "on",
        "denial",
        "own\ncost",
        "credi-\nbility",
        "net\nleverage",
        "depen-\ndence",
        "unserved",
    ];
    header.extend(answered.iter().map(|(_, title)| title.as_str()));
    text += &output::table(&header, 2..header.len(), pairs.iter().map(row).collect());
    text += &more_line(more);
    text + &format!(
        "Denial: million {currency} a year that the one closed to has less. Own cost: the same of the closer.\n\
         Credibility: denial over own cost, which counts as {} million at least.\n\
         Net leverage: denial less what the other could do to the closer.\n\
         Dependence: denial over the transport bill of the one closed to.\n\
         Unserved: thousand tonnes and persons of its own that no longer move.\n{}",
        fine(view.floor_usd()),
        if answered.is_empty() { "" } else { "Trade: the denial value after trade has answered.\n" },
    )
}

/// Millions with as many decimals as a small floor needs.
fn fine(usd: f64) -> String {
    let million = usd / 1e6;
    if million >= 0.1 { round(million) } else { format!("{million:.2e}") }
}
