//! Who earns what by a corridor, in serialized form. Money is the study's currency of its price year, a year unless it is
//! a present value; shares are parts of 1.

use std::collections::BTreeMap;

use landbridge::control::revenue::Account;
use landbridge::outcome::flows::Levy;
use landbridge::outcome::revenue::{BestToll, Collector, ConcessionPlan, Revenue, Schedule, Taken, Work};
use landbridge::study::tables::Quality;
use serde::Serialize;

use crate::tidy::{Csv, number};

/// Stands for the collector of what the tables name nobody for.
pub const NOBODY: &str = "(nobody named)";

/// The name of a collector.
pub fn name(collector: &Collector) -> &str {
    collector.id.as_deref().unwrap_or(NOBODY)
}

/// What the figures rest on, a sentence each.
pub fn assumptions(revenue: &Revenue) -> Vec<String> {
    let mut said = vec![
        "Duties and taxes are in no figure. Transit charges are taken by countries for passage as a whole: they belong to no \
         link, and to no concession."
            .to_owned(),
    ];
    if revenue.tolls_are_assumed {
        said.push("Tolls in force in the scenario are assumed, or some of them are.".to_owned());
    }
    let Some(plan) = &revenue.concession else { return said };
    let assumed = |schedule: &&Schedule| schedule.quality == Some(Quality::Assumed);
    let n_assumed: usize = plan.schedules.iter().filter(assumed).map(|schedule| schedule.links.len()).sum();
    if n_assumed > 0 {
        said.push(format!("Shares of {n_assumed} links are assumed."));
    }
    said.push(match plan.grown {
        Some((year, from_year)) => format!(
            "Year 1 has the demand of {}; revenue of each link grows at an even rate to that of the demand of {year} in year \
             {from_year} and stays there (growth {}). Tolls, fees and prices stay.",
            revenue.year,
            plan.growth_quality.word()
        ),
        None => format!("All years have the demand of {}. Tolls, fees and prices stay.", revenue.year),
    });
    if plan.works.is_empty() {
        said.push(
            "No project of network/bypass.csv opens its links: costs are not known, and not 0.".to_owned(),
        );
    } else {
        let n_assumed = plan.works.iter().filter(|work| work.quality == Quality::Assumed).count();
        said.push(format!(
            "Costs of works are what is left to spend, evenly over the years to build before year 1; {n_assumed} of {} are \
             assumed. Links without a fee or toll in the tables earn nothing here: net is no verdict on the works.",
            plan.works.len()
        ));
    }
    if plan.works.iter().any(|work| work.payers.is_none()) {
        let unnamed: Vec<_> =
            plan.works.iter().filter(|work| work.payers.is_none()).map(|work| work.id.as_str()).collect();
        said.push(format!(
            "Nobody is named to pay for {}: collectors pay by their parts in the revenue of each year.",
            unnamed.join(", ")
        ));
    }
    said
}

/// Who earns what.
#[derive(Clone, Debug, Serialize)]
pub struct RevenueJson {
    scenario: String,
    reference: String,
    neutral: bool,
    year: i32,
    opened_links: Vec<String>,
    corridor_links: Vec<String>,
    total_usd_per_year: f64,
    collectors: Vec<TakenJson>,
    parties: Vec<PartyJson>,
    concession: Option<ConcessionJson>,
    best_toll: Option<BestTollJson>,
    converged: bool,
    assumptions: Vec<String>,
}

/// What a collector takes.
#[derive(Clone, Debug, Serialize)]
pub struct TakenJson {
    collector: Option<String>,
    party: Option<String>,
    border_fees_usd_per_year: f64,
    transit_charges_usd_per_year: f64,
    tolls_usd_per_year: f64,
    total_usd_per_year: f64,
    on_corridor_usd_per_year: f64,
    reference_usd_per_year: f64,
}

/// What the collectors of a party take.
#[derive(Clone, Debug, Serialize)]
pub struct PartyJson {
    party: String,
    revenue_usd_per_year: f64,
    best_toll_gain_usd_per_year: Option<f64>,
}

