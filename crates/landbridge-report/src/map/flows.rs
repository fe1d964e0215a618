//! Flows as bands whose width grows with the volume; or what changes of them from one scenario to another.
//!
//! The map of changes is symmetric: a gain and a loss of one size have bands of one width, and what does not change is
//! not drawn.

use landbridge::index::{AssetIdx, IdxVec};
use landbridge::study::tables::Mode;

use super::{HEAD, MARGIN, Map, MapExtent, WIDTH, draw_heading, shrunk};
use crate::geometry::clip_segment;
use crate::labels::text_width;
use crate::numbers;
use crate::style::{self, INK};
use crate::svg::{PathData, Svg};

/// What a flow map shows.
#[derive(Clone, Copy, Debug)]
pub struct FlowLayer<'f> {
    /// Volume on each physical link, both directions together.
    pub volumes: &'f IdxVec<AssetIdx, f64>,
    /// Volume in the scenario that it is held against; with it the map shows the change.
    pub before: Option<&'f IdxVec<AssetIdx, f64>>,
    /// Heading of the map.
    pub title: &'f str,
    /// Unit of the volumes, for the legend: `t/year`.
    pub unit: &'f str,
}

/// Width of the widest band.
const WIDEST: f64 = 22.0;
/// Changes and volumes below this share of the greatest are not drawn.
const LEAST_SHARE: f64 = 0.002;
const GAIN: &str = "#0072b2";
const LOSS: &str = "#d55e00";

impl FlowLayer<'_> {
    /// What is drawn of a link.
    fn value(&self, asset: AssetIdx) -> f64 {
        self.volumes[asset] - self.before.map_or(0.0, |before| before[asset])
    }

    /// The greatest size of what is drawn.
    fn greatest(&self) -> f64 {
        self.volumes.indices().map(|asset| self.value(asset).abs()).fold(0.0, f64::max)
    }

    fn color(&self, mode: Mode, value: f64) -> &'static str {
        match self.before {
            None => style::mode_color(mode),
            Some(_) if value >= 0.0 => GAIN,
            Some(_) => LOSS,
        }
    }

    /// Round values for the legend, and the width of their bands.
    fn samples(&self) -> Vec<(f64, f64)> {
        let greatest = self.greatest();
        let ticks = numbers::ticks(greatest, 3);
        let inner = ticks.into_iter().filter(|&tick| tick > 0.0 && tick <= greatest);
        inner.map(|tick| (tick, WIDEST * tick / greatest)).collect()
    }
}

