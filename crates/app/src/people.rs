//! The people of the team: added, invited, given another role or PIN, and gone, with their work handed over.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Edit, Failure, Record, RecordId, Role, Roles,
    nouns::{Customer, Device, Person, Task},
    pin, rights,
    wire::{EnrolmentCode, InviteRequest, PROTOCOL},
};
use shuke_sync::{Connection, Server};
use ts_rs::TS;

use crate::{
    App, Session,
    customer::Id,
    home, replica,
    session::fresh_id,
    sign_in::{self, verifier},
    sync::trouble_failure,
};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct PersonRow {
    pub id: RecordId,
    pub name: String,
    pub role: Role,
    pub store: Option<RecordId>,
    pub store_name: Option<String>,
    pub left_at: Option<i64>,
    pub has_pin: bool,
    /// May sign in on this device.
    pub here: bool,
    /// Whom this device was enrolled for: they may always sign in on it.
    pub enrolled: bool,
    /// Customers they own, and tasks that wait for them: what somebody takes over when they leave.
    pub customers: i64,
    pub tasks: i64,
    /// What was handed over when they left can be taken back on this device.
    pub undoable: bool,
}

#[derive(Deserialize, TS)]
#[expect(missing_debug_implementations, reason = "a PIN belongs in no log")]
#[ts(rename = "AddPerson", export_to = "app.ts", optional_fields)]
pub struct Add {
    pub name: String,
    pub role: Role,
    pub store: Option<RecordId>,
    /// Lets them sign in on this device at once.
    pub pin: Option<String>,
    pub here: Option<bool>,
}

/// A field left out stays as it is.
#[derive(Debug, Deserialize, TS)]
#[ts(rename = "EditPerson", export_to = "app.ts", optional_fields)]
pub struct EditPerson {
    pub id: RecordId,
    pub name: Option<String>,
    pub role: Option<Role>,
    pub store: Option<RecordId>,
}

#[derive(Deserialize, TS)]
#[expect(missing_debug_implementations, reason = "a PIN belongs in no log")]
#[ts(export_to = "app.ts", optional_fields)]
pub struct SetPin {
    pub person: RecordId,
    /// Nothing takes the PIN away.
    pub pin: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct LetIn {
    pub person: RecordId,
    pub here: bool,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "PersonLeaves", export_to = "app.ts", optional_fields)]
pub struct Leave {
    pub id: RecordId,
    /// Who takes over their customers and open tasks.
    pub to: Option<RecordId>,
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "PersonLeft", export_to = "app.ts")]
pub struct Left {
    pub id: RecordId,
    pub customers: i64,
    pub tasks: i64,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Invite {
    pub role: Role,
    pub store: Option<RecordId>,
    /// Whom the code is for, where they have a record already.
    pub person: Option<RecordId>,
}

/// A code for one more device, as text and to scan.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Invited {
    pub code: String,
    pub expires_at: i64,
}

/// What was handed over, so that it can be taken back. A note in the file; never synced.
#[derive(Debug, Serialize, Deserialize)]
struct Handover {
    to: Option<RecordId>,
    customers: Vec<RecordId>,
    tasks: Vec<RecordId>,
}

/// How many records one transaction hands over.
const SLICE: usize = 1_000;

fn handover_note(person: RecordId) -> String {
    format!("handover.{person}")
}

pub async fn list(app: &App, (): ()) -> Result<Vec<PersonRow>, Failure> {
    let session = app.session().await?;
    let names = session.names().await?;
    let here: Vec<RecordId> = session.people_here().await?.iter().map(|person| person.id).collect();
    let mut rows = Vec::new();
    for record in session.store.all(Person::COLLECTION).await? {
        let store = record.reference("store");
        let (customers, tasks) = session.store.work_of(record.id).await?;
        rows.push(PersonRow {
            id: record.id,
            name: record.text("name").unwrap_or_default().to_owned(),
            role: rights::role_of(&record),
            store_name: store.and_then(|id| names.get(&id).cloned()),
            store,
            left_at: record.int("left_at"),
            has_pin: verifier(&record).is_some(),
            here: here.contains(&record.id),
            enrolled: record.id == session.identity.person,
            customers,
            tasks,
            undoable: session.store.meta(&handover_note(record.id)).await?.is_some(),
        });
    }
    rows.sort_by_key(|row| row.left_at.is_some());
    Ok(rows)
}

fn named(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    if name.is_empty() { Err(Failure::new(Code::PersonNameMissing)) } else { Ok(name.to_owned()) }
}

pub async fn add(app: &App, request: Add) -> Result<Id, Failure> {
    let session = app.session().await?;
    if request.pin.is_some() && (request.here.unwrap_or(false) || session.server.is_none()) {
        needs_own_pin(&session, &session.people_here().await?)?;
    }
    let person = Person {
        name: Some(named(&request.name)?),
        role: Some(request.role.as_str().to_owned()),
        store: request.store.or(session.identity.store),
        pin: match &request.pin {
            Some(pin) => Some(made(&session, pin).await?),
            None => None,
        },
        left_at: None,
    };
    let id = fresh_id();
    let mut write = session.write().await?;
    let stamp = write.stamp();
    let record = shuke_domain::edit::create(&person, id, stamp)?;
    session.may_change(None, &record).await?;
    write.insert(Person::COLLECTION, vec![record], session.author()).await?;
    session.commit(write).await?;
    if request.here.unwrap_or(false) {
        let_in(app, LetIn { person: id, here: true }).await?;
    }
    Ok(Id { id })
}

