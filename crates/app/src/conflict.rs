//! Conflicts: what two people wrote who did not know of each other, and what becomes of it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Collection, DeviceId, Edit, Eyes, Failure, Kind, Record, RecordId,
    conflict::{self, Side, Three, Values, Whose, settling, three},
    nouns::{Conflict, Customer, Device},
    rights::Sight,
};
use shuke_store::Write;
use ts_rs::TS;

use crate::{App, Session, customer::tidy, session::Rules, sync::label};

#[derive(Debug, Default, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "ConflictListRequest", export_to = "app.ts", optional_fields)]
pub struct ListRequest {
    /// Only what is about this record, or about what hangs on this customer.
    pub about: Option<RecordId>,
    pub limit: Option<u32>,
}

/// Everything that waits for a decision.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Conflicts {
    pub count: u32,
    pub conflicts: Vec<ConflictRow>,
    pub deleted: Vec<ChangedAfterDeletion>,
}

/// Three values of one field: what was there, what others wrote, and what was written here.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ConflictRow {
    pub id: RecordId,
    pub collection: String,
    pub record: RecordId,
    /// The customer it is about, or whom the record hangs on.
    pub customer: Option<RecordId>,
    /// What people call the record.
    pub name: String,
    pub field: String,
    #[ts(type = "unknown")]
    pub original: Value,
    pub original_label: Option<String>,
    pub theirs: ConflictSide,
    pub mine: ConflictSide,
    /// Which of the two stands at present: `mine` or `theirs`.
    pub leads: String,
    /// Where more than two wrote, the others, newest first.
    pub others: Vec<ConflictSide>,
    /// What of it was seen; given back on settling, so that nothing is settled unseen.
    pub as_of: String,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ConflictSide {
    /// The field's value; of a group of fields all of them, by name.
    #[ts(type = "unknown")]
    pub value: Value,
    /// What people call the value, where it is a record's id.
    pub label: Option<String>,
    pub person: Option<String>,
    pub device: Option<String>,
    /// Written on this very device.
    pub here: bool,
    pub at: i64,
}

/// A deleted customer whom somebody changed who did not know of the deletion.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ChangedAfterDeletion {
    pub id: RecordId,
    pub name: String,
    pub deleted_at: i64,
    pub deleted_on: Option<String>,
    /// What was changed after, with the values that stand.
    #[ts(type = "Record<string, unknown>")]
    pub changed: serde_json::Map<String, Value>,
    pub changed_at: i64,
    pub changed_on: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "SettleConflicts", export_to = "app.ts", optional_fields)]
pub struct Settle {
    pub conflicts: Vec<Settling>,
    pub take: Take,
    /// With `value`: the field's value as a person types it, or all fields of a group by name.
    #[ts(type = "unknown", optional)]
    pub value: Option<Value>,
    /// With `other`: its place among the others.
    pub other: Option<usize>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "SettleOne", export_to = "app.ts", optional_fields)]
pub struct Settling {
    pub id: RecordId,
    /// What was seen. A conflict that has changed since is not settled.
    pub as_of: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "app.ts")]
pub enum Take {
    Mine,
    Theirs,
    Original,
    Other,
    Value,
}

/// One that was settled, with all that is needed to take it back.
#[derive(Debug, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Settled {
    pub id: RecordId,
    pub record: RecordId,
    pub customer: Option<RecordId>,
    pub field: String,
    #[ts(type = "unknown")]
    pub value: Value,
    /// What stood before, by field.
    #[ts(type = "Record<string, unknown>")]
    pub before: Values,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct AllSettled {
    pub settled: Vec<Settled>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "KeepDeleted", export_to = "app.ts")]
pub struct KeepDeleted {
    pub customers: Vec<RecordId>,
}

/// How many are shown at once.
const PAGE: u32 = 200;

/// How many conflicts and changes after a deletion are open, for who may see them.
pub(crate) async fn count(session: &Session) -> Result<u32, Failure> {
    if session.may_read(Conflict::COLLECTION).await.is_err() {
        return Ok(0);
    }
    let (open, deleted) = session.store.count_conflicts().await?;
    Ok(open.saturating_add(deleted))
}

