//! Several people may have changed one record before it was sent. What one of them may not have written is taken
//! out again, and what the others wrote goes up without it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    clock::Stamp,
    collection::Collection,
    edit::{DELETED, FieldChange},
    id::RecordId,
    record::{Life, Record},
    wire::PushRow,
};

/// The parameter of a refusal that names whose changes it is about.
pub const PEOPLE: &str = "people";

/// A row cut in two.
#[derive(Clone, Debug)]
pub struct Parted {
    /// What goes on waiting: the record as if the others had never written.
    pub kept: PushRow,
    /// What they wrote, for those who are told of it.
    pub refused: PushRow,
}

/// Cuts what some people wrote out of a row; `theirs` is the record as the server has it. `None` where nothing
/// would be left: they made the record, or nobody else changed it.
pub fn part(
    row: &PushRow,
    theirs: Option<&Record>,
    by: impl Fn(RecordId) -> bool,
) -> Option<Parted> {
    if theirs.is_none() && by(row.author) {
        return None;
    }
    let author = |change: &FieldChange| change.author.unwrap_or(row.author);
    let (refused, kept): (Vec<FieldChange>, Vec<FieldChange>) =
        row.changes.iter().cloned().partition(|change| by(author(change)));
    let first = kept.first().map(&author);
    // The making of a new record is no change of a field, and its author's.
    let goes_on = first.or_else(|| theirs.is_none().then_some(row.author))?;
    let told = author(refused.first()?);
    let record = taken_back(row, theirs, &refused, &kept);
    if record.fields.is_empty() {
        return None;
    }
    let keeps = if by(row.author) { goes_on } else { row.author };
    Some(Parted {
        kept: PushRow { record, author: keeps, changes: kept, offered: row.offered },
        refused: PushRow { author: told, changes: refused, ..row.clone() },
    })
}

fn taken_back(
    row: &PushRow,
    theirs: Option<&Record>,
    refused: &[FieldChange],
    kept: &[FieldChange],
) -> Record {
    let collection = Collection::find(&row.record.collection);
    let unit_of =
        |field: &str| collection.map_or(field.to_owned(), |known| known.unit_of(field).to_owned());
    let mut record = row.record.clone();
    let mut stamps: BTreeMap<String, Stamp> =
        record.units().into_iter().map(|(unit, set)| (unit.to_owned(), set.stamp)).collect();
    let mut units: Vec<String> = refused.iter().map(|change| unit_of(&change.field)).collect();
    units.sort();
    units.dedup();
    for unit in units {
        let of = |change: &&FieldChange| unit_of(&change.field) == unit;
        let newest = row.changes.iter().rfind(|change| of(change));
        if newest.is_some_and(|newest| kept.contains(newest)) {
            continue;
        }
        let last = kept.iter().rfind(|change| of(change));
        if unit == DELETED {
            record.life = match last {
                Some(last) => last.stamp.map(|stamp| Life { stamp, deleted: is_true(&last.to) }),
                None => theirs.and_then(|theirs| theirs.life).or_else(|| {
                    let first = refused.iter().find(of)?;
                    Some(Life { stamp: first.base?, deleted: is_true(&first.from) })
                }),
            };
            continue;
        }
        record.fields.retain(|field, _| unit_of(field) != unit);
        let before = |field: &str| {
            let named = |change: &&FieldChange| change.field == field;
            let last = kept.iter().rfind(named).map(|change| &change.to);
            last.or_else(|| row.changes.iter().find(named).map(|change| &change.from))
        };
        let stamp = match (last, theirs) {
            (None, Some(theirs)) => {
                let set = theirs.fields.iter().filter(|(field, _)| unit_of(field) == unit);
                record.fields.extend(set.map(|(field, value)| (field.clone(), value.clone())));
                theirs.stamp_of(&unit)
            }
            _ => {
                let fields = row.record.fields.iter().filter(|(field, _)| unit_of(field) == unit);
                for (field, value) in fields {
                    record.fields.insert(field.clone(), before(field).unwrap_or(value).clone());
                }
                match last {
                    Some(last) => last.stamp,
                    None => refused.iter().find(of).and_then(|first| first.base),
                }
            }
        };
        match stamp {
            Some(stamp) => {
                stamps.insert(unit, stamp);
            }
            None => {
                record.fields.retain(|field, _| unit_of(field) != unit);
                stamps.remove(&unit);
            }
        }
    }
    record.set_stamps(&stamps.iter().map(|(unit, stamp)| (unit.as_str(), *stamp)).collect());
    let record = record.normalised();
    theirs.map_or(record.clone(), |theirs| theirs.merge(&record))
}

fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::Clock,
        edit::{self, Edit},
        id::DeviceId,
        nouns::Customer,
    };

    const HERE: RecordId = RecordId::from_u128(1);
    const AWAY: RecordId = RecordId::from_u128(2);

    fn stamp(millis: u64) -> Stamp {
        Stamp { clock: Clock::at(millis), device: DeviceId::from_u128(7) }
    }

    fn stands() -> Record {
        let customer = Customer {
            name: Some("王敏".into()),
            tone: Some("轻声".into()),
            birthday: Some("1990-09-23".into()),
            birthday_calendar: Some("lunar".into()),
            ..Customer::default()
        };
        edit::create(&customer, RecordId::from_u128(9), stamp(5)).unwrap()
    }

    fn edited(row: &mut PushRow, by: RecordId, millis: u64, fields: Value) {
        let fields = serde_json::from_value(fields).unwrap();
        let edit = Edit { fields, deleted: None };
        let (record, changes) = edit.apply(&row.record, stamp(millis)).unwrap();
        row.record = record;
        row.changes
            .extend(changes.into_iter().map(|change| FieldChange { author: Some(by), ..change }));
    }

    fn row(record: Record, author: RecordId) -> PushRow {
        PushRow { record, author, changes: Vec::new(), offered: false }
    }

    fn cut(row: &PushRow, theirs: Option<&Record>) -> Option<Parted> {
        part(row, theirs, |person| person == AWAY)
    }

    #[test]
    fn what_one_wrote_is_taken_back_and_the_rest_goes_on() {
        let theirs = stands();
        let mut sent = row(theirs.clone(), AWAY);
        edited(&mut sent, AWAY, 10, json!({ "name": "假" , "birthday": "2001-01-01" }));
        edited(&mut sent, HERE, 11, json!({ "tone": "大声" }));
        let parted = cut(&sent, Some(&theirs)).unwrap();
        let kept = &parted.kept;
        assert_eq!((kept.author, kept.changes.len()), (HERE, 1));
        assert_eq!(
            (kept.record.text("name"), kept.record.text("tone")),
            (Some("王敏"), Some("大声"))
        );
        assert_eq!(kept.record.text("birthday_calendar"), Some("lunar"));
        assert_eq!(kept.record.stamp_of("name"), Some(stamp(5)));
        assert_eq!(
            kept.record,
            theirs.merge(&kept.record),
            "nothing of it is older than what stands"
        );
        let told = &parted.refused;
        assert_eq!((told.author, told.changes.len()), (AWAY, 2));
    }

    #[test]
    fn ones_own_value_comes_back_from_under_a_refused_one() {
        let theirs = stands();
        let mut sent = row(theirs.clone(), HERE);
        edited(&mut sent, HERE, 10, json!({ "name": "王明" }));
        edited(&mut sent, AWAY, 11, json!({ "name": "假" }));
        let kept = cut(&sent, Some(&theirs)).unwrap().kept;
        assert_eq!(
            (kept.record.text("name"), kept.record.stamp_of("name")),
            (Some("王明"), Some(stamp(10)))
        );
        // And what was written over a refused one stays as it is.
        let mut over = row(theirs.clone(), AWAY);
        edited(&mut over, AWAY, 10, json!({ "name": "假" }));
        edited(&mut over, HERE, 11, json!({ "name": "王明" }));
        let kept = cut(&over, Some(&theirs)).unwrap().kept;
        assert_eq!((kept.record.text("name"), kept.changes.len()), (Some("王明"), 1));
    }

    #[test]
    fn a_new_record_is_its_makers() {
        let mut sent = row(stands(), HERE);
        edited(&mut sent, AWAY, 10, json!({ "name": "假", "phone": "+861" }));
        let kept = cut(&sent, None).unwrap().kept;
        assert_eq!(
            (kept.record.text("name"), kept.record.fields.get("phone")),
            (Some("王敏"), None)
        );
        assert_eq!(kept.record, stands());
        let mut sent = row(stands(), AWAY);
        edited(&mut sent, HERE, 10, json!({ "name": "王明" }));
        assert!(cut(&sent, None).is_none(), "they made it");
        let mut sent = row(stands(), AWAY);
        edited(&mut sent, AWAY, 10, json!({ "name": "假" }));
        assert!(cut(&sent, Some(&stands())).is_none(), "nobody else wrote");
    }

    #[test]
    fn a_deletion_is_taken_back_too() {
        let theirs = stands();
        let mut sent = row(theirs.clone(), HERE);
        edited(&mut sent, HERE, 10, json!({ "tone": "大声" }));
        let (record, changes) = Edit::deleting(true).apply(&sent.record, stamp(12)).unwrap();
        sent.record = record;
        sent.changes
            .extend(changes.into_iter().map(|change| FieldChange { author: Some(AWAY), ..change }));
        let kept = cut(&sent, Some(&theirs)).unwrap().kept;
        assert_eq!((kept.record.life, kept.record.text("tone")), (None, Some("大声")));
    }
}
