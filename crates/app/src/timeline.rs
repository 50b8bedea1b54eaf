//! One timeline for all departments (R12).

use serde::{Deserialize, Serialize};
use shuke_domain::{Failure, Fen, RecordId, nouns::Customer};
use shuke_store::timeline::Before;
use ts_rs::TS;

use crate::App;

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "TimelineRequest", export_to = "app.ts", optional_fields)]
pub struct Request {
    pub id: RecordId,
    /// Only these kinds: `sale`, `interaction`, `task`, `points`.
    pub kinds: Option<Vec<String>>,
    /// Entries before this cursor, as the last page gave it.
    pub before: Option<String>,
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Timeline {
    pub entries: Vec<Entry>,
    pub next: Option<String>,
    /// How many there are of each kind, for the chips above the list.
    pub counts: Vec<KindCount>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct KindCount {
    pub kind: String,
    pub count: i64,
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "TimelineEntry", export_to = "app.ts")]
pub struct Entry {
    pub id: RecordId,
    /// `sale`, `refund`, `note`, `visit`, `call`, `wechat`, `mail`, `task`, `points`.
    pub kind: String,
    pub at: i64,
    /// Products sold, what was said, what is to be done.
    pub title: String,
    pub detail: Option<String>,
    pub amount: Option<Fen>,
    pub points: Option<i64>,
    pub person: Option<String>,
    pub store: Option<String>,
    pub waiting: bool,
}

const PAGE: u32 = 50;

pub async fn show(app: &App, request: Request) -> Result<Timeline, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let before = request.before.as_deref().and_then(cursor);
    let limit = request.limit.unwrap_or(PAGE).clamp(1, 500);
    let found = session
        .store
        .timeline(request.id, request.kinds.as_deref(), before.as_ref(), limit)
        .await?;
    let shared = session.server.is_some();
    let counts = session.store.timeline_counts(request.id).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let entries: Vec<Entry> = found
        .into_iter()
        .filter_map(|entry| {
            Some(Entry {
                id: RecordId::from_slice(&entry.id)?,
                kind: entry.kind,
                at: entry.at,
                title: entry.title.unwrap_or_default(),
                detail: entry.detail,
                amount: entry.amount.map(Fen),
                points: entry.points,
                person: entry.person,
                store: entry.store,
                waiting: shared && entry.waiting,
            })
        })
        .collect();
    let next = entries.last().filter(|_| full).map(|last| format!("{}.{}", last.at, last.id));
    let counts = counts.into_iter().map(|(kind, count)| KindCount { kind, count }).collect();
    Ok(Timeline { entries, next, counts })
}

fn cursor(text: &str) -> Option<Before> {
    let (at, id) = text.split_once('.')?;
    Some(Before { at: at.parse().ok()?, id: id.parse().ok()? })
}
