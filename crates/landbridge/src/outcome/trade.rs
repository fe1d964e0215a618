//! What a scenario does to trade and welfare: who gains, who loses and why (`docs/model/joint.md`).
//!
//! Money is in the study's currency of its price year; values of trade are those of the year of the table of totals,
//! tonnes those of the year of the demand.

use super::flows::Flows;
use crate::trade::welfare::WelfareParts;

/// Trade of all scenarios and horizons that were asked for.
#[derive(Clone, Debug)]
pub struct TradeOutcome {
    /// How trade with closed borders was estimated; `None` if no border is closed.
    pub gravity: Option<GravityFit>,
    /// By scenario, then horizon, in order.
    pub scenarios: Vec<ScenarioTrade>,
}

/// A gravity equation, and what it says of closed borders.
#[derive(Clone, Debug, PartialEq)]
pub struct GravityFit {
    /// Name, coefficient and robust standard error of each covariate; those without a coefficient are determined by the
    /// others.
    pub coefficients: Vec<(String, Option<(f64, f64)>)>,
    /// Pairs that it was estimated from.
    pub n_pairs: usize,
    /// Root mean square of the logarithm of fitted over actual trade, over pairs that trade: how far off it is.
    pub log_error: f64,
    /// Pairs left out because they are predicted perfectly: exporter, importer.
    pub separated: Vec<(String, String)>,
    /// What closed borders would let pass: exporter, importer, money a year.
    pub latent: Vec<(String, String, f64)>,
    /// Whether the estimation converged.
    pub is_converged: bool,
}

/// Trade in one scenario, after so many years.
#[derive(Clone, Debug)]
pub struct ScenarioTrade {
    /// The scenario.
    pub scenario: String,
    /// The horizon.
    pub horizon: String,
    /// Years that trade has had to answer.
    pub years: i32,
    /// Trade elasticity.
    pub epsilon: f64,
    /// Regions, in order.
    pub regions: Vec<RegionTrade>,
    /// Pairs of regions that trade before or after; domestic sales included.
    pub pairs: Vec<PairTrade>,
    /// Flows of the network that belong to this trade.
    pub flows: Flows,
    /// Loops through costs, trade and flows.
    pub iterations: u32,
    /// Largest change of a trade cost in the last loop, as a part of it.
    pub residual: f64,
    /// Whether trade, flows and queues belong together to the tolerance.
    pub is_converged: bool,
}

/// A figure in the reference and in the scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// In the reference.
    pub before: f64,
    /// In the scenario.
    pub after: f64,
}

impl Change {
    /// After over before, less 1, in percent; `None` from nothing.
    pub fn percent(self) -> Option<f64> {
        (self.before != 0.0).then(|| 100.0 * (self.after / self.before - 1.0))
    }
}

/// What a scenario does to one region.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionTrade {
    /// The region.
    pub region: String,
    /// What it spends on goods in the reference, money a year.
    pub expenditure_usd: f64,
    /// Change of real expenditure on goods, percent.
    pub welfare_pct: f64,
    /// Its parts, percent; they add up to it.
    pub parts: WelfareParts,
    /// The same in money a year, at prices of the reference.
    pub welfare_usd: f64,
    /// The same as a share of the gross domestic product, percent; `None` if that is not known.
    pub welfare_gdp_pct: Option<f64>,
    /// Change of welfare without trade over borders that were closed, percent: what does not rest on estimated trade.
    pub without_estimated_pct: f64,
    /// Change of welfare with the low and the high elasticity of the horizon at the same costs of carriage, percent.
    pub range_pct: Option<(f64, f64)>,
    /// Price of what the region makes, new over old.
    pub price_hat: f64,
    /// Sales to other regions, money a year.
    pub exports_usd: Change,
    /// Purchases from other regions, money a year.
    pub imports_usd: Change,
    /// Exports and imports over output of goods.
    pub openness: Change,
    /// Share of the value of its trade with others in the reference that the network carries; the rest moves at costs that
    /// do not change.
    pub carried_share: f64,
    /// Access to foreign markets as they are in the reference, 100 there: equation (J9).
    pub market_access: f64,
    /// Concentration (Herfindahl) of foreign trade by partner.
    pub by_partner: Change,
    /// The same by commodity, of the part of foreign trade whose commodities are known.
    pub by_commodity: Change,
    /// The same of its foreign tonnes by the first or last border crossing on their way.
    pub by_crossing: Change,
    /// Share of the tonnes of others that passes its country; `None` for a region of several countries.
    pub hub: Option<Change>,
    /// Tonnes that pass its country and neither start nor end there, t/year.
    pub transit_t: Option<Change>,
    /// What its collectors take for passage, money a year.
    pub revenue_usd: Change,
    /// More foreign trade that takes nobody's place, money a year: equation (J10).
    pub created_usd: f64,
    /// More foreign trade that takes the place of other partners, money a year.
    pub diverted_usd: f64,
}

/// Trade between two regions.
#[derive(Clone, Debug, PartialEq)]
pub struct PairTrade {
    /// Region that sells.
    pub exporter: String,
    /// Region that buys.
    pub importer: String,
    /// Value, money a year.
    pub value_usd: Change,
    /// Tonnes that want to move over the network, t/year.
    pub tonnes: Change,
    /// Cost of trade, new over old; of a closed border over its reference cost, and infinite while it is closed.
    pub tau_hat: f64,
    /// Whether the trade rests on the gravity equation.
    pub is_estimated: bool,
}

impl ScenarioTrade {
    /// A region by its name.
    pub fn region(&self, region: &str) -> Option<&RegionTrade> {
        self.regions.iter().find(|row| row.region == region)
    }

    /// Value of trade between some pairs of regions, either way: money a year.
    pub fn value_between(&self, pairs: &[(&str, &str)]) -> Change {
        let asked = |row: &&PairTrade| {
            let ends = (row.exporter.as_str(), row.importer.as_str());
            pairs.iter().any(|&(a, b)| ends == (a, b) || ends == (b, a))
        };
        self.pairs.iter().filter(asked).fold(Change::default(), |sum, row| Change {
            before: sum.before + row.value_usd.before,
            after: sum.after + row.value_usd.after,
        })
    }

    /// Position of a region among all by gain of real expenditure in percent of income, from 1.
    pub fn rank(&self, region: &str) -> Option<usize> {
        let own = self.region(region)?.welfare_pct;
        Some(1 + self.regions.iter().filter(|row| row.welfare_pct > own).count())
    }

    /// Change of real expenditure of some regions together: percent of what they spend. All regions without names.
    pub fn welfare_of(&self, regions: &[&str]) -> f64 {
        let asked = self.regions.iter().filter(|row| regions.is_empty() || regions.contains(&&*row.region));
        let sum = |(gain, spent): (f64, f64), row: &RegionTrade| {
            (gain + row.welfare_usd, spent + row.expenditure_usd)
        };
        let (gain, spent) = asked.fold((0.0, 0.0), sum);
        if spent == 0.0 { 0.0 } else { 100.0 * gain / spent }
    }
}
