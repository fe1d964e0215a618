//! Which territories and modes the routes pass, each way once.

use std::collections::HashMap;

use crate::index::{CountryIdx, LinkIdx, PieceIdx, RouteIdx, TerritoryIdx};
use crate::network::Network;
use crate::route::route_set::RouteSets;
use crate::study::tables::Mode;

/// Territories and modes of a route, in order, without repeats in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Way {
    pub(super) territories: Vec<TerritoryIdx>,
    pub(super) modes: Vec<Mode>,
}

impl Way {
    fn enter(&mut self, network: &Network, territory: TerritoryIdx) {
        if network.territories[territory].country.is_some() && self.territories.last() != Some(&territory) {
            self.territories.push(territory);
        }
    }

    fn move_in(&mut self, mode: Mode) {
        if self.modes.last() != Some(&mode) {
            self.modes.push(mode);
        }
    }

    fn of(network: &Network, links: &[LinkIdx]) -> Self {
        let mut way = Self::default();
        for &at in links {
            let link = &network.links[at];
            way.enter(network, network.nodes[network.states[link.tail].node].territory);
            if let Some(asset) = link.asset {
                let asset = &network.assets[asset];
                if link.forward {
                    asset.territories.iter().for_each(|&t| way.enter(network, t));
                } else {
                    asset.territories.iter().rev().for_each(|&t| way.enter(network, t));
                }
                way.move_in(asset.mode);
            }
            way.enter(network, network.nodes[network.states[link.head].node].territory);
        }
        way
    }

    fn then(&self, network: &Network, next: &Self) -> Self {
        let mut way = self.clone();
        next.territories.iter().for_each(|&territory| way.enter(network, territory));
        next.modes.iter().for_each(|&mode| way.move_in(mode));
        way
    }

    /// Countries on the way, each once.
    pub(super) fn countries(&self, network: &Network) -> Vec<CountryIdx> {
        let all = self.territories.iter().filter_map(|&t| network.territories[t].country);
        let mut countries: Vec<CountryIdx> = all.collect();
        countries.sort_unstable();
        countries.dedup();
        countries
    }
}

/// Ways, each once.
#[derive(Default)]
struct Known {
    ways: Vec<Way>,
    number: HashMap<Way, u32>,
}

impl Known {
    fn number(&mut self, way: Way) -> u32 {
        let next = self.ways.len() as u32;
        *self.number.entry(way).or_insert_with_key(|way| {
            self.ways.push(way.clone());
            next
        })
    }
}

/// The way of every route. Pieces are worked out once; routes that begin with the same pieces share the work.
pub(super) fn ways(network: &Network, sets: &RouteSets) -> (Vec<u32>, Vec<Way>) {
    let mut known = Known::default();
    let nowhere = known.number(Way::default());
    let pieces = (0..sets.n_pieces()).map(|at| PieceIdx(at as u32));
    let of_piece: Vec<u32> =
        pieces.map(|piece| known.number(Way::of(network, sets.piece_links(piece)))).collect();
    let mut joined: HashMap<(u32, u32), u32> = HashMap::new();
    let mut ways = Vec::new();
    let mut renamed: HashMap<u32, u32> = HashMap::new();
    // The pieces of the last route, and the way up to the end of each.
    let (mut last, mut so_far): (&[PieceIdx], Vec<u32>) = (&[], Vec::new());
    let routes = (0..sets.n_routes()).map(|route| sets.pieces(RouteIdx(route as u32)));
    let way_of = routes.map(|pieces| {
        so_far.truncate(last.iter().zip(pieces).take_while(|(a, b)| a == b).count());
        for piece in &pieces[so_far.len()..] {
            let (from, next) = (so_far.last().copied().unwrap_or(nowhere), of_piece[piece.0 as usize]);
            so_far.push(*joined.entry((from, next)).or_insert_with(|| {
                let way = known.ways[from as usize].then(network, &known.ways[next as usize]);
                known.number(way)
            }));
        }
        last = pieces;
        let way = so_far.last().copied().unwrap_or(nowhere);
        *renamed.entry(way).or_insert_with(|| {
            ways.push(way);
            ways.len() as u32 - 1
        })
    });
    let way_of: Vec<u32> = way_of.collect();
    (way_of, ways.into_iter().map(|way| known.ways[way as usize].clone()).collect())
}
