//! How much more moves between two regions in one year than in another (equation D5).

use std::collections::BTreeMap;

use crate::study::Study;

/// Growth of each region, percent by year.
pub struct Growth<'s> {
    of: BTreeMap<&'s str, BTreeMap<i32, f64>>,
}

impl<'s> Growth<'s> {
    /// Reads the table.
    pub fn new(study: &'s Study) -> Self {
        let mut of: BTreeMap<&str, BTreeMap<i32, f64>> = BTreeMap::new();
        for row in study.growth.iter() {
            of.entry(&row.region).or_default().insert(row.year, row.percent);
        }
        Self { of }
    }

    /// Growth of a region in the year that ends with `year`: that of the row, or of the last row before it.
    fn share(&self, region: &str, year: i32) -> f64 {
        let last = self.of.get(region).and_then(|years| years.range(..=year).next_back());
        last.map_or(0.0, |(_, percent)| percent / 100.0)
    }

    /// Factor from the amount of one year to that of another: each year grows by the mean of the two regions.
    pub fn factor(&self, a: &str, b: &str, from: i32, to: i32) -> f64 {
        let years = from.min(to) + 1..=from.max(to);
        let factor: f64 =
            years.map(|year| 1.0 + f64::midpoint(self.share(a, year), self.share(b, year))).product();
        if to >= from { factor } else { 1.0 / factor }
    }
}
