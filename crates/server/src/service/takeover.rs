//! A new machine in the place of a broken one: the same people, name, store, settings, and what is left of its
//! member numbers. The broken one is shut out; what it never sent stays on it.

use shuke_domain::{
    DeviceId, Edit, HybridClock, RecordId, Role, Scope, Stamp,
    code::{Code, Failure},
    edit,
    nouns::Device,
    rights,
};

use super::{Service, locked, rights::let_in, scoping::Moved};
use crate::{
    Refused,
    database::{DeviceRow, Key, Tx, WorkspaceRow},
};

/// Member numbers left out, for what the broken machine may have given to people and never sent.
const MARGIN: i64 = 100;

/// What there is to take over.
pub(super) struct Place {
    pub device: DeviceId,
    pub person: RecordId,
    pub role: Role,
    pub store: Option<RecordId>,
}

/// The place of a device whose person is still at work.
pub(super) async fn place_of(tx: &mut Tx, device: DeviceId) -> Result<Place, Refused> {
    let row = tx.device(device).await?;
    let missing = || Failure::new(Code::DeviceNotFound).with("id", device.to_string());
    let row = row.ok_or_else(missing)?;
    if row.ending.is_some() {
        return Err(Code::DeviceRevoked.into());
    }
    let key = ("person".to_owned(), row.person_id);
    let person = tx.records(std::slice::from_ref(&key)).await?.remove(&key);
    let person = person.map(|stored| stored.record).filter(rights::is_at_work);
    let person = person.ok_or(Code::PersonLeft)?;
    Ok(Place { device, person: person.id, role: rights::role_of(&person), store: row.store_id })
}

/// The member numbers that the new machine goes on with; `None` where the old one has used them up.
pub(super) async fn numbers_left(
    tx: &mut Tx,
    old: &DeviceRow,
) -> Result<Option<(i64, i64)>, Refused> {
    let (from, to) = old.numbers;
    let next = tx.highest_member_no(old.numbers).await?.map_or(from, |used| used + 1 + MARGIN);
    Ok((next <= to).then_some((next, to)))
}

impl Service {
    /// Hands the old machine's people, name and settings to the new one, which is let in already, and shuts
    /// the old one out.
    pub(super) async fn hand_over(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        old: &DeviceRow,
        new: &DeviceRow,
    ) -> Result<Vec<Moved>, Refused> {
        let mut moved = vec![self.go_on_as(tx, workspace, old, new.id).await?];
        let key = record_of(old.id);
        if let Some(known) = tx.records(std::slice::from_ref(&key)).await?.remove(&key) {
            let stamp = self.own_stamp(tx).await?;
            let at = i64::try_from(self.now()).unwrap_or(i64::MAX);
            let fields = [("retired_at".to_owned(), at.into())].into();
            let (record, _) = Edit { fields, deleted: None }.apply(&known.record, stamp)?;
            moved.push(self.enter(tx, workspace, known.scope, record).await?);
        }
        tx.revoke_device(old.id, self.now()).await?;
        Ok(moved)
    }

    /// A device goes on under another id: whoever works on it, and what its record says of it. The server
    /// writes that record, for only a leader may say who works on a device.
    pub(super) async fn go_on_as(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        old: &DeviceRow,
        new: DeviceId,
    ) -> Result<Moved, Refused> {
        let key = record_of(old.id);
        let known = tx.records(std::slice::from_ref(&key)).await?.remove(&key);
        let known = known.map(|stored| stored.record);
        tx.share_authors(old.id, new).await?;
        tx.add_authors(new, &known.as_ref().map(let_in).unwrap_or_default()).await?;
        let unnamed = || Device { name: Some(old.name.clone()), ..Device::default() };
        let device = Device {
            platform: None,
            version: None,
            number_from: None,
            number_to: None,
            retired_at: None,
            ..known.map_or_else(unnamed, |record| record.view())
        };
        let stamp = self.own_stamp(tx).await?;
        let record = edit::create(&device, record_of(new).1, stamp)?;
        self.enter(tx, workspace, Scope::workspace(), record).await
    }

    /// The next stamp of the server's own.
    async fn own_stamp(&self, tx: &mut Tx) -> Result<Stamp, Refused> {
        let workspace = locked(tx).await?;
        let clock = HybridClock::resume(workspace.clock).tick(self.now());
        tx.set_clock(clock).await?;
        Ok(Stamp { clock, device: workspace.device })
    }
}

fn record_of(device: DeviceId) -> Key {
    (Device::COLLECTION.name.to_owned(), RecordId::from_uuid(*device.as_uuid()))
}
