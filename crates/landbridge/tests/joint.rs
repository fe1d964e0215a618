//! Trade, flows and queues that belong together: the toy worked out another way, and what must hold of the built-in study.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use landbridge::model::{Assignment, Model, TradeModel};
use landbridge::outcome::trade::{PairTrade, ScenarioTrade, TradeOutcome};
use landbridge::study::StudyText;
use landbridge::study::tables::ClassKind;
use landbridge::trade::equilibrium::{EquilibriumConfig, solve};
use landbridge::trade::{Closure, CostChange, Economy, Elasticity, Group, Matrix};
use support::{close, folder, toy};

const TOTALS: &str = "economy/trade_total.csv";
const ELASTICITY: &str = "economy/elasticity.csv";
const REGIONS: [&str; 4] = ["ALD", "BRV", "CST", "DUN"];

/// Million dollars: more than the commodities of the toy, so that part of the trade moves over no network.
const FLOW: [[f64; 4]; 4] =
    [[800.0, 7.0, 30.0, 4.0], [9.0, 500.0, 6.0, 2.0], [11.0, 5.0, 400.0, 3.0], [3.0, 1.0, 2.0, 90.0]];

/// The toy with trade totals.
fn trading_toy() -> StudyText {
    let mut text = toy();
    let pairs = (0..4).flat_map(|i| (0..4).map(move |j| (i, j)));
    let row = |(i, j): (usize, usize)| format!("{},{},2025,{}", REGIONS[i], REGIONS[j], 1e6 * FLOW[i][j]);
    text.insert(TOTALS.to_owned(), support::csv("exporter,importer,year,value", pairs.map(row)));
    let horizons = ["short,A year,1,0.8,0.5,1", "long,Ten years,10,4,2,8"];
    text.insert(ELASTICITY.to_owned(), support::csv("horizon,name,years,epsilon,low,high", horizons));
    // `support::csv` says `a test` of every row.
    let sources = text.get_mut("sources.csv").unwrap();
    sources.push_str("a test,A test,,\n");
    text
}

fn solved(assignment: &Assignment) -> TradeOutcome {
    let all: Vec<usize> = (0..assignment.scenarios.len()).collect();
    TradeModel::new(assignment).unwrap().outcome(&all).unwrap()
}

struct Built {
    model: Model,
    assignment: Assignment,
    trade: TradeOutcome,
}

static CAUCASUS: LazyLock<Built> = LazyLock::new(|| {
    let model = support::model(&folder("south-caucasus"));
    let assignment = model.assignment(model.study.study.base_year).unwrap();
    let trade = solved(&assignment);
    Built { model, assignment, trade }
});

fn of<'t>(trade: &'t TradeOutcome, scenario: &str, horizon: &str) -> &'t ScenarioTrade {
    trade.scenarios.iter().find(|row| row.scenario == scenario && row.horizon == horizon).unwrap()
}

fn pair<'t>(trade: &'t ScenarioTrade, exporter: &str, importer: &str) -> &'t PairTrade {
    trade.pairs.iter().find(|row| row.exporter == exporter && row.importer == importer).unwrap()
}

/// Costs of cells by the equilibria of the flows, which the toy's trade moves too little to change; changes of trade costs
/// and tonnes by the formulas; prices by the solver of trade.
#[test]
fn the_toy_worked_out_another_way() {
    let model = support::model(&trading_toy());
    let assignment = model.assignment(2025).unwrap();
    let trade = solved(&assignment);
    let costs = |at: usize| {
        assignment
            .choices(at)
            .chosen(&assignment.congestion(at), &assignment.equilibrium(at).extra_h)
            .expected_cost
    };
    let before = costs(0);
    for row in &trade.scenarios {
        let at = assignment.position(&row.scenario).unwrap();
        let after = costs(at);
        // By pair, value at stake and change of cost of each part, in dollars.
        let mut parts: BTreeMap<(usize, usize), Vec<(f64, f64)>> = BTreeMap::new();
        let place = |name: &str| REGIONS.iter().position(|region| *region == name).unwrap();
        let mut cell = 0;
        for segment in &assignment.demand.segments {
            for of_cell in &segment.cells {
                for part in &of_cell.parts {
                    let flow = assignment.demand.flow(part);
                    if flow.kind == ClassKind::Freight {
                        let value = part.usd_per_year / part.per_year;
                        let tau_hat = (value + after[cell]) / (value + before[cell]);
                        let pair = (place(&flow.origin), place(&flow.destination));
                        parts.entry(pair).or_default().push((part.usd_per_year, tau_hat));
                    }
                }
                cell += 1;
            }
        }
        let power = -row.epsilon;
        let mut change = CostChange::none(4);
        for (&(i, j), parts) in &parts {
            let total = 1e6 * FLOW[i][j];
            let moved: f64 =
                parts.iter().map(|(usd, tau_hat)| usd / total * (tau_hat.powf(power) - 1.0)).sum();
            change.set(i, j, (1.0 + moved).powf(1.0 / power)).unwrap();
        }
        let elasticity = Elasticity::from_epsilon(row.epsilon).unwrap();
        let flow = Matrix::from_fn(4, |i, j| 1e6 * FLOW[i][j]);
        let group = Group { flow, latent: None, elasticity };
        let economy = Economy::new(vec![group], Closure::FixedNominal).unwrap();
        let found = solve(&economy, std::slice::from_ref(&change), &EquilibriumConfig::default()).unwrap();
        for (at, region) in REGIONS.iter().enumerate() {
            let name = format!("{} {} {region}", row.scenario, row.horizon);
            let of_region = row.region(region).unwrap();
            close(of_region.price_hat, found.price_hat[at], 1e-9, &name);
            let parts = &of_region.parts;
            let without_revenue = 100.0 * (found.welfare_hat[at] - 1.0);
            let share = parts.transit_revenue / of_region.welfare_pct;
            if parts.transit_revenue == 0.0 {
                assert!((of_region.welfare_pct - without_revenue).abs() < 1e-7, "{name} {share}");
            }
        }
        for ((i, j), _) in parts {
            let tau_hat = pair(row, REGIONS[i], REGIONS[j]).tau_hat;
            close(tau_hat, change.tau_hat()[(i, j)], 1e-9, &row.scenario);
        }
    }
}

