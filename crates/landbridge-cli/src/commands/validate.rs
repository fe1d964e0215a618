//! `landbridge validate`: the model against published facts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use landbridge::model::{Assignment, Model};
use landbridge::outcome::Comparison;
use landbridge::outcome::flows::{Counted, ExperimentResult};
use landbridge::study::tables::ValidationRow;
use serde::Serialize;

use crate::args::{Format, Validate};
use crate::certificate::{Certificate, NOT_CONVERGED};
use crate::input::{self, Failure};
use crate::output::{self, Progress, round};

/// One comparison for programs.
#[derive(Serialize)]
struct ComparisonJson<'m> {
    validation_id: &'m str,
    kind: &'static str,
    used_to_build: bool,
    route: Option<&'m str>,
    class: Option<&'m str>,
    measure: Option<&'static str>,
    published: Option<f64>,
    published_low: Option<f64>,
    published_high: Option<f64>,
    model: Option<f64>,
    relative_error: Option<f64>,
    cause: Option<&'m str>,
    not_compared_because: Option<&'m str>,
}

/// All comparisons for programs.
#[derive(Serialize)]
struct ValidationJson<'m> {
    facts: Vec<ComparisonJson<'m>>,
    counts: Vec<CountJson<'m>>,
    experiments: Vec<ExperimentJson<'m>>,
}

/// A counted flow, amounts a year.
#[derive(Serialize)]
struct CountJson<'m> {
    observed_id: &'m str,
    name: &'m str,
    year: i32,
    unit: &'static str,
    used_to_build: bool,
    fitted_to: bool,
    observed: f64,
    model: f64,
    ratio: f64,
    cause: Option<&'m str>,
}

/// A natural experiment, amounts a year.
#[derive(Serialize)]
struct ExperimentJson<'m> {
    experiment_id: &'m str,
    name: &'m str,
    day_before: String,
    day_after: String,
    unit: &'static str,
    observed_before: Option<f64>,
    observed_after: Option<f64>,
    model_before: f64,
    model_after: f64,
    is_converged: bool,
    note: Option<&'m str>,
}

fn count_json(model: &Model, count: Counted) -> Option<CountJson<'_>> {
    let row = &model.study.observed[count.row];
    Some(CountJson {
        observed_id: &row.observed_id,
        name: &row.name,
        year: row.year,
        unit: row.unit.word(),
        used_to_build: row.used_to_build,
        fitted_to: row.fit_weight > 0.0 && !model.study.fitted.is_empty(),
        observed: row.per_year?,
        model: count.model,
        ratio: count.ratio(&model.study)?,
        cause: row.cause.as_deref(),
    })
}

fn experiment_json<'m>(model: &'m Model, result: &ExperimentResult) -> ExperimentJson<'m> {
    let row = &model.study.experiments[result.row];
    ExperimentJson {
        experiment_id: &row.experiment_id,
        name: &row.name,
        day_before: row.day_before.to_string(),
        day_after: row.day_after.to_string(),
        unit: model.study.observed[result.observed].unit.word(),
        observed_before: row.before_per_year,
        observed_after: row.after_per_year,
        model_before: result.before,
        model_after: result.after,
        is_converged: result.is_converged,
        note: row.note.as_deref(),
    }
}

/// A count as a row of the table of facts.
fn count_row(count: &CountJson<'_>) -> Vec<String> {
    vec![
        count.observed_id.to_owned(),
        "flow".to_owned(),
        (count.used_to_build || count.fitted_to).to_string(),
        count.name.to_owned(),
        String::new(),
        format!("{}_per_year", count.unit),
        format!("{:.4}", count.observed),
        String::new(),
        String::new(),
        format!("{:.4}", count.model),
        format!("{:.4}", count.ratio - 1.0),
        count.cause.unwrap_or("").to_owned(),
        String::new(),
    ]
}

