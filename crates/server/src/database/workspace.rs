//! The one row of the workspace: its counter, its epoch, and what the server itself is.

use shuke_domain::{
    Clock, DeviceId, RecordId,
    wire::{Epoch, Number},
};

use super::{Tx, column, id_of, on, uuid_of};
use crate::Refused;

/// What the server holds, and how far its order has come.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkspaceRow {
    pub id: RecordId,
    pub name: String,
    pub number: Number,
    pub epoch: Epoch,
    pub next_member: i64,
    pub founded: bool,
    /// The server's own device id, for records that it writes itself.
    pub device: DeviceId,
    pub clock: Clock,
    pub url: Option<String>,
    pub fingerprint: Option<String>,
}

type Columns =
    (Vec<u8>, String, i64, Vec<u8>, i64, bool, Vec<u8>, String, Option<String>, Option<String>);

const READ: &str = "select id, name, number, epoch, next_member, founded, device, clock, url, fingerprint from workspace";
/// SQLite holds its one write lock since the transaction began.
const LOCK: &str = "select id, name, number, epoch, next_member, founded, device, clock, url, fingerprint from workspace for update";

impl Tx {
    pub async fn workspace(&mut self) -> Result<Option<WorkspaceRow>, Refused> {
        let row: Option<Columns> = on!(self, c => sqlx::query_as(READ).fetch_optional(c).await?);
        row.map(read).transpose()
    }

    /// Takes the workspace's lock. Everyone who writes comes through here first, so that numbers
    /// are committed in the order in which they were taken.
    pub async fn lock_workspace(&mut self) -> Result<Option<WorkspaceRow>, Refused> {
        let row: Option<Columns> = match self {
            Self::Sqlite(inner) => sqlx::query_as(READ).fetch_optional(&mut **inner).await?,
            Self::Postgres(inner) => sqlx::query_as(LOCK).fetch_optional(&mut **inner).await?,
        };
        row.map(read).transpose()
    }

    pub async fn insert_workspace(&mut self, row: &WorkspaceRow, now: u64) -> Result<(), Refused> {
        const SQL: &str = "insert into workspace \
            (one, id, name, number, epoch, next_member, founded, device, clock, created_at) \
            values (1, $1, $2, $3, $4, $5, $6, $7, $8, $9)";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(row.id.as_bytes().as_slice())
                .bind(&row.name)
                .bind(row.number.0)
                .bind(row.epoch.0.as_bytes().as_slice())
                .bind(row.next_member)
                .bind(row.founded)
                .bind(row.device.as_bytes().as_slice())
                .bind(clock_text(row.clock))
                .bind(column(now))
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Who the workspace is, since a device moved in.
    pub async fn set_workspace(&mut self, row: &WorkspaceRow) -> Result<(), Refused> {
        const SQL: &str =
            "update workspace set id = $1, name = $2, epoch = $3, next_member = $4, founded = $5";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(row.id.as_bytes().as_slice())
                .bind(&row.name)
                .bind(row.epoch.0.as_bytes().as_slice())
                .bind(row.next_member)
                .bind(row.founded)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Takes the next `count` numbers under one word, and gives the last of them.
    pub async fn take_numbers(&mut self, count: i64, word: &str) -> Result<Number, Refused> {
        const SQL: &str = "update workspace set number = number + $1 returning number";
        const MARK: &str = "insert into mark (number, word) values ($1, $2)";
        let last: i64 =
            on!(&mut *self, c => sqlx::query_scalar(SQL).bind(count).fetch_one(c).await?);
        on!(self, c => { sqlx::query(MARK).bind(last).bind(word).execute(c).await?; });
        Ok(Number(last))
    }

    /// The word of the run that a number belongs to; `None` before the first that had one.
    pub async fn mark(&mut self, number: Number) -> Result<Option<String>, Refused> {
        const SQL: &str = "select word from mark where number >= $1 order by number limit 1";
        if number == Number(0) {
            return Ok(None);
        }
        Ok(on!(self, c => sqlx::query_scalar(SQL).bind(number.0).fetch_optional(c).await?))
    }

    pub async fn set_clock(&mut self, clock: Clock) -> Result<(), Refused> {
        const SQL: &str = "update workspace set clock = $1";
        on!(self, c => { sqlx::query(SQL).bind(clock_text(clock)).execute(c).await?; });
        Ok(())
    }

    /// Remembers where devices find this server, for codes made while it runs elsewhere.
    pub async fn announce(&mut self, url: &str, fingerprint: Option<&str>) -> Result<(), Refused> {
        const SQL: &str = "update workspace set url = $1, fingerprint = $2";
        on!(self, c => { sqlx::query(SQL).bind(url).bind(fingerprint).execute(c).await?; });
        Ok(())
    }
}

/// Sixteen digits, so that text order is clock order on both databases.
pub(crate) fn clock_text(clock: Clock) -> String {
    format!("{:016x}", clock.bits())
}

pub(crate) fn clock_of(text: &str) -> Clock {
    Clock::from_bits(u64::from_str_radix(text, 16).unwrap_or(0))
}

fn read(row: Columns) -> Result<WorkspaceRow, Refused> {
    let (id, name, number, epoch, next_member, founded, device, clock, url, fingerprint) = row;
    Ok(WorkspaceRow {
        id: id_of(&id)?,
        name,
        number: Number(number),
        epoch: Epoch(uuid_of(&epoch)?),
        next_member,
        founded,
        device: DeviceId::from_uuid(uuid_of(&device)?),
        clock: clock_of(&clock),
        url,
        fingerprint,
    })
}
