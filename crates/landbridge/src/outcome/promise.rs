//! What would hold parties to an agreement: penalties that fade, and how much breaking it would have to bring beside
//! money (`docs/model/settlement.md`). Money is in the study's currency of its price year.

/// Penalties and gains that are asked about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PromiseQuery {
    /// Penalties that a breaker pays once; none: some that fit the gains.
    pub penalties_usd: Vec<f64>,
    /// Part of a penalty that fades a year, continuously: a rate.
    pub fades_per_year: f64,
    /// Years after which the guarantor leaves; infinite if never.
    pub leaves_after_years: f64,
    /// Gains each year beside money from having broken the agreement; none: some that fit the break-even gains.
    pub gains_usd: Vec<f64>,
}

/// What holds parties to an agreement. Vectors are by party, but for those of penalties and gains.
#[derive(Clone, Debug, PartialEq)]
pub struct Promises {
    /// The penalty that would just deter it with the patience assumed: 0 if it is not tempted, `None` if it can do nothing.
    pub needed_usd: Vec<Option<f64>>,
    /// The penalties tried, from the smallest.
    pub penalties_usd: Vec<f64>,
    /// `under[penalty][party]`; `None` if the party can do nothing.
    pub under: Vec<Vec<Option<Under>>>,
    /// As in the question.
    pub fades_per_year: f64,
    /// As in the question.
    pub leaves_after_years: f64,
    /// The gains each year tried, from the smallest.
    pub gains_usd: Vec<f64>,
    /// `factors[gain][party]`: the patience that keeping the agreement takes if breaking it brings the gain each year from
    /// then on; `None` if none is enough.
    pub factors: Vec<Vec<Option<f64>>>,
}

/// A party under a penalty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Under {
    /// The patience that keeping the agreement takes in the first year; `None` if none is enough.
    pub critical_discount_factor: Option<f64>,
    /// Its patience less that; minus infinite if none is enough.
    pub slack: f64,
    /// Years for which the penalty is enough: 0 if not even at first, infinite if always.
    pub enough_years: f64,
}
