//! Text into records and cells.
//!
//! Not the `csv` crate's reader: that one skips blank lines (which must be counted), knows no runs
//! of blanks as a delimiter, and lets one quotation mark that is never closed swallow the file.

use super::dialect::{Delimiter, Dialect};

/// Longest text between quotation marks; beyond it (or after too many lines) the opening mark was
/// no opening mark but an inch sign.
const QUOTED_LIMIT: usize = 4 * 1024 * 1024;
const QUOTED_LINES: usize = 2_000;

/// One record cut from the front of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    pub cells: Vec<String>,
    /// Cells with a quotation mark out of place.
    pub mended: Vec<usize>,
    /// How many cells stood between quotation marks.
    pub quoted: usize,
    /// How many bytes of the text it took, its line end included.
    pub taken: usize,
}

/// Cuts the first record; `None` where its end is not in sight and more text may come.
pub(super) fn cut(text: &str, at_end: bool, dialect: &Dialect) -> Option<Cut> {
    let line = Line { text, bytes: text.as_bytes(), at_end, dialect };
    match dialect.delimiter {
        Delimiter::Mark(mark) => line.by_mark(mark),
        Delimiter::Blanks => line.by_blanks(),
    }
}

struct Line<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at_end: bool,
    dialect: &'a Dialect,
}

/// What ends an unquoted cell.
enum Stop {
    Delimiter,
    /// The record ends; the next begins here.
    Record(usize),
}

impl Line<'_> {
    fn by_mark(&self, mark: u8) -> Option<Cut> {
        let mut cut = Cut::default();
        let mut at = 0;
        loop {
            let quoted = if self.bytes.get(at) == Some(&self.dialect.quote) {
                Some(self.quoted(at)?)
            } else {
                None
            };
            let (cell, mended, end, stop) = match quoted {
                Some(Quoted::Closed { cell, end }) => {
                    let (tail, stop_at, stop) = self.plain(end, mark)?;
                    if tail.trim().is_empty() {
                        cut.quoted += 1;
                        (cell, false, stop_at, stop)
                    } else if cell.contains(['\n', '\r']) {
                        // The mark that seemed to close it opens a cell of a later record.
                        self.unquoted(at, mark)?
                    } else {
                        // `"a"b`: the mark was not the last of the cell.
                        (cell + tail, true, stop_at, stop)
                    }
                }
                Some(Quoted::NeverClosed) => self.unquoted(at, mark)?,
                None => {
                    let (cell, end, stop) = self.plain(at, mark)?;
                    (cell.to_owned(), false, end, stop)
                }
            };
            if mended {
                cut.mended.push(cut.cells.len());
            }
            cut.cells.push(cell);
            match stop {
                Stop::Delimiter => at = end + 1,
                Stop::Record(next) => {
                    cut.taken = next;
                    return Some(cut);
                }
            }
        }
    }

    /// A cell whose opening mark is a letter like any other.
    fn unquoted(&self, at: usize, mark: u8) -> Option<(String, bool, usize, Stop)> {
        let (cell, end, stop) = self.plain(at, mark)?;
        Some((cell.to_owned(), true, end, stop))
    }

    /// The text from `from` up to a delimiter or a record's end.
    fn plain(&self, from: usize, mark: u8) -> Option<(&str, usize, Stop)> {
        let mut at = from;
        loop {
            match self.bytes.get(at) {
                Some(&byte) if byte == mark => {
                    return Some((&self.text[from..at], at, Stop::Delimiter));
                }
                Some(b'\n' | b'\r') => {
                    if let Some(next) = self.record_end(at)? {
                        return Some((&self.text[from..at], at, Stop::Record(next)));
                    }
                    at += 1;
                }
                Some(_) => at += 1,
                None if self.at_end => return Some((&self.text[from..at], at, Stop::Record(at))),
                None => return None,
            }
        }
    }

    /// Where the next record begins if one ends at this CR or LF; `None` outside while unknown.
    #[expect(clippy::option_option, reason = "unknown yet, no end, or an end: three answers")]
    fn record_end(&self, at: usize) -> Option<Option<usize>> {
        if self.bytes.get(at) == Some(&b'\n') {
            return Some(Some(at + 1));
        }
        match self.bytes.get(at + 1) {
            Some(b'\n') => Some(Some(at + 2)),
            None if !self.at_end => None,
            _ => Some(self.dialect.lone_cr_ends.then_some(at + 1)),
        }
    }

    fn quoted(&self, start: usize) -> Option<Quoted> {
        let quote = self.dialect.quote;
        let mut cell = String::new();
        let mut from = start + 1;
        let mut at = from;
        let mut lines = 0;
        loop {
            match self.bytes.get(at) {
                Some(&byte) if byte == quote => {
                    cell.push_str(&self.text[from..at]);
                    match self.bytes.get(at + 1) {
                        Some(&next) if next == quote => {
                            cell.push(char::from(quote));
                            at += 2;
                            from = at;
                        }
                        None if !self.at_end => return None,
                        _ => return Some(Quoted::Closed { cell, end: at + 1 }),
                    }
                }
                Some(&byte) => {
                    lines += usize::from(
                        byte == b'\n' || (byte == b'\r' && self.bytes.get(at + 1) != Some(&b'\n')),
                    );
                    if lines > QUOTED_LINES || at - start > QUOTED_LIMIT {
                        return Some(Quoted::NeverClosed);
                    }
                    at += 1;
                }
                None if self.at_end => return Some(Quoted::NeverClosed),
                None => return None,
            }
        }
    }

    fn by_blanks(&self) -> Option<Cut> {
        let end = self.bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let (end, taken) = match end {
            // A lone CR is a line end here: blanks hold no control characters worth keeping.
            Some(at) => (at, self.record_end(at)?.unwrap_or(at + 1)),
            None if self.at_end => (self.bytes.len(), self.bytes.len()),
            None => return None,
        };
        let cells = self.text[..end]
            .split([' ', '\t'])
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect();
        Some(Cut { cells, taken, ..Cut::default() })
    }
}

