//! The network as the searches of route sets see it: arcs between mode-states, loading and unloading apart, and what
//! passing each link adds to a corridor.
//!
//! It holds no more than some users can pass on their ways. A link of it is a [chain](Chain) of links of the network:
//! searches, and all that is said of links here, have nothing to do with what lies within.

use super::chains::{Chain, chains};
use crate::index::{BitSet, Idx, IdxVec, LinkIdx, NodeIdx, StateIdx};
use crate::network::{Link, LinkKind, ModeState, Network};
use crate::study::tables::TerminalKind;

/// No port, no crossing, no parent.
pub const NONE: u32 = u32::MAX;

/// A link from or to a state.
#[derive(Clone, Copy, Debug)]
pub struct Arc {
    /// The state at its other end.
    pub state: u32,
    /// The link.
    pub link: u32,
}

/// What a link of the network adds to a corridor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    /// In what it moves; `None` for transfers, loading and unloading.
    moves_in: Option<(u8, u8)>,
    crossing: u32,
    port: u32,
}

impl Step {
    /// Whether it adds anything, after another one.
    fn counts_after(&self, before: Option<&Self>) -> bool {
        let is_plain = self.crossing == NONE && self.port == NONE;
        let is_known =
            self.moves_in.is_none() || before.is_some_and(|before| before.moves_in == self.moves_in);
        !(is_plain && is_known)
    }
}

/// Topology of the part of a network that some users can pass, prepared once.
#[derive(Clone, Debug)]
pub struct Graph {
    chains: Vec<Chain>,
    first_out: Vec<u32>,
    out: Vec<Arc>,
    first_in: Vec<u32>,
    into: Vec<Arc>,
    /// Links from the centroid of a node into mode-states, and from mode-states to it.
    pub access: IdxVec<NodeIdx, Vec<Arc>>,
    /// As `access`, for arrivals.
    pub egress: IdxVec<NodeIdx, Vec<Arc>>,
    /// Links from each mode-state to the centroid of its node.
    pub arrivals: Vec<Vec<Arc>>,
    first_step: Vec<u32>,
    steps: Vec<Step>,
    /// Of each link of the network, whether a piece of a route ends with it.
    is_event: Vec<bool>,
    /// Nodes within each link.
    first_within: Vec<u32>,
    within: Vec<u32>,
    /// Node and territory of each state.
    pub place: Vec<(u32, u32)>,
    /// Centroid of each node that is an end.
    pub centroid: Vec<u32>,
    /// Whether each link joins mode-states, so that routes pass it on their way.
    pub is_within: Vec<bool>,
    /// Tail and head of each link.
    pub ends: Vec<(u32, u32)>,
}

