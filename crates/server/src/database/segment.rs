//! Segments: pages that lie ready. Shared by all servers over one database, and gone as soon as a record in
//! them changes.

use shuke_domain::{
    Scope,
    wire::{Number, Segment},
};
use sqlx::QueryBuilder;

use super::{Key, Tx, column, on, record::CHUNK, scope::pairs};
use crate::Refused;

/// Whose segments: a scope, and what may be seen of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    pub scope: Scope,
    pub view: String,
}

type Columns = (i64, i64, Option<String>, i64, i64, String);

impl Tx {
    /// The segments of a shelf that reach beyond a place, in order.
    pub async fn segments(
        &mut self,
        shelf: &Shelf,
        after: Number,
    ) -> Result<Vec<Segment>, Refused> {
        const SQL: &str = "select after, number, mark, records, length, digest from segment \
            where scope = $1 and view = $2 and number > $3 order by after";
        let rows: Vec<Columns> = on!(self, c => {
            sqlx::query_as(SQL)
                .bind(shelf.scope.as_str())
                .bind(&shelf.view)
                .bind(after.0)
                .fetch_all(c)
                .await?
        });
        let segment = |(after, next, mark, rows, length, digest): Columns| Segment {
            after: Number(after),
            next: Number(next),
            mark,
            rows: rows.unsigned_abs(),
            length: length.unsigned_abs(),
            digest,
        };
        Ok(rows.into_iter().map(segment).collect())
    }

    /// One segment of a shelf, packed, and how many rows it holds.
    pub async fn segment(
        &mut self,
        shelf: &Shelf,
        digest: &str,
    ) -> Result<Option<(Vec<u8>, u64)>, Refused> {
        const SQL: &str =
            "select body, records from segment where scope = $1 and view = $2 and digest = $3";
        let row: Option<(Vec<u8>, i64)> = on!(self, c => {
            sqlx::query_as(SQL)
                .bind(shelf.scope.as_str())
                .bind(&shelf.view)
                .bind(digest)
                .fetch_optional(c)
                .await?
        });
        Ok(row.map(|(body, rows)| (body, rows.unsigned_abs())))
    }

    /// Puts one on its shelf, unless another server was faster.
    pub async fn put_segment(
        &mut self,
        shelf: &Shelf,
        segment: &Segment,
        body: &[u8],
        now: u64,
    ) -> Result<(), Refused> {
        const SQL: &str = "insert into segment \
            (scope, view, after, number, mark, records, length, digest, built_at, body) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (scope, view, after) do nothing";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(shelf.scope.as_str())
                .bind(&shelf.view)
                .bind(segment.after.0)
                .bind(segment.next.0)
                .bind(&segment.mark)
                .bind(column(segment.rows))
                .bind(column(segment.length))
                .bind(&segment.digest)
                .bind(column(now))
                .bind(body)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Takes away every segment that holds one of these records as it is now: it is about to be another.
    pub async fn outdate_segments(&mut self, keys: &[Key]) -> Result<(), Refused> {
        const REACH: &str = "select max(number) from segment";
        const LIE: &str = "select distinct after, number from segment where number >= $1";
        const SQL: &str = "delete from segment where after = $1 and number = $2";
        let reach: Option<i64> =
            on!(&mut *self, c => sqlx::query_scalar(REACH).fetch_one(c).await?);
        let Some(reach) = reach else { return Ok(()) };
        let mut numbers: Vec<i64> = Vec::new();
        for keys in keys.chunks(CHUNK) {
            let found: Vec<i64> = on!(&mut *self, c => {
                let mut query = QueryBuilder::new("select number from record where number <= ");
                query.push_bind(reach).push(" and (collection, id) in (");
                pairs(&mut query, keys);
                query.push(")");
                query.build_query_scalar().fetch_all(c).await?
            });
            numbers.extend(found);
        }
        let Some(least) = numbers.iter().min() else { return Ok(()) };
        let lie: Vec<(i64, i64)> =
            on!(&mut *self, c => sqlx::query_as(LIE).bind(least).fetch_all(c).await?);
        for (after, end) in lie {
            if numbers.iter().any(|number| after < *number && *number <= end) {
                on!(&mut *self, c => { sqlx::query(SQL).bind(after).bind(end).execute(c).await?; });
            }
        }
        Ok(())
    }

    /// Takes away what was built before a moment.
    pub async fn drop_segments(&mut self, before: u64) -> Result<(), Refused> {
        const SQL: &str = "delete from segment where built_at < $1";
        on!(self, c => { sqlx::query(SQL).bind(column(before)).execute(c).await?; });
        Ok(())
    }
}
