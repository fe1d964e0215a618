//! `landbridge compare`: two scenarios against each other.

use std::process::ExitCode;

use landbridge::index::ActorIdx;
use landbridge::model::Model;
use landbridge::outcome::compare::{PairChange, PairSide, ScenarioChange};
use landbridge::outcome::flow_change::FlowChange;
use landbridge::outcome::trade::TradeOutcome;
use landbridge_io::flows::{FlowChangeJson, change_json};
use landbridge_io::json::{self, ItineraryJson};
use landbridge_io::trade::{Of, TradeJson};
use serde::Serialize;

use super::flows::{NO_DEMAND, change_text};
use super::{numbers, way, welfare};
use crate::args::{Compare, Format};
use crate::certificate::{Certificate, TradeCertificate};
use crate::input::{self, Failure};
use crate::output::{self, Progress, round};

/// One side of a pair for programs.
#[derive(Serialize)]
struct SideJson {
    itinerary: Option<ItineraryJson>,
    closers: Vec<String>,
    vetoes: Vec<String>,
    second_best_premium: Option<f64>,
}

#[derive(Serialize)]
struct PairJson {
    from: String,
    to: String,
    class: String,
    mode: String,
    before: SideJson,
    after: SideJson,
}

#[derive(Serialize)]
struct SkimJson {
    class: String,
    pairs: usize,
    connected_before: usize,
    joined: usize,
    cut: usize,
    cheaper: usize,
    dearer: usize,
    greatest_fall: Option<f64>,
}

#[derive(Serialize)]
struct CompareJson {
    before: String,
    after: String,
    neutral: bool,
    pairs: Vec<PairJson>,
    all_pairs: Vec<SkimJson>,
    flows: Option<FlowChangeJson>,
    flows_absent_because: Option<&'static str>,
    /// Of both scenarios against the reference, if the study holds trade totals.
    trade: Option<TradeJson>,
}

/// Why there are no flows under equal checks and tolls.
const NEUTRAL: &str = "flows are computed for scenarios as specified only, not with equal checks and tolls; leave out --neutral";

/// Runs the command.
///
/// # Errors
/// The study has errors, or a scenario does not exist.
pub fn run(args: &Compare) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    let before = input::under(&model, Some(&args.before), args.neutral)?;
    let after = input::under(&model, Some(&args.after), args.neutral)?;
    let progress = Progress::start("comparing");
    let change = before.compare(&after);
    // The table of itineraries holds no flows.
    let wants_flows = !args.neutral && args.format != Format::Csv;
    let moving = wants_flows.then(|| Moving::of(&model, args, &progress)).flatten();
    drop(progress);
    let flows = moving.as_ref().map(|moving| &moving.flows);
    let absent = match (flows, args.neutral) {
        (Some(_), _) => None,
        (None, true) => Some(NEUTRAL),
        (None, false) => Some(NO_DEMAND.trim_end()),
    };
    let ids = [&args.before, &args.after].map(String::as_str);
    let certificate = Certificate::between(ids, flows);
    let models = [&before, &after];
    let year = model.study.study.base_year;
    match args.format {
        Format::Json => {
            let json = CompareJson {
                before: args.before.clone(),
                after: args.after.clone(),
                neutral: args.neutral,
                pairs: change.pairs.iter().map(|pair| pair_json(models, pair)).collect(),
                all_pairs: skims(&model, &change),
                flows: flows.map(|flows| change_json(&model.network, year, flows)),
                flows_absent_because: absent,
                trade: moving.as_ref().and_then(|moving| moving.trade_json(&model)),
            };
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        Format::Csv => output::bytes(&csv(models, &change)),
        Format::Table => {
            let flows = match (&moving, absent) {
                (Some(moving), _) => {
                    let trade = moving.trade_text(&model, ids);
                    change_text(&model, year, &moving.flows) + &certificate.line() + &trade
                }
                (None, reason) => format!("\n{}\n", reason.unwrap_or_default()),
            };
            output::data(&(tables(models, args, &change) + &flows));
        }
    }
    Ok(match &moving {
        Some(moving) => certificate.finish_with(&moving.of_trade),
        None => certificate.finish(),
    })
}

/// What moves in both scenarios, and what trade makes of it.
struct Moving {
    flows: FlowChange,
    /// Against the reference; `None` if the study holds no trade totals.
    trade: Option<TradeOutcome>,
    of_trade: TradeCertificate,
    reference: String,
}

impl Moving {
    /// `None` if the study holds no demand.
    fn of(model: &Model, args: &Compare, progress: &Progress) -> Option<Self> {
        progress.next("building route sets");
        let assignment = model.assignment(model.study.study.base_year)?;
        progress.next("loading 2 scenarios");
        let flows = |id: &str| assignment.position(id).map(|at| assignment.flows(at));
        let (before, after) = (flows(&args.before)?, flows(&args.after)?);
        let flows = FlowChange::new(&model.study, &model.network, &before, &after);
        progress.next("solving trade");
        let reference = assignment.scenarios[0].overlay.scenario.clone();
        // What all is held against needs no solving, and the same twice only once.
        let mut ids = vec![args.after.clone()];
        if args.before != reference && args.before != args.after {
            ids.insert(0, args.before.clone());
        }
        let (trade, of_trade) = welfare::solve_beside(&assignment, &ids);
        Some(Self { flows, trade, of_trade, reference })
    }

    fn trade_json(&self, model: &Model) -> Option<TradeJson> {
        let trade = self.trade.as_ref()?;
        Some(landbridge_io::trade::json(model, &self.reference, trade, Of::Regions))
    }

