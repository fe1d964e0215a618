//! Regimes side by side: the toy by hand, what must hold for any pair, and the built-in study.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::float_cmp,
    reason = "what regimes agree in is 0 to the last digit: equal numbers are subtracted"
)]

mod support;

use landbridge::control::decompose::Switch;
use landbridge::model::{Assignment, FlowQuery, Menu, Passes, Patience, RegimesQuery};
use landbridge::outcome::regimes::Regimes;
use landbridge::scenario::Part;
use landbridge::study::StudyText;
use landbridge::study::tables::ClassKind;
use support::{close, folder, model, toy};

const QUERY: RegimesQuery = RegimesQuery {
    horizon: None,
    material_usd: 1.0,
    patience: Patience { discount_rate: 0.08, end_per_year: 0.05 },
    menu: Menu::Short,
    neutral: false,
};

/// The road from Adelmar to its port: all goods of Dunland, and what of Aldermark's trade with Castora goes by sea.
const ROAD: &str = "rd_adelmar_arvenport";

/// A regime of that road.
struct Way {
    id: &'static str,
    usd_per_truck: f64,
    check_h: f64,
    can_close: &'static str,
    collectors: &'static str,
}

const CHEAP: Way =
    Way { id: "cheap", usd_per_truck: 20.0, check_h: 2.0, can_close: "ALD", collectors: "ALD=1" };

/// The toy with some regimes of the road, each in force in a scenario of its name.
fn toy_with(ways: &[Way]) -> StudyText {
    let mut text = toy();
    let sources = "source = [\"a test\"]\nquality = \"assumed\"\n";
    for way in ways {
        let Way { id, usd_per_truck, check_h, can_close, collectors } = way;
        let links = format!("links = [\"{ROAD}\"]\n");
        text.insert(
            format!("regimes/{id}.toml"),
            format!(
                "[regime]\nname = \"{id}\"\n{sources}\
                 [[control]]\n{links}can_close = \"{can_close}\"\ncollectors = \"{collectors}\"\n{sources}\
                 [[rule]]\nid = \"toll\"\naction = \"toll\"\n{links}applies_to = [\"freight\"]\n\
                 amount = {usd_per_truck:?}\nper = \"truck\"\n{sources}\
                 [[rule]]\nid = \"check\"\naction = \"check\"\n{links}applies_to = [\"freight\"]\n\
                 probability = 1.0\ntime_h = {check_h:?}\n{sources}"
            ),
        );
        let scenario =
            format!("[scenario]\nname = \"{id}\"\nextends = \"base\"\nregimes = [\"{id}\"]\n{sources}");
        text.insert(format!("scenarios/{id}.toml"), scenario);
    }
    text
}

fn assignment(text: &StudyText) -> Assignment {
    let model = model(text);
    model.assignment(model.study.study.base_year).unwrap()
}

fn compared(assignment: &Assignment, ids: &[&str]) -> Regimes {
    let positions: Vec<usize> = ids.iter().map(|id| assignment.position(id).unwrap()).collect();
    let regimes = assignment.regimes(&positions, &QUERY, &|_| ()).unwrap();
    assert!(regimes.is_converged());
    regimes
}

fn party(regimes: &Regimes, id: &str) -> usize {
    regimes.parties.iter().position(|party| party.id == id).unwrap()
}

/// Tonnes on the road in a scenario, of the trade of Dunland with Aldermark and in all.
fn on_road(assignment: &Assignment, scenario: &str) -> (f64, f64) {
    let loaded = assignment.load(assignment.position(scenario).unwrap());
    let road = [loaded.model().network.asset(ROAD).unwrap()];
    let of = |pairs| {
        let query = FlowQuery { kind: ClassKind::Freight, pairs, through: &[] };
        loaded.passing(&query, Passes::Links(&road)).0
    };
    (of(&[("DUN", "ALD")]), of(&[]))
}

