//! The system's keychain: Credential Manager, Keychain Services, or the Secret Service.
//!
//! Any call may block on a prompt that waits for a person. So each runs on a thread of its own and
//! is waited for with a limit. Not on the runtime's blocking pool: a runtime that is shut down
//! waits for that pool, and a command line would hang on a prompt that nobody sees.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyring::{Entry, Error};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::{KeyError, SecretBytes};

const SERVICE: &str = "app.shuke";

#[derive(Clone, Debug)]
pub(crate) struct Keychain {
    home: Arc<str>,
    patience: Duration,
}

impl Keychain {
    pub(crate) fn new(home: String, patience: Duration) -> Self {
        Self { home: home.into(), patience }
    }

    pub(crate) async fn get(&self, name: String) -> Result<Option<SecretBytes>, KeyError> {
        let account = self.account(&name);
        patiently(self.patience, move || {
            let text = match entry(&account)?.get_secret() {
                Ok(text) => Zeroizing::new(text),
                Err(Error::NoEntry) => return Ok(None),
                Err(error) => return Err(told(&name, error)),
            };
            match STANDARD.decode(text.as_slice()) {
                Ok(bytes) => Ok(Some(SecretBytes::new(bytes))),
                Err(_) => Err(KeyError::Damaged { name }),
            }
        })
        .await
    }

    pub(crate) async fn set(&self, name: String, secret: SecretBytes) -> Result<(), KeyError> {
        let account = self.account(&name);
        patiently(self.patience, move || {
            // Base64, because KDE's wallet keeps nothing but UTF-8.
            let text = Zeroizing::new(STANDARD.encode(secret.expose()));
            entry(&account)?.set_secret(text.as_bytes()).map_err(|error| told(&name, error))
        })
        .await
    }

    pub(crate) async fn remove(&self, name: String) -> Result<(), KeyError> {
        let account = self.account(&name);
        patiently(self.patience, move || match entry(&account)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&name, error)),
        })
        .await
    }

    fn account(&self, name: &str) -> String {
        format!("{}/{name}", self.home)
    }
}

fn entry(account: &str) -> Result<Entry, KeyError> {
    if let Err(reason) = Entry::store_status() {
        return Err(KeyError::NoKeychain(reason));
    }
    Entry::new(SERVICE, account).map_err(|error| told(account, error))
}

fn told(name: &str, error: Error) -> KeyError {
    match error {
        Error::NoStorageAccess(_) => KeyError::KeychainLocked(error),
        // These two carry what was stored: it must not travel on inside an error.
        Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            KeyError::Damaged { name: name.to_owned() }
        }
        error => KeyError::KeychainFailed(Box::new(error)),
    }
}

async fn patiently<T: Send + 'static>(
    patience: Duration,
    ask: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
) -> Result<T, KeyError> {
    let (reply, answer) = oneshot::channel();
    thread::Builder::new()
        .name("keychain".into())
        .spawn(move || {
            // Nobody listens any more after a time-out.
            let _ = reply.send(ask());
        })
        .map_err(|error| KeyError::KeychainFailed(Box::new(error)))?;
    match tokio::time::timeout(patience, answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(gone)) => Err(KeyError::KeychainFailed(Box::new(gone))),
        Err(_) => Err(KeyError::KeychainSilent { seconds: patience.as_secs() }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// The thread is still asking when the runtime goes: it must not hold it up.
    #[test]
    fn a_silent_keychain_holds_nothing_up() {
        let begun = Instant::now();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let answer = runtime.block_on(patiently(Duration::from_millis(50), || {
            thread::sleep(Duration::from_secs(30));
            Ok(())
        }));
        assert!(matches!(answer, Err(KeyError::KeychainSilent { .. })));
        drop(runtime);
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[tokio::test]
    async fn a_keychain_that_falls_over_is_an_error() {
        let answer =
            patiently(Duration::from_secs(5), || -> Result<(), KeyError> { panic!("gone") });
        assert!(matches!(answer.await, Err(KeyError::KeychainFailed(_))));
    }

    #[test]
    fn an_error_never_carries_the_secret() {
        let error = told("database", Error::BadDataFormat(b"top-secret".to_vec(), "x".into()));
        assert!(matches!(&error, KeyError::Damaged { name } if name == "database"));
    }
}
