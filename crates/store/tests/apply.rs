//! What the server sends may come in any order, in pages of any length, more than once, and between
//! local edits: the file always holds what the pure merge of `shuke-domain` would.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{borrow::Cow, collections::BTreeMap};

use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::TestRunner};
use serde_json::{Value, json};
use shuke_domain::{
    Clock, DeviceId, Edit, Life, Record, RecordId, Scope, Stamp,
    nouns::{Customer, CustomerTag, Sale, Tag},
    wire::{Epoch, Number, PulledRow},
};
use shuke_store::{Author, Key, Store, apply::Page};
use tempfile::TempDir;

/// As milliseconds; what the server sends is never later.
const NOW: u64 = 1_800_000_000_000;

fn stamp() -> impl Strategy<Value = Stamp> {
    (0..5_u64, 0..3_u128).prop_map(|(clock, device)| Stamp {
        clock: Clock::from_bits(Clock::at(NOW - 1_000).bits() + clock),
        device: DeviceId::from_u128(device + 100),
    })
}

/// Fields of every kind of column, values that no column holds, and fields of a newer version.
fn field(collection: &'static str) -> BoxedStrategy<(&'static str, Value)> {
    let text =
        || select(vec!["单田芳", "王敏", "+8613805716688", "", "O'Neill"]).prop_map(Value::from);
    let unknown =
        (select(vec!["zz_new", "aa_new"]), select(vec![json!(1), json!({"x": null}), json!("y")]));
    let id = || (1..4_u128).prop_map(|id| Value::from(RecordId::from_u128(id).to_string()));
    match collection {
        "customer" => prop_oneof![
            4 => (select(vec!["name", "phone", "email", "birthday", "birthday_calendar", "member_no"]), text()),
            1 => (select(vec!["store", "owner"]), id()),
            1 => (Just("other_phones"), vec(text(), 0..3).prop_map(Value::from)),
            // Another version's idea of a field: it does not fit the column and is kept all the same.
            1 => (select(vec!["name", "store"]), select(vec![json!(7), json!(["a"]), json!("no-id"), Value::Null])),
            1 => unknown,
        ]
        .boxed(),
        "customer_tag" => (select(vec!["customer", "tag"]), id()).boxed(),
        "sale" => prop_oneof![
            (Just("customer"), id()),
            (select(vec!["sold_at", "points_rule"]), (0..3_i64).prop_map(Value::from)),
            (Just("tenders"), Just(json!([{"kind": "cash", "amount": 100}]))),
            (Just("sold_at"), Just(json!("yesterday"))),
        ]
        .boxed(),
        "tag" => prop_oneof![(Just("name"), text()), unknown].boxed(),
        _ => unknown.boxed(),
    }
}

fn version() -> impl Strategy<Value = Record> {
    let collection = select(vec![
        Customer::COLLECTION.name,
        CustomerTag::COLLECTION.name,
        Sale::COLLECTION.name,
        Tag::COLLECTION.name,
        "noun_of_next_year",
    ]);
    collection.prop_flat_map(|collection| {
        let fields = vec((field(collection), option::weighted(0.4, stamp())), 0..5);
        let life = option::weighted(0.3, (stamp(), any::<bool>()));
        (1..4_u128, fields, stamp(), life, prop::bool::weighted(0.03)).prop_map(
            move |(id, fields, base, life, erased)| {
                let mut record = Record::empty(Cow::Borrowed(collection), RecordId::from_u128(id));
                record.erased = erased;
                record.life = life.map(|(stamp, deleted)| Life { stamp, deleted });
                record.stamp = Some(base);
                for ((name, value), own) in fields {
                    record.fields.insert(name.to_owned(), value);
                    record.exceptions.extend(own.map(|own| (name.to_owned(), own)));
                }
                record
            },
        )
    })
}

/// Versions, cut into pages, each page sent once or more often, at any time.
#[derive(Clone, Debug)]
struct History {
    versions: Vec<Record>,
    pages: Vec<Vec<prop::sample::Index>>,
}

fn history(most: usize) -> impl Strategy<Value = History> {
    (vec(version(), 1..most), vec(vec(any::<prop::sample::Index>(), 0..most), 0..6))
        .prop_map(|(versions, pages)| History { versions, pages })
}

fn merged(versions: &[Record]) -> String {
    let mut all: BTreeMap<(String, RecordId), Record> = BTreeMap::new();
    for version in versions {
        let key = (version.collection.to_string(), version.id);
        let known =
            all.entry(key).or_insert_with(|| Record::empty(version.collection.clone(), version.id));
        *known = known.merge(version);
    }
    // Collections that this version does not know stand after all others.
    let (known, unknown): (Vec<_>, Vec<_>) =
        all.into_values().partition(|record| record.collection != "noun_of_next_year");
    let lines = known.iter().chain(&unknown).map(|record| record.expanded().to_string() + "\n");
    lines.collect()
}

struct Replica {
    store: Store,
    _folder: TempDir,
}

