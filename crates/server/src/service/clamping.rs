//! Clocks that run ahead: their stamps are set back once and for all, in their own order.

use std::collections::BTreeMap;

use shuke_domain::{
    Clock, DeviceId, Stamp,
    wire::{CLOCK_TOLERANCE, PushRow},
};

use crate::database::Clamp;

/// What a device's stamps of one batch become.
#[derive(Debug, Default)]
pub(super) struct Clamping {
    /// Original to clamped, remembered and new ones alike.
    map: BTreeMap<Clock, Clock>,
    /// Those that were not remembered yet.
    pub fresh: Vec<Clamp>,
    /// The highest clock of the device that now counts.
    pub high: Clock,
}

/// Works out a batch's clamps. `remembered` are those of earlier batches: a resend hears the same,
/// also when its stamps no longer lie ahead.
pub(super) fn clamping(
    own: impl Iterator<Item = Clock>,
    remembered: &[Clamp],
    high: Clock,
    now: u64,
) -> Clamping {
    let mut clocks: Vec<Clock> = own.collect();
    clocks.sort_unstable();
    clocks.dedup();
    let known: BTreeMap<Clock, Clock> =
        remembered.iter().map(|clamp| (clamp.original, clamp.became)).collect();
    let mut clamping = Clamping { high, ..Clamping::default() };
    for original in clocks {
        let became = match known.get(&original) {
            Some(became) => *became,
            None if original.millis() <= now.saturating_add(CLOCK_TOLERANCE) => original,
            None => {
                // After everything of this device that counts, so that its own order stays.
                let became = clamping.high.next().max(Clock::at(now));
                clamping.fresh.push(Clamp { original, became });
                became
            }
        };
        if became != original {
            clamping.map.insert(original, became);
        }
        clamping.high = clamping.high.max(became);
    }
    clamping
}

/// The clocks of a device's own stamps in a row.
pub(super) fn own_clocks(row: &PushRow, device: DeviceId) -> impl Iterator<Item = Clock> {
    let record = &row.record;
    let life = record.life.map(|life| life.stamp);
    let changed = row.changes.iter().flat_map(|change| [change.stamp, change.base]).flatten();
    let all = record.exceptions.values().copied().chain(record.stamp).chain(life).chain(changed);
    all.filter(move |stamp| stamp.device == device).map(|stamp| stamp.clock)
}

impl Clamping {
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// What a stamp became, if it is the device's own and was set back.
    pub fn became(&self, stamp: Stamp, device: DeviceId) -> Stamp {
        match self.map.get(&stamp.clock) {
            Some(clock) if stamp.device == device => Stamp { clock: *clock, ..stamp },
            _ => stamp,
        }
    }

    /// Sets a row's own stamps back. Gives each original with what it became.
    pub fn apply(&self, row: &mut PushRow, device: DeviceId) -> Vec<(Stamp, Stamp)> {
        let mut clamped = Vec::new();
        let mut set_back = |stamp: &mut Stamp| {
            let original = *stamp;
            *stamp = self.became(original, device);
            if *stamp != original {
                clamped.push((original, *stamp));
            }
        };
        let record = &mut row.record;
        if let Some(stamp) = &mut record.stamp {
            set_back(stamp);
        }
        record.exceptions.values_mut().for_each(&mut set_back);
        if let Some(life) = &mut record.life {
            set_back(&mut life.stamp);
        }
        for change in &mut row.changes {
            [&mut change.stamp, &mut change.base].into_iter().flatten().for_each(&mut set_back);
        }
        clamped.sort_unstable();
        clamped.dedup();
        clamped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000;
    const DAY: u64 = 86_400_000;

    #[test]
    fn order_within_a_device_is_kept_across_batches() {
        let fine = Clock::at(NOW + CLOCK_TOLERANCE);
        let (early, late) = (Clock::at(NOW + 3 * DAY), Clock::at(NOW + 4 * DAY));
        let first = clamping([late, fine, early].into_iter(), &[], Clock::default(), NOW);
        let (e, l) = (first.map[&early], first.map[&late]);
        assert!(fine < e && e < l && l.millis() <= NOW + CLOCK_TOLERANCE + 1);
        assert_eq!(first.high, l);

        let later = Clock::at(NOW + 5 * DAY);
        let second = clamping([later].into_iter(), &first.fresh, first.high, NOW + 1);
        assert!(second.map[&later] > l);
    }

    #[test]
    fn a_resend_hears_the_same_even_when_time_has_caught_up() {
        let ahead = Clock::at(NOW + DAY);
        let first = clamping([ahead].into_iter(), &[], Clock::default(), NOW);
        let again = clamping([ahead].into_iter(), &first.fresh, first.high, NOW + 2 * DAY);
        assert_eq!(again.map[&ahead], first.map[&ahead]);
        assert!(again.fresh.is_empty());
    }

    #[test]
    fn a_clock_in_1970_is_left_as_it_is() {
        let past = Clock::at(1000);
        let clamping = clamping([past].into_iter(), &[], Clock::at(NOW), NOW);
        assert!(clamping.is_empty());
        assert_eq!(clamping.high, Clock::at(NOW));
    }
}
