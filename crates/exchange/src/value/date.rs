//! Days and moments in the many ways that people and programs write them.
//!
//! What cannot be told for sure is not guessed: a day whose month could be its day is left empty
//! and reported, unless other cells of the same column have settled the order.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use shuke_domain::birthday::Birthday;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// A value and how many digits wrote it.
    Number(u32, usize),
    Month(u32),
    /// `-`, `/`, `.`, `:`, `年`, `月`, `日`, `时`, `分`, `秒`, `T`, `Z`, `+`; blanks are none.
    Mark(char),
    /// Afternoon or not.
    Half(bool),
    /// 民國: years since 1911.
    Republic,
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

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '0'..='9' => {
                let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                tokens.push(Token::Number(
                    rest[..length].get(..9.min(length))?.parse().ok()?,
                    length,
                ));
                if length > 9 {
                    // A moment without marks: cut where its parts meet.
                    tokens.pop();
                    tokens.extend(unmarked(&rest[..length])?);
                }
                length
            }
            'a'..='z' | 'A'..='Z' => {
                let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                tokens.extend(word(&rest[..length].to_ascii_lowercase())?);
                length
            }
            ' ' | ',' | '\t' | '\n' | '\r' => 1,
            '(' => rest.find(')')? + 1,
            '-' | '/' | '.' | ':' | '+' => {
                tokens.push(Token::Mark(c));
                1
            }
            '年' | '月' | '日' | '分' | '秒' => {
                tokens.push(Token::Mark(c));
                c.len_utf8()
            }
            '号' | '號' => {
                tokens.push(Token::Mark('日'));
                c.len_utf8()
            }
            '时' | '時' | '点' | '點' => {
                tokens.push(Token::Mark('时'));
                c.len_utf8()
            }
            _ => {
                let known = [
                    "星期", "周", "週", "礼拜", "上午", "下午", "晚上", "凌晨", "早上", "中午",
                    "民国", "民國", "公元", "西元",
                ];
                let found = known.iter().find(|word| rest.starts_with(**word))?;
                match *found {
                    "上午" | "凌晨" | "早上" => tokens.push(Token::Half(false)),
                    "下午" | "晚上" => tokens.push(Token::Half(true)),
                    "民国" | "民國" => tokens.push(Token::Republic),
                    "公元" | "西元" => {}
                    "中午" => return None,
                    // A weekday takes its numeral with it.
                    weekday => {
                        let after = &rest[weekday.len()..];
                        let numeral =
                            after.chars().next().filter(|c| "一二三四五六日天".contains(*c))?;
                        rest = &after[numeral.len_utf8()..];
                        continue;
                    }
                }
                found.len()
            }
        };
        rest = &rest[length..];
    }
    Some(tokens)
}

/// `20180510174100` and `201805101741`.
fn unmarked(digits: &str) -> Option<Vec<Token>> {
    if !matches!(digits.len(), 12 | 14) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<Token> {
        let part = digits.get(range)?;
        Some(Token::Number(part.parse().ok()?, part.len()))
    };
    let mut tokens = vec![number(0..8)?, number(8..10)?, Token::Mark(':'), number(10..12)?];
    if digits.len() == 14 {
        tokens.extend([Token::Mark(':'), number(12..14)?]);
    }
    Some(tokens)
}

fn word(word: &str) -> Option<Option<Token>> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    match word {
        "t" => return Some(Some(Token::Mark('T'))),
        "z" | "utc" | "gmt" => return Some(Some(Token::Mark('Z'))),
        "am" => return Some(Some(Token::Half(false))),
        "pm" => return Some(Some(Token::Half(true))),
        "st" | "nd" | "rd" | "th" | "of" => return Some(None),
        _ => {}
    }
    if word.len() < 3 {
        return None;
    }
    if let Some(index) = MONTHS
        .iter()
        .position(|month| month.starts_with(word) || (*month == "september" && word == "sept"))
    {
        return Some(Some(Token::Month(u32::try_from(index).ok()? + 1)));
    }
    DAYS.iter().any(|day| day.starts_with(word)).then_some(None)
}

