//! The values of cells, each read by one pure function: what it is, or why it cannot be read.

pub mod date;
pub mod decimal;
pub mod fold;
pub mod inert;
pub mod phone;
pub mod text;
pub mod word;
