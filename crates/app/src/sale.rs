//! Sales at the counter.

use serde::{Deserialize, Serialize};
use serde_json::json;
use shuke_domain::{
    Code, Failure, Fen, Quantity, RecordId,
    authority::Matter,
    earn::Terms,
    nouns::{Currency, Customer, LedgerEntry, Product, Sale, SaleLine},
    tier::Standing,
};
use shuke_store::{Write, customer::File};
use ts_rs::TS;

use crate::{
    App, Session,
    authority::{self, Consent, Leave},
    coupon,
    earning::{self, Inputs},
    pricing::{self, PricedLine, goods, keeps_floor, priced},
    referral,
    reward::Refusal,
    session::{Rules, fresh_id},
};

/// A line as it is written: a known product, or an unknown number as it comes.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct LineInput {
    pub product: Option<RecordId>,
    pub sku: Option<String>,
    pub name: Option<String>,
    pub quantity: Quantity,
    /// What is paid for the whole line.
    pub amount: Fen,
    pub list_price: Option<Fen>,
}

/// How it was paid; recorded, never processed.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Tender {
    /// `cash`, `card`, `wechat_pay`, `alipay`, `points`.
    pub kind: String,
    pub amount: Fen,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct QuoteRequest {
    pub customer: Option<RecordId>,
    pub lines: Vec<LineInput>,
    pub coupon: Option<RecordId>,
}

/// What the sale would come to: total, points, and where it would put the customer.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Quote {
    /// The next receipt number of this till.
    pub number: String,
    /// Sum of the list prices.
    pub list_total: Fen,
    pub total: Fen,
    pub points: i64,
    /// What one unit of each line costs this member, where the product is known (R7).
    pub member_prices: Vec<Option<Fen>>,
    /// The first line that goes below its floor, counted from 1: `sale.add` refuses it.
    pub below_floor: Option<usize>,
    /// What the coupon takes off, within the floors, or why it may not be used.
    pub coupon_off: Fen,
    pub coupon_refusal: Option<Refusal>,
    /// What the lines go below the member's prices by, and why that needs leave.
    pub discount: Fen,
    pub approval: Option<Refusal>,
    /// What a hundred points are worth as a payment.
    pub worth_of_100: Fen,
    pub standing: Option<Standing>,
    pub standing_after: Option<Standing>,
    pub spent_12_months_after: Option<Fen>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AddSale", export_to = "app.ts", optional_fields)]
pub struct Add {
    pub customer: Option<RecordId>,
    pub lines: Vec<LineInput>,
    pub tenders: Option<Vec<Tender>>,
    /// Milliseconds since 1970; now where it is left out.
    pub sold_at: Option<i64>,
    pub note: Option<String>,
    pub coupon: Option<RecordId>,
    /// By whose leave, where it goes beyond a limit (R41).
    pub consent: Option<Consent>,
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "SaleAdded", export_to = "app.ts")]
pub struct Added {
    pub id: RecordId,
    pub number: String,
    pub total_fen: Fen,
    pub points: i64,
    pub balance: Option<i64>,
}

/// The most lines a sale may have: more is a mistake of a scanner.
const LINE_LIMIT: usize = 500;

fn total(lines: &[LineInput]) -> Fen {
    lines.iter().map(|line| line.amount).sum()
}

fn check(lines: &[LineInput]) -> Result<(), Failure> {
    if lines.is_empty() {
        return Err(Failure::new(Code::SaleEmpty));
    }
    let wrong = |line: &LineInput| {
        line.quantity.0 <= 0
            || line.amount.0 < 0
            || (line.product.is_none() && line.sku.is_none() && line.name.is_none())
    };
    match lines.iter().position(wrong) {
        _ if lines.len() > LINE_LIMIT => {
            Err(Failure::new(Code::SaleLineInvalid).with("line", LINE_LIMIT + 1))
        }
        Some(line) => Err(Failure::new(Code::SaleLineInvalid).with("line", line + 1)),
        None => Ok(()),
    }
}

/// `0918-047`: the day and how many the till wrote on it.
pub(crate) fn number(day: chrono::NaiveDate, count: i64) -> String {
    format!("{}-{count:03}", day.format("%m%d"))
}

