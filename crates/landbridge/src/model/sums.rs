//! Sums of flows that people ask for: ways between regions, transit, and what is taken for passage.
//!
//! Cells are bundled once by what the sums are asked for, so that a scenario is summed in dense arrays.

use std::collections::BTreeMap;

use super::Model;
use super::flows::Assignment;
use super::loaded::Loaded;
use crate::demand::Demand;
use crate::index::{ActorIdx, AssetIdx, CountryIdx, Idx, PieceIdx, RouteIdx, TerritoryIdx};
use crate::network::{LinkKind, Network};
use crate::outcome::flows::{Flows, Levy, WayFlow};
use crate::scenario::{Trip, TripEnd};
use crate::study::Study;
use crate::study::tables::ClassKind;

/// Cells by what their flows are summed for.
#[derive(Clone, Debug)]
pub(super) struct Bundles {
    /// By origin, destination and kind.
    between_regions: Vec<BetweenRegions>,
    /// By segment and territories of the ends.
    between_territories: Vec<BetweenTerritories>,
}

#[derive(Clone, Debug)]
struct BetweenRegions {
    origin: String,
    destination: String,
    kind: ClassKind,
    cells: Vec<Share>,
}

/// Segment, cell, and the part of the cell that goes between two regions.
type Share = (u32, u32, f64);

#[derive(Clone, Debug)]
struct BetweenTerritories {
    segment: usize,
    from: TerritoryIdx,
    to: TerritoryIdx,
    cells: Vec<usize>,
}

impl Bundles {
    pub(super) fn new(study: &Study, network: &Network, demand: &Demand) -> Self {
        // Regions by position in the order of their names, so that cells need no names.
        let mut names: BTreeMap<(&str, &str), usize> =
            demand.flows.iter().map(|flow| ((&*flow.origin, &*flow.destination), 0)).collect();
        names.values_mut().enumerate().for_each(|(at, position)| *position = at);
        let region_of: Vec<usize> =
            demand.flows.iter().map(|flow| names[&(&*flow.origin, &*flow.destination)]).collect();
        let names: Vec<(&str, &str)> = names.into_keys().collect();
        let mut by_regions: BTreeMap<(usize, ClassKind), Vec<Share>> = BTreeMap::new();
        let mut by_territories: BTreeMap<(usize, TerritoryIdx, TerritoryIdx), Vec<usize>> = BTreeMap::new();
        for (at, segment) in demand.segments.iter().enumerate() {
            let kind = study.classes[segment.class.position()].kind;
            for (number, cell) in segment.cells.iter().enumerate() {
                let territory = |node| network.nodes[node].territory;
                let ends = (at, territory(cell.origin), territory(cell.destination));
                by_territories.entry(ends).or_default().push(number);
                let mut parts: Vec<(usize, f64)> = Vec::new();
                for part in cell.parts.iter().filter(|part| part.per_year > 0.0) {
                    let (pair, share) = (region_of[part.flow], part.per_year / cell.per_year);
                    match parts.iter_mut().find(|(known, _)| *known == pair) {
                        Some((_, sum)) => *sum += share,
                        None => parts.push((pair, share)),
                    }
                }
                for (pair, share) in parts {
                    by_regions.entry((pair, kind)).or_default().push((at as u32, number as u32, share));
                }
            }
        }
        let between_regions = by_regions.into_iter().map(|((pair, kind), cells)| BetweenRegions {
            origin: names[pair].0.to_owned(),
            destination: names[pair].1.to_owned(),
            kind,
            cells,
        });
        let between_territories = by_territories
            .into_iter()
            .map(|((segment, from, to), cells)| BetweenTerritories { segment, from, to, cells });
        Self {
            between_regions: between_regions.collect(),
            between_territories: between_territories.collect(),
        }
    }
}

/// What is taken for passage, money a year.
pub(super) struct Taken {
    /// Border fees and tolls, by link.
    pub(super) of_links: BTreeMap<(AssetIdx, Levy), f64>,
    /// Transit charges, by country.
    pub(super) charges: BTreeMap<CountryIdx, f64>,
}

impl Taken {
    /// By collector, if collectors are those of a scenario. Fees and tolls go to the collectors of the link, charges to
    /// the country.
    pub(super) fn collected(&self, model: &Model) -> BTreeMap<(ActorIdx, Levy), f64> {
        let mut revenue: BTreeMap<(ActorIdx, Levy), f64> = BTreeMap::new();
        for (&(asset, levy), usd) in &self.of_links {
            for &(actor, share) in &model.control(asset).collectors {
                *revenue.entry((actor, levy)).or_default() += share * usd;
            }
        }
        for (&country, usd) in &self.charges {
            if let Some(actor) = model.network.actor(&model.network.countries[country]) {
                *revenue.entry((actor, Levy::Transit)).or_default() += usd;
            }
        }
        revenue
    }
}

