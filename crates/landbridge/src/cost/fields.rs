//! What links cost and admit in many scenarios at once: the distinct *fields*.
//!
//! In: scenarios laid over the network, and users (a class under a flag). Out: for each scenario, user and pair of nodes
//! the field that holds, where trips that no rule or charge tells apart share one, and equal ones are kept once. Whoever
//! searches or loads sees fields only: a cost for each link, infinite where the link is barred.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Charges, Costs};
use crate::index::{ClassIdx, CountryIdx, FieldIdx, Idx, IdxVec, LinkIdx, NodeIdx, TerritoryIdx};
use crate::network::Network;
use crate::parallel;
use crate::scenario::{EndSelector, Overlay, Trip, TripEnd};
use crate::study::Study;
use crate::study::tables::Mode;

/// Those who travel alike as far as rules and costs see: a class under a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct User {
    /// Class.
    pub class: ClassIdx,
    /// Country of the carrier, if it is known.
    pub flag: Option<CountryIdx>,
}

/// A scenario with what its links cost.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// States, control and rules.
    pub overlay: &'a Overlay,
    /// Costs at the scenario's speeds.
    pub costs: &'a Costs,
}

/// The distinct sets of costs and permits of some scenarios.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    users: Vec<User>,
    /// `cost[field][link]`, money per unit of the class; infinite where barred.
    cost: IdxVec<FieldIdx, Vec<f64>>,
    /// Per scenario, which ends are told apart: the group of each node.
    group: Vec<IdxVec<NodeIdx, u32>>,
    n_groups: Vec<usize>,
    /// `table[scenario][user][origin group * n_groups + destination group]`.
    table: Vec<Vec<Vec<FieldIdx>>>,
}

