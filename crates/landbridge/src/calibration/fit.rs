//! The fit itself.

use super::{
    Calibration, CalibrationError, FitRow, FittedParameter, HeldOut, Progress, is_fitted, log_ratio,
};
use crate::linear::Lu;
use crate::model::{Trial, Trials};
use crate::study::Study;
use crate::study::tables::BoundHit;

/// Most steps.
const MAX_STEPS: u32 = 25;
/// Steps shorter than this part of the spreads are rest.
const REST: f64 = 1e-2;
/// Part of a spread by which parameters are moved for derivatives.
const MOVE: f64 = 2e-3;

/// Counts and parameters, ready to be fitted. Parameters stand in coordinates of one spread each: logarithms of factors
/// and money, less the value before fitting, over the spread.
pub(super) struct Fit<'t, 'a> {
    pub trials: &'t Trials<'a>,
    /// Counts fitted to: row, observed, standard deviation, weight.
    pub counts: Vec<Count>,
    low: Vec<f64>,
    high: Vec<f64>,
}

pub(super) struct Count {
    pub row: usize,
    /// Position among the counts of a trial.
    at: usize,
    pub location: String,
    pub observed: f64,
    pub sd: f64,
    pub weight: f64,
}

/// Where the fit is.
#[derive(Clone)]
pub(super) struct Point {
    pub x: Vec<f64>,
    pub trial: Trial,
    /// Weighted errors of the counts.
    errors: Vec<f64>,
}

/// The end of the fit.
pub(super) struct Solution {
    pub point: Point,
    /// Derivatives of the weighted errors, by rows.
    pub slopes: Vec<f64>,
    objective: (f64, f64),
    before: Trial,
    iterations: u32,
    is_converged: bool,
}

impl<'t, 'a> Fit<'t, 'a> {
    pub fn new(trials: &'t Trials<'a>) -> Result<Self, CalibrationError> {
        let study = &*trials.assignment().reference().study;
        let calibration = study.calibration.first().cloned().unwrap_or_default();
        let comparable = study.observed.iter().enumerate().filter(|(_, row)| row.is_comparable);
        let mut counts = Vec::new();
        for (at, (row, observed)) in comparable.enumerate() {
            if is_fitted(observed) {
                let years = f64::from((observed.year - study.study.base_year).abs());
                counts.push(Count {
                    row,
                    at,
                    location: observed.location(),
                    observed: observed.per_year.unwrap_or(0.0),
                    sd: calibration.count_sd.hypot(calibration.count_sd_per_year * years),
                    weight: observed.fit_weight,
                });
            }
        }
        if counts.is_empty() {
            return Err(CalibrationError::NoCounts);
        }
        // A thing that was counted in several years is still one thing.
        let of_thing = |count: &Count| -> f64 {
            let same = |other: &&Count| study.observed[other.row].counts_same(&study.observed[count.row]);
            counts.iter().filter(same).map(|other| other.weight).sum()
        };
        let sums: Vec<f64> = counts.iter().map(of_thing).collect();
        counts.iter_mut().zip(sums).for_each(|(count, sum)| count.weight /= sum.max(1.0));
        let scaled = |value: f64, at: usize| to_scaled(study, at, value);
        let bound = |of: fn(&crate::study::calibration_tables::ParameterRow) -> f64| {
            study.parameters.iter().enumerate().map(|(at, row)| scaled(of(row), at)).collect()
        };
        Ok(Self { trials, counts, low: bound(|row| row.low), high: bound(|row| row.high) })
    }

