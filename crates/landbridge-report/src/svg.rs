//! A small writer of SVG. Everything that goes in is escaped; there is no way to pass raw markup.

use std::fmt::Write;

use crate::numbers::{coordinate, tenths};

/// Writes text so that it is text in HTML and XML, in content and in quoted attributes. Control characters, which XML
/// forbids, become the replacement character.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A value of an attribute.
pub(crate) trait Value {
    /// The value as it stands between the quotes.
    fn written(self) -> String;
}

impl Value for f64 {
    fn written(self) -> String {
        coordinate(self)
    }
}

impl Value for &str {
    fn written(self) -> String {
        escape(self)
    }
}

impl Value for String {
    fn written(self) -> String {
        escape(&self)
    }
}

/// A drawing in the making.
pub(crate) struct Svg {
    out: String,
    open: Vec<&'static str>,
}

impl Svg {
    /// A drawing on white with a size in its own units, a title and a description for those who cannot see it.
    pub(crate) fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        let mut svg = Self { out: String::new(), open: Vec::new() };
        let view_box = format!("0 0 {} {}", coordinate(width), coordinate(height));
        svg.tag("svg")
            .set("xmlns", "http://www.w3.org/2000/svg")
            .set("viewBox", view_box)
            .set("width", width)
            .set("height", height)
            .set("role", "img")
            .set("aria-label", title)
            .set("font-family", crate::style::FONT)
            .set("font-size", 13.0)
            .set("fill", crate::style::INK)
            .open();
        svg.tag("title").text(title);
        svg.tag("desc").text(description);
        svg.tag("rect").set("width", width).set("height", height).set("fill", "#fff").empty();
        svg
    }

    /// Starts an element.
    pub(crate) fn tag(&mut self, name: &'static str) -> Tag<'_> {
        self.out.push('<');
        self.out.push_str(name);
        Tag { svg: self, name }
    }

    /// Ends the element opened last.
    pub(crate) fn close(&mut self) {
        let name = self.open.pop().expect("every close has its open");
        let _ = writeln!(self.out, "</{name}>");
    }

    /// The finished drawing.
    pub(crate) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }
}

/// An element whose attributes are being written.
#[must_use]
pub(crate) struct Tag<'s> {
    svg: &'s mut Svg,
    name: &'static str,
}

impl Tag<'_> {
    /// Sets an attribute.
    pub(crate) fn set(self, name: &'static str, value: impl Value) -> Self {
        let _ = write!(self.svg.out, " {name}=\"{}\"", value.written());
        self
    }
    /// Leaves the element open for children.
    pub(crate) fn open(self) {
        self.svg.out.push_str(">\n");
        self.svg.open.push(self.name);
    }
    /// An element without content.
    pub(crate) fn empty(self) {
        self.svg.out.push_str("/>\n");
    }
    /// An element with text.
    pub(crate) fn text(self, text: &str) {
        let _ = writeln!(self.svg.out, ">{}</{}>", escape(text), self.name);
    }
}

/// The `d` of a path, in relative steps of tenths: a third of the size of absolute coordinates.
#[derive(Default)]
pub(crate) struct PathData {
    out: String,
    at: (i64, i64),
    last: char,
}

impl PathData {
    /// Whether nothing was drawn.
    pub(crate) fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// A line through points; closed, if it is a ring.
    pub(crate) fn line(&mut self, points: &[(f64, f64)], closed: bool) {
        let rounded = |p: &(f64, f64)| ((p.0 * 10.0).round() as i64, (p.1 * 10.0).round() as i64);
        let Some(first) = points.first().map(rounded) else { return };
        self.out.push('M');
        self.pair(first, true);
        self.at = first;
        self.last = 'M';
        for point in points[1..].iter().map(rounded) {
            if point == self.at {
                continue;
            }
            let step = (point.0 - self.at.0, point.1 - self.at.1);
            let is_new = self.last != 'l';
            if is_new {
                self.out.push('l');
                self.last = 'l';
            }
            self.pair(step, is_new);
            self.at = point;
        }
        if self.last == 'M' {
            // A point alone shows nothing, but a round cap would; keep the path valid.
            self.out.push_str("l0 0");
        }
        if closed {
            self.out.push('z');
        }
    }

    fn pair(&mut self, (x, y): (i64, i64), is_first: bool) {
        for (value, needs_space) in [(x, !is_first), (y, true)] {
            let text = tenths(value);
            if needs_space && !text.starts_with('-') {
                self.out.push(' ');
            }
            self.out.push_str(&text);
        }
    }
}

impl Value for PathData {
    fn written(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_data_never_become_markup() {
        let mut svg = Svg::new(10.0, 10.0, "<script>", "a & b");
        svg.tag("text").set("x", 1.0).set("data-name", "\"><script>x</script>").text("<b>'\u{1}\u{0}");
        let out = svg.finish();
        assert!(!out.contains("<script") && !out.contains("<b>"));
        assert!(out.contains("&lt;b&gt;&#39;\u{fffd}\u{fffd}"));
        assert!(out.ends_with("</svg>\n"));
    }

    #[test]
    fn a_path_is_relative_and_short() {
        let mut path = PathData::default();
        path.line(&[(10.0, 10.0), (10.5, 9.0), (10.51, 9.01), (12.0, 9.0)], true);
        assert_eq!(path.written(), "M10 10l.5-1 1.5 0z");
    }
}
