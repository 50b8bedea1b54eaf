//! What the server sends, applied by the same merge and the same [`Write::place`] as a local edit:
//! records, cursor and all that is derived from them in one transaction.

use std::collections::{BTreeMap, HashMap};

use shuke_domain::{
    Collection, Mutant, Record, RecordId, Scope, Stamp,
    wire::{Epoch, LeftRow, Number, PulledRow, PushReply, RowAnswer, RowOutcome},
};

use crate::{
    Store, StoreError, Write,
    codec::{Stored, table},
    history,
    identity::NONCE,
    outbox::{self, Outgoing},
    part,
    purge::{self, Leaving},
    refusing::refuse,
    sync_state::{self, STOOD, mark_of},
    write::Placed,
};

/// A page of the server's order.
#[derive(Debug)]
pub struct Page {
    pub epoch: Epoch,
    pub scope: Scope,
    pub rows: Vec<PulledRow>,
    /// What went out of the scope.
    pub left: Vec<LeftRow>,
    pub next: Number,
    /// What the server says of that place.
    pub mark: Option<String>,
}

impl Store {
    /// Applies a page and moves the cursor behind it. Derived figures are left marked as stale where
    /// the page is long: the caller settles when the pull is at its end.
    pub async fn apply(&self, page: Page, now: u64) -> Result<(), StoreError> {
        let mut write = self.write(now).await?;
        if Mutant::CursorSavedEarly.awake() {
            save_cursor(&mut write, &page.scope, page.epoch, page.next, page.mark.clone()).await?;
            write.part().await?;
        }
        if page.rows.len() > 100 {
            write = write.unsettled();
        }
        let bit = bit_of(&mut write, &page.scope).await?;
        let mut by_collection: BTreeMap<usize, Vec<(Number, Record)>> = BTreeMap::new();
        for row in page.rows {
            match Collection::all()
                .iter()
                .position(|collection| collection.name == row.record.collection)
            {
                Some(place) => {
                    by_collection.entry(place).or_default().push((row.number, row.record));
                }
                None => keep_unknown(&mut write, row, bit).await?,
            }
        }
        for (place, rows) in by_collection {
            if let Some(collection) = Collection::all().get(place) {
                let ids: Vec<RecordId> = match bit {
                    0 => Vec::new(),
                    _ => rows.iter().map(|(_, record)| record.id).collect(),
                };
                merge(&mut write, collection, rows).await?;
                purge::hold(write.connection(), collection.name, &ids, bit).await?;
            }
        }
        let gone = take_leave(&mut write, &page.left, bit).await?;
        part::forget(write.connection()).await?;
        save_cursor(&mut write, &page.scope, page.epoch, page.next, page.mark).await?;
        write.touch("sync");
        write.commit().await?;
        for (collection, rows) in gone {
            self.forget_served(collection, &rows);
        }
        Ok(())
    }

