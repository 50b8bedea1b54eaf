//! Quarantine: what comes from a lost device, from a person who has left, or under a clock that cannot be. It
//! takes no part in the data until a leader takes it in, as of now, or drops it.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use shuke_domain::{
    DeviceId, Edit, HybridClock, Life, Record, Roles, Scope, Stamp,
    code::{Code, Failure},
    collection::Collection,
    edit::DELETED,
    rights,
    wire::{
        AsideReply, AsideRow, CLOCK_TOLERANCE, ListRequest, Number, PUSH_LIMIT, PushReply,
        PushRequest, PushRow, RowAnswer, RowOutcome, SettleRequest,
    },
};
use uuid::Uuid;

use super::{Service, locked, nonce, present, rights::Rights, scoping::Moved, spoken};
use crate::{
    Refused,
    database::{Aside, Change, DeviceRow, KeptAside, Key, Stored, Tx, WorkspaceRow},
};

/// How many rows one device may leave here.
const ROOM: u64 = 50_000;

/// How many are shown at once.
const SHOWN: i64 = 500;

impl Service {
    /// Takes what a lost device still brings, row by row, and lets nothing of it count. The device hears of its
    /// end when it asks for anything.
    pub async fn quarantine(
        &self,
        device: &DeviceRow,
        request: PushRequest,
    ) -> Result<PushReply, Refused> {
        spoken(request.protocol)?;
        if request.rows.len() > PUSH_LIMIT {
            return Err(Failure::new(Code::RequestTooLarge).with("limit", PUSH_LIMIT).into());
        }
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        let lies = tx.asides_by_device().await?;
        let room = lies
            .iter()
            .find(|(id, _)| *id == device.id)
            .map_or(ROOM, |(_, count)| ROOM.saturating_sub(*count));
        if u64::try_from(request.rows.len()).unwrap_or(u64::MAX) > room {
            return Err(self.shut_out(&mut tx, device).await?.into());
        }
        let now = self.now();
        let mut aside = Vec::with_capacity(request.rows.len());
        for (position, row) in request.rows.iter().enumerate() {
            let body = serde_json::to_string(row)?;
            aside.push(Aside { position, code: Code::DeviceLost.as_str(), body });
        }
        tx.put_aside(device.id, request.batch, &aside, now).await?;
        tx.commit().await?;
        let rows = aside
            .iter()
            .map(|row| RowAnswer {
                outcome: RowOutcome::PutAside,
                number: Number(0),
                record: None,
                clamped: Vec::new(),
                code: Some(row.code.to_owned()),
                left: false,
                params: serde_json::Map::new(),
            })
            .collect();
        let nonce = nonce::newest(device);
        Ok(PushReply { epoch: workspace.epoch, rows, nonce, stood: None, now })
    }

    /// What lies aside, oldest first, with what stands in its place.
    pub async fn asides(
        &self,
        device: &DeviceRow,
        request: &ListRequest,
    ) -> Result<AsideReply, Refused> {
        spoken(request.protocol)?;
        let mut tx = self.database.read().await?;
        let workspace = present(&mut tx).await?;
        let rights = Rights::of(&mut tx, device, &workspace, [request.by]).await?;
        rights.asks(request.by, Roles::LEAD)?;
        let mut rows = Vec::new();
        for kept in tx.asides(SHOWN).await? {
            // What an older version put here may be no row of today: it stays, and the doctor counts it.
            let Ok(row) = serde_json::from_str::<PushRow>(&kept.body) else { continue };
            let key = (row.record.collection.to_string(), row.record.id);
            let stands = tx.records(std::slice::from_ref(&key)).await?.remove(&key);
            rows.push(AsideRow {
                key: key_of(&kept),
                device: kept.device,
                code: kept.code,
                at: kept.at,
                row,
                stands: stands.map(|stored| stored.record),
            });
        }
        tx.commit().await?;
        Ok(AsideReply { rows })
    }

    /// Takes a row into the data as of now, or drops it.
    pub async fn settle_aside(
        &self,
        device: &DeviceRow,
        request: &SettleRequest,
    ) -> Result<(), Refused> {
        spoken(request.protocol)?;
        let missing = || Failure::new(Code::AsideNotFound).with("key", request.key.as_str());
        let place = place_of(&request.key).ok_or_else(missing)?;
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        let rights = Rights::of(&mut tx, device, &workspace, [request.by]).await?;
        let writer = rights.asks(request.by, Roles::LEAD)?;
        let kept = tx.aside_at(place).await?.ok_or_else(missing)?;
        let mut moved = None;
        if request.accept {
            let row: PushRow = serde_json::from_str(&kept.body)?;
            let now = self.now();
            let clock = HybridClock::resume(workspace.clock).tick(now);
            let stamp = Stamp { clock, device: workspace.device };
            let guards = rights.guards(&HashMap::new());
            let key: Key = (row.record.collection.to_string(), row.record.id);
            let stands = tx.records(std::slice::from_ref(&key)).await?.remove(&key);
            let record = taken(&row, stands.as_ref().map(|stored| &stored.record), stamp, now)?;
            let versions = (stands.as_ref().map(|stored| &stored.record), &record);
            rights::may_change(writer, &guards, versions)?;
            if record.collection == "person" {
                rights::keeps_an_owner(versions, &tx.living("person").await?)?;
            }
            let taken = (key, stands, record);
            moved = self.take_in(&mut tx, &workspace, &kept, &row, taken, (stamp, now)).await?;
            tx.set_clock(clock).await?;
        }
        tx.drop_aside(&kept).await?;
        tx.commit().await?;
        if let Some(moved) = moved {
            self.follow(&workspace, &moved).await;
        }
        Ok(())
    }

