//! What counts of each sale for points, by the rule that it carries: a derived column beside its total.

use std::collections::HashMap;

use shuke_domain::{
    Fen, RecordId,
    earn::{Circumstances, Goods, ONCE},
};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    StoreError,
    codec::{CHUNK, places},
    rules::Rules,
};

#[derive(sqlx::FromRow)]
struct Ruled {
    row: i64,
    id: Vec<u8>,
    total: i64,
    sold_at: Option<i64>,
    earn_rule: Vec<u8>,
    earn_tier: Option<String>,
    earn_birthday: Option<bool>,
    earning: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Line {
    sale: Vec<u8>,
    sku: Option<String>,
    category: Option<String>,
    amount: Option<i64>,
}

/// A rule came, perhaps after what was sold under it.
pub(crate) async fn mark_stale(
    connection: &mut SqliteConnection,
    rule: RecordId,
) -> Result<(), StoreError> {
    for sql in [
        "insert or ignore into stale_sale (id) select id from sale where earn_rule = ?1",
        "insert or ignore into stale_customer (id)
         select customer from ledger_entry where earn_rule = ?1 and customer is not null",
    ] {
        sqlx::query(sql).bind(rule.as_bytes().as_slice()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Computes the column for a slice of sales, whose totals stand already. Sales without a rule are not
/// looked at, and lines only where a rule asks for goods.
pub(crate) async fn settle(
    connection: &mut SqliteConnection,
    slice: &str,
    now: u64,
) -> Result<(), StoreError> {
    let sales: Vec<Ruled> = sqlx::query_as(AssertSqlSafe(format!(
        "select row, id, total, sold_at, earn_rule, earn_tier, earn_birthday, earning from sale
         where id in {slice} and earn_rule is not null"
    )))
    .fetch_all(&mut *connection)
    .await?;
    if sales.is_empty() {
        return Ok(());
    }
    let rules = Rules::read(connection, now).await?;
    let terms = |sale: &Ruled| rules.terms(RecordId::from_slice(&sale.earn_rule));
    let asking =
        sales.iter().filter(|sale| terms(sale).is_some_and(|terms| terms.asks_for_goods()));
    let asking: Vec<&[u8]> = asking.map(|sale| sale.id.as_slice()).collect();
    let lines = lines_of(connection, &asking).await?;
    for sale in &sales {
        let earning = terms(sale).and_then(|terms| {
            let circumstances = Circumstances {
                day: rules.calendar.day_of(sale.sold_at.unwrap_or_default()),
                tier: sale.earn_tier.as_deref(),
                birthday_month: sale.earn_birthday.unwrap_or_default(),
            };
            let goods = lines.get(&sale.id).into_iter().flatten().map(|line| Goods {
                sku: line.sku.as_deref(),
                category: line.category.as_deref(),
                amount: Fen(line.amount.unwrap_or_default()),
            });
            let earning = terms.earning(circumstances, Fen(sale.total), goods);
            (earning != sale.total.saturating_mul(ONCE)).then_some(earning)
        });
        if earning != sale.earning {
            sqlx::query("update sale set earning = ?2 where row = ?1")
                .bind(sale.row)
                .bind(earning)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

async fn lines_of(
    connection: &mut SqliteConnection,
    sales: &[&[u8]],
) -> Result<HashMap<Vec<u8>, Vec<Line>>, StoreError> {
    let mut lines: HashMap<Vec<u8>, Vec<Line>> = HashMap::new();
    for sales in sales.chunks(CHUNK) {
        let sql = format!(
            "select sale, sku, category, amount from sale_line where sale in ({}) and deleted = 0",
            places(sales.len())
        );
        let mut query = sqlx::query_as::<_, Line>(AssertSqlSafe(sql));
        for sale in sales {
            query = query.bind(*sale);
        }
        for line in query.fetch_all(&mut *connection).await? {
            lines.entry(line.sale.clone()).or_default().push(line);
        }
    }
    Ok(lines)
}
