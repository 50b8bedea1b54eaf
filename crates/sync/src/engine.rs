//! One round of sync as a state machine: push what waits, pull what is new, settle.
//!
//! `ask` says what to send, `answer` takes what came of it. Nothing is remembered between rounds
//! that is not in the database, but for the size of a batch and the place in the outbox.

use shuke_domain::{
    Code, DeviceId, Scope,
    wire::{
        Number, PROTOCOL, PULL_LIMIT, PullReply, PullRequest, PushReply, PushRequest, RenewReply,
        RenewRequest,
    },
};
use shuke_store::{Store, apply::Page, identity::NONCE, outbox::Outgoing};

use crate::trouble::Trouble;

/// What the engine wants sent.
#[derive(Debug)]
pub enum Ask {
    Push(PushRequest),
    Pull(PullRequest),
    /// This data folder is a copy, or was put back: it asks to go on as a device of its own.
    Renew(RenewRequest),
}

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    Pushed(PushReply),
    Pulled(PullReply),
    Renewed(RenewReply),
}

/// What a round did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub pushed: u64,
    pub pulled: u64,
    /// Rows that still lay beyond the last page.
    pub remaining: u64,
    pub cursor: Number,
}

const OFFSET: &str = "clock_offset";
const LARGEST_BATCH: usize = 500;

/// The state of a round.
#[derive(Debug)]
pub struct Engine {
    scope: Scope,
    step: Step,
    /// Rows to push at once: halved when it was too much, doubled while it goes well.
    batch: usize,
    sent: Vec<Outgoing>,
    round: Round,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Everything up to this place of the outbox was sent in this round.
    Push {
        after: i64,
    },
    Pull,
    Renew,
    Done,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            scope: Scope::workspace(),
            step: Step::Push { after: 0 },
            batch: LARGEST_BATCH,
            sent: Vec::new(),
            round: Round::default(),
        }
    }
}

impl Engine {
    /// Begins a new round, whatever became of the last.
    pub fn begin(&mut self) {
        self.step = Step::Push { after: 0 };
        self.sent.clear();
        self.round = Round::default();
    }

    pub fn round(&self) -> Round {
        self.round
    }

    /// What to send next; `None` when the round is done. `batch` is a fresh random id.
    pub async fn ask(&mut self, store: &Store, batch: uuid::Uuid) -> Result<Option<Ask>, Trouble> {
        loop {
            match self.step {
                Step::Push { after } => {
                    self.sent = store.outgoing(after, self.batch).await?;
                    if self.sent.is_empty() {
                        self.step = Step::Pull;
                        continue;
                    }
                    return Ok(Some(Ask::Push(PushRequest {
                        protocol: PROTOCOL,
                        batch,
                        nonce: store.meta(NONCE).await?,
                        rows: self.sent.iter().map(|outgoing| outgoing.row.clone()).collect(),
                    })));
                }
                Step::Pull => {
                    let cursor = store.cursor(&self.scope).await?;
                    return Ok(Some(Ask::Pull(PullRequest {
                        protocol: PROTOCOL,
                        epoch: cursor.as_ref().map(|cursor| cursor.epoch),
                        scope: self.scope.clone(),
                        mark: cursor.as_ref().and_then(|cursor| cursor.mark.clone()),
                        stood: store.stood().await?,
                        after: cursor.map(|cursor| cursor.number).unwrap_or_default(),
                        limit: PULL_LIMIT,
                    })));
                }
                Step::Renew => {
                    // Kept before it is asked for: an answer that is lost is asked for again.
                    let device_id = store.identity_to_be(DeviceId::from_uuid(batch)).await?;
                    return Ok(Some(Ask::Renew(RenewRequest { protocol: PROTOCOL, device_id })));
                }
                Step::Done => return Ok(None),
            }
        }
    }

    /// Takes an answer in. `now` is the system's time in milliseconds, uncorrected.
    pub async fn answer(&mut self, store: &Store, answer: Answer, now: u64) -> Result<(), Trouble> {
        match (answer, self.step) {
            (Answer::Pushed(reply), Step::Push { after }) => {
                keep_offset(store, reply.now, now).await?;
                let sent = std::mem::take(&mut self.sent);
                if reply.rows.len() != sent.len() {
                    return Err(Trouble::Stranger);
                }
                self.round.pushed += store.answered(&sent, reply).await?;
                let after = sent.last().map_or(after, |outgoing| outgoing.place);
                self.batch = (self.batch * 2).min(LARGEST_BATCH);
                self.step = Step::Push { after };
            }
            (Answer::Pulled(reply), Step::Pull) => {
                keep_offset(store, reply.now, now).await?;
                self.round.pulled += u64::try_from(reply.rows.len()).unwrap_or_default();
                self.round.cursor = reply.next;
                self.round.remaining = reply.remaining;
                let known = store.cursor(&self.scope).await?;
                let unmoved =
                    reply.rows.is_empty() && known.is_some_and(|known| known.number == reply.next);
                if !unmoved {
                    let page = Page {
                        epoch: reply.epoch,
                        scope: reply.scope,
                        rows: reply.rows,
                        next: reply.next,
                        mark: reply.mark,
                    };
                    store.apply(page, reply.now).await?;
                }
                if reply.last {
                    if store.stale().await? > 0 {
                        store.settle(reply.now).await?;
                    }
                    store.set_meta("last_pull_at", Some(&now.to_string())).await?;
                    // What the server lost goes up in the same round.
                    let offered = store.offer_missing(reply.now).await?;
                    self.step = if offered > 0 { Step::Push { after: 0 } } else { Step::Done };
                }
            }
            (Answer::Renewed(reply), Step::Renew) => {
                keep_offset(store, reply.now, now).await?;
                store.renew(reply.device_id, reply.seen, reply.member_numbers, reply.now).await?;
                self.step = Step::Push { after: 0 };
            }
            _ => return Err(Trouble::Stranger),
        }
        Ok(())
    }

    /// Learns from a failure. `true` when the same round may go on at once.
    pub async fn failed(&mut self, store: &Store, trouble: &Trouble) -> Result<bool, Trouble> {
        match trouble {
            Trouble::TooLarge if self.batch > 1 => {
                self.batch /= 2;
                Ok(true)
            }
            // Another life of the server's order, after a restore: everything is read again.
            Trouble::Refused(refusal) if refusal.code == Code::SyncEpoch.as_str() => {
                store.read_again().await?;
                self.step = Step::Pull;
                Ok(true)
            }
            Trouble::Refused(refusal)
                if refusal.code == Code::SyncCopied.as_str()
                    && matches!(self.step, Step::Push { .. }) =>
            {
                self.step = Step::Renew;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// How far the server's clock is ahead of ours, in milliseconds.
pub async fn clock_offset(store: &Store) -> Result<i64, Trouble> {
    Ok(store.meta(OFFSET).await?.and_then(|text| text.parse().ok()).unwrap_or_default())
}

async fn keep_offset(store: &Store, server: u64, now: u64) -> Result<(), Trouble> {
    let offset = i64::try_from(server).unwrap_or_default() - i64::try_from(now).unwrap_or_default();
    let known = clock_offset(store).await?;
    // The time a message takes is no difference of clocks.
    if (offset - known).abs() > 2_000 {
        store.set_meta(OFFSET, Some(&offset.to_string())).await?;
    }
    Ok(())
}
