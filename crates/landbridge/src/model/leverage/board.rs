//! A scenario whose links can be closed, and what that is worth to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assignment::equilibrium::{
    Choices, ChosenShares, Congestion, Equilibrium, EquilibriumConfig, Start, solve_chosen,
};
use crate::assignment::{Loader, Loading, RouteCosts};
use crate::index::{ActorIdx, AssetIdx, BitSet, EntryIdx, NodeIdx};
use crate::model::joint::{Settled, TradeModel};
use crate::model::{Assignment, Loaded, Model};
use crate::outcome::leverage::Party;
use crate::study::tables::ClassKind;
use crate::study::trade_tables::ElasticityRow;
use crate::trade::Economy;

/// Each end of a trip bears this part of its cost, also where both ends are the same party.
pub(super) const HALF: f64 = 0.5;

/// A scenario, its parties, and its state with all open that is open in it.
pub struct Board<'a> {
    pub(super) assignment: &'a Assignment,
    scenario: usize,
    parties: Vec<Party>,
    /// The party of each actor: itself, or that of its home state.
    party_of: BTreeMap<ActorIdx, usize>,
    /// Parties that a place has zones of.
    at_node: BTreeMap<NodeIdx, BTreeSet<usize>>,
    pub(super) loader: Arc<Loader<'a>>,
    pub(super) costs: RouteCosts,
    pub(super) choices: Choices,
    pub(super) congestion: Congestion,
    /// By segment and cell: the parties at its ends with their part of its cost; parts of others are left out.
    stakes: Vec<Vec<Vec<(usize, f64)>>>,
    open: Payoff,
}

/// What a state of the world is worth to the parties: money a year, by party.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Payoff {
    /// What they have more than with all open that is open in the scenario: cost saved or real income, and revenue.
    pub gain_usd: Vec<f64>,
    /// What they pay for the carriage of goods, their half of trips with others; not shipping counts at its cost.
    pub carriage_usd: Vec<f64>,
    /// What their travel costs, time included.
    pub travel_usd: Vec<f64>,
    /// What they collect.
    pub revenue_usd: Vec<f64>,
    /// What of it is border fees and tolls on the links that the scenario opens.
    pub corridor_usd: Vec<f64>,
    /// Tonnes and persons of theirs that do not move, a year; their half of trips with others.
    pub unserved: Vec<f64>,
    /// Whether flows, queues and, where it answers, trade belong together.
    pub is_converged: bool,
}

impl<'a> Board<'a> {
    /// Sets a scenario up, by its position in the assignment.
    pub fn new(assignment: &'a Assignment, scenario: usize) -> Self {
        let parties = assignment.parties();
        let model = &assignment.scenarios[scenario];
        let at = |id: &str| parties.iter().position(|party| party.id == id);
        let mut party_of = BTreeMap::new();
        for row in model.study.actors.iter() {
            let found = std::iter::once(&row.actor_id).chain(&row.home_state).find_map(|id| at(id));
            if let (Some(actor), Some(party)) = (model.network.actor(&row.actor_id), found) {
                party_of.insert(actor, party);
            }
        }
        let of_region = |region: &String| parties.iter().position(|party| party.regions.contains(region));
        let mut at_node: BTreeMap<NodeIdx, BTreeSet<usize>> = BTreeMap::new();
        for row in model.study.zones.iter() {
            if let (Some(node), Some(party)) = (model.network.node(&row.node_id), of_region(&row.region)) {
                at_node.entry(node).or_default().insert(party);
            }
        }
        let loader = Arc::new(assignment.loader());
        let costs = loader.route_costs(&assignment.fields, scenario);
        let choices = loader.choices(&costs, &assignment.uses);
        let stakes = stakes(assignment, &of_region);
        let congestion = assignment.congestion(scenario);
        let open = Payoff::default();
        let mut board = Self {
            assignment,
            scenario,
            parties,
            party_of,
            at_node,
            loader,
            costs,
            choices,
            congestion,
            stakes,
            open,
        };
        board.open = board.of_loaded(&board.loaded_open(), assignment.equilibrium(scenario));
        board
    }

    /// The parties.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// The scenario.
    pub fn model(&self) -> &Model {
        &self.assignment.scenarios[self.scenario]
    }

