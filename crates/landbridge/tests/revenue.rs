//! Who earns what by a corridor: the toy by hand, the built-in study by its regimes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use landbridge::index::{BitSet, ClassIdx};
use landbridge::model::{Assignment, Board, Model, RevenueQuery};
use landbridge::outcome::flows::Levy;
use landbridge::outcome::revenue::{ConcessionPlan, Revenue};
use landbridge::study::StudyText;
use support::{close, csv, folder, toy};

/// Sums of a few dozen products.
const ROUNDING: f64 = 1e-12;
/// What is left of a gap in flows where nothing queues but hours are solved for nonetheless.
const SOLVED: f64 = 1e-7;

const QUERY: RevenueQuery = RevenueQuery { years: 2, discount_rate: 0.1, highest_toll_usd_per_t: 60.0 };

fn assignment(model: &Model) -> Assignment {
    model.assignment(model.study.study.base_year).unwrap()
}

fn revenue(assignment: &Assignment, scenario: &str, query: &RevenueQuery) -> Revenue {
    Board::new(assignment, assignment.position(scenario).unwrap()).revenue(query).unwrap()
}

/// Goods and travellers on a link, both directions.
fn on_link(assignment: &Assignment, scenario: &str, link: &str) -> [f64; 2] {
    let flows = assignment.flows(assignment.position(scenario).unwrap());
    let network = &assignment.reference().network;
    let asset = network.asset(link).unwrap();
    let of = |class: ClassIdx| {
        let links = network.links.enumerate().filter(|(_, link)| link.asset == Some(asset));
        links.map(|(at, _)| flows.on_links[class][at]).sum()
    };
    let model = assignment.reference();
    [of(model.class(Some("general_cargo")).unwrap()), of(model.class(Some("travellers")).unwrap())]
}

#[test]
fn what_collectors_take_in_the_toy() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let scenario = "joint_board";
    let found = revenue(&assignment, scenario, &QUERY);
    let taken = |id: &str, levy| {
        let of = found.collectors.iter().find(|taken| taken.collector.id.as_deref() == Some(id)).unwrap();
        of.of_levy_usd(levy)
    };
    // Northgate: 100 a truck of 20 t and 10 a car of 2, half to either side; its railway 2 a tonne.
    let [t, persons] = on_link(&assignment, scenario, "rd_adelmar_bruvala");
    let [t_rail, _] = on_link(&assignment, scenario, "rl_adelmar_bruvala");
    close(taken("ALD", Levy::Border), 0.5 * (5.0 * t + 5.0 * persons + 2.0 * t_rail), ROUNDING, "ALD");
    // The toll of the joint board: 100 a truck, half to either.
    let [t, _] = on_link(&assignment, scenario, "rd_bruvala_castelmor");
    assert!(t > 1000.0, "{t}");
    for party in ["BRV", "CST"] {
        close(taken(party, Levy::Toll), 2.5 * t, ROUNDING, party);
    }
    // Eastgate railway: 2 a tonne, three quarters to the company.
    let [t, _] = on_link(&assignment, scenario, "rl_bruvala_castelmor");
    assert!(t > 0.0, "{t}");
    close(taken("ORC", Levy::Border), 0.75 * 2.0 * t, ROUNDING, "ORC");
    // Parts of a levy add up exactly, in whichever order.
    for levy in Levy::ALL {
        let parts = found.collectors.iter().map(|taken| taken.of_levy_usd(levy));
        let backwards: f64 = parts.rev().sum();
        assert_eq!(found.of_levy_usd(levy).to_bits(), backwards.to_bits(), "{levy:?}");
    }
    close(found.by_party_usd().iter().sum(), found.usd(), ROUNDING, "all collectors of the toy are parties");
    assert!(found.opened.is_empty() && found.concession.is_none() && found.toll.is_none());
    assert!(found.tolls_are_assumed && found.is_converged);
    // The reference takes no toll, and its sum is that of its own flows.
    let of_flows: f64 = assignment.flows(0).revenue.values().sum();
    let reference: f64 = found.collectors.iter().map(|taken| taken.reference_usd).sum();
    close(reference, of_flows, ROUNDING, "reference");
}

