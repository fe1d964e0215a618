//! Time-cost-distance charts (UNESCAP, *Time/Cost-Distance Methodology*; `docs/model/indicators.md`).
//!
//! A line climbs with distance while the load moves and rises upright where it stands. The end of each line equals the
//! totals of its itinerary.

mod legend;
mod panel;

use std::borrow::Borrow;

use landbridge::model::Model;
use landbridge::outcome::Itinerary;
use landbridge::outcome::tcd::{Point, profile};

use crate::labels::fitted;
use crate::naming;
use crate::numbers::{hours, km};
use crate::style::{self, INK, MUTED};
use crate::svg::Svg;
use legend::{draw_legend, legend_of};
use panel::Panel;

/// What a time-cost-distance chart shows above the distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panels {
    /// Cumulative hours.
    Time,
    /// Cumulative cost.
    Cost,
    /// Hours, and cost below.
    #[default]
    Both,
}

const WIDTH: f64 = 1200.0;
/// Of panels with many lines.
const PANEL_HEIGHT: f64 = 370.0;
const PANEL_GAP: f64 = 62.0;
const STEP_WIDTH: f64 = 8.0;

/// Draws a standalone SVG with one line an itinerary.
///
/// All itineraries should be of one pair and one class, whose unit the cost axis states; the first one names both in
/// the title. The value of time is not part of the cost.
///
/// # Units
/// Kilometers, hours, and money of the study's currency and price year per tonne or person.
pub fn tcd_chart<I: Borrow<Itinerary>>(model: &Model, itineraries: &[I], panels: Panels) -> String {
    let numbered: Vec<(usize, &Itinerary)> = itineraries.iter().map(Borrow::borrow).enumerate().collect();
    draw_chart(model, &numbered, panels, "")
}

/// The chart of itineraries that keep the number and color they have elsewhere; `what` says which of a pair's they are.
pub(crate) fn draw_chart(
    model: &Model,
    numbered: &[(usize, &Itinerary)],
    panels: Panels,
    what: &str,
) -> String {
    let lines: Vec<Line<'_>> = numbered.iter().map(|(at, i)| Line::new(model, *at, i)).collect();
    let Some(first) = lines.first() else { return nothing_to_show(model) };
    let class = first.itinerary.class;
    let measures: &[Measure] = match panels {
        Panels::Time => &[Measure::Hours],
        Panels::Cost => &[Measure::Cost],
        Panels::Both => &[Measure::Hours, Measure::Cost],
    };
    let title = format!(
        "{}, {}{what}: {} over distance",
        naming::pair(model, first.itinerary),
        naming::class(model, class),
        match panels {
            Panels::Time => "time",
            Panels::Cost => "cost",
            Panels::Both => "time and cost",
        }
    );
    let (legend, legend_height) = legend_of(&lines);
    let top = 78.0 + legend_height + 34.0;
    let panel_height = (230.0 + 26.0 * lines.len() as f64).min(PANEL_HEIGHT);
    let height = top + measures.len() as f64 * (panel_height + PANEL_GAP) + 4.0;
    let description: Vec<String> = lines.iter().map(Line::in_words).collect();
    let mut svg = Svg::new(WIDTH, height, &title, &description.join(". "));
    let heading = |svg: &mut Svg, y: f64, size: f64, weight: &str, fill: &str, text: &str| {
        svg.tag("text")
            .set("x", 24.0)
            .set("y", y)
            .set("font-size", size)
            .set("font-weight", weight)
            .set("fill", fill)
            .text(&fitted(text, size * 1.08, WIDTH - 48.0));
    };
    heading(&mut svg, 36.0, 21.0, "600", INK, &title);
    let study = &model.study.study;
    let subtitle = format!(
        "{} · rules of {} · cost is money per {} in {}, without the value of time",
        study.name,
        study.as_of,
        unit_word(model, first.itinerary),
        naming::money(model)
    );
    heading(&mut svg, 59.0, 13.5, "400", MUTED, &subtitle);
    draw_legend(&mut svg, &legend);
    for (at, measure) in measures.iter().enumerate() {
        let panel_top = top + at as f64 * (panel_height + PANEL_GAP);
        Panel::new(model, &lines, *measure, (panel_top, panel_height)).draw(&mut svg);
    }
    svg.finish()
}

fn unit_word(model: &Model, itinerary: &Itinerary) -> &'static str {
    match naming::per_unit(model, itinerary.class) {
        "t" => "tonne",
        other => other,
    }
}

fn nothing_to_show(model: &Model) -> String {
    let title = "No itinerary is open";
    let mut svg = Svg::new(WIDTH, 120.0, title, &model.study.study.name);
    svg.tag("text").set("x", 24.0).set("y", 66.0).set("font-size", 18.0).set("fill", MUTED).text(title);
    svg.finish()
}

