//! `landbridge users`: who uses a link in a scenario, and for what.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use landbridge::index::AssetIdx;
use landbridge::model::{Assignment, Model};
use landbridge::outcome::flows::LinkUser;
use landbridge::scenario::BASE;
use landbridge::study::tables::{ClassKind, Quality};
use landbridge::study::value::nearest;
use landbridge_io::flows::NOTE;
use landbridge_io::queues::EquilibriumJson;
use serde::Serialize;

use super::flows::{NO_DEMAND, percent, thousand};
use crate::args::{Format, Users, UsersBy};
use crate::certificate::Certificate;
use crate::input::{self, Failure};
use crate::output::{self, Progress, round};

/// Rows of the table; the rest is summed up in one.
const SHOWN: usize = 25;

#[derive(Serialize)]
struct UsersJson {
    scenario: String,
    year: i32,
    equilibrium: EquilibriumJson,
    note: &'static str,
    links: Vec<String>,
    by: &'static str,
    total: GroupJson,
    groups: Vec<GroupJson>,
}

/// Users that have something in common. Shares are those of all users of the links.
#[derive(Clone, Debug, Default, Serialize)]
struct GroupJson {
    name: String,
    t_per_year: f64,
    t_share: Option<f64>,
    assumed_t_per_year: f64,
    persons_per_year: f64,
    persons_share: Option<f64>,
    usd_per_year: f64,
    usd_share: Option<f64>,
}

/// Runs the command.
///
/// # Errors
/// The study has errors, or a link, group or scenario does not exist.
pub fn run(args: &Users) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    let links = links(&model, args)?;
    let model = input::under(&model, args.scenario.as_deref(), false)?;
    let progress = Progress::start("building route sets");
    let Some(assignment) = model.assignment(model.study.study.base_year) else {
        drop(progress);
        output::data(NO_DEMAND);
        return Ok(ExitCode::SUCCESS);
    };
    progress.next("loading the scenario");
    let scenario = assignment.position(args.scenario.as_deref().unwrap_or(BASE)).unwrap_or(0);
    let users = assignment.users(scenario, &links);
    drop(progress);
    let json = summed(&assignment, scenario, &links, &users, args.by);
    match args.format {
        Format::Table => output::data(&text(&assignment, &links, &json, args.by)),
        Format::Json => output::bytes(&landbridge_io::results::pretty(&json)),
        Format::Csv => output::bytes(&csv(&json)),
    }
    Ok(Certificate::of(&assignment, [scenario]).finish())
}

/// Letters and digits in lower case: what is left of a name whatever its dashes, blanks and capitals.
fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The links asked for, in order and each once.
fn links(model: &Model, args: &Users) -> Result<Vec<AssetIdx>, Failure> {
    let mut found: BTreeSet<AssetIdx> = BTreeSet::new();
    for name in &args.links {
        found.extend(link(model, name)?);
    }
    for id in &args.groups {
        let row = model.study.groups.iter().find(|row| row.group_id == *id).ok_or_else(|| {
            let known = model.study.groups.iter().map(|row| row.group_id.as_str());
            Failure::Usage(format!(
                "there is no group of links `{id}`{}",
                hint(nearest(id, known), "network/group.csv")
            ))
        })?;
        found.extend(row.links.iter().filter_map(|id| model.network.asset(id)));
    }
    Ok(found.into_iter().collect())
}

/// What to do about a name that there is not: the nearest one, or the file that holds them.
fn hint(near: Option<&str>, file: &str) -> String {
    near.map_or_else(|| format!("; {file} lists them"), |near| format!("; did you mean `{near}`?"))
}

