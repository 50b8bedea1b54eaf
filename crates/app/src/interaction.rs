//! What was said: notes, visits, calls, messages.

use serde::Deserialize;
use shuke_domain::{Code, Failure, RecordId, nouns::Interaction};
use ts_rs::TS;

use crate::{App, customer::Id, session::fresh_id};

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AddInteraction", export_to = "app.ts", optional_fields)]
pub struct Add {
    pub customer: RecordId,
    /// `note`, `visit`, `call`, `wechat`, `mail`.
    pub kind: String,
    pub text: String,
    pub direction: Option<String>,
    pub at: Option<i64>,
    pub minutes: Option<i64>,
}

/// Kinds there are; another is a mistake of the caller.
const KINDS: &[&str] = &["note", "visit", "call", "wechat", "mail"];

pub async fn add(app: &App, request: Add) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Interaction::COLLECTION).await?;
    if !KINDS.contains(&request.kind.as_str()) {
        return Err(Failure::new(Code::FieldInvalid).with("field", "kind"));
    }
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let mut write = session.write().await?;
    let interaction = Interaction {
        customer: Some(request.customer),
        kind: Some(request.kind),
        direction: request.direction,
        text: Some(request.text.trim().to_owned()),
        at: Some(request.at.unwrap_or(now)),
        minutes: request.minutes,
        person: Some(session.person()),
        store: session.identity.store,
    };
    let id = fresh_id();
    write.create(&interaction, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}
