//! Leave to go beyond limits: what waits for somebody, and what was decided (R41).

use shuke_domain::{Record, nouns::Approval};

use crate::{Store, StoreError};

impl Store {
    /// How many wait.
    pub async fn approvals_waiting(&self) -> Result<i64, StoreError> {
        let sql = "select count(*) from approval where verdict is null and deleted = 0";
        Ok(sqlx::query_scalar(sql).fetch_one(self.readers()).await?)
    }

    /// What waits, the oldest first, or what was decided, the latest first.
    pub async fn approvals(&self, waiting: bool, limit: u32) -> Result<Vec<Record>, StoreError> {
        let sql = if waiting {
            "select id from approval where verdict is null and deleted = 0 order by asked_at, id limit ?1"
        } else {
            "select id from approval where verdict is not null and deleted = 0 order by decided_at desc, id limit ?1"
        };
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar(sql).bind(limit).fetch_all(self.readers()).await?;
        let found = self.by_ids(Approval::COLLECTION, &ids).await?;
        Ok(found.into_iter().map(|stored| stored.record).collect())
    }
}
