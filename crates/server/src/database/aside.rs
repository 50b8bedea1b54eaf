//! Rows put aside: they take no part in the data, and nothing of them is lost.

use shuke_domain::DeviceId;
use uuid::Uuid;

use super::{Tx, column, millis, on, uuid_of};
use crate::Refused;

/// One row of one batch that could not be taken, as it came.
#[derive(Clone, Debug)]
pub struct Aside {
    pub position: usize,
    pub code: &'static str,
    pub body: String,
}

/// The same, as it lies there, with whose it is.
#[derive(Clone, Debug)]
pub struct Kept {
    pub device: DeviceId,
    pub batch: Uuid,
    pub position: i64,
    pub code: String,
    pub body: String,
    pub at: u64,
}

type Columns = (Vec<u8>, Vec<u8>, i64, String, String, i64);

impl TryFrom<Columns> for Kept {
    type Error = Refused;

    fn try_from((device, batch, position, code, body, at): Columns) -> Result<Self, Refused> {
        Ok(Self {
            device: DeviceId::from_uuid(uuid_of(&device)?),
            batch: uuid_of(&batch)?,
            position,
            code,
            body,
            at: millis(at),
        })
    }
}

impl Tx {
    pub async fn put_aside(
        &mut self,
        device: DeviceId,
        batch: Uuid,
        rows: &[Aside],
        now: u64,
    ) -> Result<(), Refused> {
        const SQL: &str = "insert into aside (device, batch, position, code, body, at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
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

    /// What lies aside, oldest first.
    pub async fn asides(&mut self, limit: i64) -> Result<Vec<Kept>, Refused> {
        const SQL: &str = "select device, batch, position, code, body, at from aside order by at, device, batch, position limit $1";
        let rows: Vec<Columns> =
            on!(self, c => sqlx::query_as(SQL).bind(limit).fetch_all(c).await?);
        rows.into_iter().map(Kept::try_from).collect()
    }

    pub async fn aside_at(
        &mut self,
        (device, batch, position): (DeviceId, Uuid, i64),
    ) -> Result<Option<Kept>, Refused> {
        const SQL: &str = "select device, batch, position, code, body, at from aside where device = $1 and batch = $2 and position = $3";
        let row: Option<Columns> = on!(self, c => {
            sqlx::query_as(SQL)
                .bind(device.as_bytes().as_slice())
                .bind(batch.as_bytes().as_slice())
                .bind(position)
                .fetch_optional(c)
                .await?
        });
        row.map(Kept::try_from).transpose()
    }

    pub async fn drop_aside(&mut self, row: &Kept) -> Result<(), Refused> {
        const SQL: &str = "delete from aside where device = $1 and batch = $2 and position = $3";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(row.device.as_bytes().as_slice())
                .bind(row.batch.as_bytes().as_slice())
                .bind(row.position)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// How many rows lie aside, by whose they are.
    pub async fn asides_by_device(&mut self) -> Result<Vec<(DeviceId, u64)>, Refused> {
        const SQL: &str = "select device, count(*) from aside group by device";
        let rows: Vec<(Vec<u8>, i64)> = on!(self, c => sqlx::query_as(SQL).fetch_all(c).await?);
        rows.into_iter()
            .map(|(device, count)| {
                Ok((DeviceId::from_uuid(uuid_of(&device)?), count.unsigned_abs()))
            })
            .collect()
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
