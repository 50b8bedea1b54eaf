//! Stories over the whole server: each on SQLite and, where there is a cluster, on PostgreSQL.

mod bench;
mod door;
mod exchange;
mod identity;
mod tables;
