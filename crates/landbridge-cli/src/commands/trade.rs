//! `landbridge trade`: what a change of the cost of trade does, from a table of trade alone.

use std::process::ExitCode;

use landbridge::diagnostic::{Diagnostic, SourceText, has_errors, sort};
use landbridge::study::StudyText;
use landbridge::trade::equilibrium::{EquilibriumConfig, Prepared, one_pass};
use landbridge::trade::table::{Missing, TradeTable, read_trade};
use landbridge::trade::welfare::{WelfareParts, decompose, first_order_gain};
use landbridge::trade::{Closure, CostChange, Economy, Elasticity, Group, Matrix, TradeError};
use landbridge_io::folder::read_table;
use serde::Serialize;

use crate::args::{Format, MissingPairs, Trade, TradeClosure, TradeMode};
use crate::certificate::NOT_CONVERGED;
use crate::diagnostics;
use crate::input::Failure;
use crate::output;

/// Pairs of the new trade that the table for people shows.
const SHOWN: usize = 25;
#[derive(Serialize)]
struct TradeJson {
    mode: &'static str,
    /// Of the whole equilibrium.
    closure: Option<&'static str>,
    /// Of one pass.
    reference: Option<String>,
    sigma: f64,
    epsilon: f64,
    /// In what prices and values are measured.
    numeraire: &'static str,
    converged: bool,
    residual: f64,
    iterations: usize,
    world: WorldJson,
    countries: Vec<CountryJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trade: Option<Vec<PairJson>>,
}

#[derive(Serialize)]
struct WorldJson {
    /// Mean of the changes of welfare by expenditure of the base.
    welfare_pct: f64,
    /// What all trade of the base saves, over expenditure; closed pairs are left out.
    first_order_pct: f64,
}

#[derive(Serialize)]
struct CountryJson {
    country: String,
    price_hat: f64,
    price_index_hat: f64,
    welfare_pct: f64,
    expenditure_hat: f64,
    exports_hat: Option<f64>,
    imports_hat: Option<f64>,
    domestic_share: f64,
    domestic_share_new: f64,
    /// Parts of the change of welfare; they add up to it. Not in one pass.
    welfare_parts_pct: Option<PartsJson>,
}

#[derive(Clone, Copy, Serialize)]
struct PartsJson {
    own_route_cost: f64,
    partners_prices: f64,
    multilateral_resistance: f64,
    deficit: f64,
}

impl PartsJson {
    fn new(parts: &WelfareParts) -> Self {
        let parts = parts.percent();
        Self {
            own_route_cost: parts.own_route_cost,
            partners_prices: parts.partners_prices,
            multilateral_resistance: parts.multilateral_resistance,
            deficit: parts.deficit,
        }
    }
}

#[derive(Serialize)]
struct PairJson {
    exporter: String,
    importer: String,
    value: f64,
    value_new: f64,
}

/// What both modes give.
struct Answer {
    price_hat: Vec<f64>,
    price_index_hat: Vec<f64>,
    welfare_hat: Vec<f64>,
    expenditure_hat: Vec<f64>,
    parts: Option<Vec<WelfareParts>>,
    /// Trade of the base, without deficits if they were purged.
    before: Matrix,
    after: Matrix,
    residual: f64,
    iterations: usize,
    is_converged: bool,
    first_order: f64,
}

/// Runs the command.
///
/// # Errors
/// A table has errors, or no equilibrium exists.
pub fn run(args: &Trade) -> Result<ExitCode, Failure> {
    if args.mode == TradeMode::OnePass && args.closure.is_some() {
        let message = "`--closure` is for the whole equilibrium: one pass keeps the shares of the base";
        return Err(Failure::Usage(message.to_owned()));
    }
    if args.mode == TradeMode::Full && args.reference.is_some() {
        return Err(Failure::Usage("`--reference` is for `--mode one-pass` only".to_owned()));
    }
    let input = Input::read(args)?;
    let reference = match &args.reference {
        None => input.table.countries.len() - 1,
        Some(name) => input
            .table
            .position(name)
            .ok_or_else(|| Failure::Usage(format!("there is no country `{name}` in the table of trade")))?,
    };
    let elasticity = args
        .sigma
        .or(args.epsilon)
        .ok_or_else(|| Failure::Usage("give `--sigma` or `--epsilon`".to_owned()))?;
    let answer = match args.mode {
        TradeMode::Full => full(args, &input, elasticity),
        TradeMode::OnePass => in_one_pass(&input, elasticity, reference),
    };
    let answer = answer.map_err(|error| input.fail(&error))?;
    let json = json(args, &input, elasticity, reference, &answer);
    match args.format {
        Format::Table => output::data(&text(args, &input, &json, &answer)),
        Format::Json => output::bytes(&landbridge_io::results::pretty(&json)),
        Format::Csv => output::bytes(&csv(&json)),
    }
    if answer.is_converged {
        return Ok(ExitCode::SUCCESS);
    }
    output::note(&format!(
        "not converged: what is sold differs from income by up to {:.1e} of it",
        answer.residual
    ));
    Ok(ExitCode::from(NOT_CONVERGED))
}

