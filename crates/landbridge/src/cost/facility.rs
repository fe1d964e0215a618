//! Facilities with a capacity: gates, terminals and lines where hours rise with flow (`docs/model/delay.md`).
//!
//! In: the capacities of activities and links, with the flow and hours that were observed. Out: for each facility its
//! delay function, calibrated so that the observed flow brings back the observed hours. Observed hours contain the queue:
//! what the function says of the observed flow is taken out of the constant part, never added to it.

use super::delay::Delay;
use super::queue::wait_for_opening_h;
use super::{Costs, truck_waits};
use crate::index::{AssetIdx, ClassIdx, CrossingIdx, Idx, LinkIdx, TerminalIdx};
use crate::network::{LinkKind, Network};
use crate::scenario::Overlay;
use crate::study::Study;
use crate::study::tables::{ClassKind, ClassRow, FeePer, Mode, Quality};

/// Hours of a day and of a year.
const DAY_H: f64 = 24.0;
const YEAR_H: f64 = 8760.0;
const YEAR_DAYS: f64 = 365.0;

/// Where a facility is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A border crossing, in one direction (`true`: `from_to` of its activities) or both.
    Crossing(CrossingIdx, Option<bool>),
    /// A terminal.
    Terminal(TerminalIdx),
    /// A physical link, both directions together.
    Link(AssetIdx),
}

/// A place where hours rise with flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Facility {
    /// Where.
    pub place: Place,
    /// Its directed links.
    pub links: Vec<LinkIdx>,
    /// Unit of its capacity: `truck`, `t`, `teu`, `train` or `person`.
    pub unit: String,
    /// Capacity, units a day: that of the tables, less what closed days take.
    pub capacity_per_day: f64,
    /// Whether the capacity of the tables was raised, because the queue at the observed flow would have been longer
    /// than the hours observed.
    pub is_raised: bool,
    /// Observed flow, units a day, if it is known and not 0.
    pub observed_per_day: Option<f64>,
    /// Hours of the tables, the queue in them.
    pub observed_h: f64,
    /// Hours of the queue at the observed flow, which are part of them; 0 if no flow was observed.
    pub queue_h: f64,
    /// Hours of the queue by flow an hour.
    pub delay: Delay,
    /// Standard deviation of the hours divided by their mean.
    pub cv: f64,
    /// How sure the capacity is.
    pub quality: Quality,
    /// Per class, units of flow of a tonne or person; 0 for classes that do not use it.
    units_per: Vec<f64>,
    /// Per class, money for an hour more, per tonne or person.
    hour_usd: Vec<f64>,
}

/// Mean, spread and late end of the hours at a facility.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    /// Mean, h.
    pub mean_h: f64,
    /// Standard deviation, h.
    pub sd_h: f64,
    /// Hours that 95 of 100 do not exceed, by a lognormal distribution of this mean and deviation.
    pub p95_h: f64,
}

impl Wait {
    /// A wait of a mean and standard deviation.
    pub fn new(mean_h: f64, sd_h: f64) -> Self {
        let p95_h = if mean_h > 0.0 {
            let variance = (1.0 + (sd_h / mean_h).powi(2)).ln();
            (mean_h.ln() - variance / 2.0 + 1.644_853_626_951_472_2 * variance.sqrt()).exp()
        } else {
            0.0
        };
        Self { mean_h, sd_h, p95_h }
    }
}

/// All facilities of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facilities {
    /// In the order of crossings, terminals and links.
    pub all: Vec<Facility>,
}