    fn trade_text(&self, model: &Model, ids: [&str; 2]) -> String {
        let Some(trade) = &self.trade else { return String::new() };
        welfare::change_text(model, ids, &self.reference, trade)
    }
}

fn actors(model: &Model, actors: &[ActorIdx]) -> Vec<String> {
    actors.iter().map(|&actor| model.network.actors[actor].id.clone()).collect()
}

fn side_json(model: &Model, side: &PairSide) -> SideJson {
    SideJson {
        itinerary: side.best.as_ref().and_then(|it| json::itineraries(model, std::slice::from_ref(it)).pop()),
        closers: actors(model, &side.closers),
        vetoes: actors(model, &side.vetoes),
        second_best_premium: side.premium,
    }
}

fn pair_json(models: [&Model; 2], pair: &PairChange) -> PairJson {
    let [before, after] = models;
    PairJson {
        from: before.network.nodes[pair.from].id.clone(),
        to: before.network.nodes[pair.to].id.clone(),
        class: before.class_row(pair.class).id.clone(),
        mode: pair.mode.clone(),
        before: side_json(before, &pair.sides[0]),
        after: side_json(after, &pair.sides[1]),
    }
}

fn skims(model: &Model, change: &ScenarioChange) -> Vec<SkimJson> {
    change
        .skims
        .iter()
        .map(|skim| SkimJson {
            class: model.class_row(skim.class).id.clone(),
            pairs: skim.pairs,
            connected_before: skim.connected_before,
            joined: skim.joined,
            cut: skim.cut,
            cheaper: skim.cheaper,
            dearer: skim.dearer,
            greatest_fall: skim.greatest_fall.map(|(fall, _, _)| fall),
        })
        .collect()
}

fn csv(models: [&Model; 2], change: &ScenarioChange) -> Vec<u8> {
    let header = [
        "from_node_id",
        "to_node_id",
        "class",
        "mode",
        "side",
        "connected",
        "total_km",
        "border_h",
        "total_h",
        "total_usd",
        "generalized_cost_usd",
        "crossings",
        "closers",
        "vetoes",
        "second_best_premium",
    ];
    let mut rows = Vec::new();
    for pair in &change.pairs {
        let json = pair_json(models, pair);
        for (name, side) in [("before", &json.before), ("after", &json.after)] {
            let it = side.itinerary.as_ref();
            let number =
                |value: fn(&ItineraryJson) -> f64| it.map_or(String::new(), |it| format!("{:.4}", value(it)));
            rows.push(vec![
                json.from.clone(),
                json.to.clone(),
                json.class.clone(),
                json.mode.clone(),
                name.to_owned(),
                u8::from(it.is_some()).to_string(),
                number(|it| it.total_km),
                number(|it| it.border_h),
                number(|it| it.total_h),
                number(|it| it.total_usd),
                number(|it| it.generalized_cost_usd),
                it.map_or(String::new(), |it| it.borders.len().to_string()),
                side.closers.join(";"),
                side.vetoes.join(";"),
                side.second_best_premium.map_or(String::new(), |p| format!("{p:.4}")),
            ]);
        }
    }
    output::csv(&header, &rows)
}

fn tables(models: [&Model; 2], args: &Compare, change: &ScenarioChange) -> String {
    let model = models[0];
    let neutral = if args.neutral { ", equal checks and tolls" } else { "" };
    let mut text =
        output::heading(&format!("{}: {} to {}{neutral}", model.study.study.name, args.before, args.after));
    let mut rows = Vec::new();
    for pair in &change.pairs {
        let nodes = &model.network.nodes;
        let kind = if pair.mode == "any" { "any mode" } else { &pair.mode };
        let class = &model.class_row(pair.class).id;
        let name = format!("{} - {}\n  {kind}, {class}", nodes[pair.from].name, nodes[pair.to].name);
        for (at, (side, model)) in pair.sides.iter().zip(models).enumerate() {
            let label = if at == 0 { name.clone() } else { "  after".to_owned() };
            let Some(it) = &side.best else {
                let mut row = vec![label, "no way is open".to_owned()];
                row.resize(9, String::new());
                rows.push(row);
                continue;
            };
            let [km, _, border, _, total, _] = numbers(it);
            rows.push(vec![
                label,
                way(model, it),
                km,
                border,
                total,
                round(it.total_usd()),
                it.crossings().count().to_string(),
                actors(model, &side.closers).join(" "),
                side.premium.map_or("none".to_owned(), |premium| format!("{:+.0}%", 100.0 * premium)),
            ]);
        }
    }
    let header = [
        "pair",
        "best way, borders and ports",
        "km",
        "border\nh",
        "total\nh",
        "USD",
        "borders",
        "can close it alone",
        "second\nbest",
    ];
    text += &output::table(&header, 2..7, rows);
    text.push('\n');
    text += &output::heading("All pairs of zones");
    let rows = change.skims.iter().map(|skim| {
        let nodes = &model.network.nodes;
        vec![
            model.class_row(skim.class).id.clone(),
            skim.pairs.to_string(),
            skim.connected_before.to_string(),
            skim.joined.to_string(),
            skim.cut.to_string(),
            skim.cheaper.to_string(),
            skim.dearer.to_string(),
            skim.greatest_fall.map_or(String::new(), |(fall, from, to)| {
                format!("{:.0}% {} - {}", 100.0 * fall, nodes[from].name, nodes[to].name)
            }),
        ]
    });
    let header = [
        "class",
        "pairs",
        "connected\nbefore",
        "joined",
        "cut",
        "cheaper\nby > 1%",
        "dearer\nby > 1%",
        "greatest fall",
    ];
    text += &output::table(&header, 1..7, rows.collect());
    text += "\nSecond best: how much dearer the best way through other territories is, in money and time.\n";
    text
}
