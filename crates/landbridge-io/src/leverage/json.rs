//! Leverage for programs.

use landbridge::model::Assignment;
use landbridge::outcome::leverage::{Denial, Options, Party, Project, Share};
use serde::Serialize;

use super::{LEVERAGE_NOTE, Pair, Taken, View};
use crate::queues::EquilibriumJson;

/// Leverage in a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct LeverageJson {
    scenario: String,
    is_neutral: bool,
    year: i32,
    currency: String,
    note: &'static str,
    equilibrium: EquilibriumJson,
    is_converged: bool,
    floor_usd_per_year: f64,
    parties: Vec<PartyJson>,
    closers: Vec<CloserJson>,
    shares: Vec<ShareJson>,
    third_parties: Vec<ThirdPartiesJson>,
    denials: Vec<DenialJson>,
    options: Option<OptionsJson>,
}

#[derive(Clone, Debug, Serialize)]
struct PartyJson {
    id: String,
    name: String,
    regions: Vec<String>,
    links_it_can_close_alone: usize,
    transport_usd_per_year: f64,
}

#[derive(Clone, Debug, Serialize)]
struct CloserJson {
    id: String,
    parties: Vec<String>,
    links_they_can_close: usize,
}

#[derive(Clone, Debug, Serialize)]
struct SharesJson {
    any_link_t_share: f64,
    any_link_usd_share: f64,
    single_chokepoint_t_share: f64,
    exclusive_t_share: f64,
    joint_t_share: f64,
    second_best_premium_share: Option<f64>,
    substitutability: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct ShareJson {
    closer: String,
    beneficiary: String,
    #[serde(flatten)]
    of: SharesJson,
}

#[derive(Clone, Debug, Serialize)]
struct ThirdPartiesJson {
    closer: String,
    t_per_year: f64,
    usd_per_year: f64,
    #[serde(flatten)]
    of: SharesJson,
}

#[derive(Clone, Debug, Serialize)]
struct DenialJson {
    aim: &'static str,
    horizon: Option<String>,
    pairs: Vec<PairJson>,
}

#[derive(Clone, Debug, Serialize)]
struct PairJson {
    closer: String,
    against: String,
    #[serde(flatten)]
    existing: TakenJson,
    credibility: f64,
    dependence_share: Option<f64>,
    with_options: Option<TakenJson>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "each number of a program's input says what it is per")]
struct TakenJson {
    loss_usd_per_year: f64,
    own_cost_usd_per_year: f64,
    net_usd_per_year: Option<f64>,
    unserved_per_year: f64,
}

#[derive(Clone, Debug, Serialize)]
struct OptionsJson {
    discount_rate: f64,
    life_years: f64,
    is_converged: bool,
    projects: Vec<ProjectJson>,
    answers: Vec<AnswerJson>,
}

