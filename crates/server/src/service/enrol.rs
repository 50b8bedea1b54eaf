//! Enrolment: a code is spent, a device gets its token, a person their record.

use shuke_domain::{
    Clock, Record, RecordId, Role,
    code::Code,
    revocation::Ending,
    rights,
    wire::{EnrolReply, EnrolRequest, OwnWorkspace},
};

use super::{
    Service, device::public_key, hash, locked, person::tidy_name, scoping::Moved, secret::hash_of,
    spoken, takeover,
};
use crate::{
    Refused,
    database::{DeviceRow, Redeemed, Tx, WorkspaceRow},
};

/// Member numbers handed to a device at once.
const RANGE: i64 = 10_000;

/// More is no pepper.
const PEPPER_LIMIT: usize = 100;

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
        let found_code = tx.invitation(&secret_hash, now).await?;
        let (mut role, store_id, invited, replaces) = match found_code {
            Redeemed::Good { role, store_id, person, replaces } => {
                (role, store_id, person, replaces)
            }
            Redeemed::Spent => return Err(Code::EnrolCodeSpent.into()),
            Redeemed::Unknown => return Err(Code::EnrolCodeInvalid.into()),
        };
        let old = match replaces {
            Some(replaces) => tx.device(replaces).await?.filter(|old| old.id != request.device_id),
            None => None,
        };
        // Given up as lost since, or retired: there is no place to take any more.
        if old.as_ref().is_some_and(|old| old.ending.is_some()) {
            return Err(Code::EnrolCodeSpent.into());
        }
        // Refusals that are nobody's fault come before the code is spent: it can be tried again.
        let entry = entry(&workspace, role, request.workspace)?;
        let invited = match invited {
            Some(person) => Some(at_work(&mut tx, person).await?),
            None => None,
        };
        if let Some(person) = &invited {
            role = rights::role_of(person);
        }
        let mut secrets = self.secrets(&mut tx, &workspace).await?;
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
                // Its people have PINs already: they go on with their own pepper.
                if let Some(pepper) = own.pepper.filter(|pepper| pepper.len() <= PEPPER_LIMIT) {
                    secrets.pepper = Some(pepper);
                    tx.set_secrets(&secrets).await?;
                }
                own.person_id
            }
            Entry::Founding => self.fresh_record_id()?,
            Entry::Joining => match invited.as_ref().map(|person| person.id).or(same_person(
                &mut tx,
                known.as_ref(),
                &person_name,
            )
            .await?)
            {
                Some(id) => {
                    let person = match invited {
                        Some(_) => None,
                        None => found(&mut tx, id).await?,
                    };
                    if let Some(person) = person {
                        (role, written) =
                            self.give_role(&mut tx, &workspace, &person, role).await?;
                    }
                    id
                }
                None => {
                    let (id, moved) = self
                        .write_person(&mut tx, &workspace, &person_name, role, store_id)
                        .await?;
                    written = Some(moved);
                    id
                }
            },
        };
        let left = match &old {
            Some(old) => takeover::numbers_left(&mut tx, old).await?,
            None => None,
        };
        let numbers = match &known {
            _ if left.is_some() => left.unwrap_or_default(),
            // A retired device has handed its numbers back.
            Some(device) if device.ending != Some(Ending::Retired) => device.numbers,
            _ => match tx.take_spare_numbers().await? {
                Some(spare) => spare,
                None => take_range(&mut workspace),
            },
        };
        workspace.founded = true;
        tx.set_workspace(&workspace).await?;

        let token = self.token()?;
        let device = DeviceRow {
            id: request.device_id,
            name: old.as_ref().map_or(device_name, |old| old.name.clone()),
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
            ending: None,
            retiring: false,
        };
        tx.put_device(&device).await?;
        let mut moved: Vec<Moved> = written.into_iter().collect();
        if let Some(old) = &old {
            moved.extend(self.hand_over(&mut tx, &workspace, old, &device).await?);
        }
        let store_name = store_name(&mut tx, store_id).await?;
        tx.commit().await?;

        for moved in &moved {
            self.follow(&workspace, moved).await;
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
            workspace_key: public_key(&secrets)?,
            pepper: secrets.pepper,
            replaces: old.is_some(),
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

async fn found(tx: &mut Tx, id: RecordId) -> Result<Option<Record>, Refused> {
    let key = ("person".to_owned(), id);
    Ok(tx.records(std::slice::from_ref(&key)).await?.remove(&key).map(|stored| stored.record))
}

/// Whom a code was made for, who must still be there.
async fn at_work(tx: &mut Tx, id: RecordId) -> Result<Record, Refused> {
    let person = found(tx, id).await?.filter(rights::is_at_work);
    person.ok_or_else(|| Code::PersonLeft.into())
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
