//! Shapley, Owen and Banzhaf: references, axioms, slow twins, samples.

use landbridge::control::shapley::sampled::{SamplingConfig, sampled_shapley};
use landbridge::control::shapley::{banzhaf, marginals, owen, shapley};
use landbridge::control::{Coalition, ControlError, Game};
use proptest::prelude::*;

use super::games::{config, games};
use super::reference::{reference, references};
use super::{all_near, near};

/// Sums of up to 2^16 terms, compensated.
const SAME: f64 = 1e-12;

/// All orders of the first `n` actors.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let into = |order: Vec<usize>| {
        (0..n).map(move |at| {
            let mut longer = order.clone();
            longer.insert(at, n - 1);
            longer
        })
    };
    orders(n - 1).into_iter().flat_map(into).collect()
}

#[test]
fn values_of_the_reference_games() {
    for reference in references() {
        all_near(&shapley(&reference.game).unwrap(), &reference.shapley, SAME);
        all_near(&banzhaf(&reference.game).unwrap(), &reference.banzhaf, SAME);
        if let Some(wanted) = reference.owen {
            all_near(&owen(&reference.game, &reference.blocs).unwrap(), &wanted, SAME);
        }
    }
}

#[test]
fn a_new_veto_moves_value_to_itself_and_to_the_bypass() {
    let before = shapley(&reference("corridor4_substitutes").game).unwrap();
    let after = shapley(&reference("corridor5_guarantor").game).unwrap();
    let [m, g, guarantor] = [2, 3, 4];
    assert!(after[m] < before[m] && after[g] > before[g] && after[guarantor] > 0.0);
}

#[test]
fn transit_countries_lose_when_the_producer_can_pass_them_by() {
    // What is left for transit, as parts of the whole.
    let share = |name: &str| {
        let value = shapley(&reference(name).game).unwrap();
        (value[1] + value[2]) / value.iter().sum::<f64>()
    };
    near(share("supply_chain_2_transits"), 0.4166666667, 1e-10);
    near(share("supply_chain_with_bypass"), 0.2443181818, 1e-10);
}

#[test]
fn the_spread_of_orders_is_that_of_the_reference() {
    let game = reference("corridor4_substitutes").game;
    let value = shapley(&game).unwrap();
    let all = orders(4);
    let worth = |set| game.worth(set);
    let variance = |actor: usize| {
        let off = all.iter().map(|order| (marginals(worth, order)[actor] - value[actor]).powi(2));
        off.sum::<f64>() / all.len() as f64
    };
    let wanted = [1390.9722222222224, 1390.9722222222224, 557.6388888888889, 190.9722222222222];
    all_near(&[0, 1, 2, 3].map(variance), &wanted, SAME);
    let needed = (variance(0) * (1.96_f64 / 0.8).powi(2)).ceil();
    near(needed, 8350.0, SAME);
}

#[test]
fn samples_stop_at_the_precision_asked_for() {
    let game = reference("corridor4_substitutes").game;
    let config = SamplingConfig::default();
    let sampled = sampled_shapley(4, |set| game.worth(set), &config).unwrap();
    assert!(sampled.is_precise && sampled.n_pairs >= config.min_pairs);
    // One order and its reverse hardly repeat each other, so fewer orders do than the 8350 without pairs.
    assert!(2 * sampled.n_pairs < 8350, "{}", sampled.n_pairs);
    assert!(sampled.standard_error.iter().all(|error| 1.96 * error <= 0.8));
    let short = SamplingConfig { min_pairs: 10, max_pairs: 10, ..config };
    let short = sampled_shapley(4, |set| game.worth(set), &short).unwrap();
    assert!(!short.is_precise && short.n_pairs == 10);
}

#[test]
fn twenty_actors_are_sampled() {
    // Three who must agree, 17 of whom each adds its own: known exactly.
    let veto = Coalition::of([0, 1, 2]).unwrap();
    let worth = |set: Coalition| {
        let own: usize = set.minus(veto).members().sum();
        own as f64 + if veto.is_subset_of(set) { 300.0 } else { 0.0 }
    };
    let sampled = sampled_shapley(20, worth, &SamplingConfig::default()).unwrap();
    for actor in 0..20 {
        let wanted = if actor < 3 { 100.0 } else { actor as f64 };
        // An actor that always adds the same has no spread, only rounding.
        let margin = 4.0 * sampled.standard_error[actor] + 1e-9;
        assert!((sampled.value[actor] - wanted).abs() < margin, "{actor}: {sampled:?}");
    }
    near(sampled.value.iter().sum(), worth(Coalition::all(20).unwrap()), SAME);
}

