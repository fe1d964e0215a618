//! Regions that trade, and what closed borders keep from being (equations (J1) and (J2) of `docs/model/joint.md`).

use std::collections::{BTreeMap, BTreeSet};

use super::Model;
use crate::demand::{LatentTrade, distance_km};
use crate::index::{NodeIdx, TerritoryIdx};
use crate::outcome::trade::GravityFit;
use crate::study::demand_tables::ZoneRow;
use crate::study::tables::DeficitRule;
use crate::study::trade_tables::TradeTotalRow;
use crate::trade::gravity::{Covariate, Gravity, GravityConfig, estimate};
use crate::trade::{Closure, Economy, Elasticity, Group, Matrix, TradeError};

/// All trade between and within regions.
#[derive(Clone, Debug)]
pub struct World {
    /// Regions, in order.
    pub regions: Vec<String>,
    /// Value of trade by exporter and importer, money a year.
    pub flow: Matrix,
    /// What closed borders would let pass at their reference cost, the same way; 0 for all other pairs.
    pub latent: Matrix,
    /// How that was estimated; `None` if no border is closed.
    pub gravity: Option<GravityFit>,
    deficits: DeficitRule,
    years: BTreeMap<(usize, usize), i32>,
}

impl Model {
    /// The trade of the study's tables; `None` if they hold none.
    pub fn world(&self) -> Option<World> {
        let totals = &self.study.trade_totals;
        if totals.is_empty() || self.study.elasticities.is_empty() {
            return None;
        }
        let names: BTreeSet<&str> = totals.iter().map(|row| row.exporter.as_str()).collect();
        let regions: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let at = |name: &str| regions.binary_search_by(|region| region.as_str().cmp(name));
        let mut world = World {
            flow: Matrix::filled(regions.len(), 0.0),
            latent: Matrix::filled(regions.len(), 0.0),
            regions: regions.clone(),
            gravity: None,
            deficits: self.study.trade_settings.first().map_or(DeficitRule::FixedNominal, |row| row.deficits),
            years: BTreeMap::new(),
        };
        let mut closed: Vec<(usize, usize)> = Vec::new();
        for row in totals.iter() {
            let TradeTotalRow { exporter, importer, value, year, is_closed, .. } = row;
            let (Ok(i), Ok(j)) = (at(exporter), at(importer)) else { continue };
            world.flow[(i, j)] = *value;
            world.years.insert((i, j), *year);
            if *is_closed {
                closed.push((i, j));
            }
        }
        if !closed.is_empty() {
            world.open(self, &closed);
        }
        Some(world)
    }

    /// What closed borders keep from being, for the demand.
    pub(super) fn latent_trade(&self) -> Vec<LatentTrade> {
        self.world().map_or(Vec::new(), |world| world.latent_trade())
    }
}

impl World {
    /// Position of a region.
    pub fn position(&self, region: &str) -> Option<usize> {
        self.regions.binary_search_by(|known| known.as_str().cmp(region)).ok()
    }

    /// The economy with a trade elasticity, `opened` of the trade over closed borders ready to be.
    ///
    /// # Errors
    /// The tables fit no economy: see [`Economy::new`].
    pub fn economy(&self, epsilon: f64, opened: f64) -> Result<Economy, TradeError> {
        let closure = match self.deficits {
            DeficitRule::FixedNominal => Closure::FixedNominal,
            DeficitRule::FixedRatio => Closure::FixedRatio,
            DeficitRule::Purged => Closure::Purged,
        };
        let elasticity = Elasticity::from_epsilon(epsilon)?;
        let latent = self.latent.values().iter().map(|latent| opened * latent).collect();
        let latent = Matrix::new(self.regions.len(), latent);
        let group = Group { flow: self.flow.clone(), latent: Some(latent), elasticity };
        Economy::new(vec![group], closure)
    }

    fn latent_trade(&self) -> Vec<LatentTrade> {
        let n = self.regions.len();
        let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let latent = pairs.filter(|&pair| self.latent[pair] > 0.0).map(|(i, j)| LatentTrade {
            exporter: self.regions[i].clone(),
            importer: self.regions[j].clone(),
            year: self.years[&(i, j)],
            usd: self.latent[(i, j)],
        });
        latent.collect()
    }

