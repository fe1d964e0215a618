//! Trade, flows and queues that belong together: costs of carriage change trade, trade changes flows, flows change queues
//! and with them costs (equations (J3) to (J7) of `docs/model/joint.md`).

use std::sync::Arc;

use super::flows::Assignment;
use super::world::World;
use crate::assignment::equilibrium::{
    Choices, ChosenShares, Congestion, Equilibrium, EquilibriumConfig, solve_chosen,
};
use crate::demand::Demand;
use crate::nonlinear::Anderson;
use crate::study::tables::ClassKind;
use crate::study::trade_tables::ElasticityRow;
use crate::trade::equilibrium::{self as market, Prepared};
use crate::trade::{CostChange, Economy, Matrix, TradeError};

mod indicators;

/// Largest change of a trade cost, as a part of it, that counts as settled.
pub const TOLERANCE: f64 = 1e-6;
/// Loops before giving up.
const MAX_ITERATIONS: u32 = 30;

/// Trade of a study on the network, ready to be solved in any scenario.
#[derive(Clone, Debug)]
pub struct TradeModel<'a> {
    assignment: &'a Assignment,
    /// Regions and their trade.
    pub world: World,
    parts: Vec<Part>,
    /// Where the cells of each segment begin among all.
    first_cell: Vec<usize>,
    /// Border crossings by which each route leaves its origin and reaches its destination.
    crossings: Arc<Vec<indicators::Ends>>,
}

/// A part of the trade of two regions that the network carries: one commodity between two places under one flag.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Exporter and importer.
    pair: (u16, u16),
    segment: u32,
    /// Cell among all.
    cell: u32,
    /// Flow of the demand.
    flow: u32,
    /// Position in its cell.
    at: u32,
    /// Share in the value of all trade of the pair.
    share: f64,
    /// What a tonne is worth.
    value_usd_per_t: f64,
    /// What carrying it costs before: in the reference, or over a closed border at its cheapest.
    cost_usd_per_t: f64,
    /// Tonnes a year at that cost.
    per_year: f64,
    is_latent: bool,
}

/// What the network makes of the cost of trade.
struct Costs {
    /// By part; infinite where closed.
    tau_hat: Vec<f64>,
    /// By pair; infinite where closed.
    of_pairs: Matrix,
}

/// Trade that answers to costs.
struct Answer {
    after: market::Equilibrium,
    trade: Matrix,
    /// Factor on the tonnes of each part.
    volume: Vec<f64>,
    /// The same of what the network does not carry, by pair.
    elsewhere: Matrix,
}

/// A scenario in which everything belongs together.
pub(super) struct Settled {
    costs: Costs,
    answer: Answer,
    /// Amounts of all cells.
    pub(super) amounts: Vec<f64>,
    pub(super) equilibrium: Equilibrium,
    /// What is chosen in the equilibrium.
    pub(super) chosen: ChosenShares,
    iterations: u32,
    residual: f64,
    pub(super) is_converged: bool,
}

impl Settled {
    /// Change of real expenditure on goods in money, by region; revenue is not in it.
    pub(super) fn real_income_usd(&self, economy: &Economy) -> Vec<f64> {
        let welfare = self.answer.after.welfare_hat.iter().zip(economy.expenditure());
        welfare.map(|(hat, spent)| (hat - 1.0) * spent).collect()
    }
}

impl<'a> TradeModel<'a> {
    /// Finds what of trade the network carries. `None` if the study holds no trade totals.
    pub fn new(assignment: &'a Assignment) -> Option<Self> {
        let world = assignment.reference().world()?;
        let loader = assignment.loader();
        let mut first_cell = vec![0];
        for segment in &assignment.demand.segments {
            first_cell.push(first_cell[first_cell.len() - 1] + segment.cells.len());
        }
        let reference = assignment.choices(0);
        let before =
            reference.chosen(&assignment.congestion(0), &assignment.equilibrium(0).extra_h).expected_cost;
        let n = world.regions.len();
        // What the tables of commodities say of each pair, in the year of the demand and in their own.
        let (mut of_demand, mut latent) = (Matrix::filled(n, 0.0), Matrix::filled(n, 0.0));
        let mut of_tables = Matrix::filled(n, 0.0);
        let place = |flow: &crate::demand::Flow| {
            Some((world.position(&flow.origin)?, world.position(&flow.destination)?))
        };
        for flow in assignment.demand.flows.iter().filter(|flow| flow.kind == ClassKind::Freight) {
            let Some(pair) = place(flow) else { continue };
            of_demand[pair] += flow.total_usd;
            latent[pair] += flow.latent.map_or(0.0, |latent| latent.usd);
        }
        for row in assignment.reference().study.trade.iter() {
            if let (Some(i), Some(j)) = (world.position(&row.exporter), world.position(&row.importer)) {
                of_tables[(i, j)] += row.value;
            }
        }
        let mut parts = Vec::new();
        for (segment, of_segment) in assignment.demand.segments.iter().enumerate() {
            for (cell, of_cell) in of_segment.cells.iter().enumerate() {
                for (at, part) in of_cell.parts.iter().enumerate() {
                    let flow = assignment.demand.flow(part);
                    let (Some(pair), ClassKind::Freight) = (place(flow), flow.kind) else { continue };
                    let number = first_cell[segment] + cell;
                    let (share, usd, per_year, cost) = if let Some(of_flow) = flow.latent {
                        let share = part.share * of_flow.usd / latent[pair];
                        let cost = assignment.sets.least_cost(loader.segments()[segment].entries[cell]);
                        (share, part.share * of_flow.usd, part.share * of_flow.tonnes, cost)
                    } else {
                        // What the tables of commodities leave out moves by itself, at no cost that changes.
                        let known = (of_tables[pair] / world.flow[pair]).min(1.0);
                        let share = known * part.usd_per_year / of_demand[pair];
                        (share, part.usd_per_year, part.per_year, before[number])
                    };
                    // What the reference lets pass is not kept from being by a border.
                    let is_kept = flow.latent.is_none() || !reference.is_connected(number);
                    if share > 0.0 && per_year > 0.0 && cost.is_finite() && is_kept {
                        parts.push(Part {
                            pair: (pair.0 as u16, pair.1 as u16),
                            segment: segment as u32,
                            cell: number as u32,
                            flow: part.flow as u32,
                            at: at as u32,
                            share,
                            value_usd_per_t: usd / per_year,
                            cost_usd_per_t: cost,
                            per_year,
                            is_latent: flow.latent.is_some(),
                        });
                    }
                }
            }
        }
        let crossings = Arc::new(indicators::ends(assignment));
        Some(Self { assignment, world, parts, first_cell, crossings })
    }

