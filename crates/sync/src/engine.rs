//! One round of sync as a state machine: push what waits, pull what is new in each scope, take out
//! what is no longer this device's, settle.
//!
//! `ask` says what to send, `answer` takes what came of it. Nothing is remembered between rounds
//! that is not in the database, but for the size of a batch. Which scopes there are the server says:
//! at the end of each scope, and when it refuses one. A scope that is new is read from nought; one that
//! is gone is purged last, after what waited was pushed and after everything that stays was read.

use std::collections::{HashMap, HashSet};

use shuke_domain::{
    Code, DeviceId, Record, Scope,
    revocation::Revocation,
    wire::{
        Nudge, Number, PROTOCOL, PULL_LIMIT, PullReply, PullRequest, PushReply, PushRequest,
        Refusal, RenewReply, RenewRequest, RowAnswer, Segment, SegmentsReply, Stood,
    },
};
use shuke_store::{
    Store, apply::Page, identity::NONCE, outbox::Outgoing, purge::Swept, sync_state::Cursor,
};

use crate::{
    segment::{Fetched, Next, SegmentAsk, Segments},
    trouble::Trouble,
};

/// What the engine wants sent.
#[derive(Debug, PartialEq)]
pub enum Ask {
    Push(PushRequest),
    Pull(PullRequest),
    /// Far behind: which segments lie beyond this place.
    List(PullRequest),
    Segment(SegmentAsk),
    /// This data folder is a copy, or was put back: it asks to go on as a device of its own.
    Renew(RenewRequest),
}

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    Pushed(PushReply),
    Pulled(PullReply),
    Listed(SegmentsReply),
    /// What came of the segment that was asked for.
    Fetched(Fetched),
    Renewed(RenewReply),
}

/// What a round did so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub pushed: u64,
    pub pulled: u64,
    /// Rows that still lay beyond the last page.
    pub remaining: u64,
    pub cursor: Number,
    /// The server's word that this device is to retire.
    pub retire: Option<Revocation>,
}

const OFFSET: &str = "clock_offset";
const LARGEST_BATCH: usize = 500;

/// How often the server may say within a round that the scopes are others.
const PATIENCE: u8 = 4;

/// The state of a round.
#[derive(Debug)]
pub struct Engine {
    step: Step,
    /// Scopes whose end was reached in this round.
    ended: HashSet<Scope>,
    /// How far the server says that each scope reaches: what reaches no further is not asked for.
    standing: HashMap<Scope, Number>,
    /// How often this round was told of other scopes.
    told: u8,
    /// The server's time and our own at the last answer.
    heard: (u64, u64),
    /// Rows to push at once: halved when it was too much, doubled while it goes well.
    batch: usize,
    sent: Vec<Outgoing>,
    segments: Segments,
    /// The list or the segment that was asked for last.
    asked: Option<Next>,
    round: Round,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Everything up to this place of the outbox was sent in this round.
    Push {
        after: i64,
    },
    Pull,
    Purge(Swept),
    /// What the people of this device may hold may have become more, or less.
    Rights,
    Scrub,
    Renew,
    Done,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            step: Step::Push { after: 0 },
            ended: HashSet::new(),
            standing: HashMap::new(),
            told: 0,
            heard: (0, 0),
            batch: LARGEST_BATCH,
            sent: Vec::new(),
            segments: Segments::default(),
            asked: None,
            round: Round::default(),
        }
    }
}

impl Engine {
    /// With pages of another size, beyond which segments are asked for: a story need not have thousands of rows.
    #[must_use]
    pub fn with_pages_of(self, rows: usize) -> Self {
        Self { segments: Segments::with_pages_of(rows), ..self }
    }

    /// Begins a new round, whatever became of the last.
    pub fn begin(&mut self) {
        self.step = Step::Push { after: 0 };
        self.sent.clear();
        self.ended.clear();
        self.standing.clear();
        self.told = 0;
        self.segments.forget();
        self.asked = None;
        self.round = Round::default();
    }

