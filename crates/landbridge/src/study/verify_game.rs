//! Checks what the game of a corridor needs: actors who have something to play with, links that belong to somebody, and
//! sets of consent that do not contradict each other. What the game can be solved with is a warning.

use std::collections::BTreeSet;

use super::Study;
use super::tables::{ActorRow, LinkRow, Mode};
use super::verify::push;
use super::verify_scenarios::minimal;
use crate::diagnostic::{Code, Diagnostic, clip};

/// Most actors of a game: coalitions are bits of a word, and there are 2 to this power of them.
const MAX_ACTORS: usize = 24;

/// Checks actors and links.
pub fn check(study: &Study, out: &mut Vec<Diagnostic>) {
    for (at, row) in study.links.iter().enumerate() {
        minimal(&study.links, at, "can_close", row.can_close.as_ref(), out);
        minimal(&study.links, at, "must_consent", row.must_consent.as_ref(), out);
    }
    if study.actors.is_complete() && study.territories.is_complete() {
        actors(study, out);
        if study.links.is_complete() {
            owners(study, out);
        }
    }
}

fn actors(study: &Study, out: &mut Vec<Diagnostic>) {
    let marked = || study.actors.iter().enumerate().filter(|(_, row)| row.in_corridor_game == Some(true));
    let n = marked().count();
    if let Some((at, row)) = marked().nth(MAX_ACTORS) {
        let message = format!(
            "`{}` is actor {} of {n} in the corridor game, which has room for {MAX_ACTORS}",
            clip(&row.actor_id),
            MAX_ACTORS + 1
        );
        let help = "mark fewer actors; those at home in a marked state count with it";
        push(out, (&study.actors, at, "in_corridor_game"), Code::LB0323, message, help);
    }
    let tables_are_whole = study.links.is_complete()
        && study.countries.is_complete()
        && study.regimes.values().all(|regime| regime.controls.is_complete());
    if !tables_are_whole {
        return;
    }
    let named = named(study);
    // A slip in a name may be why an actor is not named: that is reported already.
    if named.iter().any(|id| !study.actors.has_key(id)) {
        return;
    }
    let regions: BTreeSet<&str> = study.countries.iter().map(|row| row.region.as_str()).collect();
    for (at, row) in marked() {
        let is_theirs =
            |other: &ActorRow| other.actor_id == row.actor_id || other.home_state.contains(&row.actor_id);
        let theirs = study.actors.iter().filter(|other| is_theirs(other));
        let has_market = row.has_market == Some(true)
            || std::iter::once(&row.actor_id).chain(&row.territories).any(|id| regions.contains(id.as_str()));
        if !has_market && !theirs.into_iter().any(|other| named.contains(other.actor_id.as_str())) {
            let message = format!(
                "actor `{}` is in the corridor game, but has no market, and no link needs it to close or to consent",
                clip(&row.actor_id)
            );
            let help =
                "give it what it can do in `can_close` or `must_consent` of links or regimes, or mark it 0";
            push(out, (&study.actors, at, "in_corridor_game"), Code::LB0320, message, help);
        }
    }
}

/// Actors who can close a link, alone or with others, or whose consent a link needs, in any regime.
fn named(study: &Study) -> BTreeSet<&str> {
    let mut named = BTreeSet::new();
    for row in study.links.iter() {
        match &row.can_close {
            Some(sets) => named.extend(sets.0.iter().flatten().map(String::as_str)),
            None => named.extend(holders(study, row)),
        }
        named.extend(row.must_consent.iter().flat_map(|sets| sets.0.iter().flatten()).map(String::as_str));
    }
    for row in study.regimes.values().flat_map(|regime| regime.controls.iter()) {
        let sets = row.can_close.iter().chain(&row.must_consent);
        named.extend(sets.flat_map(|sets| sets.0.iter().flatten()).map(String::as_str));
    }
    named
}

/// Who holds the land that a link lies on.
fn holders<'s>(study: &'s Study, row: &LinkRow) -> Vec<&'s str> {
    let lies_on = study.territories.iter().filter(|t| row.territory.contains(&t.territory_id));
    lies_on.filter_map(|territory| territory.controller.as_deref()).collect()
}

/// Links on land that belong to nobody: nobody can close them, and nothing that is earned there goes to anybody.
fn owners(study: &Study, out: &mut Vec<Diagnostic>) {
    let governed: BTreeSet<&String> = {
        let rows = study.regimes.values().flat_map(|regime| regime.controls.iter());
        let of_groups = |groups: &[String]| -> Vec<&String> {
            let named = study.groups.iter().filter(|group| groups.contains(&group.group_id));
            named.flat_map(|group| &group.links).collect()
        };
        rows.flat_map(|row| row.links.iter().chain(of_groups(&row.groups))).collect()
    };
    let on_land = |row: &LinkRow| matches!(row.mode, Mode::Road | Mode::Rail);
    for (at, row) in study.links.iter().enumerate().filter(|(_, row)| on_land(row)) {
        let has_owner = row.can_close.is_some()
            || !row.operator.is_empty()
            || governed.contains(&row.link_id)
            || !holders(study, row).is_empty();
        // A territory that is not there is reported already.
        let is_known = row.territory.iter().all(|t| study.territories.has_key(t));
        if !has_owner && is_known {
            let message =
                format!("nobody can close link `{}`, runs it or holds its land", clip(&row.link_id));
            let help = "name who does in `can_close` or `operator`, or the `controller` of its territory";
            push(out, (&study.links, at, "territory"), Code::LB0321, message, help);
        }
    }
}
