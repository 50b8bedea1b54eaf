//! The machine's clock, as far as a story has not turned it; and the highest time ever seen on it.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Milliseconds since 1970 by the system's clock.
#[derive(Clone, Debug, Default)]
pub struct SystemClock(Arc<AtomicI64>);

impl SystemClock {
    pub(crate) fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        now.saturating_add_signed(self.0.load(Ordering::SeqCst))
    }

    /// Turns the clock for everything that asks this one: somebody set the machine's time.
    pub fn turn(&self, by: i64) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

/// The highest time ever seen. It goes on while the app runs and never back, whatever is done to the clock.
#[derive(Debug)]
pub(crate) struct Seen(Mutex<Mark>);

#[derive(Clone, Copy, Debug)]
struct Mark {
    time: u64,
    at: Instant,
}

impl Seen {
    pub(crate) fn from(time: u64) -> Self {
        Self(Mutex::new(Mark { time, at: Instant::now() }))
    }

    /// The highest time, with what the clock says now taken in.
    pub(crate) fn look(&self, clock: u64) -> u64 {
        let mut mark = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let gone = u64::try_from((now - mark.at).as_millis()).unwrap_or(0);
        *mark = Mark { time: mark.time.saturating_add(gone).max(clock), at: now };
        mark.time
    }

    /// Begins anew at a time that is certain: the server has just said it.
    pub(crate) fn trust(&self, time: u64) {
        let mut mark = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *mark = Mark { time, at: Instant::now() };
    }
}

/// How often the highest time is written down while the app runs.
pub(crate) const WRITTEN_EVERY: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_takes_nothing_back() {
        let seen = Seen::from(1_000_000);
        assert!(seen.look(500) >= 1_000_000);
        assert!(seen.look(2_000_000) >= 2_000_000);
        assert!(seen.look(1) >= 2_000_000);
        seen.trust(1_500_000);
        assert!(seen.look(1) < 1_600_000);
    }

    #[test]
    fn time_goes_on_though_the_clock_stands() {
        let seen = Seen::from(1_000_000);
        std::thread::sleep(Duration::from_millis(30));
        assert!(seen.look(0) >= 1_000_020);
    }
}
