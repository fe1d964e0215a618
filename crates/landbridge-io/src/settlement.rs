//! The game of a corridor, and whom it pays to break the agreement about it, in serialized form. Money is the study's
//! currency of its price year, a year.

use landbridge::outcome::leverage::Party;
use landbridge::outcome::promise::{Promises, Under};
use landbridge::outcome::settlement::{Bargain, Cover, Member, Settlement, Split, Veto, Way};
use serde::Serialize;

/// What has to be said wherever thresholds are shown.
pub const NOTE: &str = "Thresholds under assumptions, no probability that an agreement holds, no forecast of when it ends, and \
                        nothing about motives.";

/// The game of a corridor.
#[derive(Clone, Debug, Serialize)]
pub struct BargainJson {
    scenario: String,
    neutral: bool,
    convention: &'static str,
    horizon: Option<String>,
    opened_links: Vec<String>,
    solved: usize,
    worth_usd_per_year: f64,
    sampled: bool,
    core_is_empty: Option<bool>,
    least_core_usd_per_year: Option<f64>,
    cover: Option<CoverJson>,
    converged: bool,
    players: Vec<PlayerJson>,
    note: &'static str,
}

/// A player of the game.
#[derive(Clone, Debug, Serialize)]
pub struct PlayerJson {
    party: String,
    name: String,
    has_veto: bool,
    gain_usd_per_year: f64,
    shapley_usd_per_year: f64,
    shapley_error_usd_per_year: Option<f64>,
    banzhaf_usd_per_year: Option<f64>,
    owen_usd_per_year: Option<f64>,
    nucleolus_usd_per_year: Option<f64>,
    core_min_usd_per_year: Option<f64>,
    core_max_usd_per_year: Option<f64>,
}

/// The game in which joining never loses.
#[derive(Clone, Debug, Serialize)]
pub struct CoverJson {
    worth_usd_per_year: f64,
    raised_coalitions: usize,
    raised_usd_per_year: f64,
    core_is_empty: bool,
    least_core_usd_per_year: f64,
    players: Vec<CoverPlayerJson>,
}

/// A player of it.
#[derive(Clone, Debug, Serialize)]
pub struct CoverPlayerJson {
    party: String,
    shapley_usd_per_year: f64,
    nucleolus_usd_per_year: Option<f64>,
    core_min_usd_per_year: Option<f64>,
    core_max_usd_per_year: Option<f64>,
}

fn cover_json(cover: &Cover, parties: &[Party]) -> CoverJson {
    let core = |at: usize| cover.core_usd.as_ref().map(|core| core[at]);
    let player = |(at, party): (usize, &Party)| CoverPlayerJson {
        party: party.id.clone(),
        shapley_usd_per_year: cover.shapley_usd[at],
        nucleolus_usd_per_year: cover.nucleolus_usd.as_ref().map(|values| values[at]),
        core_min_usd_per_year: core(at).map(|core| core.0),
        core_max_usd_per_year: core(at).map(|core| core.1),
    };
    CoverJson {
        worth_usd_per_year: cover.worth_usd,
        raised_coalitions: cover.n_raised,
        raised_usd_per_year: cover.raised_usd,
        core_is_empty: cover.core_usd.is_none(),
        least_core_usd_per_year: cover.least_core_usd,
        players: parties.iter().enumerate().map(player).collect(),
    }
}

/// A game in serialized form.
pub fn bargain_json(game: &Bargain) -> BargainJson {
    let core = |at: usize| game.core_usd.as_ref().map(|core| core[at]);
    let player = |(at, party): (usize, &Party)| PlayerJson {
        party: party.id.clone(),
        name: party.name.clone(),
        has_veto: game.has_veto[at],
        gain_usd_per_year: game.gain_usd[at],
        shapley_usd_per_year: game.shapley_usd[at],
        shapley_error_usd_per_year: game.shapley_error_usd.as_ref().map(|errors| errors[at]),
        banzhaf_usd_per_year: game.banzhaf_usd.as_ref().map(|values| values[at]),
        owen_usd_per_year: game.owen_usd.as_ref().map(|owen| owen[at]),
        nucleolus_usd_per_year: game.nucleolus_usd.as_ref().map(|values| values[at]),
        core_min_usd_per_year: core(at).map(|core| core.0),
        core_max_usd_per_year: core(at).map(|core| core.1),
    };
    BargainJson {
        scenario: game.scenario.clone(),
        neutral: game.is_neutral,
        convention: game.convention.word(),
        horizon: game.horizon.clone(),
        opened_links: game.opened.clone(),
        solved: game.n_solved,
        worth_usd_per_year: game.worth_usd,
        sampled: game.shapley_error_usd.is_some(),
        core_is_empty: game.least_core_usd.map(|_| game.core_usd.is_none()),
        least_core_usd_per_year: game.least_core_usd,
        cover: game.cover.as_ref().map(|cover| cover_json(cover, &game.parties)),
        converged: game.is_converged,
        players: game.parties.iter().enumerate().map(player).collect(),
        note: NOTE,
    }
}

