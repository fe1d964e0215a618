//! Stage 3: trade and travel between regions become tonnes and persons between places (`docs/model/demand.md`).
//!
//! In: the tables of regions, trade, travellers, zones, factors and growth. Out: [`Demand`], for each class (and carrier
//! flag, where a rule of passage looks at one) the amounts of a year from place to place, each with what it is made of.
//! Totals between regions are kept: what moves, what stays in one place and what is left out add up to the tables.
//! Whether a mode can serve a pair of places is asked by later stages.

mod growth;

use std::collections::BTreeMap;

use crate::index::{ClassIdx, CountryIdx, Idx, NodeIdx};
use crate::network::Network;
use crate::study::Study;
use crate::study::demand_tables::{ScaleRow, TradeRow, ZoneRow};
use crate::study::tables::{ClassKind, Corrects, Quality};
use growth::Growth;

/// What moves in a year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Demand {
    /// The year.
    pub year: i32,
    /// Trade and travel between regions, by origin, destination, commodity or purpose, and class.
    pub flows: Vec<Flow>,
    /// Amounts between places, by class and flag.
    pub segments: Vec<Segment>,
}

/// Trade in one commodity, or travel for one purpose, from one region to another, in the year of the demand. Amounts are
/// t/year for goods and persons/year for travellers; money is in the study's currency of its price year.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Region of origin.
    pub origin: String,
    /// Region of destination.
    pub destination: String,
    /// Commodity, or purpose of travel.
    pub what: String,
    /// Class that it moves as.
    pub class: ClassIdx,
    /// Goods or people.
    pub kind: ClassKind,
    /// All of it, after correction of the weight and growth.
    pub total: f64,
    /// Part that no surface mode carries: pipeline, wire, air freight.
    pub off_surface: f64,
    /// Part that uses ways which the study does not hold.
    pub elsewhere: f64,
    /// Part that starts and ends at one place.
    pub intrazonal: f64,
    /// Value of what moves between places, money/year; 0 for travellers.
    pub usd: f64,
    /// Value of all of it, money/year; 0 for travellers.
    pub total_usd: f64,
    /// What would move between places if a closed border were open; nothing of it is in the other amounts.
    pub latent: Option<Latent>,
    /// How sure the amount is: the weakest of the weight in the table and of the factors on it.
    pub quality: Quality,
    /// How sure the value is.
    pub value_quality: Quality,
}

/// Trade that a closed border keeps from being: what it would be at the prices of today and at its reference cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Latent {
    /// Weight, t/year.
    pub tonnes: f64,
    /// Value, money/year.
    pub usd: f64,
}

/// Trade of a year between two regions that a closed border keeps from being, all goods together.
#[derive(Clone, Debug, PartialEq)]
pub struct LatentTrade {
    /// Region that would sell.
    pub exporter: String,
    /// Region that would buy.
    pub importer: String,
    /// Year of the value.
    pub year: i32,
    /// Value, money/year.
    pub usd: f64,
}

impl Flow {
    /// Part that moves between places of the network.
    pub fn moving(&self) -> f64 {
        self.total - self.off_surface - self.elsewhere - self.intrazonal
    }
}

/// Demand of one class under one flag.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Class.
    pub class: ClassIdx,
    /// Country of the carrier; `None` where no rule asks for it.
    pub flag: Option<CountryIdx>,
    /// Amounts from place to place, by origin and destination; 0 only where nothing but latent trade wants to pass.
    pub cells: Vec<OdCell>,
}

impl Segment {
    /// Sum of the cells, t/year or persons/year.
    pub fn per_year(&self) -> f64 {
        self.cells.iter().map(|cell| cell.per_year).sum()
    }
}

/// What moves from one place to another.
#[derive(Clone, Debug, PartialEq)]
pub struct OdCell {
    /// Origin: a node with a zone.
    pub origin: NodeIdx,
    /// Destination: another one.
    pub destination: NodeIdx,
    /// t/year or persons/year: the sum of the parts.
    pub per_year: f64,
    /// What it is made of, in the order of the flows.
    pub parts: Vec<OdPart>,
}

