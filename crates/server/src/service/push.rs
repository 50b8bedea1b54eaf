//! Pushing: everything is prepared first; then one short transaction under the workspace's lock
//! re-reads, merges, takes numbers and writes. One bad row never blocks the rest.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use shuke_domain::{
    Collection, DeviceId, HybridClock, Mutant, Scope,
    code::{Code, Failure},
    nouns::Workspace,
    scope::{Reach, Visibility},
    wire::{Number, PUSH_LIMIT, PushReply, PushRequest, PushRow, RowAnswer, RowOutcome, Stood},
};
use uuid::Uuid;

use super::{
    Service,
    clamping::{Clamping, clamping, own_clocks},
    conflict::{Referee, changes_of, erased_with, version_of},
    judge::{Judge, Refusal, people, writers},
    locked, nonce,
    reach::may_change,
    rights::Rights,
    row::{self, Pusher},
    scoping::{self, Moved},
    spoken,
};
use crate::{
    Refused,
    database::{Answered, Aside, Change, DeviceRow, Key, Narrowed, Stored, Tx, WorkspaceRow},
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
        let (early, taken) = self.before_the_lock(&prepared.rows).await?;
        let mut tx = self.database.write().await?;
        let mut workspace = locked(&mut tx).await?;
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
            let nonce = nonce::newest(&device);
            let stood = stood(&mut tx, workspace.number).await?;
            return Ok(PushReply { epoch: workspace.epoch, rows, nonce, stood, now });
        }
        nonce::roll(&mut device, prepared.nonce.as_deref(), self.nonce()?)?;

        let (batch, digest) = (prepared.batch, prepared.digest.clone());
        let keys: Vec<Key> = prepared.rows.iter().map(key_of).collect();
        let writers = prepared.rows.iter().flat_map(writers);
        let rights = Rights::of(&mut tx, &device, &workspace, writers).await?;
        let pusher = Pusher { device: device.id, now };
        let clamping = clamp(&mut tx, &prepared.rows, &device, now).await?;
        let mut current = match early {
            Some(early) => early,
            None => current(&mut tx, &prepared.rows).await?,
        };
        let own = (workspace.device, HybridClock::resume(workspace.clock));
        let mut referee = Referee::prepare(&mut tx, &prepared.rows, &mut current, own, now).await?;
        let people = people(&mut tx, &prepared.rows).await?;
        let judge = Judge { pusher, clamping: &clamping, rights: &rights, people };
        let mut outcome = decide(prepared, &judge, &mut current, &mut referee)?;

        let last = number(&mut tx, &mut outcome, &mut current, (&self.nonce()?, taken)).await?;
        self.append(&mut tx, std::mem::take(&mut outcome.history)).await?;
        write(&mut tx, &outcome, &current, (device.id, batch), now).await?;
        if referee.clock.last() > workspace.clock {
            tx.set_clock(referee.clock.last()).await?;
        }
        let (moved, more) = scope(&mut tx, &mut workspace, &outcome, &current).await?;
        if let Some(narrowed) = workspace.scoping.in_force {
            let reach = rights.reach(&current, narrowed.visibility);
            withhold(&mut tx, narrowed, &reach, &keys, &mut outcome.answers).await?;
        }
        if !Mutant::ClampForgotten.awake() {
            tx.remember_clamps(device.id, &clamping.fresh).await?;
        }
        let answer = serde_json::to_string(&outcome.answers)?;
        tx.keep_answer(device.id, batch, &Answered { digest, answer }, now).await?;
        device.high = clamping.high;
        device.last_seen_at = now;
        tx.touch_device(&device).await?;
        let stood = stood(&mut tx, last.unwrap_or(workspace.number)).await?;
        if Mutant::CommitSkipped.awake() {
            drop(tx);
        } else {
            tx.commit().await?;
        }

        if let Some(last) = moved.last.or(last) {
            let moved = Moved { last: Some(last), ..moved };
            self.announce_moved(&workspace, &moved).await;
        }
        if more {
            self.work.notify_one();
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
            nonce: nonce::newest(&device),
            stood,
            now,
        })
    }
}

