//! Figures of other programs and closed forms.
//!
//! Those of four regions were solved three ways (root finding, price adjustment, the level system with resistances),
//! which agree to 1e-14; those of ten regions are in `data`.

use landbridge::trade::equilibrium::{EquilibriumConfig, Prepared, one_pass, solve};
use landbridge::trade::{Closure, CostChange, Economy, Elasticity, Group, Matrix, NoEquilibrium, TradeError};

use super::{change, economy, four, four_with_deficits, off, solved};

/// The reference figures are given to at least 12 digits, and were solved to 1e-14.
const EXACT: f64 = 1e-10;

const A_B: [(usize, usize, f64); 2] = [(0, 1, 0.9), (1, 0, 0.9)];

#[test]
fn two_regions_have_a_closed_form() {
    let flow = Matrix::new(2, vec![75.0, 25.0, 25.0, 75.0]);
    let after =
        solved(&economy(&flow, 5.0, Closure::FixedNominal), &[change(2, &[(0, 1, 0.8), (1, 0, 0.8)])]);
    assert!(off(&after.welfare_hat, &[1.079_972_731_325_932_6; 2]) < EXACT);
    assert!(off(&after.price_index_hat, &[0.925_949_305_009_075_1; 2]) < EXACT);
}

#[test]
fn four_regions() {
    let prepared = Prepared::new(economy(&four(), 5.0, Closure::FixedNominal));
    let counterfactual = prepared.counterfactual(&[change(4, &A_B)]).unwrap();
    let after = prepared.solve(&counterfactual, None, &EquilibriumConfig::default()).unwrap();
    assert!(after.is_converged);
    let price = [1.0099877924203005, 1.0023952898715183, 0.996455435695544, 0.9958553207500315];
    let index = [0.9805693201239669, 0.9898620745629173, 0.997243251264772, 0.9979944970031327];
    let welfare = [1.0300014202898111, 1.0126615774365688, 0.999210006617514, 0.9978565250013653];
    assert!(off(&after.price_hat, &price) < EXACT);
    assert!(off(&after.price_index_hat, &index) < EXACT);
    assert!(off(&after.welfare_hat, &welfare) < EXACT);
    let trade = [
        [53.84136735427409, 28.19247586153555, 9.471042951683312, 9.493893074537086],
        [28.192475861535538, 142.97922788363178, 19.522535933792565, 9.784818295343749],
        [9.47104295168331, 19.52253593379257, 249.90260927737035, 20.040442545816937],
        [9.493893074537098, 9.784818295343765, 20.04044254581697, 60.26637815930537],
    ];
    let found = prepared.trade(&counterfactual, &after);
    assert!(off(found[0].values(), &trade.concat()) < EXACT);
}

#[test]
fn borders_close() {
    let closed = f64::INFINITY;
    let economy = economy(&four(), 5.0, Closure::FixedNominal);
    let after = solved(&economy, &[change(4, &[(0, 1, closed), (1, 0, closed)])]);
    let welfare = [0.9391065337460726, 0.971785722327154, 1.0018453613843556, 1.004981860699577];
    assert!(off(&after.welfare_hat, &welfare) < EXACT);
    // Autarky of A: 0.6^(1/4) for A, and the others have prices of their own.
    let all = [(0, 1), (0, 2), (0, 3), (1, 0), (2, 0), (3, 0)].map(|(i, j)| (i, j, closed));
    let after = solved(&economy, &[change(4, &all)]);
    let welfare = [0.6_f64.powf(0.25), 0.9730811275747508, 0.9928391930394298, 0.9719311191964588];
    // The reference closed the pairs by a cost of 1e12, which changes the twelfth digit at most.
    assert!(off(&after.welfare_hat, &welfare) < EXACT, "{:?}", after.welfare_hat);
}

#[test]
fn deficits_by_closure() {
    let flow = four_with_deficits();
    let after = solved(&economy(&flow, 5.0, Closure::FixedNominal), &[change(4, &A_B)]);
    let price = [1.0139431509027121, 1.0007282048318906, 0.9961215595903041, 0.9957325251379431];
    let welfare = [1.0331299885382401, 1.013990634703344, 0.9990847495450409, 0.9979663488708508];
    assert!(off(&after.price_hat, &price) < EXACT && off(&after.welfare_hat, &welfare) < EXACT);
    let after = solved(&economy(&flow, 5.0, Closure::FixedRatio), &[change(4, &A_B)]);
    let price = [1.0138577552389834, 1.0007081467807564, 0.996171828966254, 0.9957089850904796];
    let welfare = [1.0324813124896937, 1.0141101569981659, 0.9992591602008338, 0.9978457095184161];
    assert!(off(&after.price_hat, &price) < EXACT && off(&after.welfare_hat, &welfare) < EXACT);
    let purged = economy(&flow, 5.0, Closure::Purged);
    assert!(off(purged.output(), purged.expenditure()) < 1e-12);
    let after = solved(&purged, &[change(4, &A_B)]);
    // Without deficits welfare is that of the domestic share (Arkolakis, Costinot and Rodriguez-Clare 2012).
    let prepared = Prepared::new(purged);
    let counterfactual = prepared.counterfactual(&[change(4, &A_B)]).unwrap();
    let trade = &prepared.trade(&counterfactual, &after)[0];
    let (base, spent) = (prepared.economy().flow(0), trade.column_sums());
    for j in 0..4 {
        let before = base[(j, j)] / prepared.economy().expenditure()[j];
        let gain = (trade[(j, j)] / spent[j] / before).powf(-0.25);
        assert!((after.welfare_hat[j] / gain - 1.0).abs() < 1e-12);
    }
}

