//! Who changed which field, from what to what, when, on which device. Written in the edit's own
//! transaction; what other devices wrote joins it when somebody looks. Only erasure and the span of
//! time that the owner sets take from it.

use serde_json::Value;
use shuke_domain::{Clock, Collection, FieldChange, Record, RecordId, Stamp, wire::HistoryRow};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    Author, Store, StoreError,
    codec::{CHUNK, Devices, bits},
    write::Placed,
};

/// One field before and after.
#[derive(Debug)]
pub struct Entry {
    pub row: i64,
    pub field: String,
    pub from: Value,
    pub to: Value,
    pub clock: Clock,
    pub person: Option<String>,
    pub device: Option<String>,
}

pub(crate) async fn made(
    connection: &mut SqliteConnection,
    devices: &mut Devices,
    placed: &[Placed],
    author: Author,
) -> Result<(), StoreError> {
    for chunk in placed.chunks(CHUNK) {
        let tuples = vec!["(?, ?, '', ?, ?, ?)"; chunk.len()].join(", ");
        let sql = format!(
            "insert into history (collection, id, field, clock, device, person) values {tuples}"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for placed in chunk {
            let record = &placed.stored.record;
            let Some(stamp) = record.newest() else { continue };
            query = query
                .bind(record.collection.to_string())
                .bind(record.id.as_bytes().to_vec())
                .bind(bits(stamp))
                .bind(devices.reference(stamp.device, connection).await?)
                .bind(author.0.map(|id| id.as_bytes().to_vec()));
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

pub(crate) async fn changed(
    connection: &mut SqliteConnection,
    devices: &mut Devices,
    record: &Record,
    changes: &[FieldChange],
    stamp: Stamp,
    author: Author,
) -> Result<(), StoreError> {
    let device = devices.reference(stamp.device, connection).await?;
    for change in changes {
        sqlx::query(
            "insert into history (collection, id, field, \"from\", \"to\", clock, device, person)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .bind(record.collection.as_ref())
        .bind(record.id.as_bytes().as_slice())
        .bind(&change.field)
        .bind(serde_json::to_string(&change.from)?)
        .bind(serde_json::to_string(&change.to)?)
        .bind(bits(stamp))
        .bind(device)
        .bind(author.0.map(|id| id.as_bytes().to_vec()))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// A stamp that the server set back is another one in history too.
pub(crate) async fn set_back(
    connection: &mut SqliteConnection,
    devices: &mut Devices,
    (collection, id): (&'static Collection, RecordId),
    (original, became): (Stamp, Stamp),
) -> Result<(), StoreError> {
    let device = devices.reference(original.device, connection).await?;
    sqlx::query(
        "update history set clock = ?1 where collection = ?2 and id = ?3 and clock = ?4 and device = ?5",
    )
    .bind(bits(became))
    .bind(collection.name)
    .bind(id.as_bytes().as_slice())
    .bind(bits(original))
    .bind(device)
    .execute(connection)
    .await?;
    Ok(())
}

type Row = (i64, String, Option<String>, Option<String>, i64, Option<String>, Option<String>);

fn entry((row, field, from, to, clock, person, device): Row) -> Entry {
    let value = |text: Option<String>| {
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    };
    Entry {
        row,
        field,
        from: value(from),
        to: value(to),
        clock: Clock::from_bits(clock.unsigned_abs()),
        person,
        device,
    }
}

/// Where a page of history ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    pub clock: i64,
    pub row: i64,
}

/// How many rows are deleted at once: the next click must not wait for all of them.
const STEP: u32 = 5_000;

impl Store {
    /// The history of a record as far as this device knows it, newest first.
    pub async fn history(
        &self,
        collection: &str,
        id: RecordId,
        before: Option<Before>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let before = before.unwrap_or(Before { clock: i64::MAX, row: i64::MAX });
        let rows: Vec<Row> = sqlx::query_as(
            "select h.row, h.field, h.\"from\", h.\"to\", h.clock, p.name, d.name
             from history h
             left join person p on p.id = h.person
             left join device_ref r on r.ref = h.device
             left join device d on d.id = r.id
             where h.collection = ?1 and h.id = ?2 and (h.clock, h.row) < (?3, ?4)
             order by h.clock desc, h.row desc limit ?5",
        )
        .bind(collection)
        .bind(id.as_bytes().as_slice())
        .bind(before.clock)
        .bind(before.row)
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        Ok(rows.into_iter().map(entry).collect())
    }

    /// Entries about records of a collection, of one or of all, in the order in which they came here,
    /// with what the record is called today.
    pub async fn history_after(
        &self,
        collection: &'static Collection,
        id: Option<RecordId>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(Entry, Option<String>)>, StoreError> {
        let sql = format!(
            "select h.row, h.field, h.\"from\", h.\"to\", h.clock, p.name, d.name, about.name
             from history h
             join {} about on about.id = h.id
             left join person p on p.id = h.person
             left join device_ref r on r.ref = h.device
             left join device d on d.id = r.id
             where h.row > ?1 and h.collection = ?2 and (?3 is null or h.id = ?3)
             order by h.row limit ?4",
            collection.name
        );
        type Named = (
            i64,
            String,
            Option<String>,
            Option<String>,
            i64,
            Option<String>,
            Option<String>,
            Option<String>,
        );
        let rows: Vec<Named> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(after)
            .bind(collection.name)
            .bind(id.map(|id| id.as_bytes().to_vec()))
            .bind(limit)
            .fetch_all(self.readers())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(row, field, from, to, clock, person, device, name)| {
                (entry((row, field, from, to, clock, person, device)), name)
            })
            .collect())
    }

    /// Adds what the server knows of a record's history; what is here already is passed over. Gives
    /// how many entries were new.
    pub async fn keep_history(
        &self,
        collection: &str,
        id: RecordId,
        rows: &[HistoryRow],
        now: u64,
    ) -> Result<u64, StoreError> {
        let mut write = self.write(now).await?;
        let mut devices = std::mem::take(&mut write.devices);
        let mut added = 0;
        for row in rows {
            for change in &row.changes {
                let stamp = change.stamp.unwrap_or(row.stamp);
                let device = devices.reference(stamp.device, write.connection()).await?;
                added += sqlx::query(
                    "insert into history (collection, id, field, \"from\", \"to\", clock, device, person)
                     select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where not exists (
                         select 1 from history where collection = ?1 and id = ?2 and clock = ?6 and field = ?3 and device = ?7)",
                )
                .bind(collection)
                .bind(id.as_bytes().as_slice())
                .bind(&change.field)
                .bind(serde_json::to_string(&change.from)?)
                .bind(serde_json::to_string(&change.to)?)
                .bind(bits(stamp))
                .bind(device)
                .bind(change.author.unwrap_or(row.author).as_bytes().as_slice())
                .execute(write.connection())
                .await?
                .rows_affected();
            }
        }
        write.devices = devices;
        if added > 0 {
            write.touch("history");
        }
        write.commit().await?;
        Ok(added)
    }

    /// Takes out what is older than the owner keeps. Gives how many entries went.
    pub async fn prune_history(&self, since: u64) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let step = sqlx::query(
                "delete from history where row in (select row from history where clock < ?1 limit ?2)",
            )
            .bind(i64::try_from(Clock::at(since).bits()).unwrap_or(i64::MAX))
            .bind(STEP)
            .execute(self.writer())
            .await?
            .rows_affected();
            gone += step;
            if step < u64::from(STEP) {
                return Ok(gone);
            }
        }
    }
}
