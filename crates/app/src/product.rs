//! Products: found by number, barcode or name while a sale is being written.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Edit, Failure, Fen, Record, RecordId,
    nouns::{Customer, Product},
    price,
};
use ts_rs::TS;

use crate::{
    App, Session,
    customer::{ById, Id},
    search::Search,
    session::fresh_id,
};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ProductRow {
    pub id: RecordId,
    pub sku: String,
    pub name: String,
    pub unit: Option<String>,
    pub price: Option<Fen>,
    pub floor_price: Option<Fen>,
    pub barcode: Option<String>,
    pub category: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ByCode {
    /// A barcode or a stock-keeping number, whole.
    pub code: String,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct AskMemberPrices {
    pub customer: RecordId,
    pub products: Vec<RecordId>,
}

/// What one unit costs a member (R7).
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct MemberPrice {
    pub product: RecordId,
    pub price: Fen,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "AddProduct", export_to = "app.ts")]
pub struct Add {
    pub product: Product,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct EditProduct {
    pub id: RecordId,
    /// Only what changed; `null` clears a field.
    #[ts(type = "{ [field in keyof Product]?: Product[field] | null }")]
    pub fields: std::collections::BTreeMap<String, Value>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct ProductPage {
    pub id: RecordId,
    pub product: Product,
    /// What each tier pays, floor included (R7).
    pub tiers: Vec<TierPrice>,
    /// The product that takes its place, and who went along (R80).
    pub successor: Option<Succession>,
    pub mine: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct TierPrice {
    pub tier: String,
    pub price: Option<Fen>,
    /// The tier has a price of its own.
    pub own: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Succession {
    pub id: RecordId,
    pub name: String,
    /// Customers who ever bought the product, and of them who bought its successor.
    pub buyers: i64,
    pub moved: i64,
    /// Of those who did not, the latest to buy.
    pub lost: Vec<LostBuyer>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct LostBuyer {
    pub id: RecordId,
    pub name: String,
    pub last_at: i64,
}

/// How many of those who were lost are named.
const LOST: u32 = 200;

fn row(record: &Record) -> ProductRow {
    let product: Product = record.view();
    ProductRow {
        id: record.id,
        sku: product.sku.unwrap_or_default(),
        name: product.name.unwrap_or_default(),
        unit: product.unit,
        price: product.price,
        floor_price: product.floor_price,
        barcode: product.barcode,
        category: product.category,
    }
}

pub async fn search(app: &App, request: Search) -> Result<Vec<ProductRow>, Failure> {
    let limit = request.limit.unwrap_or(20).min(200);
    let found = app.session().await?.store.search_products(request.text.trim(), limit).await?;
    Ok(found.iter().map(|stored| row(&stored.record)).collect())
}

pub async fn by_code(app: &App, request: ByCode) -> Result<Option<ProductRow>, Failure> {
    let found = app.session().await?.store.product_by_code(request.code.trim()).await?;
    Ok(found.map(|stored| row(&stored.record)))
}

/// Prices of this member that are not the list's.
pub async fn member_prices(
    app: &App,
    request: AskMemberPrices,
) -> Result<Vec<MemberPrice>, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let rules = session.rules().await?;
    let Some(file) = session.store.customer(request.customer).await? else { return Ok(Vec::new()) };
    let tier = rules.standing(&file.totals).tier;
    let mut prices = Vec::new();
    for id in request.products.into_iter().take(500) {
        let product: Product = session.record(id).await?.unwrap_or_default();
        let price = price::member_price(&product, &rules.ladder, Some(&tier));
        prices.extend(
            price
                .filter(|price| Some(*price) != product.price)
                .map(|price| MemberPrice { product: id, price }),
        );
    }
    Ok(prices)
}

pub async fn show(app: &App, request: ById) -> Result<ProductPage, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let not_found = || Failure::new(Code::ProductNotFound).with("id", request.id.to_string());
    let product: Product = session.record(request.id).await?.ok_or_else(not_found)?;
    let ladder = session.rules().await?.ladder;
    let own = price::tier_prices(&product);
    let tiers = ladder.iter().map(|step| TierPrice {
        tier: step.name.clone(),
        price: price::member_price(&product, &ladder, Some(&step.name)),
        own: own.contains_key(&step.name),
    });
    let successor = match product.successor {
        Some(id) => Some(succession(&session, request.id, id).await?),
        None => None,
    };
    Ok(ProductPage {
        id: request.id,
        tiers: tiers.collect(),
        successor,
        mine: Product::COLLECTION.may_write(session.role().await?),
        product,
    })
}

async fn succession(
    session: &Session,
    from: RecordId,
    to: RecordId,
) -> Result<Succession, Failure> {
    let successor: Product = session.record(to).await?.unwrap_or_default();
    let (buyers, moved) = session.store.moved(from, to).await?;
    let lost = session.store.lost(from, to, LOST).await?;
    Ok(Succession {
        id: to,
        name: successor.name.or(successor.sku).unwrap_or_default(),
        buyers,
        moved,
        lost: lost
            .into_iter()
            .filter_map(|lost| {
                let id = RecordId::from_slice(&lost.id)?;
                Some(LostBuyer { id, name: lost.name.unwrap_or_default(), last_at: lost.last_at })
            })
            .collect(),
    })
}

pub async fn edit(app: &App, request: EditProduct) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Product::COLLECTION).await?;
    let wrong = |field: &str| Err(Failure::new(Code::FieldInvalid).with("field", field));
    let mut write = session.write().await?;
    let not_found = || Failure::new(Code::ProductNotFound).with("id", request.id.to_string());
    let stored = write.find(Product::COLLECTION, request.id).await?.ok_or_else(not_found)?;
    let edit = Edit { fields: request.fields, deleted: None };
    let (after, _) = edit.apply(&stored.record, write.stamp())?;
    let product: Product = after.view();
    if product.sku.as_deref().is_none_or(|sku| sku.trim().is_empty()) {
        return wrong("sku");
    }
    if product.successor == Some(request.id) {
        return wrong("successor");
    }
    let negative = |price: Option<Fen>| price.is_some_and(|price| price.0 < 0);
    let tiers = price::tier_prices(&product);
    if negative(product.price) || negative(product.floor_price) || tiers.values().any(|p| p.0 < 0) {
        return wrong("price");
    }
    session.edit(&mut write, Product::COLLECTION, request.id, &edit).await?;
    session.commit(write).await?;
    Ok(Id { id: request.id })
}

pub async fn add(app: &App, request: Add) -> Result<Id, Failure> {
    let session = app.session().await?;
    session.may_write(Product::COLLECTION).await?;
    if request.product.sku.as_deref().is_none_or(|sku| sku.trim().is_empty()) {
        return Err(Failure::new(Code::FieldInvalid).with("field", "sku"));
    }
    let mut write = session.write().await?;
    let id = fresh_id();
    write.create(&request.product, id, session.author()).await?;
    session.commit(write).await?;
    Ok(Id { id })
}
