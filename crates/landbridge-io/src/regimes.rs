//! Regimes of a corridor side by side, in serialized form. Money is the study's currency of its price year, a year;
//! shares are parts of 1.

use landbridge::control::decompose::Switch;
use landbridge::model::Assignment;
use landbridge::outcome::regimes::{Difference, Regime, Regimes, UnevenRule};
use landbridge::scenario::BASE;
use serde::Serialize;

use crate::tidy::{Csv, number};

/// What has to be said wherever regimes are held side by side.
pub const REGIMES_NOTE: &str = "Who prefers what is who keeps more money, under assumptions: checks, tolls and shares of regimes \
                                are mostly assumed. Leverage is no money and not in it, nor are territory and security. \
                                Nobody is said to choose by it.";

/// Regimes side by side.
#[derive(Clone, Debug, Serialize)]
pub struct RegimesJson {
    year: i32,
    currency: String,
    horizon: Option<String>,
    material_usd_per_year: f64,
    break_even_knows_all_ways: bool,
    is_converged: bool,
    regimes: Vec<RegimeJson>,
    preferences: Vec<PreferenceJson>,
    differences: Vec<DifferenceJson>,
    /// Rules of passage beside the regimes that only some scenarios have in force; what they do counts with control.
    uneven_rules: Vec<UnevenRuleJson>,
    note: &'static str,
}

/// A rule of passage beside the regimes that is in force in some scenarios and lifted in others.
#[derive(Clone, Debug, Serialize)]
pub struct UnevenRuleJson {
    rule: String,
    in_force: Vec<String>,
    lifted: Vec<String>,
}

/// One regime.
#[derive(Clone, Debug, Serialize)]
pub struct RegimeJson {
    scenario: String,
    name: Option<String>,
    regimes_in_force: Vec<String>,
    opened_links: usize,
    specified: Vec<PartyJson>,
    neutral: Vec<PartyJson>,
}

/// What a party has under a regime.
#[derive(Clone, Debug, Serialize)]
pub struct PartyJson {
    party: String,
    payoff_usd_per_year: f64,
    of_it_goods_usd_per_year: f64,
    of_it_travel_usd_per_year: f64,
    control_share: f64,
    revenue_usd_per_year: f64,
    /// What it can do, costs only; absent with equal checks and tolls unless that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<StandingJson>,
}

/// What a party can do under a regime, and what can be done to it.
#[derive(Clone, Debug, Serialize)]
pub struct StandingJson {
    denial_usd_per_year: f64,
    exposure_usd_per_year: f64,
    exposed_to: Option<String>,
    shapley_usd_per_year: Option<f64>,
    break_even_usd_per_year: Option<f64>,
}

/// Which regimes leave a party most, the best first; ties in one list.
#[derive(Clone, Debug, Serialize)]
pub struct PreferenceJson {
    party: String,
    name: String,
    specified: Vec<Vec<String>>,
    neutral: Vec<Vec<String>>,
}

/// What makes the difference between two regimes.
#[derive(Clone, Debug, Serialize)]
pub struct DifferenceJson {
    from: String,
    to: String,
    parties: Vec<PartsJson>,
}

/// The difference of the payoff of a party in parts, costs only.
#[derive(Clone, Debug, Serialize)]
pub struct PartsJson {
    party: String,
    difference_usd_per_year: f64,
    control_usd_per_year: f64,
    checks_usd_per_year: f64,
    tolls_usd_per_year: f64,
    shares_usd_per_year: f64,
    decisive: Option<&'static str>,
}

/// The scenario of a regime by name; the tables as they stand count as the base.
pub fn id(regime: &Regime) -> &str {
    if regime.scenario.is_empty() { BASE } else { &regime.scenario }
}