impl Facilities {
    /// Finds the capacities of the tables, on all links that they are about.
    pub fn new(study: &Study, network: &Network, costs: &Costs) -> Self {
        let mut all = Vec::new();
        let mut links_of: Vec<Vec<LinkIdx>> = vec![Vec::new(); study.activities.len()];
        for link in network.links.indices() {
            for row in network.stops(link).iter().filter_map(|stop| stop.row) {
                links_of[row].push(link);
            }
        }
        for (row, links) in study.activities.iter().zip(links_of) {
            let (Some(capacity), Some(unit)) = (row.capacity_per_day, &row.capacity_unit) else { continue };
            let place = links.first().and_then(|&link| match network.links[link].kind {
                LinkKind::Border(crossing) => {
                    let both = links
                        .iter()
                        .any(|&other| network.links[other].forward != network.links[link].forward);
                    let along = network.links[link].forward == network.crossings[crossing].along;
                    Some(Place::Crossing(crossing, (!both).then_some(along)))
                }
                LinkKind::Transfer(terminal)
                | LinkKind::Access(Some(terminal))
                | LinkKind::Egress(Some(terminal)) => Some(Place::Terminal(terminal)),
                _ => None,
            });
            let Some(place) = place else { continue };
            // An opening of part of the day is a wait for those who come by night, whatever the traffic.
            let open_h = match place {
                Place::Crossing(crossing, _) => network.crossings[crossing].open_h_per_day.unwrap_or(DAY_H),
                _ => DAY_H,
            };
            let capacity_per_day = capacity * (1.0 - row.closed_days_per_year / YEAR_DAYS);
            let servers = u32::try_from(row.servers).unwrap_or(1);
            let service_h = f64::from(servers) * DAY_H / capacity_per_day;
            let floor = wait_for_opening_h(open_h) + service_h;
            let waits = links.iter().any(|&link| truck_waits(network, link));
            let price =
                |at: ClassIdx, class: &ClassRow| costs.hour_usd(class, at, waits, row.time_sd_h.is_some());
            let concerns = |class: &ClassRow| class.is_in(&row.applies_to);
            let queue = |capacity_per_day: f64| Delay::Queue {
                period_h: study.defaults.queue_period_h,
                capacity_per_h: capacity_per_day / DAY_H,
                variability: row.variability.unwrap_or(study.defaults.queue_variability),
                servers,
            };
            all.push(calibrated(Uncalibrated {
                facility: Facility {
                    place,
                    links,
                    unit: unit.clone(),
                    capacity_per_day,
                    is_raised: false,
                    observed_per_day: row.observed_per_day.filter(|&flow| flow > 0.0),
                    observed_h: row.time_h.unwrap_or(0.0),
                    queue_h: 0.0,
                    delay: queue(capacity_per_day),
                    cv: match (row.time_sd_h, row.time_h) {
                        (Some(sd), Some(mean)) if mean > 0.0 => sd / mean,
                        _ => study.defaults.border_time_cv,
                    },
                    quality: row.quality,
                    units_per: per_class(study, unit, concerns),
                    hour_usd: study
                        .classes
                        .iter()
                        .enumerate()
                        .map(|(at, class)| price(ClassIdx::new(at), class))
                        .collect(),
                },
                room_h: row.time_h.unwrap_or(0.0) - floor,
            }));
        }
        all.extend(lines(study, network));
        all.sort_by_key(|facility| facility.place);
        Self { all }
    }

    /// Their delay functions in a scenario, whose rules and works may change capacities.
    pub fn delays(&self, network: &Network, overlay: &Overlay) -> Vec<Delay> {
        let of = |facility: &Facility| {
            let factor = match facility.place {
                Place::Crossing(crossing, _) => overlay.capacity_factor(network.crossings[crossing].asset),
                Place::Link(asset) => overlay.capacity_factor(asset),
                Place::Terminal(terminal) => overlay.widened.get(&terminal).copied().unwrap_or(1.0),
            };
            match facility.delay.capacity() {
                Some(capacity) => facility.delay.with_capacity(capacity * factor),
                None => facility.delay,
            }
        };
        self.all.iter().map(of).collect()
    }
}

impl Facility {
    /// Flow an hour of one tonne or person a year of a class; 0 for classes that do not count there.
    pub fn load(&self, class: ClassIdx) -> f64 {
        self.units_per[class.position()] / YEAR_H
    }

    /// What an hour more costs a tonne or person of a class; 0 for classes that do not wait there.
    pub fn hour_usd(&self, class: ClassIdx) -> f64 {
        if self.units_per[class.position()] > 0.0 { self.hour_usd[class.position()] } else { 0.0 }
    }

    /// Identifier of the place.
    pub fn id<'n>(&self, network: &'n Network) -> &'n str {
        match self.place {
            Place::Crossing(crossing, _) => &network.crossings[crossing].id,
            Place::Terminal(terminal) => &network.terminals[terminal].id,
            Place::Link(asset) => &network.assets[asset].id,
        }
    }

    /// Name of the place; at a crossing with the direction.
    pub fn name(&self, network: &Network) -> String {
        match self.place {
            Place::Crossing(crossing, None) => network.crossings[crossing].name.clone(),
            Place::Crossing(crossing, Some(_)) => {
                let head = network.states[network.links[self.links[0]].head].node;
                format!(
                    "{}, to {}",
                    network.crossings[crossing].name, network.countries[network.nodes[head].country]
                )
            }
            Place::Terminal(terminal) => network.terminals[terminal].name.clone(),
            Place::Link(asset) => network.assets[asset].name.clone(),
        }
    }

    /// Mean, spread and late end of the hours when the queue is so much longer than at the observed flow.
    pub fn wait(&self, extra_h: f64) -> Wait {
        let mean_h = (self.observed_h + extra_h).max(0.0);
        Wait::new(mean_h, self.cv * mean_h)
    }
}

