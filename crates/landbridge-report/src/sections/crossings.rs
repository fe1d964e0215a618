//! Border crossings: hours and payments by post.

use std::collections::BTreeMap;

use landbridge::model::Model;
use landbridge::outcome::{Outcome, Passage};
use landbridge::study::tables::{ClassKind, Side};

use crate::naming;
use crate::numbers::{grouped, hours, usd};
use crate::table::{Cell, Table, paragraph, section};

pub(crate) fn write(out: &mut String, model: &Model, outcome: &Outcome) {
    section(out, "crossings", "Border crossings");
    if outcome.passages.is_empty() {
        paragraph(out, "No crossing is usable.");
        out.push_str("</section>\n");
        return;
    }
    let class = outcome.passages[0].class;
    let row = model.class_row(class);
    let per = match (row.kind, row.t_per_truck) {
        (ClassKind::Freight, Some(load)) => format!("a load of {} t", grouped(load, 0)),
        (ClassKind::Freight, None) => "tonne".to_owned(),
        (ClassKind::Passenger, _) => "person".to_owned(),
    };
    paragraph(
        out,
        &format!(
            "Hours and payments of the class “{}” at the crossings that are open or restricted, in each direction. TFI1 and TFI2 are \
             defined for a single post; where the study knows only the sum of exit and entry, it stands under “both \
             posts” and is not TFI1. Payments are {} per {per}, official and unofficial as the study has them, without \
             transit charges.",
            row.name,
            naming::money(model)
        ),
    );
    let mut table = Table::new(
        format!("Border crossings, {}", row.name),
        &[
            "Crossing",
            "Status",
            "Direction",
            "#TFI1 exit post, h",
            "#TFI1 entry post, h",
            "#Both posts, h",
            "#All, h",
            "#TFI2 exit post, $",
            "#TFI2 entry post, $",
            "#Both posts, $",
            "Hours rest on",
        ],
    )
    .in_currency(model);
    let name = |passage: &&Passage| model.network.crossings[passage.crossing].name.as_str();
    let mut passages: Vec<&Passage> = outcome.passages.iter().collect();
    passages.sort_by_key(|passage| (name(passage), passage.crossing, passage.from));
    for passage in passages {
        table.push(passage_row(model, passage));
    }
    table.write(out);
    out.push_str("</section>\n");
}

fn passage_row(model: &Model, passage: &Passage) -> Vec<Cell> {
    let network = &model.network;
    let crossing = &network.crossings[passage.crossing];
    let asset = &network.assets[crossing.asset];
    let country = |at| {
        let territory = network.nodes[at].territory;
        network.territories[territory].name.clone()
    };
    let status = naming::status(model.status(crossing.asset));
    let mut row = vec![
        Cell::Lines(vec![naming::short(&crossing.name), naming::mode_word(asset.mode).to_owned()]),
        Cell::Mark(if status == "open" { "open" } else { "restricted" }, status.to_owned()),
        Cell::text(format!("{} → {}", country(passage.from), country(passage.to))),
    ];
    let sides = [Side::Exit, Side::Entry, Side::Both];
    row.extend(sides.map(|side| Cell::number(shown(&passage.hours, side).map(hours))));
    row.push(Cell::number((!passage.hours.is_empty()).then(|| hours(passage.total_h()))));
    row.extend(sides.map(|side| Cell::number(shown(&passage.fees_usd, side).map(usd))));
    let is_partly = passage.assumed_h > 0.0 && passage.assumed_h < passage.total_h();
    row.push(match (passage.hours.is_empty(), passage.assumed || is_partly, is_partly) {
        (true, ..) => Cell::Mark("closed", "not known".to_owned()),
        (false, true, true) => Cell::Mark("assumed", "partly assumed".to_owned()),
        (false, true, false) => Cell::Mark("assumed", "assumed".to_owned()),
        (false, false, _) => Cell::Mark("published", "published or derived".to_owned()),
    });
    row
}

/// A side's value; a zero beside another side's value is only the lack of a row of its own.
fn shown(values: &BTreeMap<Side, f64>, side: Side) -> Option<f64> {
    values.get(&side).copied().filter(|value| *value > 0.0)
}
