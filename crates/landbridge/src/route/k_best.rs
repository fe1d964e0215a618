//! The cheapest routes that differ in their corridor.
//!
//! A corridor is the chain of mode-states and the sequence of border crossings and ports of a route (or, more coarsely,
//! the sequence of territories); within a corridor the cheapest route stands for all (`docs/model/routes.md`).
//! Mode-states to start in, crossings and transfers are few, so routes are enumerated over them, the *events*: between
//! two events the route is one shortest leg. The enumeration is that of Yen (1971) in the form of Lawler (1972),
//! directed by exact remaining costs.
//!
//! An alternative comes back to no node and no territory. So a corridor is not offered if the shortest legs through it
//! meet in a node, even where a dearer way round would avoid that.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use super::shortest_path::{Scope, Search};
use super::{Costed, Path};
use crate::index::{CrossingIdx, Idx, LinkIdx, NodeIdx, StateIdx, TerritoryIdx};
use crate::network::{LinkKind, ModeState, Network};
use crate::study::tables::TerminalKind;

/// Routes examined for one pair before the search gives up finding more corridors.
const MAX_EXAMINED: usize = 2000;

/// One step of a corridor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CorridorStep {
    /// Movement in a mode-state begins.
    Move(ModeState),
    /// A border is passed.
    Crossing(CrossingIdx),
    /// The mode changes at a port.
    Port(NodeIdx),
    /// A territory is entered.
    Territory(TerritoryIdx),
}

/// What makes two routes different.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distinct {
    /// Another chain of modes, another crossing or another port.
    #[default]
    Corridor,
    /// Other territories passed, or the same in another order.
    Territories,
}

impl Distinct {
    /// The steps of a route by which it is told apart from others. Where the mode changes inland does not matter, nor
    /// does a mode in which nothing moves.
    pub fn steps(self, network: &Network, links: &[LinkIdx]) -> Vec<CorridorStep> {
        let mut steps = Vec::new();
        let (mut mode_state, mut port) = (None, None);
        for &at in links {
            let link = &network.links[at];
            if self == Self::Territories {
                let passed = network.territories_along(at).into_iter();
                let on_land = passed.filter(|&t| network.territories[t].country.is_some());
                let head = network.nodes[network.states[link.head].node].territory;
                steps.extend(on_land.chain([head]).map(CorridorStep::Territory));
                continue;
            }
            if let LinkKind::Transfer(terminal) = link.kind {
                let terminal = &network.terminals[terminal];
                port = Some(terminal.node).filter(|_| terminal.kind == TerminalKind::Port).or(port);
            }
            if link.asset.is_none() {
                continue;
            }
            // A port counts if what moved to it in one mode-state moves on in another.
            let port = port.take().filter(|_| mode_state.is_some());
            if network.mode_state(at) != mode_state {
                mode_state = network.mode_state(at);
                steps.extend(port.map(CorridorStep::Port));
                steps.extend(mode_state.map(CorridorStep::Move));
            }
            if let LinkKind::Border(crossing) = link.kind {
                steps.push(CorridorStep::Crossing(crossing));
            }
        }
        steps.dedup();
        steps
    }
}

/// Legs between crossings and transfers on one set of costs and permits, ready for many pairs.
pub struct CorridorSearch<'n, 'c> {
    network: &'n Network,
    costed: Costed<'c>,
    search: Search<'n>,
    /// Permitted access, border and transfer links.
    events: Vec<LinkIdx>,
    /// Events by the state they start from.
    events_at: HashMap<StateIdx, Vec<u32>>,
    /// Per event, where a route can go on: the next event and the cost of the leg before it. Filled on demand.
    onward: Vec<Option<Vec<(u32, f64)>>>,
}

/// What a route passes at most once, in either direction: a border, or a change between two mode-states at a node, by
/// whichever terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Site {
    Crossing(CrossingIdx),
    Change(StateIdx, StateIdx),
}

