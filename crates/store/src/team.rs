//! The workspace, its stores, people and devices, as they stand.

use shuke_domain::{Collection, Record, RecordId};

use crate::{
    Store, StoreError,
    codec::{Devices, table},
};

impl Store {
    /// All living records of a small collection, oldest first.
    pub async fn all(&self, collection: &'static Collection) -> Result<Vec<Record>, StoreError> {
        let table = table(collection)?;
        let mut transaction = self.readers().begin().await?;
        let mut devices = Devices::default();
        let sql = format!("{} where deleted = 0 and erased = 0 order by id", table.select());
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *transaction).await?;
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            records.push(table.decode(row, &mut devices, &mut transaction).await?.record);
        }
        Ok(records)
    }

    /// How many living customers somebody owns, and how many open tasks wait for them.
    pub async fn work_of(&self, person: RecordId) -> Result<(i64, i64), StoreError> {
        Ok(sqlx::query_as(
            "select (select count(*) from customer where owner = ?1 and deleted = 0 and erased = 0),
                    (select count(*) from task where assignee = ?1 and done_at is null and deleted = 0)",
        )
        .bind(person.as_bytes().as_slice())
        .fetch_one(self.readers())
        .await?)
    }

    /// The same, one by one: what is handed over when they leave.
    pub async fn owned_by(
        &self,
        person: RecordId,
    ) -> Result<(Vec<RecordId>, Vec<RecordId>), StoreError> {
        let ids =
            |rows: Vec<Vec<u8>>| rows.iter().filter_map(|id| RecordId::from_slice(id)).collect();
        let customers = sqlx::query_scalar(
            "select id from customer where owner = ?1 and deleted = 0 and erased = 0 order by row",
        )
        .bind(person.as_bytes().as_slice())
        .fetch_all(self.readers())
        .await?;
        let tasks = sqlx::query_scalar(
            "select id from task where assignee = ?1 and done_at is null and deleted = 0 order by row",
        )
        .bind(person.as_bytes().as_slice())
        .fetch_all(self.readers())
        .await?;
        Ok((ids(customers), ids(tasks)))
    }

    /// Who looked at what, newest first; at one customer only, if named.
    pub async fn reveals(
        &self,
        customer: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<Revealed>, StoreError> {
        Ok(sqlx::query_as(
            "select r.at, r.field, r.customer, c.name as customer_name, p.name as person, d.name as device
             from reveal r left join customer c on c.id = r.customer
             left join person p on p.id = r.person left join device d on d.id = r.seen_on
             where r.deleted = 0 and (?1 is null or r.customer = ?1) order by r.at desc, r.row desc limit ?2",
        )
        .bind(customer.map(|id| id.as_bytes().to_vec()))
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }
}

/// One look at a masked value.
#[derive(Debug, sqlx::FromRow)]
pub struct Revealed {
    pub at: i64,
    pub field: Option<String>,
    pub customer: Option<Vec<u8>>,
    pub customer_name: Option<String>,
    pub person: Option<String>,
    pub device: Option<String>,
}
