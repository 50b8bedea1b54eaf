//! Files out.

use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Failure, Fen, Quantity, RecordId,
    nouns::{Customer, Product, Sale},
};
use shuke_exchange::out::{
    history,
    sheet::{Cell, Column, Format},
    vcard::{self, Contact},
    writer::SheetWriter,
};
use ts_rs::TS;

use crate::{
    App, Event, Session,
    grid::{self, Condition},
    import::customers::{LAST_VISIT_BEFORE, SPENT_BEFORE},
};

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "StartExport", export_to = "app.ts", optional_fields)]
pub struct Start {
    /// The ending decides: csv, xlsx, vcf, json.
    pub path: String,
    /// `customers`, `sales`, `products`, `history`.
    pub kind: String,
    pub conditions: Option<Vec<Condition>>,
    /// With `history`: only this customer's.
    pub record: Option<RecordId>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Exported {
    pub rows: u64,
}

/// How many customers are read at a time.
const SLICE: usize = 500;

#[derive(Clone, Copy)]
enum Kind {
    Customers,
    Sales,
    Products,
    History,
}

fn unwritable(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::new(Code::FileUnwritable).with("path", path.display().to_string()).because(error)
}

pub async fn start(app: &App, request: Start) -> Result<Exported, Failure> {
    let session = app.session().await?;
    let path = Path::new(&request.path);
    let kind = match request.kind.as_str() {
        "customers" => Kind::Customers,
        "sales" => Kind::Sales,
        "products" => Kind::Products,
        "history" => Kind::History,
        kind => return Err(Failure::new(Code::FileKindUnknown).with("kind", kind)),
    };
    session
        .may_read(match kind {
            Kind::Customers | Kind::History => Customer::COLLECTION,
            Kind::Sales => Sale::COLLECTION,
            Kind::Products => Product::COLLECTION,
        })
        .await?;
    let conditions = request.conditions.unwrap_or_default();
    let is_card = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("vcf"));
    let rows = match (kind, is_card) {
        (Kind::Customers, true) => cards(app, &session, path, conditions).await?,
        (Kind::Customers, false) => customers(app, &session, path, conditions).await?,
        (Kind::Sales, false) => sales(app, &session, path).await?,
        (Kind::Products, false) => products(app, &session, path).await?,
        (Kind::History, false) => changes(app, &session, path, request.record).await?,
        (_, true) => return Err(Failure::new(Code::FileKindUnknown).with("kind", "vcf")),
    };
    Ok(Exported { rows })
}

fn writer(app: &App, path: &Path, noun: &str, keys: &[&str]) -> Result<SheetWriter, Failure> {
    let ending =
        path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    let format =
        Format::of(path).ok_or_else(|| Failure::new(Code::FileKindUnknown).with("kind", ending))?;
    let locale = app.locale();
    let columns = keys.iter().map(|key| Column::of(noun, key, locale)).collect();
    SheetWriter::create(path, format, noun, columns).map_err(|error| unwritable(path, error))
}

const CUSTOMER_KEYS: &[&str] = &[
    "member_no",
    "name",
    "phone",
    "landline",
    "email",
    "birthday",
    "gender",
    "address",
    "company",
    "tags",
    "remarks",
    "spent",
    "points",
    "registered",
    "last_visit",
];

async fn customers(
    app: &App,
    session: &Session,
    path: &Path,
    conditions: Vec<Condition>,
) -> Result<u64, Failure> {
    let rows = grid::rows(session, &conditions).await?;
    let eyes = session.eyes().await?;
    let calendar = session.rules().await?.calendar;
    let mut writer = writer(app, path, "customer", CUSTOMER_KEYS)?;
    for (slice, chunk) in rows.chunks(SLICE).enumerate() {
        for (stored, totals, tags) in session.store.customers_by_rows(chunk).await? {
            let customer: Customer = eyes.shown(&stored.record).view();
            let joined =
                customer.joined_on.as_deref().and_then(|day| day.parse::<NaiveDate>().ok());
            // With what another program had added up: nothing that came in is missing on the way out.
            let spent = totals.spent + stored.record.int(SPENT_BEFORE).unwrap_or_default();
            let before =
                stored.record.text(LAST_VISIT_BEFORE).and_then(|day| day.parse::<NaiveDate>().ok());
            let last_visit = totals.last_sale_at.map(|at| calendar.day_of(at)).max(before);
            writer
                .write(&[
                    Cell::text(customer.member_no),
                    Cell::text(customer.name),
                    Cell::text(customer.phone),
                    Cell::text(customer.landline),
                    Cell::text(customer.email),
                    Cell::text(customer.birthday),
                    Cell::text(customer.gender),
                    Cell::text(customer.address),
                    Cell::text(customer.company),
                    Cell::text(Some(tags.join(";"))),
                    Cell::text(customer.remarks),
                    Cell::Money(Fen(spent)),
                    Cell::Whole(totals.points),
                    joined.map_or(Cell::Empty, Cell::Date),
                    last_visit.map_or(Cell::Empty, Cell::Date),
                ])
                .map_err(|error| unwritable(path, error))?;
        }
        progress(app, slice, rows.len());
    }
    writer.finish().map_err(|error| unwritable(path, error))
}

