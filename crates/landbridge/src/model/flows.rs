//! Demand on the network in every scenario: one route universe, frozen, and the flows on it.

use std::collections::{BTreeMap, BTreeSet};

use super::Model;
use crate::assignment::{Loader, Loading};
use crate::cost::{Fields, User};
use crate::demand::Demand;
use crate::index::{
    ActorIdx, AssetIdx, BitSet, CountryIdx, Idx, IdxVec, LinkIdx, NodeIdx, PieceIdx, RouteIdx, TerritoryIdx,
};
use crate::network::{LinkKind, Network};
use crate::outcome::flows::{Counted, Flows, Levy, LinkUser, Total, WayFlow};
use crate::parallel;
use crate::route::route_set::{Closures, OdGroup, RouteSetConfig, RouteSetSize, RouteSets};
use crate::scenario::{BASE, Trip, TripEnd};
use crate::study::choice_tables::ChoiceRow;
use crate::study::demand_tables::ObservedRow;
use crate::study::tables::{ClassKind, Direction, FeePer, Mode, ObservedUnit};

/// Routes whose ways are worked out as one piece of work.
const BLOCK: usize = 4096;

/// The demand of a year, all scenarios that stand alone, and the routes between which demand chooses in any of them.
///
/// The routes hold the best way of every pair in every scenario, also when any one actor closes all that it can close
/// alone there (`docs/model/assignment.md`). Nothing is solved yet: [`Self::flows`] does that for a scenario.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The demand.
    pub demand: Demand,
    /// The scenarios in order; the reference, whose costs scale the choice, is among them.
    pub scenarios: Vec<Model>,
    fields: Fields,
    groups: Vec<OdGroup>,
    sets: RouteSets,
    choice: ChoiceRow,
    /// The way of each route: its position in `ways`.
    way_of: Vec<u32>,
    ways: Vec<Way>,
}

/// Territories and modes of a route, in order, without repeats in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    territories: Vec<TerritoryIdx>,
    modes: Vec<Mode>,
}

/// How large the problem is; stated with every timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignmentSize {
    /// Places where demand starts and ends.
    pub zones: usize,
    /// Classes under each of their flags.
    pub segments: usize,
    /// Pairs of places of all segments.
    pub pairs: usize,
    /// Scenarios.
    pub scenarios: usize,
    /// The route sets.
    pub routes: RouteSetSize,
}

impl Model {
    /// Puts the demand of a year on the routes of all scenarios. `None` if the study holds no demand.
    pub fn assignment(&self, year: i32) -> Option<Assignment> {
        let demand = self.demand(year);
        if demand.segments.is_empty() {
            return None;
        }
        let mut ids: Vec<&str> = self.stand_alone().collect();
        // A study without scenarios has its tables, which is what an unnamed scenario is.
        ids.sort_by_key(|&id| id != BASE);
        let scenarios: Vec<Model> = match ids.as_slice() {
            [] => vec![self.clone()],
            ids => ids.iter().filter_map(|id| self.under(id, false).ok()).collect(),
        };
        Some(Assignment::new(demand, scenarios))
    }
}

impl Assignment {
    /// The first scenario is the reference.
    fn new(demand: Demand, scenarios: Vec<Model>) -> Self {
        let model = &scenarios[0];
        let group = |segment: &crate::demand::Segment| OdGroup {
            class: segment.class,
            flag: segment.flag,
            pairs: segment.cells.iter().map(|cell| (cell.origin, cell.destination)).collect(),
            per_year: segment.cells.iter().map(|cell| cell.per_year).collect(),
        };
        let groups: Vec<OdGroup> = demand.segments.iter().map(group).collect();
        let users: Vec<User> = groups.iter().map(|g| User { class: g.class, flag: g.flag }).collect();
        let fields = Model::fields(&scenarios, &users);
        let of_scenario = scenarios.iter().map(|scenario| scenario.closures().into_values().collect());
        let closures = Closures { of_scenario: of_scenario.collect() };
        let choice = model.study.choice.first().cloned().unwrap_or_default();
        let config = RouteSetConfig {
            k: usize::try_from(choice.k).unwrap_or(1),
            overlap: choice.overlap,
            stretch: choice.stretch,
        };
        let sets = RouteSets::build(&model.network, &fields, &groups, &closures, 0, &config);
        let (way_of, ways) = ways(&model.network, &sets);
        Self { demand, scenarios, fields, groups, sets, choice, way_of, ways }
    }

