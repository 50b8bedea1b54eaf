//! Where Shuke keeps what must stay secret, and how it is got back when the machine is gone.
//!
//! Three nouns: [`KeyStore`] (the system's keychain, or a 0600 file where someone asked for one),
//! [`DatabaseKey`] (the random key of the local file) and [`RecoveryPhrase`] (twelve words on
//! paper that open a [`SealedKey`]).
//!
//! Not here: opening databases, asking people, sentences. An error is a code; see [`KeyError`].

mod database_key;
mod error;
mod folder;
mod keychain;
mod phrase;
mod pin;
mod random;
mod sealing;
mod secret;
mod signing;
mod store;

pub use database_key::DatabaseKey;
pub use error::KeyError;
pub use phrase::{PhraseLanguage, RecoveryPhrase};
pub use pin::Pepper;
pub use sealing::{SealedKey, open_bytes, seal_bytes};
pub use secret::SecretBytes;
pub use signing::{SigningKey, is_signed, token_hash};
pub use store::{KeyPlace, KeyStore};
