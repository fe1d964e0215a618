//! Which divisions of a game no coalition can better.
//!
//! In: a game. Out: how far the worst-off coalition is from having a reason to leave (the least core: Shapley and Shubik
//! 1966; Maschler, Peleg and Shapley 1979), and what each actor gets at least and at most where none has one (the core:
//! Gillies 1959): (8) and (9) of `docs/model/control.md`.

use super::error::finite;
use super::linear_program::{Optimum, Row, minimize};
use super::{Coalition, ControlError, Game};

/// Parts of the largest worth, or of the largest payoff on the way there, that a row may be off: rounding, as points are
/// solved for anew in each step.
const ROUNDING: f64 = 1e-10;

/// An excess of less than this part of the largest worth is none. A core can be a single point, so the sign of an excess
/// that is 0 cannot be read off.
const NO_EXCESS: f64 = 1e-9;

/// What is between two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Least.
    pub min: f64,
    /// Most.
    pub max: f64,
}

/// The divisions that leave the worst-off coalition as well off as can be.
#[derive(Clone, Debug, PartialEq)]
pub struct LeastCore {
    /// What the worst-off coalition lacks: its worth less what its members get. Below 0 all have something to lose.
    /// With one actor nobody can leave, and it is minus infinity.
    pub epsilon: f64,
    /// One such division, by actor: a corner of the set, no recommendation.
    pub payoff: Vec<f64>,
    /// Whether each division gives some coalition a reason to leave.
    pub is_core_empty: bool,
}

/// The least core.
///
/// # Units
/// Those of the worth of coalitions.
///
/// # Errors
/// More than [`MAX_ENUMERATED`](super::game::MAX_ENUMERATED) actors; rounding that hides the answer.
pub fn least_core(game: &Game) -> Result<LeastCore, ControlError> {
    game.enumerable("the core")?;
    let n = game.n_actors();
    if n == 1 {
        let payoff = vec![game.worth(game.all())];
        return Ok(LeastCore { epsilon: f64::NEG_INFINITY, payoff, is_core_empty: false });
    }
    let mut cost = vec![0.0; n + 1];
    cost[n] = 1.0;
    let mut scan = Scan::new(game, game.scale(), Excess::Unknown);
    let optimum = minimize(&cost, |point| scan.worst(point))?.ok_or(ControlError::Rounding)?;
    let mut payoff = scan.in_units_of_game(&optimum);
    let epsilon = payoff.remove(n);
    Ok(LeastCore { epsilon, payoff, is_core_empty: epsilon > NO_EXCESS * game.scale() })
}

/// What each actor gets at least and at most in the core, by actor; `None` if the core is empty.
///
/// # Units
/// Those of the worth of coalitions.
///
/// # Errors
/// As [`least_core`].
pub fn core_intervals(game: &Game) -> Result<Option<Vec<Interval>>, ControlError> {
    let least = least_core(game)?;
    if least.is_core_empty {
        return Ok(None);
    }
    // A core of no width is left what rounding took.
    intervals_within(game, least.epsilon.max(0.0)).map(Some)
}

/// What each actor gets at least and at most where no coalition lacks more than `excess`: with that of the least core
/// the range within it.
///
/// # Errors
/// As [`least_core`]; an excess below that of the least core, which no division keeps.
pub fn intervals_within(game: &Game, excess: f64) -> Result<Vec<Interval>, ControlError> {
    game.enumerable("the core")?;
    let n = game.n_actors();
    if n == 1 {
        let only = game.worth(game.all());
        return Ok(vec![Interval { min: only, max: only }]);
    }
    finite("the excess", excess)?;
    // In units in which neither is large.
    let scale = game.scale().max(excess.abs());
    let mut scan = Scan::new(game, scale, Excess::Known(excess / scale));
    let mut end = |actor: usize, sign: f64| {
        let mut cost = vec![0.0; n];
        cost[actor] = sign;
        let optimum = minimize(&cost, |point| scan.worst(point))?;
        let too_small = ControlError::Value {
            what: "the excess",
            value: excess,
            expected: "as large as that of the least core",
        };
        optimum.map(|optimum| scan.in_units_of_game(&optimum)[actor]).ok_or(too_small)
    };
    (0..n).map(|actor| Ok(Interval { min: end(actor, 1.0)?, max: end(actor, -1.0)? })).collect()
}

