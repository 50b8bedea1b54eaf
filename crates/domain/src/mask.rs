//! How a personal value looks to someone who may know that it is there but not what it is.

use serde_json::Value;

use crate::phone;

/// What of a value stays readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// `138****8000`: enough to recognise a number by, too little to call it.
    Number,
    /// `w***@example.org`
    Email,
    /// The first character.
    Account,
    /// The day without its year.
    Day,
    /// Nothing but that there is something.
    Words,
}

const STARS: &str = "***";

impl Mask {
    /// The value as it is shown. Nothing stays nothing, and a list is masked item by item.
    pub fn of(self, value: &Value) -> Value {
        match value {
            Value::String(text) if text.is_empty() => value.clone(),
            Value::String(text) => Value::from(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.of(item)).collect(),
            Value::Null => Value::Null,
            _ => Value::from(STARS),
        }
    }

    pub fn text(self, text: &str) -> String {
        match self {
            Mask::Number => number(text),
            Mask::Email => match text.split_once('@') {
                Some((name, place)) => format!("{}{STARS}@{place}", first(name)),
                None => STARS.to_owned(),
            },
            Mask::Account => format!("{}{STARS}", first(text)),
            Mask::Day => match text.rsplit('-').collect::<Vec<_>>().as_slice() {
                [day, month, ..] if day.len() == 2 && month.len() == 2 => {
                    format!("--{month}-{day}")
                }
                _ => STARS.to_owned(),
            },
            Mask::Words => STARS.to_owned(),
        }
    }
}

/// How many digits of a tail a person must know to find a masked number by it.
pub const TAIL: usize = 4;

/// The first three and the last four of the national number; of a short one only the last four, and of one
/// that has no more than these nothing.
fn number(text: &str) -> String {
    let digits: Vec<char> = phone::national(text).chars().filter(char::is_ascii_digit).collect();
    let tail = |from: usize| digits.get(from..).unwrap_or_default().iter().collect::<String>();
    match digits.len() {
        0..=5 => "****".to_owned(),
        length @ 6..=8 => format!("****{}", tail(length - TAIL)),
        length => {
            let front: String = digits.iter().take(3).collect();
            format!("{front}****{}", tail(length - TAIL))
        }
    }
}

fn first(text: &str) -> String {
    text.chars().take(1).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_keep_front_and_tail() {
        for (number, shown) in [
            ("+8613812348000", "138****8000"),
            ("13812348000", "138****8000"),
            ("+8657187654088", "571****4088"),
            ("+861084495431;ext=802", "108****5431"),
            ("+85291234567", "****4567"),
            ("87654088", "****4088"),
            ("110", "****"),
            ("", ""),
        ] {
            assert_eq!(Mask::Number.of(&json!(number)), json!(shown), "{number}");
        }
        assert_eq!(
            Mask::Number.of(&json!(["+8613812348000", "12345"])),
            json!(["138****8000", "****"])
        );
    }

    #[test]
    fn other_values_keep_little() {
        assert_eq!(Mask::Email.text("wang@example.org"), "w***@example.org");
        assert_eq!(Mask::Email.text("no address"), "***");
        assert_eq!(Mask::Account.text("wangjie88"), "w***");
        assert_eq!(Mask::Day.text("1990-09-23"), "--09-23");
        assert_eq!(Mask::Day.text("--09-23"), "--09-23");
        assert_eq!(Mask::Words.text("两个孩子"), "***");
        assert_eq!(Mask::Words.of(&Value::Null), Value::Null);
    }
}
