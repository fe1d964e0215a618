//! Charts and route maps of the key pairs.

use landbridge::index::{AssetIdx, ClassIdx, NodeIdx};
use landbridge::model::Model;
use landbridge::network::ModeState;
use landbridge::outcome::{Itinerary, Leg, Outcome};

use super::summary;
use crate::basemap::Basemap;
use crate::map::{MapExtent, draw_map};
use crate::naming;
use crate::style::itinerary_color;
use crate::table::{Cell, Table, element, figure, paragraph, section};
use crate::tcd_chart::{Panels, draw_chart};

/// An itinerary this many times dearer than the best of its mode is no alternative.
const ALTERNATIVE: f64 = 2.0;
/// Modes this many times apart in length or time get charts of their own as well.
const APART: f64 = 2.5;

/// Itineraries of one pair and class over all modes that the study asks for.
pub(crate) struct Group<'o> {
    from: NodeIdx,
    to: NodeIdx,
    class: ClassIdx,
    /// For each mode asked for, its itineraries: the best, then alternatives.
    by_mode: Vec<(&'o str, Vec<&'o Itinerary>)>,
    /// Modes by which there is no way.
    unreachable: Vec<&'o str>,
    /// Itineraries left out as too dear.
    n_left_out: usize,
}

impl<'o> Group<'o> {
    /// All itineraries in the order of their numbers.
    fn itineraries(&self) -> Vec<&'o Itinerary> {
        self.by_mode.iter().flat_map(|(_, itineraries)| itineraries.iter().copied()).collect()
    }
}

/// Brings key pairs that differ only in mode together.
pub(crate) fn group(outcome: &Outcome) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for pair in &outcome.key_pairs {
        let is_same = |g: &Group<'_>| (g.from, g.to, g.class) == (pair.from, pair.to, pair.class);
        if !groups.iter().any(is_same) {
            let (from, to, class) = (pair.from, pair.to, pair.class);
            groups.push(Group {
                from,
                to,
                class,
                by_mode: Vec::new(),
                unreachable: Vec::new(),
                n_left_out: 0,
            });
        }
        let Some(group) = groups.iter_mut().find(|g| is_same(g)) else { continue };
        if pair.itineraries.is_empty() {
            group.unreachable.push(&pair.mode);
            continue;
        }
        let known = group.itineraries();
        let limit = pair.itineraries.first().map_or(0.0, |best| ALTERNATIVE * best.cost);
        let (kept, dear): (Vec<_>, Vec<_>) = pair.itineraries.iter().partition(|i| i.cost <= limit);
        group.n_left_out += dear.len();
        let mut new: Vec<&Itinerary> = Vec::new();
        for itinerary in kept {
            // The same way with another kind of loading is no way of its own.
            if !known.iter().chain(&new).any(|other| ways(other) == ways(itinerary)) {
                new.push(itinerary);
            }
        }
        group.by_mode.push((&pair.mode, new));
    }
    groups
}

/// The modes and links of an itinerary in order.
fn ways(itinerary: &Itinerary) -> Vec<(ModeState, AssetIdx)> {
    let of = |leg: &Leg| {
        let mode_state = leg.mode_state;
        leg.assets.iter().map(move |asset| (mode_state, *asset)).collect::<Vec<_>>()
    };
    itinerary.legs.iter().flat_map(of).collect()
}

