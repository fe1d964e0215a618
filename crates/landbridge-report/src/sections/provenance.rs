//! How much of the study is published, derived or assumed, and what of it the results rest on.

use landbridge::model::Model;
use landbridge::outcome::Outcome;
use landbridge::study::tables::Quality;

use crate::naming;
use crate::numbers::{grouped, percent};
use crate::table::{Cell, Table, paragraph, section};

pub(crate) fn write(out: &mut String, model: &Model, outcome: &Outcome) {
    section(out, "provenance", "What the figures rest on");
    paragraph(
        out,
        "Published: the figure stands in its source. Derived: computed from published figures by a stated rule. Assumed: \
         an estimate without a published basis.",
    );
    let mut table = Table::new(
        "Rows of the study's tables by quality",
        &["Table", "#Rows", "#Published", "#Derived", "#Assumed", "#Share assumed"],
    );
    for provenance in &outcome.provenance {
        let count = |quality| provenance.rows.get(&quality).copied().unwrap_or(0);
        let all: usize = provenance.rows.values().sum();
        if all == 0 {
            continue;
        }
        let number = |n: usize| Cell::Number(grouped(n as f64, 0));
        table.push(vec![
            Cell::text(provenance.table),
            number(all),
            number(count(Quality::Published)),
            number(count(Quality::Derived)),
            number(count(Quality::Assumed)),
            Cell::Number(percent(count(Quality::Assumed) as f64 / all as f64)),
        ]);
    }
    table.write(out);
    let mut table = Table::new(
        "Shares of the best itineraries that rest on assumed figures",
        &["From – to", "Class", "Corridor", "#Of the hours at stops", "#Of the length"],
    );
    for best in outcome.key_pairs.iter().filter_map(|pair| pair.itineraries.first()) {
        table.push(vec![
            Cell::text(naming::pair(model, best)),
            Cell::Lines(vec![naming::class(model, best.class).to_owned(), naming::modes(best)]),
            Cell::text(naming::corridor_line(model, best)),
            Cell::Number(percent(best.assumed_stop_share())),
            Cell::Number(percent(best.assumed_length_share())),
        ]);
    }
    if !table.is_empty() {
        table.write(out);
    }
    out.push_str("</section>\n");
}
