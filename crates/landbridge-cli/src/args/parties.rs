//! What can be asked about parties: what they can do to each other, what they earn, and whether their agreement keeps.

use std::path::PathBuf;

use clap::ValueEnum;

use super::Format;

/// `landbridge leverage`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Parties are the actors of the corridor game (in_corridor_game of politics/actor.csv), each with its \
    companies. Every party closes all links that it can close alone; flows and queues are solved again without them. \
    Leverage is not money that anybody has, and nobody answers a closure; docs/guide/leverage.md shows how to read it.\n\n\
    Examples:\n  landbridge leverage studies/south-caucasus\n  \
    landbridge leverage studies/south-caucasus --scenario open_tripp --on ARM\n  \
    landbridge leverage studies/south-caucasus --scenario joint_board --jointly ARM+USA --discount-rate 0.05\n  \
    landbridge leverage studies/south-caucasus --scenario open_tripp --neutral --trade --format csv"
)]
pub struct Leverage {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario [default: base, or the tables as they stand].
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// Give all regimes equal checks and tolls, so that only control differs.
    #[arg(long, requires = "scenario")]
    pub neutral: bool,
    /// Also close links to the trips of one party alone, each in turn.
    #[arg(long)]
    pub selective: bool,
    /// Let trade answer too: what closing takes in real income, by horizon of the study.
    #[arg(long)]
    pub trade: bool,
    /// Parties that close together, joined by `+`, beside those that the scenario names; repeat for several sets.
    #[arg(long, value_name = "A+B")]
    pub jointly: Vec<String>,
    /// Rate at which the cost of what could be built is spread over years, a year, as a part.
    #[arg(long, default_value_t = 0.08, value_name = "RATE", value_parser = rate)]
    pub discount_rate: f64,
    /// Only what this party can do, alone and with others.
    #[arg(long, value_name = "ACTOR")]
    pub of: Option<String>,
    /// Only what can be done to this party.
    #[arg(long, value_name = "ACTOR")]
    pub on: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge bargain`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Players are the actors marked in politics/actor.csv; the links that the scenario opens need the consent of \
    the sets in `must_consent`. docs/model/settlement.md explains the game.\n\n\
    Examples:\n  landbridge bargain studies/south-caucasus --scenario open_tripp\n  \
    landbridge bargain studies/south-caucasus --scenario open_tripp --horizon long --bloc AZE+TUR"
)]
pub struct Bargain {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario that opens the corridor [default: the one that the study holds against the base].
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// Give all regimes equal checks and tolls, so that only control differs.
    #[arg(long)]
    pub neutral: bool,
    /// Let trade answer, after this horizon of economy/elasticity.csv [default: costs only].
    #[arg(long, value_name = "ID")]
    pub horizon: Option<String>,
    /// What happens to the links of those outside of a coalition.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub convention: GameConvention,
    /// Parties that bargain as one, joined by `+`; repeat for several blocs. Adds the Owen value.
    #[arg(long = "bloc", value_name = "A+B")]
    pub blocs: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What happens to the links of those outside of a coalition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum GameConvention {
    /// They stay as they are.
    #[default]
    StatusQuo,
    /// They are closed; takes minutes, for nearly every coalition has to be solved.
    Strict,
    /// Both games, one after the other.
    Both,
}

/// `landbridge stability`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Says under which assumptions breaking the agreement would pay whom; never how probable that is. \
    docs/guide/settlement.md explains the tables, docs/model/settlement.md the thresholds.\n\n\
    Examples:\n  landbridge stability studies/south-caucasus --scenario open_tripp\n  \
    landbridge stability studies/south-caucasus --scenario open_tripp --trade long --guarantor USA\n  \
    landbridge stability studies/south-caucasus --scenario open_tripp --penalty 5e7 --fades 0.1 --leaves 20\n  \
    landbridge stability studies/south-caucasus --scenario open_aze --neutral --discount-rate 0.12 --format json"
)]
pub struct Stability {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario that is the agreement [default: the one that the study holds against the base].
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// Give all regimes equal checks and tolls, so that only control differs.
    #[arg(long)]
    pub neutral: bool,
    /// Discount rate of the parties, a year, as a part.
    #[arg(long, default_value_t = 0.08, value_name = "RATE")]
    pub discount_rate: f64,
    /// Hazard that the agreement ends by itself, a year, as a part.
    #[arg(long, default_value_t = 0.05, value_name = "HAZARD")]
    pub end_per_year: f64,
    /// Count real income after trade has answered, too: after this horizon of economy/elasticity.csv, or the longest.
    #[arg(long, value_name = "HORIZON", num_args = 0..=1, default_missing_value = "")]
    pub trade: Option<String>,
    /// Penalty that a breaker pays once; repeat for several [default: four that fit the gains].
    #[arg(long = "penalty", value_name = "USD", value_parser = not_negative, allow_negative_numbers = true)]
    pub penalties: Vec<f64>,
    /// Rate a year at which a penalty fades.
    #[arg(long, default_value_t = 0.0, value_name = "RATE", value_parser = not_negative, allow_negative_numbers = true)]
    pub fades: f64,
    /// Years after which the guarantor leaves, and the penalty with it [default: never].
    #[arg(long, value_name = "YEARS", value_parser = not_negative, allow_negative_numbers = true)]
    pub leaves: Option<f64>,
    /// Gain each year beside money from having broken the agreement; repeat for several [default: four that fit].
    #[arg(long = "gain", value_name = "USD", value_parser = not_negative, allow_negative_numbers = true)]
    pub gains: Vec<f64>,
    /// Party whose veto is told from none, beside what its penalty deters [default: an external guarantor whose consent
    /// the corridor needs].
    #[arg(long, value_name = "ACTOR")]
    pub guarantor: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// A number that is finite and at least 0.
fn not_negative(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "give a number that is at least 0".to_owned())
}

/// `landbridge interruptions`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Causes of closure stand in politics/hazard.csv, with rates and durations that the study assumes. Scenarios \
    meet the same luck, so they are compared draw by draw. docs/guide/settlement.md explains the tables.\n\n\
    Examples:\n  landbridge interruptions studies/south-caucasus --scenario open_tripp --scenario joint_board\n  \
    landbridge interruptions studies/toy --scenario dunmere_by_rail --years 20 --draws 2000 --format json"
)]
pub struct Interruptions {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario; repeat for several, which are held against the first [default: `compare_with` of the study].
    #[arg(long = "scenario", value_name = "ID")]
    pub scenarios: Vec<String>,
    /// Give all regimes equal checks and tolls, so that only control differs.
    #[arg(long)]
    pub neutral: bool,
    /// Years that are played out.
    #[arg(long, default_value_t = 10.0, value_name = "YEARS")]
    pub years: f64,
    /// Times that they are played out.
    #[arg(long, default_value_t = 10_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub draws: u32,
    /// Seed of the random numbers.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Rate a year at which later costs count less, as a part.
    #[arg(long, default_value_t = 0.08, value_name = "RATE")]
    pub discount_rate: f64,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge regimes`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every regime is compared as specified and with equal checks and tolls. Differences between regimes over the \
    same links are taken apart: who controls and who may pass, checks, tolls, shares. Checks, tolls and shares of regimes are \
    mostly assumed. docs/guide/regimes.md shows how to read it.\n\n\
    Examples:\n  landbridge regimes studies/south-caucasus\n  \
    landbridge regimes studies/south-caucasus --scenario open_tripp --scenario open_rus --neutral\n  \
    landbridge regimes studies/south-caucasus --trade long --full --format json"
)]
pub struct Regimes {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario whose regime is compared; repeat for several [default: `compare_regimes` of the study, or all scenarios
    /// with one regime that open links].
    #[arg(long = "scenario", value_name = "ID")]
    pub scenarios: Vec<String>,
    /// Work out what parties can do with equal checks and tolls too, and print the tables with them; JSON and CSV hold
    /// both. Payoffs are worked out both ways in any case.
    #[arg(long)]
    pub neutral: bool,
    /// Let trade answer in payoffs, after this horizon of economy/elasticity.csv [default: costs only].
    #[arg(long, value_name = "HORIZON")]
    pub trade: Option<String>,
    /// Differences of payoffs below this are ties, money a year.
    #[arg(long, default_value_t = 10_000.0, value_name = "MONEY")]
    pub material: f64,
    /// Try all ways to break the agreement for break-even gains, as `stability` does; takes minutes.
    #[arg(long)]
    pub full: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `landbridge revenue`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Three answers: what each collector takes in a year in border fees, transit charges and tolls, against the \
    reference; what the links that the scenario opens earn and cost over a concession, with the shares of each year from the \
    regimes and the works of network/bypass.csv; and the further toll on them that earns most, with what it does to \
    everybody. Shares and tolls are mostly assumed, and so are costs of works: the output says which. \
    docs/guide/revenue.md explains the tables.\n\n\
    Examples:\n  landbridge revenue studies/south-caucasus --scenario open_tripp\n  \
    landbridge revenue studies/south-caucasus --scenario open_aze --neutral --format csv\n  \
    landbridge revenue studies/south-caucasus --years 49 --discount-rate 0.12 --highest-toll 30 --chart toll.svg"
)]
pub struct Revenue {
    /// Folder of the study.
    pub study: PathBuf,
    /// Scenario that opens the corridor [default: the one that the study holds against the base].
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// Give all regimes equal checks and tolls, so that only control and shares differ.
    #[arg(long)]
    pub neutral: bool,
    /// Years of the concession.
    #[arg(long, default_value_t = 99, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=999))]
    pub years: u32,
    /// Rate at which later years count less, a year, as a part; prices are those of one year, so it is real.
    #[arg(long, default_value_t = 0.08, value_name = "RATE")]
    pub discount_rate: f64,
    /// Highest further toll that is tried, in money per tonne.
    #[arg(long, default_value_t = 60.0, value_name = "MONEY")]
    pub highest_toll: f64,
    /// Draw what tolls earn into an SVG file.
    #[arg(long, value_name = "FILE.svg")]
    pub chart: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: Option<f64> = text.parse().ok();
    rate.filter(|rate| (0.0..=1.0).contains(rate))
        .ok_or_else(|| "give a part of 1 a year, as 0.08".to_owned())
}
