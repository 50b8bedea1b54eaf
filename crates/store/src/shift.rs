//! Shifts of tills, and what was sold in one.

use shuke_domain::{Record, RecordId, nouns::Shift};

use crate::{Store, StoreError, codec::Stored};

/// A sale or a refund of a shift.
#[derive(Debug, sqlx::FromRow)]
pub struct ShiftSale {
    pub id: Vec<u8>,
    pub total: i64,
    pub units: i64,
    pub refund: bool,
    pub tenders: Option<String>,
    pub customer: Option<Vec<u8>>,
    /// Not at the server yet.
    pub waiting: bool,
}

impl Store {
    /// The shift that is open on a till.
    pub async fn open_shift(&self, till: RecordId) -> Result<Option<Stored>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from shift where till = ?1 and closed_at is null and deleted = 0
             order by opened_at desc limit 1",
        )
        .bind(till.as_bytes().as_slice())
        .fetch_all(self.readers())
        .await?;
        Ok(self.by_ids(Shift::COLLECTION, &ids).await?.pop())
    }

    /// Shifts, the latest first.
    pub async fn shifts(&self, limit: u32) -> Result<Vec<Record>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from shift where deleted = 0 order by opened_at desc limit ?1",
        )
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        let found = self.by_ids(Shift::COLLECTION, &ids).await?;
        Ok(found.into_iter().map(|stored| stored.record).collect())
    }

    /// What was sold and given back in a shift, by the moments between which it was: `from` and `until` only
    /// say where to look.
    pub async fn sales_of_shift(
        &self,
        shift: RecordId,
        from: i64,
        until: i64,
    ) -> Result<Vec<ShiftSale>, StoreError> {
        Ok(sqlx::query_as(
            "select id, ifnull(total, 0) as total, ifnull(units, 0) as units, refund_of is not null as refund, tenders,
                    customer, exists (select 1 from outbox o where o.collection = 'sale' and o.id = sale.id) as waiting
             from sale where sold_at between ?2 and ?3 and shift = ?1 and deleted = 0 order by sold_at, id",
        )
        .bind(shift.as_bytes().as_slice())
        .bind(from)
        .bind(until)
        .fetch_all(self.readers())
        .await?)
    }
}
