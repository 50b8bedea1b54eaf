//! A customer's file: made, read, edited, deleted and brought back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Edit, Eyes, Failure, Fen, Field, Kind, Quantity, Record, RecordId, Sight,
    birthday::Birthday, nouns::Customer, phone, tier::Standing,
};
use ts_rs::TS;

use crate::{
    App, Session, points,
    session::{Rules, fresh_id},
    tag,
};

#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Id {
    pub id: RecordId,
}

pub type ById = Id;

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Recent {
    pub limit: u32,
}

/// Someone served a moment ago, and with what.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct RecentCustomer {
    pub id: RecordId,
    pub name: String,
    pub tier: String,
    pub at: i64,
    /// `sale`, `refund` or an interaction's kind.
    pub kind: String,
    pub amount: Option<Fen>,
    pub text: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ByPhone {
    pub phone: String,
}

/// R31: a known number opens its file, an unknown one a draft. One number may belong to several.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct PhoneAnswer {
    /// E.164 where it is a number at all.
    pub phone: String,
    pub customers: Vec<RecordId>,
}

#[derive(Debug, Default, Deserialize, TS)]
#[serde(default)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Add {
    pub customer: Customer,
    /// Fields of one's own and fields given by name: texts that are read as the field's kind.
    #[ts(type = "Record<string, unknown>", optional)]
    pub fields: Option<BTreeMap<String, Value>>,
    pub tags: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct EditCustomer {
    pub id: RecordId,
    /// Only what changed; `null` clears a field.
    #[ts(
        type = "{ [field in keyof Customer]?: Customer[field] | null } & Record<string, unknown>"
    )]
    pub fields: BTreeMap<String, Value>,
}

/// Computed from sales, never typed (R1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Totals {
    /// Purchases, refunds not counted.
    pub sales: i64,
    pub units: Quantity,
    pub spent: Fen,
    /// In the rolling twelve months that tiers look at (R5).
    pub spent_12_months: Fen,
    pub first_sale_at: Option<i64>,
    pub last_sale_at: Option<i64>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct CustomerFile {
    pub id: RecordId,
    pub customer: Customer,
    /// Fields of which only this much is shown; `customer.reveal` shows one and writes down who looked.
    pub masked: Vec<String>,
    /// Fields of one's own, and fields that a newer version wrote.
    #[ts(type = "Record<string, unknown>")]
    pub own_fields: serde_json::Map<String, Value>,
    /// How the name is read, syllable by syllable, with tones; empty for Latin names.
    pub reading: Vec<String>,
    pub totals: Totals,
    pub standing: Standing,
    pub points: i64,
    /// 将过期: what is gone next.
    pub expiring: Option<points::Expiring>,
    pub coins: i64,
    pub tags: Vec<String>,
    pub owner_name: Option<String>,
    /// Who brought them, where that one is in the data of this device (R53).
    pub referrer_name: Option<String>,
    pub store_name: Option<String>,
    /// The newest sales, for the card at the counter.
    pub latest_sales: Vec<LatestSale>,
    pub deleted: bool,
    /// Not in the data of this device: somebody here sold to them once, and another store looks after them.
    pub away: bool,
    /// Not yet on the server.
    pub waiting: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct LatestSale {
    pub id: RecordId,
    pub sold_at: i64,
    pub total: Fen,
    /// Names of the products, in their order.
    pub products: Vec<String>,
    pub refund: bool,
}

pub async fn recent(app: &App, request: Recent) -> Result<Vec<RecentCustomer>, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let rules = session.rules().await?;
    let served = session.store.served(request.limit.min(50)).await?;
    Ok(served
        .into_iter()
        .filter_map(|served| {
            Some(RecentCustomer {
                id: RecordId::from_slice(&served.id)?,
                name: served.name.unwrap_or_default(),
                tier: rules.tier(served.spent_12_months),
                at: served.at,
                kind: served.kind,
                amount: served.amount.map(Fen),
                text: served.said,
            })
        })
        .collect())
}

