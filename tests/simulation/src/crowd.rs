//! Many histories at once: each thread has a runtime of its own, and a history never leaves its thread.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use shuke_domain::Mutant;

use crate::{
    broken::Broken,
    plan::History,
    run::{run, runtime},
};

/// What many histories came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub histories: u64,
    /// The seeds whose histories broke a promise, and how.
    pub broken: Vec<(u64, Broken)>,
}

/// Which seeds, by how many threads, with which fault awake.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub from: u64,
    pub count: u64,
    pub threads: usize,
    pub mutant: Option<Mutant>,
    /// Ends with the first broken promise: a mutant is caught once.
    pub first: bool,
}

/// Runs them. `heard` is told of each history that ended.
pub fn run_many(wish: Wish, heard: impl Fn(u64) + Sync) -> Tally {
    let next = AtomicU64::new(wish.from);
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..wish.threads.max(1) {
            scope.spawn(|| {
                wake(wish.mutant);
                let Ok(runtime) = runtime() else { return };
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= wish.from.saturating_add(wish.count) {
                        return;
                    }
                    let ended = runtime.block_on(run(&History::of(seed), false));
                    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                    tally.histories += 1;
                    if let Some(broken) = ended.broken {
                        tally.broken.push((seed, broken));
                        if wish.first {
                            next.store(u64::MAX / 2, Ordering::Relaxed);
                        }
                    }
                    heard(tally.histories);
                }
            });
        }
    });
    let mut tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    tally.broken.sort_by_key(|(seed, _)| *seed);
    tally
}

/// Wakes a fault on this thread, where the build has any.
pub fn wake(mutant: Option<Mutant>) {
    #[cfg(feature = "mutants")]
    Mutant::wake(mutant);
    #[cfg(not(feature = "mutants"))]
    let _ = mutant;
}