    /// Its position in the assignment.
    pub fn scenario(&self) -> usize {
        self.scenario
    }

    /// What the parties have with all open that is open.
    pub fn open(&self) -> &Payoff {
        &self.open
    }

    /// The links that some parties can close together, with all whom they are home to.
    pub fn closable(&self, parties: &[usize]) -> BitSet<AssetIdx> {
        let network = &self.model().network;
        let is_theirs = |actor: &ActorIdx| self.party_of.get(actor).is_some_and(|at| parties.contains(at));
        let mut closable = BitSet::empty(network.assets.len());
        for asset in network.assets.indices() {
            let sets = &self.model().control(asset).can_close;
            if sets.iter().any(|set| !set.is_empty() && set.iter().all(is_theirs)) {
                closable.insert(asset);
            }
        }
        closable
    }

    /// The party that an actor is, or is at home in.
    pub fn party_of(&self, actor: ActorIdx) -> Option<usize> {
        self.party_of.get(&actor).copied()
    }

    /// What it is worth to close links: to all, or to the trips of one party. Trade does not answer.
    pub fn close(&self, closed: &BitSet<AssetIdx>, aim: Option<usize>) -> Payoff {
        let (costs, choices) = self.closed(closed, aim);
        let (found, chosen) = self.solved(&choices);
        self.against_open(self.of_loaded(&self.loaded((&costs, &choices), None, &chosen), &found))
    }

    /// The flows with links closed to all, without an answer of trade; and whether they are in equilibrium.
    pub(super) fn loaded_without(&self, closed: &BitSet<AssetIdx>) -> (Loaded<'_>, bool) {
        let (costs, choices) = self.closed(closed, None);
        let (found, chosen) = self.solved(&choices);
        (self.loaded((&costs, &choices), None, &chosen), found.is_converged)
    }

    /// The equilibrium of some choices, and what is chosen in it.
    pub(super) fn solved(&self, choices: &Choices) -> (Equilibrium, ChosenShares) {
        // Where a closure takes all traffic from all gates, steps from the flows before only come near to none, and the
        // gap is relative to what is left; from nothing it is none at once.
        let warm = self.solve(choices, Some(self.assignment.equilibrium(self.scenario).as_start()));
        if warm.0.is_converged { warm } else { self.solve(choices, None) }
    }

    fn solve(&self, choices: &Choices, start: Option<Start<'_>>) -> (Equilibrium, ChosenShares) {
        solve_chosen(choices, &self.congestion, start, &EquilibriumConfig::default())
    }

    /// Says what a state brings against all open that is open.
    pub(super) fn against_open(&self, payoff: Payoff) -> Payoff {
        let open = &self.open;
        let gain = |at: usize| {
            open.carriage_usd[at] - payoff.carriage_usd[at] + open.travel_usd[at] - payoff.travel_usd[at]
                + payoff.revenue_usd[at]
                - open.revenue_usd[at]
        };
        Payoff { gain_usd: (0..self.parties.len()).map(gain).collect(), ..payoff }
    }

