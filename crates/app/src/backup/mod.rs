//! Backups, and what becomes of the file that one replaces.

pub mod daily;
mod rotation;

use std::{
    io::{Read, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shuke_domain::{Code, Failure, RecordId, Roles};
use shuke_keys::{
    DatabaseKey, KeyStore, Pepper, RecoveryPhrase, SealedKey, SecretBytes, open_bytes, seal_bytes,
};
use shuke_store::{Key, Stop, Store, StoreError};
use ts_rs::TS;

use crate::{
    App, Event, Session, envelope,
    home::{self, HomeState},
    recovery, session,
};

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "BackupFile", export_to = "app.ts")]
pub struct File {
    pub path: String,
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "BackupMade", export_to = "app.ts")]
pub struct Made {
    pub path: String,
    pub bytes: u64,
}

#[derive(Deserialize, TS)]
#[expect(missing_debug_implementations, reason = "the words belong in no log")]
#[ts(rename = "RestoreBackup", export_to = "app.ts", optional_fields)]
pub struct Restore {
    pub path: String,
    /// Needed where the key is not in this machine's keychain.
    pub phrase: Option<String>,
}

/// The first bytes of a backup file.
const MAGIC: &[u8] = b"SHUKE-BACKUP-1\n";

/// How much is unpacked between two words about how far it is.
const PART: u64 = 8 * 1024 * 1024;

/// What stands before the database in a backup: enough to open it elsewhere with the phrase.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    workspace: String,
    pub(crate) made_at: u64,
    version: String,
    sealed_key: SealedKey,
    /// Absent in those of version 0.1.0 and before.
    #[serde(default)]
    pub(crate) workspace_id: Option<RecordId>,
    #[serde(default)]
    pub(crate) device: Option<RecordId>,
    /// What else the keychain held for this workspace, sealed by the database's key: a new machine goes on with it.
    #[serde(default)]
    sealed_secrets: Option<String>,
    /// SHA-256 of the database that follows, in hexadecimal.
    #[serde(default)]
    digest: Option<String>,
}

/// What the keychain holds beside the key.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Secrets {
    token: Option<String>,
    pepper: Option<String>,
}

pub(crate) fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    let code = if error.kind() == std::io::ErrorKind::StorageFull {
        Code::DiskFull
    } else {
        Code::FileUnwritable
    };
    Failure::new(code).with("path", path.display().to_string()).because(error)
}

fn damaged(path: &Path) -> Failure {
    Failure::new(Code::BackupDamaged).with("path", path.display().to_string())
}

/// Writes an encrypted copy of everything and opens it to see that it is whole.
pub async fn make(app: &App, request: File) -> Result<Made, Failure> {
    let session = app.session().await?;
    let moved = |done, all| app.announce(Event::Progress { what: "backup", done, all });
    write_to(&session, Path::new(&request.path), moved, &app.begin_work()).await
}

/// Ends the backup, the restore or the repair that runs: nothing half done stays, and nothing was changed.
pub async fn cancel(app: &App, (): ()) -> Result<(), Failure> {
    app.stop_work();
    Ok(())
}

/// Long work that lets a file grow; `moved` hears how far it is.
pub(crate) async fn watched<T>(
    work: impl Future<Output = T>,
    growing: &Path,
    all: u64,
    moved: impl Fn(u64, u64),
) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => break done,
            () = tokio::time::sleep(SAID_EVERY) => {
                let done = std::fs::metadata(growing).map(|data| data.len()).unwrap_or_default();
                moved(done.min(all), all);
            }
        }
    }
}

/// How often a long copy says how far it is.
const SAID_EVERY: Duration = Duration::from_millis(300);

/// Writes a backup and reads it again before it takes its name. `moved` hears how far it is.
pub(crate) async fn write_to(
    session: &Session,
    path: &Path,
    moved: impl Fn(u64, u64),
    stop: &Stop,
) -> Result<Made, Failure> {
    let copy = path.with_extension("copying");
    remove(&copy)?;
    let all = std::fs::metadata(session.store.path()).map(|data| data.len()).unwrap_or_default();
    let copied = watched(session.store.copy_to(&copy, stop), &copy, all, moved).await;
    if let Err(error) = copied {
        remove(&copy)?;
        return Err(Failure::from(error).with("path", path.display().to_string()));
    }
    let header = header_of(session, &copy, stop).await;
    let draft = path.with_extension("writing");
    let written = match header {
        Ok(header) => {
            let stop = stop.clone();
            in_background(move || write(&draft, &header, &copy, &stop)).await
        }
        Err(failure) => {
            remove(&copy)?;
            Err(failure)
        }
    };
    let (draft, bytes) = written?;
    std::fs::rename(&draft, path).map_err(|error| unwritable(path, error))?;
    Ok(Made { path: path.display().to_string(), bytes })
}

