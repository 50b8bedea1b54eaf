//! A device's process over a disk of ours: the store and the engine that ship, and where its round is.

use std::path::Path as FilePath;

use shuke_domain::{DeviceId, RecordId, Role};
use shuke_store::{Key, Store};
use shuke_sync::{Ask, Engine, SegmentAsk, Trouble, connection::renewed};

use crate::{
    broken::Broken,
    disk::{Disk, Image},
    server::{Letter, Path},
    vfs::{self, Mounted},
};

const FILE: &str = "shuke.db";

/// What counts as a page when a device asks how far behind it is: histories have some dozens of records.
const PAGE: usize = 4;

/// Who a seat in the shop belongs to, and what its data folder looks like on the first morning.
#[derive(Clone, Debug)]
pub struct Seat {
    pub role: Role,
    pub person: RecordId,
    pub store: Option<RecordId>,
    pub token: String,
    pub image: Image,
}

/// Where a round is.
#[derive(Debug)]
pub enum Wire {
    /// Nothing is asked.
    Idle,
    /// A round goes on; the next is to ask.
    Between,
    /// What came back, not yet taken in.
    Back(Path, Result<Vec<u8>, Trouble>),
}

/// A running device.
#[derive(Debug)]
pub struct Device {
    pub slot: usize,
    pub seat: Seat,
    pub mounted: Mounted,
    pub store: Store,
    pub engine: Engine,
    pub wire: Wire,
    /// The segment that was asked for last.
    pub segment: Option<SegmentAsk>,
    /// How far its clock is wrong, in milliseconds.
    pub skew: i64,
    /// A copy of the data folder, kept for later.
    pub kept: Option<Image>,
}

impl Device {
    pub async fn start(slot: usize, seat: &Seat, image: &Image) -> Result<Self, Broken> {
        let (mounted, store) = open(image).await?;
        Ok(Self {
            slot,
            seat: seat.clone(),
            mounted,
            store,
            engine: engine(),
            wire: Wire::Idle,
            segment: None,
            skew: 0,
            kept: None,
        })
    }

    /// A file that is yet to be made.
    pub async fn fresh(id: DeviceId) -> Result<(Mounted, Store), Broken> {
        let mounted = vfs::mount(Disk::new(&Image::default()));
        let path = mounted.path(FILE);
        let store = Store::create_on(vfs::NAME, FilePath::new(&path), &key()?, id)
            .await
            .map_err(|error| Broken::new(0, format!("{error:?}")))?;
        Ok((mounted, store))
    }

    /// Goes on over other files, as a new process.
    pub async fn replace(&mut self, image: &Image) -> Result<(), Broken> {
        self.mounted.disk().end();
        (self.mounted, self.store) = open(image).await?;
        self.engine = engine();
        self.wire = Wire::Idle;
        Ok(())
    }

    pub fn clock(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.skew)
    }

    /// The next request, as bytes. `None` when the round is done.
    pub async fn ask(&mut self, batch: uuid::Uuid, page: usize) -> Result<Option<Letter>, Trouble> {
        if matches!(self.wire, Wire::Idle) {
            self.engine.begin();
            self.wire = Wire::Between;
        }
        let Some(ask) = self.engine.ask(&self.store, batch).await? else {
            self.wire = Wire::Idle;
            return Ok(None);
        };
        let (path, body) = match ask {
            Ask::Push(request) => (Path::Push, serde_json::to_vec(&request)),
            Ask::Pull(mut request) => {
                // A page may always be shorter than was asked for.
                request.limit = page;
                (Path::Pull, serde_json::to_vec(&request))
            }
            Ask::List(request) => (Path::List, serde_json::to_vec(&request)),
            Ask::Segment(asked) => {
                let digest = asked.segment.digest.clone();
                let body = (asked.request.scope.clone(), digest, asked.had.len());
                self.segment = Some(asked);
                (Path::Segment, serde_json::to_vec(&body))
            }
            Ask::Renew(request) => (Path::Renew, serde_json::to_vec(&request)),
        };
        let token = renewed(&self.seat.token, &self.store.renewals().await?);
        Ok(Some(Letter { slot: self.slot, token, path, body: body.unwrap_or_default() }))
    }
}

fn engine() -> Engine {
    Engine::default().with_pages_of(PAGE)
}

fn key() -> Result<Key, Broken> {
    Key::from_hex(&"5a".repeat(32)).ok_or_else(|| Broken::new(0, "no key"))
}

async fn open(image: &Image) -> Result<(Mounted, Store), Broken> {
    let mounted = vfs::mount(Disk::new(image));
    let path = mounted.path(FILE);
    let store = Store::open_on(vfs::NAME, FilePath::new(&path), &key()?)
        .await
        .map_err(|error| Broken::new(1, format!("a device does not open its file: {error:?}")))?;
    Ok((mounted, store))
}
