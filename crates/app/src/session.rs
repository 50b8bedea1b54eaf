//! An open workspace: the file, who is at work, and what runs beside.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde::{Serialize, de::DeserializeOwned};
use shuke_domain::Fen;
use shuke_domain::{
    Code, Collection, Failure, RecordId, Role,
    day::Calendar,
    nouns::{Noun, Person, Workspace},
    points::PointsRule,
    tier::{self, Standing, Tier},
};
use shuke_store::{Author, Store, StoreError, Write};
use shuke_sync::{Background, Connection, Server};
use tokio::{sync::broadcast, task::JoinHandle};

use crate::{Event, grid::HeldView, home};

/// Who works where on which replica. Kept in the file's own notes, never synced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Identity {
    pub workspace: RecordId,
    pub store: Option<RecordId>,
    pub person: RecordId,
    pub device: RecordId,
}

#[derive(Debug)]
pub struct Session {
    pub(crate) store: Arc<Store>,
    pub(crate) identity: Identity,
    pub(crate) demo: bool,
    pub(crate) background: Option<Arc<Background>>,
    pub(crate) server: Option<Server>,
    pub(crate) view: Mutex<Option<Arc<HeldView>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Session {
    pub(crate) fn new(
        store: Arc<Store>,
        identity: Identity,
        demo: bool,
        server: Option<(Server, Connection)>,
    ) -> Arc<Self> {
        let (server, background) = match server {
            Some((server, connection)) => {
                (Some(server), Some(Background::new(Arc::clone(&store), connection)))
            }
            None => (None, None),
        };
        Arc::new(Self {
            store,
            identity,
            demo,
            background,
            server,
            view: Mutex::new(None),
            tasks: Mutex::new(Vec::new()),
        })
    }

    /// Starts what runs beside: sync, the watch for other processes' writes, idle upkeep.
    pub(crate) fn start(self: &Arc<Self>, events: &broadcast::Sender<Event>, sync: bool) {
        let mut tasks = vec![tokio::spawn(watch(Arc::downgrade(self), events.clone()))];
        if let Some(background) = self.background.as_ref().filter(|_| sync) {
            tasks.push(background.spawn());
            tasks.push(tokio::spawn(watch_sync(Arc::clone(background), events.clone())));
        }
        if let Ok(mut held) = self.tasks.lock() {
            held.extend(tasks);
        }
    }

    pub(crate) async fn close(&self) -> Result<(), Failure> {
        if let Ok(mut tasks) = self.tasks.lock() {
            tasks.drain(..).for_each(|task| task.abort());
        }
        Ok(self.store.close().await?)
    }

    /// The system's time, corrected by what the server's clock said last, in milliseconds.
    pub(crate) async fn now(&self) -> Result<u64, Failure> {
        let offset = shuke_sync::engine::clock_offset(&self.store).await.unwrap_or_default();
        Ok(system_time().saturating_add_signed(offset))
    }

    pub(crate) async fn write(&self) -> Result<Write, Failure> {
        Ok(self.store.write(self.now().await?).await?)
    }

    /// Commits and lets sync know.
    pub(crate) async fn commit(&self, write: Write) -> Result<(), Failure> {
        write.commit().await?;
        if let Some(background) = &self.background {
            background.wake();
        }
        Ok(())
    }

    pub(crate) fn author(&self) -> Author {
        Author(Some(self.identity.person))
    }

    pub(crate) async fn role(&self) -> Result<Role, Failure> {
        let role = match self.store.record(Person::COLLECTION, self.identity.person).await? {
            Some(stored) if stored.record.is_deleted() => None,
            Some(stored) => stored.record.view::<Person>().role,
            // Just joined: the person's own record comes with the first pull.
            None => self.store.meta(home::ROLE).await?,
        };
        Ok(role.as_deref().and_then(Role::parse).unwrap_or(Role::ReadOnly))
    }

    /// Refuses where the signed-in person's role may not write the collection; the server asks again.
    pub(crate) async fn may_write(&self, collection: &'static Collection) -> Result<(), Failure> {
        let role = self.role().await?;
        if collection.may_write(role) {
            return Ok(());
        }
        Err(Failure::new(Code::RightMissing)
            .with("role", role.as_str())
            .with("collection", collection.name))
    }

    /// Refuses where the signed-in person's role may not read the collection.
    pub(crate) async fn may_read(&self, collection: &'static Collection) -> Result<(), Failure> {
        let role = self.role().await?;
        if collection.may_read(role) {
            return Ok(());
        }
        Err(Failure::new(Code::RightMissing)
            .with("role", role.as_str())
            .with("collection", collection.name))
    }

    /// A record's typed view, if it is there and lives.
    pub(crate) async fn record<N: Noun>(
        &self,
        id: impl Into<RecordId>,
    ) -> Result<Option<N>, Failure> {
        let stored = self.store.record(N::COLLECTION, id.into()).await?;
        Ok(stored.filter(|stored| !stored.record.is_deleted()).map(|stored| stored.record.view()))
    }

    /// What people and stores are called, by their ids.
    pub(crate) async fn names(&self) -> Result<HashMap<RecordId, String>, Failure> {
        let mut names = HashMap::new();
        for collection in [Person::COLLECTION, shuke_domain::nouns::Store::COLLECTION] {
            for record in self.store.all(collection).await? {
                names.insert(record.id, record.text("name").unwrap_or_default().to_owned());
            }
        }
        Ok(names)
    }

    /// Whether there is a server that hands out who sees what.
    pub(crate) fn shared(&self) -> bool {
        self.server.is_some()
    }

    pub(crate) async fn workspace(&self) -> Result<Workspace, Failure> {
        Ok(self.record(self.identity.workspace).await?.unwrap_or_default())
    }

    pub(crate) async fn rules(&self) -> Result<Rules, Failure> {
        let workspace = self.workspace().await?;
        Ok(Rules {
            shared: self.server.is_some(),
            calendar: Calendar::of(&workspace),
            ladder: parse(workspace.tiers.as_ref()).unwrap_or_else(tier::default_ladder),
            points: parse(workspace.points_rule.as_ref()).unwrap_or_default(),
            region: workspace.region.unwrap_or_else(|| "CN".to_owned()),
        })
    }
}

/// The workspace's rules, read together because they are used together.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Whether there is a server that anything could wait for.
    pub(crate) shared: bool,
    pub(crate) calendar: Calendar,
    pub(crate) ladder: Vec<Tier>,
    pub(crate) points: PointsRule,
    pub(crate) region: String,
}

