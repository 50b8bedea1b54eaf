//! Days and moments in the many ways that people and programs write them.
//!
//! What cannot be told for sure is not guessed: a day whose month could be its day is left empty
//! and reported, unless other cells of the same column have settled the order.

mod day;
mod time;
mod token;

use chrono::{NaiveDate, NaiveTime};
use shuke_domain::birthday::Birthday;

use day::day_of;
use time::time_of;
use token::{Token, tokens};

use super::fold::{is_placeholder, value_text};
use crate::problem::Finding;

/// Whether `3/4/2024` is the third of April or the fourth of March.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

/// A moment as written: on some shop's clock, unless it says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Written {
    pub date: NaiveDate,
    pub time: Option<NaiveTime>,
    /// Seconds east of Greenwich, where the text said so.
    pub offset: Option<i32>,
}

/// Reads a birthday; `None` where the cell is blank.
pub fn birthday(cell: &str, order: Option<DateOrder>) -> Result<Option<Birthday>, Finding> {
    let Some(parts) = read(cell, order)? else { return Ok(None) };
    Birthday::new(parts.year, parts.month, parts.day).map(Some).ok_or(Finding::FieldDateInvalid)
}

/// Reads a day with or without a time; `None` where the cell is blank.
pub fn written(cell: &str, order: Option<DateOrder>) -> Result<Option<Written>, Finding> {
    let Some(parts) = read(cell, order)? else { return Ok(None) };
    let year = parts.year.ok_or(Finding::FieldDateIncomplete)?;
    let date =
        NaiveDate::from_ymd_opt(year, parts.month, parts.day).ok_or(Finding::FieldDateInvalid)?;
    Ok(Some(Written { date, time: parts.time, offset: parts.offset }))
}

