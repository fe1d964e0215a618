//! Indicators of corridor performance and of access (`docs/model/indicators.md`): the trade facilitation indicators of
//! CAREC's Corridor Performance Measurement and Monitoring, accessibility (Hansen 1959), market access (Donaldson &
//! Hornbeck 2016) and the resilience triangle (Bruneau et al. 2003).

use super::{Itinerary, sum};
use crate::study::tables::Side;
use crate::units::{TFI_CARGO_T, TFI_SECTION_KM};

/// Hours and payments at a border post, or at both posts of a crossing together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Post {
    /// Hours.
    pub h: f64,
    /// Payments for the cargo of the trip, USD.
    pub usd: f64,
}

/// A trip as the trade facilitation indicators see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trip {
    /// Distance, km.
    pub km: f64,
    /// Hours in motion.
    pub moving_h: f64,
    /// Border posts, each on its own: what TFI1 and TFI2 are means of.
    pub posts: Vec<Post>,
    /// Crossings of which only the sum of both posts is known: they enter no mean of posts.
    pub both_posts: Vec<Post>,
    /// Hours at other stops.
    pub other_stop_h: f64,
    /// Cost of the trip, border payments included, USD.
    pub cost_usd: f64,
    /// Cargo, tonnes, above zero.
    pub cargo_t: f64,
    /// Weight in means: 1 for surveyed trips; vehicles or tonnes for modelled flows.
    pub weight: f64,
}

impl Trip {
    /// The trip of an itinerary whose money is per tonne, with a cargo of this many tonnes. Payments are the fees at
    /// the border, without the standing cost of vehicles and without charges for transit.
    pub fn of(itinerary: &Itinerary, cargo_t: f64) -> Self {
        let (mut posts, mut both_posts) = (Vec::new(), Vec::new());
        for (_, leg) in itinerary.crossings() {
            let post = |side: Option<Side>| {
                let here = leg.stops.iter().filter(|stop| side.is_none_or(|side| stop.side == side));
                let post = Post {
                    h: sum(here.clone().map(|stop| stop.time_h)),
                    usd: sum(here.clone().map(|stop| stop.fee_usd * cargo_t)),
                };
                (here.count() > 0).then_some(post)
            };
            if leg.stops.iter().any(|stop| stop.side == Side::Both) {
                both_posts.extend(post(None));
            } else {
                posts.extend([Side::Exit, Side::Entry].into_iter().filter_map(|side| post(Some(side))));
            }
        }
        Self {
            km: itinerary.total_km(),
            moving_h: itinerary.moving_h(),
            posts,
            both_posts,
            other_stop_h: itinerary.terminal_h(),
            cost_usd: itinerary.total_usd() * cargo_t,
            cargo_t,
            weight: 1.0,
        }
    }

    /// All hours.
    pub fn total_h(&self) -> f64 {
        let border_h = sum(self.posts.iter().chain(&self.both_posts).map(|post| post.h));
        self.moving_h + border_h + self.other_stop_h
    }
    /// TFI4, speed with delay, km/h.
    pub fn swd_km_h(&self) -> f64 {
        self.km / self.total_h()
    }
    /// Speed without delay, km/h.
    pub fn swod_km_h(&self) -> f64 {
        self.km / self.moving_h
    }
    /// TFI3 of the trip alone, USD per 500 km per 20 t.
    pub fn tfi3_usd(&self) -> f64 {
        self.cost_usd / self.km * TFI_SECTION_KM * (TFI_CARGO_T / self.cargo_t)
    }
}

/// The indicators of a set of trips. TFI1 and TFI2 are absent where no border is passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tfi {
    /// Mean hours at a border post.
    pub tfi1_h: Option<f64>,
    /// Mean payments at a border post, USD.
    pub tfi2_usd: Option<f64>,
    /// Mean cost, USD per 500 km per 20 t.
    pub tfi3_usd: f64,
    /// Mean speed with delay, km/h.
    pub tfi4_swd_km_h: f64,
    /// Mean speed without delay, km/h.
    pub swod_km_h: f64,
    /// All distance over all time, km/h.
    pub aggregate_swd_km_h: f64,
    /// All distance over all time in motion, km/h.
    pub aggregate_swod_km_h: f64,
}