/// The two tables.
struct Input {
    text: StudyText,
    table: TradeTable,
    change: CostChange,
}

impl Input {
    fn read(args: &Trade) -> Result<Self, Failure> {
        let mut text = StudyText::new();
        let mut problems = Vec::new();
        let mut read = |path| match read_table(path) {
            Ok((name, content)) => {
                text.insert(name.clone(), content.clone());
                Some(SourceText::new(name, content))
            }
            Err(problem) => {
                problems.push(*problem);
                None
            }
        };
        let (flows, shock) = (read(&args.flows), read(&args.shock));
        let missing = match args.missing {
            MissingPairs::Error => Missing::Error,
            MissingPairs::Zero => Missing::Zero,
        };
        let table = flows.and_then(|flows| read_trade(&flows, missing, &mut problems));
        // Without the countries nothing of the other table could be judged.
        let change =
            table.as_ref().zip(shock).and_then(|(table, shock)| table.read_change(&shock, &mut problems));
        sort(&mut problems);
        if !problems.is_empty() {
            diagnostics::draw(&text, &problems);
        }
        match (table, change) {
            (Some(table), Some(change)) if !has_errors(&problems) => Ok(Self { text, table, change }),
            _ => Err(Failure::Shown),
        }
    }

    fn fail(&self, error: &TradeError) -> Failure {
        let problem: Diagnostic = self.table.problem(error);
        diagnostics::draw(&self.text, &[problem]);
        Failure::Shown
    }
}

fn full(args: &Trade, input: &Input, elasticity: Elasticity) -> Result<Answer, TradeError> {
    let closure = match args.closure.unwrap_or_default() {
        TradeClosure::FixedNominal => Closure::FixedNominal,
        TradeClosure::FixedRatio => Closure::FixedRatio,
        TradeClosure::Purged => Closure::Purged,
    };
    let group = Group { flow: input.table.flow.clone(), latent: None, elasticity };
    let prepared = Prepared::new(Economy::new(vec![group], closure)?);
    let changes = std::slice::from_ref(&input.change);
    let counterfactual = prepared.counterfactual(changes)?;
    let mut config = EquilibriumConfig::default();
    if let Some(most) = args.max_iterations {
        config.max_iterations = most as usize;
    }
    let after = prepared.solve(&counterfactual, None, &config)?;
    let trade = prepared.trade(&counterfactual, &after);
    let economy = prepared.economy();
    let parts = decompose(economy, changes, &after, &trade, None);
    let first_order = first_order_gain(economy, changes);
    let before = economy.flow(0).clone();
    let after_trade = trade.into_iter().next().ok_or(TradeError::Empty)?;
    Ok(Answer {
        price_hat: after.price_hat,
        price_index_hat: after.price_index_hat,
        welfare_hat: after.welfare_hat,
        expenditure_hat: after.expenditure_hat,
        parts: Some(parts),
        before,
        after: after_trade,
        residual: after.residual,
        iterations: after.iterations,
        is_converged: after.is_converged,
        first_order,
    })
}

fn in_one_pass(input: &Input, elasticity: Elasticity, reference: usize) -> Result<Answer, TradeError> {
    let flow = &input.table.flow;
    let tolerance = EquilibriumConfig::default().tolerance;
    let after = one_pass(flow, elasticity, &input.change, reference, tolerance)?;
    let saved = flow.values().iter().zip(input.change.tau_hat().values());
    let first_order =
        saved.filter(|(_, tau_hat)| tau_hat.is_finite()).map(|(flow, tau_hat)| -flow * tau_hat.ln()).sum();
    Ok(Answer {
        expenditure_hat: after.price_hat.clone(),
        price_hat: after.price_hat,
        price_index_hat: after.price_index_hat,
        welfare_hat: after.welfare_hat,
        parts: None,
        before: flow.clone(),
        after: after.trade,
        residual: after.residual,
        iterations: after.iterations,
        is_converged: after.is_converged,
        first_order,
    })
}

