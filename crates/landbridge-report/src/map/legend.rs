//! Scale bar and legend.

use std::collections::BTreeSet;

use landbridge::study::tables::Mode;

use super::links::{CLOSED, Look, add_cross};
use super::{MARGIN, Map, MapExtent, WIDTH};
use crate::geometry::Rect;
use crate::labels::{Labels, fitted, text_width};
use crate::naming;
use crate::numbers;
use crate::style::{self, INK};
use crate::svg::{PathData, Svg};

impl Map<'_> {
    /// The corner of the window that covers the fewest places.
    pub(super) fn scale_bar_place(&self, labels: &mut Labels) -> Rect {
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

    pub(super) fn draw_scale_bar(&self, svg: &mut Svg, place: Rect) {
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
    pub(super) fn legend(&self) -> Vec<(f64, f64, LegendItem, String)> {
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
        let looks: BTreeSet<Look> = self.model.overlay.status.iter().copied().map(Look::of).collect();
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

    pub(super) fn draw_legend_item(&self, svg: &mut Svg, item: &LegendItem, x: f64, y: f64) {
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
                    for dx in [8.0, 22.0] {
                        add_cross(&mut crosses, (x + dx, y), 3.0);
                    }
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

pub(super) enum LegendItem {
    Band(usize),
    Link(Mode, Look),
    Crossing(Look),
    City,
    Port,
}

impl LegendItem {
    /// Width of the sample, up to its text.
    pub(super) fn room(&self) -> f64 {
        match self {
            Self::Band(_) | Self::Link(..) => 37.0,
            Self::Crossing(_) | Self::City | Self::Port => 16.0,
        }
    }
}
