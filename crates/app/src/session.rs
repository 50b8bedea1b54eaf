//! An open workspace: the file, who is at work, and what runs beside.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shuke_domain::Fen;
use shuke_domain::{
    Code, Collection, Edit, Eyes, Failure, Guards, Record, RecordId, Role, Roles,
    day::Calendar,
    nouns::{Device, Noun, Person, Workspace},
    rights::{self, Writer},
    scope::{Onlooker, Visibility},
    tier::{self, Standing, Tier},
};
use shuke_keys::KeyPlace;
use shuke_store::{Author, Lens, Store, StoreError, Write, lens, rules, totals::Totals};
use shuke_sync::{Background, Connection, Server};
use tokio::{sync::broadcast, task::JoinHandle};

use crate::{
    App, Event, SystemClock,
    backup::daily,
    clock::{Seen, WRITTEN_EVERY},
    ending,
    gate::Gate,
    grid::HeldView,
    home, intake, settings,
};

/// Who works where on which replica. Kept in the file's own notes, never synced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Identity {
    pub workspace: RecordId,
    pub store: Option<RecordId>,
    pub person: RecordId,
    pub device: RecordId,
}

/// The open workspace as somebody has it before them: the file, whole or as far as it is theirs.
///
/// [`App::session`](crate::App::session) gives it as the signed-in person sees it. What runs beside and what is
/// done while nobody is signed in have it whole.
#[derive(Debug)]
pub struct Session {
    house: Arc<House>,
    pub(crate) store: Arc<Store>,
}

/// What all sessions of an open workspace share.
#[derive(Debug)]
pub struct House {
    /// The whole file.
    whole: Arc<Store>,
    at_work: Mutex<Option<AtWork>>,
    pub(crate) identity: Identity,
    pub(crate) demo: bool,
    /// Where its keys lie.
    pub(crate) place: KeyPlace,
    pub(crate) background: Option<Arc<Background>>,
    pub(crate) server: Option<Server>,
    pub(crate) view: Mutex<Option<Arc<HeldView>>>,
    pub(crate) gate: Gate,
    pub(crate) seen: Seen,
    /// The last contact that was taken in, in the server's milliseconds.
    pub(crate) heard: AtomicU64,
    clock: SystemClock,
    offset: AtomicI64,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// What the signed-in person was last found to see.
#[derive(Clone, Debug)]
struct AtWork {
    person: RecordId,
    /// The team as it was then.
    turn: u64,
    /// `None` where it is everything.
    store: Option<Arc<Store>>,
}

impl Deref for Session {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl Session {
    pub(crate) fn new(
        store: Arc<Store>,
        identity: Identity,
        (demo, place): (bool, KeyPlace),
        server: Option<(Server, Connection)>,
        (clock, seen): (SystemClock, u64),
    ) -> Arc<Self> {
        let (server, background) = match server {
            Some((server, connection)) => {
                (Some(server), Some(Background::new(Arc::clone(&store), connection)))
            }
            None => (None, None),
        };
        let house = Arc::new(House {
            whole: Arc::clone(&store),
            at_work: Mutex::new(None),
            identity,
            demo,
            place,
            background,
            server,
            view: Mutex::new(None),
            gate: Gate::default(),
            seen: Seen::from(seen),
            heard: AtomicU64::new(0),
            clock,
            offset: AtomicI64::new(0),
            tasks: Mutex::new(Vec::new()),
        });
        Arc::new(Self { house, store })
    }

    /// As the signed-in person sees it. Looked up anew when another one is, or when the team has changed: who sees
    /// everything is asked of memory alone.
    pub(crate) async fn at_work(self: Arc<Self>) -> Result<Arc<Self>, Failure> {
        let (person, turn) = (self.person(), self.whole.team_turn());
        let held = self.held_at_work()?;
        let known = held.as_ref().filter(|held| held.person == person && held.turn == turn);
        let store = match known {
            Some(known) => known.store.clone(),
            None => self.look_through(person, turn, held.and_then(|held| held.store)).await?,
        };
        Ok(match store {
            None => self,
            Some(store) => Arc::new(Self { house: Arc::clone(&self.house), store }),
        })
    }

    /// The whole file, whoever is signed in: for what is about the file and shows nothing of what is in it.
    pub(crate) fn whole(&self) -> &Arc<Store> {
        &self.house.whole
    }

