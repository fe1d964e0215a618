//! What varies between scenarios, laid over the immutable network: states, speeds and control of links, and rules.

use std::collections::BTreeMap;

use super::{EndSelector, Rule, Trip};
use crate::index::{AssetIdx, BitSet, IdxVec, LinkIdx, TerminalIdx};
use crate::network::{Control, LinkKind, Network};
use crate::study::Date;
use crate::study::tables::{Action, ClassKind, ClassRow, Mode, PassengerAccess, Status};

/// One scenario over the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    /// Scenario's identifier; empty for the tables as they stand.
    pub scenario: String,
    /// Whether checks and tolls of regimes are replaced by those of the neutral regime.
    pub is_neutral: bool,
    /// Day whose rules hold.
    pub as_of: Date,
    /// Regimes in force.
    pub regimes: Vec<String>,
    /// State of every link.
    pub status: IdxVec<AssetIdx, Status>,
    /// Links with another speed than in the tables, km/h.
    pub free_speed_kmh: BTreeMap<AssetIdx, f64>,
    /// Links with other columns of control than in the tables.
    pub control: BTreeMap<AssetIdx, Control>,
    /// Rules in the order in which they are applied.
    pub rules: Vec<Rule>,
    /// Terminals that works have widened, with what their capacities are multiplied by.
    pub widened: BTreeMap<TerminalIdx, f64>,
}

/// Works that open links, or widen links and terminals.
#[derive(Clone, Debug, PartialEq)]
pub struct Works {
    /// Identifier of the project.
    pub project: String,
    /// Links.
    pub assets: Vec<AssetIdx>,
    /// Terminals.
    pub terminals: Vec<TerminalIdx>,
    /// What capacities are multiplied by, if it is there to widen.
    pub capacity_factor: Option<f64>,
    /// Whether the figures are assumed.
    pub is_assumed: bool,
}

/// What rules add on a link. Money is per unit of the class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Surcharge {
    /// Mean hours.
    pub time_h: f64,
    /// Standard deviation of the hours.
    pub sd_h: f64,
    /// Tolls and other money.
    pub usd: f64,
    /// Whether any of it is assumed.
    pub is_assumed: bool,
}

/// One way in which two overlays differ.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// State of a link, before and after.
    Status(AssetIdx, Status, Status),
    /// Speed of a link, km/h, before and after; `None` is that of the tables.
    FreeSpeed(AssetIdx, Option<f64>, Option<f64>),
    /// Columns of control of a link after; `None` is those of the tables.
    Control(AssetIdx, Option<Box<Control>>, Option<Box<Control>>),
    /// A rule that is there only before.
    Without(Rule),
    /// A rule that is there only after.
    With(Rule),
}

impl Overlay {
    /// The columns of control of a link.
    pub fn control<'a>(&'a self, network: &'a Network, asset: AssetIdx) -> &'a Control {
        self.control.get(&asset).unwrap_or(&network.assets[asset].control)
    }

    /// Whether anybody can use a link in its state.
    pub fn is_usable(&self, asset: AssetIdx) -> bool {
        matches!(self.status[asset], Status::Open | Status::Restricted)
    }

    /// Ends that any rule tells apart: trips between others share their permits and surcharges.
    pub fn distinguished(&self, network: &Network) -> Vec<EndSelector> {
        self.rules.iter().flat_map(|rule| rule.distinguished(network)).collect()
    }

    /// The links that a class may use on a trip, if it keeps to `modes`.
    ///
    /// Open links are free to all, restricted ones to those whom a rule admits, others to nobody; travellers pass a
    /// crossing only if it admits them. Rules are applied by ascending priority: each can bar what an earlier one
    /// admitted and admit what it barred; within one priority barring wins.
    pub fn permits(
        &self,
        network: &Network,
        class: &ClassRow,
        modes: &[Mode],
        trip: Trip,
    ) -> BitSet<LinkIdx> {
        let mut admitted = BitSet::empty(network.assets.len());
        let mut barred = BitSet::empty(network.assets.len());
        for rule in self.rules.iter().filter(|rule| matches!(rule.action, Action::Allow | Action::Deny)) {
            if !rule.concerns(class, trip) {
                continue;
            }
            for &asset in rule.assets.iter().filter(|&&asset| rule.concerns_on(network, asset, trip)) {
                if rule.action == Action::Allow {
                    admitted.insert(asset);
                    barred.remove(asset);
                } else {
                    barred.insert(asset);
                }
            }
        }
        let mut permits = BitSet::empty(network.links.len());
        for (at, link) in network.links.enumerate() {
            let ends = [network.states[link.tail].mode_state, network.states[link.head].mode_state];
            let usable = ends.into_iter().flatten().all(|state| modes.contains(&state.mode()))
                && link.asset.is_none_or(|asset| {
                    let by_status = match self.status[asset] {
                        Status::Open => true,
                        Status::Restricted => admitted.contains(asset),
                        _ => false,
                    };
                    let by_crossing = match (link.kind, class.kind) {
                        (LinkKind::Border(c), ClassKind::Passenger) => {
                            match network.crossings[c].passengers {
                                PassengerAccess::Yes => true,
                                PassengerAccess::Special => admitted.contains(asset),
                                PassengerAccess::No => false,
                            }
                        }
                        _ => true,
                    };
                    by_status && by_crossing && !barred.contains(asset)
                });
            if usable {
                permits.insert(at);
            }
        }
        permits
    }

