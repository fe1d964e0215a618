//! Published facts, each with what the model says.

use std::collections::BTreeMap;

use super::{Model, RouteQuery};
use crate::index::LinkIdx;
use crate::network::Link;
use crate::outcome::{Comparison, Fit, fit};
use crate::parallel;
use crate::route::k_best::Distinct;
use crate::study::tables::{FactKind, Measure, Mode, Status};

impl Model {
    /// The published facts, each with what the model says.
    pub fn validate(&self) -> Vec<Comparison> {
        let rows: Vec<usize> = (0..self.study.validation.len()).collect();
        parallel::map_with(
            &rows,
            || (),
            |(), &row| match self.answer(row) {
                Ok(model) => Comparison { row, model: Some(model), reason: None },
                Err(reason) => Comparison { row, model: None, reason: Some(reason) },
            },
        )
    }

    fn answer(&self, row: usize) -> Result<f64, String> {
        let fact = &self.study.validation[row];
        let Some(measure) = fact.measure else { return Err("not a question to a route".to_owned()) };
        let node = |id: &Option<String>| {
            let id = id.as_deref().ok_or("origin or destination is not given")?;
            self.network.node(id).ok_or("unknown place")
        };
        let (from, to) = (node(&fact.from_node_id)?, node(&fact.to_node_id)?);
        let via = fact.via.iter().filter_map(|id| self.network.node(id)).collect();
        let class = self.class(fact.class.as_deref()).ok_or("unknown class")?;
        let modes = fact.mode.iter().filter_map(|word| Mode::from_word(word)).collect();
        let query =
            RouteQuery { from, to, via, class, modes, k: 1, distinct: Distinct::Corridor, flag: None };
        let routes = match self.routes(&query) {
            Ok(routes) => routes,
            Err(error) => return self.crossing_time(&query, measure).ok_or_else(|| error.to_string()),
        };
        let best = routes.first().ok_or("no route")?;
        Ok(match measure {
            Measure::DistanceKm => best.total_km(),
            Measure::MovingH => best.moving_h(),
            Measure::TotalH => best.total_h(),
            Measure::BorderH => best.border_h(),
            Measure::SpeedKmH => best.total_km() / best.moving_h(),
            Measure::TotalUsd => best.total_usd(),
        })
    }

    /// What a single link between two nodes takes, where no trip can start or end: the deck of a ferry.
    fn crossing_time(&self, query: &RouteQuery, measure: Measure) -> Option<f64> {
        let network = &self.network;
        let class = self.class_row(query.class);
        let joins = |link: &Link| {
            let (tail, head) = (&network.states[link.tail], &network.states[link.head]);
            (tail.node, head.node) == (query.from, query.to)
        };
        let runs = |at: LinkIdx| {
            network.links[at].asset.is_some_and(|asset| {
                self.status(asset) == Status::Open && query.modes.contains(&network.assets[asset].mode)
            })
        };
        let links = network.links.enumerate().filter(|(at, link)| joins(link) && runs(*at));
        let costs = links.map(|(at, _)| &self.costs.of(query.class)[at]);
        let best = costs.min_by(|a, b| a.generalized(class).total_cmp(&b.generalized(class)))?;
        match measure {
            Measure::DistanceKm => Some(best.length_km),
            Measure::MovingH => Some(best.moving_h),
            Measure::SpeedKmH => Some(best.length_km / best.moving_h),
            Measure::TotalH | Measure::BorderH | Measure::TotalUsd => None,
        }
    }

    /// How well the facts of each kind are met, those used to build the tables apart from the others. Misses with a
    /// named cause count like all others.
    pub fn fits(&self, comparisons: &[Comparison]) -> BTreeMap<(FactKind, bool), Fit> {
        let mut errors: BTreeMap<(FactKind, bool), Vec<f64>> = BTreeMap::new();
        for comparison in comparisons {
            let fact = &self.study.validation[comparison.row];
            if let Some(error) = comparison.error(fact) {
                errors.entry((fact.kind, fact.used_to_build)).or_default().push(error);
            }
        }
        errors.into_iter().filter_map(|(kind, errors)| Some((kind, fit(errors.into_iter())?))).collect()
    }
}
