//! Where this replica stands in the server's order.

use shuke_domain::{
    Collection, Mutant, Scope,
    wire::{Epoch, Number, Stood},
};

use sqlx::AssertSqlSafe;

use crate::{Store, StoreError, Write};

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
    pub epoch: Epoch,
    pub number: Number,
    /// What the server said of that place.
    pub mark: Option<String>,
}

impl Store {
    pub async fn cursor(&self, scope: &Scope) -> Result<Option<Cursor>, StoreError> {
        let row: Option<(Vec<u8>, i64, Option<String>)> = sqlx::query_as(
            "select epoch, number, (select nullif(value, '') from meta where name = ?2) from cursor where scope = ?1",
        )
        .bind(scope.as_str())
        .bind(mark_of(scope))
        .fetch_optional(self.readers())
        .await?;
        Ok(row.and_then(|(epoch, number, mark)| {
            let epoch = Epoch(uuid::Uuid::from_slice(&epoch).ok()?);
            Some(Cursor { scope: scope.clone(), epoch, number: Number(number), mark })
        }))
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
        sqlx::query("delete from cursor").execute(&mut *transaction).await?;
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
        sqlx::query("delete from cursor").execute(self.writer()).await?;
        Ok(())
    }
}
