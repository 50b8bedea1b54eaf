//! Products: found by number, barcode or name while a sale is being written.

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, Failure, Fen, Record, RecordId,
    nouns::{Customer, Product},
    price,
};
use ts_rs::TS;

use crate::{App, customer::Id, search::Search, session::fresh_id};

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
