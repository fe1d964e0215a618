//! Which links always follow each other, so that searches can take them as one.
//!
//! In: a network, the links that some users may pass, the nodes where their trips end. Out: *chains* of links. States
//! that are passed one way or the other only lie within chains, dead ends are gone; every route between two of the nodes
//! that does not turn back on its way is a sequence of chains, and each link is in one chain at most.

use crate::index::{BitSet, Idx, IdxVec, LinkIdx, NodeIdx, StateIdx};
use crate::network::{LinkKind, Network};

/// Links that follow each other.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Where the first begins.
    pub tail: StateIdx,
    /// Where the last ends.
    pub head: StateIdx,
    /// In the order of travel.
    pub links: Vec<LinkIdx>,
    /// How often it comes into another territory: at most once, so that none lies within it unseen.
    n_entries: usize,
}

/// Chains on their way to be joined.
struct Joints {
    chains: Vec<Option<Chain>>,
    /// Chains into and out of each state.
    into: IdxVec<StateIdx, Vec<usize>>,
    out: IdxVec<StateIdx, Vec<usize>>,
}

/// The chains of the `usable` links, in the order of their first links. States with links to the centroids of `ends` and
/// those where goods change mode are not within chains.
pub fn chains(network: &Network, usable: &BitSet<LinkIdx>, ends: &BitSet<NodeIdx>) -> Vec<Chain> {
    let none = || network.states.iter().map(|_| Vec::new()).collect::<IdxVec<StateIdx, Vec<usize>>>();
    let mut joints = Joints { chains: Vec::new(), into: none(), out: none() };
    let mut stays = BitSet::empty(network.states.len());
    let node = |state: StateIdx| network.states[state].node;
    for (at, link) in network.links.enumerate() {
        let is_end = matches!(link.kind, LinkKind::Access(_) | LinkKind::Egress(_));
        if !usable.contains(at) || is_end && !ends.contains(node(link.tail)) {
            continue;
        }
        if node(link.tail) == node(link.head) {
            stays.insert(link.tail);
            stays.insert(link.head);
        }
        let territory = |state| network.nodes[node(state)].territory;
        let n_entries = usize::from(territory(link.tail) != territory(link.head));
        joints.add(Chain { tail: link.tail, head: link.head, links: vec![at], n_entries });
    }
    let passed: Vec<StateIdx> = network.states.indices().filter(|&state| !stays.contains(state)).collect();
    // What hangs on a dead end may be one without it.
    while passed.iter().any(|&state| joints.prune(state)) {}
    for &state in &passed {
        joints.join(state);
    }
    let mut chains: Vec<Chain> = joints.chains.into_iter().flatten().collect();
    chains.sort_unstable_by_key(|chain| chain.links[0]);
    chains
}

impl Joints {
    fn add(&mut self, chain: Chain) {
        self.out[chain.tail].push(self.chains.len());
        self.into[chain.head].push(self.chains.len());
        self.chains.push(Some(chain));
    }

    fn remove(&mut self, at: usize) {
        if let Some(chain) = self.chains[at].take() {
            self.out[chain.tail].retain(|&other| other != at);
            self.into[chain.head].retain(|&other| other != at);
        }
    }

    /// Chains into and out of a state.
    fn around(&self, state: StateIdx) -> (Vec<Chain>, Vec<Chain>) {
        let all = |of: &[usize]| of.iter().filter_map(|&at| self.chains[at].clone()).collect();
        (all(&self.into[state]), all(&self.out[state]))
    }

    fn isolate(&mut self, state: StateIdx) {
        let around: Vec<usize> = self.into[state].iter().chain(&self.out[state]).copied().collect();
        for at in around {
            self.remove(at);
        }
    }

    /// Takes a state away if one could only turn back there; says whether it did.
    fn prune(&mut self, state: StateIdx) -> bool {
        let (into, out) = self.around(state);
        let is_passed = into.iter().any(|from| out.iter().any(|to| from.tail != to.head));
        if is_passed || into.is_empty() && out.is_empty() {
            return false;
        }
        self.isolate(state);
        true
    }

    /// Joins the chains around a state if it lies between two others.
    fn join(&mut self, state: StateIdx) {
        let (into, out) = self.around(state);
        let mut others: Vec<StateIdx> =
            into.iter().map(|chain| chain.tail).chain(out.iter().map(|chain| chain.head)).collect();
        others.sort_unstable();
        others.dedup();
        let once = |ends: &mut dyn Iterator<Item = StateIdx>| {
            let ends: Vec<StateIdx> = ends.collect();
            ends.len() < 2 || ends.len() == 2 && ends[0] != ends[1]
        };
        let is_between = others.len() == 2
            && once(&mut into.iter().map(|chain| chain.tail))
            && once(&mut out.iter().map(|chain| chain.head));
        if !is_between {
            return;
        }
        let pairs = into.iter().flat_map(|from| out.iter().map(move |to| (from, to)));
        let joined: Vec<Chain> = pairs
            .filter(|(from, to)| from.tail != to.head)
            .map(|(from, to)| Chain {
                tail: from.tail,
                head: to.head,
                links: [&from.links[..], &to.links].concat(),
                n_entries: from.n_entries + to.n_entries,
            })
            .collect();
        if joined.iter().all(|chain| chain.n_entries <= 1) {
            self.isolate(state);
            for chain in joined {
                self.add(chain);
            }
        }
    }
}

impl Chain {
    /// States between its links.
    pub fn within<'c>(&'c self, network: &'c Network) -> impl Iterator<Item = StateIdx> + 'c {
        self.links[1..].iter().map(|&link| network.links[link].tail)
    }

    /// What it costs; infinite if one of its links is barred.
    pub fn cost(&self, field: &[f64]) -> f64 {
        self.links.iter().map(|link| field[link.position()]).sum()
    }
}
