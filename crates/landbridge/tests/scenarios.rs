//! Scenarios and regimes over the toy study, worked out by hand, and what must hold of every scenario of every study.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use landbridge::index::ClassIdx;
use landbridge::model::{Model, RouteQuery};
use landbridge::outcome::Itinerary;
use landbridge::route::k_best::Distinct;
use landbridge::scenario::{Overlay, ScenarioError, Works};
use landbridge::study::StudyText;
use landbridge::study::tables::{Action, Mode, Status};
use support::{folder, model, toy};

/// Sums of a few numbers of this size: rounding only.
const ROUNDING: f64 = 1e-9;

fn ask(model: &Model, from: &str, to: &str, modes: &[Mode], flag: Option<&str>) -> Option<Itinerary> {
    let find = |name: &str| model.network.gazetteer.find(name).unwrap();
    let query = RouteQuery {
        from: find(from),
        to: find(to),
        via: Vec::new(),
        class: model.class(None).unwrap(),
        modes: modes.to_vec(),
        k: 1,
        distinct: Distinct::Corridor,
        flag: flag.map(|code| model.network.country(code).unwrap()),
    };
    model.routes(&query).ok().map(|mut found| found.remove(0))
}

fn scenarios(model: &Model) -> Vec<String> {
    let stand_alone = |id: &&String| !model.study.scenarios[*id].row().unwrap().is_module;
    model.study.scenarios.keys().filter(stand_alone).cloned().collect()
}

#[test]
fn a_regime_adds_its_checks_and_tolls_and_takes_control() {
    let base = model(&toy());
    let joint = base.under("joint_board", false).unwrap();
    let by_road = |model: &Model| ask(model, "Adelmar", "Castelmor", &[Mode::Road], None).unwrap();
    let (before, after) = (by_road(&base), by_road(&joint));
    // Half the trucks are held 2 h: mean 1 h, deviation 1 h; the toll is 100 USD on 20 t.
    assert!((after.border_h() - before.border_h() - 1.0).abs() < ROUNDING);
    assert!((after.sd_h() - before.sd_h() - 1.0).abs() < ROUNDING);
    assert!((after.total_usd() - before.total_usd() - 5.0).abs() < ROUNDING);
    // 5 + 0.5 x (1 + 0.4 x 1)
    assert!((after.cost - before.cost - 5.7).abs() < ROUNDING);

    let names = |model: &Model, actors: Vec<landbridge::index::ActorIdx>| -> Vec<String> {
        actors.into_iter().map(|a| model.network.actors[a].id.clone()).collect()
    };
    // Castora can no longer close the road alone; at Northgate Aldermark and Borovia still can.
    assert_eq!(names(&base, base.closers(&before)), ["ALD", "BRV", "CST"]);
    assert_eq!(names(&joint, joint.closers(&after)), ["ALD", "BRV"]);
    assert_eq!(names(&joint, joint.vetoes(&after)), ["ALD", "BRV", "CST"]);
}

#[test]
fn neutral_regimes_differ_in_control_only() {
    let base = model(&toy());
    let neutral = base.under("joint_board", true).unwrap();
    let by_road = |model: &Model| ask(model, "Adelmar", "Castelmor", &[Mode::Road], None).unwrap();
    // 40 USD on 20 t, and no check.
    assert!((by_road(&neutral).cost - by_road(&base).cost - 2.0).abs() < ROUNDING);
    let asset = base.network.asset("rd_bruvala_castelmor").unwrap();
    assert_eq!(neutral.control(asset), base.under("joint_board", false).unwrap().control(asset));
    assert_ne!(neutral.control(asset), base.control(asset));
}

#[test]
fn a_carrier_that_is_barred_takes_another_way() {
    let joint = model(&toy()).under("joint_board", false).unwrap();
    let asset = joint.network.asset("rd_bruvala_castelmor").unwrap();
    let uses = |flag| {
        let itinerary = ask(&joint, "Adelmar", "Castelmor", &[Mode::Road], flag);
        itinerary.map(|it| it.legs.iter().any(|leg| leg.assets.contains(&asset)))
    };
    assert_eq!(uses(None), Some(true));
    assert_eq!(uses(Some("BRV")), Some(true));
    assert_eq!(uses(Some("DUN")), None, "there is no other road to Castelmor");
}

