//! Sales and refunds at the counter.

use serde::{Deserialize, Serialize};
use serde_json::json;
use shuke_domain::{
    Code, Failure, Fen, Quantity, RecordId,
    earn::Goods,
    nouns::{Customer, Device, Product, Sale, SaleLine},
    price,
    tier::Standing,
};
use shuke_store::{Write, customer::File};
use ts_rs::TS;

use crate::{
    App, Session,
    customer::ById,
    earning::{self, Inputs},
    points,
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
    /// `cash`, `card`, `wechat_pay`, `alipay`.
    pub kind: String,
    pub amount: Fen,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct QuoteRequest {
    pub customer: Option<RecordId>,
    pub lines: Vec<LineInput>,
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

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Refund {
    pub sale: RecordId,
    /// All that is left of it, where it is not said.
    pub amount: Option<Fen>,
    pub note: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Refunded {
    pub id: RecordId,
    pub refunded_fen: Fen,
    /// The change of the balance: never positive.
    pub points: i64,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Receipt {
    pub id: RecordId,
    pub number: String,
    pub sold_at: i64,
    pub workspace: String,
    pub store: Option<String>,
    pub device: Option<String>,
    pub person: Option<String>,
    pub customer: Option<RecordId>,
    pub customer_name: Option<String>,
    /// The customer is not in the data of this device.
    pub customer_away: bool,
    pub lines: Vec<ReceiptLine>,
    pub total: Fen,
    /// Sum of its refunds so far, negative.
    pub refunded: Fen,
    pub refund_of: Option<RecordId>,
    pub tenders: Vec<Tender>,
    pub points: i64,
    pub balance: Option<i64>,
    pub expiring: Option<points::Expiring>,
    pub standing: Option<Standing>,
    pub waiting: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ReceiptLine {
    pub product: Option<RecordId>,
    pub sku: Option<String>,
    pub name: String,
    pub quantity: Quantity,
    pub amount: Fen,
    pub list_price: Option<Fen>,
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
fn number(day: chrono::NaiveDate, count: i64) -> String {
    format!("{}-{count:03}", day.format("%m%d"))
}

pub async fn quote(app: &App, request: QuoteRequest) -> Result<Quote, Failure> {
    let session = app.session().await?;
    session.may_read(Sale::COLLECTION).await?;
    let rules = session.rules().await?;
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let day = rules.calendar.day_of(now);
    let total = total(&request.lines);
    let list = request
        .lines
        .iter()
        .map(|line| line.list_price.map_or(line.amount, |price| line.quantity.at(price)));
    let file = match request.customer {
        Some(id) => session.store.customer(id).await?,
        None => None,
    };
    let lines = priced(&session, &rules, &request.lines, file.as_ref()).await?;
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
        below_floor: lines.iter().position(PricedLine::is_below_floor).map(|line| line + 1),
        standing: totals.map(|totals| rules.standing(totals)),
        standing_after: totals.map(|totals| rules.standing_after(totals, total)),
        spent_12_months_after: totals.map(|totals| Fen(totals.spent_12_months) + total),
    })
}

/// A line with what is known of its goods.
struct PricedLine {
    sku: Option<String>,
    category: Option<String>,
    name: Option<String>,
    amount: Fen,
    /// The least that the whole line may go for.
    least: Option<Fen>,
    /// What one unit costs this member.
    member_price: Option<Fen>,
}

impl PricedLine {
    fn is_below_floor(&self) -> bool {
        self.least.is_some_and(|least| self.amount < least)
    }
}

fn goods(lines: &[PricedLine]) -> Vec<Goods<'_>> {
    lines
        .iter()
        .map(|line| Goods {
            sku: line.sku.as_deref(),
            category: line.category.as_deref(),
            amount: line.amount,
        })
        .collect()
}

/// Lines with the products they name, the member's price and the floor (R7).
async fn priced(
    session: &Session,
    rules: &Rules,
    lines: &[LineInput],
    file: Option<&File>,
) -> Result<Vec<PricedLine>, Failure> {
    let tier = file.map(|file| rules.standing(&file.totals).tier);
    let mut priced = Vec::with_capacity(lines.len());
    for line in lines {
        let product = match (line.product, &line.sku) {
            (Some(id), _) => session.record::<Product>(id).await?,
            (None, Some(sku)) => session.store.product_by_sku(sku).await?,
            (None, None) => None,
        };
        let product = product.unwrap_or_default();
        priced.push(PricedLine {
            least: price::least(&product, line.quantity),
            member_price: price::member_price(&product, &rules.ladder, tier.as_deref()),
            sku: line.sku.clone().or(product.sku),
            category: product.category,
            name: line.name.clone().or(product.name),
            amount: line.amount,
        });
    }
    Ok(priced)
}

/// Refuses a line below what its product may go for.
fn keeps_floor(lines: &[PricedLine]) -> Result<(), Failure> {
    let Some(place) = lines.iter().position(PricedLine::is_below_floor) else { return Ok(()) };
    let line = &lines[place];
    Err(Failure::new(Code::SaleBelowFloor)
        .with("line", place + 1)
        .with("name", line.name.clone().or_else(|| line.sku.clone()).unwrap_or_default())
        .with("amount", line.amount.0)
        .with("floor", line.least.unwrap_or_default().0))
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
    let priced = priced(&session, &rules, &request.lines, file.as_ref()).await?;
    keeps_floor(&priced)?;
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
    let sale = Sale {
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
        if inputs.asks_for_categories(&rules) {
            line.category = priced.get(position).and_then(|line| line.category.clone());
        }
        lines.push(line);
    }
    put(&mut write, &session, id, &sale, &lines).await?;
    session.commit(write).await?;
    let total = total(&request.lines);
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
        // With caps, what a sale adds is what the balance rose by.
        (Some(_), Some(after), Some(before)) => after - before,
        _ => rules.earn.points_of(None, None, (total.0, 0)),
    };
    Ok(Added { id, number: receipt, total_fen: total, points, balance })
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
async fn put(
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

pub async fn refund(app: &App, request: Refund) -> Result<Refunded, Failure> {
    let session = app.session().await?;
    session.may_write(Sale::COLLECTION).await?;
    let rules = session.rules().await?;
    let original = session.store.sale(request.sale).await?;
    let original = original
        .ok_or_else(|| Failure::new(Code::SaleNotFound).with("id", request.sale.to_string()))?;
    let sold: Sale = original.sale.record.view();
    if sold.refund_of.is_some() {
        return Err(Failure::new(Code::SaleRefundOfRefund));
    }
    let left = original.total + original.refunded;
    let amount = request.amount.map_or(left, |amount| amount.0);
    if amount <= 0 || amount > left {
        return Err(Failure::new(Code::SaleRefundTooHigh)
            .with("left", left)
            .with("amount", amount));
    }
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let today = rules.calendar.day_of(now);
    let before = match sold.customer {
        Some(customer) => session.store.customer(customer).await?,
        None => None,
    };
    let mut write = session.write().await?;
    let id = fresh_id();
    let refund = Sale {
        receipt_number: Some(number(today, write.next_receipt(&today.to_string()).await?)),
        customer: sold.customer,
        store: session.identity.store,
        person: Some(session.person()),
        sold_at: Some(now),
        refund_of: Some(request.sale),
        points_rule: sold.points_rule,
        earn_rule: sold.earn_rule,
        source: Some("counter".to_owned()),
        note: request.note.filter(|note| !note.trim().is_empty()),
        ..Sale::default()
    };
    let whole = original.refunded == 0 && amount == original.total;
    let lines = if whole {
        original.lines.iter().map(|line| given_back(id, &line.view())).collect()
    } else {
        // Part of the money without saying for what: one line that names nothing but the amount.
        let names: Vec<&str> = original.lines.iter().filter_map(|line| line.text("name")).collect();
        vec![SaleLine {
            sale: Some(id),
            position: Some(0),
            name: Some(names.join("、")),
            quantity: Some(Quantity(0)),
            amount: Some(Fen(-amount)),
            ..SaleLine::default()
        }]
    };
    put(&mut write, &session, id, &refund, &lines).await?;
    session.commit(write).await?;
    let points = match (sold.customer, before) {
        (None, _) => 0,
        // With caps and lapsing, what a refund takes is what the balance fell by.
        (Some(customer), Some(before)) if sold.earn_rule.is_some() => {
            let after = session.store.customer(customer).await?;
            let after = after.map_or(0, |file| file.totals.points_at(now));
            after - before.totals.points_at(now)
        }
        (Some(_), _) => {
            let of = |refunded: i64| {
                rules.earn.points_of(sold.earn_rule, original.earning, (original.total, refunded))
            };
            of(original.refunded - amount) - of(original.refunded)
        }
    };
    Ok(Refunded { id, refunded_fen: Fen(amount), points })
}

fn given_back(refund: RecordId, line: &SaleLine) -> SaleLine {
    SaleLine {
        sale: Some(refund),
        quantity: line.quantity.map(|quantity| Quantity(-quantity.0)),
        amount: line.amount.map(std::ops::Neg::neg),
        ..line.clone()
    }
}

pub async fn show(app: &App, request: ById) -> Result<Receipt, Failure> {
    let session = app.session().await?;
    session.may_read(Sale::COLLECTION).await?;
    let rules = session.rules().await?;
    let found = session.store.sale(request.id).await?;
    let found =
        found.ok_or_else(|| Failure::new(Code::SaleNotFound).with("id", request.id.to_string()))?;
    let sale: Sale = found.sale.record.view();
    let names = session.names().await?;
    let file = match sale.customer {
        Some(customer) => session.store.customer(customer).await?,
        None => None,
    };
    let device = session.record::<Device>(session.identity.device).await?;
    let points = if sale.customer.is_some() && sale.refund_of.is_none() {
        let amounts = (found.total, found.refunded);
        match (sale.customer, sale.earn_rule) {
            (Some(customer), Some(_)) => {
                earning::earned_by(&session, &rules, customer, request.id).await?
            }
            _ => rules.earn.points_of(sale.earn_rule, found.earning, amounts),
        }
    } else {
        0
    };
    Ok(Receipt {
        id: request.id,
        number: sale.receipt_number.unwrap_or_default(),
        sold_at: sale.sold_at.unwrap_or_default(),
        workspace: session.workspace().await?.name.unwrap_or_default(),
        store: sale.store.and_then(|id| names.get(&id).cloned()),
        device: device.and_then(|device| device.name),
        person: sale.person.and_then(|id| names.get(&id).cloned()),
        customer: sale.customer,
        customer_away: sale.customer.is_some() && file.is_none(),
        customer_name: file
            .as_ref()
            .and_then(|file| file.stored.record.text("name").map(str::to_owned)),
        lines: found
            .lines
            .iter()
            .map(|line| {
                let line: SaleLine = line.view();
                ReceiptLine {
                    product: line.product,
                    name: line.name.or_else(|| line.sku.clone()).unwrap_or_default(),
                    sku: line.sku,
                    quantity: line.quantity.unwrap_or_default(),
                    amount: line.amount.unwrap_or_default(),
                    list_price: line.list_price,
                }
            })
            .collect(),
        total: Fen(found.total),
        refunded: Fen(found.refunded),
        refund_of: sale.refund_of,
        tenders: sale
            .tenders
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default(),
        points,
        balance: file.as_ref().map(|file| file.totals.points_at(rules.earn.now)),
        expiring: file.as_ref().and_then(|file| points::expiring(&file.totals, rules.earn.now)),
        standing: file.as_ref().map(|file| rules.standing(&file.totals)),
        waiting: rules.shared && found.waiting,
    })
}
