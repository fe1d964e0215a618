//! Writes files and folders whole or not at all.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};
use thiserror::Error;

/// The file by which a results folder is known; only a folder that has it is ever replaced.
pub const MANIFEST: &str = "manifest.json";

/// Why nothing was written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The target is a folder or file that Landbridge did not make.
    #[error("`{}` exists and is not a results folder of landbridge", path.display())]
    NotOurs {
        /// The target.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot write `{}`", path.display())]
    Io {
        /// The target.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file: another process sees the old one or the new one, never a part.
///
/// # Errors
/// The file system refused; the old file is untouched.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io { path: path.to_owned(), source };
    // A device or a pipe is written to and never replaced; a folder is refused before anything temporary is made.
    if fs::metadata(path).is_ok_and(|target| !target.is_file()) {
        return fs::write(path, bytes).map_err(failed);
    }
    let mut file = NamedTempFile::new_in(parent(path)).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    set_mode(file.path(), 0o644).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Writes a folder of files, replacing an earlier results folder as a whole.
///
/// # Errors
/// The target is not a results folder, or the file system refused; an earlier folder is untouched then.
pub fn write_folder(path: &Path, files: &[(String, Vec<u8>)]) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io { path: path.to_owned(), source };
    if path.exists() && !is_ours(path) {
        return Err(WriteError::NotOurs { path: path.to_owned() });
    }
    let above = parent(path);
    fs::create_dir_all(above).map_err(failed)?;
    let new = Builder::new().prefix(".landbridge-").tempdir_in(above).map_err(failed)?;
    for (name, bytes) in files {
        let target = new.path().join(name);
        fs::create_dir_all(parent(&target)).map_err(failed)?;
        fs::write(&target, bytes).map_err(failed)?;
    }
    set_mode(new.path(), 0o755).map_err(failed)?;
    if !path.exists() {
        fs::rename(new.path(), path).map_err(failed)?;
        // The folder has moved: nothing is left to clean up.
        let _ = new.keep();
        return Ok(());
    }
    let old = Builder::new().prefix(".landbridge-").tempdir_in(above).map_err(failed)?;
    let aside = old.path().join("old");
    fs::rename(path, &aside).map_err(failed)?;
    if let Err(source) = fs::rename(new.path(), path) {
        if fs::rename(&aside, path).is_err() {
            // Better a folder under another name than none.
            let _ = old.keep();
        }
        return Err(failed(source));
    }
    let _ = new.keep();
    Ok(())
}

/// An empty folder, or one with a manifest of ours.
fn is_ours(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none()) || has_manifest(path)
}

/// Whether a folder has a manifest of ours. It begins with its generator, so the rest need not be read.
pub(crate) fn has_manifest(path: &Path) -> bool {
    let manifest = path.join(MANIFEST);
    if !manifest.is_file() {
        return false;
    }
    let mut start = Vec::new();
    let read = fs::File::open(manifest).and_then(|file| file.take(1024).read_to_end(&mut start));
    read.is_ok() && String::from_utf8_lossy(&start).contains("\"generator\": \"landbridge\"")
}

/// Temporary files are private; what we hand over is readable as other files are.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Vec<(String, Vec<u8>)> {
        let manifest = "{\n  \"generator\": \"landbridge\"\n}\n";
        vec![(MANIFEST.into(), manifest.into()), ("tables/a.csv".into(), text.into())]
    }

    #[test]
    fn a_results_folder_is_replaced_and_a_foreign_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("results");
        write_folder(&out, &files("1")).unwrap();
        write_folder(&out, &files("2")).unwrap();
        assert_eq!(fs::read_to_string(out.join("tables/a.csv")).unwrap(), "2");
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing temporary is left: {left:?}");

        let foreign = dir.path().join("thesis");
        fs::create_dir(&foreign).unwrap();
        fs::write(foreign.join("chapter.txt"), "mine").unwrap();
        assert!(matches!(write_folder(&foreign, &files("3")), Err(WriteError::NotOurs { .. })));
        assert_eq!(fs::read_to_string(foreign.join("chapter.txt")).unwrap(), "mine");
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chart.svg");
        write_file(&path, b"one").unwrap();
        write_file(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(write_file(&dir.path().join("no/such/chart.svg"), b"x").is_err());
        assert!(write_file(&path.join("below"), b"x").is_err());
        assert!(write_file(dir.path(), b"x").is_err());
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing temporary is left: {left:?}");
    }
}
