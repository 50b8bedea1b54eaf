//! What people can do with Shuke: one function per intent, shared by window, command line and tests.
//!
//! Knows no SQL, no HTTP and no person's words: it answers with values and codes.

pub mod activity;
pub mod authority;
pub mod backup;
pub mod clock;
pub mod club;
pub mod conflict;
pub mod contract;
pub mod contribution;
pub mod coupon;
pub mod customer;
mod demo;
pub mod device;
pub mod doctor;
pub mod draw;
mod earning;
pub mod ending;
mod envelope;
pub mod export;
pub mod folder;
mod gate;
pub mod grid;
pub mod history;
pub mod home;
pub mod import;
pub mod intake;
pub mod interaction;
pub mod link;
pub mod people;
pub mod points;
mod pricing;
pub mod printing;
pub mod product;
pub mod receipt;
pub mod recovery;
mod referral;
pub mod refund;
pub mod replica;
pub mod reveal;
pub mod reward;
pub mod rights;
pub mod rules;
pub mod sale;
pub mod screen;
pub mod search;
mod session;
pub mod settings;
pub mod shift;
pub mod sign_in;
pub mod stock;
pub mod sync;
pub mod tag;
pub mod task;
pub mod team;
pub mod timeline;
pub mod today;
pub mod visibility;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, Weak},
};

pub use shuke_domain::{Code, Failure, Fen, Quantity};
pub use shuke_keys::KeyPlace;
use shuke_keys::KeyStore;
use shuke_store::Stop;
use tokio::sync::{RwLock, broadcast};

pub use clock::SystemClock;
pub use contract::call;
pub use session::Session;

/// What happens without being asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Views that read these tags should ask again.
    Touched(Vec<String>),
    /// Long work moved on: what, how much is done, of how much.
    Progress { what: &'static str, done: u64, all: u64 },
}

/// One data folder, open or not yet.
#[derive(Debug)]
pub struct App {
    home: PathBuf,
    place: KeyPlace,
    session: RwLock<Option<Arc<Session>>>,
    events: broadcast::Sender<Event>,
    /// Whether sync runs in the background; the command line syncs when it is told to.
    background: bool,
    clock: SystemClock,
    /// Itself, for what runs beside and must act on the whole app.
    own: Weak<App>,
    cancelled: std::sync::atomic::AtomicBool,
    /// Ends the backup, the restore or the repair that runs.
    work: std::sync::Mutex<Stop>,
}

impl App {
    /// Opens the data folder if there is a workspace in it.
    pub async fn open(
        home: &Path,
        place: KeyPlace,
        background: bool,
    ) -> Result<Arc<Self>, Failure> {
        let app = Self::closed(home, place, background);
        home::resume(&app).await?;
        Ok(app)
    }

    /// The data folder with nothing opened: where a backup is to replace what does not open any more.
    pub fn closed(home: &Path, place: KeyPlace, background: bool) -> Arc<Self> {
        let (events, _) = broadcast::channel(1024);
        Arc::new_cyclic(|own| Self {
            home: home.to_owned(),
            place,
            session: RwLock::new(None),
            events,
            background,
            clock: SystemClock::default(),
            own: Weak::clone(own),
            cancelled: std::sync::atomic::AtomicBool::new(false),
            work: std::sync::Mutex::default(),
        })
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// The language of files that people read outside the app.
    pub(crate) fn locale(&self) -> shuke_exchange::Locale {
        settings::read(self.home())
            .locale
            .as_deref()
            .and_then(shuke_exchange::Locale::parse)
            .unwrap_or_default()
    }

    pub(crate) fn announce(&self, event: Event) {
        // Nobody listening is no failure.
        let _ = self.events.send(event);
    }

    pub(crate) fn keys(&self) -> Result<KeyStore, Failure> {
        KeyStore::open(&self.home, self.place).map_err(home::key_failure)
    }

    /// The open workspace, as whoever is signed in at it sees it. Refused while it is locked.
    pub async fn session(&self) -> Result<Arc<Session>, Failure> {
        let session = self.behind_lock().await?;
        match session.shut() {
            Some(shut) => Err(shut.failure()),
            None => session.at_work().await,
        }
    }

    /// The open workspace also while it is locked: for what shows and changes nothing of it.
    pub(crate) async fn behind_lock(&self) -> Result<Arc<Session>, Failure> {
        self.session.read().await.clone().ok_or_else(|| Failure::new(Code::HomeMissing))
    }

    /// Why a record was not found, where it is there and somebody else's.
    pub(crate) async fn explain(&self, failure: Failure) -> Failure {
        match self.session().await {
            Ok(session) => session.explain(failure).await,
            Err(_) => failure,
        }
    }

    /// The clock that everything here goes by, so that a story can turn it.
    pub fn clock(&self) -> &SystemClock {
        &self.clock
    }

    pub(crate) async fn find_session(&self) -> Option<Arc<Session>> {
        self.session.read().await.clone()
    }

    /// Puts another workspace in the place of the open one, which is closed first.
    pub(crate) async fn replace_session(
        &self,
        session: Option<Arc<Session>>,
    ) -> Result<(), Failure> {
        let mut place = self.session.write().await;
        if let Some(old) = place.take() {
            old.close().await?;
        }
        *place = session;
        drop(place);
        // Whatever was read belonged to the other workspace.
        self.announce(Event::Touched(contract::every_tag()));
        Ok(())
    }

    /// Ends background work and closes the file.
    pub async fn close(&self) -> Result<(), Failure> {
        self.replace_session(None).await
    }

    /// Begins long work on the whole file, and gives the word that ends it.
    pub(crate) fn begin_work(&self) -> Stop {
        let stop = Stop::default();
        *self.work.lock().unwrap_or_else(PoisonError::into_inner) = stop.clone();
        stop
    }

    pub(crate) fn stop_work(&self) {
        self.work.lock().unwrap_or_else(PoisonError::into_inner).ask();
    }

    pub(crate) fn begin_cancellable(&self) {
        self.cancelled.store(false, std::sync::atomic::Ordering::SeqCst);
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(std::sync::atomic::Ordering::SeqCst)
    }
}
