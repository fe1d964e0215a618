//! Revenue, tolls and what makes the difference between regimes.

use landbridge::control::ControlError;
use landbridge::control::decompose::{Switch, decompose};
use landbridge::control::revenue::{
    Account, Concession, Phase, Year, growing, present_value, split, together,
};
use landbridge::control::toll::{TollSearch, best_toll};
use proptest::prelude::*;

use super::games::config;
use super::{all_near, near};

/// Some hundred operations on numbers of one sign.
const SAME: f64 = 1e-12;

#[test]
fn the_split_of_the_reference() {
    // Sovereign, operator, guarantor.
    all_near(&split(120.0, &[0.4, 0.35, 0.25]).unwrap(), &[48.0, 42.0, 30.0], SAME);
    assert_eq!(split(1.0, &[0.5, 0.4]), Err(ControlError::ShareSum { sum: 0.9 }));
    assert!(split(1.0, &[1.5, -0.5]).is_err());
    assert!(split(f64::INFINITY, &[1.0]).is_err());
}

/// 49 years with one share and 50 with another.
fn concession() -> Concession {
    let phase = |from_year, operator: f64| Phase {
        from_year,
        revenue_share: vec![1.0 - operator, operator],
        cost_share: vec![0.0, 1.0],
    };
    Concession {
        years: growing(Year { revenue: 10.0, operating_cost: 3.0 }, 0.02, 0.01, 99).unwrap(),
        capital_cost: vec![(1, 40.0), (30, 5.0), (30, 7.0)],
        discount_rate: 0.06,
        phases: vec![phase(1, 0.74), phase(50, 0.26)],
    }
}

#[test]
fn a_concession_whose_shares_change() {
    let value = present_value(&concession()).unwrap();
    // Growing annuities in closed form.
    let annuity = |first: f64, growth: f64, n: f64| {
        let ratio: f64 = (1.0 + growth) / 1.06;
        first / 1.06 * (1.0 - ratio.powf(n)) / (1.0 - ratio)
    };
    let all = annuity(10.0, 0.02, 99.0);
    let early = annuity(10.0, 0.02, 49.0);
    near(value.whole.revenue, all, SAME);
    near(value.whole.operating_cost, annuity(3.0, 0.01, 99.0), SAME);
    near(value.whole.capital_cost, 40.0 / 1.06 + 12.0 / 1.06_f64.powi(30), SAME);
    near(value.by_collector[1].revenue, 0.74 * early + 0.26 * (all - early), SAME);
    near(value.by_collector[0].net(), 0.26 * early + 0.74 * (all - early), SAME);
    let of_year = |year: usize, collector: usize| value.by_year[year - 1][collector].revenue;
    near(of_year(49, 1), 0.74 * 10.0 * 1.02_f64.powi(48), SAME);
    near(of_year(50, 1), 0.26 * 10.0 * 1.02_f64.powi(49), SAME);
    near(value.by_year[29][1].capital_cost, 12.0, SAME);
    assert_eq!((value.first_year, value.by_year.len()), (1, 99));
}

#[test]
fn what_is_spent_before_the_first_year_has_grown_by_then() {
    let mut concession = concession();
    concession.capital_cost = vec![(0, 40.0), (-2, 10.0)];
    let value = present_value(&concession).unwrap();
    // 40 on the day of opening, and 10 two years before it.
    near(value.whole.capital_cost, 40.0 + 10.0 * 1.06 * 1.06, SAME);
    near(value.by_collector[1].capital_cost, value.whole.capital_cost, SAME);
    assert_eq!((value.first_year, value.by_year.len()), (-2, 102));
    near(value.by_year[2][1].capital_cost, 40.0, SAME);
    near(value.by_year[3][1].revenue, 7.4, SAME);
    near(value.whole.revenue, present_value(&self::concession()).unwrap().whole.revenue, SAME);
}

