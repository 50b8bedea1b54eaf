//! What a device may hold: the union of what the people enrolled on it see.

use std::collections::HashMap;

use shuke_domain::{
    Scope,
    code::{Code, Failure},
    scope::Reach,
    wire::{Nudge, Number},
};

use super::{Service, present, rights::Rights};
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
                let rights = Rights::of(&mut tx, device, &workspace, []).await?;
                let reach = rights.reach(&HashMap::new(), narrowed.visibility);
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
    scoping.in_force.is_some()
        && collections.any(|collection| matches!(collection, "person" | "device"))
}
