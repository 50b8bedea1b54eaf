//! The offline lease: how long a device may go without its server before it locks. A laptop that nobody
//! brings back locks by itself; what was written on it stays, and goes up once it has been heard of again.

/// Days unless the owner says otherwise.
pub const DAYS: i64 = 30;

/// How long before its end a lease is spoken of.
pub const WARNING: u64 = 7 * DAY;

const DAY: u64 = 24 * 60 * 60 * 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// Without a server, or where the owner wants none.
    Endless,
    /// Ends at this moment, a long way off.
    Good(u64),
    /// Ends at this moment, within the week.
    Ending(u64),
    Over(u64),
}

/// How it stands with a device that last heard of its server at `contact`. `seen` is the highest time that was
/// ever seen on it: a clock that is set back lends no time.
pub fn lease(days: Option<i64>, contact: Option<u64>, seen: u64) -> Lease {
    let days = u64::try_from(days.unwrap_or(DAYS)).unwrap_or(0);
    let (Some(contact), 1..) = (contact, days) else { return Lease::Endless };
    let end = contact.saturating_add(days.saturating_mul(DAY));
    match end.checked_sub(seen) {
        None | Some(0) => Lease::Over(end),
        Some(left) if left <= WARNING => Lease::Ending(end),
        Some(_) => Lease::Good(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000;

    #[test]
    fn a_lease_warns_for_a_week_and_ends() {
        assert_eq!(lease(None, Some(NOW), NOW + 22 * DAY), Lease::Good(NOW + 30 * DAY));
        assert_eq!(lease(None, Some(NOW), NOW + 23 * DAY), Lease::Ending(NOW + 30 * DAY));
        assert_eq!(lease(None, Some(NOW), NOW + 30 * DAY - 1), Lease::Ending(NOW + 30 * DAY));
        assert_eq!(lease(None, Some(NOW), NOW + 30 * DAY), Lease::Over(NOW + 30 * DAY));
        assert_eq!(lease(Some(3), Some(NOW), NOW + 4 * DAY), Lease::Over(NOW + 3 * DAY));
    }

    #[test]
    fn there_is_none_without_a_server_or_where_nobody_wants_one() {
        assert_eq!(lease(Some(30), None, NOW + 900 * DAY), Lease::Endless);
        assert_eq!(lease(Some(0), Some(NOW), NOW + 900 * DAY), Lease::Endless);
        assert_eq!(lease(Some(-1), Some(NOW), NOW + 900 * DAY), Lease::Endless);
    }
}
