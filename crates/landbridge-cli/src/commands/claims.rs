//! `landbridge claims`: what was said, and what the model answers.

use std::collections::BTreeMap;
use std::process::ExitCode;

use landbridge::model::Model;
use landbridge_io::ledger::{ClaimJson, Ledger, ledger};

use crate::args::{Claims, Format};
use crate::certificate::Certificate;
use crate::input::{self, Failure};
use crate::output::{self, Progress};

/// Runs the command.
///
/// # Errors
/// The study has errors, or a claim is not known.
pub fn run(args: &Claims) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    let progress = Progress::start("judging");
    let needs_flows = landbridge::claims::needs_flows(&model);
    if needs_flows {
        progress.next("putting demand on the network");
    }
    let year = model.study.study.base_year;
    let assignment = needs_flows.then(|| model.assignment(year)).flatten();
    let mut ledger =
        ledger(&model, &landbridge::claims::judge(&model, assignment.as_ref()), assignment.as_ref());
    drop(progress);
    let claims = &mut ledger.claims;
    for id in &args.ids {
        if !claims.iter().any(|claim| claim.id.eq_ignore_ascii_case(id)) {
            let known = landbridge::study::value::nearest(id, claims.iter().map(|claim| claim.id.as_str()));
            let hint = known.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(Failure::Usage(format!("there is no claim `{id}`{hint}")));
        }
    }
    if !args.ids.is_empty() {
        claims.retain(|claim| args.ids.iter().any(|id| claim.id.eq_ignore_ascii_case(id)));
    }
    match args.format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&ledger)),
        Format::Csv => output::bytes(&csv(&ledger.claims)),
        Format::Table if args.ids.is_empty() => output::data(&overview(&model, &ledger, args.all)),
        Format::Table => output::data(&ledger.claims.iter().map(detail).collect::<Vec<_>>().join("\n")),
    }
    Ok(assignment.map_or(ExitCode::SUCCESS, |assignment| Certificate::of_all(&assignment).finish()))
}

fn csv(claims: &[ClaimJson]) -> Vec<u8> {
    let header = [
        "claim_id",
        "article",
        "said_by",
        "statement",
        "topic",
        "priority",
        "verdict",
        "basis",
        "strength",
        "waits_for",
        "answer",
        "command",
    ];
    let row = |claim: &ClaimJson| {
        vec![
            claim.id.clone(),
            claim.article.clone(),
            claim.said_by.clone(),
            claim.statement.clone(),
            claim.topic.clone(),
            claim.priority.to_owned(),
            claim.verdict.to_owned(),
            claim.basis.unwrap_or("").to_owned(),
            claim.strength.to_owned(),
            claim.waits_for.unwrap_or("").to_owned(),
            claim.answer.clone(),
            claim.command.clone().unwrap_or_default(),
        ]
    };
    output::csv(&header, &claims.iter().map(row).collect::<Vec<_>>())
}

fn overview(model: &Model, ledger: &Ledger, all: bool) -> String {
    let claims = &ledger.claims;
    let mut text = output::heading(&format!("{}: what was said", model.study.study.name));
    if claims.is_empty() {
        return text + "the study holds no claims (claims.toml)\n";
    }
    let judged = |claim: &&ClaimJson| claim.basis.is_some();
    let shown: Vec<_> = claims.iter().filter(|claim| all || judged(claim)).collect();
    text += &tally(claims);
    if !ledger.not_in_equilibrium.is_empty() {
        let ids = ledger.not_in_equilibrium.join(", ");
        text +=
            &output::visible(&format!("NOT in equilibrium, verdicts on these flows are doubtful: {ids}\n"));
    }
    text.push('\n');
    let rows = shown.iter().map(|claim| {
        let basis = claim.basis.map_or(String::new(), |basis| format!("({basis})"));
        vec![
            claim.id.clone(),
            format!("{}\n- {}", claim.statement, claim.said_by),
            format!("{}\n{basis}", claim.verdict),
            claim.answer.clone(),
        ]
    });
    text += &output::table(&["claim", "statement", "verdict", "answer"], 0..0, rows.collect());
    if !all {
        for (word, ids) in waiting(claims) {
            text += &output::visible(&format!("{word}: {}\n", ids.join(", ")));
        }
    }
    text + &promises(ledger) + "`landbridge claims STUDY CLAIM` shows the tests of a claim\n"
}

