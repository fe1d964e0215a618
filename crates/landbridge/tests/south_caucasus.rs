//! What the built-in study must show, in the state of mid-2025.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use landbridge::diagnostic::has_errors;
use landbridge::model::{Model, RouteQuery};
use landbridge::outcome::{Itinerary, tcd};
use landbridge::route::k_best::Distinct;
use landbridge::study::tables::{FactKind, Mode};

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let (model, diagnostics) = Model::load(&support::folder("south-caucasus"));
    assert!(!has_errors(&diagnostics), "{diagnostics:#?}");
    model.unwrap()
});

fn query(from: &str, to: &str, class: &str, modes: &[Mode], k: usize) -> RouteQuery {
    let find = |name: &str| MODEL.network.gazetteer.find(name).unwrap();
    RouteQuery {
        from: find(from),
        to: find(to),
        via: Vec::new(),
        class: MODEL.class(Some(class)).unwrap(),
        modes: modes.to_vec(),
        k,
        distinct: Distinct::Territories,
        flag: None,
    }
}

fn territories(itinerary: &Itinerary) -> Vec<&'static str> {
    MODEL.territories(itinerary).iter().map(|&t| MODEL.network.territories[t].id.as_str()).collect()
}

#[test]
fn baku_nakhchivan_by_land_goes_through_iran_and_second_through_georgia_and_turkey() {
    let found = MODEL.routes(&query("Baku", "Nakhchivan", "general", &[Mode::Road], 2)).unwrap();
    assert_eq!(territories(&found[0]), ["AZE", "IRN", "AZE-NX"]);
    assert_eq!(territories(&found[1]), ["AZE", "GEO", "TUR", "AZE-NX"]);
}

#[test]
fn yerevan_reaches_nobody_but_through_georgia_or_iran() {
    let armenia = MODEL.network.country("ARM").unwrap();
    let mut reached = 0;
    for zone in MODEL.network.zone_nodes() {
        let node = &MODEL.network.nodes[zone];
        if node.country == armenia {
            continue;
        }
        let query = RouteQuery { to: zone, ..query("Yerevan", "Tbilisi", "general", &[], 1) };
        let Ok(found) = MODEL.routes(&query) else { continue };
        reached += 1;
        let passed: BTreeSet<_> = territories(&found[0]).into_iter().collect();
        assert!(passed.contains("GEO") || passed.contains("IRN"), "{} by {passed:?}", node.name);
        // Nothing Armenian passes Azerbaijani land in mid-2025.
        assert!(!passed.contains("AZE") && !passed.contains("AZE-NX"), "{} by {passed:?}", node.name);
    }
    assert!(reached > 60, "only {reached} zones are reached at all");
}

#[test]
fn no_freight_of_armenia_and_azerbaijan_meets() {
    let query = query("Yerevan", "Baku", "general", &[], 1);
    assert!(MODEL.routes(&query).is_err(), "the border is closed and transit denied");
}

#[test]
fn places_are_found_however_they_are_typed() {
    let find = |name: &str| MODEL.network.gazetteer.find(name).map(|at| MODEL.network.nodes[at].id.clone());
    for spelling in ["Nakhchivan", "nakhchivan", "Naxcivan", "Naxçıvan", "NAKHICHEVAN", "nx_nakhchivan"] {
        assert_eq!(find(spelling).as_deref(), Ok("nx_nakhchivan"), "{spelling}");
    }
    for (spelling, id) in [("Tiflis", "ge_tbilisi"), ("Erevan", "am_yerevan"), ("İstanbul", "tr_istanbul")] {
        assert_eq!(find(spelling).as_deref(), Ok(id), "{spelling}");
    }
    let message = find("Nakchivan").unwrap_err().to_string();
    assert!(message.contains("did you mean Nakhchivan"), "{message}");
}

#[test]
fn published_facts_that_built_nothing_are_met() {
    let fits = MODEL.fits(&MODEL.validate());
    let distance = fits[&(FactKind::Distance, false)];
    assert!(distance.median <= 0.05 && distance.worst <= 0.15, "{distance:?}");
    let time = fits[&(FactKind::Time, false)];
    assert!(time.median <= 0.20, "{time:?}");
}

#[test]
fn every_miss_of_an_unused_fact_beyond_a_fifth_has_a_named_cause() {
    for comparison in MODEL.validate() {
        let fact = &MODEL.study.validation[comparison.row];
        if let Some(error) = comparison.error(fact).filter(|e| !fact.used_to_build && e.abs() > 0.2) {
            assert!(fact.cause.is_some(), "{} is off by {:.0}%", fact.validation_id, 100.0 * error);
        }
    }
}

#[test]
fn the_last_point_of_every_profile_is_the_total_of_its_itinerary() {
    for pair in MODEL.run().key_pairs {
        assert!(!pair.itineraries.is_empty(), "every key pair is connected");
        for itinerary in &pair.itineraries {
            let points = tcd::profile(itinerary);
            let last = points.last().unwrap();
            // Sums in another order: equal to rounding.
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs().max(1.0);
            assert!(close(last.km, itinerary.total_km()) && close(last.h, itinerary.total_h()));
            assert!(close(last.usd, itinerary.total_usd()));
            for pair in points.windows(2) {
                assert!(pair[1].km >= pair[0].km && pair[1].h >= pair[0].h && pair[1].usd >= pair[0].usd);
            }
        }
    }
}

#[test]
fn skims_hold_what_routes_say() {
    let class = MODEL.class(None).unwrap();
    let skim = MODEL.skim(class);
    let n = skim.zones.len();
    for (from, to) in [(0, n - 1), (3, 40), (n / 2, 7), (n - 5, n / 3)] {
        let query = RouteQuery {
            from: skim.zones[from],
            to: skim.zones[to],
            ..query("Baku", "Tbilisi", "general", &[], 1)
        };
        match (skim.cells[from * n + to], MODEL.routes(&query)) {
            (Some(cell), Ok(found)) => {
                // The same costs summed along the same route, in another order.
                assert!((cell.cost / found[0].cost - 1.0).abs() < 1e-12);
                assert!((cell.km / found[0].total_km() - 1.0).abs() < 1e-12);
                assert!((cell.usd / found[0].total_usd() - 1.0).abs() < 1e-12);
            }
            (None, Err(_)) => {}
            (cell, found) => panic!("skim {cell:?} against {found:?}"),
        }
    }
}
