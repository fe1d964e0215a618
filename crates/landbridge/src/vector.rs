//! Vector instructions without unsafe code, and functions that become them.
//!
//! Nothing is fused or reordered, so wider instructions change no bit: the same numbers come out on every machine.

#![allow(clippy::inline_always, reason = "a function that is not inlined is compiled for the oldest machine")]

/// A piece of work; its `call` has to be `inline(always)`, and so has all that shall become vector instructions.
pub use pulp::NullaryFnOnce as Vectorize;

/// Runs a piece of work compiled for the vector instructions of this machine.
pub fn vectorized<W: Vectorize>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(work)
}

/// The logarithm of 2 in two parts, the first of so few digits that multiples of it are exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

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
pub fn exp(x: f64) -> f64 {
    /// `1.5 * 2^52`: adding it rounds to a whole number, which stands in the last bits of the sum.
    const ROUND: f64 = 6_755_399_441_055_744.0;
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

/// The exponential of something below 0; nothing at all where it is below `1e-304`.
#[inline(always)]
pub fn decay(x: f64) -> f64 {
    let value = exp(x);
    if x < -700.0 { 0.0 } else { value }
}

/// Coefficients of the series of the inverse hyperbolic tangent, from the 21st on.
const ODD: [f64; 11] = [
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
    1.0,
];

/// The logarithm of a finite number above `1e-307`, exact to about two units of the last place.
///
/// With the power of 2 taken away, what is left lies between the roots of a half and of 2, where
/// `ln m = 2 artanh((m - 1) / (m + 1))` takes 11 terms of the series.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    /// Bits of 1 less those of the root of a half.
    const SHIFT: u64 = (1023 << 52) - 0x3fe6_a09e_667f_3bcd;
    /// `2^52`: its last bits hold whole numbers.
    const WHOLE: u64 = 0x4330_0000_0000_0000;
    let biased = x.to_bits().wrapping_add(SHIFT) >> 52;
    let rest = f64::from_bits(x.to_bits().wrapping_add(1023 << 52).wrapping_sub(biased << 52));
    let power = f64::from_bits(biased | WHOLE) - (f64::from_bits(WHOLE) + 1023.0);
    let part = (rest - 1.0) / (rest + 1.0);
    let square = part * part;
    let mut sum = ODD[0];
    for coefficient in &ODD[1..] {
        sum = sum * square + coefficient;
    }
    power * LN_2_HIGH + (2.0 * part * sum + power * LN_2_LOW)
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
    fn the_logarithm_is_exact() {
        for at in -70_000..=70_000 {
            let x = (f64::from(at) * 0.009_999_7).exp();
            let (found, wanted) = (ln(x), x.ln());
            assert!((found - wanted).abs() <= 5e-16 * wanted.abs(), "{x}: {found} {wanted}");
        }
        assert_eq!(ln(1.0).to_bits(), 0);
        assert!((ln(1.0 + f64::EPSILON) / f64::EPSILON - 1.0).abs() < 1e-15);
    }

    #[test]
    fn what_decays_is_nothing_in_the_end() {
        assert!(decay(-699.0) > 0.0 && decay(-701.0) == 0.0 && decay(f64::NEG_INFINITY) == 0.0);
        assert_eq!(decay(-3.0).to_bits(), exp(-3.0).to_bits());
    }

    #[test]
    fn vector_instructions_change_no_bit() {
        let x: Vec<f64> = (0..1000).map(|at| f64::from(at) * 0.37 - 180.0).collect();
        let all = |x: f64| [exp(x), decay(x), ln(1.0 + x.abs())].map(f64::to_bits);
        let run = || x.iter().map(|&x| all(x)).collect::<Vec<[u64; 3]>>();
        assert_eq!(run(), vectorized(run));
    }
}
