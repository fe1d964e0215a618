//! The ledger of claims: metrics over the toy study worked out by hand, and what the built-in study must answer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;

use landbridge::claims::Verdict::{Contradicted, Depends, Supported};
use landbridge::claims::{Finding, Verdict};
use landbridge::model::{Board, Model};
use landbridge::study::StudyText;
use landbridge::study::tables::ClassKind;
use support::{close, folder, model, toy};

/// The toy with a ledger of one claim for each set of test lines.
fn toy_with(tests: &[&str]) -> StudyText {
    let mut text = toy();
    let ledger = tests.iter().enumerate().map(|(at, test)| {
        format!(
            "[[claim]]\nid = \"c{at}\"\narticle = \"a\"\nsaid_by = \"b\"\nstatement = \"c\"\ntopic = \"d\"\n\
             kind = \"testable\"\nmetric_words = \"e\"\nexpected = \"f\"\ndecision = \"g\"\nstrength = \"direct\"\n\
             basis = \"model\"\nreason = \"h\"\npriority = \"core\"\nsource = [\"toy\"]\nquality = \"assumed\"\n\n\
             [[test]]\nclaim = \"c{at}\"\ncomparator = \"at_least\"\nthreshold = 0\n{}\n\n",
            test.replace("; ", "\n")
        )
    });
    text.insert("claims.toml".to_owned(), ledger.collect());
    text
}

/// Verdicts with demand on the network.
fn judge(model: &Model) -> Vec<Finding> {
    let assignment = model.assignment(model.study.study.base_year);
    landbridge::claims::judge(model, assignment.as_ref())
}

fn value(findings: &[Finding], at: usize) -> f64 {
    findings[at].readings[0].tests[0].value
}

fn compared(findings: &[Finding], at: usize) -> f64 {
    findings[at].readings[0].tests[0].compared
}

/// A way of the main class from Adelmar to Castelmor by road.
const WAY: &str = "from = \"adelmar\"; to = \"castelmor\"; mode = [\"road\"]";

#[test]
fn metrics_of_ways_are_those_of_the_way() {
    let of = |metric: &str| format!("metric = \"{metric}\"; {WAY}");
    let metrics = [
        "route_exists",
        "route_km",
        "route_h",
        "route_border_h",
        "route_stop_h",
        "route_usd",
        "route_cost",
        "route_borders",
        "route_transfers",
        "route_closers",
    ];
    let tests: Vec<String> = metrics.iter().map(|metric| of(metric)).collect();
    let model = model(&toy_with(&tests.iter().map(String::as_str).collect::<Vec<_>>()));
    let findings = judge(&model);
    let way = support::ask(&model, "adelmar castelmor", "general_cargo", "road", 1).unwrap().remove(0);
    let want = [
        1.0,
        way.total_km(),
        way.total_h(),
        way.border_h(),
        way.border_h() + way.terminal_h(),
        way.total_usd(),
        way.cost,
        2.0,
        0.0,
        3.0,
    ];
    for (at, (metric, want)) in metrics.iter().zip(want).enumerate() {
        close(value(&findings, at), want, 1e-12, metric);
    }
}

#[test]
fn filters_take_links_away() {
    let tests = [
        // The way leads through Borovia; without it there is none by road.
        &format!("metric = \"route_exists\"; {WAY}; avoid = [\"brv\"]"),
        &format!("metric = \"route_h\"; {WAY}; avoid = [\"brv\"]"),
        &format!("metric = \"route_exists\"; {WAY}; within = [\"ald\", \"brv\", \"cst\"]"),
        // All three can close a link of the way; no subset of them suffices.
        &format!("metric = \"route_exists\"; {WAY}; closable_only_by = [\"ALD\", \"BRV\", \"CST\"]"),
        &format!("metric = \"route_exists\"; {WAY}; closable_only_by = [\"ALD\", \"BRV\"]"),
        &format!("metric = \"route_passes\"; {WAY}; groups = [\"eastern_road\"]"),
        &format!("metric = \"route_foreign_territories\"; {WAY}; territory = [\"ald\", \"cst\"]"),
    ];
    let findings = judge(&model(&toy_with(&tests.map(String::as_str))));
    let want = [0.0, f64::INFINITY, 1.0, 1.0, 0.0, 1.0, 1.0];
    for (at, want) in want.into_iter().enumerate() {
        let got = value(&findings, at);
        assert!(got.total_cmp(&want).is_eq(), "{}: {got} is not {want}", tests[at]);
    }
}

