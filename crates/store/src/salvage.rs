//! What can still be read of a damaged file, copied into a new one. Around a page that cannot be read the rows
//! are taken in ever smaller runs, so that a page costs what was on it and nothing more. What is derived is not
//! copied but made anew; what the server holds comes back with the next pull.

use std::path::Path;

use serde_json::Value;
use shuke_domain::{Collection, DeviceId, Edit, FieldChange, RecordId};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::SqliteConnectOptions,
};

use crate::{
    Author, Store, StoreError,
    identity::IDENTITY,
    open::{Key, options},
    stop::Stop,
};

/// What a salvage came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    pub rows: i64,
    /// Runs of rows that could not be read, by the rows that could have been in them.
    pub lost: i64,
}

/// Made anew from the rest.
const DERIVED: &[&str] = &["customer_totals", "stale_sale", "stale_customer", "touched"];

/// After so many unreadable runs the rest of a table is given up.
const PATIENCE: u32 = 20_000;

/// As long as nothing at all was read of a table it is given up sooner: then it is its root that is lost.
const BLIND: u32 = 500;

/// Up to where rows are looked for, where nothing tells how many there were.
const UNKNOWN: i64 = 1 << 24;

/// Rows of a table without row numbers that are taken at once.
const RUN: i64 = 50;

impl Store {
    /// Copies what can be read at `from` into a new file at `to`, encrypted with the same key. Nobody may have
    /// `from` open.
    pub async fn salvage(
        from: &Path,
        to: &Path,
        key: &Key,
        stop: &Stop,
    ) -> Result<Salvaged, StoreError> {
        let fresh = Store::create(to, key, DeviceId::from_u128(0)).await?;
        fresh.close().await?;
        fold_log(from, key).await;
        let connection = connect(from, to, key, stop).await?;
        let mut source = Source { connection, from, to, key, stop };
        let salvaged = source.copy_all().await;
        source.connection.close().await?;
        let salvaged = salvaged?;
        let store = Store::open(to, key).await?;
        let made = store.make_whole(stop).await;
        store.close().await?;
        made?;
        Ok(salvaged)
    }

    async fn make_whole(&self, stop: &Stop) -> Result<(), StoreError> {
        self.derive_all(stop).await?;
        self.forget_cursors().await?;
        let verdict: String =
            sqlx::query_scalar("pragma quick_check(1)").fetch_one(self.readers()).await?;
        if verdict == "ok" {
            stop.check()
        } else {
            Err(StoreError::Damaged(sqlx::Error::Protocol(verdict)))
        }
    }

    /// Makes anew what is derived, or marks it as stale.
    pub(crate) async fn derive_all(&self, stop: &Stop) -> Result<(), StoreError> {
        self.index_all(stop).await?;
        for statement in [
            "insert or ignore into stale_sale (id) select id from sale",
            "insert or ignore into stale_customer (id) select id from customer",
        ] {
            sqlx::query(statement).execute(self.writer()).await?;
        }
        Ok(())
    }

    /// Changes that wait for the server, of records whose rows were lost and came back with a pull: they are
    /// made again. Of a record that never reached the server nothing is left to make. Gives how many.
    pub async fn make_waiting_again(&self, now: u64) -> Result<u64, StoreError> {
        type Waiting = (String, Vec<u8>, Option<Vec<u8>>, String);
        let rows: Vec<Waiting> = sqlx::query_as(
            "select collection, id, author, changes from outbox where problem = ?1 order by place",
        )
        .bind(ROW_LOST)
        .fetch_all(self.readers())
        .await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let mut again = 0;
        let mut write = self.write(now).await?;
        for (name, id, author, changes) in rows {
            let (Some(collection), Some(record)) =
                (Collection::find(&name), RecordId::from_slice(&id))
            else {
                continue;
            };
            sqlx::query("delete from outbox where collection = ?1 and id = ?2")
                .bind(&name)
                .bind(&id)
                .execute(write.connection())
                .await?;
            let Some(stored) = write.find(collection, record).await? else { continue };
            let changes: Vec<FieldChange> = serde_json::from_str(&changes)?;
            let stands = |field: &str| stored.record.fields.get(field).unwrap_or(&Value::Null);
            let fields = changes
                .into_iter()
                .filter(|change| collection.field(&change.field).is_some())
                .filter(|change| stands(&change.field) != &change.to)
                .map(|change| (change.field, change.to))
                .collect();
            let edit = Edit { fields, deleted: None };
            if !edit.fields.is_empty() && !collection.append_only {
                let author = Author(author.as_deref().and_then(RecordId::from_slice));
                write.edit(collection, record, &edit, author).await?;
                again += 1;
            }
        }
        write.commit().await?;
        Ok(again)
    }
}

