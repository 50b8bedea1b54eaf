//! What must leave leaves: rows that no scope of this replica holds any more, with their words in the
//! search index, their figures, history and traces in imports; then out of the file itself, which keeps
//! deleted words in the index and in the write-ahead log until someone cleans up.
//!
//! A lost scope is noted in the cursors before anything goes, and the note leaves last: a kill in
//! between costs a second look. What waits for the server stays until it was pushed or put aside.

use std::collections::HashMap;

use serde_json::Value;
use shuke_domain::{Collection, RecordId, Scope};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    Store, StoreError, Write,
    codec::{CHUNK, places},
    search,
    sync_state::{self, Cursor},
    write::{Placed, tag_of},
};

/// How far the purge of a scope has come: a place in the collection table and a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    collection: usize,
    after: i64,
}

/// Rows that one step looks at.
const STEP: i64 = 500;

/// Pages of the index that one step merges: a few megabytes.
const PAGES: i64 = 500;

/// The note that the file is to be cleaned: first the index (`words`, `merging`), then the log.
const SCRUB: &str = "scrub";

/// A row, whether anything here holds it, and whether it waits for the server.
#[derive(Debug, sqlx::FromRow)]
struct Candidate {
    row: i64,
    id: Vec<u8>,
    held: i64,
    waits: bool,
}

/// Whether a row waits for the server. What was put aside is kept there.
const WAITS: &str = "exists (select 1 from outbox o where o.collection = ?1 and o.id = t.id and o.problem is null) as waits";

/// What of the scopes is still to be held.
#[derive(Clone, Copy, Debug)]
struct Alive {
    bits: i64,
    whole: bool,
}

impl Alive {
    fn of(cursors: &[Cursor]) -> Self {
        let alive = || cursors.iter().filter(|cursor| !cursor.lost);
        Self {
            bits: alive().fold(0, |bits, cursor| bits | cursor.bit()),
            whole: alive().any(|cursor| cursor.scope.is_workspace()),
        }
    }

    fn holds(self, held: i64) -> bool {
        self.whole || held & self.bits != 0
    }
}

impl Store {
    /// One bounded step of taking a lost scope out; `None` when it is gone.
    pub async fn purge_step(
        &self,
        scope: &Scope,
        swept: Swept,
        now: u64,
    ) -> Result<Option<Swept>, StoreError> {
        let mut write = self.write(now).await?.unsettled();
        let cursors = sync_state::read(write.connection()).await?;
        let Some(lost) = cursors.iter().find(|cursor| cursor.scope == *scope && cursor.lost) else {
            return Ok(None);
        };
        let alive = Alive::of(&cursors);
        let Some(collection) = Collection::all().get(swept.collection) else {
            purge_unknown(write.connection(), lost, alive).await?;
            sqlx::query("delete from cursor where scope = ?1 and lost = 1")
                .bind(scope.as_str())
                .execute(write.connection())
                .await?;
            write.touch("sync");
            write.commit().await?;
            return Ok(None);
        };
        // Written by this device since the pull: heard back of with the next one.
        let read_to =
            cursors.iter().filter(|cursor| !cursor.lost).map(|cursor| cursor.number).min();
        let wanted = if lost.scope.is_workspace() {
            "held & ?2 = 0 and number <= ?3"
        } else {
            "held & ?2 <> 0 and ?3 is not null"
        };
        let mask = if lost.scope.is_workspace() { alive.bits } else { lost.bit() };
        let sql = format!(
            "select t.row, t.id, t.held, {WAITS} from {} t where t.row > ?4 and {wanted} order by t.row limit ?5",
            collection.name
        );
        let rows: Vec<Candidate> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(collection.name)
            .bind(mask)
            .bind(read_to.map_or(i64::MAX, |number| number.0))
            .bind(swept.after)
            .bind(STEP)
            .fetch_all(write.connection())
            .await?;
        let next = match rows.last() {
            Some(last) => Swept { after: last.row, ..swept },
            None => Swept { collection: swept.collection + 1, after: 0 },
        };
        let gone: Vec<(i64, Vec<u8>)> = rows
            .iter()
            .filter(|row| !row.waits && !alive.holds(row.held & !lost.bit()))
            .map(|row| (row.row, row.id.clone()))
            .collect();
        if lost.bit() != 0 && !rows.is_empty() {
            let sql = format!(
                "update {} set held = held & ~?1 where row between ?2 and ?3 and held & ?1 <> 0",
                collection.name
            );
            sqlx::query(AssertSqlSafe(sql))
                .bind(lost.bit())
                .bind(swept.after + 1)
                .bind(next.after.max(swept.after + 1))
                .execute(write.connection())
                .await?;
        }
        take_out(&mut write, collection, &gone).await?;
        write.commit().await?;
        self.forget_served(collection, &gone);
        Ok(Some(next))
    }

