//! What the model says of counted flows.

use super::Model;
use super::flows::Assignment;
use super::loaded::Loaded;
use crate::assignment::{Loader, Loading};
use crate::demand::{Demand, OdPart};
use crate::index::{ClassIdx, Idx, LinkIdx, NodeIdx, PieceIdx, RouteIdx};
use crate::network::{LinkKind, Network};
use crate::outcome::flows::Counted;
use crate::parallel;
use crate::study::demand_tables::ObservedRow;
use crate::study::tables::{ClassKind, Direction, FeePer, Mode, ObservedUnit};

/// The flows that a count is about, found once: the model's amount is a sum over them.
#[derive(Clone, Debug)]
pub(super) struct CountPlan {
    row: usize,
    from_region: Option<String>,
    to_region: Option<String>,
    segments: Vec<SegmentPlan>,
}

#[derive(Clone, Debug)]
struct SegmentPlan {
    segment: usize,
    /// Tonnes or persons of a counted unit.
    per_unit: f64,
    /// Cell, and position of the route among the flows of the segment.
    routes: Vec<(u32, u32)>,
}

impl CountPlan {
    /// The model's amount, in the unit of the count.
    fn sum(&self, demand: &Demand, loading: &Loading) -> f64 {
        let mut sum = 0.0;
        for plan in &self.segments {
            let flow = &loading.segments[plan.segment].route_flow_per_year;
            let of_all = || plan.routes.iter().map(|&(_, at)| flow[at as usize]).sum::<f64>();
            let amount = if self.from_region.is_none() && self.to_region.is_none() {
                of_all()
            } else {
                let cells = &demand.segments[plan.segment].cells;
                let asked = |part: &&OdPart| {
                    let flow = demand.flow(part);
                    self.from_region.as_ref().is_none_or(|region| *region == flow.origin)
                        && self.to_region.as_ref().is_none_or(|region| *region == flow.destination)
                };
                let of_cell = |&(cell, at): &(u32, u32)| {
                    let cell = &cells[cell as usize];
                    if cell.per_year == 0.0 {
                        return 0.0;
                    }
                    let part: f64 = cell.parts.iter().filter(asked).map(|part| part.per_year).sum();
                    flow[at as usize] * part / cell.per_year
                };
                plan.routes.iter().map(of_cell).sum()
            };
            sum += amount / plan.per_unit;
        }
        sum
    }
}

impl Assignment {
    /// The plans of all counts that may be compared, in the order of their rows.
    pub(super) fn count_plans(&self) -> Vec<CountPlan> {
        let observed = &self.reference().study.observed;
        let rows: Vec<usize> = (0..observed.len()).filter(|&row| observed[row].is_comparable).collect();
        self.count_plans_of(&rows)
    }

    /// The plans of some counts, by their positions in the table. Up to 64 are found in one pass over the routes, each
    /// a bit.
    pub(super) fn count_plans_of(&self, rows: &[usize]) -> Vec<CountPlan> {
        let loader = self.loader();
        let passes: Vec<&[usize]> = rows.chunks(64).collect();
        parallel::map_with(&passes, || (), |(), rows| self.plans_in_one_pass(&loader, rows)).concat()
    }

    /// The model's amounts of counts under a loading of the reference network.
    pub(super) fn count(&self, plans: &[CountPlan], loading: &Loading) -> Vec<Counted> {
        parallel::map_with(
            plans,
            || (),
            |(), plan| Counted { row: plan.row, model: plan.sum(&self.demand, loading) },
        )
    }

