//! The settlement: what the corridor is worth to coalitions, whom it pays to break the agreement, what would hold parties to
//! it, and what interruptions cost.

use landbridge::control::ControlError;
use landbridge::model::Model;
use landbridge::outcome::control::Control;
use landbridge::outcome::interruption::Interruptions;
use landbridge::outcome::leverage::Party;
use landbridge::outcome::promise::Promises;
use landbridge::outcome::settlement::{Bargain, Settlement, Split};

use crate::FlowReport;
use crate::naming;
use crate::numbers::{grouped, percent};
use crate::table::{Cell, Table, element, paragraph, section};

const MILLION: f64 = 1e6;

pub(crate) fn write(out: &mut String, model: &Model, flows: Option<&FlowReport<'_>>) {
    section(out, "settlement", "Does the settlement hold");
    let control = flows.map_or(Control::default(), |flows| flows.control);
    if control.bargain.is_none() && control.settlement.is_none() {
        paragraph(
            out,
            "The game of the corridor, and whom it pays to break the agreement, come from `landbridge bargain`, `landbridge \
             stability`, `landbridge interruptions` and `landbridge run --full`.",
        );
    } else {
        paragraph(
            out,
            &format!(
                "Thresholds under assumptions, million {} a year: no probability that an agreement holds, no forecast of when it ends, \
                 and nothing about motives.",
                naming::money(model)
            ),
        );
    }
    if let Some(bargain) = control.bargain {
        game(out, model, bargain);
    }
    if let Some((settlement, promises)) = control.settlement {
        stability(out, model, settlement);
        if let Some(split) = &settlement.split {
            splits(out, &settlement.parties, split);
        }
        penalties(out, model, settlement, promises);
    }
    if !control.interruptions.is_empty() {
        interruptions(out, model, control.interruptions);
    }
    out.push_str("</section>\n");
}

fn million(usd: f64) -> String {
    grouped(usd / MILLION, 2)
}

fn warn(out: &mut String, is_converged: bool) {
    if !is_converged {
        element(out, "p", "notice", "Some equilibria did not converge: do not use these figures.");
    }
}

fn game(out: &mut String, model: &Model, game: &Bargain) {
    warn(out, game.is_converged);
    let columns = ["party", "#gain", "#Shapley value", "#nucleolus", "#core, least", "#core, most", "veto"];
    let caption = format!("What the corridor of {} is worth to coalitions, m $ a year", game.scenario);
    let mut table = Table::new(caption.replace('$', naming::currency(model)), &columns);
    for (at, party) in game.parties.iter().enumerate() {
        let core = game.core_usd.as_ref().map(|core| core[at]);
        table.push(vec![
            Cell::text(&party.name),
            Cell::Number(million(game.gain_usd[at])),
            Cell::Number(million(game.shapley_usd[at])),
            Cell::number(game.nucleolus_usd.as_ref().map(|values| million(values[at]))),
            Cell::number(core.map(|core| million(core.0))),
            Cell::number(core.map(|core| million(core.1))),
            if game.has_veto[at] { Cell::text("yes") } else { Cell::Empty },
        ]);
    }
    table.write(out);
    let core = match game.least_core_usd {
        Some(lacks) if lacks > 0.0 => format!(
            " The core is empty: whatever the division, some coalition gets at least {} million less than it could have.",
            million(lacks)
        ),
        _ => String::new(),
    };
    let cover = game.cover.as_ref().map_or(String::new(), |cover| {
        format!(
            " {} coalitions are worth more in parts than together, by {} million at most; landbridge bargain gives the values of \
             the game in which they act in parts.",
            cover.n_raised,
            million(cover.raised_usd)
        )
    });
    element(
        out,
        "p",
        "note",
        &format!(
            "Gain: what a party has by itself when all agree and nobody pays anybody. Shapley value: its mean contribution over all \
             orders of joining. Nucleolus: the division that makes the unhappiest coalition least unhappy. Together all gain {} \
             million.{core}{cover} Links of those outside of a coalition stay as they are.",
            million(game.worth_usd)
        ),
    );
}

fn stability(out: &mut String, model: &Model, settlement: &Settlement) {
    warn(out, settlement.is_converged);
    let columns = [
        "party",
        "#worth, m $",
        "the best it could do",
        "#brings, m $",
        "#critical factor",
        "#slack",
        "#break-even, m $",
        "#% of GDP",
    ];
    let caption = format!("Whom it would pay to break the agreement of {}", settlement.scenario);
    let mut table = Table::new(caption, &columns).in_currency(model);
    for (party, stand) in settlement.parties.iter().zip(&settlement.stands) {
        let best = stand.options.first();
        let none = || "none".to_owned();
        table.push(vec![
            Cell::text(&party.name),
            Cell::Number(million(stand.worth_usd)),
            Cell::text(best.map_or("nothing".to_owned(), |way| way.deviation.in_words(&settlement.parties))),
            Cell::number(best.map(|way| million(way.gain_usd))),
            Cell::Number(stand.critical_discount_factor.map_or_else(none, |factor| grouped(factor, 3))),
            Cell::number(stand.slack.is_finite().then(|| grouped(stand.slack, 3))),
            Cell::Number(million(stand.break_even_usd)),
            Cell::number(stand.break_even_gdp_pct.map(|percent| grouped(percent, 4))),
        ]);
    }
    table.write(out);
    let tempted = settlement.most_tempted.map_or(String::new(), |at| {
        format!(" Most tempted of those who can do something: {}.", settlement.parties[at].name)
    });
    element(
        out,
        "p",
        "note",
        &format!(
            "Worth: what a party would lose if the corridor went away; below 0 it would gain. Brings: the year before others answer; after \
             it the corridor is gone. Critical factor: the patience that keeping the agreement takes, against {} at a discount rate of \
             {} % and a hazard of {} % a year; “none”: no patience does. Break-even: what breaking it would have to bring beside money, \
             in each year, to pay.{tempted} docs/model/settlement.md has the equations.",
            grouped(settlement.discount_factor, 3),
            grouped(100.0 * settlement.discount_rate, 1),
            grouped(100.0 * settlement.end_per_year, 1),
        ),
    );
}

