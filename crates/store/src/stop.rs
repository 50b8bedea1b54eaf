//! A word from outside that ends long work on a file. What was begun is left to whoever asked for it: they take
//! away what is half done.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sqlx::SqliteConnection;

use crate::StoreError;

/// After so many steps of a statement it is looked whether somebody wants it to end.
const LOOKED_EVERY: i32 = 20_000;

#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    pub fn check(&self) -> Result<(), StoreError> {
        if self.asked() { Err(StoreError::Stopped) } else { Ok(()) }
    }

    /// Ends statements of a connection in their middle.
    pub(crate) async fn watch(&self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        let stop = self.clone();
        connection.lock_handle().await?.set_progress_handler(LOOKED_EVERY, move || !stop.asked());
        Ok(())
    }
}
