//! Sales that name a phone or a card which nobody here had when they came in: who it may be by now, and
//! giving a sale to its customer.

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, Failure, Fen, RecordId, Roles,
    nouns::{Customer, Sale},
};
use ts_rs::TS;

use super::take;
use crate::{App, Event, Session, customer::Id};

/// How many a screen shows; what is given to somebody makes room for more.
const SHOWN: u32 = 200;

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct UnmatchedSale {
    pub sale: RecordId,
    pub number: String,
    pub sold_at: i64,
    pub total: Fen,
    pub refund: bool,
    pub phone: Option<String>,
    pub member_no: Option<String>,
    pub store: Option<String>,
    /// Who has that phone or card by now.
    pub found: Option<FoundCustomer>,
}

#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct FoundCustomer {
    pub id: RecordId,
    pub name: String,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct AssignRequest {
    pub sale: RecordId,
    pub customer: RecordId,
}

pub async fn unmatched(app: &App, (): ()) -> Result<Vec<UnmatchedSale>, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let eyes = session.eyes().await?;
    let mut shown = Vec::new();
    for sale in session.store.unmatched_sales(SHOWN).await? {
        let Some(id) = RecordId::from_slice(&sale.id) else { continue };
        let found = found(&session, sale.phone.as_deref(), sale.member_no.as_deref()).await?;
        let phone = sale.phone.map(serde_json::Value::from);
        let phone = phone.and_then(|phone| eyes.value(Sale::COLLECTION, "phone", &phone));
        shown.push(UnmatchedSale {
            sale: id,
            number: sale.receipt_number.unwrap_or_default(),
            sold_at: sale.sold_at.unwrap_or_default(),
            total: Fen(sale.total),
            refund: sale.refund,
            phone: phone.and_then(|phone| phone.as_str().map(str::to_owned)),
            member_no: sale.member_no,
            store: sale.store,
            found,
        });
    }
    Ok(shown)
}

async fn found(
    session: &Session,
    phone: Option<&str>,
    member_no: Option<&str>,
) -> Result<Option<FoundCustomer>, Failure> {
    let mut ids = match member_no {
        Some(number) => session.store.customers_by_member_no(number).await?,
        None => Vec::new(),
    };
    if let Some(phone) = phone.filter(|_| ids.is_empty()) {
        ids = session.store.customers_by_phone(phone).await?;
    }
    let Some(id) = ids.into_iter().min() else { return Ok(None) };
    let customer = session.record::<Customer>(id).await?;
    Ok(customer.map(|customer| FoundCustomer { id, name: customer.name.unwrap_or_default() }))
}

/// Gives a sale to a customer, with the points that it would have earned at the counter.
pub async fn assign(app: &App, request: AssignRequest) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let rules = session.rules().await?;
    let mut write = session.write().await?;
    let missing = || Failure::new(Code::SaleNotFound).with("id", request.sale.to_string());
    let sale = write.find(Sale::COLLECTION, request.sale).await?.ok_or_else(missing)?.record;
    if !take::belongs_to_nobody(&sale) {
        return Err(Failure::new(Code::RecordFixed).with("id", request.sale.to_string()));
    }
    take::give(&mut write, &rules, session.author(), (&sale, request.customer)).await?;
    session.commit(write).await?;
    app.announce(Event::Touched(vec!["intake".to_owned()]));
    Ok(Id { id: request.sale })
}
