//! What the links of a corridor earn and cost over the years of a concession, by collector: (R4) to (R6) of
//! `docs/model/revenue.md`.
//!
//! Shares of each year are those of the regimes; revenue of later years is that of the demand of later years; works are
//! those of `network/bypass.csv` that open the links.

use std::collections::BTreeMap;

use super::Board;
use super::revenue::{RevenueQuery, in_order, shares};
use crate::assignment::Loader;
use crate::control::revenue::{Concession, ConcessionValue, Phase, Year, present_value, together};
use crate::index::{ActorIdx, AssetIdx};
use crate::model::Loaded;
use crate::outcome::revenue::{ConcessionPlan, Schedule, Work};
use crate::scenario::{Governance, named};
use crate::study::bypass_tables::BypassRow;
use crate::study::tables::{Quality, Status};

/// First year and shares, in order.
type Phases<S> = Vec<(u32, S)>;
/// Collectors with their shares.
type Shares = Vec<(Option<ActorIdx>, f64)>;

impl Board<'_> {
    /// The concession, and whether its equilibria converged.
    pub(super) fn concession(
        &self,
        opened: &[AssetIdx],
        corridor: &[AssetIdx],
        today: &Loaded<'_>,
        query: &RevenueQuery,
    ) -> Result<(ConcessionPlan, bool), String> {
        let model = self.model();
        let RevenueQuery { years, discount_rate, .. } = *query;
        let first = on_links(today);
        let last_year = model.study.growth.iter().map(|row| row.year).max();
        let grown = last_year.filter(|&year| year > self.assignment.demand.year && years > 1);
        let (later, is_converged) = match grown {
            Some(year) => self.taken_in(year)?,
            None => (first.clone(), true),
        };
        let n_grown = grown.map_or(0, |year| (year - self.assignment.demand.year).unsigned_abs());
        let of_year = |asset: &AssetIdx, year: u32| {
            let of = |taken: &BTreeMap<AssetIdx, f64>| taken.get(asset).copied().unwrap_or(0.0);
            let part = f64::from((year - 1).min(n_grown)) / f64::from(n_grown.max(1));
            between(of(&first), of(&later), part)
        };
        let rows = self.works(opened);
        let groups = self.schedules(corridor, years);
        let of_groups = groups.iter().flat_map(|(phases, _)| phases).flat_map(|(_, shares)| shares.clone());
        let actor = |(id, share): &(String, f64)| Some((Some(model.network.actor(id)?), *share));
        let payers: Vec<Option<Shares>> =
            rows.iter().map(|row| Some(row.payers.as_ref()?.0.iter().filter_map(actor).collect())).collect();
        let actors = in_order(of_groups.chain(payers.iter().flatten().flatten().copied()));
        let dense = |shares: &Shares| -> Vec<f64> {
            let own = |actor| shares.iter().filter(move |(other, _)| *other == actor).map(|(_, share)| share);
            actors.iter().map(|&actor| own(actor).sum()).collect()
        };
        let qualities = self.share_qualities(years);
        let id = |asset: &AssetIdx| model.network.assets[*asset].id.clone();
        let schedules: Vec<Schedule> = groups
            .iter()
            .map(|(phases, assets)| Schedule {
                links: assets.iter().map(id).collect(),
                phases: phases.iter().map(|(from_year, shares)| (*from_year, dense(shares))).collect(),
                quality: assets.iter().filter_map(|asset| qualities.get(asset)).copied().max(),
                by_year_usd: (1..=years)
                    .map(|year| assets.iter().map(|asset| of_year(asset, year)).sum())
                    .collect(),
            })
            .collect();
        let named = |error: crate::control::ControlError| error.to_string();
        let earned = schedules
            .iter()
            .map(|schedule| present_value(&of_schedule(schedule, discount_rate)))
            .collect::<Result<Vec<_>, _>>()
            .map_err(named)?;
        let in_parts = parts_by_year(&together(&earned, actors.len()), &schedules);
        let works: Vec<Work> =
            rows.iter().zip(&payers).map(|(row, payers)| work(row, payers.as_ref().map(&dense))).collect();
        let with_works = |bound: usize| {
            let mut all = earned.clone();
            for work in &works {
                all.push(present_value(&of_work(work, bound, &in_parts, discount_rate, years))?);
            }
            Ok(together(&all, actors.len()))
        };
        let [low, best, high] = [0, 1, 2].map(|bound| with_works(bound).map_err(named));
        let (low, high) = (low?, high?);
        let net = |value: &ConcessionValue, at: usize| value.by_collector[at].net();
        let plan = ConcessionPlan {
            years,
            discount_rate,
            grown: grown.map(|year| (year, n_grown + 1)),
            growth_quality: model
                .study
                .growth
                .iter()
                .map(|row| row.quality)
                .max()
                .unwrap_or(Quality::Assumed),
            collectors: actors.iter().map(|&actor| self.collector(actor)).collect(),
            schedules,
            works,
            value: best?,
            net_range_usd: (0..actors.len()).map(|at| (net(&low, at), net(&high, at))).collect(),
        };
        Ok((plan, is_converged))
    }

    /// Border fees and tolls by link with the demand of another year, and whether flows and queues belong together. Ways
    /// and scales of choice stay.
    fn taken_in(&self, year: i32) -> Result<(BTreeMap<AssetIdx, f64>, bool), String> {
        let demand = self.model().demand(year);
        let pairs = |demand: &crate::demand::Demand| -> Vec<_> {
            let segments = demand.segments.iter();
            segments
                .flat_map(|s| s.cells.iter().map(|c| (s.class, s.flag, c.origin, c.destination)))
                .collect()
        };
        if pairs(&demand) != pairs(&self.assignment.demand) {
            return Err(format!("the demand of {year} goes between other places than that of today"));
        }
        let cells = demand.segments.iter().flat_map(|segment| &segment.cells);
        let amounts: Vec<f64> = cells.map(|cell| cell.per_year).collect();
        let mut loader = Loader::clone(&self.loader);
        loader.set_amounts(&amounts);
        let choices = loader.choices(&self.costs, &self.assignment.uses);
        let (found, chosen) = self.solved(&choices);
        let loaded = self.loaded((&self.costs, &choices), Some(&amounts), &chosen);
        Ok((on_links(&loaded), found.is_converged))
    }

    /// Links by who collects on them in which years.
    fn schedules(&self, links: &[AssetIdx], years: u32) -> Vec<(Phases<Shares>, Vec<AssetIdx>)> {
        let model = self.model();
        let governance = Governance::of_scenario(&model.study, &model.overlay.scenario);
        let mut phases: Vec<Phases<Shares>> = vec![Vec::new(); links.len()];
        for year in 1..=years {
            let control = governance.control(&model.study, &model.network, year.cast_signed());
            for (phases, asset) in phases.iter_mut().zip(links) {
                let shares = shares(control.get(asset).unwrap_or(&model.network.assets[*asset].control));
                if phases.last().is_none_or(|(_, before)| *before != shares) {
                    phases.push((year, shares));
                }
            }
        }
        let mut schedules: Vec<(Phases<Shares>, Vec<AssetIdx>)> = Vec::new();
        for (phases, &asset) in phases.into_iter().zip(links) {
            match schedules.iter_mut().find(|(known, _)| *known == phases) {
                Some((_, assets)) => assets.push(asset),
                None => schedules.push((phases, vec![asset])),
            }
        }
        schedules
    }

    /// How sure the shares of links are that regimes set: the weakest of the rows in force in any year.
    fn share_qualities(&self, years: u32) -> BTreeMap<AssetIdx, Quality> {
        let model = self.model();
        let governance = Governance::of_scenario(&model.study, &model.overlay.scenario);
        let mut weakest: BTreeMap<AssetIdx, Quality> = BTreeMap::new();
        for year in 1..=years {
            let mut of_year = BTreeMap::new();
            let rows = governance.rows(&model.study, year.cast_signed());
            for row in rows.filter(|row| row.collectors.is_some()) {
                let assets = named(&model.study, &model.network, &row.groups, &row.links).unwrap_or_default();
                of_year.extend(assets.into_iter().map(|asset| (asset, row.quality)));
            }
            for (asset, quality) in of_year {
                let known = weakest.entry(asset).or_insert(quality);
                *known = quality.max(*known);
            }
        }
        weakest
    }

    /// The works that open links of the scenario: all of their links are open in it, and some were not before. Works that
    /// widen links are none of them, as no scenario has what they widen them to.
    fn works(&self, opened: &[AssetIdx]) -> Vec<&BypassRow> {
        let model = self.model();
        let opens = |row: &&BypassRow| {
            let assets: Vec<AssetIdx> = row.links.iter().filter_map(|id| model.network.asset(id)).collect();
            row.capacity_factor.is_none()
                && assets.iter().all(|&asset| model.status(asset) == Status::Open)
                && assets.iter().any(|asset| opened.contains(asset))
        };
        let mut rows: Vec<&BypassRow> = model.study.bypasses.iter().filter(opens).collect();
        rows.sort_by(|a, b| a.project_id.cmp(&b.project_id));
        rows
    }
}

