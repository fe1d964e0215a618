//! Demand: sums worked out by hand on the toy study, totals that are kept, and the order of the built-in study.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use landbridge::demand::{Demand, Flow};
use landbridge::model::Model;
use landbridge::study::StudyText;
use landbridge::study::tables::{ClassKind, Corrects, Quality};
use support::{close, folder, listed, model, toy};

/// Sums of a few thousand parts of a total: nothing but rounding.
const ROUNDING: f64 = 1e-9;

/// Cells in words: class, flag, places, then the amount.
fn cells(model: &Model, demand: &Demand) -> BTreeMap<String, f64> {
    let mut cells = BTreeMap::new();
    for segment in &demand.segments {
        let class = &model.class_row(segment.class).id;
        let flag = segment.flag.map_or("any", |flag| &model.network.countries[flag]);
        for cell in &segment.cells {
            let [from, to] = [cell.origin, cell.destination].map(|node| &model.network.nodes[node].id);
            cells.insert(format!("{class} {flag} {from} {to}"), cell.per_year);
        }
    }
    cells
}

#[test]
fn the_toy_study_moves_what_was_worked_out_by_hand() {
    let model = model(&toy());
    let demand = model.demand(2025);
    // Aldermark to Castora: grain 12000 t x 0.5 = 6000; machines 10000 t less a tenth by air, of which 0.8 is carried:
    // 7200; together 13200 t, three quarters to Castelmor and one to Bruvala, a fifth of it under the flag of Dunland.
    // Castora to Borovia: 400 t, three quarters from Castelmor; the quarter made at Bruvala stays there.
    // Dunland to Aldermark: grain 4000 t x 0.5.
    let want = [
        ("general_cargo any adelmar bruvala", 13_200.0 * 0.25 * 0.8),
        ("general_cargo any adelmar castelmor", 13_200.0 * 0.75 * 0.8),
        ("general_cargo any castelmor bruvala", 300.0),
        ("general_cargo any dunmere adelmar", 2000.0),
        ("general_cargo DUN adelmar bruvala", 13_200.0 * 0.25 * 0.2),
        ("general_cargo DUN adelmar castelmor", 13_200.0 * 0.75 * 0.2),
        ("travellers any adelmar castelmor", 1000.0),
        ("travellers any adelmar dunmere", 500.0),
        ("travellers any castelmor adelmar", 1000.0),
    ];
    let got = cells(&model, &demand);
    let want: BTreeMap<_, _> = want.map(|(cell, amount)| (cell.to_owned(), amount)).into();
    assert_eq!(got.keys().collect::<Vec<_>>(), want.keys().collect::<Vec<_>>());
    for (cell, amount) in &want {
        close(got[cell], *amount, ROUNDING, cell);
    }
    let flow = |from: &str, what: &str| -> &Flow {
        demand.flows.iter().find(|f| f.origin == from && f.what == what).unwrap()
    };
    let machines = flow("ALD", "machines");
    close(machines.off_surface, 1000.0, ROUNDING, "a tenth by air");
    close(machines.elsewhere, 1800.0, ROUNDING, "a fifth of 9000 t by sea");
    close(machines.usd, 20e6 * 0.9 * 0.8, ROUNDING, "value that moves");
    let borovia = flow("CST", "machines");
    close(borovia.intrazonal, 100.0, ROUNDING, "made and sold at Bruvala");
    // 2 million marks at half a dollar, three quarters of which leave Castelmor.
    close(borovia.usd, 2e6 * 0.5 * 0.75, ROUNDING, "value in dollars");
    // The weight of the machines is derived, the share carried assumed: the weaker counts. Their value is published.
    assert_eq!((machines.quality, machines.value_quality), (Quality::Assumed, Quality::Published));
    let grain = flow("ALD", "grain");
    assert_eq!((grain.quality, grain.value_quality), (Quality::Derived, Quality::Published));
}

