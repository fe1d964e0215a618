//! What gegravity 0.3 calls general equilibrium: resistances with shares of output and expenditure held at the base.
//!
//! Kept only so that its figures can be compared with: prices answer to cost once, and output and expenditure do not
//! answer to prices before they are valued. Section "One pass" of `docs/model/trade.md`.

use super::super::balance::{Margins, balance};
use super::super::{CostChange, Elasticity, Matrix, TradeError};

/// The one-pass answer by region, new over old.
#[derive(Clone, Debug, PartialEq)]
pub struct OnePass {
    /// Factory-gate price.
    pub price_hat: Vec<f64>,
    /// Inward multilateral resistance, the price index; 1 for the reference region.
    pub price_index_hat: Vec<f64>,
    /// Output, and with it expenditure, over the price index.
    pub welfare_hat: Vec<f64>,
    /// Value of trade.
    pub trade: Matrix,
    /// Largest difference of the margins from the base, as a part of them.
    pub residual: f64,
    /// Rounds of balancing.
    pub iterations: usize,
    /// Whether the tolerance was reached.
    pub is_converged: bool,
}

/// Solves in one pass. `reference` is the region whose price index is 1.
///
/// # Errors
/// A flow is negative or no number, a region sells or buys nothing, before or after the change.
///
/// # Panics
/// The change is not one of the regions of the flows.
pub fn one_pass(
    flow: &Matrix,
    elasticity: Elasticity,
    change: &CostChange,
    reference: usize,
    tolerance: f64,
) -> Result<OnePass, TradeError> {
    let n = flow.n();
    super::super::economy::check_flows(0, flow)?;
    assert_eq!(change.tau_hat().n(), n, "changes are by the regions of the flows");
    let epsilon = elasticity.epsilon();
    let kernel = Matrix::from_fn(n, |i, j| {
        let value = flow[(i, j)];
        if value > 0.0 { value * change.tau_hat()[(i, j)].powf(-epsilon) } else { 0.0 }
    });
    let (output, expenditure) = (flow.row_sums(), flow.column_sums());
    if let Some(region) = output.iter().position(|&value| value == 0.0) {
        return Err(TradeError::NoOutput { region });
    }
    if let Some(region) = expenditure.iter().position(|&value| value == 0.0) {
        return Err(TradeError::NoExpenditure { region });
    }
    if let Some(exporter) = kernel.row_sums().iter().position(|&value| value == 0.0) {
        return Err(TradeError::NoBuyer { exporter });
    }
    if let Some(importer) = kernel.column_sums().iter().position(|&value| value == 0.0) {
        return Err(TradeError::NoSupplier { group: 0, importer });
    }
    let balanced = balance(&kernel, &Margins { rows: &output, columns: &expenditure }, None, tolerance);
    let scale = balanced.column[reference];
    // Rows are scaled by price^-epsilon, columns by price index^epsilon.
    let price_hat: Vec<f64> = balanced.row.iter().map(|row| (row * scale).powf(-1.0 / epsilon)).collect();
    let price_index_hat: Vec<f64> =
        balanced.column.iter().map(|column| (column / scale).powf(1.0 / epsilon)).collect();
    let world: f64 = output.iter().sum();
    let after: f64 = output.iter().zip(&price_hat).map(|(output, price)| output * price).sum();
    let trade = Matrix::from_fn(n, |i, j| {
        let real = balanced.row[i] * kernel[(i, j)] * balanced.column[j];
        real * price_hat[i] * price_hat[j] * world / after
    });
    Ok(OnePass {
        welfare_hat: price_hat.iter().zip(&price_index_hat).map(|(price, index)| price / index).collect(),
        price_hat,
        price_index_hat,
        trade,
        residual: balanced.residual,
        iterations: balanced.iterations,
        is_converged: balanced.residual <= tolerance,
    })
}