/// A part of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OdPart {
    /// Position in [`Demand::flows`].
    pub flow: usize,
    /// t/year or persons/year.
    pub per_year: f64,
    /// Value, money/year; 0 for travellers.
    pub usd_per_year: f64,
    /// Share of this part in what of the flow takes the ways of the study, or would take them.
    pub share: f64,
}

impl Demand {
    /// The flow that a part belongs to.
    pub fn flow(&self, part: &OdPart) -> &Flow {
        &self.flows[part.flow]
    }

    /// Multiplies the tonnes or persons of every flow by a factor. Values stand: what is corrected is the weight of goods.
    pub fn scale(&mut self, factor: impl Fn(&Flow) -> f64) {
        let factors: Vec<f64> = self.flows.iter().map(factor).collect();
        for (flow, factor) in self.flows.iter_mut().zip(&factors) {
            let parts = [&mut flow.off_surface, &mut flow.elsewhere, &mut flow.intrazonal];
            let latent = flow.latent.as_mut().map(|latent| &mut latent.tonnes);
            let all = parts.into_iter().chain([&mut flow.total]).chain(latent);
            all.for_each(|amount| *amount *= factor);
        }
        for cell in self.segments.iter_mut().flat_map(|segment| &mut segment.cells) {
            for part in &mut cell.parts {
                part.per_year *= factors[part.flow];
            }
            cell.per_year = cell.parts.iter().map(|part| part.per_year).sum();
        }
    }

    /// Whether the tables hold no demand.
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }
}

/// Demand of a year, with places in it for trade that closed borders keep from being. The order of rows in the tables
/// does not matter.
pub fn build(study: &Study, network: &Network, year: i32, latent: &[LatentTrade]) -> Demand {
    let mut builder = Builder::new(study, network, year);
    builder.trade();
    builder.latent(latent);
    builder.travel();
    let cells = |cells: BTreeMap<(NodeIdx, NodeIdx), Vec<OdPart>>| {
        let cell = |((origin, destination), parts): (_, Vec<OdPart>)| {
            let per_year = parts.iter().map(|part| part.per_year).sum();
            OdCell { origin, destination, per_year, parts }
        };
        cells.into_iter().map(cell).collect()
    };
    let segment = |((class, flag), of)| Segment { class, flag, cells: cells(of) };
    Demand { year, flows: builder.flows, segments: builder.cells.into_iter().map(segment).collect() }
}

type Cells = BTreeMap<(NodeIdx, NodeIdx), Vec<OdPart>>;

/// A place of a region and its share.
type Shares<'s> = BTreeMap<&'s str, Vec<(NodeIdx, f64)>>;

struct Builder<'s> {
    study: &'s Study,
    network: &'s Network,
    year: i32,
    growth: Growth<'s>,
    classes: BTreeMap<&'s str, ClassIdx>,
    flows: Vec<Flow>,
    cells: BTreeMap<(ClassIdx, Option<CountryIdx>), Cells>,
}

impl<'s> Builder<'s> {
    fn new(study: &'s Study, network: &'s Network, year: i32) -> Self {
        let classes = study.classes.iter().enumerate();
        Self {
            study,
            network,
            year,
            growth: Growth::new(study),
            classes: classes.map(|(at, class)| (class.id.as_str(), ClassIdx::new(at))).collect(),
            flows: Vec::new(),
            cells: BTreeMap::new(),
        }
    }

