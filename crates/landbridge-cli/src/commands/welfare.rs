//! `landbridge welfare`: who gains and who loses by a scenario, why, and how much of it rests on an estimate.

use std::process::ExitCode;

use landbridge::model::{Assignment, Model, TradeModel};
use landbridge::outcome::trade::{Change, GravityFit, PairTrade, RegionTrade, ScenarioTrade, TradeOutcome};
use landbridge_io::trade::{self as serialized, NOTE, Of, region_name};

use super::flows::NO_DEMAND;
use crate::args::{Format, Welfare, WelfareBy};
use crate::certificate::TradeCertificate;
use crate::input::{self, Failure};
use crate::output::{self, Progress};

/// Pairs that the table for people shows beside those that rest on an estimate.
const SHOWN: usize = 25;
/// Changes of trade below this, money a year, have no row in the table for people.
const LEAST: f64 = 500.0;
/// What is said of a study without trade totals.
pub const NO_TOTALS: &str = "the study holds no trade totals; welfare needs economy/trade_total.csv and economy/elasticity.csv \
                             (docs/guide/welfare.md says what stands in them)";

/// Runs the command.
///
/// # Errors
/// The study has errors or no trade totals, a scenario or the horizon does not exist, or trade has no equilibrium.
pub fn run(args: &Welfare) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    if model.world().is_none() {
        return Err(Failure::Usage(NO_TOTALS.to_owned()));
    }
    check_horizon(&model, args.horizon.as_deref())?;
    let ids = scenarios(&model, &args.scenarios)?;
    let progress = Progress::start("building route sets");
    let Some(assignment) = model.assignment(model.study.study.base_year) else {
        drop(progress);
        return Err(Failure::Usage(NO_DEMAND.trim_end().to_owned()));
    };
    progress.next(&format!("solving trade in {} scenarios", ids.len()));
    let mut trade = solve(&assignment, &ids)?.ok_or_else(|| Failure::Usage(NO_TOTALS.to_owned()))?;
    drop(progress);
    if let Some(horizon) = &args.horizon {
        trade.scenarios.retain(|row| row.horizon == *horizon);
    }
    let certificate = TradeCertificate::of(&trade.scenarios);
    let reference = assignment.scenarios[0].overlay.scenario.as_str();
    match (args.format, args.by) {
        (Format::Table, by) => output::data(&text(&model, reference, &trade, by)),
        (Format::Json, by) => {
            let of = if by == WelfareBy::Region { Of::Regions } else { Of::Pairs };
            let json = serialized::json(&model, reference, &trade, of);
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        (Format::Csv, WelfareBy::Region) => output::bytes(&serialized::region_csv(&trade)),
        (Format::Csv, WelfareBy::Pair) => output::bytes(&serialized::pair_csv(&trade)),
    }
    Ok(certificate.finish())
}

/// Trade of scenarios by their identifiers; `None` if the study holds no trade totals.
///
/// # Errors
/// Trade has no equilibrium in one of them.
pub fn solve(assignment: &Assignment, ids: &[String]) -> Result<Option<TradeOutcome>, Failure> {
    let Some(trade) = TradeModel::new(assignment) else { return Ok(None) };
    let positions: Vec<usize> = ids.iter().filter_map(|id| assignment.position(id)).collect();
    trade.outcome(&positions).map(Some).map_err(|error| Failure::Failed(error.into()))
}

/// As [`solve`], for commands that show trade beside other things: without an equilibrium it is left out, which the
/// certificate says.
pub fn solve_beside(assignment: &Assignment, ids: &[String]) -> (Option<TradeOutcome>, TradeCertificate) {
    match solve(assignment, ids) {
        Ok(Some(trade)) => {
            let certificate = TradeCertificate::of(&trade.scenarios);
            (Some(trade), certificate)
        }
        Ok(None) => (None, TradeCertificate::default()),
        Err(failure) => (None, TradeCertificate::failed(failure.to_string())),
    }
}

