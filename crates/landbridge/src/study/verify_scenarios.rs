//! Checks regimes and scenarios: what they refer to, that they do not lead back to themselves, that rules and changes
//! select something and say what they do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Study;
use super::lineage::chain;
use super::read::Table;
use super::resolve::Checker;
use super::scenario_tables::{ChangeRow, ControlRow, RuleRow};
use super::schema::Row;
use super::tables::{Action, FeePer, LinkRow, Mode, StudyRow};
use super::value::{ActorSets, nearest};
use crate::diagnostic::{Code, Diagnostic, Place, clip};

/// The scenario that stands for the tables as they are.
const BASE: &str = "base";

/// Checks all regimes and scenarios.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    references(study, out);
    let view = View::of(study);
    for (id, regime) in &study.regimes {
        controls(&view, id, &regime.controls, out);
        rules(&view, &regime.rules, out);
    }
    for (id, scenario) in &study.scenarios {
        rules(&view, &scenario.rules, out);
        changes(&view, &scenario.changes, out);
        super::verify_claims::days(
            study,
            &scenario.head,
            0,
            ("as_of", scenario.row().and_then(|r| r.as_of)),
            out,
        );
        lineage(study, id, out);
        variants(study, id, out);
        governed(&view, study, id, out);
    }
}

/// Links by group, and the links themselves.
struct View<'s> {
    study: &'s Study,
    groups: HashMap<&'s str, &'s [String]>,
    links: HashMap<&'s str, &'s LinkRow>,
}

impl<'s> View<'s> {
    fn of(study: &'s Study) -> Self {
        Self {
            study,
            groups: study.groups.iter().map(|g| (g.group_id.as_str(), g.links.as_slice())).collect(),
            links: study.links.iter().map(|l| (l.link_id.as_str(), l)).collect(),
        }
    }

    /// The links that groups and names select; `None` if nothing is named.
    fn named(&self, groups: &[String], links: &[String]) -> Option<BTreeSet<&'s str>> {
        if groups.is_empty() && links.is_empty() {
            return None;
        }
        let of_groups = groups.iter().filter_map(|group| self.groups.get(group.as_str())).copied().flatten();
        let ids = links.iter().chain(of_groups).filter_map(|id| self.links.get(id.as_str()));
        Some(ids.map(|link| link.link_id.as_str()).collect())
    }

    fn selects_any(&self, row: &RuleRow) -> bool {
        let fits = |link: &LinkRow| {
            (row.territory.is_empty() || row.territory.iter().any(|t| link.territory.contains(t)))
                && (row.mode.is_empty() || row.mode.iter().any(|m| Mode::from_word(m) == Some(link.mode)))
        };
        match self.named(&row.groups, &row.links) {
            Some(ids) => ids.iter().any(|id| fits(self.links[id])),
            None => self.study.links.iter().any(fits),
        }
    }

    /// Whether everything that is named could be read: only then does selecting nothing say something.
    fn is_known(&self, groups: &[String], links: &[String]) -> bool {
        let known = |id: &String| self.links.contains_key(id.as_str());
        let of_group =
            |id: &String| self.groups.get(id.as_str()).is_some_and(|links| links.iter().all(known));
        let whole = self.study.links.is_complete() && self.study.groups.is_complete();
        whole && links.iter().all(known) && groups.iter().all(of_group)
    }
}

fn push(out: &mut Vec<Diagnostic>, place: Option<Place>, code: Code, message: String, help: &str) {
    out.push(Diagnostic::new(code, message, help, place));
}

