//! Thresholds and splits: references, and the repeated game played out year by year.

use landbridge::control::ControlError;
use landbridge::control::split::{Party, self_enforcing_splits, who_breaks};
use landbridge::control::stability::{
    Guarantee, Payoffs, Standing, cheapest_to_tempt, critical_discount_rate, effective_discount_factor,
    most_tempted,
};
use proptest::prelude::*;

use super::games::config;
use super::near;

/// Some operations on numbers of like size.
const SAME: f64 = 1e-12;

fn payoffs(cooperate: f64, deviate: f64, breakdown: f64) -> Payoffs {
    Payoffs::new(cooperate, deviate, breakdown).unwrap()
}

#[track_caller]
fn same(found: Option<f64>, wanted: Option<f64>) {
    assert_eq!(found.is_some(), wanted.is_some(), "found {found:?}, wanted {wanted:?}");
    near(found.unwrap_or(0.0), wanted.unwrap_or(0.0), SAME);
}

#[test]
fn thresholds_of_the_reference() {
    let check = |payoffs: Payoffs, ever: Option<f64>, penalties: [Option<f64>; 3]| {
        same(payoffs.critical_discount_factor(), ever);
        for (years, wanted) in [1, 2, 5].into_iter().zip(penalties) {
            same(payoffs.critical_discount_factor_of_penalty(years), wanted);
        }
    };
    let golden = Some(0.6180339887498949);
    check(payoffs(10.0, 16.0, 4.0), Some(0.5), [Some(1.0), golden, Some(0.5086603916420042)]);
    check(payoffs(10.0, 12.0, 9.0), Some(0.6666666666666666), [None, Some(1.0), Some(0.7090111951508699)]);
    // The formula gives 1.142857: more than any patience.
    near((9.0_f64 - 5.0) / (9.0 - 5.5), 1.1428571428571428, SAME);
    check(payoffs(5.0, 9.0, 5.5), None, [None; 3]);
    check(payoffs(8.0, 8.0, 3.0), Some(0.0), [Some(0.0); 3]);
}

#[test]
fn bonds_and_joint_operation_of_the_reference() {
    let bare = payoffs(10.0, 16.0, 4.0);
    for (bond, wanted) in [(0.0, 0.5), (2.0, 0.4), (4.0, 0.25), (6.0, 0.0)] {
        same(bare.guaranteed(bond).unwrap().critical_discount_factor(), Some(wanted));
    }
    same(bare.operated_jointly().critical_discount_factor(), Some(0.0));
}

#[test]
fn hazards_of_the_reference() {
    let rows = [
        (0.0, 0.05, 0.9523809523809523, true),
        (0.1, 0.05, 0.8571428571428571, true),
        (0.3, 0.10, 0.6363636363636362, true),
        (0.5, 0.10, 0.45454545454545453, false),
    ];
    for (hazard, rate, wanted, sustains) in rows {
        let factor = effective_discount_factor(hazard, rate).unwrap();
        near(factor, wanted, SAME);
        let standing = payoffs(10.0, 16.0, 4.0).standing(factor).unwrap();
        assert_eq!(standing.slack >= 0.0, sustains);
        assert_eq!(standing.break_even_once >= 0.0, sustains, "what would have to be added agrees");
        assert_eq!(critical_discount_rate(0.5, hazard).unwrap() >= rate, sustains);
    }
}

#[test]
fn the_most_tempted_is_named() {
    let of = |payoffs: Payoffs| payoffs.standing(0.9).unwrap();
    let standings: Vec<Standing> = [(10.0, 9.0, 4.0), (10.0, 16.0, 4.0), (5.0, 9.0, 5.5), (10.0, 9.5, 4.0)]
        .map(|(c, x, p)| of(payoffs(c, x, p)))
        .to_vec();
    assert_eq!(most_tempted(&standings), Some(2));
    assert_eq!(most_tempted(&standings[..2]), Some(1));
    assert_eq!(most_tempted(&[]), None);
    // Neither gains by breaking it: the smaller gain from outside, 5.45 against 5.5, decides.
    assert_eq!(most_tempted(&[standings[0], standings[3]]), Some(1));
    assert_eq!(cheapest_to_tempt(&[standings[0], standings[1]], &[1000.0, 10.0]).unwrap(), Some(0));
    assert_eq!(cheapest_to_tempt(&[standings[0], standings[1]], &[10.0, 1000.0]).unwrap(), Some(1));
}

