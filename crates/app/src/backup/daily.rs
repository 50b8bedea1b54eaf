//! Backups that nobody has to think of: one a day into a folder, each opened again to see that it is whole, the
//! older ones thinned out.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure, Roles};
use shuke_store::Stop;
use ts_rs::TS;

use super::rotation;
use crate::{App, Event, Session, backup, gate::Shut, home};

/// What is set about them. A note in the file; never synced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct BackupPlan {
    pub daily: bool,
    /// Unset: a folder beside the data.
    pub folder: Option<String>,
}

impl Default for BackupPlan {
    fn default() -> Self {
        Self { daily: true, folder: None }
    }
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct BackupState {
    pub daily: bool,
    pub folder: String,
    /// Whether they lie on the same machine as the data, where a broken disk takes both.
    pub beside: bool,
    /// When the last one was made and found whole.
    pub made_at: Option<i64>,
    pub failed: Option<BackupFailed>,
    /// Of this workspace, in that folder, the newest first.
    pub kept: Vec<BackupKept>,
    /// Whether the one who asks may change the plan.
    pub mine: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct BackupFailed {
    pub code: String,
    #[serde(default)]
    #[ts(type = "Record<string, unknown>")]
    pub params: serde_json::Map<String, serde_json::Value>,
    pub at: i64,
}

#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct BackupKept {
    pub path: String,
    pub made_at: i64,
    pub bytes: i64,
    /// Made on this device.
    pub here: bool,
}

/// Notes in the file.
const PLAN: &str = "backup_plan";
const MADE: &str = "backup_made";
const FAILED: &str = "backup_failed";
const TRIED: &str = "backup_tried";

/// How names of these files begin: nothing else in the folder is ever touched.
const FRONT: &str = "auto-";
const ENDING: &str = "shuke";

/// After how long the next one is due, and how long after a failure it is tried again.
const DUE: Duration = Duration::from_secs(20 * 3_600);
const AGAIN: Duration = Duration::from_secs(3_600);

async fn plan_of(session: &Session) -> Result<BackupPlan, Failure> {
    let noted = session.store.meta(PLAN).await?;
    Ok(noted.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn folder_of(session: &Session, plan: &BackupPlan) -> PathBuf {
    let beside = || home::folder_of(session).join("backups");
    plan.folder.as_ref().map_or_else(beside, PathBuf::from)
}

async fn moment(session: &Session, name: &str) -> Result<Option<u64>, Failure> {
    Ok(session.store.meta(name).await?.and_then(|text| text.parse().ok()))
}

pub async fn show(app: &App, (): ()) -> Result<BackupState, Failure> {
    let session = app.session().await?;
    let plan = plan_of(&session).await?;
    let folder = folder_of(&session, &plan);
    Ok(BackupState {
        daily: plan.daily,
        beside: plan.folder.is_none(),
        made_at: moment(&session, MADE).await?.and_then(|at| i64::try_from(at).ok()),
        failed: failed(&session).await?,
        kept: kept_in(&session, &folder)?.into_iter().map(|kept| kept.shown).collect(),
        folder: folder.display().to_string(),
        mine: Roles::DEVICES.contains(session.role().await?),
    })
}

/// The last one that was not made, until one is.
pub(crate) async fn failed(session: &Session) -> Result<Option<BackupFailed>, Failure> {
    let failed = session.store.meta(FAILED).await?;
    Ok(failed.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Backups of this workspace that lie where this device keeps them, the newest first: when each was made, and where.
pub(crate) async fn at_hand(session: &Session) -> Result<Vec<(i64, PathBuf)>, Failure> {
    let folder = folder_of(session, &plan_of(session).await?);
    let kept = kept_in(session, &folder)?.into_iter();
    Ok(kept.map(|kept| (kept.shown.made_at, kept.path)).collect())
}

pub async fn set_plan(app: &App, request: BackupPlan) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::DEVICES).await?;
    if let Some(folder) = &request.folder {
        probe(Path::new(folder))?;
    }
    let text = serde_json::to_string(&request)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    session.store.set_meta(PLAN, Some(&text)).await?;
    // Another folder is another chance.
    session.store.set_meta(TRIED, None).await?;
    app.announce(Event::Touched(vec!["backup".to_owned()]));
    Ok(())
}

/// Whether files can be written there: found out when the folder is chosen and not in the night.
fn probe(folder: &Path) -> Result<(), Failure> {
    let trial = folder.join(".shuke-trial");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&trial, b""))
        .and_then(|()| std::fs::remove_file(&trial))
        .map_err(|error| backup::unwritable(folder, error))
}

/// Makes one now, as the plan says.
pub async fn keep(app: &App, (): ()) -> Result<backup::Made, Failure> {
    let session = app.session().await?;
    let moved = |done, all| app.announce(Event::Progress { what: "backup", done, all });
    let made = make(&session, moved, &app.begin_work()).await;
    app.announce(Event::Touched(vec!["backup".to_owned()]));
    made
}

/// Makes the day's backup where it is due; part of idle upkeep. `true` where there is news.
pub(crate) async fn keep_daily(session: &Session) -> Result<bool, Failure> {
    let now = session.now().await?;
    let recent = |at: Option<u64>, within: Duration| {
        at.is_some_and(|at| {
            now.saturating_sub(at) < u64::try_from(within.as_millis()).unwrap_or(u64::MAX)
        })
    };
    if session.demo
        || session.shut() == Some(Shut::Ending)
        || !plan_of(session).await?.daily
        || recent(moment(session, MADE).await?, DUE)
        || recent(moment(session, TRIED).await?, AGAIN)
    {
        return Ok(false);
    }
    make(session, |_, _| (), &Stop::default()).await?;
    Ok(true)
}

async fn make(
    session: &Session,
    moved: impl Fn(u64, u64),
    stop: &Stop,
) -> Result<backup::Made, Failure> {
    let now = session.now().await?;
    session.store.set_meta(TRIED, Some(&now.to_string())).await?;
    let made = make_in(session, now, moved, stop).await;
    if made.as_ref().is_err_and(|failure| failure.code == Code::WorkCancelled) {
        // Who ends it knows; what there was before is still what there is.
        return made;
    }
    let failed = made.as_ref().err().map(|failure| BackupFailed {
        code: failure.code.as_str().to_owned(),
        params: failure.params.clone(),
        at: i64::try_from(now).unwrap_or(i64::MAX),
    });
    let failed = failed.map(|failed| serde_json::to_string(&failed));
    let failed = failed.transpose().map_err(|error| Failure::new(Code::Internal).because(error))?;
    session.store.set_meta(FAILED, failed.as_deref()).await?;
    if made.is_ok() {
        session.store.set_meta(MADE, Some(&now.to_string())).await?;
    }
    made
}

async fn make_in(
    session: &Session,
    now: u64,
    moved: impl Fn(u64, u64),
    stop: &Stop,
) -> Result<backup::Made, Failure> {
    let folder = folder_of(session, &plan_of(session).await?);
    probe(&folder)?;
    let needed = std::fs::metadata(session.store.path())
        .map(|data| data.len().saturating_mul(2))
        .unwrap_or_default();
    let free = fs4::available_space(&folder).map_err(|error| backup::unwritable(&folder, error))?;
    if free < needed {
        return Err(Failure::new(Code::DiskFull).with("path", folder.display().to_string()));
    }
    let device = session.identity.device.to_string();
    let device = device.get(..8).unwrap_or_default();
    let at = local(session, now).await?.format("%Y%m%d-%H%M%S");
    let path = folder.join(format!("{FRONT}{device}-{at}.{ENDING}"));
    let made = backup::write_to(session, &path, moved, stop).await?;
    thin_out(session, &folder).await?;
    Ok(made)
}

async fn local(session: &Session, millis: u64) -> Result<NaiveDateTime, Failure> {
    let calendar = session.rules().await?.calendar;
    Ok(calendar.local(i64::try_from(millis).unwrap_or(i64::MAX)))
}

/// Takes away what this device made and nobody needs any more.
async fn thin_out(session: &Session, folder: &Path) -> Result<(), Failure> {
    let own: Vec<Kept> =
        kept_in(session, folder)?.into_iter().filter(|kept| kept.shown.here).collect();
    let mut made = Vec::with_capacity(own.len());
    for kept in &own {
        made.push(local(session, u64::try_from(kept.shown.made_at).unwrap_or_default()).await?);
    }
    for place in rotation::surplus(&made) {
        if let Some(kept) = own.get(place) {
            std::fs::remove_file(&kept.path)
                .map_err(|error| backup::unwritable(&kept.path, error))?;
        }
    }
    Ok(())
}

struct Kept {
    path: PathBuf,
    shown: BackupKept,
}

/// The automatic backups of this workspace in a folder, the newest first.
fn kept_in(session: &Session, folder: &Path) -> Result<Vec<Kept>, Failure> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(_) => return Ok(Vec::new()),
    };
    let mut kept = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(FRONT))
            && path.extension().is_some_and(|ending| ending == ENDING);
        if !is_ours {
            continue;
        }
        // What somebody cut short or put there under such a name is no backup of ours.
        let Ok(header) = backup::header(&path) else { continue };
        if header.workspace_id != Some(session.identity.workspace) {
            continue;
        }
        let bytes = entry.metadata().map(|data| data.len()).unwrap_or_default();
        kept.push(Kept {
            shown: BackupKept {
                path: path.display().to_string(),
                made_at: i64::try_from(header.made_at).unwrap_or(i64::MAX),
                bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
                here: header.device == Some(session.identity.device),
            },
            path,
        });
    }
    kept.sort_by_key(|kept| std::cmp::Reverse(kept.shown.made_at));
    Ok(kept)
}
