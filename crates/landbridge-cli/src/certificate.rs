//! How near the flows and the trade that a command shows are to an equilibrium: words, a warning, and the exit code.

use std::process::ExitCode;

use landbridge::model::Assignment;
use landbridge::outcome::flow_change::FlowChange;
use landbridge::outcome::queues::Convergence;
use landbridge::outcome::trade::ScenarioTrade;

use crate::output;

/// Exit code where results are there but did not converge.
pub const NOT_CONVERGED: u8 = 4;

/// The scenarios that a command shows, each with how near it is to its equilibrium.
pub struct Certificate(Vec<(String, Convergence)>);

impl Certificate {
    /// Of scenarios by their positions.
    pub fn of(assignment: &Assignment, positions: impl IntoIterator<Item = usize>) -> Self {
        let one = |at: usize| (assignment.scenarios[at].overlay.scenario.clone(), assignment.convergence(at));
        Self(positions.into_iter().map(one).collect())
    }

    /// Of all scenarios.
    pub fn of_all(assignment: &Assignment) -> Self {
        Self::of(assignment, 0..assignment.scenarios.len())
    }

    /// Of two scenarios that are held against each other; of none, if there are no flows.
    pub fn between(ids: [&str; 2], change: Option<&FlowChange>) -> Self {
        let found = change.map_or(&[][..], |change| &change.convergence);
        Self(ids.iter().zip(found).map(|(id, &found)| ((*id).to_owned(), found)).collect())
    }

    /// Scenarios that did not come to their equilibrium.
    fn lost(&self) -> Vec<&(String, Convergence)> {
        self.0.iter().filter(|(_, found)| !found.is_converged).collect()
    }

    /// In a line: `17 scenarios in equilibrium, gaps below 1e-9`.
    pub fn line(&self) -> String {
        let gap = self.0.iter().map(|(_, found)| found.gap).fold(0.0, f64::max);
        let n = self.0.len();
        let lost = self.lost();
        if lost.is_empty() {
            let scenarios = if n == 1 { "scenario" } else { "scenarios" };
            let gaps = if n == 1 { "gap" } else { "gaps" };
            return format!("{n} {scenarios} in equilibrium, {gaps} {}\n", below(gap));
        }
        let ids: Vec<_> =
            lost.iter().map(|(id, found)| format!("{} ({:.0e})", name(id), found.gap)).collect();
        format!("NOT in equilibrium: {} of {n} scenarios, with their gaps: {}\n", lost.len(), ids.join(", "))
    }

    /// The exit code of a command that has written its results.
    fn code(&self) -> u8 {
        if self.lost().is_empty() { 0 } else { NOT_CONVERGED }
    }

    /// Warns on standard error where flows are not in equilibrium, and gives the exit code.
    pub fn finish(&self) -> ExitCode {
        ExitCode::from(self.warn())
    }

    /// As [`Self::finish`], of flows and of the trade that goes with them.
    pub fn finish_with(&self, trade: &TradeCertificate) -> ExitCode {
        let flows = self.warn();
        let of_trade = trade.finish();
        if flows == 0 { of_trade } else { ExitCode::from(flows) }
    }

    fn warn(&self) -> u8 {
        for (id, found) in self.lost() {
            output::warning(&format!(
                "flows of scenario {} are not in equilibrium: gap {:.1e} after {} steps; results are marked",
                name(id),
                found.gap,
                found.iterations
            ));
        }
        self.code()
    }
}

/// How far costs, trade and flows belong together, in the scenarios and horizons that a command shows.
#[derive(Default)]
pub struct TradeCertificate {
    found: Vec<TradeConvergence>,
    /// Why there is no trade at all.
    failure: Option<String>,
}

struct TradeConvergence {
    /// Scenario and horizon.
    what: String,
    iterations: u32,
    residual: f64,
    is_converged: bool,
}

impl TradeCertificate {
    /// Of scenarios by horizon.
    pub fn of(all: &[ScenarioTrade]) -> Self {
        let one = |row: &ScenarioTrade| TradeConvergence {
            what: format!("{} ({})", name(&row.scenario), row.horizon),
            iterations: row.iterations,
            residual: row.residual,
            is_converged: row.is_converged,
        };
        Self { found: all.iter().map(one).collect(), failure: None }
    }

