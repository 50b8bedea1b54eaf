//! Real input: `SHUKE_DATA`, else `../shared/data` beside the clone.

use std::path::{Path, PathBuf};

use crate::skip;

/// A file of real input, or `None` with a word about it.
pub fn file(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("SHUKE_DATA").map_or(beside, PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    skip(&format!("{} is not there; SHUKE_DATA names the folder that holds it", path.display()));
    None
}
