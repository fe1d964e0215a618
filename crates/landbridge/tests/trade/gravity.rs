//! The gravity equation against another program, and what must hold of any estimate.

use landbridge::trade::Matrix;
use landbridge::trade::gravity::{Covariate, Gravity, GravityConfig, GravityError, estimate};

use super::off;

fn covariate(name: &str, value: impl FnMut(usize, usize) -> f64, n: usize) -> Covariate {
    Covariate { name: name.to_owned(), value: Matrix::from_fn(n, value), given: None }
}

fn border(n: usize) -> Covariate {
    covariate("border", |i, j| f64::from(u8::from(i != j)), n)
}

/// Sixteen flows; statsmodels and a plain Newton with dummies agree on the results to 1e-10.
fn sixteen() -> (Matrix, [Covariate; 2]) {
    let flow = [
        [61.0, 22.0, 9.0, 12.0],
        [17.0, 155.0, 23.0, 8.0],
        [12.0, 18.0, 246.0, 21.0],
        [9.0, 11.0, 17.0, 63.0],
    ];
    let km = [
        [150.0, 450.0, 1200.0, 800.0],
        [450.0, 300.0, 900.0, 1500.0],
        [1200.0, 900.0, 700.0, 2000.0],
        [800.0, 1500.0, 2000.0, 200.0_f64],
    ];
    (Matrix::new(4, flow.concat()), [covariate("ln_km", |i, j| km[i][j].ln(), 4), border(4)])
}

fn fit(flow: &Matrix, covariates: &[Covariate]) -> Gravity {
    let all = vec![true; flow.n() * flow.n()];
    let gravity = estimate(flow, &all, covariates, &GravityConfig::default()).unwrap();
    assert!(gravity.is_converged, "{:?}", gravity.estimates);
    gravity
}

#[test]
fn sixteen_flows() {
    let (flow, covariates) = sixteen();
    let gravity = fit(&flow, &covariates);
    let estimates: Vec<_> = gravity.estimates.iter().map(|estimate| estimate.unwrap()).collect();
    let found = [estimates[0].coefficient, estimates[1].coefficient];
    assert!(off(&found, &[-0.08017839383280931, -1.9751282217819937]) < 1e-10, "{found:?}");
    let errors = [estimates[0].robust_se, estimates[1].robust_se];
    assert!(off(&errors, &[0.19169771935198163, 0.26835652675054267]) < 1e-10, "{errors:?}");
    assert!((gravity.deviance - 18.466622477863087).abs() < 1e-9);
    assert!(gravity.separated.is_empty() && gravity.n_pairs == 16);
    // What each country sells and buys is met exactly (Fally 2015), and effects give what is fitted.
    assert!(off(&gravity.fitted.row_sums(), &flow.row_sums()) < 1e-12);
    assert!(off(&gravity.fitted.column_sums(), &flow.column_sums()) < 1e-12);
    let values: Vec<Matrix> = covariates.iter().map(|covariate| covariate.value.clone()).collect();
    assert!(off(gravity.expected(&values).values(), gravity.fitted.values()) < 1e-12);
}

#[test]
fn the_unit_of_money_does_not_matter() {
    let (flow, covariates) = sixteen();
    let one = fit(&flow, &covariates);
    for unit in [1e-9, 1e9] {
        let other = fit(&Matrix::new(4, flow.values().iter().map(|v| unit * v).collect()), &covariates);
        for (a, b) in one.estimates.iter().zip(&other.estimates) {
            let (a, b) = (a.unwrap(), b.unwrap());
            assert!(off(&[b.coefficient, b.robust_se], &[a.coefficient, a.robust_se]) < 1e-9);
        }
    }
}

/// Trade that follows a gravity equation exactly.
fn exact(n: usize, b: [f64; 2]) -> (Matrix, [Covariate; 2]) {
    let km = |i: usize, j: usize| 100.0 + 900.0 * (i as f64 - j as f64).abs() + 37.0 * ((i * j) % 5) as f64;
    let size = |i: usize| 1.0 + (i * 13 % 7) as f64;
    let flow = Matrix::from_fn(n, |i, j| {
        size(i) * size(j + 3) * (b[0] * km(i, j).ln() + if i == j { 0.0 } else { b[1] }).exp() * 1e4
    });
    (flow, [covariate("ln_km", |i, j| km(i, j).ln(), n), border(n)])
}

#[test]
fn what_is_exact_is_found_and_closed_borders_are_filled() {
    let n = 12;
    let (flow, covariates) = exact(n, [-0.8, -1.5]);
    // The border between 2 and 5 is closed: its pairs do not count and trade nothing.
    let is_closed = |i: usize, j: usize| (i, j) == (2, 5) || (i, j) == (5, 2);
    let observed = Matrix::from_fn(n, |i, j| if is_closed(i, j) { 0.0 } else { flow[(i, j)] });
    let is_used: Vec<bool> = (0..n * n).map(|at| !is_closed(at / n, at % n)).collect();
    let gravity = estimate(&observed, &is_used, &covariates, &GravityConfig::default()).unwrap();
    let coefficient = |at: usize| gravity.estimates[at].unwrap().coefficient;
    assert!((coefficient(0) + 0.8).abs() < 1e-10 && (coefficient(1) + 1.5).abs() < 1e-10);
    assert!(gravity.deviance.abs() < 1e-9 * flow.row_sums().iter().sum::<f64>());
    let values: Vec<Matrix> = covariates.iter().map(|covariate| covariate.value.clone()).collect();
    let latent = gravity.latent(&values, is_closed);
    assert!(off(&[latent[(2, 5)], latent[(5, 2)]], &[flow[(2, 5)], flow[(5, 2)]]) < 1e-9);
    assert!(latent[(0, 1)] == 0.0);
}

