//! Sales from the till system that the shop already has: a folder on this device into which it writes files,
//! what came of them, and the sales that nobody has been found for.

mod file;
mod folder;
mod take;
mod unmatched;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Weak,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, Failure, RecordId, Roles, intake,
    nouns::{Person, Sale},
    rights,
};
use tokio::sync::broadcast;
use ts_rs::TS;

use crate::{App, Event, Session, gate::Shut};

pub use unmatched::{AssignRequest, UnmatchedSale, assign, unmatched};

/// What is set about it on this device. A note in the file; never synced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Plan {
    on: bool,
    folder: Option<PathBuf>,
    /// What the other system is called: its numbers count for themselves.
    source: Option<String>,
    /// Who set it, and in whose name the sales come in: whoever is at the till did not make them.
    by: Option<RecordId>,
}

impl Plan {
    fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(intake::DEFAULT_NAME)
    }
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct SetIntake {
    pub on: bool,
    pub folder: Option<String>,
    pub source: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct IntakeState {
    pub on: bool,
    pub folder: Option<String>,
    pub source: String,
    /// Files that lie there and wait.
    pub waiting: u32,
    /// The last files, the newest first.
    pub runs: Vec<IntakeRun>,
    /// Sales that nobody has been found for.
    pub unmatched: i64,
    /// Why nothing is taken in at the moment.
    pub failed: Option<IntakeFailed>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct IntakeFailed {
    pub code: String,
    #[serde(default)]
    #[ts(type = "Record<string, unknown>")]
    pub params: serde_json::Map<String, serde_json::Value>,
    pub at: i64,
}

/// What became of one file. `sales = created + unchanged + failed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export_to = "app.ts")]
pub struct IntakeRun {
    pub file: String,
    pub at: i64,
    pub sales: u64,
    pub created: u64,
    /// Were there already.
    pub unchanged: u64,
    /// Of all these, how many found their customer now.
    pub matched: u64,
    /// Of the new ones, how many name a phone or a card that nobody here has.
    pub unmatched: u64,
    pub failed: u64,
    /// Where the file lies now.
    pub moved_to: Option<String>,
    /// Where it stands what is wrong with which row.
    pub report: Option<String>,
    /// Why nothing of the file could be read.
    pub code: Option<String>,
}

/// Notes in the file.
const PLAN: &str = "intake_plan";
const RUNS: &str = "intake_runs";
const FAILED: &str = "intake_failed";

/// How many runs are kept for people to see.
const RUNS_KEPT: usize = 20;

/// How often the folder is looked at, and how long nothing is tried after a failure.
const EVERY: Duration = Duration::from_secs(3);
const AFTER_FAILURE: Duration = Duration::from_secs(60);

/// Between two looks that must find a file alike, where somebody waits.
const GLANCE: Duration = Duration::from_millis(900);

async fn note<T: for<'a> Deserialize<'a>>(
    session: &Session,
    name: &str,
) -> Result<Option<T>, Failure> {
    let noted = session.whole().meta(name).await?;
    Ok(noted.and_then(|text| serde_json::from_str(&text).ok()))
}

async fn keep_note<T: Serialize>(
    session: &Session,
    name: &str,
    value: Option<&T>,
) -> Result<(), Failure> {
    let text = value.map(serde_json::to_string).transpose();
    let text = text.map_err(|error| Failure::new(Code::Internal).because(error))?;
    Ok(session.whole().set_meta(name, text.as_deref()).await?)
}

async fn plan_of(session: &Session) -> Result<Plan, Failure> {
    Ok(note(session, PLAN).await?.unwrap_or_default())
}

pub async fn show(app: &App, (): ()) -> Result<IntakeState, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    state(&session).await
}

async fn state(session: &Session) -> Result<IntakeState, Failure> {
    let plan = plan_of(session).await?;
    let waiting = plan.folder.as_deref().and_then(|folder| folder::waiting(folder).ok());
    Ok(IntakeState {
        on: plan.on,
        source: plan.source().to_owned(),
        folder: plan.folder.map(|folder| folder.display().to_string()),
        waiting: waiting.map_or(0, |files| u32::try_from(files.len()).unwrap_or(u32::MAX)),
        runs: note(session, RUNS).await?.unwrap_or_default(),
        unmatched: session.store.unmatched_count().await?,
        failed: note(session, FAILED).await?,
    })
}

pub async fn set(app: &App, request: SetIntake) -> Result<IntakeState, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let before = plan_of(&session).await?;
    let source = match request.source.as_deref() {
        Some(name) => Some(
            intake::tidy_name(name)
                .ok_or_else(|| Failure::new(Code::FieldInvalid).with("field", "source"))?,
        ),
        None => before.source,
    };
    let folder = match request.folder.filter(|folder| !folder.trim().is_empty()) {
        Some(folder) => Some(PathBuf::from(folder)),
        None => before.folder,
    };
    if request.on {
        let folder = folder.as_deref().ok_or_else(|| Failure::new(Code::IntakeNoFolder))?;
        folder::probe(folder)?;
    }
    let plan = Plan { on: request.on, folder, source, by: Some(session.person()) };
    keep_note(&session, PLAN, Some(&plan)).await?;
    // Another setting is another chance.
    keep_note::<IntakeFailed>(&session, FAILED, None).await?;
    app.announce(Event::Touched(vec!["intake".to_owned()]));
    state(&session).await
}

