//! What a device may hold: the union of what the people enrolled on it see.

use shuke_domain::{
    Role, Scope,
    code::{Code, Failure},
    nouns::Person,
    scope::{self, Onlooker, Reach},
    wire::{Nudge, Number},
};

use super::{Service, present};
use crate::{
    Refused,
    database::{DeviceRow, Narrowed, Scoping, Tx},
};

/// The word under which devices hear that what they may hold could be something else now.
pub const SCOPES: &str = "scopes";

impl Service {
    /// Where each scope of a device stands, for whoever begins to listen or has missed something.
    pub async fn standing_of(&self, device: &DeviceRow) -> Result<Vec<Nudge>, Refused> {
        let mut tx = self.database.read().await?;
        let workspace = present(&mut tx).await?;
        let standing = match workspace.scoping.in_force {
            None => vec![whole(workspace.number)],
            Some(narrowed) => {
                let reach = reach_of(&mut tx, device, narrowed).await?;
                standing(&mut tx, &reach, narrowed, workspace.number).await?
            }
        };
        tx.commit().await?;
        Ok(standing)
    }
}

fn whole(number: Number) -> Nudge {
    Nudge { scope: Scope::workspace(), number }
}

/// The scopes of a reach, each with the number of its last entry.
pub(super) async fn standing(
    tx: &mut Tx,
    reach: &Reach,
    narrowed: Narrowed,
    number: Number,
) -> Result<Vec<Nudge>, Refused> {
    let Reach::In(places) = reach else { return Ok(vec![whole(number)]) };
    let mut standing = Vec::with_capacity(places.len());
    for place in places {
        let number = tx.place_end(narrowed.generation, *place).await?;
        standing.push(Nudge { scope: Scope::of(narrowed.generation, *place), number });
    }
    Ok(standing)
}

/// What a device holds under a setting.
pub(super) async fn reach_of(
    tx: &mut Tx,
    device: &DeviceRow,
    narrowed: Narrowed,
) -> Result<Reach, Refused> {
    let people = tx.authors(device.id).await?;
    let keys: Vec<_> = people.iter().map(|id| ("person".to_owned(), *id)).collect();
    let known = tx.records(&keys).await?;
    let mut onlookers = Vec::with_capacity(people.len());
    for key in &keys {
        match known.get(key) {
            Some(stored) => {
                let person: Person = stored.record.view();
                if !stored.record.is_deleted() && person.left_at.is_none() {
                    let role = person.role.as_deref().and_then(Role::parse);
                    let role = role.unwrap_or(Role::ReadOnly);
                    onlookers.push(Onlooker { person: key.1, role, store: person.store });
                }
            }
            // Founding: their own record is on its way.
            None if key.1 == device.person_id => onlookers.push(Onlooker {
                person: key.1,
                role: device.role,
                store: device.store_id,
            }),
            None => {}
        }
    }
    Ok(scope::reach(&onlookers, device.id, narrowed.visibility))
}

/// What answers a scope that a device may not have: those that it may.
pub(super) fn denied(scopes: &[Nudge]) -> Failure {
    let scopes = serde_json::to_value(scopes).unwrap_or_default();
    Failure::new(Code::ScopeDenied).with("scopes", scopes)
}

/// Whether a change of some records may change what devices hold.
pub(super) fn may_change<'a>(
    scoping: &Scoping,
    mut collections: impl Iterator<Item = &'a str>,
) -> bool {
    scoping.in_force.is_some() && collections.any(|collection| collection == "person")
}
