//! The records: read under the lock, written many at a time, paged as text.

use std::collections::{BTreeMap, HashMap};

use shuke_domain::{Record, RecordId, Scope, wire::Number};
use sqlx::QueryBuilder;

use super::{Tx, id_of, on};
use crate::Refused;

/// Which record.
pub type Key = (String, RecordId);

/// A record as the server holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub scope: Scope,
    pub number: Number,
    pub record: Record,
}

/// One page of a scope, its rows still text: nobody reads them again on the way out.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub count: u64,
    /// The greatest number in it.
    pub end: Option<Number>,
    /// `{"number":…,"record":…},…`
    pub rows: String,
}

/// A row as it lies in the table: scope, number, collection, id, body.
pub type Body = (String, i64, String, Vec<u8>, String);

/// Rows for one statement on SQLite: its text is cached, and more gains nothing.
pub(super) const CHUNK: usize = 200;

/// How much text a page may weigh, whatever the limit says: it is held in memory.
const PAGE_BYTES: i64 = 8 * 1024 * 1024;

const PAGE_SQLITE: &str = r#"
    select count(*), max(number),
        coalesce(group_concat('{"number":' || number || ',"record":' || body || '}', ',' order by number), '')
    from (
        select number, body,
            sum(octet_length(body)) over (order by number rows unbounded preceding) - octet_length(body) as weight
        from (
            select number, body from record
            where scope = $1 and number > $2
                and ($5 is null or collection in (select value from json_each($5)))
            order by number limit $3
        ) as candidate
    ) as weighed
    where weight < $4"#;

const PAGE_POSTGRES: &str = r#"
    select count(*), max(number),
        coalesce(string_agg('{"number":' || number || ',"record":' || body || '}', ',' order by number), '')
    from (
        select number, body,
            sum(octet_length(body)) over (order by number rows unbounded preceding) - octet_length(body) as weight
        from (
            select number, body from record
            where scope = $1 and number > $2
                and ($5::text[] is null or collection = any ($5))
            order by number limit $3
        ) as candidate
    ) as weighed
    where weight < $4"#;

const COUNT_SQLITE: &str = "select count(*) from record where scope = $1 and number > $2 \
    and ($3 is null or collection in (select value from json_each($3)))";

const COUNT_POSTGRES: &str = "select count(*) from record where scope = $1 and number > $2 \
    and ($3::text[] is null or collection = any ($3))";

const UPSERT: &str = " on conflict (collection, id) do update set scope = excluded.scope, \
    number = excluded.number, deleted = excluded.deleted, body = excluded.body";

impl Tx {
    /// The current versions of these records, where there are any.
    pub async fn records(&mut self, keys: &[Key]) -> Result<HashMap<Key, Stored>, Refused> {
        let mut by_collection: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
        for (collection, id) in keys {
            by_collection.entry(collection).or_default().push(id.as_bytes());
        }
        let mut found = HashMap::with_capacity(keys.len());
        for (collection, ids) in by_collection {
            let rows: Vec<(Vec<u8>, String, i64, String)> = match self {
                Self::Postgres(inner) => {
                    sqlx::query_as("select id, scope, number, body from record where collection = $1 and id = any ($2)")
                        .bind(collection)
                        .bind(&ids)
                        .fetch_all(&mut **inner)
                        .await?
                }
                Self::Sqlite(inner) => {
                    let mut rows = Vec::with_capacity(ids.len());
                    for chunk in ids.chunks(CHUNK) {
                        let mut query = QueryBuilder::new("select id, scope, number, body from record where collection = ");
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
            for (id, scope, number, body) in rows {
                let stored = Stored {
                    scope: Scope::parse(&scope),
                    number: Number(number),
                    record: serde_json::from_str(&body)?,
                };
                found.insert((collection.to_owned(), id_of(&id)?), stored);
            }
        }
        Ok(found)
    }

    /// Writes these versions, each under its number.
    pub async fn write_records(&mut self, rows: &[&Stored]) -> Result<(), Refused> {
        let keys: Vec<Key> =
            rows.iter().map(|row| (row.record.collection.to_string(), row.record.id)).collect();
        self.outdate_segments(&keys).await?;
        if self.looks_up().await? {
            let records: Vec<&Record> = rows.iter().map(|row| &row.record).collect();
            self.note_words(&records).await?;
        }
        let mut written = Vec::with_capacity(rows.len());
        for row in rows {
            written.push((*row, serde_json::to_string(&row.record)?));
        }
        match self {
            Self::Postgres(inner) => {
                const SQL: &str = "insert into record (collection, id, scope, number, deleted, body) \
                    select * from unnest($1::text[], $2::bytea[], $3::text[], $4::bigint[], $5::boolean[], $6::text[]) \
                    on conflict (collection, id) do update set scope = excluded.scope, \
                    number = excluded.number, deleted = excluded.deleted, body = excluded.body";
                sqlx::query(SQL)
                    .bind(rows.iter().map(|row| row.record.collection.as_ref()).collect::<Vec<_>>())
                    .bind(
                        rows.iter()
                            .map(|row| row.record.id.as_bytes().as_slice())
                            .collect::<Vec<_>>(),
                    )
                    .bind(rows.iter().map(|row| row.scope.as_str()).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.number.0).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.record.is_deleted()).collect::<Vec<_>>())
                    .bind(written.into_iter().map(|(_, body)| body).collect::<Vec<_>>())
                    .execute(&mut **inner)
                    .await?;
            }
            Self::Sqlite(inner) => {
                for chunk in written.chunks(CHUNK) {
                    let mut query = QueryBuilder::new(
                        "insert into record (collection, id, scope, number, deleted, body) ",
                    );
                    query.push_values(chunk, |mut tuple, (row, body)| {
                        tuple
                            .push_bind(row.record.collection.to_string())
                            .push_bind(row.record.id.as_bytes().to_vec())
                            .push_bind(row.scope.as_str().to_owned())
                            .push_bind(row.number.0)
                            .push_bind(row.record.is_deleted())
                            .push_bind(body.clone());
                    });
                    query.push(UPSERT);
                    query.build().execute(&mut **inner).await?;
                }
            }
        }
        Ok(())
    }

    /// The rows of a scope that lie beyond `after`, in order; of these collections only, if named.
    pub async fn page(
        &mut self,
        scope: &Scope,
        after: Number,
        limit: usize,
        only: Option<&[&str]>,
    ) -> Result<Page, Refused> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (count, end, rows): (i64, Option<i64>, String) = match self {
            Self::Sqlite(inner) => {
                let query = sqlx::query_as(PAGE_SQLITE)
                    .bind(scope.as_str())
                    .bind(after.0)
                    .bind(limit)
                    .bind(PAGE_BYTES);
                query.bind(json_list(only)?).fetch_one(&mut **inner).await?
            }
            Self::Postgres(inner) => {
                let query = sqlx::query_as(PAGE_POSTGRES)
                    .bind(scope.as_str())
                    .bind(after.0)
                    .bind(limit)
                    .bind(PAGE_BYTES);
                query.bind(only).fetch_one(&mut **inner).await?
            }
        };
        Ok(Page { count: count.unsigned_abs(), end: end.map(Number), rows })
    }