    pub(crate) fn forget_served(&self, collection: &Collection, gone: &[(i64, Vec<u8>)]) {
        if collection.name == "customer" {
            gone.iter().for_each(|(row, _)| self.served.forget(*row));
        }
    }

    /// One bounded step of cleaning the file of what was purged or erased; `false` when it is clean, or
    /// when a reader holds the log: then the next round tries again.
    pub async fn scrub_step(&self) -> Result<bool, StoreError> {
        let Some(state) = self.meta(SCRUB).await? else { return Ok(false) };
        let mut connection = self.writer().acquire().await?;
        if state == "log" {
            let (busy, _, _): (i64, i64, i64) = sqlx::query_as("pragma wal_checkpoint(truncate)")
                .fetch_one(&mut *connection)
                .await?;
            if busy == 0 {
                sqlx::query("delete from meta where name = ?1 and value = 'log'")
                    .bind(SCRUB)
                    .execute(&mut *connection)
                    .await?;
            }
            return Ok(false);
        }
        // The first time all pieces of the index are put in line, also where there is one only.
        let pages = if state == "words" { -PAGES } else { PAGES };
        let moved = search::merge(&mut connection, pages).await?;
        let next = if state == "words" || moved { "merging" } else { "log" };
        sqlx::query("update meta set value = ?3 where name = ?1 and value = ?2")
            .bind(SCRUB)
            .bind(&state)
            .bind(next)
            .execute(&mut *connection)
            .await?;
        Ok(true)
    }
}

