//! What sales come to, per sale and per customer (R1, R5, R81): computed, never typed.
//!
//! Rows that make a figure stale mark it in the same transaction. A single sale settles at once;
//! bulk work leaves the marks and settles at its end, in slices, and after a kill in between.

use std::collections::HashMap;

use shuke_domain::{
    Collection, RecordId,
    ledger::{self, Earned, Entry},
    nouns::Currency,
};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    Store, StoreError, Write,
    codec::{CHUNK, places},
    earning,
    reckoning::{Gathered, SaleRow},
    rules::Rules,
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
    /// Points that lapse next, and the moment at which they are gone.
    pub expiring: i64,
    pub expires_at: Option<i64>,
    /// The most that twelve months came to in the grace of tiers; `None` where there is no grace.
    pub held_12_months: Option<i64>,
}

impl Totals {
    /// Points at a moment: what lapsed since the figures were computed is gone.
    pub fn points_at(&self, now: i64) -> i64 {
        let gone = self.expires_at.is_some_and(|at| at <= now);
        if gone { self.points - self.expiring } else { self.points }
    }

    /// What the tier follows: the last twelve months, or better ones that the grace still keeps.
    pub fn tier_spent(&self) -> i64 {
        self.held_12_months.map_or(self.spent_12_months, |held| held.max(self.spent_12_months))
    }
}

/// Notes what a row makes stale.
pub(crate) async fn mark_stale(
    connection: &mut SqliteConnection,
    collection: &Collection,
    placed: &[Placed],
) -> Result<(), StoreError> {
    let (mut sales, mut customers, mut rules) = (Vec::new(), Vec::new(), Vec::new());
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
                "earn_rule" => rules.push(record.id),
                _ => return Ok(()),
            }
        }
    }
    for rule in rules {
        earning::mark_stale(connection, rule).await?;
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
    while settle_sales(connection, now).await? {}
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
        let rules = match &rules {
            Some(rules) => rules,
            None => &*rules.insert(Rules::read(connection, now).await?),
        };
        settle_customers(connection, &ids, rules).await?;
    }
}