#[test]
fn demand_grows_by_the_mean_of_its_two_regions() {
    let model = model(&toy());
    let [now, next, later, before] = [2025, 2026, 2027, 2024].map(|year| model.demand(year));
    let total = |demand: &Demand, from: &str, to: &str| -> f64 {
        let flows = demand.flows.iter().filter(|f| f.origin == from && f.destination == to);
        flows.map(|f| f.total).sum()
    };
    // Aldermark 4 percent and Castora 2: 3 percent a year, and on in years without rows. Borovia has no row: 1 percent
    // with Castora. Before the first row nothing grows.
    close(total(&next, "ALD", "CST") / total(&now, "ALD", "CST"), 1.03, ROUNDING, "one year");
    close(total(&later, "ALD", "CST") / total(&now, "ALD", "CST"), 1.03 * 1.03, ROUNDING, "two years");
    close(total(&next, "CST", "BRV") / total(&now, "CST", "BRV"), 1.01, ROUNDING, "one without a row");
    close(total(&before, "ALD", "CST"), total(&now, "ALD", "CST"), ROUNDING, "the year before");
    // Backwards from 2026 is the inverse.
    let mut text = toy();
    let trade = text.get_mut("economy/trade.csv").unwrap();
    *trade = trade.replace("2025,3000000,USD", "2026,3000000,USD");
    text.get_mut("economy/price_index.csv").unwrap().push_str("USD,2026,1,,toy,published\n");
    let back = support::model(&text).demand(2025);
    let grain = back.flows.iter().find(|f| f.origin == "ALD" && f.what == "grain").unwrap();
    close(grain.total, 6000.0 / 1.03, ROUNDING, "a year back");
}

#[test]
fn distance_keeps_travellers_near_and_their_number_as_it_is() {
    let mut text = toy();
    let zone = text.get_mut("demand/zone.csv").unwrap();
    *zone = zone.replace("CST,bruvala,0.25,0.25,,", "CST,bruvala,0.25,0.25,0.5,");
    *zone = zone.replace("CST,castelmor,0.75,0.75,1,", "CST,castelmor,0.75,0.75,0.5,");
    let shares = |text: &StudyText| {
        let model = model(text);
        let cells = cells(&model, &model.demand(2025));
        (cells["travellers any adelmar bruvala"], cells["travellers any adelmar castelmor"])
    };
    assert_eq!(shares(&text), (500.0, 500.0));
    let passenger = text.get_mut("demand/passenger.csv").unwrap();
    *passenger = passenger.replacen("1000,2025,,", "1000,2025,200,", 1);
    let (near, far) = shares(&text);
    close(near + far, 1000.0, ROUNDING, "all travellers");
    // Two degrees at latitude 2 with one of latitude are 248.5 km, four degrees at latitude 2 are 444.5 km (R = 6371):
    // exp(-(444.5 - 248.5) / 200) = 0.3753.
    close(far / near, 0.3753, 1e-3, "200 km of decay");
}

/// What the flows say that moves is what the cells hold, and with what is left out it is the tables' total.
#[track_caller]
fn totals_are_kept(model: &Model, year: i32) {
    let demand = model.demand(year);
    let mut moved = vec![(0.0, 0.0); demand.flows.len()];
    for segment in &demand.segments {
        for pair in segment.cells.windows(2) {
            let [a, b] = pair else { unreachable!("windows of two") };
            assert!((a.origin, a.destination) < (b.origin, b.destination), "cells in order, each once");
        }
        for cell in &segment.cells {
            let is_latent = cell.parts.iter().all(|part| demand.flow(part).latent.is_some());
            assert!(cell.origin != cell.destination && (cell.per_year > 0.0) != is_latent);
            close(cell.parts.iter().map(|p| p.per_year).sum(), cell.per_year, ROUNDING, "parts of a cell");
            for part in &cell.parts {
                assert_eq!(demand.flow(part).class, segment.class);
                moved[part.flow].0 += part.per_year;
                moved[part.flow].1 += part.usd_per_year;
            }
        }
    }
    for (flow, (amount, usd)) in demand.flows.iter().zip(moved) {
        let name = format!("{} {} {}", flow.origin, flow.destination, flow.what);
        let parts = amount + flow.intrazonal + flow.off_surface + flow.elsewhere;
        // Relative to the whole: what moves may be a small rest of it.
        assert!((parts - flow.total).abs() <= ROUNDING * flow.total.max(1.0), "{name}: {parts}");
        close(usd, flow.usd, ROUNDING, &format!("{name}: value"));
    }
    // The totals from the tables, where nothing grows: rows times the factors that fit.
    let study = &model.study;
    for row in study.trade.iter().filter(|row| row.year == year) {
        let scales = study.scales.iter().filter(|s| {
            s.corrects == Corrects::Tonnes && s.concerns(&row.exporter, &row.importer, &row.commodity)
        });
        let want = scales.map(|s| s.factor).product::<f64>() * row.tonnes;
        let named = |f: &&Flow| {
            (&f.origin, &f.destination, &f.what) == (&row.exporter, &row.importer, &row.commodity)
        };
        let got = demand.flows.iter().find(named).unwrap().total;
        close(got, want, ROUNDING, &format!("{} {} {}", row.exporter, row.importer, row.commodity));
    }
}

