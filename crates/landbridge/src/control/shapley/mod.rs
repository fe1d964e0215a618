//! What each actor can expect of a game, on average over the orders in which all could join.
//!
//! In: a game. Out: Shapley values (Shapley 1953), their form for blocs that act as one (Owen 1977), and the index of
//! Banzhaf (1965) to hold against them: (4) to (6) of `docs/model/control.md`. [`sampled`] takes over where coalitions
//! are too many to enumerate.

pub mod sampled;

use super::sum::{Sum, sum};
use super::{Coalition, ControlError, Game};

/// The Shapley value of each actor, exactly but for rounding.
///
/// ```
/// use landbridge::control::Game;
/// use landbridge::control::shapley::shapley;
///
/// // 80 if all three agree: a third each.
/// let game = Game::from_fn(3, |coalition| if coalition.len() == 3 { 80.0 } else { 0.0 })?;
/// assert!(shapley(&game)?.iter().all(|value| (value - 80.0 / 3.0).abs() < 1e-12));
/// # Ok::<(), landbridge::control::ControlError>(())
/// ```
///
/// # Units
/// Those of the worth of coalitions.
///
/// # Errors
/// More than [`MAX_ENUMERATED`](super::game::MAX_ENUMERATED) actors: see [`sampled`].
pub fn shapley(game: &Game) -> Result<Vec<f64>, ControlError> {
    game.enumerable("exact Shapley values")?;
    let weight = weights(game.n_actors());
    Ok(average(game, |coalition| weight[coalition.len()]))
}

/// The Banzhaf index of each actor: what it adds to a coalition of others, all of them alike. The sum is not the worth of
/// all, so it shares out nothing; a check on rankings.
///
/// # Errors
/// More than [`MAX_ENUMERATED`](super::game::MAX_ENUMERATED) actors.
pub fn banzhaf(game: &Game) -> Result<Vec<f64>, ControlError> {
    game.enumerable("the Banzhaf index")?;
    let weight = 1.0 / f64::from(1_u32 << (game.n_actors() - 1));
    Ok(average(game, |_| weight))
}

/// The Owen value of each actor: blocs bargain as one, then share out within. A bloc of one actor is just that actor.
///
/// # Errors
/// More than [`MAX_ENUMERATED`](super::game::MAX_ENUMERATED) actors; blocs that do not hold each actor once, or empty.
pub fn owen(game: &Game, blocs: &[Coalition]) -> Result<Vec<f64>, ControlError> {
    game.enumerable("the Owen value")?;
    check_partition(game, blocs)?;
    let weight_of_blocs = weights(blocs.len());
    let mut value = vec![0.0; game.n_actors()];
    for (at, &bloc) in blocs.iter().enumerate() {
        let others: Vec<Coalition> =
            blocs.iter().enumerate().filter(|&(other, _)| other != at).map(|(_, &bloc)| bloc).collect();
        let weight_within = weights(bloc.len());
        let mut sums = vec![Sum::default(); game.n_actors()];
        for with in Coalition::all(others.len())?.subsets() {
            let outside = with.members().fold(Coalition::EMPTY, |union, other| union.union(others[other]));
            for inside in bloc.subsets() {
                let before = outside.union(inside);
                for actor in bloc.minus(inside).members() {
                    let weight = weight_of_blocs[with.len()] * weight_within[inside.len()];
                    sums[actor].add(weight * (game.worth(before.with(actor)) - game.worth(before)));
                }
            }
        }
        bloc.members().for_each(|actor| value[actor] = sums[actor].value());
    }
    Ok(value)
}

/// What each actor adds when all join in an order: one term of the average that the Shapley value is.
///
/// # Panics
/// The order names an actor that is not below its length.
pub fn marginals(worth: impl Fn(Coalition) -> f64, order: &[usize]) -> Vec<f64> {
    let mut adds = vec![0.0; order.len()];
    let (mut coalition, mut before) = (Coalition::EMPTY, 0.0);
    for &actor in order {
        coalition = coalition.with(actor);
        let after = worth(coalition);
        adds[actor] = after - before;
        before = after;
    }
    adds
}

/// `s! (n - s - 1)! / n!` for coalitions of `s` others, by `s`.
fn weights(n: usize) -> Vec<f64> {
    let mut weight = vec![1.0 / n as f64; n];
    for s in 1..n {
        weight[s] = weight[s - 1] * s as f64 / (n - s) as f64;
    }
    weight
}

/// The sum over coalitions without an actor of a weight times what the actor adds.
fn average(game: &Game, weight: impl Fn(Coalition) -> f64) -> Vec<f64> {
    let of_actor = |actor: usize| {
        let others = game.all().without(actor);
        sum(others.subsets().map(|set| weight(set) * (game.worth(set.with(actor)) - game.worth(set))))
    };
    (0..game.n_actors()).map(of_actor).collect()
}

fn check_partition(game: &Game, blocs: &[Coalition]) -> Result<(), ControlError> {
    let n_actors = game.n_actors();
    for actor in 0..n_actors {
        if blocs.iter().filter(|bloc| bloc.contains(actor)).count() != 1 {
            return Err(ControlError::Blocs { actor });
        }
    }
    let strangers = blocs.iter().find_map(|bloc| bloc.minus(game.all()).members().next());
    if let Some(actor) = strangers {
        return Err(ControlError::Actor { actor, n_actors });
    }
    // Each of the blocs that are left over after the checks above is empty.
    if blocs.len() > n_actors || blocs.iter().any(|bloc| bloc.is_empty()) {
        return Err(ControlError::Length {
            what: "blocs with members",
            found: blocs.iter().filter(|bloc| !bloc.is_empty()).count(),
            expected: blocs.len(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_all_orders_add_up() {
        for n in 1..=24_usize {
            let weight = weights(n);
            let mut choose = 1.0;
            let mut total = 0.0;
            for (s, weight) in weight.iter().enumerate() {
                total += choose * weight;
                choose *= (n - 1 - s) as f64 / (s + 1) as f64;
            }
            assert!((total - 1.0).abs() < 1e-13, "{n}: {total}");
        }
    }

    #[test]
    fn blocs_must_hold_each_actor_once() {
        let game = Game::from_fn(3, |set| set.len() as f64).unwrap();
        let bloc = |actors: &[usize]| Coalition::of(actors.iter().copied()).unwrap();
        let refused = |blocs: &[Coalition]| owen(&game, blocs).unwrap_err();
        assert_eq!(refused(&[bloc(&[0, 1])]), ControlError::Blocs { actor: 2 });
        assert_eq!(refused(&[bloc(&[0, 1]), bloc(&[1, 2])]), ControlError::Blocs { actor: 1 });
        assert_eq!(refused(&[bloc(&[0, 1, 2, 5])]), ControlError::Actor { actor: 5, n_actors: 3 });
        assert!(owen(&game, &[bloc(&[0, 1, 2]), Coalition::EMPTY]).is_err());
    }
}
