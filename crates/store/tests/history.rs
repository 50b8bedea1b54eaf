//! What waits, what history keeps, and what goes from both.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use serde_json::{Value, json};
use shuke_domain::{
    Clock, DeviceId, Edit, FieldChange, Record, RecordId, Scope, Stamp,
    nouns::{ConflictId, Customer},
    wire::{Epoch, HistoryRow, Number, PulledRow, PushReply, RowAnswer, RowOutcome},
};
use shuke_store::{Author, Key, Store, apply::Page};
use tempfile::TempDir;

const NOW: u64 = 1_800_000_000_000;
const WANG: RecordId = RecordId::from_u128(7);
const ME: Author = Author(Some(RecordId::from_u128(1)));
const YOU: Author = Author(Some(RecordId::from_u128(2)));

async fn open() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::from_hex(&"ab".repeat(32)).unwrap();
    let path = folder.path().join("shuke.db");
    (Store::create(&path, &key, DeviceId::from_u128(1)).await.unwrap(), folder)
}

async fn made(store: &Store) {
    let mut write = store.write(NOW).await.unwrap();
    let customer = Customer { name: Some("王敏".into()), ..Customer::default() };
    write.create(&customer, WANG, ME).await.unwrap();
    write.commit().await.unwrap();
}

async fn set(store: &Store, field: &str, value: Value, author: Author, at: u64) {
    let mut write = store.write(at).await.unwrap();
    write.set(Customer::COLLECTION, WANG, [(field, value)], author).await.unwrap();
    write.commit().await.unwrap();
}

async fn remembered(store: &Store) -> Vec<(String, Value, Value)> {
    let entries = store.history("customer", WANG, None, 100).await.unwrap();
    entries.into_iter().map(|entry| (entry.field, entry.from, entry.to)).collect()
}

fn reply(number: i64) -> PushReply {
    let row = RowAnswer {
        outcome: RowOutcome::Applied,
        number: Number(number),
        record: None,
        clamped: Vec::new(),
        code: None,
        params: serde_json::Map::new(),
        left: false,
    };
    PushReply {
        epoch: Epoch(uuid::Uuid::nil()),
        rows: vec![row],
        nonce: "next".into(),
        stood: None,
        now: NOW,
    }
}

fn pulled(number: i64, record: Record) -> Page {
    Page {
        epoch: Epoch(uuid::Uuid::nil()),
        scope: Scope::workspace(),
        rows: vec![PulledRow { number: Number(number), record }],
        next: Number(number),
        left: Vec::new(),
        mark: None,
    }
}

#[tokio::test]
async fn each_change_goes_up_by_itself_with_its_author_and_what_was_sent_leaves() {
    let (store, _folder) = open().await;
    made(&store).await;
    let first = store.outgoing(0, 10).await.unwrap();
    store.answered(&first, reply(1)).await.unwrap();

    set(&store, "name", json!("王明"), ME, NOW + 1).await;
    set(&store, "name", json!("王鸣"), YOU, NOW + 2).await;
    let sent = store.outgoing(0, 10).await.unwrap();
    let told = |changes: &[FieldChange]| -> Vec<(Value, Value, Option<RecordId>)> {
        changes.iter().map(|one| (one.from.clone(), one.to.clone(), one.author)).collect()
    };
    let changes = &sent[0].row.changes;
    assert_eq!(
        told(changes),
        [(json!("王敏"), json!("王明"), ME.0), (json!("王明"), json!("王鸣"), YOU.0)]
    );
    assert_eq!(changes[1].base, changes[0].stamp);

    // Written while that was in flight: afterwards only this waits, based on what was confirmed.
    set(&store, "name", json!("王"), ME, NOW + 3).await;
    let confirmed = changes[1].stamp;
    assert_eq!(store.answered(&sent, reply(2)).await.unwrap(), 0);
    let rest = store.outgoing(0, 10).await.unwrap();
    assert_eq!(told(&rest[0].row.changes), [(json!("王鸣"), json!("王"), ME.0)]);
    assert_eq!(rest[0].row.changes[0].base, confirmed);
    assert_eq!(store.answered(&rest, reply(3)).await.unwrap(), 1);

    // A till that is offline for long sends first and last value; it remembers all itself.
    for time in 0..200 {
        set(&store, "remarks", json!(format!("第 {time} 次")), ME, NOW + 10 + time).await;
    }
    let waiting = store.outgoing(0, 10).await.unwrap();
    let changes = &waiting[0].row.changes;
    assert!(changes.len() <= 64, "{}", changes.len());
    assert_eq!(
        (&changes[0].from, &changes.last().unwrap().to),
        (&Value::Null, &json!("第 199 次"))
    );
    assert_eq!(store.waiting(10).await.unwrap()[0].fields, ["remarks"]);
    assert_eq!(store.history("customer", WANG, None, 1_000).await.unwrap().len(), 204);
}

