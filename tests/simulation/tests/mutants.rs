//! Each hand-made fault is caught, within a budget that `cargo xtask test` can spend.

#![cfg(feature = "mutants")]
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a fault that is not caught is the failure, and the run shows how soon each was"
)]

use shuke_domain::Mutant;
use shuke_simulation::{
    History,
    crowd::{Wish, run_many, wake},
    run, runtime,
    shrink::shrink,
};

/// How many histories a fault may live through.
const BUDGET: u64 = 2_000;

fn caught(mutant: Mutant) {
    let wish = Wish { from: 0, count: BUDGET, threads: 2, mutant: Some(mutant), first: true };
    let tally = run_many(wish, |_| {});
    let (seed, broken) = tally.broken.first().expect("lived through all its histories");
    println!("{}: seed {seed}, {} histories, {broken}", mutant.as_str(), tally.histories);
}

macro_rules! mutants {
    ($($test:ident = $mutant:ident,)*) => {
        $(#[test] fn $test() { caught(Mutant::$mutant); })*

        #[test]
        fn none_is_forgotten_here() {
            let tested = [$(Mutant::$mutant),*];
            assert!(Mutant::ALL.iter().all(|mutant| tested.contains(mutant)));
        }
    };
}

mutants! {
    outbox_dropped_early = OutboxDroppedEarly,
    outbox_apart = OutboxApart,
    dirty_cleared_in_flight = DirtyClearedInFlight,
    clocks_compared_wrongly = ClocksCompared,
    tombstone_forgotten = TombstoneForgotten,
    erasure_revived = ErasureRevived,
    unknown_field_dropped = UnknownFieldDropped,
    unknown_collection_skipped = UnknownCollectionSkipped,
    cursor_saved_early = CursorSavedEarly,
    page_end_skipped = PageEndSkipped,
    denied_row_kept = DeniedRowKept,
    device_unsynced = DeviceUnsynced,
    server_unsynced = ServerUnsynced,
    commit_skipped = CommitSkipped,
    workspace_lock_skipped = LockSkipped,
    bigserial = NumbersApart,
    clamp_not_remembered = ClampForgotten,
    nonce_ignored = NonceIgnored,
    epoch_ignored = EpochIgnored,
    offer_forgotten = OfferForgotten,
    rights_ignored = RightsIgnored,
    refusal_shows = RefusalShows,
    refused_in_silence = RefusedInSilence,
    old_name_kept = OldNameKept,
    mark_ignored = MarkIgnored,
    stuck_after_full_disk = StuckAfterFullDisk,
    late_message_is_copy = LateMessageIsCopy,
    scope_leave_forgotten = LeaveForgotten,
}

/// What a person reads of a fault: few steps, the same each time.
#[test]
fn a_history_that_breaks_is_made_short_and_breaks_the_same_way() {
    wake(Some(Mutant::DeniedRowKept));
    let runtime = runtime().unwrap();
    let (history, broken) = (0..200)
        .map(History::of)
        .find_map(|history| {
            runtime.block_on(run(&history, false)).broken.map(|broken| (history, broken))
        })
        .unwrap();
    let short = runtime.block_on(shrink(&history, broken.promise));
    assert!(short.steps.len() <= 3, "{:?}", short.steps);
    let (one, other) = (runtime.block_on(run(&short, true)), runtime.block_on(run(&short, true)));
    assert_eq!(one.hash, other.hash);
    assert_eq!(one.broken.unwrap().promise, broken.promise);
}
