//! Enrolment codes: hashed, short-lived, used once.

use shuke_domain::{DeviceId, RecordId, Role};
use subtle::ConstantTimeEq;

use super::{Tx, column, id_of, millis, on, uuid_of};
use crate::Refused;

/// A code that may let one device in.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub secret_hash: Vec<u8>,
    pub role: Role,
    pub store_id: Option<RecordId>,
    /// Whom it is for, where they have a record already.
    pub person: Option<RecordId>,
    /// Whose place the device takes that comes with it.
    pub replaces: Option<DeviceId>,
    pub expires_at: u64,
}

/// What became of a code that someone presented.
#[derive(Clone, Debug)]
pub enum Redeemed {
    Good {
        role: Role,
        store_id: Option<RecordId>,
        person: Option<RecordId>,
        replaces: Option<DeviceId>,
    },
    /// Used before, or too old.
    Spent,
    Unknown,
}

type Columns =
    (Vec<u8>, String, Option<Vec<u8>>, i64, Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>);

impl Tx {
    pub async fn insert_invitation(&mut self, row: &Invitation, now: u64) -> Result<(), Refused> {
        const SQL: &str = "insert into enrolment (secret_hash, role, store_id, created_at, expires_at, person, replaces) values ($1, $2, $3, $4, $5, $6, $7)";
        // What ran out a day ago tells nobody anything any more.
        const PRUNE: &str = "delete from enrolment where expires_at < $1";
        on!(self, c => {
            sqlx::query(PRUNE).bind(column(now) - 86_400_000).execute(&mut *c).await?;
            sqlx::query(SQL)
                .bind(&row.secret_hash)
                .bind(row.role.as_str())
                .bind(row.store_id.as_ref().map(|id| id.as_bytes().as_slice()))
                .bind(column(now))
                .bind(column(row.expires_at))
                .bind(row.person.as_ref().map(|id| id.as_bytes().as_slice()))
                .bind(row.replaces.as_ref().map(|id| id.as_bytes().as_slice()))
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Looks a code up; call it under the workspace's lock, then [`Tx::spend_invitation`].
    pub async fn invitation(&mut self, secret_hash: &[u8], now: u64) -> Result<Redeemed, Refused> {
        const SQL: &str = "select secret_hash, role, store_id, expires_at, used_at, person, replaces from enrolment where secret_hash = $1";
        let row: Option<Columns> =
            on!(self, c => sqlx::query_as(SQL).bind(secret_hash).fetch_optional(c).await?);
        let Some((stored, role, store_id, expires_at, used_at, person, replaces)) = row else {
            return Ok(Redeemed::Unknown);
        };
        if !bool::from(stored.ct_eq(secret_hash)) {
            return Ok(Redeemed::Unknown);
        }
        if used_at.is_some() || millis(expires_at) <= now {
            return Ok(Redeemed::Spent);
        }
        let Some(role) = Role::parse(&role) else { return Ok(Redeemed::Unknown) };
        Ok(Redeemed::Good {
            role,
            store_id: store_id.as_deref().map(id_of).transpose()?,
            person: person.as_deref().map(id_of).transpose()?,
            replaces: replaces.as_deref().map(uuid_of).transpose()?.map(DeviceId::from_uuid),
        })
    }

    /// Uses a code up; `false` where someone else was first.
    pub async fn spend_invitation(
        &mut self,
        secret_hash: &[u8],
        now: u64,
    ) -> Result<bool, Refused> {
        const SQL: &str = "update enrolment set used_at = $2 where secret_hash = $1 and used_at is null and expires_at > $2";
        let rows = on!(self, c => {
            sqlx::query(SQL).bind(secret_hash).bind(column(now)).execute(c).await?.rows_affected()
        });
        Ok(rows == 1)
    }

    /// Whether any code is still good.
    pub async fn has_invitation(&mut self, now: u64) -> Result<bool, Refused> {
        const SQL: &str =
            "select count(*) from enrolment where used_at is null and expires_at > $1";
        let count: i64 =
            on!(self, c => sqlx::query_scalar(SQL).bind(column(now)).fetch_one(c).await?);
        Ok(count > 0)
    }
}
