//! What a device or the server holds, as its dump shows it.

use std::collections::BTreeMap;

use serde_json::Value;
use shuke_domain::{DeviceId, RecordId, Stamp, edit};

/// Which record.
pub type Key = (String, RecordId);

/// Every record with its stamps written out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holdings(pub BTreeMap<Key, Value>);

impl Holdings {
    pub fn add(&mut self, expanded: Value) {
        let text = |name: &str| expanded.get(name).and_then(Value::as_str).unwrap_or_default();
        if let Ok(id) = text("id").parse() {
            self.0.insert((text("collection").to_owned(), id), expanded);
        }
    }

    /// The lines of a dump.
    pub fn of(dump: &str) -> Self {
        let mut all = Self::default();
        for line in dump.lines() {
            all.add(serde_json::from_str(line).unwrap_or_default());
        }
        all
    }

    pub fn is_erased(&self, key: &Key) -> bool {
        self.0.get(key).is_some_and(|record| record.get("erased").is_some())
    }

    /// The stamp under which a unit stands.
    pub fn stamp(&self, key: &Key, unit: &str) -> Option<Stamp> {
        let record = self.0.get(key)?;
        let text = match unit {
            edit::DELETED => record.get("deleted_stamp"),
            unit => record.get("stamps").and_then(|stamps| stamps.get(unit)),
        };
        text?.as_str()?.parse().ok()
    }

    /// Whether it was written on this device alone, about a customer who is not held with it.
    pub fn is_about_nobody_here(&self, key: &Key, device: DeviceId) -> bool {
        let Some(record) = self.0.get(key) else { return false };
        let customer = record.pointer("/fields/customer").and_then(Value::as_str);
        let Some(Ok(customer)) = customer.map(str::parse) else { return false };
        let stamps = record.get("stamps").and_then(Value::as_object);
        let own = |stamp: &Value| {
            stamp
                .as_str()
                .and_then(|text| text.parse::<Stamp>().ok())
                .is_some_and(|stamp| stamp.device == device)
        };
        !self.0.contains_key(&("customer".to_owned(), customer))
            && stamps.is_some_and(|stamps| stamps.values().all(own))
    }

    /// The values of a unit's fields.
    pub fn values(&self, key: &Key, fields: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        let record = self.0.get(key);
        let value = |name: &str| match name {
            edit::DELETED => record.and_then(|record| record.get("deleted")),
            name => record.and_then(|record| record.get("fields")?.get(name)),
        };
        fields.keys().map(|name| (name.clone(), value(name).cloned().unwrap_or_default())).collect()
    }

    /// The first difference of two, in words.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let keys = self.0.keys().chain(other.0.keys());
        let key = keys.filter(|key| self.0.get(*key) != other.0.get(*key)).min()?;
        let show =
            |record: Option<&Value>| record.map_or_else(|| "nothing".to_owned(), Value::to_string);
        Some(format!("{} against {}", show(self.0.get(key)), show(other.0.get(key))))
    }
}