#[test]
fn the_united_states_of_the_paper() {
    // Domestic share 0.93: gains from trade of about 1.4 and 0.7 percent at elasticities of 5 and 10.
    for (epsilon, gain) in [(5.0, 0.01440931620601238), (10.0, 0.007230800339783072)] {
        let flow = Matrix::new(2, vec![93.0, 7.0, 7.0, 93.0]);
        let elasticity = Elasticity::from_epsilon(epsilon).unwrap();
        let economy =
            Economy::new(vec![Group { flow, latent: None, elasticity }], Closure::FixedNominal).unwrap();
        let closed = f64::INFINITY;
        let after = solved(&economy, &[change(2, &[(0, 1, closed), (1, 0, closed)])]);
        assert!((1.0 - after.welfare_hat[0] - gain).abs() < 1e-14);
    }
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().skip(1).filter(|line| !line.is_empty());
    rows.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn column(text: &str, at: usize) -> Vec<f64> {
    csv_rows(text).iter().map(|row| row[at].parse().unwrap()).collect()
}

/// Trade and change of the ten regions.
pub fn ten() -> (Matrix, CostChange) {
    let flow = Matrix::new(10, column(include_str!("data/n10_flows.csv"), 2));
    let region = |name: &str| name.trim_start_matches('C').parse::<usize>().unwrap();
    let mut change = CostChange::none(10);
    for row in csv_rows(include_str!("data/n10_shock.csv")) {
        change.set(region(&row[0]), region(&row[1]), row[2].parse().unwrap()).unwrap();
    }
    (flow, change)
}

#[test]
fn ten_regions() {
    let (flow, change) = ten();
    let prepared = Prepared::new(economy(&flow, 5.0, Closure::FixedNominal));
    let counterfactual = prepared.counterfactual(&[change]).unwrap();
    let after = prepared.solve(&counterfactual, None, &EquilibriumConfig::default()).unwrap();
    let wanted = include_str!("data/n10_exact_countries.csv");
    assert!(off(&after.price_hat, &column(wanted, 1)) < EXACT);
    assert!(off(&after.price_index_hat, &column(wanted, 2)) < EXACT);
    for (found, wanted) in after.welfare_hat.iter().zip(column(wanted, 3)) {
        // Percentage points.
        assert!((100.0 * (found - 1.0) - wanted).abs() < EXACT, "{found} {wanted}");
    }
    let trade: Vec<f64> = csv_rows(include_str!("data/n10_exact_trade.csv"))
        .concat()
        .iter()
        .map(|value| value.parse().unwrap())
        .collect();
    assert!(off(prepared.trade(&counterfactual, &after)[0].values(), &trade) < EXACT);
}

#[test]
fn gegravity_by_one_pass() {
    let (flow, change) = ten();
    let elasticity = Elasticity::from_sigma(5.0).unwrap();
    let wanted = include_str!("data/n10_gegravity_countries.csv");
    // The region whose price index gegravity left alone.
    let reference = column(wanted, 3).iter().position(|index| index.abs() < 1e-12).unwrap();
    let after = one_pass(&flow, elasticity, &change, reference, 1e-13).unwrap();
    assert!(after.is_converged);
    let percent = |hat: f64| 100.0 * (hat - 1.0);
    // gegravity solves to about 1e-9.
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-8, "{found} {wanted}");
    let (output, spent) = (after.trade.row_sums(), after.trade.column_sums());
    for at in 0..10 {
        near(percent(after.price_hat[at]), column(wanted, 1)[at]);
        near(percent(1.0 / after.price_hat[at]), column(wanted, 2)[at]);
        near(percent(after.price_index_hat[at]), column(wanted, 3)[at]);
        near(percent(after.welfare_hat[at]), column(wanted, 4)[at]);
        near(100.0 / after.welfare_hat[at], 100.0 * column(wanted, 5)[at]);
        let exports =
            (output[at] - after.trade[(at, at)]) / (flow.row(at).iter().sum::<f64>() - flow[(at, at)]);
        near(percent(exports), column(wanted, 9)[at]);
        let imports = (spent[at] - after.trade[(at, at)]) / (flow.column_sums()[at] - flow[(at, at)]);
        near(percent(imports), column(wanted, 10)[at]);
        near(percent(after.trade[(at, at)] / flow[(at, at)]), column(wanted, 11)[at]);
    }
}

