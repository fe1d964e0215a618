//! Interruptions: references, closed forms against what is played out, and the luck that regimes share.

use landbridge::control::disruption::TwoState;
use landbridge::control::disruption::hazard::{Hazard, Prior, upper_bound_without_events};
use landbridge::control::disruption::simulate::{
    Cause, Disruption, Duration, Mean, Regime, SimulationConfig, simulate,
};

use super::near;

/// Some operations on numbers of like size.
const SAME: f64 = 1e-12;

#[test]
fn two_states_of_the_reference() {
    let check = |rates: (f64, f64), flows: (f64, f64), rate: f64, wanted: [f64; 4]| {
        let corridor = TwoState::new(rates.0, rates.1).unwrap();
        near(corridor.availability(), wanted[0], SAME);
        let value = corridor.present_value(flows.0, flows.1, rate).unwrap();
        near(value.from_open, wanted[1], SAME);
        near(value.from_closed, wanted[2], SAME);
        near(corridor.survival(5.0).unwrap(), wanted[3], SAME);
        // What it earns now and what may come add up to the return on what it is worth.
        let change = value.from_closed - value.from_open;
        near(rate * value.from_open, flows.0 + rates.0 * change, SAME);
        near(rate * value.from_closed, flows.1 - rates.1 * change, SAME);
    };
    let first = [0.9090909090909091, 1822.222222222222, 1777.7777777777778, 0.36787944117144233];
    check((0.2, 2.0), (100.0, 0.0), 0.05, first);
    let second = [0.9523809523809523, 1216.8141592920356, 1163.7168141592922, 0.7788007830714049];
    check((0.05, 1.0), (100.0, 40.0), 0.08, second);
}

#[test]
fn seasons_of_the_reference() {
    let hazard = Hazard::Seasonal { per_year: 0.4, amplitude: 0.8, peak_share: 0.0 };
    let rows = [
        (0.25, 0.859908249727452),
        (0.5, 0.8187307530779818),
        (0.75, 0.7795250786907758),
        (1.0, 0.6703200460356393),
        (2.0, 0.44932896411722156),
    ];
    for (years, wanted) in rows {
        near(hazard.survival(years).unwrap(), wanted, SAME);
    }
    // The year begins a quarter after the peak: what was its second quarter comes first.
    let shifted = Hazard::Seasonal { per_year: 0.4, amplitude: 0.8, peak_share: 0.75 };
    near(shifted.survival(0.25).unwrap(), 0.8187307530779818_f64 / 0.859908249727452, SAME);
}

#[test]
fn bounds_without_events_of_the_reference() {
    let rows = [
        (1.0, 2.995732273553991, 0.5),
        (3.0, 0.9985774245179969, 0.16666666666666666),
        (5.0, 0.5991464547107982, 0.1),
        (10.0, 0.2995732273553991, 0.05),
        (30.0, 0.0998577424517997, 0.016666666666666666),
    ];
    let jeffreys = Prior { events: 0.5, years: 0.0 };
    for (years, bound, mean) in rows {
        near(upper_bound_without_events(years, 0.95).unwrap(), bound, SAME);
        let after = jeffreys.after(0, years).unwrap();
        near(after.mean_per_year, mean, SAME);
        assert!(after.prior_weight_share < f64::MIN_POSITIVE);
    }
}

#[test]
fn a_prior_says_its_weight() {
    // Three breakdowns in 60 years of like agreements; 5 own years without one.
    let after = Prior { events: 3.0, years: 60.0 }.after(0, 5.0).unwrap();
    near(after.mean_per_year, 3.0 / 65.0, SAME);
    near(after.prior_weight_share, 60.0 / 65.0, SAME);
    assert!(Prior { events: 0.0, years: 0.0 }.after(0, 5.0).is_err());
}

fn cause(stream: u32, hazard: Hazard, duration: Duration) -> Cause {
    Cause { stream, hazard, duration }
}

