//! `landbridge revenue`: who earns what by the corridor that a scenario opens.

use std::fmt::Write;
use std::process::ExitCode;

use landbridge::model::{Board, RevenueQuery};
use landbridge::outcome::flows::Levy;
use landbridge::outcome::revenue::{BestToll, ConcessionPlan, Revenue, Taken};
use landbridge_io::atomic::write_file;
use landbridge_io::revenue::{assumptions, name, revenue_csv, revenue_json};

use super::leverage::in_lines;
use super::stability::board;
use crate::args::{self, Format};
use crate::certificate::NOT_CONVERGED;
use crate::input::Failure;
use crate::output::{self, Progress};

/// Columns that the name of a project takes at most, if its words are not longer.
const NAME_WIDTH: usize = 26;

/// Runs the command.
///
/// # Errors
/// The study has errors or no demand, the scenario does not exist, or a number makes no sense.
pub fn run(args: &args::Revenue) -> Result<ExitCode, Failure> {
    if !(args.discount_rate.is_finite() && args.discount_rate >= 0.0) {
        return Err(Failure::Usage("the discount rate is a part of 1 from 0 on, as in 0.08".to_owned()));
    }
    if !(args.highest_toll.is_finite() && args.highest_toll > 0.0) {
        return Err(Failure::Usage("the highest toll is money per tonne above 0".to_owned()));
    }
    if args.chart.as_deref() == Some(std::path::Path::new("-")) {
        let message = "the chart goes to a file: give its name, as in `--chart toll.svg`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let (model, assignment, scenario) = board(&args.study, args.scenario.as_deref(), args.neutral)?;
    let progress = Progress::start("solving for later demand and for tolls");
    let query = RevenueQuery {
        years: args.years,
        discount_rate: args.discount_rate,
        highest_toll_usd_per_t: args.highest_toll,
    };
    let board = Board::new(&assignment, scenario);
    let revenue = board.revenue(&query).map_err(|error| Failure::Failed(error.into()))?;
    drop(progress);
    let currency = &model.study.units.currency;
    if let Some(path) = &args.chart {
        let Some(toll) = &revenue.toll else {
            return Err(Failure::Usage("the scenario opens no link: there is no toll to draw".to_owned()));
        };
        let title = format!("What a further toll earns on the links of {}", revenue.scenario);
        let svg = landbridge_report::toll_chart(&title, currency, toll);
        write_file(path, svg.as_bytes()).map_err(|error| Failure::Failed(Box::new(error)))?;
        output::note(&format!("chart written to {}", path.display()));
    }
    match args.format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&revenue_json(&revenue))),
        Format::Csv => output::bytes(&revenue_csv(&revenue)),
        Format::Table => output::data(&text(&model.study.study.name, currency, &revenue)),
    }
    Ok(if revenue.is_converged { ExitCode::SUCCESS } else { ExitCode::from(NOT_CONVERGED) })
}

/// Millions with three digits; what rounds to nothing is a zero without a sign.
fn million(usd: f64) -> String {
    let shown = format!("{:.3}", usd / 1e6);
    if shown == "-0.000" { "0.000".to_owned() } else { shown }
}

/// The same with its sign.
fn change(usd: f64) -> String {
    let shown = million(usd);
    if usd > 0.0 && shown != "0.000" { format!("+{shown}") } else { shown }
}

fn text(study: &str, currency: &str, revenue: &Revenue) -> String {
    let neutral = if revenue.is_neutral { ", neutral" } else { "" };
    let mut text = output::heading(&format!(
        "{study}: who earns what by {}{neutral}, demand of {}",
        revenue.scenario, revenue.year
    ));
    if !revenue.is_converged {
        text += "NOT CONVERGED: an equilibrium was not reached to its tolerance\n";
    }
    text += &taken(currency, revenue);
    match (&revenue.concession, &revenue.toll) {
        (Some(plan), Some(toll)) => {
            text += &concession(currency, plan);
            text += &best_toll(currency, revenue, toll);
        }
        _ => {
            text += "\nThe scenario opens no link that is not open in the reference: there is no corridor to earn by.\n";
        }
    }
    text.push('\n');
    for sentence in assumptions(revenue) {
        text += &sentence;
        text.push('\n');
    }
    text
}