#[test]
fn metrics_of_links_are_counted_by_hand() {
    let road = "groups = [\"eastern_road\"]";
    let tests = [
        format!("metric = \"closable_share\"; {road}; actor = \"CST\""),
        format!("metric = \"closable_share\"; {road}; actor = \"CST\"; scenario = \"joint_board\""),
        // BRV alone can close it at base: others than CST can.
        format!("metric = \"closable_by_others_share\"; {road}; actor = \"CST\"; scenario = \"joint_board\""),
        format!("metric = \"consent_share\"; {road}; actor = \"CST\"; scenario = \"joint_board\""),
        format!("metric = \"open_links\"; {road}"),
        format!("metric = \"open_links\"; {road}; scenario = \"quarrel\""),
        format!(
            "metric = \"open_share\"; {road}; scenario = \"quarrel\"; against = \"base\"; change = \"difference\""
        ),
        // The joint board's check and toll make the two road pairs dearer, none cheaper.
        "metric = \"cheaper_pairs\"; scenario = \"joint_board\"; against = \"base\"".to_owned(),
        "metric = \"cheaper_pairs\"; scenario = \"base\"; against = \"quarrel\"".to_owned(),
    ];
    let findings = judge(&model(&toy_with(&tests.iter().map(String::as_str).collect::<Vec<_>>())));
    let want = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0];
    for (at, want) in want.into_iter().enumerate() {
        close(value(&findings, at), want, 1e-12, &tests[at]);
    }
    close(compared(&findings, 6), -1.0, 1e-12, "open in quarrel less open in base");
    assert!(value(&findings, 8) >= 1.0, "the quarrel cuts or dears some pair");
}

#[test]
fn metrics_of_flows_are_those_of_the_flows() {
    let gate = "groups = [\"eastern_road\"]";
    let tests = [
        format!("metric = \"flow\"; {gate}"),
        format!("metric = \"flow\"; {gate}; kind = \"passenger\""),
        format!("metric = \"flow_share\"; {gate}"),
        format!("metric = \"flow\"; {gate}; scenario = \"quarrel\""),
        "metric = \"transit\"; territory = [\"brv\"]".to_owned(),
        "metric = \"closable_flow_share\"; actor = \"BRV\"; through = [\"brv\"]".to_owned(),
        "metric = \"mean_cost\"; scenario = \"quarrel\"; against = \"base\"; change = \"difference\""
            .to_owned(),
    ];
    let model = model(&toy_with(&tests.iter().map(String::as_str).collect::<Vec<_>>()));
    let findings = judge(&model);
    let assignment = model.assignment(model.study.study.base_year).unwrap();
    let flows = assignment.flows(assignment.position("base").unwrap());
    let road = model.network.asset("rd_bruvala_castelmor").unwrap();
    let on = |kind| flows.on_assets(&model.study, &model.network, kind)[road];
    let (goods, people) = (on(ClassKind::Freight), on(ClassKind::Passenger));
    close(value(&findings, 0), goods, 1e-12, "goods");
    close(value(&findings, 1), people, 1e-12, "travellers");
    let total = flows.total(&model.study, ClassKind::Freight);
    close(value(&findings, 2), goods / (total.demand - total.unserved), 1e-12, "share of what is served");
    close(value(&findings, 3), 0.0, 1e-12, "over a closed road");
    let borovia = model.network.country("BRV").unwrap();
    close(value(&findings, 4), flows.transit[&(borovia, ClassKind::Freight)], 1e-12, "transit");
    // Borovia can close every way over its land alone.
    close(value(&findings, 5), 1.0, 1e-12, "closable");
    assert!(compared(&findings, 6) > 0.0, "a closed border costs");
}