impl Graph {
    /// The graph of the `usable` links of a network, for trips between `ends`.
    pub fn new(network: &Network, usable: &BitSet<LinkIdx>, ends: &BitSet<NodeIdx>) -> Self {
        let chains = chains(network, usable, ends);
        let mut states: Vec<StateIdx> = chains.iter().flat_map(|chain| [chain.tail, chain.head]).collect();
        states
            .extend(network.nodes.enumerate().filter(|(at, _)| ends.contains(*at)).map(|(_, n)| n.centroid));
        states.sort_unstable();
        states.dedup();
        let number = |state: StateIdx| states.binary_search(&state).map_or(NONE, |at| at as u32);
        let node = |state: StateIdx| network.states[state].node;
        let of_nodes = || network.nodes.iter().map(|_| Vec::new()).collect::<IdxVec<NodeIdx, Vec<Arc>>>();
        let (mut access, mut egress) = (of_nodes(), of_nodes());
        let of_states = || vec![Vec::new(); states.len()];
        let (mut arcs_out, mut arcs_in, mut arrivals) = (of_states(), of_states(), of_states());
        let mut is_within = Vec::new();
        for (at, chain) in chains.iter().enumerate() {
            let (tail, head) = (number(chain.tail), number(chain.head));
            let [to, from] = [head, tail].map(|state| Arc { state, link: at as u32 });
            match network.links[chain.links[0]].kind {
                LinkKind::Access(_) => access[node(chain.tail)].push(to),
                LinkKind::Egress(_) => {
                    egress[node(chain.head)].push(from);
                    arrivals[tail as usize].push(to);
                }
                LinkKind::LineHaul | LinkKind::Border(_) | LinkKind::Transfer(_) => {
                    arcs_out[tail as usize].push(to);
                    arcs_in[head as usize].push(from);
                }
            }
            is_within.push(arcs_out[tail as usize].last().is_some_and(|arc| arc.link == at as u32));
        }
        let (first_step, steps) = flatten(&steps(network, &chains));
        let nodes_within = |chain: &Chain| chain.within(network).map(|state| node(state).0).collect();
        let (first_within, within) = flatten(&chains.iter().map(nodes_within).collect::<Vec<Vec<u32>>>());
        let is_event = |link: &Link| matches!(link.kind, LinkKind::Border(_) | LinkKind::Transfer(_));
        let (first_out, out) = flatten(&arcs_out);
        let (first_in, into) = flatten(&arcs_in);
        let place = |&state: &StateIdx| (node(state).0, network.nodes[node(state)].territory.0);
        Self {
            first_out,
            out,
            first_in,
            into,
            access,
            egress,
            arrivals,
            first_step,
            steps,
            is_event: network.links.iter().map(is_event).collect(),
            first_within,
            within,
            place: states.iter().map(place).collect(),
            centroid: network.nodes.iter().map(|node| number(node.centroid)).collect(),
            is_within,
            ends: chains.iter().map(|chain| (number(chain.tail), number(chain.head))).collect(),
            chains,
        }
    }

    /// What its links cost in a field.
    pub fn costs(&self, field: &[f64]) -> Vec<f64> {
        self.chains.iter().map(|chain| chain.cost(field)).collect()
    }

    /// Of each of its links the closures that close it, as bits of a word, from those of the links of the network.
    pub fn closed(&self, closed: &[u64]) -> Vec<u64> {
        let any = |chain: &Chain| chain.links.iter().fold(0, |any, link| any | closed[link.position()]);
        self.chains.iter().map(any).collect()
    }

    /// The links of the network on a route.
    pub fn expand(&self, route: &[u32]) -> Vec<u32> {
        route.iter().flat_map(|&link| &self.chains[link as usize].links).map(|link| link.0).collect()
    }

    /// Number of states.
    pub fn n_states(&self) -> usize {
        self.place.len()
    }

    /// Arcs that leave a mode-state.
    pub fn out(&self, state: u32) -> &[Arc] {
        let at = state as usize;
        &self.out[self.first_out[at] as usize..self.first_out[at + 1] as usize]
    }

    /// Arcs that lead into a mode-state.
    pub fn into(&self, state: u32) -> &[Arc] {
        let at = state as usize;
        &self.into[self.first_in[at] as usize..self.first_in[at + 1] as usize]
    }

    /// Whether a piece of a route ends with a link of the network: a border or a transfer.
    pub fn is_event(&self, link: u32) -> bool {
        self.is_event[link as usize]
    }

    /// Nodes that are passed within a link.
    pub fn within(&self, link: u32) -> &[u32] {
        let at = link as usize;
        &self.within[self.first_within[at] as usize..self.first_within[at + 1] as usize]
    }

    fn steps(&self, link: u32) -> &[Step] {
        let at = link as usize;
        &self.steps[self.first_step[at] as usize..self.first_step[at + 1] as usize]
    }

    /// The signature of a whole route.
    pub fn signature(&self, links: &[u32]) -> Signature {
        links.iter().fold(Signature::default(), |so_far, &link| so_far.pass(self, link))
    }
}