/// Whom it pays to break an agreement, counted in one or two ways, and what would hold them to it.
#[derive(Clone, Debug, Serialize)]
pub struct StabilityJson {
    #[serde(flatten)]
    costs: SettlementJson,
    promises: PromisesJson,
    trade: Option<TradeJson>,
    guarantor: Option<VetoJson>,
}

/// The same after trade has answered.
#[derive(Clone, Debug, Serialize)]
pub struct TradeJson {
    #[serde(flatten)]
    settlement: SettlementJson,
    promises: PromisesJson,
}

/// Whom it pays to break an agreement.
#[derive(Clone, Debug, Serialize)]
pub struct SettlementJson {
    scenario: String,
    neutral: bool,
    horizon: Option<String>,
    opened_links: Vec<String>,
    discount_rate: f64,
    end_per_year: f64,
    discount_factor: f64,
    most_tempted: Option<String>,
    converged: bool,
    parties: Vec<StandJson>,
    split: Option<SplitJson>,
    note: &'static str,
}

/// Where a party stands.
#[derive(Clone, Debug, Serialize)]
pub struct StandJson {
    party: String,
    name: String,
    worth_usd_per_year: f64,
    critical_discount_factor: Option<f64>,
    slack: Option<f64>,
    break_even_usd_per_year: f64,
    break_even_gdp_pct: Option<f64>,
    deviations: Vec<DeviationJson>,
}

/// A way to break an agreement.
#[derive(Clone, Debug, Serialize)]
pub struct DeviationJson {
    deviation: String,
    gain_usd_per_year: f64,
}

/// A settlement in serialized form.
pub fn settlement_json(settlement: &Settlement) -> SettlementJson {
    let parties = &settlement.parties;
    let way = |way: &Way| DeviationJson {
        deviation: way.deviation.in_words(parties),
        gain_usd_per_year: way.gain_usd,
    };
    let stand = |(party, stand): (&Party, &landbridge::outcome::settlement::Stand)| StandJson {
        party: party.id.clone(),
        name: party.name.clone(),
        worth_usd_per_year: stand.worth_usd,
        critical_discount_factor: stand.critical_discount_factor,
        slack: Some(stand.slack).filter(|slack| slack.is_finite()),
        break_even_usd_per_year: stand.break_even_usd,
        break_even_gdp_pct: stand.break_even_gdp_pct,
        deviations: stand.options.iter().map(way).collect(),
    };
    SettlementJson {
        scenario: settlement.scenario.clone(),
        neutral: settlement.is_neutral,
        horizon: settlement.horizon.clone(),
        opened_links: settlement.opened.clone(),
        discount_rate: settlement.discount_rate,
        end_per_year: settlement.end_per_year,
        discount_factor: settlement.discount_factor,
        most_tempted: settlement.most_tempted.map(|at| parties[at].id.clone()),
        converged: settlement.is_converged,
        parties: parties.iter().zip(&settlement.stands).map(stand).collect(),
        split: settlement.split.as_ref().map(|split| split_json(split, parties)),
        note: NOTE,
    }
}

/// Which splits of the corridor's revenue keep themselves.
#[derive(Clone, Debug, Serialize)]
pub struct SplitJson {
    revenue_usd_per_year: f64,
    min_share_sum: f64,
    max_patience_drop: Option<f64>,
    patience_matters: bool,
    surplus_with_side_payments_usd_per_year: f64,
    members: Vec<MemberJson>,
}

/// A party to a split.
#[derive(Clone, Debug, Serialize)]
pub struct MemberJson {
    party: String,
    own_share: f64,
    breaks: bool,
    min_share: f64,
    share_from: Option<f64>,
    share_to: Option<f64>,
    base_usd_per_year: f64,
    deviate_usd_per_year: f64,
    breakdown_usd_per_year: f64,
}

fn split_json(split: &Split, parties: &[Party]) -> SplitJson {
    let member = |member: &Member| MemberJson {
        party: parties[member.party].id.clone(),
        own_share: member.own_share,
        breaks: member.breaks,
        min_share: member.min_share,
        share_from: member.share.map(|share| share.0),
        share_to: member.share.map(|share| share.1),
        base_usd_per_year: member.base_usd,
        deviate_usd_per_year: member.deviate_usd,
        breakdown_usd_per_year: member.breakdown_usd,
    };
    SplitJson {
        revenue_usd_per_year: split.revenue_usd,
        min_share_sum: split.min_share_sum,
        max_patience_drop: split.max_patience_drop.filter(|drop| drop.is_finite()),
        patience_matters: split.max_patience_drop != Some(f64::INFINITY),
        surplus_with_side_payments_usd_per_year: split.surplus_with_side_payments_usd,
        members: split.members.iter().map(member).collect(),
    }
}