/// Weighted means over trips (formulas in `docs/model/indicators.md`); `None` without trips.
pub fn tfi(trips: &[Trip]) -> Option<Tfi> {
    if trips.is_empty() {
        return None;
    }
    let mean = |value: &dyn Fn(&Trip) -> f64| {
        let weights: f64 = trips.iter().map(|trip| trip.weight).sum();
        trips.iter().map(|trip| trip.weight * value(trip)).sum::<f64>() / weights
    };
    let per_post = |value: &dyn Fn(&Post) -> f64| {
        let weights = sum(trips.iter().map(|trip| trip.weight * trip.posts.len() as f64));
        let total = sum(trips.iter().map(|trip| trip.weight * sum(trip.posts.iter().map(value))));
        (weights > 0.0).then(|| total / weights)
    };
    let total = |value: &dyn Fn(&Trip) -> f64| trips.iter().map(|t| t.weight * value(t)).sum::<f64>();
    Some(Tfi {
        tfi1_h: per_post(&|post| post.h),
        tfi2_usd: per_post(&|post| post.usd),
        tfi3_usd: mean(&Trip::tfi3_usd),
        tfi4_swd_km_h: mean(&Trip::swd_km_h),
        swod_km_h: mean(&Trip::swod_km_h),
        aggregate_swd_km_h: total(&|trip| trip.km) / total(&Trip::total_h),
        aggregate_swod_km_h: total(&|trip| trip.km) / total(&|trip| trip.moving_h),
    })
}

/// Share of the hours of an itinerary that is spent at borders, 0 to 1.
pub fn border_share_of_time(itinerary: &Itinerary) -> f64 {
    let total = itinerary.total_h();
    if total > 0.0 { itinerary.border_h() / total } else { 0.0 }
}

/// Hansen accessibility `A_o = sum_d O_d exp(-beta c_od)`; `cost[o][d]` as one row an origin.
pub fn hansen_accessibility(opportunity: &[f64], cost: &[Vec<f64>], beta: f64) -> Vec<f64> {
    let reach = |row: &Vec<f64>| opportunity.iter().zip(row).map(|(o, c)| o * (-beta * c).exp()).sum();
    cost.iter().map(reach).collect()
}

/// First-order market access `MA_o = sum_d tau_od^-theta Y_d`, own market included.
pub fn market_access_first_order(income: &[f64], tau: &[Vec<f64>], theta: f64) -> Vec<f64> {
    let reach = |row: &Vec<f64>| income.iter().zip(row).map(|(y, t)| t.powf(-theta) * y).sum();
    tau.iter().map(reach).collect()
}

/// Market access as the fixed point `MA_o = sum_d tau_od^-theta Y_d / MA_d`, own market included, for symmetric costs
/// and balanced trade. Plain iteration oscillates, so each step goes to the geometric mean.
///
/// Returns the values and the greatest relative residual of the equation.
pub fn market_access(income: &[f64], tau: &[Vec<f64>], theta: f64) -> (Vec<f64>, f64) {
    let mut access = vec![income.iter().sum::<f64>().sqrt(); income.len()];
    let mut residual = f64::INFINITY;
    for _ in 0..10_000 {
        let next: Vec<f64> = tau
            .iter()
            .map(|row| row.iter().zip(income).zip(&access).map(|((t, y), ma)| t.powf(-theta) * y / ma).sum())
            .collect();
        let worst = next.iter().zip(&access).map(|(n, ma)| (n / ma - 1.0).abs()).fold(0.0, f64::max);
        if worst >= residual && worst < 1e-12 {
            break;
        }
        residual = worst;
        for (ma, n) in access.iter_mut().zip(next) {
            *ma = (*ma * n).sqrt();
        }
    }
    (access, residual)
}

