//! Prose in a cell: names, addresses, remarks, and the numbers that are really names.

use shuke_domain::collection::TEXT_LIMIT;

use super::{
    fold::{formula_text, is_blank, is_invisible, is_mangled, value_text},
    inert,
};
use crate::problem::Finding;

/// How a text is to be taken from its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One line: outer blanks and invisible characters are mistakes.
    Line,
    /// Kept as it stands, with its breaks and blanks; only control characters go.
    Prose,
}

/// A text as it goes in, with what was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub text: Option<String>,
    pub findings: Vec<Finding>,
}

impl Taken {
    fn nothing(findings: Vec<Finding>) -> Self {
        Self { text: None, findings }
    }
}

/// Takes a text. `disarmed` says that the file is one in which formulas carry an apostrophe.
pub fn take(cell: &str, style: Style, disarmed: bool) -> Taken {
    let mut findings = Vec::new();
    let restored = if disarmed { inert::restore(cell) } else { None };
    let mut text = restored.unwrap_or(cell).to_owned();
    if restored.is_none()
        && style == Style::Line
        && let Some(inner) = formula_text(cell.trim())
    {
        text = inner.to_owned();
        findings.push(Finding::FieldUnwrapped);
    }
    let unwanted = |c: char| match style {
        Style::Line => is_invisible(c),
        Style::Prose => c.is_control() && !matches!(c, '\t' | '\n' | '\r'),
    };
    if text.contains(unwanted) {
        text.retain(|c| !unwanted(c));
        findings.push(Finding::FieldInvisible);
    }
    if is_blank(&text) {
        return Taken::nothing(findings);
    }
    if style == Style::Line && restored.is_none() && text.trim().len() != text.len() {
        text = text.trim().to_owned();
        findings.push(Finding::FieldTrimmed);
    }
    if text.contains(char::REPLACEMENT_CHARACTER) {
        findings.push(Finding::FieldUndecodable);
    }
    if text.len() > TEXT_LIMIT {
        findings.push(Finding::FieldTooLong);
        return Taken::nothing(findings);
    }
    Taken { text: Some(text), findings }
}

/// Takes a number that is a name (member number, SKU, barcode): its leading zeros are part of it.
pub fn take_number(cell: &str, disarmed: bool) -> Taken {
    let restored = if disarmed { inert::restore(cell) } else { None };
    let text = match restored {
        Some(text) => text.to_owned(),
        None => value_text(cell),
    };
    if text.is_empty() {
        return Taken::nothing(Vec::new());
    }
    if restored.is_none() && text.bytes().all(|b| b == b'-' || b == b'/') {
        return Taken::nothing(vec![Finding::FieldPlaceholder]);
    }
    if is_mangled(&text) {
        return Taken::nothing(vec![Finding::FieldNumberMangled]);
    }
    if text.len() > TEXT_LIMIT {
        return Taken::nothing(vec![Finding::FieldTooLong]);
    }
    let mut findings = Vec::new();
    if text.contains(char::REPLACEMENT_CHARACTER) {
        findings.push(Finding::FieldUndecodable);
    }
    Taken { text: Some(text), findings }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cell: &str) -> (Option<String>, Vec<Finding>) {
        let taken = take(cell, Style::Line, true);
        (taken.text, taken.findings)
    }

    #[test]
    fn nothing_changes_without_a_word() {
        assert_eq!(line("刘　雷"), (Some("刘　雷".into()), vec![]));
        assert_eq!(line(" 杨雪 "), (Some("杨雪".into()), vec![Finding::FieldTrimmed]));
        assert_eq!(line("刘\u{200b}淑兰"), (Some("刘淑兰".into()), vec![Finding::FieldInvisible]));
        assert_eq!(line("\u{feff}"), (None, vec![Finding::FieldInvisible]));
        assert_eq!(line("=\"张三\""), (Some("张三".into()), vec![Finding::FieldUnwrapped]));
        assert_eq!(line("a\u{fffd}"), (Some("a\u{fffd}".into()), vec![Finding::FieldUndecodable]));
        assert_eq!(line("=1+1"), (Some("=1+1".into()), vec![]));
        assert_eq!(line("'=1+1"), (Some("=1+1".into()), vec![]));
        assert_eq!(line(&"长".repeat(TEXT_LIMIT)), (None, vec![Finding::FieldTooLong]));
    }

    #[test]
    fn prose_keeps_its_breaks() {
        for text in ["\n\n多行\n备注\n", "\t=1+1", " =1+1", "＝1＋1", "=\"x\""] {
            assert_eq!(
                take(text, Style::Prose, true),
                Taken { text: Some(text.into()), findings: vec![] }
            );
        }
        assert_eq!(take("a\0b", Style::Prose, true).text.as_deref(), Some("ab"));
        assert_eq!(take("'=1+1", Style::Prose, false).text.as_deref(), Some("'=1+1"));
    }

    #[test]
    fn numbers_that_are_names_keep_their_zeros() {
        for (cell, number) in [
            ("00000417", "00000417"),
            ("００１", "001"),
            ("=\"00123\"", "00123"),
            ("'007", "007"),
            (" 12 ", "12"),
            ("'-5", "-5"),
        ] {
            assert_eq!(take_number(cell, true).text.as_deref(), Some(number), "{cell}");
        }
        assert_eq!(
            take_number("6.90123E+12", true),
            Taken::nothing(vec![Finding::FieldNumberMangled])
        );
    }
}
