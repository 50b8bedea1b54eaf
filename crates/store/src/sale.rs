//! Sales read back: receipts, what is left to refund, the newest of a customer, the day's sum.

use shuke_domain::{
    Record, RecordId,
    nouns::{LedgerEntry, Sale, SaleLine},
};
use sqlx::AssertSqlSafe;

use crate::{
    Store, StoreError, Write,
    codec::{Devices, Stored, table},
};

/// A sale with its lines and the sum of its refunds.
#[derive(Debug)]
pub struct WithLines {
    pub sale: Stored,
    pub lines: Vec<Record>,
    pub total: i64,
    /// Sum of the totals of its refunds: negative or nought.
    pub refunded: i64,
    /// What counts for points, where it is not the total; see `earning`.
    pub earning: Option<i64>,
    pub waiting: bool,
}

/// A sale in a list.
#[derive(Debug, sqlx::FromRow)]
pub struct Line {
    pub id: Vec<u8>,
    pub sold_at: Option<i64>,
    pub total: i64,
    pub refund: bool,
    /// Names of the products, one a line.
    pub products: Option<String>,
}

/// A line as a file shows it.
#[derive(Debug, sqlx::FromRow)]
pub struct SoldLine {
    pub row: i64,
    pub customer_no: Option<String>,
    pub customer_phone: Option<String>,
    pub sale_no: Option<String>,
    pub sold_at: i64,
    pub store: Option<String>,
    pub sku: Option<String>,
    pub product: Option<String>,
    pub quantity: i64,
    pub list_price: Option<i64>,
    pub amount: i64,
}

/// A sale with what was given back of it.
#[derive(Debug, sqlx::FromRow)]
pub struct Earning {
    pub id: Vec<u8>,
    pub receipt_number: Option<String>,
    pub total: i64,
    pub refunded: i64,
    pub sold_at: i64,
    pub person: Option<Vec<u8>>,
    pub earn_rule: Option<Vec<u8>>,
    pub earning: Option<i64>,
}

/// Someone served lately, and with what.
#[derive(Debug, sqlx::FromRow)]
pub struct Served {
    pub id: Vec<u8>,
    pub name: Option<String>,
    pub spent_12_months: i64,
    pub at: i64,
    pub kind: String,
    pub amount: Option<i64>,
    pub said: Option<String>,
}

