//! What damaged pages took, filled from an older copy of the same file: where there is no server that has it,
//! a backup does. What stands in the file is newer and stays.

use std::path::Path;

use shuke_domain::Collection;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};

use crate::{
    Store, StoreError,
    open::{Key, options},
    stop::Stop,
};

/// What is no record and is told apart by its own key.
const BESIDE: &[&str] = &["device_ref", "history", "import", "unknown_record"];

impl Store {
    /// Puts the rows of `from` that `to` has not into `to`; both open with one key, and nobody may have either
    /// open. Gives how many records came back.
    pub async fn fill(to: &Path, from: &Path, key: &Key, stop: &Stop) -> Result<i64, StoreError> {
        let mut connection = options(to, key).create_if_missing(false).connect().await?;
        stop.watch(&mut connection).await?;
        let filled = fill_all(&mut connection, from, key).await;
        connection.close().await?;
        let filled = filled?;
        if filled > 0 {
            let store = Store::open(to, key).await?;
            let derived = store.derive_all(stop).await;
            store.close().await?;
            derived?;
        }
        Ok(filled)
    }
}

async fn fill_all(
    connection: &mut SqliteConnection,
    from: &Path,
    key: &Key,
) -> Result<i64, StoreError> {
    let attach = format!("attach database ?1 as older key {}", key.pragma());
    sqlx::query(AssertSqlSafe(attach))
        .bind(from.to_string_lossy().into_owned())
        .execute(&mut *connection)
        .await?;
    let mut transaction = connection.begin().await?;
    let mut filled = 0;
    for table in BESIDE {
        let columns = columns(&mut transaction, table).await?;
        let sql = format!(
            "insert or ignore into main.{table} ({columns}) select {columns} from older.{table}"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
    }
    for collection in Collection::all() {
        let table = collection.name;
        let columns = columns(&mut transaction, table).await?;
        // The same file once: a row's key is free again where the row was lost.
        let sql = format!(
            "insert into main.{table} ({columns}) select {columns} from older.{table} as old
             where not exists (select 1 from main.{table} as here where here.id = old.id)
               and not exists (select 1 from main.{table} as here where here.row = old.row)"
        );
        let done = sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
        filled += i64::try_from(done.rows_affected()).unwrap_or(i64::MAX);
    }
    transaction.commit().await?;
    Ok(filled)
}

/// The columns that both have.
async fn columns(connection: &mut SqliteConnection, table: &str) -> Result<String, StoreError> {
    let columns: Vec<String> = sqlx::query_scalar(
        "select name from pragma_table_info(?1, 'main')
         where name in (select name from pragma_table_info(?1, 'older')) order by cid",
    )
    .bind(table)
    .fetch_all(connection)
    .await?;
    Ok(columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "))
}
