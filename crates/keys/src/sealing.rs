//! Sealing: authenticated encryption under a key that is used for nothing else.
//!
//! Every use derives its own key (HKDF-SHA256, a fresh salt, the purpose as `info`), so the
//! database key never touches two ciphers and a seal made for one purpose opens for no other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::random::random;
use crate::{DatabaseKey, KeyError, SecretBytes};

const SALT: usize = 32;
const NONCE: usize = 24;
const SEALED_KEY_VERSION: u32 = 1;
const SEALED_KEY_PURPOSE: &[u8] = b"shuke/recovery/1";
const BYTES_PURPOSE: &[u8] = b"shuke/bytes/1";

/// A database key that only its recovery phrase opens. Safe to lie beside the data and in every
/// backup: without the words it is noise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedKey {
    version: u32,
    salt: Base64<SALT>,
    nonce: Base64<NONCE>,
    sealed: Base64<{ DatabaseKey::LENGTH + 16 }>,
}

impl SealedKey {
    pub(crate) fn seal(entropy: &[u8], key: &DatabaseKey) -> Result<Self, KeyError> {
        let (salt, nonce) = (random::<SALT>()?, random::<NONCE>()?);
        let payload = Payload { msg: key.as_bytes(), aad: SEALED_KEY_PURPOSE };
        let sealed = cipher(entropy, salt.as_slice(), SEALED_KEY_PURPOSE)?
            .encrypt(XNonce::from_slice(nonce.as_slice()), payload)
            .map_err(|_| KeyError::CannotOpen)?;
        let sealed = sealed.try_into().map_err(|_| KeyError::CannotOpen)?;
        Ok(Self {
            version: SEALED_KEY_VERSION,
            salt: Base64(*salt),
            nonce: Base64(*nonce),
            sealed: Base64(sealed),
        })
    }

    pub(crate) fn open(&self, entropy: &[u8]) -> Result<DatabaseKey, KeyError> {
        if self.version != SEALED_KEY_VERSION {
            return Err(KeyError::NewerSeal { version: self.version });
        }
        let payload = Payload { msg: &self.sealed.0, aad: SEALED_KEY_PURPOSE };
        let key = cipher(entropy, &self.salt.0, SEALED_KEY_PURPOSE)?
            .decrypt(XNonce::from_slice(&self.nonce.0), payload)
            .map(Zeroizing::new)
            .map_err(|_| KeyError::WrongPhrase)?;
        DatabaseKey::from_slice(&key).ok_or(KeyError::WrongPhrase)
    }
}

/// Seals `plain` for whoever holds `key`. `associated` is not hidden but bound: the same bytes must
/// be given to open it, so a seal cannot be moved into another envelope.
pub fn seal_bytes(key: &DatabaseKey, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyError> {
    let (salt, nonce) = (random::<SALT>()?, random::<NONCE>()?);
    let sealed = cipher(key.as_bytes(), salt.as_slice(), BYTES_PURPOSE)?
        .encrypt(XNonce::from_slice(nonce.as_slice()), Payload { msg: plain, aad: associated })
        .map_err(|_| KeyError::CannotOpen)?;
    Ok([salt.as_slice(), nonce.as_slice(), &sealed].concat())
}

/// The way back from [`seal_bytes`]; one changed bit anywhere and nothing is given out.
pub fn open_bytes(
    key: &DatabaseKey,
    associated: &[u8],
    sealed: &[u8],
) -> Result<SecretBytes, KeyError> {
    let (salt, rest) = sealed.split_at_checked(SALT).ok_or(KeyError::CannotOpen)?;
    let (nonce, body) = rest.split_at_checked(NONCE).ok_or(KeyError::CannotOpen)?;
    cipher(key.as_bytes(), salt, BYTES_PURPOSE)?
        .decrypt(XNonce::from_slice(nonce), Payload { msg: body, aad: associated })
        .map(SecretBytes::new)
        .map_err(|_| KeyError::CannotOpen)
}

fn cipher(secret: &[u8], salt: &[u8], purpose: &[u8]) -> Result<XChaCha20Poly1305, KeyError> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(purpose, key.as_mut_slice())
        .map_err(|_| KeyError::CannotOpen)?;
    XChaCha20Poly1305::new_from_slice(key.as_slice()).map_err(|_| KeyError::CannotOpen)
}

/// Fixed-length bytes as base64 text, so that a damaged file fails while it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Base64<const N: usize>([u8; N]);

impl<const N: usize> Serialize for Base64<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Base64<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(&text).map_err(de::Error::custom)?;
        let length = bytes.len();
        let bytes = bytes
            .try_into()
            .map_err(|_| de::Error::invalid_length(length, &"another number of bytes"))?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_only_whole_and_in_their_envelope() -> Result<(), KeyError> {
        let key = DatabaseKey::random()?;
        let sealed = seal_bytes(&key, b"backup/7", "王小姐".as_bytes())?;
        assert_eq!(open_bytes(&key, b"backup/7", &sealed)?.expose(), "王小姐".as_bytes());

        assert!(matches!(open_bytes(&key, b"backup/8", &sealed), Err(KeyError::CannotOpen)));
        let other = DatabaseKey::random()?;
        assert!(matches!(open_bytes(&other, b"backup/7", &sealed), Err(KeyError::CannotOpen)));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(matches!(open_bytes(&key, b"backup/7", &changed), Err(KeyError::CannotOpen)));
            assert!(open_bytes(&key, b"backup/7", &sealed[..place]).is_err());
        }
        Ok(())
    }

    #[test]
    fn the_same_bytes_never_seal_alike() -> Result<(), KeyError> {
        let key = DatabaseKey::random()?;
        assert_ne!(seal_bytes(&key, b"", b"x")?, seal_bytes(&key, b"", b"x")?);
        Ok(())
    }

    #[test]
    fn a_seal_of_a_later_version_says_so() -> Result<(), KeyError> {
        let mut sealed = SealedKey::seal(&[1; 16], &DatabaseKey::random()?)?;
        sealed.version = 2;
        assert!(matches!(sealed.open(&[1; 16]), Err(KeyError::NewerSeal { version: 2 })));
        Ok(())
    }
}
