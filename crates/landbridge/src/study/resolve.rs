//! What ties tables together: references between rows, declared units, prices of one currency and year.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Study;
use super::read::{DeclaredUnits, Table};
use super::scenario_tables::{ChangeRow, RuleRow};
use super::schema::Row;
use super::tables::{Mode, StudyRow, UnitsRow};
use super::value::nearest;
use crate::diagnostic::{Code, Diagnostic, MAX_PER_FILE, Place, clip};
use crate::units::{LENGTH_UNITS, SPEED_UNITS, factor};

/// Reads `[units]`; a unit that is not known is reported.
pub fn declared_units(units: &Table<UnitsRow>, out: &mut Vec<Diagnostic>) -> DeclaredUnits {
    let Some(row) = units.first() else { return DeclaredUnits::default() };
    let mut read = |key: &str, unit: &Option<String>, known: &[(&str, f64)]| {
        let unit = unit.as_deref()?;
        let found = factor(known, unit);
        if found.is_none() {
            let names: Vec<_> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
            out.push(Diagnostic::new(
                Code::LB0130,
                format!("`{}` is not a known unit of {key}", clip(unit)),
                format!("known: {}", names.join(", ")),
                units.place(0, key),
            ));
        }
        // After the complaint the numbers are read as they stand, so that other problems still show.
        found.or(Some(1.0))
    };
    DeclaredUnits {
        length: read("length", &row.length, LENGTH_UNITS),
        speed: read("speed", &row.speed, SPEED_UNITS),
    }
}

