//! What the built-in study must show of the agreement, of single days and of who holds the corridor.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use landbridge::diagnostic::has_errors;
use landbridge::model::{Model, RouteQuery};
use landbridge::outcome::Itinerary;
use landbridge::route::k_best::Distinct;
use landbridge::scenario::ScenarioError;
use landbridge::study::Date;
use landbridge::study::settlement_tables::Stage;
use landbridge::study::tables::{Mode, Status};
use support::folder;

static BASE: LazyLock<Model> = LazyLock::new(|| {
    let (model, diagnostics) = Model::load(&folder("south-caucasus"));
    assert!(!has_errors(&diagnostics), "{diagnostics:#?}");
    model.unwrap()
});

/// The regimes under which the corridor is open.
const OPEN: [&str; 5] = ["open_arm", "open_tripp", "open_rus", "open_aze", "joint_board"];

fn day(text: &str) -> Model {
    BASE.under_as_of(None, Date::from_iso(text), false).unwrap()
}

fn best(model: &Model, from: &str, to: &str, mode: Mode) -> Itinerary {
    let find = |name: &str| model.network.gazetteer.find(name).unwrap();
    let query = RouteQuery {
        from: find(from),
        to: find(to),
        via: Vec::new(),
        class: model.class(None).unwrap(),
        modes: vec![mode],
        k: 1,
        distinct: Distinct::Territories,
        flag: None,
    };
    model.routes(&query).unwrap().remove(0)
}

fn countries<'m>(model: &'m Model, itinerary: &Itinerary) -> Vec<&'m str> {
    model.territories(itinerary).iter().map(|&t| model.network.territories[t].id.as_str()).collect()
}

fn stages(model: &Model) -> BTreeMap<&'static str, Stage> {
    model.agreement().iter().map(|c| (BASE.study.agreement[c.row].item_id.as_str(), c.stage)).collect()
}

fn status(model: &Model, link: &str) -> Status {
    model.status(model.network.asset(link).unwrap())
}

#[test]
fn baku_nakhchivan_runs_through_syunik_whenever_the_corridor_is_open_and_not_before() {
    for id in OPEN.iter().chain(&["unblock_full"]) {
        for is_neutral in [false, true] {
            let model = BASE.under(id, is_neutral).unwrap();
            for mode in [Mode::Road, Mode::Rail] {
                let way = best(&model, "Baku", "Nakhchivan", mode);
                assert_eq!(countries(&model, &way), ["AZE", "ARM", "AZE-NX"], "{id} by {mode}");
            }
        }
    }
    let way = best(&BASE, "Baku", "Nakhchivan", Mode::Road);
    assert_eq!(countries(&BASE, &way), ["AZE", "IRN", "AZE-NX"]);
}

#[test]
fn with_equal_checks_and_tolls_the_regimes_differ_by_control_alone() {
    let ways = OPEN.map(|id| {
        let model = BASE.under(id, true).unwrap();
        let way = best(&model, "Baku", "Nakhchivan", Mode::Road);
        (way.total_h(), way.total_usd())
    });
    // Money may differ in the last digit: tolls are summed in another order.
    assert!(
        ways.iter().all(|w| (w.0 - ways[0].0).abs() < 1e-9 && (w.1 - ways[0].1).abs() < 1e-9),
        "{ways:?}"
    );
    let gate = BASE.network.asset("rd_am_nrnadzor_bdr__az_aghband_bdr").unwrap();
    let closers = OPEN.map(|id| {
        let model = BASE.under(id, true).unwrap();
        model.network.actor_sets_in_words(&model.control(gate).can_close)
    });
    assert!(closers.iter().any(|c| *c != closers[0]), "{closers:?}");
}

#[test]
fn without_the_border_of_iran_and_armenia_the_way_between_them_leads_elsewhere() {
    let model = BASE.under("severed_irn_arm", false).unwrap();
    let way = best(&model, "Tehran", "Yerevan", Mode::Road);
    let countries = countries(&model, &way);
    assert!(countries.len() > 2, "{countries:?}");
    let direct = best(&BASE, "Tehran", "Yerevan", Mode::Road);
    assert!(way.total_h() > direct.total_h());
}