fn references(study: &Study, out: &mut Vec<Diagnostic>) {
    let (links, groups, actors) = (&study.links, &study.groups, &study.actors);
    let mut check = Checker::new(out);
    check.many(groups, "links", links, |r| r.links.iter());
    let timeline = &study.timeline;
    check.many(timeline, "links", links, |r| r.links.iter());
    check.many(timeline, "groups", groups, |r| r.groups.iter());
    check.one(timeline, "access_rule", &study.access, |r| r.access_rule.as_ref());
    let agreement = &study.agreement;
    check.many(agreement, "party", actors, |r| r.party.iter());
    check.many(agreement, "links", links, |r| r.links.iter());
    check.many(agreement, "groups", groups, |r| r.groups.iter());
    check.many(agreement, "crossings", &study.crossings, |r| r.crossings.iter());
    check.many(agreement, "access_rules", &study.access, |r| r.access_rules.iter());
    check.many(agreement, "guarantor_mediator", actors, |r| r.guarantor_mediator.iter());
    for regime in study.regimes.values() {
        let rows = &regime.controls;
        check.many(rows, "groups", groups, |r| r.groups.iter());
        check.many(rows, "links", links, |r| r.links.iter());
        check.many(rows, "operator", actors, |r| r.operator.iter());
        check.many(rows, "can_close", actors, |r| r.can_close.iter().flat_map(|s| s.0.iter().flatten()));
        check
            .many(rows, "must_consent", actors, |r| r.must_consent.iter().flat_map(|s| s.0.iter().flatten()));
        check.many(rows, "can_replace_operator", actors, |r| {
            r.can_replace_operator.iter().flat_map(|s| s.0.iter().flatten())
        });
        check.many(rows, "collectors", actors, |r| {
            r.collectors.iter().flat_map(|s| s.0.iter().map(|(a, _)| a))
        });
    }
    let rules = study.regimes.values().map(|r| &r.rules);
    for rows in rules.chain(study.scenarios.values().map(|s| &s.rules)) {
        check.many(rows, "groups", groups, |r| r.groups.iter());
        check.many(rows, "links", links, |r| r.links.iter());
        check.many(rows, "territory", &study.territories, |r| r.territory.iter());
        check.rule_words(study, rows);
    }
    for scenario in study.scenarios.values() {
        let rows = &scenario.changes;
        check.many(rows, "groups", groups, |r| r.groups.iter());
        check.many(rows, "links", links, |r| r.links.iter());
        check.one(rows, "access_rule", &study.access, |r| r.access_rule.as_ref());
        check.change_words(study, rows);
    }
    for scenario in study.scenarios.values() {
        let Some(row) = scenario.row() else { continue };
        let mut missing = |column: &str, name: &str, known: Vec<&str>, what: &str| {
            let near = nearest(name, known.into_iter());
            let help = near.map_or_else(|| format!("add the {what}"), |n| format!("did you mean `{n}`?"));
            out.push(Diagnostic::new(
                Code::LB0121,
                format!("`{column}`: there is no {what} `{}`", clip(name)),
                help,
                scenario.head.place(0, column),
            ));
        };
        for (column, names) in [("extends", row.extends.as_slice()), ("include", &row.include)] {
            for name in names.iter().filter(|name| !study.scenarios.contains_key(*name)) {
                missing(column, name, study.scenarios.keys().map(String::as_str).collect(), "scenario");
            }
        }
        for name in row.regimes.iter().filter(|name| !study.regimes.contains_key(*name)) {
            missing("regimes", name, study.regimes.keys().map(String::as_str).collect(), "regime");
        }
    }
}

