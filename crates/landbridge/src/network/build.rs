//! Builds the graph. Rows are taken in the order of their identifiers, so that the order of rows in a file changes
//! nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Actor, Asset, Control, Crossing, Gazetteer, Link, LinkKind, ModeState, Network, Node, State, Stop,
    Terminal, Territory,
};
use crate::index::{
    ActorIdx, AssetIdx, CountryIdx, CrossingIdx, Idx, IdxVec, LinkIdx, NodeIdx, StateIdx, TerminalIdx,
    TerritoryIdx,
};
use crate::study::Study;
use crate::study::tables::{
    ActivityKind, ActivityRow, ActorRow, Direction, LinkRow, Mode, NodeRow, Side, TerminalRow,
};
use crate::study::value::ActorSets;

/// Builds the network of a study, which is checked: every reference in it resolves.
pub fn build(study: &Study) -> Network {
    let actors = sorted(study.actors.iter(), |a| &a.actor_id);
    let actor_idx: HashMap<&str, ActorIdx> = positions(&actors, |a| &a.actor_id);
    let territories = sorted(study.territories.iter(), |t| &t.territory_id);
    let territory_idx: HashMap<&str, TerritoryIdx> = positions(&territories, |t| &t.territory_id);
    let countries: IdxVec<CountryIdx, String> = study
        .nodes
        .iter()
        .map(|n| &n.country)
        .chain(study.territories.iter().filter_map(|t| t.country.as_ref()))
        .cloned()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let country_idx: HashMap<&str, CountryIdx> =
        countries.enumerate().map(|(i, c)| (c.as_str(), i)).collect();
    let territories: IdxVec<TerritoryIdx, Territory> = territories
        .iter()
        .map(|t| Territory {
            id: t.territory_id.clone(),
            name: t.name.clone(),
            country: t.country.as_deref().map(|c| country_idx[c]),
            controller: t.controller.as_deref().map(|a| actor_idx[a]),
        })
        .collect();

    let node_rows = sorted(study.nodes.iter(), |n| &n.node_id);
    let node_idx: HashMap<&str, NodeIdx> = positions(&node_rows, |n| &n.node_id);
    let link_rows = sorted(study.links.iter(), |l| &l.link_id);
    let asset_idx: HashMap<&str, AssetIdx> = positions(&link_rows, |l| &l.link_id);
    let assets: IdxVec<AssetIdx, Asset> = link_rows
        .iter()
        .map(|row| {
            asset(row, link_name(&node_rows, row), &node_idx, &territory_idx, &actor_idx, &territories)
        })
        .collect();

    let crossing_rows = sorted(study.crossings.iter(), |c| &c.crossing_id);
    let crossings: IdxVec<CrossingIdx, Crossing> = crossing_rows
        .iter()
        .map(|row| {
            let asset = asset_idx[row.link_id.as_str()];
            Crossing {
                id: row.crossing_id.clone(),
                name: row.name.clone(),
                asset,
                along: assets[asset].ends.0 == node_idx[row.from_node_id.as_str()],
                open_h_per_day: row.open_h_per_day,
                passengers: row.passengers,
                quality: row.quality,
            }
        })
        .collect();
    let terminal_rows = sorted(study.terminals.iter(), |t| &t.terminal_id);
    let terminals: IdxVec<TerminalIdx, Terminal> = terminal_rows
        .iter()
        .map(|row| Terminal {
            id: row.terminal_id.clone(),
            name: row.name.clone(),
            node: node_idx[row.node_id.as_str()],
            kind: row.kind,
        })
        .collect();

    // States: every node's centroid first, then the mode-states that links bring to it.
    let mut present: Vec<BTreeSet<ModeState>> = vec![BTreeSet::new(); node_rows.len()];
    for row in &link_rows {
        let asset = &assets[asset_idx[row.link_id.as_str()]];
        for state in mode_states(row, asset) {
            present[asset.ends.0.position()].insert(state);
            present[asset.ends.1.position()].insert(state);
        }
    }
    let mut states: IdxVec<StateIdx, State> = IdxVec::default();
    let mut state_idx: HashMap<(NodeIdx, ModeState), StateIdx> = HashMap::new();
    let mut nodes: IdxVec<NodeIdx, Node> = IdxVec::default();
    for (at, row) in node_rows.iter().enumerate() {
        let node = NodeIdx::new(at);
        let centroid = states.push(State { node, mode_state: None });
        for &mode_state in &present[at] {
            state_idx.insert((node, mode_state), states.push(State { node, mode_state: Some(mode_state) }));
        }
        nodes.push(Node {
            id: row.node_id.clone(),
            name: row.name.clone(),
            territory: territory_idx[row.territory.as_str()],
            country: country_idx[row.country.as_str()],
            node_type: row.node_type,
            lon_lat: (row.x_coord, row.y_coord),
            zone: row.zone_id.clone(),
            population: row.population,
            centroid,
        });
    }

    let mut activities: HashMap<&str, Vec<(usize, &ActivityRow)>> = HashMap::new();
    for (at, row) in study.activities.iter().enumerate() {
        activities.entry(&row.at_id).or_default().push((at, row));
    }
    let mut graph = GraphBuilder { study, activities, links: Vec::new(), stops: Vec::new() };
    let crossing_at: HashMap<AssetIdx, CrossingIdx> =
        crossings.enumerate().map(|(i, c)| (c.asset, i)).collect();
    for row in &link_rows {
        let at = asset_idx[row.link_id.as_str()];
        let asset = &assets[at];
        for mode_state in mode_states(row, asset) {
            let from = state_idx[&(asset.ends.0, mode_state)];
            let to = state_idx[&(asset.ends.1, mode_state)];
            let kind = crossing_at.get(&at).map_or(LinkKind::LineHaul, |&c| LinkKind::Border(c));
            for forward in [true, false] {
                if !forward && row.directed {
                    continue;
                }
                let stops = match kind {
                    LinkKind::Border(c) => graph.activities(&crossings[c].id, crossings[c].along == forward),
                    _ => Vec::new(),
                };
                let (tail, head) = if forward { (from, to) } else { (to, from) };
                graph.add(tail, head, kind, Some(at), forward, stops);
            }
        }
    }
    add_terminals(&mut graph, &terminal_rows, &present, &node_idx, &state_idx, &nodes);
    graph.finish(nodes, states, assets, crossings, terminals, territories, countries, study, &actors)
}

