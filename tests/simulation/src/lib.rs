//! A shop in one thread: devices, server, network, clocks and disks, driven step by step from a seed.
//!
//! The code under test is the code that ships: the store and the engine of devices, the service and
//! the database of the server, over SQLite with its cipher, on [disks](disk) that forget what was not
//! synced. A [history](plan) is drawn from its seed before it begins; after it the seven promises of
//! the design are [asked](check). Not here: HTTP, PostgreSQL and real processes, which have stories of
//! their own.

pub mod act;
pub mod broken;
pub mod chance;
pub mod check;
pub mod crowd;
pub mod device;
pub mod disk;
pub mod held;
pub mod ledger;
pub mod mishap;
pub mod plan;
pub mod run;
pub mod server;
pub mod shrink;
pub mod sight;
pub mod step;
pub mod template;
pub mod trace;
pub mod vfs;
pub mod world;

pub use broken::Broken;
pub use plan::History;
pub use run::{Ended, run, runtime};
