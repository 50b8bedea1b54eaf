//! The first sheet of a workbook that has anything in it, row by row.
//!
//! A workbook is an archive from anywhere. Three things are not left to it: how much it unpacks to, how
//! far apart its cells lie (two of them can span a rectangle of seventeen thousand million), and whether
//! what reads it survives.

use std::{
    io::{self, Cursor, Read as _},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Cell, Data, DataRef, Error, Reader as _, Xls, Xlsb, Xlsx, XlsxError};
use zip::ZipArchive;

use super::reader::ReadError;

/// The most that the parts of a workbook may unpack to: a million rows of thirty columns take half.
const UNPACKED_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// The most cells a sheet may have, empty ones before the last of a row included.
const CELL_LIMIT: usize = 64 * 1024 * 1024;

/// A sheet's rows from its top, each as wide as the widest; where one cell stands far out, each as wide as it is.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rows: std::vec::IntoIter<Vec<String>>,
    width: usize,
}

impl Iterator for Sheet {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        let mut row = self.rows.next()?;
        if !row.is_empty() && row.len() < self.width {
            row.resize(self.width, String::new());
        }
        Some(row)
    }
}

/// Reads XLSX, XLSB or XLS, whichever it is.
pub(super) fn read(bytes: Vec<u8>) -> Result<Sheet, ReadError> {
    let archive = bytes.starts_with(b"PK");
    if archive && unpacks_beyond(&bytes, UNPACKED_LIMIT)? {
        return Err(ReadError::Swollen);
    }
    let reading = AssertUnwindSafe(|| if archive { archived(&bytes) } else { old(bytes) });
    catch_unwind(reading).unwrap_or(Err(ReadError::Workbook(Error::Msg("damaged"))))
}

/// Whether the parts together unpack to more than `limit`; counted, for what they say of it may be false.
fn unpacks_beyond(bytes: &[u8], limit: u64) -> Result<bool, ReadError> {
    let damaged = |_| ReadError::Workbook(Error::Msg("not an archive"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        let size = io::copy(&mut part.take(left + 1), &mut io::sink())?;
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => return Ok(true),
        }
    }
    Ok(false)
}

fn archived(bytes: &[u8]) -> Result<Sheet, ReadError> {
    match Xlsx::new(Cursor::new(bytes)) {
        Ok(mut workbook) => first(workbook.sheet_names(), |name| {
            let mut cells = match workbook.worksheet_cells_reader(name) {
                // A sheet of charts.
                Err(XlsxError::NotAWorksheet(_)) => return Ok(Sheet::default()),
                cells => cells.map_err(Error::from)?,
            };
            laid(|| Ok(cells.next_cell()?.as_ref().map(placed)))
        }),
        Err(error) => {
            let Ok(mut workbook) = Xlsb::new(Cursor::new(bytes)) else {
                return Err(Error::from(error).into());
            };
            first(workbook.sheet_names(), |name| {
                let mut cells = workbook.worksheet_cells_reader(name).map_err(Error::from)?;
                laid(|| Ok(cells.next_cell()?.as_ref().map(placed)))
            })
        }
    }
}

/// A workbook of before 2007 has 65,536 rows of 256 cells at most.
fn old(bytes: Vec<u8>) -> Result<Sheet, ReadError> {
    let mut workbook = Xls::new(Cursor::new(bytes)).map_err(Error::from)?;
    first(workbook.sheet_names(), |name| {
        let range = workbook.worksheet_range(name).map_err(Error::from)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut cells = range.used_cells().map(|(row, column, value)| {
            let at = |from: u32, by| from.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
            ((at(top, row), at(left, column)), value.clone())
        });
        laid(|| Ok(cells.next()))
    })
}

/// The first sheet that is not empty.
fn first(
    names: Vec<String>,
    mut sheet: impl FnMut(&str) -> Result<Sheet, ReadError>,
) -> Result<Sheet, ReadError> {
    for name in names {
        let sheet = sheet(&name)?;
        if sheet.width > 0 {
            return Ok(sheet);
        }
    }
    Ok(Sheet::default())
}

/// Row and column from nought, and what stands there.
type Placed = ((u32, u32), Data);

fn placed(cell: &Cell<DataRef<'_>>) -> Placed {
    (cell.get_position(), cell.get_value().clone().into())
}

