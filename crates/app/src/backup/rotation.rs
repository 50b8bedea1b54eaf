//! Which backups may go: kept is the newest of each of the last seven days that have one, and the newest of each
//! of the last four weeks that have one.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDateTime};

const DAYS: usize = 7;
const WEEKS: usize = 4;

/// The places, in `made`, of those that may go. The order in which they are given does not matter.
pub(crate) fn surplus(made: &[NaiveDateTime]) -> Vec<usize> {
    let mut newest_first: Vec<usize> = (0..made.len()).collect();
    newest_first.sort_by_key(|place| std::cmp::Reverse((made[*place], *place)));
    let (mut days, mut weeks) = (BTreeSet::new(), BTreeSet::new());
    let mut gone = Vec::new();
    for place in newest_first {
        let day = made[place].date();
        let new_day = days.len() < DAYS && days.insert(day);
        let week = (day.iso_week().year(), day.iso_week().week());
        let new_week = weeks.len() < WEEKS && weeks.insert(week);
        if !new_day && !new_week {
            gone.push(place);
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use chrono::{Days, NaiveDate};
    use proptest::prelude::*;

    use super::*;

    fn at(day: u64, hour: u32) -> NaiveDateTime {
        let first = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        first.checked_add_days(Days::new(day)).unwrap().and_hms_opt(hour, 0, 0).unwrap()
    }

    fn kept(made: &[NaiveDateTime]) -> Vec<NaiveDateTime> {
        let gone = surplus(made);
        let mut kept: Vec<_> = (0..made.len())
            .filter(|place| !gone.contains(place))
            .map(|place| made[place])
            .collect();
        kept.sort();
        kept
    }

    #[test]
    fn a_backup_a_day_leaves_seven_days_and_four_weeks() {
        let made: Vec<_> = (0..60).map(|day| at(day, 3)).collect();
        let days: Vec<_> = kept(&made).iter().map(|at| at.date().to_string()).collect();
        // 30 December is a Wednesday; the weeks before end on 27, 20 and 13 December.
        assert_eq!(
            days,
            [
                "2026-12-13",
                "2026-12-20",
                "2026-12-24",
                "2026-12-25",
                "2026-12-26",
                "2026-12-27",
                "2026-12-28",
                "2026-12-29",
                "2026-12-30"
            ]
        );
    }

    #[test]
    fn of_one_day_the_newest_stays_and_nothing_goes_for_being_old() {
        assert_eq!(kept(&[at(0, 9), at(0, 18), at(0, 12)]), [at(0, 18)]);
        assert_eq!(kept(&[at(0, 9), at(300, 9)]), [at(0, 9), at(300, 9)]);
        assert_eq!(surplus(&[]), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn the_newest_never_goes_and_at_most_eleven_stay(made in prop::collection::vec((0..400_u64, 0..24_u32), 1..60)) {
            let made: Vec<_> = made.into_iter().map(|(day, hour)| at(day, hour)).collect();
            let kept_now = kept(&made);
            prop_assert!(kept_now.contains(made.iter().max().unwrap()));
            prop_assert!(kept_now.len() <= DAYS + WEEKS);
            let turned: Vec<_> = made.iter().rev().copied().collect();
            prop_assert_eq!(kept(&turned), &kept_now[..]);
            prop_assert_eq!(kept(&kept_now), kept_now, "a second look takes nothing more");
        }
    }
}
