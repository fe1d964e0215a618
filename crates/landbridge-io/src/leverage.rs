//! What parties can do to each other in serialized form: control shares, denial values and what follows from them.
//!
//! Money is the study's currency of its price year, a year; shares are parts of 1.

use landbridge::model::{Assignment, Board};
use landbridge::outcome::leverage::{Aim, Denial, Leverage, Party};
use serde::Serialize;

use crate::queues::EquilibriumJson;
use crate::tidy::{Csv, number};

/// What has to be said wherever leverage is shown.
pub const LEVERAGE_NOTE: &str = "Leverage is what others would lose, not money that anybody has. Nobody answers a closure: no \
                                 way is built, no road closed in return, no price lowered. Goods that do not ship count at \
                                 the cost of not shipping (the choke cost of [choice]).";

/// Part of the mean transport bill of the parties below which an own cost of closing is not told from nothing.
const FLOOR: f64 = 1e-3;

/// Leverage with what it takes to read it: what ratios need, and which parties are asked for.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// All of it.
    pub leverage: &'a Leverage,
    /// By party: how many links it can close alone.
    pub closable: Vec<usize>,
    /// Parties that close, in order.
    pub closers: Vec<usize>,
    /// Parties that are closed to, in order.
    pub against: Vec<usize>,
}

/// What closing does to a pair.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Who closes.
    pub closer: usize,
    /// To whom it matters.
    pub against: usize,
    /// What the other loses a year.
    pub loss_usd: f64,
    /// What it costs the closer.
    pub own_usd: f64,
    /// Loss over own cost, which counts as the floor at least: (40) of `docs/model/control.md`.
    pub credibility: f64,
    /// Loss less what the other could do: (41).
    pub net_usd: f64,
    /// Loss in costs alone over the transport bill of the other: (43). `None` with trade, or without a bill.
    pub dependence: Option<f64>,
    /// Tonnes and persons that move no more, a year.
    pub unserved: f64,
}

impl<'a> View<'a> {
    /// Those that can close anything, or one of the parties, against all, or one.
    pub fn new(board: &Board<'_>, leverage: &'a Leverage, of: Option<usize>, on: Option<usize>) -> Self {
        let parties = 0..leverage.parties.len();
        let closable: Vec<usize> = parties.clone().map(|party| board.closable(&[party]).count()).collect();
        let is_closer = |&at: &usize| of.map_or(closable[at] > 0, |of| of == at);
        Self {
            leverage,
            closers: parties.clone().filter(is_closer).collect(),
            against: parties.filter(|&at| on.is_none_or(|on| on == at)).collect(),
            closable,
        }
    }

    /// What an own cost of closing counts at least: a thousandth of the mean transport bill of the parties.
    pub fn floor_usd(&self) -> f64 {
        let bills = &self.leverage.transport_usd;
        FLOOR * bills.iter().sum::<f64>() / bills.len().max(1) as f64
    }

    /// What closing does to a pair. Without any transport bill there is no floor and no ratio.
    pub fn pair(&self, denial: &Denial, closer: usize, against: usize) -> Pair {
        let (loss_usd, bill) = (denial.loss_usd[closer][against], self.leverage.transport_usd[against]);
        let floor = self.floor_usd();
        Pair {
            closer,
            against,
            loss_usd,
            own_usd: denial.own_usd[closer][against],
            credibility: if floor > 0.0 { denial.credibility(closer, against, floor) } else { 0.0 },
            net_usd: denial.net(closer, against),
            dependence: (denial.horizon.is_none() && bill > 0.0).then(|| loss_usd / bill),
            unserved: denial.unserved[closer][against],
        }
    }

    /// Pairs of a table, each closer with all others; of a general closure also with itself.
    fn pairs<'v>(&'v self, denial: &'v Denial) -> impl Iterator<Item = Pair> + 'v {
        let is_general = denial.aim == Aim::General;
        let pairs = self.closers.iter().flat_map(|&a| self.against.iter().map(move |&b| (a, b)));
        pairs.filter(move |(a, b)| is_general || a != b).map(|(a, b)| self.pair(denial, a, b))
    }
}

/// Leverage in a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct LeverageJson {
    scenario: String,
    is_neutral: bool,
    year: i32,
    currency: String,
    note: &'static str,
    equilibrium: EquilibriumJson,
    is_converged: bool,
    floor_usd_per_year: f64,
    parties: Vec<PartyJson>,
    shares: Vec<ShareJson>,
    denials: Vec<DenialJson>,
}

#[derive(Clone, Debug, Serialize)]
struct PartyJson {
    id: String,
    name: String,
    regions: Vec<String>,
    links_it_can_close_alone: usize,
    transport_usd_per_year: f64,
}

