//! From the files of a scenario and its regimes to an overlay.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::overlay::order;
use super::{EndSelector, Overlay, Rule};
use crate::index::AssetIdx;
use crate::network::{Control, LinkKind, Network};
use crate::study::lineage::chain;
use crate::study::read::Table;
use crate::study::scenario_tables::{ChangeRow, ControlRow, RuleRow, ScenarioRow};
use crate::study::tables::{Action, Mode, Quality};
use crate::study::value::{ActorSets, nearest};
use crate::study::{Date, Study};

/// The scenario that stands for the tables as they are, if the study has one of this name.
pub const BASE: &str = "base";

/// The regime whose checks and tolls replace those of all others in neutral comparisons.
const NEUTRAL: &str = "neutral";

/// The control rows that hold unless a scenario takes another variant.
const BASE_VARIANT: &str = "base";

/// Why a scenario cannot be laid over the network.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ScenarioError {
    /// There is none of this name.
    #[error("there is no scenario `{id}`{hint}")]
    Unknown {
        /// What was asked for.
        id: String,
        /// A name like it, or all names.
        hint: String,
    },
    /// It is only a part of others.
    #[error("`{id}` is a module: other scenarios include it, it does not stand alone")]
    Module {
        /// What was asked for.
        id: String,
    },
    /// The day lies before all that the study knows.
    #[error("{day} lies before the first event of the timeline, {first}")]
    BeforeTimeline {
        /// What was asked for.
        day: Date,
        /// Day of the first event.
        first: Date,
    },
}

/// Lays a scenario over the network; without a name, the tables as they stand. States are those of the day `as_of`, by
/// default the scenario's: tables and timeline first, then the scenario's changes.
///
/// # Errors
/// There is no such scenario, it is a module, or the day lies before the timeline.
pub fn compile(
    study: &Study,
    network: &Network,
    id: Option<&str>,
    as_of: Option<Date>,
    is_neutral: bool,
) -> Result<Overlay, ScenarioError> {
    let mut overlay = Overlay {
        scenario: id.unwrap_or_default().to_owned(),
        is_neutral,
        as_of: as_of.unwrap_or(study.study.as_of),
        regimes: Vec::new(),
        status: network.assets.iter().map(|asset| asset.status).collect(),
        free_speed_kmh: BTreeMap::new(),
        control: BTreeMap::new(),
        rules: Vec::new(),
        widened: BTreeMap::new(),
    };
    let first = study.timeline.iter().map(|event| event.date).min();
    if let (Some(day), Some(first)) = (as_of, first)
        && day < first
    {
        return Err(ScenarioError::BeforeTimeline { day, first });
    }
    let mut switched: BTreeMap<&str, bool> = BTreeMap::new();
    let mut parts = Vec::new();
    if let Some(id) = id {
        let row = study.scenarios.get(id).and_then(|file| file.row());
        let row = row.ok_or_else(|| unknown(study, id))?;
        if row.is_module {
            return Err(ScenarioError::Module { id: id.to_owned() });
        }
        for part in chain(study, id).unwrap_or_default() {
            let Some((file, row)) = study.scenarios.get(part).and_then(|file| Some((file, file.row()?)))
            else {
                continue;
            };
            overlay.as_of = as_of.or(row.as_of).unwrap_or(overlay.as_of);
            parts.push((part, file, row));
        }
    }
    replay(study, network, &mut overlay);
    for &(part, file, _) in &parts {
        for change in file.changes.iter() {
            apply(study, network, change, &mut overlay, &mut switched);
        }
        overlay.rules.extend(rules(study, network, part, &file.rules));
    }
    let governance = Governance::of(parts.iter().map(|(_, _, row)| *row));
    overlay.regimes = governance.regimes.to_vec();
    overlay.control = governance.control(study, network, governance.year);
    for id in &overlay.regimes {
        let Some(regime) = study.regimes.get(id) else { continue };
        let of_regime = rules(study, network, id, &regime.rules);
        overlay.rules.extend(of_regime.filter(|rule| !is_neutral || !rule.is_surcharge()));
    }
    if is_neutral
        && !overlay.regimes.is_empty()
        && let Some(neutral) = study.regimes.get(NEUTRAL)
    {
        overlay.rules.extend(rules(study, network, NEUTRAL, &neutral.rules));
    }
    let in_force = |id: &str, by_date: bool| switched.get(id).copied().unwrap_or(by_date);
    let access = study.access.iter().filter(|row| in_force(&row.rule_id, row.is_in_force(overlay.as_of)));
    overlay.rules.extend(access.map(|row| Rule::of_access(row, network)));
    order(&mut overlay.rules);
    Ok(overlay)
}

