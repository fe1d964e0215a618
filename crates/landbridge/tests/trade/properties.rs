//! What must hold in any world: accounting, units, names, small changes, and a slow twin.

use landbridge::parallel;
use landbridge::trade::equilibrium::{EquilibriumConfig, Prepared, base_change, solve};
use landbridge::trade::welfare::{decompose, first_order_gain};
use landbridge::trade::{Closure, CostChange, Economy, Elasticity, Group, Matrix, NoEquilibrium, TradeError};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};

use super::{economy, off, solved};

/// Solutions are exact to 1e-13 in what is sold; prices and sums amplify that by a few tens at most in these worlds.
const SAME: f64 = 1e-10;

#[derive(Clone, Debug)]
struct World {
    flow: Matrix,
    sigma: f64,
    /// Infinite means closed.
    tau_hat: Matrix,
}

/// Worlds of up to seven regions; some pairs do not trade, some borders close.
fn worlds(sigma: std::ops::Range<f64>, tau_hat: std::ops::Range<f64>) -> impl Strategy<Value = World> {
    (2..8usize, sigma).prop_flat_map(move |(n, sigma)| {
        let cell = (prop::bool::weighted(0.85), -4.0..3.0f64);
        let change =
            (prop::bool::weighted(0.5), prop::bool::weighted(0.07), tau_hat.start.ln()..tau_hat.end.ln());
        (prop::collection::vec(cell, n * n), prop::collection::vec(change, n * n)).prop_map(
            move |(cells, changes)| {
                let flow = Matrix::from_fn(n, |i, j| match cells[i * n + j] {
                    (_, size) if i == j => 20.0 * size.exp(),
                    (true, size) => size.exp(),
                    (false, _) => 0.0,
                });
                let tau_hat = Matrix::from_fn(n, |i, j| match changes[i * n + j] {
                    (_, true, _) if i != j => f64::INFINITY,
                    (true, _, log) if i != j => log.exp(),
                    _ => 1.0,
                });
                World { flow, sigma, tau_hat }
            },
        )
    })
}

impl World {
    fn n(&self) -> usize {
        self.flow.n()
    }

    fn change(&self) -> CostChange {
        CostChange::new(self.tau_hat.clone()).unwrap()
    }

    /// The world and its answer, unless there is none.
    fn answer(&self, closure: Closure) -> Option<(Prepared, Answer)> {
        let group = Group {
            flow: self.flow.clone(),
            latent: None,
            elasticity: Elasticity::from_sigma(self.sigma).unwrap(),
        };
        let prepared = Prepared::new(found(Economy::new(vec![group], closure))?);
        let counterfactual = found(prepared.counterfactual(&[self.change()]))?;
        let after = found(prepared.solve(&counterfactual, None, &EquilibriumConfig::default()))?;
        assert!(after.is_converged, "{after:?}");
        let trade = prepared.trade(&counterfactual, &after).remove(0);
        let is_whole = counterfactual.parts().len() == 1;
        Some((prepared, Answer { after, trade, is_whole }))
    }
}

struct Answer {
    after: landbridge::trade::equilibrium::Equilibrium,
    trade: Matrix,
    is_whole: bool,
}

