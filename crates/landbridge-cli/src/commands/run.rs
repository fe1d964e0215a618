//! `landbridge run`: computes a study, prints what matters and writes the results folder.

use std::path::PathBuf;
use std::process::ExitCode;

use landbridge::model::{Assignment, Model};
use landbridge::outcome::Outcome;
use landbridge::outcome::flows::{Counted, Flows};
use landbridge::outcome::trade::TradeOutcome;
use landbridge::parallel;
use landbridge::study::Date;
use landbridge_io::atomic::write_folder;
use landbridge_io::{ledger, results};
use landbridge_report::{FlowReport, ReportError, html_report};

use super::flows::scenario_table;
use super::run_control::ControlResults;
use super::{numbers, way};
use crate::args::{Format, Run};
use crate::certificate::{Certificate, NOT_CONVERGED, TradeCertificate};
use crate::input::{self, Failure};
use crate::output::{self, Progress, round};

/// A second way is printed if its generalized cost is at most this many times that of the best.
const SECOND_WITHIN: f64 = 2.0;

/// Said where `--neutral` or `--as-of` changes routes but not flows.
const AS_SPECIFIED: &str = "Flows are those of the scenarios as specified, each on its own day.\n";

/// The file of a study that holds country borders for the maps.
const BASEMAP: &str = "basemap.topojson";

/// The results as one file of JSON.
const SUMMARY: &str = "summary.json";

/// Files of a results folder.
type Files = Vec<(String, Vec<u8>)>;

/// What makes some of them.
type Part<'p> = dyn Fn() -> Result<Files, ReportError> + Sync + 'p;

fn file<'f>(files: &'f Files, name: &str) -> &'f [u8] {
    files.iter().find(|(known, _)| known == name).map_or(&[][..], |(_, bytes)| bytes)
}

/// Runs the command.
///
/// # Errors
/// The study has errors, or the results cannot be written.
pub fn run(args: &Run) -> Result<ExitCode, Failure> {
    let progress = Progress::start("reading the study");
    let (text, model) = input::require_under(&args.study, &args.scenario)?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from("results").join(folder_name(&model, args.scenario.as_of)));
    progress.next("computing routes and skims");
    let outcome = model.run();
    let flows = Solved::of(&model, args.full, &progress)?;
    let assignment = flows.as_ref().map(|flows| &flows.assignment);
    let judge = if args.full { landbridge::claims::judge } else { landbridge::claims::judge_quickly };
    let findings = judge(&model, assignment);
    progress.next("writing the results");
    let version = env!("CARGO_PKG_VERSION");
    let about = landbridge_report::About {
        version: version.to_owned(),
        inputs: results::hash_inputs(&text).into_iter().map(|hash| (hash.file, hash.sha256)).collect(),
    };
    let basemap = text.get(BASEMAP).map(String::as_str);
    let flow_report = flows.as_ref().map(|flows| flows.report(&model));
    let trade = flows.as_ref().and_then(|flows| flows.trade.as_ref());
    let report = || {
        let page = html_report(&model, &outcome, basemap, &about, flow_report.as_ref(), &findings)?;
        Ok(vec![("report.html".to_owned(), page.into_bytes())])
    };
    let solved = flows.as_ref();
    let control = solved.map(|solved| solved.control.json(&solved.assignment)).transpose()?;
    let summary = || {
        let flows = flows.as_ref().map(|flows| landbridge_io::flows::json(&flows.assignment, &flows.all));
        let trade = assignment.zip(trade).map(|(assignment, trade)| {
            let reference = &assignment.scenarios[0].overlay.scenario;
            landbridge_io::trade::json(&model, reference, trade, landbridge_io::trade::Of::Regions)
        });
        let summary = results::summary(&model, &outcome, flows, trade, control.as_ref());
        Ok(vec![(SUMMARY.to_owned(), results::pretty(&summary))])
    };
    let claims = || {
        let ledger = || results::pretty(&ledger::ledger(&model, &findings, assignment));
        let has_claims = !model.study.claims.is_empty();
        Ok(has_claims.then(|| ("claims.json".to_owned(), ledger())).into_iter().collect())
    };
    let tables = || Ok(results::tables(&model, &outcome));
    let flow_tables = || {
        let of = |flows: &Solved| landbridge_io::flows::tables(&flows.assignment, &flows.all, &flows.counted);
        Ok(flows.as_ref().map_or(Vec::new(), of))
    };
    let trade_tables = || {
        let trade = trade.map_or(Vec::new(), landbridge_io::trade::tables);
        let control = solved.map_or(Vec::new(), |solved| solved.control.tables());
        Ok([trade, control].concat())
    };
    let parts: [&Part<'_>; 6] = [&report, &summary, &claims, &tables, &flow_tables, &trade_tables];
    let files: Result<Vec<Files>, ReportError> =
        parallel::map_with(&parts, || (), |(), part| part()).into_iter().collect();
    let files = files.map_err(|error| Failure::Failed(Box::new(error)))?.concat();
    let files = results::with_manifest(&model, &text, version, "run", files);
    write_folder(&out, &files).map_err(|error| Failure::Failed(Box::new(error)))?;
    drop(progress);
    match args.format {
        Format::Table => {
            let flows =
                flows.as_ref().map_or(String::new(), |flows| scenario_table(&flows.assignment, &flows.all));
            let is_own = model.overlay.is_neutral || args.scenario.as_of.is_some();
            let as_specified = if is_own && !flows.is_empty() { AS_SPECIFIED } else { "" };
            output::data(&(summary_table(&model, &outcome) + &flows + as_specified));
        }
        Format::Json => output::bytes(file(&files, SUMMARY)),
        Format::Csv => output::bytes(file(&files, "tables/itinerary.csv")),
    }
    output::note(&format!("results in {}; open {}", out.display(), out.join("report.html").display()));
    let Some(solved) = &flows else { return Ok(ExitCode::SUCCESS) };
    let code = Certificate::of_all(&solved.assignment).finish_with(&solved.of_trade);
    if solved.control.is_converged() {
        return Ok(code);
    }
    output::warning("not all closures have come to their equilibrium; results are marked");
    Ok(ExitCode::from(NOT_CONVERGED))
}

