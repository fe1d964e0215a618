//! A matrix as tinted squares with their numbers: rows against columns, losses red, gains blue.

use crate::style::{INK, MUTED, RULE};
use crate::svg::Svg;

/// A matrix to be drawn.
pub(crate) struct Matrix<'m> {
    pub(crate) title: &'m str,
    /// What a square says, below the title.
    pub(crate) subtitle: &'m str,
    pub(crate) rows: &'m [String],
    pub(crate) columns: &'m [String],
    /// `cells[row][column]`.
    pub(crate) cells: &'m [Vec<Square>],
}

/// A square.
#[derive(Clone, Debug)]
pub(crate) struct Square {
    /// What its tint stands for: above 0 blue, below 0 red; `None`: no tint.
    pub(crate) value: Option<f64>,
    /// What is written in it.
    pub(crate) text: String,
}

const WIDTH: f64 = 1060.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 96.0;
const HEIGHT: f64 = 30.0;
const WIDEST: f64 = 130.0;

/// Draws it. Tints grow with the square root of the value, so that small ones are seen beside large ones.
pub(crate) fn draw(matrix: &Matrix<'_>) -> String {
    let Matrix { title, subtitle, rows, columns, cells } = *matrix;
    let width = ((WIDTH - LEFT - RIGHT) / columns.len().max(1) as f64).min(WIDEST);
    let height = TOP + HEIGHT * rows.len() as f64 + 16.0;
    let values = cells.iter().flatten().filter_map(|square| square.value);
    let most = values.map(f64::abs).fold(0.0, f64::max);
    let mut svg = Svg::new(WIDTH, height, title, subtitle);
    let head = svg.tag("text").set("x", 16.0).set("y", 28.0).set("font-size", 17.0);
    head.set("font-weight", "700").text(title);
    svg.tag("text").set("x", 16.0).set("y", 50.0).set("fill", MUTED).text(subtitle);
    for (at, name) in columns.iter().enumerate() {
        let x = LEFT + width * (at as f64 + 0.5);
        let text = svg.tag("text").set("x", x).set("y", TOP - 10.0).set("text-anchor", "middle");
        text.set("font-weight", "600").text(name);
    }
    for (row, name) in rows.iter().enumerate() {
        let y = TOP + HEIGHT * row as f64;
        let text = svg.tag("text").set("x", LEFT - 10.0).set("y", y + 19.5).set("text-anchor", "end");
        text.text(name);
        for (column, square) in cells[row].iter().enumerate() {
            let (x, part) = (LEFT + width * column as f64, square.value.map_or(0.0, |v| part(v, most)));
            let (fill, ink) = tint(part);
            let rect = svg.tag("rect").set("x", x + 1.0).set("y", y + 1.0).set("width", width - 2.0);
            let rect = rect.set("height", HEIGHT - 2.0).set("rx", 3.0).set("fill", fill);
            let stroke = if square.value.is_none() { RULE } else { "none" };
            rect.set("stroke", stroke).empty();
            let text = svg.tag("text").set("x", x + width / 2.0).set("y", y + 19.5);
            text.set("text-anchor", "middle").set("font-size", 12.0).set("fill", ink).text(&square.text);
        }
    }
    svg.finish()
}

/// A value as a part of the greatest, with its sign, on a scale of roots.
fn part(value: f64, most: f64) -> f64 {
    if most > 0.0 { value.signum() * (value.abs() / most).sqrt() } else { 0.0 }
}

/// Fill and ink of a part from -1 to 1.
fn tint(part: f64) -> (String, &'static str) {
    // From white towards blue or vermilion, hues that color-blind readers tell apart.
    let end = if part < 0.0 { [178.0, 60.0, 23.0] } else { [11.0, 90.0, 138.0] };
    let mix = |end: f64| (255.0 + (end - 255.0) * part.abs()).round() as u8;
    let [r, g, b] = end.map(mix);
    (format!("#{r:02x}{g:02x}{b:02x}"), if part.abs() > 0.6 { "#fff" } else { INK })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tints_grow_with_the_root_of_the_value() {
        assert_eq!(tint(0.0).0, "#ffffff");
        assert_eq!(tint(part(4.0, 4.0)).0, "#0b5a8a");
        assert_eq!(tint(part(-4.0, 4.0)).0, "#b23c17");
        // A quarter of the greatest has half of its tint.
        assert!((part(1.0, 4.0) - 0.5).abs() < 1e-15);
        assert!(part(1.0, 0.0).abs() < f64::MIN_POSITIVE);
    }
}
