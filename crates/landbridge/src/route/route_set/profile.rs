//! What users of one profile meet on their ways: the part of the network that they can pass, its costs and its closures.

use std::collections::HashMap;

use super::build::Masks;
use super::graph::{Graph, NONE};
use crate::cost::Fields;
use crate::index::{BitSet, FieldIdx, Idx, LinkIdx, NodeIdx};
use crate::network::Network;

/// Users who meet the same costs and permits everywhere, and the pairs between which they travel.
pub struct Profile<'f> {
    fields: &'f Fields,
    /// The first of the users.
    pub user: usize,
    /// Origins and destinations, sorted.
    pub pairs: Vec<(NodeIdx, NodeIdx)>,
    /// What any of the users can pass between these nodes in any scenario.
    pub graph: Graph,
    /// Closures of each link of the graph, as in [`Masks`].
    pub closed: Vec<Vec<u64>>,
    /// Costs of the links of the graph, each field once.
    costs: Vec<Vec<f64>>,
    /// Of each field, its position among `costs`.
    own: Vec<u32>,
}

impl<'f> Profile<'f> {
    /// Looks for what can be passed in any of the fields.
    pub fn new(
        network: &Network,
        fields: &'f Fields,
        masks: &Masks,
        user: usize,
        pairs: Vec<(NodeIdx, NodeIdx)>,
    ) -> Self {
        let mut ends = BitSet::empty(network.nodes.len());
        let mut known: Vec<FieldIdx> = Vec::new();
        for &(from, to) in &pairs {
            ends.insert(from);
            ends.insert(to);
            known.extend((0..fields.n_scenarios()).map(|scenario| fields.field(scenario, user, from, to)));
        }
        known.sort_unstable();
        known.dedup();
        let mut usable: BitSet<LinkIdx> = BitSet::empty(network.links.len());
        for link in network.links.indices() {
            if known.iter().any(|&field| fields.cost(field)[link.position()].is_finite()) {
                usable.insert(link);
            }
        }
        let graph = Graph::new(network, &usable, &ends);
        // Fields that differ elsewhere only are one here; bits are compared, for costs are never negative zero.
        let mut costs: Vec<Vec<f64>> = Vec::new();
        let mut position: HashMap<Vec<u64>, u32> = HashMap::new();
        let mut own = vec![NONE; fields.len()];
        for field in known {
            let cost = graph.costs(fields.cost(field));
            let bits = cost.iter().map(|cost| cost.to_bits()).collect();
            let at = *position.entry(bits).or_insert_with(|| {
                costs.push(cost);
                costs.len() as u32 - 1
            });
            own[field.position()] = at;
        }
        let closed = masks.closed.iter().map(|closed| graph.closed(closed)).collect();
        Self { fields, user, pairs, graph, closed, costs, own }
    }

    /// Number of scenarios.
    pub fn n_scenarios(&self) -> usize {
        self.fields.n_scenarios()
    }

    /// The field that holds between two nodes in a scenario, by its position among those of the profile.
    pub fn field(&self, scenario: usize, from: NodeIdx, to: NodeIdx) -> u32 {
        self.own[self.fields.field(scenario, self.user, from, to).position()]
    }

    /// Cost of each link of the graph in a field; infinite where it is barred.
    pub fn cost(&self, field: u32) -> &[f64] {
        &self.costs[field as usize]
    }
}
