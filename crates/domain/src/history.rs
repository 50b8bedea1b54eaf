//! How long history is kept: one rule for devices and the server.

const DAY: u64 = 86_400_000;

/// The moment before which history goes, by the owner's setting; `None` while it is kept for ever.
///
/// Less than a day is no span that anyone could mean.
pub fn kept_since(now: u64, days: Option<i64>) -> Option<u64> {
    let days = u64::try_from(days?).ok().filter(|days| *days > 0)?;
    Some(now.saturating_sub(days.saturating_mul(DAY)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_goes_after_the_days_that_the_owner_set() {
        assert_eq!(kept_since(100 * DAY, Some(30)), Some(70 * DAY));
        assert_eq!(kept_since(100 * DAY, None), None);
        assert_eq!(kept_since(100 * DAY, Some(0)), None);
        assert_eq!(kept_since(100 * DAY, Some(-1)), None);
        assert_eq!(kept_since(DAY, Some(i64::MAX)), Some(0));
    }
}