pub(crate) fn write(out: &mut String, model: &Model, groups: &[Group<'_>], basemap: Option<&Basemap>) {
    section(out, "pairs", "Time and cost over distance");
    if groups.is_empty() {
        paragraph(out, "Without key pairs there is nothing to draw.");
    } else {
        paragraph(
            out,
            "Each line is an itinerary: it climbs while the load moves, the flatter the faster, and rises upright where \
             it stands. A tall step is a bottleneck. Lines end at the totals of the itinerary.",
        );
    }
    for group in groups {
        write_group(out, model, group, basemap);
    }
    out.push_str("</section>\n");
}

fn write_group(out: &mut String, model: &Model, group: &Group<'_>, basemap: Option<&Basemap>) {
    let name = |at| naming::short(&model.network.nodes[at].name);
    let title = format!("{} – {}: {}", name(group.from), name(group.to), naming::class(model, group.class));
    out.push_str("<article>\n");
    element(out, "h3", "", &title);
    for mode in &group.unreachable {
        let mode = if *mode == "any" { "any mode" } else { mode };
        element(out, "p", "notice", &format!("By {mode} there is no open route."));
    }
    let itineraries = group.itineraries();
    if itineraries.is_empty() {
        out.push_str("</article>\n");
        return;
    }
    let numbered: Vec<(usize, &Itinerary)> = itineraries.iter().copied().enumerate().collect();
    let mut table = Table::new(
        format!("Itineraries, {title}"),
        &[
            "Itinerary",
            "Corridor",
            "#km",
            "#In motion, h",
            "#At borders, h",
            "#At terminals, h",
            "#Total, h",
            "#P95, h",
            "#Cost per unit",
        ],
    );
    for (at, itinerary) in numbered.iter().copied() {
        let mut row = vec![
            Cell::Badge(at + 1, itinerary_color(at), naming::modes(itinerary)),
            summary::corridor(model, itinerary),
        ];
        row.extend(summary::figures(model, itinerary));
        table.push(row);
    }
    table.write(out);
    if group.n_left_out > 0 {
        let note = format!(
            "Left out: {} found that cost more than {ALTERNATIVE} times the best of their mode, value of time included.",
            if group.n_left_out == 1 {
                "1 itinerary".to_owned()
            } else {
                format!("{} itineraries", group.n_left_out)
            }
        );
        element(out, "p", "note", &note);
    }
    if are_apart(group) {
        let mut at = 0;
        let mut bests = Vec::new();
        let mut parts = Vec::new();
        for (mode, of_mode) in &group.by_mode {
            let part = &numbered[at..at + of_mode.len()];
            at += of_mode.len();
            bests.extend(part.first().copied());
            parts.push((mode, part));
        }
        figure(out, &draw_chart(model, &bests, Panels::Both, ", best of each mode"));
        for (mode, part) in parts.into_iter().filter(|(_, part)| part.len() > 1) {
            figure(out, &draw_chart(model, part, Panels::Both, &format!(" by {mode}")));
        }
    } else {
        figure(out, &draw_chart(model, &numbered, Panels::Both, ""));
    }
    figure(out, &draw_map(model, basemap, MapExtent::Routes, &itineraries));
    out.push_str("</article>\n");
}

/// Whether the best itineraries of the modes are so different that one chart cannot show the details of all.
fn are_apart(group: &Group<'_>) -> bool {
    let bests: Vec<&Itinerary> = group.by_mode.iter().filter_map(|(_, i)| i.first().copied()).collect();
    let has_detail = group.by_mode.iter().any(|(_, i)| i.len() > 1);
    let spread = |value: fn(&Itinerary) -> f64| {
        let most = bests.iter().map(|i| value(i)).fold(0.0, f64::max);
        let least = bests.iter().map(|i| value(i)).fold(f64::INFINITY, f64::min);
        most > APART * least
    };
    bests.len() > 1 && has_detail && (spread(Itinerary::total_km) || spread(Itinerary::total_h))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn pairs_are_brought_together_and_no_way_is_shown_twice() {
        let model = fixture::model();
        let outcome = model.run();
        let groups = group(&outcome);
        // `a` to `d` by any mode (road and railway) and by rail (the same railway); `a` to `z` has no way.
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].itineraries().len(), 2);
        assert!(groups[0].unreachable.is_empty());
        assert!(groups[1].itineraries().is_empty());
        assert_eq!(groups[1].unreachable, ["any"]);
    }
}
