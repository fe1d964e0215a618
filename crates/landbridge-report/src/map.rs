//! Maps of a study's network: countries, links by mode and status, places and crossings, chosen routes.

use std::collections::{BTreeMap, BTreeSet};

use landbridge::index::{AssetIdx, CrossingIdx, NodeIdx};
use landbridge::model::Model;
use landbridge::network::{Asset, Node};
use landbridge::outcome::Itinerary;
use landbridge::study::tables::{Mode, NodeType, Status};

use crate::ReportError;
use crate::basemap::Basemap;
use crate::geometry::{
    Point, clip_line, clip_ring, clip_segment, distance_to_segment, double_area, is_inside, simplified,
};
use crate::labels::{Labels, Rect, fitted, text_width};
use crate::naming;
use crate::numbers;
use crate::projection::{View, core};
use crate::style::{self, INK, MUTED};
use crate::svg::{PathData, Svg};

/// What part of a study a map shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapExtent {
    /// Every place.
    #[default]
    All,
    /// The half of the places that lie closest together: the study's area in detail, without the far ends of its
    /// corridors.
    Core,
    /// The highlighted itineraries; every place if there are none.
    Routes,
}

const WIDTH: f64 = 1200.0;
const HEAD: f64 = 62.0;
const MARGIN: f64 = 16.0;
const BEYOND: &str = "#f4f5f6";
const SEA: &str = "#e3edf3";
const LAND_OF_STUDY: &str = "#fffefa";
const LAND: &str = "#f3f1ec";
const BORDER: &str = "#8a8479";
const COAST: &str = "#a9bcc8";
/// Outlines are simplified to this many units: what print resolves at report width.
const DETAIL: f64 = 0.6;
const CLOSED: &str = "#c21f2b";

/// Draws a standalone SVG map.
///
/// Highlighted itineraries are bands in the colors in which [`tcd_chart`](crate::tcd_chart) draws them, the first on
/// top. Without a basemap the network stands on white.
///
/// # Errors
/// The basemap cannot be decoded.
pub fn network_map(
    model: &Model,
    basemap: Option<&str>,
    extent: MapExtent,
    highlight: &[&Itinerary],
) -> Result<String, ReportError> {
    let basemap = basemap.map(Basemap::parse).transpose()?;
    Ok(draw_map(model, basemap.as_ref(), extent, highlight))
}

/// Whether the core of a study is so much smaller than the whole that it deserves a map of its own.
pub(crate) fn core_is_worth_a_map(model: &Model) -> bool {
    let all: Vec<Point> = model.network.nodes.iter().map(|n| n.lon_lat).collect();
    let core = core(&all);
    let view = View::fitted(&all, WIDTH, 560.0..=860.0);
    let area = |places: &[Point]| {
        let at: Vec<Point> = places.iter().map(|&p| view.at(p)).collect();
        let span = |c: fn(&Point) -> f64| {
            at.iter().map(c).fold(f64::NEG_INFINITY, f64::max)
                - at.iter().map(c).fold(f64::INFINITY, f64::min)
        };
        if at.is_empty() { 0.0 } else { span(|p| p.0) * span(|p| p.1) }
    };
    area(&core) < 0.4 * area(&all)
}

/// The map with a basemap decoded before.
pub(crate) fn draw_map(
    model: &Model,
    basemap: Option<&Basemap>,
    extent: MapExtent,
    highlight: &[&Itinerary],
) -> String {
    Map::new(model, basemap, extent, highlight).draw()
}

struct Map<'m> {
    model: &'m Model,
    basemap: Option<&'m Basemap>,
    extent: MapExtent,
    highlight: &'m [&'m Itinerary],
    view: View,
    /// Larger symbols and thicker lines where there is room for them.
    weight: f64,
}

