//! A rule of passage: which links, whom, on which trips, and what it does.

use super::{Trip, TripEnd, Works};
use crate::index::{AssetIdx, CountryIdx, TerritoryIdx};
use crate::network::Network;
use crate::study::tables::{AccessRow, Action, ClassRow, Effect, FeePer, Quality};

/// A country or a territory that trips start or end in. A code that is both means the country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndSelector {
    /// Anywhere in a country.
    Country(CountryIdx),
    /// In one territory only.
    Territory(TerritoryIdx),
}

impl EndSelector {
    /// The selectors of codes.
    pub fn of(network: &Network, codes: &[String]) -> Vec<Self> {
        let select = |code: &String| {
            let country = network.country(code).map(Self::Country);
            country.or_else(|| network.territory(code).map(Self::Territory))
        };
        codes.iter().filter_map(select).collect()
    }

    fn admits(self, end: TripEnd) -> bool {
        match self {
            Self::Country(country) => end.country == country,
            Self::Territory(territory) => end.territory == territory,
        }
    }
}

/// A rule, resolved on the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Where it comes from: `access/RULE`, `open_tripp/RULE`.
    pub name: String,
    /// Rules are applied by ascending priority.
    pub priority: i32,
    /// What it does.
    pub action: Action,
    /// Links selected, in order.
    pub assets: Vec<AssetIdx>,
    /// Groups of classes concerned; empty: all.
    pub applies_to: Vec<String>,
    /// Carriers concerned; empty: all, known or not.
    pub flag: Vec<CountryIdx>,
    /// The trip starts or ends in one of these; empty: any trip.
    pub ends: Vec<EndSelector>,
    /// The trip starts in one of these; empty: anywhere.
    pub origin: Vec<EndSelector>,
    /// The trip ends in one of these; empty: anywhere.
    pub destination: Vec<EndSelector>,
    /// Only trips that do (or do not) pass the countries of the link in transit.
    pub transit: Option<bool>,
    /// Mean hours added on each link.
    pub time_h: f64,
    /// Standard deviation of these hours.
    pub sd_h: f64,
    /// Money, and what it is per.
    pub money: Option<(f64, FeePer)>,
    /// What it multiplies the capacity by; 1 unless that is what it does.
    pub capacity_factor: f64,
    /// Whether its figures are assumed.
    pub is_assumed: bool,
}

impl Rule {
    /// An access rule: priority 0.
    pub fn of_access(row: &AccessRow, network: &Network) -> Self {
        let selects = |&at: &AssetIdx| {
            let asset = &network.assets[at];
            let ends = [asset.ends.0, asset.ends.1].map(|node| network.nodes[node].territory);
            let touched = || asset.territories.iter().chain(&ends);
            row.selects(&asset.id, asset.mode, |id| touched().any(|&t| network.territories[t].id == id))
        };
        Self {
            name: format!("access/{}", row.rule_id),
            priority: 0,
            action: if row.effect == Effect::Allow { Action::Allow } else { Action::Deny },
            assets: network.assets.indices().filter(selects).collect(),
            applies_to: row.applies_to.clone(),
            flag: Vec::new(),
            ends: EndSelector::of(network, &row.ends),
            origin: EndSelector::of(network, &row.origin),
            destination: EndSelector::of(network, &row.destination),
            transit: None,
            time_h: 0.0,
            sd_h: 0.0,
            money: None,
            capacity_factor: 1.0,
            is_assumed: row.quality == Quality::Assumed,
        }
    }

    /// What works do to the capacity of links.
    pub(super) fn of_works(works: &Works, factor: f64) -> Self {
        let mut assets = works.assets.clone();
        assets.sort_unstable();
        assets.dedup();
        Self {
            name: format!("works/{}", works.project),
            priority: 0,
            action: Action::CapacityFactor,
            assets,
            applies_to: Vec::new(),
            flag: Vec::new(),
            ends: Vec::new(),
            origin: Vec::new(),
            destination: Vec::new(),
            transit: None,
            time_h: 0.0,
            sd_h: 0.0,
            money: None,
            capacity_factor: factor,
            is_assumed: works.is_assumed,
        }
    }

    /// Whether the rule only adds to time or money: what `--neutral` makes equal.
    pub fn is_surcharge(&self) -> bool {
        matches!(self.action, Action::AddTime | Action::AddMoney | Action::Check | Action::Toll)
    }

    /// Whether it concerns a class on a trip, apart from `transit`, which depends on the link.
    pub fn concerns(&self, class: &ClassRow, trip: Trip) -> bool {
        let among = |list: &[EndSelector], ends: &[TripEnd]| {
            list.is_empty() || list.iter().any(|selector| ends.iter().any(|&end| selector.admits(end)))
        };
        class.is_in(&self.applies_to)
            && (self.flag.is_empty() || trip.flag.is_some_and(|flag| self.flag.contains(&flag)))
            && among(&self.ends, &[trip.origin, trip.destination])
            && among(&self.origin, &[trip.origin])
            && among(&self.destination, &[trip.destination])
    }

    /// Whether it concerns a trip on one of its links.
    pub fn concerns_on(&self, network: &Network, asset: AssetIdx, trip: Trip) -> bool {
        let Some(transit) = self.transit else { return true };
        let countries = network.assets[asset].territories.iter();
        let ends_here = countries.filter_map(|&t| network.territories[t].country).any(|c| trip.ends_in(c));
        transit != ends_here
    }

    /// The money that it takes on each of its links from a trip that it concerns, per unit of the class.
    ///
    /// `add_money` falls on each link. A toll is for passing all links that the rule selects, shared by their length; per
    /// truck-kilometre it is charged on each by its length.
    pub fn money_on<'r>(
        &'r self,
        network: &'r Network,
        class: &ClassRow,
        trip: Trip,
    ) -> impl Iterator<Item = (AssetIdx, f64)> + 'r {
        let length = |asset: AssetIdx| network.assets[asset].length_km;
        let total: f64 = self.assets.iter().map(|&asset| length(asset)).sum();
        let money = self.money.and_then(|(amount, per)| Some((amount / class.units_per(per)?, per)));
        let on = self.assets.iter().filter(move |&&asset| self.concerns_on(network, asset, trip));
        on.filter_map(move |&asset| {
            let (amount, per) = money?;
            Some(match (per, self.action) {
                (FeePer::TruckKm, _) => (asset, amount * length(asset)),
                (_, Action::Toll) if total > 0.0 => (asset, amount * length(asset) / total),
                _ => (asset, amount),
            })
        })
    }

    /// Countries and territories that it tells apart as ends of a trip.
    pub fn distinguished(&self, network: &Network) -> Vec<EndSelector> {
        let mut ends: Vec<EndSelector> =
            self.ends.iter().chain(&self.origin).chain(&self.destination).copied().collect();
        if self.transit.is_some() {
            let territories = self.assets.iter().flat_map(|&asset| &network.assets[asset].territories);
            let countries = territories.filter_map(|&t| network.territories[t].country);
            ends.extend(countries.map(EndSelector::Country));
            ends.sort_unstable();
            ends.dedup();
        }
        ends
    }
}
