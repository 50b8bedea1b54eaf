//! The index itself, one FTS5 table, and the walk through it.
//!
//! **Order.** Exact hits first, then fronts, then the rest ([`Rank`]); the most recent customer
//! first within each. Recency is joined on reading, so a sale never rewrites an index row. A join
//! over all of half a million matches would cost a second, so a rank with `TAKEN` matches or more is
//! answered from the customers [`Served`] last and from its `NEWEST` rows, and then sorted. The order
//! is therefore exact where a rank has fewer than `TAKEN` matches, and also where the first screen is
//! full of recently served customers; between the two it is “those served lately, then the newest of
//! the rest”. Later ranks are asked only while the list is not full.

use std::{collections::HashSet, sync::LazyLock};

use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use super::{Searchable, ask::Ask, hit::Rank, query::Query, served::Served, tokens::tokens};

/// With fewer matches recency is joined for all of a rank; each look-up may be a page to decrypt.
const TAKEN: usize = 400;

/// The same where several terms must meet, or where only some customers are seen: there many rows are read for
/// each that is answered.
const TAKEN_OF_SEVERAL: usize = 120;

/// Rows that recency is joined for where there are too many: those served lately lead in any case.
const NEWEST: usize = 60;

/// Rows in one statement of a bulk load: more is no faster through sqlx.
const BATCH: usize = 200;

/// A customer that the index proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub row: i64,
    pub rank: Rank,
}

/// What makes the empty index. Fronts longer than are kept are gathered word by word, which for
/// `wangxia` takes 10 ms: so up to 8. Leaves of 3,900 bytes fit a page of 4,096 that SQLCipher keeps 80 of;
/// FTS5's own 4,050 would spill each leaf onto a second page.
pub const CREATE: &[&str] = &[
    "create virtual table if not exists customer_search using fts5(words, content='', contentless_delete=1, detail=none, \
     prefix='1 2 3 4 5 6 7 8', tokenize=\"ascii tokenchars '@#%^~=+'\")",
    "insert into customer_search(customer_search, rank) values ('pgsz', 3900)",
    "insert into customer_search(customer_search, rank) values ('hashsize', 33554432)",
];

