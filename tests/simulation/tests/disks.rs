//! Single disks, single faults: what the simulation found, told once by name.

use std::path::Path;

use shuke_domain::{DeviceId, RecordId, nouns::Customer};
use shuke_simulation::{
    disk::{Disk, Fault, Image},
    vfs,
};
use shuke_store::{Author, Key, Store, StoreError};

const NOW: u64 = 1_800_000_000_000;

async fn name(store: &Store, id: u128, name: &str) -> Result<(), StoreError> {
    let noun = Customer { name: Some(name.into()), ..Customer::default() };
    let mut write = store.write(NOW).await?;
    write.create(&noun, RecordId::from_u128(id), Author(None)).await?;
    write.commit().await
}

/// SQLite ends the transaction by itself when the disk is full; the connection must not be used as if
/// it still had one.
#[tokio::test]
async fn a_till_writes_again_once_there_is_room() {
    let mounted = vfs::mount(Disk::new(&Image::default()));
    let (path, key) = (mounted.path("shuke.db"), Key::from_hex(&"5a".repeat(32)).unwrap());
    let store =
        Store::create_on(vfs::NAME, Path::new(&path), &key, DeviceId::from_u128(1)).await.unwrap();
    name(&store, 1, "王").await.unwrap();
    mounted.disk().arm(0, Fault::Full, 0);
    for id in 2..4 {
        assert!(matches!(name(&store, id, "李").await, Err(StoreError::Full(_))), "{id}");
    }
    mounted.disk().heal();
    name(&store, 4, "张").await.unwrap();
    let found = store.record(Customer::COLLECTION, RecordId::from_u128(4)).await.unwrap();
    assert!(found.is_some());
}

/// The cipher works on our disk as on any: no page is plain.
#[tokio::test]
async fn what_lies_on_the_disk_is_encrypted() {
    let mounted = vfs::mount(Disk::new(&Image::default()));
    let (path, key) = (mounted.path("shuke.db"), Key::from_hex(&"5a".repeat(32)).unwrap());
    let store =
        Store::create_on(vfs::NAME, Path::new(&path), &key, DeviceId::from_u128(1)).await.unwrap();
    name(&store, 1, "PLAINTEXT").await.unwrap();
    let image = mounted.disk().image();
    assert!(
        image.0.contains_key("shuke.db-wal"),
        "the write-ahead log is there: {:?}",
        image.0.keys()
    );
    for bytes in image.0.values() {
        assert!(!bytes.windows(9).any(|window| window == b"PLAINTEXT"));
        assert!(!bytes.starts_with(b"SQLite format 3"));
    }
}
