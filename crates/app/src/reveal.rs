//! A masked value, shown once and on record: who looked at what, when, on which device. Offline too.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Failure, RecordId, Roles, Sight,
    nouns::{Customer, Reveal},
};
use ts_rs::TS;

use crate::{App, session::fresh_id};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct RevealField {
    pub id: RecordId,
    pub field: String,
}

#[derive(Serialize, TS)]
#[expect(missing_debug_implementations, reason = "the value belongs in no log")]
#[ts(export_to = "app.ts")]
pub struct Shown {
    #[ts(type = "unknown")]
    pub value: Value,
}

#[derive(Debug, Default, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "RevealListRequest", export_to = "app.ts", optional_fields)]
pub struct ListRequest {
    pub customer: Option<RecordId>,
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct RevealRow {
    pub at: i64,
    pub field: String,
    pub customer: Option<RecordId>,
    pub customer_name: Option<String>,
    pub person: Option<String>,
    pub device: Option<String>,
}

/// The value, once the look at it is written down: never the other way round.
pub async fn reveal(app: &App, request: RevealField) -> Result<Shown, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let eyes = session.eyes().await?;
    let stored = session.store.record(Customer::COLLECTION, request.id).await?;
    let missing = || Failure::new(Code::CustomerNotFound).with("id", request.id.to_string());
    let record = stored.ok_or_else(missing)?.record;
    let value = record.fields.get(&request.field).cloned().unwrap_or(Value::Null);
    match eyes.sight(Customer::COLLECTION, &request.field) {
        Sight::Open => return Ok(Shown { value }),
        Sight::Hidden => {
            let role = session.role().await?;
            return Err(Failure::new(Code::RightMissing)
                .with("role", role.as_str())
                .with("field", request.field));
        }
        Sight::Masked => {}
    }
    let reveal = Reveal {
        customer: Some(request.id),
        field: Some(request.field),
        person: Some(session.person()),
        seen_on: Some(session.identity.device),
        at: i64::try_from(session.now().await?).ok(),
    };
    let mut write = session.write().await?;
    write.create(&reveal, fresh_id(), session.author()).await?;
    session.commit(write).await?;
    Ok(Shown { value })
}

/// Who looked: for those who answer for it.
pub async fn list(app: &App, request: ListRequest) -> Result<Vec<RevealRow>, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let limit = request.limit.unwrap_or(200).min(5_000);
    let rows = session.store.reveals(request.customer, limit).await?;
    Ok(rows
        .into_iter()
        .map(|row| RevealRow {
            at: row.at,
            field: row.field.unwrap_or_default(),
            customer: row.customer.as_deref().and_then(RecordId::from_slice),
            customer_name: row.customer_name,
            person: row.person,
            device: row.device,
        })
        .collect())
}
