//! The end of a workspace on this device: keys and data are destroyed, on the workspace's own signed word and on
//! nothing else. A refusal, a redirect, a page that is not ours, a word for another device or enrolment, and one
//! that anybody but the workspace signed leave everything as it is.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, DeviceId, Failure,
    revocation::{Ending, Revocation},
};
use shuke_keys::{is_signed, token_hash};
use ts_rs::TS;

use crate::{App, Event, Session, contract, device, home};

/// What stood here has ended, and how: for whoever opens the app next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Ended {
    /// `lost`, `retired`.
    pub ending: String,
    /// Milliseconds since 1970, by the server's clock.
    pub at: u64,
    /// Whether nothing is left to destroy. Written first as `false`: a kill in between is finished later.
    #[serde(default)]
    #[ts(skip)]
    pub(crate) done: bool,
}

const NOTE: &str = "ended.json";

/// Everything in the keychain that belongs to a home. The database key goes first: without it the rest is noise.
const SECRETS: &[&str] = &[home::DATABASE_KEY, home::PHRASE, home::TOKEN, home::PEPPER];

/// Acts on a word of this device's end, if it is true.
pub(crate) async fn heed(app: &App, word: Revocation) {
    let Some(session) = app.find_session().await else { return };
    match is_true(&session, &word).await {
        Ok(true) => {}
        Ok(false) => {
            tracing::warn!(
                "a revocation that the workspace did not sign for this device: nothing was done"
            );
            return;
        }
        Err(error) => {
            tracing::warn!(%error, "a revocation could not be checked: nothing was done");
            return;
        }
    }
    let ended = match word.ending {
        Ending::Lost => destroy(app, &word).await,
        Ending::Retired => device::retire_as_asked(app, &session).await,
    };
    if let Err(error) = ended {
        tracing::warn!(code = %error, "the device has not ended yet");
    }
}

/// Whether the workspace's key, pinned at enrolment, signed this word for this very enrolment.
pub(crate) async fn is_true(session: &Session, word: &Revocation) -> Result<bool, Failure> {
    let Some(key) = session.store.meta(home::WORKSPACE_KEY).await? else { return Ok(false) };
    let keys = home::keys_of(session)?;
    let Some(token) = keys.get(home::TOKEN).await.map_err(home::key_failure)? else {
        return Ok(false);
    };
    let device = DeviceId::from_uuid(*session.identity.device.as_uuid());
    let names = word.names(session.identity.workspace, device, &token_hash(&token));
    Ok(names && is_signed(&key, &word.signed(), &word.signature))
}

/// Destroys keys and data. Nothing comes back from here.
pub(crate) async fn destroy(app: &App, word: &Revocation) -> Result<(), Failure> {
    let ended = Ended { ending: word.ending.as_str().to_owned(), at: word.at, done: false };
    note(app.home(), &ended)?;
    app.replace_session(None).await?;
    finish(app).await?;
    app.announce(Event::Touched(contract::every_tag()));
    Ok(())
}

/// Finishes what was begun: also after a kill in the middle of it.
pub(crate) async fn finish(app: &App) -> Result<(), Failure> {
    let Some(ended) = read(app.home())? else { return Ok(()) };
    if ended.done {
        return Ok(());
    }
    let keys = app.keys()?;
    for name in SECRETS {
        keys.remove(name).await.map_err(home::key_failure)?;
    }
    for path in ours(app.home())? {
        let gone = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        gone.map_err(|error| unwritable(&path, error))?;
    }
    note(app.home(), &Ended { done: true, ..ended })
}

/// What lies in a home and belongs to its workspace: the database with its log and snapshots, the sealed key, and
/// the backups that the same key opens. Nothing that we do not know by its name.
fn ours(home: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(home).map_err(|error| unwritable(home, error))?;
    Ok(entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("shuke.") || ["home.json", "restoring.db", "backups"].contains(&name)
        })
        .collect())
}

/// What ended here, if anything did and nothing began since.
pub(crate) fn told(app: &App) -> Result<Option<Ended>, Failure> {
    read(app.home())
}

/// Another workspace begins here.
pub(crate) fn forget(app: &App) -> Result<(), Failure> {
    let path = app.home().join(NOTE);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(&path, error)),
        _ => Ok(()),
    }
}

fn read(home: &Path) -> Result<Option<Ended>, Failure> {
    let path = home.join(NOTE);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(Code::FileUnreadable)
            .with("path", path.display().to_string())
            .because(error)),
    }
}

fn note(home: &Path, ended: &Ended) -> Result<(), Failure> {
    let path = home.join(NOTE);
    let draft = home.join("ended.json.new");
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&draft)?;
        file.write_all(&serde_json::to_vec(ended)?)?;
        file.sync_all()?;
        std::fs::rename(&draft, &path)
    };
    write().map_err(|error| unwritable(&path, error))
}

fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(Code::FileUnwritable).with("path", path.display().to_string()).because(error)
}
