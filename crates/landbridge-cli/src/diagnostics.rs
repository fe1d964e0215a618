//! Draws problems with the line they stand on, or lists them for programs.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use landbridge::diagnostic::{Diagnostic, Severity};
use landbridge::study::StudyText;
use serde::Serialize;

/// Characters of a line that are shown on each side of the problem.
const WINDOW: usize = 60;

/// Draws all problems to standard error, and how many there are.
pub fn draw(text: &StudyText, diagnostics: &[Diagnostic]) {
    use std::io::{IsTerminal, Write};
    let colored =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
    let mut err = anstream::stderr().lock();
    let mut lines: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let file = diagnostic.place.as_ref().and_then(|place| text.get_key_value(&place.file));
        let lines = file.map(|(name, text)| &*lines.entry(name).or_insert_with(|| text.lines().collect()));
        let _ = writeln!(err, "{}\n", drawn(lines, diagnostic, &renderer));
    }
    let _ = writeln!(err, "{}", count(diagnostics));
}

/// How many errors and warnings.
pub fn count(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    format!("{errors} error{}, {warnings} warning{}", plural(errors), plural(warnings))
}

fn drawn(lines: Option<&Vec<&str>>, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let visible = crate::output::visible;
    let message = format!("{} [{}]", visible(&diagnostic.message), diagnostic.code.name());
    let title = level.primary_title(message.as_str());
    let help = visible(&diagnostic.help);
    let help = Level::HELP.message(help.as_str());
    let Some(place) = &diagnostic.place else {
        return renderer.render(&[Group::with_title(title).element(help)]);
    };
    let line = lines
        .and_then(|lines| lines.get((place.line as usize).checked_sub(1)?))
        .map(|line| line.trim_start_matches('\u{feff}'));
    let Some(line) = line else {
        let path = visible(&place.to_string());
        let origin = annotate_snippets::Origin::path(path.as_str());
        return renderer.render(&[Group::with_title(title).element(origin).element(help)]);
    };
    // Lines can be very long: a window around the problem is enough. Blanks stand for what is cut off before it, so
    // that the snippet counts its columns as the file does.
    let column = (place.column.max(1) as usize - 1).min(line.chars().count());
    let length = place.text.chars().count().clamp(1, WINDOW);
    let first = column.saturating_sub(WINDOW);
    let window: String = line.chars().skip(first).take(column - first + length + WINDOW).collect();
    let shown = " ".repeat(first) + &visible(&window);
    let byte = |at: usize| shown.char_indices().nth(at).map_or(shown.len(), |(byte, _)| byte);
    let span = if place.column == 0 {
        0..shown.len()
    } else {
        byte(column)..byte((column + length).min(shown.chars().count()))
    };
    let file = visible(&place.file);
    let snippet = Snippet::source(shown.as_str())
        .path(file.as_str())
        .line_start(place.line as usize)
        .annotation(AnnotationKind::Primary.span(span));
    renderer.render(&[Group::with_title(title).element(snippet).element(help)])
}

/// A problem for programs.
#[derive(Serialize)]
pub struct DiagnosticJson<'d> {
    code: &'static str,
    severity: &'static str,
    message: &'d str,
    help: &'d str,
    file: Option<&'d str>,
    line: Option<u32>,
    column: Option<u32>,
    text: Option<&'d str>,
}

/// The JSON form of a problem; a line or column of 0 (the whole file or line) is left null.
pub fn json(diagnostic: &Diagnostic) -> DiagnosticJson<'_> {
    let place = diagnostic.place.as_ref();
    DiagnosticJson {
        code: diagnostic.code.name(),
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        help: &diagnostic.help,
        file: place.map(|p| p.file.as_str()),
        line: place.map(|p| p.line).filter(|&l| l > 0),
        column: place.map(|p| p.column).filter(|&c| c > 0),
        text: place.map(|p| p.text.as_str()),
    }
}
