//! Whatever several people write apart, in whatever order it arrives: one value leads, and what does
//! not lead stands in a conflict or was replaced by someone who had seen it.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use shuke_domain::{
    Clock, DeviceId, Edit, FieldChange, Record, RecordId, Stamp,
    conflict::{self, Three, Values, Whose, clashes, noted, three},
    nouns::{Conflict, Customer},
};

const WANG: RecordId = RecordId::from_u128(1);

fn at(clock: u64, device: u128) -> Stamp {
    Stamp { clock: Clock::from_bits(clock), device: DeviceId::from_u128(device) }
}

fn person(device: u128) -> RecordId {
    RecordId::from_u128(100 + device)
}

fn made() -> Record {
    let fields = [("name", "王敏"), ("birthday", "1990-01-01"), ("birthday_calendar", "solar")];
    let fields = fields.map(|(name, value)| (name.to_owned(), Value::from(value)));
    Record::new(Customer::COLLECTION, WANG, at(1, 9), BTreeMap::from(fields))
}

/// A device: what it holds, and what it has not sent.
#[derive(Clone)]
struct Device {
    number: u128,
    record: Record,
    pending: Vec<FieldChange>,
}

/// What the server does with a push, as far as it matters here.
struct Server {
    record: Record,
    conflicts: BTreeMap<RecordId, Record>,
    /// Who wrote what, as history knows it.
    authors: BTreeMap<Stamp, RecordId>,
    clock: u64,
}

impl Server {
    fn new() -> Self {
        Self { record: made(), conflicts: BTreeMap::new(), authors: BTreeMap::new(), clock: 1_000 }
    }

    fn push(&mut self, device: &mut Device) {
        let author = person(device.number);
        for mut clash in clashes(&device.record, &device.pending, author, &self.record) {
            self.clock += 1;
            clash.theirs.person = self.authors.get(&clash.theirs.stamp).copied();
            let id = clash.id(WANG);
            let stamp = at(self.clock, 77);
            let note = noted(self.conflicts.get(&id), &clash, &self.record, stamp).unwrap();
            if let Some(note) = note {
                self.conflicts.insert(id, note);
            }
        }
        self.authors
            .extend(device.pending.iter().filter_map(|change| Some((change.stamp?, author))));
        self.record = self.record.merge(&device.record);
        device.record = self.record.clone();
        device.pending.clear();
    }

    fn conflict(&self, unit: &str) -> Option<Conflict> {
        let id = RecordId::from(shuke_domain::nouns::ConflictId::of(WANG, unit));
        self.conflicts.get(&id).map(Record::view)
    }

    fn value(&self, unit: &str) -> Values {
        value(&self.record, unit)
    }
}

fn value(record: &Record, unit: &str) -> Values {
    let fields: &[&str] =
        if unit == "birthday" { &["birthday", "birthday_calendar"] } else { &[unit] };
    let set = fields.iter().filter_map(|field| {
        let value = record.fields.get(*field).filter(|value| !value.is_null())?;
        Some(((*field).to_owned(), value.clone()))
    });
    set.collect()
}

impl Device {
    fn new(number: u128) -> Self {
        Self { number, record: made(), pending: Vec::new() }
    }

    fn write(&mut self, edit: &Edit, clock: u64) -> Vec<FieldChange> {
        let (record, changes) = edit.apply(&self.record, at(clock, self.number)).unwrap();
        self.record = record;
        self.pending.extend(changes.clone());
        changes
    }
}

fn edit(fields: &[(&str, Value)]) -> Edit {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Edit { fields, deleted: None }
}

/// A name, or a birthday with its calendar; few values, so that equal ones happen.
fn edits() -> impl Strategy<Value = Edit> {
    let name =
        select(vec!["王明", "王鸣", "王敏", "王"]).prop_map(|name| edit(&[("name", json!(name))]));
    let day = select(vec!["1991-02-02", "1992-03-03"]);
    let calendar = select(vec![json!("solar"), json!("lunar"), Value::Null]);
    let birthday = (day, calendar).prop_map(|(day, calendar)| {
        edit(&[("birthday", json!(day)), ("birthday_calendar", calendar)])
    });
    let cleared = Just(edit(&[("name", Value::Null)]));
    prop_oneof![3 => name, 2 => birthday, 1 => cleared]
}

