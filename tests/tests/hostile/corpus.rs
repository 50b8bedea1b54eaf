//! Seeds, what becomes of them, and whether a target keeps its promises about each.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};

use rand::{Rng as _, RngCore as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use tokio::runtime::Runtime;

use crate::MEMORY;

/// Larger ones are not changed: a second is better spent on a thousand small ones.
const CHANGED: usize = 64 * 1024;

const SEED: u64 = 20_260_726;

pub struct Target {
    /// The folder of its seeds.
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// What is too large to be committed.
    pub grown: fn() -> Vec<(&'static str, Vec<u8>)>,
    /// What means something to it.
    pub words: &'static [&'static str],
    /// In which it ends, whatever comes.
    pub within: Duration,
    /// The most memory beside the bytes themselves, in MiB.
    pub memory: usize,
}

/// One at a time: the memory that is counted is the whole program's.
static TURN: Mutex<()> = Mutex::new(());

impl Target {
    /// Replays every seed, then changes of them.
    pub fn attack(&self) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        // What a target builds for all its inputs is not one input's.
        (self.run)(b"");
        let seeds = seeds(self.name);
        for (name, bytes) in &seeds {
            self.hold(name, bytes);
        }
        for (name, bytes) in (self.grown)() {
            self.hold(name, &bytes);
        }
        let small: Vec<&[u8]> = seeds
            .iter()
            .map(|(_, bytes)| bytes.as_slice())
            .filter(|seed| seed.len() <= CHANGED)
            .collect();
        let mut chance = ChaCha8Rng::seed_from_u64(SEED);
        let until = Instant::now() + Duration::from_secs(if shuke_tests::long() { 180 } else { 5 });
        let mut count = 0_u64;
        while Instant::now() < until {
            let bytes = changed(&small, self.words, &mut chance);
            self.hold("a change of a seed", &bytes);
            count += 1;
        }
        println!("{}: {} seeds, {count} changes", self.name, seeds.len());
    }

    /// Fails where a promise is broken, and keeps what broke it.
    fn hold(&self, name: &str, bytes: &[u8]) {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let (tell, told) = channel();
        let (run, input) = (self.run, Arc::<[u8]>::from(bytes));
        let running = thread::spawn(move || {
            run(&input);
            let _ = tell.send(());
        });
        let broken = match told.recv_timeout(self.within) {
            Ok(()) => None,
            Err(RecvTimeoutError::Timeout) => Some("does not end"),
            Err(RecvTimeoutError::Disconnected) => Some("panics"),
        };
        if broken != Some("does not end") {
            let _ = running.join();
        }
        let most = self.memory * 1024 * 1024 + bytes.len() * 8;
        let took = MEMORY.peak_usage().saturating_sub(before);
        let broken =
            broken.map(str::to_owned).or((took > most).then(|| format!("takes {took} bytes")));
        if let Some(broken) = broken {
            let file = std::env::temp_dir().join(format!("shuke-hostile-{}", self.name));
            fs::write(&file, bytes).unwrap();
            panic!("{}: {name} {broken}; it lies in {}", self.name, file.display());
        }
    }
}

/// What a target runs on: one thread, built once and kept.
pub fn runtime() -> Runtime {
    let one = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    one.unwrap()
}

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora").join(target)
}

fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(folder(target)).unwrap().map(|file| file.unwrap().path());
    let mut seeds: Vec<_> = files
        .map(|file| {
            (file.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&file).unwrap())
        })
        .collect();
    seeds.sort();
    assert!(seeds.len() > 8, "{target} has no seeds");
    seeds
}

/// One seed after one to four changes: bits turned, pieces cut, doubled, mixed with another seed's, words put in.
fn changed(seeds: &[&[u8]], words: &[&str], chance: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = seeds.choose(chance).copied().unwrap_or_default().to_vec();
    for _ in 0..chance.random_range(1..=4) {
        let at = chance.random_range(0..=bytes.len());
        let end = chance.random_range(at..=bytes.len().min(at + 64));
        match chance.random_range(0..7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.random_range(0..8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                let times = chance.random_range(1..=32);
                bytes.splice(at..at, piece.repeat(times));
            }
            3 => {
                let other = seeds.choose(chance).copied().unwrap_or_default();
                let from = chance.random_range(0..=other.len());
                let to = chance.random_range(from..=other.len().min(from + 256));
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            4 => {
                let word = words.choose(chance).copied().unwrap_or_default();
                bytes.splice(at..at, word.bytes());
            }
            5 => {
                let mut noise = [0; 4];
                chance.fill_bytes(&mut noise);
                bytes.splice(at..end, noise);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}
