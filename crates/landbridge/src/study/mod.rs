//! Stage 0: a study's text becomes checked tables.
//!
//! In: the texts of the files of a study folder ([`StudyText`]). Out: a [`Study`] of typed rows in the engine's units,
//! and every problem found on the way. Nothing here knows the network that the tables will become.

pub mod bypass_tables;
pub mod calibration_tables;
pub mod choice_tables;
pub mod claim_tables;
pub mod csv_text;
pub mod demand_tables;
mod group;
pub mod hazard_tables;
pub mod lineage;
pub mod read;
pub mod read_toml;
mod resolve;
pub mod scenario_tables;
pub mod schema;
pub mod settlement_tables;
pub mod tables;
pub mod trade_tables;
pub mod value;
mod verify;
mod verify_calibration;
mod verify_capacity;
mod verify_claims;
mod verify_demand;
mod verify_game;
mod verify_scenarios;
mod verify_trade;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place, SourceText, clip, has_errors, sort};
use bypass_tables::BypassRow;
use calibration_tables::{CalibrationRow, ExperimentRow, FittedRow, ParameterRow};
use choice_tables::ChoiceRow;
use claim_tables::{CLAIM_SECTIONS, CLAIMS, ClaimRow, TestRow};
use demand_tables::{
    CarrierRow, CommodityRow, CountryRow, GrowthRow, ObservedRow, PassengerRow, ScaleRow, TradeRow, ZoneRow,
};
use hazard_tables::HazardRow;
use read::{DeclaredUnits, Table, read_csv};
use read_toml::TomlText;
use scenario_tables::{
    ChangeRow, ControlRow, GroupRow, REGIME_SECTIONS, RegimeRow, RuleRow, SCENARIO_SECTIONS, ScenarioRow,
};
use schema::Row;
use settlement_tables::{CommitmentRow, EventRow};
use tables::{
    AccessDefaultRow, AccessRow, ActivityRow, ActorRow, ClassRow, CrossingRow, DefaultsRow, FeeRow,
    KeyPairRow, LinkRow, NodeRow, PriceIndexRow, RateRow, SourceRow, StudyRow, TerminalRow, TerritoryRow,
    UnitsRow, ValidationRow,
};

use trade_tables::{ElasticityRow, TradeSettingsRow, TradeTotalRow};

pub use value::Date;

/// The manifest of a study folder.
pub const MANIFEST: &str = "study.toml";

/// The texts of a study folder by path (with `/`), however they were obtained.
pub type StudyText = BTreeMap<String, String>;

