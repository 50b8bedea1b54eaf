//! Files as records of cells, whatever wrote them; what the cells mean is not known here.

pub mod charset;
pub mod dialect;
pub mod reader;
mod source;
mod splitter;
mod workbook;
