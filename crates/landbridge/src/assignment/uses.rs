//! Which congested facilities each route uses.
//!
//! In: frozen routes, the links of each facility. Out: for each route the number of a list of facilities. Lists are few
//! and shared by many routes, so what hours at facilities cost is added up once a list and not once a route.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::index::{Idx, LinkIdx, PieceIdx, RouteIdx};
use crate::route::route_set::RouteSets;

/// Different lists of facilities, each with a number. That of the empty list is 0.
#[derive(Clone, Debug, PartialEq)]
pub struct UseLists {
    first: Vec<u32>,
    uses: Vec<u16>,
    number: HashMap<Vec<u16>, u32>,
}

impl Default for UseLists {
    fn default() -> Self {
        Self { first: vec![0, 0], uses: Vec::new(), number: HashMap::from([(Vec::new(), 0)]) }
    }
}

impl UseLists {
    /// The number of a list, whatever its order; a facility stands in it as often as it is used.
    pub fn number(&mut self, facilities: &[u16]) -> u32 {
        let mut sorted = facilities.to_vec();
        sorted.sort_unstable();
        let next = self.count() as u32;
        if let Some(&known) = self.number.get(&sorted) {
            return known;
        }
        self.uses.extend_from_slice(&sorted);
        self.first.push(self.uses.len() as u32);
        self.number.insert(sorted, next);
        next
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.first.len() - 1
    }

    /// The facilities of a list, sorted.
    pub fn of(&self, list: u32) -> &[u16] {
        &self.uses[self.first[list as usize] as usize..self.first[list as usize + 1] as usize]
    }

    /// The lists in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u16]> {
        self.first.windows(2).map(|ends| &self.uses[ends[0] as usize..ends[1] as usize])
    }

    /// By list, the sum over its facilities of what each costs.
    pub fn sums(&self, of_facility: &[f64]) -> Vec<f64> {
        self.iter().map(|list| list.iter().map(|&f| of_facility[usize::from(f)]).sum()).collect()
    }
}

/// Which facilities each route uses.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteUses {
    /// By route, the number of its list.
    list: Vec<u32>,
    lists: Arc<UseLists>,
}

impl RouteUses {
    /// Finds them. `links_of` holds the links of each facility.
    ///
    /// # Panics
    /// There are more than 65,535 facilities.
    pub fn new(sets: &RouteSets, n_links: usize, links_of: &[&[LinkIdx]]) -> Self {
        assert!(u16::try_from(links_of.len()).is_ok(), "facilities have numbers of 16 bits");
        let mut of_link: Vec<Vec<u16>> = vec![Vec::new(); n_links];
        for (facility, links) in links_of.iter().enumerate() {
            links.iter().for_each(|link| of_link[link.position()].push(facility as u16));
        }
        let of_piece: Vec<Vec<u16>> = (0..sets.n_pieces())
            .map(|piece| {
                let links = sets.piece_links(PieceIdx::new(piece)).iter();
                links.flat_map(|link| &of_link[link.position()]).copied().collect()
            })
            .collect();
        let mut lists = UseLists::default();
        let mut facilities = Vec::new();
        let list = (0..sets.n_routes()).map(|route| {
            facilities.clear();
            for piece in sets.pieces(RouteIdx::new(route)) {
                facilities.extend_from_slice(&of_piece[piece.position()]);
            }
            lists.number(&facilities)
        });
        Self { list: list.collect(), lists: Arc::new(lists) }
    }

    /// The number of the list of a route.
    pub fn list(&self, route: usize) -> u32 {
        self.list[route]
    }

    /// The same of some routes.
    pub fn of(&self, routes: Range<usize>) -> &[u32] {
        &self.list[routes]
    }

    /// All lists.
    pub fn lists(&self) -> &Arc<UseLists> {
        &self.lists
    }
}
