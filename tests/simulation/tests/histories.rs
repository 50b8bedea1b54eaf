//! A fixed budget of histories; `cargo xtask simulate` runs more.

use std::time::Instant;

use shuke_simulation::{
    History,
    crowd::{Wish, run_many},
    run, runtime,
};

#[test]
fn the_same_seed_is_the_same_history_to_the_step() {
    let runtime = runtime().unwrap();
    // One of them has disks that fail, one copies, one a server put back: see `History::of`.
    for seed in 0..4 {
        let history = History::of(seed);
        assert_eq!(history, History::of(seed));
        let (one, other) =
            (runtime.block_on(run(&history, true)), runtime.block_on(run(&history, true)));
        assert_eq!(one.lines, other.lines, "seed {seed}");
        assert_eq!(one.hash, other.hash, "seed {seed}");
    }
}

#[test]
fn no_history_breaks_a_promise() {
    let long = std::env::var_os("SHUKE_TEST_LONG").is_some_and(|value| value != "0");
    let count = if long { 20_000 } else { 150 };
    let begun = Instant::now();
    let wish = Wish { from: 0, count, threads: 4, mutant: None, first: false };
    let tally = run_many(wish, |_| {});
    println!("{} histories in {:.0} s", tally.histories, begun.elapsed().as_secs_f64());
    assert_eq!(tally.histories, count);
    assert!(tally.broken.is_empty(), "cargo xtask simulate --replay SEED: {:#?}", tally.broken);
}
