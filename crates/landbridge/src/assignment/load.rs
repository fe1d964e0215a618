//! Loads demand on the routes of a scenario.
//!
//! In: frozen route sets, demand, and for a scenario the fields and what is closed beyond them. Out: flows of each segment
//! of demand on links and routes, what is not served, expected costs. Costs do not react to flows here: what queues cost
//! more comes in as data, from [`super::equilibrium`].
//!
//! The work is cut into blocks of a fixed size whose sums are added in order, so that the number of threads does not
//! show.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::equilibrium::{Choices, ChosenShares};
use super::{Chosen, NestedLogit, RouteUses, Scales};
use crate::cost::{Fields, User};
use crate::index::{
    AssetIdx, BitSet, ClassIdx, CountryIdx, EntryIdx, FieldIdx, Idx, IdxVec, LinkIdx, NodeIdx, PieceIdx,
    RouteIdx,
};
use crate::network::Network;
use crate::parallel;
use crate::route::route_set::{Nest, OdGroup, RouteSets};
use crate::study::Study;
use crate::study::choice_tables::ChoiceRow;
use crate::study::tables::ClassKind;

/// Cells of a segment that are loaded as one piece of work.
const BLOCK: usize = 1024;

/// Demand of those who travel alike, ready to be loaded.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Class.
    pub class: ClassIdx,
    /// Country of the carrier, if it is known.
    pub flag: Option<CountryIdx>,
    /// The entry of each cell in the route sets.
    pub entries: Vec<EntryIdx>,
    /// Tonnes or persons a year, by cell.
    pub per_year: Vec<f64>,
    /// Cost of not shipping, money per tonne or person, by cell; infinite for a cell that is never connected.
    pub choke: Vec<f64>,
    scales: Vec<Scales>,
    /// Where the routes of each cell begin in [`SegmentLoading::route_flow_per_year`].
    first_flow: Vec<usize>,
}

/// Demand on route sets.
#[derive(Clone, Debug)]
pub struct Loader<'s> {
    sets: &'s RouteSets,
    segments: Vec<Segment>,
    /// Asset of each link.
    asset: Vec<Option<AssetIdx>>,
    /// By class and link, what passing it is felt to cost beyond the fields; empty: nothing.
    constants: IdxVec<ClassIdx, Vec<f64>>,
}

/// What all routes cost in one scenario, money per tonne or person; infinite where closed. By position of the route.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteCosts(pub Vec<f64>);

/// What hours at facilities cost beyond what is in the costs of routes.
#[derive(Clone, Debug)]
pub struct Waits<'u> {
    /// Which facilities routes use.
    pub uses: &'u RouteUses,
    /// By segment and facility, money per tonne or person.
    pub cost: Vec<Vec<f64>>,
}

/// What one scenario brings each segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Loading {
    /// By segment.
    pub segments: Vec<SegmentLoading>,
}

/// What one scenario brings one segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentLoading {
    /// Tonnes or persons a year on each directed link.
    pub flow_per_year: IdxVec<LinkIdx, f64>,
    /// Tonnes or persons a year that do not travel, by cell.
    pub unserved_per_year: Vec<f64>,
    /// Expected minimum cost, money per tonne or person, by cell: the logsum. Infinite for a cell that no scenario
    /// connects: there is nothing to compare it with.
    pub expected_cost: Vec<f64>,
    /// Tonnes or persons a year on each route, cell by cell; see [`Loader::route_flows`].
    pub route_flow_per_year: Vec<f64>,
}

/// The flow of one cell on one route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RouteFlow {
    /// Cell of the segment.
    pub cell: usize,
    /// Origin and destination.
    pub pair: (NodeIdx, NodeIdx),
    /// The route; its links are [`RouteSets::links`].
    pub route: RouteIdx,
    /// Tonnes or persons a year.
    pub per_year: f64,
}

