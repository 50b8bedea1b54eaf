//! One file of encrypted SQLite: rows, totals, search index, history and outbox, each change in one
//! transaction. Knows no network and no person's words.

pub mod apply;
pub mod backup;
pub mod club;
pub mod codec;
pub mod conflict;
pub mod customer;
pub mod doctor;
pub mod dump;
mod earning;
pub mod error;
mod filling;
pub mod grid;
pub mod history;
pub mod identity;
pub mod import;
mod indexing;
pub mod intake;
pub mod lens;
pub mod lookup;
mod migrate;
pub mod open;
pub mod outbox;
pub mod part;
pub mod pin;
pub mod purge;
pub mod reach;
mod refusing;
pub mod rules;
pub mod sale;
pub mod salvage;
pub mod search;
pub mod spread;
pub mod stop;
pub mod sync_state;
pub mod task;
pub mod team;
pub mod timeline;
pub mod totals;
pub mod touched;
pub mod write;

pub use error::StoreError;
pub use lens::Lens;
pub use open::{Key, Store};
pub use stop::Stop;
pub use write::{Author, Write};
