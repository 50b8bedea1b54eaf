//! A copy of the whole file, encrypted with the same key, made while people work.

use std::path::Path;

use crate::{Store, StoreError, migrate, open::Key};

impl Store {
    /// Writes a compact copy and opens it to see that it is whole.
    pub async fn copy_to(&self, copy: &Path) -> Result<(), StoreError> {
        let mut connection = self.readers().acquire().await?;
        migrate::copy_to(&mut connection, copy).await?;
        drop(connection);
        migrate::verify(copy, self.key()).await
    }

    /// Opens a copy with a key and reads all of it, changing nothing.
    pub async fn verify_copy(copy: &Path, key: &Key) -> Result<(), StoreError> {
        migrate::verify(copy, key).await
    }
}
