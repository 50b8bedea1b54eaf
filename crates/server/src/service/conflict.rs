//! Conflicts as the server writes them: records of its own, under its own stamp, in the push's
//! transaction. What is one, `domain` decides.

use std::collections::{HashMap, HashSet};

use shuke_domain::{
    Collection, DeviceId, FieldChange, HybridClock, Record, RecordId, Stamp,
    conflict::{clashes, ids_about, noted},
    edit::{DELETED, MADE},
    nouns::Conflict,
    wire::{Number, PushRow},
};

use super::clamping::Clamping;
use crate::{
    Refused,
    database::{Key, Stored, Tx},
};

/// How far back in a record's history the writer of what stands is looked for.
const LOOK_BACK: i64 = 500;

/// The server as a writer, and what it knows of who wrote what.
#[derive(Debug)]
pub(super) struct Referee {
    pub device: DeviceId,
    pub clock: HybridClock,
    now: u64,
    authors: HashMap<(Key, Stamp), RecordId>,
    /// Versions that came once already: whatever they met then was noted then.
    known: HashSet<(Key, Stamp)>,
}

impl Referee {
    /// Reads what may be needed: the conflicts there are about the rows, who wrote what stands, and
    /// which versions came before. Nothing of that for records that are new.
    pub async fn prepare(
        tx: &mut Tx,
        rows: &[PushRow],
        current: &mut HashMap<Key, Stored>,
        (device, clock): (DeviceId, HybridClock),
        now: u64,
    ) -> Result<Self, Refused> {
        let standing: Vec<Key> = current.keys().cloned().collect();
        let known = tx.known_changes(&standing).await?;
        let (mut wanted, mut authors) = (Vec::new(), HashMap::new());
        for row in rows {
            let key = (row.record.collection.to_string(), row.record.id);
            let Some(stored) = current.get(&key) else { continue };
            if row.record.erased {
                wanted.extend(ids_about(&stored.record).into_iter().map(key_of));
                continue;
            }
            let found = clashes(&row.record, &row.changes, row.author, &stored.record);
            if found.is_empty() {
                continue;
            }
            wanted.extend(found.iter().map(|clash| key_of(clash.id(key.1))));
            for chained in tx.history(&key, None, LOOK_BACK).await? {
                let change = chained.change;
                let fields: Vec<FieldChange> = serde_json::from_str(&change.fields)?;
                for field in fields {
                    let stamp = field.stamp.unwrap_or(change.stamp);
                    let author = field.author.unwrap_or(change.author);
                    authors.insert((key.clone(), stamp), author);
                }
            }
        }
        if !wanted.is_empty() {
            current.extend(tx.records(&wanted).await?);
        }
        Ok(Self { device, clock, now, authors, known })
    }

    /// Whether this version came before.
    pub fn knows(&self, key: &Key, stamp: Stamp) -> bool {
        self.known.contains(&(key.clone(), stamp))
    }

    /// Remembers a version of this push, so that a second one of the same name adds nothing.
    pub fn learn(&mut self, key: &Key, stamp: Stamp) -> bool {
        self.known.insert((key.clone(), stamp))
    }

    fn stamp(&mut self) -> Stamp {
        Stamp { clock: self.clock.tick(self.now), device: self.device }
    }

    /// The conflict records that a row brings about or changes.
    pub fn note(
        &mut self,
        row: &PushRow,
        key: &Key,
        current: &HashMap<Key, Stored>,
    ) -> Result<Vec<(Key, Stored)>, Refused> {
        let Some(stands) = current.get(key) else { return Ok(Vec::new()) };
        let mut written: Vec<(Key, Stored)> = Vec::new();
        for mut clash in clashes(&row.record, &row.changes, row.author, &stands.record) {
            clash.theirs.person = self.authors.get(&(key.clone(), clash.theirs.stamp)).copied();
            let id = key_of(clash.id(key.1));
            let before = written.iter().find(|(known, _)| *known == id).map(|(_, stored)| stored);
            let known = before.or_else(|| current.get(&id)).cloned();
            let stamp = self.stamp();
            let known_record = known.as_ref().map(|stored| &stored.record);
            let Some(record) = noted(known_record, &clash, &stands.record, stamp)? else {
                continue;
            };
            let number = known.map(|stored| stored.number).unwrap_or_default();
            // It travels with the record that it is about.
            let stored = Stored { scope: stands.scope.clone(), number, record };
            written.retain(|(known, _)| *known != id);
            written.push((id, stored));
        }
        Ok(written)
    }
}

/// The conflicts about a record that is erased: they hold what it held, and go with it.
pub(super) fn erased_with(stands: &Stored, current: &HashMap<Key, Stored>) -> Vec<(Key, Stored)> {
    let ids = ids_about(&stands.record).into_iter().map(key_of);
    let known = ids.filter_map(|key| current.get(&key).map(|stored| (key, stored)));
    known
        .filter(|(_, stored)| !stored.record.erased)
        .map(|(key, stored)| {
            let mut record = Record::empty(stored.record.collection.clone(), stored.record.id);
            record.erased = true;
            (key, Stored { scope: stored.scope.clone(), number: Number(0), record })
        })
        .collect()
}

fn key_of(id: RecordId) -> Key {
    (Conflict::COLLECTION.name.to_owned(), id)
}

/// What history keeps of a row: its changes, and that it was made here. A ledger's rows are their
/// own history; what is offered again by another device was made elsewhere.
pub(super) fn changes_of(row: &PushRow, new: bool, device: DeviceId) -> Vec<FieldChange> {
    let mut changes = Vec::with_capacity(row.changes.len() + 1);
    let ledger = Collection::find(&row.record.collection).is_some_and(|found| found.append_only);
    let stamp = row.record.stamp.filter(|stamp| new && !ledger && stamp.device == device);
    if let Some(stamp) = stamp {
        changes.push(FieldChange {
            field: MADE.to_owned(),
            stamp: Some(stamp),
            ..FieldChange::default()
        });
    }
    changes.extend(row.changes.iter().cloned());
    changes
}

/// The name of the version that a row leads to: the newest stamp among what changed.
pub(super) fn version_of(
    row: &PushRow,
    changes: &[FieldChange],
    clamping: &Clamping,
    device: DeviceId,
) -> Option<Stamp> {
    let stamp_of = |change: &FieldChange| {
        let record = &row.record;
        let unit = Collection::find(&record.collection)
            .map_or(change.field.as_str(), |known| known.unit_of(&change.field));
        let sent = if change.field == DELETED {
            record.life.map(|life| life.stamp)
        } else {
            record.stamp_of(unit)
        };
        change.stamp.or(sent)
    };
    changes.iter().filter_map(stamp_of).map(|stamp| clamping.became(stamp, device)).max()
}
