//! How results and messages look on a terminal.

use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// Width of tables when the output is not a terminal, characters.
const WIDTH_OFF_TERMINAL: u16 = 120;

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();
/// Headings.
pub const BOLD: Style = Style::new().bold();

/// Prints data to standard output.
pub fn data(text: &str) {
    let mut out = anstream::stdout().lock();
    end_if_refused(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// Prints raw bytes (JSON, CSV) to standard output.
pub fn bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    end_if_refused(out.write_all(bytes).and_then(|()| out.flush()));
}

/// A reader that has gone away has what it wanted; any other refusal (a full disk) is a failure.
fn end_if_refused(written: std::io::Result<()>) {
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            problem(&format!("cannot write to standard output: {error}"));
            std::process::exit(1);
        }
    }
}

fn message(text: &str) {
    // Where even standard error is gone there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Prints a failure to standard error.
pub fn problem(text: &str) {
    message(&format!("{RED}error{RED:#}: {}", visible(text)));
}

/// Prints to standard error what makes results doubtful.
pub fn warning(text: &str) {
    message(&format!("{YELLOW}warning{YELLOW:#}: {}", visible(text)));
}

/// Prints a remark to standard error.
pub fn note(text: &str) {
    message(&format!("{DIM}{}{DIM:#}", visible(text)));
}

/// A heading.
pub fn heading(text: &str) -> String {
    format!("{BOLD}{}{BOLD:#}\n", visible(text))
}

/// A table that fits the terminal; the columns named are numbers and stand right.
pub fn table(header: &[&str], numbers: std::ops::Range<usize>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if !std::io::stdout().is_terminal() {
        table.set_width(WIDTH_OFF_TERMINAL);
    }
    table.set_header(
        header.iter().map(|h| comfy_table::Cell::new(h).add_attribute(comfy_table::Attribute::Dim)),
    );
    for row in rows {
        table.add_row(row.into_iter().map(|cell| visible(&cell)));
    }
    for at in numbers {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{}\n", table.trim_fmt())
}

/// Text from a study without control characters, which could command the terminal.
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// A spinner on standard error for work that takes more than a moment; hidden off a terminal.
pub struct Progress(indicatif::ProgressBar);

impl Progress {
    /// Shows what is being done.
    pub fn start(what: &str) -> Self {
        let bar = indicatif::ProgressBar::new_spinner().with_message(what.to_owned());
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        Self(bar)
    }
    /// Shows the next thing.
    pub fn next(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Kilometres, or hours from 100 on: no decimals; hours below: one.
pub fn round(value: f64) -> String {
    // `+ 0.0` turns a negative zero into zero.
    let value = value + 0.0;
    if value.abs() >= 99.95 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// A table as CSV bytes.
pub fn csv(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("writing to memory");
    for row in rows {
        writer.write_record(row).expect("writing to memory, rows as wide as the header");
    }
    writer.into_inner().expect("writing to memory")
}
