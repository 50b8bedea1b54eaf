//! Records found by what people call them: products by number, barcode or name, tags by name.

use shuke_domain::{
    Collection, RecordId,
    nouns::{self, Customer, Product, Sale, Tag},
};
use sqlx::AssertSqlSafe;

use crate::{
    Store, StoreError, Write,
    codec::{Devices, Stored, table},
};

impl Store {
    /// Products whose number or barcode begins with a text, or whose name holds it.
    pub async fn search_products(&self, text: &str, limit: u32) -> Result<Vec<Stored>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from product where deleted = 0 and (
                 ?1 = '' or substr(lower(sku), 1, length(?1)) = lower(?1) or substr(barcode, 1, length(?1)) = ?1
                 or instr(lower(name), lower(?1)) > 0)
             order by case when lower(sku) = lower(?1) or barcode = ?1 then 0
                           when substr(lower(sku), 1, length(?1)) = lower(?1) then 1 else 2 end, name, row limit ?2",
        )
        .bind(text)
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        self.by_ids(Product::COLLECTION, &ids).await
    }

    /// The product of a barcode or stock-keeping number, whole.
    pub async fn product_by_code(&self, code: &str) -> Result<Option<Stored>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from product where (barcode = ?1 or sku = ?1) and deleted = 0 order by barcode = ?1 desc, row limit 1",
        )
        .bind(code)
        .fetch_all(self.readers())
        .await?;
        Ok(self.by_ids(Product::COLLECTION, &ids).await?.pop())
    }

    /// The product of a stock-keeping number, the oldest where several devices made one.
    pub async fn product_by_sku(&self, sku: &str) -> Result<Option<Product>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from product where sku = ?1 and deleted = 0 order by row limit 1",
        )
        .bind(sku)
        .fetch_all(self.readers())
        .await?;
        let found = self.by_ids(Product::COLLECTION, &ids).await?.pop();
        Ok(found.map(|stored| stored.record.view()))
    }

    /// Words by which products are grouped.
    pub async fn categories(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "select distinct category from product where category is not null and category <> '' and deleted = 0
             order by category limit 200",
        )
        .fetch_all(self.readers())
        .await?)
    }

    /// Names of tags with how many living customers carry them; equal names are one.
    pub async fn tags(&self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "select tag.name, count(distinct customer_tag.customer) from tag
             left join customer_tag on customer_tag.tag = tag.id and customer_tag.deleted = 0
             where tag.deleted = 0 and tag.name is not null group by tag.name order by 2 desc, 1",
        )
        .fetch_all(self.readers())
        .await?)
    }

    pub(crate) async fn by_ids(
        &self,
        collection: &'static Collection,
        ids: &[Vec<u8>],
    ) -> Result<Vec<Stored>, StoreError> {
        let ids: Vec<RecordId> = ids.iter().filter_map(|id| RecordId::from_slice(id)).collect();
        let mut connection = self.readers().acquire().await?;
        let mut found =
            table(collection)?.read(&mut connection, &mut Devices::default(), &ids).await?;
        found.sort_by_key(|stored| ids.iter().position(|id| *id == stored.record.id));
        Ok(found)
    }
}

impl Write {
    /// The tag of a name, the oldest where several devices made one.
    pub async fn tag_named(&mut self, name: &str) -> Result<Option<RecordId>, StoreError> {
        self.id_where(
            Tag::COLLECTION,
            "select id from tag where name = ?1 and deleted = 0 order by id limit 1",
            name,
        )
        .await
    }

    /// All tags of a name.
    pub async fn tags_named(&mut self, name: &str) -> Result<Vec<RecordId>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar("select id from tag where name = ?1")
            .bind(name)
            .fetch_all(self.connection())
            .await?;
        Ok(ids.iter().filter_map(|id| RecordId::from_slice(id)).collect())
    }

    pub async fn product_by_sku(&mut self, sku: &str) -> Result<Option<RecordId>, StoreError> {
        self.id_where(
            Product::COLLECTION,
            "select id from product where sku = ?1 and deleted = 0 order by row limit 1",
            sku,
        )
        .await
    }

    pub async fn customer_by_member_no(
        &mut self,
        number: &str,
    ) -> Result<Option<RecordId>, StoreError> {
        let sql = "select id from customer where member_no = ?1 and deleted = 0 and erased = 0 order by row limit 1";
        self.id_where(Customer::COLLECTION, sql, number).await
    }

    /// Customers with a number in one of their two main fields, with their names.
    pub async fn customers_by_phone(
        &mut self,
        phone: &str,
    ) -> Result<Vec<(RecordId, String)>, StoreError> {
        let sql = "select id, name from customer where (phone = ?1 or landline = ?1) and deleted = 0 and erased = 0 order by row";
        let sql = AssertSqlSafe(self.narrowed(sql, Customer::COLLECTION).into_owned());
        let rows: Vec<(Vec<u8>, Option<String>)> =
            sqlx::query_as(sql).bind(phone).fetch_all(self.connection()).await?;
        Ok(rows
            .into_iter()
            .filter_map(|(id, name)| Some((RecordId::from_slice(&id)?, name.unwrap_or_default())))
            .collect())
    }

    pub async fn sale_by_number(&mut self, number: &str) -> Result<Option<RecordId>, StoreError> {
        self.id_where(
            Sale::COLLECTION,
            "select id from sale where receipt_number = ?1 and deleted = 0 order by row limit 1",
            number,
        )
        .await
    }

    pub async fn store_named(&mut self, name: &str) -> Result<Option<RecordId>, StoreError> {
        self.id_where(
            nouns::Store::COLLECTION,
            "select id from store where (name = ?1 or code = ?1) and deleted = 0 order by row limit 1",
            name,
        )
        .await
    }

    async fn id_where(
        &mut self,
        collection: &Collection,
        sql: &'static str,
        value: &str,
    ) -> Result<Option<RecordId>, StoreError> {
        let sql = AssertSqlSafe(self.narrowed(sql, collection).into_owned());
        let id: Option<Vec<u8>> =
            sqlx::query_scalar(sql).bind(value).fetch_optional(self.connection()).await?;
        Ok(id.as_deref().and_then(RecordId::from_slice))
    }
}