#[test]
fn concessions_side_by_side() {
    let mut works = concession();
    works.years.iter_mut().for_each(|year| year.revenue = 0.0);
    works.capital_cost = vec![(-1, 20.0)];
    let values = [present_value(&concession()).unwrap(), present_value(&works).unwrap()];
    let both = together(&values, 2);
    near(both.whole.net(), values[0].whole.net() + values[1].whole.net(), SAME);
    assert_eq!((both.first_year, both.by_year.len()), (-1, 101));
    near(both.by_year[0][1].capital_cost, 20.0, SAME);
    near(both.by_year[2][1].operating_cost, 6.0, SAME);
    let nothing = together(&[], 2);
    assert!(nothing.by_year.is_empty() && nothing.by_collector == vec![Account::default(); 2]);
}

#[test]
fn concessions_that_contradict_themselves() {
    let refused = |change: fn(&mut Concession)| {
        let mut concession = concession();
        change(&mut concession);
        present_value(&concession).unwrap_err().to_string()
    };
    let phase = "phase 1 begins in year 120, which contradicts the phases before it or the concession";
    assert_eq!(refused(|c| c.phases[1].from_year = 120), phase);
    assert!(refused(|c| c.phases[0].from_year = 2).starts_with("phase 0"));
    assert!(refused(|c| c.phases[1].revenue_share = vec![0.5, 0.6]).contains("add up to 1.1"));
    assert!(refused(|c| c.phases[1].cost_share = vec![1.0]).contains("shares of cost"));
    assert!(refused(|c| c.capital_cost.push((100, 1.0))).contains("within the concession"));
    assert!(
        growing(Year::default(), -1.5, 0.0, 3).is_err()
            && growing(Year::default(), 0.0, f64::NAN, 3).is_err()
    );
    assert!(refused(|c| c.phases.clear()).contains("phases"));
    assert!(refused(|c| c.years.clear()).contains("years"));
    assert!(refused(|c| c.years[3].revenue = f64::NAN).contains("finite"));
}

#[test]
fn a_toll_with_a_single_peak() {
    // Demand 100 - 4 t: 12.5.
    let curve = best_toll(|toll| toll * (100.0 - 4.0 * toll), &TollSearch::between(0.0, 25.0)).unwrap();
    near(curve.best.toll, 12.5, 1e-4);
    near(curve.best.revenue, 625.0, 1e-9);
    assert!(curve.n_grid_peaks == 1 && !curve.is_at_end);
    assert!(curve.points.windows(2).all(|pair| pair[0].toll < pair[1].toll));
}

#[test]
fn the_higher_of_several_peaks_is_found() {
    // Many who pay up to 4, and few who pay up to 20.
    let revenue = |toll: f64| toll * (if toll <= 4.0 { 50.0 } else { 0.0 } + (20.0 - toll).max(0.0));
    let curve = best_toll(revenue, &TollSearch::between(0.0, 30.0)).unwrap();
    // 4 (50 + 16), just before all others leave.
    near(curve.best.toll, 4.0, 1e-4);
    assert!(curve.best.toll <= 4.0 && curve.n_grid_peaks == 2);
    let few = |toll: f64| toll * (if toll <= 4.0 { 5.0 } else { 0.0 } + (20.0 - toll).max(0.0));
    near(best_toll(few, &TollSearch::between(0.0, 30.0)).unwrap().best.toll, 10.0, 1e-4);
}

#[test]
fn plateaus_and_ends() {
    // Revenue is the same from 3.3 to 7.7: the lowest such toll, and its edge.
    let flat = |toll: f64| toll.min(3.3).min(11.0 - toll);
    let curve = best_toll(flat, &TollSearch::between(0.0, 11.0)).unwrap();
    near(curve.best.revenue, 3.3, 1e-12);
    assert!(curve.best.toll >= 3.3 && curve.best.toll < 3.3 + 0.28, "{:?}", curve.best);
    let rising = best_toll(|toll| toll, &TollSearch::between(0.0, 2.0)).unwrap();
    assert!(rising.is_at_end);
    near(rising.best.toll, 2.0, SAME);
    let nothing = best_toll(|_| 0.0, &TollSearch::between(1.0, 2.0)).unwrap();
    near(nothing.best.toll, 1.0, SAME);
    assert!(best_toll(|_| f64::NAN, &TollSearch::between(1.0, 2.0)).is_err());
    assert!(best_toll(|toll| toll, &TollSearch::between(2.0, 2.0)).is_err());
}