/// The toy without queues, where a regime takes 4 a tonne on the railway to Dunmere: all of it for Dunland in the first
/// year, half of it from the second on.
fn toy_with_a_concession() -> StudyText {
    let mut text = toy();
    let activities = text.get_mut("network/activity.csv").unwrap();
    *activities = activities.replace("200,truck,120", ",,");
    let control = |from_year: u32, to_year: u32, shares: &str| {
        format!(
            "[[control]]\ngroups = [\"dunmere_railway\"]\nfrom_year = {from_year}\nto_year = {to_year}\n\
             can_close = \"DUN\"\nmust_consent = \"DUN\"\ncollectors = \"{shares}\"\nsource = [\"toy\"]\n\
             quality = \"assumed\"\n"
        )
    };
    let regime = format!(
        "[regime]\nname = \"Railway\"\nsource = [\"toy\"]\nquality = \"assumed\"\n{}{}\
         [[rule]]\nid = \"toll\"\naction = \"toll\"\ngroups = [\"dunmere_railway\"]\napplies_to = [\"freight\"]\n\
         amount = 4.0\nper = \"t\"\nsource = [\"toy\"]\nquality = \"assumed\"\n",
        control(1, 1, "DUN=1"),
        control(2, 99, "BRV=0.5;DUN=0.5")
    );
    text.insert("regimes/rail.toml".to_owned(), regime);
    let scenario = text.get_mut("scenarios/dunmere_by_rail.toml").unwrap();
    *scenario = scenario.replace("extends = \"base\"", "extends = \"base\"\nregimes = [\"rail\"]");
    let works = csv(
        "project_id,name,links,capex_low,capex,capex_high,spent_share,opex_per_year,years_to_build",
        [
            "P1,Railway to Dunmere,rl_bruvala_dunmere,160000,200000,300000,0.5,1000,1.5",
            "P2,Eastern road,rd_bruvala_castelmor,1,2,3,0,0,1",
        ],
    );
    text.insert("network/bypass.csv".to_owned(), works);
    text
}

/// The model of a study whose second project opens what is open, which is warned of.
fn with_a_warning(text: &StudyText) -> Model {
    let (model, diagnostics) = Model::load(text);
    let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect();
    assert_eq!(codes, ["LB0303"]);
    model.unwrap()
}

fn at(plan: &ConcessionPlan, id: &str) -> usize {
    plan.collectors.iter().position(|collector| collector.id.as_deref() == Some(id)).unwrap()
}

#[test]
fn two_years_of_a_concession_by_hand() {
    let model = with_a_warning(&toy_with_a_concession());
    let assignment = assignment(&model);
    let found = revenue(&assignment, "dunmere_by_rail", &QUERY);
    let plan = found.concession.as_ref().unwrap();
    assert!(found.is_converged && found.opened == ["rl_bruvala_dunmere"]);
    let [t, _] = on_link(&assignment, "dunmere_by_rail", "rl_bruvala_dunmere");
    let first = 4.0 * t;
    // Trade of Aldermark grows by 4 percent, that of Castora by 2, that of Dunland not: between two by their mean.
    let asset = model.network.asset("rl_bruvala_dunmere").unwrap();
    let percent = |region: &str| match region {
        "ALD" => 4.0,
        "CST" => 2.0,
        _ => 0.0,
    };
    let scenario = assignment.position("dunmere_by_rail").unwrap();
    let freight = model.class(Some("general_cargo")).unwrap();
    let users = assignment.users(scenario, &[asset]);
    let grown = users.iter().filter(|user| user.class == freight).map(|user| {
        let growth = f64::midpoint(percent(&user.origin_region), percent(&user.destination_region));
        4.0 * user.per_year * (1.0 + growth / 100.0)
    });
    let second: f64 = grown.sum();
    assert!(first > 1000.0 && second > 1.019 * first && second < 1.031 * first, "{first} {second}");
    assert_eq!((plan.years, plan.grown), (2, Some((2026, 2))));
    assert_eq!(plan.schedules.len(), 1);
    close(plan.schedules[0].by_year_usd[0], first, ROUNDING, "year 1");
    close(plan.schedules[0].by_year_usd[1], second, SOLVED, "year 2");
    // Shares by year, and who pays for the works: nobody is named.
    let (brv, dun) = (at(plan, "BRV"), at(plan, "DUN"));
    let own = |party: usize| plan.value.by_collector[party];
    close(own(dun).revenue, first / 1.1 + 0.5 * second / 1.21, SOLVED, "revenue of DUN");
    close(own(brv).revenue, 0.5 * second / 1.21, SOLVED, "revenue of BRV");
    close(own(dun).operating_cost, 1000.0 / 1.1 + 500.0 / 1.21, ROUNDING, "running, DUN");
    close(own(brv).operating_cost, 500.0 / 1.21, ROUNDING, "running, BRV");
    // Half of 200,000 is spent; the rest in two years before the first, by who collects in it.
    assert!(plan.works.len() == 1 && plan.works[0].id == "P1" && plan.works[0].years_to_build == 2);
    close(own(dun).capital_cost, 50_000.0 + 50_000.0 * 1.1, ROUNDING, "works");
    close(own(brv).capital_cost, 0.0, ROUNDING, "works, BRV");
    assert_eq!((plan.value.first_year, plan.value.by_year.len()), (-1, 4));
    let (least, most) = plan.net_range_usd[dun];
    close(least - own(dun).net(), 10_000.0 * 2.1, 1e-9, "works cost least");
    close(own(dun).net() - most, 25_000.0 * 2.1, 1e-9, "works cost most");
    let whole = plan.value.whole;
    assert_eq!(whole.revenue.to_bits(), (own(brv).revenue + own(dun).revenue).to_bits());
    close(plan.whole_range_usd().0, whole.net() + 21_000.0, 1e-9, "range of all");
}

