//! Claims: what was said about a corridor, held against what is computed (`docs/model/claims.md`).
//!
//! In: the ledger of the study and its model. Out: for each claim the values of its tests and a verdict with its
//! basis. Nothing is computed here that [`crate::model`] does not compute for everybody.

mod metric;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Assignment, Board, Loaded, Model, TradeModel};
use crate::outcome::trade::ScenarioTrade;
use crate::parallel;
use crate::scenario::BASE;
use crate::study::Date;
use crate::study::claim_tables::{ClaimRow, TestRow};
use crate::study::tables::{Capability, Change, ClaimKind, Comparator};

/// What is found about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every reading bears it out.
    Supported,
    /// No reading bears it out.
    Contradicted,
    /// Some readings bear it out and others do not.
    Depends,
    /// Judging it takes equilibria of its own, which were not asked for.
    Deferred,
    /// It cannot be judged until something else is computed.
    Waits(Capability),
    /// No model of transport can judge it.
    NotTestable,
}

impl Verdict {
    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Contradicted => "contradicted",
            Self::Depends => "depends",
            Self::Deferred => "deferred",
            Self::Waits(_) => "waits",
            Self::NotTestable => "not testable",
        }
    }

    /// Whether it is a verdict, and not the want of one.
    pub fn is_one(self) -> bool {
        !matches!(self, Self::Deferred | Self::Waits(_) | Self::NotTestable)
    }
}

/// A claim with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Row of the table of claims.
    pub row: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// Its readings in the order of the file; none if it was not tested.
    pub readings: Vec<Reading>,
}

/// A reading of the facts: its tests must all hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Name.
    pub name: String,
    /// Tests in the order of the file.
    pub tests: Vec<Tested>,
}

impl Reading {
    /// Whether all tests hold.
    pub fn holds(&self) -> bool {
        self.tests.iter().all(|test| test.holds)
    }
}

/// A test and what came out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tested {
    /// Row of the table of tests.
    pub row: usize,
    /// The metric; infinite if there is no way.
    pub value: f64,
    /// The metric in what it is held against.
    pub against: Option<f64>,
    /// What is held against the threshold: value, difference or relative change.
    pub compared: f64,
    /// Whether the comparison holds.
    pub holds: bool,
}

/// Whether any test is measured on flows or trade: then judging needs demand on the network.
pub fn needs_flows(model: &Model) -> bool {
    model.study.tests.iter().any(is_of_assignment)
}

fn is_of_assignment(test: &TestRow) -> bool {
    let metric = test.metric;
    metric.is_of_flows() || metric.is_of_trade() || metric.is_of_parties()
}

/// Judges every claim of the study of a model, in the order of the ledger. `assignment` is the study's demand on the
/// network; without it flows are not measured, and claims on them do not hold.
pub fn judge(model: &Model, assignment: Option<&Assignment>) -> Vec<Finding> {
    judge_by(model, assignment, |_| true)
}

/// The same without solving anything beyond the assignment: claims on trade, on parties and on flows under equal regimes
/// are deferred.
pub fn judge_quickly(model: &Model, assignment: Option<&Assignment>) -> Vec<Finding> {
    let is_quick = |test: &TestRow| !is_of_assignment(test) || (test.metric.is_of_flows() && !test.neutral);
    judge_by(model, assignment, is_quick)
}

fn judge_by(
    model: &Model,
    assignment: Option<&Assignment>,
    is_asked: impl Fn(&TestRow) -> bool,
) -> Vec<Finding> {
    let study = &model.study;
    let asked: Vec<bool> = study.tests.iter().map(is_asked).collect();
    let wants_neutral = |&row: &usize| study.tests[row].neutral && is_of_assignment(&study.tests[row]);
    let rows: Vec<usize> = (0..study.tests.len()).filter(|&row| asked[row]).collect();
    let neutral = assignment.filter(|_| rows.iter().any(wants_neutral)).map(Assignment::neutral);
    let states = States::of(model, &rows, [assignment, neutral.as_ref()]);
    let tested = parallel::map_with(&rows, || (), |(), &row| states.test(row, &study.tests[row]));
    let finding = |(row, claim): (usize, &ClaimRow)| {
        let mut readings: Vec<Reading> = Vec::new();
        for test in tested.iter().filter(|test| study.tests[test.row].claim == claim.id) {
            let name = &study.tests[test.row].reading;
            match readings.iter_mut().find(|reading| reading.name == *name) {
                Some(reading) => reading.tests.push(*test),
                None => readings.push(Reading { name: name.clone(), tests: vec![*test] }),
            }
        }
        let mut tests = study.tests.iter().zip(&asked);
        if tests.any(|(test, asked)| test.claim == claim.id && !asked) {
            return Finding { row, verdict: Verdict::Deferred, readings: Vec::new() };
        }
        Finding { row, verdict: verdict(claim, &readings), readings }
    };
    study.claims.iter().enumerate().map(finding).collect()
}

