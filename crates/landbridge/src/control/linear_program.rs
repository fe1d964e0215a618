//! Linear programs with few unknowns and more rows than can be written down.
//!
//! In: a cost of each unknown and a function that finds the row which a point violates most. Out: a point of least cost
//! that violates none, and what each row is worth. The simplex method on the dual: its basis has one row for each
//! unknown, at most 17 here, so each step factors a small dense matrix anew and no error builds up; rows come in as they
//! are violated. Many rows meet in one point where actors have vetoes, so ties are broken by the lexicographic rule
//! (Dantzig, Orden and Wolfe 1955), with which the method ends.

use super::ControlError;
use crate::linear::Lu;

/// `coefficient * y >= bound`.
#[derive(Clone, Debug)]
pub(super) struct Row<K> {
    pub(super) key: K,
    pub(super) coefficient: Vec<f64>,
    pub(super) bound: f64,
}

/// A point of least cost.
#[derive(Clone, Debug)]
pub(super) struct Optimum<K> {
    pub(super) point: Vec<f64>,
    /// Rows that hold the point where it is, and by how much the cost would rise with their bounds: at least 0. A row
    /// above 0 is met with equality by all points of least cost.
    pub(super) prices: Vec<(K, f64)>,
}

/// What the unknowns are between, in the units that callers bring values to: far beyond any payoff of a game whose
/// worths are at most 1, near enough that nothing is lost beside it.
const FAR: f64 = 1e3;

/// Steps after which rounding must be at work: the programs of the tests need some tens.
const MAX_STEPS: usize = 20_000;

/// What is 0 but for rounding in systems of some entries of 0, 1 and -1.
const ROUNDING: f64 = 1e-11;

/// Who holds a point in place: a row of the caller, or the bound of an unknown.
#[derive(Clone, Debug)]
enum Held<K> {
    Row(K),
    Far,
}

/// The least cost, `None` if no point keeps all rows. `worst` finds the row that a point violates most, `None` if none
/// is violated beyond rounding. Unknowns have no sign; the program must have no direction in which cost falls for ever.
pub(super) fn minimize<K: Clone>(
    cost: &[f64],
    mut worst: impl FnMut(&[f64]) -> Option<Row<K>>,
) -> Result<Option<Optimum<K>>, ControlError> {
    let n = cost.len();
    // The corner far away where cost is least.
    let sign: Vec<f64> = cost.iter().map(|&cost| if cost < 0.0 { -1.0 } else { 1.0 }).collect();
    let mut basis: Vec<Row<Held<K>>> = (0..n)
        .map(|at| {
            let mut coefficient = vec![0.0; n];
            coefficient[at] = sign[at];
            Row { key: Held::Far, coefficient, bound: -FAR }
        })
        .collect();
    for _ in 0..MAX_STEPS {
        // Rows of the matrix are rows of the basis; prices solve with its columns.
        let matrix: Vec<f64> = basis.iter().flat_map(|row| row.coefficient.iter().copied()).collect();
        let lu = Lu::new(n, matrix).ok_or(ControlError::Rounding)?;
        let bounds: Vec<f64> = basis.iter().map(|row| row.bound).collect();
        let point = lu.solve(&bounds);
        let price = lu.solve_transposed(cost);
        let Some(entering) = worst(&point) else {
            if basis.iter().zip(&price).any(|(row, &price)| matches!(row.key, Held::Far) && price > ROUNDING)
            {
                return Err(ControlError::Rounding);
            }
            let held = basis.into_iter().zip(price);
            let prices = held.filter_map(|(row, price)| match row.key {
                Held::Row(key) => Some((key, price.max(0.0))),
                Held::Far => None,
            });
            return Ok(Some(Optimum { point, prices: prices.collect() }));
        };
        let rate = lu.solve_transposed(&entering.coefficient);
        let mut able: Vec<usize> = (0..n).filter(|&at| rate[at] > ROUNDING).collect();
        // Whoever comes first to 0 leaves; ties go on to the next of the perturbations of the cost.
        let mut perturbation = None;
        loop {
            let step = |at: usize, of: &[f64]| of[at] / rate[at];
            let of = match perturbation {
                None => price.iter().map(|price| price.max(0.0)).collect(),
                Some(unknown) => {
                    let mut unit = vec![0.0; n];
                    unit[unknown] = sign[unknown];
                    lu.solve_transposed(&unit)
                }
            };
            let least = able.iter().map(|&at| step(at, &of)).fold(f64::INFINITY, f64::min);
            able.retain(|&at| step(at, &of) <= least + ROUNDING);
            perturbation = Some(perturbation.map_or(0, |unknown: usize| unknown + 1));
            if able.len() <= 1 || perturbation == Some(n) {
                break;
            }
        }
        // Nobody stands in the way of ever larger prices: the rows contradict each other.
        let Some(&leaving) = able.first() else { return Ok(None) };
        basis[leaving] =
            Row { key: Held::Row(entering.key), coefficient: entering.coefficient, bound: entering.bound };
    }
    Err(ControlError::Rounding)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Written = [(&'static [f64], f64)];

    fn solve(cost: &[f64], rows: &Written) -> Option<Optimum<usize>> {
        let worst = |point: &[f64]| {
            let lacks = |at: usize| {
                rows[at].1 - rows[at].0.iter().zip(point).map(|(row, point)| row * point).sum::<f64>()
            };
            let key = (0..rows.len()).max_by(|&i, &j| lacks(i).total_cmp(&lacks(j)))?;
            (lacks(key) > 1e-10).then(|| Row { key, coefficient: rows[key].0.to_vec(), bound: rows[key].1 })
        };
        minimize(cost, worst).unwrap()
    }

    #[test]
    fn a_worked_program() {
        // At least 4 x + y >= 8, x + y >= 5, x + 5 y >= 9 at cost 3, 2: x = 1, y = 4, prices 1/3, 5/3.
        let rows: &Written = &[(&[4.0, 1.0], 8.0), (&[1.0, 1.0], 5.0), (&[1.0, 5.0], 9.0)];
        let found = solve(&[3.0, 2.0], rows).unwrap();
        assert!((found.point[0] - 1.0).abs() < 1e-13 && (found.point[1] - 4.0).abs() < 1e-13);
        let price = |key: usize| found.prices.iter().find(|(row, _)| *row == key).map_or(0.0, |held| held.1);
        assert!((price(0) - 1.0 / 3.0).abs() < 1e-13 && (price(1) - 5.0 / 3.0).abs() < 1e-13);
    }

    #[test]
    fn contradictory_rows_have_no_point() {
        assert!(solve(&[1.0, 0.0], &[(&[1.0, 1.0], 1.0), (&[-1.0, -1.0], -0.5)]).is_none());
    }

    #[test]
    fn a_program_on_which_simple_rules_run_in_circles() {
        // Beale (1955), as the dual: the least cost is that of his maximum, 1/20.
        let rows: &Written = &[
            (&[0.25, 0.5, 0.0], 0.75),
            (&[-60.0, -90.0, 0.0], -150.0),
            (&[-0.04, -0.02, 1.0], 0.02),
            (&[9.0, 3.0, 0.0], -6.0),
            (&[1.0, 0.0, 0.0], 0.0),
            (&[0.0, 1.0, 0.0], 0.0),
            (&[0.0, 0.0, 1.0], 0.0),
        ];
        let found = solve(&[0.0, 0.0, 1.0], rows).unwrap();
        assert!((found.point[2] - 0.05).abs() < 1e-13, "{found:?}");
    }
}
