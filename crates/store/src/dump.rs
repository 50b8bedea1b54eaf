//! Everything this replica holds, in canonical order: two replicas that have synced give the same bytes.

use shuke_domain::{Collection, Record};

use crate::{
    Store, StoreError,
    codec::{Devices, table},
};

/// How many records are read at a time.
const PAGE: i64 = 2_000;

impl Store {
    /// Hands each record to `line`, one JSON text without its line end, by collection and id.
    pub async fn dump(
        &self,
        line: impl FnMut(&str) -> std::io::Result<()>,
    ) -> Result<(), StoreError> {
        self.dump_as(|record| Some(record.clone()), line).await
    }

    /// The same, each record as `seen` shows it; `None` leaves it out.
    pub async fn dump_as(
        &self,
        seen: impl Fn(&Record) -> Option<Record>,
        mut line: impl FnMut(&str) -> std::io::Result<()>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.readers().begin().await?;
        let mut devices = Devices::default();
        let mut collections: Vec<&'static Collection> = Collection::all().to_vec();
        collections.sort_by_key(|collection| collection.name);
        for collection in collections {
            let table = table(collection)?;
            let sql = format!("{} where id > ?1 order by id limit ?2", table.select());
            let mut after: Vec<u8> = Vec::new();
            loop {
                let rows = sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
                    .bind(&after)
                    .bind(PAGE)
                    .fetch_all(&mut *transaction)
                    .await?;
                for row in &rows {
                    let record = table.decode(row, &mut devices, &mut transaction).await?.record;
                    after = record.id.as_bytes().to_vec();
                    if let Some(record) = seen(&record) {
                        line(&serde_json::to_string(&record.expanded())?)?;
                    }
                }
                if rows.is_empty() {
                    break;
                }
            }
        }
        let unknown: Vec<String> =
            sqlx::query_scalar("select body from unknown_record order by collection, id")
                .fetch_all(&mut *transaction)
                .await?;
        for body in unknown {
            let record: Record = serde_json::from_str(&body)?;
            line(&serde_json::to_string(&record.normalised().expanded())?)?;
        }
        Ok(())
    }
}