/// The links that a name means: by identifier, by a crossing, by name, or all that join two places.
fn link(model: &Model, name: &str) -> Result<Vec<AssetIdx>, Failure> {
    let network = &model.network;
    let of_crossing = |test: &dyn Fn(&str, &str) -> bool| -> Vec<AssetIdx> {
        let crossings = network.crossings.iter().filter(|crossing| test(&crossing.id, &crossing.name));
        crossings.map(|crossing| crossing.asset).collect()
    };
    let typed = key(name);
    let is_named = |other: &str| key(other) == typed || key(super::short(other)) == typed;
    let by_id = network.asset(name).into_iter().chain(of_crossing(&|id, _| id == name)).collect();
    let by_name = of_crossing(&|_, other| is_named(other))
        .into_iter()
        .chain(network.assets.enumerate().filter(|(_, asset)| is_named(&asset.name)).map(|(at, _)| at))
        .collect();
    let candidates: [Vec<AssetIdx>; 3] = [by_id, by_name, between(model, name)];
    candidates.into_iter().find(|links| !links.is_empty()).ok_or_else(|| {
        let crossings = network.crossings.iter().flat_map(|c| [c.id.as_str(), c.name.as_str()]);
        let assets = network.assets.iter().flat_map(|a| [a.id.as_str(), a.name.as_str()]);
        let near = hint(nearest(name, crossings.chain(assets)), "network/link.csv");
        Failure::Usage(format!("there is no link `{name}`{near}"))
    })
}

/// Links that join the two places of `A - B`, whichever dash parts them.
fn between(model: &Model, name: &str) -> Vec<AssetIdx> {
    let places = |at: usize, dash: &str| {
        let find = |name: &str| model.network.gazetteer.find(name).ok();
        Some((find(&name[..at])?, find(&name[at + dash.len()..])?))
    };
    let splits = name.match_indices(['-', '\u{2013}']).filter_map(|(at, dash)| places(at, dash));
    let links = splits.flat_map(|(from, to)| {
        let joins = move |ends: (_, _)| ends == (from, to) || ends == (to, from);
        model.network.assets.enumerate().filter(move |(_, asset)| joins(asset.ends)).map(|(at, _)| at)
    });
    links.collect()
}

/// The name of the group that a user belongs to.
fn group(model: &Model, user: &LinkUser, by: UsersBy) -> String {
    let nodes = &model.network.nodes;
    match by {
        UsersBy::Origin => user.origin_region.clone(),
        UsersBy::Destination => user.destination_region.clone(),
        UsersBy::Pair => format!("{} > {}", user.origin_region, user.destination_region),
        UsersBy::Place => format!("{} > {}", nodes[user.origin].name, nodes[user.destination].name),
        UsersBy::Flag => {
            user.flag.map_or("any".to_owned(), |country| model.network.countries[country].clone())
        }
        UsersBy::Commodity => user.what.clone(),
        UsersBy::Class => model.class_row(user.class).id.clone(),
    }
}

fn by_word(by: UsersBy) -> &'static str {
    match by {
        UsersBy::Origin => "origin",
        UsersBy::Destination => "destination",
        UsersBy::Pair => "pair",
        UsersBy::Place => "place",
        UsersBy::Flag => "flag",
        UsersBy::Commodity => "commodity",
        UsersBy::Class => "class",
    }
}

impl GroupJson {
    fn add(&mut self, model: &Model, user: &LinkUser) {
        match model.class_row(user.class).kind {
            ClassKind::Freight => {
                self.t_per_year += user.per_year;
                if user.quality == Quality::Assumed {
                    self.assumed_t_per_year += user.per_year;
                }
            }
            ClassKind::Passenger => self.persons_per_year += user.per_year,
        }
        self.usd_per_year += user.usd_per_year;
    }

    /// States the shares in a whole.
    fn of(mut self, total: &Self) -> Self {
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        self.t_share = share(self.t_per_year, total.t_per_year);
        self.persons_share = share(self.persons_per_year, total.persons_per_year);
        self.usd_share = share(self.usd_per_year, total.usd_per_year);
        self
    }
}

