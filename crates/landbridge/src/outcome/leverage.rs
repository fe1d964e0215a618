//! What parties to a corridor can do to each other in a scenario: shares of what moves, what closing is worth, and what
//! could be built against it (`docs/model/leverage.md`).
//!
//! Money is in the study's currency of its price year, a year. Leverage is not money that anybody has: it is what others
//! would lose.

use crate::control::Coalition;
use crate::control::denial::{DenialMatrix, substitutability};
use crate::control::share::ControlShare;
use crate::study::tables::Quality;

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

/// Who closes together: a party alone, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closer {
    /// The parties, by their positions.
    pub who: Coalition,
    /// Links that they can close together, one of whose sets of closers lies within them.
    pub n_links: usize,
}

impl Closer {
    /// Its party, if it is one.
    pub fn alone(&self) -> Option<usize> {
        self.who.members().next().filter(|_| self.who.len() == 1)
    }
}

/// Parties by their identifiers, joined by `+`.
pub fn joined(parties: &[Party], who: Coalition) -> String {
    who.members().map(|at| parties[at].id.as_str()).collect::<Vec<_>>().join("+")
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
    /// Who closes: each party alone, in their order, then sets of several.
    pub closers: Vec<Closer>,
    /// `shares[closer][beneficiary]`, goods and value of goods.
    pub shares: Vec<Vec<Share>>,
    /// By closer: of what the others trade among themselves.
    pub third_parties: Vec<ThirdParties>,
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
    /// Shares of the tonnes.
    pub tonnes: ControlShare,
    /// Share of the value that passes any link which the closer can close.
    pub any_link_usd: f64,
    /// How much dearer the best way without the closer is, as a part of what the best way costs: mean over the tonnes
    /// that have a way around. `None` if none has.
    pub premium: Option<f64>,
}

impl Share {
    /// How well ways without the closer stand in for those with it: 1 at no cost, 0 not at all.
    pub fn substitutability(&self) -> Option<f64> {
        substitutability(self.premium?).ok()
    }
}

/// Goods with neither end in the regions of a closer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ThirdParties {
    /// All of them that move, tonnes a year.
    pub t_per_year: f64,
    /// Their value, money a year.
    pub usd_per_year: f64,
    /// What of them the closer could touch.
    pub share: Share,
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
    /// What each party has less a year, by closer; below 0 if it gains. In a general closure parties that close
    /// themselves are among them; in a selective one there is nothing at their place.
    pub values: DenialMatrix,
    /// `unserved[closer][against]`: tonnes and persons of the one closed to that do not move more than with all open, a
    /// year; its half of trips with others.
    pub unserved: Vec<Vec<f64>>,
}

/// The scenario where all that could be built is built: what could be done about closures in some years.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What could be built, in the order of the table.
    pub projects: Vec<Project>,
    /// Rate at which costs of building are spread over years.
    pub discount_rate: f64,
    /// Years over which they are spread.
    pub life_years: f64,
    /// Denial values with all of it built, table by table as in [`Leverage::denials`].
    pub denials: Vec<Denial>,
    /// By closer: the projects that carry at least a thousandth more goods if it closes, the most first.
    pub answers: Vec<Vec<Answer>>,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}

/// Works that open links of the scenario, or widen them.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Links that it opens or widens.
    pub links: Vec<String>,
    /// Terminals that it widens.
    pub terminals: Vec<String>,
    /// Times the capacity that they have.
    pub capacity_factor: Option<f64>,
    /// How far it has come, in words.
    pub status: Option<String>,
    /// What is left to be spent: low, middle, high; low and high only if they are known.
    pub capex_left_usd: (Option<f64>, f64, Option<f64>),
    /// What that and running it cost a year.
    pub usd_per_year: f64,
    /// Years that it takes from its beginning.
    pub years_to_build: f64,
    /// Who pays which part, by identifier; empty: not known.
    pub payers: Vec<(String, f64)>,
    /// How sure the cost is.
    pub quality: Quality,
}

/// What a project carries if somebody closes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// Position of the project.
    pub project: usize,
    /// Tonnes a year that pass any of its links or terminals with all open.
    pub open_t_per_year: f64,
    /// How many more pass if the closer closes.
    pub more_t_per_year: f64,
}
