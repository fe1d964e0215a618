//! Builds the universe: searches from every origin under every field and closure, and what they find put together.

use std::collections::{BTreeMap, HashMap};

use super::graph::Graph;
use super::pool::Pool;
use super::search::Search;
use super::{Closures, Nest, OdGroup, RouteSetConfig, RouteSets};
use crate::cost::{Fields, User};
use crate::index::{AssetIdx, BitSet, FieldIdx, LinkIdx, NodeIdx, PieceIdx};
use crate::network::Network;
use crate::parallel;

/// Distinct closures, as bits of words on links.
struct Masks {
    /// `closed[word][link]`: bit `i` says that closure `64 word + i` closes the link.
    closed: Vec<Vec<u64>>,
    /// Per scenario and word, which closures belong to it.
    wanted: Vec<Vec<u64>>,
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

/// All destinations of one origin for one profile.
struct Unit {
    user: usize,
    origin: NodeIdx,
    destinations: Vec<NodeIdx>,
}

/// What was found for a unit. Routes are lists of pieces, numbered within the unit.
struct Harvest {
    least_cost: Vec<f64>,
    n_routes: Vec<u32>,
    nest: Vec<Nest>,
    n_pieces: Vec<u32>,
    pieces: Vec<u32>,
    links: Vec<Vec<u32>>,
}

/// A field, with the destinations it holds for and the closures that may befall it.
struct Case {
    field: FieldIdx,
    /// Positions of destinations, ascending.
    destinations: Vec<u32>,
    wanted: Vec<u64>,
}

impl RouteSets {
    /// Builds the universe for the pairs of `demand` under all scenarios of `fields`, and under each with each of its
    /// closures. `reference` is the scenario whose least costs scale the choice.
    ///
    /// Guaranteed, if pairs are in `demand`, for every scenario and each of its closures: the cheapest permitted route
    /// is there. For every scenario without closure: of the `k` cheapest corridors that the search finds, a route that
    /// is permitted: the cheapest of it, one that was so in another scenario, or one that shares at least `overlap` of
    /// its cost.
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
        let graph = Graph::new(network);
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
        let mut units = Vec::new();
        for (pairs, &user) in pairs.iter_mut().zip(&firsts) {
            pairs.sort_unstable();
            pairs.dedup();
            for of_origin in pairs.chunk_by(|a, b| a.0 == b.0) {
                let destinations = of_origin.iter().map(|&(_, to)| to).collect();
                units.push(Unit { user, origin: of_origin[0].0, destinations });
            }
        }
        let harvests = parallel::map_with(
            &units,
            || Search::new(&graph),
            |search, unit| harvest(&graph, fields, &masks, reference, config, search, unit),
        );
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
        for of_profile in &pairs {
            sets.pairs.extend(of_profile);
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

/// What a search for corridors found to one destination.
#[derive(Clone)]
struct Survey {
    /// Under which field.
    field: FieldIdx,
    /// Corridors that it did not find cost at least this much there.
    limit: f64,
    /// The routes that it found.
    routes: Vec<usize>,
}

/// Decides for which destinations corridors must be sought anew.
struct Seek<'a, 'g> {
    fields: &'a Fields,
    config: &'a RouteSetConfig,
    search: &'a mut Search<'g>,
    case: &'a Case,
    pools: &'a [Pool],
}

impl Seek<'_, '_> {
    /// The destinations for which the corridors of no earlier search are the cheapest still. They are if what was found
    /// there costs no more now than what was not found did, and if no link that has become cheaper since leads to
    /// anything as cheap.
    fn unsettled(&mut self, unit: &Unit, positions: &[usize], surveys: &[Vec<Survey>]) -> Vec<usize> {
        let cost = self.fields.cost(self.case.field);
        let mut open = positions.to_vec();
        let mut earlier: Vec<FieldIdx> =
            positions.iter().flat_map(|&at| surveys[at].iter().map(|survey| survey.field)).collect();
        earlier.sort_unstable();
        earlier.dedup();
        for &field in earlier.iter().rev() {
            // What the dearest corridor that is kept costs now, for destinations where it may do.
            let mut needs: Vec<(usize, f64)> = Vec::new();
            for &at in &open {
                let Some(survey) = surveys[at].iter().find(|survey| survey.field == field) else { continue };
                let now = survey.routes.iter().map(|&route| self.pools[at].cost(route, cost));
                let need = match self.search.cheapest(cost, unit.destinations[at]) {
                    None => continue,
                    Some(best) if survey.routes.len() < self.config.k => {
                        now.fold(self.config.stretch * best.cost, f64::max)
                    }
                    Some(_) => now.fold(0.0, f64::max),
                };
                if need <= survey.limit {
                    needs.push((at, need));
                }
            }
            if needs.is_empty() {
                continue;
            }
            let before = self.fields.cost(field);
            let cheaper: Vec<u32> =
                (0..cost.len()).filter(|&at| cost[at] < before[at]).map(|at| at as u32).collect();
            let limit = needs.iter().map(|(_, need)| *need).fold(0.0, f64::max);
            self.search.through(cost, &cheaper, limit);
            needs.retain(|&(at, need)| self.search.cost_through(cost, unit.destinations[at]) >= need);
            // Both are in ascending order.
            open.retain(|at| needs.binary_search_by_key(at, |&(settled, _)| settled).is_err());
            if open.is_empty() {
                break;
            }
        }
        // Nothing is sought where there is no way.
        open.retain(|&at| self.search.cheapest(cost, unit.destinations[at]).is_some());
        open
    }
}

/// The fields that hold between an origin and its destinations, in the order of scenarios.
fn cases(fields: &Fields, masks: &Masks, unit: &Unit) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut number: BTreeMap<FieldIdx, usize> = BTreeMap::new();
    for scenario in 0..fields.n_scenarios() {
        for (at, &destination) in unit.destinations.iter().enumerate() {
            let field = fields.field(scenario, unit.user, unit.origin, destination);
            let case = *number.entry(field).or_insert_with(|| {
                let wanted = vec![0; masks.closed.len()];
                cases.push(Case { field, destinations: Vec::new(), wanted });
                cases.len() - 1
            });
            let case = &mut cases[case];
            case.destinations.push(at as u32);
            case.wanted.iter_mut().zip(&masks.wanted[scenario]).for_each(|(own, more)| *own |= more);
        }
    }
    for case in &mut cases {
        case.destinations.sort_unstable();
        case.destinations.dedup();
    }
    cases
}

fn harvest(
    graph: &Graph,
    fields: &Fields,
    masks: &Masks,
    reference: usize,
    config: &RouteSetConfig,
    search: &mut Search<'_>,
    unit: &Unit,
) -> Harvest {
    let n = unit.destinations.len();
    let mut pools: Vec<Pool> = (0..n).map(|_| Pool::default()).collect();
    let (mut in_reference, mut anywhere) = (vec![f64::INFINITY; n], vec![f64::INFINITY; n]);
    let cases = cases(fields, masks, unit);
    let mut surveys: Vec<Vec<Survey>> = vec![Vec::new(); n];
    let mut links = Vec::new();
    let mut rest = Vec::new();
    for case in &cases {
        let cost = fields.cost(case.field);
        let positions: Vec<usize> = case.destinations.iter().map(|&at| at as usize).collect();
        let destinations: Vec<NodeIdx> = positions.iter().map(|&at| unit.destinations[at]).collect();
        search.grow(cost, unit.origin);
        for (&at, &to) in positions.iter().zip(&destinations) {
            let Some(hit) = search.cheapest(cost, to) else { continue };
            anywhere[at] = anywhere[at].min(hit.cost);
            if fields.field(reference, unit.user, unit.origin, to) == case.field {
                in_reference[at] = hit.cost;
            }
            pools[at].add(graph, hit.hash, true, || {
                search.links_of_cheapest(hit, &mut links);
                links.clone()
            });
        }
        let mut seek = Seek { fields, config, search: &mut *search, case, pools: &pools };
        let open = seek.unsettled(unit, &positions, &surveys);
        if !open.is_empty() {
            let ends: Vec<NodeIdx> = open.iter().map(|&at| unit.destinations[at]).collect();
            search.remaining(cost, &ends, &mut rest);
            let limit = search.spread(cost, unit.origin, &ends, &rest, config.k, config.stretch);
            for (&at, &to) in open.iter().zip(&ends) {
                let mut survey = Survey { field: case.field, limit, routes: Vec::new() };
                for hit in search.corridors(to) {
                    survey.routes.push(pools[at].add(graph, hit.hash, false, || {
                        search.links_of_label(hit, &mut links);
                        links.clone()
                    }));
                }
                if survey.routes.len() == config.k {
                    let dearest = survey.routes.iter().map(|&route| pools[at].cost(route, cost));
                    survey.limit = dearest.fold(0.0, f64::max);
                }
                surveys[at].push(survey);
            }
        }
        for (closed, &wanted) in masks.closed.iter().zip(&case.wanted) {
            let mut cuts = search.cuts(cost, closed, wanted, &destinations);
            while cuts != 0 {
                let bit = cuts.trailing_zeros();
                cuts &= cuts - 1;
                search.regrow(cost, unit.origin, closed, bit);
                for (&at, &to) in positions.iter().zip(&destinations) {
                    if search.cut_word(cost, to) >> bit & 1 == 0 {
                        continue;
                    }
                    let Some(hit) = search.cheapest_regrown(cost, to) else { continue };
                    pools[at].add(graph, hit.hash, true, || {
                        search.links_of_regrown(hit, &mut links);
                        links.clone()
                    });
                }
            }
        }
    }
    let least = in_reference.into_iter().zip(anywhere);
    let least_cost = least.map(|(own, any)| if own.is_finite() { own } else { any }).collect();
    let mut of_destination: Vec<Vec<&[f64]>> = vec![Vec::new(); n];
    for case in &cases {
        case.destinations.iter().for_each(|&at| of_destination[at as usize].push(fields.cost(case.field)));
    }
    let (mut n_routes, mut nest, mut n_pieces) = (Vec::new(), Vec::new(), Vec::new());
    let mut pieces: Vec<u32> = Vec::new();
    let mut number: HashMap<Vec<u32>, u32> = HashMap::new();
    let mut parts: Vec<Vec<u32>> = Vec::new();
    for (pool, fields) in pools.into_iter().zip(&of_destination) {
        let kept = pool.keep(fields, config);
        n_routes.push(kept.len() as u32);
        for (level, route) in kept {
            nest.push(level);
            let before = pieces.len();
            for part in route.split_inclusive(|&link| graph.is_event(link)) {
                let known = number.get(part).copied();
                pieces.push(known.unwrap_or_else(|| {
                    parts.push(part.to_vec());
                    let next = number.len() as u32;
                    number.insert(part.to_vec(), next);
                    next
                }));
            }
            n_pieces.push((pieces.len() - before) as u32);
        }
    }
    Harvest { least_cost, n_routes, nest, n_pieces, pieces, links: parts }
}
