//! Stories of history: what it keeps, who may read it, and that nobody changes it unseen.

use serde_json::{Value, json};
use shuke_domain::{
    Edit, Record, RecordId, Role,
    nouns::{Customer, Workspace},
    wire::{HistoryReply, HistoryRequest, PROTOCOL, PushRow},
};
use shuke_server::{Database, Refused};

use crate::bench::{Bench, KEY, NOW, Till, on_each};

const WANG: RecordId = RecordId::from_u128(10);

async fn history(
    till: &Till<'_>,
    before: Option<i64>,
    limit: usize,
) -> Result<HistoryReply, Refused> {
    let request = HistoryRequest {
        protocol: PROTOCOL,
        collection: "customer".into(),
        id: WANG,
        before,
        limit,
    };
    till.bench.service.history(&till.row, &request).await
}

/// A customer who was made and then renamed some times.
async fn renamed(till: &Till<'_>, times: u64) -> Record {
    let mut record = Record::empty("customer", WANG);
    for time in 0..=times {
        let name = json!(format!("王{time}"));
        let edit = Edit { fields: [("name".to_owned(), name)].into(), deleted: None };
        let (next, changes) = edit.apply(&record, till.stamp(NOW + time)).unwrap();
        // A new record says nothing of its changes: it was made.
        let changes = if time == 0 { Vec::new() } else { changes };
        let row =
            PushRow { record: next.clone(), author: till.reply.person_id, changes, offered: false };
        till.push(vec![row]).await.unwrap();
        record = next;
    }
    record
}

async fn execute(database: &Database, sql: &'static str) {
    match database {
        Database::Sqlite { writer, .. } => {
            sqlx::query(sql).execute(writer).await.unwrap();
        }
        Database::Postgres(pool) => {
            sqlx::query(sql).execute(pool).await.unwrap();
        }
    }
}

async fn chain(bench: &Bench) -> (String, bool, String) {
    let findings = bench.service.doctor().await.unwrap();
    let found = findings.into_iter().find(|finding| finding.check.starts_with("history")).unwrap();
    (found.check.to_owned(), found.good, found.detail)
}

#[test]
fn who_changed_what_on_which_device_is_read_page_by_page() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        let it = bench.join(Role::It, 3).await;
        renamed(&a, 4).await;
        let all = history(&a, None, 0).await.unwrap();
        assert_eq!((all.rows.len(), all.next), (5, None));
        let first = &all.rows[4];
        assert_eq!((first.changes[0].field.as_str(), first.author), ("", a.reply.person_id));
        let last = &all.rows[0];
        assert_eq!((last.device, last.stamp), (a.row.id, a.stamp(NOW + 4)));
        assert_eq!((&last.changes[0].from, &last.changes[0].to), (&json!("王3"), &json!("王4")));
        let page = history(&a, None, 2).await.unwrap();
        let rest = history(&a, page.next, 200).await.unwrap();
        assert_eq!((page.rows.len(), rest.rows.len(), rest.next), (2, 3, None));
        assert_eq!(history(&it, None, 10).await.unwrap_err().code(), "right.missing");
    });
}

/// One byte of a change, one row gone, two rows swapped, the last ones cut off: each is found at its
/// place, on both databases.
#[test]
fn whoever_touches_history_breaks_the_chain() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        renamed(&a, 5).await;
        let (check, good, detail) = chain(&bench).await;
        assert!(check == "history" && good && detail.starts_with("6 "), "{check} {detail}");
        let broken = [
            ("update change set fields = replace(fields, '王3', '李3') where place = 4", 4),
            ("delete from change where place = 3", 3),
            ("update change set place = 99 where place = 2", 2),
            ("delete from change where place = 6", 6),
            ("update change set author = device where place = 5", 5),
        ];
        let file = bench.folder.path().join("whole.db");
        bench.service.backup(&file, KEY).await.unwrap();
        for (sql, place) in broken {
            execute(bench.service.database(), sql).await;
            let found = chain(&bench).await;
            assert_eq!(found, ("history_broken".to_owned(), false, place.to_string()), "{sql}");
            bench.service.restore(&file, KEY).await.unwrap();
            assert_eq!(chain(&bench).await, ("history".to_owned(), true, detail.clone()));
        }
        // Two rows that changed places.
        for sql in [
            "update change set place = 100 where place = 4",
            "update change set place = 4 where place = 5",
            "update change set place = 5 where place = 100",
        ] {
            execute(bench.service.database(), sql).await;
        }
        assert_eq!(chain(&bench).await.2, "4");
    });
}