    /// The store and, where it must be said, the owner of a new customer: so that who makes them sees them.
    pub(crate) fn home_of_new(&self) -> [(&'static str, Option<RecordId>); 2] {
        let lens = self.store.lens();
        let store = lens.and_then(Lens::store).or(self.identity.store);
        [("store", store), ("owner", lens.and_then(Lens::owner))]
    }

    fn held_at_work(&self) -> Result<Option<AtWork>, Failure> {
        Ok(self.at_work.lock().map_err(|_| Failure::new(Code::Internal))?.clone())
    }

    async fn look_through(
        &self,
        person: RecordId,
        turn: u64,
        before: Option<Arc<Store>>,
    ) -> Result<Option<Arc<Store>>, Failure> {
        let visibility = Visibility::of(&self.workspace().await?);
        let store = self.record::<Person>(person).await?.and_then(|person| person.store);
        let lens = Lens::of(Onlooker { person, role: self.role().await?, store }, visibility);
        if lens.as_ref() != before.as_deref().and_then(Store::lens) {
            // What is being looked at was counted for somebody else.
            *self.view.lock().map_err(|_| Failure::new(Code::Internal))? = None;
        }
        let store = match lens {
            None => None,
            Some(lens) => match before.clone().filter(|before| before.lens() == Some(&lens)) {
                Some(same) => Some(same),
                None => Some(Arc::new(self.whole.through(lens).await?)),
            },
        };
        let now = AtWork { person, turn, store: store.clone() };
        *self.at_work.lock().map_err(|_| Failure::new(Code::Internal))? = Some(now);
        if let Some(before) =
            before.filter(|before| store.as_ref().is_none_or(|now| !Arc::ptr_eq(before, now)))
        {
            // What still reads through it ends first.
            tokio::spawn(async move { before.close_readers().await });
        }
        Ok(store)
    }

    /// Refuses, where a record was not found, and says so when it is there for others.
    pub(crate) async fn explain(&self, failure: Failure) -> Failure {
        if self.store.lens().is_none() || !MISSED.contains(&failure.code) {
            return failure;
        }
        let id = failure.params.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        let Some(id) = id else { return failure };
        for collection in Collection::all() {
            match self.whole.record(collection, id).await {
                Ok(Some(_)) => return lens::out_of_sight(id),
                Ok(None) => {}
                Err(error) => return error.into(),
            }
        }
        failure
    }

    /// Starts what runs beside: sync, the watch for other processes' writes, idle upkeep.
    pub(crate) fn start(
        self: &Arc<Self>,
        app: Weak<App>,
        events: &broadcast::Sender<Event>,
        sync: bool,
    ) {
        let mut tasks = vec![tokio::spawn(watch(Arc::downgrade(self), events.clone()))];
        if let Some(background) = self.background.as_ref().filter(|_| sync) {
            tasks.push(background.spawn());
            tasks.push(tokio::spawn(watch_sync(Arc::clone(background), app, events.clone())));
        }
        if sync {
            tasks.push(tokio::spawn(keep_backups(Arc::downgrade(self), events.clone())));
            tasks.push(tokio::spawn(intake::keep(Arc::downgrade(self), events.clone())));
        }
        if let Ok(mut held) = self.tasks.lock() {
            held.extend(tasks);
        }
    }

    pub(crate) async fn close(&self) -> Result<(), Failure> {
        if let Ok(mut tasks) = self.tasks.lock() {
            tasks.drain(..).for_each(|task| task.abort());
        }
        if let Some(narrowed) = self.held_at_work()?.and_then(|held| held.store) {
            narrowed.close_readers().await;
        }
        if self.server.is_some() || self.gate.is_guarded() {
            self.keep_time().await?;
        }
        Ok(self.whole.close().await?)
    }

    /// The system's time, corrected by what the server's clock said last, in milliseconds.
    pub(crate) async fn now(&self) -> Result<u64, Failure> {
        let offset = shuke_sync::engine::clock_offset(&self.store).await.unwrap_or_default();
        self.offset.store(offset, Ordering::Relaxed);
        Ok(self.clock.now().saturating_add_signed(offset))
    }

    /// The same by the offset that was last read, without asking the file.
    pub(crate) fn about_now(&self) -> u64 {
        self.clock.now().saturating_add_signed(self.offset.load(Ordering::Relaxed))
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
        Author(Some(self.person()))
    }

    /// Who is signed in; whoever was enrolled, where nobody has to sign in.
    pub(crate) fn person(&self) -> RecordId {
        self.gate.person().unwrap_or(self.identity.person)
    }

    pub(crate) async fn role(&self) -> Result<Role, Failure> {
        match self.store.record(Person::COLLECTION, self.person()).await? {
            Some(stored) if stored.record.is_deleted() => Ok(Role::ReadOnly),
            Some(stored) => Ok(rights::role_of(&stored.record)),
            // Just joined: the person's own record comes with the first pull.
            None => {
                let told = self.store.meta(home::ROLE).await?;
                Ok(told.as_deref().and_then(Role::parse).unwrap_or(Role::ReadOnly))
            }
        }
    }

    /// What the signed-in person sees.
    pub(crate) async fn eyes(&self) -> Result<Eyes, Failure> {
        Ok(Eyes::of(self.role().await?, Guards::of(&self.workspace().await?)))
    }

    /// Refuses where the signed-in person's role may not read the collection.
    pub(crate) async fn may_read(&self, collection: &'static Collection) -> Result<(), Failure> {
        let role = self.role().await?;
        if collection.may_read(role) {
            return Ok(());
        }
        Err(missing(role).with("collection", collection.name))
    }

    /// Refuses whoever has none of these roles.
    pub(crate) async fn must_be(&self, roles: Roles) -> Result<Role, Failure> {
        let role = self.role().await?;
        if roles.contains(role) { Ok(role) } else { Err(missing(role)) }
    }

    /// Refuses what the signed-in person may not make of a record, field by field; the server asks again.
    pub(crate) async fn may_change(
        &self,
        before: Option<&Record>,
        after: &Record,
    ) -> Result<(), Failure> {
        let writer = Writer { person: self.person(), role: self.role().await? };
        let guards = Guards::of(&self.workspace().await?);
        rights::may_change(writer, &guards, (before, after))
    }

    /// Edits a record as far as the signed-in person may.
    pub(crate) async fn edit(
        &self,
        write: &mut Write,
        collection: &'static Collection,
        id: RecordId,
        edit: &Edit,
    ) -> Result<(), Failure> {
        let stored = write.find(collection, id).await?;
        let missing = || Failure::new(Code::RecordNotFound).with("id", id.to_string());
        let before = stored.ok_or_else(missing)?.record;
        let (after, _) = edit.apply(&before, write.stamp())?;
        self.may_change(Some(&before), &after).await?;
        write.edit(collection, id, edit, self.author()).await?;
        Ok(())
    }

    /// Refuses where the signed-in person's role may not write the collection; the server asks again.
    pub(crate) async fn may_write(&self, collection: &'static Collection) -> Result<(), Failure> {
        let role = self.role().await?;
        if collection.may_write(role) {
            return Ok(());
        }
        Err(missing(role).with("collection", collection.name))
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
        let named =
            [Person::COLLECTION, shuke_domain::nouns::Store::COLLECTION, Device::COLLECTION];
        for collection in named {
            for record in self.store.all(collection).await? {
                names.extend(record.text("name").map(|name| (record.id, name.to_owned())));
            }
        }
        Ok(names)
    }

    pub(crate) async fn workspace(&self) -> Result<Workspace, Failure> {
        Ok(self.record(self.identity.workspace).await?.unwrap_or_default())
    }

    pub(crate) async fn rules(&self) -> Result<Rules, Failure> {
        let workspace = self.workspace().await?;
        Ok(Rules {
            shared: self.server.is_some(),
            earn: self.store.rules(self.now().await?).await?,
            calendar: Calendar::of(&workspace),
            ladder: parse(workspace.tiers.as_ref()).unwrap_or_else(tier::default_ladder),
            region: workspace.region.unwrap_or_else(|| "CN".to_owned()),
        })
    }
}

/// What is said of a record that is not there.
const MISSED: &[Code] = &[
    Code::RecordNotFound,
    Code::CustomerNotFound,
    Code::SaleNotFound,
    Code::TaskNotFound,
    Code::ConflictNotFound,
];

fn missing(role: Role) -> Failure {
    Failure::new(Code::RightMissing).with("role", role.as_str())
}

/// The workspace's rules, read together because they are used together.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Whether there is a server that anything could wait for.
    pub(crate) shared: bool,
    pub(crate) calendar: Calendar,
    pub(crate) ladder: Vec<Tier>,
    /// What sales earn, and what figures depend on besides.
    pub(crate) earn: rules::Rules,
    pub(crate) region: String,
}

impl Rules {
    pub(crate) fn standing(&self, totals: &Totals) -> Standing {
        tier::kept(&self.ladder, Fen(totals.spent_12_months), Fen(totals.tier_spent()))
    }

