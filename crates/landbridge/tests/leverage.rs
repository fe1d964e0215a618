//! What parties can do to each other: properties that must hold in the toy and in the built-in study.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;

use landbridge::control::Coalition;
use landbridge::model::{Assignment, Board, FlowQuery, LeverageQuery, Model, Passes};
use landbridge::outcome::leverage::{Aim, Denial, Leverage, Options, joined};
use landbridge::study::StudyText;
use landbridge::study::tables::ClassKind;
use support::{close, folder, toy};

fn assignment(model: &Model) -> Assignment {
    model.assignment(model.study.study.base_year).unwrap()
}

fn denial(leverage: &Leverage, aim: Aim) -> &Denial {
    leverage.denials.iter().find(|denial| denial.aim == aim && denial.horizon.is_none()).unwrap()
}

fn party(leverage: &Leverage, id: &str) -> usize {
    leverage.parties.iter().position(|party| party.id == id).unwrap()
}

/// A table with its capacities left blank.
fn without_capacities(table: &str) -> String {
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let is_out = |at: usize| ["capacity_per_day", "capacity_unit", "observed_per_day"].contains(&header[at]);
    let row = |(line, row): (usize, &str)| {
        let cells = row.split(',').enumerate();
        let cells =
            cells.map(|(at, cell)| if line > 0 && at < header.len() && is_out(at) { "" } else { cell });
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    table.lines().enumerate().map(row).collect()
}

/// Without congestion a closure helps nobody whose trips it touches: `v` falls with every route that is taken away.
#[test]
fn closing_never_helps_those_it_is_aimed_at_where_nothing_queues() {
    let model = support::model(&quiet_toy());
    let assignment = assignment(&model);
    assert!(assignment.facilities.all.is_empty());
    for scenario in 0..assignment.scenarios.len() {
        let board = Board::new(&assignment, scenario);
        let n = board.parties().len();
        let open = board.open().clone();
        let bill =
            |at: usize, payoff: &landbridge::model::Payoff| payoff.carriage_usd[at] + payoff.travel_usd[at];
        for closer in 0..n {
            let closed = board.closable(&[closer]);
            for aim in std::iter::once(None).chain((0..n).map(Some)) {
                let after = board.close(&closed, aim);
                for at in 0..n {
                    assert!(bill(at, &after) >= bill(at, &open) * (1.0 - 1e-12), "{closer} {aim:?} {at}");
                }
            }
            // Closing together what each could close takes more away.
            for other in 0..n {
                let joint = board.close(&board.closable(&[closer, other]), None);
                let alone = board.close(&closed, None);
                for at in 0..n {
                    assert!(bill(at, &joint) >= bill(at, &alone) * (1.0 - 1e-12), "{closer} {other} {at}");
                }
            }
        }
    }
}

/// The toy without queues. The second lane would widen nothing, so it is left out.
fn quiet_toy() -> StudyText {
    let mut text = toy();
    for file in ["network/activity.csv", "network/link.csv"] {
        text.insert(file.to_owned(), without_capacities(&text[file]));
    }
    without_line(&mut text, "network/bypass.csv", "w_northgate");
    text
}

/// The same where the actors named can close a link, Dunland collects nothing at Southgate, and nobody travels to it: what
/// it has then depends on the carriage of its 2000 t a year to Aldermark (4000 t, of which half passes) alone.
fn toy_of_dunland(link: &str, can_close: &str) -> StudyText {
    let mut text = quiet_toy();
    change(&mut text, "network/activity.csv", "v12,", "freight,2,,20,truck,", "freight,2,,,,");
    without_line(&mut text, "demand/passenger.csv", "ALD,DUN,");
    let links = &text["network/link.csv"];
    let row = links.lines().find(|line| line.starts_with(link)).unwrap();
    let territory = if row.contains("ald/sea/dun") { "ald/sea/dun," } else { "brv/brv_south/dun," };
    change(&mut text, "network/link.csv", link, territory, &format!("{territory}{can_close}"));
    text
}

/// Changes a part of the line that begins so.
fn change(text: &mut StudyText, file: &str, line: &str, from: &str, to: &str) {
    let table = text.get_mut(file).unwrap();
    let row = table.lines().find(|row| row.starts_with(line)).unwrap().to_owned();
    assert!(row.contains(from), "{row}");
    *table = table.replace(&row, &row.replacen(from, to, 1));
}

fn without_line(text: &mut StudyText, file: &str, line: &str) {
    let table: String = text[file].split_inclusive('\n').filter(|row| !row.starts_with(line)).collect();
    text.insert(file.to_owned(), table);
}

/// The expected cost of routes that are each a chain of modes of its own, for a pair whose least cost in the reference is
/// 67.25: (2) to (5) of assignment.md with kappa 3, eta 3/4, half of it between chains, and 3 times 67.25 for not shipping.
fn logsum(costs: &[f64]) -> f64 {
    let scale = 0.5 * 3.0 * 67.25_f64.powf(-0.75);
    let sum: f64 = costs.iter().chain(&[201.75]).map(|cost| (-scale * cost).exp()).sum();
    -sum.ln() / scale
}

// From Dunmere to Adelmar, per tonne.
/// 6 + 30 + 9 of haulage, 2 + 1 of clearance, 8 h of a waiting truck, 10.5 h on the way, 10 h of stops: toy.rs.
const FERRY: f64 = 67.25;
/// Haulage 250 x 0.04 + 320 x 0.04; 2 loading, 4 change of gauge, 2 border, 1 unloading; 5 + 8 h on the way, 3 + 10 + 12 + 4 h
/// of stops: 31.8 + 42 x 0.5 + 14.5 x 0.2.
const RAIL: f64 = 55.7;
/// Haulage 10 + 30; 2 loading, 2 at the yard, 5 border, 3 transit; 6 h of a waiting truck; 5 + 5 h on the way, 3 + 6 + 6 + 1 h
/// of stops: 58 + 26 x 0.5 + 8 x 0.2.
const RAIL_AND_ROAD: f64 = 72.6;

fn both(model: &Model) -> (Leverage, Options) {
    let assignment = assignment(model);
    let board = Board::new(&assignment, 0);
    let query = LeverageQuery::default();
    (board.leverage(&query, None).unwrap(), board.options(&query, false, 0.08).unwrap().unwrap())
}

/// 2000 t a year go from Dunland to Aldermark. Who closes the ferry cuts them off; with the railway they take that.
#[test]
fn a_railway_takes_most_of_what_closing_the_ferry_is_worth() {
    let text = toy_of_dunland("fy_arvenport_dunhaven", "ORC");
    let (leverage, options) = both(&support::model(&text));
    let (orc, dun) = (party(&leverage, "ORC"), party(&leverage, "DUN"));
    let existing = denial(&leverage, Aim::General).values.value(orc, dun);
    let built = options.denials[0].values.value(orc, dun);
    // Half of the cost is borne at each end: 1000 (201.75 - 67.247) and 1000 x 4.778.
    close(existing, 1000.0 * (201.75 - logsum(&[FERRY])), 1e-9, "existing links");
    close(existing, 134_503.0, 1e-5, "existing links, by hand");
    let ways = [FERRY, RAIL, RAIL_AND_ROAD];
    close(built, 1000.0 * (logsum(&ways[1..]) - logsum(&ways)), 1e-9, "with the railway");
    close(built, 4778.0, 1e-3, "with the railway, by hand");
    // The railway carries both ways that use it: shares of exponentials.
    let scale = 0.5 * 3.0 * 67.25_f64.powf(-0.75);
    let weight = |cost: f64| (-scale * cost).exp();
    let by_rail = weight(RAIL) + weight(RAIL_AND_ROAD);
    let before = 2000.0 * by_rail / (by_rail + weight(FERRY) + weight(201.75));
    let after = 2000.0 * by_rail / (by_rail + weight(201.75));
    let [answer] = options.answers[orc][..] else { panic!("{:?}", options.answers[orc]) };
    assert_eq!(options.projects[answer.project].id, "w_railway");
    close(answer.open_t_per_year, before, 1e-9, "on the railway with all open");
    close(answer.more_t_per_year, after - before, 1e-9, "more on the railway");
    close(answer.more_t_per_year, 526.0, 2e-3, "more on the railway, by hand");
    // Six tenths are left to spend: 6 million over 30 years at 8 percent are 532,965 a year, and 100,000 to run it.
    let project = &options.projects[answer.project];
    assert_eq!(project.capex_left_usd, (Some(4.8e6), 6e6, Some(9e6)));
    close(project.usd_per_year, 632_965.0, 1e-6, "cost a year");
    assert_eq!(project.payers, [("BRV".to_owned(), 0.5), ("DUN".to_owned(), 0.5)]);
}

/// What is built can also be closed: the railway passes Borovia, which could do nothing to Dunland before.
#[test]
fn what_is_built_gives_leverage_to_those_whose_land_it_passes() {
    let text = toy_of_dunland("fy_arvenport_dunhaven", "");
    let (leverage, options) = both(&support::model(&text));
    let (brv, dun) = (party(&leverage, "BRV"), party(&leverage, "DUN"));
    let existing = denial(&leverage, Aim::General).values.value(brv, dun);
    assert!(existing.abs() < 1e-6, "{existing}");
    let built = options.denials[0].values.value(brv, dun);
    close(
        built,
        1000.0 * (logsum(&[FERRY]) - logsum(&[FERRY, RAIL, RAIL_AND_ROAD])),
        1e-9,
        "with the railway",
    );
    close(built, 20_906.0, 1e-3, "with the railway, by hand");
    assert!(options.answers[brv].is_empty());
}

/// `ORC` can close the railway, in use in this scenario and faster than planned: 2.5 h less. Without it there is the ferry.
#[test]
fn the_second_best_way_is_dearer_by_a_known_part() {
    let text = toy_of_dunland("rl_bruvala_dunmere", "ORC");
    let model = support::model(&text);
    let assignment = assignment(&model);
    let board = Board::new(&assignment, assignment.position("dunmere_by_rail").unwrap());
    let leverage = board.leverage(&LeverageQuery::default(), None).unwrap();
    let share = leverage.shares[party(&leverage, "ORC")][party(&leverage, "DUN")];
    close(share.premium.unwrap(), FERRY / (RAIL - 1.25) - 1.0, 1e-9, "premium");
    close(share.substitutability().unwrap(), (RAIL - 1.25) / FERRY, 1e-9, "substitutability");
    assert!(share.tonnes.exclusive == 0.0 && share.tonnes.any_link > 0.5);
    // Nothing of Dunland's goes around Aldermark.
    let none = leverage.shares[party(&leverage, "ALD")][party(&leverage, "DUN")];
    assert!(none.premium.is_none() && none.substitutability().is_none());
    close(none.tonnes.exclusive, 1.0, 1e-12, "no way around Aldermark");
    // The railway is in use: it is no option here.
    assert!(board.options(&LeverageQuery::default(), false, 0.08).unwrap().is_none());
}

/// Castora can close the eastern railway only with its operator, and the scenario says so: the set is there unasked.
#[test]
fn sets_that_close_together_and_third_parties() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, 0);
    let asked = Coalition::of([0, 3]).unwrap();
    let query = LeverageQuery { selective: true, jointly: vec![asked, Coalition::of([2, 4]).unwrap()] };
    let leverage = board.leverage(&query, None).unwrap();
    let sets: Vec<String> =
        leverage.closers.iter().map(|closer| joined(&leverage.parties, closer.who)).collect();
    assert_eq!(sets, ["ALD", "BRV", "CST", "DUN", "ORC", "CST+ORC", "ALD+DUN"]);
    let at = |id: &str| sets.iter().position(|set| set == id).unwrap();
    let (cst, both) = (at("CST"), at("CST+ORC"));
    assert_eq!(leverage.closers[both].n_links, leverage.closers[cst].n_links + 1);
    // What only both stop of the trade with Borovia is what goes by the eastern railway and meets nothing of Castora.
    let loaded = assignment.load(0);
    let freight = |pairs| FlowQuery { kind: ClassKind::Freight, pairs, through: &[] };
    let share = |pairs, passes| {
        let (passing, all) = loaded.passing(&freight(pairs), passes);
        (passing / all, all)
    };
    let rail = [model.network.asset("rl_bruvala_castelmor").unwrap()];
    let brv = party(&leverage, "BRV");
    let (by_rail, _) = share(&[("CST", "BRV")], Passes::Links(&rail));
    let found = leverage.shares[both][brv].tonnes;
    close(found.joint, by_rail, 1e-9, "only together");
    close(found.any_link, leverage.shares[cst][brv].tonnes.any_link + by_rail, 1e-9, "together");
    // Third parties of Borovia: what Aldermark trades with Castora and Dunland.
    let actor = model.network.actor("BRV").unwrap();
    let (passing, tonnes) = share(&[("ALD", "CST"), ("DUN", "ALD")], Passes::ClosableBy(actor));
    let others = &leverage.third_parties[brv];
    close(others.t_per_year, tonnes, 1e-9, "tonnes of third parties");
    close(others.share.tonnes.any_link, passing, 1e-9, "what Borovia could stop of them");
    // Third to Aldermark and Dunland is the trade of Castora with Borovia, which need not pass them.
    close(leverage.third_parties[at("ALD+DUN")].share.tonnes.exclusive, 0.0, 1e-12, "no way around");
    // What a set pays to close is what its members lose; nobody is closed to by itself.
    let general = &denial(&leverage, Aim::General).values;
    let own = general.value(both, 2) + general.value(both, 4);
    close(general.own_cost(both, 0), own, 1e-12, "own cost of a set");
    let selective = &denial(&leverage, Aim::Selective).values;
    assert_eq!((selective.value(both, 2), selective.own_cost(both, 4)), (0.0, 0.0));
    let strangers =
        LeverageQuery { jointly: vec![Coalition::of([0, 9]).unwrap()], ..LeverageQuery::default() };
    assert!(board.leverage(&strangers, None).is_err());
}

