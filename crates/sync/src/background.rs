//! Sync for as long as the app runs: a round at the start, after each local change, at each nudge
//! and by a timer; after a failure again later, with more patience each time and a little chance.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::StreamExt as _;
use rand::Rng as _;
use shuke_domain::revocation::Revocation;
use shuke_store::Store;
use tokio::{
    sync::{Mutex, Notify, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    connection::Connection,
    engine::{Answer, Ask, Engine, Round},
    trouble::Trouble,
};

/// How long nothing is asked when nothing happens.
const QUIET: Duration = Duration::from_secs(60);
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(120);

/// Whether the server can be reached, as far as the last try knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    #[default]
    Idle,
    Working,
    Offline,
    /// A person is needed; the code says why.
    Stuck,
}

/// What is known of the running sync, for the status bar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub phase: Phase,
    /// Rows pulled in this round and rows still to come.
    pub pulling: Option<(u64, u64)>,
    pub problem: Option<String>,
    /// Milliseconds since 1970.
    pub last_sync_at: Option<u64>,
    /// What was said of this device's end. Said is not true: who acts on it checks the signature.
    pub revocation: Option<Revocation>,
}

/// The running sync of one enrolled replica.
#[derive(Debug)]
pub struct Background {
    store: Arc<Store>,
    connection: Connection,
    engine: Mutex<Engine>,
    wake: Notify,
    snapshot: watch::Sender<Snapshot>,
}

impl Background {
    pub fn new(store: Arc<Store>, connection: Connection) -> Arc<Self> {
        let (snapshot, _) = watch::channel(Snapshot::default());
        Arc::new(Self {
            store,
            connection,
            engine: Mutex::default(),
            wake: Notify::new(),
            snapshot,
        })
    }

    pub fn snapshots(&self) -> watch::Receiver<Snapshot> {
        self.snapshot.subscribe()
    }

    /// Asks for a round soon: something was written.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// One whole round, now. Rounds never overlap.
    pub async fn round(&self) -> Result<Round, Trouble> {
        let mut engine = self.engine.lock().await;
        self.snapshot.send_modify(|snapshot| snapshot.phase = Phase::Working);
        let result = self.run(&mut engine).await;
        self.snapshot.send_modify(|snapshot| {
            snapshot.pulling = None;
            match &result {
                Ok(round) => {
                    snapshot.phase = Phase::Idle;
                    snapshot.problem = None;
                    snapshot.revocation.clone_from(&round.retire);
                    snapshot.last_sync_at = Some(now());
                }
                Err(trouble) => {
                    snapshot.phase = if trouble.passes() { Phase::Offline } else { Phase::Stuck };
                    snapshot.problem = (!trouble.passes()).then(|| trouble.code().to_owned());
                    snapshot.revocation = trouble.revocation();
                }
            }
        });
        result
    }

    async fn run(&self, engine: &mut Engine) -> Result<Round, Trouble> {
        engine.begin();
        let mut ahead = None;
        loop {
            let Some(ask) = engine.ask(&self.store, uuid::Uuid::new_v4()).await? else {
                return Ok(engine.round().clone());
            };
            let answer = match ahead.take() {
                Some((asked, answer)) if asked == ask => answer,
                _ => self.carry(&ask).await,
            };
            match answer {
                Ok(answer) => {
                    let renewed = match &answer {
                        Answer::Renewed(reply) => Some(reply.device_id),
                        _ => None,
                    };
                    // The next page comes down while this one is written.
                    let next = engine.ahead(&ask, &answer);
                    let fetched = async {
                        let next = next?;
                        let answer = self.carry(&next).await;
                        Some((next, answer))
                    };
                    let (taken, fetched) =
                        tokio::join!(engine.answer(&self.store, answer, now()), fetched);
                    taken?;
                    ahead = fetched;
                    if let Some(device) = renewed {
                        self.connection.become_device(device);
                    }
                }
                Err(trouble) => {
                    if !engine.failed(&self.store, &trouble).await? {
                        return Err(trouble);
                    }
                }
            }
            let round = engine.round();
            if round.remaining > 0 {
                self.snapshot.send_modify(|snapshot| {
                    snapshot.pulling = Some((round.pulled, round.remaining));
                });
            }
        }
    }

    /// Sends what is asked for, and gives what comes of it.
    async fn carry(&self, ask: &Ask) -> Result<Answer, Trouble> {
        Ok(match ask {
            Ask::Push(request) => Answer::Pushed(self.connection.push(request).await?),
            Ask::Pull(request) => Answer::Pulled(self.connection.pull(request).await?),
            Ask::List(request) => Answer::Listed(self.connection.segments(request).await?),
            Ask::Segment(asked) => Answer::Fetched(self.connection.segment(asked).await?),
            Ask::Renew(request) => Answer::Renewed(self.connection.renew(request).await?),
        })
    }

    /// Runs until the returned task is aborted.
    pub fn spawn(self: &Arc<Self>) -> JoinHandle<()> {
        let listener = Arc::clone(self);
        let driver = Arc::clone(self);
        tokio::spawn(async move {
            tokio::join!(driver.drive(), listener.listen());
        })
    }

    async fn drive(&self) {
        let mut retry = FIRST_RETRY;
        loop {
            let wait = match self.round().await {
                Ok(_) => {
                    retry = FIRST_RETRY;
                    QUIET
                }
                Err(trouble) => {
                    tracing::info!(code = trouble.code(), "sync did not go through");
                    let asked = match trouble {
                        Trouble::Later { seconds: Some(seconds) } => {
                            Duration::from_secs(seconds.min(600))
                        }
                        _ => Duration::ZERO,
                    };
                    let wait = retry.max(asked);
                    retry = (retry * 2).min(LAST_RETRY);
                    wait
                }
            };
            // Thousands of devices that lost one server must not all come back in one second.
            let jitter = rand::rng().random_range(0.8..1.2);
            let _ = timeout(wait.mul_f64(jitter), self.wake.notified()).await;
            // A burst of edits goes up as one batch.
            sleep(Duration::from_millis(150)).await;
        }
    }

    /// Listens for nudges; each one that says more than we have asks for a round.
    async fn listen(&self) {
        let mut retry = FIRST_RETRY;
        loop {
            if let Ok(mut events) = self.connection.events().await {
                retry = FIRST_RETRY;
                // The server sends a comment every quarter of a minute: longer silence is a dead line.
                while let Some(Ok(nudge)) = events.next().await {
                    let known = self.store.cursor(&nudge.scope).await.ok().flatten();
                    if known.is_none_or(|cursor| cursor.number < nudge.number) {
                        self.wake();
                    }
                }
            }
            let jitter = rand::rng().random_range(0.8..1.2);
            sleep(retry.mul_f64(jitter)).await;
            retry = (retry * 2).min(LAST_RETRY);
        }
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
