//! Core, least core and nucleolus: references, brute force over all corners, and what defines them.

use landbridge::control::core::{core_intervals, intervals_within, least_core};
use landbridge::control::nucleolus::{nucleolus, prenucleolus};
use landbridge::control::{Coalition, ControlError, Game};
use proptest::prelude::*;

use super::games::{config, games, tied_games};
use super::near;
use super::reference::references;

/// Rows are kept to 1e-10 of the largest worth; a corner of up to 10 of them amplifies that by less than a hundred.
const SAME: f64 = 1e-8;

/// What a coalition gets.
fn gets(payoff: &[f64], set: Coalition) -> f64 {
    set.members().map(|actor| payoff[actor]).sum()
}

fn proper(game: &Game) -> impl Iterator<Item = Coalition> {
    let all = game.all();
    all.subsets().filter(move |set| !set.is_empty() && *set != all)
}

/// What coalitions lack, the worst-off first.
fn complaints(game: &Game, payoff: &[f64]) -> Vec<f64> {
    let mut lacks: Vec<f64> = proper(game).map(|set| game.worth(set) - gets(payoff, set)).collect();
    lacks.sort_by(|a, b| b.total_cmp(a));
    lacks
}

/// Solves a small system by elimination; `None` if it has no single solution.
fn solve(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = rows.len();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| rows[i][k].abs().total_cmp(&rows[j][k].abs()))?;
        if rows[pivot][k].abs() < 1e-9 {
            return None;
        }
        rows.swap(pivot, k);
        let of_pivot = rows[k].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != k) {
            let times = row[k] / of_pivot[k];
            row.iter_mut().zip(&of_pivot).for_each(|(x, p)| *x -= times * p);
        }
    }
    Some((0..n).map(|k| rows[k][n] / rows[k][k]).collect())
}

/// All corners of the divisions in which no coalition lacks more than `excess`, for four actors.
fn corners(game: &Game, excess: f64) -> Vec<Vec<f64>> {
    let row = |set: Coalition, bound: f64| {
        let mut row: Vec<f64> = (0..4).map(|actor| f64::from(u8::from(set.contains(actor)))).collect();
        row.push(bound);
        row
    };
    let sets: Vec<Coalition> = proper(game).collect();
    let bound = |set: Coalition| game.worth(set) - excess;
    let mut found = Vec::new();
    for i in 0..sets.len() {
        for j in 0..i {
            for k in 0..j {
                let mut rows: Vec<Vec<f64>> = [i, j, k].map(|at| row(sets[at], bound(sets[at]))).to_vec();
                rows.push(row(game.all(), game.worth(game.all())));
                let Some(point) = solve(rows) else { continue };
                if sets.iter().all(|&set| gets(&point, set) >= bound(set) - 1e-7) {
                    found.push(point);
                }
            }
        }
    }
    found
}

#[test]
fn divisions_of_the_reference_games() {
    for reference in references() {
        let Some(wanted) = reference.nucleolus else { continue };
        let game = &reference.game;
        // The reference prints nine decimals.
        let tolerance = 1e-9;
        let found = nucleolus(game).unwrap();
        found.iter().zip(&wanted).for_each(|(&found, &wanted)| near(found, wanted, tolerance));
        let least = least_core(game).unwrap();
        near(least.epsilon, reference.epsilon.unwrap(), tolerance);
        assert_eq!(Some(least.is_core_empty), reference.is_core_empty, "{}", reference.name);
        let intervals = core_intervals(game).unwrap();
        assert_eq!(intervals.is_none(), least.is_core_empty);
        for (payoff, within) in wanted.iter().zip(intervals.into_iter().flatten()) {
            assert!(within.min - 1e-6 <= *payoff && *payoff <= within.max + 1e-6, "{}", reference.name);
        }
    }
}

