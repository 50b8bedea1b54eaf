//! What rows become: one module per kind of file.

pub mod customer;
pub mod product;
pub mod reading;
pub mod sale;

use reading::Reading;

use crate::{column::Field, problem::Finding};

/// A kind of row that can be read from a file.
pub trait Record: Sized {
    type Field: Field;

    /// Reads a row. The error is a `row.…` finding with the field it is about: the row cannot be taken.
    fn read(row: &mut Reading<'_, Self::Field>) -> Result<Self, (Finding, Option<Self::Field>)>;
}