/// The checked tables of a study. Lengths are km, speeds km/h, money the study's currency of its price year.
#[derive(Clone, Debug)]
pub struct Study {
    /// `[study]`.
    pub study: StudyRow,
    /// `[units]`.
    pub units: UnitsRow,
    /// `[defaults]`.
    pub defaults: DefaultsRow,
    /// `[[class]]`.
    pub classes: Table<ClassRow>,
    /// `[[access_default]]`.
    pub access_defaults: Table<AccessDefaultRow>,
    /// `[[key_pair]]`.
    pub key_pairs: Table<KeyPairRow>,
    /// `[choice]`: one row or none.
    pub choice: Table<ChoiceRow>,
    /// Nodes.
    pub nodes: Table<NodeRow>,
    /// Physical links.
    pub links: Table<LinkRow>,
    /// Border crossing points.
    pub crossings: Table<CrossingRow>,
    /// Terminals.
    pub terminals: Table<TerminalRow>,
    /// Activities at crossings and terminals.
    pub activities: Table<ActivityRow>,
    /// Territories.
    pub territories: Table<TerritoryRow>,
    /// Actors.
    pub actors: Table<ActorRow>,
    /// Access rules.
    pub access: Table<AccessRow>,
    /// Haulage rates.
    pub rates: Table<RateRow>,
    /// Charges for crossing countries.
    pub fees: Table<FeeRow>,
    /// Price index.
    pub price_index: Table<PriceIndexRow>,
    /// Published facts.
    pub validation: Table<ValidationRow>,
    /// Sources.
    pub sources: Table<SourceRow>,
    /// Named sets of links.
    pub groups: Table<GroupRow>,
    /// What happened when.
    pub timeline: Table<EventRow>,
    /// What was promised.
    pub agreement: Table<CommitmentRow>,
    /// Regions that trade and travel.
    pub countries: Table<CountryRow>,
    /// Commodities.
    pub commodities: Table<CommodityRow>,
    /// Trade between regions.
    pub trade: Table<TradeRow>,
    /// Factors on trade.
    pub scales: Table<ScaleRow>,
    /// Growth of trade and travel.
    pub growth: Table<GrowthRow>,
    /// `[trade]`: one row or none.
    pub trade_settings: Table<TradeSettingsRow>,
    /// All trade between and within regions.
    pub trade_totals: Table<TradeTotalRow>,
    /// How strongly trade answers to its cost.
    pub elasticities: Table<ElasticityRow>,
    /// What could be built.
    pub bypasses: Table<BypassRow>,
    /// What closes links for a while.
    pub hazards: Table<HazardRow>,
    /// Where trade and travel start and end.
    pub zones: Table<ZoneRow>,
    /// Travellers between regions.
    pub passengers: Table<PassengerRow>,
    /// Flags of carriers.
    pub carriers: Table<CarrierRow>,
    /// Flows that were counted.
    pub observed: Table<ObservedRow>,
    /// How far counts are taken to be off.
    pub calibration: Table<CalibrationRow>,
    /// What may be fitted.
    pub parameters: Table<ParameterRow>,
    /// What was fitted.
    pub fitted: Table<FittedRow>,
    /// What happened when something opened or shut.
    pub experiments: Table<ExperimentRow>,
    /// Regimes, by identifier.
    pub regimes: BTreeMap<String, RegimeFile>,
    /// Scenarios, by identifier.
    pub scenarios: BTreeMap<String, ScenarioFile>,
    /// Statements about the corridor.
    pub claims: Table<ClaimRow>,
    /// Tests of the statements.
    pub tests: Table<TestRow>,
}

impl Study {
    /// The value of each parameter, in the order of their table: as fitted, or else as before fitting.
    pub fn parameter_values(&self) -> Vec<f64> {
        let fitted = |id: &str| self.fitted.iter().find(|row| row.parameter_id == id).map(|row| row.value);
        self.parameters.iter().map(|row| fitted(&row.parameter_id).unwrap_or(row.prior)).collect()
    }

    /// How users choose: as `[choice]` says, or by default.
    pub fn choice(&self) -> ChoiceRow {
        self.choice.first().cloned().unwrap_or_default()
    }
}

/// A file of `regimes/`.
#[derive(Clone, Debug)]
pub struct RegimeFile {
    /// Its head.
    pub head: Table<RegimeRow>,
    /// Columns of control.
    pub controls: Table<ControlRow>,
    /// Rules.
    pub rules: Table<RuleRow>,
}

/// A file of `scenarios/`.
#[derive(Clone, Debug)]
pub struct ScenarioFile {
    /// Its head.
    pub head: Table<ScenarioRow>,
    /// Changes in order.
    pub changes: Table<ChangeRow>,
    /// Rules.
    pub rules: Table<RuleRow>,
}

impl ScenarioFile {
    /// The head; every file that was read without errors has one.
    pub fn row(&self) -> Option<&ScenarioRow> {
        self.head.first()
    }
}

/// Reads a study, of which `unreadable` files could not be had (and were reported as such). The second value holds
/// every problem, in the order of files and lines; the study is there only if none of them is an error.
pub fn read(text: &StudyText, unreadable: &BTreeSet<String>) -> (Option<Study>, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let files: BTreeMap<&str, Arc<SourceText>> = text
        .iter()
        .map(|(path, text)| (path.as_str(), SourceText::new(path.clone(), text.clone())))
        .collect();
    let study = read_tables(&files, unreadable, &mut out);
    sort(&mut out);
    (study.filter(|_| unreadable.is_empty() && !has_errors(&out)), out)
}

