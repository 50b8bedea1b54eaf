//! A table on its way out: named columns and typed cells, the same for exports and reports.

use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;
use shuke_domain::{Fen, Quantity};
use shuke_locales::Locale;

/// One value of a table. Only texts can be dangerous to a spreadsheet, so only they are disarmed.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Money(Fen),
    Quantity(Quantity),
    Whole(i64),
    /// A measure that is no money: a share, an index, a probability.
    Measure(f64),
    Date(NaiveDate),
    Moment(NaiveDateTime),
}

impl Cell {
    /// A text, or an empty cell where there is none.
    pub fn text(text: Option<impl Into<String>>) -> Cell {
        text.map(Into::into)
            .filter(|text: &String| !text.is_empty())
            .map_or(Cell::Empty, Cell::Text)
    }

    /// As it stands in a file without types.
    pub fn plain(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Money(fen) => yuan(*fen),
            Cell::Quantity(quantity) => quantity.to_string(),
            Cell::Whole(number) => number.to_string(),
            Cell::Measure(number) => number.to_string(),
            Cell::Date(date) => date.to_string(),
            Cell::Moment(moment) => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
        }
    }

    /// As JSON: money as integer fen, everything else as its own type.
    pub fn json(&self) -> Value {
        match self {
            Cell::Empty => Value::Null,
            Cell::Money(fen) => Value::from(fen.0),
            Cell::Whole(number) => Value::from(*number),
            Cell::Measure(number) => Value::from(*number),
            Cell::Text(_) | Cell::Quantity(_) | Cell::Date(_) | Cell::Moment(_) => {
                Value::from(self.plain())
            }
        }
    }
}

/// Fen as a decimal number with two places.
pub fn yuan(fen: Fen) -> String {
    let sign = if fen.0 < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.0.unsigned_abs() / 100, fen.0.unsigned_abs() % 100)
}

/// A column: its key for programs, its title for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub key: String,
    pub title: String,
}

impl Column {
    pub fn new(key: &str, title: &str) -> Self {
        Self { key: key.to_owned(), title: title.to_owned() }
    }

    /// A column of `customer`, `sale` or `product` under a title that our own import knows.
    pub fn of(noun: &str, key: &str, locale: Locale) -> Self {
        Self::new(key, &locale.text(&format!("exchange:column.{noun}.{key}"), &[]))
    }
}

/// A whole table in memory, for reports; long exports go row by row through the writer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The tab's name in a workbook.
    pub name: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

/// The kinds of file a table can be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Json,
}

impl Format {
    /// By a file's ending.
    pub fn of(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Format::Csv),
            "xlsx" => Some(Format::Xlsx),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CustomerField, Field, ProductField, SaleField, column::ColumnMap};

    #[test]
    fn money_is_written_exactly() {
        assert_eq!(yuan(Fen(-5)), "-0.05");
        assert_eq!(yuan(Fen(1_355_511)), "13555.11");
        assert_eq!(yuan(Fen(i64::MIN)), "-92233720368547758.08");
    }

    fn titles_map_back<F: Field>(noun: &str) {
        for locale in Locale::ALL {
            for (field, key, _) in F::ALL {
                assert!(
                    locale.has(&format!("exchange:column.{noun}.{key}")),
                    "{locale:?} {noun}.{key}"
                );
                let title = Column::of(noun, key, locale).title;
                let map = ColumnMap::<F>::new(std::slice::from_ref(&title), &[]);
                assert_eq!(
                    map.map(|map| map.columns()[0].field.clone()),
                    Ok(Some(field.clone())),
                    "{title}"
                );
            }
        }
    }

    #[test]
    fn our_own_titles_map_back_in_every_language() {
        titles_map_back::<CustomerField>("customer");
        titles_map_back::<SaleField>("sale");
        titles_map_back::<ProductField>("product");
    }
}
