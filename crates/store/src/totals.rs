//! What sales come to, per sale and per customer (R1, R5, R81): computed, never typed.
//!
//! Rows that make a figure stale mark it in the same transaction. A single sale settles at once;
//! bulk work leaves the marks and settles at its end, in slices, and after a kill in between.

use std::collections::HashMap;

use shuke_domain::{
    Collection, Fen, RecordId,
    day::Calendar,
    nouns::{Currency, Workspace},
    points::PointsRule,
};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    Store, StoreError,
    codec::{CHUNK, places},
    write::Placed,
};

/// How many customers one slice computes.
const SLICE: i64 = 500;

/// How many sales one slice sums up.
const SALES_SLICE: i64 = 2_000;

/// Derived figures of one customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    pub sales: i64,
    pub units: i64,
    pub spent: i64,
    pub spent_12_months: i64,
    pub points: i64,
    pub coins: i64,
    pub first_sale_at: Option<i64>,
    pub last_sale_at: Option<i64>,
}

/// The workspace's rules that totals depend on.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub points: PointsRule,
    /// Sales from this moment on count for tiers.
    pub twelve_months_from: i64,
}

impl Rules {
    pub async fn read(connection: &mut SqliteConnection, now: u64) -> Result<Self, StoreError> {
        let row: Option<(Option<String>, Option<i64>, Option<String>)> =
            sqlx::query_as("select time_zone, day_cut, points_rule from workspace where deleted = 0 order by row limit 1")
                .fetch_optional(connection)
                .await?;
        let (time_zone, day_cut, rule) = row.unwrap_or_default();
        let calendar = Calendar::of(&Workspace { time_zone, day_cut, ..Workspace::default() });
        Ok(Self {
            points: rule.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
            twelve_months_from: calendar
                .twelve_months_before(i64::try_from(now).unwrap_or(i64::MAX)),
        })
    }
}

/// Notes what a row makes stale.
pub(crate) async fn mark_stale(
    connection: &mut SqliteConnection,
    collection: &Collection,
    placed: &[Placed],
) -> Result<(), StoreError> {
    let (mut sales, mut customers) = (Vec::new(), Vec::new());
    for placed in placed {
        let versions = [Some(&placed.stored.record), placed.before.as_ref()];
        for record in versions.into_iter().flatten() {
            match collection.name {
                "sale" => {
                    sales.push(record.id);
                    customers.extend(record.reference("customer"));
                }
                "sale_line" => sales.extend(record.reference("sale")),
                "ledger_entry" => customers.extend(record.reference("customer")),
                "customer" => customers.push(record.id),
                _ => return Ok(()),
            }
        }
    }
    mark(connection, "stale_sale", sales).await?;
    // A customer who was made just now and bought nothing needs a row of zeros, no computation.
    mark(connection, "stale_customer", customers).await
}