#[test]
fn nothing_changes_in_the_base() {
    for horizon in ["short", "long"] {
        let base = of(&CAUCASUS.trade, "base", horizon);
        assert!(base.is_converged && base.iterations == 1, "{}", base.iterations);
        for row in &base.regions {
            assert!(row.welfare_pct.abs() < 1e-6, "{} {}", row.region, row.welfare_pct);
        }
        for row in &base.pairs {
            // What was observed is matched, and closed borders let nothing pass.
            close(row.value_usd.after, row.value_usd.before, 1e-9, &row.exporter);
            assert_eq!(row.value_usd.before == 0.0, row.is_estimated);
        }
        assert_eq!(pair(base, "ARM", "AZE").value_usd.after.to_bits(), 0.0_f64.to_bits());
    }
}

#[test]
fn opening_a_border_makes_trade_of_nothing() {
    for (scenario, names) in [("open_tripp", vec!["AZE"]), ("unblock_full", vec!["AZE", "AZE-NX"])] {
        for horizon in ["short", "long"] {
            let trade = of(&CAUCASUS.trade, scenario, horizon);
            for name in &names {
                for (a, b) in [("ARM", *name), (*name, "ARM")] {
                    let row = pair(trade, a, b);
                    assert!(
                        row.value_usd.after > 0.0 && row.tonnes.after > 0.0 && row.is_estimated,
                        "{row:?}"
                    );
                }
            }
        }
        // It comes with the years.
        let after = |horizon| pair(of(&CAUCASUS.trade, scenario, horizon), "ARM", "AZE").value_usd.after;
        assert!(after("short") < after("long"));
    }
}

#[test]
fn everything_settles_and_adds_up() {
    for row in &CAUCASUS.trade.scenarios {
        let name = format!("{} {}", row.scenario, row.horizon);
        assert!(row.is_converged && row.residual <= 1e-6, "{name} {} {}", row.residual, row.iterations);
        let expenditure: f64 = row.regions.iter().map(|region| region.expenditure_usd).sum();
        for region in &row.regions {
            let name = format!("{name} {}", region.region);
            let parts = &region.parts;
            assert!((parts.total() - region.welfare_pct).abs() < 1e-9, "{name} {parts:?}");
            close(region.welfare_usd, region.expenditure_usd * region.welfare_pct / 100.0, 1e-12, &name);
            let sum = |of: &dyn Fn(&PairTrade) -> bool| -> f64 {
                row.pairs.iter().filter(|pair| of(pair)).map(|pair| pair.value_usd.after).sum()
            };
            let is = |own: &str| own == region.region;
            let exports = sum(&|pair| is(&pair.exporter) && !is(&pair.importer));
            let imports = sum(&|pair| is(&pair.importer) && !is(&pair.exporter));
            close(region.exports_usd.after, exports, 1e-12, &name);
            close(region.imports_usd.after, imports, 1e-12, &name);
            for index in [region.by_partner, region.by_commodity, region.by_crossing] {
                assert!(index.after > 0.0 && index.after <= 1.0 + 1e-12, "{name} {index:?}");
            }
            assert!(region.carried_share >= 0.0 && region.carried_share <= 1.0 + 1e-9, "{name}");
        }
        // World output is the measure of value.
        let total: f64 = row.pairs.iter().map(|pair| pair.value_usd.after).sum();
        close(total, expenditure, 1e-9, &name);
        // What wants to move over the network is the demand of the flows.
        let tonnes: f64 = row.pairs.iter().map(|pair| pair.tonnes.after).sum();
        let demand = row.flows.total(&CAUCASUS.model.study, ClassKind::Freight).demand;
        close(tonnes, demand, 1e-9, &name);
    }
}

#[test]
fn trade_of_a_scenario_reads_the_same_alone_and_among_others() {
    let at = CAUCASUS.assignment.position("open_tripp").unwrap();
    let alone = TradeModel::new(&CAUCASUS.assignment).unwrap().outcome(&[at]).unwrap();
    let among = of(&CAUCASUS.trade, "open_tripp", "long");
    assert_eq!(of(&alone, "open_tripp", "long").regions, among.regions);
}

#[test]
fn cutting_the_way_to_iran_costs_armenia() {
    let welfare = |scenario| of(&CAUCASUS.trade, scenario, "long").region("ARM").unwrap().welfare_pct;
    assert!(welfare("severed_irn_arm") < welfare("open_tripp"));
}

#[test]
fn a_higher_elasticity_gains_less_from_the_same_new_trade() {
    // What opens a border is worth less where goods replace each other more easily (Feenstra 1994).
    let row = of(&CAUCASUS.trade, "open_tripp", "long").region("ARM").unwrap();
    let (low, high) = row.range_pct.unwrap();
    assert!(low > row.welfare_pct && row.welfare_pct > high, "{low} {} {high}", row.welfare_pct);
    assert!(row.without_estimated_pct < row.welfare_pct);
}

#[test]
fn without_totals_there_is_no_trade() {
    let mut text = toy();
    for file in [TOTALS, ELASTICITY] {
        text.remove(file);
    }
    let model = support::model(&text);
    assert!(model.world().is_none());
    assert!(TradeModel::new(&model.assignment(2025).unwrap()).is_none());
}