fn play(causes: Vec<Cause>, config: &SimulationConfig) -> Disruption {
    simulate(&Regime { causes, cost_per_day: 10.0, discount_rate: 0.05 }, config).unwrap()
}

/// Means are exact to 4 standard errors: one in sixteen thousand, and seeds are fixed.
#[track_caller]
fn drawn(found: Mean, wanted: f64) {
    let margin = 4.0 * found.standard_error + 1e-12;
    assert!((found.mean - wanted).abs() <= margin, "found {found:?}, wanted {wanted}");
}

#[test]
fn one_cause_without_memory_is_the_two_state_process() {
    let (hazard, repair, years) = (0.5_f64, 4.0_f64, 10.0_f64);
    let config = SimulationConfig { years, n_draws: 20_000, seed: 3 };
    let mean_days = 365.0 / repair;
    let duration = Duration::Exponential { mean_days };
    let played = play(vec![cause(0, Hazard::Constant { per_year: hazard }, duration)], &config);
    // Open at the start: availability over the years is that of the long run and a part that fades.
    let both = hazard + repair;
    let expected = repair / both + hazard / both.powi(2) * (1.0 - (-both * years).exp()) / years;
    drawn(played.availability(), expected);
    drawn(played.closed_days_per_year(), 365.0 * (1.0 - expected));
    // What a closed day costs, discounted: the integral of exp(-r t) times the probability of being closed.
    let rate = 1.05_f64.ln();
    let faded = |rate: f64| (1.0 - (-rate * years).exp()) / rate;
    drawn(played.cost(), 3650.0 * hazard / both * (faded(rate) - faded(rate + both)));
    for (level, survival) in [(0.05, 0.95_f64), (0.5, 0.5), (0.95, 0.05)] {
        let found = played.first_closure_years(level).unwrap();
        let wanted = -survival.ln() / hazard;
        assert!(found.low <= wanted && wanted <= found.high, "{found:?} {wanted}");
    }
    let never = (-hazard * years).exp();
    assert!((played.never_closed_share() - never).abs() < 4.0 * (never / 20_000.0).sqrt());
}

#[test]
fn first_closures_follow_each_form_of_hazard() {
    let hazards = [
        Hazard::Constant { per_year: 0.3 },
        Hazard::Weibull { per_year: 0.2, shape: 0.6 },
        Hazard::Weibull { per_year: 0.2, shape: 2.5 },
        Hazard::Seasonal { per_year: 0.4, amplitude: 0.8, peak_share: 0.0 },
        Hazard::Seasonal { per_year: 0.4, amplitude: 1.0, peak_share: 0.3 },
    ];
    let config = SimulationConfig { years: 6.0, n_draws: 20_000, seed: 11 };
    for hazard in hazards {
        let played = play(vec![cause(0, hazard, Duration::Fixed { days: 10.0 })], &config);
        for years in [0.25, 0.5, 1.0, 2.0, 5.0] {
            let still = played.draws.iter().filter(|draw| draw.first_closure_years > years).count();
            let (found, wanted) = (still as f64 / 20_000.0, hazard.survival(years).unwrap());
            let error = (wanted * (1.0 - wanted) / 20_000.0).sqrt();
            assert!((found - wanted).abs() < 4.0 * error, "{hazard:?} {years}: {found} {wanted}");
        }
    }
}

#[test]
fn causes_compete() {
    // Two hazards make one of their sum, for the first closure.
    let short = Duration::Fixed { days: 1.0 };
    let causes = vec![
        cause(0, Hazard::Constant { per_year: 0.1 }, short),
        cause(1, Hazard::Constant { per_year: 0.3 }, short),
    ];
    let config = SimulationConfig { years: 5.0, n_draws: 20_000, seed: 5 };
    let found = play(causes, &config).never_closed_share();
    let wanted = (-2.0_f64).exp();
    assert!((found - wanted).abs() < 4.0 * (wanted / 20_000.0).sqrt());
}

