//! Backup and restore. A backup is an encrypted file of our own tables, whatever the database
//! behind the server: so the way from SQLite to PostgreSQL is a backup and a restore.

use std::path::Path;

use shuke_domain::{Code, Record, Scope, wire::Epoch};

use super::{
    Service, locked, present,
    scoping::{self, Moved},
};
use crate::{
    Database, Refused,
    database::{Key, Scoping, Stored, Tx},
};

/// What a restore brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    pub records: u64,
    pub epoch: Epoch,
}

impl Service {
    /// Writes everything, as of one moment, into a fresh encrypted file, and opens it again to see
    /// that it is whole. The caller gives a path that is not taken.
    pub async fn backup(&self, file: &Path, key_hex: &str) -> Result<u64, Refused> {
        let copy = Database::sqlite(file, key_hex).await?;
        let mut from = self.database.read().await?;
        let mut to = copy.write().await?;
        let records = to.copy_all(&mut from).await?;
        to.commit().await?;
        from.commit().await?;
        copy.close().await;

        let copy = Database::sqlite(file, key_hex).await?;
        let mut check = copy.read().await?;
        let damage = check.integrity().await?;
        let counted = check.count_all().await?;
        check.commit().await?;
        copy.close().await;
        if !damage.is_empty() || counted != records {
            return Err(Code::BackupDamaged.into());
        }
        Ok(records)
    }

    /// Lets the database go, once nothing more is asked of it.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Moves everything into an empty database, as it is: same order, same epoch, so that devices notice
    /// nothing. Nobody can push meanwhile. Gives the number of records.
    pub async fn move_to(&self, to: &Database) -> Result<u64, Refused> {
        let mut from = self.database.write().await?;
        locked(&mut from).await?;
        let mut into = to.write().await?;
        if into.lock_workspace().await?.is_some() {
            return Err(Code::ServerTaken.into());
        }
        let records = into.copy_all(&mut from).await?;
        into.commit().await?;
        let mut check = to.read().await?;
        let counted = check.count_all().await?;
        check.commit().await?;
        if counted != records {
            return Err(Code::BackupDamaged.into());
        }
        from.commit().await?;
        Ok(records)
    }

    /// Puts a backup in the place of everything that is here, and begins a new epoch, so that every
    /// device notices. In one transaction: a server may run meanwhile.
    ///
    /// What must not come back does not: devices shut out since stay out, what was erased since is
    /// erased again, and no member number is handed out twice.
    pub async fn restore(&self, file: &Path, key_hex: &str) -> Result<Restored, Refused> {
        // A copy, because opening one of an older version brings it up to date.
        let opened = file.with_extension("restoring");
        std::fs::copy(file, &opened)?;
        let restored = match Database::sqlite(&opened, key_hex).await {
            Ok(copy) => self.restore_from(copy).await,
            Err(error) => Err(error),
        };
        std::fs::remove_file(&opened)?;
        restored
    }

    /// The same from a copy that is open already, and is closed at the end.
    pub async fn restore_from(&self, copy: Database) -> Result<Restored, Refused> {
        let mut from = copy.read().await?;
        if !from.integrity().await?.is_empty() {
            return Err(Code::BackupDamaged.into());
        }
        let offered = present(&mut from).await?;

        let mut tx = self.database.write().await?;
        let before = tx.lock_workspace().await?;
        let (mut shut_out, mut erased, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        // Devices pinned this key and have this pepper, whatever an older backup says.
        let secrets = tx.secrets().await?;
        if before.as_ref().is_some_and(|before| before.id == offered.id) {
            shut_out = tx.devices().await?;
            shut_out.retain(|device| device.revoked_at.is_some());
            erased = tx.erased().await?;
            removed = tx.intake_tokens().await?;
            removed.retain(|token| token.removed_at.is_some());
        }
        tx.clear_all().await?;
        let records = tx.copy_all(&mut from).await?;
        from.commit().await?;
        copy.close().await;

        let mut workspace = locked(&mut tx).await?;
        workspace.epoch = Epoch(self.fresh_id()?);
        if let Some(before) = &before
            && before.id == workspace.id
        {
            workspace.next_member = workspace.next_member.max(before.next_member);
            if secrets.signing_key.is_some() {
                tx.set_secrets(&secrets).await?;
            }
            if let Some(url) = &before.url {
                tx.announce(url, before.fingerprint.as_deref()).await?;
            }
        }
        tx.set_workspace(&workspace).await?;
        for device in shut_out {
            let at = device.revoked_at.unwrap_or_else(|| self.now());
            match device.ending {
                Some(ending) => tx.end_device(device.id, ending, at).await?,
                None => {
                    tx.revoke_device(device.id, at).await?;
                }
            }
        }
        for token in removed {
            tx.remove_intake_token(token.id, token.removed_at.unwrap_or_else(|| self.now()))
                .await?;
        }
        erase_again(&mut tx, &workspace.scoping, &erased, &self.nonce()?).await?;
        tx.forget_answers().await?;
        // The backup's nonces are of then; today's devices are no copies for that.
        tx.forget_nonces().await?;
        let number = locked(&mut tx).await?.number;
        tx.commit().await?;
        // A backup from before the chain brings rows that are in none.
        self.start_chain().await?;
        self.announce(number).await;
        Ok(Restored { records, epoch: workspace.epoch })
    }
}

async fn erase_again(
    tx: &mut Tx,
    scoping: &Scoping,
    erased: &[Key],
    word: &str,
) -> Result<(), Refused> {
    let returned = tx.records(erased).await?;
    for (key, stored) in returned.into_iter().filter(|(_, stored)| !stored.record.erased) {
        let mut record = Record::empty(stored.record.collection.clone(), stored.record.id);
        record.erased = true;
        let number = tx.take_numbers(1, Some(word)).await?;
        let stored = Stored { scope: Scope::workspace(), number, record };
        tx.write_records(&[&stored]).await?;
        scoping::place(tx, scoping, &[&stored], &mut Moved::default()).await?;
        tx.erase_history(&key).await?;
        tx.erase_aside(&key.1.to_string()).await?;
    }
    Ok(())
}
