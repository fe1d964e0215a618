//! Haulage rates: which row of `rate.csv` holds for a link and class, and what it comes to per tonne or person.

use std::collections::{BTreeSet, HashMap};

use crate::diagnostic::{Code, Diagnostic, clip};
use crate::index::TerritoryIdx;
use crate::network::{Asset, Network, Stop};
use crate::study::Study;
use crate::study::tables::{ClassKind, ClassRow, FeePer, Mode, RatePer, RateRow};

/// What a rate is asked for: mode, territory if any, facility type.
type Case<'s> = (Mode, Option<TerritoryIdx>, &'s str);

/// The rates that hold for one class.
pub struct ClassRates<'s> {
    network: &'s Network,
    study: &'s Study,
    class: &'s ClassRow,
    /// Rates found so far. A study has few cases, whatever the number of its links.
    cases: HashMap<Case<'s>, f64>,
    reported: BTreeSet<String>,
}

impl<'s> ClassRates<'s> {
    /// No rate is looked up yet.
    pub fn new(study: &'s Study, network: &'s Network, class: &'s ClassRow) -> Self {
        Self { network, study, class, cases: HashMap::new(), reported: BTreeSet::new() }
    }

    /// Haulage over a whole asset per tonne or person: its fare, or its length times the mean rate of its
    /// territories (their shares of the length are not known and taken as equal).
    pub fn usd_per_unit(&mut self, asset: &'s Asset, out: &mut Vec<Diagnostic>) -> f64 {
        if let Some((fare, per)) = asset.fare {
            if let Some(units) = self.class.units_per(per) {
                return fare / units;
            }
            self.report_load(&format!("the fare of link `{}`", clip(&asset.id)), per.word(), out);
            return 0.0;
        }
        let mut rate_in = |territory| self.rate((asset.mode, territory, &asset.facility_type), asset, out);
        let mean = if asset.territories.is_empty() {
            rate_in(None)
        } else {
            let sum: f64 = asset.territories.iter().map(|&territory| rate_in(Some(territory))).sum();
            sum / asset.territories.len() as f64
        };
        mean * asset.length_km
    }

    /// Cost of an hour that the vehicle stands, per tonne; 0 if the study gives none.
    pub fn standing_usd_per_h(&mut self, out: &mut Vec<Diagnostic>) -> f64 {
        if self.class.kind != ClassKind::Freight || !self.class.may_use(Mode::Road) {
            return 0.0;
        }
        let rows = |row: &&RateRow| row.per == RatePer::TruckHour;
        match self.most_specific((Mode::Road, None, ""), rows, out) {
            Some(row) => self.per_unit(row, out).unwrap_or(0.0),
            None => 0.0,
        }
    }

    /// Reports a fee that the class's loads do not tell how to share out.
    pub fn check_fee(&mut self, per: FeePer, stop: &Stop, out: &mut Vec<Diagnostic>) {
        if self.class.units_per(per).is_none() {
            self.report_load(&format!("a fee for {}", stop.activity), per.word(), out);
        }
    }

    fn rate(&mut self, case: Case<'s>, asset: &Asset, out: &mut Vec<Diagnostic>) -> f64 {
        if let Some(&rate) = self.cases.get(&case) {
            return rate;
        }
        let rows = |row: &&RateRow| row.per != RatePer::TruckHour;
        let rate = if let Some(row) = self.most_specific(case, rows, out) {
            self.per_unit(row, out).unwrap_or(0.0)
        } else {
            let (mode, territory, _) = case;
            let at = self.study.links.iter().position(|l| l.link_id == asset.id).unwrap_or(0);
            let place = territory
                .map_or(String::new(), |t| format!(" in `{}`", clip(&self.network.territories[t].id)));
            out.push(Diagnostic::new(
                Code::LB0211,
                format!("no rate for class `{}` by {mode}{place}", clip(&self.class.id)),
                "add a row to economy/rate.csv, with territory `*` if it holds everywhere, or drop the mode from the \
                 class",
                self.study.links.place(at, "link_id"),
            ));
            0.0
        };
        self.cases.insert(case, rate);
        rate
    }

    /// Class beats kind beats `*`; then territory beats `*`; then facility type beats blank.
    fn most_specific(
        &self,
        (mode, territory, facility): Case<'_>,
        rows: impl Fn(&&RateRow) -> bool,
        out: &mut Vec<Diagnostic>,
    ) -> Option<&'s RateRow> {
        let study: &'s Study = self.study;
        let territory = territory.map(|t| self.network.territories[t].id.as_str());
        let rank = |row: &RateRow| {
            let class = self.class.closeness(&row.applies_to)?;
            let territory = match row.territory.as_str() {
                "*" => 0,
                named if Some(named) == territory => 1,
                _ => return None,
            };
            let facility = match row.facility_type.as_deref() {
                None => 0,
                Some(named) if named == facility => 1,
                Some(_) => return None,
            };
            Some((class, territory, facility))
        };
        let mut best: Option<((u8, u8, u8), usize)> = None;
        let mut rival = None;
        for (at, row) in study.rates.iter().enumerate().filter(|(_, row)| row.mode == mode && rows(row)) {
            let Some(rank) = rank(row) else { continue };
            match best {
                Some((first, _)) if rank == first => rival = Some(at),
                Some((first, _)) if rank < first => {}
                _ => (best, rival) = (Some((rank, at)), None),
            }
        }
        let (_, at) = best?;
        if let Some(rival) = rival {
            out.push(Diagnostic::new(
                Code::LB0217,
                format!(
                    "rates `{}` and `{}` hold equally for class `{}`",
                    clip(&study.rates[at].rate_id),
                    clip(&study.rates[rival].rate_id),
                    clip(&self.class.id)
                ),
                "drop one of them, or let one name a class, territory or facility type",
                study.rates.place(rival, "rate_id"),
            ));
        }
        Some(&study.rates[at])
    }

    /// A rate per tonne or person, by the loads of the class.
    fn per_unit(&mut self, row: &RateRow, out: &mut Vec<Diagnostic>) -> Option<f64> {
        let class = self.class;
        let units = match (row.per, class.kind) {
            (RatePer::TruckKm | RatePer::TruckHour, ClassKind::Freight) => class.t_per_truck,
            (RatePer::TeuKm, ClassKind::Freight) => class.t_per_teu,
            (RatePer::WagonKm, ClassKind::Freight) => class.t_per_wagon,
            (RatePer::TonneKm, ClassKind::Freight) | (RatePer::PersonKm, ClassKind::Passenger) => Some(1.0),
            (RatePer::VehicleKm, ClassKind::Passenger) => class.persons_per_vehicle,
            _ => None,
        };
        if units.is_none() {
            self.report_load(&format!("rate `{}`", clip(&row.rate_id)), row.per.word(), out);
        }
        units.map(|units| row.rate / units)
    }

    fn report_load(&mut self, what: &str, per: &str, out: &mut Vec<Diagnostic>) {
        if !self.reported.insert(format!("{what} {per}")) {
            return;
        }
        let at = self.study.classes.iter().position(|c| c.id == self.class.id).unwrap_or(0);
        out.push(Diagnostic::new(
            Code::LB0218,
            format!("{what} is per {per}, which class `{}` cannot be converted to", clip(&self.class.id)),
            "give the class its load (`t_per_truck`, `t_per_teu`, `t_per_wagon`, `persons_per_vehicle`), or let the \
             price apply to other classes only",
            self.study.classes.place(at, "id"),
        ));
    }
}