impl<'s> Loader<'s> {
    /// Finds the routes, scales and costs of not shipping of all demand. The least costs of the pairs are those frozen
    /// in the route sets, so they are the same in all scenarios.
    ///
    /// # Panics
    /// The route sets were not built for this demand and these fields.
    pub fn new(
        study: &Study,
        network: &Network,
        sets: &'s RouteSets,
        fields: &Fields,
        demand: &[OdGroup],
        choice: &ChoiceRow,
    ) -> Self {
        let segment = |group: &OdGroup| {
            let user = fields.user(User { class: group.class, flag: group.flag });
            let user = user.expect("the fields are those of the users who have demand");
            let entry = |&(from, to): &(NodeIdx, NodeIdx)| {
                sets.entry(user, from, to).expect("the route sets hold the pairs that have demand")
            };
            let entries: Vec<EntryIdx> = group.pairs.iter().map(entry).collect();
            let usd = match study.classes[group.class.position()].kind {
                ClassKind::Freight => choice.choke_usd_per_t,
                ClassKind::Passenger => choice.choke_usd_per_person,
            };
            let least = |&entry: &EntryIdx| sets.least_cost(entry);
            let choke =
                |least: f64| if least.is_finite() { choice.choke_factor * least + usd } else { least };
            let mut first_flow = vec![0];
            for &entry in &entries {
                first_flow.push(first_flow.last().copied().unwrap_or(0) + sets.routes(entry).len());
            }
            Segment {
                class: group.class,
                flag: group.flag,
                choke: entries.iter().map(least).map(choke).collect(),
                scales: entries.iter().map(least).map(|least| Scales::of(choice, least)).collect(),
                first_flow,
                entries,
                per_year: group.per_year.clone(),
            }
        };
        let segments = demand.iter().map(segment).collect();
        Self {
            sets,
            segments,
            asset: network.links.iter().map(|link| link.asset).collect(),
            constants: IdxVec::default(),
        }
    }

    /// Adds what passing links is felt to cost beyond the fields, by class and link: money per tonne or person.
    #[must_use]
    pub fn with_constants(mut self, constants: IdxVec<ClassIdx, Vec<f64>>) -> Self {
        self.constants = constants;
        self
    }

    /// The routes of a cell of a segment, each with its position among the flows of the segment.
    pub fn cell_routes(&self, segment: usize, cell: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let of = &self.segments[segment];
        self.sets.routes(of.entries[cell]).zip(of.first_flow[cell]..)
    }

    /// The segments, in the order of the demand.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// What all routes cost in a scenario of the fields.
    pub fn route_costs(&self, fields: &Fields, scenario: usize) -> RouteCosts {
        let sets = self.sets;
        // Pieces first: they are few, and each belongs to many routes.
        let blocks: Vec<(usize, Vec<EntryIdx>)> = (0..sets.n_profiles())
            .flat_map(|profile| {
                let entries: Vec<EntryIdx> = sets.entries_of(profile).collect();
                let user = sets.user_of(profile);
                entries.chunks(BLOCK).map(|block| (user, block.to_vec())).collect::<Vec<_>>()
            })
            .collect();
        let field = |user: usize, entry: EntryIdx| {
            let (from, to) = sets.pair(entry);
            fields.field(scenario, user, from, to)
        };
        let class_of = |user: usize| fields.users()[user].class;
        let mut number: BTreeMap<(FieldIdx, ClassIdx), usize> = BTreeMap::new();
        for (user, block) in &blocks {
            for &entry in block {
                number.entry((field(*user, entry), class_of(*user))).or_default();
            }
        }
        number.values_mut().enumerate().for_each(|(at, position)| *position = at);
        let met: Vec<(FieldIdx, ClassIdx)> = number.keys().copied().collect();
        let of_pieces = parallel::map_with(
            &met,
            || (),
            |(), &(field, class)| {
                let cost = fields.cost(field);
                let constants = self.constants.as_slice().get(class.position());
                let link = |l: &LinkIdx| cost[l.position()] + constants.map_or(0.0, |c| c[l.position()]);
                let piece = |at| sets.piece_links(PieceIdx::new(at)).iter().map(link).sum();
                (0..sets.n_pieces()).map(piece).collect::<Vec<f64>>()
            },
        );
        let costs = parallel::map_with(
            &blocks,
            || (),
            |(), (user, block)| {
                let mut costs = Vec::new();
                let mut last: Option<(FieldIdx, &[f64])> = None;
                for &entry in block {
                    let field = field(*user, entry);
                    let of_piece = match last {
                        Some((known, pieces)) if known == field => pieces,
                        _ => &of_pieces[number[&(field, class_of(*user))]],
                    };
                    last = Some((field, of_piece));
                    costs.extend(sets.routes(entry).map(|route| sum(sets, route, of_piece)));
                }
                costs
            },
        );
        RouteCosts(costs.concat())
    }

