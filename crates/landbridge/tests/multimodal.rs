//! A worked example: six links, two gauges, one border.
//!
//! ```text
//!          1 rail 1520        2 rail 1435
//!       P ------------- Q ----------------- S      routes   a  1, gauge change, 2
//!       |               `------------------ |               b  1, rail to road, 3
//!       |                     3 road        |               c  4
//!       |------------- 4 road --------------|               d  5, 6 (with the border)
//!       `--- 5 road --- R --- 6 road, border'
//! ```
//!
//! All numbers below are those of the example; its answers were worked out by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use landbridge::outcome::Itinerary;
use landbridge::study::StudyText;
use support::{ask, close, csv, links_in_words, model, study};

/// Sums of at most ten terms of two digits: nothing but rounding may differ.
const ROUNDING: f64 = 1e-12;

/// Links: ends, mode and gauge, hours, money per tonne. All lie in one territory: the border of the example is a time
/// and a fee, and who holds the land does not enter its costs.
const LINKS: [(&str, &str, &str, &str, f64, f64); 6] = [
    ("1", "P", "Q", "rail,1520", 2.0, 4.0),
    ("2", "Q", "S", "rail,1435", 3.0, 5.0),
    ("3", "Q", "S", "road,", 3.5, 9.0),
    ("4", "P", "S", "road,", 6.0, 20.0),
    ("5", "P", "R", "road,", 3.0, 8.0),
    ("6", "R", "S", "road,", 3.0, 8.0),
];

/// Stops: at, hours, money per tonne.
const STOPS: [(&str, f64, f64); 5] = [
    ("border_on_6", 5.0, 2.0),
    ("gauge_change", 8.0, 3.0),
    ("rail_to_road", 4.0, 2.0),
    ("load_P", 2.0, 1.0),
    ("unload_S", 1.0, 1.0),
];

/// Classes: value of an hour to one tonne.
const CLASSES: [(&str, f64); 2] = [("G1", 0.5), ("G2", 2.0)];

/// The example as a study, with further crossings, activities and access rules.
fn example(crossings: &[&str], stops: &[(&str, f64, f64)], rules: &[&str]) -> StudyText {
    let mut manifest = String::from(
        "[study]\nid = \"example\"\nname = \"Two gauges, one border\"\nbase_year = 2025\nas_of = 2025-01-01\n\
         main_class = \"G1\"\n[units]\nlength = \"km\"\nspeed = \"kmh\"\ncurrency = \"USD\"\nprice_year = 2025\n\
         crs = \"EPSG:4326\"\n",
    );
    manifest.extend(CLASSES.map(|(id, value)| {
        format!(
            "[[class]]\nid = \"{id}\"\nname = \"{id}\"\nkind = \"freight\"\nunit = \"t\"\n\
             value_of_time_usd_per_h = {value}\nmodes = [\"road\", \"rail\"]\nsource = [\"a test\"]\n\
             quality = \"assumed\"\n"
        )
    }));
    let links = LINKS.map(|(id, from, to, mode, hours, money)| {
        format!("{id},{from},{to},0,{mode},100,{hours},{money},t,X,open")
    });
    let mut all_crossings = vec!["border_on_6,Border,6,R,S,yes"];
    all_crossings.extend(crossings);
    let activities =
        STOPS.iter().chain(stops).enumerate().map(|(at, (place, hours, money))| {
            format!("{at},{place},handling,both,both,*,{hours},{money},t")
        });
    study([
        ("study.toml", manifest),
        (
            "network/node.csv",
            // A degree of latitude is 111 km: near enough to links of 100 km.
            csv(
                "node_id,name,country,territory,node_type,x_coord,y_coord,zone_id",
                ["P,P,X,X,city,0,0,1", "Q,Q,X,X,city,0,1,", "R,R,X,X,city,0.5,0.5,", "S,S,X,X,city,0.9,0,2"],
            ),
        ),
        (
            "network/link.csv",
            csv(
                "link_id,from_node_id,to_node_id,directed,mode,gauge_mm,length,duration_h,fare,fare_per,\
                 territory,status",
                links,
            ),
        ),
        (
            "network/crossing.csv",
            csv("crossing_id,name,link_id,from_node_id,to_node_id,passengers", all_crossings),
        ),
        (
            "network/terminal.csv",
            csv(
                "terminal_id,name,node_id,kind,transfers",
                [
                    "gauge_change,Q,Q,gauge_change,rail1520-rail1435",
                    "rail_to_road,Q,Q,intermodal,rail1520-road",
                    "load_P,P,P,station,zone-rail",
                    "unload_S,S,S,station,zone-rail",
                ],
            ),
        ),
        (
            "network/activity.csv",
            csv("activity_id,at_id,activity,direction,side,applies_to,time_h,fee,fee_per", activities),
        ),
        ("network/territory.csv", csv("territory_id,name,country,controller", ["X,X,X,X"])),
        ("politics/actor.csv", csv("actor_id,name,kind", ["X,X,state"])),
        ("politics/access.csv", csv("rule_id,effect,links,applies_to", rules)),
        // Every link has a fare, so that no rate is ever used.
        ("economy/rate.csv", csv("rate_id,mode,applies_to,rate,per", ["r,road,*,0,t-km"])),
        ("sources.csv", "key,title\nexample,A worked example\n".to_owned()),
    ])
}

