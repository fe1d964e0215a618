//! The division that leaves coalitions least reason to complain, the worst-off first.
//!
//! In: a game. Out: its nucleolus (Schmeidler 1969), by a sequence of linear programs: (10) of `docs/model/control.md`.
//! A row with a price above 0 is met with equality by all points of least cost, so each program settles at least one
//! coalition that those before left open, and as many programs as actors are enough.

use super::core::{Excess, Key, Scan};
use super::linear_program::{Row, minimize};
use super::{ControlError, Game};

/// The most actors: each program looks at all coalitions in each of its steps.
pub const MAX_ACTORS: usize = 12;

/// Prices above this part of their sum are no rounding. They are ratios of determinants of some entries of 0 and 1, and
/// one of them is at least the sum over their number.
const PRICE: f64 = 1e-7;

/// Parts of the largest worth that a row may be off.
const ROUNDING: f64 = 1e-10;

/// The nucleolus, by actor: nobody gets less than it has alone.
///
/// ```
/// use landbridge::control::{Coalition, Game};
/// use landbridge::control::nucleolus::nucleolus;
///
/// // One sells to two buyers, who value it at 100 and 60: the price is between 60 and 100, and halfway at that.
/// let game = Game::from_fn(3, |set| match (set.contains(0), set.contains(1), set.contains(2)) {
///     (true, true, _) => 100.0,
///     (true, false, true) => 60.0,
///     _ => 0.0,
/// })?;
/// let payoff = nucleolus(&game)?;
/// assert!((payoff[0] - 80.0).abs() < 1e-9 && (payoff[1] - 20.0).abs() < 1e-9 && payoff[2].abs() < 1e-9);
/// # Ok::<(), landbridge::control::ControlError>(())
/// ```
///
/// # Units
/// Those of the worth of coalitions.
///
/// # Errors
/// More than [`MAX_ACTORS`]; actors that together have less than alone; rounding that hides the answer.
pub fn nucleolus(game: &Game) -> Result<Vec<f64>, ControlError> {
    let alone = (0..game.n_actors()).map(|actor| game.worths()[1 << actor]).sum::<f64>();
    let together = game.worth(game.all());
    if alone > together + ROUNDING * game.scale() {
        return Err(ControlError::NoImputation { alone, together });
    }
    settle(game, true)
}

/// The prenucleolus, by actor: the same without the condition that nobody gets less than it has alone.
///
/// # Errors
/// More than [`MAX_ACTORS`]; rounding that hides the answer.
pub fn prenucleolus(game: &Game) -> Result<Vec<f64>, ControlError> {
    settle(game, false)
}

fn settle(game: &Game, is_rational: bool) -> Result<Vec<f64>, ControlError> {
    game.at_most(MAX_ACTORS, "the nucleolus")?;
    let n = game.n_actors();
    if n == 1 {
        return Ok(vec![game.worth(game.all())]);
    }
    let mut scan = Scan::new(game, game.scale(), Excess::Unknown);
    let whole = (1_usize << n) - 1;
    let mut settled = Settled::default();
    settled.take(&scan.coefficient(whole, 1.0, 0.0)[..n]);
    let mut open: Vec<usize> = (1..whole).collect();
    // What coalitions lack at the end, by coalition, once they are settled.
    let mut lacks: Vec<(usize, f64)> = Vec::new();
    let mut cost = vec![0.0; n + 1];
    cost[n] = 1.0;
    loop {
        let worst = |point: &[f64]| {
            scan.add_up(point);
            worst(&scan, &lacks, &open, is_rational, point[n])
        };
        let optimum = minimize(&cost, worst)?.ok_or(ControlError::Rounding)?;
        for (key, price) in &optimum.prices {
            if let (Key::Coalition(set), true) = (key, *price > PRICE) {
                let set = set.bits() as usize;
                // Rows of those settled before, and of single actors who get what they have alone, come with others.
                if open.contains(&set) && settled.take(&scan.coefficient(set, 1.0, 0.0)[..n]) {
                    lacks.push((set, optimum.point[n]));
                }
            }
        }
        if settled.rows.len() == n {
            let mut payoff = scan.in_units_of_game(&optimum);
            payoff.truncate(n);
            return Ok(payoff);
        }
        // What follows from the settled ones is settled too.
        let before = open.len();
        open.retain(|&set| !settled.implies(&scan.coefficient(set, 1.0, 0.0)[..n]));
        if open.len() == before {
            return Err(ControlError::Rounding);
        }
    }
}

/// The row that a point violates most: all is shared out, the settled lack what they lack, nobody gets less than alone if
/// so asked, and none of the open coalitions lacks more than the excess.
fn worst(
    scan: &Scan,
    lacks: &[(usize, f64)],
    open: &[usize],
    is_rational: bool,
    excess: f64,
) -> Option<Row<Key>> {
    if let Some(row) = scan.whole() {
        return Some(row);
    }
    let off = |&(set, lack): &(usize, f64)| scan.lacks(set) - lack;
    let settled = lacks.iter().max_by(|a, b| off(a).abs().total_cmp(&off(b).abs()));
    if let Some(at) = settled.filter(|at| off(at).abs() > scan.margin()) {
        let sign = off(at).signum();
        let row = scan.row(at.0);
        let bound = sign * (row.bound - at.1);
        return Some(Row { coefficient: scan.coefficient(at.0, sign, 0.0), bound, ..row });
    }
    let mut most = scan.margin();
    let mut found = None;
    for &set in open {
        let violation = scan.lacks(set) - excess;
        if violation > most {
            (most, found) = (violation, Some((set, 1.0)));
        }
    }
    if is_rational {
        for set in (0..scan.n_actors()).map(|actor| 1 << actor) {
            if scan.lacks(set) > most {
                (most, found) = (scan.lacks(set), Some((set, 0.0)));
            }
        }
    }
    let (set, of_excess) = found?;
    let row = scan.row(set);
    // What one has alone is no complaint: it settles nothing.
    let key = if of_excess == 0.0 { Key::Alone } else { row.key };
    Some(Row { key, coefficient: scan.coefficient(set, 1.0, of_excess), ..row })
}

/// Coalitions whose payoffs are known, reduced so that it is seen what follows from them.
#[derive(Default)]
struct Settled {
    /// Rows with the position of their first entry, which is 1 and alone in its column of later rows.
    rows: Vec<(usize, Vec<f64>)>,
}

impl Settled {
    /// What is left of a row after those taken before.
    fn rest(&self, row: &[f64]) -> Vec<f64> {
        let mut rest = row.to_vec();
        for (at, of) in &self.rows {
            let times = rest[*at];
            rest.iter_mut().zip(of).for_each(|(rest, of)| *rest -= times * of);
        }
        rest
    }

    fn largest(rest: &[f64]) -> Option<usize> {
        // Entries are ratios of small determinants: what is 0 but for rounding is far below.
        (0..rest.len())
            .max_by(|&i, &j| rest[i].abs().total_cmp(&rest[j].abs()))
            .filter(|&at| rest[at].abs() > 1e-6)
    }

    fn implies(&self, row: &[f64]) -> bool {
        Self::largest(&self.rest(row)).is_none()
    }

    /// Takes a row in; `false` if it follows from the others.
    fn take(&mut self, row: &[f64]) -> bool {
        let rest = self.rest(row);
        let Some(at) = Self::largest(&rest) else { return false };
        let first = rest[at];
        self.rows.push((at, rest.iter().map(|entry| entry / first).collect()));
        true
    }
}
