//! Rows into files. A file appears under its name only once it is whole.

pub mod history;
pub mod recovery;
pub mod sheet;
pub mod slip;
pub mod vcard;
pub mod writer;
