//! Rows on SQLite or PostgreSQL. Both take `$1`, so a statement is written once and [`on!`] sends
//! it to whichever is there; only where their SQL differs are there two.
//!
//! One file per table. Nothing here decides anything.

mod aside;
mod batch;
mod clamp;
mod copy;
mod device;
mod enrolment;
mod history;
mod intake;
mod lookup;
mod record;
mod scope;
mod segment;
mod workspace;

use std::{path::Path, time::Duration};

use shuke_domain::{Mutant, RecordId};
use sqlx::{
    ConnectOptions, Connection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool,
    Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use self::{
    aside::{Aside, Kept as KeptAside},
    batch::Answered,
    clamp::Clamp,
    copy::{DERIVED, TABLES},
    device::DeviceRow,
    enrolment::{Invitation, Redeemed},
    history::{Chained, Change, Head},
    intake::IntakeToken,
    lookup::words_of,
    record::{Key, Page, Stored},
    scope::{Entry, Lying, PlacePage, Work},
    segment::Shelf,
    workspace::{Narrowed, Scoping, Secrets, WorkspaceRow},
};
use crate::Refused;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How many read one SQLite file at once.
const READERS: u32 = 4;

/// How long a writer waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the rows are.
#[derive(Clone, Debug)]
pub enum Database {
    /// One writer, because SQLite has one; readers beside it see the last commit (WAL).
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction on either. Dropped without [`Tx::commit`], it never happened.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one expression against whichever database the transaction is of.
macro_rules! on {
    ($tx:expr, $connection:ident => $run:expr) => {
        match $tx {
            $crate::database::Tx::Sqlite(inner) => {
                let $connection = &mut **inner;
                $run
            }
            $crate::database::Tx::Postgres(inner) => {
                let $connection = &mut **inner;
                $run
            }
        }
    };
}
pub(crate) use on;

impl Database {
    /// An encrypted file; made and migrated where it is missing.
    pub async fn sqlite(file: &Path, key_hex: &str) -> Result<Self, Refused> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .pragma("key", format!("\"x'{key_hex}'\""));
        Self::sqlite_with(options, READERS).await
    }

    /// By options of the caller's own: another file system, another cipher.
    pub async fn sqlite_with(options: SqliteConnectOptions, readers: u32) -> Result<Self, Refused> {
        quieten().await?;
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            // What has been answered must outlive a power cut, not only a crash.
            .synchronous(if Mutant::ServerUnsynced.awake() {
                SqliteSynchronous::Normal
            } else {
                SqliteSynchronous::Full
            })
            .busy_timeout(PATIENCE)
            // The first statement of a connection holds the key: no log level may show it.
            .disable_statement_logging()
            .pragma("secure_delete", "on")
            .pragma("cache_size", "-32000");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(async { Ok(is_free(connection)) }))
            .connect_with(options.clone())
            .await?;
        SQLITE.run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(readers)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(async { Ok(is_free(connection)) }))
            .connect_lazy_with(options);
        Ok(Self::Sqlite { writer, readers })
    }

    pub async fn postgres(url: &str) -> Result<Self, Refused> {
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(PATIENCE)
            .connect_with(options.application_name("shuke-server"))
            .await?;
        POSTGRES.run(&pool).await?;
        Ok(Self::Postgres(pool))
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Begins a write. On SQLite the lock is taken at once, or two would read before either writes.
    pub async fn write(&self) -> Result<Tx, Refused> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a read: everything in it is of one moment.
    pub async fn read(&self) -> Result<Tx, Refused> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("begin isolation level repeatable read read only").await?,
            ),
        })
    }

    /// Takes what was erased out of the files too: freed pages are overwritten, and what SQLite's
    /// WAL or PostgreSQL's dead rows still hold goes now and not some day.
    pub async fn scrub(&self) -> Result<(), Refused> {
        match self {
            Self::Sqlite { writer, .. } => {
                sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await?;
            }
            Self::Postgres(pool) => {
                sqlx::query("vacuum record, change, aside, batch, scope_entry, segment, lookup")
                    .execute(pool)
                    .await?;
            }
        }
        Ok(())
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub async fn commit(self) -> Result<(), Refused> {
        match self {
            Self::Sqlite(inner) => inner.commit().await?,
            Self::Postgres(inner) => inner.commit().await?,
        }
        Ok(())
    }

    /// Whether the engine finds its own pages and indexes in order. PostgreSQL looks after itself.
    pub async fn integrity(&mut self) -> Result<Vec<String>, Refused> {
        match self {
            Self::Sqlite(inner) => {
                let mut found: Vec<String> =
                    sqlx::query_scalar("pragma integrity_check").fetch_all(&mut **inner).await?;
                found.retain(|line| line != "ok");
                Ok(found)
            }
            Self::Postgres(_) => Ok(Vec::new()),
        }
    }

    pub async fn ping(&mut self) -> Result<(), Refused> {
        let _: i64 = on!(self, c => sqlx::query_scalar("select number from workspace").fetch_optional(c).await?).unwrap_or(0);
        Ok(())
    }
}

/// Whether a connection can begin a transaction. SQLite ends one by itself when a disk is full or
/// fails; sqlx then waits for a rollback that can't be, and begins nothing on that connection any more.
fn is_free(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// Keeps SQLCipher from writing lines of its own to standard error, where our errors are JSON. Its
/// level is one for the whole process, and a wrong key speaks up before a file's own pragma could.
async fn quieten() -> Result<(), Refused> {
    static QUIET: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
    QUIET.get_or_try_init(silence).await.copied()
}

async fn silence() -> Result<(), Refused> {
    // Else the process takes OpenSSL down as it exits, under a thread that still closes its connection.
    openssl_sys::init();
    let mut connection = SqliteConnectOptions::new().in_memory(true).connect().await?;
    sqlx::query("pragma cipher_log_level = none").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// A column that should hold sixteen bytes did not.
#[derive(Debug, thiserror::Error)]
#[error("not an id")]
struct NotAnId;

pub(crate) fn uuid_of(bytes: &[u8]) -> Result<uuid::Uuid, Refused> {
    uuid::Uuid::from_slice(bytes).map_err(|_| Refused::internal(NotAnId))
}

pub(crate) fn id_of(bytes: &[u8]) -> Result<RecordId, Refused> {
    uuid_of(bytes).map(RecordId::from_uuid)
}

/// Milliseconds as both databases keep them.
pub(crate) fn column(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}

pub(crate) fn millis(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}