/// Sense, or an error that says why there is none.
fn found<T>(result: Result<T, TradeError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(TradeError::NoEquilibrium { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

const CLOSURES: [Closure; 3] = [Closure::FixedNominal, Closure::FixedRatio, Closure::Purged];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn accounts_add_up(world in worlds(1.2..12.0, 0.7..1.5)) {
        for closure in CLOSURES {
            let Some((prepared, Answer { after, trade, .. })) = world.answer(closure) else { continue };
            let economy = prepared.economy();
            let income: Vec<f64> =
                economy.output().iter().zip(&after.price_hat).map(|(output, hat)| output * hat).collect();
            prop_assert!(off(&trade.row_sums(), &income) < SAME);
            let spent: Vec<f64> = economy.expenditure().iter().zip(&after.expenditure_hat).map(|(e, hat)| e * hat).collect();
            prop_assert!(off(&trade.column_sums(), &spent) < SAME);
            // The numeraire.
            let all: f64 = income.iter().sum();
            prop_assert!((all / economy.output().iter().sum::<f64>() - 1.0).abs() < SAME);
            // What is closed is not traded, and nothing else is lost.
            let pairs = trade.values().iter().zip(world.tau_hat.values()).zip(world.flow.values());
            for ((value, tau_hat), before) in pairs {
                prop_assert!((*value > 0.0) == (*before > 0.0 && tau_hat.is_finite()), "{value} {tau_hat} {before}");
            }
        }
    }

    #[test]
    fn deficits_follow_their_closure(world in worlds(1.5..9.0, 0.8..1.3)) {
        let deficit = |y: &[f64], e: &[f64]| -> Vec<f64> { e.iter().zip(y).map(|(e, y)| e - y).collect() };
        if let Some((prepared, Answer { trade, is_whole, .. })) = world.answer(Closure::FixedNominal) {
            let economy = prepared.economy();
            let before = deficit(economy.output(), economy.expenditure());
            let after = deficit(&trade.row_sums(), &trade.column_sums());
            let scale: f64 = economy.output().iter().sum();
            for (before, after) in before.iter().zip(&after) {
                prop_assert!((before - after).abs() < SAME * scale || !is_whole);
            }
        }
        if let Some((prepared, Answer { trade, is_whole: true, .. })) = world.answer(Closure::FixedRatio) {
            let economy = prepared.economy();
            let ratios = |y: &[f64], e: &[f64]| -> Vec<f64> { e.iter().zip(y).map(|(e, y)| e / y).collect() };
            let before = ratios(economy.output(), economy.expenditure());
            let after = ratios(&trade.row_sums(), &trade.column_sums());
            let scale = after[0] / before[0];
            let scaled: Vec<f64> = before.iter().map(|ratio| scale * ratio).collect();
            prop_assert!(off(&after, &scaled) < SAME);
        }
        if let Some((_, Answer { trade, .. })) = world.answer(Closure::Purged) {
            prop_assert!(off(&trade.row_sums(), &trade.column_sums()) < SAME);
        }
    }

    #[test]
    fn the_parts_of_welfare_add_up(world in worlds(1.2..12.0, 0.5..2.0)) {
        for closure in CLOSURES {
            let Some((prepared, Answer { after, trade, .. })) = world.answer(closure) else { continue };
            let parts = decompose(prepared.economy(), &[world.change()], &after, &[trade], None);
            for (part, hat) in parts.iter().zip(&after.welfare_hat) {
                // Logarithms of shares over the elasticity: rounding is larger where goods hardly substitute.
                prop_assert!((part.total() - hat.ln()).abs() < SAME, "{part:?} {hat}");
                let percent = part.percent();
                prop_assert!((percent.total() - 100.0 * (hat - 1.0)).abs() < 100.0 * SAME);
            }
        }
    }

    #[test]
    fn units_and_common_cost_do_not_matter(world in worlds(1.5..9.0, 0.7..1.4), unit in 1e-6..1e6f64, cost in 0.5..2.0f64) {
        for closure in CLOSURES {
            let Some((_, Answer { after, is_whole, .. })) = world.answer(closure) else { continue };
            let scaled = Matrix::new(world.n(), world.flow.values().iter().map(|v| v * unit).collect());
            let other = World { flow: scaled, ..world.clone() };
            let (_, Answer { after: other, .. }) = other.answer(closure).unwrap();
            prop_assert!(off(&other.price_hat, &after.price_hat) < SAME);
            prop_assert!(off(&other.welfare_hat, &after.welfare_hat) < SAME);
            // All costs, domestic ones too, times the same: everybody is poorer by it, and no price moves.
            let dearer = Matrix::new(world.n(), world.tau_hat.values().iter().map(|v| v * cost).collect());
            let other = World { tau_hat: dearer, ..world.clone() };
            let (_, Answer { after: other, .. }) = other.answer(closure).unwrap();
            let poorer: Vec<f64> = after.welfare_hat.iter().map(|hat| hat / cost).collect();
            prop_assert!(off(&other.price_hat, &after.price_hat) < SAME || !is_whole);
            prop_assert!(off(&other.welfare_hat, &poorer) < SAME);
        }
    }

    #[test]
    fn names_do_not_matter(world in worlds(1.5..9.0, 0.7..1.4), turn in 1..7usize) {
        let n = world.n();
        let at = |i: usize| (i * (if n % 2 == 1 { 2 } else { 1 }) + turn) % n;
        let turned = |matrix: &Matrix| Matrix::from_fn(n, |i, j| matrix[(at(i), at(j))]);
        let other = World { flow: turned(&world.flow), tau_hat: turned(&world.tau_hat), sigma: world.sigma };
        for closure in CLOSURES {
            let Some((_, Answer { after, .. })) = world.answer(closure) else { continue };
            let (_, Answer { after: other, .. }) = other.answer(closure).unwrap();
            let back: Vec<f64> = (0..n).map(|i| after.welfare_hat[at(i)]).collect();
            prop_assert!(off(&other.welfare_hat, &back) < SAME);
        }
    }

    #[test]
    fn there_and_back_is_nowhere(world in worlds(1.5..9.0, 0.7..1.4)) {
        let open = Matrix::new(world.n(), world.tau_hat.values().iter().map(|v| if v.is_finite() { *v } else { 1.2 }).collect());
        let world = World { tau_hat: open, ..world };
        for closure in CLOSURES {
            let Some((_, Answer { after, trade, .. })) = world.answer(closure) else { continue };
            let back = Matrix::new(world.n(), world.tau_hat.values().iter().map(|v| 1.0 / v).collect());
            let other = World { flow: trade, tau_hat: back, sigma: world.sigma };
            let (_, Answer { after: other, .. }) = other.answer(closure).unwrap();
            let one: Vec<f64> = after.welfare_hat.iter().zip(&other.welfare_hat).map(|(a, b)| a * b).collect();
            prop_assert!(off(&one, &vec![1.0; world.n()]) < SAME);
        }
    }

    #[test]
    fn small_changes_are_worth_what_trade_saves(world in worlds(1.5..9.0, 0.7..1.4)) {
        let small = |v: &f64| if v.is_finite() { 1.0 + 1e-6 * (v - 1.0) } else { 1.0 };
        let tau_hat = Matrix::new(world.n(), world.tau_hat.values().iter().map(small).collect());
        let world = World { tau_hat, ..world };
        let Some((prepared, Answer { after, .. })) = world.answer(Closure::Purged) else { return Ok(()) };
        let gains = prepared.economy().output().iter().zip(&after.welfare_hat);
        let gained: f64 = gains.map(|(output, hat)| output * hat.ln()).sum();
        let saved = first_order_gain(prepared.economy(), &[world.change()]);
        let size: f64 = prepared.economy().output().iter().sum();
        // Second order: a millionth of a millionth, times the square of the elasticity; and rounding.
        prop_assert!((gained - saved).abs() < 1e-10 * size, "{gained} {saved}");
    }

    #[test]
    fn both_solvers_and_the_slow_twin_agree(world in worlds(1.5..9.0, 0.7..1.4)) {
        for closure in [Closure::FixedNominal, Closure::FixedRatio] {
            let Some((prepared, Answer { after, is_whole: true, .. })) = world.answer(closure) else { continue };
            let counterfactual = prepared.counterfactual(&[world.change()]).unwrap();
            let robust = EquilibriumConfig { max_fast_iterations: 1, ..EquilibriumConfig::default() };
            let robust = prepared.solve(&counterfactual, None, &robust).unwrap();
            prop_assert!(off(&robust.price_hat, &after.price_hat) < SAME);
            // From elsewhere.
            let start: Vec<f64> = (0..world.n()).map(|i| 0.8 + 0.1 * i as f64).collect();
            let other = prepared.solve(&counterfactual, Some(&start), &EquilibriumConfig::default()).unwrap();
            prop_assert!(off(&other.price_hat, &after.price_hat) < SAME);
            if let Some(slow) = adjusted(&world, closure) {
                prop_assert!(off(&after.price_hat, &slow) < 1e-8, "{:?} {slow:?}", after.price_hat);
            }
        }
    }

    #[test]
    fn groups_that_are_alike_are_one(world in worlds(1.5..9.0, 0.7..1.4), part in 0.1..0.9f64) {
        let Some((_, Answer { after, .. })) = world.answer(Closure::FixedNominal) else { return Ok(()) };
        let group = |part: f64| Group {
            flow: Matrix::new(world.n(), world.flow.values().iter().map(|v| part * v).collect()),
            latent: None,
            elasticity: Elasticity::from_sigma(world.sigma).unwrap(),
        };
        let two = Economy::new(vec![group(part), group(1.0 - part)], Closure::FixedNominal).unwrap();
        let other = solved(&two, &[world.change(), world.change()]);
        prop_assert!(off(&other.welfare_hat, &after.welfare_hat) < SAME);
        let parts_add_up = decompose(
            &two,
            &[world.change(), world.change()],
            &other,
            &{
                let prepared = Prepared::new(two.clone());
                let counterfactual = prepared.counterfactual(&[world.change(), world.change()]).unwrap();
                prepared.trade(&counterfactual, &other)
            },
            None,
        );
        for (part, hat) in parts_add_up.iter().zip(&other.welfare_hat) {
            prop_assert!((part.total() - hat.ln()).abs() < SAME);
        }
    }

    #[test]
    fn no_valid_world_fails(world in worlds(1.02..60.0, 0.05..20.0)) {
        // Without nominal deficits there always is an answer, unless somebody only sells or only buys.
        for closure in [Closure::FixedRatio, Closure::Purged] {
            let group = Group { flow: world.flow.clone(), latent: None, elasticity: Elasticity::from_sigma(world.sigma).unwrap() };
            let economy = match Economy::new(vec![group], closure) {
                Ok(economy) => economy,
                Err(TradeError::NoEquilibrium { reason: NoEquilibrium::OneWay, .. }) => continue,
                Err(error) => panic!("{error}"),
            };
            // Who only sells or only buys after the change may find no price.
            if !is_strong(&world) {
                continue;
            }
            let after = solve(&economy, &[world.change()], &EquilibriumConfig::default()).unwrap();
            prop_assert!(after.is_converged, "{after:?}");
            prop_assert!(after.welfare_hat.iter().all(|hat| hat.is_finite() && *hat > 0.0));
        }
    }

    #[test]
    fn opening_is_closing_backwards(world in worlds(2.0..9.0, 0.8..1.2)) {
        // An open world, from which some borders are closed: the base.
        let n = world.n();
        let Some((_, Answer { after: closing, trade: base, is_whole: true })) = world.answer(Closure::Purged) else { return Ok(()) };
        let Some((open, _)) = world.answer(Closure::Purged) else { return Ok(()) };
        // What closed pairs would trade at base prices, by gravity: base prices are those after closing.
        let spent = base.column_sums();
        let flow = open.economy().flow(0);
        let latent = Matrix::from_fn(n, |i, j| {
            let share = flow[(i, j)] / open.economy().expenditure()[j];
            let price = closing.price_hat[i] / closing.price_index_hat[j];
            share * price.powf(1.0 - world.sigma) * spent[j]
        });
        let elasticity = Elasticity::from_sigma(world.sigma).unwrap();
        let group = Group { flow: base.clone(), latent: Some(latent), elasticity };
        let economy = Economy::new(vec![group], Closure::FixedNominal).unwrap();
        let prepared = Prepared::new(economy);
        // In the base nothing moves, and observed pairs are matched.
        let as_is = prepared.counterfactual(&base_change(prepared.economy())).unwrap();
        let same = prepared.solve(&as_is, None, &EquilibriumConfig::default()).unwrap();
        prop_assert!(off(&same.welfare_hat, &vec![1.0; n]) < SAME);
        for (found, wanted) in prepared.trade(&as_is, &same)[0].values().iter().zip(base.values()) {
            prop_assert!((found - wanted).abs() <= SAME * wanted);
        }
        // Opening leads back to the open world: the reverse of what led here.
        let back = Matrix::new(n, world.tau_hat.values().iter().map(|v| if v.is_finite() { 1.0 / v } else { 1.0 }).collect());
        let opened = prepared.counterfactual(&[CostChange::new(back).unwrap()]).unwrap();
        let after = prepared.solve(&opened, None, &EquilibriumConfig::default()).unwrap();
        let one: Vec<f64> = after.welfare_hat.iter().zip(&closing.welfare_hat).map(|(a, b)| a * b).collect();
        prop_assert!(off(&one, &vec![1.0; n]) < 1e-9);
        for (found, wanted) in prepared.trade(&opened, &after)[0].values().iter().zip(flow.values()) {
            prop_assert!((found - wanted).abs() <= 1e-8 * wanted);
        }
    }
}

/// Prices adjusted a little by what is sold too much or too little: slow and obvious.
fn adjusted(world: &World, closure: Closure) -> Option<Vec<f64>> {
    let n = world.n();
    let (output, spent) = (world.flow.row_sums(), world.flow.column_sums());
    let all: f64 = output.iter().sum();
    let mut price = vec![1.0; n];
    for _ in 0..60_000 {
        let income: Vec<f64> = output.iter().zip(&price).map(|(output, price)| output * price).collect();
        let expenditure: Vec<f64> = if closure == Closure::FixedNominal {
            (0..n).map(|j| income[j] + spent[j] - output[j]).collect()
        } else {
            let kept: Vec<f64> = (0..n).map(|j| income[j] * spent[j] / output[j]).collect();
            let sum: f64 = kept.iter().sum();
            kept.iter().map(|kept| kept * all / sum).collect()
        };
        let weight = |i: usize, j: usize| {
            world.flow[(i, j)] * (price[i] * world.tau_hat[(i, j)]).powf(1.0 - world.sigma)
        };
        let mut sold = vec![0.0; n];
        for (j, expenditure) in expenditure.iter().enumerate() {
            let sum: f64 = (0..n).map(|i| weight(i, j)).sum();
            for (i, sold) in sold.iter_mut().enumerate() {
                *sold += weight(i, j) / sum * expenditure;
            }
        }
        let excess: Vec<f64> = (0..n).map(|i| sold[i] / income[i] - 1.0).collect();
        if excess.iter().all(|excess| excess.abs() < 1e-13) {
            return Some(price);
        }
        for (price, excess) in price.iter_mut().zip(&excess) {
            *price *= 1.0 + 0.9 / world.sigma * excess;
        }
        let level: f64 = price.iter().zip(&output).map(|(price, output)| price * output).sum::<f64>() / all;
        for price in &mut price {
            *price /= level;
        }
    }
    None
}

/// Whether within each part of the world everybody can sell to and buy from everybody, directly or over others.
fn is_strong(world: &World) -> bool {
    let n = world.n();
    let trades = |i: usize, j: usize| world.flow[(i, j)] > 0.0 && world.tau_hat[(i, j)].is_finite();
    let mut reaches: Vec<Vec<bool>> =
        (0..n).map(|i| (0..n).map(|j| i == j || trades(i, j)).collect()).collect();
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                reaches[i][j] |= reaches[i][k] && reaches[k][j];
            }
        }
    }
    (0..n).all(|i| (0..n).all(|j| reaches[i][j] == reaches[j][i]))
}

