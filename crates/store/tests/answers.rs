//! What the answers to a push do to the file: what is refused goes, what was edited meanwhile stays,
//! what a server lost is offered again.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use serde_json::{Value, json};
use shuke_domain::{
    Clock, Collection, DeviceId, Record, RecordId, Scope, Stamp,
    nouns::{Customer, Task},
    wire::{Epoch, Number, PulledRow, PushReply, RowAnswer, RowOutcome, Stood},
};
use shuke_store::{Author, Key, Store, apply::Page, outbox::Outgoing};
use tempfile::TempDir;

const NOW: u64 = 1_800_000_000_000;
const WANG: RecordId = RecordId::from_u128(7);
const CUSTOMER: RecordId = RecordId::from_u128(1);

struct Till {
    store: Store,
    _folder: TempDir,
}

impl Till {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::from_hex(&"5a".repeat(32)).unwrap();
        let path = folder.path().join("shuke.db");
        let store = Store::create(&path, &key, DeviceId::from_u128(1)).await.unwrap();
        Self { store, _folder: folder }
    }

    async fn create(&self, name: &str) {
        let noun = Customer { name: Some(name.into()), ..Customer::default() };
        let mut write = self.store.write(NOW).await.unwrap();
        write.create(&noun, CUSTOMER, Author(Some(WANG))).await.unwrap();
        write.commit().await.unwrap();
    }

    async fn rename(&self, name: &str) {
        let mut write = self.store.write(NOW).await.unwrap();
        let author = Author(Some(WANG));
        write.set(Customer::COLLECTION, CUSTOMER, [("name", json!(name))], author).await.unwrap();
        write.commit().await.unwrap();
    }

    async fn sent(&self) -> Vec<Outgoing> {
        self.store.outgoing(0, 100).await.unwrap()
    }

    async fn answer(&self, sent: &[Outgoing], answer: RowAnswer) -> u64 {
        let rows = vec![answer; sent.len()];
        let reply = PushReply {
            epoch: Epoch(uuid::Uuid::nil()),
            rows,
            nonce: "next".into(),
            stood: Some(Stood { number: Number(9), mark: "word".into() }),
            now: NOW,
        };
        self.store.answered(sent, reply).await.unwrap()
    }

    async fn name(&self) -> Option<String> {
        let stored = self.store.record(Customer::COLLECTION, CUSTOMER).await.unwrap();
        stored.and_then(|stored| stored.record.text("name").map(str::to_owned))
    }

    async fn waiting(&self) -> Vec<(String, RecordId)> {
        let waiting = self.store.waiting(100).await.unwrap();
        waiting.into_iter().map(|change| (change.collection, change.id)).collect()
    }

    async fn pull(&self, rows: Vec<PulledRow>, next: i64) {
        let page = Page {
            epoch: Epoch(uuid::Uuid::nil()),
            scope: Scope::workspace(),
            rows,
            left: Vec::new(),
            next: Number(next),
            mark: Some(format!("word {next}")),
        };
        self.store.apply(page, NOW).await.unwrap();
    }
}

fn answer(outcome: RowOutcome, number: i64, record: Option<Record>) -> RowAnswer {
    RowAnswer {
        outcome,
        number: Number(number),
        record,
        clamped: Vec::new(),
        left: false,
        params: serde_json::Map::new(),
        code: Some("right.missing".into()),
    }
}

fn theirs(collection: &'static Collection, id: RecordId, name: &str) -> Record {
    let stamp = Stamp { clock: Clock::at(NOW - 1_000), device: DeviceId::from_u128(2) };
    Record::new(collection, id, stamp, [("name".to_owned(), json!(name))].into())
}

#[tokio::test]
async fn what_is_refused_and_unknown_to_the_server_is_gone_with_all_that_hangs_on_it() {
    for outcome in [RowOutcome::Denied, RowOutcome::PutAside] {
        let till = Till::new().await;
        till.create("王微").await;
        let sent = till.sent().await;
        assert_eq!(till.answer(&sent, answer(outcome, 0, None)).await, 1);
        assert_eq!(till.name().await, None);
        assert!(till.store.search("王", 10).await.unwrap().is_empty());
        let findings = till.store.examine(false, NOW).await.unwrap();
        assert!(findings.iter().all(|finding| finding.count == 0), "{findings:?}");
        // Only the task that tells of it waits.
        let waiting = till.waiting().await;
        assert!(waiting.len() == 1 && waiting[0].0 == Task::COLLECTION.name, "{waiting:?}");
    }
}

#[tokio::test]
async fn what_was_edited_while_it_was_refused_is_refused_as_a_whole_the_next_time() {
    let till = Till::new().await;
    till.pull(
        vec![PulledRow {
            number: Number(1), record: theirs(Customer::COLLECTION, CUSTOMER, "王")
        }],
        1,
    )
    .await;
    till.rename("一").await;
    let first = till.sent().await;
    till.rename("二").await;
    let server = theirs(Customer::COLLECTION, CUSTOMER, "王");
    let denied = answer(RowOutcome::Denied, 1, Some(server));
    assert_eq!(till.answer(&first, denied.clone()).await, 0);
    assert_eq!(till.name().await.as_deref(), Some("二"));

    let second = till.sent().await;
    assert_eq!(till.answer(&second, denied).await, 1);
    assert_eq!(till.name().await.as_deref(), Some("王"));
    let told = till.sent().await;
    let details = told[0].row.record.fields.get("details").unwrap();
    assert_eq!(details["values"]["name"], json!("二"));
}

