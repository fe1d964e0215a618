//! Leverage: what parties could touch and what closing would take, and what could be built against it.

use landbridge::model::Model;
use landbridge::outcome::control::Control;
use landbridge::outcome::leverage::{Aim, Denial, Leverage, Options, joined};

use crate::FlowReport;
use crate::matrix_chart::{Matrix, Square, draw};
use crate::naming;
use crate::numbers::{grouped, percent};
use crate::table::{Cell, Table, element, figure, paragraph, section};

/// Pairs that the ranking shows.
const SHOWN: usize = 15;
const MILLION: f64 = 1e6;
/// An own cost below this part of the mean transport bill is not told from nothing.
const FLOOR: f64 = 1e-3;

pub(crate) fn write(out: &mut String, model: &Model, flows: Option<&FlowReport<'_>>) {
    section(out, "leverage", "Who can do what to whom");
    let control = flows.map_or(Control::default(), |flows| flows.control);
    match control.leverage {
        Some(leverage) => write_leverage(out, model, leverage, control.options),
        None => paragraph(
            out,
            "Nothing is said of leverage: that needs demand, and parties (in_corridor_game or has_market of \
             politics/actor.csv).",
        ),
    }
    out.push_str("</section>\n");
}

fn write_leverage(out: &mut String, model: &Model, leverage: &Leverage, options: Option<&Options>) {
    let money = naming::money(model);
    paragraph(
        out,
        &format!(
            "In scenario “{}” every party closes all links that it can close alone, with the companies at home there; flows \
             and queues are solved again without them. A denial value is what another then has less in a year: cost of \
             carriage and travel, less revenue, million {money}. It is what others would lose, not money that anybody has, \
             and no forecast that anybody closes: nobody answers a closure here. Goods that find no way count at the cost of \
             not shipping, an assumption.",
            leverage.scenario
        ),
    );
    if !leverage.is_converged {
        element(out, "p", "notice", "Some equilibria did not converge: do not use these figures.");
    }
    let names: Vec<String> =
        leverage.closers.iter().map(|closer| joined(&leverage.parties, closer.who)).collect();
    let parties: Vec<String> = leverage.parties.iter().map(|party| party.id.clone()).collect();
    let Some(denial) = costs_only(&leverage.denials) else { return };
    // Who can close nothing takes nothing.
    let able: Vec<usize> = (0..names.len()).filter(|&at| leverage.closers[at].n_links > 0).collect();
    let cells: Vec<Vec<Square>> = able
        .iter()
        .map(|&closer| {
            (0..parties.len())
                .map(|party| {
                    let lost = denial.values.value(closer, party) / MILLION;
                    let is_own = leverage.closers[closer].who.contains(party);
                    let value = (!is_own).then_some(-lost);
                    Square { value, text: grouped(lost, usize::from(lost.abs() < 10.0)) }
                })
                .collect()
        })
        .collect();
    let rows: Vec<String> = able.iter().map(|&at| format!("{} closes", names[at])).collect();
    figure(
        out,
        &draw(&Matrix {
            title: "What closing takes from whom",
            subtitle: &format!(
                "Million {money} a year that the party above has less; without tint: what it costs the closer itself. Blue: it gains."
            ),
            rows: &rows,
            columns: &parties,
            cells: &cells,
        }),
    );
    shares(leverage, &names).write(out);
    element(
        out,
        "p",
        "note",
        "Any link: goods of the other that pass a link which the closer can close; one link: those on the single link with the \
         most of them; no way around: those whose open ways all pass its links. Premium: how much dearer the best way \
         without the closer is, for goods that have one. Shares of several closers in a row of borders add up to more than all.",
    );
    pairs(model, leverage, denial, options, &names).write(out);
    element(
        out,
        "p",
        "note",
        "Credibility: what the other loses for each dollar that closing costs the closer. Net: less what the other could do to the \
         closer. Dependence: denial value over the transport bill of the other. With options: the same where every work of \
         network/bypass.csv that is not there yet is built; access rules stay as they are. The other ways of closing are in \
         tables/denial.csv; docs/model/leverage.md has the equations.",
    );
    if let Some(options) = options {
        answers(model, options, &names).write(out);
        element(
            out,
            "p",
            "note",
            "What more passes over works that could be built when the closer closes, and what these cost: what is left to be \
             spent, and a year's annuity with running it. Costs are mostly assumed.",
        );
    }
}

