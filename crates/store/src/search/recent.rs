//! The customers served last, read whole: who stands at the counter is most likely one of them.
//!
//! Where a query matches a tenth of all customers, the index can't say who of them was here last
//! (a sale does not touch it). A few hundred recent customers, each judged by [`super::explain`],
//! can, and cost the same at any size of the shop.

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::Searchable;

/// How many customers count as recent. `customer_totals_last_sale` makes them a short read.
const RECENT: i64 = 400;

const COLUMNS: &str = "c.row, c.name, c.reading, c.phone, c.landline, c.other_phones, c.email, c.member_no, c.company, \
(select json_group_array(t.name) from customer_tag ct join tag t on t.id = ct.tag where ct.customer = c.id and not ct.deleted and not t.deleted) tags";

/// A customer, when they last bought, what they are found by.
pub(super) struct Recent {
    pub row: i64,
    pub last_sale_at: Option<i64>,
    pub customer: Searchable,
}

pub(super) async fn recent(conn: &mut SqliteConnection) -> Result<Vec<Recent>, sqlx::Error> {
    let sql = format!(
        "select r.last_sale_at, {COLUMNS} from (select customer, last_sale_at from customer_totals \
         where last_sale_at is not null order by last_sale_at desc, customer desc limit ?1) r join customer c on c.row = r.customer where not c.deleted"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(RECENT).fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            Ok(Recent {
                row: row.try_get("row")?,
                last_sale_at: row.try_get("last_sale_at")?,
                customer: read(row)?,
            })
        })
        .collect()
}

/// What the given customers are found by, in no order: to explain hits and to index again.
pub async fn load(
    conn: &mut SqliteConnection,
    rows: &[i64],
) -> Result<Vec<(i64, Searchable)>, sqlx::Error> {
    let sql = format!("select {COLUMNS} from json_each(?1) r join customer c on c.row = r.value");
    let list = serde_json::json!(rows).to_string();
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(list).fetch_all(conn).await?;
    rows.iter().map(|row| Ok((row.try_get("row")?, read(row)?))).collect()
}

fn read(row: &SqliteRow) -> Result<Searchable, sqlx::Error> {
    let mut phones = Vec::new();
    for column in ["phone", "landline"] {
        phones.extend(row.try_get::<Option<String>, _>(column)?);
    }
    phones.extend(list(row.try_get("other_phones")?));
    Ok(Searchable {
        name: row.try_get::<Option<String>, _>("name")?.unwrap_or_default(),
        reading: row.try_get("reading")?,
        phones,
        email: row.try_get("email")?,
        member_no: row.try_get("member_no")?,
        company: row.try_get("company")?,
        tags: list(row.try_get("tags")?),
    })
}

/// A JSON list of texts; what is none holds nothing to be found.
fn list(json: Option<String>) -> Vec<String> {
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}
