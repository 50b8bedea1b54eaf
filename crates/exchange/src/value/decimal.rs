//! Numbers as people write them, read exactly: never through a floating-point number.

use super::fold::{is_mangled, is_placeholder, value_text};
use crate::problem::Finding;

/// A decimal number: `digits` divided by ten to the `places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    places: u32,
}

/// Why a cell is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotADecimal {
    Placeholder,
    /// `1.2E+05`: digits may be gone.
    Mangled,
    Invalid,
}

impl Decimal {
    /// Reads a cell; `None` where it is blank.
    pub fn read(cell: &str) -> Result<Option<Decimal>, NotADecimal> {
        let text = value_text(cell);
        if text.is_empty() {
            return Ok(None);
        }
        if is_placeholder(&text) {
            return Err(NotADecimal::Placeholder);
        }
        if is_mangled(&text) {
            return Err(NotADecimal::Mangled);
        }
        parse(&text).map(Some).ok_or(NotADecimal::Invalid)
    }

    /// The number in units of ten to the minus `places`, where that is exact.
    pub fn scaled(self, places: u32) -> Option<i64> {
        let scaled = if self.places <= places {
            self.digits.checked_mul(10_i128.checked_pow(places - self.places)?)?
        } else {
            let step = 10_i128.checked_pow(self.places - places)?;
            if self.digits % step != 0 {
                return None;
            }
            self.digits / step
        };
        i64::try_from(scaled).ok()
    }
}

/// An amount in fen.
pub fn fen(cell: &str) -> Result<Option<i64>, Finding> {
    read_scaled(cell, 2, Finding::FieldAmountInvalid, Finding::FieldAmountPrecision)
}

/// A quantity in thousandths.
pub fn thousandths(cell: &str) -> Result<Option<i64>, Finding> {
    read_scaled(cell, 3, Finding::FieldQuantityInvalid, Finding::FieldQuantityInvalid)
}

/// A whole number, as points are.
pub fn whole(cell: &str) -> Result<Option<i64>, Finding> {
    read_scaled(cell, 0, Finding::FieldNumberInvalid, Finding::FieldNumberInvalid)
}

fn read_scaled(
    cell: &str,
    places: u32,
    invalid: Finding,
    inexact: Finding,
) -> Result<Option<i64>, Finding> {
    match Decimal::read(cell) {
        Ok(None) => Ok(None),
        Ok(Some(number)) => number.scaled(places).map(Some).ok_or(inexact),
        Err(NotADecimal::Placeholder) => Err(Finding::FieldPlaceholder),
        Err(NotADecimal::Mangled) => Err(Finding::FieldNumberMangled),
        Err(NotADecimal::Invalid) => Err(invalid),
    }
}

const SYMBOLS: &[&str] = &[
    "人民币",
    "人民幣",
    "RMB",
    "CNY",
    "NT$",
    "NTD",
    "TWD",
    "HK$",
    "HKD",
    "¥",
    "$",
    "元整",
    "元",
    "圆",
    "圓",
    "块",
    "塊",
];

fn parse(text: &str) -> Option<Decimal> {
    let mut rest = text.to_uppercase();
    let mut negative = false;
    let mut signed = false;
    // Signs, brackets and symbols come in any order around the digits: take them off one by one.
    loop {
        let before = rest.len();
        let mut bare = rest.trim();
        if let Some(inner) = bare.strip_prefix('(').and_then(|s| s.strip_suffix(')')) {
            if signed {
                return None;
            }
            (negative, signed) = (true, true);
            bare = inner;
        }
        for (sign, below_zero) in [('-', true), ('+', false)] {
            let taken = bare
                .strip_prefix(sign)
                .or_else(|| below_zero.then(|| bare.strip_suffix(sign)).flatten());
            if let Some(inner) = taken {
                if signed {
                    return None;
                }
                (negative, signed) = (below_zero, true);
                bare = inner;
            }
        }
        for symbol in SYMBOLS {
            let inner = bare.strip_prefix(symbol).unwrap_or(bare);
            bare = inner.strip_suffix(symbol).unwrap_or(inner);
        }
        rest = bare.trim().to_owned();
        if rest.len() == before {
            break;
        }
    }
    let (rest, tens) = match rest.strip_suffix(['万', '萬']) {
        Some(inner) => (inner.trim_end().to_owned(), 4),
        None => (rest, 0),
    };
    let (digits, places) = plain_digits(&rest)?;
    let digits: i128 = if digits.len() > 30 { return None } else { digits.parse().ok()? };
    let digits = digits.checked_mul(10_i128.checked_pow(tens)?)?;
    Some(Decimal { digits: if negative { -digits } else { digits }, places })
}