fn costs_only(denials: &[Denial]) -> Option<&Denial> {
    denials.iter().find(|denial| denial.aim == Aim::General && denial.horizon.is_none())
}

fn shares(leverage: &Leverage, names: &[String]) -> Table {
    let columns =
        ["closer", "goods of", "#any link, t", "#any link, value", "#one link", "#no way around", "#premium"];
    let mut table = Table::new("Control shares, the greatest", &columns);
    let mut all = Vec::new();
    for (closer, of) in leverage.closers.iter().enumerate() {
        for (party, share) in leverage.shares[closer].iter().enumerate() {
            if !of.who.contains(party) && share.tonnes.any_link > 0.0 {
                all.push((closer, party, share));
            }
        }
    }
    all.sort_by(|a, b| b.2.tonnes.any_link.total_cmp(&a.2.tonnes.any_link));
    for (closer, party, share) in all.into_iter().take(SHOWN) {
        table.push(vec![
            Cell::text(&names[closer]),
            Cell::text(&leverage.parties[party].id),
            Cell::Number(percent(share.tonnes.any_link)),
            Cell::Number(percent(share.any_link_usd)),
            Cell::Number(percent(share.tonnes.single_chokepoint)),
            Cell::Number(percent(share.tonnes.exclusive)),
            Cell::number(share.premium.map(percent)),
        ]);
    }
    table
}

fn pairs(
    model: &Model,
    leverage: &Leverage,
    denial: &Denial,
    options: Option<&Options>,
    names: &[String],
) -> Table {
    let columns = [
        "closer",
        "against",
        "#denial, m $",
        "#with options, m $",
        "#own cost, m $",
        "#credibility",
        "#net, m $",
        "#dependence",
    ];
    let mut table = Table::new("Denial values, the greatest", &columns).in_currency(model);
    let n = leverage.parties.len();
    let bill = &leverage.transport_usd;
    let floor = (FLOOR * bill.iter().sum::<f64>() / n.max(1) as f64).max(f64::MIN_POSITIVE);
    let built = options.and_then(|options| costs_only(&options.denials));
    let mut all: Vec<(usize, usize)> =
        (0..n).flat_map(|a| (0..n).filter(move |&b| b != a).map(move |b| (a, b))).collect();
    let value = |(a, b): (usize, usize)| denial.values.value(a, b);
    all.sort_by(|&a, &b| value(b).total_cmp(&value(a)));
    let million = |usd: f64| grouped(usd / MILLION, 1);
    for (closer, party) in all.into_iter().take(SHOWN).filter(|&pair| value(pair) > 0.0) {
        let lost = denial.values.value(closer, party);
        table.push(vec![
            Cell::text(&names[closer]),
            Cell::text(&leverage.parties[party].id),
            Cell::Number(million(lost)),
            Cell::number(built.map(|built| million(built.values.value(closer, party)))),
            Cell::Number(million(denial.values.value(closer, closer))),
            Cell::number(denial.values.credibility(closer, party, floor).ok().map(|value| grouped(value, 1))),
            Cell::Number(million(denial.values.net_leverage(closer, party))),
            Cell::number((bill[party] > 0.0).then(|| percent(lost / bill[party]))),
        ]);
    }
    table
}

fn answers(model: &Model, options: &Options, names: &[String]) -> Table {
    let columns = [
        "if closed by",
        "takes more",
        "#kt a year",
        "#left to spend, m $",
        "#a year, m $",
        "#years",
        "cost is",
    ];
    let mut table = Table::new("What could be built against it", &columns).in_currency(model);
    for (closer, answers) in options.answers.iter().enumerate() {
        for answer in answers.iter().take(3) {
            let project = &options.projects[answer.project];
            let quality = project.quality.to_string();
            table.push(vec![
                Cell::text(&names[closer]),
                Cell::text(&project.name),
                Cell::Number(grouped(answer.more_t_per_year / 1e3, 0)),
                Cell::Number(grouped(project.capex_left_usd.1 / MILLION, 0)),
                Cell::Number(grouped(project.usd_per_year / MILLION, 1)),
                Cell::Number(grouped(project.years_to_build, 1)),
                Cell::text(quality),
            ]);
        }
    }
    table
}
