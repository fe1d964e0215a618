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
    /// Standard errors of these, where orders were drawn because the parties are too many to enumerate.
    pub shapley_error_usd: Option<Vec<f64>>,
    /// Banzhaf value, as a check; `None` with more than 16 parties.
    pub banzhaf_usd: Option<Vec<f64>>,
    /// Owen value with the blocs that were asked for; `None` with none, or with more than 16 parties.
    pub owen_usd: Option<Vec<f64>>,
    /// Nucleolus; `None` with more than 10 parties.
    pub nucleolus_usd: Option<Vec<f64>>,
    /// The least and most of each in the core; `None` if the core is empty or not known.
    pub core_usd: Option<Vec<(f64, f64)>>,
    /// How much every coalition would have to be denied so that a division exists: above 0 the core is empty. `None`
    /// with more than 16 parties.
    pub least_core_usd: Option<f64>,
    /// What bargaining is about where some coalitions are worth less together than apart; `None` if joining never loses,
    /// or with more than 16 parties.
    pub cover: Option<Cover>,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}

/// The smallest game in which joining never loses: a coalition that is worth more in parts acts in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Cover {
    /// What all are worth in it, together or in parts.
    pub worth_usd: f64,
    /// Coalitions that are worth more in parts.
    pub n_raised: usize,
    /// The most that one of them is worth more.
    pub raised_usd: f64,
    /// Shapley value.
    pub shapley_usd: Vec<f64>,
    /// Nucleolus; `None` with more than 10 parties.
    pub nucleolus_usd: Option<Vec<f64>>,
    /// The least and most of each in the core; `None` if it is empty.
    pub core_usd: Option<Vec<(f64, f64)>>,
    /// As [`Bargain::least_core_usd`].
    pub least_core_usd: f64,
}

/// The game with a guarantor whose consent is needed, and with its consent taken as given.
#[derive(Clone, Debug, PartialEq)]
pub struct Veto {
    /// The guarantor, by position.
    pub guarantor: usize,
    /// Shapley value of each party as the regime has it.
    pub with_usd: Vec<f64>,
    /// And where the guarantor has nothing to refuse.
    pub without_usd: Vec<f64>,
}

/// A way to break an agreement.
#[derive(Clone, Debug, PartialEq)]
pub enum Deviation {
    /// Close what one can of the corridor to all.
    CloseToAll,
    /// Close it to the trips of one party, by position.
    CloseTo(usize),
    /// Take all that is collected on one's own land.
    TakeCollection,
    /// Take so much more a tonne on one's own land: what earns most.
    RaiseToll(f64),
    /// Stop running what one runs.
    Withdraw,
}

impl Deviation {
    /// What is done, in words; parties by their identifiers.
    pub fn in_words(&self, parties: &[Party]) -> String {
        match self {
            Self::CloseToAll => "close it to all".to_owned(),
            Self::CloseTo(party) => format!("close it to {}", parties[*party].id),
            Self::TakeCollection => "take all that is collected".to_owned(),
            Self::RaiseToll(usd) => format!("take {usd:.2} more a tonne"),
            Self::Withdraw => "stop running it".to_owned(),
        }
    }
}

/// A way to break the agreement and what it brings in the year in which others have not answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// What is done.
    pub deviation: Deviation,
    /// What it brings the one who does it, a year; below 0 it costs.
    pub gain_usd: f64,
    /// What of the corridor's revenue is still shared out among the parties in that year.
    pub shared_usd: f64,
    /// The part of it that the regime gives the one who does it.
    pub own_usd: f64,
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
    /// The horizon after which trade has answered; `None`: costs only.
    pub horizon: Option<String>,
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
    /// Which splits of the corridor's revenue keep themselves; `None` if nothing is collected on it.
    pub split: Option<Split>,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}

/// Which splits of the revenue that a corridor makes keep themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// What the parties collect on the links that the scenario opens: border fees and tolls, a year.
    pub revenue_usd: f64,
    /// Those who collect it, and those who can break the agreement.
    pub members: Vec<Member>,
    /// Sum of the least shares: above 1 no split keeps itself.
    pub min_share_sum: f64,
    /// How far the patience of all can fall at once until no split keeps itself; infinite if it does not matter, `None`
    /// if none does already.
    pub max_patience_drop: Option<f64>,
    /// What is left when each has what it needs, if they may pay each other beside the split: at least 0 if payments can
    /// keep the agreement.
    pub surplus_with_side_payments_usd: f64,
}

/// A party to a split. Money is against a year in which all keep the agreement under the regime's own shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The party, by position.
    pub party: usize,
    /// What it has without its share of the revenue.
    pub base_usd: f64,
    /// What it has in the year in which it breaks the agreement, at its least share.
    pub deviate_usd: f64,
    /// What it has in each year after.
    pub breakdown_usd: f64,
    /// Its share of the revenue under the regime.
    pub own_share: f64,
    /// The least share with which it keeps the agreement; above 1 no share is enough.
    pub min_share: f64,
    /// The least and most that its share can be so that the others keep it too; `None` if no split keeps itself.
    pub share: Option<(f64, f64)>,
    /// Whether it breaks the agreement with the share that it has.
    pub breaks: bool,
}
