//! What the network has to do with it: state in words, the outbox anyone can see, enrolment.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Collection, Failure, Record, RecordId, Roles,
    nouns::{Customer, Device, Person},
    wire::{EnrolReply, EnrolRequest, EnrolmentCode, OwnWorkspace, PROTOCOL},
};
use shuke_keys::{Pepper, SecretBytes};
use shuke_store::{Author, Store};
use shuke_sync::{Connection, Phase as BackgroundPhase, Server, Snapshot, Trouble};
use ts_rs::TS;

use crate::{
    App, Session, conflict, ending,
    home::{self, HomeState},
    session::Identity,
    settings, sign_in,
    visibility::{self, Range},
};

#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "SyncStatus", export_to = "app.ts")]
pub struct Status {
    pub state: State,
    pub enrolled: bool,
    pub server: Option<String>,
    pub outbox_count: u32,
    /// What waits for a decision: conflicts, and deleted customers that were changed after.
    pub conflicts: u32,
    pub oldest_at: Option<i64>,
    /// 资料截至: when the last pull reached the end.
    pub last_pull_at: Option<i64>,
    pub last_sync_at: Option<i64>,
    /// Rows still to come in a first sync, with how many came so far.
    pub pulling: Option<Progress>,
    /// Why a person is needed: a code and its parameters.
    pub problem: Option<Problem>,
    /// 资料范围: what of the workspace is here, where that is not all of it.
    pub range: Option<Range>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SyncState", export_to = "app.ts")]
pub enum State {
    /// No server was ever named: everything is on this device.
    Alone,
    Synced,
    Waiting,
    Syncing,
    Offline,
    NeedsAttention,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Progress {
    pub done: u64,
    pub all: u64,
}

#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Problem {
    pub code: String,
    #[ts(type = "Record<string, unknown>")]
    pub params: serde_json::Map<String, Value>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct OutboxRequest {
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Outbox {
    pub count: u32,
    pub rows: Vec<OutboxRow>,
}

/// A change that waits: what, whose, how old, and why it waits.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct OutboxRow {
    pub collection: String,
    pub id: RecordId,
    /// What a person would call it: a customer's name, a receipt's number.
    pub label: String,
    /// The customer it is about, if it is.
    pub customer: Option<RecordId>,
    pub fields: Vec<String>,
    pub person: Option<String>,
    pub since: i64,
    /// A code where it was tried and did not go through.
    pub problem: Option<Problem>,
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "SyncRound", export_to = "app.ts")]
pub struct Round {
    pub pushed: u64,
    pub pulled: u64,
    /// What waits for a decision now.
    pub conflicts: u32,
    pub cursor: i64,
    pub seconds: f64,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Enroll {
    /// The whole code, address and fingerprint included.
    pub code: String,
    pub device_name: Option<String>,
    pub person_name: Option<String>,
}

/// What a device and its server noted of each other.
const AGREED: &[&str] = &["nonce", "renewals", "identity_to_be", "stood"];

/// How much of a long outbox is shown at once.
const OUTBOX_PAGE: u32 = 200;

pub async fn status(app: &App, (): ()) -> Result<Status, Failure> {
    // Also while it is locked; who is in sees counts of their own.
    let session = match app.session().await {
        Ok(session) => session,
        Err(_) => app.behind_lock().await?,
    };
    let (outbox_count, oldest_at) = session.store.outbox_size().await?;
    let moment = |text: Option<String>| text.and_then(|text| text.parse::<i64>().ok());
    let last_pull_at = moment(session.store.meta("last_pull_at").await?);
    let snapshot = match &session.background {
        Some(background) => background.snapshots().borrow().clone(),
        None => Snapshot::default(),
    };
    let enrolled = session.server.is_some();
    let state = match (enrolled, snapshot.phase) {
        (false, _) => State::Alone,
        (true, BackgroundPhase::Stuck) => State::NeedsAttention,
        (true, BackgroundPhase::Offline) => State::Offline,
        (true, BackgroundPhase::Working) => State::Syncing,
        (true, BackgroundPhase::Idle) if outbox_count > 0 => State::Waiting,
        (true, BackgroundPhase::Idle) => State::Synced,
    };
    Ok(Status {
        state,
        enrolled,
        server: session.server.as_ref().map(|server| server.url.clone()),
        outbox_count: if enrolled { outbox_count } else { 0 },
        conflicts: conflict::count(&session).await?,
        oldest_at: oldest_at.filter(|_| enrolled),
        last_pull_at,
        last_sync_at: snapshot.last_sync_at.and_then(|at| i64::try_from(at).ok()).or(last_pull_at),
        pulling: snapshot.pulling.map(|(done, left)| Progress { done, all: done + left }),
        problem: snapshot.problem.map(|code| Problem { code, params: serde_json::Map::new() }),
        range: visibility::range(&session).await?,
    })
}

pub async fn outbox(app: &App, request: OutboxRequest) -> Result<Outbox, Failure> {
    let session = app.session().await?;
    let eyes = session.eyes().await?;
    let (count, _) = session.store.outbox_size().await?;
    let waiting = session.store.waiting(request.limit.unwrap_or(OUTBOX_PAGE)).await?;
    let mut rows = Vec::with_capacity(waiting.len());
    for change in waiting {
        let record = match Collection::find(&change.collection) {
            Some(collection) => {
                session.store.record(collection, change.id).await?.map(|stored| stored.record)
            }
            None => None,
        };
        let customer = match (&record, change.collection.as_str()) {
            (Some(_), "customer") => Some(change.id),
            (Some(record), _) => record.reference("customer"),
            (None, _) => None,
        };
        rows.push(OutboxRow {
            label: match (&record, customer) {
                (Some(record), _) if eyes.may_read_record(record) => {
                    label(&session, &eyes.shown(record), customer).await?
                }
                _ => String::new(),
            },
            collection: change.collection,
            id: change.id,
            customer,
            // Of what is somebody else's: that it waits, since when, and whose it is.
            fields: if record.is_some() { change.fields } else { Vec::new() },
            person: change.person,
            since: change.since,
            problem: change.problem.map(|code| Problem { code, params: serde_json::Map::new() }),
        });
    }
    Ok(Outbox { count, rows })
}

/// What a person would call a record: its own name, its number, or its customer's name.
pub(crate) async fn label(
    session: &Session,
    record: &Record,
    customer: Option<RecordId>,
) -> Result<String, Failure> {
    let own = ["name", "title", "receipt_number", "text", "why"]
        .iter()
        .find_map(|field| record.text(field));
    if let Some(own) = own {
        return Ok(own.chars().take(60).collect());
    }
    Ok(match customer {
        Some(id) => session
            .record::<Customer>(id)
            .await?
            .and_then(|customer| customer.name)
            .unwrap_or_default(),
        None => String::new(),
    })
}

pub(crate) fn trouble_failure(trouble: Trouble) -> Failure {
    if let Trouble::Refused(refusal) = trouble {
        let code = Code::parse(&refusal.code).unwrap_or(Code::ServerRefused);
        return Failure { code, params: refusal.params, cause: None };
    }
    let code = Code::parse(trouble.code()).unwrap_or(Code::Internal);
    Failure::new(code).because(trouble)
}

pub async fn now(app: &App, (): ()) -> Result<Round, Failure> {
    let session = app.behind_lock().await?;
    let background =
        session.background.as_ref().ok_or_else(|| Failure::new(Code::SyncNotEnrolled))?;
    let begun = std::time::Instant::now();
    let round = match background.round().await {
        Ok(round) => round,
        Err(trouble) => {
            let word = trouble.revocation();
            drop(session);
            if let Some(word) = word {
                ending::heed(app, word).await;
            }
            return Err(trouble_failure(trouble));
        }
    };
    session.look().await?;
    settings::take_over(&session, &app.events).await?;
    if let Some(word) = round.retire.clone() {
        ending::heed(app, word).await;
    }
    let seen = app.session().await.unwrap_or(session);
    Ok(Round {
        pushed: round.pushed,
        pulled: round.pulled,
        conflicts: conflict::count(&seen).await?,
        cursor: round.cursor.0,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Joins a server: as a new device of its workspace, or, into an empty one, with the workspace of
/// one's own.
pub async fn enroll(app: &App, request: Enroll) -> Result<HomeState, Failure> {
    let code: EnrolmentCode = request
        .code
        .parse()
        .map_err(|error| Failure::new(Code::EnrolCodeInvalid).because(error))?;
    let server = Server { url: code.url, fingerprint: code.fingerprint };
    let own = app.find_session().await;
    if own.is_some() {
        app.session().await?.must_be(Roles::LEAD).await?;
    }
    if own.as_ref().is_some_and(|session| session.demo || session.server.is_some()) {
        return Err(Failure::new(Code::EnrolNotEmpty));
    }
    let device = match &own {
        Some(session) => session.store.device().await?,
        None => home::new_device(),
    };
    let workspace = match &own {
        Some(session) => Some(OwnWorkspace {
            id: session.identity.workspace,
            name: session.workspace().await?.name.unwrap_or_default(),
            person_id: session.identity.person,
            member_numbers_used: session.store.member_numbers_used().await?,
            pepper: own_pepper(session).await?,
        }),
        None => None,
    };
    let person_name = request.person_name.filter(|name| !name.trim().is_empty());
    let device_name = request.device_name.filter(|name| !name.trim().is_empty());
    let keys = app.keys()?;
    let connection = Connection::new(&server, None).map_err(trouble_failure)?;
    let reply = connection
        .enrol(&EnrolRequest {
            protocol: PROTOCOL,
            secret: code.secret,
            device_id: device,
            device_name: device_name.clone().unwrap_or_default(),
            platform: std::env::consts::OS.to_owned(),
            person_name: person_name.clone().unwrap_or_default(),
            workspace,
        })
        .await
        .map_err(trouble_failure)?;
    keys.set(home::TOKEN, &SecretBytes::new(reply.token.clone().into_bytes()))
        .await
        .map_err(home::key_failure)?;
    if let Some(pepper) = reply.pepper.as_deref().and_then(Pepper::from_text) {
        keys.set(home::PEPPER, &pepper.to_secret()).await.map_err(home::key_failure)?;
    }
    match own {
        Some(session) => {
            let_all_in(&session).await?;
            session.store.offer_everything(session.identity.person, session.now().await?).await?;
            session.store.forget_cursors().await?;
            finish(&session.store, &server, &reply).await?;
        }
        None => {
            ending::forget(app)?;
            let store = home::lay_out(app.home(), &keys, device).await?;
            join(&store, &reply, person_name.as_deref(), device_name.as_deref()).await?;
            finish(&store, &server, &reply).await?;
            store.close().await?;
        }
    }
    app.replace_session(None).await?;
    home::resume(app).await?;
    home::state(app, ()).await
}

/// What PINs were peppered with before there was a server.
async fn own_pepper(session: &Session) -> Result<Option<String>, Failure> {
    let keys = home::keys_of(session)?;
    Ok(sign_in::pepper(&keys).await.ok().map(|pepper| pepper.to_text().to_string()))
}

/// Everyone who worked here before there was a server goes on working here.
async fn let_all_in(session: &Session) -> Result<(), Failure> {
    let people = session.store.all(Person::COLLECTION).await?;
    let others = people.iter().filter(|person| person.id != session.identity.person);
    let others: Vec<String> = others.map(|person| person.id.to_string()).collect();
    if others.is_empty() {
        return Ok(());
    }
    let mut write = session.write().await?;
    let fields = [("people", Value::from(others))];
    let author = Author(Some(session.identity.person));
    write.set(Device::COLLECTION, session.identity.device, fields, author).await?;
    Ok(write.commit().await?)
}

/// The first records of a replica that joined: all of them where it founds the workspace, else only
/// its own device's. The rest comes with the first pull.
async fn join(
    store: &Store,
    reply: &EnrolReply,
    person: Option<&str>,
    device_name: Option<&str>,
) -> Result<(), Failure> {
    let device_name = device_name.unwrap_or("1");
    if reply.founding {
        let founding = home::Founding {
            workspace_id: reply.workspace_id,
            workspace: &reply.workspace_name,
            store: reply.store_name.as_deref().unwrap_or(&reply.workspace_name),
            person_id: reply.person_id,
            person: person.unwrap_or("店主"),
            device_name,
        };
        home::found_records(store, &founding).await?;
        return Ok(());
    }
    let device = RecordId::from_uuid(*store.device().await?.as_uuid());
    let identity = Identity {
        workspace: reply.workspace_id,
        store: reply.store_id,
        person: reply.person_id,
        device,
    };
    home::remember(store, &identity).await?;
    let mut record = home::device_record(device_name, reply.store_id);
    if reply.replaces {
        // Name, store, people and settings are in the record that the server wrote.
        record = Device { name: None, store: None, ..record };
        store.set_meta(settings::TAKES_OVER, Some("1")).await?;
    }
    let mut write = store.write(reply.now).await?;
    write.create(&record, device, Author(Some(reply.person_id))).await?;
    Ok(write.commit().await?)
}

async fn finish(store: &Store, server: &Server, reply: &EnrolReply) -> Result<(), Failure> {
    let (from, to) = reply.member_numbers;
    store.set_member_numbers(from, to).await?;
    // A token of today: nothing that was agreed with a server before counts any more.
    for name in AGREED {
        store.set_meta(name, None).await?;
    }
    store.set_meta(home::ROLE, Some(reply.role.as_str())).await?;
    store.set_meta(home::WORKSPACE_KEY, reply.workspace_key.as_deref()).await?;
    store.set_meta(home::CONTACT, Some(&reply.now.to_string())).await?;
    let text = serde_json::to_string(server)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    Ok(store.set_meta(home::SERVER, Some(&text)).await?)
}

/// Ends the tie to the server. What waits stays in the outbox, the data stay on this device.
pub async fn leave(app: &App, (): ()) -> Result<HomeState, Failure> {
    let session = app.session().await?;
    if session.server.is_none() {
        return Err(Failure::new(Code::SyncNotEnrolled));
    }
    app.keys()?.remove(home::TOKEN).await.map_err(home::key_failure)?;
    let tied = [home::SERVER, home::WORKSPACE_KEY, home::CONTACT, "clock_offset"];
    for name in tied.iter().chain(AGREED) {
        session.store.set_meta(name, None).await?;
    }
    session.store.forget_cursors().await?;
    drop(session);
    app.replace_session(None).await?;
    home::resume(app).await?;
    home::state(app, ()).await
}
