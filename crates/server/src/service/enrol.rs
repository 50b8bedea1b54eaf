//! Enrolment: a code is spent, a device gets its token, a person their record.

use std::collections::BTreeSet;

use shuke_domain::{
    Clock, RecordId, Role,
    code::Code,
    scope::Place,
    wire::{EnrolReply, EnrolRequest, OwnWorkspace},
};

use super::{Service, hash, locked, person::tidy_name, scoping::Moved, secret::hash_of, spoken};
use crate::{
    Refused,
    database::{DeviceRow, Redeemed, Tx, WorkspaceRow},
};

/// Member numbers handed to a device at once.
const RANGE: i64 = 10_000;

/// How the device comes in, decided before anything is written.
enum Entry {
    /// An empty server takes over the device's own workspace, whole.
    Adopting(OwnWorkspace),
    /// An empty server; the device writes the first records.
    Founding,
    Joining,
}

impl Service {
    pub async fn enrol(&self, request: EnrolRequest) -> Result<EnrolReply, Refused> {
        spoken(request.protocol)?;
        let device_name = tidy_name(&request.device_name)?;
        let person_name = tidy_name(&request.person_name)?;
        let platform = tidy_name(&request.platform)?;
        let secret_hash = hash_of(&request.secret);

        let mut tx = self.database.write().await?;
        let mut workspace = locked(&mut tx).await?;
        let now = self.now();
        let (role, store_id) = match tx.invitation(&secret_hash, now).await? {
            Redeemed::Good { role, store_id } => (role, store_id),
            Redeemed::Spent => return Err(Code::EnrolCodeSpent.into()),
            Redeemed::Unknown => return Err(Code::EnrolCodeInvalid.into()),
        };
        // Refusals that are nobody's fault come before the code is spent: it can be tried again.
        let entry = entry(&workspace, role, request.workspace)?;
        if !tx.spend_invitation(&secret_hash, now).await? {
            return Err(Code::EnrolCodeSpent.into());
        }

        let known = tx.device(request.device_id).await?;
        let founding = matches!(entry, Entry::Founding);
        let mut written = None;
        let person_id = match entry {
            Entry::Adopting(own) => {
                workspace.id = own.id;
                workspace.name = tidy_name(&own.name)?;
                workspace.next_member =
                    workspace.next_member.max(own.member_numbers_used.max(0).saturating_add(1));
                own.person_id
            }
            Entry::Founding => self.fresh_record_id()?,
            Entry::Joining => match same_person(&mut tx, known.as_ref(), &person_name).await? {
                Some(person) => person,
                None => {
                    let (id, number) = self
                        .write_person(&mut tx, &workspace, &person_name, role, store_id)
                        .await?;
                    written = Some(number);
                    id
                }
            },
        };
        let numbers = match &known {
            Some(device) => device.numbers,
            None => take_range(&mut workspace),
        };
        workspace.founded = true;
        tx.set_workspace(&workspace).await?;

        let token = self.token()?;
        let device = DeviceRow {
            id: request.device_id,
            name: device_name,
            platform,
            person_id,
            role,
            store_id,
            token_hash: hash(token.as_bytes()),
            numbers,
            high: Clock::default(),
            nonce: None,
            previous_nonce: None,
            enrolled_at: now,
            last_seen_at: now,
            revoked_at: None,
        };
        tx.put_device(&device).await?;
        let store_name = store_name(&mut tx, store_id).await?;
        tx.commit().await?;

        if let Some(number) = written {
            let touched = BTreeSet::from([Place::Common]);
            let moved = Moved { touched, last: Some(number), changed: false };
            self.announce_moved(&workspace, &moved).await;
        }
        Ok(EnrolReply {
            workspace_id: workspace.id,
            workspace_name: workspace.name,
            founding,
            person_id,
            role,
            store_id,
            store_name,
            token,
            epoch: workspace.epoch,
            member_numbers: numbers,
            now,
        })
    }
}

fn entry(
    workspace: &WorkspaceRow,
    role: Role,
    own: Option<OwnWorkspace>,
) -> Result<Entry, Refused> {
    match (workspace.founded, own) {
        (false, _) if role != Role::Owner => Err(Code::ServerNotFounded.into()),
        (false, Some(own)) => Ok(Entry::Adopting(own)),
        (false, None) => Ok(Entry::Founding),
        // Two workspaces do not become one; coming back to one's own is no such thing.
        (true, Some(own)) if own.id != workspace.id => Err(Code::EnrolNotEmpty.into()),
        (true, _) => Ok(Entry::Joining),
    }
}

/// The person who was on this device before, if they come back under the same name.
async fn same_person(
    tx: &mut Tx,
    known: Option<&DeviceRow>,
    name: &str,
) -> Result<Option<RecordId>, Refused> {
    let Some(device) = known else { return Ok(None) };
    let key = ("person".to_owned(), device.person_id);
    let records = tx.records(std::slice::from_ref(&key)).await?;
    let same = records.get(&key).is_some_and(|stored| {
        !stored.record.is_deleted() && stored.record.text("name") == Some(name)
    });
    Ok(same.then_some(device.person_id))
}

pub(super) fn take_range(workspace: &mut WorkspaceRow) -> (i64, i64) {
    let from = workspace.next_member;
    workspace.next_member = from.saturating_add(RANGE);
    (from, workspace.next_member - 1)
}

async fn store_name(tx: &mut Tx, store: Option<RecordId>) -> Result<Option<String>, Refused> {
    let Some(id) = store else { return Ok(None) };
    let key = ("store".to_owned(), id);
    let records = tx.records(std::slice::from_ref(&key)).await?;
    Ok(records.get(&key).and_then(|stored| stored.record.text("name")).map(str::to_owned))
}
