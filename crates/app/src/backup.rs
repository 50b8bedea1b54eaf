//! Backups, what becomes of the file that one replaces, and the doctor.

use std::{
    io::{Read, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure, Roles};
use shuke_keys::{DatabaseKey, KeyStore, RecoveryPhrase, SealedKey};
use shuke_store::{Key, Store};
use ts_rs::TS;

use crate::{
    App, Event,
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

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Doctor {
    pub repair: Option<bool>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Findings {
    pub healthy: bool,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Finding {
    /// `pages`, `search`, `totals`, `outbox`, `schema`.
    pub what: String,
    pub ok: bool,
    pub count: i64,
    pub repaired: bool,
}

/// The first bytes of a backup file.
const MAGIC: &[u8] = b"SHUKE-BACKUP-1\n";

/// How much is unpacked between two words about how far it is.
const PART: u64 = 8 * 1024 * 1024;

/// What stands before the database in a backup: enough to open it elsewhere with the phrase.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    workspace: String,
    made_at: u64,
    version: String,
    sealed_key: SealedKey,
}

fn unwritable(path: &Path, error: std::io::Error) -> Failure {
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
    let path = Path::new(&request.path);
    let sealed_key = home::sealed_key(home::folder_of(&session))?
        .ok_or_else(|| Failure::new(Code::KeyMissing))?;
    let header = Header {
        workspace: session.workspace().await?.name.unwrap_or_default(),
        made_at: session.now().await?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sealed_key,
    };
    let copy = path.with_extension("copying");
    remove(&copy)?;
    if let Err(error) = session.store.copy_to(&copy).await {
        remove(&copy)?;
        return Err(Failure::from(error).with("path", request.path));
    }
    let draft = path.with_extension("writing");
    let written = write(&draft, &header, &copy);
    remove(&copy)?;
    let bytes = written.map_err(|error| unwritable(path, error))?;
    std::fs::rename(&draft, path).map_err(|error| unwritable(path, error))?;
    Ok(Made { path: request.path, bytes })
}

fn remove(path: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(path, error)),
        _ => Ok(()),
    }
}

fn write(draft: &Path, header: &Header, copy: &Path) -> std::io::Result<u64> {
    let mut out = std::fs::File::create(draft)?;
    let header = serde_json::to_vec(header)?;
    out.write_all(MAGIC)?;
    out.write_all(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes())?;
    out.write_all(&header)?;
    std::io::copy(&mut std::fs::File::open(copy)?, &mut out)?;
    out.sync_all()?;
    Ok(out.metadata()?.len())
}

/// Takes a backup apart: its header, and the database written to `to`. `moved` hears how far it is.
fn unpack(path: &Path, to: &Path, moved: impl Fn(u64, u64)) -> Result<Header, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(Code::FileUnreadable).with("path", path.display().to_string()).because(error)
    };
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let all = file.metadata().map_err(unreadable)?.len();
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
    let header = serde_json::from_slice(&header).map_err(|error| damaged(path).because(error))?;
    let mut out = std::fs::File::create(to).map_err(|error| unwritable(to, error))?;
    let mut done = 0;
    loop {
        let part = std::io::copy(&mut Read::take(&mut file, PART), &mut out)
            .map_err(|error| unwritable(to, error))?;
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
    let header = unpack_aside(app, &request.path, &draft).await?;
    let keys = app.keys()?;
    let path = Path::new(&request.path);
    let (key, phrase) = opening(&keys, &header, request.phrase.as_deref()).await?;
    let opened = Key::from_hex(&key.to_hex()).ok_or_else(|| Failure::new(Code::Internal))?;
    if let Err(error) = Store::verify_copy(&draft, &opened).await {
        remove(&draft)?;
        return Err(damaged(path).because(error));
    }
    home::leave_demo_folder(app).await?;
    app.replace_session(None).await?;
    put_aside(app.home(), &keys).await?;
    let database = home::database_path(app.home());
    std::fs::rename(&draft, &database).map_err(|error| unwritable(&database, error))?;
    home::keep_keys(app.home(), &keys, &key, &phrase).await?;
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

async fn unpack_aside(app: &App, path: &str, to: &Path) -> Result<Header, Failure> {
    let (path, to, events) = (PathBuf::from(path), to.to_owned(), app.events.clone());
    let work = move || {
        unpack(&path, &to, |done, all| {
            // Nobody watching is no failure.
            let _ = events.send(Event::Progress { what: "restore", done, all });
        })
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::new(Code::Internal).because(error))?
}

/// The key of a backup: by the words that were typed, else by those in this machine's keychain.
async fn opening(
    keys: &KeyStore,
    header: &Header,
    words: Option<&str>,
) -> Result<(DatabaseKey, RecoveryPhrase), Failure> {
    let Some(words) = words else {
        let phrase = home::phrase(keys).await?;
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
    home::keep_keys_aside(keys, &mark).await?;
    let aside = |path: &Path, to: PathBuf| match std::fs::rename(path, &to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(&to, error)),
        _ => Ok(()),
    };
    let envelope = home::envelope_path(home);
    aside(&envelope, home.join(format!("home.json.{mark}")))?;
    // The log first: a database whose log is gone has lost what was written last.
    for ending in ["-wal", "-shm", ""] {
        let from = home.join(format!("shuke.db{ending}"));
        aside(&from, home.join(format!("shuke.db.{mark}{ending}")))?;
    }
    Ok(())
}

pub async fn doctor(app: &App, request: Doctor) -> Result<Findings, Failure> {
    let session = app.session().await?;
    let found =
        session.store.examine(request.repair.unwrap_or(false), session.now().await?).await?;
    let findings: Vec<Finding> = found
        .into_iter()
        .map(|finding| Finding {
            what: finding.what.to_owned(),
            ok: finding.count == 0 || finding.repaired,
            count: finding.count,
            repaired: finding.repaired,
        })
        .collect();
    Ok(Findings { healthy: findings.iter().all(|finding| finding.ok), findings })
}