/// What coalitions may lack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Excess {
    /// The last unknown of the point.
    Unknown,
    /// So much.
    Known(f64),
}

/// Looks through all coalitions for the one that a point violates most. All values are parts of the scale of the game.
pub(super) struct Scan {
    n_actors: usize,
    scale: f64,
    worth: Vec<f64>,
    excess: Excess,
    /// What a coalition gets, by coalition.
    gets: Vec<f64>,
    /// What a row may be off at the point added up last.
    margin: f64,
}

/// A row of a program of a game.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Key {
    /// A coalition lacks no more than the excess.
    Coalition(Coalition),
    /// All is shared out, and no more.
    Whole,
    /// An actor gets what it has alone.
    Alone,
}

impl Scan {
    pub(super) fn new(game: &Game, scale: f64, excess: Excess) -> Self {
        let worth: Vec<f64> = game.worths().iter().map(|worth| worth / scale).collect();
        Self {
            n_actors: game.n_actors(),
            scale,
            gets: vec![0.0; worth.len()],
            worth,
            excess,
            margin: ROUNDING,
        }
    }

    pub(super) fn n_actors(&self) -> usize {
        self.n_actors
    }

    pub(super) fn margin(&self) -> f64 {
        self.margin
    }

    /// Adds up what each coalition gets: one addition for each.
    pub(super) fn add_up(&mut self, point: &[f64]) {
        for set in 1..self.gets.len() {
            self.gets[set] = self.gets[set & (set - 1)] + point[set.trailing_zeros() as usize];
        }
        // Far out, sums of large payoffs are less exact: a row that holds the point must not look violated.
        self.margin = ROUNDING * point.iter().fold(1.0, |most: f64, payoff| most.max(payoff.abs()));
    }

    /// What a coalition lacks at the point added up last.
    pub(super) fn lacks(&self, set: usize) -> f64 {
        self.worth[set] - self.gets[set]
    }

    pub(super) fn worst(&mut self, point: &[f64]) -> Option<Row<Key>> {
        self.add_up(point);
        if let Some(row) = self.whole() {
            return Some(row);
        }
        let allowed = match self.excess {
            Excess::Unknown => point[self.n_actors],
            Excess::Known(excess) => excess,
        };
        let proper = 1..self.worth.len() - 1;
        let (worst, most) = proper.map(|set| (set, self.lacks(set))).fold((0, f64::NEG_INFINITY), |a, b| {
            // The first of the worst.
            if b.1 > a.1 { b } else { a }
        });
        (most > allowed + self.margin).then(|| self.row(worst))
    }

    /// What is shared out must be the worth of all: a row if it is not.
    pub(super) fn whole(&self) -> Option<Row<Key>> {
        let all = self.worth.len() - 1;
        let lacks = self.lacks(all);
        if lacks.abs() <= self.margin {
            return None;
        }
        let sign = lacks.signum();
        let coefficient = self.coefficient(all, sign, 0.0);
        Some(Row { key: Key::Whole, coefficient, bound: sign * self.worth[all] })
    }

    /// The row of a coalition.
    pub(super) fn row(&self, set: usize) -> Row<Key> {
        let key = Key::Coalition(Coalition::from_bits(set as u32));
        let bound = match self.excess {
            Excess::Unknown => self.worth[set],
            Excess::Known(excess) => self.worth[set] - excess,
        };
        Row { key, coefficient: self.coefficient(set, 1.0, 1.0), bound }
    }

    /// Coefficients of a coalition; `of_excess` is that of the excess if it is unknown.
    pub(super) fn coefficient(&self, set: usize, sign: f64, of_excess: f64) -> Vec<f64> {
        let mut coefficient: Vec<f64> =
            (0..self.n_actors).map(|actor| if set >> actor & 1 == 1 { sign } else { 0.0 }).collect();
        if matches!(self.excess, Excess::Unknown) {
            coefficient.push(of_excess);
        }
        coefficient
    }

    pub(super) fn in_units_of_game(&self, optimum: &Optimum<Key>) -> Vec<f64> {
        optimum.point.iter().map(|value| value * self.scale).collect()
    }
}
