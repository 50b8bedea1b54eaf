//! What the people of a device may do: by their own records, which are the one truth about a person's role.
//! Whom the table `device_person` names was let in with a code; whom the device's record names was let in by a
//! leader. The role noted at enrolment counts only until the person's record is here.

use std::collections::HashMap;

use shuke_domain::{
    DeviceId, Eyes, Guards, Mutant, Record, RecordId, Role, Roles,
    code::{Code, Failure},
    nouns::{Device, Person, Workspace},
    rights::{self, Writer},
    scope::{self, Onlooker, Reach, Visibility},
};

use crate::{
    Refused,
    database::{DeviceRow, Key, Stored, Tx, WorkspaceRow},
};

/// The records that decide, as they stood when they were read.
#[derive(Debug)]
pub(super) struct Rights {
    device: Key,
    workspace: Key,
    enrolled: Vec<RecordId>,
    /// As they were noted at enrolment.
    fallback: (Role, Option<RecordId>),
    known: HashMap<Key, Record>,
}

/// Someone who may stand as an author, or why not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Unknown,
    AtWork(Role),
    /// Has left, at this moment; what was written before then still counts.
    Left(Role, i64),
}

fn person_key(id: RecordId) -> Key {
    ("person".to_owned(), id)
}

impl Rights {
    /// Reads what decides about a device, and about these people beside those enrolled.
    pub(super) async fn of(
        tx: &mut Tx,
        device: &DeviceRow,
        workspace: &WorkspaceRow,
        people: impl IntoIterator<Item = RecordId>,
    ) -> Result<Self, Refused> {
        let enrolled = tx.authors(device.id).await?;
        let device_key = ("device".to_owned(), RecordId::from_uuid(*device.id.as_uuid()));
        let workspace_key = ("workspace".to_owned(), workspace.id);
        let first = tx.records(&[device_key.clone(), workspace_key.clone()]).await?;
        let also = first.get(&device_key).map(|stored| let_in(&stored.record)).unwrap_or_default();
        let mut keys: Vec<Key> =
            enrolled.iter().copied().chain(also).chain(people).map(person_key).collect();
        keys.sort();
        keys.dedup();
        let people = tx.records(&keys).await?;
        Ok(Self {
            device: device_key,
            workspace: workspace_key,
            enrolled,
            fallback: (device.role, device.store_id),
            known: first
                .into_iter()
                .chain(people)
                .map(|(key, stored)| (key, stored.record))
                .collect(),
        })
    }

    fn record<'a>(&'a self, key: &Key, newer: &'a HashMap<Key, Stored>) -> Option<&'a Record> {
        newer.get(key).map(|stored| &stored.record).or_else(|| self.known.get(key))
    }

    /// How someone stands on this device. `newer` are versions that the push has led to so far.
    pub(super) fn standing(&self, person: RecordId, newer: &HashMap<Key, Stored>) -> Standing {
        let let_in = || self.record(&self.device, newer).map(let_in).unwrap_or_default();
        let is_enrolled = self.enrolled.contains(&person);
        if !is_enrolled && !let_in().contains(&person) {
            return Standing::Unknown;
        }
        match self.record(&person_key(person), newer) {
            Some(record) if record.is_deleted() => Standing::Left(Role::ReadOnly, 0),
            Some(record) => {
                let role = rights::role_of(record);
                record.int("left_at").map_or(Standing::AtWork(role), |at| Standing::Left(role, at))
            }
            None if is_enrolled => Standing::AtWork(self.fallback.0),
            None => Standing::Unknown,
        }
    }

    pub(super) fn guards(&self, newer: &HashMap<Key, Stored>) -> Guards {
        let workspace = self.record(&self.workspace, newer);
        workspace.map(|record| Guards::of(&record.view::<Workspace>())).unwrap_or_default()
    }

    /// Whether what they see may be another once this record changes.
    pub(super) fn rest_on(&self, key: &Key) -> bool {
        *key == self.device || *key == self.workspace || key.0 == "person"
    }

    /// Everyone at work on the device, and as what.
    fn at_work(&self, newer: &HashMap<Key, Stored>) -> Vec<(RecordId, Role)> {
        let also = self.record(&self.device, newer).map(let_in).unwrap_or_default();
        let people = self.enrolled.iter().copied().chain(also);
        people
            .filter_map(|person| match self.standing(person, newer) {
                Standing::AtWork(role) => Some((person, role)),
                Standing::Left(..) | Standing::Unknown => None,
            })
            .collect()
    }

    /// What everyone at work on the device sees together: what may lie on it.
    pub(super) fn eyes(&self, newer: &HashMap<Key, Stored>) -> Eyes {
        if Mutant::RightsIgnored.awake() {
            return Eyes::of(Role::Owner, Guards::default());
        }
        let roles = self.at_work(newer).into_iter();
        let roles = roles.fold(Roles::NONE, |roles, (_, role)| roles.with(role));
        Eyes::new(roles, self.guards(newer))
    }

    /// Which places the device holds under a setting: the union of what everyone at work on it sees.
    pub(super) fn reach(&self, newer: &HashMap<Key, Stored>, visibility: Visibility) -> Reach {
        let at_work = self.at_work(newer).into_iter();
        let onlookers: Vec<Onlooker> = at_work
            .map(|(person, role)| {
                let store = match self.record(&person_key(person), newer) {
                    Some(record) => record.view::<Person>().store,
                    None => self.fallback.1,
                };
                Onlooker { person, role, store }
            })
            .collect();
        scope::reach(&onlookers, DeviceId::from_uuid(*self.device.1.as_uuid()), visibility)
    }

    /// Someone at work on the device whose role is one of these; others are refused.
    pub(super) fn asks(&self, by: RecordId, allowed: Roles) -> Result<Writer, Failure> {
        let none = HashMap::new();
        match self.standing(by, &none) {
            Standing::AtWork(role) if allowed.contains(role) => Ok(Writer { person: by, role }),
            Standing::AtWork(role) => {
                Err(Failure::new(Code::RightMissing).with("role", role.as_str()))
            }
            Standing::Left(..) => Err(Code::PersonLeft.into()),
            Standing::Unknown => Err(Code::AuthorUnknown.into()),
        }
    }
}

/// Whom a leader let sign in on a device.
pub(super) fn let_in(device: &Record) -> Vec<RecordId> {
    let people = device.view::<Device>().people.unwrap_or_default();
    people.iter().filter_map(|id| id.parse().ok()).collect()
}
