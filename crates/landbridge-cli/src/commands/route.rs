//! `landbridge route`: the best itineraries between two places.

use std::process::ExitCode;

use landbridge::model::{Model, RouteQuery};
use landbridge::outcome::{Itinerary, LegKind};
use landbridge::route::k_best::Distinct;
use landbridge_io::atomic::write_file;
use landbridge_io::json;

use super::{modes, numbers, short, territories, way};
use crate::args::{Format, Route};
use crate::input::{self, Failure};
use crate::output::{self, round};

/// Runs the command.
///
/// # Errors
/// The study has errors, a place or class is not known, or no way connects the places.
pub fn run(args: &Route) -> Result<ExitCode, Failure> {
    if args.chart.as_deref() == Some(std::path::Path::new("-")) {
        let message = "the chart goes to a file: give its name, as in `--chart chart.svg`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let modes = args.mode.iter().map(|word| input::mode(word)).collect::<Result<Vec<_>, _>>()?;
    let (_, model) = input::require_under(&args.study, &args.scenario)?;
    let class = input::class(&model, args.class.as_deref())?;
    if !modes.is_empty() && !modes.iter().any(|mode| model.class_row(class).may_use(*mode)) {
        let row = model.class_row(class);
        let message = format!("class `{}` moves by {} only", row.id, row.modes.join(", "));
        return Err(Failure::Usage(message));
    }
    let query = RouteQuery {
        from: input::place(&model, &args.from)?,
        to: input::place(&model, &args.to)?,
        via: args.via.iter().map(|name| input::place(&model, name)).collect::<Result<_, _>>()?,
        class,
        modes,
        k: usize::from(args.k),
        flag: args.flag.as_deref().map(|code| country(&model, code)).transpose()?,
        distinct: match args.distinct {
            crate::args::Distinct::Crossings => Distinct::Corridor,
            crate::args::Distinct::Territories => Distinct::Territories,
        },
    };
    let itineraries = model.routes(&query).map_err(|error| Failure::Failed(Box::new(error)))?;
    if let Some(path) = &args.chart {
        let svg = landbridge_report::tcd_chart(&model, &itineraries, landbridge_report::Panels::Both);
        write_file(path, svg.as_bytes()).map_err(|error| Failure::Failed(Box::new(error)))?;
    }
    match args.format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&json::routes(&model, &itineraries))),
        Format::Csv => output::bytes(&csv(&model, &itineraries)),
        Format::Table => {
            output::data(&overview(&model, &query, &itineraries));
            for (at, itinerary) in itineraries.iter().enumerate() {
                output::data(&details(&model, itinerary, at + 1));
            }
        }
    }
    if let Some(path) = &args.chart {
        output::note(&format!("chart written to {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn country(model: &Model, code: &str) -> Result<landbridge::index::CountryIdx, Failure> {
    model.network.country(&code.to_uppercase()).ok_or_else(|| {
        let known: Vec<_> = model.network.countries.iter().map(String::as_str).collect();
        Failure::Usage(format!("there is no country `{code}`; known: {}", known.join(", ")))
    })
}

fn overview(model: &Model, query: &RouteQuery, itineraries: &[Itinerary]) -> String {
    let nodes = &model.network.nodes;
    let class = model.class_row(query.class);
    let unit = class.unit;
    let title = format!(
        "{} to {}, {} (value of time {} {}/h per {unit}), as of {}",
        nodes[query.from].name,
        nodes[query.to].name,
        class.name,
        class.value_of_time_usd_per_h,
        model.study.units.currency,
        model.overlay.as_of
    );
    let usd = format!("{}/{unit}", model.study.units.currency);
    let rows = itineraries.iter().enumerate().map(|(at, it)| {
        let mut row = vec![(at + 1).to_string(), way(model, it)];
        row.extend(numbers(it));
        row.push(round(it.total_usd()));
        row
    });
    let header = [
        "#",
        "way, borders and ports",
        "km",
        "motion\nh",
        "border\nh",
        "terminal\nh",
        "total\nh",
        "P95\nh",
        usd.as_str(),
    ];
    format!("{}{}\n", output::heading(&title), output::table(&header, 2..9, rows.collect()))
}

fn details(model: &Model, itinerary: &Itinerary, rank: usize) -> String {
    let network = &model.network;
    let (mut km, mut h, mut usd) = (0.0, 0.0, 0.0);
    let mut rows = Vec::new();
    for leg in &itinerary.legs {
        km += leg.length_km;
        h += leg.total_h();
        usd += leg.total_usd();
        let (what, can_close) = match leg.kind {
            LegKind::Move => (format!("{} to {}", leg.mode_state, network.nodes[leg.to].name), String::new()),
            LegKind::Border(at) => {
                let crossing = &network.crossings[at];
                let sets = &model.control(crossing.asset).can_close;
                (format!("border {}", short(&crossing.name)), network.actor_sets_in_words(sets))
            }
            LegKind::Transfer(at) => {
                (format!("{}: into {}", short(&network.terminals[at].name), leg.mode_state), String::new())
            }
            LegKind::Access(_) | LegKind::Egress(_) if leg.total_h() <= 0.0 && leg.total_usd() <= 0.0 => {
                continue;
            }
            LegKind::Access(_) => (format!("loading into {}", leg.mode_state), String::new()),
            LegKind::Egress(_) => (format!("unloading from {}", leg.mode_state), String::new()),
        };
        rows.push(vec![
            what,
            round(leg.length_km),
            round(leg.moving_h),
            round(leg.stop_h()),
            round(leg.total_usd()),
            round(km),
            round(h),
            round(usd),
            can_close,
        ]);
    }
    let header = ["", "km", "moving h", "stop h", "USD", "at km", "at h", "at USD", "who can close it"];
    let currency = model.study.units.currency.as_str();
    let header: Vec<String> = header.iter().map(|h| h.replace("USD", currency)).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    format!(
        "{}{}{:.0}% of the hours at stops and {:.0}% of the length rest on assumed figures\n\n",
        output::heading(&format!("{rank}. {}", territories(model, itinerary))),
        output::table(&header, 1..8, rows),
        100.0 * itinerary.assumed_stop_share(),
        100.0 * itinerary.assumed_length_share()
    )
}

fn csv(model: &Model, itineraries: &[Itinerary]) -> Vec<u8> {
    let header = [
        "rank",
        "modes",
        "territories",
        "crossings",
        "total_km",
        "moving_h",
        "border_h",
        "terminal_h",
        "total_h",
        "sd_h",
        "p95_h",
        "total_usd",
        "generalized_cost_usd",
    ];
    let rows: Vec<Vec<String>> = itineraries
        .iter()
        .enumerate()
        .map(|(at, it)| {
            let crossings: Vec<_> =
                it.crossings().map(|(c, _)| model.network.crossings[c].id.as_str()).collect();
            let numbers = [
                it.total_km(),
                it.moving_h(),
                it.border_h(),
                it.terminal_h(),
                it.total_h(),
                it.sd_h(),
                it.p95_h(),
                it.total_usd(),
                it.cost,
            ];
            let mut row = vec![
                (at + 1).to_string(),
                modes(it),
                territories(model, it).replace(" > ", ";"),
                crossings.join(";"),
            ];
            row.extend(numbers.map(|value| format!("{value:.4}")));
            row
        })
        .collect();
    output::csv(&header, &rows)
}
