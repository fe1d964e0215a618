//! The tables of what parties can do together, and of what could be built against closures.

use landbridge::outcome::leverage::{Answer, Options, Project};
use landbridge::study::Study;
use landbridge_io::leverage::{Pair, View};

use super::tables::more_line;
use super::{NOTHING, SHOWN, million, section, share, wrapped};
use crate::output::{self, round};

/// Projects that are shown of each closer.
const ANSWERS: usize = 5;

/// What sets of parties can do, beside what each of them can do alone.
pub fn together(view: &View<'_>, currency: &str) -> String {
    let leverage = view.leverage;
    let sets: Vec<usize> =
        view.closers.iter().copied().filter(|&closer| leverage.closers[closer].who.len() > 1).collect();
    let alone = |pair: &Pair| {
        let members = leverage.closers[pair.closer].who.members();
        let of = |party: usize| {
            let loss = leverage.denials[0].values.value(party, pair.against);
            format!("{} {}", leverage.parties[party].id, million(loss))
        };
        members.map(of).collect::<Vec<_>>().join(", ")
    };
    let joint = |pair: &Pair| leverage.shares[pair.closer][pair.against].tonnes.joint;
    let is_of = |pair: &Pair| {
        sets.contains(&pair.closer)
            && !leverage.closers[pair.closer].who.contains(pair.against)
            && (joint(pair) > 0.0 || million(pair.existing.loss_usd) != NOTHING)
    };
    let mut pairs: Vec<Pair> = view.pairs(0).filter(is_of).collect();
    pairs.sort_by(|a, b| b.existing.loss_usd.total_cmp(&a.existing.loss_usd));
    let more = pairs.len().saturating_sub(SHOWN);
    pairs.truncate(SHOWN);
    if sets.is_empty() {
        return String::new();
    }
    let text = section("Closing together, general closure, costs only");
    if pairs.is_empty() {
        return text + "No set of parties that closes together takes anything from anybody else.\n";
    }
    let row = |pair: &Pair| {
        let links = leverage.closers[pair.closer].n_links.to_string();
        let mut row = vec![view.id(pair.closer), links, leverage.parties[pair.against].id.clone()];
        row.push(million(pair.existing.loss_usd));
        row.extend(pair.with_options.map(|taken| million(taken.loss_usd)));
        row.extend([share(joint(pair)), alone(pair)]);
        row
    };
    let mut header = vec!["closers", "links", "on", "denial"];
    header.extend(view.options.map(|_| "with\noptions"));
    let n = header.len() + 1;
    header.extend(["only\ntogether", "denial of each alone"]);
    text + &output::table(&header, 3..n, pairs.iter().map(row).collect())
        + &more_line(more)
        + &wrapped(&format!(
            "Million {currency} a year. Sets are those that the scenario names as able to close a link together, and those \
             asked for by --jointly. Links: what they can close together, with what each can alone. Only together: share of \
             the tonnes of the one closed to that all of the set can stop and no part of it."
        ))
}

/// What is built, what it costs, and what closing is still worth.
pub fn answers(view: &View<'_>, study: &Study, currency: &str) -> String {
    let title = section("What could be built against closures");
    let Some(options) = view.options else {
        return title
            + if study.bypasses.is_empty() {
                "The study names no works (network/bypass.csv): only existing links count.\n"
            } else {
                "No works of network/bypass.csv open or widen a link of this scenario.\n"
            };
    };
    title + &taken_away(view, options, currency) + &projects(view, options, currency)
}

/// By closer, what it could take from all others before and after.
fn taken_away(view: &View<'_>, options: &Options, currency: &str) -> String {
    let leverage = view.leverage;
    let row = |&closer: &usize| {
        let others = || view.against.iter().filter(|party| !leverage.closers[closer].who.contains(**party));
        let before: f64 = others().map(|&party| leverage.denials[0].values.value(closer, party)).sum();
        let after: f64 = others().map(|&party| options.denials[0].values.value(closer, party)).sum();
        let answers = &options.answers[closer];
        let cost: f64 = answers.iter().map(|answer| options.projects[answer.project].usd_per_year).sum();
        vec![
            view.id(closer),
            million(before),
            million(after),
            million(before - after),
            answers.len().to_string(),
            million(cost),
        ]
    };
    let header = [
        "closer",
        "denial to others,\nexisting links",
        "with\noptions",
        "taken\naway",
        "projects\nthat answer",
        "cost\na year",
    ];
    output::table(&header, 1..6, view.closers.iter().map(row).collect())
        + &wrapped(&format!(
            "Million {currency} a year, general closure, costs only. Taken away: by {}; below 0 the closer could \
             take more, since what is built runs over its links. Projects that answer carry more goods if it closes; the \
             cost is that of all of them.",
            match options.projects.len() {
                1 => "the one project".to_owned(),
                n => format!("all {n} projects together"),
            }
        ))
}

/// By closer, the projects that answer, with their cost.
fn projects(view: &View<'_>, options: &Options, currency: &str) -> String {
    let row = |closer: usize, answer: &Answer| {
        let project = &options.projects[answer.project];
        vec![
            view.id(closer),
            shortened(&project.name),
            round(answer.more_t_per_year / 1e3),
            million(project.capex_left_usd.1),
            round(project.years_to_build),
            million(project.usd_per_year),
            payers(project),
            project.quality.word().to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = view
        .closers
        .iter()
        .flat_map(|&closer| {
            options.answers[closer].iter().take(ANSWERS).map(move |answer| row(closer, answer))
        })
        .collect();
    if rows.is_empty() {
        return "\nNone of the projects carries more if anybody closes.\n".to_owned();
    }
    let header = [
        "closer",
        "project",
        "more kt\na year",
        "left to\nspend",
        "years",
        "cost\na year",
        "who pays",
        "cost is",
    ];
    format!("\n{}", output::table(&header, 2..6, rows))
        + &wrapped(&format!(
            "What answers a closure: projects that take the more goods if the closer closes to all, at most {ANSWERS} each. \
             Million {currency}; a year: what is left to spend over {:.0} years at {:.0}% and the cost of running it. Years \
             from the beginning of the works. All options are built at once: what one alone would do is not said.",
            options.life_years,
            100.0 * options.discount_rate,
        ))
}

/// A name that leaves room for numbers.
fn shortened(name: &str) -> String {
    const MOST: usize = 28;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(MOST - 3).collect();
    short.truncate(short.trim_end().len());
    short + "..."
}

fn payers(project: &Project) -> String {
    match &project.payers[..] {
        [] => "not known".to_owned(),
        [(actor, _)] => actor.clone(),
        several => {
            let part = |(actor, share): &(String, f64)| format!("{actor} {:.0}%", 100.0 * share);
            several.iter().map(part).collect::<Vec<_>>().join(", ")
        }
    }
}
