//! Telling the others: "scope X is at N", after the commit and never before.

use shuke_domain::{
    Scope,
    wire::{Nudge, Number},
};
use sqlx::postgres::PgListener;
use tokio::sync::broadcast;

use super::{SCOPES, Service, present, scoping::Moved};
use crate::{Database, Refused, database::WorkspaceRow};

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
        self.tell(&[Nudge { scope: Scope::workspace(), number }]).await;
    }

    /// Tells of records that moved, or of a setting that came into force.
    pub(super) async fn announce_moved(&self, workspace: &WorkspaceRow, moved: &Moved) {
        let mut nudges = Vec::new();
        if moved.last.is_some() || !moved.touched.is_empty() {
            let number = moved.last.unwrap_or(workspace.number);
            nudges.push(Nudge { scope: Scope::workspace(), number });
            let places = workspace.scoping.in_force.map(|one| one.generation);
            nudges.extend(places.into_iter().flat_map(|generation| {
                moved
                    .touched
                    .iter()
                    .map(move |place| Nudge { scope: Scope::of(generation, *place), number })
            }));
        }
        if moved.changed {
            nudges.push(Nudge { scope: Scope::parse(SCOPES), number: workspace.number });
        }
        self.tell(&nudges).await;
    }

    async fn tell(&self, nudges: &[Nudge]) {
        if let Database::Postgres(pool) = &self.database
            && !nudges.is_empty()
        {
            let texts: Vec<String> = nudges
                .iter()
                .map(|nudge| serde_json::to_string(nudge).unwrap_or_default())
                .collect();
            let sent =
                sqlx::query("select pg_notify($1, text) from unnest($2::text[]) as told (text)")
                    .bind(CHANNEL)
                    .bind(texts)
                    .execute(pool)
                    .await;
            if let Err(error) = sent {
                tracing::warn!(%error, "nudge not passed on");
            }
        }
        for nudge in nudges {
            // Nobody listening is no error; hearing it twice on PostgreSQL costs an empty pull at most.
            let _ = self.nudges.send(nudge.clone());
        }
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
