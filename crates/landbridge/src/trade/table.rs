//! Trade that a user brings: a table of values by exporter and importer, and one of changes of cost.
//!
//! In: the texts of two CSV files. Out: a [`TradeTable`] and a [`CostChange`], or every problem with its place. The tables
//! are no part of a study.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{CostChange, Matrix, NoEquilibrium, TradeError};
use crate::diagnostic::{Code, Diagnostic, MAX_PER_FILE, Place, SourceText, clip, has_errors};
use crate::study::read::{DeclaredUnits, Table, read_csv};
use crate::study::schema::{Kind, Row, number, table, text};
use crate::study::value::{Rejection, Value, nearest};

table! {
    /// Value of trade between two countries, or within one.
    FlowRow in "TRADE.csv" optional {
        /// Country that sells.
        exporter: String = text();
        /// Country that buys.
        importer: String = text();
        /// Value a year, in any unit that is the same in all rows.
        value: f64 = number(0.0, f64::INFINITY, "");
    }
}
table! {
    /// Change of the cost of trade between two countries.
    ShockRow in "TAU_HAT.csv" optional {
        /// Country that sells.
        exporter: String = text();
        /// Country that buys.
        importer: String = text();
        /// New cost of trade over old; the word `closed` for a border that closes.
        tau_hat: TauHat = number(1e-6, 1e6, "");
    }
}

/// A change of cost as a table writes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TauHat {
    /// New cost over old.
    Times(f64),
    /// The pair does not trade any more.
    Closed,
}

/// Changes of cost that are taken seriously.
const PERMITTED: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

impl Value for TauHat {
    fn parse(text: &str, _: &Kind, factor: f64) -> Result<Self, Rejection> {
        if text.eq_ignore_ascii_case("closed") {
            return Ok(Self::Closed);
        }
        let any = Kind::Number { min: f64::NEG_INFINITY, max: f64::INFINITY, unit: "" };
        let number = f64::parse(text, &any, factor).map_err(|rejection| match rejection.code {
            Code::LB0112 => Rejection {
                help: "write `closed` if the pair shall not trade any more; leave the row out if nothing changes"
                    .to_owned(),
                ..rejection
            },
            _ => rejection,
        })?;
        if PERMITTED.contains(&number) {
            return Ok(Self::Times(number));
        }
        Err(Rejection {
            code: Code::LB0113,
            message: format!("`{}` is outside the permitted range", clip(text)),
            help: "give the new cost of trade over the old, from 0.000001 to 1000000: 1 changes nothing, 0.9 takes a \
                   tenth off, `closed` closes the border"
                .to_owned(),
        })
    }
}

/// What a pair without a row means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// Something was forgotten.
    #[default]
    Error,
    /// The two countries do not trade; a country's trade with itself still has to be there.
    Zero,
}

/// Trade among countries.
#[derive(Clone, Debug)]
pub struct TradeTable {
    /// Names, in the order in which they occur in the table.
    pub countries: Vec<String>,
    /// Value of trade by exporter and importer.
    pub flow: Matrix,
    file: String,
    /// Row in which each country first occurs.
    place: Vec<Option<Place>>,
}

/// Most countries, so that no matrix outgrows the memory.
const MOST_COUNTRIES: usize = 4000;

