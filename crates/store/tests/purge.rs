//! What must leave leaves, whatever it is and wherever its traces are; what stays is untouched.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shuke_domain::{
    Clock, Collection, DeviceId, Kind, Record, RecordId, Scope, Stamp,
    nouns::Customer,
    scope::Place,
    wire::{Epoch, LeftRow, Number, PulledRow},
};
use shuke_store::{Author, Key, Store, apply::Page, purge::Swept};
use tempfile::TempDir;

const NOW: u64 = 1_800_000_000_000;

fn id(bits: u128) -> RecordId {
    RecordId::from_u128(bits)
}

fn scope(store: u128) -> Scope {
    Scope::of(1, Place::Store(id(store)))
}

async fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::from_hex(&"17".repeat(32)).unwrap();
    let store =
        Store::create(&folder.path().join("shuke.db"), &key, DeviceId::from_u128(1)).await.unwrap();
    (folder, store)
}

/// A record of any collection, every field set.
fn record(collection: &'static Collection, bits: u128) -> Record {
    let value = |field: &shuke_domain::Field| match field.kind {
        Kind::Text => json!(format!("独孤求败{bits}")),
        Kind::Int => json!(1),
        Kind::Flag => json!(true),
        Kind::Ref => json!(id(bits)),
        Kind::Json => json!(["138057166880001"]),
    };
    let fields: BTreeMap<String, Value> =
        collection.fields.iter().map(|field| (field.name.to_owned(), value(field))).collect();
    let stamp = Stamp { clock: Clock::at(NOW), device: DeviceId::from_u128(2) };
    Record::new(collection, id(bits), stamp, fields)
}

fn customer(bits: u128, name: &str, phone: &str) -> Record {
    let fields = [("name", json!(name)), ("phone", json!(phone))];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let stamp = Stamp { clock: Clock::at(NOW), device: DeviceId::from_u128(2) };
    Record::new(Customer::COLLECTION, id(bits), stamp, fields)
}

async fn pull(store: &Store, scope: &Scope, rows: Vec<Record>, left: Vec<LeftRow>, next: i64) {
    let rows = rows
        .into_iter()
        .zip(next - 100..)
        .map(|(record, number)| PulledRow { number: Number(number), record });
    let page = Page {
        mark: None,
        epoch: Epoch(uuid::Uuid::from_u128(9)),
        scope: scope.clone(),
        rows: rows.collect(),
        left,
        next: Number(next),
    };
    store.apply(page, NOW).await.unwrap();
}

fn leaves(record: &Record, number: i64) -> LeftRow {
    LeftRow { number: Number(number), collection: record.collection.to_string(), id: record.id }
}

async fn purge(store: &Store) {
    loop {
        let lost = store.cursors().await.unwrap().into_iter().find(|cursor| cursor.lost);
        let Some(lost) = lost else { break };
        let mut swept = Some(Swept::default());
        while let Some(at) = swept {
            swept = store.purge_step(&lost.scope, at, NOW).await.unwrap();
        }
    }
    while store.scrub_step().await.unwrap() {}
    store.settle(NOW).await.unwrap();
}

async fn dump(store: &Store) -> String {
    let mut all = String::new();
    store
        .dump(|line| {
            all.push_str(line);
            all.push('\n');
            Ok(())
        })
        .await
        .unwrap();
    all
}

