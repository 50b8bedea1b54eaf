//! A disk in memory that forgets what it was not told to sync, fills up, tears writes, and can be
//! taken away between any two of them.
//!
//! Pure state behind one lock: [`vfs`](crate::vfs) is what SQLite sees of it. Making and removing a
//! file count as durable at once; only its bytes have to be synced.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

use crate::chance::Chance;

/// A write lands in pieces of this size; a cut may leave any number of them.
const SECTOR: usize = 512;

/// The files of a disk, as one moment left them. Cheap to hand on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image(pub BTreeMap<String, Arc<[u8]>>);

/// What happens at a write or sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process ends before it; what was written stays, synced or not.
    Kill,
    /// The power goes: of what was not synced any part may be there, in any order.
    Cut,
    /// It fails and leaves nothing.
    Fails,
    /// It fails and leaves a part.
    Torn,
    /// From now on nothing grows any more, until somebody makes room.
    Full,
}

/// What a call on the disk came to, where it was not well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Failed,
    Full,
    /// There is nobody any more who could see the answer.
    Gone,
}

/// One machine's disk during one life of its process.
#[derive(Debug)]
pub struct Disk(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, File>,
    gone: bool,
    full: bool,
    armed: Option<(u32, Fault, u64)>,
    /// Writes, syncs and truncations so far.
    touched: u64,
    handles: u64,
}

/// A file, and what of it is not safe yet.
#[derive(Debug, Default)]
struct File {
    bytes: Vec<u8>,
    pending: Vec<Pending>,
    locks: BTreeMap<u64, Lock>,
    regions: Vec<Region>,
    slots: BTreeMap<u64, [Slot; SLOTS]>,
}

/// A change since the last sync: what was there before, and what was put.
#[derive(Debug)]
struct Pending {
    at: usize,
    old: Vec<u8>,
    new: Vec<u8>,
    length_before: usize,
    cuts: bool,
}

/// Shared memory of a write-ahead log: words that several connections see.
pub type Region = Arc<[AtomicU64]>;

/// How many locks the shared memory has.
pub const SLOTS: usize = 8;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slot {
    #[default]
    Free,
    Shared,
    Exclusive,
}

/// SQLite's five states of a file lock, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    #[default]
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