fn read_tables(
    files: &BTreeMap<&str, Arc<SourceText>>,
    unreadable: &BTreeSet<String>,
    out: &mut Vec<Diagnostic>,
) -> Option<Study> {
    report_unread_files(files, out);
    let Some(manifest) = files.get(MANIFEST) else {
        if !unreadable.contains(MANIFEST) {
            out.push(missing_file(MANIFEST, files));
        }
        return None;
    };
    let toml = TomlText::parse(manifest, out);
    let sections: Vec<_> = tables::ALL.iter().copied().filter(|t| t.file.starts_with('[')).collect();
    toml.check_sections(&sections, out);
    let units = toml.read::<UnitsRow>(out);
    // When `[units]` itself is wrong, one complaint is enough: columns are then read as they stand.
    let declared = match units.first() {
        Some(_) => resolve::declared_units(&units, out),
        None => DeclaredUnits { length: Some(1.0), speed: Some(1.0) },
    };
    let heads = toml.read::<StudyRow>(out);
    let defaults = toml.read::<DefaultsRow>(out);
    let classes = toml.read(out);
    let access_defaults = toml.read(out);
    let key_pairs = toml.read(out);
    let choice = toml.read(out);
    let calibration = toml.read(out);
    let trade_settings = toml.read(out);
    let mut tables = CsvTables { files, unreadable, declared, out };
    let mut study = Study {
        // Placeholders let the rest be checked in the same pass; the study is dropped if a section was missing.
        study: heads.first().cloned().unwrap_or_else(StudyRow::unknown),
        units: units.first().cloned().unwrap_or_else(UnitsRow::unknown),
        defaults: defaults.first().cloned().unwrap_or(DefaultsRow {
            border_time_cv: 0.0,
            t_per_train: 1500.0,
            queue_period_h: 720.0,
            queue_variability: 1.0,
        }),
        classes,
        access_defaults,
        key_pairs,
        choice,
        nodes: tables.read(),
        links: tables.read(),
        crossings: tables.read(),
        terminals: tables.read(),
        activities: tables.read(),
        territories: tables.read(),
        actors: tables.read(),
        access: tables.read(),
        rates: tables.read(),
        fees: tables.read(),
        price_index: tables.read(),
        validation: tables.read(),
        sources: tables.read(),
        groups: tables.read(),
        timeline: tables.read(),
        agreement: tables.read(),
        countries: tables.read(),
        commodities: tables.read(),
        trade: tables.read(),
        scales: tables.read(),
        growth: tables.read(),
        trade_settings,
        trade_totals: tables.read(),
        elasticities: tables.read(),
        bypasses: tables.read(),
        hazards: tables.read(),
        zones: tables.read(),
        passengers: tables.read(),
        carriers: tables.read(),
        observed: tables.read(),
        calibration,
        parameters: tables.read(),
        fitted: tables.read(),
        experiments: tables.read(),
        regimes: BTreeMap::new(),
        scenarios: BTreeMap::new(),
        claims: Table::default(),
        tests: Table::default(),
    };
    for (id, file) in in_folder("regimes/", files) {
        let toml = TomlText::parse(file, out);
        toml.check_sections(REGIME_SECTIONS, out);
        let file = RegimeFile { head: toml.read(out), controls: toml.read(out), rules: toml.read(out) };
        study.regimes.insert(id, file);
    }
    for (id, file) in in_folder("scenarios/", files) {
        let toml = TomlText::parse(file, out);
        toml.check_sections(SCENARIO_SECTIONS, out);
        let file = ScenarioFile { head: toml.read(out), changes: toml.read(out), rules: toml.read(out) };
        study.scenarios.insert(id, file);
    }
    if let Some(file) = files.get(CLAIMS) {
        let toml = TomlText::parse(file, out);
        toml.check_sections(CLAIM_SECTIONS, out);
        (study.claims, study.tests) = (toml.read(out), toml.read(out));
    }
    resolve::check_references(&study, &heads, out);
    resolve::convert_prices(&mut study, !units.is_empty(), out);
    verify::check(&study, out);
    verify_scenarios::check(&study, out);
    verify_claims::check(&study, out);
    verify_demand::check(&study, out);
    verify_calibration::check(&study, out);
    verify_capacity::check(&study, out);
    verify_trade::check(&study, out);
    bypass_tables::check(&study, out);
    hazard_tables::check(&study, out);
    verify_game::check(&study, out);
    Some(study).filter(|_| !heads.is_empty() && !units.is_empty())
}