pub async fn edit(app: &App, request: EditPerson) -> Result<Id, Failure> {
    let session = app.session().await?;
    let mut edit = Edit::default();
    if let Some(name) = &request.name {
        edit.fields.insert("name".to_owned(), named(name)?.into());
    }
    if let Some(role) = request.role {
        edit.fields.insert("role".to_owned(), role.as_str().into());
    }
    if let Some(store) = request.store {
        edit.fields.insert("store".to_owned(), store.to_string().into());
    }
    change(&session, request.id, &edit).await?;
    Ok(Id { id: request.id })
}

/// Changes a person's record as far as rights go, and never so that no owner is left.
async fn change(session: &Session, id: RecordId, edit: &Edit) -> Result<(), Failure> {
    let mut write = session.write().await?;
    let found = write.find(Person::COLLECTION, id).await?;
    let missing = || Failure::new(Code::PersonNotFound).with("id", id.to_string());
    let before = found.ok_or_else(missing)?.record;
    let (after, _) = edit.apply(&before, write.stamp())?;
    let people = session.store.all(Person::COLLECTION).await?;
    rights::keeps_an_owner((Some(&before), &after), &people)?;
    session.edit(&mut write, Person::COLLECTION, id, edit).await?;
    session.commit(write).await?;
    session.look().await?;
    Ok(())
}

/// What is kept of a PIN.
async fn made(session: &Session, typed: &str) -> Result<String, Failure> {
    if !pin::is_pin(typed) {
        return Err(Failure::new(Code::PinInvalid));
    }
    if pin::is_guessed_first(typed) {
        return Err(Failure::new(Code::PinWeak));
    }
    let keys = home::keys_of(session)?;
    let pepper = match sign_in::pepper(&keys).await {
        // A home from before there were PINs: alone it makes its own, with a server it needs the shop's.
        Err(failure) if failure.code == Code::PepperMissing && session.server.is_none() => {
            sign_in::make_pepper(&keys).await?
        }
        pepper => pepper?,
    };
    let typed = typed.to_owned();
    tokio::task::spawn_blocking(move || pepper.verifier(&typed))
        .await
        .map_err(|error| Failure::new(Code::Internal).because(error))?
        .map_err(home::key_failure)
}

/// One's own PIN, or that of somebody whom a leader resets.
pub async fn set_pin(app: &App, request: SetPin) -> Result<(), Failure> {
    let session = app.session().await?;
    let me = session.person();
    let is_own = request.person == me;
    if !is_own {
        session.must_be(Roles::LEAD).await?;
    }
    let here = session.people_here().await?;
    let stands_here = here.iter().any(|person| person.id == request.person);
    let has_pin = |person: &Record| verifier(person).is_some();
    let others_have = here.iter().any(|person| person.id != request.person && has_pin(person));
    if request.pin.is_none() && others_have && stands_here {
        return Err(Failure::new(Code::PinNeeded));
    }
    if !is_own && stands_here && request.pin.is_some() {
        needs_own_pin(&session, &here)?;
    }
    let kept = match &request.pin {
        Some(typed) => Value::from(made(&session, typed).await?),
        None => Value::Null,
    };
    let edit = Edit { fields: [("pin".to_owned(), kept.clone())].into(), deleted: None };
    if is_own {
        // The one who stands here stays in under the new PIN.
        session.gate.sign_in(me, None);
    }
    change(&session, request.person, &edit).await?;
    session.store.forget_pin_tries(request.person).await?;
    if is_own {
        session.gate.sign_in(me, kept.as_str().map(str::to_owned));
    }
    Ok(())
}

/// Whoever gives others a PIN has one: else the door that they lock has no key for themselves.
fn needs_own_pin(session: &Session, here: &[Record]) -> Result<(), Failure> {
    let me = here.iter().find(|person| person.id == session.person());
    if me.is_some_and(|me| verifier(me).is_none()) {
        return Err(Failure::new(Code::PinNeeded));
    }
    Ok(())
}

/// Lets somebody sign in on this device, or no longer. Both need a PIN by then: two people at one till without one
/// would be one person.
pub async fn let_in(app: &App, request: LetIn) -> Result<(), Failure> {
    let session = app.session().await?;
    let record = session.store.record(Person::COLLECTION, request.person).await?;
    let missing = || Failure::new(Code::PersonNotFound).with("id", request.person.to_string());
    let record = record.ok_or_else(missing)?.record;
    if request.here {
        if !rights::is_at_work(&record) {
            return Err(Failure::new(Code::PersonLeft));
        }
        let here = session.people_here().await?;
        needs_own_pin(&session, &here)?;
        if verifier(&record).is_none() {
            return Err(
                Failure::new(Code::PinNone).with("name", record.text("name").unwrap_or_default())
            );
        }
    }
    let device: Device = session.record(session.identity.device).await?.unwrap_or_default();
    let mut people = device.people.unwrap_or_default();
    let id = request.person.to_string();
    people.retain(|known| *known != id);
    if request.here {
        people.push(id);
    }
    let mut write = session.write().await?;
    let edit = Edit { fields: [("people".to_owned(), people.into())].into(), deleted: None };
    session.edit(&mut write, Device::COLLECTION, session.identity.device, &edit).await?;
    session.commit(write).await?;
    session.look().await?;
    Ok(())
}

