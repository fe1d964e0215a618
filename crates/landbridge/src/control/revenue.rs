//! What passage earns over a concession, and for whom.
//!
//! In: revenue and cost by year, and who gets and bears which share from which year on. Out: present values by
//! collector, which add up to the whole: (31) to (33) of `docs/model/control.md`.

use super::ControlError;
use super::error::{check, finite, length, not_negative};
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

/// What is earned and spent in a year of operation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Year {
    /// Revenue.
    pub revenue: f64,
    /// Operating cost.
    pub operating_cost: f64,
}

/// A concession.
#[derive(Clone, Debug, PartialEq)]
pub struct Concession {
    /// Its years of operation, from year 1.
    pub years: Vec<Year>,
    /// Capital cost by year; several in one year add up. Year 0 is the one before the first of operation, and so back.
    pub capital_cost: Vec<(i32, f64)>,
    /// Rate at which later years count less, a year.
    pub discount_rate: f64,
    /// Who gets and bears what, in order; the first begins in year 1, and bears what is spent before.
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

    fn sum(accounts: impl Iterator<Item = Self> + Clone) -> Self {
        Self {
            revenue: sum(accounts.clone().map(|account| account.revenue)),
            operating_cost: sum(accounts.clone().map(|account| account.operating_cost)),
            capital_cost: sum(accounts.map(|account| account.capital_cost)),
        }
    }
}

/// What a concession is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcessionValue {
    /// Present value of all.
    pub whole: Account,
    /// Present value by collector: each item adds up to that of the whole exactly.
    pub by_collector: Vec<Account>,
    /// The first year of `by_year`: 1, or that of the earliest capital cost.
    pub first_year: i32,
    /// Not discounted, `by_year[year - first_year][collector]`.
    pub by_year: Vec<Vec<Account>>,
}

/// A first year, and each after it grown by a part of its own: revenue and operating cost.
///
/// # Errors
/// A growth below -1 or that is not finite.
pub fn growing(
    first: Year,
    revenue_growth: f64,
    operating_cost_growth: f64,
    years: u32,
) -> Result<Vec<Year>, ControlError> {
    for growth in [revenue_growth, operating_cost_growth] {
        check(growth.is_finite() && growth >= -1.0, "the growth", growth, "at least -1")?;
    }
    let grown = |amount: f64, growth: f64, at: u32| amount * (1.0 + growth).powf(f64::from(at));
    let year = |at: u32| Year {
        revenue: grown(first.revenue, revenue_growth, at),
        operating_cost: grown(first.operating_cost, operating_cost_growth, at),
    };
    Ok((0..years).map(year).collect())
}

/// Present values of a concession at the beginning of its first year of operation; a year's amounts come at its end, so
/// those of years before the first have grown by then.
///
/// # Units
/// Those of the amounts; if they are in prices of one year, the discount rate is real.
///
/// # Errors
/// No years; values that are not finite, costs or a discount rate below 0; phases out of order, with shares of different
/// collectors, or shares that do not add up to 1; capital cost after the last year.
pub fn present_value(concession: &Concession) -> Result<ConcessionValue, ControlError> {
    check_all(concession)?;
    let Concession { years, capital_cost, discount_rate, phases } = concession;
    let first_year = capital_cost.iter().map(|(year, _)| *year).fold(1, i32::min);
    let mut by_year = Vec::new();
    let mut whole_by_year = Vec::new();
    for when in first_year..=last(years) {
        let begun = phases.iter().take_while(|phase| i64::from(phase.from_year) <= i64::from(when)).count();
        let phase = &phases[begun.max(1) - 1];
        let year = usize::try_from(when - 1).ok().map_or(Year::default(), |at| years[at]);
        let spent = capital_cost.iter().filter(|(year, _)| *year == when);
        let whole = Account {
            revenue: year.revenue,
            operating_cost: year.operating_cost,
            capital_cost: sum(spent.map(|(_, cost)| *cost)),
        };
        by_year.push(accounts(
            &split(whole.revenue, &phase.revenue_share)?,
            &split(whole.operating_cost, &phase.cost_share)?,
            &split(whole.capital_cost, &phase.cost_share)?,
        ));
        whole_by_year.push(whole);
    }
    let value = |item: &dyn Fn(usize) -> f64| {
        let discount = |at: usize| (1.0 + discount_rate).powf(f64::from(first_year) + at as f64);
        sum((0..by_year.len()).map(|at| item(at) / discount(at)))
    };
    let whole = Account {
        revenue: value(&|at| whole_by_year[at].revenue),
        operating_cost: value(&|at| whole_by_year[at].operating_cost),
        capital_cost: value(&|at| whole_by_year[at].capital_cost),
    };
    let of_collector = |collector: usize| Account {
        revenue: value(&|at| by_year[at][collector].revenue),
        operating_cost: value(&|at| by_year[at][collector].operating_cost),
        capital_cost: value(&|at| by_year[at][collector].capital_cost),
    };
    let by_collector = closed((0..phases[0].revenue_share.len()).map(of_collector).collect(), &whole);
    Ok(ConcessionValue { whole, by_collector, first_year, by_year })
}