/// The built-in study with the demand of its tables: what was fitted to counts multiplies it.
fn before_fitting() -> Model {
    let mut text = folder("south-caucasus");
    text.remove("calibration/fitted.csv").unwrap();
    model(&text)
}

#[test]
fn totals_between_regions_are_kept() {
    totals_are_kept(&model(&toy()), 2025);
    let south_caucasus = before_fitting();
    for year in [2023, 2025, 2035] {
        totals_are_kept(&south_caucasus, year);
    }
}

/// The rows of a CSV table in reverse.
fn reversed(text: &str) -> String {
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().rev().collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

#[test]
fn the_order_of_rows_changes_nothing() {
    for name in ["toy", "south-caucasus"] {
        let text = folder(name);
        let mut turned = text.clone();
        for (path, table) in &mut turned {
            if path.starts_with("economy/") || path.starts_with("demand/") {
                *table = reversed(table);
            }
        }
        assert_ne!(text, turned);
        assert_eq!(model(&text).demand(2030), model(&turned).demand(2030), "{name}");
    }
}

#[test]
fn a_study_without_tables_of_demand_has_none() {
    let mut text = toy();
    text.retain(|path, _| {
        !path.starts_with("demand/")
            && path != "observed.csv"
            && !["country", "commodity", "trade", "trade_total", "elasticity", "scale", "growth"]
                .iter()
                .any(|t| *path == format!("economy/{t}.csv"))
    });
    let (model, diagnostics) = Model::load(&text);
    assert_eq!(listed(&diagnostics), Vec::<String>::new());
    let demand = model.unwrap().demand(2025);
    assert!(demand.is_empty() && demand.segments.is_empty());
}

fn sum(demand: &Demand, kind: ClassKind, pairs: impl Fn(&str, &str) -> bool) -> f64 {
    let flows = demand.flows.iter().filter(|f| f.kind == kind && pairs(&f.origin, &f.destination));
    flows.map(Flow::moving).sum()
}

#[test]
fn nakhchivan_has_rows_of_its_own() {
    let model = before_fitting();
    let demand = model.demand(2023);
    // 390 thousand tonnes there and 30 back, less half a percent by air.
    let there = sum(&demand, ClassKind::Freight, |a, b| (a, b) == ("AZE", "AZE-NX"));
    let back = sum(&demand, ClassKind::Freight, |a, b| (a, b) == ("AZE-NX", "AZE"));
    close(there, 390e3 * 0.995, ROUNDING, "mainland to Nakhchivan");
    close(back, 30e3 * 0.995, ROUNDING, "Nakhchivan to the mainland");
    // 717,000 by air, 61,500 by bus through Iran, 15,000 through Georgia and Turkey, half of them each way; the row is
    // a whole number.
    let travel = sum(&demand, ClassKind::Passenger, |a, b| (a, b) == ("AZE", "AZE-NX"));
    close(travel, 396_750.0, 1e-5, "travellers to Nakhchivan");
    // Its demand starts and ends in its territory and nowhere else.
    let territory = model.network.territory("AZE-NX").unwrap();
    for segment in &demand.segments {
        for cell in &segment.cells {
            for part in &cell.parts {
                let flow = demand.flow(part);
                for (region, node) in [(&flow.origin, cell.origin), (&flow.destination, cell.destination)] {
                    let inside = model.network.nodes[node].territory == territory;
                    assert_eq!(inside, region == "AZE-NX", "{region} at {}", model.network.nodes[node].id);
                }
            }
        }
    }
}

/// Demand between sets of regions against what was counted where all of it, or nearly all, must pass. Routes are not
/// asked: bounds are wide, for counts hold domestic freight, empty trucks and ways round. The factors of the study were
/// set by these counts, so this holds the order of the tables; it is no test of the model.
#[test]
fn totals_of_the_south_caucasus_are_of_the_observed_order() {
    let model = model(&folder("south-caucasus"));
    let observed = |id: &str| -> f64 {
        model.study.observed.iter().find(|row| row.observed_id == id).unwrap().per_year.unwrap()
    };
    let demand = model.demand(2024);
    let set = |words: &str| -> BTreeSet<String> { words.split_whitespace().map(str::to_owned).collect() };
    let between = |a: &str, b: &str| {
        let (a, b) = (set(a), set(b));
        sum(&demand, ClassKind::Freight, |from, to| {
            a.contains(from) && b.contains(to) || b.contains(from) && a.contains(to)
        })
    };
    let central_asia = "KAZ TKM UZB";
    let caspian = between(central_asia, "ARM AZE AZE-NX GEO TUR EU27");
    // Through or into Georgia: its own trade, that of Armenia but for Iran, that of Azerbaijan and Central Asia with the
    // west, that of Russia with Turkey.
    let georgia = between("GEO", "ARM AZE AZE-NX TUR IRN RUS KAZ TKM UZB CHN IND USA EU27 ROW")
        + between("ARM", "AZE RUS KAZ TKM UZB CHN IND USA EU27 ROW TUR")
        + between("AZE", "TUR EU27 USA ROW IND CHN")
        + between(central_asia, "TUR EU27")
        + between("RUS", "TUR");
    // A loaded truck carries 20 t and half of them are empty.
    let truck_t = 10.0;
    let rows = [
        // Port of Baku, all cargo; trade of Central Asia that may go round the north or south is in the sum.
        ("over the Caspian, Port of Baku", caspian, observed("V077"), 0.7, 2.5),
        ("over the Caspian, Middle Corridor", caspian, observed("V069"), 1.0, 4.0),
        // Railway 13.7 Mt and 446,000 transit trailers a year, which are not the trucks of Georgia's own trade.
        (
            "through or into Georgia, railway and transit trailers",
            georgia,
            observed("V047") + observed("V044") * 15.0,
            0.7,
            2.0,
        ),
        ("Iran and Armenia, trucks at Agarak", between("IRN", "ARM"), observed("V002") * truck_t, 0.4, 1.2),
        ("mainland and Nakhchivan, transit at Julfa", between("AZE", "AZE-NX"), observed("V062"), 0.3, 1.0),
        (
            "Turkey with the Caucasus and beyond, trucks at Sarpi",
            between("TUR", "GEO ARM RUS") + between("TUR", "AZE"),
            observed("V093") * truck_t,
            0.7,
            3.0,
        ),
    ];
    let mut wrong = Vec::new();
    for (what, got, counted, low, high) in rows {
        let ratio = got / counted;
        if !(low..=high).contains(&ratio) {
            let (got, counted) = (got / 1e6, counted / 1e6);
            wrong.push(format!("{what}: {got:.2} Mt against {counted:.2} Mt, {ratio:.2} times"));
        }
        println!("{what}: {:.2} Mt, counted {:.2} Mt, ratio {ratio:.2}", got / 1e6, counted / 1e6);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    // China and Europe by land, not the hundreds of million tonnes at sea.
    let china_europe = between("CHN", "EU27");
    assert!((2e6..5e6).contains(&china_europe), "China-Europe: {china_europe:.0} t");
    // Transit of the four kinds is there.
    for (a, b) in [("CHN", "EU27"), (central_asia, "EU27"), ("RUS", "IRN"), ("TUR", central_asia)] {
        assert!(between(a, b) > 5e5, "{a} and {b}");
    }
}