async fn header_of(session: &Session, copy: &Path, stop: &Stop) -> Result<Header, Failure> {
    let folder = home::folder_of(session);
    let sealed_key = envelope::sealed_key(folder)?.ok_or_else(|| Failure::new(Code::KeyMissing))?;
    let keys = home::keys_of(session)?;
    let digest = {
        let (copy, stop) = (copy.to_owned(), stop.clone());
        let work = move || digest_of(&copy, 0, &stop).map_err(|error| ended(&copy, error, &stop));
        in_background(work).await?
    };
    Ok(Header {
        workspace: session.workspace().await?.name.unwrap_or_default(),
        made_at: session.now().await?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sealed_key,
        workspace_id: Some(session.identity.workspace),
        device: Some(session.identity.device),
        sealed_secrets: Some(seal(&keys, session.identity.workspace).await?),
        digest: Some(digest),
    })
}

async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Failure::new(Code::Internal).because(error))?
}

async fn database_key(keys: &KeyStore) -> Result<DatabaseKey, Failure> {
    let secret = keys.get(home::DATABASE_KEY).await.map_err(home::key_failure)?;
    let secret = secret.ok_or_else(|| Failure::new(Code::KeyMissing))?;
    DatabaseKey::from_secret(home::DATABASE_KEY, &secret).map_err(home::key_failure)
}

async fn seal(keys: &KeyStore, workspace: RecordId) -> Result<String, Failure> {
    let text = async |name: &str| {
        let secret = keys.get(name).await.map_err(home::key_failure)?;
        Ok::<_, Failure>(secret.and_then(|secret| secret.expose_text().map(str::to_owned)))
    };
    let pepper = keys.get(home::PEPPER).await.map_err(home::key_failure)?;
    let pepper = pepper.as_ref().and_then(Pepper::from_secret);
    let secrets = Secrets {
        token: text(home::TOKEN).await?,
        pepper: pepper.map(|pepper| pepper.to_text().to_string()),
    };
    let plain = serde_json::to_vec(&secrets)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    let key = database_key(keys).await?;
    let sealed = seal_bytes(&key, workspace.as_bytes(), &plain).map_err(home::key_failure)?;
    Ok(STANDARD.encode(sealed))
}

/// Puts what a backup carries beside the key into a keychain that has none of it.
async fn unseal(keys: &KeyStore, key: &DatabaseKey, header: &Header) -> Result<(), Failure> {
    let (Some(sealed), Some(workspace)) = (&header.sealed_secrets, header.workspace_id) else {
        return Ok(());
    };
    let Ok(sealed) = STANDARD.decode(sealed) else { return Ok(()) };
    let plain = open_bytes(key, workspace.as_bytes(), &sealed).map_err(home::key_failure)?;
    let secrets: Secrets = serde_json::from_slice(plain.expose()).unwrap_or_default();
    let has = async |name: &str| {
        Ok::<_, Failure>(keys.get(name).await.map_err(home::key_failure)?.is_some())
    };
    if let Some(token) = secrets.token
        && !has(home::TOKEN).await?
    {
        keys.set(home::TOKEN, &SecretBytes::new(token.into_bytes()))
            .await
            .map_err(home::key_failure)?;
    }
    if let Some(pepper) = secrets.pepper.as_deref().and_then(Pepper::from_text)
        && !has(home::PEPPER).await?
    {
        keys.set(home::PEPPER, &pepper.to_secret()).await.map_err(home::key_failure)?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(path, error)),
        _ => Ok(()),
    }
}

