//! The one row of the workspace: its counter, its epoch, and what the server itself is.

use shuke_domain::{
    Clock, DeviceId, RecordId,
    scope::Visibility,
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
    pub scoping: Scoping,
}

/// A setting under which records lie in places, and the generation of those places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Narrowed {
    pub generation: i64,
    pub visibility: Visibility,
}

/// Which settings of visibility the server keeps places for. Where there is none, everyone sees everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scoping {
    pub in_force: Option<Narrowed>,
    pub building: Option<Narrowed>,
    /// The highest generation there was.
    pub last: i64,
}

/// What the workspace signs with, and what its PINs are peppered with: read only where they are needed.
#[derive(Clone, Default)]
pub struct Secrets {
    pub signing_key: Option<Vec<u8>>,
    pub pepper: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Scoping {
    /// The settings for which places are kept.
    pub fn kept(&self) -> impl Iterator<Item = Narrowed> {
        self.in_force.into_iter().chain(self.building)
    }
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: Vec<u8>,
    name: String,
    number: i64,
    epoch: Vec<u8>,
    next_member: i64,
    founded: bool,
    device: Vec<u8>,
    clock: String,
    url: Option<String>,
    fingerprint: Option<String>,
    visibility: String,
    generation: i64,
    building: Option<String>,
    building_generation: i64,
}

const READ: &str = "select * from workspace";
/// SQLite holds its one write lock since the transaction began.
const LOCK: &str = "select * from workspace for update";

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

    /// Takes the next `count` numbers under one word, and gives the last of them. Without a word they go
    /// by that of the next run.
    pub async fn take_numbers(
        &mut self,
        count: i64,
        word: Option<&str>,
    ) -> Result<Number, Refused> {
        const SQL: &str = "update workspace set number = number + $1 returning number";
        const MARK: &str = "insert into mark (number, word) values ($1, $2)";
        let last: i64 =
            on!(&mut *self, c => sqlx::query_scalar(SQL).bind(count).fetch_one(c).await?);
        if let Some(word) = word {
            on!(self, c => { sqlx::query(MARK).bind(last).bind(word).execute(c).await?; });
        }
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

    /// Which settings of visibility count from now on.
    pub async fn set_scoping(&mut self, scoping: &Scoping) -> Result<(), Refused> {
        const SQL: &str = "update workspace set visibility = $1, generation = $2, building = $3, building_generation = $4";
        let text = |narrowed: Option<Narrowed>| narrowed.map(|one| visibility_text(one.visibility));
        let generation = |narrowed: Option<Narrowed>| narrowed.map(|one| one.generation);
        on!(self, c => {
            sqlx::query(SQL)
                .bind(text(scoping.in_force).unwrap_or("everyone"))
                .bind(generation(scoping.in_force).unwrap_or_default())
                .bind(text(scoping.building))
                .bind(generation(scoping.building).unwrap_or(scoping.last))
                .execute(c)
                .await?;
        });
        Ok(())
    }

    pub async fn set_clock(&mut self, clock: Clock) -> Result<(), Refused> {
        const SQL: &str = "update workspace set clock = $1";
        on!(self, c => { sqlx::query(SQL).bind(clock_text(clock)).execute(c).await?; });
        Ok(())
    }

    pub async fn secrets(&mut self) -> Result<Secrets, Refused> {
        const SQL: &str = "select signing_key, pepper from workspace";
        let row: Option<(Option<Vec<u8>>, Option<String>)> =
            on!(self, c => sqlx::query_as(SQL).fetch_optional(c).await?);
        let (signing_key, pepper) = row.unwrap_or_default();
        Ok(Secrets { signing_key, pepper })
    }

    pub async fn set_secrets(&mut self, secrets: &Secrets) -> Result<(), Refused> {
        const SQL: &str = "update workspace set signing_key = $1, pepper = $2";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(&secrets.signing_key)
                .bind(&secrets.pepper)
                .execute(c)
                .await?;
        });
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
    let narrowed = |visibility: &str, generation| {
        let visibility = visibility_of(visibility);
        (visibility != Visibility::Everyone).then_some(Narrowed { generation, visibility })
    };
    Ok(WorkspaceRow {
        id: id_of(&row.id)?,
        name: row.name,
        number: Number(row.number),
        epoch: Epoch(uuid_of(&row.epoch)?),
        next_member: row.next_member,
        founded: row.founded,
        device: DeviceId::from_uuid(uuid_of(&row.device)?),
        clock: clock_of(&row.clock),
        url: row.url,
        fingerprint: row.fingerprint,
        scoping: Scoping {
            in_force: narrowed(&row.visibility, row.generation),
            building: row
                .building
                .as_deref()
                .and_then(|building| narrowed(building, row.building_generation)),
            last: row.generation.max(row.building_generation),
        },
    })
}

const OWNERLESS: &str = "owner_ownerless";

fn visibility_text(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Owner { share_ownerless: true } => OWNERLESS,
        other => other.as_str(),
    }
}

fn visibility_of(text: &str) -> Visibility {
    match text {
        "everyone" => Visibility::Everyone,
        "store" => Visibility::Store,
        other => Visibility::Owner { share_ownerless: other == OWNERLESS },
    }
}
