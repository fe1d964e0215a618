//! `studies/toy` against its answers, worked out by hand.
//!
//! The figures behind the arithmetic (see the tables of the study):
//!
//! - freight `F`: USD/t + 0.5 USD/h x hours + 0.5 x 0.4 = 0.2 USD/h x standard deviation;
//! - travellers `T`: USD/person + 10 x hours + 10 x 0.5 = 5 x standard deviation;
//! - a stop deviates by half its mean, but the Castoran post entered at Eastgate by 3 h;
//! - road freight 2 USD/truck-km over 20 t = 0.1 USD/t-km at 60 km/h, in Castora 0.15, so half in and half out 0.125;
//!   a truck that waits costs 20 USD/h over 20 t = 1 USD/t-h; rail freight 0.04 USD/t-km at 40 km/h;
//! - cars 0.2 USD/km over 2 persons = 0.1 USD/km at 60 x 1.25 = 75 km/h; trains 0.05 USD/km at 40 x 2 = 80 km/h;
//! - loading or unloading: road 1 h; rail 3 h and 2 USD/t, at the station of Adelmar 4 h and 1 USD/t;
//!   travellers: rail 0.5 h, air 2 h and 10 USD;
//! - transit through Borovia by truck: 120 marks = 60 USD over 20 t = 3 USD/t.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use landbridge::index::Idx;
use landbridge::model::RouteError;
use landbridge::outcome::{Leg, LegKind};
use landbridge::study::tables::Side;
use support::{ask, classes, close, corridor_in_words, links_in_words, model, node, toy};

/// The totals are sums of at most some twenty terms of a few digits: nothing but rounding may differ.
const ROUNDING: f64 = 1e-12;

/// What an itinerary comes to.
struct Totals {
    corridor: &'static str,
    km: f64,
    moving_h: f64,
    border_h: f64,
    terminal_h: f64,
    haulage_usd: f64,
    fee_usd: f64,
    standing_usd: f64,
    charge_usd: f64,
    sd_h: f64,
    cost: f64,
}

#[track_caller]
fn check(places: &str, class: &str, modes: &str, k: usize, expect: &[Totals]) {
    let model = model(&toy());
    let found = ask(&model, places, class, modes, k).unwrap();
    let corridors: Vec<_> = found.iter().map(|it| corridor_in_words(&model.network, it)).collect();
    assert_eq!(corridors, expect.iter().map(|e| e.corridor).collect::<Vec<_>>());
    for (it, e) in found.iter().zip(expect) {
        let sum = |part: fn(&Leg) -> f64| it.legs.iter().map(part).sum::<f64>();
        for (what, got, want) in [
            ("km", it.total_km(), e.km),
            ("moving_h", it.moving_h(), e.moving_h),
            ("border_h", it.border_h(), e.border_h),
            ("terminal_h", it.terminal_h(), e.terminal_h),
            ("total_h", it.total_h(), e.moving_h + e.border_h + e.terminal_h),
            ("haulage_usd", sum(|leg| leg.haulage_usd), e.haulage_usd),
            ("fee_usd", sum(|leg| leg.fee_usd), e.fee_usd),
            ("standing_usd", sum(|leg| leg.standing_usd), e.standing_usd),
            ("charge_usd", sum(|leg| leg.charge_usd), e.charge_usd),
            ("total_usd", it.total_usd(), e.haulage_usd + e.fee_usd + e.standing_usd + e.charge_usd),
            ("sd_h", it.sd_h(), e.sd_h),
            ("cost", it.cost, e.cost),
        ] {
            close(got, want, ROUNDING, &format!("{what} by {}", e.corridor));
        }
    }
}

#[test]
fn the_study_has_the_size_that_its_tables_say() {
    let size = model(&toy()).size();
    assert_eq!((size.nodes, size.zones, size.assets), (7, 4, 11));
    assert_eq!((size.crossings, size.terminals, size.classes), (5, 5, 2));
    // Road states at all 7 nodes; rail 1520 at Adelmar and Bruvala; rail 1435 at Bruvala, Castelmor and (planned)
    // Dunmere; the truck deck at 2 ports; air at Adelmar and Castelmor: 16, and 7 centroids.
    assert_eq!(size.states, 16 + 7);
    // 11 links both ways = 22; two ports, gauge change, and road with either gauge at Bruvala: 5 transfers both ways
    // = 10; access and egress at the 14 states that are not a deck = 28.
    assert_eq!(size.links, 22 + 10 + 28);
}