fn sorted<'r, R>(rows: impl Iterator<Item = &'r R>, id: impl Fn(&R) -> &String) -> Vec<&'r R> {
    let mut rows: Vec<&R> = rows.collect();
    rows.sort_by(|a, b| id(a).cmp(id(b)));
    rows
}

fn positions<'r, R, I: Idx>(rows: &[&'r R], id: impl Fn(&'r R) -> &'r String) -> HashMap<&'r str, I> {
    rows.iter().enumerate().map(|(at, &row)| (id(row).as_str(), I::new(at))).collect()
}

/// The name of a physical link, or else the names of its ends.
fn link_name(nodes: &[&NodeRow], link: &LinkRow) -> String {
    let name = |id: &str| {
        let at = nodes.binary_search_by(|n| n.node_id.as_str().cmp(id));
        at.map_or(String::new(), |at| nodes[at].name.clone())
    };
    let ends = || format!("{} - {}", name(&link.from_node_id), name(&link.to_node_id));
    link.name.clone().unwrap_or_else(ends)
}

/// The mode-states in which a physical link can be used.
fn mode_states(row: &LinkRow, asset: &Asset) -> Vec<ModeState> {
    match row.mode {
        Mode::Road => vec![ModeState::Road],
        Mode::Rail => vec![ModeState::Rail(asset.gauge_mm.unwrap_or(0))],
        Mode::Sea => vec![ModeState::Sea],
        Mode::Air => vec![ModeState::Air],
        Mode::Ferry => [("wagon", ModeState::WagonDeck), ("vehicle", ModeState::VehicleDeck)]
            .into_iter()
            .filter(|(deck, _)| row.allowed_uses.is_empty() || row.allowed_uses.iter().any(|u| u == deck))
            .map(|(_, state)| state)
            .collect(),
    }
}

fn asset(
    row: &LinkRow,
    name: String,
    nodes: &HashMap<&str, NodeIdx>,
    territory_idx: &HashMap<&str, TerritoryIdx>,
    actors: &HashMap<&str, ActorIdx>,
    territories: &IdxVec<TerritoryIdx, Territory>,
) -> Asset {
    let along: Vec<TerritoryIdx> = row.territory.iter().map(|t| territory_idx[t.as_str()]).collect();
    let mut holders: Vec<ActorIdx> = along.iter().filter_map(|&t| territories[t].controller).collect();
    let mut seen = BTreeSet::new();
    holders.retain(|&actor| seen.insert(actor));
    let sets = |given: &Option<ActorSets>, default: Vec<Vec<ActorIdx>>| match given {
        Some(sets) => sets.0.iter().map(|set| set.iter().map(|a| actors[a.as_str()]).collect()).collect(),
        None => default,
    };
    let each_alone: Vec<Vec<ActorIdx>> = holders.iter().map(|&a| vec![a]).collect();
    let all_together = if holders.is_empty() { Vec::new() } else { vec![holders.clone()] };
    let collectors = match &row.collectors {
        Some(shares) => shares.0.iter().map(|(a, share)| (actors[a.as_str()], *share)).collect(),
        None => holders.iter().map(|&a| (a, 1.0 / holders.len() as f64)).collect(),
    };
    Asset {
        id: row.link_id.clone(),
        name,
        ends: (nodes[row.from_node_id.as_str()], nodes[row.to_node_id.as_str()]),
        mode: row.mode,
        gauge_mm: row.gauge_mm.and_then(|g| u16::try_from(g).ok()),
        facility_type: row.facility_type.clone().unwrap_or_default(),
        length_km: row.length_km,
        free_speed_kmh: row.free_speed_kmh,
        duration_h: row.duration_h,
        headway_h: row.headway_h.unwrap_or(0.0),
        fare: row.fare.zip(row.fare_per),
        status: row.status,
        control: Control {
            can_close: sets(&row.can_close, each_alone),
            must_consent: sets(&row.must_consent, all_together),
            operator: row.operator.iter().map(|a| actors[a.as_str()]).collect(),
            collectors,
        },
        territories: along,
        quality: row.quality,
    }
}

