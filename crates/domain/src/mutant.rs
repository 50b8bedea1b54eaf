//! Hand-made faults. Each stands where a mistake would be easy and costly; the simulation must catch
//! every one of them, or it proves nothing about the code without them.
//!
//! They exist only under the feature `mutants`, which nothing turns on but the simulation's own
//! tests (`cargo xtask tidy` checks that); without it [`Mutant::awake`] is `false` at compile time
//! and nothing of them is left. One may be awake at a time, on one thread.

macro_rules! mutants {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A fault that can be woken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mutant { $($(#[$doc])* $name,)* }

        impl Mutant {
            pub const ALL: &'static [Mutant] = &[$(Mutant::$name,)*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Mutant::$name => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Mutant> {
                Mutant::ALL.iter().copied().find(|mutant| mutant.as_str() == text)
            }
        }
    };
}

mutants! {
    /// A row leaves the outbox when it is sent, not when it is confirmed.
    OutboxDroppedEarly = "outbox-dropped-early",
    /// A row's place in the outbox is a transaction of its own, after the row's.
    OutboxApart = "outbox-apart",
    /// A confirmed row leaves the outbox although it was edited while in flight.
    DirtyClearedInFlight = "dirty-cleared-in-flight",
    /// Stamps are compared by device first, then by clock.
    ClocksCompared = "clocks-compared-wrongly",
    /// A deletion is forgotten where the other side does not know of it.
    TombstoneForgotten = "tombstone-forgotten",
    /// An erased record comes back when someone edits it.
    ErasureRevived = "erasure-revived",
    /// Fields that this version does not know are dropped when a row is written.
    UnknownFieldDropped = "unknown-field-dropped",
    /// Records of unknown collections are not kept.
    UnknownCollectionSkipped = "unknown-collection-skipped",
    /// The cursor is saved before the page that it speaks of.
    CursorSavedEarly = "cursor-saved-early",
    /// The last row of a page is stepped over.
    PageEndSkipped = "page-end-skipped",
    /// A refused row stays as it is on the device.
    DeniedRowKept = "denied-row-kept",
    /// What a device edited is not written through to its disk.
    DeviceUnsynced = "device-unsynced",
    /// What the server answered is not written through to its disk.
    ServerUnsynced = "server-unsynced",
    /// The server answers a push and does not commit it.
    CommitSkipped = "commit-skipped",
    /// The server reads what stands before it takes the workspace's lock.
    LockSkipped = "workspace-lock-skipped",
    /// Numbers are handed out and seen before their rows are, as a `bigserial` does.
    NumbersApart = "bigserial",
    /// Stamps set back are not remembered.
    ClampForgotten = "clamp-not-remembered",
    /// Any nonce is good.
    NonceIgnored = "nonce-ignored",
    /// A cursor of another epoch is taken for one of this.
    EpochIgnored = "epoch-ignored",
    /// After a restore of the server nobody offers again what it lost.
    OfferForgotten = "offer-forgotten",
    /// Every role is sent everything.
    RightsIgnored = "rights-ignored",
    /// A refusal carries the server's version, whoever asked.
    RefusalShows = "refusal-shows",
    /// A refused write comes back as no task.
    RefusedInSilence = "refused-in-silence",
    /// A copy that takes a new identity leaves its old name on what waits.
    OldNameKept = "old-name-kept",
    /// The word of a place in the order is not looked at.
    MarkIgnored = "mark-ignored",
    /// A connection that a full disk took its transaction from is used on.
    StuckAfterFullDisk = "stuck-after-full-disk",
    /// A message that came late makes its device a copy.
    LateMessageIsCopy = "late-message-is-copy",
    /// A record that goes out of a place leaves no word of it there.
    LeaveForgotten = "scope-leave-forgotten",
}

impl Mutant {
    /// Whether this one is awake on this thread.
    #[cfg(not(feature = "mutants"))]
    pub const fn awake(self) -> bool {
        false
    }

    /// Whether this one is awake on this thread.
    #[cfg(feature = "mutants")]
    pub fn awake(self) -> bool {
        awake::IS.with(|awake| awake.get() == Some(self))
    }

    /// Wakes one on this thread, or none.
    #[cfg(feature = "mutants")]
    pub fn wake(mutant: Option<Mutant>) {
        awake::IS.with(|awake| awake.set(mutant));
    }
}

#[cfg(feature = "mutants")]
mod awake {
    use std::cell::Cell;

    use super::Mutant;

    thread_local! {
        pub(super) static IS: Cell<Option<Mutant>> = const { Cell::new(None) };
    }
}
