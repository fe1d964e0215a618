//! `landbridge show`: a scenario as it lies over the tables.

use std::collections::BTreeMap;
use std::process::ExitCode;

use landbridge::model::Model;
use landbridge::scenario::{BASE, Difference, Rule};
use landbridge::study::lineage;
use serde::Serialize;

use crate::args::{Format, Show};
use crate::input::{self, Failure};
use crate::output::{self, round};

#[derive(Serialize)]
struct ScenarioJson {
    id: String,
    name: String,
    is_module: bool,
    as_of: Option<String>,
    regimes: Vec<String>,
    made_of: Vec<String>,
}

#[derive(Serialize)]
struct DifferenceJson {
    what: &'static str,
    link_id: Option<String>,
    before: String,
    after: String,
}

/// Runs the command.
///
/// # Errors
/// The study has errors, or there is no such scenario.
pub fn run(args: &Show) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    let Some(id) = &args.scenario else {
        list(&model, args.format);
        return Ok(ExitCode::SUCCESS);
    };
    let shown = input::under(&model, Some(id), args.neutral)?;
    let differences = model.overlay.differences(&shown.overlay);
    let rows: Vec<DifferenceJson> = differences.iter().map(|d| in_words(&model, &shown, d)).collect();
    match args.format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&rows)),
        Format::Csv => {
            let rows: Vec<Vec<String>> = rows
                .into_iter()
                .map(|d| vec![d.what.to_owned(), d.link_id.unwrap_or_default(), d.before, d.after])
                .collect();
            output::bytes(&output::csv(&["what", "link_id", "before", "after"], &rows));
        }
        Format::Table => output::data(&text(&model, &shown, id, rows)),
    }
    Ok(ExitCode::SUCCESS)
}

fn scenario_json(model: &Model, id: &str) -> Option<ScenarioJson> {
    let row = model.study.scenarios.get(id)?.row()?;
    let overlay = model.under(id, false).ok().map(|model| model.overlay);
    Some(ScenarioJson {
        id: id.to_owned(),
        name: row.name.clone(),
        is_module: row.is_module,
        as_of: overlay.as_ref().map(|overlay| overlay.as_of.to_string()),
        regimes: overlay.map_or_else(|| row.regimes.clone(), |overlay| overlay.regimes),
        made_of: lineage::chain(&model.study, id)
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect(),
    })
}

fn list(model: &Model, format: Format) {
    let all: Vec<_> = model.study.scenarios.keys().filter_map(|id| scenario_json(model, id)).collect();
    let row = |s: &ScenarioJson| {
        vec![
            s.id.clone(),
            s.name.clone(),
            s.as_of.clone().unwrap_or_default(),
            s.regimes.join(", "),
            s.made_of.iter().filter(|part| **part != s.id).cloned().collect::<Vec<_>>().join(", "),
        ]
    };
    let header = ["scenario", "name", "as of", "regimes", "made of"];
    match format {
        Format::Json => output::bytes(&landbridge_io::results::pretty(&all)),
        Format::Csv => output::bytes(&output::csv(&header, &all.iter().map(row).collect::<Vec<_>>())),
        Format::Table => {
            let (modules, scenarios): (Vec<_>, Vec<_>) = all.iter().partition(|s| s.is_module);
            let mut text = output::heading("Scenarios");
            text += &output::table(&header, 0..0, scenarios.into_iter().map(row).collect());
            if !modules.is_empty() {
                text.push('\n');
                text += &output::heading("Modules that scenarios include");
                text += &output::table(
                    &header[..2],
                    0..0,
                    modules.into_iter().map(|s| row(s)[..2].to_vec()).collect(),
                );
            }
            output::data(&text);
        }
    }
}

fn in_words(base: &Model, shown: &Model, difference: &Difference) -> DifferenceJson {
    let network = &base.network;
    let id = |asset| Some(network.assets[asset].id.clone());
    let control = |control: Option<&landbridge::network::Control>, asset| {
        let control = control.unwrap_or(&network.assets[asset].control);
        let shares: Vec<_> = control
            .collectors
            .iter()
            .map(|&(actor, share)| format!("{} {:.0}%", network.actors[actor].id, 100.0 * share))
            .collect();
        let operators: Vec<_> =
            control.operator.iter().map(|&actor| network.actors[actor].id.as_str()).collect();
        format!(
            "closed by {}; consent of {}; run by {}; collected by {}",
            network.actor_sets_in_words(&control.can_close),
            network.actor_sets_in_words(&control.must_consent),
            if operators.is_empty() { "nobody named".to_owned() } else { operators.join(", ") },
            shares.join(", ")
        )
    };
    let speed = |speed: Option<f64>, asset: landbridge::index::AssetIdx| {
        speed.or(network.assets[asset].free_speed_kmh).map_or(String::new(), |v| format!("{} km/h", round(v)))
    };
    let (what, link_id, before, after) = match difference {
        Difference::Status(asset, a, b) => ("status", id(*asset), a.to_string(), b.to_string()),
        Difference::FreeSpeed(asset, a, b) => ("speed", id(*asset), speed(*a, *asset), speed(*b, *asset)),
        Difference::Control(asset, a, b) => {
            ("control", id(*asset), control(a.as_deref(), *asset), control(b.as_deref(), *asset))
        }
        Difference::Without(rule) => ("rule", None, rule_in_words(shown, rule), String::new()),
        Difference::With(rule) => ("rule", None, String::new(), rule_in_words(shown, rule)),
    };
    DifferenceJson { what, link_id, before, after }
}

fn rule_in_words(model: &Model, rule: &Rule) -> String {
    let amount = rule.money.map_or(String::new(), |(amount, per)| format!(" {}/{per}", round(amount)));
    let time = if rule.time_h > 0.0 { format!(" {} h", round(rule.time_h)) } else { String::new() };
    let ids: Vec<_> = rule.assets.iter().map(|&a| model.network.assets[a].id.as_str()).collect();
    let links =
        if ids.len() <= 2 { format!(" on {}", ids.join(", ")) } else { format!(" on {} links", ids.len()) };
    format!("{}: {}{time}{amount}{links}", rule.name, rule.action)
}

fn text(base: &Model, shown: &Model, id: &str, rows: Vec<DifferenceJson>) -> String {
    let mut text = output::heading(&super::title(shown));
    if let Some(scenario) = scenario_json(base, id) {
        text += &output::visible(&format!("{}\n", scenario.name));
        text += &output::visible(&format!("made of: {}\n", scenario.made_of.join(", ")));
    }
    let regimes =
        if shown.overlay.regimes.is_empty() { "none".to_owned() } else { shown.overlay.regimes.join(", ") };
    text += &output::visible(&format!("regimes in force: {regimes}\n\n"));
    if rows.is_empty() {
        return text + &format!("nothing differs from {BASE}\n");
    }
    // Links that change in one way are shown together.
    let mut grouped: BTreeMap<(&str, String, String), Vec<String>> = BTreeMap::new();
    for row in rows {
        grouped.entry((row.what, row.before, row.after)).or_default().extend(row.link_id);
    }
    let rows = grouped
        .into_iter()
        .map(|((what, before, after), links)| {
            let links = match links.len() {
                0 => String::new(),
                n @ 1..=3 => format!("{n}: {}", links.join(", ")),
                n => format!("{n}: {}, ...", links[..2].join(", ")),
            };
            vec![what.to_owned(), before, after, links]
        })
        .collect();
    text + &output::table(&["what", "before", "after", "links"], 0..0, rows)
}