fn taken(currency: &str, revenue: &Revenue) -> String {
    let party = |taken: &Taken| {
        let id = taken.collector.party.map(|at| revenue.parties[at].id.as_str());
        id.filter(|id| taken.collector.id.as_deref() != Some(id)).unwrap_or("").to_owned()
    };
    let is_home = revenue.collectors.iter().any(|taken| !party(taken).is_empty());
    let row = |name: &str, party: String, levies: [f64; 3], [all, opened, reference]: [f64; 3]| {
        let mut row = vec![name.to_owned()];
        row.extend(is_home.then_some(party));
        row.extend(levies.map(million));
        row.extend([million(all), million(opened), million(reference), change(all - reference)]);
        row
    };
    let of_collector = |taken: &Taken| {
        let sums = [taken.usd(), taken.on_corridor_usd, taken.reference_usd];
        row(name(&taken.collector), party(taken), taken.by_levy_usd, sums)
    };
    let mut rows: Vec<Vec<String>> = revenue.collectors.iter().map(of_collector).collect();
    let sum = |of: &dyn Fn(&Taken) -> f64| revenue.collectors.iter().map(of).sum::<f64>();
    let sums = [revenue.usd(), sum(&|taken| taken.on_corridor_usd), sum(&|taken| taken.reference_usd)];
    rows.push(row("all", String::new(), Levy::ALL.map(|levy| revenue.of_levy_usd(levy)), sums));
    let mut header = vec!["collector"];
    header.extend(is_home.then_some("at home\nin"));
    let numbers = header.len()..header.len() + 7;
    header.extend(["border\nfees", "transit\ncharges", "tolls", "in all"]);
    header.extend(["of it on\nthe corridor", "reference", "change"]);
    let reference =
        if revenue.reference.is_empty() { "the tables as they stand" } else { &revenue.reference };
    let mut text = output::table(&header, numbers, rows);
    let _ = writeln!(
        text,
        "\nMillion {currency} a year, what travellers and goods pay for passage. Reference: {reference}. The corridor: {} links \
         that the scenario opens, and {} beside them that its regimes govern.",
        revenue.opened.len(),
        revenue.corridor.len() - revenue.opened.len()
    );
    if is_home {
        let sums = revenue.parties.iter().zip(revenue.by_party_usd()).filter(|(_, usd)| *usd != 0.0);
        let sums: Vec<String> = sums.map(|(party, usd)| format!("{} {}", party.id, million(usd))).collect();
        let _ = writeln!(text, "With those at home there: {}.", sums.join(", "));
    }
    text
}

fn concession(currency: &str, plan: &ConcessionPlan) -> String {
    let mut text = "\n".to_owned();
    text += &output::heading(&format!(
        "{} years of the corridor, {:.1}% a year",
        plan.years,
        100.0 * plan.discount_rate
    ));
    let in_words = |shares: &[f64]| {
        let named = plan.collectors.iter().zip(shares).filter(|(_, share)| **share != 0.0);
        let named =
            named.map(|(collector, share)| format!("{} {}", name(collector), (1e4 * share).round() / 1e4));
        named.collect::<Vec<_>>().join(", ")
    };
    let mut rows = Vec::new();
    for schedule in &plan.schedules {
        let links = format!("{} ({})", schedule.links.len(), schedule.links[0]);
        let of_year = |year: usize| million(schedule.by_year_usd[year - 1]);
        for (at, (from_year, shares)) in schedule.phases.iter().enumerate() {
            let last = schedule.phases.get(at + 1).map_or(plan.years, |(next, _)| next - 1);
            rows.push(vec![
                if at == 0 { links.clone() } else { String::new() },
                format!("{from_year}-{last}"),
                in_words(shares),
                of_year(*from_year as usize),
                of_year(last as usize),
            ]);
        }
    }
    let header = ["links (the first of them)", "years", "shares", "first\nyear", "last\nyear"];
    text += &output::table(&header, 3..5, rows);
    if !plan.works.is_empty() {
        let row = |work: &landbridge::outcome::revenue::Work| {
            vec![
                in_lines(&format!("{} {}", work.id, work.name), NAME_WIDTH),
                million(work.capital_usd[0]),
                million(work.capital_usd[1]),
                million(work.capital_usd[2]),
                million(work.operating_usd),
                work.years_to_build.to_string(),
                work.payers
                    .as_ref()
                    .map_or("collectors".to_owned(), |payers| in_words(payers).replace(", ", "\n")),
                work.quality.word().to_owned(),
            ]
        };
        let header = [
            "works that open them",
            "left to spend\nlow",
            "\nbest",
            "\nhigh",
            "a year",
            "years",
            "payers",
            "cost is",
        ];
        text.push('\n');
        text += &output::table(&header, 1..6, plan.works.iter().map(row).collect());
    }
    let account = |name: &str, own: &landbridge::control::revenue::Account, range: (f64, f64)| {
        vec![
            name.to_owned(),
            million(own.revenue),
            million(own.operating_cost),
            million(own.capital_cost),
            million(own.net()),
            million(range.1),
            million(range.0),
        ]
    };
    let of_collectors = plan.collectors.iter().zip(&plan.value.by_collector).zip(&plan.net_range_usd);
    let mut rows: Vec<Vec<String>> =
        of_collectors.map(|((collector, own), range)| account(name(collector), own, *range)).collect();
    rows.push(account("all", &plan.value.whole, plan.whole_range_usd()));
    let header = [
        "present value",
        "revenue",
        "running",
        "works",
        "net",
        "if works\ncost most",
        "if works\ncost least",
    ];
    text.push('\n');
    text += &output::table(&header, 1..7, rows);
    text + &format!(
        "\nMillion {currency}. Revenue is that of border fees and tolls on the corridor. Present values are those of \
             the day of opening: later years count less, works before it more. Net: revenue less what running and works \
             cost those who pay.\n"
    )
}