impl Fields {
    /// Computes the fields of all users in all scenarios, all modes of a class permitted.
    pub fn new(
        study: &Study,
        network: &Network,
        charges: &Charges,
        scenes: &[Scene<'_>],
        users: &[User],
    ) -> Self {
        let groups: Vec<_> = scenes.iter().map(|scene| ends_told_apart(network, charges, scene)).collect();
        let cases: Vec<(usize, usize)> =
            (0..scenes.len()).flat_map(|scene| (0..users.len()).map(move |user| (scene, user))).collect();
        let blocks = parallel::map_with(
            &cases,
            || (),
            |(), &(scene, user)| {
                let members = &groups[scene].1;
                let (scene, user) = (&scenes[scene], users[user]);
                let class = &study.classes[user.class.position()];
                let modes: Vec<Mode> = Mode::ALL.iter().copied().filter(|&m| class.may_use(m)).collect();
                let mut distinct = Distinct::default();
                let ends = members.iter().flat_map(|&from| members.iter().map(move |&to| (from, to)));
                let table: Vec<FieldIdx> = ends
                    .map(|(origin, destination)| {
                        let trip = Trip { origin, destination, flag: user.flag };
                        let permits = scene.overlay.permits(network, class, &modes, trip);
                        let surcharges = scene.overlay.surcharges(network, class, trip);
                        let costs = scene.costs;
                        let trip_costs =
                            charges.trip_costs(costs, class, user.class, trip, permits, surcharges);
                        let admitted = |(link, &cost): (LinkIdx, &f64)| {
                            if trip_costs.permits.contains(link) { cost } else { f64::INFINITY }
                        };
                        distinct.insert(trip_costs.cost.enumerate().map(admitted).collect())
                    })
                    .collect();
                (table, distinct.fields)
            },
        );
        // Equal fields of different scenarios and users become one; the order is that of scenarios, users and ends.
        let mut distinct = Distinct::default();
        let mut table = vec![Vec::new(); scenes.len()];
        for ((scene, _), (own, fields)) in cases.into_iter().zip(blocks) {
            let renamed: Vec<FieldIdx> = fields.into_iter().map(|f| distinct.insert(f)).collect();
            table[scene].push(own.into_iter().map(|field| renamed[field.position()]).collect());
        }
        let n_groups = groups.iter().map(|(_, members)| members.len()).collect();
        let group = groups.into_iter().map(|(group, _)| group).collect();
        let cost = IdxVec::new(distinct.fields);
        Self { users: users.to_vec(), cost, group, n_groups, table }
    }

    /// Number of scenarios.
    pub fn n_scenarios(&self) -> usize {
        self.table.len()
    }

    /// Number of distinct fields.
    pub fn len(&self) -> usize {
        self.cost.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cost.is_empty()
    }

    /// Bytes of the costs.
    pub fn n_bytes(&self) -> usize {
        self.cost.iter().map(|cost| size_of_val(cost.as_slice())).sum()
    }

    /// The users, in the order in which they were given.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// Position of a user.
    pub fn user(&self, user: User) -> Option<usize> {
        self.users.iter().position(|&known| known == user)
    }

    /// Cost of each link, by its position; infinite where it is barred.
    pub fn cost(&self, field: FieldIdx) -> &[f64] {
        &self.cost[field]
    }

    /// The field that holds for a user between two nodes in a scenario.
    pub fn field(&self, scenario: usize, user: usize, from: NodeIdx, to: NodeIdx) -> FieldIdx {
        let group = &self.group[scenario];
        let (from, to) = (group[from] as usize, group[to] as usize);
        self.table[scenario][user][from * self.n_groups[scenario] + to]
    }

    /// Whether two users are of one class and meet the same costs and permits in all scenarios.
    pub fn are_alike(&self, a: usize, b: usize) -> bool {
        self.users[a].class == self.users[b].class
            && self.table.iter().all(|of_user| of_user[a] == of_user[b])
    }
}

/// Groups of nodes that neither rules nor charges tell apart as ends of a trip, and one member of each.
fn ends_told_apart(
    network: &Network,
    charges: &Charges,
    scene: &Scene<'_>,
) -> (IdxVec<NodeIdx, u32>, Vec<TripEnd>) {
    let mut countries: BTreeSet<CountryIdx> = charges.distinguished();
    let mut territories: BTreeSet<TerritoryIdx> = BTreeSet::new();
    for end in scene.overlay.distinguished(network) {
        match end {
            EndSelector::Country(country) => _ = countries.insert(country),
            EndSelector::Territory(territory) => _ = territories.insert(territory),
        }
    }
    let mut number: BTreeMap<_, u32> = BTreeMap::new();
    let mut members = Vec::new();
    let group = network.nodes.iter().map(|node| {
        let country = Some(node.country).filter(|c| countries.contains(c));
        let territory = Some(node.territory).filter(|t| territories.contains(t));
        *number.entry((country, territory)).or_insert_with(|| {
            members.push(TripEnd { country: node.country, territory: node.territory });
            members.len() as u32 - 1
        })
    });
    (group.collect(), members)
}

/// Vectors of which each is kept once.
#[derive(Default)]
struct Distinct {
    fields: Vec<Vec<f64>>,
    by_hash: HashMap<u64, Vec<FieldIdx>>,
}

impl Distinct {
    fn insert(&mut self, field: Vec<f64>) -> FieldIdx {
        // A hash only finds candidates; equality is looked at bit by bit.
        let mix = |hash: u64, cost: &f64| {
            (hash.rotate_left(23) ^ cost.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        };
        let same = self.by_hash.entry(field.iter().fold(0, mix)).or_default();
        let items = &mut self.fields;
        let known = same.iter().copied().find(|at| {
            let other: &[f64] = &items[at.position()];
            other.iter().map(|c| c.to_bits()).eq(field.iter().map(|c| c.to_bits()))
        });
        known.unwrap_or_else(|| {
            items.push(field);
            let at = FieldIdx::new(items.len() - 1);
            same.push(at);
            at
        })
    }
}