impl<'m> Map<'m> {
    fn new(
        model: &'m Model,
        basemap: Option<&'m Basemap>,
        extent: MapExtent,
        highlight: &'m [&'m Itinerary],
    ) -> Self {
        let nodes = &model.network.nodes;
        let all: Vec<Point> = nodes.iter().map(|n| n.lon_lat).collect();
        let on_routes =
            || -> Vec<Point> { nodes_of(model, highlight).into_iter().map(|at| nodes[at].lon_lat).collect() };
        let places = match extent {
            MapExtent::All => all,
            MapExtent::Core => core(&all),
            MapExtent::Routes if highlight.is_empty() => all,
            MapExtent::Routes => on_routes(),
        };
        let heights = if extent == MapExtent::Routes { 420.0..=620.0 } else { 560.0..=860.0 };
        let view = View::fitted(&places, WIDTH - 2.0 * MARGIN, heights);
        let seen = nodes.iter().filter(|n| view.window.has(view.at(n.lon_lat))).count();
        let weight = if seen > 160 { 0.8 } else { 1.0 };
        Self { model, basemap, extent, highlight, view, weight }
    }

    fn draw(&self) -> String {
        let study = &self.model.study.study;
        let window = self.view.window;
        let (what, title) = match self.extent {
            MapExtent::Routes if !self.highlight.is_empty() => {
                ("routes", self.highlight.first().map(|i| naming::pair(self.model, i)).unwrap_or_default())
            }
            MapExtent::Core => ("core area of the network", study.name.clone()),
            _ => ("the whole network", study.name.clone()),
        };
        let title = format!("{title}: {what}");
        let legend = self.legend();
        let legend_height = legend.last().map_or(0.0, |(_, y, ..)| y + 26.0);
        let height = HEAD + window.height + legend_height + 14.0;
        let description = "Links by mode and status, places, and border crossings";
        let mut svg = Svg::new(WIDTH, height, &title, description);
        let heading = |svg: &mut Svg, y: f64, size: f64, weight: &str, fill: &str, text: &str| {
            svg.tag("text")
                .set("x", MARGIN)
                .set("y", y)
                .set("font-size", size)
                .set("font-weight", weight)
                .set("fill", fill)
                .text(&fitted(text, size * 1.08, WIDTH - 2.0 * MARGIN));
        };
        heading(&mut svg, 28.0, 19.0, "600", INK, &title);
        let frame = if self.extent == MapExtent::All && core_is_worth_a_map(self.model) {
            " The frame is the area of the detailed map."
        } else {
            ""
        };
        let subtitle =
            format!("State of {}. Links are drawn straight between their ends.{frame}", study.as_of);
        heading(&mut svg, 49.0, 13.0, "400", MUTED, &subtitle);
        svg.tag("svg")
            .set("x", MARGIN)
            .set("y", HEAD)
            .set("width", window.width)
            .set("height", window.height)
            .set(
                "viewBox",
                format!("0 0 {} {}", numbers::coordinate(window.width), numbers::coordinate(window.height)),
            )
            .open();
        self.draw_window(&mut svg);
        svg.close();
        svg.tag("rect")
            .set("x", MARGIN)
            .set("y", HEAD)
            .set("width", window.width)
            .set("height", window.height)
            .set("fill", "none")
            .set("stroke", "#8b98a5")
            .empty();
        for (x, y, item, text) in &legend {
            let (x, y) = (x + MARGIN, y + HEAD + window.height);
            self.draw_legend_item(&mut svg, item, x, y);
            svg.tag("text").set("x", x + item.room()).set("y", y + 4.0).set("font-size", 12.5).text(text);
        }
        svg.finish()
    }

    fn draw_window(&self, svg: &mut Svg) {
        let countries = self.draw_countries(svg);
        let links = self.links();
        self.draw_highlight(svg);
        self.draw_links(svg, &links);
        self.draw_core_frame(svg);
        let mut labels = Labels::new(shrunk(self.view.window, 3.0));
        for link in links.iter().filter(|link| link.mode != Mode::Air) {
            labels.avoid(link.from, link.to, 0.25);
        }
        let crossings = self.crossings();
        let places = self.places();
        // Origin and destination are named whatever else is there.
        let mut names: Vec<(&Place<'_>, Rect)> = Vec::new();
        for place in places.iter().filter(|place| place.is_end) {
            labels.take(Rect::around(place.at, place.radius + 1.0));
        }
        names.extend(
            places.iter().filter(|place| place.is_end).filter_map(|p| Some((p, p.label(&mut labels)?))),
        );
        for place in places.iter().filter(|place| !place.is_end) {
            labels.take(Rect::around(place.at, place.radius + 1.0));
        }
        for (_, at, _) in &crossings {
            labels.take(Rect::around(*at, 4.0));
        }
        let scale = self.scale_bar_place(&mut labels);
        self.draw_country_names(svg, &countries, &mut labels);
        self.draw_crossings(svg, &crossings);
        self.draw_places(svg, &places);
        let mut named: BTreeSet<&str> = names.iter().map(|(place, _)| place.name.as_str()).collect();
        for place in places.iter().filter(|place| place.is_named) {
            // A city and its port or station may have one name.
            if !named.contains(place.name.as_str())
                && let Some(rect) = place.label(&mut labels)
            {
                named.insert(&place.name);
                names.push((place, rect));
            }
        }
        draw_place_names(svg, &names);
        if self.extent != MapExtent::All {
            self.draw_crossing_names(svg, &crossings, &mut labels);
        }
        self.draw_scale_bar(svg, scale);
    }

    /// On the map of everything, where the map of the core lies.
    fn draw_core_frame(&self, svg: &mut Svg) {
        if self.extent != MapExtent::All || !core_is_worth_a_map(self.model) {
            return;
        }
        let all: Vec<Point> = self.model.network.nodes.iter().map(|n| n.lon_lat).collect();
        let at: Vec<Point> = core(&all).into_iter().map(|p| self.view.at(p)).collect();
        let low = |c: fn(&Point) -> f64| at.iter().map(c).fold(f64::INFINITY, f64::min) - 6.0;
        let high = |c: fn(&Point) -> f64| at.iter().map(c).fold(f64::NEG_INFINITY, f64::max) + 6.0;
        let (x, y) = (low(|p| p.0), low(|p| p.1));
        svg.tag("rect")
            .set("x", x)
            .set("y", y)
            .set("width", high(|p| p.0) - x)
            .set("height", high(|p| p.1) - y)
            .set("fill", "none")
            .set("stroke", INK)
            .set("stroke-width", 1.2)
            .set("stroke-dasharray", "5 3")
            .empty();
    }

    /// Land, coasts and borders. Returns the outline of each country's largest visible part with its name.
    fn draw_countries(&self, svg: &mut Svg) -> Vec<(String, Vec<Point>)> {
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
    fn draw_sea(&self, svg: &mut Svg, basemap: &Basemap) {
        let window = self.view.window;
        svg.tag("rect").set("width", window.width).set("height", window.height).set("fill", BEYOND).empty();
        let Some([west, south, east, north]) = basemap.extent() else { return };
        const STEPS: usize = 48;
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

    /// Names of countries where they cover no place: within the outline, as far from its edge as can be.
    fn draw_country_names(&self, svg: &mut Svg, countries: &[(String, Vec<Point>)], labels: &mut Labels) {
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

    /// Links as segments, those of one pair of places side by side.
    fn links(&self) -> Vec<DrawnLink> {
        let mut pairs: BTreeMap<(NodeIdx, NodeIdx), BTreeSet<(Mode, Look, bool)>> = BTreeMap::new();
        let used: BTreeSet<AssetIdx> =
            self.highlight.iter().flat_map(|i| &i.legs).flat_map(|leg| leg.assets.iter().copied()).collect();
        for (at, asset) in self.model.network.assets.enumerate() {
            let is_shown = used.is_empty() || used.contains(&at);
            // On detailed maps flights would only cross everything out.
            if asset.mode == Mode::Air && self.extent != MapExtent::All && !used.contains(&at) {
                continue;
            }
            let (a, b) = asset.ends;
            pairs.entry((a.min(b), a.max(b))).or_default().insert((asset.mode, Look::of(asset), is_shown));
        }
        let mut links = Vec::new();
        for ((a, b), looks) in pairs {
            let (from, to) = (self.at(a), self.at(b));
            let length = (to.0 - from.0).hypot(to.1 - from.1).max(1e-9);
            let normal = ((from.1 - to.1) / length, (to.0 - from.0) / length);
            let n = looks.len() as f64;
            for (at, (mode, look, is_shown)) in looks.into_iter().enumerate() {
                let shift = (at as f64 - (n - 1.0) / 2.0) * 3.0 * self.weight;
                let moved = |p: Point| (p.0 + shift * normal.0, p.1 + shift * normal.1);
                if let Some((from, to)) =
                    clip_segment(moved(from), moved(to), &shrunk(self.view.window, -10.0))
                {
                    links.push(DrawnLink { mode, look, is_shown, from, to });
                }
            }
        }
        // What matters most is drawn last: open before others, land before water and air.
        let rank = |mode| match mode {
            Mode::Air => 0,
            Mode::Sea => 1,
            Mode::Ferry => 2,
            Mode::Rail => 3,
            Mode::Road => 4,
        };
        links.sort_by_key(|link| {
            (link.is_shown, link.mode != Mode::Air, link.look != Look::Closed, rank(link.mode))
        });
        links
    }

    fn draw_links(&self, svg: &mut Svg, links: &[DrawnLink]) {
        let mut groups: Vec<(&DrawnLink, PathData, Vec<Point>)> = Vec::new();
        for link in links {
            let is_same = |g: &&mut (&DrawnLink, PathData, Vec<Point>)| g.0.looks_like(link);
            match groups.iter_mut().find(is_same) {
                Some((_, path, marks)) => {
                    path.line(&[link.from, link.to], false);
                    marks.extend(link.marks());
                }
                None => {
                    let mut path = PathData::default();
                    path.line(&[link.from, link.to], false);
                    groups.push((link, path, link.marks().collect()));
                }
            }
        }
        let size = if self.extent == MapExtent::All { 1.8 } else { 3.0 };
        for (link, path, marks) in groups {
            svg.tag("g").set("opacity", if link.is_shown { "1" } else { "0.4" }).open();
            self.draw_link_path(svg, link.mode, link.look, path);
            if link.look == Look::Closed {
                let mut crosses = PathData::default();
                marks.into_iter().for_each(|at| add_cross(&mut crosses, at, size));
                svg.tag("path")
                    .set("d", crosses)
                    .set("stroke", CLOSED)
                    .set("stroke-width", size * 0.42)
                    .empty();
            }
            svg.close();
        }
    }

    fn draw_link_path(&self, svg: &mut Svg, mode: Mode, look: Look, path: PathData) {
        let width = match (mode, look) {
            (Mode::Air, _) => 0.7,
            (_, Look::Closed) => 1.0,
            (Mode::Road | Mode::Rail, _) => 1.9,
            (Mode::Ferry | Mode::Sea, _) => 1.5,
        };
        let opacity = match (mode, look) {
            (Mode::Air, _) => "0.6",
            // Ships do not sail in straight lines: what leads across a continent should not look like a way.
            (Mode::Sea, _) if self.extent == MapExtent::All => "0.55",
            (_, Look::Closed) => "0.75",
            _ => "1",
        };
        let tag = svg
            .tag("path")
            .set("d", path)
            .set("fill", "none")
            .set("stroke", style::mode_color(mode))
            .set("stroke-width", width * self.weight)
            .set("stroke-opacity", opacity);
        match look.dash() {
            Some(dash) => tag.set("stroke-dasharray", dash).empty(),
            None => tag.empty(),
        }
    }

    /// Bands under the links of the highlighted itineraries, the first the narrowest and on top.
    fn draw_highlight(&self, svg: &mut Svg) {
        for (at, itinerary) in self.highlight.iter().enumerate().rev() {
            let mut path = PathData::default();
            for &asset in itinerary.legs.iter().flat_map(|leg| &leg.assets) {
                let (a, b) = self.model.network.assets[asset].ends;
                if let Some((a, b)) = clip_segment(self.at(a), self.at(b), &shrunk(self.view.window, -20.0)) {
                    path.line(&[a, b], false);
                }
            }
            if !path.is_empty() {
                svg.tag("path")
                    .set("d", path)
                    .set("fill", "none")
                    .set("stroke", style::itinerary_color(at))
                    .set("stroke-width", 6.0 + 2.4 * at as f64)
                    .set("stroke-linecap", "round")
                    .empty();
            }
        }
    }

    fn at(&self, node: NodeIdx) -> Point {
        self.view.at(self.model.network.nodes[node].lon_lat)
    }

    /// Crossings in view with the middle of their link.
    fn crossings(&self) -> Vec<(CrossingIdx, Point, Look)> {
        let network = &self.model.network;
        let place = |(at, crossing): (CrossingIdx, &landbridge::network::Crossing)| {
            let asset: &Asset = &network.assets[crossing.asset];
            let (a, b) = (self.at(asset.ends.0), self.at(asset.ends.1));
            let middle = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
            self.view.window.has(middle).then(|| (at, middle, Look::of(asset)))
        };
        network.crossings.enumerate().filter_map(place).collect()
    }

    /// Crossings that the highlighted itineraries pass.
    fn passed(&self) -> BTreeSet<CrossingIdx> {
        self.highlight.iter().flat_map(|i| i.crossings().map(|(at, _)| at)).collect()
    }

    fn draw_crossings(&self, svg: &mut Svg, crossings: &[(CrossingIdx, Point, Look)]) {
        let passed = self.passed();
        for (at, middle, look) in crossings {
            let is_shown = passed.is_empty() || passed.contains(at);
            let r = if self.extent == MapExtent::All { 2.2 } else { 4.2 } * if is_shown { 1.0 } else { 0.6 };
            let mut diamond = PathData::default();
            let (x, y) = *middle;
            diamond.line(&[(x - r, y), (x, y - r), (x + r, y), (x, y + r)], true);
            svg.tag("path")
                .set("d", diamond)
                .set("fill", look.crossing_fill())
                .set("stroke", if *look == Look::Closed { CLOSED } else { INK })
                .set("stroke-width", r * 0.26)
                .set("opacity", if is_shown { "1" } else { "0.5" })
                .open();
            svg.tag("title").text(&self.model.network.crossings[*at].name);
            svg.close();
        }
    }

    /// Places in view, the most important first.
    fn places(&self) -> Vec<Place<'m>> {
        let network = &self.model.network;
        let ends: BTreeSet<NodeIdx> = self.highlight.iter().flat_map(|i| [i.from, i.to]).collect();
        let key: BTreeSet<NodeIdx> = self
            .model
            .study
            .key_pairs
            .iter()
            .flat_map(|row| [network.node(&row.from), network.node(&row.to)])
            .flatten()
            .collect();
        let on_route = nodes_of(self.model, self.highlight);
        let mut places: Vec<Place<'m>> = network
            .nodes
            .enumerate()
            .map(|(at, node)| {
                let population = node.population.unwrap_or(0.0);
                let is_border = matches!(node.node_type, NodeType::BorderCrossing | NodeType::RailBorder);
                let is_on_route = on_route.contains(&at);
                let is_shown = self.extent != MapExtent::Routes || is_on_route || on_route.is_empty();
                let is_named = !is_border && (is_shown || population >= 5e5);
                let flag = |is: bool| f64::from(u8::from(is));
                let rank = 40.0 * flag(ends.contains(&at))
                    + 20.0 * flag(key.contains(&at))
                    + 8.0 * flag(is_on_route)
                    + 3.0 * flag(matches!(node.node_type, NodeType::Port | NodeType::Gateway))
                    + (population + 1.0).log10();
                let full = style::node_radius(node.node_type, population);
                let is_small = self.extent == MapExtent::All && population < 1e6 || !is_shown;
                let radius = if is_small { (0.5 * full).min(1.7) } else { full };
                let is_end = ends.contains(&at);
                let is_bold = is_end || population >= 1e6;
                let name = naming::short(&node.name);
                Place { at: self.view.at(node.lon_lat), node, name, radius, rank, is_named, is_bold, is_end }
            })
            .filter(|place| self.view.window.has(place.at))
            .collect();
        places.sort_by(|a, b| b.rank.total_cmp(&a.rank).then_with(|| a.node.id.cmp(&b.node.id)));
        places
    }

    fn draw_places(&self, svg: &mut Svg, places: &[Place<'_>]) {
        for place in places.iter().rev() {
            let (x, y) = place.at;
            let is_port = place.node.node_type == NodeType::Port;
            if is_port {
                let r = place.radius;
                svg.tag("rect")
                    .set("x", x - r)
                    .set("y", y - r)
                    .set("width", 2.0 * r)
                    .set("height", 2.0 * r)
                    .set("fill", style::mode_color(Mode::Ferry))
                    .set("stroke", "#fff")
                    .set("stroke-width", 0.8)
                    .empty();
                continue;
            }
            let is_city =
                place.radius > 2.0 && matches!(place.node.node_type, NodeType::City | NodeType::Gateway);
            svg.tag("circle")
                .set("cx", x)
                .set("cy", y)
                .set("r", place.radius)
                .set("fill", if is_city { "#fff" } else { MUTED })
                .set("stroke", if is_city { INK } else { "#fff" })
                .set("stroke-width", if is_city { 1.5 } else { 0.5 })
                .empty();
        }
    }

    fn draw_crossing_names(
        &self,
        svg: &mut Svg,
        crossings: &[(CrossingIdx, Point, Look)],
        labels: &mut Labels,
    ) {
        let passed = self.passed();
        let mut order: Vec<&(CrossingIdx, Point, Look)> = crossings
            .iter()
            .filter(|(at, ..)| self.extent != MapExtent::Routes || passed.contains(at))
            .collect();
        order.sort_by_key(|(at, _, look)| (!passed.contains(at), *look, *at));
        halo(svg, "#7a2e12");
        let mut named: BTreeSet<String> = BTreeSet::new();
        for (at, middle, _) in order {
            let text = naming::crossing(self.model, *at);
            if !named.insert(text.clone()) {
                continue;
            }
            let Some(rect) = labels.place(around(*middle, 4.5, &text, 10.5, false)) else { continue };
            svg.tag("text")
                .set("x", rect.x + 1.0)
                .set("y", rect.bottom() - 2.9)
                .set("font-size", 10.5)
                .set("font-style", "italic")
                .text(&text);
        }
        svg.close();
    }

    /// The corner of the window that covers the fewest places.
    fn scale_bar_place(&self, labels: &mut Labels) -> Rect {
        let window = self.view.window;
        let width = self.view.scale_bar().1 + 24.0;
        let (right, bottom) = (window.width - width - 8.0, window.height - 38.0);
        let corners = [(8.0, bottom), (right, bottom), (8.0, 8.0), (right, 8.0)]
            .map(|(x, y)| Rect::new(x, y, width, 30.0));
        labels.place(corners).unwrap_or_else(|| {
            labels.take(corners[0]);
            corners[0]
        })
    }

    fn draw_scale_bar(&self, svg: &mut Svg, place: Rect) {
        let (km, width) = self.view.scale_bar();
        let (x, y) = (place.x + 12.0, place.bottom() - 6.0);
        let mut bar = PathData::default();
        bar.line(&[(x, y - 5.0), (x, y), (x + width, y), (x + width, y - 5.0)], false);
        svg.tag("rect")
            .set("x", place.x)
            .set("y", place.y)
            .set("width", place.width)
            .set("height", place.height)
            .set("fill", "#fff")
            .set("fill-opacity", "0.75")
            .empty();
        svg.tag("path").set("d", bar).set("fill", "none").set("stroke", INK).set("stroke-width", 1.3).empty();
        svg.tag("text")
            .set("x", x + width / 2.0)
            .set("y", y - 8.0)
            .set("font-size", 11.5)
            .set("text-anchor", "middle")
            .text(&format!("{} km", numbers::km(km)));
    }

    /// Entries of the legend with their positions below the window.
    fn legend(&self) -> Vec<(f64, f64, LegendItem, String)> {
        let mut items: Vec<(LegendItem, String)> = Vec::new();
        for (at, itinerary) in self.highlight.iter().enumerate() {
            let text = format!(
                "{} {}: {}",
                at + 1,
                naming::modes(itinerary),
                naming::corridor_line(self.model, itinerary)
            );
            items.push((LegendItem::Band(at), fitted(&text, 12.5, WIDTH - 120.0)));
        }
        let assets = &self.model.network.assets;
        let modes: BTreeSet<Mode> = assets.iter().map(|a| a.mode).collect();
        let looks: BTreeSet<Look> = assets.iter().map(Look::of).collect();
        let has_flights = self.extent == MapExtent::All;
        for mode in modes.into_iter().filter(|mode| *mode != Mode::Air || has_flights) {
            items.push((LegendItem::Link(mode, Look::Open), naming::mode_word(mode).to_owned()));
        }
        for look in looks.into_iter().filter(|look| *look != Look::Open) {
            items.push((LegendItem::Link(Mode::Road, look), look.words().to_owned()));
        }
        items.push((LegendItem::Crossing(Look::Open), "border crossing".to_owned()));
        items.push((LegendItem::Crossing(Look::Closed), "border crossing, closed".to_owned()));
        items.push((LegendItem::City, "city".to_owned()));
        items.push((LegendItem::Port, "port".to_owned()));
        let (mut x, mut y) = (0.0, 22.0);
        let mut placed = Vec::new();
        for (item, text) in items {
            let is_band = matches!(item, LegendItem::Band(_));
            let width = item.room() + text_width(&text, 12.5, false) + 18.0;
            if x > 0.0
                && (x + width > WIDTH - 2.0 * MARGIN
                    || matches!(item, LegendItem::Link(Mode::Road, Look::Open)))
            {
                x = 0.0;
                y += 21.0;
            }
            placed.push((x, y, item, text));
            x += if is_band { WIDTH } else { width };
        }
        placed
    }

    fn draw_legend_item(&self, svg: &mut Svg, item: &LegendItem, x: f64, y: f64) {
        match item {
            LegendItem::Band(at) => svg
                .tag("line")
                .set("x1", x)
                .set("x2", x + 28.0)
                .set("y1", y)
                .set("y2", y)
                .set("stroke", style::itinerary_color(*at))
                .set("stroke-width", 7.0)
                .empty(),
            LegendItem::Link(mode, look) => {
                let mut path = PathData::default();
                path.line(&[(x, y), (x + 30.0, y)], false);
                self.draw_link_path(svg, *mode, *look, path);
                if *look == Look::Closed {
                    let mut crosses = PathData::default();
                    [8.0, 22.0].iter().for_each(|dx| add_cross(&mut crosses, (x + dx, y), 3.0));
                    svg.tag("path").set("d", crosses).set("stroke", CLOSED).set("stroke-width", 1.3).empty();
                }
            }
            LegendItem::Crossing(look) => {
                let mut diamond = PathData::default();
                let (x, r) = (x + 6.0, 4.2);
                diamond.line(&[(x - r, y), (x, y - r), (x + r, y), (x, y + r)], true);
                svg.tag("path")
                    .set("d", diamond)
                    .set("fill", look.crossing_fill())
                    .set("stroke", if *look == Look::Closed { CLOSED } else { INK })
                    .set("stroke-width", 1.1)
                    .empty();
            }
            LegendItem::City => svg
                .tag("circle")
                .set("cx", x + 6.0)
                .set("cy", y)
                .set("r", 3.8)
                .set("fill", "#fff")
                .set("stroke", INK)
                .set("stroke-width", 1.5)
                .empty(),
            LegendItem::Port => svg
                .tag("rect")
                .set("x", x + 3.0)
                .set("y", y - 3.2)
                .set("width", 6.4)
                .set("height", 6.4)
                .set("fill", style::mode_color(Mode::Ferry))
                .empty(),
        }
    }
}

enum LegendItem {
    Band(usize),
    Link(Mode, Look),
    Crossing(Look),
    City,
    Port,
}

impl LegendItem {
    /// Width of the sample, up to its text.
    fn room(&self) -> f64 {
        match self {
            Self::Band(_) | Self::Link(..) => 37.0,
            Self::Crossing(_) | Self::City | Self::Port => 16.0,
        }
    }
}

/// How the status of a link looks; later ones are less usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Open,
    Restricted,
    Future,
    Closed,
}

impl Look {
    fn of(asset: &Asset) -> Self {
        match asset.status {
            Status::Open => Self::Open,
            Status::Restricted => Self::Restricted,
            Status::UnderConstruction | Status::Planned => Self::Future,
            Status::Closed | Status::Dismantled => Self::Closed,
        }
    }
    fn dash(self) -> Option<&'static str> {
        match self {
            Self::Open | Self::Closed => None,
            Self::Restricted => Some("7 3.5"),
            Self::Future => Some("1.5 3.5"),
        }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Restricted => "restricted to some traffic",
            Self::Future => "under construction or planned",
            Self::Closed => "closed or dismantled",
        }
    }
    fn crossing_fill(self) -> &'static str {
        match self {
            Self::Open => "#f2c14e",
            Self::Restricted => "#fbe7b5",
            Self::Future => "#fff",
            Self::Closed => "#f6c9cb",
        }
    }
}

