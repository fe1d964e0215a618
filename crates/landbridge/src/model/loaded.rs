//! One scenario with its demand on routes: flows, and questions about them.

use std::collections::BTreeMap;

use super::Model;
use super::flows::{Assignment, Way};
use crate::assignment::{Loader, Loading};
use crate::demand::{OdCell, OdPart};
use crate::index::{
    ActorIdx, AssetIdx, BitSet, CountryIdx, Idx, IdxVec, LinkIdx, NodeIdx, PieceIdx, TerritoryIdx,
};
use crate::network::{LinkKind, Network};
use crate::outcome::flows::{Counted, Flows, Levy, LinkUser, Total, WayFlow};
use crate::parallel;
use crate::scenario::{Trip, TripEnd};
use crate::study::demand_tables::ObservedRow;
use crate::study::tables::{ClassKind, Direction, FeePer, Mode, ObservedUnit};

/// One scenario with its demand put on routes.
pub struct Loaded<'a> {
    pub(super) assignment: &'a Assignment,
    pub(super) loader: Loader<'a>,
    pub(super) loading: Loading,
    pub(super) scenario: usize,
}

/// Which flows are asked about.
#[derive(Clone, Debug)]
pub struct FlowQuery<'q> {
    /// Goods or people.
    pub kind: ClassKind,
    /// Pairs of regions, either way; empty: all.
    pub pairs: &'q [(&'q str, &'q str)],
    /// Only flows that touch one of these territories on their way; empty: all.
    pub through: &'q [TerritoryIdx],
}