/// The years of a concession.
#[derive(Clone, Debug, Serialize)]
pub struct ConcessionJson {
    years: u32,
    discount_rate: f64,
    grows_to_demand_of: Option<i32>,
    constant_from_year: Option<u32>,
    shares: Vec<ScheduleJson>,
    works: Vec<WorkJson>,
    present_values: Vec<AccountJson>,
    by_year: Vec<YearJson>,
}

/// Links with the same collectors in all years.
#[derive(Clone, Debug, Serialize)]
pub struct ScheduleJson {
    links: Vec<String>,
    quality: Option<&'static str>,
    phases: Vec<PhaseJson>,
    first_year_usd: f64,
    last_year_usd: f64,
}

/// Shares from a year on.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseJson {
    from_year: u32,
    shares: BTreeMap<String, f64>,
}

/// Works that open links.
#[derive(Clone, Debug, Serialize)]
pub struct WorkJson {
    project: String,
    name: String,
    capital_low_usd: f64,
    capital_usd: f64,
    capital_high_usd: f64,
    years_to_build: u32,
    operating_usd_per_year: f64,
    payers: Option<BTreeMap<String, f64>>,
    quality: &'static str,
}

/// Present values of a collector; `collector` is absent for all together.
#[derive(Clone, Debug, Serialize)]
pub struct AccountJson {
    collector: Option<String>,
    is_whole: bool,
    revenue_usd: f64,
    operating_usd: f64,
    capital_usd: f64,
    net_usd: f64,
    net_if_works_cost_most_usd: f64,
    net_if_works_cost_least_usd: f64,
}

/// A year, not discounted.
#[derive(Clone, Debug, Serialize)]
pub struct YearJson {
    year: i32,
    revenue_usd: BTreeMap<String, f64>,
    operating_usd: BTreeMap<String, f64>,
    capital_usd: BTreeMap<String, f64>,
}

/// The toll that earns most.
#[derive(Clone, Debug, Serialize)]
pub struct BestTollJson {
    links: Vec<String>,
    governed_by_a_regime: bool,
    lowest_usd_per_t: f64,
    highest_usd_per_t: f64,
    step_usd_per_t: f64,
    found_to_usd_per_t: f64,
    best_usd_per_t: f64,
    is_at_end_of_range: bool,
    peaks: usize,
    today_usd_per_year: f64,
    best_usd_per_year: f64,
    tonnes_today: f64,
    tonnes_at_best: f64,
    collectors: Vec<TollShareJson>,
    curve: Vec<PointJson>,
}

/// What a collector has of a toll.
#[derive(Clone, Debug, Serialize)]
pub struct TollShareJson {
    collector: Option<String>,
    today_usd_per_year: f64,
    best_usd_per_year: f64,
}

/// A toll and what it earns.
#[derive(Clone, Debug, Serialize)]
pub struct PointJson {
    further_toll_usd_per_t: f64,
    revenue_usd_per_year: f64,
}

/// Revenue in serialized form.
pub fn revenue_json(revenue: &Revenue) -> RevenueJson {
    let party = |at: Option<usize>| at.map(|at| revenue.parties[at].id.clone());
    let taken = |taken: &Taken| TakenJson {
        collector: taken.collector.id.clone(),
        party: party(taken.collector.party),
        border_fees_usd_per_year: taken.of_levy_usd(Levy::Border),
        transit_charges_usd_per_year: taken.of_levy_usd(Levy::Transit),
        tolls_usd_per_year: taken.of_levy_usd(Levy::Toll),
        total_usd_per_year: taken.usd(),
        on_corridor_usd_per_year: taken.on_corridor_usd,
        reference_usd_per_year: taken.reference_usd,
    };
    let of_parties = revenue.parties.iter().zip(revenue.by_party_usd()).enumerate();
    RevenueJson {
        scenario: revenue.scenario.clone(),
        reference: revenue.reference.clone(),
        neutral: revenue.is_neutral,
        year: revenue.year,
        opened_links: revenue.opened.clone(),
        corridor_links: revenue.corridor.clone(),
        total_usd_per_year: revenue.usd(),
        collectors: revenue.collectors.iter().map(taken).collect(),
        parties: of_parties
            .map(|(at, (party, revenue_usd_per_year))| PartyJson {
                party: party.id.clone(),
                revenue_usd_per_year,
                best_toll_gain_usd_per_year: revenue.toll.as_ref().map(|toll| toll.gain_usd[at]),
            })
            .collect(),
        concession: revenue.concession.as_ref().map(concession),
        best_toll: revenue.toll.as_ref().map(best_toll),
        converged: revenue.is_converged,
        assumptions: assumptions(revenue),
    }
}