struct DrawnLink {
    mode: Mode,
    look: Look,
    /// Whether it stands out: all do, unless routes are highlighted.
    is_shown: bool,
    from: Point,
    to: Point,
}

impl DrawnLink {
    fn looks_like(&self, other: &Self) -> bool {
        (self.mode, self.look, self.is_shown) == (other.mode, other.look, other.is_shown)
    }
    /// Where the crosses of a closed link stand: one in the middle, more if it is long.
    fn marks(&self) -> impl Iterator<Item = Point> {
        let (from, to) = (self.from, self.to);
        let n = (((to.0 - from.0).hypot(to.1 - from.1) / 16.0) as usize).max(1);
        (0..n).map(move |i| {
            let t = (i as f64 + 0.5) / n as f64;
            (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1))
        })
    }
}

struct Place<'m> {
    node: &'m Node,
    name: String,
    at: Point,
    radius: f64,
    rank: f64,
    is_named: bool,
    is_bold: bool,
    /// Whether a highlighted itinerary starts or ends here.
    is_end: bool,
}

impl Place<'_> {
    fn font_size(&self) -> f64 {
        if self.is_bold { 13.5 } else { 11.5 }
    }

    /// Finds and takes a box for the name.
    fn label(&self, labels: &mut Labels) -> Option<Rect> {
        labels.place(around(self.at, self.radius, &self.name, self.font_size(), self.is_bold))
    }
}

