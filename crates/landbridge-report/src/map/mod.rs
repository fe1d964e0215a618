//! Maps of a study's network: countries, links by mode and status, places and crossings, chosen routes.

mod countries;
mod flows;
mod legend;
mod links;
mod places;

use std::collections::BTreeSet;

use landbridge::index::{AssetIdx, NodeIdx};
use landbridge::model::Model;
use landbridge::outcome::Itinerary;
use landbridge::study::tables::Mode;

use crate::ReportError;
use crate::basemap::Basemap;
use crate::geometry::Point;
use crate::geometry::Rect;
use crate::labels::{Labels, fitted};
use crate::naming;
use crate::numbers;
use crate::projection::{View, core};
use crate::style::{INK, MUTED};
use crate::svg::Svg;
use countries::draw_country_names;
pub use flows::FlowLayer;
use places::{Place, draw_place_names, draw_places};

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

/// Draws a standalone SVG map of flows, or of how they change.
///
/// # Errors
/// The basemap cannot be decoded.
pub fn flow_map(
    model: &Model,
    basemap: Option<&str>,
    extent: MapExtent,
    layer: &FlowLayer<'_>,
) -> Result<String, ReportError> {
    let basemap = basemap.map(Basemap::parse).transpose()?;
    Ok(draw_flows(model, basemap.as_ref(), extent, layer))
}

/// The flow map with a basemap decoded before.
pub(crate) fn draw_flows(
    model: &Model,
    basemap: Option<&Basemap>,
    extent: MapExtent,
    layer: &FlowLayer<'_>,
) -> String {
    Map::new(model, basemap, extent, &[]).draw_flow_map(layer)
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
        let frame = if self.extent == MapExtent::All && core_is_worth_a_map(self.model) {
            " The frame is the area of the detailed map."
        } else {
            ""
        };
        let subtitle =
            format!("State of {}. Links are drawn straight between their ends.{frame}", study.as_of);
        draw_heading(&mut svg, &title, &subtitle);
        self.open_window(&mut svg);
        self.draw_window(&mut svg);
        svg.close();
        self.draw_window_frame(&mut svg);
        for (x, y, item, text) in &legend {
            let (x, y) = (x + MARGIN, y + HEAD + window.height);
            self.draw_legend_item(&mut svg, item, x, y);
            svg.tag("text").set("x", x + item.room()).set("y", y + 4.0).set("font-size", 12.5).text(text);
        }
        svg.finish()
    }

    /// Opens the part of the drawing that is clipped to the window; the caller closes it.
    fn open_window(&self, svg: &mut Svg) {
        let window = self.view.window;
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
    }

    fn draw_window_frame(&self, svg: &mut Svg) {
        let window = self.view.window;
        svg.tag("rect")
            .set("x", MARGIN)
            .set("y", HEAD)
            .set("width", window.width)
            .set("height", window.height)
            .set("fill", "none")
            .set("stroke", "#8b98a5")
            .empty();
    }

    fn draw_window(&self, svg: &mut Svg) {
        let countries = self.draw_countries(svg);
        let links = self.links();
        self.draw_highlight(svg);
        self.draw_links(svg, &links);
        self.draw_core_frame(svg);
        self.draw_names(svg, &countries);
    }

    /// Places, crossings and countries with their names, and the scale bar.
    fn draw_names(&self, svg: &mut Svg, countries: &[(String, Vec<Point>)]) {
        let mut labels = Labels::new(shrunk(self.view.window, 3.0));
        for link in self.links().iter().filter(|link| link.mode != Mode::Air) {
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
        draw_country_names(svg, countries, &mut labels);
        self.draw_crossings(svg, &crossings);
        draw_places(svg, &places);
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

    fn at(&self, node: NodeIdx) -> Point {
        self.view.at(self.model.network.nodes[node].lon_lat)
    }
}

/// Title and subtitle.
fn draw_heading(svg: &mut Svg, title: &str, subtitle: &str) {
    let mut line = |y: f64, size: f64, weight: &str, fill: &str, text: &str| {
        svg.tag("text")
            .set("x", MARGIN)
            .set("y", y)
            .set("font-size", size)
            .set("font-weight", weight)
            .set("fill", fill)
            .text(&fitted(text, size * 1.08, WIDTH - 2.0 * MARGIN));
    };
    line(28.0, 19.0, "600", INK, title);
    line(49.0, 13.0, "400", MUTED, subtitle);
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
