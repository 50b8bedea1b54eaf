use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Clock, Stamp};

const DEVICE: DeviceId = DeviceId::from_u128(1);

fn id(bits: u128) -> RecordId {
    RecordId::from_u128(bits)
}

fn record(collection: &'static str, bits: u128, fields: Value) -> Record {
    let stamp = Stamp { clock: Clock::at(1), device: DEVICE };
    let fields: BTreeMap<String, Value> = match fields {
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => BTreeMap::new(),
    };
    let known = Collection::find(collection).expect("a collection");
    Record::new(known, id(bits), stamp, fields)
}

fn customer(store: Option<u128>, owner: Option<u128>, shared: &[u128]) -> Record {
    let shared: Vec<RecordId> = shared.iter().map(|bits| id(*bits)).collect();
    let fields = json!({ "store": store.map(id), "owner": owner.map(id), "shared_with": shared });
    record("customer", 1000, fields)
}

fn of(record: &Record, visibility: Visibility) -> BTreeSet<Place> {
    places(record, visibility, DEVICE, |_, _| Anchor::Unknown)
}

fn visibilities() -> impl Strategy<Value = Visibility> {
    prop_oneof![
        Just(Visibility::Everyone),
        Just(Visibility::Store),
        any::<bool>().prop_map(|share_ownerless| Visibility::Owner { share_ownerless }),
    ]
}

prop_compose! {
    fn customers()(store in proptest::option::of(10..13_u128), owner in proptest::option::of(20..24_u128),
        shared in proptest::collection::vec(20..24_u128, 0..3)) -> Record {
        customer(store, owner, &shared)
    }
}

prop_compose! {
    fn people()(person in 20..24_u128, role in proptest::sample::select(Role::ALL), store in proptest::option::of(10..13_u128))
        -> Onlooker {
        Onlooker { person: id(person), role, store: store.map(id) }
    }
}

#[test]
fn a_scope_reads_back() {
    for place in [Place::Common, Place::Store(id(7)), Place::Person(id(8)), Place::Device(DEVICE)] {
        let scope = Scope::of(3, place);
        assert_eq!(Scope::parse(scope.as_str()).place(), Some((3, place)));
    }
    for text in ["workspace", "", "3.", "x.common", "3.moon.7", "3.store.7"] {
        assert_eq!(Scope::parse(text).place(), None, "{text}");
    }
}

#[test]
fn a_stores_customers_are_for_its_people() {
    let here = of(&customer(Some(10), Some(20), &[]), Visibility::Store);
    let sees = |role, store: Option<u128>| {
        let of = Onlooker { person: id(99), role, store: store.map(id) };
        reach(&[of], DEVICE, Visibility::Store).sees(&here)
    };
    assert!(sees(Role::Counter, Some(10)) && sees(Role::Rep, Some(10)));
    assert!(!sees(Role::Counter, Some(11)) && !sees(Role::Manager, Some(11)));
    assert!(sees(Role::Owner, Some(11)), "the owner sees everything, wherever they stand");
    assert!(sees(Role::Manager, None) && sees(Role::ReadOnly, None), "so does the head office");
    assert!(!sees(Role::ReadOnly, Some(11)) && !sees(Role::It, None) && !sees(Role::It, Some(10)));
}

#[test]
fn a_reps_customers_are_theirs_and_whom_they_are_shared_with() {
    let strict = Visibility::Owner { share_ownerless: false };
    let open = Visibility::Owner { share_ownerless: true };
    let sees = |customer: &Record, visibility, person| {
        let of = Onlooker { person: id(person), role: Role::Rep, store: Some(id(10)) };
        reach(&[of], DEVICE, visibility).sees(&of_(customer, visibility))
    };
    fn of_(customer: &Record, visibility: Visibility) -> BTreeSet<Place> {
        of(customer, visibility)
    }
    let owned = customer(Some(10), Some(20), &[22]);
    for visibility in [strict, open] {
        assert!(sees(&owned, visibility, 20) && sees(&owned, visibility, 22));
        assert!(!sees(&owned, visibility, 21), "the same store is not enough");
    }
    let nobodys = customer(Some(10), None, &[]);
    assert!(sees(&nobodys, open, 21) && !sees(&nobodys, strict, 21));
}

