//! The one schema of a study: what each file holds, column by column.
//!
//! A `table!` declaration is at once the Rust type of a row, the rules by which its cells are read, and the
//! reference documentation (`cargo xtask docs` writes it to `docs/reference/tables.md`).

use super::read::Cells;

/// A dimension with a choice of units, declared once in `study.toml` or in the column's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Length; `[units] length`.
    Length,
    /// Speed; `[units] speed`.
    Speed,
}

impl Dimension {
    /// The unit inside the engine.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Length => "km",
            Self::Speed => "km/h",
        }
    }
    /// Known units and their factors.
    pub fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Length => crate::units::LENGTH_UNITS,
            Self::Speed => crate::units::SPEED_UNITS,
        }
    }
    /// The key of `[units]` that declares it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Speed => "speed",
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Identifier: compared as exact text.
    Id,
    /// Any text.
    Text,
    /// A finite number in a closed range.
    Number {
        /// Least permitted value.
        min: f64,
        /// Greatest permitted value.
        max: f64,
        /// Unit, for the documentation.
        unit: &'static str,
    },
    /// A number whose unit is declared.
    Quantity {
        /// Least permitted value, in the engine's unit.
        min: f64,
        /// Greatest permitted value, in the engine's unit.
        max: f64,
        /// Length or speed.
        dimension: Dimension,
    },
    /// A whole number in a closed range.
    Integer {
        /// Least permitted value.
        min: i32,
        /// Greatest permitted value.
        max: i32,
    },
    /// `1`/`0` or `true`/`false`.
    Boolean,
    /// `YYYY-MM-DD`.
    Date,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The key of a row of another table.
    Reference(&'static str),
    /// Keys of rows of another table, joined by the separator.
    References(&'static str, char),
    /// Items joined by `;`.
    List,
    /// An expression of a small grammar, described in words.
    Expression(&'static str),
}

impl Kind {
    /// What separates the items of a list.
    pub fn separator(&self) -> char {
        if let Self::References(_, separator) = self { *separator } else { ';' }
    }
    /// The kind in words, for the documentation.
    pub fn words(&self) -> String {
        match self {
            Self::Id => "identifier".into(),
            Self::Text => "text".into(),
            Self::Number { min, max, unit } => {
                let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
                match (min.is_finite(), max.is_finite()) {
                    (true, true) => format!("number from {min} to {max}{unit}"),
                    (true, false) => format!("number from {min}{unit}"),
                    _ => format!("number{unit}"),
                }
            }
            Self::Quantity { dimension, .. } => {
                format!("number in the unit of `[units] {}`", dimension.key())
            }
            Self::Integer { min, max } => format!("whole number from {min} to {max}"),
            Self::Boolean => "`1` or `0`".into(),
            Self::Date => "date `YYYY-MM-DD`".into(),
            Self::Choice(words) => words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "),
            Self::Reference(table) => format!("key of `{table}`"),
            Self::References(table, separator) => format!("keys of `{table}` joined by `{separator}`"),
            Self::List => "list joined by `;`".into(),
            Self::Expression(words) => (*words).into(),
        }
    }
}

/// One column of a table (or key of a section).
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Header name.
    pub name: &'static str,
    /// What it says.
    pub doc: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether the column and a value in each row are needed.
    pub required: bool,
    /// Text that stands for a blank cell.
    pub default: Option<&'static str>,
    /// Other header names that are accepted with a warning.
    pub aliases: &'static [&'static str],
}