impl Disk {
    pub fn new(image: &Image) -> Arc<Self> {
        let files = image
            .0
            .iter()
            .map(|(name, bytes)| (name.clone(), File { bytes: bytes.to_vec(), ..File::default() }));
        Arc::new(Self(Mutex::new(State { files: files.collect(), ..State::default() })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files as the next process finds them. This life of the disk ends: whoever still holds
    /// it gets errors only.
    pub fn end(&self) -> Image {
        let mut state = self.state();
        state.gone = true;
        state.image()
    }

    /// The files as they are, for a copy made while nobody writes.
    pub fn image(&self) -> Image {
        self.state().image()
    }

    /// The power goes now.
    pub fn cut(&self, seed: u64) {
        self.state().cut(seed);
    }

    /// Lets a fault happen at the write after `after` more.
    pub fn arm(&self, after: u32, fault: Fault, seed: u64) {
        self.state().armed = Some((after, fault, seed));
    }

    /// Takes back what was armed and makes room.
    pub fn heal(&self) {
        let mut state = self.state();
        state.armed = None;
        state.full = false;
    }

    pub fn is_gone(&self) -> bool {
        self.state().gone
    }

    /// How many writes, syncs and truncations there were.
    pub fn touched(&self) -> u64 {
        self.state().touched
    }

    pub(crate) fn handle(&self) -> u64 {
        let mut state = self.state();
        state.handles += 1;
        state.handles
    }

    /// Opens a file, making it where that is wanted.
    pub(crate) fn open(&self, name: &str, create: bool) -> Result<(), Wrong> {
        let mut state = self.state();
        if state.gone {
            return Err(Wrong::Gone);
        }
        if create {
            state.files.entry(name.to_owned()).or_default();
        }
        if state.files.contains_key(name) { Ok(()) } else { Err(Wrong::Failed) }
    }

    pub(crate) fn remove(&self, name: &str) -> Result<bool, Wrong> {
        let mut state = self.state();
        if state.gone || state.fault() {
            return Err(Wrong::Gone);
        }
        Ok(state.files.remove(name).is_some())
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.state().files.get(name).is_some_and(|file| !file.bytes.is_empty())
    }

    /// Fills `out` from a place; gives how much was there.
    pub(crate) fn read(&self, name: &str, at: usize, out: &mut [u8]) -> Result<usize, Wrong> {
        let mut state = self.state();
        let file = state.file(name)?;
        let there = file.bytes.get(at..).unwrap_or_default();
        let count = there.len().min(out.len());
        out[..count].copy_from_slice(&there[..count]);
        out[count..].fill(0);
        Ok(count)
    }

    pub(crate) fn write(&self, name: &str, at: usize, bytes: &[u8]) -> Result<(), Wrong> {
        let mut state = self.state();
        state.file(name)?;
        state.touched += 1;
        match state.due() {
            None => {}
            Some((Fault::Kill, _)) => {
                state.gone = true;
                return Err(Wrong::Gone);
            }
            Some((Fault::Cut, seed)) => {
                state.file(name)?.put(at, bytes);
                state.cut(seed);
                return Err(Wrong::Gone);
            }
            Some((Fault::Fails, _)) => return Err(Wrong::Failed),
            Some((Fault::Torn, seed)) => {
                let part = Chance::new(seed).below(bytes.len() / SECTOR + 1) * SECTOR;
                state.file(name)?.put(at, &bytes[..part.min(bytes.len())]);
                return Err(Wrong::Failed);
            }
            Some((Fault::Full, _)) => state.full = true,
        }
        let full = state.full;
        let file = state.file(name)?;
        if full && at + bytes.len() > file.bytes.len() {
            return Err(Wrong::Full);
        }
        file.put(at, bytes);
        Ok(())
    }

    pub(crate) fn truncate(&self, name: &str, length: usize) -> Result<(), Wrong> {
        let mut state = self.state();
        state.file(name)?;
        state.touched += 1;
        if state.fault() {
            return Err(Wrong::Failed);
        }
        state.file(name)?.cut_off(length);
        Ok(())
    }

    pub(crate) fn sync(&self, name: &str) -> Result<(), Wrong> {
        let mut state = self.state();
        state.file(name)?;
        state.touched += 1;
        if state.fault() {
            return Err(Wrong::Failed);
        }
        state.file(name)?.pending.clear();
        Ok(())
    }

    pub(crate) fn length(&self, name: &str) -> Result<usize, Wrong> {
        Ok(self.state().file(name)?.bytes.len())
    }

    /// Raises the lock of a handle; `false` where another one is in the way.
    pub(crate) fn lock(&self, name: &str, handle: u64, wanted: Lock) -> Result<bool, Wrong> {
        let mut state = self.state();
        let locks = &mut state.file(name)?.locks;
        if locks.get(&handle).is_some_and(|held| *held >= wanted) {
            return Ok(true);
        }
        let others = locks.iter().filter(|(other, _)| **other != handle).map(|(_, lock)| *lock);
        let highest = others.max().unwrap_or_default();
        let granted = match wanted {
            Lock::None | Lock::Shared => (highest < Lock::Pending).then_some(wanted),
            Lock::Reserved => (highest < Lock::Reserved).then_some(wanted),
            Lock::Pending | Lock::Exclusive if highest >= Lock::Reserved => None,
            // Nobody new comes in; who is in may finish reading.
            Lock::Pending | Lock::Exclusive if highest == Lock::Shared => Some(Lock::Pending),
            Lock::Pending | Lock::Exclusive => Some(wanted),
        };
        if let Some(lock) = granted {
            locks.insert(handle, lock);
        }
        Ok(granted == Some(wanted))
    }

    pub(crate) fn unlock(&self, name: &str, handle: u64, kept: Lock) {
        if let Ok(file) = self.state().file(name) {
            match kept {
                Lock::None => drop(file.locks.remove(&handle)),
                kept => drop(file.locks.insert(handle, kept)),
            }
        }
    }

    pub(crate) fn is_reserved(&self, name: &str) -> Result<bool, Wrong> {
        Ok(self.state().file(name)?.locks.values().any(|lock| *lock >= Lock::Reserved))
    }

    /// A region of the shared memory, of so many bytes; made where that is wanted.
    pub(crate) fn region(
        &self,
        name: &str,
        handle: u64,
        (index, size): (usize, usize),
        make: bool,
    ) -> Result<Option<Region>, Wrong> {
        let mut state = self.state();
        let file = state.file(name)?;
        file.slots.entry(handle).or_default();
        while make && file.regions.len() <= index {
            file.regions.push((0..size.div_ceil(8)).map(|_| AtomicU64::new(0)).collect());
        }
        Ok(file.regions.get(index).cloned())
    }

    /// Sets a run of the shared memory's locks; `false` where another connection is in the way.
    pub(crate) fn slots(
        &self,
        name: &str,
        handle: u64,
        run: std::ops::Range<usize>,
        wanted: Slot,
    ) -> Result<bool, Wrong> {
        let mut state = self.state();
        let file = state.file(name)?;
        let blocked = file.slots.iter().filter(|(other, _)| **other != handle).any(|(_, slots)| {
            slots[run.clone()].iter().any(|held| match wanted {
                Slot::Free => false,
                Slot::Shared => *held == Slot::Exclusive,
                Slot::Exclusive => *held != Slot::Free,
            })
        });
        if !blocked {
            file.slots.entry(handle).or_default()[run].fill(wanted);
        }
        Ok(!blocked)
    }

    /// A connection leaves the shared memory; with the last one it goes.
    pub(crate) fn leave(&self, name: &str, handle: u64) {
        if let Some(file) = self.state().files.get_mut(name) {
            file.slots.remove(&handle);
            if file.slots.is_empty() {
                file.regions.clear();
            }
        }
    }
}

impl State {
    fn image(&self) -> Image {
        let files =
            self.files.iter().map(|(name, file)| (name.clone(), file.bytes.as_slice().into()));
        Image(files.collect())
    }

    fn file(&mut self, name: &str) -> Result<&mut File, Wrong> {
        if self.gone {
            return Err(Wrong::Gone);
        }
        self.files.get_mut(name).ok_or(Wrong::Failed)
    }

    /// The armed fault, if it is due now.
    fn due(&mut self) -> Option<(Fault, u64)> {
        let (after, fault, seed) = self.armed?;
        if after > 0 {
            self.armed = Some((after - 1, fault, seed));
            return None;
        }
        self.armed = None;
        Some((fault, seed))
    }

    /// The same where no bytes are at stake: whether the call fails.
    fn fault(&mut self) -> bool {
        match self.due() {
            None => false,
            Some((Fault::Kill, _)) => {
                self.gone = true;
                true
            }
            Some((Fault::Cut, seed)) => {
                self.cut(seed);
                true
            }
            Some((Fault::Fails | Fault::Torn, _)) => true,
            Some((Fault::Full, _)) => {
                self.full = true;
                false
            }
        }
    }

    fn cut(&mut self, seed: u64) {
        let mut chance = Chance::new(seed);
        self.gone = true;
        for file in self.files.values_mut() {
            file.forget(&mut chance);
        }
    }
}

impl File {
    fn put(&mut self, at: usize, bytes: &[u8]) {
        let length_before = self.bytes.len();
        let end = at + bytes.len();
        let old = self.bytes.get(at..end.min(length_before)).unwrap_or_default().to_vec();
        self.pending.push(Pending { at, old, new: bytes.to_vec(), length_before, cuts: false });
        lay(&mut self.bytes, at, bytes);
    }

    fn cut_off(&mut self, length: usize) {
        let length_before = self.bytes.len();
        let old = self.bytes.get(length..).unwrap_or_default().to_vec();
        self.pending.push(Pending { at: length, old, new: Vec::new(), length_before, cuts: true });
        self.bytes.resize(length, 0);
    }

    /// Goes back to the last sync, then lets any part of what came after have reached the disk.
    fn forget(&mut self, chance: &mut Chance) {
        let pending = std::mem::take(&mut self.pending);
        for change in pending.iter().rev() {
            self.bytes.resize(change.length_before, 0);
            lay(&mut self.bytes, change.at, &change.old);
        }
        // Mostly all or nothing of it, so that neither is rare.
        let kind = chance.below(4);
        for change in &pending {
            let kept = match (kind, chance.below(3)) {
                (0, _) | (2 | 3, 0) => 0,
                (1, _) | (2 | 3, 1) => change.new.len(),
                _ => chance.below(change.new.len() / SECTOR + 1) * SECTOR,
            };
            if change.cuts {
                if kind == 1 || kept > 0 {
                    self.bytes.resize(change.at, 0);
                }
            } else if kept > 0 {
                lay(&mut self.bytes, change.at, &change.new[..kept.min(change.new.len())]);
            }
        }
    }
}

fn lay(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    if bytes.len() < at + new.len() {
        bytes.resize(at + new.len(), 0);
    }
    bytes[at..at + new.len()].copy_from_slice(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk() -> Arc<Disk> {
        let disk = Disk::new(&Image::default());
        disk.open("f", true).unwrap();
        disk
    }

    fn bytes(image: &Image) -> Vec<u8> {
        image.0["f"].to_vec()
    }

    #[test]
    fn what_was_synced_outlives_the_power_and_the_rest_may_not() {
        let mut lengths = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let disk = disk();
            disk.write("f", 0, &[1; 2048]).unwrap();
            disk.sync("f").unwrap();
            disk.write("f", 2048, &[2; 2048]).unwrap();
            disk.write("f", 0, &[3; 512]).unwrap();
            disk.cut(seed);
            assert_eq!(disk.write("f", 0, &[9]), Err(Wrong::Gone));
            let left = bytes(&disk.end());
            assert!(left[512..2048].iter().all(|byte| *byte == 1), "{seed}");
            assert!(left[0] == 1 || left[0] == 3);
            lengths.insert(left.len());
        }
        assert!(lengths.contains(&2048) && lengths.contains(&4096) && lengths.len() > 3);
    }

    #[test]
    fn a_killed_process_leaves_all_it_wrote() {
        let disk = disk();
        disk.write("f", 0, &[1; 10]).unwrap();
        disk.arm(1, Fault::Kill, 0);
        disk.write("f", 10, &[2; 10]).unwrap();
        assert_eq!(disk.sync("f"), Err(Wrong::Failed));
        assert!(disk.is_gone());
        assert_eq!(bytes(&disk.end()).len(), 20);
    }

    #[test]
    fn a_full_disk_still_lets_old_bytes_be_replaced() {
        let disk = disk();
        disk.write("f", 0, &[1; 10]).unwrap();
        disk.arm(0, Fault::Full, 0);
        assert_eq!(disk.write("f", 10, &[2]), Err(Wrong::Full));
        assert_eq!(disk.write("f", 0, &[3; 10]), Ok(()));
        disk.heal();
        assert_eq!(disk.write("f", 10, &[2]), Ok(()));
    }

    #[test]
    fn locks_keep_others_out() {
        let disk = disk();
        assert_eq!(disk.lock("f", 1, Lock::Shared), Ok(true));
        assert_eq!(disk.lock("f", 2, Lock::Shared), Ok(true));
        assert_eq!(disk.lock("f", 1, Lock::Reserved), Ok(true));
        assert_eq!(disk.lock("f", 2, Lock::Reserved), Ok(false));
        assert_eq!(disk.lock("f", 1, Lock::Exclusive), Ok(false));
        assert_eq!(disk.lock("f", 3, Lock::Shared), Ok(false));
        disk.unlock("f", 2, Lock::None);
        assert_eq!(disk.lock("f", 1, Lock::Exclusive), Ok(true));
        assert_eq!(disk.slots("f", 1, 0..2, Slot::Shared), Ok(true));
        assert_eq!(disk.slots("f", 2, 1..2, Slot::Exclusive), Ok(false));
    }
}