#[test]
fn freight_by_road_through_one_border() {
    check(
        "adelmar bruvala",
        "general_cargo",
        "road",
        3,
        &[Totals {
            corridor: "road > x_ald_brv_road",
            km: 300.0,
            moving_h: 5.0,     // 300 / 60
            border_h: 6.0,     // Northgate, both posts
            terminal_h: 2.0,   // loading 1 + unloading 1
            haulage_usd: 30.0, // 300 x 0.1
            fee_usd: 5.0,      // 100 / 20
            standing_usd: 6.0, // 6 h x 1
            charge_usd: 0.0,   // the trip ends in Borovia: no transit
            sd_h: 4.0,         // (6 + 2) / 2
            cost: 48.3,        // 41 + 0.5 x 13 + 0.2 x 4
        }],
    );
}

#[test]
fn freight_to_castora_is_barred_from_its_railway_and_pays_transit() {
    check(
        "adelmar castelmor",
        "general_cargo",
        "",
        9,
        &[
            Totals {
                corridor: "rail 1520 mm > x_ald_brv_rail > road > x_brv_cst_road",
                km: 590.0,          // 320 + 270
                moving_h: 12.5,     // 320 / 40 + 270 / 60
                border_h: 18.0,     // 12 + exit 2 + entry 4
                terminal_h: 11.0,   // 4 + rail-road 6 + 1
                haulage_usd: 46.55, // 320 x 0.04 + 270 x 0.125 = 12.8 + 33.75
                fee_usd: 10.0,      // 1 + 2 + 2 + 40 / 20 + 60 / 20
                standing_usd: 6.0,  // at Eastgate; in the rail-road terminal the truck does not wait
                charge_usd: 3.0,    // due where the load comes on to the road in Borovia
                sd_h: 15.5,         // 4/2 + 12/2 + 6/2 + 2/2 + 3 + 1/2
                cost: 89.4,         // 65.55 + 0.5 x 41.5 + 0.2 x 15.5
            },
            Totals {
                corridor: "road > x_ald_brv_road > x_brv_cst_road",
                km: 570.0,
                moving_h: 9.5,  // 5 + 4.5
                border_h: 12.0, // 6 + 2 + 4
                terminal_h: 2.0,
                haulage_usd: 63.75, // 30 + 33.75
                fee_usd: 10.0,      // 5 + 2 + 3
                standing_usd: 12.0,
                charge_usd: 3.0, // due at Northgate, where Borovia is entered
                sd_h: 8.0,       // 1/2 + 6/2 + 2/2 + 3 + 1/2
                cost: 102.1,     // 88.75 + 0.5 x 23.5 + 0.2 x 8
            },
            Totals {
                // Admitted through Southgate, since the trip ends in Castora.
                corridor: "road > t_arvenport: truck ferry > t_dunhaven: road > x_brv_dun_road > x_brv_cst_road",
                km: 820.0,           // 90 + 160 + 60 + 240 + 270
                moving_h: 19.0,      // 1.5 + 8 + 1 + 4 + 4.5
                border_h: 8.0,       // 2 + 2 + 4
                terminal_h: 10.0,    // 1 + 6 + 2 + 1
                haulage_usd: 102.75, // 9 + 30 + 6 + 24 + 33.75
                fee_usd: 9.0,        // 2 + 1 + 1 + 2 + 3
                standing_usd: 16.0,  // 6 + 2 + 2 + 6
                charge_usd: 3.0,     // due at Southgate
                sd_h: 10.0,          // (18 - 4) / 2 + 3
                cost: 151.25,        // 130.75 + 0.5 x 37 + 0.2 x 10
            },
        ],
    );
}