/// Reports every value that names a row which is not there.
pub fn check_references(study: &Study, heads: &Table<StudyRow>, out: &mut Vec<Diagnostic>) {
    super::verify_scenarios::compared(study, heads, out);
    let mut check = Checker::new(out);
    let (nodes, links, actors) = (&study.nodes, &study.links, &study.actors);
    let (territories, classes) = (&study.territories, &study.classes);

    check.one(heads, "main_class", classes, |r| Some(&r.main_class));
    check.one(&study.key_pairs, "from", nodes, |r| Some(&r.from));
    check.one(&study.key_pairs, "to", nodes, |r| Some(&r.to));
    check.one(&study.key_pairs, "class", classes, |r| r.class.as_ref());
    check.one(nodes, "territory", territories, |r| Some(&r.territory));
    check.one(links, "from_node_id", nodes, |r| Some(&r.from_node_id));
    check.one(links, "to_node_id", nodes, |r| Some(&r.to_node_id));
    check.many(links, "territory", territories, |r| r.territory.iter());
    check.many(links, "operator", actors, |r| r.operator.iter());
    check.many(links, "can_close", actors, |r| r.can_close.iter().flat_map(|s| s.0.iter().flatten()));
    check.many(links, "must_consent", actors, |r| r.must_consent.iter().flat_map(|s| s.0.iter().flatten()));
    check.many(links, "collectors", actors, |r| r.collectors.iter().flat_map(|s| s.0.iter().map(|(a, _)| a)));
    check.one(&study.crossings, "link_id", links, |r| Some(&r.link_id));
    check.one(&study.crossings, "from_node_id", nodes, |r| Some(&r.from_node_id));
    check.one(&study.crossings, "to_node_id", nodes, |r| Some(&r.to_node_id));
    check.one(&study.terminals, "node_id", nodes, |r| Some(&r.node_id));
    check.one(territories, "controller", actors, |r| r.controller.as_ref());
    check.many(actors, "member_of", actors, |r| r.member_of.iter());
    check.many(actors, "home_state", actors, |r| r.home_state.iter());
    check.many(actors, "territories", territories, |r| r.territories.iter());
    check.many(&study.access, "links", links, |r| r.links.iter());
    check.many(&study.access, "territory", territories, |r| r.territory.iter());
    check.one(&study.validation, "from_node_id", nodes, |r| r.from_node_id.as_ref());
    check.one(&study.validation, "to_node_id", nodes, |r| r.to_node_id.as_ref());
    check.many(&study.validation, "via", nodes, |r| r.via.iter());
    check.one(&study.validation, "class", classes, |r| r.class.as_ref());
    check.many(&study.rates, "territory", territories, |r| {
        Some(&r.territory).filter(|t| *t != "*").into_iter()
    });

    // Countries are the values of the node and territory tables.
    let countries = countries(study);
    if study.nodes.is_complete() && territories.is_complete() {
        check.words(&study.access, "ends", &countries, "country", |r| &r.ends);
        check.words(&study.access, "origin", &countries, "country", |r| &r.origin);
        check.words(&study.access, "destination", &countries, "country", |r| &r.destination);
        check.words(&study.fees, "ends", &countries, "country", |r| &r.ends);
        check.words(&study.fees, "country", &countries, "country", |r| std::slice::from_ref(&r.country));
    }

    let modes: HashSet<&str> = Mode::WORDS.iter().copied().collect();
    check.words(classes, "modes", &modes, "mode", |r| &r.modes);
    check.words(&study.access, "mode", &modes, "mode", |r| &r.mode);
    check.words(&study.validation, "mode", &modes, "mode", |r| &r.mode);
    let decks = HashSet::from(["wagon", "vehicle"]);
    check.words(links, "allowed_uses", &decks, "deck", |r| &r.allowed_uses);

    let groups: HashSet<&str> = classes.keys().chain(["*", "freight", "passenger"]).collect();
    if classes.knows_keys() {
        check.words(&study.access_defaults, "applies_to", &groups, "class", |r| &r.applies_to);
        check.words(&study.activities, "applies_to", &groups, "class", |r| &r.applies_to);
        check.words(&study.access, "applies_to", &groups, "class", |r| &r.applies_to);
        check.words(&study.rates, "applies_to", &groups, "class", |r| &r.applies_to);
        check.words(&study.fees, "applies_to", &groups, "class", |r| &r.applies_to);
    }

    for (at, row) in study.activities.iter().enumerate() {
        if !study.crossings.has_key(&row.at_id) && !study.terminals.has_key(&row.at_id) {
            let known = study.crossings.keys().chain(study.terminals.keys());
            check.report(&study.activities, at, "at_id", &row.at_id, "crossing or terminal", known);
        }
    }
    check.sources(&study.nodes, study, |r| &r.source);
    check.sources(&study.links, study, |r| &r.source);
    check.sources(&study.crossings, study, |r| &r.source);
    check.sources(&study.terminals, study, |r| &r.source);
    check.sources(&study.activities, study, |r| &r.source);
    check.sources(&study.territories, study, |r| &r.source);
    check.sources(&study.actors, study, |r| &r.source);
    check.sources(&study.access, study, |r| &r.source);
    check.sources(&study.rates, study, |r| &r.source);
    check.sources(&study.fees, study, |r| &r.source);
    check.sources(&study.price_index, study, |r| &r.source);
    check.sources(&study.validation, study, |r| &r.source);
    check.sources(&study.classes, study, |r| &r.source);
    check.sources(&study.access_defaults, study, |r| &r.source);
}

pub(super) struct Checker<'o> {
    out: &'o mut Vec<Diagnostic>,
    /// Values reported so far, by file.
    reported: HashMap<&'static str, usize>,
    /// Names that may still be compared in search of suggestions: a large table with all its references wrong would
    /// otherwise take hours.
    comparisons_left: usize,
}

impl<'o> Checker<'o> {
    pub(super) fn new(out: &'o mut Vec<Diagnostic>) -> Self {
        Self { out, reported: HashMap::new(), comparisons_left: 1_000_000 }
    }

    pub(super) fn one<R: Row, T: Row>(
        &mut self,
        table: &Table<R>,
        column: &str,
        target: &Table<T>,
        value: impl Fn(&R) -> Option<&String>,
    ) {
        self.many(table, column, target, |row| value(row).into_iter());
    }