/// Which regimes are in force in a scenario, in which reading, and in which year of their operation.
#[derive(Default)]
pub(crate) struct Governance<'s> {
    regimes: &'s [String],
    variants: &'s [String],
    year: i32,
}

impl<'s> Governance<'s> {
    /// That of a scenario; of none for what is no scenario.
    pub(crate) fn of_scenario(study: &'s Study, id: &str) -> Self {
        let parts = chain(study, id).unwrap_or_default();
        Self::of(parts.into_iter().filter_map(|part| study.scenarios.get(part)?.row()))
    }

    /// What the last of some scenarios leaves in force.
    fn of(rows: impl Iterator<Item = &'s ScenarioRow>) -> Self {
        let mut governance = Self { year: 1, ..Self::default() };
        for row in rows {
            if !row.regimes.is_empty() {
                governance.regimes = &row.regimes;
            }
            if !row.variants.is_empty() {
                governance.variants = &row.variants;
            }
            governance.year = row.operation_year.unwrap_or(governance.year);
        }
        governance
    }

    /// The rows that hold in a year of operation; a later one overrides what an earlier one says of its links.
    pub(crate) fn rows(&self, study: &'s Study, year: i32) -> impl Iterator<Item = &'s ControlRow> {
        let regimes = self.regimes.iter().filter_map(|id| study.regimes.get(id));
        regimes.flat_map(move |regime| {
            // A variant overrides what the base rows say.
            let variants = std::iter::once(BASE_VARIANT).chain(self.variants.iter().map(String::as_str));
            variants.flat_map(move |variant| {
                let of_year = move |row: &&ControlRow| (row.from_year..=row.to_year).contains(&year);
                regime.controls.iter().filter(of_year).filter(move |row| row.variant == variant)
            })
        })
    }

    /// The columns of control in a year of operation, by link; all other links have those of the tables.
    pub(crate) fn control(
        &self,
        study: &'s Study,
        network: &Network,
        year: i32,
    ) -> BTreeMap<AssetIdx, Control> {
        let mut control = BTreeMap::new();
        for row in self.rows(study, year) {
            take_control(study, network, row, &mut control);
        }
        control
    }
}

fn unknown(study: &Study, id: &str) -> ScenarioError {
    let names = || study.scenarios.keys().map(String::as_str);
    let hint = match nearest(id, names()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if study.scenarios.is_empty() => "; the study has none".to_owned(),
        None => format!("; known: {}", names().collect::<Vec<_>>().join(", ")),
    };
    ScenarioError::Unknown { id: crate::diagnostic::clip(id), hint }
}

/// The links that groups and single names select, in order and each once; `None` if nothing is named.
pub(crate) fn named(
    study: &Study,
    network: &Network,
    groups: &[String],
    links: &[String],
) -> Option<Vec<AssetIdx>> {
    if groups.is_empty() && links.is_empty() {
        return None;
    }
    let of_groups = study.groups.iter().filter(|row| groups.contains(&row.group_id));
    let ids = links.iter().chain(of_groups.flat_map(|row| &row.links));
    let mut assets: Vec<AssetIdx> = ids.filter_map(|id| network.asset(id)).collect();
    assets.sort_unstable();
    assets.dedup();
    Some(assets)
}

/// Brings links to their states on the overlay's day: that of the last event until then; before the first event of a
/// link, the state that the event ended; without events, that of the tables.
fn replay(study: &Study, network: &Network, overlay: &mut Overlay) {
    let mut events: Vec<_> = study.timeline.iter().filter(|event| event.status_to.is_some()).collect();
    events.sort_by_key(|event| event.date);
    let mut seen = BTreeSet::new();
    for event in events {
        for asset in named(study, network, &event.groups, &event.links).unwrap_or_default() {
            let is_first = seen.insert(asset);
            let state = if event.date <= overlay.as_of { event.status_to } else { event.status_from };
            if let Some(state) = state.filter(|_| is_first || event.date <= overlay.as_of) {
                overlay.status[asset] = state;
            }
        }
    }
}

fn apply<'s>(
    study: &'s Study,
    network: &Network,
    change: &'s ChangeRow,
    overlay: &mut Overlay,
    switched: &mut BTreeMap<&'s str, bool>,
) {
    if let (Some(rule), Some(in_force)) = (&change.access_rule, change.in_force) {
        switched.insert(rule, in_force);
    }
    for asset in changed(study, network, change) {
        if let Some(status) = change.status {
            overlay.status[asset] = status;
        }
        if let Some(speed) = change.free_speed {
            overlay.free_speed_kmh.insert(asset, speed);
        }
    }
}