/// The same study with the rows of its projects turned around says the same.
#[test]
fn the_order_of_projects_changes_no_number() {
    let mut text = toy();
    let of = |text: &StudyText| {
        let (_, options) = both(&support::model(text));
        let id = |at: usize| options.projects[at].id.clone();
        let answers: Vec<BTreeMap<String, u64>> = options
            .answers
            .iter()
            .map(|all| all.iter().map(|a| (id(a.project), a.more_t_per_year.to_bits())).collect())
            .collect();
        (options.denials.clone(), answers)
    };
    let before = of(&text);
    let lines: Vec<String> = text["network/bypass.csv"].lines().map(str::to_owned).collect();
    text.insert("network/bypass.csv".to_owned(), format!("{}\n{}\n{}\n", lines[0], lines[2], lines[1]));
    assert_eq!(before, of(&text));
}

#[test]
fn nothing_closed_changes_nothing() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, 0);
    let none = landbridge::index::BitSet::empty(model.network.assets.len());
    for gain in board.close(&none, None).gain_usd {
        assert!(gain.abs() < 1e-6, "{gain}");
    }
}

#[test]
fn shares_and_denial_values_of_the_corridor() {
    let model = support::model(&folder("south-caucasus"));
    let assignment = assignment(&model);
    let board = Board::new(&assignment, assignment.position("open_tripp").unwrap());
    let leverage = board.leverage(&LeverageQuery::default(), None).unwrap();
    assert!(leverage.is_converged);
    let n = leverage.parties.len();
    let general = denial(&leverage, Aim::General);
    for a in 0..n {
        for b in 0..n {
            let share = leverage.shares[a][b];
            let name = format!("{} on {}", leverage.parties[a].id, leverage.parties[b].id);
            let tonnes = share.tonnes;
            assert!(tonnes.any_link <= 1.0 + 1e-12 && tonnes.exclusive >= 0.0, "{name}");
            assert!(tonnes.single_chokepoint <= tonnes.any_link + 1e-9, "{name} {share:?}");
            assert!(tonnes.exclusive <= tonnes.any_link + 1e-12, "{name} {share:?}");
            // What only the closer carries has no premium; with a way around there is one, of at least 0.
            assert!(share.premium.is_none_or(|premium| premium >= 0.0), "{name} {share:?}");
            close(general.values.net_leverage(a, b), -general.values.net_leverage(b, a), 1e-12, &name);
        }
        // What nobody can close without it passes nothing else, so its own trade has no way around it.
        if general.values.own_cost(a, a) != 0.0 && leverage.parties[a].id != "USA" {
            close(leverage.shares[a][a].tonnes.any_link, 1.0, 1e-9, &leverage.parties[a].id);
        }
    }
    // Who can close nothing has no leverage.
    let union = party(&leverage, "EU27");
    assert!((0..n).all(|on| general.values.value(union, on) == 0.0));
    // Georgia carries most of what Armenia trades, and hurts it more than any neighbour could.
    let (arm, geo) = (party(&leverage, "ARM"), party(&leverage, "GEO"));
    for other in (0..n).filter(|&other| other != arm && other != geo) {
        let loss = |closer: usize| general.values.value(closer, arm);
        assert!(loss(geo) > loss(other), "{}", leverage.parties[other].id);
    }
    // With all built that could be, Armenia has ways to the south and west: Georgia takes far less from it.
    let options = board.options(&LeverageQuery::default(), false, 0.08).unwrap().unwrap();
    assert!(options.is_converged);
    let built = &options.denials[0].values;
    assert!(built.value(geo, arm) < 0.75 * general.values.value(geo, arm), "{}", built.value(geo, arm));
    for (closer, answers) in options.answers.iter().enumerate() {
        assert!(leverage.closers[closer].n_links > 0 || answers.is_empty());
        assert!(answers.windows(2).all(|pair| pair[0].more_t_per_year >= pair[1].more_t_per_year));
    }
}
