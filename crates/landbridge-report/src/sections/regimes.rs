//! Regimes of a corridor side by side: what each party has under each, what it prefers, and what makes the difference.

use landbridge::model::Model;
use landbridge::outcome::control::Control;
use landbridge::outcome::regimes::{Regime, Regimes, Standing};

use crate::FlowReport;
use crate::matrix_chart::{Matrix, Square, draw};
use crate::naming;
use crate::numbers::{grouped, percent};
use crate::table::{Cell, Table, element, figure, paragraph, section};

const MILLION: f64 = 1e6;

pub(crate) fn write(out: &mut String, model: &Model, flows: Option<&FlowReport<'_>>) {
    section(out, "regimes", "Regimes side by side");
    match flows.map_or(Control::default(), |flows| flows.control).regimes {
        Some(regimes) => write_regimes(out, model, regimes),
        None => paragraph(
            out,
            "Regimes are held side by side by `landbridge regimes` and by `landbridge run --full`.",
        ),
    }
    out.push_str("</section>\n");
}

fn write_regimes(out: &mut String, model: &Model, regimes: &Regimes) {
    let money = naming::money(model);
    let parties: Vec<String> = regimes.parties.iter().map(|party| party.id.clone()).collect();
    paragraph(
        out,
        &format!(
            "The same corridor under different masters, million {money} a year against the reference: goods and travel, and the change \
             of revenue. Checks, tolls and shares of regimes are mostly assumed; with equal checks and tolls (neutral) only \
             control, passage and shares differ. Leverage is no part of a payoff and stands beside it."
        ),
    );
    if !regimes.is_converged() {
        element(out, "p", "notice", "Some equilibria did not converge: do not use these figures.");
    }
    for (name, is_neutral) in [("as specified", false), ("neutral", true)] {
        let all = &regimes.all(is_neutral);
        if all.len() < 2 {
            continue;
        }
        let columns: Vec<String> = all[1..].iter().map(|regime| regime.scenario.clone()).collect();
        let cells: Vec<Vec<Square>> = (0..parties.len())
            .map(|party| {
                let square = |regime: &Regime| {
                    let value = regime.payoff_usd[party] / MILLION;
                    Square { value: Some(value), text: grouped(value, 1) }
                };
                all[1..].iter().map(square).collect()
            })
            .collect();
        let matrix = Matrix {
            title: &format!("What each party has more than in the reference, {name}"),
            subtitle: &format!("Million {money} a year. Blue: more, red: less."),
            rows: &parties,
            columns: &columns,
            cells: &cells,
        };
        figure(out, &draw(&matrix));
    }
    measures(model, regimes, out);
    preferences(regimes).write(out);
    element(
        out,
        "p",
        "note",
        &format!(
            "The regime that leaves a party most comes first; regimes in brackets differ by less than {money_less} million. Decides: the \
             part that does most between the regime it likes least and the one over the same links it likes best: control (who \
             may close and who may pass), checks (hours), tolls, or shares of revenue. docs/model/regimes.md has the equations.",
            money_less = grouped(regimes.material_usd / MILLION, 2)
        ),
    );
    let names = |positions: &[usize]| {
        positions.iter().map(|&at| regimes.specified[at].scenario.as_str()).collect::<Vec<_>>().join(", ")
    };
    for of in &regimes.uneven_rules {
        let text = format!(
            "Beside the regimes, rule {} is in force in {} and not in {}: what that does counts with control.",
            of.rule,
            names(&of.in_force),
            names(&of.lifted)
        );
        element(out, "p", "note", &text);
    }
}

/// A caption, and what stands below it for a party under a regime.
type Measure<'m> = (&'m str, &'m dyn Fn(&Regime, usize) -> Option<String>);

/// One table a measure that the matrix does not show.
fn measures(model: &Model, regimes: &Regimes, out: &mut String) {
    let all = regimes.all(false);
    let names: Vec<String> = all.iter().map(|regime| format!("#{}", regime.scenario)).collect();
    let columns: Vec<&str> = std::iter::once("party").chain(names.iter().map(String::as_str)).collect();
    let million = |usd: f64| grouped(usd / MILLION, 1);
    let standing = |regime: &Regime, value: &dyn Fn(&Standing) -> Option<f64>| {
        regime.standing.as_ref().and_then(value).map(million)
    };
    let measures: [Measure<'_>; 6] = [
        ("Control share: goods of the others that it could touch", &|regime, at| {
            Some(percent(regime.control_share[at]))
        }),
        ("Denial: what closing would take from the others, m $ a year", &|regime, at| {
            standing(regime, &|standing| Some(standing.denial_usd[at]))
        }),
        ("Exposure: the most that another could take from it, m $ a year", &|regime, at| {
            standing(regime, &|standing| Some(standing.exposure_usd[at]))
        }),
        ("Revenue, m $ a year", &|regime, at| Some(million(regime.revenue_usd[at]))),
        ("Shapley value of the game of the corridor, m $ a year", &|regime, at| {
            standing(regime, &|standing| standing.shapley_usd.as_ref().map(|values| values[at]))
        }),
        (
            "Break-even: what breaking the agreement would have to bring beside money, m $ a year",
            &|regime, at| standing(regime, &|standing| standing.break_even_usd[at]),
        ),
    ];
    for (caption, measure) in measures {
        let caption = caption.replace('$', naming::currency(model));
        let mut table = Table::new(caption, &columns);
        for (at, party) in regimes.parties.iter().enumerate() {
            let cells = all.iter().map(|regime| Cell::number(measure(regime, at)));
            table.push(std::iter::once(Cell::text(&party.name)).chain(cells).collect());
        }
        table.write(out);
    }
}

fn preferences(regimes: &Regimes) -> Table {
    let columns = ["party", "as specified", "neutral", "decides"];
    let mut table = Table::new("Who prefers which regime", &columns);
    for (at, party) in regimes.parties.iter().enumerate() {
        let order = |is_neutral: bool| {
            let all = regimes.all(is_neutral);
            let group = |group: &Vec<usize>| {
                let names: Vec<&str> = group.iter().map(|&at| all[at].scenario.as_str()).collect();
                if names.len() > 1 { format!("({})", names.join(", ")) } else { names.concat() }
            };
            regimes.ranking(at, is_neutral).iter().map(group).collect::<Vec<_>>().join(" > ")
        };
        table.push(vec![
            Cell::text(&party.name),
            Cell::text(order(false)),
            Cell::text(order(true)),
            decides(regimes, at).map_or(Cell::Empty, Cell::text),
        ]);
    }
    table
}

/// The part that decides between the regime that a party likes least and the best over the same links.
fn decides(regimes: &Regimes, party: usize) -> Option<String> {
    let worst = regimes.ranking(party, false).into_iter().flatten().rev();
    let difference = worst.into_iter().find_map(|from| regimes.best_over(party, from))?;
    let decisive = difference.decisive(party, regimes.material_usd)?;
    let of = &difference.payoff[party];
    let all = regimes.all(false);
    Some(format!(
        "{}: {} of {} million from {} to {}",
        decisive.word(),
        grouped(of.part(decisive) / MILLION, 1),
        grouped(of.difference() / MILLION, 1),
        all[difference.from].scenario,
        all[difference.to].scenario,
    ))
}
