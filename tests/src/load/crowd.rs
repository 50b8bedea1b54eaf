//! The devices of a load: each with its own connection and stream, a few of them writing.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, bail};
use futures_util::StreamExt as _;
use shuke_domain::{
    Clock, DeviceId, RecordId, Scope, Stamp, edit,
    nouns::Customer,
    wire::{Number, PROTOCOL, PULL_LIMIT, PullRequest, PushRequest, PushRow},
};
use shuke_sync::{Connection, Server};
use tokio::task::JoinSet;

/// A device that was let in.
#[derive(Clone, Debug)]
pub struct Member {
    pub device: DeviceId,
    pub person: RecordId,
    pub token: String,
}

#[derive(Debug)]
struct Seat {
    member: Member,
    connection: Connection,
    nonce: Mutex<Option<String>>,
    /// How far it has heard that the order goes.
    heard: AtomicI64,
    /// When it heard of the latest number.
    at: Mutex<Instant>,
}

#[derive(Debug)]
pub struct Crowd {
    seats: Vec<Arc<Seat>>,
    next: AtomicUsize,
}

const BATCH: usize = 500;

impl Crowd {
    /// Spread over the servers in turn, as a balancer would.
    pub fn of(members: Vec<Member>, urls: &[String]) -> Result<Self> {
        let mut seats = Vec::with_capacity(members.len());
        for (member, url) in members.into_iter().zip(urls.iter().cycle()) {
            let server = Server { url: url.clone(), fingerprint: None };
            let connection = Connection::new(&server, Some(member.token.clone()))?;
            seats.push(Arc::new(Seat {
                member,
                connection,
                nonce: Mutex::default(),
                heard: AtomicI64::new(-1),
                at: Mutex::new(Instant::now()),
            }));
        }
        Ok(Self { seats, next: AtomicUsize::new(0) })
    }

    /// Opens every stream, and reads it for as long as the program runs.
    pub async fn listen(&self, patience: Duration) -> Result<()> {
        for seat in &self.seats {
            let seat = Arc::clone(seat);
            tokio::spawn(async move { seat.listen().await });
        }
        self.until(patience, |seat| seat.heard.load(Ordering::SeqCst) >= 0).await
    }

    async fn until(&self, patience: Duration, done: impl Fn(&Seat) -> bool) -> Result<()> {
        let begun = Instant::now();
        while !self.seats.iter().all(|seat| done(seat)) {
            if begun.elapsed() > patience {
                let missing = self.seats.iter().filter(|seat| !done(seat)).count();
                bail!("{missing} of {} after {patience:?}", self.seats.len());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// One push by one device; how long after its answer each of the others had heard of it.
    pub async fn nudge(&self) -> Result<Vec<Duration>> {
        let writer = self.next.fetch_add(1, Ordering::SeqCst) % self.seats.len();
        let number = self.seats[writer].push(self.rows(&self.seats[writer], 1)).await?;
        let answered = Instant::now();
        self.until(Duration::from_secs(30), |seat| seat.heard.load(Ordering::SeqCst) >= number.0)
            .await?;
        let late = |seat: &Arc<Seat>| {
            let at = *seat.at.lock().unwrap_or_else(PoisonError::into_inner);
            at.saturating_duration_since(answered)
        };
        Ok(self.seats.iter().map(late).collect())
    }

    /// Some write as fast as they can; gives the rows that were merged, and in how long.
    pub async fn write(&self, writers: usize, during: Duration) -> Result<(usize, Duration)> {
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for seat in self.seats.iter().take(writers) {
            let (seat, mut rows) = (Arc::clone(seat), 0);
            let mut ready = Vec::new();
            // Made before the clock runs: it is the servers that are measured.
            for _ in 0..during.as_secs().max(1) * 4 {
                ready.push(self.rows(&seat, BATCH));
            }
            tasks.spawn(async move {
                for batch in ready {
                    if begun.elapsed() > during {
                        break;
                    }
                    rows += batch.len();
                    seat.push(batch).await?;
                }
                Ok::<_, anyhow::Error>(rows)
            });
        }
        let mut rows = 0;
        while let Some(done) = tasks.join_next().await {
            rows += done??;
        }
        Ok((rows, begun.elapsed()))
    }

    /// After an outage: one more push, and everyone pulls the end of the order.
    pub async fn catch_up(&self, patience: Duration) -> Result<()> {
        let number = self.seats[0].push(self.rows(&self.seats[0], 1)).await?;
        self.until(patience, |seat| seat.heard.load(Ordering::SeqCst) >= number.0).await?;
        let mut tasks = JoinSet::new();
        for seat in &self.seats {
            let seat = Arc::clone(seat);
            tasks.spawn(async move { seat.pull_after(Number(number.0 - 1)).await });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(())
    }

    fn rows(&self, seat: &Seat, count: usize) -> Vec<PushRow> {
        (0..count).filter_map(|_| self.row(seat)).collect()
    }

    fn row(&self, seat: &Seat) -> Option<PushRow> {
        let place = self.next.fetch_add(1, Ordering::SeqCst);
        let stamp = Stamp { clock: Clock::at(now()), device: seat.member.device };
        let customer = Customer {
            name: Some("王小明".into()),
            phone: Some(format!("+86138{place:08}")),
            remarks: Some("爱喝茶，不吃香菜".into()),
            ..Customer::default()
        };
        let record =
            edit::create(&customer, RecordId::from_uuid(uuid::Uuid::now_v7()), stamp).ok()?;
        let author = seat.member.person;
        Some(PushRow { record, author, changes: Vec::new(), offered: false })
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl Seat {
    /// Reads nudges; opens the stream again, after a while that differs, where it ends.
    async fn listen(&self) {
        loop {
            if let Ok(events) = self.connection.events().await {
                let mut events = std::pin::pin!(events);
                while let Some(Ok(nudge)) = events.next().await {
                    let before = self.heard.fetch_max(nudge.number.0, Ordering::SeqCst);
                    if nudge.number.0 > before {
                        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
                    }
                }
            }
            let jitter = u64::from(self.member.device.as_bytes()[15]);
            tokio::time::sleep(Duration::from_millis(200 + jitter * 4)).await;
        }
    }

    /// Gives the highest number that its rows took. Asked again while the servers are away.
    async fn push(&self, rows: Vec<PushRow>) -> Result<Number> {
        let nonce = self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let request = PushRequest { protocol: PROTOCOL, batch: uuid::Uuid::new_v4(), nonce, rows };
        let mut tries = 0;
        let reply = loop {
            match self.connection.push(&request).await {
                Ok(reply) => break reply,
                Err(trouble) if trouble.passes() && tries < 100 => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(trouble) => return Err(trouble.into()),
            }
        };
        *self.nonce.lock().unwrap_or_else(PoisonError::into_inner) = Some(reply.nonce);
        if let Some(refused) = reply.rows.iter().find_map(|row| row.code.as_ref()) {
            bail!("refused: {refused}");
        }
        Ok(reply.rows.iter().map(|row| row.number).max().unwrap_or_default())
    }

    async fn pull_after(&self, after: Number) -> Result<()> {
        let request = PullRequest {
            protocol: PROTOCOL,
            epoch: None,
            scope: Scope::workspace(),
            mark: None,
            stood: None,
            after,
            limit: PULL_LIMIT,
        };
        let page = self.connection.pull(&request).await?;
        if page.rows.is_empty() {
            bail!("{} pulled nothing after {}", self.member.device, after.0);
        }
        Ok(())
    }
}