/// All digits in a row and how many of them stand behind the point.
fn plain_digits(text: &str) -> Option<(String, u32)> {
    let marks: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let (group, point) = match marks.as_slice() {
        [] => (None, None),
        ['.'] => (None, Some('.')),
        // One comma: a group of three, or else a decimal comma (`12,5`).
        [',']
            if text
                .rsplit_once(',')
                .is_some_and(|(head, tail)| tail.len() == 3 && !head.is_empty()) =>
        {
            (Some(','), None)
        }
        [','] => (None, Some(',')),
        [first, middle @ .., last] => {
            let group = *first;
            if !matches!(group, ',' | '.' | ' ' | '\'') || middle.iter().any(|&c| c != group) {
                return None;
            }
            let point = if *last == group { None } else { Some(*last) };
            if point.is_some_and(|c| !matches!(c, '.' | ',')) {
                return None;
            }
            (Some(group), point)
        }
        [_] => return None,
    };
    let (whole, part) = match point {
        Some(mark) => text.rsplit_once(mark)?,
        None => (text, ""),
    };
    let whole = match group {
        Some(mark) => {
            let groups: Vec<&str> = whole.split(mark).collect();
            let (head, tail) = groups.split_first()?;
            // `1,23,456` is no usual writing here: better refused than guessed.
            if head.is_empty() || head.len() > 3 || tail.iter().any(|g| g.len() != 3) {
                return None;
            }
            groups.concat()
        }
        None => whole.to_owned(),
    };
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let all = format!("{whole}{part}");
    let places = u32::try_from(part.len()).ok()?;
    all.bytes().all(|b| b.is_ascii_digit()).then_some((all, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_writings_of_money() {
        for (cell, expected) in [
            ("¥13,555.11", 1_355_511),
            ("(17172.69)", -1_717_269),
            ("8825.30元", 882_530),
            ("３８１５.１５", 381_515),
            (" 18348.84 ", 1_834_884),
            ("-12", -1_200),
            ("12.50-", -1_250),
            ("￥1，234", 123_400),
            ("-¥5.00", -500),
            ("¥-5", -500),
            ("(¥1,000.00)", -100_000),
            ("1.234,56", 123_456),
            ("1234,56", 123_456),
            ("1,234,567", 123_456_700),
            ("1.2万", 1_200_000),
            ("RMB 88", 8_800),
            ("12.3400", 1_234),
            ("+7", 700),
            ("1 234 567.80", 123_456_780),
            ("0", 0),
            (".5", 50),
            ("−3", -300),
            ("90071992547409.93", 9_007_199_254_740_993),
            ("=\"12.5\"", 1_250),
            ("'12.5", 1_250),
            ("NT$1,200", 120_000),
        ] {
            assert_eq!(fen(cell), Ok(Some(expected)), "{cell}");
        }
    }

    #[test]
    fn what_cannot_be_exact_is_refused() {
        for (cell, finding) in [
            ("12.345", Finding::FieldAmountPrecision),
            ("1.2E+05", Finding::FieldNumberMangled),
            ("-", Finding::FieldPlaceholder),
            ("abc", Finding::FieldAmountInvalid),
            ("1,23,456", Finding::FieldAmountInvalid),
            ("1.2.3", Finding::FieldAmountInvalid),
            ("--5", Finding::FieldAmountInvalid),
            ("(-5)", Finding::FieldAmountInvalid),
            ("12%", Finding::FieldAmountInvalid),
            ("99999999999999999999", Finding::FieldAmountPrecision),
            ("元", Finding::FieldAmountInvalid),
        ] {
            assert_eq!(fen(cell), Err(finding), "{cell}");
        }
        assert_eq!(fen(" \u{3000}"), Ok(None));
        assert_eq!(thousandths("0.125"), Ok(Some(125)));
        assert_eq!(whole("1.5"), Err(Finding::FieldNumberInvalid));
    }
}
