//! The shop's devices: listed with when they were last here, renamed, retired, given up as lost; and what lies in
//! quarantine of those that are.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, DeviceId, Edit, Eyes, Failure, Record, RecordId, Role, Roles,
    nouns::Device,
    revocation::{Ending, Revocation},
    wire::{
        AsideRow, EndRequest, EnrolledDevice, InviteRequest, ListRequest, PROTOCOL, RetireRequest,
        SettleRequest,
    },
};
use shuke_sync::Connection;
use ts_rs::TS;

use crate::{
    App, Session,
    customer::{ById, Id},
    ending,
    home::{self, HomeState},
    people::{self, Invited},
    replica,
    sync::trouble_failure,
};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Devices {
    pub devices: Vec<DeviceState>,
    /// Whether the server was asked: without it nobody knows when a device was last here.
    pub asked: bool,
    /// Whether the one who asks may end devices.
    pub may_end: bool,
    /// Whether they may let a new machine take one's place.
    pub may_replace: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct DeviceState {
    pub id: RecordId,
    pub name: String,
    pub store: Option<String>,
    pub platform: Option<String>,
    pub version: Option<String>,
    /// Who may sign in on it.
    pub people: Vec<String>,
    pub this: bool,
    pub last_seen_at: Option<i64>,
    pub enrolled_at: Option<i64>,
    pub revoked_at: Option<i64>,
    /// `lost`, `retired`, or nothing.
    pub ending: Option<String>,
    /// Asked to retire and not here since.
    pub retiring: bool,
    /// Rows of it that lie in quarantine.
    pub aside: i64,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "RenameDevice", export_to = "app.ts")]
pub struct Rename {
    pub id: RecordId,
    pub name: String,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "EndDevice", export_to = "app.ts")]
pub struct End {
    pub id: RecordId,
    /// `lost`, `retired`.
    pub ending: String,
}

/// What came late, and takes no part until somebody decides.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Aside {
    pub key: String,
    pub device: Option<String>,
    pub person: Option<String>,
    /// Why it lies there.
    pub code: String,
    pub at: i64,
    pub collection: String,
    pub id: RecordId,
    pub label: String,
    pub values: Vec<AsideValue>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct AsideValue {
    pub field: String,
    #[ts(type = "unknown")]
    pub wanted: Value,
    #[ts(type = "unknown")]
    pub stands: Value,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "SettleAside", export_to = "app.ts")]
pub struct Settle {
    pub key: String,
    /// Taken into the data as of now, or dropped.
    pub accept: bool,
}

pub async fn list(app: &App, (): ()) -> Result<Devices, Failure> {
    let session = app.session().await?;
    let role = session.role().await?;
    let may_end = Roles::DEVICES.contains(role) && session.server.is_some();
    let names = session.names().await?;
    let known = if may_end { asked(app, &session).await } else { None };
    let records = session.store.all(Device::COLLECTION).await?;
    let mut devices: Vec<DeviceState> = records
        .iter()
        .map(|record| {
            let there = known.iter().flatten().find(|there| record_id(there.id) == record.id);
            let people = people_of(record, there);
            state(&session, record, there, (&people, &names))
        })
        .collect();
    // Let in, and its own record has not come yet.
    for there in known.iter().flatten() {
        if !records.iter().any(|record| record.id == record_id(there.id)) {
            let record = Record::empty(Device::COLLECTION.name, record_id(there.id));
            devices.push(state(&session, &record, Some(there), (&there.people, &names)));
        }
    }
    devices.sort_by_key(|device| (device.revoked_at.is_some(), !device.this));
    let may_replace = Roles::LEAD.contains(role) && session.server.is_some();
    Ok(Devices { devices, asked: known.is_some(), may_end, may_replace })
}

fn record_id(device: DeviceId) -> RecordId {
    RecordId::from_uuid(*device.as_uuid())
}

