//! Where the data folder lies unless someone says otherwise: the same place for window and command line.

use std::path::PathBuf;

/// What the folder is called where the platform's people put their applications' data.
const NAME: &str = if cfg!(target_os = "linux") { "shuke" } else { "Shuke" };

/// `None` where the system knows no home for this account.
///
/// The folder that stays on this machine: a roaming profile would copy an open database.
pub fn default_home() -> Option<PathBuf> {
    dirs::data_local_dir().map(|folder| folder.join(NAME))
}