fn check_horizon(model: &Model, horizon: Option<&str>) -> Result<(), Failure> {
    let rows = &model.study.elasticities;
    let Some(asked) = horizon.filter(|asked| !rows.iter().any(|row| row.horizon == *asked)) else {
        return Ok(());
    };
    let known: Vec<_> = rows.iter().map(|row| row.horizon.as_str()).collect();
    let message =
        format!("there is no horizon `{asked}` in economy/elasticity.csv; known: {}", known.join(", "));
    Err(Failure::Usage(message))
}

/// The scenarios asked for, or else the one that the study names.
fn scenarios(model: &Model, asked: &[String]) -> Result<Vec<String>, Failure> {
    for id in asked {
        input::under(model, Some(id), false)?;
    }
    if !asked.is_empty() {
        let mut ids = asked.to_vec();
        let mut seen = std::collections::BTreeSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        return Ok(ids);
    }
    let message = "the study names no scenario to hold against the base (`compare_with` of study.toml); give `--scenario`";
    model
        .study
        .study
        .compare_with
        .clone()
        .map(|id| vec![id])
        .ok_or_else(|| Failure::Usage(message.to_owned()))
}

fn text(model: &Model, reference: &str, trade: &TradeOutcome, by: WelfareBy) -> String {
    let mut text = String::new();
    for row in &trade.scenarios {
        if !text.is_empty() {
            text.push('\n');
        }
        text += &output::heading(&title(model, reference, row));
        if !row.is_converged {
            text += "NOT CONVERGED: trade, flows and queues do not belong together in these figures\n";
        }
        text += &match by {
            WelfareBy::Region => regions(model, row),
            WelfareBy::Pair => pairs(model, row),
        };
    }
    text.push('\n');
    text += &estimate(model, trade.gravity.as_ref());
    text += &TradeCertificate::of(&trade.scenarios).line();
    text + NOTE + "\n"
}

/// A scenario and its horizon.
pub fn title(model: &Model, reference: &str, row: &ScenarioTrade) -> String {
    format!(
        "{}: {} against {reference}, {} (trade elasticity {})",
        model.study.study.name,
        row.scenario,
        horizon_name(model, row),
        row.epsilon
    )
}

/// The name of a horizon.
pub fn horizon_name<'r>(model: &'r Model, row: &'r ScenarioTrade) -> &'r str {
    let mut rows = model.study.elasticities.iter();
    rows.find(|known| known.horizon == row.horizon).map_or(row.horizon.as_str(), |known| &known.name)
}

/// Regions from the greatest gain to the greatest loss, percent of what they spend.
fn by_gain(row: &ScenarioTrade) -> Vec<&RegionTrade> {
    let mut regions: Vec<&RegionTrade> = row.regions.iter().collect();
    // The sort is stable: equals stay in the order of their identifiers.
    regions.sort_by(|a, b| b.welfare_pct.total_cmp(&a.welfare_pct));
    regions
}