/// The TOML files of a folder of the study, by the stem of their names.
fn in_folder<'a>(
    folder: &'a str,
    files: &'a BTreeMap<&str, Arc<SourceText>>,
) -> impl Iterator<Item = (String, &'a Arc<SourceText>)> {
    files.iter().filter_map(move |(path, file)| {
        let id = path.strip_prefix(folder)?.strip_suffix(".toml")?;
        Some((id.to_owned(), file))
    })
}

/// Reads the CSV files one after the other.
struct CsvTables<'a> {
    files: &'a BTreeMap<&'a str, Arc<SourceText>>,
    unreadable: &'a BTreeSet<String>,
    declared: DeclaredUnits,
    out: &'a mut Vec<Diagnostic>,
}

impl CsvTables<'_> {
    fn read<R: Row>(&mut self) -> Table<R> {
        if let Some(source) = self.files.get(R::TABLE.file) {
            return read_csv(source, &self.declared, self.out);
        }
        if self.unreadable.contains(R::TABLE.file) {
            return Table::unread();
        }
        if R::TABLE.required {
            self.out.push(missing_file(R::TABLE.file, self.files));
            return Table::unread();
        }
        Table::default()
    }
}

fn missing_file(path: &str, files: &BTreeMap<&str, Arc<SourceText>>) -> Diagnostic {
    let table = tables::ALL.iter().find(|t| t.file == path);
    let doc = table.map_or("the manifest of the study", |t| t.doc.trim());
    // A file that is a table itself is not this one under another name.
    let spare = files.keys().copied().filter(|file| tables::ALL.iter().all(|t| t.file != *file));
    let present = value::nearest(path, spare);
    let help = match present {
        Some(near) => format!("is it `{}`? {path} holds: {doc}", clip(near)),
        None if files.is_empty() => {
            format!("the folder is empty; `landbridge new DIR` makes a study. {path} holds: {doc}")
        }
        None => format!("add it; it holds: {doc}"),
    };
    Diagnostic::new(Code::LB0001, format!("the study lacks `{path}`"), help, Some(Place::file(path)))
}

/// A CSV file that no table has the name of is probably a slip of the pen.
/// Files that commands write into a study for people to read.
const REPORTS: [&str; 2] = ["calibration/fit.csv", "calibration/held_out.csv"];

fn report_unread_files(files: &BTreeMap<&str, Arc<SourceText>>, out: &mut Vec<Diagnostic>) {
    for &path in files.keys() {
        let is_table = std::path::Path::new(path).extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        if !is_table || REPORTS.contains(&path) || tables::ALL.iter().any(|t| t.file == path) {
            continue;
        }
        let known = tables::ALL.iter().map(|t| t.file).filter(|f| !f.starts_with('['));
        let help = match value::nearest(path, known) {
            Some(near) => format!("is `{near}` meant? a file of your own may stay, it is not read"),
            None => "a file of your own may stay, it is not read".to_owned(),
        };
        out.push(Diagnostic::new(
            Code::LB0006,
            format!("`{}` is not a table of the study", clip(path)),
            help,
            Some(Place::file(path)),
        ));
    }
}

impl StudyRow {
    fn unknown() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            description: None,
            base_year: 0,
            as_of: Date::from_iso("1900-01-01").expect("a date"),
            main_class: String::new(),
            compare_with: None,
            compare_regimes: Vec::new(),
        }
    }
}

impl UnitsRow {
    fn unknown() -> Self {
        Self { length: None, speed: None, currency: String::new(), price_year: 0, crs: String::new() }
    }
}
