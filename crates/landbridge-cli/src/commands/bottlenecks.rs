//! `landbridge bottlenecks`: gates, terminals and lines by what it is worth to ease them.

use std::process::ExitCode;

use landbridge::model::Assignment;
use landbridge::outcome::queues::Bottleneck;
use landbridge::scenario::BASE;
use landbridge_io::flows::NOTE;
use landbridge_io::queues::{bottlenecks_csv, bottlenecks_json};

use super::flows::{NO_DEMAND, percent, size_line};
use crate::args::{Bottlenecks, Format, WorthOf};
use crate::certificate::Certificate;
use crate::input::{self, Failure};
use crate::output::{self, Progress, round};

/// Runs the command.
///
/// # Errors
/// The study has errors, the scenario does not exist, or its equilibrium has no derivatives.
pub fn run(args: &Bottlenecks) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    let model = input::under(&model, args.scenario.as_deref(), false)?;
    let progress = Progress::start("building route sets");
    let Some(assignment) = model.assignment(args.year.unwrap_or(model.study.study.base_year)) else {
        drop(progress);
        output::data(NO_DEMAND);
        return Ok(ExitCode::SUCCESS);
    };
    progress.next("working out derivatives");
    let scenario = assignment.position(args.scenario.as_deref().unwrap_or(BASE)).unwrap_or(0);
    let no_derivatives = || Failure::Failed("the equilibrium of the scenario has no derivatives".into());
    let mut all = assignment.bottlenecks(scenario).ok_or_else(no_derivatives)?;
    drop(progress);
    if args.by != WorthOf::Hour {
        // The sort is stable: what is worth the same stays in the order of the hours.
        all.sort_by(|a, b| worth(b, args.by).total_cmp(&worth(a, args.by)));
    }
    let of = all.len();
    all.truncate(usize::from(args.limit));
    let id = &assignment.scenarios[scenario].overlay.scenario;
    match args.format {
        Format::Table => output::data(&text(&assignment, scenario, &all, of)),
        Format::Json => {
            output::bytes(&landbridge_io::results::pretty(&bottlenecks_json(&assignment, scenario, &all)));
        }
        Format::Csv => output::bytes(&bottlenecks_csv(id, &all)),
    }
    Ok(Certificate::of(&assignment, [scenario]).finish())
}

/// What the ranking is by, money a year.
fn worth(bottleneck: &Bottleneck, by: WorthOf) -> f64 {
    match by {
        WorthOf::Hour => bottleneck.hour_saved_usd,
        WorthOf::Capacity => bottleneck.unit_a_day_usd,
        WorthOf::Fee => bottleneck.fee_cut_usd,
    }
}

/// Thousands a year. What rounds to nothing is a zero without a sign.
fn thousand(usd: f64) -> String {
    let shown = round(usd / 1e3);
    if shown == "-0.0" { "0.0".to_owned() } else { shown }
}

fn text(assignment: &Assignment, scenario: usize, all: &[Bottleneck], of: usize) -> String {
    let model = assignment.reference();
    let currency = &model.study.units.currency;
    let id = &assignment.scenarios[scenario].overlay.scenario;
    let of_scenario = if id.is_empty() { String::new() } else { format!(", scenario {id}") };
    let year = assignment.demand.year;
    let title = format!("{}{of_scenario}: bottlenecks, {year}", model.study.study.name);
    let mut text = output::heading(&title) + &Certificate::of(assignment, [scenario]).line();
    text += size_line(assignment).trim_start();
    text.push('\n');
    if all.is_empty() {
        return text + "nothing passes a place with a known capacity\n";
    }
    let row = |bottleneck: &Bottleneck| {
        let facility = &bottleneck.facility;
        let mark = if facility.is_raised { "*" } else { "" };
        vec![
            facility.name.clone(),
            facility.unit.clone(),
            round(facility.flow_per_day),
            format!("{}{mark}", round(facility.capacity_per_day)),
            percent(facility.flow_per_day, facility.capacity_per_day),
            round(facility.wait.mean_h),
            round(facility.wait.sd_h),
            round(facility.wait.p95_h),
            thousand(bottleneck.hour_saved_usd),
            thousand(bottleneck.unit_a_day_usd),
            thousand(bottleneck.fee_cut_usd),
        ]
    };
    let header = [
        "place",
        "unit",
        "flow\na day",
        "capacity\na day",
        "used",
        "hours\nmean",
        "\nsd",
        "\nP95",
        "an hour\nless",
        "a unit a\nday more",
        "a fee\ncut of 1",
    ];
    text += &output::table(&header, 2..11, all.iter().map(row).collect());
    let more = match of - all.len() {
        0 => String::new(),
        more => format!("{more} more; --limit lists them\n"),
    };
    let words = format!(
        "\nThe last three columns are thousand {currency} a year, to all users together: what an hour less for all who pass \
         is worth, capacity for a unit a day more, and a charge lower by 1 {currency} a unit (its collector's loss is not \
         in it). They are derivatives: the worth of the first hour, after users have chosen anew and queues have answered. \
         They hold for small changes.\n"
    );
    text = text + &more + &words;
    let raised = all.iter().any(|bottleneck| bottleneck.facility.is_raised);
    if raised {
        text += "*: at the capacity of the tables the observed flow would have waited longer than was observed; it was raised.\n";
    }
    text + NOTE + "\n"
}