pub async fn create(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for statement in CREATE {
        sqlx::query(*statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Puts a customer in, or anew after an edit.
pub async fn put(
    conn: &mut SqliteConnection,
    row: i64,
    customer: &Searchable,
) -> Result<(), sqlx::Error> {
    sqlx::query("insert or replace into customer_search(rowid, words) values (?1, ?2)")
        .bind(row)
        .bind(tokens(customer))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn remove(conn: &mut SqliteConnection, row: i64) -> Result<(), sqlx::Error> {
    sqlx::query("delete from customer_search where rowid = ?1").bind(row).execute(conn).await?;
    Ok(())
}

/// Puts many customers in, given with their [`tokens`]; replaces those that are there already.
///
/// FTS5 writes out what it holds whenever a row number is lower than the one before, so within one
/// transaction give ascending batches; inside a batch the order does not matter.
pub async fn put_many(
    conn: &mut SqliteConnection,
    customers: &[(i64, String)],
) -> Result<(), sqlx::Error> {
    static FULL: LazyLock<String> = LazyLock::new(|| insert(BATCH));
    let mut order: Vec<&(i64, String)> = customers.iter().collect();
    order.sort_by_key(|(row, _)| *row);
    for batch in order.chunks(BATCH) {
        let sql = if batch.len() == BATCH { FULL.clone() } else { insert(batch.len()) };
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(batch.len() == BATCH);
        for (row, words) in batch {
            query = query.bind(row).bind(words.as_str());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

fn insert(rows: usize) -> String {
    let mut sql = String::from("insert or replace into customer_search(rowid, words) values (?,?)");
    for _ in 1..rows {
        sql.push_str(",(?,?)");
    }
    sql
}

/// Makes one piece of the index: after a first sync or an import, and after an erasure, since
/// deleted words stay in the file until then. Takes seconds at a million customers.
pub async fn optimize(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("insert into customer_search(customer_search) values ('optimize')")
        .execute(conn)
        .await?;
    Ok(())
}

/// A little of the merging that edits leave behind; for idle moments, so that no edit meets it.
pub async fn settle(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("insert into customer_search(customer_search, rank) values ('merge', 64)")
        .execute(conn)
        .await?;
    Ok(())
}

/// A bounded step of what [`optimize`] does at once, so that nobody waits for it: given below nought to begin,
/// above nought to go on. `false` when nothing is left to be merged.
pub async fn merge(conn: &mut SqliteConnection, pages: i64) -> Result<bool, sqlx::Error> {
    const CHANGES: &str = "select total_changes()";
    let before: i64 = sqlx::query_scalar(CHANGES).fetch_one(&mut *conn).await?;
    sqlx::query("insert into customer_search(customer_search, rank) values ('merge', ?1)")
        .bind(pages)
        .execute(&mut *conn)
        .await?;
    let after: i64 = sqlx::query_scalar(CHANGES).fetch_one(conn).await?;
    // The statement itself counts for one.
    Ok(after - before > 1)
}

/// As [`Served::search`], reading the recently served anew: for a single question, not for typing.
pub async fn search(
    conn: &mut SqliteConnection,
    text: &str,
    limit: usize,
) -> Result<Vec<Candidate>, sqlx::Error> {
    Served::default().search(conn, text, limit).await
}

impl Served {
    /// The customers that a typed text may mean, best first: up to `limit`, of whom
    /// [`super::explain`] may still deny one. A text of blanks and signs means nobody.
    pub async fn search(
        &self,
        conn: &mut SqliteConnection,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Candidate>, sqlx::Error> {
        let query = Query::parse(text);
        let mut found: Vec<Candidate> = Vec::new();
        let mut seen = HashSet::new();
        let mut fresh = false;
        let few = query.has_several_terms() || self.narrow;
        let taken = if few { TAKEN_OF_SEVERAL } else { TAKEN };
        for rank in [Rank::Exact, Rank::Front, Rank::Apart, Rank::Loose] {
            let Some(ask) = query.ask(rank) else { continue };
            let (mut hits, many) =
                matches(conn, &ask, self.narrow, (taken.max(limit), limit + found.len())).await?;
            if many {
                if !fresh {
                    self.refresh(conn).await?;
                    fresh = true;
                }
                hits.extend(self.answering(&ask));
                hits.sort_unstable_by(|a, b| b.cmp(a));
            }
            let hits = hits.into_iter().filter(|(_, row)| seen.insert(*row));
            found.extend(hits.map(|(_, row)| Candidate { row, rank }));
            if found.len() >= limit {
                found.truncate(limit);
                break;
            }
        }
        Ok(found)
    }
}

/// When a customer last bought, which row it is: sorts by recency.
type Hit = (Option<i64>, i64);

/// Asked of each match before it counts, so that a limit gives as many as there are.
const THEIRS: &str = "and exists (select 1 from customer c where c.row = customer_search.rowid)";

/// The most recent of the matches, or of the newest of them where there are `taken` or more; and
/// whether there are.
async fn matches(
    conn: &mut SqliteConnection,
    ask: &Ask,
    narrow: bool,
    (taken, limit): (usize, usize),
) -> Result<(Vec<Hit>, bool), sqlx::Error> {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let theirs = if narrow { THEIRS } else { "" };
    let sql = format!(
        "with matching(row) as materialized (
             select rowid from customer_search where customer_search match ?1 {theirs} order by rowid desc limit ?2)
         select n.row, t.last_sale_at, (select count(*) from matching) from
             (select row from matching order by row desc
              limit iif((select count(*) from matching) < ?2, ?2, ?3)) n
         left join customer_totals t on t.customer = n.row order by t.last_sale_at desc nulls last, n.row desc limit ?4",
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(ask.to_string())
        .bind(number(taken))
        .bind(number(NEWEST.max(limit)))
        .bind(number(limit))
        .fetch_all(conn)
        .await?;
    let count = rows.first().map_or(Ok(0), |row| row.try_get::<i64, _>(2))?;
    let hits = rows
        .iter()
        .map(|row| Ok((row.try_get(1)?, row.try_get(0)?)))
        .collect::<Result<_, sqlx::Error>>()?;
    Ok((hits, count >= number(taken)))
}