/// Writes header and copy into one file, reads that again, and takes the copy away.
fn write(
    draft: &Path,
    header: &Header,
    copy: &Path,
    stop: &Stop,
) -> Result<(PathBuf, u64), Failure> {
    let failed = |error| ended(draft, error, stop);
    let begin = || -> std::io::Result<u64> {
        let mut out = std::fs::File::create(draft)?;
        let text = serde_json::to_vec(header)?;
        out.write_all(MAGIC)?;
        out.write_all(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes())?;
        out.write_all(&text)?;
        let front = u64::try_from(MAGIC.len() + 4 + text.len()).unwrap_or(u64::MAX);
        std::io::copy(&mut Stoppable(std::fs::File::open(copy)?, stop), &mut out)?;
        out.sync_all()?;
        Ok(front)
    };
    let written = begin();
    remove(copy)?;
    let read = match written.and_then(|front| digest_of(draft, front, stop)) {
        Ok(read) => read,
        Err(error) => {
            remove(draft)?;
            return Err(failed(error));
        }
    };
    if header.digest.as_ref() != Some(&read) {
        remove(draft)?;
        return Err(damaged(draft));
    }
    let bytes = std::fs::metadata(draft).map_err(failed)?.len();
    Ok((draft.to_owned(), bytes))
}

/// The SHA-256 of a file from a place on.
fn digest_of(path: &Path, from: u64, stop: &Stop) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut hasher = Sha256::new();
    std::io::copy(&mut Stoppable(file, stop), &mut hasher)?;
    Ok(format!("{:x}", hasher.finalize()))
}

/// A file that is read until somebody wants it to end.
struct Stoppable<'a, R>(R, &'a Stop);

impl<R: Read> Read for Stoppable<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.1.asked() { Err(std::io::Error::other("stopped")) } else { self.0.read(into) }
    }
}

/// Why a file is not there whole.
fn ended(path: &Path, error: std::io::Error, stop: &Stop) -> Failure {
    if stop.asked() { Code::WorkCancelled.into() } else { unwritable(path, error) }
}

/// The header of a backup alone.
pub(crate) fn header(path: &Path) -> Result<Header, Failure> {
    let mut file = open(path)?;
    read_header(path, &mut file)
}

fn open(path: &Path) -> Result<std::fs::File, Failure> {
    std::fs::File::open(path).map_err(|error| unreadable(path, error))
}

fn unreadable(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(Code::FileUnreadable).with("path", path.display().to_string()).because(error)
}

fn read_header(path: &Path, file: &mut std::fs::File) -> Result<Header, Failure> {
    let mut magic = [0; MAGIC.len()];
    let mut length = [0; 4];
    file.read_exact(&mut magic).map_err(|_| damaged(path))?;
    file.read_exact(&mut length).map_err(|_| damaged(path))?;
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if magic != MAGIC || length > 64 * 1024 {
        return Err(damaged(path));
    }
    let mut header = vec![0; length];
    file.read_exact(&mut header).map_err(|_| damaged(path))?;
    serde_json::from_slice(&header).map_err(|error| damaged(path).because(error))
}

/// Takes a backup apart: its header, and the database written to `to`. `moved` hears how far it is.
fn unpack(
    path: &Path,
    to: &Path,
    moved: impl Fn(u64, u64),
    stop: &Stop,
) -> Result<Header, Failure> {
    let mut file = open(path)?;
    let all = file.metadata().map_err(|error| unreadable(path, error))?.len();
    let header = read_header(path, &mut file)?;
    let mut out = std::fs::File::create(to).map_err(|error| unwritable(to, error))?;
    let mut done = 0;
    loop {
        let mut part = Stoppable(Read::take(&mut file, PART), stop);
        let part = std::io::copy(&mut part, &mut out).map_err(|error| ended(to, error, stop))?;
        done += part;
        moved(done.min(all), all);
        if part == 0 {
            break;
        }
    }
    out.sync_all().map_err(|error| unwritable(to, error))?;
    Ok(header)
}

