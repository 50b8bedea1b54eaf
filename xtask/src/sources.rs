//! The files that people write: everything git knows or would add, with its text.

use std::{fs, path::PathBuf};

use anyhow::Result;

use crate::{call::Call, places::Places};

#[derive(Debug)]
pub struct Source {
    /// From the root, with `/` on every system.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn ends(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }
}

/// Every text file of the clone. Pictures and other binaries are left out.
pub fn list(places: &Places) -> Result<Vec<Source>> {
    let said = Call::new("git")
        .at(&places.root)
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .read()?;
    let mut paths: Vec<&str> = said.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    // A file that is deleted but not yet committed is still listed.
    let read = |path: &str| fs::read_to_string(places.root.join(PathBuf::from(path))).ok();
    let sources = paths
        .into_iter()
        .filter_map(|path| Some(Source { path: path.to_owned(), text: read(path)? }));
    Ok(sources.collect())
}
