//! Reads the text files of a study folder, in bounded time and memory whatever they hold.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use landbridge::diagnostic::{Code, Diagnostic, Place, clip};
use landbridge::study::StudyText;

/// Longest line of a table or of `study.toml`, bytes.
pub const MAX_LINE: usize = 1024 * 1024;
/// Largest file, bytes.
pub const MAX_FILE: u64 = 1024 * 1024 * 1024;
/// Most files that are looked at.
pub const MAX_FILES: usize = 10_000;
/// Deepest folder below the study's own.
const MAX_DEPTH: usize = 3;

/// The texts of a study folder and what could not be read.
#[derive(Debug, Default)]
pub struct Folder {
    /// Texts by path, with `/`.
    pub text: StudyText,
    /// Problems of the files themselves.
    pub problems: Vec<Diagnostic>,
}

/// Reads all `.toml`, `.csv` and `.topojson` files of a folder. Files that cannot be read whole are left out and
/// reported; hidden files, links to folders and results folders of ours are passed over.
pub fn read(root: &Path) -> Folder {
    let mut folder = Folder::default();
    if !root.is_dir() {
        let (what, help) = if root.exists() {
            ("is not a folder", "give the folder that holds study.toml")
        } else {
            ("does not exist", "give the folder of a study; `landbridge new DIR` makes one")
        };
        folder.problems.push(problem(
            Code::LB0002,
            &display(root),
            format!("`{}` {what}", display(root)),
            help,
        ));
        return folder;
    }
    walk(root, "", 0, &mut folder);
    folder
}

/// Reads one table that is no part of a study; the text goes by the path as it was given.
///
/// # Errors
/// Says why the file cannot be read whole.
pub fn read_table(path: &Path) -> Result<(String, String), Box<Diagnostic>> {
    let name = display(path);
    if !path.exists() {
        let message = format!("`{name}` does not exist");
        return Err(Box::new(problem(Code::LB0002, &name, message, "give the path of a CSV file")));
    }
    let text = read_file(path, &name, true)?;
    Ok((name, text))
}

fn display(path: &Path) -> String {
    clip(&path.display().to_string())
}

fn problem(code: Code, file: &str, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(code, message, help, Some(Place::file(file)))
}

fn walk(dir: &Path, prefix: &str, depth: usize, folder: &mut Folder) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("cannot list the folder: {error}");
            folder.problems.push(problem(Code::LB0002, prefix, message, "check the permissions"));
            return;
        }
    };
    let mut names: Vec<_> = entries.filter_map(Result::ok).collect();
    names.sort_by_key(fs::DirEntry::file_name);
    for entry in names {
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        if name.starts_with('.') || folder.text.len() >= MAX_FILES {
            continue;
        }
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            // Results that were written into the study are no part of it.
            if depth < MAX_DEPTH && !crate::atomic::has_manifest(&entry.path()) {
                walk(&entry.path(), &path, depth + 1, folder);
            }
            continue;
        }
        let extension = Path::new(&name).extension().and_then(|e| e.to_str()).unwrap_or("");
        if !matches!(extension, "toml" | "csv" | "topojson") {
            continue;
        }
        match read_file(&entry.path(), &path, extension != "topojson") {
            Ok(text) => {
                folder.text.insert(path, text);
            }
            Err(diagnostic) => folder.problems.push(*diagnostic),
        }
    }
}

