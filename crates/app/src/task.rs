//! What is to be done.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Eyes, Failure, RecordId,
    nouns::{Customer, Task},
};
use shuke_store::task::Wanted;
use ts_rs::TS;

use crate::{
    App, Session,
    customer::Id,
    session::{Rules, fresh_id},
};

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "TaskListRequest", export_to = "app.ts", optional_fields)]
pub struct ListRequest {
    pub customer: Option<RecordId>,
    pub assignee: Option<RecordId>,
    pub done: Option<bool>,
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct TaskRow {
    pub id: RecordId,
    pub kind: String,
    pub title: String,
    pub why: Option<String>,
    /// A business day, `2026-09-18`.
    pub due_on: Option<String>,
    pub customer: Option<RecordId>,
    pub customer_name: Option<String>,
    pub tier: Option<String>,
    pub assignee: Option<RecordId>,
    pub assignee_name: Option<String>,
    pub done_at: Option<i64>,
    pub waiting: bool,
    /// What the server turned down, where that is what the task tells.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// A write that was refused: what, why, and the values, so that nothing typed is lost.
#[derive(Debug, Serialize, TS)]
#[ts(rename = "RefusedWrite", export_to = "app.ts")]
pub struct Refused {
    pub code: String,
    #[ts(type = "Record<string, unknown>")]
    pub params: serde_json::Map<String, Value>,
    pub collection: String,
    pub record: Option<RecordId>,
    #[ts(type = "Record<string, unknown>")]
    pub values: serde_json::Map<String, Value>,
}

fn refused(details: Option<&str>) -> Option<Refused> {
    let details: Value = serde_json::from_str(details?).ok()?;
    let map =
        |name: &str| details.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    let text = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default();
    Some(Refused {
        code: text("code").to_owned(),
        params: map("params"),
        collection: text("collection").to_owned(),
        record: text("id").parse().ok(),
        values: map("values"),
    })
}

/// The tasks that somebody may know of: what hangs on a customer only where customers are seen, but a refusal of
/// one's own always.
pub(crate) fn known(
    tasks: Vec<shuke_store::task::Row>,
    eyes: &Eyes,
    me: RecordId,
) -> impl Iterator<Item = shuke_store::task::Row> {
    let customers = eyes.may_read(Customer::COLLECTION);
    tasks.into_iter().filter(move |task| {
        let mine = task.assignee.as_deref().and_then(RecordId::from_slice) == Some(me);
        customers || task.customer.is_none() || mine && task.kind.as_deref() == Some("refused")
    })
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AddTask", export_to = "app.ts", optional_fields)]
pub struct Add {
    pub title: String,
    pub kind: Option<String>,
    pub why: Option<String>,
    pub due_on: Option<String>,
    pub customer: Option<RecordId>,
    pub assignee: Option<RecordId>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "TaskDone", export_to = "app.ts")]
pub struct Done {
    pub id: RecordId,
    pub done: bool,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "PostponeTask", export_to = "app.ts")]
pub struct Postpone {
    pub id: RecordId,
    pub due_on: String,
}

pub(crate) fn row(task: shuke_store::task::Row, rules: &Rules) -> Option<TaskRow> {
    let kind = task.kind.unwrap_or_else(|| "todo".to_owned());
    Some(TaskRow {
        id: RecordId::from_slice(&task.id)?,
        title: task.title.unwrap_or_default(),
        why: task.why,
        due_on: task.due_on,
        customer: task.customer.as_deref().and_then(RecordId::from_slice),
        customer_name: task.customer_name,
        tier: task.spent_12_months.map(|spent| rules.tier(spent)),
        assignee: task.assignee.as_deref().and_then(RecordId::from_slice),
        assignee_name: task.assignee_name,
        done_at: task.done_at,
        refused: (kind == "refused").then(|| refused(task.details.as_deref())).flatten(),
        kind,
        waiting: rules.shared && task.waiting,
    })
}

pub async fn list(app: &App, request: ListRequest) -> Result<Vec<TaskRow>, Failure> {
    let session = app.session().await?;
    let rules = session.rules().await?;
    let wanted = Wanted {
        customer: request.customer,
        assignee: request.assignee,
        done: request.done,
        limit: request.limit.unwrap_or(200).min(2_000),
        ..Wanted::default()
    };
    let tasks = session.store.tasks(&wanted).await?;
    let eyes = session.eyes().await?;
    let known = known(tasks, &eyes, session.person());
    Ok(known.filter_map(|task| row(task, &rules)).collect())
}

fn day(text: &str) -> Result<String, Failure> {
    text.parse::<chrono::NaiveDate>()
        .map(|day| day.to_string())
        .map_err(|error| Failure::new(Code::FieldInvalid).with("field", "due_on").because(error))
}

pub async fn add(app: &App, request: Add) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Task::COLLECTION).await?;
    let title = request.title.trim();
    if title.is_empty() {
        return Err(Failure::new(Code::TaskTitleMissing));
    }
    let task = Task {
        customer: request.customer,
        kind: Some(request.kind.unwrap_or_else(|| "todo".to_owned())),
        title: Some(title.to_owned()),
        why: request.why.filter(|why| !why.trim().is_empty()),
        due_on: request.due_on.as_deref().map(day).transpose()?,
        assignee: Some(request.assignee.unwrap_or(session.person())),
        created_by: Some(session.person()),
        created_at: i64::try_from(session.now().await?).ok(),
        ..Task::default()
    };
    let mut write = session.write().await?;
    let id = fresh_id();
    write.create(&task, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn done(app: &App, request: Done) -> Result<Id, Failure> {
    let session = app.session().await?;
    let fields = if request.done {
        let now = session.now().await?;
        [("done_at", Value::from(now)), ("done_by", Value::from(session.person().to_string()))]
    } else {
        [("done_at", Value::Null), ("done_by", Value::Null)]
    };
    change(&session, request.id, fields).await
}

pub async fn postpone(app: &App, request: Postpone) -> Result<Id, Failure> {
    let session = app.session().await?;
    let due_on = day(&request.due_on)?;
    change(&session, request.id, [("due_on", Value::from(due_on))]).await
}

async fn change<const N: usize>(
    session: &Session,
    id: RecordId,
    fields: [(&str, Value); N],
) -> Result<Id, Failure> {
    session.may_write(Task::COLLECTION).await?;
    let mut write = session.write().await?;
    if write.find(Task::COLLECTION, id).await?.is_none() {
        return Err(Failure::new(Code::TaskNotFound).with("id", id.to_string()));
    }
    write.set(Task::COLLECTION, id, fields, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}
