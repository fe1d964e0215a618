//! Trade and welfare: who gains and who loses by the scenario that is compared, why, and how much of it rests on an
//! estimate.

use landbridge::model::Model;
use landbridge::outcome::trade::{Change, GravityFit, RegionTrade, ScenarioTrade};

use crate::FlowReport;
use crate::naming;
use crate::numbers::grouped;
use crate::table::{Cell, Table, element, figure, paragraph, section};
use crate::welfare_chart::{Bar, Row, draw};

/// Regions that the chart shows: those that gain or lose most.
const SHOWN: usize = 16;
/// What would be shown as 0.000 has no bar.
const LEAST_PCT: f64 = 5e-4;

pub(crate) fn write(out: &mut String, model: &Model, flows: Option<&FlowReport<'_>>) {
    section(out, "welfare", "Trade and welfare");
    match flows.and_then(|flows| Some((flows, flows.trade?, flows.after?))) {
        Some((flows, trade, after)) => {
            let rows: Vec<&ScenarioTrade> =
                trade.scenarios.iter().filter(|row| row.scenario == after.scenario).collect();
            let writer =
                Writer { model, before: &flows.before.scenario, rows, gravity: trade.gravity.as_ref() };
            writer.write(out);
        }
        None => paragraph(
            out,
            "Nothing is said of trade and welfare: that needs totals of trade, elasticities (economy/trade_total.csv, \
             economy/elasticity.csv) and a scenario to compare with.",
        ),
    }
    out.push_str("</section>\n");
}

struct Writer<'r> {
    model: &'r Model,
    before: &'r str,
    /// The scenario, by horizon.
    rows: Vec<&'r ScenarioTrade>,
    gravity: Option<&'r GravityFit>,
}

