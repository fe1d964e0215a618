//! Horizontal bars of gains and losses by region, a bar for each horizon.

use crate::numbers::{grouped, tick, ticks};
use crate::style::{INK, ITINERARIES, MUTED, RULE};
use crate::svg::Svg;

/// A region.
pub(crate) struct Row {
    /// Name.
    pub(crate) name: String,
    /// By horizon.
    pub(crate) bars: Vec<Bar>,
}

/// A gain or loss.
pub(crate) struct Bar {
    /// Best value.
    pub(crate) value: f64,
    /// What does not rest on estimated trade.
    pub(crate) without_estimate: f64,
    /// With the low and the high elasticity.
    pub(crate) range: Option<(f64, f64)>,
}

const WIDTH: f64 = 1060.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 110.0;
const TOP: f64 = 92.0;
const BAR: f64 = 13.0;
const GAP: f64 = 12.0;
/// Room for the numbers of the axis.
const BOTTOM: f64 = 34.0;

/// Draws the bars; `has_estimate` says whether anything rests on estimated trade.
pub(crate) fn draw(title: &str, horizons: &[&str], rows: &[Row], has_estimate: bool) -> String {
    let row_height = BAR * horizons.len() as f64 + GAP;
    let height = TOP + row_height * rows.len() as f64 + BOTTOM;
    let values: Vec<f64> = rows.iter().flat_map(|row| &row.bars).flat_map(reach).collect();
    let least = values.iter().copied().fold(0.0, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    let span = if most - least > 0.0 { most - least } else { 1.0 };
    let x = |value: f64| LEFT + (value - least) / span * (WIDTH - LEFT - RIGHT);
    let mut svg = Svg::new(WIDTH, height, title, "Bars to the right are gains, to the left losses.");
    svg.tag("text")
        .set("x", 16.0)
        .set("y", 28.0)
        .set("font-size", 17.0)
        .set("font-weight", "700")
        .text(title);
    legend(&mut svg, horizons, has_estimate);
    let bottom = height - BOTTOM;
    let steps = ticks(most.max(-least), 5);
    let step = steps.get(1).copied().unwrap_or(1.0);
    let axis = steps.iter().flat_map(|&at| if at > 0.0 { vec![at, -at] } else { vec![at] });
    for at in axis.filter(|at| *at >= least - 1e-12 && *at <= most + 1e-12) {
        let color = if at == 0.0 { INK } else { RULE };
        let line = svg.tag("line").set("x1", x(at)).set("x2", x(at)).set("y1", TOP - 6.0).set("y2", bottom);
        line.set("stroke", color).empty();
        let text = svg.tag("text").set("x", x(at)).set("y", bottom + 18.0).set("text-anchor", "middle");
        text.set("font-size", 12.0).set("fill", MUTED).text(&format!("{} %", tick(at, step)));
    }
    for (at, row) in rows.iter().enumerate() {
        let y = TOP + row_height * at as f64;
        let middle = y + (row_height - GAP) / 2.0 + 4.5;
        svg.tag("text").set("x", LEFT - 10.0).set("y", middle).set("text-anchor", "end").text(&row.name);
        for (number, bar) in row.bars.iter().enumerate() {
            draw_bar(&mut svg, bar, number, y + BAR * number as f64, &x, has_estimate);
        }
    }
    svg.finish()
}

/// All values that a bar must have room for.
fn reach(bar: &Bar) -> Vec<f64> {
    let (low, high) = bar.range.unwrap_or((bar.value, bar.value));
    vec![bar.value, bar.without_estimate, low, high]
}

fn draw_bar(svg: &mut Svg, bar: &Bar, number: usize, y: f64, x: &dyn Fn(f64) -> f64, has_estimate: bool) {
    let (from, to) = (x(bar.value.min(0.0)), x(bar.value.max(0.0)));
    let rect = svg.tag("rect").set("class", "bar").set("x", from).set("y", y + 1.0);
    rect.set("width", (to - from).max(0.5)).set("height", BAR - 2.0).set("fill", color(number)).empty();
    if let Some((low, high)) = bar.range {
        whisker(svg, x(low.min(high)), x(low.max(high)), y + BAR / 2.0);
    }
    if has_estimate {
        mark(svg, x(bar.without_estimate), y + BAR / 2.0);
    }
    let right = reach(bar).into_iter().fold(0.0, f64::max);
    let text = svg.tag("text").set("x", x(right) + 7.0).set("y", y + BAR - 2.5).set("font-size", 11.5);
    let sign = if bar.value > 0.0005 { "+" } else { "" };
    text.set("fill", MUTED).text(&format!("{sign}{}", grouped(bar.value, 3)));
}

fn whisker(svg: &mut Svg, from: f64, to: f64, y: f64) {
    svg.tag("line").set("x1", from).set("x2", to).set("y1", y).set("y2", y).set("stroke", INK).empty();
    for at in [from, to] {
        let end = svg.tag("line").set("x1", at).set("x2", at).set("y1", y - 3.0).set("y2", y + 3.0);
        end.set("stroke", INK).empty();
    }
}

/// What does not rest on an estimate: a white diamond.
fn mark(svg: &mut Svg, x: f64, y: f64) {
    let rect = svg.tag("rect").set("x", x - 3.0).set("y", y - 3.0).set("width", 6.0).set("height", 6.0);
    let transform = format!("rotate(45 {x:.1} {y:.1})");
    rect.set("fill", "#fff").set("stroke", INK).set("transform", transform).empty();
}

fn color(number: usize) -> &'static str {
    ITINERARIES[number % ITINERARIES.len()]
}

