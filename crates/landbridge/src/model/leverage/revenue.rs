//! Who earns what by a corridor: (R1) to (R3) of `docs/model/revenue.md`; the years to come are in [`super::concession`],
//! tolls in [`super::charge`].

use std::collections::{BTreeMap, BTreeSet};

use super::Board;
use crate::control::revenue::split;
use crate::index::{ActorIdx, AssetIdx};
use crate::model::Loaded;
use crate::network::Control;
use crate::outcome::flows::Levy;
use crate::outcome::revenue::{Collector, Revenue, Taken};
use crate::scenario::Rule;
use crate::study::tables::Status;

/// What is asked of [`Board::revenue`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RevenueQuery {
    /// Years of the concession.
    pub years: u32,
    /// Discount rate, a year, real.
    pub discount_rate: f64,
    /// Highest further toll that is tried, money per tonne.
    pub highest_toll_usd_per_t: f64,
}

impl Board<'_> {
    /// Who earns what: in the year of the demand, over a concession, and at the toll that earns most.
    ///
    /// # Errors
    /// No years, a discount rate below 0, a highest toll that is not above 0.
    pub fn revenue(&self, query: &RevenueQuery) -> Result<Revenue, String> {
        let model = self.model();
        let opened = self.opened();
        let corridor = self.corridor(&opened);
        let today = self.assignment.load(self.scenario());
        let mut is_converged = self.open().is_converged && self.assignment.equilibrium(0).is_converged;
        let (mut concession, mut toll) = (None, None);
        if !opened.is_empty() {
            let (plan, is_plan_converged) = self.concession(&opened, &corridor, &today, query)?;
            let (best, is_toll_converged) =
                self.best_toll(&opened, &corridor, query.highest_toll_usd_per_t)?;
            is_converged &= is_plan_converged && is_toll_converged;
            (concession, toll) = (Some(plan), Some(best));
        }
        let is_assumed_toll = |rule: &Rule| rule.is_surcharge() && rule.money.is_some() && rule.is_assumed;
        let id = |&asset: &AssetIdx| model.network.assets[asset].id.clone();
        Ok(Revenue {
            scenario: model.overlay.scenario.clone(),
            reference: self.assignment.reference().overlay.scenario.clone(),
            is_neutral: model.overlay.is_neutral,
            year: self.assignment.demand.year,
            parties: self.parties().to_vec(),
            opened: opened.iter().map(id).collect(),
            corridor: corridor.iter().map(id).collect(),
            collectors: self.collected(&today, &corridor)?,
            concession,
            toll,
            tolls_are_assumed: model.overlay.rules.iter().any(is_assumed_toll),
            is_converged,
        })
    }

    /// The links of the corridor: those that the scenario opens and, beside them, those that its regimes govern, as they
    /// may be open on both sides of a gate that was shut.
    fn corridor(&self, opened: &[AssetIdx]) -> Vec<AssetIdx> {
        let model = self.model();
        let is_in = |asset: &AssetIdx| {
            let governs = model.overlay.control.contains_key(asset) && model.status(*asset) == Status::Open;
            opened.contains(asset) || (governs && !opened.is_empty())
        };
        model.network.assets.indices().filter(is_in).collect()
    }

    /// What each collector takes in the scenario and in the reference.
    fn collected(&self, today: &Loaded<'_>, corridor: &[AssetIdx]) -> Result<Vec<Taken>, String> {
        let by_levy = Levy::ALL.map(|levy| Collection::of(today, |_, other| other == levy));
        let on_corridor =
            Collection::of(today, |asset, _| asset.is_some_and(|asset| corridor.contains(&asset)));
        let reference = Collection::of(&self.assignment.load(0), |_, _| true);
        let actors = in_order(by_levy.iter().chain([&reference]).flat_map(Collection::iter));
        let [border, transit, toll] = &by_levy;
        let closed = [border.closed(&actors)?, transit.closed(&actors)?, toll.closed(&actors)?];
        let row = |(at, &actor): (usize, &Option<ActorIdx>)| Taken {
            collector: self.collector(actor),
            by_levy_usd: [closed[0][at], closed[1][at], closed[2][at]],
            on_corridor_usd: on_corridor.usd(actor),
            reference_usd: reference.usd(actor),
        };
        Ok(actors.iter().enumerate().map(row).collect())
    }

    /// An actor as results name it.
    pub(super) fn collector(&self, actor: Option<ActorIdx>) -> Collector {
        let id = actor.map(|actor| self.model().network.actors[actor].id.clone());
        Collector { id, party: actor.and_then(|actor| self.party_of(actor)) }
    }
}

/// Who collects on a link, and which share; what nobody is named for goes to nobody.
pub(super) fn shares(control: &Control) -> Vec<(Option<ActorIdx>, f64)> {
    if control.collectors.is_empty() {
        return vec![(None, 1.0)];
    }
    control.collectors.iter().map(|&(actor, share)| (Some(actor), share)).collect()
}

/// The actors that have amounts, each once, by identifier; nobody last.
pub(super) fn in_order(amounts: impl Iterator<Item = (Option<ActorIdx>, f64)>) -> Vec<Option<ActorIdx>> {
    let actors: BTreeSet<_> = amounts.map(|(actor, _)| (actor.is_none(), actor)).collect();
    actors.into_iter().map(|(_, actor)| actor).collect()
}

/// Amounts of money by collector.
#[derive(Clone, Debug, Default)]
pub(super) struct Collection {
    usd: BTreeMap<Option<ActorIdx>, f64>,
    all_usd: f64,
}

impl Collection {
    /// What is taken in a state by some levies: fees and tolls on links, and charges of countries, which are on none.
    fn of(loaded: &Loaded<'_>, is_asked: impl Fn(Option<AssetIdx>, Levy) -> bool) -> Self {
        let crate::model::sums::Taken { of_links, charges } = loaded.taken();
        let (model, mut collection) = (loaded.model(), Self::default());
        for ((asset, _), usd) in
            of_links.into_iter().filter(|&((asset, levy), _)| is_asked(Some(asset), levy))
        {
            collection.add(model.control(asset), usd);
        }
        for (country, usd) in charges.into_iter().filter(|_| is_asked(None, Levy::Transit)) {
            let actor = model.network.actor(&model.network.countries[country]);
            *collection.usd.entry(actor).or_default() += usd;
            collection.all_usd += usd;
        }
        collection
    }

    /// Adds what is taken on a link.
    pub(super) fn add(&mut self, control: &Control, usd: f64) {
        self.all_usd += usd;
        for (actor, share) in shares(control) {
            *self.usd.entry(actor).or_default() += share * usd;
        }
    }

    /// What a collector has.
    pub(super) fn usd(&self, actor: Option<ActorIdx>) -> f64 {
        self.usd.get(&actor).copied().unwrap_or(0.0)
    }

    /// All collectors with what they have.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Option<ActorIdx>, f64)> {
        self.usd.iter().map(|(&actor, &usd)| (actor, usd))
    }

    /// What each of some collectors has, all of them together: adds up to the whole exactly.
    fn closed(&self, actors: &[Option<ActorIdx>]) -> Result<Vec<f64>, String> {
        if self.all_usd <= 0.0 {
            return Ok(vec![0.0; actors.len()]);
        }
        let shares: Vec<f64> = actors.iter().map(|&actor| self.usd(actor) / self.all_usd).collect();
        split(self.all_usd, &shares).map_err(|error| error.to_string())
    }
}
