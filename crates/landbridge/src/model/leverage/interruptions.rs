//! What interruptions of a scenario cost: (S9) to (S12) of `docs/model/settlement.md`.
//!
//! In: causes of closure with their hazards and durations, which are assumptions of the study; a scenario and who can
//! close what in it. Out: closed days, the first closure, and what a closed day and all of them cost. Two scenarios
//! played with one seed meet the same luck: a cause draws the same numbers in both.

use std::collections::BTreeMap;

use super::{Board, Payoff};
use crate::control::ControlError;
use crate::control::disruption::hazard::{Hazard, upper_bound_without_events};
use crate::control::disruption::simulate::{
    Cause, Disruption, Draw, Duration, Regime, SimulationConfig, simulate,
};
use crate::index::AssetIdx;
use crate::outcome::interruption::{CauseEffect, Interruptions};
use crate::parallel;
use crate::scenario;
use crate::study::hazard_tables::{DurationKind, HazardRow};

/// Years have no leap days here.
const DAYS_PER_YEAR: f64 = 365.0;

/// How interruptions are played out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InterruptionQuery {
    /// Years, draws and seed.
    pub config: SimulationConfig,
    /// Rate at which later costs count less, a year; not continuous.
    pub discount_rate: f64,
}

/// A cause that acts in a scenario.
struct Acting {
    /// Row of the table.
    row: usize,
    cause: Cause,
    links: Vec<AssetIdx>,
    is_of_corridor: bool,
    total_per_day_usd: f64,
    cost_per_day_usd: Vec<f64>,
}

impl Board<'_> {
    /// What the causes of closure of the study do in the scenario.
    ///
    /// # Errors
    /// Years, draws or a rate that make no sense; hazards with more than a million events.
    pub fn interruptions(&self, asked: &InterruptionQuery) -> Result<Interruptions, String> {
        self.play(asked).map_err(|error| error.to_string())
    }

    fn play(&self, asked: &InterruptionQuery) -> Result<Interruptions, ControlError> {
        let model = self.model();
        let opened = self.opened();
        let rows = &model.study.hazards;
        let links: Vec<Vec<AssetIdx>> = rows.iter().map(|row| self.links_of(row, &opened)).collect();
        // Causes that close the same links share one state.
        let mut sets: Vec<&Vec<AssetIdx>> = links.iter().filter(|links| !links.is_empty()).collect();
        sets.sort();
        sets.dedup();
        let states =
            parallel::map_with(&sets, || (), |(), links| self.close(&self.set(links.iter().copied()), None));
        let state: BTreeMap<&Vec<AssetIdx>, &Payoff> = sets.iter().copied().zip(&states).collect();
        let n = self.parties().len();
        let mut causes = Vec::new();
        let mut acting = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let payoff = state.get(&links[at]).copied();
            let of = |per_year: &dyn Fn(&Payoff) -> f64| payoff.map_or(0.0, per_year) / DAYS_PER_YEAR;
            let cost = |party: usize| of(&|payoff| -payoff.gain_usd[party]);
            let cost_per_day_usd: Vec<f64> = (0..n).map(cost).collect();
            let total_per_day_usd = cost_per_day_usd.iter().sum();
            let more = |payoff: &Payoff| {
                payoff.unserved.iter().zip(&self.open().unserved).map(|(closed, open)| closed - open).sum()
            };
            let cause = cause(row, at);
            let is_of_corridor = links[at].iter().any(|&asset| self.opens(asset));
            let draws = match payoff {
                Some(_) => days(&[cause], asked)?,
                None => days(&[], asked)?,
            };
            causes.push(CauseEffect {
                id: row.cause_id.clone(),
                name: row.name.clone(),
                actor: row.actor.clone(),
                links: links[at].iter().map(|&asset| model.network.assets[asset].id.clone()).collect(),
                is_of_corridor,
                per_year: row.per_year,
                quiet_years: quiet_years(row.per_year)?,
                closed_days_per_year: draws.closed_days_per_year(),
                cost_per_day_usd: cost_per_day_usd.clone(),
                total_per_day_usd,
                unserved_per_day: of(&more),
            });
            if payoff.is_some() {
                let links = links[at].clone();
                acting.push(Acting {
                    row: at,
                    cause,
                    links,
                    is_of_corridor,
                    total_per_day_usd,
                    cost_per_day_usd,
                });
            }
        }
        let of_corridor: Vec<Cause> =
            acting.iter().filter(|acting| acting.is_of_corridor).map(|acting| acting.cause).collect();
        let mut draws = days(&of_corridor, asked)?;
        let corridor = costs(acting.iter().filter(|acting| acting.is_of_corridor).collect(), n, asked)?;
        let all = costs(acting.iter().collect(), n, asked)?;
        draws.draws.iter_mut().zip(&all.by_draw).for_each(|(draw, cost)| draw.cost = *cost);
        Ok(Interruptions {
            scenario: model.overlay.scenario.clone(),
            is_neutral: model.overlay.is_neutral,
            parties: self.parties().to_vec(),
            opened: opened.iter().map(|&asset| model.network.assets[asset].id.clone()).collect(),
            discount_rate: asked.discount_rate,
            causes,
            draws,
            cost_usd: all.by_party,
            corridor_cost_usd: corridor.by_party.iter().sum(),
            is_converged: self.open().is_converged && states.iter().all(|state| state.is_converged),
        })
    }

    /// The links that a cause closes in the scenario: of those it names, or else of those that the scenario opens, the ones
    /// in use that its actor can close alone.
    fn links_of(&self, row: &HazardRow, opened: &[AssetIdx]) -> Vec<AssetIdx> {
        let (study, network) = (&self.model().study, &self.model().network);
        let named = scenario::named(study, network, &row.groups, &row.links);
        let mut links = named.unwrap_or_else(|| opened.to_vec());
        if let Some(actor) = row.actor.as_ref().and_then(|id| network.actor(id)) {
            // What a party can close is what those at home there can.
            let closable = self.party_of(actor).map(|party| self.closable(&[party]));
            let alone = |asset: AssetIdx| self.model().control(asset).is_closable_by(actor);
            let can_close = |asset| closable.as_ref().map_or_else(|| alone(asset), |set| set.contains(asset));
            links.retain(|&asset| can_close(asset));
        }
        links.retain(|&asset| self.model().overlay.is_usable(asset));
        links.sort();
        links.dedup();
        links
    }
}