#[test]
fn the_core_of_substitutes_gives_the_dearer_route_nothing() {
    // Worked by hand: without G the others have 80, so G gets nothing; with it and without M there are 50.
    let game = super::reference::reference("corridor4_substitutes").game;
    let found = core_intervals(&game).unwrap().unwrap();
    for (found, (min, max)) in found.iter().zip([(0.0, 80.0), (0.0, 80.0), (0.0, 30.0), (0.0, 0.0)]) {
        near(found.min, min, SAME);
        near(found.max, max, SAME);
    }
}

#[test]
fn a_game_of_costs_has_no_division_that_gives_all_what_they_have_alone() {
    let game = super::reference::reference("taxi_trip").game;
    assert_eq!(nucleolus(&game), Err(ControlError::NoImputation { alone: 60.0, together: 42.0 }));
    near(prenucleolus(&game).unwrap().iter().sum(), 42.0, SAME);
}

#[test]
fn one_actor_has_it_all() {
    let game = Game::new(1, vec![0.0, -3.0]).unwrap();
    near(nucleolus(&game).unwrap()[0], -3.0, SAME);
    let only = core_intervals(&game).unwrap().unwrap()[0];
    near(only.min, -3.0, SAME);
    near(only.max, -3.0, SAME);
}

#[test]
fn nothing_to_divide_is_divided() {
    let game = Game::from_fn(5, |_| 0.0).unwrap();
    assert!(nucleolus(&game).unwrap().iter().all(|payoff| payoff.abs() < SAME));
    assert!(!least_core(&game).unwrap().is_core_empty);
}

#[test]
fn no_division_keeps_an_excess_below_the_least() {
    let game = super::reference::reference("pairs_empty_core").game;
    assert!(matches!(intervals_within(&game, 0.0), Err(ControlError::Value { .. })));
}

#[test]
fn ten_actors_with_vetoes_are_settled() {
    // Four who must all agree, and pairs of six others who add 10 each: a known division by symmetry.
    let veto = Coalition::of([0, 1, 2, 3]).unwrap();
    let worth = |set: Coalition| {
        let pairs = [4, 6, 8].iter().filter(|&&at| set.contains(at) && set.contains(at + 1)).count();
        10.0 * pairs as f64 + if veto.is_subset_of(set) { 80.0 } else { 0.0 }
    };
    let payoff = nucleolus(&Game::from_fn(10, worth).unwrap()).unwrap();
    (0..4).for_each(|actor| near(payoff[actor], 20.0, SAME));
    (4..10).for_each(|actor| near(payoff[actor], 5.0, SAME));
}

/// Twice as many roads as actors, each over some of them, and a coalition earns by all that it can open. Roads do not
/// hinder each other, so each actor may get nothing, or all that it adds, in the core.
#[test]
fn cores_of_up_to_sixteen_actors() {
    for n_actors in 2..=16_usize {
        let road = |at: usize| {
            let owner = |k: usize| (at * at * 7 + 5 * k * (at + 1)) % n_actors;
            (Coalition::of((0..2 + at % 3).map(owner)).unwrap(), 10.0 + ((at * 37) % 91) as f64)
        };
        let roads: Vec<(Coalition, f64)> = (0..2 * n_actors).map(road).collect();
        let worth = |set: Coalition| {
            roads.iter().filter(|(owners, _)| owners.is_subset_of(set)).map(|(_, worth)| worth).sum()
        };
        let game = Game::from_fn(n_actors, worth).unwrap();
        let within = core_intervals(&game).unwrap().unwrap();
        for (actor, most) in game.contributions().into_iter().enumerate() {
            near(within[actor].min, game.worth(Coalition::EMPTY.with(actor)), SAME);
            near(within[actor].max, most, SAME);
        }
        // Wide ranges are no trouble either.
        let wide = intervals_within(&game, 1e6).unwrap();
        assert!(wide.iter().all(|end| end.min < -9e5 && end.max > 9e5));
        if n_actors <= 12 {
            check_settled(&game);
        }
    }
}

