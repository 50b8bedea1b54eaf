//! Who this data folder is to the server. A copy, or an old one that was put back, is found at its first
//! push and goes on as a device of its own: nothing that it writes can be mistaken for the other's.

use serde::Deserialize;
use shuke_domain::{
    Collection, DeviceId, FieldChange, Mutant, Record, RecordId, Stamp, edit::DELETED,
    nouns::Device,
};

use sqlx::SqliteConnection;

use crate::{Author, Store, StoreError, Write, codec::Stored, write::Placed};

/// What the server gave at the last push: tells this folder from its copies.
pub const NONCE: &str = "nonce";
/// The identities that this folder took since its token was handed out, oldest first.
const RENEWALS: &str = "renewals";
/// The identity that it has asked for and not got yet.
const TO_BE: &str = "identity_to_be";
/// The note by which the app says who works where on this replica.
pub const IDENTITY: &str = "identity";

/// That note, as far as the store needs it.
#[derive(Debug, Deserialize)]
pub(crate) struct Identity {
    pub workspace: RecordId,
    pub person: RecordId,
    pub device: RecordId,
}

/// For whom the device was enrolled.
pub(crate) async fn person_here(
    connection: &mut SqliteConnection,
) -> Result<Option<RecordId>, StoreError> {
    let noted: Option<String> = sqlx::query_scalar("select value from meta where name = ?1")
        .bind(IDENTITY)
        .fetch_optional(connection)
        .await?;
    let identity: Option<Identity> = noted.and_then(|text| serde_json::from_str(&text).ok());
    Ok(identity.map(|identity| identity.person))
}

impl Store {
    /// The identities that came after the one that the token was made for.
    pub async fn renewals(&self) -> Result<Vec<DeviceId>, StoreError> {
        let text = self.meta(RENEWALS).await?.unwrap_or_default();
        Ok(text.split_whitespace().filter_map(|id| id.parse().ok()).collect())
    }

    /// The identity to ask for: `fresh`, unless one was asked for before.
    pub async fn identity_to_be(&self, fresh: DeviceId) -> Result<DeviceId, StoreError> {
        let asked = self.meta(TO_BE).await?.and_then(|text| text.parse().ok());
        if let Some(asked) = asked {
            return Ok(asked);
        }
        self.set_meta(TO_BE, Some(&fresh.to_string())).await?;
        Ok(fresh)
    }

    /// Who is signed in, where the app has noted it.
    pub async fn person(&self) -> Result<Option<RecordId>, StoreError> {
        Ok(self.identity().await?.map(|identity| identity.person))
    }

