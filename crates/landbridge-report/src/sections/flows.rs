//! Flows: what moves where, before and after; what countries take for passage; the model against counts.

use landbridge::model::Model;
use landbridge::outcome::flow_change::{FlowChange, PairWays};
use landbridge::outcome::flows::{CrossingFlow, Flows};
use landbridge::study::tables::ClassKind;

use crate::FlowReport;
use crate::basemap::Basemap;
use crate::map::{FlowLayer, MapExtent, core_is_worth_a_map, draw_flows};
use crate::naming;
use crate::numbers::{grouped, percent};
use crate::table::{Cell, Table, element, figure, paragraph, section};

/// Crossings in each direction that the table of goods shows.
const CROSSINGS: usize = 40;
/// Crossings in each direction that the table of travellers shows.
const CROSSINGS_OF_TRAVELLERS: usize = 10;
/// Ways with this share of their pair, before or after, have a row.
const LEAST_SHARE: f64 = 0.05;
/// What would be shown as 0 thousand has no row.
const LEAST: f64 = 50.0;

pub(crate) fn write(
    out: &mut String,
    model: &Model,
    flows: Option<&FlowReport<'_>>,
    basemap: Option<&Basemap>,
) {
    section(out, "flows", "Flows");
    match flows {
        Some(flows) => Writer::new(model, flows).write(out, basemap),
        None => paragraph(out, "The study holds no demand, so nothing moves on its network."),
    }
    out.push_str("</section>\n");
}

struct Writer<'r> {
    model: &'r Model,
    report: &'r FlowReport<'r>,
    change: FlowChange,
}

impl<'r> Writer<'r> {
    fn new(model: &'r Model, report: &'r FlowReport<'r>) -> Self {
        let after = report.after.unwrap_or(report.before);
        let change = FlowChange::new(&model.study, &model.network, report.before, after);
        Self { model, report, change }
    }

    fn write(&self, out: &mut String, basemap: Option<&Basemap>) {
        self.introduction(out);
        self.maps(out, basemap);
        self.totals().write(out);
        self.crossings().write(out);
        self.ways(out);
        self.transit().write(out);
        self.revenue().write(out);
        self.travellers(out);
        self.counted(out);
    }

    fn introduction(&self, out: &mut String) {
        let before = name(self.report.before);
        let what = match self.report.after {
            Some(after) => format!(
                "Demand of {} on the network of scenario “{before}” and of scenario “{}”, and the difference between the two.",
                self.report.before.year,
                name(after)
            ),
            None => format!("Demand of {} on the network of scenario “{before}”.", self.report.before.year),
        };
        paragraph(out, &what);
        let size = self.report.size;
        element(
            out,
            "p",
            "note",
            &format!(
                "Hours rise with flow at places with a known capacity. Choice and demand are fitted to counts where \
                 calibration/fitted.csv says so; economy/scale.csv scales demand to some. Scenarios are taken as specified, \
                 each on its own day. Demand chooses among {} routes between {} places ({} pairs by class and carrier); \
                 the routes of a pair hold its best way in each of {} scenarios, also when any one actor closes all that it \
                 can close alone there. What is not among them carries nothing.",
                grouped(size.routes.routes as f64, 0),
                grouped(size.zones as f64, 0),
                grouped(size.pairs as f64, 0),
                size.scenarios
            ),
        );
    }

    fn maps(&self, out: &mut String, basemap: Option<&Basemap>) {
        let extent = if core_is_worth_a_map(self.model) { MapExtent::Core } else { MapExtent::All };
        let volumes =
            |flows: &Flows| flows.on_assets(&self.model.study, &self.model.network, ClassKind::Freight);
        let before = volumes(self.report.before);
        let title = format!("Goods in {}: {}", self.report.before.year, name(self.report.before));
        let layer = FlowLayer { volumes: &before, before: None, title: &title, unit: "t/year" };
        figure(out, &draw_flows(self.model, basemap, extent, &layer));
        if let Some(flows) = self.report.after {
            let after = volumes(flows);
            let title = format!(
                "Goods in {}: change from {} to {}",
                flows.year,
                name(self.report.before),
                name(flows)
            );
            let layer = FlowLayer { volumes: &after, before: Some(&before), title: &title, unit: "t/year" };
            figure(out, &draw_flows(self.model, basemap, extent, &layer));
        }
    }

