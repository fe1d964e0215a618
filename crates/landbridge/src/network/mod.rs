//! Stage 1: checked tables become one immutable multimodal graph (`docs/model/network.md`).
//!
//! A *state* is a node in a mode-state (road; rail of a gauge; a ferry's wagon or vehicle deck; sea; air), or the
//! centroid of a node, where trips start and end. Directed links join states: line-haul, border, transfer, access and
//! egress. Each link keeps its physical asset, whose columns say whose territory it is, who can close it, who must
//! consent, who runs it and who collects; these are never one field. Nothing here depends on a class or a scenario:
//! whatever varies is an overlay on this graph.

mod build;
mod gazetteer;

pub use build::build;
pub use gazetteer::{Gazetteer, PlaceNotFound};

use crate::index::{
    ActorIdx, AssetIdx, CountryIdx, CrossingIdx, Idx, IdxVec, LinkIdx, NodeIdx, StateIdx, TerminalIdx,
    TerritoryIdx,
};
use crate::study::tables::{
    ActivityKind, FeePer, Mode, NodeType, PassengerAccess, Quality, Side, Status, TerminalKind,
};

/// In what a load or traveller moves at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModeState {
    /// On the road.
    Road,
    /// On rails of this gauge, mm.
    Rail(u16),
    /// In a wagon aboard a ferry.
    WagonDeck,
    /// In a vehicle aboard a ferry.
    VehicleDeck,
    /// Aboard a ship.
    Sea,
    /// Aboard an aeroplane.
    Air,
}

impl ModeState {
    /// The mode of the links it uses.
    pub fn mode(self) -> Mode {
        match self {
            Self::Road => Mode::Road,
            Self::Rail(_) => Mode::Rail,
            Self::WagonDeck | Self::VehicleDeck => Mode::Ferry,
            Self::Sea => Mode::Sea,
            Self::Air => Mode::Air,
        }
    }
}

impl std::fmt::Display for ModeState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rail(gauge) => write!(f, "rail {gauge} mm"),
            Self::WagonDeck => f.write_str("rail ferry"),
            Self::VehicleDeck => f.write_str("truck ferry"),
            other => f.write_str(other.mode().word()),
        }
    }
}

/// A place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Territory.
    pub territory: TerritoryIdx,
    /// Sovereign country.
    pub country: CountryIdx,
    /// Kind of place.
    pub node_type: NodeType,
    /// Longitude and latitude, degrees.
    pub lon_lat: (f64, f64),
    /// Zone centred here, if any.
    pub zone: Option<String>,
    /// Inhabitants.
    pub population: Option<f64>,
    /// Where trips from and to the node start and end.
    pub centroid: StateIdx,
}

/// A node in a mode-state, or its centroid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Place.
    pub node: NodeIdx,
    /// `None` for the centroid, which cannot be passed through.
    pub mode_state: Option<ModeState>,
}

/// What a directed link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Movement along an asset.
    LineHaul,
    /// Movement along an asset on which a border is passed.
    Border(CrossingIdx),
    /// Change of mode or gauge at a terminal.
    Transfer(TerminalIdx),
    /// From a centroid into a mode-state, at a terminal or anywhere.
    Access(Option<TerminalIdx>),
    /// From a mode-state to the centroid.
    Egress(Option<TerminalIdx>),
}

/// A directed link of the graph.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// Where it starts.
    pub tail: StateIdx,
    /// Where it ends.
    pub head: StateIdx,
    /// What it does.
    pub kind: LinkKind,
    /// The physical link it runs on; none for transfer, access and egress.
    pub asset: Option<AssetIdx>,
    /// Whether it runs from the asset's `from` to its `to`.
    pub forward: bool,
    first_stop: u32,
    n_stops: u32,
}

/// An activity on a directed link.
#[derive(Clone, Debug)]
pub struct Stop {
    /// What happens.
    pub activity: ActivityKind,
    /// Whose post, at a border.
    pub side: Side,
    /// Groups of classes concerned (`freight`, a class, `*`).
    pub applies_to: Vec<String>,
    /// Mean hours.
    pub time_h: f64,
    /// Standard deviation of the hours, if given.
    pub time_sd_h: Option<f64>,
    /// Charge, currency of the price year, and what it is per.
    pub fee: Option<(f64, FeePer)>,
    /// How sure the figures are.
    pub quality: Quality,
    /// The row of the table of activities that it stands in, if any.
    pub row: Option<usize>,
    /// For a default of loading or boarding: the groups of classes for which the station of the place says otherwise.
    /// Among defaults the one that names a class most closely holds.
    pub default_unless: Option<Vec<String>>,
}