impl<'n, 'c> CorridorSearch<'n, 'c> {
    /// Collects the events.
    pub fn new(network: &'n Network, costed: Costed<'c>) -> Self {
        let is_event = |link: &LinkIdx| {
            let kind = network.links[*link].kind;
            matches!(kind, LinkKind::Access(_) | LinkKind::Border(_) | LinkKind::Transfer(_))
                && costed.permits.contains(*link)
        };
        let events: Vec<LinkIdx> = network.links.indices().filter(is_event).collect();
        let mut events_at: HashMap<StateIdx, Vec<u32>> = HashMap::new();
        for (at, &link) in events.iter().enumerate() {
            events_at.entry(network.links[link].tail).or_default().push(at as u32);
        }
        let onward = vec![None; events.len()];
        Self { network, costed, search: Search::new(network), events, events_at, onward }
    }

    /// At most `k` cheapest routes of different corridors from one state to another, cheapest first. Empty if there is
    /// no route.
    pub fn k_best(&mut self, from: StateIdx, to: StateIdx, k: usize, distinct: Distinct) -> Vec<Path> {
        self.search.backward(self.costed, Scope::All, to);
        let remaining: Vec<f64> = self.network.states.indices().map(|s| self.search.cost(s)).collect();
        if k == 0 || from == to || remaining[from.position()].is_infinite() {
            return Vec::new();
        }
        self.search.backward(self.costed, Scope::Leg, to);
        let last_leg: Vec<f64> = self.network.states.indices().map(|s| self.search.cost(s)).collect();
        let start = self.legs_from(from);
        let goal = Goal { from, to, start, remaining, last_leg };

        let mut found: Vec<Path> = Vec::new();
        let mut corridors = BTreeSet::new();
        let mut candidates: BinaryHeap<Reverse<Candidate>> = BinaryHeap::new();
        candidates.extend(self.cheapest(&goal, &[], &[], false).map(Reverse));
        for _ in 0..MAX_EXAMINED {
            let Some(Reverse(best)) = candidates.pop() else { break };
            // The cheapest route always counts: it is the one that skims hold. A loop is no alternative to it.
            let n_straight = self.before_return(&goal, &best.events);
            if (found.is_empty() || n_straight == best.events.len())
                && let Some(path) = self.expand(&goal, &best.events)
                && (found.is_empty() || !returns(self.network, &path.links))
                && corridors.insert(distinct.steps(self.network, &path.links))
            {
                found.push(path);
                if found.len() == k {
                    break;
                }
            }
            // Split what is left: routes that share the first `i` events and then do something else. Those that share
            // a loop are loops themselves.
            for i in best.n_fixed..=n_straight {
                let mut barred = if i == best.n_fixed { best.barred.clone() } else { Vec::new() };
                let mut end_barred = i == best.n_fixed && best.end_barred;
                match best.events.get(i) {
                    Some(&next) => barred.push(next),
                    None => end_barred = true,
                }
                let next = self.cheapest(&goal, &best.events[..i], &barred, end_barred);
                candidates.extend(next.map(Reverse));
            }
        }
        found
    }