const UNITS: [&str; 2] = ["name", "birthday"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Nobody has seen anybody: the order of arrival decides nothing.
    #[test]
    fn the_order_of_arrival_decides_nothing(
        written in vec((edits(), 0..4_u64), 2..5),
        order in any::<prop::sample::Index>(),
    ) {
        let devices: Vec<Device> = (1..).zip(&written).map(|(number, (edit, clock))| {
            let mut device = Device::new(number);
            device.write(edit, 10 + clock);
            device
        }).collect();
        let told = |turn: usize, back: bool| {
            let mut server = Server::new();
            let mut devices = devices.clone();
            devices.rotate_left(turn);
            if back {
                devices.reverse();
            }
            for device in &mut devices {
                server.push(device);
            }
            server
        };
        let (straight, other) = (told(0, false), told(order.index(devices.len()), true));
        prop_assert_eq!(&straight.record, &other.record);
        for unit in UNITS {
            let (a, b) = (straight.conflict(unit), other.conflict(unit));
            prop_assert_eq!(a.is_some(), b.is_some());
            let (Some(a), Some(b)) = (a, b) else { continue };
            let (mut mine, mut theirs) = (a.sides(), b.sides());
            // Who leads is the record's affair: of two who wrote the same, the conflict may name either.
            prop_assert_eq!(mine.pop().unwrap().values, theirs.pop().unwrap().values);
            prop_assert_eq!(mine, theirs);
            prop_assert_eq!((a.original(), a.base), (b.original(), b.base));
        }
    }

    /// Whatever was written and sent leads, stands in an open conflict, or was replaced by someone
    /// who had seen it, or had seen the same from another. Pulls may come at the worst moment: between an edit and its push.
    #[test]
    fn nothing_written_is_lost(
        steps in vec((0..3_usize, 0..4_u8, edits(), 0..3_u64), 1..16),
    ) {
        let mut server = Server::new();
        let mut devices = [Device::new(1), Device::new(2), Device::new(3)];
        let (mut now, mut sent) = (10, BTreeSet::new());
        let mut all: Vec<FieldChange> = Vec::new();
        let mut written: BTreeMap<(&str, Option<Stamp>), Values> = BTreeMap::new();
        for (place, what, edit, skew) in steps {
            let device = &mut devices[place];
            match what {
                0 => server.push(device),
                // A pull without a push before: what waits may be overwritten unsent.
                1 => device.record = device.record.merge(&server.record),
                _ => {
                    now += 2;
                    let after = device.record.newest().map_or(0, |stamp| stamp.clock.bits());
                    let clock = (now - skew).max(after + 1);
                    let changes = device.write(&edit, clock);
                    written.extend(changes.iter().map(|change| {
                        let unit = Customer::COLLECTION.unit_of(&change.field);
                        let unit = if unit == "birthday" { "birthday" } else { "name" };
                        ((unit, change.stamp), value(&device.record, unit))
                    }));
                    all.extend(changes);
                }
            }
            sent.extend(all.iter().map(|change| change.stamp));
            for device in &devices {
                for change in &device.pending {
                    sent.remove(&change.stamp);
                }
            }
        }
        for unit in UNITS {
            let of_unit = |change: &&FieldChange| Customer::COLLECTION.unit_of(&change.field) == unit;
            let replaced: BTreeSet<_> =
                all.iter().filter(of_unit).map(|change| change.base).collect();
            let conflict = server.conflict(unit).filter(Conflict::is_open);
            let kept: Vec<Values> = conflict
                .iter()
                .flat_map(Conflict::sides)
                .map(|side| side.values)
                .chain([server.value(unit)])
                .collect();
            for change in all.iter().filter(of_unit) {
                let mine = written.get(&(unit, change.stamp));
                let seen = written.iter().any(|((of, stamp), values)| {
                    *of == unit && Some(values) == mine && replaced.contains(stamp)
                });
                if !sent.contains(&change.stamp) || seen {
                    continue;
                }
                let found = kept.iter().any(|values| {
                    values.get(&change.field).unwrap_or(&Value::Null) == &change.to
                });
                prop_assert!(found, "{:?} is lost among {:?}", change, kept);
            }
        }
    }

    /// Sent again, however often, it is still the same conflict.
    #[test]
    fn a_resend_adds_nothing(first in edits(), second in edits(), times in 1..5_usize) {
        let mut server = Server::new();
        let (mut a, mut b) = (Device::new(1), Device::new(2));
        a.write(&first, 10);
        b.write(&second, 11);
        let again = b.clone();
        server.push(&mut a);
        server.push(&mut b);
        let (conflicts, record) = (server.conflicts.clone(), server.record.clone());
        for _ in 0..times {
            server.push(&mut again.clone());
        }
        prop_assert_eq!(server.conflicts, conflicts);
        prop_assert_eq!(server.record, record);
    }
}

