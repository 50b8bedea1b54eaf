//! A copy of the whole file, encrypted with the same key, made while people work.

use std::path::Path;

use sqlx::{ConnectOptions as _, Connection as _};

use crate::{
    Store, StoreError, migrate,
    open::{Key, options},
    stop::Stop,
};

impl Store {
    /// Writes a compact copy and opens it to see that it is whole.
    pub async fn copy_to(&self, copy: &Path, stop: &Stop) -> Result<(), StoreError> {
        // A connection of its own: readers may only query, and the writer must not wait for a copy.
        let mut connection =
            options(self.path(), self.key()).create_if_missing(false).connect().await?;
        stop.watch(&mut connection).await?;
        let copied = migrate::copy_to(&mut connection, copy).await;
        connection.close().await?;
        copied?;
        migrate::verify(copy, self.key(), stop).await
    }

    /// Opens a copy with a key and reads all of it, changing nothing.
    pub async fn verify_copy(copy: &Path, key: &Key, stop: &Stop) -> Result<(), StoreError> {
        migrate::verify(copy, key, stop).await
    }
}
