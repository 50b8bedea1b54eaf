//! Inviting a device: a code for a role, and perhaps a store.

use shuke_domain::{
    DeviceId, RecordId, Role, Roles,
    code::{Code, Failure},
    rights,
    wire::{InviteReply, InviteRequest},
};

use super::{
    Secret, Service, locked,
    rights::Rights,
    spoken,
    takeover::{self, Place},
};
use crate::{
    Refused,
    database::{DeviceRow, Invitation, Tx, WorkspaceRow},
};

/// A code that lets one device in.
#[derive(Clone, Debug)]
pub struct Invited {
    pub secret: Secret,
    pub expires_at: u64,
}

/// Long enough to walk to the other till.
const GOOD_FOR: u64 = 15 * 60 * 1000;

impl Service {
    /// A code for one more device. `store` is a store's name or id; with a single store it is that one.
    pub async fn invite(&self, role: Role, store: Option<&str>) -> Result<Invited, Refused> {
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        if !workspace.founded {
            return Err(Code::ServerNotFounded.into());
        }
        let store = find_store(&mut tx, store).await?;
        let invited = self.issue(&mut tx, role, store, None).await?;
        tx.commit().await?;
        Ok(invited)
    }

    /// A code for the machine that takes a broken one's place, by whoever stands at the server.
    pub async fn invite_instead(&self, device: DeviceId) -> Result<Invited, Refused> {
        let mut tx = self.database.write().await?;
        locked(&mut tx).await?;
        let place = takeover::place_of(&mut tx, device).await?;
        let invited = self.issue_instead(&mut tx, &place).await?;
        tx.commit().await?;
        Ok(invited)
    }

    /// The same, asked for by a leader on a device of theirs. Owners are invited by owners.
    pub async fn invite_from(
        &self,
        device: &DeviceRow,
        request: &InviteRequest,
    ) -> Result<InviteReply, Refused> {
        spoken(request.protocol)?;
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        let rights = Rights::of(&mut tx, device, &workspace, [request.by]).await?;
        let asking = rights.asks(request.by, Roles::LEAD)?;
        let (mut role, mut store) = (request.role, request.store);
        if let Some(replaces) = request.replaces {
            let place = takeover::place_of(&mut tx, replaces).await?;
            if place.role == Role::Owner && asking.role != Role::Owner {
                return Err(denied(asking.role));
            }
            let invited = self.issue_instead(&mut tx, &place).await?;
            tx.commit().await?;
            return Ok(reply(&workspace, &invited));
        }
        if let Some(person) = request.person {
            let key = ("person".to_owned(), person);
            let found = tx.records(std::slice::from_ref(&key)).await?.remove(&key);
            let missing = || Failure::new(Code::PersonNotFound).with("id", person.to_string());
            let record = found.map(|stored| stored.record).ok_or_else(missing)?;
            if !rights::is_at_work(&record) {
                return Err(Code::PersonLeft.into());
            }
            role = rights::role_of(&record);
            store = record.reference("store").or(store);
        }
        if role == Role::Owner && asking.role != Role::Owner {
            return Err(denied(asking.role));
        }
        let wanted = store.map(|store| store.to_string());
        let store = find_store(&mut tx, wanted.as_deref()).await?;
        let invited = self.issue(&mut tx, role, store, request.person).await?;
        tx.commit().await?;
        Ok(reply(&workspace, &invited))
    }

    async fn issue_instead(&self, tx: &mut Tx, place: &Place) -> Result<Invited, Refused> {
        let invitation = Invitation {
            secret_hash: Vec::new(),
            role: place.role,
            store_id: place.store,
            person: Some(place.person),
            replaces: Some(place.device),
            expires_at: 0,
        };
        self.issue_as(tx, invitation).await
    }

    pub(super) async fn issue(
        &self,
        tx: &mut Tx,
        role: Role,
        store_id: Option<RecordId>,
        person: Option<RecordId>,
    ) -> Result<Invited, Refused> {
        let invitation = Invitation {
            secret_hash: Vec::new(),
            role,
            store_id,
            person,
            replaces: None,
            expires_at: 0,
        };
        self.issue_as(tx, invitation).await
    }

    /// Draws the secret of an invitation and says how long it is good.
    async fn issue_as(&self, tx: &mut Tx, invitation: Invitation) -> Result<Invited, Refused> {
        let (secret, now) = (self.secret()?, self.now());
        let expires_at = now + GOOD_FOR;
        let row = Invitation { secret_hash: secret.hash(), expires_at, ..invitation };
        tx.insert_invitation(&row, now).await?;
        Ok(Invited { secret, expires_at })
    }
}

fn reply(workspace: &WorkspaceRow, invited: &Invited) -> InviteReply {
    InviteReply {
        secret: invited.secret.as_str().to_owned(),
        url: workspace.url.clone(),
        fingerprint: workspace.fingerprint.clone(),
        expires_at: invited.expires_at,
    }
}

fn denied(role: Role) -> Refused {
    Failure::new(Code::RightMissing).with("role", role.as_str()).into()
}

async fn find_store(tx: &mut Tx, wanted: Option<&str>) -> Result<Option<RecordId>, Refused> {
    let stores = tx.living("store").await?;
    let Some(wanted) = wanted else {
        return Ok(match stores.as_slice() {
            [only] => Some(only.id),
            _ => None,
        });
    };
    let mut matching = stores
        .iter()
        .filter(|store| store.text("name") == Some(wanted) || store.id.to_string() == wanted);
    match (matching.next(), matching.next()) {
        (Some(store), None) => Ok(Some(store.id)),
        // Two of one name: only the id says which.
        _ => Err(Failure::new(Code::StoreNotFound).with("store", wanted).into()),
    }
}