fn draw_place_names(svg: &mut Svg, names: &[(&Place<'_>, Rect)]) {
    halo(svg, INK);
    for (place, rect) in names {
        let size = place.font_size();
        svg.tag("text")
            .set("x", rect.x + 1.0)
            .set("y", rect.bottom() - size * 0.27)
            .set("font-size", size)
            .set("font-weight", if place.is_bold { "600" } else { "400" })
            .text(&place.name);
    }
    svg.close();
}

/// All places that itineraries pass.
fn nodes_of(model: &Model, itineraries: &[&Itinerary]) -> BTreeSet<NodeIdx> {
    let assets = &model.network.assets;
    let ends = |at: &AssetIdx| [assets[*at].ends.0, assets[*at].ends.1];
    let on_legs = itineraries.iter().flat_map(|i| &i.legs).flat_map(|leg| leg.assets.iter().flat_map(ends));
    on_legs.chain(itineraries.iter().flat_map(|i| [i.from, i.to])).collect()
}

fn shrunk(rect: Rect, by: f64) -> Rect {
    Rect::new(rect.x + by, rect.y + by, rect.width - 2.0 * by, rect.height - 2.0 * by)
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

fn add_cross(path: &mut PathData, (x, y): Point, r: f64) {
    path.line(&[(x - r, y - r), (x + r, y + r)], false);
    path.line(&[(x - r, y + r), (x + r, y - r)], false);
}

/// Opens a group of labels with a white rim.
fn halo(svg: &mut Svg, fill: &str) {
    svg.tag("g")
        .set("fill", fill)
        .set("stroke", "#fff")
        .set("stroke-width", 2.6)
        .set("stroke-linejoin", "round")
        .set("paint-order", "stroke")
        .open();
}

/// Boxes for a label around a symbol, the best first.
fn around((x, y): Point, radius: f64, text: &str, size: f64, is_bold: bool) -> Vec<Rect> {
    let (width, height) = (text_width(text, size, is_bold) + 2.0, size * 1.15);
    let gap = radius + 2.5;
    let (left, right) = (x - gap - width, x + gap);
    let (above, below) = (y - gap - height, y + gap);
    let (middle_x, middle_y) = (x - width / 2.0, y - height / 2.0);
    [
        (right, middle_y),
        (left, middle_y),
        (middle_x, above),
        (middle_x, below),
        (right - 2.0, above + 3.0),
        (right - 2.0, below - 3.0),
        (left + 2.0, above + 3.0),
        (left + 2.0, below - 3.0),
    ]
    .map(|(x, y)| Rect::new(x, y, width, height))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{self, BASEMAP};

    #[test]
    fn a_map_without_a_basemap_or_routes_is_a_map() {
        let model = fixture::model();
        for extent in [MapExtent::All, MapExtent::Core, MapExtent::Routes] {
            let svg = network_map(&model, None, extent, &[]).unwrap();
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        }
    }

    #[test]
    fn maps_are_deterministic_and_free_of_markup_from_names() {
        let model = fixture::model();
        let itineraries = fixture::itineraries(&model);
        let highlight: Vec<&Itinerary> = itineraries.iter().collect();
        let map = || network_map(&model, Some(BASEMAP), MapExtent::Routes, &highlight).unwrap();
        let svg = map();
        assert_eq!(svg, map());
        assert!(!svg.contains("<script") && !svg.contains("<B>") && svg.contains("&lt;script"), "{svg}");
        assert!(svg.contains("&lt;B&gt;LAND"), "name of a country");
    }

    #[test]
    fn a_broken_basemap_is_an_error() {
        let error = network_map(&fixture::model(), Some("{"), MapExtent::All, &[]).unwrap_err();
        assert!(matches!(error, ReportError::BasemapText { .. }));
    }
}