/// How many commitments have come how far.
fn promises(ledger: &Ledger) -> String {
    if ledger.commitments.is_empty() {
        return String::new();
    }
    let mut stages: BTreeMap<&str, usize> = BTreeMap::new();
    for commitment in &ledger.commitments {
        *stages.entry(commitment.stage).or_default() += 1;
    }
    let words: Vec<_> = stages.iter().map(|(stage, n)| format!("{n} {}", stage.replace('_', " "))).collect();
    let (n, day) = (ledger.commitments.len(), &ledger.as_of);
    format!("{n} commitments as of {day}: {}; `landbridge agreement STUDY --as-of {day}`\n", words.join(", "))
}

/// How many of each verdict, and what the verdicts rest on. Only those of basis `model` are findings.
fn tally(claims: &[ClaimJson]) -> String {
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut bases: BTreeMap<&str, usize> = BTreeMap::new();
    for claim in claims {
        *verdicts.entry(claim.verdict).or_default() += 1;
        if let Some(basis) = claim.basis {
            *bases.entry(basis).or_default() += 1;
        }
    }
    let order = ["supported", "contradicted", "depends", "waits", "not testable"];
    let counted = order.iter().filter_map(|word| Some(format!("{} {word}", verdicts.get(word)?)));
    let rest = bases.iter().map(|(basis, n)| format!("{n} on {basis}")).collect::<Vec<_>>().join(", ");
    let rest = if rest.is_empty() { String::new() } else { format!("; verdicts rest {rest}") };
    format!("{} statements: {}{rest}\n", claims.len(), counted.collect::<Vec<_>>().join(", "))
}

/// Claims without a verdict, by what they lack.
fn waiting(claims: &[ClaimJson]) -> BTreeMap<String, Vec<&str>> {
    let mut lists: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for claim in claims.iter().filter(|claim| claim.basis.is_none()) {
        let word = match claim.waits_for {
            Some(capability) => format!("waits for {capability}"),
            None => "not testable".to_owned(),
        };
        lists.entry(word).or_default().push(&claim.id);
    }
    lists
}

fn detail(claim: &ClaimJson) -> String {
    let basis = claim.basis.map_or(String::new(), |basis| format!(" (basis: {basis}; {})", claim.strength));
    let mut text = output::heading(&format!("{} {}{basis}", claim.id, claim.verdict));
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            text += &output::visible(&format!("{label}: {value}\n"));
        }
    };
    line("said by", &format!("{} (article {})", claim.said_by, claim.article));
    line("statement", &claim.statement);
    line("rule", &claim.decision);
    line("why this measure", &claim.reason);
    line("note", claim.note.as_deref().unwrap_or(""));
    line("waits for", claim.waits_for.unwrap_or(""));
    line("see", &claim.command.as_ref().map_or(String::new(), |command| format!("landbridge {command}")));
    let many = claim.readings.len() > 1;
    let rows: Vec<_> = claim
        .readings
        .iter()
        .flat_map(|reading| reading.tests.iter().map(move |test| (reading, test)))
        .map(|(reading, test)| {
            let name = if many { reading.name.clone() } else { String::new() };
            let holds = if test.holds { "holds" } else { "does not hold" };
            vec![name, test.says.clone(), test.wanted.clone(), holds.to_owned()]
        })
        .collect();
    if !rows.is_empty() {
        text += &output::table(&["reading", "test", "asked for", "result"], 0..0, rows);
    }
    text
}
