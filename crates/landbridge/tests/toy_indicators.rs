//! Profiles over time and distance, indicators and tails of the itineraries of `studies/toy`, worked out by hand from the
//! figures at the head of `toy.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use landbridge::outcome::indicators::{Trip, border_share_of_time, tfi};
use landbridge::outcome::tcd::{Step, StopKind, profile};
use landbridge::outcome::{Itinerary, LegStop};
use landbridge::study::tables::ActivityKind;
use support::{ask, close, model, toy};

/// The totals are sums of at most some twenty terms of a few digits: nothing but rounding may differ.
const ROUNDING: f64 = 1e-12;

#[test]
fn the_profile_of_a_truck_is_a_line_that_ends_at_its_totals() {
    let model = model(&toy());
    let road = &ask(&model, "adelmar castelmor", "general_cargo", "road", 1).unwrap()[0];
    let points = profile(road);
    // Loading; half way to the border, the border, the toll of the transit, the other half; the same at Eastgate with
    // its two posts; unloading.
    let stop = |kind, activity| Some(Step::Stop(kind, activity));
    let road_step = Some(Step::Move(road.legs[0].mode_state));
    let border = stop(StopKind::Border, ActivityKind::Clearance);
    let expect = [
        (0.0, 0.0, 0.0, None),
        (0.0, 1.0, 0.0, stop(StopKind::Terminal, ActivityKind::Handling)),
        (150.0, 3.5, 15.0, road_step),
        (150.0, 9.5, 26.0, border), // + 6 h; fee 5, standing 6
        (150.0, 9.5, 29.0, stop(StopKind::Border, ActivityKind::Toll)),
        (300.0, 12.0, 44.0, road_step),
        (435.0, 14.25, 60.875, road_step), // + 135 km, 2.25 h, 135 x 0.125
        (435.0, 16.25, 64.875, border),    // exit + 2 h; fee 2, standing 2
        (435.0, 20.25, 71.875, border),    // entry + 4 h; fee 3, standing 4
        (570.0, 22.5, 88.75, road_step),
        (570.0, 23.5, 88.75, stop(StopKind::Terminal, ActivityKind::Handling)),
    ];
    assert_eq!(points.iter().map(|p| p.step).collect::<Vec<_>>(), expect.map(|e| e.3));
    for (at, (point, (km, h, usd, _))) in points.iter().zip(expect).enumerate() {
        close(point.km, km, ROUNDING, &format!("km of point {at}"));
        close(point.h, h, ROUNDING, &format!("h of point {at}"));
        close(point.usd, usd, ROUNDING, &format!("usd of point {at}"));
    }
}

/// Every best itinerary of the study: all pairs of nodes, all classes.
fn all_itineraries(then: impl Fn(&Itinerary)) {
    let model = model(&toy());
    let ids: Vec<String> = model.network.nodes.iter().map(|n| n.id.clone()).collect();
    let mut n = 0;
    for class in ["general_cargo", "travellers"] {
        for (from, to) in ids.iter().flat_map(|a| ids.iter().map(move |b| (a, b))) {
            for it in ask(&model, &format!("{from} {to}"), class, "", 9).unwrap_or_default() {
                then(&it);
                n += 1;
            }
        }
    }
    assert!(n > 50, "only {n} itineraries were looked at");
}

#[test]
fn profiles_rise_end_at_the_totals_and_have_the_speed_as_chord() {
    all_itineraries(|it| {
        let points = profile(it);
        for pair in points.windows(2) {
            assert!(pair[0].km <= pair[1].km && pair[0].h <= pair[1].h && pair[0].usd <= pair[1].usd);
        }
        let last = points.last().unwrap();
        // 1e-9 is what the definition of the chart asks for.
        close(last.km, it.total_km(), 1e-9, "km");
        close(last.h, it.total_h(), 1e-9, "h");
        close(last.usd, it.total_usd(), 1e-9, "usd");
        let trip = Trip::of(it, 20.0);
        close(last.h / last.km, 1.0 / trip.swd_km_h(), 1e-9, "chord");
        let moving: f64 = points
            .windows(2)
            .filter(|pair| matches!(pair[1].step, Some(Step::Move(_))))
            .map(|pair| pair[1].h - pair[0].h)
            .sum();
        close(moving / last.km, 1.0 / trip.swod_km_h(), 1e-9, "slope of the moving legs");
    });
}

