//! What the server decides: who is let in, what becomes of a pushed row, what a device may pull.
//!
//! Nothing here speaks HTTP, reads the clock or draws a random number by itself, so the simulation
//! runs this very code. One file per verb.

mod announcement;
mod backup;
mod chain;
mod clamping;
mod conflict;
mod device;
mod doctor;
mod enrol;
mod founding;
mod history;
mod intake;
mod invite;
mod judge;
mod nonce;
mod person;
mod pull;
mod push;
mod quarantine;
mod reach;
mod renew;
mod rights;
mod row;
mod scoping;
mod secret;
mod segment;
mod takeover;

use std::sync::Arc;

use sha2::{Digest, Sha256};
use shuke_domain::{
    RecordId,
    code::Code,
    id,
    wire::{PROTOCOL, PULL_LIMIT, Protocol},
};
use subtle::ConstantTimeEq;
use tokio::sync::{Notify, broadcast};

pub use self::{
    backup::Restored,
    doctor::Finding,
    intake::{INTAKE_LIMIT, IntakeReply, MadeToken, Outcome, Taken},
    invite::Invited,
    pull::{PulledPage, Remaining},
    reach::SCOPES,
    secret::Secret,
    segment::Packed,
};
use segment::Shelves;

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
    shelves: Shelves,
    /// How many rows a segment holds.
    segment_rows: usize,
    /// Woken when records are to be moved.
    work: Arc<Notify>,
}

impl Service {
    pub fn new(database: Database, outside: Arc<dyn Outside>) -> Self {
        let (nudges, _) = broadcast::channel(NUDGES);
        Self {
            database,
            outside,
            nudges,
            remaining: Remaining::default(),
            shelves: Shelves::default(),
            segment_rows: PULL_LIMIT,
            work: Arc::default(),
        }
    }

    /// With segments of another size: a story need not have thousands of rows.
    #[must_use]
    pub fn with_segments_of(self, rows: usize) -> Self {
        Self { segment_rows: rows, ..self }
    }

    pub const fn database(&self) -> &Database {
        &self.database
    }

    pub fn now(&self) -> u64 {
        self.outside.now()
    }

    /// The device that a token belongs to.
    pub async fn authenticate(&self, token: &str) -> Result<DeviceRow, Refused> {
        let device = self.device_of(token).await?;
        self.admitted(&device).await?;
        Ok(device)
    }

    /// The device that a token belongs to, whether it is still let in or not.
    pub async fn device_of(&self, token: &str) -> Result<DeviceRow, Refused> {
        let hash = hash(token.as_bytes());
        let mut tx = self.database.read().await?;
        let device =
            tx.device_by_token(&hash).await?.filter(|device| device.token_hash.ct_eq(&hash).into());
        tx.commit().await?;
        device.ok_or_else(|| Code::TokenUnknown.into())
    }

    /// Refuses a device that was shut out; one that is lost or retired hears it in signed words.
    pub async fn admitted(&self, device: &DeviceRow) -> Result<(), Refused> {
        if device.revoked_at.is_none() {
            return Ok(());
        }
        let mut tx = self.database.read().await?;
        let told = self.shut_out(&mut tx, device).await?;
        tx.commit().await?;
        Err(told.into())
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