#[test]
fn a_till_keeps_its_own_sale_when_the_customer_moves() {
    let sale = record("sale", 500, json!({ "customer": id(1000), "store": id(10) }));
    let moved = of(&customer(Some(11), None, &[]), Visibility::Store);
    let lies = places(&sale, Visibility::Store, DEVICE, |_, _| Anchor::In(moved.clone()));
    assert_eq!(lies, BTreeSet::from([Place::Store(id(10)), Place::Store(id(11))]));
}

#[test]
fn what_hangs_on_something_unknown_waits_with_its_device() {
    let note = record("interaction", 500, json!({ "customer": id(1000) }));
    assert_eq!(of(&note, Visibility::Store), BTreeSet::from([Place::Device(DEVICE)]));
    let sale = record("sale", 501, json!({ "customer": id(1000), "store": id(10) }));
    let lies = of(&sale, Visibility::Store);
    assert_eq!(lies, BTreeSet::from([Place::Store(id(10)), Place::Device(DEVICE)]));
    let todo = record("task", 502, json!({ "title": "进货" }));
    assert_eq!(of(&todo, Visibility::Store), BTreeSet::from([Place::Common]));
    let unknown = Record::empty("balloon", id(503));
    assert_eq!(of(&unknown, Visibility::Store), BTreeSet::from([Place::Device(DEVICE)]));
}

#[test]
fn who_was_erased_tells_nobody_whose_they_were() {
    let mut erased = Record::empty("customer", id(1000));
    erased.erased = true;
    let lies = of(&erased, Visibility::Store);
    assert_eq!(lies, BTreeSet::from([Place::Common]));
    assert_eq!(Anchor::of(&erased, &lies), Anchor::In(BTreeSet::new()));
}

proptest! {
    #[test]
    fn what_hangs_on_a_customer_lies_where_the_customer_lies(customer in customers(), visibility in visibilities()) {
        let there = of(&customer, visibility);
        let anchor = Anchor::of(&customer, &there);
        for collection in ["interaction", "ledger_entry", "task", "customer_tag", "sale"] {
            let child = record(collection, 500, json!({ "customer": customer.id }));
            prop_assert_eq!(&places(&child, visibility, DEVICE, |_, _| anchor.clone()), &there);
        }
        let sale = record("sale", 501, json!({ "customer": customer.id, "store": id(12) }));
        let sold = places(&sale, visibility, DEVICE, |_, _| anchor.clone());
        prop_assert!(sold.is_superset(&there) && sold.contains(&Place::Store(id(12))));
        let line = record("sale_line", 502, json!({ "sale": sale.id }));
        prop_assert_eq!(places(&line, visibility, DEVICE, |_, _| Anchor::of(&sale, &sold)), sold);
    }

    #[test]
    fn a_device_holds_what_any_of_its_people_sees_and_no_more(customer in customers(), visibility in visibilities(),
        team in proptest::collection::vec(people(), 0..4)) {
        let there = of(&customer, visibility);
        let any = team.iter().any(|person| sight(*person, visibility).sees(&there))
            || visibility == Visibility::Everyone || there.contains(&Place::Common);
        prop_assert_eq!(reach(&team, DEVICE, visibility).sees(&there), any);
    }

    #[test]
    fn nobody_of_another_store_sees_a_stores_customer(customer in customers(), person in people()) {
        let there = of(&customer, Visibility::Store);
        let same = customer.reference("store").is_none_or(|store| person.store == Some(store));
        let shared = there.contains(&Place::Person(person.person));
        let whole = sight(person, Visibility::Store) == Reach::Whole;
        let sees = sight(person, Visibility::Store).sees(&there);
        if person.role != Role::It {
            prop_assert_eq!(sees, same || shared || whole);
        }
    }

    #[test]
    fn a_moved_customer_takes_everything_along(before in customers(), after in customers(), visibility in visibilities()) {
        let (from, to) = (of(&before, visibility), of(&after, visibility));
        let note = record("interaction", 500, json!({ "customer": after.id }));
        let lies = |there: &BTreeSet<Place>| places(&note, visibility, DEVICE, |_, _| Anchor::In(there.clone()));
        prop_assert_eq!((lies(&from), lies(&to)), (from, to));
    }
}
