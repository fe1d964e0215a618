//! What the model says of counted flows.

use super::flows::Assignment;
use super::loaded::Loaded;
use crate::assignment::Loading;
use crate::demand::{Demand, OdPart};
use crate::index::{LinkIdx, NodeIdx};
use crate::network::LinkKind;
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
        let study = &self.reference().study;
        let rows: Vec<usize> =
            (0..study.observed.len()).filter(|&row| study.observed[row].is_comparable).collect();
        parallel::map_with(&rows, || (), |(), &row| self.count_plan(row, &study.observed[row]))
    }

    /// The model's amounts of counts under a loading of the reference network.
    pub(super) fn count(&self, plans: &[CountPlan], loading: &Loading) -> Vec<Counted> {
        parallel::map_with(
            plans,
            || (),
            |(), plan| Counted { row: plan.row, model: plan.sum(&self.demand, loading) },
        )
    }

    /// The plan of a count; `at_row` is its position in the table.
    pub(super) fn count_plan(&self, at_row: usize, row: &ObservedRow) -> CountPlan {
        let model = self.reference();
        let network = &model.network;
        let territories: Vec<_> = row.territory.iter().filter_map(|id| network.territory(id)).collect();
        let nodes: Vec<_> = row.nodes.iter().filter_map(|id| network.node(id)).collect();
        let modes: Vec<Mode> = row.mode.iter().filter_map(|word| Mode::from_word(word)).collect();
        let has_place = !(row.crossings.is_empty() && row.links.is_empty() && nodes.is_empty());
        let uses = |at: LinkIdx| {
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
        };
        let is_used = self.routes_that(uses);
        let sovereign = |node: NodeIdx| network.nodes[node].country;
        let crossed: Vec<_> = territories.iter().filter_map(|&t| network.territories[t].country).collect();
        let loader = self.loader();
        let mut segments = Vec::new();
        for (at, segment) in self.demand.segments.iter().enumerate() {
            let class = model.class_row(segment.class);
            let per = match row.unit {
                ObservedUnit::Tonne | ObservedUnit::Train => FeePer::Tonne,
                ObservedUnit::Teu => FeePer::Teu,
                ObservedUnit::Truck => FeePer::Truck,
                ObservedUnit::Wagon => FeePer::Wagon,
                ObservedUnit::Vehicle if class.kind == ClassKind::Freight => FeePer::Truck,
                ObservedUnit::Vehicle => FeePer::Vehicle,
                ObservedUnit::Person => FeePer::Person,
                ObservedUnit::Percent => continue,
            };
            let Some(per_unit) = class.units_per(per) else { continue };
            let per_unit =
                if row.unit == ObservedUnit::Train { model.study.defaults.t_per_train } else { per_unit };
            let mut routes = Vec::new();
            for (number, cell) in segment.cells.iter().enumerate() {
                let ends = [cell.origin, cell.destination];
                if row.is_transit && ends.iter().any(|&end| crossed.contains(&sovereign(end))) {
                    continue;
                }
                let of_cell = loader.cell_routes(at, number);
                routes.extend(
                    of_cell
                        .filter(|(route, _)| is_used[*route])
                        .map(|(_, position)| (number as u32, position as u32)),
                );
            }
            if !routes.is_empty() {
                segments.push(SegmentPlan { segment: at, per_unit, routes });
            }
        }
        CountPlan {
            row: at_row,
            from_region: row.from_region.clone(),
            to_region: row.to_region.clone(),
            segments,
        }
    }
}

impl Loaded<'_> {
    /// What the model says of each counted flow that may be compared.
    pub fn counted(&self) -> Vec<Counted> {
        let plans = self.assignment.count_plans();
        self.assignment.count(&plans, &self.loading)
    }
}