    /// As [`Self::k_best`], through one state of each stage in turn: the first stage holds the origin, the last the
    /// destination, those between the mode-states of the places to pass.
    pub fn k_best_via(&mut self, stages: &[Vec<StateIdx>], k: usize, distinct: Distinct) -> Vec<Path> {
        let Some((origins, rest)) = stages.split_first() else { return Vec::new() };
        let start = Path { links: Vec::new(), cost: 0.0 };
        let mut reached: Vec<(StateIdx, Path)> = origins.iter().map(|&at| (at, start.clone())).collect();
        for stage in rest {
            let mut next: Vec<(StateIdx, Path)> = Vec::new();
            for &to in stage {
                let mut here: Vec<Path> = Vec::new();
                for (from, so_far) in &reached {
                    let onward =
                        if *from == to { vec![start.clone()] } else { self.k_best(*from, to, k, distinct) };
                    here.extend(onward.into_iter().map(|path| Path {
                        cost: so_far.cost + path.cost,
                        links: so_far.links.iter().chain(&path.links).copied().collect(),
                    }));
                }
                here.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.links.cmp(&b.links)));
                let mut corridors = BTreeSet::new();
                here.retain(|path| corridors.insert(distinct.steps(self.network, &path.links)));
                here.truncate(k);
                next.extend(here.into_iter().map(|path| (to, path)));
            }
            reached = next;
        }
        let mut found: Vec<Path> = reached.into_iter().map(|(_, path)| path).collect();
        found.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.links.cmp(&b.links)));
        found.truncate(k);
        found
    }

    /// How many of the events a route passes before it comes back to a territory that it has left.
    fn before_return(&self, goal: &Goal, events: &[u32]) -> usize {
        let territory = |state: StateIdx| self.network.nodes[self.network.states[state].node].territory;
        let mut passed = vec![territory(goal.from)];
        for (i, &event) in events.iter().enumerate() {
            let link = &self.network.links[self.events[event as usize]];
            for next in [territory(link.tail), territory(link.head)] {
                if passed.last() != Some(&next) {
                    if passed.contains(&next) {
                        return i;
                    }
                    passed.push(next);
                }
            }
        }
        events.len()
    }

    /// Events that a leg from a state can lead to, and its cost.
    fn legs_from(&mut self, from: StateIdx) -> Vec<(u32, f64)> {
        self.search.forward(self.costed, Scope::Leg, from, &[]);
        let mut legs = Vec::new();
        for &state in self.search.settled() {
            // A centroid is where a route starts or ends, never on its way.
            if state != from && self.network.states[state].mode_state.is_none() {
                continue;
            }
            let events = self.events_at.get(&state).map_or(&[][..], Vec::as_slice);
            legs.extend(events.iter().map(|&event| (event, self.search.cost(state))));
        }
        legs
    }

    fn fill_onward(&mut self, event: u32) {
        let at = event as usize;
        if self.onward[at].is_none() {
            let legs = self.legs_from(self.network.links[self.events[at]].head);
            self.onward[at] = Some(legs);
        }
    }

    fn site(&self, event: u32) -> Option<Site> {
        let link = &self.network.links[self.events[event as usize]];
        match link.kind {
            LinkKind::Border(crossing) => Some(Site::Crossing(crossing)),
            LinkKind::Transfer(_) => Some(Site::Change(link.tail.min(link.head), link.tail.max(link.head))),
            _ => None,
        }
    }

    /// The cheapest route that begins with the events `fixed`, goes on with none of `barred` (nor straight to the
    /// end, if `end_barred`) and passes no site twice. A* over events with exact lower bounds.
    fn cheapest(
        &mut self,
        goal: &Goal,
        fixed: &[u32],
        barred: &[u32],
        end_barred: bool,
    ) -> Option<Candidate> {
        const END: u32 = u32::MAX;
        let sites: Vec<_> = fixed.iter().filter_map(|&event| self.site(event)).collect();
        let fixed_cost = self.cost_of(goal, fixed);
        let mut label: HashMap<u32, (f64, Option<u32>)> = HashMap::new();
        let mut done: BTreeSet<u32> = BTreeSet::new();
        let mut heap: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
        let mut at = fixed.last().copied();
        let mut cost_here = fixed_cost;
        let mut first = true;
        loop {
            let state = at.map_or(goal.from, |event| self.network.links[self.events[event as usize]].head);
            let before = if first { None } else { at };
            let direct = goal.last_leg[state.position()];
            if direct.is_finite() && !(first && end_barred) {
                let cost = cost_here + direct;
                if label.get(&END).is_none_or(|&(known, _)| cost < known) {
                    label.insert(END, (cost, before));
                    heap.push(Reverse((cost.to_bits(), END)));
                }
            }
            if let Some(event) = at {
                self.fill_onward(event);
            }
            let legs = match at {
                Some(event) => self.onward[event as usize].as_deref().unwrap_or(&[]),
                None => &goal.start,
            };
            for &(next, leg) in legs {
                let link = self.events[next as usize];
                let head = self.network.links[link].head;
                let rest = goal.remaining[head.position()];
                let twice = self.site(next).is_some_and(|site| {
                    sites.contains(&site) || at.is_some_and(|event| self.site(event) == Some(site))
                });
                if rest.is_infinite() || twice || done.contains(&next) || (first && barred.contains(&next)) {
                    continue;
                }
                let cost = cost_here + leg + self.costed.cost[link];
                if label.get(&next).is_none_or(|&(known, _)| cost < known) {
                    label.insert(next, (cost, before));
                    heap.push(Reverse(((cost + rest).to_bits(), next)));
                }
            }
            first = false;
            let event = loop {
                let Reverse((_, event)) = heap.pop()?;
                if event == END || done.insert(event) {
                    break event;
                }
            };
            let (cost, _) = label[&event];
            if event == END {
                let mut events = Vec::new();
                let mut back = label[&END].1;
                while let Some(event) = back {
                    events.push(event);
                    back = label[&event].1;
                }
                events.extend(fixed.iter().rev());
                events.reverse();
                return Some(Candidate {
                    bits: cost.to_bits(),
                    events,
                    n_fixed: fixed.len(),
                    barred: barred.to_vec(),
                    end_barred,
                });
            }
            (at, cost_here) = (Some(event), cost);
        }
    }

    /// Cost up to the end of the last of these events.
    fn cost_of(&mut self, goal: &Goal, events: &[u32]) -> f64 {
        let mut cost = 0.0;
        for (i, &event) in events.iter().enumerate() {
            let legs = match i.checked_sub(1).map(|before| events[before]) {
                Some(before) => {
                    self.fill_onward(before);
                    self.onward[before as usize].as_deref().unwrap_or(&[])
                }
                None => &goal.start,
            };
            let leg = legs.iter().find(|(next, _)| *next == event).map_or(f64::INFINITY, |(_, leg)| *leg);
            cost += leg + self.costed.cost[self.events[event as usize]];
        }
        cost
    }

    /// All links of a route given by its events.
    fn expand(&mut self, goal: &Goal, events: &[u32]) -> Option<Path> {
        let mut links = Vec::new();
        let mut at = goal.from;
        for &event in events {
            let link = self.events[event as usize];
            let tail = self.network.links[link].tail;
            self.search.forward(self.costed, Scope::Leg, at, &[tail]);
            links.extend(self.search.path_to(tail, self.costed)?.links);
            links.push(link);
            at = self.network.links[link].head;
        }
        self.search.forward(self.costed, Scope::Leg, at, &[goal.to]);
        links.extend(self.search.path_to(goal.to, self.costed)?.links);
        let cost = links.iter().map(|&link| self.costed.cost[link]).sum();
        Some(Path { links, cost })
    }
}