impl Writer<'_> {
    fn write(&self, out: &mut String) {
        let Some(last) = self.rows.last() else {
            return paragraph(out, "No horizon was solved.");
        };
        let horizons: Vec<_> = self
            .rows
            .iter()
            .map(|row| format!("{} (trade elasticity {})", self.horizon(row), grouped(row.epsilon, 2)))
            .collect();
        paragraph(
            out,
            &format!(
                "What scenario “{}” does to regions, held against “{}”. Routes that open or close change what carriage costs; trade, \
                 prices, flows and queues answer until they belong together. Welfare is real expenditure on goods: what a \
                 region's spending buys. How much trade answers depends on how long it has had: {}. Goods only: neither \
                 travel nor the building, upkeep or security of the way is in it.",
                last.scenario,
                self.before,
                horizons.join(", ")
            ),
        );
        element(out, "p", "notice", &self.estimate());
        figure(out, &self.chart());
        element(out, "p", "note", "Regions whose change is below 0.0005 % in every horizon have no bar.");
        self.welfare().write(out);
        element(
            out,
            "p",
            "note",
            "Without estimate: the same at the same costs of carriage without trade over borders that are closed today. Rests on \
             estimate: the rest of the change, as a share of it; above 100 % what does not rest on it has the other sign, \
             below 0 % estimated trade takes from it. \
             Range: with the low and the high elasticity of the horizon.",
        );
        self.parts().write(out);
        element(
            out,
            "p",
            "note",
            "Parts add up to the change. Own route cost: what the region buys comes cheaper or dearer. Partners' prices: what \
             others ask. Multilateral resistance: what its own goods fetch abroad. Deficit: what a fixed deficit buys. \
             Transit revenue: what it takes for the passage of others.",
        );
        self.trade(last).write(out);
        self.indicators(last).write(out);
        element(
            out,
            "p",
            "note",
            "Openness: exports and imports over output of goods. Market access: to foreign markets as they were, 100 before. \
             Created: trade that takes nobody's place; diverted: trade that does. Concentration (Herfindahl index) is 1 where \
             one partner, commodity or border crossing has all of a region's trade. Hub: share of the tonnes of others that \
             pass its country. All pairs are in tables/trade_pair.csv, all figures in tables/trade_region.csv; \
             docs/model/joint.md has the equations.",
        );
        for row in &self.rows {
            self.certificate(out, row);
        }
    }

    fn horizon<'a>(&'a self, row: &'a ScenarioTrade) -> &'a str {
        let mut rows = self.model.study.elasticities.iter();
        rows.find(|known| known.horizon == row.horizon).map_or(row.horizon.as_str(), |known| &known.name)
    }

    fn name(&self, region: &str) -> String {
        let row = self.model.study.countries.iter().find(|row| row.region == region);
        row.map_or_else(|| region.to_owned(), |row| naming::short(&row.name))
    }

    /// What rests on an estimate, and how far off that is.
    fn estimate(&self) -> String {
        let Some(fit) = self.gravity else {
            return "No border of the study is closed, so no trade had to be estimated.".to_owned();
        };
        let latent: Vec<_> = fit
            .latent
            .iter()
            .map(|(from, to, usd)| format!("{} to {} {}", self.name(from), self.name(to), million(*usd)))
            .collect();
        let coefficients: Vec<_> = fit
            .coefficients
            .iter()
            .map(|(name, found)| match found {
                Some((value, se)) if *se > 0.0 => {
                    format!("{name} {} (standard error {})", grouped(*value, 2), grouped(*se, 2))
                }
                Some((value, _)) => format!("{name} {} (given by the study)", grouped(*value, 2)),
                None => format!("{name} (determined by the others)"),
            })
            .collect();
        let unsettled = if fit.is_converged { "" } else { " The estimation did not converge." };
        format!(
            "This rests on an estimate. Nobody knows what would pass borders that are closed; a gravity equation of {} pairs ({}) \
             says, in million {} a year: {}. Of the pairs that do trade it is off by a factor of {} either way (root mean \
             square). Take gains that rest on it as an order of magnitude.{unsettled}",
            fit.n_pairs,
            coefficients.join(", "),
            naming::money(self.model),
            latent.join(", "),
            grouped(fit.log_error.exp(), 1),
        )
    }

    /// Regions from the greatest gain to the greatest loss in the last horizon.
    fn by_gain(&self) -> Vec<&str> {
        let mut regions: Vec<&RegionTrade> =
            self.rows.last().map_or(Vec::new(), |row| row.regions.iter().collect());
        regions.sort_by(|a, b| b.welfare_pct.total_cmp(&a.welfare_pct));
        regions.into_iter().map(|row| row.region.as_str()).collect()
    }

    fn chart(&self) -> String {
        let bar = |row: &RegionTrade| {
            let gdp = row.welfare_gdp_pct?;
            // Percent of expenditure as percent of the domestic product.
            let scale = if row.welfare_pct == 0.0 { 0.0 } else { gdp / row.welfare_pct };
            Some(Bar {
                value: gdp,
                without_estimate: scale * row.without_estimated_pct,
                range: row.range_pct.map(|(low, high)| (scale * low, scale * high)),
            })
        };
        let mut rows: Vec<Row> = self
            .by_gain()
            .into_iter()
            .filter_map(|region| {
                let bars =
                    self.rows.iter().map(|row| bar(row.region(region)?)).collect::<Option<Vec<_>>>()?;
                Some(Row { name: self.name(region), bars })
            })
            .collect();
        let size = |row: &Row| row.bars.iter().map(|bar| bar.value.abs()).fold(0.0, f64::max);
        let mut sizes: Vec<f64> = rows.iter().map(size).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let least = sizes.get(SHOWN - 1).copied().unwrap_or(0.0).max(LEAST_PCT);
        rows.retain(|row| size(row) >= least);
        rows.truncate(SHOWN);
        let horizons: Vec<&str> = self.rows.iter().map(|row| self.horizon(row)).collect();
        let scenario = self.rows.last().map_or("", |row| row.scenario.as_str());
        let title = format!("Change of welfare from {} to {scenario}, % of GDP a year", self.before);
        draw(&title, &horizons, &rows, self.gravity.is_some())
    }

    fn welfare(&self) -> Table {
        let columns = [
            "Region",
            "Horizon",
            "#Welfare, %",
            "#Million $ a year",
            "#% of GDP",
            "#Range over elasticity, %",
            "#Without estimate, %",
            "#Rests on estimate",
        ];
        let mut table = Table::new("Who gains and who loses", &columns).in_currency(self.model);
        self.each(|row, of| {
            let range = of.range_pct.map(|(a, b)| format!("{} to {}", percent(a.min(b)), percent(a.max(b))));
            // A share of next to nothing says nothing.
            let rests = (of.welfare_pct.abs() >= 5e-4 && self.gravity.is_some()).then(|| {
                let share = 100.0 * (1.0 - of.without_estimated_pct / of.welfare_pct);
                format!("{} %", grouped(share, 0))
            });
            table.push(vec![
                Cell::text(self.name(&of.region)),
                Cell::text(self.horizon(row)),
                Cell::Number(percent(of.welfare_pct)),
                Cell::Number(signed(of.welfare_usd / 1e6, 1)),
                Cell::number(of.welfare_gdp_pct.map(percent)),
                Cell::number(range),
                Cell::Number(percent(of.without_estimated_pct)),
                Cell::number(rests),
            ]);
        });
        table
    }

    fn parts(&self) -> Table {
        let columns = [
            "Region",
            "Horizon",
            "#Welfare, %",
            "#Own route cost",
            "#Partners' prices",
            "#Multilateral resistance",
            "#Deficit",
            "#Transit revenue",
        ];
        let mut table = Table::new("Why: parts of the change of welfare, %", &columns);
        self.each(|row, of| {
            let parts = &of.parts;
            let numbers = [
                of.welfare_pct,
                parts.own_route_cost,
                parts.partners_prices,
                parts.multilateral_resistance,
                parts.deficit,
                parts.transit_revenue,
            ];
            let mut cells = vec![Cell::text(self.name(&of.region)), Cell::text(self.horizon(row))];
            cells.extend(numbers.map(|value| Cell::Number(percent(value))));
            table.push(cells);
        });
        table
    }

    fn trade(&self, row: &ScenarioTrade) -> Table {
        let columns = [
            "Region",
            "#Exports, million $",
            "#%",
            "#Imports, million $",
            "#%",
            "#Created, million $",
            "#Diverted, million $",
            "#Openness",
            "#Market access",
        ];
        let caption = format!("Trade with others, {}", self.horizon(row));
        let mut table = Table::new(caption, &columns).in_currency(self.model);
        let change = |change: Change| Cell::number(change.percent().map(|value| signed(value, 2)));
        for region in self.by_gain() {
            let Some(of) = row.region(region) else { continue };
            table.push(vec![
                Cell::text(self.name(region)),
                Cell::Number(million(of.exports_usd.before)),
                change(of.exports_usd),
                Cell::Number(million(of.imports_usd.before)),
                change(of.imports_usd),
                Cell::Number(million(of.created_usd)),
                Cell::Number(million(of.diverted_usd)),
                arrow(of.openness, |value| format!("{} %", grouped(100.0 * value, 1))),
                Cell::Number(grouped(of.market_access, 2)),
            ]);
        }
        table
    }

    fn indicators(&self, row: &ScenarioTrade) -> Table {
        let columns = [
            "Region",
            "#Concentration by partner",
            "#By commodity",
            "#By crossing",
            "#Hub, %",
            "#Transit, thousand t",
            "#Taken for passage, million $",
        ];
        let caption = format!("Indicators, {}: before → after", self.horizon(row));
        let mut table = Table::new(caption, &columns).in_currency(self.model);
        for region in self.by_gain() {
            let Some(of) = row.region(region) else { continue };
            let index = |change: Change| arrow(change, |value| grouped(value, 3));
            table.push(vec![
                Cell::text(self.name(region)),
                index(of.by_partner),
                index(of.by_commodity),
                index(of.by_crossing),
                of.hub.map_or(Cell::Empty, |change| arrow(change, |value| grouped(100.0 * value, 2))),
                of.transit_t.map_or(Cell::Empty, |change| arrow(change, |value| grouped(value / 1e3, 1))),
                arrow(of.revenue_usd, million),
            ]);
        }
        table
    }

    /// All regions from the greatest gain on, each in all horizons.
    fn each(&self, mut write: impl FnMut(&ScenarioTrade, &RegionTrade)) {
        for region in self.by_gain() {
            for row in &self.rows {
                if let Some(of) = row.region(region) {
                    write(row, of);
                }
            }
        }
    }

    fn certificate(&self, out: &mut String, row: &ScenarioTrade) {
        let horizon = self.horizon(row);
        let text = if row.is_converged {
            // Its digits are those of rounding.
            let power = (row.residual.log10().floor() + 1.0).max(-12.0);
            format!(
                "{horizon}: trade, flows and queues belong together; in the last of {} loops no cost of trade moved by more than \
                 1e{power} of it.",
                row.iterations
            )
        } else {
            format!(
                "{horizon}: NOT converged. After {} loops a cost of trade still moved by {:.1e} of it, so trade, flows and \
                 queues do not belong together.",
                row.iterations, row.residual
            )
        };
        element(out, "p", "note", &text);
    }
}

