//! The game of a corridor, and whom it pays to break the agreement about it, in serialized form. Money is the study's
//! currency of its price year, a year.

use landbridge::outcome::leverage::Party;
use landbridge::outcome::settlement::{Bargain, Deviation, Settlement, Way};
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
    core_is_empty: bool,
    least_core_usd_per_year: f64,
    conflict_usd_per_year: Option<f64>,
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
    banzhaf_usd_per_year: f64,
    owen_usd_per_year: Option<f64>,
    nucleolus_usd_per_year: f64,
    core_min_usd_per_year: Option<f64>,
    core_max_usd_per_year: Option<f64>,
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
        banzhaf_usd_per_year: game.banzhaf_usd[at],
        owen_usd_per_year: game.owen_usd.as_ref().map(|owen| owen[at]),
        nucleolus_usd_per_year: game.nucleolus_usd[at],
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
        core_is_empty: game.core_usd.is_none(),
        least_core_usd_per_year: game.least_core_usd,
        conflict_usd_per_year: game.conflict_usd,
        converged: game.is_converged,
        players: game.parties.iter().enumerate().map(player).collect(),
        note: NOTE,
    }
}

/// Whom it pays to break an agreement.
#[derive(Clone, Debug, Serialize)]
pub struct SettlementJson {
    scenario: String,
    neutral: bool,
    opened_links: Vec<String>,
    discount_rate: f64,
    end_per_year: f64,
    discount_factor: f64,
    most_tempted: Option<String>,
    converged: bool,
    parties: Vec<StandJson>,
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

/// A deviation in words.
pub fn in_words(deviation: &Deviation, parties: &[Party]) -> String {
    match deviation {
        Deviation::CloseToAll => "close it to all".to_owned(),
        Deviation::CloseTo(party) => format!("close it to {}", parties[*party].id),
        Deviation::TakeCollection => "take all that is collected".to_owned(),
        Deviation::RaiseToll(cents) => format!("take {:.2} more a tonne", *cents as f64 / 100.0),
        Deviation::Withdraw => "stop running it".to_owned(),
    }
}

/// A settlement in serialized form.
pub fn settlement_json(settlement: &Settlement) -> SettlementJson {
    let parties = &settlement.parties;
    let way = |way: &Way| DeviationJson {
        deviation: in_words(&way.deviation, parties),
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
        opened_links: settlement.opened.clone(),
        discount_rate: settlement.discount_rate,
        end_per_year: settlement.end_per_year,
        discount_factor: settlement.discount_factor,
        most_tempted: settlement.most_tempted.map(|at| parties[at].id.clone()),
        converged: settlement.is_converged,
        parties: parties.iter().zip(&settlement.stands).map(stand).collect(),
        note: NOTE,
    }
}
