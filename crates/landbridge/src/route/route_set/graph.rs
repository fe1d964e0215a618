//! The network as the searches of route sets see it: arcs between mode-states, loading and unloading apart, and what
//! passing each link adds to a corridor.

use crate::index::{Idx, IdxVec, NodeIdx};
use crate::network::{LinkKind, ModeState, Network};
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

/// What a link adds to a corridor.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// In what it moves; `None` for transfers, loading and unloading.
    moves_in: Option<(u8, u8)>,
    crossing: u32,
    port: u32,
    /// Whether a piece of a route ends with it.
    is_event: bool,
}

/// Topology of a network, prepared once.
#[derive(Clone, Debug)]
pub struct Graph {
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
    step: Vec<Step>,
    /// Node and territory of each state.
    pub place: Vec<(u32, u32)>,
    /// Centroid of each node.
    pub centroid: Vec<u32>,
    /// Whether each link joins mode-states, so that routes pass it on their way.
    pub is_within: Vec<bool>,
    /// Tail and head of each link.
    pub ends: Vec<(u32, u32)>,
}

impl Graph {
    /// Sorts the links of a network by what they join.
    pub fn new(network: &Network) -> Self {
        let n = network.states.len();
        let place = network.states.iter().map(|state| {
            let territory = network.nodes[state.node].territory;
            (state.node.0, territory.0)
        });
        let mut mode_states: Vec<ModeState> = network.states.iter().filter_map(|s| s.mode_state).collect();
        mode_states.sort_unstable();
        mode_states.dedup();
        let of_nodes = || network.nodes.iter().map(|_| Vec::new()).collect::<IdxVec<NodeIdx, Vec<Arc>>>();
        let (mut access, mut egress) = (of_nodes(), of_nodes());
        let (mut arcs_out, mut arcs_in, mut arrivals) =
            (vec![Vec::new(); n], vec![Vec::new(); n], vec![Vec::new(); n]);
        for (at, link) in network.links.enumerate() {
            let (tail, head) = (link.tail, link.head);
            let node = |state| network.states[state].node;
            let [to, from] = [head, tail].map(|state| Arc { state: state.0, link: at.0 });
            match link.kind {
                LinkKind::Access(_) => access[node(tail)].push(to),
                LinkKind::Egress(_) => {
                    egress[node(head)].push(from);
                    arrivals[tail.position()].push(to);
                }
                LinkKind::LineHaul | LinkKind::Border(_) | LinkKind::Transfer(_) => {
                    arcs_out[tail.position()].push(to);
                    arcs_in[head.position()].push(from);
                }
            }
        }
        let step = network.links.enumerate().map(|(at, link)| {
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
                is_event: matches!(link.kind, LinkKind::Border(_) | LinkKind::Transfer(_)),
            }
        });
        let (first_out, out) = flatten(&arcs_out);
        let (first_in, into) = flatten(&arcs_in);
        Self {
            first_out,
            out,
            first_in,
            into,
            access,
            egress,
            arrivals,
            step: step.collect(),
            place: place.collect(),
            centroid: network.nodes.iter().map(|node| node.centroid.0).collect(),
            is_within: network
                .links
                .iter()
                .map(|link| !matches!(link.kind, LinkKind::Access(_) | LinkKind::Egress(_)))
                .collect(),
            ends: network.links.iter().map(|link| (link.tail.0, link.head.0)).collect(),
        }
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

    /// Whether a piece of a route ends with a link: a border or a transfer.
    pub fn is_event(&self, link: u32) -> bool {
        self.step[link as usize].is_event
    }

    /// The signature of a whole route.
    pub fn signature(&self, links: &[u32]) -> Signature {
        links.iter().fold(Signature::default(), |so_far, &link| so_far.pass(self, link))
    }
}

fn flatten(arcs: &[Vec<Arc>]) -> (Vec<u32>, Vec<Arc>) {
    let mut first = vec![0];
    let mut flat = Vec::new();
    for of_state in arcs {
        flat.extend_from_slice(of_state);
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
    pub fn pass(mut self, graph: &Graph, link: u32) -> Self {
        let step = &graph.step[link as usize];
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
