//! What lies beside the database in plain text: its key, sealed by the recovery phrase. Nothing in it opens or
//! names anything by itself. The key and the phrase lie in the keychain.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure, RecordId};
use shuke_keys::{DatabaseKey, KeyStore, RecoveryPhrase, SealedKey};

use crate::home::{DATABASE_KEY, PHRASE, file_failure, key_failure};

/// As it lies there.
#[derive(Debug, Serialize, Deserialize)]
struct Envelope {
    version: u32,
    /// The database key, opened by the recovery phrase.
    sealed_key: SealedKey,
    /// Tells a wrong key from a damaged file.
    key_check: String,
}

/// Where it lies.
pub(crate) fn path(home: &Path) -> PathBuf {
    home.join("home.json")
}

/// A hash of the key that says whether a key is the right one and nothing about it.
fn key_check(key: &DatabaseKey) -> Result<String, Failure> {
    let hex = key.to_hex();
    let half = |range: std::ops::Range<usize>| {
        hex.get(range)
            .and_then(|digits| u128::from_str_radix(digits, 16).ok())
            .map(RecordId::from_u128)
    };
    match (half(0..32), half(32..64)) {
        // UUIDv5 is SHA-1 over both halves: one way, and long enough to tell keys apart.
        (Some(a), Some(b)) => Ok(RecordId::derived("key_check", &[a, b]).to_string()),
        _ => Err(Failure::new(Code::Internal)),
    }
}

fn read(home: &Path) -> Result<Option<Envelope>, Failure> {
    let path = path(home);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(Code::FileUnreadable)
            .with("path", path.display().to_string())
            .because(error)),
    }
}

/// Whether this is the key of the database there: what then does not open is damaged.
pub(crate) fn is_of(home: &Path, key: &DatabaseKey) -> Result<bool, Failure> {
    Ok(read(home)?.is_some_and(|envelope| Some(envelope.key_check) == key_check(key).ok()))
}

/// Puts key and phrase into the keychain, and the sealed key beside the database.
pub(crate) async fn keep(
    home: &Path,
    keys: &KeyStore,
    key: &DatabaseKey,
    phrase: &RecoveryPhrase,
) -> Result<(), Failure> {
    keys.set(DATABASE_KEY, &key.to_secret()).await.map_err(key_failure)?;
    keys.set(PHRASE, &phrase.to_secret()).await.map_err(key_failure)?;
    let envelope = Envelope {
        version: 1,
        sealed_key: phrase.seal(key).map_err(key_failure)?,
        key_check: key_check(key)?,
    };
    let json = serde_json::to_vec_pretty(&envelope)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    let path = path(home);
    std::fs::write(&path, json).map_err(|error| file_failure(&path, error))
}

/// Keeps the keys of a database that is put aside, under a name of their own: they may be the only ones.
pub(crate) async fn keep_aside(keys: &KeyStore, mark: &str) -> Result<(), Failure> {
    for name in [DATABASE_KEY, PHRASE] {
        if let Some(secret) = keys.get(name).await.map_err(key_failure)? {
            keys.set(&format!("{name}.{mark}"), &secret).await.map_err(key_failure)?;
        }
    }
    Ok(())
}

/// The database's key as only the words open it.
pub(crate) fn sealed_key(home: &Path) -> Result<Option<SealedKey>, Failure> {
    Ok(read(home)?.map(|envelope| envelope.sealed_key))
}

/// The words, where the keychain has them.
pub(crate) async fn phrase(keys: &KeyStore) -> Result<RecoveryPhrase, Failure> {
    let secret = keys.get(PHRASE).await.map_err(key_failure)?;
    let text = secret.as_ref().and_then(|secret| secret.expose_text());
    RecoveryPhrase::parse(text.ok_or_else(|| Failure::new(Code::KeyMissing))?).map_err(key_failure)
}
