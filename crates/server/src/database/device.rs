//! The devices that are let in.

use shuke_domain::{Clock, DeviceId, RecordId, Role, revocation::Ending};

use super::{
    Tx, column, id_of, millis, on, uuid_of,
    workspace::{clock_of, clock_text},
};
use crate::Refused;

/// A device and whom it acts for.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceRow {
    pub id: DeviceId,
    pub name: String,
    pub platform: String,
    pub person_id: RecordId,
    pub role: Role,
    pub store_id: Option<RecordId>,
    /// SHA-256 of the token; the token itself is nowhere here.
    pub token_hash: Vec<u8>,
    pub numbers: (i64, i64),
    pub high: Clock,
    pub nonce: Option<String>,
    pub previous_nonce: Option<String>,
    pub enrolled_at: u64,
    pub last_seen_at: u64,
    pub revoked_at: Option<u64>,
    /// How it ended, where it was not only shut out.
    pub ending: Option<Ending>,
    /// Asked to retire, and not here since.
    pub retiring: bool,
}

impl DeviceRow {
    pub fn is_lost(&self) -> bool {
        self.revoked_at.is_some() && self.ending == Some(Ending::Lost)
    }
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: Vec<u8>,
    name: String,
    platform: String,
    person_id: Vec<u8>,
    role: String,
    store_id: Option<Vec<u8>>,
    token_hash: Vec<u8>,
    number_from: i64,
    number_to: i64,
    high: String,
    nonce: Option<String>,
    previous_nonce: Option<String>,
    enrolled_at: i64,
    last_seen_at: i64,
    revoked_at: Option<i64>,
    ending: Option<String>,
    retiring: bool,
}

impl TryFrom<Columns> for DeviceRow {
    type Error = Refused;

    fn try_from(row: Columns) -> Result<Self, Refused> {
        Ok(Self {
            id: DeviceId::from_uuid(uuid_of(&row.id)?),
            name: row.name,
            platform: row.platform,
            person_id: id_of(&row.person_id)?,
            // A role that this version does not know may look and not touch.
            role: Role::parse(&row.role).unwrap_or(Role::ReadOnly),
            store_id: row.store_id.as_deref().map(id_of).transpose()?,
            token_hash: row.token_hash,
            numbers: (row.number_from, row.number_to),
            high: clock_of(&row.high),
            nonce: row.nonce,
            previous_nonce: row.previous_nonce,
            enrolled_at: millis(row.enrolled_at),
            last_seen_at: millis(row.last_seen_at),
            revoked_at: row.revoked_at.map(millis),
            ending: row.ending.as_deref().and_then(Ending::parse),
            retiring: row.retiring,
        })
    }
}

impl Tx {
    pub async fn device_by_token(
        &mut self,
        token_hash: &[u8],
    ) -> Result<Option<DeviceRow>, Refused> {
        const SQL: &str = "select * from device where token_hash = $1";
        let row: Option<Columns> =
            on!(self, c => sqlx::query_as(SQL).bind(token_hash).fetch_optional(c).await?);
        row.map(DeviceRow::try_from).transpose()
    }

    pub async fn device(&mut self, id: DeviceId) -> Result<Option<DeviceRow>, Refused> {
        const SQL: &str = "select * from device where id = $1";
        let row: Option<Columns> = on!(self, c => sqlx::query_as(SQL).bind(id.as_bytes().as_slice()).fetch_optional(c).await?);
        row.map(DeviceRow::try_from).transpose()
    }

    pub async fn devices(&mut self) -> Result<Vec<DeviceRow>, Refused> {
        const SQL: &str = "select * from device order by enrolled_at, id";
        let rows: Vec<Columns> = on!(self, c => sqlx::query_as(SQL).fetch_all(c).await?);
        rows.into_iter().map(DeviceRow::try_from).collect()
    }

