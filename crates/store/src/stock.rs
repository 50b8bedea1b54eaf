//! What lies of each gift at each till: the sum of its movements.

use shuke_domain::{Record, RecordId, nouns::StockMovement};

use crate::{Store, StoreError, Write};

/// Pieces of one gift at one till.
#[derive(Debug, sqlx::FromRow)]
pub struct Pieces {
    pub reward: Vec<u8>,
    pub till: Vec<u8>,
    pub pieces: i64,
}

impl Store {
    pub async fn stock(&self) -> Result<Vec<Pieces>, StoreError> {
        Ok(sqlx::query_as(
            "select reward, till, ifnull(sum(pieces), 0) as pieces from stock_movement
             where deleted = 0 and reward is not null and till is not null group by reward, till",
        )
        .fetch_all(self.readers())
        .await?)
    }

    /// Movements of one gift, the latest first.
    pub async fn stock_movements(
        &self,
        reward: RecordId,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from stock_movement where reward = ?1 and deleted = 0 order by at desc, id desc limit ?2",
        )
        .bind(reward.as_bytes().as_slice())
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        let found = self.by_ids(StockMovement::COLLECTION, &ids).await?;
        Ok(found.into_iter().map(|stored| stored.record).collect())
    }
}

impl Write {
    /// Pieces of a gift at a till, asked where one is about to go.
    pub async fn pieces(&mut self, reward: RecordId, till: RecordId) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select ifnull(sum(pieces), 0) from stock_movement where reward = ?1 and till = ?2 and deleted = 0",
        )
        .bind(reward.as_bytes().as_slice())
        .bind(till.as_bytes().as_slice())
        .fetch_one(self.connection())
        .await?)
    }

    /// Whether a redemption took a piece that nobody put back, and from which till.
    pub async fn piece_of(
        &mut self,
        redemption: RecordId,
    ) -> Result<Option<(RecordId, RecordId)>, StoreError> {
        let row: Option<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "select reward, till from stock_movement where redemption = ?1 and deleted = 0
             and reward is not null and till is not null group by reward, till having sum(pieces) < 0",
        )
        .bind(redemption.as_bytes().as_slice())
        .fetch_optional(self.connection())
        .await?;
        let id = |bytes: &[u8]| RecordId::from_slice(bytes);
        Ok(row.and_then(|(reward, till)| Some((id(&reward)?, id(&till)?))))
    }
}
