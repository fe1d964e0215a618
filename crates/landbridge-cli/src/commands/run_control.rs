//! What a run holds of control, revenue and the settlement: the cheap of it always, all of it with `--full`.

use landbridge::control::disruption::simulate::SimulationConfig;
use landbridge::model::{
    Assignment, Board, InterruptionQuery, LeverageQuery, Menu, Patience, RegimesQuery, RevenueQuery,
};
use landbridge::outcome::control::Control;
use landbridge::outcome::interruption::Interruptions;
use landbridge::outcome::leverage::{Leverage, Options};
use landbridge::outcome::promise::PromiseQuery;
use landbridge::outcome::regimes::Regimes;
use landbridge::outcome::revenue::Revenue;
use landbridge::outcome::settlement::{Bargain, Convention};
use landbridge_io::control::{self, ControlJson};

use super::stability::Counted;
use super::{bargain, interruptions, stability};
use crate::input::Failure;
use crate::output::Progress;

/// What the commands take unless they are told otherwise.
const DISCOUNT_RATE: f64 = 0.08;
const MATERIAL_USD: f64 = 1e4;
const CONCESSION_YEARS: u32 = 99;
const HIGHEST_TOLL: f64 = 60.0;

/// Control in the scenario that is compared, or else in the reference.
#[derive(Default)]
pub struct ControlResults {
    /// Position of the scenario.
    scenario: usize,
    leverage: Option<Leverage>,
    options: Option<Options>,
    revenue: Option<Revenue>,
    regimes: Option<Regimes>,
    bargain: Option<Bargain>,
    settlement: Option<Counted>,
    interruptions: Vec<Interruptions>,
}

impl ControlResults {
    /// Solves it.
    ///
    /// # Errors
    /// More parties than there can be; a game or a concession that makes no sense.
    pub fn of(
        assignment: &Assignment,
        scenario: usize,
        is_full: bool,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        let mut this = Self { scenario, ..Self::default() };
        if assignment.parties().is_empty() {
            return Ok(this);
        }
        progress.next("closing what parties can close");
        let board = Board::new(assignment, scenario);
        this.leverage = Some(board.leverage(&LeverageQuery::default(), None).map_err(failed)?);
        if is_full {
            this.solve_all(assignment, &board, progress)?;
        }
        Ok(this)
    }

    fn solve_all(
        &mut self,
        assignment: &Assignment,
        board: &Board<'_>,
        progress: &Progress,
    ) -> Result<(), Failure> {
        progress.next("closing links with all built that could be");
        self.options = board.options(&LeverageQuery::default(), false, DISCOUNT_RATE).map_err(failed)?;
        let compared = assignment.compared_regimes();
        if compared.iter().any(|&at| at > 0) {
            let query = RegimesQuery {
                horizon: None,
                material_usd: MATERIAL_USD,
                patience: Patience::default(),
                neutral: true,
                menu: Menu::Whole,
            };
            let found = assignment.regimes(&compared, &query, &|what| progress.next(what));
            self.regimes = Some(found.map_err(failed)?);
        }
        if board.opened().is_empty() {
            return Ok(());
        }
        progress.next("solving for later demand and for tolls");
        let query = RevenueQuery {
            years: CONCESSION_YEARS,
            discount_rate: DISCOUNT_RATE,
            highest_toll_usd_per_t: HIGHEST_TOLL,
        };
        self.revenue = Some(board.revenue(&query).map_err(failed)?);
        progress.next("solving for what coalitions can use");
        self.bargain = Some(board.bargain(Convention::StatusQuo, None, &[]).map_err(failed)?);
        progress.next("solving for what each could do");
        let settlement = board.settlement(Patience::default()).map_err(failed)?;
        let asked = PromiseQuery { leaves_after_years: f64::INFINITY, ..PromiseQuery::default() };
        let promises = settlement.promises(&asked).map_err(|error| failed(error.to_string()))?;
        self.settlement = Some((settlement, promises));
        if assignment.reference().study.hazards.is_empty() {
            return Ok(());
        }
        progress.next("playing interruptions out");
        let asked = InterruptionQuery { config: SimulationConfig::default(), discount_rate: DISCOUNT_RATE };
        let others = compared.into_iter().filter(|&at| at > 0 && at != self.scenario);
        let play = |at: usize| Board::new(assignment, at).interruptions(&asked).map_err(failed);
        self.interruptions =
            std::iter::once(self.scenario).chain(others).map(play).collect::<Result<_, _>>()?;
        Ok(())
    }

    /// For report and summary.
    pub fn parts(&self) -> Control<'_> {
        Control {
            leverage: self.leverage.as_ref(),
            options: self.options.as_ref(),
            revenue: self.revenue.as_ref(),
            regimes: self.regimes.as_ref(),
            bargain: self.bargain.as_ref(),
            settlement: self.settlement.as_ref().map(|(settlement, promises)| (settlement, promises)),
            interruptions: &self.interruptions,
        }
    }

    /// For the summary.
    ///
    /// # Errors
    /// Draws without a quantile.
    pub fn json(&self, assignment: &Assignment) -> Result<ControlJson, Failure> {
        let json = control::json(assignment, self.scenario, &self.parts());
        json.map_err(|error| failed(error.to_string()))
    }

    /// Tables of the results: path and bytes.
    pub fn tables(&self) -> Vec<(String, Vec<u8>)> {
        let view = self.leverage.as_ref();
        let view =
            view.map(|found| landbridge_io::leverage::View::new(found, self.options.as_ref(), None, None));
        let has_played = !self.interruptions.is_empty();
        let tables = [
            ("leverage", view.map(|view| landbridge_io::leverage::leverage_csv(&view))),
            ("revenue_of_corridor", self.revenue.as_ref().map(landbridge_io::revenue::revenue_csv)),
            ("regimes", self.regimes.as_ref().map(landbridge_io::regimes::regimes_csv)),
            ("bargain", self.bargain.as_ref().map(|game| bargain::csv(std::slice::from_ref(game)))),
            ("stability", self.settlement.as_ref().map(|found| stability::csv(std::iter::once(found)))),
            ("interruptions", has_played.then(|| interruptions::csv(&self.interruptions))),
        ];
        let named = |(name, bytes): (&str, Option<Vec<u8>>)| Some((format!("tables/{name}.csv"), bytes?));
        tables.into_iter().filter_map(named).collect()
    }

    /// Whether all equilibria converged.
    pub fn is_converged(&self) -> bool {
        self.leverage.as_ref().is_none_or(|found| found.is_converged)
            && self.options.as_ref().is_none_or(|found| found.is_converged)
            && self.revenue.as_ref().is_none_or(|found| found.is_converged)
            && self.regimes.as_ref().is_none_or(Regimes::is_converged)
            && self.bargain.as_ref().is_none_or(|found| found.is_converged)
            && self.settlement.as_ref().is_none_or(|(found, _)| found.is_converged)
            && self.interruptions.iter().all(|found| found.is_converged)
    }
}

fn failed(error: String) -> Failure {
    Failure::Failed(error.into())
}