#[test]
fn seventeen_actors_are_too_many_to_enumerate() {
    let game = Game::from_fn(17, |set| set.len() as f64).unwrap();
    assert!(matches!(shapley(&game), Err(ControlError::TooManyActors { n_actors: 17, most: 16, .. })));
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn values_are_averages_over_all_orders(game in games(1..7)) {
        let n = game.n_actors();
        let all = orders(n);
        let mut mean = vec![0.0; n];
        for order in &all {
            let adds = marginals(|set| game.worth(set), order);
            mean.iter_mut().zip(adds).for_each(|(mean, adds)| *mean += adds / all.len() as f64);
        }
        let value = shapley(&game).unwrap();
        all_near(&value, &mean, SAME);
        near(value.iter().sum(), game.worth(game.all()), SAME);
    }

    #[test]
    fn values_of_a_sum_are_sums_of_values((one, other) in (2..8usize).prop_flat_map(|n| (games(n..n + 1), games(n..n + 1)))) {
        let both = Game::from_fn(one.n_actors(), |set| one.worth(set) + 3.0 * other.worth(set)).unwrap();
        let apart: Vec<f64> = shapley(&one).unwrap().iter().zip(shapley(&other).unwrap()).map(|(a, b)| a + 3.0 * b).collect();
        all_near(&shapley(&both).unwrap(), &apart, SAME);
    }

    #[test]
    fn who_adds_nothing_gets_nothing_and_equals_get_the_same(game in games(3..7)) {
        let n = game.n_actors();
        // The last actor does nothing; the first two can stand in for each other.
        let same = |set: Coalition| match (set.contains(0), set.contains(1)) {
            (false, true) => set.without(1).with(0),
            _ => set,
        };
        let game = Game::from_fn(n, |set| game.worth(same(set.without(n - 1)))).unwrap();
        for value in [shapley(&game).unwrap(), banzhaf(&game).unwrap()] {
            near(value[n - 1], 0.0, SAME);
            near(value[0], value[1], SAME);
        }
    }

    #[test]
    fn blocs_of_one_and_of_all_are_no_blocs(game in games(1..8)) {
        let value = shapley(&game).unwrap();
        let ones: Vec<Coalition> = game.all().members().map(|actor| Coalition::EMPTY.with(actor)).collect();
        all_near(&owen(&game, &ones).unwrap(), &value, SAME);
        all_near(&owen(&game, &[game.all()]).unwrap(), &value, SAME);
    }

    #[test]
    fn a_bloc_gets_what_it_would_get_as_one_actor(game in games(4..8)) {
        let n = game.n_actors();
        let bloc = Coalition::of([0, n - 1]).unwrap();
        let mut blocs = vec![bloc];
        blocs.extend((1..n - 1).map(|actor| Coalition::EMPTY.with(actor)));
        let of_blocs = owen(&game, &blocs).unwrap();
        let merged = Game::from_fn(n - 1, |set| {
            game.worth(set.members().fold(Coalition::EMPTY, |union, at| union.union(blocs[at])))
        }).unwrap();
        let of_one = shapley(&merged).unwrap();
        near(of_blocs[0] + of_blocs[n - 1], of_one[0], SAME);
        (1..n - 1).for_each(|actor| near(of_blocs[actor], of_one[actor], SAME));
    }

    #[test]
    fn samples_are_near_and_repeat(game in games(2..8), seed in 0..1000_u64) {
        let config = SamplingConfig { seed, max_pairs: 2000, ..SamplingConfig::default() };
        let sampled = sampled_shapley(game.n_actors(), |set| game.worth(set), &config).unwrap();
        prop_assert_eq!(&sampled, &sampled_shapley(game.n_actors(), |set| game.worth(set), &config).unwrap());
        let value = shapley(&game).unwrap();
        for (actor, value) in value.iter().enumerate() {
            // Seeds are fixed, so what holds once holds always; the rest is rounding.
            let margin = 4.0 * sampled.standard_error[actor] + 1e-9;
            prop_assert!((sampled.value[actor] - value).abs() <= margin);
        }
    }
}
