//! A person's change to a record, and what it did: the from and to that history and conflicts need.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::Stamp,
    code::{Code, Failure},
    collection::Collection,
    id::RecordId,
    nouns::Noun,
    record::{Life, Record},
};

/// Fields to set, and whether the record is to live. A `null` clears a field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    pub fields: BTreeMap<String, Value>,
    pub deleted: Option<bool>,
}

/// One field before and after, with the stamp it was based on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub from: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub to: Value,
    /// The stamp of the value that was replaced; `None` where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Stamp>,
    /// The stamp under which the new value was written. What a pull overwrote before it was ever
    /// sent has it nowhere else; apps before 1.1 do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Stamp>,
    /// Who wrote it: several people may write at one till before it syncs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<RecordId>,
}

/// The field name under which history keeps deletions and their undoing.
pub const DELETED: &str = "deleted";

/// The field name under which history keeps the making of a record.
pub const MADE: &str = "";

impl Edit {
    /// An edit that sets every field of a noun that has a value.
    pub fn setting<N: Noun>(noun: &N) -> Self {
        let fields = match serde_json::to_value(noun) {
            Ok(Value::Object(map)) => map.into_iter().collect(),
            _ => BTreeMap::new(),
        };
        Self { fields, deleted: None }
    }

    pub fn deleting(deleted: bool) -> Self {
        Self { fields: BTreeMap::new(), deleted: Some(deleted) }
    }

    /// The record after the edit, and what changed. Values that already stand are left out, so that
    /// saving an untouched form writes nothing and wins over nobody.
    pub fn apply(
        &self,
        record: &Record,
        stamp: Stamp,
    ) -> Result<(Record, Vec<FieldChange>), Failure> {
        self.write(record, stamp, false)
    }

    /// As [`apply`](Edit::apply), but what already stands is written again: a decision for it is
    /// one too, and wins over who decided otherwise before.
    pub fn insist(
        &self,
        record: &Record,
        stamp: Stamp,
    ) -> Result<(Record, Vec<FieldChange>), Failure> {
        self.write(record, stamp, true)
    }

    fn write(
        &self,
        record: &Record,
        stamp: Stamp,
        insist: bool,
    ) -> Result<(Record, Vec<FieldChange>), Failure> {
        let Some(collection) = Collection::find(&record.collection) else {
            return Err(Failure::new(Code::FieldUnknown).with("field", record.collection.as_ref()));
        };
        collection.check(&self.fields)?;
        if record.erased {
            return Err(Failure::new(Code::RecordNotFound).with("id", record.id.to_string()));
        }
        let mut next = record.clone();
        let mut changes = Vec::new();
        let mut stamps: BTreeMap<&str, Stamp> =
            record.units().into_iter().map(|(unit, set)| (unit, set.stamp)).collect();
        for (field, to) in &self.fields {
            let from = record.fields.get(field).cloned().unwrap_or(Value::Null);
            if from == *to && !(insist && record.fields.contains_key(field)) {
                continue;
            }
            let unit = collection.unit_of(field);
            changes.push(FieldChange {
                field: field.clone(),
                from,
                to: to.clone(),
                base: record.stamp_of(unit),
                stamp: Some(stamp),
                author: None,
            });
            next.fields.insert(field.clone(), to.clone());
            stamps.insert(unit, stamp);
        }
        next.set_stamps(&stamps);
        let is_deleted = record.is_deleted();
        if let Some(deleted) = self.deleted.filter(|deleted| insist || *deleted != is_deleted) {
            let base = record.life.map(|life| life.stamp);
            changes.push(FieldChange {
                field: DELETED.to_owned(),
                from: Value::from(is_deleted),
                to: Value::from(deleted),
                base,
                stamp: Some(stamp),
                author: None,
            });
            next.life = Some(Life { stamp, deleted });
        }
        Ok((next, changes))
    }
}

/// What a new record starts from.
pub fn create<N: Noun>(noun: &N, id: impl Into<RecordId>, stamp: Stamp) -> Result<Record, Failure> {
    Edit::setting(noun)
        .apply(&Record::empty(N::COLLECTION.name, id.into()), stamp)
        .map(|(record, _)| record)
}
