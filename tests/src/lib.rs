//! What stories over several crates stand on: devices and servers as real processes, real input,
//! and a place for pictures. No rule of the product is written here.
//!
//! See `docs/testing.md` for the variables that say where things are.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a story that cannot go on has failed, and says why"
)]

pub mod bench;
pub mod binaries;
pub mod chance;
pub mod cluster;
pub mod data;
pub mod device;
pub mod load;
pub mod server;
pub mod shop;
pub mod window;

pub use chance::Chance;
pub use cluster::on_each_database;
pub use device::{Device, Refused, sync_until_quiet};
pub use server::{Place, Server};
pub use shop::Shop;
pub use window::Window;

/// Whether the long form of a story is asked for.
pub fn long() -> bool {
    std::env::var_os("SHUKE_TEST_LONG").is_some_and(|value| value != "0")
}

/// Says in words that a story is not told here; `cargo xtask test` repeats the line.
pub fn skip(reason: &str) {
    println!("skipped: {reason}");
}