fn splits(out: &mut String, parties: &[Party], split: &Split) {
    let columns = ["party", "#its share", "#least share", "#least", "#most", "with its share"];
    let caption =
        format!("Which splits of its revenue of {} million keep themselves", million(split.revenue_usd));
    let mut table = Table::new(caption, &columns);
    for member in &split.members {
        let share = |share: f64| if share > 9.99 { "none is enough".to_owned() } else { percent(share) };
        table.push(vec![
            Cell::text(&parties[member.party].name),
            Cell::Number(percent(member.own_share)),
            Cell::Number(share(member.min_share)),
            Cell::number(member.share.map(|range| percent(range.0))),
            Cell::number(member.share.map(|range| percent(range.1))),
            Cell::text(if member.breaks { "breaks the agreement" } else { "keeps it" }),
        ]);
    }
    table.write(out);
    let text = if split.min_share_sum <= 1.0 {
        let drop = split.max_patience_drop.filter(|drop| drop.is_finite());
        drop.map_or("Any loss of patience leaves some split that keeps itself.".to_owned(), |drop| {
            format!("The discount factors of all can fall by {} at once until none does.", grouped(drop, 3))
        })
    } else {
        format!(
            "The least shares add up to {}: no split of the revenue keeps itself. With payments beside it, {} million a year are {}.",
            percent(split.min_share_sum),
            million(split.surplus_with_side_payments_usd.abs()),
            if split.surplus_with_side_payments_usd >= 0.0 { "left" } else { "lacking" }
        )
    };
    element(out, "p", "note", &text);
}

fn penalties(out: &mut String, model: &Model, settlement: &Settlement, promises: &Promises) {
    let heads: Vec<String> =
        promises.penalties_usd.iter().map(|penalty| format!("#slack at {} m", million(*penalty))).collect();
    let columns: Vec<&str> = ["party", "#penalty that would just deter, m $"]
        .into_iter()
        .chain(heads.iter().map(String::as_str))
        .collect();
    let mut table = Table::new("Penalties that a breaker pays once", &columns).in_currency(model);
    for (at, party) in settlement.parties.iter().enumerate() {
        let Some(needed) = promises.needed_usd[at] else { continue };
        let slack = |under: &Vec<Option<landbridge::outcome::promise::Under>>| {
            Cell::number(
                under[at].filter(|under| under.slack.is_finite()).map(|under| grouped(under.slack, 3)),
            )
        };
        let cells = promises.under.iter().map(slack);
        table.push(
            [Cell::text(&party.name), Cell::Number(million(needed))].into_iter().chain(cells).collect(),
        );
    }
    if table.is_empty() {
        return;
    }
    table.write(out);
    element(
        out,
        "p",
        "note",
        "No price of breaking the agreement is published: penalties are tried, none is a figure of the study. With a guarantor that fades \
         or leaves see landbridge stability --fades, --leaves.",
    );
}

fn interruptions(out: &mut String, model: &Model, all: &[Interruptions]) {
    let first = &all[0];
    let columns = [
        "scenario",
        "#closed days a year",
        "#availability",
        "#never closed",
        "#first closure, years, half of the draws",
        "#cost, m $",
        "#± (standard error)",
    ];
    let caption = format!(
        "Interruptions over {} years, {} draws with the same luck for all",
        grouped(first.draws.years, 0),
        grouped(first.draws.draws.len() as f64, 0)
    );
    let mut table = Table::new(caption, &columns).in_currency(model);
    let row = |found: &Interruptions| -> Result<Vec<Cell>, ControlError> {
        let half = found.draws.first_closure_years(0.5)?.value;
        let half = if half.is_finite() { grouped(half, 2) } else { "later".to_owned() };
        Ok(vec![
            Cell::text(&found.scenario),
            Cell::Number(grouped(found.draws.closed_days_per_year().mean, 1)),
            Cell::Number(format!("{} %", grouped(100.0 * found.draws.availability().mean, 2))),
            Cell::Number(percent(found.draws.never_closed_share())),
            Cell::Number(half),
            Cell::Number(million(found.draws.cost().mean)),
            Cell::Number(million(found.draws.cost().standard_error)),
        ])
    };
    for found in all {
        warn(out, found.is_converged);
        if let Ok(row) = row(found) {
            table.push(row);
        }
    }
    table.write(out);
    element(
        out,
        "p",
        "note",
        "What the hazards imply that politics/hazard.csv assumes; it says nothing of whether they are right, and it is no probability of \
         peace. Causes with an actor count where that actor can close links alone. Cost: of all parties together over the years, \
         discounted.",
    );
}
