//! Devices as those see them who look after them; and how a device ends: shut out, lost, or retired.

use std::collections::HashMap;

use shuke_domain::{
    DeviceId, Roles,
    code::{Code, Failure},
    revocation::{Ending, Revocation},
    wire::{DevicesReply, EndRequest, EnrolledDevice, ListRequest, RetireReply, RetireRequest},
};
use shuke_keys::{SecretBytes, SigningKey};

use super::{Service, hex, locked, present, rights::Rights, spoken};
use crate::{
    Refused,
    database::{DeviceRow, Secrets, Tx, WorkspaceRow},
};

impl Service {
    /// Every device ever let in.
    pub async fn devices(&self) -> Result<Vec<DeviceRow>, Refused> {
        let mut tx = self.database.read().await?;
        let devices = tx.devices().await?;
        tx.commit().await?;
        Ok(devices)
    }

    /// The same for a person who looks after them.
    pub async fn list_devices(
        &self,
        device: &DeviceRow,
        request: &ListRequest,
    ) -> Result<DevicesReply, Refused> {
        spoken(request.protocol)?;
        let mut tx = self.database.read().await?;
        let workspace = present(&mut tx).await?;
        let rights = Rights::of(&mut tx, device, &workspace, [request.by]).await?;
        rights.asks(request.by, Roles::DEVICES)?;
        let aside: HashMap<DeviceId, u64> = tx.asides_by_device().await?.into_iter().collect();
        let mut devices = Vec::new();
        for row in tx.devices().await? {
            devices.push(EnrolledDevice {
                people: tx.authors(row.id).await?,
                aside: aside.get(&row.id).copied().unwrap_or_default(),
                id: row.id,
                name: row.name,
                platform: row.platform,
                store: row.store_id,
                enrolled_at: row.enrolled_at,
                last_seen_at: row.last_seen_at,
                revoked_at: row.revoked_at,
                ending: row.ending,
                retiring: row.retiring,
            });
        }
        tx.commit().await?;
        Ok(DevicesReply { devices, now: self.now() })
    }

    /// Shuts a device out; what it holds stays on it.
    pub async fn revoke(&self, device: DeviceId) -> Result<(), Refused> {
        let mut tx = self.database.write().await?;
        tx.lock_workspace().await?;
        known(&mut tx, device).await?;
        tx.revoke_device(device, self.now()).await?;
        tx.commit().await
    }

    /// A device is lost, or is asked to retire, by whoever stands at the server.
    pub async fn end(&self, device: DeviceId, ending: Ending) -> Result<(), Refused> {
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        self.end_in(&mut tx, &workspace, device, ending).await?;
        tx.commit().await
    }

    /// The same, by a person on another device.
    pub async fn end_device(&self, from: &DeviceRow, request: &EndRequest) -> Result<(), Refused> {
        spoken(request.protocol)?;
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        let rights = Rights::of(&mut tx, from, &workspace, [request.by]).await?;
        rights.asks(request.by, Roles::DEVICES)?;
        // Nobody saws off the branch they sit on: a device in hand is retired from itself.
        if request.device == from.id {
            return Err(Failure::new(Code::FieldInvalid).with("field", "device").into());
        }
        self.end_in(&mut tx, &workspace, request.device, request.ending).await?;
        tx.commit().await
    }

    async fn end_in(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        device: DeviceId,
        ending: Ending,
    ) -> Result<(), Refused> {
        let row = known(tx, device).await?;
        // The key must be there before a device can be told.
        self.secrets(tx, workspace).await?;
        match ending {
            Ending::Lost => tx.end_device(device, Ending::Lost, self.now()).await,
            Ending::Retired if row.revoked_at.is_some() => Err(Code::DeviceRevoked.into()),
            Ending::Retired => tx.ask_to_retire(device).await,
        }
    }

