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

/// Rounds parts to multiples of one unit, the last digit of the total, and lets the largest part take what is left over.
/// Parts that all have the sign of the total then give it exactly, in whichever order they are added; others give it but
/// for the last digit of the largest. The parts must be those of the total but for rounding.
pub(super) fn close(parts: &mut [f64], total: f64) {
    let Some(largest) = (0..parts.len()).max_by(|&i, &j| parts[i].abs().total_cmp(&parts[j].abs())) else {
        return;
    };
    let is_one_way = parts.iter().all(|part| part * total >= 0.0);
    let size = if is_one_way { total.abs() } else { parts.iter().map(|part| part.abs()).sum() };
    // The power of two of its first digit, and from that of its last.
    let unit = f64::from_bits(size.to_bits() & f64::INFINITY.to_bits()) * f64::EPSILON;
    if unit == 0.0 {
        return;
    }
    let mut rest = total;
    for (at, part) in parts.iter_mut().enumerate() {
        if at == largest {
            continue;
        }
        *part = (*part / unit).round() * unit;
        rest -= *part;
    }
    parts[largest] = rest;
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
            assert_eq!(parts.iter().sum::<f64>().to_bits(), total.to_bits());
            assert_eq!(parts.iter().rev().sum::<f64>().to_bits(), total.to_bits());
        }
    }
}