struct Uncalibrated {
    facility: Facility,
    /// Hours that the queue may be at most.
    room_h: f64,
}

/// Takes the queue at the observed flow out of the observed hours. If it is longer than they allow, the capacity must
/// be higher than the tables say: it is raised until the queue fits.
fn calibrated(Uncalibrated { mut facility, room_h }: Uncalibrated) -> Facility {
    let Some(flow) = facility.observed_per_day.map(|flow| flow / DAY_H) else { return facility };
    let room_h = room_h.max(0.0);
    let hours = |capacity_per_day: f64| facility.delay.with_capacity(capacity_per_day / DAY_H).hours(flow);
    if hours(facility.capacity_per_day) > room_h {
        // The queue falls with capacity; without any room a hundredth of an hour is let pass.
        let room_h = room_h.max(0.01);
        let (mut low, mut high) = (facility.capacity_per_day, facility.capacity_per_day);
        while hours(high) > room_h && high < 1e6 * facility.capacity_per_day {
            high *= 2.0;
        }
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if hours(middle) > room_h { low = middle } else { high = middle }
        }
        if high > facility.capacity_per_day {
            facility.is_raised = true;
            facility.capacity_per_day = high;
            facility.delay = facility.delay.with_capacity(high / DAY_H);
        }
    }
    facility.queue_h = facility.delay.hours(flow);
    facility
}

/// Links with a capacity: a line is a queue of one server for both directions, a road has the conical function.
fn lines<'a>(study: &'a Study, network: &'a Network) -> impl Iterator<Item = Facility> + 'a {
    study.links.iter().filter_map(move |row| {
        let (capacity, unit) = (row.capacity_per_day?, row.capacity_unit.as_ref()?);
        let asset = network.asset(&row.link_id)?;
        let links: Vec<LinkIdx> = network
            .links
            .enumerate()
            .filter(|(_, link)| link.asset == Some(asset))
            .map(|(at, _)| at)
            .collect();
        // Trains queue, not tonnes.
        let (capacity, unit) = match (row.mode, unit.as_str()) {
            (Mode::Rail, "t") => (capacity / study.defaults.t_per_train, "train"),
            (_, unit) => (capacity, unit),
        };
        let free_h = network.assets[asset]
            .duration_h
            .unwrap_or_else(|| row.length_km / network.assets[asset].free_speed_kmh.unwrap_or(f64::INFINITY));
        let (delay, queue_h) = if row.mode == Mode::Road {
            (Delay::Conical { free_h, alpha: 4.0, capacity: capacity / DAY_H }, free_h)
        } else {
            let servers = u32::try_from(row.tracks.unwrap_or(1)).unwrap_or(1);
            let capacity_per_h = capacity / DAY_H;
            let period_h = study.defaults.queue_period_h;
            (Delay::Queue { period_h, capacity_per_h, variability: 0.5, servers }, 0.0)
        };
        Some(Facility {
            place: Place::Link(asset),
            links,
            unit: unit.to_owned(),
            capacity_per_day: capacity,
            is_raised: false,
            observed_per_day: None,
            observed_h: free_h,
            queue_h,
            delay,
            cv: 0.0,
            quality: row.quality,
            units_per: per_class(study, unit, |class| class.may_use(row.mode)),
            hour_usd: study.classes.iter().map(|class| class.value_of_time_usd_per_h).collect(),
        })
    })
}

/// Units of flow of a tonne or person of each class; 0 for classes not concerned.
fn per_class(study: &Study, unit: &str, concerns: impl Fn(&ClassRow) -> bool) -> Vec<f64> {
    let of = |class: &ClassRow| {
        let per = match unit {
            "truck" => class.units_per(FeePer::Truck),
            "teu" => class.units_per(FeePer::Teu),
            "train" => Some(study.defaults.t_per_train),
            _ => Some(1.0),
        };
        let counts = match class.kind {
            ClassKind::Freight => unit != "person",
            ClassKind::Passenger => unit == "person",
        };
        per.filter(|_| counts && concerns(class)).map_or(0.0, |amount| 1.0 / amount)
    };
    study.classes.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_late_end_of_a_lognormal_wait() {
        // Mean 24 h, deviation 12 h.
        assert!((Wait::new(24.0, 12.0).p95_h - 46.687_628).abs() < 1e-5);
        assert!((Wait::new(3.0, 0.0).p95_h - 3.0).abs() < 1e-12);
    }
}