    pub(super) fn many<'t, R: Row, T: Row, V: Iterator<Item = &'t String>>(
        &mut self,
        table: &'t Table<R>,
        column: &str,
        target: &Table<T>,
        values: impl Fn(&'t R) -> V,
    ) {
        for (at, row) in table.iter().enumerate() {
            for value in values(row) {
                if !target.has_key(value) {
                    self.report(table, at, column, value, T::TABLE.name(), target.keys());
                }
            }
        }
    }

    /// Classes, modes and places that a rule of a regime or scenario names.
    pub(super) fn rule_words(&mut self, study: &Study, rows: &Table<RuleRow>) {
        let modes: HashSet<&str> = Mode::WORDS.iter().copied().collect();
        self.words(rows, "mode", &modes, "mode", |r| &r.mode);
        if study.classes.knows_keys() {
            let groups: HashSet<&str> = study.classes.keys().chain(["*", "freight", "passenger"]).collect();
            self.words(rows, "applies_to", &groups, "class", |r| &r.applies_to);
        }
        if study.nodes.is_complete() && study.territories.is_complete() {
            let countries = countries(study);
            let ends: HashSet<&str> = countries.iter().copied().chain(study.territories.keys()).collect();
            self.words(rows, "flag", &countries, "country", |r| &r.flag);
            self.words(rows, "ends", &ends, "country or territory", |r| &r.ends);
            self.words(rows, "origin", &ends, "country or territory", |r| &r.origin);
            self.words(rows, "destination", &ends, "country or territory", |r| &r.destination);
        }
    }

    /// Modes and countries that a change of a scenario names.
    pub(super) fn change_words(&mut self, study: &Study, rows: &Table<ChangeRow>) {
        let modes: HashSet<&str> = Mode::WORDS.iter().copied().collect();
        self.words(rows, "mode", &modes, "mode", |r| &r.mode);
        if study.nodes.is_complete() && study.territories.is_complete() {
            self.words(rows, "between", &countries(study), "country", |r| &r.between);
        }
    }

    pub(super) fn words<R: Row>(
        &mut self,
        table: &Table<R>,
        column: &str,
        known: &HashSet<&str>,
        what: &str,
        values: impl Fn(&R) -> &[String],
    ) {
        for (at, row) in table.iter().enumerate() {
            for value in values(row) {
                if !known.contains(value.as_str()) {
                    self.report(table, at, column, value, what, known.iter().copied());
                }
            }
        }
    }

    /// A source is a key of `sources.csv`, an address, or a statement of more than one word.
    pub(super) fn sources<R: Row>(
        &mut self,
        table: &Table<R>,
        study: &Study,
        sources: impl Fn(&R) -> &[String],
    ) {
        for (at, row) in table.iter().enumerate() {
            for source in sources(row) {
                let plain = source.contains(' ') || source.contains("://");
                if !plain && !study.sources.has_key(source) {
                    self.report(table, at, "source", source, "source", study.sources.keys());
                }
            }
        }
    }

    fn report<'k, R: Row>(
        &mut self,
        table: &Table<R>,
        row: usize,
        column: &str,
        value: &str,
        what: &str,
        known: impl Iterator<Item = &'k str>,
    ) {
        let reported = self.reported.entry(R::TABLE.file).or_default();
        *reported += 1;
        // One more than is listed tells the list that it is cut.
        if *reported > MAX_PER_FILE + 1 {
            return;
        }
        let known: Vec<&str> = if self.comparisons_left > 0 { known.collect() } else { Vec::new() };
        let near = if let Some(left) = self.comparisons_left.checked_sub(known.len()) {
            self.comparisons_left = left;
            nearest(value, known.into_iter())
        } else {
            self.comparisons_left = 0;
            None
        };
        let help = match near {
            Some(near) => format!("did you mean `{}`?", clip(near)),
            None => format!("add the {what}, or correct the name"),
        };
        self.out.push(Diagnostic::new(
            Code::LB0121,
            format!("`{column}`: there is no {what} `{}`", clip(value)),
            help,
            table.place(row, column),
        ));
    }
}