pub async fn quote(app: &App, request: QuoteRequest) -> Result<Quote, Failure> {
    let session = app.session().await?;
    session.may_read(Sale::COLLECTION).await?;
    let rules = session.rules().await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let day = rules.calendar.day_of(now);
    let list = request
        .lines
        .iter()
        .map(|line| line.list_price.map_or(line.amount, |price| line.quantity.at(price)));
    let file = match request.customer {
        Some(id) => session.store.customer(id).await?,
        None => None,
    };
    let mut lines = priced(&session, &rules, &request.lines, file.as_ref()).await?;
    let discount = pricing::discount(&lines);
    let before = total(&request.lines);
    let (mut coupon_off, mut coupon_refusal) = (Fen(0), None);
    if let Some(coupon) = request.coupon {
        match coupon::take(&session, &rules, coupon, file.as_ref(), before).await {
            Ok(taken) => coupon_off = pricing::take_off(&mut lines, taken.off),
            Err(failure) => coupon_refusal = Some(Refusal::of(failure)),
        }
    }
    let total = before - coupon_off;
    let matter = (Matter::Discount, discount.0);
    let approval = authority::leave(&session, matter, request.customer, None).await.err();
    let totals = file.as_ref().map(|file| &file.totals);
    let points = match &file {
        Some(file) => {
            let inputs = Inputs::of(&rules, Some(file), now);
            let raw = inputs.points(&rules, &goods(&lines), total);
            earning::within_caps(&session, &rules, file.stored.record.id, (now, raw), &inputs)
                .await?
        }
        None if request.customer.is_some() => rules.earn.points_of(None, None, (total.0, 0)),
        None => 0,
    };
    Ok(Quote {
        number: number(day, session.store.receipt_preview(&day.to_string()).await?),
        list_total: list.sum(),
        total,
        points,
        member_prices: lines.iter().map(|line| line.member_price).collect(),
        coupon_off,
        coupon_refusal,
        discount,
        approval: approval.filter(|needed| needed.code == Code::ApprovalNeeded).map(Refusal::of),
        worth_of_100: worth_of_100(&rules),
        below_floor: lines.iter().position(PricedLine::is_below_floor).map(|line| line + 1),
        standing: totals.map(|totals| rules.standing(totals)),
        standing_after: totals.map(|totals| rules.standing_after(totals, total)),
        spent_12_months_after: totals.map(|totals| Fen(totals.spent_12_months) + total),
    })
}

pub async fn add(app: &App, request: Add) -> Result<Added, Failure> {
    let session = app.session().await?;
    session.may_write(Sale::COLLECTION).await?;
    check(&request.lines)?;
    let rules = session.rules().await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let file = match request.customer {
        Some(customer) => session.store.customer(customer).await?,
        None => None,
    };
    let mut priced = priced(&session, &rules, &request.lines, file.as_ref()).await?;
    keeps_floor(&priced)?;
    let matter = (Matter::Discount, pricing::discount(&priced).0);
    let leave =
        authority::leave(&session, matter, request.customer, request.consent.as_ref()).await?;
    let coupon = match request.coupon {
        Some(coupon) => {
            let before = total(&request.lines);
            Some(coupon::take(&session, &rules, coupon, file.as_ref(), before).await?)
        }
        None => None,
    };
    let coupon_off =
        coupon.as_ref().map_or(Fen(0), |taken| pricing::take_off(&mut priced, taken.off));
    let total: Fen = priced.iter().map(|line| line.amount).sum();
    let paid =
        Paid::of(&rules, request.tenders.as_deref().unwrap_or_default(), file.as_ref(), now)?;
    let spend = match (&request.consent, &leave) {
        // Who stands here may give leave for both; what was given for the discount does not pay.
        (consent @ Some(Consent::Pin { .. }), _) | (consent, Leave::NotNeeded) => consent.as_ref(),
        _ => None,
    };
    let paying = (Matter::Redemption, paid.points);
    let paying = authority::leave(&session, paying, request.customer, spend).await?;
    let shift = session.store.open_shift(session.identity.device).await?;
    let mut write = session.write().await?;
    if let Some(customer) = request.customer
        && write
            .find(Customer::COLLECTION, customer)
            .await?
            .is_none_or(|found| found.record.is_deleted())
    {
        return Err(Failure::new(Code::CustomerNotFound).with("id", customer.to_string()));
    }
    let sold_at = request.sold_at.unwrap_or(now);
    let today = rules.calendar.day_of(now);
    let inputs = Inputs::of(&rules, file.as_ref(), sold_at);
    let receipt = number(today, write.next_receipt(&today.to_string()).await?);
    let id = fresh_id();
    let approval = leave.write(&session, &mut write, id).await?;
    let sale = Sale {
        approval,
        shift: shift.map(|shift| shift.record.id),
        receipt_number: Some(receipt.clone()),
        customer: request.customer,
        store: session.identity.store,
        person: Some(session.person()),
        sold_at: Some(sold_at),
        tenders: request.tenders.map(|tenders| json!(tenders)),
        points_rule: Some(rules.earn.points.version),
        earn_rule: inputs.rule,
        earn_tier: inputs.tier.clone(),
        earn_birthday: inputs.birthday_month.then_some(true),
        source: Some("counter".to_owned()),
        note: request.note.filter(|note| !note.trim().is_empty()),
        ..Sale::default()
    };
    let mut lines = Vec::with_capacity(request.lines.len());
    for (position, line) in request.lines.iter().enumerate() {
        let mut line = line_of(&mut write, id, position, line).await?;
        line.amount = priced.get(position).map(|line| line.amount);
        if inputs.asks_for_categories(&rules) {
            line.category = priced.get(position).and_then(|line| line.category.clone());
        }
        lines.push(line);
    }
    put(&mut write, &session, id, &sale, &lines).await?;
    if let (Some(customer), Some(taken)) = (request.customer, coupon) {
        let amount = (coupon_off, sold_at);
        taken.write(&session, &mut write, (customer, id), amount).await?;
    }
    let approval = paying.write(&session, &mut write, id).await?;
    paid.write(&session, &mut write, (request.customer, id), (approval, sold_at)).await?;
    referral::credit(&session, &mut write, &rules, file.as_ref(), sold_at).await?;
    session.commit(write).await?;
    let balance = match request.customer {
        Some(customer) => {
            let after = session.store.customer(customer).await?;
            after.map(|file| file.totals.points_at(now))
        }
        None => None,
    };
    let before = file.as_ref().map(|file| file.totals.points_at(now));
    let points = match (inputs.rule, balance, before) {
        _ if request.customer.is_none() => 0,
        // With caps, what a sale adds is what the balance rose by beside what it was paid with.
        (Some(_), Some(after), Some(before)) => after - before + paid.points,
        _ => rules.earn.points_of(None, None, (total.0, 0)),
    };
    Ok(Added { id, number: receipt, total_fen: total, points, balance })
}