/// Sets the bit of a scope on rows that a page of it brought.
pub(crate) async fn hold(
    connection: &mut SqliteConnection,
    table: &str,
    ids: &[RecordId],
    bit: i64,
) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let sql = format!(
            "update {table} set held = held | {bit} where held & {bit} = 0 and id in ({})",
            places(chunk.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(id.as_bytes().as_slice());
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes out what went out of a scope, unless another one holds it or it waits for the server.
pub(crate) async fn leave(
    write: &mut Write,
    collection: &'static Collection,
    ids: &[RecordId],
    from: Leaving,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let cursors = sync_state::read(write.connection()).await?;
    let alive = Alive::of(&cursors);
    let clear = match from {
        Leaving::Scope(bit) => bit,
        Leaving::All => i64::MAX,
    };
    let stays = |held| matches!(from, Leaving::Scope(_)) && alive.holds(held & !clear);
    let mut gone = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        // Numbered throughout: a bare place would begin at the first value again.
        let list: Vec<String> = (0..chunk.len()).map(|at| format!("?{}", at + 2)).collect();
        let sql = format!(
            "select t.row, t.id, t.held, {WAITS} from {} t where t.id in ({})",
            collection.name,
            list.join(", ")
        );
        let mut query = sqlx::query_as::<_, Candidate>(AssertSqlSafe(sql)).bind(collection.name);
        for id in chunk {
            query = query.bind(id.as_bytes().as_slice());
        }
        let rows = query.fetch_all(write.connection()).await?;
        let sql = format!(
            "update {} set held = held & ~{clear} where held <> 0 and row in ({})",
            collection.name,
            places(rows.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for row in &rows {
            query = query.bind(row.row);
        }
        query.execute(write.connection()).await?;
        gone.extend(
            rows.into_iter()
                .filter(|row| !row.waits && !stays(row.held))
                .map(|row| (row.row, row.id)),
        );
    }
    take_out(write, collection, &gone).await?;
    Ok(gone)
}

/// What a record went out of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leaving {
    Scope(i64),
    /// All that this device holds: the server said so of the record itself.
    All,
}

async fn purge_unknown(
    connection: &mut SqliteConnection,
    lost: &Cursor,
    alive: Alive,
) -> Result<(), StoreError> {
    if lost.bit() != 0 {
        sqlx::query("update unknown_record set held = held & ~?1 where held & ?1 <> 0")
            .bind(lost.bit())
            .execute(&mut *connection)
            .await?;
    }
    if !alive.whole {
        sqlx::query("delete from unknown_record where held & ?1 = 0 and number is not null")
            .bind(alive.bits)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Takes rows out with everything that came of them.
async fn take_out(
    write: &mut Write,
    collection: &'static Collection,
    gone: &[(i64, Vec<u8>)],
) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let customers = collection.name == "customer";
    if customers {
        let mut traces = Vec::new();
        for (row, id) in gone {
            let Some(id) = RecordId::from_slice(id) else { continue };
            if let Some(stored) = write.find(collection, id).await? {
                traces.extend(words_of(&stored.record));
            }
            write.unindex(id, *row);
        }
        forget_in_imports(write.connection(), &traces).await?;
    }
    for chunk in gone.chunks(CHUNK) {
        for statement in statements(collection.name) {
            by_rows(write.connection(), statement, chunk).await?;
        }
        for table in ["history", "outbox"] {
            let list = places(chunk.len());
            let sql = format!("delete from {table} where collection = ? and id in ({list})");
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(collection.name);
            for (_, id) in chunk {
                query = query.bind(id);
            }
            query.execute(write.connection()).await?;
        }
        let delete = format!("delete from {} where row in ({{}})", collection.name);
        by_rows(write.connection(), &delete, chunk).await?;
    }
    note_scrub(write.connection(), customers).await?;
    write.touch(tag_of(collection));
    write.touch("customer");
    Ok(())
}

/// What is derived from a collection's rows and must go, or be computed anew, with them.
fn statements(collection: &str) -> &'static [&'static str] {
    match collection {
        "customer" => &[
            "delete from customer_totals where customer in ({})",
            "delete from stale_customer where id in (select id from customer where row in ({}))",
        ],
        "sale" => &[
            "insert or ignore into stale_customer (id)
             select customer from sale where customer is not null and row in ({})",
            "delete from stale_sale where id in (select id from sale where row in ({}))",
        ],
        "sale_line" => &["insert or ignore into stale_sale (id)
             select sale from sale_line where sale is not null and row in ({})"],
        "ledger_entry" => &["insert or ignore into stale_customer (id)
             select customer from ledger_entry where customer is not null and row in ({})"],
        _ => &[],
    }
}

async fn by_rows(
    connection: &mut SqliteConnection,
    statement: &str,
    rows: &[(i64, Vec<u8>)],
) -> Result<(), StoreError> {
    let sql = statement.replace("{}", &places(rows.len()));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (row, _) in rows {
        query = query.bind(row);
    }
    query.execute(connection).await?;
    Ok(())
}

/// Notes that the file is to be cleaned, with or without the index.
pub(crate) async fn note_scrub(
    connection: &mut SqliteConnection,
    words: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into meta (name, value) values (?1, case when ?2 then 'words' else 'log' end)
         on conflict (name) do update set value = 'words' where ?2 and value <> 'words'",
    )
    .bind(SCRUB)
    .bind(words)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the traces of records that were just erased for privacy out of what is kept beside them.
pub(crate) async fn erase_traces(
    connection: &mut SqliteConnection,
    collection: &Collection,
    placed: &[Placed],
) -> Result<(), StoreError> {
    let erased = |placed: &&Placed| {
        placed.stored.record.erased && placed.before.as_ref().is_some_and(|before| !before.erased)
    };
    let mut traces = Vec::new();
    let mut any = false;
    for placed in placed.iter().filter(erased) {
        any = true;
        sqlx::query("delete from history where collection = ?1 and id = ?2")
            .bind(collection.name)
            .bind(placed.stored.record.id.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
        sqlx::query("update outbox set changes = '[]' where collection = ?1 and id = ?2")
            .bind(collection.name)
            .bind(placed.stored.record.id.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
        if let Some(before) = &placed.before {
            traces.extend(words_of(before));
        }
    }
    if any {
        forget_in_imports(connection, &traces).await?;
        note_scrub(connection, collection.name == "customer").await?;
    }
    Ok(())
}

/// By what a person's record can be told in a report.
fn words_of(record: &shuke_domain::Record) -> Vec<String> {
    ["name", "phone", "landline", "email", "member_no", "wechat", "address", "remarks"]
        .iter()
        .filter_map(|field| record.text(field))
        .filter(|text| text.chars().count() > 1)
        .map(str::to_owned)
        .collect()
}

/// Empties the values in reports of imports that speak of somebody who is gone; a number may stand there
/// with or without its country.
async fn forget_in_imports(
    connection: &mut SqliteConnection,
    traces: &[String],
) -> Result<(), StoreError> {
    if traces.is_empty() {
        return Ok(());
    }
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "select id, summary from import where json_array_length(summary, '$.errors') > 0",
    )
    .fetch_all(&mut *connection)
    .await?;
    let national: HashMap<&str, &str> =
        traces.iter().map(|trace| (trace.as_str(), shuke_domain::phone::national(trace))).collect();
    for (id, summary) in rows {
        let mut summary: Value = serde_json::from_str(&summary)?;
        let mut changed = false;
        let errors = summary.get_mut("errors").and_then(Value::as_array_mut);
        for error in errors.into_iter().flatten() {
            let Some(Value::String(value)) = error.get_mut("value") else { continue };
            let speaks = national
                .iter()
                .any(|(whole, short)| value.contains(whole) || value.contains(short));
            if speaks {
                value.clear();
                changed = true;
            }
        }
        if changed {
            sqlx::query("update import set summary = ?2 where id = ?1")
                .bind(id)
                .bind(summary.to_string())
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}
