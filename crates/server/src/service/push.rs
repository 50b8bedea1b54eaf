//! Pushing: everything is prepared first; then one short transaction under the workspace's lock
//! re-reads, merges, takes numbers and writes. One bad row never blocks the rest.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use shuke_domain::{
    DeviceId, Record, RecordId, Role, Scope,
    code::{Code, Failure},
    edit::DELETED,
    nouns::Person,
    rights::{self, Writer},
    wire::{Number, PUSH_LIMIT, PushReply, PushRequest, PushRow, RowAnswer, RowOutcome},
};
use uuid::Uuid;

use super::{
    Service,
    clamping::{Clamping, clamping, own_clocks},
    locked,
    rights::{Rights, Standing},
    row::{self, Pusher, Verdict},
    spoken,
};
use crate::{
    Refused,
    database::{Answered, Aside, Change, DeviceRow, Key, Stored, Tx},
};

/// A request as it lies ready before the lock is taken.
struct Prepared {
    batch: Uuid,
    digest: Vec<u8>,
    nonce: Option<String>,
    rows: Vec<PushRow>,
    sizes: Vec<usize>,
}

/// What one transaction is going to write.
#[derive(Default)]
struct Outcome {
    answers: Vec<RowAnswer>,
    /// For each answer that waits for its number: the record it speaks of.
    keys: Vec<Option<Key>>,
    /// Records in the order in which they first changed: the order of their numbers.
    changed: Vec<Key>,
    history: Vec<Change>,
    aside: Vec<Aside>,
    erased: Vec<Key>,
}

impl Service {
    pub async fn push(
        &self,
        device: &DeviceRow,
        request: PushRequest,
    ) -> Result<PushReply, Refused> {
        let prepared = prepare(request)?;
        let mut tx = self.database.write().await?;
        let workspace = locked(&mut tx).await?;
        let now = self.now();
        // Read again under the lock: it may have been shut out since the request came in.
        let mut device = tx.device(device.id).await?.ok_or(Code::TokenUnknown)?;
        if device.revoked_at.is_some() {
            return Err(self.shut_out(&mut tx, &device).await?.into());
        }
        if let Some(answered) = tx.answered(device.id, prepared.batch).await? {
            if answered.digest != prepared.digest {
                return Err(Failure::new(Code::RequestInvalid).with("field", "batch").into());
            }
            let rows = serde_json::from_str(&answered.answer)?;
            let nonce = device.nonce.unwrap_or_default();
            return Ok(PushReply { epoch: workspace.epoch, rows, nonce, now });
        }
        roll_nonce(&mut device, prepared.nonce.as_deref(), self.nonce()?)?;

        let (batch, digest) = (prepared.batch, prepared.digest.clone());
        let writers = prepared.rows.iter().flat_map(writers);
        let rights = Rights::of(&mut tx, &device, &workspace, writers).await?;
        let pusher = Pusher { device: device.id, now };
        let clamping = clamp(&mut tx, &prepared.rows, &device, now).await?;
        let mut current = current(&mut tx, &prepared.rows).await?;
        let people = people(&mut tx, &prepared.rows).await?;
        let judge = Judge { pusher, clamping: &clamping, rights: &rights, people };
        let mut outcome = decide(prepared, &judge, &mut current)?;

        let last = number(&mut tx, &mut outcome, &mut current).await?;
        write(&mut tx, &outcome, &current, (device.id, batch), now).await?;
        tx.remember_clamps(device.id, &clamping.fresh).await?;
        let answer = serde_json::to_string(&outcome.answers)?;
        tx.keep_answer(device.id, batch, &Answered { digest, answer }, now).await?;
        device.high = clamping.high;
        device.last_seen_at = now;
        tx.touch_device(&device).await?;
        tx.commit().await?;

        if let Some(last) = last {
            self.announce(last).await;
        }
        if !outcome.erased.is_empty()
            && let Err(error) = self.database.scrub().await
        {
            // A reader may hold the WAL: what is erased leaves it with the next checkpoint then.
            tracing::warn!(%error, "erased, but not yet out of the files");
        }
        Ok(PushReply {
            epoch: workspace.epoch,
            rows: outcome.answers,
            nonce: device.nonce.unwrap_or_default(),
            now,
        })
    }
}

fn prepare(request: PushRequest) -> Result<Prepared, Refused> {
    spoken(request.protocol)?;
    if request.rows.len() > PUSH_LIMIT {
        return Err(Failure::new(Code::RequestTooLarge).with("limit", PUSH_LIMIT).into());
    }
    let mut hasher = Sha256::new();
    let mut sizes = Vec::with_capacity(request.rows.len());
    for row in &request.rows {
        let bytes = serde_json::to_vec(row)?;
        sizes.push(bytes.len());
        hasher.update(&bytes);
        hasher.update([0]);
    }
    let digest = hasher.finalize().to_vec();
    Ok(Prepared { batch: request.batch, digest, nonce: request.nonce, rows: request.rows, sizes })
}

