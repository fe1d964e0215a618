//! Queues at borders and terminals in steady state, and waiting for opening or departure (`docs/model/delay.md`).
//!
//! Rates are per hour, times in hours. A steady state exists only while the servers keep up: arrivals below
//! `servers * service_rate`. In an equilibrium use [`super::delay::Delay::Queue`], which is finite for every flow.

/// A queue with Poisson arrivals and exponential service, M/M/c (Erlang 1917).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mmc {
    /// Probability that an arrival waits (Erlang C).
    pub p_wait: f64,
    /// Mean wait in the queue, h.
    pub wait_h: f64,
    /// Standard deviation of the wait, h.
    pub wait_sd_h: f64,
    /// Wait that 95 of 100 arrivals do not exceed, h.
    pub wait_p95_h: f64,
}

/// M/M/c; `None` without a steady state.
pub fn mmc(servers: u32, arrivals_per_h: f64, service_per_h: f64) -> Option<Mmc> {
    let load = arrivals_per_h / service_per_h;
    let spare = f64::from(servers) * service_per_h - arrivals_per_h;
    if servers == 0 || !(arrivals_per_h >= 0.0 && spare > 0.0) {
        return None;
    }
    // Erlang B by recursion: factorials would overflow.
    let blocked = (1..=servers).fold(1.0, |b, j| load * b / (f64::from(j) + load * b));
    let rho = load / f64::from(servers);
    let p_wait = blocked / (1.0 - rho + rho * blocked);
    Some(Mmc {
        p_wait,
        wait_h: p_wait / spare,
        wait_sd_h: (2.0 * p_wait - p_wait * p_wait).sqrt() / spare,
        wait_p95_h: ((p_wait / 0.05).ln() / spare).max(0.0),
    })
}

/// Mean wait of M/G/1, h (Pollaczek 1930, Khinchine 1932); `scv` is the squared coefficient of variation of service.
/// `None` without a steady state.
pub fn mg1_wait_h(arrivals_per_h: f64, service_h: f64, scv: f64) -> Option<f64> {
    let rho = arrivals_per_h * service_h;
    (0.0..1.0).contains(&rho).then(|| rho * service_h * (1.0 + scv) / (2.0 * (1.0 - rho)))
}

/// Mean wait of G/G/c, h: that of M/M/c scaled by the mean of both squared coefficients of variation (Allen 1990).
/// `None` without a steady state.
pub fn allen_cunneen_wait_h(
    servers: u32,
    arrivals_per_h: f64,
    service_per_h: f64,
    arrival_scv: f64,
    service_scv: f64,
) -> Option<f64> {
    let exact = mmc(servers, arrivals_per_h, service_per_h)?;
    Some(f64::midpoint(arrival_scv, service_scv) * exact.wait_h)
}

/// Mean wait of M/M/c in closed form, h (Sakasegawa 1977): exact for one server, a few percent above with more. `None`
/// without a steady state.
pub fn sakasegawa_wait_h(servers: u32, arrivals_per_h: f64, service_per_h: f64) -> Option<f64> {
    let c = f64::from(servers);
    let rho = arrivals_per_h / (c * service_per_h);
    let power = server_exponent(servers) - 1.0;
    (servers > 0 && (0.0..1.0).contains(&rho))
        .then(|| rho.powf(power) * rho / (c * service_per_h * (1.0 - rho)))
}

/// Exponent of the load in the wait with `c` servers: `sqrt(2 (c + 1)) - 1` (Sakasegawa 1977); 1 for one server.
pub fn server_exponent(servers: u32) -> f64 {
    (2.0 * (f64::from(servers) + 1.0)).sqrt() - 1.0
}

/// Mean wait for opening, h, of arrivals at any hour at a gate that is open so many hours a day.
pub fn wait_for_opening_h(open_h_per_day: f64) -> f64 {
    let closed = (24.0 - open_h_per_day).max(0.0);
    closed * closed / 48.0
}