fn counts_table(model: &Model, counts: &[Counted]) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let counts: Vec<CountJson<'_>> = counts.iter().filter_map(|count| count_json(model, *count)).collect();
    let mut text = format!("\n{}", output::heading("Counted flows, amounts a year"));
    let rows = counts.iter().map(|count| {
        let known = match (count.used_to_build, count.fitted_to) {
            (true, true) => "built, fitted",
            (true, false) => "built",
            (false, true) => "fitted",
            (false, false) => "no",
        };
        vec![
            count.name.to_owned(),
            count.year.to_string(),
            count.unit.to_owned(),
            round(count.observed),
            round(count.model),
            format!("{:.2}", count.ratio),
            known.to_owned(),
        ]
    });
    let header = ["count", "year", "unit", "counted", "model", "ratio", "known to the model"];
    text += &output::table(&header, 3..6, rows.collect());
    let mut errors: Vec<f64> = counts.iter().map(|count| count.ratio.ln().abs()).collect();
    errors.sort_by(f64::total_cmp);
    let _ = writeln!(
        text,
        "Median error of a factor {:.2}. `landbridge calibrate --hold-out` says how well counts are predicted that the \
         model does not know.",
        errors[errors.len() / 2].exp()
    );
    text
}

fn experiments_table(model: &Model, results: &[ExperimentResult]) -> String {
    if results.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}", output::heading("Natural experiments, amounts a year"));
    let amount = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), round);
    let rows = results.iter().map(|result| {
        let row = &model.study.experiments[result.row];
        vec![
            row.name.clone(),
            format!("{}\n{}", row.day_before, row.day_after),
            model.study.observed[result.observed].unit.word().to_owned(),
            format!("{}\n{}", amount(row.before_per_year), amount(row.after_per_year)),
            format!("{}\n{}", round(result.before), round(result.after)),
            row.note.clone().unwrap_or_default(),
        ]
    });
    let header = ["what happened", "before, after", "unit", "counted", "model", "note"];
    text += &output::table(&header, 3..5, rows.collect());
    text
}

/// Runs the command.
///
/// # Errors
/// The study has errors.
pub fn run(args: &Validate) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    let comparisons = model.validate();
    let progress = Progress::start("building route sets");
    let assignment = model.assignment(model.study.study.base_year);
    let counts = assignment.as_ref().map(Assignment::counted).unwrap_or_default();
    progress.next("natural experiments");
    let experiments = model.experiments();
    drop(progress);
    match args.format {
        Format::Json => {
            let json = ValidationJson {
                facts: comparisons.iter().map(|c| json(&model, c)).collect(),
                counts: counts.iter().filter_map(|count| count_json(&model, *count)).collect(),
                experiments: experiments.iter().map(|result| experiment_json(&model, result)).collect(),
            };
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        Format::Csv => {
            let facts = comparisons.iter().map(|c| csv_row(&model, c));
            let counts = counts.iter().filter_map(|count| count_json(&model, *count));
            let rows: Vec<_> = facts.chain(counts.map(|count| count_row(&count))).collect();
            let header = [
                "validation_id",
                "kind",
                "used_to_build",
                "route",
                "class",
                "measure",
                "published",
                "published_low",
                "published_high",
                "model",
                "relative_error",
                "cause",
                "not_compared_because",
            ];
            output::bytes(&output::csv(&header, &rows));
        }
        Format::Table => {
            let flows = counts_table(&model, &counts) + &experiments_table(&model, &experiments);
            output::data(&(tables(&model, &comparisons) + &flows));
        }
    }
    // Counts and experiments of flows that are no equilibrium are marked by the exit code.
    if let Some(lost) = experiments.iter().find(|result| !result.is_converged) {
        let id = &model.study.experiments[lost.row].experiment_id;
        output::warning(&format!("flows of experiment {id} are not in equilibrium"));
        return Ok(ExitCode::from(NOT_CONVERGED));
    }
    Ok(assignment.map_or(ExitCode::SUCCESS, |of| Certificate::of(&of, [0]).finish()))
}