/// The name that the example gives to a route.
fn name(links: &str) -> &'static str {
    match links {
        "1 2" => "a",
        "1 3" => "b",
        "4" => "c",
        "5 6" => "d",
        _ => panic!("`{links}` is no route of the example"),
    }
}

/// Route names and costs, cheapest first.
fn routes(text: &StudyText, class: &str) -> Vec<(&'static str, f64)> {
    let model = model(text);
    let found = ask(&model, "P S", class, "", 9).unwrap();
    let named = |it: &Itinerary| (name(&links_in_words(&model.network, it)), it.cost);
    found.iter().map(named).collect()
}

#[track_caller]
fn check(text: &StudyText, class: &str, expect: &[(&str, f64)]) {
    let found = routes(text, class);
    assert_eq!(found.iter().map(|r| r.0).collect::<Vec<_>>(), expect.iter().map(|r| r.0).collect::<Vec<_>>());
    for ((name, got), (_, want)) in found.iter().zip(expect) {
        close(*got, *want, ROUNDING, name);
    }
}

#[test]
fn goods_of_low_value_change_to_the_road() {
    // a: 14 + 0.5 x 16; b: money 1 + 4 + 2 + 9, hours 2 + 2 + 4 + 3.5; c: 20 + 0.5 x 6; d: 18 + 0.5 x 11.
    check(&example(&[], &[], &[]), "G1", &[("b", 21.75), ("a", 22.0), ("c", 23.0), ("d", 23.5)]);
}

#[test]
fn goods_of_high_value_take_the_fast_road() {
    check(&example(&[], &[], &[]), "G2", &[("c", 32.0), ("b", 39.0), ("d", 40.0), ("a", 46.0)]);
}

#[test]
fn goods_barred_from_the_fast_road_change_to_the_road_too() {
    let barred = example(&[], &[], &["flag,deny,4,G2"]);
    check(&barred, "G2", &[("b", 39.0), ("d", 40.0), ("a", 46.0)]);
    // The rule names one class only.
    check(&barred, "G1", &[("b", 21.75), ("a", 22.0), ("c", 23.0), ("d", 23.5)]);
}

#[test]
fn a_check_on_one_road_moves_goods_to_the_other_gauge() {
    let checked = example(&["check_on_3,Check,3,Q,S,yes"], &[("check_on_3", 1.0, 1.0)], &[]);
    check(&checked, "G1", &[("a", 22.0), ("c", 23.0), ("b", 23.25), ("d", 23.5)]);
}

#[test]
fn closing_a_place_costs_its_premium() {
    let best = routes(&example(&[], &[], &[]), "G1")[0].1;
    let without_q = routes(&example(&[], &[], &["closed,deny,1;2;3,*"]), "G1")[0].1;
    close(best, 21.75, ROUNDING, "best");
    close(without_q, 23.0, ROUNDING, "without Q");
    // 23 / 21.75 - 1; the difference of two numbers near 1 loses two of sixteen digits.
    close(without_q / best - 1.0, 0.057_471_264_367_816_13, ROUNDING, "premium");
}
