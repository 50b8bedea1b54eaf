//! Who went along when a product was replaced by another, and who was lost (R80).

use shuke_domain::RecordId;

use crate::{Store, StoreError};

/// Somebody who bought the old one and never the new.
#[derive(Debug, sqlx::FromRow)]
pub struct Lost {
    pub id: Vec<u8>,
    pub name: Option<String>,
    pub last_at: i64,
}

impl Store {
    /// Who bought one product and then another that took its place: buyers, and of them who moved (R80).
    pub async fn moved(&self, from: RecordId, to: RecordId) -> Result<(i64, i64), StoreError> {
        Ok(sqlx::query_as(
            "with bought as (select distinct s.customer from sale_line l join sale s on s.id = l.sale
                 where l.product = ?1 and l.deleted = 0 and s.deleted = 0 and s.refund_of is null and s.customer is not null)
             select count(*), count(case when exists (
                 select 1 from sale_line l join sale s on s.id = l.sale
                 where l.product = ?2 and l.deleted = 0 and s.deleted = 0 and s.refund_of is null
                   and s.customer = bought.customer) then 1 end) from bought",
        )
        .bind(from.as_bytes().as_slice())
        .bind(to.as_bytes().as_slice())
        .fetch_one(self.readers())
        .await?)
    }

    /// Who did not move, the latest to buy the old one first.
    pub async fn lost(
        &self,
        from: RecordId,
        to: RecordId,
        limit: u32,
    ) -> Result<Vec<Lost>, StoreError> {
        Ok(sqlx::query_as(
            "select c.id, c.name, max(ifnull(s.sold_at, 0)) as last_at
             from sale_line l join sale s on s.id = l.sale join customer c on c.id = s.customer
             where l.product = ?1 and l.deleted = 0 and s.deleted = 0 and s.refund_of is null
               and c.deleted = 0 and c.erased = 0 and not exists (
                 select 1 from sale_line m join sale t on t.id = m.sale
                 where m.product = ?2 and m.deleted = 0 and t.deleted = 0 and t.refund_of is null
                   and t.customer = s.customer)
             group by c.id order by last_at desc limit ?3",
        )
        .bind(from.as_bytes().as_slice())
        .bind(to.as_bytes().as_slice())
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }
}