    /// How many rows of a scope have numbers above one and up to another. One that changes leaves them.
    pub async fn count_between(
        &mut self,
        scope: &Scope,
        (after, until): (Number, Number),
    ) -> Result<i64, Refused> {
        const SQL: &str =
            "select count(*) from record where scope = $1 and number > $2 and number <= $3";
        Ok(on!(self, c => {
            sqlx::query_scalar(SQL).bind(scope.as_str()).bind(after.0).bind(until.0).fetch_one(c).await?
        }))
    }

    /// How many rows of a scope lie beyond `after`.
    pub async fn count_records(
        &mut self,
        scope: &Scope,
        after: Number,
        only: Option<&[&str]>,
    ) -> Result<u64, Refused> {
        let count: i64 = match self {
            Self::Sqlite(inner) => {
                let query = sqlx::query_scalar(COUNT_SQLITE).bind(scope.as_str()).bind(after.0);
                query.bind(json_list(only)?).fetch_one(&mut **inner).await?
            }
            Self::Postgres(inner) => {
                let query = sqlx::query_scalar(COUNT_POSTGRES).bind(scope.as_str()).bind(after.0);
                query.bind(only).fetch_one(&mut **inner).await?
            }
        };
        Ok(count.unsigned_abs())
    }

    /// How many records there are, of all scopes.
    pub async fn count_all(&mut self) -> Result<u64, Refused> {
        let count: i64 =
            on!(self, c => sqlx::query_scalar("select count(*) from record").fetch_one(c).await?);
        Ok(count.unsigned_abs())
    }

    /// The live records of a small collection, such as the stores.
    pub async fn living(&mut self, collection: &str) -> Result<Vec<Record>, Refused> {
        const SQL: &str =
            "select body from record where collection = $1 and not deleted order by number";
        let bodies: Vec<String> =
            on!(self, c => sqlx::query_scalar(SQL).bind(collection).fetch_all(c).await?);
        bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
    }

    /// The highest member number between two, both included, that any customer has.
    pub async fn highest_member_no(
        &mut self,
        (from, to): (i64, i64),
    ) -> Result<Option<i64>, Refused> {
        const SQLITE: &str = "select max(number) from ( \
            select cast(json_extract(body, '$.fields.member_no') as integer) as number \
            from record where collection = 'customer' and scope = 'workspace') \
            where number between $1 and $2";
        const POSTGRES: &str = "select max(number) from ( \
            select case when text ~ '^[0-9]{1,18}$' then text::bigint end as number from ( \
            select body::json #>> '{fields,member_no}' as text \
            from record where collection = 'customer' and scope = 'workspace') texts) numbers \
            where number between $1 and $2";
        let highest: Option<i64> = match self {
            Tx::Sqlite(inner) => {
                sqlx::query_scalar(SQLITE).bind(from).bind(to).fetch_one(&mut **inner).await?
            }
            Tx::Postgres(inner) => {
                sqlx::query_scalar(POSTGRES).bind(from).bind(to).fetch_one(&mut **inner).await?
            }
        };
        Ok(highest)
    }

    /// Every record after a place in the order, a few at a time, for the doctor's round.
    pub async fn bodies_after(
        &mut self,
        after: &(String, i64),
        limit: i64,
    ) -> Result<Vec<Body>, Refused> {
        const SQL: &str = "select scope, number, collection, id, body from record \
            where (scope, number) > ($1, $2) order by scope, number limit $3";
        Ok(
            on!(self, c => sqlx::query_as(SQL).bind(&after.0).bind(after.1).bind(limit).fetch_all(c).await?),
        )
    }

    /// The records that were erased for privacy.
    pub async fn erased(&mut self) -> Result<Vec<Key>, Refused> {
        const SQL: &str =
            r#"select collection, id from record where deleted and body like '%"erased":true}'"#;
        let rows: Vec<(String, Vec<u8>)> = on!(self, c => sqlx::query_as(SQL).fetch_all(c).await?);
        rows.into_iter().map(|(collection, id)| Ok((collection, id_of(&id)?))).collect()
    }
}

pub(super) fn json_list(only: Option<&[&str]>) -> Result<Option<String>, Refused> {
    Ok(only.map(serde_json::to_string).transpose()?)
}