#[test]
fn freight_from_castora_may_use_the_railway_and_passes_the_other_posts() {
    check(
        "castelmor adelmar",
        "general_cargo",
        "",
        9,
        &[
            Totals {
                corridor: "rail 1435 mm > x_brv_cst_rail > rail 1520 mm > x_ald_brv_rail",
                km: 600.0,         // 280 + 320
                moving_h: 15.0,    // 7 + 8
                border_h: 22.0,    // 10 + 12
                terminal_h: 17.0,  // 3 + gauge change 10 + 4
                haulage_usd: 24.0, // 600 x 0.04
                fee_usd: 11.0,     // 2 + 2 + 4 + 2 + 1
                standing_usd: 0.0,
                charge_usd: 0.0, // the transit charge is one on trucks
                sd_h: 19.5,      // 39 / 2
                cost: 65.9,      // 35 + 0.5 x 54 + 0.2 x 19.5
            },
            Totals {
                corridor: "rail 1435 mm > x_brv_cst_rail > road > x_ald_brv_road",
                km: 580.0,         // 280 + 300
                moving_h: 12.0,    // 7 + 5
                border_h: 16.0,    // 10 + 6
                terminal_h: 10.0,  // 3 + 6 + 1
                haulage_usd: 41.2, // 11.2 + 30
                fee_usd: 11.0,     // 2 + 2 + 2 + 5
                standing_usd: 6.0,
                charge_usd: 3.0,
                sd_h: 13.0, // 26 / 2
                cost: 82.8, // 61.2 + 0.5 x 38 + 0.2 x 13
            },
            Totals {
                corridor: "road > x_brv_cst_road > rail 1520 mm > x_ald_brv_rail",
                km: 590.0,
                moving_h: 12.5,
                border_h: 16.0,     // exit 1 + entry 3 + 12
                terminal_h: 11.0,   // 1 + 6 + 4
                haulage_usd: 46.55, // 33.75 + 12.8
                fee_usd: 10.0,      // 60 / 20 + 40 / 20 + 2 + 2 + 1
                standing_usd: 4.0,
                charge_usd: 3.0,
                sd_h: 13.5, // 27 / 2: the deviation of 3 h is that of the other direction
                cost: 86.0, // 63.55 + 0.5 x 39.5 + 0.2 x 13.5
            },
            Totals {
                corridor: "road > x_brv_cst_road > x_ald_brv_road",
                km: 570.0,
                moving_h: 9.5,
                border_h: 10.0, // 1 + 3 + 6
                terminal_h: 2.0,
                haulage_usd: 63.75,
                fee_usd: 10.0, // 3 + 2 + 5
                standing_usd: 10.0,
                charge_usd: 3.0,
                sd_h: 6.0,  // 12 / 2
                cost: 98.7, // 86.75 + 0.5 x 21.5 + 0.2 x 6
            },
            Totals {
                corridor: "rail 1435 mm > x_brv_cst_rail > road > x_brv_dun_road > t_dunhaven: truck ferry > \
                           t_arvenport: road",
                km: 830.0,          // 280 + 240 + 60 + 160 + 90
                moving_h: 21.5,     // 7 + 4 + 1 + 8 + 1.5
                border_h: 12.0,     // 10 + 2
                terminal_h: 18.0,   // 3 + 6 + 6 + 2 + 1
                haulage_usd: 80.2,  // 11.2 + 24 + 6 + 30 + 9
                fee_usd: 10.0,      // 2 + 2 + 2 + 1 + 2 + 1
                standing_usd: 10.0, // 2 + 6 + 2
                charge_usd: 3.0,
                sd_h: 15.0,   // 30 / 2
                cost: 131.95, // 103.2 + 0.5 x 51.5 + 0.2 x 15
            },
            Totals {
                corridor: "road > x_brv_cst_road > x_brv_dun_road > t_dunhaven: truck ferry > t_arvenport: road",
                km: 820.0,
                moving_h: 19.0,
                border_h: 6.0, // 1 + 3 + 2
                terminal_h: 10.0,
                haulage_usd: 102.75,
                fee_usd: 9.0,       // 3 + 2 + 1 + 2 + 1
                standing_usd: 14.0, // 4 + 2 + 6 + 2
                charge_usd: 3.0,
                sd_h: 8.0,    // 16 / 2
                cost: 147.85, // 128.75 + 0.5 x 35 + 0.2 x 8
            },
        ],
    );
}