/// Somebody leaves: their PIN is dead wherever it is heard, and their customers and open tasks go to another.
pub async fn leave(app: &App, request: Leave) -> Result<Left, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let to = match request.to {
        Some(to) => {
            let person = session.store.record(Person::COLLECTION, to).await?;
            let taking = person.map(|stored| stored.record).filter(rights::is_at_work);
            if to == request.id || taking.is_none() {
                return Err(Failure::new(Code::PersonNotFound).with("id", to.to_string()));
            }
            Some(to)
        }
        None => None,
    };
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let edit = Edit { fields: [("left_at".to_owned(), now.into())].into(), deleted: None };
    let (customers, tasks) = match to {
        Some(_) => session.store.owned_by(request.id).await?,
        None => (Vec::new(), Vec::new()),
    };
    // The note first: what it names and was not handed over yet is no harm to take back.
    let handover = Handover { to, customers, tasks };
    let text = serde_json::to_string(&handover)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    session.store.set_meta(&handover_note(request.id), Some(&text)).await?;
    if let Err(failure) = change(&session, request.id, &edit).await {
        session.store.set_meta(&handover_note(request.id), None).await?;
        return Err(failure);
    }
    if let Some(to) = to {
        hand_over(&session, &handover, request.id, to).await?;
    }
    Ok(Left {
        id: request.id,
        customers: i64::try_from(handover.customers.len()).unwrap_or(i64::MAX),
        tasks: i64::try_from(handover.tasks.len()).unwrap_or(i64::MAX),
    })
}

/// Gives what one had to another; what has meanwhile gone to a third stays there.
async fn hand_over(
    session: &Session,
    handover: &Handover,
    from: RecordId,
    to: RecordId,
) -> Result<(), Failure> {
    let parts = [
        (Customer::COLLECTION, "owner", &handover.customers),
        (Task::COLLECTION, "assignee", &handover.tasks),
    ];
    for (collection, field, ids) in parts {
        for ids in ids.chunks(SLICE) {
            let mut write = session.write().await?;
            for id in ids {
                let Some(stored) = write.find(collection, *id).await? else { continue };
                if stored.record.reference(field) != Some(from) {
                    continue;
                }
                let fields = [(field, Value::from(to.to_string()))];
                write.set(collection, *id, fields, session.author()).await?;
            }
            session.commit(write).await?;
        }
    }
    Ok(())
}

/// Takes a leaving back, with all that was handed over.
pub async fn undo_leave(app: &App, request: Id) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let note = session.store.meta(&handover_note(request.id)).await?;
    let handover: Option<Handover> = note.and_then(|text| serde_json::from_str(&text).ok());
    let edit = Edit { fields: [("left_at".to_owned(), Value::Null)].into(), deleted: None };
    change(&session, request.id, &edit).await?;
    if let Some(handover) = handover {
        if let Some(to) = handover.to {
            hand_over(&session, &handover, to, request.id).await?;
        }
        session.store.set_meta(&handover_note(request.id), None).await?;
    }
    Ok(request)
}

/// A code for one more device, for a role and a store, or for somebody who has a record.
pub async fn invite(app: &App, request: Invite) -> Result<Invited, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let server = session.server.clone().ok_or_else(|| Failure::new(Code::SyncNotEnrolled))?;
    // Somebody added a moment ago must be known there before a code can be theirs.
    if let (Some(_), Some(background)) = (request.person, &session.background) {
        background.round().await.map_err(trouble_failure)?;
    }
    let connection = replica::connection(app).await?;
    let connection = connection.ok_or_else(|| Failure::new(Code::SyncNotEnrolled))?;
    let asked = InviteRequest {
        protocol: PROTOCOL,
        by: session.person(),
        role: request.role,
        store: request.store,
        person: request.person,
        replaces: None,
    };
    ask_for_code(&connection, server, &asked).await
}

pub(crate) async fn ask_for_code(
    connection: &Connection,
    server: Server,
    asked: &InviteRequest,
) -> Result<Invited, Failure> {
    let reply = connection.invite(asked).await.map_err(trouble_failure)?;
    let code = EnrolmentCode {
        url: reply.url.unwrap_or(server.url),
        secret: reply.secret,
        fingerprint: reply.fingerprint.or(server.fingerprint),
    };
    Ok(Invited {
        code: code.to_string(),
        expires_at: i64::try_from(reply.expires_at).unwrap_or(i64::MAX),
    })
}
