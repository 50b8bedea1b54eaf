//! The shop's calendar: which business day a moment belongs to, in the workspace's time zone and
//! with its day cut, whatever the machine's own settings say.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

use crate::nouns::Workspace;

/// A workspace's time zone and the minute at which its days begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    day_cut: Duration,
}

impl Calendar {
    pub fn new(zone: Tz, day_cut_minutes: i64) -> Self {
        Self { zone, day_cut: Duration::minutes(day_cut_minutes.clamp(0, 12 * 60)) }
    }

    pub fn of(workspace: &Workspace) -> Self {
        let zone = workspace.time_zone.as_deref().and_then(|name| name.parse().ok());
        Self::new(zone.unwrap_or(chrono_tz::Asia::Shanghai), workspace.day_cut.unwrap_or(0))
    }

    /// The business day of a moment given in milliseconds since 1970.
    pub fn day_of(self, millis: i64) -> NaiveDate {
        let moment = DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default();
        (moment.with_timezone(&self.zone).naive_local() - self.day_cut).date()
    }

    /// The first millisecond of a business day. Where clocks spring over the cut, the first that exists.
    pub fn start_of(self, day: NaiveDate) -> i64 {
        let cut = day.and_time(chrono::NaiveTime::MIN) + self.day_cut;
        (0..=180)
            .find_map(|minutes| {
                self.zone.from_local_datetime(&(cut + Duration::minutes(minutes))).earliest()
            })
            .map_or_else(|| cut.and_utc().timestamp_millis(), |moment| moment.timestamp_millis())
    }

    /// A local date and time of the shop as milliseconds since 1970.
    pub fn moment(self, local: chrono::NaiveDateTime) -> i64 {
        self.zone
            .from_local_datetime(&local)
            .earliest()
            .map_or_else(|| local.and_utc().timestamp_millis(), |moment| moment.timestamp_millis())
    }

    /// Local date and time of a moment, as a receipt prints it.
    pub fn local(self, millis: i64) -> chrono::NaiveDateTime {
        DateTime::<Utc>::from_timestamp_millis(millis)
            .unwrap_or_default()
            .with_timezone(&self.zone)
            .naive_local()
    }

    /// Twelve months before a moment, the window of tiers (R5).
    pub fn twelve_months_before(self, millis: i64) -> i64 {
        let day = self.day_of(millis);
        let earlier = day.checked_sub_months(chrono::Months::new(12)).unwrap_or(day);
        self.start_of(earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn the_small_hours_belong_to_the_day_before() {
        let calendar = Calendar::new(chrono_tz::Asia::Shanghai, 4 * 60);
        let half_past_two = calendar.moment(day(2026, 9, 19).and_hms_opt(2, 30, 0).unwrap());
        assert_eq!(calendar.day_of(half_past_two), day(2026, 9, 18));
        assert_eq!(calendar.day_of(calendar.start_of(day(2026, 9, 18))), day(2026, 9, 18));
        assert_eq!(calendar.day_of(calendar.start_of(day(2026, 9, 18)) - 1), day(2026, 9, 17));
    }

    #[test]
    fn every_day_begins_where_clocks_spring() {
        let calendar = Calendar::new(chrono_tz::America::Sao_Paulo, 0);
        let spring = day(2018, 11, 4);
        assert_eq!(calendar.day_of(calendar.start_of(spring)), spring);
    }
}
