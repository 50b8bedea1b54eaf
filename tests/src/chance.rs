//! Chance that can be had again: every story that rolls dice prints the seed it rolled with.

use rand::{Rng as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;

/// A seeded source of chance.
#[derive(Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// From `SHUKE_SEED` where a failure is to be seen again, else a new one.
    pub fn new(story: &str) -> Self {
        let given = std::env::var("SHUKE_SEED").ok().and_then(|text| text.parse().ok());
        let seed: u64 = given.unwrap_or_else(|| rand::rng().random());
        println!("{story}: SHUKE_SEED={seed}");
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// At least 0, below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0.random_range(0..limit.max(1))
    }

    /// True once in `of` times.
    pub fn once_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.choose(&mut self.0)
    }
}
