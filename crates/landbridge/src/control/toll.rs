//! The toll that earns most.
//!
//! In: a function from toll to revenue, which may solve an equilibrium at each call. Out: the curve, and its highest
//! point: a grid first, as revenue can have several peaks and flat stretches where a route becomes the only one or is
//! given up, then a golden section in each stretch that may hold the top (Kiefer 1953).

use super::ControlError;
use super::error::{check, finite};

/// The golden section: what is left of a bracket after each step.
const GOLDEN: f64 = 0.618_033_988_749_894_8;

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TollSearch {
    /// Lowest toll.
    pub min: f64,
    /// Highest toll.
    pub max: f64,
    /// Tolls of the grid, ends included; at least 3. A peak narrower than a step of it can be missed.
    pub n_grid: usize,
    /// Peaks of the grid that are looked at closely: the highest ones.
    pub n_peaks: usize,
    /// The toll is found to this part of the range.
    pub tolerance_share: f64,
}

impl TollSearch {
    /// A search between two tolls.
    pub fn between(min: f64, max: f64) -> Self {
        Self { min, max, n_grid: 41, n_peaks: 3, tolerance_share: 1e-5 }
    }
}

/// A toll and what it earns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TollPoint {
    /// Toll.
    pub toll: f64,
    /// Revenue.
    pub revenue: f64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct TollCurve {
    /// All tolls that were tried, from the lowest.
    pub points: Vec<TollPoint>,
    /// The one that earns most; of several the lowest.
    pub best: TollPoint,
    /// Peaks of the grid, flat ones counted once. More than one: a small change of the world may move the best toll far.
    pub n_grid_peaks: usize,
    /// Whether the best toll is the lowest or highest looked at: then the best of all may be beyond.
    pub is_at_end: bool,
}

/// The toll that earns most within a range.
///
/// # Errors
/// A range that is empty or not finite, fewer than 3 tolls in the grid, no peak to look at, a tolerance outside of 0 to 1,
/// a revenue that is not finite.
pub fn best_toll(
    mut revenue: impl FnMut(f64) -> f64,
    search: &TollSearch,
) -> Result<TollCurve, ControlError> {
    let TollSearch { min, max, n_grid, n_peaks, tolerance_share } = *search;
    finite("the lowest toll", min)?;
    finite("the highest toll", max)?;
    check(max > min, "the highest toll", max, "above the lowest")?;
    check(n_grid >= 3, "the number of tolls in the grid", n_grid as f64, "at least 3")?;
    check(n_peaks >= 1, "the number of peaks to look at", n_peaks as f64, "at least 1")?;
    let is_part = tolerance_share > 0.0 && tolerance_share < 1.0;
    check(is_part, "the tolerance of the toll", tolerance_share, "between 0 and 1")?;
    let mut at = |toll: f64| {
        let revenue = revenue(toll);
        finite("the revenue", revenue).map(|()| TollPoint { toll, revenue })
    };
    let step = (max - min) / (n_grid - 1) as f64;
    let toll = |k: usize| if k == n_grid - 1 { max } else { min + step * k as f64 };
    let mut points = (0..n_grid).map(|k| at(toll(k))).collect::<Result<Vec<_>, _>>()?;
    let mut peaks = peaks(&points);
    let n_grid_peaks = peaks.len();
    peaks.sort_by(|a, b| points[b.0].revenue.total_cmp(&points[a.0].revenue).then(a.cmp(b)));
    let mut closer = Vec::new();
    for &(first, last) in peaks.iter().take(n_peaks) {
        // On both edges of a flat stretch the top may be just beyond.
        let low = points[first.saturating_sub(1)].toll;
        let high = points[(last + 1).min(n_grid - 1)].toll;
        let brackets = if last - first <= 1 {
            vec![(low, high)]
        } else {
            vec![(low, points[first + 1].toll), (points[last - 1].toll, high)]
        };
        for (low, high) in brackets {
            narrow(&mut at, low, high, tolerance_share * (max - min), &mut closer)?;
        }
    }
    points.append(&mut closer);
    points.sort_by(|a, b| a.toll.total_cmp(&b.toll));
    points.dedup_by(|a, b| a.toll.total_cmp(&b.toll).is_eq());
    let best =
        points.iter().copied().fold(points[0], |best, p| if p.revenue > best.revenue { p } else { best });
    let is_at_end = best.toll <= min || best.toll >= max;
    Ok(TollCurve { points, best, n_grid_peaks, is_at_end })
}

/// Stretches of equal revenue with less on both sides, or an end of the range: first and last position.
fn peaks(points: &[TollPoint]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut first = 0;
    while first < points.len() {
        let here = points[first].revenue;
        let same = points[first..].iter().take_while(|p| p.revenue.total_cmp(&here).is_eq()).count();
        let last = first + same - 1;
        let is_above = |other: Option<&TollPoint>| other.is_none_or(|other| other.revenue < here);
        if is_above(first.checked_sub(1).and_then(|before| points.get(before)))
            && is_above(points.get(last + 1))
        {
            found.push((first, last));
        }
        first = last + 1;
    }
    found
}

/// Golden sections of a bracket until it is narrow. Of two equal revenues the side of the lower toll is kept.
fn narrow(
    at: &mut impl FnMut(f64) -> Result<TollPoint, ControlError>,
    mut low: f64,
    mut high: f64,
    width: f64,
    tried: &mut Vec<TollPoint>,
) -> Result<(), ControlError> {
    let mut left = at(high - GOLDEN * (high - low))?;
    let mut right = at(low + GOLDEN * (high - low))?;
    tried.extend([left, right]);
    while high - low > width {
        if left.revenue >= right.revenue {
            (high, right) = (right.toll, left);
            left = at(high - GOLDEN * (high - low))?;
            tried.push(left);
        } else {
            (low, left) = (left.toll, right);
            right = at(low + GOLDEN * (high - low))?;
            tried.push(right);
        }
    }
    Ok(())
}