/// Reads one file; stops at the first line that is too long, before the rest is loaded.
fn read_file(path: &Path, name: &str, lines_matter: bool) -> Result<String, Box<Diagnostic>> {
    let failed = |error: std::io::Error| {
        Box::new(problem(
            Code::LB0002,
            name,
            format!("cannot read the file: {error}"),
            "check the permissions",
        ))
    };
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        let message = "not a regular file".to_owned();
        return Err(Box::new(problem(Code::LB0002, name, message, "replace it by a file")));
    }
    if metadata.len() > MAX_FILE {
        let message = format!("the file has {} MiB", metadata.len() / 1024 / 1024);
        return Err(Box::new(problem(Code::LB0005, name, message, "a table may have 1024 MiB at most")));
    }
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut bytes = Vec::new();
    if lines_matter {
        let mut line = 0;
        loop {
            let start = bytes.len();
            line += 1;
            let read =
                (&mut reader).take(MAX_LINE as u64 + 1).read_until(b'\n', &mut bytes).map_err(failed)?;
            if read == 0 {
                break;
            }
            if bytes.len() - start > MAX_LINE {
                let text = String::from_utf8_lossy(&bytes[start..start + 400]);
                return Err(Box::new(Diagnostic::new(
                    Code::LB0004,
                    format!("the line is longer than {} KiB", MAX_LINE / 1024),
                    "is it a table with one record a line? line ends may have been lost",
                    Some(Place { file: name.to_owned(), line, column: 1, text: clip(&text) }),
                )));
            }
        }
    } else {
        reader.take(MAX_FILE).read_to_end(&mut bytes).map_err(failed)?;
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..valid];
        let line = before.split(|&b| b == b'\n').count();
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        let text =
            String::from_utf8_lossy(&error.as_bytes()[valid..(valid + 20).min(error.as_bytes().len())])
                .into_owned();
        Box::new(Diagnostic::new(
            Code::LB0003,
            "the file is not UTF-8 text",
            "save it again with the encoding UTF-8",
            Some(Place {
                file: name.to_owned(),
                line: line as u32,
                column: column as u32,
                text: clip(&text),
            }),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn folder_with(name: &str, bytes: &[u8]) -> Folder {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(name), bytes).unwrap();
        read(dir.path())
    }

    #[test]
    fn a_line_of_200_mb_is_refused_without_loading_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = File::create(dir.path().join("node.csv")).unwrap();
        file.write_all(b"node_id\n").unwrap();
        let block = vec![b'x'; 1024 * 1024];
        (0..200).for_each(|_| file.write_all(&block).unwrap());
        let folder = read(dir.path());
        assert!(folder.text.is_empty());
        let place = folder.problems[0].place.as_ref().unwrap();
        assert_eq!((folder.problems[0].code, place.line, place.column), (Code::LB0004, 2, 1));
        assert!(place.text.chars().count() <= landbridge::diagnostic::MAX_TEXT + 1);
    }

    #[test]
    fn results_within_the_study_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let files = |generator: &str| {
            let manifest = format!("{{\n  \"generator\": \"{generator}\"\n}}\n");
            vec![("manifest.json".into(), manifest.into()), ("tables/leg.csv".into(), b"leg\n".to_vec())]
        };
        crate::atomic::write_folder(&dir.path().join("results/toy"), &files("landbridge")).unwrap();
        crate::atomic::write_folder(&dir.path().join("other"), &files("something else")).unwrap();
        let folder = read(dir.path());
        assert_eq!(folder.text.keys().collect::<Vec<_>>(), ["other/tables/leg.csv"]);
    }

    #[test]
    fn bytes_that_are_not_utf8_have_a_place() {
        let folder = folder_with("node.csv", b"a,b\nc,\xff\xfe\n");
        let place = folder.problems[0].place.as_ref().unwrap();
        assert_eq!((folder.problems[0].code, place.line, place.column), (Code::LB0003, 2, 3));
    }

    #[test]
    fn a_missing_folder_and_a_file_in_its_place_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let gone = read(&dir.path().join("gone"));
        assert!(gone.problems[0].message.contains("does not exist"));
        fs::write(dir.path().join("file"), "x").unwrap();
        assert!(read(&dir.path().join("file")).problems[0].message.contains("not a folder"));
    }

    #[cfg(unix)]
    #[test]
    fn a_dangling_link_is_a_problem_and_not_a_hang() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/nowhere/at/all.csv", dir.path().join("node.csv")).unwrap();
        assert_eq!(read(dir.path()).problems[0].code, Code::LB0002);
    }
}