/// The links that a change is about.
pub(crate) fn changed(study: &Study, network: &Network, change: &ChangeRow) -> Vec<AssetIdx> {
    let by_name = named(study, network, &change.groups, &change.links);
    let between: Vec<_> = change.between.iter().filter_map(|code| network.country(code)).collect();
    let is_between = |asset: AssetIdx| {
        let countries: Vec<_> = network.assets[asset]
            .territories
            .iter()
            .filter_map(|&territory| network.territories[territory].country)
            .collect();
        between.len() == 2 && between.iter().all(|country| countries.contains(country))
    };
    let crossings = || {
        let mut assets: Vec<AssetIdx> = network
            .links
            .iter()
            .filter(|link| matches!(link.kind, LinkKind::Border(_)))
            .filter_map(|link| link.asset)
            .collect();
        assets.sort_unstable();
        assets.dedup();
        assets
    };
    let candidates = match (by_name, between.is_empty()) {
        (Some(assets), true) => assets,
        (Some(assets), false) => assets.into_iter().filter(|&asset| is_between(asset)).collect(),
        (None, false) => crossings().into_iter().filter(|&asset| is_between(asset)).collect(),
        (None, true) => Vec::new(),
    };
    candidates.into_iter().filter(|&asset| change.admits_mode(network.assets[asset].mode)).collect()
}

fn take_control(
    study: &Study,
    network: &Network,
    row: &ControlRow,
    controls: &mut BTreeMap<AssetIdx, Control>,
) {
    let actor = |id: &String| network.actor(id);
    let sets = |sets: &ActorSets| sets.0.iter().map(|set| set.iter().filter_map(actor).collect()).collect();
    for asset in named(study, network, &row.groups, &row.links).unwrap_or_default() {
        let control = controls.entry(asset).or_insert_with(|| network.assets[asset].control.clone());
        if let Some(can_close) = &row.can_close {
            control.can_close = sets(can_close);
        }
        if let Some(must_consent) = &row.must_consent {
            control.must_consent = sets(must_consent);
        }
        if !row.operator.is_empty() {
            control.operator = row.operator.iter().filter_map(actor).collect();
        }
        if let Some(shares) = &row.collectors {
            control.collectors =
                shares.0.iter().filter_map(|(id, share)| Some((actor(id)?, *share))).collect();
        }
    }
}

fn rules<'a>(
    study: &'a Study,
    network: &'a Network,
    file: &'a str,
    rows: &'a Table<RuleRow>,
) -> impl Iterator<Item = Rule> + 'a {
    rows.iter().map(move |row| rule(study, network, file, row))
}

/// Resolves a rule of a regime or scenario.
pub(crate) fn rule(study: &Study, network: &Network, file: &str, row: &RuleRow) -> Rule {
    let by_name = named(study, network, &row.groups, &row.links);
    let territories: Vec<_> = row.territory.iter().filter_map(|id| network.territory(id)).collect();
    let selects = |&at: &AssetIdx| {
        let asset = &network.assets[at];
        let ends = [asset.ends.0, asset.ends.1].map(|node| network.nodes[node].territory);
        let touches = asset.territories.iter().chain(&ends).any(|t| territories.contains(t));
        (territories.is_empty() || touches)
            && (row.mode.is_empty() || row.mode.iter().any(|word| Mode::from_word(word) == Some(asset.mode)))
    };
    let candidates = by_name.unwrap_or_else(|| network.assets.indices().collect());
    let (time_h, sd_h) = match (row.action, row.time_h.unwrap_or(0.0), row.time_sd_h.unwrap_or(0.0)) {
        // A share p of loads is held for a time of mean h: mean p h, variance p (1 - p) h^2 + p sd^2.
        (Action::Check, h, sd) => {
            let p = row.probability.unwrap_or(1.0);
            (p * h, (p * (1.0 - p) * h * h + p * sd * sd).sqrt())
        }
        (_, h, sd) => (h, sd),
    };
    Rule {
        name: format!("{file}/{}", row.id),
        priority: row.priority,
        action: row.action,
        assets: candidates.into_iter().filter(selects).collect(),
        applies_to: row.applies_to.clone(),
        flag: row.flag.iter().filter_map(|code| network.country(code)).collect(),
        ends: EndSelector::of(network, &row.ends),
        origin: EndSelector::of(network, &row.origin),
        destination: EndSelector::of(network, &row.destination),
        transit: row.transit,
        time_h,
        sd_h,
        money: row.amount.zip(row.per),
        capacity_factor: row.factor.filter(|_| row.action == Action::CapacityFactor).unwrap_or(1.0),
        is_assumed: row.quality == Quality::Assumed,
    }
}
