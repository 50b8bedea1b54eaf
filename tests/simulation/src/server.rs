//! The server's process over a disk of ours: the service that ships, without a socket.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use serde::Serialize;
use shuke_domain::{
    DeviceId, Record, Role, Scope,
    wire::{EnrolReply, EnrolRequest, Number, PROTOCOL, PullReply, PullRequest},
};
use shuke_server::{Database, Outside, Refused, Service, http::status_of};
use shuke_sync::Trouble;
use sqlx::sqlite::SqliteConnectOptions;

use crate::{
    broken::Broken,
    chance::Chance,
    disk::{Disk, Image},
    vfs::{self, Mounted},
};

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const FILE: &str = "server.db";

/// Rows of a segment: histories have some dozens of records.
const SEGMENT: usize = 3;

/// Clock and chance as the history has them.
#[derive(Debug)]
struct World {
    now: AtomicU64,
    chance: Mutex<Chance>,
}

impl Outside for World {
    fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
        Ok(())
    }
}

/// What a request is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    Push,
    Pull,
    List,
    Segment,
    Renew,
}

/// A request on its way, as bytes.
#[derive(Clone, Debug)]
pub struct Letter {
    pub slot: usize,
    pub token: String,
    pub path: Path,
    pub body: Vec<u8>,
}

/// The running server.
#[derive(Debug)]
pub struct Server {
    outside: Arc<World>,
    mounted: Mounted,
    service: Service,
}

impl Server {
    pub async fn start(image: &Image, seed: u64, now: u64) -> Result<Self, Broken> {
        let outside =
            Arc::new(World { now: AtomicU64::new(now), chance: Mutex::new(Chance::new(seed)) });
        let (mounted, service) = open(image, Arc::clone(&outside)).await?;
        Ok(Self { outside, mounted, service })
    }

    /// Ends the process as it is and starts the next over what it left.
    pub async fn restart(&mut self) -> Result<(), Broken> {
        let image = self.mounted.disk().end();
        self.replace(&image).await
    }

    /// Goes on over other files.
    pub async fn replace(&mut self, image: &Image) -> Result<(), Broken> {
        self.mounted.disk().end();
        (self.mounted, self.service) = open(image, Arc::clone(&self.outside)).await?;
        Ok(())
    }

    /// The server's own restore, from a backup that lies on a disk of its own.
    pub async fn restore(&self, image: &Image) -> Result<(), Refused> {
        let copy = vfs::mount(Disk::new(image));
        let database = Database::sqlite_with(options(&copy), 1).await?;
        self.service.restore_from(database).await?;
        Ok(())
    }

    pub fn disk(&self) -> &Disk {
        self.mounted.disk()
    }

    pub fn service(&self) -> &Service {
        &self.service
    }

    pub fn set_time(&self, now: u64) {
        self.outside.now.store(now, Ordering::Relaxed);
    }

    pub async fn enrol(
        &self,
        secret: &str,
        device: DeviceId,
        name: &str,
    ) -> Result<EnrolReply, Refused> {
        self.service
            .enrol(EnrolRequest {
                protocol: PROTOCOL,
                secret: secret.to_owned(),
                device_id: device,
                device_name: name.to_owned(),
                platform: "linux".to_owned(),
                person_name: name.to_owned(),
                workspace: None,
            })
            .await
    }

    pub async fn code(&self, role: Role, store: Option<&str>) -> Result<String, Refused> {
        Ok(self.service.invite(role, store).await?.secret.as_str().to_owned())
    }

    /// Every record, as the owner pulls them.
    pub async fn records(&self, owner: &str) -> Result<Vec<Record>, Broken> {
        let unread = |error: String| Broken::new(1, format!("the server cannot be read: {error}"));
        let mut records = Vec::new();
        let mut after = Number(0);
        loop {
            let device = self.service.authenticate(owner).await;
            let device = device.map_err(|error| unread(format!("{error:?}")))?;
            let request = PullRequest {
                protocol: PROTOCOL,
                epoch: None,
                scope: Scope::workspace(),
                after,
                mark: None,
                stood: None,
                limit: 5_000,
            };
            let page = self.service.pull(&device, &request).await;
            let page = page.and_then(|page| page.to_json());
            let page = page.map_err(|error| unread(format!("{error:?}")))?;
            let page: PullReply =
                serde_json::from_str(&page).map_err(|error| unread(error.to_string()))?;
            records.extend(page.rows.into_iter().map(|row| row.record));
            after = page.next;
            if page.last {
                return Ok(records);
            }
        }
    }

    /// How far the order has come.
    pub async fn number(&self) -> Result<Number, Broken> {
        match self.service.workspace().await {
            Ok(Some(workspace)) => Ok(workspace.number),
            other => Err(Broken::new(1, format!("the server cannot be read: {other:?}"))),
        }
    }

    /// Answers a request as the HTTP layer would: bytes, or what the device makes of the refusal.
    pub async fn serve(&self, letter: &Letter) -> Result<Vec<u8>, Trouble> {
        match self.answer(letter).await {
            Ok(body) => Ok(body),
            Err(refused) => {
                let told = refused.told();
                let status = status_of(&told).as_u16();
                let body = serde_json::to_vec(&told).unwrap_or_default();
                Err(Trouble::of(status, Some(5), Some(&body)))
            }
        }
    }

    async fn answer(&self, letter: &Letter) -> Result<Vec<u8>, Refused> {
        let device = self.service.authenticate(&letter.token).await?;
        match letter.path {
            Path::Push => {
                let request = serde_json::from_slice(&letter.body)?;
                json(&self.service.push(&device, request).await?)
            }
            Path::Pull => {
                let request = serde_json::from_slice(&letter.body)?;
                let page = self.service.pull(&device, &request).await?;
                self.service.seen(&device).await?;
                Ok(page.to_json()?.into_bytes())
            }
            Path::List => {
                let request = serde_json::from_slice(&letter.body)?;
                json(&self.service.segments(&device, &request).await?)
            }
            Path::Segment => {
                let (scope, digest, had): (Scope, String, usize) =
                    serde_json::from_slice(&letter.body)?;
                let body = self.service.segment(&device, &scope, &digest).await?.body;
                Ok(body.get(had..).unwrap_or_default().to_vec())
            }
            Path::Renew => {
                let request = serde_json::from_slice(&letter.body)?;
                json(&self.service.renew(&device, &letter.token, &request).await?)
            }
        }
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Refused> {
    Ok(serde_json::to_vec(value)?)
}

fn options(mounted: &Mounted) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(mounted.path(FILE))
        .vfs(vfs::NAME)
        .create_if_missing(true)
        .pragma("key", format!("\"x'{KEY}'\""))
}

async fn open(image: &Image, outside: Arc<World>) -> Result<(Mounted, Service), Broken> {
    let mounted = vfs::mount(Disk::new(image));
    let database = Database::sqlite_with(options(&mounted), 1)
        .await
        .map_err(|error| Broken::new(1, format!("the server does not open its file: {error:?}")))?;
    Ok((mounted, Service::new(database, outside).with_segments_of(SEGMENT)))
}