#[test]
fn freight_by_truck_and_ferry() {
    // The road through Sulm is shut to this trip, which neither starts nor ends in Castora.
    check(
        "adelmar dunmere",
        "general_cargo",
        "",
        5,
        &[Totals {
            corridor: "road > t_arvenport: truck ferry > t_dunhaven: road",
            km: 310.0,      // 90 + 160 + 60
            moving_h: 10.5, // 1.5 + 8 + 1
            border_h: 0.0,
            terminal_h: 10.0,  // 1 + (waiting 4 + clearance 2) + landing 2 + 1
            haulage_usd: 45.0, // 9 + 600 / 20 + 6
            fee_usd: 3.0,      // 40 / 20 + 20 / 20
            standing_usd: 8.0, // 6 + 2: the truck waits for the ferry
            charge_usd: 0.0,
            sd_h: 5.0,   // 10 / 2
            cost: 67.25, // 56 + 0.5 x 20.5 + 0.2 x 5
        }],
    );
}

#[test]
fn freight_of_castora_is_admitted_to_the_restricted_road() {
    check(
        "castelmor dunmere",
        "general_cargo",
        "",
        2,
        &[
            Totals {
                corridor: "rail 1435 mm > x_brv_cst_rail > road > x_brv_dun_road",
                km: 520.0,         // 280 + 120 + 120
                moving_h: 11.0,    // 7 + 2 + 2
                border_h: 12.0,    // 10 + 2
                terminal_h: 10.0,  // 3 + 6 + 1
                haulage_usd: 35.2, // 11.2 + 24
                fee_usd: 7.0,      // 2 + 2 + 2 + 20 / 20
                standing_usd: 2.0,
                charge_usd: 3.0,
                sd_h: 11.0, // 22 / 2
                cost: 65.9, // 47.2 + 0.5 x 33 + 0.2 x 11
            },
            Totals {
                corridor: "road > x_brv_cst_road > x_brv_dun_road",
                km: 510.0,
                moving_h: 8.5,
                border_h: 6.0, // 1 + 3 + 2
                terminal_h: 2.0,
                haulage_usd: 57.75, // 33.75 + 24
                fee_usd: 6.0,       // 3 + 2 + 1
                standing_usd: 6.0,
                charge_usd: 3.0, // once: Southern Borovia has the same sovereign
                sd_h: 4.0,
                cost: 81.8, // 72.75 + 0.5 x 16.5 + 0.2 x 4
            },
        ],
    );
}

#[test]
fn freight_of_borovia_goes_the_long_way_round() {
    check(
        "bruvala dunmere",
        "general_cargo",
        "",
        5,
        &[Totals {
            corridor: "road > x_ald_brv_road > t_arvenport: truck ferry > t_dunhaven: road",
            km: 610.0,      // 300 + 310
            moving_h: 15.5, // 5 + 10.5
            border_h: 6.0,
            terminal_h: 10.0,
            haulage_usd: 75.0,  // 30 + 45
            fee_usd: 8.0,       // 5 + 3
            standing_usd: 14.0, // 6 + 8
            charge_usd: 0.0,
            sd_h: 8.0,    // 16 / 2
            cost: 114.35, // 97 + 0.5 x 31.5 + 0.2 x 8
        }],
    );
}

