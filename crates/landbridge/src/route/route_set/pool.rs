//! The routes found for one pair, each once, and what is kept of them.

use super::graph::{Graph, mix};
use super::{Nest, RouteSetConfig};

/// Routes of one pair.
#[derive(Default)]
pub struct Pool {
    routes: Vec<Found>,
}

struct Found {
    hash: u64,
    links: Vec<u32>,
    chain: u64,
    corridor: u64,
    /// Whether it is the best under some closure.
    is_best: bool,
}

impl Pool {
    /// Adds a route unless it is there, and returns its number; `links` is asked only if it is new.
    pub fn add(
        &mut self,
        graph: &Graph,
        hash: u64,
        is_best: bool,
        links: impl FnOnce() -> Vec<u32>,
    ) -> usize {
        if let Some(known) = self.routes.iter().position(|route| route.hash == hash) {
            self.routes[known].is_best |= is_best;
            return known;
        }
        let links = links();
        let signature = graph.signature(&links);
        self.routes.push(Found {
            hash,
            links,
            chain: signature.chain,
            corridor: mix(signature.chain, signature.corridor),
            is_best,
        });
        self.routes.len() - 1
    }

    /// What a route costs in a field.
    pub fn cost(&self, route: usize, field: &[f64]) -> f64 {
        self.routes[route].links.iter().map(|&link| field[link as usize]).sum()
    }

    /// What the dearest of the `k` cheapest corridors costs in a field; infinite if fewer are there. `best` is
    /// scratch space.
    pub fn dearest_of(&self, k: usize, field: &[f64], best: &mut Vec<(u64, f64)>) -> f64 {
        best.clear();
        for (at, route) in self.routes.iter().enumerate() {
            let cost = self.cost(at, field);
            match best.iter_mut().find(|(corridor, _)| *corridor == route.corridor) {
                Some((_, known)) => *known = known.min(cost),
                None => best.push((route.corridor, cost)),
            }
        }
        if best.len() < k {
            return f64::INFINITY;
        }
        best.select_nth_unstable_by(k - 1, |a, b| a.1.total_cmp(&b.1)).1.1
    }

    /// What is kept, in the order of the tree of choices. `fields` are the costs under which the pair was searched.
    pub fn keep(mut self, fields: &[&[f64]], config: &RouteSetConfig) -> Vec<(Nest, Vec<u32>)> {
        self.routes.sort_by(|a, b| {
            let key = |r: &Found| (r.chain, r.corridor, !r.is_best);
            key(a).cmp(&key(b)).then_with(|| a.links.cmp(&b.links))
        });
        let total = |links: &[u32], cost: &[f64]| links.iter().map(|&link| cost[link as usize]).sum::<f64>();
        let totals = |links: &[u32]| fields.iter().map(|cost| total(links, cost)).collect::<Vec<f64>>();
        let mut kept: Vec<(Nest, Vec<u32>)> = Vec::new();
        // What the routes kept of the corridor cost in each field, as far as it was asked for.
        let mut costs: Vec<Vec<f64>> = Vec::new();
        let (mut chain, mut corridor, mut first) = (None, None, 0);
        for route in self.routes {
            let nest = if chain != Some(route.chain) {
                Nest::Mode
            } else if corridor != Some(route.corridor) {
                Nest::Corridor
            } else {
                Nest::Variant
            };
            if nest != Nest::Variant {
                first = kept.len();
                costs.clear();
            }
            (chain, corridor) = (Some(route.chain), Some(route.corridor));
            if nest == Nest::Variant && !route.is_best {
                let own = totals(&route.links);
                costs.extend(kept[first + costs.len()..].iter().map(|(_, links)| totals(links)));
                let stands_for = |(other, of_other): (&(Nest, Vec<u32>), &Vec<f64>)| {
                    let is_there =
                        own.iter().zip(of_other).all(|(own, other)| own.is_infinite() || other.is_finite());
                    is_there && shares(&route.links, &own, &other.1, fields, config.overlap)
                };
                if kept[first..].iter().zip(&costs).any(stands_for) {
                    continue;
                }
            }
            kept.push((nest, route.links));
        }
        kept
    }
}

/// Whether a route shares enough of its cost with another one, in the first field that permits it.
fn shares(links: &[u32], totals: &[f64], other: &[u32], fields: &[&[f64]], overlap: f64) -> bool {
    let first = totals.iter().zip(fields).find(|(total, _)| total.is_finite());
    first.is_some_and(|(total, cost)| {
        let common = links.iter().filter(|link| other.contains(link));
        common.map(|&link| cost[link as usize]).sum::<f64>() / total >= overlap
    })
}
