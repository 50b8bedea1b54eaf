//! Stamps that lay too far ahead, and what they became.

use shuke_domain::{Clock, DeviceId};

use super::{
    Tx, on,
    workspace::{clock_of, clock_text},
};
use crate::Refused;

/// One stamp of one device: what it was, what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clamp {
    pub original: Clock,
    pub became: Clock,
}

impl Tx {
    /// What is remembered of a device, from this clock on.
    pub async fn clamps(&mut self, device: DeviceId, from: Clock) -> Result<Vec<Clamp>, Refused> {
        const SQL: &str = "select original, became from clamp where device = $1 and original >= $2";
        let rows: Vec<(String, String)> = on!(self, c => {
            sqlx::query_as(SQL).bind(device.as_bytes().as_slice()).bind(clock_text(from)).fetch_all(c).await?
        });
        let clamps = rows.iter().map(|(original, became)| Clamp {
            original: clock_of(original),
            became: clock_of(became),
        });
        Ok(clamps.collect())
    }

    pub async fn remember_clamps(
        &mut self,
        device: DeviceId,
        clamps: &[Clamp],
    ) -> Result<(), Refused> {
        const SQL: &str = "insert into clamp (device, original, became) values ($1, $2, $3)";
        for clamp in clamps {
            on!(&mut *self, c => {
                sqlx::query(SQL)
                    .bind(device.as_bytes().as_slice())
                    .bind(clock_text(clamp.original))
                    .bind(clock_text(clamp.became))
                    .execute(c)
                    .await?;
            });
        }
        Ok(())
    }
}
