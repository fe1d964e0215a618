//! Puts labels where they cover nothing: estimates the width of text and picks the best of some positions.

use crate::geometry::{Rect, clip_segment};

/// Width of a text in units of a drawing. System fonts differ, so the estimate is on the wide side.
pub(crate) fn text_width(text: &str, font_size: f64, is_bold: bool) -> f64 {
    let em: f64 = text.chars().map(char_width).sum();
    em * font_size * if is_bold { 1.12 } else { 1.05 }
}

/// Widths of Arial and its metric twins, em.
fn char_width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | 'ı' => 0.23,
        'I' | 'f' | 't' | ' ' | '.' | ',' | ':' | ';' | '!' | '/' | '|' | 'î' | 'í' | 'İ' => 0.28,
        'r' | '-' | '(' | ')' => 0.34,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.5,
        'm' | 'M' | '–' | '→' => 0.84,
        'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 0.72,
        'W' | '—' => 0.95,
        'G' | 'O' | 'Q' | '%' => 0.8,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' => 0.67,
        'F' | 'L' | 'T' | 'Z' => 0.61,
        c if (c as u32) < 0x0250 => 0.556,
        // Greek, Cyrillic, Armenian, Georgian, Arabic; then everything that may be a full-width sign.
        c if (c as u32) < 0x1100 => 0.65,
        _ => 1.0,
    }
}

/// A text shortened with an ellipsis to fit a width.
pub(crate) fn fitted(text: &str, font_size: f64, width: f64) -> String {
    if text_width(text, font_size, false) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = font_size;
    for c in text.chars() {
        used += char_width(c) * font_size * 1.05;
        if used > width {
            break;
        }
        out.push(c);
    }
    format!("{}…", out.trim_end_matches([' ', ',', '–', '-', '·']))
}

/// A segment, and what covering a unit of its length weighs.
type Weighted = ((f64, f64), (f64, f64), f64);

/// Keeps account of what is covered.
pub(crate) struct Labels {
    bounds: Rect,
    /// What must not be covered: labels and symbols.
    taken: Vec<Rect>,
    /// What should rather not be covered: lines, with the weight of a unit of length.
    lines: Vec<Weighted>,
}

impl Labels {
    /// Nothing covered yet within these bounds.
    pub(crate) fn new(bounds: Rect) -> Self {
        Self { bounds, taken: Vec::new(), lines: Vec::new() }
    }
    /// Bars labels from a box.
    pub(crate) fn take(&mut self, rect: Rect) {
        if rect.overlaps(&self.bounds) {
            self.taken.push(rect);
        }
    }
    /// Makes labels avoid a line where they can.
    pub(crate) fn avoid(&mut self, a: (f64, f64), b: (f64, f64), weight: f64) {
        if clip_segment(a, b, &self.bounds).is_some() {
            self.lines.push((a, b, weight));
        }
    }
    /// Whether a box is free of labels and symbols and within the bounds.
    pub(crate) fn is_free(&self, rect: &Rect) -> bool {
        self.bounds.contains(rect) && !self.taken.iter().any(|t| t.overlaps(rect))
    }
    /// How much of the lines a box would cover.
    pub(crate) fn covered(&self, rect: &Rect) -> f64 {
        self.lines.iter().map(|(a, b, weight)| weight * rect.crossed_by(*a, *b)).sum()
    }
    /// The best free box of some, given in order of preference, and takes it; `None` if all are covered.
    pub(crate) fn place(&mut self, candidates: impl IntoIterator<Item = Rect>) -> Option<Rect> {
        let mut best: Option<(f64, Rect)> = None;
        for (rank, rect) in candidates.into_iter().enumerate() {
            if !self.is_free(&rect) {
                continue;
            }
            let penalty = self.covered(&rect) + 1.5 * rank as f64;
            if best.is_none_or(|(least, _)| penalty < least) {
                best = Some((penalty, rect));
            }
        }
        let (_, rect) = best?;
        self.taken.push(rect);
        Some(rect)
    }
}

/// Spreads labels of given heights along a column so that none overlaps: wanted tops in, tops out, in input order.
pub(crate) fn stacked(wanted: &[f64], heights: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]).then(a.cmp(&b)));
    let mut tops = wanted.to_vec();
    let mut free = top;
    for &at in &order {
        tops[at] = tops[at].max(free);
        free = tops[at] + heights[at];
    }
    let mut limit = bottom;
    for &at in order.iter().rev() {
        tops[at] = tops[at].min(limit - heights[at]);
        limit = tops[at];
    }
    tops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_overlap() {
        let mut labels = Labels::new(Rect::new(0.0, 0.0, 100.0, 100.0));
        let a = Rect::new(10.0, 10.0, 30.0, 10.0);
        let b = Rect::new(45.0, 10.0, 30.0, 10.0);
        assert_eq!(labels.place([a, b]), Some(a));
        assert_eq!(labels.place([a, b]), Some(b));
        assert_eq!(labels.place([a, b]), None);
        assert_eq!(labels.place([Rect::new(90.0, 50.0, 30.0, 10.0)]), None, "outside");
    }

    #[test]
    fn lines_are_avoided_where_there_is_another_place() {
        let mut labels = Labels::new(Rect::new(0.0, 0.0, 100.0, 100.0));
        labels.avoid((0.0, 15.0), (100.0, 15.0), 1.0);
        let on_line = Rect::new(10.0, 10.0, 30.0, 10.0);
        let beside = Rect::new(10.0, 30.0, 30.0, 10.0);
        assert_eq!(labels.place([on_line, beside]), Some(beside));
    }

    #[test]
    fn stacked_labels_keep_order_and_distance() {
        let tops = stacked(&[50.0, 52.0, 95.0], &[10.0, 10.0, 10.0], 0.0, 100.0);
        assert_eq!(tops, [50.0, 60.0, 90.0]);
        assert_eq!(stacked(&[], &[], 0.0, 1.0), Vec::<f64>::new());
    }

    #[test]
    fn long_texts_end_in_an_ellipsis() {
        let long = fitted("a very long name of a crossing", 10.0, 80.0);
        assert!(long.ends_with('…') && text_width(&long, 10.0, false) <= 80.0);
        assert_eq!(fitted("short", 10.0, 80.0), "short");
    }
}
