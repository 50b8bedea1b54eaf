//! The secret of an enrolment code: eighty random bits, in letters that can be read aloud.

use std::fmt;

use super::{Service, hash};
use crate::Refused;

/// Crockford's alphabet: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Shown once. Kept only as a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Ten bytes make sixteen letters, in groups of four.
    pub fn from_bytes(bytes: [u8; 10]) -> Self {
        let bits = bytes.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut text = String::with_capacity(19);
        for place in 0..16u32 {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            let index = (bits >> (75 - 5 * place)) & 31;
            text.push(char::from(ALPHABET[usize::try_from(index).unwrap_or(0)]));
        }
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> Vec<u8> {
        hash_of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The hash of a secret as someone typed it: groups, case and look-alikes do not matter.
pub(super) fn hash_of(typed: &str) -> Vec<u8> {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    hash(plain.as_bytes())
}

impl Service {
    pub(super) fn secret(&self) -> Result<Secret, Refused> {
        Ok(Secret::from_bytes(self.random()?))
    }

    /// A device's token: 256 bits, so that its hash needs no salt.
    pub(super) fn token(&self) -> Result<String, Refused> {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        Ok(URL_SAFE_NO_PAD.encode(self.random::<32>()?))
    }

    pub(super) fn nonce(&self) -> Result<String, Refused> {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        Ok(URL_SAFE_NO_PAD.encode(self.random::<12>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_all_its_bits() {
        assert_eq!(Secret::from_bytes([0; 10]).as_str(), "0000-0000-0000-0000");
        assert_eq!(Secret::from_bytes([255; 10]).as_str(), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        let mut last = [0; 10];
        last[9] = 1;
        assert_eq!(Secret::from_bytes(last).as_str(), "0000-0000-0000-0001");
        let mut first = [0; 10];
        first[0] = 0x80;
        assert_eq!(Secret::from_bytes(first).as_str(), "G000-0000-0000-0000");
    }

    #[test]
    fn what_is_read_aloud_is_understood() {
        let secret = Secret("10AB-CDEF-GHJK-MNPQ".into());
        for typed in ["10AB-CDEF-GHJK-MNPQ", "ioab cdef ghjk mnpq", "lOabcdefghjkmnpq"] {
            assert_eq!(hash_of(typed), secret.hash(), "{typed}");
        }
        assert_ne!(hash_of("10AB-CDEF-GHJK-MNPR"), secret.hash());
        assert!(!format!("{secret:?}").contains("10AB"));
    }
}
