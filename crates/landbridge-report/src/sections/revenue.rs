//! Revenue: who earns what by the corridor in a year, over a concession, and at the toll that earns most.

use landbridge::model::Model;
use landbridge::outcome::control::Control;
use landbridge::outcome::flows::Levy;
use landbridge::outcome::revenue::{BestToll, Collector, ConcessionPlan, Revenue};

use crate::naming;
use crate::numbers::{grouped, usd};
use crate::table::{Cell, Table, element, figure, paragraph, section};
use crate::{FlowReport, toll_chart};

const MILLION: f64 = 1e6;
/// What nobody is named for.
const NOBODY: &str = "nobody named";

pub(crate) fn write(out: &mut String, model: &Model, flows: Option<&FlowReport<'_>>) {
    section(out, "revenue", "Who earns what");
    match flows.map_or(Control::default(), |flows| flows.control).revenue {
        Some(revenue) => write_revenue(out, model, revenue),
        None => paragraph(
            out,
            "Revenue of the corridor over a concession, and the toll that earns most, come from `landbridge revenue` and \
             `landbridge run --full`. What each collector takes in the year is under Flows.",
        ),
    }
    out.push_str("</section>\n");
}

fn million(usd: f64) -> String {
    grouped(usd / MILLION, 2)
}

fn name(collector: &Collector) -> &str {
    collector.id.as_deref().unwrap_or(NOBODY)
}

fn write_revenue(out: &mut String, model: &Model, revenue: &Revenue) {
    let money = naming::money(model);
    paragraph(
        out,
        &format!(
            "Border fees, tolls and transit charges in scenario “{}”, by who collects them, million {money} a year. Duties and taxes are \
             not in it. Shares and tolls of regimes are mostly assumed.",
            revenue.scenario
        ),
    );
    if !revenue.is_converged {
        element(out, "p", "notice", "Some equilibria did not converge: do not use these figures.");
    }
    let columns = [
        "collector",
        "#border fees",
        "#tolls",
        "#transit charges",
        "#all",
        "#on the corridor",
        "#in the reference",
    ];
    let mut table = Table::new(format!("Taken in {}, million {money}", revenue.year), &columns);
    for taken in &revenue.collectors {
        let of = |levy| Cell::Number(million(taken.of_levy_usd(levy)));
        table.push(vec![
            Cell::text(name(&taken.collector)),
            of(Levy::Border),
            of(Levy::Toll),
            of(Levy::Transit),
            Cell::Number(million(taken.usd())),
            Cell::Number(million(taken.on_corridor_usd)),
            Cell::Number(million(taken.reference_usd)),
        ]);
    }
    table.write(out);
    if let Some(plan) = &revenue.concession {
        concession(out, &money, plan);
    }
    if let Some(toll) = &revenue.toll {
        best_toll(out, model, revenue, toll);
    }
}

fn concession(out: &mut String, money: &str, plan: &ConcessionPlan) {
    let caption = format!(
        "Present value of {} years at {} % a year, million {money}",
        plan.years,
        grouped(100.0 * plan.discount_rate, 1)
    );
    let columns = [
        "collector",
        "#revenue",
        "#operating cost",
        "#capital cost",
        "#net",
        "#net, works dearest",
        "#net, works cheapest",
    ];
    let mut table = Table::new(caption, &columns);
    let row = |name: &str, of: &landbridge::control::revenue::Account, range: (f64, f64)| {
        vec![
            Cell::text(name),
            Cell::Number(million(of.revenue)),
            Cell::Number(million(of.operating_cost)),
            Cell::Number(million(of.capital_cost)),
            Cell::Number(million(of.net())),
            Cell::Number(million(range.0.min(range.1))),
            Cell::Number(million(range.0.max(range.1))),
        ]
    };
    for ((collector, value), range) in
        plan.collectors.iter().zip(&plan.value.by_collector).zip(&plan.net_range_usd)
    {
        table.push(row(name(collector), value, *range));
    }
    table.push(row("all", &plan.value.whole, plan.whole_range_usd()));
    table.write(out);
    let growth = plan.grown.map_or_else(
        || "Demand stays as it is.".to_owned(),
        |(year, from)| format!("Demand grows to that of {year}; revenue stays from year {from} on."),
    );
    element(
        out,
        "p",
        "note",
        &format!(
            "The links that the scenario opens, with the shares of each year from its regimes. {growth} Works are those of \
             network/bypass.csv that open these links: what is left to be spent on them is spent before year 1; who is \
             named there pays, or else the collectors by their shares. Their costs are mostly assumed. \
             docs/model/revenue.md has the equations."
        ),
    );
}

fn best_toll(out: &mut String, model: &Model, revenue: &Revenue, toll: &BestToll) {
    let currency = naming::currency(model);
    let title = format!("What a further toll earns on the opened links of {}", revenue.scenario);
    figure(out, &toll_chart(&title, &model.study.units.currency, toll));
    let end = if toll.curve.is_at_end {
        " It is the end of the range tried: the best of all may lie beyond."
    } else {
        ""
    };
    paragraph(
        out,
        &format!(
            "A further toll of {} {currency} a tonne earns most: {} instead of {} million a year, with {} instead of {} thousand \
             tonnes.{end}",
            usd(toll.curve.best.toll),
            million(toll.curve.best.revenue),
            million(toll.today_usd()),
            grouped(toll.tonnes.1 / 1e3, 0),
            grouped(toll.tonnes.0 / 1e3, 0),
        ),
    );
    let columns = ["party", "#change, m $ a year"];
    let mut table = Table::new("What that toll is worth to each party", &columns).in_currency(model);
    for (party, gain) in revenue.parties.iter().zip(&toll.gain_usd) {
        table.push(vec![Cell::text(&party.name), Cell::Number(million(*gain))]);
    }
    table.write(out);
    element(
        out,
        "p",
        "note",
        "Cost of carriage and travel, and all revenue; nobody answers the toll with another.",
    );
}
