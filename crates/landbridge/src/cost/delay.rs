//! How long a link takes as a function of what flows on it (`docs/model/delay.md`): value, derivative and integral.
//!
//! Every function is finite, does not fall and is continuous for flows from 0. Flow and capacity have one unit (per hour
//! or per day); times are hours.

use super::queue::server_exponent;

/// Hours of a link or gate by its flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delay {
    /// The same at any flow.
    Constant {
        /// Hours.
        hours: f64,
    },
    /// `t0 (1 + b (x / K)^p)` of the Bureau of Public Roads (1964), with any power from 0.
    Bpr {
        /// Hours without flow, `t0`.
        free_h: f64,
        /// Factor `b`, from 0; with 0 the function is constant.
        b: f64,
        /// Power `p`, from 0.
        power: f64,
        /// Capacity `K`, above 0.
        capacity: f64,
    },
    /// `t0 f(x / K)` with the conical function of Spiess (1990): `f(0) = 1`, `f(1) = 2`, and a slope at 0.
    Conical {
        /// Hours without flow, `t0`.
        free_h: f64,
        /// Steepness, above 1.
        alpha: f64,
        /// Capacity `K`, above 0.
        capacity: f64,
    },
    /// Wait in a queue that builds up over a period and clears after it (Akcelik 1991, with the server exponent of
    /// Sakasegawa 1977). Without flow it is 0: the service itself is a constant beside it.
    Queue {
        /// Hours for which a load lasts, `T`, above 0.
        period_h: f64,
        /// Capacity per hour, `K`, above 0: servers over mean service time.
        capacity_per_h: f64,
        /// Mean of the squared coefficients of variation of arrivals and service, `J`, above 0.
        variability: f64,
        /// Servers, from 1.
        servers: u32,
    },
}

impl Delay {
    /// Hours at a flow.
    pub fn hours(&self, flow: f64) -> f64 {
        match *self {
            Self::Constant { hours } => hours,
            Self::Bpr { free_h, b, power, capacity } => free_h * (1.0 + b * (flow / capacity).powf(power)),
            Self::Conical { free_h, alpha, capacity } => free_h * conical(alpha, flow / capacity),
            Self::Queue { period_h, capacity_per_h, variability, servers } => {
                Wait::new(period_h, capacity_per_h, variability, servers).hours(flow / capacity_per_h)
            }
        }
    }

    /// Derivative of the hours by the flow. Infinite at 0 for a BPR function of a power between 0 and 1.
    pub fn slope(&self, flow: f64) -> f64 {
        match *self {
            Self::Constant { .. } => 0.0,
            Self::Bpr { b, power, .. } if b == 0.0 || power == 0.0 => 0.0,
            Self::Bpr { free_h, b, power, capacity } => {
                free_h * b * power / capacity * (flow / capacity).powf(power - 1.0)
            }
            Self::Conical { free_h, alpha, capacity } => {
                let away = alpha * (1.0 - flow / capacity);
                free_h * alpha / capacity * (1.0 - away / away.hypot(beta(alpha)))
            }
            Self::Queue { period_h, capacity_per_h, variability, servers } => {
                let wait = Wait::new(period_h, capacity_per_h, variability, servers);
                wait.slope(flow / capacity_per_h) / capacity_per_h
            }
        }
    }

    /// Derivative of the hours by the capacity, at a flow: not above 0.
    pub fn capacity_slope(&self, flow: f64) -> f64 {
        match *self {
            Self::Constant { .. } => 0.0,
            // Functions of x / K alone.
            Self::Bpr { b, power, .. } if b == 0.0 || power == 0.0 || flow == 0.0 => 0.0,
            Self::Bpr { capacity, .. } | Self::Conical { capacity, .. } => {
                -self.slope(flow) * flow / capacity
            }
            Self::Queue { period_h, capacity_per_h, variability, servers } => {
                let wait = Wait::new(period_h, capacity_per_h, variability, servers);
                let r = flow / capacity_per_h;
                -(wait.slope(r) * r + wait.scale_slope(r) * wait.scale) / capacity_per_h
            }
        }
    }

