//! Reads sections of `study.toml` by the same schema as CSV tables.

use std::collections::HashSet;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::read::{Cell, Cells, Places, Reach, Table};
use super::schema::{Row, TableSchema};
use super::value::nearest;
use crate::diagnostic::{Code, Diagnostic, Place, SourceText, clip, printable};

/// `study.toml`, parsed once; its sections are read as tables.
pub struct TomlText<'s> {
    source: &'s Arc<SourceText>,
    sections: DeTable<'s>,
    /// Whether it parsed: if not, missing sections are not reported again.
    pub parsed: bool,
}

impl<'s> TomlText<'s> {
    /// Parses the text; every syntax error is reported with its place.
    pub fn parse(source: &'s Arc<SourceText>, out: &mut Vec<Diagnostic>) -> Self {
        let (sections, errors) = DeTable::parse_recoverable(&source.text);
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            out.push(Diagnostic::new(
                Code::LB0101,
                format!(
                    "the file is not valid TOML: {}",
                    printable(error.message().lines().next().unwrap_or(""))
                ),
                "mend the syntax at this place; see https://toml.io",
                Some(source.place(span.start, source.text.get(span).unwrap_or(""))),
            ));
        }
        Self { source, sections: sections.into_inner(), parsed: errors.is_empty() }
    }

    /// Reports sections that no table of the schema has.
    pub fn check_sections(&self, known: &[&TableSchema], out: &mut Vec<Diagnostic>) {
        for (key, _) in &self.sections {
            if known.iter().any(|table| table.name() == key.get_ref()) {
                continue;
            }
            out.push(unknown_key(self.source, key, known.iter().map(|t| t.name()), "section"));
        }
    }

    /// Reads a `[section]` (at most one row) or a `[[section]]` (any number).
    pub fn read<R: Row>(&self, out: &mut Vec<Diagnostic>) -> Table<R> {
        let schema = const { &R::TABLE };
        let Some(section) = self.sections.get(schema.name()) else {
            if schema.required && self.parsed {
                out.push(Diagnostic::new(
                    Code::LB0104,
                    format!("`{}` lacks the section `{}`", self.source.file, schema.file),
                    format!("add `{}`: {}", schema.file, schema.doc.trim()),
                    Some(Place::file(&self.source.file)),
                ));
            }
            return if schema.required || !self.parsed { Table::unread() } else { Table::default() };
        };
        let repeated = schema.file.starts_with("[[");
        let tables: Vec<(usize, &DeTable<'_>)> = match section.get_ref() {
            DeValue::Table(table) if !repeated => vec![(section.span().start, table)],
            DeValue::Array(items) if repeated && items.iter().all(|item| item.get_ref().is_table()) => items
                .iter()
                .filter_map(|item| Some((item.span().start, item.get_ref().as_table()?)))
                .collect(),
            _ => {
                out.push(Diagnostic::new(
                    Code::LB0102,
                    format!("`{}` must be written as `{}`", schema.name(), schema.file),
                    schema.doc.trim(),
                    Some(self.source.place(section.span().start, "")),
                ));
                return Table::unread();
            }
        };
        if tables.is_empty() && schema.required {
            out.push(Diagnostic::new(
                Code::LB0103,
                format!("`{}` has no rows", schema.name()),
                "the study needs at least one",
                Some(self.source.place(section.span().start, "")),
            ));
            return Table::unread();
        }
        let mut reach = if self.parsed { Reach::All } else { Reach::Nothing };
        let (mut rows, mut keys) = (Vec::new(), HashSet::new());
        let (mut places, mut starts) = (Vec::new(), Vec::new());
        for (start, table) in tables {
            let texts = self.cells(schema, table, out);
            let cells = texts
                .iter()
                .map(|cell| cell.as_ref().map(|(offset, text)| Cell { text, offset: *offset, factor: 1.0 }))
                .collect();
            let mut cells = Cells { schema, source: self.source, row_offset: start, texts: cells, out };
            if let Some(row) = cells.row::<R>(&mut keys) {
                rows.push(row);
                places.push(texts);
                starts.push(start);
            } else {
                reach = reach.min(Reach::Keys);
            }
        }
        Table {
            rows,
            keys,
            reach,
            places: Places::Toml { source: self.source.clone(), sections: starts, cells: places },
        }
    }

    /// The values of a section as texts, in schema order; unknown keys are reported.
    fn cells(
        &self,
        schema: &'static TableSchema,
        table: &DeTable<'_>,
        out: &mut Vec<Diagnostic>,
    ) -> Vec<Option<(usize, String)>> {
        let mut texts = vec![None; schema.columns.len()];
        for (key, value) in table {
            let Some(column) = schema.column(key.get_ref()) else {
                let names = schema.columns.iter().map(|c| c.name);
                out.push(unknown_key(self.source, key, names, "key"));
                continue;
            };
            match self.text(value) {
                Some(text) => texts[column] = Some((value.span().start, text)),
                None => out.push(Diagnostic::new(
                    Code::LB0102,
                    format!("`{}` is a section where a value is expected", key.get_ref()),
                    schema.columns[column].kind.words(),
                    Some(self.source.place(key.span().start, key.get_ref())),
                )),
            }
        }
        texts
    }

    /// A scalar, or an array of scalars joined by `;`, as text.
    fn text(&self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        Some(match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(_) | DeValue::Float(_) => {
                self.source.text.get(value.span())?.replace('_', "").trim_start_matches('+').to_owned()
            }
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            DeValue::Array(items) => {
                items.iter().map(|item| self.text(item)).collect::<Option<Vec<_>>>()?.join(";")
            }
            DeValue::Table(_) => return None,
        })
    }
}

fn unknown_key<'a>(
    source: &SourceText,
    key: &Spanned<std::borrow::Cow<'_, str>>,
    known: impl Iterator<Item = &'a str> + Clone,
    what: &str,
) -> Diagnostic {
    let all = known.clone().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
    let help = match nearest(key.get_ref(), known) {
        Some(meant) => format!("did you mean `{meant}`? known: {all}"),
        None => format!("known: {all}"),
    };
    Diagnostic::new(
        Code::LB0102,
        format!("unknown {what} `{}`", clip(key.get_ref())),
        help,
        Some(source.place(key.span().start, key.get_ref())),
    )
}