    /// Gives records that an older version kept raw their place in tables that this one has.
    pub(crate) async fn adopt_known(&self) -> Result<(), StoreError> {
        let rows: Vec<(String, Option<i64>)> =
            sqlx::query_as("select body, number from unknown_record order by collection, id")
                .fetch_all(self.readers())
                .await?;
        let mut adopted: Vec<(&'static Collection, Number, Record)> = Vec::new();
        for (body, number) in rows {
            let record: Record = serde_json::from_str(&body)?;
            if let Some(collection) = Collection::find(&record.collection) {
                adopted.push((collection, Number(number.unwrap_or_default()), record));
            }
        }
        if adopted.is_empty() {
            return Ok(());
        }
        // Figures are computed when the first settling of this run knows what time it is.
        let mut write = self.write(0).await?.unsettled();
        for (collection, number, record) in adopted {
            sqlx::query("delete from unknown_record where collection = ?1 and id = ?2")
                .bind(collection.name)
                .bind(record.id.as_bytes().as_slice())
                .execute(write.connection())
                .await?;
            merge(&mut write, collection, vec![(number, record)]).await?;
        }
        write.commit().await
    }

    /// Takes in the answers to a push. Returns how many rows left the outbox.
    pub async fn answered(&self, sent: &[Outgoing], reply: PushReply) -> Result<u64, StoreError> {
        let mut write = self.write(reply.now).await?;
        let mut confirmed = 0;
        let mut left: BTreeMap<usize, Vec<RecordId>> = BTreeMap::new();
        for (outgoing, answer) in sent.iter().zip(reply.rows) {
            let record = &outgoing.row.record;
            if answer.left
                && answer.outcome != RowOutcome::Unknown
                && let Some(collection) = Collection::find(&record.collection)
            {
                let all = Collection::all().iter();
                let place = all.take_while(|one| one.name != collection.name).count();
                left.entry(place).or_default().push(record.id);
            }
            let done = match answer.outcome {
                RowOutcome::Applied | RowOutcome::Merged => {
                    confirmed_one(&mut write, outgoing, answer).await?
                }
                RowOutcome::Denied | RowOutcome::PutAside => {
                    refuse(&mut write, outgoing, answer).await?
                }
                RowOutcome::Unknown => false,
            };
            confirmed += u64::from(done);
        }
        sync_state::note(&mut write, NONCE, &reply.nonce).await?;
        if let Some(stood) = reply.stood {
            sync_state::note(&mut write, STOOD, &serde_json::to_string(&stood)?).await?;
        }
        let mut gone = Vec::new();
        for (place, ids) in left {
            let Some(collection) = Collection::all().get(place) else { continue };
            let rows = purge::leave(&mut write, collection, &ids, Leaving::All).await?;
            gone.push((*collection, rows));
        }
        write.touch("sync");
        write.commit().await?;
        for (collection, rows) in gone {
            self.forget_served(collection, &rows);
        }
        Ok(confirmed)
    }
}

/// A row stands on the server. Gives whether it left the outbox.
async fn confirmed_one(
    write: &mut Write,
    outgoing: &Outgoing,
    answer: RowAnswer,
) -> Result<bool, StoreError> {
    let record = &outgoing.row.record;
    let name = record.collection.as_ref();
    match (Collection::find(name), answer.record) {
        (Some(collection), theirs) => {
            if !answer.clamped.is_empty() {
                rewrite_stamps(write, collection, record.id, &answer.clamped).await?;
            }
            if let Some(theirs) = theirs {
                merge(write, collection, vec![(answer.number, theirs)]).await?;
            }
        }
        (None, Some(theirs)) => {
            keep_unknown(write, PulledRow { number: answer.number, record: theirs }, 0).await?;
        }
        (None, None) => {}
    }
    outbox::confirm(write.connection(), name, outgoing, answer.number).await
}

/// The bit by which rows of a scope are told; none for the whole workspace.
async fn bit_of(write: &mut Write, scope: &Scope) -> Result<i64, StoreError> {
    if scope.is_workspace() {
        return Ok(0);
    }
    let cursors = sync_state::read(write.connection()).await?;
    let known = cursors.iter().find(|cursor| cursor.scope == *scope && !cursor.lost);
    // A page of a scope that is not this device's: nothing of it may come in.
    known.map(sync_state::Cursor::bit).filter(|bit| *bit != 0).ok_or(StoreError::Foreign)
}

/// The collections and rows that are gone.
type Gone = Vec<(&'static Collection, Vec<(i64, Vec<u8>)>)>;

/// Takes out what went out of a scope.
async fn take_leave(write: &mut Write, left: &[LeftRow], bit: i64) -> Result<Gone, StoreError> {
    let mut gone = Vec::new();
    if left.is_empty() || bit == 0 {
        return Ok(gone);
    }
    for collection in Collection::all() {
        let ids: Vec<RecordId> =
            left.iter().filter(|row| row.collection == collection.name).map(|row| row.id).collect();
        if !ids.is_empty() {
            gone.push((
                *collection,
                purge::leave(write, collection, &ids, Leaving::Scope(bit)).await?,
            ));
        }
    }
    for row in left.iter().filter(|row| Collection::find(&row.collection).is_none()) {
        sqlx::query(
            "delete from unknown_record where collection = ?1 and id = ?2 and held & ~?3 = 0",
        )
        .bind(&row.collection)
        .bind(row.id.as_bytes().as_slice())
        .bind(bit)
        .execute(write.connection())
        .await?;
    }
    Ok(gone)
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
                // What is more than the server has it has not confirmed.
                let confirmed = (record == theirs).then_some(number);
                let number = mine.number.max(confirmed);
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
pub(crate) async fn keep_unknown(
    write: &mut Write,
    row: PulledRow,
    bit: i64,
) -> Result<(), StoreError> {
    if Mutant::UnknownCollectionSkipped.awake() {
        return Ok(());
    }
    let known: Option<(String, Option<i64>)> =
        sqlx::query_as("select body, number from unknown_record where collection = ?1 and id = ?2")
            .bind(row.record.collection.as_ref())
            .bind(row.record.id.as_bytes().as_slice())
            .fetch_optional(write.connection())
            .await?;
    let (record, number) = match known {
        Some((body, number)) => {
            let known: Record = serde_json::from_str(&body)?;
            let merged = known.merge(&row.record);
            let confirmed = (merged == row.record.clone().normalised()).then_some(row.number);
            (merged, number.map(Number).max(confirmed))
        }
        None => (row.record.normalised(), Some(row.number)),
    };
    sqlx::query(
        "insert into unknown_record (collection, id, body, number, held) values (?1, ?2, ?3, ?4, ?5)
         on conflict (collection, id) do update
         set body = excluded.body, number = excluded.number, held = held | excluded.held",
    )
        .bind(record.collection.as_ref())
        .bind(record.id.as_bytes().as_slice())
        .bind(serde_json::to_string(&record)?)
        .bind(number.map(|number| number.0))
        .bind(bit)
        .execute(write.connection())
        .await?;
    Ok(())
}

async fn save_cursor(
    write: &mut Write,
    scope: &Scope,
    epoch: Epoch,
    number: Number,
    mark: Option<String>,
) -> Result<(), StoreError> {
    sync_state::note(write, &mark_of(scope), &mark.unwrap_or_default()).await?;
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
    let mut devices = std::mem::take(&mut write.devices);
    for stamps in clamped {
        history::set_back(write.connection(), &mut devices, (collection, id), *stamps).await?;
    }
    write.devices = devices;
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