/// What would hold parties to an agreement.
#[derive(Clone, Debug, Serialize)]
pub struct PromisesJson {
    fades_per_year: f64,
    leaves_after_years: Option<f64>,
    needed_penalties: Vec<NeededJson>,
    penalties: Vec<PenaltyJson>,
    gains: Vec<GainJson>,
}

/// The penalty that would just deter a party.
#[derive(Clone, Debug, Serialize)]
pub struct NeededJson {
    party: String,
    penalty_usd: f64,
}

/// A party under a penalty.
#[derive(Clone, Debug, Serialize)]
pub struct PenaltyJson {
    penalty_usd: f64,
    party: String,
    critical_discount_factor: Option<f64>,
    slack: Option<f64>,
    enough_years: Option<f64>,
    enough_for_ever: bool,
}

/// A party that has a gain beside money from having broken the agreement.
#[derive(Clone, Debug, Serialize)]
pub struct GainJson {
    gain_usd_per_year: f64,
    party: String,
    critical_discount_factor: Option<f64>,
}

fn promises_json(promises: &Promises, parties: &[Party]) -> PromisesJson {
    let id = |party: usize| parties[party].id.clone();
    let needed = promises.needed_usd.iter().enumerate();
    let penalty = |penalty_usd: f64, party: usize, under: &Under| PenaltyJson {
        penalty_usd,
        party: id(party),
        critical_discount_factor: under.critical_discount_factor,
        slack: Some(under.slack).filter(|slack| slack.is_finite()),
        enough_years: Some(under.enough_years).filter(|years| years.is_finite()),
        enough_for_ever: under.enough_years.is_infinite(),
    };
    let penalties = promises.penalties_usd.iter().zip(&promises.under).flat_map(|(&usd, under)| {
        let able = under.iter().enumerate().filter_map(|(party, under)| Some((party, under.as_ref()?)));
        able.map(move |(party, under)| penalty(usd, party, under)).collect::<Vec<_>>()
    });
    let gains = promises.gains_usd.iter().zip(&promises.factors).flat_map(|(&gain, factors)| {
        let able = factors.iter().enumerate().filter(|(party, _)| promises.needed_usd[*party].is_some());
        able.map(move |(party, factor)| GainJson {
            gain_usd_per_year: gain,
            party: id(party),
            critical_discount_factor: *factor,
        })
        .collect::<Vec<_>>()
    });
    PromisesJson {
        fades_per_year: promises.fades_per_year,
        leaves_after_years: Some(promises.leaves_after_years).filter(|years| years.is_finite()),
        needed_penalties: needed
            .filter_map(|(party, usd)| Some(NeededJson { party: id(party), penalty_usd: (*usd)? }))
            .collect(),
        penalties: penalties.collect(),
        gains: gains.collect(),
    }
}

/// Values with a guarantor's veto, and with its consent taken as given.
#[derive(Clone, Debug, Serialize)]
pub struct VetoJson {
    guarantor: String,
    players: Vec<VetoPlayerJson>,
}

/// A party in both games.
#[derive(Clone, Debug, Serialize)]
pub struct VetoPlayerJson {
    party: String,
    shapley_with_veto_usd_per_year: f64,
    shapley_without_veto_usd_per_year: f64,
}

fn veto_json(veto: &Veto, parties: &[Party]) -> VetoJson {
    let player = |(at, party): (usize, &Party)| VetoPlayerJson {
        party: party.id.clone(),
        shapley_with_veto_usd_per_year: veto.with_usd[at],
        shapley_without_veto_usd_per_year: veto.without_usd[at],
    };
    VetoJson {
        guarantor: parties[veto.guarantor].id.clone(),
        players: parties.iter().enumerate().map(player).collect(),
    }
}

/// All of it in serialized form.
pub fn stability_json(
    costs: (&Settlement, &Promises),
    trade: Option<(&Settlement, &Promises)>,
    veto: Option<&Veto>,
) -> StabilityJson {
    let parties = &costs.0.parties;
    StabilityJson {
        costs: settlement_json(costs.0),
        promises: promises_json(costs.1, parties),
        trade: trade.map(|(settlement, promises)| TradeJson {
            settlement: settlement_json(settlement),
            promises: promises_json(promises, parties),
        }),
        guarantor: veto.map(|veto| veto_json(veto, parties)),
    }
}
