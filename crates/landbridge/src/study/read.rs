//! Reads tables by their schema: CSV files and sections of `study.toml` alike, all problems in one pass.

use std::collections::HashSet;
use std::sync::Arc;

use super::csv_text::{MAX_FIELD, Record, Records, Step};
use super::schema::{Dimension, Kind, Row, TableSchema};
use super::value::{Value, nearest};
use crate::diagnostic::{Code, Diagnostic, MAX_PER_FILE, Place, SourceText, clip};
use crate::units::factor;

/// Checked rows of one table, able to say where each cell stands.
#[derive(Clone, Debug)]
pub struct Table<R> {
    pub(super) rows: Vec<R>,
    pub(super) keys: HashSet<String>,
    pub(super) reach: Reach,
    pub(super) places: Places,
}

/// How much of a table was read: what follows from the absence of a row depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The file is missing, was given up or lost rows to a stray quotation mark: what is not here may be there.
    Nothing,
    /// Rows were rejected, but the keys are those of the file.
    Keys,
    /// Every row is there.
    All,
}

#[derive(Clone, Debug)]
pub(super) enum Places {
    None,
    /// Byte offset of each row's record, and the position in the file of each column of the schema.
    Csv {
        source: Arc<SourceText>,
        starts: Vec<usize>,
        layout: Vec<Option<usize>>,
    },
    /// Byte offset and text of each cell.
    Toml {
        source: Arc<SourceText>,
        sections: Vec<usize>,
        cells: Vec<Vec<Option<(usize, String)>>>,
    },
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), keys: HashSet::new(), reach: Reach::All, places: Places::None }
    }
}

impl<R> std::ops::Deref for Table<R> {
    type Target = [R];
    fn deref(&self) -> &[R] {
        &self.rows
    }
}

impl<R: Row> Table<R> {
    /// Changes every row, for conversions that need other tables.
    pub(crate) fn for_each_mut(&mut self, mut change: impl FnMut(usize, &mut R)) {
        self.rows.iter_mut().enumerate().for_each(|(at, row)| change(at, row));
    }

    /// A table that could not be read: its problem is reported, and none that would follow from it is.
    pub(crate) fn unread() -> Self {
        Self { reach: Reach::Nothing, ..Self::default() }
    }

    /// Whether a key occurs, also in a row that was rejected for another reason; true if the table could not be read.
    pub fn has_key(&self, key: &str) -> bool {
        self.reach == Reach::Nothing || self.keys.contains(key)
    }

    /// Whether the keys are those of the file.
    pub fn knows_keys(&self) -> bool {
        self.reach != Reach::Nothing
    }

    /// Whether no row was rejected, so that a row that is not here is not in the file either.
    pub fn is_complete(&self) -> bool {
        self.reach == Reach::All
    }

    /// All keys, also of rejected rows, in no particular order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// Where the cell of a row stands.
    pub fn place(&self, row: usize, column: &str) -> Option<Place> {
        let column = R::TABLE.column(column)?;
        match &self.places {
            Places::None => None,
            Places::Csv { source, starts, layout } => {
                let mut record = Record::default();
                Records::new(&source.text, *starts.get(row)?).next_into(&mut record);
                let at = layout[column].filter(|&at| at < record.len());
                Some(match at {
                    Some(at) => source.place(record.start(at), record.field(at)),
                    None => Place { column: 0, ..source.place(starts[row], "") },
                })
            }
            Places::Toml { source, sections, cells } => Some(match cells.get(row)?.get(column)? {
                Some((offset, text)) => source.place(*offset, text),
                None => source.place(sections[row], ""),
            }),
        }
    }
}

/// The units that `[units]` declares, as factors into the engine's units.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeclaredUnits {
    /// Kilometres in the study's unit of length.
    pub length: Option<f64>,
    /// Kilometres per hour in the study's unit of speed.
    pub speed: Option<f64>,
}

impl DeclaredUnits {
    fn factor(&self, dimension: Dimension) -> Option<f64> {
        match dimension {
            Dimension::Length => self.length,
            Dimension::Speed => self.speed,
        }
    }
}

/// One cell before it is read.
pub(super) struct Cell<'r> {
    pub(super) text: &'r str,
    pub(super) offset: usize,
    pub(super) factor: f64,
}

