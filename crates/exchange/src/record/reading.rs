//! One row on its way from cells to values, gathering what is to be said about it.

use shuke_domain::{Fen, Quantity, birthday::Birthday};

use crate::{
    column::{ColumnMap, Field},
    import::Options,
    problem::{Finding, Problem},
    table::reader::RawRow,
    value::{
        date::{self, DateOrder, Written},
        decimal,
        phone::{self, Phone},
        text::{self, Style, Taken},
        word::{self, Gender},
    },
};

/// What holds for all rows of a file.
#[derive(Debug)]
pub struct Frame<'a, F> {
    pub map: &'a ColumnMap<F>,
    /// The order of day and month that each column has shown.
    pub orders: &'a [Option<DateOrder>],
    pub options: &'a Options,
    /// Whether formulas carry an apostrophe in this kind of file.
    pub disarmed: bool,
}

impl<F> Frame<'_, F> {
    fn order(&self, at: usize) -> Option<DateOrder> {
        self.options.date_order.or_else(|| self.orders.get(at).copied().flatten())
    }
}

/// A row being read.
#[derive(Debug)]
pub struct Reading<'a, F> {
    frame: &'a Frame<'a, F>,
    row: &'a RawRow,
    problems: Vec<Problem>,
}

impl<'a, F: Field> Reading<'a, F> {
    pub fn new(frame: &'a Frame<'a, F>, row: &'a RawRow, problems: Vec<Problem>) -> Self {
        let mut reading = Self { frame, row, problems };
        for &at in &row.mended {
            reading.note(at, Finding::FieldQuote);
        }
        reading
    }

    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn cell(&self, at: usize) -> &'a str {
        self.row.cells.get(at).map_or("", String::as_str)
    }

    fn note(&mut self, at: usize, finding: Finding) {
        let name = self
            .frame
            .map
            .columns()
            .get(at)
            .map_or_else(|| format!("#{}", at + 1), |column| column.name.clone());
        self.problems.push(Problem::new(self.row.number, &name, finding, self.cell(at)));
    }

    /// The cells that feed a field, with their places.
    fn places(&self, field: &F) -> Vec<usize> {
        self.frame.map.places(field).collect()
    }

    /// Reads each cell of a field, noting what cannot be read.
    fn each<T>(&mut self, field: &F, read: impl Fn(&str, usize) -> Result<T, Finding>) -> Vec<T> {
        let mut values = Vec::new();
        for at in self.places(field) {
            match read(self.cell(at), at) {
                Ok(value) => values.push(value),
                Err(finding) => self.note(at, finding),
            }
        }
        values
    }

    fn one<T>(
        &mut self,
        field: &F,
        read: impl Fn(&str, usize) -> Result<Option<T>, Finding>,
    ) -> Option<T> {
        self.each(field, read).into_iter().flatten().next()
    }

    fn taken(&mut self, field: &F, take: impl Fn(&str) -> Taken) -> Vec<String> {
        let mut texts = Vec::new();
        for at in self.places(field) {
            let Taken { text, findings } = take(self.cell(at));
            texts.extend(text);
            for finding in findings {
                self.note(at, finding);
            }
        }
        texts
    }

    /// A text of one line.
    pub fn line(&mut self, field: &F) -> Option<String> {
        let disarmed = self.frame.disarmed;
        self.taken(field, |cell| text::take(cell, Style::Line, disarmed)).into_iter().next()
    }

    /// Prose, that of several columns one below the other.
    pub fn prose(&mut self, field: &F) -> Option<String> {
        let disarmed = self.frame.disarmed;
        let texts = self.taken(field, |cell| text::take(cell, Style::Prose, disarmed));
        (!texts.is_empty()).then(|| texts.join("\n"))
    }

    /// A number that is a name.
    pub fn number(&mut self, field: &F) -> Option<String> {
        let disarmed = self.frame.disarmed;
        self.taken(field, |cell| text::take_number(cell, disarmed)).into_iter().next()
    }

    pub fn phones(&mut self, field: &F) -> Vec<Phone> {
        let mut phones = Vec::new();
        for at in self.places(field) {
            let (found, finding) = phone::read(self.cell(at), &self.frame.options.region);
            for phone in found {
                if !phones.contains(&phone) {
                    phones.push(phone);
                }
            }
            if let Some(finding) = finding {
                self.note(at, finding);
            }
        }
        phones
    }

    pub fn birthday(&mut self, field: &F) -> Option<Birthday> {
        let frame = self.frame;
        self.one(field, |cell, at| date::birthday(cell, frame.order(at)))
    }

    pub fn written(&mut self, field: &F) -> Option<Written> {
        let frame = self.frame;
        self.one(field, |cell, at| date::written(cell, frame.order(at)))
    }

    pub fn fen(&mut self, field: &F) -> Option<Fen> {
        self.one(field, |cell, _| decimal::fen(cell)).map(Fen)
    }

    pub fn quantity(&mut self, field: &F) -> Option<Quantity> {
        self.one(field, |cell, _| decimal::thousandths(cell)).map(Quantity)
    }

    pub fn whole(&mut self, field: &F) -> Option<i64> {
        self.one(field, |cell, _| decimal::whole(cell))
    }

    pub fn gender(&mut self, field: &F) -> Option<Gender> {
        self.one(field, |cell, _| Gender::read(cell))
    }

    pub fn emails(&mut self, field: &F) -> Vec<String> {
        self.each(field, |cell, _| word::emails(cell)).into_iter().flatten().collect()
    }

    pub fn tags(&mut self, field: &F) -> Vec<String> {
        let disarmed = self.frame.disarmed;
        let mut tags: Vec<String> = Vec::new();
        for text in self.taken(field, |cell| text::take(cell, Style::Prose, disarmed)) {
            for tag in word::tags(&text) {
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
        }
        tags
    }

    /// Every mapped field, each once.
    pub fn fields(&self) -> Vec<F> {
        let mut fields: Vec<F> = Vec::new();
        for field in self.frame.map.columns().iter().filter_map(|column| column.field.as_ref()) {
            if !fields.contains(field) {
                fields.push(field.clone());
            }
        }
        fields
    }
}
