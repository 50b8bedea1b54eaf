//! The letters of a cell before anything is read from them: widths, blanks, invisible characters.

/// Characters that print nothing and are never meant in a name or a number.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
        || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// Whether a cell shows nothing at all.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Full-width letters, digits and signs as their plain ones, an ideographic space as a space.
pub fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{00A0}' => ' ',
        '\u{FFE5}' => '¥',
        '\u{2212}' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2014}'
        | '\u{FE63}' => '-',
        other => other,
    }
}

/// A cell that holds a value and not prose: narrow, visible, trimmed, and without the wrappings
/// that spreadsheets put around text that looks like a number.
pub fn value_text(cell: &str) -> String {
    let mut text: String = cell.chars().filter(|&c| !is_invisible(c)).map(narrow).collect();
    loop {
        let inner = text.trim();
        let inner = formula_text(inner).unwrap_or(inner);
        let inner = inner.strip_prefix('\'').unwrap_or(inner).trim();
        if inner.len() == text.len() {
            return text;
        }
        text = inner.to_owned();
    }
}

/// The text inside `="00123"`, the trick that keeps leading zeros in a spreadsheet.
pub fn formula_text(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("=\"")?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

/// Words and marks that people type for "there is none".
pub fn is_placeholder(value: &str) -> bool {
    let lower = value.to_lowercase();
    matches!(
        lower.as_str(),
        "无" | "無"
            | "暂无"
            | "暫無"
            | "没有"
            | "沒有"
            | "空"
            | "未填"
            | "未知"
            | "不详"
            | "不詳"
            | "/"
            | "\\"
            | "."
            | "?"
            | "n/a"
            | "na"
            | "nil"
            | "none"
            | "null"
            | "#n/a"
            | "(null)"
            | "unknown"
            | "tbd"
    ) || value.chars().all(|c| c == '-')
}

/// Whether a spreadsheet has written a long number as `1.77688E+10`: its digits are gone.
pub fn is_mangled(value: &str) -> bool {
    let Some((mantissa, exponent)) = value.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole) && digits(part) && digits(exponent) && exponent.len() <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappings_come_off_values() {
        for (cell, value) in [
            ("１３８", "138"),
            ("=\"00123\"", "00123"),
            ("'19973537062", "19973537062"),
            ("\u{3000}1 ", "1"),
            ("'=\"007\"", "007"),
            ("a\u{200b}b\u{0}", "ab"),
            ("=1+1", "=1+1"),
            ("＝\"１\"", "1"),
        ] {
            assert_eq!(value_text(cell), value, "{cell:?}");
        }
    }

    #[test]
    fn scientific_writing_is_seen() {
        for text in ["1.77688E+10", "1E+05", "6.9e12"] {
            assert!(is_mangled(text), "{text}");
        }
        for text in ["13812345678", "E5", "A1.5E", "1.5", "12E", "SKU1E5"] {
            assert!(!is_mangled(text), "{text}");
        }
    }
}
