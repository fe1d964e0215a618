//! Which routes users choose from: a universe, frozen before anything is solved (`docs/model/assignment.md`).
//!
//! In: the fields of all scenarios, the pairs that have demand, and closures. Out: for every pair of every profile of
//! users the routes that are best, or among the cheapest of different corridors, under any of them. A scenario uses
//! those that it permits; so no closure can make a route, and none of those asked for here can lose a connected pair.
//!
//! Routes are kept as lists of *pieces*, parts between two events (borders and transfers), which many routes share.

mod build;
mod chains;
mod corridors;
mod graph;
mod pool;
mod profile;
mod queue;
mod survey;
mod tree;

use std::ops::Range;

use crate::index::{
    AssetIdx, BitSet, ClassIdx, CountryIdx, EntryIdx, Idx, LinkIdx, NodeIdx, PieceIdx, RouteIdx,
};
use crate::study::choice_tables::ChoiceRow;

/// Demand of those who travel alike.
#[derive(Clone, Debug, PartialEq)]
pub struct OdGroup {
    /// Class.
    pub class: ClassIdx,
    /// Country of the carrier, if it is known.
    pub flag: Option<CountryIdx>,
    /// Origins and destinations, each pair once.
    pub pairs: Vec<(NodeIdx, NodeIdx)>,
    /// Tonnes or persons a year, by pair.
    pub per_year: Vec<f64>,
}

/// How much a route set holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RouteSetConfig {
    /// Corridors sought for each pair in each scenario.
    pub k: usize,
    /// A variant of a corridor that is best under no closure is dropped if it shares at least this part of its cost
    /// with one that is there whenever it is.
    pub overlap: f64,
    /// Corridors that cost more than this many times the cheapest route of the pair are not sought. The best routes
    /// under all closures are found without it.
    pub stretch: f64,
}

impl RouteSetConfig {
    /// As the study says.
    pub fn of(choice: &ChoiceRow) -> Self {
        Self { k: choice.k.max(1) as usize, overlap: choice.overlap, stretch: choice.stretch }
    }
}

impl Default for RouteSetConfig {
    fn default() -> Self {
        Self::of(&ChoiceRow::default())
    }
}

/// Where a route stands in the tree of choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nest {
    /// The first of another chain of modes.
    Mode,
    /// The first of another corridor of the same chain of modes.
    Corridor,
    /// Another variant of the same corridor.
    Variant,
}

/// The frozen routes of all pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteSets {
    /// The profile of each user of the fields: users who meet the same costs everywhere share one.
    profile: Vec<u32>,
    /// The first user of each profile.
    user: Vec<u32>,
    /// Entries of each profile, then of each entry its pair; sorted.
    first_entry: Vec<u32>,
    pairs: Vec<(NodeIdx, NodeIdx)>,
    /// Least cost in the reference scenario, or else the least in any; infinite if never connected.
    least_cost: Vec<f64>,
    first_route: Vec<u32>,
    first_piece: Vec<u32>,
    pieces: Vec<PieceIdx>,
    nest: Vec<Nest>,
    first_link: Vec<u32>,
    links: Vec<LinkIdx>,
    n_masks: usize,
}

/// How large a route set is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteSetSize {
    /// Distinct users.
    pub profiles: usize,
    /// Pairs of all profiles.
    pub entries: usize,
    /// Entries without any route.
    pub unconnected: usize,
    /// Routes.
    pub routes: usize,
    /// Distinct pieces.
    pub pieces: usize,
    /// Pieces of all routes together.
    pub uses: usize,
    /// Distinct closures that the set was built for, that of nothing included.
    pub masks: usize,
    /// Bytes.
    pub bytes: usize,
}

fn range(first: &[u32], at: usize) -> Range<usize> {
    first[at] as usize..first[at + 1] as usize
}