/// Scenarios that are held against the base have to stand alone; a list of regimes names each once, and has a regime in
/// force in each.
pub fn compared(study: &Study, heads: &Table<StudyRow>, out: &mut Vec<Diagnostic>) {
    let Some(row) = heads.first() else { return };
    let mut stands_alone = |column: &str, name: &str| {
        let file = study.scenarios.get(name);
        let message = match file.map(|file| file.row().is_some_and(|row| row.is_module)) {
            Some(false) => return true,
            Some(true) => format!("`{column}`: `{}` is a module and does not stand alone", clip(name)),
            None => format!("`{column}`: there is no scenario `{}`", clip(name)),
        };
        let stand_alone = study.scenarios.iter().filter(|(_, file)| file.row().is_some_and(|r| !r.is_module));
        let near = nearest(name, stand_alone.map(|(id, _)| id.as_str()));
        let help = near.map_or_else(
            || "name a scenario that stands alone".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        push(out, heads.place(0, column), Code::LB0121, message, &help);
        false
    };
    if let Some(name) = &row.compare_with {
        stands_alone("compare_with", name);
    }
    let column = "compare_regimes";
    let known: Vec<&String> =
        row.compare_regimes.iter().filter(|name| stands_alone(column, name.as_str())).collect();
    for (at, name) in known.iter().enumerate() {
        let place = heads.place(0, column);
        let shown = clip(name);
        if name.as_str() == BASE {
            let message = format!("`{column}`: `{shown}` is the reference, which is always compared");
            push(out, place, Code::LB0315, message, "leave it out");
        } else if known[..at].contains(name) {
            let message = format!("`{column}` names `{shown}` twice");
            push(out, place, Code::LB0315, message, "name each scenario once");
        } else if !has_regime(study, name) {
            let message = format!("`{column}`: no regime is in force in `{shown}`");
            let help = "name scenarios with `regimes`, their own or those of a parent";
            push(out, place, Code::LB0316, message, help);
        }
    }
}

/// Whether a regime is in force in a scenario, its own or that of what it is made of.
fn has_regime(study: &Study, scenario: &str) -> bool {
    // A scenario that leads back to itself is reported elsewhere.
    let Ok(parts) = chain(study, scenario) else { return true };
    parts.iter().filter_map(|part| study.scenarios.get(*part)?.row()).any(|row| !row.regimes.is_empty())
}

/// A set that contains another says nothing: who can close alone need not be joined.
pub(super) fn minimal<R: Row>(
    table: &Table<R>,
    at: usize,
    column: &str,
    sets: Option<&ActorSets>,
    out: &mut Vec<Diagnostic>,
) {
    let Some(ActorSets(sets)) = sets else { return };
    for set in sets {
        let twice = set.iter().enumerate().find(|(at, actor)| set[..*at].contains(actor));
        if let Some((_, actor)) = twice {
            push(
                out,
                table.place(at, column),
                Code::LB0322,
                format!("`{column}`: a set names `{}` twice", clip(actor)),
                "name each actor of a set once; alternatives are parted by `|`, not `+`",
            );
            return;
        }
    }
    let sets: Vec<BTreeSet<&String>> = sets.iter().map(|set| set.iter().collect()).collect();
    for (i, set) in sets.iter().enumerate() {
        if let Some(smaller) = sets.iter().enumerate().find(|(j, other)| *j != i && other.is_subset(set)) {
            let words =
                |set: &BTreeSet<&String>| set.iter().map(|a| a.as_str()).collect::<Vec<_>>().join("+");
            push(
                out,
                table.place(at, column),
                Code::LB0231,
                format!(
                    "`{column}`: `{}` already suffices, `{}` contradicts it",
                    words(smaller.1),
                    words(set)
                ),
                "list minimal sets only: actors who can act alone are not joined with others",
            );
            return;
        }
    }
}

fn controls(view: &View<'_>, id: &str, table: &Table<ControlRow>, out: &mut Vec<Diagnostic>) {
    // Per variant and link, the years that rows cover.
    let mut covered: BTreeMap<(&str, &str), Vec<(i32, i32)>> = BTreeMap::new();
    for (at, row) in table.iter().enumerate() {
        minimal(table, at, "can_close", row.can_close.as_ref(), out);
        minimal(table, at, "must_consent", row.must_consent.as_ref(), out);
        let links = view.named(&row.groups, &row.links).unwrap_or_default();
        if links.is_empty() && view.is_known(&row.groups, &row.links) {
            push(
                out,
                table.place(at, "groups"),
                Code::LB0215,
                format!("a control row of regime `{}` selects no link", clip(id)),
                "name groups or links that it governs",
            );
        }
        let mut reported = false;
        for link in links {
            let years = covered.entry((&row.variant, link)).or_default();
            let overlaps = years.iter().any(|&(from, to)| row.from_year <= to && from <= row.to_year);
            if overlaps && !reported {
                reported = true;
                push(
                    out,
                    table.place(at, "from_year"),
                    Code::LB0217,
                    format!(
                        "two control rows of regime `{}` hold for `{}` in one year",
                        clip(id),
                        clip(link)
                    ),
                    "let their years follow each other, or give one of them another `variant`",
                );
            }
            years.push((row.from_year, row.to_year));
        }
    }
    for (at, row) in table.iter().enumerate().filter(|(_, row)| row.variant == "base") {
        // The years just before a row: those of another, or the row is the first.
        let follows = |link: &&str| {
            let years = covered.get(&("base", *link)).map_or(&[][..], Vec::as_slice);
            row.from_year == 1 || years.iter().any(|(from, to)| (from..=to).contains(&&(row.from_year - 1)))
        };
        let links = view.named(&row.groups, &row.links).unwrap_or_default();
        if let Some(link) = links.into_iter().find(|link| !follows(link)) {
            push(
                out,
                table.place(at, "from_year"),
                Code::LB0310,
                format!(
                    "no control row of regime `{}` holds for `{}` in year {}, the one before this row",
                    clip(id),
                    clip(link),
                    row.from_year - 1
                ),
                "let the years of rows follow each other from year 1; in years left out the tables say who controls",
            );
        }
    }
}

fn rules(view: &View<'_>, table: &Table<RuleRow>, out: &mut Vec<Diagnostic>) {
    for (at, row) in table.iter().enumerate() {
        let knows_territories = row.territory.iter().all(|t| view.study.territories.has_key(t));
        if !view.selects_any(row) && knows_territories && view.is_known(&row.groups, &row.links) {
            push(
                out,
                table.place(at, "id"),
                Code::LB0215,
                format!("rule `{}` selects no link", clip(&row.id)),
                "a rule with groups or links, territories and modes needs all of them on one link",
            );
        }
        let lacks = match row.action {
            Action::AddTime | Action::Check if row.time_h.is_none() => Some("`time_h`"),
            Action::Check if row.probability.is_none() => Some("`probability`"),
            Action::AddMoney | Action::Toll if row.amount.is_none() => Some("`amount`"),
            Action::AddMoney | Action::Toll if row.per.is_none() => Some("`per`"),
            Action::CapacityFactor if row.factor.is_none_or(|factor| factor <= 0.0) => {
                Some("`factor` above 0")
            }
            _ => None,
        };
        if let Some(column) = lacks {
            push(
                out,
                table.place(at, "action"),
                Code::LB0232,
                format!("rule `{}` is `{}` but has no {column}", clip(&row.id), row.action),
                "give what the action needs",
            );
        }
        // A class that pays must have the load that the amount is per.
        for class in
            view.study.classes.iter().filter(|class| row.amount.is_some() && class.is_in(&row.applies_to))
        {
            let freight = class.kind == super::tables::ClassKind::Freight;
            let load = match row.per {
                Some(FeePer::Truck | FeePer::TruckKm) if freight => class.t_per_truck,
                Some(FeePer::Teu) if freight => class.t_per_teu,
                Some(FeePer::Wagon) if freight => class.t_per_wagon,
                Some(FeePer::Vehicle) if !freight => class.persons_per_vehicle,
                Some(FeePer::Tonne) if freight => Some(1.0),
                Some(FeePer::Person) if !freight => Some(1.0),
                None => Some(1.0),
                _ => None,
            };
            if load.is_none() {
                push(
                    out,
                    table.place(at, "per"),
                    Code::LB0218,
                    format!(
                        "rule `{}` charges class `{}` per a load it has not",
                        clip(&row.id),
                        clip(&class.id)
                    ),
                    "let the rule apply to classes that have the load, or give the class its load",
                );
            }
        }
    }
}

fn changes(view: &View<'_>, table: &Table<ChangeRow>, out: &mut Vec<Diagnostic>) {
    for (at, row) in table.iter().enumerate() {
        let switches = row.access_rule.is_some() || row.in_force.is_some();
        let effects = [row.status.is_some(), row.free_speed.is_some(), switches];
        let n = effects.iter().filter(|effect| **effect).count();
        if n != 1 || row.access_rule.is_some() != row.in_force.is_some() {
            push(
                out,
                table.place(at, "status"),
                Code::LB0233,
                format!("a change has {n} effects"),
                "give exactly one: `status`, `free_speed`, or `access_rule` with `in_force`",
            );
        }
        let named = view.named(&row.groups, &row.links);
        let selects = row.between.len() == 2 || named.is_some_and(|links| !links.is_empty());
        if !switches && !selects && view.is_known(&row.groups, &row.links) {
            push(
                out,
                table.place(at, "groups"),
                Code::LB0215,
                "a change selects no link".to_owned(),
                "name groups, links, or two countries between which crossings change",
            );
        }
    }
}

/// A scenario that extends or includes itself.
fn lineage(study: &Study, id: &str, out: &mut Vec<Diagnostic>) {
    if let Err(back) = chain(study, id)
        && back == id
    {
        let place = study.scenarios[id].head.place(0, "extends");
        push(
            out,
            place,
            Code::LB0230,
            format!("scenario `{}` leads back to itself", clip(id)),
            "break the circle: a scenario cannot extend or include itself, nor what extends or includes it",
        );
    }
}

/// Variants that no regime in force has a row of.
fn variants(study: &Study, id: &str, out: &mut Vec<Diagnostic>) {
    let scenario = &study.scenarios[id];
    let Some(row) = scenario.row() else { return };
    let regimes = study.regimes.values();
    let rows = regimes.clone().flat_map(|regime| regime.controls.iter());
    let known: BTreeSet<&str> = rows.map(|row| row.variant.as_str()).collect();
    let complete = regimes.clone().all(|regime| regime.controls.is_complete());
    for name in row.variants.iter().filter(|name| complete && !known.contains(name.as_str())) {
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{}`?", clip(near)),
            None => "name the `variant` of a control row of a regime".to_owned(),
        };
        out.push(Diagnostic::new(
            Code::LB0121,
            format!("`variants`: no regime has a control row of the variant `{}`", clip(name)),
            help,
            scenario.head.place(0, "variants"),
        ));
    }
}

/// Two regimes in force on one link.
fn governed(view: &View<'_>, study: &Study, id: &str, out: &mut Vec<Diagnostic>) {
    let scenario = &study.scenarios[id];
    let Some(row) = scenario.row() else { return };
    let mut masters: BTreeMap<&str, &str> = BTreeMap::new();
    for name in &row.regimes {
        let Some(regime) = study.regimes.get(name) else { continue };
        let of_row = |row: &ControlRow| view.named(&row.groups, &row.links).unwrap_or_default();
        let links: BTreeSet<&str> = regime.controls.iter().flat_map(of_row).collect();
        for link in links {
            if let Some(first) = masters.insert(link, name)
                && first != name
            {
                push(
                    out,
                    scenario.head.place(0, "regimes"),
                    Code::LB0234,
                    format!("regimes `{}` and `{}` both govern `{}`", clip(first), clip(name), clip(link)),
                    "keep one of them in force, or let them govern different links",
                );
                return;
            }
        }
    }
}
