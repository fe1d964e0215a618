//! The game of the corridor and whom it pays to break the agreement, in the built-in study and the toy.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod interruptions;
mod many;
mod splits;

use landbridge::model::{Assignment, Board, Model, Patience, TradeModel};
use landbridge::outcome::settlement::{Convention, Deviation};
use support::{close, folder, toy};

fn assignment(model: &Model) -> Assignment {
    model.assignment(model.study.study.base_year).unwrap()
}

const PATIENCE: Patience = Patience { discount_rate: 0.08, end_per_year: 0.05 };

#[test]
fn values_share_out_what_all_gain_together() {
    for (model, scenarios) in [
        (support::model(&folder("south-caucasus")), vec!["open_tripp", "open_aze"]),
        (support::model(&toy()), vec!["dunmere_by_rail"]),
    ] {
        let assignment = assignment(&model);
        for scenario in scenarios {
            let board = Board::new(&assignment, assignment.position(scenario).unwrap());
            let game = board.bargain(Convention::StatusQuo, None, &[]).unwrap();
            assert!(!game.opened.is_empty() && game.is_converged, "{scenario}");
            let scale = game.gain_usd.iter().map(|gain| gain.abs()).sum::<f64>().max(1.0);
            let nucleolus = game.nucleolus_usd.as_ref().unwrap();
            for values in [&game.gain_usd, &game.shapley_usd, nucleolus] {
                let sum: f64 = values.iter().sum();
                assert!((sum - game.worth_usd).abs() < 1e-9 * scale, "{scenario} {sum} {}", game.worth_usd);
            }
            // Those who lose by a corridor are worth less with the others than apart; bargaining is about the cover.
            let losses: f64 = game.gain_usd.iter().map(|gain| (-gain).max(0.0)).sum();
            assert_eq!(game.cover.is_some(), losses > 1e-4 * scale, "{scenario}");
            if let Some(cover) = &game.cover {
                assert!(cover.worth_usd >= game.worth_usd - 1e-9 * scale && cover.n_raised > 0);
                let sum: f64 = cover.shapley_usd.iter().sum();
                assert!((sum - cover.worth_usd).abs() < 1e-9 * scale, "{scenario} {sum}");
            }
            // Blocs of one are no blocs.
            let alone: Vec<Vec<usize>> = (0..game.parties.len()).map(|party| vec![party]).collect();
            let owen = board.bargain(Convention::StatusQuo, None, &alone).unwrap().owen_usd.unwrap();
            for (owen, shapley) in owen.iter().zip(&game.shapley_usd) {
                assert!((owen - shapley).abs() < 1e-9 * scale, "{owen} {shapley}");
            }
        }
    }
}

#[test]
fn what_opens_nothing_is_worth_nothing() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let game = Board::new(&assignment, 0).bargain(Convention::StatusQuo, None, &[]).unwrap();
    assert!(game.opened.is_empty() && game.worth_usd.abs() < 1e-9);
    assert!(game.shapley_usd.iter().all(|value| value.abs() < 1e-9));
}

#[test]
fn thresholds_follow_from_payoffs() {
    let model = support::model(&folder("south-caucasus"));
    let assignment = assignment(&model);
    for scenario in ["open_tripp", "open_aze"] {
        let board = Board::new(&assignment, assignment.position(scenario).unwrap());
        let settlement = board.settlement(PATIENCE).unwrap();
        close(settlement.discount_factor, 0.95 / 1.08, 1e-12, scenario);
        let delta = settlement.discount_factor;
        for (party, stand) in settlement.parties.iter().zip(&settlement.stands) {
            let best = stand.options.first().map_or(0.0, |way| way.gain_usd);
            // Breaking the agreement for ever: the first year, then breakdown; keeping it is 0 a year.
            let broken = (1.0 - delta) * best - delta * stand.worth_usd;
            assert!(
                (stand.break_even_usd + broken).abs() <= 1e-9 * best.abs().max(stand.worth_usd.abs()),
                "{}",
                party.id
            );
            for pair in stand.options.windows(2) {
                assert!(pair[0].gain_usd >= pair[1].gain_usd);
            }
            // Who may close the corridor to all may close it to one.
            let closes = stand.options.iter().any(|way| way.deviation == Deviation::CloseToAll);
            let closes_to_one =
                stand.options.iter().any(|way| matches!(way.deviation, Deviation::CloseTo(_)));
            assert_eq!(closes, closes_to_one, "{}", party.id);
        }
        // Under Azerbaijani control Armenia has nothing to close, and under its own sovereignty it has.
        let arm = settlement.parties.iter().position(|party| party.id == "ARM").unwrap();
        let can = settlement.stands[arm].options.iter().any(|way| way.deviation == Deviation::CloseToAll);
        assert_eq!(can, scenario == "open_tripp", "{scenario}");
    }
}

#[test]
fn payoffs_in_costs_and_in_real_income_hang_together() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, assignment.position("dunmere_by_rail").unwrap());
    let trade = TradeModel::new(&assignment).unwrap();
    let costs = board.settlement(PATIENCE).unwrap();
    for horizon in trade.horizons() {
        let traded = board.settlement_with_trade(PATIENCE, (&trade, horizon), &costs).unwrap();
        assert_eq!(traded.horizon.as_deref(), Some(horizon.horizon.as_str()));
        let opened = board.opened();
        let mut all = landbridge::index::BitSet::empty(model.network.assets.len());
        for asset in opened {
            all.insert(asset);
        }
        let open = board.open_with_trade((&trade, horizon)).unwrap();
        let closed = board.close_with_trade(&all, None, (&trade, horizon), &open).unwrap();
        for (party, stand) in traded.stands.iter().enumerate() {
            close(stand.worth_usd, -closed.gain_usd[party], 1e-9, &traded.parties[party].id);
        }
    }
    for settlement in [
        costs.clone(),
        board.settlement_with_trade(PATIENCE, (&trade, &trade.horizons()[0]), &costs).unwrap(),
    ] {
        // One link opens, which Borovia, Castora and Dunland can each close: closing it is breakdown at once.
        for (party, stand) in settlement.parties.iter().zip(&settlement.stands) {
            let way = stand.options.iter().find(|way| way.deviation == Deviation::CloseToAll);
            assert_eq!(way.is_some(), ["BRV", "CST", "DUN"].contains(&party.id.as_str()), "{}", party.id);
            if let Some(way) = way {
                close(way.gain_usd, -stand.worth_usd, 1e-12, &party.id);
            }
        }
    }
}

#[test]
fn a_patience_that_makes_no_sense_is_refused() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, 0);
    assert!(board.settlement(Patience { discount_rate: -0.5, end_per_year: 0.0 }).is_err());
    assert!(board.settlement(Patience { discount_rate: 0.1, end_per_year: 1.5 }).is_err());
}
