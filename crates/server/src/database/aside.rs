//! Rows put aside: they take no part in the data, and nothing of them is lost.

use shuke_domain::DeviceId;
use uuid::Uuid;

use super::{Tx, column, on};
use crate::Refused;

/// One row of one batch that could not be taken, as it came.
#[derive(Clone, Debug)]
pub struct Aside {
    pub position: usize,
    pub code: &'static str,
    pub body: String,
}

impl Tx {
    pub async fn put_aside(
        &mut self,
        device: DeviceId,
        batch: Uuid,
        rows: &[Aside],
        now: u64,
    ) -> Result<(), Refused> {
        const SQL: &str = "insert into aside (device, batch, position, code, body, at) values ($1, $2, $3, $4, $5, $6)";
        for row in rows {
            on!(&mut *self, c => {
                sqlx::query(SQL)
                    .bind(device.as_bytes().as_slice())
                    .bind(batch.as_bytes().as_slice())
                    .bind(i64::try_from(row.position).unwrap_or(i64::MAX))
                    .bind(row.code)
                    .bind(&row.body)
                    .bind(column(now))
                    .execute(c)
                    .await?;
            });
        }
        Ok(())
    }

    pub async fn count_aside(&mut self) -> Result<i64, Refused> {
        Ok(on!(self, c => sqlx::query_scalar("select count(*) from aside").fetch_one(c).await?))
    }

    /// Drops what was put aside and speaks of a record that was erased.
    pub async fn erase_aside(&mut self, id: &str) -> Result<(), Refused> {
        const SQL: &str = "delete from aside where body like '%' || $1 || '%'";
        on!(self, c => { sqlx::query(SQL).bind(id).execute(c).await?; });
        Ok(())
    }
}