#[derive(Clone, Debug, Serialize)]
struct ProjectJson {
    id: String,
    name: String,
    links: Vec<String>,
    terminals: Vec<String>,
    capacity_factor: Option<f64>,
    status: Option<String>,
    capex_left_low_usd: Option<f64>,
    capex_left_usd: f64,
    capex_left_high_usd: Option<f64>,
    usd_per_year: f64,
    years_to_build: f64,
    payers: Vec<PayerJson>,
    quality: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct PayerJson {
    actor: String,
    share: f64,
}

#[derive(Clone, Debug, Serialize)]
struct AnswerJson {
    closer: String,
    project: String,
    open_t_per_year: f64,
    more_t_per_year: f64,
}

impl From<&Share> for SharesJson {
    fn from(share: &Share) -> Self {
        Self {
            any_link_t_share: share.tonnes.any_link,
            any_link_usd_share: share.any_link_usd,
            single_chokepoint_t_share: share.tonnes.single_chokepoint,
            exclusive_t_share: share.tonnes.exclusive,
            joint_t_share: share.tonnes.joint,
            second_best_premium_share: share.premium,
            substitutability: share.substitutability(),
        }
    }
}

impl From<Taken> for TakenJson {
    fn from(taken: Taken) -> Self {
        Self {
            loss_usd_per_year: taken.loss_usd,
            own_cost_usd_per_year: taken.own_usd,
            net_usd_per_year: taken.net_usd,
            unserved_per_year: taken.unserved,
        }
    }
}

impl From<&Project> for ProjectJson {
    fn from(project: &Project) -> Self {
        let (low, middle, high) = project.capex_left_usd;
        let payer = |(actor, share): &(String, f64)| PayerJson { actor: actor.clone(), share: *share };
        Self {
            id: project.id.clone(),
            name: project.name.clone(),
            links: project.links.clone(),
            terminals: project.terminals.clone(),
            capacity_factor: project.capacity_factor,
            status: project.status.clone(),
            capex_left_low_usd: low,
            capex_left_usd: middle,
            capex_left_high_usd: high,
            usd_per_year: project.usd_per_year,
            years_to_build: project.years_to_build,
            payers: project.payers.iter().map(payer).collect(),
            quality: project.quality.word(),
        }
    }
}

/// Leverage in a scenario, by its position, for programs.
pub fn leverage_json(assignment: &Assignment, scenario: usize, view: &View<'_>) -> LeverageJson {
    let leverage = view.leverage;
    let id = |party: usize| leverage.parties[party].id.clone();
    let party = |(at, party): (usize, &Party)| PartyJson {
        id: party.id.clone(),
        name: party.name.clone(),
        regions: party.regions.clone(),
        links_it_can_close_alone: leverage.closers[at].n_links,
        transport_usd_per_year: leverage.transport_usd[at],
    };
    let closer = |&closer: &usize| CloserJson {
        id: view.id(closer),
        parties: leverage.closers[closer].who.members().map(id).collect(),
        links_they_can_close: leverage.closers[closer].n_links,
    };
    let share = |(a, b): (usize, usize)| ShareJson {
        closer: view.id(a),
        beneficiary: id(b),
        of: (&leverage.shares[a][b]).into(),
    };
    let third_parties = |&closer: &usize| {
        let others = &leverage.third_parties[closer];
        ThirdPartiesJson {
            closer: view.id(closer),
            t_per_year: others.t_per_year,
            usd_per_year: others.usd_per_year,
            of: (&others.share).into(),
        }
    };
    let pair = |pair: Pair| PairJson {
        closer: view.id(pair.closer),
        against: id(pair.against),
        existing: pair.existing.into(),
        credibility: pair.credibility,
        dependence_share: pair.dependence,
        with_options: pair.with_options.map(Into::into),
    };
    let denial = |(table, denial): (usize, &Denial)| DenialJson {
        aim: denial.aim.word(),
        horizon: denial.horizon.clone(),
        pairs: view.pairs(table).map(pair).collect(),
    };
    let pairs = view.closers.iter().flat_map(|&a| view.against.iter().map(move |&b| (a, b)));
    LeverageJson {
        scenario: leverage.scenario.clone(),
        is_neutral: leverage.is_neutral,
        year: assignment.demand.year,
        currency: assignment.reference().study.units.currency.clone(),
        note: LEVERAGE_NOTE,
        equilibrium: assignment.convergence(scenario).into(),
        is_converged: leverage.is_converged,
        floor_usd_per_year: view.floor_usd(),
        parties: leverage.parties.iter().enumerate().map(party).collect(),
        closers: view.closers.iter().map(closer).collect(),
        shares: pairs.map(share).collect(),
        third_parties: view.closers.iter().map(third_parties).collect(),
        denials: leverage.denials.iter().enumerate().map(denial).collect(),
        options: view.options.map(|options| options_json(view, options)),
    }
}

fn options_json(view: &View<'_>, options: &Options) -> OptionsJson {
    let answers = view.closers.iter().flat_map(|&closer| {
        options.answers[closer].iter().map(move |answer| AnswerJson {
            closer: view.id(closer),
            project: options.projects[answer.project].id.clone(),
            open_t_per_year: answer.open_t_per_year,
            more_t_per_year: answer.more_t_per_year,
        })
    });
    OptionsJson {
        discount_rate: options.discount_rate,
        life_years: options.life_years,
        is_converged: options.is_converged,
        projects: options.projects.iter().map(Into::into).collect(),
        answers: answers.collect(),
    }
}