#[test]
fn without_later_years_all_is_of_the_first() {
    let mut text = toy_with_a_concession();
    text.insert("economy/growth.csv".to_owned(), "region,year,percent,source,quality\n".to_owned());
    let model = with_a_warning(&text);
    let assignment = assignment(&model);
    let query = RevenueQuery { years: 3, ..QUERY };
    let found = revenue(&assignment, "dunmere_by_rail", &query);
    let plan = found.concession.unwrap();
    let by_year = &plan.schedules[0].by_year_usd;
    assert!(plan.grown.is_none() && by_year.len() == 3);
    assert!(by_year.iter().all(|usd| usd.to_bits() == by_year[0].to_bits()));
    let board = Board::new(&assignment, assignment.position("dunmere_by_rail").unwrap());
    assert!(board.revenue(&RevenueQuery { years: 0, ..QUERY }).is_err());
    assert!(board.revenue(&RevenueQuery { discount_rate: -0.1, ..QUERY }).is_err());
    assert!(board.revenue(&RevenueQuery { highest_toll_usd_per_t: 0.0, ..QUERY }).is_err());
}

#[test]
fn the_best_toll_is_what_its_curve_and_its_collectors_say() {
    let model = with_a_warning(&toy_with_a_concession());
    let assignment = assignment(&model);
    let found = revenue(&assignment, "dunmere_by_rail", &QUERY);
    let toll = found.toll.unwrap();
    assert!(toll.is_governed && toll.links == ["rl_bruvala_dunmere"]);
    // The toll of the regime is 4 a tonne already: what passes is what is taken over both together.
    let passing: Vec<f64> =
        toll.curve.points.iter().map(|point| point.revenue / (4.0 + point.toll)).collect();
    close(passing[0], toll.tonnes.0, ROUNDING, "tonnes today");
    close(
        toll.curve.best.revenue,
        (4.0 + toll.curve.best.toll) * toll.tonnes.1,
        ROUNDING,
        "tonnes at the best",
    );
    assert!(passing.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-9)), "{passing:?}");
    assert!(toll.curve.points.iter().all(|point| point.revenue <= toll.curve.best.revenue));
    assert!(toll.curve.best.toll > 0.0 && !toll.curve.is_at_end);
    // In the first year Dunland collects all of it: the same as a toll of its own.
    let [(collector, today, best)] = &toll.collectors[..] else { panic!("{:?}", toll.collectors) };
    assert_eq!(collector.id.as_deref(), Some("DUN"));
    close(*today, 4.0 * toll.tonnes.0, ROUNDING, "today");
    close(*best, toll.curve.best.revenue, ROUNDING, "best");
    let board = Board::new(&assignment, assignment.position("dunmere_by_rail").unwrap());
    let mut links = BitSet::empty(model.network.assets.len());
    links.insert(model.network.asset("rl_bruvala_dunmere").unwrap());
    let alone = board.with_toll(&links, toll.curve.best.toll, collector.party.unwrap());
    for (own, other) in toll.gain_usd.iter().zip(&alone.gain_usd) {
        // Differences of bills of a million.
        assert!((own - other).abs() < 1e-6, "{own} {other}");
    }
}

