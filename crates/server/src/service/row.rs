//! What becomes of one pushed row: pure, a function of the row, the server's version and the rights.

use serde_json::Value;
use shuke_domain::{
    Collection, DeviceId, Record, Stamp,
    code::Code,
    collection::FIELD_LIMIT,
    conflict::SETTLED,
    edit::MADE,
    nouns::Conflict,
    wire::{CLOCK_TOLERANCE, PushRow},
};

/// The most bytes a row may have as JSON.
pub(super) const ROW_LIMIT: usize = 1024 * 1024;

/// How deep lists and maps may lie in each other in a field.
const DEPTH_LIMIT: usize = 16;

/// Longest name of a collection or field.
const NAME_LIMIT: usize = 64;

/// The most changes that may come with a row: a device sends at most one for each field and a few more.
const CHANGES_LIMIT: usize = 1_000;

/// Who pushes, as far as it matters to a row.
#[derive(Debug)]
pub(super) struct Pusher {
    pub device: DeviceId,
    pub now: u64,
}

/// The verdict on one row.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// It counts; this is the version it leads to.
    Merge(Record),
    /// It is refused and its author told why; the server's version stands.
    Deny(Code),
    /// It takes no part, and is kept for the owner.
    PutAside(Code),
}

/// Whether the row may count at all, whoever wrote it and whatever the server holds.
pub(super) fn admit(row: &PushRow, size: usize) -> Result<(), Code> {
    let record = &row.record;
    if size > ROW_LIMIT {
        return Err(Code::RequestTooLarge);
    }
    let named = |name: &str| {
        !name.is_empty() && name.len() <= NAME_LIMIT && !name.chars().any(char::is_control)
    };
    if !named(&record.collection) || !record.fields.keys().all(|field| named(field)) {
        return Err(Code::FieldInvalid);
    }
    let changed = || row.changes.iter().flat_map(|change| [&change.from, &change.to]);
    if record.fields.values().chain(changed()).any(|value| !shallow(value, DEPTH_LIMIT)) {
        return Err(Code::FieldInvalid);
    }
    let named_or_made = |name: &str| name == MADE || named(name);
    if row.changes.len() > CHANGES_LIMIT
        || !row.changes.iter().all(|change| named_or_made(&change.field))
        || record.exceptions.len() > FIELD_LIMIT
        || !record.exceptions.keys().all(|unit| named(unit))
    {
        return Err(Code::FieldInvalid);
    }
    match Collection::find(&record.collection) {
        Some(collection) => collection.check(&record.fields).map_err(|failure| failure.code),
        None if record.fields.len() > FIELD_LIMIT => Err(Code::FieldInvalid),
        None => Ok(()),
    }
}

fn is_conflict(record: &Record) -> bool {
    record.collection == Conflict::COLLECTION.name
}

/// What an admitted row does to the server's version, once its stamps are clamped.
pub(super) fn judge(row: &PushRow, current: Option<&Record>, pusher: &Pusher) -> Verdict {
    let record = &row.record;
    for (unit, stamp) in stamps(record) {
        let stands = current.is_some_and(|current| stamp_in(current, unit) == Some(stamp));
        // Re-offered after a restore it may be anyone's; a clock that nobody clamped it may not be.
        if stamp.device != pusher.device
            && !stands
            && stamp.clock.millis() > pusher.now + CLOCK_TOLERANCE
        {
            return Verdict::PutAside(Code::StampAhead);
        }
    }
    // Devices settle conflicts; what the two sides are, the server says.
    let made_up = |(unit, stamp): (&str, Stamp)| stamp.device == pusher.device && unit != SETTLED;
    if is_conflict(record) && stamps(record).any(made_up) {
        return Verdict::Deny(Code::RecordFixed);
    }
    for change in &row.changes {
        let unit = unit_of(record, &change.field);
        let Some(stamp) = stamp_in(record, unit) else { continue };
        // What a pull overwrote before it was sent stands under the other's stamp by now.
        if change.stamp.is_some_and(|own| own.device == pusher.device && own < stamp) {
            continue;
        }
        let stands = current.is_some_and(|current| stamp_in(current, unit) == Some(stamp));
        // Who claims a change as made here writes under their own name.
        if stamp.device != pusher.device && !stands {
            return Verdict::PutAside(Code::StampForeign);
        }
    }
    let Some(current) = current else { return Verdict::Merge(record.clone().normalised()) };
    let merged = current.merge(record);
    let fixed =
        Collection::find(&record.collection).is_some_and(|collection| collection.append_only);
    if fixed
        && !merged.erased
        && current.fields.iter().any(|(field, value)| merged.fields.get(field) != Some(value))
    {
        return Verdict::Deny(Code::RecordFixed);
    }
    Verdict::Merge(merged)
}

/// Every stamp of a record, by its unit; the deletion's under its history name.
fn stamps(record: &Record) -> impl Iterator<Item = (&str, Stamp)> {
    let collection = Collection::find(&record.collection);
    let units = record.fields.keys().filter_map(move |field| {
        let unit = collection.map_or(field.as_str(), |collection| collection.unit_of(field));
        record.exceptions.get(unit).copied().or(record.stamp).map(|stamp| (unit, stamp))
    });
    units.chain(record.life.map(|life| (shuke_domain::edit::DELETED, life.stamp)))
}

fn stamp_in(record: &Record, unit: &str) -> Option<Stamp> {
    if unit == shuke_domain::edit::DELETED {
        return record.life.map(|life| life.stamp);
    }
    record.stamp_of(unit)
}