/// Border fees and tolls by link.
fn on_links(loaded: &Loaded<'_>) -> BTreeMap<AssetIdx, f64> {
    let mut on_links = BTreeMap::new();
    for ((asset, _), usd) in loaded.taken().of_links {
        *on_links.entry(asset).or_default() += usd;
    }
    on_links
}

/// Geometric growth from one amount to another; where one of them is 0, along a straight line.
fn between(from: f64, to: f64, part: f64) -> f64 {
    if from > 0.0 && to > 0.0 { from * (to / from).powf(part) } else { from + (to - from) * part }
}

fn work(row: &BypassRow, payers: Option<Vec<f64>>) -> Work {
    let left = |capital: f64| capital * (1.0 - row.spent_share);
    Work {
        id: row.project_id.clone(),
        name: row.name.clone(),
        capital_usd: [
            left(row.capex_low.unwrap_or(row.capex)),
            row.capex_left(),
            left(row.capex_high.unwrap_or(row.capex)),
        ],
        // At most a hundred, by the table.
        years_to_build: row.years_to_build.ceil().max(1.0) as u32,
        operating_usd: row.opex_per_year,
        payers,
        quality: row.quality,
    }
}

fn of_schedule(schedule: &Schedule, discount_rate: f64) -> Concession {
    let phase = |(from_year, shares): &(u32, Vec<f64>)| Phase {
        from_year: *from_year,
        revenue_share: shares.clone(),
        cost_share: shares.clone(),
    };
    let year = |&revenue: &f64| Year { revenue, operating_cost: 0.0 };
    Concession {
        years: schedule.by_year_usd.iter().map(year).collect(),
        capital_cost: Vec::new(),
        discount_rate,
        phases: schedule.phases.iter().map(phase).collect(),
    }
}