#[test]
fn regimes_that_differ_in_the_toll_differ_in_the_toll_alone() {
    let of_company = |id, usd_per_truck| Way { id, usd_per_truck, collectors: "ORC=1", ..CHEAP };
    let assignment = assignment(&toy_with(&[of_company("cheap", 20.0), of_company("dear", 60.0)]));
    let regimes = compared(&assignment, &["cheap", "dear"]);
    let of = regimes.difference(1, 2).unwrap();
    for parts in &of.payoff {
        assert_eq!([Switch::Control, Switch::Checks, Switch::Shares].map(|part| parts.part(part)), [0.0; 3]);
        assert_eq!(parts.part(Switch::Tolls), parts.difference());
    }
    // A truck carries 20 t, so a tonne pays 1 USD, then 3. Of 4000 t of grain from Dunland half is on the road by
    // weight: 2000 t, and Dunland bears half of what they cost, 2000 USD more. The expected cost is concave in the
    // toll, its slope the share that ships: what is paid lies between 2 USD on what ships after and before.
    let ((before, all_before), (after, all_after)) =
        (on_road(&assignment, "cheap"), on_road(&assignment, "dear"));
    // Its fees at the border of what goes by sea to Castora are apart.
    let at = party(&regimes, "DUN");
    let fees = regimes.specified[2].revenue_usd[at] - regimes.specified[1].revenue_usd[at];
    let dunland = of.payoff[at].difference() - fees;
    assert!(-before <= dunland && dunland <= -after, "{before} {dunland} {after}");
    assert!(after > 1800.0 && before < 2000.0, "{before} {after}");
    // The company collects it all; its railway carries nothing that could go by sea.
    let company = party(&regimes, "ORC");
    let [cheap, dear] = [1, 2].map(|at| regimes.specified[at].revenue_usd[company]);
    close(dear - cheap, 3.0 * all_after - all_before, 1e-9, "revenue");
    // What a regime brings is what payoffs differ by.
    for (at, parts) in of.payoff.iter().enumerate() {
        let [cheap, dear] = [1, 2].map(|regime| regimes.specified[regime].payoff_usd[at]);
        assert!((parts.difference() - (dear - cheap)).abs() < 1e-3, "{at}");
        assert_eq!(of.decisive(at, 1.0).is_some(), (dear - cheap).abs() >= 1.0);
    }
}

#[test]
fn regimes_that_differ_in_shares_move_money_from_one_to_another() {
    let halves = Way { id: "halves", collectors: "ALD=0.5;DUN=0.5", ..CHEAP };
    let assignment = assignment(&toy_with(&[CHEAP, halves]));
    let regimes = compared(&assignment, &["cheap", "halves"]);
    let of = regimes.difference(1, 2).unwrap();
    // Half of 1 USD a tonne.
    let half = 0.5 * on_road(&assignment, "cheap").1;
    assert!(half > 900.0);
    for (at, parts) in of.payoff.iter().enumerate() {
        let moved = match regimes.parties[at].id.as_str() {
            "ALD" => -half,
            "DUN" => half,
            _ => 0.0,
        };
        assert!((parts.part(Switch::Shares) - moved).abs() < 1e-6, "{at} {parts:?}");
        assert_eq!([Switch::Control, Switch::Checks, Switch::Tolls].map(|part| parts.part(part)), [0.0; 3]);
    }
}

#[test]
fn who_can_close_moves_no_money_and_shows_in_denial() {
    // Borovia lies on no way of the trade of Dunland, and Dunland has no other road.
    let lent = Way { id: "lent", can_close: "BRV", ..CHEAP };
    let assignment = assignment(&toy_with(&[CHEAP, lent]));
    let regimes = compared(&assignment, &["cheap", "lent"]);
    let of = regimes.difference(1, 2).unwrap();
    assert!(of.payoff.iter().all(|parts| parts.parts == [0.0; 4]));
    for at in 0..regimes.parties.len() {
        assert_eq!(of.decisive(at, 0.0), None);
        assert!(regimes.ranking(at, false).iter().any(|group| group.contains(&1) && group.contains(&2)));
    }
    let borovia = party(&regimes, "BRV");
    let [own, lent] = [1, 2].map(|at| {
        let regime = &regimes.specified[at];
        (regime.control_share[borovia], regime.standing.as_ref().unwrap().denial_usd[borovia])
    });
    assert!(lent.0 > own.0 && lent.1 > own.1, "{own:?} {lent:?}");
}