#[test]
fn nothing_changes_if_nothing_changes() {
    let economy = economy(&super::four_with_deficits(), 5.0, Closure::FixedNominal);
    let after = solved(&economy, &[CostChange::none(4)]);
    assert!(off(&after.welfare_hat, &[1.0; 4]) < 1e-14 && off(&after.price_hat, &[1.0; 4]) < 1e-14);
}

#[test]
fn the_number_of_threads_does_not_show() {
    let (flow, _) = super::oracles::ten();
    let prepared = Prepared::new(economy(&flow, 5.0, Closure::FixedNominal));
    let changes: Vec<CostChange> = (0..40)
        .map(|at| super::change(10, &[(at % 10, (at + 1 + at / 10) % 10, 0.6 + 0.01 * at as f64)]))
        .collect();
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| {
            let answer = |(): &mut (), change: &CostChange| {
                let counterfactual = prepared.counterfactual(std::slice::from_ref(change)).unwrap();
                let after = prepared.solve(&counterfactual, None, &EquilibriumConfig::default()).unwrap();
                after.welfare_hat.iter().map(|hat| hat.to_bits()).collect::<Vec<u64>>()
            };
            parallel::map_with(&changes, || (), answer)
        })
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(4));
}

#[test]
fn extreme_costs_and_elasticities_are_solved() {
    for sigma in [1.001, 1.5, 30.0, 100.0] {
        let economy = economy(&super::four(), sigma, Closure::FixedNominal);
        for tau_hat in [1e-6, 0.01, 100.0, 1e6] {
            let after = solved(&economy, &[super::change(4, &[(0, 1, tau_hat), (2, 3, tau_hat)])]);
            assert!(
                after.welfare_hat.iter().all(|hat| hat.is_finite() && *hat > 0.0),
                "{sigma} {tau_hat}: {after:?}"
            );
        }
    }
}

#[test]
fn a_large_world_without_an_inverse_is_solved() {
    // More regions than have their Jacobian inverted.
    let n = 640;
    let size = |i: usize| 1.0 + (i * 7919 % 101) as f64;
    let flow = Matrix::from_fn(n, |i, j| if i == j { size(i) * 60.0 } else { size(i) * size(j) * 0.01 });
    let economy = economy(&flow, 5.0, Closure::FixedNominal);
    let after = solved(&economy, &[super::change(n, &[(0, 1, 0.5), (5, 9, 2.0), (7, 8, f64::INFINITY)])]);
    assert!(after.iterations < 200, "{}", after.iterations);
}
