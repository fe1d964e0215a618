//! Trade and welfare in serialized form: who gains and who loses by a scenario, by region and by pair of regions, and how
//! much of it rests on an estimate.
//!
//! Money is in the study's currency of its price year; values of trade are those of the year of the table of totals,
//! tonnes those of the year of the demand.

use landbridge::model::Model;
use landbridge::outcome::trade::{Change, GravityFit, PairTrade, RegionTrade, ScenarioTrade, TradeOutcome};
use serde::Serialize;

use crate::tidy::{Csv, number};

/// What has to be said wherever welfare is shown.
pub const NOTE: &str = "Welfare is real expenditure on goods: what a region's spending buys, at the prices that it faces. Goods \
                        only: neither travel nor the building, upkeep or security of the way is in it. What a closed border \
                        would let pass is an estimate.";

/// Trade of scenarios against the reference.
#[derive(Clone, Debug, Serialize)]
pub struct TradeJson {
    note: &'static str,
    /// Scenario that all are held against.
    reference: String,
    currency: String,
    price_year: i32,
    /// How trade over closed borders was estimated; none if no border is closed.
    gravity: Option<GravityJson>,
    scenarios: Vec<ScenarioJson>,
}

#[derive(Clone, Debug, Serialize)]
struct GravityJson {
    n_pairs: usize,
    coefficients: Vec<CoefficientJson>,
    /// Root mean square of the logarithm of fitted over actual trade.
    log_error: f64,
    /// By so much trade is off either way, as a factor: the exponential of it.
    factor_off: f64,
    is_converged: bool,
    latent: Vec<LatentJson>,
    separated: Vec<[String; 2]>,
}