/// What chains add to a corridor, without what adds nothing.
fn steps(network: &Network, chains: &[Chain]) -> Vec<Vec<Step>> {
    let mut mode_states: Vec<ModeState> = network.states.iter().filter_map(|s| s.mode_state).collect();
    mode_states.sort_unstable();
    mode_states.dedup();
    let step = |&at: &LinkIdx| {
        let link = &network.links[at];
        let mode_state = network.mode_state(at).filter(|_| link.asset.is_some());
        let number = |of: ModeState| mode_states.binary_search(&of).unwrap_or(0) as u8;
        let port = match link.kind {
            LinkKind::Transfer(terminal) => Some(&network.terminals[terminal]),
            _ => None,
        };
        let port = port.filter(|terminal| terminal.kind == TerminalKind::Port);
        let crossing = if let LinkKind::Border(crossing) = link.kind { crossing.0 } else { NONE };
        Step {
            moves_in: mode_state.map(|of| (number(of), of.mode() as u8)),
            crossing,
            port: port.map_or(NONE, |terminal| terminal.node.0),
        }
    };
    let of_chain = |chain: &Chain| {
        let mut steps: Vec<Step> = Vec::new();
        for step in chain.links.iter().map(step) {
            if step.counts_after(steps.last()) {
                steps.push(step);
            }
        }
        steps
    };
    chains.iter().map(of_chain).collect()
}

fn flatten<T: Clone>(lists: &[Vec<T>]) -> (Vec<u32>, Vec<T>) {
    let mut first = vec![0];
    let mut flat = Vec::new();
    for list in lists {
        flat.extend_from_slice(list);
        first.push(flat.len() as u32);
    }
    (first, flat)
}

/// Mixes a number into a hash of 64 bits (the finalizer of `SplitMix64`, Steele et al. 2014). Routes of one pair are told
/// apart by such hashes: with some hundred routes a pair and a hundred thousand pairs, two of a pair collide with a
/// probability of about 1e-10.
pub fn mix(hash: u64, value: u64) -> u64 {
    let mut z = (hash ^ value).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The corridor of a route so far, as hashes: the steps of [`Distinct::Corridor`](crate::route::k_best::Distinct).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Chain of modes, without gauges.
    pub chain: u64,
    /// Chain of mode-states, crossings and ports.
    pub corridor: u64,
    /// What it last moved in, plus one; 0 before it moves.
    mode_state: u8,
    /// The mode of it, plus one.
    mode: u8,
    /// Port passed since it last moved, plus one; 0: none.
    port: u32,
}

impl Signature {
    /// The signature after one more link.
    #[must_use]
    pub fn pass(self, graph: &Graph, link: u32) -> Self {
        graph.steps(link).iter().fold(self, Self::take)
    }

    fn take(mut self, step: &Step) -> Self {
        if step.port != NONE {
            self.port = step.port + 1;
        }
        let Some((mode_state, mode)) = step.moves_in else { return self };
        if self.mode_state != mode_state + 1 {
            // A port counts if what moved to it in one mode-state moves on in another.
            if self.port != 0 && self.mode_state != 0 {
                self.corridor = mix(self.corridor, 1 << 32 | u64::from(self.port));
            }
            self.corridor = mix(self.corridor, 2 << 32 | u64::from(mode_state));
            self.mode_state = mode_state + 1;
        }
        self.port = 0;
        if self.mode != mode + 1 {
            self.chain = mix(self.chain, u64::from(mode) + 1);
            self.mode = mode + 1;
        }
        if step.crossing != NONE {
            self.corridor = mix(self.corridor, 3 << 32 | u64::from(step.crossing));
        }
        self
    }

    /// What two beginnings of a route in one state must differ in to be followed both.
    pub fn key(self) -> u64 {
        if self.port == 0 { self.corridor } else { mix(self.corridor, u64::from(self.port)) }
    }
}