#[test]
fn four_regions_by_one_pass() {
    let elasticity = Elasticity::from_sigma(5.0).unwrap();
    let after = one_pass(&four(), elasticity, &change(4, &A_B), 3, 1e-14).unwrap();
    let price = [1.0140306456906394, 1.0050152067750697, 0.9983028316743674, 0.9974996840352675];
    let index = [0.9836977691693797, 0.9925219810713924, 0.9991954869668629, 1.0];
    let real = [1.0308355650200085, 1.01258735417647, 0.999106625976459, 0.9974996840352675];
    assert!(off(&after.price_hat, &price) < EXACT);
    assert!(off(&after.price_index_hat, &index) < EXACT);
    assert!(off(&after.welfare_hat, &real) < EXACT);
    // The whole answer is another one.
    let full = solved(&economy(&four(), 5.0, Closure::FixedNominal), &[change(4, &A_B)]);
    let differs = 100.0 * (after.welfare_hat[0] - full.welfare_hat[0]);
    assert!((differs - 0.08341447301973837).abs() < 1e-9);
}

#[test]
fn what_no_equilibrium_supports_is_an_error() {
    let closed = f64::INFINITY;
    let with_deficits = economy(&four_with_deficits(), 5.0, Closure::FixedNominal);
    // A is cut off with a surplus of 5.
    let cut = [(0, 1), (0, 2), (0, 3), (1, 0), (2, 0), (3, 0)].map(|(i, j)| (i, j, closed));
    let found = solve(&with_deficits, &[change(4, &cut)], &EquilibriumConfig::default());
    let Err(TradeError::NoEquilibrium { region: 0, reason: NoEquilibrium::CutOff { deficit } }) = found
    else {
        panic!("{found:?}");
    };
    assert!((deficit + 5.0).abs() < 1e-9);
    // The other closures find prices for it.
    for closure in [Closure::FixedRatio, Closure::Purged] {
        solved(&economy(&four_with_deficits(), 5.0, closure), &[change(4, &cut)]);
    }
    // A surplus of 95 percent of what A makes, which hardly anybody can get at any more.
    let flow = Matrix::new(2, vec![5.0, 95.0, 0.001, 200.0]);
    let economy = economy(&flow, 5.0, Closure::FixedNominal);
    let far = [change(2, &[(0, 1, 20.0), (1, 0, 20.0)])];
    let found = solve(&economy, &far, &EquilibriumConfig::default());
    let Err(TradeError::NoEquilibrium { region: 0, reason: NoEquilibrium::Lost { share } }) = found else {
        panic!("{found:?}");
    };
    assert!(share > 0.0 && share < 1.0);
    // Whoever buys from nobody abroad cannot sell abroad either, without a deficit.
    let one_way = Matrix::new(2, vec![50.0, 50.0, 0.0, 100.0]);
    let group = Group { flow: one_way, latent: None, elasticity: Elasticity::from_sigma(5.0).unwrap() };
    assert!(matches!(
        Economy::new(vec![group], Closure::Purged),
        Err(TradeError::NoEquilibrium { reason: NoEquilibrium::OneWay, .. })
    ));
}

#[test]
fn what_makes_no_sense_is_an_error() {
    let group = |values: Vec<f64>| Group {
        flow: Matrix::new(2, values),
        latent: None,
        elasticity: Elasticity::from_sigma(5.0).unwrap(),
    };
    let new = |values| Economy::new(vec![group(values)], Closure::FixedNominal).map(|_| ());
    assert_eq!(new(vec![0.0, 0.0, 1.0, 1.0]), Err(TradeError::NoOutput { region: 0 }));
    assert_eq!(new(vec![0.0, 1.0, 0.0, 1.0]), Err(TradeError::NoExpenditure { region: 0 }));
    for value in [-1.0, f64::INFINITY, f64::MAX] {
        let found = new(vec![1.0, value, 1.0, 1.0]);
        assert_eq!(found, Err(TradeError::Flow { group: 0, exporter: 0, importer: 1, value }));
    }
    assert!(matches!(new(vec![1.0, f64::NAN, 1.0, 1.0]), Err(TradeError::Flow { .. })));
    assert_eq!(Economy::new(Vec::new(), Closure::Purged).map(|_| ()), Err(TradeError::Empty));
    for sigma in [1.0, 0.5, -2.0, f64::NAN, f64::INFINITY] {
        assert!(Elasticity::from_sigma(sigma).is_err() && Elasticity::from_epsilon(sigma - 1.0).is_err());
    }
    let economy = economy(&Matrix::new(2, vec![0.0, 1.0, 1.0, 0.0]), 5.0, Closure::FixedNominal);
    let closed = |exporter, importer| {
        solve(&economy, &[change(2, &[(exporter, importer, f64::INFINITY)])], &EquilibriumConfig::default())
    };
    assert_eq!(closed(0, 1), Err(TradeError::NoSupplier { group: 0, importer: 1 }));
}