impl Service {
    /// What may not happen before the lock is taken, and does not: only two mutants come here.
    async fn before_the_lock(
        &self,
        rows: &[PushRow],
    ) -> Result<(Option<HashMap<Key, Stored>>, Option<Number>), Refused> {
        let mut before = (None, None);
        if Mutant::LockSkipped.awake() {
            let mut tx = self.database.read().await?;
            before.0 = Some(current(&mut tx, rows).await?);
        }
        if Mutant::NumbersApart.awake() {
            let mut tx = self.database.write().await?;
            let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            before.1 = Some(tx.take_numbers(count, Some(&self.nonce()?)).await?);
            tx.commit().await?;
        }
        Ok(before)
    }
}

async fn stood(tx: &mut Tx, number: Number) -> Result<Option<Stood>, Refused> {
    Ok(tx.mark(number).await?.map(|mark| Stood { number, mark }))
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

async fn clamp(
    tx: &mut Tx,
    rows: &[PushRow],
    device: &DeviceRow,
    now: u64,
) -> Result<Clamping, Refused> {
    let own = || rows.iter().flat_map(|row| own_clocks(row, device.id));
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

/// Judges the rows one after the other; each sees what those before it did.
fn decide(
    prepared: Prepared,
    judge: &Judge<'_>,
    current: &mut HashMap<Key, Stored>,
    referee: &mut Referee,
) -> Result<Outcome, Refused> {
    let Judge { pusher, clamping, rights, .. } = judge;
    let mut outcome = Outcome::default();
    let mut changed = HashSet::new();
    let mut eyes = rights.eyes(current);
    for (position, (mut row, size)) in prepared.rows.into_iter().zip(prepared.sizes).enumerate() {
        let key = key_of(&row);
        let stands = current.get(&key);
        let admitted = row::admit(&row, size);
        let sent = (!clamping.is_empty()).then(|| row.clone());
        let mut clamped = Vec::new();
        let changes = changes_of(&row, stands.is_none(), pusher.device);
        let version = version_of(&row, &changes, clamping, pusher.device);
        let verdict = match admitted {
            Err(code) => Err(Refusal::Deny(code.into())),
            Ok(()) => {
                clamped = clamping.apply(&mut row, pusher.device);
                judge.verdict(&row, &key, current)
            }
        };
        let verdict = match verdict {
            // What was accepted once is not lost because it comes by somebody else's hand.
            Err(Refusal::Deny(failure)) if row.offered => Err(Refusal::PutAside(failure.code)),
            verdict => verdict,
        };
        let sent = sent.unwrap_or_else(|| row.clone());
        let answer = |answer, record, failure: Option<Failure>| RowAnswer {
            outcome: answer,
            number: stands.map(|stored| stored.number).unwrap_or_default(),
            record,
            clamped,
            left: false,
            code: failure.as_ref().map(|failure| failure.code.as_str().to_owned()),
            params: failure.map(|failure| failure.params).unwrap_or_default(),
        };
        // Who may not see a record does not learn of it by writing to it: what comes back is what may lie
        // there, as with everything that is pulled.
        let shown = || {
            if Mutant::RefusalShows.awake() {
                return stands.map(|stored| stored.record.clone());
            }
            stands.and_then(|stored| eyes.carried(&stored.record))
        };
        match verdict {
            Err(Refusal::Deny(failure)) => {
                let theirs = shown();
                outcome.answers.push(answer(RowOutcome::Denied, theirs, Some(failure)));
                outcome.keys.push(None);
            }
            Err(Refusal::PutAside(code)) => {
                let body = serde_json::to_string(&sent)?;
                outcome.aside.push(Aside { position, code: code.as_str(), body });
                let theirs = shown();
                outcome.answers.push(answer(RowOutcome::PutAside, theirs, Some(code.into())));
                outcome.keys.push(None);
            }
            Ok(merged) => {
                let told = (merged != sent.record).then(|| eyes.carried(&merged));
                let told = told.flatten().filter(|told| *told != sent.record);
                let kind = if told.is_none() { RowOutcome::Applied } else { RowOutcome::Merged };
                // What they may not hold stands, and leaves their device.
                let left = Collection::find(&key.0).is_some_and(|known| !eyes.may_read(known));
                outcome.answers.push(RowAnswer { left, ..answer(kind, told, None) });
                outcome.keys.push(Some(key.clone()));
                let is_new = version.is_some_and(|version| !referee.knows(&key, version));
                let beside = match stands {
                    Some(stands) if merged.erased => erased_with(stands, current),
                    _ if is_new => referee.note(&row, &key, current)?,
                    _ => Vec::new(),
                };
                let mut written = Vec::new();
                if stands.is_none_or(|stored| stored.record != merged) {
                    let scope = stands.map_or_else(Scope::workspace, |stored| stored.scope.clone());
                    let number = stands.map(|stored| stored.number).unwrap_or_default();
                    written.push((key.clone(), Stored { scope, number, record: merged }));
                }
                if let Some(version) = version
                    && !written.iter().any(|(_, stored)| stored.record.erased)
                    && !stands.is_some_and(|stored| stored.record.erased)
                    && referee.learn(&key, version)
                {
                    let changes = changes_of(&row, stands.is_none(), pusher.device);
                    outcome.history.push(Change {
                        key,
                        stamp: version,
                        number: Number(0),
                        author: row.author,
                        device: pusher.device,
                        at: pusher.now,
                        fields: serde_json::to_string(&changes)?,
                    });
                }
                // The record first, then what came up about it: so they are numbered, and read.
                for (key, stored) in written.into_iter().chain(beside) {
                    if stored.record.erased {
                        outcome.erased.push(key.clone());
                    }
                    if changed.insert(key.clone()) {
                        outcome.changed.push(key.clone());
                    }
                    let decides = rights.rest_on(&key);
                    current.insert(key, stored);
                    if decides {
                        eyes = rights.eyes(current);
                    }
                }
            }
        }
    }
    Ok(outcome)
}

/// Takes as many numbers as records changed, and puts them where they belong. Gives the last.
async fn number(
    tx: &mut Tx,
    outcome: &mut Outcome,
    current: &mut HashMap<Key, Stored>,
    (word, taken): (&str, Option<Number>),
) -> Result<Option<Number>, Refused> {
    let count = i64::try_from(outcome.changed.len()).unwrap_or(i64::MAX);
    let mut last = None;
    if count > 0 {
        let end = match taken {
            Some(taken) => taken,
            None => tx.take_numbers(count, Some(word)).await?,
        };
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

/// Puts what changed where it belongs, and lets follow what hangs on it. `true` if more is to be moved.
async fn scope(
    tx: &mut Tx,
    workspace: &mut WorkspaceRow,
    outcome: &Outcome,
    current: &HashMap<Key, Stored>,
) -> Result<(Moved, bool), Refused> {
    let mut moved = Moved::default();
    let own = (Workspace::COLLECTION.name.to_owned(), workspace.id);
    let mut begun = false;
    if outcome.changed.contains(&own)
        && let Some(stored) = current.get(&own)
    {
        let wanted = Visibility::of(&stored.record.view());
        begun = scoping::choose(&mut workspace.scoping, wanted);
        if begun {
            scoping::begin(tx, &workspace.scoping).await?;
            moved.changed = true;
        }
    }
    if !begun && workspace.scoping.kept().next().is_none() {
        return Ok((moved, false));
    }
    let rows: Vec<&Stored> = outcome.changed.iter().filter_map(|key| current.get(key)).collect();
    scoping::place(tx, &workspace.scoping, &rows, &mut moved).await?;
    let more = scoping::work(tx, workspace, &mut moved).await?;
    let changed = outcome.changed.iter().map(|key| key.0.as_str());
    moved.changed |= may_change(&workspace.scoping, changed);
    Ok((moved, more))
}

/// Of what lies beyond its reach a device hears that it stands, and nothing of what it says.
async fn withhold(
    tx: &mut Tx,
    narrowed: Narrowed,
    reach: &Reach,
    keys: &[Key],
    answers: &mut [RowAnswer],
) -> Result<(), Refused> {
    if *reach == Reach::Whole {
        return Ok(());
    }
    let lying = tx.lying(keys).await?;
    for (key, answer) in keys.iter().zip(answers) {
        let stands = answer.number > Number(0);
        let lies = lying.get(key).and_then(|lies| lies.get(&narrowed.generation));
        if stands && !lies.is_some_and(|places| reach.sees(places)) {
            answer.record = None;
            answer.left = true;
        }
    }
    Ok(())
}
