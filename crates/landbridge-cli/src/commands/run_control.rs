//! What a run holds of control, revenue and the settlement: the cheap of it always, all of it with `--full`.

use landbridge::model::{Assignment, Board, LeverageQuery, Menu, Patience, RegimesQuery};
use landbridge::outcome::leverage::{Leverage, Options};
use landbridge::outcome::regimes::Regimes;
use landbridge_io::control::{self, ControlJson};
use landbridge_report::ControlReport;

use crate::input::Failure;
use crate::output::Progress;

/// Rate at which costs of building are spread over years, and differences of payoffs that count as none.
const DISCOUNT_RATE: f64 = 0.08;
const MATERIAL_USD: f64 = 1e4;

/// Control in the scenario that is compared, or else in the reference.
#[derive(Default)]
pub struct Control {
    /// Position of the scenario.
    scenario: usize,
    leverage: Option<Leverage>,
    options: Option<Options>,
    regimes: Option<Regimes>,
}

impl Control {
    /// Solves it.
    ///
    /// # Errors
    /// More parties than there can be; trade without an equilibrium.
    pub fn of(
        assignment: &Assignment,
        scenario: usize,
        is_full: bool,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        if assignment.parties().is_empty() {
            return Ok(Self::default());
        }
        let failed = |error: String| Failure::Failed(error.into());
        progress.next("closing what parties can close");
        let board = Board::new(assignment, scenario);
        let query = LeverageQuery::default();
        let leverage = board.leverage(&query, None).map_err(failed)?;
        let mut this = Self { scenario, leverage: Some(leverage), options: None, regimes: None };
        if !is_full {
            return Ok(this);
        }
        progress.next("closing links with all built that could be");
        this.options = board.options(&query, false, DISCOUNT_RATE).map_err(failed)?;
        let positions = assignment.compared_regimes();
        if positions.iter().any(|&at| at > 0) {
            let query = RegimesQuery {
                horizon: None,
                material_usd: MATERIAL_USD,
                patience: Patience::default(),
                neutral: true,
                menu: Menu::Whole,
            };
            let found =
                assignment.regimes(&positions, &query, &|what| progress.next(what)).map_err(failed)?;
            this.regimes = Some(found);
        }
        Ok(this)
    }

    /// For the report.
    pub fn report(&self) -> ControlReport<'_> {
        ControlReport {
            leverage: self.leverage.as_ref(),
            options: self.options.as_ref(),
            regimes: self.regimes.as_ref(),
        }
    }

    /// For the summary.
    pub fn json(&self, assignment: &Assignment) -> ControlJson {
        control::json(assignment, self.scenario, &self.parts())
    }

    /// Tables of the results.
    pub fn tables(&self) -> Vec<(String, Vec<u8>)> {
        control::tables(&self.parts())
    }

    /// Whether all equilibria converged.
    pub fn is_converged(&self) -> bool {
        self.leverage.as_ref().is_none_or(|found| found.is_converged)
            && self.options.as_ref().is_none_or(|found| found.is_converged)
            && self.regimes.as_ref().is_none_or(Regimes::is_converged)
    }

    fn parts(&self) -> control::Parts<'_> {
        control::Parts {
            leverage: self.leverage.as_ref(),
            options: self.options.as_ref(),
            regimes: self.regimes.as_ref(),
        }
    }
}