    /// The standing once so much more is spent.
    pub(crate) fn standing_after(&self, totals: &Totals, more: Fen) -> Standing {
        let spent = Fen(totals.spent_12_months) + more;
        tier::kept(&self.ladder, spent, spent.max(Fen(totals.tier_spent())))
    }

    /// The tier of what it follows: see `Totals::tier_spent`.
    pub(crate) fn tier(&self, tier_spent: i64) -> String {
        tier::standing(&self.ladder, Fen(tier_spent)).tier
    }
}

fn parse<T: DeserializeOwned>(value: Option<&Value>) -> Option<T> {
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
async fn watch(session: Weak<Session>, events: broadcast::Sender<Event>) {
    let Some(held) = session.upgrade() else { return };
    let mut own = held.store.announcements();
    let mut turn = held.store.turn().await.unwrap_or_default();
    let mut settled = 0_u64;
    let (mut looked, mut kept) = (Instant::now(), Instant::now());
    // Since when there is something for a pause to do; at the start there always is.
    let mut written = Some(Instant::now());
    drop(held);
    loop {
        let mut quiet = false;
        tokio::select! {
            tags = own.recv() => match tags {
                Ok(tags) => {
                    written.get_or_insert_with(Instant::now);
                    if tags.contains(&"team")
                        && let Some(session) = session.upgrade()
                    {
                        look(&session, &events).await;
                        if let Err(error) = settings::take_over(&session, &events).await {
                            tracing::warn!(%error, "not set up as the machine before");
                        }
                    }
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
            if tags.iter().any(|tag| tag == "team") {
                session.store.turn_team();
            }
            if tags.iter().any(|tag| tag == "team" || tag == "sync") {
                looked = Instant::now();
                look(&session, &events).await;
            }
            let _ = events.send(Event::Touched(tags));
        }
        if looked.elapsed() > LOOKED_EVERY {
            looked = Instant::now();
            look(&session, &events).await;
        }
        if kept.elapsed() > WRITTEN_EVERY && (session.server.is_some() || session.gate.is_guarded())
        {
            kept = Instant::now();
            if let Err(error) = session.keep_time().await {
                tracing::warn!(%error, "the time was not noted");
            }
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

/// How often it is looked whether a backup is due; the first time only after the start is over.
const BACKUPS_EVERY: Duration = Duration::from_secs(600);

async fn keep_backups(session: Weak<Session>, events: broadcast::Sender<Event>) {
    loop {
        tokio::time::sleep(BACKUPS_EVERY).await;
        let Some(session) = session.upgrade() else { return };
        match daily::keep_daily(&session).await {
            Ok(false) => continue,
            Ok(true) => {}
            Err(error) => tracing::warn!(%error, "no backup was made"),
        }
        let _ = events.send(Event::Touched(vec!["backup".to_owned()]));
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

/// How often the gate is looked at when nothing happens: leases end by time alone.
const LOOKED_EVERY: Duration = Duration::from_secs(30);

/// Looks whether somebody must be let out; every view depends on who is in.
async fn look(session: &Session, events: &broadcast::Sender<Event>) {
    match session.look().await {
        Ok(true) => {
            let _ = events.send(Event::Touched(crate::contract::every_tag()));
        }
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "could not look who may be in"),
    }
}

fn log_upkeep(error: &StoreError) {
    tracing::warn!(%error, "not tidied up");
}

async fn watch_sync(background: Arc<Background>, app: Weak<App>, events: broadcast::Sender<Event>) {
    let mut snapshots = background.snapshots();
    while snapshots.changed().await.is_ok() {
        let (pulling, word) = {
            let snapshot = snapshots.borrow_and_update();
            (snapshot.pulling, snapshot.revocation.clone())
        };
        if let (Some(word), Some(app)) = (word, app.upgrade()) {
            // Beside this task, which ends with the session that may end by it.
            tokio::spawn(async move { ending::heed(&app, word).await });
        }
        if let Some((done, remaining)) = pulling {
            let _ = events.send(Event::Progress { what: "pull", done, all: done + remaining });
        }
        let _ = events.send(Event::Touched(vec!["sync".to_owned()]));
    }
}