pub async fn show(app: &App, request: ById) -> Result<CustomerFile, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let eyes = session.eyes().await?;
    let rules = session.rules().await?;
    let Some(file) = session.store.customer(request.id).await? else {
        return elsewhere(&session, &rules, request.id).await;
    };
    let record = &eyes.shown(&file.stored.record);
    let known = |name: &str| Customer::COLLECTION.field(name).is_some();
    let latest = session.store.latest_sales(request.id, 5).await?;
    let referrer = match record.reference("referred_by") {
        Some(referrer) => session.store.customer(referrer).await?,
        None => None,
    };
    let referrer_name =
        referrer.and_then(|file| file.stored.record.text("name").map(str::to_owned));
    Ok(CustomerFile {
        id: request.id,
        referrer_name,
        customer: record.view(),
        masked: masked(&eyes, record),
        own_fields: record
            .fields
            .iter()
            .filter(|(name, value)| !known(name) && !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        away: false,
        reading: shuke_store::search::read_aloud(
            record.text("name").unwrap_or_default(),
            record.text("reading"),
        ),
        totals: totals(&file.totals),
        standing: rules.standing(&file.totals),
        points: file.totals.points_at(rules.earn.now),
        expiring: points::expiring(&file.totals, rules.earn.now),
        coins: file.totals.coins,
        tags: file.tags,
        owner_name: file.owner_name,
        store_name: file.store_name,
        latest_sales: latest.into_iter().filter_map(latest_sale).collect(),
        deleted: record.is_deleted(),
        waiting: rules.shared && file.waiting,
    })
}

/// A customer of whom only the name of a record is here: what was sold to them stays to be seen.
async fn elsewhere(
    session: &Session,
    rules: &Rules,
    id: RecordId,
) -> Result<CustomerFile, Failure> {
    if !session.store.speaks_of(id).await? {
        return Err(Failure::new(Code::CustomerNotFound).with("id", id.to_string()));
    }
    let latest = session.store.latest_sales(id, 5).await?;
    Ok(CustomerFile {
        id,
        customer: Customer::default(),
        own_fields: serde_json::Map::new(),
        away: true,
        reading: Vec::new(),
        totals: Totals::default(),
        standing: rules.standing(&Default::default()),
        points: 0,
        expiring: None,
        coins: 0,
        tags: Vec::new(),
        owner_name: None,
        referrer_name: None,
        store_name: None,
        latest_sales: latest.into_iter().filter_map(latest_sale).collect(),
        deleted: false,
        waiting: false,
        masked: Vec::new(),
    })
}

fn latest_sale(line: shuke_store::sale::Line) -> Option<LatestSale> {
    Some(LatestSale {
        id: RecordId::from_slice(&line.id)?,
        sold_at: line.sold_at.unwrap_or_default(),
        total: Fen(line.total),
        products: line.products.unwrap_or_default().split('\n').map(str::to_owned).collect(),
        refund: line.refund,
    })
}

/// Fields of a record that hold something and are shown masked.
pub(crate) fn masked(eyes: &Eyes, record: &Record) -> Vec<String> {
    let masked = |field: &&Field| {
        field.guard.is_some()
            && record.fields.get(field.name).is_some_and(|value| !value.is_null())
            && eyes.sight(Customer::COLLECTION, field.name) == Sight::Masked
    };
    let fields = Customer::COLLECTION.fields.iter().filter(masked);
    fields.map(|field| field.name.to_owned()).collect()
}

pub(crate) fn totals(totals: &shuke_store::totals::Totals) -> Totals {
    Totals {
        sales: totals.sales,
        units: Quantity(totals.units),
        spent: Fen(totals.spent),
        spent_12_months: Fen(totals.spent_12_months),
        first_sale_at: totals.first_sale_at,
        last_sale_at: totals.last_sale_at,
    }
}

pub async fn by_phone(app: &App, request: ByPhone) -> Result<PhoneAnswer, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let rules = session.rules().await?;
    let phone =
        phone::parse(&request.phone, &rules.region).map_or(request.phone, |phone| phone.number);
    let eyes = session.eyes().await?;
    let numbers = ["phone", "landline", "other_phones"];
    let sight = numbers.iter().map(|field| eyes.sight(Customer::COLLECTION, field)).max();
    // A masked number is found by the whole of it, a hidden one by nobody.
    let whole = phone.chars().filter(char::is_ascii_digit).count() >= WHOLE_NUMBER;
    let may = match sight {
        Some(Sight::Hidden) | None => false,
        Some(Sight::Masked) => whole,
        Some(Sight::Open) => true,
    };
    let customers = if may { session.store.customers_by_phone(&phone).await? } else { Vec::new() };
    Ok(PhoneAnswer { phone, customers })
}

/// Fewer digits are no number that somebody could be called by.
pub(crate) const WHOLE_NUMBER: usize = 7;