/// What a cell says about the order of days and months in its column, if anything.
pub fn order_of(cell: &str) -> Option<DateOrder> {
    let tokens = tokens(&value_text(cell))?;
    let [
        Token::Number(first, _),
        Token::Mark(_),
        Token::Number(second, _),
        Token::Mark(_),
        Token::Number(_, 2 | 4),
        ..,
    ] = tokens.as_slice()
    else {
        return None;
    };
    match (*first, *second) {
        (13..=31, 1..=12) => Some(DateOrder::DayFirst),
        (1..=12, 13..=31) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts {
    year: Option<i32>,
    month: u32,
    day: u32,
    time: Option<NaiveTime>,
    offset: Option<i32>,
}
fn read(cell: &str, order: Option<DateOrder>) -> Result<Option<Parts>, Finding> {
    let text = value_text(cell);
    if text.is_empty() {
        return Ok(None);
    }
    if is_placeholder(&text) && !text.starts_with("--0") {
        return Err(Finding::FieldPlaceholder);
    }
    let tokens = tokens(&text).ok_or(Finding::FieldDateInvalid)?;
    let (mut parts, rest) = day_of(&tokens, order)?;
    let valid = match parts.year {
        Some(year) => {
            (1800..=2200).contains(&year)
                && NaiveDate::from_ymd_opt(year, parts.month, parts.day).is_some()
        }
        // A leap year lets the 29th of February pass.
        None => NaiveDate::from_ymd_opt(2000, parts.month, parts.day).is_some(),
    };
    if !valid {
        return Err(Finding::FieldDateInvalid);
    }
    if parts.time.is_none() {
        (parts.time, parts.offset) = time_of(rest).ok_or(Finding::FieldDateInvalid)?;
    } else if !rest.is_empty() {
        return Err(Finding::FieldDateInvalid);
    }
    Ok(Some(parts))
}
#[cfg(test)]
mod tests {
    use super::*;

    fn day(cell: &str) -> Result<String, Finding> {
        birthday(cell, None).map(|day| day.map(|day| day.to_string()).unwrap_or_default())
    }

    #[test]
    fn one_day_in_many_writings() {
        for cell in [
            "1956-03-28",
            "1956/3/28",
            "1956.3.28",
            "19560328",
            "1956年3月28日",
            "1956年03月28号",
            "20542",
            "１９５６－０３－２８",
            "1956 年 3 月 28 日",
            "1956-03-28 00:00:00",
            "1956-03-28T00:00:00Z",
            "28/03/1956",
            "3/28/1956",
            "28 Mar 1956",
            "March 28, 1956",
            "28-Mar-1956",
            "56年3月28日",
            "民國45年3月28日",
            "1956-3-28 星期三",
            "=\"1956-03-28\"",
            "'1956-03-28",
            "56/3/28",
            "Wed, 28 March 1956",
            "28-Mar-56",
        ] {
            assert_eq!(day(cell), Ok("1956-03-28".into()), "{cell}");
        }
    }

    #[test]
    fn a_birthday_needs_no_year() {
        for cell in [
            "03-28",
            "3/28",
            "3月28日",
            "0328",
            "--03-28",
            "--0328",
            "Mar 28",
            "28 Mar",
            "28/3",
            "3.28",
        ] {
            assert_eq!(day(cell), Ok("--03-28".into()), "{cell}");
        }
        assert_eq!(day("02-29"), Ok("--02-29".into()));
    }

    #[test]
    fn what_is_no_day_is_not_guessed() {
        for (cell, finding) in [
            ("0000-00-00", Finding::FieldDateInvalid),
            ("1990-02-30", Finding::FieldDateInvalid),
            ("1990-13-01", Finding::FieldDateInvalid),
            ("03/04/1990", Finding::FieldDateAmbiguous),
            ("05-03-28", Finding::FieldDateAmbiguous),
            ("1990", Finding::FieldDateIncomplete),
            ("1990-05", Finding::FieldDateIncomplete),
            ("1990年5月", Finding::FieldDateIncomplete),
            ("99999", Finding::FieldDateInvalid),
            ("123", Finding::FieldDateInvalid),
            ("不详", Finding::FieldPlaceholder),
            ("-", Finding::FieldPlaceholder),
            ("八月十五", Finding::FieldDateInvalid),
            ("1990-01-01abc", Finding::FieldDateInvalid),
            ("2023-02-29", Finding::FieldDateInvalid),
            ("19560328123", Finding::FieldDateInvalid),
            ("1990-05-06 25:00", Finding::FieldDateInvalid),
            ("32/13/1990", Finding::FieldDateInvalid),
        ] {
            assert_eq!(day(cell), Err(finding), "{cell}");
        }
        assert_eq!(day(" "), Ok(String::new()));
        assert_eq!(
            birthday("03/04/1990", Some(DateOrder::DayFirst)).map(|d| d.map(|d| d.month)),
            Ok(Some(4))
        );
        assert_eq!(order_of("3/28/1956"), Some(DateOrder::MonthFirst));
        assert_eq!(order_of("28.3.1956 10:00"), Some(DateOrder::DayFirst));
        assert_eq!(order_of("1956-03-28"), None);
    }

    #[test]
    fn moments_keep_their_time() {
        let at = |h, m, s| NaiveTime::from_hms_opt(h, m, s);
        for (cell, time, offset) in [
            ("2018-05-10 17:41:00", at(17, 41, 0), None),
            ("2018/5/10 5:41 PM", at(17, 41, 0), None),
            ("2018年5月10日 下午5点41分", at(17, 41, 0), None),
            ("2018-05-10T17:41:00+08:00", at(17, 41, 0), Some(28_800)),
            ("20180510174100", at(17, 41, 0), None),
            ("2018-05-10", None, None),
            ("2018-05-10 17:41:00.000", at(17, 41, 0), None),
            ("43230.736805556", at(17, 41, 0), None),
            ("5/10/2018 12:05 AM", None, None),
        ] {
            if cell.starts_with("5/10") {
                assert_eq!(written(cell, None), Err(Finding::FieldDateAmbiguous));
                continue;
            }
            let read = written(cell, None);
            assert_eq!(
                read,
                Ok(Some(Written {
                    date: NaiveDate::from_ymd_opt(2018, 5, 10).unwrap_or_default(),
                    time,
                    offset
                })),
                "{cell}"
            );
        }
        assert_eq!(written("05-10", None), Err(Finding::FieldDateIncomplete));
    }
}
