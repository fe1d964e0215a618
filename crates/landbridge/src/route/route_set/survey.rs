//! What one origin asks for: searches under every field and closure, and what they find for each destination.

use std::collections::{BTreeMap, HashMap};

use super::build::Masks;
use super::corridors::{Corridors, Field, Target};
use super::pool::Pool;
use super::profile::Profile;
use super::tree::{Hit, Trees};
use super::{Nest, RouteSetConfig};
use crate::index::{Idx, NodeIdx};

/// All destinations of one origin for one profile.
pub struct Unit<'p> {
    /// Profile.
    pub profile: &'p Profile<'p>,
    /// Origin.
    pub origin: NodeIdx,
    /// Destinations, sorted.
    pub destinations: Vec<NodeIdx>,
}

/// What was found for a unit. Routes are lists of pieces, numbered within the unit.
pub struct Harvest {
    pub least_cost: Vec<f64>,
    pub n_routes: Vec<u32>,
    pub nest: Vec<Nest>,
    pub n_pieces: Vec<u32>,
    pub pieces: Vec<u32>,
    pub links: Vec<Vec<u32>>,
}

/// A field, with the destinations it holds for and the closures that may befall it.
struct Case {
    field: u32,
    /// Positions of destinations, ascending.
    destinations: Vec<u32>,
    wanted: Vec<u64>,
}

/// What a search for corridors knew of one destination.
#[derive(Clone, Copy)]
struct Survey {
    /// Under which field.
    field: u32,
    /// Corridors that were not known after it cost at least this much there.
    limit: f64,
}

/// A destination for which corridors may have to be sought.
#[derive(Clone, Copy)]
struct Open {
    /// Position of the destination.
    at: usize,
    target: Target,
}

/// The destinations for which the corridors of no earlier search are the cheapest still. They are if the known ones cost
/// no more now than the unknown ones did, and if no link that has become cheaper since leads to anything as cheap.
fn unsettled(
    profile: &Profile<'_>,
    corridors: &mut Corridors<'_>,
    here: Field<'_>,
    mut open: Vec<Open>,
    surveys: &[Vec<Survey>],
) -> Vec<Open> {
    let targets: Vec<Target> = open.iter().map(|open| open.target).collect();
    let n = targets.len();
    let highest = targets.iter().map(|target| target.limit).fold(0.0, f64::max);
    let mut is_aimed = false;
    let mut earlier: Vec<u32> =
        open.iter().flat_map(|open| surveys[open.at].iter().map(|survey| survey.field)).collect();
    earlier.sort_unstable();
    earlier.dedup();
    for &field in earlier.iter().rev() {
        let may_do = |open: &Open| {
            let survey = surveys[open.at].iter().find(|survey| survey.field == field);
            survey.is_some_and(|survey| open.target.limit <= survey.limit)
        };
        if !open.iter().any(may_do) {
            continue;
        }
        let before = profile.cost(field);
        let links = here.cost.iter().zip(before).enumerate();
        let cheaper = links.filter(|(_, (now, before))| now < before).map(|(link, _)| link as u32);
        corridors.start(here, cheaper, highest);
        if corridors.has_started() && !is_aimed {
            corridors.aim(here, &targets);
            is_aimed = true;
        }
        if corridors.has_started() && corridors.through(here) {
            open.retain(|open| {
                !may_do(open) || corridors.cost_through(here.cost, open.target.node) < open.target.limit
            });
        } else {
            open.retain(|open| !may_do(open));
        }
        if open.is_empty() {
            break;
        }
    }
    if !open.is_empty() && (open.len() < n || !is_aimed) {
        let targets: Vec<Target> = open.iter().map(|open| open.target).collect();
        corridors.aim(here, &targets);
    }
    open
}

