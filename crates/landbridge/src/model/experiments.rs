//! Natural experiments: something opened or shut on a day, and counts are known from before and after.

use super::Model;
use super::flows::Assignment;
use crate::outcome::flows::ExperimentResult;
use crate::scenario::BASE;
use crate::study::Date;

impl Model {
    /// What the model says of every experiment of the study: the base scenario on both days, under the demand of the
    /// base year. Empty without experiments or demand.
    pub fn experiments(&self) -> Vec<ExperimentResult> {
        let study = &self.study;
        let base = Some(BASE).filter(|&id| study.scenarios.contains_key(id));
        let mut days: Vec<Date> =
            study.experiments.iter().flat_map(|row| [row.day_before, row.day_after]).collect();
        days.sort_unstable();
        days.dedup();
        let demand = self.demand(study.study.base_year);
        if days.is_empty() || demand.segments.is_empty() {
            return Vec::new();
        }
        // Days before the timeline were refused when the study was read.
        let on = |day: &Date| self.under_as_of(base, Some(*day), false).ok();
        let reference = self.base(None);
        let scenarios: Vec<Model> = reference.into_iter().chain(days.iter().filter_map(on)).collect();
        if scenarios.len() != days.len() + 1 {
            return Vec::new();
        }
        let assignment = Assignment::new(demand, scenarios);
        let loaded: Vec<_> = (1..=days.len()).map(|at| assignment.load(at)).collect();
        let results = study.experiments.iter().enumerate().filter_map(|(row, experiment)| {
            let observed = study.observed.iter().position(|o| o.observed_id == experiment.observed_id)?;
            let plan = assignment.count_plans_of(&[observed]);
            let amount = |day: Date| {
                let at = days.iter().position(|known| *known == day)?;
                assignment.count(&plan, &loaded[at].loading).first().map(|c| c.model)
            };
            let converged = (0..=days.len()).all(|at| assignment.convergence(at).is_converged);
            Some(ExperimentResult {
                row,
                observed,
                before: amount(experiment.day_before)?,
                after: amount(experiment.day_after)?,
                is_converged: converged,
            })
        });
        results.collect()
    }
}
