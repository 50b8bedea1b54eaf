//! Phone numbers in a cell: one or several, in any writing, each as E.164 or as the text it was.

use shuke_domain::phone;

use super::fold::{is_mangled, is_placeholder, value_text};
use crate::problem::Finding;

/// One number of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phone {
    Number(phone::Phone),
    /// Nothing that can be dialled, kept as it stood.
    Text(String),
}

impl Phone {
    /// As a customer keeps it: `+861084495431`, `+861084495431;ext=801`, or the text.
    pub fn as_str(&self) -> &str {
        match self {
            Phone::Number(phone) => &phone.number,
            Phone::Text(text) => text,
        }
    }
}

/// The numbers of a cell, and what is to be said about it.
pub fn read(cell: &str, region: &str) -> (Vec<Phone>, Option<Finding>) {
    let text = value_text(cell);
    if text.is_empty() {
        return (Vec::new(), None);
    }
    if is_placeholder(&text) || text.chars().all(|c| c == '0' || c == '-') {
        return (Vec::new(), Some(Finding::FieldPlaceholder));
    }
    if is_mangled(&text) {
        return (vec![Phone::Text(text)], Some(Finding::FieldPhoneMangled));
    }
    let parts = several(&text);
    if parts.len() > 1 {
        let phones = parts
            .iter()
            .map(|part| parse(part, region).unwrap_or_else(|| Phone::Text((*part).to_owned())));
        return (phones.collect(), Some(Finding::FieldPhoneSeveral));
    }
    if let Some(phone) = parse(&text, region) {
        return (vec![phone], None);
    }
    let spaced: Option<Vec<Phone>> =
        text.split_whitespace().map(|part| parse(part, region)).collect();
    match spaced {
        Some(phones) if phones.len() > 1 => (phones, Some(Finding::FieldPhoneSeveral)),
        _ => (vec![Phone::Text(text)], Some(Finding::FieldPhoneInvalid)),
    }
}

