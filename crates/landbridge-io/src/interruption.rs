//! Interruptions of scenarios in serialized form. Money is the study's currency of its price year.

use landbridge::control::ControlError;
use landbridge::control::disruption::simulate::{Mean, Quantile};
use landbridge::outcome::interruption::{CauseEffect, Interruptions};
use landbridge::outcome::leverage::Party;
use serde::Serialize;

/// What has to be said wherever interruptions are shown.
pub const NOTE: &str = "Hazards and durations are assumptions of the study: what follows from them says nothing of whether they \
                        are right, and is no probability that peace holds.";

/// Interruptions of several scenarios that met the same luck.
#[derive(Clone, Debug, Serialize)]
pub struct InterruptionsJson {
    years: f64,
    draws: usize,
    seed: u64,
    discount_rate: f64,
    scenarios: Vec<ScenarioJson>,
    note: &'static str,
}

/// A scenario.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioJson {
    scenario: String,
    neutral: bool,
    opened_links: usize,
    availability: Option<MeanJson>,
    closed_days_per_year: Option<MeanJson>,
    closed_days_median: Option<f64>,
    closed_days_p95: Option<f64>,
    never_closed_share: Option<f64>,
    first_closure_years: Vec<LevelJson>,
    cost_usd: MeanJson,
    cost_of_corridor_usd: f64,
    cost_p95_usd: f64,
    cost_above_first_usd: Option<MeanJson>,
    cost_by_party_usd: Vec<PartyCostJson>,
    causes: Vec<CauseJson>,
    converged: bool,
}

/// A mean over draws with its standard error.
#[derive(Clone, Debug, Serialize)]
pub struct MeanJson {
    mean: f64,
    standard_error: f64,
}

/// A quantile; `null` where it lies beyond the years played out.
#[derive(Clone, Debug, Serialize)]
pub struct LevelJson {
    level: f64,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

/// What interruptions cost a party.
#[derive(Clone, Debug, Serialize)]
pub struct PartyCostJson {
    party: String,
    cost_usd: f64,
}

/// A cause of closure.
#[derive(Clone, Debug, Serialize)]
pub struct CauseJson {
    cause: String,
    name: String,
    actor: Option<String>,
    links: Vec<String>,
    of_corridor: bool,
    per_year: f64,
    quiet_years_to_rule_out: Option<f64>,
    closed_days_per_year: MeanJson,
    cost_per_day_usd: f64,
    cost_per_day_by_party_usd: Vec<PartyCostJson>,
    unserved_per_day: f64,
}

/// Levels at which the time to the first closure is told.
pub const LEVELS: [f64; 3] = [0.1, 0.5, 0.9];

/// Scenarios in serialized form; each is held against the first.
///
/// # Errors
/// Never for levels between 0 and 1.
pub fn interruptions_json(all: &[Interruptions], seed: u64) -> Result<InterruptionsJson, ControlError> {
    let first = all.first();
    let of = |found: &Interruptions| -> Result<ScenarioJson, ControlError> {
        let draws = &found.draws;
        let has_corridor = !found.opened.is_empty();
        let levels = LEVELS
            .iter()
            .filter(|_| has_corridor)
            .map(|&level| Ok(level_json(level, draws.first_closure_years(level)?)));
        let above = first.filter(|first| !std::ptr::eq(*first, found));
        Ok(ScenarioJson {
            scenario: found.scenario.clone(),
            neutral: found.is_neutral,
            opened_links: found.opened.len(),
            availability: has_corridor.then(|| mean_json(draws.availability())),
            closed_days_per_year: has_corridor.then(|| mean_json(draws.closed_days_per_year())),
            closed_days_median: if has_corridor { Some(draws.closed_days(0.5)?.value) } else { None },
            closed_days_p95: if has_corridor { Some(draws.closed_days(0.95)?.value) } else { None },
            never_closed_share: has_corridor.then(|| draws.never_closed_share()),
            first_closure_years: levels.collect::<Result<_, ControlError>>()?,
            cost_usd: mean_json(draws.cost()),
            cost_of_corridor_usd: found.corridor_cost_usd,
            cost_p95_usd: draws.cost_quantile(0.95)?.value,
            cost_above_first_usd: above.map(|first| mean_json(draws.cost_above(&first.draws))),
            cost_by_party_usd: by_party(&found.parties, &found.cost_usd),
            causes: found.causes.iter().map(|cause| cause_json(cause, &found.parties)).collect(),
            converged: found.is_converged,
        })
    };
    Ok(InterruptionsJson {
        years: first.map_or(0.0, |first| first.draws.years),
        draws: first.map_or(0, |first| first.draws.draws.len()),
        seed,
        discount_rate: first.map_or(0.0, |first| first.discount_rate),
        scenarios: all.iter().map(of).collect::<Result<_, _>>()?,
        note: NOTE,
    })
}

fn cause_json(cause: &CauseEffect, parties: &[Party]) -> CauseJson {
    CauseJson {
        cause: cause.id.clone(),
        name: cause.name.clone(),
        actor: cause.actor.clone(),
        links: cause.links.clone(),
        of_corridor: cause.is_of_corridor,
        per_year: cause.per_year,
        quiet_years_to_rule_out: finite(cause.quiet_years),
        closed_days_per_year: mean_json(cause.closed_days_per_year),
        cost_per_day_usd: cause.total_per_day_usd,
        cost_per_day_by_party_usd: by_party(parties, &cause.cost_per_day_usd),
        unserved_per_day: cause.unserved_per_day,
    }
}

fn by_party(parties: &[Party], usd: &[f64]) -> Vec<PartyCostJson> {
    let of = |(party, &cost_usd): (&Party, &f64)| PartyCostJson { party: party.id.clone(), cost_usd };
    parties.iter().zip(usd).map(of).collect()
}

fn mean_json(Mean { mean, standard_error }: Mean) -> MeanJson {
    MeanJson { mean, standard_error }
}

fn level_json(level: f64, Quantile { value, low, high }: Quantile) -> LevelJson {
    LevelJson { level, value: finite(value), low: finite(low), high: finite(high) }
}

fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}
