//! Sales that another till system told of: what there is about one already, whom it may belong to, and
//! those that nobody has been found for.

use shuke_domain::{
    Fen, Record, RecordId,
    intake::Sold,
    nouns::{Product, SaleLine},
};

use crate::{Store, StoreError, Write, codec::table};

/// A sale whose customer nobody here is known as.
#[derive(Debug, sqlx::FromRow)]
pub struct Unmatched {
    pub id: Vec<u8>,
    pub receipt_number: Option<String>,
    pub sold_at: Option<i64>,
    pub total: i64,
    pub refund: bool,
    pub phone: Option<String>,
    pub member_no: Option<String>,
    pub store: Option<String>,
}

impl Write {
    /// The lines of a sale that are here.
    pub async fn lines_of(&mut self, sale: RecordId) -> Result<Vec<Record>, StoreError> {
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar("select id from sale_line where sale = ?1 and deleted = 0")
                .bind(sale.as_bytes().as_slice())
                .fetch_all(self.connection())
                .await?;
        let ids: Vec<RecordId> = ids.iter().filter_map(|id| RecordId::from_slice(id)).collect();
        let mut devices = std::mem::take(&mut self.devices);
        let lines =
            table(SaleLine::COLLECTION)?.read(self.connection(), &mut devices, &ids).await?;
        self.devices = devices;
        Ok(lines.into_iter().map(|stored| stored.record).collect())
    }

    /// Refunds of a sale that came in before anybody knew whose it was.
    pub async fn refunds_of_nobody(&mut self, sale: RecordId) -> Result<Vec<RecordId>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from sale where refund_of = ?1 and customer is null and deleted = 0 order by id",
        )
        .bind(sale.as_bytes().as_slice())
        .fetch_all(self.connection())
        .await?;
        Ok(ids.iter().filter_map(|id| RecordId::from_slice(id)).collect())
    }

    /// What somebody bought and gave back, summed from the lines: totals may be stale within a write.
    pub async fn sold_to(&mut self, customer: RecordId) -> Result<Vec<Sold>, StoreError> {
        type Row = (Vec<u8>, Option<i64>, Option<Vec<u8>>, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "select id, sold_at, refund_of,
                    (select ifnull(sum(amount), 0) from sale_line l where l.sale = sale.id and l.deleted = 0)
             from sale where customer = ?1 and deleted = 0",
        )
        .bind(customer.as_bytes().as_slice())
        .fetch_all(self.connection())
        .await?;
        let sold = rows.into_iter().filter_map(|(id, at, refund_of, total)| {
            Some(Sold {
                id: RecordId::from_slice(&id)?,
                at: at.unwrap_or_default(),
                total: Fen(total),
                refund_of: refund_of.as_deref().and_then(RecordId::from_slice),
            })
        });
        Ok(sold.collect())
    }

    /// A living product by its number, or else by its barcode.
    pub async fn product_named(
        &mut self,
        sku: Option<&str>,
        barcode: Option<&str>,
    ) -> Result<Option<(RecordId, Product)>, StoreError> {
        let id: Option<Vec<u8>> = sqlx::query_scalar(
            "select id from product where deleted = 0 and (sku = ?1 or barcode = ?2)
             order by sku is ?1 desc, id limit 1",
        )
        .bind(sku)
        .bind(barcode)
        .fetch_optional(self.connection())
        .await?;
        let Some(id) = id.as_deref().and_then(RecordId::from_slice) else { return Ok(None) };
        let found = self.find(Product::COLLECTION, id).await?;
        Ok(found.map(|stored| (id, stored.record.view())))
    }
}

impl Store {
    /// Sales that nobody has been found for, the newest first.
    pub async fn unmatched_sales(&self, limit: u32) -> Result<Vec<Unmatched>, StoreError> {
        Ok(sqlx::query_as(
            "select s.id, s.receipt_number, s.sold_at, s.total, s.refund_of is not null as refund, s.phone,
                    s.member_no, p.name as store
             from sale s left join store p on p.id = s.store
             where s.customer is null and (s.phone is not null or s.member_no is not null) and s.deleted = 0
             order by s.sold_at desc limit ?1",
        )
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }

    /// How many there are.
    pub async fn unmatched_count(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select count(*) from sale
             where customer is null and (phone is not null or member_no is not null) and deleted = 0",
        )
        .fetch_one(self.readers())
        .await?)
    }
}