/// Puts a backup in the place of what is here. What was here is kept beside it, with the key that
/// opens it: also where it does not open, for somebody may still mend it.
pub async fn restore(app: &App, request: Restore) -> Result<HomeState, Failure> {
    // Over a locked till, or over what one may not decide about, only whoever has the words.
    if request.phrase.is_none() && app.find_session().await.is_some() {
        app.session().await?.must_be(Roles::LEAD).await?;
    }
    std::fs::create_dir_all(app.home()).map_err(|error| unwritable(app.home(), error))?;
    let draft = app.home().join("restoring.db");
    remove(&draft)?;
    let stop = app.begin_work();
    let header = match unpack_aside(app, &request.path, &draft, &stop).await {
        Ok(header) => header,
        Err(failure) => {
            remove(&draft)?;
            return Err(failure);
        }
    };
    let keys = app.keys()?;
    let path = Path::new(&request.path);
    let (key, phrase) = opening(&keys, &header, request.phrase.as_deref()).await?;
    let opened = Key::from_hex(&key.to_hex()).ok_or_else(|| Failure::new(Code::Internal))?;
    if let Err(error) = Store::verify_copy(&draft, &opened, &stop).await {
        remove(&draft)?;
        return Err(match error {
            StoreError::Stopped => error.into(),
            error => damaged(path).because(error),
        });
    }
    home::leave_demo_folder(app).await?;
    app.replace_session(None).await?;
    put_aside(app.home(), &keys).await?;
    let database = home::database_path(app.home());
    std::fs::rename(&draft, &database).map_err(|error| unwritable(&database, error))?;
    envelope::keep(app.home(), &keys, &key, &phrase).await?;
    unseal(&keys, &key, &header).await?;
    let store = Store::open(&database, &opened).await?;
    // An enrolled device is found by its old nonce at its next push, and takes a new identity then. Any
    // other copy is a replica of its own at once.
    if store.meta(home::SERVER).await?.is_none()
        || keys.get(home::TOKEN).await.map_err(home::key_failure)?.is_none()
    {
        store.become_device(home::new_device()).await?;
        store.set_meta("nonce", None).await?;
    }
    store.close().await?;
    home::resume(app).await?;
    home::state(app, ()).await
}

async fn unpack_aside(app: &App, path: &str, to: &Path, stop: &Stop) -> Result<Header, Failure> {
    let (path, to, events) = (PathBuf::from(path), to.to_owned(), app.events.clone());
    let stop = stop.clone();
    let work = move || {
        let moved = |done, all| {
            // Nobody watching is no failure.
            let _ = events.send(Event::Progress { what: "restore", done, all });
        };
        unpack(&path, &to, moved, &stop)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::new(Code::Internal).because(error))?
}

/// Takes a backup of this very file apart, and sees that it opens with the key and is whole.
pub(crate) async fn open_aside(
    path: &Path,
    to: &Path,
    key: &Key,
    stop: &Stop,
) -> Result<(), Failure> {
    let work = {
        let (path, to, stop) = (path.to_owned(), to.to_owned(), stop.clone());
        move || unpack(&path, &to, |_, _| (), &stop)
    };
    in_background(work).await?;
    Ok(Store::verify_copy(to, key, stop).await?)
}

/// The key of a backup: by the words that were typed, else by those in this machine's keychain.
async fn opening(
    keys: &KeyStore,
    header: &Header,
    words: Option<&str>,
) -> Result<(DatabaseKey, RecoveryPhrase), Failure> {
    let Some(words) = words else {
        let phrase = envelope::phrase(keys).await?;
        let key = phrase
            .open(&header.sealed_key)
            .map_err(|error| Failure::new(Code::BackupWrongKey).because(error))?;
        return Ok((key, phrase));
    };
    let phrase = recovery::parse(words)?;
    let key = phrase.open(&header.sealed_key).map_err(home::key_failure)?;
    Ok((key, phrase))
}

/// Moves the database that lies here out of the way, with its log of recent changes, its sealed key
/// and its entries in the keychain.
async fn put_aside(home: &Path, keys: &KeyStore) -> Result<(), Failure> {
    let database = home::database_path(home);
    if !database.exists() {
        return Ok(());
    }
    let mark = format!("before-restore-{}", session::system_time());
    envelope::keep_aside(keys, &mark).await?;
    let aside = |path: &Path, to: PathBuf| match std::fs::rename(path, &to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(&to, error)),
        _ => Ok(()),
    };
    let envelope = envelope::path(home);
    aside(&envelope, home.join(format!("home.json.{mark}")))?;
    // The log first: a database whose log is gone has lost what was written last.
    for ending in ["-wal", "-shm", ""] {
        let from = home.join(format!("shuke.db{ending}"));
        aside(&from, home.join(format!("shuke.db.{mark}{ending}")))?;
    }
    Ok(())
}
