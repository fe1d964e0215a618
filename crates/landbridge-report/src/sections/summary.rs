//! The best itinerary of each key pair.

use landbridge::model::Model;
use landbridge::outcome::{Itinerary, KeyPair, LegKind, Outcome};

use crate::naming;
use crate::numbers::{hours, km};
use crate::table::{Cell, Table, paragraph, section};

pub(crate) fn write(out: &mut String, model: &Model, outcome: &Outcome) {
    section(out, "summary", "Key pairs");
    if outcome.key_pairs.is_empty() {
        paragraph(out, "The study names no key pairs.");
        out.push_str("</section>\n");
        return;
    }
    paragraph(
        out,
        "The itinerary of the least generalized cost for each pair, class and mode: money, value of time and price of \
         unreliability together. Hours are means; P95 is what 95 of 100 trips keep.",
    );
    let mut table = Table::new(
        "Best itinerary of each key pair",
        &[
            "From – to",
            "Class, mode",
            "Corridor, and who can close each crossing",
            "#km",
            "#In motion, h",
            "#At borders, h",
            "#At terminals, h",
            "#Total, h",
            "#P95, h",
            "#Cost per unit",
        ],
    );
    for pair in &outcome.key_pairs {
        table.push(row(model, pair));
    }
    table.write(out);
    out.push_str("</section>\n");
}

fn row(model: &Model, pair: &KeyPair) -> Vec<Cell> {
    let name = |at| naming::short(&model.network.nodes[at].name);
    let mut row = vec![
        Cell::text(format!("{} – {}", name(pair.from), name(pair.to))),
        Cell::Lines(vec![naming::class(model, pair.class).to_owned(), mode(pair)]),
    ];
    let Some(best) = pair.itineraries.first() else {
        row.push(Cell::Mark("closed", "no open route".to_owned()));
        row.extend(std::iter::repeat_n(Cell::Empty, 7));
        return row;
    };
    let mut modes = vec![naming::class(model, pair.class).to_owned(), mode(pair), naming::mode_chain(best)];
    modes.dedup();
    row[1] = Cell::Lines(modes);
    row.push(closers(model, best));
    row.extend(figures(model, best));
    row
}

/// The mode that was asked for.
fn mode(pair: &KeyPair) -> String {
    match pair.mode.as_str() {
        "any" => "any mode".to_owned(),
        mode => mode.to_owned(),
    }
}

/// Crossings, with the chain of modes below.
pub(crate) fn corridor(model: &Model, itinerary: &Itinerary) -> Cell {
    Cell::Lines(vec![naming::corridor_line(model, itinerary), naming::mode_chain(itinerary)])
}

/// Length, hours by part, and money.
pub(crate) fn figures(model: &Model, itinerary: &Itinerary) -> Vec<Cell> {
    let unit = naming::per_unit(model, itinerary.class);
    [
        km(itinerary.total_km()),
        hours(itinerary.moving_h()),
        hours(itinerary.border_h()),
        hours(itinerary.terminal_h()),
        hours(itinerary.total_h()),
        hours(itinerary.p95_h()),
        format!("{}/{unit}", naming::amount(model, itinerary.total_usd())),
    ]
    .map(Cell::Number)
    .to_vec()
}

/// The corridor: each crossing with the actors who can close it, and what else tells it from others.
fn closers(model: &Model, itinerary: &Itinerary) -> Cell {
    let closers = |at| {
        let control = model.control(model.network.crossings[at].asset);
        format!("can be closed by {}", naming::actor_sets(model, &control.can_close))
    };
    let parts = itinerary.legs.iter().filter_map(|leg| {
        let name = naming::corridor_part(model, leg)?;
        Some(match leg.kind {
            LegKind::Border(at) => (name, Some(closers(at))),
            _ => (name, None),
        })
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { Cell::text("no border passed") } else { Cell::Terms(parts) }
}
