//! Which time of the day follows it, and on whose clock.

use chrono::NaiveTime;

use super::{day::signed, token::Token};

/// The time after a day: `None` inside where there is none, `None` outside where it is nonsense.
pub(super) fn time_of(tokens: &[Token]) -> Option<(Option<NaiveTime>, Option<i32>)> {
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