fn tables(model: &Model, comparisons: &[Comparison]) -> String {
    let mut text = String::new();
    for (used, title) in [
        (false, "Facts not used to build the tables"),
        (true, "Facts the tables were built with (a match proves little)"),
    ] {
        let rows: Vec<_> = comparisons
            .iter()
            .filter(|c| c.model.is_some() && model.study.validation[c.row].used_to_build == used)
            .map(|c| row(model, c))
            .collect();
        text += &output::heading(title);
        text += &output::table(
            &["fact", "from", "to", "measure", "published", "model", "error", "way, class, named cause"],
            4..7,
            rows,
        );
        text.push('\n');
    }
    text += &output::heading("Fit: median and worst relative error");
    let rows = model
        .fits(comparisons)
        .into_iter()
        .map(|((kind, used), fit)| {
            vec![
                kind.word().to_owned(),
                if used { "used" } else { "unused" }.to_owned(),
                fit.n.to_string(),
                format!("{:.1}%", 100.0 * fit.median),
                format!("{:.1}%", 100.0 * fit.worst),
            ]
        })
        .collect();
    text += &output::table(&["kind", "facts", "n", "median", "worst"], 2..5, rows);
    text.push('\n');
    text += &output::heading("Facts that are not compared");
    text += &output::table(&["kind", "n", "why"], 1..2, not_compared(model, comparisons));
    text + "\nA fact given as a range is met inside it; outside, the error is that from its nearer end.\n\
            All comparisons count in the fit, with or without a named cause.\n"
}

/// Facts without an answer by kind and reason.
fn not_compared(model: &Model, comparisons: &[Comparison]) -> Vec<Vec<String>> {
    let mut left: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for comparison in comparisons {
        let kind = model.study.validation[comparison.row].kind.word();
        if let Some(reason) = &comparison.reason {
            *left.entry((kind, reason)).or_default() += 1;
        }
    }
    left.into_iter().map(|((kind, why), n)| vec![kind.to_owned(), n.to_string(), why.to_owned()]).collect()
}

fn row(model: &Model, comparison: &Comparison) -> Vec<String> {
    let fact = &model.study.validation[comparison.row];
    let name = |id: &Option<String>| {
        let node = id.as_deref().and_then(|id| model.network.node(id));
        node.map_or(String::new(), |n| super::short(&model.network.nodes[n].name).to_owned())
    };
    let remarks = [fact.route.as_deref(), fact.class.as_deref(), fact.cause.as_deref()];
    vec![
        fact.validation_id.clone(),
        name(&fact.from_node_id),
        name(&fact.to_node_id),
        fact.measure.map_or(String::new(), |m| m.word().to_owned()),
        published(fact),
        comparison.model.map_or(String::new(), round),
        comparison.error(fact).map_or(String::new(), |e| format!("{:+.1}%", 100.0 * e)),
        remarks.into_iter().flatten().collect::<Vec<_>>().join("; "),
    ]
}

/// A figure, with its range if the source gives one.
fn published(fact: &ValidationRow) -> String {
    let Some(value) = fact.value else { return String::new() };
    if fact.value_low.is_none() && fact.value_high.is_none() {
        return round(value);
    }
    let (low, high) = (fact.value_low.unwrap_or(value), fact.value_high.unwrap_or(value));
    format!("{} ({}-{})", round(value), round(low), round(high))
}

fn json<'m>(model: &'m Model, comparison: &'m Comparison) -> ComparisonJson<'m> {
    let fact = &model.study.validation[comparison.row];
    ComparisonJson {
        validation_id: &fact.validation_id,
        kind: fact.kind.word(),
        used_to_build: fact.used_to_build,
        route: fact.route.as_deref(),
        class: fact.class.as_deref(),
        measure: fact.measure.map(landbridge::study::tables::Measure::word),
        published: fact.value,
        published_low: fact.value_low,
        published_high: fact.value_high,
        model: comparison.model,
        relative_error: comparison.error(fact),
        cause: fact.cause.as_deref(),
        not_compared_because: comparison.reason.as_deref(),
    }
}

fn csv_row(model: &Model, comparison: &Comparison) -> Vec<String> {
    let json = json(model, comparison);
    let text = |value: Option<&str>| value.unwrap_or("").to_owned();
    let number = |value: Option<f64>| value.map_or(String::new(), |v| format!("{v:.4}"));
    vec![
        json.validation_id.to_owned(),
        json.kind.to_owned(),
        json.used_to_build.to_string(),
        text(json.route),
        text(json.class),
        text(json.measure),
        number(json.published),
        number(json.published_low),
        number(json.published_high),
        number(json.model),
        number(json.relative_error),
        text(json.cause),
        text(json.not_compared_because),
    ]
}