#[test]
fn durations_have_their_means() {
    let config = SimulationConfig { years: 1000.0, n_draws: 200, seed: 8 };
    let hazard = Hazard::Constant { per_year: 0.2 };
    let lognormal = Duration::Lognormal { median_days: 20.0, sigma: 0.8 };
    let mean = 20.0 * (0.8_f64 * 0.8 / 2.0).exp();
    for (duration, days) in [(Duration::Fixed { days: 40.0 }, 40.0), (lognormal, mean)] {
        // Renewal: 5 years open, then closed.
        let wanted = 5.0 / (5.0 + days / 365.0);
        let found = play(vec![cause(0, hazard, duration)], &config).availability();
        // The start, open, is worth less than a hundredth of a year in 1000.
        assert!((found.mean - wanted).abs() < 4.0 * found.standard_error + 1e-5, "{found:?} {wanted}");
    }
}

#[test]
fn regimes_share_their_luck() {
    let config = SimulationConfig { years: 10.0, n_draws: 4000, seed: 2 };
    let border = cause(0, Hazard::Constant { per_year: 0.5 }, Duration::Exponential { mean_days: 20.0 });
    let winter = cause(
        7,
        Hazard::Seasonal { per_year: 1.0, amplitude: 0.9, peak_share: 0.05 },
        Duration::Lognormal { median_days: 3.0, sigma: 1.0 },
    );
    let both = play(vec![border, winter], &config);
    // The order of causes does not show, and one more cause never makes a draw better.
    assert_eq!(both, play(vec![winter, border], &config));
    let one = play(vec![border], &config);
    for (one, both) in one.draws.iter().zip(&both.draws) {
        assert!(both.closed_days >= one.closed_days - 1e-9 && both.cost >= one.cost - 1e-9);
        assert!(both.first_closure_years <= one.first_closure_years);
    }
    // A slightly smaller hazard differs by less than two runs of separate luck would.
    let calmer = Cause { hazard: Hazard::Constant { per_year: 0.45 }, ..border };
    let calmer = play(vec![calmer], &config);
    let shared = one.cost_above(&calmer);
    let separate = one.cost().standard_error.hypot(calmer.cost().standard_error);
    assert!(shared.mean > 0.0 && shared.standard_error < 0.6 * separate, "{shared:?} {separate}");
    for (calm, one) in calmer.draws.iter().zip(&one.draws) {
        assert!(calm.first_closure_years >= one.first_closure_years);
    }
}

#[test]
fn the_number_of_threads_does_not_show() {
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let hazard = Hazard::Weibull { per_year: 0.7, shape: 0.8 };
        let causes = vec![cause(3, hazard, Duration::Exponential { mean_days: 30.0 })];
        pool.install(|| play(causes, &SimulationConfig { n_draws: 500, ..SimulationConfig::default() }))
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let config = SimulationConfig::default();
    let refused = |causes: Vec<Cause>| {
        simulate(&Regime { causes, cost_per_day: 1.0, discount_rate: 0.0 }, &config).unwrap_err().to_string()
    };
    let day = Duration::Fixed { days: 1.0 };
    let twice = cause(1, Hazard::Constant { per_year: 0.1 }, day);
    assert_eq!(refused(vec![twice, twice]), "the stream of a cause is 1, which is not its own");
    let wild = Hazard::Seasonal { per_year: 1.0, amplitude: 1.5, peak_share: 0.0 };
    assert_eq!(
        refused(vec![cause(0, wild, day)]),
        "the amplitude of the hazard is 1.5, which is not between 0 and 1"
    );
    let flood = Hazard::Constant { per_year: 1e9 };
    assert!(refused(vec![cause(0, flood, Duration::Fixed { days: 0.0 })]).contains("below a million"));
    assert!(upper_bound_without_events(0.0, 0.95).is_err());
    assert!(TwoState::new(0.1, 0.0).is_err());
}