    /// Estimates what closed pairs would trade.
    fn open(&mut self, model: &Model, closed: &[(usize, usize)]) {
        let places = Places::new(model, &self.regions);
        let n = self.regions.len();
        let is_used: Vec<bool> = (0..n * n)
            .map(|at| (at / n, at % n))
            .map(|(i, j)| !closed.contains(&(i, j)) && places.are_foreign(i, j))
            .collect();
        let settings = model.study.trade_settings.first();
        let covariates = [
            Covariate {
                name: "ln distance".to_owned(),
                value: Matrix::from_fn(n, |i, j| places.ln_km(i, j)),
                given: settings.and_then(|row| row.distance_elasticity),
            },
            Covariate {
                name: "common border".to_owned(),
                value: Matrix::from_fn(n, |i, j| f64::from(u8::from(places.touch(i, j)))),
                given: settings.and_then(|row| row.common_border),
            },
        ];
        let Ok(gravity) = estimate(&self.flow, &is_used, &covariates, &GravityConfig::default()) else {
            return;
        };
        let values: Vec<Matrix> = covariates.iter().map(|covariate| covariate.value.clone()).collect();
        let latent = gravity.latent(&values, |i, j| closed.contains(&(i, j)));
        // Closed pairs whose ends have no places say nothing.
        self.latent =
            Matrix::from_fn(n, |i, j| if latent[(i, j)].is_finite() { latent[(i, j)] } else { 0.0 });
        self.gravity = Some(self.fit(&gravity, &covariates, closed));
    }

    fn fit(&self, gravity: &Gravity, covariates: &[Covariate], closed: &[(usize, usize)]) -> GravityFit {
        let name = |at: usize| self.regions[at].clone();
        let estimates = covariates.iter().zip(&gravity.estimates);
        let of = |(covariate, estimate): (&Covariate, &Option<crate::trade::gravity::Estimate>)| {
            (covariate.name.clone(), estimate.map(|e| (e.coefficient, e.robust_se)))
        };
        let n = self.regions.len();
        let pairs = (0..n * n).map(|at| (self.flow.values()[at], gravity.fitted.values()[at]));
        let traded: Vec<f64> = pairs
            .filter(|(y, mean)| *y > 0.0 && *mean > 0.0)
            .map(|(y, mean)| (mean / y).ln().powi(2))
            .collect();
        GravityFit {
            coefficients: estimates.map(of).collect(),
            n_pairs: gravity.n_pairs,
            log_error: (traded.iter().sum::<f64>() / traded.len().max(1) as f64).sqrt(),
            separated: gravity.separated.iter().map(|&(i, j)| (name(i), name(j))).collect(),
            latent: closed.iter().map(|&(i, j)| (name(i), name(j), self.latent[(i, j)])).collect(),
            is_converged: gravity.is_converged,
        }
    }
}

/// Where regions lie.
struct Places<'m> {
    starts: Vec<Vec<(NodeIdx, f64)>>,
    ends: Vec<Vec<(NodeIdx, f64)>>,
    territories: Vec<BTreeSet<TerritoryIdx>>,
    is_remote: Vec<bool>,
    model: &'m Model,
}

impl<'m> Places<'m> {
    fn new(model: &'m Model, regions: &[String]) -> Self {
        let of = |region: &String, share: fn(&ZoneRow) -> f64| -> Vec<(NodeIdx, f64)> {
            let rows = model.study.zones.iter().filter(|row| row.region == *region && share(row) > 0.0);
            let places: Vec<_> =
                rows.filter_map(|row| Some((model.network.node(&row.node_id)?, share(row)))).collect();
            let sum: f64 = places.iter().map(|(_, share)| share).sum();
            places.into_iter().map(|(node, share)| (node, share / sum)).collect()
        };
        let starts: Vec<_> = regions.iter().map(|region| of(region, |row| row.export_share)).collect();
        let ends: Vec<_> = regions.iter().map(|region| of(region, |row| row.import_share)).collect();
        let territories = starts.iter().zip(&ends).map(|(starts, ends)| {
            starts.iter().chain(ends).map(|&(node, _)| model.network.nodes[node].territory).collect()
        });
        let is_remote =
            |region: &String| model.study.countries.iter().any(|row| row.region == *region && row.is_remote);
        Self {
            territories: territories.collect(),
            is_remote: regions.iter().map(is_remote).collect(),
            starts,
            ends,
            model,
        }
    }

    /// Whether two regions have no country in common, and lie where their places are.
    fn are_foreign(&self, i: usize, j: usize) -> bool {
        if self.is_remote[i] || self.is_remote[j] {
            return false;
        }
        let network = &self.model.network;
        let countries = |region: usize| -> BTreeSet<_> {
            self.territories[region].iter().filter_map(|&t| network.territories[t].country).collect()
        };
        i != j && countries(i).is_disjoint(&countries(j))
    }

    /// Logarithm of the mean distance between the places of two regions, by their shares of trade; not finite if one of
    /// them has none.
    fn ln_km(&self, i: usize, j: usize) -> f64 {
        let mut km = 0.0;
        for &(from, of_from) in &self.starts[i] {
            for &(to, of_to) in &self.ends[j] {
                km += of_from * of_to * distance_km(&self.model.network, from, to);
            }
        }
        km.ln()
    }

    /// Whether a border crossing of the network joins two regions.
    fn touch(&self, i: usize, j: usize) -> bool {
        let network = &self.model.network;
        network.crossings.iter().any(|crossing| {
            let on = &network.assets[crossing.asset].territories;
            let meets = |region: usize| on.iter().any(|t| self.territories[region].contains(t));
            i != j && meets(i) && meets(j)
        })
    }
}
