//! What may be fitted to counted flows, and what was: the tables of `calibration/`.

use super::schema::{
    amount, choice, date, expression, id, integer, list, number, reference, references, sources, table, text,
};
use super::value::Date;
use super::words::{BoundHit, ParameterKind, Quality};

const INF: f64 = f64::INFINITY;

table! {
    /// How far counts are taken to be off. One section, optional.
    CalibrationRow in "[calibration]" optional {
        /// Standard deviation of the logarithm of a count of the base year, with what the model cannot know of the place.
        count_sd: f64 = number(1e-3, 10.0, "").or("0.3");
        /// What each year between the count and the base year adds to it, in quadrature.
        count_sd_per_year: f64 = number(0.0, 10.0, "").or("0.1");
    }
}
table! {
    /// What calibration may change, within which bounds. Until something is fitted, the value before fitting holds.
    ParameterRow in "calibration/parameter.csv" optional {
        /// Identifier.
        parameter_id: String = id();
        /// What it changes: `dispersion`, a factor on `kappa`; `mode`, money per tonne or person each time one of `modes` is boarded; `border`, the same each time one of `crossings` is passed; `demand`, a factor on trade or travel.
        kind: ParameterKind = choice(ParameterKind::WORDS);
        /// Whom it concerns; of no use for `dispersion`.
        applies_to: Vec<String> = expression("`freight`, `passenger`, a class, or `*` (all); several joined by `;`");
        /// Mode-states, for `mode`: `road`, `rail`, `wagon_deck`, `vehicle_deck`, `sea`, `air`.
        modes: Vec<String> = list();
        /// Crossings, for `border`.
        crossings: Vec<String> = references("crossing", ';');
        /// Regions where it starts, for `demand`; blank: any.
        exporter: Vec<String> = references("country", ';');
        /// Regions where it ends, for `demand`; blank: any.
        importer: Vec<String> = references("country", ';');
        /// Commodities or purposes of travel, for `demand`; blank: any.
        commodity: Vec<String> = list();
        /// Value before fitting: 1 for factors and 0 for money change nothing.
        prior: f64 = number(-INF, INF, "");
        /// How far off that it may well be, one standard deviation: of the logarithm for factors, money otherwise.
        spread: f64 = number(1e-6, 1e9, "");
        /// Least value.
        low: f64 = number(-INF, INF, "");
        /// Greatest value.
        high: f64 = number(-INF, INF, "");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What prior and bounds rest on.
        source: Vec<String> = sources();
        /// How sure they are.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// What was fitted: written by `landbridge calibrate`, and read by everything else.
    FittedRow in "calibration/fitted.csv" optional {
        /// The parameter.
        parameter_id: String = id();
        /// Value.
        value: f64 = number(-INF, INF, "");
        /// Standard error: of the logarithm for factors, money otherwise; blank: not determined.
        standard_error: Option<f64> = number(0.0, INF, "").optional();
        /// Whether it stopped at a bound.
        bound: BoundHit = choice(BoundHit::WORDS).or("inside");
        /// Counts that it was fitted to.
        counts: i32 = integer(0, 1_000_000).or("0");
    }
}

table! {
    /// Natural experiments: something opened or shut between two days, and what was counted before and after.
    ExperimentRow in "calibration/experiment.csv" optional {
        /// Identifier.
        experiment_id: String = id();
        /// What happened.
        name: String = text();
        /// A day before.
        day_before: Date = date();
        /// A day after.
        day_after: Date = date();
        /// Row of observed.csv whose places, modes and unit say what is counted.
        observed_id: String = reference("observed");
        /// Amount of a year, as it was before; blank: not known.
        before_per_year: Option<f64> = amount("unit/year").optional();
        /// Amount of a year, as it was after; blank: not known.
        after_per_year: Option<f64> = amount("unit/year").optional();
        /// What was published.
        published: String = text();
        /// Remarks; why the model misses it, if it does.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}

impl ParameterRow {
    /// Whether it is a factor, fitted by its logarithm.
    pub fn is_factor(&self) -> bool {
        matches!(self.kind, ParameterKind::Dispersion | ParameterKind::Demand)
    }

    /// Whether a factor on demand is about what goes from one region to another.
    pub fn concerns(&self, origin: &str, destination: &str, what: &str) -> bool {
        let names = |list: &[String], id: &str| list.is_empty() || list.iter().any(|named| named == id);
        self.kind == ParameterKind::Demand
            && names(&self.exporter, origin)
            && names(&self.importer, destination)
            && names(&self.commodity, what)
    }
}

impl Default for CalibrationRow {
    fn default() -> Self {
        Self { count_sd: 0.3, count_sd_per_year: 0.1 }
    }
}
