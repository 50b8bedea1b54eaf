//! Tables into CSV, XLSX and JSON, a row at a time.

use std::{
    fmt,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use csv::QuoteStyle;
use rust_xlsxwriter::{Format as Style, Workbook, Worksheet, XlsxError};
use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use super::sheet::{Cell, Column, Format, Sheet};
use crate::value::inert;

/// A table cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("file.unwritable")]
    Io(#[from] io::Error),
    #[error("file.unwritable")]
    Csv(#[from] csv::Error),
    #[error("file.unwritable")]
    Workbook(#[from] XlsxError),
    #[error("file.unwritable")]
    Json(#[from] serde_json::Error),
}

/// Rows of a workbook's sheet below its header; longer tables go on in another.
const SHEET_ROWS: u32 = 1_048_575;

enum Body {
    Csv(Box<csv::Writer<BufWriter<NamedTempFile>>>),
    Json(BufWriter<NamedTempFile>),
    Xlsx { workbook: Box<Workbook>, file: NamedTempFile, styles: Box<Styles>, next: u32 },
}

struct Styles {
    header: Style,
    money: Style,
    date: Style,
    moment: Style,
}

/// Writes one table. Dropped before [`finish`](Self::finish), it leaves nothing behind.
pub struct SheetWriter {
    path: PathBuf,
    name: String,
    columns: Vec<Column>,
    body: Body,
    rows: u64,
}

impl fmt::Debug for SheetWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SheetWriter")
            .field("path", &self.path)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl SheetWriter {
    pub fn create(
        path: &Path,
        format: Format,
        name: &str,
        columns: Vec<Column>,
    ) -> Result<Self, WriteError> {
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        let body = match format {
            Format::Csv => {
                // Without the mark, Excel takes UTF-8 for the machine's old code page.
                file.write_all("\u{feff}".as_bytes())?;
                // Texts are always quoted: a delimiter of another locale must not cut out a formula.
                let mut style = csv::WriterBuilder::new();
                style.quote_style(QuoteStyle::NonNumeric).terminator(csv::Terminator::CRLF);
                let mut writer = style.from_writer(BufWriter::new(file));
                writer.write_record(
                    columns.iter().map(|column| inert::disarm(&column.title).into_owned()),
                )?;
                Body::Csv(Box::new(writer))
            }
            Format::Json => {
                let mut writer = BufWriter::new(file);
                writer.write_all(b"[")?;
                Body::Json(writer)
            }
            Format::Xlsx => {
                let mut workbook = Workbook::new();
                workbook.set_tempdir(folder)?;
                let styles = Box::new(Styles {
                    header: Style::new().set_bold(),
                    money: Style::new().set_num_format("#,##0.00"),
                    date: Style::new().set_num_format("yyyy-mm-dd"),
                    moment: Style::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
                });
                Body::Xlsx { workbook: Box::new(workbook), file, styles, next: SHEET_ROWS + 1 }
            }
        };
        Ok(Self { path: path.to_owned(), name: name.to_owned(), columns, body, rows: 0 })
    }

    /// Writes a row, its cells in the order of the columns.
    pub fn write(&mut self, cells: &[Cell]) -> Result<(), WriteError> {
        match &mut self.body {
            Body::Csv(writer) => writer.write_record(cells.iter().map(csv_text))?,
            Body::Json(writer) => {
                writer.write_all(if self.rows == 0 { b"\n" } else { b",\n" })?;
                let pairs = self
                    .columns
                    .iter()
                    .zip(cells)
                    .map(|(column, cell)| (column.key.clone(), cell.json()));
                serde_json::to_writer(writer, &Value::Object(pairs.collect::<Map<_, _>>()))?;
            }
            Body::Xlsx { workbook, styles, next, .. } => {
                if *next > SHEET_ROWS {
                    begin_sheet(workbook, &self.name, &self.columns, &styles.header)?;
                    *next = 1;
                }
                let sheets = workbook.worksheets().len();
                let sheet = workbook.worksheet_from_index(sheets - 1)?;
                write_row(sheet, *next, cells, styles)?;
                *next += 1;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the file and gives it its name; answers how many rows it holds.
    pub fn finish(self) -> Result<u64, WriteError> {
        let file = match self.body {
            Body::Csv(writer) => {
                unwrapped(writer.into_inner().map_err(|error| error.into_error())?)?
            }
            Body::Json(mut writer) => {
                writer.write_all(b"\n]\n")?;
                unwrapped(writer)?
            }
            Body::Xlsx { mut workbook, mut file, styles, next } => {
                if next > SHEET_ROWS && self.rows == 0 {
                    begin_sheet(&mut workbook, &self.name, &self.columns, &styles.header)?;
                }
                workbook.save_to_writer(file.as_file_mut())?;
                file
            }
        };
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(self.rows)
    }
}

/// Writes a whole table.
pub fn write_sheet(path: &Path, format: Format, sheet: &Sheet) -> Result<u64, WriteError> {
    let mut writer = SheetWriter::create(path, format, &sheet.name, sheet.columns.clone())?;
    for row in &sheet.rows {
        writer.write(row)?;
    }
    writer.finish()
}

fn unwrapped(writer: BufWriter<NamedTempFile>) -> Result<NamedTempFile, io::Error> {
    writer.into_inner().map_err(|error| error.into_error())
}

fn csv_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => inert::disarm(text).into_owned(),
        other => other.plain(),
    }
}

fn begin_sheet(
    workbook: &mut Workbook,
    name: &str,
    columns: &[Column],
    header: &Style,
) -> Result<(), WriteError> {
    let number = workbook.worksheets().len() + 1;
    let sheet = workbook.add_worksheet_with_constant_memory();
    // A tab's name has 31 characters at most, and some are forbidden.
    let name: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(24).collect();
    if !name.is_empty() {
        sheet.set_name(if number == 1 { name } else { format!("{name} {number}") })?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0_u16..).zip(columns) {
        sheet.set_column_width(at, 16)?;
        sheet.write_string_with_format(0, at, &column.title, header)?;
    }
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: &[Cell],
    styles: &Styles,
) -> Result<(), WriteError> {
    for (at, cell) in (0_u16..).zip(cells) {
        match cell {
            Cell::Empty => continue,
            // As text, whatever it looks like: zeros stay and formulas sleep.
            Cell::Text(text) => sheet.write_string(row, at, text)?,
            Cell::Money(fen) => sheet.write_number_with_format(
                row,
                at,
                number(&super::sheet::yuan(*fen)),
                &styles.money,
            )?,
            Cell::Quantity(quantity) => {
                sheet.write_number(row, at, number(&quantity.to_string()))?
            }
            Cell::Whole(whole) => sheet.write_number(row, at, number(&whole.to_string()))?,
            Cell::Measure(measure) if measure.is_finite() => {
                sheet.write_number(row, at, *measure)?
            }
            Cell::Measure(_) => continue,
            Cell::Date(date) => sheet.write_datetime_with_format(row, at, date, &styles.date)?,
            Cell::Moment(moment) => {
                sheet.write_datetime_with_format(row, at, moment, &styles.moment)?
            }
        };
    }
    Ok(())
}

/// The nearest floating-point number, the only kind that a workbook knows.
fn number(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use shuke_domain::{Fen, Quantity};

    use super::*;
    use crate::{CustomerRow, Import, Options, RowOutcome, TableReader, value::phone::Phone};

    fn columns(count: usize) -> Vec<Column> {
        (0..count).map(|at| Column::new(&format!("c{at}"), &format!("列{at}"))).collect()
    }

    fn sheet(rows: Vec<Vec<Cell>>) -> Sheet {
        Sheet { name: "顾客".into(), columns: columns(rows.first().map_or(2, Vec::len)), rows }
    }

    fn read_back(path: &Path) -> Vec<Vec<String>> {
        let table = TableReader::open(path).unwrap();
        let disarmed = table.is_disarmed();
        let restored = |cell: String| {
            if disarmed { inert::restore(&cell).unwrap_or(&cell).to_owned() } else { cell }
        };
        table.skip(1).map(|row| row.unwrap().cells.into_iter().map(restored).collect()).collect()
    }

    #[test]
    fn every_type_reads_back_from_every_format() {
        let folder = tempfile::tempdir().unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        let cells = vec![
            Cell::Text("00123".into()),
            Cell::Text("=1+1".into()),
            Cell::Text("+8613800000000".into()),
            Cell::Money(Fen(-1_234)),
            Cell::Quantity(Quantity(125)),
            Cell::Whole(7),
            Cell::Date(day),
            Cell::Moment(day.and_hms_opt(9, 8, 7).unwrap()),
            Cell::Empty,
            Cell::Measure(0.25),
        ];
        for format in [Format::Csv, Format::Xlsx] {
            let path = folder.path().join(format!("{format:?}"));
            assert_eq!(write_sheet(&path, format, &sheet(vec![cells.clone()])).unwrap(), 1);
            let expected = [
                "00123",
                "=1+1",
                "+8613800000000",
                "-12.34",
                "0.125",
                "7",
                "2026-11-03",
                "2026-11-03 09:08:07",
                "",
                "0.25",
            ];
            assert_eq!(read_back(&path), [expected]);
        }
        let path = folder.path().join("x.json");
        write_sheet(&path, Format::Json, &sheet(vec![cells])).unwrap();
        let json: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(json[0]["c3"], -1234);
        assert_eq!(json[0]["c0"], "00123");
        assert!(json[0]["c8"].is_null());
    }

    #[test]
    fn csv_is_for_spreadsheets_and_inert() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        write_sheet(
            &path,
            Format::Csv,
            &sheet(vec![vec![Cell::Text("=HYPERLINK(\"x\")".into()), Cell::Money(Fen(-5))]]),
        )
        .unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "\u{feff}\"列0\",\"列1\"\r\n\"'=HYPERLINK(\"\"x\"\")\",-0.05\r\n");
    }

    #[test]
    fn an_empty_table_has_its_header_and_a_broken_off_one_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for format in [Format::Csv, Format::Xlsx, Format::Json] {
            let path = folder.path().join(format!("{format:?}"));
            assert_eq!(write_sheet(&path, format, &sheet(vec![])).unwrap(), 0);
            assert!(std::fs::metadata(&path).unwrap().len() > 2);
        }
        let path = folder.path().join("never.csv");
        drop(SheetWriter::create(&path, Format::Csv, "", columns(1)).unwrap());
        assert!(!path.exists());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn apostrophes_around_cells_are_no_quotation_marks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        let texts = ["\r客'", "\t\"'", ""];
        let row = texts.map(|text| Cell::Text(text.into())).to_vec();
        write_sheet(&path, Format::Csv, &sheet(vec![row])).unwrap();
        assert_eq!(read_back(&path), [texts]);
    }

    #[test]
    fn a_customer_comes_back_whole_through_csv_and_xlsx() {
        let folder = tempfile::tempdir().unwrap();
        for format in [Format::Csv, Format::Xlsx] {
            let path = folder.path().join(format!("{format:?}"));
            let columns = ["member_no", "name", "phone", "landline", "birthday", "tags", "remarks"]
                .map(|key| Column::of("customer", key, shuke_locales::Locale::ZhCn));
            let texts = [
                "00000417",
                "=1+1",
                "+8613928934447",
                "+861084495431;ext=801",
                "--02-29",
                "VIP|老客",
                "\t=1+1\n'怪",
            ];
            let rows = vec![texts.map(|text| Cell::Text(text.into())).to_vec()];
            write_sheet(
                &path,
                format,
                &Sheet { name: String::new(), columns: columns.to_vec(), rows },
            )
            .unwrap();
            let no_wishes: [&str; 0] = [];
            let mut import =
                Import::<CustomerRow>::open(&path, &no_wishes, Options::default()).unwrap();
            let Some(Ok((2, RowOutcome::Row(row, problems)))) = import.next() else {
                panic!("one row")
            };
            assert_eq!(problems, []);
            assert_eq!(row.member_no.as_deref(), Some("00000417"));
            assert_eq!(row.name.as_deref(), Some("=1+1"));
            assert_eq!(
                row.phones.iter().map(Phone::as_str).collect::<Vec<_>>(),
                ["+8613928934447"]
            );
            assert_eq!(
                row.landlines.iter().map(Phone::as_str).collect::<Vec<_>>(),
                ["+861084495431;ext=801"]
            );
            assert_eq!(row.birthday.map(|day| day.to_string()).as_deref(), Some("--02-29"));
            assert_eq!(row.tags, ["VIP", "老客"]);
            assert_eq!(row.remarks.as_deref(), Some("\t=1+1\n'怪"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_texts_come_back_from_csv(rows in prop::collection::vec(prop::collection::vec("['=+@,;\"\r\n\t 客A-]{0,8}", 3), 1..8)) {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join("x.csv");
            let cells = rows.iter().map(|row| row.iter().cloned().map(Cell::Text).collect()).collect();
            write_sheet(&path, Format::Csv, &sheet(cells)).unwrap();
            prop_assert_eq!(read_back(&path), rows);
        }
    }
}
