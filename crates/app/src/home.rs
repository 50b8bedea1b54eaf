//! The data folder as a person meets it: not there yet, a look around, or a shop.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, DeviceId, Failure, RecordId, Role,
    lease::Lease,
    nouns::{Device, Person, Workspace},
    tier::Tier,
};
use shuke_keys::{DatabaseKey, KeyError, KeyStore, PhraseLanguage, RecoveryPhrase};
use shuke_store::{Author, Key, Store, StoreError};
use shuke_sync::{Connection, Server};
use ts_rs::TS;

use crate::{
    App, Session,
    backup::daily::{self, BackupFailed},
    demo,
    ending::{self, Ended},
    envelope,
    gate::Shut,
    session::{self, Identity, fresh_id},
    sign_in,
};

/// Where the app stands; decides whether the window shows the welcome or the counter.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct HomeState {
    pub phase: Phase,
    pub workspace: Option<Named>,
    pub store: Option<Named>,
    pub device: Option<Named>,
    pub person: Option<SignedIn>,
    /// ISO 4217.
    pub currency: String,
    pub time_zone: String,
    /// What the shop calls its tiers, where it has words of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tier_titles: Option<BTreeMap<String, String>>,
    /// The look around with made-up data: never synced, gone in one click.
    pub demo: bool,
    /// Whether the recovery phrase was written down; until then the app reminds.
    pub recovery_saved: bool,
    pub enrolled: bool,
    pub version: String,
    /// Why nobody gets in: `signed_out`, `lease`. Absent where somebody is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub lock: Option<String>,
    /// Somebody here has a PIN, so that one may lock and switch.
    pub guarded: bool,
    /// When the offline lease ends, where that is within a week.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub lease_ends_at: Option<i64>,
    /// Locks by itself after so many minutes without a touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub lock_after: Option<i64>,
    /// The day's backup that was not made, until one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub backup_failed: Option<BackupFailed>,
    /// The workspace that was here has ended on this device, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ended: Option<Ended>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "app.ts")]
