//! What can be asked, and the help that teaches it.

mod parties;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use landbridge::study::Date;
use landbridge::trade::{Elasticity, MAX_SIGMA, TradeError};

pub use parties::{Bargain, GameConvention, Interruptions, Leverage, Regimes, Revenue, Stability};

/// Transport corridors: who moves what where, at what time and cost, over whose borders.
#[derive(Debug, Parser)]
#[command(name = "landbridge", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 invalid input; 4 not converged (results are written and \
    marked).\n\
    Start with:  landbridge new my-study --template toy  &&  landbridge run my-study"
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compute a study and write its results: tables, summary, report.
    Run(Run),
    /// Report all problems of a study's files, with places and remedies.
    Check(Check),
    /// Find the best itineraries between two places: time, cost, distance, borders.
    Route(Route),
    /// Hold the model against published facts.
    Validate(Validate),
    /// Print a scenario: what it changes, which regimes are in force, who controls what; or list all.
    Show(Show),
    /// Print what was promised, how far each promise has come on a day, and what stands in the way of each link.
    Agreement(Agreement),
    /// Hold two scenarios against each other: routes, times, costs, borders, who can close them, pairs cut or joined.
    Compare(Compare),
    /// Hold what was said about the corridor against the model: verdicts with the numbers they rest on.
    Claims(Claims),
    /// Print who can close the best way between two places, and whose consent it needs, in every scenario.
    Control(Control),
    /// Print what moves from where to where in a year, what was left out, and what it rests on.
    Demand(Demand),
    /// Print who uses a link in a scenario: tonnes, travellers and values, by whatever is asked.
    Users(Users),
    /// Fit the parameters of the study to counted flows, and write their values into the study.
    Calibrate(Calibrate),
    /// Rank gates, terminals and lines by what it is worth to ease them: an hour less, more capacity, lower fees.
    Bottlenecks(Bottlenecks),
    /// Print who can do what to whom: shares of what moves that can be closed, what closing takes from whom, at what own cost.
    Leverage(Leverage),
    /// Print who gains and who loses by a scenario in trade, prices and welfare, why, and how much rests on an estimate.
    Welfare(Welfare),
    /// Solve for what a change of the cost of trade does to trade, prices and welfare: a table of trade, no study needed.
    Trade(Trade),
    /// Work out what the corridor of a scenario is worth to coalitions, and who can expect what of it.
    Bargain(Bargain),
    /// Work out whom it pays to break the agreement that opens a scenario's corridor, and how far each is from it.
    Stability(Stability),
    /// Hold the regimes of a corridor side by side: what each party has under each, which it prefers, and why.
    Regimes(Regimes),
    /// Work out who earns what by the corridor that a scenario opens: in a year, over a concession, and at the toll that
    /// earns most.
    Revenue(Revenue),
    /// Play out what closes a scenario's corridor for a while, and what that costs whom, as the study's hazards imply.
    Interruptions(Interruptions),
    /// Make a study folder from a template that comes with the program.
    New(New),
}

/// Which scenario of the study.
#[derive(Debug, clap::Args)]
pub struct Scenario {
    /// Scenario of the study [default: base, or the tables as they stand].
    #[arg(long = "scenario", value_name = "ID")]
    pub id: Option<String>,
    /// Give all regimes equal checks and tolls, so that only control differs.
    #[arg(long, requires = "id")]
    pub neutral: bool,
    /// Day whose network and rules hold, YYYY-MM-DD [default: that of the scenario].
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Date>,
}

fn day(text: &str) -> Result<Date, String> {
    Date::from_iso(text).ok_or_else(|| "give a day as YYYY-MM-DD".to_owned())
}

