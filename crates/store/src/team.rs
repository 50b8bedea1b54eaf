//! The workspace, its stores, people and devices, as they stand.

use shuke_domain::{Collection, Record};

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
}
