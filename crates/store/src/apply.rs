//! What the server sends, applied by the same merge and the same [`Write::place`] as a local edit:
//! records, cursor and all that is derived from them in one transaction.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use shuke_domain::{
    Collection, Record, RecordId, Scope, Stamp,
    nouns::Task,
    wire::{Epoch, Number, PulledRow, RowAnswer, RowOutcome},
};

use crate::{
    Author, Store, StoreError, Write,
    codec::{Stored, table},
    outbox::{self, Outgoing},
    write::Placed,
};

/// A page of the server's order.
#[derive(Debug)]
pub struct Page {
    pub epoch: Epoch,
    pub scope: Scope,
    pub rows: Vec<PulledRow>,
    pub next: Number,
}

impl Store {
    /// Applies a page and moves the cursor behind it. Derived figures are left marked as stale where
    /// the page is long: the caller settles when the pull is at its end.
    pub async fn apply(&self, page: Page, now: u64) -> Result<(), StoreError> {
        let mut write = self.write(now).await?;
        if page.rows.len() > 100 {
            write = write.unsettled();
        }
        let mut by_collection: BTreeMap<usize, Vec<(Number, Record)>> = BTreeMap::new();
        for row in page.rows {
            match Collection::all()
                .iter()
                .position(|collection| collection.name == row.record.collection)
            {
                Some(place) => {
                    by_collection.entry(place).or_default().push((row.number, row.record));
                }
                None => keep_unknown(&mut write, row).await?,
            }
        }
        for (place, rows) in by_collection {
            if let Some(collection) = Collection::all().get(place) {
                merge(&mut write, collection, rows).await?;
            }
        }
        save_cursor(&mut write, &page.scope, page.epoch, page.next).await?;
        write.touch("sync");
        write.commit().await
    }

    /// Takes in the answers to a push. Returns how many rows left the outbox.
    pub async fn answered(
        &self,
        sent: &[Outgoing],
        answers: Vec<RowAnswer>,
        now: u64,
    ) -> Result<u64, StoreError> {
        let mut write = self.write(now).await?;
        let mut confirmed = 0;
        for (outgoing, answer) in sent.iter().zip(answers) {
            let record = &outgoing.row.record;
            let Some(collection) = Collection::find(&record.collection) else { continue };
            match answer.outcome {
                RowOutcome::Applied | RowOutcome::Merged => {
                    if !answer.clamped.is_empty() {
                        rewrite_stamps(&mut write, collection, record.id, &answer.clamped).await?;
                    }
                    if let Some(theirs) = answer.record {
                        merge(&mut write, collection, vec![(answer.number, theirs)]).await?;
                    }
                    let (id, version) = (record.id, outgoing.version);
                    let gone =
                        outbox::confirm(write.connection(), collection, id, version, answer.number)
                            .await?;
                    confirmed += u64::from(gone);
                }
                RowOutcome::Denied => {
                    deny(&mut write, collection, outgoing, answer).await?;
                    confirmed += 1;
                }
                RowOutcome::PutAside => {
                    let code = answer.code.as_deref().unwrap_or("server.refused");
                    outbox::note_problem(write.connection(), collection.name, record.id, code)
                        .await?;
                }
            }
        }
        write.touch("sync");
        write.commit().await?;
        Ok(confirmed)
    }
}

/// Merges versions from the server into what is here. What is already so is not written again.
async fn merge(
    write: &mut Write,
    collection: &'static Collection,
    rows: Vec<(Number, Record)>,
) -> Result<(), StoreError> {
    let rows = joined(rows);
    let ids: Vec<RecordId> = rows.iter().map(|(_, record)| record.id).collect();
    let mut devices = std::mem::take(&mut write.devices);
    let existing = table(collection)?.read(write.connection(), &mut devices, &ids).await?;
    write.devices = devices;
    let mut existing: HashMap<RecordId, Stored> =
        existing.into_iter().map(|stored| (stored.record.id, stored)).collect();
    let mut placed = Vec::with_capacity(rows.len());
    for (number, theirs) in rows {
        if let Some(newest) = theirs.newest() {
            write.observe(newest.clock);
        }
        let theirs = theirs.normalised();
        match existing.remove(&theirs.id) {
            None => {
                let row = write.next_row(collection).await?;
                placed.push(Placed {
                    stored: Stored { row, number: Some(number), record: theirs },
                    before: None,
                });
            }
            Some(mine) => {
                let record = mine.record.merge(&theirs);
                let number = mine.number.max(Some(number));
                if record != mine.record || number != mine.number {
                    let stored = Stored { row: mine.row, number, record };
                    placed.push(Placed { stored, before: Some(mine.record) });
                }
            }
        }
    }
    write.place(collection, &placed).await
}

