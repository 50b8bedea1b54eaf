//! A promise of the design that did not hold.

use std::fmt;

/// Which promise (1 to 7, as `sync.md` counts them; 0 where the simulation itself went wrong), and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub promise: u8,
    pub what: String,
}

impl Broken {
    pub fn new(promise: u8, what: impl Into<String>) -> Self {
        Self { promise, what: what.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.promise {
            1 => "saved is on disk, with its place in the outbox",
            2 => "nothing leaves the outbox before it is durable",
            3 => "who has the same rights holds the same",
            4 => "no accepted write is lost",
            5 => "nothing is held that nobody there may see",
            6 => "what is not understood is kept",
            7 => "it always gets there",
            _ => "the simulation itself",
        };
        write!(f, "promise {} ({name}): {}", self.promise, self.what)
    }
}

impl std::error::Error for Broken {}