/// The day at the start of the tokens, and what follows it.
fn day_of(tokens: &[Token], order: Option<DateOrder>) -> Result<(Parts, &[Token]), Finding> {
    use Token::{Mark, Month, Number, Republic};
    let day = |year: Option<i32>, month, day, rest| {
        Ok((Parts { year, month, day, time: None, offset: None }, rest))
    };
    match tokens {
        [
            Republic,
            Number(year, _),
            Mark('年'),
            Number(month, _),
            Mark('月'),
            Number(date, _),
            Mark('日'),
            rest @ ..,
        ] => day(signed(*year).map(|year| year + 1911), *month, *date, rest),
        [Number(all, 8), rest @ ..] => day(signed(all / 10_000), all / 100 % 100, all % 100, rest),
        [Number(serial, 5)] => from_serial(*serial, 0, 0),
        [Number(serial, 5), Mark('.'), Number(part, places)] if *places <= 9 => {
            from_serial(*serial, *part, *places)
        }
        [Mark('-'), Mark('-'), Number(month, _), Mark('-'), Number(date, _), rest @ ..] => {
            day(None, *month, *date, rest)
        }
        [Mark('-'), Mark('-'), Number(both, 4), rest @ ..] | [Number(both, 4), rest @ ..]
            if rest.is_empty() =>
        {
            match both {
                1900..=2200 => Err(Finding::FieldDateIncomplete),
                _ => day(None, both / 100, both % 100, rest),
            }
        }
        // With a month in letters.
        [Month(month), Number(date, 1 | 2), Number(year, 4), rest @ ..]
        | [Number(date, 1 | 2), Month(month), Number(year, 4), rest @ ..]
        | [
            Number(date, 1 | 2),
            Mark('-' | '/' | '.'),
            Month(month),
            Mark('-' | '/' | '.'),
            Number(year, 4),
            rest @ ..,
        ]
        | [Number(year, 4), Mark('-'), Month(month), Mark('-'), Number(date, 1 | 2), rest @ ..] => {
            day(signed(*year), *month, *date, rest)
        }
        [Number(date, 1 | 2), Mark('-'), Month(month), Mark('-'), Number(year, 2), rest @ ..] => {
            day(century(*year), *month, *date, rest)
        }
        [Month(month), Number(date, 1 | 2)]
        | [Number(date, 1 | 2), Month(month)]
        | [Number(date, 1 | 2), Mark('-'), Month(month)] => day(None, *month, *date, &[]),
        // Three numbers.
        [
            Number(year, 4),
            Mark('年'),
            Number(month, _),
            Mark('月'),
            Number(date, 1 | 2),
            rest @ ..,
        ] => day(signed(*year), *month, *date, skip_mark(rest, '日')),
        [
            Number(year, 2),
            Mark('年'),
            Number(month, _),
            Mark('月'),
            Number(date, 1 | 2),
            rest @ ..,
        ] => day(century(*year), *month, *date, skip_mark(rest, '日')),
        [
            Number(year, 4),
            Mark(a @ ('-' | '/' | '.')),
            Number(month, 1 | 2),
            Mark(b),
            Number(date, 1 | 2),
            rest @ ..,
        ] if a == b => {
            if *year == 0 {
                Err(Finding::FieldDateInvalid)
            } else {
                day(signed(*year), *month, *date, rest)
            }
        }
        [Number(year, 4), Number(month, 1 | 2), Number(date, 1 | 2), rest @ ..] => {
            day(signed(*year), *month, *date, rest)
        }
        [
            Number(first, 1 | 2),
            Mark(a @ ('-' | '/' | '.')),
            Number(second, 1 | 2),
            Mark(b),
            Number(year, 4),
            rest @ ..,
        ] if a == b => {
            let (month, date) = month_and_day(*first, *second, order)?;
            day(signed(*year), month, date, rest)
        }
        [
            Number(first, 1 | 2),
            Mark(a @ ('-' | '/' | '.')),
            Number(second, 1 | 2),
            Mark(b),
            Number(third, 1 | 2),
            rest @ ..,
        ] if a == b => {
            if *first > 31 {
                day(century(*first), *second, *third, rest)
            } else if let (Some(_), 2) = (order, two_digits(tokens.get(4))) {
                let (month, date) = month_and_day(*first, *second, order)?;
                day(century(*third), month, date, rest)
            } else {
                Err(Finding::FieldDateAmbiguous)
            }
        }
        // Two numbers.
        [Number(month, 1 | 2), Mark('月'), Number(date, 1 | 2), rest @ ..] => {
            day(None, *month, *date, skip_mark(rest, '日'))
        }
        [Number(_, 4), Mark('年' | '-' | '/' | '.'), Number(_, 1 | 2)]
        | [Number(_, 4), Mark('年'), Number(_, 1 | 2), Mark('月')] => {
            Err(Finding::FieldDateIncomplete)
        }
        [Number(first, 1 | 2), Mark('-' | '/' | '.'), Number(second, 1 | 2)] => {
            // Without a year the month comes first here, unless the column or the number says otherwise.
            let day_first = *first > 12 || (order == Some(DateOrder::DayFirst) && *second <= 12);
            let (month, date) = if day_first { (*second, *first) } else { (*first, *second) };
            day(None, month, date, &[])
        }
        _ => Err(Finding::FieldDateInvalid),
    }
}

fn skip_mark(rest: &[Token], mark: char) -> &[Token] {
    match rest {
        [Token::Mark(found), rest @ ..] if *found == mark => rest,
        rest => rest,
    }
}

