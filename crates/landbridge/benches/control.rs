//! How fast questions about coalitions are answered: made-up games of roads, each of which needs some actors to agree.
//!
//! `cargo bench -p landbridge --bench control` prints the time of exact Shapley values, of the nucleolus, and of the
//! least and most that each actor has in the core.

use divan::{Bencher, black_box};
use landbridge::control::core::{core_intervals, least_core};
use landbridge::control::nucleolus::nucleolus;
use landbridge::control::shapley::shapley;
use landbridge::control::{Coalition, Game};

fn main() {
    divan::main();
}

/// Numbers between 0 and 1.
fn noise(at: usize) -> f64 {
    ((at as u64).wrapping_mul(2_654_435_761) % 4_294_967_296) as f64 / 4_294_967_296.0
}

/// Twice as many roads as actors, each over two to four of them; a coalition earns by all roads that it can open. Roads
/// do not hinder each other, so the core is not empty.
fn game(n_actors: usize) -> Game {
    let road = |at: usize| {
        let n_owners = 2 + at % 3;
        let owner = |k: usize| (noise(10 * at + k + 1) * n_actors as f64) as usize;
        (Coalition::of((0..n_owners).map(owner)).expect("few actors"), 10.0 + 90.0 * noise(at + 5001))
    };
    let roads: Vec<(Coalition, f64)> = (0..2 * n_actors).map(road).collect();
    let worth = |set: Coalition| {
        roads.iter().filter(|(owners, _)| owners.is_subset_of(set)).map(|(_, worth)| worth).sum()
    };
    Game::from_fn(n_actors, worth).expect("few actors")
}

#[divan::bench(args = [10, 16])]
fn shapley_values(bencher: Bencher, n_actors: usize) {
    let game = game(n_actors);
    bencher.bench(|| shapley(black_box(&game)));
}

#[divan::bench(args = [8, 10, 12])]
fn nucleoli(bencher: Bencher, n_actors: usize) {
    let game = game(n_actors);
    bencher.bench(|| nucleolus(black_box(&game)));
}

#[divan::bench(args = [8, 12, 16])]
fn least_cores(bencher: Bencher, n_actors: usize) {
    let game = game(n_actors);
    bencher.bench(|| least_core(black_box(&game)));
}

#[divan::bench(args = [8, 12])]
fn ends_of_the_core(bencher: Bencher, n_actors: usize) {
    let game = game(n_actors);
    assert!(core_intervals(&game).is_ok_and(|intervals| intervals.is_some()), "a core with width");
    bencher.bench(|| core_intervals(black_box(&game)));
}

#[divan::bench(args = [12])]
fn superadditive_covers(bencher: Bencher, n_actors: usize) {
    let game = game(n_actors);
    bencher.bench(|| black_box(&game).superadditive_cover());
}
