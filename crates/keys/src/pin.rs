//! PINs: what is kept of one, and whether a typed one fits. The pepper lies in the keychain and is handed only
//! to devices that enrolled, so that a copied database alone lets nobody try ten thousand PINs at leisure.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{PasswordHash, SaltString},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::{KeyError, SecretBytes, random::random};

/// OWASP's second choice for argon2id: 19 MiB, two passes. A till from ten years ago needs 0.1 s.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// What every PIN of a workspace is hashed with beside its own salt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pepper(SecretBytes);

impl Pepper {
    const LENGTH: usize = 32;

    pub fn generate() -> Result<Self, KeyError> {
        Ok(Self(SecretBytes::new(random::<{ Self::LENGTH }>()?.to_vec())))
    }

    /// `None` where these bytes are no pepper.
    pub fn from_secret(secret: &SecretBytes) -> Option<Self> {
        (secret.len() == Self::LENGTH).then(|| Self(secret.clone()))
    }

    pub fn to_secret(&self) -> SecretBytes {
        self.0.clone()
    }

    /// As the server hands it out.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::from_secret(&SecretBytes::new(STANDARD.decode(text).ok()?))
    }

    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.expose()))
    }

    fn argon2(&self) -> Option<Argon2<'_>> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
        Argon2::new_with_secret(self.0.expose(), Algorithm::Argon2id, Version::V0x13, params).ok()
    }

    /// What is kept of a PIN, as a PHC string. Takes its time: call it off the async threads.
    pub fn verifier(&self, pin: &str) -> Result<String, KeyError> {
        let damaged = || KeyError::Damaged { name: "pepper".to_owned() };
        let salt = SaltString::encode_b64(random::<16>()?.as_slice()).map_err(|_| damaged())?;
        let argon2 = self.argon2().ok_or_else(damaged)?;
        let hash = argon2.hash_password(pin.as_bytes(), &salt).map_err(|_| damaged())?;
        Ok(hash.to_string())
    }

    /// Whether a PIN is the one that a verifier was made of. One that cannot be read fits nobody.
    pub fn fits(&self, pin: &str, verifier: &str) -> bool {
        let (Ok(hash), Some(argon2)) = (PasswordHash::new(verifier), self.argon2()) else {
            return false;
        };
        argon2.verify_password(pin.as_bytes(), &hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_fits_its_own_verifier_under_its_own_pepper() -> Result<(), KeyError> {
        let pepper = Pepper::generate()?;
        let verifier = pepper.verifier("4071")?;
        assert!(verifier.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{verifier}");
        assert!(!verifier.contains("4071"));
        assert_ne!(verifier, pepper.verifier("4071")?, "each has a salt of its own");
        assert!(pepper.fits("4071", &verifier));
        assert!(!pepper.fits("4072", &verifier));
        assert!(!pepper.fits("4071", "nonsense"));
        assert!(!Pepper::generate()?.fits("4071", &verifier), "the database alone is not enough");
        assert_eq!(Pepper::from_text(&pepper.to_text()), Some(pepper.clone()));
        assert_eq!(Pepper::from_secret(&pepper.to_secret()), Some(pepper));
        assert_eq!(Pepper::from_secret(&SecretBytes::new(vec![1; 31])), None);
        Ok(())
    }
}