#[test]
fn trade_facilitation_indicators_of_the_truck() {
    let model = model(&toy());
    let road = &ask(&model, "adelmar castelmor", "general_cargo", "road", 1).unwrap()[0];
    let trip = Trip::of(road, 20.0);
    let all = tfi(std::slice::from_ref(&trip)).unwrap();
    // Eastgate: leaving 2 h and 40 USD, entering 4 h and 60 USD. Of Northgate only the sum of both posts is known, 6 h
    // and 100 USD: it enters no mean of posts.
    close(all.tfi1_h.unwrap(), f64::midpoint(2.0, 4.0), ROUNDING, "TFI1");
    close(all.tfi2_usd.unwrap(), f64::midpoint(40.0, 60.0), ROUNDING, "TFI2");
    assert_eq!(trip.both_posts.len(), 1);
    close(trip.both_posts[0].h, 6.0, ROUNDING, "both posts");
    close(trip.both_posts[0].usd, 100.0, ROUNDING, "both posts");
    close(all.tfi3_usd, 88.75 * 20.0 / 570.0 * 500.0, ROUNDING, "TFI3");
    close(all.tfi4_swd_km_h, 570.0 / 23.5, ROUNDING, "TFI4");
    close(all.swod_km_h, 60.0, ROUNDING, "SWOD");
    close(border_share_of_time(road), 12.0 / 23.5, ROUNDING, "share of borders");
}

#[test]
fn identities_of_the_trade_facilitation_indicators() {
    all_itineraries(|it| {
        let trip = Trip::of(it, 20.0);
        let stops = it.border_h() + it.terminal_h();
        assert!(trip.swd_km_h() <= trip.swod_km_h());
        assert_eq!(stops <= 0.0, trip.swd_km_h() >= trip.swod_km_h());
        // Rounding of four divisions.
        close(1.0 / trip.swd_km_h(), 1.0 / trip.swod_km_h() + stops / trip.km, 1e-12, "1/SWD");
        let half = Trip { cargo_t: trip.cargo_t / 2.0, ..trip.clone() };
        close(half.tfi3_usd(), 2.0 * trip.tfi3_usd(), 1e-12, "half the cargo at the same cost");
        let passes_a_border = it.crossings().next().is_some();
        let knows_posts = !trip.posts.is_empty();
        assert!(passes_a_border || (!knows_posts && trip.both_posts.is_empty()));
        let indicators = tfi(&[trip]).unwrap();
        assert_eq!(indicators.tfi1_h.is_some(), knows_posts);
        assert_eq!(indicators.tfi2_usd.is_some(), knows_posts);
    });
}

#[test]
fn sums_over_nothing_are_zero_and_not_minus_zero() {
    all_itineraries(|it| {
        for sum in [it.border_h(), it.terminal_h(), it.sd_h(), it.moving_h(), it.total_usd()] {
            assert!(sum.is_sign_positive(), "{sum:?} would be printed with a minus");
        }
        assert!(it.legs.iter().all(|leg| leg.stop_h().is_sign_positive()));
    });
}

#[test]
fn ninety_five_of_a_hundred_trips() {
    // A lognormal with mean 24 and deviation 12: variance of the logarithm ln(1 + 1/4) = 0.2231436, its mean
    // ln 24 - 0.1115718 = 3.0664820; exp(3.0664820 + 1.6448536 x 0.4723807) = 46.687628.
    let model = model(&toy());
    let mut it = ask(&model, "adelmar arvenport", "general_cargo", "road", 1).unwrap()[0].clone();
    it.legs.truncate(1);
    let stop = LegStop { time_h: 24.0, ..it.legs[0].stops[0] };
    it.legs[0].stops = vec![stop];
    it.legs[0].sd_h = 12.0;
    close(it.total_h(), 24.0, ROUNDING, "mean");
    close(it.p95_h(), 46.687_628, 1e-8, "P95 as printed with eight digits");
}
