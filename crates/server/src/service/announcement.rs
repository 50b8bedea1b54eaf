//! Telling the others: "scope X is at N", after the commit and never before.

use shuke_domain::{
    Scope,
    wire::{Nudge, Number},
};
use sqlx::postgres::PgListener;
use tokio::sync::broadcast;

use super::{Service, present};
use crate::{Database, Refused};

/// The channel on which several servers over one PostgreSQL hear of each other's commits.
const CHANNEL: &str = "shuke_nudge";

impl Service {
    /// What is announced from now on.
    pub fn listen(&self) -> broadcast::Receiver<Nudge> {
        self.nudges.subscribe()
    }

    /// Where the order stands, for whoever begins to listen or has missed something.
    pub async fn standing(&self) -> Result<Nudge, Refused> {
        let mut tx = self.database.read().await?;
        let number = present(&mut tx).await?.number;
        tx.commit().await?;
        Ok(Nudge { scope: Scope::workspace(), number })
    }

    pub(super) async fn announce(&self, number: Number) {
        let nudge = Nudge { scope: Scope::workspace(), number };
        if let Database::Postgres(pool) = &self.database {
            let text = serde_json::to_string(&nudge).unwrap_or_default();
            let sent = sqlx::query("select pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(text)
                .execute(pool)
                .await;
            if let Err(error) = sent {
                tracing::warn!(%error, "nudge not passed on");
            }
        }
        // Nobody listening is no error; hearing it twice on PostgreSQL costs an empty pull at most.
        let _ = self.nudges.send(nudge);
    }

    /// Hears what other servers over the same database commit. Returns only on failure; on SQLite
    /// there are no others.
    pub async fn relay(&self) -> Result<(), Refused> {
        let Database::Postgres(pool) = &self.database else { return std::future::pending().await };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            let nudge = match listener.try_recv().await? {
                Some(notification) => serde_json::from_str(notification.payload()).ok(),
                // The line was cut and is up again: something may have been missed.
                None => Some(self.standing().await?),
            };
            if let Some(nudge) = nudge {
                let _ = self.nudges.send(nudge);
            }
        }
    }
}