#[test]
fn travellers_choose_between_road_rail_and_air() {
    let totals =
        |corridor, km, [moving_h, border_h, terminal_h]: [f64; 3], haulage_usd, fee_usd, sd_h, cost| {
            Totals {
                corridor,
                km,
                moving_h,
                border_h,
                terminal_h,
                haulage_usd,
                fee_usd,
                standing_usd: 0.0, // the standing cost is that of trucks
                charge_usd: 0.0,   // so is the transit charge
                sd_h,
                cost,
            }
        };
    check(
        "adelmar castelmor",
        "travellers",
        "",
        9,
        &[
            // 570 / 75; 1 + 1; fee 10 / 2; 62 + 10 x 9.6 + 5 x 1
            totals("road > x_ald_brv_road > x_brv_cst_road", 570.0, [7.6, 2.0, 0.0], 57.0, 5.0, 1.0, 163.0),
            // 320 / 80 + 270 / 75; 2 + 1; 0.5 + 1; 16 + 27; 43 + 10 x 12.1 + 5 x 2.25
            totals(
                "rail 1520 mm > x_ald_brv_rail > road > x_brv_cst_road",
                590.0,
                [7.6, 3.0, 1.5],
                43.0,
                0.0,
                2.25,
                175.25,
            ),
            // 600 / 80; 2 + 2; 0.5 + 1 + 0.5; 600 x 0.05; 30 + 10 x 13.5 + 5 x 3
            totals(
                "rail 1520 mm > x_ald_brv_rail > rail 1435 mm > x_brv_cst_rail",
                600.0,
                [7.5, 4.0, 2.0],
                30.0,
                0.0,
                3.0,
                180.0,
            ),
            // 300 / 75 + 280 / 80; 1 + 2; 1 + 0.5; 30 + 14; 49 + 10 x 12 + 5 x 2.25
            totals(
                "road > x_ald_brv_road > rail 1435 mm > x_brv_cst_rail",
                580.0,
                [7.5, 3.0, 1.5],
                44.0,
                5.0,
                2.25,
                180.25,
            ),
            // The fare of 2015, 80 USD, is 100 of 2025; boarding and alighting 2 h and 10 USD each;
            // 120 + 10 x 5.5 + 5 x 2
            totals("air", 450.0, [1.5, 0.0, 4.0], 100.0, 20.0, 2.0, 185.0),
        ],
    );
}

#[test]
fn activities_of_a_station_follow_the_way_its_transfer_is_written() {
    // Loading takes 4 h, unloading no time: as `zone-rail` loading is `from_to`, as `rail-zone` it is `to_from`.
    for (transfer, direction) in [("zone-rail", "from_to"), ("rail-zone", "to_from")] {
        let mut text = toy();
        let terminals = text.get_mut("network/terminal.csv").unwrap();
        *terminals = terminals.replace("zone-rail", transfer);
        let activities = text.get_mut("network/activity.csv").unwrap();
        *activities = activities.replace(
            "v13,t_adelmar_freight,handling,both",
            &format!("v13,t_adelmar_freight,handling,{direction}"),
        );
        let model = model(&text);
        let terminal_h = |places| ask(&model, places, "general_cargo", "rail", 1).unwrap()[0].terminal_h();
        // At Bruvala the default of 3 h holds.
        close(terminal_h("adelmar bruvala"), 4.0 + 3.0, ROUNDING, transfer);
        close(terminal_h("bruvala adelmar"), 3.0, ROUNDING, transfer);
    }
}

#[test]
fn road_and_rail_are_two_corridors_where_no_border_lies_between() {
    let mut text = toy();
    text.get_mut("network/link.csv")
        .unwrap()
        .push_str("rl_extra,,adelmar,arvenport,0,rail,1520,,,,100,40,,,,,,,ald,,,,,open,,,,toy,assumed\n");
    let model = model(&text);
    let found = ask(&model, "adelmar arvenport", "general_cargo", "", 9).unwrap();
    let chains: Vec<_> = found.iter().map(|it| corridor_in_words(&model.network, it)).collect();
    assert_eq!(chains, ["road", "rail 1520 mm"]);
    // Road: 1 h and 1 h, 90 km: 9 + 0.5 x 3.5 + 0.2 x 1. Rail: station 4 h and 1, default 3 h and 2, 100 km in 2.5 h:
    // 7 + 0.5 x 9.5 + 0.2 x 3.5.
    close(found[0].cost, 10.95, ROUNDING, "road");
    close(found[1].cost, 12.45, ROUNDING, "rail");
}

