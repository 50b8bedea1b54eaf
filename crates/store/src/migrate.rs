//! Schema versions. Each migration only adds, so that the version before can still open the file.

use std::path::Path;

use shuke_domain::Collection;
use sqlx::{Connection, SqliteConnection};

use crate::{
    StoreError,
    open::{Key, options},
    stop::Stop,
};

/// In order; the place in the list plus one is the schema's version.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_house.sql"),
    include_str!("../migrations/0002_conflicts.sql"),
    include_str!("../migrations/0003_scopes.sql"),
    include_str!("../migrations/0004_sorts.sql"),
    include_str!("../migrations/0005_people.sql"),
    include_str!("../migrations/0006_takeover.sql"),
    include_str!("../migrations/0007_segments.sql"),
    include_str!("../migrations/0008_club.sql"),
    include_str!("../migrations/0009_counter.sql"),
    include_str!("../migrations/0010_intake.sql"),
];

/// The oldest schema whose program can still read what this one writes.
const READABLE_SINCE: i64 = 1;

fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("pragma user_version").fetch_one(connection).await?)
}

/// Whether migrations wait. A file of a newer program is refused unless that program says that we
/// can read it.
pub async fn pending(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let version = version(connection).await?;
    if version > newest() {
        let needs: Option<String> =
            sqlx::query_scalar("select value from meta where name = 'readable_since'")
                .fetch_optional(connection)
                .await?;
        let needs = needs.and_then(|text| text.parse().ok()).unwrap_or(version);
        if needs > newest() {
            return Err(StoreError::Newer(needs));
        }
    }
    Ok(version < newest())
}

pub async fn run(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let from = usize::try_from(version(connection).await?).unwrap_or(0);
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(from) {
        let mut transaction = connection.begin().await?;
        sqlx::raw_sql(*migration).execute(&mut *transaction).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("pragma user_version = {}", index + 1)))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("insert or replace into meta (name, value) values ('readable_since', ?1)")
            .bind(READABLE_SINCE.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    hold(connection).await
}

/// Every synced table says which scopes hold a row. Added here and not in a migration, because the
/// collection table knows of each noun that ever comes.
async fn hold(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for collection in Collection::all() {
        let there: i64 =
            sqlx::query_scalar("select count(*) from pragma_table_info(?1) where name = 'held'")
                .bind(collection.name)
                .fetch_one(&mut *connection)
                .await?;
        if there == 0 {
            let sql = format!(
                "alter table {} add column held integer not null default 0",
                collection.name
            );
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// A copy beside the file, opened and checked, before a migration runs.
pub async fn snapshot(
    connection: &mut SqliteConnection,
    path: &Path,
    key: &Key,
) -> Result<(), StoreError> {
    let version = version(connection).await?;
    let copy = path.with_extension(format!("before-{}.db", version + 1));
    let _ = std::fs::remove_file(&copy);
    copy_to(connection, &copy).await?;
    verify(&copy, key, &Stop::default()).await
}

/// Writes a compact copy, encrypted with the same key.
pub async fn copy_to(connection: &mut SqliteConnection, copy: &Path) -> Result<(), StoreError> {
    sqlx::query("vacuum into ?1")
        .bind(copy.to_string_lossy().into_owned())
        .execute(connection)
        .await?;
    Ok(())
}

/// Opens a copy with the key and reads all of it.
pub async fn verify(copy: &Path, key: &Key, stop: &Stop) -> Result<(), StoreError> {
    use sqlx::ConnectOptions as _;
    let mut connection = options(copy, key)
        .create_if_missing(false)
        .read_only(true)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Delete)
        .connect()
        .await?;
    stop.watch(&mut connection).await?;
    let verdict =
        sqlx::query_scalar::<_, String>("pragma quick_check(1)").fetch_one(&mut connection).await;
    connection.close().await?;
    stop.check()?;
    let verdict = verdict?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged(sqlx::Error::Protocol(verdict))) }
}
