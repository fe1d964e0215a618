//! Several causes of closure at once, played out many times.
//!
//! In: causes, each with its hazard and how long its closures last. Out: of each draw the first closure, the days closed
//! and what they cost. A random number depends on the seed, the draw, the cause and its place among the candidates of
//! the cause, and on nothing else: two regimes played with one seed meet the same luck, so compare them draw by draw;
//! threads and the order of other causes never show. Equations (29), (30) of `docs/model/control.md`.

use std::f64::consts::TAU;

use super::super::ControlError;
use super::super::error::{check, not_negative, positive};
use super::super::random::units;
use super::super::sum::sum;
use super::hazard::Hazard;
use crate::parallel;

/// Years have no leap days here.
const DAYS_PER_YEAR: f64 = 365.0;

/// Candidates of one cause in one draw beyond which its hazard is taken for a mistake.
const MAX_CANDIDATES: f64 = 1e6;

/// Why a corridor closes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cause {
    /// What names its random numbers: the same cause under two regimes has the same number. Different causes of a
    /// regime have different ones.
    pub stream: u32,
    /// How often.
    pub hazard: Hazard,
    /// How long.
    pub duration: Duration,
}

/// How long a closure lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Duration {
    /// Always the same.
    Fixed {
        /// Days.
        days: f64,
    },
    /// Repair at a constant rate.
    Exponential {
        /// Mean, days.
        mean_days: f64,
    },
    /// Mostly short, sometimes very long.
    Lognormal {
        /// As many are shorter as longer, days.
        median_days: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
}

impl Duration {
    fn check(&self) -> Result<(), ControlError> {
        match *self {
            Self::Fixed { days } => not_negative("the duration of a closure", days),
            Self::Exponential { mean_days } => not_negative("the mean duration of a closure", mean_days),
            Self::Lognormal { median_days, sigma } => {
                positive("the median duration of a closure", median_days)?;
                not_negative("the spread of the duration of a closure", sigma)
            }
        }
    }

    /// A duration from two numbers between 0 and 1; longer with the first smaller, if the second stays.
    fn years(&self, units: [f64; 2]) -> f64 {
        let far = -units[0].ln();
        let days = match *self {
            Self::Fixed { days } => days,
            Self::Exponential { mean_days } => mean_days * far,
            // A normal variate by Box and Muller (1958).
            Self::Lognormal { median_days, sigma } => {
                median_days * (sigma * (2.0 * far).sqrt() * (TAU * units[1]).cos()).exp()
            }
        };
        days / DAYS_PER_YEAR
    }
}

/// What is played out.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// Causes of closure. Each runs by its own clock, also while another keeps the corridor closed; it is closed while
    /// any of them closes it.
    pub causes: Vec<Cause>,
    /// What a closed day costs, in any unit.
    pub cost_per_day: f64,
    /// Rate at which later costs count less, a year; not continuous.
    pub discount_rate: f64,
}

/// How long and how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulationConfig {
    /// Years, from the beginning of a year.
    pub years: f64,
    /// Times that they are played out.
    pub n_draws: u32,
    /// Seed.
    pub seed: u64,
}

impl Default for SimulationConfig {
    fn default() -> Self {
        Self { years: 10.0, n_draws: 10_000, seed: 1 }
    }
}

/// One run of the years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// When the corridor closed first; infinite if it never did.
    pub first_closure_years: f64,
    /// Days closed in all.
    pub closed_days: f64,
    /// What they cost, as of the beginning.
    pub cost: f64,
}

/// What came out of all runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Disruption {
    /// Years played out.
    pub years: f64,
    /// By draw. Differences of regimes are those of equal draws.
    pub draws: Vec<Draw>,
}

/// A mean over draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Mean.
    pub mean: f64,
    /// Its standard error, of drawing alone.
    pub standard_error: f64,
}

/// A quantile of draws, and what it could as well have been.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// The draw at that rank.
    pub value: f64,
    /// The draw below which the quantile is with a probability of 2.5 %.
    pub low: f64,
    /// The draw above which it is with a probability of 2.5 %.
    pub high: f64,
}

/// Plays the causes of closure out.
///
/// # Errors
/// Hazards and durations that make none, two causes of one stream, no draws, a time that is not above 0, a hazard with
/// more than a million events.
pub fn simulate(regime: &Regime, config: &SimulationConfig) -> Result<Disruption, ControlError> {
    positive("the time to play out", config.years)?;
    check(config.n_draws > 0, "the number of draws", 0.0, "at least 1")?;
    super::super::error::finite("the cost of a day", regime.cost_per_day)?;
    not_negative("the discount rate", regime.discount_rate)?;
    for (at, cause) in regime.causes.iter().enumerate() {
        cause.hazard.check()?;
        cause.duration.check()?;
        let is_new = regime.causes[..at].iter().all(|other| other.stream != cause.stream);
        check(is_new, "the stream of a cause", f64::from(cause.stream), "its own")?;
    }
    // One draw first: what is wrong with it is wrong with all.
    play(regime, config, 0, &mut Vec::new())?;
    let draws: Vec<u32> = (0..config.n_draws).collect();
    let played = parallel::map_with(&draws, Vec::new, |closed, &draw| play(regime, config, draw, closed));
    let draws = played.into_iter().collect::<Result<Vec<Draw>, ControlError>>()?;
    Ok(Disruption { years: config.years, draws })
}

