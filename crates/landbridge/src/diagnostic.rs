//! What is wrong with a user's data, where, and what to do about it.
//!
//! Every stage that reads a study pushes [`Diagnostic`]s and goes on, so that one pass reports all problems. The
//! codes are stable: scripts may rely on them, and `docs/reference/diagnostics.md` is generated from [`Code`].

use std::fmt;
use std::sync::{Arc, OnceLock};

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The study cannot be used.
    Error,
    /// The study can be used, but the author should look.
    Warning,
}

impl Severity {
    /// The word used in messages and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A position in a file of the study, with the text found there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path within the study folder, with `/` as separator.
    pub file: String,
    /// Line, from 1; 0 means the file as a whole.
    pub line: u32,
    /// Column in characters, from 1; 0 means the line as a whole.
    pub column: u32,
    /// The offending text, shortened to [`MAX_TEXT`] characters.
    pub text: String,
}

/// Longest offending text that a diagnostic repeats, in characters.
pub const MAX_TEXT: usize = 80;

impl Place {
    /// A whole file.
    pub fn file(file: &str) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, text: String::new() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

/// A text with its control characters replaced.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Shortens a text for a message: at most [`MAX_TEXT`] characters, control characters replaced.
pub fn clip(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_TEXT).collect();
    shown = printable(&shown);
    if text.chars().nth(MAX_TEXT).is_some() {
        shown.push('…');
    }
    shown
}

/// One problem: what, where and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong: lower case, no final period, values in backticks.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Where, if the problem has a place.
    pub place: Option<Place>,
}

impl Diagnostic {
    /// A problem with the severity that its code carries.
    pub fn new(
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
        place: Option<Place>,
    ) -> Self {
        Self { code, severity: code.severity(), message: message.into(), help: help.into(), place }
    }
}

/// Whether any of the problems makes the study unusable.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

/// Most problems that are listed of one file; that there are more is a problem of its own.
pub const MAX_PER_FILE: usize = 1000;

/// Puts problems in reading order (file, line, column, code), drops exact repeats and cuts the list of each file to
/// [`MAX_PER_FILE`], warnings first.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
    diagnostics.dedup();
    let file = |d: &Diagnostic| d.place.as_ref().map(|place| place.file.clone());
    let mut listed = Vec::with_capacity(diagnostics.len());
    for of_file in diagnostics.chunk_by(|a, b| file(a) == file(b)) {
        let name = file(&of_file[0]);
        let (cuts, of_file): (Vec<&Diagnostic>, _) = of_file.iter().partition(|d| d.code == Code::LB0109);
        if let (true, Some(file)) = (of_file.len() > MAX_PER_FILE || !cuts.is_empty(), name) {
            let mut cut = Diagnostic::new(
                Code::LB0109,
                format!("more than {MAX_PER_FILE} problems in `{}`; the rest is not listed", clip(&file)),
                "mend these first and check again",
                Some(Place::file(&file)),
            );
            // Warnings remain warnings, however many there are.
            cut.severity = of_file.iter().chain(&cuts).map(|d| d.severity).min().unwrap_or(Severity::Warning);
            listed.push(cut);
        }
        let n_errors = of_file.iter().filter(|d| d.severity == Severity::Error).count();
        let mut left = [MAX_PER_FILE, MAX_PER_FILE.saturating_sub(n_errors)];
        listed.extend(of_file.into_iter().filter_map(|d| {
            let left = &mut left[usize::from(d.severity == Severity::Warning)];
            *left = left.checked_sub(1)?;
            Some(d.clone())
        }));
    }
    *diagnostics = listed;
}

macro_rules! codes {
    ($($code:ident $severity:ident $text:literal),* $(,)?) => {
        /// Stable codes of all problems that Landbridge reports about a study.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $text] $code),*
        }
        impl Code {
            /// All codes in order.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];
            /// The code as printed, for example `LB0203`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),* }
            }
            /// One line on what the code means.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$code => $text),* }
            }
            /// Whether the problem makes the study unusable.
            pub fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$severity),* }
            }
        }
    };
}