/// `landbridge agreement`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  landbridge agreement studies/south-caucasus --as-of 2025-08-08")]
pub struct Agreement {
    /// Folder of the study.
    pub study: PathBuf,
    /// Day, YYYY-MM-DD [default: that of the study].
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Date>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge show`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  landbridge show studies/south-caucasus open_tripp")]
pub struct Show {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario; without it, all are listed.
    pub scenario: Option<String>,
    /// Give all regimes equal checks and tolls.
    #[arg(long, requires = "scenario")]
    pub neutral: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge compare`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  landbridge compare studies/south-caucasus base open_tripp")]
pub struct Compare {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario before.
    pub before: String,
    /// Scenario after.
    pub after: String,
    /// Give all regimes equal checks and tolls.
    #[arg(long)]
    pub neutral: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge claims`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Supported: every reading of the facts bears the claim out; contradicted: none; depends: some.\n\
    Only verdicts on the basis `model` could have come out otherwise.\n\n\
    Examples:\n  landbridge claims studies/south-caucasus\n  landbridge claims studies/south-caucasus C31 C63"
)]
pub struct Claims {
    /// Folder of the study.
    pub study: PathBuf,
    /// Claims to show with their tests; without any, all verdicts are listed.
    #[arg(value_name = "CLAIM")]
    pub ids: Vec<String>,
    /// List claims without a verdict too, with the reason.
    #[arg(long)]
    pub all: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge control`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  landbridge control studies/south-caucasus --from Baku --to Nakhchivan")]
pub struct Control {
    /// Folder of the study.
    pub study: PathBuf,
    /// Origin.
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// Destination.
    #[arg(long, value_name = "PLACE")]
    pub to: String,
    /// Keep to this mode (road, rail, ferry, sea, air); repeat for several [default: road, then rail].
    #[arg(long, value_name = "MODE")]
    pub mode: Vec<String>,
    /// Class of cargo or traveller [default: the study's main class].
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// Scenario; repeat for several [default: all].
    #[arg(long = "scenario", value_name = "ID")]
    pub scenarios: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge calibrate`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What may be fitted, within which bounds, stands in calibration/parameter.csv; the counts are the \
    comparable rows of observed.csv with a fit_weight above 0. Values go to calibration/fitted.csv, which every other \
    command reads, the fit of every count to calibration/fit.csv; no other file is touched. Takes about a minute for \
    the built-in study, some minutes with --hold-out.\n\n\
    Examples:\n  landbridge calibrate studies/south-caucasus --dry-run\n  \
    landbridge calibrate studies/south-caucasus --hold-out"
)]
pub struct Calibrate {
    /// Folder of the study.
    pub study: PathBuf,
    /// Also hold out every place in turn, and say how well the rest predicts its counts.
    #[arg(long)]
    pub hold_out: bool,
    /// Print what would be written, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge demand`
#[derive(Debug, clap::Args)]
#[command(after_help = "JSON and CSV give the amounts from place to place, with what they are made of.\n\n\
    Examples:\n  landbridge demand studies/south-caucasus --year 2030\n  \
    landbridge demand studies/south-caucasus --from AZE --to AZE-NX --by commodity\n  \
    landbridge demand studies/south-caucasus --format csv")]
pub struct Demand {
    /// Folder of the study.
    pub study: PathBuf,
    /// Year [default: the base year of the study].
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    pub year: Option<i32>,
    /// Only what starts in this region of economy/country.csv.
    #[arg(long, value_name = "REGION")]
    pub from: Option<String>,
    /// Only what ends in this region.
    #[arg(long, value_name = "REGION")]
    pub to: Option<String>,
    /// What the table sums by.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub by: By,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What a table of demand sums by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Pairs of regions.
    #[default]
    Region,
    /// Commodities and purposes of travel.
    Commodity,
    /// Classes.
    Class,
    /// How sure the figures are.
    Quality,
}

/// `landbridge users`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Links are found by identifier, by the identifier or name of a crossing on them, by their name, or \
    by their ends (`Baku - Alat`). A trip that uses several of the links counts once.\n\n\
    Examples:\n  landbridge users studies/south-caucasus --link agarak_road --by pair\n  \
    landbridge users studies/south-caucasus --group corridor_syunik --scenario open_tripp --by flag",
    group = clap::ArgGroup::new("asked").args(["links", "groups"]).required(true).multiple(true)
)]
pub struct Users {
    /// Folder of the study.
    pub study: PathBuf,
    /// Link; repeat for several.
    #[arg(long = "link", value_name = "LINK")]
    pub links: Vec<String>,
    /// Group of links of network/group.csv; repeat for several.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// Scenario [default: base, or the tables as they stand].
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// What the table sums by.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub by: UsersBy,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What a table of users sums by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum UsersBy {
    /// Regions of origin.
    Origin,
    /// Regions of destination.
    Destination,
    /// Pairs of regions.
    #[default]
    Pair,
    /// Pairs of places.
    Place,
    /// Countries of carriers, where a rule looks at them.
    Flag,
    /// Commodities and purposes of travel.
    Commodity,
    /// Classes.
    Class,
}

/// What bottlenecks are ranked by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WorthOf {
    /// An hour less for all who pass.
    #[default]
    Hour,
    /// Capacity for a unit (truck, train, tonne) a day more.
    Capacity,
    /// A charge lower by one money unit on each unit.
    Fee,
}

