//! Limits, and leave to go beyond them (R41): a manager's PIN on the spot, or a question that waits. All of it
//! holds offline.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shuke_domain::{
    Code, Edit, Failure, RecordId, Role, Roles,
    authority::{self, Caps, Limits, Matter},
    nouns::{Approval, Device, Person, Workspace},
    rights,
};
use shuke_store::{Write, write::Author};
use ts_rs::TS;

use crate::{
    App, Session,
    customer::{ById, Id},
    session::fresh_id,
    sign_in,
};

/// By whose leave a limit is passed.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
#[ts(export_to = "app.ts")]
pub enum Consent {
    /// Somebody who leads, standing here.
    Pin { person: RecordId, pin: String },
    /// What was asked for before, and given since.
    Approval { id: RecordId },
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct HouseLimits {
    /// By role and matter: the most without asking; what is not there is free.
    #[ts(type = "Record<string, Record<string, number>>")]
    pub roles: Limits,
    pub tills: Vec<TillLimits>,
    /// Whether the signed-in person may change those of roles, and those of tills.
    pub mine: bool,
    pub tills_mine: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct TillLimits {
    pub id: RecordId,
    pub name: Option<String>,
    #[ts(type = "Record<string, number>")]
    pub caps: Caps,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct SetLimits {
    pub role: Role,
    /// All of its limits; a matter that is left out is free.
    #[ts(type = "Record<string, number>")]
    pub caps: BTreeMap<String, i64>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct SetTillLimits {
    pub till: RecordId,
    #[ts(type = "Record<string, number>")]
    pub caps: BTreeMap<String, i64>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct AskApproval {
    pub matter: Matter,
    pub amount: i64,
    pub customer: Option<RecordId>,
    pub why: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct DecideApproval {
    pub id: RecordId,
    pub give: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Approvals {
    /// The oldest first.
    pub waiting: Vec<ApprovalRow>,
    /// The latest first.
    pub decided: Vec<ApprovalRow>,
    /// Whether the signed-in person may decide.
    pub mine: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ApprovalRow {
    pub id: RecordId,
    pub matter: String,
    pub amount: i64,
    pub allowed: i64,
    pub customer: Option<RecordId>,
    pub customer_name: Option<String>,
    pub why: Option<String>,
    pub asked_by: Option<String>,
    pub asked_at: i64,
    pub till: Option<String>,
    /// `given` or `refused`; unset while it waits.
    pub verdict: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<i64>,
    /// It was good for once.
    pub used: bool,
}

/// Who may give leave on the spot: people let in here who lead and have a PIN.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Approver {
    pub id: RecordId,
    pub name: String,
}

const WAITING: u32 = 200;
const DECIDED: u32 = 50;

/// Leave as it was found, before anything is written.
pub(crate) enum Leave {
    NotNeeded,
    OnTheSpot { approval: Box<Approval>, by: RecordId },
    Given { id: RecordId, matter: Matter, amount: i64 },
}

async fn limits(session: &Session) -> Result<(Limits, Caps), Failure> {
    let workspace = session.workspace().await?;
    let till = session.identity.device;
    let device = session.record::<Device>(till).await?.unwrap_or_default();
    Ok((Limits::read(workspace.limits.as_ref()), authority::caps_of(device.limits.as_ref())))
}

/// Refuses what goes beyond the limits of who is signed in, unless there is leave for it.
pub(crate) async fn leave(
    session: &Session,
    (matter, amount): (Matter, i64),
    customer: Option<RecordId>,
    consent: Option<&Consent>,
) -> Result<Leave, Failure> {
    let (limits, till) = limits(session).await?;
    let role = session.role().await?;
    let Err(needed) = authority::check((&limits, role), &till, matter, amount) else {
        return Ok(Leave::NotNeeded);
    };
    match consent {
        None => Err(needed),
        Some(Consent::Approval { id }) => Ok(Leave::Given { id: *id, matter, amount }),
        Some(Consent::Pin { person, pin }) => {
            let here = session.people_here().await?;
            let approver = here.iter().find(|found| found.id == *person);
            let approver = approver.ok_or_else(|| sign_in::not_here(*person))?;
            let role = rights::role_of(approver);
            if !Roles::LEAD.contains(role) {
                return Err(Failure::new(Code::RightMissing).with("role", role.as_str()));
            }
            // Where they stand does not bind who decides, their own limit does.
            authority::check((&limits, role), &Caps::new(), matter, amount)?;
            let verifier = sign_in::verifier(approver).ok_or_else(|| {
                let name = approver.text("name").unwrap_or_default();
                Failure::new(Code::PinNone).with("name", name)
            })?;
            sign_in::check(session, *person, pin, verifier).await?;
            let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
            let approval = Approval {
                verdict: Some("given".to_owned()),
                decided_by: Some(*person),
                decided_at: Some(now),
                ..asked(session, (matter, amount), needed.params["allowed"].as_i64(), customer, now)
            };
            Ok(Leave::OnTheSpot { approval: Box::new(approval), by: *person })
        }
    }
}

fn asked(
    session: &Session,
    (matter, amount): (Matter, i64),
    allowed: Option<i64>,
    customer: Option<RecordId>,
    now: i64,
) -> Approval {
    Approval {
        matter: Some(matter.as_str().to_owned()),
        amount: Some(amount),
        allowed,
        customer,
        asked_by: Some(session.person()),
        asked_at: Some(now),
        till: Some(session.identity.device),
        ..Approval::default()
    }
}

impl Leave {
    /// Writes it beside what it is for, and gives the id that the latter names. Refuses what was asked for
    /// something else, is not given, or was used.
    pub(crate) async fn write(
        self,
        session: &Session,
        write: &mut Write,
        used_for: RecordId,
    ) -> Result<Option<RecordId>, Failure> {
        match self {
            Leave::NotNeeded => Ok(None),
            Leave::OnTheSpot { mut approval, by } => {
                let id = fresh_id();
                approval.used_for = Some(used_for);
                write.create(&*approval, id, Author(Some(by))).await?;
                Ok(Some(id))
            }
            Leave::Given { id, matter, amount } => {
                let found = write.find(Approval::COLLECTION, id).await?;
                let found = found
                    .filter(|found| !found.record.is_deleted())
                    .ok_or_else(|| Failure::new(Code::ApprovalNotFound))?;
                let approval: Approval = found.record.view();
                let till = session.identity.device;
                match approval.verdict.as_deref() {
                    None => return Err(Failure::new(Code::ApprovalWaits)),
                    Some("given") => {}
                    Some(_) => return Err(Failure::new(Code::ApprovalRefused)),
                }
                if approval.used_for.is_some() {
                    return Err(Failure::new(Code::ApprovalSpent));
                }
                let fits = approval.matter.as_deref() == Some(matter.as_str())
                    && approval.amount.unwrap_or_default() >= amount
                    && approval.till == Some(till);
                if !fits {
                    return Err(Failure::new(Code::ApprovalOther)
                        .with("amount", approval.amount.unwrap_or_default()));
                }
                let used = [("used_for", json!(used_for.to_string()))];
                write.set(Approval::COLLECTION, id, used, session.author()).await?;
                Ok(Some(id))
            }
        }
    }
}

pub async fn show(app: &App, (): ()) -> Result<HouseLimits, Failure> {
    let session = app.session().await?;
    let workspace = session.workspace().await?;
    let role = session.role().await?;
    let mut tills = Vec::new();
    for record in session.store.all(Device::COLLECTION).await? {
        let device: Device = record.view();
        if device.retired_at.is_none() {
            let caps = authority::caps_of(device.limits.as_ref());
            tills.push(TillLimits { id: record.id, name: device.name, caps });
        }
    }
    Ok(HouseLimits {
        roles: Limits::read(workspace.limits.as_ref()),
        tills,
        mine: role == Role::Owner,
        tills_mine: Roles::LEAD.contains(role),
    })
}

/// Limits as they are kept; refused where a matter is unknown or an amount makes no sense.
fn caps(set: &BTreeMap<String, i64>) -> Result<Value, Failure> {
    for (matter, most) in set {
        if Matter::parse(matter).is_none() || !(0..=1_000_000_000_000).contains(most) {
            return Err(Failure::new(Code::FieldInvalid).with("field", matter.as_str()));
        }
    }
    Ok(json!(set))
}

pub async fn set(app: &App, request: SetLimits) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::of(&[Role::Owner])).await?;
    let caps = caps(&request.caps)?;
    let workspace = session.workspace().await?;
    let mut limits = workspace.limits.filter(Value::is_object).unwrap_or_else(|| json!({}));
    limits[request.role.as_str()] = caps;
    let edit = Edit { fields: [("limits".to_owned(), limits)].into(), deleted: None };
    let mut write = session.write().await?;
    session.edit(&mut write, Workspace::COLLECTION, session.identity.workspace, &edit).await?;
    session.commit(write).await
}

pub async fn set_till(app: &App, request: SetTillLimits) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let fields = [("limits".to_owned(), caps(&request.caps)?)].into();
    let mut write = session.write().await?;
    if write.find(Device::COLLECTION, request.till).await?.is_none() {
        return Err(Failure::new(Code::DeviceNotFound).with("id", request.till.to_string()));
    }
    let edit = Edit { fields, deleted: None };
    session.edit(&mut write, Device::COLLECTION, request.till, &edit).await?;
    session.commit(write).await
}

pub async fn approvers(app: &App, (): ()) -> Result<Vec<Approver>, Failure> {
    let session = app.session().await?;
    let here = session.people_here().await?;
    let leads = here.iter().filter(|person| {
        Roles::LEAD.contains(rights::role_of(person)) && sign_in::verifier(person).is_some()
    });
    Ok(leads
        .map(|person| Approver {
            id: person.id,
            name: person.view::<Person>().name.unwrap_or_default(),
        })
        .collect())
}

/// Asks those who lead, wherever they are: it travels with the next exchange.
pub async fn ask(app: &App, request: AskApproval) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Approval::COLLECTION).await?;
    let (limits, till) = limits(&session).await?;
    let role = session.role().await?;
    let limit = authority::check((&limits, role), &till, request.matter, request.amount).err();
    let allowed = limit.and_then(|needed| needed.params["allowed"].as_i64());
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let why = request.why.filter(|why| !why.trim().is_empty());
    let matter = (request.matter, request.amount);
    let approval = Approval { why, ..asked(&session, matter, allowed, request.customer, now) };
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(&approval, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn decide(app: &App, request: DecideApproval) -> Result<Id, Failure> {
    let session = app.session().await?;
    let role = session.must_be(Roles::LEAD).await?;
    let (limits, _) = limits(&session).await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let mut write = session.write().await?;
    let found = write.find(Approval::COLLECTION, request.id).await?;
    let found = found.ok_or_else(|| Failure::new(Code::ApprovalNotFound))?;
    let approval: Approval = found.record.view();
    if approval.verdict.is_some() {
        return Err(Failure::new(Code::ApprovalDecided));
    }
    if let Some(matter) = approval.matter.as_deref().and_then(Matter::parse)
        && request.give
    {
        let amount = approval.amount.unwrap_or_default();
        authority::check((&limits, role), &Caps::new(), matter, amount)?;
    }
    let verdict = if request.give { "given" } else { "refused" };
    let fields = [
        ("verdict", json!(verdict)),
        ("decided_by", json!(session.person().to_string())),
        ("decided_at", json!(now)),
    ];
    write.set(Approval::COLLECTION, request.id, fields, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id: request.id })
}

pub async fn list(app: &App, (): ()) -> Result<Approvals, Failure> {
    let session = app.session().await?;
    session.may_read(Approval::COLLECTION).await?;
    Ok(Approvals {
        waiting: rows(&session, session.store.approvals(true, WAITING).await?).await?,
        decided: rows(&session, session.store.approvals(false, DECIDED).await?).await?,
        mine: Roles::LEAD.contains(session.role().await?),
    })
}

pub async fn one(app: &App, request: ById) -> Result<ApprovalRow, Failure> {
    let session = app.session().await?;
    session.may_read(Approval::COLLECTION).await?;
    let found = session.store.record(Approval::COLLECTION, request.id).await?;
    let found = found.ok_or_else(|| Failure::new(Code::ApprovalNotFound))?;
    rows(&session, vec![found.record]).await?.pop().ok_or_else(|| Code::ApprovalNotFound.into())
}

async fn rows(
    session: &Session,
    records: Vec<shuke_domain::Record>,
) -> Result<Vec<ApprovalRow>, Failure> {
    let names = session.names().await?;
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let approval: Approval = record.view();
        let file = match approval.customer {
            Some(customer) => session.store.customer(customer).await?,
            None => None,
        };
        let name = |id: Option<RecordId>| id.and_then(|id| names.get(&id).cloned());
        rows.push(ApprovalRow {
            id: record.id,
            matter: approval.matter.unwrap_or_default(),
            amount: approval.amount.unwrap_or_default(),
            allowed: approval.allowed.unwrap_or_default(),
            customer: approval.customer,
            customer_name: file.and_then(|file| file.stored.record.text("name").map(str::to_owned)),
            why: approval.why,
            asked_by: name(approval.asked_by),
            asked_at: approval.asked_at.unwrap_or_default(),
            till: name(approval.till),
            verdict: approval.verdict,
            decided_by: name(approval.decided_by),
            decided_at: approval.decided_at,
            used: approval.used_for.is_some(),
        });
    }
    Ok(rows)
}
