//! Stage 2: who may use which link.
//!
//! In: the network, and the study's access rules on its `as_of` day. Out: for a class and a trip, the set of links it
//! may use. A closure removes a link; it is never a high cost (`docs/model/access.md`). Regimes and scenarios will be
//! further rules of the same kind.

use crate::index::{AssetIdx, BitSet, CountryIdx, LinkIdx};
use crate::network::{LinkKind, Network};
use crate::study::Study;
use crate::study::tables::{AccessRow, ClassKind, ClassRow, Effect, Mode, PassengerAccess, Status};

/// Where a trip starts and ends, as far as rules of passage and charges see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trip {
    /// Country of the origin.
    pub origin: CountryIdx,
    /// Country of the destination.
    pub destination: CountryIdx,
}

impl Trip {
    /// Whether the trip starts or ends in a country.
    pub fn ends_in(&self, country: CountryIdx) -> bool {
        self.origin == country || self.destination == country
    }
}

/// The access rules in force.
#[derive(Clone, Debug)]
pub struct Access {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    effect: Effect,
    assets: Vec<AssetIdx>,
    applies_to: Vec<String>,
    ends: Vec<CountryIdx>,
    origin: Vec<CountryIdx>,
    destination: Vec<CountryIdx>,
}

impl Rule {
    fn concerns(&self, class: &ClassRow, trip: Trip) -> bool {
        let among = |list: &[CountryIdx], test: &dyn Fn(CountryIdx) -> bool| {
            list.is_empty() || list.iter().any(|&country| test(country))
        };
        class.is_in(&self.applies_to)
            && among(&self.ends, &|c| trip.ends_in(c))
            && among(&self.origin, &|c| trip.origin == c)
            && among(&self.destination, &|c| trip.destination == c)
    }
}

impl Access {
    /// Takes the rules that are in force on the study's `as_of` day.
    pub fn new(study: &Study, network: &Network) -> Self {
        let as_of = study.study.as_of;
        let in_force = |row: &&AccessRow| row.is_in_force(as_of);
        let countries = |codes: &[String]| codes.iter().filter_map(|c| network.country(c)).collect();
        let rules = study.access.iter().filter(in_force).map(|row| Rule {
            effect: row.effect,
            assets: network.assets.indices().filter(|&asset| selects(row, network, asset)).collect(),
            applies_to: row.applies_to.clone(),
            ends: countries(&row.ends),
            origin: countries(&row.origin),
            destination: countries(&row.destination),
        });
        Self { rules: rules.collect() }
    }

    /// Countries that any rule tells apart as origin or destination: trips between others share their permits.
    pub fn distinguished(&self) -> impl Iterator<Item = CountryIdx> + '_ {
        self.rules.iter().flat_map(|r| r.ends.iter().chain(&r.origin).chain(&r.destination)).copied()
    }

    /// The links that a class may use on a trip, if it keeps to `modes`.
    ///
    /// Open links are free to all, restricted ones to those whom an `allow` rule names, others to nobody; travellers
    /// pass a crossing only if it admits them; a `deny` rule bars whatever else admits.
    pub fn permits(
        &self,
        network: &Network,
        class: &ClassRow,
        modes: &[Mode],
        trip: Trip,
    ) -> BitSet<LinkIdx> {
        let mut allowed = BitSet::empty(network.assets.len());
        let mut denied = BitSet::empty(network.assets.len());
        for rule in self.rules.iter().filter(|rule| rule.concerns(class, trip)) {
            let set = if rule.effect == Effect::Allow { &mut allowed } else { &mut denied };
            rule.assets.iter().for_each(|&asset| set.insert(asset));
        }
        let mut permits = BitSet::empty(network.links.len());
        for (at, link) in network.links.enumerate() {
            let mode_permitted = |mode: Mode| modes.contains(&mode);
            let ends = [network.states[link.tail].mode_state, network.states[link.head].mode_state];
            let usable = ends.into_iter().flatten().all(|state| mode_permitted(state.mode()))
                && link.asset.is_none_or(|asset| {
                    let admitted = allowed.contains(asset);
                    let by_status = match network.assets[asset].status {
                        Status::Open => true,
                        Status::Restricted => admitted,
                        _ => false,
                    };
                    let by_crossing = match (link.kind, class.kind) {
                        (LinkKind::Border(c), ClassKind::Passenger) => {
                            match network.crossings[c].passengers {
                                PassengerAccess::Yes => true,
                                PassengerAccess::Special => admitted,
                                PassengerAccess::No => false,
                            }
                        }
                        _ => true,
                    };
                    by_status && by_crossing && !denied.contains(asset)
                });
            if usable {
                permits.insert(at);
            }
        }
        permits
    }
}

fn selects(row: &AccessRow, network: &Network, asset: AssetIdx) -> bool {
    let asset = &network.assets[asset];
    let ends = [asset.ends.0, asset.ends.1].map(|node| network.nodes[node].territory);
    let touched = || asset.territories.iter().chain(&ends);
    row.selects(&asset.id, asset.mode, |id| touched().any(|&t| network.territories[t].id == id))
}