#[test]
fn a_place_to_pass_rules_corridors_out_and_may_be_a_detour() {
    let model = model(&toy());
    let costs = |places, class, modes, k| -> Vec<f64> {
        ask(&model, places, class, modes, k).unwrap().iter().map(|it| it.cost).collect()
    };
    // Through Bruvala all but the aeroplane go.
    let via = costs("adelmar bruvala castelmor", "travellers", "", 9);
    for (got, want) in via.iter().zip([163.0, 175.25, 180.0, 180.25]) {
        close(*got, want, ROUNDING, "via Bruvala");
    }
    assert_eq!(via.len(), 4);
    // To Arvenport and back first: 90 km more each way, 48.3 + 180 x 0.1 + 0.5 x 3.
    close(costs("adelmar arvenport bruvala", "general_cargo", "road", 1)[0], 67.8, ROUNDING, "via Arvenport");
}

#[test]
fn pairs_without_a_permitted_way_are_errors() {
    let model = model(&toy());
    // Travellers do not board the truck ferry, and Southgate is for goods.
    assert_eq!(
        ask(&model, "adelmar dunmere", "travellers", "", 3),
        Err(RouteError::Unreachable {
            from: "Adelmar".into(),
            to: "Dunmere".into(),
            class: "travellers".into(),
            modes: "road, rail, air".into(),
        })
    );
    // The railway to Dunmere is planned only.
    assert!(matches!(
        ask(&model, "adelmar dunmere", "general_cargo", "rail", 3),
        Err(RouteError::Unreachable { .. })
    ));
    // The embargo: to Castelmor not by rail, though from there it is.
    assert!(ask(&model, "adelmar castelmor", "general_cargo", "rail", 3).is_err());
    assert!(ask(&model, "castelmor adelmar", "general_cargo", "rail", 3).is_ok());
    assert!(matches!(ask(&model, "sulm sulm", "travellers", "", 1), Err(RouteError::SamePlace { .. })));
}

#[test]
fn who_can_close_a_link_and_who_must_agree_to_it() {
    let network = model(&toy()).network;
    for (link, can_close, must_consent) in [
        ("rd_adelmar_arvenport", "ALD", "ALD"),
        ("rd_adelmar_bruvala", "ALD or BRV", "ALD with BRV"),
        // The land is Borovia's and Castora holds it.
        ("rd_bruvala_sulm", "BRV or CST", "BRV with CST"),
        ("rd_sulm_dunmere", "CST or DUN", "CST with DUN"),
        // The sea belongs to nobody.
        ("fy_arvenport_dunhaven", "ALD or DUN", "ALD with DUN"),
        // Said by the row itself.
        ("rl_bruvala_castelmor", "BRV or CST with ORC", "BRV with CST"),
    ] {
        let asset = &network.assets[network.asset(link).unwrap()];
        assert_eq!(network.actor_sets_in_words(&asset.control.can_close), can_close, "{link}");
        assert_eq!(network.actor_sets_in_words(&asset.control.must_consent), must_consent, "{link}");
    }
    let shares = |link: &str| -> Vec<(String, f64)> {
        let asset = &network.assets[network.asset(link).unwrap()];
        asset
            .control
            .collectors
            .iter()
            .map(|&(actor, share)| (network.actors[actor].id.clone(), share))
            .collect()
    };
    assert_eq!(shares("rl_bruvala_castelmor"), [("ORC".to_owned(), 0.75), ("BRV".to_owned(), 0.25)]);
    assert_eq!(shares("rd_adelmar_bruvala"), [("ALD".to_owned(), 0.5), ("BRV".to_owned(), 0.5)]);
}

#[test]
fn skims_hold_the_best_route_of_every_pair() {
    let model = model(&toy());
    for class in classes(&model) {
        let skim = model.skim(class);
        let id = model.class_row(class).id.clone();
        let n = skim.zones.len();
        assert_eq!(n, 4);
        for (at, cell) in skim.cells.iter().enumerate() {
            let (from, to) = (skim.zones[at / n], skim.zones[at % n]);
            let places = format!("{} {}", model.network.nodes[from].id, model.network.nodes[to].id);
            let route = if from == to { None } else { ask(&model, &places, &id, "", 1).ok() };
            assert_eq!(cell.is_some(), route.is_some(), "{places}");
            let (Some(cell), Some(routes)) = (cell, route) else { continue };
            let best = &routes[0];
            close(cell.cost, best.cost, ROUNDING, &places);
            close(cell.km, best.total_km(), ROUNDING, &places);
            close(cell.moving_h, best.moving_h(), ROUNDING, &places);
            close(cell.stop_h, best.border_h() + best.terminal_h(), ROUNDING, &places);
            close(cell.usd, best.total_usd(), ROUNDING, &places);
        }
    }
}