impl Rules {
    pub(crate) fn standing(&self, spent_12_months: i64) -> Standing {
        tier::standing(&self.ladder, Fen(spent_12_months))
    }

    pub(crate) fn tier(&self, spent_12_months: i64) -> String {
        self.standing(spent_12_months).tier
    }
}

fn parse<T: DeserializeOwned>(value: Option<&serde_json::Value>) -> Option<T> {
    serde_json::from_value(value?.clone()).ok()
}

pub(crate) fn system_time() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

pub(crate) fn fresh_id() -> RecordId {
    RecordId::from_uuid(uuid::Uuid::now_v7())
}

/// Where nobody pauses, what pauses are for is done all the same.
const LONGEST_HASTE: Duration = Duration::from_secs(10);

/// Tells views what this and other processes wrote. Own commits are told at once; those of others
/// are looked for, because SQLite has no way to say.
async fn watch(session: std::sync::Weak<Session>, events: broadcast::Sender<Event>) {
    let Some(held) = session.upgrade() else { return };
    let mut own = held.store.announcements();
    let mut turn = held.store.turn().await.unwrap_or_default();
    let mut settled = 0_u64;
    // Since when there is something for a pause to do; at the start there always is.
    let mut written = Some(Instant::now());
    drop(held);
    loop {
        let mut quiet = false;
        tokio::select! {
            tags = own.recv() => match tags {
                Ok(tags) => {
                    written.get_or_insert_with(Instant::now);
                    let _ = events.send(Event::Touched(tags.into_iter().map(str::to_owned).collect()));
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            },
            () = tokio::time::sleep(Duration::from_millis(700)) => quiet = true,
        }
        let Some(session) = session.upgrade() else { return };
        if let Ok((last, tags)) = session.store.touched_since(turn).await
            && last > turn
        {
            turn = last;
            written.get_or_insert_with(Instant::now);
            let _ = events.send(Event::Touched(tags));
        }
        if written.is_some_and(|since| quiet || since.elapsed() > LONGEST_HASTE) {
            written = None;
            if let Err(error) = pause(&session.store).await {
                log_upkeep(&error);
            }
        }
        // A new day moves the twelve-month window; a kill may have left figures stale.
        let now = system_time();
        if now.saturating_sub(settled) > 600_000 {
            settled = now;
            if let Err(error) = upkeep(&session.store, now).await {
                log_upkeep(&error);
            }
            if let Err(error) = crate::history::prune(&session, now).await {
                tracing::warn!(%error, "history could not be pruned");
            }
        }
    }
}

/// Between two customers: what the next search or the next sale would otherwise wait for.
async fn pause(store: &Store) -> Result<(), StoreError> {
    store.recall_served().await?;
    store.checkpoint().await
}

async fn upkeep(store: &Store, now: u64) -> Result<(), StoreError> {
    store.settle(now).await?;
    // What was erased here, or purged before a kill, leaves the file itself.
    while store.scrub_step().await? {}
    Ok(())
}

fn log_upkeep(error: &StoreError) {
    tracing::warn!(%error, "not tidied up");
}

async fn watch_sync(background: Arc<Background>, events: broadcast::Sender<Event>) {
    let mut snapshots = background.snapshots();
    while snapshots.changed().await.is_ok() {
        let pulling = snapshots.borrow_and_update().pulling;
        if let Some((done, remaining)) = pulling {
            let _ = events.send(Event::Progress { what: "pull", done, all: done + remaining });
        }
        let _ = events.send(Event::Touched(vec!["sync".to_owned()]));
    }
}
