//! What could be built: ways around links that somebody can close, with what they cost and how long they take.

use super::Study;
use super::resolve::Checker;
use super::schema::{TableSchema, amount, expression, id, integer, number, references, sources, table, text};
use super::value::Shares;
use super::verify::push;
use super::words::Quality;
use crate::diagnostic::{Code, Diagnostic, clip};

table! {
    /// Works that open links, or widen them: what can be done about a closure in some years, and what the works of a
    /// corridor cost. Amounts are in prices of `year`.
    BypassRow in "network/bypass.csv" optional {
        /// Identifier.
        project_id: String = id();
        /// Name.
        name: String = text();
        /// Links that it opens or widens.
        links: Vec<String> = references("link", ';');
        /// Times the capacity that its links have, once it is done; blank: it widens none.
        capacity_factor: Option<f64> = number(1e-3, 1e6, "").optional();
        /// Cost of the whole work, low.
        capex_low: Option<f64> = amount("currency").optional();
        /// Cost of the whole work.
        capex: f64 = amount("currency");
        /// Cost of the whole work, high.
        capex_high: Option<f64> = amount("currency").optional();
        /// Part of the cost that is spent already.
        spent_share: f64 = number(0.0, 1.0, "").or("0");
        /// Cost of running it.
        opex_per_year: f64 = amount("currency/year").or("0");
        /// Years that the work takes from its beginning.
        years_to_build: f64 = number(0.0, 100.0, "years");
        /// Who pays which part; blank: not known.
        payers: Option<Shares> = expression("shares by actor that sum to 1: `USA=0.74;ARM=0.26`").optional();
        /// How far it has come, in words.
        status: Option<String> = text().optional();
        /// Currency of the amounts, if not the study's.
        currency: Option<String> = text().optional();
        /// Year of the amounts, if not the study's.
        year: Option<i32> = integer(1900, 2200).optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure the cost is.
        quality: Quality = super::schema::choice(Quality::WORDS);
    }
}

impl BypassRow {
    /// What is still to be spent.
    pub fn capex_left(&self) -> f64 {
        self.capex * (1.0 - self.spent_share)
    }
}

/// Its schema, for the list of all tables.
pub const BYPASS: &TableSchema = {
    use super::schema::Row;
    &BypassRow::TABLE
};

/// Checks all rows.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    let table = &study.bypasses;
    let mut check = Checker::new(out);
    check.many(table, "links", &study.links, |row| row.links.iter());
    check.many(table, "payers", &study.actors, |row| {
        row.payers.iter().flat_map(|s| s.0.iter().map(|(a, _)| a))
    });
    check.sources(table, study, |row| &row.source);
    for (at, row) in table.iter().enumerate() {
        if row.links.is_empty() {
            let message = format!("project `{}` names no link", clip(&row.project_id));
            let help = "name the links that it opens or widens, joined by `;`, or delete the row";
            push(out, (table, at, "links"), Code::LB0300, message, help);
        }
        let bounds = [
            ("capex_low", row.capex_low, row.capex_low.is_some_and(|low| low > row.capex)),
            ("capex_high", row.capex_high, row.capex_high.is_some_and(|high| high < row.capex)),
        ];
        for (column, bound, is_wrong) in bounds {
            if let (Some(bound), true) = (bound, is_wrong) {
                let message = format!(
                    "project `{}` has {column} {bound:.0} on the wrong side of its cost {:.0}",
                    clip(&row.project_id),
                    row.capex
                );
                let help = "give `capex_low` up to `capex`, and `capex_high` from it on";
                push(out, (table, at, column), Code::LB0301, message, help);
            }
        }
    }
}
