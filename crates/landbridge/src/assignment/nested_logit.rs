//! Nested logit over the routes of a pair: chain of modes, corridor, variant; and not shipping.
//!
//! In: cost of each route, its place in the tree of choices, scales, the cost of not shipping. Out: shares and the
//! expected minimum cost, equations (2) to (5) of `docs/model/assignment.md`. Sums of exponentials are taken relative to
//! the cheapest alternative of each nest, so that no scale is too large.

use crate::route::route_set::Nest;
use crate::study::choice_tables::ChoiceRow;

/// Scales of the three levels, per money per unit of the class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// Between variants of a corridor.
    pub route: f64,
    /// Between corridors of a chain of modes.
    pub corridor: f64,
    /// Between chains of modes and not shipping.
    pub mode: f64,
}

impl Scales {
    /// One scale at all levels: the plain logit.
    pub fn plain(theta: f64) -> Self {
        Self { route: theta, corridor: theta, mode: theta }
    }

    /// The scales of a pair by its least cost, equation (1); of no use for a pair that is never connected.
    pub fn of(choice: &ChoiceRow, least_cost: f64) -> Self {
        let route = choice.kappa * least_cost.powf(-choice.eta);
        Self { route, corridor: choice.ratio_corridor * route, mode: choice.ratio_mode * route }
    }
}

/// What a pair of users chooses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    /// Expected minimum cost, that of not shipping included: money per unit of the class.
    pub expected_cost: f64,
    /// Share that does not ship.
    pub unserved_share: f64,
}

/// Scratch space of one thread.
#[derive(Clone, Debug, Default)]
pub struct NestedLogit {
    /// Expected costs of the corridors, then their shares within the chain of modes; and where their routes end.
    corridors: Vec<f64>,
    corridor_ends: Vec<usize>,
    /// The same of the chains of modes, and of not shipping as the last; and where their corridors end.
    chains: Vec<f64>,
    chain_ends: Vec<usize>,
}

impl NestedLogit {
    /// Shares of routes of these costs; an infinite cost means that the route is closed. `choke` is the cost of not
    /// shipping, infinite if that is no alternative; without any alternative nothing is shipped, at infinite cost.
    ///
    /// # Shape
    /// `cost`, `nest` and `share` are by route of the pair; the first route begins a chain of modes.
    pub fn choose(
        &mut self,
        cost: &[f64],
        nest: &[Nest],
        scales: &Scales,
        choke: f64,
        share: &mut [f64],
    ) -> Chosen {
        self.corridors.clear();
        self.corridor_ends.clear();
        self.chains.clear();
        self.chain_ends.clear();
        // From below: the expected cost of each nest, and shares within it.
        share.copy_from_slice(cost);
        let (mut start, mut first_corridor) = (0, 0);
        while start < cost.len() {
            let variants = nest[start + 1..].iter().take_while(|&&level| level == Nest::Variant).count();
            let end = start + 1 + variants;
            self.corridors.push(to_shares(&mut share[start..end], scales.route));
            self.corridor_ends.push(end);
            if nest.get(end).is_none_or(|&level| level == Nest::Mode) {
                self.chains.push(to_shares(&mut self.corridors[first_corridor..], scales.corridor));
                first_corridor = self.corridors.len();
                self.chain_ends.push(first_corridor);
            }
            start = end;
        }
        self.chains.push(choke);
        let expected_cost = to_shares(&mut self.chains, scales.mode);
        // From above: the shares of the nests.
        let (mut route, mut corridor) = (0, 0);
        for (of_chain, &end) in self.chains.iter().zip(&self.chain_ends) {
            while corridor < end {
                let of_nests = of_chain * self.corridors[corridor];
                for share in &mut share[route..self.corridor_ends[corridor]] {
                    *share *= of_nests;
                }
                route = self.corridor_ends[corridor];
                corridor += 1;
            }
        }
        let unserved_share = if expected_cost.is_finite() { self.chains[self.chains.len() - 1] } else { 1.0 };
        Chosen { expected_cost, unserved_share }
    }
}

/// Turns the costs of alternatives into their logit shares and returns the expected minimum cost. If all are infinite,
/// all shares are 0.
fn to_shares(costs: &mut [f64], scale: f64) -> f64 {
    // Most corridors have one route.
    if let [only] = costs {
        let cost = *only;
        *only = if cost.is_finite() { 1.0 } else { 0.0 };
        return cost;
    }
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    if least.is_infinite() {
        costs.fill(0.0);
        return least;
    }
    let mut sum = 0.0;
    for cost in costs.iter_mut() {
        // The cheapest needs no exponential: a third of them all.
        let away = *cost - least;
        *cost = if away > 0.0 { (-scale * away).exp() } else { 1.0 };
        sum += *cost;
    }
    for share in costs {
        *share /= sum;
    }
    least - sum.ln() / scale
}

#[cfg(test)]
mod tests {
    use super::Nest::{Corridor, Mode, Variant};
    use super::*;