#[test]
fn erasing_a_person_empties_history_and_leaves_the_chain_whole() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        let record = renamed(&a, 3).await;
        let head = chain(&bench).await;
        let erased = Record { erased: true, ..Record::empty("customer", record.id) };
        let row = PushRow {
            record: erased,
            author: a.reply.person_id,
            changes: Vec::new(),
            offered: false,
        };
        a.push(vec![row]).await.unwrap();
        assert_eq!(chain(&bench).await, head, "the same links as before");
        assert_eq!(history(&a, None, 10).await.unwrap().rows.len(), 0);
        let file = bench.folder.path().join("erased.db");
        bench.service.backup(&file, KEY).await.unwrap();
        bench.service.restore(&file, KEY).await.unwrap();
        assert_eq!(chain(&bench).await, head, "a backup carries the chain");
    });
}

#[test]
fn what_outlives_the_owners_days_is_emptied_and_the_chain_stays() {
    const DAY: u64 = 86_400_000;
    on_each(|bench| async move {
        let a = bench.owner().await;
        renamed(&a, 2).await;
        bench.forward(40 * DAY);
        let late = Edit { fields: [("remarks".to_owned(), json!("后来"))].into(), deleted: None };
        let known = a.pull_all(50).await.into_iter().map(|(_, record)| record);
        let known = known.into_iter().find(|record| record.id == WANG).unwrap();
        let (record, changes) = late.apply(&known, a.stamp(NOW + 40 * DAY)).unwrap();
        a.push(vec![PushRow { record, author: a.reply.person_id, changes, offered: false }])
            .await
            .unwrap();
        assert_eq!(bench.service.prune_history().await.unwrap(), 0, "for ever, unless said");

        let days: &[(&str, Value)] = &[("name", json!("小店")), ("history_days", json!(30))];
        let mut row = a.row::<Workspace>(1, NOW + 40 * DAY, days);
        row.record.id = a.reply.workspace_id;
        a.push(vec![row]).await.unwrap();
        let head = chain(&bench).await;
        assert_eq!(bench.service.prune_history().await.unwrap(), 3);
        assert_eq!(bench.service.prune_history().await.unwrap(), 0);
        assert_eq!(chain(&bench).await, head);
        let left = history(&a, None, 10).await.unwrap();
        assert_eq!((left.rows.len(), left.kept_since), (1, Some(NOW + 10 * DAY)));
    });
}

/// Rows from before there was a chain are taken in, in the order of their numbers.
#[test]
fn old_history_is_chained_at_the_start() {
    on_each(|bench| async move {
        let a = bench.owner().await;
        renamed(&a, 3).await;
        execute(
            bench.service.database(),
            "update change set place = null, salt = null, commitment = null, link = null",
        )
        .await;
        execute(bench.service.database(), "delete from chain").await;
        let findings = bench.service.doctor().await.unwrap();
        let unchained = findings.iter().find(|finding| finding.check == "history_unchained");
        assert_eq!(unchained.map(|finding| finding.detail.as_str()), Some("4"));
        assert_eq!(bench.service.start_chain().await.unwrap(), 4);
        assert_eq!(bench.service.start_chain().await.unwrap(), 0);
        assert!(bench.service.doctor().await.unwrap().iter().all(|finding| finding.good));
        let rows = history(&a, None, 10).await.unwrap().rows;
        assert!(rows.windows(2).all(|pair| pair[0].stamp > pair[1].stamp), "{rows:?}");
        let row = a.row::<Customer>(11, NOW, &[("name", json!("新"))]);
        a.push(vec![row]).await.unwrap();
        assert!(bench.service.doctor().await.unwrap().iter().all(|finding| finding.good));
    });
}