/// Mixtures written out as regimes of their own give the parts by hand: with two parts that differ, the mean over the
/// two orders. They also add the mixtures' own best ways to the routes: the parts without them are the same.
#[test]
fn parts_are_means_over_the_orders_of_replacing() {
    let dear = |id, usd_per_truck, check_h| Way { id, usd_per_truck, check_h, ..CHEAP };
    let (toll, check) = (800.0, 40.0);
    let ways = [CHEAP, dear("both", toll, check), dear("tolled", toll, 2.0), dear("checked", 20.0, check)];
    let whole = assignment(&toy_with(&ways));
    let regimes = compared(&whole, &["cheap", "both", "tolled", "checked"]);
    let alone = compared(&assignment(&toy_with(&ways[..2])), &["cheap", "both"]);
    let of = regimes.difference(1, 2).unwrap();
    let of_alone = alone.difference(1, 2).unwrap();
    let mut interact = 0.0_f64;
    for at in 0..regimes.parties.len() {
        let [cheap, both, tolled, checked] = [1, 2, 3, 4].map(|k| regimes.specified[k].payoff_usd[at]);
        let checks = 0.5 * ((checked - cheap) + (both - tolled));
        let tolls = 0.5 * ((tolled - cheap) + (both - checked));
        interact = interact.max((both - tolled - checked + cheap).abs());
        // Equilibria are good to 1e-9 of flows whose costs are some hundred thousand.
        let parts = &of.payoff[at];
        assert!((parts.part(Switch::Checks) - checks).abs() < 1e-2, "{at} {parts:?} {checks}");
        assert!((parts.part(Switch::Tolls) - tolls).abs() < 1e-2, "{at} {parts:?} {tolls}");
        for switch in Switch::ALL {
            let frozen = of_alone.payoff[at].part(switch);
            assert!((parts.part(switch) - frozen).abs() < 1e-2, "{at} {switch:?}");
        }
    }
    assert!(interact > 10.0, "the parts interact, or the test says little: {interact}");
}

#[test]
fn parts_add_up_and_turn_with_the_regimes() {
    let other = Way { id: "other", usd_per_truck: 90.0, check_h: 9.0, can_close: "DUN", collectors: "DUN=1" };
    let twin = Way { id: "twin", ..CHEAP };
    let assignment = assignment(&toy_with(&[CHEAP, other, twin]));
    let there = compared(&assignment, &["cheap", "other", "twin"]);
    let back = compared(&assignment, &["other", "cheap"]);
    for at in 0..there.parties.len() {
        let parts = &there.difference(1, 2).unwrap().payoff[at];
        let sum: f64 = parts.parts.iter().sum();
        assert!((sum - parts.difference()).abs() <= 1e-9 * parts.difference().abs(), "{parts:?}");
        let turned = &back.difference(1, 2).unwrap().payoff[at];
        for switch in Switch::ALL {
            assert!(
                (parts.part(switch) + turned.part(switch)).abs() < 1e-6,
                "{switch:?} {parts:?} {turned:?}"
            );
        }
        assert_eq!(there.difference(1, 3).unwrap().payoff[at].parts, [0.0; 4], "equal regimes");
        // By way of a third regime that equals the first.
        let second = &there.difference(3, 2).unwrap().payoff[at];
        assert!((second.difference() - parts.difference()).abs() < 1e-6);
    }
}

/// Two regimes with the same control and shares: with equal checks and tolls they are one, so all between them is checks
/// and tolls.
#[test]
fn as_specified_is_neutral_with_checks_and_tolls() {
    let slow = Way { id: "slow", usd_per_truck: 50.0, check_h: 12.0, ..CHEAP };
    let regimes = compared(&assignment(&toy_with(&[CHEAP, slow])), &["cheap", "slow"]);
    let of = regimes.difference(1, 2).unwrap();
    for (at, parts) in of.payoff.iter().enumerate() {
        let [cheap, slow] = [1, 2].map(|regime| regimes.neutral[regime].payoff_usd[at]);
        assert_eq!(cheap, slow);
        assert!(
            (slow - cheap + parts.part(Switch::Checks) + parts.part(Switch::Tolls) - parts.difference())
                .abs()
                < 1e-6
        );
    }
    assert!(of.payoff[party(&regimes, "DUN")].part(Switch::Checks) < -100.0);
}