/// The cells of one row, in the order of the schema's columns.
pub struct Cells<'r> {
    pub(super) schema: &'static TableSchema,
    pub(super) source: &'r SourceText,
    pub(super) row_offset: usize,
    pub(super) texts: Vec<Option<Cell<'r>>>,
    pub(super) out: &'r mut Vec<Diagnostic>,
}

impl Cells<'_> {
    /// Reads the cell of a column; a problem is reported and gives `None`.
    pub fn take<T: Value>(&mut self, column: usize) -> Option<T> {
        let rule = &self.schema.columns[column];
        let cell = self.texts[column].as_ref();
        let text = cell.map_or("", |c| c.text.trim());
        // A list of nothing but separators is blank.
        let only_separators = matches!(rule.kind, Kind::List) && text.chars().all(|c| c == ';' || c == ' ');
        let text = if only_separators { "" } else { text };
        let result = match (text, rule.default, T::blank()) {
            ("", Some(default), _) => T::parse(default, &rule.kind, 1.0),
            ("", None, Some(blank)) if !rule.required => Ok(blank),
            ("", _, _) => {
                let place = match cell {
                    Some(cell) => self.source.place(cell.offset, ""),
                    None => self.source.place(self.row_offset, ""),
                };
                self.out.push(Diagnostic::new(
                    Code::LB0110,
                    format!("`{}` has no value", rule.name),
                    format!("give its {}: {}", rule.name, rule.kind.words()),
                    Some(place),
                ));
                return None;
            }
            (text, _, _) => T::parse(text, &rule.kind, cell.map_or(1.0, |c| c.factor)),
        };
        match result {
            Ok(value) => Some(value),
            Err(rejection) => {
                let place = cell.map(|c| self.source.place(c.offset, c.text));
                self.out.push(Diagnostic::new(
                    rejection.code,
                    format!("`{}`: {}", rule.name, rejection.message),
                    rejection.help,
                    place,
                ));
                None
            }
        }
    }

    /// Reads the row and keeps its key; a key that came before is a problem.
    pub(super) fn row<R: Row>(&mut self, keys: &mut HashSet<String>) -> Option<R> {
        let row = R::read(self);
        let key = self.schema.key().and_then(|at| self.texts[at].as_ref());
        if let Some(cell) = key.filter(|cell| !cell.text.trim().is_empty())
            && !keys.insert(cell.text.trim().to_owned())
        {
            let column = self.schema.columns[0].name;
            self.out.push(Diagnostic::new(
                Code::LB0120,
                format!("`{column}` `{}` occurs twice in `{}`", clip(cell.text.trim()), self.schema.name()),
                "give each row its own identifier, or delete the repeated row",
                Some(self.source.place(cell.offset, cell.text)),
            ));
            return None;
        }
        row
    }
}

