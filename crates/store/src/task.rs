//! Tasks by when they are due, and birthdays by the day of the year.

use shuke_domain::RecordId;

use crate::{Store, StoreError};

#[derive(Debug, sqlx::FromRow)]
pub struct Row {
    pub id: Vec<u8>,
    pub kind: Option<String>,
    pub title: Option<String>,
    pub why: Option<String>,
    pub due_on: Option<String>,
    pub customer: Option<Vec<u8>>,
    pub customer_name: Option<String>,
    pub spent_12_months: Option<i64>,
    pub assignee: Option<Vec<u8>>,
    pub assignee_name: Option<String>,
    pub done_at: Option<i64>,
    pub details: Option<String>,
    pub waiting: bool,
}

/// Which tasks are wanted; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub customer: Option<RecordId>,
    pub assignee: Option<RecordId>,
    pub done: Option<bool>,
    pub done_since: Option<i64>,
    pub due_until: Option<String>,
    pub limit: u32,
}

impl Store {
    pub async fn tasks(&self, wanted: &Wanted) -> Result<Vec<Row>, StoreError> {
        let bytes = |id: Option<RecordId>| id.map(|id| id.as_bytes().to_vec());
        Ok(sqlx::query_as(
            "select t.id, t.kind, t.title, t.why, t.due_on, t.customer, c.name as customer_name,
                    max(totals.spent_12_months, ifnull(totals.held_12_months, totals.spent_12_months)) as spent_12_months,
                    t.assignee, p.name as assignee_name, t.done_at, t.details,
                    exists (select 1 from outbox o where o.collection = 'task' and o.id = t.id) as waiting
             from task t
             left join customer c on c.id = t.customer
             left join customer_totals totals on totals.customer = c.row
             left join person p on p.id = t.assignee
             where t.deleted = 0
               and (?1 is null or t.customer = ?1)
               and (?2 is null or t.assignee = ?2)
               and (?3 is null or (t.done_at is not null) = ?3)
               and (?4 is null or t.done_at >= ?4)
               and (?5 is null or t.due_on <= ?5 or t.due_on is null)
             order by t.done_at desc, t.due_on is null, t.due_on, totals.spent_12_months desc, t.row limit ?6",
        )
        .bind(bytes(wanted.customer))
        .bind(bytes(wanted.assignee))
        .bind(wanted.done)
        .bind(wanted.done_since)
        .bind(wanted.due_until.as_deref())
        .bind(wanted.limit)
        .fetch_all(self.readers())
        .await?)
    }

    /// Living customers whose birthday falls on one of some days (`09-23`): id, name, birthday, calendar, spent.
    pub async fn birthdays(&self, days: &[String]) -> Result<Vec<Birthday>, StoreError> {
        Ok(sqlx::query_as(
            "select c.id, c.name, c.birthday,
                    ifnull(max(totals.spent_12_months, ifnull(totals.held_12_months, totals.spent_12_months)), 0) as spent_12_months
             from customer c left join customer_totals totals on totals.customer = c.row
             where c.birthday is not null and substr(c.birthday, -5) in (select value from json_each(?1))
               and ifnull(c.birthday_calendar, 'solar') = 'solar' and c.deleted = 0 and c.erased = 0
             order by totals.spent_12_months desc limit 200",
        )
        .bind(serde_json::to_string(days)?)
        .fetch_all(self.readers())
        .await?)
    }

    /// Customers whose file was made since a moment.
    pub async fn made_since(&self, moment: i64) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select count(*) from history where row > (select ifnull(max(row), 0) - 20000 from history)
             and collection = 'customer' and field = '' and clock >= ?1
             and device = (select ref from device_ref where id = (select device from replica))",
        )
        .bind(moment.max(0) << 16)
        .fetch_one(self.readers())
        .await?)
    }
}

#[derive(Debug, sqlx::FromRow)]
pub struct Birthday {
    pub id: Vec<u8>,
    pub name: Option<String>,
    pub birthday: String,
    pub spent_12_months: i64,
}
