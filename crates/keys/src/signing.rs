//! A workspace's own signature (Ed25519): made by its server, believed by devices that pinned its public half.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

use crate::{KeyError, SecretBytes, random::random};

const SEED: usize = 32;

/// The key that a workspace signs with.
#[derive(Debug)]
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// A seed for a new key.
    pub fn seed() -> Result<SecretBytes, KeyError> {
        Ok(SecretBytes::new(random::<SEED>()?.to_vec()))
    }

    pub fn from_seed(seed: &SecretBytes) -> Result<Self, KeyError> {
        Ed25519KeyPair::from_seed_unchecked(seed.expose())
            .map(Self)
            .map_err(|_| KeyError::Damaged { name: "signing key".to_owned() })
    }

    /// The public half, hexadecimal.
    pub fn public(&self) -> String {
        hex(self.0.public_key().as_ref())
    }

    /// The signature, hexadecimal.
    pub fn sign(&self, message: &[u8]) -> String {
        hex(self.0.sign(message).as_ref())
    }
}

/// Whether a message was signed with the key of this public half. What cannot be read was not.
pub fn is_signed(public: &str, message: &[u8], signature: &str) -> bool {
    let (Some(public), Some(signature)) = (bytes(public), bytes(signature)) else { return false };
    UnparsedPublicKey::new(&ED25519, public).verify(message, &signature).is_ok()
}

/// What a revocation calls an enrolment by: the SHA-256 of its token, hexadecimal.
pub fn token_hash(token: &SecretBytes) -> String {
    hex(&Sha256::digest(token.expose()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    (0..hex.len() / 2).map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_true_key_and_the_whole_message_count() -> Result<(), KeyError> {
        let seed = SigningKey::seed()?;
        let key = SigningKey::from_seed(&seed)?;
        let signature = key.sign(b"gone");
        assert!(is_signed(&key.public(), b"gone", &signature));
        assert!(!is_signed(&key.public(), b"gone ", &signature));
        let other = SigningKey::from_seed(&SigningKey::seed()?)?;
        assert!(!is_signed(&other.public(), b"gone", &signature));
        assert!(!is_signed(&key.public(), b"gone", &other.sign(b"gone")));
        for nonsense in ["", "zz", "abc", &"00".repeat(64), "签"] {
            assert!(!is_signed(&key.public(), b"gone", nonsense), "{nonsense}");
            assert!(!is_signed(nonsense, b"gone", &signature), "{nonsense}");
        }
        assert_eq!(SigningKey::from_seed(&seed)?.public(), key.public());
        assert!(SigningKey::from_seed(&SecretBytes::new(vec![1; 5])).is_err());
        Ok(())
    }
}
