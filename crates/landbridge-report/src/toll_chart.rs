//! What a further toll earns: revenue over the toll, with the points that were solved and the best of them.

use landbridge::control::toll::TollPoint;
use landbridge::outcome::revenue::BestToll;

use crate::numbers::{grouped, tick, ticks, usd};
use crate::style::{INK, ITINERARIES, MUTED, RULE};
use crate::svg::{PathData, Svg};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 28.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 58.0;

/// Draws the curve; revenue is in thousands of the currency, below a million in all, or else in millions.
pub fn toll_chart(title: &str, currency: &str, toll: &BestToll) -> String {
    let points = &toll.curve.points;
    let highest = points.iter().map(|point| point.revenue).fold(0.0, f64::max);
    let (unit, scale) = if highest >= 1e6 { ("million", 1e6) } else { ("thousand", 1e3) };
    let mut svg = Svg::new(WIDTH, HEIGHT, title, "Revenue on the corridor against a further toll per tonne.");
    let heading = svg.tag("text").set("x", 16.0).set("y", 28.0).set("font-size", 17.0);
    heading.set("font-weight", "700").text(title);
    let under = format!("border fees and tolls taken on the corridor, {unit} {currency} a year");
    svg.tag("text").set("x", 16.0).set("y", 48.0).set("font-size", 12.5).set("fill", MUTED).text(&under);
    let (across, up) = (ticks(toll.range_usd_per_t.1, 6), ticks((highest / scale).max(1e-6), 5));
    let end = |steps: &[f64]| steps.last().copied().filter(|&end| end > 0.0).unwrap_or(1.0);
    let (last_x, last_y) = (end(&across).max(toll.range_usd_per_t.1), end(&up).max(highest / scale));
    let x = |toll: f64| LEFT + toll / last_x * (WIDTH - LEFT - RIGHT);
    let y = |revenue: f64| HEIGHT - BOTTOM - revenue / scale / last_y * (HEIGHT - TOP - BOTTOM);
    let step = |steps: &[f64]| steps.get(1).copied().unwrap_or(1.0);
    for &at in &up {
        let line = svg.tag("line").set("x1", LEFT).set("x2", WIDTH - RIGHT);
        let color = if at == 0.0 { INK } else { RULE };
        line.set("y1", y(at * scale)).set("y2", y(at * scale)).set("stroke", color).empty();
        let text = svg.tag("text").set("x", LEFT - 8.0).set("y", y(at * scale) + 4.5);
        text.set("text-anchor", "end").set("font-size", 12.0).set("fill", MUTED).text(&tick(at, step(&up)));
    }
    for &at in &across {
        let text =
            svg.tag("text").set("x", x(at)).set("y", HEIGHT - BOTTOM + 18.0).set("text-anchor", "middle");
        text.set("font-size", 12.0).set("fill", MUTED).text(&tick(at, step(&across)));
    }
    let label = svg.tag("text").set("x", WIDTH - RIGHT).set("y", HEIGHT - 16.0).set("text-anchor", "end");
    label.set("font-size", 12.5).set("fill", MUTED).text(&format!("further toll, {currency} a tonne"));
    let at = |point: &TollPoint| (x(point.toll), y(point.revenue));
    let mut curve = PathData::default();
    curve.line(&points.iter().map(at).collect::<Vec<_>>(), false);
    if !curve.is_empty() {
        let path = svg.tag("path").set("d", curve).set("fill", "none").set("stroke", ITINERARIES[0]);
        path.set("stroke-width", 2.0).empty();
    }
    for (x, y) in points.iter().map(at) {
        let dot = svg.tag("circle").set("class", "point").set("cx", x).set("cy", y).set("r", 2.6);
        dot.set("fill", ITINERARIES[0]).empty();
    }
    let (best_x, best_y) = at(&toll.curve.best);
    let ring = svg.tag("circle").set("cx", best_x).set("cy", best_y).set("r", 6.0).set("fill", "none");
    ring.set("stroke", INK).set("stroke-width", 1.6).empty();
    let words = format!(
        "best: {} a tonne, {} {unit}",
        usd(toll.curve.best.toll),
        grouped(toll.curve.best.revenue / scale, 1)
    );
    // On the side with more room.
    let (anchor, shift) = if best_x > WIDTH / 2.0 { ("end", -10.0) } else { ("start", 10.0) };
    let text = svg.tag("text").set("x", best_x + shift).set("y", best_y - 9.0).set("text-anchor", anchor);
    text.set("font-size", 12.5).text(&words);
    svg.finish()
}

#[cfg(test)]
mod tests {
    use landbridge::control::toll::{TollSearch, best_toll};

    use super::*;

    fn drawn(revenue: fn(f64) -> f64) -> String {
        let curve = best_toll(revenue, &TollSearch::between(0.0, 25.0)).unwrap();
        let toll = BestToll {
            links: Vec::new(),
            is_governed: true,
            range_usd_per_t: (0.0, 25.0),
            step_usd_per_t: 0.625,
            found_to_usd_per_t: 0.01,
            tonnes: (100.0, 50.0),
            collectors: Vec::new(),
            gain_usd: Vec::new(),
            curve,
        };
        toll_chart("<b>title</b>", "<i>", &toll)
    }

    #[test]
    fn points_stay_within_the_drawing_and_names_are_text() {
        let svg = drawn(|toll| 1.02e4 * toll * (100.0 - 4.0 * toll));
        assert!(!svg.contains("<b>") && !svg.contains("<i>") && !svg.contains("NaN"));
        // 12.5 a tonne earns 6.375 million.
        assert!(svg.contains("best: 12.5 a tonne, 6.4 million"), "{svg}");
        for (key, most) in [(" cx=\"", WIDTH), (" cy=\"", HEIGHT)] {
            for at in svg.split(key).skip(1) {
                let at: f64 = at.split('"').next().unwrap().parse().unwrap();
                assert!((0.0..=most).contains(&at), "{key} {at}");
            }
        }
    }

    #[test]
    fn tolls_that_earn_nothing_are_no_failure() {
        let svg = drawn(|_| 0.0);
        assert!(svg.contains("</svg>") && !svg.contains("NaN"), "{svg}");
    }
}
