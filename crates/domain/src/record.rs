//! A record: a map of fields with one clock, exceptions only for the units that differ, a deletion
//! with a clock of its own, and erasure, which is final.
//!
//! Normal form: the base stamp is the oldest unit's; exceptions lie above it; fields never set have
//! none. [`Record::merge`] is commutative, associative and idempotent, and keeps what it does not know.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{clock::Stamp, collection::Collection, id::RecordId, mutant::Mutant, nouns::Noun};

/// Whether a record is deleted, and since which write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Life {
    pub stamp: Stamp,
    pub deleted: bool,
}

/// One version of one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub collection: Cow<'static, str>,
    pub id: RecordId,
    /// The stamp of the oldest unit; absent while no field was ever set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Stamp>,
    /// Stamps of the units that are newer than the base.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exceptions: BTreeMap<String, Stamp>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<Life>,
    /// Erased for privacy: no field is left, and no later write brings one back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

impl Record {
    /// A record of which nothing is known yet.
    pub fn empty(collection: impl Into<Cow<'static, str>>, id: RecordId) -> Self {
        Self {
            collection: collection.into(),
            id,
            stamp: None,
            exceptions: BTreeMap::new(),
            fields: BTreeMap::new(),
            life: None,
            erased: false,
        }
    }

    /// A record whose fields were all written at once.
    pub fn new(
        collection: &'static Collection,
        id: impl Into<RecordId>,
        stamp: Stamp,
        fields: BTreeMap<String, Value>,
    ) -> Self {
        let mut record = Self::empty(collection.name, id.into());
        record.stamp = (!fields.is_empty()).then_some(stamp);
        record.fields = fields;
        record
    }

    pub fn is_deleted(&self) -> bool {
        self.erased || self.life.is_some_and(|life| life.deleted)
    }

    /// The typed view of the fields. Values of a shape we do not know are passed over, not refused.
    pub fn view<N: Noun>(&self) -> N {
        let fields: serde_json::Map<String, Value> = self
            .fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        serde_json::from_value(Value::Object(fields.clone())).unwrap_or_else(|_| {
            let known = fields.into_iter().filter(|(name, value)| {
                let one = serde_json::Map::from_iter([(name.clone(), value.clone())]);
                serde_json::from_value::<N>(Value::Object(one)).is_ok()
            });
            serde_json::from_value(Value::Object(known.collect())).unwrap_or_default()
        })
    }

    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    pub fn int(&self, field: &str) -> Option<i64> {
        self.fields.get(field).and_then(Value::as_i64)
    }

    pub fn reference(&self, field: &str) -> Option<RecordId> {
        self.text(field).and_then(|text| text.parse().ok())
    }

    /// The stamp under which a unit was last written; `None` if it never was.
    pub fn stamp_of(&self, unit: &str) -> Option<Stamp> {
        if let Some(stamp) = self.exceptions.get(unit) {
            return Some(*stamp);
        }
        let set = match Collection::find(&self.collection) {
            Some(collection) => self.fields.keys().any(|field| collection.unit_of(field) == unit),
            None => self.fields.contains_key(unit),
        };
        if set { self.stamp } else { None }
    }

    /// The greatest stamp anywhere in the record.
    pub fn newest(&self) -> Option<Stamp> {
        let life = self.life.map(|life| life.stamp);
        self.exceptions.values().copied().chain(self.stamp).chain(life).max()
    }

    /// Whether fields were written by someone who did not know of the deletion.
    pub fn changed_after_deletion(&self) -> bool {
        match self.life {
            Some(life) if life.deleted => {
                self.exceptions.values().copied().chain(self.stamp).any(|stamp| stamp > life.stamp)
            }
            _ => false,
        }
    }

