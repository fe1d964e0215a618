//! Who gains, who loses and why: what is reported of a scenario in which trade, flows and queues belong together
//! (equations (J8) to (J11) of `docs/model/joint.md`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Settled, TradeModel, pair};
use crate::control::share::concentration;
use crate::index::{ActorIdx, CountryIdx, CrossingIdx, Idx, LinkIdx, PieceIdx, RouteIdx};
use crate::model::flows::{Assignment, groups};
use crate::model::loaded::Loaded;
use crate::model::sums::Bundles;
use crate::network::LinkKind;
use crate::outcome::flows::Flows;
use crate::outcome::trade::{Change, PairTrade, RegionTrade, ScenarioTrade, TradeOutcome};
use crate::parallel;
use crate::study::tables::ClassKind;
use crate::study::trade_tables::ElasticityRow;
use crate::trade::equilibrium::{self as market, Prepared};
use crate::trade::welfare::{WelfareParts, decompose};
use crate::trade::{Economy, Matrix, TradeError};

/// The crossings by which a route leaves its origin and reaches its destination; `None` if it crosses no border.
pub(super) type Ends = Option<(CrossingIdx, CrossingIdx)>;

/// Finds them for all routes.
pub(super) fn ends(assignment: &Assignment) -> Vec<Ends> {
    let (sets, network) = (&assignment.sets, &assignment.reference().network);
    let crossing = |link: &LinkIdx| match network.links[*link].kind {
        LinkKind::Border(crossing) => Some(crossing),
        _ => None,
    };
    let of_piece: Vec<Ends> = (0..sets.n_pieces())
        .map(|piece| {
            let links = sets.piece_links(PieceIdx::new(piece));
            links.iter().find_map(crossing).zip(links.iter().rev().find_map(crossing))
        })
        .collect();
    let of_route = |route: usize| {
        let pieces = sets.pieces(RouteIdx::new(route)).iter().map(|piece| of_piece[piece.position()]);
        let known: Vec<_> = pieces.flatten().collect();
        Some((known.first()?.0, known.last()?.1))
    };
    (0..sets.n_routes()).map(of_route).collect()
}

/// What of the flows is asked for by region.
struct Sums {
    flows: Flows,
    /// By region: tonnes of its trade with others by crossing.
    by_crossing: Vec<BTreeMap<CrossingIdx, f64>>,
    /// By region: share of the tonnes of others that passes its country, and these tonnes.
    passing: Vec<Option<(f64, f64)>>,
    /// By region: money that its collectors take.
    revenue: Vec<f64>,
    /// By region: value of its trade with others by commodity.
    by_commodity: Vec<BTreeMap<String, f64>>,
    /// Tonnes that want to move, by pair.
    tonnes: Matrix,
}

/// Trade of a scenario with one elasticity, at costs that are given: welfare of each region.
struct Welfare {
    parts: Vec<WelfareParts>,
}

