//! The algebra on which everything else stands: whatever arrives in whatever order, however often,
//! leads to the same bytes, and loses nothing that nobody overwrote.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};
use shuke_domain::{
    Clock, Code, Collection, DeviceId, Edit, Life, Record, RecordId, Stamp, edit::DELETED,
    nouns::Customer,
};

/// Few clocks and few devices, so that ties and overtaking happen all the time.
fn stamp() -> impl Strategy<Value = Stamp> {
    (0..6_u64, 0..3_u128).prop_map(|(clock, device)| Stamp {
        clock: Clock::from_bits(clock),
        device: DeviceId::from_u128(device),
    })
}

/// Known fields of every kind, a unit of two, and fields of a version that is not written yet.
fn fields() -> impl Strategy<Value = BTreeMap<String, Value>> {
    let text = || select(vec!["王敏", "王明", "", "a"]).prop_map(Value::from);
    let field = prop_oneof![
        (select(vec!["name", "phone", "birthday", "birthday_calendar", "remarks"]), text()),
        (Just("other_phones"), vec(text(), 0..3).prop_map(Value::from)),
        (Just("consent"), select(vec![json!({}), json!({"wechat": "2025-03-02"})])),
        (
            select(vec!["from_the_future", "another"]),
            select(vec![json!(1), json!({"b": [true], "a": null}), json!("x")])
        ),
        (select(vec!["name", "birthday", "another"]), Just(Value::Null)),
    ];
    vec(field, 0..6)
        .prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn life() -> impl Strategy<Value = Life> {
    (stamp(), any::<bool>()).prop_map(|(stamp, deleted)| Life { stamp, deleted })
}

/// Any version, in normal form or not: a peer may call base and exception what it likes.
fn version(collection: &'static str) -> impl Strategy<Value = Record> {
    let exceptions =
        vec((select(vec!["name", "birthday", "remarks", "another", "ghost"]), stamp()), 0..4);
    (
        fields(),
        option::weighted(0.9, stamp()),
        exceptions,
        option::of(life()),
        prop::bool::weighted(0.05),
    )
        .prop_map(move |(fields, stamp, exceptions, life, erased)| {
            let mut record = Record::empty(collection, RecordId::from_u128(1));
            record.fields = fields;
            record.stamp = stamp;
            record.exceptions =
                exceptions.into_iter().map(|(unit, stamp)| (unit.to_owned(), stamp)).collect();
            record.life = life;
            record.erased = erased;
            record
        })
}

fn versions() -> impl Strategy<Value = (Record, Record, Record)> {
    prop_oneof![
        (version("customer"), version("customer"), version("customer")),
        (version("not_yet"), version("not_yet"), version("not_yet")),
    ]
}

fn bytes(record: &Record) -> String {
    serde_json::to_string(record).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merge_is_commutative((a, b, _) in versions()) {
        prop_assert_eq!(bytes(&a.merge(&b)), bytes(&b.merge(&a)));
    }

    #[test]
    fn merge_is_associative((a, b, c) in versions()) {
        prop_assert_eq!(bytes(&a.merge(&b).merge(&c)), bytes(&a.merge(&b.merge(&c))));
    }

    #[test]
    fn merge_is_idempotent((a, b, _) in versions()) {
        let once = a.merge(&b);
        prop_assert_eq!(bytes(&once.merge(&b)), bytes(&once));
        prop_assert_eq!(bytes(&once.merge(&a)), bytes(&once));
        prop_assert_eq!(bytes(&once.merge(&once)), bytes(&once));
    }

    #[test]
    fn any_order_and_repetition_lead_to_the_same_bytes(
        deltas in vec(version("customer"), 1..8),
        order in vec(any::<prop::sample::Index>(), 0..24),
    ) {
        let straight = deltas.iter().fold(Record::empty("customer", RecordId::from_u128(1)), |all, one| all.merge(one));
        let mut wild = Record::empty("customer", RecordId::from_u128(1));
        for place in &order {
            wild = place.get(&deltas).merge(&wild);
        }
        for delta in deltas.iter().rev() {
            wild = wild.merge(delta);
        }
        prop_assert_eq!(bytes(&wild), bytes(&straight));
    }

    /// The base is the oldest unit's stamp, exceptions lie above it, and none names a unit that is not set.
    #[test]
    fn there_is_one_normal_form((a, b, _) in versions()) {
        let merged = a.merge(&b);
        prop_assert_eq!(bytes(&a.clone().normalised()), bytes(&a.merge(&a)));
        prop_assert_eq!(bytes(&merged.clone().normalised()), bytes(&merged));
        prop_assert_eq!(merged.stamp.is_some(), !merged.fields.is_empty());
        let unit = |field: &str| match Collection::find(&merged.collection) {
            Some(collection) => collection.unit_of(field).to_owned(),
            None => field.to_owned(),
        };
        let units: BTreeSet<String> = merged.fields.keys().map(|field| unit(field)).collect();
        for (unit, stamp) in &merged.exceptions {
            prop_assert!(units.contains(unit), "{} has no field", unit);
            prop_assert!(Some(*stamp) > merged.stamp);
        }
        prop_assert!(units.is_empty() || units.iter().any(|unit| !merged.exceptions.contains_key(unit)));
        let back: Record = serde_json::from_str(&bytes(&merged)).unwrap();
        prop_assert_eq!(back, merged);
    }

    /// The same facts under another choice of base are the same record.
    #[test]
    fn base_and_exceptions_are_ones_own_affair(fields in fields(), oldest in stamp(), other in stamp()) {
        let mut by_base = Record::empty("customer", RecordId::from_u128(1));
        by_base.fields = fields.clone();
        by_base.stamp = Some(oldest);
        let mut by_exception = by_base.clone();
        by_exception.stamp = Some(other);
        by_exception.exceptions =
            fields.keys().map(|field| (Customer::COLLECTION.unit_of(field).to_owned(), oldest)).collect();
        prop_assert_eq!(bytes(&by_base.normalised()), bytes(&by_exception.normalised()));
    }

    /// Each unit is as one of the two has it, and no older than either.
    #[test]
    fn the_newest_unit_wins_whole((a, b, _) in versions()) {
        let (a, b) = (a.normalised(), b.normalised());
        let merged = a.merge(&b);
        prop_assume!(!merged.erased);
        for field in merged.fields.keys() {
            let unit = Collection::find(&merged.collection).map_or(field.as_str(), |found| found.unit_of(field));
            let newest = a.stamp_of(unit).max(b.stamp_of(unit));
            prop_assert_eq!(merged.stamp_of(unit), newest);
            let from = [&a, &b].into_iter().any(|one| one.stamp_of(unit) == newest && one.fields.get(field) == merged.fields.get(field));
            prop_assert!(from, "{} is nobody's", field);
        }
    }

    /// What only one of the two knows, known to this version or not, is in the result.
    #[test]
    fn nothing_that_nobody_overwrote_is_lost((a, b, _) in versions()) {
        let (a, b) = (a.normalised(), b.normalised());
        let merged = a.merge(&b);
        prop_assume!(!merged.erased);
        for (one, other) in [(&a, &b), (&b, &a)] {
            for (field, value) in &one.fields {
                let unit = Collection::find(&one.collection).map_or(field.as_str(), |found| found.unit_of(field));
                let Some(mine) = one.stamp_of(unit) else { continue };
                if other.stamp_of(unit).is_none_or(|theirs| theirs < mine) {
                    prop_assert_eq!(merged.fields.get(field), Some(value));
                }
            }
        }
    }

    /// Deleted and living: the later word counts, whatever was edited meanwhile.
    #[test]
    fn a_deletion_has_a_clock_of_its_own((a, b, _) in versions()) {
        let merged = a.merge(&b);
        if a.erased || b.erased {
            prop_assert_eq!(bytes(&merged), bytes(&Record { erased: true, ..Record::empty(a.collection.clone(), a.id) }));
            prop_assert!(merged.is_deleted());
        } else {
            prop_assert_eq!(merged.life, a.life.max(b.life));
        }
    }

    /// An edit is a version like any other: what it leads to is what a merge of it leads to.
    #[test]
    fn an_edit_produces_what_a_merge_accepts(
        before in version("customer"),
        fields in fields(),
        deleted in option::of(any::<bool>()),
    ) {
        let before = before.normalised();
        let stamp = Stamp { clock: Clock::from_bits(100), device: DeviceId::from_u128(9) };
        let edit = Edit { fields, deleted };
        let Ok((after, changes)) = edit.apply(&before, stamp) else {
            prop_assert!(before.erased, "only what is erased takes no edit");
            return Ok(());
        };
        prop_assert_eq!(bytes(&after.clone().normalised()), bytes(&after));
        prop_assert_eq!(bytes(&before.merge(&after)), bytes(&after));
        prop_assert_eq!(bytes(&after.merge(&before)), bytes(&after));
        for (field, value) in &edit.fields {
            prop_assert_eq!(after.fields.get(field).unwrap_or(&Value::Null), value);
        }
        if let Some(deleted) = deleted {
            prop_assert_eq!(after.is_deleted(), deleted);
        }
        for change in &changes {
            prop_assert_ne!(&change.from, &change.to);
            if change.field != DELETED {
                let unit = Customer::COLLECTION.unit_of(&change.field);
                prop_assert_eq!(change.base, before.stamp_of(unit));
                prop_assert_eq!(after.stamp_of(unit), Some(stamp));
            }
        }
        // Saved again untouched, it changes nothing and wins over nobody.
        let later = Stamp { clock: Clock::from_bits(200), ..stamp };
        let (again, none) = edit.apply(&after, later).unwrap();
        prop_assert!(none.is_empty());
        prop_assert_eq!(bytes(&again), bytes(&after));
    }
}

fn at(clock: u64, device: u128) -> Stamp {
    Stamp { clock: Clock::from_bits(clock), device: DeviceId::from_u128(device) }
}

fn customer(stamp: Stamp, fields: &[(&str, Value)]) -> Record {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Record::new(Customer::COLLECTION, RecordId::from_u128(1), stamp, fields)
}

#[test]
fn different_fields_of_two_devices_both_survive() {
    let made = customer(at(1, 1), &[("name", json!("王敏")), ("phone", json!("1"))]);
    let edit = |field: &str, value: &str, stamp| {
        let fields = BTreeMap::from([(field.to_owned(), json!(value))]);
        Edit { fields, deleted: None }.apply(&made, stamp).unwrap().0
    };
    let (mine, theirs) = (edit("name", "王明", at(5, 1)), edit("phone", "2", at(4, 2)));
    let merged = mine.merge(&theirs);
    assert_eq!((merged.text("name"), merged.text("phone")), (Some("王明"), Some("2")));
}

#[test]
fn a_day_and_its_calendar_change_hands_together() {
    let lunar = customer(
        at(2, 1),
        &[("birthday", json!("--08-15")), ("birthday_calendar", json!("lunar"))],
    );
    let solar = customer(at(3, 2), &[("birthday", json!("1990-09-23"))]);
    let merged = lunar.merge(&solar);
    assert_eq!(merged.text("birthday"), Some("1990-09-23"));
    assert_eq!(merged.text("birthday_calendar"), None, "half a lunar day is no day");
}

#[test]
fn one_clock_of_one_device_with_two_values_still_has_one_winner() {
    let (a, b) =
        (customer(at(1, 1), &[("name", json!("a"))]), customer(at(1, 1), &[("name", json!("b"))]));
    assert_eq!(bytes(&a.merge(&b)), bytes(&b.merge(&a)));
    assert_eq!(a.merge(&b).text("name"), Some("b"));
}

#[test]
fn a_later_edit_of_someone_unaware_leaves_the_deletion_and_is_shown() {
    let made = customer(at(1, 1), &[("name", json!("王敏"))]);
    let (deleted, _) = Edit::deleting(true).apply(&made, at(5, 1)).unwrap();
    let unaware = customer(at(9, 2), &[("name", json!("王明"))]);
    let merged = deleted.merge(&unaware);
    assert!(merged.is_deleted());
    assert!(merged.changed_after_deletion());
    let (restored, changes) = Edit::deleting(false).apply(&merged, at(10, 1)).unwrap();
    assert!(!restored.is_deleted());
    assert_eq!((restored.text("name"), changes.len()), (Some("王明"), 1));
}

#[test]
fn what_is_erased_stays_erased() {
    let erased = Record { erased: true, ..Record::empty("customer", RecordId::from_u128(1)) };
    let stale = customer(at(99, 2), &[("name", json!("王敏")), ("from_the_future", json!(1))]);
    let merged = erased.merge(&stale);
    assert!(merged.erased && merged.fields.is_empty());
    assert!(!bytes(&merged).contains("王敏"));
    let refused = Edit::deleting(false).apply(&merged, at(100, 1)).unwrap_err();
    assert_eq!(refused.code, Code::RecordNotFound);
}
