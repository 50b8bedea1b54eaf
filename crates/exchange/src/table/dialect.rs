//! How a text file is written: encoding, delimiter, quotation mark, line ends; found from a sample.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use serde::{Serialize, Serializer};

use super::{charset::Charset, splitter};
use crate::synonyms;

/// How much of a file is looked at.
pub const SAMPLE: usize = 256 * 1024;

const MARKS: [u8; 4] = *b",;\t|";

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    Mark(u8),
    /// Runs of blanks, as in columns set by hand.
    Blanks,
}

impl Delimiter {
    /// The delimiter as it is shown: the mark itself, or `blanks`.
    pub fn name(self) -> String {
        match self {
            Delimiter::Mark(mark) => char::from(mark).to_string(),
            Delimiter::Blanks => "blanks".to_owned(),
        }
    }
}

impl Serialize for Delimiter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

/// How a text file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub charset: Charset,
    pub delimiter: Delimiter,
    pub quote: u8,
    /// Whether a CR without LF ends a record. Where lines end in LF it is a stray character.
    pub lone_cr_ends: bool,
}

impl Dialect {
    /// Finds the dialect from the first bytes of a file ([`SAMPLE`] is plenty).
    pub fn detect(sample: &[u8]) -> Dialect {
        let charset = Charset::detect(sample);
        let (text, _) = charset.encoding.decode_with_bom_removal(sample);
        Self::of_text(charset, &text, sample.len() < SAMPLE)
    }

    fn of_text(charset: Charset, text: &str, whole: bool) -> Dialect {
        let (mut feeds, mut lone_returns) = (0_usize, 0_usize);
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' => feeds += 1,
                b'\r' if bytes.get(at + 1) != Some(&b'\n') => lone_returns += 1,
                _ => {}
            }
        }
        let plain = Dialect {
            charset,
            delimiter: Delimiter::Mark(b','),
            quote: b'"',
            lone_cr_ends: lone_returns * 10 > feeds,
        };
        if let Some(mark) = declared(text) {
            return Dialect { delimiter: Delimiter::Mark(mark), ..plain };
        }
        let mut best = (0.0, plain);
        let mut apostrophes = 0.0;
        for mark in MARKS {
            let candidate = Dialect { delimiter: Delimiter::Mark(mark), ..plain };
            let (score, quoted_otherwise) = candidate.score(text, whole);
            if score > best.0 {
                best = (score, candidate);
                apostrophes = quoted_otherwise;
            }
        }
        // An apostrophe is a quotation mark only where many cells stand between two, and none
        // between two of the usual ones.
        if apostrophes >= 0.3 {
            best.0 = 0.0;
            for mark in MARKS {
                let candidate = Dialect { delimiter: Delimiter::Mark(mark), quote: b'\'', ..plain };
                let (score, _) = candidate.score(text, whole);
                if score > best.0 {
                    best = (score, candidate);
                }
            }
        }
        if best.0 < 0.5 {
            let blanks = Dialect { delimiter: Delimiter::Blanks, ..plain };
            let (score, _) = blanks.score(text, whole);
            if score > best.0 && score >= 0.8 {
                best = (score, blanks);
            }
        }
        best.1
    }

    /// How much the sample looks like a table when cut this way: above all, how many records are as
    /// wide as most are; then, how wide, and how many column names we know. Beside it, the share of
    /// cells between apostrophes, 0 where any stands between quotation marks.
    fn score(&self, text: &str, whole: bool) -> (f64, f64) {
        let mut widths: BTreeMap<usize, u32> = BTreeMap::new();
        let (mut records, mut quoted, mut cells, mut known) = (0_u32, 0_u32, 0_u32, 0_u32);
        let mut quotes = false;
        let mut rest = text;
        while !rest.is_empty() && records < 400 {
            let Some(cut) = splitter::cut(rest, whole, self) else { break };
            rest = &rest[cut.taken..];
            if cut.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            records += 1;
            quotes |= cut.quoted > 0;
            if records <= 5 {
                let names = cut.cells.iter().filter(|cell| synonyms::is_known(cell)).count();
                known = known.max(u32::try_from(names).unwrap_or(0));
            }
            for cell in cut.cells.iter().filter(|cell| !cell.is_empty()) {
                cells += 1;
                quoted +=
                    u32::from(cell.len() > 2 && cell.starts_with('\'') && cell.ends_with('\''));
            }
            *widths.entry(cut.cells.len()).or_default() += 1;
        }
        let Some((&width, &count)) = widths.iter().max_by_key(|(width, count)| (**count, **width))
        else {
            return (0.0, 0.0);
        };
        if width < 2 || records == 0 {
            return (0.0, 0.0);
        }
        let agreed = f64::from(count) / f64::from(records);
        let width = f64::from(u32::try_from(width).unwrap_or(u32::MAX));
        let quoted = if cells == 0 || quotes { 0.0 } else { f64::from(quoted) / f64::from(cells) };
        (agreed * (1.0 - 1.0 / width) * (1.0 + f64::from(known)), quoted)
    }
}