impl TradeModel<'_> {
    /// Solves some scenarios, by position, for all horizons.
    ///
    /// # Errors
    /// An equilibrium does not exist: the message names scenario and horizon.
    pub fn outcome(&self, scenarios: &[usize]) -> Result<TradeOutcome, String> {
        let before = self.sums(self.assignment, 0);
        let horizons = self.horizons();
        let tasks: Vec<(usize, usize)> =
            scenarios.iter().flat_map(|&s| (0..horizons.len()).map(move |h| (s, h))).collect();
        let solved = parallel::map_with(
            &tasks,
            || (),
            |(), &(scenario, horizon)| {
                self.solve(scenario, &horizons[horizon], &before).map_err(|error| {
                    let id = &self.assignment.scenarios[scenario].overlay.scenario;
                    format!("trade in `{id}` after `{}`: {}", horizons[horizon].horizon, self.named(&error))
                })
            },
        );
        let scenarios = solved.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(TradeOutcome { gravity: self.world.gravity.clone(), scenarios })
    }

    /// An error with the names of its regions.
    pub(in crate::model) fn named(&self, error: &TradeError) -> String {
        let name = |at: usize| self.world.regions.get(at).map_or("?", String::as_str);
        match *error {
            TradeError::NoSupplier { importer, .. } => format!("{} cannot buy from anybody", name(importer)),
            TradeError::NoBuyer { exporter } => format!("{} cannot sell to anybody", name(exporter)),
            TradeError::NoEquilibrium { region, reason } => {
                format!("no equilibrium, as {} shows: {reason}", name(region))
            }
            ref other => other.to_string(),
        }
    }

    fn solve(
        &self,
        scenario: usize,
        horizon: &ElasticityRow,
        before: &Sums,
    ) -> Result<ScenarioTrade, TradeError> {
        let economy = self.world.economy(horizon.epsilon, horizon.opened)?;
        let of = self.assignment;
        let settled =
            self.settle(of.choices(scenario), &of.congestion(scenario), of.equilibrium(scenario), &economy)?;
        let assignment = self.with(scenario, &settled);
        let after = self.sums(&assignment, scenario);
        let revenue: Vec<f64> =
            after.revenue.iter().zip(&before.revenue).map(|(after, before)| after - before).collect();
        let change = self.change(&settled.costs)?;
        let trade = std::slice::from_ref(&settled.answer.trade);
        let parts =
            decompose(&economy, std::slice::from_ref(&change), &settled.answer.after, trade, Some(&revenue));
        let at =
            |epsilon: f64| self.welfare((epsilon, horizon.opened), &settled.costs.tau_hat, &revenue, false);
        let range = match (horizon.low, horizon.high) {
            (None, None) => None,
            (low, high) => Some((at(low.unwrap_or(horizon.epsilon))?, at(high.unwrap_or(horizon.epsilon))?)),
        };
        let without =
            self.welfare((horizon.epsilon, horizon.opened), &settled.costs.tau_hat, &revenue, true)?;
        let region = |at: usize| {
            let percent = |welfare: &Welfare| 100.0 * welfare.parts[at].total().exp_m1();
            let mut row = self.region(at, (&economy, horizon.opened), &settled, (before, &after));
            row.parts = parts[at].percent();
            row.welfare_pct = 100.0 * parts[at].total().exp_m1();
            row.welfare_usd = row.expenditure_usd * row.welfare_pct / 100.0;
            row.welfare_gdp_pct = self.gdp_usd(at).map(|gdp| 100.0 * row.welfare_usd / gdp);
            row.without_estimated_pct = percent(&without);
            row.range_pct = range.as_ref().map(|(low, high)| (percent(low), percent(high)));
            row.revenue_usd = Change { before: before.revenue[at], after: after.revenue[at] };
            row
        };
        Ok(ScenarioTrade {
            scenario: after.flows.scenario.clone(),
            horizon: horizon.horizon.clone(),
            years: horizon.years,
            epsilon: horizon.epsilon,
            regions: (0..self.world.regions.len()).map(region).collect(),
            pairs: self.pairs(&economy, &settled, &before.tonnes, &after.tonnes),
            iterations: settled.iterations,
            residual: settled.residual,
            is_converged: settled.is_converged,
            flows: after.flows,
        })
    }

    /// Welfare with another elasticity at the same costs of carriage, or without trade over closed borders.
    fn welfare(
        &self,
        (epsilon, opened): (f64, f64),
        tau_hat: &[f64],
        revenue: &[f64],
        without_latent: bool,
    ) -> Result<Welfare, TradeError> {
        let economy = self.world.economy(epsilon, opened)?;
        let mut costs = self.aggregated(tau_hat.to_vec(), epsilon);
        if without_latent {
            let n = self.world.regions.len();
            let closed = |i, j| self.world.latent[(i, j)] > 0.0;
            costs.of_pairs =
                Matrix::from_fn(n, |i, j| if closed(i, j) { f64::INFINITY } else { costs.of_pairs[(i, j)] });
        }
        let change = [self.change(&costs)?];
        let prepared = Prepared::new(economy);
        let counterfactual = prepared.counterfactual(&change)?;
        let after = prepared.solve(&counterfactual, None, &market::EquilibriumConfig::default())?;
        let trade = prepared.trade(&counterfactual, &after);
        Ok(Welfare { parts: decompose(prepared.economy(), &change, &after, &trade, Some(revenue)) })
    }

    /// The assignment with the demand and the equilibrium that belong to trade in a scenario.
    fn with(&self, scenario: usize, settled: &Settled) -> Assignment {
        let of = self.assignment;
        let demand = self.demand(&settled.answer);
        let model = of.reference();
        let mut equilibria = of.equilibria.clone();
        equilibria[scenario] = settled.equilibrium.clone();
        Assignment {
            groups: groups(&demand),
            bundles: Arc::new(Bundles::new(&model.study, &model.network, &demand)),
            demand,
            equilibria,
            ..of.clone()
        }
    }

    fn sums(&self, assignment: &Assignment, scenario: usize) -> Sums {
        let loaded = assignment.load(scenario);
        let flows = loaded.flows();
        let n = self.world.regions.len();
        let mut by_commodity = vec![BTreeMap::new(); n];
        let mut tonnes = Matrix::filled(n, 0.0);
        for flow in assignment.demand.flows.iter().filter(|flow| flow.kind == ClassKind::Freight) {
            let ends = (self.world.position(&flow.origin), self.world.position(&flow.destination));
            let (Some(i), Some(j)) = ends else { continue };
            tonnes[(i, j)] += flow.moving();
            for region in [i, j] {
                *by_commodity[region].entry(flow.what.clone()).or_default() += flow.total_usd;
            }
        }
        Sums {
            by_crossing: self.by_crossing(&loaded),
            passing: (0..n).map(|region| self.passing(&loaded, &flows, region)).collect(),
            revenue: self.revenue(&loaded, &flows),
            by_commodity,
            tonnes,
            flows,
        }
    }

    /// Tonnes of each region's trade with others by the crossing where they leave or reach it.
    fn by_crossing(&self, loaded: &Loaded<'_>) -> Vec<BTreeMap<CrossingIdx, f64>> {
        let demand = &loaded.assignment.demand;
        let regions: Vec<_> = demand
            .flows
            .iter()
            .map(|flow| (self.world.position(&flow.origin), self.world.position(&flow.destination)))
            .collect();
        let mut sums = vec![BTreeMap::new(); self.world.regions.len()];
        for (at, segment) in demand.segments.iter().enumerate() {
            if loaded.model().class_row(segment.class).kind != ClassKind::Freight {
                continue;
            }
            for (number, cell) in segment.cells.iter().enumerate().filter(|(_, cell)| cell.per_year > 0.0) {
                let mut by_ends: BTreeMap<Ends, f64> = BTreeMap::new();
                for (route, amount) in loaded.loader.cell_flows(&loaded.loading, at, number) {
                    *by_ends.entry(self.crossings[route.position()]).or_default() += amount;
                }
                for (ends, amount) in by_ends {
                    let Some((first, last)) = ends else { continue };
                    for part in &cell.parts {
                        let amount = amount * part.per_year / cell.per_year;
                        let (origin, destination) = regions[part.flow];
                        if let Some(region) = origin {
                            *sums[region].entry(first).or_default() += amount;
                        }
                        if let Some(region) = destination {
                            *sums[region].entry(last).or_default() += amount;
                        }
                    }
                }
            }
        }
        sums
    }

    /// Share of the tonnes of others that passes the country of a region, and these tonnes.
    fn passing(&self, loaded: &Loaded<'_>, flows: &Flows, region: usize) -> Option<(f64, f64)> {
        let country = self.country(region)?;
        let network = &loaded.model().network;
        let is_there = |node| network.nodes[node].country == country;
        let segments = loaded.assignment.demand.segments.iter().enumerate();
        let of_goods = segments
            .filter(|(_, segment)| loaded.model().class_row(segment.class).kind == ClassKind::Freight);
        let served = of_goods.flat_map(|(at, segment)| {
            let unserved = &loaded.loading.segments[at].unserved_per_year;
            segment.cells.iter().zip(unserved).map(|(cell, unserved)| (cell, cell.per_year - unserved))
        });
        let others: f64 = served
            .filter(|(cell, _)| !is_there(cell.origin) && !is_there(cell.destination))
            .map(|(_, served)| served)
            .sum();
        let transit = flows.transit.get(&(country, ClassKind::Freight)).copied().unwrap_or(0.0);
        (others > 0.0).then_some((transit / others, transit))
    }

    /// The country of a region; `None` if it has several.
    fn country(&self, region: usize) -> Option<CountryIdx> {
        let model = self.assignment.reference();
        let rows = model.study.zones.iter().filter(|row| row.region == self.world.regions[region]);
        let mut countries: Vec<CountryIdx> = rows
            .filter_map(|row| Some(model.network.nodes[model.network.node(&row.node_id)?].country))
            .collect();
        countries.dedup();
        let first = *countries.first()?;
        countries.iter().all(|&country| country == first).then_some(first)
    }

    /// What collectors take, by the region that they belong to: of their own name, or that of their home state.
    fn revenue(&self, loaded: &Loaded<'_>, flows: &Flows) -> Vec<f64> {
        let model = loaded.model();
        let region_of = |actor: ActorIdx| {
            let id = &model.network.actors[actor].id;
            let row = model.study.actors.iter().find(|row| row.actor_id == *id)?;
            let names = std::iter::once(id).chain(&row.home_state);
            names.into_iter().find_map(|name| self.world.position(name))
        };
        let mut revenue = vec![0.0; self.world.regions.len()];
        for (&(actor, _), usd) in &flows.revenue {
            if let Some(region) = region_of(actor) {
                revenue[region] += usd;
            }
        }
        revenue
    }

    fn gdp_usd(&self, region: usize) -> Option<f64> {
        let mut rows = self.assignment.reference().study.countries.iter();
        let row = rows.find(|row| row.region == self.world.regions[region])?;
        row.gdp_usd(&self.assignment.reference().study)
    }

    /// All of a region but its welfare.
    fn region(
        &self,
        at: usize,
        (economy, opened): (&Economy, f64),
        settled: &Settled,
        (before, after): (&Sums, &Sums),
    ) -> RegionTrade {
        let n = self.world.regions.len();
        let (old, new) = (economy.flow(0), &settled.answer.trade);
        let others = || (0..n).filter(move |&other| other != at);
        let exports = |flow: &Matrix| others().map(|other| flow[(at, other)]).sum::<f64>();
        let imports = |flow: &Matrix| others().map(|other| flow[(other, at)]).sum::<f64>();
        let output = |flow: &Matrix| flow.row(at).iter().sum::<f64>();
        let change = |of: &dyn Fn(&Matrix) -> f64| Change { before: of(old), after: of(new) };
        let by_partner =
            |flow: &Matrix| concentration(others().map(|other| flow[(at, other)] + flow[(other, at)]));
        let epsilon = economy.elasticity(0).epsilon();
        let (mut access, mut reference) = (0.0, 0.0);
        for other in others() {
            let (flow, latent) = (old[(at, other)], self.world.latent[(at, other)]);
            let tau_hat = settled.costs.of_pairs[(at, other)];
            access += (if flow > 0.0 { flow } else { opened * latent }) * tau_hat.powf(-epsilon);
            reference += flow;
        }
        let moves = |sign: f64| {
            let pairs = others().flat_map(|other| [(at, other), (other, at)]);
            pairs.map(|pair| (sign * (new[pair] - old[pair])).max(0.0)).sum::<f64>()
        };
        let (rises, falls) = (moves(1.0), moves(-1.0));
        let both = |of: &dyn Fn(&Sums) -> f64| Change { before: of(before), after: of(after) };
        let passing = before.passing[at].zip(after.passing[at]);
        RegionTrade {
            region: self.world.regions[at].clone(),
            expenditure_usd: economy.expenditure()[at],
            welfare_pct: 0.0,
            parts: WelfareParts::default(),
            welfare_usd: 0.0,
            welfare_gdp_pct: None,
            without_estimated_pct: 0.0,
            range_pct: None,
            price_hat: settled.answer.after.price_hat[at],
            exports_usd: change(&exports),
            imports_usd: change(&imports),
            openness: change(&|flow| (exports(flow) + imports(flow)) / output(flow)),
            carried_share: self.carried_share(at),
            market_access: if reference > 0.0 { 100.0 * access / reference } else { 100.0 },
            by_partner: change(&by_partner),
            by_commodity: both(&|sums| concentration(sums.by_commodity[at].values().copied())),
            by_crossing: both(&|sums| concentration(sums.by_crossing[at].values().copied())),
            hub: passing.map(|(before, after)| Change { before: before.0, after: after.0 }),
            transit_t: passing.map(|(before, after)| Change { before: before.1, after: after.1 }),
            revenue_usd: Change::default(),
            created_usd: (rises - falls).max(0.0),
            diverted_usd: rises.min(falls),
        }
    }

    fn pairs(&self, economy: &Economy, settled: &Settled, before: &Matrix, after: &Matrix) -> Vec<PairTrade> {
        let n = self.world.regions.len();
        let (old, new) = (economy.flow(0), &settled.answer.trade);
        let all = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let traded = all.filter(|&pair| old[pair] > 0.0 || self.world.latent[pair] > 0.0);
        let row = |(i, j): (usize, usize)| PairTrade {
            exporter: self.world.regions[i].clone(),
            importer: self.world.regions[j].clone(),
            value_usd: Change { before: old[(i, j)], after: new[(i, j)] },
            tonnes: Change { before: before[(i, j)], after: after[(i, j)] },
            tau_hat: settled.costs.of_pairs[(i, j)],
            is_estimated: self.world.latent[(i, j)] > 0.0,
        };
        traded.map(row).collect()
    }

    /// Share of the value of a region's trade with others that the network carries.
    fn carried_share(&self, region: usize) -> f64 {
        let is_own = |(i, j): (usize, usize)| (i == region) != (j == region);
        let known = self.parts.iter().filter(|part| !part.is_latent && is_own(pair(part)));
        let carried: f64 = known.map(|part| part.share * self.world.flow[pair(part)]).sum();
        let n = self.world.regions.len();
        let all: f64 = (0..n)
            .filter(|&other| other != region)
            .map(|other| self.world.flow[(region, other)] + self.world.flow[(other, region)])
            .sum();
        if all > 0.0 { carried / all } else { 0.0 }
    }
}