#[tokio::test]
async fn what_the_server_knows_joins_once_and_what_is_old_goes() {
    const DAY: u64 = 86_400_000;
    let (store, _folder) = open().await;
    made(&store).await;
    set(&store, "remarks", json!("一"), ME, NOW + DAY).await;
    let other = Stamp { clock: Clock::at(NOW + 2 * DAY), device: DeviceId::from_u128(9) };
    let change = FieldChange {
        field: "remarks".into(),
        from: json!("一"),
        to: json!("二"),
        base: None,
        stamp: Some(other),
        author: YOU.0,
    };
    let row = HistoryRow {
        stamp: other,
        author: RecordId::from_u128(2),
        device: other.device,
        at: NOW + 3 * DAY,
        changes: vec![change],
    };
    for added in [1, 0, 0] {
        let kept = store.keep_history("customer", WANG, std::slice::from_ref(&row), NOW).await;
        assert_eq!(kept.unwrap(), added);
    }
    let (one, two) = (json!("一"), json!("二"));
    let told = [("remarks".into(), one.clone(), two), ("remarks".into(), Value::Null, one)];
    assert_eq!(remembered(&store).await[..2], told);
    assert_eq!(store.prune_history(NOW + DAY).await.unwrap(), 1, "the making, a day before");
    assert_eq!(remembered(&store).await, told);
    assert_eq!(store.prune_history(NOW + 9 * DAY).await.unwrap(), 2);
    assert_eq!(
        store.record(Customer::COLLECTION, WANG).await.unwrap().unwrap().record.text("remarks"),
        Some("一")
    );
}