    fn study(&self) -> &'a Study {
        &self.trials.assignment().reference().study
    }

    fn values(&self, x: &[f64]) -> Vec<f64> {
        x.iter().enumerate().map(|(at, &x)| from_scaled(self.study(), at, x)).collect()
    }

    pub fn at(&self, x: Vec<f64>, near: Option<&Trial>) -> Result<Point, CalibrationError> {
        let trial = self.trials.solve(&self.values(&x), near.map(|trial| &trial.equilibrium));
        if !trial.equilibrium.is_converged {
            return Err(CalibrationError::NotConverged);
        }
        let errors = self.counts.iter().map(|count| {
            let error = log_ratio(trial.counted[count.at].model, count.observed) / count.sd;
            count.weight.sqrt() * robust(error)
        });
        Ok(Point { x, errors: errors.collect(), trial })
    }

    /// Weighted squares of some counts, and of how far parameters are from where they were.
    pub fn objective(point: &Point, uses: &[bool]) -> f64 {
        let of_counts: f64 =
            point.errors.iter().zip(uses).filter(|(_, uses)| **uses).map(|(error, _)| error * error).sum();
        of_counts + point.x.iter().map(|x| x * x).sum::<f64>()
    }

    /// Derivatives of the weighted errors by the parameters, by rows.
    fn slopes(&self, point: &Point) -> Result<Vec<f64>, CalibrationError> {
        let n = point.x.len();
        let mut slopes = vec![0.0; self.counts.len() * n];
        for at in 0..n {
            // Away from a bound that is near.
            let step = if point.x[at] + MOVE > self.high[at] { -MOVE } else { MOVE };
            let mut x = point.x.clone();
            x[at] += step;
            let moved = self.at(x, Some(&point.trial))?;
            for (row, (to, from)) in moved.errors.iter().zip(&point.errors).enumerate() {
                slopes[row * n + at] = (to - from) / step;
            }
        }
        Ok(slopes)
    }

    /// The step of Marquardt within the bounds: parameters that would leave them stay.
    pub fn step(&self, point: &Point, slopes: &[f64], uses: &[bool], damping: f64) -> Option<Vec<f64>> {
        let n = point.x.len();
        let mut gradient = point.x.clone();
        let mut normal = vec![0.0; n * n];
        for (row, (error, _)) in point.errors.iter().zip(uses).enumerate().filter(|(_, (_, uses))| **uses) {
            let of_row = &slopes[row * n..(row + 1) * n];
            for (i, a) in of_row.iter().enumerate() {
                gradient[i] += a * error;
                of_row.iter().zip(&mut normal[i * n..]).for_each(|(b, sum)| *sum += a * b);
            }
        }
        let mut is_free = vec![true; n];
        loop {
            let mut matrix = normal.clone();
            for i in 0..n {
                for j in 0..n {
                    if !(is_free[i] && is_free[j]) {
                        matrix[i * n + j] = 0.0;
                    }
                }
                matrix[i * n + i] += if is_free[i] { 1.0 + damping * (1.0 + normal[i * n + i]) } else { 1.0 };
            }
            let right: Vec<f64> =
                gradient.iter().zip(&is_free).map(|(g, free)| if *free { -g } else { 0.0 }).collect();
            let step = Lu::new(n, matrix)?.solve(&right);
            let leaves = (0..n).find(|&at| {
                let to = point.x[at] + step[at];
                let is_out = to < self.low[at] - 1e-12 || to > self.high[at] + 1e-12;
                let is_at = point.x[at] <= self.low[at] || point.x[at] >= self.high[at];
                is_free[at] && is_out && is_at
            });
            if let Some(at) = leaves {
                is_free[at] = false;
                continue;
            }
            let within = |(at, step): (usize, &f64)| {
                (point.x[at] + step).clamp(self.low[at], self.high[at]) - point.x[at]
            };
            return Some(step.iter().enumerate().map(within).collect());
        }
    }

    pub fn run(&self, progress: &dyn Fn(Progress)) -> Result<Solution, CalibrationError> {
        let n = self.low.len();
        let all = vec![true; self.counts.len()];
        let origin: Vec<f64> = (0..n).map(|at| 0.0_f64.clamp(self.low[at], self.high[at])).collect();
        let mut point = self.at(origin, None)?;
        let before = point.trial.clone();
        let first = Self::objective(&point, &all);
        let (mut iterations, mut is_converged, mut damping) = (0, false, 1e-3);
        let mut slopes = self.slopes(&point)?;
        while iterations < MAX_STEPS && !is_converged {
            iterations += 1;
            progress(Progress::Step(iterations));
            let was = Self::objective(&point, &all);
            while let Some(step) = self.step(&point, &slopes, &all, damping) {
                let length = step.iter().map(|step| step.abs()).fold(0.0, f64::max);
                if length < REST {
                    is_converged = true;
                    break;
                }
                let x = point.x.iter().zip(&step).map(|(x, step)| x + step).collect();
                // A step so far that queues find no equilibrium is too far.
                match self.at(x, Some(&point.trial)) {
                    Ok(next) if Self::objective(&next, &all) < was => {
                        point = next;
                        damping = (damping / 5.0_f64).max(1e-6);
                        break;
                    }
                    Ok(_) | Err(CalibrationError::NotConverged) => {}
                    Err(error) => return Err(error),
                }
                damping = (damping * 4.0).max(1e-3);
                if damping > 1e8 {
                    break;
                }
            }
            if damping > 1e8 {
                break;
            }
            if !is_converged {
                slopes = self.slopes(&point)?;
            }
        }
        let last = Self::objective(&point, &all);
        Ok(Solution { point, slopes, objective: (first, last), before, iterations, is_converged })
    }

    pub fn report(&self, solution: &Solution, held_out: Option<HeldOut>) -> Calibration {
        let n = self.low.len();
        let mut normal = vec![0.0; n * n];
        for of_row in solution.slopes.chunks_exact(n) {
            for (i, a) in of_row.iter().enumerate() {
                of_row.iter().zip(&mut normal[i * n..]).for_each(|(b, sum)| *sum += a * b);
            }
        }
        let mut with_pull = normal.clone();
        (0..n).for_each(|i| with_pull[i * n + i] += 1.0);
        let inverse = Lu::new(n, with_pull);
        let column = |at: usize| {
            let mut unit = vec![0.0; n];
            unit[at] = 1.0;
            inverse.as_ref().map_or_else(|| vec![f64::NAN; n], |lu| lu.solve(&unit))
        };
        let columns: Vec<Vec<f64>> = (0..n).map(column).collect();
        let effective: f64 =
            (0..n).map(|i| (0..n).map(|j| columns[i][j] * normal[j * n + i]).sum::<f64>()).sum();
        let n_counts = self.counts.len() as f64;
        let errors: f64 = solution.point.errors.iter().map(|error| error * error).sum();
        // Counts that are further off than assumed widen all errors.
        let scatter = (errors / (n_counts - effective).max(1.0)).max(1.0);
        let study = self.study();
        let parameters = (0..n).map(|at| {
            let (x, row) = (solution.point.x[at], &study.parameters[at]);
            let variance = columns[at][at];
            let bound = if x <= self.low[at] + 1e-9 {
                BoundHit::Low
            } else if x >= self.high[at] - 1e-9 {
                BoundHit::High
            } else {
                BoundHit::Inside
            };
            FittedParameter {
                row: at,
                value: from_scaled(study, at, x),
                standard_error: row.spread * (variance * scatter).sqrt(),
                bound,
                learned: 1.0 - variance,
            }
        });
        let counts = self.counts.iter().map(|count| FitRow {
            row: count.row,
            location: count.location.clone(),
            observed: count.observed,
            before: solution.before.counted[count.at].model,
            after: solution.point.trial.counted[count.at].model,
            sd: count.sd,
            weight: count.weight,
        });
        Calibration {
            parameters: parameters.collect(),
            counts: counts.collect(),
            objective: solution.objective,
            effective_parameters: effective,
            condition: condition(&normal, n),
            iterations: solution.iterations,
            is_converged: solution.is_converged,
            held_out,
        }
    }

    /// The model's amount of a count in a trial.
    pub fn model(trial: &Trial, count: &Count) -> f64 {
        trial.counted[count.at].model
    }

    pub fn before(solution: &Solution, count: &Count) -> f64 {
        solution.before.counted[count.at].model
    }
}