#[derive(Clone, Debug, Serialize)]
struct ShareJson {
    closer: String,
    beneficiary: String,
    any_link_t_share: f64,
    any_link_usd_share: f64,
    single_chokepoint_t_share: f64,
    exclusive_t_share: f64,
}

#[derive(Clone, Debug, Serialize)]
struct DenialJson {
    aim: &'static str,
    horizon: Option<String>,
    pairs: Vec<PairJson>,
}

#[derive(Clone, Debug, Serialize)]
struct PairJson {
    closer: String,
    against: String,
    loss_usd_per_year: f64,
    own_cost_usd_per_year: f64,
    credibility: f64,
    net_usd_per_year: f64,
    dependence_share: Option<f64>,
    unserved_per_year: f64,
}

/// Leverage in a scenario, by its position, for programs.
pub fn leverage_json(assignment: &Assignment, scenario: usize, view: &View<'_>) -> LeverageJson {
    let leverage = view.leverage;
    let id = |at: usize| leverage.parties[at].id.clone();
    let party = |(at, party): (usize, &Party)| PartyJson {
        id: party.id.clone(),
        name: party.name.clone(),
        regions: party.regions.clone(),
        links_it_can_close_alone: view.closable[at],
        transport_usd_per_year: leverage.transport_usd[at],
    };
    let share = |(a, b): (usize, usize)| {
        let share = leverage.shares[a][b];
        ShareJson {
            closer: id(a),
            beneficiary: id(b),
            any_link_t_share: share.any_link,
            any_link_usd_share: share.any_link_usd,
            single_chokepoint_t_share: share.single_chokepoint,
            exclusive_t_share: share.exclusive,
        }
    };
    let pair = |pair: Pair| PairJson {
        closer: id(pair.closer),
        against: id(pair.against),
        loss_usd_per_year: pair.loss_usd,
        own_cost_usd_per_year: pair.own_usd,
        credibility: pair.credibility,
        net_usd_per_year: pair.net_usd,
        dependence_share: pair.dependence,
        unserved_per_year: pair.unserved,
    };
    let denial = |denial: &Denial| DenialJson {
        aim: denial.aim.word(),
        horizon: denial.horizon.clone(),
        pairs: view.pairs(denial).map(pair).collect(),
    };
    let pairs = view.closers.iter().flat_map(|&a| view.against.iter().map(move |&b| (a, b)));
    LeverageJson {
        scenario: leverage.scenario.clone(),
        is_neutral: leverage.is_neutral,
        year: assignment.demand.year,
        currency: assignment.reference().study.units.currency.clone(),
        note: LEVERAGE_NOTE,
        equilibrium: assignment.convergence(scenario).into(),
        is_converged: leverage.is_converged,
        floor_usd_per_year: view.floor_usd(),
        parties: leverage.parties.iter().enumerate().map(party).collect(),
        shares: pairs.map(share).collect(),
        denials: leverage.denials.iter().map(denial).collect(),
    }
}

/// Leverage for spreadsheets: a row for each pair, way of closing and horizon; without one, costs alone count.
pub fn leverage_csv(view: &View<'_>) -> Vec<u8> {
    let leverage = view.leverage;
    let mut csv = Csv::new(&[
        "scenario",
        "is_neutral",
        "closer",
        "against",
        "aim",
        "horizon",
        "loss_usd_per_year",
        "own_cost_usd_per_year",
        "credibility",
        "net_usd_per_year",
        "dependence_share",
        "unserved_per_year",
        "any_link_t_share",
        "any_link_usd_share",
        "single_chokepoint_t_share",
        "exclusive_t_share",
        "against_transport_usd_per_year",
        "is_converged",
    ]);
    for denial in &leverage.denials {
        for pair in view.pairs(denial) {
            let share = leverage.shares[pair.closer][pair.against];
            csv.row([
                leverage.scenario.clone(),
                u8::from(leverage.is_neutral).to_string(),
                leverage.parties[pair.closer].id.clone(),
                leverage.parties[pair.against].id.clone(),
                denial.aim.word().to_owned(),
                denial.horizon.clone().unwrap_or_default(),
                number(pair.loss_usd, 0),
                number(pair.own_usd, 0),
                number(pair.credibility, 4),
                number(pair.net_usd, 0),
                pair.dependence.map_or(String::new(), |share| number(share, 6)),
                number(pair.unserved, 1),
                number(share.any_link, 6),
                number(share.any_link_usd, 6),
                number(share.single_chokepoint, 6),
                number(share.exclusive, 6),
                number(leverage.transport_usd[pair.against], 0),
                u8::from(leverage.is_converged).to_string(),
            ]);
        }
    }
    csv.finish()
}
