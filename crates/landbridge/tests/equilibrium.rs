//! The built-in study in equilibrium: certificates, hours that were observed, closing and widening a gate, derivatives.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::LazyLock;

use landbridge::assignment::equilibrium::{Equilibrium, EquilibriumConfig, Sensitivity, Start, solve};
use landbridge::model::{Assignment, Model};
use landbridge::outcome::queues::FacilityState;
use landbridge::study::tables::ClassKind;
use support::{close, folder};

/// Scenarios of this file: Upper Lars shut, and twice as wide.
const SHUT: &str = "
[scenario]
name = \"Upper Lars shut\"
extends = \"base\"
source = [\"compiler_est\"]
quality = \"assumed\"

[[change]]
links = [\"rd_ge_lars__ru_lars\"]
status = \"closed\"
";
const WIDE: &str = "
[scenario]
name = \"Upper Lars twice as wide\"
extends = \"base\"
source = [\"compiler_est\"]
quality = \"assumed\"

[[rule]]
id = \"twice\"
links = [\"rd_ge_lars__ru_lars\"]
action = \"capacity_factor\"
factor = 2
source = [\"compiler_est\"]
quality = \"assumed\"
";

static STUDY: LazyLock<Assignment> = LazyLock::new(|| {
    let mut text = folder("south-caucasus");
    text.insert("scenarios/lars_shut.toml".to_owned(), SHUT.to_owned());
    text.insert("scenarios/lars_wide.toml".to_owned(), WIDE.to_owned());
    let (model, problems) = Model::load(&text);
    let model = model.unwrap_or_else(|| panic!("{:#?}", support::listed(&problems)));
    model.assignment(model.study.study.base_year).unwrap()
});

fn at(scenario: &str) -> usize {
    STUDY.position(scenario).unwrap()
}

/// The states of a crossing in a scenario, a direction each.
fn states(scenario: &str, id: &str) -> Vec<FacilityState> {
    STUDY.facility_states(at(scenario)).into_iter().filter(|state| state.id == id).collect()
}

/// Expected cost of all demand in an equilibrium, money a year.
fn total_cost(scenario: usize, found: &Equilibrium) -> f64 {
    Sensitivity::new(&STUDY.choices(scenario), &STUDY.congestion(scenario), found).unwrap().total_cost()
}

#[test]
fn every_scenario_is_in_equilibrium() {
    assert!(STUDY.scenarios.len() > 17 && STUDY.not_in_equilibrium().is_empty());
    for scenario in 0..STUDY.scenarios.len() {
        let found = STUDY.convergence(scenario);
        assert!(
            found.is_converged && found.gap < 1e-8,
            "{}: {found:?}",
            STUDY.scenarios[scenario].overlay.scenario
        );
    }
}

/// The certificate is not the solver's word: flows are loaded again under the hours that they bring about.
#[test]
fn flows_bring_about_the_hours_that_they_are_chosen_under() {
    for scenario in [at("base"), at("open_tripp"), at("shock_irn")] {
        let (found, congestion) = (STUDY.equilibrium(scenario), STUDY.congestion(scenario));
        let start = Start { flow: &found.flow, flow_by_hours: &found.flow_by_hours };
        // No step is allowed: what comes back is the gap of these flows.
        let config = EquilibriumConfig { gap: 0.0, max_iterations: 0 };
        let again = solve(&STUDY.choices(scenario), &congestion, Some(start), &config);
        assert!(again.gap < 1e-8, "{}", again.gap);
        for (a, b) in again.flow.iter().zip(&found.flow) {
            close(*a, *b, 1e-6, "flow of a facility");
        }
    }
}

#[test]
fn the_observed_hours_are_met_at_the_observed_flow() {
    let mut observed = 0;
    for facility in &STUDY.facilities.all {
        let Some(flow) = facility.observed_per_day else { continue };
        observed += 1;
        let queue_h = facility.delay.hours(flow / 24.0);
        close(facility.wait(queue_h - facility.queue_h).mean_h, facility.observed_h, 1e-9, "mean hours");
        // The queue is a part of the hours observed, but where a raised capacity had no room at all.
        let least = if facility.is_raised { 0.01 } else { 0.0 };
        assert!(queue_h <= facility.observed_h.max(least) + 1e-9, "{:?}: {queue_h}", facility.place);
    }
    assert!(observed > 40, "{observed}");
}

/// Hours rise with flow: above the observed flow nobody waits less than was observed, below it nobody waits more.
#[test]
fn more_traffic_than_observed_waits_longer() {
    for scenario in 0..STUDY.scenarios.len() {
        for state in STUDY.facility_states(scenario) {
            let Some(observed) = state.observed_per_day else { continue };
            // Scenarios do not change these capacities but at Upper Lars.
            if state.id == "lars_road" {
                continue;
            }
            let (more, longer) = (state.flow_per_day - observed, state.wait.mean_h - state.observed_h);
            assert!(more * longer >= -1e-9, "{}: {more} {longer}", state.name);
            assert!(state.wait.mean_h >= 0.0 && state.wait.p95_h >= 0.0, "{}", state.name);
        }
    }
}

/// In winter the road may shut: nobody passes, everybody together pays more, and other ways carry more.
#[test]
fn closing_upper_lars_costs_and_moves_traffic_to_other_gates() {
    let (base, shut) = (at("base"), at("lars_shut"));
    assert!(states("base", "lars_road").iter().all(|state| state.flow_per_day > 50.0));
    assert!(states("lars_shut", "lars_road").iter().all(|state| state.flow_per_day == 0.0));
    let cost = |scenario: usize| {
        let flows = STUDY.flows(scenario);
        flows.total(&STUDY.scenarios[scenario].study, ClassKind::Freight).expected_cost
    };
    let passed_t: f64 =
        states("base", "lars_road").iter().map(|state| 365.0 * 20.0 * state.flow_per_day).sum();
    // The ways round by Azerbaijan and by sea are a thousand kilometres and some days longer: 50 to 100 dollars of haulage
    // a tonne, and a dollar or two an hour for fruit and machines.
    let lost = (cost(shut) - cost(base)) / passed_t;
    assert!((30.0..500.0).contains(&lost), "{lost} USD/t");
    let trucks = |scenario: &str| -> f64 {
        ["samur_road", "khanoba_road"]
            .iter()
            .flat_map(|id| states(scenario, id))
            .map(|s| s.flow_per_day)
            .sum()
    };
    assert!(trucks("lars_shut") > 1.05 * trucks("base"), "{} {}", trucks("base"), trucks("lars_shut"));
}

#[test]
fn doubling_upper_lars_shortens_the_wait_and_costs_nobody_anything() {
    let (base, wide) = (states("base", "lars_road"), states("lars_wide", "lars_road"));
    assert_eq!((base.len(), wide.len()), (2, 2));
    for (before, after) in base.iter().zip(&wide) {
        close(after.capacity_per_day, 2.0 * before.capacity_per_day, 1e-12, "capacity");
        assert!(
            after.wait.mean_h <= before.wait.mean_h + 1e-9,
            "{} {}",
            before.wait.mean_h,
            after.wait.mean_h
        );
        // What waits less attracts more.
        assert!(after.flow_per_day >= before.flow_per_day - 1e-6);
    }
    let [before, after] = [at("base"), at("lars_wide")].map(|at| total_cost(at, STUDY.equilibrium(at)));
    assert!(after <= before + 1e-6 * before.abs(), "{before} {after}");
}

/// Expected cost of all, money a year, and flow at a facility, units a day, in the equilibrium after hours more there.
fn shifted(scenario: usize, facility: usize, more: f64) -> (f64, f64) {
    let (choices, mut congestion) = (STUDY.choices(scenario), STUDY.congestion(scenario));
    // The hours beyond those in the fixed costs are those of the function less the reference.
    congestion.reference_h[facility] -= more;
    let config = EquilibriumConfig { gap: 1e-12, ..EquilibriumConfig::default() };
    let found = solve(&choices, &congestion, Some(STUDY.equilibrium(scenario).as_start()), &config);
    assert!(found.gap < 1e-10, "{}", found.gap);
    let cost = Sensitivity::new(&choices, &congestion, &found).unwrap().total_cost();
    (cost, 24.0 * found.flow[facility])
}

/// Half of the six hours is worth about three times the first hour: a little more, since it also draws trucks.
#[test]
fn halving_the_time_at_sarpi_is_worth_about_half_its_hours() {
    let base = at("base");
    let all = STUDY.bottlenecks(base).unwrap();
    let sarpi = all.iter().find(|bottleneck| bottleneck.facility.id == "sarp_road").unwrap();
    let facility = STUDY.facilities.all.iter().position(|other| other.place == sarpi.facility.place).unwrap();
    let hours = sarpi.facility.wait.mean_h / 2.0;
    let (cost, flow) = shifted(base, facility, -hours);
    let worth = (shifted(base, facility, 0.0).0 - cost) / (hours * sarpi.hour_saved_usd);
    assert!((0.8..2.0).contains(&worth), "{worth}");
    let drawn = (flow - sarpi.facility.flow_per_day) / (hours * sarpi.drawn_by_hour / 365.0);
    assert!((0.5..2.0).contains(&drawn), "{drawn}");
}

#[test]
fn an_hour_saved_is_worth_what_solving_again_says() {
    let base = at("base");
    let all = STUDY.bottlenecks(base).unwrap();
    let places: Vec<_> = STUDY.facilities.all.iter().map(|facility| facility.place).collect();
    // A gate with room to spare, and the fullest one for trucks, whose queue answers.
    let used = |bottleneck: &&landbridge::outcome::queues::Bottleneck| bottleneck.facility.unit == "truck";
    let fullest = all
        .iter()
        .filter(used)
        .max_by(|a, b| a.facility.utilisation().total_cmp(&b.facility.utilisation()))
        .unwrap();
    assert!(fullest.facility.utilisation() > 0.95, "{}", fullest.facility.name);
    for (id, is_free) in [("sarp_road", true), (fullest.facility.id.as_str(), false)] {
        let of_gate = all.iter().filter(|bottleneck| bottleneck.facility.id == id);
        let found =
            of_gate.max_by(|a, b| a.facility.utilisation().total_cmp(&b.facility.utilisation())).unwrap();
        let facility = places.iter().position(|&place| place == found.facility.place).unwrap();
        let step = 0.02;
        let cost = |more: f64| shifted(base, facility, more).0;
        let difference = (cost(step) - cost(-step)) / (2.0 * step);
        close(found.hour_saved_usd, difference, 1e-4, id);
        assert!(found.hour_saved_usd > 0.0);
        let ratio = found.hour_saved_usd / found.hour_saved_at_first_usd;
        if is_free {
            // Nothing queues there: the hour is worth at least what those who pass pay for it, 10 to 120 dollars a truck of
            // 20 t (half a dollar to four dollars a tonne and hour, with its spread). Whom it draws from gates that are
            // full shortens the queues there, which is worth something too.
            assert!((0.9..1.5).contains(&ratio), "{ratio}");
            let trucks = 365.0 * found.facility.flow_per_day;
            assert!(
                (10.0..120.0).contains(&(found.hour_saved_usd / trucks)),
                "{}",
                found.hour_saved_usd / trucks
            );
        } else {
            // Who is drawn by a shorter wait makes it longer again.
            assert!(ratio < 0.9, "{ratio}");
        }
        assert!(found.drawn_by_hour > 0.0);
    }
}

/// More capacity is worth something where a queue is, and nothing where none is.
#[test]
fn capacity_is_worth_something_where_it_is_short() {
    for bottleneck in STUDY.bottlenecks(at("base")).unwrap() {
        let facility = &bottleneck.facility;
        let usd = bottleneck.unit_a_day_usd;
        if facility.unit == "truck" && facility.utilisation() < 0.2 {
            assert!(usd.abs() < 500.0, "{}: {usd}", facility.name);
        }
        if facility.utilisation() > 0.95 {
            assert!(usd > 0.0, "{}: {usd}", facility.name);
        }
    }
}

#[test]
fn a_solver_that_may_not_step_says_that_it_has_not_converged() {
    let base = at("base");
    let config = EquilibriumConfig { max_iterations: 1, ..EquilibriumConfig::default() };
    let found = solve(&STUDY.choices(base), &STUDY.congestion(base), None, &config);
    assert!(!found.is_converged && found.gap > config.gap && found.iterations == 1, "{}", found.gap);
    assert!(found.flow.iter().chain(&found.extra_h).all(|value| value.is_finite()), "results are there");
}

#[test]
fn the_number_of_threads_does_not_show() {
    // Made before, with as many threads as there are.
    let made = &*STUDY;
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| made.solve_all())
    };
    let one = on(1);
    assert!(one == on(2), "two threads give other equilibria than one");
    assert!((0..one.len()).all(|scenario| one[scenario] == *STUDY.equilibrium(scenario)));
}
