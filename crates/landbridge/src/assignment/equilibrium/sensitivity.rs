//! Derivatives in an equilibrium: what a little more of something at a facility is worth.

use super::curvature::curvature;
use super::respond::{Response, respond};
use super::{Choices, Congestion, Equilibrium, flow_by_hours, slopes, system};
use crate::linear::Lu;

/// What total cost or a flow gains from a little more of something at each facility.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// By an hour more.
    pub by_hour: Vec<f64>,
    /// By a charge of one on each unit of flow (a vehicle, say), as often as it passes.
    pub by_fee: Vec<f64>,
    /// By a unit more of capacity, in the unit of the delay.
    pub by_capacity: Vec<f64>,
}

/// Derivatives in an equilibrium, by the adjoint of its equations (`docs/model/equilibrium.md`).
#[derive(Clone, Debug)]
pub struct Sensitivity<'c> {
    congestion: &'c Congestion,
    flow: Vec<f64>,
    response: Response,
    curvature: Vec<Vec<f64>>,
    /// `A`.
    answer: Vec<f64>,
    lu: Lu,
}

impl<'c> Sensitivity<'c> {
    /// Prepares the derivatives; `None` if the equations have none here.
    pub fn new(choices: &Choices, congestion: &'c Congestion, at: &Equilibrium) -> Option<Self> {
        let response = respond(choices, congestion, &at.extra_h);
        let curvature = curvature(choices, congestion, &response);
        let answer = flow_by_hours(congestion, &curvature);
        let lu = Lu::new(congestion.len(), system(congestion, &response.flow, &answer))?;
        Some(Self { congestion, flow: response.flow.clone(), response, curvature, answer, lu })
    }

    /// Expected cost of all users, that of not shipping included: money a year.
    pub fn total_cost(&self) -> f64 {
        self.response.total_cost
    }

    /// Derivatives of the expected cost of all users: money a year.
    pub fn of_total_cost(&self) -> Gradient {
        let n = self.flow.len();
        let (mut by_own_hours, mut by_own_fee) = (vec![0.0; n], vec![0.0; n]);
        let users = self.response.per_year.iter().zip(&self.congestion.load).zip(&self.congestion.price);
        for ((per_year, load), price) in users {
            for at in 0..n {
                by_own_hours[at] += price[at] * per_year[at];
                by_own_fee[at] += load[at] * per_year[at];
            }
        }
        self.pull_back(&by_own_hours, &by_own_fee)
    }

    /// Derivatives of the flow of a facility, in the unit of its delay.
    pub fn of_flow(&self, facility: usize) -> Gradient {
        let n = self.flow.len();
        let by_fee = self.flow_by_fees(&unit(n, facility));
        self.pull_back(&self.answer[facility * n..(facility + 1) * n], &by_fee)
    }

    /// What the hours that flows bring about add to derivatives at given hours.
    fn pull_back(&self, by_own_hours: &[f64], by_own_fee: &[f64]) -> Gradient {
        // dw = D dv + dp and dv = A dw, so dw = (I - D A)^-1 dp; the transpose of that is (I - A^T D)^-1, and
        // (I - A D)^-1 = I + A (I - D A)^-1 D brings it back to the matrix that has been factored.
        let n = self.flow.len();
        let functions = || self.congestion.delay.iter().zip(&self.flow);
        let slope = slopes(self.congestion, &self.flow);
        let weighted: Vec<f64> = slope.iter().zip(by_own_hours).map(|(slope, own)| slope * own).collect();
        let y = self.lu.solve_transposed(&weighted);
        let mut by_hour = by_own_hours.to_vec();
        for (y, of_row) in y.iter().zip(self.answer.chunks_exact(n.max(1))) {
            by_hour.iter_mut().zip(of_row).for_each(|(sum, a)| *sum += y * a);
        }
        let moved: Vec<f64> = slope.iter().zip(&by_hour).map(|(slope, by_hour)| slope * by_hour).collect();
        let by_fee = self.flow_by_fees(&moved).iter().zip(by_own_fee).map(|(a, b)| a + b).collect();
        let by_capacity = functions()
            .zip(&by_hour)
            .map(|((delay, &flow), hour)| hour * delay.capacity_slope(flow))
            .collect();
        Gradient { by_hour, by_fee, by_capacity }
    }

    /// Derivatives by the fees of a weighted sum of flows, hours held.
    fn flow_by_fees(&self, weight: &[f64]) -> Vec<f64> {
        let n = weight.len();
        let mut sum = vec![0.0; n];
        for (curvature, load) in self.curvature.iter().zip(&self.congestion.load) {
            for (at, of_row) in curvature.chunks_exact(n.max(1)).enumerate() {
                let factor = weight[at] * load[at];
                if factor != 0.0 {
                    let terms = sum.iter_mut().zip(of_row).zip(load);
                    terms.for_each(|((sum, curvature), load)| *sum -= factor * curvature * load);
                }
            }
        }
        sum
    }
}

fn unit(n: usize, at: usize) -> Vec<f64> {
    let mut unit = vec![0.0; n];
    unit[at] = 1.0;
    unit
}
