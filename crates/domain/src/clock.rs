//! Hybrid logical clocks: order that follows real time as far as real time can be trusted.
//!
//! A [`Clock`] is 64 bits: 48 of milliseconds since 1970, 16 of a counter. The counter is the low
//! part of one integer, so that its overflow carries into the time by itself.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::DeviceId;

const COUNTER_BITS: u32 = 16;

/// A point in logical time. Greater is later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock(u64);

impl Clock {
    /// The first clock of a millisecond.
    pub const fn at(millis: u64) -> Self {
        Self(millis << COUNTER_BITS)
    }

    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> u64 {
        self.0 >> COUNTER_BITS
    }

    /// The next clock after this one.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Which clock, and whose: the unit of comparison between two writes.
///
/// Ordered by clock, then by device; a tie of both is broken by the value (see `record`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    pub clock: Clock,
    pub device: DeviceId,
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{}", self.clock.0, self.device.as_uuid().simple())
    }
}

/// The text is not a stamp: sixteen hexadecimal digits, a dash, a device id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a stamp")]
pub struct NotAStamp;

impl FromStr for Stamp {
    type Err = NotAStamp;

    fn from_str(text: &str) -> Result<Self, NotAStamp> {
        let (clock, device) = text.split_once('-').ok_or(NotAStamp)?;
        if clock.len() != 16 || !clock.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NotAStamp);
        }
        let clock = u64::from_str_radix(clock, 16).map_err(|_| NotAStamp)?;
        let device = device.parse().map_err(|_| NotAStamp)?;
        Ok(Self { clock: Clock(clock), device })
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A device's own clock. It never goes back, and moves past everything the device has accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HybridClock {
    last: Clock,
}

impl HybridClock {
    /// Continues after `last`, the highest clock this device ever issued or accepted.
    pub const fn resume(last: Clock) -> Self {
        Self { last }
    }

    pub const fn last(self) -> Clock {
        self.last
    }

    /// A clock for a new write, `now` milliseconds after 1970 by the (corrected) system clock.
    ///
    /// A system clock that steps back costs nothing but precision: the counter goes on.
    pub fn tick(&mut self, now: u64) -> Clock {
        self.last = self.last.next().max(Clock::at(now));
        self.last
    }

    /// Moves past a clock that the server has accepted. Foreign clocks that it has not clamped
    /// must not come here: one machine a year ahead would drag all others along.
    pub fn observe(&mut self, seen: Clock) {
        self.last = self.last.max(seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_steps_back_still_moves_on() {
        let mut clock = HybridClock::default();
        let first = clock.tick(10_000);
        let second = clock.tick(2_000);
        assert!(second > first);
        assert_eq!(second.millis(), 10_000);
    }

    #[test]
    fn a_hundred_thousand_edits_in_one_tick_carry_into_time() {
        let mut clock = HybridClock::default();
        let mut last = clock.tick(5);
        for _ in 0..100_000 {
            let next = clock.tick(5);
            assert!(next > last);
            last = next;
        }
        assert_eq!(last.millis(), 6);
    }

    #[test]
    fn stamps_survive_their_text() {
        let stamp =
            Stamp { clock: Clock::at(1_700_000_000_000).next(), device: DeviceId::from_u128(7) };
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
        assert_eq!("zz".parse::<Stamp>(), Err(NotAStamp));
    }
}