/// A row as it is played out. Its place in the table names its random numbers.
fn cause(row: &HazardRow, at: usize) -> Cause {
    let per_year = row.per_year;
    let hazard = match (row.shape, row.season_amplitude, row.season_peak) {
        (Some(shape), _, _) => Hazard::Weibull { per_year, shape },
        (None, Some(amplitude), Some(peak_share)) => Hazard::Seasonal { per_year, amplitude, peak_share },
        _ => Hazard::Constant { per_year },
    };
    let duration = match row.duration {
        DurationKind::Fixed => Duration::Fixed { days: row.days },
        DurationKind::Exponential => Duration::Exponential { mean_days: row.days },
        DurationKind::Lognormal => {
            Duration::Lognormal { median_days: row.days, sigma: row.sigma.unwrap_or(0.0) }
        }
    };
    Cause { stream: at as u32, hazard, duration }
}

/// Years without an event after which the hazard is below a rate with 95 %.
fn quiet_years(per_year: f64) -> Result<f64, ControlError> {
    Ok(upper_bound_without_events(1.0, 0.95)? / per_year)
}

/// Closed days of some causes together; the cost of a draw is its days as of the beginning.
fn days(causes: &[Cause], asked: &InterruptionQuery) -> Result<Disruption, ControlError> {
    let regime = Regime { causes: causes.to_vec(), cost_per_day: 1.0, discount_rate: asked.discount_rate };
    simulate(&regime, &asked.config)
}

/// What closures cost all parties by draw, and each on average.
struct Costs {
    by_draw: Vec<f64>,
    by_party: Vec<f64>,
}

fn costs(acting: Vec<&Acting>, n_parties: usize, asked: &InterruptionQuery) -> Result<Costs, ControlError> {
    let mut costs =
        Costs { by_draw: vec![0.0; asked.config.n_draws as usize], by_party: vec![0.0; n_parties] };
    for knot in knots(acting) {
        for (acting, days) in governing(&knot, asked)? {
            for (cost, days) in costs.by_draw.iter_mut().zip(&days) {
                *cost += acting.total_per_day_usd * days;
            }
            let mean = days.iter().sum::<f64>() / f64::from(asked.config.n_draws);
            for (cost, per_day) in costs.by_party.iter_mut().zip(&acting.cost_per_day_usd) {
                *cost += per_day * mean;
            }
        }
    }
    Ok(costs)
}

/// Causes that share links with each other, at least by others between; from the dearest.
fn knots(acting: Vec<&Acting>) -> Vec<Vec<&Acting>> {
    let mut knots: Vec<Vec<&Acting>> = Vec::new();
    for new in acting {
        let shares = |knot: &Vec<&Acting>| {
            knot.iter().any(|other| other.links.iter().any(|link| new.links.contains(link)))
        };
        let (tied, mut apart): (Vec<_>, Vec<_>) = knots.into_iter().partition(shares);
        let mut knot: Vec<&Acting> = tied.into_iter().flatten().collect();
        knot.push(new);
        apart.push(knot);
        knots = apart;
    }
    for knot in &mut knots {
        knot.sort_by(|a, b| b.total_per_day_usd.total_cmp(&a.total_per_day_usd).then(a.row.cmp(&b.row)));
    }
    knots.sort_by_key(|knot| knot.iter().map(|acting| acting.row).min());
    knots
}

/// By cause of a knot, from the dearest: the days, as of the beginning, on which it is the dearest of those that are on.
/// They are what it adds to the closed days of dearer ones, whose luck does not depend on it.
fn governing<'a>(
    knot: &[&'a Acting],
    asked: &InterruptionQuery,
) -> Result<Vec<(&'a Acting, Vec<f64>)>, ControlError> {
    let mut before = vec![0.0; asked.config.n_draws as usize];
    let mut governing = Vec::new();
    for at in 0..knot.len() {
        let causes: Vec<Cause> = knot[..=at].iter().map(|acting| acting.cause).collect();
        let after: Vec<f64> = days(&causes, asked)?.draws.iter().map(|draw: &Draw| draw.cost).collect();
        governing.push((knot[at], after.iter().zip(&before).map(|(after, before)| after - before).collect()));
        before = after;
    }
    Ok(governing)
}