fn two_digits(token: Option<&Token>) -> usize {
    match token {
        Some(Token::Number(_, digits)) => *digits,
        _ => 0,
    }
}

fn month_and_day(first: u32, second: u32, order: Option<DateOrder>) -> Result<(u32, u32), Finding> {
    match (first > 12, second > 12, order) {
        (true, false, _) => Ok((second, first)),
        (false, true, _) => Ok((first, second)),
        (false, false, _) if first == second => Ok((first, second)),
        (false, false, Some(DateOrder::DayFirst)) => Ok((second, first)),
        (false, false, Some(DateOrder::MonthFirst)) => Ok((first, second)),
        (false, false, None) => Err(Finding::FieldDateAmbiguous),
        (true, true, _) => Err(Finding::FieldDateInvalid),
    }
}

fn signed(number: u32) -> Option<i32> {
    i32::try_from(number).ok()
}

/// Two digits of a year, by the rule of spreadsheets: 30–99 are nineteen hundreds.
fn century(year: u32) -> Option<i32> {
    signed(if year < 30 { 2000 + year } else { 1900 + year })
}

/// A spreadsheet's day number; only those with five digits, from 1927 to 2099, are believed.
fn from_serial(
    serial: u32,
    part: u32,
    places: usize,
) -> Result<(Parts, &'static [Token]), Finding> {
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).ok_or(Finding::FieldDateInvalid)?;
    let date = Some(serial)
        .filter(|serial| (10_000..73_051).contains(serial))
        .and_then(|serial| epoch.checked_add_days(Days::new(u64::from(serial))));
    let date = date.ok_or(Finding::FieldDateInvalid)?;
    let time = if places == 0 {
        None
    } else {
        let scale = 10_u64.pow(u32::try_from(places).unwrap_or(9));
        let seconds = (u64::from(part) * 86_400 + scale / 2) / scale;
        NaiveTime::from_num_seconds_from_midnight_opt(
            u32::try_from(seconds.min(86_399)).unwrap_or(0),
            0,
        )
    };
    Ok((
        Parts { year: Some(date.year()), month: date.month(), day: date.day(), time, offset: None },
        &[],
    ))
}

/// The time after a day: `None` inside where there is none, `None` outside where it is nonsense.
fn time_of(tokens: &[Token]) -> Option<(Option<NaiveTime>, Option<i32>)> {
    use Token::{Half, Mark, Number};
    let tokens = match tokens {
        [] | [Mark('T')] => return Some((None, None)),
        [Mark('T'), rest @ ..] => rest,
        rest => rest,
    };
    let (half, tokens) = match tokens {
        [Half(pm), rest @ ..] => (Some(*pm), rest),
        rest => (None, rest),
    };
    let (hour, minute, second, rest) = match tokens {
        [
            Number(h, 1 | 2),
            Mark(':'),
            Number(m, 2),
            Mark(':'),
            Number(s, 2),
            Mark('.'),
            Number(_, _),
            rest @ ..,
        ] => (*h, *m, *s, rest),
        [Number(h, 1 | 2), Mark(':'), Number(m, 2), Mark(':'), Number(s, 2), rest @ ..] => {
            (*h, *m, *s, rest)
        }
        [Number(h, 1 | 2), Mark(':'), Number(m, 2), rest @ ..] => (*h, *m, 0, rest),
        [
            Number(h, 1 | 2),
            Mark('时'),
            Number(m, 1 | 2),
            Mark('分'),
            Number(s, 1 | 2),
            Mark('秒'),
            rest @ ..,
        ] => (*h, *m, *s, rest),
        [Number(h, 1 | 2), Mark('时'), Number(m, 1 | 2), Mark('分'), rest @ ..] => {
            (*h, *m, 0, rest)
        }
        [Number(h, 1 | 2), Mark('时'), rest @ ..] => (*h, 0, 0, rest),
        _ => return None,
    };
    let (half, rest) = match rest {
        [Half(pm), rest @ ..] if half.is_none() => (Some(*pm), rest),
        rest => (half, rest),
    };
    let hour = match half {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    let offset = match rest {
        [] => None,
        [Mark('Z')] => Some(0),
        [Mark(sign @ ('+' | '-')), Number(h, 2), Mark(':'), Number(m, 2)] => {
            Some(east(*sign, *h, *m)?)
        }
        [Mark(sign @ ('+' | '-')), Number(both, 4)] => Some(east(*sign, both / 100, both % 100)?),
        _ => return None,
    };
    Some((Some(NaiveTime::from_hms_opt(hour, minute, second)?), offset))
}

fn east(sign: char, hours: u32, minutes: u32) -> Option<i32> {
    let seconds = signed(hours * 3600 + minutes * 60).filter(|seconds| *seconds <= 14 * 3600)?;
    Some(if sign == '-' { -seconds } else { seconds })
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
