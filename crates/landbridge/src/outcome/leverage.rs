//! What parties to a corridor can do to each other in a scenario: shares of what moves, and what closing is worth
//! (`docs/model/leverage.md`).
//!
//! Money is in the study's currency of its price year, a year. Leverage is not money that anybody has: it is what others
//! would lose.

/// A party: a state or bloc with the regions and companies that are its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Identifier of the actor.
    pub id: String,
    /// Name.
    pub name: String,
    /// Regions of trade and travel that are its own; none if it has no market.
    pub regions: Vec<String>,
}

/// Whom all of it concerns, and all numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Leverage {
    /// The scenario.
    pub scenario: String,
    /// Whether regimes have equal checks and tolls.
    pub is_neutral: bool,
    /// The parties, in order; all tables are by their positions.
    pub parties: Vec<Party>,
    /// `shares[closer][beneficiary]`, goods and value of goods.
    pub shares: Vec<Vec<Share>>,
    /// Denial values in money, one table for each way of closing and of counting.
    pub denials: Vec<Denial>,
    /// What each party pays for the carriage of its goods and for its travel in a year, its half of trips with others.
    pub transport_usd: Vec<f64>,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}

/// What of a beneficiary's goods a closer could touch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Tonnes that pass any link which it can close alone.
    pub any_link: f64,
    /// The same of their value.
    pub any_link_usd: f64,
    /// Tonnes on the one such link with the most of them.
    pub single_chokepoint: f64,
    /// Tonnes that have no permitted way around its links.
    pub exclusive: f64,
}

/// Whom a closure is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aim {
    /// Everybody.
    General,
    /// The trips of one party.
    Selective,
}

impl Aim {
    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Selective => "selective",
        }
    }
}

/// What closing does to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Denial {
    /// Whether links close to all or to one.
    pub aim: Aim,
    /// The horizon after which trade has answered; `None`: trade does not answer, only costs count.
    pub horizon: Option<String>,
    /// `loss_usd[closer][against]`: what `against` has less a year; below 0 if it gains. On the diagonal what a general
    /// closure costs the closer itself; of a selective one against others see `own_usd`.
    pub loss_usd: Vec<Vec<f64>>,
    /// What it costs the closer itself to close to each.
    pub own_usd: Vec<Vec<f64>>,
    /// Tonnes and persons of the one closed to that do not move more than with all open, a year; its half of trips with
    /// others.
    pub unserved: Vec<Vec<f64>>,
}

impl Denial {
    /// What `a` could take from `b` less what `b` could take from `a`: net leverage, antisymmetric.
    pub fn net(&self, a: usize, b: usize) -> f64 {
        self.loss_usd[a][b] - self.loss_usd[b][a]
    }

    /// What `b` would lose for each dollar that closing costs `a`; `floor` keeps it finite where closing costs nothing.
    pub fn credibility(&self, a: usize, b: usize, floor: f64) -> f64 {
        self.loss_usd[a][b] / self.own_usd[a][b].max(floor)
    }
}
