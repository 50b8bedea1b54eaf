//! The examination of a file: damaged pages, and derived tables that do not agree with what they
//! are derived from. Repair makes the derived ones anew and touches nothing else.

use shuke_domain::{RecordId, nouns::Customer};

use crate::{
    Store, StoreError,
    codec::{Devices, table},
    customer::{searchable, tags_of},
    search,
    stop::Stop,
};

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// `pages`, `search`, `totals`, `outbox`, `stale`.
    pub what: &'static str,
    /// How many were wrong.
    pub count: i64,
    pub repaired: bool,
}

impl Store {
    pub async fn examine(&self, repair: bool, now: u64) -> Result<Vec<Finding>, StoreError> {
        let mut findings = Vec::new();
        let damaged = self.damaged_pages().await?;
        findings.push(Finding { what: "pages", count: damaged, repaired: false });
        if damaged > 0 {
            // What hangs on pages that cannot be read cannot be asked for.
            return Ok(findings);
        }

        let missing: i64 = sqlx::query_scalar(
            "select count(*) from customer c left join customer_search_docsize s on s.id = c.row
             where (c.deleted = 0 and c.erased = 0) <> (s.id is not null)",
        )
        .fetch_one(self.readers())
        .await?;
        if missing > 0 && repair {
            self.index_all(&Stop::default()).await?;
        }
        findings.push(Finding { what: "search", count: missing, repaired: missing > 0 && repair });

        let wrong: i64 = sqlx::query_scalar(
            "select count(*) from customer c left join customer_totals t on t.customer = c.row
             where c.deleted = 0 and c.erased = 0 and (t.customer is null or t.spent <> ifnull((
                 select sum(l.amount) from sale s join sale_line l on l.sale = s.id and l.deleted = 0
                 where s.customer = c.id and s.deleted = 0), 0))",
        )
        .fetch_one(self.readers())
        .await?;
        if wrong > 0 && repair {
            for statement in [
                "insert or ignore into stale_sale (id) select id from sale",
                "insert or ignore into stale_customer (id) select id from customer",
            ] {
                sqlx::query(statement).execute(self.writer()).await?;
            }
            self.settle(now).await?;
        }
        findings.push(Finding { what: "totals", count: wrong, repaired: wrong > 0 && repair });

        let stale = self.stale().await?;
        if stale > 0 && repair {
            self.settle(now).await?;
        }
        findings.push(Finding { what: "stale", count: stale, repaired: stale > 0 && repair });
        Ok(findings)
    }

    /// Pages whose seal does not hold, or that do not fit together.
    async fn damaged_pages(&self) -> Result<i64, StoreError> {
        let sealed: Vec<String> =
            sqlx::query_scalar("pragma cipher_integrity_check").fetch_all(self.readers()).await?;
        let mut damaged = sealed.len();
        if damaged == 0 {
            let pages: Vec<String> =
                sqlx::query_scalar("pragma integrity_check(100)").fetch_all(self.readers()).await?;
            damaged = pages.iter().filter(|line| *line != "ok").count();
        }
        Ok(i64::try_from(damaged).unwrap_or(i64::MAX))
    }

    /// Makes the search index anew from the customers.
    pub(crate) async fn index_all(&self, stop: &Stop) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("delete from customer_search").execute(&mut *transaction).await?;
        let table = table(Customer::COLLECTION)?;
        let sql = format!(
            "{} where row > ?1 and deleted = 0 and erased = 0 order by row limit 2000",
            table.select()
        );
        let mut devices = Devices::default();
        let mut after = 0_i64;
        loop {
            stop.check()?;
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
                .bind(after)
                .fetch_all(&mut *transaction)
                .await?;
            let mut customers = Vec::with_capacity(rows.len());
            for row in &rows {
                customers.push(table.decode(row, &mut devices, &mut transaction).await?);
            }
            let Some(last) = customers.last() else { break };
            after = last.row;
            let ids: Vec<RecordId> = customers.iter().map(|stored| stored.record.id).collect();
            let tags = tags_of(&mut transaction, &ids).await?;
            let words: Vec<(i64, String)> = customers
                .iter()
                .map(|stored| {
                    (
                        stored.row,
                        search::tokens(&searchable(&stored.record, tags.get(&stored.record.id))),
                    )
                })
                .collect();
            search::put_many(&mut transaction, &words).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
