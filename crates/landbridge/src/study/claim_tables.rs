//! The ledger of claims: what was said about a corridor, and the tests by which it is judged.

use super::schema::{
    TableSchema, amount, boolean, choice, date, expression, id, number, reference, references, sources,
    table, text,
};
use super::value::Date;
use super::words::{
    Basis, Capability, Change, ClaimKind, ClassKind, Comparator, Metric, Priority, Quality, Stage, Strength,
};

table! {
    /// A statement, in own words, and how it is judged. Sections of `claims.toml`.
    ClaimRow in "[[claim]]" optional {
        /// Identifier.
        id: String = id();
        /// Where it was said: an article, a report.
        article: String = text();
        /// Who said it.
        said_by: String = text();
        /// The statement in own words.
        statement: String = text();
        /// Actors that it is about.
        subjects: Vec<String> = references("actor", ';');
        /// Field that it belongs to.
        topic: String = text();
        /// Whether it can be judged.
        kind: ClaimKind = choice(ClaimKind::WORDS);
        /// What is measured, in words.
        metric_words: String = text();
        /// Unit of what is measured.
        unit: Option<String> = text().optional();
        /// Scenarios that bear on it.
        scenarios: Vec<String> = references("scenario", ';');
        /// What one would see if it were true.
        expected: String = text();
        /// The rule of the verdict, in words.
        decision: String = text();
        /// Whether the metric is the statement or stands in for it.
        strength: Strength = choice(Strength::WORDS);
        /// What the verdict rests on.
        basis: Basis = choice(Basis::WORDS);
        /// What the verdict has to wait for; blank: it is computed from the tests, or cannot be judged.
        waits_for: Option<Capability> = choice(Capability::WORDS).optional();
        /// Why the metric bears on the statement, or why none does.
        reason: String = text();
        /// How much it matters.
        priority: Priority = choice(Priority::WORDS);
        /// Command that shows what it is about; `STUDY` stands for the folder.
        command: Option<String> = text().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// Where the statement stands.
        source: Vec<String> = sources();
        /// How sure it is that it was said.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// One test of a claim: a metric with its filters, and what it is held against. The tests of a reading must all
    /// hold, of those with one word in `either` one; a claim that holds in every reading is supported, in none
    /// contradicted, else it depends.
    TestRow in "[[test]]" optional {
        /// Claim that is tested.
        claim: String = reference("claim");
        /// Reading of the facts under which it is tested: a design, a disputed text, neutral regimes.
        reading: String = text().or("as specified");
        /// Tests of a reading that have the same word here are alternatives: one of them must hold.
        either: Option<String> = text().optional();
        /// What is measured.
        metric: Metric = choice(Metric::WORDS);
        /// Scenario in which it is measured.
        scenario: String = text().or("base");
        /// Day on which it is measured; blank: that of the scenario.
        as_of: Option<Date> = date().optional();
        /// Whether all regimes have equal checks and tolls.
        neutral: bool = boolean().or("0");
        /// Origin of a way.
        from: Option<String> = reference("node").optional();
        /// Destination of a way.
        to: Option<String> = reference("node").optional();
        /// Places that the way passes, in order.
        via: Vec<String> = references("node", ';');
        /// Class that travels; blank: the study's main class.
        class: Option<String> = reference("class").optional();
        /// Modes of the way; blank: all of the class.
        mode: Vec<String> = expression("modes");
        /// The way keeps to these territories.
        within: Vec<String> = references("territory", ';');
        /// The way keeps out of these territories.
        avoid: Vec<String> = references("territory", ';');
        /// The way uses no link that an actor not named here can close alone.
        closable_only_by: Vec<String> = references("actor", ';');
        /// Groups of links.
        groups: Vec<String> = references("group", ';');
        /// Single links.
        links: Vec<String> = references("link", ';');
        /// Actor that is asked about.
        actor: Option<String> = reference("actor").optional();
        /// Actors against whom something is asked: a denial value, a bargain.
        on: Vec<String> = references("actor", ';');
        /// Scenarios among which a party has least.
        among: Vec<String> = references("scenario", ';');
        /// Territories that are asked about.
        territory: Vec<String> = references("territory", ';');
        /// Whether flows of goods or of people are asked about.
        kind: ClassKind = choice(ClassKind::WORDS).or("freight");
        /// Pairs of regions of economy/country.csv whose flows are asked about, either way; blank: all.
        pairs: Vec<String> = expression("pairs of regions: `ARM/IRN`");
        /// Only flows that touch one of these territories on their way.
        through: Vec<String> = references("territory", ';');
        /// Regions of economy/country.csv whose trade is asked about.
        region: Vec<String> = references("country", ';');
        /// How long trade has had to answer, a row of economy/elasticity.csv; blank: the longest.
        horizon: Option<String> = reference("elasticity").optional();
        /// Greatest distance.
        within_km: Option<f64> = amount("km").optional();
        /// Commitment that is asked about.
        item: Option<String> = reference("agreement").optional();
        /// Stage that it must have reached.
        stage: Option<Stage> = choice(Stage::WORDS).optional();
        /// What is made of the value.
        change: Change = choice(Change::WORDS).or("value");
        /// Scenario against which it is measured; blank with `against_actor`: the same.
        against: Option<String> = text().optional();
        /// Instead of `actor` in what it is measured against.
        against_actor: Option<String> = reference("actor").optional();
        /// Instead of `on` in what it is measured against.
        against_on: Vec<String> = references("actor", ';');
        /// Instead of `avoid` in what it is measured against.
        against_avoid: Vec<String> = references("territory", ';');
        /// How it is held against the threshold.
        comparator: Comparator = choice(Comparator::WORDS);
        /// The threshold.
        threshold: f64 = number(-1e12, 1e12, "");
        /// For `within`: greatest deviation as a share of the threshold.
        tolerance: Option<f64> = number(0.0, 1.0, "").optional();
    }
}

/// File of the ledger.
pub const CLAIMS: &str = "claims.toml";

/// Sections of the ledger.
pub const CLAIM_SECTIONS: &[&TableSchema] = {
    use super::schema::Row;
    &[&ClaimRow::TABLE, &TestRow::TABLE]
};

impl Metric {
    /// Whether it is a property of the cheapest way between two places.
    pub fn is_of_route(self) -> bool {
        matches!(
            self,
            Self::RouteExists
                | Self::RouteKm
                | Self::RouteH
                | Self::RouteBorderH
                | Self::RouteStopH
                | Self::RouteUsd
                | Self::RouteCost
                | Self::RouteBorders
                | Self::RouteTransfers
                | Self::RoutePasses
                | Self::RouteForeign
                | Self::RouteClosers
        )
    }

    /// Whether it is measured on flows.
    pub fn is_of_flows(self) -> bool {
        matches!(
            self,
            Self::Flow
                | Self::FlowShare
                | Self::LinkShare
                | Self::ClosableFlowShare
                | Self::Transit
                | Self::MeanCost
        )
    }

    /// Whether it is measured on trade in equilibrium.
    pub fn is_of_trade(self) -> bool {
        matches!(self, Self::Trade) || self.needs_region()
    }

    /// Whether it is measured on what parties have and can do.
    pub fn is_of_parties(self) -> bool {
        matches!(
            self,
            Self::Payoff
                | Self::PayoffShare
                | Self::Revenue
                | Self::Denial
                | Self::Shapley
                | Self::WorstOff
                | Self::BargainingShare
                | Self::CriticalFactor
                | Self::BreakEven
                | Self::BreakEvenShare
        )
    }

    /// Whether it needs regions to be named.
    pub fn needs_region(self) -> bool {
        matches!(
            self,
            Self::TradeShare
                | Self::Welfare
                | Self::WelfareRank
                | Self::RegionsMoved
                | Self::MarketAccess
                | Self::Openness
                | Self::ConcentrationPartner
                | Self::ConcentrationCommodity
                | Self::ConcentrationCrossing
                | Self::HubIndex
        )
    }

    /// Whether it needs links to be named.
    pub fn needs_links(self) -> bool {
        matches!(
            self,
            Self::RoutePasses
                | Self::Flow
                | Self::LinkShare
                | Self::LengthKm
                | Self::OpenLinks
                | Self::OpenShare
                | Self::HeldShare
                | Self::ClosableShare
                | Self::ClosableByOthersShare
                | Self::ConsentShare
        )
    }

    /// Whether it needs an actor to be named.
    pub fn needs_actor(self) -> bool {
        matches!(
            self,
            Self::HeldShare
                | Self::ClosableShare
                | Self::ClosableByOthersShare
                | Self::ConsentShare
                | Self::ClosableFlowShare
                | Self::LinksRunNear
        ) || (self.is_of_parties() && self != Self::WorstOff)
    }
}

impl TestRow {
    /// The scenario of what it is measured against, if it is measured against something.
    pub fn other_scenario(&self) -> Option<&String> {
        self.against.as_ref().or_else(|| self.against_actor.as_ref().map(|_| &self.scenario))
    }

    /// The pairs of regions; those that are not two names are left out (and were reported).
    pub fn region_pairs(&self) -> Vec<(&str, &str)> {
        self.pairs.iter().filter_map(|pair| pair.split_once('/')).collect()
    }
}