    /// Closes the routes that use one of these physical links, to all pairs that are meant. Gives the pairs that lose a
    /// route.
    pub fn close(
        &self,
        costs: &mut RouteCosts,
        closed: &BitSet<AssetIdx>,
        is_meant: impl Fn((NodeIdx, NodeIdx)) -> bool,
    ) -> BitSet<EntryIdx> {
        let is_closed =
            |link: &LinkIdx| self.asset[link.position()].is_some_and(|asset| closed.contains(asset));
        let pieces = (0..self.sets.n_pieces()).map(PieceIdx::new);
        let of_piece: Vec<bool> =
            pieces.map(|piece| self.sets.piece_links(piece).iter().any(is_closed)).collect();
        let mut losers = BitSet::empty(self.sets.entries().count());
        for entry in (0..self.sets.n_profiles()).flat_map(|profile| self.sets.entries_of(profile)) {
            if !is_meant(self.sets.pair(entry)) {
                continue;
            }
            for route in self.sets.routes(entry) {
                let cost = &mut costs.0[route];
                let pieces = self.sets.pieces(RouteIdx::new(route));
                if cost.is_finite() && pieces.iter().any(|piece| of_piece[piece.position()]) {
                    *cost = f64::INFINITY;
                    losers.insert(entry);
                }
            }
        }
        losers
    }

    /// Sets the amounts of all cells, segment by segment: tonnes or persons a year.
    ///
    /// # Panics
    /// There are not as many amounts as cells.
    pub fn set_amounts(&mut self, per_year: &[f64]) {
        let mut rest = per_year;
        for segment in &mut self.segments {
            let (own, others) = rest.split_at(segment.per_year.len());
            segment.per_year.copy_from_slice(own);
            rest = others;
        }
        assert!(rest.is_empty(), "an amount for each cell");
    }

    /// All who choose among routes of these costs, for the solver of equilibria; users are the segments.
    pub fn choices(&self, costs: &RouteCosts, uses: &RouteUses) -> Choices {
        let mut choices = Choices::new(Arc::clone(uses.lists()));
        for (at, segment) in self.segments.iter().enumerate() {
            for cell in 0..segment.entries.len() {
                self.push(&mut choices, costs, uses, (at, cell));
            }
        }
        choices
    }

    /// The same where it is known who loses a route: the others choose as they did `before`.
    ///
    /// # Panics
    /// The choices before are not those of this demand.
    pub fn choices_after(
        &self,
        before: &Choices,
        losers: &BitSet<EntryIdx>,
        costs: &RouteCosts,
        uses: &RouteUses,
    ) -> Choices {
        let mut choices = Choices::new(Arc::clone(uses.lists()));
        let (mut copied, mut at) = (0, 0);
        for (number, segment) in self.segments.iter().enumerate() {
            for (cell, &entry) in segment.entries.iter().enumerate() {
                if losers.contains(entry) {
                    choices.extend(before, copied..at);
                    self.push(&mut choices, costs, uses, (number, cell));
                    copied = at + 1;
                }
                at += 1;
            }
        }
        choices.extend(before, copied..at);
        choices
    }

    /// Routes as choices take them.
    fn routes_of(
        &self,
        costs: &RouteCosts,
        uses: &RouteUses,
        entry: EntryIdx,
    ) -> impl Iterator<Item = (f64, Nest, u32)> {
        let routes = self.sets.routes(entry);
        let (cost, nest) = (&costs.0[routes.clone()], &self.sets.nests()[routes.clone()]);
        cost.iter().zip(nest).zip(uses.of(routes)).map(|((&cost, &nest), &list)| (cost, nest, list))
    }

