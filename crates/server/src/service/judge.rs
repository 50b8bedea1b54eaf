//! What becomes of a pushed row once its people are asked for: each of its authors for what they changed, by the
//! rights that stand at that moment of the push.

use std::collections::{BTreeSet, HashMap};

use shuke_domain::{
    Record, RecordId, Role,
    code::{Code, Failure},
    edit::DELETED,
    nouns::Person,
    parting::PEOPLE,
    rights::{self, Writer},
    wire::PushRow,
};

use super::{
    clamping::Clamping,
    rights::{Rights, Standing},
    row::{self, Pusher, Verdict},
};
use crate::{
    Refused,
    database::{Key, Stored, Tx},
};

/// The team, where the rows speak of any of it: no push may leave it without an owner.
pub(super) async fn people(tx: &mut Tx, rows: &[PushRow]) -> Result<Vec<Record>, Refused> {
    let person = Person::COLLECTION.name;
    if rows.iter().any(|row| row.record.collection == person) {
        tx.living(person).await
    } else {
        Ok(Vec::new())
    }
}

/// Everyone who had a hand in a row.
pub(super) fn writers(row: &PushRow) -> impl Iterator<Item = RecordId> {
    row.changes.iter().filter_map(|change| change.author).chain([row.author])
}

/// All that a verdict depends on but the row and what stands.
pub(super) struct Judge<'a> {
    pub pusher: Pusher,
    pub clamping: &'a Clamping,
    pub rights: &'a Rights,
    pub people: Vec<Record>,
}

impl Judge<'_> {
    /// What becomes of a row whose stamps are clamped. Its authors are asked first, each for what they changed.
    pub(super) fn verdict(
        &self,
        row: &PushRow,
        key: &Key,
        current: &HashMap<Key, Stored>,
    ) -> Result<Record, Refusal> {
        let standing = |person| self.rights.standing(person, current);
        let (mut left, mut unknown) = (None, BTreeSet::new());
        for person in writers(row) {
            match standing(person) {
                Standing::Unknown => {
                    unknown.insert(person);
                }
                Standing::Left(_, at) => left = left.max(Some(at)),
                Standing::AtWork(_) => {}
            }
        }
        if !unknown.is_empty() {
            // Who they are, so that the device takes their changes out and sends the others' again.
            let people: Vec<String> = unknown.iter().map(RecordId::to_string).collect();
            let failure = Failure::new(Code::AuthorUnknown).with(PEOPLE, people);
            return Err(Refusal::Deny(failure));
        }
        if let Some(at) = left
            && row.record.newest().is_some_and(|stamp| millis(stamp.clock) > at)
        {
            return Err(Refusal::PutAside(Code::AuthorLeft));
        }
        let stands = current.get(key).map(|stored| &stored.record);
        let merged = match row::judge(row, stands, &self.pusher) {
            Verdict::Merge(merged) => merged,
            Verdict::Deny(code) => return Err(Refusal::Deny(code.into())),
            Verdict::PutAside(code) => return Err(Refusal::PutAside(code)),
        };
        let guards = self.rights.guards(current);
        let writer = |person| match standing(person) {
            Standing::AtWork(role) | Standing::Left(role, _) => Writer { person, role },
            Standing::Unknown => Writer { person, role: Role::ReadOnly },
        };
        let by = |field: &str| {
            let change = row.changes.iter().rfind(|change| change.field == field);
            writer(change.and_then(|change| change.author).unwrap_or(row.author))
        };
        let versions = (stands, &merged);
        let asked = rights::changed(stands, &merged)
            .into_iter()
            .try_for_each(|field| rights::may_set(by(field), &guards, versions, field));
        let lived = stands.is_some_and(Record::is_deleted);
        let asked = asked.and_then(|()| {
            if lived == merged.is_deleted() {
                return Ok(());
            }
            rights::may_touch(by(DELETED), versions)
        });
        asked.map_err(Refusal::Deny)?;
        if merged.collection == Person::COLLECTION.name {
            let newer = |person: &Record| {
                let key = (Person::COLLECTION.name.to_owned(), person.id);
                current.get(&key).map_or_else(|| person.clone(), |stored| stored.record.clone())
            };
            let people: Vec<Record> = self.people.iter().map(newer).collect();
            rights::keeps_an_owner(versions, &people).map_err(Refusal::Deny)?;
        }
        Ok(merged)
    }
}

/// Why a row does not count.
pub(super) enum Refusal {
    Deny(Failure),
    PutAside(Code),
}

fn millis(clock: shuke_domain::Clock) -> i64 {
    i64::try_from(clock.millis()).unwrap_or(i64::MAX)
}
