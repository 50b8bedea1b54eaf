//! Where this replica stands in the server's order, scope by scope, and which scopes it holds.
//!
//! A scope that is not the whole workspace has a slot: the bit by which rows in `held` say that they
//! are in it. A scope that the server took away stays here as lost until what only it held is gone.

use shuke_domain::{
    Scope,
    wire::{Epoch, Number},
};
use sqlx::SqliteConnection;

use crate::{Store, StoreError};

/// How far one scope has been pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub scope: Scope,
    /// `None` until the first page, and after the server began another life of its order.
    pub epoch: Option<Epoch>,
    pub number: Number,
    pub(crate) slot: Option<i64>,
    /// The server took it away; what only it held is to go.
    pub lost: bool,
}

impl Cursor {
    pub(crate) fn bit(&self) -> i64 {
        self.slot.map_or(0, |slot| 1 << slot)
    }
}

/// As many as `held` has bits without its sign.
const SLOTS: i64 = 63;

pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Vec<Cursor>, StoreError> {
    type Row = (String, Vec<u8>, i64, Option<i64>, bool);
    let rows: Vec<Row> =
        sqlx::query_as("select scope, epoch, number, slot, lost from cursor order by scope")
            .fetch_all(connection)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(scope, epoch, number, slot, lost)| Cursor {
            scope: Scope::parse(&scope),
            epoch: uuid::Uuid::from_slice(&epoch).ok().filter(|id| !id.is_nil()).map(Epoch),
            number: Number(number),
            slot,
            lost,
        })
        .collect())
}

impl Store {
    pub async fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        read(&mut *self.readers().acquire().await?).await
    }

    pub async fn cursor(&self, scope: &Scope) -> Result<Option<Cursor>, StoreError> {
        Ok(self.cursors().await?.into_iter().find(|cursor| cursor.scope == *scope))
    }

    /// Forgets where the scopes stood: the next pull begins at the beginning.
    pub async fn forget_cursors(&self) -> Result<(), StoreError> {
        // Rows still say by its slot which scope holds them.
        sqlx::query("update cursor set epoch = zeroblob(16), number = 0")
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// Takes over which scopes the server says are this device's: new ones begin at nought, the others
    /// are lost, and what they held goes by [`Store::purge_step`].
    pub async fn entitle(&self, scopes: &[Scope]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let known = read(&mut transaction).await?;
        let mut taken: Vec<i64> = known.iter().filter_map(|cursor| cursor.slot).collect();
        for cursor in &known {
            let (ours, name) = (scopes.contains(&cursor.scope), cursor.scope.as_str());
            let change = match (ours, cursor.lost) {
                (false, false) => "update cursor set lost = 1 where scope = ?1",
                // Half of it may be gone already.
                (true, true) => {
                    "update cursor set lost = 0, epoch = zeroblob(16), number = 0 where scope = ?1"
                }
                _ => continue,
            };
            sqlx::query(change).bind(name).execute(&mut *transaction).await?;
        }
        let fresh = scopes.iter().filter(|scope| known.iter().all(|one| one.scope != **scope));
        for scope in fresh {
            let slot = match (0..SLOTS).find(|slot| !taken.contains(slot)) {
                _ if scope.is_workspace() => None,
                Some(slot) => Some(slot),
                None => return Err(StoreError::Foreign),
            };
            taken.extend(slot);
            sqlx::query(
                "insert into cursor (scope, epoch, number, slot) values (?1, zeroblob(16), 0, ?2)",
            )
            .bind(scope.as_str())
            .bind(slot)
            .execute(&mut *transaction)
            .await?;
        }
        sqlx::query("insert into touched (tags) values ('sync customer')")
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        let _ = self.announcer().send(vec!["sync", "customer"]);
        Ok(())
    }
}
