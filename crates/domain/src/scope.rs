//! Scopes: which part of a workspace's data a record belongs to, and so which devices hold it.

use serde::{Deserialize, Serialize};

/// A name for a set of records that travel together. The whole workspace is one such set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(String);

impl Scope {
    /// What everyone of the workspace holds.
    pub fn workspace() -> Self {
        Self("workspace".to_owned())
    }

    pub fn parse(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
