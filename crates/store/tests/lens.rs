//! What one person sees of a file: the conditions in SQL against the pure rule of `domain::scope`, and searches and
//! counts through them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use shuke_domain::{
    Code, Collection, DeviceId, Record, RecordId, Role,
    nouns::{Customer, CustomerTag, Interaction, LedgerEntry, Sale, SaleLine, Tag, Task},
    scope::{self, Anchor, Onlooker, Place, Visibility},
};
use shuke_store::{Author, Key, Lens, Store, StoreError, grid::Arrangement};
use tempfile::TempDir;

const NOW: u64 = 1_790_000_000_000;

/// Two people of two stores, one without, and ids that are nobody's here.
const PEOPLE: [u128; 3] = [11, 12, 13];
const STORES: [u128; 2] = [21, 22];

async fn open() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::from_hex(&"5a".repeat(32)).unwrap();
    let store =
        Store::create(&folder.path().join("t.db"), &key, DeviceId::from_u128(1)).await.unwrap();
    (store, folder)
}

fn id(number: u128) -> RecordId {
    RecordId::from_u128(number)
}

/// Every choice of store, owner and sharing, and of each some of all that hangs on a customer.
async fn fill(store: &Store) {
    let mut write = store.write(NOW).await.unwrap();
    let author = Author(None);
    let tag = Tag { name: Some("常客".into()) };
    write.create(&tag, id(5), author).await.unwrap();
    let stores = [None, Some(STORES[0]), Some(STORES[1])];
    let owners = [None, Some(PEOPLE[0]), Some(PEOPLE[1])];
    let shared: [Option<&[u128]>; 4] = [None, Some(&[]), Some(&PEOPLE[..1]), Some(&PEOPLE[1..])];
    let mut number = 1_000;
    for of in stores {
        for owner in owners {
            for shared in shared {
                number += 100;
                let customer = Customer {
                    name: Some(format!("陈{number}")),
                    store: of.map(id),
                    owner: owner.map(id),
                    shared_with: shared.map(|people| {
                        people.iter().map(|person| id(*person).to_string()).collect()
                    }),
                    ..Customer::default()
                };
                write.create(&customer, id(number), author).await.unwrap();
                let hung = Some(id(number));
                for (place, sold_in) in stores.into_iter().enumerate() {
                    let sale = number + 1 + u128::try_from(place).unwrap();
                    let sold = Sale {
                        customer: hung,
                        store: sold_in.map(id),
                        sold_at: Some(1),
                        ..Sale::default()
                    };
                    write.create(&sold, id(sale), author).await.unwrap();
                    let line = SaleLine { sale: Some(id(sale)), ..SaleLine::default() };
                    write.create(&line, id(sale + 10), author).await.unwrap();
                }
                let said = Interaction {
                    customer: hung,
                    text: Some("好".into()),
                    ..Interaction::default()
                };
                write.create(&said, id(number + 30), author).await.unwrap();
                let entry =
                    LedgerEntry { customer: hung, amount: Some(1), ..LedgerEntry::default() };
                write.create(&entry, id(number + 31), author).await.unwrap();
                let task = Task { customer: hung, title: Some("打".into()), ..Task::default() };
                write.create(&task, id(number + 32), author).await.unwrap();
                let tagged = CustomerTag { customer: hung, tag: Some(id(5)) };
                write.create(&tagged, id(number + 33), author).await.unwrap();
            }
        }
    }
    let free = Task { title: Some("盘点".into()), ..Task::default() };
    write.create(&free, id(40), author).await.unwrap();
    let lost = Interaction { customer: Some(id(41)), ..Interaction::default() };
    write.create(&lost, id(42), author).await.unwrap();
    write.commit().await.unwrap();
}

fn places(
    record: &Record,
    all: &BTreeMap<RecordId, Record>,
    visibility: Visibility,
) -> BTreeSet<Place> {
    scope::places(record, visibility, DeviceId::from_u128(9), |_, root| match all.get(&root) {
        Some(root) => Anchor::of(root, &places(root, all, visibility)),
        None => Anchor::Unknown,
    })
}

async fn held(store: &Store) -> BTreeMap<RecordId, Record> {
    let mut held = BTreeMap::new();
    for collection in Collection::all() {
        held.extend(
            store.all(collection).await.unwrap().into_iter().map(|record| (record.id, record)),
        );
    }
    held
}

fn settings() -> [Visibility; 4] {
    [
        Visibility::Everyone,
        Visibility::Store,
        Visibility::Owner { share_ownerless: true },
        Visibility::Owner { share_ownerless: false },
    ]
}