/// Regimes in serialized form.
pub fn regimes_json(assignment: &Assignment, regimes: &Regimes) -> RegimesJson {
    let study = &assignment.reference().study;
    let party_id = |at: usize| regimes.parties[at].id.clone();
    let parties = |regime: &Regime| -> Vec<PartyJson> {
        let party = |at: usize| PartyJson {
            party: party_id(at),
            payoff_usd_per_year: regime.payoff_usd[at],
            of_it_goods_usd_per_year: regime.goods_usd[at],
            of_it_travel_usd_per_year: regime.travel_usd[at],
            control_share: regime.control_share[at],
            revenue_usd_per_year: regime.revenue_usd[at],
            standing: regime.standing.as_ref().map(|standing| StandingJson {
                denial_usd_per_year: standing.denial_usd[at],
                exposure_usd_per_year: standing.exposure_usd[at],
                exposed_to: standing.exposed_to[at].map(party_id),
                shapley_usd_per_year: standing.shapley_usd.as_ref().map(|values| values[at]),
                break_even_usd_per_year: standing.break_even_usd[at],
            }),
        };
        (0..regimes.parties.len()).map(party).collect()
    };
    let regime = |(specified, neutral): (&Regime, &Regime)| {
        let at = assignment.position(id(specified));
        RegimeJson {
            scenario: id(specified).to_owned(),
            name: study.scenarios.get(&specified.scenario).and_then(|file| Some(file.row()?.name.clone())),
            regimes_in_force: at
                .map(|at| assignment.scenarios[at].overlay.regimes.clone())
                .unwrap_or_default(),
            opened_links: specified.n_opened,
            specified: parties(specified),
            neutral: parties(neutral),
        }
    };
    let name = |&at: &usize| id(&regimes.specified[at]).to_owned();
    let preference = |party: usize| {
        let order = |is_neutral: bool| {
            let ranking = regimes.ranking(party, is_neutral);
            ranking.iter().map(|group| group.iter().map(name).collect()).collect()
        };
        PreferenceJson {
            party: party_id(party),
            name: regimes.parties[party].name.clone(),
            specified: order(false),
            neutral: order(true),
        }
    };
    let difference = |of: &Difference| DifferenceJson {
        from: name(&of.from),
        to: name(&of.to),
        parties: (0..regimes.parties.len())
            .map(|party| {
                let parts = &of.payoff[party];
                PartsJson {
                    party: party_id(party),
                    difference_usd_per_year: parts.difference(),
                    control_usd_per_year: parts.part(Switch::Control),
                    checks_usd_per_year: parts.part(Switch::Checks),
                    tolls_usd_per_year: parts.part(Switch::Tolls),
                    shares_usd_per_year: parts.part(Switch::Shares),
                    decisive: of.decisive(party, regimes.material_usd).map(Switch::word),
                }
            })
            .collect(),
    };
    let names = |positions: &[usize]| {
        positions.iter().map(|&at| id(&regimes.specified[at]).to_owned()).collect::<Vec<_>>()
    };
    let uneven = |of: &UnevenRule| UnevenRuleJson {
        rule: of.rule.clone(),
        in_force: names(&of.in_force),
        lifted: names(&of.lifted),
    };
    RegimesJson {
        year: assignment.demand.year,
        currency: study.units.currency.clone(),
        horizon: regimes.horizon.clone(),
        material_usd_per_year: regimes.material_usd,
        break_even_knows_all_ways: regimes.is_whole_menu,
        is_converged: regimes.is_converged(),
        regimes: regimes.specified.iter().zip(&regimes.neutral).map(regime).collect(),
        preferences: (0..regimes.parties.len()).map(preference).collect(),
        differences: regimes.differences.iter().map(difference).collect(),
        uneven_rules: regimes.uneven_rules.iter().map(uneven).collect(),
        note: REGIMES_NOTE,
    }
}

/// Regimes for spreadsheets: a row for each number. `against` is the regime that a difference is taken from; blank for
/// what stands by itself.
pub fn regimes_csv(regimes: &Regimes) -> Vec<u8> {
    let mut csv = Csv::new(&["scenario", "against", "is_neutral", "party", "measure", "value"]);
    let mut row =
        |scenario: &str, against: &str, is_neutral: bool, party: usize, measure: &str, value: String| {
            csv.row([
                scenario.to_owned(),
                against.to_owned(),
                u8::from(is_neutral).to_string(),
                regimes.parties[party].id.clone(),
                measure.to_owned(),
                value,
            ]);
        };
    for is_neutral in [false, true] {
        for regime in regimes.all(is_neutral) {
            for party in 0..regimes.parties.len() {
                let mut usd = |measure: &str, value: Option<f64>| {
                    let value = value.map_or(String::new(), |usd| number(usd, 0));
                    row(id(regime), "", is_neutral, party, measure, value);
                };
                usd("payoff_usd_per_year", Some(regime.payoff_usd[party]));
                usd("of_it_goods_usd_per_year", Some(regime.goods_usd[party]));
                usd("of_it_travel_usd_per_year", Some(regime.travel_usd[party]));
                usd("revenue_usd_per_year", Some(regime.revenue_usd[party]));
                if let Some(standing) = &regime.standing {
                    usd("denial_usd_per_year", Some(standing.denial_usd[party]));
                    usd("exposure_usd_per_year", Some(standing.exposure_usd[party]));
                    usd("shapley_usd_per_year", standing.shapley_usd.as_ref().map(|values| values[party]));
                    usd("break_even_usd_per_year", standing.break_even_usd[party]);
                }
                let share = number(regime.control_share[party], 6);
                row(id(regime), "", is_neutral, party, "control_share", share);
            }
        }
    }
    for of in &regimes.differences {
        let (from, to) = (id(&regimes.specified[of.from]), id(&regimes.specified[of.to]));
        for (party, parts) in of.payoff.iter().enumerate() {
            row(to, from, false, party, "difference_usd_per_year", number(parts.difference(), 0));
            for switch in Switch::ALL {
                let measure = format!("{}_usd_per_year", switch.word());
                row(to, from, false, party, &measure, number(parts.part(switch), 0));
            }
        }
    }
    csv.finish()
}
