//! Sums that do not lose small terms beside large ones (Neumaier 1974), and parts that add up to the last digit.

/// A sum that carries what rounding takes away.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(super) fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        let (large, small) = if self.sum.abs() >= term.abs() { (self.sum, term) } else { (term, self.sum) };
        self.lost += (large - sum) + small;
        self.sum = sum;
    }

    pub(super) fn value(self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        terms.into_iter().for_each(|term| sum.add(term));
        sum
    }
}

/// The sum of some terms.
pub(super) fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    terms.into_iter().collect::<Sum>().value()
}

/// Moves what rounding left over to the largest part, so that the parts, added from first to last, give the total.
/// The parts must be those of the total but for rounding.
pub(super) fn close(parts: &mut [f64], total: f64) {
    let Some(largest) = (0..parts.len()).max_by(|&i, &j| parts[i].abs().total_cmp(&parts[j].abs())) else {
        return;
    };
    // Each round removes the rest but for the rounding of the new sum; where the last digit of the largest part is
    // coarser than the rest, a smaller part takes it.
    for round in 0..4 * parts.len() {
        let rest = total - parts.iter().sum::<f64>();
        if rest == 0.0 {
            return;
        }
        let at = (largest + round / 4) % parts.len();
        parts[at] += rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_survive_large_ones() {
        // 1e100 cancels; plain addition would give 0.
        assert!((sum([1.0, 1e100, 1.0, -1e100]) - 2.0).abs() < 1e-15);
    }

    #[test]
    fn parts_close_to_the_last_digit() {
        for k in 1..2000_u32 {
            let total = f64::from(k) * 0.7 + 1.0 / f64::from(k);
            let mut parts = [0.1, 0.2, 0.3, 0.15, 0.25].map(|share| share * total);
            close(&mut parts, total);
            assert!((parts.iter().sum::<f64>() - total).abs() < f64::MIN_POSITIVE, "{k}");
        }
    }
}