impl Loaded<'_> {
    /// Ways between regions, and transit by country.
    pub(super) fn add_ways(&self, flows: &mut Flows) {
        let of: &Assignment = self.assignment;
        let network = &self.model().network;
        let passed: Vec<Vec<CountryIdx>> = of.ways.iter().map(|way| way.countries(network)).collect();
        let mut by_way = vec![0.0; of.ways.len()];
        for bundle in &of.bundles.between_regions {
            let mut used: Vec<u32> = Vec::new();
            let mut transit: BTreeMap<CountryIdx, f64> = BTreeMap::new();
            // Cells come by origin, and most share the countries of their ends.
            let country = |node| network.nodes[node].country;
            let ends_of = |&(segment, cell, _): &Share| {
                let cell = &of.demand.segments[segment as usize].cells[cell as usize];
                (country(cell.origin), country(cell.destination))
            };
            let mut before: Vec<f64> = Vec::new();
            for cells in bundle.cells.chunk_by(|a, b| ends_of(a) == ends_of(b)) {
                let ends = ends_of(&cells[0]);
                for &(segment, cell, share) in cells {
                    for (route, amount) in
                        self.loader.cell_flows(&self.loading, segment as usize, cell as usize)
                    {
                        let way = of.way_of[route.position()];
                        if by_way[way as usize] == 0.0 {
                            used.push(way);
                        }
                        by_way[way as usize] += amount * share;
                    }
                }
                // What this part of the bundle has added.
                before.resize(used.len(), 0.0);
                for (&way, before) in used.iter().zip(&mut before) {
                    let added = by_way[way as usize] - *before;
                    *before = by_way[way as usize];
                    let passes = passed[way as usize].iter();
                    for &country in passes.filter(|&&c| added > 0.0 && c != ends.0 && c != ends.1) {
                        *transit.entry(country).or_default() += added;
                    }
                }
            }
            for (country, amount) in transit {
                *flows.transit.entry((country, bundle.kind)).or_default() += amount;
            }
            used.sort_by(|&a, &b| {
                let amount = |way: u32| by_way[way as usize];
                amount(b).total_cmp(&amount(a)).then_with(|| of.ways[a as usize].cmp(&of.ways[b as usize]))
            });
            for way in used {
                let (at, way) = (way as usize, &of.ways[way as usize]);
                flows.ways.push(WayFlow {
                    origin: bundle.origin.clone(),
                    destination: bundle.destination.clone(),
                    kind: bundle.kind,
                    territories: way.territories.clone(),
                    modes: way.modes.clone(),
                    per_year: std::mem::take(&mut by_way[at]),
                });
            }
        }
    }

    /// Border fees, transit charges and tolls, by collector: money a year.
    pub(super) fn revenue(&self) -> BTreeMap<(ActorIdx, Levy), f64> {
        self.taken().collected(self.model())
    }

    /// Border fees and tolls by link, and transit charges by country: money a year.
    pub(super) fn taken(&self) -> Taken {
        let model = self.model();
        let mut of_links: BTreeMap<(AssetIdx, Levy), f64> = BTreeMap::new();
        for (segment, loaded) in self.loader.segments().iter().zip(&self.loading.segments) {
            let costs = model.costs.of(segment.class);
            for (at, &amount) in loaded.flow_per_year.enumerate().filter(|(_, amount)| **amount > 0.0) {
                let link = &model.network.links[at];
                if let (LinkKind::Border(_), Some(asset)) = (link.kind, link.asset)
                    && costs[at].fee_usd > 0.0
                {
                    *of_links.entry((asset, Levy::Border)).or_default() += amount * costs[at].fee_usd;
                }
            }
        }
        // What depends on the trip is the same for all trips of a segment between two territories.
        let (tolls, charges) = self.levies();
        for (asset, usd) in tolls {
            *of_links.entry((asset, Levy::Toll)).or_default() += usd;
        }
        Taken { of_links, charges }
    }

    /// Tolls by link, and charges by country: money a year.
    fn levies(&self) -> (BTreeMap<AssetIdx, f64>, BTreeMap<CountryIdx, f64>) {
        let (of, model) = (self.assignment, self.model());
        let (network, sets) = (&model.network, &of.sets);
        let (mut tolls, mut charges) = (BTreeMap::new(), BTreeMap::new());
        // Few pieces are used between two territories.
        let mut used: Vec<PieceIdx> = Vec::new();
        let mut on_pieces = vec![0.0; sets.n_pieces()];
        let mut on_links = vec![0.0; network.links.len()];
        for bundle in &of.bundles.between_territories {
            let segment = &of.demand.segments[bundle.segment];
            let class = model.class_row(segment.class);
            let end = |territory: TerritoryIdx| {
                let country = network.territories[territory].country;
                country.map(|country| TripEnd { country, territory })
            };
            let (Some(origin), Some(destination)) = (end(bundle.from), end(bundle.to)) else { continue };
            let trip = Trip { origin, destination, flag: segment.flag };
            let of_links = model.charges.levies(class, trip);
            let of_assets = model.overlay.tolls(network, class, trip);
            if of_links.is_empty() && of_assets.is_empty() {
                continue;
            }
            for &cell in &bundle.cells {
                for (route, amount) in self.loader.cell_flows(&self.loading, bundle.segment, cell) {
                    for &piece in sets.pieces(RouteIdx::new(route.position())) {
                        if on_pieces[piece.position()] == 0.0 {
                            used.push(piece);
                        }
                        on_pieces[piece.position()] += amount;
                    }
                }
            }
            on_links.fill(0.0);
            used.sort_unstable();
            for piece in used.drain(..) {
                let amount = std::mem::take(&mut on_pieces[piece.position()]);
                for &link in sets.piece_links(piece) {
                    on_links[link.position()] += amount;
                }
            }
            for (link, country, usd) in of_links {
                *charges.entry(country).or_default() += on_links[link.position()] * usd;
            }
            if of_assets.is_empty() {
                continue;
            }
            let mut on_assets: BTreeMap<AssetIdx, f64> =
                of_assets.keys().map(|&asset| (asset, 0.0)).collect();
            for (at, link) in network.links.enumerate() {
                if let Some(sum) = link.asset.and_then(|asset| on_assets.get_mut(&asset)) {
                    *sum += on_links[at.position()];
                }
            }
            for (asset, usd) in of_assets {
                if on_assets[&asset] > 0.0 {
                    *tolls.entry(asset).or_default() += on_assets[&asset] * usd;
                }
            }
        }
        (tolls, charges)
    }
}