/// A pair, with the exact costs that direct the search.
struct Goal {
    from: StateIdx,
    to: StateIdx,
    /// Events that the first leg can lead to.
    start: Vec<(u32, f64)>,
    /// Least cost from each state to the end.
    remaining: Vec<f64>,
    /// The same without any event.
    last_leg: Vec<f64>,
}

/// The cheapest route of a part of all routes: those that begin with the first `n_fixed` of its events and do not go
/// on with a barred one. Ordered by cost, then by events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    bits: u64,
    events: Vec<u32>,
    n_fixed: usize,
    barred: Vec<u32>,
    end_barred: bool,
}

/// Whether a route comes back to a node or a territory that it has left.
fn returns(network: &Network, links: &[LinkIdx]) -> bool {
    let (mut nodes, mut territories) = (Vec::new(), Vec::new());
    for &link in links {
        for state in [network.links[link].tail, network.links[link].head] {
            let node = network.states[state].node;
            nodes.push(node);
            territories.push(network.nodes[node].territory);
        }
    }
    nodes.dedup();
    territories.dedup();
    let (n_nodes, n_territories) = (nodes.len(), territories.len());
    let (nodes, territories): (BTreeSet<_>, BTreeSet<_>) =
        (nodes.into_iter().collect(), territories.into_iter().collect());
    nodes.len() < n_nodes || territories.len() < n_territories
}
