//! Who changed what: what this device knows at once, and what the server knows when asked.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Collection, Failure, RecordId,
    history::kept_since,
    nouns::{Customer, Workspace},
    wire::{HISTORY_LIMIT, HistoryRequest, PROTOCOL},
};
use shuke_store::history::Before;
use ts_rs::TS;

use crate::{App, Session, replica, sync::trouble_failure};

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "HistoryRequest", export_to = "app.ts", optional_fields)]
pub struct Request {
    pub id: RecordId,
    /// `customer` where nothing is said.
    pub collection: Option<String>,
    /// What the last page gave as `next`.
    pub before: Option<String>,
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct History {
    /// The latest first, as far as this device knows.
    pub entries: Vec<HistoryEntry>,
    pub next: Option<String>,
    /// Whether there is a server that knows what other devices wrote.
    pub shared: bool,
    /// How many days the shop keeps it; `null`: for ever.
    pub days: Option<i64>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct HistoryEntry {
    /// Empty for the making of the file, `deleted` for its deletion and return.
    pub field: String,
    #[ts(type = "unknown")]
    pub from: Value,
    #[ts(type = "unknown")]
    pub to: Value,
    pub at: i64,
    pub person: Option<String>,
    pub device: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "PullHistory", export_to = "app.ts", optional_fields)]
pub struct Pull {
    pub id: RecordId,
    pub collection: Option<String>,
    /// What the last pull gave as `next`.
    pub before: Option<i64>,
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "HistoryPulled", export_to = "app.ts")]
pub struct Pulled {
    /// Entries that this device did not know.
    pub added: u64,
    /// Where older ones begin; `null` when there are none.
    pub next: Option<i64>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "KeepHistory", export_to = "app.ts")]
pub struct Keep {
    /// `null`: for ever.
    pub days: Option<i64>,
}

const PAGE: u32 = 200;

fn collection_of(name: Option<&str>) -> Result<&'static Collection, Failure> {
    let name = name.unwrap_or(Customer::COLLECTION.name);
    Collection::find(name).ok_or_else(|| Failure::new(Code::FieldUnknown).with("field", name))
}

pub async fn show(app: &App, request: Request) -> Result<History, Failure> {
    let session = app.session().await?;
    let collection = collection_of(request.collection.as_deref())?;
    session.may_read(collection).await?;
    let eyes = session.eyes().await?;
    let stands = session.store.record(collection, request.id).await?;
    if stands.is_some_and(|stored| !eyes.may_read_record(&stored.record)) {
        return Err(Failure::new(Code::RecordNotFound).with("id", request.id.to_string()));
    }
    let seen = |field: &str, value: &Value| eyes.value(collection, field, value);
    let limit = request.limit.unwrap_or(PAGE).clamp(1, 1_000);
    let before = request.before.as_deref().and_then(cursor);
    let found = session.store.history(collection.name, request.id, before, limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next =
        found.last().filter(|_| full).map(|last| format!("{}.{}", last.clock.bits(), last.row));
    Ok(History {
        entries: found
            .into_iter()
            .filter_map(|entry| {
                Some(HistoryEntry {
                    from: seen(&entry.field, &entry.from)?,
                    to: seen(&entry.field, &entry.to)?,
                    field: entry.field,
                    at: i64::try_from(entry.clock.millis()).unwrap_or(i64::MAX),
                    person: entry.person,
                    device: entry.device,
                })
            })
            .collect(),
        next,
        shared: session.server.is_some(),
        days: session.workspace().await?.history_days,
    })
}

fn cursor(text: &str) -> Option<Before> {
    let (clock, row) = text.split_once('.')?;
    Some(Before { clock: clock.parse().ok()?, row: row.parse().ok()? })
}

/// Asks the server for a page of what it knows, and keeps it here. The only place where history
/// waits for a network, and nothing waits for it.
pub async fn pull(app: &App, request: Pull) -> Result<Pulled, Failure> {
    let session = app.session().await?;
    let collection = collection_of(request.collection.as_deref())?;
    session.may_read(collection).await?;
    let connection =
        replica::connection(app).await?.ok_or_else(|| Failure::new(Code::SyncNotEnrolled))?;
    let asked = HistoryRequest {
        protocol: PROTOCOL,
        collection: collection.name.to_owned(),
        id: request.id,
        before: request.before,
        limit: HISTORY_LIMIT,
    };
    let reply = connection.history(&asked).await.map_err(trouble_failure)?;
    let now = session.now().await?;
    let added = session.store.keep_history(collection.name, request.id, &reply.rows, now).await?;
    Ok(Pulled { added, next: reply.next })
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "HistoryKept", export_to = "app.ts")]
pub struct Kept {
    /// `null`: for ever.
    pub days: Option<i64>,
    /// Whether the signed-in person may change it.
    pub may_change: bool,
}

pub async fn kept(app: &App, (): ()) -> Result<Kept, Failure> {
    let session = app.session().await?;
    Ok(Kept {
        days: session.workspace().await?.history_days,
        may_change: Workspace::COLLECTION.may_write(session.role().await?),
    })
}

/// How long the shop keeps history. What is older goes, on each device and on the server.
pub async fn keep(app: &App, request: Keep) -> Result<(), Failure> {
    let session = app.session().await?;
    session.may_write(Workspace::COLLECTION).await?;
    if request.days.is_some_and(|days| !(1..=36_500).contains(&days)) {
        return Err(Failure::new(Code::FieldInvalid).with("field", "history_days"));
    }
    let mut write = session.write().await?;
    let fields = [("history_days", Value::from(request.days))];
    write.set(Workspace::COLLECTION, session.identity.workspace, fields, session.author()).await?;
    session.commit(write).await
}

/// Takes out what has outlived the owner's span; part of idle upkeep.
pub(crate) async fn prune(session: &Session, now: u64) -> Result<(), Failure> {
    if let Some(since) = kept_since(now, session.workspace().await?.history_days) {
        session.store.prune_history(since).await?;
    }
    Ok(())
}
