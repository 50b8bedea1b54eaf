//! Where records lie, once visibility was narrowed: entries of places, what hangs on what, and the work
//! of moving it that is still to be done.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shuke_domain::{RecordId, scope::Place, wire::Number};
use sqlx::QueryBuilder;

use super::{Key, Tx, id_of, on, record::json_list};
use crate::Refused;

/// A record in a place, or gone out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub generation: i64,
    pub place: Place,
    pub number: Number,
    pub key: Key,
    pub gone: bool,
}

/// The places of some records, by generation; gone ones are left out.
pub type Lying = HashMap<Key, BTreeMap<i64, BTreeSet<Place>>>;

/// How far work has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The record that moved; `None` is the generation being prepared.
    pub root: Option<RecordId>,
    pub after: Key,
}

/// One page of a place, still text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacePage {
    pub count: u64,
    pub end: Option<Number>,
    /// `{"number":…,"record":…},…`
    pub rows: String,
    /// `{"number":…,"collection":…,"id":…},…`
    pub left: String,
}

const CHUNK: usize = 200;

const PAGE_BYTES: i64 = 8 * 1024 * 1024;

/// Ids lie in sixteen bytes and go out as texts: SQLite has no function for that, so it takes them apart.
macro_rules! page {
    ($id:literal, $only:literal, $gather:literal) => {
        concat!(
            "select count(*), max(number), coalesce(",
            $gather,
            "('{\"number\":' || number || ',\"record\":' || body || '}', ',' order by number) filter (where not gone), ''), coalesce(",
            $gather,
            "('{\"number\":' || number || ',\"collection\":\"' || collection || '\",\"id\":\"' || ",
            $id,
            " || '\"}', ',' order by number) filter (where gone), '') from (
                select number, body, collection, id, gone,
                    sum(octet_length(body)) over (order by number rows unbounded preceding) - octet_length(body) as weight
                from (
                    select e.number, case when e.gone then '' else r.body end as body, e.collection, e.id, e.gone
                    from scope_entry e join record r on r.collection = e.collection and r.id = e.id
                    where e.generation = $1 and e.place = $2 and e.number > $3 and ",
            $only,
            " order by e.number limit $4
                ) as candidate
            ) as weighed
            where weight < $5"
        )
    };
}

const PAGE_SQLITE: &str = page!(
    "substr(lower(hex(id)), 1, 8) || '-' || substr(lower(hex(id)), 9, 4) || '-' || substr(lower(hex(id)), 13, 4) || '-' || \
     substr(lower(hex(id)), 17, 4) || '-' || substr(lower(hex(id)), 21)",
    "($6 is null or e.collection in (select value from json_each($6)))",
    "group_concat"
);

const PAGE_POSTGRES: &str = page!(
    "encode(id, 'hex')::uuid::text",
    "($6::text[] is null or e.collection = any ($6))",
    "string_agg"
);

const COUNT_SQLITE: &str = "select count(*) from scope_entry where generation = $1 and place = $2 and number > $3 \
    and ($4 is null or collection in (select value from json_each($4)))";

const COUNT_POSTGRES: &str = "select count(*) from scope_entry where generation = $1 and place = $2 and number > $3 \
    and ($4::text[] is null or collection = any ($4))";

const UPSERT: &str = " on conflict (generation, collection, id, place) do update set number = excluded.number, gone = excluded.gone";

impl Tx {
    /// Where these records lie.
    pub async fn lying(&mut self, keys: &[Key]) -> Result<Lying, Refused> {
        let mut found = Lying::with_capacity(keys.len());
        for chunk in keys.chunks(CHUNK) {
            let rows: Vec<(i64, String, String, Vec<u8>)> = on!(&mut *self, c => {
                let mut query = QueryBuilder::new("select generation, place, collection, id from scope_entry where not gone and (collection, id) in (");
                pairs(&mut query, chunk);
                query.push(")");
                query.build_query_as().fetch_all(c).await?
            });
            for (generation, place, collection, id) in rows {
                let Ok(place) = place.parse() else { continue };
                let places = found.entry((collection, id_of(&id)?)).or_default();
                places.entry(generation).or_default().insert(place);
            }
        }
        Ok(found)
    }