    /// The same after trade has answered: real income takes the place of what carriage costs. `open` is what it gives
    /// with nothing closed.
    ///
    /// # Errors
    /// Trade has no equilibrium.
    pub fn close_with_trade(
        &self,
        closed: &BitSet<AssetIdx>,
        aim: Option<usize>,
        trade: (&TradeModel<'_>, &ElasticityRow),
        open: &Payoff,
    ) -> Result<Payoff, String> {
        let (costs, choices) = self.closed(closed, aim);
        let mut payoff = self.answered(&costs, &choices, trade)?;
        for (gain, open) in payoff.gain_usd.iter_mut().zip(&open.gain_usd) {
            *gain -= open;
        }
        Ok(payoff)
    }

    /// What the parties would collect with all open if the collectors were those of other scenarios.
    pub(super) fn revenue_under(&self, models: &[&Model]) -> Vec<Vec<f64>> {
        let taken = self.loaded_open().taken();
        let revenue = |model: &&Model| {
            let mut revenue_usd = vec![0.0; self.parties.len()];
            for ((actor, _), usd) in taken.collected(model) {
                if let Some(party) = self.party_of(actor) {
                    revenue_usd[party] += usd;
                }
            }
            revenue_usd
        };
        models.iter().map(revenue).collect()
    }

    /// What each party takes on some links in border fees and tolls, a year.
    pub fn taken_on(&self, assets: &[AssetIdx]) -> Vec<f64> {
        let of_links = self.loaded_open().taken().of_links;
        let mut by_party = vec![0.0; self.parties.len()];
        for ((asset, _), usd) in of_links.iter().filter(|((asset, _), _)| assets.contains(asset)) {
            for &(actor, share) in &self.model().control(*asset).collectors {
                if let Some(party) = self.party_of(actor) {
                    by_party[party] += share * usd;
                }
            }
        }
        by_party
    }

    /// What the parties have after trade has answered with nothing closed, against the reference without revenue and
    /// travel: the level that closures are held against.
    ///
    /// # Errors
    /// Trade has no equilibrium.
    pub fn open_with_trade(&self, trade: (&TradeModel<'_>, &ElasticityRow)) -> Result<Payoff, String> {
        self.answered(&self.costs, &self.choices, trade)
    }

    pub(super) fn answered(
        &self,
        costs: &RouteCosts,
        choices: &Choices,
        with: (&TradeModel<'_>, &ElasticityRow),
    ) -> Result<Payoff, String> {
        let (settled, economy) = self.settled(choices, with)?;
        let loaded = self.loaded((costs, choices), Some(&settled.amounts), &settled.chosen);
        Ok(self.of_settled(&loaded, &settled, &economy, with.0))
    }

    /// Trade, flows and queues that belong together.
    pub(super) fn settled(
        &self,
        choices: &Choices,
        (trade, horizon): (&TradeModel<'_>, &ElasticityRow),
    ) -> Result<(Settled, Economy), String> {
        let named = |error: &_| trade.named(error);
        let economy = trade.world.economy(horizon.epsilon, horizon.opened).map_err(|e| named(&e))?;
        let start = self.assignment.equilibrium(self.scenario);
        let settle = |start: &Equilibrium| {
            trade.settle(choices.clone(), &self.congestion, start, &economy).map_err(|e| named(&e))
        };
        let mut settled = settle(start)?;
        if !settled.is_converged {
            // As in `close`: from nothing where all gates are empty.
            settled = settle(&self.solve(choices, None).0)?;
        }
        Ok((settled, economy))
    }

    /// All sums of a state in which trade has answered; what is gained is the level of real income, revenue and travel.
    pub(super) fn of_settled(
        &self,
        loaded: &Loaded<'_>,
        settled: &Settled,
        economy: &Economy,
        trade: &TradeModel<'_>,
    ) -> Payoff {
        let mut payoff = self.of_loaded(loaded, &settled.equilibrium);
        let income = settled.real_income_usd(economy);
        let of_region = |region: &String| trade.world.position(region).map_or(0.0, |at| income[at]);
        let gain = |(at, party): (usize, &Party)| {
            let income: f64 = party.regions.iter().map(of_region).sum();
            income + payoff.revenue_usd[at] - payoff.travel_usd[at]
        };
        payoff.gain_usd = self.parties.iter().enumerate().map(gain).collect();
        payoff.is_converged = settled.is_converged;
        payoff
    }

    fn closed(&self, closed: &BitSet<AssetIdx>, aim: Option<usize>) -> (RouteCosts, Choices) {
        let (costs, losers) = self.closed_costs(closed, aim);
        let choices = self.loader.choices_after(&self.choices, &losers, &costs, &self.assignment.uses);
        (costs, choices)
    }

    /// What routes cost with links closed, and which pairs lose one.
    pub(super) fn closed_costs(
        &self,
        closed: &BitSet<AssetIdx>,
        aim: Option<usize>,
    ) -> (RouteCosts, BitSet<EntryIdx>) {
        let mut costs = self.costs.clone();
        let is_theirs = |node: &NodeIdx, party: usize| {
            self.at_node.get(node).is_some_and(|parties| parties.contains(&party))
        };
        let losers = self.loader.close(&mut costs, closed, |(from, to)| {
            aim.is_none_or(|party| is_theirs(&from, party) || is_theirs(&to, party))
        });
        (costs, losers)
    }

    /// All flows with all open that is open.
    pub(super) fn loaded_open(&self) -> Loaded<'_> {
        let found = self.assignment.equilibrium(self.scenario);
        let chosen = self.choices.chosen(&self.congestion, &found.extra_h);
        self.loaded((&self.costs, &self.choices), None, &chosen)
    }

    /// All flows of a state.
    pub(super) fn loaded(
        &self,
        (costs, choices): (&RouteCosts, &Choices),
        amounts: Option<&[f64]>,
        chosen: &ChosenShares,
    ) -> Loaded<'_> {
        let loader = match amounts {
            None => Arc::clone(&self.loader),
            Some(amounts) => {
                let mut loader = Loader::clone(&self.loader);
                loader.set_amounts(amounts);
                Arc::new(loader)
            }
        };
        let loading = loader.load_chosen(costs, &self.assignment.uses, choices, chosen);
        Loaded { assignment: self.assignment, loader, loading, scenario: self.scenario }
    }

    /// All sums of a state; nothing is gained yet.
    pub(super) fn of_loaded(&self, loaded: &Loaded<'_>, found: &Equilibrium) -> Payoff {
        let mut payoff = self.shared_out(&loaded.loader, &loaded.loading);
        payoff.is_converged = found.is_converged;
        let taken = loaded.taken();
        for (asset, usd) in self.on_opened(&taken) {
            for &(actor, share) in &self.model().control(asset).collectors {
                if let Some(party) = self.party_of(actor) {
                    payoff.corridor_usd[party] += share * usd;
                }
            }
        }
        for ((actor, _), usd) in taken.collected(self.model()) {
            if let Some(party) = self.party_of(actor) {
                payoff.revenue_usd[party] += usd;
            }
        }
        payoff
    }

    /// Costs and what is not served, by party.
    fn shared_out(&self, loader: &Loader<'_>, loading: &Loading) -> Payoff {
        let nothing = || vec![0.0; self.parties.len()];
        let (mut carriage_usd, mut travel_usd, mut unserved) = (nothing(), nothing(), nothing());
        for ((segment, loaded), stakes) in loader.segments().iter().zip(&loading.segments).zip(&self.stakes) {
            let is_goods = self.model().class_row(segment.class).kind == ClassKind::Freight;
            let costs = if is_goods { &mut carriage_usd } else { &mut travel_usd };
            for (cell, stakes) in stakes.iter().enumerate() {
                let (amount, expected) = (segment.per_year[cell], loaded.expected_cost[cell]);
                for &(party, stake) in stakes.iter().filter(|_| amount > 0.0 && expected.is_finite()) {
                    costs[party] += stake * amount * expected;
                    unserved[party] += stake * loaded.unserved_per_year[cell];
                }
            }
        }
        Payoff {
            gain_usd: nothing(),
            carriage_usd,
            travel_usd,
            revenue_usd: nothing(),
            corridor_usd: nothing(),
            unserved,
            is_converged: true,
        }
    }
}

/// Who bears the cost of each cell.
fn stakes(
    assignment: &Assignment,
    of_region: &dyn Fn(&String) -> Option<usize>,
) -> Vec<Vec<Vec<(usize, f64)>>> {
    let ends: Vec<[Option<usize>; 2]> = assignment
        .demand
        .flows
        .iter()
        .map(|flow| [of_region(&flow.origin), of_region(&flow.destination)])
        .collect();
    let of_cell = |cell: &crate::demand::OdCell| {
        let mut stakes: Vec<(usize, f64)> = Vec::new();
        // Cells of latent trade alone have amounts of 0: their parts count by what they would be.
        let is_latent = cell.per_year == 0.0;
        let weight = |part: &crate::demand::OdPart| if is_latent { part.share } else { part.per_year };
        let all: f64 = cell.parts.iter().map(weight).sum();
        for part in &cell.parts {
            for party in ends[part.flow].into_iter().flatten() {
                let stake = HALF * weight(part) / all;
                match stakes.iter_mut().find(|(known, _)| *known == party) {
                    Some((_, sum)) => *sum += stake,
                    None => stakes.push((party, stake)),
                }
            }
        }
        stakes
    };
    let segments = assignment.demand.segments.iter();
    segments.map(|segment| segment.cells.iter().map(of_cell).collect()).collect()
}