/// Countries, which are the values of the node and territory tables.
pub(super) fn countries(study: &Study) -> HashSet<&str> {
    let of_nodes = study.nodes.iter().map(|n| n.country.as_str());
    of_nodes.chain(study.territories.iter().filter_map(|t| t.country.as_deref())).collect()
}

/// Brings every amount to the study's currency and price year.
pub fn convert_prices(study: &mut Study, units_known: bool, out: &mut Vec<Diagnostic>) {
    let index: BTreeMap<(String, i32), f64> =
        study.price_index.iter().map(|row| ((row.currency.clone(), row.year), row.factor)).collect();
    let units = study.units.clone();
    let mut missing = Vec::new();
    let mut convert =
        |currency: &Option<String>, year: Option<i32>, place: &dyn Fn(&str) -> Option<Place>| {
            let currency = currency.as_deref().unwrap_or(&units.currency);
            let year = year.unwrap_or(units.price_year);
            if currency == units.currency && year == units.price_year {
                return 1.0;
            }
            index.get(&(currency.to_owned(), year)).copied().unwrap_or_else(|| {
                let column = if currency == units.currency { "year" } else { "currency" };
                missing.push(Diagnostic::new(
                    Code::LB0131,
                    format!("there is no price index for {} of {year}", clip(currency)),
                    format!(
                        "add a row to economy/price_index.csv that brings it to {} of {}",
                        clip(&units.currency),
                        units.price_year
                    ),
                    place(column),
                ));
                1.0
            })
        };
    // Factors first, while the tables can still say where a cell stands; then the amounts.
    macro_rules! factors {
        ($table:ident) => {{
            let table = &study.$table;
            let mut factors = Vec::with_capacity(table.len());
            for (at, row) in table.iter().enumerate() {
                factors.push(convert(&row.currency, row.year, &|column| table.place(at, column)));
            }
            factors
        }};
    }
    let (links, activities) = (factors!(links), factors!(activities));
    let (rates, fees, bypasses) = (factors!(rates), factors!(fees), factors!(bypasses));
    let table = &study.trade;
    let mut trade = Vec::with_capacity(table.len());
    for (at, row) in table.iter().enumerate() {
        trade.push(convert(&row.currency, Some(row.year), &|column| table.place(at, column)));
    }
    let table = &study.trade_totals;
    let mut totals = Vec::with_capacity(table.len());
    for (at, row) in table.iter().enumerate() {
        totals.push(convert(&None, Some(row.year), &|column| table.place(at, column)));
    }
    study.trade.for_each_mut(|at, row| row.value *= trade[at]);
    study.trade_totals.for_each_mut(|at, row| row.value *= totals[at]);
    study.links.for_each_mut(|at, row| row.fare = row.fare.map(|fare| fare * links[at]));
    study.activities.for_each_mut(|at, row| row.fee = row.fee.map(|fee| fee * activities[at]));
    study.rates.for_each_mut(|at, row| {
        row.rate *= rates[at];
        row.low = row.low.map(|low| low * rates[at]);
        row.high = row.high.map(|high| high * rates[at]);
    });
    study.fees.for_each_mut(|at, row| {
        row.fee *= fees[at];
        row.low = row.low.map(|low| low * fees[at]);
        row.high = row.high.map(|high| high * fees[at]);
    });
    study.bypasses.for_each_mut(|at, row| {
        row.capex *= bypasses[at];
        row.capex_low = row.capex_low.map(|low| low * bypasses[at]);
        row.capex_high = row.capex_high.map(|high| high * bypasses[at]);
        row.opex_per_year *= bypasses[at];
    });
    let rules = study.regimes.values_mut().map(|r| &mut r.rules);
    for table in rules.chain(study.scenarios.values_mut().map(|s| &mut s.rules)) {
        let mut factors = Vec::with_capacity(table.len());
        for (at, row) in table.iter().enumerate() {
            factors.push(convert(&row.currency, row.year, &|column| table.place(at, column)));
        }
        table.for_each_mut(|at, row| row.amount = row.amount.map(|amount| amount * factors[at]));
    }
    if units_known && study.price_index.is_complete() {
        out.append(&mut missing);
    }
}
