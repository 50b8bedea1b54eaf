//! The folder: which files in it are meant, and where they go.

use std::{
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use shuke_domain::{Code, Failure};

/// Where files go that were taken in, and those of which something was not.
pub(super) const DONE: &str = "done";
pub(super) const FAILED: &str = "failed";

const TABLES: &[&str] = &["csv", "tsv", "txt", "xlsx", "xls"];
const TEXTS: &[&str] = &["json", "ndjson", "jsonl"];

/// A file as a look found it: one that is found alike twice has stopped growing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    Json,
}

/// `None` for what is none of ours: half-written files have other endings, or a dot before their names.
pub(super) fn kind_of(path: &Path) -> Option<Kind> {
    let name = path.file_name()?.to_str()?;
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    let hidden = name.starts_with(['.', '~']);
    if hidden {
        None
    } else if TABLES.contains(&ending.as_str()) {
        Some(Kind::Table)
    } else {
        TEXTS.contains(&ending.as_str()).then_some(Kind::Json)
    }
}

/// Files that wait, the oldest first.
pub(super) fn waiting(folder: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)?.filter_map(Result::ok) {
        let path = entry.path();
        // One that goes while we look was taken by another till.
        let Ok(data) = entry.metadata() else { continue };
        if data.is_file() && kind_of(&path).is_some() {
            found.push(Found { path, bytes: data.len(), modified: data.modified().ok() });
        }
    }
    found.sort_by(|one, other| (one.modified, &one.path).cmp(&(other.modified, &other.path)));
    Ok(found)
}

/// Whether files can be moved there: found out when the folder is chosen and not in the night.
pub(super) fn probe(folder: &Path) -> Result<(), Failure> {
    for place in [DONE, FAILED] {
        let place = folder.join(place);
        let trial = place.join(".shuke-trial");
        std::fs::create_dir_all(&place)
            .and_then(|()| std::fs::write(&trial, b""))
            .and_then(|()| std::fs::remove_file(&trial))
            .map_err(|error| unwritable(&place, error))?;
    }
    Ok(())
}

/// Moves a file into one of the two places, beside others of its name.
pub(super) fn move_to(path: &Path, place: &str) -> Result<PathBuf, Failure> {
    let folder = path.parent().unwrap_or(Path::new("")).join(place);
    let target = free(&folder, path);
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::rename(path, &target))
        .map_err(|error| unwritable(&target, error))?;
    Ok(target)
}

fn free(folder: &Path, path: &Path) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| {
        part.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let (stem, ending) = (part(path.file_stem()), part(path.extension()));
    let first = folder.join(format!("{stem}.{ending}"));
    if !first.exists() {
        return first;
    }
    let others = (2..10_000).map(|place| folder.join(format!("{stem}-{place}.{ending}")));
    others.into_iter().find(|other| !other.exists()).unwrap_or(first)
}

pub(super) fn unreadable(path: &Path, error: io::Error) -> Failure {
    Failure::new(Code::FileUnreadable).with("path", path.display().to_string()).because(error)
}

pub(super) fn unwritable(path: &Path, error: io::Error) -> Failure {
    Failure::new(Code::FileUnwritable).with("path", path.display().to_string()).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_files_of_known_kinds_are_meant() {
        let kind = |name: &str| kind_of(Path::new(name));
        assert_eq!(kind("sales.CSV"), Some(Kind::Table));
        assert_eq!(kind("日销售.xlsx"), Some(Kind::Table));
        assert_eq!(kind("a.ndjson"), Some(Kind::Json));
        for other in
            ["sales.csv.part", "sales.tmp", ".sales.csv", "~$sales.xlsx", "report.pdf", "x"]
        {
            assert_eq!(kind(other), None, "{other}");
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..3 {
            let file = folder.path().join("a.csv");
            std::fs::write(&file, b"x").unwrap();
            move_to(&file, DONE).unwrap();
        }
        let mut names: Vec<_> = std::fs::read_dir(folder.path().join(DONE))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["a-2.csv", "a-3.csv", "a.csv"]);
    }

    #[test]
    fn a_file_that_grows_is_another_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        std::fs::write(&file, b"x").unwrap();
        let first = waiting(folder.path()).unwrap();
        assert_eq!(first, waiting(folder.path()).unwrap());
        std::fs::write(&file, b"xy").unwrap();
        assert_ne!(first, waiting(folder.path()).unwrap());
    }
}
