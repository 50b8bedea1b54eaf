//! Birthdays: often known without the year, sometimes by the lunar calendar.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};

/// A day of a year, with the year where it is known. As text `1990-09-23` or `--09-23` (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Birthday {
    pub year: Option<i32>,
    pub month: u32,
    pub day: u32,
}

/// No such day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a birthday")]
pub struct NotABirthday;

impl Birthday {
    /// `None` where the calendar has no such day; 29 February is one in a year that is not known.
    pub fn new(year: Option<i32>, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year.unwrap_or(2000), month, day)?;
        Some(Self { year, month, day })
    }

    /// The day on which it is kept in `year`: 29 February falls on the 28th in common years (R67).
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day).or_else(|| {
            NaiveDate::from_ymd_opt(year, self.month, 28)
                .filter(|_| (self.month, self.day) == (2, 29))
        })
    }

    /// The next day on which it is kept, `today` included.
    pub fn next_from(self, today: NaiveDate) -> Option<NaiveDate> {
        self.in_year(today.year())
            .filter(|day| *day >= today)
            .or_else(|| self.in_year(today.year() + 1))
    }
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}-{:02}-{:02}", self.month, self.day),
            None => write!(f, "--{:02}-{:02}", self.month, self.day),
        }
    }
}

impl FromStr for Birthday {
    type Err = NotABirthday;

    fn from_str(text: &str) -> Result<Self, NotABirthday> {
        let (year, rest) = match text.strip_prefix("--") {
            Some(rest) => (None, rest),
            None => {
                let (year, rest) = text.split_once('-').ok_or(NotABirthday)?;
                (Some(year.parse().map_err(|_| NotABirthday)?), rest)
            }
        };
        let (month, day) = rest.split_once('-').ok_or(NotABirthday)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| NotABirthday);
        Birthday::new(year, number(month)?, number(day)?).ok_or(NotABirthday)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r67_born_on_29_february_is_kept_on_the_28th_in_2027() {
        let born: Birthday = "1992-02-29".parse().unwrap();
        assert_eq!(born.in_year(2027), NaiveDate::from_ymd_opt(2027, 2, 28));
        assert_eq!(born.in_year(2028), NaiveDate::from_ymd_opt(2028, 2, 29));
    }

    #[test]
    fn text_survives_and_nonsense_is_refused() {
        for text in ["1990-09-23", "--02-29"] {
            assert_eq!(text.parse::<Birthday>().unwrap().to_string(), text);
        }
        for text in ["0000-00-00", "1990-13-01", "1991-02-29", "x", "--2"] {
            assert!(text.parse::<Birthday>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_next_one_may_be_today_or_next_year() {
        let born = Birthday::new(None, 9, 23).unwrap();
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(born.next_from(day(2026, 9, 23)), Some(day(2026, 9, 23)));
        assert_eq!(born.next_from(day(2026, 9, 24)), Some(day(2027, 9, 23)));
    }
}
