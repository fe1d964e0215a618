//! `landbridge demand`: what moves from where to where in a year, what was left out, and what it rests on.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use landbridge::demand::{Demand, Flow, OdCell, OdPart, Segment};
use landbridge::model::Model;
use landbridge::study::tables::{ClassKind, Quality};
use serde::Serialize;

use crate::args::{self, By, Format};
use crate::input::{self, Failure};
use crate::output::{self, round};

/// Rows of the table; the rest is summed up in one.
const SHOWN: usize = 25;

#[derive(Serialize)]
struct DemandJson<'d> {
    year: i32,
    flows: Vec<FlowJson<'d>>,
    segments: Vec<SegmentJson<'d>>,
}

#[derive(Serialize)]
struct FlowJson<'d> {
    from: &'d str,
    to: &'d str,
    what: &'d str,
    class: &'d str,
    unit: &'static str,
    moving_per_year: f64,
    intrazonal_per_year: f64,
    off_surface_per_year: f64,
    elsewhere_per_year: f64,
    usd_per_year: f64,
    quality: &'static str,
    value_quality: &'static str,
}

#[derive(Serialize)]
struct SegmentJson<'d> {
    class: &'d str,
    flag: Option<&'d str>,
    cells: Vec<CellJson<'d>>,
}

#[derive(Serialize)]
struct CellJson<'d> {
    origin: &'d str,
    destination: &'d str,
    per_year: f64,
    parts: Vec<PartJson>,
}

#[derive(Serialize)]
struct PartJson {
    /// Position in `flows`.
    flow: usize,
    per_year: f64,
    usd_per_year: f64,
}

/// Runs the command.
///
/// # Errors
/// The study has errors, or a region does not exist.
pub fn run(args: &args::Demand) -> Result<ExitCode, Failure> {
    let (_, model) = input::require(&args.study)?;
    for region in args.from.iter().chain(&args.to) {
        let known: BTreeSet<&str> = model.study.countries.iter().map(|row| row.region.as_str()).collect();
        if !known.contains(region.as_str()) {
            let known: Vec<_> = known.into_iter().collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Failure::Usage(format!("there is no region `{region}`; known: {known}")));
        }
    }
    let year = args.year.unwrap_or(model.study.study.base_year);
    let demand = model.demand(year);
    let asked = Asked { model: &model, demand: &demand, args };
    if let Some(last) = model.study.growth.iter().map(|row| row.year).max().filter(|&last| last < year) {
        output::warning(&format!(
            "economy/growth.csv ends with {last}: until {year} every region grows as in the last year that it has"
        ));
    }
    if asked.flows().next().is_none() {
        output::warning("the tables hold no trade and no travel from and to these regions");
    }
    match args.format {
        Format::Table => output::data(&asked.text()),
        Format::Json => output::bytes(&landbridge_io::results::pretty(&asked.json())),
        Format::Csv => output::bytes(&asked.csv()),
    }
    Ok(ExitCode::SUCCESS)
}

/// The demand, and the part of it that is asked for.
struct Asked<'a> {
    model: &'a Model,
    demand: &'a Demand,
    args: &'a args::Demand,
}

/// Sums over flows.
#[derive(Clone, Copy, Default)]
struct Sum {
    tonnes: f64,
    usd: f64,
    persons: f64,
    tonnes_assumed: f64,
    usd_assumed: f64,
    left_out: f64,
}

impl Sum {
    fn add(&mut self, flow: &Flow) {
        let moving = flow.moving();
        if flow.kind == ClassKind::Freight {
            self.tonnes += moving;
            self.usd += flow.usd;
            self.left_out += flow.total - moving;
        } else {
            self.persons += moving;
        }
        if flow.kind == ClassKind::Freight && flow.quality == Quality::Assumed {
            self.tonnes_assumed += moving;
        }
        if flow.value_quality == Quality::Assumed {
            self.usd_assumed += flow.usd;
        }
    }

    fn plus(mut self, other: &Self) -> Self {
        self.tonnes += other.tonnes;
        self.usd += other.usd;
        self.persons += other.persons;
        self.tonnes_assumed += other.tonnes_assumed;
        self.usd_assumed += other.usd_assumed;
        self.left_out += other.left_out;
        self
    }

    fn cells(&self) -> [String; 6] {
        let number = |value: f64| if value > 0.0 { round(value) } else { String::new() };
        [
            number(self.tonnes / 1e3),
            number(self.usd / 1e6),
            number(self.persons / 1e3),
            percent(self.tonnes_assumed, self.tonnes),
            percent(self.usd_assumed, self.usd),
            number(self.left_out / 1e3),
        ]
    }
}

