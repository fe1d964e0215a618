//! A small writer of HTML: text that is escaped, and tables with captions. It takes no raw markup from data.

use std::fmt::Write;

use crate::svg::escape;

/// A cell of a table.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    /// Nothing to say.
    Empty,
    /// A text.
    Text(String),
    /// A text with smaller ones below.
    Lines(Vec<String>),
    /// Terms, each with what there is to say of it.
    Terms(Vec<(String, Option<String>)>),
    /// A text for machines.
    Code(String),
    /// A number, aligned to the right.
    Number(String),
    /// A word in a tinted box: a quality or status; the tint is a class of the style sheet.
    Mark(&'static str, String),
    /// The number of an itinerary on its color, and a text.
    Badge(usize, &'static str, String),
}

impl Cell {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
    /// A number, or a dash.
    pub(crate) fn number(value: Option<String>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }

    fn write(&self, out: &mut String, is_head: bool) {
        let (open, close) = if is_head { ("th scope=\"row\"", "th") } else { ("td", "td") };
        let _ = match self {
            Self::Empty => write!(out, "<{open} class=\"empty\">–</{close}>"),
            Self::Text(text) => write!(out, "<{open}>{}</{close}>", escape(text)),
            Self::Number(text) => write!(out, "<{open} class=\"n\">{}</{close}>", escape(text)),
            Self::Lines(lines) => {
                let _ = write!(out, "<{open}>");
                for (at, line) in lines.iter().enumerate() {
                    let class = if at == 0 { "" } else { " class=\"sub\"" };
                    let _ = write!(out, "<div{class}>{}</div>", escape(line));
                }
                write!(out, "</{close}>")
            }
            Self::Terms(terms) => {
                let _ = write!(out, "<{open}><dl class=\"cell\">");
                for (term, meaning) in terms {
                    let _ = write!(out, "<dt>{}</dt>", escape(term));
                    if let Some(meaning) = meaning {
                        let _ = write!(out, "<dd>{}</dd>", escape(meaning));
                    }
                }
                write!(out, "</dl></{close}>")
            }
            Self::Code(text) => write!(out, "<{open}><code>{}</code></{close}>", escape(text)),
            Self::Mark(class, text) => {
                write!(out, "<{open}><span class=\"mark {class}\">{}</span></{close}>", escape(text))
            }
            Self::Badge(number, color, text) => write!(
                out,
                "<{open}><span class=\"badge\" style=\"border-color:{color}\">{number}</span>{}</{close}>",
                escape(text)
            ),
        };
    }
}

/// A table: caption, head and rows. The first cell of a row is its head.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    caption: String,
    /// Heads of columns, each with whether numbers stand below.
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table. A column whose name starts with `#` holds numbers.
    pub(crate) fn new(caption: impl Into<String>, columns: &[&str]) -> Self {
        let column = |name: &&str| match name.strip_prefix('#') {
            Some(name) => (name.to_owned(), true),
            None => ((*name).to_owned(), false),
        };
        Self { caption: caption.into(), columns: columns.iter().map(column).collect(), rows: Vec::new() }
    }

    /// States the study's currency where heads of columns say `$`.
    pub(crate) fn in_currency(mut self, model: &landbridge::model::Model) -> Self {
        let sign = crate::naming::currency(model);
        self.columns.iter_mut().for_each(|(name, _)| *name = name.replace('$', sign));
        self
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len(), "a cell for each column of `{}`", self.caption);
        self.rows.push(row);
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Writes the table in a box of its own that scrolls.
    pub(crate) fn write(&self, out: &mut String) {
        let caption = escape(&self.caption);
        let _ = write!(
            out,
            "<div class=\"scroll\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table>\n\
             <caption>{caption}</caption>\n<thead><tr>"
        );
        for (name, is_number) in &self.columns {
            let class = if *is_number { " class=\"n\"" } else { "" };
            let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", escape(name));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            out.push_str("<tr>");
            row.iter().enumerate().for_each(|(at, cell)| cell.write(out, at == 0));
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table></div>\n");
    }
}

/// Writes an element that holds a text.
pub(crate) fn element(out: &mut String, tag: &'static str, class: &'static str, text: &str) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let _ = writeln!(out, "<{tag}{class}>{}</{tag}>", escape(text));
}

/// Writes a paragraph.
pub(crate) fn paragraph(out: &mut String, text: &str) {
    element(out, "p", "", text);
}

/// Writes the head of a section.
pub(crate) fn section(out: &mut String, id: &'static str, title: &str) {
    let _ = writeln!(out, "<section id=\"{id}\"><h2>{}</h2>", escape(title));
}

/// Writes a drawing of this crate in a frame.
pub(crate) fn figure(out: &mut String, svg: &str) {
    let _ = writeln!(out, "<figure><div class=\"drawing\" tabindex=\"0\">{svg}</div></figure>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_never_become_markup() {
        let bad = "<script>alert(1)</script>\"'";
        let mut table = Table::new(bad, &[bad, "#n", "c", "d", "e", "f", "g", "h"]);
        table.push(vec![
            Cell::text(bad),
            Cell::Number(bad.into()),
            Cell::Lines(vec![bad.into(), bad.into()]),
            Cell::Mark("assumed", bad.into()),
            Cell::Badge(1, "#123", bad.into()),
            Cell::Terms(vec![(bad.into(), Some(bad.into()))]),
            Cell::Code(bad.into()),
            Cell::Empty,
        ]);
        let mut out = String::new();
        table.write(&mut out);
        assert!(!out.contains("<script") && !out.contains("\"'"), "{out}");
        assert_eq!(out.matches("&lt;script&gt;").count(), 12);
    }
}