async fn mark(
    connection: &mut SqliteConnection,
    table: &'static str,
    mut ids: Vec<RecordId>,
) -> Result<(), StoreError> {
    ids.sort_unstable();
    ids.dedup();
    for chunk in ids.chunks(CHUNK) {
        let tuples = vec!["(?)"; chunk.len()].join(", ");
        let mut query = sqlx::query(AssertSqlSafe(format!(
            "insert or ignore into {table} (id) values {tuples}"
        )));
        for id in chunk {
            query = query.bind(id.as_bytes().as_slice());
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Computes everything that is stale, within the caller's transaction. Says whether anything was.
pub(crate) async fn settle(
    connection: &mut SqliteConnection,
    now: u64,
) -> Result<bool, StoreError> {
    while settle_sales(connection).await? {}
    let mut any = false;
    let mut rules = None;
    loop {
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar("select id from stale_customer order by id limit ?1")
                .bind(SLICE)
                .fetch_all(&mut *connection)
                .await?;
        if ids.is_empty() {
            return Ok(any);
        }
        any = true;
        let rules = match rules {
            Some(rules) => rules,
            None => *rules.insert(Rules::read(connection, now).await?),
        };
        settle_customers(connection, &ids, rules).await?;
    }
}

/// Sums up one slice of the stale sales. Says whether there was any.
async fn settle_sales(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let any: bool = sqlx::query_scalar("select exists (select 1 from stale_sale)")
        .fetch_one(&mut *connection)
        .await?;
    if !any {
        return Ok(false);
    }
    let slice = format!("(select id from stale_sale order by id limit {SALES_SLICE})");
    for statement in [
        "update sale set (total, units) = (
             select ifnull(sum(amount), 0), ifnull(sum(quantity), 0) from sale_line
             where sale_line.sale = sale.id and sale_line.deleted = 0)
         where id in {slice}",
        "insert or ignore into stale_customer (id)
         select customer from sale where id in {slice} and customer is not null",
        // What is given back counts against the sale that earned it, whoever holds that one.
        "insert or ignore into stale_customer (id)
         select earlier.customer from sale join sale earlier on earlier.id = sale.refund_of
         where sale.id in {slice} and earlier.customer is not null",
        "delete from stale_sale where id in {slice}",
    ] {
        sqlx::query(AssertSqlSafe(statement.replace("{slice}", &slice)))
            .execute(&mut *connection)
            .await?;
    }
    Ok(true)
}

async fn settle_customers(
    connection: &mut SqliteConnection,
    ids: &[Vec<u8>],
    rules: Rules,
) -> Result<(), StoreError> {
    type Sale = (i64, Option<i64>, Option<i64>, Option<i64>, bool, i64);
    let list = places(ids.len());
    let sql = format!(
        "select customer.row, sale.total, sale.units, sale.sold_at, sale.refund_of is not null,
                case when sale.refund_of is null
                then ifnull((select sum(total) from sale refund where refund.refund_of = sale.id and refund.deleted = 0), 0)
                else 0 end
         from customer left join sale on sale.customer = customer.id and sale.deleted = 0
         where customer.id in ({list}) and customer.deleted = 0 and customer.erased = 0"
    );
    let mut query = sqlx::query_as::<_, Sale>(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    let mut totals: HashMap<i64, Totals> = HashMap::new();
    for (row, total, units, sold_at, refund, refunded) in query.fetch_all(&mut *connection).await? {
        let customer = totals.entry(row).or_default();
        let Some(total) = total else { continue };
        let sold_at = sold_at.unwrap_or_default();
        customer.units += units.unwrap_or_default();
        customer.spent += total;
        if sold_at >= rules.twelve_months_from {
            customer.spent_12_months += total;
        }
        if !refund {
            customer.sales += 1;
            customer.points += rules.points.points_of(Fen(total), Fen(refunded));
            customer.first_sale_at =
                Some(customer.first_sale_at.map_or(sold_at, |first| first.min(sold_at)));
            customer.last_sale_at =
                Some(customer.last_sale_at.map_or(sold_at, |last| last.max(sold_at)));
        }
    }
    let sql = format!(
        "select customer.row, ledger_entry.currency, sum(ledger_entry.amount)
         from ledger_entry join customer on customer.id = ledger_entry.customer
         where ledger_entry.customer in ({list}) and ledger_entry.deleted = 0 group by 1, 2"
    );
    let mut query = sqlx::query_as::<_, (i64, Option<String>, i64)>(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    for (row, currency, amount) in query.fetch_all(&mut *connection).await? {
        let customer = totals.entry(row).or_default();
        if currency.as_deref() == Some(Currency::Coins.as_str()) {
            customer.coins += amount;
        } else {
            customer.points += amount;
        }
    }
    write(connection, &totals).await?;
    for statement in [
        "delete from customer_totals where customer in (
             select row from customer where id in (select id from stale_customer order by id limit {n})
             and (deleted = 1 or erased = 1))",
        "delete from stale_customer where id in (select id from stale_customer order by id limit {n})",
    ] {
        sqlx::query(AssertSqlSafe(statement.replace("{n}", &ids.len().to_string()))).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn write(
    connection: &mut SqliteConnection,
    totals: &HashMap<i64, Totals>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = totals.iter().collect();
    for chunk in rows.chunks(CHUNK) {
        let tuples = vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?)"; chunk.len()].join(", ");
        let sql = format!(
            "insert or replace into customer_totals
             (customer, sales, units, spent, spent_12_months, points, coins, first_sale_at, last_sale_at) values {tuples}"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (row, totals) in chunk {
            query = query
                .bind(**row)
                .bind(totals.sales)
                .bind(totals.units)
                .bind(totals.spent)
                .bind(totals.spent_12_months)
                .bind(totals.points)
                .bind(totals.coins)
                .bind(totals.first_sale_at)
                .bind(totals.last_sale_at);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

impl Store {
    /// Computes what bulk work or a kill left stale, and what the passing of days changed.
    pub async fn settle(&self, now: u64) -> Result<(), StoreError> {
        self.roll(now).await?;
        loop {
            let mut transaction = self.begin().await?;
            // In short transactions: a sale at the counter waits for one of them and not for all.
            if settle_sales(&mut transaction).await? {
                transaction.commit().await?;
                continue;
            }
            let ids: Vec<Vec<u8>> =
                sqlx::query_scalar("select id from stale_customer order by id limit ?1")
                    .bind(SLICE * 10)
                    .fetch_all(&mut *transaction)
                    .await?;
            if ids.is_empty() {
                transaction.commit().await?;
                let _ = self.announcer().send(vec!["customer", "points"]);
                return Ok(());
            }
            let rules = Rules::read(&mut transaction, now).await?;
            for ids in ids.chunks(usize::try_from(SLICE).unwrap_or(1)) {
                settle_customers(&mut transaction, ids, rules).await?;
            }
            transaction.commit().await?;
        }
    }

    /// Marks customers whose sales left the twelve-month window since it was last looked at.
    async fn roll(&self, now: u64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let from = Rules::read(&mut transaction, now).await?.twelve_months_from;
        let rolled: Option<String> =
            sqlx::query_scalar("select value from meta where name = 'rolled_to'")
                .fetch_optional(&mut *transaction)
                .await?;
        let rolled = rolled.and_then(|text| text.parse::<i64>().ok()).unwrap_or(from);
        sqlx::query(
            "insert or ignore into stale_customer (id)
             select distinct customer from sale
             where sold_at >= min(?1, ?2) and sold_at < max(?1, ?2) and customer is not null",
        )
        .bind(rolled)
        .bind(from)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("insert or replace into meta (name, value) values ('rolled_to', ?1)")
            .bind(from.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// How many customers and sales wait to be computed.
    pub async fn stale(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select (select count(*) from stale_customer) + (select count(*) from stale_sale)",
        )
        .fetch_one(self.readers())
        .await?)
    }
}
