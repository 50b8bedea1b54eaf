//! Balances of points and coins: always computed, never synced.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, Failure, RecordId,
    authority::Matter,
    nouns::{Currency, Customer, LedgerEntry},
};
use shuke_store::totals::Totals;
use ts_rs::TS;

use crate::{
    App,
    authority::{self, Consent},
    customer::ById,
    earning,
    session::fresh_id,
};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Balances {
    pub points: i64,
    pub coins: i64,
    pub expiring: Option<Expiring>,
    /// Newest first.
    pub entries: Vec<Entry>,
}

/// Points that are gone next, and the first moment without them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ExpiringPoints", export_to = "app.ts")]
pub struct Expiring {
    pub points: i64,
    pub at: i64,
}

pub(crate) fn expiring(totals: &Totals, now: i64) -> Option<Expiring> {
    let at = totals.expires_at.filter(|at| *at > now)?;
    Some(Expiring { points: totals.expiring, at })
}

/// How many of each kind a file shows.
const ENTRIES: usize = 200;

#[derive(Debug, Serialize, TS)]
#[ts(rename = "PointsEntry", export_to = "app.ts")]
pub struct Entry {
    pub id: RecordId,
    /// `sale`, `opening`, `adjust`, `redeem`, `undo`, `pay`, `referral`, `activity`.
    pub kind: String,
    pub currency: String,
    pub amount: i64,
    pub at: i64,
    /// For a redemption what was given.
    pub why: Option<String>,
    pub redemption: Option<RecordId>,
    /// Another entry takes it back.
    pub undone: bool,
    pub person: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AdjustPoints", export_to = "app.ts", optional_fields)]
pub struct Adjust {
    pub customer: RecordId,
    pub amount: i64,
    pub why: String,
    /// `points` unless said otherwise.
    pub currency: Option<String>,
    /// By whose leave, where it goes beyond a limit (R41).
    pub consent: Option<Consent>,
}

pub async fn show(app: &App, request: ById) -> Result<Balances, Failure> {
    let session = app.session().await?;
    session.may_read(LedgerEntry::COLLECTION).await?;
    let file = session.store.customer(request.id).await?;
    let file = file
        .ok_or_else(|| Failure::new(Code::CustomerNotFound).with("id", request.id.to_string()))?;
    let rules = session.rules().await?;
    let names = session.names().await?;
    let mut entries = Vec::new();
    let sales = earning::sales(&session, &rules, request.id).await?;
    for (sale, points) in sales.into_iter().take(ENTRIES) {
        let Some(id) = RecordId::from_slice(&sale.id) else { continue };
        entries.push(Entry {
            id,
            kind: "sale".to_owned(),
            currency: Currency::Points.as_str().to_owned(),
            amount: points,
            at: sale.sold_at,
            why: sale.receipt_number,
            redemption: None,
            undone: false,
            person: sale
                .person
                .as_deref()
                .and_then(RecordId::from_slice)
                .and_then(|id| names.get(&id).cloned()),
        });
    }
    let ledger = session.store.ledger_of(request.id, 200).await?;
    let undone: HashSet<RecordId> =
        ledger.iter().filter_map(|record| record.reference("reverses")).collect();
    for record in ledger {
        let entry: LedgerEntry = record.view();
        entries.push(Entry {
            id: record.id,
            kind: entry.kind.unwrap_or_default(),
            currency: entry.currency.unwrap_or_default(),
            amount: entry.amount.unwrap_or_default(),
            at: entry.at.unwrap_or_default(),
            why: entry.why,
            redemption: entry.redemption,
            undone: undone.contains(&record.id),
            person: entry.person.and_then(|id| names.get(&id).cloned()),
        });
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    let totals = &file.totals;
    Ok(Balances {
        points: totals.points_at(rules.earn.now),
        coins: totals.coins,
        expiring: expiring(totals, rules.earn.now),
        entries,
    })
}

pub async fn adjust(app: &App, request: Adjust) -> Result<Balances, Failure> {
    let session = app.session().await?;
    session.may_write(LedgerEntry::COLLECTION).await?;
    if request.why.trim().is_empty() {
        return Err(Failure::new(Code::WhyMissing));
    }
    if request.amount == 0 {
        return Err(Failure::new(Code::FieldInvalid).with("field", "amount"));
    }
    let currency = request.currency.as_deref().unwrap_or(Currency::Points.as_str());
    if ![Currency::Points, Currency::Coins].iter().any(|known| known.as_str() == currency) {
        return Err(Failure::new(Code::FieldInvalid).with("field", "currency"));
    }
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let rules = session.rules().await?;
    let matter = (Matter::Goodwill, request.amount);
    let leave =
        authority::leave(&session, matter, Some(request.customer), request.consent.as_ref())
            .await?;
    let mut write = session.write().await?;
    if write.find(Customer::COLLECTION, request.customer).await?.is_none() {
        return Err(Failure::new(Code::CustomerNotFound).with("id", request.customer.to_string()));
    }
    let id = fresh_id();
    let entry = LedgerEntry {
        approval: leave.write(&session, &mut write, id).await?,
        customer: Some(request.customer),
        currency: Some(currency.to_owned()),
        kind: Some("adjust".to_owned()),
        amount: Some(request.amount),
        why: Some(request.why.trim().to_owned()),
        person: Some(session.person()),
        at: Some(now),
        // What is given lapses as what is earned that day; what is taken away does not.
        earn_rule: rules.earn.in_force(now).map(|rule| rule.id).filter(|_| request.amount > 0),
        ..LedgerEntry::default()
    };
    write.create(&entry, id, session.author()).await?;
    session.commit(write).await?;
    show(app, ById { id: request.customer }).await
}