#[test]
fn a_rule_that_takes_hours_and_money_is_cut_in_two() {
    let dear = Way { id: "dear", usd_per_truck: 60.0, check_h: 7.0, collectors: "DUN=1", ..CHEAP };
    let model = model(&toy_with(&[CHEAP, dear]));
    let [cheap, mut dear] = ["cheap", "dear"].map(|id| model.under(id, false).unwrap().overlay);
    // One rule for both.
    let toll = dear.rules.iter().position(|rule| rule.money.is_some()).unwrap();
    dear.rules[toll].time_h = 7.0;
    dear.rules.retain(|rule| rule.money.is_some() || rule.time_h == 0.0);
    let mixed = cheap.with(&model.network, &dear, &cheap, &dear);
    assert!(mixed.has_rules_of(&cheap, Part::Passage) && mixed.has_rules_of(&cheap, Part::Tolls));
    assert!(mixed.has_rules_of(&dear, Part::Checks) && !mixed.has_rules_of(&cheap, Part::Checks));
    assert!(mixed.has_collectors_of(&dear, &model.network) && mixed.has_links_of(&cheap));
    let road = model.network.asset(ROAD).unwrap();
    assert_eq!(mixed.control(&model.network, road).can_close, cheap.control(&model.network, road).can_close);
    let class = model.class_row(model.class(Some("general_cargo")).unwrap());
    let end = |id: &str| {
        let node = &model.network.nodes[support::node(&model, id)];
        landbridge::scenario::TripEnd { country: node.country, territory: node.territory }
    };
    let trip = landbridge::scenario::Trip { origin: end("dunmere"), destination: end("adelmar"), flag: None };
    let surcharges = mixed.surcharges(&model.network, class, trip);
    for extra in surcharges.values() {
        assert_eq!((extra.time_h, extra.usd), (7.0, 1.0));
    }
    assert!(!surcharges.is_empty());
}

#[test]
fn regimes_of_other_links_are_compared_and_not_taken_apart() {
    let assignment = assignment(&toy_with(&[CHEAP]));
    let regimes = compared(&assignment, &["cheap", "dunmere_by_rail"]);
    assert!(regimes.difference(1, 2).is_none() && regimes.difference(0, 1).is_some());
    assert_eq!(regimes.specified[2].n_opened, 1);
    assert!(regimes.specified[2].standing.as_ref().unwrap().shapley_usd.is_some());
    assert!(regimes.specified[0].payoff_usd.iter().all(|payoff| *payoff == 0.0));
}

/// Checks, tolls and rules of passage of the two are the same: they differ by control and shares alone, and what the
/// shares move stays among the parties.
#[test]
fn a_joint_board_differs_from_the_company_by_shares() {
    let assignment = assignment(&folder("south-caucasus"));
    assert_eq!(assignment.compared_regimes().len(), 6);
    let regimes = compared(&assignment, &["open_tripp", "joint_board"]);
    assert_eq!(regimes.specified[1].payoff_usd, regimes.neutral[1].payoff_usd);
    let of = regimes.difference(1, 2).unwrap();
    let mut sum = 0.0;
    for parts in &of.payoff {
        assert_eq!([Switch::Control, Switch::Checks, Switch::Tolls].map(|part| parts.part(part)), [0.0; 3]);
        sum += parts.part(Switch::Shares);
    }
    let most = of.payoff.iter().map(|parts| parts.difference().abs()).fold(0.0, f64::max);
    assert!(most > 1e6 && sum.abs() < 1e-9 * most, "{sum} {most}");
    let (arm, usa) = (party(&regimes, "ARM"), party(&regimes, "USA"));
    assert_eq!(of.decisive(usa, 1e4), Some(Switch::Shares));
    assert!(of.payoff[usa].difference() < 0.0);
    // The company can stop trains, the board's members only together; their own gates they can close in both.
    let [company, board] = [1, 2].map(|at| regimes.specified[at].standing.as_ref().unwrap());
    assert!(company.denial_usd[usa] > 0.0 && board.denial_usd[usa] == 0.0);
    assert!(company.break_even_usd[usa].is_some() && board.break_even_usd[usa].is_none());
    assert!(company.denial_usd[arm] >= board.denial_usd[arm]);
    for standing in [company, board] {
        for at in 0..regimes.parties.len() {
            let by = standing.exposed_to[at];
            assert!(by != Some(at) && by.is_some() == (standing.exposure_usd[at] > 0.0));
        }
    }
}
