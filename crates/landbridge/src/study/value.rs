//! What a single cell can hold: text to value, with the reason when it does not parse.

use std::fmt;

use super::schema::Kind;
use crate::diagnostic::{Code, clip};

/// Why a text is not the value that its column asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Which code.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Rejection {
    fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: help.into() }
    }
}

/// A type that a cell can be read as.
pub trait Value: Sized {
    /// Reads a text that is not blank. `factor` converts a quantity into the engine's unit.
    ///
    /// # Errors
    /// Says why the text is not such a value.
    fn parse(text: &str, kind: &Kind, factor: f64) -> Result<Self, Rejection>;
    /// The value of a blank cell, if blank is permitted for the type.
    fn blank() -> Option<Self> {
        None
    }
}

impl Value for String {
    fn parse(text: &str, kind: &Kind, _: f64) -> Result<Self, Rejection> {
        if matches!(kind, Kind::Id | Kind::Reference(_)) && is_spreadsheet_number(text) {
            return Err(Rejection::new(
                Code::LB0117,
                format!("identifier `{}` looks like a number that a spreadsheet rewrote", clip(text)),
                "restore the identifier from the original file and import the column as text",
            ));
        }
        Ok(text.to_owned())
    }
}

/// Matches `2.50174E+11`: what spreadsheets make of long identifiers of digits.
fn is_spreadsheet_number(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let Some(exponent) = exponent.strip_prefix('+') else { return false };
    let mut parts = mantissa.splitn(2, ['.', ',']);
    let (whole, fraction) = (parts.next().unwrap_or(""), parts.next().unwrap_or("0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    whole.len() == 1 && digits(whole) && digits(fraction) && digits(exponent)
}

/// Greatest number in any table: no product or sum of such numbers becomes infinite.
const LARGEST: f64 = 1e15;

impl Value for f64 {
    fn parse(text: &str, kind: &Kind, factor: f64) -> Result<Self, Rejection> {
        let Ok(number) = text.parse::<f64>() else {
            let help = if text.contains(',') {
                "write a decimal point and no thousands separator, for example `1234.5`"
            } else {
                "write a plain number, for example `1234.5`, or leave the cell empty if it is not known"
            };
            return Err(Rejection::new(Code::LB0111, format!("`{}` is not a number", clip(text)), help));
        };
        if !number.is_finite() {
            return Err(Rejection::new(
                Code::LB0112,
                format!("`{}` is not a finite number", clip(text)),
                "leave the cell empty if the value is not known",
            ));
        }
        let number = number * factor;
        let (min, max, unit) = match *kind {
            Kind::Number { min, max, unit } => (min, max, unit),
            Kind::Quantity { min, max, dimension } => (min, max, dimension.unit()),
            _ => return Ok(number),
        };
        let (min, max) = (min.max(-LARGEST), max.min(LARGEST));
        if number < min || number > max {
            let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
            let bound =
                |number: f64| if number.abs() < 1e9 { number.to_string() } else { format!("{number:e}") };
            return Err(Rejection::new(
                Code::LB0113,
                format!("`{}` is outside the permitted range", clip(text)),
                format!("give a value from {} to {}{unit}", bound(min), bound(max)),
            ));
        }
        Ok(number)
    }
}

impl Value for i32 {
    fn parse(text: &str, kind: &Kind, _: f64) -> Result<Self, Rejection> {
        let Ok(number) = text.parse::<i32>() else {
            return Err(Rejection::new(
                Code::LB0111,
                format!("`{}` is not a whole number", clip(text)),
                "write a whole number without separators, for example `1520`",
            ));
        };
        if let Kind::Integer { min, max } = *kind
            && !(min..=max).contains(&number)
        {
            return Err(Rejection::new(
                Code::LB0113,
                format!("`{}` is outside the permitted range", clip(text)),
                format!("give a whole number from {min} to {max}"),
            ));
        }
        Ok(number)
    }
}

impl Value for bool {
    fn parse(text: &str, _: &Kind, _: f64) -> Result<Self, Rejection> {
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => Ok(true),
            "0" | "false" | "no" => Ok(false),
            _ => Err(Rejection::new(
                Code::LB0114,
                format!("`{}` is neither true nor false", clip(text)),
                "write `1` or `0`",
            )),
        }
    }
}

impl<T: Value> Value for Option<T> {
    fn parse(text: &str, kind: &Kind, factor: f64) -> Result<Self, Rejection> {
        T::parse(text, kind, factor).map(Some)
    }
    fn blank() -> Option<Self> {
        Some(None)
    }
}

/// A list: items joined by the separator of the column, trimmed, blanks dropped.
impl Value for Vec<String> {
    fn parse(text: &str, kind: &Kind, _: f64) -> Result<Self, Rejection> {
        let separator = kind.separator();
        Ok(text.split(separator).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
    }
    fn blank() -> Option<Self> {
        Some(Self::new())
    }
}

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`.
    pub fn from_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let sized = year.len() == 4 && month.len() == 2 && day.len() == 2 && parts.next().is_none();
        let (year, month, day): (u16, u8, u8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        (sized && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Value for Date {
    fn parse(text: &str, _: &Kind, _: f64) -> Result<Self, Rejection> {
        Self::from_iso(text).ok_or_else(|| {
            Rejection::new(
                Code::LB0115,
                format!("`{}` is not a date", clip(text)),
                "write year, month and day as `2025-06-30`",
            )
        })
    }
}

/// Minimal sets of actors able to do something: `ARM|USA` is either alone, `ARM+USA` only both together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorSets(pub Vec<Vec<String>>);

impl Value for ActorSets {
    fn parse(text: &str, _: &Kind, _: f64) -> Result<Self, Rejection> {
        let sets: Vec<Vec<String>> =
            text.split('|').map(|set| set.split('+').map(|a| a.trim().to_owned()).collect()).collect();
        if sets.iter().flatten().any(String::is_empty) {
            return Err(Rejection::new(
                Code::LB0116,
                format!("`{}` has an empty set of actors", clip(text)),
                "join actors that act together by `+` and alternatives by `|`, for example `AZE|ARM+USA`",
            ));
        }
        Ok(Self(sets))
    }
}

/// Shares by actor: `USA=0.74;ARM=0.26`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shares(pub Vec<(String, f64)>);

impl Value for Shares {
    fn parse(text: &str, _: &Kind, _: f64) -> Result<Self, Rejection> {
        let bad = || {
            Rejection::new(
                Code::LB0116,
                format!("`{}` is not a list of shares", clip(text)),
                "write actors and shares from 0 to 1, for example `USA=0.74;ARM=0.26`",
            )
        };
        let mut shares = Vec::new();
        for item in text.split(';') {
            let (actor, share) = item.split_once('=').ok_or_else(bad)?;
            let share: f64 = share.trim().parse().map_err(|_| bad())?;
            if !(0.0..=1.0).contains(&share) || actor.trim().is_empty() {
                return Err(bad());
            }
            shares.push((actor.trim().to_owned(), share));
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(Rejection::new(
                Code::LB0209,
                format!("the shares in `{}` sum to {sum}", clip(text)),
                "shares of one asset must sum to 1",
            ));
        }
        Ok(Self(shares))
    }
}

/// Defines an enumeration whose words in tables are listed once.
macro_rules! choice {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $vdoc])* $variant),* }
        impl $name {
            /// The words used in tables, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),*];
            /// All values, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            /// The word used in tables.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
            /// What it means.
            pub fn doc(self) -> &'static str {
                match self { $(Self::$variant => concat!($($vdoc),*).trim_ascii()),* }
            }
            /// The value of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
        impl $crate::study::value::Value for $name {
            fn parse(text: &str, _: &$crate::study::schema::Kind, _: f64)
                -> Result<Self, $crate::study::value::Rejection> {
                Self::from_word(text).ok_or_else(|| $crate::study::value::not_a_choice(text, Self::WORDS))
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.word()) }
        }
    };
}
pub(crate) use choice;

/// Words that a message lists; more than that nobody reads.
const MOST_LISTED: usize = 30;

/// The rejection of a word that is not in a list, with the nearest word as suggestion.
pub(crate) fn not_a_choice(text: &str, words: &[&str]) -> Rejection {
    let all = if words.len() > MOST_LISTED {
        format!("the {} permitted words are in docs/reference/tables.md", words.len())
    } else {
        format!("permitted: {}", words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "))
    };
    let help = match nearest(text, words.iter().copied()) {
        Some(word) => format!("did you mean `{word}`? {all}"),
        None => all,
    };
    Rejection::new(Code::LB0114, format!("`{}` is not a permitted word", clip(text)), help)
}

/// The candidate most like a text, if any is like it at all: Jaro-Winkler similarity of 0.8 or more, or one slip of the
/// pen apart, which in a code of three letters is less similar than that.
pub fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if text.len() > 200 {
        return None;
    }
    let text = text.to_lowercase();
    let score = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let similar = strsim::jaro_winkler(&text, &candidate);
        let is_code = |text: &str| (3..=6).contains(&text.len());
        let one_slip = || strsim::damerau_levenshtein(&text, &candidate) == 1;
        if similar < 0.8 && is_code(&text) && is_code(&candidate) && one_slip() { 0.8 } else { similar }
    };
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates.filter(|candidate| candidate.len() <= 200) {
        let value = score(candidate);
        // Ties go to the alphabetically first, so that the suggestion does not depend on row order.
        if value >= 0.8 && best.is_none_or(|(b, c)| value > b || (value >= b && candidate < c)) {
            best = Some((value, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheet_numbers_are_recognised() {
        for mangled in ["2.5E+11", "2.50174E+11", "1E+15", "2,5E+11"] {
            assert!(is_spreadsheet_number(mangled), "{mangled}");
        }
        for fine in ["E60", "1E2", "25E+11", "rd_E+1", "2.5", ""] {
            assert!(!is_spreadsheet_number(fine), "{fine}");
        }
    }

    #[test]
    fn dates_are_checked() {
        assert_eq!(Date::from_iso("2024-02-29").unwrap().to_string(), "2024-02-29");
        for bad in ["2025-02-29", "2025-13-01", "2025-6-30", "30.06.2025", "2025-06-30-1", ""] {
            assert_eq!(Date::from_iso(bad), None, "{bad}");
        }
    }

    #[test]
    fn sets_and_shares_follow_their_grammar() {
        let sets = ActorSets::parse("AZE|ARM+USA", &Kind::Text, 1.0).unwrap();
        assert_eq!(sets.0, vec![vec!["AZE".to_owned()], vec!["ARM".to_owned(), "USA".to_owned()]]);
        assert_eq!(ActorSets::parse("AZE|", &Kind::Text, 1.0).unwrap_err().code, Code::LB0116);
        assert_eq!(Shares::parse("USA=0.74;ARM=0.26", &Kind::Text, 1.0).unwrap().0.len(), 2);
        assert_eq!(Shares::parse("USA=0.74;ARM=0.2", &Kind::Text, 1.0).unwrap_err().code, Code::LB0209);
    }
}
