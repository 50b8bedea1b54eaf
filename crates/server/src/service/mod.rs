//! What the server decides: who is let in, what becomes of a pushed row, what a device may pull.
//!
//! Nothing here speaks HTTP, reads the clock or draws a random number by itself, so the simulation
//! runs this very code. One file per verb.

mod announcement;
mod backup;
mod chain;
mod clamping;
mod conflict;
mod doctor;
mod enrol;
mod founding;
mod history;
mod invite;
mod person;
mod pull;
mod push;
mod reach;
mod renew;
mod row;
mod scoping;
mod secret;

use std::sync::Arc;

use sha2::{Digest, Sha256};
use shuke_domain::{
    DeviceId, RecordId,
    code::Code,
    id,
    wire::{PROTOCOL, Protocol},
};
use subtle::ConstantTimeEq;
use tokio::sync::{Notify, broadcast};

pub use self::{
    backup::Restored,
    doctor::Finding,
    invite::Invited,
    pull::{PulledPage, Remaining},
    reach::SCOPES,
    secret::Secret,
};
use crate::{
    Database, Outside, Refused,
    database::{DeviceRow, Tx, WorkspaceRow},
};
use shuke_domain::wire::Nudge;

/// Nudges that a slow listener may lag behind; beyond, it is told the latest only.
const NUDGES: usize = 1024;

/// How stale "last seen" may be before a mere pull writes it down.
const SEEN_EVERY: u64 = 60_000;

/// One workspace, served.
#[derive(Clone, Debug)]
pub struct Service {
    database: Database,
    outside: Arc<dyn Outside>,
    nudges: broadcast::Sender<Nudge>,
    remaining: Remaining,
    /// Woken when records are to be moved.
    work: Arc<Notify>,
}

impl Service {
    pub fn new(database: Database, outside: Arc<dyn Outside>) -> Self {
        let (nudges, _) = broadcast::channel(NUDGES);
        Self { database, outside, nudges, remaining: Remaining::default(), work: Arc::default() }
    }

    pub const fn database(&self) -> &Database {
        &self.database
    }

    pub fn now(&self) -> u64 {
        self.outside.now()
    }

    /// The device that a token belongs to.
    pub async fn authenticate(&self, token: &str) -> Result<DeviceRow, Refused> {
        let hash = hash(token.as_bytes());
        let mut tx = self.database.read().await?;
        let device =
            tx.device_by_token(&hash).await?.filter(|device| device.token_hash.ct_eq(&hash).into());
        tx.commit().await?;
        let device = device.ok_or(Code::TokenUnknown)?;
        if device.revoked_at.is_some() {
            return Err(Code::DeviceRevoked.into());
        }
        Ok(device)
    }

    /// Writes down that a device was here, though not at every request.
    pub async fn seen(&self, device: &DeviceRow) -> Result<(), Refused> {
        let now = self.now();
        if now.saturating_sub(device.last_seen_at) < SEEN_EVERY {
            return Ok(());
        }
        let mut tx = self.database.write().await?;
        tx.seen_device(device.id, now).await?;
        tx.commit().await
    }

    /// Every device ever let in.
    pub async fn devices(&self) -> Result<Vec<DeviceRow>, Refused> {
        let mut tx = self.database.read().await?;
        let devices = tx.devices().await?;
        tx.commit().await?;
        Ok(devices)
    }

    /// Shuts a device out.
    pub async fn revoke(&self, device: DeviceId) -> Result<(), Refused> {
        let mut tx = self.database.write().await?;
        tx.lock_workspace().await?;
        if tx.device(device).await?.is_none() {
            return Err(shuke_domain::Failure::new(Code::RecordNotFound)
                .with("id", device.to_string())
                .into());
        }
        tx.revoke_device(device, self.now()).await?;
        tx.commit().await
    }

    /// Whether the database answers.
    pub async fn healthy(&self) -> Result<(), Refused> {
        let mut tx = self.database.read().await?;
        tx.ping().await?;
        tx.commit().await
    }

    fn random<const N: usize>(&self) -> Result<[u8; N], Refused> {
        let mut bytes = [0; N];
        self.outside.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fresh_id(&self) -> Result<uuid::Uuid, Refused> {
        Ok(id::fresh(self.now(), self.random()?))
    }

    fn fresh_record_id(&self) -> Result<RecordId, Refused> {
        self.fresh_id().map(RecordId::from_uuid)
    }
}

/// The workspace, which every server has from its first start on.
async fn locked(tx: &mut Tx) -> Result<WorkspaceRow, Refused> {
    tx.lock_workspace().await?.ok_or_else(|| Code::ServerNotFounded.into())
}

async fn present(tx: &mut Tx) -> Result<WorkspaceRow, Refused> {
    tx.workspace().await?.ok_or_else(|| Code::ServerNotFounded.into())
}

fn spoken(protocol: Protocol) -> Result<(), Refused> {
    if PROTOCOL.speaks(protocol) {
        return Ok(());
    }
    let code = if protocol.major > PROTOCOL.major { Code::ServerTooOld } else { Code::AppTooOld };
    Err(code.into())
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}