/// The server's list, if it answers.
async fn asked(app: &App, session: &Session) -> Option<Vec<EnrolledDevice>> {
    let connection = replica::connection(app).await.ok()??;
    let request = ListRequest { protocol: PROTOCOL, by: session.person() };
    connection.devices(&request).await.ok().map(|reply| reply.devices)
}

fn people_of(record: &Record, there: Option<&EnrolledDevice>) -> Vec<RecordId> {
    let also = record.view::<Device>().people.unwrap_or_default();
    let mut people = there.map(|there| there.people.clone()).unwrap_or_default();
    for id in also.iter().filter_map(|id| id.parse().ok()) {
        if !people.contains(&id) {
            people.push(id);
        }
    }
    people
}

fn state(
    session: &Session,
    record: &Record,
    there: Option<&EnrolledDevice>,
    (people, names): (&[RecordId], &HashMap<RecordId, String>),
) -> DeviceState {
    let text = |field: &str| record.text(field).map(str::to_owned);
    let moment = |at: u64| i64::try_from(at).ok();
    DeviceState {
        id: record.id,
        name: text("name").or(there.map(|there| there.name.clone())).unwrap_or_default(),
        store: record.reference("store").and_then(|id| names.get(&id).cloned()),
        platform: text("platform").or(there.map(|there| there.platform.clone())),
        version: text("version"),
        people: people.iter().filter_map(|id| names.get(id).cloned()).collect(),
        this: record.id == session.identity.device,
        last_seen_at: there.and_then(|there| moment(there.last_seen_at)),
        enrolled_at: there.and_then(|there| moment(there.enrolled_at)),
        revoked_at: there.and_then(|there| there.revoked_at).and_then(moment),
        ending: there.and_then(|there| there.ending).map(|ending| ending.as_str().to_owned()),
        retiring: there.is_some_and(|there| there.retiring),
        aside: there.map_or(0, |there| i64::try_from(there.aside).unwrap_or(i64::MAX)),
    }
}

pub async fn rename(app: &App, request: Rename) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::DEVICES).await?;
    let name = request.name.trim();
    if name.is_empty() {
        return Err(Failure::new(Code::FieldInvalid).with("field", "name"));
    }
    let mut write = session.write().await?;
    let edit = Edit { fields: [("name".to_owned(), name.into())].into(), deleted: None };
    session.edit(&mut write, Device::COLLECTION, request.id, &edit).await?;
    session.commit(write).await?;
    Ok(Id { id: request.id })
}

async fn connected(app: &App) -> Result<Connection, Failure> {
    replica::connection(app).await?.ok_or_else(|| Failure::new(Code::SyncNotEnrolled))
}

/// Another device is lost, or is to retire when it is here next. Needs the server: only it can tell the device.
pub async fn end(app: &App, request: End) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::DEVICES).await?;
    let ending = Ending::parse(&request.ending)
        .ok_or_else(|| Failure::new(Code::FieldInvalid).with("field", "ending"))?;
    let asked = EndRequest {
        protocol: PROTOCOL,
        by: session.person(),
        device: DeviceId::from_uuid(*request.id.as_uuid()),
        ending,
    };
    connected(app).await?.end(&asked).await.map_err(trouble_failure)?;
    app.announce(crate::Event::Touched(vec!["team".to_owned()]));
    Ok(Id { id: request.id })
}

/// A code for the machine that takes a broken one's place: its people, name, store, settings, and what is left
/// of its member numbers.
pub async fn replace(app: &App, request: ById) -> Result<Invited, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let server = session.server.clone().ok_or_else(|| Failure::new(Code::SyncNotEnrolled))?;
    let asked = InviteRequest {
        protocol: PROTOCOL,
        by: session.person(),
        role: Role::ReadOnly,
        store: None,
        person: None,
        replaces: Some(DeviceId::from_uuid(*request.id.as_uuid())),
    };
    people::ask_for_code(&connected(app).await?, server, &asked).await
}

