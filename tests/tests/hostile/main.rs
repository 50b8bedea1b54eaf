//! What may come from outside, at its worst: on the wire, in files, in the search box, in links.
//!
//! A target takes any bytes and promises: no panic, an end within its time, within its memory, and where
//! it says no, a code. Seeds lie in `tests/corpora/TARGET`, written by hand; what is too large to lie there
//! is grown here. All of them are replayed, and then changed, from a fixed seed, for a few seconds
//! (`SHUKE_TEST_LONG=1`: minutes).

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a target that breaks a promise has failed, and says with what"
)]

mod corpus;
mod import;
mod link;
mod reply;
mod request;
mod search;

/// Counts what Rust allocates, so that a target's memory can be held to its bound.
#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
