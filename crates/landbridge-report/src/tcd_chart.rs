//! Time-cost-distance charts (UNESCAP, *Time/Cost-Distance Methodology*; `docs/model/indicators.md`).
//!
//! A line climbs with distance while the load moves and rises upright where it stands. The end of each line equals the
//! totals of its itinerary.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use landbridge::model::Model;
use landbridge::outcome::Itinerary;
use landbridge::outcome::tcd::{Point, Step, StopKind, profile};
use landbridge::study::tables::{ActivityKind, Mode};

use crate::geometry;
use crate::labels::{Labels, Rect, fitted, stacked, text_width};
use crate::naming;
use crate::numbers::{self, hours, km, tick, ticks};
use crate::style::{self, INK, MUTED, RULE};
use crate::svg::Svg;

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
const LEFT: f64 = 74.0;
const RIGHT: f64 = 818.0;
/// Of panels with many lines.
const PANEL_HEIGHT: f64 = 370.0;
const PANEL_GAP: f64 = 62.0;
const END_LABEL_X: f64 = 846.0;
const STEP_WIDTH: f64 = 8.0;
/// A step is named if it rises by this share of the panel.
const NAMED_STEP: f64 = 0.027;

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

enum LegendItem {
    Step(StopKind, ActivityKind),
    Mode(Mode),
}

impl LegendItem {
    /// Width of the sample, up to its text.
    fn room(&self) -> f64 {
        match self {
            Self::Step(..) => 17.0,
            Self::Mode(_) => 33.0,
        }
    }
}

/// Entries of the legend with their positions, and the height of all.
fn legend_of(lines: &[Line<'_>]) -> (Vec<(f64, f64, LegendItem, String)>, f64) {
    let mut modes = BTreeSet::new();
    let mut steps = BTreeSet::new();
    for pair in lines.iter().flat_map(|line| line.points.windows(2)) {
        // What takes neither time nor money cannot be seen.
        if pair[1].h <= pair[0].h && pair[1].usd <= pair[0].usd {
            continue;
        }
        match pair[1].step {
            Some(Step::Move(state)) => _ = modes.insert(state.mode()),
            Some(Step::Stop(kind, activity)) => _ = steps.insert((kind as usize, activity)),
            None => {}
        }
    }
    let kind = |at| [StopKind::Border, StopKind::Transfer, StopKind::Terminal][at];
    let modes = modes
        .into_iter()
        .map(|mode| (LegendItem::Mode(mode), format!("moving: {}", naming::mode_word(mode))));
    let steps = steps
        .into_iter()
        .map(|(at, activity)| (LegendItem::Step(kind(at), activity), naming::step(kind(at), activity)));
    let (mut x, mut y) = (24.0, 86.0);
    let mut items = Vec::new();
    for (item, text) in modes.chain(steps) {
        let width = item.room() + text_width(&text, 12.5, false) + 18.0;
        if x + width > WIDTH - 24.0 {
            x = 24.0;
            y += 20.0;
        }
        items.push((x, y, item, text));
        x += width;
    }
    (items, y - 78.0 + 8.0)
}

fn draw_legend(svg: &mut Svg, items: &[(f64, f64, LegendItem, String)]) {
    for (x, y, item, text) in items {
        match item {
            LegendItem::Mode(mode) => {
                let line = svg
                    .tag("line")
                    .set("x1", *x)
                    .set("x2", x + 26.0)
                    .set("y1", *y)
                    .set("y2", *y)
                    .set("stroke", MUTED)
                    .set("stroke-width", 2.5);
                match style::mode_dash(*mode) {
                    Some(dash) => line.set("stroke-dasharray", dash).empty(),
                    None => line.empty(),
                }
            }
            LegendItem::Step(kind, activity) => svg
                .tag("rect")
                .set("x", x + 2.0)
                .set("y", y - 8.0)
                .set("width", STEP_WIDTH)
                .set("height", 16.0)
                .set("fill", style::step_color(*kind, *activity))
                .empty(),
        }
        svg.tag("text").set("x", x + item.room()).set("y", y + 4.5).set("font-size", 12.5).text(text);
    }
}

/// One panel: an axis of distance and one of time or cost, and all lines.
struct Panel<'l> {
    model: &'l Model,
    lines: &'l [Line<'l>],
    measure: Measure,
    axis: String,
    plot: Rect,
    max: (f64, f64),
}

