//! Formulas made inert in CSV, and brought back exactly.
//!
//! A text that a spreadsheet would run gets one apostrophe in front; our import takes one off.
//! Apostrophes already there count as part of the text: whether a text is dangerous is decided by
//! what follows all of them, so that `restore(&disarm(t)) == t` for every text.

use std::borrow::Cow;

/// Whether a spreadsheet might run the text once its leading apostrophes were gone.
fn is_armed(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    bare.starts_with(['\t', '\r', '\n'])
        || bare.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// The text as a CSV cell that no spreadsheet runs.
pub fn disarm(text: &str) -> Cow<'_, str> {
    if is_armed(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text as it was before [`disarm`]; `None` where nothing had been put on.
pub fn restore(text: &str) -> Option<&str> {
    text.strip_prefix('\'').filter(|_| is_armed(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dangerous_texts_are_disarmed() {
        for text in [
            "=1+1",
            "+8613800000000",
            "-2+3",
            "@SUM(1)",
            "\t=1",
            " =1+1",
            "＝1＋1",
            "\rx",
            "'=1",
            "-",
        ] {
            assert_eq!(disarm(text), format!("'{text}"));
            assert_eq!(restore(&disarm(text)), Some(text));
        }
        for text in ["'t Hart", "王", "", "5\" 屏幕", "''", "a=1"] {
            assert_eq!(disarm(text), text);
            assert_eq!(restore(text), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "['=+@\t\r\n a＝-]{0,8}|.{0,12}") {
            let cell = disarm(&text).into_owned();
            prop_assert!(cell.starts_with('\'') || !is_armed(&cell));
            prop_assert_eq!(restore(&cell).unwrap_or(&cell), text);
        }
    }
}
