//! The beginning: a server that holds a workspace which no device has moved into yet.

use shuke_domain::{
    Clock, DeviceId, Role,
    code::Code,
    wire::{Epoch, Number},
};

use super::{Invited, Service, locked};
use crate::{
    Refused,
    database::{Scoping, WorkspaceRow},
};

impl Service {
    /// Makes the workspace where there is none; `false` where there was one.
    pub async fn found(&self, name: &str) -> Result<bool, Refused> {
        let mut tx = self.database.write().await?;
        if tx.lock_workspace().await?.is_some() {
            return Ok(false);
        }
        let now = self.now();
        let row = WorkspaceRow {
            id: self.fresh_record_id()?,
            name: name.to_owned(),
            number: Number(0),
            epoch: Epoch(self.fresh_id()?),
            next_member: 1,
            founded: false,
            device: DeviceId::from_uuid(self.fresh_id()?),
            clock: Clock::at(now),
            url: None,
            fingerprint: None,
            scoping: Scoping::default(),
        };
        tx.insert_workspace(&row, now).await?;
        self.secrets(&mut tx, &row).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// `init`: names the workspace and gives the first owner's code, until a device has moved in.
    pub async fn init(&self, name: &str) -> Result<Invited, Refused> {
        self.found(name).await?;
        let mut tx = self.database.write().await?;
        let mut workspace = locked(&mut tx).await?;
        if workspace.founded {
            return Err(Code::HomeTaken.into());
        }
        name.clone_into(&mut workspace.name);
        tx.set_workspace(&workspace).await?;
        let invited = self.issue(&mut tx, Role::Owner, None, None).await?;
        tx.commit().await?;
        Ok(invited)
    }

    /// The first owner's code, if nobody has moved in and no code is still good.
    pub async fn first_code(&self) -> Result<Option<Invited>, Refused> {
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        if workspace.founded || tx.has_invitation(self.now()).await? {
            return Ok(None);
        }
        let invited = self.issue(&mut tx, Role::Owner, None, None).await?;
        tx.commit().await?;
        Ok(Some(invited))
    }

    /// Remembers where devices find this server.
    pub async fn announce_address(
        &self,
        url: &str,
        fingerprint: Option<&str>,
    ) -> Result<(), Refused> {
        let mut tx = self.database.write().await?;
        tx.announce(url, fingerprint).await?;
        tx.commit().await
    }

    pub async fn workspace(&self) -> Result<Option<WorkspaceRow>, Refused> {
        let mut tx = self.database.read().await?;
        let row = tx.workspace().await?;
        tx.commit().await?;
        Ok(row)
    }
}
