//! `landbridge check`: all problems of a study in one pass.

use std::process::ExitCode;

use landbridge::diagnostic::has_errors;

use crate::args::{Check, Format};
use crate::input::{self, Failure};
use crate::{diagnostics, output};

/// Runs the command.
///
/// # Errors
/// None beyond what the exit code says.
#[expect(clippy::unnecessary_wraps, reason = "all commands have one form")]
pub fn run(args: &Check) -> Result<ExitCode, Failure> {
    let loaded = input::load(&args.study);
    let problems = &loaded.diagnostics;
    match args.format {
        Format::Json => {
            let json: Vec<_> = problems.iter().map(diagnostics::json).collect();
            output::bytes(&landbridge_io::results::pretty(&json));
        }
        Format::Csv => {
            let header = ["code", "severity", "file", "line", "column", "text", "message", "help"];
            let rows: Vec<Vec<String>> = problems
                .iter()
                .map(|d| {
                    let place = d.place.as_ref();
                    vec![
                        d.code.name().to_owned(),
                        d.severity.name().to_owned(),
                        place.map_or(String::new(), |p| p.file.clone()),
                        place.map_or(String::new(), |p| p.line.to_string()),
                        place.map_or(String::new(), |p| p.column.to_string()),
                        place.map_or(String::new(), |p| p.text.clone()),
                        d.message.clone(),
                        d.help.clone(),
                    ]
                })
                .collect();
            output::bytes(&output::csv(&header, &rows));
        }
        Format::Table => {
            if !problems.is_empty() {
                diagnostics::draw(&loaded.text, problems);
            }
            if let Some(model) = &loaded.model {
                let size = model.size();
                output::data(&format!(
                    "{}: {} nodes ({} zones), {} links, {} crossings, {} terminals, {} classes; as of {}\n",
                    output::visible(&model.study.study.name),
                    size.nodes,
                    size.zones,
                    size.assets,
                    size.crossings,
                    size.terminals,
                    size.classes,
                    model.study.study.as_of
                ));
            }
        }
    }
    Ok(if has_errors(problems) { ExitCode::from(3) } else { ExitCode::SUCCESS })
}
