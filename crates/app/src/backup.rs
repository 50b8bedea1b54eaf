//! Backups, the recovery phrase that opens them elsewhere, and the doctor.

use std::{
    io::{Read as _, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure};
use shuke_keys::{PhraseLanguage, RecoveryPhrase, SealedKey};
use shuke_store::{Key, Store};
use ts_rs::TS;

use crate::{
    App,
    home::{self, HomeState},
    session,
};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct CreatePhrase {
    /// `zh-CN`, `zh-TW`, `en`.
    pub locale: String,
}

/// Twelve words: whoever has them can open this database and its backups.
#[derive(Serialize, TS)]
#[expect(missing_debug_implementations, reason = "the words belong in no log")]
#[ts(export_to = "app.ts")]
pub struct Phrase {
    pub words: Vec<String>,
}

#[derive(Deserialize, TS)]
#[expect(missing_debug_implementations, reason = "the words belong in no log")]
#[ts(export_to = "app.ts")]
pub struct ConfirmPhrase {
    /// The phrase as the person wrote it down.
    pub words: String,
}

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

/// The phrase of this home in a language. Made at set-up, shown whenever its owner asks.
pub async fn create_phrase(app: &App, request: CreatePhrase) -> Result<Phrase, Failure> {
    let session = app.session().await?;
    let language = match request.locale.as_str() {
        "zh-TW" => PhraseLanguage::TraditionalChinese,
        "en" => PhraseLanguage::English,
        _ => PhraseLanguage::SimplifiedChinese,
    };
    let phrase = home::phrase(&home::keys_of(app, &session)?).await?;
    let phrase = phrase.in_language(language).map_err(home::key_failure)?;
    Ok(Phrase { words: phrase.words().map(str::to_owned).collect() })
}

/// Checks what was written down against the phrase itself; from then on the app reminds no more.
pub async fn confirm_phrase(app: &App, request: ConfirmPhrase) -> Result<(), Failure> {
    let session = app.session().await?;
    let typed = RecoveryPhrase::parse(&request.words).map_err(home::key_failure)?;
    let sealed = home::sealed_key(home::folder_of(&session))?
        .ok_or_else(|| Failure::new(Code::KeyMissing))?;
    typed.open(&sealed).map_err(home::key_failure)?;
    session.store.set_meta(home::PHRASE_SAVED, Some("1")).await?;
    app.announce(crate::Event::Touched(vec!["settings".to_owned()]));
    Ok(())
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

/// Takes a backup apart: its header, and the database written to `to`.
fn unpack(path: &Path, to: &Path) -> Result<Header, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(Code::FileUnreadable).with("path", path.display().to_string()).because(error)
    };
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
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
    std::io::copy(&mut file, &mut out)
        .and_then(|_| out.sync_all())
        .map_err(|error| unwritable(to, error))?;
    Ok(header)
}

/// Puts a backup in the place of what is here. What was here is kept beside it.
pub async fn restore(app: &App, request: Restore) -> Result<HomeState, Failure> {
    let path = Path::new(&request.path);
    std::fs::create_dir_all(app.home()).map_err(|error| unwritable(app.home(), error))?;
    let draft = app.home().join("restoring.db");
    remove(&draft)?;
    let header = unpack(path, &draft)?;
    let keys = app.keys()?;
    let (key, phrase) = match &request.phrase {
        Some(words) => {
            let phrase = RecoveryPhrase::parse(words).map_err(home::key_failure)?;
            (phrase.open(&header.sealed_key).map_err(home::key_failure)?, phrase)
        }
        None => {
            let phrase = home::phrase(&keys).await?;
            let key = phrase
                .open(&header.sealed_key)
                .map_err(|error| Failure::new(Code::BackupWrongKey).because(error))?;
            (key, phrase)
        }
    };
    let opened = Key::from_hex(&key.to_hex()).ok_or_else(|| Failure::new(Code::Internal))?;
    if let Err(error) = Store::verify_copy(&draft, &opened).await {
        remove(&draft)?;
        return Err(damaged(path).because(error));
    }
    app.replace_session(None).await?;
    let database = home::database_path(app.home());
    if database.exists() {
        let aside = app.home().join(format!("shuke.db.before-restore-{}", session::system_time()));
        std::fs::rename(&database, &aside).map_err(|error| unwritable(&aside, error))?;
    }
    for ending in ["db-wal", "db-shm"] {
        remove(&database.with_extension(ending))?;
    }
    std::fs::rename(&draft, &database).map_err(|error| unwritable(&database, error))?;
    home::keep_keys(app.home(), &keys, &key, &phrase).await?;
    let store = Store::open(&database, &opened).await?;
    // An enrolled device goes on as itself: the server knows its token by its id. Any other copy is
    // a replica of its own.
    if store.meta(home::SERVER).await?.is_none()
        || keys.get(home::TOKEN).await.map_err(home::key_failure)?.is_none()
    {
        store.become_device(home::new_device()).await?;
    }
    store.set_meta("nonce", None).await?;
    store.close().await?;
    home::resume(app).await?;
    home::state(app, ()).await
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