/// Every text and blob of every table, as it lies in the file once decrypted.
async fn bytes(store: &Store) -> Vec<u8> {
    use sqlx::Row as _;
    let tables: Vec<String> = sqlx::query_scalar(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and sql not like 'create virtual%'",
    )
    .fetch_all(store.readers())
    .await
    .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let sql = format!("select * from {table}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(store.readers()).await.unwrap();
        for row in rows {
            for column in 0..row.columns().len() {
                if let Ok(Some(blob)) = row.try_get_unchecked::<Option<Vec<u8>>, _>(column) {
                    all.extend(blob);
                    all.push(0);
                }
            }
        }
    }
    all
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn records_of_every_collection_leave_and_return_whole() {
    let (_folder, store) = store().await;
    store.entitle(&[scope(1), scope(2)]).await.unwrap();
    let all = Collection::all();
    let rows: Vec<Record> =
        all.iter().zip(100..).map(|(collection, bits)| record(collection, bits)).collect();
    let unknown = Record { collection: "balloon".into(), ..rows[0].clone() };
    let mut everything = rows.clone();
    everything.push(unknown.clone());
    pull(&store, &scope(1), everything.clone(), Vec::new(), 200).await;
    // One of them is in the other scope too.
    pull(&store, &scope(2), vec![rows[0].clone()], Vec::new(), 200).await;
    store.settle(NOW).await.unwrap();
    let before = dump(&store).await;

    let left = everything.iter().zip(201..).map(|(record, number)| leaves(record, number));
    pull(&store, &scope(1), Vec::new(), left.collect(), 300).await;
    purge(&store).await;
    let kept = dump(&store).await;
    assert_eq!(kept.lines().count(), 1, "what another scope holds stays: {kept}");
    assert!(store.search("dgqb", 10).await.unwrap().is_empty());
    let findings = store.examine(false, NOW).await.unwrap();
    assert!(findings.iter().all(|finding| finding.count == 0), "{findings:?}");

    pull(&store, &scope(1), everything, Vec::new(), 500).await;
    store.settle(NOW).await.unwrap();
    assert_eq!(dump(&store).await, before, "byte for byte");
    assert_eq!(store.search("dgqb", 10).await.unwrap().len(), 1);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_lost_scope_goes_and_what_waits_for_the_server_stays() {
    let (_folder, store) = store().await;
    let whole = Scope::workspace();
    let rows: Vec<Record> =
        (0..1_300).map(|bits| customer(1_000 + bits, "独孤求败", "+8613805716688")).collect();
    for (at, chunk) in rows.chunks(100).enumerate() {
        let next = 200 + i64::try_from(at).unwrap() * 100;
        pull(&store, &whole, chunk.to_vec(), Vec::new(), next).await;
    }
    // The workspace narrows: one store stays, and one row was edited meanwhile.
    store.entitle(&[scope(1)]).await.unwrap();
    pull(&store, &scope(1), rows[..7].to_vec(), Vec::new(), 3_000).await;
    let mut write = store.write(NOW + 1).await.unwrap();
    let fields = [("remarks", json!("还没上传"))];
    write.set(Customer::COLLECTION, rows[900].id, fields, Author(None)).await.unwrap();
    write.commit().await.unwrap();
    // Half of a purge, then another process begins anew.
    let lost = store.cursors().await.unwrap().into_iter().find(|cursor| cursor.lost).unwrap();
    store.purge_step(&lost.scope, Swept::default(), NOW).await.unwrap();
    purge(&store).await;
    let kept = dump(&store).await;
    assert_eq!(kept.lines().count(), 8);
    assert!(kept.contains("还没上传"));
    assert_eq!(store.outbox_size().await.unwrap().0, 1);
    let scopes: Vec<Scope> =
        store.cursors().await.unwrap().into_iter().map(|cursor| cursor.scope).collect();
    assert_eq!(scopes, [scope(1)]);

    // Everything again: nothing is taken for held by a scope of before.
    store.entitle(std::slice::from_ref(&whole)).await.unwrap();
    pull(&store, &whole, rows[..20].to_vec(), Vec::new(), 4_000).await;
    purge(&store).await;
    store.entitle(&[scope(2)]).await.unwrap();
    pull(&store, &scope(2), rows[..1].to_vec(), Vec::new(), 5_000).await;
    purge(&store).await;
    assert_eq!(dump(&store).await.lines().count(), 2, "one that is held and one that waits");
    store.close().await.unwrap();
}

#[tokio::test]
async fn nothing_that_left_or_was_erased_stays_in_the_file() {
    for erase in [false, true] {
        let (folder, store) = store().await;
        store.entitle(&[scope(1)]).await.unwrap();
        let gone = customer(1, "独孤求败", "+8613805716688");
        let stays = customer(2, "令狐冲", "+8613912345678");
        pull(&store, &scope(1), vec![gone.clone(), stays.clone()], Vec::new(), 200).await;
        let mut write = store.write(NOW + 1).await.unwrap();
        let fields = [("name", json!("独孤求胜"))];
        write.set(Customer::COLLECTION, gone.id, fields, Author(None)).await.unwrap();
        write.commit().await.unwrap();
        let summary = json!({ "errors": [
            { "row": 3, "column": "手机", "code": "field.phone", "value": "138 0571 6688 / 13805716688" },
            { "row": 4, "column": "手机", "code": "field.phone", "value": "不知道" } ] });
        store.keep_import(id(77), 1, &summary.to_string()).await.unwrap();
        let there = bytes(&store).await;
        // By name, number from the front and from the tail, history, outbox, report.
        for trace in ["独孤求败", "独孤求胜", "13805716688", "88661750831"] {
            assert!(holds(&there, trace), "{trace}");
        }
        // It was pushed.
        let mut write = store.write(NOW).await.unwrap();
        sqlx::query("delete from outbox").execute(write.connection()).await.unwrap();
        write.commit().await.unwrap();
        if erase {
            let mut erased = Record::empty("customer", gone.id);
            erased.erased = true;
            pull(&store, &scope(1), vec![erased], Vec::new(), 300).await;
        } else {
            pull(&store, &scope(1), Vec::new(), vec![leaves(&gone, 250)], 300).await;
        }
        purge(&store).await;
        let left = bytes(&store).await;
        for trace in ["独孤", "求败", "求胜", "13805716688", "88661750831", "dugu", "dgq"] {
            assert!(!holds(&left, trace), "{trace}, erased: {erase}");
        }
        assert!(holds(&left, "令狐冲") && holds(&left, "不知道"));
        // Only the note that all is done was written after the log was emptied.
        let log = folder.path().join("shuke.db-wal");
        assert!(std::fs::metadata(log).unwrap().len() < 20_000, "the log was emptied");
        assert_eq!(store.search("lhc", 10).await.unwrap().len(), 1);
        // Ended before the process is: SQLCipher takes its leave of OpenSSL at the process's end.
        store.close().await.unwrap();
    }
}
