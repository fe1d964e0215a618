//! Outlines of countries: decodes the `TopoJSON` of a study's basemap.
//!
//! Only what a map needs is read (`objects.countries` with polygons, `arcs`, `transform`), and it is decoded here
//! rather than into free polygons: neighbors share arcs in `TopoJSON`, so that borders can be told from coasts and a
//! simplified border stays one line for both sides.

use std::fmt;

use serde_json::Value;

use crate::ReportError;
use crate::geometry::Point;

/// What is wrong with a basemap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BasemapProblem {
    /// `arcs` is missing or holds something else than lists of points.
    Arcs,
    /// `transform` holds something else than `scale` and `translate`.
    Transform,
    /// `objects.countries` is missing or is not a collection of geometries.
    Countries,
    /// A geometry refers to an arc that does not exist.
    ArcIndex,
}

impl fmt::Display for BasemapProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arcs => "`arcs` must be lists of points",
            Self::Transform => "`transform` must hold `scale` and `translate`",
            Self::Countries => "`objects.countries` must be a collection of polygons",
            Self::ArcIndex => "a polygon refers to an arc that does not exist",
        })
    }
}

/// A ring as arcs in order, each with whether it is run backwards.
pub(crate) type Ring = Vec<(usize, bool)>;

/// A country.
#[derive(Clone, Debug)]
pub(crate) struct Country {
    /// Name, if the basemap has it.
    pub(crate) name: Option<String>,
    /// Code of three letters, if the basemap has it.
    pub(crate) code: Option<String>,
    /// Rings of all polygons; holes are rings too.
    pub(crate) rings: Vec<Ring>,
}

/// Decoded outlines.
#[derive(Clone, Debug)]
pub(crate) struct Basemap {
    /// Lines that the rings are made of, in degrees.
    pub(crate) arcs: Vec<Vec<Point>>,
    /// Countries in the order of the file.
    pub(crate) countries: Vec<Country>,
}

impl Basemap {
    /// Decodes a text.
    pub(crate) fn parse(text: &str) -> Result<Self, ReportError> {
        let root: Value = serde_json::from_str(text).map_err(|source| ReportError::BasemapText { source })?;
        Self::decode(&root).map_err(|problem| ReportError::BasemapContent { problem })
    }

    fn decode(root: &Value) -> Result<Self, BasemapProblem> {
        let transform = match root.get("transform") {
            None | Some(Value::Null) => None,
            Some(transform) => {
                let pair = |key: &str| transform.get(key).and_then(pair_of);
                let both = pair("scale").zip(pair("translate"));
                Some(both.ok_or(BasemapProblem::Transform)?)
            }
        };
        let arcs = root.get("arcs").and_then(Value::as_array).ok_or(BasemapProblem::Arcs)?;
        let arcs = arcs.iter().map(|arc| decode_arc(arc, transform)).collect::<Option<Vec<_>>>();
        let arcs = arcs.ok_or(BasemapProblem::Arcs)?;
        let countries = root.get("objects").and_then(|o| o.get("countries"));
        let geometries = countries.and_then(|c| c.get("geometries")).and_then(Value::as_array);
        let geometries = geometries.ok_or(BasemapProblem::Countries)?;
        let countries = geometries.iter().map(|g| decode_country(g, arcs.len())).collect::<Result<_, _>>()?;
        Ok(Self { arcs, countries })
    }

    /// West, south, east and north of all arcs, degrees; `None` without arcs.
    pub(crate) fn extent(&self) -> Option<[f64; 4]> {
        let points = || self.arcs.iter().flatten();
        points().next()?;
        let low = |c: fn(&Point) -> f64| points().map(c).fold(f64::INFINITY, f64::min);
        let high = |c: fn(&Point) -> f64| points().map(c).fold(f64::NEG_INFINITY, f64::max);
        Some([low(|p| p.0), low(|p| p.1), high(|p| p.0), high(|p| p.1)])
    }

