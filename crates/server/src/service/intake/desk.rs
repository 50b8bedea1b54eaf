//! The records that an intake reads and writes: what it wrote itself is found like what was there.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use shuke_domain::{
    Clock, Collection, DeviceId, Edit, HybridClock, Record, RecordId, Scope, Stamp,
    nouns::{Sale, Store},
    wire::Number,
};

use crate::{
    Refused,
    database::{Change, Key, Stored, Tx, words_of},
};

pub(super) struct Desk<'a> {
    tx: &'a mut Tx,
    device: DeviceId,
    clock: HybridClock,
    now: u64,
    held: HashMap<Key, Option<Stored>>,
    /// What records are found by that are written here.
    fresh: HashMap<String, BTreeSet<RecordId>>,
    /// In the order in which they first changed.
    changed: Vec<Key>,
    changes: Vec<Change>,
}

impl<'a> Desk<'a> {
    pub fn new(tx: &'a mut Tx, (device, clock): (DeviceId, HybridClock), now: u64) -> Self {
        Self {
            tx,
            device,
            clock,
            now,
            held: HashMap::new(),
            fresh: HashMap::new(),
            changed: Vec::new(),
            changes: Vec::new(),
        }
    }

    pub fn stamp(&mut self) -> Stamp {
        Stamp { clock: self.clock.tick(self.now), device: self.device }
    }

    pub async fn record(
        &mut self,
        collection: &Collection,
        id: RecordId,
    ) -> Result<Option<Record>, Refused> {
        let key: Key = (collection.name.to_owned(), id);
        if !self.held.contains_key(&key) {
            let found = self.tx.records(std::slice::from_ref(&key)).await?.remove(&key);
            self.held.insert(key.clone(), found);
        }
        let stored = self.held.get(&key).and_then(Option::as_ref);
        Ok(stored.map(|stored| stored.record.clone()))
    }

    /// Living records that go by a word, the oldest first.
    pub async fn going_by(
        &mut self,
        collection: &Collection,
        word: &str,
    ) -> Result<Vec<Record>, Refused> {
        let mut ids: BTreeSet<RecordId> = self.tx.looked_up(word).await?.into_iter().collect();
        ids.extend(self.fresh.get(word).into_iter().flatten().copied());
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let record = self.record(collection, id).await?;
            found.extend(record.filter(|record| !record.is_deleted() && !record.erased));
        }
        Ok(found)
    }

    pub async fn store_named(&mut self, name: &str) -> Result<Option<RecordId>, Refused> {
        store_named(self.tx, name).await
    }

    pub fn put(&mut self, record: Record) {
        let key: Key = (record.collection.to_string(), record.id);
        for word in words_of(&record) {
            self.fresh.entry(word).or_default().insert(record.id);
        }
        let before = self.held.remove(&key).flatten();
        let scope = before.map_or_else(Scope::workspace, |stored| stored.scope);
        if !self.changed.contains(&key) {
            self.changed.push(key.clone());
        }
        self.held.insert(key, Some(Stored { scope, number: Number(0), record }));
    }

    /// Lets a sale say what it did not say, in somebody's name.
    pub fn complete(
        &mut self,
        sale: &Record,
        fields: impl IntoIterator<Item = (String, Value)>,
        author: RecordId,
    ) -> Result<(), Refused> {
        let stamp = self.stamp();
        let edit = Edit { fields: fields.into_iter().collect(), deleted: None };
        let (record, changes) = edit.apply(sale, stamp)?;
        if changes.is_empty() {
            return Ok(());
        }
        self.changes.push(Change {
            key: (Sale::COLLECTION.name.to_owned(), sale.id),
            stamp,
            number: Number(0),
            author,
            device: self.device,
            at: self.now,
            fields: serde_json::to_string(&changes)?,
        });
        self.put(record);
        Ok(())
    }

    /// What is to be written, what history keeps of it, and how far the clock went.
    pub fn closed(mut self) -> (Vec<Stored>, Vec<Change>, Clock) {
        let rows = self.changed.iter().filter_map(|key| self.held.remove(key).flatten());
        let rows: Vec<Stored> = rows.collect();
        (rows, self.changes, self.clock.last())
    }
}

/// A store by its name or code.
pub(super) async fn store_named(tx: &mut Tx, name: &str) -> Result<Option<RecordId>, Refused> {
    let stores = tx.living(Store::COLLECTION.name).await?;
    let named = |store: &&Record| [store.text("name"), store.text("code")].contains(&Some(name));
    Ok(stores.iter().find(named).map(|store| store.id))
}