/// Reads values of trade. `None` if a problem among those pushed to `out` is an error.
pub fn read_trade(
    source: &Arc<SourceText>,
    missing: Missing,
    out: &mut Vec<Diagnostic>,
) -> Option<TradeTable> {
    let already = out.len();
    let rows: Table<FlowRow> = read_csv(source, &DeclaredUnits::default(), out);
    if has_errors(&out[already..]) {
        return None;
    }
    if rows.is_empty() {
        let help = "give a row for each pair of countries: exporter, importer, value";
        out.push(Diagnostic::new(
            Code::LB0103,
            format!("`{}` has no rows", clip(&source.file)),
            help,
            Some(Place::file(&source.file)),
        ));
        return None;
    }
    let mut number: BTreeMap<&str, usize> = BTreeMap::new();
    let mut countries: Vec<String> = Vec::new();
    let mut first: Vec<(usize, &'static str)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        for (name, column) in [(&row.exporter, "exporter"), (&row.importer, "importer")] {
            if !number.contains_key(name.as_str()) {
                number.insert(name, countries.len());
                countries.push(name.clone());
                first.push((at, column));
            }
        }
    }
    let n = countries.len();
    if n > MOST_COUNTRIES {
        out.push(Diagnostic::new(
            Code::LB0113,
            format!("there are {n} countries"),
            format!("a table may have {MOST_COUNTRIES} at most; are the columns in the right order?"),
            Some(Place::file(&source.file)),
        ));
        return None;
    }
    let mut flow = Matrix::filled(n, f64::NAN);
    let mut reported = 0;
    for (at, row) in rows.iter().enumerate() {
        let pair = (number[row.exporter.as_str()], number[row.importer.as_str()]);
        if flow[pair].is_nan() {
            flow[pair] = row.value;
        } else if reported <= MAX_PER_FILE {
            reported += 1;
            out.push(twice(&row.exporter, &row.importer, rows.place(at, "exporter")));
        }
    }
    let place: Vec<Option<Place>> = first.iter().map(|&(row, column)| rows.place(row, column)).collect();
    let trade = TradeTable { countries, flow, file: source.file.clone(), place };
    trade.report_missing(missing, out);
    let mut trade = trade;
    trade.flow.rows_mut().flatten().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
    trade.report_empty(out);
    (!has_errors(&out[already..])).then_some(trade)
}

fn twice(exporter: &str, importer: &str, place: Option<Place>) -> Diagnostic {
    Diagnostic::new(
        Code::LB0291,
        format!("`{}` to `{}` has a row already", clip(exporter), clip(importer)),
        "delete one of the rows, or add them up",
        place,
    )
}

/// Names in backticks, a few of them.
fn some<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const SHOWN: usize = 5;
    let n = names.len();
    let shown: Vec<String> = names.take(SHOWN).map(|name| format!("`{}`", clip(name))).collect();
    let others = n.saturating_sub(SHOWN);
    if others == 0 { shown.join(", ") } else { format!("{} and {others} others", shown.join(", ")) }
}

impl TradeTable {
    /// Position of a country.
    pub fn position(&self, country: &str) -> Option<usize> {
        self.countries.iter().position(|name| name == country)
    }

    fn names(&self, positions: &[usize]) -> String {
        some(positions.iter().map(|&at| self.countries[at].as_str()))
    }

    fn report_missing(&self, missing: Missing, out: &mut Vec<Diagnostic>) {
        let n = self.countries.len();
        for at in 0..n {
            let name = clip(&self.countries[at]);
            if self.flow[(at, at)].is_nan() {
                out.push(Diagnostic::new(
                    Code::LB0290,
                    format!("there is no row for what `{name}` sells to itself"),
                    "add it: output less exports; welfare rests on it, so a country without domestic sales needs a \
                     row with 0",
                    self.place[at].clone(),
                ));
            }
            let buyers: Vec<usize> = (0..n).filter(|&j| j != at && self.flow[(at, j)].is_nan()).collect();
            if missing == Missing::Error && !buyers.is_empty() {
                let all = if buyers.len() == n - 1 { "any other country: " } else { "" };
                out.push(Diagnostic::new(
                    Code::LB0290,
                    format!("there is no row for what `{name}` sells to {all}{}", self.names(&buyers)),
                    "add rows with value 0 for pairs that do not trade, or give `--missing zero`",
                    self.place[at].clone(),
                ));
            }
        }
    }

    fn report_empty(&self, out: &mut Vec<Diagnostic>) {
        let sums = [("sells", self.flow.row_sums(), "row"), ("buys", self.flow.column_sums(), "column")];
        for (verb, sums, line) in sums {
            for at in (0..sums.len()).filter(|&at| sums[at] == 0.0) {
                out.push(Diagnostic::new(
                    Code::LB0292,
                    format!(
                        "`{}` {verb} nothing, not even within the country: its {line} of the table is empty",
                        clip(&self.countries[at])
                    ),
                    "give its domestic sales, or leave the country out",
                    self.place[at].clone(),
                ));
            }
        }
    }