/// A physical link with the columns of control.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Identifier.
    pub id: String,
    /// Name, or its ends.
    pub name: String,
    /// Ends.
    pub ends: (NodeIdx, NodeIdx),
    /// Mode.
    pub mode: Mode,
    /// Gauge, mm.
    pub gauge_mm: Option<u16>,
    /// Kind of way.
    pub facility_type: String,
    /// Length, km.
    pub length_km: f64,
    /// Speed of a loaded truck, freight train or ship, km/h.
    pub free_speed_kmh: Option<f64>,
    /// Duration of a scheduled service, hours.
    pub duration_h: Option<f64>,
    /// Hours between departures; 0 if one leaves at any time.
    pub headway_h: f64,
    /// Price of the whole link.
    pub fare: Option<(f64, FeePer)>,
    /// State in the study's reference state.
    pub status: Status,
    /// Territories from one end to the other.
    pub territories: Vec<TerritoryIdx>,
    /// Columns of control in the tables; a regime may set others.
    pub control: Control,
    /// How sure the length is.
    pub quality: Quality,
}

/// The columns of control of a physical link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Control {
    /// Minimal sets of actors able to close it.
    pub can_close: Vec<Vec<ActorIdx>>,
    /// Sets of actors whose consent opening needs.
    pub must_consent: Vec<Vec<ActorIdx>>,
    /// Who runs it.
    pub operator: Vec<ActorIdx>,
    /// Who receives which share of tolls and fees.
    pub collectors: Vec<(ActorIdx, f64)>,
}

impl Control {
    /// Whether an actor can close the link alone.
    pub fn is_closable_by(&self, actor: ActorIdx) -> bool {
        self.can_close.iter().any(|set| *set == [actor])
    }

    /// Actors without whose consent the link cannot be opened: those in every set that suffices.
    pub fn vetoes(&self) -> Vec<ActorIdx> {
        let Some((first, rest)) = self.must_consent.split_first() else { return Vec::new() };
        first.iter().copied().filter(|actor| rest.iter().all(|set| set.contains(actor))).collect()
    }
}

/// A border crossing point.
#[derive(Clone, Debug)]
pub struct Crossing {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// The asset it lies on.
    pub asset: AssetIdx,
    /// Whether `from_to` of its activities runs along the asset's own direction.
    pub along: bool,
    /// Hours a day in which it is open, if known.
    pub open_h_per_day: Option<f64>,
    /// Whether travellers may pass.
    pub passengers: PassengerAccess,
    /// How sure the row is.
    pub quality: Quality,
}

/// A terminal.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it stands.
    pub node: NodeIdx,
    /// What it does.
    pub kind: TerminalKind,
}

/// A piece of land with its own rules of passage.
#[derive(Clone, Debug)]
pub struct Territory {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Sovereign; none at sea.
    pub country: Option<CountryIdx>,
    /// Who holds it in fact.
    pub controller: Option<ActorIdx>,
}

/// A party with interests.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
}

/// The immutable multimodal graph of a study, with everything that hangs on its links.
#[derive(Clone, Debug)]
pub struct Network {
    /// Places, by identifier.
    pub nodes: IdxVec<NodeIdx, Node>,
    /// States, by node and mode-state.
    pub states: IdxVec<StateIdx, State>,
    /// Directed links, ordered by tail.
    pub links: IdxVec<LinkIdx, Link>,
    first_out: Vec<u32>,
    /// Links ordered by head, and where each head's begin.
    by_head: Vec<LinkIdx>,
    first_in: Vec<u32>,
    stops: Vec<Stop>,
    /// Physical links, by identifier.
    pub assets: IdxVec<AssetIdx, Asset>,
    /// Border crossing points, by identifier.
    pub crossings: IdxVec<CrossingIdx, Crossing>,
    /// Terminals, by identifier.
    pub terminals: IdxVec<TerminalIdx, Terminal>,
    /// Territories, by identifier.
    pub territories: IdxVec<TerritoryIdx, Territory>,
    /// Sovereign countries, in alphabetical order.
    pub countries: IdxVec<CountryIdx, String>,
    /// Actors, by identifier.
    pub actors: IdxVec<ActorIdx, Actor>,
    /// Finds places by name.
    pub gazetteer: Gazetteer,
}