    /// Horizons of the study, in the order of its table.
    pub fn horizons(&self) -> &'a [ElasticityRow] {
        let assignment: &'a Assignment = self.assignment;
        &assignment.reference().study.elasticities
    }

    /// Loops through costs, trade and flows until they belong together.
    pub(super) fn settle(
        &self,
        mut choices: Choices,
        congestion: &Congestion,
        start: &Equilibrium,
        economy: &Economy,
    ) -> Result<Settled, TradeError> {
        let prepared = Prepared::new(economy.clone());
        let mut equilibrium = start.clone();
        let mut amounts = self.amounts();
        let mut chosen = choices.chosen(congestion, &equilibrium.extra_h);
        let mut costs = self.costs(&choices, &chosen, economy);
        let mut logs: Vec<f64> = finite_logs(&costs.tau_hat);
        let mut steps = Anderson::default();
        let mut iterations = 0;
        loop {
            iterations += 1;
            let answer = self.answer(&prepared, &costs)?;
            self.set_amounts(&mut amounts, &answer);
            choices.set_amounts(&amounts);
            (equilibrium, chosen) = solve_chosen(
                &choices,
                congestion,
                Some(equilibrium.as_start()),
                &EquilibriumConfig::default(),
            );
            let next = self.costs(&choices, &chosen, economy);
            let mapped = finite_logs(&next.tau_hat);
            let residual = mapped.iter().zip(&logs).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
            let is_settled = residual <= TOLERANCE;
            if is_settled || iterations == MAX_ITERATIONS {
                let is_converged = is_settled && equilibrium.is_converged && answer.after.is_converged;
                return Ok(Settled {
                    costs,
                    answer,
                    amounts,
                    equilibrium,
                    chosen,
                    iterations,
                    residual,
                    is_converged,
                });
            }
            logs = steps.next(&logs, &mapped);
            costs = self.with_logs(next, &logs, economy);
        }
    }

    /// Amounts of all cells in the reference.
    fn amounts(&self) -> Vec<f64> {
        let segments = self.assignment.demand.segments.iter();
        segments.flat_map(|segment| segment.cells.iter().map(|cell| cell.per_year)).collect()
    }

    /// Brings amounts to what trade answers. What is no part of trade stays.
    fn set_amounts(&self, amounts: &mut Vec<f64>, answer: &Answer) {
        *amounts = self.amounts();
        for (part, volume) in self.parts.iter().zip(&answer.volume) {
            let before = if part.is_latent { 0.0 } else { part.per_year };
            amounts[part.cell as usize] += part.per_year * volume - before;
        }
        // Differences of large numbers may end a hair below 0.
        for amount in amounts {
            *amount = amount.max(0.0);
        }
    }

    /// Equations (J3) and (J4).
    fn costs(&self, choices: &Choices, chosen: &ChosenShares, economy: &Economy) -> Costs {
        let of_part = |part: &Part| {
            let cell = part.cell as usize;
            if part.is_latent && !choices.is_connected(cell) {
                return f64::INFINITY;
            }
            (part.value_usd_per_t + chosen.expected_cost[cell]) / (part.value_usd_per_t + part.cost_usd_per_t)
        };
        let tau_hat = self.parts.iter().map(of_part).collect();
        self.aggregated(tau_hat, economy.elasticity(0).epsilon())
    }

    fn aggregated(&self, tau_hat: Vec<f64>, epsilon: f64) -> Costs {
        let n = self.world.regions.len();
        let mut powers = Matrix::from_fn(n, |i, j| if self.world.latent[(i, j)] > 0.0 { 0.0 } else { 1.0 });
        for (part, tau_hat) in self.parts.iter().zip(&tau_hat) {
            let unchanged = if part.is_latent { 0.0 } else { 1.0 };
            powers[pair(part)] += part.share * (tau_hat.powf(-epsilon) - unchanged);
        }
        let of_pairs = Matrix::from_fn(n, |i, j| powers[(i, j)].powf(-1.0 / epsilon));
        Costs { tau_hat, of_pairs }
    }

    fn with_logs(&self, costs: Costs, logs: &[f64], economy: &Economy) -> Costs {
        let mut logs = logs.iter();
        let mut next =
            |tau: f64| if tau.is_finite() { logs.next().map_or(tau, |log| log.exp()) } else { tau };
        let tau_hat = costs.tau_hat.into_iter().map(&mut next).collect();
        self.aggregated(tau_hat, economy.elasticity(0).epsilon())
    }

    /// Trade in equilibrium at these costs, and what it does to tonnes: equations (J5) and (J6).
    fn answer(&self, prepared: &Prepared, costs: &Costs) -> Result<Answer, TradeError> {
        let economy = prepared.economy();
        let epsilon = economy.elasticity(0).epsilon();
        let change = self.change(costs)?;
        let counterfactual = prepared.counterfactual(std::slice::from_ref(&change))?;
        let after = prepared.solve(&counterfactual, None, &market::EquilibriumConfig::default())?;
        let mut trade = prepared.trade(&counterfactual, &after);
        let trade = trade.swap_remove(0);
        let elsewhere = Matrix::from_fn(self.world.regions.len(), |i, j| {
            // Of latent trade all tonnes are at hand, also those that the horizon is too short for.
            let (flow, latent) = (economy.flow(0)[(i, j)], self.world.latent[(i, j)]);
            let before = if flow > 0.0 { flow } else { latent };
            let tau_hat = costs.of_pairs[(i, j)];
            if before > 0.0 && tau_hat.is_finite() {
                trade[(i, j)] / before / after.price_hat[i] * tau_hat.powf(epsilon)
            } else {
                0.0
            }
        });
        let volume = |(part, tau_hat): (&Part, &f64)| elsewhere[pair(part)] * tau_hat.powf(-epsilon);
        let volume = self.parts.iter().zip(&costs.tau_hat).map(volume).collect();
        Ok(Answer { after, trade, volume, elsewhere })
    }

    fn change(&self, costs: &Costs) -> Result<CostChange, TradeError> {
        let n = self.world.regions.len();
        // Pairs without trade have nothing that could change.
        let trades = |i, j| self.world.flow[(i, j)] > 0.0 || self.world.latent[(i, j)] > 0.0;
        CostChange::new(Matrix::from_fn(n, |i, j| if trades(i, j) { costs.of_pairs[(i, j)] } else { 1.0 }))
    }

    /// The demand of the reference after trade has answered.
    fn demand(&self, answer: &Answer) -> Demand {
        let mut demand = self.assignment.demand.clone();
        let mut moving = vec![(0.0, 0.0, 0.0); demand.flows.len()];
        for (part, volume) in self.parts.iter().zip(&answer.volume) {
            let segment = part.segment as usize;
            let cell = &mut demand.segments[segment].cells[part.cell as usize - self.first_cell[segment]];
            let of = &mut cell.parts[part.at as usize];
            let sums = &mut moving[part.flow as usize];
            sums.0 += if part.is_latent { 0.0 } else { part.per_year };
            (of.per_year, of.usd_per_year) =
                (part.per_year * volume, part.per_year * volume * part.value_usd_per_t);
            sums.1 += of.per_year;
            sums.2 += of.usd_per_year;
            cell.per_year = cell.parts.iter().map(|part| part.per_year).sum();
        }
        for (flow, (before, after, usd)) in demand.flows.iter_mut().zip(moving) {
            let pair = (self.world.position(&flow.origin), self.world.position(&flow.destination));
            let ((Some(i), Some(j)), ClassKind::Freight) = (pair, flow.kind) else { continue };
            if flow.latent.is_some() {
                (flow.total, flow.usd, flow.total_usd) = (after, usd, usd);
                continue;
            }
            // What the network does not carry moves with the trade of the pair.
            let factor = answer.elsewhere[(i, j)];
            let rest = flow.moving() - before;
            for amount in [&mut flow.off_surface, &mut flow.elsewhere, &mut flow.intrazonal] {
                *amount *= factor;
            }
            flow.total = flow.off_surface + flow.elsewhere + flow.intrazonal + rest + after;
            let beside = flow.total_usd - flow.usd;
            flow.usd = if before > 0.0 { usd } else { flow.usd };
            flow.total_usd = flow.usd + beside * factor;
        }
        demand
    }
}

fn pair(part: &Part) -> (usize, usize) {
    (usize::from(part.pair.0), usize::from(part.pair.1))
}

fn finite_logs(tau_hat: &[f64]) -> Vec<f64> {
    tau_hat.iter().filter(|tau| tau.is_finite()).map(|tau| tau.ln()).collect()
}