/// Mean wait for the next departure, h, of arrivals at any time; `cv` is the coefficient of variation of the headway.
pub fn wait_for_departure_h(headway_h: f64, cv: f64) -> f64 {
    headway_h / 2.0 * (1.0 + cv * cv)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1e-3), "{got} is not {want}");
    }

    /// Servers, arrivals, service; probability of waiting, mean, deviation and 95th percentile of the wait, and the
    /// closed form of Sakasegawa. Worked out by two formulas of Erlang C.
    const MMC: [(u32, f64, f64, [f64; 5]); 6] = [
        (1, 0.8, 1.0, [0.8, 4.0, 4.898_979_485_566_357_5, 13.862_943_611_198_908, 4.0]),
        (
            2,
            3.0,
            2.0,
            [
                9.0 / 14.0,
                9.0 / 14.0,
                0.934_049_773_615_858_6,
                2.553_899_521_274_951_6,
                0.659_026_051_627_235_3,
            ],
        ),
        (
            2,
            1.0,
            1.0,
            [1.0 / 3.0, 1.0 / 3.0, 0.745_355_992_499_929_9, 1.897_119_984_885_881_3, 0.366_150_902_566_112_4],
        ),
        (
            3,
            2.0,
            1.0,
            [4.0 / 9.0, 4.0 / 9.0, 0.831_479_419_283_098_1, 2.184_802_057_337_662, 0.476_463_860_791_913_94],
        ),
        (
            4,
            18.0,
            5.0,
            [
                0.787_753_264_295_362_4,
                0.393_876_632_147_681_2,
                0.488_608_054_370_454_9,
                1.378_580_959_511_060_7,
                0.398_134_309_396_052_9,
            ],
        ),
        (
            10,
            9.0,
            1.0,
            [
                0.668_731_524_107_697_2,
                0.668_731_524_107_697_2,
                0.943_536_537_119_782_5,
                2.593_359_664_897_915,
                0.677_853_488_909_689_2,
            ],
        ),
    ];

    #[test]
    fn erlang_c_and_what_follows_from_it() {
        for (servers, arrivals, service, [p, wait, sd, p95, sakasegawa]) in MMC {
            let queue = mmc(servers, arrivals, service).unwrap();
            close(queue.p_wait, p);
            close(queue.wait_h, wait);
            close(queue.wait_sd_h, sd);
            close(queue.wait_p95_h, p95);
            close(sakasegawa_wait_h(servers, arrivals, service).unwrap(), sakasegawa);
        }
    }

    #[test]
    fn general_service_and_arrivals() {
        close(mg1_wait_h(0.8, 1.0, 0.0).unwrap(), 2.0);
        close(mg1_wait_h(0.8, 1.0, 1.0).unwrap(), 4.0);
        close(mg1_wait_h(0.9, 1.0, 0.5).unwrap(), 6.75);
        close(allen_cunneen_wait_h(4, 18.0, 5.0, 1.0, 0.25).unwrap(), 0.246_172_895_092_300_75);
        // With one server and random arrivals both say the same.
        let (a, b) = (allen_cunneen_wait_h(1, 0.8, 1.0, 1.0, 0.25), mg1_wait_h(0.8, 1.0, 0.25));
        close(a.unwrap(), b.unwrap());
    }

    #[test]
    fn without_a_steady_state_there_is_no_mean() {
        assert!(mmc(2, 4.0, 2.0).is_none() && mmc(0, 0.0, 1.0).is_none() && mmc(1, f64::NAN, 1.0).is_none());
        assert!(mg1_wait_h(1.0, 1.0, 1.0).is_none() && sakasegawa_wait_h(1, 2.0, 1.0).is_none());
    }

    #[test]
    fn waiting_for_opening_and_departure() {
        for (open, wait) in [(24.0, 0.0), (16.0, 4.0 / 3.0), (12.0, 3.0), (8.0, 16.0 / 3.0)] {
            close(wait_for_opening_h(open), wait);
        }
        for (per_week, cv, wait) in [(7.0, 0.0, 12.0), (3.0, 0.0, 28.0), (3.0, 0.5, 35.0), (14.0, 1.0, 12.0)]
        {
            close(wait_for_departure_h(168.0 / per_week, cv), wait);
        }
    }
}
