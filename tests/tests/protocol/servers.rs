//! Servers of the minor versions before and after this one, with the engine of today over a real file:
//! its round ends, what was confirmed is confirmed, what was not still waits, and all that came is kept.

use std::sync::Arc;

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use shuke_domain::{
    DeviceId, RecordId, Role, Scope,
    nouns::Customer,
    wire::{EnrolRequest, HistoryRequest, ListRequest, Nudge, Number, PROTOCOL},
};
use shuke_store::{Author, Key, Store, identity::NONCE};
use shuke_sync::{Background, Connection, Phase, Trouble};
use tempfile::TempDir;

use crate::{
    conversation::NOW,
    playback::{flood, play},
};

const WANG: RecordId = RecordId::from_u128(3);

/// A till that wrote three customers, 10 to 12, and has not spoken with its server yet.
struct Till {
    store: Arc<Store>,
    connection: Connection,
    background: Arc<Background>,
    _folder: TempDir,
}

impl Till {
    async fn facing(recorded: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::from_hex(&"5a".repeat(32)).unwrap();
        let path = folder.path().join("shuke.db");
        let store = Store::create(&path, &key, DeviceId::from_u128(1)).await.unwrap();
        let mut write = store.write(NOW).await.unwrap();
        for (id, name) in [(10, "王"), (11, "李"), (12, "孙")] {
            let noun = Customer { name: Some(name.into()), ..Customer::default() };
            write.create(&noun, RecordId::from_u128(id), Author(Some(WANG))).await.unwrap();
        }
        write.commit().await.unwrap();
        let connection = Connection::new(&play(recorded).await, Some("token".into())).unwrap();
        let store = Arc::new(store);
        let background = Background::new(Arc::clone(&store), connection.clone());
        Self { store, connection, background, _folder: folder }
    }

    /// All that is here, by collection and last digits of the id.
    async fn held(&self, collection: &str, id: u128) -> Option<Value> {
        let id = RecordId::from_u128(id).to_string();
        let mut found = None;
        let keep = |line: &str| {
            let record: Value = serde_json::from_str(line).unwrap();
            if record["collection"] == collection && record["id"] == *id {
                found = Some(record);
            }
            Ok(())
        };
        self.store.dump(keep).await.unwrap();
        found
    }

    /// The customers that the server has not confirmed. Tasks that tell of a refusal go up with the next round.
    async fn waiting(&self) -> Vec<RecordId> {
        let waiting = self.store.waiting(100).await.unwrap().into_iter();
        waiting.filter(|one| one.collection == "customer").map(|one| one.id).collect()
    }

    async fn cursor(&self) -> Option<Number> {
        let cursor = self.store.cursor(&Scope::workspace()).await.unwrap();
        cursor.map(|cursor| cursor.number)
    }

    async fn first_event(&self) -> Nudge {
        let mut events = Box::pin(self.connection.events().await.unwrap());
        events.next().await.unwrap().unwrap()
    }
}

fn enrolment() -> EnrolRequest {
    EnrolRequest {
        protocol: PROTOCOL,
        secret: "K7QM-2XWP-9RTA-0000".into(),
        device_id: DeviceId::from_u128(1),
        device_name: "1 号柜".into(),
        platform: "linux".into(),
        person_name: "王姐".into(),
        workspace: None,
    }
}