fn json(args: &Trade, input: &Input, elasticity: Elasticity, reference: usize, answer: &Answer) -> TradeJson {
    let countries = &input.table.countries;
    let n = countries.len();
    let sums = |matrix: &Matrix| (matrix.row_sums(), matrix.column_sums());
    let ((sold, bought), (sold_new, bought_new)) = (sums(&answer.before), sums(&answer.after));
    let own = |matrix: &Matrix, at: usize| matrix[(at, at)];
    let ratio = |after: f64, before: f64| (before > 0.0).then(|| after / before);
    let abroad = |sum: &[f64], matrix: &Matrix, at: usize| {
        // Differences of sums leave a rest where nothing goes abroad.
        let value = sum[at] - own(matrix, at);
        if value.abs() < 1e-14 * sum[at] { 0.0 } else { value }
    };
    let country = |at: usize| CountryJson {
        country: countries[at].clone(),
        price_hat: answer.price_hat[at],
        price_index_hat: answer.price_index_hat[at],
        welfare_pct: 100.0 * (answer.welfare_hat[at] - 1.0),
        expenditure_hat: answer.expenditure_hat[at],
        exports_hat: ratio(abroad(&sold_new, &answer.after, at), abroad(&sold, &answer.before, at)),
        imports_hat: ratio(abroad(&bought_new, &answer.after, at), abroad(&bought, &answer.before, at)),
        domestic_share: own(&answer.before, at) / bought[at],
        domestic_share_new: own(&answer.after, at) / bought_new[at],
        welfare_parts_pct: answer.parts.as_ref().map(|parts| PartsJson::new(&parts[at])),
    };
    let pair = |at: usize| PairJson {
        exporter: countries[at / n].clone(),
        importer: countries[at % n].clone(),
        value: answer.before.values()[at],
        value_new: answer.after.values()[at],
    };
    let spent: f64 = bought.iter().sum();
    let gained: f64 = bought.iter().zip(&answer.welfare_hat).map(|(spent, hat)| spent * (hat - 1.0)).sum();
    let is_full = args.mode == TradeMode::Full;
    TradeJson {
        mode: if is_full { "full" } else { "one_pass" },
        closure: is_full.then(|| closure_word(args.closure.unwrap_or_default())),
        reference: (!is_full).then(|| countries[reference].clone()),
        sigma: elasticity.sigma(),
        epsilon: elasticity.epsilon(),
        numeraire: if is_full { "world output" } else { "price index of the reference" },
        converged: answer.is_converged,
        residual: answer.residual,
        iterations: answer.iterations,
        world: WorldJson {
            welfare_pct: 100.0 * gained / spent,
            first_order_pct: 100.0 * answer.first_order / spent,
        },
        countries: (0..n).map(country).collect(),
        trade: args.with_pairs.then(|| (0..n * n).map(pair).collect()),
    }
}

fn closure_word(closure: TradeClosure) -> &'static str {
    match closure {
        TradeClosure::FixedNominal => "fixed_nominal",
        TradeClosure::FixedRatio => "fixed_ratio",
        TradeClosure::Purged => "purged",
    }
}

/// One row a country, or with `--trade` a pair.
fn csv(json: &TradeJson) -> Vec<u8> {
    if let Some(trade) = &json.trade {
        let row = |pair: &PairJson| {
            vec![
                pair.exporter.clone(),
                pair.importer.clone(),
                pair.value.to_string(),
                pair.value_new.to_string(),
                json.converged.to_string(),
            ]
        };
        let header = ["exporter", "importer", "value", "value_new", "converged"];
        return output::csv(&header, &trade.iter().map(row).collect::<Vec<_>>());
    }
    let header = [
        "country",
        "price_hat",
        "price_index_hat",
        "welfare_pct",
        "expenditure_hat",
        "exports_hat",
        "imports_hat",
        "domestic_share",
        "domestic_share_new",
        "own_route_cost_pct",
        "partners_prices_pct",
        "multilateral_resistance_pct",
        "deficit_pct",
        "converged",
    ];
    let maybe = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let row = |country: &CountryJson| {
        let part = |of: fn(&PartsJson) -> f64| maybe(country.welfare_parts_pct.as_ref().map(of));
        vec![
            country.country.clone(),
            country.price_hat.to_string(),
            country.price_index_hat.to_string(),
            country.welfare_pct.to_string(),
            country.expenditure_hat.to_string(),
            maybe(country.exports_hat),
            maybe(country.imports_hat),
            country.domestic_share.to_string(),
            country.domestic_share_new.to_string(),
            part(|parts| parts.own_route_cost),
            part(|parts| parts.partners_prices),
            part(|parts| parts.multilateral_resistance),
            part(|parts| parts.deficit),
            json.converged.to_string(),
        ]
    };
    output::csv(&header, &json.countries.iter().map(row).collect::<Vec<_>>())
}

