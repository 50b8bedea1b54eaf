//! What other processes wrote: `shukectl` beside an open window, and the other way round.

use crate::{Store, StoreError};

impl Store {
    /// The newest turn of the list of touched tags.
    pub async fn turn(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("select ifnull(max(turn), 0) from touched")
            .fetch_one(self.readers())
            .await?)
    }

    /// Tags touched since a turn by any process, with the turn to go on from.
    pub async fn touched_since(&self, turn: i64) -> Result<(i64, Vec<String>), StoreError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("select turn, tags from touched where turn > ?1 order by turn")
                .bind(turn)
                .fetch_all(self.readers())
                .await?;
        let last = rows.last().map_or(turn, |(turn, _)| *turn);
        let mut tags: Vec<String> =
            rows.iter().flat_map(|(_, tags)| tags.split(' ')).map(str::to_owned).collect();
        tags.sort_unstable();
        tags.dedup();
        Ok((last, tags))
    }
}
