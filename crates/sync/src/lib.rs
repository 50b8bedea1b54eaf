//! The client side of sync.
//!
//! [`engine`] decides what to ask next and what an answer means; clock, randomness, network and disk
//! are handed to it, so that a simulation can step the very code that ships. [`segment`] decides where
//! packed segments come in the place of pages. [`connection`] speaks HTTP, and is the only place that
//! does. [`background`] drives one with the other for as long as the app runs.

pub mod background;
pub mod connection;
pub mod engine;
mod listening;
mod pinned;
pub mod segment;
pub mod trouble;

pub use background::{Background, Phase, Snapshot};
pub use connection::{Connection, Server};
pub use engine::{Answer, Ask, Engine, Round};
pub use segment::{Fetched, SegmentAsk};
pub use trouble::Trouble;
