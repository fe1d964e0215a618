//! Claims: what was said about a corridor, held against what is computed (`docs/model/claims.md`).
//!
//! In: the ledger of the study and its model. Out: for each claim the values of its tests and a verdict with its
//! basis. Nothing is computed here that [`crate::model`] does not compute for everybody.

mod metric;
mod parties;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Assignment, Loaded, Model, TradeModel};
use crate::outcome::trade::ScenarioTrade;
use crate::parallel;
use crate::scenario::BASE;
use crate::study::Date;
use crate::study::claim_tables::{ClaimRow, TestRow};
use crate::study::read::Table;
use crate::study::tables::{Capability, Change, ClaimKind, Comparator};
use parties::{Parties, Side};

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
    /// Whether all tests hold; of alternatives one is enough.
    pub fn holds(&self) -> bool {
        let alternatives = |test: &Tested| {
            self.tests.iter().filter(|other| other.either == test.either).any(|other| other.holds)
        };
        self.tests.iter().all(|test| test.holds || (test.either.is_some() && alternatives(test)))
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
    /// What is held against the threshold: value, difference, relative change or part of a gain.
    pub compared: f64,
    /// Whether the comparison holds.
    pub holds: bool,
    /// Alternatives of a reading have one number here.
    pub either: Option<usize>,
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
    tests: &'a Table<TestRow>,
    models: BTreeMap<State, Model>,
    loaded: BTreeMap<Solved, Loaded<'a>>,
    /// By horizon too.
    trade: BTreeMap<(Solved, String), ScenarioTrade>,
    /// The horizon of tests that name none.
    longest: Option<String>,
    parties: Parties,
}

impl<'a> States<'a> {
    /// `assignments`: as specified, and with equal regimes.
    fn of(model: &'a Model, rows: &[usize], assignments: [Option<&'a Assignment>; 2]) -> Self {
        let mut models = BTreeMap::new();
        let mut loaded = BTreeMap::new();
        let mut of_trade: [BTreeSet<usize>; 2] = Default::default();
        for test in rows.iter().map(|&row| &model.study.tests[row]) {
            for scenario in std::iter::once(&test.scenario).chain(test.other_scenario()) {
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
        let parties = Parties::of(rows.iter().map(|&row| &model.study.tests[row]), assignments);
        Self { tests: &model.study.tests, models, loaded, trade, longest, parties }
    }

    /// The first test of the claim with the same word in `either`.
    fn either(&self, row: usize, test: &TestRow) -> Option<usize> {
        test.either.as_ref()?;
        let is_same = |other: &TestRow| {
            (&other.claim, &other.reading, &other.either) == (&test.claim, &test.reading, &test.either)
        };
        self.tests.iter().position(is_same).or(Some(row))
    }

    fn model(&self, test: &TestRow, scenario: &str) -> Option<&Model> {
        self.models.get(&(scenario.to_owned(), test.as_of, test.neutral))
    }

    fn test(&self, row: usize, test: &TestRow) -> Tested {
        let against = test.other_scenario();
        let other = against.and_then(|scenario| self.model(test, scenario));
        let avoid = if test.against_avoid.is_empty() { &test.avoid } else { &test.against_avoid };
        let solved = |scenario: &str| (scenario.to_owned(), test.neutral);
        let of_flows = |scenario: &String, side: Side| {
            if test.metric.is_of_trade() {
                let horizon = test.horizon.clone().or_else(|| self.longest.clone())?;
                let trade = self.trade.get(&(solved(scenario), horizon));
                return trade.map(|trade| metric::measure_trade(trade, test));
            }
            if test.metric.is_of_parties() {
                return self.parties.measure(test, side);
            }
            let actor = match side {
                Side::Here => &test.actor,
                Side::There => test.against_actor.as_ref().map_or(&test.actor, |_| &test.against_actor),
            };
            self.loaded.get(&solved(scenario)).map(|at| metric::measure_flows(at, test, actor.as_deref()))
        };
        let compares = test.change != Change::Value;
        let (value, against) = if is_of_assignment(test) {
            let against = against.filter(|_| compares).and_then(|scenario| of_flows(scenario, Side::There));
            (of_flows(&test.scenario, Side::Here).unwrap_or(f64::NAN), against)
        } else {
            let at = self.model(test, &test.scenario);
            let value = at.map_or(f64::NAN, |at| metric::measure(at, other, test, &test.avoid));
            (value, other.filter(|_| compares).map(|at| metric::measure(at, None, test, avoid)))
        };
        let gain = (test.change == Change::OfGain).then(|| self.parties.gain(test).unwrap_or(f64::NAN));
        let compared = compared(test.change, value, against, gain);
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
        Tested { row, value, against, compared, holds, either: self.either(row, test) }
    }
}

/// What is held against the threshold. Where there is no way the value is infinite: from none to one is a fall by the
/// whole, and none against none is no change.
fn compared(change: Change, value: f64, against: Option<f64>, gain: Option<f64>) -> f64 {
    let Some(against) = against else { return value };
    match change {
        Change::Value => value,
        _ if value.is_infinite() && against.is_infinite() => 0.0,
        Change::Difference => value - against,
        Change::Relative if against.is_infinite() => -1.0,
        Change::Relative => value / against - 1.0,
        Change::OfGain => (value - against) / gain.unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_is_not_there_is_infinitely_dear() {
        let none = f64::INFINITY;
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
        close(compared(Change::Relative, 3.0, Some(4.0), None), -0.25);
        close(compared(Change::Relative, 3.0, Some(none), None), -1.0);
        close(compared(Change::Relative, none, Some(none), None), 0.0);
        close(compared(Change::Difference, 3.0, Some(4.0), None), -1.0);
        close(compared(Change::Value, 3.0, Some(4.0), None), 3.0);
        assert!(compared(Change::Relative, none, Some(4.0), None) > 1e300);
        assert!(compared(Change::Difference, 3.0, Some(none), None) < -1e300);
    }
}