    /// Capacity, if the function has one.
    pub fn capacity(&self) -> Option<f64> {
        match *self {
            Self::Constant { .. } => None,
            Self::Bpr { capacity, .. } | Self::Conical { capacity, .. } => Some(capacity),
            Self::Queue { capacity_per_h, .. } => Some(capacity_per_h),
        }
    }

    /// The function of another capacity.
    #[must_use]
    pub fn with_capacity(mut self, to: f64) -> Self {
        match &mut self {
            Self::Constant { .. } => {}
            Self::Bpr { capacity, .. } | Self::Conical { capacity, .. } => *capacity = to,
            Self::Queue { capacity_per_h, .. } => *capacity_per_h = to,
        }
        self
    }

    /// Integral of the hours from 0 to a flow: what a solver minimises. For a queue it is summed numerically, to about
    /// 12 digits; solvers need it only to report.
    pub fn integral(&self, flow: f64) -> f64 {
        match *self {
            Self::Constant { hours } => hours * flow,
            Self::Bpr { free_h, b, power, capacity } => {
                free_h * (flow + b * capacity / (power + 1.0) * (flow / capacity).powf(power + 1.0))
            }
            Self::Conical { free_h, alpha, capacity } => {
                free_h * capacity * conical_integral(alpha, flow / capacity)
            }
            Self::Queue { period_h, capacity_per_h, variability, servers } => {
                let wait = Wait::new(period_h, capacity_per_h, variability, servers);
                capacity_per_h * wait.integral(flow / capacity_per_h)
            }
        }
    }
}

fn beta(alpha: f64) -> f64 {
    (2.0 * alpha - 1.0) / (2.0 * alpha - 2.0)
}

fn conical(alpha: f64, ratio: f64) -> f64 {
    let away = alpha * (1.0 - ratio);
    2.0 + away.hypot(beta(alpha)) - away - beta(alpha)
}

/// Closed form: the root is integrated over the distance from capacity.
fn conical_integral(alpha: f64, ratio: f64) -> f64 {
    let beta = beta(alpha);
    let root =
        |u: f64| u / 2.0 * (alpha * u).hypot(beta) + beta * beta / (2.0 * alpha) * (alpha * u / beta).asinh();
    (2.0 - beta) * ratio - alpha * (ratio - ratio * ratio / 2.0) + root(1.0) - root(1.0 - ratio)
}

/// The wait as a function of the load `r = x / K`.
struct Wait {
    period_h: f64,
    /// `8 J / (K T)`.
    scale: f64,
    /// Server exponent `m`.
    power: f64,
}

impl Wait {
    fn new(period_h: f64, capacity_per_h: f64, variability: f64, servers: u32) -> Self {
        let scale = 8.0 * variability / (capacity_per_h * period_h);
        Self { period_h, scale, power: server_exponent(servers) }
    }

    /// `(T / 4) (r - 1 + s)` with `s = sqrt((r - 1)^2 + a)`; below capacity the difference is written as a quotient, which
    /// keeps all digits.
    fn hours(&self, r: f64) -> f64 {
        let a = self.scale * r.powf(self.power);
        let (over, s) = (r - 1.0, (r - 1.0).hypot(a.sqrt()));
        let sum = if over < 0.0 { a / (s - over) } else { over + s };
        self.period_h / 4.0 * sum
    }

    /// Derivative by the load.
    fn slope(&self, r: f64) -> f64 {
        let a = self.scale * r.powf(self.power);
        let rise = if r > 0.0 {
            self.power * a / r
        } else if self.power > 1.0 {
            0.0
        } else {
            self.scale
        };
        let (over, s) = (r - 1.0, (r - 1.0).hypot(a.sqrt()));
        let level = if over < 0.0 { a / (s * (s - over)) } else { 1.0 + over / s };
        self.period_h / 4.0 * (level + rise / (2.0 * s))
    }

