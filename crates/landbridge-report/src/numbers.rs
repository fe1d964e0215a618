//! How numbers are written: one place, so that a figure looks the same in a chart, a map and a table.

/// A number with this many decimals and thousands set apart by commas: `1,234.5`. Never `-0`.
pub(crate) fn grouped(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut out = String::new();
    if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Kilometres, whole.
pub(crate) fn km(value: f64) -> String {
    grouped(value, 0)
}

/// Hours, to a tenth.
pub(crate) fn hours(value: f64) -> String {
    grouped(value, 1)
}

/// Money: to the cent below ten, to a tenth below a thousand, else whole.
pub(crate) fn usd(value: f64) -> String {
    let decimals = match value.abs() {
        v if v < 10.0 => 2,
        v if v < 1000.0 => 1,
        _ => 0,
    };
    grouped(value, decimals)
}

/// A share of 0 to 1 as a whole percentage.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", grouped(share * 100.0, 0))
}

/// A coordinate of a drawing, to a tenth of a unit, as short as it can be written.
pub(crate) fn coordinate(value: f64) -> String {
    tenths((value * 10.0).round() as i64)
}

/// Tenths as a decimal number without needless characters: `-12` is `-1.2`, `5` is `.5`.
pub(crate) fn tenths(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    match (whole, rest) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, rest) => format!("{sign}.{rest}"),
        (whole, rest) => format!("{sign}{whole}.{rest}"),
    }
}

/// Round steps (1, 2, 2.5 or 5 times a power of ten) that divide `0..=max` into about `wanted` parts.
pub(crate) fn ticks(max: f64, wanted: usize) -> Vec<f64> {
    if !max.is_finite() || max <= 0.0 {
        return vec![0.0];
    }
    let raw = max / wanted.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= raw).unwrap_or(raw);
    let n = (max / step * (1.0 + 1e-9)).floor() as usize;
    (0..=n).map(|i| i as f64 * step).collect()
}

/// A tick's value with as many decimals as its step needs.
pub(crate) fn tick(value: f64, step: f64) -> String {
    let decimals = if step >= 1.0 && (step - step.round()).abs() < 1e-9 {
        0
    } else {
        (1.0 - step.log10().floor()).clamp(1.0, 6.0) as usize
    };
    grouped(value, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_never_minus_zero() {
        assert_eq!(grouped(1_234_567.891, 1), "1,234,567.9");
        assert_eq!(grouped(-0.04, 1), "0.0");
        assert_eq!(grouped(-1234.0, 0), "−1,234");
        assert_eq!(grouped(999.96, 1), "1,000.0");
        assert_eq!(grouped(f64::NAN, 1), "–");
        assert_eq!(usd(9.876), "9.88");
        assert_eq!(percent(0.456), "46 %");
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!(coordinate(12.04), "12");
        assert_eq!(coordinate(-0.04), "0");
        assert_eq!(coordinate(-0.26), "-.3");
        assert_eq!(coordinate(101.25), "101.3");
    }

    #[test]
    fn ticks_are_round_and_within_the_range() {
        assert_eq!(ticks(2658.0, 6), [0.0, 500.0, 1000.0, 1500.0, 2000.0, 2500.0]);
        assert_eq!(ticks(0.0, 6), [0.0]);
        assert_eq!(ticks(10.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(tick(2.5, 2.5), "2.5");
        assert_eq!(tick(2000.0, 500.0), "2,000");
    }
}