fn regions(model: &Model, row: &ScenarioTrade) -> String {
    let currency = &model.study.units.currency;
    let regions = by_gain(row);
    let name = |region: &RegionTrade| super::short(region_name(model, &region.region)).to_owned();
    let table = |header: &[&str], cells: &dyn Fn(&RegionTrade) -> Vec<String>| {
        let rows = regions.iter().map(|region| [vec![name(region)], cells(region)].concat()).collect();
        output::table(header, 1..header.len(), rows)
    };
    let mut text = "\nWho gains and who loses: change of real expenditure on goods\n".to_owned();
    let million = format!("million\n{currency}");
    text += &table(
        &[
            "region",
            "welfare\n%",
            &million,
            "% of\nGDP",
            "low\nelasticity %",
            "high\nelasticity %",
            "without\nestimate %",
        ],
        &|region| {
            let (low, high) = region.range_pct.unzip();
            vec![
                percent(region.welfare_pct),
                signed_million(region.welfare_usd),
                maybe(region.welfare_gdp_pct),
                maybe(low),
                maybe(high),
                percent(region.without_estimated_pct),
            ]
        },
    );
    let all: f64 = row.regions.iter().map(|region| region.welfare_usd).sum();
    let line = format!(
        "all regions together: {} million {currency}, {}%\n",
        signed_million(all),
        signed(row.welfare_of(&[]), 5)
    );
    text += &line;
    text += "\nWhy: parts of the change, percent; they add up to it\n";
    text += &table(
        &[
            "region",
            "welfare",
            "own route\ncost",
            "partners'\nprices",
            "multilateral\nresistance",
            "deficit",
            "transit\nrevenue",
        ],
        &|region| {
            let parts = &region.parts;
            [
                region.welfare_pct,
                parts.own_route_cost,
                parts.partners_prices,
                parts.multilateral_resistance,
                parts.deficit,
                parts.transit_revenue,
            ]
            .map(percent)
            .to_vec()
        },
    );
    text += "Own route cost: what it buys comes cheaper or dearer. Partners' prices: what others ask.\n\
             Multilateral resistance: what its own goods fetch abroad. Deficit: what a fixed deficit buys.\n\
             Transit revenue: what it takes for passage.\n";
    let line = format!("\nTrade with others, million {currency} a year\n");
    text += &line;
    text += &table(
        &[
            "region",
            "exports",
            "%",
            "imports",
            "%",
            "openness",
            "after",
            "created",
            "diverted",
            "market\naccess",
        ],
        &|region| {
            vec![
                million_of(region.exports_usd.before),
                maybe_short(region.exports_usd.percent()),
                million_of(region.imports_usd.before),
                maybe_short(region.imports_usd.percent()),
                share(region.openness.before),
                share(region.openness.after),
                million_of(region.created_usd),
                million_of(region.diverted_usd),
                format!("{:.2}", region.market_access),
            ]
        },
    );
    text += "Openness: exports and imports over output of goods, before and after. Created: trade that takes\n\
             nobody's place; diverted: trade that does. Market access: to foreign markets as they were in the\n\
             base, 100 there.\n";
    text += "\nWho depends on what: concentration (Herfindahl) of its trade, 1 where one has all; before > after\n";
    text += &table(&["region", "partners", "commodities", "crossings"], &|region| {
        let index = |change: Change| arrow(change, |value| format!("{value:.3}"));
        vec![index(region.by_partner), index(region.by_commodity), index(region.by_crossing)]
    });
    text += "\nWho is a hub: what passes its country, and what it takes for passage; before > after\n";
    let revenue = format!("revenue, million {currency}");
    text += &table(&["region", "hub, %", "transit, kt", &revenue], &|region| {
        let blank = |change: Option<Change>, of: &dyn Fn(f64) -> String| {
            change.map_or(String::new(), |change| arrow(change, of))
        };
        vec![
            blank(region.hub, &|value| format!("{:.2}", 100.0 * value)),
            blank(region.transit_t, &thousand),
            arrow(region.revenue_usd, million_of),
        ]
    });
    text + "Hub: share of the tonnes of others that pass its country; regions of one country share it.\n"
}