    async fn take_in(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        kept: &KeptAside,
        row: &PushRow,
        (key, stands, record): (Key, Option<Stored>, Record),
        (stamp, now): (Stamp, u64),
    ) -> Result<Option<Moved>, Refused> {
        if stands.as_ref().is_some_and(|stored| stored.record == record) {
            return Ok(None);
        }
        let scope = stands.map_or_else(Scope::workspace, |stored| stored.scope);
        let moved = self.enter(tx, workspace, scope, record).await?;
        let change = Change {
            key,
            stamp,
            number: moved.last.unwrap_or(workspace.number),
            author: row.author,
            device: kept.device,
            at: now,
            fields: serde_json::to_string(&row.changes)?,
        };
        self.append(tx, vec![change]).await?;
        Ok(Some(moved))
    }
}

/// What a row that lay aside leads to: of a record that stands its changes, written now; of a new one all of
/// it, as it was written. A ledger's row that stands is not changed by that.
fn taken(
    row: &PushRow,
    stands: Option<&Record>,
    stamp: Stamp,
    now: u64,
) -> Result<Record, Failure> {
    let collection = Collection::find(&row.record.collection);
    let Some(stands) = stands else { return Ok(clamped(&row.record, stamp, now)) };
    let Some(collection) = collection else {
        return Ok(stands.merge(&clamped(&row.record, stamp, now)));
    };
    if collection.append_only {
        return Err(Failure::new(Code::RecordFixed));
    }
    let changed: Vec<&str> = match row.changes.as_slice() {
        [] => row.record.fields.keys().map(String::as_str).collect(),
        changes => changes.iter().map(|change| change.field.as_str()).collect(),
    };
    let fields: BTreeMap<String, Value> = changed
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), row.record.fields.get(*field)?.clone())))
        .collect();
    let deleted = changed.contains(&DELETED).then(|| row.record.is_deleted());
    Edit { fields, deleted }.apply(stands, stamp).map(|(record, _)| record)
}

/// The record with stamps that lie ahead brought back to now.
fn clamped(record: &Record, stamp: Stamp, now: u64) -> Record {
    let ahead = |found: &Stamp| found.clock.millis() > now + CLOCK_TOLERANCE;
    let back = |found: Stamp| if ahead(&found) { stamp } else { found };
    let mut record = record.clone();
    record.stamp = record.stamp.map(back);
    record.exceptions.values_mut().for_each(|found| *found = back(*found));
    record.life = record.life.map(|life| Life { stamp: back(life.stamp), ..life });
    record.normalised()
}

fn key_of(kept: &KeptAside) -> String {
    format!("{}.{}.{}", kept.device, kept.batch, kept.position)
}

fn place_of(key: &str) -> Option<(DeviceId, Uuid, i64)> {
    let mut parts = key.split('.');
    let place =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shuke_domain::{Clock, FieldChange, RecordId, edit, nouns::Customer};

    use super::*;

    const NOW: u64 = 1_800_000_000_000;

    fn stamp(device: u128, millis: u64) -> Stamp {
        Stamp { clock: Clock::at(millis), device: DeviceId::from_u128(device) }
    }

    fn wang(phone: &str, at: u64) -> Record {
        let customer = Customer {
            name: Some("王敏".into()),
            phone: Some(phone.into()),
            ..Customer::default()
        };
        edit::create(&customer, RecordId::from_u128(7), stamp(1, at)).unwrap()
    }

    #[test]
    fn what_is_taken_in_counts_as_of_now_and_only_what_was_changed() {
        let stands = wang("1", NOW - 10);
        let mut row = PushRow {
            record: wang("2", NOW - 99),
            author: RecordId::from_u128(1),
            changes: Vec::new(),
            offered: false,
        };
        row.changes.push(FieldChange {
            field: "phone".into(),
            from: json!("0"),
            to: json!("2"),
            ..FieldChange::default()
        });
        row.record.fields.insert("name".into(), json!("别的名字"));
        let record = taken(&row, Some(&stands), stamp(9, NOW), NOW).unwrap();
        assert_eq!((record.text("phone"), record.text("name")), (Some("2"), Some("王敏")));
        assert_eq!(record.stamp_of("phone"), Some(stamp(9, NOW)));
    }

    #[test]
    fn a_new_record_comes_as_it_was_written_but_not_from_the_future() {
        let row = |at| PushRow {
            record: wang("1", at),
            author: RecordId::from_u128(1),
            changes: Vec::new(),
            offered: false,
        };
        assert_eq!(taken(&row(NOW - 5), None, stamp(9, NOW), NOW).unwrap(), wang("1", NOW - 5));
        let ahead = taken(&row(NOW * 2), None, stamp(9, NOW), NOW).unwrap();
        assert_eq!(ahead.newest(), Some(stamp(9, NOW)));
    }

    #[test]
    fn keys_name_one_row() {
        let kept = KeptAside {
            device: DeviceId::from_u128(3),
            batch: Uuid::from_u128(4),
            position: 5,
            code: String::new(),
            body: String::new(),
            at: 0,
        };
        assert_eq!(place_of(&key_of(&kept)), Some((kept.device, kept.batch, 5)));
        for bad in ["", "a.b.c", "1.2", &format!("{}.1", key_of(&kept))] {
            assert_eq!(place_of(bad), None, "{bad}");
        }
    }
}