    pub fn round(&self) -> &Round {
        &self.round
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
                    let cursors = store.cursors().await?;
                    let Some(request) = self.next(&cursors, store.stood().await?.as_ref()) else {
                        self.step = Step::Purge(Swept::default());
                        continue;
                    };
                    let next = self.segments.next(request);
                    let ask = whole(store, next.clone()).await?;
                    self.asked = Some(next);
                    return Ok(Some(ask));
                }
                Step::Purge(swept) => {
                    let cursors = store.cursors().await?;
                    let Some(lost) = cursors.into_iter().find(|cursor| cursor.lost) else {
                        self.step = Step::Rights;
                        continue;
                    };
                    let next = store.purge_step(&lost.scope, swept, self.heard.0).await?;
                    self.step = Step::Purge(next.unwrap_or_default());
                }
                Step::Rights => {
                    self.step = Step::Scrub;
                    // Rights that were gained cover what was left out so far: once more from the beginning.
                    if store.follow_rights(self.heard.0).await? {
                        self.ended.clear();
                        self.standing.clear();
                        self.step = Step::Pull;
                    }
                }
                Step::Scrub => {
                    if store.scrub_step().await? {
                        continue;
                    }
                    if store.stale().await? > 0 {
                        store.settle(self.heard.0).await?;
                    }
                    store.set_meta("last_pull_at", Some(&self.heard.1.to_string())).await?;
                    store.set_meta(CONTACT, Some(&self.heard.0.to_string())).await?;
                    // What the server lost goes up in the same round, and what a broken page lost here.
                    let offered = store.offer_missing(self.heard.0).await?
                        + store.make_waiting_again(self.heard.0).await?;
                    self.step = if offered > 0 { Step::Push { after: 0 } } else { Step::Done };
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
                let asked = sent.iter().map(|sent| &sent.row.record);
                if reply.rows.len() != sent.len()
                    || !asked.zip(&reply.rows).all(|(asked, answer)| is_about(answer, asked))
                {
                    return Err(Trouble::Stranger);
                }
                self.round.pushed += store.answered(&sent, reply).await?;
                let after = sent.last().map_or(after, |outgoing| outgoing.place);
                self.batch = (self.batch * 2).min(LARGEST_BATCH);
                self.step = Step::Push { after };
            }
            (Answer::Pulled(reply), Step::Pull) => {
                keep_offset(store, reply.now, now).await?;
                self.heard = (reply.now, now);
                self.round.pulled += u64::try_from(reply.rows.len()).unwrap_or_default();
                self.round.cursor = self.round.cursor.max(reply.next);
                self.round.remaining = reply.remaining;
                self.segments.paged(&reply.scope, reply.remaining);
                self.round.retire = reply.retire;
                let (scope, scopes) = (reply.scope.clone(), reply.scopes);
                let cursors = store.cursors().await?;
                let known = cursors.iter().find(|known| known.scope == scope);
                let empty = reply.rows.is_empty() && reply.left.is_empty();
                let unmoved = empty
                    && known.is_some_and(|known| {
                        known.number == reply.next && known.epoch == Some(reply.epoch)
                    });
                if !unmoved {
                    let page = Page {
                        epoch: reply.epoch,
                        scope: reply.scope,
                        rows: reply.rows,
                        left: reply.left,
                        next: reply.next,
                        mark: reply.mark,
                    };
                    store.apply(page, reply.now).await?;
                }
                if reply.last {
                    self.ended.insert(scope.clone());
                    let told = if scopes.is_empty() && scope.is_workspace() {
                        vec![Nudge { scope, number: reply.next }]
                    } else {
                        scopes
                    };
                    self.entitle(store, &cursors, told).await?;
                }
            }
            (Answer::Listed(reply), Step::Pull) => {
                keep_offset(store, reply.now, now).await?;
                self.heard = (reply.now, now);
                match self.asked.take() {
                    Some(Next::List(request)) if request.scope == reply.scope => {
                        self.segments.list(&request, reply);
                    }
                    _ => return Err(Trouble::Stranger),
                }
            }
            (Answer::Fetched(fetched), Step::Pull) => match self.asked.take() {
                Some(Next::Segment(request, segment)) => {
                    self.fetched(store, (request, segment), fetched).await?;
                }
                _ => return Err(Trouble::Stranger),
            },
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
                self.ended.clear();
                self.standing.clear();
                self.segments.forget();
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
            Trouble::Refused(refusal) if refusal.code == Code::ScopeDenied.as_str() => {
                let scopes = scopes_of(refusal);
                self.told += 1;
                if scopes.is_empty() || self.told > PATIENCE {
                    return Ok(false);
                }
                let cursors = store.cursors().await?;
                self.entitle(store, &cursors, scopes).await?;
                Ok(true)
            }
            _ => {
                let of_segments =
                    matches!(self.asked.take(), Some(Next::List(_) | Next::Segment(..)));
                Ok(of_segments && self.segments.failed(trouble))
            }
        }
    }

    /// What will be asked next, once this answer is taken in: it may be fetched meanwhile.
    pub fn ahead(&self, ask: &Ask, answer: &Answer) -> Option<Ask> {
        let next = match (ask, answer) {
            (Ask::Pull(request), Answer::Pulled(page)) => {
                self.segments.after_page(request.after(page)?, page.remaining)
            }
            (Ask::Segment(asked), Answer::Fetched(Fetched::Whole(_))) => {
                self.segments.after(&asked.request, &asked.segment)
            }
            _ => return None,
        };
        Some(match next {
            Next::Page(request) => Ask::Pull(request),
            Next::List(request) => Ask::List(request),
            Next::Segment(request, segment) => {
                Ask::Segment(SegmentAsk { request, segment, had: Vec::new() })
            }
        })
    }

    /// Takes in what is here of a segment: applied as the page that it is, kept until the rest comes, or left.
    async fn fetched(
        &mut self,
        store: &Store,
        (request, segment): (PullRequest, Segment),
        fetched: Fetched,
    ) -> Result<(), Trouble> {
        match fetched {
            Fetched::Part(bytes) => {
                // What brings nothing is no reason to ask again at once.
                if bytes.len() <= store.part(&segment.digest).await?.len() {
                    return Err(Trouble::Unreachable(None));
                }
                store.keep_part(&segment.digest, &bytes).await?;
            }
            Fetched::Spoilt => {
                store.forget_part().await?;
                self.segments.give_up(&request.scope);
            }
            Fetched::Whole(page) => {
                let Some(epoch) = request.epoch else { return Err(Trouble::Stranger) };
                self.round.pulled += u64::try_from(page.rows.len()).unwrap_or_default();
                self.round.cursor = self.round.cursor.max(segment.next);
                self.round.remaining = self.round.remaining.saturating_sub(segment.rows);
                let page = Page {
                    epoch,
                    scope: request.scope,
                    rows: page.rows,
                    left: page.left,
                    next: segment.next,
                    mark: segment.mark,
                };
                store.apply(page, self.heard.0).await?;
            }
        }
        Ok(())
    }

    /// What to pull next: the first scope whose end was not reached; `None` when all were.
    fn next(&self, cursors: &[Cursor], stood: Option<&Stood>) -> Option<PullRequest> {
        let request = |scope: Scope, cursor: Option<&Cursor>| PullRequest {
            protocol: PROTOCOL,
            epoch: cursor.and_then(|cursor| cursor.epoch),
            scope,
            mark: cursor.and_then(|cursor| cursor.mark.clone()),
            stood: stood.cloned(),
            after: cursor.map(|cursor| cursor.number).unwrap_or_default(),
            limit: PULL_LIMIT,
        };
        let mut held = cursors.iter().filter(|cursor| !cursor.lost).peekable();
        if held.peek().is_none() {
            let whole = Scope::workspace();
            return (!self.ended.contains(&whole)).then(|| request(whole, None));
        }
        let next = held.find(|cursor| {
            let reached = self.standing.get(&cursor.scope).is_some_and(|end| *end <= cursor.number);
            let read = cursor.epoch.is_some() && reached;
            !self.ended.contains(&cursor.scope) && !read
        })?;
        Some(request(next.scope.clone(), Some(next)))
    }

    /// Takes over which scopes the server names.
    async fn entitle(
        &mut self,
        store: &Store,
        cursors: &[Cursor],
        told: Vec<Nudge>,
    ) -> Result<(), Trouble> {
        if told.is_empty() {
            return Ok(());
        }
        let scopes: Vec<Scope> = told.iter().map(|told| told.scope.clone()).collect();
        let held: HashSet<&Scope> =
            cursors.iter().filter(|cursor| !cursor.lost).map(|cursor| &cursor.scope).collect();
        // The first page of a device's only scope brings its own cursor.
        let begun = held.is_empty() && scopes.iter().all(Scope::is_workspace);
        if !begun && (held.len() != scopes.len() || !scopes.iter().all(|one| held.contains(one))) {
            store.entitle(&scopes).await?;
        }
        self.standing = told.into_iter().map(|told| (told.scope, told.number)).collect();
        Ok(())
    }
}