    pub(crate) async fn identity(&self) -> Result<Option<Identity>, StoreError> {
        Ok(self.meta(IDENTITY).await?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Goes on under a new identity, whose clock begins after all that the server saw of the old one.
    /// What waits was written here and not by the other: it changes hands.
    pub async fn renew(
        &self,
        device: DeviceId,
        seen: Option<Stamp>,
        (number_from, number_to): (i64, i64),
        now: u64,
    ) -> Result<(), StoreError> {
        let author = self.person().await?;
        let mut renewals = self.renewals().await?;
        let mut write = self.write(now).await?;
        let old = write.device();
        if let Some(seen) = seen {
            write.observe(seen.clock);
        }
        if !Mutant::OldNameKept.awake() {
            restamp(&mut write, old, device).await?;
        }
        sqlx::query("update replica set device = ?1, member_next = ?2, member_last = ?3")
            .bind(device.as_bytes().as_slice())
            .bind(number_from)
            .bind(number_to)
            .execute(write.connection())
            .await?;
        write.become_device(device);
        renewals.push(device);
        let renewals: Vec<String> = renewals.iter().map(ToString::to_string).collect();
        sqlx::query("delete from meta where name in (?1, ?2)")
            .bind(NONCE)
            .bind(TO_BE)
            .execute(write.connection())
            .await?;
        sqlx::query("insert or replace into meta (name, value) values (?1, ?2)")
            .bind(RENEWALS)
            .bind(renewals.join(" "))
            .execute(write.connection())
            .await?;
        sqlx::query("update meta set value = json_set(value, '$.device', ?2) where name = ?1")
            .bind(IDENTITY)
            .bind(device.to_string())
            .execute(write.connection())
            .await?;
        let before = RecordId::from_uuid(*old.as_uuid());
        if let Some(known) = write.find(Device::COLLECTION, before).await? {
            let noun = Device {
                number_from: Some(number_from),
                number_to: Some(number_to),
                // Who works on it the server says, to whom the leaders said it.
                people: None,
                ..known.record.view::<Device>()
            };
            let id = RecordId::from_uuid(*device.as_uuid());
            write.create(&noun, id, Author(author)).await?;
        }
        write.commit().await
    }
}

/// Puts the new identity's name on every stamp of the old one that the server has not confirmed.
async fn restamp(write: &mut Write, old: DeviceId, new: DeviceId) -> Result<(), StoreError> {
    let waiting: Vec<(String, Vec<u8>, i64, String)> =
        sqlx::query_as("select collection, id, version, changes from outbox order by place")
            .fetch_all(write.connection())
            .await?;
    for (collection, id, version, changes) in waiting {
        let (Some(collection), Some(id)) =
            (Collection::find(&collection), RecordId::from_slice(&id))
        else {
            continue;
        };
        // Offered again after a restore: whoever wrote it then, it was not this copy now.
        if version == 0 {
            continue;
        }
        let Some(stored) = write.find(collection, id).await? else { continue };
        let mut changes: Vec<FieldChange> = serde_json::from_str(&changes)?;
        let whole = stored.number.is_none();
        let renamed = |unit: &str, stamp: &Stamp| {
            let waits = whole
                || changes.iter().any(|change| match change.field.as_str() {
                    DELETED => unit == DELETED,
                    field => collection.unit_of(field) == unit,
                });
            waits && stamp.device == old
        };
        let record = renamed_stamps(&stored.record, renamed, new);
        rename_changes(&mut changes, old, new);
        sqlx::query("update outbox set changes = ?3 where collection = ?1 and id = ?2")
            .bind(collection.name)
            .bind(id.as_bytes().as_slice())
            .bind(serde_json::to_string(&changes)?)
            .execute(write.connection())
            .await?;
        if record != stored.record {
            let before = Some(stored.record.clone());
            let placed = Placed { stored: Stored { record, ..stored }, before };
            write.place(collection, &[placed]).await?;
        }
    }
    Ok(())
}

/// The same in the changes themselves: each one's own stamp, and the base of what followed it.
fn rename_changes(changes: &mut [FieldChange], old: DeviceId, new: DeviceId) {
    let own: Vec<Stamp> = changes.iter().filter_map(|change| change.stamp).collect();
    for change in changes {
        if let Some(stamp) = change.stamp.as_mut().filter(|stamp| stamp.device == old) {
            stamp.device = new;
        }
        let base = change.base.as_mut().filter(|base| base.device == old && own.contains(base));
        if let Some(base) = base {
            base.device = new;
        }
    }
}

fn renamed_stamps(
    record: &Record,
    renamed: impl Fn(&str, &Stamp) -> bool,
    new: DeviceId,
) -> Record {
    let mut next = record.clone();
    let collection = Collection::find(&record.collection);
    for field in record.fields.keys() {
        let unit = collection.map_or(field.as_str(), |collection| collection.unit_of(field));
        if let Some(stamp) = record.stamp_of(unit).filter(|stamp| renamed(unit, stamp)) {
            next.exceptions.insert(unit.to_owned(), Stamp { device: new, ..stamp });
        }
    }
    if let Some(life) = next.life.as_mut().filter(|life| renamed(DELETED, &life.stamp)) {
        life.stamp.device = new;
    }
    next.normalised()
}