/// Sums up one slice of the stale sales. Says whether there was any.
async fn settle_sales(connection: &mut SqliteConnection, now: u64) -> Result<bool, StoreError> {
    let any: bool = sqlx::query_scalar("select exists (select 1 from stale_sale)")
        .fetch_one(&mut *connection)
        .await?;
    if !any {
        return Ok(false);
    }
    let slice = format!("(select id from stale_sale order by id limit {SALES_SLICE})");
    let summed = "update sale set (total, units) = (
             select ifnull(sum(amount), 0), ifnull(sum(quantity), 0) from sale_line
             where sale_line.sale = sale.id and sale_line.deleted = 0)
         where id in {slice}";
    sqlx::query(AssertSqlSafe(summed.replace("{slice}", &slice))).execute(&mut *connection).await?;
    earning::settle(connection, &slice, now).await?;
    for statement in [
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
    rules: &Rules,
) -> Result<(), StoreError> {
    let list = places(ids.len());
    let sql = format!(
        "select customer.row, case when sale.earn_rule is not null then sale.id end as id, sale.total, sale.units,
                sale.sold_at, sale.refund_of is not null as refund, sale.earn_rule, sale.earning,
                case when sale.refund_of is null
                then ifnull((select sum(total) from sale refund where refund.refund_of = sale.id and refund.deleted = 0), 0)
                else 0 end as refunded
         from customer left join sale on sale.customer = customer.id and sale.deleted = 0
         where customer.id in ({list}) and customer.deleted = 0 and customer.erased = 0"
    );
    let mut query = sqlx::query_as::<_, SaleRow>(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    let mut gathered: HashMap<i64, Gathered> = HashMap::new();
    for sale in query.fetch_all(&mut *connection).await? {
        gathered.entry(sale.row).or_default().sale(&sale, rules);
    }
    type Moved = (
        i64,
        Vec<u8>,
        Option<String>,
        Option<i64>,
        Option<i64>,
        Option<Vec<u8>>,
        Option<Vec<u8>>,
        bool,
    );
    let sql = format!(
        "select customer.row, ledger_entry.id, ledger_entry.currency, ledger_entry.amount, ledger_entry.at,
                ledger_entry.reverses, ledger_entry.earn_rule, ledger_entry.contribution is not null
         from ledger_entry join customer on customer.id = ledger_entry.customer
         where ledger_entry.customer in ({list}) and ledger_entry.deleted = 0"
    );
    let mut query = sqlx::query_as::<_, Moved>(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    for (row, id, currency, amount, at, reverses, rule, part) in
        query.fetch_all(&mut *connection).await?
    {
        let Some(id) = RecordId::from_slice(&id) else { continue };
        let at = at.unwrap_or_default();
        let terms = rules.terms(rule.as_deref().and_then(RecordId::from_slice));
        let months = terms.and_then(|terms| terms.months_valid);
        let entry = Entry {
            id,
            at,
            amount: amount.unwrap_or_default(),
            reverses: reverses.as_deref().and_then(RecordId::from_slice),
            lapses_at: ledger::lapses_at(rules.calendar.day_of(at), months, rules.calendar),
        };
        let customer = gathered.entry(row).or_default();
        if currency.as_deref() == Some(Currency::Coins.as_str()) {
            if part && entry.reverses.is_none() {
                let (day, points) = (rules.calendar.day_of(at), entry.amount);
                let cap_per_day = terms.and_then(|terms| terms.coins_per_day);
                let part = Earned {
                    id,
                    at,
                    day,
                    points,
                    cap_per_day,
                    cap_per_month: None,
                    months_valid: None,
                };
                customer.parts.insert(id, part);
            }
            customer.coins.push(entry);
        } else {
            customer.points.push(entry);
        }
    }
    let totals =
        gathered.into_iter().map(|(row, gathered)| (row, gathered.reckon(rules))).collect();
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
        let tuples = vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"; chunk.len()].join(", ");
        let sql = format!(
            "insert or replace into customer_totals
             (customer, sales, units, spent, spent_12_months, points, coins, first_sale_at, last_sale_at,
              expiring, expires_at, held_12_months) values {tuples}"
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
                .bind(totals.last_sale_at)
                .bind(totals.expiring)
                .bind(totals.expires_at)
                .bind(totals.held_12_months);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Marks whose sales a window that begins at `from` took in or left out since it was last looked at.
async fn roll_window(
    connection: &mut SqliteConnection,
    name: &str,
    from: i64,
) -> Result<(), StoreError> {
    let rolled = meta(connection, name).await?.and_then(|text| text.parse::<i64>().ok());
    sqlx::query(
        "insert or ignore into stale_customer (id)
         select distinct customer from sale
         where sold_at >= min(?1, ?2) and sold_at < max(?1, ?2) and customer is not null",
    )
    .bind(rolled.unwrap_or(from))
    .bind(from)
    .execute(&mut *connection)
    .await?;
    set_meta(connection, name, &from.to_string()).await
}

async fn meta(connection: &mut SqliteConnection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar("select value from meta where name = ?1")
        .bind(name)
        .fetch_optional(connection)
        .await?)
}

async fn set_meta(
    connection: &mut SqliteConnection,
    name: &str,
    value: &str,
) -> Result<(), StoreError> {
    sqlx::query("insert or replace into meta (name, value) values (?1, ?2)")
        .bind(name)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// Computes what bulk work or a kill left stale, and what the passing of days changed.
    pub async fn settle(&self, now: u64) -> Result<(), StoreError> {
        self.roll(now).await?;
        loop {
            let mut transaction = self.begin().await?;
            // In short transactions: a sale at the counter waits for one of them and not for all.
            if settle_sales(&mut transaction, now).await? {
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
                settle_customers(&mut transaction, ids, &rules).await?;
            }
            transaction.commit().await?;
        }
    }

    /// Marks whom the passing of days changes: whose sales left the twelve months, or those that the
    /// grace still looks at, and whose points lapsed.
    async fn roll(&self, now: u64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let rules = Rules::read(&mut transaction, now).await?;
        roll_window(&mut transaction, "rolled_to", rules.twelve_months_from).await?;
        let grace = rules.grace.to_string();
        if meta(&mut transaction, "grace").await?.unwrap_or_else(|| "0".to_owned()) != grace {
            // Another grace is another ladder for everyone who bought in that time.
            sqlx::query(
                "insert or ignore into stale_customer (id)
                 select distinct customer from sale where sold_at >= ?1 and customer is not null
                 union select customer.id from customer_totals join customer on customer.row = customer_totals.customer
                 where held_12_months is not null",
            )
            .bind(rules.held_from())
            .execute(&mut *transaction)
            .await?;
            set_meta(&mut transaction, "grace", &grace).await?;
        }
        if rules.grace > 0 {
            roll_window(&mut transaction, "rolled_to_grace", rules.held_from()).await?;
        }
        sqlx::query(
            "insert or ignore into stale_customer (id)
             select customer.id from customer_totals indexed by customer_totals_expires
             join customer on customer.row = customer_totals.customer where expires_at is not null and expires_at <= ?1",
        )
        .bind(rules.now)
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

impl Write {
    /// A customer's figures as this write found them; what it changed itself counts after the commit.
    pub async fn totals(&mut self, customer: RecordId) -> Result<Totals, StoreError> {
        let totals: Option<Totals> = sqlx::query_as(
            "select customer_totals.* from customer_totals join customer on customer.row = customer_totals.customer
             where customer.id = ?1",
        )
        .bind(customer.as_bytes().as_slice())
        .fetch_optional(self.connection())
        .await?;
        Ok(totals.unwrap_or_default())
    }
}