impl<'l> Panel<'l> {
    fn new(model: &'l Model, lines: &'l [Line<'l>], measure: Measure, (top, height): (f64, f64)) -> Self {
        let greatest = |value: &dyn Fn(&Point) -> f64| {
            lines.iter().filter_map(|line| line.points.last()).map(value).fold(0.0_f64, f64::max)
        };
        let max = (greatest(&|p| p.km), greatest(&|p| measure.of(p)));
        let positive = |value: f64| if value > 0.0 { value } else { 1.0 };
        let axis = match measure {
            Measure::Hours => "Hours since departure".to_owned(),
            Measure::Cost => {
                let unit = lines.first().map_or("unit", |line| unit_word(model, line.itinerary));
                format!("Cost, {} per {unit}", naming::money(model))
            }
        };
        let plot = Rect::new(LEFT, top, RIGHT - LEFT, height);
        Self { model, lines, measure, axis, plot, max: (positive(max.0), positive(max.1 * 1.03)) }
    }

    fn at(&self, point: &Point) -> (f64, f64) {
        (
            self.plot.x + self.plot.width * point.km / self.max.0,
            self.plot.bottom() - self.plot.height * self.measure.of(point) / self.max.1,
        )
    }

    fn draw(&self, svg: &mut Svg) {
        self.draw_axes(svg);
        for line in self.lines.iter().rev() {
            self.draw_line(svg, line);
        }
        self.draw_step_labels(svg);
        self.draw_end_labels(svg);
    }

    fn draw_axes(&self, svg: &mut Svg) {
        let plot = &self.plot;
        svg.tag("g").set("font-size", 12.0).set("fill", MUTED).open();
        let steps = ticks(self.max.1, 6);
        let step = steps.get(1).copied().unwrap_or(1.0);
        for value in &steps {
            let y = plot.bottom() - plot.height * value / self.max.1;
            let is_base = *value <= 0.0;
            svg.tag("line")
                .set("x1", plot.x)
                .set("x2", plot.right())
                .set("y1", y)
                .set("y2", y)
                .set("stroke", if is_base { MUTED } else { RULE })
                .empty();
            svg.tag("text")
                .set("x", plot.x - 8.0)
                .set("y", y + 4.0)
                .set("text-anchor", "end")
                .text(&tick(*value, step));
        }
        let steps = ticks(self.max.0, 8);
        let step = steps.get(1).copied().unwrap_or(1.0);
        for value in &steps {
            let x = plot.x + plot.width * value / self.max.0;
            svg.tag("line")
                .set("x1", x)
                .set("x2", x)
                .set("y1", plot.bottom())
                .set("y2", plot.bottom() + 5.0)
                .set("stroke", MUTED)
                .empty();
            svg.tag("text")
                .set("x", x)
                .set("y", plot.bottom() + 19.0)
                .set("text-anchor", "middle")
                .text(&tick(*value, step));
        }
        svg.tag("text")
            .set("x", plot.right())
            .set("y", plot.bottom() + 36.0)
            .set("text-anchor", "end")
            .text("Distance from the origin, km");
        svg.close();
        svg.tag("text")
            .set("x", 24.0)
            .set("y", plot.y - 12.0)
            .set("font-size", 14.0)
            .set("font-weight", "600")
            .text(&self.axis);
    }

    fn draw_line(&self, svg: &mut Svg, line: &Line<'_>) {
        let end = line.points.last().map(|p| (p.km, p.h, p.usd)).unwrap_or_default();
        svg.tag("g")
            .set("class", "itinerary")
            .set("data-km", format!("{:.6}", end.0))
            .set("data-h", format!("{:.6}", end.1))
            .set("data-usd", format!("{:.6}", end.2))
            .set("stroke", line.color)
            .set("fill", "none")
            .open();
        svg.tag("title").text(&line.in_words());
        for pair in line.points.windows(2) {
            let Some(Step::Stop(kind, activity)) = pair[1].step else { continue };
            let (a, b) = (self.at(&pair[0]), self.at(&pair[1]));
            if a.1 - b.1 < 0.05 {
                continue;
            }
            svg.tag("line")
                .set("x1", a.0)
                .set("x2", b.0)
                .set("y1", a.1)
                .set("y2", b.1)
                .set("stroke", style::step_color(kind, activity))
                .set("stroke-width", STEP_WIDTH)
                .empty();
        }
        // Runs of steps that are dashed alike; stops are drawn through.
        let mut runs: Vec<(Option<&str>, Vec<(f64, f64)>)> = Vec::new();
        for pair in line.points.windows(2) {
            let dash = match pair[1].step {
                Some(Step::Move(state)) => style::mode_dash(state.mode()),
                _ => None,
            };
            match runs.last_mut() {
                Some((last, points)) if *last == dash => points.push(self.at(&pair[1])),
                _ => runs.push((dash, vec![self.at(&pair[0]), self.at(&pair[1])])),
            }
        }
        for (dash, points) in runs {
            let polyline = svg
                .tag("polyline")
                .set("points", points_list(&points))
                .set("stroke-width", 2.5)
                .set("stroke-linejoin", "round");
            match dash {
                Some(dash) => polyline.set("stroke-dasharray", dash).empty(),
                None => polyline.empty(),
            }
        }
        svg.close();
    }

    /// Names of the places where a line rises most.
    fn draw_step_labels(&self, svg: &mut Svg) {
        let bounds = Rect::new(
            self.plot.x + 2.0,
            self.plot.y - 4.0,
            END_LABEL_X - self.plot.x - 8.0,
            self.plot.height,
        );
        let mut labels = Labels::new(bounds);
        for line in self.lines {
            for pair in line.points.windows(2) {
                let (a, b) = (self.at(&pair[0]), self.at(&pair[1]));
                match pair[1].step {
                    Some(Step::Stop(..)) if a.1 - b.1 > 1.0 => {
                        labels.take(Rect::new(a.0 - STEP_WIDTH / 2.0, b.1, STEP_WIDTH, a.1 - b.1));
                    }
                    _ => labels.avoid(a, b, 1.0),
                }
            }
            if let Some(end) = line.points.last().map(|p| self.at(p)) {
                labels.take(Rect::around(end, 9.0));
            }
        }
        let mut named: Vec<(String, (f64, f64))> = Vec::new();
        for rise in self.rises() {
            let text = match self.measure {
                Measure::Hours => format!("{} {} h", rise.name, hours(rise.amount)),
                Measure::Cost => format!("{} {}", rise.name, naming::amount(self.model, rise.amount)),
            };
            let is_near = |p: &(f64, f64)| (p.0 - rise.x).abs() < 60.0 && (p.1 - rise.middle).abs() < 45.0;
            if named.iter().any(|(name, at)| *name == rise.name && is_near(at)) {
                continue;
            }
            let (width, height) = (text_width(&text, 12.0, false) + 4.0, 15.0);
            let beside = [0.0, -12.0, 12.0, -24.0, 24.0].into_iter().flat_map(|dy| {
                let y = rise.middle - height / 2.0 + dy;
                [Rect::new(rise.x + 7.0, y, width, height), Rect::new(rise.x - 7.0 - width, y, width, height)]
            });
            let (above, below) = (rise.top - height - 6.0, rise.bottom + 5.0);
            let at_ends = [
                Rect::new(rise.x - width + 4.0, above, width, height),
                Rect::new(rise.x - 4.0, below, width, height),
                Rect::new(rise.x - width / 2.0, above, width, height),
                Rect::new(rise.x - width / 2.0, below, width, height),
            ];
            let candidates = beside.chain(at_ends);
            let Some(rect) = labels.place(candidates) else { continue };
            svg.tag("text")
                .set("x", rect.x + 2.0)
                .set("y", rect.bottom() - 3.5)
                .set("font-size", 12.0)
                .set("stroke", "#fff")
                .set("stroke-width", 3.0)
                .set("stroke-linejoin", "round")
                .set("paint-order", "stroke")
                .text(&text);
            named.push((rise.name, (rise.x, rise.middle)));
        }
    }

    /// Steps of all lines that are worth a name, the greatest first.
    fn rises(&self) -> Vec<Rise> {
        let mut rises = Vec::new();
        for line in self.lines {
            for (leg, name) in line.places.iter().enumerate() {
                let mut ends: Option<((f64, f64), (f64, f64))> = None;
                let mut amount = 0.0;
                for pair in line.points.windows(2) {
                    if pair[1].leg == leg && matches!(pair[1].step, Some(Step::Stop(..))) {
                        let (a, b) = (self.at(&pair[0]), self.at(&pair[1]));
                        ends = Some((ends.map_or(a, |(first, _)| first), b));
                        amount += self.measure.of(&pair[1]) - self.measure.of(&pair[0]);
                    }
                }
                if let Some((a, b)) = ends
                    && a.1 - b.1 > NAMED_STEP * self.plot.height
                {
                    rises.push(Rise {
                        name: name.clone(),
                        amount,
                        x: a.0,
                        middle: f64::midpoint(a.1, b.1),
                        top: b.1,
                        bottom: a.1,
                    });
                }
            }
        }
        rises.sort_by(|a, b| b.amount.total_cmp(&a.amount));
        rises
    }

    fn draw_end_labels(&self, svg: &mut Svg) {
        const TEXT_X: f64 = END_LABEL_X + 30.0;
        let ends: Vec<(f64, f64)> =
            self.lines.iter().filter_map(|line| line.points.last()).map(|p| self.at(p)).collect();
        let room = WIDTH - TEXT_X - 14.0;
        let most = if self.lines.len() > 4 { 2 } else { 3 };
        let texts: Vec<Vec<String>> = self
            .lines
            .iter()
            .map(|line| {
                let mut rows = vec![format!("{} · {}", line.name, line.totals())];
                rows.extend(wrapped(&line.corridor, 12.0, room, most));
                rows
            })
            .collect();
        let heights: Vec<f64> = texts.iter().map(|rows| 15.0 * rows.len() as f64 + 9.0).collect();
        let wanted: Vec<f64> = ends.iter().map(|end| end.1 - 12.0).collect();
        let tops = stacked(&wanted, &heights, self.plot.y - 16.0, self.plot.bottom() + 36.0);
        for (((line, end), rows), top) in self.lines.iter().zip(&ends).zip(&texts).zip(&tops) {
            let y = top + 12.0;
            svg.tag("polyline")
                .set("points", points_list(&[*end, (END_LABEL_X + 2.0, y)]))
                .set("fill", "none")
                .set("stroke", line.color)
                .set("stroke-width", 1.0)
                .set("stroke-dasharray", "1 3")
                .empty();
            badge(svg, line, (END_LABEL_X + 12.0, y));
            for (at, row) in rows.iter().enumerate() {
                let is_first = at == 0;
                svg.tag("text")
                    .set("x", TEXT_X)
                    .set("y", y + 4.5 + 15.0 * at as f64)
                    .set("font-size", if is_first { 12.5 } else { 12.0 })
                    .set("font-weight", if is_first { "600" } else { "400" })
                    .set("fill", if is_first { INK } else { MUTED })
                    .text(&fitted(row, 12.3, room));
            }
        }
        // Where ends lie close together, the best stays readable.
        for (line, end) in self.lines.iter().zip(&ends).rev() {
            badge(svg, line, *end);
        }
    }
}

struct Rise {
    name: String,
    amount: f64,
    x: f64,
    middle: f64,
    top: f64,
    bottom: f64,
}

/// The number of a line on its color.
fn badge(svg: &mut Svg, line: &Line<'_>, (x, y): geometry::Point) {
    svg.tag("circle")
        .set("cx", x)
        .set("cy", y)
        .set("r", 8.5)
        .set("fill", "#fff")
        .set("stroke", line.color)
        .set("stroke-width", 2.5)
        .empty();
    svg.tag("text")
        .set("x", x)
        .set("y", y + 4.0)
        .set("font-size", 11.0)
        .set("font-weight", "700")
        .set("text-anchor", "middle")
        .text(&line.number.to_string());
}

/// Points as the attribute of a polyline.
fn points_list(points: &[geometry::Point]) -> String {
    let pair = |p: &geometry::Point| format!("{},{}", numbers::coordinate(p.0), numbers::coordinate(p.1));
    points.iter().map(pair).collect::<Vec<_>>().join(" ")
}

/// A text broken at commas into at most so many rows.
fn wrapped(text: &str, font_size: f64, width: f64, most: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for part in text.split_inclusive(", ") {
        let is_last_row = rows.len() == most;
        match rows.last_mut() {
            Some(row) if is_last_row || text_width(&format!("{row}{part}"), font_size, false) <= width => {
                row.push_str(part);
            }
            _ => rows.push(part.to_owned()),
        }
    }
    rows.iter().map(|row| row.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
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
