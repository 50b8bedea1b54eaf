//! Bytes that leave no copy behind and never show up in a log.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Wiped when dropped, redacted when printed, compared without telling how far it matched.
#[derive(Clone)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The one way to the content: easy to find in a review.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// For secrets that are text, such as a device's token; `None` if these are other bytes.
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

impl From<String> for SecretBytes {
    fn from(text: String) -> Self {
        Self::new(text.into_bytes())
    }
}

impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl Eq for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_by_content_and_silent_in_logs() {
        let token = SecretBytes::from("tok-123".to_owned());
        assert_eq!(token, SecretBytes::new(b"tok-123".to_vec()));
        assert_ne!(token, SecretBytes::new(b"tok-124".to_vec()));
        assert_ne!(token, SecretBytes::new(b"tok-12".to_vec()));
        assert_eq!(token.expose_text(), Some("tok-123"));
        assert!(!format!("{token:?}").contains("123"));
    }
}
