//! The records of a file, in order, each with its number.

use std::{
    fmt,
    fs::File,
    io::{self, Cursor, Read},
    path::Path,
};

use super::{
    dialect::{self, Dialect, SAMPLE},
    source::Source,
    splitter,
    workbook::{self, Sheet},
};

/// A record longer than this is no record.
const RECORD_LIMIT: usize = 32 * 1024 * 1024;

/// One record as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRow {
    /// Its number as a spreadsheet counts: from 1, the header and blank ones being records too.
    pub number: u64,
    pub cells: Vec<String>,
    /// Cells with a quotation mark out of place.
    pub mended: Vec<usize>,
}

/// A file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("file.unreadable")]
    Io(#[from] io::Error),
    #[error("file.unreadable")]
    Workbook(#[from] calamine::Error),
    /// It would unpack to more than any shop has.
    #[error("file.unreadable")]
    Swollen,
    #[error("file.record_too_long")]
    RecordTooLong { row: u64 },
}

enum Records {
    Text { source: Source, dialect: Dialect, text: String, start: usize },
    Workbook(Sheet),
}

/// Reads records from CSV and its kin, or from the first sheet of a workbook.
pub struct TableReader {
    records: Records,
    number: u64,
}

impl fmt::Debug for TableReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableReader")
            .field("dialect", &self.dialect())
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl TableReader {
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Self::new(Box::new(File::open(path)?))
    }

    /// Reads anything; what it is shows in its first bytes.
    pub fn new(mut input: Box<dyn Read + Send>) -> Result<Self, ReadError> {
        let mut sample = Vec::new();
        input.by_ref().take(SAMPLE as u64).read_to_end(&mut sample)?;
        if sample.starts_with(b"PK\x03\x04") || sample.starts_with(b"\xD0\xCF\x11\xE0") {
            // A workbook is an archive: it cannot be read from its start to its end.
            input.read_to_end(&mut sample)?;
            return Ok(Self { records: Records::Workbook(workbook::read(sample)?), number: 0 });
        }
        let dialect = Dialect::detect(&sample);
        Ok(Self::with_dialect(Box::new(Cursor::new(sample).chain(input)), dialect))
    }

    /// Reads text of which the dialect is known.
    pub fn with_dialect(input: Box<dyn Read + Send>, dialect: Dialect) -> Self {
        let source = Source::new(input, dialect.charset);
        Self {
            records: Records::Text { source, dialect, text: String::new(), start: 0 },
            number: 0,
        }
    }

    /// How the text is written; none for a workbook. The encoding is certain only once a letter beyond ASCII was read.
    pub fn dialect(&self) -> Option<Dialect> {
        match &self.records {
            Records::Text { source, dialect, .. } => {
                Some(Dialect { charset: source.charset(), ..*dialect })
            }
            Records::Workbook(_) => None,
        }
    }

    /// The encoding's name: `UTF-8`, `GB18030`, `Big5`, `UTF-16LE`, …, or `xlsx`.
    pub fn encoding(&self) -> &'static str {
        self.dialect().map_or("xlsx", |dialect| dialect::encoding_name(dialect.charset.encoding))
    }

    /// The delimiter as shown; empty for a workbook.
    pub fn delimiter(&self) -> String {
        self.dialect().map(|dialect| dialect.delimiter.name()).unwrap_or_default()
    }

    /// Whether formulas carry an apostrophe in this kind of file.
    pub fn is_disarmed(&self) -> bool {
        matches!(self.records, Records::Text { .. })
    }

    /// How many bytes have been read, for a progress bar; a workbook is read at once.
    pub fn position(&self) -> u64 {
        match &self.records {
            Records::Text { source, .. } => source.position(),
            Records::Workbook(_) => 0,
        }
    }

    fn next_text(&mut self) -> Result<Option<RawRow>, ReadError> {
        let Records::Text { source, dialect, text, start } = &mut self.records else {
            return Ok(None);
        };
        let mut wanted = 0;
        loop {
            let rest = &text[*start..];
            if rest.is_empty() && source.ended() {
                return Ok(None);
            }
            if let Some(cut) =
                splitter::cut(rest, source.ended(), dialect).filter(|_| !rest.is_empty())
            {
                *start += cut.taken;
                self.number += 1;
                return Ok(Some(RawRow {
                    number: self.number,
                    cells: cut.cells,
                    mended: cut.mended,
                }));
            }
            if rest.len() > RECORD_LIMIT {
                return Err(ReadError::RecordTooLong { row: self.number + 1 });
            }
            text.drain(..*start);
            *start = 0;
            // Twice as much each time, so that a long record is not scanned again and again.
            wanted = (wanted * 2).max(text.len());
            source.append(text, wanted)?;
        }
    }
}

impl Iterator for TableReader {
    type Item = Result<RawRow, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Records::Workbook(rows) = &mut self.records {
            let cells = rows.next()?;
            self.number += 1;
            return Some(Ok(RawRow { number: self.number, cells, mended: Vec::new() }));
        }
        let row = self.next_text();
        if row.is_err() {
            // What cannot be read once is not tried for ever.
            self.records = Records::Workbook(Sheet::default());
        }
        row.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let reader = TableReader::new(Box::new(Cursor::new(bytes.to_vec()))).unwrap();
        reader.map(|row| row.map(|row| (row.number, row.cells)).unwrap()).collect()
    }

    #[test]
    fn blank_lines_are_counted() {
        let read = rows("姓名,手机\r\n\r\n张三,1\r\n\r\n".as_bytes());
        assert_eq!(
            read.iter().map(|(number, cells)| (*number, cells.len())).collect::<Vec<_>>(),
            [(1, 2), (2, 1), (3, 2), (4, 1)]
        );
        assert_eq!(rows(b""), []);
    }

    #[test]
    fn every_encoding_gives_the_same_rows() {
        let text =
            "會員編號,姓名,備註\r\n001,陳怡君,\"多行\n備註\"\r\n002,林志豪,\"說 \"\"好\"\"\"\r\n";
        let expected = rows(text.as_bytes());
        assert_eq!(expected.len(), 3);
        assert_eq!(expected[1].1[2], "多行\n備註");
        let marked = format!("\u{feff}{text}");
        for bytes in [
            marked.clone().into_bytes(),
            encoding_rs::BIG5.encode(text).0.into_owned(),
            encoding_rs::GB18030.encode(text).0.into_owned(),
            marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ] {
            assert_eq!(rows(&bytes), expected);
        }
    }

    #[test]
    fn a_long_file_and_a_long_cell_come_through_piece_by_piece() {
        let long = "长".repeat(400_000);
        let text = format!("a,b\n\"{long}\",x\n{}", "行,y\n".repeat(50_000));
        let read = rows(text.as_bytes());
        assert_eq!(read.len(), 50_002);
        assert_eq!(read[1].1[0], long);
        assert_eq!(read[50_001], (50_002, vec!["行".to_owned(), "y".to_owned()]));
    }
}