/// Takes in what lies in the folder, once.
pub async fn run(app: &App, (): ()) -> Result<Vec<IntakeRun>, Failure> {
    let session = app.session().await?;
    session.may_write(Sale::COLLECTION).await?;
    session.must_be(Roles::LEAD).await?;
    let plan = plan_of(&session).await?;
    if plan.folder.is_none() {
        return Err(Failure::new(Code::IntakeNoFolder));
    }
    // Nobody at this till need see the customers whose sales these are.
    let whole = app.behind_lock().await?;
    let mut looked = Looked::default();
    look(&plan, &mut looked)?;
    tokio::time::sleep(GLANCE).await;
    let announce = |event| app.announce(event);
    round(&whole, &plan, &mut looked, &announce).await
}

/// What the last look found.
type Looked = BTreeMap<PathBuf, folder::Found>;

/// Looks again: files that are as they were have stopped growing.
fn look(plan: &Plan, looked: &mut Looked) -> Result<Vec<folder::Found>, Failure> {
    let Some(folder) = &plan.folder else { return Ok(Vec::new()) };
    let found = folder::waiting(folder).map_err(|error| folder::unreadable(folder, error))?;
    let settled = found.iter().filter(|found| looked.get(&found.path) == Some(*found)).cloned();
    let settled = settled.collect();
    *looked = found.into_iter().map(|found| (found.path.clone(), found)).collect();
    Ok(settled)
}

async fn round(
    session: &Session,
    plan: &Plan,
    looked: &mut Looked,
    announce: &(impl Fn(Event) + Send + Sync),
) -> Result<Vec<IntakeRun>, Failure> {
    let (mut runs, mut failed) = (Vec::new(), None);
    for found in look(plan, looked)? {
        let till = till(session, plan).await?;
        let run = match file::take(session, &till, &found.path).await {
            Ok(Some(run)) => run,
            Ok(None) => continue,
            // One that another program holds keeps no other waiting; it is there next time.
            Err(failure) => {
                failed.get_or_insert(failure);
                continue;
            }
        };
        keep_run(session, &run).await?;
        announce(Event::Touched(vec!["intake".to_owned()]));
        runs.push(run);
    }
    failed.map_or(Ok(runs), Err)
}

/// The other system as these sales come from it, and in whose name.
async fn till(session: &Session, plan: &Plan) -> Result<take::Till, Failure> {
    let missing = || Failure::new(Code::PersonLeft);
    let by = plan.by.ok_or_else(missing)?;
    let person = session.whole().record(Person::COLLECTION, by).await?.ok_or_else(missing)?;
    if person.record.is_deleted() || person.record.int("left_at").is_some() {
        return Err(missing());
    }
    let role = rights::role_of(&person.record);
    if !Sale::COLLECTION.may_write(role) {
        return Err(Failure::new(Code::RightMissing).with("role", role.as_str()));
    }
    take::Till::open(session, plan.source(), (by, role)).await
}

async fn keep_run(session: &Session, run: &IntakeRun) -> Result<(), Failure> {
    let mut runs: Vec<IntakeRun> = note(session, RUNS).await?.unwrap_or_default();
    runs.insert(0, run.clone());
    runs.truncate(RUNS_KEPT);
    keep_note(session, RUNS, Some(&runs)).await
}

/// Watches the folder for as long as the workspace is open.
pub(crate) async fn keep(session: Weak<Session>, events: broadcast::Sender<Event>) {
    let mut looked = Looked::default();
    let announce = |event| {
        // Nobody listening is no failure.
        let _ = events.send(event);
    };
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(session) = session.upgrade() else { return };
        if let Err(failure) = watch_once(&session, &mut looked, &announce).await {
            tracing::warn!(code = failure.code.as_str(), cause = ?failure.cause, "no sales taken in");
            let failed = IntakeFailed {
                code: failure.code.as_str().to_owned(),
                params: failure.params,
                at: i64::try_from(session.about_now()).unwrap_or(i64::MAX),
            };
            if let Err(failure) = keep_note(&session, FAILED, Some(&failed)).await {
                tracing::warn!(code = failure.code.as_str(), "not noted");
            }
            announce(Event::Touched(vec!["intake".to_owned()]));
            drop(session);
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }
}

async fn watch_once(
    session: &Session,
    looked: &mut Looked,
    announce: &(impl Fn(Event) + Send + Sync),
) -> Result<(), Failure> {
    if session.demo || session.shut() == Some(Shut::Ending) {
        return Ok(());
    }
    let plan = plan_of(session).await?;
    if !plan.on {
        looked.clear();
        return Ok(());
    }
    round(session, &plan, looked, announce).await?;
    if note::<IntakeFailed>(session, FAILED).await?.is_some() {
        keep_note::<IntakeFailed>(session, FAILED, None).await?;
        announce(Event::Touched(vec!["intake".to_owned()]));
    }
    Ok(())
}

/// A path as people read it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
