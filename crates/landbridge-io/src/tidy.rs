//! How the tidy tables of a results folder are written: CSV, with short numbers.

/// A table under construction.
pub(crate) struct Csv(csv::Writer<Vec<u8>>);

impl Csv {
    pub(crate) fn new(header: &[&str]) -> Self {
        let mut csv = Self(csv::Writer::from_writer(Vec::new()));
        csv.row(header.iter().map(|h| (*h).to_owned()));
        csv
    }
    pub(crate) fn row(&mut self, fields: impl IntoIterator<Item = String>) {
        self.0.write_record(fields).expect("writing to memory, all rows of one width");
    }
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.into_inner().expect("writing to memory")
    }
}

/// A number with what a table needs of it: at most `digits` decimals, no trailing zeros.
pub(crate) fn number(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short_and_exact() {
        assert_eq!(number(12.500, 4), "12.5");
        assert_eq!(number(1200.0, 0), "1200");
        assert_eq!(number(-0.000_01, 2), "0");
        assert_eq!(number(0.333_333, 4), "0.3333");
    }
}
