//! Who changed which field, from what to what, when, on which device. Only ever added to, in the
//! edit's own transaction.

use serde_json::Value;
use shuke_domain::{Clock, FieldChange, Record, RecordId, Stamp};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    Author, Store, StoreError,
    codec::{CHUNK, Devices, bits},
    write::Placed,
};

/// One field before and after.
#[derive(Debug)]
pub struct Entry {
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

impl Store {
    /// The history of a record, newest first.
    pub async fn history(
        &self,
        collection: &str,
        id: RecordId,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        type Row = (String, Option<String>, Option<String>, i64, Option<String>, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "select h.field, h.\"from\", h.\"to\", h.clock, p.name, d.name
             from history h
             left join person p on p.id = h.person
             left join device_ref r on r.ref = h.device
             left join device d on d.id = r.id
             where h.collection = ?1 and h.id = ?2 order by h.row desc limit ?3",
        )
        .bind(collection)
        .bind(id.as_bytes().as_slice())
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        let value = |text: Option<String>| {
            text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
        };
        Ok(rows
            .into_iter()
            .map(|(field, from, to, clock, person, device)| Entry {
                field,
                from: value(from),
                to: value(to),
                clock: Clock::from_bits(clock.unsigned_abs()),
                person,
                device,
            })
            .collect())
    }
}