impl Network {
    /// Links that leave a state.
    pub fn out_links(&self, state: StateIdx) -> impl Iterator<Item = LinkIdx> + use<> {
        let at = state.position();
        (self.first_out[at]..self.first_out[at + 1]).map(LinkIdx)
    }

    /// Links that lead into a state.
    pub fn in_links(&self, state: StateIdx) -> impl Iterator<Item = LinkIdx> + '_ {
        let at = state.position();
        self.by_head[self.first_in[at] as usize..self.first_in[at + 1] as usize].iter().copied()
    }

    /// Activities on a link, in order: for a border, exit before entry.
    pub fn stops(&self, link: LinkIdx) -> &[Stop] {
        let link = &self.links[link];
        &self.stops[link.first_stop as usize..(link.first_stop + link.n_stops) as usize]
    }

    /// The mode-state a link moves in; for a transfer or access, the one it leads into.
    pub fn mode_state(&self, link: LinkIdx) -> Option<ModeState> {
        let link = &self.links[link];
        self.states[link.head].mode_state.or(self.states[link.tail].mode_state)
    }

    /// Territories of a link in the direction of travel; for links at a place, that of the node.
    pub fn territories_along(&self, link: LinkIdx) -> Vec<TerritoryIdx> {
        let link = &self.links[link];
        match link.asset {
            Some(asset) if link.forward => self.assets[asset].territories.clone(),
            Some(asset) => self.assets[asset].territories.iter().rev().copied().collect(),
            None => vec![self.nodes[self.states[link.head].node].territory],
        }
    }

    /// Countries of a link in the direction of travel, without repeats in a row and without the sea.
    pub fn countries_along(&self, link: LinkIdx) -> Vec<CountryIdx> {
        let mut countries: Vec<_> =
            self.territories_along(link).into_iter().filter_map(|t| self.territories[t].country).collect();
        countries.dedup();
        countries
    }

    /// Finds an asset by identifier.
    pub fn asset(&self, id: &str) -> Option<AssetIdx> {
        self.assets.as_slice().binary_search_by(|a| a.id.as_str().cmp(id)).ok().map(AssetIdx::new)
    }

    /// Finds a node by identifier.
    pub fn node(&self, id: &str) -> Option<NodeIdx> {
        self.nodes.as_slice().binary_search_by(|n| n.id.as_str().cmp(id)).ok().map(NodeIdx::new)
    }

    /// Finds a country by code.
    pub fn country(&self, code: &str) -> Option<CountryIdx> {
        self.countries.as_slice().binary_search_by(|c| c.as_str().cmp(code)).ok().map(CountryIdx::new)
    }

    /// Finds an actor by identifier.
    pub fn actor(&self, id: &str) -> Option<ActorIdx> {
        self.actors.as_slice().binary_search_by(|a| a.id.as_str().cmp(id)).ok().map(ActorIdx::new)
    }

    /// Finds a territory by identifier.
    pub fn territory(&self, id: &str) -> Option<TerritoryIdx> {
        self.territories.as_slice().binary_search_by(|t| t.id.as_str().cmp(id)).ok().map(TerritoryIdx::new)
    }

    /// Nodes at which demand starts and ends, in order.
    pub fn zone_nodes(&self) -> Vec<NodeIdx> {
        self.nodes.enumerate().filter(|(_, node)| node.zone.is_some()).map(|(at, _)| at).collect()
    }

    /// Sets of actors in words: `ARM or AZE`, `ARM with USA`.
    pub fn actor_sets_in_words(&self, sets: &[Vec<ActorIdx>]) -> String {
        let name = |set: &Vec<ActorIdx>| {
            set.iter().map(|&a| self.actors[a].id.as_str()).collect::<Vec<_>>().join(" with ")
        };
        sets.iter().map(name).collect::<Vec<_>>().join(" or ")
    }
}