/// What trade and welfare do from one scenario to another, by horizon: both sides are held against the reference, and one of
/// them may be it.
pub fn change_text(model: &Model, ids: [&str; 2], reference: &str, trade: &TradeOutcome) -> String {
    let currency = &model.study.units.currency;
    let of = |id: &str, horizon: &str| {
        trade.scenarios.iter().find(|row| row.scenario == id && row.horizon == horizon)
    };
    let mut text = format!("\n{}", output::heading("Trade and welfare"));
    if ids[0] != reference {
        let line = format!(
            "{} and {} are each held against {reference}; shown is the difference of the two changes.\n",
            ids[0], ids[1]
        );
        text += &line;
    }
    let horizons: Vec<_> = trade.scenarios.iter().filter(|row| row.scenario == ids[1]).collect();
    for (at, after) in horizons.iter().enumerate() {
        let before = if ids[0] == reference { None } else { of(ids[0], &after.horizon) };
        let mut sides: Vec<(&RegionTrade, Option<&RegionTrade>)> = after
            .regions
            .iter()
            .map(|region| (region, before.and_then(|before| before.region(&region.region))))
            .collect();
        let less = |of: fn(&RegionTrade) -> f64| {
            move |(after, before): &(&RegionTrade, Option<&RegionTrade>)| of(after) - before.map_or(0.0, of)
        };
        let both = |of: fn(&RegionTrade) -> Change| {
            move |(after, before): &(&RegionTrade, Option<&RegionTrade>)| Change {
                before: before.map_or(of(after).before, |before| of(before).after),
                after: of(after).after,
            }
        };
        let welfare_pct = less(|row| row.welfare_pct);
        sides.sort_by(|a, b| welfare_pct(b).total_cmp(&welfare_pct(a)));
        let name = |region: &RegionTrade| super::short(region_name(model, &region.region)).to_owned();
        let line = format!("\n{} (trade elasticity {})\n", horizon_name(model, after), after.epsilon);
        text += &line;
        let million = format!("million\n{currency}");
        let header = [
            "region",
            "welfare\n%",
            &million,
            "without\nestimate %",
            "exports\n%",
            "imports\n%",
            "market access",
        ];
        let rows = sides.iter().map(|side| {
            vec![
                name(side.0),
                percent(welfare_pct(side)),
                signed_million(less(|row| row.welfare_usd)(side)),
                percent(less(|row| row.without_estimated_pct)(side)),
                maybe_short(both(|row| row.exports_usd)(side).percent()),
                maybe_short(both(|row| row.imports_usd)(side).percent()),
                arrow(both(|row| Change { before: 100.0, after: row.market_access })(side), |value| {
                    format!("{value:.2}")
                }),
            ]
        });
        text += &output::table(&header, 1..7, rows.collect());
        // The indicators hardly differ by horizon.
        if at + 1 < horizons.len() {
            continue;
        }
        let rows = sides.iter().map(|side| {
            let index = |of: fn(&RegionTrade) -> Change| arrow(both(of)(side), |value| format!("{value:.3}"));
            let hub = side.0.hub.map_or(String::new(), |_| {
                arrow(both(|row| row.hub.unwrap_or_default())(side), |value| format!("{:.2}", 100.0 * value))
            });
            vec![
                name(side.0),
                arrow(both(|row| row.openness)(side), share),
                index(|row| row.by_partner),
                index(|row| row.by_commodity),
                index(|row| row.by_crossing),
                hub,
            ]
        });
        let header = ["region", "openness", "partners", "commodities", "crossings", "hub, %"];
        text += &output::table(&header, 1..6, rows.collect());
    }
    text += "Partners, commodities, crossings: concentration (Herfindahl), 1 where one has all. `landbridge welfare` says why,\n\
             and how much hangs on the elasticity.\n";
    text += &estimate(model, trade.gravity.as_ref());
    text + &TradeCertificate::of(&trade.scenarios).line() + NOTE + "\n"
}

fn pairs(model: &Model, row: &ScenarioTrade) -> String {
    let currency = &model.study.units.currency;
    let change = |pair: &PairTrade| (pair.value_usd.after - pair.value_usd.before).abs();
    let mut shown: Vec<&PairTrade> = row.pairs.iter().filter(|pair| pair.exporter != pair.importer).collect();
    let of = shown.len();
    shown.sort_by(|a, b| b.is_estimated.cmp(&a.is_estimated).then(change(b).total_cmp(&change(a))));
    let n_estimated = shown.iter().filter(|pair| pair.is_estimated).count();
    shown.retain(|pair| pair.is_estimated || change(pair) >= LEAST);
    shown.truncate(n_estimated + SHOWN);
    if shown.is_empty() {
        return "no trade between regions changes\n".to_owned();
    }
    let cells = |pair: &&PairTrade| {
        let name = |region: &str| super::short(region_name(model, region)).to_owned();
        let cost = if pair.tau_hat.is_finite() {
            percent(100.0 * (pair.tau_hat - 1.0))
        } else {
            "closed".to_owned()
        };
        vec![
            format!("{} > {}", name(&pair.exporter), name(&pair.importer)),
            million_of(pair.value_usd.before),
            million_of(pair.value_usd.after),
            maybe_short(pair.value_usd.percent()),
            thousand(pair.tonnes.before),
            thousand(pair.tonnes.after),
            cost,
            if pair.is_estimated { "estimated".to_owned() } else { String::new() },
        ]
    };
    let million = format!("million\n{currency}");
    let header = ["pair", &million, "\nafter", "\n%", "kt", "\nafter", "cost of\ntrade %", ""];
    let mut text = output::table(&header, 1..7, shown.iter().map(cells).collect());
    if shown.len() < of {
        let line = format!("{} more pairs of two regions; --format csv lists them all\n", of - shown.len());
        text += &line;
    }
    text + "Cost of trade: the worth of goods and their carriage, new over old; over a border that was closed,\n\
            against the cheapest way that any scenario opens.\n"
}

