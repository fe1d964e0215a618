//! One panel of a chart: axes, lines, names of great steps, and labels at the ends.

use landbridge::model::Model;
use landbridge::outcome::tcd::{Point, Step};

use super::{Line, Measure, STEP_WIDTH, WIDTH, unit_word};
use crate::geometry;
use crate::geometry::Rect;
use crate::labels::{Labels, fitted, stacked, text_width};
use crate::naming;
use crate::numbers::{self, hours, tick, ticks};
use crate::style::{self, INK, MUTED, RULE};
use crate::svg::Svg;

const LEFT: f64 = 74.0;
const RIGHT: f64 = 818.0;
const END_LABEL_X: f64 = 846.0;
/// A step is named if it rises by this share of the panel.
const NAMED_STEP: f64 = 0.027;

/// One panel: an axis of distance and one of time or cost, and all lines.
pub(super) struct Panel<'l> {
    model: &'l Model,
    lines: &'l [Line<'l>],
    measure: Measure,
    axis: String,
    pub(super) plot: Rect,
    pub(super) max: (f64, f64),
}

impl<'l> Panel<'l> {
    pub(super) fn new(
        model: &'l Model,
        lines: &'l [Line<'l>],
        measure: Measure,
        (top, height): (f64, f64),
    ) -> Self {
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

    pub(super) fn draw(&self, svg: &mut Svg) {
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
        let mut runs: Vec<(Option<&str>, Vec<geometry::Point>)> = Vec::new();
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
pub(super) fn wrapped(text: &str, font_size: f64, width: f64, most: usize) -> Vec<String> {
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