/// This device ends: what waits goes up first, the member numbers that nobody has go back, then all of it goes.
pub async fn retire(app: &App, (): ()) -> Result<HomeState, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::DEVICES).await?;
    retire_as_asked(app, &session).await?;
    drop(session);
    home::state(app, ()).await
}

pub(crate) async fn retire_as_asked(app: &App, session: &Session) -> Result<(), Failure> {
    let background =
        session.background.as_ref().ok_or_else(|| Failure::new(Code::SyncNotEnrolled))?;
    // Twice at most: what was written while the first round ran.
    for last in [false, true] {
        if last {
            session.gate.end(true);
        }
        if let Err(trouble) = background.round().await {
            session.gate.end(false);
            return Err(trouble_failure(trouble));
        }
    }
    let ended = end_this(app, session).await;
    if ended.is_err() {
        session.gate.end(false);
    }
    ended
}

async fn end_this(app: &App, session: &Session) -> Result<(), Failure> {
    let (count, _) = session.store.outbox_size().await?;
    if count > 0 {
        return Err(Failure::new(Code::SyncUnsent).with("count", count));
    }
    let next_member = session.store.member_numbers_used().await? + 1;
    let asked = RetireRequest { protocol: PROTOCOL, next_member };
    let reply = connected(app).await?.retire(&asked).await.map_err(trouble_failure)?;
    let word: Revocation = reply.revocation;
    if !ending::is_true(session, &word).await? {
        return Err(Failure::new(Code::ServerRefused));
    }
    ending::destroy(app, &word).await
}

pub async fn asides(app: &App, (): ()) -> Result<Vec<Aside>, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let request = ListRequest { protocol: PROTOCOL, by: session.person() };
    let reply = connected(app).await?.asides(&request).await.map_err(trouble_failure)?;
    let names = session.names().await?;
    let devices = session.store.all(Device::COLLECTION).await?;
    let eyes = session.eyes().await?;
    Ok(reply
        .rows
        .into_iter()
        .map(|row| {
            let device = devices.iter().find(|device| device.id == record_id(row.device));
            let name = device.and_then(|device| device.text("name")).map(str::to_owned);
            aside(row, name, &names, &eyes)
        })
        .collect())
}

fn aside(
    row: AsideRow,
    device: Option<String>,
    names: &HashMap<RecordId, String>,
    eyes: &Eyes,
) -> Aside {
    let record = eyes.shown(&row.row.record);
    let stands = row.stands.as_ref().map(|record| eyes.shown(record));
    let value = |record: Option<&Record>, field: &str| {
        record.and_then(|record| record.fields.get(field).cloned()).unwrap_or_default()
    };
    let fields: Vec<String> = match row.row.changes.as_slice() {
        [] => record.fields.keys().cloned().collect(),
        changes => changes.iter().map(|change| change.field.clone()).collect(),
    };
    let label = ["name", "title", "receipt_number", "text"].iter().find_map(|field| {
        record.text(field).or(stands.as_ref().and_then(|known| known.text(field)))
    });
    Aside {
        key: row.key,
        device,
        person: names.get(&row.row.author).cloned(),
        code: row.code,
        at: i64::try_from(row.at).unwrap_or(i64::MAX),
        collection: record.collection.to_string(),
        id: record.id,
        label: label.unwrap_or_default().to_owned(),
        values: fields
            .into_iter()
            .map(|field| AsideValue {
                wanted: value(Some(&record), &field),
                stands: value(stands.as_ref(), &field),
                field,
            })
            .collect(),
    }
}

pub async fn settle(app: &App, request: Settle) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let asked = SettleRequest {
        protocol: PROTOCOL,
        by: session.person(),
        key: request.key,
        accept: request.accept,
    };
    connected(app).await?.settle_aside(&asked).await.map_err(trouble_failure)?;
    app.announce(crate::Event::Touched(vec!["team".to_owned()]));
    Ok(())
}