/// The gravity equation that estimated trade rests on.
pub fn estimate(model: &Model, fit: Option<&GravityFit>) -> String {
    let Some(fit) = fit else {
        return "No border of the study is closed, so no trade is estimated.\n".to_owned();
    };
    let latent: Vec<_> = fit
        .latent
        .iter()
        .map(|(exporter, importer, usd)| format!("{exporter} > {importer} {}", million_of(*usd)))
        .collect();
    let coefficient = |(name, found): &(String, Option<(f64, f64)>)| match found {
        Some((value, se)) if *se > 0.0 => format!("{name} {value:.2} (standard error {se:.2})"),
        Some((value, _)) => format!("{name} {value:.2} (given by the study)"),
        None => format!("{name} (determined by the others)"),
    };
    let coefficients: Vec<_> = fit.coefficients.iter().map(coefficient).collect();
    let unsettled = if fit.is_converged { "" } else { " The estimation did NOT converge." };
    format!(
        "Estimated: what closed borders would let pass, million {} a year: {}. A gravity equation of {} pairs says so: {}. Of the \
         pairs that do trade it is off by a factor of {:.1} either way (root mean square), so take gains that rest on it as an \
         order of magnitude.{unsettled}\n",
        model.study.units.currency,
        latent.join(", "),
        fit.n_pairs,
        coefficients.join(", "),
        fit.log_error.exp(),
    )
}

/// Percent with a sign; what rounds to nothing has none.
pub fn percent(value: f64) -> String {
    signed(value, 3)
}

fn signed(value: f64, digits: usize) -> String {
    let shown = format!("{value:+.digits$}");
    let is_nothing = shown.chars().all(|c| !c.is_ascii_digit() || c == '0');
    if is_nothing { shown.trim_start_matches(['+', '-']).to_owned() } else { shown }
}

fn maybe(value: Option<f64>) -> String {
    value.map_or(String::new(), percent)
}

fn maybe_short(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| signed(value, 2))
}

/// Millions.
pub fn million_of(usd: f64) -> String {
    let value = usd / 1e6;
    let digits = usize::from(value.abs() < 1000.0) + usize::from(value.abs() < 10.0);
    // What rounds to nothing has no sign.
    let shown = format!("{value:.digits$}");
    if shown.chars().all(|c| !c.is_ascii_digit() || c == '0') {
        shown.trim_start_matches('-').to_owned()
    } else {
        shown
    }
}

/// Thousands of tonnes; what rounds to nothing has no sign.
fn thousand(tonnes: f64) -> String {
    let shown = output::round(tonnes / 1e3);
    if shown == "-0.0" { "0.0".to_owned() } else { shown }
}

/// Millions with a sign.
pub fn signed_million(usd: f64) -> String {
    let shown = million_of(usd);
    let is_nothing = shown.chars().all(|c| !c.is_ascii_digit() || c == '0');
    if usd > 0.0 && !is_nothing { format!("+{shown}") } else { shown }
}

fn share(value: f64) -> String {
    format!("{:.1}%", 100.0 * value)
}

fn arrow(change: Change, of: impl Fn(f64) -> String) -> String {
    format!("{} > {}", of(change.before), of(change.after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        assert_eq!([percent(-0.0001), percent(0.0126), percent(-1.0)], ["0.000", "+0.013", "-1.000"]);
        assert_eq!(
            [million_of(-1000.0), million_of(2.345e6), million_of(2.3456e9)],
            ["0.00", "2.35", "2346"]
        );
        assert_eq!(
            [signed_million(1000.0), signed_million(-2e7), signed_million(2e7)],
            ["0.00", "-20.0", "+20.0"]
        );
    }
}
