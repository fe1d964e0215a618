//! Stage 4: what a link costs a class.
//!
//! Generalized cost `g = m + beta t + rho R` in money per tonne or person (`docs/model/cost.md`): money `m`, value of
//! time `beta`, hours `t` in motion and at stops, price `rho` of an hour of standard deviation `R`. Deviations of
//! links are summed along a route (`sd-additive`: perfect correlation, an upper bound). Border and terminal times are
//! the observed constants of the study.

mod charges;
pub mod delay;
mod facility;
mod fields;
pub mod queue;
mod rates;

use crate::diagnostic::Diagnostic;
use crate::index::{ClassIdx, IdxVec, LinkIdx};
use crate::network::{LinkKind, ModeState, Network, Stop};
use crate::scenario::Overlay;
use crate::study::Study;
use crate::study::tables::{ClassRow, FeePer, Mode};
use rates::ClassRates;

pub use charges::{Charges, TripCosts};
pub use facility::{Facilities, Facility, Place, Wait};
pub use fields::{Fields, Scene, User};

/// What one link costs one class, in parts. Money is per unit of the class (tonne or person).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinkCost {
    /// Length, km.
    pub length_km: f64,
    /// Hours in motion, with the wait for the departure of a service.
    pub moving_h: f64,
    /// Hours at the stops of the link: border, transfer, loading.
    pub stop_h: f64,
    /// Standard deviation of the hours.
    pub sd_h: f64,
    /// Haulage or fare.
    pub haulage_usd: f64,
    /// Fees at the stops of the link.
    pub fee_usd: f64,
    /// Standing cost of a vehicle that waits at the stops.
    pub standing_usd: f64,
}

impl LinkCost {
    /// All hours.
    pub fn total_h(&self) -> f64 {
        self.moving_h + self.stop_h
    }
    /// All money.
    pub fn total_usd(&self) -> f64 {
        self.haulage_usd + self.fee_usd + self.standing_usd
    }
    /// Generalized cost, money per unit of the class.
    pub fn generalized(&self, class: &ClassRow) -> f64 {
        let time = class.value_of_time_usd_per_h;
        self.total_usd() + time * self.total_h() + time * class.reliability_ratio * self.sd_h
    }
}

/// One activity as it concerns one class.
#[derive(Clone, Copy, Debug)]
pub struct StopCost<'n> {
    /// The activity.
    pub stop: &'n Stop,
    /// Hours.
    pub time_h: f64,
    /// Standard deviation of the hours.
    pub sd_h: f64,
    /// Fee per unit of the class.
    pub fee_usd: f64,
    /// Standing cost per unit of the class.
    pub standing_usd: f64,
}

/// Costs of all links for all classes, before charges that depend on the trip.
#[derive(Clone, Debug)]
pub struct Costs {
    links: IdxVec<ClassIdx, IdxVec<LinkIdx, LinkCost>>,
    standing_usd_per_h: IdxVec<ClassIdx, f64>,
    border_time_cv: f64,
}

impl Costs {
    /// Computes the costs; a link that a class may use but that has no rate is reported.
    pub fn new(study: &Study, network: &Network, overlay: &Overlay, out: &mut Vec<Diagnostic>) -> Self {
        let border_time_cv = study.defaults.border_time_cv;
        let mut costs =
            Self { links: IdxVec::default(), standing_usd_per_h: IdxVec::default(), border_time_cv };
        for class in study.classes.iter() {
            let mut haulage = ClassRates::new(study, network, class);
            costs.standing_usd_per_h.push(haulage.standing_usd_per_h(out));
            let at = costs.links.push(IdxVec::default());
            let links = network.links.indices().map(|link| {
                let usable = network.mode_state(link).is_some_and(|s| class.may_use(s.mode()));
                if usable {
                    costs.link(network, overlay, class, at, link, &mut haulage, out)
                } else {
                    LinkCost::default()
                }
            });
            let links = links.collect();
            costs.links[at] = links;
        }
        costs
    }

    /// What the links cost a class.
    pub fn of(&self, class: ClassIdx) -> &IdxVec<LinkIdx, LinkCost> {
        &self.links[class]
    }