#[test]
fn metrics_of_parties_are_those_of_the_board() {
    let board = "scenario = \"joint_board\"";
    let tests = [
        "metric = \"denial\"; actor = \"BRV\"".to_owned(),
        "metric = \"denial\"; actor = \"BRV\"; on = [\"CST\"]".to_owned(),
        // The denial of one against that of another, in one scenario.
        "metric = \"denial\"; actor = \"BRV\"; on = [\"CST\"]; against_actor = \"CST\"; against_on = [\"BRV\"]; \
         change = \"difference\""
            .to_owned(),
        // Revenue that Castelmor loses, in parts of what the board brings it.
        format!(
            "metric = \"revenue\"; actor = \"CST\"; {board}; against = \"quarrel\"; change = \"of_gain\""
        ),
        "metric = \"worst_off\"; scenario = \"quarrel\"; among = [\"base\", \"quarrel\", \"joint_board\"]"
            .to_owned(),
        "metric = \"payoff_share\"; actor = \"CST\"".to_owned(),
    ];
    let model = model(&toy_with(&tests.iter().map(String::as_str).collect::<Vec<_>>()));
    let findings = judge(&model);
    let assignment = model.assignment(model.study.study.base_year).unwrap();
    let board = |scenario: &str| Board::new(&assignment, assignment.position(scenario).unwrap());
    let [base, quarrel, joint] = ["base", "quarrel", "joint_board"].map(board);
    let at = |id: &str| base.parties().iter().position(|party| party.id == id).unwrap();
    let (borovia, castelmor) = (at("BRV"), at("CST"));
    let lost = |closer: usize| {
        let gains = base.close(&base.closable(&[closer]), None).gain_usd;
        gains.iter().map(|gain| -gain).collect::<Vec<f64>>()
    };
    let (of_borovia, of_castelmor) = (lost(borovia), lost(castelmor));
    let all: f64 = of_borovia.iter().sum::<f64>() - of_borovia[borovia];
    close(value(&findings, 0), all, 1e-12, "against all others");
    close(value(&findings, 1), of_borovia[castelmor], 1e-12, "against one");
    let net = of_borovia[castelmor] - of_castelmor[borovia];
    close(compared(&findings, 2), net, 1e-12, "net leverage");
    let payoff = |board: &Board<'_>, at: usize| {
        let open = board.open();
        open.revenue_usd[at] - open.carriage_usd[at] - open.travel_usd[at]
    };
    let revenue = |board: &Board<'_>| board.open().revenue_usd[castelmor];
    let gain = payoff(&quarrel, castelmor) - payoff(&base, castelmor);
    close(compared(&findings, 3), (revenue(&joint) - revenue(&quarrel)) / gain, 1e-12, "part of a gain");
    let is_worst =
        |&at: &usize| payoff(&quarrel, at) < payoff(&base, at) && payoff(&quarrel, at) < payoff(&joint, at);
    let worst = (0..base.parties().len()).filter(is_worst).count();
    assert!(worst > 0, "a quarrel hurts somebody");
    close(value(&findings, 4), worst as f64, 1e-12, "worst off");
    let gdp = base.gdp_usd(castelmor);
    let share = gdp.map_or(f64::NAN, |gdp| payoff(&base, castelmor) / gdp);
    assert!(value(&findings, 5).is_nan() == share.is_nan());
}

#[test]
fn of_alternatives_one_is_enough() {
    let verdict = |either: [&str; 2], holds: [bool; 2]| {
        let ledger =
            toy_with(&["metric = \"open_links\"; groups = [\"eastern_road\"]"])["claims.toml"].clone();
        let (head, test) = ledger.split_once("[[test]]").unwrap();
        let tests = either.iter().zip(holds).map(|(word, holds)| {
            let threshold = format!("threshold = {}", if holds { 0 } else { 9 });
            let either = if word.is_empty() { String::new() } else { format!("either = \"{word}\"\n") };
            format!("[[test]]\n{either}{}", test.trim_start().replace("threshold = 0", &threshold))
        });
        let mut text = toy();
        text.insert("claims.toml".to_owned(), head.to_owned() + &tests.collect::<String>());
        judge(&support::model(&text))[0].verdict
    };
    assert_eq!(verdict(["a", "a"], [true, false]), Supported);
    assert_eq!(verdict(["a", "a"], [false, true]), Supported);
    assert_eq!(verdict(["a", "a"], [false, false]), Contradicted);
    // Two words: both sets must have one that holds.
    assert_eq!(verdict(["a", "b"], [true, false]), Contradicted);
    assert_eq!(verdict(["", ""], [true, false]), Contradicted);
    assert_eq!(verdict(["a", ""], [false, true]), Contradicted);
}