fn concession(plan: &ConcessionPlan) -> ConcessionJson {
    let named = |values: &mut dyn Iterator<Item = f64>| -> BTreeMap<String, f64> {
        let names = plan.collectors.iter().map(|collector| name(collector).to_owned());
        names.zip(values).filter(|(_, value)| *value != 0.0).collect()
    };
    let schedule = |schedule: &Schedule| ScheduleJson {
        links: schedule.links.clone(),
        quality: schedule.quality.map(Quality::word),
        phases: schedule
            .phases
            .iter()
            .map(|(from_year, shares)| PhaseJson {
                from_year: *from_year,
                shares: named(&mut shares.iter().copied()),
            })
            .collect(),
        first_year_usd: schedule.by_year_usd.first().copied().unwrap_or(0.0),
        last_year_usd: schedule.by_year_usd.last().copied().unwrap_or(0.0),
    };
    let work = |work: &Work| WorkJson {
        project: work.id.clone(),
        name: work.name.clone(),
        capital_low_usd: work.capital_usd[0],
        capital_usd: work.capital_usd[1],
        capital_high_usd: work.capital_usd[2],
        years_to_build: work.years_to_build,
        operating_usd_per_year: work.operating_usd,
        payers: work.payers.as_ref().map(|payers| named(&mut payers.iter().copied())),
        quality: work.quality.word(),
    };
    let account = |collector: Option<String>, is_whole, account: &Account, range: (f64, f64)| AccountJson {
        collector,
        is_whole,
        revenue_usd: account.revenue,
        operating_usd: account.operating_cost,
        capital_usd: account.capital_cost,
        net_usd: account.net(),
        net_if_works_cost_most_usd: range.1,
        net_if_works_cost_least_usd: range.0,
    };
    let of_collectors = plan.collectors.iter().zip(&plan.value.by_collector).zip(&plan.net_range_usd);
    let of_collectors =
        of_collectors.map(|((collector, own), range)| account(collector.id.clone(), false, own, *range));
    let whole = account(None, true, &plan.value.whole, plan.whole_range_usd());
    let year = |(year, accounts): (i32, &Vec<Account>)| YearJson {
        year,
        revenue_usd: named(&mut accounts.iter().map(|account| account.revenue)),
        operating_usd: named(&mut accounts.iter().map(|account| account.operating_cost)),
        capital_usd: named(&mut accounts.iter().map(|account| account.capital_cost)),
    };
    ConcessionJson {
        years: plan.years,
        discount_rate: plan.discount_rate,
        grows_to_demand_of: plan.grown.map(|(year, _)| year),
        constant_from_year: plan.grown.map(|(_, from_year)| from_year),
        shares: plan.schedules.iter().map(schedule).collect(),
        works: plan.works.iter().map(work).collect(),
        present_values: of_collectors.chain([whole]).collect(),
        by_year: (plan.value.first_year..).zip(&plan.value.by_year).map(year).collect(),
    }
}

fn best_toll(toll: &BestToll) -> BestTollJson {
    let share = |(collector, today, best): &(Collector, f64, f64)| TollShareJson {
        collector: collector.id.clone(),
        today_usd_per_year: *today,
        best_usd_per_year: *best,
    };
    let points = toll.curve.points.iter();
    BestTollJson {
        links: toll.links.clone(),
        governed_by_a_regime: toll.is_governed,
        lowest_usd_per_t: toll.range_usd_per_t.0,
        highest_usd_per_t: toll.range_usd_per_t.1,
        step_usd_per_t: toll.step_usd_per_t,
        found_to_usd_per_t: toll.found_to_usd_per_t,
        best_usd_per_t: toll.curve.best.toll,
        is_at_end_of_range: toll.curve.is_at_end,
        peaks: toll.curve.n_grid_peaks,
        today_usd_per_year: toll.today_usd(),
        best_usd_per_year: toll.curve.best.revenue,
        tonnes_today: toll.tonnes.0,
        tonnes_at_best: toll.tonnes.1,
        collectors: toll.collectors.iter().map(share).collect(),
        curve: points
            .map(|point| PointJson {
                further_toll_usd_per_t: point.toll,
                revenue_usd_per_year: point.revenue,
            })
            .collect(),
    }
}