/// An error whose square grows with the logarithm of the error once it is beyond two standard deviations: the loss of a
/// distribution with heavy tails (Student's, Lange et al. 1989), so that a count which the model cannot meet does not
/// bend all others.
fn robust(error: f64) -> f64 {
    const SQUARE_OF_TWO: f64 = 4.0;
    error.signum() * (SQUARE_OF_TWO * (error * error / SQUARE_OF_TWO).ln_1p()).sqrt()
}

/// Square root of the largest over the least eigenvalue of a symmetric matrix, by Jacobi's rotations (1846).
fn condition(matrix: &[f64], n: usize) -> f64 {
    let mut a = matrix.to_vec();
    for _ in 0..60 {
        let mut off = 0.0;
        for p in 0..n {
            for q in p + 1..n {
                let apq = a[p * n + q];
                off += apq * apq;
                if apq == 0.0 {
                    continue;
                }
                let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                for k in 0..n {
                    let (kp, kq) = (a[k * n + p], a[k * n + q]);
                    (a[k * n + p], a[k * n + q]) = (c * kp - s * kq, s * kp + c * kq);
                }
                for k in 0..n {
                    let (pk, qk) = (a[p * n + k], a[q * n + k]);
                    (a[p * n + k], a[q * n + k]) = (c * pk - s * qk, s * pk + c * qk);
                }
            }
        }
        if off < 1e-24 {
            break;
        }
    }
    let values = (0..n).map(|i| a[i * n + i].max(0.0));
    let (least, most) = values.fold((f64::INFINITY, 0.0_f64), |(l, m), v| (l.min(v), m.max(v)));
    (most / least).sqrt()
}

fn to_scaled(study: &Study, at: usize, value: f64) -> f64 {
    let row = &study.parameters[at];
    let away = if row.is_factor() { (value / row.prior).ln() } else { value - row.prior };
    away / row.spread
}

fn from_scaled(study: &Study, at: usize, x: f64) -> f64 {
    let row = &study.parameters[at];
    if row.is_factor() { row.prior * (x * row.spread).exp() } else { row.prior + x * row.spread }
}

#[cfg(test)]
mod tests {
    use super::condition;

    #[test]
    fn the_condition_of_a_matrix_with_known_eigenvalues() {
        // 1, 4 and 9 turned about two axes: the root of 9 is 3.
        let (c, s) = (0.6, 0.8);
        let d = [1.0, 4.0, 9.0];
        let rotate = |r: [[f64; 3]; 3], m: [[f64; 3]; 3]| -> [[f64; 3]; 3] {
            let mul = |a: [[f64; 3]; 3], b: [[f64; 3]; 3]| -> [[f64; 3]; 3] {
                std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
            };
            let t = std::array::from_fn(|i| std::array::from_fn(|j| r[j][i]));
            mul(mul(r, m), t)
        };
        let m = std::array::from_fn(|i| std::array::from_fn(|j| if i == j { d[i] } else { 0.0 }));
        let m = rotate([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]], m);
        let m = rotate([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]], m);
        let flat: Vec<f64> = m.iter().flatten().copied().collect();
        assert!((condition(&flat, 3) - 3.0).abs() < 1e-12);
    }
}