    /// Places of each region by a share, in order, their shares brought to the sum of 1.
    fn shares(&self, share: fn(&ZoneRow) -> f64) -> Shares<'s> {
        let mut shares: Shares<'s> = BTreeMap::new();
        for row in self.study.zones.iter().filter(|row| share(row) > 0.0) {
            let Some(node) = self.network.node(&row.node_id) else { continue };
            shares.entry(&row.region).or_default().push((node, share(row)));
        }
        for places in shares.values_mut() {
            places.sort_by_key(|(node, _)| *node);
            let sum: f64 = places.iter().map(|(_, share)| share).sum();
            for (_, share) in places {
                *share /= sum;
            }
        }
        shares
    }

    /// Equations D1 to D3.
    fn trade(&mut self) {
        let (exports, imports) = (self.shares(|row| row.export_share), self.shares(|row| row.import_share));
        let mut class_of = BTreeMap::new();
        for row in self.study.commodities.iter() {
            class_of.insert(row.commodity.as_str(), row.class.as_str());
        }
        let mut rows: Vec<&TradeRow> = self.study.trade.iter().collect();
        rows.sort_by_key(|r| (&r.exporter, &r.importer, &r.commodity));
        for row in rows {
            let (from, to) = (row.exporter.as_str(), row.importer.as_str());
            let class = class_of.get(row.commodity.as_str()).and_then(|class| self.classes.get(class));
            let (Some(&class), Some(starts), Some(ends)) = (class, exports.get(from), imports.get(to)) else {
                continue;
            };
            let (weight, carried, factor_quality) = self.factors(row);
            let growth = self.growth.factor(from, to, row.year, self.year);
            let total = row.tonnes * weight * growth;
            let off_surface = total * row.off_surface_share;
            let elsewhere = (total - off_surface) * (1.0 - carried);
            let mut flow = Flow {
                origin: from.to_owned(),
                destination: to.to_owned(),
                what: row.commodity.clone(),
                class,
                kind: ClassKind::Freight,
                total,
                off_surface,
                elsewhere,
                intrazonal: 0.0,
                usd: 0.0,
                total_usd: row.value * growth,
                latent: None,
                quality: row.tonnes_quality.unwrap_or(row.quality).max(factor_quality),
                value_quality: row.quality,
            };
            let moving = total - off_surface - elsewhere;
            let usd = row.value * growth * (1.0 - row.off_surface_share) * carried;
            let flags = self.flags(from, to);
            for &(origin, out) in starts {
                for &(destination, into) in ends {
                    self.put(&mut flow, &flags, (origin, destination), out * into, (moving, usd));
                }
            }
            self.flows.push(flow);
        }
    }

    /// Equation D7: goods as the exporter sells them to others over the ways of the network.
    fn latent(&mut self, latent: &[LatentTrade]) {
        let (exports, imports) = (self.shares(|row| row.export_share), self.shares(|row| row.import_share));
        for trade in latent {
            let (from, to) = (trade.exporter.as_str(), trade.importer.as_str());
            let (Some(starts), Some(ends)) = (exports.get(from), imports.get(to)) else { continue };
            let growth = self.growth.factor(from, to, trade.year, self.year);
            let mut sold: BTreeMap<String, (ClassIdx, f64, f64)> = BTreeMap::new();
            for flow in self.flows.iter().filter(|flow| flow.origin == from && flow.usd > 0.0) {
                let goods = sold.entry(flow.what.clone()).or_insert((flow.class, 0.0, 0.0));
                goods.1 += flow.usd;
                goods.2 += flow.moving();
            }
            let all: f64 = sold.values().map(|(_, usd, _)| usd).sum();
            let flags = self.flags(from, to);
            for (what, (class, usd, tonnes)) in sold {
                let value = trade.usd * growth / all;
                let mut flow = Flow {
                    origin: from.to_owned(),
                    destination: to.to_owned(),
                    what,
                    class,
                    kind: ClassKind::Freight,
                    total: 0.0,
                    off_surface: 0.0,
                    elsewhere: 0.0,
                    intrazonal: 0.0,
                    usd: 0.0,
                    total_usd: 0.0,
                    latent: Some(Latent { tonnes: tonnes * value, usd: usd * value }),
                    quality: Quality::Assumed,
                    value_quality: Quality::Derived,
                };
                for &(origin, out) in starts {
                    for &(destination, into) in ends {
                        self.put(&mut flow, &flags, (origin, destination), out * into, (0.0, 0.0));
                    }
                }
                self.flows.push(flow);
            }
        }
    }

    /// Factors on the weight of a trade and on the share that is carried, and the weakest of their qualities. The rows
    /// are taken in the order of their identifiers.
    fn factors(&self, trade: &TradeRow) -> (f64, f64, Quality) {
        let concerns = |row: &&ScaleRow| row.concerns(&trade.exporter, &trade.importer, &trade.commodity);
        let mut rows: Vec<_> = self.study.scales.iter().filter(concerns).collect();
        rows.sort_by_key(|row| &row.scale_id);
        let (mut weight, mut carried, mut quality) = (1.0, 1.0, Quality::Published);
        for row in rows {
            match row.corrects {
                Corrects::Tonnes => weight *= row.factor,
                Corrects::Carried => carried *= row.factor,
            }
            quality = quality.max(row.quality);
        }
        (weight, carried, quality)
    }

    /// Flags of the carriers between two regions with their shares; the rest has none.
    fn flags(&self, from: &str, to: &str) -> Vec<(Option<CountryIdx>, f64)> {
        let mut flags: BTreeMap<Option<CountryIdx>, f64> = BTreeMap::new();
        for row in self.study.carriers.iter().filter(|row| row.concerns(from, to)) {
            *flags.entry(self.network.country(&row.flag)).or_default() += row.share;
        }
        let rest: f64 = 1.0 - flags.values().sum::<f64>();
        *flags.entry(None).or_default() += rest.max(0.0);
        flags.into_iter().filter(|(_, share)| *share > 0.0).collect()
    }

    /// Equations D5 and D6.
    fn travel(&mut self) {
        let people = self.shares(|row| row.population_share);
        let mut rows: Vec<_> = self.study.passengers.iter().collect();
        rows.sort_by_key(|r| (&r.origin, &r.destination, &r.purpose, &r.class));
        for row in rows {
            let class = self.classes.get(row.class.as_str());
            let (starts, ends) = (people.get(row.origin.as_str()), people.get(row.destination.as_str()));
            let (Some(&class), Some(starts), Some(ends)) = (class, starts, ends) else { continue };
            let growth = self.growth.factor(&row.origin, &row.destination, row.year, self.year);
            let total = row.persons_per_year * growth;
            let mut flow = Flow {
                origin: row.origin.clone(),
                destination: row.destination.clone(),
                what: row.purpose.clone(),
                class,
                kind: ClassKind::Passenger,
                total,
                off_surface: 0.0,
                elsewhere: 0.0,
                intrazonal: 0.0,
                usd: 0.0,
                total_usd: 0.0,
                latent: None,
                quality: row.quality,
                value_quality: row.quality,
            };
            let ways = starts.iter().flat_map(|a| ends.iter().map(move |b| (a, b)));
            let ways: Vec<_> = ways.map(|(a, b)| (a, b, distance_km(self.network, a.0, b.0))).collect();
            let least = ways.iter().map(|(_, _, km)| *km).fold(f64::INFINITY, f64::min);
            let decay = |km: f64| row.decay_km.map_or(1.0, |decay| (-(km - least) / decay).exp());
            let weights: Vec<(NodeIdx, NodeIdx, f64)> =
                ways.into_iter().map(|(a, b, km)| (a.0, b.0, a.1 * b.1 * decay(km))).collect();
            let sum: f64 = weights.iter().map(|(_, _, weight)| weight).sum();
            for (origin, destination, weight) in weights {
                self.put(&mut flow, &[(None, 1.0)], (origin, destination), weight / sum, (total, 0.0));
            }
            self.flows.push(flow);
        }
    }

    /// Adds a share of an amount and its value between two places; what stays at a place is only counted.
    fn put(
        &mut self,
        flow: &mut Flow,
        flags: &[(Option<CountryIdx>, f64)],
        (origin, destination): (NodeIdx, NodeIdx),
        share: f64,
        (per_year, usd_per_year): (f64, f64),
    ) {
        if origin == destination {
            flow.intrazonal += per_year * share;
            return;
        }
        if share <= 0.0 || (per_year <= 0.0 && flow.latent.is_none()) {
            return;
        }
        flow.usd += usd_per_year * share;
        let at = self.flows.len();
        for &(flag, of_flag) in flags {
            let cells = self.cells.entry((flow.class, flag)).or_default();
            cells.entry((origin, destination)).or_default().push(OdPart {
                flow: at,
                per_year: per_year * share * of_flag,
                usd_per_year: usd_per_year * share * of_flag,
                share: share * of_flag,
            });
        }
    }
}

/// Great-circle distance of two places on a sphere of 6371 km.
pub fn distance_km(network: &Network, a: NodeIdx, b: NodeIdx) -> f64 {
    let [(lon_a, lat_a), (lon_b, lat_b)] = [a, b].map(|node| {
        let (lon, lat) = network.nodes[node].lon_lat;
        (lon.to_radians(), lat.to_radians())
    });
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let chord = half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half(lon_b - lon_a);
    2.0 * 6371.0 * chord.sqrt().min(1.0).asin()
}
