//! Files in and out: CSV in any dress, XLSX, vCard, JSON.
//!
//! Reads files into typed rows and writes rows into files; it never decides what becomes of a row,
//! and it knows neither database nor network. Nothing in a file is left out or changed without an
//! entry that says so.

pub mod column;
mod fit;
pub mod import;
pub mod intake;
pub mod out;
pub mod problem;
pub mod record;
mod synonyms;
pub mod table;
pub mod value;

/// The language of a written file's titles.
pub use shuke_locales::Locale;

pub use column::{ColumnMap, Field, MapError};
pub use import::{Import, ImportError, Options};
pub use problem::{Finding, Problem, RowOutcome};
pub use record::{
    customer::{CustomerField, CustomerRow},
    product::{ProductField, ProductRow},
    sale::{SaleField, SaleRow, TillRow},
};
pub use table::{
    dialect::{Delimiter, Dialect},
    reader::{RawRow, ReadError, TableReader},
};