/// Lost performance, the area between full performance and a piecewise linear profile of (time, performance), and
/// the index `1 - loss / horizon`.
pub fn resilience(profile: &[(f64, f64)]) -> (f64, f64) {
    let loss: f64 =
        profile.windows(2).map(|w| (w[1].0 - w[0].0) * (1.0 - f64::midpoint(w[0].1, w[1].1))).sum();
    let horizon = profile.last().map_or(0.0, |p| p.0) - profile.first().map_or(0.0, |p| p.0);
    (loss, if horizon > 0.0 { 1.0 - loss / horizon } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a / b - 1.0).abs() < 1e-10, "{a} against {b}");
    }

    fn trip(km: f64, moving_h: f64, border_h: &[f64], other: f64, cost: f64, border: &[f64], t: f64) -> Trip {
        Trip {
            km,
            moving_h,
            posts: border_h.iter().zip(border).map(|(&h, &usd)| Post { h, usd }).collect(),
            both_posts: Vec::new(),
            other_stop_h: other,
            cost_usd: cost,
            cargo_t: t,
            weight: 1.0,
        }
    }

    /// Three trips worked out by hand from the definitions of CAREC's CPMM.
    fn trips() -> Vec<Trip> {
        vec![
            trip(500.0, 10.0, &[3.0, 2.0], 4.0, 900.0, &[120.0, 80.0], 20.0),
            trip(800.0, 16.0, &[6.0], 5.0, 1500.0, &[150.0], 18.0),
            trip(300.0, 6.0, &[], 1.0, 450.0, &[], 22.0),
        ]
    }

    #[test]
    fn trade_facilitation_indicators_of_the_worked_example() {
        let tfi = tfi(&trips()).unwrap();
        close(tfi.tfi1_h.unwrap(), 11.0 / 3.0);
        close(tfi.tfi2_usd.unwrap(), 350.0 / 3.0);
        close(tfi.tfi3_usd, 874.494_949_494_949_5);
        close(tfi.tfi4_swd_km_h, 32.934_187_320_152_23);
        close(tfi.swod_km_h, 50.0);
        close(tfi.aggregate_swd_km_h, 30.188_679_245_283_02);
        close(tfi.aggregate_swod_km_h, 50.0);
    }

    #[test]
    fn identities_of_the_indicators() {
        for trip in trips() {
            assert!(trip.swd_km_h() <= trip.swod_km_h());
            let stops = trip.total_h() - trip.moving_h;
            close(1.0 / trip.swd_km_h(), 1.0 / trip.swod_km_h() + stops / trip.km);
            let half = Trip { cargo_t: trip.cargo_t / 2.0, ..trip.clone() };
            close(half.tfi3_usd(), 2.0 * trip.tfi3_usd());
            let scaled = Trip {
                km: 3.0 * trip.km,
                moving_h: 3.0 * trip.moving_h,
                posts: trip.posts.iter().map(|post| Post { h: 3.0 * post.h, ..*post }).collect(),
                other_stop_h: 3.0 * trip.other_stop_h,
                ..trip.clone()
            };
            close(scaled.swd_km_h(), trip.swd_km_h());
        }
        let no_border = &trips()[2..];
        assert_eq!(tfi(no_border).unwrap().tfi1_h, None);
        let no_stop = trip(100.0, 2.0, &[], 0.0, 1.0, &[], 20.0);
        close(no_stop.swd_km_h(), no_stop.swod_km_h());
        assert_eq!(tfi(&[]), None);
    }

    #[test]
    fn access_and_resilience_of_the_worked_examples() {
        let tau = vec![vec![1.0, 1.2, 1.6], vec![1.2, 1.0, 1.3], vec![1.6, 1.3, 1.0]];
        let income = [10.0, 3.0, 1.0];
        for (got, want) in market_access_first_order(&income, &tau, 4.0).iter().zip([
            11.599_347_149_884_26,
            8.172_658_660_843_307,
            3.576_262_296_187_326_5,
        ]) {
            close(*got, want);
        }
        let (access, residual) = market_access(&income, &tau, 4.0);
        assert!(residual < 1e-12);
        for (got, want) in
            access.iter().zip([3.495_404_387_036_208, 2.717_975_888_596_369, 1.492_854_283_396_113_8])
        {
            close(*got, want);
        }
        let cost = vec![vec![10.0, 30.0, 80.0], vec![30.0, 10.0, 50.0], vec![80.0, 50.0, 10.0]];
        for (got, want) in hansen_accessibility(&income, &cost, 0.05).iter().zip([
            6.753_012_716_460_358,
            4.132_978_579_246_098,
            1.035_942_044_471_671_6,
        ]) {
            close(*got, want);
        }
        let (loss, index) = resilience(&[(0.0, 1.0), (0.0, 0.3), (10.0, 0.3), (30.0, 1.0), (60.0, 1.0)]);
        close(loss, 14.0);
        close(index, 23.0 / 30.0);
    }
}
