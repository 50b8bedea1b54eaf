//! Where this replica stands in the server's order.

use shuke_domain::{
    Scope,
    wire::{Epoch, Number},
};

use crate::{Store, StoreError};

/// How far one scope has been pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub scope: Scope,
    pub epoch: Epoch,
    pub number: Number,
}

impl Store {
    pub async fn cursor(&self, scope: &Scope) -> Result<Option<Cursor>, StoreError> {
        let row: Option<(Vec<u8>, i64)> =
            sqlx::query_as("select epoch, number from cursor where scope = ?1")
                .bind(scope.as_str())
                .fetch_optional(self.readers())
                .await?;
        Ok(row.and_then(|(epoch, number)| {
            let epoch = uuid::Uuid::from_slice(&epoch).ok()?;
            Some(Cursor { scope: scope.clone(), epoch: Epoch(epoch), number: Number(number) })
        }))
    }

    /// Forgets where the scopes stood: the next pull begins at the beginning.
    pub async fn forget_cursors(&self) -> Result<(), StoreError> {
        sqlx::query("delete from cursor").execute(self.writer()).await?;
        Ok(())
    }
}