fn summed(
    assignment: &Assignment,
    scenario: usize,
    links: &[AssetIdx],
    users: &[LinkUser],
    by: UsersBy,
) -> UsersJson {
    let model = assignment.reference();
    let mut total = GroupJson { name: "all".to_owned(), ..GroupJson::default() };
    let mut groups: BTreeMap<String, GroupJson> = BTreeMap::new();
    for user in users {
        total.add(model, user);
        groups.entry(group(model, user, by)).or_default().add(model, user);
    }
    let named = |(name, group): (String, GroupJson)| GroupJson { name, ..group }.of(&total);
    let mut groups: Vec<GroupJson> = groups.into_iter().map(named).collect();
    // The sort is stable: groups of one size stay in alphabetical order.
    groups.sort_by(|a, b| {
        b.t_per_year.total_cmp(&a.t_per_year).then(b.persons_per_year.total_cmp(&a.persons_per_year))
    });
    let whole = total.clone();
    UsersJson {
        scenario: assignment.scenarios[scenario].overlay.scenario.clone(),
        year: assignment.demand.year,
        equilibrium: assignment.convergence(scenario).into(),
        note: NOTE,
        links: links.iter().map(|&at| model.network.assets[at].id.clone()).collect(),
        by: by_word(by),
        total: total.of(&whole),
        groups,
    }
}

fn csv(json: &UsersJson) -> Vec<u8> {
    let header = [
        "scenario",
        json.by,
        "t_per_year",
        "t_share",
        "assumed_t_per_year",
        "persons_per_year",
        "persons_share",
        "usd_per_year",
        "usd_share",
    ];
    let share = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.4}"));
    let row = |group: &GroupJson| {
        vec![
            json.scenario.clone(),
            group.name.clone(),
            format!("{:.1}", group.t_per_year),
            share(group.t_share),
            format!("{:.1}", group.assumed_t_per_year),
            format!("{:.1}", group.persons_per_year),
            share(group.persons_share),
            format!("{:.0}", group.usd_per_year),
            share(group.usd_share),
        ]
    };
    output::csv(&header, &json.groups.iter().map(row).collect::<Vec<_>>())
}

fn text(assignment: &Assignment, links: &[AssetIdx], json: &UsersJson, by: UsersBy) -> String {
    let model = assignment.reference();
    let of = if json.scenario.is_empty() { String::new() } else { format!(" in {}", json.scenario) };
    let what = match links {
        [link] => model.network.assets[*link].name.clone(),
        links => format!("{} links", links.len()),
    };
    // Which ones a group or two places stood for is not left to guess.
    let listed = match links {
        [_] => String::new(),
        links => {
            let ids: Vec<&str> = links.iter().map(|&at| model.network.assets[at].id.as_str()).collect();
            format!("links: {}\n", ids.join(", "))
        }
    };
    let mut text = output::heading(&format!("{what}: users{of}, {}", json.year));
    if json.groups.is_empty() {
        return text + &listed + if links.len() == 1 { "nothing uses it\n" } else { "nothing uses them\n" };
    }
    let rest = json.groups.iter().skip(SHOWN).fold(GroupJson::default(), |mut sum, group| {
        sum.t_per_year += group.t_per_year;
        sum.assumed_t_per_year += group.assumed_t_per_year;
        sum.persons_per_year += group.persons_per_year;
        sum.usd_per_year += group.usd_per_year;
        sum
    });
    let mut rows: Vec<GroupJson> = json.groups.iter().take(SHOWN).cloned().collect();
    if let Some(others) = json.groups.len().checked_sub(SHOWN + 1) {
        rows.push(GroupJson { name: format!("{} others", others + 1), ..rest }.of(&json.total));
    }
    rows.push(json.total.clone());
    let currency = format!("million\n{}", model.study.units.currency);
    let header =
        [by_word(by), "kt", "share", "assumed", "thousand\npersons", "share", currency.as_str(), "share"];
    let row = |group: &GroupJson| {
        let total = &json.total;
        vec![
            group.name.clone(),
            thousand(group.t_per_year),
            percent(group.t_per_year, total.t_per_year),
            percent(group.assumed_t_per_year, group.t_per_year),
            thousand(group.persons_per_year),
            percent(group.persons_per_year, total.persons_per_year),
            round(group.usd_per_year / 1e6),
            percent(group.usd_per_year, total.usd_per_year),
        ]
    };
    text += &output::table(&header, 1..8, rows.iter().map(row).collect());
    if !json.equilibrium.is_converged {
        text += "NOT in equilibrium: flows and hours do not belong together.\n";
    }
    text + "\n"
        + &listed
        + "Shares are those of all users of the links; assumed: part of the tonnes of the row.\n"
        + NOTE
        + "\n"
}