pub async fn list(app: &App, request: ListRequest) -> Result<Conflicts, Failure> {
    let session = app.session().await?;
    let limit = request.limit.unwrap_or(PAGE).clamp(1, 1_000);
    let device = session.store.device().await?;
    session.may_read(Conflict::COLLECTION).await?;
    let eyes = session.eyes().await?;
    let names = Names::of(&session).await?;
    let mut rows = Vec::new();
    for stored in session.store.open_conflicts(request.about, limit).await? {
        let conflict: Conflict = stored.record.view();
        let Some(about) = about(&session, &conflict).await? else { continue };
        if !eyes.may_read_record(&stored.record) || !eyes.may_read_record(&about) {
            continue;
        }
        let Some(three) = three(&conflict, &about, device) else { continue };
        let three = seen(&eyes, &about.collection, three);
        let customer = conflict::customer_of(&about);
        let name = label(&session, &about, customer).await?;
        rows.push(row(stored.record.id, &conflict, &about, three, device, &names, name));
    }
    let deleted = match request.about {
        None if eyes.may_read(Customer::COLLECTION) => {
            session.store.changed_after_deletion(limit).await?
        }
        _ => Vec::new(),
    };
    let deleted =
        deleted.into_iter().filter_map(|stored| changed_after(&eyes.shown(&stored.record), &names));
    Ok(Conflicts { count: count(&session).await?, conflicts: rows, deleted: deleted.collect() })
}

/// The values as the signed-in person sees them.
fn seen(eyes: &Eyes, collection: &str, three: Three) -> Three {
    let Some(collection) = Collection::find(collection) else { return three };
    let values = |values: Values| -> Values {
        let seen = |(field, value): (String, Value)| {
            eyes.value(collection, &field, &value).map(|value| (field, value))
        };
        values.into_iter().filter_map(seen).collect()
    };
    let side = |side: Side| Side { values: values(side.values), ..side };
    Three {
        original: values(three.original),
        theirs: side(three.theirs),
        mine: side(three.mine),
        others: three.others.into_iter().map(side).collect(),
        leads: three.leads,
    }
}

async fn about(session: &Session, conflict: &Conflict) -> Result<Option<Record>, Failure> {
    let collection = conflict.collection.as_deref().and_then(Collection::find);
    let (Some(collection), Some(id)) = (collection, conflict.record) else { return Ok(None) };
    Ok(session.store.record(collection, id).await?.map(|stored| stored.record))
}

fn row(
    id: RecordId,
    conflict: &Conflict,
    about: &Record,
    three: Three,
    device: DeviceId,
    names: &Names,
    name: String,
) -> ConflictRow {
    let field = conflict.field.clone().unwrap_or_default();
    let side = |side: Side| {
        let value = single(&about.collection, &field, &side.values);
        ConflictSide {
            label: names.called(&about.collection, &field, &value),
            value,
            person: side.person.and_then(|id| names.of_record(id)),
            device: names.of_record(RecordId::from_uuid(*side.stamp.device.as_uuid())),
            here: side.stamp.device == device,
            at: i64::try_from(side.stamp.clock.millis()).unwrap_or(i64::MAX),
        }
    };
    let original = single(&about.collection, &field, &three.original);
    ConflictRow {
        id,
        collection: about.collection.to_string(),
        record: about.id,
        customer: conflict::customer_of(about),
        name,
        original_label: names.called(&about.collection, &field, &original),
        original,
        theirs: side(three.theirs),
        mine: side(three.mine),
        leads: match three.leads {
            Whose::Mine => "mine".to_owned(),
            Whose::Theirs => "theirs".to_owned(),
        },
        others: three.others.into_iter().map(side).collect(),
        as_of: conflict.as_of.clone().unwrap_or_default(),
        field,
    }
}

/// A unit of one field is that field's value; a group's is all of them.
fn single(collection: &str, unit: &str, values: &Values) -> Value {
    let group = Collection::find(collection).is_some_and(|known| {
        known.fields.iter().any(|field| field.unit == unit && field.name != unit)
    });
    if group {
        return values.clone().into_iter().collect::<serde_json::Map<_, _>>().into();
    }
    values.get(unit).cloned().unwrap_or_default()
}