/// The demand of the base year on the routes of all scenarios, as specified.
struct Solved {
    assignment: Assignment,
    all: Vec<Flows>,
    counted: Vec<Counted>,
    /// If the study holds trade totals.
    trade: Option<TradeOutcome>,
    of_trade: TradeCertificate,
    control: ControlResults,
}

impl Solved {
    /// `None` if the study holds no demand.
    ///
    /// # Errors
    /// What parties can do to each other cannot be worked out.
    fn of(model: &Model, is_full: bool, progress: &Progress) -> Result<Option<Self>, Failure> {
        progress.next("building route sets");
        let Some(assignment) = model.assignment(model.study.study.base_year) else { return Ok(None) };
        progress.next(&format!("loading {} scenarios", assignment.scenarios.len()));
        let all = assignment.all_flows();
        let counted = assignment.counted();
        let mut this = Self {
            assignment,
            all,
            counted,
            trade: None,
            of_trade: TradeCertificate::default(),
            control: ControlResults::default(),
        };
        let ids: Vec<String> = if is_full {
            this.assignment.scenarios[1..].iter().map(|model| model.overlay.scenario.clone()).collect()
        } else {
            this.compared(model)
                .map(|at| this.assignment.scenarios[at].overlay.scenario.clone())
                .into_iter()
                .collect()
        };
        progress.next(&format!("solving trade in {} scenarios", ids.len()));
        (this.trade, this.of_trade) = super::welfare::solve_beside(&this.assignment, &ids);
        let compared = this.compared(model).unwrap_or(0);
        this.control = ControlResults::of(&this.assignment, compared, is_full, progress)?;
        Ok(Some(this))
    }

    /// Position of what is held against the base: the scenario of the run, or else the one that the study names.
    fn compared(&self, model: &Model) -> Option<usize> {
        let position = |id: &str| self.assignment.position(id).filter(|&at| at > 0);
        let named = || model.study.study.compare_with.as_deref().and_then(position);
        position(&model.overlay.scenario).or_else(named)
    }

    fn report(&self, model: &Model) -> FlowReport<'_> {
        FlowReport {
            size: self.assignment.size(),
            before: &self.all[0],
            after: self.compared(model).map(|at| &self.all[at]),
            counted: &self.counted,
            trade: self.trade.as_ref(),
            control: self.control.parts(),
        }
    }
}

/// Study, scenario and day as the name of a folder: names from data never become paths.
fn folder_name(model: &Model, as_of: Option<Date>) -> String {
    let safe = |id: &str| -> String {
        id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
    };
    let id = safe(&model.study.study.id);
    let overlay = &model.overlay;
    let mut name = if id.is_empty() { "study".to_owned() } else { id };
    if !overlay.scenario.is_empty() && overlay.scenario != landbridge::scenario::BASE {
        name.push('-');
        name.push_str(&safe(&overlay.scenario));
    }
    if overlay.is_neutral {
        name += "-neutral";
    }
    if let Some(day) = as_of {
        name.extend(["-", &day.to_string()]);
    }
    name
}

fn summary_table(model: &Model, outcome: &Outcome) -> String {
    let size = outcome.size;
    let mut text = output::heading(&super::title(model));
    let counts = format!(
        "{} nodes ({} zones), {} links, {} crossings, {} terminals, {} classes; {} of {}\n\n",
        size.nodes,
        size.zones,
        size.assets,
        size.crossings,
        size.terminals,
        size.classes,
        model.study.units.currency,
        model.study.units.price_year
    );
    text += &counts;
    let mut rows = Vec::new();
    for pair in &outcome.key_pairs {
        let nodes = &model.network.nodes;
        let class = model.class_row(pair.class);
        let kind = if pair.mode == "any" { "any mode" } else { &pair.mode };
        let name = format!("{} - {}\n  {kind}, {}", nodes[pair.from].name, nodes[pair.to].name, class.id);
        if pair.itineraries.is_empty() {
            let mut row = vec![name.clone(), "no way is open".to_owned()];
            row.resize(9, String::new());
            rows.push(row);
        }
        let dearest = pair.itineraries.first().map_or(0.0, |best| SECOND_WITHIN * best.cost);
        let shown = pair.itineraries.iter().take(2).filter(|it| it.cost <= dearest);
        for (at, it) in shown.enumerate() {
            let mut row = vec![if at == 0 { name.clone() } else { "  second".to_owned() }, way(model, it)];
            row.extend(numbers(it));
            row.push(format!("{}/{}", round(it.total_usd()), class.unit));
            rows.push(row);
        }
    }
    let currency = &model.study.units.currency;
    let header = [
        "pair",
        "way, borders and ports",
        "km",
        "motion\nh",
        "border\nh",
        "terminal\nh",
        "total\nh",
        "P95\nh",
        currency.as_str(),
    ];
    text += &output::table(&header, 2..9, rows);
    text + "\nSecond: the best way through other territories, if it costs at most twice as much in money and time.\n"
}