/// What stands in the outbox where the row that it speaks of could not be read.
const ROW_LOST: &str = "database.damaged";

/// Brings what the log holds into the file, as far as that can be done.
async fn fold_log(path: &Path, key: &Key) {
    let Ok(mut connection) = options(path, key).create_if_missing(false).connect().await else {
        return;
    };
    let _ = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await;
    let _ = connection.close().await;
}

/// The damaged file as `main`, the new one as `mended`.
async fn connect(
    from: &Path,
    to: &Path,
    key: &Key,
    stop: &Stop,
) -> Result<SqliteConnection, StoreError> {
    let log = from.with_extension("db-wal");
    let log_left = std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
    // Nobody else has it open, and locks on a file that fails while it is read stay behind.
    let mut connection = SqliteConnectOptions::new()
        .filename(from)
        .pragma("key", key.pragma())
        .foreign_keys(false)
        .immutable(!log_left)
        .disable_statement_logging()
        .connect()
        .await?;
    let sql = format!("attach database ?1 as mended key {}", key.pragma());
    sqlx::query(AssertSqlSafe(sql))
        .bind(to.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    stop.watch(&mut connection).await?;
    Ok(connection)
}

struct Source<'a> {
    connection: SqliteConnection,
    from: &'a Path,
    to: &'a Path,
    key: &'a Key,
    stop: &'a Stop,
}

