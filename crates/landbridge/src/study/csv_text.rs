//! Cuts CSV text into records, keeping the byte position of every field (RFC 4180, via `csv-core`).

use csv_core::{ReadFieldResult, Reader};

/// Longest field in bytes; a longer one is an unclosed quote or not a table at all.
pub const MAX_FIELD: usize = 64 * 1024;

/// One record: its fields without quotes, and where each starts in the text.
#[derive(Debug, Default)]
pub struct Record {
    buffer: Vec<u8>,
    ends: Vec<usize>,
    starts: Vec<usize>,
}

impl Record {
    /// Number of fields.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
    /// Whether the record has no field.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
    /// The content of a field. Quotes are removed, so the text is not a slice of the file.
    pub fn field(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        // The input is `&str` and fields are cut at ASCII bytes, so this cannot fail.
        std::str::from_utf8(&self.buffer[start..self.ends[at]]).unwrap_or("")
    }
    /// Byte offset of a field in the text.
    pub fn start(&self, at: usize) -> usize {
        self.starts[at]
    }
    /// Whether all fields are blank: a row of commas that a spreadsheet left.
    pub fn is_blank(&self) -> bool {
        (0..self.len()).all(|at| self.field(at).trim().is_empty())
    }
    fn clear(&mut self) {
        self.buffer.clear();
        self.ends.clear();
        self.starts.clear();
    }
}

/// Reads records one after the other.
pub struct Records<'t> {
    text: &'t str,
    at: usize,
    reader: Reader,
    scratch: Vec<u8>,
}

/// What reading a record gave.
pub enum Step {
    /// A record was read.
    Record,
    /// The text is at its end.
    End,
    /// The field that starts at this byte is longer than [`MAX_FIELD`].
    EndlessField(usize),
    /// The text ends within the quotation marks that open at this byte.
    UnclosedQuote(usize),
}

impl<'t> Records<'t> {
    /// Starts at a byte offset of the text, which must be the start of a record.
    pub fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, reader: Reader::new(), scratch: vec![0; 4096] }
    }

    /// Reads the next record into `record`.
    pub fn next_into(&mut self, record: &mut Record) -> Step {
        record.clear();
        let bytes = self.text.as_bytes();
        let mut field_start = None;
        loop {
            if record.is_empty() && field_start.is_none() {
                // `csv-core` swallows blank lines before a record; the field starts behind them.
                while matches!(bytes.get(self.at), Some(b'\n' | b'\r')) {
                    self.at += 1;
                }
            }
            let start = *field_start.get_or_insert(self.at);
            let (result, read, written) = self.reader.read_field(&bytes[self.at..], &mut self.scratch);
            self.at += read;
            record.buffer.extend_from_slice(&self.scratch[..written]);
            let field_length = record.buffer.len() - record.ends.last().copied().unwrap_or(0);
            if field_length > MAX_FIELD {
                return Step::EndlessField(start);
            }
            match result {
                ReadFieldResult::OutputFull | ReadFieldResult::InputEmpty => {}
                ReadFieldResult::Field { record_end } => {
                    record.ends.push(record.buffer.len());
                    record.starts.push(start);
                    field_start = None;
                    if record_end && self.at == bytes.len() && is_open_quote(&bytes[start..]) {
                        return Step::UnclosedQuote(start);
                    }
                    if record_end {
                        return Step::Record;
                    }
                }
                ReadFieldResult::End => {
                    return if record.is_empty() { Step::End } else { Step::Record };
                }
            }
        }
    }
}

/// Whether a field begins with a quotation mark and has an odd number of them: doubled ones stand for one within.
fn is_open_quote(field: &[u8]) -> bool {
    field.first() == Some(&b'"') && field.iter().fold(false, |open, &byte| open ^ (byte == b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Vec<(String, usize)>> {
        let (mut records, mut record, mut out) = (Records::new(text, 0), Record::default(), Vec::new());
        while let Step::Record = records.next_into(&mut record) {
            out.push((0..record.len()).map(|at| (record.field(at).to_owned(), record.start(at))).collect());
        }
        out
    }

    #[test]
    fn fields_know_where_they_start() {
        let rows = read("a,bc\r\n\r\n\"x\"\"y\",\"1\n2\"\nlast,");
        let expect: Vec<Vec<(&str, usize)>> =
            vec![vec![("a", 0), ("bc", 2)], vec![("x\"y", 8), ("1\n2", 15)], vec![("last", 21), ("", 26)]];
        let expect: Vec<Vec<(String, usize)>> =
            expect.into_iter().map(|r| r.into_iter().map(|(t, s)| (t.to_owned(), s)).collect()).collect();
        assert_eq!(rows, expect);
    }

    #[test]
    fn a_text_that_ends_within_quotation_marks_is_told_from_one_that_does_not() {
        for (text, open_at) in
            [("a,\"b\"", None), ("a,\"b\"\"\"", None), ("a,\"b", Some(2)), ("a,\"b\n1,2\n", Some(2))]
        {
            let (mut records, mut record) = (Records::new(text, 0), Record::default());
            let found = match records.next_into(&mut record) {
                Step::UnclosedQuote(at) => Some(at),
                _ => None,
            };
            assert_eq!(found, open_at, "{text:?}");
        }
    }

    #[test]
    fn an_endless_field_stops_the_reader() {
        let text = format!("a,\"{}", "x\n".repeat(MAX_FIELD));
        let (mut records, mut record) = (Records::new(&text, 0), Record::default());
        assert!(matches!(records.next_into(&mut record), Step::EndlessField(2)));
    }
}