impl RouteSets {
    /// How large the set is.
    pub fn size(&self) -> RouteSetSize {
        let firsts =
            [&self.profile, &self.first_entry, &self.first_route, &self.first_piece, &self.first_link];
        let bytes = firsts.iter().map(|first| size_of_val(first.as_slice())).sum::<usize>()
            + size_of_val(self.pairs.as_slice())
            + size_of_val(self.least_cost.as_slice())
            + size_of_val(self.pieces.as_slice())
            + size_of_val(self.nest.as_slice())
            + size_of_val(self.links.as_slice());
        RouteSetSize {
            profiles: self.n_profiles(),
            entries: self.pairs.len(),
            unconnected: self.entries().filter(|&entry| self.routes(entry).is_empty()).count(),
            routes: self.n_routes(),
            pieces: self.n_pieces(),
            uses: self.pieces.len(),
            masks: self.n_masks,
            bytes,
        }
    }

    /// Number of routes.
    pub fn n_routes(&self) -> usize {
        self.nest.len()
    }

    /// Number of pieces.
    pub fn n_pieces(&self) -> usize {
        self.first_link.len() - 1
    }

    /// All pairs of all profiles.
    pub fn entries(&self) -> impl Iterator<Item = EntryIdx> + use<> {
        (0..self.pairs.len()).map(EntryIdx::new)
    }

    /// Number of profiles.
    pub fn n_profiles(&self) -> usize {
        self.user.len()
    }

    /// A user of the fields who has a profile.
    pub fn user_of(&self, profile: usize) -> usize {
        self.user[profile] as usize
    }

    /// The pairs of a profile.
    pub fn entries_of(&self, profile: usize) -> impl Iterator<Item = EntryIdx> + use<> {
        range(&self.first_entry, profile).map(EntryIdx::new)
    }

    /// The profile of a user of the fields.
    pub fn profile(&self, user: usize) -> usize {
        self.profile[user] as usize
    }

    /// The entry of a pair for a user of the fields; `None` if it was not asked for.
    pub fn entry(&self, user: usize, from: NodeIdx, to: NodeIdx) -> Option<EntryIdx> {
        let of_profile = range(&self.first_entry, self.profile(user));
        let first = of_profile.start;
        self.pairs[of_profile].binary_search(&(from, to)).ok().map(|at| EntryIdx::new(first + at))
    }

    /// Origin and destination of an entry.
    pub fn pair(&self, entry: EntryIdx) -> (NodeIdx, NodeIdx) {
        self.pairs[entry.position()]
    }

    /// The least cost of a pair in the reference scenario; if that does not connect it, the least in any scenario;
    /// infinite if none does. Money per unit of the class.
    pub fn least_cost(&self, entry: EntryIdx) -> f64 {
        self.least_cost[entry.position()]
    }

    /// Positions of the routes of a pair: chains of modes together, within them corridors.
    pub fn routes(&self, entry: EntryIdx) -> Range<usize> {
        range(&self.first_route, entry.position())
    }

    /// Where each route stands in the tree of choices, by position.
    pub fn nests(&self) -> &[Nest] {
        &self.nest
    }

    /// Pieces of a route in the order of travel.
    pub fn pieces(&self, route: RouteIdx) -> &[PieceIdx] {
        &self.pieces[range(&self.first_piece, route.position())]
    }

    /// Links of a piece in the order of travel.
    pub fn piece_links(&self, piece: PieceIdx) -> &[LinkIdx] {
        &self.links[range(&self.first_link, piece.position())]
    }

    /// Links of a route in the order of travel.
    pub fn links(&self, route: RouteIdx) -> impl Iterator<Item = LinkIdx> + '_ {
        self.pieces(route).iter().flat_map(|&piece| self.piece_links(piece)).copied()
    }
}

/// Closures of links that a route set is built for.
#[derive(Clone, Debug, Default)]
pub struct Closures {
    /// Per scenario, each set of physical links that may be closed at once. That nothing is closed is always meant too.
    pub of_scenario: Vec<Vec<BitSet<AssetIdx>>>,
}