/// What a hundred points are worth today.
fn worth_of_100(rules: &Rules) -> Fen {
    let rule = rules.earn.in_force(rules.earn.now);
    rule.map_or_else(|| Terms::default().worth_of_100, |rule| rule.terms.worth_of_100)
}

/// What of a sale is paid with points.
#[derive(Clone, Copy)]
struct Paid {
    points: i64,
}

impl Paid {
    /// Points for the fen that were tendered, rounded up. Refused where the member has too few.
    fn of(
        rules: &Rules,
        tenders: &[Tender],
        file: Option<&File>,
        now: i64,
    ) -> Result<Self, Failure> {
        let by_points = tenders.iter().filter(|tender| tender.kind == "points");
        let amount: Fen = by_points.map(|tender| tender.amount).sum();
        if amount == Fen(0) {
            return Ok(Self { points: 0 });
        }
        let worth = worth_of_100(rules);
        let file = file.ok_or_else(|| Failure::new(Code::CustomerNotFound))?;
        if worth.0 <= 0 || amount.0 < 0 {
            return Err(Failure::new(Code::FieldInvalid).with("field", "tenders"));
        }
        let exact = (i128::from(amount.0) * 100 + i128::from(worth.0) - 1) / i128::from(worth.0);
        let points = i64::try_from(exact).unwrap_or(i64::MAX);
        let missing = points.saturating_sub(file.totals.points_at(now));
        if missing > 0 {
            return Err(Failure::new(Code::RewardPointsShort)
                .with("points", missing)
                .with("coins", 0));
        }
        Ok(Self { points })
    }

    async fn write(
        self,
        session: &Session,
        write: &mut Write,
        (customer, sale): (Option<RecordId>, RecordId),
        (approval, at): (Option<RecordId>, i64),
    ) -> Result<(), Failure> {
        if self.points == 0 {
            return Ok(());
        }
        let entry = LedgerEntry {
            customer,
            currency: Some(Currency::Points.as_str().to_owned()),
            kind: Some("pay".to_owned()),
            amount: Some(-self.points),
            sale: Some(sale),
            approval,
            person: Some(session.person()),
            at: Some(at),
            ..LedgerEntry::default()
        };
        write.create(&entry, fresh_id(), session.author()).await?;
        Ok(())
    }
}

/// A line as it is kept; a known product lends its number and name.
async fn line_of(
    write: &mut Write,
    sale: RecordId,
    position: usize,
    line: &LineInput,
) -> Result<SaleLine, Failure> {
    let product = match (line.product, &line.sku) {
        (Some(id), _) => Some(id),
        (None, Some(sku)) => write.product_by_sku(sku).await?,
        (None, None) => None,
    };
    let known: Option<Product> = match product {
        Some(id) => write.find(Product::COLLECTION, id).await?.map(|stored| stored.record.view()),
        None => None,
    };
    let known = known.unwrap_or_default();
    let sku = line.sku.clone().or(known.sku);
    Ok(SaleLine {
        sale: Some(sale),
        position: i64::try_from(position).ok(),
        product,
        name: line.name.clone().or(known.name).or_else(|| sku.clone()),
        sku,
        quantity: Some(line.quantity),
        amount: Some(line.amount),
        list_price: line.list_price.or(known.price),
        category: None,
    })
}

/// Puts a sale and its lines into a write: always together.
pub(crate) async fn put(
    write: &mut Write,
    session: &Session,
    id: RecordId,
    sale: &Sale,
    lines: &[SaleLine],
) -> Result<(), Failure> {
    write.create(sale, id, session.author()).await?;
    let mut records = Vec::with_capacity(lines.len());
    for line in lines {
        let stamp = write.stamp();
        records.push(shuke_domain::edit::create(line, fresh_id(), stamp)?);
    }
    write.insert(SaleLine::COLLECTION, records, session.author()).await?;
    Ok(())
}
