//! Sales out of a file. Rows that share a sale number are one sale; an unknown customer or product
//! is made by its number; a sale whose number is already there is not taken twice.

use std::collections::HashMap;

use serde_json::json;
use shuke_domain::{
    Failure, Fen, Quantity, Record, RecordId,
    day::Calendar,
    nouns::{Customer, Product, Sale, SaleLine},
};
use shuke_exchange::SaleRow;
use shuke_store::{Author, Write, rules};

use super::{Intake, Kind, RowError, Taken};
use crate::{
    Session,
    session::{Rules, fresh_id},
};

/// When a file gives no time of day: far from either end of the day in any zone's arithmetic.
const NOON: chrono::NaiveTime = match chrono::NaiveTime::from_hms_opt(12, 0, 0) {
    Some(noon) => noon,
    None => chrono::NaiveTime::MIN,
};

pub(crate) struct Sales {
    author: Author,
    store: Option<RecordId>,
    /// Where a customer whom the file brings along belongs.
    home: [(&'static str, Option<RecordId>); 2],
    calendar: Calendar,
    points_rule: i64,
    earn: rules::Rules,
    customers: HashMap<String, RecordId>,
    products: HashMap<String, RecordId>,
    stores: HashMap<String, Option<RecordId>>,
    /// Sales by number that this import made, with how many lines they have so far.
    made: HashMap<String, (RecordId, i64)>,
    new_customers: Vec<Record>,
    new_products: Vec<Record>,
    new_sales: Vec<Record>,
    new_lines: Vec<Record>,
}

impl Intake for Sales {
    type Row = SaleRow;
    const KIND: Kind = Kind::Sales;

    fn new(session: &Session, rules: &Rules) -> Self {
        Self {
            author: session.author(),
            store: session.identity.store,
            home: session.home_of_new(),
            calendar: rules.calendar,
            points_rule: rules.earn.points.version,
            earn: rules.earn.clone(),
            customers: HashMap::new(),
            products: HashMap::new(),
            stores: HashMap::new(),
            made: HashMap::new(),
            new_customers: Vec::new(),
            new_products: Vec::new(),
            new_sales: Vec::new(),
            new_lines: Vec::new(),
        }
    }

    async fn take(
        &mut self,
        write: &mut Write,
        _: u64,
        row: SaleRow,
        _: &mut Vec<RowError>,
    ) -> Result<Taken, Failure> {
        if let Some(number) = &row.sale_no {
            if let Some((sale, lines)) = self.made.get(number).copied() {
                self.line(write, sale, lines, &row).await?;
                self.made.insert(number.clone(), (sale, lines + 1));
                return Ok(Taken::Created);
            }
            if write.sale_by_number(number).await?.is_some() {
                // The same file again, or one that overlaps: a sale is a ledger row, there is nothing to change.
                return Ok(Taken::Known);
            }
        }
        let sale = fresh_id();
        let customer = self.customer(write, &row).await?;
        let store = match &row.store {
            Some(name) => self.store_named(write, name).await?.or(self.store),
            None => self.store,
        };
        let sold_at = self.moment(&row);
        let noun = Sale {
            receipt_number: row.sale_no.clone(),
            customer,
            store,
            sold_at: Some(sold_at),
            points_rule: Some(self.points_rule),
            // What tier somebody had that day, and what a category was, no file says.
            earn_rule: self.earn.in_force(sold_at).map(|rule| rule.id),
            source: Some("import".to_owned()),
            note: row
                .discount
                .filter(|discount| discount.0 != 0)
                .map(|discount| json!({ "discount": discount }).to_string()),
            ..Sale::default()
        };
        let refund_of = match &row.refund_of {
            Some(number) => match self.made.get(number) {
                Some((sale, _)) => Some(*sale),
                None => write.sale_by_number(number).await?,
            },
            None => None,
        };
        let noun = Sale { refund_of, ..noun };
        let stamp = write.stamp();
        self.new_sales.push(shuke_domain::edit::create(&noun, sale, stamp)?);
        self.line(write, sale, 0, &row).await?;
        if let Some(number) = row.sale_no {
            self.made.insert(number, (sale, 1));
        }
        Ok(Taken::Created)
    }

    async fn flush(&mut self, write: &mut Write) -> Result<(), Failure> {
        write
            .insert(Customer::COLLECTION, std::mem::take(&mut self.new_customers), self.author)
            .await?;
        write
            .insert(Product::COLLECTION, std::mem::take(&mut self.new_products), self.author)
            .await?;
        write.insert(Sale::COLLECTION, std::mem::take(&mut self.new_sales), self.author).await?;
        write
            .insert(SaleLine::COLLECTION, std::mem::take(&mut self.new_lines), self.author)
            .await?;
        Ok(())
    }
}

impl Sales {
    fn moment(&self, row: &SaleRow) -> i64 {
        let time = row.date.time.unwrap_or(NOON);
        let local = row.date.date.and_time(time);
        match row.date.offset {
            Some(seconds) => local.and_utc().timestamp_millis() - i64::from(seconds) * 1000,
            None => self.calendar.moment(local),
        }
    }

    async fn customer(
        &mut self,
        write: &mut Write,
        row: &SaleRow,
    ) -> Result<Option<RecordId>, Failure> {
        let phone = row.customer_phone.as_ref().map(|phone| phone.as_str().to_owned());
        let Some(key) = row.customer_no.clone().or_else(|| phone.clone()) else { return Ok(None) };
        if let Some(id) = self.customers.get(&key) {
            return Ok(Some(*id));
        }
        let found = match (&row.customer_no, &phone) {
            (Some(number), _) => write.customer_by_member_no(number).await?,
            (None, Some(phone)) => {
                write.customers_by_phone(phone).await?.first().map(|(id, _)| *id)
            }
            (None, None) => None,
        };
        let id = match found {
            Some(id) => id,
            None => {
                let id = fresh_id();
                let customer = Customer {
                    name: Some(key.clone()),
                    member_no: row.customer_no.clone(),
                    phone,
                    store: self.home[0].1,
                    owner: self.home[1].1,
                    source: Some("import".to_owned()),
                    ..Customer::default()
                };
                let stamp = write.stamp();
                self.new_customers.push(shuke_domain::edit::create(&customer, id, stamp)?);
                id
            }
        };
        self.customers.insert(key, id);
        Ok(Some(id))
    }

    async fn store_named(
        &mut self,
        write: &mut Write,
        name: &str,
    ) -> Result<Option<RecordId>, Failure> {
        if let Some(store) = self.stores.get(name) {
            return Ok(*store);
        }
        let store = write.store_named(name).await?;
        self.stores.insert(name.to_owned(), store);
        Ok(store)
    }

    async fn line(
        &mut self,
        write: &mut Write,
        sale: RecordId,
        position: i64,
        row: &SaleRow,
    ) -> Result<(), Failure> {
        let product = match row.sku.clone().or_else(|| row.product.clone()) {
            Some(key) => Some(self.product(write, key, row).await?),
            None => None,
        };
        let line = SaleLine {
            sale: Some(sale),
            position: Some(position),
            product,
            sku: row.sku.clone(),
            name: row.product.clone().or_else(|| row.sku.clone()),
            quantity: Some(row.quantity),
            amount: Some(row.amount),
            list_price: row.unit_price.filter(|price| *price != unit(row.amount, row.quantity)),
            ..SaleLine::default()
        };
        let stamp = write.stamp();
        self.new_lines.push(shuke_domain::edit::create(&line, fresh_id(), stamp)?);
        Ok(())
    }

    async fn product(
        &mut self,
        write: &mut Write,
        key: String,
        row: &SaleRow,
    ) -> Result<RecordId, Failure> {
        if let Some(id) = self.products.get(&key) {
            return Ok(*id);
        }
        let id = match write.product_by_sku(&key).await? {
            Some(id) => id,
            None => {
                let id = fresh_id();
                let product = Product {
                    sku: Some(key.clone()),
                    name: row.product.clone().or_else(|| Some(key.clone())),
                    price: row.unit_price,
                    ..Product::default()
                };
                let stamp = write.stamp();
                self.new_products.push(shuke_domain::edit::create(&product, id, stamp)?);
                id
            }
        };
        self.products.insert(key, id);
        Ok(id)
    }
}

/// The price of one unit where the amount divides by the quantity.
fn unit(amount: Fen, quantity: Quantity) -> Fen {
    if quantity.0 != 0 && (amount.0 * 1000) % quantity.0 == 0 {
        Fen(amount.0 * 1000 / quantity.0)
    } else {
        Fen(0)
    }
}
