//! What the server takes from the world: the time and chance. Handed in, so that the simulation
//! can replay a history to the step.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::Refused;

/// Clock and randomness.
pub trait Outside: Send + Sync + std::fmt::Debug {
    /// Milliseconds since 1970.
    fn now(&self) -> u64;

    /// Fills the bytes with randomness fit for secrets.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused>;
}

/// The machine's own clock and randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Outside for System {
    fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        getrandom::fill(bytes).map_err(Refused::internal)
    }
}