enum Quoted {
    Closed { cell: String, end: usize },
    NeverClosed,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dialect(delimiter: Delimiter) -> Dialect {
        Dialect { delimiter, lone_cr_ends: true, ..Dialect::detect(b"") }
    }

    fn all(text: &str, dialect: &Dialect) -> Vec<Vec<String>> {
        let mut rest = text;
        let mut records = Vec::new();
        while !rest.is_empty() {
            let cut = cut(rest, true, dialect).unwrap_or_default();
            rest = &rest[cut.taken..];
            records.push(cut.cells);
        }
        records
    }

    #[test]
    fn records_and_blank_lines() {
        let comma = dialect(Delimiter::Mark(b','));
        assert_eq!(
            all("a,b\r\n\r\nc,\"d\ne\"\rf", &comma),
            [vec!["a", "b"], vec![""], vec!["c", "d\ne"], vec!["f"]]
        );
        assert_eq!(
            all("\"a\"\"b\",\"\",5\" 屏幕,\"x\"y", &comma),
            [vec!["a\"b", "", "5\" 屏幕", "xy"]]
        );
        let lines = Dialect { lone_cr_ends: false, ..comma };
        assert_eq!(all("a\rb,c\nd", &lines), [vec!["a\rb", "c"], vec!["d"]]);
        assert_eq!(
            all("  1  2\t 3 \r\n\n4", &dialect(Delimiter::Blanks)),
            [vec!["1", "2", "3"], vec![], vec!["4"]]
        );
    }

    #[test]
    fn a_quotation_mark_never_closed_costs_one_cell() {
        let comma = dialect(Delimiter::Mark(b','));
        assert_eq!(
            all("1,\"5寸,x\n2,b,y\n", &comma),
            [vec!["1", "\"5寸", "x"], vec!["2", "b", "y"]]
        );
        assert_eq!(cut("\"a\"b,c\n", true, &comma).map(|cut| cut.mended), Some(vec![0]));
        let long = format!("\"x,1\n{}\"end\n", "2,3\n".repeat(QUOTED_LINES + 1));
        assert_eq!(all(&long, &comma)[0], ["\"x", "1"]);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(records in prop::collection::vec(prop::collection::vec("[a,;\"'\r\n 客é]{0,5}", 2..5), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for record in &records {
                writer.write_record(record)?;
            }
            let text = String::from_utf8(writer.into_inner()?)?;
            prop_assert_eq!(all(&text, &dialect(Delimiter::Mark(b','))), records);
        }

        #[test]
        fn a_cut_never_depends_on_where_the_text_was_broken(text in "[a,\"\r\n客]{0,30}", at in 0_usize..30) {
            let comma = dialect(Delimiter::Mark(b','));
            let part: String = text.chars().take(at).collect();
            if let Some(early) = cut(&part, false, &comma) {
                prop_assert_eq!(Some(early), cut(&text, true, &comma));
            }
        }
    }
}
