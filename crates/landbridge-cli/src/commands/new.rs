//! `landbridge new`: a study folder from a template that comes with the program.

use std::fs;
use std::process::ExitCode;

use include_dir::{Dir, include_dir};

use crate::args::{New, Template};
use crate::input::Failure;
use crate::output;

static TOY: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../studies/toy");
static SOUTH_CAUCASUS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../studies/south-caucasus");

/// Runs the command.
///
/// # Errors
/// The folder holds something already, or cannot be written.
pub fn run(args: &New) -> Result<ExitCode, Failure> {
    let template = match args.template {
        Template::Toy => &TOY,
        Template::SouthCaucasus => &SOUTH_CAUCASUS,
    };
    let occupied = match fs::read_dir(&args.dir) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => args.dir.exists(),
    };
    if occupied {
        let message = format!("`{}` is not empty; name a new folder", args.dir.display());
        return Err(Failure::Failed(message.into()));
    }
    let failed = |error: std::io::Error| {
        Failure::Failed(format!("cannot write `{}`: {error}", args.dir.display()).into())
    };
    fs::create_dir_all(&args.dir).map_err(failed)?;
    template.extract(&args.dir).map_err(failed)?;
    output::note(&format!("made {}; next: landbridge run {}", args.dir.display(), args.dir.display()));
    Ok(ExitCode::SUCCESS)
}
