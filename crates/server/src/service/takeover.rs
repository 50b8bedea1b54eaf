//! A new machine in the place of a broken one: the same people, name, store, settings, and what is left of its
//! member numbers. The broken one is shut out; what it never sent stays on it.

use shuke_domain::{
    DeviceId, Edit, HybridClock, RecordId, Role, Scope, Stamp,
    code::{Code, Failure},
    edit,
    nouns::Device,
    rights,
};

use super::{Service, rights::let_in_on, scoping::Moved};
use crate::{
    Refused,
    database::{DeviceRow, Tx, WorkspaceRow},
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
        tx.share_authors(old.id, new.id).await?;
        let let_in = let_in_on(tx, old.id).await?;
        tx.add_authors(new.id, &let_in).await?;
        let mut clock = HybridClock::resume(workspace.clock);
        let stamp = Stamp { clock: clock.tick(self.now()), device: workspace.device };
        let id_of = |device: DeviceId| RecordId::from_uuid(*device.as_uuid());
        let key = (Device::COLLECTION.name.to_owned(), id_of(old.id));
        let known = tx.records(std::slice::from_ref(&key)).await?.remove(&key);
        let mut moved = Vec::new();
        let mut device = Device { name: Some(old.name.clone()), ..Device::default() };
        if let Some(known) = &known {
            device = known.record.view();
            let at = i64::try_from(self.now()).unwrap_or(i64::MAX);
            let fields = [("retired_at".to_owned(), at.into())].into();
            let edit = Edit { fields, deleted: None };
            let (record, _) = edit.apply(&known.record, stamp)?;
            moved.push(self.enter(tx, workspace, known.scope.clone(), record).await?);
        }
        let device = Device {
            platform: None,
            version: None,
            number_from: None,
            number_to: None,
            retired_at: None,
            ..device
        };
        let record = edit::create(&device, id_of(new.id), stamp)?;
        moved.push(self.enter(tx, workspace, Scope::workspace(), record).await?);
        tx.set_clock(stamp.clock).await?;
        tx.revoke_device(old.id, self.now()).await?;
        Ok(moved)
    }
}