#[derive(Clone, Debug, Serialize)]
struct CoefficientJson {
    name: String,
    /// None where the others determine it.
    coefficient: Option<f64>,
    /// 0 of a coefficient that the study gives.
    robust_se: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct LatentJson {
    exporter: String,
    importer: String,
    usd_per_year: f64,
}

#[derive(Clone, Debug, Serialize)]
struct ScenarioJson {
    scenario: String,
    horizon: String,
    years: i32,
    epsilon: f64,
    /// Loops through costs, trade and flows.
    iterations: u32,
    /// Largest change of a trade cost in the last loop, as a part of it.
    residual: f64,
    is_converged: bool,
    /// Change of real expenditure of all regions together, percent.
    welfare_of_all_pct: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    regions: Option<Vec<RegionJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pairs: Option<Vec<PairJson>>,
}

#[derive(Clone, Debug, Serialize)]
struct RegionJson {
    region: String,
    name: String,
    expenditure_usd: f64,
    welfare_pct: f64,
    welfare_usd: f64,
    welfare_gdp_pct: Option<f64>,
    /// They add up to the change of welfare.
    parts_pct: PartsJson,
    /// Without trade over borders that were closed.
    without_estimated_pct: f64,
    with_low_elasticity_pct: Option<f64>,
    with_high_elasticity_pct: Option<f64>,
    price_hat: f64,
    exports_usd: ChangeJson,
    imports_usd: ChangeJson,
    openness: ChangeJson,
    /// Share of its trade whose cost of carriage the model knows.
    carried_share: f64,
    market_access: ChangeJson,
    concentration_by_partner: ChangeJson,
    concentration_by_commodity: ChangeJson,
    concentration_by_crossing: ChangeJson,
    /// Share of the tonnes of others that passes it.
    hub_share: Option<ChangeJson>,
    transit_t: Option<ChangeJson>,
    revenue_usd: ChangeJson,
    created_usd: f64,
    diverted_usd: f64,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct PartsJson {
    own_route_cost: f64,
    partners_prices: f64,
    multilateral_resistance: f64,
    deficit: f64,
    transit_revenue: f64,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct ChangeJson {
    before: f64,
    after: f64,
}

impl From<Change> for ChangeJson {
    fn from(Change { before, after }: Change) -> Self {
        Self { before, after }
    }
}

#[derive(Clone, Debug, Serialize)]
struct PairJson {
    exporter: String,
    importer: String,
    value_usd: ChangeJson,
    t_per_year: ChangeJson,
    /// New over old; none while the border is closed.
    tau_hat: Option<f64>,
    is_estimated: bool,
}

/// What of trade is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Regions.
    Regions,
    /// Pairs of regions.
    Pairs,
}

/// Trade of scenarios for programs.
pub fn json(model: &Model, reference: &str, trade: &TradeOutcome, of: Of) -> TradeJson {
    let scenario = |row: &ScenarioTrade| ScenarioJson {
        scenario: row.scenario.clone(),
        horizon: row.horizon.clone(),
        years: row.years,
        epsilon: row.epsilon,
        iterations: row.iterations,
        residual: row.residual,
        is_converged: row.is_converged,
        welfare_of_all_pct: row.welfare_of(&[]),
        regions: (of == Of::Regions).then(|| row.regions.iter().map(|r| region(model, r)).collect()),
        pairs: (of == Of::Pairs).then(|| row.pairs.iter().map(pair).collect()),
    };
    TradeJson {
        note: NOTE,
        reference: reference.to_owned(),
        currency: model.study.units.currency.clone(),
        price_year: model.study.units.price_year,
        gravity: trade.gravity.as_ref().map(gravity),
        scenarios: trade.scenarios.iter().map(scenario).collect(),
    }
}

fn gravity(fit: &GravityFit) -> GravityJson {
    let coefficient = |(name, found): &(String, Option<(f64, f64)>)| CoefficientJson {
        name: name.clone(),
        coefficient: found.map(|(coefficient, _)| coefficient),
        robust_se: found.map(|(_, se)| se),
    };
    let latent = |(exporter, importer, usd): &(String, String, f64)| LatentJson {
        exporter: exporter.clone(),
        importer: importer.clone(),
        usd_per_year: *usd,
    };
    GravityJson {
        n_pairs: fit.n_pairs,
        coefficients: fit.coefficients.iter().map(coefficient).collect(),
        log_error: fit.log_error,
        factor_off: fit.log_error.exp(),
        is_converged: fit.is_converged,
        latent: fit.latent.iter().map(latent).collect(),
        separated: fit.separated.iter().map(|(i, j)| [i.clone(), j.clone()]).collect(),
    }
}

/// The name of a region in the tables of the study.
pub fn region_name<'m>(model: &'m Model, region: &'m str) -> &'m str {
    model.study.countries.iter().find(|row| row.region == region).map_or(region, |row| &row.name)
}

fn region(model: &Model, row: &RegionTrade) -> RegionJson {
    RegionJson {
        region: row.region.clone(),
        name: region_name(model, &row.region).to_owned(),
        expenditure_usd: row.expenditure_usd,
        welfare_pct: row.welfare_pct,
        welfare_usd: row.welfare_usd,
        welfare_gdp_pct: row.welfare_gdp_pct,
        parts_pct: PartsJson {
            own_route_cost: row.parts.own_route_cost,
            partners_prices: row.parts.partners_prices,
            multilateral_resistance: row.parts.multilateral_resistance,
            deficit: row.parts.deficit,
            transit_revenue: row.parts.transit_revenue,
        },
        without_estimated_pct: row.without_estimated_pct,
        with_low_elasticity_pct: row.range_pct.map(|(low, _)| low),
        with_high_elasticity_pct: row.range_pct.map(|(_, high)| high),
        price_hat: row.price_hat,
        exports_usd: row.exports_usd.into(),
        imports_usd: row.imports_usd.into(),
        openness: row.openness.into(),
        carried_share: row.carried_share,
        market_access: ChangeJson { before: 100.0, after: row.market_access },
        concentration_by_partner: row.by_partner.into(),
        concentration_by_commodity: row.by_commodity.into(),
        concentration_by_crossing: row.by_crossing.into(),
        hub_share: row.hub.map(Into::into),
        transit_t: row.transit_t.map(Into::into),
        revenue_usd: row.revenue_usd.into(),
        created_usd: row.created_usd,
        diverted_usd: row.diverted_usd,
    }
}

fn pair(row: &PairTrade) -> PairJson {
    PairJson {
        exporter: row.exporter.clone(),
        importer: row.importer.clone(),
        value_usd: row.value_usd.into(),
        t_per_year: row.tonnes.into(),
        tau_hat: row.tau_hat.is_finite().then_some(row.tau_hat),
        is_estimated: row.is_estimated,
    }
}

/// The tidy tables of trade: file name and content.
pub fn tables(trade: &TradeOutcome) -> Vec<(String, Vec<u8>)> {
    vec![
        ("tables/trade_region.csv".to_owned(), region_csv(trade)),
        ("tables/trade_pair.csv".to_owned(), pair_csv(trade)),
    ]
}

/// Columns that both tables begin with.
const SCENARIO: [&str; 4] = ["scenario", "horizon", "years", "epsilon"];
/// Columns that both tables end with.
const CERTIFICATE: [&str; 3] = ["iterations", "residual", "is_converged"];

fn scenario_fields(row: &ScenarioTrade) -> [String; 4] {
    [row.scenario.clone(), row.horizon.clone(), row.years.to_string(), number(row.epsilon, 4)]
}

fn certificate_fields(row: &ScenarioTrade) -> [String; 3] {
    [row.iterations.to_string(), format!("{:.1e}", row.residual), u8::from(row.is_converged).to_string()]
}

/// What each region gains or loses, a row by scenario, horizon and region.
pub fn region_csv(trade: &TradeOutcome) -> Vec<u8> {
    let fields = [
        "region",
        "expenditure_usd",
        "welfare_pct",
        "welfare_usd",
        "welfare_gdp_pct",
        "own_route_cost_pct",
        "partners_prices_pct",
        "multilateral_resistance_pct",
        "deficit_pct",
        "transit_revenue_pct",
        "without_estimated_pct",
        "with_low_elasticity_pct",
        "with_high_elasticity_pct",
        "price_hat",
        "exports_usd_before",
        "exports_usd_after",
        "imports_usd_before",
        "imports_usd_after",
        "openness_before",
        "openness_after",
        "carried_share",
        "market_access_before",
        "market_access_after",
        "concentration_by_partner_before",
        "concentration_by_partner_after",
        "concentration_by_commodity_before",
        "concentration_by_commodity_after",
        "concentration_by_crossing_before",
        "concentration_by_crossing_after",
        "hub_share_before",
        "hub_share_after",
        "transit_t_before",
        "transit_t_after",
        "revenue_usd_before",
        "revenue_usd_after",
        "created_usd",
        "diverted_usd",
    ];
    let mut csv = Csv::new(&[&SCENARIO[..], &fields, &CERTIFICATE].concat());
    let both = |change: Change, digits| [number(change.before, digits), number(change.after, digits)];
    let maybe = |change: Option<Change>, digits| {
        change.map_or([String::new(), String::new()], |change| both(change, digits))
    };
    let percent = |value: f64| number(value, 6);
    let blank = |value: Option<f64>| value.map_or(String::new(), percent);
    for of in &trade.scenarios {
        for row in &of.regions {
            let parts = &row.parts;
            let welfare = [
                row.region.clone(),
                number(row.expenditure_usd, 0),
                percent(row.welfare_pct),
                number(row.welfare_usd, 0),
                blank(row.welfare_gdp_pct),
                percent(parts.own_route_cost),
                percent(parts.partners_prices),
                percent(parts.multilateral_resistance),
                percent(parts.deficit),
                percent(parts.transit_revenue),
                percent(row.without_estimated_pct),
                blank(row.range_pct.map(|(low, _)| low)),
                blank(row.range_pct.map(|(_, high)| high)),
                number(row.price_hat, 8),
            ];
            let trade = [both(row.exports_usd, 0), both(row.imports_usd, 0), both(row.openness, 6)];
            let access = [number(row.carried_share, 4), "100".to_owned(), number(row.market_access, 4)];
            let rest = [
                both(row.by_partner, 6),
                both(row.by_commodity, 6),
                both(row.by_crossing, 6),
                maybe(row.hub, 6),
                maybe(row.transit_t, 1),
                both(row.revenue_usd, 0),
                [number(row.created_usd, 0), number(row.diverted_usd, 0)],
            ];
            let fields = scenario_fields(of).into_iter().chain(welfare).chain(trade.into_iter().flatten());
            let fields = fields.chain(access).chain(rest.into_iter().flatten());
            csv.row(fields.chain(certificate_fields(of)));
        }
    }
    csv.finish()
}

/// Trade between regions before and after, a row by scenario, horizon and pair; what a region sells to itself included.
pub fn pair_csv(trade: &TradeOutcome) -> Vec<u8> {
    let fields = [
        "exporter",
        "importer",
        "value_usd_before",
        "value_usd_after",
        "t_per_year_before",
        "t_per_year_after",
        "tau_hat",
        "is_estimated",
    ];
    let mut csv = Csv::new(&[&SCENARIO[..], &fields, &CERTIFICATE].concat());
    for of in &trade.scenarios {
        for row in &of.pairs {
            // Where a border is closed there is no cost.
            let tau_hat = if row.tau_hat.is_finite() { number(row.tau_hat, 8) } else { "closed".to_owned() };
            let fields = [
                row.exporter.clone(),
                row.importer.clone(),
                number(row.value_usd.before, 0),
                number(row.value_usd.after, 0),
                number(row.tonnes.before, 1),
                number(row.tonnes.after, 1),
                tau_hat,
                u8::from(row.is_estimated).to_string(),
            ];
            csv.row(scenario_fields(of).into_iter().chain(fields).chain(certificate_fields(of)));
        }
    }
    csv.finish()
}