codes! {
    // Files.
    LB0001 Error "a file that the study needs is missing",
    LB0002 Error "a file cannot be read",
    LB0003 Error "a file is not UTF-8 text",
    LB0004 Error "a line is longer than any table needs",
    LB0005 Error "a file is larger than the limit",
    LB0006 Warning "a file that no table of the schema has the name of is not read",
    // Form of TOML and CSV.
    LB0101 Error "the TOML does not parse",
    LB0102 Error "a key or section is not part of the schema",
    LB0103 Error "a table has no header or no rows",
    LB0104 Error "a required column or key is missing",
    LB0105 Error "a column occurs twice, or the same quantity is given in two units",
    LB0106 Warning "a column name looks like a misspelt or shortened column of the schema",
    LB0107 Error "a row has more or fewer fields than the header",
    LB0108 Error "a quoted field does not end",
    LB0109 Error "a file has more problems than are listed",
    // Single values.
    LB0110 Error "a required value is missing",
    LB0111 Error "a value is not a number",
    LB0112 Error "a number is not finite",
    LB0113 Error "a number is outside the permitted range",
    LB0114 Error "a value is not one of the permitted words",
    LB0115 Error "a value is not a date",
    LB0116 Error "a list, set or share expression does not parse",
    LB0117 Error "an identifier was rewritten as a number by a spreadsheet",
    // Keys and references.
    LB0120 Error "a key occurs twice in its table",
    LB0121 Error "a value refers to a row that does not exist",
    // Units and money.
    LB0130 Error "a unit is not declared or not known",
    LB0131 Error "no price index for a currency and year",
    LB0132 Error "an amount has no unit, or a unit that its class cannot be converted to",
    // Sense of the rows.
    LB0201 Error "a link starts and ends at the same node",
    LB0202 Error "a link has neither a duration nor a length and speed",
    LB0203 Warning "the length of a link contradicts the distance between its ends",
    LB0204 Error "a rail link has no gauge",
    LB0205 Error "a crossing's nodes are not the ends of its link",
    LB0206 Warning "a link between two customs areas has no crossing: passing its border costs no time",
    LB0207 Warning "two gauges meet at a node without a gauge change",
    LB0208 Warning "a terminal serves a mode that no link brings to its node",
    LB0209 Error "collectors' shares do not sum to 1",
    LB0210 Error "a class has no permitted mode",
    LB0211 Error "no haulage rate applies to a link and class",
    LB0213 Warning "a link that is restricted has no access rule that lets anybody use it",
    LB0214 Warning "a node has no links",
    LB0215 Error "a rule or change selects no link",
    LB0216 Warning "a crossing or terminal has no activity: its time is unknown and counts as zero",
    LB0217 Error "two rows apply equally to the same case and differ",
    LB0218 Error "a class lacks a load that a price refers to",
    LB0219 Warning "the territories of a link are not those of its ends",
    LB0220 Warning "a row has no effect",
    LB0221 Error "a key pair cannot be asked for",
    LB0222 Error "a node's country is not that of its territory",
    LB0223 Error "a class has the name of a group of classes",
    // Regimes and scenarios.
    LB0230 Error "a scenario extends or includes itself",
    LB0231 Error "sets of actors contradict each other",
    LB0232 Error "a rule lacks what its action needs",
    LB0233 Error "a change has no effect or several",
    LB0234 Error "two regimes govern one link",
    LB0235 Error "a day lies before the first event of the timeline",
    // Demand.
    LB0240 Error "the shares of a region or of carriers do not sum to 1",
    LB0241 Error "demand starts or ends at a node that is no zone",
    LB0242 Error "trade or travel has no zones to start or end in",
    LB0243 Error "a region trades with itself",
    LB0244 Error "goods move as travellers, or travellers as goods",
    LB0245 Error "an observed flow that may be compared lacks its amount or its place",
    // Claims.
    LB0250 Error "a test lacks what its metric or comparison needs",
    LB0251 Error "a claim has no way to a verdict, or several",
    // Choice of routes.
    LB0260 Error "the parameters of choice contradict each other",
    // Capacity and counts.
    LB0270 Error "a capacity is 0, or has no unit",
    LB0271 Warning "an observed flow a day has no capacity to be held against",
    LB0272 Error "a crossing that can be used is open for no hour of the day",
    LB0273 Warning "an observed flow a day is more than twice the capacity",
    LB0274 Error "a count that may be compared is in a unit that nothing there can be counted in",
    // Calibration.
    LB0280 Error "a parameter has no room, or nothing to change",
    LB0281 Error "a fitted value lies outside of its bounds",
    // Trade that is given as a table of its own.
    LB0290 Error "a pair of countries has no row in the table of trade",
    LB0291 Error "a pair of countries has two rows",
    LB0292 Error "a country sells nothing or buys nothing",
    LB0293 Error "no equilibrium supports the deficits",
    LB0294 Error "a change leaves a country without anybody to buy from or to sell to",
    LB0295 Warning "a change of cost has no effect: the pair does not trade",
    // Trade of a study.
    LB0296 Error "a closed border has trade",
    LB0297 Error "the bounds of an elasticity do not hold it",
    LB0298 Error "a table of trade in equilibrium lacks the other",
    LB0299 Warning "commodities add up to more than all trade of the pair",
    // What could be built.
    LB0300 Error "a project opens or widens nothing",
    LB0301 Error "the bounds of a cost do not hold it",
    LB0302 Warning "a project widens nothing that has a capacity",
    LB0303 Warning "a project opens links that are open",
    // What is earned.
    LB0310 Warning "a regime leaves out years before one of its rows",
    // Regimes side by side.
    LB0315 Error "a list of regimes to compare names a scenario twice, or the reference",
    LB0316 Warning "no regime is in force in a scenario whose regime is to be compared",
    // The game of a corridor, and interruptions.
    LB0320 Warning "an actor of the game can close nothing, consents to nothing and has no market",
    LB0321 Warning "a link on land has nobody who can close it, runs it or holds its land",
    LB0322 Error "a set of actors names one of them twice",
    LB0323 Error "more actors are in the game than coalitions can have",
    LB0324 Error "a cause of closure closes nothing",
    LB0325 Error "a cause of closure lacks what its duration or season needs, or has what it does not use",
}