    fn plans_in_one_pass(&self, loader: &Loader<'_>, rows: &[usize]) -> Vec<CountPlan> {
        let (model, sets) = (self.reference(), &self.sets);
        let network = &model.network;
        let counts: Vec<&ObservedRow> = rows.iter().map(|&row| &model.study.observed[row]).collect();
        // Counts that a link is part of, and those of transit that trips from or to a country are none of.
        let mut of_link = vec![0u64; network.links.len()];
        let mut not_of_country = vec![0u64; network.countries.len()];
        for (bit, row) in counts.iter().enumerate() {
            let is_counted = counted_links(network, row);
            for (of_link, at) in of_link.iter_mut().zip(network.links.indices()) {
                *of_link |= u64::from(is_counted(at)) << bit;
            }
            let territories = row.territory.iter().filter_map(|id| network.territory(id));
            for country in territories.filter_map(|t| network.territories[t].country) {
                not_of_country[country.position()] |= u64::from(row.is_transit) << bit;
            }
        }
        let of_links = |links: &[LinkIdx]| links.iter().fold(0, |any, link| any | of_link[link.position()]);
        let of_piece: Vec<u64> =
            (0..sets.n_pieces()).map(|at| of_links(sets.piece_links(PieceIdx::new(at)))).collect();
        let not_of = |node: NodeIdx| not_of_country[network.nodes[node].country.position()];
        let plan = |(&row, count): (&usize, &&ObservedRow)| CountPlan {
            row,
            from_region: count.from_region.clone(),
            to_region: count.to_region.clone(),
            segments: Vec::new(),
        };
        let mut plans: Vec<CountPlan> = rows.iter().zip(&counts).map(plan).collect();
        for (at, segment) in self.demand.segments.iter().enumerate() {
            let per_unit: Vec<Option<f64>> =
                counts.iter().map(|row| per_unit(model, segment.class, row.unit)).collect();
            let has_unit = |bits, (bit, unit): (usize, &Option<f64>)| bits | u64::from(unit.is_some()) << bit;
            let with_unit = per_unit.iter().enumerate().fold(0, has_unit);
            let mut routes = vec![Vec::new(); counts.len()];
            for (number, cell) in segment.cells.iter().enumerate() {
                let asked = with_unit & !not_of(cell.origin) & !not_of(cell.destination);
                for (route, position) in loader.cell_routes(at, number) {
                    let pieces = sets.pieces(RouteIdx::new(route)).iter();
                    let mut bits = pieces.fold(0, |any, piece| any | of_piece[piece.position()]) & asked;
                    while bits != 0 {
                        routes[bits.trailing_zeros() as usize].push((number as u32, position as u32));
                        bits &= bits - 1;
                    }
                }
            }
            for ((plan, routes), per_unit) in plans.iter_mut().zip(routes).zip(per_unit) {
                if let Some(per_unit) = per_unit.filter(|_| !routes.is_empty()) {
                    plan.segments.push(SegmentPlan { segment: at, per_unit, routes });
                }
            }
        }
        plans
    }
}

/// Tonnes or persons of a class in a counted unit; `None` if it is not counted so.
fn per_unit(model: &Model, class: ClassIdx, unit: ObservedUnit) -> Option<f64> {
    let class = model.class_row(class);
    let per = match unit {
        ObservedUnit::Tonne | ObservedUnit::Train => FeePer::Tonne,
        ObservedUnit::Teu => FeePer::Teu,
        ObservedUnit::Truck => FeePer::Truck,
        ObservedUnit::Wagon => FeePer::Wagon,
        ObservedUnit::Vehicle if class.kind == ClassKind::Freight => FeePer::Truck,
        ObservedUnit::Vehicle => FeePer::Vehicle,
        ObservedUnit::Person => FeePer::Person,
        ObservedUnit::Percent => return None,
    };
    let per_unit = class.units_per(per)?;
    Some(if unit == ObservedUnit::Train { model.study.defaults.t_per_train } else { per_unit })
}

/// Which links a count is about.
fn counted_links<'n>(network: &'n Network, row: &'n ObservedRow) -> impl Fn(LinkIdx) -> bool + 'n {
    let territories: Vec<_> = row.territory.iter().filter_map(|id| network.territory(id)).collect();
    let nodes: Vec<_> = row.nodes.iter().filter_map(|id| network.node(id)).collect();
    let modes: Vec<Mode> = row.mode.iter().filter_map(|word| Mode::from_word(word)).collect();
    let has_place = !(row.crossings.is_empty() && row.links.is_empty() && nodes.is_empty());
    move |at| {
        let link = &network.links[at];
        let Some(asset) = link.asset else { return false };
        let asset = &network.assets[asset];
        let by_crossing = match link.kind {
            LinkKind::Border(crossing) => {
                let crossing = &network.crossings[crossing];
                let goes = match row.direction {
                    Direction::Both => true,
                    Direction::FromTo => link.forward == crossing.along,
                    Direction::ToFrom => link.forward != crossing.along,
                };
                goes && row.crossings.contains(&crossing.id)
            }
            _ => false,
        };
        let at_node = || {
            let ends = [asset.ends.0, asset.ends.1];
            ends.iter().any(|node| nodes.contains(node))
        };
        let by_place = by_crossing || row.links.contains(&asset.id) || at_node();
        let in_territory = asset.territories.iter().any(|t| territories.contains(t));
        (modes.is_empty() || modes.contains(&asset.mode))
            && if has_place { by_place } else { in_territory && link.kind == LinkKind::LineHaul }
    }
}

impl Loaded<'_> {
    /// What the model says of each counted flow that may be compared.
    pub fn counted(&self) -> Vec<Counted> {
        let plans = self.assignment.count_plans();
        self.assignment.count(&plans, &self.loading)
    }
}