pub enum Phase {
    /// Nothing here yet: the welcome.
    New,
    Ready,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Named {
    pub id: RecordId,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct SignedIn {
    pub id: RecordId,
    pub name: String,
    pub role: Role,
}

/// A shop that begins on this device, without a server.
#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Found {
    pub workspace: String,
    pub store: Option<String>,
    pub person: Option<String>,
    pub device_name: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Demo {
    pub customers: u32,
    pub sales: Option<u32>,
    /// Same seed, same data.
    pub seed: Option<u64>,
}

/// Names under which the keychain keeps what belongs to a home.
pub(crate) const DATABASE_KEY: &str = "database";
pub(crate) const PHRASE: &str = "phrase";
pub(crate) const TOKEN: &str = "token";
pub(crate) const PEPPER: &str = "pepper";

/// Notes in the database about this replica; never synced.
pub(crate) use shuke_store::identity::IDENTITY;
pub(crate) const SERVER: &str = "server";
/// What the person may do, by the server's word at enrolment, until their own record is here.
pub(crate) const ROLE: &str = "role";
/// The public half of the workspace's key, pinned at enrolment.
pub(crate) const WORKSPACE_KEY: &str = "workspace_key";
pub(crate) use shuke_sync::engine::CONTACT;
/// The highest time ever seen.
pub(crate) const TIME_SEEN: &str = "time_seen";
pub(crate) const PHRASE_SAVED: &str = "recovery_saved";
const DEMO: &str = "demo";

/// The folder for looking around: a workspace of its own, gone in one click.
fn demo_folder(home: &Path) -> PathBuf {
    home.join("demo")
}

pub(crate) fn database_path(home: &Path) -> PathBuf {
    home.join("shuke.db")
}

pub(crate) fn key_failure(error: KeyError) -> Failure {
    let code = Code::parse(error.code()).unwrap_or(Code::Internal);
    error
        .params()
        .into_iter()
        .fold(Failure::new(code), |failure, (name, value)| failure.with(name, value))
        .because(error)
}

pub(crate) fn file_failure(path: &Path, error: std::io::Error) -> Failure {
    let code = if error.kind() == std::io::ErrorKind::StorageFull {
        Code::DiskFull
    } else {
        Code::FileUnwritable
    };
    Failure::new(code).with("path", path.display().to_string()).because(error)
}

fn store_key(key: &DatabaseKey) -> Result<Key, Failure> {
    Key::from_hex(&key.to_hex()).ok_or_else(|| Failure::new(Code::Internal))
}

/// Opens what is in the home: the look around where one is going on, else the shop, else nothing.
pub(crate) async fn resume(app: &App) -> Result<(), Failure> {
    ending::finish(app).await?;
    let demo = demo_folder(app.home());
    if demo.join("shuke.db").exists() {
        let keys = KeyStore::open(&demo, app.place).map_err(key_failure)?;
        return match open(app, &demo, &keys, true).await {
            Ok(session) => app.enter(session).await,
            // Made-up data is not worth an error at the door.
            Err(error) => {
                tracing::warn!(%error, "the look around could not be opened");
                std::fs::remove_dir_all(&demo).map_err(|error| file_failure(&demo, error))
            }
        };
    }
    if database_path(app.home()).exists() {
        let session = open(app, app.home(), &app.keys()?, false).await?;
        app.enter(session).await?;
    }
    Ok(())
}

/// Opens the database of a folder with the key in the keychain.
async fn open(
    app: &App,
    home: &Path,
    keys: &KeyStore,
    demo: bool,
) -> Result<Arc<Session>, Failure> {
    let secret = keys.get(DATABASE_KEY).await.map_err(key_failure)?;
    let secret = secret.ok_or_else(|| Failure::new(Code::KeyMissing))?;
    let key = DatabaseKey::from_secret(DATABASE_KEY, &secret).map_err(key_failure)?;
    let path = database_path(home);
    let store = match Store::open(&path, &store_key(&key)?).await {
        Ok(store) => store,
        // With the right key, what does not open is damaged; else it is the key that is wrong.
        Err(StoreError::Unreadable(error)) => {
            let code = if envelope::is_of(home, &key)? {
                Code::DatabaseDamaged
            } else {
                Code::DatabaseWrongKey
            };
            return Err(Failure::new(code).with("path", path.display().to_string()).because(error));
        }
        Err(error) => return Err(Failure::from(error).with("path", path.display().to_string())),
    };
    let identity = store.meta(IDENTITY).await?.and_then(|text| serde_json::from_str(&text).ok());
    let identity = identity.ok_or_else(|| Failure::new(Code::DatabaseForeign))?;
    let server =
        store.meta(SERVER).await?.and_then(|text| serde_json::from_str::<Server>(&text).ok());
    let connection = match server {
        Some(server) => {
            let token = keys.get(TOKEN).await.map_err(key_failure)?;
            let token = token.and_then(|token| token.expose_text().map(str::to_owned));
            let renewals = store.renewals().await?;
            let token = token.map(|token| shuke_sync::connection::renewed(&token, &renewals));
            let connection = Connection::new(&server, token)
                .map_err(|error| Failure::new(Code::ServerUnreachable).because(error))?;
            Some((server, connection))
        }
        None => None,
    };
    let seen = store.meta(TIME_SEEN).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let session = Session::new(
        Arc::new(store),
        identity,
        (demo, app.place),
        connection,
        (app.clock.clone(), seen),
    );
    session.look().await?;
    Ok(session)
}

impl App {
    /// Makes a session the open one and starts what runs beside it.
    pub(crate) async fn enter(&self, session: Arc<Session>) -> Result<(), Failure> {
        session.start(self.own.clone(), &self.events, self.background && !session.demo);
        self.replace_session(Some(session)).await
    }
}

/// Makes the key, the phrase and the empty database of a folder.
pub(crate) async fn lay_out(
    home: &Path,
    keys: &KeyStore,
    device: DeviceId,
) -> Result<Store, Failure> {
    let path = database_path(home);
    if path.exists() {
        return Err(Failure::new(Code::HomeTaken).with("path", home.display().to_string()));
    }
    let key = DatabaseKey::random().map_err(key_failure)?;
    let phrase =
        RecoveryPhrase::generate(PhraseLanguage::SimplifiedChinese).map_err(key_failure)?;
    envelope::keep(home, keys, &key, &phrase).await?;
    Ok(Store::create(&path, &store_key(&key)?, device).await?)
}

/// Where the open workspace lies: the home, or the look around's folder in it.
pub(crate) fn folder_of(session: &Session) -> &Path {
    session.store.path().parent().unwrap_or(Path::new("."))
}

pub(crate) fn keys_of(session: &Session) -> Result<KeyStore, Failure> {
    KeyStore::open(folder_of(session), session.place).map_err(key_failure)
}

pub(crate) fn new_device() -> DeviceId {
    DeviceId::from_uuid(uuid::Uuid::now_v7())
}

fn not_empty(text: Option<&str>, otherwise: &str) -> String {
    text.map(str::trim).filter(|text| !text.is_empty()).unwrap_or(otherwise).to_owned()
}

/// The first records of a workspace: itself, its store, its owner and this device.
pub(crate) struct Founding<'a> {
    pub(crate) workspace_id: RecordId,
    pub(crate) workspace: &'a str,
    pub(crate) store: &'a str,
    pub(crate) person_id: RecordId,
    pub(crate) person: &'a str,
    pub(crate) device_name: &'a str,
}

pub(crate) async fn found_records(
    store: &Store,
    founding: &Founding<'_>,
) -> Result<Identity, Failure> {
    let mut write = store.write(session::system_time()).await?;
    let author = Author(Some(founding.person_id));
    let device = write.device();
    let identity = Identity {
        workspace: founding.workspace_id,
        store: Some(fresh_id()),
        person: founding.person_id,
        device: RecordId::from_uuid(*device.as_uuid()),
    };
    let workspace = Workspace {
        name: Some(founding.workspace.to_owned()),
        currency: Some("CNY".to_owned()),
        time_zone: Some("Asia/Shanghai".to_owned()),
        day_cut: Some(0),
        region: Some("CN".to_owned()),
        ..Workspace::default()
    };
    write.create(&workspace, identity.workspace, author).await?;
    if let Some(id) = identity.store {
        let place = shuke_domain::nouns::Store {
            name: Some(founding.store.to_owned()),
            ..Default::default()
        };
        write.create(&place, id, author).await?;
    }
    let person = Person {
        name: Some(founding.person.to_owned()),
        role: Some(Role::Owner.as_str().to_owned()),
        store: identity.store,
        ..Person::default()
    };
    write.create(&person, identity.person, author).await?;
    write
        .create(&device_record(founding.device_name, identity.store), identity.device, author)
        .await?;
    write.commit().await?;
    remember(store, &identity).await?;
    Ok(identity)
}

pub(crate) fn device_record(name: &str, store: Option<RecordId>) -> Device {
    Device {
        name: Some(name.to_owned()),
        store,
        platform: Some(std::env::consts::OS.to_owned()),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        ..Device::default()
    }
}

pub(crate) async fn remember(store: &Store, identity: &Identity) -> Result<(), Failure> {
    let text = serde_json::to_string(identity)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    Ok(store.set_meta(IDENTITY, Some(&text)).await?)
}

/// A shop on this device, without a server.
pub async fn found(app: &App, request: Found) -> Result<HomeState, Failure> {
    let name = request.workspace.trim();
    if name.is_empty() {
        return Err(Failure::new(Code::FieldInvalid).with("field", "workspace"));
    }
    leave_demo_folder(app).await?;
    if app.find_session().await.is_some() {
        return Err(Failure::new(Code::HomeTaken).with("path", app.home().display().to_string()));
    }
    let keys = app.keys()?;
    let store = lay_out(app.home(), &keys, new_device()).await?;
    let founding = Founding {
        workspace_id: fresh_id(),
        workspace: name,
        store: &not_empty(request.store.as_deref(), name),
        person_id: fresh_id(),
        person: &not_empty(request.person.as_deref(), "店主"),
        device_name: &not_empty(request.device_name.as_deref(), "1"),
    };
    found_records(&store, &founding).await?;
    store.close().await?;
    sign_in::make_pepper(&keys).await?;
    ending::forget(app)?;
    app.enter(open(app, app.home(), &keys, false).await?).await?;
    state(app, ()).await
}

/// A look around with made-up data in a folder of its own.
pub async fn demo(app: &App, request: Demo) -> Result<HomeState, Failure> {
    if app.find_session().await.is_some() {
        return Err(Failure::new(Code::HomeTaken).with("path", app.home().display().to_string()));
    }
    let folder = demo_folder(app.home());
    std::fs::create_dir_all(&folder).map_err(|error| file_failure(&folder, error))?;
    let keys = KeyStore::open(&folder, app.place).map_err(key_failure)?;
    let store = lay_out(&folder, &keys, new_device()).await?;
    let founding = Founding {
        workspace_id: fresh_id(),
        workspace: "西湖茶舍",
        store: "湖滨店",
        person_id: fresh_id(),
        person: "陈晓",
        device_name: "2 号柜",
    };
    let identity = found_records(&store, &founding).await?;
    store.set_meta(DEMO, Some("1")).await?;
    let plan = demo::Plan {
        customers: request.customers,
        sales: request.sales.unwrap_or(request.customers.saturating_mul(3)),
        seed: request.seed.unwrap_or(1),
        outbox: false,
    };
    demo::fill(app, &store, &identity, plan).await?;
    store.close().await?;
    sign_in::make_pepper(&keys).await?;
    app.enter(open(app, &folder, &keys, true).await?).await?;
    state(app, ()).await
}

/// What made-up data came to.
#[derive(Debug, Serialize)]
pub struct Filled {
    pub customers: u32,
    pub sales: u32,
    pub seconds: f64,
}

/// Fills the open workspace with made-up data: for rollout rehearsals and measurements.
pub async fn fill(app: &App, request: Demo) -> Result<Filled, Failure> {
    let session = app.session().await?;
    let begun = std::time::Instant::now();
    let plan = demo::Plan {
        customers: request.customers,
        sales: request.sales.unwrap_or(request.customers.saturating_mul(3)),
        seed: request.seed.unwrap_or(1),
        outbox: true,
    };
    demo::fill(app, &session.store, &session.identity, plan).await?;
    Ok(Filled {
        customers: plan.customers,
        sales: plan.sales,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Ends the look around and forgets all of it.
pub async fn leave_demo(app: &App, (): ()) -> Result<HomeState, Failure> {
    leave_demo_folder(app).await?;
    resume(app).await?;
    state(app, ()).await
}

pub(crate) async fn leave_demo_folder(app: &App) -> Result<(), Failure> {
    if !app.find_session().await.is_some_and(|session| session.demo) {
        return Ok(());
    }
    app.replace_session(None).await?;
    let folder = demo_folder(app.home());
    let keys = KeyStore::open(&folder, app.place).map_err(key_failure)?;
    for name in [DATABASE_KEY, PHRASE, PEPPER] {
        keys.remove(name).await.map_err(key_failure)?;
    }
    std::fs::remove_dir_all(&folder).map_err(|error| file_failure(&folder, error))
}

pub async fn state(app: &App, (): ()) -> Result<HomeState, Failure> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let Some(session) = app.find_session().await else {
        return Ok(HomeState {
            phase: Phase::New,
            workspace: None,
            store: None,
            device: None,
            person: None,
            currency: "CNY".to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            tier_titles: None,
            demo: false,
            recovery_saved: true,
            enrolled: false,
            version,
            lock: None,
            guarded: false,
            lease_ends_at: None,
            lock_after: None,
            backup_failed: None,
            ended: ending::told(app)?,
        });
    };
    let identity = &session.identity;
    let workspace = session.workspace().await?;
    let named = |id: RecordId, name: Option<String>| Named { id, name: name.unwrap_or_default() };
    let store = match identity.store {
        Some(id) => session
            .record::<shuke_domain::nouns::Store>(id)
            .await?
            .map(|store| named(id, store.name)),
        None => None,
    };
    let device = session
        .record::<Device>(identity.device)
        .await?
        .map(|device| named(identity.device, device.name));
    let shut = session.shut();
    let person = match shut {
        None => session.record::<Person>(session.person()).await?.map(|person| SignedIn {
            id: session.person(),
            name: person.name.unwrap_or_default(),
            role: person.role.as_deref().and_then(Role::parse).unwrap_or(Role::ReadOnly),
        }),
        Some(_) => None,
    };
    let lease_ends_at = match session.gate.lease() {
        Lease::Ending(at) | Lease::Over(at) => i64::try_from(at).ok(),
        Lease::Endless | Lease::Good(_) => None,
    };
    let is_lead =
        matches!(person.as_ref().map(|person| person.role), Some(Role::Owner | Role::Manager));
    Ok(HomeState {
        phase: Phase::Ready,
        workspace: Some(named(identity.workspace, workspace.name)),
        store,
        device,
        person,
        currency: workspace.currency.unwrap_or_else(|| "CNY".to_owned()),
        time_zone: workspace.time_zone.unwrap_or_else(|| "Asia/Shanghai".to_owned()),
        tier_titles: titles(workspace.tiers.as_ref()),
        demo: session.demo,
        // Who may not see the words is not reminded of them.
        recovery_saved: session.demo
            || !is_lead
            || session.store.meta(PHRASE_SAVED).await?.is_some(),
        enrolled: session.server.is_some(),
        version,
        lock: shut.map(|shut| {
            let word = if matches!(shut, Shut::SignedOut) { "signed_out" } else { "lease" };
            word.to_owned()
        }),
        guarded: session.gate.is_guarded(),
        lease_ends_at,
        lock_after: sign_in::lock_after(&session).await?,
        backup_failed: daily::failed(&session).await?,
        ended: None,
    })
}

fn titles(tiers: Option<&serde_json::Value>) -> Option<BTreeMap<String, String>> {
    let ladder: Vec<Tier> = serde_json::from_value(tiers?.clone()).ok()?;
    let titles: BTreeMap<String, String> =
        ladder.into_iter().filter_map(|step| Some((step.name, step.title?))).collect();
    (!titles.is_empty()).then_some(titles)
}