/// What is to be asked, with what is here of it.
async fn whole(store: &Store, next: Next) -> Result<Ask, Trouble> {
    Ok(match next {
        Next::Page(request) => Ask::Pull(request),
        Next::List(request) => Ask::List(request),
        Next::Segment(request, segment) => {
            let had = store.part(&segment.digest).await?;
            Ask::Segment(SegmentAsk { request, segment, had })
        }
    })
}

/// Whether what an answer brings along is a version of what was sent.
fn is_about(answer: &RowAnswer, sent: &Record) -> bool {
    let same = |theirs: &Record| (&theirs.collection, theirs.id) == (&sent.collection, sent.id);
    answer.record.as_ref().is_none_or(same)
}

/// The scopes that a refusal names.
fn scopes_of(refusal: &Refusal) -> Vec<Nudge> {
    let scopes = refusal.params.get("scopes").cloned().unwrap_or_default();
    serde_json::from_value(scopes).unwrap_or_default()
}

/// How far the server's clock is ahead of ours, in milliseconds.
pub async fn clock_offset(store: &Store) -> Result<i64, Trouble> {
    Ok(store.meta(OFFSET).await?.and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// When the server was last heard of, by its own clock: what an offline lease runs from.
pub const CONTACT: &str = "contact";

async fn keep_offset(store: &Store, server: u64, now: u64) -> Result<(), Trouble> {
    let offset = i64::try_from(server).unwrap_or_default() - i64::try_from(now).unwrap_or_default();
    let known = clock_offset(store).await?;
    // The time a message takes is no difference of clocks.
    if (offset - known).abs() > 2_000 {
        store.set_meta(OFFSET, Some(&offset.to_string())).await?;
    }
    Ok(())
}
