//! Where this replica stands in the server's order, scope by scope, and which scopes it holds.
//!
//! A scope that is not the whole workspace has a slot: the bit by which rows in `held` say that they
//! are in it. A scope that the server took away stays here as lost until what only it held is gone.

use shuke_domain::{
    Collection, Mutant, Scope,
    wire::{Epoch, Number, Stood},
};
use sqlx::SqliteConnection;

use sqlx::AssertSqlSafe;

use crate::{Store, StoreError, Write, part};

/// Set while everything is read from zero, to learn what the server lost.
const READING_AGAIN: &str = "reading_again";

/// Where the server's order stood at the last push.
pub(crate) const STOOD: &str = "stood";

/// Notes something beside the rows, in their transaction.
pub(crate) async fn note(write: &mut Write, name: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query("insert or replace into meta (name, value) values (?1, ?2)")
        .bind(name)
        .bind(value)
        .execute(write.connection())
        .await?;
    Ok(())
}

/// Under which name the mark of a scope's cursor is noted.
pub(crate) fn mark_of(scope: &Scope) -> String {
    format!("mark:{}", scope.as_str())
}

/// How far one scope has been pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub scope: Scope,
    /// `None` until the first page, and after the server began another life of its order.
    pub epoch: Option<Epoch>,
    pub number: Number,
    /// What the server said of that place.
    pub mark: Option<String>,
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
    type Row = (String, Vec<u8>, i64, Option<i64>, bool, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "select scope, epoch, number, slot, lost,
                (select nullif(value, '') from meta where name = 'mark:' || scope)
         from cursor order by scope",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(scope, epoch, number, slot, lost, mark)| Cursor {
            scope: Scope::parse(&scope),
            epoch: uuid::Uuid::from_slice(&epoch).ok().filter(|id| !id.is_nil()).map(Epoch),
            number: Number(number),
            mark: mark.filter(|_| number > 0),
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

    /// Where the server's order stood at the last push.
    pub async fn stood(&self) -> Result<Option<Stood>, StoreError> {
        let text = self.meta(STOOD).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Begins again at the beginning, because the server's order is another: a backup was put in its
    /// place. What it does not confirm on the way it has lost, and is offered it at the end.
    pub async fn read_again(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let tables = Collection::all().iter().map(|collection| collection.name);
        for table in tables.chain(["unknown_record"]) {
            let sql = format!("update {table} set number = null where number is not null");
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
        }
        // Rows still say by its slot which scope holds them.
        sqlx::query("update cursor set epoch = zeroblob(16), number = 0")
            .execute(&mut *transaction)
            .await?;
        sqlx::query("delete from meta where name = ?1")
            .bind(STOOD)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("insert or replace into meta (name, value) values (?1, '1')")
            .bind(READING_AGAIN)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// At the end of such a pull: puts into the outbox what the server turned out not to have. Gives
    /// how much that was.
    pub async fn offer_missing(&self, now: u64) -> Result<u64, StoreError> {
        if self.meta(READING_AGAIN).await?.is_none() || Mutant::OfferForgotten.awake() {
            return Ok(0);
        }
        let author = self.person().await?.map(|person| person.as_bytes().to_vec());
        let mut transaction = self.begin().await?;
        let mut offered = 0;
        let tables = Collection::all().iter().map(|collection| (collection.name, "row"));
        for (table, order) in tables.chain([("unknown_record", "id")]) {
            let name = if order == "row" { format!("'{table}'") } else { "collection".to_owned() };
            // Version 0 says that nobody here wrote it just now.
            let sql = format!(
                "insert into outbox (collection, id, since, author, version, changes)
                 select {name}, id, ?1, ?2, 0, '[]' from {table} where number is null order by {order}
                 on conflict (collection, id) do nothing"
            );
            let put = sqlx::query(AssertSqlSafe(sql))
                .bind(i64::try_from(now).unwrap_or(i64::MAX))
                .bind(&author)
                .execute(&mut *transaction)
                .await?;
            offered += put.rows_affected();
        }
        sqlx::query("delete from meta where name = ?1")
            .bind(READING_AGAIN)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(offered)
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
        part::forget(&mut transaction).await?;
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