/// Numbers and dates as people type them become what the fields hold; the rest stays as it came.
pub(crate) fn tidy(fields: &mut BTreeMap<String, Value>, rules: &Rules) -> Result<(), Failure> {
    for (name, value) in fields.iter_mut() {
        let Value::String(text) = value else { continue };
        let trimmed = text.trim();
        let field = Customer::COLLECTION.field(name);
        *value = match (name.as_str(), field.map(|field| field.kind)) {
            _ if trimmed.is_empty() => Value::Null,
            ("phone" | "landline", _) => Value::from(
                phone::parse(trimmed, &rules.region)
                    .map_or_else(|| trimmed.to_owned(), |phone| phone.number),
            ),
            ("birthday", _) => {
                let birthday: Birthday = trimmed.parse().map_err(|error| {
                    Failure::new(Code::FieldInvalid).with("field", name.as_str()).because(error)
                })?;
                Value::from(birthday.to_string())
            }
            (_, Some(Kind::Int)) => trimmed.parse::<i64>().map(Value::from).map_err(|error| {
                Failure::new(Code::FieldInvalid).with("field", name.as_str()).because(error)
            })?,
            (_, Some(Kind::Json)) => serde_json::from_str(trimmed).unwrap_or_else(|_| {
                let items = trimmed
                    .split([',', '，', '、', ';', '；'])
                    .map(str::trim)
                    .filter(|item| !item.is_empty());
                items.map(Value::from).collect()
            }),
            _ => Value::from(trimmed),
        };
    }
    Ok(())
}

pub async fn add(app: &App, request: Add) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Customer::COLLECTION).await?;
    let rules = session.rules().await?;
    let mut edit = Edit::setting(&request.customer);
    edit.fields.extend(request.fields.unwrap_or_default());
    tidy(&mut edit.fields, &rules)?;
    edit.fields.retain(|_, value| !value.is_null());
    if !edit.fields.contains_key("name") {
        return Err(Failure::new(Code::CustomerNameMissing));
    }
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let mut write = session.write().await?;
    let today = rules.calendar.day_of(now).to_string();
    edit.fields.entry("joined_on".to_owned()).or_insert_with(|| today.into());
    for (field, place) in session.home_of_new() {
        if let Some(place) = place {
            edit.fields.entry(field.to_owned()).or_insert_with(|| place.to_string().into());
        }
    }
    if !edit.fields.contains_key("member_no")
        && let Some(number) = write.next_member_no().await?
    {
        edit.fields.insert("member_no".to_owned(), format!("{number:08}").into());
    }
    let id = fresh_id();
    let stamp = write.stamp();
    let (record, _) = edit.apply(&Record::empty(Customer::COLLECTION.name, id), stamp)?;
    session.may_change(None, &record).await?;
    write.insert(Customer::COLLECTION, vec![record], session.author()).await?;
    for name in request.tags.unwrap_or_default() {
        tag::put_in(&mut write, id, &name, session.author()).await?;
    }
    session.commit(write).await?;
    Ok(Id { id })
}

pub async fn edit(app: &App, request: EditCustomer) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Customer::COLLECTION).await?;
    let mut fields = request.fields;
    tidy(&mut fields, &session.rules().await?)?;
    if fields.get("name").is_some_and(Value::is_null) {
        return Err(Failure::new(Code::CustomerNameMissing));
    }
    if fields.get("referred_by").and_then(Value::as_str) == Some(&request.id.to_string()) {
        return Err(Failure::new(Code::ReferralSelf));
    }
    unmask(&session, request.id, &mut fields).await?;
    let edit = Edit { fields, deleted: None };
    change(&session, request.id, &edit).await
}

pub async fn delete(app: &App, request: ById) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Customer::COLLECTION).await?;
    change(&session, request.id, &Edit::deleting(true)).await
}

/// Takes a deletion back.
pub async fn restore(app: &App, request: ById) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Customer::COLLECTION).await?;
    change(&session, request.id, &Edit::deleting(false)).await
}

/// A mask that comes back is not a value that somebody typed: it changes nothing.
async fn unmask(
    session: &Session,
    id: RecordId,
    fields: &mut BTreeMap<String, Value>,
) -> Result<(), Failure> {
    let eyes = session.eyes().await?;
    if eyes.masked(Customer::COLLECTION).is_empty() {
        return Ok(());
    }
    let Some(stored) = session.store.record(Customer::COLLECTION, id).await? else { return Ok(()) };
    let shown = eyes.shown(&stored.record);
    fields.retain(|field, value| {
        let masked = eyes.sight(Customer::COLLECTION, field) == Sight::Masked;
        !(masked && !value.is_null() && shown.fields.get(field) == Some(value))
    });
    Ok(())
}

async fn change(session: &Session, id: RecordId, edit: &Edit) -> Result<Id, Failure> {
    let mut write = session.write().await?;
    if write.find(Customer::COLLECTION, id).await?.is_none() {
        return Err(Failure::new(Code::CustomerNotFound).with("id", id.to_string()));
    }
    session.edit(&mut write, Customer::COLLECTION, id, edit).await?;
    session.commit(write).await?;
    Ok(Id { id })
}
