//! What the tables of trade in equilibrium must make sense as: every pair once, regions that sell and buy, closed borders
//! without trade.

use std::collections::{BTreeMap, BTreeSet};

use super::Study;
use super::resolve::Checker;
use super::schema::Row;
use super::trade_tables::{ElasticityRow, TradeTotalRow};
use super::verify::push;
use crate::diagnostic::{Code, Diagnostic, MAX_PER_FILE, Place, clip};

/// How far commodities may exceed the total of their pair: both are rounded.
const EXCESS: f64 = 1e-3;

/// Checks all rows.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    let totals = &study.trade_totals;
    let mut check = Checker::new(out);
    check.one(totals, "exporter", &study.countries, |row| Some(&row.exporter));
    check.one(totals, "importer", &study.countries, |row| Some(&row.importer));
    check.sources(totals, study, |row| &row.source);
    check.sources(&study.elasticities, study, |row| &row.source);
    elasticities(study, out);
    if totals.is_empty() || study.elasticities.is_empty() {
        let is_whole = totals.is_complete() && study.elasticities.is_complete();
        if is_whole && totals.len() + study.elasticities.len() > 0 {
            let (there, lacks) = (TradeTotalRow::TABLE.file, ElasticityRow::TABLE.file);
            let (there, lacks) = if totals.is_empty() { (lacks, there) } else { (there, lacks) };
            let help = format!("add `{lacks}`, or delete `{there}`: trade in equilibrium needs both");
            let message = format!("the study has `{there}` but no rows in `{lacks}`");
            out.push(Diagnostic::new(Code::LB0298, message, help, Some(Place::file(there))));
        }
        return;
    }
    let pairs = pairs(study, out);
    // Rows that were not read are no missing rows.
    if totals.is_complete() {
        square(study, &pairs, out);
    }
    commodities(study, &pairs, out);
}

/// The row of each pair; repeated and closed pairs with trade are reported.
fn pairs<'s>(study: &'s Study, out: &mut Vec<Diagnostic>) -> BTreeMap<(&'s str, &'s str), usize> {
    let totals = &study.trade_totals;
    let mut pairs = BTreeMap::new();
    for (at, row) in totals.iter().enumerate() {
        let names = format!("`{}` to `{}`", clip(&row.exporter), clip(&row.importer));
        if pairs.insert((row.exporter.as_str(), row.importer.as_str()), at).is_some() {
            let message = format!("{names} occurs twice in `trade_total`");
            push(out, (totals, at, "importer"), Code::LB0291, message, "delete one of the rows");
        }
        if row.is_closed && row.value > 0.0 {
            let message = format!("the border from {names} is closed but they trade");
            let help = "write `closed` 0 to keep the trade, or value 0 for a border that lets nothing pass";
            push(out, (totals, at, "value"), Code::LB0296, message, help);
        }
        if row.is_closed && row.exporter == row.importer {
            let message = format!("region `{}` is closed to itself", clip(&row.exporter));
            push(out, (totals, at, "closed"), Code::LB0296, message, "write `closed` 0");
        }
    }
    pairs
}

/// Every region has a row with every region, sells something and buys something.
fn square(study: &Study, pairs: &BTreeMap<(&str, &str), usize>, out: &mut Vec<Diagnostic>) {
    let totals = &study.trade_totals;
    let regions: BTreeSet<&str> =
        pairs.keys().flat_map(|&(exporter, importer)| [exporter, importer]).collect();
    let mut missing = 0;
    for &exporter in &regions {
        for &importer in &regions {
            if pairs.contains_key(&(exporter, importer)) {
                continue;
            }
            missing += 1;
            if missing > MAX_PER_FILE {
                return;
            }
            let message = format!("`{}` to `{}` has no row in `trade_total`", clip(exporter), clip(importer));
            let help =
                "add a row; value 0 if they do not trade, and what a region sells to itself on the diagonal";
            let place = totals.place(0, "exporter");
            out.push(Diagnostic::new(Code::LB0290, message, help, place));
        }
    }
    for &region in &regions {
        let sells = |row: &&TradeTotalRow| row.exporter == region && row.value > 0.0;
        let buys = |row: &&TradeTotalRow| row.importer == region && row.value > 0.0;
        for (verb, column, none) in [
            ("sells", "exporter", !totals.iter().any(|row| sells(&row))),
            ("buys", "importer", !totals.iter().any(|row| buys(&row))),
        ] {
            if none {
                let message = format!("region `{}` {verb} nothing, not even to itself", clip(region));
                let is_of = |row: &TradeTotalRow| {
                    [&row.exporter, &row.importer][usize::from(verb == "buys")] == region
                };
                let at = totals.iter().position(is_of);
                let help = "give what it sells to itself, or leave the region out of the table";
                push(out, (totals, at.unwrap_or(0), column), Code::LB0292, message, help);
            }
        }
    }
}

/// The trade by commodity is part of all trade.
fn commodities(study: &Study, pairs: &BTreeMap<(&str, &str), usize>, out: &mut Vec<Diagnostic>) {
    let mut sums: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in study.trade.iter() {
        *sums.entry((&row.exporter, &row.importer)).or_default() += row.value;
    }
    for ((exporter, importer), sum) in sums {
        let Some(&at) = pairs.get(&(exporter, importer)) else { continue };
        let total = &study.trade_totals[at];
        if sum > total.value * (1.0 + EXCESS) {
            let message = format!(
                "`{}` to `{}` trade {sum:.0} in `trade` but {:.0} in `trade_total`",
                clip(exporter),
                clip(importer),
                total.value
            );
            let help = "raise the total, or lower the commodities; until then their shares are scaled down";
            push(out, (&study.trade_totals, at, "value"), Code::LB0299, message, help);
        }
    }
}

fn elasticities(study: &Study, out: &mut Vec<Diagnostic>) {
    for (at, row) in study.elasticities.iter().enumerate() {
        let bounds = [("low", row.low, row.low.is_some_and(|low| low > row.epsilon))];
        let bounds =
            bounds.into_iter().chain([("high", row.high, row.high.is_some_and(|h| h < row.epsilon))]);
        for (column, bound, is_wrong) in bounds {
            if let (Some(bound), true) = (bound, is_wrong) {
                let message = format!(
                    "horizon `{}` has {column} {bound} on the wrong side of its elasticity {}",
                    clip(&row.horizon),
                    row.epsilon
                );
                push(
                    out,
                    (&study.elasticities, at, column),
                    Code::LB0297,
                    message,
                    "give `low` up to `epsilon`, and `high` from it on",
                );
            }
        }
    }
}