#[test]
fn what_predicts_zeros_perfectly_is_left_out_and_reported() {
    let n = 12;
    let (mut flow, [km, border]) = exact(n, [-0.8, -1.5]);
    // Closed borders with a mark of their own: no estimate of the mark exists.
    let is_closed = |i: usize, j: usize| matches!((i, j), (2, 5) | (5, 2) | (0, 7));
    for (i, j) in [(2, 5), (5, 2), (0, 7)] {
        flow[(i, j)] = 0.0;
    }
    let closed = covariate("closed", |i, j| f64::from(u8::from(is_closed(i, j))), n);
    let gravity = fit(&flow, &[km.clone(), closed, border.clone()]);
    assert_eq!(gravity.separated, [(0, 7), (2, 5), (5, 2)]);
    assert!(gravity.estimates[1].is_none() && gravity.n_pairs == n * n - 3);
    assert!((gravity.estimates[0].unwrap().coefficient + 0.8).abs() < 1e-9);
    // A region that sells nothing says nothing about trade.
    for j in 0..n {
        flow[(4, j)] = 0.0;
    }
    let gravity = fit(&flow, &[km, border]);
    let wanted: Vec<(usize, usize)> = (0..n).map(|j| (4, j)).collect();
    assert_eq!(gravity.separated, wanted);
    assert!(gravity.exporter_effect[4].is_infinite());
}

#[test]
fn zeros_that_tell_something_stay() {
    let n = 8;
    let (mut flow, covariates) = exact(n, [-0.8, -1.5]);
    for (i, j) in [(0, 7), (7, 0), (1, 6), (3, 0)] {
        flow[(i, j)] = 0.0;
    }
    let gravity = fit(&flow, &covariates);
    assert!(gravity.separated.is_empty());
    assert!(off(&gravity.fitted.row_sums(), &flow.row_sums()) < 1e-11);
    assert!(gravity.fitted[(0, 7)] > 0.0);
}

#[test]
fn what_the_effects_determine_has_no_estimate() {
    let (flow, [km, border]) = exact(9, [-0.5, -1.0]);
    let of_exporter = covariate("size", |i, _| (i as f64).sqrt(), 9);
    let twice = covariate("miles", |i, j| 2.0 * km.value[(i, j)] + 1.0, 9);
    let gravity = fit(&flow, &[of_exporter, km.clone(), twice, border]);
    let has: Vec<bool> = gravity.estimates.iter().map(Option::is_some).collect();
    assert_eq!(has, [false, true, false, true]);
    assert!((gravity.estimates[1].unwrap().coefficient + 0.5).abs() < 1e-9);
}

#[test]
fn blocks_that_never_trade_are_separated() {
    // Two worlds that trade within and not with each other: the zeros between are predicted by the effects alone.
    let flow =
        Matrix::from_fn(6, |i, j| if (i < 3) == (j < 3) { 1.0 + (i * 5 + j * 3) as f64 % 7.0 } else { 0.0 });
    let gravity = fit(&flow, &[border(6)]);
    assert!(gravity.separated.is_empty() || gravity.separated.len() == 18);
    assert!(off(&gravity.fitted.row_sums(), &flow.row_sums()) < 1e-10);
    // With one exporter of the first world that sells to the second, only the way back is.
    let mut flow = flow;
    flow[(0, 4)] = 3.0;
    let gravity = fit(&flow, &[border(6)]);
    assert!(off(&gravity.fitted.row_sums(), &flow.row_sums()) < 1e-10);
}

#[test]
fn wrong_input_is_named() {
    let (flow, covariates) = sixteen();
    let used = vec![true; 16];
    let config = GravityConfig::default();
    let mut wrong = flow.clone();
    wrong[(1, 2)] = -1.0;
    let found = estimate(&wrong, &used, &covariates, &config);
    assert_eq!(found, Err(GravityError::Flow { exporter: 1, importer: 2, value: -1.0 }));
    let mut nan = covariates.clone();
    nan[1].value[(3, 0)] = f64::NAN;
    let found = estimate(&flow, &used, &nan, &config);
    assert_eq!(found, Err(GravityError::Covariate { name: "border".into(), exporter: 3, importer: 0 }));
    // A pair that does not count may hold anything.
    let without: Vec<bool> = (0..16).map(|at| at != 12).collect();
    assert!(estimate(&flow, &without, &nan, &config).unwrap().is_converged);
    assert_eq!(estimate(&Matrix::filled(4, 0.0), &used, &[], &config), Err(GravityError::NoTrade));
    assert!(matches!(estimate(&flow, &used[1..], &[], &config), Err(GravityError::Size { .. })));
}

#[test]
fn two_hundred_countries() {
    let n = 200;
    let (mut flow, covariates) = exact(n, [-0.9, -2.0]);
    for at in 0..n * n {
        let (i, j) = (at / n, at % n);
        let noise = ((at * 7919) % 1013) as f64 / 1013.0;
        flow[(i, j)] *= if i != j && noise < 0.3 { 0.0 } else { 0.5 + noise };
    }
    let gravity = fit(&flow, &covariates);
    assert!(gravity.iterations < 20);
    assert!(off(&gravity.fitted.column_sums(), &flow.column_sums()) < 1e-11);
}