/// What flows are held to.
#[derive(Clone, Copy, Debug)]
pub enum Passes<'q> {
    /// They use one of these physical links.
    Links(&'q [AssetIdx]),
    /// They touch one of these territories.
    Territories(&'q [TerritoryIdx]),
    /// They use a link that the actor can close alone in the scenario.
    ClosableBy(ActorIdx),
}

impl Loaded<'_> {
    /// The scenario.
    pub fn model(&self) -> &Model {
        &self.assignment.scenarios[self.scenario]
    }

    /// The flows, and the sums that people ask for.
    pub fn flows(&self) -> Flows {
        let (loader, loading, model) = (&self.loader, &self.loading, self.model());
        let network = &model.network;
        let none: IdxVec<LinkIdx, f64> = network.links.iter().map(|_| 0.0).collect();
        let n_classes = model.study.classes.len();
        let mut flows = Flows {
            scenario: model.overlay.scenario.clone(),
            year: self.assignment.demand.year,
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
        self.add_ways(&mut flows);
        self.add_revenue(&mut flows);
        flows
    }

    /// Ways between regions, and transit by country.
    fn add_ways(&self, flows: &mut Flows) {
        let (of, model) = (self.assignment, self.model());
        // Pairs of regions by position, so that the sums need no names.
        let mut regions: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for flow in &of.demand.flows {
            let n = regions.len();
            regions.entry((&flow.origin, &flow.destination)).or_insert(n);
        }
        let region_of: Vec<usize> =
            of.demand.flows.iter().map(|flow| regions[&(&*flow.origin, &*flow.destination)]).collect();
        let passed: Vec<Vec<CountryIdx>> = of.ways.iter().map(|way| countries(&model.network, way)).collect();
        let mut sums: BTreeMap<(usize, ClassKind, u32), f64> = BTreeMap::new();
        for (at, segment) in of.demand.segments.iter().enumerate() {
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
            for flow in self.loader.route_flows(&self.loading, at) {
                if flow.cell != current {
                    flush(current, &mut of_cell);
                    current = flow.cell;
                }
                let way = of.way_of[flow.route.position()];
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
                let way = &of.ways[way as usize];
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
    fn add_revenue(&self, flows: &mut Flows) {
        let model = self.model();
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
            &(0..self.assignment.demand.segments.len()).collect::<Vec<_>>(),
            || (),
            |(), &segment| self.levies(segment),
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
    fn levies(&self, segment: usize) -> (BTreeMap<AssetIdx, f64>, BTreeMap<CountryIdx, f64>) {
        let (model, sets) = (self.model(), &self.assignment.sets);
        let network = &model.network;
        let of = &self.assignment.demand.segments[segment];
        let class = model.class_row(of.class);
        let mut by_pair: BTreeMap<(TerritoryIdx, TerritoryIdx), Vec<f64>> = BTreeMap::new();
        for flow in self.loader.route_flows(&self.loading, segment) {
            let ends = (network.nodes[flow.pair.0].territory, network.nodes[flow.pair.1].territory);
            let pieces = by_pair.entry(ends).or_insert_with(|| vec![0.0; sets.n_pieces()]);
            for piece in sets.pieces(flow.route) {
                pieces[piece.position()] += flow.per_year;
            }
        }
        let (mut tolls, mut charges) = (BTreeMap::new(), BTreeMap::new());
        for ((from, to), pieces) in by_pair {
            let mut on_links: BTreeMap<LinkIdx, f64> = BTreeMap::new();
            for (piece, amount) in pieces.into_iter().enumerate().filter(|(_, amount)| *amount > 0.0) {
                for &link in sets.piece_links(PieceIdx::new(piece)) {
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

    /// Who uses any of some physical links, the greatest first; each trip counts once.
    pub fn users(&self, assets: &[AssetIdx]) -> Vec<LinkUser> {
        let (of, network) = (self.assignment, &self.model().network);
        let mut of_links = BitSet::empty(network.assets.len());
        for &asset in assets {
            of_links.insert(asset);
        }
        let is_used = of.routes_that(|link| network.links[link].asset.is_some_and(|a| of_links.contains(a)));
        let mut users = Vec::new();
        for (at, segment) in of.demand.segments.iter().enumerate() {
            let mut by_cell: BTreeMap<usize, f64> = BTreeMap::new();
            for flow in
                self.loader.route_flows(&self.loading, at).filter(|flow| is_used[flow.route.position()])
            {
                *by_cell.entry(flow.cell).or_default() += flow.per_year;
            }
            for (cell, amount) in by_cell {
                let cell = &segment.cells[cell];
                let share = amount / cell.per_year;
                users.extend(cell.parts.iter().map(|part| {
                    let flow = of.demand.flow(part);
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

    /// What the model says of each counted flow that may be compared.
    pub fn counted(&self) -> Vec<Counted> {
        let study = &self.model().study;
        let rows: Vec<usize> =
            (0..study.observed.len()).filter(|&r| study.observed[r].is_comparable).collect();
        parallel::map_with(&rows, || (), |(), &row| Counted { row, model: self.count(&study.observed[row]) })
    }

    fn count(&self, row: &ObservedRow) -> f64 {
        let (of, model) = (self.assignment, self.model());
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
        let is_used = of.routes_that(uses);
        let sovereign = |node: NodeIdx| network.nodes[node].country;
        let crossed: Vec<_> = territories.iter().filter_map(|&t| network.territories[t].country).collect();
        let mut sum = 0.0;
        for (at, segment) in of.demand.segments.iter().enumerate() {
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
            for flow in
                self.loader.route_flows(&self.loading, at).filter(|flow| is_used[flow.route.position()])
            {
                if row.is_transit
                    && (crossed.contains(&sovereign(flow.pair.0))
                        || crossed.contains(&sovereign(flow.pair.1)))
                {
                    continue;
                }
                let cell = &segment.cells[flow.cell];
                let asked = |part: &&OdPart| {
                    let flow = of.demand.flow(part);
                    row.from_region.as_ref().is_none_or(|region| *region == flow.origin)
                        && row.to_region.as_ref().is_none_or(|region| *region == flow.destination)
                };
                let part: f64 = cell.parts.iter().filter(asked).map(|part| part.per_year).sum();
                sum += flow.per_year * (part / cell.per_year) / units;
            }
        }
        sum
    }

    /// The part of the flows asked about that passes something, and all of them: t or persons a year.
    pub fn passing(&self, query: &FlowQuery<'_>, passes: Passes<'_>) -> (f64, f64) {
        let (of, model) = (self.assignment, self.model());
        let network = &model.network;
        let touches = |at: LinkIdx, territories: &[TerritoryIdx]| {
            let link = &network.links[at];
            let on = link.asset.map_or(&[][..], |asset| &network.assets[asset].territories);
            on.iter().any(|t| territories.contains(t))
        };
        let is_used = of.routes_that(|at| match passes {
            Passes::Links(assets) => network.links[at].asset.is_some_and(|asset| assets.contains(&asset)),
            Passes::Territories(territories) => touches(at, territories),
            Passes::ClosableBy(actor) => {
                network.links[at].asset.is_some_and(|asset| model.control(asset).is_closable_by(actor))
            }
        });
        let is_asked = of.routes_that(|at| query.through.is_empty() || touches(at, query.through));
        let (mut passing, mut all) = (0.0, 0.0);
        for (at, segment) in of.demand.segments.iter().enumerate() {
            if model.class_row(segment.class).kind != query.kind {
                continue;
            }
            let share: Vec<f64> =
                segment.cells.iter().map(|cell| self.share_between(cell, query.pairs)).collect();
            for flow in self.loader.route_flows(&self.loading, at).filter(|f| is_asked[f.route.position()]) {
                let amount = flow.per_year * share[flow.cell];
                all += amount;
                passing += if is_used[flow.route.position()] { amount } else { 0.0 };
            }
        }
        (passing, all)
    }

    /// What passes the countries of some territories and neither starts nor ends in them, t or persons a year.
    pub fn transit(&self, kind: ClassKind, territories: &[TerritoryIdx]) -> f64 {
        let (of, model) = (self.assignment, self.model());
        let network = &model.network;
        let asked: Vec<_> = territories.iter().filter_map(|&t| network.territories[t].country).collect();
        let passes: Vec<bool> =
            of.ways.iter().map(|way| countries(network, way).iter().any(|c| asked.contains(c))).collect();
        let ends_there = |node: NodeIdx| asked.contains(&network.nodes[node].country);
        let segments = of.demand.segments.iter().enumerate();
        let of_kind = segments.filter(|(_, segment)| model.class_row(segment.class).kind == kind);
        let flows = of_kind.flat_map(|(at, _)| self.loader.route_flows(&self.loading, at));
        let transit = flows.filter(|flow| {
            passes[of.way_of[flow.route.position()] as usize]
                && !ends_there(flow.pair.0)
                && !ends_there(flow.pair.1)
        });
        transit.map(|flow| flow.per_year).sum()
    }

    /// Mean expected cost (the logsum) of the demand between regions, money per tonne or person. Infinite if a pair of
    /// places with demand is connected in no scenario.
    pub fn mean_cost(&self, kind: ClassKind, pairs: &[(&str, &str)]) -> f64 {
        let (of, model) = (self.assignment, self.model());
        let (mut cost, mut amount) = (0.0, 0.0);
        for (segment, loaded) in of.demand.segments.iter().zip(&self.loading.segments) {
            if model.class_row(segment.class).kind != kind {
                continue;
            }
            for (cell, expected) in segment.cells.iter().zip(&loaded.expected_cost) {
                let part = cell.per_year * self.share_between(cell, pairs);
                if part > 0.0 {
                    cost += part * expected;
                    amount += part;
                }
            }
        }
        cost / amount
    }

    /// The share of a cell that goes between one of some pairs of regions, either way; all of it without pairs.
    fn share_between(&self, cell: &OdCell, pairs: &[(&str, &str)]) -> f64 {
        if pairs.is_empty() {
            return 1.0;
        }
        let asked = |part: &&OdPart| {
            let flow = self.assignment.demand.flow(part);
            let ends = (flow.origin.as_str(), flow.destination.as_str());
            pairs.iter().any(|&(a, b)| ends == (a, b) || ends == (b, a))
        };
        cell.parts.iter().filter(asked).map(|part| part.per_year).sum::<f64>() / cell.per_year
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
