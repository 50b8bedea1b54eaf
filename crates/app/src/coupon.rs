//! Coupons (R6): what the shop offers, and which of them a member may use now.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Edit, Failure, Fen, RecordId,
    birthday::Birthday,
    coupon::{self, Holder},
    nouns::{Coupon, CouponUse, CouponUseId},
    offer::Offer,
};
use shuke_store::{Write, coupon::Used, customer::File};
use ts_rs::TS;

use crate::{
    App, Session,
    customer::Id,
    reward::Refusal,
    session::{Rules, fresh_id},
};

#[derive(Debug, Default, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "ListCoupons", export_to = "app.ts", optional_fields)]
pub struct ListRequest {
    /// Whether this member may use each now, and if not, why.
    pub customer: Option<RecordId>,
    /// What the sale comes to; where it is left out, the least that a coupon asks for does not matter.
    pub total: Option<Fen>,
    /// Also what is not offered today.
    pub all: Option<bool>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct CouponRow {
    pub id: RecordId,
    pub coupon: Coupon,
    pub offered: bool,
    /// Why the member may not use it now.
    pub refusal: Option<Refusal>,
    /// The last business day on which they may.
    pub until: Option<String>,
    /// What it takes off the sale.
    pub off: Option<Fen>,
    /// How often it was used, and what that took off.
    pub times: i64,
    pub amount: Fen,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AddCoupon", export_to = "app.ts")]
pub struct Add {
    pub coupon: Coupon,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "EditCoupon", export_to = "app.ts")]
pub struct EditCoupon {
    pub id: RecordId,
    /// Only what changed; `null` clears a field.
    #[ts(type = "{ [field in keyof Coupon]?: Coupon[field] | null }")]
    pub fields: std::collections::BTreeMap<String, Value>,
}

/// A birthday of the solar calendar; another is kept and not reckoned.
fn birthday(file: &File) -> Option<Birthday> {
    let record = &file.stored.record;
    let solar = record.text("birthday_calendar").unwrap_or("solar") == "solar";
    record.text("birthday").filter(|_| solar)?.parse().ok()
}

/// In which periods a member has used one coupon.
fn periods(used: &[Used], coupon: RecordId) -> Vec<&str> {
    let of = used.iter().filter(|used| used.coupon == coupon.as_bytes().as_slice());
    of.map(|used| used.period.as_str()).collect()
}

pub async fn list(app: &App, request: ListRequest) -> Result<Vec<CouponRow>, Failure> {
    let session = app.session().await?;
    let rules = session.rules().await?;
    let today = rules.calendar.day_of(rules.earn.now);
    let (file, used) = match request.customer {
        Some(customer) => {
            session.may_read(CouponUse::COLLECTION).await?;
            (session.store.customer(customer).await?, session.store.coupons_used(customer).await?)
        }
        None => (None, Vec::new()),
    };
    let uses =
        if request.all == Some(true) { session.store.coupon_uses().await? } else { Vec::new() };
    let tier = file.as_ref().map(|file| rules.standing(&file.totals).tier).unwrap_or_default();
    let mut rows = Vec::new();
    for record in session.store.coupons().await? {
        let coupon: Coupon = record.view();
        let offered = Offer::from(&coupon).is_on(today);
        if !offered && request.all != Some(true) {
            continue;
        }
        let mut until = None;
        let refusal = file.as_ref().and_then(|file| {
            let periods = periods(&used, record.id);
            let holder = Holder { tier: &tier, birthday: birthday(file), used: &periods };
            let total = request.total.unwrap_or(Fen(i64::MAX));
            match coupon::may_use(&coupon, holder, total, (&rules.ladder, today)) {
                Ok(period) => {
                    until = period.until.map(|day| day.to_string());
                    None
                }
                Err(failure) => Some(Refusal::of(failure)),
            }
        });
        let came = uses.iter().find(|uses| uses.coupon == record.id.as_bytes().as_slice());
        rows.push(CouponRow {
            id: record.id,
            offered,
            refusal,
            until,
            off: request.total.map(|total| coupon::off(&coupon, total)),
            times: came.map_or(0, |uses| uses.times),
            amount: Fen(came.map_or(0, |uses| uses.amount)),
            coupon,
        });
    }
    // What may be used comes first.
    rows.sort_by_key(|row| (row.refusal.is_some(), row.until.is_none(), row.until.clone(), row.id));
    Ok(rows)
}

pub async fn add(app: &App, request: Add) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Coupon::COLLECTION).await?;
    coupon::check(&request.coupon, &session.rules().await?.ladder)?;
    let id = fresh_id();
    let mut write = session.write().await?;
    write.create(&request.coupon, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn edit(app: &App, request: EditCoupon) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Coupon::COLLECTION).await?;
    let rules = session.rules().await?;
    let mut write = session.write().await?;
    let stored = found(&mut write, request.id).await?;
    let edit = Edit { fields: request.fields, deleted: None };
    let (after, _) = edit.apply(&stored, write.stamp())?;
    coupon::check(&after.view(), &rules.ladder)?;
    session.edit(&mut write, Coupon::COLLECTION, request.id, &edit).await?;
    session.commit(write).await?;
    Ok(Id { id: request.id })
}

async fn found(write: &mut Write, id: RecordId) -> Result<shuke_domain::Record, Failure> {
    let found = write.find(Coupon::COLLECTION, id).await?.map(|stored| stored.record);
    found.filter(|record| !record.is_deleted()).ok_or_else(|| Failure::new(Code::CouponNotFound))
}

/// A coupon that a sale is about to take.
pub(crate) struct Taken {
    coupon: RecordId,
    period: String,
    pub(crate) off: Fen,
}

/// Whether a member may use it on a sale of `total`, asked before anything is written.
pub(crate) async fn take(
    session: &Session,
    rules: &Rules,
    id: RecordId,
    file: Option<&File>,
    total: Fen,
) -> Result<Taken, Failure> {
    let coupon: Coupon =
        session.record(id).await?.ok_or_else(|| Failure::new(Code::CouponNotFound))?;
    let file = file.ok_or_else(|| Failure::new(Code::CustomerNotFound))?;
    let used = session.store.coupons_used(file.stored.record.id).await?;
    let used = periods(&used, id);
    let tier = rules.standing(&file.totals).tier;
    let holder = Holder { tier: &tier, birthday: birthday(file), used: &used };
    let today = rules.calendar.day_of(rules.earn.now);
    let period = coupon::may_use(&coupon, holder, total, (&rules.ladder, today))?;
    Ok(Taken { coupon: id, period: period.name, off: coupon::off(&coupon, total) })
}

impl Taken {
    /// Writes the use beside its sale. Refused where another wrote one in between.
    pub(crate) async fn write(
        self,
        session: &Session,
        write: &mut Write,
        (customer, sale): (RecordId, RecordId),
        (amount, at): (Fen, i64),
    ) -> Result<(), Failure> {
        if write.periods_used(customer, self.coupon).await?.contains(&self.period) {
            return Err(Failure::new(Code::CouponUsed));
        }
        let used = CouponUse {
            coupon: Some(self.coupon),
            customer: Some(customer),
            sale: Some(sale),
            period: Some(self.period),
            amount: Some(amount),
            person: Some(session.person()),
            at: Some(at),
        };
        write.create(&used, CouponUseId::of(self.coupon, sale).into(), session.author()).await?;
        Ok(())
    }
}