#[test]
fn two_days_before_the_summit_the_accord_is_expected_and_nothing_is_open() {
    let model = day("2025-08-06");
    let stages = stages(&model);
    assert_eq!(stages["AG10"], Stage::Expected, "the treaty");
    assert_eq!(stages["AG13"], Stage::Expected, "the declaration");
    assert!(model.overlay.status == BASE.overlay.status);
}

#[test]
fn on_the_day_of_the_summit_the_declaration_is_signed_the_treaty_initialled_and_nothing_is_open() {
    let model = day("2025-08-08");
    let stages = stages(&model);
    assert_eq!(stages["AG10"], Stage::Initialled, "the treaty");
    assert_eq!(stages["AG13"], Stage::Signed, "the declaration");
    assert_eq!(stages["AG02"], Stage::Void, "Russian guards over the road");
    assert!(model.overlay.status == BASE.overlay.status);
    for commitment in model.agreement() {
        let row = &BASE.study.agreement[commitment.row];
        if row.groups.iter().any(|group| group == "corridor_syunik") {
            assert_eq!(commitment.free_links(), 0, "{}", row.item_id);
        }
    }
    let way = best(&model, "Baku", "Nakhchivan", Mode::Road);
    assert_eq!(countries(&model, &way), ["AZE", "IRN", "AZE-NX"]);
}

#[test]
fn days_long_before_and_after_have_their_own_network() {
    // The old road Goris-Kapan was open until November 2021.
    let goris_kapan =
        BASE.study.groups.iter().find(|g| g.group_id == "goris_kapan").unwrap().links[0].as_str();
    assert_eq!(status(&day("2020-11-15"), goris_kapan), Status::Open);
    assert_eq!(status(&BASE, goris_kapan), Status::Closed);
    // The railway over Kartsakhi is in regular service by May 2026; the statement of 2020 is signed on its day.
    let kartsakhi = "rl_ge_kartsakhi_rail__tr_canbaz_rail";
    assert_eq!(status(&BASE, kartsakhi), Status::Restricted);
    assert_eq!(status(&day("2026-05-01"), kartsakhi), Status::Open);
    assert_eq!(stages(&day("2020-11-15"))["AG01"], Stage::Signed);
    assert_eq!(stages(&day("2020-11-09"))["AG01"], Stage::Pending);
    // Cargo by rail to Armenia over Azerbaijan is allowed from 21 October 2025.
    let bars =
        |model: &Model| model.overlay.rules.iter().any(|r| r.name == "access/arm_via_aze_rail_freight");
    assert!(bars(&day("2025-10-20")) && !bars(&day("2026-05-01")));
}

#[test]
fn the_tables_show_the_day_of_the_study_as_the_timeline_has_it() {
    for (asset, row) in BASE.network.assets.enumerate() {
        assert_eq!(BASE.status(asset), row.status, "{}", row.id);
    }
}

#[test]
fn a_day_before_the_timeline_is_refused() {
    let refused = BASE.under_as_of(None, Date::from_iso("1999-01-01"), false);
    assert!(matches!(refused, Err(ScenarioError::BeforeTimeline { .. })));
}

#[test]
fn access_rules_begin_and_end_on_the_days_of_their_events() {
    let events =
        || BASE.study.timeline.iter().filter_map(|e| Some((e, e.access_rule.as_ref()?, e.in_force?)));
    assert!(events().count() > 0);
    for (event, id, in_force) in events() {
        let rule = BASE.study.access.iter().find(|rule| &rule.rule_id == id).unwrap();
        assert_eq!(rule.is_in_force(event.date), in_force, "{} and rule `{id}`", event.event_id);
    }
}

