//! What capacities, opening hours and counts must make sense as, so that queues can be solved for.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Study;
use super::demand_tables::ObservedRow;
use super::tables::{ClassKind, ClassRow, LinkRow, Mode, ObservedUnit, Status};
use super::verify::push;
use crate::diagnostic::{Code, Diagnostic, clip};

/// An observed flow this many times the capacity is no overload, but another period or unit.
const FAR_ABOVE: f64 = 2.0;
/// Days of a year.
const YEAR_DAYS: f64 = 365.0;

/// Checks all rows.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    activities(study, out);
    links(study, out);
    opening(study, out);
    counts(study, out);
}

fn activities(study: &Study, out: &mut Vec<Diagnostic>) {
    let table = &study.activities;
    for (at, row) in table.iter().enumerate() {
        let id = clip(&row.activity_id);
        match (row.capacity_per_day, row.observed_per_day) {
            (Some(0.0), _) => {
                let help =
                    "close the link if nothing may pass, or leave the capacity blank if it is not known";
                let message = format!("the capacity of activity `{id}` is 0");
                push(out, (table, at, "capacity_per_day"), Code::LB0270, message, help);
            }
            (Some(_), _) if row.capacity_unit.is_none() => {
                let help = "give `capacity_unit`: truck, t, teu, train or person";
                let message = format!("the capacity of activity `{id}` has no unit");
                push(out, (table, at, "capacity_unit"), Code::LB0270, message, help);
            }
            (Some(_), _) if row.closed_days_per_year >= YEAR_DAYS => {
                let help = "close the link if nothing passes all year, or correct the days";
                let message = format!("activity `{id}` is closed on all days, so that its capacity is 0");
                push(out, (table, at, "closed_days_per_year"), Code::LB0270, message, help);
            }
            (Some(capacity), Some(observed)) if observed > FAR_ABOVE * capacity => {
                push(
                    out,
                    (table, at, "observed_per_day"),
                    Code::LB0273,
                    format!(
                        "activity `{id}` has an observed flow of {observed} a day and a capacity of {capacity}"
                    ),
                    "both are a day, in the direction given and in `capacity_unit`; probably one is of a year, of both \
                     directions or in another unit",
                );
            }
            (None, Some(observed)) if observed > 0.0 => {
                let help = "give `capacity_per_day` and `capacity_unit`, or put the count into observed.csv";
                let message = format!("the observed flow of activity `{id}` is used only with a capacity");
                push(out, (table, at, "observed_per_day"), Code::LB0271, message, help);
            }
            _ => {}
        }
    }
}

fn links(study: &Study, out: &mut Vec<Diagnostic>) {
    let table = &study.links;
    for (at, row) in table.iter().enumerate() {
        let Some(capacity) = row.capacity_per_day else { continue };
        let id = clip(&row.link_id);
        if capacity == 0.0 {
            let help = "give it the status `closed`, or leave the capacity blank if it is not known";
            let message = format!("the capacity of link `{id}` is 0");
            push(out, (table, at, "capacity_per_day"), Code::LB0270, message, help);
        } else if row.capacity_unit.is_none() {
            let help = "give `capacity_unit`: t, teu, train or truck";
            let message = format!("the capacity of link `{id}` has no unit");
            push(out, (table, at, "capacity_unit"), Code::LB0270, message, help);
        }
    }
}

fn opening(study: &Study, out: &mut Vec<Diagnostic>) {
    let usable = |link: &&LinkRow| matches!(link.status, Status::Open | Status::Restricted);
    let usable: HashSet<&str> = study.links.iter().filter(usable).map(|link| link.link_id.as_str()).collect();
    let table = &study.crossings;
    for (at, row) in table.iter().enumerate() {
        if row.open_h_per_day == Some(0.0) && usable.contains(row.link_id.as_str()) {
            push(
                out,
                (table, at, "open_h_per_day"),
                Code::LB0272,
                format!("crossing `{}` is open for no hour of the day", clip(&row.crossing_id)),
                format!(
                    "close the link `{}` instead, or leave the hours blank if they are not known",
                    clip(&row.link_id)
                ),
            );
        }
    }
}