/// An itinerary on the chart.
struct Line<'i> {
    model: &'i Model,
    itinerary: &'i Itinerary,
    number: usize,
    color: &'static str,
    points: Vec<Point>,
    unit: &'static str,
    name: String,
    corridor: String,
    places: Vec<String>,
}

impl<'i> Line<'i> {
    fn new(model: &'i Model, at: usize, itinerary: &'i Itinerary) -> Self {
        Self {
            model,
            itinerary,
            number: at + 1,
            color: style::itinerary_color(at),
            points: profile(itinerary),
            unit: naming::per_unit(model, itinerary.class),
            name: naming::capitalized(&naming::modes(itinerary)),
            corridor: naming::corridor_line(model, itinerary),
            places: itinerary.legs.iter().map(|leg| naming::stop_place(model, leg)).collect(),
        }
    }

    fn totals(&self) -> String {
        format!(
            "{} km · {} h · {}/{}",
            km(self.itinerary.total_km()),
            hours(self.itinerary.total_h()),
            naming::amount(self.model, self.itinerary.total_usd()),
            self.unit
        )
    }

    fn in_words(&self) -> String {
        format!("{} {}, {}: {}", self.number, self.name, self.corridor, self.totals())
    }
}

/// What is cumulated upwards.
#[derive(Clone, Copy)]
enum Measure {
    Hours,
    Cost,
}

impl Measure {
    fn of(self, point: &Point) -> f64 {
        match self {
            Self::Hours => point.h,
            Self::Cost => point.usd,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::panel::wrapped;
    use super::*;
    use crate::fixture;

    fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
        tag.split_once(&format!(" {name}=\"")).unwrap().1.split('"').next().unwrap()
    }

    #[test]
    fn lines_end_at_the_totals_of_their_itineraries() {
        let model = fixture::model();
        let itineraries = fixture::itineraries(&model);
        let svg = tcd_chart(&model, &itineraries, Panels::Both);
        let groups: Vec<&str> = svg.split("<g class=\"itinerary\"").skip(1).collect();
        assert_eq!(groups.len(), 2 * itineraries.len(), "one line an itinerary and panel");
        // Lines are drawn last to first, so that the best lies on top.
        for (group, itinerary) in groups.iter().zip(itineraries.iter().rev().cycle()) {
            for (name, total) in [
                ("data-km", itinerary.total_km()),
                ("data-h", itinerary.total_h()),
                ("data-usd", itinerary.total_usd()),
            ] {
                let value: f64 = attribute(group, name).parse().unwrap();
                // Written with six decimals.
                assert!((value - total).abs() < 1e-6 * (1.0 + total), "{name}: {value} against {total}");
            }
        }
    }

    #[test]
    fn drawn_ends_lie_where_the_axes_say() {
        let model = fixture::model();
        let itineraries = fixture::itineraries(&model);
        let lines: Vec<Line<'_>> =
            itineraries.iter().enumerate().map(|(at, i)| Line::new(&model, at, i)).collect();
        let svg = tcd_chart(&model, &itineraries, Panels::Time);
        let panel = Panel::new(&model, &lines, Measure::Hours, (0.0, 282.0));
        let group = svg.split("<g class=\"itinerary\"").last().unwrap();
        let (line, _) = group.split_once("</g>").unwrap();
        let points: Vec<&str> =
            line.split("<polyline").skip(1).flat_map(|p| attribute(p, "points").split(' ')).collect();
        let read = |text: &str| -> (f64, f64) {
            let (x, y) = text.split_once(',').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        };
        let (start, end) = (read(points[0]), read(points[points.len() - 1]));
        let x_km = (end.0 - start.0) / panel.plot.width * panel.max.0;
        let hours = (start.1 - end.1) / panel.plot.height * panel.max.1;
        // Coordinates are rounded to a tenth of a unit.
        assert!((x_km / itineraries[0].total_km() - 1.0).abs() < 1e-3, "{x_km}");
        assert!((hours / itineraries[0].total_h() - 1.0).abs() < 3e-3, "{hours}");
    }

    #[test]
    fn no_itinerary_is_a_drawing_that_says_so() {
        let svg = tcd_chart::<Itinerary>(&fixture::model(), &[], Panels::Both);
        assert!(svg.starts_with("<svg") && svg.contains("No itinerary is open"));
    }

    #[test]
    fn charts_are_deterministic_and_free_of_markup_from_names() {
        let model = fixture::model();
        let itineraries = fixture::itineraries(&model);
        let svg = tcd_chart(&model, &itineraries, Panels::Both);
        assert_eq!(svg, tcd_chart(&model, &itineraries, Panels::Both));
        assert!(!svg.contains("<script") && svg.contains("&lt;script"));
    }

    #[test]
    fn rows_break_at_commas() {
        assert_eq!(wrapped("Alpha, Beta, Gamma", 10.0, 70.0, 2), ["Alpha, Beta,", "Gamma"]);
        assert_eq!(wrapped("Alpha, Beta, Gamma", 10.0, 20.0, 2), ["Alpha,", "Beta, Gamma"]);
    }
}