/// Takes the nonce that a device presents for the next one. The last two count: an answer may have
/// been lost on its way. Any other was given to this data folder's copy, or to its older self.
fn roll_nonce(
    device: &mut DeviceRow,
    presented: Option<&str>,
    next: String,
) -> Result<(), Refused> {
    if let Some(presented) = presented
        && device.nonce.is_some()
        && device.nonce.as_deref() != Some(presented)
        && device.previous_nonce.as_deref() != Some(presented)
    {
        return Err(Code::SyncCopied.into());
    }
    device.previous_nonce = presented.map(str::to_owned).or_else(|| device.nonce.take());
    device.nonce = Some(next);
    Ok(())
}

async fn clamp(
    tx: &mut Tx,
    rows: &[PushRow],
    device: &DeviceRow,
    now: u64,
) -> Result<Clamping, Refused> {
    let own = || rows.iter().flat_map(|row| own_clocks(&row.record, device.id));
    let remembered = match own().min() {
        Some(least) => tx.clamps(device.id, least).await?,
        None => Vec::new(),
    };
    Ok(clamping(own(), &remembered, device.high, now))
}

async fn current(tx: &mut Tx, rows: &[PushRow]) -> Result<HashMap<Key, Stored>, Refused> {
    let keys: HashSet<Key> = rows.iter().map(key_of).collect();
    tx.records(&keys.into_iter().collect::<Vec<_>>()).await
}

fn key_of(row: &PushRow) -> Key {
    (row.record.collection.to_string(), row.record.id)
}

/// The team, where the rows speak of any of it: no push may leave it without an owner.
async fn people(tx: &mut Tx, rows: &[PushRow]) -> Result<Vec<Record>, Refused> {
    let person = Person::COLLECTION.name;
    if rows.iter().any(|row| row.record.collection == person) {
        tx.living(person).await
    } else {
        Ok(Vec::new())
    }
}

/// Everyone who had a hand in a row.
fn writers(row: &PushRow) -> impl Iterator<Item = RecordId> {
    row.changes.iter().filter_map(|change| change.by).chain([row.author])
}

/// All that a verdict depends on but the row and what stands.
struct Judge<'a> {
    pusher: Pusher,
    clamping: &'a Clamping,
    rights: &'a Rights,
    people: Vec<Record>,
}