/// Excel's first line `sep=;`.
fn declared(text: &str) -> Option<u8> {
    let mark = text.lines().next().and_then(separator_line)?;
    u8::try_from(mark).ok().filter(u8::is_ascii)
}

/// Whether a cell is what is left of such a line once it was cut at its own delimiter.
pub(crate) fn is_separator_line(cell: &str) -> bool {
    cell.trim_matches('"') == "sep=" || separator_line(cell).is_some()
}

/// The delimiter that a line `sep=;` names.
fn separator_line(line: &str) -> Option<char> {
    let mark = line.trim_matches('"').strip_prefix("sep=")?;
    let mut marks = mark.chars();
    marks.next().filter(|_| marks.next().is_none())
}

/// The name under which people know an encoding.
pub fn encoding_name(encoding: &'static Encoding) -> &'static str {
    if encoding == encoding_rs::GB18030 { "GB18030" } else { encoding.name() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (String, char) {
        let dialect = Dialect::detect(text.as_bytes());
        (dialect.delimiter.name(), char::from(dialect.quote))
    }

    #[test]
    fn every_delimiter_is_found() {
        for (mark, name) in [(",", ","), (";", ";"), ("\t", "\t"), ("|", "|"), ("   ", "blanks")] {
            let text = [
                "id,date,n,value",
                "1,19970101,1,11.77",
                "2,19970112,5,77.00",
                "3,19970102,2,20.76",
            ]
            .join("\n")
            .replace(',', mark);
            assert_eq!(found(&text), (name.to_owned(), '"'), "{mark:?}");
        }
    }

    #[test]
    fn other_marks_inside_cells_do_not_mislead() {
        let text = "姓名;标签;消费\n张三;\"VIP|券;老客,高\";\"¥1,234.00\"\n李四;a|b;¥2,345.00\n王五;a|b,c;¥3,345.00\n";
        assert_eq!(found(text).0, ";");
        assert_eq!(found("name\tnote\na\t1, 2, 3\nb\t4, 5, 6\n").0, "\t");
        assert_eq!(found("sep=|\na,b|c,d\n").0, "|");
        assert_eq!(found("姓名\n张三\n李四\n").0, ",");
        assert_eq!(found("'name';'note'\n'a;b';'c'\n'd';'e;f'\n"), (";".to_owned(), '\''));
        assert_eq!(found("\"a\",\"b\"\n\"'c'\",\"'d'\"\n"), (",".to_owned(), '"'));
        assert_eq!(found("name,phone\nA,'13800000000\nB,'13900000000\n"), (",".to_owned(), '"'));
    }

    #[test]
    fn line_ends() {
        assert!(Dialect::detect(b"a,b\rc,d\r").lone_cr_ends);
        assert!(
            !Dialect::detect(b"a,b\nc\r,d\ne,f\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n")
                .lone_cr_ends
        );
    }
}
