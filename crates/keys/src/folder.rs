//! Secrets as files, for machines without a keychain: `home/keys/<name>`, 0600 in a 0700 folder.
//!
//! Protects against other accounts and against half-written keys, not against whoever holds the
//! disk; that is why it is asked for and never fallen back to. On Windows the modes mean nothing
//! and the folder inherits the protection of the home.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::store::{create_private_folder, storage};
use crate::{KeyError, SecretBytes};

#[derive(Debug)]
pub(crate) struct KeyFolder(PathBuf);

impl KeyFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn get(&self, name: &str) -> Result<Option<SecretBytes>, KeyError> {
        let path = self.0.join(name);
        // Looked at before it is opened: opening a pipe would wait for ever, a link leads elsewhere.
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(storage(&path, source)),
        };
        if !found.is_file() {
            return Err(KeyError::NotAFile { path });
        }
        self.refuse_open_folder()?;
        let mut file = File::open(&path).map_err(|source| storage(&path, source))?;
        let opened = file.metadata().map_err(|source| storage(&path, source))?;
        refuse_wide(&path, &opened)?;
        // All the room at once, or growing would leave copies of the secret in freed memory.
        let room = usize::try_from(opened.len()).unwrap_or_default().saturating_add(1);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        file.read_to_end(&mut bytes).map_err(|source| storage(&path, source))?;
        Ok(Some(SecretBytes::from(bytes)))
    }

    /// After a power cut the old secret or the new one is there, never a part: written aside,
    /// synced, renamed, and the folder synced.
    pub(crate) fn set(&self, name: &str, secret: &SecretBytes) -> Result<(), KeyError> {
        let path = self.0.join(name);
        create_private_folder(&self.0)?;
        self.refuse_open_folder()?;
        let mut aside = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(&self.0)
            .map_err(|source| storage(&self.0, source))?;
        aside
            .write_all(secret.expose())
            .and_then(|()| aside.as_file().sync_all())
            .map_err(|source| storage(&path, source))?;
        aside.persist(&path).map_err(|e| storage(&path, e.error))?;
        self.sync()
    }

    pub(crate) fn remove(&self, name: &str) -> Result<(), KeyError> {
        let path = self.0.join(name);
        match fs::remove_file(&path) {
            Ok(()) => self.sync(),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
            Err(source) => Err(storage(&path, source)),
        }
    }

    fn refuse_open_folder(&self) -> Result<(), KeyError> {
        let found = fs::symlink_metadata(&self.0).map_err(|source| storage(&self.0, source))?;
        if !found.is_dir() {
            return Err(KeyError::NotAFile { path: self.0.clone() });
        }
        refuse_wide(&self.0, &found)
    }

    #[cfg(unix)]
    fn sync(&self) -> Result<(), KeyError> {
        File::open(&self.0)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| storage(&self.0, source))
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "only Unix can sync a folder")]
    fn sync(&self) -> Result<(), KeyError> {
        Ok(())
    }
}

#[cfg(unix)]
fn refuse_wide(path: &Path, found: &fs::Metadata) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = found.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::TooOpen { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only Unix has modes")]
fn refuse_wide(_path: &Path, _found: &fs::Metadata) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a fixture that fails is a failed test")]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn fixture() -> (tempfile::TempDir, KeyFolder) {
        let home = tempfile::tempdir().unwrap();
        let folder = KeyFolder::new(home.path().join("keys"));
        folder.set("database", &SecretBytes::new(vec![7; 32])).unwrap();
        (home, folder)
    }

    #[test]
    fn only_the_owner_may_read() {
        let (_home, folder) = fixture();
        assert_eq!(mode(&folder.0), 0o700);
        assert_eq!(mode(&folder.0.join("database")), 0o600);
    }

    #[test]
    fn replacing_leaves_one_private_file_and_nothing_aside() {
        let (_home, folder) = fixture();
        folder.set("database", &SecretBytes::new(vec![8; 4])).unwrap();
        assert_eq!(folder.get("database").unwrap(), Some(SecretBytes::new(vec![8; 4])));
        assert_eq!(mode(&folder.0.join("database")), 0o600);
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let (_home, folder) = fixture();
        let path = folder.0.join("database");
        for wide in [0o640, 0o604, 0o660, 0o644, 0o620, 0o610] {
            chmod(&path, wide);
            let refused = folder.get("database");
            assert!(matches!(refused, Err(KeyError::TooOpen { mode, .. }) if mode == wide));
        }
        chmod(&path, 0o400);
        assert!(folder.get("database").unwrap().is_some());
    }

    #[test]
    fn a_folder_that_others_may_enter_is_refused() {
        let (_home, folder) = fixture();
        chmod(&folder.0, 0o755);
        assert!(matches!(folder.get("database"), Err(KeyError::TooOpen { mode: 0o755, .. })));
        let refused = folder.set("token", &SecretBytes::new(vec![1]));
        assert!(matches!(refused, Err(KeyError::TooOpen { mode: 0o755, .. })));
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    }

    #[test]
    fn a_link_is_not_followed() {
        let (home, folder) = fixture();
        let elsewhere = home.path().join("elsewhere");
        fs::write(&elsewhere, b"planted").unwrap();
        chmod(&elsewhere, 0o600);
        symlink(&elsewhere, folder.0.join("token")).unwrap();
        assert!(matches!(folder.get("token"), Err(KeyError::NotAFile { .. })));

        folder.set("token", &SecretBytes::new(vec![1])).unwrap();
        assert_eq!(fs::read(&elsewhere).unwrap(), b"planted");
        assert_eq!(folder.get("token").unwrap(), Some(SecretBytes::new(vec![1])));
    }
}