    /// The reference scenario.
    pub fn reference(&self) -> &Model {
        &self.scenarios[0]
    }

    /// Position of a scenario.
    pub fn position(&self, scenario: &str) -> Option<usize> {
        self.scenarios.iter().position(|model| model.overlay.scenario == scenario)
    }

    /// How large the problem is.
    pub fn size(&self) -> AssignmentSize {
        let ends = self.groups.iter().flat_map(|group| &group.pairs).flat_map(|&(from, to)| [from, to]);
        AssignmentSize {
            zones: ends.collect::<BTreeSet<NodeIdx>>().len(),
            segments: self.groups.len(),
            pairs: self.groups.iter().map(|group| group.pairs.len()).sum(),
            scenarios: self.scenarios.len(),
            routes: self.sets.size(),
        }
    }

    fn loader(&self) -> Loader<'_> {
        let model = self.reference();
        Loader::new(&model.study, &model.network, &self.sets, &self.fields, &self.groups, &self.choice)
    }

    /// The flows of all scenarios, in order.
    pub fn all_flows(&self) -> Vec<Flows> {
        let loader = self.loader();
        (0..self.scenarios.len()).map(|scenario| self.flows_of(&loader, scenario)).collect()
    }

    /// The flows of a scenario, by its position.
    pub fn flows(&self, scenario: usize) -> Flows {
        self.flows_of(&self.loader(), scenario)
    }

    fn flows_of(&self, loader: &Loader<'_>, scenario: usize) -> Flows {
        let loading = loader.load(&loader.route_costs(&self.fields, scenario));
        let model = &self.scenarios[scenario];
        let network = &model.network;
        let none: IdxVec<LinkIdx, f64> = network.links.iter().map(|_| 0.0).collect();
        let n_classes = model.study.classes.len();
        let mut flows = Flows {
            scenario: model.overlay.scenario.clone(),
            year: self.demand.year,
            on_links: IdxVec::new(vec![none; n_classes]),
            totals: IdxVec::new(vec![Total::default(); n_classes]),
            ways: Vec::new(),
            transit: BTreeMap::new(),
            revenue: BTreeMap::new(),
        };
        for (segment, loaded) in loader.segments().iter().zip(&loading.segments) {
            let on_links = &mut flows.on_links[segment.class];
            for (link, amount) in loaded.flow_per_year.enumerate() {
                on_links[link] += amount;
            }
            let total = &mut flows.totals[segment.class];
            total.demand += segment.per_year.iter().sum::<f64>();
            total.unserved += loaded.unserved_per_year.iter().sum::<f64>();
            total.expected_cost += loaded.total_expected_cost(segment);
        }
        self.add_ways(loader, &loading, &mut flows);
        self.add_revenue(loader, &loading, scenario, &mut flows);
        flows
    }

    /// Ways between regions, and transit by country.
    fn add_ways(&self, loader: &Loader<'_>, loading: &Loading, flows: &mut Flows) {
        let model = self.reference();
        // Pairs of regions by position, so that the sums need no names.
        let mut regions: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for flow in &self.demand.flows {
            let n = regions.len();
            regions.entry((&flow.origin, &flow.destination)).or_insert(n);
        }
        let region_of: Vec<usize> =
            self.demand.flows.iter().map(|flow| regions[&(&*flow.origin, &*flow.destination)]).collect();
        let passed: Vec<Vec<CountryIdx>> =
            self.ways.iter().map(|way| countries(&model.network, way)).collect();
        let mut sums: BTreeMap<(usize, ClassKind, u32), f64> = BTreeMap::new();
        for (at, segment) in self.demand.segments.iter().enumerate() {
            let kind = model.study.classes[segment.class.position()].kind;
            // The routes of a cell come together: their amounts by way are summed first.
            let mut of_cell: Vec<(u32, f64)> = Vec::new();
            let mut flush = |cell: usize, of_cell: &mut Vec<(u32, f64)>| {
                let cell = &segment.cells[cell];
                let ends = [cell.origin, cell.destination].map(|node| model.network.nodes[node].country);
                for &(way, amount) in of_cell.iter() {
                    for &country in passed[way as usize].iter().filter(|country| !ends.contains(country)) {
                        *flows.transit.entry((country, kind)).or_default() += amount;
                    }
                    for part in &cell.parts {
                        let share = part.per_year / cell.per_year;
                        *sums.entry((region_of[part.flow], kind, way)).or_default() += amount * share;
                    }
                }
                of_cell.clear();
            };
            let mut current = 0;
            for flow in loader.route_flows(loading, at) {
                if flow.cell != current {
                    flush(current, &mut of_cell);
                    current = flow.cell;
                }
                let way = self.way_of[flow.route.position()];
                match of_cell.iter_mut().find(|(known, _)| *known == way) {
                    Some((_, amount)) => *amount += flow.per_year,
                    None => of_cell.push((way, flow.per_year)),
                }
            }
            flush(current, &mut of_cell);
        }
        let mut names = vec![("", ""); regions.len()];
        for (&pair, &at) in &regions {
            names[at] = pair;
        }
        flows.ways = sums
            .into_iter()
            .map(|((pair, kind, way), per_year)| {
                let way = &self.ways[way as usize];
                WayFlow {
                    origin: names[pair].0.to_owned(),
                    destination: names[pair].1.to_owned(),
                    kind,
                    territories: way.territories.clone(),
                    modes: way.modes.clone(),
                    per_year,
                }
            })
            .collect();
        flows.ways.sort_by(|a, b| {
            let key = |way: &WayFlow| (way.origin.clone(), way.destination.clone(), way.kind);
            key(a)
                .cmp(&key(b))
                .then(b.per_year.total_cmp(&a.per_year))
                .then_with(|| (&a.territories, &a.modes).cmp(&(&b.territories, &b.modes)))
        });
    }

    /// Border fees, transit charges and tolls. Fees and tolls go to the collectors of the link, charges to the country.
    fn add_revenue(&self, loader: &Loader<'_>, loading: &Loading, scenario: usize, flows: &mut Flows) {
        let model = &self.scenarios[scenario];
        let network = &model.network;
        let mut revenue: BTreeMap<(ActorIdx, Levy), f64> = BTreeMap::new();
        let collect = |revenue: &mut BTreeMap<(ActorIdx, Levy), f64>, asset, levy, usd: f64| {
            for &(actor, share) in &model.control(asset).collectors {
                *revenue.entry((actor, levy)).or_default() += share * usd;
            }
        };
        for (class, on_links) in flows.on_links.enumerate() {
            let costs = model.costs.of(class);
            for (at, &amount) in on_links.enumerate().filter(|(_, amount)| **amount > 0.0) {
                let link = &network.links[at];
                if let (LinkKind::Border(_), Some(asset)) = (link.kind, link.asset)
                    && costs[at].fee_usd > 0.0
                {
                    collect(&mut revenue, asset, Levy::Border, amount * costs[at].fee_usd);
                }
            }
        }
        // What depends on the trip is the same for all trips between two territories.
        let taken = parallel::map_with(
            &(0..self.demand.segments.len()).collect::<Vec<_>>(),
            || (),
            |(), &segment| self.levies(loader, loading, model, segment),
        );
        for (levies, charges) in taken {
            for (asset, usd) in levies {
                collect(&mut revenue, asset, Levy::Toll, usd);
            }
            for (country, usd) in charges {
                if let Some(actor) = network.actor(&network.countries[country]) {
                    *revenue.entry((actor, Levy::Transit)).or_default() += usd;
                }
            }
        }
        flows.revenue = revenue;
    }

    /// Tolls by link, and charges by country, of one segment: money a year.
    fn levies(
        &self,
        loader: &Loader<'_>,
        loading: &Loading,
        model: &Model,
        segment: usize,
    ) -> (BTreeMap<AssetIdx, f64>, BTreeMap<CountryIdx, f64>) {
        let network = &model.network;
        let of = &self.demand.segments[segment];
        let class = model.class_row(of.class);
        let mut by_pair: BTreeMap<(TerritoryIdx, TerritoryIdx), Vec<f64>> = BTreeMap::new();
        for flow in loader.route_flows(loading, segment) {
            let ends = (network.nodes[flow.pair.0].territory, network.nodes[flow.pair.1].territory);
            let pieces = by_pair.entry(ends).or_insert_with(|| vec![0.0; self.sets.n_pieces()]);
            for piece in self.sets.pieces(flow.route) {
                pieces[piece.position()] += flow.per_year;
            }
        }
        let (mut tolls, mut charges) = (BTreeMap::new(), BTreeMap::new());
        for ((from, to), pieces) in by_pair {
            let mut on_links: BTreeMap<LinkIdx, f64> = BTreeMap::new();
            for (piece, amount) in pieces.into_iter().enumerate().filter(|(_, amount)| *amount > 0.0) {
                for &link in self.sets.piece_links(PieceIdx::new(piece)) {
                    *on_links.entry(link).or_default() += amount;
                }
            }
            let end = |territory: TerritoryIdx| {
                let country = network.territories[territory].country;
                country.map(|country| TripEnd { country, territory })
            };
            let (Some(origin), Some(destination)) = (end(from), end(to)) else { continue };
            let trip = Trip { origin, destination, flag: of.flag };
            for (link, country, usd) in model.charges.levies(class, trip) {
                if let Some(amount) = on_links.get(&link) {
                    *charges.entry(country).or_default() += amount * usd;
                }
            }
            for (asset, usd) in model.overlay.tolls(network, class, trip) {
                let amount: f64 = on_links
                    .iter()
                    .filter(|(link, _)| network.links[**link].asset == Some(asset))
                    .map(|(_, amount)| amount)
                    .sum();
                if amount > 0.0 {
                    *tolls.entry(asset).or_default() += amount * usd;
                }
            }
        }
        (tolls, charges)
    }

    /// Who uses any of some physical links in a scenario, the greatest first; each trip counts once.
    pub fn users(&self, scenario: usize, assets: &[AssetIdx]) -> Vec<LinkUser> {
        let loader = self.loader();
        let loading = loader.load(&loader.route_costs(&self.fields, scenario));
        let network = &self.reference().network;
        let mut of_links = BitSet::empty(network.assets.len());
        assets.iter().for_each(|&asset| of_links.insert(asset));
        let is_used =
            self.routes_that(|link| network.links[link].asset.is_some_and(|a| of_links.contains(a)));
        let mut users = Vec::new();
        for (at, segment) in self.demand.segments.iter().enumerate() {
            let mut by_cell: BTreeMap<usize, f64> = BTreeMap::new();
            for flow in loader.route_flows(&loading, at).filter(|flow| is_used[flow.route.position()]) {
                *by_cell.entry(flow.cell).or_default() += flow.per_year;
            }
            for (cell, amount) in by_cell {
                let cell = &segment.cells[cell];
                let share = amount / cell.per_year;
                users.extend(cell.parts.iter().map(|part| {
                    let flow = self.demand.flow(part);
                    LinkUser {
                        origin: cell.origin,
                        destination: cell.destination,
                        origin_region: flow.origin.clone(),
                        destination_region: flow.destination.clone(),
                        flag: segment.flag,
                        class: segment.class,
                        what: flow.what.clone(),
                        per_year: share * part.per_year,
                        usd_per_year: share * part.usd_per_year,
                        quality: flow.quality,
                    }
                }));
            }
        }
        users.sort_by(|a, b| {
            let key =
                |user: &LinkUser| (user.origin, user.destination, user.class, user.flag, user.what.clone());
            b.per_year.total_cmp(&a.per_year).then_with(|| key(a).cmp(&key(b)))
        });
        users
    }

    /// For each route whether it uses a link.
    fn routes_that(&self, uses: impl Fn(LinkIdx) -> bool) -> Vec<bool> {
        let pieces = (0..self.sets.n_pieces()).map(PieceIdx::new);
        let of_piece: Vec<bool> =
            pieces.map(|piece| self.sets.piece_links(piece).iter().any(|&link| uses(link))).collect();
        let routes = (0..self.sets.n_routes()).map(RouteIdx::new);
        routes.map(|route| self.sets.pieces(route).iter().any(|p| of_piece[p.position()])).collect()
    }

    /// What the model says of each counted flow that may be compared, in the reference scenario.
    pub fn counted(&self) -> Vec<Counted> {
        let loader = self.loader();
        let loading = loader.load(&loader.route_costs(&self.fields, 0));
        let study = &self.reference().study;
        let rows: Vec<usize> =
            (0..study.observed.len()).filter(|&r| study.observed[r].is_comparable).collect();
        parallel::map_with(
            &rows,
            || (),
            |(), &row| Counted { row, model: self.count(&loader, &loading, &study.observed[row]) },
        )
    }

    fn count(&self, loader: &Loader<'_>, loading: &Loading, row: &ObservedRow) -> f64 {
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
        let mut sum = 0.0;
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
            let Some(units) = class.units_per(per) else { continue };
            let units =
                if row.unit == ObservedUnit::Train { model.study.defaults.t_per_train } else { units };
            for flow in loader.route_flows(loading, at).filter(|flow| is_used[flow.route.position()]) {
                if row.is_transit
                    && (crossed.contains(&sovereign(flow.pair.0))
                        || crossed.contains(&sovereign(flow.pair.1)))
                {
                    continue;
                }
                let cell = &segment.cells[flow.cell];
                let asked = |part: &&crate::demand::OdPart| {
                    let of = self.demand.flow(part);
                    row.from_region.as_ref().is_none_or(|region| *region == of.origin)
                        && row.to_region.as_ref().is_none_or(|region| *region == of.destination)
                };
                let part: f64 = cell.parts.iter().filter(asked).map(|part| part.per_year).sum();
                sum += flow.per_year * (part / cell.per_year) / units;
            }
        }
        sum
    }
}

