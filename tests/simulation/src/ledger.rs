//! Our own book of what was reported as saved: each entry must be found again at the end, or have
//! lost to something newer, or have been lost with the only machine that knew of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;
use shuke_domain::{Clock, Collection, DeviceId, Record, Stamp, edit};

use crate::held::{Holdings, Key};

/// One unit of one record, written and reported as saved.
#[derive(Clone, Debug)]
pub struct Entry {
    pub step: usize,
    /// The machine at which it was written, or whose copy of it speaks for it.
    pub slot: usize,
    pub key: Key,
    pub unit: String,
    pub stamp: Stamp,
    pub values: BTreeMap<String, Value>,
}

/// The book.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub entries: Vec<Entry>,
    /// What stamps became that lay too far ahead.
    clamps: HashMap<Stamp, Stamp>,
    /// The same by the clock alone: a device that took a new identity took its stamps along.
    lowest: HashMap<Clock, Clock>,
    /// What the server refused or put aside: nobody owes it any more.
    refused: HashSet<(usize, Key)>,
    /// What a restored server was offered by somebody without the right to it, as it was kept for
    /// the owner.
    aside: Vec<Record>,
    /// Whether a data folder was copied or put back: two machines may have written under one stamp,
    /// and which value wins then is nobody's fault.
    torn: bool,
}

impl Ledger {
    /// Notes what a device's own write left in a record.
    pub fn wrote(
        &mut self,
        step: usize,
        slot: usize,
        record: &Record,
        own: DeviceId,
        since: Clock,
    ) {
        let collection = Collection::find(&record.collection);
        let key = (record.collection.to_string(), record.id);
        let mut units: BTreeMap<String, (Stamp, BTreeMap<String, Value>)> = BTreeMap::new();
        for (field, value) in &record.fields {
            let unit = collection.map_or(field.as_str(), |collection| collection.unit_of(field));
            if let Some(stamp) = record.stamp_of(unit) {
                let entry = units.entry(unit.to_owned()).or_insert((stamp, BTreeMap::new()));
                entry.1.insert(field.clone(), value.clone());
            }
        }
        if let Some(life) = record.life {
            let value = BTreeMap::from([(edit::DELETED.to_owned(), Value::from(life.deleted))]);
            units.insert(edit::DELETED.to_owned(), (life.stamp, value));
        }
        for (unit, (stamp, values)) in units {
            if stamp.device == own && stamp.clock > since {
                self.entries.push(Entry { step, slot, key: key.clone(), unit, stamp, values });
            }
        }
    }

    /// Notes a stamp that the server set back; `false` where it said something else before.
    pub fn clamped(&mut self, original: Stamp, became: Stamp) -> bool {
        let lowest = self.lowest.entry(original.clock).or_insert(became.clock);
        *lowest = (*lowest).min(became.clock);
        *self.clamps.entry(original).or_insert(became) == became
    }

    pub fn refused(&mut self, slot: usize, key: Key) {
        self.refused.insert((slot, key));
    }

    pub fn is_refused(&self, slot: usize, key: &Key) -> bool {
        self.refused.contains(&(slot, key.clone()))
    }

    pub fn put_aside(&mut self, record: &Record) {
        self.aside.push(record.clone());
    }

    /// Whether an entry waits for the owner.
    pub fn is_aside(&self, entry: &Entry) -> bool {
        self.aside.iter().any(|record| {
            let mut kept = Holdings::default();
            kept.add(record.expanded());
            self.stands(entry, &kept)
        })
    }

    pub fn is_torn(&self) -> bool {
        self.torn
    }

    pub fn torn(&mut self) {
        self.torn = true;
    }

    /// Whether an entry is there, or has lost to something newer.
    pub fn stands(&self, entry: &Entry, held: &Holdings) -> bool {
        if held.is_erased(&entry.key) {
            return true;
        }
        let Some(stamp) = held.stamp(&entry.key, &entry.unit) else { return false };
        let same = stamp == entry.stamp || self.clamps.get(&entry.stamp) == Some(&stamp);
        if same {
            return self.torn || held.values(&entry.key, &entry.values) == entry.values;
        }
        let clock = entry.stamp.clock;
        stamp.clock >= self.lowest.get(&clock).copied().unwrap_or(clock).min(clock)
    }
}
