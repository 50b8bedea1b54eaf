//! A new identity for a copy of a data folder, found by its nonce: it goes on as a device of its own,
//! with the same person, rights and store, and begins after everything its old self was seen to write.

use sha2::{Digest, Sha256};
use shuke_domain::{
    Clock, DeviceId, Stamp,
    code::{Code, Failure},
    wire::{RenewReply, RenewRequest},
};

use super::{Service, enrol::take_range, hash, locked, spoken};
use crate::{Refused, database::DeviceRow};

impl Service {
    /// Asked again under the same id, it says the same again.
    pub async fn renew(
        &self,
        device: &DeviceRow,
        token: &str,
        request: &RenewRequest,
    ) -> Result<RenewReply, Refused> {
        spoken(request.protocol)?;
        let mut tx = self.database.write().await?;
        let mut workspace = locked(&mut tx).await?;
        let now = self.now();
        let old = tx.device(device.id).await?.ok_or(Code::TokenUnknown)?;
        if old.revoked_at.is_some() {
            return Err(self.shut_out(&mut tx, &old).await?.into());
        }
        let token_hash = hash(derived(token, request.device_id).as_bytes());
        let known = tx.device(request.device_id).await?;
        let mut moved = None;
        let numbers = match &known {
            Some(known) if known.token_hash == token_hash && known.revoked_at.is_none() => {
                known.numbers
            }
            Some(_) => {
                return Err(Failure::new(Code::RequestInvalid).with("field", "device_id").into());
            }
            None => {
                let numbers = take_range(&mut workspace);
                tx.set_workspace(&workspace).await?;
                let fresh = DeviceRow {
                    id: request.device_id,
                    token_hash,
                    numbers,
                    high: Clock::default(),
                    nonce: None,
                    previous_nonce: None,
                    enrolled_at: now,
                    last_seen_at: now,
                    ..old.clone()
                };
                tx.put_device(&fresh).await?;
                moved = Some(self.go_on_as(&mut tx, &workspace, &old, fresh.id).await?);
                numbers
            }
        };
        tx.commit().await?;
        if let Some(moved) = moved {
            self.follow(&workspace, &moved).await;
        }
        Ok(RenewReply {
            device_id: request.device_id,
            seen: Some(Stamp { clock: old.high, device: old.id }),
            member_numbers: numbers,
            now,
        })
    }
}

/// The token that a copy goes on with: both sides derive it, so that none has to be handed over and
/// kept at the very moment at which identities change.
fn derived(token: &str, device: DeviceId) -> String {
    let mut hasher = Sha256::new();
    hasher.update(token.as_bytes());
    hasher.update(device.as_bytes());
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
