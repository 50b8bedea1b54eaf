//! Answers given to batches, so that a resend hears the same.

use shuke_domain::DeviceId;
use uuid::Uuid;

use super::{Tx, column, on};
use crate::Refused;

/// An answer once given, and to what.
#[derive(Clone, Debug)]
pub struct Answered {
    pub digest: Vec<u8>,
    /// The row answers, as JSON.
    pub answer: String,
}

/// How many answers are kept of each device. It resends only its last one.
const KEPT: i64 = 16;

impl Tx {
    pub async fn answered(
        &mut self,
        device: DeviceId,
        batch: Uuid,
    ) -> Result<Option<Answered>, Refused> {
        const SQL: &str = "select digest, answer from batch where device = $1 and batch = $2";
        let row: Option<(Vec<u8>, String)> = on!(self, c => {
            sqlx::query_as(SQL)
                .bind(device.as_bytes().as_slice())
                .bind(batch.as_bytes().as_slice())
                .fetch_optional(c)
                .await?
        });
        Ok(row.map(|(digest, answer)| Answered { digest, answer }))
    }

    pub async fn keep_answer(
        &mut self,
        device: DeviceId,
        batch: Uuid,
        answered: &Answered,
        now: u64,
    ) -> Result<(), Refused> {
        const SQL: &str =
            "insert into batch (device, batch, digest, answer, at) values ($1, $2, $3, $4, $5)";
        const PRUNE: &str = "delete from batch where device = $1 and at < \
            (select min(at) from (select at from batch where device = $1 order by at desc limit $2) as kept)";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(device.as_bytes().as_slice())
                .bind(batch.as_bytes().as_slice())
                .bind(&answered.digest)
                .bind(&answered.answer)
                .bind(column(now))
                .execute(&mut *c)
                .await?;
            sqlx::query(PRUNE).bind(device.as_bytes().as_slice()).bind(KEPT).execute(c).await?;
        });
        Ok(())
    }

    /// Forgets all answers: they may hold what was erased, and merging again changes nothing.
    pub async fn forget_answers(&mut self) -> Result<(), Refused> {
        on!(self, c => { sqlx::query("delete from batch").execute(c).await?; });
        Ok(())
    }
}
