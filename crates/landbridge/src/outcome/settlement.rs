//! What a corridor is worth to coalitions, and whom it pays to break the agreement about it (`docs/model/settlement.md`).
//!
//! Money is in the study's currency of its price year, a year. Thresholds, no probabilities of peace.

use super::leverage::Party;

/// What happens to the links of those who stand outside of a coalition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Convention {
    /// They stay as they are; only links that the scenario opens need consent.
    #[default]
    StatusQuo,
    /// They are closed: access needs membership.
    Strict,
}

impl Convention {
    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::StatusQuo => "status quo",
            Self::Strict => "strict",
        }
    }
}

/// The game of a corridor. All vectors are by party.
#[derive(Clone, Debug, PartialEq)]
pub struct Bargain {
    /// The scenario that opens the corridor.
    pub scenario: String,
    /// Whether regimes have equal checks and tolls.
    pub is_neutral: bool,
    /// What is done with the links of outsiders.
    pub convention: Convention,
    /// The horizon after which trade has answered; `None`: costs only.
    pub horizon: Option<String>,
    /// The players.
    pub parties: Vec<Party>,
    /// Physical links that the scenario opens.
    pub opened: Vec<String>,
    /// Different sets of links that coalitions can use: so many equilibria were solved.
    pub n_solved: usize,
    /// What all together gain over nobody agreeing.
    pub worth_usd: f64,
    /// What each gains by itself when all agree and nobody pays anybody.
    pub gain_usd: Vec<f64>,
    /// Whether nothing can be opened without it.
    pub has_veto: Vec<bool>,
    /// Shapley value.
    pub shapley_usd: Vec<f64>,
    /// Banzhaf value, as a check.
    pub banzhaf_usd: Vec<f64>,
    /// Owen value with the blocs that were asked for.
    pub owen_usd: Option<Vec<f64>>,
    /// Nucleolus.
    pub nucleolus_usd: Vec<f64>,
    /// The least and most of each in the core; `None` if the core is empty.
    pub core_usd: Option<Vec<(f64, f64)>>,
    /// How much every coalition would have to be denied so that a division exists: above 0 the core is empty.
    pub least_core_usd: f64,
    /// Two coalitions that are worth less together than apart, and by how much; with congestion that can be.
    pub conflict_usd: Option<f64>,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}

/// A way to break an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deviation {
    /// Close what one can of the corridor to all.
    CloseToAll,
    /// Close it to the trips of one party, by position.
    CloseTo(usize),
    /// Take all that is collected on one's own land.
    TakeCollection,
    /// Raise the toll on one's own land to what earns most, in cents per tonne.
    RaiseToll(i64),
    /// Stop running what one runs.
    Withdraw,
}

/// A way to break the agreement and what it brings in the year in which others have not answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// What is done.
    pub deviation: Deviation,
    /// What it brings the one who does it, a year; below 0 it costs.
    pub gain_usd: f64,
}

/// Where one party stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Stand {
    /// Ways to break the agreement, the best first; none if it can do nothing.
    pub options: Vec<Way>,
    /// What it has a year from the agreement: what it would lose by breakdown.
    pub worth_usd: f64,
    /// The patience that keeping the agreement takes; `None` if none is enough.
    pub critical_discount_factor: Option<f64>,
    /// Its patience less that; minus infinite if none is enough.
    pub slack: f64,
    /// What breaking the agreement would have to bring beside money, in each year from then on, to pay.
    pub break_even_usd: f64,
    /// The same as a share of the gross domestic product, percent; `None` if that is not known.
    pub break_even_gdp_pct: Option<f64>,
}

/// Whom it pays to break the agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement {
    /// The scenario that is the agreement.
    pub scenario: String,
    /// Whether regimes have equal checks and tolls.
    pub is_neutral: bool,
    /// The parties; all vectors are by them.
    pub parties: Vec<Party>,
    /// Physical links that the scenario opens.
    pub opened: Vec<String>,
    /// Discount rate, a year.
    pub discount_rate: f64,
    /// Hazard that the agreement ends by itself, a year.
    pub end_per_year: f64,
    /// The patience that these leave.
    pub discount_factor: f64,
    /// Where each stands.
    pub stands: Vec<Stand>,
    /// The party with the least slack, and among equals the smallest break-even gain, among those who can do something.
    pub most_tempted: Option<usize>,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}