    fn push(&self, choices: &mut Choices, costs: &RouteCosts, uses: &RouteUses, (at, cell): (usize, usize)) {
        let segment = &self.segments[at];
        let routes = self.routes_of(costs, uses, segment.entries[cell]);
        choices.push(at, segment.per_year[cell], segment.scales[cell], segment.choke[cell], routes);
    }

    /// Splits all demand over routes of these costs.
    pub fn load(&self, costs: &RouteCosts) -> Loading {
        self.load_with(costs, None)
    }

    /// As [`Self::load`], with what hours at facilities add to the costs.
    pub fn load_with(&self, costs: &RouteCosts, waits: Option<&Waits<'_>>) -> Loading {
        let of_lists: Vec<Vec<f64>> = waits
            .iter()
            .flat_map(|waits| waits.cost.iter().map(|cost| waits.uses.lists().sums(cost)))
            .collect();
        let scratch = || (NestedLogit::default(), Vec::new());
        self.share_out(scratch, |(logit, with_waits), (at, cell), shares| {
            let segment = &self.segments[at];
            let routes = self.sets.routes(segment.entries[cell]);
            let (mut cost, nest) = (&costs.0[routes.clone()], &self.sets.nests()[routes.clone()]);
            if let Some(waits) = waits {
                let extra = |route| of_lists[at][waits.uses.list(route) as usize];
                with_waits.clear();
                with_waits.extend(routes.zip(cost).map(|(route, cost)| cost + extra(route)));
                cost = with_waits;
            }
            logit.choose(cost, nest, &segment.scales[cell], segment.choke[cell], shares)
        })
    }

    /// The same where what is chosen among routes of these costs is known.
    ///
    /// # Panics
    /// The choices are not those of this demand.
    pub fn load_chosen(
        &self,
        costs: &RouteCosts,
        uses: &RouteUses,
        choices: &Choices,
        chosen: &ChosenShares,
    ) -> Loading {
        let first: Vec<usize> = self
            .segments
            .iter()
            .scan(0, |next, segment| Some(std::mem::replace(next, *next + segment.entries.len())))
            .collect();
        self.share_out(
            || (),
            |(), (at, cell), shares| {
                let (entry, cell) = (self.segments[at].entries[cell], first[at] + cell);
                choices.share_out(chosen, cell, self.routes_of(costs, uses, entry), shares);
                Chosen {
                    expected_cost: chosen.expected_cost[cell],
                    unserved_share: chosen.unserved_share[cell],
                }
            },
        )
    }

    /// Splits demand by what gives the shares of the routes of a cell of a segment.
    fn share_out<S>(
        &self,
        scratch: impl Fn() -> S + Sync + Send,
        share_out: impl Fn(&mut S, (usize, usize), &mut [f64]) -> Chosen + Sync + Send,
    ) -> Loading {
        let blocks: Vec<(usize, usize)> = (0..self.segments.len())
            .flat_map(|at| (0..self.segments[at].entries.len()).step_by(BLOCK).map(move |cell| (at, cell)))
            .collect();
        let loaded = parallel::map_with(&blocks, scratch, |scratch, &(segment, cell)| {
            self.load_block(&self.segments[segment], cell, |cell, shares| {
                share_out(scratch, (segment, cell), shares)
            })
        });
        let empty = |segment: &Segment| Block {
            pieces: vec![0.0; self.sets.n_pieces()],
            unserved: Vec::with_capacity(segment.entries.len()),
            expected: Vec::with_capacity(segment.entries.len()),
            flow: Vec::with_capacity(segment.first_flow.last().copied().unwrap_or(0)),
        };
        let mut whole: Vec<Block> = self.segments.iter().map(empty).collect();
        for (&(segment, _), block) in blocks.iter().zip(loaded) {
            let whole = &mut whole[segment];
            whole.pieces.iter_mut().zip(block.pieces).for_each(|(sum, flow)| *sum += flow);
            whole.unserved.extend(block.unserved);
            whole.expected.extend(block.expected);
            whole.flow.extend(block.flow);
        }
        let on_links = |pieces: &[f64]| {
            let mut flow: IdxVec<LinkIdx, f64> = self.asset.iter().map(|_| 0.0).collect();
            for (piece, &on_piece) in pieces.iter().enumerate().filter(|(_, flow)| **flow > 0.0) {
                for &link in self.sets.piece_links(PieceIdx::new(piece)) {
                    flow[link] += on_piece;
                }
            }
            flow
        };
        let segments = whole.into_iter().map(|whole| SegmentLoading {
            flow_per_year: on_links(&whole.pieces),
            unserved_per_year: whole.unserved,
            expected_cost: whole.expected,
            route_flow_per_year: whole.flow,
        });
        Loading { segments: segments.collect() }
    }

