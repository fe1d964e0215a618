//! The ledger of claims in serialized form: `claims.json`, and what the command prints.

use landbridge::claims::{Finding, Tested};
use landbridge::model::{Assignment, Model};
use serde::Serialize;

/// A claim with its verdict.
#[derive(Clone, Debug, Serialize)]
pub struct ClaimJson {
    /// Identifier.
    pub id: String,
    /// Where it was said.
    pub article: String,
    /// Who said it.
    pub said_by: String,
    /// The statement in own words.
    pub statement: String,
    /// Field that it belongs to.
    pub topic: String,
    /// How much it matters.
    pub priority: &'static str,
    /// `supported`, `contradicted`, `depends`, `waits` or `not testable`.
    pub verdict: &'static str,
    /// What the verdict rests on; none without a verdict.
    pub basis: Option<&'static str>,
    /// Whether the metric is the statement or a proxy.
    pub strength: &'static str,
    /// The capability that it waits for.
    pub waits_for: Option<&'static str>,
    /// The rule in words.
    pub decision: String,
    /// Why the metric bears on the statement, or why none does.
    pub reason: String,
    /// Remarks.
    pub note: Option<String>,
    /// Command that shows what it is about; `STUDY` stands for the folder.
    pub command: Option<String>,
    /// The answer in a few words.
    pub answer: String,
    /// Readings with their tests.
    pub readings: Vec<ReadingJson>,
}

/// A reading of the facts.
#[derive(Clone, Debug, Serialize)]
pub struct ReadingJson {
    /// Name.
    pub name: String,
    /// Whether all its tests hold.
    pub holds: bool,
    /// Tests.
    pub tests: Vec<TestJson>,
}

/// A test and what came out. Numbers are absent where there is no way.
#[derive(Clone, Debug, Serialize)]
pub struct TestJson {
    /// What is measured.
    pub metric: &'static str,
    /// Scenario.
    pub scenario: String,
    /// Value in the scenario.
    pub value: Option<f64>,
    /// Value in what it is held against.
    pub against: Option<f64>,
    /// What is held against the threshold.
    pub compared: Option<f64>,
    /// Threshold.
    pub threshold: f64,
    /// Whether the test holds.
    pub holds: bool,
    /// Test and result in words.
    pub says: String,
    /// What the test asks for, in words.
    pub wanted: String,
}

/// The ledger: what was said, and what was promised.
#[derive(Clone, Debug, Serialize)]
pub struct Ledger {
    /// Scenarios whose flows did not come to their equilibrium; verdicts on them rest on flows and hours that do not
    /// belong together. Absent if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_in_equilibrium: Vec<String>,
    /// Claims in the order of the study.
    pub claims: Vec<ClaimJson>,
    /// Day of the commitments' stages: that of the last event of the timeline.
    pub as_of: String,
    /// Commitments in the order of the study.
    pub commitments: Vec<CommitmentJson>,
}

/// How far a commitment has come.
#[derive(Clone, Debug, Serialize)]
pub struct CommitmentJson {
    /// Identifier.
    pub item_id: String,
    /// What was promised.
    pub commitment: String,
    /// Stage.
    pub stage: &'static str,
    /// Day on which it came to the stage.
    pub since: Option<String>,
    /// Links that it opens.
    pub links: usize,
    /// Links on which nothing stands in the way.
    pub free_links: usize,
}

/// Verdicts on the claims of a study, and its commitments on the day of its last event.
pub fn ledger(model: &Model, findings: &[Finding], assignment: Option<&Assignment>) -> Ledger {
    let last = model.study.timeline.iter().map(|event| event.date).max();
    // The day of an event never lies before the timeline.
    let latest = model.under_as_of(None, last, false).unwrap_or_else(|_| model.clone());
    let commitments = latest.agreement().into_iter().map(|state| {
        let row = &model.study.agreement[state.row];
        CommitmentJson {
            item_id: row.item_id.clone(),
            commitment: row.commitment.clone(),
            stage: state.stage.word(),
            since: state.since.map(|day| day.to_string()),
            links: state.links.len(),
            free_links: state.free_links(),
        }
    });
    Ledger {
        not_in_equilibrium: assignment.map_or(Vec::new(), Assignment::not_in_equilibrium),
        claims: findings.iter().map(|finding| claim(model, finding)).collect(),
        as_of: latest.overlay.as_of.to_string(),
        commitments: commitments.collect(),
    }
}

fn claim(model: &Model, finding: &Finding) -> ClaimJson {
    let row = &model.study.claims[finding.row];
    let readings = finding.readings.iter().map(|reading| ReadingJson {
        name: reading.name.clone(),
        holds: reading.holds(),
        tests: reading.tests.iter().map(|tested| test(model, tested)).collect(),
    });
    ClaimJson {
        id: row.id.clone(),
        article: row.article.clone(),
        said_by: row.said_by.clone(),
        statement: row.statement.clone(),
        topic: row.topic.clone(),
        priority: row.priority.word(),
        verdict: finding.verdict.word(),
        basis: finding.verdict.is_one().then_some(row.basis.word()),
        strength: row.strength.word(),
        waits_for: row.waits_for.map(landbridge::study::tables::Capability::word),
        decision: row.decision.clone(),
        reason: row.reason.clone(),
        note: row.note.clone(),
        command: row.command.clone(),
        answer: finding.answer(model),
        readings: readings.collect(),
    }
}

fn test(model: &Model, tested: &Tested) -> TestJson {
    let row = &model.study.tests[tested.row];
    let finite = |value: f64| Some(value).filter(|value| value.is_finite());
    TestJson {
        metric: row.metric.word(),
        scenario: row.scenario.clone(),
        value: finite(tested.value),
        against: tested.against.and_then(finite),
        compared: finite(tested.compared),
        threshold: row.threshold,
        holds: tested.holds,
        says: tested.in_words(model),
        wanted: tested.wanted(model),
    }
}