    /// Reads changes of cost; pairs without a row do not change. `None` if a problem among those pushed to `out` is an
    /// error.
    pub fn read_change(&self, source: &Arc<SourceText>, out: &mut Vec<Diagnostic>) -> Option<CostChange> {
        let already = out.len();
        let rows: Table<ShockRow> = read_csv(source, &DeclaredUnits::default(), out);
        let number: BTreeMap<&str, usize> =
            self.countries.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let mut change = CostChange::none(self.countries.len());
        let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (at, row) in rows.iter().enumerate() {
            if out.len() - already > MAX_PER_FILE {
                break;
            }
            let mut find = |name: &str, column: &str| {
                let found = number.get(name).copied();
                if found.is_none() {
                    let near = nearest(name, number.keys().copied());
                    let near = near.map_or(String::new(), |near| format!("is `{}` meant? ", clip(near)));
                    out.push(Diagnostic::new(
                        Code::LB0121,
                        format!("`{}` is no country of `{}`", clip(name), clip(&self.file)),
                        format!("{near}use the names of the table of trade"),
                        rows.place(at, column),
                    ));
                }
                found
            };
            let pair = (find(&row.exporter, "exporter"), find(&row.importer, "importer"));
            let (Some(exporter), Some(importer)) = pair else { continue };
            if !seen.insert((exporter, importer)) {
                out.push(twice(&row.exporter, &row.importer, rows.place(at, "exporter")));
                continue;
            }
            let is_change = match row.tau_hat {
                TauHat::Closed => {
                    change.close(exporter, importer);
                    true
                }
                TauHat::Times(tau_hat) => {
                    change.set(exporter, importer, tau_hat).is_ok() && (tau_hat - 1.0).abs() > 0.0
                }
            };
            if is_change && self.flow[(exporter, importer)] == 0.0 {
                out.push(Diagnostic::new(
                    Code::LB0295,
                    format!(
                        "`{}` sells nothing to `{}`, and no change of cost makes it start",
                        clip(&row.exporter),
                        clip(&row.importer)
                    ),
                    "give what the pair would trade if its border were open, and close it in the base",
                    rows.place(at, "tau_hat"),
                ));
            }
        }
        (!has_errors(&out[already..])).then_some(change)
    }

    /// Why there is no answer, as a problem of the table.
    pub fn problem(&self, error: &TradeError) -> Diagnostic {
        let name = |at: usize| clip(&self.countries[at]);
        let (code, message, help, at) = match *error {
            TradeError::NoSupplier { importer, .. } => (
                Code::LB0294,
                format!("after the change `{}` can buy from nobody, not even from itself", name(importer)),
                "leave it a partner, or give its domestic sales",
                Some(importer),
            ),
            TradeError::NoBuyer { exporter } => (
                Code::LB0294,
                format!("after the change `{}` can sell to nobody, not even to itself", name(exporter)),
                "leave it a partner, or give its domestic sales",
                Some(exporter),
            ),
            TradeError::NoEquilibrium { region, reason } => {
                let (message, help) = match reason {
                    NoEquilibrium::CutOff { deficit } => (
                        format!(
                            "`{}` is cut off from those who finance its deficit of {deficit:.6} (negative: a surplus)",
                            name(region)
                        ),
                        "give `--closure fixed-ratio` or `--closure purged`, or leave it a partner",
                    ),
                    NoEquilibrium::OneWay => (
                        format!("`{}` only sells to the others or only buys from them", name(region)),
                        "without a deficit that cannot be: give its trade in the other direction, or another closure",
                    ),
                    NoEquilibrium::Lost { share } => (
                        format!(
                            "no equilibrium supports the deficits: only {:.1}% of them can be kept, then `{}` has \
                             nothing left to spend",
                            100.0 * share,
                            name(region)
                        ),
                        "give `--closure fixed-ratio` or `--closure purged`, or a smaller change",
                    ),
                };
                (Code::LB0293, message, help, Some(region))
            }
            _ => (Code::LB0113, error.to_string(), "mend the table", None),
        };
        let place = at.and_then(|at| self.place[at].clone()).or_else(|| Some(Place::file(&self.file)));
        Diagnostic::new(code, message, help, place)
    }
}

/// The tables that the command reads, for its reference page.
pub const TABLES: [&crate::study::schema::TableSchema; 2] = [&FlowRow::TABLE, &ShockRow::TABLE];
