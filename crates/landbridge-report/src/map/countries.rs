//! Land, water, coasts and borders under the network.

use super::{Map, shrunk};
use crate::basemap::Basemap;
use crate::geometry::Rect;
use crate::geometry::{Point, clip_line, clip_ring, distance_to_segment, double_area, is_inside, simplified};
use crate::labels::{Labels, text_width};
use crate::svg::{PathData, Svg};

const BEYOND: &str = "#f4f5f6";
const SEA: &str = "#e3edf3";
const LAND_OF_STUDY: &str = "#fffefa";
const LAND: &str = "#f3f1ec";
const BORDER: &str = "#8a8479";
const COAST: &str = "#a9bcc8";
/// Outlines are simplified to this many units: what print resolves at report width.
const DETAIL: f64 = 0.6;
/// Points along a side of the basemap, which is a curve on the map.
const STEPS: usize = 48;

impl Map<'_> {
    /// Land, coasts and borders. Returns the outline of each country's largest visible part with its name.
    pub(super) fn draw_countries(&self, svg: &mut Svg) -> Vec<(String, Vec<Point>)> {
        let Some(basemap) = self.basemap else { return Vec::new() };
        let window = self.view.window;
        self.draw_sea(svg, basemap);
        let arcs: Vec<Vec<Point>> = basemap
            .arcs
            .iter()
            .map(|arc| simplified(&arc.iter().map(|&p| self.view.at(p)).collect::<Vec<_>>(), DETAIL))
            .collect();
        let wide = shrunk(window, -4.0);
        let mut names = Vec::new();
        for country in &basemap.countries {
            let mut path = PathData::default();
            let mut largest: Vec<Point> = Vec::new();
            for ring in &country.rings {
                let mut points: Vec<Point> = Vec::new();
                for &(arc, is_reversed) in ring {
                    // Each arc starts where the one before ended.
                    let skip = usize::from(!points.is_empty());
                    if is_reversed {
                        points.extend(arcs[arc].iter().rev().skip(skip));
                    } else {
                        points.extend(arcs[arc].iter().skip(skip));
                    }
                }
                let seen = clip_ring(&points, &wide);
                let area = double_area(&seen);
                if area < 6.0 {
                    continue;
                }
                path.line(&seen, true);
                if area > double_area(&largest) {
                    largest = seen;
                }
            }
            if path.is_empty() {
                continue;
            }
            let code = country.code.as_deref();
            let is_of_study = code.is_some_and(|code| self.model.network.country(code).is_some());
            svg.tag("path")
                .set("d", path)
                .set("fill", if is_of_study { LAND_OF_STUDY } else { LAND })
                .set("fill-rule", "evenodd")
                .empty();
            if let Some(name) = &country.name {
                names.push((name.clone(), largest));
            }
        }
        let (mut coasts, mut borders) = (PathData::default(), PathData::default());
        let extent = basemap.extent();
        for ((arc, degrees), neighbors) in arcs.iter().zip(&basemap.arcs).zip(basemap.neighbors()) {
            let path = if neighbors.len() > 1 { &mut borders } else { &mut coasts };
            // Where the basemap was cut out of a larger one, its edge is neither coast nor border.
            let is_cut = extent.is_some_and(|e| degrees.windows(2).any(|s| is_on_edge(s[0], s[1], e)));
            let lines = if is_cut {
                let parts = extent.map(|e| without_edges(degrees, e)).unwrap_or_default();
                let drawn = |part: &Vec<Point>| part.iter().map(|&p| self.view.at(p)).collect::<Vec<_>>();
                parts.iter().map(|part| simplified(&drawn(part), DETAIL)).collect()
            } else {
                vec![arc.clone()]
            };
            for part in lines.iter().flat_map(|line| clip_line(line, &wide)) {
                path.line(&part, false);
            }
        }
        for (path, color, width) in [(coasts, COAST, 0.8), (borders, BORDER, 1.3)] {
            if !path.is_empty() {
                svg.tag("path")
                    .set("d", path)
                    .set("fill", "none")
                    .set("stroke", color)
                    .set("stroke-width", width)
                    .set("stroke-linejoin", "round")
                    .empty();
            }
        }
        names
    }

    /// Water where the basemap is, and a neutral ground beyond.
    pub(super) fn draw_sea(&self, svg: &mut Svg, basemap: &Basemap) {
        let window = self.view.window;
        svg.tag("rect").set("width", window.width).set("height", window.height).set("fill", BEYOND).empty();
        let Some([west, south, east, north]) = basemap.extent() else { return };
        let along = |from: Point, to: Point| {
            (0..STEPS).map(move |i| {
                let t = i as f64 / STEPS as f64;
                (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1))
            })
        };
        let corners = [(west, south), (east, south), (east, north), (west, north)];
        let ring: Vec<Point> =
            (0..4).flat_map(|i| along(corners[i], corners[(i + 1) % 4])).map(|p| self.view.at(p)).collect();
        let mut path = PathData::default();
        path.line(&clip_ring(&ring, &shrunk(window, -4.0)), true);
        if !path.is_empty() {
            svg.tag("path").set("d", path).set("fill", SEA).empty();
        }
    }
}

