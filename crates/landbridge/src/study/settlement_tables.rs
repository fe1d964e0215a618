//! The tables of a settlement: what was promised in which instrument, and what happened when.

use super::schema::{boolean, choice, date, id, reference, references, sources, table, text};
use super::value::Date;
use super::words::{Quality, Status};

pub use super::words::Stage;

table! {
    /// What happened: events in order of days, and the state that links came into.
    EventRow in "politics/timeline.csv" optional {
        /// Identifier.
        event_id: String = id();
        /// Day from which the event holds.
        date: Date = date();
        /// What happened.
        event: String = text();
        /// Single links.
        links: Vec<String> = references("link", ';');
        /// Groups of links.
        groups: Vec<String> = references("group", ';');
        /// State of the links before, if this is their first event.
        status_from: Option<Status> = choice(Status::WORDS).optional();
        /// State of the links from the day on; blank: the event changes no state.
        status_to: Option<Status> = choice(Status::WORDS).optional();
        /// Access rule that the event is about; the days of the rule stand in its own row.
        access_rule: Option<String> = reference("access").optional();
        /// Whether that rule is in force from the day on.
        in_force: Option<bool> = boolean().optional();
        /// What changes for users.
        change: Option<String> = text().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// What was promised: one commitment of one instrument.
    CommitmentRow in "politics/agreement.csv" optional {
        /// Identifier.
        item_id: String = id();
        /// Treaty, declaration, memorandum or offer.
        instrument: String = text();
        /// Who is bound.
        party: Vec<String> = references("actor", ';');
        /// What they promise.
        commitment: String = text();
        /// Single links that it opens.
        links: Vec<String> = references("link", ';');
        /// Groups of links that it opens.
        groups: Vec<String> = references("group", ';');
        /// Crossings that it opens.
        crossings: Vec<String> = references("crossing", ';');
        /// Access rules that it lifts.
        access_rules: Vec<String> = references("access", ';');
        /// What it is about, where it opens nothing.
        affects: Option<String> = text().optional();
        /// Regime that it describes.
        regime: Option<String> = text().optional();
        /// Days on which each stage was reached; blank: not reached.
        date_expected: Option<Date> = date().optional();
        /// Announced.
        date_announced: Option<Date> = date().optional();
        /// Initialled: the text is fixed and binds nobody.
        date_initialled: Option<Date> = date().optional();
        /// Signed.
        date_signed: Option<Date> = date().optional();
        /// In force.
        date_in_force: Option<Date> = date().optional();
        /// Construction begun.
        date_construction: Option<Date> = date().optional();
        /// Carried out.
        date_done: Option<Date> = date().optional();
        /// Ended or overtaken.
        date_void: Option<Date> = date().optional();
        /// Guarantors and mediators.
        guarantor_mediator: Vec<String> = references("actor", ';');
        /// On what it depends.
        condition: Option<String> = text().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}

impl CommitmentRow {
    /// The stage on a day, and the day on which it was reached: void if it has ended, else the highest stage reached.
    pub fn stage(&self, day: Date) -> (Stage, Option<Date>) {
        let stages = [
            (Stage::Void, self.date_void),
            (Stage::Done, self.date_done),
            (Stage::UnderConstruction, self.date_construction),
            (Stage::InForce, self.date_in_force),
            (Stage::Signed, self.date_signed),
            (Stage::Initialled, self.date_initialled),
            (Stage::Expected, self.date_expected),
            (Stage::Announced, self.date_announced),
        ];
        let reached = stages.into_iter().find(|(_, date)| date.is_some_and(|date| date <= day));
        reached.unwrap_or((Stage::Pending, None))
    }
}
