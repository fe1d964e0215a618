//! Queues and capacity: places with a known capacity, the fullest first, and the certificate of the equilibrium.

use landbridge::outcome::flows::Flows;
use landbridge::outcome::queues::FacilityState;

use crate::FlowReport;
use crate::numbers::{grouped, hours, percent};
use crate::table::{Cell, Table, element, paragraph, section};

/// Places that the table shows.
const SHOWN: usize = 30;
/// Places less used than this have no row: nothing queues there.
const LEAST_USED: f64 = 0.5;
/// The certificate is not shown finer than this: its digits are those of rounding.
const FINEST: f64 = -12.0;

pub(crate) fn write(out: &mut String, flows: Option<&FlowReport<'_>>) {
    let Some(flows) = flows else { return };
    section(out, "queues", "Queues and capacity");
    paragraph(
        out,
        "Hours at border gates, terminals and single lines whose capacity is known rise with what passes; queues and flows are \
         solved together. The hours that were observed contain a queue, so each place is set to give the observed hours back \
         at the observed flow. Road links without a published capacity are as fast at any flow. Flows are means of a year: \
         empty vehicles and local traffic are not in them, nor are seasons, so a place may be fuller than it looks here.",
    );
    for side in std::iter::once(flows.before).chain(flows.after) {
        certificate(out, side);
    }
    let table = facilities(flows);
    if table.is_empty() {
        paragraph(out, "No place with a known capacity is more than half used.");
    } else {
        table.write(out);
        element(
            out,
            "p",
            "note",
            "Used: flow over capacity. Above 100 % the queue grows as long as the period of the study lasts, until users go \
             another way. Capacities marked * were raised: at those of the tables the observed flow would have waited longer \
             than was observed. `landbridge bottlenecks` says what easing a place is worth; all are in tables/facility.csv.",
        );
    }
    out.push_str("</section>\n");
}

/// How near a scenario is to its equilibrium, in words.
fn certificate(out: &mut String, flows: &Flows) {
    let (found, name) = (flows.convergence, name(flows));
    let text = if found.is_converged {
        let power = (found.gap.log10().floor() + 1.0).max(FINEST);
        format!(
            "Scenario “{name}” is in equilibrium: flows at these places and those that users choose under the hours there differ \
             by less than 1e{power} of all flow."
        )
    } else {
        format!(
            "Scenario “{name}” is NOT in equilibrium: flows at these places and those that users choose under the hours there \
             differ by {:.1e} of all flow, so its flows and hours do not belong together.",
            found.gap
        )
    };
    element(out, "p", "note", &text);
}

/// The scenario; a study without any has its tables.
fn name(flows: &Flows) -> &str {
    if flows.scenario.is_empty() { "tables" } else { &flows.scenario }
}

fn facilities(flows: &FlowReport<'_>) -> Table {
    let (before, after) = (flows.before, flows.after.unwrap_or(flows.before));
    let states = before.facilities.iter().zip(&after.facilities);
    let mut shown: Vec<[&FacilityState; 2]> = states.map(|(before, after)| [before, after]).collect();
    let used = |sides: &[&FacilityState; 2]| sides[0].utilisation().max(sides[1].utilisation());
    shown.retain(|sides| used(sides) >= LEAST_USED);
    shown.sort_by(|a, b| used(b).total_cmp(&used(a)).then(a[0].place.cmp(&b[0].place)));
    shown.truncate(SHOWN);
    let is_pair = flows.after.is_some();
    let mut columns =
        vec!["Place".to_owned(), "#Capacity a day".to_owned(), "#Flow a day".to_owned(), "#Used".to_owned()];
    columns.push("#Hours observed".to_owned());
    columns.push(format!("#Hours, {}", name(before)));
    if is_pair {
        columns.push(format!("#Hours, {}", name(after)));
    }
    columns.push("#95 of 100 wait less, h".to_owned());
    columns.push("Capacity rests on".to_owned());
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let caption = format!("Places with a capacity that are at least half used (at most {SHOWN})");
    let mut table = Table::new(caption, &columns);
    for sides in shown {
        table.push(row(sides, is_pair));
    }
    table
}

