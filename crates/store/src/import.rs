//! Imports that were done, with what became of each row that had something to say.

use shuke_domain::RecordId;

use crate::{Store, StoreError};

impl Store {
    /// Keeps an import's summary, a JSON text.
    pub async fn keep_import(
        &self,
        id: RecordId,
        at: i64,
        summary: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("insert or replace into import (id, at, summary) values (?1, ?2, ?3)")
            .bind(id.as_bytes().as_slice())
            .bind(at)
            .bind(summary)
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// Summaries, newest first.
    pub async fn imports(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar("select summary from import order by at desc")
            .fetch_all(self.readers())
            .await?)
    }
}
