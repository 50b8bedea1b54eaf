//! The store of secrets of one home: a few named entries, in the keychain or in files.

use std::fs::DirBuilder;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::folder::KeyFolder;
use crate::keychain::Keychain;
use crate::{KeyError, SecretBytes};

/// Long enough to type a keychain's password, short enough that a till is not taken for dead.
const PATIENCE: Duration = Duration::from_secs(20);

/// Someone's decision, never a fallback: a machine without a keychain is an error until
/// `--key-store file` says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    Keychain,
    File,
}

/// Cheap to clone. Names are file names: `a`–`z`, `0`–`9`, `-`, `_` and inner dots, at most 64.
#[derive(Clone, Debug)]
pub struct KeyStore(Place);

#[derive(Clone, Debug)]
enum Place {
    Keychain(Keychain),
    Folder(Arc<KeyFolder>),
}

impl KeyStore {
    /// Creates the home (0700) where it is missing, for its entries are bound to its real path.
    /// Asks nothing of the keychain yet: whether there is one shows at the first entry.
    pub fn open(home: &Path, place: KeyPlace) -> Result<Self, KeyError> {
        create_private_folder(home)?;
        let home = home.canonicalize().map_err(|source| storage(home, source))?;
        Ok(Self(match place {
            KeyPlace::Keychain => Place::Keychain(Keychain::new(home_id(&home), PATIENCE)),
            KeyPlace::File => Place::Folder(Arc::new(KeyFolder::new(home.join("keys")))),
        }))
    }

    pub fn place(&self) -> KeyPlace {
        match self.0 {
            Place::Keychain(_) => KeyPlace::Keychain,
            Place::Folder(_) => KeyPlace::File,
        }
    }

    pub async fn get(&self, name: &str) -> Result<Option<SecretBytes>, KeyError> {
        let name = checked(name)?;
        match &self.0 {
            Place::Keychain(keychain) => keychain.get(name).await,
            Place::Folder(folder) => aside(folder, move |folder| folder.get(&name)).await,
        }
    }

    /// Replaces what was there, whole or not at all.
    pub async fn set(&self, name: &str, secret: &SecretBytes) -> Result<(), KeyError> {
        let (name, secret) = (checked(name)?, secret.clone());
        match &self.0 {
            Place::Keychain(keychain) => keychain.set(name, secret).await,
            Place::Folder(folder) => aside(folder, move |folder| folder.set(&name, &secret)).await,
        }
    }

    /// Removing what is not there is no error.
    pub async fn remove(&self, name: &str) -> Result<(), KeyError> {
        let name = checked(name)?;
        match &self.0 {
            Place::Keychain(keychain) => keychain.remove(name).await,
            Place::Folder(folder) => aside(folder, move |folder| folder.remove(&name)).await,
        }
    }
}

/// Off the async threads: every write waits for the disk.
async fn aside<T: Send + 'static>(
    folder: &Arc<KeyFolder>,
    work: impl FnOnce(&KeyFolder) -> Result<T, KeyError> + Send + 'static,
) -> Result<T, KeyError> {
    let shared = Arc::clone(folder);
    tokio::task::spawn_blocking(move || work(&shared))
        .await
        .map_err(|source| storage(folder.path(), source.into()))?
}

pub(crate) fn storage(path: &Path, source: std::io::Error) -> KeyError {
    KeyError::Storage { path: path.to_owned(), source }
}

pub(crate) fn create_private_folder(path: &Path) -> Result<(), KeyError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| storage(path, source))
}

/// Names the home without telling its path to whoever lists the keychain.
fn home_id(canonical: &Path) -> String {
    let digest = Sha256::digest(canonical.as_os_str().as_encoded_bytes());
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn checked(name: &str) -> Result<String, KeyError> {
    let fits = (1..=64).contains(&name.len())
        && !name.starts_with('.')
        && !name.ends_with('.')
        && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'));
    if fits { Ok(name.to_owned()) } else { Err(KeyError::BadName { name: name.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_homes_never_share_an_entry() {
        let id = home_id(Path::new("/home/wang/.local/share/shuke"));
        assert_eq!(id.len(), 32);
        assert_eq!(id, home_id(Path::new("/home/wang/.local/share/shuke")));
        assert_ne!(id, home_id(Path::new("/home/wang/.local/share/shuke2")));
    }

    #[tokio::test]
    async fn a_name_never_leaves_the_folder() -> Result<(), KeyError> {
        let home = tempfile::tempdir().unwrap();
        let store = KeyStore::open(home.path(), KeyPlace::File)?;
        let long = "a".repeat(65);
        for name in
            ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "end.", "钥", "A", "a\0", &long]
        {
            let refused = store.set(name, &SecretBytes::new(vec![1])).await;
            assert!(matches!(refused, Err(KeyError::BadName { .. })), "{name:?}");
        }
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
        Ok(())
    }

    #[tokio::test]
    async fn files_keep_secrets_per_home() -> Result<(), KeyError> {
        let root = tempfile::tempdir().unwrap();
        let one = KeyStore::open(&root.path().join("new/one"), KeyPlace::File)?;
        let two = KeyStore::open(&root.path().join("new/two"), KeyPlace::File)?;
        let secret = SecretBytes::new(vec![0, 255, 10]);

        assert_eq!(one.place(), KeyPlace::File);
        assert_eq!(one.get("database").await?, None);
        one.remove("database").await?;
        one.set("database", &secret).await?;
        assert_eq!(one.get("database").await?, Some(secret.clone()));
        assert_eq!(two.get("database").await?, None);

        let again = KeyStore::open(&root.path().join("new/../new/one"), KeyPlace::File)?;
        assert_eq!(again.get("database").await?, Some(secret));
        again.remove("database").await?;
        assert_eq!(one.get("database").await?, None);
        Ok(())
    }
}
