//! Wrong PINs, counted on disk: closing the app makes nobody wait less. Which wait follows is `domain`'s affair.

use shuke_domain::RecordId;

use crate::{Store, StoreError};

/// Wrong tries in a row, and the moment before which the next is not heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    pub wrong: u32,
    pub until: u64,
}

impl Store {
    pub async fn pin_tries(&self, person: RecordId) -> Result<Tries, StoreError> {
        let row: Option<(u32, i64)> =
            sqlx::query_as("select wrong, until from pin_try where person = ?1")
                .bind(person.as_bytes().as_slice())
                .fetch_optional(self.readers())
                .await?;
        Ok(row.map_or_else(Tries::default, |(wrong, until)| Tries {
            wrong,
            until: u64::try_from(until).unwrap_or(0),
        }))
    }

    /// Counts a try as wrong before it is looked at, so that pulling the plug does not uncount it.
    pub async fn count_pin_try(
        &self,
        person: RecordId,
        wait: impl Fn(u32) -> u64,
        now: u64,
    ) -> Result<Tries, StoreError> {
        let mut transaction = self.begin().await?;
        let wrong: u32 = sqlx::query_scalar(
            "insert into pin_try (person, wrong, until) values (?1, 1, 0)
             on conflict (person) do update set wrong = wrong + 1 returning wrong",
        )
        .bind(person.as_bytes().as_slice())
        .fetch_one(&mut *transaction)
        .await?;
        let until = now.saturating_add(wait(wrong));
        sqlx::query("update pin_try set until = ?2 where person = ?1")
            .bind(person.as_bytes().as_slice())
            .bind(i64::try_from(until).unwrap_or(i64::MAX))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Tries { wrong, until })
    }

    /// A right PIN, or a new one, begins anew.
    pub async fn forget_pin_tries(&self, person: RecordId) -> Result<(), StoreError> {
        sqlx::query("delete from pin_try where person = ?1")
            .bind(person.as_bytes().as_slice())
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
