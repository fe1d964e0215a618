//! How users choose among routes: the section `[choice]` of `study.toml`.

use super::schema::{integer, number, table};

const INF: f64 = f64::INFINITY;

table! {
    /// How users choose among routes (`docs/model/assignment.md`). One section, optional; the defaults are assumptions.
    ChoiceRow in "[choice]" optional {
        /// Dispersion of route choice: a route is used less, the more `kappa` times its extra cost, over the least cost of the pair to the power `eta`.
        kappa: f64 = number(1e-9, 1e6, "").or("3");
        /// How far dispersion goes with distance: 0, a dollar more means the same on all hauls; 1, a percent more does.
        eta: f64 = number(0.0, 1.0, "").or("0.75");
        /// Scale of the choice between chains of modes, and of not shipping, as a share of that between variants of a corridor.
        ratio_mode: f64 = number(1e-6, 1.0, "").or("0.5");
        /// Scale of the choice between corridors, as a share of that between variants of a corridor; not below `ratio_mode`.
        ratio_corridor: f64 = number(1e-6, 1.0, "").or("0.8");
        /// A variant of a corridor counts as another only if it shares less than this part of its cost.
        overlap: f64 = number(0.0, 1.0, "").or("0.7");
        /// Corridors sought for each pair in each scenario.
        k: i32 = integer(1, 100).or("6");
        /// Corridors that cost more than this many times the best route are not sought; best routes are kept whatever they cost.
        stretch: f64 = number(1.0, 100.0, "").or("2");
        /// Cost at which goods are not shipped, as a multiple of the least cost of the pair in the reference scenario.
        choke_factor: f64 = number(0.0, 1e6, "").or("3");
        /// Added to it, per tonne.
        choke_usd_per_t: f64 = number(0.0, INF, "currency of results per t").or("0");
        /// Added to it for travellers, per person.
        choke_usd_per_person: f64 = number(0.0, INF, "currency of results per person").or("0");
    }
}

impl Default for ChoiceRow {
    fn default() -> Self {
        Self {
            kappa: 3.0,
            eta: 0.75,
            ratio_mode: 0.5,
            ratio_corridor: 0.8,
            overlap: 0.7,
            k: 6,
            stretch: 2.0,
            choke_factor: 3.0,
            choke_usd_per_t: 0.0,
            choke_usd_per_person: 0.0,
        }
    }
}