impl Judge<'_> {
    /// What becomes of a row whose stamps are clamped. Its authors are asked first, each for what they changed.
    fn verdict(
        &self,
        row: &PushRow,
        key: &Key,
        current: &HashMap<Key, Stored>,
    ) -> Result<Record, Refusal> {
        let standing = |person| self.rights.standing(person, current);
        let mut left = None;
        for person in writers(row) {
            match standing(person) {
                Standing::Unknown => return Err(Refusal::Deny(Code::AuthorUnknown.into())),
                Standing::Left(_, at) => left = left.max(Some(at)),
                Standing::AtWork(_) => {}
            }
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
            let change = row.changes.iter().find(|change| change.field == field);
            writer(change.and_then(|change| change.by).unwrap_or(row.author))
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
enum Refusal {
    Deny(Failure),
    PutAside(Code),
}

fn millis(clock: shuke_domain::Clock) -> i64 {
    i64::try_from(clock.millis()).unwrap_or(i64::MAX)
}

/// Judges the rows one after the other; each sees what those before it did.
fn decide(
    prepared: Prepared,
    judge: &Judge<'_>,
    current: &mut HashMap<Key, Stored>,
) -> Result<Outcome, Refused> {
    let Judge { pusher, clamping, rights, .. } = judge;
    let mut outcome = Outcome::default();
    let mut changed = HashSet::new();
    for (position, (mut row, size)) in prepared.rows.into_iter().zip(prepared.sizes).enumerate() {
        let key = key_of(&row);
        let stands = current.get(&key);
        let admitted = row::admit(&row, size);
        let sent = (!clamping.is_empty()).then(|| row.clone());
        let mut clamped = Vec::new();
        let verdict = match admitted {
            Err(code) => Err(Refusal::Deny(code.into())),
            Ok(()) => {
                clamped = clamping.apply(&mut row.record, pusher.device);
                judge.verdict(&row, &key, current)
            }
        };
        let sent = sent.unwrap_or_else(|| row.clone());
        let answer = |answer, record, failure: Option<Failure>| RowAnswer {
            outcome: answer,
            number: stands.map(|stored| stored.number).unwrap_or_default(),
            record,
            clamped,
            code: failure.as_ref().map(|failure| failure.code.as_str().to_owned()),
            params: failure.map(|failure| failure.params).unwrap_or_default(),
        };
        match verdict {
            Err(Refusal::Deny(failure)) => {
                // What comes back is what may lie there, as with everything that is pulled.
                let theirs = stands.and_then(|stored| rights.eyes(current).carried(&stored.record));
                outcome.answers.push(answer(RowOutcome::Denied, theirs, Some(failure)));
                outcome.keys.push(None);
            }
            Err(Refusal::PutAside(code)) => {
                let body = serde_json::to_string(&sent)?;
                outcome.aside.push(Aside { position, code: code.as_str(), body });
                outcome.answers.push(answer(RowOutcome::PutAside, None, Some(code.into())));
                outcome.keys.push(None);
            }
            Ok(merged) => {
                let told = (merged != sent.record).then(|| rights.eyes(current).carried(&merged));
                let told = told.flatten().filter(|told| *told != sent.record);
                let kind = if told.is_none() { RowOutcome::Applied } else { RowOutcome::Merged };
                outcome.answers.push(answer(kind, told, None));
                outcome.keys.push(Some(key.clone()));
                note_history(&mut outcome, &key, &row, &merged)?;
                if stands.is_none_or(|stored| stored.record != merged) {
                    if merged.erased {
                        outcome.erased.push(key.clone());
                    }
                    if changed.insert(key.clone()) {
                        outcome.changed.push(key.clone());
                    }
                    let scope = stands.map_or_else(Scope::workspace, |stored| stored.scope.clone());
                    let number = stands.map(|stored| stored.number).unwrap_or_default();
                    current.insert(key, Stored { scope, number, record: merged });
                }
            }
        }
    }
    Ok(outcome)
}

/// Keeps what a row changed, also where a newer value stands: the loser must be found again. Of an
/// erased record nothing is kept.
fn note_history(
    outcome: &mut Outcome,
    key: &Key,
    row: &PushRow,
    merged: &Record,
) -> Result<(), Refused> {
    if merged.erased {
        return Ok(());
    }
    let Some(stamp) = row::newest_change(row) else { return Ok(()) };
    let fields = serde_json::to_string(&row.changes)?;
    outcome.history.push(Change {
        key: key.clone(),
        stamp,
        number: Number(0),
        author: row.author,
        fields,
    });
    Ok(())
}

/// Takes as many numbers as records changed, and puts them where they belong. Gives the last.
async fn number(
    tx: &mut Tx,
    outcome: &mut Outcome,
    current: &mut HashMap<Key, Stored>,
) -> Result<Option<Number>, Refused> {
    let count = i64::try_from(outcome.changed.len()).unwrap_or(i64::MAX);
    let mut last = None;
    if count > 0 {
        let end = tx.take_numbers(count).await?;
        last = Some(end);
        for (offset, key) in (1..).zip(&outcome.changed) {
            if let Some(stored) = current.get_mut(key) {
                stored.number = Number(end.0 - count + offset);
            }
        }
    }
    for (answer, key) in outcome.answers.iter_mut().zip(&outcome.keys) {
        if let Some(stored) = key.as_ref().and_then(|key| current.get(key)) {
            answer.number = stored.number;
        }
    }
    for change in &mut outcome.history {
        if let Some(stored) = current.get(&change.key) {
            change.number = stored.number;
        }
    }
    Ok(last)
}

async fn write(
    tx: &mut Tx,
    outcome: &Outcome,
    current: &HashMap<Key, Stored>,
    (device, batch): (DeviceId, Uuid),
    now: u64,
) -> Result<(), Refused> {
    let rows: Vec<&Stored> = outcome.changed.iter().filter_map(|key| current.get(key)).collect();
    if !rows.is_empty() {
        tx.write_records(&rows).await?;
    }
    if !outcome.history.is_empty() {
        tx.write_history(&outcome.history, device, now).await?;
    }
    tx.put_aside(device, batch, &outcome.aside, now).await?;
    for key in &outcome.erased {
        tx.erase_history(key).await?;
        tx.erase_aside(&key.1.to_string()).await?;
    }
    if !outcome.erased.is_empty() {
        tx.forget_answers().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use shuke_domain::{Clock, RecordId, Role};

    use super::*;

    fn device() -> DeviceRow {
        DeviceRow {
            id: DeviceId::from_u128(1),
            name: String::new(),
            platform: String::new(),
            person_id: RecordId::from_u128(1),
            role: Role::Owner,
            store_id: None,
            token_hash: Vec::new(),
            numbers: (1, 2),
            high: Clock::default(),
            nonce: None,
            previous_nonce: None,
            enrolled_at: 0,
            last_seen_at: 0,
            revoked_at: None,
            ending: None,
            retiring: false,
        }
    }

    #[test]
    fn a_lost_answer_is_no_copy_but_an_older_nonce_is() {
        let mut device = device();
        roll_nonce(&mut device, None, "a".into()).unwrap();
        roll_nonce(&mut device, Some("a"), "b".into()).unwrap();
        // The answer with "b" was lost, twice.
        roll_nonce(&mut device, Some("a"), "c".into()).unwrap();
        roll_nonce(&mut device, Some("a"), "d".into()).unwrap();
        roll_nonce(&mut device, Some("d"), "e".into()).unwrap();
        let copied = roll_nonce(&mut device, Some("a"), "f".into());
        assert_eq!(copied.unwrap_err().code(), "sync.copied");
        assert_eq!(device.nonce.as_deref(), Some("e"));
    }
}