    /// For each arc, the countries whose rings run along it.
    pub(crate) fn neighbors(&self) -> Vec<Vec<usize>> {
        let mut neighbors = vec![Vec::new(); self.arcs.len()];
        for (at, country) in self.countries.iter().enumerate() {
            for (arc, _) in country.rings.iter().flatten() {
                if !neighbors[*arc].contains(&at) {
                    neighbors[*arc].push(at);
                }
            }
        }
        neighbors
    }
}

fn pair_of(value: &Value) -> Option<Point> {
    let list = value.as_array()?;
    Some((list.first()?.as_f64()?, list.get(1)?.as_f64()?))
}

/// Quantized arcs are lists of steps, others of positions.
fn decode_arc(arc: &Value, transform: Option<(Point, Point)>) -> Option<Vec<Point>> {
    let points = arc.as_array()?.iter().map(pair_of);
    let Some((scale, translate)) = transform else { return points.collect() };
    let mut at = (0.0, 0.0);
    points
        .map(|step| {
            let step = step?;
            at = (at.0 + step.0, at.1 + step.1);
            Some((at.0 * scale.0 + translate.0, at.1 * scale.1 + translate.1))
        })
        .collect()
}

fn decode_country(geometry: &Value, n_arcs: usize) -> Result<Country, BasemapProblem> {
    let property =
        |key| geometry.get("properties")?.get(key)?.as_str().map(str::to_owned).filter(|s| !s.is_empty());
    let list = |value: &Value| value.as_array().cloned().ok_or(BasemapProblem::Countries);
    let arcs = geometry.get("arcs");
    let polygons = match (geometry.get("type").and_then(Value::as_str), arcs) {
        (Some("Polygon"), Some(arcs)) => vec![arcs.clone()],
        (Some("MultiPolygon"), Some(arcs)) => list(arcs)?,
        // A territory without a shape, or a point, has nothing to draw.
        _ => Vec::new(),
    };
    let mut rings = Vec::new();
    for polygon in &polygons {
        for ring in list(polygon)? {
            let indices = list(&ring)?;
            let arcs = indices.iter().map(|index| {
                let index = index.as_i64().ok_or(BasemapProblem::ArcIndex)?;
                let (at, is_reversed) = if index < 0 { (!index, true) } else { (index, false) };
                usize::try_from(at)
                    .ok()
                    .filter(|at| *at < n_arcs)
                    .map(|at| (at, is_reversed))
                    .ok_or(BasemapProblem::ArcIndex)
            });
            rings.push(arcs.collect::<Result<_, _>>()?);
        }
    }
    Ok(Country { name: property("name"), code: property("iso_a3"), rings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::BASEMAP;

    #[test]
    fn quantized_arcs_are_decoded_and_shared() {
        let basemap = Basemap::parse(BASEMAP).unwrap();
        assert_eq!(basemap.countries.len(), 2);
        assert_eq!(basemap.countries[0].name.as_deref(), Some("Left <b>land</b>"));
        assert_eq!(basemap.arcs[0], [(44.0, 42.0), (44.0, 40.0)]);
        let borders = basemap.neighbors().iter().filter(|n| n.len() == 2).count();
        assert_eq!(borders, 1);
    }

    #[test]
    fn broken_basemaps_are_errors_not_panics() {
        for (text, expect) in [
            ("", "not JSON"),
            ("{}", "`arcs`"),
            (r#"{"arcs": [[[0]]]}"#, "`arcs`"),
            (r#"{"arcs": [], "transform": 3}"#, "`transform`"),
            (r#"{"arcs": [], "objects": {"land": {}}}"#, "`objects.countries`"),
            (
                r#"{"arcs": [], "objects": {"countries": {"geometries": [{"type": "Polygon", "arcs": [[-1]]}]}}}"#,
                "does not exist",
            ),
        ] {
            let error = Basemap::parse(text).unwrap_err().to_string();
            assert!(error.contains(expect), "{text}: {error}");
        }
    }
}
