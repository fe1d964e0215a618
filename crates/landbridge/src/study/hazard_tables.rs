//! What closes links for a while, how often and for how long: assumptions from which interruptions are played out.

use super::Study;
use super::resolve::Checker;
use super::schema::{TableSchema, choice, id, number, reference, references, sources, table, text};
use super::verify::push;
use super::words::Quality;
use crate::diagnostic::{Code, Diagnostic, clip};

pub use super::words::DurationKind;

table! {
    /// Causes of closure. All rates are assumptions of the study; nothing estimates the hazard of an agreement.
    HazardRow in "politics/hazard.csv" optional {
        /// Identifier. The place of the row names the random numbers of the cause: the same luck in all scenarios.
        cause_id: String = id();
        /// Name.
        name: String = text();
        /// Who closes; blank: nobody, as with snow or a failure. A cause with an actor acts in a scenario only on links
        /// that the actor, with those at home there, can close alone.
        actor: Option<String> = reference("actor").optional();
        /// Single links that it closes.
        links: Vec<String> = references("link", ';');
        /// Groups of links that it closes. Blank both, with an actor: what the actor can close of the links that the
        /// scenario opens.
        groups: Vec<String> = references("group", ';');
        /// Events a year. With a shape: one over the years after which 63 % have had an event.
        per_year: f64 = number(0.0, 366.0, "1/year");
        /// Shape of a Weibull hazard that counts from the last repair: below 1 the first years are the most dangerous.
        shape: Option<f64> = number(0.1, 10.0, "").optional();
        /// How much the rate is above its mean at the peak of a season, and below it half a year later, as a part of it.
        season_amplitude: Option<f64> = number(0.0, 1.0, "").optional();
        /// When in the year the rate is highest: 0 is the first of January, 0.5 early July.
        season_peak: Option<f64> = number(0.0, 1.0, "").optional();
        /// How durations of closures are distributed.
        duration: DurationKind = choice(DurationKind::WORDS);
        /// How long a closure lasts: always, in the mean, or, lognormal, as often longer as shorter.
        days: f64 = number(1e-3, 36_500.0, "days");
        /// Standard deviation of the logarithm of a lognormal duration.
        sigma: Option<f64> = number(0.0, 10.0, "").optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}

/// Its schema, for the list of all tables.
pub const HAZARD: &TableSchema = {
    use super::schema::Row;
    &HazardRow::TABLE
};

/// Checks all rows.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    let table = &study.hazards;
    let mut check = Checker::new(out);
    check.one(table, "actor", &study.actors, |row| row.actor.as_ref());
    check.many(table, "links", &study.links, |row| row.links.iter());
    check.many(table, "groups", &study.groups, |row| row.groups.iter());
    check.sources(table, study, |row| &row.source);
    for (at, row) in table.iter().enumerate() {
        let id = clip(&row.cause_id);
        if row.actor.is_none() && row.links.is_empty() && row.groups.is_empty() {
            let message = format!("cause `{id}` closes nothing");
            let help =
                "name the links or groups that it closes, or the actor who closes the links of a scenario";
            push(out, (table, at, "links"), Code::LB0324, message, help);
        }
        for (column, message, help) in slips(row) {
            push(out, (table, at, column), Code::LB0325, format!("cause `{id}` {message}"), help);
        }
    }
}

/// What a row lacks, or has too much of.
fn slips(row: &HazardRow) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut slips = Vec::new();
    match (row.duration, row.sigma) {
        (DurationKind::Lognormal, None) => slips.push((
            "sigma",
            "is lognormal and has no `sigma`",
            "give the standard deviation of the logarithm; with 1, one closure in six lasts 2.7 times as long or longer",
        )),
        (DurationKind::Fixed | DurationKind::Exponential, Some(_)) => {
            slips.push(("sigma", "has a `sigma` that its duration does not use", "leave it blank, or let the duration be lognormal"));
        }
        _ => {}
    }
    if row.season_amplitude.is_some() != row.season_peak.is_some() {
        let column = if row.season_peak.is_none() { "season_peak" } else { "season_amplitude" };
        slips.push((
            column,
            "has one half of a season",
            "give both `season_amplitude` and `season_peak`, or neither",
        ));
    }
    if row.shape.is_some() && (row.season_amplitude.is_some() || row.season_peak.is_some()) {
        slips.push((
            "shape",
            "has both a shape and a season",
            "split it into two causes, or leave one of them out",
        ));
    }
    slips
}
