//! The tables of regimes and scenarios: groups of links, and the sections of `regimes/*.toml` and `scenarios/*.toml`.

use super::schema::{
    TableSchema, amount, boolean, choice, date, expression, id, integer, list, number, references, sources,
    table, text,
};
use super::value::{ActorSets, Date, Shares};
use super::words::{Action, FeePer, Mode, Quality, Status};

const SETS: &str = "sets of actors: `ARM|USA` either alone, `ARM+USA` only jointly";
const SHARES: &str = "shares by actor that sum to 1: `USA=0.74;ARM=0.26`";
const APPLIES: &str = "`freight`, `passenger`, a class, or `*` (all)";
const CODES: &str = "country codes or territories";

table! {
    /// Named sets of links, for regimes and scenarios.
    GroupRow in "network/group.csv" optional {
        /// Identifier.
        group_id: String = id();
        /// Name.
        name: String = text();
        /// Its links.
        links: Vec<String> = references("link", ';');
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// A regime: who is master of a set of links. One section in each `regimes/*.toml`; the file's name is its id.
    RegimeRow in "[regime]" required {
        /// Title.
        name: String = text();
        /// Sovereign of the strip, in words or as an actor.
        sovereign: Option<String> = text().optional();
        /// A sentence or two.
        description: Option<String> = text().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What it rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Columns of control of governed links under a regime, by year of operation.
    ControlRow in "[[control]]" optional {
        /// Groups of links.
        groups: Vec<String> = references("group", ';');
        /// Single links.
        links: Vec<String> = references("link", ';');
        /// First year of operation in which it holds.
        from_year: i32 = integer(1, 999).or("1");
        /// Last year of operation in which it holds.
        to_year: i32 = integer(1, 999).or("999");
        /// Reading of the texts: `base` rows are in force, others where a scenario takes the variant.
        variant: String = text().or("base");
        /// Minimal sets of actors able to close the links.
        can_close: Option<ActorSets> = expression(SETS);
        /// Sets of actors whose consent opening needs.
        must_consent: Option<ActorSets> = expression(SETS);
        /// Who can put another operator in.
        can_replace_operator: Option<ActorSets> = expression(SETS);
        /// Who runs the links.
        operator: Vec<String> = references("actor", ';');
        /// Who receives tolls and fees.
        collectors: Option<Shares> = expression(SHARES);
        /// Who punishes a closer, in words.
        penalty: Option<String> = text().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What it rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// A rule of a regime or scenario: selectors over links, classes and trips, and what it does to what it selects.
    RuleRow in "[[rule]]" optional {
        /// Identifier, unique in its file.
        id: String = id();
        /// Rules are applied by ascending priority; within one, `deny` beats `allow`. Access rules have priority 0.
        priority: i32 = integer(0, 1_000_000).or("1");
        /// What it does.
        action: Action = choice(Action::WORDS);
        /// Groups of links.
        groups: Vec<String> = references("group", ';');
        /// Single links.
        links: Vec<String> = references("link", ';');
        /// Territories that a link touches.
        territory: Vec<String> = references("territory", ';');
        /// Modes of a link.
        mode: Vec<String> = expression("modes");
        /// Whom it concerns; absent: all.
        applies_to: Vec<String> = expression(APPLIES);
        /// Countries of carriers; absent: any carrier.
        flag: Vec<String> = expression("country codes");
        /// One of which the trip starts or ends in.
        ends: Vec<String> = expression(CODES);
        /// One of which the trip starts in.
        origin: Vec<String> = expression(CODES);
        /// One of which the trip ends in.
        destination: Vec<String> = expression(CODES);
        /// `yes`: only trips that neither start nor end in a country of the link; `no`: only others.
        transit: Option<bool> = boolean().optional();
        /// Hours at each link selected (`add_time`, `check`).
        time_h: Option<f64> = number(0.0, 1e5, "h").optional();
        /// Standard deviation of these hours.
        time_sd_h: Option<f64> = number(0.0, 1e5, "h").optional();
        /// Share of loads that are checked (`check`).
        probability: Option<f64> = number(0.0, 1.0, "").optional();
        /// Money: per link for `add_money`, for passing all links selected for `toll` (shared by their length).
        amount: Option<f64> = amount("currency").optional();
        /// What the amount is per.
        per: Option<FeePer> = choice(FeePer::WORDS).optional();
        /// Multiplies the capacity (`capacity_factor`).
        factor: Option<f64> = number(0.0, 1e6, "").optional();
        /// Currency of the amount, if not the study's.
        currency: Option<String> = text().optional();
        /// Year of the amount, if not the study's.
        year: Option<i32> = integer(1900, 2200).optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What it rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// A scenario: a small ordered diff. One section in each `scenarios/*.toml`; the file's name is its id.
    ScenarioRow in "[scenario]" required {
        /// Title.
        name: String = text();
        /// A sentence or two.
        description: Option<String> = text().optional();
        /// Scenario whose changes come first.
        extends: Option<String> = text().optional();
        /// Modules whose changes come next, in order.
        include: Vec<String> = list();
        /// Whether it is only a part for others to include.
        is_module: bool = boolean().or("0");
        /// Day whose access rules hold; absent: that of the parent, or of the study.
        as_of: Option<Date> = date().optional();
        /// Regimes in force; absent: those of the parent.
        regimes: Vec<String> = list();
        /// Other readings of the regimes: control rows of these variants replace the `base` rows of their links; absent:
        /// those of the parent.
        variants: Vec<String> = list();
        /// Year of operation of the regimes, from 1; absent: that of the parent.
        operation_year: Option<i32> = integer(1, 999).optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What it rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// A step of a scenario: links, and one thing that changes on them; or an access rule that is switched.
    ChangeRow in "[[change]]" optional {
        /// Groups of links.
        groups: Vec<String> = references("group", ';');
        /// Single links.
        links: Vec<String> = references("link", ';');
        /// Two countries: links on which a crossing between them lies.
        between: Vec<String> = expression("two country codes");
        /// Only links of these modes.
        mode: Vec<String> = expression("modes");
        /// New state.
        status: Option<Status> = choice(Status::WORDS).optional();
        /// New speed, km/h.
        free_speed: Option<f64> = number(0.1, 2000.0, "km/h").optional();
        /// Access rule that is switched.
        access_rule: Option<String> = text().optional();
        /// Whether that rule is in force.
        in_force: Option<bool> = boolean().optional();
        /// Remarks.
        note: Option<String> = text().optional();
    }
}

/// Sections of a regime file.
pub const REGIME_SECTIONS: &[&TableSchema] = {
    use super::schema::Row;
    &[&RegimeRow::TABLE, &ControlRow::TABLE, &RuleRow::TABLE]
};

/// Sections of a scenario file.
pub const SCENARIO_SECTIONS: &[&TableSchema] = {
    use super::schema::Row;
    &[&ScenarioRow::TABLE, &ChangeRow::TABLE, &RuleRow::TABLE]
};

impl ChangeRow {
    /// Whether the change is about a link, apart from `groups` and `between`, which need other tables.
    pub fn admits_mode(&self, mode: Mode) -> bool {
        self.mode.is_empty() || self.mode.iter().any(|word| word == mode.word())
    }
}