/// The nucleolus keeps what the least core asks for and is within the core.
fn check_settled(game: &Game) {
    let payoff = nucleolus(game).unwrap();
    let least = least_core(game).unwrap();
    near(payoff.iter().sum(), game.worth(game.all()), SAME);
    assert!((complaints(game, &payoff)[0] - least.epsilon).abs() < SAME * game.scale());
}

/// Checks what defines the least core, the core and the prenucleolus of a game.
fn check(game: &Game) {
    let margin = SAME * game.scale();
    let least = least_core(game).unwrap();
    near(least.payoff.iter().sum(), game.worth(game.all()), SAME);
    assert!((complaints(game, &least.payoff)[0] - least.epsilon).abs() < margin);
    let settled = prenucleolus(game).unwrap();
    near(settled.iter().sum(), game.worth(game.all()), SAME);
    let lacks = complaints(game, &settled);
    assert!((lacks[0] - least.epsilon).abs() < margin, "{} {}", lacks[0], least.epsilon);
    // No division nearby, and none halfway to another, has a smaller list of complaints.
    let n = game.n_actors();
    let mut others = vec![least.payoff.clone(), vec![game.worth(game.all()) / n as f64; n]];
    for (from, to) in (0..n).flat_map(|from| (0..n).map(move |to| (from, to))).filter(|(a, b)| a != b) {
        let mut other = settled.clone();
        other[from] -= 1e-3 * game.scale();
        other[to] += 1e-3 * game.scale();
        others.push(other);
    }
    for other in others {
        let halfway: Vec<f64> = other.iter().zip(&settled).map(|(a, b)| f64::midpoint(*a, *b)).collect();
        for other in [other, halfway] {
            let theirs = complaints(game, &other);
            let first = lacks.iter().zip(&theirs).find(|(own, theirs)| (*own - *theirs).abs() > margin);
            assert!(first.is_none_or(|(own, theirs)| own < theirs), "{game:?} {settled:?} {other:?}");
        }
    }
    if let Some(within) = core_intervals(game).unwrap() {
        for (payoff, within) in settled.iter().zip(within) {
            assert!(within.min - margin <= *payoff && *payoff <= within.max + margin);
        }
        assert!(lacks[0] <= margin, "the nucleolus is in the core");
    }
}

/// Ends of the core of four actors against those among all corners.
fn check_ends(game: &Game, excess: f64) {
    let corners = corners(game, excess);
    assert!(!corners.is_empty());
    for (actor, within) in intervals_within(game, excess).unwrap().iter().enumerate() {
        let payoffs = || corners.iter().map(|corner| corner[actor]);
        // A corner may be off by what the brute force takes as kept.
        near(within.min, payoffs().fold(f64::INFINITY, f64::min), 1e-6);
        near(within.max, payoffs().fold(f64::NEG_INFINITY, f64::max), 1e-6);
    }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn any_game_is_settled(game in games(2..8)) {
        check(&game);
    }

    #[test]
    fn games_with_ties_are_settled(game in tied_games(2..9)) {
        check(&game);
        // With an imputation the nucleolus is there too, and is the prenucleolus where joining never loses.
        if game.superadditivity().unwrap().is_none() {
            let (one, other) = (nucleolus(&game).unwrap(), prenucleolus(&game).unwrap());
            one.iter().zip(other).for_each(|(one, other)| near(*one, other, SAME));
        }
    }

    #[test]
    fn ends_of_the_core_are_those_of_its_corners(game in games(4..5), more in 0.0..40.0f64) {
        let epsilon = least_core(&game).unwrap().epsilon;
        check_ends(&game, epsilon + more);
    }

    #[test]
    fn ends_of_a_core_with_ties_are_those_of_its_corners(game in tied_games(4..5)) {
        let epsilon = least_core(&game).unwrap().epsilon;
        check_ends(&game, epsilon.max(0.0));
    }
}
