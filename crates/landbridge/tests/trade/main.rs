//! The trade engine against results of other programs and closed forms, and what must hold in any world.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::unreadable_literal, reason = "reference figures stand as their source prints them")]

mod gravity;
mod oracles;
mod properties;
mod table;

use landbridge::trade::equilibrium::{Equilibrium, EquilibriumConfig, solve};
use landbridge::trade::{Closure, CostChange, Economy, Elasticity, Group, Matrix};

/// One group of goods.
fn economy(flow: &Matrix, sigma: f64, closure: Closure) -> Economy {
    let group =
        Group { flow: flow.clone(), latent: None, elasticity: Elasticity::from_sigma(sigma).unwrap() };
    Economy::new(vec![group], closure).unwrap()
}

/// Changes of some pairs; infinite means closed.
fn change(n: usize, pairs: &[(usize, usize, f64)]) -> CostChange {
    let mut change = CostChange::none(n);
    for &(exporter, importer, tau_hat) in pairs {
        change.set(exporter, importer, tau_hat).unwrap();
    }
    change
}

fn solved(economy: &Economy, changes: &[CostChange]) -> Equilibrium {
    let after = solve(economy, changes, &EquilibriumConfig::default()).unwrap();
    assert!(after.is_converged, "{after:?}");
    after
}

/// Largest relative difference.
fn off(found: &[f64], wanted: &[f64]) -> f64 {
    assert_eq!(found.len(), wanted.len());
    let pairs = found.iter().zip(wanted);
    // `max` passes over what is no number, so look for it first.
    assert!(found.iter().all(|value| value.is_finite()), "{found:?}");
    pairs.map(|(found, wanted)| (found / wanted - 1.0).abs()).fold(0.0, f64::max)
}

/// The four regions of the worked example: A, B, C, D.
fn four() -> Matrix {
    let rows = [
        [60.0, 20.0, 10.0, 10.0],
        [20.0, 150.0, 20.0, 10.0],
        [10.0, 20.0, 250.0, 20.0],
        [10.0, 10.0, 20.0, 60.0],
    ];
    Matrix::new(4, rows.concat())
}

/// The same with deficits of -5, 5, -5, 5.
fn four_with_deficits() -> Matrix {
    let mut flow = four();
    flow[(0, 1)] = 25.0;
    flow[(2, 3)] = 25.0;
    flow
}
