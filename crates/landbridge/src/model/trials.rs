//! The reference scenario under other values of the parameters: what calibration asks again and again.

use std::sync::Arc;

use super::counts::CountPlan;
use super::flows::{Assignment, groups};
use super::parameters::Parameters;
use crate::assignment::equilibrium::{Equilibrium, Start};
use crate::outcome::flows::Counted;

/// The reference scenario of an assignment, ready to be solved under other values.
pub struct Trials<'a> {
    assignment: &'a Assignment,
    plans: Vec<CountPlan>,
    /// Values that the demand of the assignment has in it.
    values: Vec<f64>,
}

/// What one set of values brings.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Counts, in the order of their rows.
    pub counted: Vec<Counted>,
    /// Flows and queues.
    pub equilibrium: Equilibrium,
}

impl<'a> Trials<'a> {
    /// Prepares the counts.
    pub fn new(assignment: &'a Assignment) -> Self {
        let values = assignment.reference().study.parameter_values();
        Self { assignment, plans: assignment.count_plans(), values }
    }

    /// The assignment that it is about.
    pub fn assignment(&self) -> &'a Assignment {
        self.assignment
    }

    /// Solves the reference scenario under other values of the parameters, in the order of their table.
    pub fn solve(&self, values: &[f64], start: Option<&Equilibrium>) -> Trial {
        let (of, model) = (self.assignment, self.assignment.reference());
        let (now, then) = (
            Parameters::new(&model.study, values.to_vec()),
            Parameters::new(&model.study, self.values.clone()),
        );
        let mut demand = of.demand.clone();
        demand.scale(|flow| now.demand(flow) / then.demand(flow));
        let mut choice = of.choice.clone();
        choice.kappa *= now.dispersion() / then.dispersion();
        let mut trial = Assignment {
            groups: groups(&demand),
            demand,
            scenarios: vec![model.clone()],
            fields: Arc::clone(&of.fields),
            sets: Arc::clone(&of.sets),
            choice,
            constants: now.constants(&model.network),
            way_of: Arc::clone(&of.way_of),
            ways: Arc::clone(&of.ways),
            // Sums between regions are not asked of a trial.
            bundles: Arc::clone(&of.bundles),
            facilities: Arc::clone(&of.facilities),
            uses: Arc::clone(&of.uses),
            equilibria: Vec::new(),
        };
        let equilibrium = trial.solve(&trial.loader(), 0, start.map(Equilibrium::as_start));
        trial.equilibria.push(equilibrium);
        let counted = trial.count(&self.plans, &trial.load(0).loading);
        Trial { counted, equilibrium: trial.equilibria.swap_remove(0) }
    }

    /// The equilibrium of the reference scenario under the values of the study.
    pub fn start(&self) -> Start<'a> {
        self.assignment.equilibrium(0).as_start()
    }
}