/// One version for each record: a page that says the same thing twice is no reason to fail.
fn joined(rows: Vec<(Number, Record)>) -> Vec<(Number, Record)> {
    let mut places: HashMap<RecordId, usize> = HashMap::with_capacity(rows.len());
    let mut joined: Vec<(Number, Record)> = Vec::with_capacity(rows.len());
    for (number, record) in rows {
        match places.get(&record.id).and_then(|place| joined.get_mut(*place)) {
            Some((known, version)) => {
                *known = number.max(*known);
                *version = version.merge(&record);
            }
            None => {
                places.insert(record.id, joined.len());
                joined.push((number, record));
            }
        }
    }
    joined
}

/// Keeps what this version does not know, merged as any other record, for the version that will.
async fn keep_unknown(write: &mut Write, row: PulledRow) -> Result<(), StoreError> {
    let known: Option<(String, Option<i64>)> =
        sqlx::query_as("select body, number from unknown_record where collection = ?1 and id = ?2")
            .bind(row.record.collection.as_ref())
            .bind(row.record.id.as_bytes().as_slice())
            .fetch_optional(write.connection())
            .await?;
    let (record, number) = match known {
        Some((body, number)) => {
            let known: Record = serde_json::from_str(&body)?;
            (known.merge(&row.record), number.map(Number).max(Some(row.number)))
        }
        None => (row.record.normalised(), Some(row.number)),
    };
    sqlx::query("insert or replace into unknown_record (collection, id, body, number) values (?1, ?2, ?3, ?4)")
        .bind(record.collection.as_ref())
        .bind(record.id.as_bytes().as_slice())
        .bind(serde_json::to_string(&record)?)
        .bind(number.map(|number| number.0))
        .execute(write.connection())
        .await?;
    Ok(())
}

async fn save_cursor(
    write: &mut Write,
    scope: &Scope,
    epoch: Epoch,
    number: Number,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into cursor (scope, epoch, number) values (?1, ?2, ?3)
         on conflict (scope) do update set epoch = excluded.epoch, number = excluded.number",
    )
    .bind(scope.as_str())
    .bind(epoch.0.as_bytes().as_slice())
    .bind(number.0)
    .execute(write.connection())
    .await?;
    Ok(())
}

/// Puts the clamped stamp wherever the original still stands; what was edited since keeps its own.
async fn rewrite_stamps(
    write: &mut Write,
    collection: &'static Collection,
    id: RecordId,
    clamped: &[(Stamp, Stamp)],
) -> Result<(), StoreError> {
    let Some(stored) = write.find(collection, id).await? else { return Ok(()) };
    let became = |stamp: &mut Stamp| {
        if let Some((_, new)) = clamped.iter().find(|(original, _)| original == stamp) {
            *stamp = *new;
        }
    };
    let before = stored.record.clone();
    let mut record = stored.record;
    if let Some(stamp) = record.stamp.as_mut() {
        became(stamp);
    }
    record.exceptions.values_mut().for_each(became);
    if let Some(life) = record.life.as_mut() {
        became(&mut life.stamp);
    }
    let placed =
        Placed { stored: Stored { record: record.normalised(), ..stored }, before: Some(before) };
    write.place(collection, &[placed]).await
}

/// The only place where an older version wins: the server's replaces ours exactly, and what was
/// refused goes to its author as a task.
async fn deny(
    write: &mut Write,
    collection: &'static Collection,
    outgoing: &Outgoing,
    answer: RowAnswer,
) -> Result<(), StoreError> {
    let id = outgoing.row.record.id;
    let RowAnswer { record: theirs, number, code, params, .. } = answer;
    if let Some(mine) = write.find(collection, id).await? {
        let record = match theirs {
            Some(theirs) => theirs.normalised(),
            None => {
                let stamp = write.stamp();
                let mut gone = mine.record.clone();
                gone.life = Some(shuke_domain::Life { stamp, deleted: true });
                gone
            }
        };
        let number = Some(number).filter(|number| number.0 > 0).or(mine.number);
        let placed =
            Placed { stored: Stored { row: mine.row, number, record }, before: Some(mine.record) };
        write.place(collection, &[placed]).await?;
    }
    sqlx::query("delete from outbox where collection = ?1 and id = ?2 and version = ?3")
        .bind(collection.name)
        .bind(id.as_bytes().as_slice())
        .bind(outgoing.version)
        .execute(write.connection())
        .await?;
    if collection.name == Task::COLLECTION.name {
        return Ok(());
    }
    let record = &outgoing.row.record;
    for (author, values) in outbox::refused_values(&outgoing.row) {
        let task = Task {
            kind: Some("refused".to_owned()),
            title: record.text("name").or(record.text("title")).map(str::to_owned),
            customer: if collection.name == "customer" {
                Some(id)
            } else {
                record.reference("customer")
            },
            assignee: Some(author),
            created_at: i64::try_from(write.now()).ok(),
            details: Some(json!({
                "code": code,
                "params": params,
                "collection": collection.name,
                "id": id,
                "values": values,
            })),
            ..Task::default()
        };
        let task_id = RecordId::derived(
            "refused",
            &[id, RecordId::from_u128(u128::from(write.stamp().clock.bits()))],
        );
        write.create(&task, task_id, Author(Some(author))).await?;
    }
    Ok(())
}