    /// The version that both lead to. Neither order nor repetition matters.
    #[must_use]
    pub fn merge(&self, other: &Record) -> Record {
        debug_assert_eq!((&self.collection, self.id), (&other.collection, other.id));
        let mut merged = Record::empty(self.collection.clone(), self.id);
        let revived =
            Mutant::ErasureRevived.awake() && !(self.fields.is_empty() && other.fields.is_empty());
        if (self.erased || other.erased) && !revived {
            merged.erased = true;
            return merged;
        }
        merged.life = self.life.max(other.life);
        if Mutant::TombstoneForgotten.awake() && self.life.is_none() != other.life.is_none() {
            merged.life = merged.life.filter(|life| !life.deleted);
        }
        let (mine, theirs) = (self.units(), other.units());
        let mut stamps = BTreeMap::new();
        for unit in mine.keys().chain(theirs.keys()) {
            if stamps.contains_key(unit) {
                continue;
            }
            let newer = match (mine.get(unit), theirs.get(unit)) {
                (Some(a), Some(b)) if a.compare(b) == Ordering::Less => b,
                (Some(a), _) => a,
                (None, Some(b)) => b,
                (None, None) => continue,
            };
            for (field, value) in &newer.fields {
                merged.fields.insert((*field).to_owned(), (*value).clone());
            }
            stamps.insert(*unit, newer.stamp);
        }
        merged.set_stamps(&stamps);
        merged
    }

    /// Brings a record from outside into normal form: what a peer calls base and exception is its
    /// own affair, equal data must be equal bytes.
    #[must_use]
    pub fn normalised(self) -> Record {
        // Most records were written at once and are normal as they came: a first sync is made of these.
        let plain = self.exceptions.is_empty() && self.stamp.is_some() != self.fields.is_empty();
        if plain && !self.erased { self } else { self.merge(&self) }
    }

    /// The record as if some units had never been set.
    #[must_use]
    pub fn without(&self, units: &[&str]) -> Record {
        let collection = Collection::find(&self.collection);
        let mut rest = self.clone();
        rest.fields.retain(|field, _| {
            let unit = collection.map_or(field.as_str(), |collection| collection.unit_of(field));
            !units.contains(&unit)
        });
        rest.exceptions.retain(|unit, _| !units.contains(&unit.as_str()));
        rest.normalised()
    }

    /// Replaces the stamps by one for each set unit, in normal form.
    pub(crate) fn set_stamps(&mut self, stamps: &BTreeMap<&str, Stamp>) {
        self.stamp = stamps.values().copied().min();
        self.exceptions = stamps
            .iter()
            .filter(|(_, stamp)| Some(**stamp) != self.stamp)
            .map(|(unit, stamp)| ((*unit).to_owned(), *stamp))
            .collect();
    }

    /// The set units with their stamps and fields.
    pub(crate) fn units(&self) -> BTreeMap<&str, Unit<'_>> {
        let collection = Collection::find(&self.collection);
        let mut units: BTreeMap<&str, Unit<'_>> = BTreeMap::new();
        for (field, value) in &self.fields {
            let unit = collection.map_or(field.as_str(), |collection| collection.unit_of(field));
            let Some(stamp) = self.exceptions.get(unit).copied().or(self.stamp) else { continue };
            let entry = units.entry(unit).or_insert_with(|| Unit { stamp, fields: Vec::new() });
            entry.fields.push((field, value));
        }
        units
    }

    /// The record with every unit's stamp written out, as `dump` shows it.
    pub fn expanded(&self) -> Value {
        let mut out = serde_json::Map::new();
        out.insert("collection".into(), Value::from(self.collection.as_ref()));
        out.insert("id".into(), Value::from(self.id.to_string()));
        if self.erased {
            out.insert("erased".into(), Value::from(true));
            return Value::Object(out);
        }
        let stamps = self
            .units()
            .into_iter()
            .map(|(unit, set)| (unit.to_owned(), Value::from(set.stamp.to_string())));
        out.insert("stamps".into(), Value::Object(stamps.collect()));
        out.insert(
            "fields".into(),
            self.fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        );
        if let Some(life) = self.life {
            out.insert("deleted".into(), Value::from(life.deleted));
            out.insert("deleted_stamp".into(), Value::from(life.stamp.to_string()));
        }
        Value::Object(out)
    }
}

/// Fields that merge as one, under one stamp.
pub(crate) struct Unit<'a> {
    pub(crate) stamp: Stamp,
    pub(crate) fields: Vec<(&'a str, &'a Value)>,
}

impl Unit<'_> {
    /// By stamp; a tie (one device, one clock, two values: a restored copy) by the values themselves.
    fn compare(&self, other: &Unit<'_>) -> Ordering {
        let stamps = if Mutant::ClocksCompared.awake() {
            (self.stamp.device, self.stamp.clock).cmp(&(other.stamp.device, other.stamp.clock))
        } else {
            self.stamp.cmp(&other.stamp)
        };
        stamps.then_with(|| self.bytes().cmp(&other.bytes()))
    }

    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.fields).unwrap_or_default()
    }
}