impl Replica {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::from_hex(&"5a".repeat(32)).unwrap();
        let store = Store::create(&folder.path().join("shuke.db"), &key, DeviceId::from_u128(1))
            .await
            .unwrap();
        Self { store, _folder: folder }
    }

    async fn apply(&self, records: impl IntoIterator<Item = &Record>) {
        let row = |(place, record): (usize, &Record)| PulledRow {
            number: Number(i64::try_from(place).unwrap() + 1),
            record: record.clone(),
        };
        let rows: Vec<PulledRow> = records.into_iter().enumerate().map(row).collect();
        let next = Number(i64::try_from(rows.len()).unwrap());
        let page = Page {
            epoch: Epoch(uuid::Uuid::nil()),
            scope: Scope::workspace(),
            rows,
            left: Vec::new(),
            next,
            mark: None,
        };
        self.store.apply(page, NOW).await.unwrap();
    }

    async fn dump(&self) -> String {
        let mut all = String::new();
        self.store
            .dump(|line| {
                all.push_str(line);
                all.push('\n');
                Ok(())
            })
            .await
            .unwrap();
        all
    }
}

/// Runs an asynchronous story for many histories.
fn for_each<T: std::fmt::Debug>(
    cases: u32,
    strategy: &impl Strategy<Value = T>,
    story: impl AsyncFn(T) -> Result<(), TestCaseError>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let result = TestRunner::new(config).run(strategy, |value| runtime.block_on(story(value)));
    assert!(result.is_ok(), "{result:?}");
}

#[test]
fn any_order_and_repetition_give_what_the_pure_merge_gives() {
    for_each(60, &history(14), async |history| {
        let expected = merged(&history.versions);

        let (single, bulk, wild) =
            (Replica::new().await, Replica::new().await, Replica::new().await);
        for version in &history.versions {
            single.apply([version]).await;
        }
        bulk.apply(&history.versions).await;
        for page in &history.pages {
            wild.apply(page.iter().map(|place| place.get(&history.versions))).await;
        }
        wild.apply(history.versions.iter().rev()).await;

        prop_assert_eq!(single.dump().await, expected.as_str());
        prop_assert_eq!(bulk.dump().await, expected.as_str());
        prop_assert_eq!(wild.dump().await, expected.as_str());
        Ok(())
    });
}

/// Long pages take other paths (statements of 200 rows, derived figures left for later).
#[test]
fn a_long_page_gives_what_many_short_ones_give() {
    let spread = version().prop_flat_map(|record| {
        (1..300_u128).prop_map(move |id| Record { id: RecordId::from_u128(id), ..record.clone() })
    });
    for_each(4, &vec(spread, 500..900), async |versions| {
        let (bulk, pages) = (Replica::new().await, Replica::new().await);
        bulk.apply(&versions).await;
        for page in versions.rchunks(90) {
            pages.apply(page).await;
        }
        bulk.store.settle(NOW).await.unwrap();
        prop_assert_eq!(bulk.dump().await, merged(&versions));
        prop_assert_eq!(pages.dump().await, bulk.dump().await);
        Ok(())
    });
}

/// An edit at the till between two pages is one more version.
#[test]
fn local_edits_between_pages_are_versions_like_any_other() {
    for_each(30, &(vec(version(), 1..10), vec(version(), 1..10)), async |(before, after)| {
        let till = Replica::new().await;
        till.apply(&before).await;

        let id = RecordId::from_u128(1);
        let mut write = till.store.write(NOW).await.unwrap();
        let mut mine = Vec::new();
        if let Some(stored) = write.find(Customer::COLLECTION, id).await.unwrap()
            && !stored.record.erased
        {
            let fields = BTreeMap::from([
                ("name".to_owned(), json!("柜台上改的")),
                ("zz_new".to_owned(), json!(2)),
            ]);
            let edit = Edit { fields, deleted: Some(true) };
            write.edit(Customer::COLLECTION, id, &edit, Author(None)).await.unwrap();
            mine.push(write.find(Customer::COLLECTION, id).await.unwrap().unwrap().record);
        }
        write.commit().await.unwrap();
        let waiting = till.store.outbox_size().await.unwrap().0;
        prop_assert_eq!(usize::try_from(waiting).unwrap(), mine.len());
        till.apply(&after).await;

        let all: Vec<Record> = before.into_iter().chain(mine).chain(after).collect();
        prop_assert_eq!(till.dump().await, merged(&all));
        Ok(())
    });
}

/// A tag may come before the customer it is on, or after.
#[tokio::test]
async fn a_tagged_customer_is_found_in_whatever_order_its_records_came() {
    let of = |collection: &'static shuke_domain::Collection, id: u128, fields: &[(&str, Value)]| {
        let fields =
            fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let stamp = Stamp { clock: Clock::at(NOW - 1_000), device: DeviceId::from_u128(100) };
        Record::new(collection, RecordId::from_u128(id), stamp, fields)
    };
    let id = |id: u128| Value::from(RecordId::from_u128(id).to_string());
    let records = [
        of(Customer::COLLECTION, 1, &[("name", json!("王敏"))]),
        of(Tag::COLLECTION, 2, &[("name", json!("送礼"))]),
        of(CustomerTag::COLLECTION, 3, &[("customer", id(1)), ("tag", id(2))]),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let replica = Replica::new().await;
        for place in order {
            replica.apply([&records[place]]).await;
        }
        assert_eq!(replica.store.search("送礼", 10).await.unwrap().len(), 1, "{order:?}");
    }
}
