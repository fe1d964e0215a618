//! How fast the trade engine answers: made-up worlds of N regions, one group of goods, elasticity of substitution 5.
//!
//! `cargo bench -p landbridge --bench trade` prints, after the size and the exactness of each answer, the time of
//! preparing an economy, of taking the powers of a change, and of solving it. The change is a cut of a tenth on a tenth
//! of all pairs, or on all of them; `closing` takes away all trade of one region with a quarter of the others.
//! `trade_peer.py` beside this file solves the same worlds by the fixed point of numpy.

use divan::{Bencher, black_box};
use landbridge::trade::equilibrium::{Counterfactual, EquilibriumConfig, Prepared};
use landbridge::trade::{Closure, CostChange, Economy, Elasticity, Group, Matrix};

const SIZES: [usize; 2] = [30, 200];

fn main() {
    print_worlds();
    divan::main();
}

/// Numbers between 0 and 1 that `trade_peer.py` makes too.
fn noise(at: usize) -> f64 {
    ((at as u64).wrapping_mul(2_654_435_761) % 4_294_967_296) as f64 / 4_294_967_296.0
}

/// Regions of very different size on a square; about two thirds of what they buy is their own. Deficits of up to a few
/// percent.
fn world(n: usize) -> Economy {
    let size: Vec<f64> = (0..n).map(|i| (6.0 * noise(i + 1)).exp()).collect();
    let place: Vec<(f64, f64)> = (0..n).map(|i| (noise(i + 1001), noise(i + 2001))).collect();
    let flow = Matrix::from_fn(n, |i, j| {
        let far = (place[i].0 - place[j].0).hypot(place[i].1 - place[j].1);
        let all: f64 = size.iter().sum();
        let own = if i == j { 2.0 * all / size[i] } else { 1.0 };
        size[i] * size[j] / all * own * (0.9 + 0.2 * noise(i * n + j + 3001)) / (0.1 + far)
            * if i == j { 0.1 } else { 0.3 }
    });
    let elasticity = Elasticity::from_sigma(5.0).expect("above 1");
    Economy::new(vec![Group { flow, latent: None, elasticity }], Closure::FixedNominal)
        .expect("a valid world")
}

/// A tenth off the cost of every `step`-th pair.
fn cheaper(n: usize, step: usize) -> CostChange {
    let tau_hat = |i: usize, j: usize| if i != j && (i * n + j).is_multiple_of(step) { 0.9 } else { 1.0 };
    CostChange::new(Matrix::from_fn(n, tau_hat)).expect("above 0")
}

/// The largest region loses a quarter of its partners.
fn closing(n: usize) -> CostChange {
    let mut change = CostChange::none(n);
    for other in (1..n).step_by(4) {
        change.close(0, other);
        change.close(other, 0);
    }
    change
}

fn changes(n: usize) -> [(&'static str, CostChange); 3] {
    [("tenth", cheaper(n, 10)), ("all", cheaper(n, 1)), ("closing", closing(n))]
}

fn ready(n: usize, at: usize) -> (Prepared, Counterfactual) {
    let prepared = Prepared::new(world(n));
    let (_, change) = &changes(n)[at];
    let counterfactual = prepared.counterfactual(std::slice::from_ref(change)).expect("a valid change");
    (prepared, counterfactual)
}

#[expect(clippy::print_stdout, reason = "a size belongs to every figure")]
fn print_worlds() {
    for n in SIZES {
        for (at, (name, _)) in changes(n).iter().enumerate() {
            let (prepared, counterfactual) = ready(n, at);
            let own: f64 = (0..n).map(|i| prepared.economy().flow(0)[(i, i)]).sum();
            let all: f64 = prepared.economy().output().iter().sum();
            let solve = |config: &EquilibriumConfig| {
                prepared.solve(&counterfactual, None, config).expect("an equilibrium")
            };
            let fast = solve(&EquilibriumConfig { max_iterations: 40, ..EquilibriumConfig::default() });
            let robust = solve(&EquilibriumConfig {
                tolerance: 1e-15,
                max_fast_iterations: 1,
                ..EquilibriumConfig::default()
            });
            let pairs = fast.welfare_hat.iter().zip(&robust.welfare_hat);
            let off = pairs.map(|(a, b)| (a / b - 1.0).abs()).fold(0.0, f64::max);
            println!(
                "N={n} {name}: own share {:.2}, fast: {} iterations, residual {:.1e}, converged {}, welfare off the \
                 robust solver's by {off:.1e}; region 0: {:.12}",
                own / all,
                fast.iterations,
                fast.residual,
                fast.is_converged,
                fast.welfare_hat[0],
            );
        }
    }
}

/// Checks, shares, and the inverse of the Jacobian of the base.
#[divan::bench(args = SIZES)]
fn prepare(bencher: Bencher, n: usize) {
    let economy = world(n);
    bencher.bench_local(|| Prepared::new(black_box(&economy).clone()));
}

/// The powers of a change of a tenth of all pairs.
#[divan::bench(args = SIZES)]
fn powers_of_a_tenth(bencher: Bencher, n: usize) {
    let prepared = Prepared::new(world(n));
    let change = [cheaper(n, 10)];
    bencher.bench_local(|| prepared.counterfactual(black_box(&change)).map(|c| c.parts().len()));
}

/// The powers of a change of all pairs.
#[divan::bench(args = SIZES)]
fn powers_of_all(bencher: Bencher, n: usize) {
    let prepared = Prepared::new(world(n));
    let change = [cheaper(n, 1)];
    bencher.bench_local(|| prepared.counterfactual(black_box(&change)).map(|c| c.parts().len()));
}

fn bench_solve(bencher: Bencher, n: usize, at: usize, config: &EquilibriumConfig) {
    let (prepared, counterfactual) = ready(n, at);
    bencher.bench_local(|| prepared.solve(black_box(&counterfactual), None, config));
}

/// Prices, price indices and welfare after a change of a tenth of all pairs.
#[divan::bench(args = SIZES)]
fn solve_a_tenth(bencher: Bencher, n: usize) {
    bench_solve(bencher, n, 0, &EquilibriumConfig::default());
}

/// The same after a change of all pairs.
#[divan::bench(args = SIZES)]
fn solve_all(bencher: Bencher, n: usize) {
    bench_solve(bencher, n, 1, &EquilibriumConfig::default());
}

/// The same after closing.
#[divan::bench(args = SIZES)]
fn solve_closing(bencher: Bencher, n: usize) {
    bench_solve(bencher, n, 2, &EquilibriumConfig::default());
}

/// A change of all pairs by the robust solver alone.
#[divan::bench(args = SIZES, sample_count = 10)]
fn robust_all(bencher: Bencher, n: usize) {
    let config = EquilibriumConfig { max_fast_iterations: 1, ..EquilibriumConfig::default() };
    bench_solve(bencher, n, 1, &config);
}

/// The new trade matrix.
#[divan::bench(args = SIZES)]
fn new_trade(bencher: Bencher, n: usize) {
    let (prepared, counterfactual) = ready(n, 1);
    let after = prepared.solve(&counterfactual, None, &EquilibriumConfig::default()).expect("an equilibrium");
    bencher.bench_local(|| prepared.trade(black_box(&counterfactual), &after));
}