    /// A table with a column of numbers for each side, and one for the difference if there are two.
    fn table(&self, caption: &str, first: &[&str], unit: &str) -> Table {
        let mut columns: Vec<String> = first.iter().map(|&name| name.to_owned()).collect();
        columns.push(format!("#{}, {unit}", name(self.report.before)));
        if let Some(after) = self.report.after {
            columns.push(format!("#{}, {unit}", name(after)));
            columns.push(format!("#difference, {unit}"));
        }
        Table::new(caption, &columns.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Cells of one amount in thousands: before, after, difference.
    fn thousands(&self, sides: [f64; 2]) -> Vec<Cell> {
        let mut cells = vec![Cell::Number(thousand(sides[0]))];
        if self.report.after.is_some() {
            cells.push(Cell::Number(thousand(sides[1])));
            cells.push(Cell::Number(signed(sides[1] - sides[0])));
        }
        cells
    }

    fn totals(&self) -> Table {
        let mut table = self.table("Demand, and what does not travel", &["What"], "thousand t or persons");
        for (kind, totals) in self.change.totals {
            for (what, sides) in [
                ("demand", totals.map(|total| total.demand)),
                ("unserved", totals.map(|total| total.unserved)),
            ] {
                let mut row = vec![Cell::text(format!("{}, {what}", kind_word(kind)))];
                row.extend(self.thousands(sides));
                table.push(row);
            }
        }
        table
    }

    /// Crossings by the greater amount of both sides, at most so many.
    fn greatest(&self, most: usize, amount: fn(&CrossingFlow) -> f64) -> Vec<&[CrossingFlow; 2]> {
        let size = |sides: &[CrossingFlow; 2]| amount(&sides[0]).max(amount(&sides[1]));
        let mut shown: Vec<_> = self.change.crossings.iter().filter(|sides| size(sides) >= LEAST).collect();
        shown.sort_by(|a, b| {
            size(b).total_cmp(&size(a)).then((a[0].crossing, a[0].from).cmp(&(b[0].crossing, b[0].from)))
        });
        shown.truncate(most);
        shown
    }

    /// Name and mode of a crossing, and its direction.
    fn crossing(&self, flow: &CrossingFlow) -> Vec<Cell> {
        let network = &self.model.network;
        let crossing = &network.crossings[flow.crossing];
        let land = |at| network.territories[network.nodes[at].territory].name.clone();
        vec![
            Cell::Lines(vec![
                naming::short(&crossing.name),
                naming::mode_word(network.assets[crossing.asset].mode).to_owned(),
            ]),
            Cell::text(format!("{} → {}", land(flow.from), land(flow.to))),
        ]
    }

    fn crossings(&self) -> Table {
        let mut table = self.table(
            &format!(
                "Goods at the busiest crossings (at most {CROSSINGS}; all are in tables/crossing_flow.csv)"
            ),
            &["Crossing", "Direction", "#Trucks a day", "#Trains a day"],
            "kt/year",
        );
        for sides in self.greatest(CROSSINGS, |flow| flow.t_per_year) {
            let mut row = self.crossing(&sides[0]);
            row.push(self.arrow(sides.map(|flow| flow.trucks_per_day)));
            row.push(self.arrow(sides.map(|flow| flow.trains_per_day)));
            row.extend(self.thousands(sides.map(|flow| flow.t_per_year)));
            table.push(row);
        }
        table
    }

    /// A small figure of both sides in one cell: `12 → 30`.
    fn arrow(&self, sides: [f64; 2]) -> Cell {
        let figure = |value: f64| grouped(value, usize::from(value < 10.0));
        match (sides[0] > 0.0 || sides[1] > 0.0, self.report.after.is_some()) {
            (false, _) => Cell::Empty,
            (true, false) => Cell::Number(figure(sides[0])),
            (true, true) => Cell::Number(format!("{} → {}", figure(sides[0]), figure(sides[1]))),
        }
    }

    fn ways(&self, out: &mut String) {
        let mut table = self.table(
            "Ways of goods between regions",
            &["From – to", "Territories and modes", "#Share"],
            "kt/year",
        );
        for pair in &self.change.pairs {
            self.pair(pair, &mut table);
        }
        if table.is_empty() {
            return;
        }
        table.write(out);
        element(
            out,
            "p",
            "note",
            "Pairs of regions: those of the study's key pairs, then those where most goods change their way. Shares are those \
             of what travels between the two; ways below 5 % on both sides are summed up as other ways.",
        );
    }

    fn pair(&self, pair: &PairWays, table: &mut Table) {
        let (main, other) = pair.main_ways(LEAST_SHARE);
        let share = |amount: [f64; 2]| {
            let of = |side: usize| {
                let served = pair.served[side];
                if served > 0.0 { percent(amount[side] / served) } else { "–".to_owned() }
            };
            if self.report.after.is_some() { format!("{} → {}", of(0), of(1)) } else { of(0) }
        };
        let mut push = |name: String, amount: [f64; 2]| {
            let pair = format!("{} – {}", pair.origin, pair.destination);
            let mut row = vec![Cell::text(pair), Cell::text(name), Cell::Number(share(amount))];
            row.extend(self.thousands(amount));
            table.push(row);
        };
        for way in main {
            push(way.words(&self.model.network), way.per_year);
        }
        if other.iter().any(|&amount| amount > 0.0) {
            push("other ways".to_owned(), other);
        }
    }

    fn transit(&self) -> Table {
        let caption = "Transit: what passes a country and neither starts nor ends there";
        let mut table = self.table(caption, &["Country", "What"], "thousand t or persons");
        for &(country, kind, sides) in &self.change.transit {
            if sides.iter().all(|&amount| amount < LEAST) {
                continue;
            }
            let code = self.model.network.countries[country].clone();
            let mut row = vec![Cell::text(code), Cell::text(kind_word(kind))];
            row.extend(self.thousands(sides));
            table.push(row);
        }
        table
    }

    fn revenue(&self) -> Table {
        let currency = &self.model.study.units.currency;
        let mut table = self.table(
            "Taken for passage in a year",
            &["Collector", "Charge"],
            &format!("thousand {currency}"),
        );
        for &(actor, levy, sides) in &self.change.revenue {
            if sides.iter().all(|&usd| usd < LEAST) {
                continue;
            }
            let collector = self.model.network.actors[actor].name.clone();
            let mut row = vec![Cell::text(collector), Cell::text(levy.word())];
            row.extend(self.thousands(sides));
            table.push(row);
        }
        table
    }

    fn travellers(&self, out: &mut String) {
        let mut table = self.table(
            &format!("Travellers at the busiest crossings (at most {CROSSINGS_OF_TRAVELLERS})"),
            &["Crossing", "Direction"],
            "thousand persons/year",
        );
        for sides in self.greatest(CROSSINGS_OF_TRAVELLERS, |flow| flow.persons_per_year) {
            let mut row = self.crossing(&sides[0]);
            row.extend(self.thousands(sides.map(|flow| flow.persons_per_year)));
            table.push(row);
        }
        if !table.is_empty() {
            table.write(out);
        }
    }

    fn counted(&self, out: &mut String) {
        element(out, "h3", "", "Model against counts");
        if self.report.counted.is_empty() {
            paragraph(out, "The study holds no counts that a flow may be held against.");
            return;
        }
        paragraph(
            out,
            &format!(
                "Counted flows, each of its own year, and those of {} in scenario “{}”, in the unit of the count. Containers are \
                 counted as if all goods were in containers. A match with a count that the demand was built with proves \
                 little; nothing was fitted to the others.",
                self.report.before.year,
                name(self.report.before)
            ),
        );
        let study = &self.model.study;
        for (is_used, caption) in
            [(false, "Counts not used to build the demand"), (true, "Counts used to build the demand")]
        {
            let mut table = Table::new(
                caption,
                &["Count", "Year", "Unit", "#Model", "#Observed", "#Model / observed", "Rests on"],
            );
            for count in self.report.counted {
                let row = &study.observed[count.row];
                if row.used_to_build != is_used {
                    continue;
                }
                table.push(vec![
                    Cell::Lines(std::iter::once(row.name.clone()).chain(row.cause.clone()).collect()),
                    Cell::text(row.year.to_string()),
                    Cell::text(row.unit.word()),
                    Cell::Number(grouped(count.model, 0)),
                    Cell::number(row.per_year.map(|amount| grouped(amount, 0))),
                    Cell::number(count.ratio(study).map(|ratio| grouped(ratio, ratio_decimals(ratio)))),
                    Cell::Mark(row.quality.word(), row.quality.word().to_owned()),
                ]);
            }
            if !table.is_empty() {
                table.write(out);
            }
        }
    }
}

/// The scenario; a study without any has its tables.
fn name(flows: &Flows) -> &str {
    if flows.scenario.is_empty() { "tables" } else { &flows.scenario }
}

fn kind_word(kind: ClassKind) -> &'static str {
    match kind {
        ClassKind::Freight => "goods",
        ClassKind::Passenger => "travellers",
    }
}

/// Two decimals, and more where they would show nothing.
fn ratio_decimals(ratio: f64) -> usize {
    if ratio < 0.1 { 4 } else { 2 }
}

fn thousand(value: f64) -> String {
    let value = value / 1e3;
    grouped(value, usize::from(value.abs() < 100.0))
}

/// Thousands with their sign.
fn signed(value: f64) -> String {
    let shown = thousand(value);
    let is_nothing = shown.chars().all(|c| !c.is_ascii_digit() || c == '0');
    if value > 0.0 && !is_nothing { format!("+{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use landbridge::model::Assignment;

    use super::*;
    use crate::fixture::{self, BASEMAP};
    use crate::{About, html_report};

    /// The small study with 1000 t a year from A to B, and a count.
    fn with_demand() -> Model {
        let mut files = fixture::files();
        for (path, text) in fixture::DEMAND {
            files.insert(path.into(), text.into());
        }
        fixture::model_of(&files)
    }

    fn report(model: &Model, after: bool) -> String {
        let assignment: Assignment = model.assignment(2025).unwrap();
        let (flows, counted) = (assignment.flows(0), assignment.counted());
        let report = FlowReport {
            size: assignment.size(),
            before: &flows,
            after: after.then_some(&flows),
            counted: &counted,
            trade: None,
            control: landbridge::outcome::control::Control::default(),
        };
        html_report(model, &model.run(), Some(BASEMAP), &About::default(), Some(&report), &[]).unwrap()
    }

    #[test]
    fn a_small_ratio_is_not_written_as_nothing() {
        let written = |ratio| grouped(ratio, ratio_decimals(ratio));
        assert_eq!([written(0.0020), written(0.316), written(2.8317)], ["0.0020", "0.32", "2.83"]);
    }

    #[test]
    fn flows_ways_and_counts_are_shown_and_never_become_markup() {
        let model = with_demand();
        let html = report(&model, false);
        // All 1000 t go one of two ways over the border, and a truck takes 20 t.
        assert!(html.contains("goods, demand</th><td class=\"n\">1.0</td>"), "{html}");
        assert!(html.contains("fitted to counts") && html.contains("Model against counts"));
        assert!(html.contains("&lt;b&gt;count") && !html.contains("<b>") && !html.contains("<script"));
        assert!(!html.contains("difference, "));
    }

    #[test]
    fn two_scenarios_have_a_column_each_and_one_of_differences() {
        let model = with_demand();
        let html = report(&model, true);
        assert!(html.contains("difference, kt/year") && html.contains("nothing moves"));
    }

    #[test]
    fn a_study_without_demand_says_so() {
        let model = fixture::model();
        let html = html_report(&model, &model.run(), None, &About::default(), None, &[]).unwrap();
        assert!(html.contains("The study holds no demand"));
    }
}