impl Column {
    const fn new(kind: Kind) -> Self {
        Self { name: "", doc: "", kind, required: true, default: None, aliases: &[] }
    }
    pub(crate) const fn named(mut self, name: &'static str, doc: &'static str) -> Self {
        self.name = name;
        self.doc = doc;
        self
    }
    pub(crate) const fn optional(mut self) -> Self {
        self.required = false;
        self
    }
    pub(crate) const fn or(mut self, default: &'static str) -> Self {
        self.required = false;
        self.default = Some(default);
        self
    }
    pub(crate) const fn alias(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
}

pub(crate) const fn id() -> Column {
    Column::new(Kind::Id)
}
pub(crate) const fn text() -> Column {
    Column::new(Kind::Text)
}
pub(crate) const fn number(min: f64, max: f64, unit: &'static str) -> Column {
    Column::new(Kind::Number { min, max, unit })
}
/// A number from 0.
pub(crate) const fn amount(unit: &'static str) -> Column {
    number(0.0, f64::INFINITY, unit)
}
pub(crate) const fn quantity(min: f64, max: f64, dimension: Dimension) -> Column {
    Column::new(Kind::Quantity { min, max, dimension })
}
pub(crate) const fn integer(min: i32, max: i32) -> Column {
    Column::new(Kind::Integer { min, max })
}
pub(crate) const fn boolean() -> Column {
    Column::new(Kind::Boolean)
}
pub(crate) const fn date() -> Column {
    Column::new(Kind::Date)
}
pub(crate) const fn choice(words: &'static [&'static str]) -> Column {
    Column::new(Kind::Choice(words))
}
pub(crate) const fn reference(table: &'static str) -> Column {
    Column::new(Kind::Reference(table))
}
pub(crate) const fn references(table: &'static str, separator: char) -> Column {
    Column::new(Kind::References(table, separator)).optional()
}
pub(crate) const fn list() -> Column {
    Column::new(Kind::List).optional()
}
/// What a row rests on: a list that must not be empty.
pub(crate) const fn sources() -> Column {
    Column::new(Kind::List)
}
pub(crate) const fn expression(words: &'static str) -> Column {
    Column::new(Kind::Expression(words)).optional()
}

/// A table of the study: a CSV file, or a section of `study.toml`.
#[derive(Clone, Copy, Debug)]
pub struct TableSchema {
    /// `network/link.csv`, or `[units]`, or `[[class]]`.
    pub file: &'static str,
    /// What the table holds.
    pub doc: &'static str,
    /// Whether a study without it is incomplete.
    pub required: bool,
    /// Columns, the key first.
    pub columns: &'static [Column],
}

impl TableSchema {
    /// The table's name: file name without folder and ending, or section name.
    pub fn name(&self) -> &'static str {
        let name = self.file.rsplit('/').next().unwrap_or(self.file);
        name.trim_end_matches(".csv").trim_matches(['[', ']'])
    }
    /// Position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
    /// The column that identifies a row, if rows have identifiers.
    pub fn key(&self) -> Option<usize> {
        self.columns.first().filter(|c| matches!(c.kind, Kind::Id)).map(|_| 0)
    }
}

/// A row of a table of the schema.
pub trait Row: Sized {
    /// Where the table stands and what its columns are.
    const TABLE: TableSchema;
    /// Reads the cells; `None` if any of them was reported as wrong.
    fn read(cells: &mut Cells<'_>) -> Option<Self>;
}

/// Declares a table: row type, reading rules and documentation in one place.
///
/// `column "header" name: Type = rule;` where the header is only written if it differs from the field's name.
macro_rules! table {
    ($(#[doc = $doc:literal])* $name:ident in $file:literal $need:ident {
        $($(#[doc = $cdoc:literal])* $field:ident $(($header:literal))? : $ty:ty = $rule:expr;)*
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $name { $($(#[doc = $cdoc])* pub $field: $ty),* }
        impl $crate::study::schema::Row for $name {
            const TABLE: $crate::study::schema::TableSchema = $crate::study::schema::TableSchema {
                file: $file,
                doc: concat!($($doc),*),
                required: $crate::study::schema::table!(@need $need),
                columns: &[$($rule.named(
                    $crate::study::schema::table!(@header $field $($header)?), concat!($($cdoc),*))),*],
            };
            fn read(cells: &mut $crate::study::read::Cells<'_>) -> Option<Self> {
                let mut at = 0usize..;
                $(let $field = cells.take::<$ty>(at.next()?);)*
                Some(Self { $($field: $field?),* })
            }
        }
    };
    (@need required) => { true };
    (@need optional) => { false };
    (@header $field:ident) => { stringify!($field) };
    (@header $field:ident $header:literal) => { $header };
}
pub(crate) use table;
