//! What can go wrong with keys, as codes with parameters. The words are in the locales.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// Never carries a secret: not the phrase, not a word of it, not the bytes that failed to decode.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The machine has no keychain that answers. Nothing else is tried: whoever wants a file says so.
    #[error("keychain.missing")]
    NoKeychain(#[source] &'static keyring::Error),
    /// The keychain is there but stays locked, or the person declined.
    #[error("keychain.locked")]
    KeychainLocked(#[source] keyring::Error),
    /// No answer in time, most likely because a prompt waits for a person. The request may still be
    /// carried out once they answer.
    #[error("keychain.silent")]
    KeychainSilent { seconds: u64 },
    #[error("keychain.failed")]
    KeychainFailed(#[source] Box<dyn Error + Send + Sync>),
    /// A slip in our own code: names are not typed by people.
    #[error("internal")]
    BadName { name: String },
    /// Others on this machine could read or replace the key: it is not used until that is mended.
    #[error("key.too_open")]
    TooOpen { path: PathBuf, mode: u32 },
    #[error("key.not_a_file")]
    NotAFile { path: PathBuf },
    #[error("key.storage")]
    Storage {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// What is stored under this name is not what was put there.
    #[error("key.damaged")]
    Damaged { name: String },
    #[error("recovery.phrase_length")]
    PhraseLength { expected: usize, found: usize },
    /// Counted from 1, as on the printed sheet.
    #[error("recovery.phrase_word")]
    PhraseUnknownWord { position: usize },
    /// Every word exists but together they are not a phrase: at least one is wrong or out of place.
    #[error("recovery.phrase_invalid")]
    PhraseChecksum,
    /// A sound phrase, but of another shop or of an earlier set-up.
    #[error("recovery.phrase_wrong")]
    WrongPhrase,
    /// Sealed with another key, for another purpose, or changed since.
    #[error("key.cannot_open")]
    CannotOpen,
    #[error("app.too_old")]
    NewerSeal { version: u32 },
    #[error("internal")]
    NoRandomness(#[source] getrandom::Error),
}

impl KeyError {
    /// Stable: the UI, `shukectl --json` and the locales know errors by it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKeychain(_) => "keychain.missing",
            Self::KeychainLocked(_) => "keychain.locked",
            Self::KeychainSilent { .. } => "keychain.silent",
            Self::KeychainFailed(_) => "keychain.failed",
            Self::TooOpen { .. } => "key.too_open",
            Self::NotAFile { .. } => "key.not_a_file",
            Self::Storage { .. } => "key.storage",
            Self::Damaged { .. } => "key.damaged",
            Self::PhraseLength { .. } => "recovery.phrase_length",
            Self::PhraseUnknownWord { .. } => "recovery.phrase_word",
            Self::PhraseChecksum => "recovery.phrase_invalid",
            Self::WrongPhrase => "recovery.phrase_wrong",
            Self::CannotOpen => "key.cannot_open",
            Self::NewerSeal { .. } => "app.too_old",
            Self::BadName { .. } | Self::NoRandomness(_) => "internal",
        }
    }

    /// What the sentence for this code may mention, by the names the locales use.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::KeychainSilent { seconds } => vec![("seconds", seconds.to_string())],
            Self::BadName { name } | Self::Damaged { name } => vec![("name", name.clone())],
            Self::TooOpen { path, mode } => {
                vec![("path", path.display().to_string()), ("mode", format!("{mode:04o}"))]
            }
            Self::NotAFile { path } | Self::Storage { path, .. } => {
                vec![("path", path.display().to_string())]
            }
            Self::PhraseLength { expected, found } => {
                vec![("expected", expected.to_string()), ("found", found.to_string())]
            }
            Self::PhraseUnknownWord { position } => vec![("position", position.to_string())],
            Self::NewerSeal { version } => vec![("version", version.to_string())],
            Self::NoKeychain(_)
            | Self::KeychainLocked(_)
            | Self::KeychainFailed(_)
            | Self::PhraseChecksum
            | Self::WrongPhrase
            | Self::CannotOpen
            | Self::NoRandomness(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_text_is_the_code_and_never_a_sentence() {
        let errors = [
            KeyError::KeychainSilent { seconds: 20 },
            KeyError::BadName { name: "..".into() },
            KeyError::Damaged { name: "database".into() },
            KeyError::PhraseLength { expected: 12, found: 3 },
            KeyError::PhraseUnknownWord { position: 4 },
            KeyError::PhraseChecksum,
            KeyError::WrongPhrase,
            KeyError::CannotOpen,
            KeyError::NewerSeal { version: 2 },
        ];
        for error in errors {
            assert_eq!(error.to_string(), error.code());
        }
        let open = KeyError::TooOpen { path: "k".into(), mode: 0o644 };
        assert_eq!(open.params(), [("path", "k".to_owned()), ("mode", "0644".to_owned())]);
    }
}
