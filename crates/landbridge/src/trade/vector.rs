//! Vector instructions without unsafe code, and functions that become them.
//!
//! The sums of this module and of [`super::matrix`] say themselves how they are cut into lanes, and nothing is fused or
//! reordered, so wider instructions change no bit: the same numbers come out on every machine.

#![allow(clippy::inline_always, reason = "a function that is not inlined is compiled for the oldest machine")]

/// A piece of work; its `call` has to be `inline(always)`, and so has all that shall become vector instructions.
pub(super) use pulp::NullaryFnOnce as Vectorize;

/// Runs a piece of work compiled for the vector instructions of this machine.
pub(super) fn vectorized<W: Vectorize>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(work)
}

/// Coefficients of the exponential series, from the 13th on.
const SERIES: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// The exponential, exact to about two units of the last place for exponents up to 700 in size; beyond, that of 700.
///
/// Own, because that of the standard library is a call that no loop can be vectorized over, and differs from system to
/// system. The argument is reduced to half a power of 2 (Cody and Waite 1980), where 14 terms of the series are exact.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    /// `1.5 * 2^52`: adding it rounds to a whole number, which stands in the last bits of the sum.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    /// The logarithm of 2 in two parts, the first of so few digits that multiples of it are exact.
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    // `clamp` keeps what is no number.
    let x = x.clamp(-700.0, 700.0);
    let rounded = x * std::f64::consts::LOG2_E + ROUND;
    let power = rounded - ROUND;
    let rest = (x - power * LN_2_HIGH) - power * LN_2_LOW;
    let mut sum = SERIES[0];
    for coefficient in &SERIES[1..] {
        sum = sum * rest + coefficient;
    }
    // The last bits of `rounded` are the power of 2; as bits of an exponent they start at bit 52.
    sum * f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52)
}

/// `sum_i factor[i] matrix[i, j]` by column `j`, in single precision.
#[inline(always)]
pub(super) fn rough_columns(matrix: &[f32], factor: &[f64], rough: &mut [f32], out: &mut [f64]) {
    let n = rough.len();
    rough.fill(0.0);
    let mut rows = matrix.chunks_exact(4 * n.max(1));
    let mut factors = factor.chunks_exact(4);
    for (four, f) in rows.by_ref().zip(factors.by_ref()) {
        let f = [f[0] as f32, f[1] as f32, f[2] as f32, f[3] as f32];
        let (a, rest) = four.split_at(n);
        let (b, rest) = rest.split_at(n);
        let (c, d) = rest.split_at(n);
        let d = &d[..n];
        for j in 0..n {
            rough[j] += (f[0] * a[j] + f[1] * b[j]) + (f[2] * c[j] + f[3] * d[j]);
        }
    }
    for (row, f) in rows.remainder().chunks_exact(n.max(1)).zip(factors.remainder()) {
        let f = *f as f32;
        for j in 0..n {
            rough[j] += f * row[j];
        }
    }
    for j in 0..n {
        out[j] = f64::from(rough[j]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_exact() {
        for at in -70_000..=70_000 {
            let x = f64::from(at) * 0.009_999_7;
            let (found, wanted) = (exp(x), x.exp());
            assert!((found / wanted - 1.0).abs() < 5e-16, "{x}: {found} {wanted}");
        }
        assert!((exp(0.0) - 1.0).abs() < 1e-16);
        assert!(exp(f64::NAN).is_nan() && exp(1e9).is_finite() && exp(f64::NEG_INFINITY) > 0.0);
    }

    #[test]
    fn vector_instructions_change_no_bit() {
        let x: Vec<f64> = (0..1000).map(|at| f64::from(at) * 0.37 - 180.0).collect();
        let run = || x.iter().map(|&x| exp(x).to_bits()).collect::<Vec<u64>>();
        assert_eq!(run(), vectorized(run));
        let factor: Vec<f64> = x.iter().map(|x| x.sin()).collect();
        let all = || super::super::matrix::dot(&x, &factor).to_bits();
        assert_eq!(all(), vectorized(all));
    }
}
