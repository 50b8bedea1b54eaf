//! Which day the parts name.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use super::{DateOrder, Parts, token::Token};
use crate::problem::Finding;

/// The day at the start of the tokens, and what follows it.
pub(super) fn day_of(
    tokens: &[Token],
    order: Option<DateOrder>,
) -> Result<(Parts, &[Token]), Finding> {
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

pub(super) fn signed(number: u32) -> Option<i32> {
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