/// A row for each collector: what it takes in a year, present values of the concession, and what it has on the links with a
/// further toll.
pub fn revenue_csv(revenue: &Revenue) -> Vec<u8> {
    let mut csv = Csv::new(&[
        "scenario",
        "is_neutral",
        "collector",
        "party",
        "border_fees_usd_per_year",
        "transit_charges_usd_per_year",
        "tolls_usd_per_year",
        "total_usd_per_year",
        "on_corridor_usd_per_year",
        "reference_usd_per_year",
        "concession_years",
        "revenue_present_usd",
        "operating_present_usd",
        "capital_present_usd",
        "net_present_usd",
        "net_present_if_works_cost_most_usd",
        "net_present_if_works_cost_least_usd",
        "best_further_toll_usd_per_t",
        "corridor_today_usd_per_year",
        "corridor_at_best_usd_per_year",
        "is_converged",
    ]);
    // Those who only pay for works take nothing in a year.
    let collectors = revenue.collectors.iter().map(|taken| &taken.collector);
    let of_plan = revenue.concession.iter().flat_map(|plan| &plan.collectors);
    let of_toll = revenue.toll.iter().flat_map(|toll| &toll.collectors).map(|(collector, _, _)| collector);
    let all: BTreeMap<(bool, &str), &Collector> = collectors
        .chain(of_plan)
        .chain(of_toll)
        .map(|collector| ((collector.id.is_none(), name(collector)), collector))
        .collect();
    let money = |usd: f64| number(usd, 0);
    for collector in all.into_values() {
        let taken = revenue.collectors.iter().find(|taken| taken.collector == *collector);
        let taken = |of: &dyn Fn(&Taken) -> f64| taken.map_or("0".to_owned(), |taken| money(of(taken)));
        let plan = revenue.concession.as_ref();
        let at = plan.and_then(|plan| plan.collectors.iter().position(|other| other == collector));
        let present = |of: &dyn Fn(&ConcessionPlan, usize) -> f64| {
            plan.zip(at).map_or(String::new(), |(plan, at)| money(of(plan, at)))
        };
        let toll = revenue.toll.as_ref();
        let of_toll = toll.and_then(|toll| toll.collectors.iter().find(|(other, _, _)| other == collector));
        csv.row([
            revenue.scenario.clone(),
            u8::from(revenue.is_neutral).to_string(),
            name(collector).to_owned(),
            collector.party.map_or(String::new(), |at| revenue.parties[at].id.clone()),
            taken(&|taken| taken.of_levy_usd(Levy::Border)),
            taken(&|taken| taken.of_levy_usd(Levy::Transit)),
            taken(&|taken| taken.of_levy_usd(Levy::Toll)),
            taken(&Taken::usd),
            taken(&|taken| taken.on_corridor_usd),
            taken(&|taken| taken.reference_usd),
            plan.map_or(String::new(), |plan| plan.years.to_string()),
            present(&|plan, at| plan.value.by_collector[at].revenue),
            present(&|plan, at| plan.value.by_collector[at].operating_cost),
            present(&|plan, at| plan.value.by_collector[at].capital_cost),
            present(&|plan, at| plan.value.by_collector[at].net()),
            present(&|plan, at| plan.net_range_usd[at].1),
            present(&|plan, at| plan.net_range_usd[at].0),
            toll.map_or(String::new(), |toll| number(toll.curve.best.toll, 2)),
            of_toll.map_or(String::new(), |(_, today, _)| money(*today)),
            of_toll.map_or(String::new(), |(_, _, best)| money(*best)),
            u8::from(revenue.is_converged).to_string(),
        ]);
    }
    csv.finish()
}
