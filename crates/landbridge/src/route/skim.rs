//! Many-to-many skims: what the cheapest route of each pair costs, in parts.

use crate::index::{IdxVec, LinkIdx, NodeIdx, StateIdx};
use crate::network::Network;

use super::Costed;
use super::shortest_path::{Scope, Search};

/// One origin's part of a skim: for each destination the cost and the sums of `N` quantities along its cheapest
/// route; `None` where there is no route.
pub fn skim_row<const N: usize>(
    search: &mut Search<'_>,
    network: &Network,
    costed: Costed<'_>,
    origin: NodeIdx,
    destinations: &[NodeIdx],
    quantities: &IdxVec<LinkIdx, [f64; N]>,
) -> Vec<Option<(f64, [f64; N])>> {
    let targets: Vec<StateIdx> = destinations.iter().map(|&node| network.nodes[node].centroid).collect();
    search.forward(costed, Scope::All, network.nodes[origin].centroid, &targets);
    targets
        .into_iter()
        .map(|mut at| {
            let cost = search.cost(at);
            if cost.is_infinite() {
                return None;
            }
            let mut sums = [0.0; N];
            while let Some(link) = search.parent(at) {
                for (sum, value) in sums.iter_mut().zip(&quantities[link]) {
                    *sum += value;
                }
                at = network.links[link].tail;
            }
            Some((cost, sums))
        })
        .collect()
}
