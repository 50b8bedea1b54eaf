//! History: what each pushed version changed, from what to what. Append-only; erasure and the
//! owner's span of time empty it and leave the chain.

use std::collections::{BTreeMap, HashSet};

use shuke_domain::{DeviceId, RecordId, Stamp, wire::Number};
use sqlx::QueryBuilder;

use super::{Key, Tx, column, id_of, millis, on, uuid_of};
use crate::Refused;

/// What one version changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub key: Key,
    /// The newest stamp among what changed: names the version, whatever is resent.
    pub stamp: Stamp,
    pub number: Number,
    pub author: RecordId,
    pub device: DeviceId,
    pub at: u64,
    /// `FieldChange`s as JSON; an empty list where it was erased or has outlived its time.
    pub fields: String,
}

/// A change and its place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Chained {
    pub change: Change,
    pub place: i64,
    /// Gone together with the content.
    pub salt: Option<Vec<u8>>,
    pub commitment: Vec<u8>,
    pub link: Vec<u8>,
}

/// Where the chain ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub place: i64,
    pub link: Vec<u8>,
    pub pruned: i64,
}

#[derive(sqlx::FromRow)]
struct Columns {
    collection: String,
    id: Vec<u8>,
    stamp: String,
    number: i64,
    author: Vec<u8>,
    device: Vec<u8>,
    at: i64,
    fields: String,
    place: Option<i64>,
    salt: Option<Vec<u8>>,
    commitment: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

impl TryFrom<Columns> for Chained {
    type Error = Refused;