    /// Puts entries, each in the place of an earlier one of the same record and place.
    pub async fn write_entries(&mut self, entries: &[Entry]) -> Result<(), Refused> {
        const INTO: &str =
            "insert into scope_entry (generation, place, number, collection, id, gone) ";
        match self {
            Self::Postgres(inner) => {
                let sql = format!(
                    "{INTO} select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bytea[], $6::boolean[]){UPSERT}"
                );
                for chunk in entries.chunks(CHUNK * 10) {
                    sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
                        .bind(chunk.iter().map(|entry| entry.generation).collect::<Vec<_>>())
                        .bind(chunk.iter().map(|entry| entry.place.to_string()).collect::<Vec<_>>())
                        .bind(chunk.iter().map(|entry| entry.number.0).collect::<Vec<_>>())
                        .bind(chunk.iter().map(|entry| entry.key.0.as_str()).collect::<Vec<_>>())
                        .bind(
                            chunk
                                .iter()
                                .map(|entry| entry.key.1.as_bytes().as_slice())
                                .collect::<Vec<_>>(),
                        )
                        .bind(chunk.iter().map(|entry| entry.gone).collect::<Vec<_>>())
                        .execute(&mut **inner)
                        .await?;
                }
            }
            Self::Sqlite(inner) => {
                for chunk in entries.chunks(CHUNK) {
                    let mut query = QueryBuilder::new(INTO);
                    query.push_values(chunk, |mut tuple, entry| {
                        tuple
                            .push_bind(entry.generation)
                            .push_bind(entry.place.to_string())
                            .push_bind(entry.number.0)
                            .push_bind(entry.key.0.clone())
                            .push_bind(entry.key.1.as_bytes().to_vec())
                            .push_bind(entry.gone);
                    });
                    query.push(UPSERT);
                    query.build().execute(&mut **inner).await?;
                }
            }
        }
        Ok(())
    }

    /// Takes entries out without a trace: only where nobody reads them yet.
    pub async fn drop_entries(&mut self, entries: &[Entry]) -> Result<(), Refused> {
        const SQL: &str = "delete from scope_entry where generation = $1 and collection = $2 and id = $3 and place = $4";
        for entry in entries {
            on!(&mut *self, c => {
                sqlx::query(SQL)
                    .bind(entry.generation)
                    .bind(&entry.key.0)
                    .bind(entry.key.1.as_bytes().as_slice())
                    .bind(entry.place.to_string())
                    .execute(c)
                    .await?;
            });
        }
        Ok(())
    }

    /// Notes what hangs on what.
    pub async fn hang(&mut self, rows: &[(RecordId, Key)]) -> Result<(), Refused> {
        for chunk in rows.chunks(CHUNK) {
            on!(&mut *self, c => {
                let mut query = QueryBuilder::new("insert into hanging (root, collection, id) ");
                query.push_values(chunk, |mut tuple, (root, key)| {
                    tuple
                        .push_bind(root.as_bytes().to_vec())
                        .push_bind(key.0.clone())
                        .push_bind(key.1.as_bytes().to_vec());
                });
                query.push(" on conflict do nothing");
                query.build().execute(c).await?;
            });
        }
        Ok(())
    }

    /// Which of some records have anything hanging on them.
    pub async fn hung_on(&mut self, roots: &[RecordId]) -> Result<Vec<RecordId>, Refused> {
        let mut found = Vec::new();
        for chunk in roots.chunks(CHUNK) {
            let rows: Vec<Vec<u8>> = on!(&mut *self, c => {
                let mut query = QueryBuilder::new("select distinct root from hanging where root in (");
                let mut list = query.separated(", ");
                for root in chunk {
                    list.push_bind(root.as_bytes().to_vec());
                }
                query.push(")");
                query.build_query_scalar().fetch_all(c).await?
            });
            for root in rows {
                found.push(id_of(&root)?);
            }
        }
        Ok(found)
    }