fn unit_of<'a>(record: &Record, field: &'a str) -> &'a str {
    Collection::find(&record.collection).map_or(field, |collection| collection.unit_of(field))
}

fn shallow(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) => depth > 0 && items.iter().all(|item| shallow(item, depth - 1)),
        Value::Object(map) => depth > 0 && map.values().all(|item| shallow(item, depth - 1)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use shuke_domain::{
        Clock, FieldChange, RecordId, edit,
        nouns::{Customer, Sale},
    };

    use super::*;

    const NOW: u64 = 1_800_000_000_000;
    const ME: DeviceId = DeviceId::from_u128(1);
    const OTHER: DeviceId = DeviceId::from_u128(2);
    const WANG: RecordId = RecordId::from_u128(7);

    fn stamp(device: DeviceId, millis: u64) -> Stamp {
        Stamp { clock: Clock::at(millis), device }
    }

    fn customer(name: &str, stamp: Stamp) -> PushRow {
        let noun = Customer { name: Some(name.into()), ..Customer::default() };
        let record = edit::create(&noun, RecordId::from_u128(9), stamp).unwrap();
        PushRow { record, author: WANG, changes: Vec::new(), offered: false }
    }

    fn pusher() -> Pusher {
        Pusher { device: ME, now: NOW }
    }

    #[test]
    fn what_weighs_too_much_is_refused() {
        let row = customer("王姐", stamp(ME, NOW));
        assert_eq!(admit(&row, 10), Ok(()));
        assert_eq!(admit(&row, ROW_LIMIT + 1), Err(Code::RequestTooLarge));
    }

    #[test]
    fn nested_too_deep_is_refused() {
        let mut row = customer("王姐", stamp(ME, NOW));
        let deep = (0..40).fold(Value::from(1), |inner, _| Value::Array(vec![inner]));
        row.record.fields.insert("consent".into(), deep);
        assert_eq!(admit(&row, 10), Err(Code::FieldInvalid));
    }

    #[test]
    fn changes_and_exceptions_are_measured_like_fields() {
        let change = |field: &str, to: Value| FieldChange {
            field: field.into(),
            to,
            ..FieldChange::default()
        };
        let deep = (0..40).fold(Value::from(1), |inner, _| Value::Array(vec![inner]));
        let refused = |changes: Vec<FieldChange>| {
            let row = PushRow { changes, ..customer("王姐", stamp(ME, NOW)) };
            admit(&row, 10) == Err(Code::FieldInvalid)
        };
        assert!(refused(vec![change("name", deep)]));
        assert!(refused(vec![change(&"长".repeat(30), Value::Null)]));
        assert!(refused(vec![change("name", Value::Null); CHANGES_LIMIT + 1]));
        assert!(!refused(vec![change(MADE, Value::Null), change("name", Value::from("王姐"))]));
        let mut row = customer("王姐", stamp(ME, NOW));
        row.record.exceptions =
            (0..=FIELD_LIMIT).map(|unit| (unit.to_string(), stamp(ME, NOW))).collect();
        assert_eq!(admit(&row, 10), Err(Code::FieldInvalid));
    }

    #[test]
    fn a_foreign_clock_ahead_takes_no_part_but_one_that_stands_may_return() {
        let ahead = customer("王姐", stamp(OTHER, NOW + CLOCK_TOLERANCE + 1));
        assert_eq!(judge(&ahead, None, &pusher()), Verdict::PutAside(Code::StampAhead));
        assert!(matches!(judge(&ahead, Some(&ahead.record), &pusher()), Verdict::Merge(_)));
        let offered = customer("王姐", stamp(OTHER, NOW - 1));
        assert!(matches!(judge(&offered, None, &pusher()), Verdict::Merge(_)));
    }

    #[test]
    fn a_change_under_another_devices_name_takes_no_part() {
        let mut forged = customer("王姐", stamp(OTHER, NOW - 1));
        forged.changes.push(FieldChange {
            field: "name".into(),
            to: "王姐".into(),
            ..FieldChange::default()
        });
        assert_eq!(judge(&forged, None, &pusher()), Verdict::PutAside(Code::StampForeign));
    }

    #[test]
    fn what_a_ledger_says_stays_said() {
        let sale = |number: &str, at| {
            let noun = Sale { receipt_number: Some(number.into()), ..Sale::default() };
            let record = edit::create(&noun, RecordId::from_u128(9), stamp(ME, at)).unwrap();
            PushRow { record, author: WANG, changes: Vec::new(), offered: false }
        };
        let first = sale("A1", NOW - 10);
        let edited = sale("A2", NOW);
        assert_eq!(
            judge(&edited, Some(&first.record), &pusher()),
            Verdict::Deny(Code::RecordFixed)
        );
        assert!(matches!(judge(&first, Some(&first.record), &pusher()), Verdict::Merge(_)));
        let older = sale("A0", NOW - 20);
        assert_eq!(judge(&older, Some(&first.record), &pusher()), Verdict::Merge(first.record));
    }

    #[test]
    fn unknown_collections_pass_as_they_are() {
        let mut fields = BTreeMap::new();
        fields.insert("colour".to_owned(), Value::from("青"));
        let mut record = Record::empty("balloon", RecordId::from_u128(3));
        record.stamp = Some(stamp(ME, NOW));
        record.fields = fields;
        let row =
            PushRow { record: record.clone(), author: WANG, changes: Vec::new(), offered: false };
        assert_eq!(admit(&row, 10), Ok(()));
        assert_eq!(judge(&row, None, &pusher()), Verdict::Merge(record));
    }
}