/// Lays cells that come in any order into rows.
fn laid(mut next: impl FnMut() -> Result<Option<Placed>, Error>) -> Result<Sheet, ReadError> {
    let (mut rows, mut width, mut count) = (Vec::<Vec<String>>::new(), 0, 0_usize);
    while let Some(((row, column), cell)) = next()? {
        if cell == Data::Empty {
            continue;
        }
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX - 1);
        let (row, column) = (place(row), place(column));
        let known = rows.get(row).map_or(0, Vec::len);
        // A row takes room too, even if nothing stands in it.
        count = count
            .saturating_add((row + 1).saturating_sub(rows.len()))
            .saturating_add((column + 1).saturating_sub(known));
        if count > CELL_LIMIT {
            return Err(ReadError::Swollen);
        }
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        if known <= column {
            rows[row].resize(column + 1, String::new());
        }
        rows[row][column] = text(cell);
        width = width.max(column + 1);
    }
    let filled = rows.iter().filter(|row| !row.is_empty()).count();
    let even = filled.saturating_mul(width) <= CELL_LIMIT;
    let width = if even { width } else { 1 };
    Ok(Sheet { rows: rows.into_iter(), width })
}

/// The days that a workbook can number, up to the end of 9999: what lies beyond is only a number.
const DAYS: std::ops::Range<f64> = 0.0..2_958_466.0;

/// A cell as text that loses nothing: a number with all its digits, a day in ISO form.
fn text(cell: Data) -> String {
    match cell {
        Data::DateTime(moment) if moment.is_datetime() && DAYS.contains(&moment.as_f64()) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                date
            } else {
                format!("{date} {hour:02}:{minute:02}:{second:02}")
            }
        }
        Data::Error(_) => String::new(),
        Data::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    fn workbook(cells: &[(u32, u16, &str)]) -> Vec<u8> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (row, column, text) in cells {
            sheet.write_string(*row, *column, *text).unwrap();
        }
        workbook.save_to_buffer().unwrap()
    }

    #[test]
    fn two_cells_at_the_ends_of_a_sheet_take_no_rectangle() {
        let far = workbook(&[(0, 0, "姓名"), (1, 16_383, "手机"), (1_048_575, 0, "王")]);
        let mut sheet = read(far).unwrap();
        assert_eq!((sheet.width, sheet.rows.len()), (16_384, 1_048_576));
        assert_eq!(sheet.rows.as_slice().iter().map(Vec::len).sum::<usize>(), 16_386);
        assert_eq!(sheet.next().unwrap().len(), 16_384);
    }

    #[test]
    fn one_cell_far_out_widens_no_other_row() {
        let mut cells = (0..10_000)
            .map(|row| ((row, 0), Data::Bool(true)))
            .chain([((0, 16_383), Data::Bool(true))]);
        let mut sheet = laid(|| Ok(cells.next())).unwrap();
        assert_eq!((sheet.next().unwrap().len(), sheet.next().unwrap().len()), (16_384, 1));
    }

    #[test]
    fn a_day_beyond_all_days_is_a_number() {
        let day = |number| {
            let kind = calamine::ExcelDateTimeType::DateTime;
            text(Data::DateTime(calamine::ExcelDateTime::new(number, kind, false)))
        };
        assert_eq!(day(45_000.0), "2023-03-15");
        assert_eq!(day(2_958_465.0), "9999-12-31");
        for beyond in [-1e300, -1.0, 2_958_466.0, 1e300, f64::INFINITY] {
            assert!(!day(beyond).contains(':') && !day(beyond).is_empty());
        }
    }

    #[test]
    fn a_sheet_of_too_many_cells_is_refused() {
        let row = (0..u32::try_from(CELL_LIMIT / 16_384).unwrap() + 1).map(|row| (row, 16_383));
        let mut cells = row.map(|place| (place, Data::Bool(true)));
        let refused = laid(|| Ok(cells.next()));
        assert!(matches!(refused, Err(ReadError::Swollen)));
    }

    #[test]
    fn what_a_workbook_unpacks_to_is_counted() {
        let bytes = workbook(&[(0, 0, &"长".repeat(10_000))]);
        assert!(bytes.len() < 20_000);
        assert!(!unpacks_beyond(&bytes, UNPACKED_LIMIT).unwrap());
        assert!(unpacks_beyond(&bytes, 20_000).unwrap());
    }
}