fn arrow(change: Change, of: impl Fn(f64) -> String) -> Cell {
    Cell::Number(format!("{} → {}", of(change.before), of(change.after)))
}

fn million(usd: f64) -> String {
    let value = usd / 1e6;
    grouped(value, usize::from(value.abs() < 1000.0) + usize::from(value.abs() < 10.0))
}

/// Percent with a sign, to a thousandth.
fn percent(value: f64) -> String {
    signed(value, 3)
}

/// A number with its sign; what rounds to nothing has none.
fn signed(value: f64, digits: usize) -> String {
    let shown = grouped(value, digits);
    let is_nothing = shown.chars().all(|c| !c.is_ascii_digit() || c == '0');
    if value > 0.0 && !is_nothing { format!("+{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use landbridge::model::{Assignment, TradeModel};
    use landbridge::outcome::trade::TradeOutcome;

    use super::*;
    use crate::fixture;

    /// The small study with totals of trade and a scenario that shuts the road.
    fn model() -> Model {
        let mut files = fixture::files();
        for (path, text) in fixture::DEMAND.into_iter().chain(fixture::TOTALS) {
            files.insert(path.into(), text.into());
        }
        let names = files.get_mut("economy/country.csv").unwrap();
        *names = names.replace("AAA,A,", "AAA,<b>A</b> <script>,");
        fixture::model_of(&files)
    }

    fn solved(assignment: &Assignment) -> TradeOutcome {
        let shut = assignment.position("shut").unwrap();
        TradeModel::new(assignment).unwrap().outcome(&[shut]).unwrap()
    }

    fn section_of(model: &Model, assignment: &Assignment, trade: &TradeOutcome) -> String {
        let flows = assignment.all_flows();
        let report = FlowReport {
            size: assignment.size(),
            before: &flows[0],
            after: Some(&flows[1]),
            counted: &[],
            trade: Some(trade),
            control: landbridge::outcome::control::Control::default(),
        };
        let mut out = String::new();
        write(&mut out, model, Some(&report));
        out
    }

    #[test]
    fn gains_and_losses_are_shown_and_never_become_markup() {
        let model = model();
        let assignment = model.assignment(2025).unwrap();
        let mut trade = solved(&assignment);
        let html = section_of(&model, &assignment, &trade);
        assert!(html.contains("Who gains and who loses") && html.contains("First &amp; last"), "{html}");
        assert!(html.contains("no trade had to be estimated") && html.contains("belong together"), "{html}");
        assert!(html.contains("&lt;b&gt;A") && !html.contains("<script") && !html.contains("<b>"), "{html}");
        // Two regions and one horizon, and a bar each.
        assert_eq!(html.matches("class=\"bar\"").count(), 2, "{html}");

        trade.gravity = Some(GravityFit {
            coefficients: vec![("<i>ln</i> distance".to_owned(), Some((-0.9, 0.0)))],
            n_pairs: 12,
            log_error: 2f64.ln(),
            separated: vec![],
            latent: vec![("AAA".to_owned(), "BBB".to_owned(), 3e6)],
            is_converged: true,
        });
        trade.scenarios[0].is_converged = false;
        let html = section_of(&model, &assignment, &trade);
        assert!(html.contains("off by a factor of 2.0") && html.contains("NOT converged"), "{html}");
        assert!(html.contains("&lt;i&gt;ln") && !html.contains("<i>") && !html.contains("<script"), "{html}");
    }

    #[test]
    fn a_study_without_totals_says_so() {
        let mut out = String::new();
        write(&mut out, &fixture::model(), None);
        assert!(out.contains("Nothing is said of trade and welfare"));
    }
}
