//! Made-up games for properties.

use landbridge::control::{Coalition, Game};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};

/// Games of some actors with any worth at all.
pub fn games(n_actors: std::ops::Range<usize>) -> impl Strategy<Value = Game> {
    n_actors.prop_flat_map(|n| prop::collection::vec(-50.0..100.0f64, 1 << n)).prop_map(|mut worth| {
        worth[0] = 0.0;
        Game::new(worth.len().ilog2() as usize, worth).unwrap()
    })
}

/// Games of some actors in which vetoes and few different values make many ties.
pub fn tied_games(n_actors: std::ops::Range<usize>) -> impl Strategy<Value = Game> {
    let road = |n: usize| (1..1_u32 << n, 1..5_u32);
    n_actors.prop_flat_map(move |n| (Just(n), prop::collection::vec(road(n), 1..6))).prop_map(|(n, roads)| {
        // The best road that all of its owners agree to.
        let worth = |set: Coalition| {
            let open = roads.iter().filter(|(owners, _)| Coalition::from_bits(*owners).is_subset_of(set));
            open.map(|(_, worth)| 10.0 * f64::from(*worth)).fold(0.0, f64::max)
        };
        Game::from_fn(n, worth).unwrap()
    })
}

/// Seeds are kept in the tree, and the same games are drawn everywhere.
pub fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        rng_seed: RngSeed::Fixed(20_250_808),
        ..ProptestConfig::default()
    }
}