#[test]
fn modules_and_changes_are_applied_in_order() {
    let base = model(&toy());
    let by_rail = base.under("dunmere_by_rail", false).unwrap();
    let asset = base.network.asset("rl_bruvala_dunmere").unwrap();
    assert_eq!((base.status(asset), by_rail.status(asset)), (Status::Planned, Status::Open));
    let it = ask(&by_rail, "Bruvala", "Dunmere", &[Mode::Rail], None).unwrap();
    // 250 km at 100 km/h instead of 50.
    assert!((it.moving_h() - 2.5).abs() < ROUNDING);
    assert!(ask(&base, "Bruvala", "Dunmere", &[Mode::Rail], None).is_none());
    assert!(matches!(base.under("railway", false), Err(ScenarioError::Module { .. })));
    let unknown = base.under("joint_bord", false).unwrap_err().to_string();
    assert!(unknown.contains("did you mean `joint_board`"), "{unknown}");
}

#[test]
fn a_closure_removes_links() {
    let base = model(&toy());
    let quarrel = base.under("quarrel", false).unwrap();
    for id in ["rd_bruvala_castelmor", "rl_bruvala_castelmor"] {
        assert_eq!(quarrel.status(base.network.asset(id).unwrap()), Status::Closed, "{id}");
    }
    assert_eq!(quarrel.overlay.differences(&base.overlay).len(), 2);
    assert!(ask(&base, "Adelmar", "Castelmor", &[], None).is_some());
    assert!(ask(&quarrel, "Bruvala", "Castelmor", &[Mode::Road, Mode::Rail], None).is_none());
}

/// A toy whose road to Castelmor is barred with one priority and admitted with another.
fn quarrel_of_rules(deny: i32, allow: i32) -> StudyText {
    let rule = |id: &str, action: &str, priority: i32| {
        format!(
            "[[rule]]\nid = \"{id}\"\naction = \"{action}\"\npriority = {priority}\n\
             links = [\"rd_bruvala_castelmor\"]\nsource = [\"toy\"]\nquality = \"assumed\"\n"
        )
    };
    let mut text = toy();
    let head = "[scenario]\nname = \"Rules\"\nsource = [\"toy\"]\nquality = \"assumed\"\n";
    // The order in the file does not matter.
    let rules = rule("allow", "allow", allow) + &rule("deny", "deny", deny);
    text.insert("scenarios/rules.toml".to_owned(), head.to_owned() + &rules);
    text
}

#[test]
fn the_later_rule_wins_and_of_equals_the_one_that_bars() {
    for (deny, allow, is_open) in [(1, 2, true), (2, 1, false), (1, 1, false), (0, 0, false)] {
        let model = model(&quarrel_of_rules(deny, allow)).under("rules", false).unwrap();
        let found = ask(&model, "Bruvala", "Castelmor", &[Mode::Road], None);
        assert_eq!(found.is_some(), is_open, "deny {deny}, allow {allow}");
    }
}

/// State, speeds, control and rules, without the name.
fn content(overlay: &Overlay) -> Overlay {
    let base = overlay.clone();
    Overlay { scenario: String::new(), regimes: Vec::new(), is_neutral: false, as_of: base.as_of, ..base }
}

#[test]
fn a_scenario_and_its_inverse_give_the_base_back() {
    for study in ["toy", "south-caucasus"] {
        let base = Model::load(&folder(study)).0.unwrap();
        for id in scenarios(&base) {
            let there = base.under(&id, false).unwrap();
            let (to, back) =
                (base.overlay.differences(&there.overlay), there.overlay.differences(&base.overlay));
            assert_eq!(to.len(), back.len(), "{study} {id}");
            let mut overlay = base.overlay.clone();
            overlay.apply(&to);
            overlay.as_of = there.overlay.as_of;
            assert_eq!(content(&overlay), content(&there.overlay), "{study} {id}");
            overlay.apply(&back);
            overlay.as_of = base.overlay.as_of;
            assert_eq!(content(&overlay), content(&base.overlay), "{study} {id}");
        }
    }
}