#[tokio::test]
async fn an_erased_record_takes_its_waiting_change_and_its_history_along() {
    let till = Till::new().await;
    till.create("王").await;
    till.rename("王微").await;
    let mut erased = Record::empty(Customer::COLLECTION.name, CUSTOMER);
    erased.erased = true;
    till.pull(vec![PulledRow { number: Number(1), record: erased }], 1).await;
    let waiting = till.sent().await;
    assert!(waiting.iter().all(|sent| sent.row.record.erased && sent.row.changes.is_empty()));
    let history = till.store.history(Customer::COLLECTION.name, CUSTOMER, None, 10).await.unwrap();
    assert!(history.is_empty(), "{history:?}");
}

#[tokio::test]
async fn what_a_restored_server_lost_is_offered_again_and_nothing_else() {
    let till = Till::new().await;
    let (kept, lost) = (RecordId::from_u128(10), RecordId::from_u128(11));
    let row = |number, record| PulledRow { number: Number(number), record };
    let strange = |id| {
        let mut record = theirs(Customer::COLLECTION, id, "x");
        record.collection = "noun_of_next_year".into();
        record
    };
    let all = vec![
        row(1, theirs(Customer::COLLECTION, kept, "留")),
        row(2, theirs(Customer::COLLECTION, lost, "失")),
        row(3, strange(kept)),
        row(4, strange(lost)),
    ];
    till.pull(all.clone(), 4).await;
    assert_eq!(till.store.offer_missing(NOW).await.unwrap(), 0, "nobody speaks of a restore");

    till.store.read_again().await.unwrap();
    let cursor = till.store.cursor(&Scope::workspace()).await.unwrap().unwrap();
    assert_eq!((cursor.epoch, cursor.number, cursor.mark), (None, Number(0), None));
    till.pull(vec![all[0].clone(), all[2].clone()], 2).await;
    assert_eq!(till.store.offer_missing(NOW).await.unwrap(), 2);
    assert_eq!(till.store.offer_missing(NOW).await.unwrap(), 0);
    let sent = till.sent().await;
    assert!(sent.iter().all(|sent| sent.row.offered && sent.row.record.id == lost));
    assert_eq!(sent.len(), 2);
    assert_eq!(till.answer(&sent, answer(RowOutcome::Applied, 5, None)).await, 2);
    assert!(till.waiting().await.is_empty());
}

#[tokio::test]
async fn a_copy_takes_what_waits_along_under_its_new_name() {
    let till = Till::new().await;
    till.create("王").await;
    let sent = till.sent().await;
    assert_eq!(till.answer(&sent, answer(RowOutcome::Applied, 1, None)).await, 1);
    till.rename("王微").await;
    let (old, new) = (DeviceId::from_u128(1), DeviceId::from_u128(2));
    let seen = Stamp { clock: Clock::at(NOW + 60_000), device: old };
    till.store.renew(new, Some(seen), (20_001, 30_000), NOW).await.unwrap();

    assert_eq!(till.store.device().await.unwrap(), new);
    assert_eq!(till.store.renewals().await.unwrap(), [new]);
    assert!(till.store.clock().await.unwrap() >= seen.clock);
    let record = till.store.record(Customer::COLLECTION, CUSTOMER).await.unwrap().unwrap().record;
    assert_eq!(record.stamp_of("name").unwrap().device, new);
    assert_eq!(till.store.meta("nonce").await.unwrap(), None);
    assert_eq!(record.fields.get("name"), Some(&Value::from("王微")));
}

#[tokio::test]
async fn of_a_row_that_several_wrote_only_the_refused_changes_go() {
    let till = Till::new().await;
    till.pull(
        vec![PulledRow {
            number: Number(1),
            record: theirs(Customer::COLLECTION, CUSTOMER, "王敏"),
        }],
        1,
    )
    .await;
    let stranger = RecordId::from_u128(8);
    let mut write = till.store.write(NOW).await.unwrap();
    for (person, field, value) in [(stranger, "name", "假"), (WANG, "tone", "轻声")] {
        write
            .set(Customer::COLLECTION, CUSTOMER, [(field, json!(value))], Author(Some(person)))
            .await
            .unwrap();
    }
    write.commit().await.unwrap();
    let sent = till.sent().await;
    let unknown = |record| {
        let mut unknown = answer(RowOutcome::Denied, 1, record);
        unknown.code = Some("author.unknown".into());
        unknown.params.insert("people".into(), json!([stranger]));
        unknown
    };
    let stands = theirs(Customer::COLLECTION, CUSTOMER, "王敏");
    assert_eq!(
        till.answer(&sent, unknown(Some(stands.clone()))).await,
        0,
        "the row waits, with less in it"
    );
    assert_eq!(till.name().await.as_deref(), Some("王敏"));
    let again = till.sent().await;
    let customer = again.iter().find(|sent| sent.row.record.id == CUSTOMER).unwrap();
    assert_eq!((customer.row.author, customer.row.changes.len()), (WANG, 1));
    assert_eq!(customer.row.record.text("tone"), Some("轻声"));
    let task = again.iter().find(|sent| sent.row.record.collection == "task").unwrap();
    assert_eq!(task.row.record.reference("assignee"), Some(stranger));
    assert_eq!(task.row.record.fields["details"]["values"], json!({ "name": "假" }));
    // Answered late, after it was edited: it goes up as it is, and is parted then.
    till.rename("王明").await;
    till.answer(&sent, unknown(Some(stands))).await;
    assert_eq!(till.name().await.as_deref(), Some("王明"));
}