/// Reads a CSV file of the study.
pub fn read_csv<R: Row>(
    source: &Arc<SourceText>,
    units: &DeclaredUnits,
    out: &mut Vec<Diagnostic>,
) -> Table<R> {
    const { assert!(!R::TABLE.columns.is_empty()) }
    let schema = const { &R::TABLE };
    let (mut records, mut record) = (Records::new(&source.text, 0), Record::default());
    let header = records.next_into(&mut record);
    if let Step::UnclosedQuote(offset) | Step::EndlessField(offset) = header {
        out.push(unclosed(source, offset, &header));
        return Table::unread();
    }
    if matches!(header, Step::End) || record.is_blank() {
        out.push(Diagnostic::new(
            Code::LB0103,
            format!("`{}` has no header", source.file),
            format!("the first line names the columns: {}", column_names(schema)),
            Some(Place::file(&source.file)),
        ));
        return Table::unread();
    }
    let n_fields = record.len();
    if let Some(problem) = other_separator(schema, source, &record, units) {
        out.push(problem);
        return Table::unread();
    }
    let Some(layout) = read_header(schema, source, &record, units, out) else { return Table::unread() };
    let key_at = schema.key().and_then(|column| layout[column]).map(|(at, _)| at);

    let (mut rows, mut starts, mut keys) = (Vec::new(), Vec::new(), HashSet::new());
    let mut reach = Reach::All;
    let already = out.len();
    loop {
        // One more than is listed tells the list that it is cut.
        if out.len() - already > MAX_PER_FILE {
            reach = Reach::Nothing;
            break;
        }
        let step = records.next_into(&mut record);
        match step {
            Step::End => break,
            Step::EndlessField(offset) | Step::UnclosedQuote(offset) => {
                out.push(unclosed(source, offset, &step));
                reach = Reach::Nothing;
                break;
            }
            Step::Record => {}
        }
        if record.is_blank() {
            continue;
        }
        if record.len() != n_fields {
            let over_lines = (0..record.len()).any(|at| record.field(at).contains('\n'));
            out.push(Diagnostic::new(
                Code::LB0107,
                format!("the row has {} fields, the header has {n_fields}", record.len()),
                if over_lines {
                    "a quotation mark is probably not closed"
                } else {
                    "a text that contains a comma must be in quotation marks"
                },
                Some(Place { column: 0, ..source.place(record.start(0), record.field(0)) }),
            ));
            // What refers to the row is not wrong for that.
            keys.extend(key_at.filter(|&at| at < record.len()).map(|at| record.field(at).trim().to_owned()));
            reach = if over_lines { Reach::Nothing } else { reach.min(Reach::Keys) };
            continue;
        }
        // Only remarks go over several lines: elsewhere another field's quotation mark closed this one by chance.
        let over_lines = schema.columns.iter().zip(&layout).find_map(|(rule, found)| {
            let (at, _) = (*found)?;
            let is_remark = matches!(rule.kind, Kind::Text) && !rule.required;
            (!is_remark && record.field(at).trim().contains('\n')).then_some(at)
        });
        if let Some(at) = over_lines {
            out.push(Diagnostic::new(
                Code::LB0108,
                "the field that starts here goes over several lines",
                "a quotation mark is probably not closed",
                Some(source.place(record.start(at), record.field(at))),
            ));
            reach = Reach::Nothing;
            continue;
        }
        let cells = layout
            .iter()
            .map(|found| {
                found.map(|(at, factor)| Cell { text: record.field(at), offset: record.start(at), factor })
            })
            .collect();
        let mut cells = Cells { schema, source, row_offset: record.start(0), texts: cells, out };
        if let Some(row) = cells.row::<R>(&mut keys) {
            rows.push(row);
            starts.push(record.start(0));
        } else {
            reach = reach.min(Reach::Keys);
        }
    }
    if keys.is_empty() && rows.is_empty() && out.len() == already && schema.required {
        out.push(Diagnostic::new(
            Code::LB0103,
            format!("`{}` has no rows", source.file),
            "the study needs at least one",
            Some(Place::file(&source.file)),
        ));
        return Table::unread();
    }
    let layout = layout.into_iter().map(|found| found.map(|(at, _)| at)).collect();
    Table { rows, keys, reach, places: Places::Csv { source: source.clone(), starts, layout } }
}

fn unclosed(source: &SourceText, offset: usize, step: &Step) -> Diagnostic {
    let message = match step {
        Step::UnclosedQuote(_) => "the quotation mark that opens here is not closed".to_owned(),
        _ => format!("the field that starts here is longer than {MAX_FIELD} bytes"),
    };
    Diagnostic::new(
        Code::LB0108,
        message,
        "close the quotation mark at the end of its field",
        Some(source.place(offset, source.text.get(offset..).unwrap_or(""))),
    )
}

fn column_names(schema: &TableSchema) -> String {
    schema.columns.iter().map(|c| format!("`{}`", c.name)).collect::<Vec<_>>().join(", ")
}

/// A header of one field that falls into known columns at another separator: the file is not separated by commas.
fn other_separator(
    schema: &TableSchema,
    source: &SourceText,
    header: &Record,
    units: &DeclaredUnits,
) -> Option<Diagnostic> {
    let text = header.field(0);
    let known = |separator| {
        text.split(separator).filter(|name| find_column(schema, name.trim(), units).is_some()).count()
    };
    let (_, word) =
        [(';', "semicolons"), ('\t', "tabs")].into_iter().find(|(separator, _)| known(*separator) > 1)?;
    (header.len() == 1).then(|| {
        Diagnostic::new(
            Code::LB0104,
            format!("`{}` is separated by {word}", source.file),
            "save it again with commas between the columns and a point in decimal numbers",
            Some(source.place(header.start(0), text)),
        )
    })
}