    /// What hangs on a record, in order, after a place.
    pub async fn hanging(
        &mut self,
        root: RecordId,
        after: &Key,
        limit: i64,
    ) -> Result<Vec<Key>, Refused> {
        const SQL: &str = "select collection, id from hanging where root = $1 and (collection, id) > ($2, $3) \
            order by collection, id limit $4";
        let rows: Vec<(String, Vec<u8>)> = on!(self, c => {
            sqlx::query_as(SQL)
                .bind(root.as_bytes().as_slice())
                .bind(&after.0)
                .bind(after.1.as_bytes().as_slice())
                .bind(limit)
                .fetch_all(c)
                .await?
        });
        rows.into_iter().map(|(collection, id)| Ok((collection, id_of(&id)?))).collect()
    }

    /// Keys of all records, in order, after a place.
    pub async fn keys_after(&mut self, after: &Key, limit: i64) -> Result<Vec<Key>, Refused> {
        const SQL: &str = "select collection, id from record where (collection, id) > ($1, $2) order by collection, id limit $3";
        let rows: Vec<(String, Vec<u8>)> = on!(self, c => {
            sqlx::query_as(SQL).bind(&after.0).bind(after.1.as_bytes().as_slice()).bind(limit).fetch_all(c).await?
        });
        rows.into_iter().map(|(collection, id)| Ok((collection, id_of(&id)?))).collect()
    }

    /// The work that is to be done next: what moved before what is being prepared.
    pub async fn next_work(&mut self) -> Result<Option<Work>, Refused> {
        const SQL: &str =
            "select root, after_collection, after_id from scope_work order by root desc limit 1";
        let row: Option<(Vec<u8>, String, Vec<u8>)> =
            on!(self, c => sqlx::query_as(SQL).fetch_optional(c).await?);
        let Some((root, collection, id)) = row else { return Ok(None) };
        let root = if root.is_empty() { None } else { Some(id_of(&root)?) };
        Ok(Some(Work { root, after: (collection, id_of(&id)?) }))
    }