/// Names of countries where they cover no place: within the outline, as far from its edge as can be.
pub(super) fn draw_country_names(svg: &mut Svg, countries: &[(String, Vec<Point>)], labels: &mut Labels) {
    const GRID: usize = 24;
    svg.tag("g").set("fill", "#8b8577").set("font-weight", "600").set("letter-spacing", 1.5).open();
    for (name, outline) in countries {
        let name = name.to_uppercase();
        let range = |c: fn(&Point) -> f64| {
            let low = outline.iter().map(c).fold(f64::INFINITY, f64::min);
            (low, outline.iter().map(c).fold(f64::NEG_INFINITY, f64::max) - low)
        };
        let ((x0, w), (y0, h)) = (range(|p| p.0), range(|p| p.1));
        let size = if w * h > 60_000.0 { 14.0 } else { 11.0 };
        let width = text_width(&name, size, true) + 1.5 * name.chars().count() as f64;
        let mut best: Option<(f64, Rect)> = None;
        for at in 0..GRID * GRID {
            let part = |i: usize| (i as f64 + 0.5) / GRID as f64;
            let center = (x0 + w * part(at % GRID), y0 + h * part(at / GRID));
            let rect = Rect::new(center.0 - width / 2.0, center.1 - size * 0.7, width, size * 1.4);
            let corners = [
                (rect.x, rect.y),
                (rect.right(), rect.y),
                (rect.x, rect.bottom()),
                (rect.right(), rect.bottom()),
                center,
            ];
            if !labels.is_free(&rect) || !corners.iter().all(|&c| is_inside(c, outline)) {
                continue;
            }
            let edges = outline.windows(2).map(|e| distance_to_segment(center, e[0], e[1]));
            let depth = edges.fold(f64::INFINITY, f64::min) - labels.covered(&rect);
            if best.is_none_or(|(deepest, _)| depth > deepest) {
                best = Some((depth, rect));
            }
        }
        let Some((_, rect)) = best else { continue };
        labels.take(rect);
        svg.tag("text")
            .set("x", rect.x + width / 2.0)
            .set("y", rect.y + size * 1.08)
            .set("font-size", size)
            .set("text-anchor", "middle")
            .text(&name);
    }
    svg.close();
}

/// Whether a segment runs along a side of an extent.
fn is_on_edge(a: Point, b: Point, [west, south, east, north]: [f64; 4]) -> bool {
    // A ten-thousandth of a degree is finer than any basemap's grid.
    let near = |x: f64, y: f64| (x - y).abs() < 1e-4;
    let both = |side: f64, p: f64, q: f64| near(p, side) && near(q, side);
    both(west, a.0, b.0) || both(east, a.0, b.0) || both(south, a.1, b.1) || both(north, a.1, b.1)
}

/// The parts of a line that do not run along the sides of an extent.
fn without_edges(line: &[Point], extent: [f64; 4]) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut is_open = false;
    for pair in line.windows(2) {
        let is_edge = is_on_edge(pair[0], pair[1], extent);
        match parts.last_mut() {
            Some(part) if is_open && !is_edge => part.push(pair[1]),
            _ if !is_edge => parts.push(pair.to_vec()),
            _ => {}
        }
        is_open = !is_edge;
    }
    parts
}