/// One run. `closed` is scratch: from when until when.
fn play(
    regime: &Regime,
    config: &SimulationConfig,
    draw: u32,
    closed: &mut Vec<(f64, f64)>,
) -> Result<Draw, ControlError> {
    closed.clear();
    for cause in &regime.causes {
        let key = [config.seed, u64::from(cause.stream) + 1];
        let mut now = 0.0;
        let mut candidate = 0_u64;
        loop {
            let [gap, keep, long, angle] = units(key, [candidate, u64::from(draw), 0, 0]);
            now = cause.hazard.next(now, gap);
            if now >= config.years {
                break;
            }
            if cause.hazard.is_event(now, keep) {
                let until = now + cause.duration.years([long, angle]);
                closed.push((now, until));
                now = until;
            }
            candidate += 1;
            let n = candidate as f64;
            check(n < MAX_CANDIDATES, "the number of events of a cause", n, "below a million")?;
        }
    }
    closed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let rate = regime.discount_rate.ln_1p();
    let mut end = 0.0;
    let (mut years, mut worth) = (0.0, 0.0);
    for &(from, until) in closed.iter() {
        let (from, until) = (from.max(end), until.min(config.years));
        if until > from {
            years += until - from;
            // Years of present value: the integral of exp(-rate t).
            worth += if rate == 0.0 {
                until - from
            } else {
                (-rate * from).exp() * -(-rate * (until - from)).exp_m1() / rate
            };
            end = until;
        }
    }
    Ok(Draw {
        first_closure_years: closed.first().map_or(f64::INFINITY, |first| first.0),
        closed_days: DAYS_PER_YEAR * years,
        cost: DAYS_PER_YEAR * regime.cost_per_day * worth,
    })
}

impl Disruption {
    /// The part of the time that the corridor is open.
    pub fn availability(&self) -> Mean {
        let days = DAYS_PER_YEAR * self.years;
        mean(self.draws.iter().map(|draw| 1.0 - draw.closed_days / days))
    }

    /// Days closed a year.
    pub fn closed_days_per_year(&self) -> Mean {
        mean(self.draws.iter().map(|draw| draw.closed_days / self.years))
    }

    /// What closures cost, as of the beginning.
    pub fn cost(&self) -> Mean {
        mean(self.draws.iter().map(|draw| draw.cost))
    }

    /// How much more closures cost than under another regime with the same luck.
    ///
    /// # Panics
    /// The other regime was played out another number of times.
    pub fn cost_above(&self, other: &Self) -> Mean {
        assert_eq!(self.draws.len(), other.draws.len(), "regimes played out alike");
        mean(self.draws.iter().zip(&other.draws).map(|(own, other)| own.cost - other.cost))
    }

    /// Quantiles of the time to the first closure; infinite where it is beyond the years played out.
    ///
    /// # Errors
    /// A level that is not between 0 and 1.
    pub fn first_closure_years(&self, level: f64) -> Result<Quantile, ControlError> {
        quantile(self.draws.iter().map(|draw| draw.first_closure_years), level)
    }

    /// Quantiles of the days closed in all.
    ///
    /// # Errors
    /// A level that is not between 0 and 1.
    pub fn closed_days(&self, level: f64) -> Result<Quantile, ControlError> {
        quantile(self.draws.iter().map(|draw| draw.closed_days), level)
    }

    /// Quantiles of what closures cost, as of the beginning.
    ///
    /// # Errors
    /// A level that is not between 0 and 1.
    pub fn cost_quantile(&self, level: f64) -> Result<Quantile, ControlError> {
        quantile(self.draws.iter().map(|draw| draw.cost), level)
    }

    /// The part of the draws without a closure. It says what the hazards imply, not whether they are right.
    pub fn never_closed_share(&self) -> f64 {
        let never = self.draws.iter().filter(|draw| draw.first_closure_years.is_infinite()).count();
        never as f64 / self.draws.len() as f64
    }
}

fn mean(values: impl Iterator<Item = f64> + Clone) -> Mean {
    let n = values.clone().count() as f64;
    let mean = sum(values.clone()) / n;
    let squares = sum(values.map(|value| (value - mean).powi(2)));
    // One draw has no spread.
    Mean { mean, standard_error: (squares / (n * (n - 1.0).max(1.0))).sqrt() }
}

/// The order statistic at a level, and those between which the quantile is with 95 %: ranks of a binomial distribution
/// by its normal approximation.
fn quantile(values: impl Iterator<Item = f64>, level: f64) -> Result<Quantile, ControlError> {
    check(level > 0.0 && level < 1.0, "the level of a quantile", level, "between 0 and 1")?;
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let at = |rank: f64| sorted[(rank.max(1.0).min(n) as usize) - 1];
    let spread = 1.959_963_984_540_054 * (n * level * (1.0 - level)).sqrt();
    Ok(Quantile {
        value: at((n * level).ceil()),
        low: at((n * level - spread).floor()),
        high: at((n * level + spread).ceil() + 1.0),
    })
}