/// Countries on a way, each once.
fn countries(network: &Network, way: &Way) -> Vec<CountryIdx> {
    let all = way.territories.iter().filter_map(|&t| network.territories[t].country);
    let mut countries: Vec<CountryIdx> = all.collect();
    countries.sort_unstable();
    countries.dedup();
    countries
}

/// The way of every route.
fn ways(network: &Network, sets: &RouteSets) -> (Vec<u32>, Vec<Way>) {
    let blocks: Vec<usize> = (0..sets.n_routes()).step_by(BLOCK).collect();
    let found = parallel::map_with(
        &blocks,
        || (),
        |(), &first| {
            let routes = first..sets.n_routes().min(first + BLOCK);
            routes.map(|route| way(network, sets.links(RouteIdx::new(route)))).collect::<Vec<Way>>()
        },
    );
    let mut number: BTreeMap<Way, u32> = BTreeMap::new();
    let mut way_of = Vec::with_capacity(sets.n_routes());
    for way in found.into_iter().flatten() {
        let next = number.len() as u32;
        way_of.push(*number.entry(way).or_insert(next));
    }
    let mut ways = vec![Way::default(); number.len()];
    for (way, at) in number {
        ways[at as usize] = way;
    }
    (way_of, ways)
}

fn way(network: &Network, links: impl Iterator<Item = LinkIdx>) -> Way {
    let mut way = Way::default();
    let push = |way: &mut Way, territory: TerritoryIdx| {
        if network.territories[territory].country.is_some() && way.territories.last() != Some(&territory) {
            way.territories.push(territory);
        }
    };
    for at in links {
        let link = &network.links[at];
        push(&mut way, network.nodes[network.states[link.tail].node].territory);
        if let Some(asset) = link.asset {
            let asset = &network.assets[asset];
            if link.forward {
                asset.territories.iter().for_each(|&t| push(&mut way, t));
            } else {
                asset.territories.iter().rev().for_each(|&t| push(&mut way, t));
            }
            if way.modes.last() != Some(&asset.mode) {
                way.modes.push(asset.mode);
            }
        }
        push(&mut way, network.nodes[network.states[link.head].node].territory);
    }
    way
}
