//! The shared server: one workspace, one numbered order, and who may add to it.
//!
//! Three layers. [`service`] decides and is all that tests and the simulation need; [`http`] only
//! carries it; [`database`] keeps rows on SQLite or PostgreSQL. Not here: what a thing is and how
//! two versions merge, which is `domain`'s, the same code that devices run.

pub mod certificate;
pub mod cli;
pub mod database;
pub mod http;
pub mod outside;
pub mod refused;
pub mod service;
pub mod settings;

pub use database::Database;
pub use outside::{Outside, System};
pub use refused::Refused;
pub use service::Service;
