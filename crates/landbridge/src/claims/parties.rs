//! What parties have and can do, for the tests that ask for it.
//!
//! In: tests, and the scenarios solved. Out: numbers by test. A scenario is set up once for all tests on it, and solved
//! again only for what some test asks.

use std::collections::{BTreeMap, BTreeSet};

use super::Solved;
use crate::model::{Assignment, Board, Patience};
use crate::outcome::settlement::{Bargain, Convention, Settlement};
use crate::parallel;
use crate::scenario::BASE;
use crate::study::claim_tables::TestRow;
use crate::study::tables::{Change, Metric};

/// How the future counts where a claim asks who keeps an agreement: no hazard, so that the factor of the claim is all.
const PATIENCE: Patience = Patience { discount_rate: 0.1, end_per_year: 0.0 };

/// Which side of a comparison is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is tested.
    Here,
    /// What it is held against.
    There,
}

/// What is asked of a scenario.
#[derive(Default)]
struct Asked {
    /// Parties that close what they can.
    closers: BTreeSet<String>,
    settlement: bool,
    bargain: bool,
}

/// A scenario as far as it was asked about. Vectors are by party.
struct State {
    parties: Vec<String>,
    payoff_usd: Vec<f64>,
    revenue_usd: Vec<f64>,
    /// Taken on the links that the scenario opens.
    taken_on_opened_usd: Vec<f64>,
    gdp_usd: Vec<Option<f64>>,
    /// By closer, what each loses.
    loss_usd: BTreeMap<String, Vec<f64>>,
    settlement: Option<Settlement>,
    bargain: Option<Bargain>,
}

/// What parties have and can do in every scenario that a test asks about.
pub struct Parties(BTreeMap<Solved, State>);

/// A question to one side of a test: scenario, actor, others.
struct Question<'t> {
    scenario: &'t str,
    actor: Option<&'t String>,
    on: &'t [String],
}

impl<'t> Question<'t> {
    fn of(test: &'t TestRow, side: Side) -> Option<Self> {
        let here = Self { scenario: &test.scenario, actor: test.actor.as_ref(), on: &test.on };
        match side {
            Side::Here => Some(here),
            Side::There => Some(Self {
                scenario: test.other_scenario()?,
                actor: test.against_actor.as_ref().or(here.actor),
                on: if test.against_on.is_empty() { here.on } else { &test.against_on },
            }),
        }
    }
}

impl Parties {
    /// Solves what the tests ask. `assignments`: as specified, and with equal regimes.
    pub fn of<'t>(tests: impl Iterator<Item = &'t TestRow>, assignments: [Option<&Assignment>; 2]) -> Self {
        let mut asked: BTreeMap<Solved, Asked> = BTreeMap::new();
        for test in tests.filter(|test| test.metric.is_of_parties()) {
            for question in [Side::Here, Side::There].into_iter().filter_map(|side| Question::of(test, side))
            {
                let of = asked.entry((question.scenario.to_owned(), test.neutral)).or_default();
                match test.metric {
                    Metric::Denial => of.closers.extend(question.actor.cloned()),
                    Metric::CriticalFactor | Metric::BreakEven | Metric::BreakEvenShare => {
                        of.settlement = true;
                    }
                    Metric::Shapley => of.bargain = true,
                    _ => {}
                }
            }
            let needs_reference = test.change == Change::OfGain || test.metric == Metric::BargainingShare;
            let others = test.among.iter().map(String::as_str).chain(needs_reference.then_some(BASE));
            for scenario in others {
                asked.entry((scenario.to_owned(), test.neutral)).or_default();
            }
        }
        let asked: Vec<(Solved, Asked)> = asked.into_iter().collect();
        let solved = parallel::map_with(
            &asked,
            || (),
            |(), (solved, asked)| {
                let assignment = assignments[usize::from(solved.1)]?;
                let board = Board::new(assignment, assignment.position(&solved.0)?);
                Some((solved.clone(), State::of(&board, asked)))
            },
        );
        Self(solved.into_iter().flatten().collect())
    }

    /// One side of a test; not a number if it was not solved.
    pub fn measure(&self, test: &TestRow, side: Side) -> Option<f64> {
        let question = Question::of(test, side)?;
        let state = self.state(test, question.scenario)?;
        Some(match test.metric {
            Metric::WorstOff => self.worst_off(test, state),
            Metric::BargainingShare => self.bargaining_share(test, state, &question)?,
            metric => state.measure(metric, &question)?,
        })
    }

    /// What the actor of a test gains from the reference to the scenario that the test is held against.
    pub fn gain(&self, test: &TestRow) -> Option<f64> {
        let (there, reference) = (self.state(test, test.other_scenario()?)?, self.state(test, BASE)?);
        let at = there.position(test.actor.as_ref()?)?;
        Some(there.payoff_usd[at] - reference.payoff_usd[at])
    }

    fn state(&self, test: &TestRow, scenario: &str) -> Option<&State> {
        self.0.get(&(scenario.to_owned(), test.neutral))
    }

    /// Parties that have less than in all other scenarios of the test, by more than rounding.
    fn worst_off(&self, test: &TestRow, state: &State) -> f64 {
        let others: Vec<&State> = test
            .among
            .iter()
            .filter(|scenario| **scenario != test.scenario)
            .filter_map(|scenario| self.state(test, scenario))
            .collect();
        let is_worst = |&at: &usize| {
            let own = state.payoff_usd[at];
            let margin = 1e-9 * own.abs();
            others.iter().all(|other| own < other.payoff_usd[at] - margin)
        };
        (0..state.parties.len()).filter(is_worst).count() as f64
    }

    /// One passes to the other no more than it takes on the opened links; both are to gain over the reference.
    fn bargaining_share(&self, test: &TestRow, state: &State, question: &Question<'_>) -> Option<f64> {
        let reference = self.state(test, BASE)?;
        let of = |id: &String| {
            let at = state.position(id)?;
            Some((state.payoff_usd[at] - reference.payoff_usd[at], state.taken_on_opened_usd[at]))
        };
        let ((gain, taken), (other_gain, other_taken)) = (of(question.actor?)?, of(question.on.first()?)?);
        let most_given = gain.min(taken);
        let most_received = other_gain.min(other_taken);
        let (width, joint) = (most_given + most_received, gain + other_gain);
        Some(if width > 0.0 && joint > 0.0 { width / joint } else { 0.0 })
    }
}

