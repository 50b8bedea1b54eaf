//! History: what each pushed version changed, from what to what. Append-only; erasure empties it.

use shuke_domain::{DeviceId, RecordId, Stamp, wire::Number};
use sqlx::QueryBuilder;

use super::{Key, Tx, column, on};
use crate::Refused;

/// What one version changed.
#[derive(Clone, Debug)]
pub struct Change {
    pub key: Key,
    /// The newest stamp among what changed: names the version, whatever is resent.
    pub stamp: Stamp,
    pub number: Number,
    pub author: RecordId,
    /// `FieldChange`s as JSON.
    pub fields: String,
}

const CHUNK: usize = 200;

impl Tx {
    pub async fn write_history(
        &mut self,
        rows: &[Change],
        device: DeviceId,
        now: u64,
    ) -> Result<(), Refused> {
        match self {
            Self::Postgres(inner) => {
                const SQL: &str = "insert into change (collection, id, stamp, number, author, fields, device, at) \
                    select *, $7::bytea, $8::bigint from \
                    unnest($1::text[], $2::bytea[], $3::text[], $4::bigint[], $5::bytea[], $6::text[]) \
                    on conflict do nothing";
                sqlx::query(SQL)
                    .bind(rows.iter().map(|row| row.key.0.as_str()).collect::<Vec<_>>())
                    .bind(
                        rows.iter().map(|row| row.key.1.as_bytes().as_slice()).collect::<Vec<_>>(),
                    )
                    .bind(rows.iter().map(|row| row.stamp.to_string()).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.number.0).collect::<Vec<_>>())
                    .bind(
                        rows.iter().map(|row| row.author.as_bytes().as_slice()).collect::<Vec<_>>(),
                    )
                    .bind(rows.iter().map(|row| row.fields.as_str()).collect::<Vec<_>>())
                    .bind(device.as_bytes().as_slice())
                    .bind(column(now))
                    .execute(&mut **inner)
                    .await?;
            }
            Self::Sqlite(inner) => {
                for chunk in rows.chunks(CHUNK) {
                    let mut query = QueryBuilder::new(
                        "insert into change (collection, id, stamp, number, author, fields, device, at) ",
                    );
                    query.push_values(chunk, |mut tuple, row| {
                        tuple
                            .push_bind(row.key.0.clone())
                            .push_bind(row.key.1.as_bytes().to_vec())
                            .push_bind(row.stamp.to_string())
                            .push_bind(row.number.0)
                            .push_bind(row.author.as_bytes().to_vec())
                            .push_bind(row.fields.clone())
                            .push_bind(device.as_bytes().to_vec())
                            .push_bind(column(now));
                    });
                    query.push(" on conflict do nothing");
                    query.build().execute(&mut **inner).await?;
                }
            }
        }
        Ok(())
    }

    /// How many versions of a record history knows.
    pub async fn count_history(&mut self, key: &Key) -> Result<i64, Refused> {
        const SQL: &str = "select count(*) from change where collection = $1 and id = $2";
        Ok(on!(self, c => {
            sqlx::query_scalar(SQL).bind(&key.0).bind(key.1.as_bytes().as_slice()).fetch_one(c).await?
        }))
    }

    /// Takes out of history what a record that was erased for privacy once held.
    pub async fn erase_history(&mut self, key: &Key) -> Result<(), Refused> {
        const SQL: &str = "update change set fields = '[]' where collection = $1 and id = $2";
        on!(self, c => { sqlx::query(SQL).bind(&key.0).bind(key.1.as_bytes().as_slice()).execute(c).await?; });
        Ok(())
    }
}