/// Finds the columns of the schema in a header: position and unit factor of each. `None` if one that every row
/// needs is missing.
fn read_header(
    schema: &'static TableSchema,
    source: &SourceText,
    header: &Record,
    units: &DeclaredUnits,
    out: &mut Vec<Diagnostic>,
) -> Option<Vec<Option<(usize, f64)>>> {
    let mut layout: Vec<Option<(usize, f64)>> = vec![None; schema.columns.len()];
    let mut unknown = Vec::new();
    let mut complete = true;
    for at in 0..header.len() {
        let name = header.field(at).trim();
        let place = || Some(source.place(header.start(at), header.field(at)));
        let Some((column, factor)) = find_column(schema, name, units) else {
            unknown.push(at);
            continue;
        };
        let rule = &schema.columns[column];
        if let Some((first, _)) = layout[column] {
            out.push(Diagnostic::new(
                Code::LB0105,
                format!("`{name}` and `{}` both give `{}`", header.field(first).trim(), rule.name),
                "keep one of the two columns",
                place(),
            ));
            complete = false;
            continue;
        }
        let Some(factor) = factor else {
            let Kind::Quantity { dimension, .. } = rule.kind else { continue };
            let known: Vec<_> = dimension.units().iter().map(|(unit, _)| *unit).collect();
            out.push(Diagnostic::new(
                Code::LB0130,
                format!("the unit of `{name}` is not declared"),
                format!(
                    "write `{} = \"{}\"` under `[units]` in study.toml, or name the column `{}_{}` (known: {})",
                    dimension.key(),
                    dimension.unit(),
                    rule.name,
                    known[0],
                    known.join(", ")
                ),
                place(),
            ));
            complete = false;
            layout[column] = Some((at, 1.0));
            continue;
        };
        let plain = name == rule.name || matches!(rule.kind, Kind::Quantity { .. });
        if !plain {
            out.push(Diagnostic::new(
                Code::LB0106,
                format!("`{name}` is read as `{}`", rule.name),
                format!("rename the column to `{}`", rule.name),
                place(),
            ));
        }
        layout[column] = Some((at, factor));
    }
    for (column, rule) in schema.columns.iter().enumerate() {
        if layout[column].is_some() || !rule.required {
            continue;
        }
        complete = false;
        let guess = nearest(rule.name, unknown.iter().map(|&at| header.field(at).trim()));
        let guess = guess.map_or(String::new(), |g| format!("is `{}` meant? ", clip(g)));
        out.push(Diagnostic::new(
            Code::LB0104,
            format!("`{}` lacks the column `{}`", source.file, rule.name),
            format!("{guess}add `{}`: {}", rule.name, rule.doc.trim()),
            Some(Place { text: String::new(), ..source.place(0, "") }),
        ));
    }
    for at in unknown {
        let name = header.field(at).trim();
        let absent = schema.columns.iter().enumerate().filter(|(c, _)| layout[*c].is_none());
        let close = |column: &str| strsim::damerau_levenshtein(name, column) <= 2 && name.len() > 4;
        if !name.starts_with("u_")
            && name.len() < 100
            && let Some(meant) = absent.map(|(_, rule)| rule.name).find(|column| close(column))
        {
            out.push(Diagnostic::new(
                Code::LB0106,
                format!("the column `{}` is not read", clip(name)),
                format!("is `{meant}` meant? a column of your own may start with `u_`"),
                Some(source.place(header.start(at), header.field(at))),
            ));
        }
    }
    complete.then_some(layout)
}

/// The column that a header name stands for, and its factor (`None`: the unit is not declared).
fn find_column(schema: &TableSchema, name: &str, units: &DeclaredUnits) -> Option<(usize, Option<f64>)> {
    let named = |test: &dyn Fn(&str) -> bool| schema.columns.iter().position(|c| test(c.name));
    if let Some(at) = named(&|column| column == name) {
        return Some(match schema.columns[at].kind {
            Kind::Quantity { dimension, .. } => (at, units.factor(dimension)),
            _ => (at, Some(1.0)),
        });
    }
    for (at, column) in schema.columns.iter().enumerate() {
        if let Kind::Quantity { dimension, .. } = column.kind
            && let Some(unit) = name.strip_prefix(column.name).and_then(|rest| rest.strip_prefix('_'))
            && let Some(factor) = factor(dimension.units(), unit)
        {
            return Some((at, Some(factor)));
        }
        if column.aliases.contains(&name) {
            return Some((at, Some(1.0)));
        }
    }
    // Shapefile exports cut names to ten characters.
    if name.len() == 10 {
        let mut cut = schema.columns.iter().enumerate().filter(|(_, c)| c.name.starts_with(name));
        if let (Some((at, _)), None) = (cut.next(), cut.next()) {
            return Some((at, Some(1.0)));
        }
    }
    None
}
