//! The tables of trade in equilibrium: all goods that regions sell to each other and to themselves, and how strongly
//! trade answers to its cost. `docs/model/joint.md` says what becomes of them.

use super::schema::{amount, boolean, choice, id, integer, number, reference, sources, table, text};
use super::words::{DeficitRule, Quality};

/// Greatest trade elasticity that is accepted; estimates lie between 0.5 and 13.
const MAX_EPSILON: f64 = 99.0;

table! {
    /// What becomes of deficits when trade changes, and what distance is taken to do to trade. One section, optional.
    TradeSettingsRow in "[trade]" optional {
        /// `fixed_nominal`: every deficit keeps its value; `fixed_ratio`: expenditure keeps its ratio to output; `purged`: deficits are taken out before anything changes.
        deficits: DeficitRule = choice(DeficitRule::WORDS).or("fixed_nominal");
        /// Elasticity of trade to distance, a negative number, for the trade that closed borders would let pass; blank: estimated from `economy/trade_total.csv`.
        distance_elasticity: Option<f64> = number(-10.0, 0.0, "").optional();
        /// Logarithm of the factor by which neighbours trade more, for the same; blank: estimated.
        common_border: Option<f64> = number(-10.0, 10.0, "").optional();
    }
}
table! {
    /// All trade in goods of a year between and within regions, whatever carries it: every region with every one, itself
    /// included. With this table and `economy/elasticity.csv` trade answers to the cost of carriage.
    TradeTotalRow in "economy/trade_total.csv" optional {
        /// Region that sells.
        exporter: String = reference("country");
        /// Region that buys.
        importer: String = reference("country");
        /// Year of the trade, and of the money.
        year: i32 = integer(1900, 2200);
        /// Value of the year's trade; on the diagonal what the region sells to itself.
        value: f64 = amount("currency/year");
        /// Whether they do not trade because the border between them is closed: what they would trade is estimated.
        is_closed ("closed"): bool = boolean().or("0");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// How strongly trade answers to its cost, by how long it has had to do so. Results are given for each.
    ElasticityRow in "economy/elasticity.csv" optional {
        /// Identifier of the horizon.
        horizon: String = id();
        /// Name.
        name: String = text();
        /// Years after the change.
        years: i32 = integer(0, 1000);
        /// Trade elasticity, a positive number: trade falls by so many percent when its cost rises by one.
        epsilon: f64 = number(1e-6, MAX_EPSILON, "");
        /// Share of what a closed border is estimated to let pass that does pass so many years after it opened.
        opened: f64 = number(1e-6, 1.0, "").or("1");
        /// Low value, to see what hangs on it.
        low: Option<f64> = number(1e-6, MAX_EPSILON, "").optional();
        /// High value.
        high: Option<f64> = number(1e-6, MAX_EPSILON, "").optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