    /// Derivative by `scale`, at a load.
    fn scale_slope(&self, r: f64) -> f64 {
        let power = r.powf(self.power);
        let s = (r - 1.0).hypot((self.scale * power).sqrt());
        if s > 0.0 { self.period_h / 8.0 * power / s } else { 0.0 }
    }

    /// Integral over the load from 0, by Gauss-Legendre panels that narrow towards 0 and towards capacity, where the
    /// function bends.
    fn integral(&self, r: f64) -> f64 {
        let mut cuts: Vec<f64> = vec![0.0, r];
        for step in 1..=24 {
            let width = 0.5_f64.powi(step);
            cuts.extend([width, 1.0 - width, 1.0 + width]);
        }
        cuts.extend([1.0, 2.0]);
        cuts.retain(|&cut| (0.0..=r).contains(&cut));
        cuts.sort_by(f64::total_cmp);
        cuts.windows(2).map(|panel| self.panel(panel[0], panel[1])).sum()
    }

    fn panel(&self, from: f64, to: f64) -> f64 {
        let (middle, half) = (f64::midpoint(from, to), (to - from) / 2.0);
        let pair = |(x, w): &(f64, f64)| w * (self.hours(middle - half * x) + self.hours(middle + half * x));
        half * GAUSS_10.iter().map(pair).sum::<f64>()
    }
}