/// Percent with sign.
fn percent(value: f64) -> String {
    // `+ 0.0` turns a negative zero into zero.
    let rounded = (1000.0 * value).round() / 1000.0 + 0.0;
    if rounded == 0.0 { "0.000".to_owned() } else { format!("{rounded:+.3}") }
}

fn text(args: &Trade, input: &Input, json: &TradeJson, answer: &Answer) -> String {
    let how = match (json.closure, &json.reference) {
        (Some(closure), _) => format!("deficits {}", closure.replace('_', " ")),
        (_, Some(reference)) => format!("one pass, price index of {reference} 1"),
        _ => String::new(),
    };
    let mut text = output::heading(&format!(
        "{} countries, elasticity of substitution {}, {how}",
        json.countries.len(),
        json.sigma
    ));
    if !json.converged {
        text += "NOT CONVERGED: these figures are no equilibrium\n";
    }
    let hat = |hat: f64| percent(100.0 * (hat - 1.0));
    let maybe = |value: Option<f64>| value.map_or(String::new(), hat);
    let has_parts = answer.parts.is_some();
    let row = |country: &CountryJson| {
        let mut row = vec![country.country.clone(), percent(country.welfare_pct)];
        if let Some(parts) = country.welfare_parts_pct {
            row.extend([
                percent(parts.own_route_cost),
                percent(parts.partners_prices),
                percent(parts.multilateral_resistance),
                percent(parts.deficit),
            ]);
        }
        row.extend([
            hat(country.price_hat),
            hat(country.price_index_hat),
            maybe(country.exports_hat),
            maybe(country.imports_hat),
        ]);
        row
    };
    let mut header = vec!["country", "welfare"];
    if has_parts {
        header.extend(["own routes", "partners'\nprices", "market\naccess", "deficit"]);
    }
    header.extend(["price", "price\nindex", "exports", "imports"]);
    text += &output::table(&header, 1..header.len(), json.countries.iter().map(row).collect());
    text += "\nChanges in percent.";
    if has_parts {
        text += " Welfare is real expenditure; the four columns behind it add up to it: cost of the routes that the \
                 country buys over, prices of its partners, what its own goods fetch abroad (multilateral \
                 resistance), its deficit.";
    }
    let world = [json.world.welfare_pct, json.world.first_order_pct].map(percent);
    text += "\nWorld, by expenditure: ";
    text += &world[0];
    text += " (to first order, what trade of the base saves: ";
    text += &world[1];
    text += ")\n";
    if args.with_pairs { text + &changes(input, answer) } else { text }
}

/// The pairs whose trade changes most.
fn changes(input: &Input, answer: &Answer) -> String {
    let n = answer.before.n();
    let change = |at: usize| answer.after.values()[at] - answer.before.values()[at];
    let mut pairs: Vec<usize> = (0..n * n).filter(|&at| change(at).abs() > 0.0).collect();
    pairs.sort_by(|&a, &b| change(b).abs().total_cmp(&change(a).abs()).then(a.cmp(&b)));
    let row = |&at: &usize| {
        let (before, after) = (answer.before.values()[at], answer.after.values()[at]);
        vec![
            format!("{} > {}", input.table.countries[at / n], input.table.countries[at % n]),
            format!("{before:.3}"),
            format!("{after:.3}"),
            if before > 0.0 { percent(100.0 * (after / before - 1.0)) } else { String::new() },
        ]
    };
    let rows = pairs.iter().take(SHOWN).map(row).collect();
    let others = pairs.len().saturating_sub(SHOWN);
    let rest = if others > 0 { format!("and {others} more; JSON and CSV give all\n") } else { String::new() };
    format!("\n{}{rest}", output::table(&["trade", "before", "after", "change %"], 1..4, rows))
}
