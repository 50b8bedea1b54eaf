//! Inviting a device: a code for a role, and perhaps a store.

use shuke_domain::{
    RecordId, Role,
    code::{Code, Failure},
};

use super::{Secret, Service, locked};
use crate::{
    Refused,
    database::{Invitation, Tx},
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
        let invited = self.issue(&mut tx, role, store).await?;
        tx.commit().await?;
        Ok(invited)
    }

    pub(super) async fn issue(
        &self,
        tx: &mut Tx,
        role: Role,
        store_id: Option<RecordId>,
    ) -> Result<Invited, Refused> {
        let secret = self.secret()?;
        let now = self.now();
        let expires_at = now + GOOD_FOR;
        let row = Invitation { secret_hash: secret.hash(), role, store_id, expires_at };
        tx.insert_invitation(&row, now).await?;
        Ok(Invited { secret, expires_at })
    }
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