/// Collects directed links, each with its activities.
struct GraphBuilder<'s> {
    study: &'s Study,
    /// Activities by crossing or terminal.
    activities: HashMap<&'s str, Vec<(usize, &'s ActivityRow)>>,
    links: Vec<Link>,
    stops: Vec<Stop>,
}

impl GraphBuilder<'_> {
    fn add(
        &mut self,
        tail: StateIdx,
        head: StateIdx,
        kind: LinkKind,
        asset: Option<AssetIdx>,
        forward: bool,
        stops: Vec<Stop>,
    ) {
        let first_stop = self.stops.len() as u32;
        let n_stops = stops.len() as u32;
        self.stops.extend(stops);
        self.links.push(Link { tail, head, kind, asset, forward, first_stop, n_stops });
    }

    /// Activities at a crossing or terminal in one direction: exit, both, entry; then by identifier.
    fn activities(&self, at_id: &str, from_to: bool) -> Vec<Stop> {
        let here = self.activities.get(at_id).map_or(&[][..], Vec::as_slice);
        let mut rows: Vec<(usize, &ActivityRow)> = here
            .iter()
            .copied()
            .filter(|(_, row)| match row.direction {
                Direction::Both => true,
                Direction::FromTo => from_to,
                Direction::ToFrom => !from_to,
            })
            .collect();
        let order = |side: Side| match side {
            Side::Exit => 0,
            Side::Both => 1,
            Side::Entry => 2,
        };
        rows.sort_by_key(|(_, row)| (order(row.side), &row.activity_id));
        rows.into_iter()
            .map(|(at, row)| Stop {
                activity: row.activity,
                side: row.side,
                applies_to: row.applies_to.clone(),
                time_h: row.time_h.unwrap_or(0.0),
                time_sd_h: row.time_sd_h,
                fee: row.fee.zip(row.fee_per),
                quality: row.quality,
                row: Some(at),
                default_unless: None,
            })
            .collect()
    }

    /// Groups of classes that any activity at a crossing or terminal concerns, in whatever direction.
    fn concerned(&self, at_id: &str) -> Vec<String> {
        let here = self.activities.get(at_id).map_or(&[][..], Vec::as_slice);
        let groups = |(_, row): &(usize, &ActivityRow)| {
            if row.applies_to.is_empty() { vec!["*".to_owned()] } else { row.applies_to.clone() }
        };
        here.iter().flat_map(groups).collect()
    }

    /// Loading or boarding where no station says otherwise.
    fn access_defaults(&self, mode: Mode, unless: &[String]) -> Vec<Stop> {
        let rows = self.study.access_defaults.iter().filter(|row| row.mode == mode);
        rows.map(|row| Stop {
            activity: ActivityKind::Handling,
            side: Side::Both,
            applies_to: row.applies_to.clone(),
            time_h: row.time_h,
            time_sd_h: None,
            fee: row.fee.zip(row.fee_per),
            quality: row.quality,
            row: None,
            default_unless: Some(unless.to_vec()),
        })
        .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a network, each built once")]
    fn finish(
        mut self,
        nodes: IdxVec<NodeIdx, Node>,
        states: IdxVec<StateIdx, State>,
        assets: IdxVec<AssetIdx, Asset>,
        crossings: IdxVec<CrossingIdx, Crossing>,
        terminals: IdxVec<TerminalIdx, Terminal>,
        territories: IdxVec<TerritoryIdx, Territory>,
        countries: IdxVec<CountryIdx, String>,
        study: &Study,
        actors: &[&ActorRow],
    ) -> Network {
        // Stable: links of one tail stay in the order of their assets and terminals.
        self.links.sort_by_key(|link| link.tail);
        let first_out = offsets(states.len(), self.links.iter().map(|link| link.tail));
        let first_in = offsets(states.len(), self.links.iter().map(|link| link.head));
        let mut by_head: Vec<LinkIdx> = (0..self.links.len()).map(LinkIdx::new).collect();
        by_head.sort_by_key(|at| self.links[at.position()].head);
        let gazetteer = Gazetteer::new(study, &nodes);
        Network {
            nodes,
            states,
            links: IdxVec::new(self.links),
            first_out,
            by_head,
            first_in,
            stops: self.stops,
            assets,
            crossings,
            terminals,
            territories,
            countries,
            actors: actors.iter().map(|a| Actor { id: a.actor_id.clone(), name: a.name.clone() }).collect(),
            gazetteer,
        }
    }
}