/// Whether the rules of a scenario bar a link to a trip, evaluated one link at a time: a slow twin of the permits.
fn is_barred(model: &Model, class: ClassIdx, query: &RouteQuery, asset: landbridge::index::AssetIdx) -> bool {
    let row = model.class_row(class);
    let end = |node| {
        let node: &landbridge::network::Node = &model.network.nodes[node];
        landbridge::scenario::TripEnd { country: node.country, territory: node.territory }
    };
    let trip =
        landbridge::scenario::Trip { origin: end(query.from), destination: end(query.to), flag: query.flag };
    let on_link = |rule: &&landbridge::scenario::Rule| {
        rule.assets.contains(&asset)
            && rule.concerns(row, trip)
            && rule.concerns_on(&model.network, asset, trip)
    };
    let decisive = model.overlay.rules.iter().filter(on_link);
    let last =
        decisive.filter(|rule| matches!(rule.action, Action::Allow | Action::Deny)).max_by_key(|rule| {
            // Barring wins within one priority.
            (rule.priority, rule.action == Action::Deny)
        });
    let closed = !matches!(model.status(asset), Status::Open | Status::Restricted);
    closed || last.is_some_and(|rule| rule.action == Action::Deny)
}

#[test]
fn no_class_ever_uses_a_link_that_is_barred_to_it_in_any_scenario() {
    for study in ["toy", "south-caucasus"] {
        let base = Model::load(&folder(study)).0.unwrap();
        for id in scenarios(&base) {
            let model = base.under(&id, false).unwrap();
            let zones = model.network.zone_nodes();
            for class in (0..model.study.classes.len()).map(|at| ClassIdx(at as u32)) {
                // Pairs far apart in the list lie in different countries.
                for (at, &from) in zones.iter().enumerate().step_by(7) {
                    let to = zones[(at * 31 + zones.len() / 2) % zones.len()];
                    let query = RouteQuery {
                        from,
                        to,
                        via: Vec::new(),
                        class,
                        modes: Vec::new(),
                        k: 2,
                        distinct: Distinct::Corridor,
                        flag: None,
                    };
                    for itinerary in model.routes(&query).unwrap_or_default() {
                        for &asset in itinerary.legs.iter().flat_map(|leg| &leg.assets) {
                            let barred = is_barred(&model, class, &query, asset);
                            assert!(!barred, "{study} {id}: {}", model.network.assets[asset].id);
                        }
                    }
                }
            }
        }
    }
}

/// Works open what nobody could use and widen links by the product of their factors; what is restricted stays so, and no
/// rule or column of control is touched.
#[test]
fn works_make_a_way_and_give_no_permission() {
    let model = model(&toy());
    let asset = |id: &str| model.network.asset(id).unwrap();
    let (railway, southgate, northgate) =
        (asset("rl_bruvala_dunmere"), asset("rd_sulm_dunmere"), asset("rd_adelmar_bruvala"));
    let mut built = model.overlay.clone();
    let port = model.network.terminals.enumerate().find(|(_, at)| at.id == "t_arvenport").unwrap().0;
    let mut works = |assets: &[_], terminals: &[_], capacity_factor| {
        let (assets, terminals) = (assets.to_vec(), terminals.to_vec());
        built.build(&Works { project: "w".to_owned(), assets, terminals, capacity_factor, is_assumed: true });
    };
    works(&[railway, southgate], &[], None);
    works(&[northgate], &[port], Some(2.0));
    works(&[northgate, northgate], &[port], Some(1.5));
    assert_eq!((built.status[railway], built.status[southgate]), (Status::Open, Status::Restricted));
    assert!((built.capacity_factor(northgate) - 3.0).abs() < ROUNDING);
    assert!((built.capacity_factor(railway) - 1.0).abs() < ROUNDING);
    assert!((built.widened[&port] - 3.0).abs() < ROUNDING && built.widened.len() == 1);
    assert_eq!((&built.control, built.regimes.len()), (&model.overlay.control, model.overlay.regimes.len()));
    let without_works: Vec<_> =
        built.rules.iter().filter(|rule| rule.action != Action::CapacityFactor).cloned().collect();
    assert_eq!(without_works, model.overlay.rules);
}