/// The fields that hold between an origin and its destinations, in the order of scenarios.
fn cases(masks: &Masks, unit: &Unit<'_>) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut number: BTreeMap<u32, usize> = BTreeMap::new();
    for scenario in 0..unit.profile.n_scenarios() {
        for (at, &destination) in unit.destinations.iter().enumerate() {
            let field = unit.profile.field(scenario, unit.origin, destination);
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
    // Those of the same destinations follow each other: they differ little.
    cases.sort_by_key(|case| case.destinations[0]);
    cases
}

/// Searches from one origin under all fields, and under each with its closures.
pub fn harvest(masks: &Masks, reference: usize, config: &RouteSetConfig, unit: &Unit<'_>) -> Harvest {
    let profile = unit.profile;
    let graph = &profile.graph;
    let (mut trees, mut corridors) = (Trees::new(graph), Corridors::new(graph));
    // Scratch space: links of a route, and costs by corridor.
    let (mut links, mut best_of) = (Vec::new(), Vec::new());
    let n = unit.destinations.len();
    let root = graph.centroid[unit.origin.position()];
    let mut pools: Vec<Pool> = (0..n).map(|_| Pool::default()).collect();
    let (mut in_reference, mut anywhere) = (vec![f64::INFINITY; n], vec![f64::INFINITY; n]);
    let cases = cases(masks, unit);
    let mut surveys: Vec<Vec<Survey>> = vec![Vec::new(); n];
    let mut grown: Option<u32> = None;
    for case in &cases {
        let cost = profile.cost(case.field);
        let positions: Vec<usize> = case.destinations.iter().map(|&at| at as usize).collect();
        let destinations: Vec<NodeIdx> = positions.iter().map(|&at| unit.destinations[at]).collect();
        match grown {
            None => trees.grow(cost, unit.origin),
            Some(field) => trees.change(profile.cost(field), cost, unit.origin),
        }
        grown = Some(case.field);
        let hits: Vec<Option<Hit>> = destinations.iter().map(|&to| trees.cheapest(cost, to)).collect();
        let found = || {
            let hits = positions.iter().zip(&destinations).zip(&hits);
            hits.filter_map(|((&at, &to), &hit)| Some((at, to, hit?)))
        };
        for (at, to, hit) in found() {
            anywhere[at] = anywhere[at].min(hit.cost);
            if profile.field(reference, unit.origin, to) == case.field {
                in_reference[at] = hit.cost;
            }
            pools[at].add(graph, hit.hash, true, || {
                trees.links_of_cheapest(hit, &mut links);
                links.clone()
            });
        }
        let here = Field { cost, root, from_root: trees.costs() };
        let open = found().map(|(at, node, hit)| {
            let limit = pools[at].dearest_of(config.k, cost, &mut best_of).min(config.stretch * hit.cost);
            Open { at, target: Target { node, limit } }
        });
        let open = unsettled(profile, &mut corridors, here, open.collect(), &surveys);
        if !open.is_empty() {
            let targets: Vec<Target> = open.iter().map(|open| open.target).collect();
            corridors.spread(here, unit.origin, &targets, config.k);
            for Open { at, target } in open {
                for hit in corridors.found(target.node) {
                    pools[at].add(graph, hit.hash, false, || {
                        corridors.links_of(hit, &mut links);
                        links.clone()
                    });
                }
                let limit = pools[at].dearest_of(config.k, cost, &mut best_of).min(target.limit);
                surveys[at].push(Survey { field: case.field, limit });
            }
        }
        for (closed, &wanted) in profile.closed.iter().zip(&case.wanted) {
            trees.cut(closed, wanted);
            let cut: Vec<(usize, NodeIdx, u64)> =
                found().map(|(at, to, hit)| (at, to, trees.cuts(hit))).collect();
            let mut cuts = cut.iter().fold(0, |any, (_, _, cuts)| any | cuts);
            while cuts != 0 {
                let bit = cuts.trailing_zeros();
                cuts &= cuts - 1;
                let cut = cut.iter().filter(|(_, _, cuts)| cuts >> bit & 1 == 1);
                let ends: Vec<NodeIdx> = cut.clone().map(|&(_, to, _)| to).collect();
                trees.regrow(cost, unit.origin, &ends, closed, bit);
                for &(at, to, _) in cut {
                    let Some(hit) = trees.cheapest_regrown(cost, to) else { continue };
                    pools[at].add(graph, hit.hash, true, || {
                        trees.links_of_regrown(hit, &mut links);
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
        case.destinations.iter().for_each(|&at| of_destination[at as usize].push(profile.cost(case.field)));
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
            let route = graph.expand(&route);
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
