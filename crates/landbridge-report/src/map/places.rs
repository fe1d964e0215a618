//! Places and crossings with their names.

use std::collections::BTreeSet;

use landbridge::index::{CrossingIdx, NodeIdx};
use landbridge::network::{Asset, Node};
use landbridge::study::tables::{Mode, NodeType};

use super::links::{CLOSED, Look};
use super::{Map, MapExtent, nodes_of};
use crate::geometry::Point;
use crate::geometry::Rect;
use crate::labels::{Labels, text_width};
use crate::naming;
use crate::style::{self, INK, MUTED};
use crate::svg::{PathData, Svg};

impl Map<'_> {
    /// Crossings in view with the middle of their link.
    pub(super) fn crossings(&self) -> Vec<(CrossingIdx, Point, Look)> {
        let network = &self.model.network;
        let place = |(at, crossing): (CrossingIdx, &landbridge::network::Crossing)| {
            let asset: &Asset = &network.assets[crossing.asset];
            let (a, b) = (self.at(asset.ends.0), self.at(asset.ends.1));
            let middle = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
            self.view.window.has(middle).then(|| (at, middle, Look::of(self.model.status(crossing.asset))))
        };
        network.crossings.enumerate().filter_map(place).collect()
    }

    /// Crossings that the highlighted itineraries pass.
    pub(super) fn passed(&self) -> BTreeSet<CrossingIdx> {
        self.highlight.iter().flat_map(|i| i.crossings().map(|(at, _)| at)).collect()
    }

    pub(super) fn draw_crossings(&self, svg: &mut Svg, crossings: &[(CrossingIdx, Point, Look)]) {
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

    pub(super) fn draw_crossing_names(
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
}

impl<'m> Map<'m> {
    /// Places in view, the most important first.
    pub(super) fn places(&self) -> Vec<Place<'m>> {
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
}

pub(super) struct Place<'m> {
    pub(super) node: &'m Node,
    pub(super) name: String,
    pub(super) at: Point,
    pub(super) radius: f64,
    pub(super) rank: f64,
    pub(super) is_named: bool,
    pub(super) is_bold: bool,
    /// Whether a highlighted itinerary starts or ends here.
    pub(super) is_end: bool,
}

impl Place<'_> {
    pub(super) fn font_size(&self) -> f64 {
        if self.is_bold { 13.5 } else { 11.5 }
    }

    /// Finds and takes a box for the name.
    pub(super) fn label(&self, labels: &mut Labels) -> Option<Rect> {
        labels.place(around(self.at, self.radius, &self.name, self.font_size(), self.is_bold))
    }
}

pub(super) fn draw_places(svg: &mut Svg, places: &[Place<'_>]) {
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

pub(super) fn draw_place_names(svg: &mut Svg, names: &[(&Place<'_>, Rect)]) {
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