/// A file of the study in memory, able to say on which line and column a byte stands.
#[derive(Debug)]
pub struct SourceText {
    /// Path within the study folder.
    pub file: String,
    /// The text, without a byte order mark.
    pub text: String,
    line_starts: OnceLock<Vec<usize>>,
}

impl SourceText {
    /// Wraps a text; a leading byte order mark is dropped.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Arc::new(Self { file: file.into(), text, line_starts: OnceLock::new() })
    }

    /// Line and column (both from 1, column in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (u32, u32) {
        let starts = self.line_starts.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect()
        });
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let start = starts[line - 1];
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        (line as u32, column as u32)
    }

    /// The place of a text that starts at a byte offset.
    pub fn place(&self, offset: usize, text: &str) -> Place {
        let (line, column) = self.line_column(offset);
        Place { file: self.file.clone(), line, column, text: clip(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_column_count_characters() {
        let source = SourceText::new("a.csv", "\u{feff}ä,b\nçd,e");
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column("ä,".len()), (1, 3));
        assert_eq!(source.line_column("ä,b\nçd,".len()), (2, 4));
    }

    #[test]
    fn long_texts_are_clipped_and_control_characters_hidden() {
        assert_eq!(clip("a\u{1b}[31m"), "a\u{fffd}[31m");
        assert_eq!(clip(&"x".repeat(200)).chars().count(), MAX_TEXT + 1);
    }
}