#[tokio::test]
async fn what_is_read_through_a_lens_is_what_the_rule_says() {
    let (store, _folder) = open().await;
    fill(&store).await;
    let all = held(&store).await;
    let mut narrowed = 0;
    for visibility in settings() {
        for person in PEOPLE {
            for role in [Role::Owner, Role::Manager, Role::Counter, Role::It] {
                for of in [None, Some(STORES[0]), Some(STORES[1])] {
                    let onlooker = Onlooker { person: id(person), role, store: of.map(id) };
                    let sight = scope::sight(onlooker, visibility);
                    let Some(lens) = Lens::of(onlooker, visibility) else {
                        assert_eq!(sight, scope::Reach::Whole);
                        continue;
                    };
                    narrowed += 1;
                    let theirs = store.through(lens).await.unwrap();
                    let seen: BTreeSet<RecordId> = held(&theirs).await.into_keys().collect();
                    let meant = all.values().filter(|record| {
                        record.life.is_none_or(|life| !life.deleted)
                            && sight.sees(&places(record, &all, visibility))
                    });
                    let meant: BTreeSet<RecordId> = meant.map(|record| record.id).collect();
                    assert_eq!(seen, meant, "{onlooker:?} {visibility:?}");
                    let customers =
                        meant.iter().filter(|id| all[id].collection == "customer").count();
                    let everyone = Arrangement::default();
                    assert_eq!(theirs.arrange(&everyone).await.unwrap().len(), customers);
                    assert_eq!(theirs.count(&everyone).await.unwrap() as usize, customers);
                    assert_eq!(theirs.search("陈", 100).await.unwrap().len(), customers);
                    theirs.close_readers().await;
                }
            }
        }
    }
    assert!(narrowed > 50, "{narrowed}");
}

#[tokio::test]
async fn only_what_is_seen_is_written_and_what_one_makes_one_may_go_on_with() {
    let (store, _folder) = open().await;
    fill(&store).await;
    let onlooker =
        Onlooker { person: id(PEOPLE[2]), role: Role::Counter, store: Some(id(STORES[0])) };
    let theirs = store.through(Lens::of(onlooker, Visibility::Store).unwrap()).await.unwrap();
    let all = held(&store).await;
    let other = all.values().find(|record| {
        record.collection == "customer"
            && record.reference("store") == Some(id(STORES[1]))
            && !record.fields.contains_key("shared_with")
    });
    let other = other.unwrap().id;
    let author = Author(Some(id(PEOPLE[2])));
    let mut write = theirs.write(NOW + 1).await.unwrap();
    let refused = |error: StoreError| matches!(error, StoreError::Refused(failure) if failure.code == Code::RecordOutOfSight);
    let name = [("name", "别人".into())];
    assert!(refused(write.set(Customer::COLLECTION, other, name, author).await.unwrap_err()));
    let hung = Interaction { customer: Some(other), ..Interaction::default() };
    assert!(refused(write.create(&hung, id(900), author).await.unwrap_err()));
    let task = [("customer", other.to_string().into())];
    assert!(
        refused(write.set(Task::COLLECTION, id(40), task, author).await.unwrap_err()),
        "moved there"
    );
    // A customer for the other store, with a first word, as an import makes them.
    let away =
        Customer { name: Some("外".into()), store: Some(id(STORES[1])), ..Customer::default() };
    write.create(&away, id(901), author).await.unwrap();
    let said = Interaction { customer: Some(id(901)), ..Interaction::default() };
    write.create(&said, id(902), author).await.unwrap();
    write.commit().await.unwrap();
    assert!(theirs.record(Customer::COLLECTION, id(901)).await.unwrap().is_none());
    assert!(store.record(Customer::COLLECTION, id(901)).await.unwrap().is_some());
}

/// Who sees everything reads tables, and who sees a part finds it by an index.
#[tokio::test]
async fn the_whole_is_read_without_a_view_and_a_part_by_its_index() {
    let (store, _folder) = open().await;
    let plan = async |store: &Store, sql: &'static str| -> String {
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sql).fetch_all(store.readers()).await.unwrap();
        rows.into_iter().map(|(.., step)| step + "\n").collect()
    };
    let sql = "explain query plan select count(*) from customer_totals";
    assert!(!plan(&store, sql).await.contains("customer_seen"));
    let onlooker = Onlooker { person: id(PEOPLE[0]), role: Role::Rep, store: Some(id(STORES[0])) };
    for (visibility, index) in [
        (Visibility::Store, "customer_seen_by_store"),
        (Visibility::Owner { share_ownerless: true }, "customer_seen_by_owner"),
    ] {
        let theirs = store.through(Lens::of(onlooker, visibility).unwrap()).await.unwrap();
        let plan = plan(&theirs, sql).await;
        assert!(plan.contains(index) && plan.contains("customer_seen_shared"), "{plan}");
    }
}
