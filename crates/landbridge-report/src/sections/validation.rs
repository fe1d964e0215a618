//! Published facts against the model.

use landbridge::model::Model;
use landbridge::outcome::{Comparison, Outcome, fit};
use landbridge::study::tables::{Measure, ValidationRow};

use crate::naming;
use crate::numbers::{grouped, percent};
use crate::table::{Cell, Table, element, paragraph, section};

/// A difference beyond this, outside the published range, is a miss.
const MISS: f64 = 0.2;

/// A fact with the model's answer and its relative error.
struct Answered<'s> {
    fact: &'s ValidationRow,
    value: f64,
    model: f64,
    error: f64,
}

impl Answered<'_> {
    fn is_in_range(&self) -> bool {
        self.error == 0.0
    }
    fn is_miss(&self) -> bool {
        self.error.abs() > MISS
    }
}

pub(crate) fn write(out: &mut String, model: &Model, outcome: &Outcome) {
    section(out, "validation", "Validation against published facts");
    if outcome.validation.is_empty() {
        paragraph(out, "The study holds no published facts to compare with.");
        out.push_str("</section>\n");
        return;
    }
    let facts = &model.study.validation;
    let row = |comparison: &Comparison| &facts[comparison.row];
    let answered: Vec<Answered<'_>> = outcome
        .validation
        .iter()
        .filter_map(|c| {
            let fact = row(c);
            Some(Answered { fact, value: fact.value?, model: c.model?, error: c.error(fact)? })
        })
        .collect();
    paragraph(
        out,
        &format!(
            "Of {} published facts {} are questions that a route answers. Facts that the tables were built with prove \
             little and are kept apart. A miss is a difference of more than {} from the figure, or from the nearer end of a published range.",
            outcome.validation.len(),
            answered.len(),
            percent(MISS)
        ),
    );
    fit_table(&answered).write(out);
    for (is_used, caption) in
        [(false, "Facts not used to build the study"), (true, "Facts used to build the study")]
    {
        let mut table = Table::new(
            caption,
            &[
                "Fact",
                "Question",
                "#Published",
                "#Model",
                "#Difference",
                "Verdict",
                "Cause of the difference",
            ],
        );
        for answer in answered.iter().filter(|a| a.fact.used_to_build == is_used) {
            table.push(answer_row(model, answer));
        }
        if !table.is_empty() {
            table.write(out);
        }
    }
    let mut open = Table::new(
        "Facts without an answer",
        &["Fact", "Kind", "#Published", "Why the model gives no answer", "Remark of the study"],
    );
    for comparison in outcome.validation.iter().filter(|c| c.model.is_none()) {
        let fact = row(comparison);
        open.push(vec![
            Cell::Lines(fact_name(model, fact)),
            Cell::text(fact.kind.word().replace('_', " ")),
            Cell::number(fact.value.map(|v| with_unit(v, fact.unit.as_deref().unwrap_or("")))),
            Cell::text(comparison.reason.clone().unwrap_or_default()),
            fact.cause.as_ref().map_or(Cell::Empty, Cell::text),
        ]);
    }
    if !open.is_empty() {
        out.push_str("<details>");
        element(out, "summary", "", &format!("{} facts without an answer", open.len()));
        open.write(out);
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}

/// How far off the model is, in the middle and at worst.
fn fit_table(answered: &[Answered<'_>]) -> Table {
    let mut table = Table::new(
        "Difference between model and published figure",
        &["Facts", "#Number", "#Median", "#Greatest", "#Misses"],
    );
    let mut push = |name: &str, keep: &dyn Fn(&Answered<'_>) -> bool| {
        let kept = || answered.iter().filter(|a| keep(a));
        let Some(fit) = fit(kept().map(|a| a.error)) else { return };
        table.push(vec![
            Cell::text(name),
            Cell::Number(fit.n.to_string()),
            Cell::Number(difference(fit.median).trim_start_matches('+').to_owned()),
            Cell::Number(difference(fit.worst).trim_start_matches('+').to_owned()),
            Cell::Number(kept().filter(|a| a.is_miss()).count().to_string()),
        ]);
    };
    push("Not used to build the study", &|a| !a.fact.used_to_build);
    push("of these, without a cause named in the study", &|a| {
        !a.fact.used_to_build && a.fact.cause.is_none()
    });
    push("of these, lengths", &|a| !a.fact.used_to_build && a.fact.measure == Some(Measure::DistanceKm));
    push("of these, times and speeds", &|a| {
        let is_length_or_money = matches!(a.fact.measure, Some(Measure::DistanceKm | Measure::TotalUsd));
        !a.fact.used_to_build && !is_length_or_money
    });
    push("Used to build the study", &|a| a.fact.used_to_build);
    table
}

fn answer_row(model: &Model, answer: &Answered<'_>) -> Vec<Cell> {
    let fact = answer.fact;
    let unit = fact.measure.map_or("", unit);
    let mut published = with_unit(answer.value, unit);
    if let (Some(low), Some(high)) = (fact.value_low, fact.value_high) {
        published = format!("{published} ({} to {})", figure(low), figure(high));
    }
    let verdict = match (answer.is_in_range(), answer.is_miss(), &fact.cause) {
        (true, ..) if fact.value_low.is_some() => Cell::Mark("published", "in range".to_owned()),
        (_, false, _) => Cell::Mark("published", format!("within {}", percent(MISS))),
        (_, true, Some(_)) => Cell::Mark("assumed", "miss, explained".to_owned()),
        (_, true, None) => Cell::Mark("closed", "miss".to_owned()),
    };
    vec![
        Cell::Lines(fact_name(model, fact)),
        Cell::text(fact.measure.map_or("", question)),
        Cell::Number(published),
        Cell::Number(with_unit(answer.model, unit)),
        Cell::Number(difference(answer.error)),
        verdict,
        fact.cause.as_ref().map_or(Cell::Empty, Cell::text),
    ]
}

/// Where, by what way, and when.
fn fact_name(model: &Model, fact: &ValidationRow) -> Vec<String> {
    let name = |id: &Option<String>| {
        let at = id.as_deref().and_then(|id| model.network.node(id))?;
        Some(naming::short(&model.network.nodes[at].name))
    };
    let ends = match (name(&fact.from_node_id), name(&fact.to_node_id)) {
        (Some(from), Some(to)) => Some(format!("{from} – {to}")),
        _ => None,
    };
    let mut lines: Vec<String> =
        ends.into_iter().chain(fact.route.clone()).chain(fact.note.clone()).collect();
    if lines.is_empty() {
        lines.push(fact.validation_id.clone());
    }
    if let Some(year) = fact.year {
        lines[0] = format!("{}, {year}", lines[0]);
    }
    lines
}

fn question(measure: Measure) -> &'static str {
    match measure {
        Measure::DistanceKm => "length",
        Measure::MovingH => "hours in motion",
        Measure::TotalH => "hours door to door",
        Measure::BorderH => "hours at borders",
        Measure::SpeedKmH => "speed in motion",
        Measure::TotalUsd => "cost per unit",
    }
}

fn unit(measure: Measure) -> &'static str {
    match measure {
        Measure::DistanceKm => "km",
        Measure::MovingH | Measure::TotalH | Measure::BorderH => "h",
        Measure::SpeedKmH => "km/h",
        Measure::TotalUsd => "USD",
    }
}

fn figure(value: f64) -> String {
    grouped(value, usize::from(value.abs() < 100.0))
}

fn with_unit(value: f64, unit: &str) -> String {
    format!("{} {unit}", figure(value)).trim_end().to_owned()
}

/// A relative difference as a percentage with its sign.
fn difference(error: f64) -> String {
    let decimals = usize::from(error.abs() < 0.1);
    let sign = if error > 0.0 { "+" } else { "" };
    format!("{sign}{} %", grouped(error * 100.0, decimals))
}