/// Positive nodes and weights of the Gauss-Legendre rule of 10 points (Abramowitz & Stegun 1964, table 25.4).
const GAUSS_10: [(f64, f64); 5] = [
    (0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs().max(1e-12), "{got} is not {want}");
    }

    fn near(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs() + 1e-9, "{got} is not {want}");
    }

    fn queue(period_h: f64, variability: f64, servers: u32) -> Delay {
        Delay::Queue { period_h, capacity_per_h: 20.0, variability, servers }
    }

    /// Flow; hours, derivative and integral of a queue with a capacity of 20 an hour.
    #[test]
    fn the_queue_of_a_border() {
        for (delay, flow, want) in [
            (
                queue(24.0, 1.0, 1),
                5.0,
                [0.016_635_916_254_486_016, 0.004_426_031_950_993_203, 0.037_640_911_345_869_53],
            ),
            (
                queue(24.0, 1.0, 1),
                15.0,
                [0.143_167_672_515_498_22, 0.035_267_430_539_169_68, 0.624_915_635_680_231_3],
            ),
            (
                queue(24.0, 1.0, 1),
                19.0,
                [0.512_403_840_463_595_8, 0.207_681_381_765_501_38, 1.721_611_408_707_7],
            ),
            (
                queue(24.0, 1.0, 1),
                20.0,
                [0.774_596_669_241_483_3, 0.319_364_916_731_037_1, 2.355_742_467_300_169],
            ),
            (
                queue(24.0, 1.0, 1),
                25.0,
                [3.232_050_807_568_877, 0.568_467_875_173_176, 11.891_231_163_216_464],
            ),
            (
                queue(24.0, 1.0, 1),
                40.0,
                [12.099_180_272_790_763, 0.597_580_972_986_968_7, 126.470_174_249_553_84],
            ),
            (
                queue(24.0, 0.625, 4),
                15.0,
                [0.065_668_017_542_916_07, 0.021_850_395_986_393_968, 0.201_840_454_641_898_06],
            ),
            (
                queue(720.0, 0.625, 4),
                22.0,
                [36.380_007_541_968_645, 17.850_887_641_735_16, 40.196_446_257_746_05],
            ),
        ] {
            close(delay.hours(flow), want[0], 1e-12);
            close(delay.slope(flow), want[1], 1e-12);
            close(delay.integral(flow), want[2], 1e-10);
        }
    }

    #[test]
    fn the_conical_function() {
        let delay = Delay::Conical { free_h: 1.0, alpha: 4.0, capacity: 1.0 };
        for (ratio, want) in
            [(0.0, 1.0), (0.5, 1.148_740_664_908_300_3), (1.0, 2.0), (1.2, 3.047_939_678_261_529), (2.0, 9.0)]
        {
            close(delay.hours(ratio), want, 1e-14);
        }
        assert!(delay.slope(0.0) > 0.0);
    }

    #[test]
    fn powers_of_the_bpr_function() {
        let bpr = |b: f64, power: f64| Delay::Bpr { free_h: 2.0, b, power, capacity: 10.0 };
        // Without b, and with the power 0, it is constant and exactly so.
        assert!(bpr(0.0, 4.0).hours(7.0).total_cmp(&2.0).is_eq());
        assert!(bpr(0.5, 0.0).hours(7.0).total_cmp(&3.0).is_eq() && bpr(0.5, 0.0).slope(0.0) == 0.0);
        close(bpr(0.15, 4.0).hours(10.0), 2.3, 1e-15);
        close(bpr(0.15, 16.83).hours(20.0), 2.0 * (1.0 + 0.15 * 2.0_f64.powf(16.83)), 1e-14);
        assert!(bpr(0.15, 0.5).slope(0.0).is_infinite() && bpr(0.15, 4.0).slope(0.0) == 0.0);
    }

    /// Derivatives against central differences of the hours, and the hours against those of the integral.
    #[test]
    fn slope_and_integral_belong_to_the_hours() {
        let delays = [
            Delay::Constant { hours: 3.0 },
            Delay::Bpr { free_h: 2.0, b: 0.15, power: 4.0, capacity: 20.0 },
            Delay::Bpr { free_h: 2.0, b: 0.15, power: 0.7, capacity: 20.0 },
            Delay::Bpr { free_h: 2.0, b: 0.15, power: 16.83, capacity: 20.0 },
            Delay::Conical { free_h: 2.0, alpha: 4.0, capacity: 20.0 },
            queue(24.0, 1.0, 1),
            queue(24.0, 0.625, 4),
            queue(720.0, 1.5, 12),
        ];
        for delay in delays {
            for flow in [0.5, 3.0, 12.0, 19.5, 20.0, 20.5, 27.0, 60.0] {
                let h = 1e-4 * flow;
                let difference = (delay.hours(flow + h) - delay.hours(flow - h)) / (2.0 * h);
                // Differences of hours near 2 hold no more than nine digits after the point.
                near(delay.slope(flow), difference, 2e-4);
                if let Delay::Bpr { capacity: k, .. }
                | Delay::Conical { capacity: k, .. }
                | Delay::Queue { capacity_per_h: k, .. } = delay
                {
                    let hours = |k: f64| delay.with_capacity(k).hours(flow);
                    let difference = (hours(k * 1.0001) - hours(k * 0.9999)) / (2e-4 * k);
                    near(delay.capacity_slope(flow), difference, 2e-4);
                }
                let difference = (delay.integral(flow + h) - delay.integral(flow - h)) / (2.0 * h);
                near(delay.hours(flow), difference, 1e-5);
            }
        }
    }

    #[test]
    fn a_queue_tends_to_its_steady_state_below_capacity_and_to_overflow_above() {
        let long = Delay::Queue { period_h: 1e7, capacity_per_h: 20.0, variability: 1.0, servers: 1 };
        // J r / (K (1 - r)) at r = 0.75, and (T / 2) (r - 1) at r = 2.
        close(long.hours(15.0), 0.15, 1e-5);
        close(queue(24.0, 1.0, 1).hours(40.0), 12.0, 0.01);
        assert!(queue(24.0, 1.0, 1).hours(0.0) == 0.0 && queue(24.0, 1.0, 4).slope(0.0) == 0.0);
    }
}
