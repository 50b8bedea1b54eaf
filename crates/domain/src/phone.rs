//! Phone numbers: one spelling for all the ways in which people write the same one.

use phonenumber::{Mode, country};

/// A number as it is kept: E.164, with `;ext=` where it has an extension (RFC 3966).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    pub number: String,
    pub mobile: bool,
}

/// Reads a number as written in `region` (`CN`, `TW`, `HK`, …). `None` where it is no valid number.
///
/// Full-width digits, blanks and dashes of all kinds are understood, as are `+86`, `0086` and the
/// many words for an extension.
pub fn parse(text: &str, region: &str) -> Option<Phone> {
    let region: country::Id = region.parse().unwrap_or(country::Id::CN);
    let plain = plain(text);
    let (digits, extension) = split_extension(&plain);
    if digits.bytes().filter(u8::is_ascii_digit).count() < 5 {
        return None;
    }
    let digits = match digits.strip_prefix("00") {
        Some(rest) if !rest.starts_with('0') => format!("+{rest}"),
        _ => digits.to_owned(),
    };
    let number = phonenumber::parse(Some(region), digits).ok().filter(phonenumber::is_valid)?;
    let mobile = matches!(
        number.number_type(&phonenumber::metadata::DATABASE),
        phonenumber::Type::Mobile | phonenumber::Type::FixedLineOrMobile
    );
    let mut text = number.format().mode(Mode::E164).to_string();
    if let Some(extension) = extension.or(number.extension().map(|e| e.as_ref().to_owned())) {
        text.truncate(text.find(';').unwrap_or(text.len()));
        text.push_str(";ext=");
        text.push_str(&extension);
    }
    Some(Phone { number: text, mobile })
}

/// The digits by which a number is found: country code of the home region left off.
pub fn national(e164: &str) -> &str {
    let number = e164.split(';').next().unwrap_or(e164);
    ["+86", "+852", "+853", "+886"]
        .iter()
        .find_map(|code| number.strip_prefix(code))
        .unwrap_or(number)
}

/// Half-width digits, no blanks, one kind of dash removed; letters and `+` stay.
fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
            '＋' => Some('+'),
            '－' | '—' | '–' | '‑' | '‒' | '―' | '-' | '(' | ')' | '（' | '）' | '.' | '·' => {
                None
            }
            c if c.is_whitespace() || c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

fn split_extension(text: &str) -> (&str, Option<String>) {
    for word in [";ext=", "转", "轉", "分机", "分機", "ext", "x", "#", "*"] {
        if let Some((number, extension)) = text.split_once(word) {
            let extension = extension.trim_start_matches([':', '：']);
            if !extension.is_empty()
                && extension.len() <= 7
                && extension.bytes().all(|b| b.is_ascii_digit())
            {
                return (number, Some(extension.to_owned()));
            }
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(text: &str, region: &str) -> Option<String> {
        parse(text, region).map(|phone| phone.number)
    }

    #[test]
    fn spellings_of_one_number_are_one_key() {
        for text in [
            "13805716688",
            "138 0571 6688",
            "138-0571-6688",
            "+86 138 0571 6688",
            "008613805716688",
            "１３８０５７１６６８８",
        ] {
            assert_eq!(e164(text, "CN").as_deref(), Some("+8613805716688"), "{text}");
        }
        assert_eq!(e164("0571-8765 4088", "CN").as_deref(), Some("+8657187654088"));
        assert_eq!(e164("0912-345-678", "TW").as_deref(), Some("+886912345678"));
        assert_eq!(e164("9123 4567", "HK").as_deref(), Some("+85291234567"));
    }

    #[test]
    fn extensions_are_kept() {
        for text in ["010-84495431 转 802", "010-84495431-802转802", "01084495431x802"] {
            if let Some(number) = e164(text, "CN") {
                assert!(number.ends_with(";ext=802"), "{text} {number}");
            }
        }
        assert_eq!(e164("010-84495431转802", "CN").as_deref(), Some("+861084495431;ext=802"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", "186687507", "1.77688E+10", "abc", "12345678901234567890"] {
            assert_eq!(e164(text, "CN"), None, "{text}");
        }
    }

    #[test]
    fn national_part() {
        assert_eq!(national("+8613805716688"), "13805716688");
        assert_eq!(national("+861084495431;ext=802"), "1084495431");
        assert_eq!(national("+4915112345678"), "+4915112345678");
    }
}