    /// The activities on a link as they concern a class, in order.
    pub fn stops<'n>(
        &self,
        network: &'n Network,
        class: &'n ClassRow,
        at: ClassIdx,
        link: LinkIdx,
    ) -> impl Iterator<Item = StopCost<'n>> {
        let standing = if truck_waits(network, link) { self.standing_usd_per_h[at] } else { 0.0 };
        let cv = self.border_time_cv;
        concerning(class, network.stops(link)).map(move |stop| StopCost {
            stop,
            time_h: stop.time_h,
            sd_h: stop.time_sd_h.unwrap_or(cv * stop.time_h),
            // Whether the fee can be converted was reported when the costs were made.
            fee_usd: stop.fee.map_or(0.0, |(fee, per)| fee / class.units_per(per).unwrap_or(f64::INFINITY)),
            standing_usd: standing * stop.time_h,
        })
    }

    /// What an hour more at a stop costs a tonne or person: its own time, with the spread that comes with the hour unless
    /// the spread is `known` apart, and that of a truck that waits with it.
    pub fn hour_usd(&self, class: &ClassRow, at: ClassIdx, truck_waits: bool, spread_is_known: bool) -> f64 {
        let spread = if spread_is_known { 0.0 } else { class.reliability_ratio * self.border_time_cv };
        let standing = if truck_waits { self.standing_usd_per_h[at] } else { 0.0 };
        class.value_of_time_usd_per_h * (1.0 + spread) + standing
    }

    #[expect(clippy::too_many_arguments, reason = "what a link is and what it is asked for")]
    fn link<'n>(
        &self,
        network: &'n Network,
        overlay: &Overlay,
        class: &ClassRow,
        at: ClassIdx,
        link: LinkIdx,
        haulage: &mut ClassRates<'n>,
        out: &mut Vec<Diagnostic>,
    ) -> LinkCost {
        let mut cost = LinkCost::default();
        if let Some(at) = network.links[link].asset {
            let asset = &network.assets[at];
            cost.length_km = asset.length_km;
            let new_speed = overlay.free_speed_kmh.get(&at).copied();
            cost.moving_h = asset.duration_h.filter(|_| new_speed.is_none()).unwrap_or_else(|| {
                let speed = new_speed.or(asset.free_speed_kmh).unwrap_or(f64::INFINITY);
                asset.length_km / (speed * class.speed_factor(asset.mode))
            });
            // Departures on time: no spread between them.
            cost.moving_h += queue::wait_for_departure_h(asset.headway_h, 0.0);
            cost.haulage_usd = haulage.usd_per_unit(asset, out);
        }
        for stop in concerning(class, network.stops(link)) {
            if let Some((_, per)) = stop.fee {
                haulage.check_fee(per, stop, out);
            }
        }
        for stop in self.stops(network, class, at, link) {
            cost.stop_h += stop.time_h;
            cost.sd_h += stop.sd_h;
            cost.fee_usd += stop.fee_usd;
            cost.standing_usd += stop.standing_usd;
        }
        cost
    }
}

/// Whether a truck waits with its load on a link: at borders and for a ferry. In a rail-road terminal it unloads and
/// leaves.
fn truck_waits(network: &Network, link: LinkIdx) -> bool {
    let on_wheels = |state| matches!(state, Some(ModeState::Road | ModeState::VehicleDeck));
    let ends = &network.links[link];
    matches!(ends.kind, LinkKind::Border(_) | LinkKind::Transfer(_))
        && on_wheels(network.states[ends.tail].mode_state)
        && on_wheels(network.states[ends.head].mode_state)
}

/// The activities that concern a class: those of the place, and the default that names the class most closely, unless
/// the place says otherwise.
fn concerning<'n>(class: &'n ClassRow, stops: &'n [Stop]) -> impl Iterator<Item = &'n Stop> + use<'n> {
    let default_closeness = |stop: &Stop| {
        let unless = stop.default_unless.as_ref()?;
        let replaced = !unless.is_empty() && class.is_in(unless);
        class.closeness(&stop.applies_to).filter(|_| !replaced)
    };
    let closest = stops.iter().filter_map(default_closeness).max();
    stops.iter().filter(move |stop| match stop.default_unless {
        None => class.is_in(&stop.applies_to),
        Some(_) => closest.is_some() && default_closeness(stop) == closest,
    })
}

impl ClassRow {
    /// Whether the class may use a mode at all.
    pub fn may_use(&self, mode: Mode) -> bool {
        self.modes.iter().any(|word| word == mode.word())
    }

    /// What multiplies the speed of a link of a mode.
    pub fn speed_factor(&self, mode: Mode) -> f64 {
        match mode {
            Mode::Road => self.road_speed_factor,
            Mode::Rail => self.rail_speed_factor,
            _ => 1.0,
        }
    }

    /// Tonnes or persons on one of the things that a fee is charged on; `None` if the class says nothing of it.
    pub fn units_per(&self, per: FeePer) -> Option<f64> {
        use crate::study::tables::ClassKind::{Freight, Passenger};
        match (per, self.kind) {
            (FeePer::Truck | FeePer::TruckKm, Freight) => self.t_per_truck,
            (FeePer::Teu, Freight) => self.t_per_teu,
            (FeePer::Wagon, Freight) => self.t_per_wagon,
            (FeePer::Tonne, Freight) | (FeePer::Person, Passenger) => Some(1.0),
            (FeePer::Vehicle, Passenger) => self.persons_per_vehicle,
            _ => None,
        }
    }
}