#[test]
fn readings_decide_between_supported_contradicted_and_depends() {
    let model = model(&toy());
    let findings = judge(&model);
    let verdicts: Vec<Verdict> = findings.iter().map(|finding| finding.verdict).collect();
    // The board's check and toll cost 5.7 USD/t, the neutral toll 2 USD/t: never cheaper.
    assert_eq!(verdicts, [Verdict::Supported, Verdict::Contradicted, Verdict::NotTestable]);
    // Dearer by at least 3 USD/t only as specified: that depends.
    let mut text = toy();
    let ledger = text["claims.toml"].replace("change = \"relative\"", "change = \"difference\"");
    let ledger =
        ledger.replace("comparator = \"below\"\nthreshold = 0", "comparator = \"above\"\nthreshold = 3");
    text.insert("claims.toml".to_owned(), ledger);
    assert_eq!(judge(&support::model(&text))[1].verdict, Verdict::Depends);
}

#[test]
fn every_statement_of_the_articles_is_judged_or_says_why_not() {
    let model = Model::load(&folder("south-caucasus")).0.unwrap();
    let findings = judge(&model);
    assert_eq!(findings.len(), 63);
    let verdicts: BTreeMap<&str, Verdict> = findings
        .iter()
        .map(|finding| (model.study.claims[finding.row].id.as_str(), finding.verdict))
        .collect();
    for (id, want) in [
        ("C02", Supported),
        ("C03", Supported),
        ("C04", Supported),
        ("C05", Depends),
        ("C07", Supported),
        ("C14", Supported),
        ("C16", Supported),
        ("C20", Supported),
        ("C21", Contradicted),
        ("C22", Supported),
        ("C23", Supported),
        ("C25", Contradicted),
        ("C28", Contradicted),
        ("C29", Supported),
        ("C31", Depends),
        ("C33", Supported),
        ("C39", Supported),
        ("C42", Supported),
        ("C44", Contradicted),
        ("C46", Supported),
        ("C48", Supported),
        ("C49", Contradicted),
        ("C50", Contradicted),
        ("C52", Depends),
        ("C53", Depends),
        ("C60", Depends),
        ("C63", Contradicted),
    ] {
        assert_eq!(verdicts[id], want, "{id}");
    }
    for finding in &findings {
        let claim = &model.study.claims[finding.row];
        let waits = matches!(finding.verdict, Verdict::Waits(_));
        assert_eq!(waits, claim.waits_for.is_some(), "{}", claim.id);
        assert!(finding.readings.iter().all(|reading| !reading.tests.is_empty()), "{}", claim.id);
        assert!(finding.readings.iter().flat_map(|r| &r.tests).all(|t| !t.value.is_nan()), "{}", claim.id);
    }
}

#[test]
fn scenarios_named_by_rules_exist_and_the_order_of_claims_changes_no_verdict() {
    let text = folder("south-caucasus");
    let plain = Model::load(&text).0.unwrap();
    // The flows do not depend on the ledger: one assignment serves both orders.
    let assignment = plain.assignment(plain.study.study.base_year);
    let verdicts = |model: &Model| -> BTreeMap<String, Verdict> {
        let findings = landbridge::claims::judge(model, assignment.as_ref());
        findings.iter().map(|f| (model.study.claims[f.row].id.clone(), f.verdict)).collect()
    };
    let sections: Vec<&str> = text["claims.toml"].split("[[claim]]\n").skip(1).collect();
    let turned: Vec<String> =
        sections.iter().rev().map(|section| format!("[[claim]]\n{section}\n")).collect();
    let mut other = text.clone();
    other.insert("claims.toml".to_owned(), turned.concat());
    assert_eq!(verdicts(&plain), verdicts(&Model::load(&other).0.unwrap()));
}