fn told<T: std::fmt::Debug>(result: Result<T, Trouble>) -> String {
    match result.unwrap_err() {
        Trouble::Refused(refusal) => refusal.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_of_1_0_takes_what_waits_and_gives_what_it_has() {
    let till = Till::facing(include_str!("conversations/server-1.0.json")).await;
    let enrolled = till.connection.enrol(&enrolment()).await.unwrap();
    assert_eq!(
        (enrolled.role, enrolled.pepper, enrolled.workspace_key),
        (Role::Counter, None, None)
    );

    till.background.round().await.unwrap();
    assert_eq!(till.waiting().await, []);
    assert_eq!(till.cursor().await, Some(Number(5)));
    assert_eq!(till.store.meta(NONCE).await.unwrap().as_deref(), Some("first nonce"));
    let merged = till.held("customer", 11).await.unwrap();
    assert_eq!(merged["fields"], json!({ "name": "李晓", "phone": "+8613800138000" }));
    assert!(till.held("customer", 10).await.is_some() && till.held("customer", 13).await.is_some());
    assert_eq!(till.held("customer", 12).await, None, "denied, and told in a task");
    assert_eq!(till.held("balloon", 30).await.unwrap()["fields"], json!({ "colour": "青" }));
    assert_eq!(till.first_event().await.number, Number(4));

    // What came with 1.1 is not there, which is an answer like any other.
    let asked = HistoryRequest {
        protocol: PROTOCOL,
        collection: "customer".into(),
        id: RecordId::from_u128(10),
        before: None,
        limit: 0,
    };
    assert_eq!(told(till.connection.history(&asked).await), "server.unknown");
    let asked = ListRequest { protocol: PROTOCOL, by: WANG };
    assert_eq!(told(till.connection.devices(&asked).await), "server.unknown");
}

#[tokio::test]
async fn a_server_of_1_0_has_no_segments_and_is_read_by_pages() {
    let till = Till::facing(include_str!("conversations/server-1.0-far.json")).await;
    let round = till.background.round().await.unwrap();
    assert_eq!((round.pulled, till.cursor().await), (2, Some(Number(6_004))));
    assert!(till.held("customer", 13).await.is_some() && till.held("customer", 14).await.is_some());
}

#[tokio::test]
async fn a_copy_that_a_server_of_1_0_gives_no_name_loses_nothing() {
    let till = Till::facing(include_str!("conversations/server-1.0-copied.json")).await;
    let wrote = till.waiting().await;
    assert_eq!(told(till.background.round().await), "server.unknown");
    assert_eq!(till.background.snapshots().borrow().phase, Phase::Stuck);
    assert_eq!(till.waiting().await, wrote);
    // Once somebody has let it in anew, it goes on where it was.
    till.background.round().await.unwrap();
    assert_eq!(till.waiting().await, []);
    assert!(till.held("customer", 13).await.is_some());
}

#[tokio::test]
async fn a_server_of_1_2_says_more_than_is_understood_and_all_of_it_is_kept() {
    let till = Till::facing(include_str!("conversations/server-1.2.json")).await;
    let enrolled = till.connection.enrol(&enrolment()).await.unwrap();
    assert_eq!(enrolled.role, Role::ReadOnly, "a role of a newer version may only read");

    let round = till.background.round().await.unwrap();
    assert_eq!(round.retire, None, "an ending of a newer version ends nothing");
    // An outcome that nobody here understands confirms nothing and takes nothing away.
    assert_eq!(till.waiting().await, [RecordId::from_u128(11)]);
    let waits = till.held("customer", 11).await.unwrap();
    assert_eq!(waits["fields"], json!({ "name": "李" }));
    assert_eq!(till.held("customer", 12).await.unwrap()["fields"]["name"], "孙大");
    assert_eq!(till.cursor().await, Some(Number(5)));

    let flower = json!({ "kind": "荷", "petals": [1, 2, null], "names": { "zh": "荷花" } });
    let whole = till.held("customer", 13).await.unwrap();
    assert_eq!(whole["fields"], json!({ "name": "赵", "flower": flower, "stars": 5 }));
    let balloon = till.held("balloon", 30).await.unwrap();
    assert_eq!(balloon["fields"]["string"], json!({ "length": 1200 }));
    assert_eq!(balloon["fields"]["shared"], json!([true, null]));

    assert_eq!(till.first_event().await.number, Number(9), "other events are passed over");
    let asked = ListRequest { protocol: PROTOCOL, by: WANG };
    let devices = till.connection.devices(&asked).await.unwrap().devices;
    assert_eq!((devices.len(), devices[0].ending), (1, None));
}

#[tokio::test]
async fn an_answer_without_end_is_none() {
    let connection = Connection::new(&flood(65).await, None).unwrap();
    let flooded = connection.enrol(&enrolment()).await;
    assert!(matches!(flooded, Err(Trouble::Stranger)), "{flooded:?}");
}

#[tokio::test]
async fn an_answer_about_another_record_is_none() {
    let other = json!({ "collection": "sale", "id": RecordId::from_u128(99), "fields": {} });
    let row = json!({ "outcome": "merged", "number": 1, "record": other });
    let body = json!({ "epoch": RecordId::from_u128(5), "rows": [row, row, row], "nonce": "n", "now": NOW });
    let recording = json!({ "answers": [{ "to": "/v1/push", "body": body }], "events": "" });
    let till = Till::facing(&recording.to_string()).await;
    let lied = till.background.round().await;
    assert!(matches!(lied, Err(Trouble::Stranger)), "{lied:?}");
    assert_eq!(till.waiting().await.len(), 3);
    assert_eq!(till.store.meta(NONCE).await.unwrap(), None);
}
