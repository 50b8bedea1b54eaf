//! Shifts of a till: counting the drawer, selling, and counting it again. The report is reckoned from the
//! sales of the shift and says what has not gone up yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use shuke_domain::{
    Code, Edit, Failure, Fen, RecordId,
    nouns::{Sale, Shift},
};
use shuke_store::shift::ShiftSale;
use ts_rs::TS;

use crate::{
    App, Session,
    customer::{ById, Id},
    sale::Tender,
    session::fresh_id,
};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct OpenShift {
    /// Cash in the drawer.
    pub float: Fen,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct CloseShift {
    pub id: RecordId,
    /// Cash in the drawer, as it was counted.
    pub counted: Fen,
    pub note: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Shifts {
    /// The one that is open on this till.
    pub open: Option<ShiftReport>,
    /// The latest first, of all tills in the data of this device.
    pub closed: Vec<ShiftRow>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ShiftRow {
    pub id: RecordId,
    pub till: Option<String>,
    pub opened_at: i64,
    pub opened_by: Option<String>,
    pub closed_at: Option<i64>,
    pub closed_by: Option<String>,
}

/// What a shift comes to.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ShiftReport {
    pub row: ShiftRow,
    pub sales: i64,
    pub refunds: i64,
    pub sold: Fen,
    pub refunded: Fen,
    /// Sales with a member.
    pub members: i64,
    /// How it was paid, by kind; what nothing was said about counts as cash.
    pub tenders: Vec<Tender>,
    pub float: Fen,
    /// Cash that should be in the drawer.
    pub expected: Fen,
    pub counted: Option<Fen>,
    /// What is there beyond what should be; below zero where it is missing.
    pub difference: Option<Fen>,
    /// Sales of it that are not at the server yet.
    pub waiting: i64,
    pub note: Option<String>,
}

const SHIFTS: u32 = 60;

fn sums(sales: &[ShiftSale]) -> BTreeMap<String, Fen> {
    let mut sums: BTreeMap<String, Fen> = BTreeMap::new();
    for sale in sales {
        let tenders: Vec<Tender> = sale
            .tenders
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let mut rest = Fen(sale.total);
        for tender in tenders {
            rest = rest - tender.amount;
            let sum = sums.entry(tender.kind).or_default();
            *sum = *sum + tender.amount;
        }
        // Change is given in cash, and a refund too where nothing else is said.
        if rest != Fen(0) {
            let cash = sums.entry("cash".to_owned()).or_default();
            *cash = *cash + rest;
        }
    }
    sums
}

async fn report(session: &Session, id: RecordId, shift: &Shift) -> Result<ShiftReport, Failure> {
    let names = session.names().await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let from = shift.opened_at.unwrap_or_default();
    let until = shift.closed_at.unwrap_or(now).max(from);
    let sales = session.store.sales_of_shift(id, from, until).await?;
    let sums = sums(&sales);
    let float = shift.float.unwrap_or_default();
    let expected = float + sums.get("cash").copied().unwrap_or_default();
    let of = |refund: bool| sales.iter().filter(move |sale| sale.refund == refund);
    let count = |refund| i64::try_from(of(refund).count()).unwrap_or(i64::MAX);
    Ok(ShiftReport {
        row: row(id, shift, &names),
        sales: count(false),
        refunds: count(true),
        sold: of(false).map(|sale| Fen(sale.total)).sum(),
        refunded: of(true).map(|sale| Fen(sale.total)).sum(),
        members: i64::try_from(of(false).filter(|sale| sale.customer.is_some()).count())
            .unwrap_or(i64::MAX),
        tenders: sums.into_iter().map(|(kind, amount)| Tender { kind, amount }).collect(),
        float,
        expected,
        counted: shift.counted,
        difference: shift.counted.map(|counted| counted - expected),
        waiting: if session.server.is_some() {
            i64::try_from(sales.iter().filter(|sale| sale.waiting).count()).unwrap_or(i64::MAX)
        } else {
            0
        },
        note: shift.note.clone(),
    })
}

fn row(
    id: RecordId,
    shift: &Shift,
    names: &std::collections::HashMap<RecordId, String>,
) -> ShiftRow {
    let name = |id: Option<RecordId>| id.and_then(|id| names.get(&id).cloned());
    ShiftRow {
        id,
        till: name(shift.till),
        opened_at: shift.opened_at.unwrap_or_default(),
        opened_by: name(shift.opened_by),
        closed_at: shift.closed_at,
        closed_by: name(shift.closed_by),
    }
}

pub async fn list(app: &App, (): ()) -> Result<Shifts, Failure> {
    let session = app.session().await?;
    session.may_read(Shift::COLLECTION).await?;
    let names = session.names().await?;
    let open = match session.store.open_shift(session.identity.device).await? {
        Some(stored) => Some(report(&session, stored.record.id, &stored.record.view()).await?),
        None => None,
    };
    let shifts = session.store.shifts(SHIFTS).await?.into_iter();
    let closed = shifts
        .map(|record| row(record.id, &record.view(), &names))
        .filter(|row| row.closed_at.is_some())
        .collect();
    Ok(Shifts { open, closed })
}

pub async fn show(app: &App, request: ById) -> Result<ShiftReport, Failure> {
    let session = app.session().await?;
    session.may_read(Shift::COLLECTION).await?;
    let shift: Shift =
        session.record(request.id).await?.ok_or_else(|| Failure::new(Code::ShiftNotFound))?;
    report(&session, request.id, &shift).await
}

pub async fn open(app: &App, request: OpenShift) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Sale::COLLECTION).await?;
    if request.float.0 < 0 {
        return Err(Failure::new(Code::FieldInvalid).with("field", "float"));
    }
    if session.store.open_shift(session.identity.device).await?.is_some() {
        return Err(Failure::new(Code::ShiftOpen));
    }
    let shift = Shift {
        store: session.identity.store,
        till: Some(session.identity.device),
        opened_by: Some(session.person()),
        opened_at: Some(i64::try_from(session.now().await?).unwrap_or(i64::MAX)),
        float: Some(request.float),
        ..Shift::default()
    };
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(&shift, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn close(app: &App, request: CloseShift) -> Result<ShiftReport, Failure> {
    let session = app.session().await?;
    session.may_write(Sale::COLLECTION).await?;
    if request.counted.0 < 0 {
        return Err(Failure::new(Code::FieldInvalid).with("field", "counted"));
    }
    let shift: Shift =
        session.record(request.id).await?.ok_or_else(|| Failure::new(Code::ShiftNotFound))?;
    if shift.closed_at.is_some() {
        return Err(Failure::new(Code::ShiftClosed));
    }
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let fields = [
        ("closed_by".to_owned(), json!(session.person().to_string())),
        ("closed_at".to_owned(), json!(now)),
        ("counted".to_owned(), json!(request.counted)),
        ("note".to_owned(), json!(request.note.filter(|note| !note.trim().is_empty()))),
    ];
    let mut write = session.write().await?;
    let edit = Edit { fields: fields.into(), deleted: None };
    session.edit(&mut write, Shift::COLLECTION, request.id, &edit).await?;
    session.commit(write).await?;
    show(app, ById { id: request.id }).await
}
