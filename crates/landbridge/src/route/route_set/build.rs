//! Builds the universe: searches from every origin under every field and closure, and what they find put together.

use std::collections::HashMap;

use super::profile::Profile;
use super::survey::{Harvest, Unit, harvest};
use super::{Closures, OdGroup, RouteSetConfig, RouteSets};
use crate::cost::{Fields, User};
use crate::index::{AssetIdx, BitSet, LinkIdx, NodeIdx, PieceIdx};
use crate::network::Network;
use crate::parallel;

/// Distinct closures, as bits of words on links.
pub struct Masks {
    /// `closed[word][link]`: bit `i` says that closure `64 word + i` closes the link.
    pub closed: Vec<Vec<u64>>,
    /// Per scenario and word, which closures belong to it.
    pub wanted: Vec<Vec<u64>>,
    n: usize,
}

impl Masks {
    fn new(network: &Network, closures: &Closures, n_scenarios: usize) -> Self {
        let mut number: HashMap<&BitSet<AssetIdx>, usize> = HashMap::new();
        let mut distinct: Vec<&BitSet<AssetIdx>> = Vec::new();
        let mut of_scenario = vec![Vec::new(); n_scenarios];
        for (masks, sets) in of_scenario.iter_mut().zip(&closures.of_scenario) {
            for set in sets {
                let at = *number.entry(set).or_insert_with(|| {
                    distinct.push(set);
                    distinct.len() - 1
                });
                masks.push(at);
            }
        }
        let n_words = distinct.len().div_ceil(64);
        let mut closed = vec![vec![0; network.links.len()]; n_words];
        for (at, link) in network.links.iter().enumerate() {
            let Some(asset) = link.asset else { continue };
            for (mask, _) in distinct.iter().enumerate().filter(|(_, set)| set.contains(asset)) {
                closed[mask / 64][at] |= 1 << (mask % 64);
            }
        }
        let words = |masks: &Vec<usize>| {
            let mut words = vec![0u64; n_words];
            for mask in masks {
                words[mask / 64] |= 1 << (mask % 64);
            }
            words
        };
        Self { closed, wanted: of_scenario.iter().map(words).collect(), n: distinct.len() }
    }
}

impl RouteSets {
    /// Builds the universe for the pairs of `demand` under all scenarios of `fields`, and under each with each of its
    /// closures. `reference` is the scenario whose least costs scale the choice.
    ///
    /// Guaranteed for every pair of `demand` in every scenario:
    ///
    /// - With nothing closed and under each closure of the scenario, the cheapest permitted route is there, exactly.
    /// - With nothing closed, each of the `k` cheapest corridors that the search for corridors finds there, as far as it
    ///   costs at most `stretch` times the cheapest route of the pair there, has a permitted route in the set: the
    ///   cheapest of the corridor, one that was so in another scenario, or one that shares at least `overlap` of its
    ///   cost.
    ///
    /// The number of threads and the names of places change nothing. Routes of exactly equal cost are settled by the order
    /// of scenarios, which is that of their names.
    ///
    /// # Panics
    /// A group of `demand` has a user that `fields` does not know.
    pub fn build(
        network: &Network,
        fields: &Fields,
        demand: &[OdGroup],
        closures: &Closures,
        reference: usize,
        config: &RouteSetConfig,
    ) -> Self {
        let masks = Masks::new(network, closures, fields.n_scenarios());
        // Users who meet the same costs everywhere share a profile: that of the first of them.
        let mut firsts: Vec<usize> = Vec::new();
        let profile: Vec<u32> = (0..fields.users().len())
            .map(|user| {
                let known = firsts.iter().position(|&first| fields.are_alike(first, user));
                known.unwrap_or_else(|| {
                    firsts.push(user);
                    firsts.len() - 1
                }) as u32
            })
            .collect();
        let mut pairs: Vec<Vec<(NodeIdx, NodeIdx)>> = vec![Vec::new(); firsts.len()];
        for group in demand {
            let user = fields.user(User { class: group.class, flag: group.flag });
            let user = user.expect("the fields are those of the users who have demand");
            pairs[profile[user] as usize].extend(&group.pairs);
        }
        for pairs in &mut pairs {
            pairs.sort_unstable();
            pairs.dedup();
        }
        let of_profiles: Vec<_> = firsts.iter().copied().zip(pairs).collect();
        let profiles = parallel::map_with(
            &of_profiles,
            || (),
            |(), (user, pairs)| Profile::new(network, fields, &masks, *user, pairs.clone()),
        );
        let mut units = Vec::new();
        for profile in &profiles {
            for of_origin in profile.pairs.chunk_by(|a, b| a.0 == b.0) {
                let destinations = of_origin.iter().map(|&(_, to)| to).collect();
                units.push(Unit { profile, origin: of_origin[0].0, destinations });
            }
        }
        let harvests = parallel::map_with(&units, || (), |(), unit| harvest(&masks, reference, config, unit));
        let mut sets = Self {
            profile,
            user: firsts.iter().map(|&user| user as u32).collect(),
            first_entry: vec![0],
            pairs: Vec::new(),
            least_cost: Vec::new(),
            first_route: vec![0],
            first_piece: vec![0],
            pieces: Vec::new(),
            nest: Vec::new(),
            first_link: vec![0],
            links: Vec::new(),
            n_masks: masks.n + 1,
        };
        for profile in &profiles {
            sets.pairs.extend(&profile.pairs);
            sets.first_entry.push(sets.pairs.len() as u32);
        }
        let mut number: HashMap<Vec<u32>, PieceIdx> = HashMap::new();
        for harvest in harvests {
            sets.gather(harvest, &mut number);
        }
        sets
    }

    fn gather(&mut self, harvest: Harvest, number: &mut HashMap<Vec<u32>, PieceIdx>) {
        self.least_cost.extend(&harvest.least_cost);
        let renamed: Vec<PieceIdx> = harvest
            .links
            .into_iter()
            .map(|links| {
                let next = PieceIdx(number.len() as u32);
                *number.entry(links).or_insert_with_key(|links| {
                    self.links.extend(links.iter().map(|&link| LinkIdx(link)));
                    self.first_link.push(self.links.len() as u32);
                    next
                })
            })
            .collect();
        for n in harvest.n_routes {
            self.first_route.push(self.first_route.last().copied().unwrap_or(0) + n);
        }
        for n in harvest.n_pieces {
            self.first_piece.push(self.first_piece.last().copied().unwrap_or(0) + n);
        }
        self.nest.extend(harvest.nest);
        self.pieces.extend(harvest.pieces.into_iter().map(|piece| renamed[piece as usize]));
    }
}
