//! The unit system inside the engine, and the conversions into it.
//!
//! Inside every stage: kilometres, hours, US dollars (or the study's currency) of the study's `price_year`, tonnes
//! and persons. Conversion happens once, when the study is read.

use geographiclib_rs::{Geodesic, InverseGeodesic};

/// Kilometres in one unit of length, by the name used in `study.toml` or as a column suffix.
pub const LENGTH_UNITS: &[(&str, f64)] =
    &[("km", 1.0), ("m", 0.001), ("mi", 1.609_344), ("ft", 0.000_304_8), ("nmi", 1.852)];

/// Kilometres per hour in one unit of speed.
pub const SPEED_UNITS: &[(&str, f64)] = &[("kmh", 1.0), ("km/h", 1.0), ("mph", 1.609_344), ("kn", 1.852)];

/// The factor of a unit in a list, if the unit is known.
pub fn factor(units: &[(&str, f64)], unit: &str) -> Option<f64> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

/// Reference load and section of the CAREC trade facilitation indicators: 20 t over 500 km.
pub const TFI_CARGO_T: f64 = 20.0;
/// Section length of TFI3, km.
pub const TFI_SECTION_KM: f64 = 500.0;

/// Distance along the geodesic of WGS 84 between two points given as longitude and latitude in degrees, km (Karney 2013).
pub fn geodesic_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let metres: f64 = Geodesic::wgs84().inverse(a.1, a.0, b.1, b.0);
    metres / 1000.0
}