    /// Of trade that has no equilibrium in some scenario, so that it is left out.
    pub fn failed(why: String) -> Self {
        Self { found: vec![], failure: Some(why) }
    }

    fn lost(&self) -> Vec<&TradeConvergence> {
        self.found.iter().filter(|found| !found.is_converged).collect()
    }

    /// In a line: `trade, flows and queues belong together: costs settled to 1e-7 in 6 loops at most`.
    pub fn line(&self) -> String {
        let lost = self.lost();
        if lost.is_empty() {
            let residual = self.found.iter().map(|found| found.residual).fold(0.0, f64::max);
            let iterations = self.found.iter().map(|found| found.iterations).max().unwrap_or(0);
            let loops = if iterations == 1 { "loop" } else { "loops" };
            return format!(
                "trade, flows and queues belong together: in the last of at most {iterations} {loops} no cost of trade moved \
                 by more than {} of it\n",
                below(residual).trim_start_matches("below ")
            );
        }
        let all: Vec<_> = lost.iter().map(|found| format!("{} {:.0e}", found.what, found.residual)).collect();
        format!("NOT converged: costs of trade still moved in the last loop: {}\n", all.join(", "))
    }

    /// Warns on standard error where trade and flows do not belong together, and gives the exit code.
    pub fn finish(&self) -> ExitCode {
        let lost = self.lost();
        for found in &lost {
            output::warning(&format!(
                "trade in {} has not converged: a cost of trade still moved by {:.1e} of it in loop {}; results are marked",
                found.what, found.residual, found.iterations
            ));
        }
        if let Some(why) = &self.failure {
            output::warning(&format!("trade and welfare are left out: {why}"));
        }
        ExitCode::from(if lost.is_empty() && self.failure.is_none() { 0 } else { NOT_CONVERGED })
    }
}

fn name(scenario: &str) -> &str {
    if scenario.is_empty() { "of the tables" } else { scenario }
}

/// A gap in words, rounded up to a power of ten, since its digits are those of rounding; 1e-12 is as good as none.
fn below(gap: f64) -> String {
    format!("below 1e{}", (gap.log10().floor() + 1.0).max(-12.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(gaps: &[f64]) -> Certificate {
        let one = |(at, &gap): (usize, &f64)| {
            (format!("s{at}"), Convergence { gap, iterations: 3, is_converged: gap <= 1e-9 })
        };
        Certificate(gaps.iter().enumerate().map(one).collect())
    }

    #[test]
    fn scenarios_in_equilibrium_are_done() {
        let found = certificate(&[0.0, 4.2e-11, 9.9e-10]);
        assert_eq!(
            (found.code(), found.line().as_str()),
            (0, "3 scenarios in equilibrium, gaps below 1e-9\n")
        );
        assert_eq!(certificate(&[0.0]).line(), "1 scenario in equilibrium, gap below 1e-12\n");
    }

    #[test]
    fn one_that_is_not_makes_the_exit_code_4_and_is_named() {
        let found = certificate(&[0.0, 3e-4, f64::NAN]);
        assert_eq!(found.code(), 4);
        assert_eq!(
            found.line(),
            "NOT in equilibrium: 2 of 3 scenarios, with their gaps: s1 (3e-4), s2 (NaN)\n"
        );
    }

    #[test]
    fn trade_that_has_not_settled_is_named() {
        let one = |residual: f64| TradeConvergence {
            what: "open (long)".to_owned(),
            iterations: 7,
            residual,
            is_converged: residual <= 1e-6,
        };
        let found = TradeCertificate { found: vec![one(3e-8), one(0.0)], failure: None };
        assert!(
            found.line().contains("at most 7 loops no cost of trade moved by more than 1e-7"),
            "{}",
            found.line()
        );
        let found = TradeCertificate { found: vec![one(3e-8), one(2e-3)], failure: None };
        assert_eq!(found.lost().len(), 1);
        assert!(found.line().starts_with("NOT converged") && found.line().contains("open (long) 2e-3"));
    }
}