impl Source<'_> {
    /// After a page that cannot be read, the connection is of no more use. It is closed before another one
    /// opens the same files: SQLite keeps one list of locks for all of a process.
    async fn connect_again(&mut self) -> Result<(), StoreError> {
        let nothing = SqliteConnectOptions::new().in_memory(true).connect().await?;
        // It may not close well either; what it wrote is written.
        let _ = std::mem::replace(&mut self.connection, nothing).close().await;
        self.connection = connect(self.from, self.to, self.key, self.stop).await?;
        Ok(())
    }

    async fn copy_all(&mut self) -> Result<Salvaged, StoreError> {
        let tables: Vec<(String, bool)> = sqlx::query_as(
            "select name, wr from pragma_table_list where schema = 'mended' and type = 'table'
             and name not like 'sqlite%' and name not like 'customer_search%' order by name",
        )
        .fetch_all(&mut self.connection)
        .await?;
        let mut salvaged = Salvaged::default();
        for (table, keyed) in tables.iter().filter(|(name, _)| !DERIVED.contains(&name.as_str())) {
            let columns = self.columns(table).await?;
            if columns.is_empty() {
                continue;
            }
            // What a new file begins with gives way to what stands in the old one.
            let clear = format!("delete from mended.{table}");
            sqlx::query(AssertSqlSafe(clear)).execute(&mut self.connection).await?;
            if *keyed {
                self.copy_keyed(table, &columns).await?;
            } else {
                salvaged.lost += self.copy_numbered(table, &columns).await?;
            }
            let count = format!("select count(*) from mended.{table}");
            salvaged.rows += sqlx::query_scalar::<_, i64>(AssertSqlSafe(count))
                .fetch_one(&mut self.connection)
                .await?;
        }
        self.keep_identity().await?;
        for collection in Collection::all() {
            let sql = format!(
                "update mended.outbox set problem = ?1
                 where collection = '{0}' and id not in (select id from mended.{0})",
                collection.name
            );
            sqlx::query(AssertSqlSafe(sql)).bind(ROW_LOST).execute(&mut self.connection).await?;
        }
        Ok(salvaged)
    }

    /// The columns that both files have.
    async fn columns(&mut self, table: &str) -> Result<String, StoreError> {
        let columns: Vec<String> = sqlx::query_scalar(
            "select m.name from pragma_table_info(?1, 'mended') m
             where m.name in (select name from pragma_table_info(?1, 'main')) order by m.cid",
        )
        .bind(table)
        .fetch_all(&mut self.connection)
        .await?;
        Ok(columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "))
    }

    async fn copy_numbered(&mut self, table: &str, columns: &str) -> Result<i64, StoreError> {
        let insert = format!(
            "insert or ignore into mended.{table} ({columns})
             select {columns} from main.{table} where rowid between ?1 and ?2"
        );
        let known = self.highest(table).await?;
        let highest = known.unwrap_or(UNKNOWN);
        let mut runs = vec![(0, highest)];
        let (mut lost, mut failures, mut blind) = (0, 0, true);
        while let Some((from, to)) = runs.pop() {
            let taken = sqlx::query(AssertSqlSafe(insert.clone()))
                .bind(from)
                .bind(to)
                .execute(&mut self.connection)
                .await;
            match taken {
                Ok(done) => {
                    blind &= done.rows_affected() == 0;
                    continue;
                }
                Err(error) => damage(error)?,
            }
            self.connect_again().await?;
            failures += 1;
            if blind && failures > BLIND {
                return Ok(known.unwrap_or(1));
            }
            if from >= to || failures > PATIENCE {
                lost += to.saturating_sub(from).saturating_add(1).min(highest);
                continue;
            }
            let middle = from + (to - from) / 2;
            runs.extend([(middle + 1, to), (from, middle)]);
        }
        Ok(lost)
    }

    /// The highest row number, by the table or by any index of it that can be read.
    async fn highest(&mut self, table: &str) -> Result<Option<i64>, StoreError> {
        let indexes: Vec<String> =
            sqlx::query_scalar("select name from pragma_index_list(?1, 'mended')")
                .bind(table)
                .fetch_all(&mut self.connection)
                .await?;
        let by_index = indexes.iter().map(|index| format!("indexed by \"{index}\""));
        for way in ["not indexed".to_owned()].into_iter().chain(by_index) {
            let sql = format!("select ifnull(max(rowid), 0) from main.{table} {way}");
            match sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.connection).await {
                Ok(highest) => return Ok(Some(highest)),
                Err(error) => damage(error)?,
            }
            self.connect_again().await?;
        }
        Ok(None)
    }

    /// From the front, up to the first page that cannot be read.
    async fn copy_keyed(&mut self, table: &str, columns: &str) -> Result<(), StoreError> {
        let keys: Vec<String> = sqlx::query_scalar(
            "select name from pragma_table_info(?1, 'mended') where pk > 0 order by pk",
        )
        .bind(table)
        .fetch_all(&mut self.connection)
        .await?;
        let (key, back) = (
            keys.join(", "),
            keys.iter().map(|key| format!("{key} desc")).collect::<Vec<_>>().join(", "),
        );
        let insert = format!(
            "insert or ignore into mended.{table} ({columns}) select {columns} from main.{table}
             where not exists (select 1 from mended.{table})
                or ({key}) > (select {key} from mended.{table} order by {back} limit 1)
             order by {key} limit ?1"
        );
        let mut run = RUN;
        loop {
            let taken = sqlx::query(AssertSqlSafe(insert.clone()))
                .bind(run)
                .execute(&mut self.connection)
                .await;
            match taken {
                Ok(done) if done.rows_affected() == 0 => return Ok(()),
                Ok(_) => {}
                Err(error) => {
                    damage(error)?;
                    self.connect_again().await?;
                    if run == 1 {
                        return Ok(());
                    }
                    run = 1;
                }
            }
        }
    }

    /// A file whose one row about itself is lost goes on under the same id, with a clock after all it wrote.
    async fn keep_identity(&mut self) -> Result<(), StoreError> {
        let there: i64 = sqlx::query_scalar("select count(*) from mended.replica")
            .fetch_one(&mut self.connection)
            .await?;
        if there > 0 {
            return Ok(());
        }
        let noted: Option<String> =
            sqlx::query_scalar("select value ->> '$.device' from mended.meta where name = ?1")
                .bind(IDENTITY)
                .fetch_optional(&mut self.connection)
                .await?;
        let device: Option<RecordId> = noted.and_then(|text| text.parse().ok());
        let device = device.ok_or(StoreError::Foreign)?;
        let newest = Collection::all()
            .iter()
            .map(|collection| format!("select max(stamp) as clock from mended.{}", collection.name))
            .collect::<Vec<_>>()
            .join(" union all ");
        let sql = format!(
            "insert into mended.replica (only, device, clock)
             values (1, ?1, (select ifnull(max(clock), 0) from ({newest})))"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(device.as_bytes().as_slice())
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }
}

/// Lets damage pass and nothing else: a full disk, or a word to stop, is no reason to give rows up.
fn damage(error: sqlx::Error) -> Result<(), StoreError> {
    let code = error.as_database_error().and_then(|error| error.code());
    let other = code.is_some_and(|code| code == "13" || code == "9");
    if other || error.as_database_error().is_none() { Err(error.into()) } else { Ok(()) }
}
