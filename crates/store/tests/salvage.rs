//! A damaged file: what can be read comes along, and an edit whose row was lost is made again once it came back.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use serde_json::json;
use shuke_domain::{
    Clock, DeviceId, RecordId, Scope, Stamp, edit,
    nouns::Customer,
    wire::{Epoch, Number, PulledRow},
};
use shuke_store::{Author, Key, Stop, Store, apply::Page};

const NOW: u64 = 1_800_000_000_000;
const WANG: RecordId = RecordId::from_u128(7);

fn key() -> Key {
    Key::from_hex(&"5a".repeat(32)).unwrap()
}

fn page(next: i64) -> Page {
    let noun = Customer { name: Some("王敏".into()), ..Customer::default() };
    let stamp = Stamp { clock: Clock::at(NOW - 10), device: DeviceId::from_u128(2) };
    let record = edit::create(&noun, WANG, stamp).unwrap();
    Page {
        epoch: Epoch(uuid::Uuid::nil()),
        scope: Scope::workspace(),
        rows: vec![PulledRow { number: Number(5), record }],
        left: Vec::new(),
        next: Number(next),
        mark: None,
    }
}

#[tokio::test]
async fn an_edit_whose_row_was_lost_is_made_again_once_the_row_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (file, mended) = (folder.path().join("shuke.db"), folder.path().join("mended.db"));
    let store = Store::create(&file, &key(), DeviceId::from_u128(1)).await.unwrap();
    let one = RecordId::from_u128(1);
    let identity = json!({ "workspace": one, "person": one, "device": one });
    store.set_meta("identity", Some(&identity.to_string())).await.unwrap();
    store.apply(page(5), NOW).await.unwrap();
    let mut write = store.write(NOW + 1).await.unwrap();
    let fields = [("remarks", json!("还没传"))];
    write.set(Customer::COLLECTION, WANG, fields, Author(None)).await.unwrap();
    // The page that the row lay on is gone.
    sqlx::query("delete from customer").execute(write.connection()).await.unwrap();
    write.commit().await.unwrap();
    store.close().await.unwrap();

    let salvaged = Store::salvage(&file, &mended, &key(), &Stop::default()).await.unwrap();
    assert_eq!(salvaged.lost, 0, "every page could be read");
    let store = Store::open(&mended, &key()).await.unwrap();
    assert_eq!(store.device().await.unwrap(), DeviceId::from_u128(1));
    assert_eq!(store.cursor(&Scope::workspace()).await.unwrap().unwrap().number, Number(0));
    assert!(store.outgoing(0, 10).await.unwrap().is_empty(), "there is no row to send");

    store.apply(page(6), NOW + 2).await.unwrap();
    assert_eq!(store.make_waiting_again(NOW + 3).await.unwrap(), 1);
    assert_eq!(store.make_waiting_again(NOW + 3).await.unwrap(), 0, "once");
    let waiting = store.outgoing(0, 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].row.record.text("remarks"), Some("还没传"));
    assert_eq!(waiting[0].row.record.text("name"), Some("王敏"));
    store.close().await.unwrap();
}