    fn try_from(row: Columns) -> Result<Self, Refused> {
        Ok(Self {
            change: Change {
                key: (row.collection, id_of(&row.id)?),
                stamp: row.stamp.parse().map_err(Refused::internal)?,
                number: Number(row.number),
                author: id_of(&row.author)?,
                device: DeviceId::from_uuid(uuid_of(&row.device)?),
                at: millis(row.at),
                fields: row.fields,
            },
            place: row.place.unwrap_or_default(),
            salt: row.salt,
            commitment: row.commitment.unwrap_or_default(),
            link: row.link.unwrap_or_default(),
        })
    }
}

const COLUMNS: &str =
    "collection, id, stamp, number, author, device, at, fields, place, salt, commitment, link";

const CHUNK: usize = 200;

impl Tx {
    pub async fn write_history(&mut self, rows: &[Chained]) -> Result<(), Refused> {
        match self {
            Self::Postgres(inner) => {
                const SQL: &str = "insert into change (collection, id, stamp, number, author, device, at, fields, \
                    place, salt, commitment, link) select * from unnest($1::text[], $2::bytea[], $3::text[], $4::bigint[], \
                    $5::bytea[], $6::bytea[], $7::bigint[], $8::text[], $9::bigint[], $10::bytea[], $11::bytea[], $12::bytea[])";
                let change = || rows.iter().map(|row| &row.change);
                sqlx::query(SQL)
                    .bind(change().map(|row| row.key.0.as_str()).collect::<Vec<_>>())
                    .bind(change().map(|row| row.key.1.as_bytes().as_slice()).collect::<Vec<_>>())
                    .bind(change().map(|row| row.stamp.to_string()).collect::<Vec<_>>())
                    .bind(change().map(|row| row.number.0).collect::<Vec<_>>())
                    .bind(change().map(|row| row.author.as_bytes().as_slice()).collect::<Vec<_>>())
                    .bind(change().map(|row| row.device.as_bytes().as_slice()).collect::<Vec<_>>())
                    .bind(change().map(|row| column(row.at)).collect::<Vec<_>>())
                    .bind(change().map(|row| row.fields.as_str()).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.place).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.salt.as_deref()).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.commitment.as_slice()).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.link.as_slice()).collect::<Vec<_>>())
                    .execute(&mut **inner)
                    .await?;
            }
            Self::Sqlite(inner) => {
                for chunk in rows.chunks(CHUNK) {
                    let mut query = QueryBuilder::new(
                        "insert into change (collection, id, stamp, number, author, device, at, fields, place, salt, commitment, link) ",
                    );
                    query.push_values(chunk, |mut tuple, row| {
                        let change = &row.change;
                        tuple
                            .push_bind(change.key.0.clone())
                            .push_bind(change.key.1.as_bytes().to_vec())
                            .push_bind(change.stamp.to_string())
                            .push_bind(change.number.0)
                            .push_bind(change.author.as_bytes().to_vec())
                            .push_bind(change.device.as_bytes().to_vec())
                            .push_bind(column(change.at))
                            .push_bind(change.fields.clone())
                            .push_bind(row.place)
                            .push_bind(row.salt.clone())
                            .push_bind(row.commitment.clone())
                            .push_bind(row.link.clone());
                    });
                    query.build().execute(&mut **inner).await?;
                }
            }
        }
        Ok(())
    }

    /// Which versions of these records history knows.
    pub async fn known_changes(&mut self, keys: &[Key]) -> Result<HashSet<(Key, Stamp)>, Refused> {
        let mut by_collection: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
        for (collection, id) in keys {
            by_collection.entry(collection).or_default().push(id.as_bytes());
        }
        let mut known = HashSet::new();
        for (collection, ids) in by_collection {
            let rows: Vec<(Vec<u8>, String)> = match self {
                Self::Postgres(inner) => {
                    sqlx::query_as(
                        "select id, stamp from change where collection = $1 and id = any ($2)",
                    )
                    .bind(collection)
                    .bind(&ids)
                    .fetch_all(&mut **inner)
                    .await?
                }
                Self::Sqlite(inner) => {
                    let mut rows = Vec::new();
                    for chunk in ids.chunks(CHUNK) {
                        let mut query =
                            QueryBuilder::new("select id, stamp from change where collection = ");
                        query.push_bind(collection.to_owned()).push(" and id in (");
                        let mut list = query.separated(", ");
                        for id in chunk {
                            list.push_bind(id.to_vec());
                        }
                        query.push(")");
                        rows.extend(query.build_query_as().fetch_all(&mut **inner).await?);
                    }
                    rows
                }
            };
            for (id, stamp) in rows {
                let stamp = stamp.parse().map_err(Refused::internal)?;
                known.insert(((collection.to_owned(), id_of(&id)?), stamp));
            }
        }
        Ok(known)
    }

    /// What history knows of a record, the latest to arrive first; `before` a place of the chain.
    pub async fn history(
        &mut self,
        key: &Key,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Chained>, Refused> {
        let sql = format!(
            "select {COLUMNS} from change where collection = $1 and id = $2 and place < $3 order by place desc limit $4"
        );
        let rows: Vec<Columns> = on!(self, c => {
            sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .bind(&key.0)
                .bind(key.1.as_bytes().as_slice())
                .bind(before.unwrap_or(i64::MAX))
                .bind(limit)
                .fetch_all(c)
                .await?
        });
        rows.into_iter().map(Chained::try_from).collect()
    }

    /// Takes out of history what a record that was erased for privacy once held.
    pub async fn erase_history(&mut self, key: &Key) -> Result<(), Refused> {
        const SQL: &str =
            "update change set fields = '[]', salt = null where collection = $1 and id = $2";
        on!(self, c => { sqlx::query(SQL).bind(&key.0).bind(key.1.as_bytes().as_slice()).execute(c).await?; });
        Ok(())
    }

    /// Empties the rows at these places.
    pub async fn empty_history(&mut self, from: i64, to: i64) -> Result<(), Refused> {
        const SQL: &str = "update change set fields = '[]', salt = null where place > $1 and place <= $2 and salt is not null";
        on!(self, c => { sqlx::query(SQL).bind(from).bind(to).execute(c).await?; });
        Ok(())
    }

    /// The rows after a place of the chain, in its order.
    pub async fn chain_after(&mut self, place: i64, limit: i64) -> Result<Vec<Chained>, Refused> {
        let sql = format!("select {COLUMNS} from change where place > $1 order by place limit $2");
        let rows: Vec<Columns> = on!(self, c => {
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(place).bind(limit).fetch_all(c).await?
        });
        rows.into_iter().map(Chained::try_from).collect()
    }

    /// Rows that are in no chain yet, in the order of their numbers.
    pub async fn unchained(&mut self, limit: i64) -> Result<Vec<Change>, Refused> {
        let sql = format!(
            "select {COLUMNS} from change where place is null order by number, collection, id, stamp limit $1"
        );
        let rows: Vec<Columns> = on!(self, c => {
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(limit).fetch_all(c).await?
        });
        rows.into_iter().map(|row| Ok(Chained::try_from(row)?.change)).collect()
    }

    pub async fn count_unchained(&mut self) -> Result<i64, Refused> {
        const SQL: &str = "select count(*) from change where place is null";
        Ok(on!(self, c => sqlx::query_scalar(SQL).fetch_one(c).await?))
    }

    /// Gives a row from before the chain its place in it.
    pub async fn chain_row(&mut self, row: &Chained) -> Result<(), Refused> {
        const SQL: &str = "update change set place = $1, salt = $2, commitment = $3, link = $4 \
            where collection = $5 and id = $6 and stamp = $7";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(row.place)
                .bind(row.salt.as_deref())
                .bind(row.commitment.as_slice())
                .bind(row.link.as_slice())
                .bind(&row.change.key.0)
                .bind(row.change.key.1.as_bytes().as_slice())
                .bind(row.change.stamp.to_string())
                .execute(c)
                .await?;
        });
        Ok(())
    }

    pub async fn chain_head(&mut self) -> Result<Option<Head>, Refused> {
        const SQL: &str = "select place, link, pruned from chain";
        let row: Option<(i64, Vec<u8>, i64)> =
            on!(self, c => sqlx::query_as(SQL).fetch_optional(c).await?);
        Ok(row.map(|(place, link, pruned)| Head { place, link, pruned }))
    }

    pub async fn set_chain_head(&mut self, head: &Head) -> Result<(), Refused> {
        const SQL: &str = "insert into chain (one, place, link, pruned) values (1, $1, $2, $3) \
            on conflict (one) do update set place = excluded.place, link = excluded.link, pruned = excluded.pruned";
        on!(self, c => {
            sqlx::query(SQL).bind(head.place).bind(head.link.as_slice()).bind(head.pruned).execute(c).await?;
        });
        Ok(())
    }
}
