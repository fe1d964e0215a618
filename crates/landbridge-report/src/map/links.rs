//! Links by mode and status, and the bands of highlighted routes under them.

use std::collections::{BTreeMap, BTreeSet};

use landbridge::index::{AssetIdx, NodeIdx};
use landbridge::study::tables::{Mode, Status};

use super::{Map, MapExtent, shrunk};
use crate::geometry::{Point, clip_segment};
use crate::style;
use crate::svg::{PathData, Svg};

pub(super) const CLOSED: &str = "#c21f2b";

/// Mode, status, and whether it stands out.
type Drawn = (Mode, Look, bool);

impl Map<'_> {
    /// Links as segments, those of one pair of places side by side.
    pub(super) fn links(&self) -> Vec<DrawnLink> {
        let mut pairs: BTreeMap<(NodeIdx, NodeIdx), BTreeSet<Drawn>> = BTreeMap::new();
        let used: BTreeSet<AssetIdx> =
            self.highlight.iter().flat_map(|i| &i.legs).flat_map(|leg| leg.assets.iter().copied()).collect();
        for (at, asset) in self.model.network.assets.enumerate() {
            let is_shown = used.is_empty() || used.contains(&at);
            // On detailed maps flights would only cross everything out.
            if asset.mode == Mode::Air && self.extent != MapExtent::All && !used.contains(&at) {
                continue;
            }
            let (a, b) = asset.ends;
            pairs.entry((a.min(b), a.max(b))).or_default().insert((
                asset.mode,
                Look::of(self.model.status(at)),
                is_shown,
            ));
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

    pub(super) fn draw_links(&self, svg: &mut Svg, links: &[DrawnLink]) {
        let mut groups: Vec<(&DrawnLink, PathData, Vec<Point>)> = Vec::new();
        for link in links {
            let is_same = |g: &&mut (&DrawnLink, PathData, Vec<Point>)| g.0.looks_like(link);
            if let Some((_, path, marks)) = groups.iter_mut().find(is_same) {
                path.line(&[link.from, link.to], false);
                marks.extend(link.marks());
            } else {
                let mut path = PathData::default();
                path.line(&[link.from, link.to], false);
                groups.push((link, path, link.marks().collect()));
            }
        }
        let size = if self.extent == MapExtent::All { 1.8 } else { 3.0 };
        for (link, path, marks) in groups {
            svg.tag("g").set("opacity", if link.is_shown { "1" } else { "0.4" }).open();
            self.draw_link_path(svg, link.mode, link.look, path);
            if link.look == Look::Closed {
                let mut crosses = PathData::default();
                for at in marks {
                    add_cross(&mut crosses, at, size);
                }
                svg.tag("path")
                    .set("d", crosses)
                    .set("stroke", CLOSED)
                    .set("stroke-width", size * 0.42)
                    .empty();
            }
            svg.close();
        }
    }

    pub(super) fn draw_link_path(&self, svg: &mut Svg, mode: Mode, look: Look, path: PathData) {
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
    pub(super) fn draw_highlight(&self, svg: &mut Svg) {
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
}

/// How the status of a link looks; later ones are less usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    Open,
    Restricted,
    Future,
    Closed,
}

impl Look {
    pub(super) fn of(status: Status) -> Self {
        match status {
            Status::Open => Self::Open,
            Status::Restricted => Self::Restricted,
            Status::UnderConstruction | Status::Planned => Self::Future,
            Status::Closed | Status::Dismantled => Self::Closed,
        }
    }
    pub(super) fn dash(self) -> Option<&'static str> {
        match self {
            Self::Open | Self::Closed => None,
            Self::Restricted => Some("7 3.5"),
            Self::Future => Some("1.5 3.5"),
        }
    }
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Restricted => "restricted to some traffic",
            Self::Future => "under construction or planned",
            Self::Closed => "closed or dismantled",
        }
    }
    pub(super) fn crossing_fill(self) -> &'static str {
        match self {
            Self::Open => "#f2c14e",
            Self::Restricted => "#fbe7b5",
            Self::Future => "#fff",
            Self::Closed => "#f6c9cb",
        }
    }
}

pub(super) struct DrawnLink {
    pub(super) mode: Mode,
    pub(super) look: Look,
    /// Whether it stands out: all do, unless routes are highlighted.
    pub(super) is_shown: bool,
    pub(super) from: Point,
    pub(super) to: Point,
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

pub(super) fn add_cross(path: &mut PathData, (x, y): Point, r: f64) {
    path.line(&[(x - r, y - r), (x + r, y + r)], false);
    path.line(&[(x - r, y + r), (x + r, y - r)], false);
}