    /// A device ends itself and hands back the member numbers that nobody has.
    pub async fn retire(
        &self,
        device: &DeviceRow,
        request: &RetireRequest,
    ) -> Result<RetireReply, Refused> {
        spoken(request.protocol)?;
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        let mut row = known(&mut tx, device.id).await?;
        if row.revoked_at.is_none() {
            let (from, to) = row.numbers;
            let rest = (request.next_member.max(from), to);
            if rest.0 <= rest.1 {
                tx.spare_numbers(rest).await?;
            }
            tx.end_device(device.id, Ending::Retired, self.now()).await?;
            row = known(&mut tx, device.id).await?;
        }
        let secrets = self.secrets(&mut tx, &workspace).await?;
        tx.commit().await?;
        let revocation = revocation(&workspace, &row, &secrets, Ending::Retired, row.revoked_at)?;
        Ok(RetireReply { revocation })
    }

    /// What the workspace signs and peppers with, made where a server of an older version had none.
    pub(super) async fn secrets(
        &self,
        tx: &mut Tx,
        _locked: &WorkspaceRow,
    ) -> Result<Secrets, Refused> {
        let mut secrets = tx.secrets().await?;
        if secrets.signing_key.is_none() || secrets.pepper.is_none() {
            if secrets.signing_key.is_none() {
                secrets.signing_key = Some(self.random::<32>()?.to_vec());
            }
            if secrets.pepper.is_none() {
                use base64::{Engine as _, engine::general_purpose::STANDARD};
                secrets.pepper = Some(STANDARD.encode(self.random::<32>()?));
            }
            tx.set_secrets(&secrets).await?;
        }
        Ok(secrets)
    }

    /// Why a device is not let in any more: where it ended, in the workspace's own signed words.
    pub(super) async fn shut_out(
        &self,
        tx: &mut Tx,
        device: &DeviceRow,
    ) -> Result<Failure, Refused> {
        let told = Failure::new(Code::DeviceRevoked);
        let Some(ending) = device.ending else { return Ok(told) };
        let workspace = present(tx).await?;
        let secrets = tx.secrets().await?;
        let word = revocation(&workspace, device, &secrets, ending, device.revoked_at)?;
        Ok(told.with("revocation", serde_json::to_value(word)?))
    }

    /// What a device hears that was asked to retire.
    pub(super) async fn asked_to_retire(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        device: &DeviceRow,
    ) -> Result<Option<Revocation>, Refused> {
        if !device.retiring {
            return Ok(None);
        }
        let secrets = tx.secrets().await?;
        revocation(workspace, device, &secrets, Ending::Retired, Some(self.now())).map(Some)
    }
}

async fn known(tx: &mut Tx, device: DeviceId) -> Result<DeviceRow, Refused> {
    let row = tx.device(device).await?;
    let missing = || Failure::new(Code::DeviceNotFound).with("id", device.to_string());
    row.ok_or_else(|| missing().into())
}

/// The workspace's word that this enrolment of this device ends, signed.
fn revocation(
    workspace: &WorkspaceRow,
    device: &DeviceRow,
    secrets: &Secrets,
    ending: Ending,
    at: Option<u64>,
) -> Result<Revocation, Refused> {
    let seed = secrets.signing_key.clone().ok_or(Code::KeyMissing)?;
    let key = SigningKey::from_seed(&SecretBytes::new(seed))?;
    let mut word = Revocation {
        workspace: workspace.id,
        device: device.id,
        enrolment: hex(&device.token_hash),
        ending,
        at: at.unwrap_or_default(),
        signature: String::new(),
    };
    word.signature = key.sign(&word.signed());
    Ok(word)
}

/// The public half of a workspace's key.
pub(super) fn public_key(secrets: &Secrets) -> Result<Option<String>, Refused> {
    let Some(seed) = secrets.signing_key.clone() else { return Ok(None) };
    Ok(Some(SigningKey::from_seed(&SecretBytes::new(seed))?.public()))
}