impl Store {
    pub async fn sale(&self, id: RecordId) -> Result<Option<WithLines>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let mut devices = Devices::default();
        let Some(sale) =
            table(Sale::COLLECTION)?.read(&mut transaction, &mut devices, &[id]).await?.pop()
        else {
            return Ok(None);
        };
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from sale_line where sale = ?1 and deleted = 0 order by position, row",
        )
        .bind(id.as_bytes().as_slice())
        .fetch_all(&mut *transaction)
        .await?;
        let ids: Vec<RecordId> = ids.iter().filter_map(|id| RecordId::from_slice(id)).collect();
        let mut lines =
            table(SaleLine::COLLECTION)?.read(&mut transaction, &mut devices, &ids).await?;
        lines.sort_by_key(|line| (line.record.int("position"), line.row));
        let (total, refunded, waiting, earning): (i64, i64, bool, Option<i64>) = sqlx::query_as(
            "select total, ifnull((select sum(total) from sale r where r.refund_of = ?1 and r.deleted = 0), 0),
                    exists (select 1 from outbox where collection = 'sale' and id = ?1), earning
             from sale where id = ?1",
        )
        .bind(id.as_bytes().as_slice())
        .fetch_one(&mut *transaction)
        .await?;
        let lines = lines.into_iter().map(|line| line.record).collect();
        Ok(Some(WithLines { sale, lines, total, refunded, earning, waiting }))
    }

    /// The newest sales of a customer, refunds among them.
    pub async fn latest_sales(
        &self,
        customer: RecordId,
        limit: u32,
    ) -> Result<Vec<Line>, StoreError> {
        Ok(sqlx::query_as(
            "select s.id, s.sold_at, s.total, s.refund_of is not null as refund,
                    (select group_concat(name, char(10)) from (
                         select name from sale_line l where l.sale = s.id and l.deleted = 0 order by l.position)) as products
             from sale s where s.customer = ?1 and s.deleted = 0 order by s.sold_at desc limit ?2",
        )
        .bind(customer.as_bytes().as_slice())
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }

    /// Lines of all sales with what a file says of them, in pages by their rows.
    pub async fn sale_lines_after(
        &self,
        row: i64,
        limit: u32,
    ) -> Result<Vec<SoldLine>, StoreError> {
        Ok(sqlx::query_as(
            "select l.row, c.member_no as customer_no, c.phone as customer_phone, s.receipt_number as sale_no,
                    ifnull(s.sold_at, 0) as sold_at, p.name as store, l.sku, l.name as product,
                    ifnull(l.quantity, 0) as quantity, l.list_price, ifnull(l.amount, 0) as amount
             from sale_line l join sale s on s.id = l.sale and s.deleted = 0
             left join customer c on c.id = s.customer left join store p on p.id = s.store
             where l.row > ?1 and l.deleted = 0 order by l.row limit ?2",
        )
        .bind(row)
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }

    /// Sales of a customer that earn, newest first.
    pub async fn earning_sales(
        &self,
        customer: RecordId,
        limit: u32,
    ) -> Result<Vec<Earning>, StoreError> {
        Ok(sqlx::query_as(
            "select id, receipt_number, total, person, ifnull(sold_at, 0) as sold_at, earn_rule, earning,
                    ifnull((select sum(total) from sale r where r.refund_of = sale.id and r.deleted = 0), 0) as refunded
             from sale where customer = ?1 and refund_of is null and deleted = 0 order by sold_at desc limit ?2",
        )
        .bind(customer.as_bytes().as_slice())
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }

    /// Ledger entries of a customer, newest first.
    pub async fn ledger_of(
        &self,
        customer: RecordId,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from ledger_entry where customer = ?1 and deleted = 0 order by at desc limit ?2",
        )
        .bind(customer.as_bytes().as_slice())
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        Ok(self
            .by_ids(LedgerEntry::COLLECTION, &ids)
            .await?
            .into_iter()
            .map(|stored| stored.record)
            .collect())
    }

    /// Customers served last, each once, by sale or by word. The plan is written out: left to itself the
    /// planner took half a second at a million customers.
    pub async fn served(&self, limit: u32) -> Result<Vec<Served>, StoreError> {
        let sql = format!(
            "with latest as materialized (
                 select customer, sold_at as at, case when refund_of is null then 'sale' else 'refund' end as kind,
                        total as amount, null as said
                 from (select * from sale {} where customer is not null and deleted = 0 order by sold_at desc limit ?1 * 4)
                 union all
                 select customer, at, kind, null, \"text\"
                 from (select * from interaction {} where deleted = 0 order by at desc limit ?1 * 4))
             select c.id, c.name, ifnull(max(t.spent_12_months, ifnull(t.held_12_months, t.spent_12_months)), 0) as spent_12_months, max(l.at) as at, l.kind, l.amount, l.said
             from latest l cross join customer c on c.id = l.customer and c.deleted = 0 and c.erased = 0
             left join customer_totals t on t.customer = c.row
             group by l.customer order by at desc limit ?1",
            self.hint("indexed by sale_sold_at"),
            self.hint("indexed by interaction_at"),
        );
        Ok(sqlx::query_as(AssertSqlSafe(sql)).bind(limit).fetch_all(self.readers()).await?)
    }

    /// How many sales since a moment, and what they came to.
    pub async fn sold_since(&self, moment: i64) -> Result<(i64, i64), StoreError> {
        Ok(sqlx::query_as(
            "select count(case when refund_of is null then 1 end), ifnull(sum(total), 0) from sale
             where sold_at >= ?1 and deleted = 0",
        )
        .bind(moment)
        .fetch_one(self.readers())
        .await?)
    }
}

impl Write {
    /// The next receipt number of this replica on a business day, counted from 1.
    pub async fn next_receipt(&mut self, day: &str) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "update replica set receipt_count = case when receipt_day = ?1 then receipt_count + 1 else 1 end,
             receipt_day = ?1 returning receipt_count",
        )
        .bind(day)
        .fetch_one(self.connection())
        .await?)
    }

    /// The next member number of this replica's range; `None` when the range is used up.
    pub async fn next_member_no(&mut self) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "update replica set member_next = member_next + 1 where member_next <= member_last returning member_next - 1",
        )
        .fetch_optional(self.connection())
        .await?)
    }
}

impl Store {
    /// What the next receipt's number would be.
    pub async fn receipt_preview(&self, day: &str) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select case when receipt_day = ?1 then receipt_count + 1 else 1 end from replica",
        )
        .bind(day)
        .fetch_one(self.readers())
        .await?)
    }

    /// The numbers this replica may give to members, both ends included.
    pub async fn set_member_numbers(&self, from: i64, to: i64) -> Result<(), StoreError> {
        sqlx::query("update replica set member_next = ?1, member_last = ?2")
            .bind(from)
            .bind(to)
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// The highest number given so far.
    pub async fn member_numbers_used(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("select member_next - 1 from replica")
            .fetch_one(self.readers())
            .await?)
    }
}