#[test]
fn a_guarantee_fades_and_leaves() {
    let bare = payoffs(10.0, 16.0, 4.0);
    // With a factor of 0.4 the penalty must be 2.
    let needed = -bare.break_even_once(0.4).unwrap();
    near(needed, 2.0, SAME);
    let guarantee =
        Guarantee { penalty: 4.0, decay_per_year: 0.1, leaves_after_years: 20.0, penalty_after: 0.0 };
    let years = guarantee.years_enough(needed).unwrap();
    near(years, 10.0 * 2.0_f64.ln(), SAME);
    let at = |years: f64| bare.guaranteed(guarantee.at(years).unwrap()).unwrap();
    near(at(years).critical_discount_factor().unwrap(), 0.4, SAME);
    same(at(0.0).critical_discount_factor(), Some(0.25));
    same(at(20.0).critical_discount_factor(), Some(0.5));
    let firm = Guarantee { decay_per_year: 0.0, ..guarantee };
    near(firm.years_enough(needed).unwrap(), 20.0, SAME);
    let stays = Guarantee { leaves_after_years: f64::INFINITY, ..firm };
    assert_eq!(stays.years_enough(needed), Ok(f64::INFINITY));
    assert_eq!(stays.years_enough(4.5), Ok(0.0));
    assert_eq!(Guarantee { penalty_after: 3.0, ..firm }.years_enough(needed), Ok(f64::INFINITY));
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert!(Payoffs::new(1.0, f64::NAN, 0.0).is_err());
    assert!(payoffs(1.0, 2.0, 0.0).guaranteed(-1.0).is_err());
    assert!(payoffs(1.0, 2.0, 0.0).standing(1.0).is_err());
    assert!(effective_discount_factor(1.5, 0.1).is_err());
    assert!(self_enforcing_splits(0.0, &three(0.7)).is_err());
    assert_eq!(self_enforcing_splits(1.0, &[]), Err(ControlError::NoActors));
    let refused = who_breaks(15.0, &three(0.7), &[0.3, 0.3, 0.3]).unwrap_err();
    assert_eq!(refused.to_string(), "the shares add up to 0.8999999999999999 instead of 1");
}

fn three(patience_of_m: f64) -> Vec<Party> {
    let party =
        |base, deviate, breakdown, discount_factor| Party { base, deviate, breakdown, discount_factor };
    vec![party(5.0, 30.0, 4.0, 0.8), party(2.0, 20.0, 2.0, patience_of_m), party(6.0, 20.0, 5.0, 0.85)]
}

#[test]
fn splits_of_the_reference() {
    let rows = [
        (0.7, 0.36000000000000004, 0.7233333333333334, true),
        (0.5, 0.6, 0.9633333333333333, true),
        (0.4, 0.7200000000000001, 1.0833333333333333, false),
    ];
    for (patience, of_m, sum, is_feasible) in rows {
        let splits = self_enforcing_splits(15.0, &three(patience)).unwrap();
        let wanted = [0.27999999999999997, of_m, 0.08333333333333333];
        splits.min_share.iter().zip(wanted).for_each(|(found, wanted)| near(*found, wanted, SAME));
        near(splits.min_share_sum, sum, SAME);
        assert_eq!(splits.share.is_some(), is_feasible);
        // All constraints bind here, so paying each other changes nothing.
        near(splits.surplus_with_side_payments, 15.0 * (1.0 - sum), SAME);
        let drop = splits.max_patience_drop;
        assert_eq!(drop.is_some(), is_feasible);
        if let Some(drop) = drop {
            // Sums of least shares rise by (26 + 18 + 15) / 15 for each 1 of patience.
            near(drop, (1.0 - sum) * 15.0 / 59.0, SAME);
        }
    }
    let breaks = |shares: &[f64]| who_breaks(15.0, &three(0.7), shares).unwrap();
    assert!(breaks(&[0.4, 0.4, 0.2]).is_empty());
    assert_eq!(breaks(&[0.25, 0.7, 0.05]), [0, 2]);
}

/// What an actor has of all years to come, year by year until nothing is left of them.
fn value(factor: f64, of_year: impl Fn(i32) -> f64) -> f64 {
    (0..4000).map(|year| factor.powi(year) * of_year(year)).sum()
}

