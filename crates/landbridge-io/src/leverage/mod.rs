//! What parties can do to each other in serialized form: control shares, denial values, what could be built against
//! closures, and what follows from them.
//!
//! Money is the study's currency of its price year, a year; shares are parts of 1.

mod json;
mod table;

pub use json::{LeverageJson, leverage_json};
pub use table::leverage_csv;

use landbridge::control::denial::dependence;
use landbridge::outcome::leverage::{Aim, Leverage, Options, joined};

/// What has to be said wherever leverage is shown.
pub const LEVERAGE_NOTE: &str = "Leverage is what others would lose, not money that anybody has. Nobody answers a closure: \
                                 no road is closed in return, no price lowered, and with options all that could be built \
                                 is there already. Goods that do not ship count at the cost of not shipping (the choke \
                                 cost of [choice]).";

/// Part of the mean transport bill of the parties below which an own cost of closing is not told from nothing.
const FLOOR: f64 = 1e-3;

/// Leverage with what it takes to read it: what ratios need, and which parties are asked for.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// All of it, with existing links only.
    pub leverage: &'a Leverage,
    /// The same with all that could be built; `None` if nothing could.
    pub options: Option<&'a Options>,
    /// Closers, by position, in order.
    pub closers: Vec<usize>,
    /// Parties that are closed to, in order.
    pub against: Vec<usize>,
}

/// What closing does to a pair.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Who closes, by position among the closers.
    pub closer: usize,
    /// To whom it matters.
    pub against: usize,
    /// With existing links only.
    pub existing: Taken,
    /// With all options built.
    pub with_options: Option<Taken>,
    /// Loss over own cost, which counts as the floor at least: (40) of `docs/model/control.md`.
    pub credibility: f64,
    /// Loss in costs alone over the transport bill of the other: (43). `None` with trade, or without a bill.
    pub dependence: Option<f64>,
}

/// What closing takes.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    /// What the other loses a year.
    pub loss_usd: f64,
    /// What it costs the closer.
    pub own_usd: f64,
    /// Loss less what the other could do: (41). `None` if several close.
    pub net_usd: Option<f64>,
    /// Tonnes and persons that move no more, a year.
    pub unserved: f64,
}

impl<'a> View<'a> {
    /// Those that can close anything, or one of the parties alone and with others, against all, or one.
    pub fn new(
        leverage: &'a Leverage,
        options: Option<&'a Options>,
        of: Option<usize>,
        on: Option<usize>,
    ) -> Self {
        let closer = |(at, closer): (usize, &landbridge::outcome::leverage::Closer)| {
            of.map_or(closer.n_links > 0, |of| closer.who.contains(of)).then_some(at)
        };
        Self {
            leverage,
            options,
            closers: leverage.closers.iter().enumerate().filter_map(closer).collect(),
            against: (0..leverage.parties.len()).filter(|&at| on.is_none_or(|on| on == at)).collect(),
        }
    }

    /// A closer by the identifiers of its parties, joined by `+`.
    pub fn id(&self, closer: usize) -> String {
        joined(&self.leverage.parties, self.leverage.closers[closer].who)
    }

    /// What an own cost of closing counts at least: a thousandth of the mean transport bill of the parties.
    pub fn floor_usd(&self) -> f64 {
        let bills = &self.leverage.transport_usd;
        FLOOR * bills.iter().sum::<f64>() / bills.len().max(1) as f64
    }

    /// What closing does to a pair, in one of the tables of denial values. Without any transport bill there is no floor
    /// and no ratio.
    pub fn pair(&self, table: usize, closer: usize, against: usize) -> Pair {
        let alone = self.leverage.closers[closer].alone();
        let taken = |denial: &landbridge::outcome::leverage::Denial| Taken {
            loss_usd: denial.values.value(closer, against),
            own_usd: denial.values.own_cost(closer, against),
            net_usd: alone.map(|party| denial.values.net_leverage(party, against)),
            unserved: denial.unserved[closer][against],
        };
        let denial = &self.leverage.denials[table];
        let existing = taken(denial);
        let bill = self.leverage.transport_usd[against];
        Pair {
            closer,
            against,
            existing,
            with_options: self.options.map(|options| taken(&options.denials[table])),
            credibility: denial.values.credibility(closer, against, self.floor_usd()).unwrap_or(0.0),
            dependence: denial.horizon.is_none().then(|| dependence(existing.loss_usd, bill).ok()).flatten(),
        }
    }

    /// Pairs of a table, each closer with all parties; of a selective closure with those outside of it.
    pub fn pairs(&self, table: usize) -> impl Iterator<Item = Pair> + '_ {
        let is_general = self.leverage.denials[table].aim == Aim::General;
        let closers = &self.leverage.closers;
        let pairs = self.closers.iter().flat_map(|&a| self.against.iter().map(move |&b| (a, b)));
        pairs
            .filter(move |(a, b)| is_general || !closers[*a].who.contains(*b))
            .map(move |(a, b)| self.pair(table, a, b))
    }
}