impl State {
    fn of(board: &Board<'_>, asked: &Asked) -> Self {
        let parties: Vec<String> = board.parties().iter().map(|party| party.id.clone()).collect();
        let open = board.open();
        let payoff = |at: usize| open.revenue_usd[at] - open.carriage_usd[at] - open.travel_usd[at];
        let position = |id: &String| parties.iter().position(|party| party == id);
        let lost = |closer: &String| {
            let closed = board.close(&board.closable(&[position(closer)?]), None);
            Some((closer.clone(), closed.gain_usd.iter().map(|gain| -gain).collect()))
        };
        Self {
            payoff_usd: (0..parties.len()).map(payoff).collect(),
            revenue_usd: open.revenue_usd.clone(),
            taken_on_opened_usd: board.taken_on(&board.opened()),
            gdp_usd: (0..parties.len()).map(|at| board.gdp_usd(at)).collect(),
            loss_usd: asked.closers.iter().filter_map(lost).collect(),
            settlement: asked.settlement.then(|| board.settlement(PATIENCE).ok()).flatten(),
            bargain: asked.bargain.then(|| board.bargain(Convention::StatusQuo, None, &[]).ok()).flatten(),
            parties,
        }
    }

    fn position(&self, id: &String) -> Option<usize> {
        self.parties.iter().position(|party| party == id)
    }

    fn measure(&self, metric: Metric, question: &Question<'_>) -> Option<f64> {
        let actor = question.actor?;
        let at = self.position(actor)?;
        let stand = || Some(&self.settlement.as_ref()?.stands[at]);
        match metric {
            Metric::Payoff => Some(self.payoff_usd[at]),
            Metric::PayoffShare => Some(self.payoff_usd[at] / self.gdp_usd[at]?),
            Metric::Revenue => Some(self.revenue_usd[at]),
            Metric::Denial => {
                let lost = self.loss_usd.get(actor)?;
                let is_asked = |other: usize| {
                    other != at && (question.on.is_empty() || question.on.contains(&self.parties[other]))
                };
                Some((0..lost.len()).filter(|&other| is_asked(other)).map(|other| lost[other]).sum())
            }
            Metric::Shapley => Some(self.bargain.as_ref()?.shapley_usd[at]),
            Metric::CriticalFactor => Some(stand()?.critical_discount_factor.unwrap_or(f64::INFINITY)),
            Metric::BreakEven => Some(stand()?.break_even_usd),
            Metric::BreakEvenShare => Some(stand()?.break_even_gdp_pct? / 100.0),
            _ => None,
        }
    }
}