fn apart(first: &str, second: &str) -> (Server, Device, Device) {
    let mut server = Server::new();
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.write(&edit(&[("name", json!(first))]), 10);
    b.write(&edit(&[("name", json!(second))]), 11);
    server.push(&mut a);
    server.push(&mut b);
    (server, a, b)
}

fn seen(server: &Server, unit: &str, device: u128) -> Three {
    three(&server.conflict(unit).unwrap(), &server.record, DeviceId::from_u128(device)).unwrap()
}

fn text(values: &Values) -> &str {
    values.get("name").and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn each_device_sees_its_own_value_as_its_own() {
    let (server, ..) = apart("王明", "王鸣");
    let of = |device| {
        let three = seen(&server, "name", device);
        let values = (text(&three.original), text(&three.theirs.values), text(&three.mine.values));
        (values.0.to_owned(), values.1.to_owned(), values.2.to_owned(), three.leads)
    };
    let told = |theirs: &str, mine: &str, leads| ("王敏".into(), theirs.into(), mine.into(), leads);
    assert_eq!(of(1), told("王鸣", "王明", Whose::Theirs));
    assert_eq!(of(2), told("王明", "王鸣", Whose::Mine));
    assert_eq!(
        of(3),
        told("王鸣", "王明", Whose::Theirs),
        "who wrote neither reads what stands as theirs"
    );
    assert_eq!(seen(&server, "name", 1).mine.person, Some(person(1)));
    assert_eq!(seen(&server, "name", 2).mine.person, Some(person(2)));
}

#[test]
fn different_fields_and_equal_values_are_no_conflict() {
    let (server, ..) = apart("王明", "王明");
    assert!(server.conflicts.is_empty());
    let mut server = Server::new();
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.write(&edit(&[("name", json!("王明"))]), 10);
    b.write(&edit(&[("birthday", json!("1991-02-02"))]), 11);
    server.push(&mut a);
    server.push(&mut b);
    assert!(server.conflicts.is_empty());
}

#[test]
fn a_third_value_joins_and_what_was_replaced_knowingly_leaves() {
    let (mut server, ..) = apart("王明", "王鸣");
    let mut c = Device::new(3);
    c.write(&edit(&[("name", json!("王"))]), 9);
    server.push(&mut c);
    let three = seen(&server, "name", 9);
    assert_eq!((text(&three.theirs.values), text(&three.mine.values)), ("王鸣", "王明"));
    assert_eq!(three.others.iter().map(|side| text(&side.values)).collect::<Vec<_>>(), ["王"]);

    // An edit by someone who saw what stands leads in its place; the lost ones stay.
    let mut d = Device { number: 4, record: server.record.clone(), pending: Vec::new() };
    d.write(&edit(&[("name", json!("王小明"))]), 20);
    server.push(&mut d);
    let three = seen(&server, "name", 9);
    assert_eq!((text(&three.theirs.values), text(&three.mine.values)), ("王小明", "王明"));
    assert!(server.conflict("name").unwrap().is_open());
}

#[test]
fn a_birthday_and_its_calendar_conflict_as_one() {
    let mut server = Server::new();
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.write(&edit(&[("birthday", json!("1990-08-15")), ("birthday_calendar", json!("lunar"))]), 10);
    b.write(&edit(&[("birthday", json!("1991-09-23"))]), 11);
    server.push(&mut a);
    server.push(&mut b);
    assert_eq!(server.conflicts.len(), 1);
    let three = seen(&server, "birthday", 1);
    assert_eq!(
        json!(three.mine.values),
        json!({ "birthday": "1990-08-15", "birthday_calendar": "lunar" })
    );
    assert_eq!(
        json!(three.theirs.values),
        json!({ "birthday": "1991-09-23", "birthday_calendar": "solar" })
    );
    let settled = conflict::settling(&server.record, "birthday", &three.mine.values);
    let (after, _) = settled.apply(&server.record, at(50, 1)).unwrap();
    assert_eq!(after.text("birthday_calendar"), Some("lunar"));
}

#[test]
fn settled_is_settled_until_something_new_comes_up() {
    let (mut server, mut a, mut b) = apart("王明", "王鸣");
    let settle = |server: &Server, device: &mut Device, value: &str, clock| {
        let conflict = server.conflict("name").unwrap();
        let values = Values::from([("name".to_owned(), json!(value))]);
        let edit = conflict::settling(&device.record, "name", &values);
        let (record, changes) = edit.insist(&device.record, at(clock, device.number)).unwrap();
        assert_eq!(changes.len(), 1, "a decision for what stands is one too");
        device.record = record;
        device.pending.extend(changes);
        conflict.as_of.unwrap()
    };
    a.record = server.record.clone();
    b.record = server.record.clone();
    let seen_by_a = settle(&server, &mut a, "王鸣", 30);
    let seen_by_b = settle(&server, &mut b, "王明", 29);
    let id = RecordId::from(shuke_domain::nouns::ConflictId::of(WANG, "name"));
    let close = |server: &mut Server, seen: &str, clock, device| {
        let known = server.conflicts.get(&id).unwrap();
        let edit = edit(&[("settled_of", json!(seen)), ("settled_at", json!(clock))]);
        let (closed, _) = edit.apply(known, at(clock, device)).unwrap();
        server.conflicts.insert(id, closed);
    };
    server.push(&mut a);
    close(&mut server, &seen_by_a, 30, 1);
    assert!(!server.conflict("name").unwrap().is_open());
    // Somebody decided otherwise, apart: both decisions are kept, and it is open again.
    server.push(&mut b);
    close(&mut server, &seen_by_b, 29, 2);
    let conflict = server.conflict("name").unwrap();
    assert!(conflict.is_open(), "what was settled before they came up does not settle them");
    let sides: Vec<_> = conflict.sides();
    assert_eq!(sides.iter().map(|side| text(&side.values)).collect::<Vec<_>>(), ["王明", "王鸣"]);
    assert_eq!(text(&conflict.original()), "王鸣");
    assert_eq!(server.record.text("name"), Some("王鸣"));
}

#[test]
fn what_a_pull_overwrote_unsent_is_kept() {
    let mut server = Server::new();
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.write(&edit(&[("name", json!("王明"))]), 10);
    b.write(&edit(&[("name", json!("王鸣"))]), 11);
    server.push(&mut b);
    a.record = a.record.merge(&server.record);
    assert_eq!(a.record.text("name"), Some("王鸣"));
    server.push(&mut a);
    let three = seen(&server, "name", 1);
    assert_eq!((text(&three.mine.values), three.leads), ("王明", Whose::Theirs));
}

#[test]
fn an_erased_record_and_a_ledger_have_no_conflicts() {
    let (server, mut a, _) = apart("王明", "王鸣");
    a.write(&edit(&[("name", json!("王"))]), 40);
    let erased = Record { erased: true, ..Record::empty("customer", WANG) };
    assert!(clashes(&a.record, &a.pending, person(1), &erased).is_empty());
    let ids = conflict::ids_about(&server.record);
    assert!(server.conflicts.keys().all(|id| ids.contains(id)));
}