#[test]
fn shares_of_the_framework_change_in_year_50() {
    let model = support::model(&folder("south-caucasus"));
    let assignment = assignment(&model);
    // Few years beyond the change, and a coarse look at tolls: what is held against is the plan.
    let query = RevenueQuery { years: 60, discount_rate: 0.08, highest_toll_usd_per_t: 20.0 };
    let found = revenue(&assignment, "open_tripp", &query);
    let plan = found.concession.as_ref().unwrap();
    let (usa, arm) = (at(plan, "USA"), at(plan, "ARM"));
    let link = "rl_am_meghri__am_nrnadzor_bdr".to_owned();
    let of_corridor = plan.schedules.iter().find(|schedule| schedule.links.contains(&link)).unwrap();
    let shares: Vec<(u32, f64, f64)> =
        of_corridor.phases.iter().map(|(year, shares)| (*year, shares[usa], shares[arm])).collect();
    assert_eq!(shares, [(1, 0.74, 0.26), (50, 0.51, 0.49)]);
    // The United States collect on nothing else that the scenario opens.
    for (year, share) in [(1_usize, 0.74), (49, 0.74), (50, 0.51), (60, 0.51)] {
        let at = usize::try_from(i32::try_from(year).unwrap() - plan.value.first_year).unwrap();
        let of_usa = plan.value.by_year[at][usa].revenue;
        close(of_usa, share * of_corridor.by_year_usd[year - 1], 1e-9, &format!("year {year}"));
    }
    // From the demand of 2025 to that of 2035, and none later.
    assert_eq!(plan.grown, Some((2035, 11)));
    assert_eq!(of_corridor.by_year_usd[10].to_bits(), of_corridor.by_year_usd[59].to_bits());
    assert!(of_corridor.by_year_usd[10] > of_corridor.by_year_usd[0]);
    let rates = of_corridor.by_year_usd.windows(2).take(10).map(|pair| pair[1] / pair[0]);
    assert!(rates.into_iter().all(|rate| rate > 1.0 && rate < 1.15));
    // The works on Armenian land are paid by the shares of the company.
    for id in ["BP01", "BP02"] {
        let work = plan.works.iter().find(|work| work.id == id).unwrap();
        let payers = work.payers.as_ref().unwrap();
        assert_eq!((payers[usa], payers[arm]), (0.74, 0.26));
    }
    let sum: f64 = plan.value.by_collector.iter().map(|own| own.revenue).sum();
    assert_eq!(sum.to_bits(), plan.value.whole.revenue.to_bits());
    // Works that widen what is open, and railways that the scenario leaves shut, are none of its works.
    assert!(!plan.works.iter().any(|work| ["BP14", "BP22"].contains(&work.id.as_str())));
    // The toll is on what the regime governs of the opened links; the road from Meghri to Agarak is open already.
    let toll = found.toll.as_ref().unwrap();
    assert!(toll.is_governed && toll.links.iter().all(|link| of_corridor.links.contains(link)));
    assert!(toll.links.len() == 8 && of_corridor.links.len() == 10);
    assert!(!toll.links.contains(&"rd_am_meghri__am_agarak".to_owned()));
    // What the United States collect, they collect on the corridor.
    let of_usa = found.collectors.iter().find(|taken| taken.collector.id.as_deref() == Some("USA")).unwrap();
    close(of_usa.on_corridor_usd, of_usa.usd(), 1e-9, "on the corridor");
    close(toll.collectors.iter().map(|(_, _, best)| best).sum(), toll.curve.best.revenue, 1e-9, "collectors");
}