async fn cards(
    app: &App,
    session: &Session,
    path: &Path,
    conditions: Vec<Condition>,
) -> Result<u64, Failure> {
    let rows = grid::rows(session, &conditions).await?;
    let eyes = session.eyes().await?;
    let masked = eyes.masked(Customer::COLLECTION);
    let draft = path.with_extension("vcf.new");
    let file = std::fs::File::create(&draft).map_err(|error| unwritable(path, error))?;
    let mut out = std::io::BufWriter::new(file);
    let mut count = 0;
    for (slice, chunk) in rows.chunks(SLICE).enumerate() {
        for (stored, _, tags) in session.store.customers_by_rows(chunk).await? {
            // Half a number calls nobody: on a card what is masked is left out.
            let customer: Customer = eyes.shown(&stored.record).without(&masked).view();
            let contact = Contact {
                id: stored.record.id.to_string(),
                name: customer.name.unwrap_or_default(),
                company: customer.company,
                mobiles: customer
                    .phone
                    .into_iter()
                    .chain(customer.other_phones.unwrap_or_default())
                    .collect(),
                landlines: customer.landline.into_iter().collect(),
                emails: customer.email.into_iter().collect(),
                birthday: customer.birthday.and_then(|birthday| birthday.parse().ok()),
                gender: None,
                address: customer.address,
                tags,
                remarks: customer.remarks,
            };
            vcard::write(&mut out, &contact).map_err(|error| unwritable(path, error))?;
            count += 1;
        }
        progress(app, slice, rows.len());
    }
    let done = std::io::Write::flush(&mut out).and_then(|()| std::fs::rename(&draft, path));
    done.map_err(|error| unwritable(path, error))?;
    Ok(count)
}

fn progress(app: &App, slice: usize, all: usize) {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    app.announce(Event::Progress {
        what: "export",
        done: count(((slice + 1) * SLICE).min(all)),
        all: count(all),
    });
}

const SALE_KEYS: &[&str] = &[
    "customer_no",
    "customer_phone",
    "sale_no",
    "date",
    "store",
    "sku",
    "product",
    "quantity",
    "unit_price",
    "amount",
];

async fn sales(app: &App, session: &Session, path: &Path) -> Result<u64, Failure> {
    let eyes = session.eyes().await?;
    let phone = |phone: Option<String>| {
        let value = eyes.value(Customer::COLLECTION, "phone", &phone?.into())?;
        value.as_str().map(str::to_owned)
    };
    let calendar = session.rules().await?.calendar;
    let mut writer = writer(app, path, "sale", SALE_KEYS)?;
    let mut after = 0;
    loop {
        let lines = session.store.sale_lines_after(after, 2_000).await?;
        let Some(last) = lines.last() else { break };
        after = last.row;
        for line in &lines {
            writer
                .write(&[
                    Cell::text(line.customer_no.clone()),
                    Cell::text(phone(line.customer_phone.clone())),
                    Cell::text(line.sale_no.clone()),
                    Cell::Moment(calendar.local(line.sold_at)),
                    Cell::text(line.store.clone()),
                    Cell::text(line.sku.clone()),
                    Cell::text(line.product.clone()),
                    Cell::Quantity(Quantity(line.quantity)),
                    line.list_price.map_or(Cell::Empty, |price| Cell::Money(Fen(price))),
                    Cell::Money(Fen(line.amount)),
                ])
                .map_err(|error| unwritable(path, error))?;
        }
    }
    writer.finish().map_err(|error| unwritable(path, error))
}

const PRODUCT_KEYS: &[&str] = &["sku", "name", "category", "price", "floor_price", "barcode"];

async fn products(app: &App, session: &Session, path: &Path) -> Result<u64, Failure> {
    let mut writer = writer(app, path, "product", PRODUCT_KEYS)?;
    let money = |fen: Option<Fen>| fen.map_or(Cell::Empty, Cell::Money);
    for record in session.store.all(Product::COLLECTION).await? {
        let product: Product = record.view();
        writer
            .write(&[
                Cell::text(product.sku),
                Cell::text(product.name),
                Cell::text(product.category),
                money(product.price),
                money(product.floor_price),
                Cell::text(product.barcode),
            ])
            .map_err(|error| unwritable(path, error))?;
    }
    writer.finish().map_err(|error| unwritable(path, error))
}

/// What this device knows of who changed what, oldest first.
async fn changes(
    app: &App,
    session: &Session,
    path: &Path,
    record: Option<RecordId>,
) -> Result<u64, Failure> {
    let eyes = session.eyes().await?;
    let seen = |field: &str, value: &Value| eyes.value(Customer::COLLECTION, field, value);
    let calendar = session.rules().await?.calendar;
    let locale = app.locale();
    let mut writer = writer(app, path, "history", history::KEYS)?;
    let mut after = 0;
    loop {
        let entries =
            session.store.history_after(Customer::COLLECTION, record, after, 2_000).await?;
        let Some((last, _)) = entries.last() else { break };
        after = last.row;
        for (entry, name) in entries {
            let values = (seen(&entry.field, &entry.from), seen(&entry.field, &entry.to));
            let (Some(from), Some(to)) = values else { continue };
            let change = history::Change {
                at: calendar.local(i64::try_from(entry.clock.millis()).unwrap_or(i64::MAX)),
                record: name.unwrap_or_default(),
                field: entry.field,
                from,
                to,
                person: entry.person,
                device: entry.device,
            };
            writer.write(&change.cells(locale)).map_err(|error| unwritable(path, error))?;
        }
    }
    writer.finish().map_err(|error| unwritable(path, error))
}
