//! Where the programs lie that stories run.

use std::path::PathBuf;

use crate::skip;

/// A built program, or `None` with a word about it. `SHUKE_BINARIES` names the folder; else it is
/// the one above the test's own.
pub fn find(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SHUKE_BINARIES").map(PathBuf::from).or_else(|| {
        let own = std::env::current_exe().ok()?;
        let folder = own.parent()?;
        let above = if folder.ends_with("deps") { folder.parent()? } else { folder };
        Some(above.to_owned())
    })?;
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.exists() {
        return Some(path);
    }
    skip(&format!("{} is not built; SHUKE_BINARIES names the folder", path.display()));
    None
}

/// Whether all of them are there; says which is not.
pub fn are_built(names: &[&str]) -> bool {
    names.iter().all(|name| find(name).is_some())
}

pub(crate) fn program(name: &str) -> PathBuf {
    find(name).unwrap_or_else(|| panic!("{name} is not built"))
}