/// `landbridge bottlenecks`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A bottleneck is a place with a known capacity: hours there rise with what passes. What easing it is worth is \
    a derivative in the equilibrium: the gain of all users together in a year from the first hour (or unit of \
    capacity a day, or money unit of fee) after they have chosen their routes anew and queues have answered. It holds for \
    small changes: an hour less at a gate draws trucks from others, whose queues shrink while its own grows, so that \
    ten hours are worth less than ten times the first. For large changes write a scenario and use `compare`.\n\n\
    Examples:\n  landbridge bottlenecks studies/south-caucasus\n  \
    landbridge bottlenecks studies/south-caucasus --scenario open_tripp --by capacity --limit 5\n  \
    landbridge bottlenecks studies/south-caucasus --year 2030 --format csv"
)]
pub struct Bottlenecks {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario [default: base, or the tables as they stand].
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// Year of the demand [default: the base year of the study].
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    pub year: Option<i32>,
    /// What they are ranked by: the worth of an hour less, of a unit a day of capacity more, or of a lower charge.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub by: WorthOf,
    /// How many to list.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub limit: u16,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What welfare is shown by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WelfareBy {
    /// Regions: who gains and who loses, and why.
    #[default]
    Region,
    /// Pairs of regions: trade before and after.
    Pair,
}

/// `landbridge welfare`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Routes that open or close change what carriage costs; then trade, flows, queues and prices answer until they \
    belong together. Welfare is real expenditure on goods: what a region's spending buys, in percent of the base. How \
    strongly trade answers depends on how long it has had: horizons stand in economy/elasticity.csv, trade in \
    economy/trade_total.csv. What a closed border would let pass is estimated by gravity; the column `without \
    estimate` is what is left of a gain without it. docs/guide/welfare.md explains the tables.\n\n\
    Examples:\n  landbridge welfare studies/south-caucasus\n  \
    landbridge welfare studies/south-caucasus --scenario open_tripp --scenario unblock_full --horizon long\n  \
    landbridge welfare studies/south-caucasus --scenario unblock_full --by pair --format csv"
)]
pub struct Welfare {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario that is held against the base; repeat for several [default: `compare_with` of the study].
    #[arg(long = "scenario", value_name = "ID")]
    pub scenarios: Vec<String>,
    /// Horizon of economy/elasticity.csv [default: all].
    #[arg(long, value_name = "ID")]
    pub horizon: Option<String>,
    /// What the tables show.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub by: WelfareBy,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge trade`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "TRADE.csv has the columns exporter, importer, value: a row for each pair of countries, what each sells to \
    itself included. TAU_HAT.csv has exporter, importer, tau_hat: the new cost of trade over the old, or `closed`; pairs \
    without a row do not change. docs/guide/trade.md explains both, docs/model/trade.md the method.\n\n\
    Examples:\n  landbridge trade --flows TRADE.csv --shock TAU_HAT.csv --sigma 5\n  \
    landbridge trade --flows TRADE.csv --shock TAU_HAT.csv --epsilon 2 --closure purged --trade --format json"
)]
pub struct Trade {
    /// Values of trade: exporter, importer, value.
    #[arg(long, value_name = "TRADE.csv")]
    pub flows: PathBuf,
    /// Changes of the cost of trade: exporter, importer, `tau_hat`.
    #[arg(long, value_name = "TAU_HAT.csv")]
    pub shock: PathBuf,
    /// Elasticity of substitution between goods of different countries, above 1.
    #[arg(long, value_name = "NUMBER", value_parser = sigma, required_unless_present = "epsilon", allow_negative_numbers = true)]
    pub sigma: Option<Elasticity>,
    /// Trade elasticity instead of `--sigma`, which is higher by 1.
    #[arg(long, value_name = "NUMBER", value_parser = epsilon, conflicts_with = "sigma", allow_negative_numbers = true)]
    pub epsilon: Option<Elasticity>,
    /// What becomes of deficits [default: fixed-nominal].
    #[arg(long, value_enum, value_name = "CLOSURE")]
    pub closure: Option<TradeClosure>,
    /// How prices answer.
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub mode: TradeMode,
    /// Country whose price index is 1 in one pass [default: the last of the table].
    #[arg(long, value_name = "COUNTRY")]
    pub reference: Option<String>,
    /// What a pair of two countries without a row means.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub missing: MissingPairs,
    /// Give the new trade of each pair too.
    #[arg(long = "trade")]
    pub with_pairs: bool,
    /// Give up after this many looks at the markets, with exit code 4 [default: 50000].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_iterations: Option<u32>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

fn sigma(text: &str) -> Result<Elasticity, String> {
    elasticity(text, Elasticity::from_sigma)
        .ok_or_else(|| format!("give a number above 1 and at most {MAX_SIGMA}; 5 is usual, 2 to 9 are found"))
}

fn epsilon(text: &str) -> Result<Elasticity, String> {
    let most = MAX_SIGMA - 1.0;
    elasticity(text, Elasticity::from_epsilon)
        .ok_or_else(|| format!("give a number above 0 and at most {most}; 4 is usual, 1 to 8 are found"))
}

fn elasticity(text: &str, of: impl Fn(f64) -> Result<Elasticity, TradeError>) -> Option<Elasticity> {
    of(text.parse().ok()?).ok()
}

/// What becomes of deficits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TradeClosure {
    /// Each deficit keeps its value in units of world output.
    #[default]
    #[value(aliases = ["fixed_nominal", "nominal", "constant-nominal", "constant_nominal"])]
    FixedNominal,
    /// Each country's expenditure keeps its ratio to its output; all ratios are scaled alike to add up.
    #[value(aliases = ["fixed_ratio", "ratio", "constant-ratio", "constant_ratio"])]
    FixedRatio,
    /// Deficits are taken out before the change.
    #[value(aliases = ["purge", "balanced"])]
    Purged,
}