/// Parts divided by marks that stand in no number; a short part is no number of its own.
fn several(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = text
        .split(['/', ';', ',', '、', '|', '\n', '\r', '或', '和', '&', '。'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let digits = |part: &&str| part.bytes().filter(u8::is_ascii_digit).count();
    if parts.iter().filter(|part| digits(part) >= 7).count() >= 2 { parts } else { vec![text] }
}

/// One number; `None` where it is none that exists.
fn parse(text: &str, region: &str) -> Option<Phone> {
    let (number, extension) = split_extension(text);
    let mut number = number.trim();
    // A number that went through a float (`13812345678.0`) is whole.
    if let Some((whole, zeros)) = number.split_once('.')
        && whole.len() >= 7
        && !zeros.is_empty()
        && zeros.bytes().all(|b| b == b'0')
    {
        number = whole;
    }
    // Letters would be read as a keypad's digits.
    if !number.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.'))
    {
        return None;
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let dial = |text: &str, region: &str| match extension {
        Some(extension) => phone::parse(&format!("{text};ext={extension}"), region),
        None => phone::parse(text, region),
    };
    let abroad = || {
        let told = ["86", "886", "852", "853"]
            .iter()
            .any(|code| digits.starts_with(code) && digits.len() >= code.len() + 8);
        told.then(|| dial(&format!("+{digits}"), region)).flatten()
    };
    // A Taiwanese mobile number is told by its form alone.
    let taiwan =
        || (digits.len() == 10 && digits.starts_with("09")).then(|| dial(&digits, "TW")).flatten();
    dial(number, region)
        .or_else(|| if number.contains('+') { None } else { abroad().or_else(taiwan) })
        .map(Phone::Number)
}

/// `010-84495431转801`, `…分机801`, `… ext. 801`, `…x801`, `…#801`, `010-84495431-801`.
fn split_extension(text: &str) -> (&str, Option<&str>) {
    let is_extension =
        |s: &str| (1..=6).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    for mark in [
        "转", "轉", "分机", "分機", "内线", "內線", ";ext=", "ext.", "ext", "Ext.", "Ext", "EXT",
        "x", "X", "#", "*",
    ] {
        if let Some((number, tail)) = text.split_once(mark) {
            let tail = tail
                .trim_start_matches([':', ' ', '.', '-', '分', '机', '機'])
                .trim_end_matches([')', ' ']);
            if is_extension(tail) {
                return (number.trim_end_matches(['(', ' ', '-']), Some(tail));
            }
        }
    }
    if let Some((number, tail)) = text.rsplit_once('-')
        && is_extension(tail)
        && tail.len() <= 5
        && number.bytes().filter(u8::is_ascii_digit).count() >= 10
        && number.contains(['-', ')', ' '])
        && !number.starts_with('+')
    {
        return (number, Some(tail));
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(e164: &str) -> Phone {
        let mobile = e164.starts_with("+861") && e164.len() == 14
            || e164.starts_with("+8869")
            || e164.starts_with("+8529");
        Phone::Number(phone::Phone { number: e164.to_owned(), mobile })
    }

    #[test]
    fn one_number_in_every_writing() {
        for cell in [
            "13826924189",
            "１３８２６９２４１８９",
            "+8613826924189",
            "+86 138 2692 4189",
            "008613826924189",
            "138-2692-4189",
            "'13826924189",
            "=\"13826924189\"",
            "\u{3000}13826924189 ",
            "8613826924189",
            "13826924189.0",
            "(+86)13826924189",
            "86-138-2692-4189",
        ] {
            assert_eq!(read(cell, "CN"), (vec![number("+8613826924189")], None), "{cell}");
        }
        assert_eq!(read("0912345678", "CN").0, vec![number("+886912345678")]);
        assert_eq!(read("0912-345-678", "TW"), (vec![number("+886912345678")], None));
        assert_eq!(read("9123 4567", "HK"), (vec![number("+85291234567")], None));
        assert_eq!(read("+852 9123 4567", "CN"), (vec![number("+85291234567")], None));
    }

    #[test]
    fn landlines_keep_their_extension() {
        for cell in [
            "010-84495431转801",
            "(010)84495431 转 801",
            "010-84495431-801",
            "010-84495431 ext. 801",
            "01084495431x801",
            "010-84495431分机：801",
            "+861084495431;ext=801",
        ] {
            assert_eq!(read(cell, "CN"), (vec![number("+861084495431;ext=801")], None), "{cell}");
        }
        assert_eq!(read("0755-80794649", "CN"), (vec![number("+8675580794649")], None));
    }

    #[test]
    fn what_is_no_number_is_kept_as_text() {
        for (cell, finding) in [
            ("1.77688E+10", Finding::FieldPhoneMangled),
            ("186687507", Finding::FieldPhoneInvalid),
            ("微信同号", Finding::FieldPhoneInvalid),
            ("84495431", Finding::FieldPhoneInvalid),
            ("1381234567890123", Finding::FieldPhoneInvalid),
        ] {
            assert_eq!(
                read(cell, "CN"),
                (vec![Phone::Text(cell.to_owned())], Some(finding)),
                "{cell}"
            );
        }
        for cell in ["-", "0", "无", "暂无", "N/A"] {
            assert_eq!(read(cell, "CN"), (vec![], Some(Finding::FieldPlaceholder)), "{cell}");
        }
        assert_eq!(read(" ", "CN"), (vec![], None));
    }

    #[test]
    fn several_numbers_are_told_apart() {
        let two = vec![number("+8613928934447"), number("+862188339950")];
        for cell in [
            "13928934447/021-88339950",
            "13928934447；021-88339950",
            "13928934447、 021-88339950",
            "13928934447 021-88339950",
            "13928934447或021-88339950",
        ] {
            assert_eq!(read(cell, "CN"), (two.clone(), Some(Finding::FieldPhoneSeveral)), "{cell}");
        }
        assert_eq!(
            read("13928934447,1234567", "CN").0,
            vec![number("+8613928934447"), Phone::Text("1234567".into())]
        );
    }
}