fn changed_after(record: &Record, names: &Names) -> Option<ChangedAfterDeletion> {
    let life = record.life?;
    let millis = |clock: shuke_domain::Clock| i64::try_from(clock.millis()).unwrap_or(i64::MAX);
    let device = |id: DeviceId| names.of_record(RecordId::from_uuid(*id.as_uuid()));
    let collection = Collection::find(&record.collection)?;
    let stamp_of = |field: &str| record.stamp_of(collection.unit_of(field));
    let after = |field: &str| stamp_of(field).filter(|stamp| *stamp > life.stamp);
    let newest = record.fields.keys().filter_map(|field| after(field)).max()?;
    Some(ChangedAfterDeletion {
        id: record.id,
        name: record.text("name").unwrap_or_default().to_owned(),
        deleted_at: millis(life.stamp.clock),
        deleted_on: device(life.stamp.device),
        changed: record
            .fields
            .iter()
            .filter(|(field, _)| after(field).is_some())
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect(),
        changed_at: millis(newest.clock),
        changed_on: device(newest.device),
    })
}

pub async fn settle(app: &App, request: Settle) -> Result<AllSettled, Failure> {
    let session = app.session().await?;
    let rules = session.rules().await?;
    let device = session.store.device().await?;
    let mut write = session.write().await?;
    let mut settled = Vec::with_capacity(request.conflicts.len());
    for one in &request.conflicts {
        settled.push(settle_one(&session, &mut write, device, &rules, one, &request).await?);
    }
    session.commit(write).await?;
    Ok(AllSettled { settled })
}

async fn settle_one(
    session: &Session,
    write: &mut Write,
    device: DeviceId,
    rules: &Rules,
    one: &Settling,
    request: &Settle,
) -> Result<Settled, Failure> {
    let (conflict, collection, about) = found(session, write, one.id).await?;
    if !conflict.is_open() {
        return Err(Failure::new(Code::ConflictSettled).with("id", one.id.to_string()));
    }
    if one.as_of.is_some() && one.as_of != conflict.as_of {
        return Err(Failure::new(Code::ConflictChanged).with("id", one.id.to_string()));
    }
    let field = conflict.field.clone().unwrap_or_default();
    let three = three(&conflict, &about, device).ok_or_else(|| not_found(one.id))?;
    let (values, taken) = taken(three, collection, &field, rules, request)?;
    let edit = settling(&about, &field, &values);
    let (after, _) = edit.apply(&about, write.stamp())?;
    session.may_change(Some(&about), &after).await?;
    // What is masked stays here: taking back finds it in the history.
    let eyes = session.eyes().await?;
    let open = |name: &&String| eyes.sight(collection, name) == Sight::Open;
    let stood = |name: &String| about.fields.get(name).cloned().unwrap_or_default();
    let before = edit.fields.keys().filter(open).map(|name| (name.clone(), stood(name)));
    let before = before.collect();
    // The conflict first: what comes up about the field from now on is not settled by this.
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let fields = [
        ("settled_at", Value::from(now)),
        ("settled_by", Value::from(session.person().to_string())),
        ("settled_of", Value::from(conflict.as_of.clone())),
        ("taken", Value::from(taken)),
    ];
    write.set(Conflict::COLLECTION, one.id, fields, session.author()).await?;
    write.insist(collection, about.id, &edit, session.author()).await?;
    let shown = |(name, value): (String, Value)| {
        eyes.value(collection, &name, &value).map(|value| (name, value))
    };
    let shown: Values = values.into_iter().filter_map(shown).collect();
    Ok(Settled {
        id: one.id,
        record: about.id,
        customer: conflict::customer_of(&about),
        value: single(&about.collection, &field, &shown),
        field,
        before,
    })
}

/// A conflict and what it is about, for someone who may write that.
async fn found(
    session: &Session,
    write: &mut Write,
    id: RecordId,
) -> Result<(Conflict, &'static Collection, Record), Failure> {
    let stored = write.find(Conflict::COLLECTION, id).await?.ok_or_else(|| not_found(id))?;
    let conflict: Conflict = stored.record.view();
    let collection = conflict.collection.as_deref().and_then(Collection::find);
    let (Some(collection), Some(record)) = (collection, conflict.record) else {
        return Err(not_found(id));
    };
    session.may_write(collection).await?;
    let about = write.find(collection, record).await?.ok_or_else(|| not_found(id))?;
    Ok((conflict, collection, about.record))
}

fn not_found(id: RecordId) -> Failure {
    Failure::new(Code::ConflictNotFound).with("id", id.to_string())
}

