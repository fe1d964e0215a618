//! Charges that depend on the trip: what countries take from traffic that passes through them.

use std::collections::{BTreeMap, BTreeSet};

use super::Costs;
use crate::diagnostic::{Code, Diagnostic, clip};
use crate::index::{BitSet, ClassIdx, CountryIdx, IdxVec, LinkIdx};
use crate::network::{LinkKind, Network};
use crate::scenario::{Surcharge, Trip};
use crate::study::Study;
use crate::study::tables::{ClassRow, FeeBasis, FeePer, FeeRow, Mode};

/// The charges of a study.
#[derive(Clone, Debug)]
pub struct Charges {
    fees: Vec<Fee>,
}

#[derive(Clone, Debug)]
struct Fee {
    country: CountryIdx,
    mode: Mode,
    applies_to: Vec<String>,
    basis: FeeBasis,
    ends: Vec<CountryIdx>,
    amount: (f64, FeePer),
    /// Links on which it is levied and how often: once where the country is entered, or kilometres inside it.
    links: Vec<(LinkIdx, f64)>,
}

/// Generalized cost of the links for one class on one kind of trip: a view over [`Costs`] with the charges added.
#[derive(Clone, Debug)]
pub struct TripCosts {
    /// Generalized cost per unit of the class.
    pub cost: IdxVec<LinkIdx, f64>,
    /// Charges and tolls within it, money per unit of the class.
    pub charge_usd: IdxVec<LinkIdx, f64>,
    /// What rules of regimes and scenarios add, by link; their money is in `charge_usd`.
    pub surcharges: BTreeMap<LinkIdx, Surcharge>,
    /// Links that the class may use on the trip.
    pub permits: BitSet<LinkIdx>,
}

impl Charges {
    /// Finds the links on which each charge is levied; a charge that no class can be converted to is reported.
    pub fn new(study: &Study, network: &Network, out: &mut Vec<Diagnostic>) -> Self {
        let mut fees = Vec::new();
        for (at, row) in study.fees.iter().enumerate() {
            let Some(country) = network.country(&row.country) else { continue };
            for class in study.classes.iter().filter(|c| c.is_in(&row.applies_to) && c.may_use(row.mode)) {
                if class.units_per(row.per).is_none() {
                    out.push(Diagnostic::new(
                        Code::LB0218,
                        format!(
                            "charge `{}` is per {}, which class `{}` cannot be converted to",
                            clip(&row.fee_id),
                            row.per,
                            clip(&class.id)
                        ),
                        "give the class its load, or let the charge apply to other classes only",
                        study.fees.place(at, "per"),
                    ));
                }
            }
            fees.push(Fee {
                country,
                mode: row.mode,
                applies_to: row.applies_to.clone(),
                basis: row.basis,
                ends: row.ends.iter().filter_map(|c| network.country(c)).collect(),
                amount: (row.fee, row.per),
                links: levied(row, country, network),
            });
        }
        Self { fees }
    }

    /// Countries that any charge tells apart as origin or destination: trips between others pay alike.
    pub fn distinguished(&self) -> BTreeSet<CountryIdx> {
        self.fees.iter().flat_map(|fee| fee.ends.iter().copied().chain([fee.country])).collect()
    }

    /// Adds the charges of a trip to the costs of a class.
    pub fn trip_costs(
        &self,
        costs: &Costs,
        class: &ClassRow,
        at: ClassIdx,
        trip: Trip,
        permits: BitSet<LinkIdx>,
        surcharges: BTreeMap<LinkIdx, Surcharge>,
    ) -> TripCosts {
        let links = costs.of(at);
        let mut charge_usd: IdxVec<LinkIdx, f64> = links.iter().map(|_| 0.0).collect();
        for fee in self.fees.iter().filter(|fee| self.holds(fee, class, trip)) {
            let (amount, per) = fee.amount;
            let Some(units) = class.units_per(per) else { continue };
            for &(link, times) in &fee.links {
                charge_usd[link] += amount * times / units;
            }
        }
        let mut cost: IdxVec<LinkIdx, f64> = links.iter().map(|link| link.generalized(class)).collect();
        for (&link, extra) in &surcharges {
            charge_usd[link] += extra.usd;
            cost[link] +=
                class.value_of_time_usd_per_h * (extra.time_h + class.reliability_ratio * extra.sd_h);
        }
        for (at, &charge) in charge_usd.enumerate() {
            cost[at] += charge;
        }
        TripCosts { cost, charge_usd, surcharges, permits }
    }

    /// What countries take on links from a trip of a class, money per unit of the class.
    pub fn levies(&self, class: &ClassRow, trip: Trip) -> Vec<(LinkIdx, CountryIdx, f64)> {
        let mut levies = Vec::new();
        for fee in self.fees.iter().filter(|fee| self.holds(fee, class, trip)) {
            let (amount, per) = fee.amount;
            let Some(units) = class.units_per(per) else { continue };
            levies.extend(fee.links.iter().map(|&(link, times)| (link, fee.country, amount * times / units)));
        }
        levies
    }

    /// Whether a charge falls on a trip: by its basis, its class and its ends, unless a row that names the trip's
    /// ends or class more closely takes its place.
    fn holds(&self, fee: &Fee, class: &ClassRow, trip: Trip) -> bool {
        let closeness = |fee: &Fee| {
            let by_class = class.closeness(&fee.applies_to)?;
            let by_basis = match fee.basis {
                FeeBasis::Transit => !trip.ends_in(fee.country),
                FeeBasis::Entry => trip.origin.country != fee.country,
            };
            let by_ends = fee.ends.is_empty() || fee.ends.iter().any(|&country| trip.ends_in(country));
            (by_basis && by_ends).then_some((!fee.ends.is_empty(), by_class))
        };
        let Some(own) = closeness(fee) else { return false };
        let same = |f: &&Fee| f.country == fee.country && f.mode == fee.mode && f.basis == fee.basis;
        let rivals = self.fees.iter().filter(same);
        rivals.filter_map(closeness).all(|rival| rival <= own)
    }
}

/// Where a charge is levied. A lump sum falls due where the load comes on to the mode inside the country: at its
/// border, or where it is transferred from another mode (a ship, say).
fn levied(row: &FeeRow, country: CountryIdx, network: &Network) -> Vec<(LinkIdx, f64)> {
    let mut links = Vec::new();
    for (at, link) in network.links.enumerate() {
        let into = network.states[link.head].mode_state.map(crate::network::ModeState::mode);
        if into != Some(row.mode) {
            continue;
        }
        let territories = network.territories_along(at);
        let inside = |&&t: &&_| network.territories[t].country == Some(country);
        match (row.per, link.kind) {
            (FeePer::TruckKm, LinkKind::LineHaul | LinkKind::Border(_)) => {
                let share =
                    territories.iter().filter(inside).count() as f64 / territories.len().max(1) as f64;
                let length = link.asset.map_or(0.0, |asset| network.assets[asset].length_km);
                if share > 0.0 {
                    links.push((at, share * length));
                }
            }
            (FeePer::TruckKm, _) | (_, LinkKind::Access(_) | LinkKind::Egress(_)) => {}
            (_, LinkKind::LineHaul | LinkKind::Border(_)) => {
                let along = network.countries_along(at);
                if along.iter().skip(1).any(|&c| c == country) {
                    links.push((at, 1.0));
                }
            }
            (_, LinkKind::Transfer(_)) => {
                let from = network.states[link.tail].mode_state.map(crate::network::ModeState::mode);
                if from != into && network.nodes[network.states[link.head].node].country == country {
                    links.push((at, 1.0));
                }
            }
        }
    }
    links
}
