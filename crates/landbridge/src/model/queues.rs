//! Hours at facilities in a scenario, and what easing them is worth.

use super::flows::Assignment;
use crate::assignment::equilibrium::{Choices, Sensitivity};
use crate::outcome::queues::{Bottleneck, Convergence, FacilityState};

/// Hours of a day and of a year.
const DAY_H: f64 = 24.0;
const YEAR_H: f64 = 8760.0;

impl Assignment {
    /// How near a scenario is to its equilibrium.
    pub fn convergence(&self, scenario: usize) -> Convergence {
        let found = self.equilibrium(scenario);
        Convergence { gap: found.gap, iterations: found.iterations, is_converged: found.is_converged }
    }

    /// What the demand of a scenario chooses among: what the solver of equilibria takes, beside
    /// [`congestion`](Self::congestion).
    pub fn choices(&self, scenario: usize) -> Choices {
        let loader = self.loader();
        loader.choices(&loader.route_costs(&self.fields, scenario), &self.uses)
    }

    /// Scenarios that did not come to their equilibrium, in order.
    pub fn not_in_equilibrium(&self) -> Vec<String> {
        let scenarios = self.scenarios.iter().zip(&self.equilibria);
        let lost = scenarios.filter(|(_, found)| !found.is_converged);
        lost.map(|(scenario, _)| scenario.overlay.scenario.clone()).collect()
    }

    /// All facilities in a scenario, in order.
    pub fn facility_states(&self, scenario: usize) -> Vec<FacilityState> {
        let network = &self.scenarios[scenario].network;
        let (found, congestion) = (self.equilibrium(scenario), self.congestion(scenario));
        let state = |(at, facility): (usize, &crate::cost::Facility)| FacilityState {
            place: facility.place,
            id: facility.id(network).to_owned(),
            name: facility.name(network),
            unit: facility.unit.clone(),
            capacity_per_day: congestion.delay[at]
                .capacity()
                .map_or(facility.capacity_per_day, |capacity| capacity * DAY_H),
            is_raised: facility.is_raised,
            flow_per_day: found.flow[at] * DAY_H,
            observed_per_day: facility.observed_per_day,
            observed_h: facility.observed_h,
            wait: facility.wait(found.extra_h[at]),
            queue_h: facility.queue_h + found.extra_h[at],
            quality: facility.quality,
        };
        self.facilities.all.iter().enumerate().map(state).collect()
    }

    /// What easing each facility is worth in a scenario, the most valuable hour first; facilities that nobody passes are
    /// left out. `None` if the equilibrium has no derivatives.
    pub fn bottlenecks(&self, scenario: usize) -> Option<Vec<Bottleneck>> {
        let congestion = self.congestion(scenario);
        let choices = self.choices(scenario);
        let found = self.equilibrium(scenario);
        let sensitivity = Sensitivity::new(&choices, &congestion, found)?;
        let of_cost = sensitivity.of_total_cost();
        let states = self.facility_states(scenario).into_iter().enumerate();
        let used = states.filter(|(_, state)| state.flow_per_day > 0.0);
        let mut all: Vec<Bottleneck> = used
            .map(|(at, facility)| Bottleneck {
                facility,
                hour_saved_usd: of_cost.by_hour[at],
                hour_saved_at_first_usd: (0..congestion.price.len())
                    .map(|user| congestion.price[user][at] * found.per_year[user][at])
                    .sum(),
                unit_a_day_usd: -of_cost.by_capacity[at] / DAY_H,
                fee_cut_usd: of_cost.by_fee[at] * YEAR_H,
                drawn_by_hour: -sensitivity.of_flow(at).by_hour[at] * YEAR_H,
            })
            .collect();
        all.sort_by(|a, b| {
            b.hour_saved_usd.total_cmp(&a.hour_saved_usd).then(a.facility.place.cmp(&b.facility.place))
        });
        Some(all)
    }
}
