//! What happened, as lines for people and as one hash for the machine that must see it again.

use sha2::{Digest, Sha256};

/// A run's record of itself.
#[derive(Clone, Debug)]
pub struct Trace {
    hasher: Sha256,
    /// Kept only where somebody will read them.
    lines: Option<Vec<String>>,
}

impl Trace {
    pub fn new(kept: bool) -> Self {
        Self { hasher: Sha256::new(), lines: kept.then(Vec::new) }
    }

    pub fn line(&mut self, line: &str) {
        self.hasher.update(line.as_bytes());
        self.hasher.update([b'\n']);
        if let Some(lines) = &mut self.lines {
            lines.push(line.to_owned());
        }
    }

    pub fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }

    pub fn hash(self) -> String {
        self.hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
