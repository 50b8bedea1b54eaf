//! Stories over the whole server: each on SQLite and, where there is a cluster, on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a story that cannot go on fails, and says what it skips"
)]

mod bench;
mod conflict;
mod door;
mod exchange;
mod history;
mod identity;
mod limits;
mod rate;
mod scopes;
mod segments;
mod tables;