fn some_payoffs() -> impl Strategy<Value = Payoffs> {
    (-20.0..20.0f64, -20.0..20.0f64, -20.0..20.0f64).prop_map(|(c, x, p)| payoffs(c, x, p))
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn thresholds_are_those_of_the_game_played_out(payoffs in some_payoffs(), factor in 0.01..0.98f64) {
        let keeps = value(factor, |_| payoffs.cooperate());
        let breaks = value(factor, |year| if year == 0 { payoffs.deviate() } else { payoffs.breakdown() });
        // With a life without the agreement that is better than with it, patience is a reason to break it.
        prop_assume!(payoffs.breakdown() < payoffs.cooperate());
        let critical = payoffs.critical_discount_factor().unwrap();
        prop_assume!((factor - critical).abs() > 1e-6);
        prop_assert_eq!(keeps > breaks, factor > critical);
    }

    #[test]
    fn thresholds_of_penalties_are_those_of_the_game_played_out(
        payoffs in some_payoffs(), factor in 0.01..0.98f64, years in 1..12_i32,
    ) {
        let keeps = value(factor, |_| payoffs.cooperate());
        let breaks = value(factor, |year| match year {
            0 => payoffs.deviate(),
            year if year <= years => payoffs.breakdown(),
            _ => payoffs.cooperate(),
        });
        prop_assume!(payoffs.breakdown() < payoffs.cooperate());
        let critical = payoffs.critical_discount_factor_of_penalty(years.unsigned_abs());
        prop_assume!(critical.is_none_or(|critical| (factor - critical).abs() > 1e-6));
        prop_assert_eq!(keeps > breaks, critical.is_some_and(|critical| factor > critical));
        // Longer penalties need less patience, down to that of one without end.
        let longer = payoffs.critical_discount_factor_of_penalty(200).unwrap_or(1.0);
        let ever = payoffs.critical_discount_factor().unwrap();
        prop_assert!(ever <= longer + 1e-12 && longer <= critical.unwrap_or(1.0) + 1e-12);
    }

    #[test]
    fn gains_of_break_even_make_both_the_same(payoffs in some_payoffs(), factor in 0.01..0.98f64) {
        let keeps = value(factor, |_| payoffs.cooperate());
        let breaks = |once: f64, per_year: f64| value(factor, |year| {
            per_year + if year == 0 { payoffs.deviate() + once } else { payoffs.breakdown() }
        });
        // Of sums of up to 50 years' payoffs.
        near(breaks(payoffs.break_even_once(factor).unwrap(), 0.0), keeps, 1e-10);
        near(breaks(0.0, payoffs.break_even_per_year(factor).unwrap()), keeps, 1e-10);
        // A gain each year of that size brings the threshold to the factor itself, if patience keeps the agreement then.
        let gain = payoffs.break_even_per_year(factor).unwrap();
        if payoffs.breakdown() + gain < payoffs.cooperate() {
            near(payoffs.sweep(&[gain]).unwrap()[0].unwrap(), factor, 1e-9);
        }
    }

    #[test]
    fn ends_of_splits_are_just_kept(
        revenue in 1.0..30.0f64,
        parties in prop::collection::vec((-10.0..10.0f64, -10.0..20.0f64, -10.0..10.0f64, 0.0..0.99f64), 1..6),
    ) {
        let parties: Vec<Party> = parties.into_iter()
            .map(|(base, deviate, breakdown, discount_factor)| Party { base, deviate, breakdown, discount_factor }).collect();
        let splits = self_enforcing_splits(revenue, &parties).unwrap();
        let slack = |party: &Party, share: f64| {
            let has = party.base + share * revenue;
            let breaking = (1.0 - party.discount_factor) * party.deviate + party.discount_factor * party.breakdown;
            (has - breaking).min(has - party.breakdown)
        };
        for (party, &least) in parties.iter().zip(&splits.min_share) {
            prop_assert!(slack(party, least) > -1e-9);
            prop_assert!(least == 0.0 || slack(party, least) < 1e-9);
        }
        let Some(share) = splits.share else {
            prop_assert!(splits.min_share_sum > 1.0);
            return Ok(());
        };
        for (at, within) in share.iter().enumerate() {
            let others: f64 = share.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, w)| w.min).sum();
            near(within.max + others, 1.0, SAME);
        }
        // All that keep the agreement with less patience keep it still; with any more lost they do not.
        let less = |drop: f64| {
            let patient = |party: &Party| Party { discount_factor: (party.discount_factor - drop).max(0.0), ..*party };
            self_enforcing_splits(revenue, &parties.iter().map(patient).collect::<Vec<_>>()).unwrap().min_share_sum
        };
        let drop = splits.max_patience_drop.unwrap();
        (0..=50).for_each(|part| assert!(less(drop.min(1.0) * f64::from(part) / 50.0) < 1.0 + 1e-9));
        if drop.is_finite() {
            prop_assert!(less(drop + 1e-6) > 1.0);
        }
    }
}