/// Where each state's items begin in a list sorted by state.
fn offsets(n_states: usize, states: impl Iterator<Item = StateIdx>) -> Vec<u32> {
    let mut first = vec![0u32; n_states + 1];
    states.for_each(|state| first[state.position() + 1] += 1);
    for at in 1..first.len() {
        first[at] += first[at - 1];
    }
    first
}

/// Transfers of the terminals, and access and egress of every node.
fn add_terminals(
    graph: &mut GraphBuilder<'_>,
    rows: &[&TerminalRow],
    present: &[BTreeSet<ModeState>],
    node_idx: &HashMap<&str, NodeIdx>,
    state_idx: &HashMap<(NodeIdx, ModeState), StateIdx>,
    nodes: &IdxVec<NodeIdx, Node>,
) {
    // Loading places by node and mode-state: they replace the default access there.
    // Whether `from_to` of their activities is loading depends on how the transfer is written.
    let mut stations: BTreeMap<(NodeIdx, ModeState), (TerminalIdx, bool)> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let terminal = TerminalIdx::new(at);
        let node = node_idx[row.node_id.as_str()];
        let at_node = &present[node.position()];
        for transfer in &row.transfers {
            let Some((a, b)) = transfer.split_once('-') else { continue };
            let (a, b) = (a.trim(), b.trim());
            if a == "zone" || b == "zone" {
                let mode = if a == "zone" { b } else { a };
                let states = named_states(mode, "", at_node);
                stations.extend(states.map(|state| ((node, state), (terminal, a == "zone"))));
                continue;
            }
            for from in named_states(a, b, at_node) {
                for to in named_states(b, a, at_node) {
                    if from == to {
                        continue;
                    }
                    let (from, to) = (state_idx[&(node, from)], state_idx[&(node, to)]);
                    let kind = LinkKind::Transfer(terminal);
                    let stops = graph.activities(&row.terminal_id, true);
                    graph.add(from, to, kind, None, true, stops);
                    let stops = graph.activities(&row.terminal_id, false);
                    graph.add(to, from, kind, None, false, stops);
                }
            }
        }
    }
    for (node, place) in nodes.enumerate() {
        for &mode_state in &present[node.position()] {
            // A ferry is boarded at a port, by road or rail.
            if matches!(mode_state, ModeState::WagonDeck | ModeState::VehicleDeck) {
                continue;
            }
            let state = state_idx[&(node, mode_state)];
            let station = stations.get(&(node, mode_state)).copied();
            let terminal = station.map(|(terminal, _)| terminal);
            let stops = |loads| {
                let Some((at, as_written)) = station else {
                    return graph.access_defaults(mode_state.mode(), &[]);
                };
                let id = &rows[at.position()].terminal_id;
                let mut stops = graph.activities(id, loads == as_written);
                stops.extend(graph.access_defaults(mode_state.mode(), &graph.concerned(id)));
                stops
            };
            let (enter, leave) = (stops(true), stops(false));
            graph.add(place.centroid, state, LinkKind::Access(terminal), None, true, enter);
            graph.add(state, place.centroid, LinkKind::Egress(terminal), None, false, leave);
        }
    }
}

/// The mode-states at a node that a word of the transfer grammar means; `other` is the word on the other side, which
/// tells a ferry's wagon deck from its vehicle deck.
fn named_states<'p>(
    word: &'p str,
    other: &'p str,
    present: &'p BTreeSet<ModeState>,
) -> impl Iterator<Item = ModeState> + use<'p> {
    present.iter().copied().filter(move |state| match state {
        ModeState::Rail(gauge) => word == "rail" || word == format!("rail{gauge}"),
        ModeState::WagonDeck => word == "ferry" && other.starts_with("rail"),
        ModeState::VehicleDeck => word == "ferry" && !other.starts_with("rail"),
        other => word == other.mode().word(),
    })
}