/// The values that a choice means, and what the conflict says was taken.
fn taken(
    three: Three,
    collection: &'static Collection,
    field: &str,
    rules: &Rules,
    request: &Settle,
) -> Result<(Values, String), Failure> {
    let of = |side: Side| (side.values, side.stamp.to_string());
    let (values, taken) = match request.take {
        Take::Mine => of(three.mine),
        Take::Theirs => of(three.theirs),
        Take::Original => (three.original, conflict::ORIGINAL.to_owned()),
        Take::Other => {
            let place = request.other.unwrap_or_default();
            let side = three.others.into_iter().nth(place);
            of(side.ok_or_else(|| Failure::new(Code::RequestInvalid).with("field", "other"))?)
        }
        Take::Value => {
            let mut values = match request.value.clone().unwrap_or_default() {
                Value::Object(map)
                    if collection.field(field).is_none_or(|known| known.kind != Kind::Json) =>
                {
                    map.into_iter().collect()
                }
                value => Values::from([(field.to_owned(), value)]),
            };
            if collection.name == Customer::COLLECTION.name {
                tidy(&mut values, rules)?;
            }
            collection.check(&values)?;
            (values, conflict::OTHER.to_owned())
        }
    };
    let named = values.get("name").is_none_or(Value::is_null);
    if collection.name == Customer::COLLECTION.name && field == "name" && named {
        return Err(Failure::new(Code::CustomerNameMissing));
    }
    Ok((values, taken))
}

/// Takes a settling back: the value that stood before stands again, and the conflict is open.
pub async fn unsettle(app: &App, request: AllSettled) -> Result<(), Failure> {
    let session = app.session().await?;
    let mut write = session.write().await?;
    for settled in request.settled {
        let (conflict, collection, about) = found(&session, &mut write, settled.id).await?;
        let fields = ["settled_at", "settled_by", "settled_of", "taken"];
        let fields = fields.map(|name| (name, Value::Null));
        write.set(Conflict::COLLECTION, settled.id, fields, session.author()).await?;
        let mut edit = Edit { fields: settled.before, deleted: None };
        edit.fields.extend(masked_before(&session, collection, about.id, &conflict).await?);
        let (after, _) = edit.apply(&about, write.stamp())?;
        session.may_change(Some(&about), &after).await?;
        write.insist(collection, about.id, &edit, session.author()).await?;
    }
    session.commit(write).await
}

/// What stood in masked fields before a conflict was settled, which nobody was told.
async fn masked_before(
    session: &Session,
    collection: &'static Collection,
    record: RecordId,
    conflict: &Conflict,
) -> Result<Values, Failure> {
    let eyes = session.eyes().await?;
    let unit = conflict.field.as_deref().unwrap_or_default();
    let mut masked: Vec<&str> = collection
        .fields
        .iter()
        .filter(|field| field.unit == unit && eyes.sight(collection, field.name) == Sight::Masked)
        .map(|field| field.name)
        .collect();
    let mut before = Values::new();
    if masked.is_empty() {
        return Ok(before);
    }
    for entry in session.store.history(collection.name, record, None, PAGE).await? {
        if let Some(place) = masked.iter().position(|name| *name == entry.field) {
            masked.swap_remove(place);
            before.insert(entry.field, entry.from);
        }
    }
    Ok(before)
}

/// Deletes again, now knowing of what was changed meanwhile.
pub async fn keep_deleted(app: &App, request: KeepDeleted) -> Result<(), Failure> {
    let session = app.session().await?;
    session.may_write(Customer::COLLECTION).await?;
    let mut write = session.write().await?;
    for id in request.customers {
        write.insist(Customer::COLLECTION, id, &Edit::deleting(true), session.author()).await?;
    }
    session.commit(write).await
}

/// What people, stores and devices are called.
struct Names(HashMap<RecordId, String>);

impl Names {
    async fn of(session: &Session) -> Result<Self, Failure> {
        let mut names = session.names().await?;
        for record in session.store.all(Device::COLLECTION).await? {
            names.insert(record.id, record.text("name").unwrap_or_default().to_owned());
        }
        Ok(Self(names))
    }

    fn of_record(&self, id: RecordId) -> Option<String> {
        self.0.get(&id).cloned().filter(|name| !name.is_empty())
    }

    /// What a value is called that is a record's id.
    fn called(&self, collection: &str, field: &str, value: &Value) -> Option<String> {
        let known = Collection::find(collection)?.field(field)?;
        if known.kind != Kind::Ref {
            return None;
        }
        self.of_record(value.as_str()?.parse().ok()?)
    }
}