/// Works with their low, best or high cost: spread evenly over the years before the first, and run from then on.
fn of_work(work: &Work, bound: usize, parts: &[Vec<f64>], discount_rate: f64, years: u32) -> Concession {
    let a_year = work.capital_usd[bound] / f64::from(work.years_to_build);
    let phase = |(from_year, shares): (u32, &Vec<f64>)| Phase {
        from_year,
        revenue_share: shares.clone(),
        cost_share: shares.clone(),
    };
    Concession {
        years: vec![Year { revenue: 0.0, operating_cost: work.operating_usd }; years as usize],
        capital_cost: (0..work.years_to_build.cast_signed()).map(|before| (-before, a_year)).collect(),
        discount_rate,
        phases: match &work.payers {
            Some(payers) => vec![phase((1, payers))],
            None => (1..).zip(parts).map(phase).collect(),
        },
    }
}

/// The part of each collector in the revenue of each year; where nothing is earned, its mean share on the links.
fn parts_by_year(earned: &ConcessionValue, schedules: &[Schedule]) -> Vec<Vec<f64>> {
    let n_links: usize = schedules.iter().map(|schedule| schedule.links.len()).sum();
    let mean = |year: u32, at: usize| {
        let weighted = schedules.iter().map(|schedule| {
            let begun = schedule.phases.iter().rev().find(|(from_year, _)| *from_year <= year);
            begun.map_or(0.0, |(_, shares)| shares[at]) * schedule.links.len() as f64
        });
        weighted.sum::<f64>() / n_links.max(1) as f64
    };
    let of_year = |(year, accounts): (u32, &Vec<crate::control::revenue::Account>)| {
        let all: f64 = accounts.iter().map(|account| account.revenue).sum();
        let part = |at: usize| if all > 0.0 { accounts[at].revenue / all } else { mean(year, at) };
        (0..accounts.len()).map(part).collect()
    };
    (1..).zip(&earned.by_year).map(of_year).collect()
}
