//! Opening the file: its key, its connections, and the checks before anything is touched.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use shuke_domain::{Clock, DeviceId, Mutant};
use sqlx::{
    ConnectOptions, Connection, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{OnceCell, broadcast};

use crate::{
    StoreError,
    lens::{Lens, Turns},
    migrate,
    search::{self, Served},
    write::Write,
};

/// `SHKE`, so that a file can be told from another program's.
const APPLICATION_ID: i32 = 0x5348_4b45;

/// How many may read at once.
const READERS: u32 = 3;

/// How many pages the log may hold before a commit itself has to move them into the file: bulk work
/// gets there, a counter does not, because idle moments come first ([`Store::checkpoint`]).
pub const LOG_PAGES: u32 = 8_000;

/// The 256-bit key of a file, as hexadecimal digits. Never shown.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// `hex` must be 64 hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        (hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| Self(hex.to_owned()))
    }

    /// As `pragma key` takes it.
    pub(crate) fn pragma(&self) -> String {
        format!("\"x'{}'\"", self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// An open file. One writer at a time, readers beside it; another process may have it open too.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    key: Key,
    writer: SqlitePool,
    readers: SqlitePool,
    announce: broadcast::Sender<Vec<&'static str>>,
    /// Who was served last, held in memory: most searches are answered from it.
    pub(crate) served: Served,
    /// Through whose eyes it is read, where that is not the whole.
    lens: Option<Arc<Lens>>,
    turns: Turns,
}

impl Store {
    /// Makes a new file for a replica. Fails where there is one already.
    pub async fn create(path: &Path, key: &Key, device: DeviceId) -> Result<Self, StoreError> {
        if path.exists() {
            return Err(std::io::Error::from(std::io::ErrorKind::AlreadyExists).into());
        }
        Self::create_with(options(path, key), path, key, device).await
    }

    /// The same over another file system, by its name: for the simulation, whose disks forget.
    pub async fn create_on(
        files: &'static str,
        path: &Path,
        key: &Key,
        device: DeviceId,
    ) -> Result<Self, StoreError> {
        Self::create_with(options(path, key).vfs(files), path, key, device).await
    }

    async fn create_with(
        options: SqliteConnectOptions,
        path: &Path,
        key: &Key,
        device: DeviceId,
    ) -> Result<Self, StoreError> {
        ready().await?;
        let mut connection = options.clone().create_if_missing(true).connect().await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("pragma application_id = {APPLICATION_ID}")))
            .execute(&mut connection)
            .await?;
        migrate::run(&mut connection).await?;
        search::create(&mut connection).await?;
        sqlx::query("insert into replica (only, device, clock) values (1, ?1, 0)")
            .bind(device.as_bytes().as_slice())
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        Ok(Self::with(options, path, key, READERS))
    }

    /// Opens an existing file and brings its schema up to date, after a verified snapshot.
    pub async fn open(path: &Path, key: &Key) -> Result<Self, StoreError> {
        if plain_sqlite(path)? {
            return Err(StoreError::Foreign);
        }
        Self::open_with(options(path, key), path, key, READERS).await
    }

    /// The same over another file system, by its name. One reader only, so that the same questions
    /// always meet the same connection.
    pub async fn open_on(files: &'static str, path: &Path, key: &Key) -> Result<Self, StoreError> {
        Self::open_with(options(path, key).vfs(files), path, key, 1).await
    }

    async fn open_with(
        options: SqliteConnectOptions,
        path: &Path,
        key: &Key,
        readers: u32,
    ) -> Result<Self, StoreError> {
        ready().await?;
        let mut connection = options.clone().create_if_missing(false).connect().await?;
        let application: i32 =
            sqlx::query_scalar("pragma application_id").fetch_one(&mut connection).await?;
        if application != APPLICATION_ID {
            return Err(StoreError::Foreign);
        }
        let pending = migrate::pending(&mut connection).await?;
        if pending {
            migrate::snapshot(&mut connection, path, key).await?;
            migrate::run(&mut connection).await?;
        }
        connection.close().await?;
        let store = Self::with(options, path, key, readers);
        if pending {
            store.adopt_known().await?;
        }
        Ok(store)
    }

    fn with(options: SqliteConnectOptions, path: &Path, key: &Key, readers: u32) -> Self {
        let options = options.create_if_missing(false);
        // Connections that lie idle are kept: opening one again would cost the next click its caches.
        // None is asked whether it is still there: a file does not hang up.
        let pool = |size| {
            SqlitePoolOptions::new()
                .max_connections(size)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .before_acquire(|connection, _| Box::pin(async { Ok(is_free(connection)) }))
        };
        let (announce, _) = broadcast::channel(256);
        Self {
            path: path.to_owned(),
            key: key.clone(),
            writer: pool(1).connect_lazy_with(options.clone()),
            readers: pool(readers).connect_lazy_with(options.pragma("query_only", "on")),
            announce,
            served: Served::default(),
            lens: None,
            turns: Turns::default(),
        }
    }

    /// The same file by other connections for reading.
    pub(crate) fn with_readers(&self, readers: SqlitePool, served: Served, lens: Lens) -> Self {
        Self {
            path: self.path.clone(),
            key: self.key.clone(),
            writer: self.writer.clone(),
            readers,
            announce: self.announce.clone(),
            served,
            lens: Some(Arc::new(lens)),
            turns: self.turns.clone(),
        }
    }

    pub(crate) fn held_lens(&self) -> Option<&Arc<Lens>> {
        self.lens.as_ref()
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn key(&self) -> &Key {
        &self.key
    }

    /// For reading. Sees what was committed before the statement began.
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Begins a write; without `commit` nothing of it stays. `now` is the corrected system time in
    /// milliseconds.
    pub async fn write(&self, now: u64) -> Result<Write, StoreError> {
        let says = (self.announce.clone(), self.turns.clone());
        Write::begin(self.begin().await?, says, self.lens.clone(), now).await
    }

    /// A bare transaction that takes the write lock at once, so that no read in it can be overtaken.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("begin immediate").await?)
    }

    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub(crate) fn announcer(&self) -> &broadcast::Sender<Vec<&'static str>> {
        &self.announce
    }

    /// Tags touched by commits of this process, as they happen.
    pub fn announcements(&self) -> broadcast::Receiver<Vec<&'static str>> {
        self.announce.subscribe()
    }

    pub async fn device(&self) -> Result<DeviceId, StoreError> {
        let id: Vec<u8> =
            sqlx::query_scalar("select device from replica").fetch_one(&self.readers).await?;
        DeviceId::from_slice(&id).ok_or(StoreError::Foreign)
    }

    /// The highest clock this replica issued or accepted.
    pub async fn clock(&self) -> Result<Clock, StoreError> {
        let bits: i64 =
            sqlx::query_scalar("select clock from replica").fetch_one(&self.readers).await?;
        Ok(Clock::from_bits(bits.unsigned_abs()))
    }

    /// Gives this replica a new identity: after a restore, or where the file was copied.
    pub async fn become_device(&self, device: DeviceId) -> Result<(), StoreError> {
        sqlx::query("update replica set device = ?1")
            .bind(device.as_bytes().as_slice())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    pub async fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("select value from meta where name = ?1")
            .bind(name)
            .fetch_optional(&self.readers)
            .await?)
    }

    pub async fn set_meta(&self, name: &str, value: Option<&str>) -> Result<(), StoreError> {
        match value {
            Some(value) => sqlx::query("insert or replace into meta (name, value) values (?1, ?2)")
                .bind(name)
                .bind(value),
            None => sqlx::query("delete from meta where name = ?1").bind(name),
        }
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Moves what was committed from the log into the file, as far as nobody reads it, beside readers and
    /// the writer. For idle moments: within a commit it would be the slow sale of a hundred.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        sqlx::query("pragma wal_checkpoint(passive)").execute(&self.readers).await?;
        Ok(())
    }

    /// Ends all connections; what was committed is in the file itself afterwards.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close().await;
        // On a damaged page it fails, and what cannot be counted must close all the same, or nobody mends it.
        let counted = sqlx::query("pragma optimize").execute(&self.writer).await;
        self.writer.close().await;
        match counted.map_err(StoreError::from) {
            Ok(_) | Err(StoreError::Damaged(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Whether a connection can begin a transaction. SQLite ends one by itself when a disk is full or
/// fails; sqlx then waits for a rollback that can't be, and begins nothing on that connection any more.
fn is_free(connection: &sqlx::SqliteConnection) -> bool {
    !connection.is_in_transaction() || Mutant::StuckAfterFullDisk.awake()
}

/// Waits for the first connection of the process. SQLite lets a second one pass before SQLCipher stands, and that one
/// finds no cipher for its key. It also keeps SQLCipher from writing to standard error of its own accord, where what
/// went wrong is told by codes.
async fn ready() -> Result<(), StoreError> {
    static READY: OnceCell<()> = OnceCell::const_new();
    READY.get_or_try_init(begin).await.copied()
}

async fn begin() -> Result<(), StoreError> {
    // Else the process takes OpenSSL down as it exits, under a thread that still closes its connection.
    openssl_sys::init();
    let mut connection = SqliteConnectOptions::new().in_memory(true).connect().await?;
    sqlx::query("pragma cipher_log_level = none").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

pub(crate) fn options(path: &Path, key: &Key) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", key.pragma())
        .journal_mode(SqliteJournalMode::Wal)
        // A change that was reported as saved survives the power cut that follows.
        .synchronous(if Mutant::DeviceUnsynced.awake() {
            SqliteSynchronous::Normal
        } else {
            SqliteSynchronous::Full
        })
        .busy_timeout(Duration::from_secs(15))
        .foreign_keys(false)
        .pragma("cache_size", "-24000")
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", LOG_PAGES.to_string())
        // What was purged or erased is overwritten, not only let go.
        .pragma("secure_delete", "on")
        .statement_cache_capacity(256)
        .disable_statement_logging()
}

/// Whether the file is an unencrypted SQLite database: certainly not ours, and never to be touched.
fn plain_sqlite(path: &Path) -> Result<bool, StoreError> {
    use std::io::Read as _;
    let mut head = [0; 16];
    let read = std::fs::File::open(path)?.read(&mut head)?;
    Ok(read == 16 && &head == b"SQLite format 3\0")
}