    /// What rules add for a class on a trip, by link; nothing where they add nothing.
    ///
    /// Hours and `add_money` fall on each link. A toll is for passing all links that its rule selects, shared by their
    /// length; per truck-kilometre it is charged on each by its length.
    pub fn surcharges(
        &self,
        network: &Network,
        class: &ClassRow,
        trip: Trip,
    ) -> BTreeMap<LinkIdx, Surcharge> {
        let mut surcharges: BTreeMap<AssetIdx, Surcharge> = BTreeMap::new();
        let mut variance: BTreeMap<AssetIdx, f64> = BTreeMap::new();
        for rule in self.rules.iter().filter(|rule| rule.is_surcharge() && rule.concerns(class, trip)) {
            for &asset in rule.assets.iter().filter(|&&asset| rule.concerns_on(network, asset, trip)) {
                let entry = surcharges.entry(asset).or_default();
                entry.time_h += rule.time_h;
                entry.is_assumed |= rule.is_assumed;
                *variance.entry(asset).or_default() += rule.sd_h * rule.sd_h;
            }
            for (asset, usd) in rule.money_on(network, class, trip) {
                surcharges.entry(asset).or_default().usd += usd;
            }
        }
        for (asset, variance) in variance {
            if let Some(entry) = surcharges.get_mut(&asset) {
                entry.sd_h = variance.sqrt();
            }
        }
        if surcharges.is_empty() {
            return BTreeMap::new();
        }
        let links = network.links.enumerate();
        links.filter_map(|(at, link)| Some((at, *surcharges.get(&link.asset?)?))).collect()
    }

    /// What rules take on physical links from a trip of a class, money per unit of the class: the money of
    /// [`Self::surcharges`].
    pub fn tolls(&self, network: &Network, class: &ClassRow, trip: Trip) -> BTreeMap<AssetIdx, f64> {
        let mut tolls = BTreeMap::new();
        let takes = |rule: &&Rule| rule.is_surcharge() && rule.money.is_some() && rule.concerns(class, trip);
        for rule in self.rules.iter().filter(takes) {
            for (asset, usd) in rule.money_on(network, class, trip) {
                *tolls.entry(asset).or_default() += usd;
            }
        }
        tolls
    }

    /// What rules multiply the capacity of a link by. Whom a rule concerns does not matter: a queue is one for all.
    pub fn capacity_factor(&self, asset: AssetIdx) -> f64 {
        let on = self.rules.iter().filter(|rule| rule.assets.binary_search(&asset).is_ok());
        on.map(|rule| rule.capacity_factor).product()
    }

    /// Does works: links that nobody can use are open, and capacities are multiplied. Links that are restricted stay so,
    /// and rules stay as they are: works make a way and give no permission.
    pub fn build(&mut self, works: &Works) {
        for &asset in &works.assets {
            if !self.is_usable(asset) {
                self.status[asset] = Status::Open;
            }
        }
        if let Some(factor) = works.capacity_factor {
            self.rules.push(Rule::of_works(works, factor));
            order(&mut self.rules);
            for &terminal in &works.terminals {
                *self.widened.entry(terminal).or_insert(1.0) *= factor;
            }
        }
    }

    /// The differences that lead from this overlay to another, in order of links and rules.
    pub fn differences(&self, to: &Self) -> Vec<Difference> {
        let mut all = Vec::new();
        for (asset, &status) in self.status.enumerate() {
            if status != to.status[asset] {
                all.push(Difference::Status(asset, status, to.status[asset]));
            }
            let (before, after) = (self.free_speed_kmh.get(&asset), to.free_speed_kmh.get(&asset));
            if before != after {
                all.push(Difference::FreeSpeed(asset, before.copied(), after.copied()));
            }
            let (before, after) = (self.control.get(&asset), to.control.get(&asset));
            if before != after {
                let boxed = |control: Option<&Control>| control.cloned().map(Box::new);
                all.push(Difference::Control(asset, boxed(before), boxed(after)));
            }
        }
        let only_in = |a: &Self, b: &Self| {
            let rules = a.rules.iter().filter(|rule| !b.rules.contains(rule));
            rules.cloned().collect::<Vec<_>>()
        };
        all.extend(only_in(self, to).into_iter().map(Difference::Without));
        all.extend(only_in(to, self).into_iter().map(Difference::With));
        all
    }

    /// Applies differences in order. Applying those from `a` to `b` to `a` gives the state, speeds, control and rules
    /// of `b`.
    pub fn apply(&mut self, differences: &[Difference]) {
        for difference in differences {
            match difference {
                Difference::Status(asset, _, after) => self.status[*asset] = *after,
                Difference::FreeSpeed(asset, _, after) => set(&mut self.free_speed_kmh, *asset, *after),
                Difference::Control(asset, _, after) => {
                    set(&mut self.control, *asset, after.as_deref().cloned());
                }
                Difference::Without(rule) => self.rules.retain(|own| own != rule),
                Difference::With(rule) => self.rules.push(rule.clone()),
            }
        }
        order(&mut self.rules);
    }
}

fn set<T>(map: &mut BTreeMap<AssetIdx, T>, asset: AssetIdx, value: Option<T>) {
    match value {
        Some(value) => map.insert(asset, value),
        None => map.remove(&asset),
    };
}

/// Puts rules in the order in which they are applied: by priority; within one, barring last; then by name.
pub(super) fn order(rules: &mut [Rule]) {
    rules.sort_by(|a, b| {
        let key = |rule: &Rule| (rule.priority, rule.action == Action::Deny);
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
}
