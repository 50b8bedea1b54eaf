//! What the server has not confirmed: one row per record, oldest first, with the changes since the
//! server's version. A row leaves only when the server has said that it is durable.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use shuke_domain::{
    Collection, FieldChange, Mutant, Record, RecordId,
    wire::{Number, PushRow},
};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    Author, Store, StoreError,
    codec::{CHUNK, Devices, table},
    write::Placed,
};

/// A row on its way, with the version of it that was read: an answer clears no later edit.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub place: i64,
    pub version: i64,
    pub row: PushRow,
}

/// A change that waits, for people.
#[derive(Debug)]
pub struct Waiting {
    pub collection: String,
    pub id: RecordId,
    pub since: i64,
    pub person: Option<String>,
    pub fields: Vec<String>,
    pub problem: Option<String>,
}

pub(crate) async fn add_new(
    connection: &mut SqliteConnection,
    placed: &[Placed],
    author: Author,
    now: u64,
) -> Result<(), StoreError> {
    let since = i64::try_from(now).unwrap_or(i64::MAX);
    for chunk in placed.chunks(CHUNK) {
        let tuples = vec!["(?, ?, ?, ?, 1, '[]')"; chunk.len()].join(", ");
        let sql = format!(
            "insert into outbox (collection, id, since, author, version, changes) values {tuples}
             on conflict (collection, id) do update set version = version + 1, problem = null"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for placed in chunk {
            let record = &placed.stored.record;
            query = query
                .bind(record.collection.to_string())
                .bind(record.id.as_bytes().to_vec())
                .bind(since)
                .bind(author.0.map(|id| id.as_bytes().to_vec()));
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// How many changes of one record wait one by one; beyond, only the first and last value of each
/// field are sent. The device's own history has them all.
const KEPT_APART: usize = 64;

/// Adds changes to what already waits, in their order and each with its author, for each has rights of
/// their own. The row stays its first author's.
pub(crate) async fn add_changes(
    connection: &mut SqliteConnection,
    record: &Record,
    changes: &[FieldChange],
    author: Author,
    now: u64,
) -> Result<(), StoreError> {
    let id = record.id.as_bytes().as_slice();
    let waiting: Option<String> =
        sqlx::query_scalar("select changes from outbox where collection = ?1 and id = ?2")
            .bind(record.collection.as_ref())
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    let mut all: Vec<FieldChange> = match &waiting {
        Some(text) => serde_json::from_str(text)?,
        None => Vec::new(),
    };
    all.extend(changes.iter().map(|change| FieldChange { author: author.0, ..change.clone() }));
    if all.len() > KEPT_APART {
        all = drawn_together(all);
    }
    sqlx::query(
        "insert into outbox (collection, id, since, author, version, changes) values (?1, ?2, ?3, ?4, 1, ?5)
         on conflict (collection, id) do update
         set version = version + 1, changes = excluded.changes, problem = null",
    )
    .bind(record.collection.as_ref())
    .bind(id)
    .bind(i64::try_from(now).unwrap_or(i64::MAX))
    .bind(author.0.map(|id| id.as_bytes().to_vec()))
    .bind(serde_json::to_string(&all)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// One change for each field: the first `from` and base, the last value with its stamp and author.
fn drawn_together(changes: Vec<FieldChange>) -> Vec<FieldChange> {
    let mut together: Vec<FieldChange> = Vec::new();
    for change in changes {
        match together.iter_mut().find(|earlier| earlier.field == change.field) {
            Some(earlier) => {
                (earlier.to, earlier.stamp) = (change.to, change.stamp);
                earlier.author = change.author;
            }
            None => together.push(change),
        }
    }
    together
}

impl Store {
    /// How many rows wait, and since when the oldest does.
    pub async fn outbox_size(&self) -> Result<(u32, Option<i64>), StoreError> {
        Ok(sqlx::query_as("select count(*), min(since) from outbox")
            .fetch_one(self.readers())
            .await?)
    }

    /// What waits, oldest first.
    pub async fn waiting(&self, limit: u32) -> Result<Vec<Waiting>, StoreError> {
        type Row = (String, Vec<u8>, i64, Option<String>, String, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "select o.collection, o.id, o.since, p.name, o.changes, o.problem
             from outbox o left join person p on p.id = o.author order by o.place limit ?1",
        )
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        rows.into_iter()
            .map(|(collection, id, since, person, changes, problem)| {
                let changes: Vec<FieldChange> = serde_json::from_str(&changes)?;
                let mut fields: Vec<String> = Vec::new();
                for change in changes {
                    if !fields.contains(&change.field) {
                        fields.push(change.field);
                    }
                }
                Ok(Waiting {
                    collection,
                    id: RecordId::from_slice(&id).ok_or(StoreError::Foreign)?,
                    since,
                    person,
                    fields,
                    problem,
                })
            })
            .collect()
    }

    /// Which of some customers, by their rows, have a change that waits.
    pub async fn waiting_customers(&self, rows: &[i64]) -> Result<HashSet<i64>, StoreError> {
        let waiting: Vec<i64> = sqlx::query_scalar(
            "select customer.row from json_each(?1) wanted join customer on customer.row = wanted.value
             where exists (select 1 from outbox where collection = 'customer' and id = customer.id)",
        )
        .bind(serde_json::to_string(rows)?)
        .fetch_all(self.readers())
        .await?;
        Ok(waiting.into_iter().collect())
    }

    /// The oldest rows after a place, with their records as they stand.
    pub async fn outgoing(&self, after: i64, limit: usize) -> Result<Vec<Outgoing>, StoreError> {
        type Row = (i64, String, Vec<u8>, Option<Vec<u8>>, i64, String);
        let mut transaction = self.readers().begin().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "select place, collection, id, author, version, changes from outbox where place > ?1 order by place limit ?2",
        )
        .bind(after)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *transaction)
        .await?;
        let mut devices = Devices::default();
        let mut outgoing = Vec::with_capacity(rows.len());
        // Runs of one collection are read together: a thousand rows cost a few statements.
        for run in rows.chunk_by(|a, b| a.1 == b.1) {
            let Some((_, name, ..)) = run.first() else { continue };
            let ids: Vec<RecordId> =
                run.iter().filter_map(|row| RecordId::from_slice(&row.2)).collect();
            let records: HashMap<RecordId, Record> = match Collection::find(name) {
                Some(collection) => table(collection)?
                    .read(&mut transaction, &mut devices, &ids)
                    .await?
                    .into_iter()
                    .map(|stored| (stored.record.id, stored.record))
                    .collect(),
                None => unknown(&mut transaction, name, &ids).await?,
            };
            for (place, _, id, author, version, changes) in run {
                let Some(record) = RecordId::from_slice(id).and_then(|id| records.get(&id)) else {
                    continue;
                };
                let author = author.as_deref().and_then(RecordId::from_slice);
                outgoing.push(Outgoing {
                    place: *place,
                    version: *version,
                    row: PushRow {
                        record: record.clone(),
                        author: author.unwrap_or(RecordId::from_u128(0)),
                        changes: serde_json::from_str(changes)?,
                        offered: *version == 0,
                    },
                });
            }
        }
        if Mutant::OutboxDroppedEarly.awake() {
            for sent in &outgoing {
                sqlx::query("delete from outbox where place = ?1")
                    .bind(sent.place)
                    .execute(self.writer())
                    .await?;
            }
        }
        Ok(outgoing)
    }

    /// Puts everything this replica holds into the outbox: when a workspace of one's own moves into
    /// an empty server.
    pub async fn offer_everything(&self, author: RecordId, now: u64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for collection in Collection::all() {
            let sql = format!(
                "insert into outbox (collection, id, since, author, version, changes)
                 select '{0}', id, ?1, ?2, 1, '[]' from {0} where true order by row
                 on conflict (collection, id) do nothing",
                collection.name
            );
            sqlx::query(AssertSqlSafe(sql))
                .bind(i64::try_from(now).unwrap_or(i64::MAX))
                .bind(author.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
            let sql = format!("update {} set number = null", collection.name);
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Records of a collection that this version does not know, as it keeps them.
async fn unknown(
    connection: &mut SqliteConnection,
    collection: &str,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, Record>, StoreError> {
    let mut records = HashMap::with_capacity(ids.len());
    for id in ids {
        let body: Option<String> =
            sqlx::query_scalar("select body from unknown_record where collection = ?1 and id = ?2")
                .bind(collection)
                .bind(id.as_bytes().as_slice())
                .fetch_optional(&mut *connection)
                .await?;
        if let Some(body) = body {
            records.insert(*id, serde_json::from_str(&body)?);
        }
    }
    Ok(records)
}

/// Takes a row out, unless it was edited while it was in flight.
pub(crate) async fn clear(
    connection: &mut SqliteConnection,
    collection: &str,
    id: RecordId,
    version: i64,
) -> Result<bool, StoreError> {
    let version = if Mutant::DirtyClearedInFlight.awake() { None } else { Some(version) };
    let gone = sqlx::query(
        "delete from outbox where collection = ?1 and id = ?2 and version = ifnull(?3, version)",
    )
    .bind(collection)
    .bind(id.as_bytes().as_slice())
    .bind(version)
    .execute(connection)
    .await?;
    Ok(gone.rows_affected() > 0)
}

/// Leaves a row waiting with some of its changes, unless it was edited while it was in flight.
pub(crate) async fn put_back(
    connection: &mut SqliteConnection,
    row: &PushRow,
    version: i64,
) -> Result<bool, StoreError> {
    let put = sqlx::query(
        "update outbox set changes = ?1, author = ?2, version = version + 1
         where collection = ?3 and id = ?4 and version = ?5",
    )
    .bind(serde_json::to_string(&row.changes)?)
    .bind(row.author.as_bytes().as_slice())
    .bind(row.record.collection.as_ref())
    .bind(row.record.id.as_bytes().as_slice())
    .bind(version)
    .execute(connection)
    .await?;
    Ok(put.rows_affected() > 0)
}

/// Takes a confirmed row out, or what was sent of it where it was edited while it was in flight, and
/// notes the number under which the server holds it.
pub(crate) async fn confirm(
    connection: &mut SqliteConnection,
    collection: &str,
    sent: &Outgoing,
    number: Number,
) -> Result<bool, StoreError> {
    let id = sent.row.record.id;
    let gone = clear(connection, collection, id, sent.version).await?;
    if !gone {
        forget_sent(connection, collection, sent).await?;
    }
    let known = Collection::find(collection).map_or("unknown_record", |collection| collection.name);
    let sql =
        format!("update {known} set number = ?1 where id = ?2 and (number is null or number < ?1)");
    sqlx::query(AssertSqlSafe(sql))
        .bind(number.0)
        .bind(id.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(gone)
}

/// Takes the changes that were sent out of a row that was edited since: what follows them is based
/// on what the server confirmed.
async fn forget_sent(
    connection: &mut SqliteConnection,
    collection: &str,
    sent: &Outgoing,
) -> Result<(), StoreError> {
    let id = sent.row.record.id;
    let waiting: Option<String> =
        sqlx::query_scalar("select changes from outbox where collection = ?1 and id = ?2")
            .bind(collection)
            .bind(id.as_bytes().as_slice())
            .fetch_optional(&mut *connection)
            .await?;
    let Some(waiting) = waiting else { return Ok(()) };
    let mut changes: Vec<FieldChange> = serde_json::from_str(&waiting)?;
    let before = changes.len();
    changes.retain(|change| !sent.row.changes.contains(change));
    if changes.len() < before {
        sqlx::query("update outbox set changes = ?3 where collection = ?1 and id = ?2")
            .bind(collection)
            .bind(id.as_bytes().as_slice())
            .bind(serde_json::to_string(&changes)?)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// What a refused row wanted, by who wanted it: for the tasks that tell them. Of a record that is new
/// it is everything.
pub fn refused_values(row: &PushRow) -> Vec<(RecordId, serde_json::Map<String, Value>)> {
    let mut wanted: Vec<(RecordId, serde_json::Map<String, Value>)> = Vec::new();
    let mut note = |author: RecordId, field: &str, value: &Value| {
        let place = match wanted.iter().position(|(known, _)| *known == author) {
            Some(place) => place,
            None => {
                wanted.push((author, serde_json::Map::new()));
                wanted.len() - 1
            }
        };
        wanted[place].1.insert(field.to_owned(), value.clone());
    };
    for change in &row.changes {
        note(change.author.unwrap_or(row.author), &change.field, &change.to);
    }
    if row.changes.is_empty() {
        for (field, value) in row.record.fields.iter().filter(|(_, value)| !value.is_null()) {
            note(row.author, field, value);
        }
    }
    if wanted.is_empty() {
        wanted.push((row.author, serde_json::Map::new()));
    }
    wanted
}