/// Several concessions of the same collectors over the same years, side by side. None: nothing.
pub fn together(values: &[ConcessionValue], n_collectors: usize) -> ConcessionValue {
    let first_year = values.iter().map(|value| value.first_year).fold(1, i32::min);
    let n_years = values.iter().filter_map(|value| {
        let before = usize::try_from(value.first_year - first_year).ok()?;
        Some(before + value.by_year.len())
    });
    let n_years = n_years.max().unwrap_or(0);
    let of_year = |year: i32, collector: usize| {
        let begun = values.iter().filter_map(|value| {
            let at = usize::try_from(year - value.first_year).ok()?;
            value.by_year.get(at)?.get(collector).copied()
        });
        Account::sum(begun)
    };
    let years = (first_year..).take(n_years);
    let whole = Account::sum(values.iter().map(|value| value.whole));
    let of_collector =
        |at: usize| Account::sum(values.iter().filter_map(|value| value.by_collector.get(at).copied()));
    ConcessionValue {
        whole,
        by_collector: closed((0..n_collectors).map(of_collector).collect(), &whole),
        first_year,
        by_year: years.map(|year| (0..n_collectors).map(|at| of_year(year, at)).collect()).collect(),
    }
}

/// The last year of operation.
fn last(years: &[Year]) -> i32 {
    i32::try_from(years.len()).unwrap_or(i32::MAX)
}

/// Accounts brought to add up to the whole to its last digit.
fn closed(mut parts: Vec<Account>, whole: &Account) -> Vec<Account> {
    let mut item = |of: fn(&mut Account) -> &mut f64, total: f64| {
        let mut amounts: Vec<f64> = parts.iter_mut().map(|part| *of(part)).collect();
        close(&mut amounts, total);
        parts.iter_mut().zip(amounts).for_each(|(part, amount)| *of(part) = amount);
    };
    item(|account| &mut account.revenue, whole.revenue);
    item(|account| &mut account.operating_cost, whole.operating_cost);
    item(|account| &mut account.capital_cost, whole.capital_cost);
    parts
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

fn check_all(concession: &Concession) -> Result<(), ControlError> {
    let Concession { years, capital_cost, discount_rate, phases } = concession;
    check(!years.is_empty(), "the number of years", 0.0, "at least 1")?;
    for year in years {
        finite("the revenue", year.revenue)?;
        not_negative("the operating cost", year.operating_cost)?;
    }
    not_negative("the discount rate", *discount_rate)?;
    for &(year, cost) in capital_cost {
        not_negative("the capital cost", cost)?;
        let is_good = year <= last(years);
        check(is_good, "the year of a capital cost", f64::from(year), "within the concession or before it")?;
    }
    let Some(first) = phases.first() else {
        return Err(ControlError::Length { what: "phases", found: 0, expected: 1 });
    };
    for (at, phase) in phases.iter().enumerate() {
        let is_in_order =
            if at == 0 { phase.from_year == 1 } else { phase.from_year > phases[at - 1].from_year };
        if !is_in_order || phase.from_year as usize > years.len() {
            return Err(ControlError::Phase { phase: at, from_year: phase.from_year });
        }
        length("shares of revenue", phase.revenue_share.len(), first.revenue_share.len())?;
        length("shares of cost", phase.cost_share.len(), first.revenue_share.len())?;
        check_shares(&phase.revenue_share)?;
        check_shares(&phase.cost_share)?;
    }
    Ok(())
}
