//! The protocol as others speak it: every message as it is written down, and whole conversations of
//! the minor versions before and after this one, which must go on being held.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a conversation that cannot go on has failed, and says where"
)]

mod clients;
mod conversation;
mod messages;
mod playback;
mod servers;
