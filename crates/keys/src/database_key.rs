//! The random key of one encrypted file. Not derived from anything a person types: a passphrase
//! costs 800 ms at every opening, a raw key 0.3 ms.

use std::fmt::{self, Write as _};

use subtle::ConstantTimeEq;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::random::random;
use crate::{KeyError, SecretBytes};

#[derive(Clone, ZeroizeOnDrop)]
pub struct DatabaseKey([u8; Self::LENGTH]);

impl DatabaseKey {
    pub const LENGTH: usize = 32;

    pub fn random() -> Result<Self, KeyError> {
        Ok(Self(*random()?))
    }

    /// As SQLCipher's raw key wants it: 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> Zeroizing<String> {
        // Room for all of it at once: a string that grows leaves its earlier copies in memory.
        let mut hex = Zeroizing::new(String::with_capacity(2 * Self::LENGTH));
        for byte in self.0 {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    pub fn to_secret(&self) -> SecretBytes {
        SecretBytes::new(self.0.to_vec())
    }

    /// `name` only tells the error which entry was damaged.
    pub fn from_secret(name: &str, secret: &SecretBytes) -> Result<Self, KeyError> {
        Self::from_slice(secret.expose()).ok_or_else(|| KeyError::Damaged { name: name.to_owned() })
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().map(Self).ok()
    }

    pub(crate) fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl PartialEq for DatabaseKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for DatabaseKey {}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_what_sqlcipher_expects() {
        let mut bytes = [0; 32];
        bytes[0] = 0x0f;
        bytes[31] = 0xa0;
        let hex = DatabaseKey(bytes).to_hex();
        assert_eq!(hex.as_str(), format!("0f{}a0", "00".repeat(30)));
    }

    #[test]
    fn two_keys_differ_and_survive_being_stored() -> Result<(), KeyError> {
        let key = DatabaseKey::random()?;
        assert_ne!(key, DatabaseKey::random()?);
        assert_eq!(DatabaseKey::from_secret("database", &key.to_secret())?, key);
        assert!(!format!("{key:?}").contains(&key.to_hex()[..8]));
        Ok(())
    }

    #[test]
    fn a_key_of_another_length_is_damaged() {
        let short = SecretBytes::new(vec![7; 31]);
        let answer = DatabaseKey::from_secret("database", &short);
        assert!(matches!(answer, Err(KeyError::Damaged { name }) if name == "database"));
    }
}
