//! One scenario against another, and who holds a way.

use std::collections::BTreeSet;

use super::{Model, RouteQuery};
use crate::index::{ActorIdx, ClassIdx, Idx};
use crate::outcome::compare::{MATERIAL, PairChange, PairSide, ScenarioChange, SkimChange};
use crate::outcome::{Itinerary, KeyPair, Skim};

impl Model {
    /// Actors who can close an itinerary alone: each can close at least one of its links.
    pub fn closers(&self, itinerary: &Itinerary) -> Vec<ActorIdx> {
        let links = itinerary.legs.iter().flat_map(|leg| &leg.assets);
        let alone = links.flat_map(|&asset| &self.control(asset).can_close).filter(|set| set.len() == 1);
        let actors: BTreeSet<ActorIdx> = alone.flatten().copied().collect();
        actors.into_iter().collect()
    }

    /// Actors without whose consent an itinerary cannot be opened: each is in every set whose consent one of its links
    /// needs.
    pub fn vetoes(&self, itinerary: &Itinerary) -> Vec<ActorIdx> {
        let links = itinerary.legs.iter().flat_map(|leg| &leg.assets);
        let actors: BTreeSet<ActorIdx> = links.flat_map(|&asset| self.control(asset).vetoes()).collect();
        actors.into_iter().collect()
    }

    /// What changes from this scenario to another of the same study: for the key pairs, and for all pairs of zones of
    /// every class.
    pub fn compare(&self, after: &Self) -> ScenarioChange {
        let (before_pairs, after_pairs) = (self.key_pairs(), after.key_pairs());
        let pairs = before_pairs.into_iter().zip(after_pairs).map(|(a, b)| PairChange {
            from: a.from,
            to: a.to,
            class: a.class,
            mode: a.mode.clone(),
            sides: [self.side(a.itineraries), after.side(b.itineraries)],
        });
        let classes = (0..self.study.classes.len()).map(ClassIdx::new);
        let skims = classes.map(|class| skim_change(&self.skim(class), &after.skim(class)));
        ScenarioChange { pairs: pairs.collect(), skims: skims.collect() }
    }

    /// Key pairs whose best way is cheaper by more than [`MATERIAL`] in another scenario, or that only it connects.
    pub fn cheaper_key_pairs(&self, after: &Self) -> usize {
        let cost = |pair: &KeyPair| pair.itineraries.first().map_or(f64::INFINITY, |best| best.cost);
        let (before, after) = (self.key_pairs(), after.key_pairs());
        before.iter().zip(&after).filter(|(a, b)| cost(b) < (1.0 - MATERIAL) * cost(a)).count()
    }

    /// The best of a query's itineraries, who holds it, and what the second costs more.
    ///
    /// Ask for two itineraries or more that differ in territories: the premium is that of the second.
    pub fn held(&self, query: &RouteQuery) -> PairSide {
        self.side(self.routes(query).unwrap_or_default())
    }

    fn side(&self, itineraries: Vec<Itinerary>) -> PairSide {
        let mut itineraries = itineraries.into_iter();
        let (best, second) = (itineraries.next(), itineraries.next());
        let premium = best.as_ref().zip(second).map(|(best, second)| second.cost / best.cost - 1.0);
        let actors =
            |of: fn(&Self, &Itinerary) -> Vec<ActorIdx>| best.as_ref().map_or(Vec::new(), |it| of(self, it));
        PairSide { closers: actors(Self::closers), vetoes: actors(Self::vetoes), premium, best }
    }
}

/// What changes between two skims of one class over the same zones.
fn skim_change(before: &Skim, after: &Skim) -> SkimChange {
    let n = before.zones.len();
    let mut change = SkimChange {
        class: before.class,
        pairs: n * n.saturating_sub(1),
        connected_before: 0,
        joined: 0,
        cut: 0,
        cheaper: 0,
        dearer: 0,
        greatest_fall: None,
    };
    for (at, (a, b)) in before.cells.iter().zip(&after.cells).enumerate() {
        change.connected_before += usize::from(a.is_some());
        match (a, b) {
            (None, Some(_)) => change.joined += 1,
            (Some(_), None) => change.cut += 1,
            (Some(a), Some(b)) => {
                let fall = 1.0 - b.cost / a.cost;
                change.cheaper += usize::from(fall > MATERIAL);
                change.dearer += usize::from(fall < -MATERIAL);
                if fall > MATERIAL && change.greatest_fall.is_none_or(|(most, _, _)| fall > most) {
                    change.greatest_fall = Some((fall, before.zones[at / n], before.zones[at % n]));
                }
            }
            (None, None) => {}
        }
    }
    change
}