/// Whether something of a class on a mode can be counted in a unit.
fn is_counted(class: &ClassRow, mode: Mode, unit: ObservedUnit) -> bool {
    let is_freight = class.kind == ClassKind::Freight;
    // Ferries carry vehicles and wagons.
    let (on_road, on_rails) =
        (matches!(mode, Mode::Road | Mode::Ferry), matches!(mode, Mode::Rail | Mode::Ferry));
    let fits = match unit {
        ObservedUnit::Tonne => is_freight,
        ObservedUnit::Teu => is_freight && class.t_per_teu.is_some(),
        // That a class says what a truck carries is asked for where trucks are charged.
        ObservedUnit::Truck => is_freight && on_road,
        ObservedUnit::Wagon => is_freight && on_rails && class.t_per_wagon.is_some(),
        ObservedUnit::Train => is_freight && on_rails,
        ObservedUnit::Vehicle if is_freight => on_road,
        ObservedUnit::Vehicle => on_road && class.persons_per_vehicle.is_some(),
        ObservedUnit::Person => !is_freight,
        ObservedUnit::Percent => false,
    };
    fits && class.modes.iter().any(|word| word == mode.word())
}

fn counts(study: &Study, out: &mut Vec<Diagnostic>) {
    if !(study.links.is_complete() && study.crossings.is_complete() && study.classes.is_complete()) {
        return;
    }
    let links: HashMap<&str, &LinkRow> =
        study.links.iter().map(|link| (link.link_id.as_str(), link)).collect();
    let crossings: HashMap<&str, &str> =
        study.crossings.iter().map(|row| (row.crossing_id.as_str(), row.link_id.as_str())).collect();
    let table = &study.observed;
    for (at, row) in table.iter().enumerate().filter(|(_, row)| row.is_comparable) {
        let modes = modes(study, row, &links, &crossings);
        let counted = |mode: &Mode| study.classes.iter().any(|class| is_counted(class, *mode, row.unit));
        let is_used = |mode: &Mode| {
            study.classes.iter().any(|class| class.modes.iter().any(|word| word == mode.word()))
        };
        if !modes.iter().any(is_used) || modes.iter().any(counted) {
            continue;
        }
        let words: Vec<&str> = modes.iter().map(|mode| mode.word()).collect();
        push(
            out,
            (table, at, "unit"),
            Code::LB0274,
            format!(
                "no class that moves by {} can be counted in `{}`, the unit of `{}`",
                words.join(", "),
                row.unit,
                clip(&row.observed_id)
            ),
            "correct the unit, the mode or the place; or write `0` in `is_comparable`",
        );
    }
}

/// The modes of what a count is about: those that it names, or else those of its places; none if it has no place.
fn modes(
    study: &Study,
    row: &ObservedRow,
    links: &HashMap<&str, &LinkRow>,
    crossings: &HashMap<&str, &str>,
) -> BTreeSet<Mode> {
    if !row.mode.is_empty() {
        return row.mode.iter().filter_map(|word| Mode::from_word(word)).collect();
    }
    let of_crossings = row.crossings.iter().filter_map(|id| crossings.get(id.as_str()).copied());
    let named = row.links.iter().map(String::as_str).chain(of_crossings);
    let mut modes: BTreeSet<Mode> = named.filter_map(|id| links.get(id)).map(|link| link.mode).collect();
    let touches = |link: &&LinkRow| {
        row.nodes.iter().any(|node| *node == link.from_node_id || *node == link.to_node_id)
            || row.territory.iter().any(|territory| link.territory.contains(territory))
    };
    modes.extend(study.links.iter().filter(touches).map(|link| link.mode));
    modes
}
