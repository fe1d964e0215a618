//! From the globe to the plane: a projection that suits an extent, and the view of a map.

use crate::geometry::Point;
use crate::geometry::Rect;

/// Mean radius of the Earth, km.
const EARTH_KM: f64 = 6371.0;

/// A map projection onto kilometers east and north.
///
/// Lambert's conformal conic with two standard parallels a sixth of the extent inside its edges (Snyder 1987,
/// *Map Projections: A Working Manual*, eq. 15-1 to 15-4, sphere); equirectangular where a cone does not fit: across
/// the equator and for very wide extents.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Projection {
    Conic { n: f64, f: f64, rho0: f64, lon0: f64 },
    Cylindrical { cos: f64, lat0: f64, lon0: f64 },
}

impl Projection {
    /// The projection that suits places, given as longitude and latitude in degrees.
    pub(crate) fn for_places(places: &[Point]) -> Self {
        let (west, span) = longitudes(places);
        let lon0 = west + span / 2.0;
        let south = places.iter().map(|p| p.1).fold(f64::INFINITY, f64::min).max(-85.0);
        let north = places.iter().map(|p| p.1).fold(f64::NEG_INFINITY, f64::max).min(85.0);
        if south > north {
            return Self::Cylindrical { cos: 1.0, lat0: 0.0, lon0: 0.0 };
        }
        let lat0 = f64::midpoint(south, north);
        let inset = ((north - south) / 6.0).max(0.1);
        let (first, second) = ((south + inset).min(lat0 - 0.05), (north - inset).max(lat0 + 0.05));
        let fits = (south > 5.0 || north < -5.0) && span < 150.0;
        if !fits {
            let cos = lat0.to_radians().cos().max(0.2);
            return Self::Cylindrical { cos, lat0, lon0 };
        }
        let tangent = |lat: f64| (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan();
        let (cos1, cos2) = (first.to_radians().cos(), second.to_radians().cos());
        let n = (cos1 / cos2).ln() / (tangent(second) / tangent(first)).ln();
        let f = cos1 * tangent(first).powf(n) / n;
        Self::Conic { n, f, rho0: f / tangent(lat0).powf(n), lon0 }
    }

    /// Kilometers east and north of the projection's origin.
    pub(crate) fn project(&self, (lon, lat): Point) -> Point {
        match *self {
            Self::Conic { n, f, rho0, lon0 } => {
                // Beyond these latitudes a cone runs off to infinity; nothing is drawn there.
                let lat = if n > 0.0 { lat.clamp(-40.0, 89.0) } else { lat.clamp(-89.0, 40.0) };
                let rho = f / (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().powf(n);
                let theta = n * wrapped(lon - lon0).to_radians();
                (EARTH_KM * rho * theta.sin(), EARTH_KM * (rho0 - rho * theta.cos()))
            }
            Self::Cylindrical { cos, lat0, lon0 } => {
                let degree = EARTH_KM.to_radians();
                (degree * cos * wrapped(lon - lon0), degree * (lat - lat0))
            }
        }
    }
}

/// An angle within -180 to 180 degrees.
fn wrapped(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

/// Western edge and width of the narrowest band of longitudes that holds all places.
fn longitudes(places: &[Point]) -> (f64, f64) {
    let mut lons: Vec<f64> = places.iter().map(|p| p.0.rem_euclid(360.0)).collect();
    lons.sort_by(f64::total_cmp);
    let (Some(&first), Some(&last)) = (lons.first(), lons.last()) else { return (0.0, 0.0) };
    let mut widest = (first + 360.0 - last, first);
    for pair in lons.windows(2) {
        if pair[1] - pair[0] > widest.0 {
            widest = (pair[1] - pair[0], pair[1]);
        }
    }
    (widest.1, 360.0 - widest.0)
}

/// A map's window: a projection, and how kilometers become units of the drawing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    projection: Projection,
    west_km: f64,
    north_km: f64,
    units_per_km: f64,
    /// The window, from the origin of the drawing.
    pub(crate) window: Rect,
}

impl View {
    /// The window of this width that shows places with some room around; its height follows, within limits.
    pub(crate) fn fitted(places: &[Point], width: f64, height: std::ops::RangeInclusive<f64>) -> Self {
        let projection = Projection::for_places(places);
        let planar: Vec<Point> = places.iter().map(|&p| projection.project(p)).collect();
        let range = |coordinate: fn(&Point) -> f64| {
            let low = planar.iter().map(coordinate).fold(f64::INFINITY, f64::min);
            let high = planar.iter().map(coordinate).fold(f64::NEG_INFINITY, f64::max);
            if low <= high { (low, high) } else { (0.0, 0.0) }
        };
        let ((x0, x1), (y0, y1)) = (range(|p| p.0), range(|p| p.1));
        // Never closer than 20 km across, so that a study of one place is still a map.
        let margin = 0.06 * (x1 - x0).max(y1 - y0).max(20.0);
        let (w, h) = (x1 - x0 + 2.0 * margin, y1 - y0 + 2.0 * margin);
        let height = (width * h / w).clamp(*height.start(), *height.end());
        let units_per_km = (width / w).min(height / h);
        let (middle_x, middle_y) = (f64::midpoint(x0, x1), f64::midpoint(y0, y1));
        Self {
            projection,
            west_km: middle_x - width / 2.0 / units_per_km,
            north_km: middle_y + height / 2.0 / units_per_km,
            units_per_km,
            window: Rect::new(0.0, 0.0, width, height),
        }
    }

    /// Where a place lies in the drawing.
    pub(crate) fn at(&self, lon_lat: Point) -> Point {
        let (x, y) = self.projection.project(lon_lat);
        ((x - self.west_km) * self.units_per_km, (self.north_km - y) * self.units_per_km)
    }

    /// A round length and its width in the drawing, for a scale bar of at most a fifth of the window.
    pub(crate) fn scale_bar(&self) -> (f64, f64) {
        let most = self.window.width / 5.0 / self.units_per_km;
        let power = 10f64.powf(most.log10().floor());
        let km = [5.0, 2.0, 1.0].map(|m| m * power).into_iter().find(|km| *km <= most).unwrap_or(power);
        (km, km * self.units_per_km)
    }
}

/// The places that make up the core of many: the half of them that lie closest together, and those just beside, in
/// order of input.
///
/// The smallest circle around one of the places that holds half of all: far places, however far, cannot pull it away
/// (the idea of the minimum covering ball of robust statistics, Rousseeuw 1985, with centers among the data). It is
/// widened by a quarter of its radius, so that what ends at its rim is not cut off.
pub(crate) fn core(places: &[Point]) -> Vec<Point> {
    let projection = Projection::for_places(places);
    let planar: Vec<Point> = places.iter().map(|&p| projection.project(p)).collect();
    let half = places.len().div_ceil(2);
    let distance = |a: Point, b: Point| (a.0 - b.0).hypot(a.1 - b.1);
    let mut best: Option<(f64, Point)> = None;
    for &center in &planar {
        let mut distances: Vec<f64> = planar.iter().map(|&p| distance(center, p)).collect();
        distances.sort_by(f64::total_cmp);
        let radius = distances.get(half.saturating_sub(1)).copied().unwrap_or(0.0);
        if best.is_none_or(|(least, _)| radius < least) {
            best = Some((radius, center));
        }
    }
    let Some((radius, center)) = best else { return Vec::new() };
    let is_core = |p: Point| distance(center, p) <= radius * 1.25 + 1e-9;
    places.iter().zip(&planar).filter(|(_, p)| is_core(**p)).map(|(place, _)| *place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_near_the_middle_are_true() {
        // A degree of latitude is 111.19 km on the sphere; between the standard parallels a conic shrinks it slightly.
        let projection = Projection::for_places(&[(40.0, 36.0), (52.0, 46.0)]);
        let (a, b) = (projection.project((46.0, 40.5)), projection.project((46.0, 41.5)));
        assert!(((b.1 - a.1) / 111.19 - 1.0).abs() < 0.01, "{}", b.1 - a.1);
        assert!((b.0 - a.0).abs() < 1e-6);
    }

    #[test]
    fn the_date_line_does_not_tear_a_study_apart() {
        let places = [(175.0, -40.0), (-175.0, -20.0)];
        let view = View::fitted(&places, 100.0, 50.0..=90.0);
        assert!(places.iter().all(|&p| view.window.has(view.at(p))));
        let (west, span) = longitudes(&places);
        assert!((west - 175.0).abs() < 1e-9 && (span - 10.0).abs() < 1e-9);
    }

    #[test]
    fn any_set_of_places_has_a_finite_view() {
        let sets: [&[Point]; 5] = [
            &[],
            &[(44.0, 40.0)],
            &[(0.0, 0.0), (0.0, 0.0)],
            &[(-180.0, -90.0), (180.0, 90.0)],
            &[(10.0, 90.0)],
        ];
        for places in sets {
            let view = View::fitted(places, 100.0, 50.0..=90.0);
            let (x, y) = view.at((20.0, 30.0));
            assert!(x.is_finite() && y.is_finite(), "{places:?}");
        }
    }

    #[test]
    fn the_core_is_the_denser_half() {
        let mut places: Vec<Point> = (0..6).map(|i| (44.0 + 0.2 * f64::from(i), 40.0)).collect();
        places.extend([(100.0, 20.0), (-3.0, 55.0), (37.0, 56.0), (72.0, 19.0), (6.0, 51.0)]);
        let core = core(&places);
        assert_eq!(core, &places[..6]);
        assert!(super::core(&[]).is_empty());
    }
}