#[test]
fn what_makes_the_difference() {
    // Control adds 5, tolls -2; checks matter only where control changed: half to each.
    let values = |on: landbridge::control::decompose::Switches| {
        let is = |switch| f64::from(u8::from(on.is_on(switch)));
        let both = is(Switch::Control) * is(Switch::Checks);
        vec![100.0 + 5.0 * is(Switch::Control) - 2.0 * is(Switch::Tolls) + 4.0 * both, 1.0]
    };
    let found = decompose(values).unwrap();
    all_near(&found[0].parts, &[7.0, 2.0, -2.0, 0.0], SAME);
    near(found[0].part(Switch::Tolls), -2.0, SAME);
    near(found[0].difference(), 7.0, SAME);
    all_near(&found[1].parts, &[0.0; 4], SAME);
    let mut n_asked = 0;
    let uneven = decompose(|_| {
        n_asked += 1;
        vec![0.0; n_asked.min(2)]
    });
    assert!(uneven.is_err() && n_asked == 16);
}

fn shares() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.001..1.0f64, 1..9).prop_map(|parts| {
        let whole: f64 = parts.iter().sum();
        parts.iter().map(|part| part / whole).collect()
    })
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn splits_add_up_exactly(amount in -1e9..1e9f64, shares in shares()) {
        let parts = split(amount, &shares).unwrap();
        prop_assert_eq!(parts.iter().sum::<f64>().to_bits(), amount.to_bits());
        parts.iter().zip(&shares).for_each(|(part, share)| near(*part, share * amount, SAME));
    }

    #[test]
    fn parts_of_a_difference_add_up(values in prop::collection::vec(-1e6..1e6f64, 16)) {
        let mut at = 0;
        let found = decompose(|_| {
            at += 1;
            vec![values[at - 1]]
        }).unwrap()[0];
        // Parts of both signs: each addition may round.
        let largest = found.parts.iter().fold(0.0, |most: f64, part| most.max(part.abs()));
        let off = found.parts.iter().sum::<f64>() - found.difference();
        prop_assert!(off.abs() <= 4.0 * f64::EPSILON * largest, "{}", off);
    }

    #[test]
    fn collectors_have_the_whole_concession(
        early in shares(), turn in 0.0..1.0f64, years in 2..120_u32, growth in -0.03..0.05f64, rate in 0.0..0.12f64,
    ) {
        let mut late = early.clone();
        late.reverse();
        let phase = |from_year, share: &[f64]| Phase { from_year, revenue_share: share.to_vec(), cost_share: share.to_vec() };
        let concession = Concession {
            years: growing(Year { revenue: 10.0, operating_cost: 3.0 }, growth, 0.01, years).unwrap(),
            discount_rate: rate,
            capital_cost: vec![(-3, 40.0), (years.cast_signed(), 9.0)],
            phases: vec![phase(1, &early), phase(2 + (turn * f64::from(years - 2)) as u32, &late)],
        };
        let value = present_value(&concession).unwrap();
        let total = |item: fn(&Account) -> f64| value.by_collector.iter().map(item).sum::<f64>().to_bits();
        prop_assert_eq!(total(|account| account.revenue), value.whole.revenue.to_bits());
        prop_assert_eq!(total(|account| account.operating_cost), value.whole.operating_cost.to_bits());
        prop_assert_eq!(total(|account| account.capital_cost), value.whole.capital_cost.to_bits());
    }
}