/// What is counted, in words.
fn units(unit: &str) -> &str {
    match unit {
        "truck" => "trucks",
        "train" => "trains",
        "person" => "persons",
        "teu" => "TEU",
        other => other,
    }
}

fn row(sides: [&FacilityState; 2], is_pair: bool) -> Vec<Cell> {
    let [before, after] = sides;
    let figure = |value: f64| grouped(value, usize::from(value < 10.0));
    let arrow = |of: &dyn Fn(&FacilityState) -> String| {
        if is_pair { format!("{} → {}", of(before), of(after)) } else { of(before) }
    };
    let mark = if before.is_raised { "*" } else { "" };
    let is_changed = is_pair && (after.capacity_per_day - before.capacity_per_day).abs() > 1e-9;
    let capacity = if is_changed {
        arrow(&|side| figure(side.capacity_per_day))
    } else {
        figure(before.capacity_per_day)
    };
    let mut row = vec![
        Cell::Lines(vec![before.name.clone(), units(&before.unit).to_owned()]),
        Cell::Number(format!("{capacity}{mark}")),
        Cell::Number(arrow(&|side| figure(side.flow_per_day))),
        Cell::Number(arrow(&|side| percent(side.utilisation()))),
        Cell::number((before.observed_h > 0.0).then(|| hours(before.observed_h))),
        Cell::Number(hours(before.wait.mean_h)),
    ];
    if is_pair {
        row.push(Cell::Number(hours(after.wait.mean_h)));
    }
    row.push(Cell::Number(arrow(&|side| hours(side.wait.p95_h))));
    row.push(Cell::Mark(before.quality.word(), before.quality.word().to_owned()));
    row
}

#[cfg(test)]
mod tests {
    use landbridge::model::{Assignment, Model};

    use super::*;
    use crate::fixture;

    /// The small study with a million tonnes a year, next to none of which can go by rail, and a gate for 100 trucks a day.
    fn model() -> Model {
        let mut files = fixture::files();
        for (path, text) in fixture::DEMAND {
            files.insert(path.into(), text.into());
        }
        let trade = files.get_mut("economy/trade.csv").unwrap();
        *trade = trade.replace(",1000,", ",1000000,");
        let activities = files.get_mut("network/activity.csv").unwrap();
        *activities = activities
            .replace("fee_per,source", "fee_per,capacity_per_day,capacity_unit,observed_per_day,source")
            .replace("freight,3,40,truck,s", "freight,3,40,truck,100,truck,,s")
            .replace(",20,truck,s", ",20,truck,,,,s")
            .replace(",60,wagon,s", ",60,wagon,100,t,,s");
        fixture::model_of(&files)
    }

    fn section_of(flows: &Flows, assignment: &Assignment, is_pair: bool) -> String {
        let report = FlowReport {
            size: assignment.size(),
            before: flows,
            after: is_pair.then_some(flows),
            counted: &[],
            trade: None,
            control: landbridge::outcome::control::Control::default(),
        };
        let mut out = String::new();
        write(&mut out, Some(&report));
        out
    }

    #[test]
    fn full_places_and_the_certificate_are_shown_and_never_become_markup() {
        let assignment = model().assignment(2025).unwrap();
        let mut flows = assignment.flows(0);
        let html = section_of(&flows, &assignment, false);
        assert!(html.contains("is in equilibrium") && html.contains("trucks"), "{html}");
        assert!(html.contains("X &lt;script&gt;gate") && !html.contains("<script"), "{html}");
        assert!(section_of(&flows, &assignment, true).contains(" → "));
        flows.convergence.is_converged = false;
        assert!(section_of(&flows, &assignment, false).contains("NOT in equilibrium"));
        flows.facilities.clear();
        assert!(section_of(&flows, &assignment, false).contains("No place with a known capacity"));
    }
}
