//! What parties can do to each other: properties that must hold in the toy and in the built-in study.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use landbridge::model::{Assignment, Board, LeverageQuery, Model};
use landbridge::outcome::leverage::{Aim, Denial, Leverage};
use support::{close, folder, toy};

const COSTS: LeverageQuery = LeverageQuery { selective: false, trade: false };

fn assignment(model: &Model) -> Assignment {
    model.assignment(model.study.study.base_year).unwrap()
}

fn denial(leverage: &Leverage, aim: Aim) -> &Denial {
    leverage.denials.iter().find(|denial| denial.aim == aim && denial.horizon.is_none()).unwrap()
}

fn party(leverage: &Leverage, id: &str) -> usize {
    leverage.parties.iter().position(|party| party.id == id).unwrap()
}

/// A table with its capacities left blank.
fn without_capacities(table: &str) -> String {
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let is_out = |at: usize| ["capacity_per_day", "capacity_unit", "observed_per_day"].contains(&header[at]);
    let row = |(line, row): (usize, &str)| {
        let cells = row.split(',').enumerate();
        let cells =
            cells.map(|(at, cell)| if line > 0 && at < header.len() && is_out(at) { "" } else { cell });
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    table.lines().enumerate().map(row).collect()
}

/// Without congestion a closure helps nobody whose trips it touches: `v` falls with every route that is taken away.
#[test]
fn closing_never_helps_those_it_is_aimed_at_where_nothing_queues() {
    let mut text = toy();
    for file in ["network/activity.csv", "network/link.csv"] {
        text.insert(file.to_owned(), without_capacities(&text[file]));
    }
    let model = support::model(&text);
    let assignment = assignment(&model);
    assert!(assignment.facilities.all.is_empty());
    for scenario in 0..assignment.scenarios.len() {
        let board = Board::new(&assignment, scenario);
        let n = board.parties().len();
        let open = board.open().clone();
        let bill =
            |at: usize, payoff: &landbridge::model::Payoff| payoff.carriage_usd[at] + payoff.travel_usd[at];
        for closer in 0..n {
            let closed = board.closable(&[closer]);
            for aim in std::iter::once(None).chain((0..n).map(Some)) {
                let after = board.close(&closed, aim);
                for at in 0..n {
                    assert!(bill(at, &after) >= bill(at, &open) * (1.0 - 1e-12), "{closer} {aim:?} {at}");
                }
            }
            // Closing together what each could close takes more away.
            for other in 0..n {
                let joint = board.close(&board.closable(&[closer, other]), None);
                let alone = board.close(&closed, None);
                for at in 0..n {
                    assert!(bill(at, &joint) >= bill(at, &alone) * (1.0 - 1e-12), "{closer} {other} {at}");
                }
            }
        }
    }
}

#[test]
fn nothing_closed_changes_nothing() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, 0);
    let none = landbridge::index::BitSet::empty(model.network.assets.len());
    for gain in board.close(&none, None).gain_usd {
        assert!(gain.abs() < 1e-6, "{gain}");
    }
}

#[test]
fn shares_and_denial_values_of_the_corridor() {
    let model = support::model(&folder("south-caucasus"));
    let assignment = assignment(&model);
    let board = Board::new(&assignment, assignment.position("open_tripp").unwrap());
    let leverage = board.leverage(COSTS, None).unwrap();
    assert!(leverage.is_converged);
    let n = leverage.parties.len();
    let general = denial(&leverage, Aim::General);
    for a in 0..n {
        for b in 0..n {
            let share = leverage.shares[a][b];
            let name = format!("{} on {}", leverage.parties[a].id, leverage.parties[b].id);
            assert!(share.any_link <= 1.0 + 1e-12 && share.exclusive >= 0.0, "{name}");
            assert!(share.single_chokepoint <= share.any_link + 1e-9, "{name} {share:?}");
            assert!(share.exclusive <= share.any_link + 1e-12, "{name} {share:?}");
            close(general.net(a, b), -general.net(b, a), 1e-12, &name);
        }
        // What nobody can close without it passes nothing else, so its own trade has no way around it.
        if general.own_usd[a][a] != 0.0 && leverage.parties[a].id != "USA" {
            close(leverage.shares[a][a].any_link, 1.0, 1e-9, &leverage.parties[a].id);
        }
    }
    // Who can close nothing has no leverage.
    let union = party(&leverage, "EU27");
    assert!(general.loss_usd[union].iter().all(|loss| *loss == 0.0));
    // Georgia carries most of what Armenia trades, and hurts it more than any neighbour could.
    let (arm, geo) = (party(&leverage, "ARM"), party(&leverage, "GEO"));
    for other in (0..n).filter(|&other| other != arm && other != geo) {
        assert!(general.loss_usd[geo][arm] > general.loss_usd[other][arm], "{}", leverage.parties[other].id);
    }
}