impl Map<'_> {
    /// The bands, the widest first so that narrow ones stay visible.
    pub(super) fn draw_flows(&self, svg: &mut Svg, layer: &FlowLayer<'_>) {
        let greatest = layer.greatest();
        let assets = &self.model.network.assets;
        let shown = |asset: &AssetIdx| layer.value(*asset).abs() > LEAST_SHARE * greatest;
        let mut order: Vec<AssetIdx> = assets.indices().filter(shown).collect();
        order.sort_by(|&a, &b| layer.value(b).abs().total_cmp(&layer.value(a).abs()).then(a.cmp(&b)));
        // One opacity for all of them together: where bands meet they do not darken each other.
        svg.tag("g").set("opacity", "0.8").open();
        for asset in order {
            let (from, to) = assets[asset].ends;
            let Some((from, to)) = clip_segment(self.at(from), self.at(to), &shrunk(self.view.window, -20.0))
            else {
                continue;
            };
            let (mode, value) = (assets[asset].mode, layer.value(asset));
            let mut path = PathData::default();
            path.line(&[from, to], false);
            let tag = svg
                .tag("path")
                .set("d", path)
                .set("fill", "none")
                .set("stroke", layer.color(mode, value))
                .set("stroke-width", (WIDEST * value.abs() / greatest).max(0.8))
                .set("stroke-linecap", if value < 0.0 { "butt" } else { "round" });
            if value < 0.0 {
                tag.set("stroke-dasharray", "7 3").open();
            } else {
                tag.open();
            }
            let sign = if layer.before.is_some() && value > 0.0 { "+" } else { "" };
            let words =
                format!("{}: {sign}{} {}", assets[asset].name, numbers::grouped(value, 0), layer.unit);
            svg.tag("title").text(&words);
            svg.close();
        }
        svg.close();
    }

    /// Bands of round volumes, below the window; gives the height that they take.
    pub(super) fn draw_flow_legend(&self, svg: &mut Svg, layer: &FlowLayer<'_>, y: f64) -> f64 {
        let y = y + 20.0;
        let mut x = MARGIN;
        let mut sample = |svg: &mut Svg, color: &str, width: f64, dashed: bool, text: &str| {
            let tag = svg
                .tag("line")
                .set("x1", x)
                .set("x2", x + 34.0)
                .set("y1", y)
                .set("y2", y)
                .set("stroke", color)
                .set("stroke-opacity", "0.8")
                .set("stroke-width", width);
            if dashed {
                tag.set("stroke-dasharray", "7 3").empty();
            } else {
                tag.empty();
            }
            svg.tag("text")
                .set("x", x + 41.0)
                .set("y", y + 4.0)
                .set("font-size", 12.5)
                .set("fill", INK)
                .text(text);
            x += 41.0 + text_width(text, 12.5, false) + 22.0;
        };
        let samples = layer.samples();
        if samples.is_empty() {
            sample(svg, style::RULE, 1.0, false, "nothing moves");
        }
        for (value, width) in &samples {
            let words = format!("{} {}", numbers::grouped(*value, 0), layer.unit);
            if layer.before.is_none() {
                sample(svg, INK, *width, false, &words);
            } else {
                sample(svg, GAIN, *width, false, &format!("+{words}"));
                sample(svg, LOSS, *width, true, &format!("-{words}"));
            }
        }
        if layer.before.is_none() {
            for mode in self.modes_with_flow(layer) {
                sample(svg, style::mode_color(mode), 4.0, false, crate::naming::mode_word(mode));
            }
        }
        40.0
    }

    fn modes_with_flow(&self, layer: &FlowLayer<'_>) -> Vec<Mode> {
        let assets = &self.model.network.assets;
        let moves = |mode: &Mode| {
            assets.enumerate().any(|(at, asset)| asset.mode == *mode && layer.value(at).abs() > 0.0)
        };
        Mode::ALL.iter().copied().filter(moves).collect()
    }

    /// A map of flows: the network in gray, bands over it, places named.
    pub(super) fn draw_flow_map(&self, layer: &FlowLayer<'_>) -> String {
        let window = self.view.window;
        let legend_y = HEAD + window.height;
        let height = legend_y + 40.0 + 8.0;
        let mut svg = Svg::new(WIDTH, height, layer.title, "Flows on links as bands");
        let subtitle = match layer.before {
            None => format!("Width of the bands: {}, both directions.", layer.unit),
            Some(_) => format!(
                "Change in {}, both directions: more in blue, less in broken orange; unchanged links are not drawn.",
                layer.unit
            ),
        };
        draw_heading(&mut svg, layer.title, &subtitle);
        self.open_window(&mut svg);
        let countries = self.draw_countries(&mut svg);
        self.draw_gray_network(&mut svg);
        self.draw_flows(&mut svg, layer);
        self.draw_names(&mut svg, &countries);
        svg.close();
        self.draw_window_frame(&mut svg);
        self.draw_flow_legend(&mut svg, layer, legend_y);
        svg.finish()
    }

    fn draw_gray_network(&self, svg: &mut Svg) {
        let mut path = PathData::default();
        for link in self.links().iter().filter(|link| link.mode != Mode::Air || self.extent == MapExtent::All)
        {
            path.line(&[link.from, link.to], false);
        }
        svg.tag("path")
            .set("d", path)
            .set("fill", "none")
            .set("stroke", "#9aa5b0")
            .set("stroke-width", 0.7)
            .empty();
    }
}

#[cfg(test)]
mod tests {
    use landbridge::index::{AssetIdx, IdxVec};
    use landbridge::model::Model;

    use super::*;
    use crate::fixture::{self, BASEMAP};
    use crate::map::flow_map;

    fn volumes(model: &Model, scale: f64) -> IdxVec<AssetIdx, f64> {
        model.network.assets.indices().map(|at| scale * f64::from(at.0 % 4)).collect()
    }

    fn map(model: &Model, layer: &FlowLayer<'_>) -> String {
        flow_map(model, Some(BASEMAP), MapExtent::All, layer).unwrap()
    }

    #[test]
    fn a_change_and_its_opposite_have_bands_of_one_width() {
        let model = fixture::model();
        let (a, b) = (volumes(&model, 1000.0), volumes(&model, 0.0));
        let layer = |volumes, before| FlowLayer { volumes, before: Some(before), title: "t", unit: "t/year" };
        let (more, less) = (map(&model, &layer(&a, &b)), map(&model, &layer(&b, &a)));
        assert!(more.contains(GAIN) && less.contains(LOSS));
        let widths = |svg: &str| -> Vec<String> {
            let bands = svg.lines().filter(|line| line.contains("stroke-linecap") && line.contains(" d="));
            let width = |line: &str| {
                line.split("stroke-width=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
            };
            bands.map(width).collect()
        };
        assert_eq!(widths(&more), widths(&less));
        assert!(!widths(&more).is_empty());
    }

    #[test]
    fn what_does_not_change_is_not_drawn() {
        let model = fixture::model();
        let a = volumes(&model, 1000.0);
        let svg = map(&model, &FlowLayer { volumes: &a, before: Some(&a), title: "t", unit: "t/year" });
        assert!(svg.contains("nothing moves") && !svg.contains(&format!("stroke=\"{GAIN}\"")));
    }

    #[test]
    fn the_same_flows_give_the_same_bytes_and_no_markup() {
        let model = fixture::model();
        let a = volumes(&model, 500.0);
        let layer = FlowLayer { volumes: &a, before: None, title: "<b>flows</b>", unit: "t/year" };
        assert_eq!(map(&model, &layer), map(&model, &layer));
        assert!(!map(&model, &layer).contains("<b>"));
    }
}