    fn choose(cost: &[f64], nest: &[Nest], scales: Scales, choke: f64) -> (Chosen, Vec<f64>) {
        let mut share = vec![0.0; cost.len()];
        let chosen = NestedLogit::default().choose(cost, nest, &scales, choke, &mut share);
        (chosen, share)
    }

    #[track_caller]
    fn near(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance, "{got} is not {want}");
    }

    const NESTED: Scales = Scales { route: 0.3, corridor: 0.2, mode: 0.1 };
    const COSTS: [f64; 7] = [20.0, 21.5, 24.0, 26.0, 19.0, 23.0, 30.0];
    const NESTS: [Nest; 7] = [Mode, Variant, Corridor, Corridor, Mode, Corridor, Variant];

    #[test]
    fn equal_scales_are_the_plain_logit() {
        // Four routes of an example worked out apart: costs 22, 21.75, 23 and 23.5 at theta 0.2.
        let want =
            [0.276_945_397_603_933, 0.291_144_691_775_381, 0.226_743_713_941_749, 0.205_166_196_678_937];
        let (chosen, share) = choose(
            &[22.0, 21.75, 23.0, 23.5],
            &[Mode, Variant, Corridor, Mode],
            Scales::plain(0.2),
            f64::INFINITY,
        );
        for (got, want) in share.into_iter().zip(want) {
            near(got, want, 1e-14);
        }
        near(chosen.expected_cost, 15.580_325_436_054_86, 1e-12);
        near(chosen.unserved_share, 0.0, 0.0);
    }

    #[test]
    fn two_modes_and_three_routes() {
        // Road 5 and 6, rail 5.5; theta 1 within, 0.5 between the modes.
        let scales = Scales { route: 1.0, corridor: 1.0, mode: 0.5 };
        let (chosen, share) = choose(&[5.0, 6.0, 5.5], &[Mode, Corridor, Mode], scales, f64::INFINITY);
        near(share[0] + share[1], 0.600_280, 5e-7);
        near(chosen.expected_cost, 3.666_019, 5e-7);
    }

    #[test]
    fn shares_are_the_derivatives_of_the_expected_cost() {
        let (chosen, share) = choose(&COSTS, &NESTS, NESTED, 28.0);
        near(share.iter().sum::<f64>() + chosen.unserved_share, 1.0, 1e-15);
        // Central differences: error of second order in the step, about 1e-8 times a third derivative below 0.1.
        let step = 1e-4;
        for at in 0..=COSTS.len() {
            let expected = |by: f64| {
                let (mut cost, mut choke) = (COSTS, 28.0);
                *cost.get_mut(at).unwrap_or(&mut choke) += by;
                choose(&cost, &NESTS, NESTED, choke).0.expected_cost
            };
            let slope = (expected(step) - expected(-step)) / (2.0 * step);
            near(slope, share.get(at).copied().unwrap_or(chosen.unserved_share), 1e-9);
        }
    }

    #[test]
    fn what_is_outside_a_nest_changes_no_ratio_within() {
        let (_, before) = choose(&COSTS, &NESTS, NESTED, 28.0);
        let mut cost = COSTS;
        (cost[2], cost[5]) = (10.0, 50.0);
        let (_, after) = choose(&cost, &NESTS, NESTED, 12.0);
        near(before[0] / before[1], after[0] / after[1], 1e-13);
        // Corridors of one chain: their sums keep their ratio when another chain changes.
        let (_, other) = choose(&[20.0, 21.5, 24.0, 26.0, 1.0, 23.0, 30.0], &NESTS, NESTED, 28.0);
        near((before[0] + before[1]) / before[3], (other[0] + other[1]) / other[3], 1e-13);
    }

    #[test]
    fn closing_raises_the_expected_cost_and_ends_in_not_shipping() {
        let mut cost = COSTS;
        let mut last = choose(&cost, &NESTS, NESTED, 28.0).0.expected_cost;
        for at in [4, 0, 2, 6, 1, 5, 3] {
            cost[at] = f64::INFINITY;
            let (chosen, share) = choose(&cost, &NESTS, NESTED, 28.0);
            assert!(chosen.expected_cost > last, "{} is not above {last}", chosen.expected_cost);
            near(share[at], 0.0, 0.0);
            last = chosen.expected_cost;
        }
        let (chosen, _) = choose(&cost, &NESTS, NESTED, 28.0);
        assert_eq!(chosen, Chosen { expected_cost: 28.0, unserved_share: 1.0 });
        let (chosen, _) = choose(&[], &[], NESTED, f64::INFINITY);
        assert_eq!(chosen, Chosen { expected_cost: f64::INFINITY, unserved_share: 1.0 });
    }

    #[test]
    fn large_scales_take_the_cheapest() {
        let (chosen, share) =
            choose(&[5000.0, 4999.0, 6000.0], &[Mode, Variant, Mode], Scales::plain(1e4), 1e5);
        assert_eq!(share, [0.0, 1.0, 0.0]);
        near(chosen.expected_cost, 4999.0, 0.0);
    }
}
