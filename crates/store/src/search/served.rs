//! The customers served last, kept in memory: who stands at the counter is most likely one of them.
//!
//! Where a query matches a tenth of all customers, the index can't say who of them was here last
//! (a sale does not touch it). A thousand recent customers, each judged by its words, can, and cost
//! the same at any size of the shop. What is kept here decides the order only: a customer whose
//! words are out of date is still found through the index and still judged by [`super::explain`].

use std::{
    collections::HashMap,
    fmt::{self, Debug, Formatter},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

use super::{Searchable, ask::Ask, tokens::tokens};

/// How many customers count as recent. `customer_totals_last_sale` makes them a short read.
const RECENT: i64 = 1000;

/// How many of them are read anew whenever someone is served, so that what another process edited
/// comes in by and by.
const RENEWED: usize = 16;

const COLUMNS: &str = "c.row, c.name, c.reading, c.phone, c.landline, c.other_phones, c.email, c.member_no, c.company, \
(select json_group_array(t.name) from customer_tag ct join tag t on t.id = ct.tag \
 where ct.customer = c.id and not ct.deleted and not t.deleted) tags";

/// Belongs to an open file and is shared by its connections.
#[derive(Default)]
pub struct Served {
    kept: Mutex<Kept>,
    /// Whether the connections see a part of the customers only, so that the index must be asked for theirs.
    pub(super) narrow: bool,
}

impl Debug for Served {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Served(…)")
    }
}

#[derive(Default)]
struct Kept {
    /// The sale on top when `guests` was read; another one on top means to read again.
    top: Option<Sale>,
    guests: Arc<Vec<Guest>>,
    renewed: usize,
}

/// When, whose.
type Sale = (i64, i64);

#[derive(Clone)]
struct Guest {
    sale: Sale,
    words: Arc<[Box<str>]>,
}

impl Served {
    /// For connections before which views stand.
    pub fn narrowed() -> Self {
        Self { narrow: true, ..Self::default() }
    }

    /// Reads the list where someone was served since. Worth calling when the file is opened: the
    /// first time takes some 20 ms.
    pub async fn refresh(&self, conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let top: Option<Sale> = latest(conn, 1).await?.first().copied();
        let mut known: HashMap<i64, Arc<[Box<str>]>> = {
            let mut kept = self.kept();
            if top.is_none() || kept.top == top {
                return Ok(());
            }
            let from = kept.renewed;
            kept.renewed = if from + RENEWED >= kept.guests.len() { 0 } else { from + RENEWED };
            let stay = kept
                .guests
                .iter()
                .enumerate()
                .filter(|(at, _)| !(from..from + RENEWED).contains(at));
            stay.map(|(_, guest)| (guest.sale.1, Arc::clone(&guest.words))).collect()
        };
        let sales = latest(conn, RECENT).await?;
        let missing: Vec<i64> =
            sales.iter().map(|(_, row)| *row).filter(|row| !known.contains_key(row)).collect();
        for (row, customer) in load(conn, &missing).await? {
            known.insert(row, tokens(&customer).split(' ').map(Box::from).collect());
        }
        let guest = |sale: Sale| Some(Guest { sale, words: Arc::clone(known.get(&sale.1)?) });
        let guests = Arc::new(sales.into_iter().filter_map(guest).collect());
        let mut kept = self.kept();
        kept.top = top;
        kept.guests = guests;
        Ok(())
    }

    /// A customer was edited, erased or merged: read again before the next wide search.
    pub fn forget(&self, row: i64) {
        let mut kept = self.kept();
        if kept.guests.iter().any(|guest| guest.sale.1 == row) {
            kept.guests =
                Arc::new(kept.guests.iter().filter(|guest| guest.sale.1 != row).cloned().collect());
            kept.top = None;
        }
    }

    /// Recent customers whose words answer yes, with the time of their last sale.
    pub(super) fn answering(&self, ask: &Ask) -> Vec<(Option<i64>, i64)> {
        let guests = Arc::clone(&self.kept().guests);
        guests
            .iter()
            .filter(|guest| ask.holds(&guest.words))
            .map(|guest| (Some(guest.sale.0), guest.sale.1))
            .collect()
    }

    /// A panic elsewhere leaves a whole list or none.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn latest(conn: &mut SqliteConnection, count: i64) -> Result<Vec<Sale>, sqlx::Error> {
    sqlx::query_as(
        "select last_sale_at, customer from customer_totals where last_sale_at is not null \
         order by last_sale_at desc, customer desc limit ?1",
    )
    .bind(count)
    .fetch_all(conn)
    .await
}

/// What the given customers are found by, in no order; deleted ones are left out.
pub async fn load(
    conn: &mut SqliteConnection,
    rows: &[i64],
) -> Result<Vec<(i64, Searchable)>, sqlx::Error> {
    let sql = format!(
        "select {COLUMNS} from json_each(?1) r join customer c on c.row = r.value where not c.deleted"
    );
    let list = serde_json::json!(rows).to_string();
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(list).fetch_all(conn).await?;
    rows.iter().map(|row| Ok((row.try_get("row")?, read(row)?))).collect()
}

fn read(row: &SqliteRow) -> Result<Searchable, sqlx::Error> {
    let text = |column: &str| -> Result<Option<String>, sqlx::Error> {
        Ok(row.try_get::<Option<String>, _>(column)?.filter(|text| !text.is_empty()))
    };
    let mut phones: Vec<String> = text("phone")?.into_iter().chain(text("landline")?).collect();
    phones.extend(list(text("other_phones")?));
    Ok(Searchable {
        name: text("name")?.unwrap_or_default(),
        reading: text("reading")?,
        phones,
        email: text("email")?,
        member_no: text("member_no")?,
        company: text("company")?,
        tags: list(text("tags")?),
    })
}

/// A JSON list of texts; what is none holds nothing to be found.
fn list(json: Option<String>) -> Vec<String> {
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}