/// Actors with links that they can close alone, and these links, by the tables and the regime files alone.
fn listed_links(model: &Model) -> BTreeMap<String, Vec<String>> {
    let mut by_actor: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let governed = |link: &str| {
        let regimes = model.overlay.regimes.iter().map(|id| &model.study.regimes[id]);
        let rows = regimes.flat_map(|regime| regime.controls.iter());
        let groups = &model.study.groups;
        let is_named = |row: &landbridge::study::scenario_tables::ControlRow| {
            let of_group =
                |g: &&landbridge::study::scenario_tables::GroupRow| row.groups.contains(&g.group_id);
            row.links.iter().any(|id| id == link)
                || groups.iter().filter(of_group).any(|g| g.links.iter().any(|id| id == link))
        };
        let holds = |row: &&landbridge::study::scenario_tables::ControlRow| {
            row.variant == "base" && row.from_year == 1 && is_named(row)
        };
        rows.filter(holds).filter_map(|row| row.can_close.clone()).next_back()
    };
    for (asset, link) in model.network.assets.enumerate() {
        let sets: Vec<Vec<String>> = match governed(&link.id) {
            Some(sets) => sets.0,
            None => model.network.assets[asset]
                .control
                .can_close
                .iter()
                .map(|set| set.iter().map(|&a| model.network.actors[a].id.clone()).collect())
                .collect(),
        };
        for set in sets.into_iter().filter(|set| set.len() == 1) {
            by_actor.entry(set[0].clone()).or_default().push(link.id.clone());
        }
    }
    by_actor
}

#[test]
fn closing_all_that_an_actor_can_close_is_closing_its_listed_links() {
    for scenario in ["base", "open_tripp", "open_rus", "open_aze"] {
        let under = BASE.under(scenario, false).unwrap();
        let listed = listed_links(&under);
        assert!(listed.len() > 10, "{scenario}: {} actors", listed.len());
        for (actor, links) in
            listed.iter().filter(|(id, _)| ["ARM", "AZE", "IRN", "RUS", "USA"].contains(&id.as_str()))
        {
            // The list goes the long way: through the file of a scenario.
            let mut text = folder("south-caucasus");
            let names: Vec<String> = links.iter().map(|id| format!("\"{id}\"")).collect();
            text.insert(
                "scenarios/closed.toml".to_owned(),
                format!(
                    "[scenario]\nname = \"Closed\"\nextends = \"{scenario}\"\nsource = [\"a test\"]\n\
                     quality = \"assumed\"\n\n[[change]]\nlinks = [{}]\nstatus = \"closed\"\n",
                    names.join(", ")
                ),
            );
            let by_list = Model::load(&text).0.unwrap().under("closed", false).unwrap();
            let actor_at = under.network.actor(actor).unwrap();
            let closure = &under.closures()[&actor_at];
            let assets: Vec<_> = under.network.assets.indices().filter(|&at| closure.contains(at)).collect();
            let by_actor = under.closing(&assets);
            assert!(by_list.overlay.status == by_actor.overlay.status, "{scenario}, {actor}");
            let class = under.class(None).unwrap();
            let (a, b) = (by_list.skim(class), by_actor.skim(class));
            assert!(a.cells == b.cells, "{scenario}, {actor}");
        }
    }
}

#[test]
fn who_holds_the_corridor_under_each_regime() {
    let names = |model: &Model, actors: &[landbridge::index::ActorIdx]| -> Vec<String> {
        actors.iter().map(|&a| model.network.actors[a].id.clone()).collect()
    };
    // Who can close alone, and whose consent is needed, by road and by rail.
    for (id, mode, closers, consent) in [
        ("open_arm", Mode::Road, "ARM AZE", "ARM AZE"),
        ("open_arm", Mode::Rail, "ARM AZE RUS", "ARM AZE RUS"),
        ("open_tripp", Mode::Road, "ARM AZE", "ARM AZE USA"),
        ("open_tripp", Mode::Rail, "ARM AZE USA", "ARM AZE USA"),
        ("open_rus", Mode::Road, "ARM AZE RUS", "ARM AZE RUS"),
        ("open_aze", Mode::Road, "AZE", "ARM AZE"),
        ("joint_board", Mode::Rail, "ARM AZE", "ARM AZE"),
        ("open_tripp_russian_concession", Mode::Rail, "ARM AZE RUS USA", "ARM AZE RUS USA"),
    ] {
        for is_neutral in [false, true] {
            let model = BASE.under(id, is_neutral).unwrap();
            let way = best(&model, "Baku", "Nakhchivan", mode);
            assert_eq!(names(&model, &model.closers(&way)).join(" "), closers, "{id} by {mode}");
            assert_eq!(names(&model, &model.vetoes(&way)).join(" "), consent, "{id} by {mode}");
        }
    }
}