    /// Notes work, or how far it came; begun anew where it was under way.
    pub async fn put_work(&mut self, work: &Work) -> Result<(), Refused> {
        const SQL: &str = "insert into scope_work (root, after_collection, after_id) values ($1, $2, $3) \
            on conflict (root) do update set after_collection = excluded.after_collection, after_id = excluded.after_id";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(work.root.as_ref().map_or(&[][..], |id| id.as_bytes().as_slice()))
                .bind(&work.after.0)
                .bind(work.after.1.as_bytes().as_slice())
                .execute(c)
                .await?;
        });
        Ok(())
    }

    pub async fn end_work(&mut self, root: Option<RecordId>) -> Result<(), Refused> {
        const SQL: &str = "delete from scope_work where root = $1";
        let root = root.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
        on!(self, c => { sqlx::query(SQL).bind(root).execute(c).await?; });
        Ok(())
    }

    /// Takes away entries of a generation that is no longer wanted. Gives how many.
    pub async fn drop_stale(&mut self, wanted: [i64; 2], limit: i64) -> Result<u64, Refused> {
        const FIND: &str = "select generation from scope_entry where generation < $1 \
            or (generation > $1 and generation < $2) or generation > $2 order by generation limit 1";
        const SQL: &str = "delete from scope_entry where generation = $1 and (collection, id, place) in \
            (select collection, id, place from scope_entry where generation = $1 limit $2)";
        let [low, high] = wanted;
        Ok(on!(self, c => {
            let stale: Option<i64> =
                sqlx::query_scalar(FIND).bind(low.min(high)).bind(low.max(high)).fetch_optional(&mut *c).await?;
            match stale {
                Some(generation) => {
                    sqlx::query(SQL).bind(generation).bind(limit).execute(c).await?.rows_affected()
                }
                None => 0,
            }
        }))
    }

    /// Takes away what hangs on what, while nobody needs it. Gives how many.
    pub async fn drop_hanging(&mut self, limit: i64) -> Result<u64, Refused> {
        const SQL: &str = "delete from hanging where (root, collection, id) in (select root, collection, id from hanging limit $1)";
        Ok(on!(self, c => sqlx::query(SQL).bind(limit).execute(c).await?.rows_affected()))
    }

    /// How far a place reaches: the number of its last entry.
    pub async fn place_end(&mut self, generation: i64, place: Place) -> Result<Number, Refused> {
        const SQL: &str =
            "select coalesce(max(number), 0) from scope_entry where generation = $1 and place = $2";
        let end: i64 = on!(self, c => {
            sqlx::query_scalar(SQL).bind(generation).bind(place.to_string()).fetch_one(c).await?
        });
        Ok(Number(end))
    }

    /// What lies beyond `after` in a place, in order; of these collections only, if named.
    pub async fn place_page(
        &mut self,
        (generation, place): (i64, Place),
        after: Number,
        limit: usize,
        only: Option<&[&str]>,
    ) -> Result<PlacePage, Refused> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (count, end, rows, left): (i64, Option<i64>, String, String) = match self {
            Self::Sqlite(inner) => {
                let query = sqlx::query_as(PAGE_SQLITE)
                    .bind(generation)
                    .bind(place.to_string())
                    .bind(after.0)
                    .bind(limit)
                    .bind(PAGE_BYTES);
                query.bind(json_list(only)?).fetch_one(&mut **inner).await?
            }
            Self::Postgres(inner) => {
                let query = sqlx::query_as(PAGE_POSTGRES)
                    .bind(generation)
                    .bind(place.to_string())
                    .bind(after.0)
                    .bind(limit)
                    .bind(PAGE_BYTES);
                query.bind(only).fetch_one(&mut **inner).await?
            }
        };
        Ok(PlacePage { count: count.unsigned_abs(), end: end.map(Number), rows, left })
    }

    /// How many entries of a place have numbers above one and up to another. One that changes leaves them.
    pub async fn entries_between(
        &mut self,
        (generation, place): (i64, Place),
        (after, until): (Number, Number),
    ) -> Result<i64, Refused> {
        const SQL: &str = "select count(*) from scope_entry \
            where generation = $1 and place = $2 and number > $3 and number <= $4";
        Ok(on!(self, c => {
            sqlx::query_scalar(SQL)
                .bind(generation)
                .bind(place.to_string())
                .bind(after.0)
                .bind(until.0)
                .fetch_one(c)
                .await?
        }))
    }

    /// How much of a place lies beyond `after`.
    pub async fn count_entries(
        &mut self,
        (generation, place): (i64, Place),
        after: Number,
        only: Option<&[&str]>,
    ) -> Result<u64, Refused> {
        let count: i64 = match self {
            Self::Sqlite(inner) => {
                let query = sqlx::query_scalar(COUNT_SQLITE)
                    .bind(generation)
                    .bind(place.to_string())
                    .bind(after.0);
                query.bind(json_list(only)?).fetch_one(&mut **inner).await?
            }
            Self::Postgres(inner) => {
                let query = sqlx::query_scalar(COUNT_POSTGRES)
                    .bind(generation)
                    .bind(place.to_string())
                    .bind(after.0);
                query.bind(only).fetch_one(&mut **inner).await?
            }
        };
        Ok(count.unsigned_abs())
    }
}

pub(super) fn pairs<DB>(query: &mut QueryBuilder<DB>, keys: &[Key])
where
    DB: sqlx::Database,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> Vec<u8>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    // SQLite takes a list of row values only as `values`; PostgreSQL takes it so too.
    query.push_values(keys, |mut tuple, key| {
        tuple.push_bind(key.0.clone()).push_bind(key.1.as_bytes().to_vec());
    });
}
