//! What passage earns over a concession, and for whom.
//!
//! In: revenue and cost of a first year, how they grow, and who gets and bears which share from which year on. Out:
//! present values by collector, which add up to the whole: (31) to (33) of `docs/model/control.md`.

use super::ControlError;
use super::error::{finite, length, not_negative};
use super::split::check_shares;
use super::sum::{close, sum};

/// Shares of an amount: they add up to the amount exactly, in whichever order.
///
/// ```
/// use landbridge::control::revenue::split;
///
/// assert_eq!(split(120.0, &[0.4, 0.35, 0.25])?, [48.0, 42.0, 30.0]);
/// # Ok::<(), landbridge::control::ControlError>(())
/// ```
///
/// # Errors
/// An amount that is not finite; shares below 0, or that do not add up to 1.
pub fn split(amount: f64, shares: &[f64]) -> Result<Vec<f64>, ControlError> {
    finite("the amount to split", amount)?;
    check_shares(shares)?;
    let mut parts: Vec<f64> = shares.iter().map(|share| share * amount).collect();
    close(&mut parts, amount);
    Ok(parts)
}

/// Years in which the shares stay as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// The first of these years; years of a concession count from 1.
    pub from_year: u32,
    /// Share of each collector in the revenue; add up to 1.
    pub revenue_share: Vec<f64>,
    /// Share of each collector in operating and capital cost; add up to 1.
    pub cost_share: Vec<f64>,
}

/// A concession.
#[derive(Clone, Debug, PartialEq)]
pub struct Concession {
    /// For how many years.
    pub years: u32,
    /// Revenue of year 1.
    pub revenue: f64,
    /// Growth of revenue from a year to the next, as a part.
    pub revenue_growth: f64,
    /// Operating cost of year 1.
    pub operating_cost: f64,
    /// Growth of operating cost from a year to the next, as a part.
    pub operating_cost_growth: f64,
    /// Capital cost by year; several in one year add up.
    pub capital_cost: Vec<(u32, f64)>,
    /// Rate at which later years count less, a year.
    pub discount_rate: f64,
    /// Who gets and bears what, in order; the first begins in year 1.
    pub phases: Vec<Phase>,
}

/// Amounts of a collector, of a year or as present values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Account {
    /// Revenue.
    pub revenue: f64,
    /// Operating cost.
    pub operating_cost: f64,
    /// Capital cost.
    pub capital_cost: f64,
}

impl Account {
    /// What is left.
    pub fn net(&self) -> f64 {
        self.revenue - self.operating_cost - self.capital_cost
    }
}

/// What a concession is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcessionValue {
    /// Present value of all.
    pub whole: Account,
    /// Present value by collector: each item adds up to that of the whole exactly.
    pub by_collector: Vec<Account>,
    /// Not discounted, `by_year[year - 1][collector]`.
    pub by_year: Vec<Vec<Account>>,
}

/// Present values of a concession; a year's amounts come at its end.
///
/// # Units
/// Those of the amounts; if they are in prices of one year, the discount rate is real.
///
/// # Errors
/// No years; values that are not finite, costs below 0, a discount rate below 0, a rate of growth below -1; phases out of
/// order, with shares of different collectors, or shares that do not add up to 1; capital cost outside of the years.
pub fn present_value(concession: &Concession) -> Result<ConcessionValue, ControlError> {
    check(concession)?;
    let n_collectors = concession.phases[0].revenue_share.len();
    let growth = |rate: f64, year: u32| (1.0 + rate).powf(f64::from(year - 1));
    let mut by_year = Vec::with_capacity(concession.years as usize);
    let mut whole_by_year = Vec::with_capacity(concession.years as usize);
    for year in 1..=concession.years {
        let begun = concession.phases.iter().take_while(|phase| phase.from_year <= year).count();
        let phase = &concession.phases[begun - 1];
        let of_year = concession.capital_cost.iter().filter(|(when, _)| *when == year);
        let whole = Account {
            revenue: concession.revenue * growth(concession.revenue_growth, year),
            operating_cost: concession.operating_cost * growth(concession.operating_cost_growth, year),
            capital_cost: sum(of_year.map(|(_, cost)| *cost)),
        };
        by_year.push(accounts(
            &split(whole.revenue, &phase.revenue_share)?,
            &split(whole.operating_cost, &phase.cost_share)?,
            &split(whole.capital_cost, &phase.cost_share)?,
        ));
        whole_by_year.push(whole);
    }
    let value = |item: &dyn Fn(usize) -> f64| {
        let discounted =
            (0..concession.years).map(|at| item(at as usize) / growth(concession.discount_rate, at + 2));
        sum(discounted)
    };
    let whole = Account {
        revenue: value(&|at| whole_by_year[at].revenue),
        operating_cost: value(&|at| whole_by_year[at].operating_cost),
        capital_cost: value(&|at| whole_by_year[at].capital_cost),
    };
    let of_collectors = |total: f64, item: fn(&Account) -> f64| {
        let mut parts: Vec<f64> =
            (0..n_collectors).map(|collector| value(&|at| item(&by_year[at][collector]))).collect();
        close(&mut parts, total);
        parts
    };
    let by_collector = accounts(
        &of_collectors(whole.revenue, |account| account.revenue),
        &of_collectors(whole.operating_cost, |account| account.operating_cost),
        &of_collectors(whole.capital_cost, |account| account.capital_cost),
    );
    Ok(ConcessionValue { whole, by_collector, by_year })
}

/// Accounts of collectors from their items.
fn accounts(revenue: &[f64], operating_cost: &[f64], capital_cost: &[f64]) -> Vec<Account> {
    (0..revenue.len())
        .map(|at| Account {
            revenue: revenue[at],
            operating_cost: operating_cost[at],
            capital_cost: capital_cost[at],
        })
        .collect()
}

fn check(concession: &Concession) -> Result<(), ControlError> {
    let Concession { years, phases, .. } = concession;
    let range = |is_good, what, value, expected| super::error::check(is_good, what, value, expected);
    range(*years > 0, "the number of years", 0.0, "at least 1")?;
    finite("the revenue", concession.revenue)?;
    not_negative("the operating cost", concession.operating_cost)?;
    not_negative("the discount rate", concession.discount_rate)?;
    for growth in [concession.revenue_growth, concession.operating_cost_growth] {
        range(growth.is_finite() && growth >= -1.0, "the growth", growth, "at least -1")?;
    }
    for &(year, cost) in &concession.capital_cost {
        not_negative("the capital cost", cost)?;
        let is_good = (1..=*years).contains(&year);
        range(is_good, "the year of a capital cost", f64::from(year), "within the concession")?;
    }
    let Some(first) = phases.first() else {
        return Err(ControlError::Length { what: "phases", found: 0, expected: 1 });
    };
    for (at, phase) in phases.iter().enumerate() {
        let is_in_order =
            if at == 0 { phase.from_year == 1 } else { phase.from_year > phases[at - 1].from_year };
        if !is_in_order || phase.from_year > *years {
            return Err(ControlError::Phase { phase: at, from_year: phase.from_year });
        }
        length("shares of revenue", phase.revenue_share.len(), first.revenue_share.len())?;
        length("shares of cost", phase.cost_share.len(), first.revenue_share.len())?;
        check_shares(&phase.revenue_share)?;
        check_shares(&phase.cost_share)?;
    }
    Ok(())
}
