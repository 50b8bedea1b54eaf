//! Figures as the contract writes them and as people read them: moments, money, quantities.

use chrono::{DateTime, Local, SecondsFormat, Utc};
use serde_json::Value;
use shuke_app::{Fen, Quantity};

/// RFC 3339 in UTC; `null` where there is no moment.
pub(crate) fn moment(millis: impl Into<Option<i64>>) -> Value {
    let at = millis.into().and_then(DateTime::<Utc>::from_timestamp_millis);
    at.map_or(Value::Null, |at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true).into())
}

/// A day and time by this machine's clock.
pub(crate) fn local(millis: i64) -> String {
    let at = DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default();
    at.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string()
}

/// A day by this machine's clock, or nothing.
pub(crate) fn day(millis: Option<i64>) -> String {
    millis.map(|millis| local(millis).chars().take(10).collect()).unwrap_or_default()
}

/// A moment as people type it for scripts, in milliseconds since 1970.
pub(crate) fn read_moment(text: &str) -> Result<i64, String> {
    DateTime::parse_from_rfc3339(text.trim())
        .map(|at| at.timestamp_millis())
        .map_err(|error| error.to_string())
}

/// A decimal number: exact, without needless zeros.
pub(crate) fn quantity(quantity: Quantity) -> Value {
    quantity.to_string().parse().map_or(Value::Null, Value::Number)
}

/// `13,555.11`, with a true minus.
pub(crate) fn money(Fen(fen): Fen) -> String {
    let sign = if fen < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}.{:02}", grouped(fen.unsigned_abs() / 100), fen.unsigned_abs() % 100)
}

/// `1,000,000`
pub(crate) fn count(number: i64) -> String {
    let sign = if number < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_survive_their_text() {
        let at = read_moment("2026-03-02T10:00:00+08:00").unwrap();
        assert_eq!(moment(at), "2026-03-02T02:00:00Z");
        assert_eq!(moment(at + 7), "2026-03-02T02:00:00.007Z");
        assert_eq!(moment(None), Value::Null);
        assert!(read_moment("2026-03-02").is_err());
    }

    #[test]
    fn quantities_are_decimal_numbers() {
        assert_eq!(quantity(Quantity(9_000)).to_string(), "9");
        assert_eq!(quantity(Quantity(125)).to_string(), "0.125");
        assert_eq!(quantity(Quantity(-2_500)).to_string(), "-2.5");
    }

    #[test]
    fn money_is_grouped_and_keeps_its_sign() {
        assert_eq!(money(Fen(1_355_511)), "13,555.11");
        assert_eq!(money(Fen(-5)), "\u{2212}0.05");
        assert_eq!(money(Fen(100_000)), "1,000.00");
        assert_eq!(count(1_000_000), "1,000,000");
    }
}