/// A share of a whole in percent.
fn percent(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{:.0}%", 100.0 * part / whole) } else { String::new() }
}

impl<'a> Asked<'a> {
    fn concerns(&self, flow: &Flow) -> bool {
        flow.latent.is_none()
            && self.args.from.as_ref().is_none_or(|from| flow.origin == *from)
            && self.args.to.as_ref().is_none_or(|to| flow.destination == *to)
    }

    fn flows(&self) -> impl Iterator<Item = &'a Flow> {
        self.demand.flows.iter().filter(|flow| self.concerns(flow))
    }

    fn class(&self, segment: &Segment) -> &'a str {
        &self.model.class_row(segment.class).id
    }

    fn flag(&self, segment: &Segment) -> Option<&'a str> {
        segment.flag.map(|flag| self.model.network.countries[flag].as_str())
    }

    /// Cells of a segment with the parts that are asked for.
    fn cells<'d>(&self, segment: &'d Segment) -> Vec<(&'d OdCell, Vec<&'d OdPart>)> {
        let parts = |cell: &'d OdCell| -> Vec<&'d OdPart> {
            cell.parts.iter().filter(|part| self.concerns(self.demand.flow(part))).collect()
        };
        let cells = segment.cells.iter().map(|cell| (cell, parts(cell)));
        cells.filter(|(_, parts)| !parts.is_empty()).collect()
    }

    fn json(&self) -> DemandJson<'a> {
        // Positions in the list that is printed.
        let mut at = vec![0; self.demand.flows.len()];
        let mut flows = Vec::new();
        for (position, flow) in self.demand.flows.iter().enumerate().filter(|(_, flow)| self.concerns(flow)) {
            at[position] = flows.len();
            flows.push(FlowJson {
                from: &flow.origin,
                to: &flow.destination,
                what: &flow.what,
                class: &self.model.class_row(flow.class).id,
                unit: unit(flow.kind),
                moving_per_year: flow.moving(),
                intrazonal_per_year: flow.intrazonal,
                off_surface_per_year: flow.off_surface,
                elsewhere_per_year: flow.elsewhere,
                usd_per_year: flow.usd,
                quality: flow.quality.word(),
                value_quality: flow.value_quality.word(),
            });
        }
        let nodes = &self.model.network.nodes;
        let cell = |(cell, parts): (&OdCell, Vec<&OdPart>)| CellJson {
            origin: &nodes[cell.origin].id,
            destination: &nodes[cell.destination].id,
            per_year: parts.iter().map(|part| part.per_year).sum(),
            parts: parts
                .iter()
                .map(|part| PartJson {
                    flow: at[part.flow],
                    per_year: part.per_year,
                    usd_per_year: part.usd_per_year,
                })
                .collect(),
        };
        let segments = self.demand.segments.iter().map(|segment| SegmentJson {
            class: self.class(segment),
            flag: self.flag(segment),
            cells: self.cells(segment).into_iter().map(cell).collect(),
        });
        let segments = segments.filter(|segment| !segment.cells.is_empty()).collect();
        DemandJson { year: self.demand.year, flows, segments }
    }

    /// One row for each part of each cell.
    fn csv(&self) -> Vec<u8> {
        let header = [
            "year",
            "class",
            "flag",
            "origin",
            "destination",
            "from_region",
            "to_region",
            "what",
            "unit",
            "per_year",
            "usd_per_year",
            "quality",
        ];
        let nodes = &self.model.network.nodes;
        let mut rows = Vec::new();
        for segment in &self.demand.segments {
            for (cell, parts) in self.cells(segment) {
                rows.extend(parts.into_iter().map(|part| {
                    let flow = self.demand.flow(part);
                    vec![
                        self.demand.year.to_string(),
                        self.class(segment).to_owned(),
                        self.flag(segment).unwrap_or("").to_owned(),
                        nodes[cell.origin].id.clone(),
                        nodes[cell.destination].id.clone(),
                        flow.origin.clone(),
                        flow.destination.clone(),
                        flow.what.clone(),
                        unit(flow.kind).to_owned(),
                        format!("{:.3}", part.per_year),
                        format!("{:.0}", part.usd_per_year),
                        flow.quality.word().to_owned(),
                    ]
                }));
            }
        }
        output::csv(&header, &rows)
    }

    fn text(&self) -> String {
        let name = &self.model.study.study.name;
        let mut text = output::heading(&format!("{name}: demand of {}", self.demand.year));
        if self.demand.is_empty() {
            return text + super::flows::NO_DEMAND;
        }
        let mut groups: BTreeMap<String, Sum> = BTreeMap::new();
        for flow in self.flows() {
            groups.entry(self.group(flow)).or_default().add(flow);
        }
        let mut groups: Vec<(String, Sum)> = groups.into_iter().collect();
        groups.sort_by(|(a, x), (b, y)| {
            y.tonnes.total_cmp(&x.tonnes).then(y.persons.total_cmp(&x.persons)).then(a.cmp(b))
        });
        let total = groups.iter().fold(Sum::default(), |sum, (_, other)| sum.plus(other));
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut row = |name: String, sum: &Sum| rows.push([vec![name], sum.cells().to_vec()].concat());
        let n = groups.len();
        for (name, sum) in groups.iter().take(SHOWN) {
            row(name.clone(), sum);
        }
        if n > SHOWN {
            let rest = groups[SHOWN..].iter().fold(Sum::default(), |sum, (_, other)| sum.plus(other));
            row(format!("{} others", n - SHOWN), &rest);
        }
        row("all".to_owned(), &total);
        let currency = format!("million {}", self.model.study.units.currency);
        let header =
            [self.word(), "kt", &currency, "1000 persons", "t assumed", "value assumed", "kt left out"];
        text += &output::table(&header, 1..7, rows);
        text + &self.left_out() + &self.rests_on() + &self.segments()
    }

    fn word(&self) -> &'static str {
        match self.args.by {
            By::Region => "from > to",
            By::Commodity => "commodity or purpose",
            By::Class => "class",
            By::Quality => "quality",
        }
    }

    fn group(&self, flow: &Flow) -> String {
        match self.args.by {
            By::Region => format!("{} > {}", flow.origin, flow.destination),
            By::Commodity => flow.what.clone(),
            By::Class => self.model.class_row(flow.class).id.clone(),
            By::Quality => flow.quality.word().to_owned(),
        }
    }

    fn left_out(&self) -> String {
        let sum = |part: fn(&Flow) -> f64, kind: ClassKind| -> f64 {
            self.flows().filter(|flow| flow.kind == kind).map(part).sum()
        };
        let tonnes = |part| round(sum(part, ClassKind::Freight) / 1e3);
        format!(
            "\nleft out: {} kt by pipeline, wire or air; {} kt by ways that the study does not hold; {} kt and {} \
             thousand travellers that start and end at one place\n",
            tonnes(|flow| flow.off_surface),
            tonnes(|flow| flow.elsewhere),
            tonnes(|flow| flow.intrazonal),
            round(sum(|flow| flow.intrazonal, ClassKind::Passenger) / 1e3),
        )
    }

    /// Shares by quality.
    fn rests_on(&self) -> String {
        let shares = |amount: fn(&Flow) -> f64, quality: fn(&Flow) -> Quality, kind: ClassKind| {
            let of_kind = || self.flows().filter(|flow| flow.kind == kind);
            let all: f64 = of_kind().map(amount).sum();
            let share = |word: Quality| of_kind().filter(|f| quality(f) == word).map(amount).sum::<f64>();
            let words = Quality::ALL.iter().map(|&word| (word, share(word))).filter(|(_, part)| *part > 0.0);
            words.map(|(word, part)| format!("{word} {}", percent(part, all))).collect::<Vec<_>>().join(", ")
        };
        let weight = shares(Flow::moving, |f| f.quality, ClassKind::Freight);
        let value = shares(|f| f.usd, |f| f.value_quality, ClassKind::Freight);
        let people = shares(Flow::moving, |f| f.quality, ClassKind::Passenger);
        let lines = [("weight", weight), ("value", value), ("travellers", people)];
        let lines = lines.into_iter().filter(|(_, words)| !words.is_empty());
        let lines = lines.map(|(what, words)| format!("  {what}: {words}\n"));
        lines.fold("what it rests on:\n".to_owned(), |text, line| text + &line)
    }

    fn segments(&self) -> String {
        let mut rows = Vec::new();
        for segment in &self.demand.segments {
            let cells = self.cells(segment);
            if cells.is_empty() {
                continue;
            }
            let amount: f64 = cells.iter().flat_map(|(_, parts)| parts).map(|part| part.per_year).sum();
            let unit = unit(self.model.class_row(segment.class).kind);
            rows.push(vec![
                self.class(segment).to_owned(),
                self.flag(segment).unwrap_or("any").to_owned(),
                cells.len().to_string(),
                format!("{} thousand {unit}", round(amount / 1e3)),
            ]);
        }
        format!("\n{}", output::table(&["class", "carrier", "pairs of places", "a year"], 2..4, rows))
    }
}

fn unit(kind: ClassKind) -> &'static str {
    match kind {
        ClassKind::Freight => "t",
        ClassKind::Passenger => "person",
    }
}
