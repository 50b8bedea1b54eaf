//! A file as typed rows: header found, columns mapped, each record told as taken, skipped or failed.
//!
//! Knows nothing of what is already in the database: creating, updating and undoing are the app's.

use std::{collections::VecDeque, marker::PhantomData, path::Path};

use crate::{
    column::{ColumnMap, Field, MapError, Wish},
    fit,
    problem::{Finding, Problem, RowOutcome},
    record::{
        Record,
        reading::{Frame, Reading},
    },
    table::{
        dialect,
        reader::{RawRow, ReadError, TableReader},
    },
    value::{
        date::{self, DateOrder},
        fold,
    },
};

/// How many records are looked at before the first is given: for the header and for the order of dates.
const LOOKAHEAD: usize = 200;

/// How far down a header may stand.
const HEADER_DEPTH: usize = 20;

/// What the workspace knows and a file does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where numbers without a country code are dialled: `CN`, `TW`, `HK`, ….
    pub region: String,
    /// Decides over what the columns show.
    pub date_order: Option<DateOrder>,
}

impl Default for Options {
    fn default() -> Self {
        Self { region: "CN".to_owned(), date_order: None }
    }
}

/// An import cannot begin, or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Map(#[from] MapError),
    /// Nothing but blanks.
    #[error("import.empty")]
    Empty,
    /// Not one column that is known: nothing would come in.
    #[error("import.no_columns")]
    NoColumns { columns: Vec<String> },
}

/// One record of the file with its number and its fate.
pub type Outcome<T> = (u64, RowOutcome<T>);

/// Rows of one kind out of a file, one at a time.
#[derive(Debug)]
pub struct Import<T: Record> {
    table: TableReader,
    ahead: VecDeque<RawRow>,
    map: ColumnMap<T::Field>,
    /// The header's number; zero where the file has none.
    header_row: u64,
    orders: Vec<Option<DateOrder>>,
    options: Options,
    kind: PhantomData<T>,
}

impl<T: Record> Import<T> {
    /// Opens a file; `wishes` are the texts of `--map`.
    pub fn open(
        path: &Path,
        wishes: &[impl AsRef<str>],
        options: Options,
    ) -> Result<Self, ImportError> {
        Self::new(TableReader::open(path)?, wishes, options)
    }

    pub fn new(
        mut table: TableReader,
        wishes: &[impl AsRef<str>],
        options: Options,
    ) -> Result<Self, ImportError> {
        let wishes = Wish::<T::Field>::parse_all(wishes)?;
        let mut ahead = VecDeque::new();
        while ahead.len() < LOOKAHEAD
            && let Some(row) = table.next()
        {
            ahead.push_back(row?);
        }
        let (header_row, map) = find_header(&ahead, &wishes)?;
        if map.mapped() == 0 {
            return Err(ImportError::NoColumns {
                columns: map.columns().iter().map(|column| column.name.clone()).collect(),
            });
        }
        let orders = (0..map.columns().len()).map(|at| settle_order(&ahead, at)).collect();
        Ok(Self { table, ahead, map, header_row, orders, options, kind: PhantomData })
    }

    pub fn column_map(&self) -> &ColumnMap<T::Field> {
        &self.map
    }

    /// The table beneath: its encoding, delimiter and position.
    pub fn table(&self) -> &TableReader {
        &self.table
    }

    /// What is to be said about the header: columns that nothing knows.
    pub fn header_problems(&self) -> Vec<Problem> {
        self.map.problems(self.header_row)
    }

    fn outcome(&self, mut row: RawRow) -> RowOutcome<T> {
        let number = row.number;
        let whole = |code: Finding, row: &RawRow| {
            Problem::new(number, "", code, &row.cells.join(" ").trim().replace('\0', ""))
        };
        if row.cells.iter().all(|cell| fold::is_blank(cell)) {
            return RowOutcome::Skipped(whole(Finding::RowBlank, &row));
        }
        if number < self.header_row {
            return RowOutcome::Skipped(whole(Finding::RowPreamble, &row));
        }
        if fit::is_repeated_header(&self.map, &row.cells) {
            return RowOutcome::Skipped(whole(Finding::RowRepeatedHeader, &row));
        }
        if fit::is_totals(&self.map, &row.cells) {
            return RowOutcome::Skipped(whole(Finding::RowTotals, &row));
        }
        let Some(problems) = fit::mend_width(&self.map, &mut row) else {
            return RowOutcome::Failed(whole(Finding::RowWidth, &row));
        };
        let frame = Frame {
            map: &self.map,
            orders: &self.orders,
            options: &self.options,
            disarmed: self.table.is_disarmed(),
        };
        let mut reading = Reading::new(&frame, &row, problems);
        match T::read(&mut reading) {
            Ok(record) => RowOutcome::Row(record, reading.into_problems()),
            Err((code, Some(field))) => {
                let place = self.map.places(&field).next();
                let column = place
                    .and_then(|at| self.map.columns().get(at))
                    .map_or(field.key(), |column| column.name.as_str());
                let value = place.and_then(|at| row.cells.get(at)).map_or("", String::as_str);
                RowOutcome::Failed(Problem::new(number, column, code, value))
            }
            Err((code, None)) => RowOutcome::Failed(whole(code, &row)),
        }
    }
}

impl<T: Record> Iterator for Import<T> {
    type Item = Result<Outcome<T>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match self.ahead.pop_front() {
                Some(row) => row,
                None => match self.table.next()? {
                    Ok(row) => row,
                    Err(error) => return Some(Err(error)),
                },
            };
            if row.number != self.header_row {
                return Some(Ok((row.number, self.outcome(row))));
            }
        }
    }
}

/// The header: of the first records the one with most columns that are known, or the first that is
/// not blank. A file that begins with data has none, and its columns are named by their numbers.
fn find_header<F: Field>(
    rows: &VecDeque<RawRow>,
    wishes: &[Wish<F>],
) -> Result<(u64, ColumnMap<F>), ImportError> {
    let filled = || {
        rows.iter()
            .take(HEADER_DEPTH)
            .filter(|row| !row.cells.iter().all(|cell| fold::is_blank(cell)))
    };
    let declares = |row: &RawRow| {
        row.number == 1 && row.cells.first().is_some_and(|cell| dialect::is_separator_line(cell))
    };
    let first = filled().find(|row| !declares(row)).ok_or(ImportError::Empty)?;
    let mut best: Option<(usize, &RawRow)> = None;
    for row in filled() {
        let known = ColumnMap::<F>::new(&row.cells, &[])?.mapped();
        let wished = match wishes {
            [] => known,
            _ => ColumnMap::<F>::new(&row.cells, wishes).map(|map| map.mapped()).unwrap_or(0),
        };
        let score = known.max(wished);
        if score > best.map_or(0, |(most, _)| most) {
            best = Some((score, row));
        }
    }
    if best.is_none() && fit::looks_like_data(&first.cells) {
        let numbers: Vec<String> =
            (1..=first.cells.len()).map(|number| number.to_string()).collect();
        return Ok((0, ColumnMap::new(&numbers, wishes)?));
    }
    let header = best.map_or(first, |(_, row)| row);
    Ok((header.number, ColumnMap::new(&header.cells, wishes)?))
}

/// The order of day and month in a column, where its cells agree on one.
fn settle_order(rows: &VecDeque<RawRow>, at: usize) -> Option<DateOrder> {
    let mut orders = rows.iter().filter_map(|row| date::order_of(row.cells.get(at)?));
    let first = orders.next()?;
    orders.all(|order| order == first).then_some(first)
}