    /// Lets a device in, or in again under a new token.
    pub async fn put_device(&mut self, row: &DeviceRow) -> Result<(), Refused> {
        const SQL: &str = "insert into device (id, name, platform, person_id, role, store_id, token_hash, \
            number_from, number_to, high, nonce, previous_nonce, enrolled_at, last_seen_at, revoked_at) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, null) \
            on conflict (id) do update set name = excluded.name, platform = excluded.platform, \
            person_id = excluded.person_id, role = excluded.role, store_id = excluded.store_id, \
            token_hash = excluded.token_hash, nonce = null, previous_nonce = null, \
            number_from = excluded.number_from, number_to = excluded.number_to, enrolled_at = excluded.enrolled_at, last_seen_at = excluded.last_seen_at, revoked_at = null, ending = null, retiring = false";
        const PERSON: &str =
            "insert into device_person (device, person) values ($1, $2) on conflict do nothing";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(row.id.as_bytes().as_slice())
                .bind(&row.name)
                .bind(&row.platform)
                .bind(row.person_id.as_bytes().as_slice())
                .bind(row.role.as_str())
                .bind(row.store_id.as_ref().map(|id| id.as_bytes().as_slice()))
                .bind(&row.token_hash)
                .bind(row.numbers.0)
                .bind(row.numbers.1)
                .bind(clock_text(row.high))
                .bind(&row.nonce)
                .bind(&row.previous_nonce)
                .bind(column(row.enrolled_at))
                .bind(column(row.last_seen_at))
                .execute(&mut *c)
                .await?;
            sqlx::query(PERSON)
                .bind(row.id.as_bytes().as_slice())
                .bind(row.person_id.as_bytes().as_slice())
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Everyone who may stand as an author on the device.
    pub async fn authors(&mut self, device: DeviceId) -> Result<Vec<RecordId>, Refused> {
        const SQL: &str = "select person from device_person where device = $1";
        let rows: Vec<Vec<u8>> = on!(self, c => sqlx::query_scalar(SQL).bind(device.as_bytes().as_slice()).fetch_all(c).await?);
        rows.iter().map(|bytes| id_of(bytes)).collect()
    }

    /// What a push leaves behind on its device's row.
    pub async fn touch_device(&mut self, row: &DeviceRow) -> Result<(), Refused> {
        const SQL: &str = "update device set high = $2, nonce = $3, previous_nonce = $4, last_seen_at = $5 where id = $1";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(row.id.as_bytes().as_slice())
                .bind(clock_text(row.high))
                .bind(&row.nonce)
                .bind(&row.previous_nonce)
                .bind(column(row.last_seen_at))
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Takes back every nonce: whatever a device presents next is good.
    pub async fn forget_nonces(&mut self) -> Result<(), Refused> {
        const SQL: &str = "update device set nonce = null, previous_nonce = null";
        on!(self, c => { sqlx::query(SQL).execute(c).await?; });
        Ok(())
    }

    /// Lets everyone who may write on one device write on another too.
    pub async fn share_authors(&mut self, from: DeviceId, to: DeviceId) -> Result<(), Refused> {
        const SQL: &str = "insert into device_person (device, person) \
            select $2, person from device_person where device = $1 on conflict do nothing";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(from.as_bytes().as_slice())
                .bind(to.as_bytes().as_slice())
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Lets some people write on a device.
    pub async fn add_authors(
        &mut self,
        device: DeviceId,
        people: &[RecordId],
    ) -> Result<(), Refused> {
        const SQL: &str =
            "insert into device_person (device, person) values ($1, $2) on conflict do nothing";
        for person in people {
            on!(self, c => {
                sqlx::query(SQL)
                    .bind(device.as_bytes().as_slice())
                    .bind(person.as_bytes().as_slice())
                    .execute(c)
                    .await?;
            });
        }
        Ok(())
    }

    pub async fn seen_device(&mut self, id: DeviceId, now: u64) -> Result<(), Refused> {
        const SQL: &str = "update device set last_seen_at = $2 where id = $1";
        on!(self, c => { sqlx::query(SQL).bind(id.as_bytes().as_slice()).bind(column(now)).execute(c).await?; });
        Ok(())
    }

    /// Says how a device ended, at its end or after it was shut out.
    pub async fn end_device(
        &mut self,
        id: DeviceId,
        ending: Ending,
        now: u64,
    ) -> Result<(), Refused> {
        const SQL: &str = "update device set revoked_at = coalesce(revoked_at, $2), ending = $3, retiring = false where id = $1";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(id.as_bytes().as_slice())
                .bind(column(now))
                .bind(ending.as_str())
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Asks a device to retire when it is here next.
    pub async fn ask_to_retire(&mut self, id: DeviceId) -> Result<(), Refused> {
        const SQL: &str = "update device set retiring = true where id = $1 and revoked_at is null";
        on!(self, c => { sqlx::query(SQL).bind(id.as_bytes().as_slice()).execute(c).await?; });
        Ok(())
    }

    /// Keeps member numbers that nobody has, for the next device.
    pub async fn spare_numbers(&mut self, (from, to): (i64, i64)) -> Result<(), Refused> {
        const SQL: &str = "insert into spare_number (number_from, number_to) values ($1, $2) on conflict do nothing";
        on!(self, c => { sqlx::query(SQL).bind(from).bind(to).execute(c).await?; });
        Ok(())
    }

    /// Numbers that were handed back, if any; they are taken by that.
    pub async fn take_spare_numbers(&mut self) -> Result<Option<(i64, i64)>, Refused> {
        const SQL: &str = "delete from spare_number where number_from = (select min(number_from) from spare_number) \
            returning number_from, number_to";
        Ok(on!(self, c => sqlx::query_as(SQL).fetch_optional(c).await?))
    }

    /// Shuts a device out; `false` where it is unknown or was shut out before.
    pub async fn revoke_device(&mut self, id: DeviceId, now: u64) -> Result<bool, Refused> {
        const SQL: &str = "update device set revoked_at = $2 where id = $1 and revoked_at is null";
        let rows = on!(self, c => {
            sqlx::query(SQL).bind(id.as_bytes().as_slice()).bind(column(now)).execute(c).await?.rows_affected()
        });
        Ok(rows == 1)
    }
}