#[test]
fn a_run_reports_key_pairs_passages_and_facts() {
    let model = model(&toy());
    let outcome = model.run();
    let costs: Vec<Vec<f64>> =
        outcome.key_pairs.iter().map(|p| p.itineraries.iter().map(|it| it.cost).collect()).collect();
    // Of the itineraries above, those that pass other territories.
    let expect = [vec![89.4, 151.25], vec![65.9], vec![67.25], vec![163.0, 185.0]];
    assert_eq!(costs.iter().map(Vec::len).collect::<Vec<_>>(), expect.each_ref().map(Vec::len));
    for (got, want) in costs.iter().flatten().zip(expect.iter().flatten()) {
        close(*got, *want, ROUNDING, "cost of a key pair");
    }

    // Five crossings, each in both directions; at Eastgate the posts are told apart.
    assert_eq!(outcome.passages.len(), 10);
    let eastgate = model.network.crossings.enumerate().find(|(_, c)| c.id == "x_brv_cst_road").unwrap().0;
    let from = node(&model, "bruvala");
    let passage = outcome.passages.iter().find(|p| p.crossing == eastgate && p.from == from).unwrap();
    let hours: Vec<(Side, f64)> = passage.hours.iter().map(|(&side, &h)| (side, h)).collect();
    let fees: Vec<(Side, f64)> = passage.fees_usd.iter().map(|(&side, &usd)| (side, usd)).collect();
    assert_eq!(hours, [(Side::Exit, 2.0), (Side::Entry, 4.0)]);
    assert_eq!(fees, [(Side::Exit, 40.0), (Side::Entry, 60.0)]);
    assert!(!passage.assumed);

    // 570 km by road; 20.5 h by ferry; 120 USD by air; a claim that no route can answer.
    let answers: Vec<Option<f64>> = outcome.validation.iter().map(|c| c.model).collect();
    assert_eq!(answers.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, true, false]);
    for (got, want) in answers.iter().flatten().zip([570.0, 20.5, 120.0]) {
        close(*got, want, ROUNDING, "answer to a published fact");
    }
}

#[test]
fn every_leg_knows_its_links() {
    let model = model(&toy());
    let found = ask(&model, "castelmor dunmere", "general_cargo", "road", 1).unwrap();
    assert_eq!(
        links_in_words(&model.network, &found[0]),
        "rd_bruvala_castelmor rd_bruvala_sulm rd_sulm_dunmere"
    );
    let kinds: Vec<bool> = found[0].legs.iter().map(|leg| matches!(leg.kind, LegKind::Border(_))).collect();
    assert_eq!(kinds, [false, true, false, true, false]);
    assert_eq!(
        model.network.links.len(),
        model.network.links.indices().map(Idx::position).max().unwrap() + 1
    );
}

/// Who comes to a service that leaves once a day waits half a day in the mean.
#[test]
fn the_wait_for_a_departure_is_half_the_headway() {
    let mut text = toy();
    let links = text.get_mut("network/link.csv").unwrap();
    let with_headway = links.lines().enumerate().map(|(at, line)| match line {
        _ if at == 0 => format!("{line},headway_h\n"),
        line if line.starts_with("fy_arvenport_dunhaven") => format!("{line},24\n"),
        line => format!("{line},\n"),
    });
    *links = with_headway.collect();
    let hours = |text: &landbridge::study::StudyText| {
        let found = ask(&model(text), "adelmar dunmere", "general_cargo", "", 1).unwrap();
        found[0].moving_h()
    };
    close(hours(&text) - hours(&toy()), 12.0, 1e-12, "wait");
}
