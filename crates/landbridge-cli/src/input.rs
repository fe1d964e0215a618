//! Loads a study for a command; problems are shown once, in one form.

use std::path::Path;
use std::process::ExitCode;

use landbridge::diagnostic::{Code, Diagnostic, has_errors, sort};
use landbridge::index::{ClassIdx, NodeIdx};
use landbridge::model::Model;
use landbridge::scenario::ScenarioError;
use landbridge::study::tables::Mode;
use landbridge::study::{Date, StudyText};
use landbridge_io::folder;
use thiserror::Error;

use crate::args::Scenario;
use crate::diagnostics;

/// Why a command ends early. The message is for people; the exit code for scripts.
#[derive(Debug, Error)]
pub enum Failure {
    /// The input has errors; they have been shown.
    #[error("the input has errors")]
    Shown,
    /// The input does not fit the study, or does not exist.
    #[error("{0}")]
    Usage(String),
    /// The operation failed.
    #[error("{0}")]
    Failed(#[from] Box<dyn std::error::Error>),
}

impl Failure {
    /// Prints the failure and its causes; gives the exit code.
    pub fn report(&self) -> ExitCode {
        if !matches!(self, Self::Shown) {
            crate::output::problem(&self.to_string());
            let mut cause = match self {
                Self::Failed(error) => error.source(),
                _ => None,
            };
            while let Some(error) = cause {
                crate::output::note(&format!("caused by: {error}"));
                cause = error.source();
            }
        }
        match self {
            Self::Shown => ExitCode::from(3),
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
        }
    }
}

/// A study as read: texts, all problems, and the model if none of them is an error.
pub struct Loaded {
    /// Texts of its files.
    pub text: StudyText,
    /// All problems.
    pub diagnostics: Vec<Diagnostic>,
    /// The model.
    pub model: Option<Model>,
}

/// Reads a folder and prepares the model.
pub fn load(path: &Path) -> Loaded {
    let folder::Folder { text, problems } = folder::read(path);
    if text.is_empty() && has_errors(&problems) {
        return Loaded { text, diagnostics: problems, model: None };
    }
    let unreadable = problems.iter().filter_map(|p| Some(p.place.as_ref()?.file.clone())).collect();
    let (model, mut diagnostics) = Model::load_partly(&text, &unreadable);
    let model = model.filter(|_| !has_errors(&problems));
    diagnostics.extend(problems);
    sort(&mut diagnostics);
    Loaded { text, diagnostics, model }
}

/// Reads a study that a command needs. Errors are drawn; warnings are only counted.
///
/// # Errors
/// The study has errors.
pub fn require(path: &Path) -> Result<(StudyText, Model), Failure> {
    let Loaded { text, diagnostics, model } = load(path);
    let Some(model) = model else {
        diagnostics::draw(&text, &diagnostics);
        return Err(Failure::Shown);
    };
    if !diagnostics.is_empty() {
        let n = diagnostics.len();
        let s = if n == 1 { "" } else { "s" };
        crate::output::note(&format!("{n} warning{s}; `landbridge check {}` shows them", path.display()));
    }
    Ok((text, model))
}

/// As [`require`], under a scenario.
///
/// # Errors
/// The study has errors, or there is no such scenario.
pub fn require_under(path: &Path, scenario: &Scenario) -> Result<(StudyText, Model), Failure> {
    let (text, model) = require(path)?;
    let model = under_as_of(&text, &model, scenario.id.as_deref(), scenario.as_of, scenario.neutral)?;
    Ok((text, model))
}

/// The model under a scenario; without one, as it is.
///
/// # Errors
/// There is no such scenario.
pub fn under(model: &Model, scenario: Option<&str>, is_neutral: bool) -> Result<Model, Failure> {
    let Some(scenario) = scenario else { return Ok(model.clone()) };
    model.under(scenario, is_neutral).map_err(|error| Failure::Usage(error.to_string()))
}

/// As [`under`], on a day.
///
/// # Errors
/// There is no such scenario, or the day lies before the timeline.
pub fn under_as_of(
    text: &StudyText,
    model: &Model,
    scenario: Option<&str>,
    as_of: Option<Date>,
    is_neutral: bool,
) -> Result<Model, Failure> {
    if as_of.is_none() {
        return under(model, scenario, is_neutral);
    }
    let timeline = &model.study.timeline;
    if timeline.is_empty() {
        crate::output::note("the study has no timeline: states of links are those of its tables on any day");
    }
    model.under_as_of(scenario, as_of, is_neutral).map_err(|error| match error {
        ScenarioError::BeforeTimeline { first, .. } => {
            let event = timeline.iter().position(|event| event.date == first);
            let place = event.and_then(|row| timeline.place(row, "date"));
            let help = format!("give {first} or a later day, or add earlier events to the timeline");
            let problem = Diagnostic::new(Code::LB0235, error.to_string(), help, place);
            diagnostics::draw(text, &[problem]);
            Failure::Shown
        }
        error => Failure::Usage(error.to_string()),
    })
}

/// Finds a place by name.
///
/// # Errors
/// No single place has the name.
pub fn place(model: &Model, name: &str) -> Result<NodeIdx, Failure> {
    model.network.gazetteer.find(name).map_err(|error| Failure::Usage(error.to_string()))
}

/// Finds a mode.
///
/// # Errors
/// There is no such mode.
pub fn mode(word: &str) -> Result<Mode, Failure> {
    let unknown = || Failure::Usage(format!("there is no mode `{word}`; known: {}", Mode::WORDS.join(", ")));
    Mode::from_word(&word.to_lowercase()).ok_or_else(unknown)
}

/// Finds a class.
///
/// # Errors
/// There is no such class.
pub fn class(model: &Model, id: Option<&str>) -> Result<ClassIdx, Failure> {
    model.class(id).ok_or_else(|| {
        let known: Vec<_> = model.study.classes.iter().map(|c| c.id.as_str()).collect();
        Failure::Usage(format!("there is no class `{}`; known: {}", id.unwrap_or(""), known.join(", ")))
    })
}