fn verdict(claim: &ClaimRow, readings: &[Reading]) -> Verdict {
    if let Some(capability) = claim.waits_for {
        return Verdict::Waits(capability);
    }
    if claim.kind == ClaimKind::NotTestable || readings.is_empty() {
        return Verdict::NotTestable;
    }
    match readings.iter().filter(|reading| reading.holds()).count() {
        0 => Verdict::Contradicted,
        n if n == readings.len() => Verdict::Supported,
        _ => Verdict::Depends,
    }
}

/// A scenario, the day, and whether regimes are equal.
type State = (String, Option<Date>, bool);

/// A scenario, and whether regimes are equal: what flows and trade are computed for.
type Solved = (String, bool);

/// The model in every state that a test asks for, and its flows and trade where one asks for them.
struct States<'a> {
    models: BTreeMap<State, Model>,
    loaded: BTreeMap<Solved, Loaded<'a>>,
    /// By horizon too.
    trade: BTreeMap<(Solved, String), ScenarioTrade>,
    /// The horizon of tests that name none.
    longest: Option<String>,
    /// What tests of parties measure: by scenario, test row.
    of_parties: BTreeMap<(Solved, usize), f64>,
}

impl<'a> States<'a> {
    /// `assignments`: as specified, and with equal regimes.
    fn of(model: &Model, rows: &[usize], assignments: [Option<&'a Assignment>; 2]) -> Self {
        let mut models = BTreeMap::new();
        let mut loaded = BTreeMap::new();
        let mut of_trade: [BTreeSet<usize>; 2] = Default::default();
        for test in rows.iter().map(|&row| &model.study.tests[row]) {
            for scenario in std::iter::once(&test.scenario).chain(&test.against) {
                let state = (scenario.clone(), test.as_of, test.neutral);
                let solved = (scenario.clone(), test.neutral);
                if let Some(assignment) = assignments[usize::from(test.neutral)]
                    && let Some(at) = assignment.position(scenario)
                {
                    if test.metric.is_of_flows() && !loaded.contains_key(&solved) {
                        loaded.insert(solved, assignment.load(at));
                    } else if test.metric.is_of_trade() {
                        of_trade[usize::from(test.neutral)].insert(at);
                    }
                }
                // Scenarios and days were checked when the study was read.
                let under = || {
                    let is_base = scenario == BASE && !test.neutral;
                    let base = is_base.then(|| model.base(test.as_of)).flatten();
                    base.or_else(|| model.under_as_of(Some(scenario), test.as_of, test.neutral).ok())
                };
                if !models.contains_key(&state)
                    && let Some(under) = under()
                {
                    models.insert(state, under);
                }
            }
        }
        let mut trade = BTreeMap::new();
        for (is_neutral, assignment) in [false, true].into_iter().zip(assignments) {
            let asked: Vec<usize> = of_trade[usize::from(is_neutral)].iter().copied().collect();
            let found = assignment
                .filter(|_| !asked.is_empty())
                .and_then(TradeModel::new)
                .and_then(|trade| trade.outcome(&asked).ok());
            for row in found.into_iter().flat_map(|outcome| outcome.scenarios) {
                trade.insert(((row.scenario.clone(), is_neutral), row.horizon.clone()), row);
            }
        }
        let longest = model.study.elasticities.iter().max_by_key(|row| row.years);
        let longest = longest.map(|row| row.horizon.clone());
        Self { models, loaded, trade, longest, of_parties: of_parties(model, rows, assignments) }
    }

    fn model(&self, test: &TestRow, scenario: &str) -> Option<&Model> {
        self.models.get(&(scenario.to_owned(), test.as_of, test.neutral))
    }

    fn test(&self, row: usize, test: &TestRow) -> Tested {
        let other = test.against.as_deref().and_then(|scenario| self.model(test, scenario));
        let avoid = if test.against_avoid.is_empty() { &test.avoid } else { &test.against_avoid };
        let solved = |scenario: &str| (scenario.to_owned(), test.neutral);
        let of_flows = |scenario: &str| {
            if test.metric.is_of_trade() {
                let horizon = test.horizon.clone().or_else(|| self.longest.clone())?;
                let trade = self.trade.get(&(solved(scenario), horizon));
                return trade.map(|trade| metric::measure_trade(trade, test));
            }
            if test.metric.is_of_parties() {
                return self.of_parties.get(&(solved(scenario), row)).copied();
            }
            self.loaded.get(&solved(scenario)).map(|at| metric::measure_flows(at, test))
        };
        let compares = test.change != Change::Value;
        let (value, against) = if is_of_assignment(test) {
            let against = test.against.as_deref().filter(|_| compares).and_then(of_flows);
            (of_flows(&test.scenario).unwrap_or(f64::NAN), against)
        } else {
            let at = self.model(test, &test.scenario);
            let value = at.map_or(f64::NAN, |at| metric::measure(at, other, test, &test.avoid));
            (value, other.filter(|_| compares).map(|at| metric::measure(at, None, test, avoid)))
        };
        let compared = compared(test.change, value, against);
        let holds = match test.comparator {
            Comparator::Above => compared > test.threshold,
            Comparator::AtLeast => compared >= test.threshold,
            Comparator::Below => compared < test.threshold,
            Comparator::AtMost => compared <= test.threshold,
            Comparator::Within => {
                let tolerance = test.tolerance.unwrap_or(0.0) * test.threshold.abs();
                (compared - test.threshold).abs() <= tolerance
            }
        };
        Tested { row, value, against, compared, holds }
    }
}

/// What tests of parties measure, scenario by scenario: a board is set up once for all tests on it.
fn of_parties(
    model: &Model,
    rows: &[usize],
    assignments: [Option<&Assignment>; 2],
) -> BTreeMap<(Solved, usize), f64> {
    let mut asked: BTreeMap<Solved, Vec<usize>> = BTreeMap::new();
    let tests = rows.iter().map(|&row| (row, &model.study.tests[row]));
    for (row, test) in tests.filter(|(_, test)| test.metric.is_of_parties()) {
        for scenario in std::iter::once(&test.scenario).chain(&test.against) {
            asked.entry((scenario.clone(), test.neutral)).or_default().push(row);
        }
    }
    let asked: Vec<(Solved, Vec<usize>)> = asked.into_iter().collect();
    let measured = parallel::map_with(
        &asked,
        || (),
        |(), (solved, rows)| {
            let Some(assignment) = assignments[usize::from(solved.1)] else { return Vec::new() };
            let Some(at) = assignment.position(&solved.0) else { return Vec::new() };
            let (board, mut settlement) = (Board::new(assignment, at), None);
            let value = |&row: &usize| {
                (row, metric::measure_parties(&board, &mut settlement, &model.study.tests[row]))
            };
            rows.iter().map(value).collect()
        },
    );
    let mut values = BTreeMap::new();
    for ((solved, _), rows) in asked.iter().zip(measured) {
        values.extend(rows.into_iter().map(|(row, value)| ((solved.clone(), row), value)));
    }
    values
}

/// What is held against the threshold. Where there is no way the value is infinite: from none to one is a fall by the
/// whole, and none against none is no change.
fn compared(change: Change, value: f64, against: Option<f64>) -> f64 {
    let Some(against) = against else { return value };
    match change {
        Change::Value => value,
        _ if value.is_infinite() && against.is_infinite() => 0.0,
        Change::Difference => value - against,
        Change::Relative if against.is_infinite() => -1.0,
        Change::Relative => value / against - 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_is_not_there_is_infinitely_dear() {
        let none = f64::INFINITY;
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
        close(compared(Change::Relative, 3.0, Some(4.0)), -0.25);
        close(compared(Change::Relative, 3.0, Some(none)), -1.0);
        close(compared(Change::Relative, none, Some(none)), 0.0);
        close(compared(Change::Difference, 3.0, Some(4.0)), -1.0);
        close(compared(Change::Value, 3.0, Some(4.0)), 3.0);
        assert!(compared(Change::Relative, none, Some(4.0)) > 1e300);
        assert!(compared(Change::Difference, 3.0, Some(none)) < -1e300);
    }
}