fn best_toll(currency: &str, revenue: &Revenue, toll: &BestToll) -> String {
    let curve = &toll.curve;
    let mut text = "\n".to_owned();
    text += &output::heading("The further toll that earns most");
    let which = if toll.is_governed {
        format!("{} opened links that a regime governs", toll.links.len())
    } else {
        format!("{} opened links", toll.links.len())
    };
    let _ = writeln!(
        text,
        "Goods that pass any of {which} pay a further toll, once a trip. Tried from {:.2} to {:.2} {currency} a tonne in \
         steps of {:.2}, then narrowed down to {:.2}.",
        toll.range_usd_per_t.0, toll.range_usd_per_t.1, toll.step_usd_per_t, toll.found_to_usd_per_t
    );
    if toll.tonnes.0 <= 0.0 && curve.best.revenue <= 0.0 {
        return text + "No goods pass these links: no toll earns anything.\n";
    }
    let is_on_grid = |at: f64| (at / toll.step_usd_per_t - (at / toll.step_usd_per_t).round()).abs() < 1e-9;
    let shown = curve
        .points
        .iter()
        .filter(|point| is_on_grid(point.toll) || point.toll.total_cmp(&curve.best.toll).is_eq());
    let rows = shown.map(|point| {
        let is_best = point.toll.total_cmp(&curve.best.toll).is_eq();
        vec![
            format!("{:.2}", point.toll),
            million(point.revenue),
            if is_best { "best" } else { "" }.to_owned(),
        ]
    });
    text += &output::table(&["further toll\na tonne", "taken on\nthe corridor", ""], 0..2, rows.collect());
    let _ = write!(
        text,
        "\nBest: {:.2} {currency} a tonne; {:.3} million a year instead of {:.3}; {:.0} thousand tonnes instead of {:.0}.{}{}\n\n",
        curve.best.toll,
        curve.best.revenue / 1e6,
        toll.today_usd() / 1e6,
        toll.tonnes.1 / 1e3,
        toll.tonnes.0 / 1e3,
        match curve.best.toll {
            best if best <= toll.range_usd_per_t.0 =>
                " That is the lowest tried: a lower charge than today's may earn more.",
            _ if curve.is_at_end => " That is the highest tried: a higher one may earn more.",
            _ => "",
        },
        if curve.n_grid_peaks > 1 {
            " The curve has several peaks: a small change may move the best toll far."
        } else {
            ""
        }
    );
    let rows = toll.collectors.iter().map(|(collector, today, best)| {
        vec![name(collector).to_owned(), million(*today), million(*best), change(best - today)]
    });
    text += &output::table(
        &["collector on the corridor", "today", "at the best", "change"],
        1..4,
        rows.collect(),
    );
    let rows = revenue.parties.iter().zip(&toll.gain_usd);
    let rows = rows.map(|(party, gain)| vec![party.id.clone(), change(*gain)]);
    text.push('\n');
    text += &output::table(&["party", "payoff"], 1..2, rows.collect());
    text + &format!(
        "\nMillion {currency} a year. Taken: border fees and tolls on the corridor, the further toll included. Payoff: what \
             the best toll changes for a party in the cost of its carriage and travel, half of it at each end of a trip, and \
             in all that it collects anywhere. Nobody answers: trade stays, and no other charge is changed.\n"
    )
}
