//! The part of a segment that came before the line was cut: customers' data, so it lies in the encrypted file
//! and nowhere else. Whatever is applied next takes it away, in the same transaction.

use sqlx::SqliteConnection;

use crate::{Store, StoreError};

impl Store {
    /// What is here of a segment.
    pub async fn part(&self, digest: &str) -> Result<Vec<u8>, StoreError> {
        let bytes = sqlx::query_scalar("select bytes from part where digest = ?1")
            .bind(digest)
            .fetch_optional(self.readers())
            .await?;
        Ok(bytes.unwrap_or_default())
    }

    /// Keeps what came of a segment, in the place of all that was kept before.
    pub async fn keep_part(&self, digest: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        forget(&mut transaction).await?;
        sqlx::query("insert into part (digest, bytes) values (?1, ?2)")
            .bind(digest)
            .bind(bytes)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Takes away what is kept.
    pub async fn forget_part(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        forget(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }
}

pub(crate) async fn forget(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("delete from part").execute(connection).await?;
    Ok(())
}