/// A till of the version before kept conflicts raw: after its upgrade they are there, without a sync.
#[tokio::test]
async fn what_an_older_version_kept_raw_is_there_after_the_upgrade() {
    let (store, folder) = open().await;
    made(&store).await;
    let id = RecordId::from(ConflictId::of(WANG, "name"));
    let mut conflict = Record::empty("conflict", id);
    conflict.stamp = Some(Stamp { clock: Clock::at(NOW), device: DeviceId::from_u128(77) });
    conflict.fields = [("as_of".to_owned(), json!("x")), ("record".to_owned(), json!(WANG))].into();
    let body = serde_json::to_string(&conflict).unwrap();
    let mut write = store.write(NOW).await.unwrap();
    sqlx::query(
        "insert into unknown_record (collection, id, body, number) values ('conflict', ?1, ?2, 9)",
    )
    .bind(id.as_bytes().as_slice())
    .bind(body)
    .execute(write.connection())
    .await
    .unwrap();
    for sql in [
        "drop table conflict",
        "drop index customer_deleted",
        "drop index history_clock",
        "drop index history_version",
        "alter table workspace drop column history_days",
        "alter table unknown_record drop column held",
        "alter table cursor drop column slot",
        "alter table cursor drop column lost",
        "alter table workspace drop column visibility",
        "alter table workspace drop column share_ownerless",
        "alter table customer drop column shared_with",
        "alter table workspace drop column guards",
        "alter table workspace drop column lease_days",
        "alter table person drop column pin",
        "alter table device drop column people",
        "alter table device drop column settings",
        "drop table reveal",
        "drop table pin_try",
        "drop index customer_owner",
        "drop index task_assignee",
        "drop table part",
        "drop table earn_rule",
        "drop table reward",
        "drop index sale_earn_rule",
        "alter table sale drop column earn_rule",
        "alter table sale drop column earn_tier",
        "alter table sale drop column earn_birthday",
        "alter table sale drop column earning",
        "drop index sale_unmatched",
        "alter table sale drop column phone",
        "alter table sale drop column member_no",
        "alter table sale_line drop column category",
        "drop index ledger_entry_earn_rule",
        "drop index ledger_entry_redemption",
        "alter table ledger_entry drop column redemption",
        "alter table ledger_entry drop column earn_rule",
        "alter table product drop column tier_prices",
        "alter table workspace drop column tier_grace",
        "drop index customer_totals_expires",
        "drop index customer_totals_owed",
        "alter table customer_totals drop column expiring",
        "alter table customer_totals drop column expires_at",
        "alter table customer_totals drop column held_12_months",
        "drop index customer_referred_by",
        "drop table coupon",
        "drop table coupon_use",
        "drop table stock_movement",
        "drop table approval",
        "drop table activity",
        "drop table participation",
        "drop table prize_lot",
        "drop table contribution",
        "drop table shift",
        "alter table customer drop column referred_by",
        "alter table product drop column successor",
        "alter table sale drop column approval",
        "alter table sale drop column shift",
        "alter table ledger_entry drop column referred",
        "alter table ledger_entry drop column contribution",
        "alter table ledger_entry drop column approval",
        "alter table workspace drop column limits",
        "alter table device drop column limits",
        "pragma user_version = 1",
    ] {
        sqlx::query(sql).execute(write.connection()).await.unwrap();
    }
    write.commit().await.unwrap();
    store.close().await.unwrap();

    let key = Key::from_hex(&"ab".repeat(32)).unwrap();
    let store = Store::open(&folder.path().join("shuke.db"), &key).await.unwrap();
    let found = store.open_conflicts(None, 10).await.unwrap();
    assert_eq!((found.len(), found[0].number, &found[0].record), (1, Some(Number(9)), &conflict));
    assert!(
        store.outgoing(0, 10).await.unwrap().iter().all(|row| row.row.record.id == WANG),
        "a migration makes nothing dirty"
    );
}

#[tokio::test]
async fn an_erased_person_leaves_history_and_what_waits() {
    let (store, _folder) = open().await;
    made(&store).await;
    set(&store, "phone", json!("+8613805716688"), ME, NOW + 1).await;
    let erased = Record { erased: true, ..Record::empty("customer", WANG) };
    store.apply(pulled(5, erased), NOW).await.unwrap();
    assert_eq!(remembered(&store).await, []);
    let waiting = serde_json::to_string(&store.outgoing(0, 10).await.unwrap()[0].row).unwrap();
    assert!(!waiting.contains("5716688"), "{waiting}");
}

#[tokio::test]
async fn an_edit_by_someone_unaware_of_the_deletion_is_counted_until_somebody_decides() {
    let (store, _folder) = open().await;
    made(&store).await;
    let known = store.record(Customer::COLLECTION, WANG).await.unwrap().unwrap().record;
    let mut write = store.write(NOW + 1_000).await.unwrap();
    write.edit(Customer::COLLECTION, WANG, &Edit::deleting(true), ME).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(store.count_conflicts().await.unwrap(), (0, 0));

    let edit = Edit { fields: [("remarks".to_owned(), json!("晚"))].into(), deleted: None };
    let stamp = Stamp { clock: Clock::at(NOW + 2_000), device: DeviceId::from_u128(9) };
    let (unaware, _) = edit.apply(&known, stamp).unwrap();
    store.apply(pulled(4, unaware), NOW + 2_000).await.unwrap();
    assert_eq!(store.count_conflicts().await.unwrap(), (0, 1));
    assert_eq!(store.changed_after_deletion(10).await.unwrap().len(), 1);

    let mut write = store.write(NOW + 3_000).await.unwrap();
    write.insist(Customer::COLLECTION, WANG, &Edit::deleting(true), ME).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(store.count_conflicts().await.unwrap(), (0, 0));
    assert!(store.record(Customer::COLLECTION, WANG).await.unwrap().unwrap().record.is_deleted());
}