    fn load_block(
        &self,
        segment: &Segment,
        first: usize,
        mut share_out: impl FnMut(usize, &mut [f64]) -> Chosen,
    ) -> Block {
        let sets = self.sets;
        let cells = first..segment.entries.len().min(first + BLOCK);
        let n_flows = segment.first_flow[cells.end] - segment.first_flow[first];
        let mut block = Block {
            pieces: vec![0.0; sets.n_pieces()],
            unserved: Vec::with_capacity(BLOCK),
            expected: Vec::with_capacity(BLOCK),
            flow: vec![0.0; n_flows],
        };
        for cell in cells {
            let routes = sets.routes(segment.entries[cell]);
            let from = segment.first_flow[cell] - segment.first_flow[first];
            let flow = &mut block.flow[from..from + routes.len()];
            let chosen = share_out(cell, flow);
            let per_year = segment.per_year[cell];
            block.unserved.push(per_year * chosen.unserved_share);
            block.expected.push(chosen.expected_cost);
            for (route, flow) in routes.zip(flow) {
                *flow *= per_year;
                if *flow > 0.0 {
                    for piece in sets.pieces(RouteIdx::new(route)) {
                        block.pieces[piece.position()] += *flow;
                    }
                }
            }
        }
        block
    }

    /// The routes of a cell of a segment with their flows, those of 0 left out.
    pub fn cell_flows<'l>(
        &'l self,
        loading: &'l Loading,
        segment: usize,
        cell: usize,
    ) -> impl Iterator<Item = (RouteIdx, f64)> + 'l {
        let (of, flow) = (&self.segments[segment], &loading.segments[segment].route_flow_per_year);
        let flows = self.sets.routes(of.entries[cell]).zip(&flow[of.first_flow[cell]..]);
        flows
            .filter(|(_, per_year)| **per_year > 0.0)
            .map(|(route, &per_year)| (RouteIdx::new(route), per_year))
    }

    /// The flows of a segment by cell and route, those of 0 left out: for questions about who uses which links together.
    pub fn route_flows<'l>(
        &'l self,
        loading: &'l Loading,
        segment: usize,
    ) -> impl Iterator<Item = RouteFlow> + 'l {
        let (of, flow) = (&self.segments[segment], &loading.segments[segment].route_flow_per_year);
        of.entries.iter().enumerate().flat_map(move |(cell, &entry)| {
            let pair = self.sets.pair(entry);
            let flows = self.sets.routes(entry).zip(&flow[of.first_flow[cell]..]);
            let used = flows.filter(|(_, per_year)| **per_year > 0.0);
            used.map(move |(route, &per_year)| RouteFlow {
                cell,
                pair,
                route: RouteIdx::new(route),
                per_year,
            })
        })
    }
}

impl SegmentLoading {
    /// Expected cost of all demand, that which does not ship included: money a year. Cells that no scenario connects are
    /// left out.
    pub fn total_expected_cost(&self, segment: &Segment) -> f64 {
        let cells = self.expected_cost.iter().zip(&segment.per_year);
        cells.filter(|(cost, _)| cost.is_finite()).map(|(cost, per_year)| cost * per_year).sum()
    }
}

/// What a block of cells gives.
struct Block {
    pieces: Vec<f64>,
    unserved: Vec<f64>,
    expected: Vec<f64>,
    flow: Vec<f64>,
}

fn sum(sets: &RouteSets, route: usize, of_piece: &[f64]) -> f64 {
    sets.pieces(RouteIdx::new(route)).iter().map(|piece| of_piece[piece.position()]).sum()
}
