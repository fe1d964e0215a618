//! The legend of a chart: modes and steps that occur in it.

use std::collections::BTreeSet;

use landbridge::outcome::tcd::{Step, StopKind};
use landbridge::study::tables::{ActivityKind, Mode};

use super::{Line, STEP_WIDTH, WIDTH};
use crate::labels::text_width;
use crate::naming;
use crate::style::{self, MUTED};
use crate::svg::Svg;

pub(super) enum LegendItem {
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
pub(super) fn legend_of(lines: &[Line<'_>]) -> (Vec<(f64, f64, LegendItem, String)>, f64) {
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

pub(super) fn draw_legend(svg: &mut Svg, items: &[(f64, f64, LegendItem, String)]) {
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