fn legend(svg: &mut Svg, horizons: &[&str], has_estimate: bool) {
    let y = 58.0;
    let mut x = 16.0;
    let mut entry = |svg: &mut Svg, text: &str, drawing: &dyn Fn(&mut Svg, f64)| {
        drawing(svg, x);
        svg.tag("text").set("x", x + 30.0).set("y", y + 4.5).set("font-size", 12.5).text(text);
        x += 48.0 + 6.6 * text.chars().count() as f64;
    };
    for (number, horizon) in horizons.iter().enumerate() {
        let words = match (horizons.len(), number) {
            (2, 0) => format!("{horizon} (upper bar)"),
            (2, 1) => format!("{horizon} (lower bar)"),
            _ => (*horizon).to_owned(),
        };
        entry(svg, &words, &|svg, x| {
            let rect =
                svg.tag("rect").set("x", x).set("y", y - 5.5).set("width", 22.0).set("height", BAR - 2.0);
            rect.set("fill", color(number)).empty();
        });
    }
    entry(svg, "low to high elasticity", &|svg, x| whisker(svg, x, x + 22.0, y));
    if has_estimate {
        entry(svg, "without estimated trade", &|svg, x| mark(svg, x + 11.0, y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(value: f64) -> Bar {
        Bar { value, without_estimate: value / 2.0, range: Some((2.0 * value, value / 3.0)) }
    }

    #[test]
    fn bars_stay_within_the_drawing_and_names_are_text() {
        let rows = [("<b>up</b>", 0.6), ("down", -0.2), ("still", 0.0)]
            .map(|(name, value)| Row { name: name.to_owned(), bars: vec![bar(value), bar(value / 2.0)] });
        let svg = draw("<i>title</i>", &["year", "<u>ten</u>"], &rows, true);
        assert!(!svg.contains("<b>") && !svg.contains("<i>") && !svg.contains("<u>") && !svg.contains("NaN"));
        assert_eq!(svg.matches("class=\"bar\"").count(), 6);
        for x in svg.split(" x=\"").skip(1) {
            let x: f64 = x.split('"').next().unwrap().parse().unwrap();
            assert!((0.0..=WIDTH).contains(&x), "{x}");
        }
        assert!(svg.contains(">+0.600<") && svg.contains(">−0.200<") && svg.contains(">0.000<"), "{svg}");
    }

    #[test]
    fn nothing_to_draw_is_no_failure() {
        assert!(draw("none", &["year"], &[], false).contains("</svg>"));
        let still = Row { name: "a".to_owned(), bars: vec![bar(0.0)] };
        assert!(!draw("none", &["year"], &[still], false).contains("NaN"));
    }
}