/// How prices answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TradeMode {
    /// General equilibrium.
    #[default]
    Full,
    /// Once, at the shares of output and expenditure of the base: only to compare with gegravity.
    #[value(alias = "one_pass")]
    OnePass,
}

/// What a pair of countries without a row means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MissingPairs {
    /// The table is not complete.
    #[default]
    Error,
    /// They do not trade; domestic sales still need their row.
    Zero,
}

/// How to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for people.
    #[default]
    Table,
    /// JSON for programs.
    Json,
    /// CSV for spreadsheets.
    Csv,
}

/// What makes two itineraries different.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Distinct {
    /// The chain of modes, a border crossing or a port.
    #[default]
    Crossings,
    /// The territories passed.
    Territories,
}

/// `landbridge run`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  landbridge run studies/south-caucasus\n\n\
    Writes results/<study>/report.html, summary.json, manifest.json and tables/*.csv, whole or not at all.")]
pub struct Run {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario.
    #[command(flatten)]
    pub scenario: Scenario,
    /// Solve trade and welfare in all scenarios, not only in the one that is compared: takes about twice as long.
    #[arg(long)]
    pub full: bool,
    /// Folder for the results [default: `results/STUDY` or `results/STUDY-SCENARIO`].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How to print the summary.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge check`
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code 0 if the study can be used (warnings may remain), 3 if not.")]
pub struct Check {
    /// Folder of the study.
    pub study: PathBuf,
    /// How to print the problems.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge route`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Places are found as people type them: `baku`, `Naxçıvan`, `Nakhichevan`, or by node id.\n\n\
    Examples:\n  landbridge route studies/south-caucasus --from Baku --to Nakhchivan --mode road\n  \
    landbridge route studies/south-caucasus --from Aktau --to Istanbul -k 5 --chart aktau.svg\n  \
    landbridge route studies/south-caucasus --from Yerevan --to Moscow --via Tbilisi --format json"
)]
pub struct Route {
    /// Folder of the study.
    pub study: PathBuf,
    /// Origin.
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// Destination.
    #[arg(long, value_name = "PLACE")]
    pub to: String,
    /// Place to pass; repeat for several, in order.
    #[arg(long, value_name = "PLACE")]
    pub via: Vec<String>,
    /// Keep to this mode (road, rail, ferry, sea, air); repeat for several. Ferries are always permitted: they carry
    /// trucks and wagons. Without it, all modes of the class.
    #[arg(long, value_name = "MODE")]
    pub mode: Vec<String>,
    /// Class of cargo or traveller [default: the study's main class].
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// What the itineraries shall differ in.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub distinct: Distinct,
    /// How many itineraries.
    #[arg(short, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub k: u16,
    /// Country of the carrier (for example AZE), for rules that look at it.
    #[arg(long, value_name = "COUNTRY")]
    pub flag: Option<String>,
    /// Scenario.
    #[command(flatten)]
    pub scenario: Scenario,
    /// Draw the time-cost-distance chart into an SVG file.
    #[arg(long, value_name = "FILE.svg")]
    pub chart: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge validate`
#[derive(Debug, clap::Args)]
#[command(after_help = "Facts that the tables were built with prove little and are shown apart.")]
pub struct Validate {
    /// Folder of the study.
    pub study: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Templates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// A tiny invented corridor to learn and to start from.
    #[default]
    Toy,
    /// The built-in study.
    SouthCaucasus,
}

/// `landbridge new`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  landbridge new my-corridor --template toy")]
pub struct New {
    /// Folder to make; it must not exist or be empty.
    pub dir: PathBuf,
    /// What to start from.
    #[arg(long, value_enum, default_value_t)]
    pub template: Template,
}
