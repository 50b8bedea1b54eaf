//! Money and quantities as integers: sums are exact, whatever is added in whatever order.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Neg, Sub},
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Hundredths of the workspace's currency (¥1 = 100).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
#[ts(type = "number", export_to = "nouns.ts")]
pub struct Fen(pub i64);

impl Add for Fen {
    type Output = Fen;

    fn add(self, other: Fen) -> Fen {
        Fen(self.0.saturating_add(other.0))
    }
}

impl Sub for Fen {
    type Output = Fen;

    fn sub(self, other: Fen) -> Fen {
        Fen(self.0.saturating_sub(other.0))
    }
}

impl Neg for Fen {
    type Output = Fen;

    fn neg(self) -> Fen {
        Fen(self.0.saturating_neg())
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(amounts: I) -> Fen {
        amounts.fold(Fen(0), Add::add)
    }
}

/// How much of a product: thousandths of its unit, so that 0.125 kg of tea is exact.
///
/// As text (on the wire, in files) a decimal number without needless zeros.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
#[ts(type = "number", export_to = "nouns.ts")]
pub struct Quantity(pub i64);

impl Quantity {
    pub const ONE: Quantity = Quantity(1000);

    /// The line amount at a unit price, rounded half away from zero to a whole fen.
    pub fn at(self, unit: Fen) -> Fen {
        let exact = i128::from(self.0) * i128::from(unit.0);
        let half = if exact < 0 { -500 } else { 500 };
        Fen(i64::try_from((exact + half) / 1000).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if part == 0 {
            write!(f, "{sign}{whole}")
        } else {
            let part = format!("{part:03}");
            write!(f, "{sign}{whole}.{}", part.trim_end_matches('0'))
        }
    }
}

/// The text is not a decimal number with at most three places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a quantity")]
pub struct NotAQuantity;

impl FromStr for Quantity {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let part = part.trim_end_matches('0');
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || part.len() > 3 || !all_digits(whole) || !all_digits(part) {
            return Err(NotAQuantity);
        }
        let whole: i64 = whole.parse().map_err(|_| NotAQuantity)?;
        let part: i64 = format!("{part:0<3}").parse().map_err(|_| NotAQuantity)?;
        let thousandths = whole.checked_mul(1000).and_then(|w| w.checked_add(part));
        thousandths.map(|n| Quantity(sign * n)).ok_or(NotAQuantity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_survive_their_text() {
        for (text, thousandths) in [("1", 1000), ("0.125", 125), ("-2.5", -2500), ("12.050", 12050)]
        {
            assert_eq!(text.parse(), Ok(Quantity(thousandths)));
            assert_eq!(Quantity(thousandths).to_string().parse(), Ok(Quantity(thousandths)));
        }
        for text in ["", "1.2345", "1,5", "-", ".5", "1e3"] {
            assert_eq!(text.parse::<Quantity>(), Err(NotAQuantity), "{text}");
        }
    }

    #[test]
    fn a_line_rounds_half_away_from_zero() {
        assert_eq!(Quantity(500).at(Fen(101)), Fen(51));
        assert_eq!(Quantity(-500).at(Fen(101)), Fen(-51));
        assert_eq!(Quantity(2000).at(Fen(11_800)), Fen(23_600));
    }
}
