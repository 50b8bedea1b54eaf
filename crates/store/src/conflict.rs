//! Conflicts that wait for a person, and deleted customers whom somebody changed who did not know.

use shuke_domain::{
    RecordId,
    nouns::{Conflict, Customer},
};

use crate::{Store, StoreError, codec::Stored};

/// Open, and about nobody who was deleted meanwhile: whoever is brought back brings them back.
const OPEN: &str = "from conflict where settled_of is not as_of and conflict.deleted = 0 and conflict.erased = 0
    and not exists (select 1 from customer where customer.id = conflict.customer and customer.deleted = 1)";

/// Deleted, with a unit that was written later; see `Record::changed_after_deletion`.
const CHANGED_AFTER: &str =
    "from customer left join device_ref on device_ref.ref = customer.life_device
    where deleted = 1 and erased = 0 and (stamp > life or exists (
        select 1 from json_each(exceptions)
        where value > printf('%016x', life) || '-' || lower(hex(device_ref.id))))";

impl Store {
    /// How many conflicts are open, and how many deleted customers were changed after.
    pub async fn count_conflicts(&self) -> Result<(u32, u32), StoreError> {
        let sql = format!("select (select count(*) {OPEN}), (select count(*) {CHANGED_AFTER})");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_one(self.readers()).await?)
    }

    /// The open conflicts, of one record or of all, the latest first.
    pub async fn open_conflicts(
        &self,
        about: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<Stored>, StoreError> {
        let sql = format!(
            "select id {OPEN} and (?1 is null or record = ?1 or customer = ?1) order by as_of desc, row desc limit ?2"
        );
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(about.map(|id| id.as_bytes().to_vec()))
            .bind(limit)
            .fetch_all(self.readers())
            .await?;
        self.by_ids(Conflict::COLLECTION, &ids).await
    }

    /// Deleted customers that were changed by people who did not know, the latest deleted first.
    pub async fn changed_after_deletion(&self, limit: u32) -> Result<Vec<Stored>, StoreError> {
        let sql = format!("select customer.id {CHANGED_AFTER} order by life desc limit ?1");
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(limit)
            .fetch_all(self.readers())
            .await?;
        let mut found = self.by_ids(Customer::COLLECTION, &ids).await?;
        found.retain(|stored| stored.record.changed_after_deletion());
        Ok(found)
    }
}
